//! Work for later: queued with what asks for it, tried until it is done.

use domain::ids::OutboxId;
use jiff::Timestamp;

use crate::sql::from_oldest;
use crate::{Result, Row, Tx, values};

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
    let (at, id) = from_oldest(after);
    let sql = format!(
        "SELECT {OUTBOX} FROM outbox WHERE done_at IS NULL AND (next_try_at, id) > ($1, $2)
         ORDER BY next_try_at, id LIMIT $3"
    );
    tx.rows(&sql, values![at, id, limit])?.iter().map(outbox_row).collect()
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
