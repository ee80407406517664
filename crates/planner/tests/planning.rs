//! Plans of random rounds, checked day by day by a checker that shares no code with the planner.

use domain::award::Decision;
use domain::ids::{Id, OrganizationId, PoolId, ProposalId, RoundId};
use domain::reason::Code;
use domain::steps::Steps;
use domain::term::{Term, add_days};
use jiff::civil::{Date, date};
use planner::{
    Candidate, Line, Organization, Plan, PlanningInput, Pool, PoolHolding, RefillInput, RefillPool, Refilled,
    RoundEnvelope, Rules, Stretch, Waiting, plan, refill,
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
        handed_out: vec![],
        holdback: 0,
        org_max: vec![],
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

fn stretches(of: &[(i64, i64, i64)]) -> Vec<Stretch> {
    of.iter().map(|&(from, days, amount)| Stretch { term: term(from, days), amount }).collect()
}

/// What stretches add up to on a day.
fn on(day: Date, stretches: &[Stretch]) -> i64 {
    stretches.iter().filter(|one| one.term.contains(day)).map(|one| one.amount).sum()
}

fn arb_input() -> impl Strategy<Value = PlanningInput> {
    let candidates = prop::collection::vec((60i64..100, prop::collection::vec(arb_line(), 1..3)), 1..30);
    let free = prop::collection::vec((0i64..300, 1i64..400, 0i64..40), 1..6);
    let handed_out = prop::collection::vec((0i64..300, 1i64..400, 0i64..40), 0..4);
    let org_max = prop::collection::vec((0i64..300, 1i64..600, 0i64..40), 0..3);
    (candidates, (free, handed_out), 0i64..60, 0i64..6, 0i64..3, org_max).prop_map(
        |(candidates, (free, handed_out), envelope, holdback, max, org_max)| {
            let proposals = (0u8..).zip(candidates).map(|(n, (score, lines))| candidate(n, score * 1000, lines));
            let mut input = input(0, proposals.collect());
            input.rules.org_max_projects = max;
            for pool in &mut input.pools {
                (pool.free, pool.handed_out) = (stretches(&free), stretches(&handed_out));
                (pool.envelope, pool.holdback, pool.org_max) = (envelope, holdback, stretches(&org_max));
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
            let room = (on(day, &pool.free) - pool.holdback).min(pool.envelope - on(day, &pool.handed_out)).max(0);
            prop_assert!(given(None) <= room, "{} on {day}: {} of {room}", pool.pool, given(None));
            if !pool.org_max.is_empty() {
                for n in 0..7 {
                    prop_assert!(given(Some(organization(n))) <= on(day, &pool.org_max));
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
                let given: i64 = plan.outcomes.iter().flat_map(|one| &one.given)
                    .filter(|one| one.pool == pool.pool && one.term.contains(day)).map(|one| one.amount).sum();
                (on(day, &pool.free) - pool.holdback).min(pool.envelope - on(day, &pool.handed_out)).max(0) - given
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
    fn a_refill_gives_what_came_free_or_is_left_of_the_envelope_and_no_more(input in arb_refill()) {
        let offers = refill(&input);
        let of = |offer: &Refilled| {
            input.waiting.iter().find(|one| one.proposal == offer.proposal).expect("one of those who wait")
        };
        let given = |pool: &PoolId, day: Date, of_round: Option<RoundId>, of_org: Option<OrganizationId>| -> i64 {
            offers.iter()
                .filter(|one| of_round.is_none_or(|round| of(one).round == round) && (of_org.is_none() || of(one).organization == of_org))
                .flat_map(|one| &one.given)
                .filter(|one| one.pool == *pool && one.term.contains(day)).map(|one| one.amount).sum()
        };
        for n in 0..900 {
            let day = day(n);
            for pool in &input.pools {
                let all = given(&pool.pool, day, None, None);
                prop_assert!(all <= on(day, &pool.free).max(0));
                let left = |one: &RoundEnvelope| (one.envelope - on(day, &one.used)).max(0);
                let of_pool = || input.envelopes.iter().filter(|one| one.pool == pool.pool);
                for one in of_pool() {
                    prop_assert!(given(&pool.pool, day, Some(one.round), None) <= on(day, &pool.freed) + left(one));
                }
                // What no round had left came from what awards gave up.
                prop_assert!(all <= on(day, &pool.freed) + of_pool().map(left).sum::<i64>());
                if !pool.org_max.is_empty() {
                    for n in 0..7 {
                        prop_assert!(given(&pool.pool, day, None, Some(organization(n))) <= on(day, &pool.org_max));
                    }
                }
            }
        }
        if input.org_max_projects > 0 {
            for n in 0..7 {
                let before = i64::from(n == 1);
                let count = offers.iter().filter(|one| of(one).organization == Some(organization(n))).count();
                let most = (input.org_max_projects - before).max(0);
                prop_assert!(i64::try_from(count).expect("few") <= most);
            }
        }
        for offer in &offers {
            prop_assert!(offer.given.iter().all(|one| one.term.from() >= input.today));
        }
        // The first in rank, if it fits when alone, is offered the same when it is not.
        let alone = refill(&RefillInput { waiting: input.waiting[..1].to_vec(), ..input.clone() });
        prop_assert_eq!(alone.first(), offers.iter().find(|one| one.proposal == input.waiting[0].proposal));
        // Nothing more fits afterwards: with what was given taken out, nobody new is offered anything.
        prop_assert_eq!(refill(&after(&input, &offers)), vec![]);
    }
}

/// The facts after the offers of a refill were made.
fn after(input: &RefillInput, offers: &[Refilled]) -> RefillInput {
    let mut next = input.clone();
    next.waiting.retain(|one| offers.iter().all(|offer| offer.proposal != one.proposal));
    for offer in offers {
        let who = input.waiting.iter().find(|one| one.proposal == offer.proposal).expect("one of those who wait");
        for one in &offer.given {
            let given: Steps = [(one.term, one.amount)].into_iter().collect();
            let mut from_envelope = given.clone();
            for pool in next.pools.iter_mut().filter(|pool| pool.pool == one.pool) {
                pool.free.push(Stretch { term: one.term, amount: -one.amount });
                let freed: Steps = pool.freed.iter().map(|one| (one.term, one.amount)).collect();
                let from_freed = given.least(&freed.most(&Steps::new()));
                from_envelope.add_all(&from_freed, -1);
                pool.freed.extend(stretched(&from_freed, -1));
            }
            for envelope in next.envelopes.iter_mut().filter(|e| e.pool == one.pool && e.round == who.round) {
                envelope.used.extend(stretched(&from_envelope, 1));
            }
        }
        if let Some(organization) = who.organization {
            let holds = offer.given.iter().map(|one| PoolHolding {
                pool: one.pool.clone(),
                held: vec![Stretch { term: one.term, amount: one.amount }],
            });
            match next.organizations.iter_mut().find(|one| one.organization == organization) {
                Some(one) => {
                    one.projects += 1;
                    one.holds.extend(holds);
                }
                None => next.organizations.push(Organization { organization, projects: 1, holds: holds.collect() }),
            }
        }
    }
    next
}

fn stretched(steps: &Steps, sign: i64) -> Vec<Stretch> {
    let all = steps.within(term(0, 2000)).into_iter().filter(|&(_, amount)| amount != 0);
    all.map(|(term, amount)| Stretch { term, amount: amount * sign }).collect()
}

fn round(n: u8) -> RoundId {
    RoundId::new(1_600_000_000_000, [n; 10])
}

fn arb_refill() -> impl Strategy<Value = RefillInput> {
    let some = || prop::collection::vec((0i64..300, 1i64..400, 0i64..40), 0..4);
    let waiting = prop::collection::vec((prop::collection::vec(arb_line(), 1..3), 0u8..2), 1..20);
    let org_max = prop::collection::vec((0i64..300, 1i64..600, 0i64..40), 0..3);
    (waiting, [some(), some(), some(), some()], (0i64..40, 0i64..40), 0i64..3, org_max).prop_map(
        |(waiting, [free, freed, first, second], (envelope, other), max, org_max)| {
            let pools: Vec<PoolId> = ["a", "b"].map(|name| name.parse().expect("a slug")).to_vec();
            let envelopes = [(round(0), envelope, &first), (round(1), other, &second)].into_iter().flat_map(
                |(round, envelope, used)| {
                    let of = move |pool: &PoolId| RoundEnvelope {
                        round,
                        pool: pool.clone(),
                        envelope,
                        used: stretches(used),
                    };
                    pools.iter().map(of).collect::<Vec<_>>()
                },
            );
            RefillInput {
                today: day(40),
                org_max_projects: max,
                envelopes: envelopes.collect(),
                organizations: vec![Organization { organization: organization(1), projects: 1, holds: vec![] }],
                waiting: (0u8..)
                    .zip(waiting)
                    .map(|(n, (lines, of))| Waiting {
                        proposal: proposal(n),
                        round: round(of),
                        organization: Some(organization(n % 7)),
                        lines,
                    })
                    .collect(),
                pools: pools
                    .into_iter()
                    .map(|pool| RefillPool {
                        pool,
                        free: stretches(&free),
                        freed: stretches(&freed),
                        org_max: stretches(&org_max),
                    })
                    .collect(),
            }
        },
    )
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
fn what_one_organization_may_hold_cuts_its_requests_and_is_named() {
    let mut input = input(64, vec![candidate(1, 90_000, vec![line("a", 4, 1, 8, 0, 200, 6)])]);
    input.pools.iter_mut().for_each(|pool| pool.org_max = vec![Stretch { term: term(0, 730), amount: 20 }]);
    let cut = plan(&input);
    assert_eq!(cut.outcomes[0].given[0].amount, 16);
    let codes: Vec<Code> = cut.outcomes[0].reasons.iter().map(|one| one.code).collect();
    assert_eq!(codes, [Code::RankedAt, Code::CutToFit, Code::OrgShare]);
    input.proposals[0].lines[0].min_amount = 32;
    let refused = plan(&input);
    assert_eq!(
        (refused.outcomes[0].decision, refused.outcomes[0].reasons[1].code),
        (Decision::Rejected, Code::OrgShare)
    );
}

#[test]
fn a_round_that_is_planned_again_gives_what_is_left_of_its_envelope() {
    let mut input = input(64, vec![candidate(1, 90_000, vec![line("a", 4, 1, 8, 0, 200, 6)])]);
    for pool in &mut input.pools {
        pool.envelope = 40;
        pool.handed_out = vec![Stretch { term: term(90, 30), amount: 24 }];
    }
    assert_eq!(plan(&input).outcomes[0].given[0].amount, 16);
}

#[test]
fn the_envelope_is_named_where_it_is_what_limits() {
    let lines = |min| vec![line("a", 4, min, 8, 0, 200, 6)];
    let codes = |of: &PlanningInput, n: usize| -> Vec<Code> {
        plan(of).outcomes[n].reasons.iter().map(|one| one.code).collect()
    };
    let mut input = input(64, vec![candidate(1, 90_000, lines(4)), candidate(2, 80_000, lines(4))]);
    input.pools.iter_mut().for_each(|pool| pool.envelope = 40);
    let waits = &plan(&input).outcomes[1].reasons[1];
    assert_eq!(waits.code, Code::EnvelopeFull);
    assert_eq!((&waits.args["envelope"], &waits.args["short"]), (&40.into(), &24.into()));
    input.proposals[1].lines = lines(1);
    assert_eq!(codes(&input, 1), [Code::RankedAt, Code::CutToFit, Code::EnvelopeLimit]);
    // With no more free than that, it is not the envelope.
    input.pools.iter_mut().for_each(|pool| pool.free = vec![Stretch { term: term(0, 730), amount: 40 }]);
    assert_eq!(codes(&input, 1), [Code::RankedAt, Code::CutToFit]);
    input.proposals[1].lines = lines(4);
    assert_eq!(codes(&input, 1), [Code::RankedAt, Code::PoolFull]);
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
