//! Plans of rounds: made from the facts, put forward, approved by a second person, announced.

use std::collections::BTreeMap;

use domain::access::{Act, Tie};
use domain::award::{Decision, OfferSource, PlanState};
use domain::capacity::Shortfall;
use domain::ids::{OrganizationId, PlanId, ProposalId, RoundId};
use domain::policy::PolicyKey;
use domain::term::{Term, add_days};
use domain::text::said;
use domain::{Code, Reason};
use jiff::Timestamp;
pub use planner::{Given, Plan, PlanningInput, PoolUse, ProposalOutcome};
use store::decision::DecisionRow;
pub use store::plan::{Applicant, PlanRow, RoundFacts};
use store::proposal::ProposalRound;
use texts::{Pools, Texts, k};

use crate::mail::{Recipient, Template};
use crate::{Cx, Error, Outcome, facts, offer};

/// A plan with what it says.
#[derive(Clone, Debug)]
pub struct PlanView {
    /// The stored plan.
    pub row: PlanRow,
    /// What it was made from.
    pub input: PlanningInput,
    /// What it says.
    pub plan: Plan,
    /// Whom its proposals concern.
    pub applicants: BTreeMap<ProposalId, Applicant>,
    /// Its round and the round's call.
    pub round: ProposalRound,
    /// Whether the acting person may approve it: it needs a second person.
    pub approvable: bool,
    /// Whether the acting person may send it back: a second person as well.
    pub returnable: bool,
}

/// Makes a plan of a round from the facts of this moment; earlier plans that are not announced
/// step back behind it.
///
/// # Errors
/// [`Error::Conflict`] while a regular round is open or proposals wait for their check or scores.
pub fn make(cx: &mut Cx<'_, '_>, round: RoundId, note: &str) -> Outcome<PlanId> {
    cx.require(Act::PlanMake, &[])?;
    let ties = ties_in(cx, round)?;
    cx.require_apart(Act::PlanMake, None, &ties)?;
    let input = facts::collect(cx, round, cx.today())?;
    let plan = planner::plan(&input);
    let row = PlanRow {
        id: cx.new_id()?,
        round,
        number: store::plan::next_number(cx.tx, round)?,
        state: PlanState::Draft,
        input: serde_json::to_string(&input).map_err(Error::internal)?,
        output: serde_json::to_string(&plan).map_err(Error::internal)?,
        digest: plan.digest.clone(),
        made_by: cx.actor.user,
        made_at: cx.now,
        approved_by: None,
        approved_at: None,
        announced_at: None,
        returned_by: None,
        returned_at: None,
        returned_note: String::new(),
        note: note.chars().take(2000).collect(),
    };
    store::plan::supersede_others(cx.tx, round, row.id)?;
    store::plan::insert(cx.tx, &row)?;
    cx.audit("plan.made", ("plan", &row.id), &(), &serde_json::json!({ "digest": row.digest }), note)?;
    Ok(row.id)
}

/// One plan.
///
/// # Errors
/// [`Error::NotFound`] for people who may not see plans, or if there is none.
pub fn show(cx: &mut Cx<'_, '_>, id: PlanId) -> Outcome<PlanView> {
    cx.require(Act::PlanRead, &[])?;
    let row = find(cx, id)?;
    let input: PlanningInput = serde_json::from_str(&row.input).map_err(Error::internal)?;
    let plan: Plan = serde_json::from_str(&row.output).map_err(Error::internal)?;
    let applicants = store::plan::applicants(cx.tx, row.round)?;
    let ties = ties_within(cx, &applicants);
    let applicants = applicants.into_iter().map(|one| (one.proposal, one)).collect();
    let round = store::proposal::round(cx.tx, row.round)?.ok_or(Error::NotFound)?;
    let may = |act: Act, next: PlanState| {
        row.state.may_become(next) && cx.require(act, &[]).is_ok() && cx.require_apart(act, row.made_by, &ties).is_ok()
    };
    let approvable = may(Act::PlanApprove, PlanState::Approved);
    let returnable = may(Act::PlanReturn, PlanState::Returned);
    Ok(PlanView { row, input, plan, applicants, round, approvable, returnable })
}

/// The plans of a round before a number, newest first.
///
/// # Errors
/// Database errors and lacking permission.
pub fn list(cx: &mut Cx<'_, '_>, round: RoundId, before: Option<i64>, limit: i64) -> Outcome<Vec<PlanRow>> {
    cx.require(Act::PlanRead, &[])?;
    Ok(store::plan::of_round(cx.tx, round, before, limit.clamp(1, 201))?)
}

/// Puts a plan forward for approval.
///
/// # Errors
/// [`Error::Conflict`] unless it is a draft or was sent back.
pub fn propose(cx: &mut Cx<'_, '_>, id: PlanId) -> Outcome<()> {
    cx.require(Act::PlanMake, &[])?;
    let row = find(cx, id)?;
    let ties = ties_in(cx, row.round)?;
    cx.require_apart(Act::PlanMake, None, &ties)?;
    step(&row, PlanState::Proposed)?;
    store::plan::step(cx.tx, id, row.state, PlanState::Proposed)?;
    audit_step(cx, &row, "plan.proposed", PlanState::Proposed)
}

/// How the acting person is tied to a plan: by the proposals of its round.
fn ties_within(cx: &Cx<'_, '_>, applicants: &[Applicant]) -> Vec<Tie> {
    let Some(user) = cx.actor.user else { return Vec::new() };
    let ties = applicants
        .iter()
        .flat_map(|one| [(one.lead == user).then_some(Tie::Lead), (one.manager == Some(user)).then_some(Tie::Manager)]);
    ties.flatten().collect()
}

/// How the acting person is tied to what is decided in a round: by proposals of their own there.
pub(crate) fn ties_in(cx: &mut Cx<'_, '_>, round: RoundId) -> Outcome<Vec<Tie>> {
    let applicants = store::plan::applicants(cx.tx, round)?;
    Ok(ties_within(cx, &applicants))
}

/// Approves a plan, as somebody else than its maker. A plan whose facts have changed is refused
/// with what no longer fits.
///
/// # Errors
/// [`Error::Forbidden`] for its maker and for people with a proposal of their own in it,
/// [`Error::Conflict`] with [`Code::PlanOutdated`].
pub fn approve(cx: &mut Cx<'_, '_>, id: PlanId) -> Outcome<()> {
    cx.require(Act::PlanApprove, &[])?;
    let row = find(cx, id)?;
    let ties = ties_in(cx, row.round)?;
    cx.require_apart(Act::PlanApprove, row.made_by, &ties)?;
    step(&row, PlanState::Approved)?;
    still_true(cx, &row)?;
    store::plan::approve(cx.tx, id, cx.actor.user, cx.now)?;
    audit_step(cx, &row, "plan.approved", PlanState::Approved)
}

/// Sends a plan back to its maker instead of approving it, and tells them why. It can be put forward
/// again, or made anew.
///
/// # Errors
/// [`Error::Forbidden`] for its maker, [`Error::Invalid`] without a reason, [`Error::Conflict`]
/// unless it was put forward.
pub fn send_back(cx: &mut Cx<'_, '_>, id: PlanId, why: &str) -> Outcome<()> {
    cx.require(Act::PlanReturn, &[])?;
    let row = find(cx, id)?;
    let ties = ties_in(cx, row.round)?;
    cx.require_apart(Act::PlanReturn, row.made_by, &ties)?;
    step(&row, PlanState::Returned)?;
    let why = said(why, true).map_err(|fault| Error::field("reason", fault))?;
    store::plan::send_back(cx.tx, id, cx.actor.user, cx.now, why)?;
    cx.audit(
        "plan.returned",
        ("plan", &row.id),
        &serde_json::json!({ "state": row.state }),
        &serde_json::json!({ "state": PlanState::Returned, "digest": row.digest }),
        why,
    )?;
    let Some(maker) = row.made_by else { return Ok(()) };
    let Some(maker) = store::project::person(cx.tx, maker)? else { return Ok(()) };
    let round = store::plan::round_facts(cx.tx, row.round)?.ok_or(Error::NotFound)?;
    let to = Recipient::person(maker.id, &maker.email, &maker.language);
    let args = [
        ("name", maker.name),
        ("round", crate::proposal::title(Texts::new(to.lang), &round.name_ko, &round.name_en)),
        ("number", row.number.to_string()),
        ("reason", why.to_owned()),
        ("link", format!("{}/plans/{id}", cx.identity.public_url)),
    ];
    crate::mail::post(cx, &to, Template::PlanReturned, &args)?;
    Ok(())
}

/// Announces an approved plan, all of it at once: a decision for every proposal, offers that hold
/// their capacity for the selected, a place for those on the reserve list, and a letter to each.
///
/// # Errors
/// [`Error::Conflict`] unless it is approved and still true; [`Error::OverCapacity`] never, if it
/// is true.
pub fn announce(cx: &mut Cx<'_, '_>, id: PlanId) -> Outcome<()> {
    cx.require(Act::PlanAnnounce, &[])?;
    let row = find(cx, id)?;
    let ties = ties_in(cx, row.round)?;
    cx.require_apart(Act::PlanAnnounce, None, &ties)?;
    step(&row, PlanState::Announced)?;
    let input = still_true(cx, &row)?;
    let plan: Plan = serde_json::from_str(&row.output).map_err(Error::internal)?;
    let round = store::plan::round_facts(cx.tx, row.round)?.ok_or(Error::NotFound)?;
    let policy = cx.policy()?;
    let reserve_until = add_days(cx.today(), policy.int(PolicyKey::ReserveValidDays));
    let due_at = due_after(cx, round.offer_days);
    let scores: BTreeMap<ProposalId, i64> = input.proposals.iter().map(|one| (one.proposal, one.score_milli)).collect();
    let mut applicants: BTreeMap<ProposalId, Applicant> =
        store::plan::applicants(cx.tx, row.round)?.into_iter().map(|one| (one.proposal, one)).collect();

    store::plan::announce(cx.tx, id, cx.now)?;
    let mut given: Vec<Given> = Vec::new();
    for outcome in &plan.outcomes {
        let outcome = &from_today(cx, outcome)?;
        let applicant = applicants
            .remove(&outcome.proposal)
            .ok_or_else(|| Error::internal(format!("plan {id} names proposal {}", outcome.proposal)))?;
        let score_milli = scores.get(&outcome.proposal).copied().unwrap_or_default();
        let home = applicant.region.as_deref();
        let regional = home.is_some_and(|region| cx.identity.is_home(region, applicant.district.as_deref()));
        store::plan::decide_proposal(cx.tx, &applicant, outcome.decision.as_str(), regional, score_milli)?;
        let decision = DecisionRow {
            proposal: outcome.proposal,
            round: row.round,
            plan: id,
            outcome: outcome.decision,
            reserve_rank: outcome.reserve_rank,
            reserve_until: outcome.reserve_rank.map(|_| reserve_until),
            score_milli,
            reasons: serde_json::to_string(&outcome.reasons).map_err(Error::internal)?,
            decided_at: cx.now,
        };
        store::decision::insert(cx.tx, &decision)?;
        if outcome.decision == Decision::Selected {
            offer::hold(cx, outcome.proposal, OfferSource::Plan, outcome, due_at)?;
            given.extend(outcome.given.iter().cloned());
        }
        letter(cx, &applicant, outcome, &decision, due_at)?;
    }
    let short = over(cx, &given.iter().collect::<Vec<_>>())?;
    if !short.is_empty() {
        return Err(Error::OverCapacity(short));
    }
    if round.kind != "rolling" {
        store::plan::close_round(cx.tx, row.round, cx.now)?;
    }
    // Who waits may fit into what the plan left.
    cx.enqueue("refill", &format!("plan {id}"), &())?;
    audit_step(cx, &row, "plan.announced", PlanState::Announced)
}

/// What a plan gives a proposal, without the days that passed since it was made.
fn from_today(cx: &Cx<'_, '_>, outcome: &ProposalOutcome) -> Outcome<ProposalOutcome> {
    let mut out = outcome.clone();
    for one in &mut out.given {
        one.term = one.term.starting(cx.today()).ok_or_else(|| Error::conflict(Code::PlanOutdated))?;
    }
    Ok(out)
}

/// The end of the day that is `days` calendar days from today, moved to a business day.
pub(crate) fn due_after(cx: &Cx<'_, '_>, days: i64) -> Timestamp {
    let calendar = &cx.identity.calendar;
    calendar.midnight(add_days(calendar.period_end(cx.today(), days), 1))
}

/// The days on which pools are short after `given` was put on hold.
pub(crate) fn over(cx: &mut Cx<'_, '_>, given: &[&Given]) -> Outcome<Vec<Shortfall>> {
    let mut by_pool: BTreeMap<&domain::ids::PoolId, Vec<Term>> = BTreeMap::new();
    for one in given {
        by_pool.entry(&one.pool).or_default().push(one.term);
    }
    let mut short = Vec::new();
    for (pool, terms) in by_pool {
        short.extend(crate::ledger::over(cx, pool, &terms)?);
    }
    Ok(short)
}

fn find(cx: &mut Cx<'_, '_>, id: PlanId) -> Outcome<PlanRow> {
    store::plan::find(cx.tx, id)?.ok_or(Error::NotFound)
}

fn step(row: &PlanRow, next: PlanState) -> Outcome<()> {
    if row.state.may_become(next) { Ok(()) } else { Err(Error::wrong_state(row.state)) }
}

fn audit_step(cx: &mut Cx<'_, '_>, row: &PlanRow, action: &str, next: PlanState) -> Outcome<()> {
    cx.audit(
        action,
        ("plan", &row.id),
        &serde_json::json!({ "state": row.state }),
        &serde_json::json!({ "state": next, "digest": row.digest }),
        "",
    )
}

/// Collects the facts again: the plan stands only if they are the same, as far as its envelopes go.
fn still_true(cx: &mut Cx<'_, '_>, row: &PlanRow) -> Outcome<PlanningInput> {
    // As of the day on which it was made: that a night has passed changes no fact.
    let day = cx.identity.calendar.date(row.made_at);
    let now = facts::collect(cx, row.round, day)?;
    if now.digest() == row.digest {
        return Ok(now);
    }
    let before: PlanningInput = serde_json::from_str(&row.input).map_err(Error::internal)?;
    if before.digest() == row.digest && now.within_envelopes().digest() == before.within_envelopes().digest() {
        return Ok(now);
    }
    let mut reasons = vec![Reason::new(Code::PlanOutdated)];
    let old: Plan = serde_json::from_str(&row.output).map_err(Error::internal)?;
    for used in &old.pools {
        let free = crate::ledger::free(cx, &used.pool)?;
        for stretch in &used.given {
            let left = free.min_within(stretch.term);
            if left < stretch.amount {
                let short = Shortfall {
                    pool: used.pool.clone(),
                    term: stretch.term,
                    allocatable: left,
                    wanted: stretch.amount,
                };
                reasons.push(short.reason());
            }
        }
    }
    reasons.truncate(20);
    Err(Error::Conflict(reasons))
}

/// The letter about a decision, in the applicant's language, with score and reasons.
fn letter(
    cx: &mut Cx<'_, '_>,
    applicant: &Applicant,
    outcome: &ProposalOutcome,
    decision: &DecisionRow,
    due_at: Timestamp,
) -> Outcome<()> {
    let to = recipient(applicant);
    let t = Texts::new(to.lang);
    let reasons: Vec<String> =
        outcome.reasons.iter().map(|reason| format!("- {}", t.reason(reason, &cx.identity.pools))).collect();
    let centi = domain::units::rounded_div(decision.score_milli, 10);
    let args = [
        ("name", applicant.name.clone()),
        ("title", title(applicant, to.lang)),
        ("score", format!("{}.{:02}", centi / 100, centi % 100)),
        ("reasons", reasons.join("\n")),
        ("given", given_text(t, &cx.identity.pools, &outcome.given)),
        ("rank", decision.reserve_rank.unwrap_or_default().to_string()),
        ("until", decision.reserve_until.map(|day| t.date(day)).unwrap_or_default()),
        ("due", t.deadline(due_at)),
        ("link", format!("{}/proposals/{}", cx.identity.public_url, applicant.proposal)),
    ];
    let template = match outcome.decision {
        Decision::Selected => Template::PlanSelected,
        Decision::Reserve => Template::PlanReserve,
        Decision::Rejected => Template::PlanRejected,
    };
    crate::mail::post(cx, &to, template, &args)?;
    Ok(())
}

/// The lead of a proposal as the recipient of a mail.
pub(crate) fn recipient(applicant: &Applicant) -> Recipient {
    Recipient::person(applicant.lead, &applicant.email, &applicant.language)
}

/// The title of an applicant's proposal in a language.
pub(crate) fn title(applicant: &Applicant, lang: texts::Lang) -> String {
    crate::proposal::title(Texts::new(lang), &applicant.title_ko, &applicant.title_en)
}

/// What is given, one line per pool, for letters and agreements.
pub(crate) fn given_text(t: Texts, pools: &Pools, given: &[Given]) -> String {
    let lines = given.iter().map(|one| {
        t.f(
            k::AWARD_GIVEN_LINE,
            &[
                ("pool", pools.name(t, &one.pool).into()),
                ("amount", pools.amount(t, &one.pool, one.amount).into()),
                ("from", t.date(one.term.from()).into()),
                ("last", t.date(one.term.last_day()).into()),
            ],
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The organization of an applicant; a submitted proposal has one.
pub(crate) fn organization(applicant: &Applicant) -> Outcome<OrganizationId> {
    applicant
        .organization
        .ok_or_else(|| Error::internal(format!("proposal {} has no organization", applicant.proposal)))
}

/// The rounds for which plans can be made before a place, latest closing first.
///
/// # Errors
/// Database errors and lacking permission.
pub fn rounds(cx: &mut Cx<'_, '_>, before: Option<(Timestamp, RoundId)>, limit: i64) -> Outcome<Vec<RoundFacts>> {
    cx.require(Act::PlanRead, &[])?;
    Ok(store::plan::rounds(cx.tx, before, limit.clamp(1, 201))?)
}

/// One round with its plans before a number, newest first.
///
/// # Errors
/// [`Error::NotFound`] and lacking permission.
pub fn of_round(
    cx: &mut Cx<'_, '_>,
    round: RoundId,
    before: Option<i64>,
    limit: i64,
) -> Outcome<(RoundFacts, Vec<PlanRow>)> {
    let plans = list(cx, round, before, limit)?;
    Ok((store::plan::round_facts(cx.tx, round)?.ok_or(Error::NotFound)?, plans))
}
