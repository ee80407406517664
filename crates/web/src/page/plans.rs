//! Plans of rounds: made, read, put forward, approved or sent back, announced.

mod show;

use askama::Template;
use axum::extract::{Path, Query};
use domain::access::Act;
use domain::ids::{PlanId, RoundId};
use edge::{Fail, PageQuery, Slice};
use service::Error;
use service::plan::PlanRow;
use texts::{Lang, Texts, k};

use crate::chrome::Chrome;
use crate::form::Form;
use crate::route::{Line, Section, get, post};
use crate::ui::{Answer, Ui};

/// The lines of this area.
#[must_use]
pub fn routes() -> Vec<Line> {
    vec![
        get("/plans", Act::PlanRead, rounds).menu(Section::Office, 40, k::PLANS_MENU),
        get("/rounds/{id}/plans", Act::PlanRead, round),
        post("/rounds/{id}/plans", Act::PlanMake, make),
        get("/plans/{id}", Act::PlanRead, show::show),
        post("/plans/{id}/propose", Act::PlanMake, propose),
        post("/plans/{id}/approve", Act::PlanApprove, approve),
        post("/plans/{id}/return", Act::PlanReturn, show::send_back),
        post("/plans/{id}/announce", Act::PlanAnnounce, announce),
    ]
}

struct RoundItem {
    id: RoundId,
    name: String,
    closes: String,
}

#[derive(Template)]
#[template(path = "awards/rounds.html")]
struct RoundsPage {
    chrome: Chrome,
    t: Texts,
    rows: Vec<RoundItem>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "awards/round.html")]
struct RoundPage {
    chrome: Chrome,
    t: Texts,
    round: RoundId,
    rows: Vec<PlanRow>,
    may_make: bool,
    form: Form,
    next: Option<String>,
}

/// A name in the page's language.
pub(crate) fn pick(t: Texts, ko: &str, en: &str) -> String {
    (if t.lang() == Lang::En && !en.is_empty() { en } else { ko }).to_owned()
}

/// Thousandths of a point with two decimals.
pub(crate) fn score(milli: i64) -> String {
    let centi = domain::units::rounded_div(milli, 10);
    format!("{}.{:02}", centi / 100, centi % 100)
}

async fn rounds(ui: Ui, Query(page): Query<PageQuery>) -> Answer {
    let t = ui.t;
    let limit = page.limit(50);
    let before = page.after_at::<RoundId>()?;
    let rows = ui.read(move |cx| service::plan::rounds(cx, before, limit + 1)).await?;
    let rows = Slice::cut(rows, limit, |row| (row.closes_at.as_second(), row.id)).map(|row| RoundItem {
        id: row.id,
        name: pick(t, &row.name_ko, &row.name_en),
        closes: t.instant(row.closes_at),
    });
    ui.page(&RoundsPage { chrome: ui.chrome(t.s(k::PLANS_TITLE)), t, rows: rows.items, next: rows.next })
}

async fn round(ui: Ui, Path(id): Path<String>, Query(page): Query<PageQuery>) -> Answer {
    let id: RoundId = id.parse().map_err(|_| Error::NotFound)?;
    let page = round_page(&ui, id, &page, Form::default()).await?;
    ui.page(&page)
}

async fn round_page(ui: &Ui, id: RoundId, page: &PageQuery, form: Form) -> Result<RoundPage, Fail> {
    let t = ui.t;
    let limit = page.limit(50);
    let before = page.after::<i64>()?;
    let (round, rows) = ui.read(move |cx| service::plan::of_round(cx, id, before, limit + 1)).await?;
    let rows = Slice::cut(rows, limit, |row| row.number);
    let chrome = ui.chrome(t.f1(k::PLANS_OF_ROUND, "round", pick(t, &round.name_ko, &round.name_en)));
    let may_make = ui.may(Act::PlanMake);
    Ok(RoundPage { chrome, t, round: id, rows: rows.items, next: rows.next, may_make, form })
}

async fn make(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let id: RoundId = id.parse().map_err(|_| Error::NotFound)?;
    match ui.write(move |cx| service::plan::make(cx, id, "")).await {
        Ok(plan) => return ui.done(&format!("/plans/{plan}"), k::FLASH_PLAN_MADE),
        Err(fail) => form.take(fail)?,
    }
    // Pressed too early: the reason stands on the page where the button is.
    let page = round_page(&ui, id, &PageQuery::default(), form).await?;
    ui.rejected(&page)
}

async fn propose(ui: Ui, Path(id): Path<String>) -> Answer {
    let id: PlanId = id.parse().map_err(|_| Error::NotFound)?;
    ui.write(move |cx| service::plan::propose(cx, id)).await?;
    ui.done(&format!("/plans/{id}"), k::FLASH_PLAN_PROPOSED)
}

async fn approve(ui: Ui, Path(id): Path<String>) -> Answer {
    let id: PlanId = id.parse().map_err(|_| Error::NotFound)?;
    ui.write(move |cx| service::plan::approve(cx, id)).await?;
    ui.done(&format!("/plans/{id}"), k::FLASH_PLAN_APPROVED)
}

async fn announce(ui: Ui, Path(id): Path<String>) -> Answer {
    let id: PlanId = id.parse().map_err(|_| Error::NotFound)?;
    ui.write(move |cx| service::plan::announce(cx, id)).await?;
    ui.done(&format!("/plans/{id}"), k::FLASH_PLAN_ANNOUNCED)
}
