//! Returns: devices given back without a decision.

use domain::access::Act;
use domain::adjustment::{AdjustmentKind, AdjustmentState};
use domain::ids::{AdjustmentId, AwardId, PoolId, ProjectId};
use domain::ledger::{Entry, EntryKind};
use domain::term::Term;
use domain::units::Amount;
use domain::{Code, Reason};
use jiff::civil::Date;
use store::adjustment::AdjustmentRow;

use super::held::{Held, check_amount, check_day, check_reason, entry, free, held, set_end};
use crate::{Cx, Error, Outcome};

/// Devices to be given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReturn {
    /// The project.
    pub project: ProjectId,
    /// The award.
    pub award: AwardId,
    /// The pool.
    pub pool: PoolId,
    /// How many; `None` is all.
    pub amount: Option<Amount>,
    /// From which day on.
    pub from: Date,
    /// Why, in words; may be empty.
    pub reason: String,
}

/// Returns devices from a day on. No decision is needed; what is freed is offered on.
///
/// # Errors
/// [`Error::Invalid`] for a field, [`Error::Conflict`] if nothing is held from that day on.
pub fn give_back(cx: &mut Cx<'_, '_>, new: NewReturn) -> Outcome<AdjustmentId> {
    let held = held(cx, Act::ProjectReturn, new.project, new.award, &new.pool)?;
    let mut wrong = Vec::new();
    let within = check_day(cx, new.from, &held.line, &mut wrong);
    check_reason(&new.reason, false, &mut wrong);
    let stretches = held.from(new.from);
    let most = stretches.iter().map(|(_, amount)| *amount).max().unwrap_or(0);
    if let (true, Some(amount)) = (within, new.amount) {
        check_amount(amount, most, &held.line, &mut wrong);
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    let amount = new.amount.unwrap_or(Amount(most));
    let entries = less(cx, &held, EntryKind::Return, amount, new.from, &new.reason)?;
    let row = AdjustmentRow {
        id: cx.new_id()?,
        project: new.project,
        award: new.award,
        pool: new.pool,
        kind: AdjustmentKind::Return,
        amount,
        from_on: new.from,
        to_on: entries.last().map_or(held.line.end_on, |entry| entry.term.to()),
        reason: new.reason.trim().to_owned(),
        state: AdjustmentState::Done,
        requested_by: cx.actor.user,
        requested_at: cx.now,
        decided_by: None,
        decided_at: Some(cx.now),
        decision_note: String::new(),
    };
    store::adjustment::insert(cx.tx, &row)?;
    cx.audit("project.returned", ("project", &new.project), &(), &row, &row.reason)?;
    Ok(row.id)
}

/// Takes `amount` off what is held from `from` on, where less is held all of it, and hands on what
/// comes free.
pub(super) fn less(
    cx: &mut Cx<'_, '_>,
    held: &Held,
    kind: EntryKind,
    amount: Amount,
    from: Date,
    reason: &str,
) -> Outcome<Vec<Entry>> {
    let mut cuts: Vec<(Term, i64)> = Vec::new();
    for (term, value) in held.from(from) {
        let delta = -value.min(amount.0);
        match cuts.last_mut() {
            Some((last, same)) if *same == delta && last.to() == term.from() => {
                *last = Term::new(last.from(), term.to()).map_err(Error::internal)?;
            }
            _ => cuts.push((term, delta)),
        }
    }
    if cuts.is_empty() {
        return Err(Error::conflict(Reason::new(Code::HoldsNothing).with("from", from)));
    }
    let news = cuts.into_iter().map(|(term, delta)| (entry(held, kind, delta, term, reason), held.line.grain.0));
    let entries = crate::ledger::append(cx, news.collect())?;
    free(cx, &entries)?;
    set_end(cx, held)?;
    Ok(entries)
}
