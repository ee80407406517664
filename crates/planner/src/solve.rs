//! Deciding a round: by merit, then by date.

use std::cmp::Reverse;

use domain::award::Decision;
use domain::reason::{Code, Reason};
use domain::steps::Steps;
use domain::term::Term;

use crate::fit::{Room, fit, take};
use crate::input::{Candidate, PlanningInput, Pool, Stretch, always, steps};
use crate::output::{Given, Plan, PoolUse, ProposalOutcome};
use crate::shares::Shares;

/// Decides a round. Proposals are ranked by score, then by their tie scores, then by earlier
/// submission; each in turn is given, line by line, the most that fits (all that it asks for, else
/// the largest multiple of the grain that is not below its minimum) at the earliest start within
/// its window, and within what its organization may hold. Whoever passes but finds no room goes on the reserve list.
#[must_use]
pub fn plan(input: &PlanningInput) -> Plan {
    let mut ranked: Vec<&Candidate> = input.proposals.iter().collect();
    ranked
        .sort_by_key(|one| (Reverse(one.score_milli), Reverse(one.tie_scores.clone()), one.submitted_at, one.proposal));
    let mut room = Rooms {
        within: input.pools.iter().map(|pool| (pool.pool.clone(), room_of(pool))).collect(),
        beyond: input.pools.iter().map(|pool| (pool.pool.clone(), free_of(pool))).collect(),
    };
    let caps = input.pools.iter().map(|pool| (&pool.pool, pool.org_max.as_slice()));
    let mut shares = Shares::new(caps, &input.organizations, input.rules.org_max_projects);
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

/// What a round may give of a pool on each day: the free less what is kept back, within what is
/// left of the envelope.
fn room_of(pool: &Pool) -> Steps {
    let mut envelope = always(pool.envelope);
    envelope.add_all(&steps(&pool.handed_out), -1);
    free_of(pool).least(&envelope).most(&Steps::new())
}

/// What could be given of a pool on each day, had the round no envelope.
fn free_of(pool: &Pool) -> Steps {
    let mut free = steps(&pool.free);
    free.add_all(&always(pool.holdback), -1);
    free.most(&Steps::new())
}

/// What is left to give.
struct Rooms {
    /// Within the round's envelope.
    within: Room,
    /// Without it: to tell whether it is the envelope that limits.
    beyond: Room,
}

fn decide(
    candidate: &Candidate,
    rank: i64,
    input: &PlanningInput,
    room: &mut Rooms,
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
    let own = |room: &Room| shares.room_of(candidate.organization, &candidate.lines, room);
    let fits = fit(&candidate.lines, &mut own(&room.within), None);
    // Is it the cap that keeps it from more, or the room?
    let full = fits.as_ref().is_ok_and(|given| in_full(candidate, given));
    let without = if full { Err(Vec::new()) } else { fit(&candidate.lines, &mut room.within.clone(), None) };
    let capped = without.map_or(Ok(()), |given| shares.may_hold(candidate.organization, &given)).err();
    // Or is it the envelope of the round, beyond which there is more?
    let beyond = if full { Err(Vec::new()) } else { fit(&candidate.lines, &mut own(&room.beyond), None) };
    match (fits, capped) {
        (Ok(given), capped) => {
            for one in &given {
                take(&mut room.within, one, 1);
                take(&mut room.beyond, one, 1);
            }
            shares.gave(candidate.organization, &given);
            let mut reasons = given_reasons(candidate, &given);
            reasons.extend(beyond.iter().flat_map(|more| limits(input, &given, more)));
            reasons.extend(capped);
            outcome(Decision::Selected, given, reasons)
        }
        (Err(_), Some(reason)) => outcome(Decision::Rejected, Vec::new(), vec![reason]),
        (Err(reasons), None) if beyond.is_ok() => {
            let reasons = reasons.into_iter().map(|reason| by_envelope(input, reason)).collect();
            outcome(Decision::Reserve, Vec::new(), reasons)
        }
        (Err(reasons), None) => outcome(Decision::Reserve, Vec::new(), reasons),
    }
}

/// How much of a pool the round hands out.
fn envelope(input: &PlanningInput, pool: &str) -> Option<i64> {
    input.pools.iter().find(|one| one.pool.as_str() == pool).map(|one| one.envelope)
}

/// The envelopes without which there would be `more`, or the same earlier.
fn limits(input: &PlanningInput, given: &[Given], more: &[Given]) -> Vec<Reason> {
    let mut out: Vec<Reason> = Vec::new();
    for (one, other) in given.iter().zip(more) {
        let limited = one.amount < other.amount || one.term.from() > other.term.from();
        let Some(envelope) = envelope(input, one.pool.as_str()).filter(|_| limited) else { continue };
        let reason = Reason::new(Code::EnvelopeLimit).with("pool", one.pool.as_str()).with("envelope", envelope);
        if !out.contains(&reason) {
            out.push(reason);
        }
    }
    out
}

/// A shortage that only the envelope makes, told as that.
fn by_envelope(input: &PlanningInput, mut reason: Reason) -> Reason {
    if reason.code == Code::PoolFull
        && let Some(envelope) = reason.pool().and_then(|pool| envelope(input, pool))
    {
        reason.code = Code::EnvelopeFull;
        return reason.with("envelope", envelope);
    }
    reason
}

fn in_full(candidate: &Candidate, given: &[Given]) -> bool {
    candidate.lines.iter().zip(given).all(|(line, one)| one.amount == line.amount && one.term.from() == line.earliest)
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
