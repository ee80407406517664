//! Slurm, driven by its own commands.
//!
//! One purpose per file: [`settings`] is what a center says of it, `command` runs its programs within
//! a time limit, `parse` reads what they print, `layout` says how projects lie in it, `write` brings
//! one layout to another, `jobs` ends what runs. `submit` hands orders over, by `rest` or `sbatch`,
//! and finds them again; `queue` sees jobs, `nodes` machines, both by tables that `rows` takes apart;
//! `reservations` keeps machines from use; `foreign` sees what is not the portal's; `output` reads what jobs print. docs/decisions/slurm.md argues for all this.

mod command;
mod foreign;
mod jobs;
mod layout;
mod nodes;
mod output;
mod parse;
mod queue;
mod reservations;
mod rest;
mod rows;
pub mod settings;
mod submit;
mod write;

use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use command::Commands;
pub use foreign::{Foreign, ForeignAccount, uid};
use layout::Layout;
use rest::Rest;
pub use settings::Settings;

use domain::engine::PoolRules;
use domain::job::{Checkpoint, Stream};
use jiff::Timestamp;

use crate::{Change, Compute, EngineError, JobKey, JobOrder, JobSeen, Node, Observation, Printed, Reservation};

/// The versions that the tests run against.
pub const TESTED: [&str; 1] = ["22.05.8"];

/// Two writers at once lose what they write (slurmdbd repeats the statement of a lost transaction,
/// not the transaction): within this program there is one at a time.
static WRITER: Mutex<()> = Mutex::new(());

/// A cluster that Slurm runs.
#[derive(Debug)]
pub struct Slurm {
    settings: Settings,
    commands: Commands,
    rest: Option<Rest>,
    version: OnceLock<String>,
}

impl Slurm {
    /// The short name of every Slurm.
    pub const NAME: &'static str = "slurm";

    /// The cluster that the settings describe. Nobody is asked yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let limit = Duration::from_secs(settings.timeout_seconds);
        let commands = Commands { bin: settings.bin.clone(), conf: settings.conf.clone(), limit };
        let rest = Rest::new(&settings);
        Self { settings, commands, rest, version: OnceLock::new() }
    }

    fn sacctmgr(&self, args: &[&str]) -> Result<String, EngineError> {
        let all: Vec<&str> = ["-i", "-Q"].iter().chain(args).copied().collect();
        self.commands.run("sacctmgr", &all)
    }

    fn read(&self) -> Result<Layout, EngineError> {
        let show = |what: &[&str]| self.commands.run("sacctmgr", &[&["-nP", "show"], what].concat());
        // Each waits for slurmdbd more than it works.
        let (text, qoses) = std::thread::scope(|scope| {
            let qoses = scope.spawn(|| show(&["qos", parse::QOS_COLUMNS]));
            (show(&["associations", "wopl", parse::COLUMNS]), qoses.join())
        });
        let qoses = qoses.map_err(|_| EngineError::Refused("QOS could not be read".to_owned()))?;
        Ok(Layout::new(&self.settings, &parse::associations(&text?)?, parse::qoses(&qoses?)?))
    }

    /// What answers, in its own words; said once in the log if the tests do not know it.
    fn version(&self) -> Result<String, EngineError> {
        if let Some(version) = self.version.get() {
            return Ok(version.clone());
        }
        let version = self.commands.run("sacctmgr", &["-V"])?.trim().to_owned();
        if !TESTED.iter().any(|tested| version.split_whitespace().any(|word| word == *tested)) {
            tracing::warn!(version, tested = TESTED.join(", "), "this version of Slurm is not among those tested");
        }
        Ok(self.version.get_or_init(|| version).clone())
    }

    /// Whether the part that enforces limits is there.
    fn controller(&self) -> Option<EngineError> {
        let limit = self.commands.limit.min(Duration::from_secs(3));
        let said = Commands { limit, ..self.commands.clone() }.run("scontrol", &["ping"]);
        match said {
            Ok(said) if said.contains("is UP") => None,
            Ok(said) => Some(EngineError::Controller(said.trim().lines().next().unwrap_or_default().to_owned())),
            Err(EngineError::Hangs(cause) | EngineError::Refused(cause)) => Some(EngineError::Controller(cause)),
            Err(error) => Some(error),
        }
    }

    fn carry_out(&self, changes: &[Change]) -> Result<Vec<Result<(), EngineError>>, EngineError> {
        let have = self.read()?;
        let (want, mut refused) = have.after(&self.settings, changes);
        let faults = self.write(&have, &want)?;
        let now = self.read()?;
        let verdict = |(n, change): (usize, &Change)| {
            if let Some(error) = refused.remove(&n) {
                return Err(error);
            }
            if now.has(change, &want) {
                return Ok(());
            }
            let of = |name: &&String| {
                let account = now.accounts.get(*name).or_else(|| want.accounts.get(*name));
                account.is_some_and(|account| account.project == change.project())
            };
            match faults.keys().find(of).and_then(|name| faults.get(name)) {
                Some(error) => Err(error.clone()),
                None => Err(EngineError::Unlike(format!("{change:?}"))),
            }
        };
        Ok(changes.iter().enumerate().map(verdict).collect())
    }
}

impl Compute for Slurm {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn observe(&self) -> Result<Observation, EngineError> {
        let layout = self.read()?;
        let projects = layout.observed(&self.settings);
        Ok(Observation { projects, version: self.version()?, trouble: self.controller() })
    }

    fn within(&self, rules: PoolRules) -> PoolRules {
        // A QOS goes before what the account says, so that the cluster's own limit has to be in it.
        let cap = |value: Option<i64>, most: i64| value.map(|value| if most > 0 { value.min(most) } else { value });
        PoolRules {
            max_wall_minutes: cap(rules.max_wall_minutes, self.settings.max_wall_minutes),
            max_jobs: cap(rules.max_jobs, self.settings.max_jobs),
            ..rules
        }
    }

    fn apply(&self, changes: &[Change]) -> Vec<Result<(), EngineError>> {
        let _alone = WRITER.lock().unwrap_or_else(PoisonError::into_inner);
        self.carry_out(changes).unwrap_or_else(|error| changes.iter().map(|_| Err(error.clone())).collect())
    }

    fn submit(&self, order: &JobOrder) -> Result<String, EngineError> {
        self.take_in(order)
    }

    fn submitted(&self, tag: &str) -> Result<Option<String>, EngineError> {
        self.with_tag(tag)
    }

    fn cancel(&self, id: &str) -> Result<(), EngineError> {
        self.end(id)
    }

    fn lengthen(&self, id: &str, minutes: i64) -> Result<(), EngineError> {
        self.give_time(id, minutes)
    }

    fn signal(&self, id: &str, signal: Checkpoint) -> Result<(), EngineError> {
        self.send(id, signal)
    }

    fn jobs(&self, since: Timestamp) -> Result<Vec<JobSeen>, EngineError> {
        self.seen(since)
    }

    fn printed(&self, job: JobKey<'_>, stream: Stream, from: u64, limit: usize) -> Result<Printed, EngineError> {
        output::read(&self.settings.output, job, stream, from, limit)
    }

    fn nodes(&self) -> Result<Vec<Node>, EngineError> {
        self.machines()
    }

    fn reservations(&self) -> Result<Vec<Reservation>, EngineError> {
        self.reserved()
    }

    fn reserve(&self, reservation: &Reservation) -> Result<(), EngineError> {
        self.put_reservation(reservation)
    }

    fn release(&self, name: &str) -> Result<(), EngineError> {
        self.drop_reservation(name)
    }

    fn keeps_devices(&self) -> bool {
        false
    }

    fn runs_images(&self) -> bool {
        !self.settings.container.is_empty()
    }
}
