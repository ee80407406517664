//! The engine that needs nothing else: it runs jobs as processes of its own machine.
//!
//! One purpose per file: [`settings`] is what a center says of it, `devices` what the machine has,
//! `folder` what lies on disk, `queue` the same in memory, `schedule` which job starts, `work` starts
//! it and finds its end, [`runner`] looks after it in a process of its own, `process`, `user` and
//! `cgroup` are what the kernel offers for that.
//!
//! All that must not be lost is on disk before anything follows from it. The engine may be killed at
//! any time: jobs run on, and the next one finds them by the lock that each runner holds.

mod cgroup;
mod devices;
mod folder;
mod process;
mod queue;
pub mod runner;
mod schedule;
pub mod settings;
mod user;
mod work;

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use domain::engine::{NodeState, PoolRules};
use domain::job::{Checkpoint, Stream};
use jiff::Timestamp;

use folder::Submitted;
use queue::Queue;
use schedule::Key;
pub use settings::Settings;
use work::Work;

use crate::{
    Change, Compute, EngineError, JobKey, JobOrder, JobSeen, Node, Observation, Printed, Reservation, job_number,
};

/// How a program is started that calls [`runner::main`] with the folder that comes as its last argument.
#[derive(Clone, Debug)]
pub struct Runner {
    /// The program.
    pub program: PathBuf,
    /// The arguments before the folder.
    pub args: Vec<String>,
}

/// What says the center's time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The machine's own engine.
pub struct Local {
    work: Arc<Work>,
    /// Held while an order is taken in.
    taking: Mutex<()>,
    thread: Option<JoinHandle<()>>,
}

impl std::fmt::Debug for Local {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Local").finish_non_exhaustive()
    }
}

impl Local {
    /// Its name.
    pub const NAME: &'static str = "local";

    /// Takes over what lies in a folder, and the jobs that run of it. If it runs as root, projects
    /// have users of their own, who must be able to reach the folder; if not, all of them run as its
    /// own user, and only their good will keeps them apart.
    ///
    /// # Errors
    /// [`EngineError::Unreachable`] if the folder cannot be read and written or another program has
    /// it, [`EngineError::Refused`] if the users of projects could not get to it.
    pub fn open(folder: &Path, settings: Settings, runner: Runner, now: Clock) -> Result<Self, EngineError> {
        let work = Arc::new(Work::open(folder, settings, runner, now)?);
        let inner = work.clone();
        let thread = std::thread::Builder::new().name("local engine".to_owned()).spawn(move || inner.run());
        let thread = thread.map_err(|error| EngineError::Unreachable(error.to_string()))?;
        Ok(Self { work, taking: Mutex::new(()), thread: Some(thread) })
    }

    /// Why an order is not taken.
    fn objection(&self, queue: &Queue, order: &JobOrder) -> Option<String> {
        let JobOrder { project, pool, member, spec, after, .. } = order;
        let settings = &self.work.settings;
        if let Some(fault) = spec.faults().first() {
            return Some(format!("{} is not as it has to be", fault.field));
        }
        if !settings.serves(pool) {
            return Some(format!("this machine has nothing of {pool}"));
        }
        let Some(found) = queue.projects.projects.get(project).filter(|project| !project.closing) else {
            return Some(format!("{project} takes no jobs"));
        };
        if !found.limits.contains_key(pool) {
            return Some(format!("{project} has nothing of {pool}"));
        }
        if !found.members.contains(member) {
            return Some(format!("{member} is not of {project}"));
        }
        let longest = (settings.max_minutes > 0).then_some(settings.max_minutes);
        let longest = found.rules.get(pool).and_then(|rules| rules.max_wall_minutes).into_iter().chain(longest).min();
        if let Some(most) = longest.filter(|most| spec.minutes > *most) {
            return Some(too_long(most));
        }
        if spec.image.is_some() && !self.runs_images() {
            return Some("images are not run here".to_owned());
        }
        let unknown = after.iter().find(|(id, _)| queue.keys(id).is_empty());
        unknown.map(|(id, _)| format!("there is no job {id}"))
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        self.work.queue().stop = true;
        self.work.wake();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn too_long(most: i64) -> String {
    format!("a job may run {most} minutes")
}

fn away(error: &io::Error) -> EngineError {
    EngineError::Unreachable(error.to_string())
}

impl Compute for Local {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn observe(&self) -> Result<Observation, EngineError> {
        let queue = self.work.queue();
        let projects = queue.projects.projects.values().cloned().collect();
        let trouble = queue.trouble.clone().map(EngineError::Controller);
        Ok(Observation { projects, version: format!("{} {}", Self::NAME, env!("CARGO_PKG_VERSION")), trouble })
    }

    /// It does not count a person's jobs, and does not keep for good what was used.
    fn within(&self, rules: PoolRules) -> PoolRules {
        PoolRules { max_jobs: None, device_hours: None, ..rules }
    }

    fn apply(&self, changes: &[Change]) -> Vec<Result<(), EngineError>> {
        let mut queue = self.work.queue();
        let before = queue.projects.clone();
        let now = self.work.now();
        let outcomes: Vec<_> = changes.iter().map(|change| queue.alter(change, now)).collect();
        if let Err(error) = self.work.folder.write_projects(&queue.projects) {
            queue.projects = before;
            return changes.iter().map(|_| Err(away(&error))).collect();
        }
        self.work.drop_closed(&mut queue);
        queue.changed = true;
        self.work.wake();
        outcomes
    }

    fn submit(&self, order: &JobOrder) -> Result<String, EngineError> {
        // One at a time, but not with the queue held while the disk writes: many orders in a row
        // would keep the engine's own thread from it, and slots would stay empty.
        let _alone = self.taking.lock().unwrap_or_else(PoisonError::into_inner);
        let mut queue = self.work.queue();
        if let Some(there) = queue.tags.get(&order.tag) {
            return Ok(there.to_string());
        }
        if let Some(objection) = self.objection(&queue, order) {
            return Err(EngineError::Refused(objection));
        }
        let uid = self.work.user(&mut queue, &order.project).map_err(|error| away(&error))?;
        let number = queue.next;
        drop(queue);
        let submitted = Submitted { order: order.clone(), submitted_at: self.work.now() };
        self.work.folder.add(number, &submitted, uid).map_err(|error| away(&error))?;
        let mut queue = self.work.queue();
        queue.add(number, submitted);
        // Its project may be over by now.
        if queue.projects.projects.get(&order.project).is_none_or(|project| project.closing) {
            self.work.drop_closed(&mut queue);
        }
        queue.changed = true;
        self.work.wake();
        Ok(number.to_string())
    }

    fn submitted(&self, tag: &str) -> Result<Option<String>, EngineError> {
        Ok(self.work.queue().tags.get(tag).map(u64::to_string))
    }

    fn cancel(&self, id: &str) -> Result<(), EngineError> {
        let mut queue = self.work.queue();
        let keys = queue.keys(id);
        self.work.cancel(&mut queue, &keys).map_err(|error| away(&error))?;
        queue.changed = true;
        self.work.wake();
        Ok(())
    }

    fn lengthen(&self, id: &str, minutes: i64) -> Result<(), EngineError> {
        let most = self.work.settings.max_minutes;
        if most > 0 && minutes > most {
            return Err(EngineError::Refused(too_long(most)));
        }
        let mut queue = self.work.queue();
        let keys = queue.keys(id);
        self.work.lengthen(&mut queue, &keys, minutes).map_err(|error| away(&error))?;
        // What waits may have to wait longer.
        queue.changed = true;
        self.work.wake();
        Ok(())
    }

    fn signal(&self, id: &str, signal: Checkpoint) -> Result<(), EngineError> {
        let queue = self.work.queue();
        for key in queue.keys(id).into_iter().filter(|key| queue.running.contains(key)) {
            self.work.signal(key, signal).map_err(|error| away(&error))?;
        }
        Ok(())
    }

    fn jobs(&self, since: Timestamp) -> Result<Vec<JobSeen>, EngineError> {
        Ok(self.work.queue().seen(since, &self.work.devices.host))
    }

    fn printed(&self, job: JobKey<'_>, stream: Stream, from: u64, limit: usize) -> Result<Printed, EngineError> {
        let Some(number) = self.work.queue().tags.get(job.tag).copied() else { return Ok(Printed::default()) };
        let path = self.work.folder.run(number, job.task).join(stream.as_str());
        part(&path, from, limit).map_err(|error| away(&error))
    }

    fn nodes(&self) -> Result<Vec<Node>, EngineError> {
        let queue = self.work.queue();
        let devices = &self.work.devices;
        let whole = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let (all, used) = (whole(devices.slots.len()), whole(queue.busy()));
        let (state, said) = match used {
            0 => (NodeState::Idle, "idle"),
            used if used < all => (NodeState::Mixed, "mixed"),
            _ => (NodeState::Full, "full"),
        };
        let pools = if self.work.settings.pools.is_empty() { queue.pools() } else { self.work.settings.pools.clone() };
        Ok(vec![Node {
            name: devices.host.clone(),
            address: "127.0.0.1".to_owned(),
            state,
            said: said.to_owned(),
            reason: String::new(),
            pools,
            devices: all,
            devices_used: used,
            cpus: devices.cpus,
            cpus_used: used.saturating_mul(devices.cpus_per_slot),
            memory_mb: devices.memory_mb,
        }])
    }

    fn reservations(&self) -> Result<Vec<Reservation>, EngineError> {
        let now = self.work.now();
        let queue = self.work.queue();
        Ok(queue.projects.reservations.values().filter(|one| one.to > now).cloned().collect())
    }

    fn reserve(&self, reservation: &Reservation) -> Result<(), EngineError> {
        self.work.keep(|projects| drop(projects.reservations.insert(reservation.name.clone(), reservation.clone())))
    }

    fn release(&self, name: &str) -> Result<(), EngineError> {
        self.work.keep(|projects| drop(projects.reservations.remove(name)))
    }

    fn keeps_devices(&self) -> bool {
        true
    }

    fn runs_images(&self) -> bool {
        !self.work.settings.container.is_empty()
    }
}

/// A part of a file; nothing if it is not there.
fn part(path: &Path, from: u64, limit: usize) -> io::Result<Printed> {
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Printed::default()),
        file => file?,
    };
    let size = file.metadata()?.len();
    let from = from.min(size);
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(u64::try_from(limit).unwrap_or(u64::MAX)).read_to_end(&mut bytes)?;
    Ok(Printed { size: size.max(from + u64::try_from(bytes.len()).unwrap_or(0)), bytes, from })
}

/// The key that a number names: `17` or `17_3`.
fn key(id: &str) -> Option<(u64, Option<i64>)> {
    match id.split_once('_') {
        Some((order, task)) => Some((order.parse().ok()?, Some(task.parse().ok()?))),
        None => Some((id.parse().ok()?, None)),
    }
}

/// The number of a job as everybody sees it.
fn id(key: Key) -> String {
    job_number(&key.order.to_string(), key.task)
}
