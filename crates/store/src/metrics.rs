//! Sums over the whole center that metrics show: few statements, and no names of projects or people.

use domain::capacity::Rung;
use domain::engine::SyncState;
use domain::ids::PoolId;
use domain::job::JobState;
use domain::units::PoolUnit;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::capacity::rung_on;
use crate::freed::IDLE_ON;
use crate::job::OPEN;
use crate::{Result, Tx, values};

/// A pool as it stands on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolFigures {
    /// The pool.
    pub pool: PoolId,
    /// What it counts.
    pub unit: PoolUnit,
    /// Installed.
    pub installed: i64,
    /// Leased.
    pub leased: i64,
    /// What may be granted.
    pub allocatable: i64,
    /// Held by awards.
    pub held: i64,
    /// Held by open offers.
    pub offered: i64,
    /// Given up by awards, and neither granted again nor on offer.
    pub freed_idle: i64,
    /// How many maintenance windows are ahead.
    pub windows_planned: i64,
    /// How many are under way.
    pub windows_under_way: i64,
    /// How much the windows ahead will take out of use.
    pub amount_planned: i64,
    /// How much is out of use by those under way.
    pub amount_under_way: i64,
}

/// All pools in their order as they stand on `day`. One statement.
///
/// # Errors
/// Database errors only.
pub fn pools(tx: &mut Tx<'_>, day: Date) -> Result<Vec<PoolFigures>> {
    let sum = |of: &str, from: &str, name: &str| {
        format!("(SELECT CAST(COALESCE(SUM({of}), 0) AS BIGINT) FROM {from}) AS {name}")
    };
    let step = |kind: &str| {
        sum("s.delta", &format!("pool_step s WHERE s.pool_id = p.id AND s.kind = '{kind}' AND s.on_date <= $1"), kind)
    };
    let window = |of: &str, state: &str, name: &str| {
        let from = format!(
            "maintenance m JOIN maintenance_pool o ON o.maintenance_id = m.id WHERE m.state = '{state}' AND o.pool_id = p.id"
        );
        sum(of, &from, name)
    };
    let columns = [
        rung_on(Rung::Installed),
        rung_on(Rung::Leased),
        rung_on(Rung::Allocatable),
        step("held"),
        step("offered"),
        IDLE_ON.to_owned(),
        window("1", "planned", "windows_planned"),
        window("1", "under_way", "windows_under_way"),
        window("o.amount", "planned", "amount_planned"),
        window("o.amount", "under_way", "amount_under_way"),
    ];
    let sql = format!("SELECT p.id, p.unit, {} FROM pool p ORDER BY p.position, p.id", columns.join(", "));
    tx.rows(&sql, values![day])?
        .iter()
        .map(|row| {
            Ok(PoolFigures {
                pool: row.get("id")?,
                unit: row.get("unit")?,
                installed: row.get("installed")?,
                leased: row.get("leased")?,
                allocatable: row.get("allocatable")?,
                held: row.get("held")?,
                offered: row.get("offered")?,
                freed_idle: row.get("freed_idle")?,
                windows_planned: row.get("windows_planned")?,
                windows_under_way: row.get("windows_under_way")?,
                amount_planned: row.get("amount_planned")?,
                amount_under_way: row.get("amount_under_way")?,
            })
        })
        .collect()
}

/// The jobs of a pool in a state.
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
    /// When the first of them was asked for.
    pub oldest_at: Timestamp,
}

/// The jobs that are not over, by pool and state. One statement.
///
/// # Errors
/// Database errors only.
pub fn jobs(tx: &mut Tx<'_>) -> Result<Vec<JobFigures>> {
    let sql = format!(
        "SELECT pool_id, state, COUNT(*) AS jobs, CAST(SUM(devices) AS BIGINT) AS devices, MIN(submitted_at) AS oldest_at
         FROM job WHERE state IN ({OPEN}) GROUP BY pool_id, state ORDER BY pool_id, state"
    );
    tx.rows(&sql, &[])?
        .iter()
        .map(|row| {
            Ok(JobFigures {
                pool: row.get("pool_id")?,
                state: row.get("state")?,
                jobs: row.get("jobs")?,
                devices: row.get("devices")?,
                oldest_at: row.get("oldest_at")?,
            })
        })
        .collect()
}

/// How many projects stand how with engines, and the most tries in a row that failed. One statement.
///
/// # Errors
/// Database errors only.
pub fn engine(tx: &mut Tx<'_>) -> Result<Vec<(SyncState, i64, i64)>> {
    tx.rows("SELECT state, COUNT(*) AS count, MAX(tries) AS tries FROM engine_sync GROUP BY state ORDER BY state", &[])?
        .iter()
        .map(|row| Ok((row.get("state")?, row.get("count")?, row.get("tries")?)))
        .collect()
}

mirror! {
    /// What waits for somebody or something.
    Waiting in "waiting" {
        /// Pieces of work that are not done.
        work: i64 = "work",
        /// Those of them that failed at least once.
        work_failed: i64 = "work_failed",
        /// When the first of them was queued.
        work_oldest_at: Option<Timestamp> = "work_oldest_at",
        /// Mails that are not sent.
        mail: i64 = "mail",
        /// Those of them that failed at least once.
        mail_failed: i64 = "mail_failed",
        /// When the first of them was posted.
        mail_oldest_at: Option<Timestamp> = "mail_oldest_at",
        /// Orders of jobs that are not with the engine yet.
        orders: i64 = "orders",
        /// Those of them that failed at least once.
        orders_failed: i64 = "orders_failed",
        /// Maintenance windows that the engine does not have as they are.
        windows_failed: i64 = "windows_failed",
        /// Proposals on the reserve list.
        reserve: i64 = "reserve",
    }
}

/// What waits on `day`. One statement.
///
/// # Errors
/// Database errors only.
pub fn waiting(tx: &mut Tx<'_>, day: Date) -> Result<Waiting> {
    let row = tx.row(
        "SELECT (SELECT COUNT(*) FROM outbox WHERE done_at IS NULL) AS work,
                (SELECT COUNT(*) FROM outbox WHERE done_at IS NULL AND tries > 0) AS work_failed,
                (SELECT MIN(created_at) FROM outbox WHERE done_at IS NULL) AS work_oldest_at,
                (SELECT COUNT(*) FROM mail WHERE sent_at IS NULL) AS mail,
                (SELECT COUNT(*) FROM mail WHERE sent_at IS NULL AND tries > 0) AS mail_failed,
                (SELECT MIN(created_at) FROM mail WHERE sent_at IS NULL) AS mail_oldest_at,
                (SELECT COUNT(*) FROM job_order WHERE state = 'waiting') AS orders,
                (SELECT COUNT(*) FROM job_order WHERE state = 'waiting' AND tries > 0) AS orders_failed,
                (SELECT COUNT(*) FROM maintenance WHERE sync_state = 'failed') AS windows_failed,
                (SELECT COUNT(*) FROM decision d JOIN proposal p ON p.id = d.proposal_id
                 WHERE d.outcome = 'reserve' AND p.state = 'reserve' AND d.reserve_until >= $1) AS reserve",
        values![day],
    )?;
    Waiting::read(&row.ok_or(crate::Error::NoRow)?)
}
