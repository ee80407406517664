//! Maintenance: when machines are out of use, what that means, and what is given for it.

#![allow(unused_qualifications, reason = "what the path macro expands to")]

use std::collections::BTreeMap;

use axum::extract::Path;
use domain::units::Amount;
use domain::{Code, ids::PoolId};
use edge::App;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use service::maintenance::{self, ConcernedProject, CreditItem, MaintenanceRow, NewMaintenance, PoolImpact, Pools};
use service::{Error, Outcome};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::wire::{
    AtVersion, AwardRef, Choice, CreditStateWord, Done, Id, Instant, Made, MaintenanceRef, MaintenanceStateWord, Page,
    ProjectRef, Rows, Short, id,
};
use crate::{Answer, Asked, Post, Read};

/// The operations of this area.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, plan))
        .routes(routes!(look))
        .routes(routes!(show, change))
        .routes(routes!(credits))
        .routes(routes!(cancel))
        .routes(routes!(finish))
}

/// A maintenance window.
#[derive(Debug, Serialize, ToSchema)]
struct Maintenance {
    /// Its id.
    id: MaintenanceRef,
    /// What it is, in Korean.
    title_ko: String,
    /// What it is, in English; may be empty.
    title_en: String,
    /// What people have to know; may be empty.
    note: String,
    /// When it begins.
    from: Instant,
    /// When it ends, not included.
    to: Instant,
    /// Which machines; all machines of its pools if none are named.
    nodes: Vec<String>,
    /// How many devices of each pool are out of use.
    pools: BTreeMap<String, i64>,
    /// How far it has come.
    state: MaintenanceStateWord,
    /// Its version, which a change names.
    version: i64,
}

impl From<(MaintenanceRow, Pools)> for Maintenance {
    fn from((row, pools): (MaintenanceRow, Pools)) -> Self {
        Self {
            id: Id(row.id),
            title_ko: row.title_ko,
            title_en: row.title_en,
            note: row.note,
            from: Instant(row.from_at),
            to: Instant(row.to_at),
            nodes: row.nodes.split_whitespace().map(str::to_owned).collect(),
            pools: pools.into_iter().map(|(pool, amount)| (pool.to_string(), amount.0)).collect(),
            state: Choice(row.state),
            version: row.version,
        }
    }
}

/// A window with whom it concerns.
#[derive(Debug, Serialize, ToSchema)]
struct MaintenanceShown {
    #[serde(flatten)]
    maintenance: Maintenance,
    /// Who holds something of it on its days, while it is ahead; for whoever may see who holds what.
    concerned: Vec<MaintenanceProject>,
}

/// A project that holds something of a window's pools.
#[derive(Debug, Serialize, ToSchema)]
struct MaintenanceProject {
    /// The project.
    project: ProjectRef,
    /// Its number.
    number: String,
    /// The pool.
    pool: Short,
    /// The most that it holds on a day of the window.
    amount: i64,
}

impl From<ConcernedProject> for MaintenanceProject {
    fn from(one: ConcernedProject) -> Self {
        Self { project: Id(one.project), number: one.number, pool: Short(one.pool), amount: one.amount }
    }
}

/// What a window means for a pool.
#[derive(Debug, Serialize, ToSchema)]
struct MaintenanceImpact {
    /// The pool.
    pool: Short,
    /// How many devices are out of use.
    out: i64,
    /// How many of them nobody holds on any day of it: these are not granted meanwhile.
    unheld: i64,
    /// The most that awards hold on a day of it.
    held: i64,
    /// The most that they miss on a day of it.
    short: i64,
    /// How many days their terms are extended for that.
    credit_days: i64,
}

impl From<PoolImpact> for MaintenanceImpact {
    fn from(one: PoolImpact) -> Self {
        Self {
            unheld: one.unheld_throughout(),
            pool: Short(one.pool),
            out: one.out,
            held: one.held,
            short: one.short,
            credit_days: one.credit_days,
        }
    }
}

/// What a window would mean.
#[derive(Debug, Serialize, ToSchema)]
struct MaintenanceOutlook {
    /// Pool by pool.
    pools: Vec<MaintenanceImpact>,
    /// Who holds something of them on its days, by number; at most 200.
    concerned: Vec<MaintenanceProject>,
}

/// A window as it is entered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MaintenanceBody {
    /// What it is, in Korean, up to 200 characters.
    title_ko: String,
    /// What it is, in English.
    #[serde(default)]
    title_en: String,
    /// What people have to know, up to 2,000 characters.
    #[serde(default)]
    note: String,
    /// When it begins; at most 30 days ago.
    from: Instant,
    /// When it ends, not included; at most 60 days later.
    to: Instant,
    /// Which machines; all machines of its pools if none are named.
    #[serde(default)]
    nodes: Vec<String>,
    /// How many devices of each pool are out of use; if it is left out, those of the machines named.
    #[serde(default)]
    pools: BTreeMap<String, i64>,
}

impl MaintenanceBody {
    fn entered(self) -> Outcome<NewMaintenance> {
        let pools: Outcome<Pools> = self
            .pools
            .into_iter()
            .map(|(pool, amount)| {
                let known: PoolId = pool.parse().map_err(|_| Error::field("pools", Code::Unknown))?;
                Ok((known, Amount(amount)))
            })
            .collect();
        Ok(NewMaintenance {
            title_ko: self.title_ko,
            title_en: self.title_en,
            note: self.note,
            from: self.from.0,
            to: self.to.0,
            nodes: domain::maintenance::machine_names(&self.nodes.join(" ")),
            pools: pools?,
        })
    }
}

/// The days that an award is owed or was given for an outage.
#[derive(Debug, Serialize, ToSchema)]
struct OutageCredit {
    /// The project.
    project: ProjectRef,
    /// Its number.
    number: String,
    /// The award.
    award: AwardRef,
    /// The pool.
    pool: Short,
    /// How many days.
    days: i64,
    /// What became of them.
    state: CreditStateWord,
    /// The ledger entry by which they were given.
    ledger_seq: Option<i64>,
}

impl From<CreditItem> for OutageCredit {
    fn from(item: CreditItem) -> Self {
        Self {
            project: Id(item.project),
            number: item.number,
            award: Id(item.row.award),
            pool: Short(item.row.pool),
            days: item.row.days,
            state: Choice(item.row.state),
            ledger_seq: item.row.ledger_seq,
        }
    }
}

/// List maintenance windows
#[utoipa::path(get, path = "/maintenance", operation_id = "maintenance_list", tag = "maintenance", params(Rows),
    extensions(("x-act" = json!("public.read"))),
    responses((status = 200, description = "Windows, the latest first", body = Page<Maintenance>)))]
async fn list(read: Read, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| {
        let found = maintenance::list(cx, rows.after_at()?, rows.one_more())?;
        Ok(rows.page::<_, Maintenance, _>(found, |(row, _)| (row.from_at.as_second(), row.id)))
    })
    .await
}

/// Announce maintenance
///
/// What nobody holds of its devices is not granted on its days, those who hold the others are told by
/// e-mail, and the engine keeps jobs from running into it. One that is over already is credited.
#[utoipa::path(post, path = "/maintenance", operation_id = "maintenance_plan", tag = "maintenance",
    request_body = MaintenanceBody, extensions(("x-act" = json!("maintenance.manage"))),
    responses((status = 201, description = "The window", body = Made)))]
async fn plan(post: Post<MaintenanceBody>) -> Answer {
    post.run(StatusCode::CREATED, move |cx, body| maintenance::plan(cx, body.entered()?).map(Made::new)).await
}

/// See what maintenance would mean
///
/// Nothing is announced or changed.
#[utoipa::path(post, path = "/maintenance/outlook", operation_id = "maintenance_look", tag = "maintenance",
    request_body = MaintenanceBody, extensions(("x-act" = json!("maintenance.manage"))),
    responses((status = 200, description = "What it would mean", body = MaintenanceOutlook)))]
async fn look(post: Post<MaintenanceBody>) -> Answer {
    post.run(StatusCode::OK, move |cx, body| {
        let (_, outlook) = maintenance::look(cx, None, body.entered()?)?;
        Ok(MaintenanceOutlook {
            pools: outlook.pools.into_iter().map(Into::into).collect(),
            concerned: outlook.concerned.into_iter().map(Into::into).collect(),
        })
    })
    .await
}

/// Show a maintenance window
#[utoipa::path(get, path = "/maintenance/{id}", operation_id = "maintenance_show", tag = "maintenance",
    params(("id" = String, Path, description = "The window")), extensions(("x-act" = json!("public.read"))),
    responses((status = 200, description = "The window", body = MaintenanceShown)))]
async fn show(Path(window): Path<String>, read: Read) -> Answer {
    read.run(move |cx| {
        let view = maintenance::show(cx, id(&window)?, &Default::default(), 1)?;
        let concerned = view.concerned.into_iter().map(Into::into).collect();
        Ok(MaintenanceShown { maintenance: (view.row, view.pools).into(), concerned })
    })
    .await
}

/// A window that is changed, as it is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MaintenanceChangeBody {
    /// The version that was seen.
    version: i64,
    /// The window.
    maintenance: MaintenanceBody,
}

/// Change a maintenance window
///
/// It can be changed until it is over; once it is under way its beginning stays.
#[utoipa::path(post, path = "/maintenance/{id}", operation_id = "maintenance_change", tag = "maintenance",
    params(("id" = String, Path, description = "The window")), request_body = MaintenanceChangeBody,
    extensions(("x-act" = json!("maintenance.manage"))),
    responses((status = 200, description = "It is changed, and those concerned are told", body = Done)))]
async fn change(Path(window): Path<String>, post: Post<MaintenanceChangeBody>) -> Answer {
    post.run(StatusCode::OK, move |cx, body| {
        maintenance::change(cx, id(&window)?, body.version, body.maintenance.entered()?).map(Done::new)
    })
    .await
}

/// List what is credited for a window
#[utoipa::path(get, path = "/maintenance/{id}/credits", operation_id = "maintenance_credits", tag = "maintenance",
    params(("id" = String, Path, description = "The window"), Rows), extensions(("x-act" = json!("capacity.read"))),
    responses((status = 200, description = "Credits by project number", body = Page<OutageCredit>)))]
async fn credits(Path(window): Path<String>, read: Read, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| {
        let after = rows.after::<(String, String, String)>()?.unwrap_or_default();
        let found = maintenance::credits(cx, id(&window)?, &after, rows.one_more())?;
        Ok(rows.page::<_, OutageCredit, _>(found, |one| {
            (one.number.clone(), one.row.pool.to_string(), one.row.award.to_string())
        }))
    })
    .await
}

/// Call maintenance off
///
/// Before it has begun.
#[utoipa::path(post, path = "/maintenance/{id}/cancel", operation_id = "maintenance_cancel", tag = "maintenance",
    params(("id" = String, Path, description = "The window")), request_body = AtVersion,
    extensions(("x-act" = json!("maintenance.manage"))),
    responses((status = 200, description = "It is called off, and those concerned are told", body = Done)))]
async fn cancel(Path(window): Path<String>, post: Post<AtVersion>) -> Answer {
    post.run(StatusCode::OK, move |cx, body| maintenance::cancel(cx, id(&window)?, body.version).map(Done::new)).await
}

/// End maintenance now
///
/// While it is under way: its machines can be used again at once.
#[utoipa::path(post, path = "/maintenance/{id}/finish", operation_id = "maintenance_finish", tag = "maintenance",
    params(("id" = String, Path, description = "The window")), request_body = AtVersion,
    extensions(("x-act" = json!("maintenance.manage"))),
    responses((status = 200, description = "It is over", body = Done)))]
async fn finish(Path(window): Path<String>, post: Post<AtVersion>) -> Answer {
    post.run(StatusCode::OK, move |cx, body| maintenance::finish(cx, id(&window)?, body.version).map(Done::new)).await
}
