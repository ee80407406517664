//! Deciding a round: by merit, then by date.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use domain::award::Decision;
use domain::capacity::horizon;
use domain::ids::{OrganizationId, PoolId};
use domain::reason::{Code, Reason};
use domain::steps::Steps;
use domain::term::Term;

use crate::fit::{Room, fit, take};
use crate::input::{Candidate, PlanningInput, Pool, Stretch, steps};
use crate::output::{Given, Plan, PoolUse, ProposalOutcome};

/// What organizations have, with what the plan has given them so far.
struct Shares<'i> {
    pools: BTreeMap<&'i PoolId, i64>,
    projects: BTreeMap<OrganizationId, i64>,
    held: BTreeMap<(OrganizationId, PoolId), Steps>,
    max_projects: i64,
}

/// Decides a round. Proposals are ranked by score, then by their tie scores, then by earlier
/// submission; each in turn is given, line by line, the most that fits (all that it asks for, else
/// the largest multiple of the grain that is not below its minimum) at the earliest start within
/// its window. Whoever passes but finds no room goes on the reserve list.
#[must_use]
pub fn plan(input: &PlanningInput) -> Plan {
    let mut ranked: Vec<&Candidate> = input.proposals.iter().collect();
    ranked
        .sort_by_key(|one| (Reverse(one.score_milli), Reverse(one.tie_scores.clone()), one.submitted_at, one.proposal));
    let mut room: Room = input.pools.iter().map(|pool| (pool.pool.clone(), room_of(pool))).collect();
    let mut shares = Shares::new(input);
    let mut reserve = 0;
    let mut outcomes = Vec::with_capacity(ranked.len());
    for (rank, candidate) in (1_i64..).zip(ranked) {
        let mut outcome = decide(candidate, rank, input, &mut room, &mut shares);
        if outcome.decision == Decision::Reserve {
            reserve += 1;
            outcome.reserve_rank = Some(reserve);
        }
        outcomes.push(outcome);
    }
    let pools = input.pools.iter().map(|pool| pool_use(pool, &outcomes)).collect();
    Plan { solver: crate::SOLVER.to_owned(), digest: input.digest(), outcomes, pools }
}

/// What a round may give of a pool on each day: the free less what is kept back, within the
/// envelope.
fn room_of(pool: &Pool) -> Steps {
    let free = steps(&pool.free);
    let Some(first) = free.changes().map(|(day, _)| day).next() else { return Steps::new() };
    free.within(horizon(first))
        .into_iter()
        .map(|(term, amount)| (term, (amount - pool.holdback).min(pool.envelope).max(0)))
        .collect()
}

fn decide(
    candidate: &Candidate,
    rank: i64,
    input: &PlanningInput,
    room: &mut Room,
    shares: &mut Shares<'_>,
) -> ProposalOutcome {
    let place = Reason::new(Code::RankedAt).with("rank", rank);
    let outcome = |decision, given, mut reasons: Vec<Reason>| {
        reasons.insert(0, place.clone());
        ProposalOutcome { proposal: candidate.proposal, rank, decision, reserve_rank: None, given, reasons }
    };
    if candidate.score_milli < input.rules.pass_score_milli {
        let reason = Reason::new(Code::BelowPassScore)
            .with("score", milli(candidate.score_milli))
            .with("pass", milli(input.rules.pass_score_milli));
        return outcome(Decision::Rejected, Vec::new(), vec![reason]);
    }
    if let Err(reason) = shares.may_start(candidate.organization) {
        return outcome(Decision::Rejected, Vec::new(), vec![reason]);
    }
    match fit(&candidate.lines, room, None) {
        Err(reasons) => outcome(Decision::Reserve, Vec::new(), reasons),
        Ok(given) => match shares.may_hold(candidate.organization, &given) {
            Err(reason) => {
                given.iter().for_each(|one| take(room, one, -1));
                outcome(Decision::Rejected, Vec::new(), vec![reason])
            }
            Ok(()) => {
                shares.gave(candidate.organization, &given);
                let reasons = given_reasons(candidate, &given);
                outcome(Decision::Selected, given, reasons)
            }
        },
    }
}

/// Thousandths of a point as people write them, with two decimals.
fn milli(score: i64) -> String {
    let centi = domain::units::rounded_div(score, 10);
    format!("{}.{:02}", centi / 100, centi % 100)
}

fn given_reasons(candidate: &Candidate, given: &[Given]) -> Vec<Reason> {
    let mut reasons = Vec::new();
    for (line, one) in candidate.lines.iter().zip(given) {
        if one.amount < line.amount {
            reasons.push(
                Reason::new(Code::CutToFit)
                    .with("pool", line.pool.as_str())
                    .with("asked", line.amount)
                    .with("given", one.amount),
            );
        }
        if one.term.from() > line.earliest {
            reasons.push(
                Reason::new(Code::StartsLater)
                    .with("pool", line.pool.as_str())
                    .with("asked", line.earliest)
                    .with("from", one.term.from()),
            );
        }
    }
    if reasons.is_empty() {
        reasons.push(Reason::new(Code::GivenInFull));
    }
    reasons
}

fn pool_use(pool: &Pool, outcomes: &[ProposalOutcome]) -> PoolUse {
    let lines = || outcomes.iter().flat_map(|one| &one.given).filter(|one| one.pool == pool.pool);
    let given: Steps = lines().map(|one| (one.term, one.amount)).collect();
    let span = lines().map(|one| one.term.from()).min().zip(lines().map(|one| one.term.to()).max());
    let Some(span) = span.and_then(|(from, to)| Term::new(from, to).ok()) else {
        return PoolUse { pool: pool.pool.clone(), given: Vec::new(), left: Vec::new() };
    };
    let mut left = steps(&pool.free);
    left.add_all(&given, -1);
    let stretches = |steps: &Steps| {
        steps.within(span).into_iter().map(|(term, amount)| Stretch { term, amount }).collect::<Vec<_>>()
    };
    PoolUse { pool: pool.pool.clone(), given: stretches(&given), left: stretches(&left) }
}

impl<'i> Shares<'i> {
    fn new(input: &'i PlanningInput) -> Self {
        let mut held: BTreeMap<(OrganizationId, PoolId), Steps> = BTreeMap::new();
        for one in &input.organizations {
            for holding in &one.holds {
                held.entry((one.organization, holding.pool.clone())).or_default().add_all(&steps(&holding.held), 1);
            }
        }
        Self {
            pools: input.pools.iter().map(|pool| (&pool.pool, pool.org_max)).collect(),
            projects: input.organizations.iter().map(|one| (one.organization, one.projects)).collect(),
            held,
            max_projects: input.rules.org_max_projects,
        }
    }

    fn may_start(&self, organization: Option<OrganizationId>) -> Result<(), Reason> {
        let projects = organization.and_then(|one| self.projects.get(&one)).copied().unwrap_or(0);
        if self.max_projects > 0 && projects >= self.max_projects {
            return Err(Reason::new(Code::OrgProjects).with("max", self.max_projects));
        }
        Ok(())
    }

    fn may_hold(&self, organization: Option<OrganizationId>, given: &[Given]) -> Result<(), Reason> {
        let Some(organization) = organization else { return Ok(()) };
        for one in given {
            let max = self.pools.get(&one.pool).copied().unwrap_or(0);
            let mut held = self.held.get(&(organization, one.pool.clone())).cloned().unwrap_or_default();
            given.iter().filter(|other| other.pool == one.pool).for_each(|other| held.add(other.term, other.amount));
            if max > 0 && held.max_within(one.term) > max {
                return Err(Reason::new(Code::OrgShare).with("pool", one.pool.as_str()).with("max", max));
            }
        }
        Ok(())
    }

    fn gave(&mut self, organization: Option<OrganizationId>, given: &[Given]) {
        let Some(organization) = organization else { return };
        *self.projects.entry(organization).or_default() += 1;
        for one in given {
            self.held.entry((organization, one.pool.clone())).or_default().add(one.term, one.amount);
        }
    }
}
