//! Plans of rounds: made, read, put forward, approved, announced.

use askama::Template;
use axum::extract::{Path, Query};
use domain::access::Act;
use domain::award::PlanState;
use domain::ids::{PlanId, RoundId};
use edge::{PageQuery, Slice};
use service::plan::{PlanRow, PlanView, PoolUse};
use service::{Error, PoolRow};
use texts::{Lang, Texts, k};

use crate::chrome::Chrome;
use crate::route::{Line, Section, get, post};
use crate::ui::{Answer, Ui};

/// The lines of this area.
#[must_use]
pub fn routes() -> Vec<Line> {
    vec![
        get("/plans", Act::PlanRead, rounds).menu(Section::Office, 40, k::PLANS_MENU),
        get("/rounds/{id}/plans", Act::PlanRead, round),
        post("/rounds/{id}/plans", Act::PlanMake, make),
        get("/plans/{id}", Act::PlanRead, show),
        post("/plans/{id}/propose", Act::PlanMake, propose),
        post("/plans/{id}/approve", Act::PlanApprove, approve),
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
    next: Option<String>,
}

struct OutcomeItem {
    rank: i64,
    proposal: String,
    title: String,
    score: String,
    decision: String,
    given: Vec<String>,
    reasons: Vec<String>,
}

struct PoolItem {
    name: String,
    caption: String,
    chart: String,
    rows: Vec<(String, String, String, String)>,
}

#[derive(Template)]
#[template(path = "awards/plan.html")]
struct PlanPage {
    chrome: Chrome,
    t: Texts,
    id: PlanId,
    state: String,
    digest: String,
    step: Option<(&'static str, String, String)>,
    rows: Vec<OutcomeItem>,
    pools: Vec<PoolItem>,
}

/// A name in the page's language.
pub(crate) fn pick(t: Texts, ko: &str, en: &str) -> String {
    (if t.lang() == Lang::En && !en.is_empty() { en } else { ko }).to_owned()
}

/// A pool's name in the page's language.
pub(crate) fn pool_name(t: Texts, pools: &[PoolRow], id: &domain::ids::PoolId) -> String {
    pools
        .iter()
        .find(|pool| pool.id == *id)
        .map_or_else(|| id.to_string(), |pool| pick(t, &pool.name_ko, &pool.name_en))
}

/// An amount as its pool counts it.
pub(crate) fn amount(t: Texts, pools: &[PoolRow], id: &domain::ids::PoolId, amount: i64) -> String {
    match pools.iter().find(|pool| pool.id == *id).map(|pool| pool.unit) {
        Some(domain::units::PoolUnit::Byte) => texts::byte_text(amount),
        _ => t.int(amount),
    }
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
    let t = ui.t;
    let id: RoundId = id.parse().map_err(|_| Error::NotFound)?;
    let limit = page.limit(50);
    let before = page.after::<i64>()?;
    let (round, rows) = ui.read(move |cx| service::plan::of_round(cx, id, before, limit + 1)).await?;
    let rows = Slice::cut(rows, limit, |row| row.number);
    let chrome = ui.chrome(t.f1(k::PLANS_OF_ROUND, "round", pick(t, &round.name_ko, &round.name_en)));
    let may_make = ui.may(Act::PlanMake);
    ui.page(&RoundPage { chrome, t, round: id, rows: rows.items, next: rows.next, may_make })
}

async fn make(ui: Ui, Path(id): Path<String>) -> Answer {
    let id: RoundId = id.parse().map_err(|_| Error::NotFound)?;
    let plan = ui.write(move |cx| service::plan::make(cx, id, "")).await?;
    ui.done(&format!("/plans/{plan}"), k::FLASH_PLAN_MADE)
}

async fn show(ui: Ui, Path(id): Path<String>) -> Answer {
    let t = ui.t;
    let id: PlanId = id.parse().map_err(|_| Error::NotFound)?;
    let (view, round, pools) = ui
        .read(move |cx| {
            let view = service::plan::show(cx, id)?;
            let (round, _) = service::plan::of_round(cx, view.row.round, None, 1)?;
            Ok((view, round, service::pool::list(cx)?))
        })
        .await?;
    let name = pick(t, &round.name_ko, &round.name_en);
    let title = t.f2(k::PLAN_TITLE, ("round", name), ("number", view.row.number));
    ui.page(&PlanPage {
        chrome: ui.chrome(title),
        t,
        id,
        state: t.word(view.row.state),
        digest: view.row.digest.clone(),
        step: step(&ui, &view),
        rows: outcomes(t, &view, &pools),
        pools: view.plan.pools.iter().map(|one| pool_item(t, one, &pools)).collect(),
    })
}

/// What the person may do next with the plan: path, label, hint.
fn step(ui: &Ui, view: &PlanView) -> Option<(&'static str, String, String)> {
    let t = ui.t;
    match view.row.state {
        PlanState::Draft if ui.may(Act::PlanMake) => Some(("propose", t.s(k::PLAN_PROPOSE), String::new())),
        PlanState::Proposed if view.approvable => Some(("approve", t.s(k::PLAN_APPROVE), String::new())),
        PlanState::Approved if ui.may(Act::PlanAnnounce) => {
            Some(("announce", t.s(k::PLAN_ANNOUNCE), t.s(k::PLAN_ANNOUNCE_HINT)))
        }
        _ => None,
    }
}

fn outcomes(t: Texts, view: &PlanView, pools: &[PoolRow]) -> Vec<OutcomeItem> {
    let scores: std::collections::BTreeMap<_, _> =
        view.input.proposals.iter().map(|one| (one.proposal, one.score_milli)).collect();
    view.plan
        .outcomes
        .iter()
        .map(|one| OutcomeItem {
            rank: one.rank,
            proposal: one.proposal.to_string(),
            title: view
                .applicants
                .get(&one.proposal)
                .map_or_else(|| one.proposal.to_string(), |who| pick(t, &who.title_ko, &who.title_en)),
            score: score(scores.get(&one.proposal).copied().unwrap_or_default()),
            decision: t.word(one.decision),
            given: one
                .given
                .iter()
                .map(|given| {
                    t.f(
                        k::AWARD_GIVEN_LINE,
                        &[
                            ("pool", pool_name(t, pools, &given.pool).into()),
                            ("amount", amount(t, pools, &given.pool, given.amount).into()),
                            ("from", t.date(given.term.from()).into()),
                            ("last", t.date(given.term.last_day()).into()),
                        ],
                    )
                })
                .collect(),
            reasons: one.reasons.iter().map(|reason| t.reason(reason)).collect(),
        })
        .collect()
}

fn pool_item(t: Texts, used: &PoolUse, pools: &[PoolRow]) -> PoolItem {
    let name = pool_name(t, pools, &used.pool);
    let caption = t.f1(k::PLAN_POOL_CHART, "pool", &name);
    // Given and left change on different days: the table has a row for each stretch of both.
    let given: domain::steps::Steps = used.given.iter().map(|one| (one.term, one.amount)).collect();
    let mut rows = Vec::new();
    let mut bars = Vec::new();
    for left in &used.left {
        for (term, amount_given) in given.within(left.term) {
            rows.push((
                t.date(term.from()),
                t.date(term.last_day()),
                amount(t, pools, &used.pool, amount_given),
                amount(t, pools, &used.pool, left.amount),
            ));
            bars.push((term.days(), amount_given, left.amount.max(0)));
        }
    }
    PoolItem { chart: chart(&caption, &bars), name, caption, rows }
}

/// Bars over time: days wide, what is given below, what is left above it, lighter.
fn chart(caption: &str, bars: &[(i64, i64, i64)]) -> String {
    use std::fmt::Write as _;
    let days: i64 = bars.iter().map(|bar| bar.0).sum::<i64>().max(1);
    let most: i64 = bars.iter().map(|bar| bar.1.saturating_add(bar.2)).max().unwrap_or(1).max(1);
    let scale = |value: i64, whole: i64, length: i64| value.saturating_mul(length) / whole;
    let mut svg = format!(
        "<svg viewBox=\"0 0 720 120\" role=\"img\" width=\"100%\" aria-label=\"{}\">",
        caption.replace(['<', '>', '&', '"'], " ")
    );
    let mut passed = 0;
    for (width, given, left) in bars {
        let (x, end) = (scale(passed, days, 720), scale(passed + width, days, 720));
        let (low, high) = (scale(*given, most, 110), scale(left.saturating_add(*given), most, 110));
        let _ = write!(
            svg,
            "<rect x=\"{x}\" y=\"{}\" width=\"{}\" height=\"{low}\" fill=\"#1d5fa6\"/>\
             <rect x=\"{x}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"#c9dcf0\"/>",
            120 - low,
            end - x,
            120 - high,
            end - x,
            high - low,
        );
        passed += width;
    }
    svg.push_str("</svg>");
    svg
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
