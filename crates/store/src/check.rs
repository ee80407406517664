//! Queries that only the whole-database check asks: everything page by page, in the order in which
//! it is verified.

use std::collections::BTreeMap;

use domain::ids::{AwardId, PoolId, ProjectId};
use domain::steps::Steps;
use domain::term::Term;
use domain::{Word, adjustment, award, engine, ledger as entry};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::ledger::term;
use crate::{Result, Tx, values};

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

/// References that the check follows: table, key, column, the table that it names, and its key.
const REFERENCES: [(&str, &str, &str, &str, &str); 50] = [
    ("ledger_entry", "seq", "award_id", "award", "id"),
    ("ledger_entry", "seq", "pool_id", "pool", "id"),
    ("ledger_entry", "seq", "actor_id", "users", "id"),
    ("award", "id", "project_id", "project", "id"),
    ("award", "id", "offer_id", "offer", "id"),
    ("award_line", "award_id", "award_id", "award", "id"),
    ("award_line", "award_id", "pool_id", "pool", "id"),
    ("award_line", "award_id", "product_id", "product", "id"),
    ("project", "id", "proposal_id", "proposal", "id"),
    ("project", "id", "organization_id", "organization", "id"),
    ("project", "id", "lead_id", "users", "id"),
    ("project_member", "project_id", "project_id", "project", "id"),
    ("project_member", "project_id", "user_id", "users", "id"),
    ("offer", "id", "proposal_id", "proposal", "id"),
    ("offer", "id", "answered_by", "users", "id"),
    ("offer_line", "offer_id", "offer_id", "offer", "id"),
    ("offer_line", "offer_id", "product_id", "product", "id"),
    ("offer_line", "offer_id", "pool_id", "pool", "id"),
    ("capacity_entry", "id", "pool_id", "pool", "id"),
    ("capacity_entry", "id", "actor_id", "users", "id"),
    ("pool_step", "pool_id", "pool_id", "pool", "id"),
    ("plan", "id", "round_id", "round", "id"),
    ("plan", "id", "made_by", "users", "id"),
    ("plan", "id", "approved_by", "users", "id"),
    ("decision", "proposal_id", "proposal_id", "proposal", "id"),
    ("decision", "proposal_id", "plan_id", "plan", "id"),
    ("agreement", "id", "award_id", "award", "id"),
    ("agreement", "id", "signed_by", "users", "id"),
    ("agreement", "id", "countersigned_by", "users", "id"),
    ("adjustment", "id", "project_id", "project", "id"),
    ("adjustment", "id", "award_id", "award", "id"),
    ("adjustment", "id", "pool_id", "pool", "id"),
    ("adjustment", "id", "requested_by", "users", "id"),
    ("adjustment", "id", "decided_by", "users", "id"),
    ("reservation", "id", "project_id", "project", "id"),
    ("reservation", "id", "pool_id", "pool", "id"),
    ("reservation", "id", "product_id", "product", "id"),
    ("reservation", "id", "award_id", "award", "id"),
    ("reservation", "id", "asked_by", "users", "id"),
    ("reservation", "id", "decided_by", "users", "id"),
    ("freed", "id", "ledger_seq", "ledger_entry", "seq"),
    ("freed", "id", "pool_id", "pool", "id"),
    ("reallocation", "freed_id", "freed_id", "freed", "id"),
    ("reallocation", "freed_id", "offer_id", "offer", "id"),
    ("reallocation", "freed_id", "ledger_seq", "ledger_entry", "seq"),
    ("engine_sync", "project_id", "project_id", "project", "id"),
    ("cluster_account", "user_id", "user_id", "users", "id"),
    ("ssh_key", "id", "user_id", "users", "id"),
    ("user_role", "user_id", "user_id", "users", "id"),
    ("organization_member", "organization_id", "user_id", "users", "id"),
];

/// Rows that name something that is not there: table, row, column; at most `limit` of each kind.
///
/// # Errors
/// Database errors only.
pub fn dangling(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<(&'static str, String, &'static str)>> {
    let mut out = Vec::new();
    for (table, key, column, target, target_key) in REFERENCES {
        let sql = format!(
            "SELECT CAST(x.{key} AS TEXT) AS name FROM {table} x LEFT JOIN {target} y ON y.{target_key} = x.{column}
             WHERE x.{column} IS NOT NULL AND y.{target_key} IS NULL ORDER BY 1 LIMIT $1"
        );
        for row in tx.rows(&sql, values![limit])? {
            out.push((table, row.get("name")?, column));
        }
    }
    Ok(out)
}

/// What no row may be: where it stands, what is wrong with it, and the rows that are so. One
/// statement each, whatever the number of rows.
const CONTRADICTIONS: [(&str, &str, &str); 18] = [
    (
        "offer",
        "offer_without_award",
        "SELECT f.id AS name FROM offer f LEFT JOIN award a ON a.offer_id = f.id WHERE f.state = 'accepted' AND a.id IS NULL",
    ),
    (
        "award",
        "offer_not_accepted",
        "SELECT a.id AS name FROM award a JOIN offer f ON f.id = a.offer_id WHERE f.state <> 'accepted'",
    ),
    (
        "award",
        "award_without_lines",
        "SELECT a.id AS name FROM award a LEFT JOIN award_line l ON l.award_id = a.id WHERE l.award_id IS NULL",
    ),
    ("call", "call_own", "SELECT id AS name FROM call WHERE published_by = drafted_by"),
    (
        "plan",
        "plan_unapproved",
        "SELECT id AS name FROM plan WHERE state IN ('approved', 'announced') AND (approved_by IS NULL OR approved_at IS NULL)",
    ),
    (
        "adjustment",
        "adjustment_undecided",
        "SELECT id AS name FROM adjustment WHERE decided_by IS NULL AND kind <> 'return' AND state IN ('done', 'approved_waiting')",
    ),
    (
        "adjustment",
        "adjustment_of_over",
        "SELECT d.id AS name FROM adjustment d JOIN award a ON a.id = d.award_id
           WHERE d.state IN ('requested', 'approved_waiting') AND a.state IN ('ended', 'withdrawn')",
    ),
    (
        "agreement",
        "agreement_own",
        "SELECT id AS name FROM agreement WHERE signed_by = countersigned_by",
    ),
    (
        "award",
        "award_without_project",
        "SELECT a.id AS name FROM award a JOIN project p ON p.id = a.project_id
           WHERE a.state = 'active' AND p.state NOT IN ('active', 'suspended')",
    ),
    (
        "project",
        "project_unlike_awards",
        "SELECT p.id AS name FROM project p WHERE
           (p.state = 'withdrawn' AND EXISTS (SELECT 1 FROM award a WHERE a.project_id = p.id AND a.state <> 'withdrawn'))
           OR (p.state IN ('ended', 'data_only', 'closed')
             AND NOT EXISTS (SELECT 1 FROM award a WHERE a.project_id = p.id AND a.state = 'ended'))
           OR (p.state IN ('agreement_pending', 'agreed')
             AND NOT EXISTS (SELECT 1 FROM award a WHERE a.project_id = p.id AND a.state = 'pending'))
           OR (p.state = 'agreed' AND NOT EXISTS (SELECT 1 FROM award a JOIN agreement g ON g.award_id = a.id
             WHERE a.project_id = p.id AND a.state = 'pending' AND g.state = 'concluded'))",
    ),
    (
        "project",
        "project_lead",
        "SELECT p.id AS name FROM project p WHERE
           (SELECT COUNT(*) FROM project_member m WHERE m.project_id = p.id AND m.tie = 'lead') <> 1
           OR NOT EXISTS (SELECT 1 FROM project_member m WHERE m.project_id = p.id AND m.tie = 'lead' AND m.user_id = p.lead_id)",
    ),
    ("plan", "plan_own", "SELECT id AS name FROM plan WHERE approved_by = made_by"),
    (
        "adjustment",
        "adjustment_own",
        "SELECT id AS name FROM adjustment WHERE decided_by = requested_by AND kind <> 'return' AND state IN ('done', 'approved_waiting', 'rejected')",
    ),
    (
        "agreement",
        "agreement_unsigned",
        "SELECT id AS name FROM agreement WHERE state = 'concluded'
           AND (signed_by IS NULL OR signed_at IS NULL OR countersigned_by IS NULL OR countersigned_at IS NULL)",
    ),
    (
        "award",
        "award_without_agreement",
        // A reservation is within the agreement of its project.
        "SELECT a.id AS name FROM award a LEFT JOIN agreement g ON g.award_id = a.id
           WHERE a.state = 'active' AND (g.state IS NULL OR g.state <> 'concluded')
             AND NOT EXISTS (SELECT 1 FROM reservation r WHERE r.award_id = a.id)",
    ),
    (
        "reservation",
        "reservation_own",
        "SELECT id AS name FROM reservation WHERE decided_by = asked_by",
    ),
    (
        "reservation",
        "reservation_unlike_award",
        "SELECT r.id AS name FROM reservation r LEFT JOIN award a ON a.id = r.award_id WHERE
           (r.state = 'booked' AND (a.id IS NULL OR a.state = 'withdrawn'))
           OR (r.state IN ('requested', 'declined') AND a.id IS NOT NULL)
           OR a.project_id <> r.project_id",
    ),
    (
        "project",
        "project_without_award",
        "SELECT p.id AS name FROM project p WHERE p.state = 'active'
           AND NOT EXISTS (SELECT 1 FROM award a WHERE a.project_id = p.id AND a.state = 'active')",
    ),
];

/// Rows whose states contradict: table, row, the name of what is wrong; at most `limit` of each kind.
///
/// # Errors
/// Database errors only.
pub fn contradictions(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<(&'static str, String, &'static str)>> {
    let mut out = Vec::new();
    for (table, wrong, sql) in CONTRADICTIONS {
        for row in tx.rows(&format!("{sql} ORDER BY 1 LIMIT $1"), values![limit])? {
            out.push((table, row.get("name")?, wrong));
        }
    }
    Ok(out)
}

/// Awards that are over and still hold something on `today` or later, by their lines; at most `limit`.
///
/// # Errors
/// Database errors only.
pub fn over_but_held(tx: &mut Tx<'_>, today: Date, limit: i64) -> Result<Vec<String>> {
    tx.rows(
        "SELECT DISTINCT a.id FROM award a JOIN award_line l ON l.award_id = a.id
         WHERE a.state IN ('ended', 'withdrawn') AND l.end_on > $1 AND l.end_on > l.from_on ORDER BY a.id LIMIT $2",
        values![today, limit],
    )?
    .iter()
    .map(|row| row.get("id"))
    .collect()
}

/// Parts of freed capacity that are not what their offer or entry is; at most `limit`.
///
/// # Errors
/// Database errors only.
pub fn parts_astray(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<(String, i64, Option<String>)>> {
    tx.rows(
        "SELECT r.freed_id, r.position, o.state FROM reallocation r LEFT JOIN offer o ON o.id = r.offer_id
         WHERE r.amount < 1 OR (r.taken_at IS NOT NULL AND r.given_back_at IS NOT NULL)
           OR (r.offer_id IS NULL AND (r.ledger_seq IS NULL OR r.taken_at IS NULL))
           OR (r.offer_id IS NOT NULL AND r.ledger_seq IS NOT NULL)
           OR (r.taken_at IS NOT NULL AND o.state <> 'accepted')
           OR (r.taken_at IS NULL AND r.given_back_at IS NULL AND o.state <> 'open')
           OR (r.given_back_at IS NOT NULL AND o.state IN ('open', 'accepted'))
         ORDER BY r.freed_id, r.position LIMIT $1",
        values![limit],
    )?
    .iter()
    .map(|row| Ok((row.get("freed_id")?, row.get("position")?, row.get("state")?)))
    .collect()
}

/// Lines of awards whose grain is not their product's, nor the least of those that the offer named
/// in the pool: award, pool, grain, the product's; at most `limit`.
///
/// # Errors
/// Database errors only.
pub fn other_grains(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<(String, String, i64, i64)>> {
    tx.rows(
        "SELECT l.award_id, l.pool_id, l.grain, p.grain AS product FROM award_line l JOIN product p ON p.id = l.product_id
         WHERE l.grain <> p.grain AND l.grain <> COALESCE(
           (SELECT MIN(q.grain) FROM award a JOIN offer_line o ON o.offer_id = a.offer_id JOIN product q ON q.id = o.product_id
            WHERE a.id = l.award_id AND o.pool_id = l.pool_id), p.grain)
         ORDER BY l.award_id, l.pool_id LIMIT $1",
        values![limit],
    )?
    .iter()
    .map(|row| Ok((row.get("award_id")?, row.get("pool_id")?, row.get("grain")?, row.get("product")?)))
    .collect()
}

/// Whole numbers and civil dates that the rules read: table, key, columns.
const NUMBERS: [(&str, &str, &[&str]); 12] = [
    ("ledger_entry", "seq", &["seq", "delta", "at", "corrects"]),
    ("award_line", "award_id", &["grain"]),
    ("product", "id", &["grain"]),
    ("offer", "id", &["made_at", "due_at"]),
    ("offer_line", "offer_id", &["position", "amount"]),
    ("capacity_entry", "id", &["delta"]),
    ("pool_step", "pool_id", &["delta"]),
    ("freed", "id", &["ledger_seq", "amount", "freed_at"]),
    ("reallocation", "freed_id", &["position", "ledger_seq", "amount", "offered_at", "taken_at", "given_back_at"]),
    ("adjustment", "id", &["amount"]),
    ("reservation", "id", &["amount"]),
    ("audit", "seq", &["seq", "at"]),
];
const DATES: [(&str, &str, &[&str]); 9] = [
    ("ledger_entry", "seq", &["from_on", "to_on"]),
    ("award_line", "award_id", &["from_on", "end_on"]),
    ("offer_line", "offer_id", &["from_on", "to_on"]),
    ("capacity_entry", "id", &["from_on", "to_on"]),
    ("pool_step", "pool_id", &["on_date"]),
    ("freed", "id", &["from_on", "to_on"]),
    ("reallocation", "freed_id", &["from_on", "to_on"]),
    ("adjustment", "id", &["from_on", "to_on"]),
    ("reservation", "id", &["from_on", "to_on"]),
];

fn none_of<W: Word>(column: &str) -> String {
    let words: Vec<String> = W::ALL.iter().map(|word| format!("'{}'", word.as_str())).collect();
    format!("x.{column} NOT IN ({})", words.join(", "))
}

/// Values that are no number, date or word where one belongs: table, row, column, value; at most
/// `limit` of each column.
///
/// # Errors
/// Database errors only.
pub fn unreadable(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<(&'static str, String, &'static str, String)>> {
    let mut asked: Vec<(&'static str, &'static str, &'static str, String)> = vec![
        ("ledger_entry", "seq", "kind", none_of::<entry::EntryKind>("kind")),
        ("pool_step", "pool_id", "kind", none_of::<crate::ledger::StepKind>("kind")),
        ("plan", "id", "state", none_of::<award::PlanState>("state")),
        ("decision", "proposal_id", "outcome", none_of::<award::Decision>("outcome")),
        ("offer", "id", "source", none_of::<award::OfferSource>("source")),
        ("offer", "id", "state", none_of::<award::OfferState>("state")),
        ("reservation", "id", "state", none_of::<domain::reservation::ReservationState>("state")),
        ("award", "id", "state", none_of::<award::AwardState>("state")),
        ("project", "id", "state", none_of::<award::ProjectState>("state")),
        ("agreement", "id", "state", none_of::<award::AgreementState>("state")),
        ("adjustment", "id", "kind", none_of::<adjustment::AdjustmentKind>("kind")),
        ("adjustment", "id", "state", none_of::<adjustment::AdjustmentState>("state")),
        ("engine_sync", "project_id", "state", none_of::<engine::SyncState>("state")),
        ("engine_sync", "project_id", "fault", none_of::<engine::EngineFault>("fault")),
    ];
    for (table, key, columns) in NUMBERS {
        for column in columns {
            let no_number = format!("CAST(CAST(x.{column} AS BIGINT) AS TEXT) <> CAST(x.{column} AS TEXT)");
            asked.push((table, key, column, no_number));
        }
    }
    for (table, key, columns) in DATES {
        for column in columns {
            asked.push((table, key, column, format!("x.{column} NOT LIKE '____-__-__'")));
        }
    }
    let mut out = Vec::new();
    for (table, key, column, wrong) in asked {
        let sql = format!(
            "SELECT CAST(x.{key} AS TEXT) AS name, CAST(x.{column} AS TEXT) AS value FROM {table} x WHERE {wrong} ORDER BY 1 LIMIT $1"
        );
        for row in tx.rows(&sql, values![limit])? {
            let value: String = row.get("value")?;
            out.push((table, row.get("name")?, column, value.chars().take(40).collect()));
        }
    }
    Ok(out)
}
