//! Orders to the engine, and back what became of them. Level-triggered: whatever was lost between, the
//! next look finds it. The engine is asked outside of any transaction, by one instance at a time.

use std::collections::{BTreeMap, BTreeSet};

use compute::{Compute, EngineError, JobOrder, JobSeen, job_number, order_number};
use domain::ids::{JobId, OrderId, ProjectId, UserId};
use domain::job::{AfterKind, JobState, OrderState};
use jiff::{SignedDuration, Timestamp};
use store::job::{JobRow, OrderRow};

use super::show::spec;
use crate::{Actor, Center, Cx, Error, Outcome};

/// How many orders are sent before the engine is looked at again.
const BATCH: i64 = 200;
/// How many rows are written in one transaction.
const ROWS: usize = 500;
/// How far back of the last look is looked again: clocks differ, and records come late.
const OVERLAP: SignedDuration = SignedDuration::from_mins(10);
/// How far back the first look goes.
const FIRST: SignedDuration = SignedDuration::from_hours(24);
/// How often jobs that are not seen any more are looked for far back.
const DEEP: SignedDuration = SignedDuration::from_mins(1);
/// How long a job may not be seen before it counts as lost: longer than an accounting database is
/// usually away.
const LOST: SignedDuration = SignedDuration::from_hours(24);
/// How often a change of places in the queue alone is written.
const PLACES: SignedDuration = SignedDuration::from_mins(1);
/// How long an order that waits for another is left alone.
const WAITED: SignedDuration = SignedDuration::from_secs(3);
/// How often the engine is told again to end a job.
const TOLD: SignedDuration = SignedDuration::from_secs(30);
/// How often it is noted up to when was looked.
const NOTED: SignedDuration = SignedDuration::from_mins(1);

/// What one instance remembers between rounds; nothing is lost with it.
#[derive(Debug, Default)]
pub struct Memory {
    told: BTreeMap<JobId, Timestamp>,
    deep_at: Option<Timestamp>,
    places_at: Option<Timestamp>,
    noted_at: Option<Timestamp>,
    over: BTreeMap<String, JobSeen>,
}

/// Whether `at` is longer ago than `span`, or never was.
fn due(at: Option<Timestamp>, span: SignedDuration, now: Timestamp) -> bool {
    at.is_none_or(|at| now.duration_since(at).abs() >= span)
}

fn before(now: Timestamp, span: SignedDuration) -> Timestamp {
    now.saturating_sub(span).unwrap_or(Timestamp::MIN)
}

/// Sends what waits, ends what is to end, and notes what became of the rest: for the worker. Answers
/// how many orders and cancellations were carried out.
///
/// # Errors
/// Database errors; [`Error::Unavailable`] if the engine cannot be seen.
pub fn sync(center: &Center, engine: &dyn Compute, memory: &mut Memory) -> Outcome<u64> {
    let sent = send(center, engine)?;
    let key = seen_key(engine.name());
    let look = center.read(&Actor::clock(), |cx| {
        let mut open = store::job::open(cx.tx, engine.name())?;
        open.retain(|job| job.engine_id.is_some());
        let last = store::center::setting(cx.tx, &key)?.and_then(|text| text.parse().ok());
        Ok(Look { open, last, now: cx.now })
    })?;
    let told = end(engine, &look, memory);
    watch(center, engine, &look, memory)?;
    crate::devenv::find_ports(center, engine)?;
    crate::devenv::lengthen(center, engine)?;
    Ok(sent + told)
}

// Sending.

/// What is to become of an order now.
enum Next {
    Send(Box<JobOrder>),
    /// It is taken back; whether the engine may have it.
    TakeBack(bool),
    /// What it waits for will never come.
    Never,
    /// Something that it needs is not there yet.
    Wait,
}

fn send(center: &Center, engine: &dyn Compute) -> Outcome<u64> {
    let clock = Actor::clock();
    let (orders, now) = center.read(&clock, |cx| {
        let orders = store::job::due_orders(cx.tx, engine.name(), cx.now, BATCH)?;
        Ok((orders, cx.now))
    })?;
    let mut done = 0;
    for order in orders {
        // Asked one by one: what it waits for may have been sent just now.
        let outcome = match center.read(&clock, |cx| next(cx, &order))? {
            // Others must not stand behind it.
            Next::Wait => {
                let until = now.saturating_add(WAITED).unwrap_or(Timestamp::MAX);
                center.write(&clock, |cx| {
                    Ok(store::job::step_order(cx.tx, &OrderRow { next_try_at: until, ..order.clone() })?)
                })?;
                continue;
            }
            Next::Never => Ok(settled(&order, OrderState::Refused, None, "")),
            Next::TakeBack(false) => Ok(settled(&order, OrderState::Cancelled, None, "")),
            Next::TakeBack(true) => engine.submitted(&order.id.to_string()).map(|found| match found {
                Some(number) => settled(&order, OrderState::Sent, Some(number), ""),
                None => settled(&order, OrderState::Cancelled, None, ""),
            }),
            Next::Send(wanted) => match engine.submit(&wanted) {
                Ok(number) => Ok(settled(&order, OrderState::Sent, Some(number), "")),
                // An engine may hear of a project a little later than of its first job: asked twice.
                Err(EngineError::Refused(said)) if order.tries > 0 => {
                    Ok(settled(&order, OrderState::Refused, None, &said))
                }
                Err(error) => Err(error),
            },
        };
        match outcome {
            Ok(after) => {
                center.write(&clock, |cx| note(cx, &after))?;
                done += 1;
            }
            Err(error) => {
                tracing::warn!(engine = engine.name(), order = %order.id, %error, "not sent");
                center.write(&clock, |cx| {
                    let later = OrderRow {
                        tries: order.tries.saturating_add(1),
                        next_try_at: crate::work::next_try(cx.now, order.tries.min(5)),
                        last_error: crate::work::short(error.cause()),
                        ..order.clone()
                    };
                    Ok(store::job::step_order(cx.tx, &later)?)
                })?;
                // Whoever is away takes no other now either.
                if !matches!(error, EngineError::Refused(_)) {
                    break;
                }
            }
        }
    }
    Ok(done)
}

fn next(cx: &mut Cx<'_, '_>, order: &OrderRow) -> Outcome<Next> {
    let jobs = store::job::of_order(cx.tx, order.id)?;
    if jobs.iter().all(|job| job.cancel_asked_at.is_some()) {
        return Ok(Next::TakeBack(order.tries > 0));
    }
    let mut after = Vec::new();
    let waits: Vec<(OrderId, AfterKind)> = serde_json::from_str(&order.after).map_err(Error::internal)?;
    for (other, kind) in waits {
        let Some(row) = store::job::order(cx.tx, other)? else { return Ok(Next::Never) };
        let ended = store::job::of_order(cx.tx, other)?;
        let over = ended.iter().all(|job| job.state.is_over());
        match (over, row.engine_id) {
            (true, _) if met(kind, &ended) => {}
            (true, _) => return Ok(Next::Never),
            (false, Some(number)) => after.push((number, kind)),
            (false, None) => return Ok(Next::Wait),
        }
    }
    let Some((project, member)) = store::job::names(cx.tx, order.project, order.user)? else { return Ok(Next::Wait) };
    let mut spec = spec(order)?;
    spec.environment.extend(crate::devenv::variables(cx, order.id, &order.engine)?);
    let reservation = store::reservation::under_way(cx.tx, order.project, &order.pool, cx.today())?;
    Ok(Next::Send(Box::new(JobOrder {
        tag: order.id.to_string(),
        project,
        pool: order.pool.to_string(),
        member,
        spec,
        after,
        reservation: reservation.map(crate::kept::name_of_reservation),
    })))
}

/// Whether jobs that are over ended as somebody waited for.
fn met(kind: AfterKind, ended: &[JobRow]) -> bool {
    let well = ended.iter().all(|job| job.state == JobState::Completed);
    match kind {
        AfterKind::Ok => well,
        AfterKind::NotOk => !well,
        AfterKind::Any => true,
    }
}

fn settled(order: &OrderRow, state: OrderState, engine_id: Option<String>, said: &str) -> OrderRow {
    OrderRow { state, engine_id, last_error: crate::work::short(said), ..order.clone() }
}

/// Writes down what became of an order, and its jobs with it.
fn note(cx: &mut Cx<'_, '_>, order: &OrderRow) -> Outcome<()> {
    store::job::step_order(cx.tx, order)?;
    for job in store::job::of_order(cx.tx, order.id)? {
        let mut job = job;
        match (&order.engine_id, order.state) {
            (Some(number), OrderState::Sent) => {
                job.engine_id = Some(job_number(number, job.task));
                job.state = JobState::Pending;
            }
            (_, OrderState::Refused) => {
                job.state = JobState::Refused;
                job.wait_said.clone_from(&order.last_error);
                job.ended_at = Some(cx.now);
            }
            _ => {
                job.state = JobState::Cancelled;
                job.ended_at = Some(cx.now);
            }
        }
        store::job::update(cx.tx, &job)?;
    }
    Ok(())
}

// Ending.

/// The books as a round finds them.
struct Look {
    /// What the engine has that is not over.
    open: Vec<JobRow>,
    /// Up to when was looked last.
    last: Option<Timestamp>,
    now: Timestamp,
}

/// Tells the engine what to end; all open tasks of an array by one word. What it did not hear it is
/// told at the next look.
fn end(engine: &dyn Compute, look: &Look, memory: &mut Memory) -> u64 {
    let asked: Vec<&JobRow> = look.open.iter().filter(|job| job.cancel_asked_at.is_some()).collect();
    let ids: BTreeSet<JobId> = asked.iter().map(|job| job.id).collect();
    memory.told.retain(|id, _| ids.contains(id));
    let goes_on = |job: &&JobRow| job.cancel_asked_at.is_none() && job.task.is_some();
    let kept: BTreeSet<OrderId> = look.open.iter().filter(goes_on).filter_map(|job| job.order).collect();
    let (mut spoken, mut done) = (BTreeSet::new(), 0);
    for job in asked {
        if !due(memory.told.get(&job.id).copied(), TOLD, look.now) {
            continue;
        }
        let Some(number) = &job.engine_id else { continue };
        let whole = job.task.is_some() && job.order.is_some_and(|order| !kept.contains(&order));
        let number = if whole { order_number(number) } else { number };
        if spoken.insert(number.to_owned())
            && let Err(error) = engine.cancel(number)
        {
            tracing::warn!(engine = engine.name(), job = number, %error, "not ended");
            break;
        }
        done += u64::from(memory.told.insert(job.id, look.now).is_none());
    }
    done
}

// Watching.

/// The setting that says up to when an engine's jobs were looked at.
fn seen_key(engine: &str) -> String {
    format!("jobs.seen.{engine}")
}

fn watch(center: &Center, engine: &dyn Compute, look: &Look, memory: &mut Memory) -> Outcome<()> {
    let (clock, key) = (Actor::clock(), seen_key(engine.name()));
    let Look { open, last, now } = look;
    let (last, now) = (*last, *now);
    let away = |error: EngineError| Error::Unavailable(error.to_string());
    let since = last.map_or_else(|| before(now, FIRST), |last| before(last, OVERLAP));
    let mut seen = by_number(engine.jobs(since).map_err(away)?);
    let missing = |seen: &BTreeMap<String, JobSeen>| -> Option<Timestamp> {
        let unseen = |job: &&JobRow| job.engine_id.as_ref().is_some_and(|number| !seen.contains_key(number));
        open.iter().filter(unseen).map(|job| job.submitted_at).min()
    };
    if let Some(oldest) = missing(&seen)
        && due(memory.deep_at, DEEP, now)
    {
        memory.deep_at = Some(now);
        seen.extend(by_number(engine.jobs(before(oldest, OVERLAP)).map_err(away)?));
    }
    let places = due(memory.places_at, PLACES, now);
    // What is over and written is looked at no more, as long as it stays so.
    let over: BTreeMap<String, JobSeen> =
        seen.iter().filter(|(_, one)| one.state.is_over()).map(|(number, one)| (number.clone(), one.clone())).collect();
    let known: BTreeSet<&str> = open.iter().filter_map(|job| job.engine_id.as_deref()).collect();
    seen.retain(|number, one| known.contains(number.as_str()) || memory.over.get(number) != Some(&*one));
    let changed = changes(center, engine.name(), open, &seen, places)?;
    for some in changed.chunks(ROWS) {
        center.write(&clock, |cx| {
            for (row, fresh) in some {
                if *fresh { store::job::insert(cx.tx, row)? } else { store::job::update(cx.tx, row)? }
            }
            Ok(())
        })?;
    }
    memory.over = over;
    if places {
        memory.places_at = Some(now);
    }
    if due(memory.noted_at, NOTED, now) {
        center.write(&clock, |cx| Ok(store::center::put_setting(cx.tx, &key, &now.to_string())?))?;
        memory.noted_at = Some(now);
    }
    Ok(())
}

fn by_number(seen: Vec<JobSeen>) -> BTreeMap<String, JobSeen> {
    seen.into_iter().map(|one| (one.id.clone(), one)).collect()
}

/// The rows that differ from what was seen, and whether each is new.
fn changes(
    center: &Center,
    engine: &str,
    open: &[JobRow],
    seen: &BTreeMap<String, JobSeen>,
    places: bool,
) -> Outcome<Vec<(JobRow, bool)>> {
    let known: BTreeSet<&String> = open.iter().filter_map(|job| job.engine_id.as_ref()).collect();
    let other: Vec<String> = seen.keys().filter(|number| !known.contains(number)).cloned().collect();
    center.read(&Actor::clock(), |cx| {
        let mut changed = Vec::new();
        let over = store::job::by_engine_ids(cx.tx, engine, &other)?;
        let written: BTreeSet<&String> = over.iter().filter_map(|job| job.engine_id.as_ref()).collect();
        for job in open.iter().chain(&over) {
            let after = match job.engine_id.as_ref().and_then(|number| seen.get(number)) {
                Some(one) => merged(job, one, places),
                None if job.state.is_over() => continue,
                None => missed(job, cx.now),
            };
            if after != *job {
                changed.push((after, false));
            }
        }
        let strange: Vec<&JobSeen> =
            other.iter().filter(|number| !written.contains(number)).filter_map(|number| seen.get(number)).collect();
        if !strange.is_empty() {
            let names = Names::read(cx)?;
            for one in strange {
                changed.extend(found(cx, engine, &names, one)?.map(|row| (row, true)));
            }
        }
        Ok(changed)
    })
}

/// Who is behind the names on the engine.
struct Names {
    projects: BTreeMap<String, ProjectId>,
    people: BTreeMap<String, UserId>,
    pools: BTreeSet<String>,
}

impl Names {
    fn read(cx: &mut Cx<'_, '_>) -> Outcome<Self> {
        let pools = store::capacity::pools(cx.tx)?;
        Ok(Self {
            projects: store::job::projects(cx.tx)?.into_iter().collect(),
            people: store::job::people(cx.tx)?.into_iter().collect(),
            pools: pools.iter().map(|pool| pool.id.to_string()).collect(),
        })
    }
}

/// A row for a job that the portal did not ask for. One with the tag of an order is that order's, and
/// is found when the order is sent again.
fn found(cx: &mut Cx<'_, '_>, engine: &str, names: &Names, one: &JobSeen) -> Outcome<Option<JobRow>> {
    let Some(project) = names.projects.get(&one.project) else { return Ok(None) };
    if !names.pools.contains(&one.pool) {
        return Ok(None);
    }
    let order = one.tag.as_ref().and_then(|tag| tag.parse::<OrderId>().ok());
    if let Some(order) = order
        && store::job::order(cx.tx, order)?.is_some()
    {
        return Ok(None);
    }
    let pool = one.pool.parse().map_err(Error::internal)?;
    let row = JobRow::new(cx.new_id()?, engine, *project, pool, whole(one.submitted_at));
    let row = JobRow {
        task: one.task,
        engine_id: Some(one.id.clone()),
        user: names.people.get(&one.member).copied(),
        name: one.name.clone(),
        ..row
    };
    Ok(Some(merged(&row, one, true)))
}

/// A row after a look at its job. Places in the queue change all the time; alone they are written only
/// now and then.
fn merged(job: &JobRow, one: &JobSeen, places: bool) -> JobRow {
    let wait = one.wait.as_ref().filter(|_| one.state == JobState::Pending);
    let same_wait = one.state == job.state && wait.map(|wait| wait.reason) == job.wait;
    let (rank, starts_at) = match wait {
        Some(_) if same_wait && !places && job.rank.is_some() => (job.rank, job.starts_at),
        Some(wait) => (wait.rank, wait.starts_at.map(whole)),
        None => (None, None),
    };
    JobRow {
        account: one.member.clone(),
        state: one.state,
        wait: wait.map(|wait| wait.reason),
        wait_said: wait.map(|wait| crate::work::short(&wait.said)).unwrap_or_default(),
        rank,
        starts_at,
        devices: one.devices,
        cpus: one.cpus,
        memory_mb: one.memory_mb,
        // Accounting may not know it yet.
        minutes: if one.minutes > 0 { one.minutes } else { job.minutes },
        started_at: one.started_at.map(whole),
        ended_at: one.ended_at.map(whole),
        nodes: one.nodes.clone(),
        exit_code: one.exit_code,
        signal: one.signal,
        cpu_seconds: one.cpu_seconds.or(job.cpu_seconds),
        max_memory_mb: one.max_memory_mb.or(job.max_memory_mb),
        missed_at: None,
        ..job.clone()
    }
}

/// As it is stored.
fn whole(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

/// A row whose job is not seen: gone for good once that lasted.
fn missed(job: &JobRow, now: Timestamp) -> JobRow {
    match job.missed_at {
        None => JobRow { missed_at: Some(whole(now)), ..job.clone() },
        Some(at) if now.duration_since(at) >= LOST => JobRow {
            state: JobState::NodeFail,
            wait: None,
            rank: None,
            starts_at: None,
            ended_at: Some(at),
            ..job.clone()
        },
        Some(_) => job.clone(),
    }
}
