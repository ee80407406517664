//! What runs jobs: the trait that every engine has, neutral records of what it should have and what
//! it has, and the pure function between the two.
//!
//! Level-triggered: whatever happened to the engine, the next look at it finds the changes that
//! bring it in line. What is not managed by the portal is never touched.

mod fake;
mod reconcile;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use fake::Fake;
pub use reconcile::{Change, Refused, reconcile};

/// What a project may use, as the ledger and its memberships of today say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DesiredProject {
    /// Its number: `P2021-0001`.
    pub name: String,
    /// How many devices it may use at once, by pool; a pool that is not named is not usable.
    pub limits: BTreeMap<String, i64>,
    /// The accounts of its people.
    pub members: BTreeSet<String>,
}

/// What an engine has for a project.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObservedProject {
    /// Its name.
    pub name: String,
    /// Whether the portal made it. What it did not make it leaves alone.
    pub managed: bool,
    /// How many devices it may use at once, by pool.
    pub limits: BTreeMap<String, i64>,
    /// The accounts of its people.
    pub members: BTreeSet<String>,
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

/// An engine that runs jobs.
pub trait Compute: Send + Sync {
    /// Its short name.
    fn name(&self) -> &'static str;
    /// All projects that it has, managed or not.
    ///
    /// # Errors
    /// Why it cannot be seen. A partial answer is an error.
    fn observe(&self) -> Result<Vec<ObservedProject>, EngineError>;
    /// Carries out one change; doing it twice is the same as once.
    ///
    /// # Errors
    /// Why it was not done.
    fn apply(&self, change: &Change) -> Result<(), EngineError>;
}
