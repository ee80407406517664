//! The cluster: how it stands, and the projects that it does not have as the ledger says.

use askama::Template;
use axum::extract::Query;
use domain::access::Act;
use domain::engine::{NodeState, SyncState};
use domain::ids::PoolId;
use edge::{PageQuery, Slice};
use service::cluster_account::Standing;
use service::engine::{self, Node, SyncRow, UseItem};
use texts::{Texts, k};

use crate::chrome::Chrome;
use crate::page::plans::pick;
use crate::page::projects::{Cluster, cluster};
use crate::route::{Line, Section, get};
use crate::ui::{Answer, Ui};

/// The lines of this area.
#[must_use]
pub fn routes() -> Vec<Line> {
    vec![get("/cluster", Act::WorkRead, show).menu(Section::Center, 84, k::CLUSTER_MENU)]
}

struct Row {
    href: String,
    number: String,
    title: String,
    cluster: Cluster,
    tries: String,
    next_try: String,
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
        next: slice.next,
    })
}
