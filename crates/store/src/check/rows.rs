//! What no row may be: it names what is not there, contradicts another, or cannot be read.

use domain::{Word, adjustment, award, engine, ledger as entry};
use jiff::civil::Date;

use crate::{Result, Tx, values};

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
