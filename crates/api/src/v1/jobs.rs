//! Jobs: asked for, seen, what they print, ended.

#![allow(unused_qualifications, reason = "what the path macro expands to")]

use std::collections::BTreeMap;

use axum::extract::Path;
use domain::ids::{JobId, ProjectId};
use domain::job::{AfterKind, Array, JobSpec, JobState, MAX_TASKS, Stream};
use domain::{Code, Reason};
use edge::App;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use service::Error;
use service::job::{JobFilter, JobItem, JobRow, JobView, NewJob};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::wire::{
    AfterKindWord, Choice, Done, Id, Instant, JobRef, JobStateWord, OrderRef, Page, ProjectRef, Rows, Short, UserRef,
    WaitReasonWord, asked, id,
};
use crate::{Answer, Asked, Post, Read};

/// The operations of this area.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(of_project, submit))
        .routes(routes!(show))
        .routes(routes!(output))
        .routes(routes!(cancel))
}

/// A job.
#[derive(Debug, Serialize, ToSchema)]
struct Job {
    /// Its id.
    id: JobRef,
    /// Its order, which all tasks of an array share; null if it was not asked for through the portal.
    order: Option<OrderRef>,
    /// The number of its task, if it is of an array.
    task: Option<i64>,
    /// The project.
    project: ProjectRef,
    /// The pool whose devices it has.
    pool: Short,
    /// Who runs it; null if nobody is known by the account.
    user: Option<UserRef>,
    /// What people call it.
    name: String,
    /// How it stands.
    state: JobStateWord,
    /// Why it waits.
    wait: Option<WaitReasonWord>,
    /// The same in the engine's words, or why it was refused.
    said: String,
    /// Its place in the queue, from 1.
    rank: Option<i64>,
    /// When it is expected to start.
    starts_at: Option<Instant>,
    /// How many devices it has or asks for.
    devices: i64,
    /// How many CPUs it has.
    cpus: i64,
    /// How much memory it has, in MiB.
    memory_mb: i64,
    /// How long it may run, in minutes.
    minutes: i64,
    /// When it was asked for.
    submitted_at: Instant,
    /// When it started.
    started_at: Option<Instant>,
    /// When it ended.
    ended_at: Option<Instant>,
    /// Where it runs or ran.
    nodes: String,
    /// What its script answered.
    exit_code: Option<i64>,
    /// The signal that ended it.
    signal: Option<i64>,
    /// CPU time, in seconds.
    cpu_seconds: Option<i64>,
    /// The most memory that it used at once, in MiB.
    max_memory_mb: Option<i64>,
    /// The engine's own number.
    engine_id: Option<String>,
    /// When somebody asked to end it.
    cancel_asked_at: Option<Instant>,
}

impl From<JobRow> for Job {
    fn from(row: JobRow) -> Self {
        Self {
            id: Id(row.id),
            order: row.order.map(Id),
            task: row.task,
            project: Id(row.project),
            pool: Short(row.pool),
            user: row.user.map(Id),
            name: row.name,
            state: Choice(row.state),
            wait: row.wait.map(Choice),
            said: row.wait_said,
            rank: row.rank,
            starts_at: row.starts_at.map(Instant),
            devices: row.devices,
            cpus: row.cpus,
            memory_mb: row.memory_mb,
            minutes: row.minutes,
            submitted_at: Instant(row.submitted_at),
            started_at: row.started_at.map(Instant),
            ended_at: row.ended_at.map(Instant),
            nodes: row.nodes,
            exit_code: row.exit_code,
            signal: row.signal,
            cpu_seconds: row.cpu_seconds,
            max_memory_mb: row.max_memory_mb,
            engine_id: row.engine_id,
            cancel_asked_at: row.cancel_asked_at.map(Instant),
        }
    }
}

impl From<JobItem> for Job {
    fn from(item: JobItem) -> Self {
        item.row.into()
    }
}

/// A job with what belongs to it.
#[derive(Debug, Serialize, ToSchema)]
struct JobShown {
    /// The job.
    job: Job,
    /// The script; null for those who do not take part in the project.
    script: Option<String>,
    /// How many devices of the pool the project may use at once; null unless it waits.
    limit: Option<i64>,
    /// How many its jobs have now; null unless it waits.
    in_use: Option<i64>,
    /// How well it used what it was given; null before its end.
    efficiency: Option<JobEfficiency>,
}

/// How well a job used what it was given.
#[derive(Debug, Serialize, ToSchema)]
struct JobEfficiency {
    /// Busy CPU time of what was given, in permille.
    cpu_permille: Option<i64>,
    /// The most memory of what was given, in permille.
    memory_permille: Option<i64>,
    /// Time that it ran of the time that it asked for, in permille.
    time_permille: i64,
}

impl From<JobView> for JobShown {
    fn from(view: JobView) -> Self {
        let efficiency = view.efficiency.map(|found| JobEfficiency {
            cpu_permille: found.cpu_permille,
            memory_permille: found.memory_permille,
            time_permille: found.time_permille,
        });
        Self {
            job: view.item.row.into(),
            script: view.spec.map(|spec| spec.script),
            limit: view.waiting.map(|waiting| waiting.limit),
            in_use: view.waiting.map(|waiting| waiting.in_use),
            efficiency,
        }
    }
}

/// What to run.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct JobBody {
    /// What people call it, up to 64 characters.
    name: String,
    /// The pool whose devices it gets; may be left out if the project has one only.
    pool: Option<Short>,
    /// How many devices each task gets.
    devices: i64,
    /// The longest that each task may run, in minutes.
    minutes: i64,
    /// The script; its first line names what reads it.
    script: String,
    /// The image that it runs in.
    image: Option<String>,
    /// Variables of its environment.
    #[serde(default)]
    environment: BTreeMap<String, String>,
    /// The folder of the project's space in which it begins.
    #[serde(default)]
    folder: String,
    /// Tasks: `0-9`, `1-100:2`, `0-31%4`.
    array: Option<String>,
    /// What it waits for.
    #[serde(default)]
    after: Vec<JobAfter>,
}

/// Another job that has to end first.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct JobAfter {
    /// The job; of an array all tasks count.
    job: JobRef,
    /// How it has to end.
    kind: AfterKindWord,
}

/// What was asked for.
#[derive(Debug, Serialize, ToSchema)]
struct JobMade {
    /// The job, or the first task of the array.
    id: JobRef,
    /// The order that all its tasks share.
    order: OrderRef,
}

/// A part of what a job printed.
#[derive(Debug, Serialize, ToSchema)]
struct JobOutput {
    /// The text; bytes that are no text are replaced.
    text: String,
    /// Where it begins, in bytes.
    from: u64,
    /// Where to go on.
    next: u64,
    /// How much there is in all at this moment, in bytes.
    size: u64,
    /// How the job stands.
    state: JobStateWord,
}

/// Which jobs.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Those in this state.
    state: Option<String>,
    /// Those whose name holds this.
    name: Option<String>,
    /// Those submitted at this time or later.
    since: Option<String>,
    /// Those submitted before this time.
    until: Option<String>,
}

impl Which {
    fn filter(&self, project: Option<ProjectId>) -> Result<JobFilter, Error> {
        let state = asked::<Choice<JobState>>(self.state.as_deref(), "state")?;
        let at = |text: &Option<String>, field: &str| -> Result<Option<jiff::Timestamp>, Error> {
            let text = text.as_deref().map(str::trim).filter(|text| !text.is_empty());
            text.map(|text| text.parse().map_err(|_| Error::field(field, Code::NotAnInstant))).transpose()
        };
        let name = self.name.clone().unwrap_or_default();
        if name.chars().any(domain::text::is_refused) {
            return Err(Error::field("name", Code::BadCharacters));
        }
        Ok(JobFilter {
            project,
            states: state.into_iter().map(|state| state.0).collect(),
            name,
            from: at(&self.since, "since")?,
            to: at(&self.until, "until")?,
            ..JobFilter::default()
        })
    }
}

/// List jobs
///
/// Those of the projects in which one takes part; those of all projects for whoever runs the center.
#[utoipa::path(get, path = "/jobs", operation_id = "job_list", tag = "jobs", params(Which, Rows),
    extensions(("x-act" = json!("home.read"))),
    responses((status = 200, description = "Jobs, newest first", body = Page<Job>)))]
async fn list(read: Read, Asked(which): Asked<Which>, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| {
        let found = service::job::list(cx, which.filter(None)?, rows.after_at()?, rows.one_more())?;
        Ok(rows.page::<_, Job, _>(found, |item| (item.row.submitted_at.as_second(), item.row.id)))
    })
    .await
}

/// List the jobs of a project
#[utoipa::path(get, path = "/projects/{id}/jobs", operation_id = "project_jobs", tag = "jobs",
    params(("id" = String, Path, description = "The project"), Which, Rows),
    extensions(("x-act" = json!("job.read"))),
    responses((status = 200, description = "Jobs, newest first", body = Page<Job>)))]
async fn of_project(
    Path(project): Path<String>,
    read: Read,
    Asked(which): Asked<Which>,
    Asked(rows): Asked<Rows>,
) -> Answer {
    read.run(move |cx| {
        let filter = which.filter(Some(id(&project)?))?;
        let found = service::job::list(cx, filter, rows.after_at()?, rows.one_more())?;
        Ok(rows.page::<_, Job, _>(found, |item| (item.row.submitted_at.as_second(), item.row.id)))
    })
    .await
}

/// Submit a job
#[utoipa::path(post, path = "/projects/{id}/jobs", operation_id = "job_submit", tag = "jobs",
    params(("id" = String, Path, description = "The project")), request_body = JobBody,
    extensions(("x-act" = json!("job.submit"))),
    responses((status = 201, description = "The job is on its way to the engine", body = JobMade)))]
async fn submit(Path(project): Path<String>, post: Post<JobBody>) -> Answer {
    post.run(StatusCode::CREATED, move |cx, body| {
        let project = id(&project)?;
        let array = match &body.array {
            Some(text) => Some(
                text.parse::<Array>()
                    .map_err(|_| Error::field("array", Reason::new(Code::NotAnArray).with("max", MAX_TASKS)))?,
            ),
            None => None,
        };
        let pool = match body.pool {
            Some(pool) => pool.0,
            None => match service::job::offers(cx, project)?.as_slice() {
                [(pool, _)] => pool.clone(),
                _ => return Err(Error::field("pool", Code::Required)),
            },
        };
        let spec = JobSpec {
            name: body.name,
            script: body.script,
            devices: body.devices,
            minutes: body.minutes,
            image: body.image,
            environment: body.environment,
            folder: body.folder,
            array,
        };
        let after: Vec<(JobId, AfterKind)> = body.after.into_iter().map(|one| (one.job.0, one.kind.0)).collect();
        let (order, job) = service::job::submit(cx, NewJob { project, pool, spec, after })?;
        Ok(JobMade { id: Id(job), order: Id(order) })
    })
    .await
}

/// Show a job
#[utoipa::path(get, path = "/jobs/{id}", operation_id = "job_show", tag = "jobs",
    params(("id" = String, Path, description = "The job")),
    extensions(("x-act" = json!("job.read"))),
    responses((status = 200, description = "The job, why it waits, how it used what it had", body = JobShown)))]
async fn show(Path(job): Path<String>, read: Read) -> Answer {
    read.run(move |cx| Ok(JobShown::from(service::job::show(cx, id(&job)?)?))).await
}

/// Which part of what a job printed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Range {
    /// `out` or `err`; `out` if it is left out.
    stream: Option<String>,
    /// From which byte on; the last of it if it is left out.
    from: Option<u64>,
}

/// How much of what a job printed one answer holds, in bytes.
const PART: usize = 256 * 1024;

/// Read what a job printed
///
/// Ask again with `from` set to `next` until `next` is `size` and the job is over.
#[utoipa::path(get, path = "/jobs/{id}/output", operation_id = "job_output", tag = "jobs",
    params(("id" = String, Path, description = "The job"), Range),
    extensions(("x-act" = json!("job.output"))),
    responses((status = 200, description = "A part of it", body = JobOutput)))]
async fn output(Path(job): Path<String>, read: Read, Asked(range): Asked<Range>) -> Answer {
    read.outside(move |center, actor| {
        let job: JobId = id(&job)?;
        let stream = asked::<Choice<Stream>>(range.stream.as_deref(), "stream")?.map_or(Stream::Out, |stream| stream.0);
        let part = service::job::output(center, actor, job, stream, range.from, PART)?;
        let bytes = domain::text::whole_letters(&part.bytes);
        Ok(JobOutput {
            text: String::from_utf8_lossy(bytes).into_owned(),
            from: part.from,
            next: part.from.saturating_add(u64::try_from(bytes.len()).unwrap_or(0)),
            size: part.size,
            state: Choice(part.state),
        })
    })
    .await
}

/// What to end.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CancelBody {
    /// Whether all tasks of its array.
    #[serde(default)]
    whole: bool,
}

/// End a job
#[utoipa::path(post, path = "/jobs/{id}/cancel", operation_id = "job_cancel", tag = "jobs",
    params(("id" = String, Path, description = "The job")), request_body = CancelBody,
    extensions(("x-act" = json!("job.cancel"))),
    responses((status = 200, description = "The engine is told", body = Done)))]
async fn cancel(Path(job): Path<String>, post: Post<CancelBody>) -> Answer {
    post.run(StatusCode::OK, move |cx, body| service::job::cancel(cx, id(&job)?, body.whole).map(|_| Done::new(())))
        .await
}
