//! Queries that only the whole-database check asks: everything page by page, in the order in which
//! it is verified.

use std::collections::BTreeMap;

use domain::ids::{AwardId, PoolId};
use domain::steps::Steps;
use domain::term::Term;

use crate::ledger::term;
use crate::{Result, Tx, values};

/// One entry as the check of holdings reads it.
#[derive(Clone, Debug)]
pub struct HeldPart {
    /// The award.
    pub award: AwardId,
    /// The pool.
    pub pool: PoolId,
    /// The entry.
    pub seq: i64,
    /// The days.
    pub term: Term,
    /// The change.
    pub delta: i64,
    /// The grain of the award's line in the pool; `None` if it has no such line.
    pub grain: Option<i64>,
}

/// Up to `limit` entries after a place, grouped by award and pool.
///
/// # Errors
/// Database errors only.
pub fn by_award(tx: &mut Tx<'_>, after: &(String, String, i64), limit: i64) -> Result<Vec<HeldPart>> {
    tx.rows(
        "SELECT e.award_id, e.pool_id, e.seq, e.from_on, e.to_on, e.delta, l.grain
         FROM ledger_entry e LEFT JOIN award_line l ON l.award_id = e.award_id AND l.pool_id = e.pool_id
         WHERE e.award_id >= $1 AND (e.award_id, e.pool_id, e.seq) > ($1, $2, $3)
         ORDER BY e.award_id, e.pool_id, e.seq LIMIT $4",
        values![after.0, after.1, after.2, limit],
    )?
    .iter()
    .map(|row| {
        Ok(HeldPart {
            award: row.get("award_id")?,
            pool: row.get("pool_id")?,
            seq: row.get("seq")?,
            term: term(row, "from_on", "to_on")?,
            delta: row.get("delta")?,
            grain: row.get("grain")?,
        })
    })
    .collect()
}

/// What open offers promise in each pool, from their lines.
///
/// # Errors
/// Database errors only.
pub fn offered(tx: &mut Tx<'_>) -> Result<BTreeMap<PoolId, Steps>> {
    let mut out: BTreeMap<PoolId, Steps> = BTreeMap::new();
    let rows = tx.rows(
        "SELECT l.pool_id, l.from_on, l.to_on, CAST(SUM(l.amount) AS BIGINT) AS amount
         FROM offer_line l JOIN offer f ON f.id = l.offer_id
         WHERE f.state = 'open' GROUP BY l.pool_id, l.from_on, l.to_on",
        &[],
    )?;
    for row in rows {
        out.entry(row.get("pool_id")?).or_default().add(term(&row, "from_on", "to_on")?, row.get("amount")?);
    }
    Ok(out)
}

/// Entries that freed capacity of which nothing, or something else, is on record; at most `limit`.
///
/// # Errors
/// Database errors only.
pub fn freed_unrecorded(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<i64>> {
    tx.rows(
        "SELECT e.seq FROM ledger_entry e LEFT JOIN freed f ON f.ledger_seq = e.seq
         WHERE e.kind IN ('return', 'decrease', 'reclaim', 'expire')
           AND (f.id IS NULL OR f.amount <> -e.delta OR f.pool_id <> e.pool_id OR f.from_on <> e.from_on OR f.to_on <> e.to_on)
         ORDER BY e.seq LIMIT $1",
        values![limit],
    )?
    .iter()
    .map(|row| row.get("seq"))
    .collect()
}

/// One part that freed capacity went to and that was not given back.
#[derive(Clone, Debug)]
pub struct FreedPart {
    /// The freed capacity.
    pub freed: String,
    /// The part's place.
    pub position: i64,
    /// How much was freed.
    pub amount: i64,
    /// On which days.
    pub days: Term,
    /// How much went.
    pub part: i64,
    /// On which days.
    pub part_days: Term,
}

/// Up to `limit` such parts after a place, by freed capacity.
///
/// # Errors
/// Database errors only.
pub fn freed_parts(tx: &mut Tx<'_>, after: &(String, i64), limit: i64) -> Result<Vec<FreedPart>> {
    tx.rows(
        "SELECT r.freed_id, r.position, f.amount, f.from_on, f.to_on, r.amount AS part, r.from_on AS part_from, r.to_on AS part_to
         FROM reallocation r JOIN freed f ON f.id = r.freed_id
         WHERE r.given_back_at IS NULL AND (r.freed_id, r.position) > ($1, $2) ORDER BY r.freed_id, r.position LIMIT $3",
        values![after.0, after.1, limit],
    )?
    .iter()
    .map(|row| {
        Ok(FreedPart {
            freed: row.get("freed_id")?,
            position: row.get("position")?,
            amount: row.get("amount")?,
            days: term(row, "from_on", "to_on")?,
            part: row.get("part")?,
            part_days: term(row, "part_from", "part_to")?,
        })
    })
    .collect()
}

/// References that the check follows: table, column, the table that it names.
const REFERENCES: [(&str, &str, &str, &str); 9] = [
    ("ledger_entry", "seq", "award_id", "award"),
    ("ledger_entry", "seq", "pool_id", "pool"),
    ("award", "id", "project_id", "project"),
    ("award", "id", "offer_id", "offer"),
    ("award_line", "award_id", "award_id", "award"),
    ("project", "id", "proposal_id", "proposal"),
    ("project", "id", "organization_id", "organization"),
    ("offer_line", "offer_id", "offer_id", "offer"),
    ("capacity_entry", "id", "pool_id", "pool"),
];

/// Rows that name something that is not there: table, row, column; at most `limit` of each kind.
///
/// # Errors
/// Database errors only.
pub fn dangling(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<(&'static str, String, &'static str)>> {
    let mut out = Vec::new();
    for (table, key, column, target) in REFERENCES {
        let sql = format!(
            "SELECT CAST(x.{key} AS TEXT) AS name FROM {table} x LEFT JOIN {target} y ON y.id = x.{column}
             WHERE y.id IS NULL ORDER BY 1 LIMIT $1"
        );
        for row in tx.rows(&sql, values![limit])? {
            out.push((table, row.get("name")?, column));
        }
    }
    Ok(out)
}
