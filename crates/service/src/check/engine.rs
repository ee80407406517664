//! Engines against the ledger.

use std::collections::BTreeMap;

use compute::{DesiredProject, ObservedProject};
use domain::ids::ProjectId;
use store::engine::SyncRow;

use super::{CheckReport, PAGE, Rule};
use crate::{Cx, Outcome};

/// What engines should have and were seen to have, against what is in force. What was in force
/// yesterday passes: an engine follows a change of day at its next round.
pub(super) fn engines(cx: &mut Cx<'_, '_>, report: &mut CheckReport) -> Outcome<()> {
    let today = cx.today();
    let mut most: BTreeMap<ProjectId, DesiredProject> = BTreeMap::new();
    for day in [today.yesterday().unwrap_or(today), today] {
        for (id, one) in crate::engine::desired_on(cx, day)? {
            let known =
                most.entry(id).or_insert_with(|| DesiredProject { name: one.name, ..DesiredProject::default() });
            for (pool, amount) in one.limits {
                let limit = known.limits.entry(pool).or_default();
                *limit = amount.max(*limit);
            }
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

fn one_engine(report: &mut CheckReport, row: &SyncRow, most: Option<&DesiredProject>) {
    let name = format!("{} {}", row.engine, row.project);
    let Ok(desired) = serde_json::from_str::<DesiredProject>(&row.desired) else {
        return report.found(Rule::Unreadable, "engine_sync", name, "desired".to_owned());
    };
    let observed = match row.observed.as_deref().map(serde_json::from_str::<ObservedProject>) {
        Some(Err(_)) => return report.found(Rule::Unreadable, "engine_sync", name, "observed".to_owned()),
        Some(Ok(observed)) => Some(observed),
        None => None,
    };
    let seen = observed.as_ref().map(|one| &one.limits);
    for (what, limits) in [("desired", Some(&desired.limits)), ("observed", seen)] {
        for (pool, amount) in limits.into_iter().flatten() {
            let held = most.and_then(|one| one.limits.get(pool)).copied().unwrap_or(0);
            if *amount > held {
                report.found(Rule::Engine, "engine_sync", &name, format!("{what}: {amount} of {held} in {pool}"));
            }
        }
    }
    let equal = observed.is_some_and(|one| one.limits == desired.limits && one.members == desired.members);
    if row.state == "in_line" && !equal {
        report.found(Rule::Engine, "engine_sync", &name, "in line, but observed is not desired".to_owned());
    }
    if most.is_some_and(|one| one.name != desired.name) {
        report.found(Rule::Engine, "engine_sync", &name, format!("desired names {}", desired.name));
    }
}
