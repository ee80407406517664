//! Random histories of thousands of operations: after each of them the rules of the ledger hold,
//! by a re-computation of its own, day by day; and whatever is refused deserved it.

use domain::access::Role;
use domain::capacity::Rung;
use domain::ids::{OfferId, PoolId};
use domain::ledger::{ChainCheck, Entry, EntryKind, NewEntry};
use domain::term::{Term, add_days, days_between};
use domain::units::Amount;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use service::capacity::NewCapacity;
use service::{Actor, Error};
use store::ledger::StepKind;
use testkit::{TestAward, TestCenter, TestDb, TestLine, actor};

const DAYS: usize = 140;
const AWARDS: usize = 6;
const POOLS: [&str; 2] = ["gpu-a100", "gpu-v100"];
const ALLOCATABLE: [i64; 2] = [164, 360];
const GRAINS: [i64; 3] = [1, 4, 8];

fn start() -> Date {
    date(2021, 5, 3)
}

/// One day's operation, in raw numbers that the model reads.
#[derive(Clone, Debug)]
struct Op {
    what: u8,
    award: usize,
    other: usize,
    pool: usize,
    amount: i64,
    from: i64,
    days: i64,
    aligned: bool,
}

fn op() -> impl Strategy<Value = Op> {
    (0u8..24, 0..AWARDS, 0..AWARDS, 0..POOLS.len(), 1i64..60, -3i64..90, 1i64..50, any::<bool>()).prop_map(
        |(what, award, other, pool, amount, from, days, aligned)| Op {
            what,
            award,
            other,
            pool,
            amount,
            from,
            days,
            aligned,
        },
    )
}

/// What should be so, kept as plain numbers per day.
struct Model {
    today: i64,
    allocatable: [[i64; DAYS]; 2],
    leased_spare: [[i64; DAYS]; 2],
    held: [[[i64; DAYS]; 2]; AWARDS],
    offered: [[i64; DAYS]; 2],
    offers: Vec<(OfferId, usize, i64, i64, i64)>,
    entries: Vec<Entry>,
    made: u32,
}

fn pool(index: usize) -> PoolId {
    POOLS[index].parse().expect("a slug")
}

fn grain(award: usize) -> i64 {
    GRAINS[award % GRAINS.len()]
}

fn days(from: i64, to: i64) -> impl Iterator<Item = usize> {
    (from.max(0)..to.min(DAYS as i64)).map(|day| usize::try_from(day).expect("not negative"))
}

fn span(from: i64, days: i64) -> Term {
    Term::new(add_days(start(), from), add_days(start(), from + days)).expect("at least a day")
}

impl Model {
    fn new() -> Self {
        Self {
            today: 0,
            allocatable: [[ALLOCATABLE[0]; DAYS], [ALLOCATABLE[1]; DAYS]],
            leased_spare: [[0; DAYS]; 2],
            held: [[[0; DAYS]; 2]; AWARDS],
            offered: [[0; DAYS]; 2],
            offers: Vec::new(),
            entries: Vec::new(),
            made: 0,
        }
    }

    fn used(&self, pool: usize, day: usize) -> i64 {
        self.held.iter().map(|award| award[pool][day]).sum::<i64>() + self.offered[pool][day]
    }

    /// Whether the rules let this change happen.
    fn allows(&self, kind: EntryKind, award: usize, pool: usize, delta: i64, from: i64, to: i64) -> bool {
        (kind == EntryKind::Correct || from >= self.today)
            && days(from, to).all(|day| {
                let after = self.held[award][pool][day] + delta;
                after >= 0 && after % grain(award) == 0
            })
    }

    fn fits(&self, pool: usize, delta: i64, from: i64, to: i64) -> bool {
        days(from, to).all(|day| self.used(pool, day) + delta <= self.allocatable[pool][day])
    }

    fn change(&mut self, award: usize, pool: usize, delta: i64, from: i64, to: i64) {
        for day in days(from, to) {
            self.held[award][pool][day] += delta;
        }
    }

    /// The rules, day by day, from nothing but these numbers.
    fn rules_hold(&self) {
        for pool in 0..POOLS.len() {
            for day in 0..DAYS {
                assert!(self.used(pool, day) <= self.allocatable[pool][day], "pool {pool} over on day {day}");
                for (award, held) in self.held.iter().enumerate() {
                    assert!(held[pool][day] >= 0 && held[pool][day] % grain(award) == 0, "award {award} on day {day}");
                }
            }
        }
    }
}

fn entry(
    award: &TestAward,
    pool_index: usize,
    delta: i64,
    from: i64,
    days: i64,
    kind: EntryKind,
    corrects: Option<i64>,
) -> NewEntry {
    NewEntry {
        award: award.award,
        pool: pool(pool_index),
        delta: Amount(delta),
        term: span(from, days),
        kind,
        corrects,
        reason: String::new(),
    }
}

/// Carries one operation out in the center and in the model; both must agree on whether it may be.
fn carry_out(t: &TestCenter, awards: &[TestAward], model: &mut Model, op: &Op) {
    // The past begins at day 0, so that even a correction stays within the model's days.
    let (from, award) =
        (op.from.max(0) + if op.what < 20 { model.today } else { 0 } - if op.from < 0 { 2 } else { 0 }, op.award);
    let from = from.clamp(0, DAYS as i64 - 60);
    let (to, unit) = (from + op.days, grain(award));
    let amount = if op.aligned { op.amount.div_euclid(unit).max(1) * unit } else { op.amount };
    let clock = Actor::clock();
    let write = |news: Vec<(NewEntry, i64)>| t.center.write(&clock, |cx| service::ledger::append(cx, news));
    let plain = |kind: EntryKind, delta: i64| (kind, delta, None);
    let (kind, delta, corrects) = match op.what {
        0..=5 => plain(EntryKind::Grant, amount),
        6..=7 => plain(EntryKind::Increase, amount),
        8..=9 => plain(EntryKind::Return, -amount),
        10 => plain(EntryKind::Decrease, -amount),
        11 => plain(EntryKind::Expire, -amount),
        12 => plain(EntryKind::Reclaim, -amount),
        13 => plain(EntryKind::Extend, amount),
        14..=15 => {
            let other = op.other;
            let moved = [(award, -amount), (other, amount)];
            // The second entry is asked after the first is written.
            let mut after = [model.held[award], model.held[other]];
            let may = from >= model.today
                && moved.iter().enumerate().all(|(position, &(who, delta))| {
                    let slot = if who == award { 0 } else { position };
                    days(from, to).all(|day| {
                        after[slot][op.pool][day] += delta;
                        let value = after[slot][op.pool][day];
                        value >= 0 && value % grain(who) == 0
                    })
                });
            let news = moved.iter().map(|&(who, delta)| {
                (entry(&awards[who], op.pool, delta, from, op.days, EntryKind::Transfer, None), grain(who))
            });
            match write(news.collect()) {
                Ok(written) => {
                    assert!(may, "{op:?} should have been refused");
                    model.entries.extend(written);
                    for (who, delta) in moved {
                        model.change(who, op.pool, delta, from, to);
                    }
                }
                Err(Error::Conflict(_)) => assert!(!may, "{op:?} should have been done"),
                Err(other) => panic!("{other}"),
            }
            return;
        }
        16..=17 => {
            model.made += 1;
            let (number, name, term) = (model.made, pool(op.pool), span(from, op.days));
            let may = model.fits(op.pool, amount, from, to);
            let made = t.center.write(&clock, |cx| {
                let offer = testkit::hold_offer(cx.tx, &awards[award], number, &name, amount, term)?;
                let short = service::ledger::over(cx, &name, &[term])?;
                if short.is_empty() { Ok(offer) } else { Err(Error::OverCapacity(short)) }
            });
            match made {
                Ok(offer) => {
                    assert!(may, "{op:?} should have been refused");
                    days(from, to).for_each(|day| model.offered[op.pool][day] += amount);
                    model.offers.push((offer, op.pool, amount, from, to));
                }
                Err(Error::OverCapacity(_)) => assert!(!may, "{op:?} should have been made"),
                Err(other) => panic!("{other}"),
            }
            return;
        }
        18 => {
            if !model.offers.is_empty() {
                let place = op.other % model.offers.len();
                let (offer, pool, amount, from, to) = model.offers.swap_remove(place);
                t.center.write(&clock, |cx| Ok(testkit::release_offer(cx.tx, offer)?)).expect("open");
                days(from, to).for_each(|day| model.offered[pool][day] -= amount);
            }
            return;
        }
        19 => {
            let delta = if op.aligned { amount } else { -amount };
            let new = NewCapacity {
                pool: pool(op.pool),
                rung: Rung::Allocatable,
                delta: Amount(delta),
                term: span(from, op.days),
                note: "n".to_owned(),
            };
            let may = from >= model.today
                && days(from, to).all(|day| {
                    let after = model.allocatable[op.pool][day] + delta;
                    after >= model.used(op.pool, day) && delta <= model.leased_spare[op.pool][day]
                });
            match t.center.write(&actor(Role::ResourceManager), |cx| service::capacity::add(cx, new)) {
                Ok(_) => {
                    assert!(may, "{op:?} should have been refused");
                    for day in days(from, to) {
                        model.allocatable[op.pool][day] += delta;
                        model.leased_spare[op.pool][day] -= delta;
                    }
                }
                Err(Error::Conflict(_) | Error::Invalid(_)) => assert!(!may, "{op:?} should have been entered"),
                Err(other) => panic!("{other}"),
            }
            return;
        }
        20..=22 => {
            let Some(last) = model.entries.len().checked_sub(1) else { return };
            let corrected = model.entries[(op.other * 7 + op.award) % (last + 1)].clone();
            let who = awards.iter().position(|award| award.award == corrected.award).expect("one of ours");
            let place = POOLS.iter().position(|id| *id == corrected.pool.as_str()).expect("one of ours");
            let (from, to) = (
                i64::from(days_between(start(), corrected.term.from())),
                i64::from(days_between(start(), corrected.term.to())),
            );
            let new = entry(
                &awards[who],
                place,
                -corrected.delta.0,
                from,
                to - from,
                EntryKind::Correct,
                Some(corrected.seq),
            );
            entry_decided(
                model,
                write(vec![(new, grain(who))]),
                (EntryKind::Correct, who, place, -corrected.delta.0, from, to),
                op,
            );
            return;
        }
        _ => {
            model.today = (model.today + 1).min(60);
            t.clock.set(testkit::at(add_days(start(), model.today), 9));
            return;
        }
    };
    let new = entry(&awards[award], op.pool, delta, from, op.days, kind, corrects);
    entry_decided(model, write(vec![(new, unit)]), (kind, award, op.pool, delta, from, to), op);
}

fn entry_decided(
    model: &mut Model,
    outcome: Result<Vec<Entry>, Error>,
    (kind, award, pool, delta, from, to): (EntryKind, usize, usize, i64, i64, i64),
    op: &Op,
) {
    let allowed = model.allows(kind, award, pool, delta, from, to);
    let fits = delta < 0 || model.fits(pool, delta, from, to);
    match outcome {
        Ok(written) => {
            assert!(allowed && fits, "{op:?} should have been refused");
            model.entries.extend(written);
            model.change(award, pool, delta, from, to);
        }
        Err(Error::Conflict(_)) => assert!(!allowed, "{op:?} should have been written"),
        Err(Error::OverCapacity(short)) => {
            assert!(allowed && !fits, "{op:?} should have been written");
            for day in short {
                let place = usize::try_from(days_between(start(), day.term.from())).expect("within the model");
                assert_eq!(day.short(), model.used(pool, place) + delta - model.allocatable[pool][place], "{op:?}");
            }
        }
        Err(other) => panic!("{other}"),
    }
}

/// Compares what the database says with the model, for every award, pool and day.
fn agrees(t: &TestCenter, awards: &[TestAward], model: &Model) {
    t.db.db
        .read(|tx| -> store::Result<()> {
            for (index, name) in POOLS.iter().enumerate() {
                let id: PoolId = name.parse().expect("a slug");
                let held = store::ledger::promised_as(tx, &id, StepKind::Held)?;
                let offered = store::ledger::promised_as(tx, &id, StepKind::Offered)?;
                let allocatable = store::capacity::ladder(tx, &id)?.allocatable;
                for day in 0..DAYS {
                    let on = add_days(start(), day as i64);
                    let expected: i64 = model.held.iter().map(|award| award[index][day]).sum();
                    assert_eq!(held.on(on), expected, "held in {name} on {on}");
                    assert_eq!(offered.on(on), model.offered[index][day], "offered in {name} on {on}");
                    assert_eq!(allocatable.on(on), model.allocatable[index][day], "allocatable in {name} on {on}");
                }
                for (award, numbers) in awards.iter().zip(&model.held) {
                    let holding = store::ledger::holding(tx, award.award, &id)?;
                    for (day, expected) in numbers[index].iter().enumerate() {
                        assert_eq!(holding.on(add_days(start(), day as i64)), *expected);
                    }
                }
            }
            let mut chain = ChainCheck::default();
            let written = store::ledger::after(tx, 0, 1_000_000)?;
            assert_eq!(written.len(), model.entries.len());
            for (stored, kept) in written.iter().zip(&model.entries) {
                assert_eq!(stored, kept);
                assert_eq!(chain.next(stored), Ok(()));
            }
            Ok(())
        })
        .expect("readable");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_history_breaks_a_rule_and_nothing_is_refused_without_one(ops in prop::collection::vec(op(), 2_000..3_000)) {
        let t = TestCenter::new(TestDb::sqlite());
        let whole = span(0, DAYS as i64);
        let awards: Vec<TestAward> = (0..AWARDS)
            .map(|n| {
                let lines: Vec<TestLine<'_>> = POOLS
                    .iter()
                    .map(|pool| TestLine { pool, product: "gpu_short", grain: grain(n), term: whole })
                    .collect();
                t.add_award(u32::try_from(n).expect("few"), &lines, (false, false))
            })
            .collect();
        let mut model = Model::new();
        for (number, op) in ops.iter().enumerate() {
            carry_out(&t, &awards, &mut model, op);
            model.rules_hold();
            if number % 500 == 0 {
                agrees(&t, &awards, &model);
            }
        }
        agrees(&t, &awards, &model);
        prop_assert!(model.entries.len() > 200, "only {} entries came about", model.entries.len());
    }
}
