//! Reviews: assigned by the office, read and scored by reviewers who declared no conflict.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::{Act, Tie};
use domain::call::REMINDER_DAYS;
use domain::ids::{CriterionId, ProposalId, ReviewId, RoundId, UserId};
use domain::policy::PolicyKey;
use domain::proposal::ProposalState;
use domain::review::{Aggregate, Needing, ReviewState, aggregate, check_points, suggest};
use domain::term::add_days;
use domain::text::said;
use domain::{Code, Reason};
use jiff::civil::Date;
pub use store::call::CriterionRow;
use store::proposal::{NamedLine, ProposalRound, ProposalRow};
pub use store::review::{MyReview, ReviewItem, ReviewRow, ReviewerItem};
use texts::Texts;

use crate::call::too_long;
use crate::mail::{Recipient, Template};
use crate::proposal::{audit_step, readable, title};
use crate::{Cx, Error, Outcome};

/// The longest comment.
pub const COMMENT_MAX: usize = 4_000;
/// The most proposals that are given reviewers in one go.
const FILL_MAX: i64 = 1000;
/// How many reminders are sent in one go.
const BATCH: i64 = 50;

/// What a reviewer writes; points may be missing until it is handed in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReviewChange {
    /// The points by the criteria's order.
    pub points: Vec<Option<i64>>,
    /// What the applicant is told.
    pub comment_applicant: String,
    /// What the committee is told.
    pub comment_committee: String,
}

/// A review as its reviewer sees it.
#[derive(Clone, Debug)]
pub struct ReviewView {
    /// The review.
    pub row: ReviewRow,
    /// The proposal's titles: all that is seen before a conflict is ruled out, with the
    /// organization's name.
    pub titles: (String, String),
    /// The organization's names.
    pub organization: Option<(String, String)>,
    /// The round.
    pub round: ProposalRound,
    /// The proposal and what it asks for, once no conflict was declared.
    pub proposal: Option<(ProposalRow, Vec<NamedLine>)>,
    /// The criteria with the points given so far.
    pub criteria: Vec<(CriterionRow, Option<i64>)>,
}

/// The reviews of a proposal as the office sees them.
#[derive(Clone, Debug)]
pub struct ProposalReviews {
    /// The proposal.
    pub proposal: ProposalRow,
    /// Its round.
    pub round: ProposalRound,
    /// Its reviews.
    pub reviews: Vec<ReviewItem>,
    /// Who else could review it, least busy first.
    pub candidates: Vec<ReviewerItem>,
    /// The fewest reviewers that it needs.
    pub min: i64,
    /// What the submitted reviews add up to.
    pub aggregate: Option<Aggregate>,
    /// Whether reviewers can be assigned now.
    pub assignable: bool,
}

/// The reviews of one proposal, for the office.
///
/// # Errors
/// [`Error::NotFound`] and lacking permission.
pub fn of_proposal(cx: &mut Cx<'_, '_>, id: ProposalId) -> Outcome<ProposalReviews> {
    cx.require(Act::ReviewRead, &[])?;
    let (proposal, _, round, ties) = readable(cx, id)?;
    // The office's people do not see the reviews of their own proposals.
    if ties.iter().any(|tie| matches!(tie, Tie::Lead | Tie::Manager)) {
        return Err(Error::NotFound);
    }
    let policy = cx.policy()?;
    let reviews = store::review::of_proposal(cx.tx, id)?;
    let totals: Vec<Vec<i64>> = reviews
        .iter()
        .filter(|review| review.state == ReviewState::Submitted)
        .filter_map(|review| review.points.map(|points| vec![points]))
        .collect();
    Ok(ProposalReviews {
        candidates: store::review::candidates(cx.tx, id, 200)?,
        min: policy.int(PolicyKey::ReviewMinReviewers),
        aggregate: aggregate(&totals, policy.int(PolicyKey::ReviewTrimFrom)),
        assignable: takes_reviewers(proposal.state) && cx.actor.may(Act::ReviewAssign, &[]),
        proposal,
        round,
        reviews,
    })
}

fn takes_reviewers(state: ProposalState) -> bool {
    matches!(state, ProposalState::EligibilityOk | ProposalState::InReview | ProposalState::Ranked)
}

/// Assigns reviewers to a proposal, beside those it has.
///
/// # Errors
/// [`Error::Invalid`] at `reviewers` for people who are no reviewers or are tied to the proposal,
/// and if it would have fewer than the policy asks for; [`Error::Conflict`] if it is not up for
/// review.
pub fn assign(cx: &mut Cx<'_, '_>, id: ProposalId, reviewers: &[UserId]) -> Outcome<()> {
    cx.require(Act::ReviewAssign, &[])?;
    let (proposal, _, round, ties) = readable(cx, id)?;
    cx.require_apart(Act::ReviewAssign, None, &ties)?;
    if !takes_reviewers(proposal.state) {
        return Err(Error::wrong_state(proposal.state));
    }
    let reviewers: BTreeSet<UserId> = reviewers.iter().copied().collect();
    if reviewers.is_empty() {
        return Err(Error::field("reviewers", Code::Required));
    }
    let free: BTreeSet<UserId> = store::review::candidates(cx.tx, id, 1000)?.iter().map(|one| one.id).collect();
    if !reviewers.is_subset(&free) {
        let known: BTreeSet<UserId> =
            store::review::reviewers(cx.tx, round.id, 1000)?.iter().map(|one| one.id).collect();
        let code = if reviewers.is_subset(&known) { Code::ReviewerTied } else { Code::NotAReviewer };
        return Err(Error::field("reviewers", code));
    }
    let present = store::review::of_proposal(cx.tx, id)?;
    let live = present.iter().filter(|review| review.state != ReviewState::Conflict).count();
    let count = i64::try_from(live.saturating_add(reviewers.len())).unwrap_or(i64::MAX);
    let min = cx.policy()?.int(PolicyKey::ReviewMinReviewers);
    if count < min {
        let reason = Reason::new(Code::TooFewReviewers).with("min", min).with("count", count);
        return Err(Error::field("reviewers", reason));
    }
    let pairs: Vec<(ProposalId, UserId)> = reviewers.into_iter().map(|user| (id, user)).collect();
    put(cx, &round, &pairs, &BTreeMap::from([(id, proposal.state)]))
}

/// Gives every proposal of a round that has fewer reviewers than the policy asks for as many as it
/// lacks, spreading the work evenly. Answers how many were assigned.
///
/// # Errors
/// [`Error::NotFound`] and lacking permission; [`Error::Conflict`] if there are too few reviewers
/// for one of the proposals.
pub fn fill(cx: &mut Cx<'_, '_>, round: RoundId) -> Outcome<u64> {
    cx.require(Act::ReviewAssign, &[])?;
    let round = store::proposal::round(cx.tx, round)?.ok_or(Error::NotFound)?;
    let min = cx.policy()?.int(PolicyKey::ReviewMinReviewers);
    let proposals = store::review::assignable(cx.tx, round.id, FILL_MAX)?;
    let people = store::review::reviewers(cx.tx, round.id, 1000)?;
    let members = store::review::members_of_applicants(cx.tx, round.id)?;
    let present = store::review::of_round(cx.tx, round.id)?;
    let mut needing = Vec::new();
    for one in &proposals {
        let mine = || present.iter().filter(|(proposal, _, _)| *proposal == one.id);
        let live = mine().filter(|(_, _, state)| *state != ReviewState::Conflict).count();
        let wanted = usize::try_from(min).unwrap_or(0).saturating_sub(live);
        let mut excluded: BTreeSet<UserId> = mine().map(|(_, user, _)| *user).collect();
        excluded.insert(one.lead);
        excluded.extend(one.manager);
        excluded.extend(members.iter().filter(|(org, _)| Some(*org) == one.organization).map(|(_, user)| *user));
        needing.push(Needing { proposal: one.id, wanted, excluded });
    }
    let load = people.iter().map(|one| (one.id, usize::try_from(one.load).unwrap_or(0))).collect();
    let pairs = suggest(&needing, &load);
    let wanted: usize = needing.iter().map(|one| one.wanted).sum();
    if pairs.len() < wanted {
        let short = needing.iter().find(|one| pairs.iter().filter(|(id, _)| *id == one.proposal).count() < one.wanted);
        let got = short.map_or(0, |one| {
            let missing = one.wanted.saturating_sub(pairs.iter().filter(|(id, _)| *id == one.proposal).count());
            min.saturating_sub(i64::try_from(missing).unwrap_or(0))
        });
        return Err(Error::conflict(Reason::new(Code::TooFewReviewers).with("min", min).with("count", got)));
    }
    let mut states = BTreeMap::new();
    for (proposal, _) in &pairs {
        if !states.contains_key(proposal) {
            let row = store::proposal::find(cx.tx, *proposal)?.ok_or(Error::NotFound)?;
            states.insert(*proposal, row.state);
        }
    }
    put(cx, &round, &pairs, &states)?;
    Ok(u64::try_from(pairs.len()).unwrap_or(u64::MAX))
}

/// How the reviews of a round stand.
#[derive(Clone, Debug)]
pub struct RoundReviews {
    /// The round.
    pub round: ProposalRound,
    /// The active reviewers with their load.
    pub reviewers: Vec<ReviewerItem>,
    /// How many proposals are up for review.
    pub proposals: i64,
    /// How many of them have fewer reviewers than the policy asks for.
    pub lacking: i64,
    /// How many reviews are in each state.
    pub counts: Vec<(ReviewState, i64)>,
    /// The fewest reviewers that a proposal needs.
    pub min: i64,
    /// Whether reviewers can be assigned by the acting person.
    pub assignable: bool,
}

/// How the reviews of a round stand, for the office.
///
/// # Errors
/// [`Error::NotFound`] and lacking permission.
pub fn of_round(cx: &mut Cx<'_, '_>, round: RoundId) -> Outcome<RoundReviews> {
    cx.require(Act::ReviewRead, &[])?;
    let round = store::proposal::round(cx.tx, round)?.ok_or(Error::NotFound)?;
    let min = cx.policy()?.int(PolicyKey::ReviewMinReviewers);
    let proposals = store::review::assignable(cx.tx, round.id, FILL_MAX)?;
    let present = store::review::of_round(cx.tx, round.id)?;
    let mut live: BTreeMap<ProposalId, i64> = proposals.iter().map(|one| (one.id, 0)).collect();
    let mut counts: BTreeMap<ReviewState, i64> = BTreeMap::new();
    for (proposal, _, state) in &present {
        let count = counts.entry(*state).or_default();
        *count = count.saturating_add(1);
        if let Some(live) = live.get_mut(proposal).filter(|_| *state != ReviewState::Conflict) {
            *live = live.saturating_add(1);
        }
    }
    let lacking = live.values().filter(|live| **live < min).count();
    Ok(RoundReviews {
        reviewers: store::review::reviewers(cx.tx, round.id, 200)?,
        proposals: i64::try_from(live.len()).unwrap_or(i64::MAX),
        lacking: i64::try_from(lacking).unwrap_or(i64::MAX),
        counts: counts.into_iter().collect(),
        min,
        assignable: cx.actor.may(Act::ReviewAssign, &[]),
        round,
    })
}

/// Records assignments, moves the proposals on and writes each reviewer one mail.
fn put(
    cx: &mut Cx<'_, '_>,
    round: &ProposalRound,
    pairs: &[(ProposalId, UserId)],
    states: &BTreeMap<ProposalId, ProposalState>,
) -> Outcome<()> {
    let mut counts: BTreeMap<UserId, i64> = BTreeMap::new();
    for (proposal, reviewer) in pairs {
        let row = ReviewRow {
            id: cx.new_id()?,
            proposal: *proposal,
            reviewer: *reviewer,
            state: ReviewState::Assigned,
            comment_applicant: String::new(),
            comment_committee: String::new(),
            conflict: String::new(),
            assigned_at: cx.now,
            assigned_by: cx.actor.user,
            submitted_at: None,
            version: 1,
            saved_from: String::new(),
        };
        store::review::insert(cx.tx, &row)?;
        let after = serde_json::json!({ "proposal": proposal, "reviewer": reviewer });
        cx.audit("review.assigned", ("review", &row.id), &(), &after, "")?;
        let count = counts.entry(*reviewer).or_default();
        *count = count.saturating_add(1);
    }
    for (proposal, state) in states {
        if *state != ProposalState::InReview {
            store::proposal::step(cx.tx, *proposal, *state, ProposalState::InReview)?;
            audit_step(cx, *proposal, *state, ProposalState::InReview, "proposal.in_review", "")?;
        }
    }
    for (reviewer, count) in counts {
        let Some((name, email, language)) = store::review::person(cx.tx, reviewer)? else { continue };
        let to = Recipient::person(reviewer, &email, &language);
        let t = Texts::new(to.lang);
        let args = [
            ("name", name),
            ("count", t.int(count)),
            ("call", title(t, &round.title_ko, &round.title_en)),
            ("due", t.date(round.review_due_on)),
            ("link", format!("{}/reviews", cx.identity.public_url)),
        ];
        crate::mail::post(cx, &to, Template::ReviewAssigned, &args)?;
    }
    Ok(())
}

/// Takes an assignment back that its reviewer has not begun.
///
/// # Errors
/// [`Error::Conflict`] if it was begun.
pub fn unassign(cx: &mut Cx<'_, '_>, id: ReviewId) -> Outcome<()> {
    cx.require(Act::ReviewAssign, &[])?;
    let row = store::review::find(cx.tx, id)?.ok_or(Error::NotFound)?;
    if row.state != ReviewState::Assigned {
        return Err(Error::wrong_state(row.state));
    }
    store::review::unassign(cx.tx, id)?;
    cx.audit("review.unassigned", ("review", &id), &row, &(), "")
}

/// The acting reviewer's reviews after a place: those that wait first, soonest due first.
///
/// # Errors
/// Database errors and lacking permission.
pub fn mine(cx: &mut Cx<'_, '_>, after: Option<(bool, Date, ReviewId)>, limit: i64) -> Outcome<Vec<MyReview>> {
    cx.require(Act::ReviewList, &[])?;
    let user = cx.user()?;
    Ok(store::review::of_reviewer(cx.tx, user, after, limit.clamp(1, 201))?)
}

/// One review, for its reviewer.
///
/// # Errors
/// [`Error::NotFound`] for everybody else.
pub fn show(cx: &mut Cx<'_, '_>, id: ReviewId) -> Outcome<ReviewView> {
    let row = own(cx, id)?;
    let proposal = store::proposal::find(cx.tx, row.proposal)?.ok_or(Error::NotFound)?;
    let (party, round) = store::proposal::behind(cx.tx, row.proposal, cx.actor.user)?.ok_or(Error::NotFound)?;
    let titles = (proposal.title_ko.clone(), proposal.title_en.clone());
    let criteria = store::call::scored_criteria(cx.tx, round.call, id)?;
    let proposal =
        if row.state.reads() { Some((proposal, store::proposal::named_lines(cx.tx, row.proposal)?)) } else { None };
    Ok(ReviewView {
        row,
        titles,
        organization: party.organization_ko.zip(party.organization_en),
        round,
        proposal,
        criteria,
    })
}

/// Declares that there is no conflict of interest: the proposal can be read and scored.
///
/// # Errors
/// [`Error::Conflict`] if this was declared before.
pub fn begin(cx: &mut Cx<'_, '_>, id: ReviewId) -> Outcome<()> {
    let row = own(cx, id)?;
    step(cx, &row, ReviewState::Draft, "", "review.begun")
}

/// Declares a conflict of interest: the review is off, and the office is to find somebody else.
///
/// # Errors
/// [`Error::Invalid`] without a reason; [`Error::Conflict`] after handing in.
pub fn declare_conflict(cx: &mut Cx<'_, '_>, id: ReviewId, reason: &str) -> Outcome<()> {
    let row = own(cx, id)?;
    let reason = said(reason, true).map_err(|fault| Error::field("reason", fault))?;
    step(cx, &row, ReviewState::Conflict, reason, "review.conflict_declared")?;
    // Points of somebody with an interest count for nothing.
    Ok(store::review::set_points(cx.tx, id, &[])?)
}

fn step(cx: &mut Cx<'_, '_>, row: &ReviewRow, next: ReviewState, conflict: &str, action: &str) -> Outcome<()> {
    if !row.state.may_become(next) {
        return Err(Error::wrong_state(row.state));
    }
    let changed = ReviewRow { state: next, conflict: conflict.to_owned(), ..row.clone() };
    store::review::update(cx.tx, &changed)?;
    let states = |state: ReviewState| serde_json::json!({ "state": state });
    cx.audit(action, ("review", &row.id), &states(row.state), &states(next), conflict)
}

/// Saves a review that is being written: points may be missing, those that are there are valid.
/// `version` is the one that was read; `from` names the open form, whose own earlier saves are no
/// change by others (empty for callers that have no such name). Answers the new version.
///
/// # Errors
/// [`Error::Invalid`] per field; [`Error::Conflict`] if it is not being written, is no longer
/// needed, or was changed after `version`.
pub fn save(cx: &mut Cx<'_, '_>, id: ReviewId, version: i64, from: &str, change: &ReviewChange) -> Outcome<i64> {
    let (row, criteria) = writable(cx, id)?;
    let max: Vec<i64> = criteria.iter().map(|(criterion, _)| criterion.max_points).collect();
    let mut faults = check_points(&change.points, &max);
    faults.retain(|fault| fault.reason.code != Code::Required);
    let row = as_read(row, version, from);
    write(cx, &row, change, &criteria, faults, ReviewState::Draft)?;
    let next = row.version.saturating_add(1);
    cx.audit("review.saved", ("review", &id), &(), &serde_json::json!({ "version": next }), "")?;
    Ok(next)
}

/// Hands a review in.
///
/// # Errors
/// As [`save`], and every criterion needs its points and the applicant a comment.
pub fn submit(cx: &mut Cx<'_, '_>, id: ReviewId, version: i64, from: &str, change: &ReviewChange) -> Outcome<()> {
    let (row, criteria) = writable(cx, id)?;
    let max: Vec<i64> = criteria.iter().map(|(criterion, _)| criterion.max_points).collect();
    let mut faults = check_points(&change.points, &max);
    if domain::text::is_blank(&change.comment_applicant) {
        faults.push(Reason::new(Code::Required).at("comment_applicant"));
    }
    write(cx, &as_read(row.clone(), version, from), change, &criteria, faults, ReviewState::Submitted)?;
    let after = serde_json::json!({ "state": ReviewState::Submitted, "points": change.points });
    cx.audit("review.submitted", ("review", &id), &serde_json::json!({ "state": row.state }), &after, "")?;
    rank(cx, row.proposal)
}

/// A proposal all of whose reviews are in, and enough of them, waits for the plan.
fn rank(cx: &mut Cx<'_, '_>, id: ProposalId) -> Outcome<()> {
    let reviews = store::review::of_proposal(cx.tx, id)?;
    let count = |state: ReviewState| reviews.iter().filter(|review| review.state == state).count();
    let pending = count(ReviewState::Assigned).saturating_add(count(ReviewState::Draft));
    let min = cx.policy()?.int(PolicyKey::ReviewMinReviewers);
    if pending > 0 || i64::try_from(count(ReviewState::Submitted)).unwrap_or(i64::MAX) < min {
        return Ok(());
    }
    let proposal = store::proposal::find(cx.tx, id)?.ok_or(Error::NotFound)?;
    if proposal.state.may_become(ProposalState::Ranked) {
        store::proposal::step(cx.tx, id, proposal.state, ProposalState::Ranked)?;
        audit_step(cx, id, proposal.state, ProposalState::Ranked, "proposal.ranked", "")?;
    }
    Ok(())
}

type Scored = Vec<(CriterionRow, Option<i64>)>;

fn writable(cx: &mut Cx<'_, '_>, id: ReviewId) -> Outcome<(ReviewRow, Scored)> {
    let row = own(cx, id)?;
    if row.state != ReviewState::Draft {
        return Err(Error::wrong_state(row.state));
    }
    let proposal = store::proposal::find(cx.tx, row.proposal)?.ok_or(Error::NotFound)?;
    // What is withdrawn or decided is scored no more.
    if !takes_reviewers(proposal.state) {
        return Err(Error::wrong_state(proposal.state));
    }
    let round = store::proposal::round(cx.tx, proposal.round)?.ok_or(Error::NotFound)?;
    let criteria = store::call::scored_criteria(cx.tx, round.call, id)?;
    Ok((row, criteria))
}

/// The row as its form knows it: at the version that was read, or at the present one if the form
/// itself saved last.
fn as_read(row: ReviewRow, version: i64, from: &str) -> ReviewRow {
    let own = !from.is_empty() && row.saved_from == from;
    ReviewRow { version: if own { row.version } else { version }, saved_from: from.chars().take(40).collect(), ..row }
}

fn write(
    cx: &mut Cx<'_, '_>,
    row: &ReviewRow,
    change: &ReviewChange,
    criteria: &Scored,
    mut faults: Vec<domain::FieldError>,
    state: ReviewState,
) -> Outcome<()> {
    too_long(&change.comment_applicant, COMMENT_MAX, "comment_applicant", &mut faults);
    too_long(&change.comment_committee, COMMENT_MAX, "comment_committee", &mut faults);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let changed = ReviewRow {
        state,
        comment_applicant: change.comment_applicant.trim().to_owned(),
        comment_committee: change.comment_committee.trim().to_owned(),
        submitted_at: (state == ReviewState::Submitted).then_some(cx.now),
        ..row.clone()
    };
    store::review::update(cx.tx, &changed)?;
    let points: Vec<(CriterionId, i64)> = criteria
        .iter()
        .zip(&change.points)
        .filter_map(|((criterion, _), points)| points.map(|points| (criterion.id, points)))
        .collect();
    Ok(store::review::set_points(cx.tx, row.id, &points)?)
}

/// The acting reviewer's own review.
fn own(cx: &mut Cx<'_, '_>, id: ReviewId) -> Outcome<ReviewRow> {
    let user = cx.user()?;
    let row = store::review::find(cx.tx, id)?.ok_or(Error::NotFound)?;
    let ties: &[Tie] = if row.reviewer == user { &[Tie::AssignedReviewer] } else { &[] };
    cx.require_on(Act::ReviewWrite, Act::ReviewWrite, ties)?;
    Ok(row)
}

/// Reminds reviewers of what is due soon: once per review and day of deadline, in one mail for all that
/// they have to hand in by that day. What was assigned that late needs no reminder.
pub(crate) fn remind(cx: &mut Cx<'_, '_>) -> Outcome<u64> {
    let today = cx.today();
    let mut late: BTreeMap<(UserId, Date), (store::review::DueReview, i64)> = BTreeMap::new();
    for one in store::review::due(cx.tx, today, add_days(today, REMINDER_DAYS), BATCH)? {
        let key = format!("review-due {} {}", one.id, one.review_due_on);
        let soon = cx.identity.calendar.date(one.assigned_at) >= add_days(one.review_due_on, -REMINDER_DAYS);
        if store::trust::first_time(cx.tx, &key, cx.now)? && !soon {
            let (_, count) = late.entry((one.reviewer, one.review_due_on)).or_insert((one, 0));
            *count = count.saturating_add(1);
        }
    }
    for (one, count) in late.values() {
        let to = Recipient::person(one.reviewer, &one.email, &one.language);
        let t = Texts::new(to.lang);
        let args = [
            ("name", one.name.clone()),
            ("count", t.int(*count)),
            ("due", t.date(one.review_due_on)),
            ("link", format!("{}/reviews", cx.identity.public_url)),
        ];
        crate::mail::post(cx, &to, Template::ReviewDue, &args)?;
    }
    u64::try_from(late.len()).map_err(Error::internal)
}
