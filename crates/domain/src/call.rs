//! Calls for proposals and their rounds (모집 공고, 차수): what is stored of their life, and what
//! follows from dates (domain.md §6).

use jiff::Timestamp;

use crate::reason::{Code, FieldError, Reason};

words! {
    /// For whom a call is.
    Track in "track" {
        /// Everybody; the regular way.
        Open = "open",
        /// Everybody, on capacity that came free.
        Rolling = "rolling",
        /// Projects that a partner agency assessed.
        Partner = "partner",
        /// R&D of the cluster.
        RndCluster = "rnd_cluster",
        /// Short trials.
        Trial = "trial",
    }
}

words! {
    /// What is stored of a call's life; the rest follows from the dates of its rounds.
    CallState in "call-state" {
        /// Being written; only the office sees it.
        Draft = "draft",
        /// Published by a second person.
        Published = "published",
        /// Put away.
        Archived = "archived",
    }
}

impl CallState {
    /// Whether a call in this state may come into `next`.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        use CallState::{Archived, Draft, Published};
        matches!((self, next), (Draft, Published | Archived) | (Published, Archived))
    }
}

words! {
    /// How a round recruits.
    RoundKind in "round-kind" {
        /// On fixed dates (정기).
        Regular = "regular",
        /// On capacity that comes free (상시).
        Rolling = "rolling",
    }
}

words! {
    /// Where a round or a call stands at an instant.
    Phase in "phase" {
        /// Not published.
        Draft = "draft",
        /// Published; opens later.
        Coming = "coming",
        /// Takes proposals.
        Open = "open",
        /// Takes no more proposals; none is under review yet.
        Closed = "closed",
        /// Its proposals are under review.
        Reviewing = "reviewing",
        /// Its results are announced.
        Decided = "decided",
        /// Put away.
        Archived = "archived",
    }
}

/// How many days before a deadline people with unfinished proposals and reviews are reminded.
pub const REMINDER_DAYS: i64 = 3;

/// What the phase of a round follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoundFacts {
    /// It takes proposals from this instant on.
    pub opens_at: Timestamp,
    /// It takes proposals before this instant.
    pub closes_at: Timestamp,
    /// Whether any of its proposals is under review.
    pub reviewing: bool,
    /// When its results were announced.
    pub decided_at: Option<Timestamp>,
}

impl RoundFacts {
    /// Whether it takes proposals at `now`, once its call is published.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.opens_at <= now && now < self.closes_at
    }

    /// Where it stands at `now`. A rolling round that is open stays open while some of its
    /// proposals are decided.
    #[must_use]
    pub fn phase(&self, call: CallState, now: Timestamp) -> Phase {
        match call {
            CallState::Draft => Phase::Draft,
            CallState::Archived => Phase::Archived,
            CallState::Published if now < self.opens_at => Phase::Coming,
            CallState::Published if now < self.closes_at => Phase::Open,
            CallState::Published if self.decided_at.is_some() => Phase::Decided,
            CallState::Published if self.reviewing => Phase::Reviewing,
            CallState::Published => Phase::Closed,
        }
    }
}

/// Where a call stands: as the most urgent of its rounds. A call without rounds is as it is stored.
#[must_use]
pub fn phase(call: CallState, rounds: &[RoundFacts], now: Timestamp) -> Phase {
    const URGENT: [Phase; 5] = [Phase::Open, Phase::Coming, Phase::Reviewing, Phase::Closed, Phase::Decided];
    match call {
        CallState::Draft => Phase::Draft,
        CallState::Archived => Phase::Archived,
        CallState::Published => {
            let phases: Vec<Phase> = rounds.iter().map(|round| round.phase(call, now)).collect();
            URGENT.into_iter().find(|phase| phases.contains(phase)).unwrap_or(Phase::Closed)
        }
    }
}

/// The points that all criteria of a call must have together.
pub const TOTAL_POINTS: i64 = 100;

/// What is wrong with the criteria's points; nothing if each is positive and they sum to 100.
#[must_use]
pub fn check_points(points: &[i64]) -> Vec<FieldError> {
    let mut faults = Vec::new();
    for (n, points) in points.iter().enumerate() {
        if *points < 1 {
            faults.push(Reason::new(Code::TooSmall).with("min", 1).at(format!("criteria.{n}.max_points")));
        }
    }
    let sum = points.iter().fold(0_i64, |sum, points| sum.saturating_add(*points));
    if sum != TOTAL_POINTS {
        faults.push(Reason::new(Code::PointsSum).with("sum", sum).with("total", TOTAL_POINTS).at("criteria"));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(n: i64) -> Timestamp {
        Timestamp::from_second(n).expect("a test's instant")
    }

    fn round(opens: i64, closes: i64) -> RoundFacts {
        RoundFacts { opens_at: second(opens), closes_at: second(closes), reviewing: false, decided_at: None }
    }

    #[test]
    fn a_call_is_published_once_and_put_away() {
        let steps: Vec<(CallState, CallState)> = CallState::ALL
            .iter()
            .flat_map(|&a| CallState::ALL.iter().map(move |&b| (a, b)))
            .filter(|(a, b)| a.may_become(*b))
            .collect();
        use CallState::{Archived, Draft, Published};
        assert_eq!(steps, [(Draft, Published), (Draft, Archived), (Published, Archived)]);
    }

    #[test]
    fn a_round_opens_and_closes_by_the_clock_alone() {
        let round = round(10, 20);
        let at = |now| round.phase(CallState::Published, second(now));
        assert_eq!([at(9), at(10), at(19), at(20)], [Phase::Coming, Phase::Open, Phase::Open, Phase::Closed]);
        assert!(round.is_open(second(10)) && round.is_open(second(19)));
        assert!(!round.is_open(second(9)) && !round.is_open(second(20)));
        assert_eq!(round.phase(CallState::Draft, second(15)), Phase::Draft);
        assert_eq!(round.phase(CallState::Archived, second(15)), Phase::Archived);
    }

    #[test]
    fn after_closing_a_round_is_reviewed_and_decided() {
        let reviewing = RoundFacts { reviewing: true, ..round(10, 20) };
        assert_eq!(reviewing.phase(CallState::Published, second(20)), Phase::Reviewing);
        let decided = RoundFacts { decided_at: Some(second(25)), ..reviewing };
        assert_eq!(decided.phase(CallState::Published, second(30)), Phase::Decided);
        assert_eq!(decided.phase(CallState::Published, second(15)), Phase::Open, "a rolling round stays open");
    }

    #[test]
    fn a_call_stands_where_its_most_urgent_round_stands() {
        let rounds = [RoundFacts { decided_at: Some(second(21)), ..round(10, 20) }, round(30, 40)];
        let at = |now| phase(CallState::Published, &rounds, second(now));
        assert_eq!([at(5), at(15), at(22), at(35), at(41)], {
            use Phase::{Closed, Coming, Open};
            [Coming, Open, Coming, Open, Closed]
        });
        assert_eq!(phase(CallState::Published, &[], second(1)), Phase::Closed);
    }

    #[test]
    fn points_are_positive_and_sum_to_a_hundred() {
        assert_eq!(check_points(&[30, 25, 25, 20]), []);
        let faults = check_points(&[100, 0, 1]);
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["criteria.1.max_points", "criteria"]);
        assert_eq!(check_points(&[i64::MAX, i64::MAX]).len(), 1);
        assert_eq!(check_points(&[]).len(), 1);
    }
}
