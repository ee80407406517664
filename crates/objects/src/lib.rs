//! What keeps data: the trait that every engine has, the records of what it should have and what it
//! has, and the pure function between the two.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A project's space.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Space {
    /// Its name: the project's number in lower case.
    pub name: String,
    /// How many bytes it may hold.
    pub quota_bytes: i64,
    /// Whether it can only be read, as after a project's end.
    pub read_only: bool,
}

/// What an engine has for a space.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObservedSpace {
    /// The space.
    pub space: Space,
    /// Whether the portal made it. What it did not make it leaves alone.
    pub managed: bool,
}

/// One change. Data are never deleted by reconciling: a space that should not be there any more is
/// closed to writing, and purging it is an act of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// Make a space, or set its quota and whether it can be written to.
    Set(Space),
}

/// Why an engine did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// It cannot be reached now; worth another try.
    #[error("the engine cannot be reached: {0}")]
    Unreachable(String),
    /// It answered no.
    #[error("the engine refused: {0}")]
    Refused(String),
}

/// Why nothing is changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// So many spaces would be closed that what should be there was probably not read in full.
    #[error("{closed} of {managed} spaces would be closed; this looks like a failed read")]
    MassClosing {
        /// How many would be closed.
        closed: usize,
        /// How many are managed.
        managed: usize,
    },
    /// A space of that name exists that the portal did not make.
    #[error("{0} exists and is not managed by the portal")]
    NotOurs(String),
}

/// An engine that keeps data.
pub trait Objects: Send + Sync {
    /// Its short name.
    fn name(&self) -> &'static str;
    /// All spaces that it has, managed or not.
    ///
    /// # Errors
    /// Why it cannot be seen. A partial answer is an error.
    fn observe(&self) -> Result<Vec<ObservedSpace>, EngineError>;
    /// Carries out one change; doing it twice is the same as once.
    ///
    /// # Errors
    /// Why it was not done.
    fn apply(&self, change: &Change) -> Result<(), EngineError>;
}

/// The changes that bring the engine in line.
///
/// # Errors
/// [`Refused`] if more than half of the managed spaces (and more than 3) would be closed, or if a
/// name is taken by a space that is not ours.
pub fn reconcile(desired: &[Space], observed: &[ObservedSpace]) -> Result<Vec<Change>, Refused> {
    let seen: BTreeMap<&str, &ObservedSpace> = observed.iter().map(|one| (one.space.name.as_str(), one)).collect();
    let wanted: BTreeMap<&str, &Space> = desired.iter().map(|one| (one.name.as_str(), one)).collect();
    if let Some(name) = wanted.keys().find(|name| seen.get(*name).is_some_and(|one| !one.managed)) {
        return Err(Refused::NotOurs((*name).to_owned()));
    }
    let managed = observed.iter().filter(|one| one.managed).count();
    let closed: Vec<Change> = observed
        .iter()
        .filter(|one| one.managed && !one.space.read_only && !wanted.contains_key(one.space.name.as_str()))
        .map(|one| Change::Set(Space { read_only: true, ..one.space.clone() }))
        .collect();
    if closed.len() > 3 && closed.len() * 2 > managed {
        return Err(Refused::MassClosing { closed: closed.len(), managed });
    }
    let set = wanted
        .iter()
        .filter(|(name, space)| seen.get(*name).is_none_or(|one| one.space != ***space))
        .map(|(_, space)| Change::Set((**space).clone()));
    Ok(closed.into_iter().chain(set).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn space(name: &str, quota_bytes: i64, read_only: bool) -> Space {
        Space { name: name.to_owned(), quota_bytes, read_only }
    }

    fn seen(space: Space, managed: bool) -> ObservedSpace {
        ObservedSpace { space, managed }
    }

    #[test]
    fn what_differs_is_set_and_what_is_not_wanted_is_closed_not_deleted() {
        let desired = [space("a", 10, false), space("b", 20, false)];
        let observed =
            [seen(space("a", 10, false), true), seen(space("b", 5, false), true), seen(space("c", 1, false), true)];
        let changes = reconcile(&desired, &observed);
        assert_eq!(changes, Ok(vec![Change::Set(space("c", 1, true)), Change::Set(space("b", 20, false))]));
    }

    #[test]
    fn what_is_not_ours_is_left_alone_and_not_taken_over() {
        let theirs = [seen(space("x", 1, false), false)];
        assert_eq!(reconcile(&[], &theirs), Ok(Vec::new()));
        assert_eq!(reconcile(&[space("x", 1, false)], &theirs), Err(Refused::NotOurs("x".to_owned())));
    }

    #[test]
    fn an_empty_read_closes_nothing() {
        let all: Vec<_> = ["a", "b", "c", "d"].map(|name| seen(space(name, 1, false), true)).to_vec();
        assert_eq!(reconcile(&[], &all), Err(Refused::MassClosing { closed: 4, managed: 4 }));
    }
}
