//! Jobs: lists, asking for one, one with what it prints as it runs.

mod ask;
mod list;
mod live;
mod show;

use domain::access::Act;
use domain::job::JobState;
use jiff::{SignedDuration, Timestamp};
use texts::{Texts, k};

use crate::route::{Line, Section, get, post};

/// The lines of this area.
#[must_use]
pub fn routes() -> Vec<Line> {
    vec![
        get("/my/jobs", Act::HomeRead, list::mine).menu(Section::Mine, 25, k::JOBS_MINE_MENU),
        get("/jobs", Act::JobList, list::all).menu(Section::Center, 82, k::JOBS_MENU),
        get("/projects/{id}/jobs", Act::JobRead, list::of_project),
        get("/projects/{id}/jobs/new", Act::JobSubmit, ask::form),
        post("/projects/{id}/jobs", Act::JobSubmit, ask::submit),
        get("/jobs/{id}", Act::JobRead, show::show),
        post("/jobs/{id}/cancel", Act::JobCancel, show::cancel),
        get("/jobs/{id}/output/{stream}", Act::JobOutput, live::text),
        get("/jobs/{id}/events", Act::JobOutput, live::events),
    ]
}

/// The colour of a state.
pub(super) fn badge(state: JobState) -> &'static str {
    match state {
        JobState::Running => "info",
        JobState::Completed => "good",
        JobState::Sending | JobState::Pending | JobState::Suspended => "wait",
        JobState::Cancelled => "",
        JobState::Failed | JobState::Timeout | JobState::OutOfMemory | JobState::NodeFail | JobState::Refused => "bad",
    }
}

/// A span of time as people say it, in its two largest parts.
fn span(t: Texts, seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    let part = |key, count: i64| t.f1(key, "count", count);
    let (first, second) = if days > 0 {
        (part(k::SPAN_DAYS, days), (hours > 0).then(|| part(k::SPAN_HOURS, hours)))
    } else if hours > 0 {
        (part(k::SPAN_HOURS, hours), (minutes > 0).then(|| part(k::SPAN_MINUTES, minutes)))
    } else if minutes > 0 {
        (part(k::SPAN_MINUTES, minutes), (seconds % 60 > 0).then(|| part(k::SPAN_SECONDS, seconds % 60)))
    } else {
        (part(k::SPAN_SECONDS, seconds), None)
    };
    second.map_or(first.clone(), |second| format!("{first} {second}"))
}

fn between(t: Texts, from: Timestamp, to: Timestamp) -> String {
    span(t, to.duration_since(from).max(SignedDuration::ZERO).as_secs())
}
