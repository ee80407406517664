//! Reviews: their states, points, what they add up to, bonus points, and a balanced assignment
//! (domain.md §6, §8).

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{ProposalId, UserId};
use crate::reason::{Code, FieldError, Reason};
use crate::units::rounded_div;

words! {
    /// The state of one reviewer's review.
    ReviewState in "review-state" {
        /// Assigned; the reviewer has yet to say whether there is a conflict of interest.
        Assigned = "assigned",
        /// Declared free of conflict; being written.
        Draft = "draft",
        /// Handed in.
        Submitted = "submitted",
        /// The reviewer declared a conflict of interest.
        Conflict = "conflict",
    }
}

impl ReviewState {
    /// Whether a review in this state may come into `next`.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        use ReviewState::{Assigned, Conflict, Draft, Submitted};
        matches!((self, next), (Assigned, Draft | Conflict) | (Draft, Submitted | Conflict))
    }

    /// Whether the reviewer may read the proposal.
    #[must_use]
    pub fn reads(self) -> bool {
        matches!(self, Self::Draft | Self::Submitted)
    }
}

/// The criteria of a new call unless the office says otherwise: Korean and English name and the most
/// points, 100 together. Ties are broken by the third, then by the fourth (domain.md §8).
pub const DEFAULT_CRITERIA: [(&str, &str, i64); 4] = [
    ("필요성과 우수성", "Necessity and excellence", 30),
    ("수행 역량과 준비도", "Team capability and readiness", 25),
    ("자원 이용 계획의 타당성", "Resource plan soundness", 25),
    ("파급효과와 사업화", "Impact and commercialisation", 20),
];

/// What is wrong with points that are to be handed in: each criterion needs whole points within
/// 0 to its most. `points` and `max` go by the criteria's order.
#[must_use]
pub fn check_points(points: &[Option<i64>], max: &[i64]) -> Vec<FieldError> {
    let mut faults = Vec::new();
    for (n, max) in max.iter().enumerate() {
        let field = format!("points.{n}");
        match points.get(n).copied().flatten() {
            None => faults.push(Reason::new(Code::Required).at(field)),
            Some(points) if points < 0 => faults.push(Reason::new(Code::TooSmall).with("min", 0).at(field)),
            Some(points) if points > *max => faults.push(Reason::new(Code::TooLarge).with("max", *max).at(field)),
            Some(_) => {}
        }
    }
    faults
}

/// What the reviews of a proposal add up to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aggregate {
    /// The mean of the totals in thousandths of a point, without those left out.
    pub total_milli: i64,
    /// The mean of each criterion over all reviews, in thousandths of a point, by the criteria's
    /// order: ties are broken by these.
    pub criteria_milli: Vec<i64>,
    /// How many reviews there are.
    pub count: usize,
}

/// The mean of the reviews' totals; from `trim_from` reviews on (at least 3) the highest and the
/// lowest are left out. Each review is its points by criterion. `None` without any review.
#[must_use]
pub fn aggregate(reviews: &[Vec<i64>], trim_from: i64) -> Option<Aggregate> {
    if reviews.is_empty() {
        return None;
    }
    let sum = |points: &[i64]| points.iter().fold(0_i64, |sum, points| sum.saturating_add(*points));
    let mut totals: Vec<i64> = reviews.iter().map(|points| sum(points)).collect();
    totals.sort_unstable();
    if i64::try_from(totals.len()).unwrap_or(i64::MAX) >= trim_from.max(3) {
        totals.pop();
        totals.remove(0);
    }
    let mean = |values: &[i64]| {
        let count = i64::try_from(values.len()).unwrap_or(1).max(1);
        rounded_div(sum(values).saturating_mul(1000), count)
    };
    let criteria = reviews.iter().map(Vec::len).max().unwrap_or(0);
    let criteria_milli = (0..criteria)
        .map(|n| mean(&reviews.iter().filter_map(|points| points.get(n).copied()).collect::<Vec<_>>()))
        .collect();
    Some(Aggregate { total_milli: mean(&totals), criteria_milli, count: reviews.len() })
}

/// What bonus points rest on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BonusFacts {
    /// Head office, branch or laboratory in the home region.
    pub home_region: bool,
    /// Works in a flagship sector.
    pub flagship_sector: bool,
    /// Founded by somebody of at most 39 years.
    pub youth_founded: bool,
    /// Returned early in an earlier term.
    pub early_return: bool,
}

/// The most bonus points that a proposal can have.
pub const BONUS_MAX: i64 = 5;

/// Bonus points (가점): home region 2, flagship sector 1, youth-founded 1, early return 1, at most
/// 5 together (domain.md §8).
#[must_use]
pub fn bonus(facts: BonusFacts) -> i64 {
    let points = 2 * i64::from(facts.home_region)
        + i64::from(facts.flagship_sector)
        + i64::from(facts.youth_founded)
        + i64::from(facts.early_return);
    points.min(BONUS_MAX)
}

/// The sectors in which the home region leads (헬스케어·자동차·에너지).
pub const FLAGSHIP_SECTORS: [&str; 3] = ["healthcare", "automotive", "energy"];

/// A proposal that needs reviewers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needing {
    /// The proposal.
    pub proposal: ProposalId,
    /// How many more it needs.
    pub wanted: usize,
    /// Who must not or need not be asked: people of its organization, those assigned already.
    pub excluded: BTreeSet<UserId>,
}

/// Suggests reviewers, each time whoever has least to do, so that the work is spread evenly. `load`
/// is how many reviews each has before. A proposal for which too few are left gets those there are.
#[must_use]
pub fn suggest(needing: &[Needing], load: &BTreeMap<UserId, usize>) -> Vec<(ProposalId, UserId)> {
    let mut load = load.clone();
    let mut out = Vec::new();
    for one in needing {
        let mut taken: BTreeSet<UserId> = one.excluded.clone();
        for _ in 0..one.wanted {
            let next =
                load.iter().filter(|(user, _)| !taken.contains(user)).min_by_key(|(user, load)| (**load, **user));
            let Some(user) = next.map(|(user, _)| *user) else { break };
            if let Some(count) = load.get_mut(&user) {
                *count = count.saturating_add(1);
            }
            taken.insert(user);
            out.push((one.proposal, user));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Id as _;

    fn user(n: u8) -> UserId {
        UserId::new(1, [n; 10])
    }

    #[test]
    fn a_review_is_handed_in_once_and_a_conflict_ends_it() {
        let steps: Vec<String> = ReviewState::ALL
            .iter()
            .flat_map(|&a| ReviewState::ALL.iter().map(move |&b| (a, b)))
            .filter(|(a, b)| a.may_become(*b))
            .map(|(a, b)| format!("{a} → {b}"))
            .collect();
        assert_eq!(steps, ["assigned → draft", "assigned → conflict", "draft → submitted", "draft → conflict"]);
    }

    #[test]
    fn nothing_is_read_before_conflict_is_ruled_out() {
        let reads: Vec<bool> = ReviewState::ALL.iter().map(|state| state.reads()).collect();
        assert_eq!(reads, [false, true, true, false]);
    }

    #[test]
    fn the_mean_is_in_thousandths() {
        let three = aggregate(&[vec![30, 20], vec![25, 20], vec![25, 25]], 5).expect("there are some");
        assert_eq!(three, Aggregate { total_milli: 48_333, criteria_milli: vec![26_667, 21_667], count: 3 });
        assert_eq!(aggregate(&[], 5), None);
    }

    #[test]
    fn from_so_many_reviews_on_the_extremes_are_left_out() {
        let reviews: Vec<Vec<i64>> = [0, 80, 81, 82, 100].map(|points| vec![points]).to_vec();
        assert_eq!(aggregate(&reviews, 5).expect("some").total_milli, 81_000);
        assert_eq!(aggregate(&reviews[..4], 5).expect("some").total_milli, 60_750);
        assert_eq!(aggregate(&reviews[..2], 0).expect("some").total_milli, 40_000, "two are never trimmed");
    }

    #[test]
    fn bonus_points_add_up_to_five() {
        assert_eq!(bonus(BonusFacts::default()), 0);
        assert_eq!(bonus(BonusFacts { home_region: true, flagship_sector: true, ..BonusFacts::default() }), 3);
        let all = BonusFacts { home_region: true, flagship_sector: true, youth_founded: true, early_return: true };
        assert_eq!(bonus(all), 5);
    }

    #[test]
    fn points_are_whole_and_within_each_criterion() {
        assert_eq!(check_points(&[Some(0), Some(25)], &[30, 25]), []);
        let faults = check_points(&[Some(31), Some(-1)], &[30, 25, 20]);
        let codes: Vec<(String, Code)> = faults.into_iter().map(|fault| (fault.field, fault.reason.code)).collect();
        assert_eq!(
            codes,
            [
                ("points.0".to_owned(), Code::TooLarge),
                ("points.1".to_owned(), Code::TooSmall),
                ("points.2".to_owned(), Code::Required)
            ]
        );
    }

    #[test]
    fn the_suggestion_spreads_the_work_and_skips_who_must_not_be_asked() {
        let load = BTreeMap::from([(user(1), 2), (user(2), 0), (user(3), 0), (user(4), 0)]);
        let one = |n: u8, excluded: &[u8]| Needing {
            proposal: ProposalId::new(1, [n; 10]),
            wanted: 2,
            excluded: excluded.iter().map(|n| user(*n)).collect(),
        };
        let pairs = suggest(&[one(1, &[2]), one(2, &[]), one(3, &[2, 3, 4])], &load);
        let pairs: Vec<(u8, UserId)> = pairs
            .iter()
            .map(|(proposal, user)| {
                (
                    if *proposal == one(1, &[]).proposal {
                        1
                    } else if *proposal == one(2, &[]).proposal {
                        2
                    } else {
                        3
                    },
                    *user,
                )
            })
            .collect();
        assert_eq!(pairs, [(1, user(3)), (1, user(4)), (2, user(2)), (2, user(3)), (3, user(1))]);
    }
}
