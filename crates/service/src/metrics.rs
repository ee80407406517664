//! How the center stands, as sums for monitoring: by pool at most, never by project or person.

use domain::access::Act;
use domain::engine::SyncState;
use domain::ids::PoolId;
use domain::job::JobState;
use domain::units::PoolUnit;
use jiff::Timestamp;
pub use store::metrics::{PoolFigures, Waiting};

use crate::{Cx, Outcome};

/// The open jobs of a pool in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobFigures {
    /// The pool.
    pub pool: PoolId,
    /// How they stand.
    pub state: JobState,
    /// How many.
    pub jobs: i64,
    /// How many devices they have or ask for.
    pub devices: i64,
}

/// How the center stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    /// All pools in their order, today.
    pub pools: Vec<PoolFigures>,
    /// The jobs that are not over: of each pool of devices, each state.
    pub jobs: Vec<JobFigures>,
    /// For how long, in seconds, the job has waited that has waited longest, by pool of devices.
    pub waits: Vec<(PoolId, i64)>,
    /// How many projects stand how with the engine: each state.
    pub projects: Vec<(SyncState, i64)>,
    /// The most tries in a row that failed for one project.
    pub largest_tries: i64,
    /// How many seconds ago the engine was last looked at; nothing if it never was.
    pub lag: Option<i64>,
    /// What waits.
    pub waiting: Waiting,
    /// How old the first undone piece of work is, in seconds; 0 without any.
    pub work_age: i64,
    /// How old the first unsent mail is, in seconds; 0 without any.
    pub mail_age: i64,
}

/// How the center stands now. Five statements, however much there is.
///
/// # Errors
/// [`crate::Error::Forbidden`] for whoever may not see the center's work.
pub fn figures(cx: &mut Cx<'_, '_>) -> Outcome<Figures> {
    cx.require(Act::WorkRead, &[])?;
    let (now, today) = (cx.now, cx.today());
    // A clock that was put back makes nothing younger than new.
    let age = |at: Timestamp| now.duration_since(at).as_secs().max(0);
    let pools = store::metrics::pools(cx.tx, today)?;
    let open = store::metrics::jobs(cx.tx)?;
    let engine = store::metrics::engine(cx.tx)?;
    let waiting = store::metrics::waiting(cx.tx, today)?;
    let (mut jobs, mut waits) = (Vec::new(), Vec::new());
    for pool in pools.iter().filter(|pool| pool.unit == PoolUnit::Device).map(|pool| &pool.pool) {
        for state in JobState::open() {
            let found = open.iter().find(|one| one.pool == *pool && one.state == state);
            let (count, devices) = found.map_or((0, 0), |one| (one.jobs, one.devices));
            jobs.push(JobFigures { pool: pool.clone(), state, jobs: count, devices });
        }
        let waits_since = open.iter().filter(|one| one.pool == *pool && !one.state.holds()).map(|one| one.oldest_at);
        waits.push((pool.clone(), waits_since.min().map_or(0, age)));
    }
    let count = |state| engine.iter().find(|one| one.0 == state).map_or(0, |one| one.1);
    Ok(Figures {
        jobs,
        waits,
        projects: SyncState::ALL.iter().map(|&state| (state, count(state))).collect(),
        largest_tries: engine.iter().map(|one| one.2).max().unwrap_or(0),
        lag: crate::engine::last_round(cx)?.map(age),
        work_age: waiting.work_oldest_at.map_or(0, age),
        mail_age: waiting.mail_oldest_at.map_or(0, age),
        pools,
        waiting,
    })
}
