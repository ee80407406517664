//! Lists of jobs, narrowed by project, pool, state, name and day.

use askama::Template;
use axum::extract::{Path, Query};
use domain::Code;
use domain::access::Act;
use domain::ids::{JobId, ProjectId};
use domain::job::JobState;
use domain::term::add_days;
use edge::{Cursor, Slice};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use service::job::{ExcessRow, JobFilter, JobItem};
use texts::{Texts, k, masked_name};

use super::{badge, between};
use crate::chrome::{Chrome, in_query};
use crate::form::Form;
use crate::page::plans::pick;
use crate::ui::{Answer, Ui};

#[derive(Default, Deserialize)]
pub(super) struct Narrowed {
    pool: Option<String>,
    state: Option<String>,
    name: Option<String>,
    from: Option<String>,
    to: Option<String>,
    mine: Option<String>,
    order: Option<String>,
    after: Option<String>,
}

/// Which jobs: all that are asked for, those that are not over, or one state.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    All,
    Open,
    One(JobState),
}

impl Which {
    fn read(text: &str) -> Option<Self> {
        match text {
            "" => Some(Self::All),
            "open" => Some(Self::Open),
            other => other.parse().ok().map(Self::One),
        }
    }

    fn states(self) -> Vec<JobState> {
        match self {
            Self::All => Vec::new(),
            Self::Open => JobState::open().collect(),
            Self::One(state) => vec![state],
        }
    }
}

struct Row {
    href: String,
    name: String,
    task: String,
    project: String,
    number: String,
    project_href: String,
    person: String,
    devices: String,
    badge: &'static str,
    state: String,
    why: String,
    submitted: String,
    time: String,
}

fn row(ui: &Ui, item: &JobItem, now: Timestamp, known: bool) -> Row {
    let (t, job) = (ui.t, &item.row);
    let time = match (job.started_at, job.ended_at) {
        (Some(from), to) => between(t, from, to.unwrap_or(now)),
        (None, _) => String::new(),
    };
    Row {
        href: format!("/jobs/{}", job.id),
        name: job.name.clone(),
        task: job.task.map(|task| format!("[{task}]")).unwrap_or_default(),
        project: pick(t, &item.title_ko, &item.title_en),
        number: item.number.clone(),
        project_href: format!("/projects/{}/jobs", job.project),
        person: if known { item.person.clone() } else { masked_name(&item.person) },
        devices: format!("{} · {}", ui.pools().name(t, &job.pool), ui.pools().amount(t, &job.pool, job.devices)),
        badge: badge(job.state),
        state: t.word(job.state),
        why: job.wait.map(|wait| t.word(wait)).unwrap_or_default(),
        submitted: t.instant(job.submitted_at),
        time,
    }
}

#[derive(Template)]
#[template(path = "jobs/index.html")]
struct ListPage {
    chrome: Chrome,
    t: Texts,
    form: Form,
    /// Whether the rows are of one project only.
    single: bool,
    /// Where jobs have more than the project holds, and what follows.
    excess: Vec<String>,
    /// Where to ask for a job; empty for those who may not.
    new: String,
    project: String,
    action: String,
    rows: Vec<Row>,
    next: Option<String>,
    here: String,
    pools: Vec<(String, String)>,
    states: Vec<(String, String)>,
}

pub(super) async fn mine(ui: Ui, Query(narrowed): Query<Narrowed>) -> Answer {
    let user = ui.actor().user;
    page(ui, narrowed, JobFilter { taking_part: user, ..JobFilter::default() }, "/my/jobs".to_owned()).await
}

pub(super) async fn all(ui: Ui, Query(narrowed): Query<Narrowed>) -> Answer {
    page(ui, narrowed, JobFilter::default(), "/jobs".to_owned()).await
}

pub(super) async fn of_project(ui: Ui, Path(id): Path<String>, Query(narrowed): Query<Narrowed>) -> Answer {
    let project: ProjectId = id.parse().map_err(|_| service::Error::NotFound)?;
    let filter = JobFilter { project: Some(project), ..JobFilter::default() };
    page(ui, narrowed, filter, format!("/projects/{project}/jobs")).await
}

/// The start of a day, or noted as wrong.
fn day(form: &mut Form, name: &str) -> Option<Date> {
    let text = form.value(name).trim().to_owned();
    if text.is_empty() {
        return None;
    }
    let day = text.parse().ok();
    if day.is_none() {
        form.wrong(name, Code::NotADate);
    }
    day
}

fn too_many(ui: &Ui, one: &ExcessRow) -> String {
    let (t, what) = (ui.t, service::job::what_follows(ui.t, one.ends_at));
    t.f2(k::JOBS_EXCESS, ("pool", ui.pools().name(t, &one.pool)), ("what", what))
}

async fn page(ui: Ui, narrowed: Narrowed, mut filter: JobFilter, action: String) -> Answer {
    let t = ui.t;
    let text = |given: &Option<String>| given.as_deref().unwrap_or_default().trim().to_owned();
    let mut form = Form::filled([
        ("pool", text(&narrowed.pool)),
        ("state", text(&narrowed.state)),
        ("name", text(&narrowed.name).chars().filter(|c| !c.is_control()).take(64).collect()),
        ("from", text(&narrowed.from)),
        ("to", text(&narrowed.to)),
        ("mine", text(&narrowed.mine)),
        ("order", text(&narrowed.order)),
    ]);
    let which = Which::read(form.value("state"));
    let pool = form.value("pool").parse().ok();
    let (from, to) = (day(&mut form, "from"), day(&mut form, "to"));
    let calendar = &ui.app.center.identity.calendar;
    filter.from = from.map(|day| calendar.midnight(day));
    filter.to = to.map(|day| calendar.midnight(add_days(day, 1)));
    form.value("name").clone_into(&mut filter.name);
    filter.states = which.map(Which::states).unwrap_or_default();
    filter.pool = pool;
    filter.order = form.value("order").parse().ok();
    if form.value("mine") == "1" {
        filter.user = ui.actor().user;
    }
    let before: Option<(Timestamp, JobId)> =
        narrowed.after.as_deref().filter(|text| !text.is_empty()).map(Cursor::read).transpose()?;
    let asked = filter.clone();
    let (items, pools, project, now) = ui
        .read(move |cx| {
            let items = service::job::list(cx, asked.clone(), before, 51)?;
            let project = match asked.project {
                Some(id) => Some(service::job::project(cx, id)?),
                None => None,
            };
            Ok((items, service::pool::list(cx)?, project, cx.now))
        })
        .await?;
    let slice = Slice::cut(items, 50, |item| (item.row.submitted_at, item.row.id));
    let wrong_pool = Some(form.value("pool")).filter(|text| pools.iter().all(|pool| pool.id.as_str() != *text));
    let wrong_state = Some(form.value("state")).filter(|_| which.is_none());
    let mut here = format!("{action}?");
    for name in ["pool", "state", "name", "from", "to", "mine", "order"] {
        if !form.value(name).is_empty() {
            here.push_str(&format!("{name}={}&", in_query(form.value(name))));
        }
    }
    let named = |state: JobState| (state.to_string(), t.word(state));
    let known = project.as_ref().is_some_and(|project| project.submits);
    let title = match &project {
        Some(project) => t.f1(k::JOBS_OF_PROJECT, "title", pick(t, &project.row.title_ko, &project.row.title_en)),
        None if action == "/jobs" => t.s(k::JOBS_TITLE),
        None => t.s(k::JOBS_MINE_TITLE),
    };
    let chrome = ui.chrome(title).with_unread(t, &[wrong_pool.filter(|text| !text.is_empty()), wrong_state]);
    ui.page(&ListPage {
        chrome,
        t,
        single: project.is_some(),
        excess: project.iter().flat_map(|of| &of.excess).map(|one| too_many(&ui, one)).collect(),
        new: project
            .as_ref()
            .filter(|_| known)
            .map(|one| format!("/projects/{}/jobs/new", one.row.id))
            .unwrap_or_default(),
        project: project.as_ref().map(|one| format!("/projects/{}", one.row.id)).unwrap_or_default(),
        rows: slice.items.iter().map(|item| row(&ui, item, now, known || !ui.may(Act::JobList))).collect(),
        next: slice.next,
        here,
        action,
        pools: pools
            .iter()
            .filter(|pool| pool.unit == domain::units::PoolUnit::Device)
            .map(|pool| (pool.id.to_string(), ui.pools().name(t, &pool.id)))
            .collect(),
        states: std::iter::once(("open".to_owned(), t.s(k::JOBS_OPEN)))
            .chain(JobState::ALL.iter().map(|state| named(*state)))
            .collect(),
        form,
    })
}
