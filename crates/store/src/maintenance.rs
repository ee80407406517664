//! Maintenance windows, what they take from capacity, and the days that are owed for them.

use std::collections::BTreeMap;

use domain::award::AwardState;
use domain::engine::SyncState;
use domain::ids::{AwardId, CapacityEntryId, MaintenanceId, PoolId, ProjectId, UserId};
use domain::maintenance::{CreditState, MaintenanceState};
use domain::term::Term;
use domain::units::Amount;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::engine::SyncRow;
use crate::ledger::term;
use crate::sql::{FromValue, ToValue, Value, as_text, from_newest};
use crate::{Result, Row, Tx, values};

as_text! { MaintenanceState: "state of a maintenance window", CreditState: "state of an outage credit" }

mirror! {
    /// A maintenance window.
    MaintenanceRow in "maintenance" {
        /// Its id.
        id: MaintenanceId = "id",
        /// What it is, in Korean.
        title_ko: String = "title_ko",
        /// What it is, in English; may be empty.
        title_en: String = "title_en",
        /// What people have to know; may be empty.
        note: String = "note",
        /// When it begins.
        from_at: Timestamp = "from_at",
        /// When it ends, not included.
        to_at: Timestamp = "to_at",
        /// Names of machines, separated by blanks; empty for all machines of its pools.
        nodes: String = "nodes",
        /// How far it has come.
        state: MaintenanceState = "state",
        /// Grows with every change, so that of two at once the second is told.
        version: i64 = "version",
        /// Who entered it.
        created_by: Option<UserId> = "created_by",
        /// When.
        created_at: Timestamp = "created_at",
        /// How the engine stands with it.
        sync_state: SyncState = "sync_state",
        /// How often it failed there in a row.
        sync_tries: i64 = "sync_tries",
        /// When it is tried again.
        sync_next_at: Timestamp = "sync_next_at",
        /// What went wrong last, in the engine's words.
        sync_error: String = "sync_error",
    }
}

/// How many devices of each pool are out of use, by pool.
pub type Pools = Vec<(PoolId, Amount)>;

/// Adds a window with its pools.
///
/// # Errors
/// Database errors only.
pub fn insert(tx: &mut Tx<'_>, row: &MaintenanceRow, pools: &[(PoolId, Amount)]) -> Result<()> {
    row.put(tx)?;
    put_pools(tx, row.id, pools)
}

fn put_pools(tx: &mut Tx<'_>, id: MaintenanceId, pools: &[(PoolId, Amount)]) -> Result<()> {
    for (pool, amount) in pools {
        tx.run(
            "INSERT INTO maintenance_pool (maintenance_id, pool_id, amount) VALUES ($1, $2, $3)",
            values![id, pool, *amount],
        )?;
    }
    Ok(())
}

/// Changes a window that is as it was read; its version grows.
///
/// # Errors
/// [`crate::Error::Stale`] if somebody changed it meanwhile.
pub fn change(tx: &mut Tx<'_>, row: &MaintenanceRow, pools: &[(PoolId, Amount)]) -> Result<()> {
    tx.run_one(
        "UPDATE maintenance SET title_ko = $1, title_en = $2, note = $3, from_at = $4, to_at = $5, nodes = $6, state = $7,
         sync_state = $8, sync_tries = 0, sync_next_at = $9, sync_error = '', version = version + 1
         WHERE id = $10 AND version = $11",
        values![
            &row.title_ko,
            &row.title_en,
            &row.note,
            row.from_at,
            row.to_at,
            &row.nodes,
            row.state,
            row.sync_state,
            row.sync_next_at,
            row.id,
            row.version
        ],
    )?;
    tx.run("DELETE FROM maintenance_pool WHERE maintenance_id = $1", values![row.id])?;
    put_pools(tx, row.id, pools)
}

/// Notes how the engine stands with a window.
///
/// # Errors
/// Database errors only.
pub fn put_sync(tx: &mut Tx<'_>, row: &MaintenanceRow) -> Result<()> {
    tx.run(
        "UPDATE maintenance SET sync_state = $1, sync_tries = $2, sync_next_at = $3, sync_error = $4
         WHERE id = $5 AND version = $6",
        values![row.sync_state, row.sync_tries, row.sync_next_at, &row.sync_error, row.id, row.version],
    )
    .map(drop)
}

/// One.
///
/// # Errors
/// Database errors only.
pub fn find(tx: &mut Tx<'_>, id: MaintenanceId) -> Result<Option<MaintenanceRow>> {
    let sql = format!("SELECT {} FROM maintenance WHERE id = $1", MaintenanceRow::COLUMNS);
    tx.row(&sql, values![id])?.as_ref().map(MaintenanceRow::read).transpose()
}

/// The pools of a window.
///
/// # Errors
/// Database errors only.
pub fn pools(tx: &mut Tx<'_>, id: MaintenanceId) -> Result<Pools> {
    tx.rows("SELECT pool_id, amount FROM maintenance_pool WHERE maintenance_id = $1 ORDER BY pool_id", values![id])?
        .iter()
        .map(|row| Ok((row.get("pool_id")?, row.get("amount")?)))
        .collect()
}

/// Windows that begin before a place, the latest first.
///
/// # Errors
/// Database errors only.
pub fn list(
    tx: &mut Tx<'_>,
    before: Option<(Timestamp, MaintenanceId)>,
    limit: i64,
) -> Result<Vec<(MaintenanceRow, Pools)>> {
    let (at, id) = from_newest(before);
    let sql = format!(
        "SELECT {} FROM maintenance WHERE (from_at, id) < ($1, $2) ORDER BY from_at DESC, id DESC LIMIT $3",
        MaintenanceRow::COLUMNS
    );
    let rows: Result<Vec<MaintenanceRow>> =
        tx.rows(&sql, values![at, id, limit])?.iter().map(MaintenanceRow::read).collect();
    let rows = rows?;
    let (Some(newest), Some(oldest)) = (rows.first(), rows.last()) else { return Ok(Vec::new()) };
    let found = tx.rows(
        "SELECT p.maintenance_id, p.pool_id, p.amount FROM maintenance_pool p
         JOIN maintenance m ON m.id = p.maintenance_id WHERE m.from_at BETWEEN $1 AND $2 ORDER BY p.pool_id",
        values![oldest.from_at, newest.from_at],
    )?;
    with_pools(rows, &found)
}

/// Those that are planned or under way, the first to begin first.
///
/// # Errors
/// Database errors only.
pub fn ahead(tx: &mut Tx<'_>) -> Result<Vec<(MaintenanceRow, Pools)>> {
    let sql = format!(
        "SELECT {} FROM maintenance WHERE state IN ('planned', 'under_way') ORDER BY from_at, id",
        MaintenanceRow::COLUMNS
    );
    let rows: Result<Vec<MaintenanceRow>> = tx.rows(&sql, values![])?.iter().map(MaintenanceRow::read).collect();
    let rows = rows?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let found = tx.rows(
        "SELECT p.maintenance_id, p.pool_id, p.amount FROM maintenance_pool p
         JOIN maintenance m ON m.id = p.maintenance_id WHERE m.state IN ('planned', 'under_way') ORDER BY p.pool_id",
        values![],
    )?;
    with_pools(rows, &found)
}

fn with_pools(rows: Vec<MaintenanceRow>, found: &[Row]) -> Result<Vec<(MaintenanceRow, Pools)>> {
    let mut pools: BTreeMap<MaintenanceId, Pools> = BTreeMap::new();
    for row in found {
        pools.entry(row.get("maintenance_id")?).or_default().push((row.get("pool_id")?, row.get("amount")?));
    }
    Ok(rows
        .into_iter()
        .map(|row| {
            let of = pools.remove(&row.id).unwrap_or_default();
            (row, of)
        })
        .collect())
}

/// Notes an entry of capacity that a window made.
///
/// # Errors
/// Database errors only.
pub fn add_entry(tx: &mut Tx<'_>, id: MaintenanceId, entry: CapacityEntryId) -> Result<()> {
    let sql = "INSERT INTO maintenance_entry (maintenance_id, entry_id) VALUES ($1, $2)";
    tx.run(sql, values![id, entry]).map(drop)
}

/// What a window took from a pool's allocatable rung: changes, all of them negative in sum.
///
/// # Errors
/// Database errors only.
pub fn taken(tx: &mut Tx<'_>, id: MaintenanceId, pool: &PoolId) -> Result<Vec<(Term, i64)>> {
    let sql = format!("{TAKEN} WHERE m.id = $1 AND e.pool_id = $2");
    tx.rows(&sql, values![id, pool])?.iter().map(change_of).collect()
}

const TAKEN: &str = "SELECT e.from_on, e.to_on, e.delta FROM maintenance m
    JOIN maintenance_entry o ON o.maintenance_id = m.id JOIN capacity_entry e ON e.id = o.entry_id";

fn change_of(row: &Row) -> Result<(Term, i64)> {
    Ok((term(row, "from_on", "to_on")?, row.get("delta")?))
}

/// What windows ahead took from a pool's allocatable rung: changes, all of them negative in sum.
///
/// # Errors
/// Database errors only.
pub fn taken_ahead(tx: &mut Tx<'_>, pool: &PoolId) -> Result<Vec<(Term, i64)>> {
    let sql = format!("{TAKEN} WHERE m.state IN ('planned', 'under_way') AND e.pool_id = $1");
    tx.rows(&sql, values![pool])?.iter().map(change_of).collect()
}

/// A change of what an award holds in a pool that is out of use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concerned {
    /// The project.
    pub project: ProjectId,
    /// Its number.
    pub number: String,
    /// Its Korean title.
    pub title_ko: String,
    /// Its English title.
    pub title_en: String,
    /// The award.
    pub award: AwardId,
    /// The pool.
    pub pool: PoolId,
    /// The days.
    pub term: Term,
    /// By how much.
    pub delta: i64,
}

/// Every change of what awards hold in these pools within `days`.
///
/// # Errors
/// Database errors only.
pub fn concerned(tx: &mut Tx<'_>, pools: &[PoolId], days: Term) -> Result<Vec<Concerned>> {
    let places: Vec<String> = (3..).take(pools.len()).map(|n| format!("${n}")).collect();
    let sql = format!(
        "SELECT a.project_id, p.number, p.title_ko, p.title_en, e.award_id, e.pool_id, e.from_on, e.to_on, e.delta
         FROM ledger_entry e JOIN award a ON a.id = e.award_id JOIN project p ON p.id = a.project_id
         WHERE e.pool_id IN ({}) AND e.from_on < $1 AND e.to_on > $2 ORDER BY p.number, e.seq",
        places.join(", ")
    );
    if pools.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = values![days.to(), days.from()].to_vec();
    values.extend(pools.iter().map(ToValue::to_value));
    tx.rows(&sql, &values)?
        .iter()
        .map(|row| {
            Ok(Concerned {
                project: row.get("project_id")?,
                number: row.get("number")?,
                title_ko: row.get("title_ko")?,
                title_en: row.get("title_en")?,
                award: row.get("award_id")?,
                pool: row.get("pool_id")?,
                term: term(row, "from_on", "to_on")?,
                delta: row.get("delta")?,
            })
        })
        .collect()
}

/// A window ahead that touches what a project holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The window.
    pub id: MaintenanceId,
    /// What it is, in Korean.
    pub title_ko: String,
    /// What it is, in English; may be empty.
    pub title_en: String,
    /// When it begins.
    pub from_at: Timestamp,
    /// When it ends.
    pub to_at: Timestamp,
    /// How far it has come.
    pub state: MaintenanceState,
    /// The first day of what is held.
    pub held_from: Date,
    /// The day after the last of what is held.
    pub held_to: Date,
}

/// How engines stand for a project, and the windows ahead in pools in which its running awards have
/// lines, the first to begin first. One statement.
///
/// # Errors
/// Database errors only.
pub fn standing(tx: &mut Tx<'_>, project: ProjectId) -> Result<(Vec<SyncRow>, Vec<Notice>)> {
    let engine = SyncRow::columns_of("s");
    let sql = format!(
        "SELECT {}, n.notice_id, n.title_ko, n.title_en, n.from_at, n.to_at, n.notice_state, n.held_from, n.held_to
         FROM project p LEFT JOIN engine_sync s ON s.project_id = p.id
         LEFT JOIN (
             SELECT m.id AS notice_id, m.title_ko, m.title_en, m.from_at, m.to_at, m.state AS notice_state,
                 MIN(l.from_on) AS held_from, MAX(l.end_on) AS held_to
             FROM award a JOIN award_line l ON l.award_id = a.id JOIN maintenance_pool o ON o.pool_id = l.pool_id
                 JOIN maintenance m ON m.id = o.maintenance_id AND m.state IN ('planned', 'under_way')
             WHERE a.project_id = $1 AND a.state IN ('pending', 'active')
             GROUP BY m.id, m.title_ko, m.title_en, m.from_at, m.to_at, m.state
         ) n ON 1 = 1
         WHERE p.id = $1 ORDER BY s.engine, n.from_at, n.notice_id",
        engine
    );
    let (mut engines, mut notices): (Vec<SyncRow>, Vec<Notice>) = Default::default();
    for row in tx.rows(&sql, values![project])? {
        if row.get::<Option<String>>("engine")?.is_some() {
            let one = SyncRow::read(&row)?;
            if engines.last() != Some(&one) {
                engines.push(one);
            }
        }
        let Some(id) = row.get::<Option<MaintenanceId>>("notice_id")? else { continue };
        if notices.iter().all(|one| one.id != id) {
            notices.push(Notice {
                id,
                title_ko: row.get("title_ko")?,
                title_en: row.get("title_en")?,
                from_at: row.get("from_at")?,
                to_at: row.get("to_at")?,
                state: row.get("notice_state")?,
                held_from: row.get("held_from")?,
                held_to: row.get("held_to")?,
            });
        }
    }
    Ok((engines, notices))
}

mirror! {
    /// The days that an award is owed for an outage.
    CreditRow in "outage_credit" {
        /// The window.
        maintenance: MaintenanceId = "maintenance_id",
        /// The award.
        award: AwardId = "award_id",
        /// The pool.
        pool: PoolId = "pool_id",
        /// How many days.
        days: i64 = "days",
        /// What became of them.
        state: CreditState = "state",
        /// The entry by which they were given.
        ledger_seq: Option<i64> = "ledger_seq",
        /// When it came into this state.
        decided_at: Timestamp = "decided_at",
    }
}

/// Adds a credit.
///
/// # Errors
/// Database errors only.
pub fn add_credit(tx: &mut Tx<'_>, row: &CreditRow) -> Result<()> {
    row.put(tx)
}

/// Changes what became of a credit that is owed.
///
/// # Errors
/// [`crate::Error::Stale`] if it is not owed any more.
pub fn settle_credit(tx: &mut Tx<'_>, row: &CreditRow) -> Result<()> {
    tx.run_one(
        "UPDATE outage_credit SET state = $1, ledger_seq = $2, decided_at = $3
         WHERE maintenance_id = $4 AND award_id = $5 AND pool_id = $6 AND state = 'owed'",
        values![row.state, row.ledger_seq, row.decided_at, row.maintenance, row.award, &row.pool],
    )
}

/// Credits that are owed, the oldest first, each with how its award stands.
///
/// # Errors
/// Database errors only.
pub fn owed(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<(CreditRow, AwardState)>> {
    let columns = CreditRow::columns_of("c");
    let sql = format!(
        "SELECT {}, a.state AS award_state FROM outage_credit c JOIN award a ON a.id = c.award_id
         WHERE c.state = 'owed' ORDER BY c.decided_at, c.maintenance_id, c.award_id, c.pool_id LIMIT $1",
        columns
    );
    tx.rows(&sql, values![limit])?.iter().map(|row| Ok((CreditRow::read(row)?, row.get("award_state")?))).collect()
}

/// A credit with its project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditItem {
    /// The credit.
    pub row: CreditRow,
    /// The project.
    pub project: ProjectId,
    /// Its number.
    pub number: String,
    /// Its Korean title.
    pub title_ko: String,
    /// Its English title.
    pub title_en: String,
}

/// The credits of a window by project number, pool and award, after a place.
///
/// # Errors
/// Database errors only.
pub fn credits(
    tx: &mut Tx<'_>,
    id: MaintenanceId,
    after: &(String, String, String),
    limit: i64,
) -> Result<Vec<CreditItem>> {
    let columns = CreditRow::columns_of("c");
    let sql = format!(
        "SELECT {}, p.id AS project_id, p.number, p.title_ko, p.title_en FROM outage_credit c
         JOIN award a ON a.id = c.award_id JOIN project p ON p.id = a.project_id
         WHERE c.maintenance_id = $1 AND (p.number, c.pool_id, c.award_id) > ($2, $3, $4)
         ORDER BY p.number, c.pool_id, c.award_id LIMIT $5",
        columns
    );
    tx.rows(&sql, values![id, &after.0, &after.1, &after.2, limit])?
        .iter()
        .map(|row| {
            Ok(CreditItem {
                row: CreditRow::read(row)?,
                project: row.get("project_id")?,
                number: row.get("number")?,
                title_ko: row.get("title_ko")?,
                title_en: row.get("title_en")?,
            })
        })
        .collect()
}
