//! Proposals: started, saved, submitted, corrected, withdrawn; and the check of eligibility.

#![allow(unused_qualifications, reason = "what the path macro expands to")]

use std::collections::BTreeMap;

use axum::extract::Path;
use domain::access::Act;
use domain::proposal::{DraftLine, ProposalState};
use edge::{App, Slice};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use service::Cx;
use service::eligibility::Verdict;
use service::proposal::{
    Announced, DraftView, NamedLine, ProposalChange, ProposalItem, ProposalRound, ProposalView, RoundItem, Step,
};
use texts::Texts;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::pool::Product;
use super::wire::{
    CallRef, Choice, Day, DecisionWord, Done, Id, Instant, Made, Nothing, OfferRef, OfferStateWord, OrganizationRef,
    Page, PoolUnitWord, ProposalRef, ProposalStateWord, RoundRef, Rows, Short, Told, Typed, Version, Why, asked, id,
    last_of,
};
use crate::problem::ProblemField;
use crate::{Answer, Asked, Post, Read};

/// The operations of this area.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(mine))
        .routes(routes!(rounds))
        .routes(routes!(draft))
        .routes(routes!(of_round, start))
        .routes(routes!(show, save))
        .routes(routes!(submit))
        .routes(routes!(withdraw))
        .routes(routes!(check))
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

/// One line of a request as typed: anything may be missing or wrong until it is submitted.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct DraftRequestLine {
    /// The product's short name.
    product: String,
    /// The pool's short name.
    pool: String,
    /// How much, in the pool's unit.
    amount: Typed,
    /// The least that helps, in the pool's unit.
    min_amount: Typed,
    /// The earliest first day, `2026-11-23`.
    earliest_start_on: String,
    /// The last day of use at the latest, `2026-11-23`.
    latest_last_on: String,
    /// For how many months.
    months: Typed,
}

impl From<DraftLine> for DraftRequestLine {
    fn from(line: DraftLine) -> Self {
        Self {
            product: line.product,
            pool: line.pool,
            amount: Typed(line.amount),
            min_amount: Typed(line.min_amount),
            earliest_start_on: line.earliest_start_on,
            latest_last_on: line.latest_last_on,
            months: Typed(line.months),
        }
    }
}

impl From<DraftRequestLine> for DraftLine {
    fn from(line: DraftRequestLine) -> Self {
        Self {
            product: line.product,
            pool: line.pool,
            amount: line.amount.0,
            min_amount: line.min_amount.0,
            earliest_start_on: line.earliest_start_on,
            latest_last_on: line.latest_last_on,
            months: line.months.0,
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
    fn new(t: Texts, from: Announced) -> Self {
        let (reserve_rank, reserve_until) = from.reserve.unzip();
        let (offer, offer_state) = from.offer.unzip();
        Self {
            outcome: Choice(from.outcome),
            score_milli: from.score_milli,
            reasons: Told::all(t, &from.reasons),
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
    /// Korean title.
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
}

impl Proposal {
    fn new(cx: &Cx<'_, '_>, view: ProposalView) -> Self {
        let ProposalView { row, party, round, lines, history, announced, own, writable, withdrawable, checkable } =
            view;
        let (lead_name, lead_email) = if own || cx.actor.may(Act::ProposalList, &[]) {
            (party.lead_name, party.lead_email)
        } else {
            (texts::masked_name(&party.lead_name), texts::masked_email(&party.lead_email))
        };
        let step = |step: Step| ProposalStep { at: Instant(step.at), state: Choice(step.state), note: step.note };
        Self {
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
            title_ko: row.title_ko,
            title_en: row.title_en,
            summary: row.summary,
            usage_plan: row.usage_plan,
            sector: row.sector,
            rnd_cluster: row.rnd_cluster,
            lines: lines.into_iter().map(RequestLine::from).collect(),
            created_at: Instant(row.created_at),
            saved_at: Instant(row.saved_at),
            submitted_at: row.submitted_at.map(Instant),
            history: history.into_iter().map(step).collect(),
            announced: announced.map(|one| Announcement::new(Texts::new(cx.actor.lang), one)),
            writable,
            withdrawable,
            checkable,
        }
    }
}

/// A draft as it is written.
#[derive(Debug, Serialize, ToSchema)]
struct Draft {
    /// Its id.
    id: ProposalRef,
    /// Its version, to be sent along with the next change.
    version: i64,
    /// Whether it can be written: a draft, or returned for correction.
    writable: bool,
    /// Korean title.
    title_ko: String,
    /// English title.
    title_en: String,
    /// What it is about.
    summary: String,
    /// How the resources will be used.
    usage_plan: String,
    /// The sector.
    sector: String,
    /// Whether it belongs to the cluster's R&D.
    rnd_cluster: bool,
    /// What it asks for, as typed.
    lines: Vec<DraftRequestLine>,
    /// What keeps it from being submitted as it is.
    missing: Vec<ProblemField>,
    /// The products of the call.
    products: Vec<Product>,
    /// How much of each pool the round hands out, in the pool's unit, by pool.
    envelope: BTreeMap<Short, i64>,
}

impl Draft {
    fn new(t: Texts, view: DraftView) -> Self {
        let DraftView { row, lines, products, pools, missing, writable, .. } = view;
        let envelope = pools.into_iter().filter_map(|share| Some((Short(share.pool), share.amount?.0)));
        Self {
            id: Id(row.id),
            version: row.version,
            writable,
            title_ko: row.title_ko,
            title_en: row.title_en,
            summary: row.summary,
            usage_plan: row.usage_plan,
            sector: row.sector,
            rnd_cluster: row.rnd_cluster,
            lines: lines.into_iter().map(DraftRequestLine::from).collect(),
            missing: missing.iter().map(|fault| ProblemField::new(t, fault)).collect(),
            products: products.into_iter().map(Product::from).collect(),
            envelope: envelope.collect(),
        }
    }
}

/// What a proposal says; anything may be missing while it is a draft.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProposalBody {
    /// The version that was read.
    version: i64,
    /// Korean title, up to 200 characters.
    #[serde(default)]
    title_ko: String,
    /// English title, up to 200 characters.
    #[serde(default)]
    title_en: String,
    /// What it is about, up to 4,000 characters.
    #[serde(default)]
    summary: String,
    /// How the resources will be used, up to 10,000 characters.
    #[serde(default)]
    usage_plan: String,
    /// The sector: `healthcare`, `automotive`, `energy`, `culture`, `manufacturing`, `agriculture`,
    /// `language`, `public`, `other`.
    #[serde(default)]
    sector: String,
    /// Whether it belongs to the cluster's R&D.
    #[serde(default)]
    rnd_cluster: bool,
    /// What it asks for, at most 20 lines.
    #[serde(default)]
    lines: Vec<DraftRequestLine>,
}

/// What the office found about the eligibility of a proposal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct VerdictBody {
    /// The version that was read.
    version: i64,
    /// What was found.
    verdict: VerdictWord,
    /// What is to be corrected, or why it is rejected; up to 4,000 characters.
    #[serde(default)]
    note: String,
}

/// What was found.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum VerdictWord {
    /// It goes on to review.
    Eligible,
    /// It is returned for correction.
    Return,
    /// It is not eligible.
    Reject,
}

/// A receipt.
#[derive(Debug, Serialize, ToSchema)]
struct Receipt {
    /// Its number.
    receipt_no: String,
}

/// The proposals of a round.
#[derive(Debug, Serialize, ToSchema)]
struct RoundProposals {
    /// The submitted proposals, earliest first.
    items: Vec<ProposalListItem>,
    /// Where the next rows begin: hand it back as `after`. Null if there are none.
    next: Option<String>,
    /// How many are in each state; drafts are only counted.
    counts: Vec<StateCount>,
}

/// How many are in a state.
#[derive(Debug, Serialize, ToSchema)]
struct StateCount {
    /// The state.
    state: ProposalStateWord,
    /// How many.
    count: i64,
}

/// A round with how many of its proposals wait for what.
#[derive(Debug, Serialize, ToSchema)]
struct RoundListItem {
    /// Its id.
    id: RoundRef,
    /// Korean name.
    name_ko: String,
    /// English name; may be empty.
    name_en: String,
    /// The call's Korean title.
    title_ko: String,
    /// The call's English title; may be empty.
    title_en: String,
    /// Until when it takes proposals.
    closes_at: Instant,
    /// How many proposals were submitted.
    submitted: i64,
    /// How many wait for the check of eligibility.
    to_check: i64,
    /// How many wait for reviewers.
    to_assign: i64,
    /// How many are under review.
    in_review: i64,
}

impl From<RoundItem> for RoundListItem {
    fn from(row: RoundItem) -> Self {
        Self {
            id: Id(row.id),
            name_ko: row.name_ko,
            name_en: row.name_en,
            title_ko: row.title_ko,
            title_en: row.title_en,
            closes_at: Instant(row.closes_at),
            submitted: row.submitted,
            to_check: row.to_check,
            to_assign: row.to_assign,
            in_review: row.in_review,
        }
    }
}

/// Which proposals.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct InState {
    /// Only those in this state.
    state: Option<String>,
}

/// List one's own proposals
#[utoipa::path(get, path = "/proposals/mine", operation_id = "proposal_mine", tag = "proposals", params(Rows),
    extensions(("x-act" = json!("proposal.start"))),
    responses((status = 200, description = "Proposals that the caller leads or manages, newest first", body = Page<ProposalListItem>)))]
async fn mine(read: Read, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| {
        let found = service::proposal::mine(cx, rows.after_at()?, rows.one_more())?;
        let slice = Slice::cut(found, rows.limit(), |row| (row.created_at.as_second(), row.id));
        Ok(Page::from(slice.map(ProposalListItem::from)))
    })
    .await
}

/// List the rounds with how many of their proposals wait for what
#[utoipa::path(get, path = "/rounds", operation_id = "round_list", tag = "rounds", params(Rows),
    extensions(("x-act" = json!("proposal.list"))),
    responses((status = 200, description = "Rounds, latest closing first", body = Page<RoundListItem>)))]
async fn rounds(read: Read, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| {
        let found = service::proposal::rounds(cx, rows.after_at()?, rows.one_more())?;
        let slice = Slice::cut(found, rows.limit(), |row| (row.closes_at.as_second(), row.id));
        Ok(Page::from(slice.map(RoundListItem::from)))
    })
    .await
}

/// List the submitted proposals of a round
#[utoipa::path(get, path = "/rounds/{id}/proposals", operation_id = "round_proposals", tag = "rounds",
    params(("id" = String, Path, description = "The round"), InState, Rows),
    extensions(("x-act" = json!("proposal.list"))),
    responses((status = 200, description = "Proposals, earliest first", body = RoundProposals)))]
async fn of_round(
    read: Read,
    Path(round): Path<String>,
    Asked(which): Asked<InState>,
    Asked(rows): Asked<Rows>,
) -> Answer {
    read.run(move |cx| {
        let state = asked::<Choice<ProposalState>>(which.state.as_deref(), "state")?.map(|state| state.0);
        let found = service::proposal::of_round(cx, id(&round)?, state, rows.after_at()?, rows.one_more())?;
        let slice = Slice::cut(found.items, rows.limit(), |row| {
            (row.submitted_at.map_or(0, jiff::Timestamp::as_second), row.id)
        });
        let slice = slice.map(ProposalListItem::from);
        let counts = found.counts.into_iter().map(|(state, count)| StateCount { state: Choice(state), count });
        Ok(RoundProposals { items: slice.items, next: slice.next, counts: counts.collect() })
    })
    .await
}

/// Start a proposal in an open round
#[utoipa::path(post, path = "/rounds/{id}/proposals", operation_id = "proposal_start", tag = "proposals",
    params(("id" = String, Path, description = "The round")), request_body = Nothing,
    extensions(("x-act" = json!("proposal.start"))),
    responses((status = 201, description = "The draft", body = Made)))]
async fn start(Path(round): Path<String>, post: Post<Nothing>) -> Answer {
    post.run(StatusCode::CREATED, move |cx, _| service::proposal::start(cx, id(&round)?).map(Made::new)).await
}

/// Show a proposal
#[utoipa::path(get, path = "/proposals/{id}", operation_id = "proposal_show", tag = "proposals",
    params(("id" = String, Path, description = "The proposal")),
    extensions(("x-act" = json!("proposal.read"))),
    responses((status = 200, description = "The proposal", body = Proposal)))]
async fn show(read: Read, Path(proposal): Path<String>) -> Answer {
    read.run(move |cx| {
        let view = service::proposal::show(cx, id(&proposal)?)?;
        Ok(Proposal::new(cx, view))
    })
    .await
}

/// Show a draft as it is written, and what it still lacks
#[utoipa::path(get, path = "/proposals/{id}/draft", operation_id = "proposal_draft", tag = "proposals",
    params(("id" = String, Path, description = "The proposal")),
    extensions(("x-act" = json!("proposal.write"))),
    responses((status = 200, description = "The draft", body = Draft)))]
async fn draft(read: Read, Path(proposal): Path<String>) -> Answer {
    read.run(move |cx| {
        let t = Texts::new(cx.actor.lang);
        service::proposal::form(cx, id(&proposal)?).map(|view| Draft::new(t, view))
    })
    .await
}

/// Save a draft
///
/// All of it is written anew, whether or not it could be submitted; `version` is the one that was
/// read.
#[utoipa::path(post, path = "/proposals/{id}", operation_id = "proposal_save", tag = "proposals",
    params(("id" = String, Path, description = "The proposal")), request_body = ProposalBody,
    extensions(("x-act" = json!("proposal.write"))),
    responses((status = 200, description = "Its new version", body = Version)))]
async fn save(Path(proposal): Path<String>, post: Post<ProposalBody>) -> Answer {
    post.run(StatusCode::OK, move |cx, body| {
        let change = ProposalChange {
            title_ko: body.title_ko,
            title_en: body.title_en,
            summary: body.summary,
            usage_plan: body.usage_plan,
            sector: body.sector,
            rnd_cluster: body.rnd_cluster,
            lines: body.lines.into_iter().map(DraftLine::from).collect(),
        };
        service::proposal::save(cx, id(&proposal)?, body.version, "", &change).map(Version::new)
    })
    .await
}

/// Submit a proposal as it was last saved
///
/// After the deadline it is refused, and the draft stays as it is.
#[utoipa::path(post, path = "/proposals/{id}/submit", operation_id = "proposal_submit", tag = "proposals",
    params(("id" = String, Path, description = "The proposal")), request_body = Nothing,
    extensions(("x-act" = json!("proposal.write"))),
    responses((status = 200, description = "Its receipt", body = Receipt)))]
async fn submit(Path(proposal): Path<String>, post: Post<Nothing>) -> Answer {
    post.run(StatusCode::OK, move |cx, _| {
        service::proposal::submit(cx, id(&proposal)?).map(|receipt_no| Receipt { receipt_no })
    })
    .await
}

/// Withdraw a proposal
#[utoipa::path(post, path = "/proposals/{id}/withdraw", operation_id = "proposal_withdraw", tag = "proposals",
    params(("id" = String, Path, description = "The proposal")), request_body = Why,
    extensions(("x-act" = json!("proposal.write"))),
    responses((status = 200, description = "It is withdrawn", body = Done)))]
async fn withdraw(Path(proposal): Path<String>, post: Post<Why>) -> Answer {
    post.run(StatusCode::OK, move |cx, why| {
        let reason = why.checked()?;
        service::proposal::withdraw(cx, id(&proposal)?, &reason).map(Done::new)
    })
    .await
}

/// Record what was found about the eligibility of a proposal
#[utoipa::path(post, path = "/proposals/{id}/check", operation_id = "proposal_check", tag = "proposals",
    params(("id" = String, Path, description = "The proposal")), request_body = VerdictBody,
    extensions(("x-act" = json!("proposal.check"))),
    responses((status = 200, description = "It is recorded", body = Done)))]
async fn check(Path(proposal): Path<String>, post: Post<VerdictBody>) -> Answer {
    post.run(StatusCode::OK, move |cx, body| {
        let verdict = match body.verdict {
            VerdictWord::Eligible => Verdict::Eligible,
            VerdictWord::Return => Verdict::Return(body.note),
            VerdictWord::Reject => Verdict::Reject(body.note),
        };
        service::eligibility::check(cx, id(&proposal)?, body.version, &verdict).map(Done::new)
    })
    .await
}
