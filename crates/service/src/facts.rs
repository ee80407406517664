//! Collecting the facts that a plan rests on.

use std::collections::{BTreeMap, BTreeSet};

use domain::ids::{OrganizationId, PoolId, ProposalId, ReviewId, RoundId};
use domain::policy::{Policy, PolicyKey};
use domain::review::{BonusFacts, FLAGSHIP_SECTORS};
use domain::steps::Steps;
use domain::term::Term;
use domain::{Code, Reason};
use jiff::civil::{Date, date};
use planner::{Candidate, Line, Organization, PlanningInput, Pool, PoolHolding, Rules, Stretch};
use store::plan::{CandidateLine, ScorePoint};

use crate::{Cx, Error, Outcome};

/// How far ahead a plan looks, in years.
const YEARS_AHEAD: i16 = 10;

/// Everything that a plan of the round rests on, as it is now, for a plan made on `day`: nothing
/// starts before it.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] while a regular round is open or its proposals wait for
/// their check or scores.
pub(crate) fn collect(cx: &mut Cx<'_, '_>, round: RoundId, day: Date) -> Outcome<PlanningInput> {
    let facts = store::plan::round_facts(cx.tx, round)?.ok_or(Error::NotFound)?;
    let rolling = facts.kind == "rolling";
    if !rolling && cx.now < facts.closes_at {
        return Err(Error::conflict(Code::RoundOpen));
    }
    let policy = cx.policy()?;
    let ready = store::proposal::ready_for_plan(cx.tx, round)?;
    let mut scores = scores(&ready.points, policy.int(PolicyKey::ReviewTrimFrom));
    let early = early_returns(cx, round, policy.int(PolicyKey::ReturnRewardDays))?;
    let mut proposals: BTreeMap<ProposalId, Candidate> = BTreeMap::new();
    let missing = store::plan::unchecked(cx.tx, round)?;
    let mut unscored: BTreeSet<ProposalId> = BTreeSet::new();
    for line in ready.lines {
        if let std::collections::btree_map::Entry::Vacant(e) = proposals.entry(line.proposal) {
            let Some(score) = scores.remove(&line.proposal) else {
                unscored.insert(line.proposal);
                continue;
            };
            let region = line.region.as_deref();
            let home = region.is_some_and(|region| cx.identity.is_home(region, line.district.as_deref()));
            let tags = [("regional", home), ("rnd_cluster", line.rnd_cluster)];
            e.insert(Candidate {
                proposal: line.proposal,
                organization: line.organization,
                score_milli: score.milli.saturating_add(bonus_milli(&line, home, &early)),
                tie_scores: score.ties,
                submitted_at: line.submitted_at.map_or(i64::MAX, jiff::Timestamp::as_second),
                tags: tags.into_iter().filter(|tag| tag.1).map(|tag| tag.0.to_owned()).collect(),
                lines: Vec::new(),
            });
        }
        if let Some(candidate) = proposals.get_mut(&line.proposal) {
            candidate.lines.push(Line {
                product: line.product,
                pool: line.pool,
                amount: line.amount.0,
                min_amount: line.min_amount.0,
                grain: line.grain.0,
                earliest: line.earliest_start_on.max(day),
                latest_end: line.latest_end_on,
                months: i32::try_from(line.months).unwrap_or(i32::MAX),
            });
        }
    }
    let unscored = i64::try_from(unscored.len()).unwrap_or(i64::MAX);
    if missing + unscored > 0 && !rolling {
        return Err(Error::conflict(Reason::new(Code::ScoresMissing).with("count", missing + unscored)));
    }
    if rolling && proposals.is_empty() {
        let waiting = missing + unscored;
        return Err(Error::conflict(Reason::new(Code::NothingToPlan).with("count", waiting)));
    }
    // Looked at from the first day that can be given.
    let starts = proposals.values().flat_map(|one| &one.lines).map(|line| line.earliest);
    let from = starts.min().unwrap_or(day);
    Ok(PlanningInput {
        rules: Rules {
            version: policy.version().to_string(),
            pass_score_milli: policy.int(PolicyKey::ReviewPassScore).saturating_mul(1000),
            org_max_projects: policy.int(PolicyKey::OrgMaxActiveProjects),
        },
        pools: pools(cx, round, &policy, from)?,
        organizations: organizations(cx, round, from)?,
        proposals: proposals.into_values().collect(),
    })
}

/// A function of the day as stretches from a day on, without those of nothing.
pub(crate) fn stretches(from: Date, steps: &Steps) -> Outcome<Vec<Stretch>> {
    let span = Term::new(from, date(from.year().saturating_add(YEARS_AHEAD), 1, 1)).map_err(Error::internal)?;
    let all = steps.within(span).into_iter();
    Ok(all.filter(|&(_, amount)| amount != 0).map(|(term, amount)| Stretch { term, amount }).collect())
}

fn pools(cx: &mut Cx<'_, '_>, round: RoundId, policy: &Policy, from: Date) -> Outcome<Vec<Pool>> {
    let mut handed_out = store::plan::handed_out(cx.tx, round)?;
    let mut out = Vec::new();
    for (pool, envelope) in store::plan::envelope(cx.tx, round)? {
        let (allocatable, free) = crate::ledger::room(cx, &pool)?;
        out.push(Pool {
            free: stretches(from, &free)?,
            envelope: envelope.0,
            handed_out: stretches(from, &handed_out.remove(&pool).unwrap_or_default())?,
            holdback: 0,
            org_max: org_max(policy, &allocatable, from)?,
            pool,
        });
    }
    Ok(out)
}

/// The most that one organization may hold on each day from `from` on of a pool with so much
/// allocatable: so many percent of it, but one unit at least where there is any. Nothing is no limit.
pub(crate) fn org_max(policy: &Policy, allocatable: &Steps, from: Date) -> Outcome<Vec<Stretch>> {
    let percent = policy.int(PolicyKey::OrgMaxPoolPercent);
    if !(1..100).contains(&percent) {
        return Ok(Vec::new());
    }
    let share = |amount: i64| i64::try_from(i128::from(amount) * i128::from(percent) / 100).unwrap_or(i64::MAX);
    let mut most = stretches(from, allocatable)?;
    most.iter_mut().for_each(|one| one.amount = share(one.amount).max(1));
    Ok(most)
}

/// What the organizations that apply in a round have and hold from `from` on.
pub(crate) fn organizations(cx: &mut Cx<'_, '_>, round: RoundId, from: Date) -> Outcome<Vec<Organization>> {
    let mut held: BTreeMap<OrganizationId, BTreeMap<PoolId, Steps>> = BTreeMap::new();
    for one in store::plan::organization_holdings(cx.tx, round, from)? {
        let term = Term::new(one.from_on, one.to_on).map_err(Error::internal)?;
        held.entry(one.organization).or_default().entry(one.pool).or_default().add(term, one.delta.0);
    }
    let mut out = Vec::new();
    for (organization, projects) in store::plan::running_projects(cx.tx, round)? {
        let mut holds = Vec::new();
        for (pool, steps) in held.remove(&organization).unwrap_or_default() {
            holds.push(PoolHolding { pool, held: stretches(from, &steps)? });
        }
        out.push(Organization { organization, projects, holds });
    }
    Ok(out)
}

struct Score {
    milli: i64,
    ties: Vec<i64>,
}

/// What the submitted reviews of each proposal add up to; ties by the resource plan (the rubric's
/// third criterion), then by impact (its fourth; domain.md §8).
fn scores(points: &[ScorePoint], trim_from: i64) -> BTreeMap<ProposalId, Score> {
    let mut reviews: BTreeMap<ProposalId, BTreeMap<ReviewId, Vec<i64>>> = BTreeMap::new();
    for point in points {
        reviews.entry(point.proposal).or_default().entry(point.review).or_default().push(point.points);
    }
    let mut out = BTreeMap::new();
    for (proposal, reviews) in reviews {
        let reviews: Vec<Vec<i64>> = reviews.into_values().collect();
        if let Some(all) = domain::review::aggregate(&reviews, trim_from) {
            let of = |position: usize| all.criteria_milli.get(position).copied().unwrap_or(0);
            out.insert(proposal, Score { milli: all.total_milli, ties: vec![of(2), of(3)] });
        }
    }
    out
}

/// The organizations of the round that gave something back at least `days` before its end since a
/// proposal of theirs was last decided: for them this is the next call (domain.md §7).
fn early_returns(cx: &mut Cx<'_, '_>, round: RoundId, days: i64) -> Outcome<BTreeSet<OrganizationId>> {
    let returns = store::plan::returns(cx.tx, round)?;
    let early = returns.into_iter().filter(|(_, term)| term.days() >= days);
    Ok(early.map(|(organization, _)| organization).collect())
}

/// The bonus points of a proposal in thousandths, if its call has them.
fn bonus_milli(line: &CandidateLine, home: bool, early: &BTreeSet<OrganizationId>) -> i64 {
    if !line.bonus {
        return 0;
    }
    let facts = BonusFacts {
        home_region: home,
        flagship_sector: FLAGSHIP_SECTORS.contains(&line.sector.as_str()),
        youth_founded: line.youth_founded.unwrap_or(false),
        early_return: line.organization.is_some_and(|organization| early.contains(&organization)),
    };
    domain::review::bonus(facts).saturating_mul(1000)
}
