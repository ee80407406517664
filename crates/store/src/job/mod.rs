//! Orders of jobs, and the jobs that came of them or were found on an engine.

mod list;

use domain::ids::{JobId, OrderId, PoolId, ProjectId, UserId};
use domain::job::{JobState, OrderState, WaitReason};
use jiff::Timestamp;

use crate::sql::{FromValue, ToValue, Value, as_text};
use crate::{Result, Row, Tx, values};

as_text! {
    JobState: "state of a job", WaitReason: "reason to wait", OrderState: "state of an order"
}

mirror! {
    /// What somebody asked to run.
    OrderRow in "job_order" {
        /// Its id, which is also its tag on the engine.
        id: OrderId = "id",
        /// The project.
        project: ProjectId = "project_id",
        /// Who asked.
        user: UserId = "user_id",
        /// The pool.
        pool: PoolId = "pool_id",
        /// What to run, as JSON of [`domain::job::JobSpec`].
        spec: String = "spec",
        /// The orders that it waits for and how they have to end, as JSON.
        after: String = "after_orders",
        /// The engine.
        engine: String = "engine",
        /// The number that the engine gave it.
        engine_id: Option<String> = "engine_id",
        /// How far it has come.
        state: OrderState = "state",
        /// How often sending it has failed in a row.
        tries: i64 = "tries",
        /// When it is tried next.
        next_try_at: Timestamp = "next_try_at",
        /// Why it failed or was refused, in the engine's words.
        last_error: String = "last_error",
        /// When it was asked.
        created_at: Timestamp = "created_at",
    }
}

mirror! {
    /// A job.
    JobRow in "job" {
        /// Its id.
        id: JobId = "id",
        /// Its order; nothing if it was not asked for through the portal.
        order: Option<OrderId> = "order_id",
        /// The number of its task, if it is of an array.
        task: Option<i64> = "task",
        /// The engine.
        engine: String = "engine",
        /// The engine's own number.
        engine_id: Option<String> = "engine_id",
        /// The project.
        project: ProjectId = "project_id",
        /// Who runs it; nothing if nobody is known by the account.
        user: Option<UserId> = "user_id",
        /// The pool.
        pool: PoolId = "pool_id",
        /// The account on the engine that runs it.
        account: String = "account",
        /// What people call it.
        name: String = "name",
        /// How it stands.
        state: JobState = "state",
        /// Why it waits.
        wait: Option<WaitReason> = "wait",
        /// The same in the engine's words, or why it was refused.
        wait_said: String = "wait_said",
        /// Its place in the queue.
        rank: Option<i64> = "rank",
        /// When it is expected to start.
        starts_at: Option<Timestamp> = "starts_at",
        /// How many devices it has or asks for.
        devices: i64 = "devices",
        /// How many CPUs it has.
        cpus: i64 = "cpus",
        /// How much memory it has, in MiB.
        memory_mb: i64 = "memory_mb",
        /// How long it may run, in minutes.
        minutes: i64 = "minutes",
        /// When it was asked for.
        submitted_at: Timestamp = "submitted_at",
        /// When it last started.
        started_at: Option<Timestamp> = "started_at",
        /// When it ended.
        ended_at: Option<Timestamp> = "ended_at",
        /// Where it runs or ran.
        nodes: String = "nodes",
        /// What its script answered.
        exit_code: Option<i64> = "exit_code",
        /// The signal that ended it.
        signal: Option<i64> = "signal",
        /// CPU time, in seconds.
        cpu_seconds: Option<i64> = "cpu_seconds",
        /// The most memory that it used at once, in MiB.
        max_memory_mb: Option<i64> = "max_memory_mb",
        /// When somebody asked to end it.
        cancel_asked_at: Option<Timestamp> = "cancel_asked_at",
        /// Since when it is not seen on the engine any more though it should be there.
        missed_at: Option<Timestamp> = "missed_at",
    }
}

impl JobRow {
    /// A job of which nothing is known yet but what it is; it is being sent.
    #[must_use]
    pub fn new(id: JobId, engine: &str, project: ProjectId, pool: PoolId, submitted_at: Timestamp) -> Self {
        Self {
            id,
            order: None,
            task: None,
            engine: engine.to_owned(),
            engine_id: None,
            project,
            user: None,
            pool,
            account: String::new(),
            name: String::new(),
            state: JobState::Sending,
            wait: None,
            wait_said: String::new(),
            rank: None,
            starts_at: None,
            devices: 0,
            cpus: 0,
            memory_mb: 0,
            minutes: 0,
            submitted_at,
            started_at: None,
            ended_at: None,
            nodes: String::new(),
            exit_code: None,
            signal: None,
            cpu_seconds: None,
            max_memory_mb: None,
            cancel_asked_at: None,
            missed_at: None,
        }
    }
}

pub use list::{JobFilter, list};

/// A job with the names that a list shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobItem {
    /// The job.
    pub row: JobRow,
    /// The project's number.
    pub number: String,
    /// The project's Korean title.
    pub title_ko: String,
    /// The project's English title; may be empty.
    pub title_en: String,
    /// Who runs it; empty if nobody is known.
    pub person: String,
}

fn item(row: &Row) -> Result<JobItem> {
    Ok(JobItem {
        row: JobRow::read(row)?,
        number: row.get("number")?,
        title_ko: row.get("title_ko")?,
        title_en: row.get("title_en")?,
        person: row.get::<Option<String>>("person")?.unwrap_or_default(),
    })
}

fn items() -> String {
    let columns = JobRow::columns_of("j");
    format!(
        "SELECT {}, p.number, p.title_ko, p.title_en, u.name AS person FROM job j
         JOIN project p ON p.id = j.project_id LEFT JOIN users u ON u.id = j.user_id",
        columns
    )
}

/// One job.
///
/// # Errors
/// Database errors only.
pub fn find(tx: &mut Tx<'_>, id: JobId) -> Result<Option<JobItem>> {
    let sql = format!("{} WHERE j.id = $1", items());
    tx.row(&sql, values![id])?.as_ref().map(item).transpose()
}

/// An order.
///
/// # Errors
/// Database errors only.
pub fn order(tx: &mut Tx<'_>, id: OrderId) -> Result<Option<OrderRow>> {
    let sql = format!("SELECT {} FROM job_order WHERE id = $1", OrderRow::COLUMNS);
    tx.row(&sql, values![id])?.as_ref().map(OrderRow::read).transpose()
}

/// The jobs of an order, by task.
///
/// # Errors
/// Database errors only.
pub fn of_order(tx: &mut Tx<'_>, order: OrderId) -> Result<Vec<JobRow>> {
    let sql = format!("SELECT {} FROM job WHERE order_id = $1 ORDER BY task, id", JobRow::COLUMNS);
    tx.rows(&sql, values![order])?.iter().map(JobRow::read).collect()
}

/// How many jobs of an order stand how.
///
/// # Errors
/// Database errors only.
pub fn counts_of_order(tx: &mut Tx<'_>, order: OrderId) -> Result<Vec<(JobState, i64)>> {
    tx.rows(
        "SELECT state, COUNT(*) AS count FROM job WHERE order_id = $1 GROUP BY state ORDER BY state",
        values![order],
    )?
    .iter()
    .map(|row| Ok((row.get("state")?, row.get("count")?)))
    .collect()
}

/// Adds an order.
///
/// # Errors
/// Database errors only.
pub fn insert_order(tx: &mut Tx<'_>, order: &OrderRow) -> Result<()> {
    order.put(tx)
}

/// Adds a job.
///
/// # Errors
/// Database errors only.
pub fn insert(tx: &mut Tx<'_>, job: &JobRow) -> Result<()> {
    job.put(tx)?;
    // By which it is found by a part of its name; it stays when jobs go.
    tx.run("INSERT INTO job_name (name) VALUES ($1) ON CONFLICT (name) DO NOTHING", values![job.name])?;
    Ok(())
}

/// Notes how far an order has come, if it still waits.
///
/// # Errors
/// [`crate::Error::Stale`] if it does not wait any more.
pub fn step_order(tx: &mut Tx<'_>, order: &OrderRow) -> Result<()> {
    tx.run_one(
        "UPDATE job_order SET engine_id = $2, state = $3, tries = $4, next_try_at = $5, last_error = $6
         WHERE id = $1 AND state = 'waiting'",
        values![order.id, order.engine_id, order.state, order.tries, order.next_try_at, order.last_error],
    )
}

/// Writes what became of a job. What it is called and asks for stays.
///
/// # Errors
/// [`crate::Error::Stale`] if there is no such job.
pub fn update(tx: &mut Tx<'_>, job: &JobRow) -> Result<()> {
    tx.run_one(
        "UPDATE job SET engine_id = $2, user_id = $3, state = $4, wait = $5, wait_said = $6, rank = $7,
            starts_at = $8, devices = $9, cpus = $10, memory_mb = $11, minutes = $12, started_at = $13,
            ended_at = $14, nodes = $15, exit_code = $16, signal = $17, cpu_seconds = $18, max_memory_mb = $19,
            missed_at = $20, account = $21
         WHERE id = $1",
        values![
            job.id,
            job.engine_id,
            job.user,
            job.state,
            job.wait,
            job.wait_said,
            job.rank,
            job.starts_at,
            job.devices,
            job.cpus,
            job.memory_mb,
            job.minutes,
            job.started_at,
            job.ended_at,
            job.nodes,
            job.exit_code,
            job.signal,
            job.cpu_seconds,
            job.max_memory_mb,
            job.missed_at,
            job.account
        ],
    )
}

/// Notes that somebody wants these jobs to end.
///
/// # Errors
/// Database errors only.
pub fn ask_cancel(tx: &mut Tx<'_>, ids: &[JobId], at: Timestamp) -> Result<()> {
    for id in ids {
        tx.run("UPDATE job SET cancel_asked_at = $2 WHERE id = $1 AND cancel_asked_at IS NULL", values![id, at])?;
    }
    Ok(())
}

/// Orders of an engine that wait to be sent and are due, oldest first.
///
/// # Errors
/// Database errors only.
pub fn due_orders(tx: &mut Tx<'_>, engine: &str, now: Timestamp, limit: i64) -> Result<Vec<OrderRow>> {
    let sql = format!(
        "SELECT {} FROM job_order WHERE engine = $1 AND state = 'waiting' AND next_try_at <= $2
         ORDER BY created_at, id LIMIT $3",
        OrderRow::COLUMNS
    );
    tx.rows(&sql, values![engine, now, limit])?.iter().map(OrderRow::read).collect()
}

/// The jobs of an engine that are not over.
///
/// # Errors
/// Database errors only.
pub fn open(tx: &mut Tx<'_>, engine: &str) -> Result<Vec<JobRow>> {
    let sql = format!("SELECT {} FROM job WHERE engine = $1 AND state IN ({OPEN})", JobRow::COLUMNS);
    tx.rows(&sql, values![engine])?.iter().map(JobRow::read).collect()
}

/// The states in which something more comes of a job.
pub(crate) const OPEN: &str = "'sending', 'pending', 'running', 'suspended'";

/// How many jobs of a project are not over.
///
/// # Errors
/// Database errors only.
pub fn open_count(tx: &mut Tx<'_>, project: ProjectId) -> Result<i64> {
    let sql = format!("SELECT COUNT(*) FROM job WHERE project_id = $1 AND state IN ({OPEN})");
    tx.scalar(&sql, values![project])
}

/// The devices that jobs of a project have now in each pool.
///
/// # Errors
/// Database errors only.
pub fn in_use(tx: &mut Tx<'_>, project: ProjectId) -> Result<Vec<(PoolId, i64)>> {
    tx.rows(
        "SELECT pool_id, CAST(SUM(devices) AS BIGINT) AS devices FROM job
         WHERE project_id = $1 AND state IN ('running', 'suspended') GROUP BY pool_id",
        values![project],
    )?
    .iter()
    .map(|row| Ok((row.get("pool_id")?, row.get("devices")?)))
    .collect()
}

/// What a project has running and waiting in a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UseItem {
    /// The project.
    pub project: ProjectId,
    /// Its number.
    pub number: String,
    /// Its Korean title.
    pub title_ko: String,
    /// Its English title; may be empty.
    pub title_en: String,
    /// The pool.
    pub pool: PoolId,
    /// How many jobs run.
    pub running: i64,
    /// How many devices they have.
    pub devices: i64,
    /// How many jobs wait.
    pub waiting: i64,
}

/// Up to `limit` projects and pools with jobs that are not over, those with most devices first.
///
/// # Errors
/// Database errors only.
pub fn in_use_by_project(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<UseItem>> {
    let holds = "CASE WHEN j.state IN ('running', 'suspended') THEN";
    let sql = format!(
        "SELECT j.project_id, p.number, p.title_ko, p.title_en, j.pool_id,
            CAST(SUM({holds} 1 ELSE 0 END) AS BIGINT) AS running,
            CAST(SUM({holds} j.devices ELSE 0 END) AS BIGINT) AS devices,
            CAST(SUM({holds} 0 ELSE 1 END) AS BIGINT) AS waiting
         FROM job j JOIN project p ON p.id = j.project_id WHERE j.state IN ({OPEN})
         GROUP BY j.project_id, p.number, p.title_ko, p.title_en, j.pool_id
         ORDER BY devices DESC, waiting DESC, p.number, j.pool_id LIMIT $1"
    );
    let item = |row: &Row| {
        Ok(UseItem {
            project: row.get("project_id")?,
            number: row.get("number")?,
            title_ko: row.get("title_ko")?,
            title_en: row.get("title_en")?,
            pool: row.get("pool_id")?,
            running: row.get("running")?,
            devices: row.get("devices")?,
            waiting: row.get("waiting")?,
        })
    };
    tx.rows(&sql, values![limit])?.iter().map(item).collect()
}

/// Jobs of an engine by the numbers that it gave them.
///
/// # Errors
/// Database errors only.
pub fn by_engine_ids(tx: &mut Tx<'_>, engine: &str, ids: &[String]) -> Result<Vec<JobRow>> {
    let mut all = Vec::new();
    for some in ids.chunks(500) {
        let places: Vec<String> = (2..some.len() + 2).map(|n| format!("${n}")).collect();
        let sql =
            format!("SELECT {} FROM job WHERE engine = $1 AND engine_id IN ({})", JobRow::COLUMNS, places.join(", "));
        let values: Vec<Value> =
            std::iter::once(engine.to_owned().to_value()).chain(some.iter().map(ToValue::to_value)).collect();
        for row in tx.rows(&sql, &values)? {
            all.push(JobRow::read(&row)?);
        }
    }
    Ok(all)
}

/// The person behind each account on the cluster.
///
/// # Errors
/// Database errors only.
pub fn people(tx: &mut Tx<'_>) -> Result<Vec<(String, UserId)>> {
    tx.rows("SELECT name, user_id FROM cluster_account", &[])?
        .iter()
        .map(|row| Ok((row.get("name")?, row.get("user_id")?)))
        .collect()
}

/// The number of each project.
///
/// # Errors
/// Database errors only.
pub fn projects(tx: &mut Tx<'_>) -> Result<Vec<(String, ProjectId)>> {
    tx.rows("SELECT number, id FROM project", &[])?.iter().map(|row| Ok((row.get("number")?, row.get("id")?))).collect()
}

/// Number of the project and account of the person of an order; nothing while the person has no
/// account.
///
/// # Errors
/// Database errors only.
pub fn names(tx: &mut Tx<'_>, project: ProjectId, user: UserId) -> Result<Option<(String, String)>> {
    tx.row(
        "SELECT p.number, c.name FROM project p, cluster_account c WHERE p.id = $1 AND c.user_id = $2",
        values![project, user],
    )?
    .map(|row| Ok((row.get("number")?, row.get("name")?)))
    .transpose()
}
