//! Maintenance: when machines are out of use, what that means, and the forms that announce it.

use askama::Template;
use axum::extract::{Path, Query};
use domain::access::Act;
use domain::engine::SyncState;
use domain::ids::MaintenanceId;
use domain::maintenance::{CreditState, MaintenanceState, machine_names};
use domain::units::{Amount, PoolUnit};
use edge::{Fail, PageQuery, Slice};
use jiff::tz::TimeZone;
use service::maintenance::{
    self, ConcernedProject, CreditItem, MaintenanceRow, NewMaintenance, Notice, Outlook, Pools,
};
use service::{Error, PoolRow};
use texts::{Texts, k};

use crate::chrome::Chrome;
use crate::form::Form;
use crate::page::plans::pick;
use crate::route::{Line, Section, get, post};
use crate::ui::{Answer, Ui};

/// The lines of this area.
#[must_use]
pub fn routes() -> Vec<Line> {
    vec![
        get("/maintenance", Act::PublicRead, list).menu(Section::Public, 40, k::MAINTENANCE_MENU),
        get("/maintenance/new", Act::MaintenanceManage, new),
        post("/maintenance/new", Act::MaintenanceManage, plan),
        get("/maintenance/{id}", Act::PublicRead, show),
        get("/maintenance/{id}/edit", Act::MaintenanceManage, edit),
        post("/maintenance/{id}/edit", Act::MaintenanceManage, save),
        post("/maintenance/{id}/cancel", Act::MaintenanceManage, cancel),
        post("/maintenance/{id}/finish", Act::MaintenanceManage, finish),
    ]
}

/// How many credits a page shows.
const ROWS: i64 = 100;

fn badge(state: MaintenanceState) -> &'static str {
    match state {
        MaintenanceState::Planned => "info",
        MaintenanceState::UnderWay => "wait",
        MaintenanceState::Over | MaintenanceState::Cancelled => "",
    }
}

/// When a window is.
fn when(t: Texts, row: &MaintenanceRow) -> String {
    t.span(&t.instant(row.from_at), &t.instant(row.to_at))
}

/// A window in one line, as a project's page warns of it.
pub(super) fn notice(t: Texts, row: &Notice) -> (String, String) {
    let key = match row.state {
        MaintenanceState::UnderWay => k::MAINTENANCE_NOTICE_NOW,
        _ => k::MAINTENANCE_NOTICE,
    };
    let text = t.f2(
        key,
        ("what", pick(t, &row.title_ko, &row.title_en)),
        ("when", t.span(&t.instant(row.from_at), &t.instant(row.to_at))),
    );
    (format!("/maintenance/{}", row.id), text)
}

/// What is out of use, pool by pool.
fn amounts(ui: &Ui, pools: &Pools) -> Vec<String> {
    let (t, names) = (ui.t, ui.pools());
    pools.iter().map(|(pool, amount)| format!("{} {}", names.name(t, pool), names.amount(t, pool, amount.0))).collect()
}

/// A line of the list.
struct Row {
    href: String,
    what: String,
    when: String,
    pools: Vec<String>,
    badge: &'static str,
    state: String,
}

#[derive(Template)]
#[template(path = "maintenance/index.html")]
struct ListPage {
    chrome: Chrome,
    t: Texts,
    manages: bool,
    rows: Vec<Row>,
    next: Option<String>,
}

async fn list(ui: Ui, Query(page): Query<PageQuery>) -> Answer {
    let t = ui.t;
    let limit = page.limit(50);
    let before = page.after_at::<MaintenanceId>()?;
    let found = ui.read(move |cx| maintenance::list(cx, before, limit + 1)).await?;
    let slice = Slice::cut(found, limit, |(row, _)| (row.from_at.as_second(), row.id));
    let row = |(row, pools): &(MaintenanceRow, Pools)| Row {
        href: format!("/maintenance/{}", row.id),
        what: pick(t, &row.title_ko, &row.title_en),
        when: when(t, row),
        pools: amounts(&ui, pools),
        badge: badge(row.state),
        state: t.word(row.state),
    };
    ui.page(&ListPage {
        chrome: ui.chrome(t.s(k::MAINTENANCE_TITLE)),
        t,
        manages: ui.may(Act::MaintenanceManage),
        rows: slice.items.iter().map(row).collect(),
        next: slice.next,
    })
}

/// What a window means for a pool.
struct PoolLine {
    pool: String,
    out: String,
    unheld: String,
    held: String,
    short: String,
    credit: String,
}

/// A project with what it holds of a pool, or with its days.
struct Concerned {
    href: String,
    number: String,
    title: String,
    pool: String,
    amount: String,
    badge: &'static str,
    state: String,
}

/// The projects that a window concerns, and what is said if not all of them are named.
struct Projects {
    rows: Vec<Concerned>,
    most: String,
}

/// What a window means, in words.
struct Means {
    pools: Vec<PoolLine>,
    concerned: Projects,
}

fn means(ui: &Ui, outlook: &Outlook) -> Means {
    let (t, names) = (ui.t, ui.pools());
    let days = |days: i64| {
        if days > 0 { t.f1(k::MAINTENANCE_CREDIT_DAYS, "days", days) } else { t.s(k::MAINTENANCE_CREDIT_NONE) }
    };
    let pools = outlook.pools.iter().map(|one| PoolLine {
        pool: names.name(t, &one.pool),
        out: names.amount(t, &one.pool, one.out),
        unheld: names.amount(t, &one.pool, one.unheld_throughout()),
        held: names.amount(t, &one.pool, one.held),
        short: names.amount(t, &one.pool, one.short),
        credit: days(one.credit_days),
    });
    Means { pools: pools.collect(), concerned: concerned(ui, &outlook.concerned) }
}

fn concerned(ui: &Ui, projects: &[ConcernedProject]) -> Projects {
    let (t, names) = (ui.t, ui.pools());
    let rows = projects.iter().map(|one| Concerned {
        href: format!("/projects/{}", one.project),
        number: one.number.clone(),
        title: pick(t, &one.title_ko, &one.title_en),
        pool: names.name(t, &one.pool),
        amount: names.amount(t, &one.pool, one.amount),
        badge: "",
        state: String::new(),
    });
    let most = if projects.len() < maintenance::NAMED {
        String::new()
    } else {
        t.f1(k::MAINTENANCE_CONCERNED_MOST, "count", t.int(i64::try_from(maintenance::NAMED).unwrap_or(i64::MAX)))
    };
    Projects { rows: rows.collect(), most }
}

fn credit(ui: &Ui, item: &CreditItem) -> Concerned {
    let (t, names) = (ui.t, ui.pools());
    Concerned {
        href: format!("/projects/{}", item.project),
        number: item.number.clone(),
        title: pick(t, &item.title_ko, &item.title_en),
        pool: names.name(t, &item.row.pool),
        amount: t.int(item.row.days),
        badge: match item.row.state {
            CreditState::Owed => "wait",
            CreditState::Given => "good",
            CreditState::Lapsed => "",
        },
        state: t.word(item.row.state),
    }
}

#[derive(Template)]
#[template(path = "maintenance/show.html")]
struct ShowPage {
    chrome: Chrome,
    t: Texts,
    id: String,
    version: i64,
    badge: &'static str,
    state: String,
    when: String,
    pools: Vec<String>,
    nodes: String,
    note: String,
    concerned: Option<Projects>,
    credits: Vec<Concerned>,
    next: Option<String>,
    /// How the engine stands with it, for whoever runs the center: badge, word, cause.
    cluster: Option<(&'static str, String, String)>,
    changes: bool,
    cancels: bool,
    finishes: bool,
    error: String,
}

async fn show_page(ui: &Ui, id: MaintenanceId, page: &PageQuery) -> Result<ShowPage, Fail> {
    let t = ui.t;
    let after = page.after::<(String, String, String)>()?.unwrap_or_default();
    let view = ui.read(move |cx| maintenance::show(cx, id, &after, ROWS + 1)).await?;
    let slice =
        Slice::cut(view.credits, ROWS, |one| (one.number.clone(), one.row.pool.to_string(), one.row.award.to_string()));
    let (row, manages) = (&view.row, ui.may(Act::MaintenanceManage));
    let cluster = (ui.may(Act::WorkRead) && row.state.is_ahead()).then(|| {
        let badge = match row.sync_state {
            SyncState::InLine => "good",
            SyncState::Pending => "wait",
            SyncState::Failed => "bad",
        };
        (badge, t.word(row.sync_state), row.sync_error.clone())
    });
    Ok(ShowPage {
        chrome: ui.chrome(pick(t, &row.title_ko, &row.title_en)),
        t,
        id: id.to_string(),
        version: row.version,
        badge: badge(row.state),
        state: t.word(row.state),
        when: when(t, row),
        pools: amounts(ui, &view.pools),
        nodes: row.nodes.split(' ').collect::<Vec<_>>().join(", "),
        note: row.note.clone(),
        concerned: (row.state.is_ahead() && ui.may(Act::CapacityRead)).then(|| concerned(ui, &view.concerned)),
        credits: slice.items.iter().map(|item| credit(ui, item)).collect(),
        next: slice.next,
        cluster,
        changes: manages && row.state.is_ahead(),
        cancels: manages && row.state.may_become(MaintenanceState::Cancelled),
        finishes: manages && row.state == MaintenanceState::UnderWay,
        error: String::new(),
    })
}

async fn show(ui: Ui, Path(id): Path<String>, Query(page): Query<PageQuery>) -> Answer {
    let id: MaintenanceId = id.parse().map_err(|_| Error::NotFound)?;
    let page = show_page(&ui, id, &page).await?;
    ui.page(&page)
}

#[derive(Template)]
#[template(path = "maintenance/edit.html")]
struct EditPage {
    chrome: Chrome,
    t: Texts,
    form: Form,
    action: String,
    back: String,
    /// Each pool of devices: the field's name and its label.
    pools: Vec<(String, String)>,
    /// How machines are named, and which there are.
    nodes_hint: String,
    means: Option<Means>,
    saves: bool,
}

/// What the form needs to know of the center.
async fn choices(ui: &Ui) -> Result<(Vec<PoolRow>, Vec<String>), Fail> {
    ui.read(|cx| Ok((service::pool::list(cx)?, maintenance::machine_names(cx)?))).await
}

async fn edit_page(ui: &Ui, id: Option<MaintenanceId>, form: Form, means: Option<Means>) -> Result<EditPage, Fail> {
    let t = ui.t;
    let (pools, machines) = choices(ui).await?;
    let pools = pools.iter().filter(|pool| pool.unit == PoolUnit::Device).map(|pool| {
        let name = pick(t, &pool.name_ko, &pool.name_en);
        (format!("pools.{}", pool.id), t.f1(k::MAINTENANCE_AMOUNT, "pool", name))
    });
    let known = if machines.is_empty() {
        String::new()
    } else {
        t.f1(k::MAINTENANCE_NODES_KNOWN, "nodes", machines.join(", "))
    };
    Ok(EditPage {
        chrome: ui.chrome(t.s(if id.is_some() { k::MAINTENANCE_EDIT } else { k::MAINTENANCE_NEW })),
        t,
        form,
        action: id.map_or_else(|| "/maintenance/new".to_owned(), |id| format!("/maintenance/{id}/edit")),
        back: id.map_or_else(|| "/maintenance".to_owned(), |id| format!("/maintenance/{id}")),
        pools: pools.collect(),
        nodes_hint: format!("{} {known}", t.s(k::MAINTENANCE_NODES_HINT)).trim().to_owned(),
        means,
        saves: id.is_some(),
    })
}

/// Reads what was entered; nothing if a part of it cannot be read.
async fn read(ui: &Ui, form: &mut Form) -> Result<Option<NewMaintenance>, Fail> {
    let (pools, _) = choices(ui).await?;
    let title_ko = form.text("title_ko", 200);
    let title_en = form.text_or_empty("title_en", 200);
    let note = form.text_or_empty("note", 2000);
    let (from, to) = (form.instant("from"), form.instant("to"));
    let nodes = form.text_or_empty("nodes", 4000).map(|text| machine_names(&text));
    let mut amounts: Pools = Vec::new();
    for pool in pools.into_iter().filter(|pool| pool.unit == PoolUnit::Device) {
        let field = format!("pools.{}", pool.id);
        if form.value(&field).trim().is_empty() {
            continue;
        }
        if let Some(amount) = form.int(&field, 0, Amount::MAX) {
            amounts.push((pool.id, Amount(amount)));
        }
    }
    let (true, Some(title_ko), Some(title_en), Some(note), Some(from), Some(to), Some(nodes)) =
        (form.is_fine(), title_ko, title_en, note, from, to, nodes)
    else {
        return Ok(None);
    };
    Ok(Some(NewMaintenance { title_ko, title_en, note, from, to, nodes, pools: amounts }))
}

/// Shows what the window would mean, with the form as it was filled in and what follows from it.
async fn look(ui: &Ui, id: Option<MaintenanceId>, mut form: Form, new: NewMaintenance) -> Answer {
    match ui.read(move |cx| maintenance::look(cx, id, new)).await {
        Ok((new, outlook)) => {
            for (pool, amount) in &new.pools {
                form.set(&format!("pools.{pool}"), amount.0.to_string());
            }
            let page = edit_page(ui, id, form, Some(means(ui, &outlook))).await?;
            ui.page(&page)
        }
        Err(fail) => {
            form.take(fail)?;
            let page = edit_page(ui, id, form, None).await?;
            ui.rejected(&page)
        }
    }
}

async fn new(ui: Ui) -> Answer {
    let page = edit_page(&ui, None, Form::default(), None).await?;
    ui.page(&page)
}

async fn plan(ui: Ui, mut form: Form) -> Answer {
    if let Some(new) = read(&ui, &mut form).await? {
        if form.value("do") == "look" {
            return look(&ui, None, form, new).await;
        }
        match ui.write(move |cx| maintenance::plan(cx, new)).await {
            Ok(id) => return ui.done(&format!("/maintenance/{id}"), k::FLASH_MAINTENANCE_PLANNED),
            Err(fail) => form.take(fail)?,
        }
    }
    let page = edit_page(&ui, None, form, None).await?;
    ui.rejected(&page)
}

/// The form filled in with a window as it is.
fn filled(row: &MaintenanceRow, pools: &Pools) -> Form {
    let zone = TimeZone::get("Asia/Seoul").unwrap_or(TimeZone::UTC);
    let local = |at: jiff::Timestamp| zone.to_datetime(at).strftime("%Y-%m-%dT%H:%M").to_string();
    let mut form = Form::filled([
        ("title_ko", row.title_ko.clone()),
        ("title_en", row.title_en.clone()),
        ("note", row.note.clone()),
        ("from", local(row.from_at)),
        ("to", local(row.to_at)),
        ("nodes", row.nodes.clone()),
        ("version", row.version.to_string()),
    ]);
    for (pool, amount) in pools {
        form.set(&format!("pools.{pool}"), amount.0.to_string());
    }
    form
}

async fn edit(ui: Ui, Path(id): Path<String>) -> Answer {
    let id: MaintenanceId = id.parse().map_err(|_| Error::NotFound)?;
    let view = ui.read(move |cx| maintenance::show(cx, id, &Default::default(), 1)).await?;
    if !view.row.state.is_ahead() {
        return Err(Fail(Error::wrong_state(view.row.state)));
    }
    let page = edit_page(&ui, Some(id), filled(&view.row, &view.pools), None).await?;
    ui.page(&page)
}

async fn save(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let id: MaintenanceId = id.parse().map_err(|_| Error::NotFound)?;
    let version = form.int("version", 1, i64::MAX);
    if let (Some(new), Some(version)) = (read(&ui, &mut form).await?, version) {
        if form.value("do") == "look" {
            return look(&ui, Some(id), form, new).await;
        }
        match ui.write(move |cx| maintenance::change(cx, id, version, new)).await {
            Ok(()) => return ui.done(&format!("/maintenance/{id}"), k::FLASH_MAINTENANCE_CHANGED),
            Err(fail) => form.take(fail)?,
        }
    }
    let page = edit_page(&ui, Some(id), form, None).await?;
    ui.rejected(&page)
}

/// Does something with the window that was seen; what is against it is told on its page.
async fn act(ui: Ui, id: String, mut form: Form, off: bool) -> Answer {
    let id: MaintenanceId = id.parse().map_err(|_| Error::NotFound)?;
    let Some(version) = form.int("version", 1, i64::MAX) else { return Err(Fail(Error::NotFound)) };
    let done = ui
        .write(move |cx| if off { maintenance::cancel(cx, id, version) } else { maintenance::finish(cx, id, version) })
        .await;
    match done {
        Ok(()) => {
            let said = if off { k::FLASH_MAINTENANCE_CANCELLED } else { k::FLASH_MAINTENANCE_FINISHED };
            ui.done(&format!("/maintenance/{id}"), said)
        }
        Err(fail) => {
            form.take(fail)?;
            let page = show_page(&ui, id, &PageQuery::default()).await?;
            ui.rejected(&ShowPage { error: form.refusals(&ui.t).join(" "), ..page })
        }
    }
}

async fn cancel(ui: Ui, Path(id): Path<String>, form: Form) -> Answer {
    act(ui, id, form, true).await
}

async fn finish(ui: Ui, Path(id): Path<String>, form: Form) -> Answer {
    act(ui, id, form, false).await
}
