//! What a window means for a pool: what it takes from what may be granted, and what those who hold
//! the rest miss.

use domain::ids::{MaintenanceId, PoolId};
use domain::maintenance::{Outage, credit_days, days, seconds_of_days};
use domain::policy::PolicyKey;
use domain::steps::Steps;
use domain::term::Term;
use jiff::Timestamp;
use store::ledger::StepKind;

use crate::{Cx, Error, Outcome};

/// What a window means for a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolImpact {
    /// The pool.
    pub pool: PoolId,
    /// How many devices are out of use.
    pub out: i64,
    /// How many of them nobody holds, on each day: these are not granted meanwhile.
    pub unheld: Vec<(Term, i64)>,
    /// The most devices that awards hold on a day of it.
    pub held: i64,
    /// The most devices that they miss on a day of it.
    pub short: i64,
    /// How many days their terms are extended for that.
    pub credit_days: i64,
}

impl PoolImpact {
    /// How many of the devices nobody holds on any day of it.
    #[must_use]
    pub fn unheld_throughout(&self) -> i64 {
        self.unheld.iter().map(|(_, amount)| *amount).min().unwrap_or(0)
    }
}

/// How many of `out` devices nobody holds, on each day of `span`; `own` is what the window took so far.
pub(super) fn unheld(
    cx: &mut Cx<'_, '_>,
    span: Term,
    pool: &PoolId,
    out: i64,
    own: &Steps,
) -> Outcome<Vec<(Term, i64)>> {
    let mut free = crate::ledger::free(cx, pool)?;
    free.add_all(own, 1);
    Ok(free.within(span).into_iter().map(|(term, free)| (term, free.clamp(0, out))).collect())
}

/// The pool of a window, seen by itself: `own` is what it took from the pool so far.
pub(super) fn of_pool(
    cx: &mut Cx<'_, '_>,
    (from, to): (Timestamp, Timestamp),
    pool: &PoolId,
    out: i64,
    own: &Steps,
) -> Outcome<PoolImpact> {
    let span = days(&cx.identity.calendar, from, to).ok_or_else(|| Error::internal("an empty window"))?;
    let unheld = unheld(cx, span, pool, out, own)?;
    let mut before = store::capacity::ladder(cx.tx, pool)?.allocatable;
    before.add_all(own, 1);
    let held = store::ledger::promised_as(cx.tx, pool, StepKind::Held)?;
    let outage = |(day, seconds): (Term, i64)| {
        let (held, before) = (held.on(day.from()), before.on(day.from()));
        let short = held.saturating_sub(before.saturating_sub(out)).clamp(0, out);
        Outage { seconds, short, held }
    };
    let outages: Vec<Outage> = seconds_of_days(&cx.identity.calendar, from, to).into_iter().map(outage).collect();
    let from_hours = cx.policy()?.int(PolicyKey::OutageCreditFromHours);
    Ok(PoolImpact {
        pool: pool.clone(),
        out,
        unheld,
        held: outages.iter().map(|one| one.held).max().unwrap_or(0),
        short: outages.iter().map(|one| one.short).max().unwrap_or(0),
        credit_days: credit_days(&outages, from_hours),
    })
}

/// What a window took from a pool so far, on each day.
pub(super) fn own(cx: &mut Cx<'_, '_>, id: MaintenanceId, pool: &PoolId) -> Outcome<Steps> {
    let taken = store::maintenance::taken(cx.tx, id, pool)?;
    Ok(taken.into_iter().map(|(term, delta)| (term, delta.saturating_neg())).collect())
}
