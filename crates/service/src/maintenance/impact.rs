//! What a window means for a pool: what it takes from what may be granted, and what those who hold
//! the rest miss.

use domain::ids::{MaintenanceId, PoolId};
use domain::maintenance::{Outage, credit_days, seconds_of_days};
use domain::policy::PolicyKey;
use domain::steps::Steps;
use domain::term::Term;
use jiff::Timestamp;
use store::ledger::StepKind;

use crate::{Cx, Outcome};

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

/// The pool of a window, seen by itself: `own` is what it took from the pool so far.
pub(super) fn of_pool(
    cx: &mut Cx<'_, '_>,
    (from, to): (Timestamp, Timestamp),
    pool: &PoolId,
    out: i64,
    own: &Steps,
) -> Outcome<PoolImpact> {
    let parts = seconds_of_days(&cx.identity.calendar, from, to);
    let mut impact = PoolImpact { pool: pool.clone(), out, unheld: Vec::new(), held: 0, short: 0, credit_days: 0 };
    let (Some((first, _)), Some((last, _))) = (parts.first(), parts.last()) else { return Ok(impact) };
    let Ok(span) = Term::new(first.from(), last.to()) else { return Ok(impact) };
    let mut before = store::capacity::ladder(cx.tx, pool)?.allocatable;
    before.add_all(own, 1);
    let mut promised = store::ledger::all_promised(cx.tx)?;
    let held = promised.remove(&(pool.clone(), StepKind::Held)).unwrap_or_default();
    let mut free = before.clone();
    free.add_all(&held, -1);
    free.add_all(&promised.remove(&(pool.clone(), StepKind::Offered)).unwrap_or_default(), -1);
    impact.unheld = free.within(span).into_iter().map(|(term, free)| (term, free.clamp(0, out))).collect();
    let outages: Vec<Outage> = parts
        .iter()
        .map(|(day, seconds)| {
            let (held, before) = (held.on(day.from()), before.on(day.from()));
            let short = held.saturating_sub(before.saturating_sub(out)).clamp(0, out);
            Outage { seconds: *seconds, short, held }
        })
        .collect();
    impact.held = outages.iter().map(|one| one.held).max().unwrap_or(0);
    impact.short = outages.iter().map(|one| one.short).max().unwrap_or(0);
    impact.credit_days = credit_days(&outages, cx.policy()?.int(PolicyKey::OutageCreditFromHours));
    Ok(impact)
}

/// What a window took from a pool so far, on each day.
pub(super) fn own(cx: &mut Cx<'_, '_>, id: MaintenanceId, pool: &PoolId) -> Outcome<Steps> {
    let taken = store::maintenance::taken(cx.tx, id)?;
    Ok(taken.into_iter().filter(|(of, ..)| of == pool).map(|(_, term, delta)| (term, delta.saturating_neg())).collect())
}
