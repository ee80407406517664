//! The calendar's own work on running awards: ends, what follows them, and the notices before.
//! All of it can be done twice, late, or after a long time off, with the same result.

use domain::adjustment::due_notices;
use domain::award::{AwardState, ProjectState};
use domain::ids::ProjectId;
use domain::policy::{Policy, PolicyKey};
use domain::term::add_days;
use jiff::civil::Date;
use store::project::ProjectRow;
use texts::Texts;

use crate::mail::Template;
use crate::{Cx, Error, Outcome};

/// What one run of the clock did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Run {
    /// Awards that ended.
    pub ended: usize,
    /// Projects whose data can only be read from now on.
    pub data_only: usize,
    /// Projects that were closed.
    pub closed: usize,
    /// Notices that were posted, by award.
    pub notices: usize,
}

/// The most things of each kind that one run does; what is left is for the next.
const BATCH: i64 = 20_000;

/// [`run_clock`] for the worker: answers how many things it did.
///
/// # Errors
/// Database errors only.
pub fn run(cx: &mut Cx<'_, '_>) -> Outcome<u64> {
    let run = run_clock(cx)?;
    u64::try_from(run.ended + run.data_only + run.closed + run.notices).map_err(Error::internal)
}

/// Ends what is over, closes what was over long enough, and tells people what ends soon.
///
/// # Errors
/// Database errors only.
pub fn run_clock(cx: &mut Cx<'_, '_>) -> Outcome<Run> {
    let (today, policy) = (cx.today(), cx.policy()?);
    let mut run = Run::default();
    for award in store::award::to_end(cx.tx, today, BATCH)? {
        store::award::step(cx.tx, award.id, AwardState::Active, AwardState::Ended)?;
        cx.audit("award.ended", ("award", &award.id), &AwardState::Active, &AwardState::Ended, "")?;
        cx.enqueue("engine.sync", &format!("engine.sync:ended:{}", award.id), &award.project)?;
        run.ended += 1;
    }
    for state in [ProjectState::Active, ProjectState::Suspended] {
        for project in store::term::past(cx.tx, state, today, BATCH)? {
            if store::term::open_awards(cx.tx, project)? == 0 {
                crate::project::step(cx, project, state, ProjectState::Ended, "project.ended")?;
                crate::project::step(cx, project, ProjectState::Ended, ProjectState::DataOnly, "project.data_only")?;
                crate::reservation::cut(cx, project, today)?;
                tell_over(cx, project, policy.int(PolicyKey::DataDeleteAfterDays))?;
                run.data_only += 1;
            }
        }
    }
    let deleted = add_days(today, -policy.int(PolicyKey::DataDeleteAfterDays));
    for project in store::term::past(cx.tx, ProjectState::DataOnly, deleted, BATCH)? {
        crate::project::step(cx, project, ProjectState::DataOnly, ProjectState::Closed, "project.closed")?;
        run.closed += 1;
    }
    run.notices = notices(cx, today, &policy)?;
    Ok(run)
}

/// Posts the notice that is due for each award that ends soon: the nearest only, and once for
/// each end that an award had.
fn notices(cx: &mut Cx<'_, '_>, today: Date, policy: &Policy) -> Outcome<usize> {
    let mut posted = 0;
    for (notice, ends) in due_notices(&policy.notice_days(), today) {
        for (project, award, end) in store::term::ending(cx.tx, ends, notice, BATCH)? {
            if store::trust::first_time(cx.tx, &format!("notice:{award}:{end}:{notice}"), cx.now)? {
                post(cx, project, end, i64::from(domain::term::days_between(today, end)))?;
                posted += 1;
            }
        }
    }
    Ok(posted)
}

/// Tells a project's people that its allocation is over, and until when its data stay.
fn tell_over(cx: &mut Cx<'_, '_>, project: ProjectId, keeps_days: i64) -> Outcome<()> {
    let Some(row) = store::project::find(cx.tx, project)? else { return Ok(()) };
    let (last, until) = (add_days(row.to_on, -1), add_days(row.to_on, keeps_days - 1));
    tell(cx, &row, Template::AllocationEnded, |t| [("last", t.date(last)), ("until", t.date(until))])
}

fn post(cx: &mut Cx<'_, '_>, project: ProjectId, end: Date, left: i64) -> Outcome<()> {
    let Some(row) = store::project::find(cx.tx, project)? else { return Ok(()) };
    tell(cx, &row, Template::TermEnding, |t| [("last", t.date(add_days(end, -1))), ("days", left.to_string())])
}

/// Writes to a project's people, with the link to its page.
fn tell(
    cx: &mut Cx<'_, '_>,
    row: &ProjectRow,
    template: Template,
    facts: impl Fn(Texts) -> [(&'static str, String); 2],
) -> Outcome<()> {
    crate::project::tell(cx, row, template, |cx, t| {
        let link = ("link", format!("{}/projects/{}", cx.identity.public_url, row.id));
        facts(t).into_iter().chain([link]).collect()
    })
}
