//! Changes of running awards: the forms of a project (return, more, less, longer), the office's
//! list, and the page on which a request is decided.

use askama::Template;
use axum::extract::{Path, Query};
use domain::access::Act;
use domain::adjustment::{AdjustmentKind, AdjustmentState};
use domain::ids::{AdjustmentId, ProjectId};
use domain::term::add_days;
use domain::units::Amount;
use domain::{Code, Reason};
use edge::{Fail, PageQuery, Slice};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use service::Error;
use service::adjustment::{AdjustmentItem, AdjustmentRow, Choices, NewRequest, NewReturn};
use texts::{Pools, Texts, k};

use crate::chrome::Chrome;
use crate::form::Form;
use crate::page::plans::pick;
use crate::route::{Line, Section, get, post};
use crate::ui::{Answer, Ui};

/// The lines of this area.
#[must_use]
pub fn routes() -> Vec<Line> {
    vec![
        get("/adjustments", Act::AdjustmentList, list).menu(Section::Office, 60, k::ADJUSTMENT_MENU),
        get("/adjustments/{id}", Act::ProjectRead, show),
        post("/adjustments/{id}/decide", Act::AdjustmentDecide, decide),
        post("/adjustments/{id}/withdraw", Act::AdjustmentRequest, withdraw),
        get("/projects/{id}/changes", Act::ProjectRead, changes),
        post("/projects/{id}/changes", Act::AdjustmentRequest, ask),
    ]
}

#[derive(Deserialize)]
struct Which {
    state: Option<String>,
    after: Option<String>,
}

/// A line of a list.
struct Row {
    href: String,
    kind: String,
    project: String,
    number: String,
    pool: String,
    amount: String,
    pf: String,
    days: String,
    at: String,
    state: String,
    reason: String,
}

fn row(t: Texts, pools: &Pools, of: &AdjustmentRow) -> Row {
    Row {
        href: format!("/adjustments/{}", of.id),
        kind: t.word(of.kind),
        project: String::new(),
        number: String::new(),
        pool: pools.name(t, &of.pool),
        amount: pools.amount(t, &of.pool, of.amount.0),
        pf: pools.pf(t, &of.pool, of.amount.0),
        days: t.span(&t.short_date(of.from_on), &t.short_date(add_days(of.to_on, -1))),
        at: t.instant(of.requested_at),
        state: t.word(of.state),
        reason: of.reason.clone(),
    }
}

fn item_row(t: Texts, pools: &Pools, item: &AdjustmentItem) -> Row {
    Row { project: pick(t, &item.title_ko, &item.title_en), number: item.number.clone(), ..row(t, pools, &item.row) }
}

#[derive(Template)]
#[template(path = "adjustment/index.html")]
struct ListPage {
    chrome: Chrome,
    t: Texts,
    rows: Vec<Row>,
    next: Option<String>,
    here: String,
    states: Vec<(String, String, bool)>,
}

async fn list(ui: Ui, Query(which): Query<Which>) -> Answer {
    let t = ui.t;
    let known: Option<AdjustmentState> = which.state.as_deref().and_then(|text| text.parse().ok());
    let unread = which.state.as_deref().filter(|_| known.is_none());
    let state = known.unwrap_or(AdjustmentState::Requested);
    let before: Option<(Timestamp, AdjustmentId)> =
        which.after.as_deref().filter(|text| !text.is_empty()).map(edge::Cursor::read).transpose()?;
    let items = ui.read(move |cx| service::adjustment::list(cx, state, before, 51)).await?;
    let page = Slice::cut(items, 50, |item| (item.row.requested_at, item.row.id));
    ui.page(&ListPage {
        chrome: ui.chrome(t.s(k::ADJUSTMENT_TITLE)).with_unread(t, &[unread]),
        t,
        rows: page.items.iter().map(|item| item_row(t, ui.pools(), item)).collect(),
        next: page.next,
        here: format!("/adjustments?state={state}&"),
        states: AdjustmentState::ALL.iter().map(|&one| (one.to_string(), t.word(one), one == state)).collect(),
    })
}

#[derive(Template)]
#[template(path = "adjustment/show.html")]
struct ShowPage {
    chrome: Chrome,
    t: Texts,
    id: AdjustmentId,
    project: ProjectId,
    row: Row,
    note: String,
    short: Vec<String>,
    open: bool,
    decides: bool,
    withdraws: bool,
    form: Form,
}

async fn show_page(ui: &Ui, id: AdjustmentId, form: Form) -> Result<ShowPage, Fail> {
    let t = ui.t;
    let service::adjustment::AdjustmentView { item, short, decidable } =
        ui.read(move |cx| service::adjustment::show(cx, id)).await?;
    let open = item.row.state == AdjustmentState::Requested;
    let own = item.row.requested_by.is_some() && item.row.requested_by == ui.actor().user;
    Ok(ShowPage {
        chrome: ui.chrome(t.f1(k::ADJUSTMENT_ONE, "number", &item.number)),
        t,
        id,
        project: item.row.project,
        note: item.row.decision_note.clone(),
        short: short.iter().map(|one| t.reason(&one.reason(), ui.pools())).collect(),
        open,
        decides: decidable,
        withdraws: own && (open || item.row.state == AdjustmentState::Waiting),
        row: item_row(t, ui.pools(), &item),
        form,
    })
}

fn parsed<I: std::str::FromStr>(id: &str) -> Result<I, Fail> {
    id.parse().map_err(|_| Fail(Error::NotFound))
}

async fn show(ui: Ui, Path(id): Path<String>) -> Answer {
    let page = show_page(&ui, parsed(&id)?, Form::default()).await?;
    ui.page(&page)
}

async fn decide(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let id: AdjustmentId = parsed(&id)?;
    let note = form.text_or_empty("note", 1000);
    let approve = match form.value("decision") {
        "approve" => Some(true),
        "reject" => Some(false),
        _ => {
            form.wrong("note", Code::NotAChoice);
            None
        }
    };
    if let (Some(note), Some(approve)) = (note, approve) {
        match ui.write(move |cx| service::adjustment::decide(cx, id, approve, &note)).await {
            Ok(AdjustmentState::Waiting) => return ui.done(&format!("/adjustments/{id}"), k::FLASH_ADJUSTMENT_WAITS),
            Ok(_) => return ui.done(&format!("/adjustments/{id}"), k::FLASH_ADJUSTMENT_DECIDED),
            Err(fail) => form.take(fail)?,
        }
    }
    let page = show_page(&ui, id, form).await?;
    ui.rejected(&page)
}

async fn withdraw(ui: Ui, Path(id): Path<String>) -> Answer {
    let id: AdjustmentId = parsed(&id)?;
    ui.write(move |cx| service::adjustment::withdraw(cx, id)).await?;
    ui.done(&format!("/adjustments/{id}"), k::FLASH_ADJUSTMENT_WITHDRAWN)
}

/// What one award holds in one pool, as the form's first question offers it.
struct Holding {
    pool: String,
    held: Vec<(String, String)>,
    end: String,
    extension: Vec<String>,
    longest: String,
}

#[derive(Template)]
#[template(path = "adjustment/changes.html")]
struct ChangesPage {
    chrome: Chrome,
    t: Texts,
    project: ProjectId,
    holdings: Vec<Holding>,
    lines: Vec<(String, String)>,
    kinds: Vec<(String, String)>,
    rows: Vec<Row>,
    next: Option<String>,
    form: Form,
}

fn holding(t: Texts, pools: &Pools, of: &Choices) -> Holding {
    let held = of.held.iter().map(|(term, amount)| {
        let days = t.span(&t.short_date(term.from()), &t.short_date(term.last_day()));
        (format!("{} ({days})", pools.amount(t, &of.pool, *amount)), pools.pf(t, &of.pool, *amount))
    });
    Holding {
        pool: pools.name(t, &of.pool),
        held: held.collect(),
        end: t.date(add_days(of.end, -1)),
        extension: of.extension.iter().map(|reason| t.reason(reason, pools)).collect(),
        longest: t.date(add_days(of.longest_end, -1)),
    }
}

async fn changes_page(ui: &Ui, project: ProjectId, form: Form, page: &PageQuery) -> Result<ChangesPage, Fail> {
    let t = ui.t;
    let limit = page.limit(50);
    let before = page.after_at::<AdjustmentId>()?;
    let (choices, rows) = ui.read(move |cx| service::adjustment::overview(cx, project, before, limit + 1)).await?;
    let rows = Slice::cut(rows, limit, |row| (row.requested_at.as_second(), row.id));
    Ok(ChangesPage {
        chrome: ui.chrome(t.s(k::CHANGES_TITLE)),
        t,
        project,
        lines: choices.iter().map(|of| (format!("{}:{}", of.award, of.pool), ui.pools().name(t, &of.pool))).collect(),
        holdings: choices.iter().map(|of| holding(t, ui.pools(), of)).collect(),
        kinds: AdjustmentKind::ALL.iter().map(|&kind| (kind.to_string(), t.word(kind))).collect(),
        rows: rows.items.iter().map(|of| row(t, ui.pools(), of)).collect(),
        next: rows.next,
        form,
    })
}

async fn changes(ui: Ui, Path(id): Path<String>, Query(page): Query<PageQuery>) -> Answer {
    let page = changes_page(&ui, parsed(&id)?, Form::default(), &page).await?;
    ui.page(&page)
}

/// What the form of a project asks for.
enum Wanted {
    Return(NewReturn),
    Request(NewRequest),
}

fn wanted(form: &mut Form, project: ProjectId, today: Date) -> Option<Wanted> {
    let kind = form.choice::<AdjustmentKind>("kind");
    let typed = form.text("line", 100);
    let line = typed.as_ref().and_then(|line| {
        let (award, pool) = line.split_once(':')?;
        Some((award.parse().ok()?, pool.parse().ok()?))
    });
    if line.is_none() && typed.is_some() {
        form.wrong("line", Code::NotAChoice);
    }
    let returns = kind == Some(AdjustmentKind::Return);
    let reason = form.text_or_empty("reason", 1000);
    if reason.as_ref().is_some_and(String::is_empty) && kind.is_some() && !returns {
        form.wrong("reason", Code::Required);
    }
    let longer = kind == Some(AdjustmentKind::Extend);
    let all = kind.is_none_or(|kind| kind == AdjustmentKind::Return) && form.value("amount").trim().is_empty();
    let amount = if longer || all { Some(None) } else { form.int("amount", 1, 1_000_000_000_000_000_000).map(Some) };
    let day = form.date("day");
    if let (Some(day), false) = (day, longer)
        && day < today
    {
        form.wrong("day", Reason::new(Code::ChangesThePast).with("from", day).with("today", today));
    }
    let (true, Some(kind), Some((award, pool)), Some(reason), Some(amount), Some(day)) =
        (form.is_fine(), kind, line, reason, amount, day)
    else {
        return None;
    };
    let amount = amount.map(Amount);
    Some(if kind == AdjustmentKind::Return {
        Wanted::Return(NewReturn { project, award, pool, amount, from: day, reason })
    } else {
        // People name the last day of an extension; we keep the day after it.
        let to = longer.then(|| add_days(day, 1));
        let amount = amount.unwrap_or_default();
        Wanted::Request(NewRequest { project, award, pool, kind, amount, from: day, to, reason })
    })
}

async fn ask(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let project: ProjectId = parsed(&id)?;
    let today = ui.read(|cx| Ok(cx.today())).await?;
    let done = match wanted(&mut form, project, today) {
        Some(Wanted::Return(new)) => {
            Some((ui.write(move |cx| service::adjustment::give_back(cx, new)).await, k::FLASH_RETURNED))
        }
        Some(Wanted::Request(new)) => {
            Some((ui.write(move |cx| service::adjustment::ask(cx, new)).await, k::FLASH_ADJUSTMENT_ASKED))
        }
        None => None,
    };
    match done {
        Some((Ok(_), notice)) => return ui.done(&format!("/projects/{project}/changes"), notice),
        Some((Err(fail), _)) => {
            form.take(fail)?;
            // The form asks for one day: the first, or the last of an extension.
            form.rename("from", "day");
            form.rename("to", "day");
        }
        None => {}
    }
    let page = changes_page(&ui, project, form, &PageQuery::default()).await?;
    ui.rejected(&page)
}
