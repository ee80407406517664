//! Changes of running awards: returns, which need no decision, and requests for more, less or
//! longer, which a second person decides.

use jiff::civil::Date;

use crate::reason::{Code, Reason};
use crate::term::{Term, add_days, days_between};

words! {
    /// What a project wants changed.
    AdjustmentKind in "adjustment-kind" {
        /// Gives devices back (자진 반납); no decision is needed.
        Return = "return",
        /// Asks for more (증량).
        Increase = "increase",
        /// Asks for less (감량).
        Decrease = "decrease",
        /// Asks to hold the same for longer (연장).
        Extend = "extend",
    }
}

words! {
    /// How far a change has come.
    AdjustmentState in "adjustment-state" {
        /// Waits for its decision.
        Requested = "requested",
        /// Approved; waits until there is room.
        Waiting = "approved_waiting",
        /// In the ledger.
        Done = "done",
        /// Refused.
        Rejected = "rejected",
        /// Taken back by the project.
        Withdrawn = "withdrawn",
    }
}

impl AdjustmentState {
    /// Whether a change in this state may come into `next`.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        use AdjustmentState::{Done, Rejected, Requested, Waiting, Withdrawn};
        matches!(
            (self, next),
            (Requested, Waiting | Done | Rejected | Withdrawn) | (Waiting, Done | Rejected | Withdrawn)
        )
    }
}

/// What the rules for extensions look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExtensionFacts {
    /// Today.
    pub today: Date,
    /// The term as first granted.
    pub original: Term,
    /// The first day after what is held now.
    pub end: Date,
    /// The first day after the extension asked for.
    pub new_end: Date,
    /// How often it was extended before.
    pub count: i64,
    /// Days before the end from which an extension can be asked for.
    pub window_days: i64,
    /// How often an award may be extended.
    pub max_count: i64,
    /// The longest extension as a percentage of the original term.
    pub max_percent: i64,
}

/// Every rule that an extension breaks; none means that it may be asked for.
#[must_use]
pub fn extension_faults(facts: &ExtensionFacts) -> Vec<Reason> {
    let mut faults = Vec::new();
    let opens = add_days(facts.end, -facts.window_days);
    if facts.today < opens {
        faults.push(Reason::new(Code::ExtensionWindow).with("days", facts.window_days).with("from", opens));
    }
    if facts.count >= facts.max_count {
        faults.push(Reason::new(Code::ExtensionCount).with("count", facts.count).with("max", facts.max_count));
    }
    let longest = facts.original.days().saturating_mul(facts.max_percent) / 100;
    if i64::from(days_between(facts.end, facts.new_end)) > longest {
        faults.push(Reason::new(Code::ExtensionShare).with("percent", facts.max_percent).with("days", longest));
    }
    faults
}

/// For each notice, in days before the end, the ends for which it is due on `today`: the nearest
/// notice whose day has come. Older ones that were missed are stale and not made up for.
#[must_use]
pub fn due_notices(notice_days: &[i64], today: Date) -> Vec<(i64, Term)> {
    let mut days = notice_days.to_vec();
    days.sort_unstable();
    let mut before = 0;
    let mut due = Vec::new();
    for notice in days {
        due.extend(Term::new(add_days(today, before + 1), add_days(today, notice + 1)).map(|ends| (notice, ends)));
        before = before.max(notice);
    }
    due
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn facts() -> ExtensionFacts {
        ExtensionFacts {
            today: date(2021, 8, 5),
            original: Term::new(date(2021, 6, 1), date(2021, 9, 1)).expect("a term"),
            end: date(2021, 9, 1),
            new_end: date(2021, 10, 1),
            count: 0,
            window_days: 30,
            max_count: 1,
            max_percent: 50,
        }
    }

    fn codes(facts: &ExtensionFacts) -> Vec<Code> {
        extension_faults(facts).into_iter().map(|reason| reason.code).collect()
    }

    #[test]
    fn an_extension_needs_its_window_its_count_and_its_share() {
        assert_eq!(codes(&facts()), []);
        assert_eq!(codes(&ExtensionFacts { today: date(2021, 8, 2), ..facts() }), []);
        assert_eq!(codes(&ExtensionFacts { today: date(2021, 8, 1), ..facts() }), [Code::ExtensionWindow]);
        assert_eq!(codes(&ExtensionFacts { count: 1, ..facts() }), [Code::ExtensionCount]);
        // 92 days at 50 percent are 46.
        assert_eq!(codes(&ExtensionFacts { new_end: date(2021, 10, 17), ..facts() }), []);
        assert_eq!(codes(&ExtensionFacts { new_end: date(2021, 10, 18), ..facts() }), [Code::ExtensionShare]);
    }

    #[test]
    fn only_the_nearest_notice_is_due() {
        let days = [30, 15, 7, 1];
        let end = date(2021, 9, 1);
        let on = |month, day| {
            let due = due_notices(&days, date(2021, month, day));
            due.iter().find(|(_, ends)| ends.contains(end)).map(|(notice, _)| *notice)
        };
        assert_eq!((on(8, 1), on(8, 2), on(8, 17), on(8, 20)), (None, Some(30), Some(15), Some(15)));
        assert_eq!((on(8, 25), on(8, 31), on(9, 1)), (Some(7), Some(1), None));
    }

    #[test]
    fn what_is_done_or_over_stays_so() {
        for &state in [AdjustmentState::Done, AdjustmentState::Rejected, AdjustmentState::Withdrawn].iter() {
            assert!(AdjustmentState::ALL.iter().all(|&next| !state.may_become(next)));
        }
        assert!(AdjustmentState::Requested.may_become(AdjustmentState::Waiting));
        assert!(!AdjustmentState::Waiting.may_become(AdjustmentState::Requested));
    }
}
