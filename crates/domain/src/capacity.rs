//! Capacity: what exists in each pool on each day, rung by rung.
//!
//! Entries are dated changes that are only ever added: "464 more leased from 1 July to the end of
//! the year" is +464 over that term, two servers in repair for three days are −16 on the
//! allocatable rung. What a rung has on a day is the sum of its entries on that day.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ids::PoolId;
use crate::reason::{Code, Reason};
use crate::steps::Steps;
use crate::term::Term;

words! {
    /// A rung of the ladder installed ≥ leased ≥ reserved for operation + allocatable.
    Rung in "rung" {
        /// Stands in the building.
        Installed = "installed",
        /// Paid for and in service.
        Leased = "leased",
        /// Leased, but kept for the operator.
        ReservedOps = "reserved_ops",
        /// May be granted.
        Allocatable = "allocatable",
    }
}

/// The capacity of one pool over time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ladder {
    /// Installed devices (or bytes).
    pub installed: Steps,
    /// Leased ones.
    pub leased: Steps,
    /// Those kept for the operator.
    pub reserved_ops: Steps,
    /// Those that may be granted.
    pub allocatable: Steps,
}

impl Ladder {
    /// The steps of one rung.
    #[must_use]
    pub fn rung(&self, rung: Rung) -> &Steps {
        match rung {
            Rung::Installed => &self.installed,
            Rung::Leased => &self.leased,
            Rung::ReservedOps => &self.reserved_ops,
            Rung::Allocatable => &self.allocatable,
        }
    }

    /// Adds an entry.
    pub fn add(&mut self, rung: Rung, term: Term, delta: i64) {
        let steps = match rung {
            Rung::Installed => &mut self.installed,
            Rung::Leased => &mut self.leased,
            Rung::ReservedOps => &mut self.reserved_ops,
            Rung::Allocatable => &mut self.allocatable,
        };
        steps.add(term, delta);
    }

    /// Whether the rungs are in order on every day of `term`.
    ///
    /// # Errors
    /// The first day on which they are not, as [`Code::LadderOrder`].
    pub fn check(&self, term: Term) -> Result<(), Reason> {
        let mut days = Steps::new();
        for steps in [&self.installed, &self.leased, &self.reserved_ops, &self.allocatable] {
            for (day, _) in steps.changes() {
                if term.contains(day) {
                    days.change(day, 1);
                }
            }
        }
        let days = std::iter::once(term.from()).chain(days.changes().map(|(day, _)| day));
        for day in days {
            let value = |rung: Rung| self.rung(rung).on(day);
            let (installed, leased) = (value(Rung::Installed), value(Rung::Leased));
            let (reserved, allocatable) = (value(Rung::ReservedOps), value(Rung::Allocatable));
            let in_order = installed >= leased && leased >= reserved.saturating_add(allocatable);
            if !in_order || reserved < 0 || allocatable < 0 {
                return Err(Reason::new(Code::LadderOrder)
                    .with("day", day)
                    .with("installed", installed)
                    .with("leased", leased)
                    .with("reserved_ops", reserved)
                    .with("allocatable", allocatable));
            }
        }
        Ok(())
    }
}

/// A stretch of days on which a pool does not have what is asked of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortfall {
    /// The pool.
    pub pool: PoolId,
    /// The days.
    pub term: Term,
    /// What may be granted on those days.
    pub allocatable: i64,
    /// What would be held on them, the request included.
    pub wanted: i64,
}

impl Shortfall {
    /// How much is missing.
    #[must_use]
    pub fn short(&self) -> i64 {
        self.wanted.saturating_sub(self.allocatable)
    }

    /// The shortfall as a reason.
    #[must_use]
    pub fn reason(&self) -> Reason {
        Reason::new(Code::OverCapacity)
            .with("pool", self.pool.as_str())
            .with("from", self.term.from())
            .with("last", self.term.last_day())
            .with("short", self.short())
    }
}

/// The capacity rule: on every day of `term`, what is held stays within what is allocatable.
/// `held` already contains the change in question. Answers the days on which it does not.
#[must_use]
pub fn shortfalls(pool: &PoolId, allocatable: &Steps, held: &Steps, term: Term) -> Vec<Shortfall> {
    let mut over = held.clone();
    over.add_all(allocatable, -1);
    over.within(term)
        .into_iter()
        .filter(|&(_, excess)| excess > 0)
        .flat_map(|(stretch, _)| held.within(stretch))
        .map(|(stretch, wanted)| Shortfall {
            pool: pool.clone(),
            term: stretch,
            allocatable: allocatable.on(stretch.from()),
            wanted,
        })
        .collect()
}

/// The largest span of days over which capacity is looked at: any later day equals this one.
#[must_use]
pub fn horizon(from: Date) -> Term {
    let end = Date::MAX;
    Term::new(from.min(crate::term::add_days(end, -1)), end).expect("the day before the last is before the last")
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn term(a: (i16, i8, i8), b: (i16, i8, i8)) -> Term {
        Term::new(date(a.0, a.1, a.2), date(b.0, b.1, b.2)).expect("valid")
    }

    #[test]
    fn ladder_out_of_order_names_the_day() {
        let year = term((2021, 1, 1), (2022, 1, 1));
        let mut ladder = Ladder::default();
        ladder.add(Rung::Installed, year, 10);
        ladder.add(Rung::Leased, year, 8);
        ladder.add(Rung::Allocatable, year, 8);
        assert_eq!(ladder.check(year), Ok(()));
        ladder.add(Rung::ReservedOps, term((2021, 6, 1), (2021, 6, 5)), 1);
        let reason = ladder.check(year).expect_err("8 + 1 > 8");
        assert_eq!(reason.args["day"], date(2021, 6, 1).into());
    }

    #[test]
    fn shortfall_names_only_the_days_that_are_short() {
        let pool: PoolId = "gpu".parse().expect("a slug");
        let year = term((2021, 1, 1), (2022, 1, 1));
        let allocatable: Steps = [(year, 8)].into_iter().collect();
        let held: Steps = [(year, 6), (term((2021, 3, 1), (2021, 5, 1)), 2), (term((2021, 4, 1), (2021, 4, 11)), 3)]
            .into_iter()
            .collect();
        let short = shortfalls(&pool, &allocatable, &held, year);
        assert_eq!(short.len(), 1);
        assert_eq!(short[0].term, term((2021, 4, 1), (2021, 4, 11)));
        assert_eq!(short[0].short(), 3);
    }
}
