//! Step functions over civil dates: what a set of half-open, dated changes adds up to on each day.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::term::Term;

/// A whole-numbered function of the day that changes on few days. Before its first change it is 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Steps(BTreeMap<Date, i64>);

impl Steps {
    /// The function that is 0 on every day.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds `delta` on every day of `term`.
    pub fn add(&mut self, term: Term, delta: i64) {
        self.change(term.from(), delta);
        self.change(term.to(), delta.saturating_neg());
    }

    /// Adds `delta` on `day` and every day after it.
    pub fn change(&mut self, day: Date, delta: i64) {
        let step = self.0.entry(day).or_insert(0);
        *step = step.saturating_add(delta);
        if *step == 0 {
            self.0.remove(&day);
        }
    }

    /// Adds `other` times `factor`.
    pub fn add_all(&mut self, other: &Self, factor: i64) {
        for (&day, &delta) in &other.0 {
            self.change(day, delta.saturating_mul(factor));
        }
    }

    /// The value on `day`.
    #[must_use]
    pub fn on(&self, day: Date) -> i64 {
        self.0.range(..=day).fold(0, |sum: i64, (_, delta)| sum.saturating_add(*delta))
    }

    /// The values on `days`, which are in order: one walk for all of them.
    #[must_use]
    pub fn along(&self, days: &[Date]) -> Vec<i64> {
        let mut changes = self.0.iter().peekable();
        let mut value: i64 = 0;
        let value_on = |day: &Date| {
            while let Some((_, delta)) = changes.next_if(|(change, _)| *change <= day) {
                value = value.saturating_add(*delta);
            }
            value
        };
        days.iter().map(value_on).collect()
    }

    /// The stretches of equal value within `term`, in order, covering all of it.
    #[must_use]
    pub fn within(&self, term: Term) -> Vec<(Term, i64)> {
        let mut out: Vec<(Term, i64)> = Vec::new();
        let mut value = self.on(term.from());
        let mut start = term.from();
        let later = self.0.range(term.from()..term.to()).filter(|(day, _)| **day > term.from());
        for (&day, &delta) in later {
            if let Ok(stretch) = Term::new(start, day) {
                out.push((stretch, value));
            }
            value = value.saturating_add(delta);
            start = day;
        }
        if let Ok(stretch) = Term::new(start, term.to()) {
            out.push((stretch, value));
        }
        out
    }

    /// The smallest value within `term`.
    #[must_use]
    pub fn min_within(&self, term: Term) -> i64 {
        self.within(term).into_iter().map(|(_, value)| value).min().unwrap_or(0)
    }

    /// The largest value within `term`.
    #[must_use]
    pub fn max_within(&self, term: Term) -> i64 {
        self.within(term).into_iter().map(|(_, value)| value).max().unwrap_or(0)
    }

    /// The days on which the value changes, with the change.
    pub fn changes(&self) -> impl Iterator<Item = (Date, i64)> + '_ {
        self.0.iter().map(|(&day, &delta)| (day, delta))
    }

    /// The smaller of the two on every day.
    #[must_use]
    pub fn least(&self, other: &Self) -> Self {
        self.combined(other, i64::min)
    }

    /// The larger of the two on every day.
    #[must_use]
    pub fn most(&self, other: &Self) -> Self {
        self.combined(other, i64::max)
    }

    /// `of` of the two on every day; `of(0, 0)` is 0.
    fn combined(&self, other: &Self, of: fn(i64, i64) -> i64) -> Self {
        let mut changes: BTreeMap<Date, (i64, i64)> = self.0.iter().map(|(&day, &delta)| (day, (delta, 0))).collect();
        for (&day, &delta) in &other.0 {
            changes.entry(day).or_default().1 = delta;
        }
        let (mut a, mut b, mut value) = (0_i64, 0_i64, 0_i64);
        let mut out = Self::new();
        for (day, (da, db)) in changes {
            (a, b) = (a.saturating_add(da), b.saturating_add(db));
            let next = of(a, b);
            out.change(day, next.saturating_sub(value));
            value = next;
        }
        out
    }

    /// The function restricted to `term`, 0 outside of it.
    #[must_use]
    pub fn clipped(&self, term: Term) -> Self {
        let mut out = Self::new();
        for (stretch, value) in self.within(term) {
            out.add(stretch, value);
        }
        out
    }
}

impl FromIterator<(Term, i64)> for Steps {
    fn from_iter<I: IntoIterator<Item = (Term, i64)>>(parts: I) -> Self {
        let mut steps = Self::new();
        for (term, delta) in parts {
            steps.add(term, delta);
        }
        steps
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::term::add_days;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn term(from: i64, days: i64) -> Term {
        let start = add_days(date(2021, 1, 1), from);
        Term::new(start, add_days(start, days)).expect("days are positive")
    }

    proptest! {
        #[test]
        fn stretches_agree_with_adding_day_by_day(
            parts in prop::collection::vec((0i64..60, 1i64..30, -9i64..9), 0..20),
            from in 0i64..50, days in 1i64..60,
        ) {
            let steps: Steps = parts.iter().map(|&(f, d, v)| (term(f, d), v)).collect();
            let span = term(from, days);
            let mut covered = 0;
            for (stretch, value) in steps.within(span) {
                covered += stretch.days();
                let mut day = stretch.from();
                while day < stretch.to() {
                    let direct: i64 = parts.iter().filter(|&&(f, d, _)| term(f, d).contains(day)).map(|&(_, _, v)| v).sum();
                    prop_assert_eq!(direct, value);
                    prop_assert_eq!(direct, steps.on(day));
                    day = add_days(day, 1);
                }
            }
            prop_assert_eq!(covered, span.days());
            let days: Vec<Date> = (-1..90).map(|n| add_days(span.from(), n)).collect();
            prop_assert_eq!(steps.along(&days), days.iter().map(|&day| steps.on(day)).collect::<Vec<_>>());
        }

        #[test]
        fn the_least_and_the_most_are_so_on_every_day(
            a in prop::collection::vec((0i64..60, 1i64..30, -9i64..9), 0..12),
            b in prop::collection::vec((0i64..60, 1i64..30, -9i64..9), 0..12),
        ) {
            let [a, b] = [a, b].map(|parts| parts.iter().map(|&(f, d, v)| (term(f, d), v)).collect::<Steps>());
            let (least, most) = (a.least(&b), a.most(&b));
            for n in -1..100 {
                let day = add_days(date(2021, 1, 1), n);
                prop_assert_eq!(least.on(day), a.on(day).min(b.on(day)));
                prop_assert_eq!(most.on(day), a.on(day).max(b.on(day)));
            }
        }
    }
}
