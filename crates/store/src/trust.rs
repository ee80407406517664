//! The audit trail, the outbox, mail, and what happened once.

use domain::ids::{MailId, OutboxId, UserId};
use domain::ledger::{GENESIS, hex};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

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
    Ok(())
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

/// A piece of work for later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    /// Its id.
    pub id: OutboxId,
    /// What is to be done: `engine.sync`, `refill`.
    pub kind: String,
    /// At most one piece with the same key is ever queued.
    pub dedupe: String,
    /// Its facts, as JSON.
    pub payload: String,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it is tried next.
    pub next_try_at: Timestamp,
    /// How often it was tried.
    pub tries: i64,
    /// What went wrong the last time.
    pub last_error: String,
    /// When it was done.
    pub done_at: Option<Timestamp>,
}

/// Queues work unless the same was queued before; answers whether it is new.
///
/// # Errors
/// Database errors only.
pub fn enqueue(tx: &mut Tx<'_>, id: OutboxId, kind: &str, dedupe: &str, payload: &str, now: Timestamp) -> Result<bool> {
    let added = tx.run(
        "INSERT INTO outbox (id, kind, dedupe, payload, created_at, next_try_at) VALUES ($1, $2, $3, $4, $5, $5)
         ON CONFLICT (dedupe) DO NOTHING",
        values![id, kind, dedupe, payload, now],
    )?;
    Ok(added == 1)
}

const OUTBOX: &str = "id, kind, dedupe, payload, created_at, next_try_at, tries, last_error, done_at";

fn outbox_row(row: &Row) -> Result<OutboxRow> {
    Ok(OutboxRow {
        id: row.get("id")?,
        kind: row.get("kind")?,
        dedupe: row.get("dedupe")?,
        payload: row.get("payload")?,
        created_at: row.get("created_at")?,
        next_try_at: row.get("next_try_at")?,
        tries: row.get("tries")?,
        last_error: row.get("last_error")?,
        done_at: row.get("done_at")?,
    })
}

/// Work that is due, oldest first.
///
/// # Errors
/// Database errors only.
pub fn due(tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<Vec<OutboxRow>> {
    let sql = format!(
        "SELECT {OUTBOX} FROM outbox WHERE done_at IS NULL AND next_try_at <= $1 ORDER BY next_try_at, created_at, id LIMIT $2"
    );
    tx.rows(&sql, values![now, limit])?.iter().map(outbox_row).collect()
}

/// Notes that a piece of work is done; answers `false` if it was done before.
///
/// # Errors
/// Database errors only.
pub fn mark_done(tx: &mut Tx<'_>, id: OutboxId, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE outbox SET done_at = $2, last_error = '' WHERE id = $1 AND done_at IS NULL";
    Ok(tx.run(sql, values![id, now])? == 1)
}

/// Notes that a piece of work failed and when to try again.
///
/// # Errors
/// Database errors only.
pub fn mark_failed(tx: &mut Tx<'_>, id: OutboxId, error: &str, next_try_at: Timestamp) -> Result<()> {
    tx.run(
        "UPDATE outbox SET tries = tries + 1, last_error = $2, next_try_at = $3 WHERE id = $1 AND done_at IS NULL",
        values![id, error, next_try_at],
    )?;
    Ok(())
}

/// Work that is not done, the next to be tried first, after a place.
///
/// # Errors
/// Database errors only.
pub fn undone(tx: &mut Tx<'_>, after: Option<(Timestamp, OutboxId)>, limit: i64) -> Result<Vec<OutboxRow>> {
    let rows = match after {
        Some((at, id)) => tx.rows(
            &format!("SELECT {OUTBOX} FROM outbox WHERE done_at IS NULL AND (next_try_at, id) > ($1, $2) ORDER BY next_try_at, id LIMIT $3"),
            values![at, id, limit],
        )?,
        None => tx.rows(
            &format!("SELECT {OUTBOX} FROM outbox WHERE done_at IS NULL ORDER BY next_try_at, id LIMIT $1"),
            values![limit],
        )?,
    };
    rows.iter().map(outbox_row).collect()
}

/// One piece of work.
///
/// # Errors
/// Database errors only.
pub fn find_work(tx: &mut Tx<'_>, id: OutboxId) -> Result<Option<OutboxRow>> {
    tx.row(&format!("SELECT {OUTBOX} FROM outbox WHERE id = $1"), values![id])?.as_ref().map(outbox_row).transpose()
}

/// Lets a piece of work that is not done be tried at once; answers `false` if it is done.
///
/// # Errors
/// Database errors only.
pub fn retry_work(tx: &mut Tx<'_>, id: OutboxId, now: Timestamp) -> Result<bool> {
    Ok(tx.run("UPDATE outbox SET next_try_at = $2 WHERE id = $1 AND done_at IS NULL", values![id, now])? == 1)
}

/// How much work and mail there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WorkCounts {
    /// Pieces of work that wait.
    pub waiting: i64,
    /// Those of them that failed at least once.
    pub failed: i64,
    /// Pieces that are done.
    pub done: i64,
    /// Mails that wait.
    pub mail_waiting: i64,
    /// Those of them that failed at least once.
    pub mail_failed: i64,
    /// Mails that were sent.
    pub mail_sent: i64,
}

/// Counts work and mail.
///
/// # Errors
/// Database errors only.
pub fn work_counts(tx: &mut Tx<'_>) -> Result<WorkCounts> {
    let row = tx.row(
        "SELECT (SELECT COUNT(*) FROM outbox WHERE done_at IS NULL) AS waiting,
                (SELECT COUNT(*) FROM outbox WHERE done_at IS NULL AND tries > 0) AS failed,
                (SELECT COUNT(*) FROM outbox WHERE done_at IS NOT NULL) AS done,
                (SELECT COUNT(*) FROM mail WHERE sent_at IS NULL) AS mail_waiting,
                (SELECT COUNT(*) FROM mail WHERE sent_at IS NULL AND tries > 0) AS mail_failed,
                (SELECT COUNT(*) FROM mail WHERE sent_at IS NOT NULL) AS mail_sent",
        &[],
    )?;
    let Some(row) = row else { return Ok(WorkCounts::default()) };
    Ok(WorkCounts {
        waiting: row.get("waiting")?,
        failed: row.get("failed")?,
        done: row.get("done")?,
        mail_waiting: row.get("mail_waiting")?,
        mail_failed: row.get("mail_failed")?,
        mail_sent: row.get("mail_sent")?,
    })
}

/// Who has which lease until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaseRow {
    /// What it is a lease of.
    pub name: String,
    /// The instance of the program.
    pub holder: String,
    /// Until when, unless it is taken anew.
    pub until_at: Timestamp,
}

/// All leases.
///
/// # Errors
/// Database errors only.
pub fn leases(tx: &mut Tx<'_>) -> Result<Vec<LeaseRow>> {
    tx.rows("SELECT name, holder, until_at FROM lease ORDER BY name LIMIT 50", &[])?
        .iter()
        .map(|row| Ok(LeaseRow { name: row.get("name")?, holder: row.get("holder")?, until_at: row.get("until_at")? }))
        .collect()
}

/// An answer that was given to a request with an idempotency key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerRow {
    /// The fingerprint of the request.
    pub fingerprint: String,
    /// The HTTP status that was answered.
    pub status: i64,
    /// The body that was answered.
    pub body: String,
}

/// The answer that a person's key was given.
///
/// # Errors
/// Database errors only.
pub fn answer(tx: &mut Tx<'_>, user: UserId, key: &str) -> Result<Option<AnswerRow>> {
    tx.row("SELECT fingerprint, status, body FROM idempotency WHERE user_id = $1 AND key = $2", values![user, key])?
        .map(|row| {
            Ok(AnswerRow { fingerprint: row.get("fingerprint")?, status: row.get("status")?, body: row.get("body")? })
        })
        .transpose()
}

/// Keeps the answer to a person's key.
///
/// # Errors
/// Database errors only.
pub fn keep_answer(tx: &mut Tx<'_>, user: UserId, key: &str, answer: &AnswerRow, now: Timestamp) -> Result<()> {
    tx.run(
        "INSERT INTO idempotency (user_id, key, fingerprint, status, body, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
        values![user, key, answer.fingerprint, answer.status, answer.body, now],
    )?;
    Ok(())
}

/// Forgets answers older than `before`; answers how many.
///
/// # Errors
/// Database errors only.
pub fn forget_answers(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64> {
    tx.run("DELETE FROM idempotency WHERE created_at < $1", values![before])
}

/// Takes or keeps a lease; answers whether `holder` has it until `until_at`.
///
/// # Errors
/// Database errors only.
pub fn lease(tx: &mut Tx<'_>, name: &str, holder: &str, now: Timestamp, until_at: Timestamp) -> Result<bool> {
    let taken = tx.run(
        "INSERT INTO lease (name, holder, until_at) VALUES ($1, $2, $4)
         ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until_at = excluded.until_at
         WHERE lease.holder = excluded.holder OR lease.until_at <= $3",
        values![name, holder, now, until_at],
    )?;
    Ok(taken == 1)
}

/// Gives a lease back.
///
/// # Errors
/// Database errors only.
pub fn release(tx: &mut Tx<'_>, name: &str, holder: &str) -> Result<()> {
    tx.run("DELETE FROM lease WHERE name = $1 AND holder = $2", values![name, holder])?;
    Ok(())
}

/// Notes that something happens now; answers `false` if it happened before.
///
/// # Errors
/// Database errors only.
pub fn first_time(tx: &mut Tx<'_>, key: &str, now: Timestamp) -> Result<bool> {
    Ok(tx.run("INSERT INTO happened (key, at) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING", values![key, now])? == 1)
}

/// The next number of a series, from 1.
///
/// # Errors
/// Database errors only.
pub fn next_number(tx: &mut Tx<'_>, name: &str) -> Result<i64> {
    tx.scalar(
        "INSERT INTO counter (name, value) VALUES ($1, 1) ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value",
        values![name],
    )
}

/// A mail, waiting or sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailRow {
    /// Its id.
    pub id: MailId,
    /// The person, if it is one of ours.
    pub user: Option<UserId>,
    /// The address.
    pub address: String,
    /// The template that it was made from.
    pub template: String,
    /// `ko` or `en`.
    pub language: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub body: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When sending is tried next.
    pub next_try_at: Timestamp,
    /// How often sending was tried.
    pub tries: i64,
    /// What went wrong the last time.
    pub last_error: String,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
}

const MAIL: &str =
    "id, user_id, address, template, language, subject, body, created_at, next_try_at, tries, last_error, sent_at";

fn mail_row(row: &Row) -> Result<MailRow> {
    Ok(MailRow {
        id: row.get("id")?,
        user: row.get("user_id")?,
        address: row.get("address")?,
        template: row.get("template")?,
        language: row.get("language")?,
        subject: row.get("subject")?,
        body: row.get("body")?,
        created_at: row.get("created_at")?,
        next_try_at: row.get("next_try_at")?,
        tries: row.get("tries")?,
        last_error: row.get("last_error")?,
        sent_at: row.get("sent_at")?,
    })
}

/// Puts a mail in the post.
///
/// # Errors
/// Database errors only.
pub fn post(tx: &mut Tx<'_>, mail: &MailRow) -> Result<()> {
    tx.run(
        "INSERT INTO mail (id, user_id, address, template, language, subject, body, created_at, next_try_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
        values![
            mail.id,
            mail.user,
            mail.address,
            mail.template,
            mail.language,
            mail.subject,
            mail.body,
            mail.created_at
        ],
    )?;
    Ok(())
}

/// Mails that are due to be sent, oldest first.
///
/// # Errors
/// Database errors only.
pub fn unsent(tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<Vec<MailRow>> {
    let sql = format!(
        "SELECT {MAIL} FROM mail WHERE sent_at IS NULL AND next_try_at <= $1 ORDER BY next_try_at, created_at, id LIMIT $2"
    );
    tx.rows(&sql, values![now, limit])?.iter().map(mail_row).collect()
}

/// Notes that a mail was sent.
///
/// # Errors
/// Database errors only.
pub fn mark_sent(tx: &mut Tx<'_>, id: MailId, now: Timestamp) -> Result<()> {
    tx.run("UPDATE mail SET sent_at = $2, last_error = '' WHERE id = $1", values![id, now])?;
    Ok(())
}

/// Notes that sending failed and when to try again.
///
/// # Errors
/// Database errors only.
pub fn mark_unsent(tx: &mut Tx<'_>, id: MailId, error: &str, next_try_at: Timestamp) -> Result<()> {
    tx.run(
        "UPDATE mail SET tries = tries + 1, last_error = $2, next_try_at = $3 WHERE id = $1",
        values![id, error, next_try_at],
    )?;
    Ok(())
}

/// A page of all mails before a place, newest first.
///
/// # Errors
/// Database errors only.
pub fn mails(tx: &mut Tx<'_>, before: Option<(Timestamp, MailId)>, limit: i64) -> Result<Vec<MailRow>> {
    let rows = match before {
        Some((at, id)) => tx.rows(
            &format!(
                "SELECT {MAIL} FROM mail WHERE (created_at, id) < ($1, $2) ORDER BY created_at DESC, id DESC LIMIT $3"
            ),
            values![at, id, limit],
        )?,
        None => {
            tx.rows(&format!("SELECT {MAIL} FROM mail ORDER BY created_at DESC, id DESC LIMIT $1"), values![limit])?
        }
    };
    rows.iter().map(mail_row).collect()
}

/// One mail.
///
/// # Errors
/// Database errors only.
pub fn find_mail(tx: &mut Tx<'_>, id: MailId) -> Result<Option<MailRow>> {
    tx.row(&format!("SELECT {MAIL} FROM mail WHERE id = $1"), values![id])?.as_ref().map(mail_row).transpose()
}

/// A page of one person's mails, by account or address, before a place, newest first.
///
/// # Errors
/// Database errors only.
pub fn mails_of(
    tx: &mut Tx<'_>,
    user: UserId,
    before: Option<(Timestamp, MailId)>,
    limit: i64,
) -> Result<Vec<MailRow>> {
    let mine = "(user_id = $1 OR address = (SELECT email FROM users WHERE users.id = $1))";
    let rows = match before {
        Some((at, id)) => tx.rows(
            &format!("SELECT {MAIL} FROM mail WHERE {mine} AND (created_at, id) < ($2, $3) ORDER BY created_at DESC, id DESC LIMIT $4"),
            values![user, at, id, limit],
        )?,
        None => tx.rows(
            &format!("SELECT {MAIL} FROM mail WHERE {mine} ORDER BY created_at DESC, id DESC LIMIT $2"),
            values![user, limit],
        )?,
    };
    rows.iter().map(mail_row).collect()
}

/// Mails that failed at least once and wait, the next to be tried first, after a place.
///
/// # Errors
/// Database errors only.
pub fn failed_mails(tx: &mut Tx<'_>, after: Option<(Timestamp, MailId)>, limit: i64) -> Result<Vec<MailRow>> {
    let rows = match after {
        Some((at, id)) => tx.rows(
            &format!("SELECT {MAIL} FROM mail WHERE sent_at IS NULL AND tries > 0 AND (next_try_at, id) > ($1, $2) ORDER BY next_try_at, id LIMIT $3"),
            values![at, id, limit],
        )?,
        None => tx.rows(
            &format!("SELECT {MAIL} FROM mail WHERE sent_at IS NULL AND tries > 0 ORDER BY next_try_at, id LIMIT $1"),
            values![limit],
        )?,
    };
    rows.iter().map(mail_row).collect()
}

/// Lets a mail that was not sent be tried at once; answers `false` if it was sent.
///
/// # Errors
/// Database errors only.
pub fn retry_mail(tx: &mut Tx<'_>, id: MailId, now: Timestamp) -> Result<bool> {
    Ok(tx.run("UPDATE mail SET next_try_at = $2 WHERE id = $1 AND sent_at IS NULL", values![id, now])? == 1)
}
