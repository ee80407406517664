//! Freed capacity and what becomes of it: every unit that an award gives up before its planned end
//! is re-granted, offered or idle, and since when (design rule 6).

use std::collections::BTreeMap;

use domain::access::Act;
use domain::ids::{FreedId, OfferId};
use domain::ledger::Entry;
use domain::steps::Steps;
use domain::term::Term;
use domain::units::Amount;
use jiff::Timestamp;
use planner::Given;
pub use store::freed::{FreedRow, ReallocationRow};

use crate::{Cx, Error, Outcome};

/// Notes what a ledger entry freed and queues the refill. Entries that free nothing are passed
/// over; the same entry is noted once.
///
/// # Errors
/// Database errors only.
pub fn record(cx: &mut Cx<'_, '_>, entry: &Entry) -> Outcome<()> {
    if entry.delta.0 >= 0 {
        return Ok(());
    }
    let row = FreedRow {
        id: cx.new_id()?,
        ledger_seq: entry.seq,
        pool: entry.pool.clone(),
        amount: -entry.delta,
        from_on: entry.term.from(),
        to_on: entry.term.to(),
        freed_at: cx.now,
    };
    if store::freed::insert(cx.tx, &row)? {
        cx.enqueue("refill", &format!("entry {}", entry.seq), &())?;
    }
    Ok(())
}

/// Where freed capacity goes.
enum Goal {
    Offer(OfferId),
    Entry(i64),
}

/// Notes that an offer is made from freed capacity, as far as there is any: first freed, first
/// used, on each day for itself.
pub(crate) fn allot(cx: &mut Cx<'_, '_>, offer: OfferId, given: &[Given]) -> Outcome<()> {
    for one in given {
        draw(cx, &Goal::Offer(offer), &one.pool, one.term, one.amount)?;
    }
    Ok(())
}

/// Notes that an increase or extension took freed capacity, as far as there is any.
///
/// # Errors
/// Database errors only.
pub fn granted(cx: &mut Cx<'_, '_>, entry: &Entry) -> Outcome<()> {
    if entry.delta.0 > 0 {
        draw(cx, &Goal::Entry(entry.seq), &entry.pool, entry.term, entry.delta.0)?;
    }
    Ok(())
}

fn draw(cx: &mut Cx<'_, '_>, goal: &Goal, pool: &domain::ids::PoolId, term: Term, amount: i64) -> Outcome<()> {
    let pieces = store::freed::touching(cx.tx, pool, term)?;
    if pieces.is_empty() {
        return Ok(());
    }
    let mut gone: BTreeMap<FreedId, (Steps, i64)> = BTreeMap::new();
    for part in store::freed::parts_touching(cx.tx, pool, term)? {
        let (steps, next) = gone.entry(part.freed).or_default();
        *next = (*next).max(part.position + 1);
        if part.given_back_at.is_none() {
            steps.add(Term::new(part.from_on, part.to_on).map_err(Error::internal)?, part.amount.0);
        }
    }
    let mut need: Steps = [(term, amount)].into_iter().collect();
    for piece in pieces {
        let freed = Term::new(piece.from_on, piece.to_on).map_err(Error::internal)?;
        let Some(common) = freed.intersect(term) else { continue };
        let (used, mut next) = gone.remove(&piece.id).unwrap_or_default();
        let mut left: Steps = [(common, piece.amount.0)].into_iter().collect();
        left.add_all(&used.clipped(common), -1);
        for (days, free) in left.within(common) {
            for (stretch, wanted) in need.clone().within(days) {
                let drawn = free.min(wanted);
                if drawn <= 0 {
                    continue;
                }
                need.add(stretch, -drawn);
                let part = ReallocationRow {
                    freed: piece.id,
                    position: next,
                    offer: if let Goal::Offer(id) = goal { Some(*id) } else { None },
                    ledger_seq: if let Goal::Entry(seq) = goal { Some(*seq) } else { None },
                    amount: Amount(drawn),
                    from_on: stretch.from(),
                    to_on: stretch.to(),
                    offered_at: cx.now,
                    taken_at: matches!(goal, Goal::Entry(_)).then_some(cx.now),
                    given_back_at: None,
                };
                store::freed::add_part(cx.tx, &part)?;
                next += 1;
            }
        }
    }
    Ok(())
}

/// Notes that an offer was accepted.
pub(crate) fn taken(cx: &mut Cx<'_, '_>, offer: OfferId) -> Outcome<()> {
    store::freed::take(cx.tx, offer, cx.now)?;
    Ok(())
}

/// Notes that an offer came to nothing.
pub(crate) fn given_back(cx: &mut Cx<'_, '_>, offer: OfferId) -> Outcome<()> {
    store::freed::give_back(cx.tx, offer, cx.now)?;
    Ok(())
}

domain::words! {
    /// What became of a part of freed capacity.
    Became in "became" {
        /// It waits for the answer to an offer.
        Offered = "offered",
        /// It was granted again.
        Granted = "granted",
        /// It came back unused: declined, lapsed, withdrawn.
        GivenBack = "given_back",
    }
}

/// A part of freed capacity with what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Where it went, and when.
    pub row: ReallocationRow,
    /// What became of it.
    pub became: Became,
}

/// A piece of freed capacity with what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreedView {
    /// The piece.
    pub row: FreedRow,
    /// Where parts of it went, in order.
    pub parts: Vec<Part>,
    /// What of it is idle: neither granted nor offered.
    pub idle: Vec<(Term, i64)>,
    /// Since when; `None` if nothing is idle.
    pub idle_since: Option<Timestamp>,
}

/// Freed capacity with what became of it before a place, newest first. Two statements.
///
/// # Errors
/// [`Error::Forbidden`] unless the actor may read the ledger.
pub fn list(cx: &mut Cx<'_, '_>, before: Option<i64>, limit: i64) -> Outcome<Vec<FreedView>> {
    cx.require(Act::LedgerRead, &[])?;
    let rows = store::freed::newest(cx.tx, before, limit.clamp(1, 201))?;
    let (Some(last), Some(first)) = (rows.first(), rows.last()) else { return Ok(Vec::new()) };
    let mut parts: BTreeMap<FreedId, Vec<ReallocationRow>> = BTreeMap::new();
    for part in store::freed::parts_between(cx.tx, first.ledger_seq, last.ledger_seq)? {
        parts.entry(part.freed).or_default().push(part);
    }
    rows.into_iter().map(|row| became(parts.remove(&row.id).unwrap_or_default(), row)).collect()
}

fn became(parts: Vec<ReallocationRow>, row: FreedRow) -> Outcome<FreedView> {
    let term = Term::new(row.from_on, row.to_on).map_err(Error::internal)?;
    let mut left: Steps = [(term, row.amount.0)].into_iter().collect();
    let mut since = row.freed_at;
    let mut out = Vec::new();
    for part in parts {
        let became = match (part.given_back_at, part.taken_at) {
            (Some(at), _) => {
                since = since.max(at);
                Became::GivenBack
            }
            (None, taken) => {
                left.add(Term::new(part.from_on, part.to_on).map_err(Error::internal)?, -part.amount.0);
                if taken.is_some() { Became::Granted } else { Became::Offered }
            }
        };
        out.push(Part { row: part, became });
    }
    let idle: Vec<_> = left.within(term).into_iter().filter(|(_, amount)| *amount > 0).collect();
    Ok(FreedView { idle_since: (!idle.is_empty()).then_some(since), row, parts: out, idle })
}
