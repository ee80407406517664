//! What happens when jobs have more devices than their project may use, because its holding was
//! lowered while they ran. Nothing is killed silently: the engine starts no others, people are told,
//! and only if the center's rule says so are jobs sent a signal to save what they have, and ended
//! when their time is over - the latest to start first, and no more of them than there are too many.

use std::collections::BTreeMap;

use compute::{Compute, DesiredProject};
use domain::access::Tie;
use domain::excess::{Noted, Rules, Step};
use domain::ids::{PoolId, ProjectId};
use domain::job::{CHECKPOINT_VARIABLE, Checkpoint, JobSpec};
use domain::policy::PolicyKey;
use jiff::Timestamp;
pub use store::excess::ExcessRow;
use store::excess::Runs;
use texts::Texts;

use crate::mail::{Recipient, Template};
use crate::{Actor, Center, Cx, Outcome};

/// Where jobs of a project have more of a pool than it holds.
struct Excess {
    project: ProjectId,
    pool: PoolId,
    used: i64,
    held: i64,
}

/// One with what is known of it and what is due.
type Due = (Excess, Option<ExcessRow>, Step);

/// Looks where jobs have too much, tells people, and does what is due: for the worker, which has just
/// read what projects should have. Answers how many jobs were signalled or told to end.
///
/// # Errors
/// Database errors only.
pub(crate) fn settle(center: &Center, engine: &dyn Compute, desired: &[(ProjectId, DesiredProject)]) -> Outcome<u64> {
    let (clock, name) = (Actor::clock(), engine.name());
    let (due, over) = center.read(&clock, |cx| look(cx, name, desired))?;
    if over.is_empty() && due.iter().all(|(_, _, step)| *step == Step::Wait) {
        return Ok(0);
    }
    // Decided anew by what is in the books now. Whoever is signalled is written down first: better not
    // signalled than every second.
    let (signalled, ended) = center.write(&clock, |cx| {
        let desired = crate::engine::desired(cx)?;
        let (due, over) = look(cx, name, &desired)?;
        carry_out(cx, name, due, over)
    })?;
    let mut count = ended;
    for (signal, number) in signalled {
        match engine.signal(&number, signal) {
            Ok(()) => count += 1,
            Err(error) => tracing::warn!(engine = name, job = number, %error, "not signalled"),
        }
    }
    Ok(count)
}

/// Where jobs have too much and what is due of it, and the rows of what is in order again.
fn look(
    cx: &mut Cx<'_, '_>,
    engine: &str,
    desired: &[(ProjectId, DesiredProject)],
) -> Outcome<(Vec<Due>, Vec<ExcessRow>)> {
    // A project that is over is ended by the engine.
    let limits: BTreeMap<ProjectId, &DesiredProject> =
        desired.iter().filter(|(_, one)| !one.closing).map(|(id, one)| (*id, one)).collect();
    let mut known: BTreeMap<(ProjectId, PoolId), ExcessRow> =
        store::excess::all(cx.tx)?.into_iter().map(|row| ((row.project, row.pool.clone()), row)).collect();
    let mut found = Vec::new();
    for (project, pool, used) in store::excess::in_use(cx.tx, engine)? {
        let Some(one) = limits.get(&project) else { continue };
        let held = one.limits.get(pool.as_str()).copied().unwrap_or(0);
        if used > held {
            let row = known.remove(&(project, pool.clone()));
            found.push((Excess { project, pool, used, held }, row));
        }
    }
    let over = known.into_values().collect();
    if found.is_empty() {
        return Ok((Vec::new(), over));
    }
    let (now, policy) = (cx.now, cx.policy()?);
    let rules = Rules {
        grace_minutes: policy.int(PolicyKey::DecreaseGraceMinutes),
        signal_minutes: policy.int(PolicyKey::DecreaseSignalMinutes),
    };
    let due = found.into_iter().map(|(excess, row)| {
        let step = domain::excess::step(now, excess.used - excess.held, row.as_ref().map(noted), rules);
        (excess, row, step)
    });
    Ok((due.collect(), over))
}

fn noted(row: &ExcessRow) -> Noted {
    let ExcessRow { since, amount, told_at, signalled_at, ends_at, .. } = row;
    Noted { since: *since, amount: *amount, told_at: *told_at, signalled_at: *signalled_at, ends_at: *ends_at }
}

/// Does what is due. Answers whom to signal, and how many jobs are to end.
fn carry_out(
    cx: &mut Cx<'_, '_>,
    engine: &str,
    due: Vec<Due>,
    over: Vec<ExcessRow>,
) -> Outcome<(Vec<(Checkpoint, String)>, u64)> {
    let now = cx.now;
    let (mut signalled, mut ended) = (Vec::new(), 0);
    for row in over {
        store::excess::delete(cx.tx, row.project, &row.pool)?;
    }
    for (excess, row, step) in due {
        match (step, row) {
            (Step::Begin(Noted { since, amount, told_at, signalled_at, ends_at }), _) => {
                let (project, pool) = (excess.project, excess.pool);
                let row = ExcessRow { project, pool, since, signalled_at, ends_at, amount, told_at };
                store::excess::put(cx.tx, &row)?;
            }
            (Step::RunOn, Some(row)) => store::excess::put(cx.tx, &ExcessRow { ends_at: None, ..row })?,
            (Step::Tell, Some(row)) => {
                tell(cx, engine, &excess, row.ends_at)?;
                store::excess::put(cx.tx, &ExcessRow { told_at: Some(now), ..row })?;
                cx.audit("job.too_many", ("project", &excess.project), &(), &facts(&excess), "")?;
            }
            (Step::Signal, Some(row)) => {
                let jobs = too_many(cx, engine, &excess)?;
                signalled.extend(jobs.into_iter().filter_map(|job| Some((asked(&job)?, job.engine_id?))));
                store::excess::put(cx.tx, &ExcessRow { signalled_at: Some(now), ..row })?;
            }
            (Step::End, Some(row)) => {
                let ids: Vec<_> = too_many(cx, engine, &excess)?.iter().map(|job| job.id).collect();
                store::job::ask_cancel(cx.tx, &ids, now)?;
                cx.audit("job.ended_for_decrease", ("project", &excess.project), &facts(&excess), &ids, "")?;
                store::excess::delete(cx.tx, row.project, &row.pool)?;
                ended += u64::try_from(ids.len()).unwrap_or(0);
            }
            (Step::Wait, _) | (_, None) => {}
        }
    }
    Ok((signalled, ended))
}

fn facts(excess: &Excess) -> serde_json::Value {
    serde_json::json!({ "pool": excess.pool, "held": excess.held, "used": excess.used })
}

/// The signal that a job asked for, by a variable of its own.
fn asked(job: &Runs) -> Option<Checkpoint> {
    let spec: JobSpec = serde_json::from_str(job.spec.as_deref()?).ok()?;
    spec.environment.get(CHECKPOINT_VARIABLE)?.trim().parse().ok()
}

/// The jobs whose end brings what is used within what may be, the latest to start first.
fn too_many(cx: &mut Cx<'_, '_>, engine: &str, excess: &Excess) -> Outcome<Vec<Runs>> {
    let mut over = excess.used.saturating_sub(excess.held);
    let mut chosen = Vec::new();
    for job in store::excess::running(cx.tx, engine, excess.project, &excess.pool)? {
        if over <= 0 {
            break;
        }
        over = over.saturating_sub(job.devices);
        chosen.push(job);
    }
    Ok(chosen)
}

/// Tells the project's lead and managers, and whoever runs what would be ended.
fn tell(cx: &mut Cx<'_, '_>, engine: &str, excess: &Excess, ends_at: Option<Timestamp>) -> Outcome<()> {
    let Some(project) = store::project::find(cx.tx, excess.project)? else { return Ok(()) };
    let jobs = too_many(cx, engine, excess)?;
    let link = format!("{}/projects/{}/jobs?state=open", cx.identity.public_url, project.id);
    for person in store::project::members(cx.tx, project.id)? {
        let theirs = jobs.iter().any(|job| job.user == Some(person.user));
        if !theirs && !matches!(person.tie, Tie::Lead | Tie::Manager) {
            continue;
        }
        let to = Recipient::person(person.user, &person.email, &person.language);
        let t = Texts::new(to.lang);
        let amount = |devices: i64| cx.identity.pools.amount(t, &excess.pool, devices);
        let args = [
            ("name", person.name.clone()),
            ("number", project.number.clone()),
            ("title", crate::proposal::title(t, &project.title_ko, &project.title_en)),
            ("pool", cx.identity.pools.name(t, &excess.pool)),
            ("held", amount(excess.held)),
            ("used", amount(excess.used)),
            ("what", what_follows(t, ends_at)),
            ("link", link.clone()),
        ];
        crate::mail::post(cx, &to, Template::JobsTooMany, &args)?;
    }
    Ok(())
}

/// What becomes of the jobs, in words.
#[must_use]
pub fn what_follows(t: Texts, ends_at: Option<Timestamp>) -> String {
    match ends_at {
        Some(at) => t.f1(texts::k::JOBS_EXCESS_ENDS, "at", t.instant(at)),
        None => t.s(texts::k::JOBS_EXCESS_RUN_ON),
    }
}
