//! What happens when jobs have more devices than their project may use, because its holding was
//! lowered while they ran. Nothing is killed silently: the engine starts no others, people are told,
//! and only if the center's rule says so are jobs sent a signal to save what they have, and ended
//! when their time is over - the latest to start first, and no more of them than there are too many.

use std::collections::BTreeMap;

use compute::Compute;
use domain::access::Tie;
use domain::ids::{PoolId, ProjectId};
use domain::job::{CHECKPOINT_VARIABLE, Checkpoint, JobSpec};
use domain::policy::PolicyKey;
use jiff::{SignedDuration, Timestamp};
pub use store::excess::ExcessRow;
use store::excess::{InUse, Runs};
use texts::Texts;

use crate::mail::{Recipient, Template};
use crate::{Actor, Center, Cx, Outcome};

/// How long an excess has to last before it is one.
const PASSING: SignedDuration = SignedDuration::from_mins(1);

/// Looks where jobs have too much, tells people, and does what is due: for the worker. Answers how
/// many jobs were signalled or told to end.
///
/// # Errors
/// Database errors only.
pub fn settle(center: &Center, engine: &dyn Compute) -> Outcome<u64> {
    let clock = Actor::clock();
    let name = engine.name();
    let idle = center.read(&clock, |cx| {
        let today = cx.today();
        Ok(store::excess::now(cx.tx, name, today)?.is_empty() && store::excess::all(cx.tx)?.is_empty())
    })?;
    if idle {
        return Ok(0);
    }
    // Whoever is signalled is written down first: better not signalled than every second.
    let (signalled, ended) = center.write(&clock, |cx| step(cx, name))?;
    let mut count = ended;
    for (signal, number) in signalled {
        match engine.signal(&number, signal) {
            Ok(()) => count += 1,
            Err(error) => tracing::warn!(engine = name, job = number, %error, "not signalled"),
        }
    }
    Ok(count)
}

/// Brings the rows in line with what is used now. Answers whom to signal, and how many jobs are to end.
fn step(cx: &mut Cx<'_, '_>, engine: &str) -> Outcome<(Vec<(Checkpoint, String)>, u64)> {
    let (today, now, policy) = (cx.today(), cx.now, cx.policy()?);
    let mut before: BTreeMap<(ProjectId, PoolId), ExcessRow> =
        store::excess::all(cx.tx)?.into_iter().map(|row| ((row.project, row.pool.clone()), row)).collect();
    let minutes = |key: PolicyKey| SignedDuration::from_mins(policy.int(key));
    let (grace, signal) = (minutes(PolicyKey::DecreaseGraceMinutes), minutes(PolicyKey::DecreaseSignalMinutes));
    let ends = (!grace.is_zero()).then(|| later(now, grace));
    let (mut signalled, mut ended) = (Vec::new(), 0);
    for excess in store::excess::now(cx.tx, engine, today)? {
        let over = excess.used.saturating_sub(excess.held);
        let old = before.remove(&(excess.project, excess.pool.clone()));
        // More than people were told of begins anew, with its whole time.
        let Some(row) = old.filter(|row| over <= row.amount) else {
            let row = ExcessRow {
                project: excess.project,
                pool: excess.pool.clone(),
                since: now,
                signalled_at: None,
                ends_at: ends,
                amount: over,
                told_at: None,
            };
            store::excess::put(cx.tx, &row)?;
            continue;
        };
        if row.ends_at.is_some() && ends.is_none() {
            // The rule is another since: they run on.
            store::excess::put(cx.tx, &ExcessRow { ends_at: None, ..row })?;
            continue;
        }
        if row.told_at.is_none() {
            // At midnight one award ends before the next begins, and a moment later all is in order.
            if later(row.since, PASSING) <= now {
                tell(cx, engine, &excess, row.ends_at)?;
                let told = ExcessRow { told_at: Some(now), ..row };
                store::excess::put(cx.tx, &told)?;
                cx.audit("job.too_many", ("project", &excess.project), &(), &facts(&excess), "")?;
            }
            continue;
        }
        let Some(ends_at) = row.ends_at else { continue };
        if ends_at > now && (row.signalled_at.is_some() || later(now, signal) < ends_at) {
            continue;
        }
        let jobs = too_many(store::excess::running(cx.tx, engine, excess.project, &excess.pool)?, &excess);
        if ends_at <= now {
            let ids: Vec<_> = jobs.iter().map(|job| job.id).collect();
            store::job::ask_cancel(cx.tx, &ids, now)?;
            cx.audit("job.ended_for_decrease", ("project", &excess.project), &facts(&excess), &ids, "")?;
            store::excess::delete(cx.tx, excess.project, &excess.pool)?;
            ended += u64::try_from(ids.len()).unwrap_or(0);
        } else {
            signalled.extend(jobs.into_iter().filter_map(|job| Some((asked(&job)?, job.engine_id?))));
            store::excess::put(cx.tx, &ExcessRow { signalled_at: Some(now), ..row })?;
        }
    }
    // What is left is in order again.
    for (project, pool) in before.into_keys() {
        store::excess::delete(cx.tx, project, &pool)?;
    }
    Ok((signalled, ended))
}

fn facts(excess: &InUse) -> serde_json::Value {
    serde_json::json!({ "pool": excess.pool, "held": excess.held, "used": excess.used })
}

/// The signal that a job asked for, by a variable of its own.
fn asked(job: &Runs) -> Option<Checkpoint> {
    let spec: JobSpec = serde_json::from_str(job.spec.as_deref()?).ok()?;
    spec.environment.get(CHECKPOINT_VARIABLE)?.trim().parse().ok()
}

fn later(now: Timestamp, span: SignedDuration) -> Timestamp {
    now.saturating_add(span).unwrap_or(Timestamp::MAX)
}

/// The jobs whose end brings what is used within what may be, the latest to start first.
fn too_many(running: Vec<Runs>, excess: &InUse) -> Vec<Runs> {
    let mut over = excess.used.saturating_sub(excess.held);
    let mut chosen = Vec::new();
    for job in running {
        if over <= 0 {
            break;
        }
        over = over.saturating_sub(job.devices);
        chosen.push(job);
    }
    chosen
}

/// Tells the project's lead and managers, and whoever runs what would be ended.
fn tell(cx: &mut Cx<'_, '_>, engine: &str, excess: &InUse, ends_at: Option<Timestamp>) -> Outcome<()> {
    let Some(project) = store::project::find(cx.tx, excess.project)? else { return Ok(()) };
    let jobs = too_many(store::excess::running(cx.tx, engine, excess.project, &excess.pool)?, excess);
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
