//! One job.

use askama::Template;
use axum::extract::Path;
use domain::ids::JobId;
use domain::job::{JobState, Stream, WaitReason};
use service::Error;
use service::job::{JobView, Waiting};
use texts::{Texts, k, masked_name};

use super::{badge, between, span};
use crate::chrome::Chrome;
use crate::form::Form;
use crate::page::plans::pick;
use crate::ui::{Answer, Ui};

/// How much of what a job prints its page shows, in bytes.
const SHOWN: usize = 64 * 1024;

/// Part of what was given that was used.
struct Level {
    label: String,
    text: String,
    permille: i64,
}

#[derive(Template)]
#[template(path = "jobs/show.html")]
struct ShowPage {
    chrome: Chrome,
    t: Texts,
    id: JobId,
    project: String,
    project_title: String,
    badge: &'static str,
    state: String,
    /// Whether it is over: then nothing is live.
    over: bool,

    why: Vec<String>,
    facts: Vec<(String, String)>,
    tasks: String,
    tasks_href: String,
    levels: Vec<Level>,
    advice: Vec<String>,
    script: String,
    reads_output: bool,
    out: String,
    err: String,
    /// From where on and from which state on the page is brought up to date.
    events: String,
    cut: bool,
    cancellable: bool,
    whole: bool,
    again: String,
}

fn id(text: &str) -> Result<JobId, Error> {
    text.parse().map_err(|_| Error::NotFound)
}

pub(super) async fn show(ui: Ui, Path(text): Path<String>) -> Answer {
    let id = id(&text)?;
    let (view, now) = ui.read(move |cx| Ok((service::job::show(cx, id)?, cx.now))).await?;
    let (reads, row) = (view.reads_output, view.item.row.clone());
    let (out, err) = ui
        .app
        .blocking(move |center| {
            if !reads {
                return Ok((None, None));
            }
            // What cannot be read now is told on the page; the rest of it is there all the same.
            let part = |stream| match service::job::printed(center, &row, stream, None, SHOWN) {
                Err(Error::Unavailable(_)) => Ok(None),
                other => other.map(Some),
            };
            Ok((part(Stream::Out)?, part(Stream::Err)?))
        })
        .await?;
    let t = ui.t;
    let (item, job) = (&view.item, &view.item.row);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let tasks: Vec<String> =
        view.tasks.iter().map(|(state, count)| format!("{} {}", t.word(*state), t.int(*count))).collect();
    ui.page(&ShowPage {
        chrome: ui.chrome(match job.task {
            Some(task) => format!("{} [{task}]", job.name),
            None => job.name.clone(),
        }),
        t,
        id,
        project: format!("/projects/{}", job.project),
        project_title: format!("{} {}", pick(t, &item.title_ko, &item.title_en), item.number),
        badge: badge(job.state),
        state: t.word(job.state),
        over: job.state.is_over(),

        why: why(&ui, &view),
        facts: facts(&ui, &view, now),
        tasks: tasks.join(" · "),
        tasks_href: job.order.map(|order| format!("/projects/{}/jobs?order={order}", job.project)).unwrap_or_default(),
        levels: levels(t, &view),
        advice: advice(t, &view),
        script: view.spec.as_ref().map(|spec| spec.script.clone()).unwrap_or_default(),
        reads_output: reads,
        events: format!("/jobs/{id}/events?from={}&state={}", out.as_ref().map_or(0, |part| part.size), job.state),
        cut: out.as_ref().is_some_and(|part| part.from > 0),
        out: out.map(|part| text(&part.bytes)).unwrap_or_default(),
        err: err.map(|part| text(&part.bytes)).unwrap_or_default(),
        cancellable: view.cancellable && job.cancel_asked_at.is_none(),
        whole: view.tasks.iter().filter(|(state, _)| !state.is_over()).map(|(_, count)| count).sum::<i64>() > 1,
        again: if view.submits && view.spec.is_some() {
            format!("/projects/{}/jobs/new?job={id}", job.project)
        } else {
            String::new()
        },
    })
}

/// Why it stands as it does, in plain words.
fn why(ui: &Ui, view: &JobView) -> Vec<String> {
    let (t, job) = (ui.t, &view.item.row);
    let mut lines = Vec::new();
    if job.cancel_asked_at.is_some() && !job.state.is_over() {
        lines.push(t.s(k::JOB_CANCEL_ASKED));
    }
    if job.state == JobState::Sending {
        lines.push(if view.trouble.is_empty() { t.s(k::JOB_WHY_SENDING) } else { t.s(k::JOB_WHY_NOT_SENT) });
    }
    if let Some(wait) = job.wait {
        lines.push(waiting(ui, view, wait));
    }
    if let Some(rank) = job.rank {
        lines.push(t.f1(k::JOB_RANK, "rank", rank));
    }
    if let Some(at) = job.starts_at {
        lines.push(t.f1(k::JOB_STARTS_AT, "at", t.instant(at)));
    }
    match job.state {
        JobState::Refused if job.wait_said.is_empty() => lines.push(t.s(k::JOB_WHY_NEVER)),
        JobState::Refused => lines.push(t.f1(k::JOB_WHY_REFUSED, "said", job.wait_said.as_str())),
        JobState::Timeout => lines.push(t.f1(k::JOB_WHY_TIMEOUT, "time", span(t, job.minutes * 60))),
        JobState::OutOfMemory => lines.push(t.s(k::JOB_WHY_MEMORY)),
        JobState::NodeFail => lines.push(t.s(k::JOB_WHY_NODE)),
        JobState::Failed => lines.push(match (job.exit_code, job.signal.filter(|signal| *signal > 0)) {
            (_, Some(signal)) => t.f1(k::JOB_WHY_SIGNAL, "signal", signal),
            (code, None) => t.f1(k::JOB_WHY_FAILED, "code", code.unwrap_or(1)),
        }),
        _ => {}
    }
    if job.missed_at.is_some() && !job.state.is_over() {
        lines.push(t.s(k::JOB_MISSED));
    }
    lines
}

/// Why it waits: the engine's reason with what the ledger says of it.
fn waiting(ui: &Ui, view: &JobView, wait: WaitReason) -> String {
    let (t, job) = (ui.t, &view.item.row);
    let Waiting { limit, in_use } = view.waiting.unwrap_or(Waiting { limit: 0, in_use: 0 });
    let amount = |devices: i64| ui.pools().amount(t, &job.pool, devices);
    let args = [
        ("pool", ui.pools().name(t, &job.pool).into()),
        ("limit", amount(limit).into()),
        ("used", amount(in_use).into()),
        ("devices", amount(job.devices).into()),
        ("time", span(t, job.minutes * 60).into()),
        ("said", job.wait_said.as_str().into()),
    ];
    let key = match wait {
        WaitReason::Limit => k::JOB_WHY_LIMIT,
        WaitReason::NeverFits => k::JOB_WHY_NEVER_FITS,
        WaitReason::PersonLimit => k::JOB_WHY_PERSON_LIMIT,
        WaitReason::Budget => k::JOB_WHY_BUDGET,
        WaitReason::Wall => k::JOB_WHY_WALL,
        WaitReason::Resources => k::JOB_WHY_RESOURCES,
        WaitReason::Priority => k::JOB_WHY_PRIORITY,
        WaitReason::Dependency => k::JOB_WHY_DEPENDENCY,
        WaitReason::DependencyNever => k::JOB_WHY_DEPENDENCY_NEVER,
        WaitReason::ArrayLimit => k::JOB_WHY_ARRAY_LIMIT,
        WaitReason::BeginTime => k::JOB_WHY_BEGIN_TIME,
        WaitReason::Held => k::JOB_WHY_HELD,
        WaitReason::Reservation => k::JOB_WHY_RESERVATION,
        WaitReason::Nodes => k::JOB_WHY_NODES,
        WaitReason::Closed => k::JOB_WHY_CLOSED,
        WaitReason::Other => k::JOB_WHY_OTHER,
    };
    t.f(key, &args)
}

fn facts(ui: &Ui, view: &JobView, now: jiff::Timestamp) -> Vec<(String, String)> {
    let (t, item, job) = (ui.t, &view.item, &view.item.row);
    let person = if view.submits { item.person.clone() } else { masked_name(&item.person) };
    let person = if person.is_empty() { job.account.clone() } else { person };
    let mut facts = vec![
        (
            t.s(k::JOB_DEVICES),
            format!("{} · {}", ui.pools().name(t, &job.pool), ui.pools().amount(t, &job.pool, job.devices)),
        ),
        (t.s(k::JOB_PERSON), person),
        (t.s(k::JOB_SUBMITTED), t.instant(job.submitted_at)),
    ];
    if let Some(begun) = job.started_at {
        facts.push((t.s(k::JOB_STARTED), t.instant(begun)));
        let asked = span(t, job.minutes * 60);
        let ran = between(t, begun, job.ended_at.unwrap_or(now));
        facts.push((t.s(k::JOB_TIME), t.f2(k::JOB_TIME_OF, ("ran", ran), ("asked", asked))));
    } else {
        facts.push((t.s(k::JOB_TIME), t.f1(k::JOB_TIME_ASKED, "asked", span(t, job.minutes * 60))));
    }
    if let Some(ended) = job.ended_at {
        facts.push((t.s(k::JOB_ENDED), t.instant(ended)));
    }
    if !job.nodes.is_empty() {
        facts.push((t.s(k::JOB_NODES), job.nodes.clone()));
    }
    if let Some(code) = job.exit_code {
        facts.push((t.s(k::JOB_EXIT), code.to_string()));
    }
    if let Some(number) = &job.engine_id {
        facts.push((t.s(k::JOB_NUMBER), number.clone()));
    }
    let spec = view.spec.as_ref();
    facts.extend(spec.and_then(|spec| spec.image.clone()).map(|image| (t.s(k::JOB_IMAGE), image)));
    facts.extend(spec.filter(|spec| !spec.folder.is_empty()).map(|spec| (t.s(k::JOB_FOLDER), spec.folder.clone())));
    facts
}

fn levels(t: Texts, view: &JobView) -> Vec<Level> {
    let Some(found) = view.efficiency else { return Vec::new() };
    let level = |label: String, permille: i64| Level { label, text: t.permille(permille), permille };
    let cpu = found.cpu_permille.map(|permille| level(t.s(k::JOB_CPU), permille));
    let memory = found.memory_permille.map(|permille| level(t.s(k::JOB_MEMORY), permille));
    cpu.into_iter().chain(memory).chain([level(t.s(k::JOB_TIME_USED), found.time_permille)]).collect()
}

/// What the next job could do better.
fn advice(t: Texts, view: &JobView) -> Vec<String> {
    let (Some(found), job) = (view.efficiency, &view.item.row) else { return Vec::new() };
    let mut lines = Vec::new();
    if job.state == JobState::Completed && found.time_permille < 250 && job.minutes > 60 {
        lines.push(t.s(k::JOB_ADVICE_TIME));
    }
    if job.state == JobState::Timeout {
        lines.push(t.s(k::JOB_ADVICE_CHECKPOINT));
    }
    lines
}

pub(super) async fn cancel(ui: Ui, Path(text): Path<String>, form: Form) -> Answer {
    let id = id(&text)?;
    let whole = form.value("whole") == "1";
    ui.write(move |cx| service::job::cancel(cx, id, whole)).await?;
    ui.done(&format!("/jobs/{id}"), k::FLASH_JOB_CANCELLED)
}
