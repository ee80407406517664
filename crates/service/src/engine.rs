//! Keeping engines in line with the ledger: what each project may use today, what the engine has,
//! the changes between, and what came of them.

use std::collections::BTreeMap;

pub use compute::{Compute, Fake};
use compute::{DesiredProject, ObservedProject, reconcile};
use domain::ids::ProjectId;
use jiff::Timestamp;
use jiff::civil::Date;
pub use store::engine::SyncRow;

use crate::{Actor, Center, Cx, Error, Outcome};

/// Brings a compute engine in line: for the worker. The engine is asked outside of any
/// transaction. Answers how many changes were carried out; when the engine is away, the rows say
/// so and the next round tries again.
///
/// # Errors
/// Database errors; [`Error::Internal`] if the changes look like a failed read, and then none is
/// carried out.
pub fn sync(center: &Center, engine: &dyn Compute) -> Outcome<u64> {
    let clock = Actor::clock();
    let name = engine.name();
    let (desired, rows, now) =
        center.read(&clock, |cx| Ok((desired(cx)?, store::engine::of_engine(cx.tx, name)?, cx.now)))?;
    let before: BTreeMap<ProjectId, SyncRow> = rows.into_iter().map(|row| (row.project, row)).collect();
    let observed = match engine.observe() {
        Ok(observed) => observed,
        Err(error) => {
            let failed: Vec<(ProjectId, String)> = desired
                .iter()
                .filter(|(id, _)| due(&before, *id, now))
                .map(|(id, _)| (*id, error.to_string()))
                .collect();
            return center.write(&clock, |cx| record(cx, name, &before, &desired, None, &failed)).map(|()| 0);
        }
    };
    let wanted: Vec<DesiredProject> = desired.iter().map(|(_, one)| one.clone()).collect();
    let changes = reconcile(&wanted, &observed).map_err(Error::internal)?;
    let ids: BTreeMap<&str, ProjectId> = desired.iter().map(|(id, one)| (one.name.as_str(), *id)).collect();
    let mut failed: Vec<(ProjectId, String)> = Vec::new();
    let mut done = 0;
    for change in &changes {
        let id = ids.get(change.project()).copied();
        // After one failed change of a project, or while its pause lasts, the others of it wait.
        if id.is_some_and(|id| !due(&before, id, now) || failed.iter().any(|(other, _)| *other == id)) {
            continue;
        }
        match (engine.apply(change), id) {
            (Ok(()), _) => done += 1,
            (Err(error), Some(id)) => failed.push((id, error.to_string())),
            (Err(error), None) => tracing::warn!(engine = name, project = change.project(), %error, "not removed"),
        }
    }
    let seen = if done > 0 { engine.observe().ok() } else { Some(observed) };
    let stale = failed.is_empty() && done == 0 && desired.iter().all(|(id, _)| before.contains_key(id));
    if !stale || changed(&before, &desired)? {
        center.write(&clock, |cx| record(cx, name, &before, &desired, seen.as_deref(), &failed))?;
    }
    Ok(done)
}

/// The engines' rows of a project; the caller has asked whether it may be seen.
///
/// # Errors
/// Database errors only.
pub fn of_project(cx: &mut Cx<'_, '_>, project: ProjectId) -> Outcome<Vec<SyncRow>> {
    Ok(store::engine::of_project(cx.tx, project)?)
}

/// How many devices a row speaks of: what should be there, and what was seen.
#[must_use]
pub fn devices(row: &SyncRow) -> (i64, Option<i64>) {
    let wanted = serde_json::from_str::<DesiredProject>(&row.desired).map(|one| one.limits.values().sum());
    let seen = row.observed.as_deref().and_then(|text| serde_json::from_str::<ObservedProject>(text).ok());
    (wanted.unwrap_or(0), seen.map(|one| one.limits.values().sum()))
}

fn due(rows: &BTreeMap<ProjectId, SyncRow>, id: ProjectId, now: Timestamp) -> bool {
    rows.get(&id).is_none_or(|row| row.next_try_at <= now)
}

fn changed(rows: &BTreeMap<ProjectId, SyncRow>, desired: &[(ProjectId, DesiredProject)]) -> Outcome<bool> {
    for (id, one) in desired {
        let text = serde_json::to_string(one).map_err(Error::internal)?;
        if rows.get(id).is_none_or(|row| row.desired != text || row.state != "in_line") {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What each project in force may use today.
fn desired(cx: &mut Cx<'_, '_>) -> Outcome<Vec<(ProjectId, DesiredProject)>> {
    desired_on(cx, cx.today())
}

/// What each project that is in force now may use on a day.
pub(crate) fn desired_on(cx: &mut Cx<'_, '_>, day: Date) -> Outcome<Vec<(ProjectId, DesiredProject)>> {
    let mut all: BTreeMap<ProjectId, DesiredProject> = BTreeMap::new();
    for (id, number, pool, amount) in store::engine::in_force(cx.tx, day)? {
        let one = all.entry(id).or_insert_with(|| DesiredProject { name: number, ..DesiredProject::default() });
        if let (Some(pool), Some(amount)) = (pool, amount)
            && amount.0 > 0
        {
            one.limits.insert(pool, amount.0);
        }
    }
    for (id, member) in store::engine::members_in_force(cx.tx)? {
        if let Some(one) = all.get_mut(&id) {
            one.members.insert(member);
        }
    }
    Ok(all.into_iter().collect())
}

fn record(
    cx: &mut Cx<'_, '_>,
    engine: &str,
    before: &BTreeMap<ProjectId, SyncRow>,
    desired: &[(ProjectId, DesiredProject)],
    observed: Option<&[ObservedProject]>,
    failed: &[(ProjectId, String)],
) -> Outcome<()> {
    for (id, want) in desired {
        let old = before.get(id);
        let error = failed.iter().find(|(other, _)| other == id).map(|(_, error)| error);
        let have = observed.and_then(|all| all.iter().find(|one| one.name == want.name));
        let in_line = have.is_some_and(|have| have.limits == want.limits && have.members == want.members);
        let tries = match error {
            Some(_) => old.map_or(0, |row| row.tries).saturating_add(1),
            None if in_line => 0,
            None => old.map_or(0, |row| row.tries),
        };
        let text = have.map(serde_json::to_string).transpose().map_err(Error::internal)?;
        let row = SyncRow {
            engine: engine.to_owned(),
            project: *id,
            desired: serde_json::to_string(want).map_err(Error::internal)?,
            observed: text.or_else(|| old.and_then(|row| row.observed.clone())),
            state: if in_line {
                "in_line"
            } else if error.is_some() {
                "failed"
            } else {
                "pending"
            }
            .to_owned(),
            tries,
            next_try_at: if error.is_some() {
                crate::work::next_try(cx.now, tries)
            } else {
                old.filter(|_| !in_line).map_or(cx.now, |row| row.next_try_at)
            },
            last_error: match error {
                Some(error) => crate::work::short(error),
                None if in_line => String::new(),
                None => old.map(|row| row.last_error.clone()).unwrap_or_default(),
            },
            changed_at: cx.now,
        };
        let same = old.is_some_and(|old| SyncRow { changed_at: old.changed_at, ..row.clone() } == *old);
        if !same {
            store::engine::put(cx.tx, &row)?;
        }
    }
    Ok(())
}
