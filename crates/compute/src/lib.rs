//! What runs jobs: the trait that every engine has, neutral records of what it should have and what
//! it has, and the pure function between the two.
//!
//! Level-triggered: whatever happened to the engine, the next look at it finds the changes that
//! bring it in line. What is not managed by the portal is never touched. Only [`slurm`] knows a
//! command of Slurm.

mod fake;
mod job;
pub mod local;
mod reconcile;
mod reservation;
pub mod slurm;
mod wanted;

use std::collections::{BTreeMap, BTreeSet};

use domain::engine::{EngineFault, PoolRules};
use domain::job::{Checkpoint, Stream};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use fake::Fake;
pub use job::{JobKey, JobOrder, JobSeen, Node, Printed, Wait, job_number, order_number};
pub use local::Local;
pub use reconcile::{Change, Plan, Refused, reconcile};
pub use reservation::{Reservation, ReservationPlan, reconcile_reservations};
pub use slurm::Slurm;
pub use wanted::Wanted;

/// What an engine says of a pool that it does not limit at all.
pub const UNLIMITED: i64 = i64::MAX;

/// What a project may use, as the ledger and its memberships of today say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DesiredProject {
    /// Its number: `P2021-0001`.
    pub name: String,
    /// How many devices it may use at once, by pool; a pool that is not named is not usable.
    pub limits: BTreeMap<String, i64>,
    /// What else holds for its jobs, by pool; a pool that is not named has no such rules.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rules: BTreeMap<String, PoolRules>,
    /// The accounts of its people. Who they are is of no account while nothing is usable.
    pub members: BTreeSet<String>,
    /// Whether it is over: no new jobs, and what runs ends soon. The engine keeps what it knows of
    /// it until it is no longer asked for.
    #[serde(default, skip_serializing_if = "is_false")]
    pub closing: bool,
}

/// What an engine has for a project.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObservedProject {
    /// Its name.
    pub name: String,
    /// Whether the portal made it. What it did not make it leaves alone.
    pub managed: bool,
    /// How many devices it may use at once, by pool; [`UNLIMITED`] if nothing stops it.
    pub limits: BTreeMap<String, i64>,
    /// What else holds for its jobs, by pool.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rules: BTreeMap<String, PoolRules>,
    /// The accounts of its people: who can use each of its pools.
    pub members: BTreeSet<String>,
    /// Whether it takes no new jobs because it is over.
    #[serde(default, skip_serializing_if = "is_false")]
    pub closing: bool,
    /// Accounts that can use something of it, but not as its people do: of only some of its pools,
    /// or of another partition.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub odd_members: BTreeSet<String>,
    /// Pools of which something but the number of devices is not as the portal sets it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub odd_pools: BTreeSet<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde wants it")]
fn is_false(value: &bool) -> bool {
    !value
}

impl DesiredProject {
    /// Whether an engine that has `observed` for it is in line.
    #[must_use]
    pub fn is_met_by(&self, observed: Option<&ObservedProject>) -> bool {
        let Some(observed) = observed else { return self.closing || self.limits.is_empty() };
        let quiet = observed.odd_pools.is_empty() && observed.limits == self.limits && observed.rules == self.rules;
        let people = self.limits.is_empty() || (observed.odd_members.is_empty() && observed.members == self.members);
        observed.managed && observed.closing == self.closing && quiet && people
    }
}

/// A look at an engine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observation {
    /// All projects that it has, managed or not.
    pub projects: Vec<ObservedProject>,
    /// What it is, with its version, in its own words.
    pub version: String,
    /// What keeps it from enforcing what it has, if anything does.
    pub trouble: Option<EngineError>,
}

/// Why an engine did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// Nobody answers; worth another try.
    #[error("the engine cannot be reached: {0}")]
    Unreachable(String),
    /// Somebody is there who does not answer in time. What was asked may have been done.
    #[error("the engine does not answer: {0}")]
    Hangs(String),
    /// What was asked is on record, but the part that enforces it is away.
    #[error("the engine's controller is away: {0}")]
    Controller(String),
    /// Jobs still run that hold what should go; worth another try.
    #[error("jobs still run: {0}")]
    Busy(String),
    /// It answered no.
    #[error("the engine refused: {0}")]
    Refused(String),
    /// It said yes, and has something else.
    #[error("the engine has something else than it was told: {0}")]
    Unlike(String),
}

impl EngineError {
    /// What kind of fault it is.
    #[must_use]
    pub fn fault(&self) -> EngineFault {
        match self {
            Self::Unreachable(_) => EngineFault::Unreachable,
            Self::Hangs(_) => EngineFault::Hangs,
            Self::Controller(_) => EngineFault::Controller,
            Self::Busy(_) => EngineFault::Busy,
            Self::Refused(_) => EngineFault::Refused,
            Self::Unlike(_) => EngineFault::Unlike,
        }
    }

    /// Its cause, in the engine's words.
    #[must_use]
    pub fn cause(&self) -> &str {
        let (Self::Unreachable(cause)
        | Self::Hangs(cause)
        | Self::Controller(cause)
        | Self::Busy(cause)
        | Self::Refused(cause)
        | Self::Unlike(cause)) = self;
        cause
    }
}

/// An engine that runs jobs.
pub trait Compute: Send + Sync {
    /// Its short name.
    fn name(&self) -> &'static str;
    /// Looks at it. Nothing is changed.
    ///
    /// # Errors
    /// Why it cannot be seen. A partial answer is an error.
    fn observe(&self) -> Result<Observation, EngineError>;
    /// What of the rules of a pool it goes by: its own limits hold besides, and it may not know all kinds.
    fn within(&self, rules: PoolRules) -> PoolRules {
        rules
    }
    /// Carries out changes, in an order in which what takes comes before what gives, and answers for
    /// each what came of it, in the order given. Doing them twice is the same as once.
    fn apply(&self, changes: &[Change]) -> Vec<Result<(), EngineError>>;

    /// Takes an order in and answers its number, to which tasks of an array add theirs (`17_3`).
    /// Taking in an order whose tag is there already answers the number that it has.
    ///
    /// # Errors
    /// [`EngineError::Refused`] if it will never take it. After [`EngineError::Hangs`] it may have
    /// been taken in: ask [`Compute::submitted`] first.
    fn submit(&self, order: &JobOrder) -> Result<String, EngineError>;
    /// The number of the order with that tag, if it was taken in.
    ///
    /// # Errors
    /// Why that cannot be seen.
    fn submitted(&self, tag: &str) -> Result<Option<String>, EngineError>;
    /// Ends a job, or with the number of an order all its tasks: told to end, and killed after a
    /// grace. What is over or unknown stays as it is.
    ///
    /// # Errors
    /// Why it cannot.
    fn cancel(&self, id: &str) -> Result<(), EngineError>;
    /// Lets a job that runs do so for so many minutes in all, if that is longer than it may now. What
    /// waits, is over or unknown stays as it is.
    ///
    /// # Errors
    /// [`EngineError::Refused`] if it never may.
    fn lengthen(&self, id: &str, minutes: i64) -> Result<(), EngineError>;
    /// Sends a running job, and all that it started, a signal by which it saves what it has. What is
    /// over or unknown stays as it is.
    ///
    /// # Errors
    /// Why it cannot.
    fn signal(&self, id: &str, signal: Checkpoint) -> Result<(), EngineError>;
    /// All jobs of managed projects that are not over, and those that ended at `since` or later.
    ///
    /// # Errors
    /// Why they cannot be seen. A partial answer is an error.
    fn jobs(&self, since: Timestamp) -> Result<Vec<JobSeen>, EngineError>;
    /// What a job printed, from a byte on, up to `limit` bytes. Nothing was printed where there is no
    /// file yet.
    ///
    /// # Errors
    /// Why it cannot be read.
    fn printed(&self, job: JobKey<'_>, stream: Stream, from: u64, limit: usize) -> Result<Printed, EngineError>;
    /// The machines.
    ///
    /// # Errors
    /// Why they cannot be seen.
    fn nodes(&self) -> Result<Vec<Node>, EngineError>;
    /// The portal's own reservations that have not passed; one that has may be among them.
    ///
    /// # Errors
    /// Why they cannot be seen. A partial answer is an error.
    fn reservations(&self) -> Result<Vec<Reservation>, EngineError>;
    /// Makes a reservation, or brings the one of that name in line. What runs there goes on; no job
    /// begins that would run into it.
    ///
    /// # Errors
    /// Why it cannot.
    fn reserve(&self, reservation: &Reservation) -> Result<(), EngineError>;
    /// Lets go of a reservation, if it is there.
    ///
    /// # Errors
    /// Why it cannot; [`EngineError::Busy`] while jobs run in it.
    fn release(&self, name: &str) -> Result<(), EngineError>;
    /// Whether it keeps single devices in a reservation; else whole machines that are named.
    fn keeps_devices(&self) -> bool;
    /// Whether it runs jobs in images.
    fn runs_images(&self) -> bool;
}
