//! Offers and the reserve list.

use askama::Template;
use axum::extract::{Path, Query};
use domain::access::Act;
use domain::award::OfferState;
use domain::ids::{OfferId, ProposalId};
use edge::{PageQuery, Slice};
use jiff::Timestamp;
use service::Error;
use service::offer::OfferItem;
use texts::{Texts, k};

use crate::chrome::Chrome;
use crate::form::Form;
use crate::page::plans::{amount, pick, pool_name, score};
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
        due: t.instant(row.due_at),
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

#[derive(Template)]
#[template(path = "awards/reserve.html")]
struct ReservePage {
    chrome: Chrome,
    t: Texts,
    rows: Vec<(i64, String, String, String, String, String)>,
    next: Option<String>,
}

async fn reserve(ui: Ui, Query(page): Query<PageQuery>) -> Answer {
    let t = ui.t;
    let limit = page.limit(50);
    let after = page.after::<(i64, i64, ProposalId)>()?;
    let after = after.and_then(|(at, rank, id)| Some((Timestamp::from_second(at).ok()?, rank, id)));
    let count = limit.saturating_add(1);
    let rows = ui.read(move |cx| service::refill::reserve_list(cx, after, count)).await?;
    let slice = Slice::cut(rows, limit, |row| (row.decided_at.as_second(), row.rank, row.proposal));
    let rows = slice
        .items
        .iter()
        .map(|row| {
            let state = t.s(if row.offered { k::RESERVE_OFFERED } else { k::RESERVE_WAITING });
            let title = pick(t, &row.title_ko, &row.title_en);
            (row.rank, row.proposal.to_string(), title, score(row.score_milli), t.date(row.until), state)
        })
        .collect();
    ui.page(&ReservePage { chrome: ui.chrome(t.s(k::RESERVE_TITLE)), t, rows, next: slice.next })
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
    lines: Vec<(String, String, String, String)>,
    reasons: Vec<String>,
    answerable: bool,
    withdrawable: bool,
    project: Option<String>,
}

async fn page(ui: &Ui, id: OfferId, form: Form) -> Result<OfferPage, edge::Fail> {
    let t = ui.t;
    let (view, pools) = ui.read(move |cx| Ok((service::offer::show(cx, id)?, service::pool::list(cx)?))).await?;
    let lines = view.lines.iter().map(|line| {
        (
            pool_name(t, &pools, &line.pool),
            amount(t, &pools, &line.pool, line.amount.0),
            t.date(line.from_on),
            t.date(domain::term::add_days(line.to_on, -1)),
        )
    });
    Ok(OfferPage {
        chrome: ui.chrome(t.s(k::OFFER_TITLE)),
        t,
        form,
        id,
        title: pick(t, &view.applicant.title_ko, &view.applicant.title_en),
        state: t.word(view.row.state),
        source: t.word(view.row.source),
        due: t.instant(view.row.due_at),
        lines: lines.collect(),
        reasons: view.reasons.iter().map(|reason| t.reason(reason)).collect(),
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
