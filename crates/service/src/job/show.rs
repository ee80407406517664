//! Jobs as people see them.

use domain::access::{Act, Tie};
use domain::award::ProjectState;
use domain::ids::{JobId, PoolId, ProjectId};
use domain::job::{AfterKind, Efficiency, JobSpec, JobState, Used, efficiency};
use jiff::Timestamp;
use store::excess::ExcessRow;
use store::job::{JobFilter, JobItem, JobRow, OrderRow};
use store::project::ProjectRow;

use super::NewJob;
use crate::{Cx, Error, Outcome};

/// What a waiting job waits for, as the ledger knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// How many devices of the pool the project may use at once today.
    pub limit: i64,
    /// How many its jobs have now.
    pub in_use: i64,
}

/// A job as its page shows it.
#[derive(Clone, Debug)]
pub struct JobView {
    /// The job with the names around it.
    pub item: JobItem,
    /// What was asked to run; nothing for a job that was not asked for through the portal.
    pub spec: Option<JobSpec>,
    /// Why its order could not be handed on yet, in the engine's words; empty if nothing is wrong.
    pub trouble: String,
    /// How many tasks of its array stand how; empty if it is of none.
    pub tasks: Vec<(JobState, i64)>,
    /// What it waits for.
    pub waiting: Option<Waiting>,
    /// How well it used what it was given, once it is over.
    pub efficiency: Option<Efficiency>,
    /// Whether the acting person may end it.
    pub cancellable: bool,
    /// Whether the acting person may run jobs in its project.
    pub submits: bool,
    /// Whether the acting person may read what it prints.
    pub reads_output: bool,
}

/// Jobs before a place, newest first: of one project for those whom it concerns, of all for those who
/// run the center, else of the projects that one takes part in.
///
/// # Errors
/// [`Error::NotFound`] for a project that does not concern the acting person.
pub fn list(
    cx: &mut Cx<'_, '_>,
    mut filter: JobFilter,
    before: Option<(Timestamp, JobId)>,
    limit: i64,
) -> Outcome<Vec<JobItem>> {
    let user = cx.user()?;
    match filter.project {
        Some(project) => {
            let (_, ties) = crate::project::tied(cx, project)?;
            cx.require_on(Act::JobRead, Act::JobRead, &ties)?;
        }
        None if cx.actor.may(Act::JobList, &[]) => {}
        None => filter.taking_part = Some(user),
    }
    Ok(store::job::list(cx.tx, &filter, before, limit.clamp(1, 501))?)
}

/// A job for whoever may see it, with how they are tied to it: to its project, and as its own.
pub(super) fn readable(cx: &mut Cx<'_, '_>, id: JobId) -> Outcome<(JobItem, Vec<Tie>)> {
    let item = store::job::find(cx.tx, id)?.ok_or(Error::NotFound)?;
    let (_, mut ties) = crate::project::tied(cx, item.row.project)?;
    let takes_part = ties.iter().any(|tie| matches!(tie, Tie::Lead | Tie::Manager | Tie::Member));
    if takes_part && item.row.user.is_some() && item.row.user == cx.actor.user {
        ties.push(Tie::Own);
    }
    cx.require_on(Act::JobRead, Act::JobRead, &ties)?;
    Ok((item, ties))
}

/// One job.
///
/// # Errors
/// [`Error::NotFound`] for people whom its project does not concern.
pub fn show(cx: &mut Cx<'_, '_>, id: JobId) -> Outcome<JobView> {
    let (item, ties) = readable(cx, id)?;
    let order = match item.row.order {
        Some(order) => store::job::order(cx.tx, order)?,
        None => None,
    };
    let reads_output = cx.actor.may(Act::JobOutput, &ties);
    let spec = order.as_ref().map(spec).transpose()?.filter(|_| reads_output);
    let tasks = match item.row.order.filter(|_| item.row.task.is_some()) {
        Some(order) => store::job::counts_of_order(cx.tx, order)?,
        None => Vec::new(),
    };
    let waiting = if item.row.state == JobState::Pending { Some(waiting(cx, &item.row)?) } else { None };
    Ok(JobView {
        efficiency: used(&item.row).as_ref().and_then(efficiency),
        trouble: order.map(|order| order.last_error).unwrap_or_default(),
        cancellable: !item.row.state.is_over() && cx.actor.may(Act::JobCancel, &ties),
        submits: cx.actor.may(Act::JobSubmit, &ties),
        reads_output,
        item,
        spec,
        tasks,
        waiting,
    })
}

pub(super) fn spec(order: &OrderRow) -> Outcome<JobSpec> {
    serde_json::from_str(&order.spec).map_err(Error::internal)
}

fn waiting(cx: &mut Cx<'_, '_>, job: &JobRow) -> Outcome<Waiting> {
    let today = cx.today();
    let held = crate::engine::by_pool(store::engine::held(cx.tx, job.project, today)?);
    let in_use = store::job::in_use(cx.tx, job.project)?.into_iter().find(|(pool, _)| *pool == job.pool);
    Ok(Waiting { limit: held.get(&job.pool).map_or(0, |(devices, _)| *devices), in_use: in_use.map_or(0, |(_, n)| n) })
}

/// What a job that is over used.
#[must_use]
fn used(job: &JobRow) -> Option<Used> {
    let (begun, ended) = (job.started_at?, job.ended_at?);
    Some(Used {
        elapsed_seconds: ended.duration_since(begun).as_secs(),
        minutes: job.minutes,
        cpus: job.cpus,
        cpu_seconds: job.cpu_seconds,
        memory_mb: job.memory_mb,
        max_memory_mb: job.max_memory_mb,
    })
}

/// A project whose jobs are shown.
#[derive(Clone, Debug)]
pub struct JobsOf {
    /// The project.
    pub row: ProjectRow,
    /// Whether the acting person may run jobs in it.
    pub submits: bool,
    /// Where its jobs have more than it holds.
    pub excess: Vec<ExcessRow>,
}

/// Jobs of a project that somebody may see, as [`list`].
///
/// # Errors
/// Database errors only.
pub fn list_of(
    cx: &mut Cx<'_, '_>,
    of: &JobsOf,
    filter: &JobFilter,
    before: Option<(Timestamp, JobId)>,
    limit: i64,
) -> Outcome<Vec<JobItem>> {
    let filter = JobFilter { project: Some(of.row.id), ..filter.clone() };
    Ok(store::job::list(cx.tx, &filter, before, limit.clamp(1, 501))?)
}

/// The project whose jobs are shown. Two statements.
///
/// # Errors
/// [`Error::NotFound`] for people whom it does not concern.
pub fn project(cx: &mut Cx<'_, '_>, id: ProjectId) -> Outcome<JobsOf> {
    let (row, ties) = crate::project::tied(cx, id)?;
    cx.require_on(Act::JobRead, Act::JobRead, &ties)?;
    let submits =
        cx.identity.engine.is_some() && row.state == ProjectState::Active && cx.actor.may(Act::JobSubmit, &ties);
    let mut excess = store::excess::of_project(cx.tx, id)?;
    excess.retain(|one| one.told_at.is_some());
    Ok(JobsOf { row, submits, excess })
}

/// What was asked for by a job, to ask for it once more.
///
/// # Errors
/// [`Error::NotFound`] if it was not asked for through the portal, or for people who do not take part
/// in its project.
pub fn again(cx: &mut Cx<'_, '_>, id: JobId) -> Outcome<NewJob> {
    let (item, ties) = readable(cx, id)?;
    cx.require_on(Act::JobOutput, Act::JobSubmit, &ties)?;
    let order = item.row.order.ok_or(Error::NotFound)?;
    let order = store::job::order(cx.tx, order)?.ok_or(Error::NotFound)?;
    let (project, pool): (ProjectId, PoolId) = (item.row.project, item.row.pool);
    Ok(NewJob { project, pool, spec: spec(&order)?, after: Vec::<(JobId, AfterKind)>::new() })
}
