//! Proposals: begun in an open round, saved however unfinished, submitted in time or told why not,
//! corrected when returned, withdrawn.

use domain::access::{Act, Tie};
use domain::award::{Decision, OfferState};
use domain::call::{CallState, REMINDER_DAYS};
use domain::ids::{OfferId, OrganizationId, ProposalId, RoundId, UserId};
use domain::proposal::{
    DraftLine, MAX_LINES, Offering, ProductLimits, ProposalState, RequestedLine, Sector, check_lines,
};
use domain::{Code, FieldError, Reason};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use store::proposal::Event;
pub use store::proposal::{
    Competition, LineRow, NamedLine, Party, ProposalItem, ProposalRound, ProposalRow, RoundItem, Waiting,
};
pub use store::review::ReviewItem;
use texts::{Lang, Texts};

use crate::call::{PoolShare, ProductRow, TITLE_MAX, too_long};
use crate::mail::{Recipient, Template};
use crate::{Channel, Cx, Error, Outcome};

/// The longest summary.
pub const SUMMARY_MAX: usize = 4_000;
/// The longest plan of use.
pub const USAGE_PLAN_MAX: usize = 10_000;
/// How many reminders are sent in one go.
const BATCH: i64 = 50;

/// What a proposal says, as typed: anything may be missing while it is a draft.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProposalChange {
    /// Korean title.
    pub title_ko: String,
    /// English title.
    pub title_en: String,
    /// What it is about.
    pub summary: String,
    /// How the resources will be used: model, data, GPU hours, schedule.
    pub usage_plan: String,
    /// A [`Sector`], or empty.
    pub sector: String,
    /// Whether it belongs to the cluster's R&D.
    pub rnd_cluster: bool,
    /// What it asks for.
    pub lines: Vec<DraftLine>,
}

impl ProposalChange {
    /// What a proposal says now.
    ///
    /// # Errors
    /// [`Error::Internal`] if its lines cannot be read.
    pub fn of(row: &ProposalRow) -> Outcome<Self> {
        Ok(Self {
            title_ko: row.title_ko.clone(),
            title_en: row.title_en.clone(),
            summary: row.summary.clone(),
            usage_plan: row.usage_plan.clone(),
            sector: row.sector.clone(),
            rnd_cluster: row.rnd_cluster,
            lines: typed(row)?,
        })
    }
}

/// A state that a proposal came into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: Timestamp,
    /// Which.
    pub state: ProposalState,
    /// What was said about it: what to correct, why it was rejected or withdrawn.
    pub note: String,
}

/// What was announced about a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announced {
    /// What was decided.
    pub outcome: Decision,
    /// The score in thousandths of a point.
    pub score_milli: i64,
    /// Why.
    pub reasons: Vec<Reason>,
    /// The place on the reserve list and the last day on which it is good.
    pub reserve: Option<(i64, Date)>,
    /// The latest offer and its state.
    pub offer: Option<(OfferId, OfferState)>,
    /// What the reviewers tell the applicant, without their names.
    pub comments: Vec<String>,
}

/// A proposal with everything around it that its reader may see.
#[derive(Clone, Debug)]
pub struct ProposalView {
    /// The proposal.
    pub row: ProposalRow,
    /// Its people and organization.
    pub party: Party,
    /// Its round.
    pub round: ProposalRound,
    /// What it asks for, once submitted.
    pub lines: Vec<NamedLine>,
    /// What happened to it, oldest first.
    pub history: Vec<Step>,
    /// What was decided, once it is announced; not for reviewers.
    pub announced: Option<Announced>,
    /// Whether the reader is one of its own people.
    pub own: bool,
    /// Whether the reader may change it now.
    pub writable: bool,
    /// Whether the reader may withdraw it now.
    pub withdrawable: bool,
    /// Whether the reader may check its eligibility now.
    pub checkable: bool,
}

/// A draft as it is edited.
#[derive(Clone, Debug)]
pub struct DraftView {
    /// The proposal.
    pub row: ProposalRow,
    /// Its round.
    pub round: ProposalRound,
    /// The request as typed.
    pub lines: Vec<DraftLine>,
    /// The products of the call.
    pub products: Vec<ProductRow>,
    /// The pools of the round, with what it hands out.
    pub pools: Vec<PoolShare>,
    /// The organization's names, if it or its lead is tied to one.
    pub organization: Option<(String, String)>,
    /// What keeps it from being submitted as it is, per field.
    pub missing: Vec<FieldError>,
    /// Whether it can be written at all: a draft, or returned for correction.
    pub writable: bool,
}

/// Begins a proposal in an open round; whoever began one there and has not written anything into
/// it gets that one again.
///
/// # Errors
/// [`Error::Conflict`] if the round is not open.
pub fn start(cx: &mut Cx<'_, '_>, round: RoundId) -> Outcome<ProposalId> {
    cx.require(Act::ProposalStart, &[])?;
    let user = cx.user()?;
    let round = store::proposal::round(cx.tx, round)?.ok_or(Error::NotFound)?;
    if round.call_state != CallState::Published {
        return Err(Error::NotFound);
    }
    in_time(&round, cx.now)?;
    if let Some(begun) = store::proposal::untouched(cx.tx, round.id, user)? {
        return Ok(begun);
    }
    let row = ProposalRow {
        id: cx.new_id()?,
        receipt_no: None,
        round: round.id,
        organization: store::proposal::organization_of(cx.tx, user)?,
        lead: user,
        manager: None,
        title_ko: String::new(),
        title_en: String::new(),
        summary: String::new(),
        usage_plan: String::new(),
        sector: String::new(),
        rnd_cluster: false,
        state: ProposalState::Draft,
        state_note: String::new(),
        correction_due_at: None,
        corrections: 0,
        created_at: cx.now,
        saved_at: cx.now,
        submitted_at: None,
        version: 1,
        draft_lines: "[]".to_owned(),
        saved_from: String::new(),
        score_milli: None,
    };
    store::proposal::insert(cx.tx, &row)?;
    cx.audit("proposal.started", ("proposal", &row.id), &(), &serde_json::json!({ "round": round.id }), "")?;
    Ok(row.id)
}

/// Saves what was typed, whether or not it would be accepted, also after the deadline: nothing is
/// lost. `version` is the one that was read; `from` names the open form, whose own earlier saves
/// are no change by others (empty for callers that have no such name). Answers the new version.
///
/// # Errors
/// [`Error::Conflict`] with [`Code::Changed`] if somebody else saved meanwhile, or if it is no
/// longer a draft; [`Error::Invalid`] for texts that are longer than can be kept.
pub fn save(cx: &mut Cx<'_, '_>, id: ProposalId, version: i64, from: &str, change: &ProposalChange) -> Outcome<i64> {
    let (row, _, _, _) = mine_to_write(cx, id)?;
    if !row.state.is_writable() {
        return Err(Error::wrong_state(row.state));
    }
    let own = !from.is_empty() && row.saved_from == from;
    if row.version != version && !own {
        return Err(Error::conflict(Code::Changed));
    }
    let faults = keepable(change);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let changed = ProposalRow {
        title_ko: change.title_ko.clone(),
        title_en: change.title_en.clone(),
        summary: change.summary.clone(),
        usage_plan: change.usage_plan.clone(),
        sector: change.sector.clone(),
        rnd_cluster: change.rnd_cluster,
        draft_lines: serde_json::to_string(&change.lines).map_err(Error::internal)?,
        saved_at: cx.now,
        saved_from: from.chars().take(40).collect(),
        ..row.clone()
    };
    let same = ProposalRow { saved_at: row.saved_at, saved_from: row.saved_from.clone(), ..changed.clone() } == row;
    if same {
        return Ok(row.version);
    }
    store::proposal::update(cx.tx, &changed)?;
    let next = row.version.saturating_add(1);
    // What a draft says is nobody's business yet; that it was saved is kept.
    cx.audit("proposal.saved", ("proposal", &id), &(), &serde_json::json!({ "version": next }), "")?;
    Ok(next)
}

/// Submits a proposal as it was last saved; a returned one is submitted anew under its number.
/// Submitting twice answers the same receipt number.
///
/// # Errors
/// [`Error::Conflict`] after the deadline, which leaves the draft as it is; [`Error::Invalid`] with
/// everything that is wrong, per field.
pub fn submit(cx: &mut Cx<'_, '_>, id: ProposalId) -> Outcome<String> {
    let (row, party, round, _) = mine_to_write(cx, id)?;
    if row.state == ProposalState::Submitted
        && let Some(receipt) = row.receipt_no
    {
        return Ok(receipt);
    }
    if !row.state.may_become(ProposalState::Submitted) {
        return Err(Error::wrong_state(row.state));
    }
    if round.call_state != CallState::Published {
        return Err(Error::wrong_state(round.call_state));
    }
    match row.correction_due_at.filter(|_| row.state == ProposalState::Returned) {
        Some(due) if cx.now >= due => {
            return Err(Error::conflict(Reason::new(Code::CorrectionOver).with("due", due)));
        }
        Some(_) => {}
        None => in_time(&round, cx.now)?,
    }
    let organization = row.organization.or(party.lead_organization);
    let products = store::call::products(cx.tx, Some(round.call))?;
    let offering = offering(&round, &products, &store::call::pool_shares(cx.tx, Some(round.call))?);
    let lines = complete(&row, organization.is_some(), &offering, cx.today())?.map_err(Error::Invalid)?;
    hand_in(cx, &row, &party, &round, organization, lines, "")
}

/// Makes a proposal that lacks nothing a submitted one.
fn hand_in(
    cx: &mut Cx<'_, '_>,
    row: &ProposalRow,
    party: &Party,
    round: &ProposalRound,
    organization: Option<OrganizationId>,
    lines: Vec<RequestedLine>,
    reason: &str,
) -> Outcome<String> {
    let id = row.id;
    let mut rows = Vec::new();
    for (position, line) in (1..).zip(lines) {
        rows.push(LineRow {
            id: cx.new_id()?,
            proposal: id,
            position,
            product: line.product,
            pool: line.pool,
            amount: line.amount,
            min_amount: line.min_amount,
            earliest_start_on: line.earliest_start_on,
            latest_end_on: line.latest_end_on,
            months: line.months,
        });
    }
    store::proposal::set_lines(cx.tx, id, &rows)?;
    let receipt = match &row.receipt_no {
        Some(receipt) => receipt.clone(),
        None => {
            let series = format!("{}-{:02}", cx.today().year(), round.number);
            let number = store::trust::next_number(cx.tx, &format!("receipt-{series}"))?;
            format!("{series}-{number:04}")
        }
    };
    let submitted = ProposalRow {
        receipt_no: Some(receipt.clone()),
        organization,
        state: ProposalState::Submitted,
        submitted_at: row.submitted_at.or(Some(cx.now)),
        correction_due_at: None,
        ..row.clone()
    };
    store::proposal::update(cx.tx, &submitted)?;
    let after = serde_json::json!({ "state": submitted.state, "proposal": submitted, "lines": rows });
    cx.audit("proposal.submitted", ("proposal", &id), &serde_json::json!({ "state": row.state }), &after, reason)?;
    tell(cx, &submitted, party, Template::ProposalReceived, &[("receipt", receipt.clone())])?;
    Ok(receipt)
}

/// For whom a proposal is entered that somebody else brought on paper or in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entering {
    /// The round.
    pub round: RoundId,
    /// Its lead.
    pub lead: UserId,
    /// Its organization.
    pub organization: OrganizationId,
    /// Whether it is handed in; else it becomes a draft of the lead's.
    pub submits: bool,
    /// Whether the round need not be open: only for the command line.
    pub late: bool,
}

/// Enters a proposal on somebody's behalf, with all the checks of writing and submitting one.
/// `source` says where it came from; it is kept as the reason.
///
/// # Errors
/// [`Error::Invalid`] with everything that is wrong, per field; [`Error::Conflict`] if the round is
/// not open; [`Error::NotFound`] if there is no such round.
pub fn enter(
    cx: &mut Cx<'_, '_>,
    entering: &Entering,
    change: &ProposalChange,
    source: &str,
) -> Outcome<(ProposalId, Option<String>)> {
    cx.require(Act::Import, &[])?;
    let round = store::proposal::round(cx.tx, entering.round)?.ok_or(Error::NotFound)?;
    if round.call_state != CallState::Published {
        return Err(Error::NotFound);
    }
    if !(entering.late && cx.actor.channel == Channel::Cli) {
        in_time(&round, cx.now)?;
    }
    let row = ProposalRow {
        id: cx.new_id()?,
        receipt_no: None,
        round: round.id,
        organization: Some(entering.organization),
        lead: entering.lead,
        manager: None,
        title_ko: change.title_ko.clone(),
        title_en: change.title_en.clone(),
        summary: change.summary.clone(),
        usage_plan: change.usage_plan.clone(),
        sector: change.sector.clone(),
        rnd_cluster: change.rnd_cluster,
        state: ProposalState::Draft,
        state_note: String::new(),
        correction_due_at: None,
        corrections: 0,
        created_at: cx.now,
        saved_at: cx.now,
        submitted_at: None,
        version: 1,
        draft_lines: serde_json::to_string(&change.lines).map_err(Error::internal)?,
        saved_from: String::new(),
        score_milli: None,
    };
    let products = store::call::products(cx.tx, Some(round.call))?;
    let offering = offering(&round, &products, &store::call::pool_shares(cx.tx, Some(round.call))?);
    let mut faults = keepable(change);
    let lines = match complete(&row, true, &offering, cx.today())? {
        Ok(lines) => lines,
        Err(more) => {
            // A draft may lack something, but what it says must be right.
            let lacks = |fault: &FieldError| fault.reason.code == Code::Required;
            faults.extend(more.into_iter().filter(|fault| entering.submits || !lacks(fault)));
            Vec::new()
        }
    };
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    store::proposal::insert(cx.tx, &row)?;
    let began = serde_json::json!({ "round": round.id, "lead": row.lead, "organization": row.organization });
    cx.audit("proposal.started", ("proposal", &row.id), &(), &began, source)?;
    if !entering.submits {
        return Ok((row.id, None));
    }
    let (party, round) = store::proposal::behind(cx.tx, row.id, None)?.ok_or(Error::NotFound)?;
    let receipt = hand_in(cx, &row, &party, &round, row.organization, lines, source)?;
    Ok((row.id, Some(receipt)))
}

/// Takes a proposal back.
///
/// # Errors
/// [`Error::Conflict`] once it is decided.
pub fn withdraw(cx: &mut Cx<'_, '_>, id: ProposalId, reason: &str) -> Outcome<()> {
    let (row, _, _, _) = mine_to_write(cx, id)?;
    if !row.state.may_become(ProposalState::Withdrawn) {
        return Err(Error::wrong_state(row.state));
    }
    store::proposal::step(cx.tx, id, row.state, ProposalState::Withdrawn)?;
    let reason: String = reason.trim().chars().take(1000).collect();
    audit_step(cx, id, row.state, ProposalState::Withdrawn, "proposal.withdrawn", &reason)
}

/// One proposal.
///
/// # Errors
/// [`Error::NotFound`] for people whom it does not concern; drafts concern only their own people.
pub fn show(cx: &mut Cx<'_, '_>, id: ProposalId) -> Outcome<ProposalView> {
    let (mut row, party, round, ties) = readable(cx, id)?;
    let writes = cx.actor.may(Act::ProposalWrite, &ties);
    let own = writes || ties.contains(&Tie::OrgAdmin);
    let events = store::proposal::events(cx.tx, id, 500)?;
    let mut history: Vec<Step> = events.iter().filter_map(step_of).collect();
    let checkable = cx.actor.may(Act::ProposalCheck, &[])
        && !ties.iter().any(|tie| matches!(tie, Tie::Lead | Tie::Manager))
        && matches!(row.state, ProposalState::Submitted | ProposalState::Returned);
    if row.state == ProposalState::Returned && !writes {
        // Until it is submitted anew, others see what was submitted, not what is being changed.
        as_submitted(&mut row, &events);
    }
    let mut announced = None;
    if own || cx.actor.may(Act::ProposalList, &[]) {
        let decided = [ProposalState::Selected, ProposalState::Reserve, ProposalState::Rejected].contains(&row.state);
        announced = if decided { announcement(cx, id)? } else { None };
        if let Some((at, found)) = &announced {
            let state = found.outcome.as_str().parse().unwrap_or(row.state);
            history.push(Step { at: *at, state, note: String::new() });
            history.sort_by_key(|step| step.at);
        }
    } else {
        // What the office and the applicant said to each other is not for reviewers.
        row.state_note.clear();
        history.clear();
    }
    Ok(ProposalView {
        lines: store::proposal::named_lines(cx.tx, id)?,
        history,
        announced: announced.map(|(_, announced)| announced),
        own,
        writable: writes && row.state.is_writable(),
        withdrawable: writes && row.state.may_become(ProposalState::Withdrawn),
        checkable,
        row,
        party,
        round,
    })
}

/// The state that an event brought a proposal into.
fn step_of(event: &Event) -> Option<Step> {
    if event.action == "proposal.started" {
        return Some(Step { at: event.at, state: ProposalState::Draft, note: String::new() });
    }
    let after: serde_json::Value = serde_json::from_str(&event.after).ok()?;
    let state = after.get("state")?.as_str()?.parse().ok()?;
    Some(Step { at: event.at, state, note: event.reason.clone() })
}

/// Puts the texts as they were last submitted in place of those that are being changed.
fn as_submitted(row: &mut ProposalRow, events: &[Event]) {
    let last = events.iter().rev().find(|event| event.action == "proposal.submitted");
    let after = last.and_then(|event| serde_json::from_str::<serde_json::Value>(&event.after).ok());
    let Some(then) = after.as_ref().and_then(|after| after.get("proposal")) else { return };
    for (field, text) in [
        ("title_ko", &mut row.title_ko),
        ("title_en", &mut row.title_en),
        ("summary", &mut row.summary),
        ("usage_plan", &mut row.usage_plan),
        ("sector", &mut row.sector),
    ] {
        if let Some(value) = then.get(field).and_then(serde_json::Value::as_str) {
            value.clone_into(text);
        }
    }
    if let Some(value) = then.get("rnd_cluster").and_then(serde_json::Value::as_bool) {
        row.rnd_cluster = value;
    }
}

/// What was announced about a proposal, and when; nothing if it was rejected by the check.
fn announcement(cx: &mut Cx<'_, '_>, id: ProposalId) -> Outcome<Option<(Timestamp, Announced)>> {
    let rows = store::proposal::announced(cx.tx, id)?;
    let Some(first) = rows.first() else { return Ok(None) };
    let announced = Announced {
        outcome: first.outcome,
        score_milli: first.score_milli,
        reasons: serde_json::from_str(&first.reasons).map_err(Error::internal)?,
        reserve: first.reserve_rank.zip(first.reserve_until),
        offer: first.offer.zip(first.offer_state),
        comments: rows.iter().filter_map(|row| row.comment.clone()).filter(|text| !text.is_empty()).collect(),
    };
    Ok(Some((first.decided_at, announced)))
}

/// A proposal as its people edit it.
///
/// # Errors
/// [`Error::NotFound`] for others; [`Error::Conflict`] once it is submitted.
pub fn edit(cx: &mut Cx<'_, '_>, id: ProposalId) -> Outcome<DraftView> {
    let view = form(cx, id)?;
    if !view.writable {
        return Err(Error::wrong_state(view.row.state));
    }
    Ok(view)
}

/// What the form of a proposal shows to its people, also when it can no longer be written: what
/// somebody typed meanwhile has to be shown again. Four statements.
///
/// # Errors
/// [`Error::NotFound`] for others.
pub fn form(cx: &mut Cx<'_, '_>, id: ProposalId) -> Outcome<DraftView> {
    let (row, party, round, _) = mine_to_write(cx, id)?;
    let products = store::call::products(cx.tx, Some(round.call))?;
    let shares = store::call::pool_shares(cx.tx, Some(round.call))?;
    let offering = offering(&round, &products, &shares);
    let organization = row.organization.or(party.lead_organization);
    let missing = complete(&row, organization.is_some(), &offering, cx.today())?.err().unwrap_or_default();
    Ok(DraftView {
        lines: typed(&row)?,
        products: products.into_iter().filter(|(_, chosen)| *chosen).map(|(product, _)| product).collect(),
        pools: shares.into_iter().filter(|share| share.round == Some(round.id)).collect(),
        organization: party.organization_ko.zip(party.organization_en).filter(|_| organization.is_some()),
        missing,
        writable: row.state.is_writable(),
        row,
        round,
    })
}

/// The acting person's proposals before a place, newest first.
///
/// # Errors
/// [`Error::SignInNeeded`].
pub fn mine(cx: &mut Cx<'_, '_>, before: Option<(Timestamp, ProposalId)>, limit: i64) -> Outcome<Vec<ProposalItem>> {
    let user = cx.user()?;
    Ok(store::proposal::of_person(cx.tx, user, before, limit.clamp(1, 201))?)
}

/// A round with its submitted proposals after a place, earliest first, and how many are in each
/// state.
#[derive(Clone, Debug)]
pub struct RoundProposals {
    /// The round.
    pub round: ProposalRound,
    /// How many are in each state; drafts are only counted.
    pub counts: Vec<(ProposalState, i64)>,
    /// How much of each pool is asked for.
    pub competition: Vec<Competition>,
    /// The proposals.
    pub items: Vec<ProposalItem>,
}

/// The submitted proposals of a round; only those in `state` if one is named.
///
/// # Errors
/// [`Error::NotFound`] and lacking permission.
pub fn of_round(
    cx: &mut Cx<'_, '_>,
    round: RoundId,
    state: Option<ProposalState>,
    after: Option<(Timestamp, ProposalId)>,
    limit: i64,
) -> Outcome<RoundProposals> {
    cx.require(Act::ProposalList, &[])?;
    Ok(RoundProposals {
        items: store::proposal::of_round(cx.tx, round, state, after, limit.clamp(1, 201))?,
        counts: store::proposal::counts(cx.tx, round)?,
        competition: store::proposal::competition(cx.tx, round)?,
        round: store::proposal::round(cx.tx, round)?.ok_or(Error::NotFound)?,
    })
}

/// The rounds with how many of their proposals wait for what, before a place, latest closing first.
///
/// # Errors
/// Lacking permission.
pub fn rounds(cx: &mut Cx<'_, '_>, before: Option<(Timestamp, RoundId)>, limit: i64) -> Outcome<Vec<RoundItem>> {
    cx.require(Act::ProposalList, &[])?;
    Ok(store::proposal::rounds(cx.tx, before, limit.clamp(1, 201))?)
}

/// What waits for the acting person around proposals and reviews, most urgent first: drafts in open
/// rounds, corrections, reviews, and for the office what waits for its check. One statement.
///
/// # Errors
/// [`Error::SignInNeeded`].
pub fn waiting(cx: &mut Cx<'_, '_>) -> Outcome<Vec<Waiting>> {
    let user = cx.user()?;
    let checks = cx.actor.may(Act::ProposalCheck, &[]);
    let mut all = store::proposal::waiting(cx.tx, user, checks, cx.now, 50)?;
    let calendar = &cx.identity.calendar;
    let due = |one: &Waiting| {
        let day = one.due_on.map(|on| calendar.midnight(domain::term::add_days(on, 1)));
        one.due_at.or(day).unwrap_or(Timestamp::MAX)
    };
    all.sort_by(|a, b| (due(a), &a.id).cmp(&(due(b), &b.id)));
    Ok(all)
}

/// Reminds leads of drafts and corrections whose deadline is near, once per deadline.
pub(crate) fn remind(cx: &mut Cx<'_, '_>) -> Outcome<u64> {
    let until = cx.now.saturating_add(SignedDuration::from_hours(24 * REMINDER_DAYS)).unwrap_or(Timestamp::MAX);
    let mut count = 0;
    for one in store::proposal::unfinished(cx.tx, cx.now, until, BATCH)? {
        let key = format!("proposal-due {} {}", one.id, one.due_at.as_second());
        if !store::trust::first_time(cx.tx, &key, cx.now)? {
            continue;
        }
        let to = Recipient {
            user: Some(one.lead),
            address: one.email.clone(),
            lang: one.language.parse().unwrap_or(Lang::Ko),
        };
        let t = Texts::new(to.lang);
        let args = [
            ("name", one.name.clone()),
            ("title", title(t, &one.title_ko, &one.title_en)),
            ("due", t.deadline(one.due_at)),
            ("link", format!("{}/proposals/{}/edit", cx.identity.public_url, one.id)),
        ];
        crate::mail::post(cx, &to, Template::ProposalDue, &args)?;
        count += 1;
    }
    Ok(count)
}

/// A proposal's title for mails: the language's, else the other, else that it has none.
pub(crate) fn title(t: Texts, ko: &str, en: &str) -> String {
    let (first, second) = if t.lang() == Lang::En { (en, ko) } else { (ko, en) };
    let named = [first, second].into_iter().find(|text| !text.trim().is_empty());
    named.map_or_else(|| t.s(texts::k::PROPOSAL_UNTITLED), str::to_owned)
}

/// Writes to the lead of a proposal.
pub(crate) fn tell(
    cx: &mut Cx<'_, '_>,
    row: &ProposalRow,
    party: &Party,
    template: Template,
    more: &[(&str, String)],
) -> Outcome<()> {
    let to = Recipient {
        user: Some(row.lead),
        address: party.lead_email.clone(),
        lang: party.lead_language.parse().unwrap_or(Lang::Ko),
    };
    let t = Texts::new(to.lang);
    let mut args = vec![
        ("name", party.lead_name.clone()),
        ("title", title(t, &row.title_ko, &row.title_en)),
        ("link", format!("{}/proposals/{}", cx.identity.public_url, row.id)),
    ];
    args.extend(more.iter().cloned());
    crate::mail::post(cx, &to, template, &args)?;
    Ok(())
}

/// The audit row of a step from one state to another.
pub(crate) fn audit_step(
    cx: &mut Cx<'_, '_>,
    id: ProposalId,
    from: ProposalState,
    to: ProposalState,
    action: &str,
    reason: &str,
) -> Outcome<()> {
    let states = |state: ProposalState| serde_json::json!({ "state": state });
    cx.audit(action, ("proposal", &id), &states(from), &states(to), reason)
}

type Found = (ProposalRow, Party, ProposalRound, Vec<Tie>);

/// A proposal that the acting person may read, with how they are tied to it.
pub(crate) fn readable(cx: &mut Cx<'_, '_>, id: ProposalId) -> Outcome<Found> {
    if cx.actor.user.is_none() && !cx.actor.may(Act::ProposalList, &[]) {
        return Err(Error::SignInNeeded);
    }
    let found = find(cx, id)?;
    let (row, _, _, ties) = &found;
    cx.require_on(Act::ProposalRead, Act::ProposalRead, ties)?;
    // A draft, and one withdrawn before it was handed in, is its own people's business.
    let handed_in = row.submitted_at.is_some();
    if !handed_in && !cx.actor.may(Act::ProposalWrite, ties) && !ties.contains(&Tie::OrgAdmin) {
        return Err(Error::NotFound);
    }
    Ok(found)
}

fn mine_to_write(cx: &mut Cx<'_, '_>, id: ProposalId) -> Outcome<Found> {
    let found = readable(cx, id)?;
    cx.require(Act::ProposalWrite, &found.3)?;
    Ok(found)
}

fn find(cx: &mut Cx<'_, '_>, id: ProposalId) -> Outcome<Found> {
    let row = store::proposal::find(cx.tx, id)?.ok_or(Error::NotFound)?;
    let (party, round) = store::proposal::behind(cx.tx, id, cx.actor.user)?.ok_or(Error::NotFound)?;
    let mut ties = Vec::new();
    if let Some(user) = cx.actor.user {
        ties.extend((row.lead == user).then_some(Tie::Lead));
        ties.extend((row.manager == Some(user)).then_some(Tie::Manager));
        ties.extend((party.admin == Some(true)).then_some(Tie::OrgAdmin));
        // Nothing is read before a conflict of interest is ruled out.
        ties.extend(party.review_state.is_some_and(|state| state.reads()).then_some(Tie::AssignedReviewer));
    }
    Ok((row, party, round, ties))
}

fn in_time(round: &ProposalRound, now: Timestamp) -> Outcome<()> {
    if now < round.opens_at {
        return Err(Error::conflict(Reason::new(Code::RoundNotOpen).with("from", round.opens_at)));
    }
    if now >= round.closes_at {
        return Err(Error::conflict(Reason::new(Code::DeadlinePassed).with("due", round.closes_at)));
    }
    Ok(())
}

/// What the round of a proposal offers.
fn offering(round: &ProposalRound, products: &[(ProductRow, bool)], shares: &[PoolShare]) -> Offering {
    let limits = |product: &ProductRow| ProductLimits {
        pool_kind: product.pool_kind,
        grain: product.grain,
        min_amount: product.min_amount,
        max_amount: product.max_amount,
        max_months: product.max_months,
    };
    Offering {
        products: products
            .iter()
            .filter(|(_, chosen)| *chosen)
            .map(|(product, _)| (product.id.clone(), limits(product)))
            .collect(),
        pools: shares
            .iter()
            .filter(|share| share.round == Some(round.id))
            .filter_map(|share| Some((share.pool.clone(), (share.kind, share.amount?))))
            .collect(),
        earliest_start_on: round.earliest_start_on,
        latest_end_on: round.latest_end_on,
    }
}

/// The lines of a proposal that lacks nothing, or everything that is wrong with it, per field.
fn complete(
    row: &ProposalRow,
    has_organization: bool,
    offering: &Offering,
    today: Date,
) -> Outcome<Result<Vec<RequestedLine>, Vec<FieldError>>> {
    let mut faults = Vec::new();
    for (text, field) in [
        (&row.title_ko, "title_ko"),
        (&row.summary, "summary"),
        (&row.usage_plan, "usage_plan"),
        (&row.sector, "sector"),
    ] {
        if text.trim().is_empty() {
            faults.push(Reason::new(Code::Required).at(field));
        }
    }
    if !row.sector.is_empty() && row.sector.parse::<Sector>().is_err() {
        faults.push(Reason::new(Code::NotAChoice).at("sector"));
    }
    if !has_organization {
        faults.push(Reason::new(Code::OrganizationNeeded).at("organization"));
    }
    Ok(match check_lines(&typed(row)?, offering, today) {
        Ok(lines) if faults.is_empty() => Ok(lines),
        Ok(_) => Err(faults),
        Err(more) => Err(faults.into_iter().chain(more).collect()),
    })
}

fn typed(row: &ProposalRow) -> Outcome<Vec<DraftLine>> {
    serde_json::from_str(&row.draft_lines)
        .map_err(|error| Error::internal(format!("proposal {}: draft_lines: {error}", row.id)))
}

/// What is too long to be kept.
fn keepable(change: &ProposalChange) -> Vec<FieldError> {
    let mut faults = Vec::new();
    too_long(&change.title_ko, TITLE_MAX, "title_ko", &mut faults);
    too_long(&change.title_en, TITLE_MAX, "title_en", &mut faults);
    too_long(&change.summary, SUMMARY_MAX, "summary", &mut faults);
    too_long(&change.usage_plan, USAGE_PLAN_MAX, "usage_plan", &mut faults);
    too_long(&change.sector, 40, "sector", &mut faults);
    // Twice as many as can be submitted: rows may be left blank.
    if change.lines.len() > MAX_LINES.saturating_mul(2) {
        faults.push(Reason::new(Code::TooLarge).with("max", i64::try_from(MAX_LINES).unwrap_or(i64::MAX)).at("lines"));
    }
    for (n, line) in change.lines.iter().enumerate() {
        let DraftLine { product, pool, amount, min_amount, earliest_start_on, latest_last_on, months } = line;
        for (text, field) in [
            (product, "product"),
            (pool, "pool"),
            (amount, "amount"),
            (min_amount, "min_amount"),
            (earliest_start_on, "earliest_start_on"),
            (latest_last_on, "latest_last_on"),
            (months, "months"),
        ] {
            too_long(text, 100, &format!("lines.{n}.{field}"), &mut faults);
        }
    }
    faults
}
