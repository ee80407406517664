//! Development environments that people started.

use std::collections::BTreeMap;

use domain::ids::{DevSessionId, JobId, OrderId, PoolId, ProjectId, UserId};
use domain::job::JobState;
use jiff::Timestamp;

use crate::sql::{ToValue, Value, from_newest};
use crate::{Result, Row, Tx, values};

mirror! {
    /// A development environment that somebody started.
    DevSessionRow in "dev_session" {
        /// Its id.
        id: DevSessionId = "id",
        /// The order that runs it.
        order: OrderId = "order_id",
        /// The job that runs it.
        job: JobId = "job_id",
        /// The project.
        project: ProjectId = "project_id",
        /// Whose it is.
        user: UserId = "user_id",
        /// Which of the center's environments.
        environment: String = "environment",
        /// What its server wants to see.
        secret: String = "secret",
        /// Where its server listens.
        port: Option<i64> = "port",
        /// When somebody last did something in it.
        used_at: Timestamp = "used_at",
        /// When it was asked for.
        created_at: Timestamp = "created_at",
        /// How many minutes in all somebody asked for while it runs; none once the engine was told.
        asked_minutes: Option<i64> = "asked_minutes",
        /// Why the engine did not give what was asked for last, in its words.
        refused: String = "refused",
    }
}

/// One with its job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DevSessionItem {
    /// The environment.
    pub row: DevSessionRow,
    /// How its job stands.
    pub state: JobState,
    /// The pool whose devices it has.
    pub pool: PoolId,
    /// Where its job runs.
    pub nodes: String,
    /// When its job started.
    pub started_at: Option<Timestamp>,
    /// How long its job may run, in minutes.
    pub minutes: i64,
    /// Whose it is, by name.
    pub person: String,
    /// The engine's number of its job.
    pub engine_id: Option<String>,
}

fn item(row: &Row) -> Result<DevSessionItem> {
    Ok(DevSessionItem {
        row: DevSessionRow::read(row)?,
        state: row.get("state")?,
        pool: row.get("pool_id")?,
        nodes: row.get("nodes")?,
        started_at: row.get("started_at")?,
        minutes: row.get("minutes")?,
        person: row.get("person")?,
        engine_id: row.get("engine_id")?,
    })
}

fn items() -> String {
    let columns = DevSessionRow::columns_of("d");
    format!(
        "SELECT {}, j.state, j.pool_id, j.nodes, j.started_at, j.minutes, j.engine_id, u.name AS person FROM dev_session d
         JOIN job j ON j.id = d.job_id JOIN users u ON u.id = d.user_id",
        columns
    )
}

const OPEN: &str = "j.state IN ('sending', 'pending', 'running', 'suspended')";

/// Adds one.
///
/// # Errors
/// Database errors only.
pub fn insert(tx: &mut Tx<'_>, row: &DevSessionRow) -> Result<()> {
    row.put(tx)
}

/// One.
///
/// # Errors
/// Database errors only.
pub fn find(tx: &mut Tx<'_>, id: DevSessionId) -> Result<Option<DevSessionItem>> {
    tx.row(&format!("{} WHERE d.id = $1", items()), values![id])?.as_ref().map(item).transpose()
}

/// The one that an order runs.
///
/// # Errors
/// Database errors only.
pub fn of_order(tx: &mut Tx<'_>, order: OrderId) -> Result<Option<DevSessionRow>> {
    let sql = format!("SELECT {} FROM dev_session WHERE order_id = $1", DevSessionRow::COLUMNS);
    tx.row(&sql, values![order])?.as_ref().map(DevSessionRow::read).transpose()
}

/// Those of a project before a place, newest first.
///
/// # Errors
/// Database errors only.
pub fn of_project(
    tx: &mut Tx<'_>,
    project: ProjectId,
    before: Option<(Timestamp, DevSessionId)>,
    limit: i64,
) -> Result<Vec<DevSessionItem>> {
    let (at, id) = from_newest(before);
    let sql = format!(
        "{} WHERE d.project_id = $1 AND (d.created_at, d.id) < ($2, $3) ORDER BY d.created_at DESC, d.id DESC LIMIT $4",
        items()
    );
    tx.rows(&sql, values![project, at, id, limit])?.iter().map(item).collect()
}

/// Those that a person started before a place, in projects in which they take part, newest first.
///
/// # Errors
/// Database errors only.
pub fn of_user(
    tx: &mut Tx<'_>,
    user: UserId,
    before: Option<(Timestamp, DevSessionId)>,
    limit: i64,
) -> Result<Vec<DevSessionItem>> {
    let (at, id) = from_newest(before);
    let sql = format!(
        "{} WHERE d.user_id = $1 AND (d.created_at, d.id) < ($2, $3)
         AND EXISTS (SELECT 1 FROM project_member m WHERE m.project_id = d.project_id AND m.user_id = d.user_id)
         ORDER BY d.created_at DESC, d.id DESC LIMIT $4",
        items()
    );
    tx.rows(&sql, values![user, at, id, limit])?.iter().map(item).collect()
}

/// How many of a person's are not over.
///
/// # Errors
/// Database errors only.
pub fn open_count(tx: &mut Tx<'_>, user: UserId) -> Result<i64> {
    let sql =
        format!("SELECT COUNT(*) FROM dev_session d JOIN job j ON j.id = d.job_id WHERE d.user_id = $1 AND {OPEN}");
    tx.scalar(&sql, values![user])
}

/// Those that run.
///
/// # Errors
/// Database errors only.
pub fn running(tx: &mut Tx<'_>) -> Result<Vec<DevSessionItem>> {
    tx.rows(&format!("{} WHERE j.state = 'running'", items()), &[])?.iter().map(item).collect()
}

/// When an environment of the catalog last let somebody in, and when it last ended before it did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tried {
    /// The start of the last that let somebody in.
    pub came_up: Option<Timestamp>,
    /// The start of the last that ended by itself before it did.
    pub failed: Option<Timestamp>,
}

/// What became of those that were started since, by what they are.
///
/// # Errors
/// Database errors only.
pub fn tried(tx: &mut Tx<'_>, since: Timestamp) -> Result<BTreeMap<String, Tried>> {
    tx.rows(
        "SELECT d.environment, MAX(CASE WHEN d.port IS NOT NULL THEN d.created_at END) AS came_up,
             MAX(CASE WHEN d.port IS NULL AND j.state NOT IN ('sending', 'pending', 'running', 'suspended', 'cancelled')
                 THEN d.created_at END) AS failed
         FROM dev_session d JOIN job j ON j.id = d.job_id WHERE d.created_at >= $1 GROUP BY d.environment",
        values![since],
    )?
    .iter()
    .map(|row| Ok((row.get("environment")?, Tried { came_up: row.get("came_up")?, failed: row.get("failed")? })))
    .collect()
}

/// Those of these that run for somebody who still takes part in their project and is not locked.
///
/// # Errors
/// Database errors only.
pub fn still(tx: &mut Tx<'_>, ids: &[DevSessionId]) -> Result<Vec<DevSessionId>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<String> = (1..=ids.len()).map(|n| format!("${n}")).collect();
    let sql = format!(
        "SELECT d.id FROM dev_session d JOIN job j ON j.id = d.job_id JOIN users u ON u.id = d.user_id
         JOIN project_member m ON m.project_id = d.project_id AND m.user_id = d.user_id
         WHERE d.id IN ({}) AND j.state = 'running' AND u.state = 'active'",
        places.join(", ")
    );
    let ids: Vec<Value> = ids.iter().map(ToValue::to_value).collect();
    tx.rows(&sql, &ids)?.iter().map(|row| row.get("id")).collect()
}

/// Notes where its server listens.
///
/// # Errors
/// Database errors only.
pub fn put_port(tx: &mut Tx<'_>, id: DevSessionId, port: i64, at: Timestamp) -> Result<()> {
    tx.run("UPDATE dev_session SET port = $2, used_at = $3 WHERE id = $1", values![id, port, at])?;
    Ok(())
}

/// Notes that somebody did something in it.
///
/// # Errors
/// Database errors only.
pub fn put_used(tx: &mut Tx<'_>, id: DevSessionId, at: Timestamp) -> Result<()> {
    tx.run("UPDATE dev_session SET used_at = $2 WHERE id = $1 AND used_at < $2", values![id, at])?;
    Ok(())
}

/// Notes that somebody wants it to run so many minutes in all.
///
/// # Errors
/// Database errors only.
pub fn ask_minutes(tx: &mut Tx<'_>, id: DevSessionId, minutes: i64) -> Result<()> {
    let sql = "UPDATE dev_session SET asked_minutes = $2, refused = '' WHERE id = $1";
    tx.run_one(sql, values![id, minutes])
}

/// Notes what came of it: the engine gave it, or why not.
///
/// # Errors
/// Database errors only.
pub fn settle_minutes(tx: &mut Tx<'_>, row: &DevSessionRow, refused: Option<&str>) -> Result<()> {
    // Somebody may have asked for more meanwhile.
    let sql = "UPDATE dev_session SET asked_minutes = NULL, refused = $3 WHERE id = $1 AND asked_minutes = $2";
    let settled = tx.run(sql, values![row.id, row.asked_minutes, refused.unwrap_or_default()])?;
    if settled > 0 && refused.is_none() {
        // The next look would say so; whoever asked sees it now.
        let sql = "UPDATE job SET minutes = $2 WHERE id = $1 AND minutes < $2";
        tx.run(sql, values![row.job, row.asked_minutes])?;
    }
    Ok(())
}
