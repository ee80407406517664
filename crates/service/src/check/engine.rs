//! Engines against the ledger.

use std::collections::{BTreeMap, BTreeSet};

use compute::{DesiredProject, ObservedProject};
use domain::engine::SyncState;
use domain::ids::ProjectId;
use jiff::civil::Date;
use store::engine::SyncRow;

use super::{CheckReport, Detail, PAGE, Rule, What};
use crate::{Cx, Outcome};

/// What a project holds at most.
struct Held {
    number: String,
    limits: BTreeMap<String, i64>,
}

/// What engines should have and were seen to have, against what the ledger gives. What it gave on the
/// day before passes: an engine follows a change of day at its next round. Where no round has been
/// since some day (after an outage, after a restore), what it gave then passes too.
pub(super) fn engines(cx: &mut Cx<'_, '_>, report: &mut CheckReport) -> Outcome<()> {
    let today = cx.today();
    let last = crate::engine::last_round(cx)?.map_or(today, |at| cx.identity.calendar.date(at).min(today));
    let days: BTreeSet<Date> =
        [today, last].into_iter().flat_map(|day| [day.yesterday().unwrap_or(day), day]).collect();
    let mut most: BTreeMap<ProjectId, Held> = BTreeMap::new();
    for day in days {
        for (project, number, pool, amount) in store::check::held_by_project(cx.tx, day)? {
            let held = most.entry(project).or_insert_with(|| Held { number, limits: BTreeMap::new() });
            let limit = held.limits.entry(pool).or_default();
            *limit = amount.max(*limit);
        }
    }
    let mut place = (String::new(), String::new());
    loop {
        let page = store::engine::after(cx.tx, &place, PAGE)?;
        if page.is_empty() {
            return Ok(());
        }
        for row in page {
            place = (row.project.to_string(), row.engine.clone());
            one_engine(report, &row, most.get(&row.project));
        }
    }
}

fn one_engine(report: &mut CheckReport, row: &SyncRow, most: Option<&Held>) {
    let name = format!("{} {}", row.engine, row.project);
    let Ok(desired) = serde_json::from_str::<DesiredProject>(&row.desired) else {
        return report.found(
            Rule::Unreadable,
            "engine_sync",
            name,
            Detail::new(What::Document).with("column", "desired"),
        );
    };
    let observed = match row.observed.as_deref().map(serde_json::from_str::<Option<ObservedProject>>) {
        Some(Err(_)) => {
            return report.found(
                Rule::Unreadable,
                "engine_sync",
                name,
                Detail::new(What::Document).with("column", "observed"),
            );
        }
        Some(Ok(observed)) => observed,
        None => None,
    };
    let seen = observed.as_ref().map(|one| &one.limits);
    for (what, limits) in [(What::EngineDesired, Some(&desired.limits)), (What::EngineObserved, seen)] {
        for (pool, amount) in limits.into_iter().flatten() {
            let held = most.and_then(|one| one.limits.get(pool)).copied().unwrap_or(0);
            if *amount > held {
                let detail = Detail::new(what).with("amount", amount).with("held", held).with("pool", pool);
                report.found(Rule::Engine, "engine_sync", &name, detail);
            }
        }
    }
    if row.state == SyncState::InLine && !desired.is_met_by(observed.as_ref()) {
        report.found(Rule::Engine, "engine_sync", &name, What::EngineNotInLine);
    }
    if most.is_some_and(|one| one.number != desired.name) {
        report.found(Rule::Engine, "engine_sync", &name, Detail::new(What::EngineName).with("name", &desired.name));
    }
}
