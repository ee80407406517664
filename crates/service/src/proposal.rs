//! Proposals: begun in an open round, saved however unfinished, submitted in time or told why not,
//! corrected when returned, withdrawn.

use std::collections::BTreeMap;

use domain::access::{Act, Tie};
use domain::call::{CallState, REMINDER_DAYS};
use domain::ids::{ProposalId, RoundId};
use domain::proposal::{DraftLine, MAX_LINES, Offering, ProductLimits, ProposalState, Sector, check_lines};
use domain::{Code, FieldError, Reason};
use jiff::{SignedDuration, Timestamp};
pub use store::proposal::{LineRow, NamedLine, Party, ProposalItem, ProposalRound, ProposalRow};
pub use store::review::ReviewItem;
use store::trust::AuditRow;
use texts::{Lang, Texts};

use crate::call::{PoolShare, ProductRow, TITLE_MAX, too_long};
use crate::mail::{Recipient, Template};
use crate::{Cx, Error, Outcome};

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
    /// What happened to it, oldest first: the instant and the state that it came into.
    pub history: Vec<(Timestamp, String)>,
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
    /// The organization's names, if it is tied to one.
    pub organization: Option<(String, String)>,
}

/// Begins a proposal in an open round.
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
    if organization.is_none() {
        faults.push(Reason::new(Code::OrganizationNeeded).at("organization"));
    }
    let offering = offering(cx, &round)?;
    let lines = match check_lines(&typed(&row)?, &offering, cx.today()) {
        Ok(lines) => lines,
        Err(more) => {
            faults.extend(more);
            Vec::new()
        }
    };
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
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
    cx.audit("proposal.submitted", ("proposal", &id), &serde_json::json!({ "state": row.state }), &after, "")?;
    tell(cx, &submitted, &party, Template::ProposalReceived, &[("receipt", receipt.clone())])?;
    Ok(receipt)
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
    let (row, party, round, ties) = readable(cx, id)?;
    let writes = cx.actor.may(Act::ProposalWrite, &ties);
    let history = store::trust::audit_of(cx.tx, "proposal", &id.to_string(), 200)?;
    let checkable = cx.actor.may(Act::ProposalCheck, &[])
        && !ties.iter().any(|tie| matches!(tie, Tie::Lead | Tie::Manager))
        && matches!(row.state, ProposalState::Submitted | ProposalState::Returned);
    Ok(ProposalView {
        lines: store::proposal::named_lines(cx.tx, id)?,
        history: history.iter().rev().filter_map(state_of).collect(),
        writable: writes && row.state.is_writable(),
        withdrawable: writes && row.state.may_become(ProposalState::Withdrawn),
        checkable,
        row,
        party,
        round,
    })
}

/// The state that a row of the audit trail brought a proposal into.
fn state_of(row: &AuditRow) -> Option<(Timestamp, String)> {
    if row.action == "proposal.started" {
        return Some((row.at, ProposalState::Draft.to_string()));
    }
    let after: serde_json::Value = serde_json::from_str(&row.after).ok()?;
    let state = after.get("state")?.as_str()?;
    state.parse::<ProposalState>().ok().map(|state| (row.at, state.to_string()))
}

/// A proposal as its people edit it.
///
/// # Errors
/// [`Error::NotFound`] for others; [`Error::Conflict`] once it is submitted.
pub fn edit(cx: &mut Cx<'_, '_>, id: ProposalId) -> Outcome<DraftView> {
    let (row, party, round, _) = mine_to_write(cx, id)?;
    if !row.state.is_writable() {
        return Err(Error::wrong_state(row.state));
    }
    let products = store::call::products(cx.tx, Some(round.call))?;
    let shares = store::call::pool_shares(cx.tx, Some(round.call))?;
    Ok(DraftView {
        lines: typed(&row)?,
        products: products.into_iter().filter(|(_, chosen)| *chosen).map(|(product, _)| product).collect(),
        pools: shares.into_iter().filter(|share| share.round == Some(round.id)).collect(),
        organization: party.organization_ko.zip(party.organization_en),
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
        round: store::proposal::round(cx.tx, round)?.ok_or(Error::NotFound)?,
    })
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
            ("due", t.instant(one.due_at)),
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
fn offering(cx: &mut Cx<'_, '_>, round: &ProposalRound) -> Outcome<Offering> {
    let products: BTreeMap<_, _> = store::call::products(cx.tx, Some(round.call))?
        .into_iter()
        .filter(|(_, chosen)| *chosen)
        .map(|(product, _)| {
            let limits = ProductLimits {
                pool_kind: product.pool_kind,
                grain: product.grain,
                min_amount: product.min_amount,
                max_amount: product.max_amount,
                max_months: product.max_months,
            };
            (product.id, limits)
        })
        .collect();
    let pools = store::call::pool_shares(cx.tx, Some(round.call))?
        .into_iter()
        .filter(|share| share.round == Some(round.id))
        .filter_map(|share| Some((share.pool, (share.kind, share.amount?))))
        .collect();
    Ok(Offering { products, pools, earliest_start_on: round.earliest_start_on, latest_end_on: round.latest_end_on })
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
