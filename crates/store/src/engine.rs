//! What engines should have for each project, and what they were last seen to have.

use domain::award::ProjectState;
use domain::engine::{EngineFault, SyncState, UseLimits};
use domain::ids::{PoolId, ProductId, ProjectId, UserId};
use domain::units::Amount;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::center::use_limits;
use crate::sql::{FromValue, ToValue, Value, as_text};
use crate::{Result, Row, Tx, values};

as_text! { SyncState: "state of an engine", EngineFault: "fault of an engine" }

mirror! {
    /// An engine's state for one project.
    SyncRow in "engine_sync" {
        /// The engine's name.
        engine: String = "engine",
        /// The project.
        project: ProjectId = "project_id",
        /// What it should have, as JSON.
        desired: String = "desired",
        /// What it was last seen to have, as JSON.
        observed: Option<String> = "observed",
        /// How it stands.
        state: SyncState = "state",
        /// How often bringing it in line has failed in a row.
        tries: i64 = "tries",
        /// When it is tried next.
        next_try_at: Timestamp = "next_try_at",
        /// What keeps it from being in line.
        fault: Option<EngineFault> = "fault",
        /// The cause, in the engine's words.
        last_error: String = "last_error",
        /// When this row changed.
        changed_at: Timestamp = "changed_at",
        /// What it was found to have instead of what it had been brought to and nobody has decided on
        /// yet, as JSON.
        drift: Option<String> = "drift",
        /// When the last of it was found.
        drifted_at: Option<Timestamp> = "drifted_at",
    }
}

/// The rows of an engine.
///
/// # Errors
/// Database errors only.
pub fn of_engine(tx: &mut Tx<'_>, engine: &str) -> Result<Vec<SyncRow>> {
    let sql = format!("SELECT {} FROM engine_sync WHERE engine = $1", SyncRow::COLUMNS);
    tx.rows(&sql, values![engine])?.iter().map(SyncRow::read).collect()
}

/// Up to `limit` rows of all engines after a place, by project and engine.
///
/// # Errors
/// Database errors only.
pub fn after(tx: &mut Tx<'_>, place: &(String, String), limit: i64) -> Result<Vec<SyncRow>> {
    let sql = format!(
        "SELECT {} FROM engine_sync WHERE (project_id, engine) > ($1, $2) ORDER BY project_id, engine LIMIT $3",
        SyncRow::COLUMNS
    );
    tx.rows(&sql, values![place.0, place.1, limit])?.iter().map(SyncRow::read).collect()
}

/// The rows of a project.
///
/// # Errors
/// Database errors only.
pub fn of_project(tx: &mut Tx<'_>, project: ProjectId) -> Result<Vec<SyncRow>> {
    let sql = format!("SELECT {} FROM engine_sync WHERE project_id = $1 ORDER BY engine", SyncRow::COLUMNS);
    tx.rows(&sql, values![project])?.iter().map(SyncRow::read).collect()
}

/// How many projects stand how with each engine: engine, state, count.
///
/// # Errors
/// Database errors only.
pub fn counts(tx: &mut Tx<'_>) -> Result<Vec<(String, SyncState, i64)>> {
    tx.rows(
        "SELECT engine, state, COUNT(*) AS count FROM engine_sync GROUP BY engine, state ORDER BY engine, state",
        &[],
    )?
    .iter()
    .map(|row| Ok((row.get("engine")?, row.get("state")?, row.get("count")?)))
    .collect()
}

/// A project that is not in line with an engine, or was once found changed there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandingItem {
    /// How it stands.
    pub row: SyncRow,
    /// The project's number.
    pub number: String,
    /// The project's Korean title.
    pub title_ko: String,
    /// The project's English title; may be empty.
    pub title_en: String,
}

/// Up to `limit` projects that are not in line or were found changed by hand, by number and engine
/// after a place.
///
/// # Errors
/// Database errors only.
pub fn noteworthy(tx: &mut Tx<'_>, after: &(String, String), limit: i64) -> Result<Vec<StandingItem>> {
    let columns = SyncRow::columns_of("s");
    let sql = format!(
        "SELECT {columns}, p.number, p.title_ko, p.title_en FROM engine_sync s JOIN project p ON p.id = s.project_id
         WHERE (s.state <> 'in_line' OR s.drifted_at IS NOT NULL) AND (p.number, s.engine) > ($1, $2)
         ORDER BY p.number, s.engine LIMIT $3"
    );
    tx.rows(&sql, values![after.0, after.1, limit])?
        .iter()
        .map(|row| {
            Ok(StandingItem {
                row: SyncRow::read(row)?,
                number: row.get("number")?,
                title_ko: row.get("title_ko")?,
                title_en: row.get("title_en")?,
            })
        })
        .collect()
}

/// Writes a row anew.
///
/// # Errors
/// Database errors only.
pub fn put(tx: &mut Tx<'_>, row: &SyncRow) -> Result<()> {
    tx.run("DELETE FROM engine_sync WHERE engine = $1 AND project_id = $2", values![row.engine, row.project])?;
    row.put(tx)
}

/// Notes what is still to be decided of what was found changed by hand; nothing once all of it is.
///
/// # Errors
/// Database errors only.
pub fn set_drift(tx: &mut Tx<'_>, engine: &str, project: ProjectId, drift: Option<&str>) -> Result<()> {
    tx.run(
        "UPDATE engine_sync SET drift = CAST($1 AS TEXT), drifted_at = CASE WHEN CAST($1 AS TEXT) IS NULL THEN NULL ELSE drifted_at END
         WHERE engine = $2 AND project_id = $3",
        values![drift, engine, project],
    )?;
    Ok(())
}

/// Takes a row away: of a project that the engine no longer has to know.
///
/// # Errors
/// Database errors only.
pub fn delete(tx: &mut Tx<'_>, engine: &str, project: ProjectId) -> Result<()> {
    tx.run("DELETE FROM engine_sync WHERE engine = $1 AND project_id = $2", values![engine, project])?;
    Ok(())
}

/// Takes the rows of all other engines away; answers how many there were.
///
/// # Errors
/// Database errors only.
pub fn delete_others(tx: &mut Tx<'_>, engine: &str) -> Result<u64> {
    tx.run("DELETE FROM engine_sync WHERE engine <> $1", values![engine])
}

/// What a project holds of a pool by one product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The pool.
    pub pool: PoolId,
    /// The product.
    pub product: ProductId,
    /// How much, in devices; more than none.
    pub amount: Amount,
    /// What the product says of jobs.
    pub limits: UseLimits,
    /// Whether it is reserved for some days only.
    pub reserved: bool,
}

/// Id, number, state, and what is held of a pool by a product on a day. Projects that hold nothing are
/// there without, so that an end is told from a project that was not read.
pub type InForce = (ProjectId, String, ProjectState, Option<Held>);

fn read_held(row: &Row) -> Result<Option<Held>> {
    let (Some(pool), Some(product), Some(amount)) =
        (row.get("pool_id")?, row.get("product_id")?, row.get::<Option<Amount>>("amount")?)
    else {
        return Ok(None);
    };
    Ok(Some(Held { pool, product, amount, limits: use_limits(row)?, reserved: row.get::<i64>("reserved")? == 1 })
        .filter(|held| held.amount.0 > 0))
}

/// What every project in force holds on `day` in devices, and what is not yet closed of those that an
/// engine knows.
///
/// # Errors
/// Database errors only.
pub fn in_force(tx: &mut Tx<'_>, day: Date) -> Result<Vec<InForce>> {
    let sql = format!(
        "{HELD} WHERE p.state = 'active'
             OR (p.state <> 'closed' AND EXISTS (SELECT 1 FROM engine_sync s WHERE s.project_id = p.id)) {BY_POOL}"
    );
    tx.rows(&sql, values![day])?
        .iter()
        .map(|row| Ok((row.get("id")?, row.get("number")?, row.get("state")?, read_held(row)?)))
        .collect()
}

/// What one project holds on `day` in devices, by pool and product: of what is in force only.
///
/// # Errors
/// Database errors only.
pub fn held(tx: &mut Tx<'_>, project: ProjectId, day: Date) -> Result<Vec<Held>> {
    let sql = format!("{HELD} WHERE p.id = $2 {BY_POOL}");
    tx.rows(&sql, values![day, project])?.iter().filter_map(|row| read_held(row).transpose()).collect()
}

/// What projects in force hold on a day ($1) in devices; others are there without a pool.
const HELD: &str = "
    SELECT p.id, p.number, p.state, e.pool_id, l.product_id, CAST(SUM(e.delta) AS BIGINT) AS amount,
        r.max_wall_minutes, r.max_jobs, r.device_hours, CASE WHEN v.id IS NULL THEN 0 ELSE 1 END AS reserved
    FROM project p LEFT JOIN award a ON a.project_id = p.id AND a.state = 'active' AND p.state = 'active'
    LEFT JOIN ledger_entry e ON e.award_id = a.id AND e.from_on <= $1 AND e.to_on > $1
        AND e.pool_id IN (SELECT id FROM pool WHERE unit = 'device')
    LEFT JOIN award_line l ON l.award_id = e.award_id AND l.pool_id = e.pool_id
    LEFT JOIN product r ON r.id = l.product_id
    LEFT JOIN reservation v ON v.award_id = e.award_id";
const BY_POOL: &str = "
    GROUP BY p.id, p.number, p.state, e.pool_id, l.product_id, r.max_wall_minutes, r.max_jobs, r.device_hours,
        CASE WHEN v.id IS NULL THEN 0 ELSE 1 END
    ORDER BY p.number, e.pool_id, l.product_id";

/// Project and cluster account of everybody in a project in force who has one.
///
/// # Errors
/// Database errors only.
pub fn members_in_force(tx: &mut Tx<'_>) -> Result<Vec<(ProjectId, String)>> {
    tx.rows(
        "SELECT m.project_id, c.name FROM project_member m JOIN project p ON p.id = m.project_id
         JOIN cluster_account c ON c.user_id = m.user_id WHERE p.state = 'active'",
        &[],
    )?
    .iter()
    .map(|row| Ok((row.get("project_id")?, row.get("name")?)))
    .collect()
}

/// Everybody in a project in force who has no cluster account yet, in the order in which they came.
///
/// # Errors
/// Database errors only.
pub fn without_account(tx: &mut Tx<'_>) -> Result<Vec<UserId>> {
    tx.rows(
        "SELECT m.user_id FROM project_member m JOIN project p ON p.id = m.project_id
         WHERE p.state = 'active' AND NOT EXISTS (SELECT 1 FROM cluster_account c WHERE c.user_id = m.user_id)
         GROUP BY m.user_id ORDER BY MIN(m.joined_at), m.user_id",
        &[],
    )?
    .iter()
    .map(|row| row.get("user_id"))
    .collect()
}

/// A cluster account that somebody was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// Whose it is.
    pub user: UserId,
    /// Its number.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// Its number as a user of machines, if it is not counted from the center's base.
    pub uid: Option<i64>,
}

/// Every cluster account that was ever given, by number.
///
/// # Errors
/// Database errors only.
pub fn accounts_given(tx: &mut Tx<'_>) -> Result<Vec<Given>> {
    let read = |row: &Row| {
        Ok(Given {
            user: row.get("user_id")?,
            number: row.get("number")?,
            name: row.get("name")?,
            uid: row.get("uid")?,
        })
    };
    tx.rows("SELECT user_id, number, name, uid FROM cluster_account ORDER BY number", &[])?.iter().map(read).collect()
}

/// Gives somebody a cluster account.
///
/// # Errors
/// Constraints `cluster_account_number_key` and `cluster_account_name_key` if another has it.
pub fn put_account(tx: &mut Tx<'_>, given: &Given, at: Timestamp) -> Result<()> {
    tx.run(
        "INSERT INTO cluster_account (user_id, number, name, uid, created_at) VALUES ($1, $2, $3, $4, $5)",
        values![given.user, given.number, given.name, given.uid, at],
    )?;
    Ok(())
}

/// Everybody in a project, whether it is in force or not: person, address, and their cluster account.
///
/// # Errors
/// Database errors only.
pub fn people_of(tx: &mut Tx<'_>, project: ProjectId) -> Result<Vec<(UserId, String, Option<String>)>> {
    tx.rows(
        "SELECT u.id, u.email, c.name FROM project_member m JOIN users u ON u.id = m.user_id
         LEFT JOIN cluster_account c ON c.user_id = u.id WHERE m.project_id = $1 ORDER BY u.email",
        values![project],
    )?
    .iter()
    .map(|row| Ok((row.get("id")?, row.get("email")?, row.get("name")?)))
    .collect()
}
