//! Where jobs have more devices than their project may use.

use domain::ids::{JobId, PoolId, ProjectId, UserId};
use jiff::Timestamp;

use crate::{Result, Tx, values};

mirror! {
    /// An excess that was seen.
    ExcessRow in "job_excess" {
        /// The project.
        project: ProjectId = "project_id",
        /// The pool.
        pool: PoolId = "pool_id",
        /// When it was first seen.
        since: Timestamp = "since",
        /// When the jobs that will be ended were sent their signal.
        signalled_at: Option<Timestamp> = "signalled_at",
        /// When jobs are ended; none if they run to their own end.
        ends_at: Option<Timestamp> = "ends_at",
        /// By how many devices, as people were told.
        amount: i64 = "amount",
        /// When they were told; none while it may pass by itself.
        told_at: Option<Timestamp> = "told_at",
    }
}

/// All that were seen.
///
/// # Errors
/// Database errors only.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<ExcessRow>> {
    let sql = format!("SELECT {} FROM job_excess ORDER BY project_id, pool_id", ExcessRow::COLUMNS);
    tx.rows(&sql, &[])?.iter().map(ExcessRow::read).collect()
}

/// Those of a project.
///
/// # Errors
/// Database errors only.
pub fn of_project(tx: &mut Tx<'_>, project: ProjectId) -> Result<Vec<ExcessRow>> {
    let sql = format!("SELECT {} FROM job_excess WHERE project_id = $1 ORDER BY pool_id", ExcessRow::COLUMNS);
    tx.rows(&sql, values![project])?.iter().map(ExcessRow::read).collect()
}

/// Notes one, or how far it has come.
///
/// # Errors
/// Database errors only.
pub fn put(tx: &mut Tx<'_>, row: &ExcessRow) -> Result<()> {
    delete(tx, row.project, &row.pool)?;
    row.put(tx)
}

/// Forgets one that is over.
///
/// # Errors
/// Database errors only.
pub fn delete(tx: &mut Tx<'_>, project: ProjectId, pool: &PoolId) -> Result<()> {
    let sql = "DELETE FROM job_excess WHERE project_id = $1 AND pool_id = $2";
    tx.run(sql, values![project, pool]).map(drop)
}

/// The devices that jobs of an engine have, by project and pool. What is told to end does not count, nor
/// what the engine has not shown lately.
///
/// # Errors
/// Database errors only.
pub fn in_use(tx: &mut Tx<'_>, engine: &str) -> Result<Vec<(ProjectId, PoolId, i64)>> {
    let sql = format!(
        "SELECT project_id, pool_id, CAST(SUM(devices) AS BIGINT) AS devices FROM job j WHERE {COUNTS} AND engine = $1
         GROUP BY project_id, pool_id ORDER BY project_id, pool_id"
    );
    let rows = tx.rows(&sql, values![engine])?;
    rows.iter().map(|row| Ok((row.get("project_id")?, row.get("pool_id")?, row.get("devices")?))).collect()
}

const COUNTS: &str = "j.state IN ('running', 'suspended') AND j.cancel_asked_at IS NULL AND j.missed_at IS NULL";

/// A job that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runs {
    /// The job.
    pub id: JobId,
    /// The engine's number.
    pub engine_id: Option<String>,
    /// Who runs it.
    pub user: Option<UserId>,
    /// How many devices it has.
    pub devices: i64,
    /// What its order asks for, as JSON, if the portal asked for it.
    pub spec: Option<String>,
}

/// What a project has running in a pool of an engine that nobody ends, the latest to start first.
///
/// # Errors
/// Database errors only.
pub fn running(tx: &mut Tx<'_>, engine: &str, project: ProjectId, pool: &PoolId) -> Result<Vec<Runs>> {
    let sql = format!(
        "SELECT j.id, j.engine_id, j.user_id, j.devices, o.spec FROM job j LEFT JOIN job_order o ON o.id = j.order_id
         WHERE j.project_id = $1 AND j.pool_id = $2 AND j.engine = $3 AND {COUNTS}
         ORDER BY j.started_at DESC, j.id DESC"
    );
    tx.rows(&sql, values![project, pool, engine])?
        .iter()
        .map(|row| {
            Ok(Runs {
                id: row.get("id")?,
                engine_id: row.get("engine_id")?,
                user: row.get("user_id")?,
                devices: row.get("devices")?,
                spec: row.get("spec")?,
            })
        })
        .collect()
}
