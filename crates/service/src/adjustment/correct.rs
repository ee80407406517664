//! Entries of the office's own: corrections and transfers.

use domain::access::Act;
use domain::award::AwardState;
use domain::ids::{AwardId, PoolId};
use domain::ledger::{Entry, EntryKind, NewEntry};
use domain::steps::Steps;
use domain::term::Term;
use domain::units::Amount;
use domain::{Code, Reason};
use store::project::ProjectRow;

use super::held::{any, check_reason, entry, free, lasting, set_end};
use crate::project::tied;
use crate::{Cx, Error, Outcome};

/// Corrects an entry: puts `delta` over `term` on the award and pool of the entry `seq`. Whoever
/// wrote the entry may not correct it.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Conflict`] if an award that is over would be given more, or why the
/// ledger refuses it.
pub fn correct(cx: &mut Cx<'_, '_>, seq: i64, delta: Amount, term: Term, reason: &str) -> Outcome<Entry> {
    cx.require(Act::LedgerCorrect, &[])?;
    let wrong = store::ledger::find(cx.tx, seq)?.ok_or(Error::NotFound)?;
    let mut faults = Vec::new();
    check_reason(reason, true, &mut faults);
    if delta.0 > Amount::MAX {
        faults.push(Reason::new(Code::TooLarge).with("max", Amount::MAX).at("delta"));
    } else if delta.0 < -Amount::MAX {
        faults.push(Reason::new(Code::TooSmall).with("min", -Amount::MAX).at("delta"));
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let held = any(cx, wrong.award, &wrong.pool)?;
    let (_, ties) = tied(cx, held.project.id)?;
    cx.require_apart(Act::LedgerCorrect, wrong.actor, &ties)?;
    lasting(cx, held.line.award)?;
    // What is over is given nothing more; what was booked too much there can be taken back.
    if delta.0 > 0 && !matches!(held.state, AwardState::Pending | AwardState::Active) {
        return Err(Error::wrong_state(held.state));
    }
    let new = NewEntry { corrects: Some(seq), ..entry(&held, EntryKind::Correct, delta.0, term, reason) };
    let entries = crate::ledger::append(cx, vec![(new, held.line.grain.0)])?;
    set_end(cx, &held)?;
    let today = cx.today();
    let ahead: Vec<Entry> = entries.iter().filter(|entry| entry.term.to() > today).cloned().collect();
    free(cx, &ahead)?;
    entries.iter().try_for_each(|entry| crate::freed::granted(cx, entry))?;
    cx.audit("ledger.corrected", ("ledger", &seq), &wrong, &entries[0], reason.trim())?;
    entries.into_iter().next().ok_or_else(|| Error::internal("nothing was written"))
}

/// Moves devices from one running award to another of the same pool, on every day of `term`. Nobody
/// does it for a project in which they take part, and the receiving organization keeps to its share
/// of the pool.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Conflict`] for an award that is not running or a share that would
/// be passed, or why the ledger refuses it.
pub fn transfer(
    cx: &mut Cx<'_, '_>,
    (from, to): (AwardId, AwardId),
    pool: &PoolId,
    amount: Amount,
    term: Term,
    reason: &str,
) -> Outcome<Vec<Entry>> {
    cx.require(Act::LedgerCorrect, &[])?;
    let mut wrong = Vec::new();
    check_reason(reason, true, &mut wrong);
    if amount.0 < 1 {
        wrong.push(Reason::new(Code::TooSmall).with("min", 1).at("amount"));
    } else if amount.0 > Amount::MAX {
        wrong.push(Reason::new(Code::TooLarge).with("max", Amount::MAX).at("amount"));
    }
    if from == to {
        wrong.push(Reason::new(Code::NotAChoice).with("word", to.to_string()).at("to_award"));
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    let (giver, taker) = (any(cx, from, pool)?, any(cx, to, pool)?);
    for held in [&giver, &taker] {
        let (_, ties) = tied(cx, held.project.id)?;
        cx.require_apart(Act::LedgerCorrect, None, &ties)?;
        lasting(cx, held.line.award)?;
        if held.state != AwardState::Active {
            return Err(Error::wrong_state(held.state));
        }
    }
    let entries = crate::ledger::append(
        cx,
        vec![
            (entry(&giver, EntryKind::Transfer, -amount.0, term, reason), giver.line.grain.0),
            (entry(&taker, EntryKind::Transfer, amount.0, term, reason), taker.line.grain.0),
        ],
    )?;
    set_end(cx, &giver)?;
    set_end(cx, &taker)?;
    if giver.project.organization != taker.project.organization {
        within_share(cx, &taker.project, pool, term)?;
    }
    cx.audit("ledger.transferred", ("award", &from), &(), &entries, reason.trim())?;
    Ok(entries)
}

/// Refuses that a project's organization holds or is offered more of a pool than one may on a day of
/// `term`, as it stands in this transaction.
fn within_share(cx: &mut Cx<'_, '_>, project: &ProjectRow, pool: &PoolId, term: Term) -> Outcome<()> {
    let policy = cx.policy()?;
    let allocatable = store::capacity::ladder(cx.tx, pool)?.allocatable;
    let max = crate::facts::org_max(&policy, &allocatable, term.from())?;
    if max.is_empty() {
        return Ok(());
    }
    let most: Steps = max.iter().map(|one| (one.term, one.amount)).collect();
    let mut left = most.clone();
    for (days, delta) in store::plan::organization_share(cx.tx, project.organization, pool, term.from())? {
        left.add(days, -delta.0);
    }
    if left.min_within(term) < 0 {
        let max = most.min_within(term);
        return Err(Error::conflict(Reason::new(Code::OrgShare).with("pool", pool.as_str()).with("max", max)));
    }
    Ok(())
}
