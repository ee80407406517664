//! The cluster: how it stands, and the projects that it does not have as the ledger says.

#![allow(unused_qualifications, reason = "what the path macro expands to")]

use axum::extract::Path;
use edge::{App, Slice};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use service::cluster_account::Standing;
use service::drift::Drift;
use service::engine::{self, Node, StandingItem, UseItem};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::projects::Engine;
use super::wire::{
    AdjustmentRef, Choice, Done, Id, Instant, NodeStateWord, Nothing, ProjectRef, Rows, Short, SyncStateWord, id,
};
use crate::{Answer, Asked, Post, Read};

/// The operations of this area.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show)).routes(routes!(adopt)).routes(routes!(leave))
}

/// How the cluster stands.
#[derive(Debug, Serialize, ToSchema)]
struct ClusterState {
    /// When the engine was last looked at; null if it never was.
    last_round: Option<Instant>,
    /// How telling the cluster people's accounts stands; null if there is no hook, or it was never run.
    accounts: Option<ClusterAccounts>,
    /// How many projects stand how.
    counts: Vec<ClusterCount>,
    /// The machines, as they were last seen.
    nodes: Vec<ClusterNode>,
    /// What projects have running and waiting now, those with most devices first; at most 50.
    in_use: Vec<ClusterUse>,
    /// The projects that are not in line, or were found changed by hand.
    items: Vec<ClusterItem>,
    /// Where to go on: null at the end.
    next: Option<String>,
}

/// How telling the cluster people's accounts stands.
#[derive(Debug, Serialize, ToSchema)]
struct ClusterAccounts {
    /// When the hook last took what there is to tell.
    taken_at: Option<Instant>,
    /// How often it has failed in a row.
    tries: i64,
    /// When it is tried next; null unless it failed.
    next_try_at: Option<Instant>,
    /// Why it failed; empty unless it did.
    last_error: String,
}

impl From<Standing> for ClusterAccounts {
    fn from(standing: Standing) -> Self {
        Self {
            taken_at: standing.taken_at.map(Instant),
            tries: standing.tries,
            next_try_at: standing.next_try_at.map(Instant),
            last_error: standing.last_error,
        }
    }
}

/// How many projects stand so.
#[derive(Debug, Serialize, ToSchema)]
struct ClusterCount {
    /// The engine.
    engine: String,
    /// How they stand.
    state: SyncStateWord,
    /// How many.
    count: i64,
}

/// A machine.
#[derive(Debug, Serialize, ToSchema)]
struct ClusterNode {
    /// Its name.
    name: String,
    /// How it stands.
    state: NodeStateWord,
    /// The engine's words for that.
    said: String,
    /// Why it takes no jobs; may be empty.
    reason: String,
    /// The pools whose devices it has.
    pools: Vec<String>,
    /// How many devices it has.
    devices: i64,
    /// How many of them jobs have.
    devices_used: i64,
    /// How many CPUs it has.
    cpus: i64,
    /// How many of them jobs have.
    cpus_used: i64,
    /// How much memory it has, in MiB.
    memory_mb: i64,
}

impl From<Node> for ClusterNode {
    fn from(node: Node) -> Self {
        Self {
            name: node.name,
            state: Choice(node.state),
            said: node.said,
            reason: node.reason,
            pools: node.pools,
            devices: node.devices,
            devices_used: node.devices_used,
            cpus: node.cpus,
            cpus_used: node.cpus_used,
            memory_mb: node.memory_mb,
        }
    }
}

/// What a project has running and waiting in a pool.
#[derive(Debug, Serialize, ToSchema)]
struct ClusterUse {
    /// The project.
    project: ProjectRef,
    /// Its number.
    number: String,
    /// The pool.
    pool: Short,
    /// How many jobs run.
    running: i64,
    /// How many devices they have.
    devices: i64,
    /// How many jobs wait.
    waiting: i64,
}

impl From<UseItem> for ClusterUse {
    fn from(one: UseItem) -> Self {
        Self {
            project: Id(one.project),
            number: one.number,
            pool: Short(one.pool),
            running: one.running,
            devices: one.devices,
            waiting: one.waiting,
        }
    }
}

/// A project as an engine has it.
#[derive(Debug, Serialize, ToSchema)]
struct ClusterItem {
    /// The project.
    project: ProjectRef,
    /// Its number.
    number: String,
    /// How it stands.
    standing: Engine,
    /// How often bringing it in line has failed in a row.
    tries: i64,
    /// When it is tried next.
    next_try_at: Instant,
    /// What was found changed by hand and is not decided on; null if nothing.
    drift: Option<ClusterDrift>,
}

/// What was found changed by hand. It was put right; what is found stays here until it is decided on.
#[derive(Debug, Serialize, ToSchema)]
struct ClusterDrift {
    /// Whether the engine had nothing of the project any more.
    gone: bool,
    /// The pools with another number of devices.
    devices: Vec<ClusterDriftPool>,
    /// The pools of which something else was changed.
    rules: Vec<String>,
    /// The accounts of people who are not of the project. They join by invitation only.
    added: Vec<String>,
    /// The accounts of people of the project whom it had not.
    missing: Vec<String>,
}

/// A pool with another number of devices.
#[derive(Debug, Serialize, ToSchema)]
struct ClusterDriftPool {
    /// The pool.
    pool: String,
    /// How many devices it had been brought to.
    was: i64,
    /// How many were found; null for no limit, which cannot be adopted.
    found: Option<i64>,
}

impl From<Drift> for ClusterDrift {
    fn from(drift: Drift) -> Self {
        let pool = |(pool, (was, found)): (String, (i64, i64))| ClusterDriftPool {
            pool,
            was,
            found: (found != engine::UNLIMITED).then_some(found),
        };
        Self {
            gone: drift.gone,
            devices: drift.devices.into_iter().map(pool).collect(),
            rules: drift.rules.into_iter().collect(),
            added: drift.added.into_iter().collect(),
            missing: drift.missing.into_iter().collect(),
        }
    }
}

/// Which pool's number of devices is adopted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AdoptBody {
    /// The pool.
    pool: Short,
}

/// The changes that it became.
#[derive(Debug, Serialize, ToSchema)]
struct Adopted {
    /// Fewer devices are decreases that are done; more are a request that another officer decides on.
    adjustments: Vec<AdjustmentRef>,
}

/// Take a number of devices that was found changed by hand into the ledger
///
/// Neither people who were added nor a limit that was lifted can be adopted. Not for the project's own people.
#[utoipa::path(post, path = "/projects/{id}/drift/adopt", operation_id = "cluster_adopt", tag = "trust",
    params(("id" = String, Path, description = "The project")), request_body = AdoptBody,
    extensions(("x-act" = json!("drift.decide"))),
    responses((status = 201, description = "The changes", body = Adopted)))]
async fn adopt(Path(project): Path<String>, post: Post<AdoptBody>) -> Answer {
    post.run(StatusCode::CREATED, move |cx, body| {
        let made = service::drift::adopt(cx, id(&project)?, &body.pool.0)?;
        Ok(Adopted { adjustments: made.into_iter().map(Id).collect() })
    })
    .await
}

/// Leave what was found changed by hand out of the ledger
#[utoipa::path(post, path = "/projects/{id}/drift/leave", operation_id = "cluster_leave", tag = "trust",
    params(("id" = String, Path, description = "The project")), request_body = Nothing,
    extensions(("x-act" = json!("drift.decide"))),
    responses((status = 200, description = "It is decided on", body = Done)))]
async fn leave(Path(project): Path<String>, post: Post<Nothing>) -> Answer {
    post.run(StatusCode::OK, move |cx, _| service::drift::leave(cx, id(&project)?).map(Done::new)).await
}

/// Show how the cluster stands
#[utoipa::path(get, path = "/cluster", operation_id = "cluster_show", tag = "trust", params(Rows),
    extensions(("x-act" = json!("cluster.read"))),
    responses((status = 200, description = "Counts, and the projects that are worth a look", body = ClusterState)))]
async fn show(read: Read, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| {
        let after = rows.after::<(String, String)>()?.unwrap_or_default();
        let seen = engine::overview(cx, &after, rows.one_more())?;
        let slice = Slice::cut(seen.projects, rows.limit(), |one| (one.number.clone(), one.row.engine.clone()));
        let item = |one: StandingItem| ClusterItem {
            project: Id(one.row.project),
            number: one.number,
            tries: one.row.tries,
            next_try_at: Instant(one.row.next_try_at),
            drift: service::drift::of(&one.row).map(ClusterDrift::from),
            standing: Engine::new(cx, one.row),
        };
        let count = |(engine, state, count)| ClusterCount { engine, state: Choice(state), count };
        Ok(ClusterState {
            last_round: seen.last_round.map(Instant),
            accounts: seen.accounts.map(ClusterAccounts::from),
            counts: seen.counts.into_iter().map(count).collect(),
            nodes: seen.nodes.into_iter().map(ClusterNode::from).collect(),
            in_use: seen.in_use.into_iter().map(ClusterUse::from).collect(),
            items: slice.items.into_iter().map(item).collect(),
            next: slice.next,
        })
    })
    .await
}
