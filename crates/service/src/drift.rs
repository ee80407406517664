//! What somebody changed on the engine by hand. It was put right at once; what was found stays listed
//! until somebody decides: leave it, or make a changed number of devices an ordinary change of the
//! ledger, by which the engine then gets it.

use std::collections::{BTreeMap, BTreeSet};

use compute::{DesiredProject, ObservedProject, UNLIMITED};
use domain::Code;
use domain::access::Act;
use domain::ids::{AdjustmentId, PoolId, ProjectId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::engine::SyncRow;
use texts::{Lang, Texts, k};

use crate::project::tied;
use crate::{Cx, Error, Outcome};

/// What was found changed by hand, and nobody has decided on yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Drift {
    /// Whether the engine had nothing of the project any more.
    pub gone: bool,
    /// Pools with another number of devices: what they had been brought to, and what was found.
    pub devices: BTreeMap<String, (i64, i64)>,
    /// Pools of which something else was not as the portal sets it.
    pub rules: BTreeSet<String>,
    /// The accounts of people who are not of the project. They join by invitation only.
    pub added: BTreeSet<String>,
    /// The accounts of people of the project whom it had not, or not as it should.
    pub missing: BTreeSet<String>,
}

impl Drift {
    /// What an engine has instead of what it had been brought to.
    pub(crate) fn between(want: &DesiredProject, found: Option<&ObservedProject>) -> Self {
        let Some(found) = found else { return Self { gone: true, ..Self::default() } };
        let of = |limits: &BTreeMap<String, i64>, pool: &String| limits.get(pool).copied().unwrap_or(0);
        let pools: BTreeSet<&String> =
            want.limits.keys().chain(found.limits.keys()).chain(found.rules.keys()).chain(&found.odd_pools).collect();
        let mut drift = Self::default();
        for pool in pools {
            let (was, is) = (of(&want.limits, pool), of(&found.limits, pool));
            if was != is {
                drift.devices.insert(pool.clone(), (was, is));
            } else if found.odd_pools.contains(pool) || want.rules.get(pool) != found.rules.get(pool) {
                drift.rules.insert(pool.clone());
            }
        }
        if !want.limits.is_empty() {
            drift.added =
                found.members.union(&found.odd_members).filter(|one| !want.members.contains(*one)).cloned().collect();
            let right = |one: &String| found.members.contains(one) && !found.odd_members.contains(one);
            drift.missing = want.members.iter().filter(|one| !right(one)).cloned().collect();
        }
        drift
    }

    /// With what was found before and is not decided on yet: of the same thing the latest counts.
    pub(crate) fn after(mut self, before: Option<Self>) -> Self {
        let Some(before) = before else { return self };
        for (pool, (was, found)) in before.devices {
            self.devices.entry(pool).or_insert((was, found));
        }
        self.gone |= before.gone;
        self.rules.extend(before.rules);
        self.added.extend(before.added);
        self.missing.extend(before.missing);
        self
    }

    /// The pools whose number of devices the ledger may be made to say: how many.
    pub fn adoptable(&self) -> impl Iterator<Item = (&String, i64)> {
        self.devices.iter().map(|(pool, (_, found))| (pool, *found)).filter(|(_, found)| *found != UNLIMITED)
    }
}

/// What a row says was found changed by hand. Rows from before kept all that the engine had.
#[must_use]
pub fn of(row: &SyncRow) -> Option<Drift> {
    let text = row.drift.as_deref()?;
    serde_json::from_str(text).ok().or_else(|| {
        let found: Option<ObservedProject> = serde_json::from_str(text).ok()?;
        Some(Drift::between(&serde_json::from_str(&row.desired).ok()?, found.as_ref()))
    })
}

/// The engine's row of a project of which something is to be decided, for somebody who may.
fn undecided(cx: &mut Cx<'_, '_>, project: ProjectId) -> Outcome<(SyncRow, Drift)> {
    let (_, ties) = tied(cx, project)?;
    cx.require_on(Act::ProjectRead, Act::DriftDecide, &ties)?;
    cx.require_apart(Act::DriftDecide, None, &ties)?;
    let rows = store::engine::of_project(cx.tx, project)?;
    let found = rows.into_iter().find_map(|row| of(&row).map(|drift| (row, drift)));
    found.ok_or_else(|| Error::conflict(Code::NoDrift))
}

/// Leaves what was found as it was put right: it is listed no more.
///
/// # Errors
/// [`Error::Conflict`] if there is nothing to decide, [`Error::Forbidden`] for people of the project.
pub fn leave(cx: &mut Cx<'_, '_>, project: ProjectId) -> Outcome<()> {
    let (row, drift) = undecided(cx, project)?;
    store::engine::set_drift(cx.tx, &row.engine, project, None)?;
    let facts = json!({ "engine": row.engine, "found_at": row.drifted_at });
    cx.audit("engine.drift_left", ("project", &project), &drift, &facts, "")
}

/// Makes the number of devices that was found in a pool the ledger's, from today on: fewer as a
/// decrease that is approved by this, more as a request that a second person decides on. Answers the
/// changes. People who were found cannot be adopted.
///
/// # Errors
/// [`Error::Conflict`] if nothing like that was found or the rules of changes are against it, those of
/// [`crate::adjustment::ask`] and [`crate::adjustment::decide`] too.
pub fn adopt(cx: &mut Cx<'_, '_>, project: ProjectId, pool: &PoolId) -> Outcome<Vec<AdjustmentId>> {
    let (row, mut drift) = undecided(cx, project)?;
    let found = drift.adoptable().find(|(one, _)| *one == pool.as_str()).map(|(_, found)| found);
    let (Some(found), Some(at)) = (found, row.drifted_at) else { return Err(Error::conflict(Code::NoDrift)) };
    let t = Texts::new(Lang::Ko);
    let amount = cx.identity.pools.amount(t, pool, found);
    let reason = t.f(k::DRIFT_REASON, &[("at", t.instant(at).into()), ("found", amount.into())]);
    // Nobody typed the number: what is wrong with it is against adopting it, not against a field.
    let made = crate::adjustment::adopt(cx, project, pool, found, &reason).map_err(|error| match error {
        Error::Invalid(faults) => Error::Conflict(faults.into_iter().map(|fault| fault.reason).collect()),
        other => other,
    })?;
    let before = drift.clone();
    drift.devices.remove(pool.as_str());
    let left = (drift != Drift::default()).then(|| serde_json::to_string(&drift)).transpose();
    store::engine::set_drift(cx.tx, &row.engine, project, left.map_err(Error::internal)?.as_deref())?;
    let facts = json!({ "engine": row.engine, "pool": pool, "devices": found, "adjustments": made });
    cx.audit("engine.drift_adopted", ("project", &project), &before, &facts, &reason)?;
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has<const N: usize>(limits: [(&str, i64); N], members: &[&str]) -> ObservedProject {
        ObservedProject {
            managed: true,
            limits: limits.map(|(pool, limit)| (pool.to_owned(), limit)).into(),
            members: members.iter().map(|one| (*one).to_owned()).collect(),
            ..ObservedProject::default()
        }
    }

    #[test]
    fn what_is_found_later_does_not_hide_what_was_found_before() {
        let ObservedProject { limits, members, .. } = has([("a", 4), ("b", 2)], &["kim"]);
        let want = DesiredProject { limits, members, ..DesiredProject::default() };
        assert_eq!(Drift::between(&want, Some(&has([("a", 4), ("b", 2)], &["kim"]))), Drift::default());
        let fewer = Drift::between(&want, Some(&has([("a", 2), ("b", 2)], &["kim"])));
        let odd = ObservedProject { odd_pools: ["b".to_owned()].into(), ..has([("a", 1), ("b", 2)], &["lee"]) };
        let both = Drift::between(&want, Some(&odd)).after(Some(fewer.clone()));
        assert_eq!(both.devices, [("a".to_owned(), (4, 1))].into());
        let one = |name: &str| BTreeSet::from([name.to_owned()]);
        assert_eq!((both.rules, both.added, both.missing), (one("b"), one("lee"), one("kim")));
        let gone = Drift::between(&want, None).after(Some(fewer));
        assert!(gone.gone && gone.adoptable().eq([(&"a".to_owned(), 2)]));
        let open = Drift::between(&want, Some(&has([("a", UNLIMITED), ("b", 2)], &["kim"])));
        assert_eq!(open.adoptable().count(), 0, "no limit is none that the ledger can hold");
    }

    #[test]
    fn what_was_kept_before_is_still_read() {
        let desired = r#"{"name":"P1","limits":{"a":4},"members":["kim"]}"#;
        let row = |drift: &str| SyncRow {
            engine: "fake".to_owned(),
            project: domain::ids::Id::new(1, [1; 10]),
            desired: desired.to_owned(),
            observed: None,
            state: domain::engine::SyncState::InLine,
            tries: 0,
            next_try_at: jiff::Timestamp::UNIX_EPOCH,
            fault: None,
            last_error: String::new(),
            changed_at: jiff::Timestamp::UNIX_EPOCH,
            drift: Some(drift.to_owned()),
            drifted_at: None,
        };
        let old = of(&row(r#"{"name":"P1","managed":true,"limits":{"a":2},"members":["kim"]}"#)).expect("read");
        assert_eq!(old, Drift { devices: [("a".to_owned(), (4, 2))].into(), ..Drift::default() });
        assert_eq!(of(&row("null")).map(|drift| drift.gone), Some(true));
        assert_eq!(of(&row(&serde_json::to_string(&old).expect("written"))), Some(old));
    }
}
