//! How long it takes to write an award into a pool with 10,000 live ones, and to check a ledger of
//! 100,000 entries, on SQLite. The bars are 5 ms and 10 s. Run:
//! `cargo run --release -p bench --bin ledger`.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::disallowed_methods, reason = "a bench prints and measures")]

use std::time::{Duration, Instant};

use domain::access::Role;
use domain::capacity::Rung;
use domain::ledger::{Entry, EntryKind, NewEntry};
use domain::term::{Term, add_days};
use domain::units::Amount;
use service::Actor;
use service::capacity::NewCapacity;
use testkit::{TestAward, TestCenter, TestDb, TestLine, actor, term};

const LIVE: u32 = 10_000;
const WRITES: u32 = 200;
const ENTRIES: usize = 100_000;

fn entry(of: &TestAward, delta: i64, days: Term, kind: EntryKind) -> NewEntry {
    let pool = "gpu-a100".parse().unwrap();
    NewEntry { award: of.award, pool, delta: Amount(delta), term: days, kind, corrects: None, reason: String::new() }
}

fn main() {
    let t = TestCenter::new(TestDb::sqlite());
    let span = term((2021, 5, 3), (2023, 1, 1));
    for rung in [Rung::Installed, Rung::Leased, Rung::Allocatable] {
        let pool = "gpu-a100".parse().unwrap();
        let new = NewCapacity { pool, rung, delta: Amount(1_000_000), term: span, note: "bench".to_owned() };
        t.center.write(&actor(Role::ResourceManager), |cx| service::capacity::add(cx, new)).unwrap();
    }
    let days = |n: u32| {
        let from = add_days(span.from(), i64::from(n % 300));
        Term::new(from, add_days(from, 90 + i64::from(n % 200))).unwrap()
    };
    let awards: Vec<TestAward> = (0..LIVE + WRITES)
        .map(|n| {
            let line = TestLine { pool: "gpu-a100", product: "gpu_short", grain: 1, term: days(n) };
            t.add_award(n, &[line], (n % 2 == 0, n % 3 == 0))
        })
        .collect();
    let grant = |n: u32, of: &TestAward| {
        let new = entry(of, 8, days(n), EntryKind::Grant);
        t.center.write(&Actor::clock(), |cx| service::ledger::append(cx, vec![(new, 1)])).unwrap();
    };
    let mut times: Vec<Duration> = Vec::new();
    for (n, of) in (0..).zip(&awards) {
        let start = Instant::now();
        grant(n, of);
        if n >= LIVE {
            times.push(start.elapsed());
        }
    }
    times.sort();
    println!(
        "award into a pool with {LIVE} live ones: median {:?}, p99 {:?}",
        times[times.len() / 2],
        times[times.len() * 99 / 100]
    );

    t.db.db
        .write(|tx| -> store::Result<()> {
            let (mut seq, mut hash) = store::ledger::head(tx)?;
            for (n, of) in (0_u32..).zip(&awards).cycle() {
                // What takes away without freeing anything, so that nothing need be on record as freed.
                for (delta, kind) in [(1, EntryKind::Correct), (-1, EntryKind::Transfer)] {
                    seq += 1;
                    let corrects = (kind == EntryKind::Correct).then_some(i64::from(n) + 1);
                    let new = NewEntry { corrects, ..entry(of, delta, days(n), kind) };
                    let next = Entry::chain(new, seq, hash, None, t.center.now().as_second());
                    store::ledger::append(tx, &next)?;
                    hash = next.hash;
                }
                if usize::try_from(seq).is_ok_and(|seq| seq >= ENTRIES) {
                    break;
                }
            }
            Ok(())
        })
        .unwrap();
    let start = Instant::now();
    let report = t.center.read(&actor(Role::Auditor), service::check::run).unwrap();
    println!("check of {} entries of {} awards: {:?}", report.entries, report.awards, start.elapsed());
    assert!(report.sound(), "{:?}", report.findings.first());
    let start = Instant::now();
    let year = t.center.read(&actor(Role::Auditor), |cx| service::statistics::year(cx, 2021)).unwrap();
    println!("statistics of a year over them: {:?}, {} figures", start.elapsed(), year.figures.len());
}
