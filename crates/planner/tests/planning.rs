//! Plans of random rounds, checked day by day by a checker that shares no code with the planner.

use domain::award::Decision;
use domain::ids::{Id, OrganizationId, ProposalId};
use domain::reason::Code;
use domain::term::{Term, add_days};
use jiff::civil::{Date, date};
use planner::{
    Candidate, Line, Organization, Plan, PlanningInput, Pool, RefillInput, Rules, Stretch, Waiting, plan, refill,
};
use proptest::prelude::*;

const FIRST: Date = date(2021, 1, 1);

fn day(n: i64) -> Date {
    add_days(FIRST, n)
}

fn term(from: i64, days: i64) -> Term {
    Term::new(day(from), day(from + days)).expect("not empty")
}

fn proposal(n: u8) -> ProposalId {
    ProposalId::new(1_600_000_000_000, [n; 10])
}

fn organization(n: u8) -> OrganizationId {
    OrganizationId::new(1_600_000_000_000, [n; 10])
}

fn line(pool: &str, amount: i64, min: i64, grain: i64, earliest: i64, latest: i64, months: i32) -> Line {
    Line {
        product: "gpu".parse().expect("a slug"),
        pool: pool.parse().expect("a slug"),
        amount: amount * grain,
        min_amount: min.min(amount) * grain,
        grain,
        earliest: day(earliest),
        latest_end: day(latest),
        months,
    }
}

fn candidate(n: u8, score: i64, lines: Vec<Line>) -> Candidate {
    Candidate {
        proposal: proposal(n),
        organization: Some(organization(n % 7)),
        score_milli: score,
        tie_scores: vec![],
        submitted_at: i64::from(n),
        tags: vec![],
        lines,
    }
}

fn input(free: i64, proposals: Vec<Candidate>) -> PlanningInput {
    let pool = |name: &str| Pool {
        pool: name.parse().expect("a slug"),
        free: vec![Stretch { term: term(0, 730), amount: free }],
        envelope: 1_000,
        holdback: 0,
        org_max: 0,
    };
    PlanningInput {
        rules: Rules { version: "2021-01-01".to_owned(), pass_score_milli: 70_000, org_max_projects: 0 },
        pools: vec![pool("a"), pool("b")],
        organizations: vec![],
        proposals,
    }
}

fn arb_line() -> impl Strategy<Value = Line> {
    (prop::bool::ANY, 1i64..12, 1i64..12, prop::sample::select(vec![1i64, 4, 8]), 0i64..200, 100i64..500, 1i32..8)
        .prop_map(|(a, amount, min, grain, from, len, months)| {
            line(if a { "a" } else { "b" }, amount, min, grain, from, from + len, months)
        })
}

fn arb_input() -> impl Strategy<Value = PlanningInput> {
    let candidates = prop::collection::vec((60i64..100, prop::collection::vec(arb_line(), 1..3)), 1..30);
    let free = prop::collection::vec((0i64..300, 1i64..400, 0i64..40), 1..6);
    (candidates, free, 0i64..60, 0i64..6, 0i64..3, 0i64..40).prop_map(
        |(candidates, free, envelope, holdback, max, org_max)| {
            let proposals = (0u8..).zip(candidates).map(|(n, (score, lines))| candidate(n, score * 1000, lines));
            let mut input = input(0, proposals.collect());
            input.rules.org_max_projects = max;
            for pool in &mut input.pools {
                pool.free =
                    free.iter().map(|&(from, days, amount)| Stretch { term: term(from, days), amount }).collect();
                (pool.envelope, pool.holdback, pool.org_max) = (envelope, holdback, org_max);
            }
            input.organizations.push(Organization { organization: organization(1), projects: 1, holds: vec![] });
            input
        },
    )
}

/// Every rule, day by day.
fn check(input: &PlanningInput, plan: &Plan) -> Result<(), TestCaseError> {
    prop_assert_eq!(plan.outcomes.len(), input.proposals.len());
    for pool in &input.pools {
        for n in 0..1100 {
            let day = day(n);
            let free: i64 = pool.free.iter().filter(|one| one.term.contains(day)).map(|one| one.amount).sum();
            let given = |of: Option<OrganizationId>| -> i64 {
                plan.outcomes
                    .iter()
                    .filter(|one| {
                        of.is_none()
                            || input.proposals.iter().any(|c| c.proposal == one.proposal && c.organization == of)
                    })
                    .flat_map(|one| &one.given)
                    .filter(|one| one.pool == pool.pool && one.term.contains(day))
                    .map(|one| one.amount)
                    .sum()
            };
            let room = (free - pool.holdback).min(pool.envelope).max(0);
            prop_assert!(given(None) <= room, "{} on {day}: {} of {room}", pool.pool, given(None));
            if pool.org_max > 0 {
                for n in 0..7 {
                    prop_assert!(given(Some(organization(n))) <= pool.org_max);
                }
            }
        }
    }
    for candidate in &input.proposals {
        let outcomes: Vec<_> = plan.outcomes.iter().filter(|one| one.proposal == candidate.proposal).collect();
        prop_assert_eq!(outcomes.len(), 1);
        let outcome = outcomes[0];
        prop_assert_eq!(outcome.decision == Decision::Selected, !outcome.given.is_empty());
        prop_assert_eq!(outcome.decision == Decision::Reserve, outcome.reserve_rank.is_some());
        prop_assert!(outcome.reasons.len() > 1, "every decision says why");
        if candidate.score_milli < input.rules.pass_score_milli {
            prop_assert_eq!(outcome.decision, Decision::Rejected);
        }
        for (asked, given) in candidate.lines.iter().zip(&outcome.given) {
            prop_assert!(given.amount >= asked.min_amount && given.amount <= asked.amount);
            prop_assert_eq!(given.amount % asked.grain, 0);
            prop_assert!(given.term.from() >= asked.earliest && given.term.to() <= asked.latest_end);
            prop_assert_eq!(Term::months(given.term.from(), asked.months), Ok(given.term));
        }
    }
    if input.rules.org_max_projects > 0 {
        for n in 0..7 {
            let before = i64::from(n == 1);
            let mine = |one: &ProposalId| {
                input.proposals.iter().any(|c| c.proposal == *one && c.organization == Some(organization(n)))
            };
            let selected = plan.outcomes.iter().filter(|one| !one.given.is_empty() && mine(&one.proposal)).count();
            let most = (input.rules.org_max_projects - before).max(0);
            prop_assert!(i64::try_from(selected).expect("few") <= most);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_plan_breaks_a_rule(input in arb_input()) {
        check(&input, &plan(&input))?;
    }

    #[test]
    fn the_order_of_the_input_does_not_matter(input in arb_input(), seed in 0usize..1000) {
        let mut other = input.clone();
        let len = other.proposals.len();
        other.proposals.rotate_left(seed % len);
        other.pools.reverse();
        let (a, b) = (plan(&input), plan(&other));
        prop_assert_eq!(&a.outcomes, &b.outcomes);
        prop_assert_eq!(&a.digest, &b.digest);
        prop_assert_eq!(plan(&input), a);
    }

    #[test]
    fn whoever_waits_would_not_have_fit_at_the_minimum(input in arb_input()) {
        // What is left after the plan has no room for the first line of anyone on the reserve list
        // that asks for one line only, tried on every day and not only on those the planner tries.
        let plan = plan(&input);
        for candidate in input.proposals.iter().filter(|one| one.lines.len() == 1) {
            let outcome = plan.outcomes.iter().find(|one| one.proposal == candidate.proposal).expect("each has one");
            if outcome.decision != Decision::Reserve { continue; }
            let asked = &candidate.lines[0];
            let pool = input.pools.iter().find(|one| one.pool == asked.pool).expect("both pools are there");
            let room = |day: Date| {
                let free: i64 = pool.free.iter().filter(|one| one.term.contains(day)).map(|one| one.amount).sum();
                let given: i64 = plan.outcomes.iter().flat_map(|one| &one.given)
                    .filter(|one| one.pool == pool.pool && one.term.contains(day)).map(|one| one.amount).sum();
                (free - pool.holdback).min(pool.envelope).max(0) - given
            };
            let mut start = asked.earliest;
            while let Some(term) = Term::months(start, asked.months).ok().filter(|one| one.to() <= asked.latest_end) {
                let mut least = i64::MAX;
                let mut day = term.from();
                while day < term.to() { least = least.min(room(day)); day = add_days(day, 1); }
                prop_assert!(least < asked.min_amount, "fits on {start}");
                start = add_days(start, 1);
            }
        }
    }

    #[test]
    fn a_refill_gives_no_more_than_is_free_and_passes_nobody_over_who_fits_first(
        lines in prop::collection::vec(arb_line(), 1..20), free in 0i64..60,
    ) {
        let waiting: Vec<Waiting> =
            (0u8..).zip(&lines).map(|(n, line)| Waiting { proposal: proposal(n), lines: vec![line.clone()] }).collect();
        let stretch = vec![Stretch { term: term(0, 600), amount: free }];
        let pools = ["a", "b"].map(|name| (name.parse().expect("a slug"), stretch.clone()));
        let offers = refill(&RefillInput { today: day(40), free: pools.to_vec(), waiting: waiting.clone() });
        for n in 0..700 {
            for (pool, _) in &pools {
                let given: i64 = offers.iter().flat_map(|one| &one.given)
                    .filter(|one| one.pool == *pool && one.term.contains(day(n))).map(|one| one.amount).sum();
                let room = if n < 600 { free } else { 0 };
                prop_assert!(given <= room);
            }
        }
        for offer in &offers {
            prop_assert!(offer.given.iter().all(|one| one.term.from() >= day(40)));
        }
        // The first in rank, if it fits an empty site at all, is offered something.
        let alone = refill(&RefillInput { today: day(40), free: pools.to_vec(), waiting: waiting[..1].to_vec() });
        prop_assert_eq!(alone.first(), offers.iter().find(|one| one.proposal == waiting[0].proposal));
    }
}

#[test]
fn the_better_proposal_gets_all_and_the_next_what_is_left() {
    let lines = || vec![line("a", 2, 1, 8, 0, 365, 6)];
    let plan = plan(&input(24, vec![candidate(1, 80_000, lines()), candidate(2, 90_000, lines())]));
    assert_eq!(plan.outcomes[0].proposal, proposal(2));
    assert_eq!((plan.outcomes[0].given[0].amount, plan.outcomes[1].given[0].amount), (16, 16));
    // The second finds its full amount only after the first has ended.
    assert_eq!(plan.outcomes[1].given[0].term.from(), date(2021, 7, 1));
    assert_eq!(plan.outcomes[1].reasons[1].code, Code::StartsLater);
}

#[test]
fn without_another_start_the_request_is_cut_to_a_multiple_of_its_grain() {
    let lines = || vec![line("a", 2, 1, 8, 0, 200, 6)];
    let plan = plan(&input(28, vec![candidate(1, 80_000, lines()), candidate(2, 90_000, lines())]));
    assert_eq!(plan.outcomes[1].given[0].amount, 8);
    assert_eq!(plan.outcomes[1].reasons[1].code, Code::CutToFit);
}

#[test]
fn whoever_passes_without_room_waits_with_the_days_that_are_short() {
    let lines = || vec![line("a", 2, 2, 8, 0, 200, 6)];
    let plan = plan(&input(28, vec![candidate(1, 80_000, lines()), candidate(2, 90_000, lines())]));
    let outcome = &plan.outcomes[1];
    assert_eq!((outcome.decision, outcome.reserve_rank), (Decision::Reserve, Some(1)));
    assert_eq!(outcome.reasons[1].code, Code::PoolFull);
    assert_eq!(outcome.reasons[1].args["short"], 4.into());
}

#[test]
fn equal_scores_go_by_the_tie_scores_and_then_by_earlier_submission() {
    let lines = || vec![line("a", 1, 1, 8, 0, 200, 6)];
    let mut three = [candidate(1, 80_000, lines()), candidate(2, 80_000, lines()), candidate(3, 80_000, lines())];
    three[0].tie_scores = vec![10, 5];
    three[1].tie_scores = vec![10, 6];
    three[2].tie_scores = vec![10, 6];
    three[2].submitted_at = 0;
    let plan = plan(&input(8, three.to_vec()));
    let order: Vec<_> = plan.outcomes.iter().map(|one| one.proposal).collect();
    assert_eq!(order, [proposal(3), proposal(2), proposal(1)]);
}
