//! Writing the ledger, on both engines.

use std::sync::Barrier;

use domain::access::Role;
use domain::ledger::{EntryKind, NewEntry};
use domain::term::{Term, add_days};
use domain::units::{Amount, PoolUnit};
use service::{Actor, Error};
use testkit::{TestLine, actor, on_both_engines, term};

on_both_engines! {
    fn a_test_center_has_its_pools(t) {
        let pools = t.center.read(&actor(Role::Auditor), |cx| Ok(store::capacity::pools(cx.tx)?)).expect("readable");
        assert_eq!(pools.len(), 2);
        assert!(pools.iter().all(|pool| pool.unit == PoolUnit::Device));
    }
}

on_both_engines! {
    fn of_two_threads_that_want_the_last_devices_exactly_one_wins(t) {
        let whole = term((2021, 6, 1), (2022, 6, 1));
        let awards: Vec<_> = (1..=2)
            .map(|n| {
                let line = TestLine { pool: "gpu-a100", product: "gpu_long", grain: 8, term: whole };
                t.add_award(n, &[line], (false, false))
            })
            .collect();
        for round in 0..12 {
            let from = add_days(whole.from(), round * 20);
            let days = Term::new(from, add_days(from, 20)).expect("days");
            let line_up = Barrier::new(2);
            let outcomes: Vec<_> = std::thread::scope(|scope| {
                let writers: Vec<_> = awards
                    .iter()
                    .map(|award| {
                        let (center, line_up) = (t.center.clone(), &line_up);
                        scope.spawn(move || {
                            let new = NewEntry {
                                award: award.award,
                                pool: "gpu-a100".parse().expect("a slug"),
                                delta: Amount(96),
                                term: days,
                                kind: EntryKind::Grant,
                                corrects: None,
                                reason: String::new(),
                            };
                            line_up.wait();
                            center.write(&Actor::clock(), |cx| service::ledger::append(cx, vec![(new, 8)]))
                        })
                    })
                    .collect();
                writers.into_iter().map(|writer| writer.join().expect("no panic")).collect()
            });
            let refused: Vec<&Error> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).collect();
            let [Error::OverCapacity(short)] = refused.as_slice() else { panic!("{outcomes:?}") };
            assert_eq!((short.len(), short[0].term, short[0].short()), (1, days, 28));
        }
    }
}
