//! Orders and cancellations.

use domain::access::Act;
use domain::award::ProjectState;
use domain::ids::{JobId, OrderId, PoolId, ProjectId};
use domain::job::{AfterKind, JobSpec, JobState, OrderState, beyond};
use domain::{Code, FieldError, Reason};
use store::job::{JobRow, OrderRow};

use crate::{Cx, Error, Outcome};

/// How many jobs of a project may be there that are not over.
const MAX_OPEN: i64 = 10_000;
/// How many jobs one may wait for.
const MAX_AFTER: i64 = 20;

/// What somebody asks to run, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewJob {
    /// The project.
    pub project: ProjectId,
    /// The pool whose devices it gets.
    pub pool: PoolId,
    /// The rest.
    pub spec: JobSpec,
    /// Jobs of the same project that it waits for, and how those have to end. Of an array all tasks
    /// count.
    pub after: Vec<(JobId, AfterKind)>,
}

/// The pools in which a project can run jobs today, each with how many devices at once.
///
/// # Errors
/// [`Error::NotFound`] for people whom the project does not concern; [`Error::Forbidden`] for those
/// who do not take part in it.
pub fn offers(cx: &mut Cx<'_, '_>, project: ProjectId) -> Outcome<Vec<(PoolId, i64)>> {
    let (_, ties) = crate::project::tied(cx, project)?;
    cx.require_on(Act::ProjectRead, Act::JobSubmit, &ties)?;
    let today = cx.today();
    let held = crate::engine::by_pool(store::engine::held(cx.tx, project, today)?);
    Ok(held.into_iter().map(|(pool, (devices, _))| (pool, devices)).collect())
}

/// Takes a job, or all tasks of an array, in; the engine gets it within seconds. Answers the order
/// and its first job.
///
/// # Errors
/// [`Error::Invalid`] with everything that is wrong; [`Error::Conflict`] if the project takes no jobs
/// or has too many.
pub fn submit(cx: &mut Cx<'_, '_>, mut new: NewJob) -> Outcome<(OrderId, JobId)> {
    let user = cx.user()?;
    // Lines as the machines have them, wherever the script was written.
    new.spec.script = new.spec.script.replace("\r\n", "\n");
    let (project, ties) = crate::project::tied(cx, new.project)?;
    cx.require_on(Act::ProjectRead, Act::JobSubmit, &ties)?;
    let engine = cx.identity.engine.ok_or_else(|| Error::conflict(Code::NoJobs))?;
    let mut faults = new.spec.faults();
    let today = cx.today();
    match crate::engine::by_pool(store::engine::held(cx.tx, new.project, today)?).get(&new.pool) {
        None => faults.push(Reason::new(Code::JobHoldsNothing).with("pool", new.pool.as_str()).at("pool")),
        Some((limit, rules)) => {
            faults.extend(beyond(new.spec.devices, *limit).map(|reason| reason.at("devices")));
            let too_long = rules.as_ref().and_then(|rules| rules.too_long(new.spec.minutes));
            faults.extend(too_long.map(|reason| reason.at("minutes")));
        }
    }
    if new.spec.image.is_some() && !engine.images {
        faults.push(Reason::new(Code::NoImages).at("image"));
    }
    let after = after(cx, &new, &mut faults)?;
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    if project.state != ProjectState::Active {
        return Err(Error::wrong_state(project.state));
    }
    let open = store::job::open_count(cx.tx, new.project)?;
    if open.saturating_add(new.spec.count()) > MAX_OPEN {
        return Err(Error::conflict(Reason::new(Code::TooManyJobs).with("count", open).with("max", MAX_OPEN)));
    }
    let order = OrderRow {
        id: cx.new_id()?,
        project: new.project,
        user,
        pool: new.pool.clone(),
        spec: serde_json::to_string(&new.spec).map_err(Error::internal)?,
        after: serde_json::to_string(&after).map_err(Error::internal)?,
        engine: engine.name.to_owned(),
        engine_id: None,
        state: OrderState::Waiting,
        tries: 0,
        next_try_at: cx.now,
        last_error: String::new(),
        created_at: cx.now,
    };
    store::job::insert_order(cx.tx, &order)?;
    let mut first = None;
    for task in new.spec.tasks() {
        let row = sending(cx, &order, &new.spec, task)?;
        store::job::insert(cx.tx, &row)?;
        first = first.or(Some(row.id));
    }
    let first = first.ok_or_else(|| Error::internal("an order without tasks"))?;
    let facts = serde_json::json!({
        "name": new.spec.name, "pool": new.pool, "devices": new.spec.devices, "minutes": new.spec.minutes,
        "tasks": new.spec.count(), "project": new.project,
    });
    cx.audit("job.submitted", ("order", &order.id), &(), &facts, "")?;
    cx.queued = true;
    Ok((order.id, first))
}

/// The orders behind the jobs that are waited for.
fn after(cx: &mut Cx<'_, '_>, new: &NewJob, faults: &mut Vec<FieldError>) -> Outcome<Vec<(OrderId, AfterKind)>> {
    if i64::try_from(new.after.len()).unwrap_or(i64::MAX) > MAX_AFTER {
        faults.push(Reason::new(Code::TooLarge).with("max", MAX_AFTER).at("after"));
        return Ok(Vec::new());
    }
    let mut orders = Vec::new();
    for (job, kind) in &new.after {
        let found = store::job::find(cx.tx, *job)?.filter(|found| found.row.project == new.project);
        match found.and_then(|found| found.row.order) {
            Some(order) if !orders.contains(&(order, *kind)) => orders.push((order, *kind)),
            Some(_) => {}
            None => faults.push(Reason::new(Code::Unknown).at("after")),
        }
    }
    Ok(orders)
}

fn sending(cx: &Cx<'_, '_>, order: &OrderRow, spec: &JobSpec, task: Option<i64>) -> Outcome<JobRow> {
    let row = JobRow::new(cx.new_id()?, &order.engine, order.project, order.pool.clone(), cx.now);
    Ok(JobRow {
        order: Some(order.id),
        task,
        user: Some(order.user),
        name: spec.name.clone(),
        devices: spec.devices,
        minutes: spec.minutes,
        ..row
    })
}

/// Asks for the end of a job, or with `whole` of all tasks of its array; the engine is told within
/// seconds. Answers how many were not over.
///
/// # Errors
/// [`Error::NotFound`] for people whom the project does not concern, [`Error::Forbidden`] for those
/// who may see it and not end it; [`Error::Conflict`] if it is over.
pub fn cancel(cx: &mut Cx<'_, '_>, id: JobId, whole: bool) -> Outcome<u64> {
    let (item, ties) = super::show::readable(cx, id)?;
    cx.require(Act::JobCancel, &ties)?;
    let jobs = match item.row.order.filter(|_| whole) {
        Some(order) => store::job::of_order(cx.tx, order)?,
        None => vec![item.row],
    };
    let open: Vec<JobId> = jobs.iter().filter(|job| !job.state.is_over()).map(|job| job.id).collect();
    if open.is_empty() {
        return Err(Error::wrong_state(jobs.first().map_or(JobState::Cancelled, |job| job.state)));
    }
    store::job::ask_cancel(cx.tx, &open, cx.now)?;
    cx.audit("job.cancelled", ("job", &id), &(), &serde_json::json!({ "jobs": open.len() }), "")?;
    cx.queued = true;
    Ok(u64::try_from(open.len()).unwrap_or(u64::MAX))
}
