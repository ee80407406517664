//! The changes that bring an engine in line with what it should have.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{DesiredProject, ObservedProject};

/// One change, small enough to be carried out and retried by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// Take a project out.
    Remove {
        /// Its name.
        project: String,
    },
    /// Set how many devices of a pool it may use; 0 takes the pool away.
    SetLimit {
        /// The project.
        project: String,
        /// The pool.
        pool: String,
        /// The devices.
        limit: i64,
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
    /// Put a person into a project.
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
            Self::Remove { project }
            | Self::SetLimit { project, .. }
            | Self::RemoveMember { project, .. }
            | Self::Create { project }
            | Self::AddMember { project, .. } => project,
        }
    }
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
    /// A project of that name exists that the portal did not make.
    #[error("{0} exists and is not managed by the portal")]
    NotOurs(String),
}

/// Up to this many projects may go at once however few there are.
const ALWAYS_FINE: usize = 3;

/// The changes that bring the engine in line. What takes away comes before what gives, so that the
/// engine never allows more than the ledger says while they are carried out in order.
///
/// # Errors
/// [`Refused`] if more than half of the managed projects would go, or if a name is taken by a
/// project that is not ours.
pub fn reconcile(desired: &[DesiredProject], observed: &[ObservedProject]) -> Result<Vec<Change>, Refused> {
    let wanted: BTreeMap<&str, &DesiredProject> = desired.iter().map(|one| (one.name.as_str(), one)).collect();
    let seen: BTreeMap<&str, &ObservedProject> = observed.iter().map(|one| (one.name.as_str(), one)).collect();
    if let Some(name) = wanted.keys().find(|name| seen.get(*name).is_some_and(|one| !one.managed)) {
        return Err(Refused::NotOurs((*name).to_owned()));
    }
    let managed = seen.values().filter(|one| one.managed);
    let gone: Vec<&str> =
        managed.clone().map(|one| one.name.as_str()).filter(|name| !wanted.contains_key(name)).collect();
    let managed = managed.count();
    if gone.len() > ALWAYS_FINE && gone.len() * 2 > managed {
        return Err(Refused::MassRemoval { removals: gone.len(), managed });
    }

    let mut taking: Vec<Change> = gone.iter().map(|name| Change::Remove { project: (*name).to_owned() }).collect();
    let mut giving = Vec::new();
    for (name, want) in &wanted {
        let project = || (*name).to_owned();
        let nothing = ObservedProject::default();
        let have = seen.get(name).copied().unwrap_or_else(|| {
            giving.push(Change::Create { project: project() });
            &nothing
        });
        let pools = want.limits.keys().chain(have.limits.keys().filter(|pool| !want.limits.contains_key(*pool)));
        for pool in pools {
            let limit = want.limits.get(pool).copied().unwrap_or(0).max(0);
            let now = have.limits.get(pool).copied().unwrap_or(0);
            let change = Change::SetLimit { project: project(), pool: pool.clone(), limit };
            if limit < now {
                taking.push(change);
            } else if limit > now {
                giving.push(change);
            }
        }
        for member in have.members.difference(&want.members) {
            taking.push(Change::RemoveMember { project: project(), member: member.clone() });
        }
        for member in want.members.difference(&have.members) {
            giving.push(Change::AddMember { project: project(), member: member.clone() });
        }
    }
    taking.append(&mut giving);
    Ok(taking)
}
