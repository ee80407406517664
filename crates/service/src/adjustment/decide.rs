//! Decisions on requests, and carrying out what was approved.

use domain::access::Act;
use domain::adjustment::{AdjustmentKind, AdjustmentState};
use domain::award::AwardState;
use domain::capacity::Shortfall;
use domain::ids::AdjustmentId;
use domain::ledger::{Entry, EntryKind};
use domain::term::Term;
use domain::{Code, Reason};
use store::adjustment::AdjustmentRow;

use super::ask::step;
use super::give_back::less;
use super::held::{Held, entry, set_end};
use crate::{Cx, Error, Outcome};

/// The days on which there would not be room for a request, were it approved today; empty for a
/// decrease.
///
/// # Errors
/// Database errors only.
pub fn effect(cx: &mut Cx<'_, '_>, row: &AdjustmentRow) -> Outcome<Vec<Shortfall>> {
    let term = Term::new(row.from_on.max(cx.today()), row.to_on);
    let (true, Ok(term)) = (matches!(row.kind, AdjustmentKind::Increase | AdjustmentKind::Extend), term) else {
        return Ok(Vec::new());
    };
    let allocatable = store::capacity::ladder(cx.tx, &row.pool)?.allocatable;
    let mut promised = store::ledger::promised(cx.tx, &row.pool)?;
    promised.add(term, row.amount.0);
    Ok(domain::capacity::shortfalls(&row.pool, &allocatable, &promised, term))
}

/// Approves or rejects a request. An approved increase for which there is no room yet waits; an
/// extension without room is refused, because days cannot be made up for later.
///
/// # Errors
/// [`Error::Forbidden`] for whoever asked for it, [`Error::OverCapacity`] for an extension,
/// [`Error::Conflict`] if the rules or the state are against it.
pub fn decide(cx: &mut Cx<'_, '_>, id: AdjustmentId, approve: bool, note: &str) -> Outcome<AdjustmentState> {
    cx.require(Act::AdjustmentDecide, &[])?;
    let row = store::adjustment::find(cx.tx, id)?.ok_or(Error::NotFound)?;
    cx.require_second(Act::AdjustmentDecide, row.requested_by)?;
    let note = note.trim();
    if note.chars().count() > 1000 {
        return Err(Error::field("note", Reason::new(Code::TooLong).with("max", 1000)));
    }
    if !approve {
        if note.is_empty() {
            return Err(Error::field("note", Code::Required));
        }
        step(cx, &row, AdjustmentState::Rejected, note, "adjustment.rejected")?;
        return Ok(AdjustmentState::Rejected);
    }
    if row.state != AdjustmentState::Requested {
        return Err(Error::wrong_state(row.state));
    }
    let short = effect(cx, &row)?;
    let next = match (row.kind, short.is_empty()) {
        (AdjustmentKind::Extend, false) => return Err(Error::OverCapacity(short)),
        (_, false) => AdjustmentState::Waiting,
        (_, true) => {
            carry_out(cx, &row)?;
            AdjustmentState::Done
        }
    };
    step(cx, &row, next, note, "adjustment.approved")?;
    Ok(next)
}

/// Writes an approved request into the ledger.
fn carry_out(cx: &mut Cx<'_, '_>, row: &AdjustmentRow) -> Outcome<Vec<Entry>> {
    let project = store::project::find(cx.tx, row.project)?.ok_or(Error::NotFound)?;
    let award = store::award::find(cx.tx, row.award)?.ok_or(Error::NotFound)?;
    if award.state != AwardState::Active {
        return Err(Error::wrong_state(award.state));
    }
    let line = store::award::lines(cx.tx, row.award)?
        .into_iter()
        .find(|line| line.pool == row.pool)
        .ok_or_else(|| Error::internal("an award's line is gone"))?;
    let holding = store::ledger::holding(cx.tx, row.award, &row.pool)?;
    let held = Held { project, line, holding };
    let from = row.from_on.max(cx.today());
    let (kind, to) = match row.kind {
        AdjustmentKind::Decrease => {
            return less(cx, &held, EntryKind::Decrease, row.amount, from, &row.reason);
        }
        AdjustmentKind::Increase => (EntryKind::Increase, row.to_on.min(held.line.end_on)),
        AdjustmentKind::Extend => (EntryKind::Extend, row.to_on),
        AdjustmentKind::Return => return Err(Error::internal("a return is not decided")),
    };
    let term = Term::new(from, to).map_err(|_| Error::conflict(Reason::new(Code::HoldsNothing).with("from", from)))?;
    let new = (entry(&held, kind, row.amount.0, term, &row.reason), held.line.grain.0);
    let entries = crate::ledger::append(cx, vec![new])?;
    entries.iter().try_for_each(|entry| crate::freed::granted(cx, entry))?;
    set_end(cx, &held)?;
    cx.enqueue("engine.sync", &format!("engine.sync:entry:{}", entries[0].seq), &row.project)?;
    Ok(entries)
}

/// Serves the approved increases that wait, oldest first, as far as there is room; one whose award
/// is over is closed. Its turn comes after the reserve list had its own (domain.md §6). Answers how
/// many were served.
///
/// # Errors
/// Database errors only.
pub fn serve_waiting(cx: &mut Cx<'_, '_>) -> Outcome<u64> {
    let mut served = 0;
    for row in store::adjustment::waiting(cx.tx, 200)? {
        let line = store::award::lines(cx.tx, row.award)?.into_iter().find(|line| line.pool == row.pool);
        let running = store::award::find(cx.tx, row.award)?.is_some_and(|award| award.state == AwardState::Active);
        let from = row.from_on.max(cx.today());
        if !running || line.is_none_or(|line| line.end_on <= from) {
            step(cx, &row, AdjustmentState::Rejected, "", "adjustment.expired")?;
        } else if effect(cx, &row)?.is_empty() {
            carry_out(cx, &row)?;
            step(cx, &row, AdjustmentState::Done, &row.decision_note, "adjustment.served")?;
            served += 1;
        }
    }
    Ok(served)
}
