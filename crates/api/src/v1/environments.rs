//! Development environments: the center's catalog, those that people started, starting and ending one.

#![allow(unused_qualifications, reason = "what the path macro expands to")]

use axum::extract::Path;
use domain::Code;
use edge::App;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use service::devenv::{self, DevSessionItem, NewSession};
use service::{Cx, Error};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::wire::{
    Choice, DevSessionRef, Done, Id, Instant, JobRef, JobStateWord, Nothing, Page, ProjectRef, Rows, Short, UserRef, id,
};
use crate::{Answer, Asked, Post, Read};

/// The operations of this area.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(mine))
        .routes(routes!(of_project, start))
        .routes(routes!(show))
        .routes(routes!(keep))
        .routes(routes!(extend))
        .routes(routes!(stop))
}

/// What the center's catalog has.
#[derive(Debug, Serialize, ToSchema)]
struct EnvironmentKind {
    /// Its short name.
    id: Short,
    /// Its Korean name.
    name_ko: String,
    /// Its English name.
    name_en: String,
    /// What it holds, in Korean.
    holds_ko: String,
    /// What it holds, in English.
    holds_en: String,
    /// When the last that let somebody in was started, in the last 90 days.
    came_up_at: Option<Instant>,
    /// When the last that ended by itself before it did was started, in the last 90 days.
    failed_at: Option<Instant>,
}

/// A development environment that somebody started.
#[derive(Debug, Serialize, ToSchema)]
struct Environment {
    /// Its id.
    id: DevSessionRef,
    /// Which of the catalog.
    environment: String,
    /// The project.
    project: ProjectRef,
    /// The job that runs it.
    job: JobRef,
    /// Who started it.
    user: UserRef,
    /// How its job stands.
    state: JobStateWord,
    /// Whether its server lets somebody in.
    ready: bool,
    /// Where it opens, in a browser that is signed in to the portal; null until it is ready, and for
    /// everybody but who started it.
    opens_at: Option<String>,
    /// When it was asked for.
    created_at: Instant,
    /// When it started.
    started_at: Option<Instant>,
    /// When its time is over; null until it starts.
    ends_at: Option<Instant>,
    /// When somebody last did something in it.
    used_at: Instant,
    /// When it is ended unless somebody does something in it; null unless it runs.
    idle_at: Option<Instant>,
    /// How long it may run, in minutes.
    minutes: i64,
    /// How long somebody asked for, in minutes, where the engine was not told yet.
    asked_minutes: Option<i64>,
    /// Why the engine did not give what was asked for last, in its words; empty if it did.
    refused: String,
}

impl Environment {
    fn of(cx: &Cx<'_, '_>, item: DevSessionItem) -> Self {
        let running = item.state == domain::job::JobState::Running;
        Self {
            ready: devenv::is_ready(&item),
            opens_at: devenv::opens_at(cx.identity, cx.actor, &item),
            ends_at: devenv::ends_at(&item).map(Instant),
            idle_at: running.then(|| Instant(devenv::idle_at(&item.row))),
            id: Id(item.row.id),
            environment: item.row.environment,
            project: Id(item.row.project),
            job: Id(item.row.job),
            user: Id(item.row.user),
            state: Choice(item.state),
            created_at: Instant(item.row.created_at),
            started_at: item.started_at.map(Instant),
            used_at: Instant(item.row.used_at),
            minutes: item.minutes,
            asked_minutes: item.row.asked_minutes,
            refused: item.row.refused,
        }
    }
}

/// What to start.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EnvironmentBody {
    /// Which of the catalog.
    environment: String,
    /// The pool whose devices it gets; may be left out if the project has one only.
    pool: Option<Short>,
    /// How many devices.
    devices: i64,
    /// How long it may run, in hours.
    hours: i64,
}

/// What was started.
#[derive(Debug, Serialize, ToSchema)]
struct EnvironmentMade {
    /// The environment.
    id: DevSessionRef,
}

/// List the catalog
#[utoipa::path(get, path = "/environments", operation_id = "environment_list", tag = "environments",
    extensions(("x-act" = json!("home.read"))),
    responses((status = 200, description = "What can be started", body = Page<EnvironmentKind>)))]
async fn list(read: Read) -> Answer {
    read.run(|cx| {
        let kind = |(entry, tried): (service::setup::Environment, devenv::Tried)| EnvironmentKind {
            id: Short(entry.id),
            name_ko: entry.name_ko,
            name_en: entry.name_en,
            holds_ko: entry.holds_ko,
            holds_en: entry.holds_en,
            came_up_at: tried.came_up.map(Instant),
            failed_at: tried.failed.map(Instant),
        };
        Ok(Page::all(devenv::catalog(cx)?.into_iter().map(kind).collect()))
    })
    .await
}

/// List one's own environments
#[utoipa::path(get, path = "/environments/mine", operation_id = "environment_mine", tag = "environments",
    params(Rows), extensions(("x-act" = json!("home.read"))),
    responses((status = 200, description = "Environments, newest first", body = Page<Environment>)))]
async fn mine(read: Read, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| {
        let found = devenv::mine(cx, rows.after_at()?, rows.one_more())?;
        Ok(page(cx, &rows, found))
    })
    .await
}

/// List the environments of a project
#[utoipa::path(get, path = "/projects/{id}/environments", operation_id = "project_environments", tag = "environments",
    params(("id" = String, Path, description = "The project"), Rows),
    extensions(("x-act" = json!("job.read"))),
    responses((status = 200, description = "Environments, newest first", body = Page<Environment>)))]
async fn of_project(Path(project): Path<String>, read: Read, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| {
        let found = devenv::list(cx, id(&project)?, rows.after_at()?, rows.one_more())?;
        Ok(page(cx, &rows, found))
    })
    .await
}

fn page(cx: &Cx<'_, '_>, rows: &Rows, found: Vec<DevSessionItem>) -> Page<Environment> {
    let place = |item: &DevSessionItem| (item.row.created_at.as_second(), item.row.id);
    edge::Slice::cut(found, rows.limit(), place).map(|item| Environment::of(cx, item)).into()
}

/// Start an environment
///
/// It opens once it is `ready`.
#[utoipa::path(post, path = "/projects/{id}/environments", operation_id = "environment_start", tag = "environments",
    params(("id" = String, Path, description = "The project")), request_body = EnvironmentBody,
    extensions(("x-act" = json!("job.submit"))),
    responses((status = 201, description = "Its job is on its way to the engine", body = EnvironmentMade)))]
async fn start(Path(project): Path<String>, post: Post<EnvironmentBody>) -> Answer {
    post.run(StatusCode::CREATED, move |cx, body| {
        let project = id(&project)?;
        let pool = match body.pool {
            Some(pool) => pool.0,
            None => match service::job::offers(cx, project)?.as_slice() {
                [(pool, _)] => pool.clone(),
                _ => return Err(Error::field("pool", Code::Required)),
            },
        };
        let EnvironmentBody { environment, devices, hours, .. } = body;
        let made = devenv::start(cx, &NewSession { project, environment, pool, devices, hours })?;
        Ok(EnvironmentMade { id: Id(made) })
    })
    .await
}

/// Show an environment
#[utoipa::path(get, path = "/environments/{id}", operation_id = "environment_show", tag = "environments",
    params(("id" = String, Path, description = "The environment")),
    extensions(("x-act" = json!("job.read"))),
    responses((status = 200, description = "How it stands", body = Environment)))]
async fn show(Path(session): Path<String>, read: Read) -> Answer {
    read.run(move |cx| {
        let item = devenv::show(cx, id(&session)?)?;
        Ok(Environment::of(cx, item))
    })
    .await
}

/// Keep an environment
///
/// As if something was done in it: it is not ended as idle for another while.
#[utoipa::path(post, path = "/environments/{id}/keep", operation_id = "environment_keep", tag = "environments",
    params(("id" = String, Path, description = "The environment")), request_body = Nothing,
    extensions(("x-act" = json!("job.submit"))),
    responses((status = 200, description = "It is kept", body = Done)))]
async fn keep(Path(session): Path<String>, post: Post<Nothing>) -> Answer {
    post.run(StatusCode::OK, move |cx, _| devenv::keep(cx, id(&session)?).map(|_| Done::new(()))).await
}

/// How much longer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ExtendBody {
    /// How many hours more.
    hours: i64,
}

/// Ask for more time
///
/// `minutes` and `ends_at` say so once the engine gave it; until then `asked_minutes`.
#[utoipa::path(post, path = "/environments/{id}/extend", operation_id = "environment_extend", tag = "environments",
    params(("id" = String, Path, description = "The environment")), request_body = ExtendBody,
    extensions(("x-act" = json!("job.submit"))),
    responses((status = 200, description = "The engine is told", body = Done)))]
async fn extend(Path(session): Path<String>, post: Post<ExtendBody>) -> Answer {
    post.run(StatusCode::OK, move |cx, body| devenv::extend(cx, id(&session)?, body.hours).map(|_| Done::new(()))).await
}

/// End an environment
#[utoipa::path(post, path = "/environments/{id}/stop", operation_id = "environment_stop", tag = "environments",
    params(("id" = String, Path, description = "The environment")), request_body = Nothing,
    extensions(("x-act" = json!("job.cancel"))),
    responses((status = 200, description = "The engine is told", body = Done)))]
async fn stop(Path(session): Path<String>, post: Post<Nothing>) -> Answer {
    post.run(StatusCode::OK, move |cx, _| devenv::stop(cx, id(&session)?).map(|_| Done::new(()))).await
}
