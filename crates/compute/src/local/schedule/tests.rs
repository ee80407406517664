use std::collections::{BTreeMap, BTreeSet};

use domain::job::WaitReason;
use jiff::Timestamp;
use proptest::prelude::*;

use super::{Decisions, Dependency, Kept, Key, Running, Waiting, decayed, schedule};
use crate::ObservedProject;

const POOLS: [&str; 2] = ["gpu-a100", "gpu-v100"];
const NAMES: [&str; 4] = ["P2021-0001", "P2021-0002", "P2021-0003", "P2021-0004"];

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_600_000_000 + second).unwrap()
}

fn project(limits: &[(&str, i64)]) -> ObservedProject {
    ObservedProject {
        managed: true,
        limits: limits.iter().map(|(pool, limit)| ((*pool).to_owned(), *limit)).collect(),
        members: BTreeSet::from(["kim".to_owned()]),
        ..ObservedProject::default()
    }
}

fn wants(order: u64, name: &'static str, devices: i64, seconds: i64) -> Waiting<'static> {
    Waiting {
        key: Key { order, task: None },
        project: name,
        pool: POOLS[0],
        member: "kim",
        devices,
        seconds,
        submitted_at: at(i64::try_from(order).unwrap() - 1000),
        dependency: Dependency::Met,
        at_once: None,
    }
}

fn runs(order: u64, name: &'static str, slots: &'static [usize], left: i64) -> Running<'static> {
    Running { key: Key { order, task: None }, project: name, pool: POOLS[0], slots, ends_by: at(left) }
}

fn two(limit: i64) -> BTreeMap<String, ObservedProject> {
    NAMES.iter().map(|name| ((*name).to_owned(), project(&[(POOLS[0], limit)]))).collect()
}

fn started(decisions: &Decisions) -> Vec<u64> {
    decisions.starts.iter().map(|(key, _)| key.order).collect()
}

fn reason(decisions: &Decisions, order: u64) -> Option<WaitReason> {
    decisions.waits.get(&Key { order, task: None }).map(|wait| wait.reason)
}

#[test]
fn a_later_one_starts_early_only_where_it_delays_nobody() {
    let running = [runs(1, NAMES[0], &[0, 1], 100)];
    let none = BTreeMap::new();
    let waiting = [wants(2, NAMES[1], 4, 50), wants(3, NAMES[2], 2, 200), wants(4, NAMES[3], 2, 90)];
    let found = schedule(at(0), 4, &two(4), &none, &running, &waiting, &[]);
    assert_eq!(started(&found), [4]);
    assert_eq!(reason(&found, 2), Some(WaitReason::Resources));
    assert_eq!(reason(&found, 3), Some(WaitReason::Priority));
    let head = &found.waits[&Key { order: 2, task: None }];
    assert_eq!((head.rank, head.starts_at), (Some(1), Some(at(101))));
    // Beside the head there is room for one that runs on.
    let waiting = [wants(2, NAMES[1], 3, 50), wants(3, NAMES[2], 1, 200), wants(4, NAMES[3], 1, 200)];
    let found = schedule(at(0), 4, &two(4), &none, &running, &waiting, &[]);
    assert_eq!(started(&found), [3]);
}

#[test]
fn who_used_less_comes_first() {
    let usage = BTreeMap::from([(NAMES[0].to_owned(), 1000)]);
    let waiting = [wants(1, NAMES[0], 1, 10), wants(2, NAMES[1], 1, 10)];
    assert_eq!(started(&schedule(at(0), 1, &two(4), &usage, &[], &waiting, &[])), [2]);
    assert_eq!(started(&schedule(at(0), 1, &two(4), &BTreeMap::new(), &[], &waiting, &[])), [1]);
}

#[test]
fn reasons_are_said() {
    let mut projects = two(2);
    projects.insert(NAMES[3].to_owned(), ObservedProject { closing: true, ..project(&[(POOLS[0], 2)]) });
    let running = [runs(1, NAMES[0], &[0], 100)];
    let other = |order, change: fn(&mut Waiting<'static>)| {
        let mut one = wants(order, NAMES[1], 1, 10);
        change(&mut one);
        one
    };
    let waiting = [
        wants(2, NAMES[0], 2, 10),
        wants(3, NAMES[1], 3, 10),
        wants(4, NAMES[3], 1, 10),
        other(5, |one| one.member = "lee"),
        other(6, |one| one.pool = POOLS[1]),
        other(7, |one| one.dependency = Dependency::Open),
        other(8, |one| one.dependency = Dependency::Never),
        other(9, |one| one.at_once = Some(0)),
    ];
    let found = schedule(at(0), 8, &projects, &BTreeMap::new(), &running, &waiting, &[]);
    let reasons: Vec<_> = (2..=9).map(|order| reason(&found, order).map(WaitReason::as_str).unwrap()).collect();
    assert_eq!(
        reasons,
        ["limit", "never_fits", "closed", "closed", "closed", "dependency", "dependency_never", "array_limit"]
    );
    let found = schedule(at(0), 1, &two(4), &BTreeMap::new(), &[], &[wants(2, NAMES[0], 2, 10)], &[]);
    assert_eq!(reason(&found, 2), Some(WaitReason::NeverFits), "more than the machine has");
}

#[test]
fn what_would_run_into_a_reservation_waits() {
    let kept = |from, to, project: Option<&str>, slots| Kept {
        from: at(from),
        to: at(to),
        project: project.map(str::to_owned),
        slots,
    };
    let none = BTreeMap::new();
    let started_with = |kept: &[Kept], running: &[Running<'_>], waiting: &[Waiting<'_>]| {
        started(&schedule(at(0), 4, &two(4), &none, running, waiting, kept))
    };
    let half = [kept(100, 200, None, 2)];
    let waiting = [wants(2, NAMES[0], 4, 200), wants(3, NAMES[1], 4, 90)];
    assert_eq!(started_with(&half, &[], &waiting), [3], "short enough to end before");
    assert_eq!(started_with(&half, &[], &[wants(2, NAMES[0], 2, 200)]), [2], "beside it there is room");
    let running = [runs(1, NAMES[1], &[0], 150)];
    assert!(started_with(&half, &running, &[wants(2, NAMES[0], 2, 200)]).is_empty(), "one runs on into it");
    assert_eq!(started_with(&[kept(0, 50, None, 4)], &[], &waiting), [] as [u64; 0]);
    assert_eq!(started_with(&[kept(-50, 0, None, 4)], &[], &waiting), [2], "it is over");
    let two_halves = [kept(100, 200, None, 2), kept(150, 300, None, 2)];
    assert!(started_with(&two_halves, &[], &[wants(2, NAMES[0], 1, 200)]).is_empty(), "together they are all");
    let own = [kept(0, 100, Some(NAMES[0]), 4)];
    assert_eq!(started_with(&own, &[], &waiting), [2], "the project that it is for may");
    let found = schedule(at(0), 4, &two(4), &none, &[], &[wants(2, NAMES[0], 4, 200)], &half);
    assert_eq!(reason(&found, 2), Some(WaitReason::Nodes));
    // What a project runs on its own reservation is not counted beside it.
    let each = [kept(0, 100, Some(NAMES[0]), 2), kept(0, 100, Some(NAMES[1]), 2)];
    let running = [runs(1, NAMES[0], &[0, 1], 50)];
    assert_eq!(started_with(&each, &running, &[wants(2, NAMES[1], 2, 50)]), [2]);
    let found = schedule(at(0), 4, &two(4), &none, &running, &[wants(2, NAMES[0], 1, 50)], &each);
    assert_eq!(reason(&found, 2), Some(WaitReason::Reservation), "the other two are the other's");
}

#[test]
fn half_is_forgotten_in_a_week() {
    assert_eq!([0, 7, 14, 700].map(|days| decayed(1000, days)), [1000, 500, 250, 0]);
    assert!((0..100).all(|day| decayed(1_000_000, day) > decayed(1_000_000, day + 1)));
}

#[derive(Clone, Debug)]
struct Case {
    slots: usize,
    projects: BTreeMap<String, ObservedProject>,
    usage: BTreeMap<String, i64>,
    running: Vec<(usize, usize, Vec<usize>, i64)>,
    waiting: Vec<Waiting<'static>>,
}

impl Case {
    fn running(&self) -> Vec<Running<'_>> {
        let numbered = self.running.iter().zip(1000..);
        numbered
            .map(|((name, pool, slots, left), order)| Running {
                key: Key { order, task: None },
                project: NAMES[*name],
                pool: POOLS[*pool],
                slots,
                ends_by: at(*left),
            })
            .collect()
    }

    fn decide(&self) -> Decisions {
        schedule(at(0), self.slots, &self.projects, &self.usage, &self.running(), &self.waiting, &[])
    }
}

fn case() -> impl Strategy<Value = Case> {
    let projects = prop::collection::vec((0..6_i64, 0..6_i64, prop::bool::weighted(0.1), 0..10_000_i64), 4);
    let running = prop::collection::vec((0..4_usize, 0..2_usize, 1..4_usize, -5..300_i64), 0..5);
    let waiting =
        prop::collection::vec((0..4_usize, 0..2_usize, 1..6_i64, 1..300_i64, 0..20_i64, 0..10_u8, 1..4_i64), 0..20);
    (1..10_usize, projects, running, waiting).prop_map(|(slots, projects, running, waiting)| {
        let mut free = 0..slots;
        let running = running
            .into_iter()
            .map(|(name, pool, count, left)| (name, pool, free.by_ref().take(count).collect::<Vec<_>>(), left));
        let running = running.filter(|one| !one.2.is_empty()).collect();
        let usage = projects.iter().zip(NAMES).map(|(one, name)| (name.to_owned(), one.3)).collect();
        let named = |((a, v, closing, _), name): ((i64, i64, bool, i64), &str)| {
            let limits: Vec<_> = POOLS.into_iter().zip([a, v]).filter(|pair| pair.1 > 0).collect();
            (name.to_owned(), ObservedProject { closing, ..project(&limits) })
        };
        let projects = projects.into_iter().zip(NAMES).map(named).collect();
        type Drawn = (usize, usize, i64, i64, i64, u8, i64);
        let one = |(n, (name, pool, devices, seconds, age, kind, at_once)): (usize, Drawn)| Waiting {
            key: Key { order: u64::try_from(n / 3).unwrap(), task: Some(i64::try_from(n).unwrap()) },
            project: NAMES[name],
            pool: POOLS[pool],
            member: "kim",
            devices,
            seconds,
            submitted_at: at(-age),
            dependency: match kind {
                0 => Dependency::Open,
                1 => Dependency::Never,
                _ => Dependency::Met,
            },
            at_once: (kind == 2).then_some(at_once),
        };
        let waiting = waiting.into_iter().enumerate().map(one).collect();
        Case { slots, projects, usage, running, waiting }
    })
}

/// When the first that waits for slots can start if all take their whole time.
fn head_start(slots: usize, busy: &[(usize, i64)], devices: usize) -> i64 {
    let mut times = vec![at(0).as_second(); slots];
    for (slot, until) in busy {
        times[*slot] = *until;
    }
    times.sort_unstable();
    times[devices - 1]
}

proptest! {
    #[test]
    fn no_slot_twice_and_nobody_over_the_limit(case in case()) {
        let found = case.decide();
        prop_assert_eq!(found.starts.len() + found.waits.len(), case.waiting.len());
        let mut taken: BTreeSet<usize> = case.running.iter().flat_map(|one| one.2.iter().copied()).collect();
        let mut used: BTreeMap<(&str, &str), i64> = BTreeMap::new();
        for one in case.running() {
            *used.entry((one.project, one.pool)).or_default() += i64::try_from(one.slots.len()).unwrap();
        }
        for (key, slots) in &found.starts {
            let one = case.waiting.iter().find(|one| one.key == *key).unwrap();
            prop_assert_eq!(i64::try_from(slots.len()).unwrap(), one.devices);
            prop_assert_eq!(one.dependency, Dependency::Met);
            for slot in slots {
                prop_assert!(*slot < case.slots && taken.insert(*slot), "{slot} is taken twice");
            }
            let now = used.entry((one.project, one.pool)).or_default();
            *now += one.devices;
            let project = &case.projects[one.project];
            prop_assert!(!project.closing && *now <= project.limits[one.pool]);
            if let Some(at_once) = one.at_once {
                let tasks = found.starts.iter().filter(|other| other.0.order == key.order).count();
                let mut mates = case.waiting.iter().filter(|other| other.key.order == key.order);
                let mixed = mates.any(|other| other.at_once != one.at_once);
                prop_assert!(mixed || i64::try_from(tasks).unwrap() <= at_once);
            }
        }
    }

    #[test]
    fn the_first_that_waits_is_not_delayed(case in case()) {
        let found = case.decide();
        let Some((key, wait)) = found.waits.iter().find(|(_, wait)| wait.reason == WaitReason::Resources) else {
            return Ok(());
        };
        let head = case.waiting.iter().find(|one| one.key == *key).unwrap();
        let devices = usize::try_from(head.devices).unwrap();
        // As it would be if only those before it had started.
        let without = Case {
            waiting: case.waiting.iter().filter(|one| {
                one.key == *key || found.starts.iter().any(|start| start.0 == one.key)
            }).cloned().collect(),
            ..case.clone()
        };
        let mut alone = without.decide();
        alone.starts.retain(|start| {
            let order = |one: &Waiting<'_>| {
                let limit: i64 = case.projects[one.project].limits.values().sum();
                (case.usage[one.project] * 1000 / limit.max(1), one.submitted_at, one.key)
            };
            let one = case.waiting.iter().find(|one| one.key == start.0).unwrap();
            order(one) < order(head)
        });
        let busy = |starts: &[(Key, Vec<usize>)]| -> Vec<(usize, i64)> {
            let run = case.running.iter().flat_map(|one| {
                one.2.iter().map(|slot| (*slot, at(one.3.max(0)).as_second() + 1))
            });
            let start = starts.iter().flat_map(|(key, slots)| {
                let one = case.waiting.iter().find(|one| one.key == *key).unwrap();
                slots.iter().map(|slot| (*slot, at(one.seconds).as_second() + 1))
            });
            run.chain(start).collect()
        };
        let before = head_start(case.slots, &busy(&alone.starts), devices);
        let after = head_start(case.slots, &busy(&found.starts), devices);
        prop_assert_eq!(before, after);
        prop_assert_eq!(wait.starts_at.map(Timestamp::as_second), Some(after));
        // Nor by its project's limit: what of it runs then leaves it room.
        let then: i64 = found.starts.iter().filter_map(|(key, _)| {
            let one = case.waiting.iter().find(|one| one.key == *key)?;
            let runs_on = at(one.seconds).as_second() + 1 > after;
            (runs_on && (one.project, one.pool) == (head.project, head.pool)).then_some(one.devices)
        }).sum();
        let running: i64 = case.running().iter().filter(|one| {
            (one.project, one.pool) == (head.project, head.pool)
        }).map(|one| i64::try_from(one.slots.len()).unwrap()).sum();
        prop_assert!(then + running + head.devices <= case.projects[head.project].limits[head.pool]);
    }

    #[test]
    fn nothing_that_could_start_is_left_if_nothing_is_ahead(case in case()) {
        let found = case.decide();
        let taken: usize = case.running.iter().map(|one| one.2.len()).sum::<usize>()
            + found.starts.iter().map(|one| one.1.len()).sum::<usize>();
        let free = i64::try_from(case.slots - taken).unwrap();
        let heads = found.waits.values().filter(|wait| wait.reason == WaitReason::Resources).count();
        prop_assert!(heads <= 1);
        for (key, wait) in &found.waits {
            let one = case.waiting.iter().find(|one| one.key == *key).unwrap();
            match wait.reason {
                WaitReason::Resources => prop_assert!(one.devices > free),
                WaitReason::Priority => prop_assert_eq!(heads, 1),
                _ => {}
            }
        }
    }

    #[test]
    fn the_order_of_what_is_given_does_not_matter(case in case(), seed in 0..1000_usize) {
        let mut other = case.clone();
        let turn = seed % other.waiting.len().max(1);
        other.waiting.rotate_left(turn);
        other.running.reverse();
        let found = case.decide();
        prop_assert_eq!(&found, &other.decide());
        other.waiting.reverse();
        prop_assert_eq!(&found, &other.decide());
    }
}
