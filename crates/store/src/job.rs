//! Orders of jobs, and the jobs that came of them or were found on an engine.

use domain::ids::{JobId, OrderId, PoolId, ProjectId, UserId};
use domain::job::{JobState, OrderState, WaitReason};
use jiff::Timestamp;

use crate::sql::{FromValue, ToValue, Value, as_text, from_newest};
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
    let columns: Vec<String> = JobRow::COLUMNS.split(", ").map(|column| format!("j.{column}")).collect();
    format!(
        "SELECT {}, p.number, p.title_ko, p.title_en, u.name AS person FROM job j
         JOIN project p ON p.id = j.project_id LEFT JOIN users u ON u.id = j.user_id",
        columns.join(", ")
    )
}

/// Which jobs a list shows; what is not named narrows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobFilter {
    /// Of a project.
    pub project: Option<ProjectId>,
    /// Of projects that a person takes part in.
    pub taking_part: Option<UserId>,
    /// Run by a person.
    pub user: Option<UserId>,
    /// In a pool.
    pub pool: Option<PoolId>,
    /// In one of these states.
    pub states: Vec<JobState>,
    /// Whose name holds this text.
    pub name: String,
    /// Submitted at that time or later.
    pub from: Option<Timestamp>,
    /// Submitted before that time.
    pub to: Option<Timestamp>,
    /// Of an order.
    pub order: Option<OrderId>,
}

/// How many queries a list may be put together from: each costs a little before it reads a row.
const MAX_BRANCHES: usize = 64;
/// The same if nothing else will do; SQLite takes up to 500.
const MOST_BRANCHES: usize = 200;
/// How many of the newest jobs are looked through for a name before it is looked up: one name may be
/// that of half of them.
const NEWEST: i64 = 200;
/// How many names are looked up one by one. A part that more names hold is soon met among the newest.
const NAMES: i64 = 300;

/// How names are narrowed.
enum Named<'a> {
    /// Not at all.
    Any,
    /// To those that are like this, among so many of the newest jobs.
    Newest(&'a str),
    /// To these.
    These(&'a [String]),
    /// To those that are like this, wherever they are.
    Like(&'a str),
}

/// A list, taken from queries each of which an index answers in the order of the list: so none reads
/// much more than is shown, however many jobs there are. What such a query asks beside its index is
/// kept from looking like a way to others: SQLite does not know how many rows each would read.
struct Reading<'a> {
    filter: &'a JobFilter,
    /// The projects, if it is of some only.
    projects: Option<&'a [ProjectId]>,
    /// Before which place.
    place: (Timestamp, JobId),
    values: Vec<Value>,
}

impl Reading<'_> {
    /// Takes a value; answers how the statement names it.
    fn put(&mut self, value: &impl ToValue) -> String {
        self.values.push(value.to_value());
        format!("${}", self.values.len())
    }

    fn put_all<T: ToValue>(&mut self, values: &[T]) -> Vec<String> {
        values.iter().map(|value| self.put(value)).collect()
    }

    /// What each query asks of its index, and what all of them ask besides.
    fn conditions(&mut self, named: &Named<'_>) -> (Vec<String>, String) {
        let filter = self.filter;
        // Words of a closed list, which need no quoting.
        let words = |states: &[JobState]| -> Vec<String> { states.iter().map(|state| format!("'{state}'")).collect() };
        let mut parts = Vec::new();
        if let Some(projects) = self.projects {
            parts.push(("project_id", self.put_all(projects)));
        }
        if let Some(pool) = &filter.pool {
            parts.push(("pool_id", vec![self.put(pool)]));
        }
        if !filter.states.is_empty() {
            parts.push(("state", words(&filter.states)));
        }
        // The most telling part leads, and the others are asked besides.
        let lead = if let Some(order) = filter.order {
            Some(format!("j.order_id = {}", self.put(&order)))
        } else if let Named::These(names) = named {
            let mut lead = format!("j.name IN ({})", self.put_all(names).join(", "));
            if self.projects.is_some() {
                let (_, projects) = parts.remove(0);
                lead.push_str(&format!(" AND j.project_id IN ({})", projects.join(", ")));
            }
            Some(lead)
        } else {
            None
        };
        if let Some(user) = filter.user {
            let user = self.put(&user);
            if lead.is_none() {
                let rest = parts.iter().map(|(column, values)| beside(column, values)).collect();
                return (vec![format!("j.user_id = {user}")], rest);
            }
            parts.push(("user_id", vec![user]));
        }
        if let Some(lead) = lead {
            return (vec![lead], parts.iter().map(|(column, values)| beside(column, values)).collect());
        }
        let count = |parts: &[(&str, Vec<String>)]| parts.iter().map(|(_, values)| values.len()).product::<usize>();
        let mut rest = Vec::new();
        if count(&parts) > MAX_BRANCHES {
            // Of what is not over there is little; else somebody's projects tell most.
            let open = !filter.states.is_empty() && filter.states.iter().all(|state| !state.is_over());
            let keep = if open { "state" } else { "project_id" };
            rest = parts.extract_if(.., |(column, _)| *column != keep).collect();
            if count(&parts) > MOST_BRANCHES {
                rest.append(&mut parts);
            }
        }
        // In the index of a pool by itself the state comes before the time.
        if filter.pool.is_some() && self.projects.is_none() && filter.states.is_empty() {
            parts.push(("state", words(JobState::ALL)));
        }
        let mut all = vec!["1 = 1".to_owned()];
        for (column, values) in &parts {
            all =
                all.iter().flat_map(|one| values.iter().map(move |v| format!("{one} AND j.{column} = {v}"))).collect();
        }
        (all, rest.iter().map(|(column, values)| beside(column, values)).collect())
    }

    /// Up to `limit` jobs, newest first.
    fn read(mut self, tx: &mut Tx<'_>, named: &Named<'_>, limit: i64) -> Result<Vec<JobItem>> {
        let (branches, mut rest) = self.conditions(named);
        let (mut at, mut id) = self.place;
        if let Some(to) = self.filter.to.filter(|to| *to <= at) {
            (at, id) = (to, from_newest::<JobId>(None).1);
        }
        rest.push_str(&format!(" AND (j.submitted_at, j.id) < ({}, {})", self.put(&at), self.put(&id)));
        if let Some(from) = self.filter.from {
            rest.push_str(&format!(" AND j.submitted_at >= {}", self.put(&from)));
        }
        let mut outside = String::new();
        match named {
            Named::Any | Named::These(_) => {}
            Named::Newest(pattern) => outside = format!(" AND {}", self.like(pattern)),
            Named::Like(pattern) => rest.push_str(&format!(" AND {}", self.like(pattern))),
        }
        let most = self.put(&if matches!(named, Named::Newest(_)) { NEWEST } else { limit });
        let query = |branch: &String| {
            format!(
                "SELECT j.id, j.submitted_at FROM job j WHERE {branch}{rest}
                 ORDER BY j.submitted_at DESC, j.id DESC LIMIT {most}"
            )
        };
        let queries: Vec<String> =
            branches.iter().map(|branch| format!("SELECT id, submitted_at FROM ({}) AS b", query(branch))).collect();
        let limit = self.put(&limit);
        let sql = format!(
            "{} WHERE j.id IN (SELECT id FROM ({}) AS k ORDER BY submitted_at DESC, id DESC LIMIT {most}){outside}
             ORDER BY j.submitted_at DESC, j.id DESC LIMIT {limit}",
            items(),
            queries.join(" UNION ALL ")
        );
        tx.rows(&sql, &self.values)?.iter().map(item).collect()
    }

    fn like(&mut self, pattern: &str) -> String {
        format!("LOWER(j.name) LIKE {} ESCAPE '\\'", self.put(&pattern.to_owned()))
    }
}

/// A condition that no index answers.
fn beside(column: &str, values: &[String]) -> String {
    format!(" AND COALESCE(j.{column}, '') IN ({})", values.join(", "))
}

/// Up to `limit` jobs before a place, newest first.
///
/// # Errors
/// Database errors only.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &JobFilter,
    before: Option<(Timestamp, JobId)>,
    limit: i64,
) -> Result<Vec<JobItem>> {
    let mut projects: Option<Vec<ProjectId>> = filter.project.map(|project| vec![project]);
    if let Some(user) = filter.taking_part {
        let rows = tx.rows("SELECT DISTINCT project_id FROM project_member WHERE user_id = $1", values![user])?;
        let mut taking_part = rows.iter().map(|row| row.get("project_id")).collect::<Result<Vec<ProjectId>>>()?;
        taking_part.retain(|one| filter.project.is_none_or(|project| project == *one));
        projects = Some(taking_part);
    }
    if projects.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let reading = || Reading { filter, projects: projects.as_deref(), place: from_newest(before), values: Vec::new() };
    if filter.name.is_empty() {
        return reading().read(tx, &Named::Any, limit);
    }
    let name = filter.name.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let pattern = format!("%{name}%");
    // The jobs of an order are few.
    if filter.order.is_some() {
        return reading().read(tx, &Named::Like(&pattern), limit);
    }
    let found = reading().read(tx, &Named::Newest(&pattern), limit)?;
    if i64::try_from(found.len()).is_ok_and(|count| count >= limit) {
        return Ok(found);
    }
    let sql = "SELECT name FROM job_name WHERE LOWER(name) LIKE $1 ESCAPE '\\' LIMIT $2";
    let rows = tx.rows(sql, values![pattern, NAMES + 1])?;
    let names = rows.iter().map(|row| row.get("name")).collect::<Result<Vec<String>>>()?;
    match i64::try_from(names.len()).unwrap_or(i64::MAX) {
        0 => Ok(Vec::new()),
        1..=NAMES => reading().read(tx, &Named::These(&names), limit),
        _ => reading().read(tx, &Named::Like(&pattern), limit),
    }
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
    put_name(tx, &job.name)
}

/// Takes note of a name, so that jobs are found by a part of it. It stays when they go.
fn put_name(tx: &mut Tx<'_>, name: &str) -> Result<()> {
    tx.run("INSERT INTO job_name (name) VALUES ($1) ON CONFLICT (name) DO NOTHING", values![name])?;
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

/// Writes what became of a job.
///
/// # Errors
/// [`crate::Error::Stale`] if there is no such job.
pub fn update(tx: &mut Tx<'_>, job: &JobRow) -> Result<()> {
    tx.run_one(
        "UPDATE job SET engine_id = $2, user_id = $3, name = $4, state = $5, wait = $6, wait_said = $7, rank = $8,
            starts_at = $9, devices = $10, cpus = $11, memory_mb = $12, minutes = $13, started_at = $14,
            ended_at = $15, nodes = $16, exit_code = $17, signal = $18, cpu_seconds = $19, max_memory_mb = $20,
            missed_at = $21, account = $22
         WHERE id = $1",
        values![
            job.id,
            job.engine_id,
            job.user,
            job.name,
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
    )?;
    put_name(tx, &job.name)
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
