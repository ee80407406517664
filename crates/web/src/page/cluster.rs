//! The cluster: how it stands, and the projects that it does not have as the ledger says.

use askama::Template;
use axum::extract::Query;
use domain::access::Act;
use domain::engine::SyncState;
use edge::{PageQuery, Slice};
use service::engine::{self, SyncRow};
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

#[derive(Template)]
#[template(path = "work/cluster.html")]
struct ClusterPage {
    chrome: Chrome,
    t: Texts,
    /// What runs jobs; empty before anything was brought in line.
    engine: String,
    last_round: String,
    /// State, badge and how many projects.
    counts: Vec<(String, String)>,
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
        counts: SyncState::ALL.iter().map(|state| count(*state)).collect(),
        rows: rows.collect(),
        next: slice.next,
    })
}
