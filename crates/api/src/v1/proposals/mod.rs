//! Proposals: what both sides read of them.

#![allow(unused_qualifications, reason = "what the path macro expands to")]

mod applicant;
mod office;

use axum::extract::Path;
use domain::Reason;
use domain::access::Act;
use edge::App;
use serde::Serialize;
use service::Cx;
use service::proposal::{Announced, NamedLine, ProposalItem, ProposalRound, ProposalRow, ProposalView, Step};
use texts::{Pools, Texts};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::wire::{
    CallRef, Choice, Day, DecisionWord, Id, Instant, OfferRef, OfferStateWord, OrganizationRef, PoolUnitWord,
    ProposalRef, ProposalStateWord, RoundRef, Short, Told, id, last_of,
};
use crate::{Answer, Read};

/// The operations of this area.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(applicant::mine))
        .routes(routes!(applicant::draft))
        .routes(routes!(office::rounds))
        .routes(routes!(office::of_round, applicant::start))
        .routes(routes!(show, applicant::save))
        .routes(routes!(applicant::submit))
        .routes(routes!(applicant::withdraw))
        .routes(routes!(office::check))
}

/// A proposal in a list.
#[derive(Debug, Serialize, ToSchema)]
struct ProposalListItem {
    /// Its id.
    id: ProposalRef,
    /// The number of its receipt, once submitted.
    receipt_no: Option<String>,
    /// Its round.
    round: RoundRef,
    /// The Korean title of the round's call.
    call_title_ko: String,
    /// The English title of the round's call; may be empty.
    call_title_en: String,
    /// Korean title; may be empty while it is a draft.
    title_ko: String,
    /// English title; may be empty.
    title_en: String,
    /// Its state.
    state: ProposalStateWord,
    /// The organization's Korean name.
    organization_ko: Option<String>,
    /// The organization's English name.
    organization_en: Option<String>,
    /// When it was started.
    created_at: Instant,
    /// When it was last saved.
    saved_at: Instant,
    /// When it was submitted.
    submitted_at: Option<Instant>,
    /// Until when its correction is due.
    correction_due_at: Option<Instant>,
    /// Until when the round takes proposals.
    closes_at: Instant,
    /// How many reviewers it has.
    reviewers: i64,
    /// How many of them handed their review in.
    reviewed: i64,
}

impl From<ProposalItem> for ProposalListItem {
    fn from(row: ProposalItem) -> Self {
        Self {
            id: Id(row.id),
            receipt_no: row.receipt_no,
            round: Id(row.round),
            call_title_ko: row.call_ko,
            call_title_en: row.call_en,
            title_ko: row.title_ko,
            title_en: row.title_en,
            state: Choice(row.state),
            organization_ko: row.organization_ko,
            organization_en: row.organization_en,
            created_at: Instant(row.created_at),
            saved_at: Instant(row.saved_at),
            submitted_at: row.submitted_at.map(Instant),
            correction_due_at: row.correction_due_at.map(Instant),
            closes_at: Instant(row.closes_at),
            reviewers: row.reviewers,
            reviewed: row.reviewed,
        }
    }
}

/// The round of a proposal.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoundOf {
    /// Its id.
    id: RoundRef,
    /// Its call.
    call: CallRef,
    /// The call's Korean title.
    title_ko: String,
    /// The call's English title; may be empty.
    title_en: String,
    /// Which round of the call, from 1.
    number: i64,
    /// From when it takes proposals.
    opens_at: Instant,
    /// Until when.
    closes_at: Instant,
    /// Until which day reviews are due.
    review_due_on: Day,
    /// When results are announced.
    announce_on: Day,
    /// The earliest first day of use.
    earliest_start_on: Day,
    /// The latest last day of use.
    latest_last_on: Day,
}

impl From<ProposalRound> for RoundOf {
    fn from(row: ProposalRound) -> Self {
        Self {
            id: Id(row.id),
            call: Id(row.call),
            title_ko: row.title_ko,
            title_en: row.title_en,
            number: row.number,
            opens_at: Instant(row.opens_at),
            closes_at: Instant(row.closes_at),
            review_due_on: Day(row.review_due_on),
            announce_on: Day(row.announce_on),
            earliest_start_on: Day(row.earliest_start_on),
            latest_last_on: last_of(row.latest_end_on),
        }
    }
}

/// One line of a submitted request.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestLine {
    /// The product.
    product: Short,
    /// The product's Korean name.
    product_ko: String,
    /// The product's English name.
    product_en: String,
    /// The pool.
    pool: Short,
    /// The pool's Korean name.
    pool_ko: String,
    /// The pool's English name.
    pool_en: String,
    /// What the pool counts.
    unit: PoolUnitWord,
    /// How much, in the pool's unit.
    amount: i64,
    /// The least that helps, in the pool's unit.
    min_amount: i64,
    /// The earliest first day.
    earliest_start_on: Day,
    /// The last day of use at the latest.
    latest_last_on: Day,
    /// For how many months.
    months: i64,
}

impl From<NamedLine> for RequestLine {
    fn from(row: NamedLine) -> Self {
        Self {
            product: Short(row.product),
            product_ko: row.product_ko,
            product_en: row.product_en,
            pool: Short(row.pool),
            pool_ko: row.pool_ko,
            pool_en: row.pool_en,
            unit: Choice(row.unit),
            amount: row.amount.0,
            min_amount: row.min_amount.0,
            earliest_start_on: Day(row.earliest_start_on),
            latest_last_on: last_of(row.latest_end_on),
            months: row.months,
        }
    }
}

/// What a proposal says in words.
#[derive(Debug, Serialize, ToSchema)]
struct ProposalText {
    /// Korean title; may be empty while it is a draft.
    title_ko: String,
    /// English title; may be empty.
    title_en: String,
    /// What it is about.
    summary: String,
    /// How the resources will be used: model, data, GPU hours, schedule.
    usage_plan: String,
    /// The sector; may be empty while it is a draft.
    sector: String,
    /// Whether it belongs to the cluster's R&D.
    rnd_cluster: bool,
}

impl ProposalText {
    fn of(row: &ProposalRow) -> Self {
        Self {
            title_ko: row.title_ko.clone(),
            title_en: row.title_en.clone(),
            summary: row.summary.clone(),
            usage_plan: row.usage_plan.clone(),
            sector: row.sector.clone(),
            rnd_cluster: row.rnd_cluster,
        }
    }
}

/// A step in the life of a proposal.
#[derive(Debug, Serialize, ToSchema)]
struct ProposalStep {
    /// When.
    at: Instant,
    /// The state that it came into.
    state: ProposalStateWord,
    /// What was said about it: what to correct, why it was rejected or withdrawn.
    note: String,
}

/// What was announced about a proposal.
#[derive(Debug, Serialize, ToSchema)]
struct Announcement {
    /// Selected, on the reserve list, or not.
    outcome: DecisionWord,
    /// Its score in thousandths of a point, bonus points included.
    score_milli: i64,
    /// Why.
    reasons: Vec<Told>,
    /// Its place on the reserve list.
    reserve_rank: Option<i64>,
    /// The last day on which it waits there.
    reserve_until: Option<Day>,
    /// The offer made to it, the newest.
    offer: Option<OfferRef>,
    /// The state of that offer.
    offer_state: Option<OfferStateWord>,
    /// What the reviewers say to the applicant.
    comments: Vec<String>,
}

impl Announcement {
    fn new(t: Texts, pools: &Pools, from: Announced) -> Self {
        let (reserve_rank, reserve_until) = from.reserve.unzip();
        let (offer, offer_state) = from.offer.unzip();
        Self {
            outcome: Choice(from.outcome),
            score_milli: from.score_milli,
            reasons: Told::all(t, pools, &from.reasons),
            reserve_rank,
            reserve_until: reserve_until.map(Day),
            offer: offer.map(Id),
            offer_state: offer_state.map(Choice),
            comments: from.comments,
        }
    }
}

/// A proposal.
#[derive(Debug, Serialize, ToSchema)]
pub struct Proposal {
    /// Its id.
    id: ProposalRef,
    /// Its version, to be sent along with the next change.
    version: i64,
    /// The number of its receipt, once submitted.
    receipt_no: Option<String>,
    /// Its state.
    state: ProposalStateWord,
    /// What the office wrote when it returned or rejected it.
    state_note: String,
    /// Until when its correction is due.
    correction_due_at: Option<Instant>,
    /// The round.
    round: RoundOf,
    /// The organization.
    organization: Option<OrganizationRef>,
    /// The organization's Korean name.
    organization_ko: Option<String>,
    /// The organization's English name.
    organization_en: Option<String>,
    /// The lead's name; masked but for the proposal's people and the office.
    lead_name: String,
    /// The lead's address; masked but for the proposal's people and the office.
    lead_email: String,
    /// What it says in words.
    #[serde(flatten)]
    text: ProposalText,
    /// What it asks for, once submitted.
    lines: Vec<RequestLine>,
    /// When it was started.
    created_at: Instant,
    /// When it was last saved.
    saved_at: Instant,
    /// When it was first submitted.
    submitted_at: Option<Instant>,
    /// What happened to it, oldest first.
    history: Vec<ProposalStep>,
    /// What was decided, once it is announced; not for reviewers.
    announced: Option<Announcement>,
    /// Whether the caller may change it now.
    writable: bool,
    /// Whether the caller may withdraw it now.
    withdrawable: bool,
    /// Whether the caller may check its eligibility now.
    checkable: bool,
    /// What speaks against it by the center's rules; only for whoever may check it now.
    concerns: Vec<Told>,
}

impl Proposal {
    fn new(cx: &Cx<'_, '_>, view: ProposalView, concerns: &[Reason]) -> Self {
        let (t, pools) = (Texts::new(cx.actor.lang), &*cx.identity.pools);
        let ProposalView { row, party, round, lines, history, announced, own, writable, withdrawable, checkable } =
            view;
        let (lead_name, lead_email) = if own || cx.actor.may(Act::ProposalList, &[]) {
            (party.lead_name, party.lead_email)
        } else {
            (texts::masked_name(&party.lead_name), texts::masked_email(&party.lead_email))
        };
        let step = |step: Step| ProposalStep { at: Instant(step.at), state: Choice(step.state), note: step.note };
        Self {
            text: ProposalText::of(&row),
            id: Id(row.id),
            version: row.version,
            receipt_no: row.receipt_no,
            state: Choice(row.state),
            state_note: row.state_note,
            correction_due_at: row.correction_due_at.map(Instant),
            round: round.into(),
            organization: row.organization.map(Id),
            organization_ko: party.organization_ko,
            organization_en: party.organization_en,
            lead_name,
            lead_email,
            lines: lines.into_iter().map(RequestLine::from).collect(),
            created_at: Instant(row.created_at),
            saved_at: Instant(row.saved_at),
            submitted_at: row.submitted_at.map(Instant),
            history: history.into_iter().map(step).collect(),
            announced: announced.map(|one| Announcement::new(t, pools, one)),
            writable,
            withdrawable,
            checkable,
            concerns: Told::all(t, pools, concerns),
        }
    }
}

/// Show a proposal
#[utoipa::path(get, path = "/proposals/{id}", operation_id = "proposal_show", tag = "proposals",
    params(("id" = String, Path, description = "The proposal")),
    extensions(("x-act" = json!("proposal.read"))),
    responses((status = 200, description = "The proposal", body = Proposal)))]
async fn show(read: Read, Path(proposal): Path<String>) -> Answer {
    read.run(move |cx| {
        let view = service::proposal::show(cx, id(&proposal)?)?;
        let concerns =
            if view.checkable { service::eligibility::concerns(cx, &view.row, &view.party)? } else { Vec::new() };
        Ok(Proposal::new(cx, view, &concerns))
    })
    .await
}
