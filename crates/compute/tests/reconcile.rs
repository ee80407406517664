//! An engine in any state is brought in line, and what is not ours stays as it is.

use std::collections::{BTreeMap, BTreeSet};

use compute::{Change, Compute, DesiredProject, Fake, ObservedProject, Refused, reconcile};
use proptest::prelude::*;

fn limits() -> impl Strategy<Value = BTreeMap<String, i64>> {
    prop::collection::btree_map(prop::sample::select(vec!["a100".to_owned(), "v100".to_owned()]), 1i64..50, 0..3)
}

fn members() -> impl Strategy<Value = BTreeSet<String>> {
    prop::collection::btree_set(prop::sample::select(vec!["kim".to_owned(), "lee".to_owned(), "park".to_owned()]), 0..4)
}

fn desired() -> impl Strategy<Value = Vec<DesiredProject>> {
    prop::collection::btree_map(0u8..12, (limits(), members()), 0..12).prop_map(|all| {
        all.into_iter()
            .map(|(n, (limits, members))| DesiredProject { name: format!("P{n}"), limits, members })
            .collect()
    })
}

fn observed() -> impl Strategy<Value = Vec<ObservedProject>> {
    let ours = prop::collection::btree_map(0u8..12, (limits(), members()), 0..12);
    let theirs = prop::collection::btree_map(50u8..55, (limits(), members()), 0..3);
    (ours, theirs).prop_map(|(ours, theirs)| {
        let make = |managed: bool| {
            move |(n, (limits, members)): (u8, _)| ObservedProject { name: format!("P{n}"), managed, limits, members }
        };
        ours.into_iter().map(make(true)).chain(theirs.into_iter().map(make(false))).collect()
    })
}

proptest! {
    #[test]
    fn after_the_changes_the_engine_has_what_it_should_and_never_more_on_the_way(
        desired in desired(), observed in observed(),
    ) {
        let engine = Fake::default();
        observed.iter().cloned().for_each(|one| engine.put(one));
        let Ok(changes) = reconcile(&desired, &observed) else { return Ok(()) };
        let most = |pool: &str| -> i64 {
            let total = |limits: Vec<&BTreeMap<String, i64>>| limits.iter().filter_map(|one| one.get(pool)).sum::<i64>();
            let before = total(observed.iter().filter(|one| one.managed).map(|one| &one.limits).collect());
            before.max(total(desired.iter().map(|one| &one.limits).collect()))
        };
        for change in &changes {
            engine.apply(change).expect("every change can be carried out in order");
            for pool in ["a100", "v100"] {
                let now: i64 = engine.observe().expect("up").iter()
                    .filter(|one| one.managed).filter_map(|one| one.limits.get(pool)).sum();
                prop_assert!(now <= most(pool));
            }
        }
        let after = engine.observe().expect("up");
        for one in &observed {
            if !one.managed { prop_assert!(after.contains(one), "not ours"); }
        }
        let ours: Vec<_> = after.iter().filter(|one| one.managed).collect();
        prop_assert_eq!(ours.len(), desired.len());
        for want in &desired {
            let have = ours.iter().find(|one| one.name == want.name).expect("it is there");
            prop_assert_eq!((&have.limits, &have.members), (&want.limits, &want.members));
        }
        prop_assert_eq!(reconcile(&desired, &after), Ok(Vec::new()));
    }

    #[test]
    fn an_empty_read_never_empties_the_engine(observed in observed()) {
        let managed = observed.iter().filter(|one| one.managed).count();
        let outcome = reconcile(&[], &observed);
        if managed > 3 {
            prop_assert_eq!(outcome, Err(Refused::MassRemoval { removals: managed, managed }));
        } else {
            prop_assert_eq!(outcome.map(|changes| changes.len()), Ok(managed));
        }
    }
}

#[test]
fn a_name_that_is_not_ours_is_not_taken_over() {
    let desired = [DesiredProject { name: "P1".to_owned(), ..DesiredProject::default() }];
    let observed = [ObservedProject { name: "P1".to_owned(), ..ObservedProject::default() }];
    assert_eq!(reconcile(&desired, &observed), Err(Refused::NotOurs("P1".to_owned())));
}

#[test]
fn a_change_done_twice_is_done_once() {
    let engine = Fake::default();
    for _ in 0..2 {
        engine.apply(&Change::Create { project: "P1".to_owned() }).expect("up");
        engine.apply(&Change::AddMember { project: "P1".to_owned(), member: "kim".to_owned() }).expect("up");
    }
    assert_eq!(engine.observe().expect("up")[0].members.len(), 1);
}
