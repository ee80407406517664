//! Queries that only the whole-database check asks: the ledger and what came free page by page, in the
//! order in which they are verified. `rows` names what no row may be.

mod rows;

use std::collections::BTreeMap;

use domain::ids::{AwardId, PoolId, ProjectId};
use domain::ledger as entry;
use domain::steps::Steps;
use domain::term::Term;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::ledger::term;
use crate::{Result, Tx, values};

pub use rows::{contradictions, dangling, other_grains, over_but_held, parts_astray, unreadable};

/// The setting that says how the ledger's chain ends: number and hash of its last entry, written with
/// that entry, so that a chain cut at its end is noticed.
pub const LEDGER_HEAD: &str = "ledger_head";
/// The same of the audit trail.
pub const AUDIT_HEAD: &str = "audit_head";

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
    /// The award's line in the pool: grain, first day and noted end; `None` if it has no such line.
    pub line: Option<(i64, Date, Date)>,
    /// Whether the award was taken back before it began.
    pub withdrawn: bool,
}

/// Up to `limit` entries after a place, grouped by award and pool.
///
/// # Errors
/// Database errors only.
pub fn by_award(tx: &mut Tx<'_>, after: &(String, String, i64), limit: i64) -> Result<Vec<HeldPart>> {
    tx.rows(
        "SELECT e.award_id, e.pool_id, e.seq, e.from_on, e.to_on, e.delta, l.grain, l.from_on AS line_from, l.end_on, a.state
         FROM ledger_entry e LEFT JOIN award_line l ON l.award_id = e.award_id AND l.pool_id = e.pool_id
         LEFT JOIN award a ON a.id = e.award_id
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
            line: match row.get::<Option<i64>>("grain")? {
                Some(grain) => Some((grain, row.get("line_from")?, row.get("end_on")?)),
                None => None,
            },
            withdrawn: row.get::<Option<String>>("state")?.as_deref() == Some("withdrawn"),
        })
    })
    .collect()
}

/// What each project holds of each pool of devices on a day, whatever state it is in: project, number,
/// pool and amount.
///
/// # Errors
/// Database errors only.
pub fn held_by_project(tx: &mut Tx<'_>, day: Date) -> Result<Vec<(ProjectId, String, String, i64)>> {
    tx.rows(
        "SELECT p.id, p.number, e.pool_id, CAST(SUM(e.delta) AS BIGINT) AS amount
         FROM ledger_entry e JOIN award a ON a.id = e.award_id JOIN project p ON p.id = a.project_id
         WHERE e.from_on <= $1 AND e.to_on > $1 AND e.pool_id IN (SELECT id FROM pool WHERE unit = 'device')
         GROUP BY p.id, p.number, e.pool_id",
        values![day],
    )?
    .iter()
    .map(|row| Ok((row.get("id")?, row.get("number")?, row.get("pool_id")?, row.get("amount")?)))
    .collect()
}

/// Corrections that name no earlier entry of the same award and pool, and other entries that name one:
/// entry, kind, what it names; at most `limit`.
///
/// # Errors
/// Database errors only.
pub fn miscorrections(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<(i64, String, Option<i64>)>> {
    tx.rows(
        "SELECT e.seq, e.kind, e.corrects FROM ledger_entry e LEFT JOIN ledger_entry n ON n.seq = e.corrects
         WHERE (e.kind = 'correct' AND (n.seq IS NULL OR n.seq >= e.seq OR n.award_id <> e.award_id OR n.pool_id <> e.pool_id))
            OR (e.kind <> 'correct' AND e.corrects IS NOT NULL)
         ORDER BY e.seq LIMIT $1",
        values![limit],
    )?
    .iter()
    .map(|row| Ok((row.get("seq")?, row.get("kind")?, row.get("corrects")?)))
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

/// An entry that takes, or of which freed capacity is on record.
#[derive(Clone, Debug)]
pub struct Taking {
    /// The entry.
    pub seq: i64,
    /// Its kind.
    pub kind: entry::EntryKind,
    /// The change.
    pub delta: i64,
    /// When it was written, in seconds.
    pub at: i64,
    /// The first day after its end.
    pub to_on: Date,
    /// The record of what it freed: whether pool, amount and days are the entry's, and its instant.
    pub freed: Option<(bool, i64)>,
}

/// Up to `limit` such entries after `seq`.
///
/// # Errors
/// Database errors only.
pub fn takings(tx: &mut Tx<'_>, seq: i64, limit: i64) -> Result<Vec<Taking>> {
    tx.rows(
        "SELECT e.seq, e.kind, e.delta, e.at, e.to_on, f.freed_at,
            CASE WHEN f.amount = -e.delta AND f.pool_id = e.pool_id AND f.from_on = e.from_on AND f.to_on = e.to_on THEN 1 ELSE 0 END AS same
         FROM ledger_entry e LEFT JOIN freed f ON f.ledger_seq = e.seq
         WHERE e.seq > $1 AND (e.delta < 0 OR f.id IS NOT NULL) ORDER BY e.seq LIMIT $2",
        values![seq, limit],
    )?
    .iter()
    .map(|row| {
        let same: i64 = row.get("same")?;
        Ok(Taking {
            seq: row.get("seq")?,
            kind: row.get("kind")?,
            delta: row.get("delta")?,
            at: row.get("at")?,
            to_on: row.get("to_on")?,
            freed: row.get::<Option<i64>>("freed_at")?.map(|at| (same == 1, at)),
        })
    })
    .collect()
}

/// What happened to a pool's freed capacity, in the order in which things of one instant are looked
/// at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// A part went to an offer or an entry.
    Went,
    /// An offer was made, or an entry written, that takes what is idle.
    Wanted,
    /// A part came back.
    Back,
    /// It came free.
    Freed,
}

/// One such event.
#[derive(Clone, Debug)]
pub struct FreedEvent {
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: Event,
    /// The offer or the entry; the freed capacity where it came free.
    pub goal: String,
    /// The days.
    pub days: Term,
    /// How much.
    pub amount: i64,
}

/// All of a pool, in order.
///
/// # Errors
/// Database errors only.
pub fn freed_events(tx: &mut Tx<'_>, pool: &PoolId) -> Result<Vec<FreedEvent>> {
    let rows = tx.rows(
        "SELECT 3 AS what, f.freed_at AS at, f.id AS goal, f.from_on, f.to_on, f.amount FROM freed f WHERE f.pool_id = $1
         UNION ALL
         SELECT 0, r.offered_at, COALESCE(r.offer_id, CAST(r.ledger_seq AS TEXT), ''), r.from_on, r.to_on, r.amount
         FROM reallocation r JOIN freed f ON f.id = r.freed_id WHERE f.pool_id = $1
         UNION ALL
         SELECT 2, r.given_back_at, '', r.from_on, r.to_on, r.amount
         FROM reallocation r JOIN freed f ON f.id = r.freed_id WHERE f.pool_id = $1 AND r.given_back_at IS NOT NULL
         UNION ALL
         SELECT 1, o.made_at, l.offer_id, l.from_on, l.to_on, l.amount
         FROM offer_line l JOIN offer o ON o.id = l.offer_id WHERE l.pool_id = $1
         UNION ALL
         SELECT 1, e.at, CAST(e.seq AS TEXT), e.from_on, e.to_on, e.delta
         FROM ledger_entry e WHERE e.pool_id = $1 AND e.delta > 0 AND e.kind IN ('increase', 'extend', 'outage_credit', 'correct')
         ORDER BY 2, 1",
        values![pool],
    )?;
    rows.iter()
        .map(|row| {
            Ok(FreedEvent {
                at: row.get("at")?,
                what: match row.get::<i64>("what")? {
                    0 => Event::Went,
                    1 => Event::Wanted,
                    2 => Event::Back,
                    _ => Event::Freed,
                },
                goal: row.get("goal")?,
                days: term(row, "from_on", "to_on")?,
                amount: row.get("amount")?,
            })
        })
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
