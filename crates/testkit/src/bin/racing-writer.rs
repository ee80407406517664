//! One of two processes that race for the last devices: opens the database, waits for a line on
//! standard input, grants, and says on standard output how it went (`tests/race.rs`).

#![allow(clippy::print_stdout, reason = "its lines are how the test talks with it")]

use std::io::{BufRead as _, Write as _};
use std::sync::Arc;

use domain::ids::{AwardId, PoolId};
use domain::ledger::{EntryKind, NewEntry};
use domain::term::Term;
use domain::units::Amount;
use jiff::civil::{Date, date};
use service::clock::ManualClock;
use service::{Actor, Center, Error};
use store::Db;
use store::sql::Durability;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [url, award, pool, amount] = args.as_slice() else {
        return Err("usage: racing-writer URL AWARD POOL AMOUNT".into());
    };
    let (award, pool, amount): (AwardId, PoolId, i64) = (award.parse()?, pool.parse()?, amount.parse()?);
    let clock = Arc::new(ManualClock::new(testkit::at(date(2021, 5, 3), 12)));
    let center = Center::new(Db::open(url, Durability::Full)?, clock, testkit::identity());
    println!("ready");
    std::io::stdout().flush()?;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (from, to) = line.split_once(' ').ok_or("two dates are expected")?;
        let term = Term::new(from.parse::<Date>()?, to.parse::<Date>()?)?;
        let new = NewEntry {
            award,
            pool: pool.clone(),
            delta: Amount(amount),
            term,
            kind: EntryKind::Grant,
            corrects: None,
            reason: String::new(),
        };
        match center.write(&Actor::clock(), |cx| service::ledger::append(cx, vec![(new, 1)])) {
            Ok(_) => println!("won"),
            Err(Error::OverCapacity(short)) => {
                let days: Vec<String> =
                    short.iter().map(|s| format!("{} {} {}", s.term.from(), s.term.to(), s.short())).collect();
                println!("over {}", days.join(", "));
            }
            Err(error) => println!("failed {error}"),
        }
        std::io::stdout().flush()?;
    }
    Ok(())
}
