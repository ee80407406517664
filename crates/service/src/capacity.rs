//! Capacity: dated entries, the ladder over a span, who holds what, and what comes free.

use std::collections::{BTreeMap, BTreeSet};

use domain::accelerator::PfBasis;
use domain::access::Act;
use domain::capacity::{Ladder, Rung, Shortfall, horizon, shortfalls};
use domain::ids::{AwardId, CapacityEntryId, PoolId, Slug};
use domain::steps::Steps;
use domain::term::Term;
use domain::units::{Amount, Gflops, PoolUnit};
use domain::{Code, FieldError, Reason};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
pub use store::capacity::{CapacityEntry, HolderRow, PoolDay};
use store::ledger::StepKind;

use crate::center::Identity;
use crate::{Cx, Error, Outcome, PoolRow};

/// A change of a rung that somebody wants to enter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewCapacity {
    /// The pool.
    pub pool: PoolId,
    /// The rung.
    pub rung: Rung,
    /// By how much, on every day of `term`.
    pub delta: Amount,
    /// The days.
    pub term: Term,
    /// Why, in words.
    pub note: String,
}

/// The most awards and offers that a refusal names.
const NAMED: usize = 50;

/// Adds a dated entry. The rungs must stay in order on every day, and allocatable may not fall
/// below what is held and offered.
///
/// # Errors
/// [`Error::Invalid`] for a field; [`Error::Conflict`] with [`Code::LadderOrder`], or with the
/// days that fall short followed by the awards and offers in the way.
pub fn add(cx: &mut Cx<'_, '_>, new: NewCapacity) -> Outcome<CapacityEntryId> {
    cx.require(Act::CapacityManage, &[])?;
    let mut wrong = faults(cx, &new.pool, new.term.from(), &new.note)?;
    if new.delta.0 == 0 {
        wrong.push(Reason::new(Code::Required).at("delta"));
    } else if new.delta.0 > Amount::MAX {
        wrong.push(Reason::new(Code::TooLarge).with("max", Amount::MAX).at("delta"));
    } else if new.delta.0 < -Amount::MAX {
        wrong.push(Reason::new(Code::TooSmall).with("min", -Amount::MAX).at("delta"));
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    let ids = enter(cx, std::slice::from_ref(&new))?;
    without_maintenance(cx, &new.pool, new.term)?;
    ids.first().copied().ok_or_else(|| Error::internal("an entry without an id"))
}

/// What a rung is to have from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetCapacity {
    /// The pool.
    pub pool: PoolId,
    /// The rung.
    pub rung: Rung,
    /// How much it has on every one of the days.
    pub count: Amount,
    /// The first day.
    pub from: Date,
    /// The first day on which it is again as it was; for ever if there is none.
    pub to: Option<Date>,
    /// Why, in words.
    pub note: String,
}

/// Sets a rung to a number: adds the entries by which it becomes that on every day of the span.
/// Answers them; none if it is so already.
///
/// # Errors
/// As [`add`].
pub fn set(cx: &mut Cx<'_, '_>, wanted: &SetCapacity) -> Outcome<Vec<NewCapacity>> {
    cx.require(Act::CapacityManage, &[])?;
    let mut wrong = faults(cx, &wanted.pool, wanted.from, &wanted.note)?;
    if wanted.count.0 < 0 {
        wrong.push(Reason::new(Code::TooSmall).with("min", 0).at("count"));
    }
    if wanted.count.0 > Amount::MAX {
        wrong.push(Reason::new(Code::TooLarge).with("max", Amount::MAX).at("count"));
    }
    let span = Term::new(wanted.from, wanted.to.unwrap_or_else(|| horizon(wanted.from).to()));
    let span = match span {
        Ok(span) if wrong.is_empty() => span,
        Ok(_) => return Err(Error::Invalid(wrong)),
        Err(_) => {
            wrong.push(Reason::new(Code::EndBeforeStart).at("to"));
            return Err(Error::Invalid(wrong));
        }
    };
    let ladder = store::capacity::ladder(cx.tx, &wanted.pool)?;
    let mut rung = ladder.rung(wanted.rung).clone();
    if wanted.rung == Rung::Allocatable {
        // What maintenance takes on its days comes off what is set.
        for (term, delta) in store::maintenance::taken_ahead(cx.tx, &wanted.pool)? {
            rung.add(term, delta.saturating_neg());
        }
    }
    let entries: Vec<NewCapacity> = rung
        .within(span)
        .into_iter()
        .map(|(term, value)| (term, wanted.count.0.saturating_sub(value)))
        .filter(|(_, delta)| *delta != 0)
        .map(|(term, delta)| NewCapacity {
            pool: wanted.pool.clone(),
            rung: wanted.rung,
            delta: Amount(delta),
            term,
            note: wanted.note.clone(),
        })
        .collect();
    enter(cx, &entries)?;
    without_maintenance(cx, &wanted.pool, span)?;
    Ok(entries)
}

/// Refuses rungs that would be out of order once what maintenance takes comes back.
fn without_maintenance(cx: &mut Cx<'_, '_>, pool: &PoolId, span: Term) -> Outcome<()> {
    let taken = store::maintenance::taken_ahead(cx.tx, pool)?;
    if taken.is_empty() {
        return Ok(());
    }
    let mut ladder = store::capacity::ladder(cx.tx, pool)?;
    for (term, delta) in taken {
        ladder.add(Rung::Allocatable, term, delta.saturating_neg());
    }
    ladder.check(span).map_err(|reason| Error::conflict(reason.with("pool", pool.as_str())))
}

fn faults(cx: &mut Cx<'_, '_>, pool: &PoolId, from: Date, note: &str) -> Outcome<Vec<FieldError>> {
    let today = cx.today();
    let mut wrong: Vec<FieldError> = Vec::new();
    let note = note.trim();
    if note.is_empty() {
        wrong.push(Reason::new(Code::Required).at("note"));
    }
    if note.chars().count() > 500 {
        wrong.push(Reason::new(Code::TooLong).with("max", 500).at("note"));
    }
    if from < today {
        wrong.push(Reason::new(Code::ChangesThePast).with("from", from).with("today", today).at("from"));
    }
    if store::capacity::find_pool(cx.tx, pool)?.is_none() {
        wrong.push(Reason::new(Code::Unknown).at("pool"));
    }
    Ok(wrong)
}

/// Adds entries of one pool, which are judged together.
pub(crate) fn enter(cx: &mut Cx<'_, '_>, entries: &[NewCapacity]) -> Outcome<Vec<CapacityEntryId>> {
    let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return Ok(Vec::new()) };
    let span = Term::new(first.term.from(), last.term.to()).map_err(Error::internal)?;
    let mut ladder = store::capacity::ladder(cx.tx, &first.pool)?;
    for new in entries {
        ladder.add(new.rung, new.term, new.delta.0);
    }
    if entries.iter().any(|new| ladder.rung(new.rung).max_within(new.term) > Amount::MAX) {
        return Err(Error::conflict(Reason::new(Code::CapacityTooLarge).with("max", Amount::MAX)));
    }
    let promised = store::ledger::promised(cx.tx, &first.pool)?;
    let short = shortfalls(&first.pool, &ladder.allocatable, &promised, span);
    let mut wrong = in_the_way(cx, &first.pool, &short)?;
    wrong.extend(ladder.check(span).map_err(|reason| reason.with("pool", first.pool.as_str())).err());
    if !wrong.is_empty() {
        return Err(Error::Conflict(wrong));
    }
    let mut ids = Vec::new();
    for new in entries {
        let entry = CapacityEntry {
            id: cx.new_id()?,
            pool: new.pool.clone(),
            rung: new.rung,
            delta: new.delta,
            term: new.term,
            note: new.note.trim().to_owned(),
            actor: cx.actor.user,
            created_at: cx.now,
        };
        store::capacity::add(cx.tx, &entry)?;
        cx.audit("capacity.entered", ("capacity", &entry.id), &(), new, &entry.note)?;
        if new.rung == Rung::Allocatable && new.delta.0 > 0 {
            cx.enqueue("refill", &format!("refill:capacity:{}", entry.id), &new.pool)?;
        }
        ids.push(entry.id);
    }
    Ok(ids)
}

/// The days on which a pool would fall short, and who holds or is offered what on them.
fn in_the_way(cx: &mut Cx<'_, '_>, pool: &PoolId, short: &[Shortfall]) -> Outcome<Vec<Reason>> {
    let mut reasons: Vec<Reason> = short.iter().take(NAMED).map(Shortfall::reason).collect();
    let (Some(first), Some(last)) = (short.first(), short.last()) else { return Ok(reasons) };
    let span = Term::new(first.term.from(), last.term.to()).map_err(Error::internal)?;
    let mut held: BTreeMap<(String, AwardId), Steps> = BTreeMap::new();
    for (award, number, term, delta) in store::capacity::changes_within(cx.tx, pool, span, 100_000)? {
        held.entry((number, award)).or_default().add(term, delta);
    }
    let mut named = Vec::new();
    let mut name = |code: Code, who: (&str, &str), steps: &Steps| {
        for stretch in short {
            for (days, amount) in steps.within(stretch.term).into_iter().filter(|(_, amount)| *amount > 0) {
                let reason = Reason::new(code)
                    .with(who.0, who.1)
                    .with("pool", pool.as_str())
                    .with("amount", amount)
                    .with("from", days.from())
                    .with("last", days.last_day());
                named.push(reason);
            }
        }
    };
    for ((number, _), steps) in &held {
        name(Code::InTheWay, ("award", number), steps);
    }
    for (receipt, term, amount) in store::capacity::offered_within(cx.tx, pool, span, 10_000)? {
        name(Code::HeldByOffer, ("offer", &receipt), &[(term, amount)].into_iter().collect());
    }
    let more = named.len().saturating_sub(NAMED);
    reasons.extend(named.into_iter().take(NAMED));
    if more > 0 {
        reasons.push(Reason::new(Code::MoreInTheWay).with("more", i64::try_from(more).unwrap_or(i64::MAX)));
    }
    Ok(reasons)
}

/// What a pool has on each day of a stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Stretch {
    /// The days.
    pub term: Term,
    /// Installed.
    pub installed: i64,
    /// Leased.
    pub leased: i64,
    /// Kept for the operator.
    pub reserved_ops: i64,
    /// May be granted.
    pub allocatable: i64,
    /// Held by awards.
    pub held: i64,
    /// Promised by open offers.
    pub offered: i64,
}

impl Stretch {
    /// Held and offered together.
    #[must_use]
    pub fn allocated(&self) -> i64 {
        self.held.saturating_add(self.offered)
    }

    /// What can still be granted.
    #[must_use]
    pub fn free(&self) -> i64 {
        self.allocatable.saturating_sub(self.allocated())
    }
}

/// One pool over a span of days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolView {
    /// The pool.
    pub pool: PoolRow,
    /// The peak of one of its devices on the basis asked for; `None` for storage and for devices
    /// without such a figure.
    pub peak: Option<Gflops>,
    /// The span, cut where anything changes.
    pub stretches: Vec<Stretch>,
}

impl PoolView {
    /// The PF of so many of the pool's devices.
    #[must_use]
    pub fn pf(&self, amount: i64) -> Option<Gflops> {
        self.peak.map(|peak| Gflops(peak.0.saturating_mul(amount)))
    }
}

/// The peak of one device of a pool.
#[must_use]
pub fn peak(identity: &Identity, pool: &PoolRow, basis: PfBasis) -> Option<Gflops> {
    model_peak(identity, pool.unit, pool.device_model.as_ref(), basis)
}

/// The peak of one device of a pool of which these facts are known.
#[must_use]
pub fn model_peak(identity: &Identity, unit: PoolUnit, model: Option<&Slug>, basis: PfBasis) -> Option<Gflops> {
    let model = model.filter(|_| unit == PoolUnit::Device).and_then(|id| identity.accelerators.get(id))?;
    model.peak(basis)
}

/// All pools over a span: the ladder and what is held and offered. Everybody may know these sums.
/// Three statements.
///
/// # Errors
/// Database errors only.
pub fn view(cx: &mut Cx<'_, '_>, span: Term, basis: PfBasis) -> Outcome<Vec<PoolView>> {
    cx.require(Act::PublicRead, &[])?;
    let pools = store::capacity::pools(cx.tx)?;
    let mut ladders = store::capacity::ladders(cx.tx)?;
    let mut promised = store::ledger::all_promised(cx.tx)?;
    Ok(pools
        .into_iter()
        .map(|pool| {
            let ladder = ladders.remove(&pool.id).unwrap_or_default();
            let held = promised.remove(&(pool.id.clone(), StepKind::Held)).unwrap_or_default();
            let offered = promised.remove(&(pool.id.clone(), StepKind::Offered)).unwrap_or_default();
            PoolView {
                peak: peak(cx.identity, &pool, basis),
                stretches: stretches(&ladder, &held, &offered, span),
                pool,
            }
        })
        .collect())
}

/// All pools as they stand today, each with the peak of one of its devices on the center's basis.
/// Everybody may know these sums. One statement.
///
/// # Errors
/// Database errors only.
pub fn today(cx: &mut Cx<'_, '_>) -> Outcome<Vec<(PoolDay, Option<Gflops>)>> {
    cx.require(Act::PublicRead, &[])?;
    let today = cx.today();
    let rows = store::capacity::on_day(cx.tx, today)?;
    let peak_of = |row: &PoolDay| peak(cx.identity, &row.pool, cx.identity.basis);
    Ok(rows.into_iter().map(|row| (peak_of(&row), row)).map(|(peak, row)| (row, peak)).collect())
}

fn stretches(ladder: &Ladder, held: &Steps, offered: &Steps, span: Term) -> Vec<Stretch> {
    let rungs = Rung::ALL.iter().map(|&rung| ladder.rung(rung));
    let changes = rungs.chain([held, offered]).flat_map(|steps| steps.changes().map(|(day, _)| day));
    let cuts: BTreeSet<Date> = changes.filter(|day| span.contains(*day)).chain([span.from()]).collect();
    let starts: Vec<Date> = cuts.into_iter().collect();
    let ends = starts.iter().skip(1).copied().chain([span.to()]);
    let terms = starts.iter().zip(ends).map(|(from, to)| Term::new(*from, to));
    let [installed, leased, reserved_ops, allocatable, held, offered] =
        [&ladder.installed, &ladder.leased, &ladder.reserved_ops, &ladder.allocatable, held, offered]
            .map(|steps| steps.along(&starts).into_iter());
    let rungs = installed.zip(leased).zip(reserved_ops.zip(allocatable)).zip(held.zip(offered));
    terms
        .zip(rungs)
        .filter_map(|(term, (((installed, leased), (reserved_ops, allocatable)), (held, offered)))| {
            Some(Stretch { term: term.ok()?, installed, leased, reserved_ops, allocatable, held, offered })
        })
        .collect()
}

/// Who holds what in a pool on a day, by project number.
///
/// # Errors
/// [`Error::Forbidden`] unless the actor may see holders by name.
pub fn holders(
    cx: &mut Cx<'_, '_>,
    pool: &PoolId,
    day: Date,
    after: Option<(&str, AwardId)>,
    limit: i64,
) -> Outcome<Vec<HolderRow>> {
    cx.require(Act::CapacityRead, &[])?;
    Ok(store::capacity::holders(cx.tx, pool, day, after, limit.clamp(1, 201))?)
}

/// When devices of a pool come free within a span, the earliest first, after a place.
///
/// # Errors
/// [`Error::Forbidden`] unless the actor may see holders by name.
pub fn coming_free(
    cx: &mut Cx<'_, '_>,
    pool: &PoolId,
    span: Term,
    after: Option<(Date, &str, AwardId)>,
    limit: i64,
) -> Outcome<Vec<HolderRow>> {
    cx.require(Act::CapacityRead, &[])?;
    Ok(store::capacity::coming_free(cx.tx, pool, span, after, limit.clamp(1, 201))?)
}

/// The entries of a pool before a place, newest first.
///
/// # Errors
/// [`Error::Forbidden`] unless the actor may see capacity.
pub fn entries(
    cx: &mut Cx<'_, '_>,
    pool: &PoolId,
    before: Option<(Timestamp, CapacityEntryId)>,
    limit: i64,
) -> Outcome<Vec<CapacityEntry>> {
    cx.require(Act::CapacityRead, &[])?;
    Ok(store::capacity::entries(cx.tx, pool, before, limit.clamp(1, 201))?)
}
