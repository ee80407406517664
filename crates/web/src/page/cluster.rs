//! The cluster: how it stands, and the projects that it does not have as the ledger says.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, Query};
use domain::access::Act;
use domain::adjustment::AdjustmentState;
use domain::engine::{NodeState, SyncState};
use domain::ids::{PoolId, ProjectId};
use edge::{Fail, PageQuery, Slice};

use service::Error;
use service::cluster_account::Standing;
use service::drift::Drift;
use service::engine::{self, Node, SyncRow, UseItem};
use texts::{Texts, k};

use crate::chrome::Chrome;
use crate::form::Form;
use crate::page::plans::pick;
use crate::page::projects::{Cluster, cluster};
use crate::route::{Line, Section, get, post};
use crate::ui::{Answer, Ui};

/// The lines of this area.
#[must_use]
pub fn routes() -> Vec<Line> {
    vec![
        get("/cluster", Act::ClusterRead, show).menu(Section::Center, 84, k::CLUSTER_MENU),
        post("/projects/{id}/drift/adopt", Act::DriftDecide, adopt),
        post("/projects/{id}/drift/leave", Act::DriftDecide, leave),
    ]
}

struct Row {
    href: String,
    number: String,
    title: String,
    cluster: Cluster,
    tries: String,
    next_try: String,
    /// What was found changed by hand.
    drift: Vec<Found>,
    /// The address of what is decided on it.
    decide: String,
}

/// Something that was found changed by hand.
struct Found {
    text: String,
    /// The pool, if the ledger may be made to say so many devices.
    adopt: Option<String>,
}

/// What was found changed by hand, line by line.
fn drift(ui: &Ui, drift: &Drift) -> Vec<Found> {
    let (t, pools) = (ui.t, ui.pools());
    let name = |pool: &String| pool.parse::<PoolId>().map_or_else(|_| pool.clone(), |pool| pools.name(t, &pool));
    let amount = |pool: &String, devices: i64| match (devices, pool.parse::<PoolId>()) {
        (engine::UNLIMITED, _) => t.s(k::DRIFT_UNLIMITED),
        (devices, Ok(pool)) => pools.amount(t, &pool, devices),
        (devices, Err(_)) => t.int(devices),
    };
    let people = |people: &BTreeSet<String>| people.iter().cloned().collect::<Vec<_>>().join(", ");
    let adoptable: BTreeSet<&String> = drift.adoptable().map(|(pool, _)| pool).collect();
    let line = |text| Found { text, adopt: None };
    let mut lines = Vec::new();
    if drift.gone {
        lines.push(line(t.s(k::DRIFT_GONE)));
    }
    for (pool, (was, found)) in &drift.devices {
        let args =
            [("pool", name(pool).into()), ("was", amount(pool, *was).into()), ("found", amount(pool, *found).into())];
        lines.push(Found { text: t.f(k::DRIFT_DEVICES, &args), adopt: adoptable.contains(pool).then(|| pool.clone()) });
    }
    lines.extend(drift.rules.iter().map(|pool| line(t.f1(k::DRIFT_RULES, "pool", name(pool)))));
    for (text, who) in [(k::DRIFT_ADDED, &drift.added), (k::DRIFT_MISSING, &drift.missing)] {
        if !who.is_empty() {
            lines.push(line(t.f1(text, "people", people(who))));
        }
    }
    if lines.is_empty() {
        lines.push(line(t.s(k::DRIFT_OTHER)));
    }
    lines
}

/// A machine.
struct Machine {
    name: String,
    badge: &'static str,
    state: String,
    pools: String,
    reason: String,
    devices: String,
    permille: i64,
    cpus: String,
    memory: String,
}

fn machine(t: Texts, pools: &texts::Pools, node: &Node) -> Machine {
    let pool = node.pools.first().and_then(|pool| pool.parse::<PoolId>().ok());
    let count = |devices: i64| pool.as_ref().map_or_else(|| t.int(devices), |pool| pools.amount(t, pool, devices));
    let named = node.pools.iter().filter_map(|pool| pool.parse::<PoolId>().ok()).map(|pool| pools.name(t, &pool));
    Machine {
        name: node.name.clone(),
        badge: match node.state {
            NodeState::Idle | NodeState::Mixed | NodeState::Full => "good",
            NodeState::Reserved => "info",
            NodeState::Draining | NodeState::Drained => "wait",
            NodeState::Down => "bad",
        },
        state: t.word(node.state),
        pools: named.collect::<Vec<_>>().join(", "),
        reason: node.reason.clone(),
        devices: format!("{} / {}", t.int(node.devices_used), count(node.devices)),
        permille: if node.devices > 0 { (node.devices_used * 1000 / node.devices).clamp(0, 1000) } else { 0 },
        cpus: format!("{} / {}", t.int(node.cpus_used), t.int(node.cpus)),
        memory: t.bytes(node.memory_mb.saturating_mul(1 << 20)),
    }
}

/// What a project has running and waiting.
struct InUse {
    href: String,
    title: String,
    number: String,
    pool: String,
    running: String,
    devices: String,
    waiting: String,
}

/// How telling the cluster people's accounts stands.
struct Told {
    badge: &'static str,
    text: String,
    /// In the words of whoever makes them there.
    cause: String,
}

fn accounts(t: Texts, standing: Standing) -> Told {
    let (badge, text) = match (standing.next_try_at, standing.taken_at) {
        (Some(at), _) => {
            let args = [("tries", t.int(standing.tries).into()), ("at", t.instant(at).into())];
            ("bad", t.f(k::CLUSTER_ACCOUNTS_FAILED, &args))
        }
        (None, Some(at)) => ("good", t.f1(k::CLUSTER_ACCOUNTS_TAKEN, "at", t.instant(at))),
        (None, None) => ("", t.s(k::CLUSTER_ACCOUNTS_NEVER)),
    };
    Told { badge, text, cause: texts::masked_addresses(&standing.last_error) }
}

#[derive(Template)]
#[template(path = "work/cluster.html")]
struct ClusterPage {
    chrome: Chrome,
    t: Texts,
    /// What runs jobs; empty before anything was brought in line.
    engine: String,
    last_round: String,
    /// How telling it people's accounts stands.
    accounts: Option<Told>,
    /// State, badge and how many projects.
    counts: Vec<(String, String)>,
    nodes: Vec<Machine>,
    in_use: Vec<InUse>,
    rows: Vec<Row>,
    /// Whether the reader may decide on what was found changed by hand.
    decides: bool,
    next: Option<String>,
}

/// The engine in words; one that the portal has no word for by its own name.
fn engine_name(t: Texts, name: &str) -> String {
    match name {
        engine::Fake::NAME => t.s(k::CLUSTER_ENGINE_NONE),
        engine::Local::NAME => t.s(k::CLUSTER_ENGINE_LOCAL),
        engine::Slurm::NAME => "Slurm".to_owned(),
        other => other.to_owned(),
    }
}

fn next_try(t: Texts, row: &SyncRow) -> String {
    if row.state == SyncState::Failed { t.instant(row.next_try_at) } else { String::new() }
}

fn in_use(ui: &Ui, one: &UseItem) -> InUse {
    let (t, pools) = (ui.t, ui.pools());
    InUse {
        href: format!("/projects/{}/jobs?state=open", one.project),
        title: pick(t, &one.title_ko, &one.title_en),
        number: one.number.clone(),
        pool: pools.name(t, &one.pool),
        running: t.int(one.running),
        devices: pools.amount(t, &one.pool, one.devices),
        waiting: t.int(one.waiting),
    }
}

async fn show(ui: Ui, Query(page): Query<PageQuery>) -> Answer {
    let t = ui.t;
    let limit = page.limit(50);
    let after = page.after::<(String, String)>()?.unwrap_or_default();
    let seen = ui.read(move |cx| engine::overview(cx, &after, limit.saturating_add(1))).await?;
    let slice = Slice::cut(seen.projects, limit, |one| (one.number.clone(), one.row.engine.clone()));
    let rows = slice.items.iter().map(|one| Row {
        href: format!("/projects/{}", one.row.project),
        number: one.number.clone(),
        title: pick(t, &one.title_ko, &one.title_en),
        cluster: cluster(&ui, &one.row),
        tries: t.int(one.row.tries),
        next_try: next_try(t, &one.row),
        drift: service::drift::of(&one.row).map(|found| drift(&ui, &found)).unwrap_or_default(),
        decide: format!("/projects/{}/drift", one.row.project),
    });
    let count = |state: SyncState| {
        let of = seen.counts.iter().filter(|(_, other, _)| *other == state);
        (t.word(state), t.int(of.map(|(_, _, count)| count).sum()))
    };
    ui.page(&ClusterPage {
        chrome: ui.chrome(t.s(k::CLUSTER_TITLE)),
        t,
        engine: seen.counts.first().map(|(name, ..)| engine_name(t, name)).unwrap_or_default(),
        last_round: seen.last_round.map(|at| t.instant(at)).unwrap_or_default(),
        accounts: seen.accounts.map(|standing| accounts(t, standing)),
        counts: SyncState::ALL.iter().map(|state| count(*state)).collect(),
        nodes: seen.nodes.iter().map(|node| machine(t, ui.pools(), node)).collect(),
        in_use: seen.in_use.iter().map(|one| in_use(&ui, one)).collect(),
        rows: rows.collect(),
        decides: ui.may(Act::DriftDecide),
        next: slice.next,
    })
}

fn project(text: &str) -> Result<ProjectId, Fail> {
    text.parse().map_err(|_| Fail(Error::NotFound))
}

async fn leave(ui: Ui, Path(id): Path<String>) -> Answer {
    let project = project(&id)?;
    ui.write(move |cx| service::drift::leave(cx, project)).await?;
    ui.done("/cluster", k::FLASH_DRIFT_LEFT)
}

async fn adopt(ui: Ui, Path(id): Path<String>, form: Form) -> Answer {
    let project = project(&id)?;
    let pool: PoolId = form.value("pool").parse().map_err(|_| Fail(Error::NotFound))?;
    let state = ui
        .write(move |cx| {
            let made = service::drift::adopt(cx, project, &pool)?;
            let first = made.first().ok_or(Error::NotFound)?;
            Ok(service::adjustment::show(cx, *first)?.item.row)
        })
        .await?;
    let asked = state.state == AdjustmentState::Requested;
    ui.done(&format!("/adjustments/{}", state.id), if asked { k::FLASH_DRIFT_ASKED } else { k::FLASH_DRIFT_ADOPTED })
}
