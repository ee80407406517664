//! Which jobs start, and why the others wait. Pure: the same question has the same answer.
//!
//! The order is fair share, then age: what a project used lately, divided by its limits, comes
//! first. The first that waits for slots has a reservation: a later one starts before it only if it
//! does not delay it (EASY backfill).

use std::collections::{BTreeMap, BTreeSet};

use domain::job::WaitReason;
use jiff::Timestamp;

use crate::{ObservedProject, Wait};

/// For how many of those that wait a start is reckoned.
const RECKONED: usize = 200;

/// The number of a job: its order's, and its task's if it is of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub order: u64,
    pub task: Option<i64>,
}

/// How it stands with what a job waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Dependency {
    Met,
    Open,
    Never,
}

/// A job that waits.
#[derive(Clone, Debug)]
pub(super) struct Waiting<'a> {
    pub key: Key,
    pub project: &'a str,
    pub pool: &'a str,
    pub member: &'a str,
    pub devices: i64,
    /// The longest that it may run.
    pub seconds: i64,
    pub submitted_at: Timestamp,
    pub dependency: Dependency,
    /// How many tasks of its order may run at once.
    pub at_once: Option<i64>,
}

/// A job that runs.
#[derive(Clone, Debug)]
pub(super) struct Running<'a> {
    pub key: Key,
    pub project: &'a str,
    pub pool: &'a str,
    pub slots: &'a [usize],
    /// When it has ended at the latest.
    pub ends_by: Timestamp,
}

/// Slots that are kept from use for a time, whichever they are.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub from: Timestamp,
    pub to: Timestamp,
    /// The project that may use them.
    pub project: Option<String>,
    pub slots: i64,
}

/// What is to be done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Decisions {
    /// What starts now, on which slots.
    pub starts: Vec<(Key, Vec<usize>)>,
    /// Why the others wait.
    pub waits: BTreeMap<Key, Wait>,
}

/// The first that waits for slots: a later one must leave it what it needs.
struct Head<'a> {
    project: &'a str,
    starts: i64,
    /// How many slots are free beside it as it starts.
    beside: usize,
}

/// Which jobs start now on which of the slots, and why the others wait. `usage` is what projects
/// used lately, in device seconds.
pub(super) fn schedule(
    now: Timestamp,
    slots: usize,
    projects: &BTreeMap<String, ObservedProject>,
    usage: &BTreeMap<String, i64>,
    running: &[Running<'_>],
    waiting: &[Waiting<'_>],
    kept: &[Kept],
) -> Decisions {
    let mut pass = Pass::new(now, slots, projects, running, kept);
    let mut queue: Vec<&Waiting<'_>> = waiting.iter().collect();
    let shares: BTreeMap<&str, i64> = queue.iter().map(|one| (one.project, 0)).collect();
    let shares: BTreeMap<&str, i64> = shares.into_keys().map(|name| (name, share(name, projects, usage))).collect();
    queue.sort_by_cached_key(|one| (shares.get(one.project).copied().unwrap_or(0), one.submitted_at, one.key));

    let mut decisions = Decisions::default();
    let mut left = Vec::new();
    for one in queue {
        match pass.decide(one) {
            Ok(slots) => decisions.starts.push((one.key, slots)),
            Err((reason, said)) => left.push((one, reason, said)),
        }
    }
    let mut ranks: BTreeMap<&str, i64> = BTreeMap::new();
    let mut reckoned = 0;
    for (one, reason, said) in left {
        let mut wait = Wait { reason, said, rank: None, starts_at: None };
        let is_queued =
            matches!(reason, WaitReason::Resources | WaitReason::Priority | WaitReason::Limit | WaitReason::ArrayLimit);
        if is_queued {
            let rank = ranks.entry(one.pool).or_default();
            *rank += 1;
            wait.rank = Some(*rank);
        }
        if matches!(reason, WaitReason::Resources | WaitReason::Priority) && reckoned < RECKONED {
            reckoned += 1;
            wait.starts_at = Timestamp::from_second(pass.expected(one)).ok();
        }
        decisions.waits.insert(one.key, wait);
    }
    decisions
}

/// What a project used lately for each device that it may use, in thousandths of a second.
fn share(name: &str, projects: &BTreeMap<String, ObservedProject>, usage: &BTreeMap<String, i64>) -> i64 {
    let limit = projects
        .get(name)
        .map_or(0, |project| project.limits.values().fold(0_i64, |sum, one| sum.saturating_add(*one)));
    usage.get(name).copied().unwrap_or(0).saturating_mul(1000) / limit.max(1)
}

struct Pass<'a> {
    now: i64,
    projects: &'a BTreeMap<String, ObservedProject>,
    free: BTreeSet<usize>,
    /// When each slot is free, as far as is known.
    free_at: Vec<i64>,
    used: BTreeMap<(&'a str, &'a str), i64>,
    tasks: BTreeMap<u64, i64>,
    head: Option<Head<'a>>,
    kept: &'a [Kept],
    /// What runs: whose, on how many slots, until when.
    runs: Vec<(&'a str, i64, i64)>,
}

impl<'a> Pass<'a> {
    fn new(
        now: Timestamp,
        slots: usize,
        projects: &'a BTreeMap<String, ObservedProject>,
        running: &'a [Running<'_>],
        kept: &'a [Kept],
    ) -> Self {
        let now = now.as_second();
        let mut pass = Self {
            now,
            projects,
            free: (0..slots).collect(),
            free_at: vec![now; slots],
            used: BTreeMap::new(),
            tasks: BTreeMap::new(),
            head: None,
            kept,
            runs: Vec::new(),
        };
        for one in running {
            let ends = one.ends_by.as_second().saturating_add(1).max(now.saturating_add(1));
            pass.take(one.key, (one.project, one.pool), one.slots, ends);
        }
        pass
    }

    fn take(&mut self, key: Key, of: (&'a str, &'a str), slots: &[usize], ends: i64) {
        for slot in slots {
            self.free.remove(slot);
            if let Some(at) = self.free_at.get_mut(*slot) {
                *at = ends;
            }
        }
        *self.used.entry(of).or_default() += whole(slots.len());
        self.runs.push((of.0, whole(slots.len()), ends));
        *self.tasks.entry(key.order).or_default() += 1;
    }

    /// The slots on which it starts, or why it does not.
    fn decide(&mut self, one: &Waiting<'a>) -> Result<Vec<usize>, (WaitReason, String)> {
        let wait = |reason, said: String| Err((reason, said));
        let Some(project) = self.projects.get(one.project).filter(|project| !project.closing) else {
            return wait(WaitReason::Closed, format!("{} takes no jobs", one.project));
        };
        let Some(limit) = project.limits.get(one.pool).copied().filter(|limit| *limit > 0) else {
            return wait(WaitReason::Closed, format!("{} has nothing of {}", one.project, one.pool));
        };
        if !project.members.contains(one.member) {
            return wait(WaitReason::Closed, format!("{} is not of {}", one.member, one.project));
        }
        let (all, wants) = (self.free_at.len(), usize::try_from(one.devices).unwrap_or(usize::MAX));
        if one.devices > limit {
            return wait(WaitReason::NeverFits, format!("{} devices, and the limit is {limit}", one.devices));
        }
        if wants > all {
            return wait(WaitReason::NeverFits, format!("{} devices, and the machine has {all}", one.devices));
        }
        match one.dependency {
            Dependency::Met => {}
            Dependency::Open => return wait(WaitReason::Dependency, "another job has to end".to_owned()),
            Dependency::Never => {
                return wait(WaitReason::DependencyNever, "another job did not end as it had to".to_owned());
            }
        }
        let tasks = self.tasks.get(&one.key.order).copied().unwrap_or(0);
        if let Some(at_once) = one.at_once.filter(|at_once| tasks >= *at_once) {
            return wait(WaitReason::ArrayLimit, format!("{at_once} tasks at once"));
        }
        let used = self.used.get(&(one.project, one.pool)).copied().unwrap_or(0);
        if used.saturating_add(one.devices) > limit {
            return wait(WaitReason::Limit, format!("{used} of {limit} devices are in use"));
        }
        let ends = self.now.saturating_add(one.seconds).saturating_add(1);
        for kept in self.kept.iter().filter(|kept| keeps(kept, one.project, self.now, ends)) {
            if self.spoken_for(kept, one.project, ends).saturating_add(one.devices) > whole(all) {
                let reason = if kept.project.is_some() { WaitReason::Reservation } else { WaitReason::Nodes };
                return wait(reason, format!("{} devices are kept from {} on", kept.slots, kept.from));
            }
        }
        if let Some(head) = &mut self.head {
            let before = ends <= head.starts;
            // What runs on as the head starts must leave it slots, and its project's limit.
            let beside = wants <= head.beside && one.project != head.project;
            if wants > self.free.len() || !(before || beside) {
                return wait(WaitReason::Priority, "others are before it".to_owned());
            }
            if !before {
                head.beside -= wants;
            }
        } else if wants > self.free.len() {
            self.reserve(one, wants);
            return wait(WaitReason::Resources, format!("{} of {wants} devices are free", self.free.len()));
        }
        let slots: Vec<usize> = self.free.iter().copied().take(wants).collect();
        self.take(one.key, (one.project, one.pool), &slots, ends);
        Ok(slots)
    }

    /// How many slots a job of a project that ends then must leave while `kept` lasts: to each other
    /// project what is kept for it or what it runs on there, whichever is more; what is out of use; and
    /// what its own project runs.
    fn spoken_for(&self, kept: &Kept, project: &str, ends: i64) -> i64 {
        let mut whose: BTreeMap<Option<&str>, (i64, i64)> = BTreeMap::new();
        for other in self.kept.iter().filter(|other| other.from < kept.to && kept.from < other.to) {
            if keeps(other, project, self.now, ends) {
                let (keeps, _) = whose.entry(other.project.as_deref()).or_default();
                *keeps = keeps.saturating_add(other.slots);
            }
        }
        for (of, slots, _) in self.runs.iter().filter(|(.., until)| kept.from.as_second() < *until) {
            let (_, runs) = whose.entry(Some(of)).or_default();
            *runs = runs.saturating_add(*slots);
        }
        whose.into_values().fold(0, |sum: i64, (keeps, runs)| sum.saturating_add(keeps.max(runs)))
    }

    fn reserve(&mut self, one: &Waiting<'a>, wants: usize) {
        let mut times = self.free_at.clone();
        times.sort_unstable();
        let starts = times.get(wants.saturating_sub(1)).copied().unwrap_or(self.now);
        let beside = times.iter().filter(|at| **at <= starts).count().saturating_sub(wants);
        self.head = Some(Head { project: one.project, starts, beside });
    }

    /// When it starts if all jobs take their whole time and nobody else comes.
    fn expected(&mut self, one: &Waiting<'_>) -> i64 {
        let wants = usize::try_from(one.devices).unwrap_or(usize::MAX);
        let mut order: Vec<usize> = (0..self.free_at.len()).collect();
        order.sort_by_key(|slot| (self.free_at[*slot], *slot));
        order.truncate(wants);
        let starts = order.last().map_or(self.now, |slot| self.free_at[*slot]);
        for slot in order {
            self.free_at[slot] = starts.saturating_add(one.seconds);
        }
        starts
    }
}

/// Whether a job of a project that ends then would run while slots are kept from it.
fn keeps(kept: &Kept, project: &str, now: i64, ends: i64) -> bool {
    let others = kept.project.as_deref() != Some(project);
    others && kept.from.as_second() < ends && now < kept.to.as_second()
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// How much of what was used so many days ago still counts, in thousandths: half after a week.
pub(super) fn decayed(used: i64, days: i64) -> i64 {
    const WEEK: [i64; 7] = [1000, 906, 820, 743, 673, 610, 552];
    let days = days.max(0);
    let weight = usize::try_from(days % 7).ok().and_then(|day| WEEK.get(day)).copied().unwrap_or(0);
    let halves = u32::try_from(days / 7).unwrap_or(u32::MAX);
    (used.saturating_mul(weight) / 1000).checked_shr(halves).unwrap_or(0)
}

#[cfg(test)]
mod tests;
