//! Maintenance: windows in which devices are out of use, and what is owed for them.

use jiff::Timestamp;

use crate::calendar::Calendar;
use crate::term::{Term, add_days};

words! {
    /// How far a maintenance window has come.
    MaintenanceState in "maintenance" {
        /// It is announced and has not begun.
        Planned = "planned",
        /// Its devices are out of use now.
        UnderWay = "under_way",
        /// It is over, and what is owed for it is reckoned.
        Over = "over",
        /// It did not take place.
        Cancelled = "cancelled",
    }
}

impl MaintenanceState {
    /// Whether a window in this state may come into `next`.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        use MaintenanceState::{Cancelled, Over, Planned, UnderWay};
        matches!((self, next), (Planned, UnderWay | Cancelled) | (UnderWay, Over))
    }

    /// Whether its devices are out of use now or will be.
    #[must_use]
    pub fn is_ahead(self) -> bool {
        matches!(self, Self::Planned | Self::UnderWay)
    }
}

words! {
    /// What became of days that are owed to an award for an outage.
    CreditState in "credit" {
        /// There was no room after its end yet.
        Owed = "owed",
        /// The award has them.
        Given = "given",
        /// The award ended before there was room.
        Lapsed = "lapsed",
    }
}

/// The longest window, in days.
pub const LONGEST_DAYS: i64 = 60;
/// How long ago a window may have begun when it is entered, in days: outages are noted afterwards.
pub const LATEST_DAYS: i64 = 30;

/// The civil days that a window touches; nothing if it is empty.
#[must_use]
pub fn days(calendar: &Calendar, from: Timestamp, to: Timestamp) -> Option<Term> {
    let first = calendar.date(from);
    let last = calendar.date(to);
    // One that ends at midnight does not touch the day that begins then.
    let end = if calendar.midnight(last) == to { last } else { add_days(last, 1) };
    Term::new(first, end).ok().filter(|_| from < to)
}

/// How many seconds of each day a window takes.
#[must_use]
pub fn seconds_of_days(calendar: &Calendar, from: Timestamp, to: Timestamp) -> Vec<(Term, i64)> {
    let Some(term) = days(calendar, from, to) else { return Vec::new() };
    let mut out = Vec::new();
    let mut day = term.from();
    while day < term.to() {
        let next = add_days(day, 1);
        let (begin, end) = (calendar.midnight(day).max(from), calendar.midnight(next).min(to));
        if let Ok(one) = Term::new(day, next) {
            out.push((one, end.as_second().saturating_sub(begin.as_second()).max(0)));
        }
        day = next;
    }
    out
}

/// What those who hold a pool miss on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outage {
    /// How long devices are out of use, in seconds.
    pub seconds: i64,
    /// How many fewer there are than awards hold; 0 if what is left is enough for all.
    pub short: i64,
    /// How many awards hold.
    pub held: i64,
}

/// How many days each award of a pool is given after its end: the part of the pool that was missing,
/// times how long it was, in whole days rounded up. A window shorter than `from_hours` is not
/// credited. Everybody in a pool shares what is left of it, so that all miss the same part.
///
/// Source: the center's rule `outage.credit_from_hours`; terms are extended by downtime
/// (domain.md §7, `outage.credit`).
#[must_use]
pub fn credit_days(outages: &[Outage], from_hours: i64) -> i64 {
    let all = outages.iter().fold(0_i64, |sum, one| sum.saturating_add(one.seconds.max(0)));
    if all < from_hours.saturating_mul(3600) {
        return 0;
    }
    let missed = |one: &Outage| {
        let short = i128::from(one.short.clamp(0, one.held.max(0)));
        if one.held > 0 { i128::from(one.seconds.max(0)) * short / i128::from(one.held) } else { 0 }
    };
    let seconds: i128 = outages.iter().map(missed).sum();
    // No sum of 64-bit seconds over the days of a window leaves 64 bits of days.
    i64::try_from((seconds + 86_399) / 86_400).unwrap_or(i64::MAX)
}

/// A name of machines as people type them: separated by blanks or commas.
#[must_use]
pub fn machine_names(text: &str) -> Vec<String> {
    let mut names: Vec<String> = text
        .split(|c: char| c == ',' || c.is_whitespace())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
    names.sort();
    names.dedup();
    names
}

/// Whether a text can be the name of a machine: 1 to 63 of letters, digits, `-`, `_` and `.`.
#[must_use]
pub fn is_machine_name(text: &str) -> bool {
    (1..=63).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::SignedDuration;
    use jiff::civil::date;
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    use super::*;

    fn calendar() -> Calendar {
        Calendar::new(TimeZone::get("Asia/Seoul").expect("there"), BTreeMap::new())
    }

    #[test]
    fn what_is_over_stays_so() {
        for state in [MaintenanceState::Over, MaintenanceState::Cancelled] {
            assert!(MaintenanceState::ALL.iter().all(|next| !state.may_become(*next)));
            assert!(!state.is_ahead());
        }
        assert!(!MaintenanceState::UnderWay.may_become(MaintenanceState::Cancelled));
    }

    #[test]
    fn a_window_takes_the_days_that_it_touches() {
        let calendar = calendar();
        let at = |day, hour: i8| calendar.instant(day, jiff::civil::time(hour, 0, 0, 0));
        let (first, next) = (date(2021, 7, 5), date(2021, 7, 6));
        let found = seconds_of_days(&calendar, at(first, 22), at(next, 6));
        assert_eq!(found.iter().map(|(_, seconds)| *seconds).collect::<Vec<_>>(), [2 * 3600, 6 * 3600]);
        assert_eq!(days(&calendar, at(first, 22), at(next, 0)), Term::new(first, next).ok());
        assert_eq!(days(&calendar, at(first, 22), at(first, 22)), None);
    }

    #[test]
    fn days_are_credited_by_the_part_that_is_missed() {
        let hours = |hours: i64, short, held| Outage { seconds: hours * 3600, short, held };
        assert_eq!(credit_days(&[hours(3, 8, 8)], 4), 0, "shorter than what counts");
        assert_eq!(credit_days(&[hours(8, 8, 8)], 4), 1);
        assert_eq!(credit_days(&[hours(24, 8, 8), hours(24, 8, 8)], 4), 2);
        assert_eq!(credit_days(&[hours(24, 8, 8), hours(24, 4, 8)], 4), 2);
        assert_eq!(credit_days(&[hours(24, 2, 8); 4], 4), 1);
        assert_eq!(credit_days(&[hours(24, 0, 8)], 4), 0, "what is left is enough");
        assert_eq!(credit_days(&[hours(24, 3, 0)], 4), 0, "nobody holds anything");
    }

    #[test]
    fn machines_are_read_as_people_type_them() {
        assert_eq!(machine_names(" n2, n1\nn2,,n10 "), ["n1", "n10", "n2"]);
        assert!(is_machine_name("gpu-01.gj") && !is_machine_name("a b") && !is_machine_name(""));
    }

    proptest! {
        #[test]
        fn nobody_is_given_more_days_than_the_window_touches(
            start in 0_i64..2_000_000_000, length in 1_i64..5_000_000, short in 0_i64..100, held in 0_i64..100,
        ) {
            let calendar = calendar();
            let from = Timestamp::from_second(start).expect("within range");
            let to = from.saturating_add(SignedDuration::from_secs(length)).expect("within range");
            let parts = seconds_of_days(&calendar, from, to);
            prop_assert_eq!(parts.iter().map(|(_, seconds)| *seconds).sum::<i64>(), length);
            let outages: Vec<Outage> = parts.iter().map(|(_, seconds)| Outage { seconds: *seconds, short, held }).collect();
            let days = credit_days(&outages, 0);
            prop_assert!(days * 86_400 < length + 86_400);
            prop_assert!(short < held || held == 0 || days * 86_400 >= length);
        }
    }
}
