//! The audit trail: what was done by whom, each row chained to the one before.

use domain::ids::UserId;
use domain::ledger::{GENESIS, hex};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::sql::{ToValue as _, Value};
use crate::{Result, Row, Tx, values};

/// A row of the audit trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Its place in the chain, from 1 without gaps.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who; `None` is the clock or the command line.
    pub actor: Option<UserId>,
    /// The actor's name at that time.
    pub actor_name: String,
    /// By which way: `web`, `api`, `cli`, `clock`.
    pub channel: String,
    /// From which network address.
    pub address: String,
    /// The request that it was part of.
    pub request_id: String,
    /// What was done, in the past tense: `proposal.submitted`.
    pub action: String,
    /// The kind of thing it was done to.
    pub object_kind: String,
    /// Which one.
    pub object_id: String,
    /// The thing before, as JSON, or empty.
    pub before: String,
    /// The thing after, as JSON, or empty.
    pub after: String,
    /// Why, in the person's words, or empty.
    pub reason: String,
    /// The hash of the row before.
    pub prev_hash: String,
    /// The hash of this row with `prev_hash`.
    pub hash: String,
}

impl AuditRow {
    /// SHA-256 (hex) over all fields but the hash, each preceded by its length.
    #[must_use]
    pub fn computed_hash(&self) -> String {
        let mut hasher = Sha256::new();
        let texts = [
            &self.seq.to_string(),
            &self.at.as_second().to_string(),
            &self.actor.map(|user| user.to_string()).unwrap_or_default(),
            &self.actor_name,
            &self.channel,
            &self.address,
            &self.request_id,
            &self.action,
            &self.object_kind,
            &self.object_id,
            &self.before,
            &self.after,
            &self.reason,
            &self.prev_hash,
        ];
        for text in texts {
            hasher.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
            hasher.update(text.as_bytes());
        }
        hex(&hasher.finalize())
    }
}

const AUDIT: &str = "seq, at, actor_id, actor_name, channel, address, request_id, action, object_kind, object_id, before, after, reason, prev_hash, hash";

fn audit_row(row: &Row) -> Result<AuditRow> {
    Ok(AuditRow {
        seq: row.get("seq")?,
        at: row.get("at")?,
        actor: row.get("actor_id")?,
        actor_name: row.get("actor_name")?,
        channel: row.get("channel")?,
        address: row.get("address")?,
        request_id: row.get("request_id")?,
        action: row.get("action")?,
        object_kind: row.get("object_kind")?,
        object_id: row.get("object_id")?,
        before: row.get("before")?,
        after: row.get("after")?,
        reason: row.get("reason")?,
        prev_hash: row.get("prev_hash")?,
        hash: row.get("hash")?,
    })
}

/// Adds a row to the trail; `seq`, `prev_hash` and `hash` are filled in here.
///
/// # Errors
/// Database errors only.
pub fn audit(tx: &mut Tx<'_>, mut new: AuditRow) -> Result<()> {
    (new.seq, new.prev_hash) = match tx.row("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1", &[])? {
        Some(row) => (row.get::<i64>("seq")? + 1, row.get("hash")?),
        None => (1, GENESIS.to_owned()),
    };
    new.hash = new.computed_hash();
    tx.run(
        "INSERT INTO audit (seq, at, actor_id, actor_name, channel, address, request_id, action, object_kind, object_id, before, after, reason, prev_hash, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        values![
            new.seq,
            new.at,
            new.actor,
            new.actor_name,
            new.channel,
            new.address,
            new.request_id,
            new.action,
            new.object_kind,
            new.object_id,
            new.before,
            new.after,
            new.reason,
            new.prev_hash,
            new.hash
        ],
    )?;
    crate::center::put_setting(tx, crate::check::AUDIT_HEAD, &format!("{} {}", new.seq, new.hash))
}

/// Up to `limit` rows after `seq`, oldest first: for checking the chain.
///
/// # Errors
/// Database errors only.
pub fn audit_after(tx: &mut Tx<'_>, seq: i64, limit: i64) -> Result<Vec<AuditRow>> {
    let sql = format!("SELECT {AUDIT} FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2");
    tx.rows(&sql, values![seq, limit])?.iter().map(audit_row).collect()
}

/// The history of one thing, newest first.
///
/// # Errors
/// Database errors only.
pub fn audit_of(tx: &mut Tx<'_>, kind: &str, id: &str, limit: i64) -> Result<Vec<AuditRow>> {
    let sql = format!("SELECT {AUDIT} FROM audit WHERE object_kind = $1 AND object_id = $2 ORDER BY seq DESC LIMIT $3");
    tx.rows(&sql, values![kind, id, limit])?.iter().map(audit_row).collect()
}

/// What the audit trail is narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Only by these accounts.
    pub actors: Option<Vec<UserId>>,
    /// Only by this way: `web`, `cli`.
    pub channel: Option<String>,
    /// Only this action.
    pub action: Option<String>,
    /// Only things of this kind.
    pub kind: Option<String>,
    /// Only this thing.
    pub id: Option<String>,
    /// Only from this instant on.
    pub from: Option<Timestamp>,
    /// Only before this instant.
    pub to: Option<Timestamp>,
}

/// Up to `limit` rows before a place, newest first.
///
/// # Errors
/// Database errors only.
pub fn audit_page(
    tx: &mut Tx<'_>,
    filter: &AuditFilter,
    before: Option<(Timestamp, i64)>,
    limit: i64,
) -> Result<Vec<AuditRow>> {
    let mut given: Vec<Value> = Vec::new();
    let mut conditions: Vec<String> = Vec::new();
    let mut place = |value: Value| {
        given.push(value);
        format!("${}", given.len())
    };
    if let Some(actors) = &filter.actors {
        let places: Vec<String> = actors.iter().map(|actor| place(actor.to_value())).collect();
        // Nobody of that name did nothing.
        let none = if places.is_empty() { "1 = 0".to_owned() } else { format!("actor_id IN ({})", places.join(", ")) };
        conditions.push(none);
    }
    for (column, value) in [
        ("channel", &filter.channel),
        ("action", &filter.action),
        ("object_kind", &filter.kind),
        ("object_id", &filter.id),
    ] {
        if let Some(text) = value {
            conditions.push(format!("{column} = {}", place(text.to_value())));
        }
    }
    if let Some(from) = filter.from {
        conditions.push(format!("at >= {}", place(from.to_value())));
    }
    if let Some(to) = filter.to {
        conditions.push(format!("at < {}", place(to.to_value())));
    }
    if let Some((at, seq)) = before {
        let (at, seq) = (place(at.to_value()), place(seq.to_value()));
        conditions.push(format!("(at, seq) < ({at}, {seq})"));
    }
    let limit = place(limit.to_value());
    let only = if conditions.is_empty() { String::new() } else { format!("WHERE {}", conditions.join(" AND ")) };
    let sql = format!("SELECT {AUDIT} FROM audit {only} ORDER BY at DESC, seq DESC LIMIT {limit}");
    tx.rows(&sql, &given)?.iter().map(audit_row).collect()
}

/// One row of the trail.
///
/// # Errors
/// Database errors only.
pub fn find_audit(tx: &mut Tx<'_>, seq: i64) -> Result<Option<AuditRow>> {
    let sql = format!("SELECT {AUDIT} FROM audit WHERE seq = $1");
    tx.row(&sql, values![seq])?.as_ref().map(audit_row).transpose()
}

/// The accounts that a text means: an id, an e-mail address or a name. At most 50.
///
/// # Errors
/// Database errors only.
pub fn accounts_named(tx: &mut Tx<'_>, text: &str) -> Result<Vec<UserId>> {
    tx.rows("SELECT id FROM users WHERE id = $1 OR email = lower($1) OR name = $1 ORDER BY id LIMIT 50", values![text])?
        .iter()
        .map(|row| row.get("id"))
        .collect()
}
