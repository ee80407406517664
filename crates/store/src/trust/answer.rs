//! Answers to requests with an idempotency key, so that a repeated one gets the same.

use domain::ids::UserId;
use jiff::Timestamp;

use crate::{Result, Tx, values};

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
