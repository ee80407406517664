//! Pools and their dated capacity.

use std::collections::BTreeMap;

use domain::capacity::{Ladder, Rung};
use domain::ids::{AwardId, CapacityEntryId, PoolId, ProjectId, Slug, UserId};
use domain::term::Term;
use domain::units::{Amount, PoolKind, PoolUnit};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::ledger::term;
use crate::sql::from_newest;
use crate::{Result, Row, Tx, values};

/// A pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolRow {
    /// Its short name.
    pub id: PoolId,
    /// What kind of resource.
    pub kind: PoolKind,
    /// What it counts.
    pub unit: PoolUnit,
    /// The device model, where it counts devices.
    pub device_model: Option<Slug>,
    /// Korean name.
    pub name_ko: String,
    /// English name.
    pub name_en: String,
    /// Place in lists.
    pub position: i64,
}

/// A dated change of a rung.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapacityEntry {
    /// Its id.
    pub id: CapacityEntryId,
    /// The pool.
    pub pool: PoolId,
    /// The rung.
    pub rung: Rung,
    /// By how much, on every day of `term`.
    pub delta: Amount,
    /// The days.
    pub term: Term,
    /// Why, in words.
    pub note: String,
    /// Who entered it.
    pub actor: Option<UserId>,
    /// When.
    pub created_at: Timestamp,
}

pub(crate) fn pool(row: &Row) -> Result<PoolRow> {
    Ok(PoolRow {
        id: row.get("id")?,
        kind: row.get("kind")?,
        unit: row.get("unit")?,
        device_model: row.get("device_model")?,
        name_ko: row.get("name_ko")?,
        name_en: row.get("name_en")?,
        position: row.get("position")?,
    })
}

/// All pools in their order.
///
/// # Errors
/// Database errors only.
pub fn pools(tx: &mut Tx<'_>) -> Result<Vec<PoolRow>> {
    tx.rows("SELECT id, kind, unit, device_model, name_ko, name_en, position FROM pool ORDER BY position, id", &[])?
        .iter()
        .map(pool)
        .collect()
}

/// One pool.
///
/// # Errors
/// Database errors only.
pub fn find_pool(tx: &mut Tx<'_>, id: &PoolId) -> Result<Option<PoolRow>> {
    tx.row("SELECT id, kind, unit, device_model, name_ko, name_en, position FROM pool WHERE id = $1", values![id])?
        .as_ref()
        .map(pool)
        .transpose()
}

/// Adds a pool or brings its names up to date.
///
/// # Errors
/// Database errors only.
pub fn put_pool(tx: &mut Tx<'_>, pool: &PoolRow) -> Result<()> {
    tx.run(
        "INSERT INTO pool (id, kind, unit, device_model, name_ko, name_en, position) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (id) DO UPDATE SET name_ko = excluded.name_ko, name_en = excluded.name_en, position = excluded.position",
        values![pool.id, pool.kind, pool.unit, pool.device_model, pool.name_ko, pool.name_en, pool.position],
    )?;
    Ok(())
}

/// The ladder of one pool.
///
/// # Errors
/// Database errors only.
pub fn ladder(tx: &mut Tx<'_>, pool: &PoolId) -> Result<Ladder> {
    let mut out = Ladder::default();
    for row in tx.rows("SELECT rung, delta, from_on, to_on FROM capacity_entry WHERE pool_id = $1", values![pool])? {
        let delta: Amount = row.get("delta")?;
        out.add(row.get("rung")?, term(&row, "from_on", "to_on")?, delta.0);
    }
    Ok(out)
}

/// The entries of one pool before a place, newest first.
///
/// # Errors
/// Database errors only.
pub fn entries(
    tx: &mut Tx<'_>,
    pool: &PoolId,
    before: Option<(Timestamp, CapacityEntryId)>,
    limit: i64,
) -> Result<Vec<CapacityEntry>> {
    let (at, id) = from_newest(before);
    tx.rows(
        "SELECT id, pool_id, rung, delta, from_on, to_on, note, actor_id, created_at FROM capacity_entry
         WHERE pool_id = $1 AND (created_at, id) < ($2, $3) ORDER BY created_at DESC, id DESC LIMIT $4",
        values![pool, at, id, limit],
    )?
    .iter()
    .map(|row| {
        Ok(CapacityEntry {
            id: row.get("id")?,
            pool: row.get("pool_id")?,
            rung: row.get("rung")?,
            delta: row.get("delta")?,
            term: term(row, "from_on", "to_on")?,
            note: row.get("note")?,
            actor: row.get("actor_id")?,
            created_at: row.get("created_at")?,
        })
    })
    .collect()
}

/// Adds an entry.
///
/// # Errors
/// Database errors only.
pub fn add(tx: &mut Tx<'_>, entry: &CapacityEntry) -> Result<()> {
    tx.run(
        "INSERT INTO capacity_entry (id, pool_id, rung, delta, from_on, to_on, note, actor_id, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        values![
            entry.id,
            entry.pool,
            entry.rung,
            entry.delta,
            entry.term.from(),
            entry.term.to(),
            entry.note,
            entry.actor,
            entry.created_at
        ],
    )?;
    Ok(())
}

/// The ladders of all pools, in one query.
///
/// # Errors
/// Database errors only.
pub fn ladders(tx: &mut Tx<'_>) -> Result<BTreeMap<PoolId, Ladder>> {
    let mut out: BTreeMap<PoolId, Ladder> = BTreeMap::new();
    for row in tx.rows("SELECT pool_id, rung, delta, from_on, to_on FROM capacity_entry", &[])? {
        let delta: Amount = row.get("delta")?;
        out.entry(row.get("pool_id")?).or_default().add(row.get("rung")?, term(&row, "from_on", "to_on")?, delta.0);
    }
    Ok(out)
}

/// A pool as it stands on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolDay {
    /// The pool.
    pub pool: PoolRow,
    /// Installed on that day.
    pub installed: i64,
    /// What may be granted on that day.
    pub allocatable: i64,
    /// Held and offered on that day.
    pub allocated: i64,
    /// The next day on which holdings fall, and by how much.
    pub falls: Option<(Date, i64)>,
}

/// What the pool `p` has on a rung on the day `$1`, as a column of the rung's name.
pub(crate) fn rung_on(rung: Rung) -> String {
    format!(
        "(SELECT CAST(COALESCE(SUM(e.delta), 0) AS BIGINT) FROM capacity_entry e
          WHERE e.pool_id = p.id AND e.rung = '{rung}' AND e.from_on <= $1 AND e.to_on > $1) AS {rung}"
    )
}

/// All pools in their order as they stand on `day`. One statement.
///
/// # Errors
/// Database errors only.
pub fn on_day(tx: &mut Tx<'_>, day: Date) -> Result<Vec<PoolDay>> {
    let sql = format!(
        "SELECT p.id, p.kind, p.unit, p.device_model, p.name_ko, p.name_en, p.position, {}, {},
            (SELECT CAST(COALESCE(SUM(s.delta), 0) AS BIGINT) FROM pool_step s WHERE s.pool_id = p.id AND s.on_date <= $1) AS allocated,
            f.on_date AS falls_on, f.delta AS falls_by
         FROM pool p LEFT JOIN pool_step f ON f.pool_id = p.id AND f.kind = 'held' AND f.on_date =
            (SELECT MIN(n.on_date) FROM pool_step n WHERE n.pool_id = p.id AND n.kind = 'held' AND n.on_date > $1 AND n.delta < 0)
         ORDER BY p.position, p.id",
        rung_on(Rung::Installed),
        rung_on(Rung::Allocatable),
    );
    tx.rows(&sql, values![day])?
        .iter()
        .map(|row| {
            let falls: (Option<Date>, Option<i64>) = (row.get("falls_on")?, row.get("falls_by")?);
            Ok(PoolDay {
                pool: pool(row)?,
                installed: row.get("installed")?,
                allocatable: row.get("allocatable")?,
                allocated: row.get("allocated")?,
                falls: falls.0.zip(falls.1).map(|(day, delta)| (day, delta.saturating_neg())),
            })
        })
        .collect()
}

/// What one award holds in a pool on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HolderRow {
    /// The award.
    pub award: AwardId,
    /// Its project.
    pub project: ProjectId,
    /// The project's number.
    pub number: String,
    /// The project's Korean title.
    pub title_ko: String,
    /// The project's English title.
    pub title_en: String,
    /// The organization's Korean name.
    pub organization_ko: String,
    /// The organization's English name.
    pub organization_en: String,
    /// How much it holds, or by how much that falls.
    pub amount: Amount,
    /// The day on which it holds that, or on which it falls.
    pub on: Date,
}

const HOLDER: &str =
    "h.award_id, p.id AS project_id, p.number, p.title_ko, p.title_en, o.name_ko, o.name_en, h.amount, h.on_date";
const HOLDER_TABLES: &str = "JOIN award a ON a.id = h.award_id JOIN project p ON p.id = a.project_id JOIN organization o ON o.id = p.organization_id";

fn holder(row: &Row) -> Result<HolderRow> {
    Ok(HolderRow {
        award: row.get("award_id")?,
        project: row.get("project_id")?,
        number: row.get("number")?,
        title_ko: row.get("title_ko")?,
        title_en: row.get("title_en")?,
        organization_ko: row.get("name_ko")?,
        organization_en: row.get("name_en")?,
        amount: row.get("amount")?,
        on: row.get("on_date")?,
    })
}

/// Who holds what in a pool on a day, by project number, after a place.
///
/// # Errors
/// Database errors only.
pub fn holders(
    tx: &mut Tx<'_>,
    pool: &PoolId,
    day: Date,
    after: Option<(&str, AwardId)>,
    limit: i64,
) -> Result<Vec<HolderRow>> {
    let (number, award) = after.map_or((String::new(), String::new()), |(n, a)| (n.to_owned(), a.to_string()));
    let sql = format!(
        "SELECT {HOLDER} FROM (
           SELECT award_id, CAST(SUM(delta) AS BIGINT) AS amount, CAST($2 AS TEXT) AS on_date FROM ledger_entry
           WHERE pool_id = $1 AND from_on <= $2 AND to_on > $2 GROUP BY award_id HAVING SUM(delta) <> 0
         ) h {HOLDER_TABLES} WHERE (p.number, h.award_id) > ($3, $4) ORDER BY p.number, h.award_id LIMIT $5"
    );
    tx.rows(&sql, values![pool, day, number, award, limit])?.iter().map(holder).collect()
}

/// When holdings in a pool fall, from the day after `from` up to `to`: the earliest first, after a
/// place of day, project number and award.
///
/// # Errors
/// Database errors only.
pub fn coming_free(
    tx: &mut Tx<'_>,
    pool: &PoolId,
    term: Term,
    after: Option<(Date, &str, AwardId)>,
    limit: i64,
) -> Result<Vec<HolderRow>> {
    let (day, number, award) = after.map_or_else(
        || (Date::MIN, String::new(), String::new()),
        |(day, number, award)| (day, number.to_owned(), award.to_string()),
    );
    let sql = format!(
        "SELECT {HOLDER} FROM (
           SELECT award_id, CAST(-SUM(change) AS BIGINT) AS amount, on_date FROM (
             SELECT award_id, from_on AS on_date, delta AS change FROM ledger_entry WHERE pool_id = $1 AND from_on > $2 AND from_on <= $3
             UNION ALL
             SELECT award_id, to_on AS on_date, -delta AS change FROM ledger_entry WHERE pool_id = $1 AND to_on > $2 AND to_on <= $3
           ) c GROUP BY award_id, on_date HAVING SUM(change) < 0
         ) h {HOLDER_TABLES} WHERE (h.on_date, p.number, h.award_id) > ($4, $5, $6) ORDER BY h.on_date, p.number, h.award_id LIMIT $7"
    );
    tx.rows(&sql, values![pool, term.from(), term.to(), day, number, award, limit])?.iter().map(holder).collect()
}

/// Every change of what awards hold in a pool within `term`, with the project's number: for naming
/// the awards in the way of a smaller pool. At most `limit`.
///
/// # Errors
/// Database errors only.
pub fn changes_within(
    tx: &mut Tx<'_>,
    pool: &PoolId,
    days: Term,
    limit: i64,
) -> Result<Vec<(AwardId, String, Term, i64)>> {
    tx.rows(
        "SELECT e.award_id, p.number, e.from_on, e.to_on, e.delta FROM ledger_entry e
         JOIN award a ON a.id = e.award_id JOIN project p ON p.id = a.project_id
         WHERE e.pool_id = $1 AND e.from_on < $2 AND e.to_on > $3 ORDER BY p.number, e.seq LIMIT $4",
        values![pool, days.to(), days.from(), limit],
    )?
    .iter()
    .map(|row| Ok((row.get("award_id")?, row.get("number")?, term(row, "from_on", "to_on")?, row.get("delta")?)))
    .collect()
}

/// The lines of open offers in a pool within `term`, with the proposal's receipt number.
///
/// # Errors
/// Database errors only.
pub fn offered_within(tx: &mut Tx<'_>, pool: &PoolId, days: Term, limit: i64) -> Result<Vec<(String, Term, i64)>> {
    tx.rows(
        "SELECT COALESCE(p.receipt_no, p.title_ko) AS receipt_no, l.from_on, l.to_on, l.amount FROM offer_line l
         JOIN offer f ON f.id = l.offer_id JOIN proposal p ON p.id = f.proposal_id
         WHERE f.state = 'open' AND l.pool_id = $1 AND l.from_on < $2 AND l.to_on > $3 ORDER BY l.from_on, l.offer_id LIMIT $4",
        values![pool, days.to(), days.from(), limit],
    )?
    .iter()
    .map(|row| Ok((row.get("receipt_no")?, term(row, "from_on", "to_on")?, row.get("amount")?)))
    .collect()
}
