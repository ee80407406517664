//! Writing to those whom a window concerns.

use std::collections::BTreeMap;

use domain::ids::{AwardId, PoolId, ProjectId};
use domain::maintenance::days;
use domain::steps::Steps;
use domain::term::Term;
use domain::units::Amount;
use store::maintenance::MaintenanceRow;
use texts::Texts;

use crate::mail::Template;
use crate::{Cx, Outcome};

/// What an award holds of a pool on the days of a window.
pub(super) struct Holder {
    pub project: ProjectId,
    pub number: String,
    pub title_ko: String,
    pub title_en: String,
    pub award: AwardId,
    pub pool: PoolId,
    pub holding: Steps,
}

/// Who holds something of these pools on any of these days, by project number. One statement.
pub(super) fn holders(cx: &mut Cx<'_, '_>, pools: &[PoolId], term: Term) -> Outcome<Vec<Holder>> {
    let mut all: BTreeMap<(String, AwardId, PoolId), Holder> = BTreeMap::new();
    for change in store::maintenance::concerned(cx.tx, pools, term)? {
        let key = (change.number.clone(), change.award, change.pool.clone());
        let holder = all.entry(key).or_insert_with(|| Holder {
            project: change.project,
            number: change.number,
            title_ko: change.title_ko,
            title_en: change.title_en,
            award: change.award,
            pool: change.pool,
            holding: Steps::new(),
        });
        holder.holding.add(change.term, change.delta);
    }
    Ok(all.into_values().filter(|one| one.holding.max_within(term) > 0).collect())
}

/// The projects that hold something of any of these pools on the days of a window.
pub(super) fn projects(
    cx: &mut Cx<'_, '_>,
    row: &MaintenanceRow,
    pools: &[(PoolId, Amount)],
) -> Outcome<Vec<ProjectId>> {
    let Some(term) = days(&cx.identity.calendar, row.from_at, row.to_at) else { return Ok(Vec::new()) };
    let names: Vec<PoolId> = pools.iter().map(|(pool, _)| pool.clone()).collect();
    let mut all: Vec<ProjectId> = holders(cx, &names, term)?.into_iter().map(|holder| holder.project).collect();
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// Tells the leads and managers of those projects.
pub(super) fn concerned(
    cx: &mut Cx<'_, '_>,
    row: &MaintenanceRow,
    pools: &[(PoolId, Amount)],
    template: Template,
) -> Outcome<()> {
    for id in projects(cx, row, pools)? {
        let Some(project) = store::project::find(cx.tx, id)? else { continue };
        let facts = |cx: &Cx<'_, '_>, t: Texts| window_facts(cx, t, row, pools);
        crate::project::tell(cx, &project, template, facts)?;
    }
    Ok(())
}

/// What people have to know of a window.
pub(super) fn window_facts(
    cx: &Cx<'_, '_>,
    t: Texts,
    row: &MaintenanceRow,
    pools: &[(PoolId, Amount)],
) -> Vec<(&'static str, String)> {
    let mut lines: Vec<String> = Vec::new();
    for (pool, amount) in pools {
        let line = format!("{} {}", cx.identity.pools.name(t, pool), cx.identity.pools.amount(t, pool, amount.0));
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    vec![
        ("what", title(t, row)),
        ("from", t.instant(row.from_at)),
        ("to", t.instant(row.to_at)),
        ("pools", lines.join("\n")),
        ("note", row.note.clone()),
        ("link", format!("{}/maintenance/{}", cx.identity.public_url, row.id)),
    ]
}

/// What a window is called in a language.
pub(super) fn title(t: Texts, row: &MaintenanceRow) -> String {
    crate::proposal::title(t, &row.title_ko, &row.title_en)
}
