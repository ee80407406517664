//! Work that transactions queued for later ([`Cx::enqueue`]): which is due, done, failed.

use domain::ids::OutboxId;
use jiff::{SignedDuration, Timestamp};
pub use store::trust::OutboxRow;

use crate::{Cx, Outcome};

/// Work that is due, oldest first.
///
/// # Errors
/// Database errors only.
pub fn due(cx: &mut Cx<'_, '_>, limit: i64) -> Outcome<Vec<OutboxRow>> {
    Ok(store::trust::due(cx.tx, cx.now, limit)?)
}

/// Notes that a piece is done, in the transaction that did it; `false` if another did it before.
///
/// # Errors
/// Database errors only.
pub fn done(cx: &mut Cx<'_, '_>, id: OutboxId) -> Outcome<bool> {
    Ok(store::trust::mark_done(cx.tx, id, cx.now)?)
}

/// Notes that a piece failed; it is tried again later and later, up to every six hours.
///
/// # Errors
/// Database errors only.
pub fn failed(cx: &mut Cx<'_, '_>, piece: &OutboxRow, error: &str) -> Outcome<()> {
    Ok(store::trust::mark_failed(cx.tx, piece.id, &short(error), next_try(cx.now, piece.tries))?)
}

/// How long one instance of the program is trusted to do the background work unless it says so
/// again.
const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// Whether `holder` is the instance that does the background work now.
///
/// # Errors
/// Database errors only.
pub fn lease(cx: &mut Cx<'_, '_>, holder: &str) -> Outcome<bool> {
    let until = cx.now.saturating_add(LEASE).unwrap_or(Timestamp::MAX);
    Ok(store::trust::lease(cx.tx, "worker", holder, cx.now, until)?)
}

/// Lets another instance do the background work at once.
///
/// # Errors
/// Database errors only.
pub fn release(cx: &mut Cx<'_, '_>, holder: &str) -> Outcome<()> {
    Ok(store::trust::release(cx.tx, "worker", holder)?)
}

/// When to try again after so many failed tries: after 10 s, 20 s, 40 s … at most 6 h.
pub(crate) fn next_try(now: Timestamp, tries: i64) -> Timestamp {
    let doublings = u32::try_from(tries.clamp(0, 20)).unwrap_or(20);
    let seconds = 10_i64.saturating_mul(1 << doublings).min(6 * 3600);
    now.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}

/// The first 500 characters of an error, which is what is kept.
pub(crate) fn short(error: &str) -> String {
    error.chars().take(500).collect()
}
