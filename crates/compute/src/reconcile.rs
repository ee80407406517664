//! The changes that bring an engine in line with what it should have.

use std::collections::{BTreeMap, BTreeSet};

use domain::engine::PoolRules;
use serde::{Deserialize, Serialize};

use crate::{DesiredProject, ObservedProject};

/// One change, small enough to be carried out and retried by itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// Let a project take no new jobs, and end what runs of it with notice.
    Close {
        /// Its name.
        project: String,
    },
    /// Take a project out.
    Remove {
        /// Its name.
        project: String,
    },
    /// Set how many devices of a pool it may use; 0 takes the pool away, with its rules.
    SetLimit {
        /// The project.
        project: String,
        /// The pool.
        pool: String,
        /// The devices.
        limit: i64,
    },
    /// Set what else holds for its jobs in a pool of which it has devices.
    SetRules {
        /// The project.
        project: String,
        /// The pool.
        pool: String,
        /// The rules; nothing for none.
        rules: Option<PoolRules>,
    },
    /// Take a person out of a project.
    RemoveMember {
        /// The project.
        project: String,
        /// The account.
        member: String,
    },
    /// Make a project, without limits and people.
    Create {
        /// Its name.
        project: String,
    },
    /// Let a project that was closed take jobs again.
    Reopen {
        /// Its name.
        project: String,
    },
    /// Put a person into a project: into each of its pools.
    AddMember {
        /// The project.
        project: String,
        /// The account.
        member: String,
    },
}

impl Change {
    /// The project that it is about.
    #[must_use]
    pub fn project(&self) -> &str {
        match self {
            Self::Close { project }
            | Self::Remove { project }
            | Self::SetLimit { project, .. }
            | Self::SetRules { project, .. }
            | Self::RemoveMember { project, .. }
            | Self::Create { project }
            | Self::Reopen { project }
            | Self::AddMember { project, .. } => project,
        }
    }
}

/// What is to be done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The changes, in order. What takes away comes before what gives.
    pub changes: Vec<Change>,
    /// Projects that are left alone, for the engine has something of that name that is not ours.
    pub taken: BTreeSet<String>,
}

/// Why nothing is changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// So many projects would go that what should be there was probably not read in full.
    #[error("{removals} of {managed} projects would be removed; this looks like a failed read")]
    MassRemoval {
        /// How many would go.
        removals: usize,
        /// How many are managed.
        managed: usize,
    },
    /// So many projects that were there are not seen that the engine was probably not read in full.
    #[error("{missing} of {known} projects that the engine had are not seen; this looks like a failed read")]
    Vanished {
        /// How many are not seen.
        missing: usize,
        /// How many were there.
        known: usize,
    },
}

/// Up to this many projects may go at once however few there are.
const ALWAYS_FINE: usize = 3;

fn too_many(part: usize, of: usize) -> bool {
    part > ALWAYS_FINE && part * 2 > of
}

/// The changes that bring the engine in line. What takes away comes before what gives, so that the
/// engine never allows more than the ledger says while they are carried out in order. `known` are
/// the projects that the engine was last seen to have.
///
/// # Errors
/// [`Refused`] if more than half of the managed projects would go, or more than half of the known
/// ones are not there.
pub fn reconcile(
    desired: &[DesiredProject],
    observed: &[ObservedProject],
    known: &BTreeSet<String>,
) -> Result<Plan, Refused> {
    let wanted: BTreeMap<&str, &DesiredProject> = desired.iter().map(|one| (one.name.as_str(), one)).collect();
    let seen: BTreeMap<&str, &ObservedProject> = observed.iter().map(|one| (one.name.as_str(), one)).collect();
    let missing = known.iter().filter(|name| !seen.contains_key(name.as_str())).count();
    if too_many(missing, known.len()) {
        return Err(Refused::Vanished { missing, known: known.len() });
    }
    let managed: Vec<&str> = seen.values().filter(|one| one.managed).map(|one| one.name.as_str()).collect();
    let gone: Vec<&str> = managed.iter().copied().filter(|name| !wanted.contains_key(name)).collect();
    if too_many(gone.len(), managed.len()) {
        return Err(Refused::MassRemoval { removals: gone.len(), managed: managed.len() });
    }

    let mut plan = Plan::default();
    let mut giving = Vec::new();
    plan.changes.extend(gone.iter().map(|name| Change::Remove { project: (*name).to_owned() }));
    for (name, want) in &wanted {
        match seen.get(name) {
            Some(have) if !have.managed => {
                plan.taken.insert((*name).to_owned());
            }
            have if want.is_met_by(have.copied()) => {}
            have => differences(want, have.copied(), &mut plan.changes, &mut giving),
        }
    }
    plan.changes.append(&mut giving);
    Ok(plan)
}

/// What one project needs, as far as it takes and as far as it gives.
fn differences(
    want: &DesiredProject,
    have: Option<&ObservedProject>,
    taking: &mut Vec<Change>,
    giving: &mut Vec<Change>,
) {
    let project = || want.name.clone();
    if want.closing {
        taking.push(Change::Close { project: project() });
        return;
    }
    let nothing = ObservedProject::default();
    if have.is_none() {
        giving.push(Change::Create { project: project() });
    }
    let have = have.unwrap_or(&nothing);
    if have.closing {
        giving.push(Change::Reopen { project: project() });
    }
    let pools = want.limits.keys().chain(have.limits.keys()).chain(have.rules.keys()).chain(&have.odd_pools);
    let pools: BTreeSet<&String> = pools.collect();
    for pool in pools {
        let limit = want.limits.get(pool).copied().unwrap_or(0).max(0);
        let now = have.limits.get(pool).copied().unwrap_or(0);
        let change = Change::SetLimit { project: project(), pool: pool.clone(), limit };
        if limit < now || (limit == now && have.odd_pools.contains(pool)) {
            taking.push(change);
        } else if limit > now {
            giving.push(change);
        }
        let rules = want.rules.get(pool);
        if limit > 0 && rules != have.rules.get(pool) {
            // After the limit, with which a pool comes and goes.
            let rules = Change::SetRules { project: project(), pool: pool.clone(), rules: rules.cloned() };
            if limit > now { giving.push(rules) } else { taking.push(rules) }
        }
    }
    if want.limits.is_empty() {
        return;
    }
    for member in have.members.union(&have.odd_members).filter(|one| !want.members.contains(*one)) {
        taking.push(Change::RemoveMember { project: project(), member: member.clone() });
    }
    for member in want.members.iter().filter(|one| !have.members.contains(*one) || have.odd_members.contains(*one)) {
        giving.push(Change::AddMember { project: project(), member: member.clone() });
    }
}
