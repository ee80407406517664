//! What the folder has, in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Child;

use domain::job::{AfterKind, JobState, WaitReason};
use jiff::{SignedDuration, Timestamp};

use super::folder::{Begun, End, Projects, Submitted};
use super::schedule::{Dependency, Key, Running, Waiting, decayed};
use crate::{Change, EngineError, JobOrder, JobSeen, ObservedProject, Wait};

const DAY: i64 = 24 * 60 * 60;

/// An order and how its tasks stand.
#[derive(Debug)]
pub(super) struct Entry {
    pub order: JobOrder,
    pub submitted_at: Timestamp,
    pub tasks: BTreeMap<Option<i64>, Stand>,
    /// How many are not over.
    open: usize,
    /// How many ended otherwise than well.
    bad: usize,
}

/// How a task stands.
#[derive(Debug)]
pub(super) enum Stand {
    Waiting,
    Running(Run),
    Over(Over),
}

/// A task that runs.
#[derive(Debug)]
pub(super) struct Run {
    pub begun: Begun,
    /// Its runner, if this program started it.
    pub child: Option<Child>,
    /// Whether it was told to end.
    pub told: bool,
}

/// A task that is over.
#[derive(Debug)]
pub(super) struct Over {
    /// What it was given, if it started.
    pub given: Option<Given>,
    pub at: Timestamp,
    pub end: End,
}

/// What a task was given that started.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given {
    started_at: Timestamp,
    cpus: i64,
    memory_mb: i64,
    /// How long it may run, if that is longer than its order says.
    minutes: Option<i64>,
}

impl From<&Begun> for Given {
    fn from(begun: &Begun) -> Self {
        let Begun { started_at, cpus, memory_mb, minutes, .. } = begun;
        Self { started_at: *started_at, cpus: *cpus, memory_mb: *memory_mb, minutes: *minutes }
    }
}

/// All that the engine knows.
#[derive(Debug, Default)]
pub(super) struct Queue {
    pub projects: Projects,
    pub entries: BTreeMap<u64, Entry>,
    pub tags: BTreeMap<String, u64>,
    pub waiting: BTreeSet<Key>,
    pub running: BTreeSet<Key>,
    /// Those that are over, by when that was known.
    ended: BTreeSet<(Timestamp, Key)>,
    pub waits: BTreeMap<Key, Wait>,
    /// Device seconds of what is over, by project and day.
    used: BTreeMap<String, BTreeMap<i64, i64>>,
    pub next: u64,
    /// What keeps jobs from starting.
    pub trouble: Option<String>,
    /// Whether something may start that could not before.
    pub changed: bool,
    pub stop: bool,
}

impl Queue {
    pub fn add(&mut self, number: u64, submitted: Submitted) {
        let Submitted { order, submitted_at } = submitted;
        let tasks: BTreeMap<_, _> = order.spec.tasks().into_iter().map(|task| (task, Stand::Waiting)).collect();
        self.waiting.extend(tasks.keys().map(|task| Key { order: number, task: *task }));
        self.tags.insert(order.tag.clone(), number);
        self.entries.insert(number, Entry { open: tasks.len(), bad: 0, order, submitted_at, tasks });
        self.next = self.next.max(number.saturating_add(1));
    }

    /// Takes note that a job runs.
    pub fn begin(&mut self, key: Key, run: Run) {
        self.waiting.remove(&key);
        self.waits.remove(&key);
        self.running.insert(key);
        if let Some(entry) = self.entries.get_mut(&key.order) {
            entry.tasks.insert(key.task, Stand::Running(run));
        }
    }

    pub fn run(&mut self, key: Key) -> Option<&mut Run> {
        match self.entries.get_mut(&key.order)?.tasks.get_mut(&key.task)? {
            Stand::Running(run) => Some(run),
            Stand::Waiting | Stand::Over(_) => None,
        }
    }

    /// Takes note that a job is over; `known` is when that was seen.
    pub fn finish(&mut self, key: Key, end: End, at: Timestamp, known: Timestamp) {
        self.waiting.remove(&key);
        self.waits.remove(&key);
        self.running.remove(&key);
        let Some(entry) = self.entries.get_mut(&key.order) else { return };
        let given = match entry.tasks.get(&key.task) {
            Some(Stand::Running(run)) => Some(Given::from(&run.begun)),
            _ => None,
        };
        entry.open = entry.open.saturating_sub(1);
        entry.bad += usize::from(end.state != JobState::Completed);
        let seconds = (end.elapsed_ms / 1000).saturating_mul(entry.order.spec.devices);
        if seconds > 0 {
            let days = self.used.entry(entry.order.project.clone()).or_default();
            let day = days.entry(at.as_second().div_euclid(DAY)).or_default();
            *day = day.saturating_add(seconds);
        }
        self.ended.insert((known, key));
        entry.tasks.insert(key.task, Stand::Over(Over { given, at, end }));
    }

    /// The jobs that a number names.
    pub fn keys(&self, id: &str) -> Vec<Key> {
        let Some((order, task)) = super::key(id) else { return Vec::new() };
        let Some(entry) = self.entries.get(&order) else { return Vec::new() };
        let all = entry.tasks.keys().copied().filter(|one| task.is_none() || *one == task);
        all.map(|task| Key { order, task }).collect()
    }

    /// How many slots are taken.
    pub fn busy(&self) -> usize {
        self.running().iter().map(|one| one.slots.len()).sum()
    }

    /// The pools of which projects have something.
    pub fn pools(&self) -> Vec<String> {
        let all = self.projects.projects.values().flat_map(|project| project.limits.keys());
        all.collect::<BTreeSet<_>>().into_iter().cloned().collect()
    }

    pub fn running(&self) -> Vec<Running<'_>> {
        let one = |key: &Key| {
            let entry = self.entries.get(&key.order)?;
            let Some(Stand::Running(Run { begun, .. })) = entry.tasks.get(&key.task) else { return None };
            let seconds = i64::try_from(begun.seconds).unwrap_or(i64::MAX);
            let ends_by = begun.started_at.checked_add(SignedDuration::from_secs(seconds)).ok();
            Some(Running {
                key: *key,
                project: &entry.order.project,
                pool: &entry.order.pool,
                slots: &begun.slots,
                ends_by: ends_by.unwrap_or(Timestamp::MAX),
            })
        };
        self.running.iter().filter_map(one).collect()
    }

    /// Those that wait; `seconds` says how long so many minutes are.
    pub fn waiting(&self, seconds: impl Fn(i64) -> i64) -> Vec<Waiting<'_>> {
        let one = |key: &Key| {
            let Entry { order, submitted_at, .. } = self.entries.get(&key.order)?;
            Some(Waiting {
                key: *key,
                project: &order.project,
                pool: &order.pool,
                member: &order.member,
                devices: order.spec.devices,
                seconds: seconds(order.spec.minutes),
                submitted_at: *submitted_at,
                dependency: self.dependency(order),
                at_once: order.spec.array.and_then(domain::job::Array::at_once),
            })
        };
        self.waiting.iter().filter_map(one).collect()
    }

    /// How it stands with what an order waits for; the worst counts.
    fn dependency(&self, order: &JobOrder) -> Dependency {
        let one = |(id, kind): &(String, AfterKind)| {
            let (open, bad) = self.outcome(id)?;
            Some(match kind {
                _ if open > 0 && !(*kind == AfterKind::Ok && bad > 0) => Dependency::Open,
                AfterKind::Any => Dependency::Met,
                AfterKind::Ok if bad == 0 => Dependency::Met,
                AfterKind::NotOk if bad > 0 => Dependency::Met,
                AfterKind::Ok | AfterKind::NotOk => Dependency::Never,
            })
        };
        let all = order.after.iter().map(|after| one(after).unwrap_or(Dependency::Never));
        all.max().unwrap_or(Dependency::Met)
    }

    /// How many of the jobs that a number names are open, and how many ended otherwise than well.
    fn outcome(&self, id: &str) -> Option<(usize, usize)> {
        let (order, task) = super::key(id)?;
        let entry = self.entries.get(&order)?;
        if task.is_none() {
            return Some((entry.open, entry.bad));
        }
        Some(match entry.tasks.get(&task)? {
            Stand::Over(over) => (0, usize::from(over.end.state != JobState::Completed)),
            Stand::Waiting | Stand::Running(_) => (1, 0),
        })
    }

    /// What projects used lately, in device seconds.
    pub fn usage(&self, now: Timestamp) -> BTreeMap<String, i64> {
        let today = now.as_second().div_euclid(DAY);
        let past = |days: &BTreeMap<i64, i64>| {
            days.iter().fold(0_i64, |sum, (day, used)| sum.saturating_add(decayed(*used, today - day)))
        };
        let mut all: BTreeMap<String, i64> = self.used.iter().map(|(name, days)| (name.clone(), past(days))).collect();
        for key in &self.running {
            let Some(entry) = self.entries.get(&key.order) else { continue };
            let Some(Stand::Running(run)) = entry.tasks.get(&key.task) else { continue };
            let seconds = now.duration_since(run.begun.started_at).as_secs().max(0);
            let used = all.entry(entry.order.project.clone()).or_default();
            *used = used.saturating_add(seconds.saturating_mul(entry.order.spec.devices));
        }
        all
    }

    /// All that is not over, and what ended then or later.
    pub fn seen(&self, since: Timestamp, host: &str) -> Vec<JobSeen> {
        let least = Key { order: 0, task: None };
        let ended = self.ended.range((since, least)..).map(|(_, key)| key);
        let keys = self.waiting.iter().chain(&self.running).chain(ended);
        keys.filter_map(|key| self.one(*key, host)).collect()
    }

    fn one(&self, key: Key, host: &str) -> Option<JobSeen> {
        let Entry { order, submitted_at, tasks, .. } = self.entries.get(&key.order)?;
        let stand = tasks.get(&key.task)?;
        let mut seen = JobSeen::waiting(order, &key.order.to_string(), key.task, *submitted_at);
        let mut started = |given: Given| {
            seen.started_at = Some(given.started_at);
            seen.cpus = given.cpus;
            seen.memory_mb = given.memory_mb;
            seen.minutes = given.minutes.unwrap_or(seen.minutes);
            host.clone_into(&mut seen.nodes);
        };
        match stand {
            Stand::Waiting => {
                let new = || Wait {
                    reason: WaitReason::Priority,
                    said: "it was just submitted".to_owned(),
                    rank: None,
                    starts_at: None,
                };
                seen.wait = Some(self.waits.get(&key).cloned().unwrap_or_else(new));
            }
            Stand::Running(run) => {
                started(Given::from(&run.begun));
                seen.state = JobState::Running;
            }
            Stand::Over(over) => {
                if let Some(given) = over.given {
                    started(given);
                }
                seen.state = over.end.state;
                seen.ended_at = Some(over.at);
                seen.exit_code = over.end.exit_code;
                seen.signal = over.end.signal;
                seen.cpu_seconds = over.end.cpu_seconds;
                seen.max_memory_mb = over.end.max_memory_mb;
            }
        }
        Some(seen)
    }

    /// The orders that ended before `at` and on which nothing waits. The last one stays, so that no
    /// number is given twice.
    pub fn old(&self, at: Timestamp) -> Vec<u64> {
        let waited: BTreeSet<u64> = self
            .waiting
            .iter()
            .filter_map(|key| self.entries.get(&key.order))
            .flat_map(|entry| entry.order.after.iter().filter_map(|(id, _)| super::key(id)))
            .map(|(order, _)| order)
            .collect();
        let is_old = |stand: &Stand| matches!(stand, Stand::Over(over) if over.at < at);
        let all = self.entries.iter().filter(|(number, entry)| {
            number.saturating_add(1) < self.next
                && entry.open == 0
                && !waited.contains(number)
                && entry.tasks.values().all(is_old)
        });
        all.map(|(number, _)| *number).collect()
    }

    /// Forgets an order.
    pub fn forget(&mut self, number: u64) {
        if let Some(entry) = self.entries.remove(&number) {
            self.tags.remove(&entry.order.tag);
            self.ended.retain(|(_, key)| key.order != number);
        }
    }

    /// Changes a project.
    pub fn alter(&mut self, change: &Change, now: Timestamp) -> Result<(), EngineError> {
        let name = change.project();
        if !is_name(name) {
            return Err(EngineError::Refused(format!("{name} cannot be the name of a folder")));
        }
        match change {
            Change::Create { .. } => {
                let made = ObservedProject { name: name.to_owned(), managed: true, ..ObservedProject::default() };
                self.projects.projects.entry(name.to_owned()).or_insert(made);
                return Ok(());
            }
            Change::Remove { .. } => return self.take_out(name, now),
            _ => {}
        }
        let Some(project) = self.projects.projects.get_mut(name) else {
            let gives = matches!(change, Change::SetLimit { limit: 1.., .. } | Change::AddMember { .. });
            return if gives { Err(EngineError::Refused(format!("there is no project {name}"))) } else { Ok(()) };
        };
        match change {
            Change::Close { .. } => {
                project.closing = true;
                project.limits.clear();
                project.rules.clear();
                self.projects.closed_at.entry(name.to_owned()).or_insert(now);
            }
            Change::Reopen { .. } => {
                project.closing = false;
                self.projects.closed_at.remove(name);
            }
            Change::SetLimit { pool, limit, .. } if *limit > 0 => drop(project.limits.insert(pool.clone(), *limit)),
            Change::SetLimit { pool, .. } => {
                project.limits.remove(pool);
                project.rules.remove(pool);
            }
            Change::SetRules { pool, rules: Some(rules), .. } => {
                drop(project.rules.insert(pool.clone(), rules.clone()))
            }
            Change::SetRules { pool, rules: None, .. } => drop(project.rules.remove(pool)),
            Change::AddMember { member, .. } => drop(project.members.insert(member.clone())),
            Change::RemoveMember { member, .. } => drop(project.members.remove(member)),
            Change::Create { .. } | Change::Remove { .. } => {}
        }
        Ok(())
    }

    /// A project whose jobs run is over first, and goes when they have ended.
    fn take_out(&mut self, name: &str, now: Timestamp) -> Result<(), EngineError> {
        let run = self
            .running
            .iter()
            .find(|key| self.entries.get(&key.order).is_some_and(|entry| entry.order.project == name));
        let run = run.map(|key| super::id(*key));
        if let Some(id) = run {
            self.alter(&Change::Close { project: name.to_owned() }, now)?;
            return Err(EngineError::Busy(format!("job {id} of {name}")));
        }
        self.projects.projects.remove(name);
        self.projects.closed_at.remove(name);
        Ok(())
    }
}

fn is_name(text: &str) -> bool {
    let fine = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    !text.is_empty() && text.len() <= 100 && text.bytes().all(fine)
}
