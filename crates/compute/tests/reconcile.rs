//! An engine in any state is brought in line, and what is not ours stays as it is.

use std::collections::{BTreeMap, BTreeSet};

use compute::{Change, Compute, DesiredProject, Fake, ObservedProject, Refused, UNLIMITED, reconcile};
use domain::engine::PoolRules;
use proptest::prelude::*;

const POOLS: [&str; 2] = ["a100", "v100"];

fn pools() -> impl Strategy<Value = String> {
    prop::sample::select(POOLS.map(str::to_owned).to_vec())
}

fn limits() -> impl Strategy<Value = BTreeMap<String, i64>> {
    prop::collection::btree_map(pools(), 1i64..50, 0..3)
}

fn rules() -> impl Strategy<Value = BTreeMap<String, PoolRules>> {
    let rules =
        |minutes| PoolRules { class: "short".to_owned(), max_wall_minutes: Some(minutes), ..PoolRules::default() };
    prop::collection::btree_map(pools(), (1i64..3).prop_map(rules), 0..3)
}

fn members() -> impl Strategy<Value = BTreeSet<String>> {
    prop::collection::btree_set(prop::sample::select(vec!["kim".to_owned(), "lee".to_owned(), "park".to_owned()]), 0..4)
}

fn desired() -> impl Strategy<Value = Vec<DesiredProject>> {
    prop::collection::btree_map(0u8..12, (limits(), rules(), members(), prop::bool::weighted(0.2)), 0..12).prop_map(
        |all| {
            let make = |(n, (limits, mut rules, members, closing)): (u8, (_, BTreeMap<_, _>, _, bool))| {
                let limits: BTreeMap<String, i64> = if closing { BTreeMap::new() } else { limits };
                rules.retain(|pool, _| limits.contains_key(pool));
                DesiredProject { name: format!("P{n}"), limits, rules, members, closing }
            };
            all.into_iter().map(make).collect()
        },
    )
}

fn observed() -> impl Strategy<Value = Vec<ObservedProject>> {
    let odd = (prop::collection::btree_set(pools(), 0..2), members());
    let one = (limits(), rules(), members(), prop::bool::weighted(0.2), odd);
    let ours = prop::collection::btree_map(0u8..12, one, 0..12);
    let theirs = prop::collection::btree_map(10u8..15, (limits(), members()), 0..3);
    (ours, theirs).prop_map(|(ours, theirs)| {
        let mut all: BTreeMap<String, ObservedProject> = BTreeMap::new();
        for (n, (limits, mut rules, members, closing, (odd_pools, odd_members))) in ours {
            let name = format!("P{n}");
            rules.retain(|pool, _| limits.contains_key(pool));
            let managed = true;
            let one = ObservedProject { name, managed, limits, rules, members, closing, odd_members, odd_pools };
            all.insert(one.name.clone(), one);
        }
        for (n, (limits, members)) in theirs {
            let name = format!("P{n}");
            all.insert(name.clone(), ObservedProject { name, limits, members, ..ObservedProject::default() });
        }
        all.into_values().collect()
    })
}

fn none() -> BTreeSet<String> {
    BTreeSet::new()
}

proptest! {
    #[test]
    fn after_the_changes_the_engine_has_what_it_should_and_never_more_on_the_way(
        desired in desired(), observed in observed(),
    ) {
        let engine = Fake::default();
        observed.iter().cloned().for_each(|one| engine.put(one));
        let Ok(plan) = reconcile(&desired, &observed, &none()) else { return Ok(()) };
        let most = |pool: &str| -> i64 {
            let total = |limits: Vec<&BTreeMap<String, i64>>| limits.iter().filter_map(|one| one.get(pool)).sum::<i64>();
            let before = total(observed.iter().filter(|one| one.managed).map(|one| &one.limits).collect());
            let wanted = desired.iter().filter(|one| !plan.taken.contains(&one.name));
            before.max(total(wanted.map(|one| &one.limits).collect()))
        };
        for change in &plan.changes {
            let done = engine.apply(std::slice::from_ref(change));
            prop_assert_eq!(done, vec![Ok(())], "every change can be carried out in order: {:?}", change);
            for pool in POOLS {
                let now: i64 = engine.observe().expect("up").projects.iter()
                    .filter(|one| one.managed).filter_map(|one| one.limits.get(pool)).sum();
                prop_assert!(now <= most(pool));
            }
        }
        let after = engine.observe().expect("up").projects;
        for one in observed.iter().filter(|one| !one.managed) {
            prop_assert!(after.contains(one), "not ours");
        }
        for one in after.iter().filter(|one| one.managed) {
            prop_assert!(desired.iter().any(|want| want.name == one.name));
        }
        for want in desired.iter().filter(|want| !plan.taken.contains(&want.name)) {
            prop_assert!(want.is_met_by(after.iter().find(|one| one.name == want.name)), "{:?}", want);
        }
        let again = reconcile(&desired, &after, &none()).expect("nothing to refuse");
        prop_assert_eq!((again.changes, again.taken), (Vec::new(), plan.taken));
    }

    #[test]
    fn changes_done_twice_are_done_once(desired in desired(), observed in observed()) {
        let Ok(plan) = reconcile(&desired, &observed, &none()) else { return Ok(()) };
        let [once, twice] = [1, 2].map(|times| {
            let engine = Fake::default();
            observed.iter().cloned().for_each(|one| engine.put(one));
            for _ in 0..times {
                engine.apply(&plan.changes);
            }
            engine.observe().expect("up").projects
        });
        prop_assert_eq!(once, twice);
    }

    #[test]
    fn an_empty_read_never_empties_the_engine(observed in observed()) {
        let managed = observed.iter().filter(|one| one.managed).count();
        let outcome = reconcile(&[], &observed, &none());
        if managed > 3 {
            prop_assert_eq!(outcome, Err(Refused::MassRemoval { removals: managed, managed }));
        } else {
            prop_assert_eq!(outcome.map(|plan| plan.changes.len()), Ok(managed));
        }
    }

    #[test]
    fn an_engine_that_suddenly_lacks_most_of_what_it_had_is_not_filled_anew(desired in desired(), seen in 0usize..12) {
        let known: BTreeSet<String> = desired.iter().map(|one| one.name.clone()).collect();
        let seen = desired.iter().take(seen);
        let observed: Vec<ObservedProject> = seen
            .map(|one| ObservedProject { name: one.name.clone(), managed: true, ..ObservedProject::default() })
            .collect();
        let missing = known.len() - observed.len();
        let outcome = reconcile(&desired, &observed, &known);
        if missing > 3 && missing * 2 > known.len() {
            prop_assert_eq!(outcome, Err(Refused::Vanished { missing, known: known.len() }));
        } else {
            prop_assert!(outcome.is_ok());
        }
    }
}

#[test]
fn a_name_that_is_not_ours_is_not_taken_over_and_holds_up_nobody_else() {
    let want = |name: &str| DesiredProject {
        name: name.to_owned(),
        limits: BTreeMap::from([("a100".to_owned(), 4)]),
        ..DesiredProject::default()
    };
    let observed = [ObservedProject { name: "P1".to_owned(), ..ObservedProject::default() }];
    let plan = reconcile(&[want("P1"), want("P2")], &observed, &none()).expect("goes on");
    assert_eq!(plan.taken, BTreeSet::from(["P1".to_owned()]));
    assert!(plan.changes.iter().all(|change| change.project() == "P2") && plan.changes.len() == 2, "{plan:?}");
}

#[test]
fn what_is_not_limited_at_all_is_limited_first() {
    let limits = BTreeMap::from([("a100".to_owned(), UNLIMITED)]);
    let have = ObservedProject { name: "P1".to_owned(), managed: true, limits, ..ObservedProject::default() };
    let limits = BTreeMap::from([("a100".to_owned(), 4)]);
    let want = DesiredProject { name: "P1".to_owned(), limits, ..DesiredProject::default() };
    let limited = Change::SetLimit { project: "P1".to_owned(), pool: "a100".to_owned(), limit: 4 };
    assert_eq!(reconcile(&[want], &[have], &none()).map(|plan| plan.changes), Ok(vec![limited]));
}

#[test]
fn a_project_that_is_over_is_closed_and_kept_and_one_that_never_came_is_not_made() {
    let want = DesiredProject { name: "P1".to_owned(), closing: true, ..DesiredProject::default() };
    let limits = BTreeMap::from([("a100".to_owned(), 4)]);
    let have = ObservedProject { name: "P1".to_owned(), managed: true, limits, ..ObservedProject::default() };
    let wants = [want];
    let plan = reconcile(&wants, &[have], &none()).expect("planned");
    assert_eq!(plan.changes, [Change::Close { project: "P1".to_owned() }]);
    assert_eq!(reconcile(&wants, &[], &none()).map(|plan| plan.changes), Ok(Vec::new()));
}
