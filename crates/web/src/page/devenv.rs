//! Development environments of a project: those that run, and starting one.

use askama::Template;
use axum::extract::{Path, Query};
use domain::Code;
use domain::access::Act;
use domain::ids::{DevSessionId, PoolId, ProjectId};
use domain::job::{JobState, MAX_MINUTES};
use edge::{Fail, PageQuery, Slice};
use jiff::Timestamp;
use service::Error;
use service::devenv::{self, DevSessionItem, NewSession};
use texts::{Texts, k};

use crate::chrome::Chrome;
use crate::form::Form;
use crate::page::plans::pick;
use crate::route::{Line, get, post};
use crate::ui::{Answer, Ui};

/// The lines of this area.
#[must_use]
pub fn routes() -> Vec<Line> {
    vec![
        get("/projects/{id}/environments", Act::JobRead, show),
        post("/projects/{id}/environments", Act::JobSubmit, start),
        post("/environments/{id}/keep", Act::JobSubmit, keep),
        post("/environments/{id}/extend", Act::JobSubmit, extend),
        post("/environments/{id}/stop", Act::JobCancel, stop),
    ]
}

struct Row {
    id: String,
    name: String,
    person: String,
    badge: &'static str,
    state: String,
    note: String,
    /// Whether it ends soon because nobody does anything in it.
    ending: bool,
    open: String,
    own: bool,
    over: bool,
    /// Whether more time can be asked for.
    extends: bool,
    /// Why it was not given.
    refused: String,
    job: String,
}

/// An entry of the catalog.
struct Entry {
    name: String,
    holds: String,
    /// Whether it could run when it was last started: badge and words.
    tried: Option<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "jobs/environments.html")]
struct EnvironmentsPage {
    chrome: Chrome,
    t: Texts,
    form: Form,
    project: ProjectId,
    rows: Vec<Row>,
    next: Option<String>,
    here: String,
    starts: bool,
    catalog: Vec<Entry>,
    choices: Vec<(String, String)>,
    pools: Vec<(String, String)>,
    idle: String,
    /// Whether something is about to change by itself.
    waits: bool,
}

fn row(ui: &Ui, item: &DevSessionItem, now: Timestamp) -> Row {
    let t = ui.t;
    let identity = &ui.app.center.identity;
    let entry = identity.environments.iter().find(|entry| entry.id.as_str() == item.row.environment);
    let own = ui.actor().user == Some(item.row.user);
    let ready = devenv::is_ready(item);
    let idle = devenv::idle_at(&item.row);
    let ending = ready && idle.duration_since(now) <= devenv::WARNED;
    Row {
        id: item.row.id.to_string(),
        name: entry.map_or(item.row.environment.clone(), |entry| pick(t, &entry.name_ko, &entry.name_en)),
        person: item.person.clone(),
        badge: if ready { "good" } else { super::jobs::badge(item.state) },
        state: match item.state {
            JobState::Running if ready => t.s(k::DEVENV_READY),
            JobState::Running => t.s(k::DEVENV_STARTING),
            state => t.word(state),
        },
        note: match devenv::ends_at(item).filter(|_| ready) {
            Some(_) if ending => t.f1(k::DEVENV_ENDS_IDLE, "at", t.instant(idle)),
            Some(ends) => t.f2(k::DEVENV_ENDS, ("at", t.instant(ends)), ("idle", t.instant(idle))),
            None => String::new(),
        },
        ending,
        open: devenv::opens_at(identity, ui.actor(), item).unwrap_or_default(),
        own,
        over: item.state.is_over(),
        extends: own && ready,
        refused: if own && ready { item.row.refused.clone() } else { String::new() },
        job: format!("/jobs/{}", item.row.job),
    }
}

/// Whether an entry could run when it was last started; nothing if it was not started for long.
fn could_run(t: Texts, tried: devenv::Tried) -> Option<(&'static str, String)> {
    let (badge, key, at) = if devenv::failed_last(tried) {
        ("bad", k::DEVENV_FAILED_LAST, tried.failed)
    } else {
        ("good", k::DEVENV_CAME_UP, tried.came_up)
    };
    at.map(|at| (badge, t.f1(key, "at", t.instant(at))))
}

async fn page(ui: &Ui, project: ProjectId, form: Form, place: &PageQuery) -> Result<EnvironmentsPage, Fail> {
    let t = ui.t;
    let limit = place.limit(20);
    let before = place.after_at::<DevSessionId>()?;
    let (items, of, offers, entries, now) = ui
        .read(move |cx| {
            let items = devenv::list(cx, project, before, limit + 1)?;
            let of = service::job::project(cx, project)?;
            let offers = if of.submits { service::job::offers(cx, project)? } else { Vec::new() };
            Ok((items, of, offers, devenv::catalog(cx)?, cx.now))
        })
        .await?;
    let slice = Slice::cut(items, limit, |item| (item.row.created_at.as_second(), item.row.id));
    let rows: Vec<Row> = slice.items.iter().map(|item| row(ui, item, now)).collect();
    let named = |one: &service::setup::Environment| pick(t, &one.name_ko, &one.name_en);
    let pools = offers.iter().map(|(pool, amount)| {
        let args = [("pool", ui.pools().name(t, pool).into()), ("amount", ui.pools().amount(t, pool, *amount).into())];
        (pool.to_string(), t.f(k::JOB_POOL_CHOICE, &args))
    });
    Ok(EnvironmentsPage {
        chrome: ui.chrome(t.f1(k::DEVENV_TITLE, "title", pick(t, &of.row.title_ko, &of.row.title_en))),
        t,
        form,
        project,
        waits: slice.items.iter().any(|item| !item.state.is_over() && item.row.port.is_none()),
        idle: t.f1(k::DEVENV_IDLE_HINT, "minutes", devenv::IDLE.as_mins()),
        rows,
        next: slice.next,
        here: format!("/projects/{project}/environments?"),
        starts: of.submits && !entries.is_empty() && !offers.is_empty() && ui.app.center.identity.gateway_url.is_some(),
        catalog: entries
            .iter()
            .map(|(one, tried)| Entry {
                name: named(one),
                holds: pick(t, &one.holds_ko, &one.holds_en),
                tried: could_run(t, *tried),
            })
            .collect(),
        choices: entries.iter().map(|(one, _)| (one.id.to_string(), named(one))).collect(),
        pools: pools.collect(),
    })
}

async fn show(ui: Ui, Path(id): Path<String>, Query(place): Query<PageQuery>) -> Answer {
    let project: ProjectId = id.parse().map_err(|_| Error::NotFound)?;
    let form = Form::filled([("devices", "1"), ("hours", "8")]);
    let mut page = page(&ui, project, form, &place).await?;
    // With one there is nothing to choose.
    let only = |all: &[(String, String)]| match all {
        [(one, _)] => one.clone(),
        _ => String::new(),
    };
    let (environment, pool) = (only(&page.choices), only(&page.pools));
    page.form.set("environment", environment);
    page.form.set("pool", pool);
    ui.page(&page)
}

async fn start(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let project: ProjectId = id.parse().map_err(|_| Error::NotFound)?;
    let environment = form.text("environment", 40);
    let pool: Option<PoolId> = form.text("pool", 40).and_then(|text| text.parse().ok());
    if pool.is_none() && !form.is_wrong("pool") {
        form.wrong("pool", Code::NotAChoice);
    }
    let (devices, hours) = (form.int("devices", 1, 100_000), form.int("hours", 1, MAX_MINUTES / 60));
    if let (Some(environment), Some(pool), Some(devices), Some(hours)) = (environment, pool, devices, hours) {
        let new = NewSession { project, environment, pool, devices, hours };
        match ui.write(move |cx| devenv::start(cx, &new)).await {
            Ok(_) => return ui.done(&format!("/projects/{project}/environments"), k::FLASH_DEVENV_STARTED),
            Err(fail) => form.take(fail)?,
        }
    }
    let page = page(&ui, project, form, &PageQuery::default()).await?;
    ui.rejected(&page)
}

async fn keep(ui: Ui, Path(id): Path<String>) -> Answer {
    let id: DevSessionId = id.parse().map_err(|_| Error::NotFound)?;
    let project = ui.write(move |cx| devenv::keep(cx, id)).await?;
    ui.done(&format!("/projects/{project}/environments"), k::FLASH_DEVENV_KEPT)
}

async fn extend(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let id: DevSessionId = id.parse().map_err(|_| Error::NotFound)?;
    let Some(hours) = form.int("hours", 1, MAX_MINUTES / 60) else {
        return Err(Error::field("hours", Code::NotANumber).into());
    };
    let project = ui.write(move |cx| devenv::extend(cx, id, hours)).await?;
    ui.done(&format!("/projects/{project}/environments"), k::FLASH_DEVENV_EXTENDED)
}

async fn stop(ui: Ui, Path(id): Path<String>) -> Answer {
    let id: DevSessionId = id.parse().map_err(|_| Error::NotFound)?;
    let project = ui.write(move |cx| devenv::stop(cx, id)).await?;
    ui.done(&format!("/projects/{project}/environments"), k::FLASH_JOB_CANCELLED)
}
