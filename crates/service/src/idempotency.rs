//! Requests that may be repeated: the answer is kept in the transaction that did the work, so that
//! a repetition is given the same answer and nothing is done twice, whatever was lost in between.

use domain::Code;
use jiff::{SignedDuration, Timestamp};
use store::trust::AnswerRow;

use crate::{Cx, Error, Outcome};

/// How long answers are kept.
const KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A person's key with the fingerprint of the request that it came with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The key as sent.
    pub key: String,
    /// A hash of method, path and body.
    pub fingerprint: String,
}

/// An answer, new or kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
    /// Whether it was kept from an earlier request.
    pub again: bool,
}

/// Does `work` unless this key was answered before. Of two requests at once the second waits for
/// the first (there is one writer) and is given its answer. What is refused keeps nothing: it did
/// nothing, and may be sent again.
///
/// # Errors
/// What `work` answers; [`Error::Invalid`] with [`Code::KeyReused`] if the key came with another
/// request before.
pub fn once(
    cx: &mut Cx<'_, '_>,
    key: &Key,
    status: u16,
    work: impl FnOnce(&mut Cx<'_, '_>) -> Outcome<String>,
) -> Outcome<Kept> {
    let user = cx.user()?;
    if let Some(row) = store::trust::answer(cx.tx, user, &key.key)? {
        if row.fingerprint != key.fingerprint {
            return Err(Error::field("Idempotency-Key", Code::KeyReused));
        }
        let status = u16::try_from(row.status).map_err(Error::internal)?;
        return Ok(Kept { status, body: row.body, again: true });
    }
    let body = work(cx)?;
    let row = AnswerRow { fingerprint: key.fingerprint.clone(), status: i64::from(status), body };
    store::trust::keep_answer(cx.tx, user, &key.key, &row, cx.now)?;
    Ok(Kept { status, body: row.body, again: false })
}

/// Forgets answers that are a week old; answers how many.
///
/// # Errors
/// Database errors only.
pub fn forget(cx: &mut Cx<'_, '_>) -> Outcome<u64> {
    let before = cx.now.saturating_sub(KEPT).unwrap_or(Timestamp::MIN);
    Ok(store::trust::forget_answers(cx.tx, before)?)
}
