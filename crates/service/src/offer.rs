//! Offers: made by an announced plan or by a refill, answered by the lead, lapsed by the clock.
//!
//! An open offer holds its capacity. Accepting it turns the hold into ledger entries in one
//! transaction, so that the capacity is never free in between and never counted twice.

use domain::access::{Act, Tie};
use domain::award::{AwardState, OfferSource, OfferState, ProjectState};
use domain::ids::{OfferId, ProjectId, ProposalId, UserId};
use domain::ledger::{EntryKind, NewEntry};
use domain::proposal::ProposalState;
use domain::term::Term;
use domain::units::Amount;
use domain::{Code, Reason};
use jiff::Timestamp;
use planner::{Given, ProposalOutcome};
use store::award::{AwardLine, AwardRow};
pub use store::offer::{OfferItem, OfferLine, OfferRow};
use store::plan::Applicant;
use store::project::{MemberRow, ProjectRow};
use texts::Texts;

use crate::mail::Template;
use crate::{Cx, Error, Outcome, agreement, freed, plan};

/// How many lapsed offers are dealt with in one go.
const BATCH: i64 = 50;

/// An offer with what it promises and to whom.
#[derive(Clone, Debug)]
pub struct OfferView {
    /// The offer.
    pub row: OfferRow,
    /// What it promises.
    pub lines: Vec<OfferLine>,
    /// To whom.
    pub applicant: Applicant,
    /// Why it was made.
    pub reasons: Vec<Reason>,
    /// Whether the acting person may answer it now.
    pub answerable: bool,
    /// The project that it became, once accepted.
    pub project: Option<ProjectId>,
}

/// Makes an open offer that holds its capacity. The capacity rule is the caller's to ask once all
/// its offers are made.
pub(crate) fn hold(
    cx: &mut Cx<'_, '_>,
    proposal: ProposalId,
    source: OfferSource,
    outcome: &ProposalOutcome,
    due_at: Timestamp,
) -> Outcome<OfferId> {
    make(cx, proposal, source, &outcome.given, &outcome.reasons, due_at)
}

/// The same from what is given and why.
pub(crate) fn make(
    cx: &mut Cx<'_, '_>,
    proposal: ProposalId,
    source: OfferSource,
    given: &[Given],
    reasons: &[Reason],
    due_at: Timestamp,
) -> Outcome<OfferId> {
    let row = OfferRow {
        id: cx.new_id()?,
        proposal,
        source,
        state: OfferState::Open,
        due_at,
        made_at: cx.now,
        answered_at: None,
        answered_by: None,
        note: String::new(),
        reasons: serde_json::to_string(reasons).map_err(Error::internal)?,
    };
    let lines = lines(row.id, given);
    store::offer::insert(cx.tx, &row, &lines)?;
    store::ledger::hold_offer(cx.tx, row.id, 1)?;
    freed::allot(cx, row.id, given)?;
    cx.audit("offer.made", ("offer", &row.id), &(), &serde_json::json!({ "offer": row, "lines": lines }), "")?;
    Ok(row.id)
}

/// The lines of an offer of these things.
fn lines(offer: OfferId, given: &[Given]) -> Vec<OfferLine> {
    let line = |(position, one): (i64, &Given)| OfferLine {
        offer,
        position,
        product: one.product.clone(),
        pool: one.pool.clone(),
        amount: Amount(one.amount),
        from_on: one.term.from(),
        to_on: one.term.to(),
    };
    (0..).zip(given).map(line).collect()
}

/// One offer.
///
/// # Errors
/// [`Error::NotFound`] for people whom it does not concern.
pub fn show(cx: &mut Cx<'_, '_>, id: OfferId) -> Outcome<OfferView> {
    let (row, applicant) = find(cx, id)?;
    let ties = ties(cx, &applicant)?;
    cx.require_on(Act::OfferRead, Act::OfferRead, &ties)?;
    let answerable = row.state == OfferState::Open && cx.now < row.due_at && cx.actor.may(Act::OfferAnswer, &ties);
    Ok(OfferView {
        lines: store::offer::lines(cx.tx, id)?,
        reasons: serde_json::from_str(&row.reasons).map_err(Error::internal)?,
        project: store::project::of_proposal(cx.tx, row.proposal)?.map(|project| project.id),
        answerable,
        applicant,
        row,
    })
}

/// All offers before a place, newest first.
///
/// # Errors
/// Database errors and lacking permission.
pub fn list(cx: &mut Cx<'_, '_>, before: Option<(Timestamp, OfferId)>, limit: i64) -> Outcome<Vec<OfferItem>> {
    cx.require(Act::OfferList, &[])?;
    Ok(store::offer::list(cx.tx, before, limit.clamp(1, 201))?)
}

/// The offers made to the acting person's proposals before a place, newest first.
///
/// # Errors
/// [`Error::SignInNeeded`].
pub fn mine(cx: &mut Cx<'_, '_>, before: Option<(Timestamp, OfferId)>, limit: i64) -> Outcome<Vec<OfferItem>> {
    let user = cx.user()?;
    Ok(store::offer::of_lead(cx.tx, user, before, limit.clamp(1, 201))?)
}

/// The offers that wait for the acting person's answer, most urgent first, at most 50.
///
/// # Errors
/// [`Error::SignInNeeded`].
pub fn to_answer(cx: &mut Cx<'_, '_>) -> Outcome<Vec<OfferItem>> {
    let user = cx.user()?;
    Ok(store::offer::open_of_lead(cx.tx, user, 50)?)
}

/// Accepts an offer: the project, its award, the ledger's grants and the agreement come to be.
/// Days that passed while the offer was open are not granted.
///
/// # Errors
/// [`Error::Forbidden`] for anyone but the lead; [`Error::Conflict`] if it is not open or due.
pub fn accept(cx: &mut Cx<'_, '_>, id: OfferId) -> Outcome<ProjectId> {
    let (row, applicant) = answerable(cx, id)?;
    let mut granted = Vec::new();
    for line in store::offer::lines(cx.tx, id)? {
        let term = Term::new(line.from_on, line.to_on).map_err(Error::internal)?;
        let term = term.starting(cx.today()).ok_or_else(|| over(&row))?;
        granted.push(Given { product: line.product, pool: line.pool, amount: line.amount.0, term });
    }
    store::offer::answer(cx.tx, id, OfferState::Accepted, cx.actor.user, cx.now, "")?;
    store::ledger::hold_offer(cx.tx, id, -1)?;
    selected(cx, &applicant)?;

    let from_on = granted.iter().map(|one| one.term.from()).min().ok_or_else(|| over(&row))?;
    let to_on = granted.iter().map(|one| one.term.to()).max().ok_or_else(|| over(&row))?;
    let project = new_project(cx, &applicant, from_on, to_on)?;
    let award = grant(cx, project.id, id, &granted)?;
    agreement::draw_up(cx, award.id, &project, &applicant, &granted)?;
    answered(cx, &row, OfferState::Accepted, "")?;
    cx.audit("project.created", ("project", &project.id), &(), &project, "")?;
    Ok(project.id)
}

/// Grants a project that is there what its people asked for themselves: an offer that is accepted as
/// it is made.
///
/// # Errors
/// [`Error::OverCapacity`] with days and shortfall.
pub(crate) fn accepted(
    cx: &mut Cx<'_, '_>,
    project: &ProjectRow,
    given: &Given,
    by: Option<UserId>,
) -> Outcome<AwardRow> {
    let row = OfferRow {
        id: cx.new_id()?,
        proposal: project.proposal,
        source: OfferSource::Reservation,
        state: OfferState::Accepted,
        due_at: cx.now,
        made_at: cx.now,
        answered_at: Some(cx.now),
        answered_by: by,
        note: String::new(),
        reasons: "[]".to_owned(),
    };
    let given = std::slice::from_ref(given);
    store::offer::insert(cx.tx, &row, &lines(row.id, given))?;
    freed::allot(cx, row.id, given)?;
    grant(cx, project.id, row.id, given)
}

/// What an accepted offer becomes: an award with the ledger's grants.
fn grant(cx: &mut Cx<'_, '_>, project: ProjectId, offer: OfferId, granted: &[Given]) -> Outcome<AwardRow> {
    let award = AwardRow { id: cx.new_id()?, project, offer, state: AwardState::Pending, created_at: cx.now };
    let mut lines: Vec<AwardLine> = Vec::new();
    for one in granted {
        let grain = store::center::find_product(cx.tx, &one.product)?.ok_or(Error::NotFound)?.grain;
        match lines.iter_mut().find(|other| other.pool == one.pool) {
            Some(other) => {
                other.from_on = other.from_on.min(one.term.from());
                other.end_on = other.end_on.max(one.term.to());
                other.grain = other.grain.min(grain);
            }
            None => lines.push(AwardLine {
                award: award.id,
                pool: one.pool.clone(),
                product: one.product.clone(),
                grain,
                from_on: one.term.from(),
                end_on: one.term.to(),
            }),
        }
    }
    store::award::insert(cx.tx, &award, &lines)?;
    let entry = |one: &Given| {
        let grain = lines.iter().find(|other| other.pool == one.pool).map_or(1, |other| other.grain.0);
        let new = NewEntry {
            award: award.id,
            pool: one.pool.clone(),
            delta: Amount(one.amount),
            term: one.term,
            kind: EntryKind::Grant,
            corrects: None,
            reason: String::new(),
        };
        (new, grain)
    };
    let entries = granted.iter().map(entry).collect();
    crate::ledger::append(cx, entries)?;
    freed::taken(cx, offer)?;
    Ok(award)
}

/// A proposal that waited on the reserve list is selected once it accepts an offer.
fn selected(cx: &mut Cx<'_, '_>, applicant: &Applicant) -> Outcome<()> {
    let state: ProposalState = applicant.state.parse().map_err(Error::internal)?;
    let next = ProposalState::Selected;
    if !state.may_become(next) {
        return Ok(());
    }
    store::proposal::step(cx.tx, applicant.proposal, state, next)?;
    let (before, after) = (serde_json::json!({ "state": state }), serde_json::json!({ "state": next }));
    cx.audit("proposal.selected", ("proposal", &applicant.proposal), &before, &after, "")
}

/// Declines an offer; what it held goes to the next.
///
/// # Errors
/// As [`accept`].
pub fn decline(cx: &mut Cx<'_, '_>, id: OfferId, reason: &str) -> Outcome<()> {
    let (row, _) = answerable(cx, id)?;
    close(cx, &row, OfferState::Declined, reason)
}

/// Takes an open offer back.
///
/// # Errors
/// [`Error::Forbidden`] for people with a proposal of their own in the round, [`Error::Conflict`] if it
/// is not open; a reason must be given.
pub fn withdraw(cx: &mut Cx<'_, '_>, id: OfferId, reason: &str) -> Outcome<()> {
    cx.require(Act::OfferWithdraw, &[])?;
    let (row, applicant) = find(cx, id)?;
    let ties = plan::ties_in(cx, applicant.round)?;
    cx.require_apart(Act::OfferWithdraw, None, &ties)?;
    if !row.state.may_become(OfferState::Withdrawn) {
        return Err(Error::wrong_state(row.state));
    }
    if domain::text::is_blank(reason) {
        return Err(Error::field("reason", Code::Required));
    }
    close(cx, &row, OfferState::Withdrawn, reason)?;
    tell(cx, &applicant, &row, Template::OfferWithdrawn, reason)
}

/// Lets open offers lapse that were not answered in time: for the clock. Answers how many.
///
/// # Errors
/// Database errors only.
pub fn lapse(cx: &mut Cx<'_, '_>) -> Outcome<u64> {
    let mut count = 0;
    for row in store::offer::overdue(cx.tx, cx.now, BATCH)? {
        let applicant = store::plan::applicant(cx.tx, row.proposal)?.ok_or(Error::NotFound)?;
        close(cx, &row, OfferState::Lapsed, "")?;
        tell(cx, &applicant, &row, Template::OfferLapsed, "")?;
        count += 1;
    }
    Ok(count)
}

/// Ends an open offer without an award: its hold is released and offered on.
fn close(cx: &mut Cx<'_, '_>, row: &OfferRow, state: OfferState, note: &str) -> Outcome<()> {
    let note: String = note.trim().chars().take(1000).collect();
    store::offer::answer(cx.tx, row.id, state, cx.actor.user, cx.now, &note)?;
    store::ledger::hold_offer(cx.tx, row.id, -1)?;
    freed::given_back(cx, row.id)?;
    cx.enqueue("refill", &format!("offer {}", row.id), &())?;
    answered(cx, row, state, &note)
}

fn answered(cx: &mut Cx<'_, '_>, row: &OfferRow, state: OfferState, reason: &str) -> Outcome<()> {
    let before = serde_json::json!({ "state": row.state });
    cx.audit(&format!("offer.{state}"), ("offer", &row.id), &before, &serde_json::json!({ "state": state }), reason)
}

fn tell(cx: &mut Cx<'_, '_>, applicant: &Applicant, row: &OfferRow, kind: Template, reason: &str) -> Outcome<()> {
    let to = plan::recipient(applicant);
    let t = Texts::new(to.lang);
    let args = [
        ("name", applicant.name.clone()),
        ("title", plan::title(applicant, to.lang)),
        ("due", t.deadline(row.due_at)),
        ("reason", reason.to_owned()),
    ];
    crate::mail::post(cx, &to, kind, &args)?;
    Ok(())
}

fn find(cx: &mut Cx<'_, '_>, id: OfferId) -> Outcome<(OfferRow, Applicant)> {
    let row = store::offer::find(cx.tx, id)?.ok_or(Error::NotFound)?;
    let applicant = store::plan::applicant(cx.tx, row.proposal)?.ok_or(Error::NotFound)?;
    Ok((row, applicant))
}

/// The offer, if the acting person may answer it now.
fn answerable(cx: &mut Cx<'_, '_>, id: OfferId) -> Outcome<(OfferRow, Applicant)> {
    let (row, applicant) = find(cx, id)?;
    let ties = ties(cx, &applicant)?;
    cx.require_on(Act::OfferRead, Act::OfferAnswer, &ties)?;
    if row.state != OfferState::Open {
        return Err(Error::wrong_state(row.state));
    }
    if cx.now >= row.due_at {
        return Err(over(&row));
    }
    Ok((row, applicant))
}

fn over(row: &OfferRow) -> Error {
    Error::conflict(Reason::new(Code::OfferOver).with("due", row.due_at))
}

/// How the acting person is tied to a proposal.
pub(crate) fn ties(cx: &mut Cx<'_, '_>, applicant: &Applicant) -> Outcome<Vec<Tie>> {
    let Some(user) = cx.actor.user else { return Ok(Vec::new()) };
    let mut ties = Vec::new();
    if applicant.lead == user {
        ties.push(Tie::Lead);
    }
    if applicant.manager == Some(user) {
        ties.push(Tie::Manager);
    }
    if let Some(organization) = applicant.organization
        && store::plan::organization_tie(cx.tx, organization, user)? == Some(true)
    {
        ties.push(Tie::OrgAdmin);
    }
    Ok(ties)
}

fn new_project(
    cx: &mut Cx<'_, '_>,
    applicant: &Applicant,
    from_on: jiff::civil::Date,
    to_on: jiff::civil::Date,
) -> Outcome<ProjectRow> {
    let year = cx.today().year();
    let number = store::trust::next_number(cx.tx, &format!("project-{year}"))?;
    let project = ProjectRow {
        id: cx.new_id()?,
        number: format!("P{year}-{number:04}"),
        proposal: applicant.proposal,
        organization: plan::organization(applicant)?,
        lead: applicant.lead,
        title_ko: applicant.title_ko.clone(),
        title_en: applicant.title_en.clone(),
        sector: applicant.sector.clone(),
        regional: applicant.regional.unwrap_or(false),
        rnd_cluster: applicant.rnd_cluster,
        state: ProjectState::AgreementPending,
        from_on,
        to_on,
        created_at: cx.now,
    };
    store::project::insert(cx.tx, &project)?;
    let mut people: Vec<(UserId, Tie)> = vec![(applicant.lead, Tie::Lead)];
    people.extend(applicant.manager.filter(|one| *one != applicant.lead).map(|one| (one, Tie::Manager)));
    for (user, tie) in people {
        store::project::put_member(cx.tx, &MemberRow { project: project.id, user, tie, joined_at: cx.now })?;
    }
    Ok(project)
}
