//! Half-open spans of civil dates in the center's time zone.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A half-open span of civil dates, `from` included and `to` not; never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "RawTerm", into = "RawTerm")]
pub struct Term {
    from: Date,
    to: Date,
}

#[derive(Serialize, Deserialize)]
struct RawTerm {
    from: Date,
    to: Date,
}

/// A span that would be empty or reversed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a term must end after it starts ({from} to {to})")]
pub struct EmptyTerm {
    /// The first day.
    pub from: Date,
    /// The first day after it.
    pub to: Date,
}

impl Term {
    /// The span from `from` up to, not including, `to`.
    ///
    /// # Errors
    /// [`EmptyTerm`] unless `from < to`.
    pub fn new(from: Date, to: Date) -> Result<Self, EmptyTerm> {
        if from < to { Ok(Self { from, to }) } else { Err(EmptyTerm { from, to }) }
    }

    /// `months` calendar months from `from`; a start on the 31st ends on the last day of a shorter
    /// month.
    ///
    /// # Errors
    /// [`EmptyTerm`] if `months` is not positive or the calendar ends.
    pub fn months(from: Date, months: i32) -> Result<Self, EmptyTerm> {
        let to = from.checked_add(jiff::Span::new().try_months(months).unwrap_or_default()).unwrap_or(from);
        Self::new(from, to)
    }

    /// The first day.
    #[must_use]
    pub fn from(self) -> Date {
        self.from
    }

    /// The first day after the last.
    #[must_use]
    pub fn to(self) -> Date {
        self.to
    }

    /// The last day that belongs to the span.
    #[must_use]
    pub fn last_day(self) -> Date {
        self.to.yesterday().unwrap_or(self.from)
    }

    /// How many days it has.
    #[must_use]
    pub fn days(self) -> i64 {
        i64::from(days_between(self.from, self.to))
    }

    /// Whether the day belongs to it.
    #[must_use]
    pub fn contains(self, day: Date) -> bool {
        self.from <= day && day < self.to
    }

    /// The days that both have, if any.
    #[must_use]
    pub fn intersect(self, other: Self) -> Option<Self> {
        Self::new(self.from.max(other.from), self.to.min(other.to)).ok()
    }

    /// The part from `day` on, if any is left.
    #[must_use]
    pub fn starting(self, day: Date) -> Option<Self> {
        Self::new(self.from.max(day), self.to).ok()
    }

    /// Whether all of `other` lies within it.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        self.from <= other.from && other.to <= self.to
    }
}

impl TryFrom<RawTerm> for Term {
    type Error = EmptyTerm;
    fn try_from(raw: RawTerm) -> Result<Self, EmptyTerm> {
        Self::new(raw.from, raw.to)
    }
}

impl From<Term> for RawTerm {
    fn from(term: Term) -> Self {
        Self { from: term.from, to: term.to }
    }
}

/// Days from `a` to `b`; negative if `b` is earlier.
#[must_use]
pub fn days_between(a: Date, b: Date) -> i32 {
    // Two representable civil dates are at most some 7.3 million days apart.
    (b - a).get_days()
}

/// `day` moved by `days`, stopping at the ends of the calendar.
#[must_use]
pub fn add_days(day: Date, days: i64) -> Date {
    day.saturating_add(jiff::Span::new().try_days(days).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn months_keep_to_the_calendar() {
        let term = Term::months(date(2020, 1, 31), 1).expect("a month is not empty");
        assert_eq!(term.to(), date(2020, 2, 29));
        assert_eq!(Term::months(date(2021, 5, 1), 8).expect("valid").to(), date(2022, 1, 1));
        assert!(Term::months(date(2021, 5, 1), 0).is_err());
    }

    #[test]
    fn days_count_over_leap_years() {
        assert_eq!(Term::new(date(2020, 1, 1), date(2021, 1, 1)).expect("valid").days(), 366);
        assert_eq!(add_days(date(2021, 12, 31), 1), date(2022, 1, 1));
    }
}
