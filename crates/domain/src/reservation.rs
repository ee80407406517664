//! Reservations (예약): devices for one project alone on a few days, beside what it was awarded: a
//! trial, a class, a deadline. They are taken from what nobody holds.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::reason::{Code, FieldError, Reason};
use crate::term::{Term, add_days};
use crate::units::Amount;

words! {
    /// What is stored of a reservation; the rest follows from its days.
    ReservationState in "reservation" {
        /// It waits for a decision and holds nothing yet.
        Requested = "requested",
        /// Its devices are held.
        Booked = "booked",
        /// It was not approved.
        Declined = "declined",
        /// Its project called it off or gave it back before its end.
        Cancelled = "cancelled",
        /// The center withdrew it before its end.
        Withdrawn = "withdrawn",
    }
}

impl ReservationState {
    /// Whether a reservation in this state may come into `next`.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        use ReservationState::{Booked, Cancelled, Declined, Requested, Withdrawn};
        matches!((self, next), (Requested, Booked | Declined | Cancelled) | (Booked, Cancelled | Withdrawn))
    }
}

words! {
    /// Where a reservation stands on a day.
    ReservationPhase in "reservation-phase" {
        /// It waits for a decision.
        Requested = "requested",
        /// Nobody decided before its last day was over.
        Lapsed = "lapsed",
        /// It is booked and begins later.
        Coming = "coming",
        /// Its devices can be used.
        UnderWay = "under_way",
        /// Its days are over.
        Over = "over",
        /// It was not approved.
        Declined = "declined",
        /// Its project called it off or gave it back before its end.
        Cancelled = "cancelled",
        /// The center withdrew it before its end.
        Withdrawn = "withdrawn",
    }
}

impl ReservationPhase {
    /// The phase of a reservation for `[from, to)` on a day.
    #[must_use]
    pub fn on(today: Date, state: ReservationState, from: Date, to: Date) -> Self {
        match state {
            ReservationState::Requested if to <= today => Self::Lapsed,
            ReservationState::Requested => Self::Requested,
            ReservationState::Booked if today < from => Self::Coming,
            ReservationState::Booked if today < to => Self::UnderWay,
            ReservationState::Booked => Self::Over,
            ReservationState::Declined => Self::Declined,
            ReservationState::Cancelled => Self::Cancelled,
            ReservationState::Withdrawn => Self::Withdrawn,
        }
    }

    /// Whether it can still be called off.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Requested | Self::Coming | Self::UnderWay)
    }
}

/// The center's rules for reservations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The longest, in days.
    pub max_days: i64,
    /// How many days ahead one may begin.
    pub ahead_days: i64,
    /// Up to how many devices are booked without a decision; 0 if each one is decided.
    pub auto_devices: i64,
    /// How many a project may have asked for or booked at once.
    pub max_open: i64,
}

impl Rules {
    /// Whether so many devices are booked without a decision.
    #[must_use]
    pub fn is_automatic(self, amount: Amount) -> bool {
        amount.0 <= self.auto_devices
    }
}

/// What a request is judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The day on which it is asked for.
    pub today: Date,
    /// The first day on which the project holds nothing any more.
    pub project_end: Date,
    /// How many the project has asked for or booked that are not over.
    pub open: i64,
    /// The product's least amount, most amount and grain.
    pub product: (Amount, Amount, Amount),
    /// The center's rules.
    pub rules: Rules,
}

/// What is wrong with asking for `amount` devices from a day to a last day, each at its field.
#[must_use]
pub fn faults(from: Date, last: Date, amount: Amount, facts: &Facts) -> Vec<FieldError> {
    let Facts { today, project_end, open, product: (min, max, grain), rules } = *facts;
    let mut wrong = Vec::new();
    if from < today {
        wrong.push(Reason::new(Code::ChangesThePast).with("from", from).with("today", today).at("from"));
    } else if from > add_days(today, rules.ahead_days) {
        let latest = add_days(today, rules.ahead_days);
        wrong.push(Reason::new(Code::NotAfter).with("day", latest).at("from"));
    }
    match Term::new(from, add_days(last, 1)) {
        Err(_) => wrong.push(Reason::new(Code::EndBeforeStart).at("last")),
        Ok(term) if term.days() > rules.max_days => {
            wrong.push(Reason::new(Code::ReservationTooLong).with("days", rules.max_days).at("last"));
        }
        Ok(term) if term.to() > project_end => {
            wrong.push(Reason::new(Code::AfterTheEnd).with("last", add_days(project_end, -1)).at("last"));
        }
        Ok(_) => {}
    }
    if amount < min {
        wrong.push(Reason::new(Code::TooSmall).with("min", min.0).at("amount"));
    } else if amount > max {
        wrong.push(Reason::new(Code::TooLarge).with("max", max.0).at("amount"));
    } else if grain.0 > 1 && amount.0 % grain.0 != 0 {
        wrong.push(Reason::new(Code::NotAMultiple).with("grain", grain.0).with("value", amount.0).at("amount"));
    }
    if open >= rules.max_open {
        wrong.push(Reason::new(Code::TooManyReservations).with("max", rules.max_open).at("project"));
    }
    wrong
}

/// A machine that a reservation could be on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Machine<'a> {
    /// Its name.
    pub name: &'a str,
    /// How many devices it has.
    pub devices: i64,
    /// How many of them are in use now.
    pub used: i64,
}

/// Whole machines with exactly `amount` devices together: those that it has (`kept`), if they still
/// are such and free to be taken; else the largest that fit, of those least in use. None if these do not
/// make up that number: then the devices are sure by their number only, on whatever machines.
#[must_use]
pub fn machines<'a>(all: &[Machine<'a>], amount: i64, kept: &BTreeSet<&str>) -> Option<BTreeSet<&'a str>> {
    let ours: Vec<&Machine<'a>> = all.iter().filter(|one| kept.contains(one.name)).collect();
    if !ours.is_empty() && ours.len() == kept.len() && ours.iter().map(|one| one.devices).sum::<i64>() == amount {
        return Some(ours.into_iter().map(|one| one.name).collect());
    }
    let mut order: Vec<&Machine<'a>> = all.iter().filter(|one| (1..=amount).contains(&one.devices)).collect();
    order.sort_by_key(|one| (-one.devices, one.used, one.name));
    let (mut left, mut out) = (amount, BTreeSet::new());
    for one in order {
        if one.devices <= left {
            left -= one.devices;
            out.insert(one.name);
        }
    }
    (left == 0 && amount > 0).then_some(out)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    const RULES: Rules = Rules { max_days: 14, ahead_days: 90, auto_devices: 2, max_open: 2 };

    fn facts() -> Facts {
        Facts {
            today: date(2021, 6, 1),
            project_end: date(2021, 8, 1),
            open: 0,
            product: (Amount(1), Amount(8), Amount(1)),
            rules: RULES,
        }
    }

    fn codes(from: Date, last: Date, amount: i64, facts: &Facts) -> Vec<(String, Code)> {
        faults(from, last, Amount(amount), facts).into_iter().map(|one| (one.field, one.reason.code)).collect()
    }

    #[test]
    fn each_rule_speaks_at_its_field() {
        let f = facts();
        let fine = (date(2021, 6, 10), date(2021, 6, 23));
        assert_eq!(codes(fine.0, fine.1, 8, &f), []);
        let at = |field: &str, code| vec![(field.to_owned(), code)];
        assert_eq!(codes(fine.0, date(2021, 6, 24), 1, &f), at("last", Code::ReservationTooLong));
        assert_eq!(codes(fine.0, date(2021, 6, 9), 1, &f), at("last", Code::EndBeforeStart));
        assert_eq!(codes(date(2021, 7, 25), date(2021, 8, 1), 1, &f), at("last", Code::AfterTheEnd));
        assert_eq!(codes(date(2021, 5, 31), date(2021, 6, 2), 1, &f), at("from", Code::ChangesThePast));
        let long = Facts { project_end: date(2022, 1, 1), ..f };
        assert_eq!(codes(date(2021, 8, 31), date(2021, 8, 31), 1, &long), at("from", Code::NotAfter));
        assert_eq!(codes(date(2021, 8, 30), date(2021, 8, 30), 1, &long), []);
        assert_eq!(codes(fine.0, fine.1, 0, &f), at("amount", Code::TooSmall));
        assert_eq!(codes(fine.0, fine.1, 9, &f), at("amount", Code::TooLarge));
        let halves = Facts { product: (Amount(4), Amount(8), Amount(4)), ..f };
        assert_eq!(codes(fine.0, fine.1, 6, &halves), at("amount", Code::NotAMultiple));
        assert_eq!(codes(fine.0, fine.1, 1, &Facts { open: 2, ..f }), at("project", Code::TooManyReservations));
    }

    #[test]
    fn small_ones_need_no_decision() {
        assert!(RULES.is_automatic(Amount(2)) && !RULES.is_automatic(Amount(3)));
        assert!(!Rules { auto_devices: 0, ..RULES }.is_automatic(Amount(1)));
    }

    #[test]
    fn the_phase_follows_from_the_day() {
        use ReservationPhase as P;
        use ReservationState as S;
        let on = |day, state| P::on(date(2021, 6, day), state, date(2021, 6, 10), date(2021, 6, 12));
        assert_eq!([9, 10, 11, 12].map(|day| on(day, S::Booked)), [P::Coming, P::UnderWay, P::UnderWay, P::Over]);
        assert_eq!([11, 12].map(|day| on(day, S::Requested)), [P::Requested, P::Lapsed]);
        assert_eq!(on(9, S::Declined), P::Declined);
    }

    #[test]
    fn machines_are_whole_and_kept() {
        let of = |name, devices, used| Machine { name, devices, used };
        let all = [of("a", 4, 4), of("b", 4, 0), of("c", 2, 0), of("d", 8, 1)];
        let names = |amount, kept: &[&'static str]| {
            machines(&all, amount, &kept.iter().copied().collect()).map(|all| all.into_iter().collect::<Vec<_>>())
        };
        assert_eq!(names(8, &[]), Some(vec!["d"]));
        assert_eq!(names(4, &[]), Some(vec!["b"]), "the one that is not in use");
        assert_eq!(names(4, &["a"]), Some(vec!["a"]), "what it has it keeps");
        assert_eq!(names(4, &["gone"]), Some(vec!["b"]));
        assert_eq!(names(6, &[]), Some(vec!["b", "c"]));
        assert_eq!((names(3, &[]), names(1, &[]), names(0, &[])), (None, None, None));
    }

    proptest! {
        #[test]
        fn machines_make_up_the_number(sizes in proptest::collection::vec((0_i64..9, 0_i64..9), 0..8), amount in 0_i64..40) {
            let names: Vec<String> = (0..sizes.len()).map(|n| format!("n{n}")).collect();
            let all: Vec<Machine<'_>> = names.iter().zip(&sizes)
                .map(|(name, (devices, used))| Machine { name, devices: *devices, used: *used }).collect();
            if let Some(chosen) = machines(&all, amount, &BTreeSet::new()) {
                let sum: i64 = all.iter().filter(|one| chosen.contains(one.name)).map(|one| one.devices).sum();
                prop_assert_eq!(sum, amount);
            }
        }
    }
}
