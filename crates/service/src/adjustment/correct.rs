//! Entries of the office's own: corrections and transfers.

use domain::access::Act;
use domain::ids::{AwardId, PoolId};
use domain::ledger::{Entry, EntryKind, NewEntry};
use domain::term::Term;
use domain::units::Amount;
use domain::{Code, Reason};

use super::held::{any, check_reason, entry, free, set_end};
use crate::{Cx, Error, Outcome};

/// Corrects an entry: puts `delta` over `term` on the award and pool of the entry `seq`. Whoever
/// wrote the entry may not correct it.
///
/// # Errors
/// [`Error::Forbidden`], or why the ledger refuses it.
pub fn correct(cx: &mut Cx<'_, '_>, seq: i64, delta: Amount, term: Term, reason: &str) -> Outcome<Entry> {
    cx.require(Act::LedgerCorrect, &[])?;
    let wrong = store::ledger::find(cx.tx, seq)?.ok_or(Error::NotFound)?;
    cx.require_second(Act::LedgerCorrect, wrong.actor)?;
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
    let new = NewEntry { corrects: Some(seq), ..entry(&held, EntryKind::Correct, delta.0, term, reason) };
    let entries = crate::ledger::append(cx, vec![(new, held.line.grain.0)])?;
    set_end(cx, &held)?;
    let today = cx.today();
    let ahead: Vec<Entry> = entries.iter().filter(|entry| entry.term.to() > today).cloned().collect();
    free(cx, &ahead)?;
    cx.audit("ledger.corrected", ("ledger", &seq), &wrong, &entries[0], reason.trim())?;
    entries.into_iter().next().ok_or_else(|| Error::internal("nothing was written"))
}

/// Moves devices from one award to another of the same pool, on every day of `term`.
///
/// # Errors
/// [`Error::Forbidden`], or why the ledger refuses it.
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
    let entries = crate::ledger::append(
        cx,
        vec![
            (entry(&giver, EntryKind::Transfer, -amount.0, term, reason), giver.line.grain.0),
            (entry(&taker, EntryKind::Transfer, amount.0, term, reason), taker.line.grain.0),
        ],
    )?;
    set_end(cx, &giver)?;
    set_end(cx, &taker)?;
    cx.audit("ledger.transferred", ("award", &from), &(), &entries, reason.trim())?;
    Ok(entries)
}
