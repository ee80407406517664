//! Days given after an award's end for an outage.

use domain::award::AwardState;
use domain::ids::{AwardId, PoolId};
use domain::ledger::EntryKind;
use domain::term::{Term, add_days};

use super::held::{any, entry, set_end};
use crate::{Cx, Error, Outcome};

/// What came of it.
pub(crate) enum Answer {
    /// The entry by which the award has the days.
    Given(i64),
    /// The days after its end are not free.
    NoRoom,
    /// It is over.
    Over,
}

/// Extends what an award holds of a pool on its last day by so many days, if there is room.
///
/// # Errors
/// Database errors, and what the ledger is against.
pub(crate) fn give(cx: &mut Cx<'_, '_>, award: AwardId, pool: &PoolId, days: i64, reason: &str) -> Outcome<Answer> {
    let held = any(cx, award, pool)?;
    let end = held.line.end_on;
    let amount = held.holding.on(add_days(end, -1));
    let running = matches!(held.state, AwardState::Pending | AwardState::Active);
    if !running || amount < 1 {
        return Ok(Answer::Over);
    }
    // Nobody was there to end it on its day: what is owed begins today.
    let from = end.max(cx.today());
    let term = Term::new(from, add_days(from, days)).map_err(Error::internal)?;
    if crate::ledger::free(cx, pool)?.min_within(term) < amount {
        return Ok(Answer::NoRoom);
    }
    let new = (entry(&held, EntryKind::OutageCredit, amount, term, reason), held.line.grain.0);
    let entries = crate::ledger::append(cx, vec![new])?;
    entries.iter().try_for_each(|entry| crate::freed::granted(cx, entry))?;
    set_end(cx, &held)?;
    let seq = entries.first().map(|entry| entry.seq).ok_or_else(|| Error::internal("nothing was written"))?;
    cx.enqueue("engine.sync", &format!("engine.sync:entry:{seq}"), &held.project.id)?;
    Ok(Answer::Given(seq))
}
