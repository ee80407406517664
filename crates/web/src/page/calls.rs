//! Calls: the public list and page of each call, and what the office does with them.

mod edit;

use askama::Template;
use axum::extract::{Path, Query};
use domain::access::Act;
use domain::call::{CallState, Phase};
use domain::ids::{CallId, RoundId};
use domain::units::{Amount, PoolKind, PoolUnit};
use domain::{Code, Reason};
use edge::{Fail, PageQuery, Slice};
use jiff::Timestamp;
use service::call::{CallRow, CallView, Correction, PoolShare, ProductRow, PublicRound, RoundRow, When, phase_of};
use service::center::Identity;
use service::{Cx, Error, Outcome};
use texts::{Key, Lang, Texts, k};

use crate::chrome::Chrome;
use crate::form::Form;
use crate::page::home::Item;
use crate::page::plans::pick;
use crate::route::{Line, Section, get, post};
use crate::ui::{Answer, Ui};

/// The lines of this area.
#[must_use]
pub fn routes() -> Vec<Line> {
    vec![
        get("/calls", Act::PublicRead, index).menu(Section::Public, 10, k::CALL_MENU),
        get("/calls/{id}", Act::PublicRead, show),
        get("/office/calls", Act::CallList, office).menu(Section::Office, 10, k::CALL_OFFICE_MENU),
        get("/calls/new", Act::CallDraft, edit::new),
        post("/calls/new", Act::CallDraft, edit::create),
        get("/calls/{id}/edit", Act::CallDraft, edit::edit),
        post("/calls/{id}/edit", Act::CallDraft, edit::save),
        post("/calls/{id}/publish", Act::CallPublish, publish),
        post("/calls/{id}/duplicate", Act::CallDraft, duplicate),
        post("/calls/{id}/archive", Act::CallDraft, archive),
        get("/rounds/{id}/dates", Act::CallDraft, edit::dates),
        post("/rounds/{id}/dates", Act::CallDraft, edit::correct),
    ]
}

/// The most open and coming rounds that the list shows.
const CURRENT: i64 = 200;

/// The look of a phase's badge.
fn look(phase: Phase) -> &'static str {
    match phase {
        Phase::Open => "good",
        Phase::Coming => "info",
        Phase::Draft | Phase::Closed | Phase::Reviewing => "wait",
        Phase::Decided | Phase::Archived => "",
    }
}

/// The time until a deadline in words: days, then hours, then minutes.
fn left(t: Texts, now: Timestamp, until: Timestamp) -> String {
    let seconds = until.as_second().saturating_sub(now.as_second()).max(0);
    match seconds {
        86_400..172_800 => t.s(k::CALL_LEFT_DAY),
        172_800.. => t.f1(k::CALL_LEFT_DAYS, "days", t.int(seconds / 86_400)),
        3_600.. => t.f1(k::CALL_LEFT_HOURS, "hours", t.int(seconds / 3_600)),
        _ => t.f1(k::CALL_LEFT_MINUTES, "minutes", t.int(seconds / 60)),
    }
}

struct RoundItem {
    href: String,
    title: String,
    round: String,
    kind: String,
    track: String,
    phase: String,
    look: &'static str,
    opens: String,
    closes: String,
    left: String,
}

fn item(t: Texts, row: &PublicRound, now: Timestamp) -> RoundItem {
    let phase = phase_of(row, now);
    RoundItem {
        href: format!("/calls/{}", row.call),
        title: pick(t, &row.title_ko, &row.title_en),
        round: pick(t, &row.name_ko, &row.name_en),
        kind: t.word(row.kind),
        track: t.word(row.track),
        phase: t.word(phase),
        look: look(phase),
        opens: t.instant(row.opens_at),
        closes: t.instant(row.closes_at),
        left: left(t, now, row.closes_at),
    }
}

#[derive(Template)]
#[template(path = "calls/index.html")]
struct IndexPage {
    chrome: Chrome,
    t: Texts,
    /// Whether this is the list from its beginning, or only more of what is past.
    first: bool,
    open: Vec<RoundItem>,
    coming: Vec<RoundItem>,
    past: Vec<RoundItem>,
    next: Option<String>,
    signed_in: bool,
    drafts: bool,
}

async fn index(ui: Ui, Query(query): Query<PageQuery>) -> Answer {
    let t = ui.t;
    let limit = query.limit(20);
    let after: Option<(Timestamp, RoundId)> = query.after()?;
    let (now, current, past) = ui
        .read(move |cx| {
            let current = if after.is_none() { service::call::current(cx, CURRENT)? } else { Vec::new() };
            Ok((cx.now, current, service::call::past(cx, after, limit + 1)?))
        })
        .await?;
    let past = Slice::cut(past, limit, |row| (row.closes_at, row.id));
    let (open, mut coming): (Vec<_>, Vec<_>) = current.iter().partition(|row| phase_of(row, now) == Phase::Open);
    coming.sort_by_key(|row| (row.opens_at, row.id));
    ui.page(&IndexPage {
        chrome: ui.chrome(t.s(k::CALL_LIST_TITLE)),
        t,
        first: after.is_none(),
        open: open.into_iter().map(|row| item(t, row, now)).collect(),
        coming: coming.into_iter().map(|row| item(t, row, now)).collect(),
        past: past.items.iter().map(|row| item(t, row, now)).collect(),
        next: past.next,
        signed_in: ui.actor().user.is_some(),
        drafts: ui.may(Act::CallDraft),
    })
}

/// Open rounds for the first page, soonest closing first.
pub(crate) fn news(cx: &mut Cx<'_, '_>, t: Texts) -> Outcome<Vec<Item>> {
    let now = cx.now;
    // Coming rounds may close before open ones: a few more are read than are shown.
    let rows = service::call::current(cx, 20)?;
    let open = rows.iter().filter(|row| phase_of(row, now) == Phase::Open).take(5);
    Ok(open
        .map(|row| {
            let one = item(t, row, now);
            Item {
                title: format!("{} · {}", one.title, one.round),
                href: one.href,
                note: t.f2(k::CALL_DEADLINE_NOTE, ("closes", one.closes), ("left", one.left)),
            }
        })
        .collect())
}

struct OfficeItem {
    id: CallId,
    title: String,
    track: String,
    state: String,
    phase: String,
    look: &'static str,
    rounds: String,
    at: String,
}

#[derive(Template)]
#[template(path = "calls/office.html")]
struct OfficePage {
    chrome: Chrome,
    t: Texts,
    rows: Vec<OfficeItem>,
    next: Option<String>,
    drafts: bool,
}

async fn office(ui: Ui, Query(query): Query<PageQuery>) -> Answer {
    let t = ui.t;
    let limit = query.limit(50);
    let after = query.after()?;
    let rows = ui.read(move |cx| service::call::overview(cx, after, limit + 1)).await?;
    let rows = Slice::cut(rows, limit, |(row, ..)| (row.created_at, row.id)).map(|(row, phase, rounds)| OfficeItem {
        id: row.id,
        title: pick(t, &row.title_ko, &row.title_en),
        track: t.word(row.track),
        state: t.word(row.state),
        phase: t.word(phase),
        look: look(phase),
        rounds: t.int(i64::try_from(rounds).unwrap_or(i64::MAX)),
        at: t.instant(row.published_at.unwrap_or(row.created_at)),
    });
    ui.page(&OfficePage {
        chrome: ui.chrome(t.s(k::CALL_OFFICE_TITLE)),
        t,
        rows: rows.items,
        next: rows.next,
        drafts: ui.may(Act::CallDraft),
    })
}

/// What a visitor of a round can do.
enum Step {
    Write,
    SignIn,
    Wait(String),
}

struct Round {
    id: RoundId,
    name: String,
    kind: String,
    phase: String,
    look: &'static str,
    left: String,
    opens: String,
    closes: String,
    review_due: String,
    announce: String,
    offer_days: String,
    earliest: String,
    latest: String,
    envelope: Vec<(String, String, String)>,
    step: Step,
    corrigible: bool,
}

struct Product {
    name: String,
    line: String,
}

struct Notice {
    round: String,
    at: String,
    reason: String,
    changes: Vec<(String, String, String)>,
}

/// What the office sees of a call beside its public page.
struct Desk {
    state: String,
    version: i64,
    edits: bool,
    publishes: bool,
    /// Why it cannot be published yet, or not by this person.
    why_not: Vec<String>,
    drafts: bool,
    archives: bool,
    lists_proposals: bool,
    reads_reviews: bool,
    reads_plans: bool,
}

#[derive(Template)]
#[template(path = "calls/show.html")]
struct ShowPage {
    chrome: Chrome,
    t: Texts,
    id: CallId,
    form: Form,
    preview: bool,
    phase: String,
    look: &'static str,
    track: String,
    body: String,
    body_lang: Lang,
    contact: String,
    bonus: bool,
    basis: String,
    products: Vec<Product>,
    criteria: Vec<(String, String)>,
    rounds: Vec<Round>,
    notices: Vec<Notice>,
    desk: Option<Desk>,
    here: String,
}

/// An amount with its unit.
pub(crate) fn amount(t: Texts, unit: PoolUnit, amount: i64) -> String {
    t.amount(unit, amount)
}

fn product(t: Texts, row: &ProductRow) -> Product {
    let unit = if row.pool_kind == PoolKind::Storage { PoolUnit::Byte } else { PoolUnit::Device };
    let of = |Amount(value): Amount| amount(t, unit, value);
    Product {
        name: pick(t, &row.name_ko, &row.name_en),
        line: t.f(
            k::CALL_PRODUCT_LINE,
            &[
                ("min", if unit == PoolUnit::Device { t.int(row.min_amount.0) } else { of(row.min_amount) }.into()),
                ("max", of(row.max_amount).into()),
                ("grain", of(row.grain).into()),
                ("months", t.int(row.max_months).into()),
            ],
        ),
    }
}

/// A pool's name, and so much of it in its unit and in PF on the center's basis.
fn share(t: Texts, identity: &Identity, pool: &PoolShare, of: i64) -> (String, String, String) {
    let model = pool.device_model.as_ref().and_then(|model| identity.accelerators.get(model));
    let peak = model.and_then(|model| model.peak(identity.basis)).filter(|_| pool.unit == PoolUnit::Device);
    let pf = peak.map(|peak| t.pf(domain::units::Gflops(peak.0.saturating_mul(of))));
    (pick(t, &pool.name_ko, &pool.name_en), amount(t, pool.unit, of), pf.unwrap_or_default())
}

fn round(ui: &Ui, view: &CallView, (row, phase): &(RoundRow, Phase), now: Timestamp) -> Round {
    let t = ui.t;
    let step = match phase {
        Phase::Open if ui.actor().user.is_some() => Step::Write,
        Phase::Open => Step::SignIn,
        Phase::Coming => Step::Wait(t.f1(k::CALL_ROUND_COMING, "from", t.instant(row.opens_at))),
        Phase::Draft | Phase::Archived => Step::Wait(String::new()),
        Phase::Closed | Phase::Reviewing | Phase::Decided => {
            Step::Wait(t.f1(k::CALL_ROUND_CLOSED, "at", t.instant(row.closes_at)))
        }
    };
    let identity = &ui.app.center.identity;
    Round {
        id: row.id,
        name: pick(t, &row.name_ko, &row.name_en),
        kind: t.word(row.kind),
        phase: t.word(*phase),
        look: look(*phase),
        left: if *phase == Phase::Open { left(t, now, row.closes_at) } else { String::new() },
        opens: t.instant(row.opens_at),
        closes: t.instant(row.closes_at),
        review_due: t.date(row.review_due_on),
        announce: t.date(row.announce_on),
        offer_days: t.int(row.offer_days),
        earliest: t.date(row.earliest_start_on),
        latest: t.date(domain::term::add_days(row.latest_end_on, -1)),
        envelope: view.envelope(row.id).map(|(pool, of)| share(t, identity, pool, of.0)).collect(),
        step,
        corrigible: view.row.state == CallState::Published && row.decided_at.is_none(),
    }
}

/// A date of a round in words.
fn date_label(name: &str) -> Key {
    match name {
        "opens_on" => k::CALL_OPENS,
        "closes_on" => k::CALL_CLOSES,
        "review_due_on" => k::CALL_REVIEW_DUE,
        "announce_on" => k::CALL_ANNOUNCE,
        "offer_days" => k::CALL_OFFER_DAYS,
        "earliest_start_on" => k::CALL_EARLIEST,
        _ => k::CALL_LATEST,
    }
}

fn notice(t: Texts, view: &CallView, of: &Correction) -> Notice {
    let round = view.rounds.iter().find(|(row, _)| row.id == of.round);
    let when = |when: When| match when {
        When::At(at) => t.instant(at),
        When::On(day) => t.date(day),
        When::Days(days) => t.f1(k::CALL_DAYS, "days", t.int(days)),
    };
    Notice {
        round: round.map(|(row, _)| pick(t, &row.name_ko, &row.name_en)).unwrap_or_default(),
        at: t.instant(of.at),
        reason: of.reason.clone(),
        changes: of.changes.iter().map(|&(name, old, new)| (t.s(date_label(name)), when(old), when(new))).collect(),
    }
}

fn desk(ui: &Ui, view: &CallView) -> Option<Desk> {
    let t = ui.t;
    if !ui.may(Act::CallList) {
        return None;
    }
    let row: &CallRow = &view.row;
    let (draft, drafts) = (row.state == CallState::Draft, ui.may(Act::CallDraft));
    let own = view.wrote || (row.drafted_by.is_some() && row.drafted_by == ui.actor().user);
    let mut why_not = Vec::new();
    if draft && !view.is_complete() {
        why_not.push(t.reason(&Reason::new(Code::CallIncomplete), ui.pools()));
    }
    if draft && own {
        why_not.push(t.reason(&Reason::new(Code::OwnDraft), ui.pools()));
    }
    if draft && !own && !ui.may(Act::CallPublish) {
        why_not.push(t.s(k::CALL_SECOND_PERSON));
    }
    Some(Desk {
        state: t.word(row.state),
        version: row.version,
        edits: draft && drafts,
        publishes: draft && why_not.is_empty() && ui.may(Act::CallPublish),
        why_not,
        drafts,
        archives: drafts && row.state.may_become(CallState::Archived),
        lists_proposals: ui.may(Act::ProposalList) && !draft,
        reads_reviews: ui.may(Act::ReviewRead) && !draft,
        reads_plans: ui.may(Act::PlanRead) && !draft,
    })
}

async fn show_page(ui: &Ui, id: CallId, form: Form) -> Result<ShowPage, Fail> {
    let t = ui.t;
    let (view, now) = ui.read(move |cx| Ok((service::call::show(cx, id)?, cx.now))).await?;
    let row = &view.row;
    let in_english = t.lang() == Lang::En && !row.body_en.is_empty();
    Ok(ShowPage {
        chrome: ui.chrome(pick(t, &row.title_ko, &row.title_en)),
        t,
        id,
        form,
        preview: row.published_at.is_none(),
        phase: t.word(view.phase),
        look: look(view.phase),
        track: t.word(row.track),
        body: pick(t, &row.body_ko, &row.body_en),
        body_lang: if in_english { Lang::En } else { Lang::Ko },
        contact: row.contact.clone(),
        bonus: row.bonus,
        basis: t.word(ui.app.center.identity.basis),
        products: view.products.iter().filter(|(_, chosen)| *chosen).map(|(row, _)| product(t, row)).collect(),
        criteria: view
            .criteria
            .iter()
            .map(|one| (pick(t, &one.name_ko, &one.name_en), t.int(one.max_points)))
            .collect(),
        rounds: view.rounds.iter().map(|one| round(ui, &view, one, now)).collect(),
        notices: view.corrections.iter().map(|one| notice(t, &view, one)).collect(),
        desk: desk(ui, &view),
        here: format!("/calls/{id}"),
    })
}

async fn show(ui: Ui, Path(id): Path<String>) -> Answer {
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let page = show_page(&ui, id, Form::default()).await?;
    ui.page(&page)
}

async fn publish(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let id: CallId = id.parse().map_err(|_| Error::NotFound)?;
    if let Some(version) = form.int("version", 1, i64::MAX) {
        match ui.write(move |cx| service::call::publish(cx, id, version)).await {
            Ok(()) => return ui.done(&format!("/calls/{id}"), k::FLASH_CALL_PUBLISHED),
            Err(error) => form.take(error)?,
        }
    }
    let page = show_page(&ui, id, form).await?;
    ui.rejected(&page)
}

async fn duplicate(ui: Ui, Path(id): Path<String>) -> Answer {
    let id: CallId = id.parse().map_err(|_| Error::NotFound)?;
    let copy = ui.write(move |cx| service::call::duplicate(cx, id)).await?;
    ui.done(&format!("/calls/{copy}/edit"), k::FLASH_CALL_DUPLICATED)
}

async fn archive(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let id: CallId = id.parse().map_err(|_| Error::NotFound)?;
    if let Some(reason) = form.text("reason", 1000) {
        match ui.write(move |cx| service::call::archive(cx, id, &reason)).await {
            Ok(()) => return ui.done("/office/calls", k::FLASH_CALL_ARCHIVED),
            Err(error) => form.take(error)?,
        }
    }
    let page = show_page(&ui, id, form).await?;
    ui.rejected(&page)
}
