//! Offers and the reserve list.

use askama::Template;
use axum::extract::{Path, Query};
use domain::access::Act;
use domain::award::OfferState;
use domain::ids::{OfferId, PoolId, ProposalId};
use domain::term::add_days;
use edge::{PageQuery, Slice};
use jiff::Timestamp;
use jiff::civil::Date;
use service::Error;
use service::offer::OfferItem;
use service::refill::Reserved;
use texts::{Pools, Texts, k};

use crate::chrome::Chrome;
use crate::form::Form;
use crate::page::plans::{pick, score};
use crate::route::{Line, Section, get, post};
use crate::ui::{Answer, Ui};

/// The lines of this area.
#[must_use]
pub fn routes() -> Vec<Line> {
    vec![
        get("/offers", Act::OfferList, list).menu(Section::Office, 50, k::OFFERS_MENU),
        get("/reserve", Act::OfferList, reserve).menu(Section::Office, 51, k::RESERVE_MENU),
        get("/offers/{id}", Act::OfferRead, show),
        post("/offers/{id}/accept", Act::OfferAnswer, accept),
        post("/offers/{id}/decline", Act::OfferAnswer, decline),
        post("/offers/{id}/withdraw", Act::OfferWithdraw, withdraw),
    ]
}

/// An offer in a list, in words.
pub(crate) struct Item {
    pub(crate) id: OfferId,
    pub(crate) title: String,
    pub(crate) source: String,
    pub(crate) state: String,
    pub(crate) made: String,
    pub(crate) due: String,
}

pub(crate) fn item(t: Texts, row: &OfferItem) -> Item {
    Item {
        id: row.id,
        title: pick(t, &row.title_ko, &row.title_en),
        source: t.word(row.source),
        state: t.word(row.state),
        made: t.instant(row.made_at),
        due: t.deadline(row.due_at),
    }
}

/// Open offers that wait for the person's answer, most urgent first.
pub(crate) fn todos(cx: &mut service::Cx<'_, '_>, t: Texts) -> service::Outcome<Vec<crate::page::home::Item>> {
    Ok(service::offer::to_answer(cx)?
        .iter()
        .map(|one| crate::page::home::Item {
            title: t.f1(k::OFFER_TODO, "title", pick(t, &one.title_ko, &one.title_en)),
            href: format!("/offers/{}", one.id),
            note: t.deadline(one.due_at),
        })
        .collect())
}

#[derive(Template)]
#[template(path = "awards/offers.html")]
struct OffersPage {
    chrome: Chrome,
    t: Texts,
    rows: Vec<Item>,
    next: Option<String>,
}

async fn list(ui: Ui, Query(page): Query<PageQuery>) -> Answer {
    let t = ui.t;
    let limit = page.limit(50);
    let before = page.after_at::<OfferId>()?;
    let count = limit.saturating_add(1);
    let rows = ui.read(move |cx| service::offer::list(cx, before, count)).await?;
    let slice = Slice::cut(rows, limit, |row| (row.made_at.as_second(), row.id));
    let rows = slice.items.iter().map(|row| item(t, row)).collect();
    ui.page(&OffersPage { chrome: ui.chrome(t.s(k::OFFERS_TITLE)), t, rows, next: slice.next })
}

/// A place on the reserve list, in words.
struct ReserveRow {
    turn: String,
    round: String,
    announced: String,
    rank: String,
    proposal: String,
    title: String,
    /// Pool, amount, PF, the least that helps where that is less.
    asks: Vec<(String, String, String, String)>,
    score: String,
    until: String,
    offered: bool,
}

fn reserve_row(t: Texts, pools: &Pools, row: &Reserved, announced: String) -> ReserveRow {
    let asks = row.lines.iter().map(|line| {
        let least = (line.min_amount < line.amount).then(|| pools.amount(t, &line.pool, line.min_amount.0));
        (
            pools.name(t, &line.pool),
            pools.amount(t, &line.pool, line.amount.0),
            pools.pf(t, &line.pool, line.amount.0),
            least.map(|least| t.f1(k::RESERVE_LEAST, "amount", least)).unwrap_or_default(),
        )
    });
    let item = &row.item;
    ReserveRow {
        turn: row.turn.map_or_else(|| "—".to_owned(), |turn| t.int(turn)),
        round: t.f2(
            k::PROPOSAL_CALL_ROUND,
            ("call", pick(t, &item.call_ko, &item.call_en)),
            ("round", pick(t, &item.round_ko, &item.round_en)),
        ),
        announced: t.f1(k::RESERVE_ANNOUNCED, "day", announced),
        rank: t.f1(k::RESERVE_RANK, "rank", item.rank.to_string()),
        proposal: item.proposal.to_string(),
        title: pick(t, &item.title_ko, &item.title_en),
        asks: asks.collect(),
        score: score(item.score_milli),
        until: t.date(item.until),
        offered: item.offered,
    }
}

#[derive(Template)]
#[template(path = "awards/reserve.html")]
struct ReservePage {
    chrome: Chrome,
    t: Texts,
    rows: Vec<ReserveRow>,
    basis: String,
    next: Option<String>,
}

async fn reserve(ui: Ui, Query(page): Query<PageQuery>) -> Answer {
    let t = ui.t;
    let limit = page.limit(50);
    let after = page.after::<(i64, i64, ProposalId)>()?;
    let after = after.and_then(|(at, rank, id)| Some((Timestamp::from_second(at).ok()?, rank, id)));
    let count = limit.saturating_add(1);
    let rows = ui.read(move |cx| service::refill::reserve_list(cx, after, count)).await?;
    let slice = Slice::cut(rows, limit, |row| (row.item.decided_at.as_second(), row.item.rank, row.item.proposal));
    let rows = slice.items.iter().map(|row| reserve_row(t, ui.pools(), row, t.instant(row.item.decided_at))).collect();
    let basis = t.word(ui.app.center.identity.basis);
    ui.page(&ReservePage { chrome: ui.chrome(t.s(k::RESERVE_TITLE)), t, rows, basis, next: slice.next })
}

/// What is offered or granted of a pool from its first to its last day, in words.
pub(crate) struct GivenLine {
    pub(crate) pool: String,
    pub(crate) amount: String,
    pub(crate) pf: String,
    pub(crate) from: String,
    pub(crate) last: String,
}

impl GivenLine {
    pub(crate) fn new(t: Texts, pools: &Pools, pool: &PoolId, amount: i64, (from, last): (Date, Date)) -> Self {
        Self {
            pool: pools.name(t, pool),
            amount: pools.amount(t, pool, amount),
            pf: pools.pf(t, pool, amount),
            from: t.date(from),
            last: t.date(last),
        }
    }
}

#[derive(Template)]
#[template(path = "awards/offer.html")]
struct OfferPage {
    chrome: Chrome,
    t: Texts,
    form: Form,
    id: OfferId,
    title: String,
    state: String,
    source: String,
    due: String,
    basis: String,
    lines: Vec<GivenLine>,
    reasons: Vec<String>,
    answerable: bool,
    withdrawable: bool,
    project: Option<String>,
}

async fn page(ui: &Ui, id: OfferId, form: Form) -> Result<OfferPage, edge::Fail> {
    let t = ui.t;
    let view = ui.read(move |cx| service::offer::show(cx, id)).await?;
    let lines = view
        .lines
        .iter()
        .map(|line| GivenLine::new(t, ui.pools(), &line.pool, line.amount.0, (line.from_on, add_days(line.to_on, -1))));
    Ok(OfferPage {
        chrome: ui.chrome(t.s(k::OFFER_TITLE)),
        t,
        form,
        id,
        title: pick(t, &view.applicant.title_ko, &view.applicant.title_en),
        state: t.word(view.row.state),
        source: t.word(view.row.source),
        due: t.deadline(view.row.due_at),
        basis: t.word(ui.app.center.identity.basis),
        lines: lines.collect(),
        reasons: view.reasons.iter().map(|reason| t.reason(reason, ui.pools())).collect(),
        answerable: view.answerable,
        withdrawable: view.row.state == OfferState::Open && ui.may(Act::OfferWithdraw),
        project: view.project.map(|project| project.to_string()),
    })
}

async fn show(ui: Ui, Path(id): Path<String>) -> Answer {
    let id: OfferId = id.parse().map_err(|_| Error::NotFound)?;
    let page = page(&ui, id, Form::default()).await?;
    ui.page(&page)
}

async fn accept(ui: Ui, Path(id): Path<String>) -> Answer {
    let id: OfferId = id.parse().map_err(|_| Error::NotFound)?;
    let project = ui.write(move |cx| service::offer::accept(cx, id)).await?;
    ui.done(&format!("/projects/{project}"), k::FLASH_OFFER_ACCEPTED)
}

async fn decline(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let id: OfferId = id.parse().map_err(|_| Error::NotFound)?;
    if let Some(reason) = form.text_or_empty("reason", 1000) {
        match ui.write(move |cx| service::offer::decline(cx, id, &reason)).await {
            Ok(()) => return ui.done(&format!("/offers/{id}"), k::FLASH_OFFER_DECLINED),
            Err(fail) => form.take(fail)?,
        }
    }
    let page = page(&ui, id, form).await?;
    ui.rejected(&page)
}

async fn withdraw(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let id: OfferId = id.parse().map_err(|_| Error::NotFound)?;
    if let Some(reason) = form.text("reason", 1000) {
        match ui.write(move |cx| service::offer::withdraw(cx, id, &reason)).await {
            Ok(()) => return ui.done(&format!("/offers/{id}"), k::FLASH_OFFER_WITHDRAWN),
            Err(fail) => form.take(fail)?,
        }
    }
    let page = page(&ui, id, form).await?;
    ui.rejected(&page)
}
