//! Work that transactions queued for later ([`Cx::enqueue`]): which is due, done, failed.

use domain::Code;
use domain::access::Act;
use domain::ids::{MailId, OutboxId};
use jiff::{SignedDuration, Timestamp};
pub use store::trust::{LeaseRow, MailRow, OutboxRow, WorkCounts};

use crate::{Cx, Error, Outcome};

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

/// What the background work has before it.
#[derive(Clone, Debug)]
pub struct Overview {
    /// How much there is.
    pub counts: WorkCounts,
    /// Who does it.
    pub leases: Vec<LeaseRow>,
    /// Work that is not done, the next to be tried first.
    pub queue: Vec<OutboxRow>,
    /// Mails that failed and wait, the next to be tried first.
    pub mails: Vec<MailRow>,
}

/// Queued work and mail that failed, each after a place, with how much there is and who does it.
/// Four statements.
///
/// # Errors
/// [`Error::Forbidden`] unless the actor may see it.
pub fn overview(
    cx: &mut Cx<'_, '_>,
    queue_after: Option<(Timestamp, OutboxId)>,
    mail_after: Option<(Timestamp, MailId)>,
    limit: i64,
) -> Outcome<Overview> {
    cx.require(Act::WorkRead, &[])?;
    let limit = limit.clamp(1, 201);
    Ok(Overview {
        counts: store::trust::work_counts(cx.tx)?,
        leases: store::trust::leases(cx.tx)?,
        queue: store::trust::undone(cx.tx, queue_after, limit)?,
        mails: store::trust::failed_mails(cx.tx, mail_after, limit)?,
    })
}

/// Lets a piece of work that is not done be tried at once.
///
/// # Errors
/// [`Error::Conflict`] with [`Code::Changed`] if it was done meanwhile.
pub fn retry(cx: &mut Cx<'_, '_>, id: OutboxId) -> Outcome<()> {
    cx.require(Act::WorkRetry, &[])?;
    let piece = store::trust::find_work(cx.tx, id)?.ok_or(Error::NotFound)?;
    if !store::trust::retry_work(cx.tx, id, cx.now)? {
        return Err(Error::conflict(Code::Changed));
    }
    let before = serde_json::json!({ "kind": piece.kind, "tries": piece.tries, "next_try_at": piece.next_try_at });
    cx.audit("work.retried", ("work", &id), &before, &serde_json::json!({ "next_try_at": cx.now }), "")?;
    cx.queued = true;
    Ok(())
}

/// Lets a mail that was not sent be tried at once.
///
/// # Errors
/// [`Error::Conflict`] with [`Code::Changed`] if it was sent meanwhile or is being sent at this moment.
pub fn retry_mail(cx: &mut Cx<'_, '_>, id: MailId) -> Outcome<()> {
    cx.require(Act::WorkRetry, &[])?;
    let mail = store::trust::find_mail(cx.tx, id)?.ok_or(Error::NotFound)?;
    if !store::trust::retry_mail(cx.tx, id, cx.now)? {
        return Err(Error::conflict(Code::Changed));
    }
    let before = serde_json::json!({ "template": mail.template, "tries": mail.tries, "next_try_at": mail.next_try_at });
    cx.audit("mail.retried", ("mail", &id), &before, &serde_json::json!({ "next_try_at": cx.now }), "")?;
    cx.queued = true;
    Ok(())
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
