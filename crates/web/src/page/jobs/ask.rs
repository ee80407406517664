//! Asking for a job: from nothing, from a template, or from an earlier one.

use askama::Template;
use axum::extract::{Path, Query};
use domain::ids::{JobId, ProjectId};
use domain::job::{AfterKind, JobSpec, JobState};
use edge::Fail;
use serde::Deserialize;
use service::Error;
use service::job::JobFilter;
use texts::{Texts, k};

use crate::chrome::Chrome;
use crate::form::{Form, job};
use crate::page::plans::pick;
use crate::ui::{Answer, Ui};

#[derive(Default, Deserialize)]
pub(super) struct From {
    template: Option<String>,
    job: Option<String>,
}

#[derive(Template)]
#[template(path = "jobs/new.html")]
struct NewPage {
    chrome: Chrome,
    t: Texts,
    form: Form,
    project: ProjectId,
    /// Pool, and how many devices of it may be used at once.
    pools: Vec<(String, String)>,
    templates: Vec<(String, String, bool)>,
    images: bool,
    others: Vec<(String, String)>,
    kinds: Vec<(String, String)>,
    more: bool,
}

/// How many jobs are offered to be waited for.
const OTHERS: i64 = 30;

async fn page(ui: &Ui, project: ProjectId, form: Form, template: &str) -> Result<NewPage, Fail> {
    let t = ui.t;
    let (offers, others, of) = ui
        .read(move |cx| {
            let offers = service::job::offers(cx, project)?;
            let filter =
                JobFilter { project: Some(project), states: JobState::open().collect(), ..JobFilter::default() };
            Ok((offers, service::job::list(cx, filter, None, OTHERS)?, service::job::project(cx, project)?))
        })
        .await?;
    let pools = offers.iter().map(|(pool, limit)| {
        let amount = ui.pools().amount(t, pool, *limit);
        let args = [("pool", ui.pools().name(t, pool).into()), ("amount", amount.into())];
        (pool.to_string(), t.f(k::JOB_POOL_CHOICE, &args))
    });
    let mut seen = std::collections::BTreeSet::new();
    let others = others.iter().filter(|one| one.row.order.is_some_and(|order| seen.insert(order)));
    let templates = &ui.app.center.identity.job_templates;
    Ok(NewPage {
        chrome: ui.chrome(t.f1(k::JOB_NEW_OF, "title", pick(t, &of.row.title_ko, &of.row.title_en))),
        t,
        project,
        pools: pools.collect(),
        templates: templates
            .iter()
            .map(|one| (one.id.to_string(), pick(t, &one.name_ko, &one.name_en), one.id.as_str() == template))
            .collect(),
        images: ui.app.center.identity.engine.is_some_and(|engine| engine.images),
        others: others
            .map(|one| (one.row.id.to_string(), format!("{} ({})", one.row.name, t.word(one.row.state))))
            .collect(),
        kinds: AfterKind::ALL.iter().map(|kind| (kind.as_str().to_owned(), t.word(*kind))).collect(),
        more: ["image", "environment", "folder", "array", "after"]
            .iter()
            .any(|name| !form.value(name).is_empty() || form.is_wrong(name)),
        form,
    })
}

pub(super) async fn form(ui: Ui, Path(id): Path<String>, Query(from): Query<From>) -> Answer {
    let project: ProjectId = id.parse().map_err(|_| Error::NotFound)?;
    let wanted = from.template.clone().unwrap_or_default();
    let templates = &ui.app.center.identity.job_templates;
    let filled = match from.job.as_deref() {
        Some(job) => {
            let job: JobId = job.parse().map_err(|_| Error::NotFound)?;
            let again = ui.read(move |cx| service::job::again(cx, job)).await?;
            job::filled(again.pool.as_str(), &again.spec)
        }
        None => {
            let template = templates.iter().find(|one| one.id.as_str() == wanted).or_else(|| templates.first());
            let spec = template.map(|one| JobSpec {
                name: one.id.to_string(),
                script: one.script.clone(),
                devices: one.devices,
                minutes: one.minutes,
                array: one.array.parse().ok(),
                ..empty()
            });
            job::filled("", &spec.unwrap_or_else(empty))
        }
    };
    let template = if from.job.is_some() { String::new() } else { wanted };
    let mut page = page(&ui, project, filled, &template).await?;
    // With one pool there is nothing to choose.
    if let [(pool, _)] = page.pools.as_slice()
        && page.form.value("pool").is_empty()
    {
        let pool = pool.clone();
        page.form.set("pool", pool);
    }
    ui.page(&page)
}

fn empty() -> JobSpec {
    JobSpec {
        name: String::new(),
        script: "#!/bin/bash\n".to_owned(),
        devices: 1,
        minutes: 60,
        image: None,
        environment: std::collections::BTreeMap::new(),
        folder: String::new(),
        array: None,
    }
}

pub(super) async fn submit(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let project: ProjectId = id.parse().map_err(|_| Error::NotFound)?;
    if let Some(new) = job::read(&mut form, project) {
        match ui.write(move |cx| service::job::submit(cx, new)).await {
            Ok((_, job)) => return ui.done(&format!("/jobs/{job}"), k::FLASH_JOB_SUBMITTED),
            Err(fail) => form.take(fail)?,
        }
    }
    let page = page(&ui, project, form, "").await?;
    ui.rejected(&page)
}
