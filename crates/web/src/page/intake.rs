//! Proposals as the office receives them: rounds, lists with competition, and the check of
//! eligibility.

use askama::Template;
use axum::extract::{Path, Query};
use domain::access::Act;
use domain::ids::{ProposalId, RoundId};
use domain::proposal::ProposalState;
use edge::{PageQuery, Slice};
use jiff::Timestamp;
use serde::Deserialize;
use service::proposal::{Competition, ProposalItem};
use service::{Error, eligibility};
use texts::{Texts, k};

use crate::chrome::Chrome;
use crate::form::Form;
use crate::page::plans::pick;
use crate::page::proposals::{amount, badge, ratio, respond, title};
use crate::route::{Line, Section, get, post};
use crate::ui::{Answer, Ui};

/// The lines of this area.
#[must_use]
pub fn routes() -> Vec<Line> {
    vec![
        get("/proposals", Act::ProposalList, rounds).menu(Section::Office, 20, k::INTAKE_MENU),
        get("/rounds/{id}/proposals", Act::ProposalList, list),
        post("/proposals/{id}/check", Act::ProposalCheck, check),
    ]
}

struct RoundLine {
    id: RoundId,
    name: String,
    closes: String,
    counts: [String; 4],
}

#[derive(Template)]
#[template(path = "proposals/rounds.html")]
struct RoundsPage {
    chrome: Chrome,
    t: Texts,
    rows: Vec<RoundLine>,
    next: Option<String>,
}

async fn rounds(ui: Ui, Query(page): Query<PageQuery>) -> Answer {
    let t = ui.t;
    // Each row counts its proposals: a page of few rows.
    let limit = page.limit(20);
    let before = page.after_at::<RoundId>()?;
    let count = limit.saturating_add(1);
    let rows = ui.read(move |cx| service::proposal::rounds(cx, before, count)).await?;
    let slice = Slice::cut(rows, limit, |row| (row.closes_at.as_second(), row.id));
    let rows = slice
        .items
        .iter()
        .map(|row| RoundLine {
            id: row.id,
            name: t.f2(
                k::PROPOSAL_CALL_ROUND,
                ("call", pick(t, &row.title_ko, &row.title_en)),
                ("round", pick(t, &row.name_ko, &row.name_en)),
            ),
            closes: t.instant(row.closes_at),
            counts: [row.submitted, row.to_check, row.to_assign, row.in_review].map(|count| t.int(count)),
        })
        .collect();
    ui.page(&RoundsPage { chrome: ui.chrome(t.s(k::INTAKE_TITLE)), t, rows, next: slice.next })
}

#[derive(Deserialize)]
struct ListQuery {
    #[serde(default)]
    state: Option<String>,
    #[serde(default)]
    after: Option<String>,
    #[serde(default)]
    limit: Option<i64>,
}

struct Filter {
    label: String,
    count: String,
    href: String,
    current: bool,
}

struct PoolLine {
    name: String,
    whole: String,
    whole_pf: String,
    asked: String,
    asked_pf: String,
    ratio: String,
    proposals: String,
}

struct Row {
    id: ProposalId,
    receipt: String,
    title: String,
    organization: String,
    state: String,
    badge: &'static str,
    submitted: String,
    reviews: String,
}

#[derive(Template)]
#[template(path = "proposals/round.html")]
struct RoundPage {
    chrome: Chrome,
    t: Texts,
    round: RoundId,
    closes: String,
    basis: String,
    pools: Vec<PoolLine>,
    filters: Vec<Filter>,
    rows: Vec<Row>,
    next: Option<String>,
    path: String,
    reviews: bool,
    plans: bool,
}

async fn list(ui: Ui, Path(id): Path<String>, Query(query): Query<ListQuery>) -> Answer {
    let t = ui.t;
    let round: RoundId = id.parse().map_err(|_| Error::NotFound)?;
    let state: Option<ProposalState> = query.state.as_deref().and_then(|state| state.parse().ok());
    let unread = query.state.as_deref().filter(|_| state.is_none());
    let page = PageQuery { after: query.after, limit: query.limit };
    let limit = page.limit(50);
    let after = page.after_at::<ProposalId>()?;
    let count = limit.saturating_add(1);
    let view = ui.read(move |cx| service::proposal::of_round(cx, round, state, after, count)).await?;
    let slice = Slice::cut(view.items, limit, |row| (row.submitted_at.map_or(0, Timestamp::as_second), row.id));
    let base = format!("/rounds/{round}/proposals");
    let identity = &ui.app.center.identity;
    let name = t.f2(
        k::PROPOSAL_CALL_ROUND,
        ("call", pick(t, &view.round.title_ko, &view.round.title_en)),
        ("round", pick(t, &view.round.name_ko, &view.round.name_en)),
    );
    ui.page(&RoundPage {
        chrome: ui.chrome(t.f1(k::INTAKE_ROUND, "round", name)).with_unread(t, &[unread]),
        t,
        round,
        closes: t.instant(view.round.closes_at),
        basis: t.f1(k::PROPOSAL_PF_BASIS, "basis", t.word(identity.basis)),
        pools: view.competition.iter().map(|one| pool_line(t, identity, one)).collect(),
        filters: filters(t, &base, state, &view.counts),
        rows: slice.items.iter().map(|row| item(t, row)).collect(),
        next: slice.next,
        path: state.map_or_else(|| format!("{base}?"), |state| format!("{base}?state={state}&")),
        reviews: ui.may(Act::ReviewRead),
        plans: ui.may(Act::PlanRead),
    })
}

/// A way to each state that has proposals; drafts are only counted, by nobody's name.
fn filters(t: Texts, base: &str, state: Option<ProposalState>, counts: &[(ProposalState, i64)]) -> Vec<Filter> {
    let all: i64 = counts.iter().filter(|(one, _)| *one != ProposalState::Draft).map(|(_, count)| count).sum();
    let whole =
        Filter { label: t.s(k::INTAKE_ALL), count: t.int(all), href: base.to_owned(), current: state.is_none() };
    let mut filters = vec![whole];
    for &one in ProposalState::ALL {
        let count = counts.iter().find(|(other, _)| *other == one).map_or(0, |(_, count)| *count);
        if count > 0 || state == Some(one) {
            let href = if one == ProposalState::Draft { String::new() } else { format!("{base}?state={one}") };
            filters.push(Filter { label: t.word(one), count: t.int(count), href, current: state == Some(one) });
        }
    }
    filters
}

fn pool_line(t: Texts, identity: &service::center::Identity, one: &Competition) -> PoolLine {
    let (whole, whole_pf) = amount(t, identity, one.unit, one.device_model.as_ref(), one.amount.0);
    let (asked, asked_pf) = amount(t, identity, one.unit, one.device_model.as_ref(), one.asked.0);
    PoolLine {
        name: pick(t, &one.name_ko, &one.name_en),
        whole,
        whole_pf,
        asked,
        asked_pf,
        ratio: ratio(one.asked.0, one.amount.0),
        proposals: t.int(one.proposals),
    }
}

fn item(t: Texts, row: &ProposalItem) -> Row {
    let organization = row.organization_ko.as_ref().zip(row.organization_en.as_ref());
    Row {
        id: row.id,
        receipt: row.receipt_no.clone().unwrap_or_default(),
        title: title(t, &row.title_ko, &row.title_en),
        organization: organization.map(|(ko, en)| pick(t, ko, en)).unwrap_or_default(),
        state: t.word(row.state),
        badge: badge(row.state),
        submitted: row.submitted_at.map(|at| t.instant(at)).unwrap_or_default(),
        reviews: if row.reviewers == 0 { String::new() } else { format!("{}/{}", row.reviewed, row.reviewers) },
    }
}

async fn check(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let id: ProposalId = id.parse().map_err(|_| Error::NotFound)?;
    if let Some((version, verdict)) = crate::form::review::verdict(&mut form) {
        match ui.write(move |cx| eligibility::check(cx, id, version, &verdict)).await {
            Ok(()) => return ui.done(&format!("/proposals/{id}"), k::FLASH_CHECKED),
            Err(fail) => form.take(fail)?,
        }
    }
    respond(&ui, id, form).await
}
