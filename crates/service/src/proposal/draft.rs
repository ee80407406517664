//! Drafts: begun in an open round, saved however unfinished, shown as a form.

use domain::access::Act;
use domain::call::CallState;
use domain::ids::{OrganizationId, ProposalId, RoundId, UserId};
use domain::proposal::{DraftLine, MAX_LINES, ProposalState};
use domain::{Code, FieldError, Reason};
use store::proposal::{ProposalRound, ProposalRow};

use super::reach::mine_to_write;
use super::submit::{complete, in_time, offering};
use crate::call::{PoolShare, ProductRow, TITLE_MAX, too_long};
use crate::{Cx, Error, Outcome};

/// The longest summary.
pub const SUMMARY_MAX: usize = 4_000;
/// The longest plan of use.
pub const USAGE_PLAN_MAX: usize = 10_000;

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

    /// The proposal, saying this.
    pub(super) fn put_into(&self, row: ProposalRow) -> Outcome<ProposalRow> {
        Ok(ProposalRow {
            title_ko: self.title_ko.clone(),
            title_en: self.title_en.clone(),
            summary: self.summary.clone(),
            usage_plan: self.usage_plan.clone(),
            sector: self.sector.clone(),
            rnd_cluster: self.rnd_cluster,
            draft_lines: serde_json::to_string(&self.lines).map_err(Error::internal)?,
            ..row
        })
    }
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
    in_time(&round, cx.now, Code::RoundClosed)?;
    if let Some(begun) = store::proposal::untouched(cx.tx, round.id, user)? {
        return Ok(begun);
    }
    let organization = store::proposal::organization_of(cx.tx, user)?;
    let row = blank(cx, round.id, user, organization)?;
    store::proposal::insert(cx.tx, &row)?;
    cx.audit("proposal.started", ("proposal", &row.id), &(), &serde_json::json!({ "round": round.id }), "")?;
    Ok(row.id)
}

/// A draft that says nothing yet.
pub(super) fn blank(
    cx: &mut Cx<'_, '_>,
    round: RoundId,
    lead: UserId,
    organization: Option<OrganizationId>,
) -> Outcome<ProposalRow> {
    Ok(ProposalRow {
        id: cx.new_id()?,
        receipt_no: None,
        round,
        organization,
        lead,
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
    })
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
    let changed =
        ProposalRow { saved_at: cx.now, saved_from: from.chars().take(40).collect(), ..change.put_into(row.clone())? };
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

/// What would keep a proposal from being submitted if it said this: for a form of which some cannot
/// be kept, so that a person is told all at once. Saves nothing.
///
/// # Errors
/// [`Error::NotFound`] for others.
pub fn lacks(cx: &mut Cx<'_, '_>, id: ProposalId, change: &ProposalChange) -> Outcome<Vec<FieldError>> {
    let (row, party, round, _) = mine_to_write(cx, id)?;
    let products = store::call::products(cx.tx, Some(round.call))?;
    let offering = offering(&round, &products, &store::call::pool_shares(cx.tx, Some(round.call))?);
    let organization = row.organization.or(party.lead_organization);
    let faults = complete(&change.put_into(row)?, organization.is_some(), &offering, cx.today())?;
    Ok(faults.err().unwrap_or_default())
}

pub(super) fn typed(row: &ProposalRow) -> Outcome<Vec<DraftLine>> {
    serde_json::from_str(&row.draft_lines)
        .map_err(|error| Error::internal(format!("proposal {}: draft_lines: {error}", row.id)))
}

/// What is too long to be kept.
pub(super) fn keepable(change: &ProposalChange) -> Vec<FieldError> {
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
