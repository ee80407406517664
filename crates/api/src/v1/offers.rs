//! Offers and the reserve list.

#![allow(unused_qualifications, reason = "what the path macro expands to")]

use axum::extract::Path;
use domain::ids::ProposalId;
use edge::App;
use http::StatusCode;
use serde::Serialize;
use service::offer::{OfferItem, OfferView};
use service::refill::{ReserveLine, Reserved};
use texts::{Pools, Texts};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::plans::Promise;
use super::wire::{
    Choice, Day, Done, Id, Instant, Nothing, OfferRef, OfferSourceWord, OfferStateWord, Page, ProjectRef, ProposalRef,
    RoundRef, Rows, Short, Told, Why, id,
};
use crate::{Answer, Asked, Post, Read};

/// The operations of this area.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(mine))
        .routes(routes!(show))
        .routes(routes!(accept))
        .routes(routes!(decline))
        .routes(routes!(withdraw))
        .routes(routes!(reserve))
}

/// An offer in a list.
#[derive(Debug, Serialize, ToSchema)]
struct OfferListItem {
    /// Its id.
    id: OfferRef,
    /// The proposal that it is made to.
    proposal: ProposalRef,
    /// The proposal's Korean title.
    title_ko: String,
    /// The proposal's English title; may be empty.
    title_en: String,
    /// What it came from.
    source: OfferSourceWord,
    /// Its state.
    state: OfferStateWord,
    /// When it was made.
    made_at: Instant,
    /// Until when it can be answered.
    due_at: Instant,
}

impl From<OfferItem> for OfferListItem {
    fn from(row: OfferItem) -> Self {
        Self {
            id: Id(row.id),
            proposal: Id(row.proposal),
            title_ko: row.title_ko,
            title_en: row.title_en,
            source: Choice(row.source),
            state: Choice(row.state),
            made_at: Instant(row.made_at),
            due_at: Instant(row.due_at),
        }
    }
}

/// An offer.
#[derive(Debug, Serialize, ToSchema)]
struct Offer {
    /// The offer as in a list.
    #[serde(flatten)]
    offer: OfferListItem,
    /// When it was answered.
    answered_at: Option<Instant>,
    /// Why it was declined or taken back.
    note: String,
    /// What it promises.
    lines: Vec<Promise>,
    /// Why it was made.
    reasons: Vec<Told>,
    /// Whether the caller may answer it now.
    answerable: bool,
    /// The project that it became, once accepted.
    project: Option<ProjectRef>,
}

fn shown(t: Texts, pools: &Pools, view: OfferView) -> Offer {
    let OfferView { row, lines, applicant, reasons, answerable, project } = view;
    Offer {
        offer: OfferListItem {
            id: Id(row.id),
            proposal: Id(row.proposal),
            title_ko: applicant.title_ko,
            title_en: applicant.title_en,
            source: Choice(row.source),
            state: Choice(row.state),
            made_at: Instant(row.made_at),
            due_at: Instant(row.due_at),
        },
        answered_at: row.answered_at.map(Instant),
        note: row.note,
        lines: lines.into_iter().map(Promise::from).collect(),
        reasons: Told::all(t, pools, &reasons),
        answerable,
        project: project.map(Id),
    }
}

/// A project came to be.
#[derive(Debug, Serialize, ToSchema)]
struct Accepted {
    /// The project.
    project: ProjectRef,
}

/// Who waits on the reserve list.
#[derive(Debug, Serialize, ToSchema)]
struct ReserveListItem {
    /// The proposal.
    proposal: ProposalRef,
    /// Its Korean title.
    title_ko: String,
    /// Its English title; may be empty.
    title_en: String,
    /// Its place among all who wait, from 1: in this order what comes free is offered to whom it fits.
    /// Null once it had its offer.
    turn: Option<i64>,
    /// The Korean title of its call.
    call_title_ko: String,
    /// The English title of its call; may be empty.
    call_title_en: String,
    /// Its round.
    round: RoundRef,
    /// The Korean name of its round.
    round_name_ko: String,
    /// The English name of its round; may be empty.
    round_name_en: String,
    /// Its place among those who were put on the list with it, from 1.
    rank: i64,
    /// Its score in thousandths of a point.
    score_milli: i64,
    /// What it asks for.
    lines: Vec<ReserveAsk>,
    /// The last day on which it waits.
    until: Day,
    /// Whether it has or had an offer; from the list a proposal is offered once.
    offered: bool,
    /// When it was put on the list.
    decided_at: Instant,
}

/// What somebody on the reserve list asks for of a pool.
#[derive(Debug, Serialize, ToSchema)]
struct ReserveAsk {
    /// The pool.
    pool: Short,
    /// How much, in the pool's unit.
    amount: i64,
    /// The least that helps.
    min_amount: i64,
}

impl From<ReserveLine> for ReserveAsk {
    fn from(line: ReserveLine) -> Self {
        Self { pool: Short(line.pool), amount: line.amount.0, min_amount: line.min_amount.0 }
    }
}

impl From<Reserved> for ReserveListItem {
    fn from(reserved: Reserved) -> Self {
        let row = reserved.item;
        Self {
            turn: reserved.turn,
            call_title_ko: row.call_ko,
            call_title_en: row.call_en,
            round_name_ko: row.round_ko,
            round_name_en: row.round_en,
            lines: reserved.lines.into_iter().map(ReserveAsk::from).collect(),
            proposal: Id(row.proposal),
            title_ko: row.title_ko,
            title_en: row.title_en,
            round: Id(row.round),
            rank: row.rank,
            score_milli: row.score_milli,
            until: Day(row.until),
            offered: row.offered,
            decided_at: Instant(row.decided_at),
        }
    }
}

/// List all offers
#[utoipa::path(get, path = "/offers", operation_id = "offer_list", tag = "offers", params(Rows),
    extensions(("x-act" = json!("offer.list"))),
    responses((status = 200, description = "Offers, newest first", body = Page<OfferListItem>)))]
async fn list(read: Read, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| {
        let found = service::offer::list(cx, rows.after_at()?, rows.one_more())?;
        Ok(rows.page::<_, OfferListItem, _>(found, |row| (row.made_at.as_second(), row.id)))
    })
    .await
}

/// List the offers made to one's own proposals
#[utoipa::path(get, path = "/offers/mine", operation_id = "offer_mine", tag = "offers", params(Rows),
    extensions(("x-act" = json!("home.read"))),
    responses((status = 200, description = "Offers to the caller, newest first", body = Page<OfferListItem>)))]
async fn mine(read: Read, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| {
        let found = service::offer::mine(cx, rows.after_at()?, rows.one_more())?;
        Ok(rows.page::<_, OfferListItem, _>(found, |row| (row.made_at.as_second(), row.id)))
    })
    .await
}

/// Show an offer
#[utoipa::path(get, path = "/offers/{id}", operation_id = "offer_show", tag = "offers",
    params(("id" = String, Path, description = "The offer")),
    extensions(("x-act" = json!("offer.read"))),
    responses((status = 200, description = "The offer", body = Offer)))]
async fn show(read: Read, Path(offer): Path<String>) -> Answer {
    read.run(move |cx| {
        let t = Texts::new(cx.actor.lang);
        service::offer::show(cx, id(&offer)?).map(|view| shown(t, &cx.identity.pools, view))
    })
    .await
}

/// Accept an offer
///
/// The project, its award, the ledger's grants and the agreement come to be at once.
#[utoipa::path(post, path = "/offers/{id}/accept", operation_id = "offer_accept", tag = "offers",
    params(("id" = String, Path, description = "The offer")), request_body = Nothing,
    extensions(("x-act" = json!("offer.answer"))),
    responses((status = 201, description = "The project", body = Accepted)))]
async fn accept(Path(offer): Path<String>, post: Post<Nothing>) -> Answer {
    post.run(StatusCode::CREATED, move |cx, _| {
        service::offer::accept(cx, id(&offer)?).map(|project| Accepted { project: Id(project) })
    })
    .await
}

/// Decline an offer
#[utoipa::path(post, path = "/offers/{id}/decline", operation_id = "offer_decline", tag = "offers",
    params(("id" = String, Path, description = "The offer")), request_body = Why,
    extensions(("x-act" = json!("offer.answer"))),
    responses((status = 200, description = "It is declined; what it held goes to the next", body = Done)))]
async fn decline(Path(offer): Path<String>, post: Post<Why>) -> Answer {
    post.run(StatusCode::OK, move |cx, why| {
        let reason = why.checked()?;
        service::offer::decline(cx, id(&offer)?, &reason).map(Done::new)
    })
    .await
}

/// Take an open offer back
#[utoipa::path(post, path = "/offers/{id}/withdraw", operation_id = "offer_withdraw", tag = "offers",
    params(("id" = String, Path, description = "The offer")), request_body = Why,
    extensions(("x-act" = json!("offer.withdraw"))),
    responses((status = 200, description = "It is taken back", body = Done)))]
async fn withdraw(Path(offer): Path<String>, post: Post<Why>) -> Answer {
    post.run(StatusCode::OK, move |cx, why| {
        let reason = why.checked()?;
        service::offer::withdraw(cx, id(&offer)?, &reason).map(Done::new)
    })
    .await
}

/// List who waits on the reserve list
#[utoipa::path(get, path = "/reserve", operation_id = "reserve_list", tag = "offers", params(Rows),
    extensions(("x-act" = json!("offer.list"))),
    responses((status = 200, description = "Who waits, in the order of offers: who was announced earlier first, then by rank", body = Page<ReserveListItem>)))]
async fn reserve(read: Read, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| {
        let after = rows.after_at::<(i64, ProposalId)>()?.map(|(at, (rank, id))| (at, rank, id));
        let found = service::refill::reserve_list(cx, after, rows.one_more())?;
        Ok(rows.page::<_, ReserveListItem, _>(found, |row| {
            (row.item.decided_at.as_second(), (row.item.rank, row.item.proposal))
        }))
    })
    .await
}
