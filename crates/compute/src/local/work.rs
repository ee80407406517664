//! What the engine's own thread does: it starts jobs, finds their ends and clears up.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use domain::job::{Checkpoint, JobState, WaitReason};
use jiff::{SignedDuration, Timestamp};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::devices::Devices;
use super::folder::{self, Begun, End, Folder, Projects, Started};
use super::queue::{Queue, Run};
use super::schedule::{Kept, Key, schedule};
use super::{Clock, Runner, Settings, cgroup, process, user};
use crate::{EngineError, JobOrder, Reservation, Wait};

/// How often it looks for ends while something runs.
const TICK: Duration = Duration::from_millis(20);
/// How often it reckons anew when what waits starts, and how soon it tries again what failed.
const AGAIN: Duration = Duration::from_secs(10);
/// How often it looks for what is old.
const CLEAR: Duration = Duration::from_secs(3600);

/// The engine without its thread.
pub(super) struct Work {
    pub settings: Settings,
    pub devices: Devices,
    pub folder: Folder,
    runner: Runner,
    now: Clock,
    cgroup: Option<PathBuf>,
    queue: Mutex<Queue>,
    awake: Condvar,
}

impl Work {
    pub fn open(root: &Path, settings: Settings, runner: Runner, now: Clock) -> Result<Self, EngineError> {
        let folder = Folder::take(root)?;
        if user::may_choose()
            && let Some(shut) = user::shut(folder.root())
        {
            let said = format!("the users of projects cannot go through {}: chmod o+x lets them", shut.display());
            return Err(EngineError::Refused(said));
        }
        let devices = Devices::find(&settings);
        let cgroup = cgroup::find(Path::new(cgroup::ROOT));
        let queue = Mutex::new(Queue::default());
        let work = Self { settings, devices, folder, runner, now, cgroup, queue, awake: Condvar::new() };
        work.recover(&mut work.queue())?;
        Ok(work)
    }

    pub fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn wake(&self) {
        self.awake.notify_all();
    }

    pub fn now(&self) -> Timestamp {
        (self.now)()
    }

    /// Reads what is there, and finds what became of it meanwhile.
    fn recover(&self, queue: &mut Queue) -> Result<(), EngineError> {
        let now = self.now();
        queue.projects = self.folder.projects()?;
        let (kept, numbers) = self.folder.orders()?;
        queue.next = numbers.last().map_or(1, |last| last.saturating_add(1));
        for folder::Kept { number, submitted, dropped } in kept {
            let tasks = submitted.order.spec.tasks();
            queue.add(number, submitted);
            let dropped: BTreeMap<_, _> = dropped.into_iter().collect();
            for task in tasks {
                let key = Key { order: number, task };
                let run = self.folder.run(number, task);
                if let Some(at) = dropped.get(&task) {
                    queue.finish(key, over(JobState::Cancelled), *at, *at);
                } else if run.join("begun.json").exists() {
                    self.adopt(queue, key, &run, now);
                }
            }
        }
        queue.changed = true;
        Ok(())
    }

    /// Takes over a job that was begun.
    fn adopt(&self, queue: &mut Queue, key: Key, run: &Path, now: Timestamp) {
        let begun = folder::read::<Begun>(&run.join("begun.json")).ok().flatten();
        let Some(begun) = begun else {
            tracing::error!(job = super::id(key), "what a job was given cannot be read");
            queue.finish(key, over(JobState::NodeFail), now, now);
            return;
        };
        let told = run.join("cancel").exists();
        queue.begin(key, Run { begun, child: None, told });
        if !folder::is_looked_after(run) {
            self.ended(queue, key, now, false);
        }
    }

    /// The engine's own thread.
    pub fn run(&self) {
        let mut queue = self.queue();
        let (mut reckoned, mut cleared) = (Instant::now(), None::<Instant>);
        while !queue.stop {
            let now = self.now();
            self.find_ends(&mut queue, now);
            self.end_closed(&mut queue, now);
            let again = reckoned.elapsed() >= AGAIN && !queue.waiting.is_empty();
            if (queue.changed && queue.trouble.is_none()) || again {
                queue.changed = false;
                reckoned = Instant::now();
                self.pass(&mut queue, now);
            }
            if cleared.is_none_or(|at| at.elapsed() >= CLEAR) {
                cleared = Some(Instant::now());
                let old = self.forget_old(&mut queue, now);
                // Removing may take long, and nobody has to wait for it.
                drop(queue);
                self.remove(&old);
                queue = self.queue();
                continue;
            }
            let most = match (queue.running.is_empty(), queue.waiting.is_empty()) {
                (false, _) => TICK,
                (true, false) => AGAIN,
                (true, true) => CLEAR,
            };
            if !(queue.stop || queue.changed && queue.trouble.is_none()) {
                queue = self.awake.wait_timeout(queue, most).unwrap_or_else(PoisonError::into_inner).0;
            }
        }
    }

    /// Starts what can start.
    fn pass(&self, queue: &mut Queue, now: Timestamp) {
        let slots = self.devices.slots.len();
        let usage = queue.usage(now);
        let waiting = queue.waiting(|minutes| self.settings.seconds(minutes));
        let kept = self.kept(queue, now);
        let decisions = schedule(now, slots, &queue.projects.projects, &usage, &queue.running(), &waiting, &kept);
        drop(waiting);
        queue.waits = decisions.waits;
        queue.trouble = None;
        for (key, slots) in decisions.starts {
            if queue.trouble.is_none()
                && let Err(error) = self.start(queue, key, slots)
            {
                tracing::error!(job = super::id(key), %error, "a job could not be started");
                queue.trouble = Some(format!("jobs cannot be started: {error}"));
            }
            if let Some(said) = queue.trouble.clone() {
                queue.waits.insert(key, Wait { reason: WaitReason::Nodes, said, rank: None, starts_at: None });
            }
        }
    }

    /// Changes what is on disk of projects, and has it looked at.
    pub fn keep(&self, change: impl FnOnce(&mut Projects)) -> Result<(), EngineError> {
        let mut queue = self.queue();
        let (mut projects, now) = (queue.projects.clone(), self.now());
        change(&mut projects);
        projects.reservations.retain(|_, one| one.to > now);
        self.folder.write_projects(&projects).map_err(|error| EngineError::Unreachable(error.to_string()))?;
        queue.projects = projects;
        queue.changed = true;
        self.wake();
        Ok(())
    }

    /// What is kept from use of this machine's slots, and from whom.
    fn kept(&self, queue: &Queue, now: Timestamp) -> Vec<Kept> {
        let ours = |one: &&Reservation| one.to > now;
        let slots = |one: &Reservation| {
            let of = one.devices.iter().filter(|(pool, _)| self.settings.serves(pool));
            of.fold(0_i64, |sum, (_, devices)| sum.saturating_add(*devices))
        };
        let all = queue.projects.reservations.values().filter(ours);
        all.map(|one| Kept { from: one.from, to: one.to, project: one.project.clone(), slots: slots(one) }).collect()
    }

    /// The user that a project's jobs run as, if not this program's own.
    pub fn user(&self, queue: &mut Queue, project: &str) -> io::Result<Option<u32>> {
        if !user::may_choose() {
            return Ok(None);
        }
        if let Some(there) = queue.projects.uids.get(project) {
            return Ok(Some(*there));
        }
        let mut projects = queue.projects.clone();
        let uid = user::number(&mut projects, project, self.settings.uid_base);
        self.folder.write_projects(&projects)?;
        queue.projects = projects;
        Ok(Some(uid))
    }

    fn start(&self, queue: &mut Queue, key: Key, slots: Vec<usize>) -> io::Result<()> {
        let Some(entry) = queue.entries.get(&key.order) else { return Ok(()) };
        let order = entry.order.clone();
        let uid = self.user(queue, &order.project)?;
        let space = self.folder.space(&order.project);
        user::own(&space, uid)?;
        let run = self.folder.make_run(key.order, key.task)?;
        user::own(&run.join("tmp"), uid)?;
        let lock = folder::ours(&run.join("runner"))?;
        lock.try_lock()?;
        let count = i64::try_from(slots.len()).unwrap_or(i64::MAX);
        let script = self.folder.script(key.order).to_string_lossy().into_owned();
        let begun = Begun {
            started_at: self.now(),
            cpus: count.saturating_mul(self.devices.cpus_per_slot),
            memory_mb: count.saturating_mul(self.devices.memory_mb_per_slot),
            seconds: u64::try_from(self.settings.seconds(order.spec.minutes)).unwrap_or(0),
            minutes: None,
            grace_seconds: u64::try_from(self.settings.grace_seconds).unwrap_or(0),
            command: self.settings.command(order.spec.image.as_deref(), &script),
            environment: self.environment(key, &order, &run, &slots),
            folder: space.join(&order.spec.folder),
            uid,
            cgroup: self.cgroup.as_ref().map(|ours| cgroup::of(ours, &run)),
            slots,
        };
        folder::write(&run.join("begun.json"), &begun)?;
        let mut command = Command::new(&self.runner.program);
        command.args(&self.runner.args).arg(&run).current_dir("/").env_clear();
        // The lock lives as long as the runner does.
        command.stdin(lock).stdout(Stdio::null()).stderr(Stdio::null());
        match command.spawn() {
            Ok(child) => {
                queue.begin(key, Run { begun, child: Some(child), told: false });
                Ok(())
            }
            Err(error) => {
                fs::remove_file(run.join("begun.json"))?;
                Err(io::Error::new(error.kind(), format!("{}: {error}", self.runner.program.display())))
            }
        }
    }

    /// What a job finds in its environment. What tells it who and where it is comes last.
    fn environment(&self, key: Key, order: &JobOrder, run: &Path, slots: &[usize]) -> Vec<(String, String)> {
        let space = self.folder.space(&order.project).to_string_lossy().into_owned();
        let base = [
            ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
            ("HOME", &space),
            ("USER", &order.member),
            ("LOGNAME", &order.member),
            ("LANG", "C.UTF-8"),
            ("SHELL", "/bin/sh"),
            ("TMPDIR", &run.join("tmp").to_string_lossy()),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let number = key.order.to_string();
        let mut ours = vec![
            ("MUDEUNG_PROJECT", order.project.clone()),
            ("MUDEUNG_POOL", order.pool.clone()),
            ("MUDEUNG_TAG", order.tag.clone()),
            (process::MARK, run.to_string_lossy().into_owned()),
            ("SLURM_JOB_ID", number.clone()),
            ("SLURM_JOB_NAME", order.spec.name.clone()),
        ];
        if let Some(task) = key.task {
            ours.push(("SLURM_ARRAY_TASK_ID", task.to_string()));
            ours.push(("SLURM_ARRAY_JOB_ID", number));
        }
        let asked = order.spec.environment.iter().map(|(name, value)| (name.clone(), value.clone()));
        let ours = ours.into_iter().map(|(name, value)| (name.to_owned(), value));
        base.into_iter().chain(asked).chain(ours).chain(self.devices.variables(slots)).collect()
    }

    fn find_ends(&self, queue: &mut Queue, now: Timestamp) {
        for key in queue.running.iter().copied().collect::<Vec<_>>() {
            let Some(run) = queue.run(key) else { continue };
            let lives = match &mut run.child {
                Some(child) => matches!(child.try_wait(), Ok(None)),
                None => {
                    let run = self.folder.run(key.order, key.task);
                    !run.join("end.json").exists() && folder::is_looked_after(&run)
                }
            };
            if !lives {
                self.ended(queue, key, now, true);
                queue.changed = true;
            }
        }
    }

    /// Takes note of the end of a job whose runner is gone; `seen` says that it was there before.
    fn ended(&self, queue: &mut Queue, key: Key, now: Timestamp, seen: bool) {
        let run = self.folder.run(key.order, key.task);
        let Some(Run { begun, .. }) = queue.run(key) else { return };
        let path = run.join("end.json");
        let end = match folder::read::<End>(&path) {
            Ok(Some(end)) => end,
            Ok(None) | Err(_) => {
                let started = folder::read::<Started>(&run.join("started.json")).ok().flatten();
                if let Some(group) = &begun.cgroup {
                    cgroup::kill(group);
                    cgroup::remove(group);
                }
                process::sweep(&run, started.as_ref(), begun.uid);
                let _ = folder::remove(&run.join("tmp"));
                // If nobody looked for a while it ended at an unknown time, but not later than it might.
                let most = SignedDuration::from_secs(i64::try_from(begun.seconds).unwrap_or(i64::MAX));
                let elapsed = now.duration_since(begun.started_at).min(most).as_millis().max(0);
                let elapsed_ms = i64::try_from(elapsed).unwrap_or(i64::MAX);
                let end = End { elapsed_ms, ..over(JobState::NodeFail) };
                if let Err(error) = folder::write(&path, &end) {
                    tracing::error!(job = super::id(key), %error, "a job's end cannot be written");
                }
                end
            }
        };
        let at = begun.started_at.checked_add(SignedDuration::from_millis(end.elapsed_ms)).unwrap_or(now);
        queue.finish(key, end, at, if seen { at.max(now) } else { at });
    }

    /// Ends jobs: those that wait at once, those that run with a grace.
    pub fn cancel(&self, queue: &mut Queue, keys: &[Key]) -> io::Result<()> {
        let now = self.now();
        let mut waiting: BTreeMap<u64, Vec<Key>> = BTreeMap::new();
        for key in keys {
            if queue.waiting.contains(key) {
                waiting.entry(key.order).or_default().push(*key);
            } else if let Some(run) = queue.run(*key).filter(|run| !run.told) {
                self.tell(&self.folder.run(key.order, key.task))?;
                run.told = true;
            }
        }
        for (number, keys) in waiting {
            let path = self.folder.job(number).join("dropped.json");
            let mut dropped: folder::Dropped = folder::read(&path)?.unwrap_or_default();
            dropped.extend(keys.iter().map(|key| (key.task, now)));
            self.folder.drop_tasks(number, &dropped)?;
            for key in keys {
                queue.finish(key, over(JobState::Cancelled), now, now);
            }
        }
        Ok(())
    }

    /// Gives jobs that run more time: in writing, for the runner looks there before a time is over.
    pub fn lengthen(&self, queue: &mut Queue, keys: &[Key], minutes: i64) -> io::Result<()> {
        let seconds = u64::try_from(self.settings.seconds(minutes)).unwrap_or(0);
        for key in keys {
            let Some(run) = queue.run(*key).filter(|run| seconds > run.begun.seconds) else { continue };
            let longer = Begun { seconds, minutes: Some(minutes), ..run.begun.clone() };
            folder::write(&self.folder.run(key.order, key.task).join("begun.json"), &longer)?;
            run.begun = longer;
        }
        Ok(())
    }

    /// Sends what a job runs a signal, as far as it waits for it.
    pub fn signal(&self, key: Key, signal: Checkpoint) -> io::Result<()> {
        let run = self.folder.run(key.order, key.task);
        let started = folder::read::<Started>(&run.join("started.json"))?;
        // The lock says that the number is still its own.
        let Some(started) = started.filter(|_| folder::is_looked_after(&run)) else { return Ok(()) };
        let signal = match signal {
            Checkpoint::Usr1 => Signal::SIGUSR1,
            Checkpoint::Usr2 => Signal::SIGUSR2,
        };
        for pid in process::below(started.runner).into_iter().filter(|pid| process::catches(*pid, signal)) {
            let _ = kill(Pid::from_raw(pid), signal);
        }
        Ok(())
    }

    /// Tells a runner to end its job: in writing, and wakes it.
    fn tell(&self, run: &Path) -> io::Result<()> {
        File::create(run.join("cancel"))?;
        let started = folder::read::<Started>(&run.join("started.json"))?;
        // The lock says that the number is still its own.
        if let Some(started) = started.filter(|_| folder::is_looked_after(run)) {
            let _ = kill(Pid::from_raw(started.runner), Signal::SIGTERM);
        }
        Ok(())
    }

    /// Drops what waits of projects that are over or gone.
    pub fn drop_closed(&self, queue: &mut Queue) {
        let is_open = |key: &Key| {
            let entry = queue.entries.get(&key.order);
            let project = entry.and_then(|entry| queue.projects.projects.get(&entry.order.project));
            project.is_some_and(|project| !project.closing)
        };
        let keys: Vec<Key> = queue.waiting.iter().copied().filter(|key| !is_open(key)).collect();
        if let Err(error) = self.cancel(queue, &keys) {
            tracing::error!(%error, "jobs of a project that is over could not be dropped");
        }
    }

    /// Ends what still runs of projects whose grace is over.
    fn end_closed(&self, queue: &mut Queue, now: Timestamp) {
        if queue.projects.closed_at.is_empty() {
            return;
        }
        let grace = SignedDuration::from_secs(self.settings.seconds(self.settings.closing_grace_minutes));
        let is_due = |key: &Key| {
            let entry = queue.entries.get(&key.order);
            let closed = entry.and_then(|entry| queue.projects.closed_at.get(&entry.order.project));
            closed.is_some_and(|at| now.duration_since(*at) >= grace)
        };
        let keys: Vec<Key> = queue.running.iter().copied().filter(is_due).collect();
        if let Err(error) = self.cancel(queue, &keys) {
            tracing::error!(%error, "jobs of a project that is over could not be ended");
        }
    }

    /// Forgets jobs that ended long ago; answers their orders.
    fn forget_old(&self, queue: &mut Queue, now: Timestamp) -> Vec<u64> {
        let kept = SignedDuration::from_hours(self.settings.keep_days.saturating_mul(24));
        let old = now.checked_sub(kept).map(|before| queue.old(before)).unwrap_or_default();
        for number in &old {
            queue.forget(*number);
        }
        old
    }

    /// Removes the folders of orders that were forgotten. What cannot be removed is found again at the
    /// next start.
    fn remove(&self, old: &[u64]) {
        for number in old {
            if let Err(error) = self.folder.remove(*number) {
                tracing::warn!(number, %error, "an old job's folder cannot be removed");
            }
        }
    }
}

/// An end of which nothing else is known.
fn over(state: JobState) -> End {
    End { state, exit_code: None, signal: None, elapsed_ms: 0, cpu_seconds: None, max_memory_mb: None }
}
