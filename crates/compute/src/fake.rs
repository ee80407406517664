//! An engine that runs nothing and remembers everything: for the demo and for tests.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::job::{Checkpoint, JobState, Stream, WaitReason};
use jiff::Timestamp;

use crate::{
    Change, Compute, EngineError, JobKey, JobOrder, JobSeen, Node, Observation, ObservedProject, Printed, Reservation,
    Wait, order_number,
};

/// The recording engine.
#[derive(Debug, Default)]
pub struct Fake(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    projects: BTreeMap<String, ObservedProject>,
    log: Vec<Change>,
    jobs: Vec<JobSeen>,
    printed: BTreeMap<(String, &'static str), Vec<u8>>,
    reservations: BTreeMap<String, Reservation>,
    nodes: Vec<Node>,
    refuses_reservations: bool,
    refuses_lengthening: bool,
    signals: Vec<(String, Checkpoint)>,
    down: bool,
}

impl Fake {
    /// Its name.
    pub const NAME: &'static str = "fake";

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What it has, while it is not down.
    fn up(&self) -> Result<MutexGuard<'_, State>, EngineError> {
        let state = self.state();
        if state.down { Err(away()) } else { Ok(state) }
    }

    /// Everything that was carried out so far.
    #[must_use]
    pub fn log(&self) -> Vec<Change> {
        self.state().log.clone()
    }

    /// Puts a project there by hand, as an administrator of the engine would.
    pub fn put(&self, project: ObservedProject) {
        self.state().projects.insert(project.name.clone(), project);
    }

    /// Takes a project away by hand.
    pub fn lose(&self, project: &str) {
        self.state().projects.remove(project);
    }

    /// Changes a job by hand: lets it begin, wait for another reason, or end.
    pub fn job(&self, id: &str, change: impl FnOnce(&mut JobSeen)) {
        if let Some(job) = self.state().jobs.iter_mut().find(|job| job.id == id) {
            change(job);
        }
    }

    /// Puts a job there that the portal did not ask for.
    pub fn put_job(&self, job: JobSeen) {
        self.state().jobs.push(job);
    }

    /// Lets a job print.
    pub fn print(&self, id: &str, stream: Stream, text: &str) {
        let mut state = self.state();
        state.printed.entry((id.to_owned(), stream.as_str())).or_default().extend_from_slice(text.as_bytes());
    }

    /// What jobs were sent.
    #[must_use]
    pub fn signals(&self) -> Vec<(String, Checkpoint)> {
        self.state().signals.clone()
    }

    /// Lets it have machines.
    pub fn set_nodes(&self, nodes: Vec<Node>) {
        self.state().nodes = nodes;
    }

    /// Lets it refuse reservations, or take them again.
    pub fn refuse_reservations(&self, refuse: bool) {
        self.state().refuses_reservations = refuse;
    }

    /// Lets it refuse to give jobs more time, or give it again.
    pub fn refuse_lengthening(&self, refuse: bool) {
        self.state().refuses_lengthening = refuse;
    }

    /// Takes the engine down or brings it back.
    pub fn set_down(&self, down: bool) {
        self.state().down = down;
    }
}

fn away() -> EngineError {
    EngineError::Unreachable("it was taken down".to_owned())
}

impl Compute for Fake {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn observe(&self) -> Result<Observation, EngineError> {
        let state = self.state();
        if state.down {
            return Err(away());
        }
        let projects = state.projects.values().cloned().collect();
        Ok(Observation { projects, version: Self::NAME.to_owned(), trouble: None })
    }

    fn apply(&self, changes: &[Change]) -> Vec<Result<(), EngineError>> {
        let mut state = self.state();
        changes.iter().map(|change| state.one(change)).collect()
    }

    fn submit(&self, order: &JobOrder) -> Result<String, EngineError> {
        let mut state = self.up()?;
        if let Some(there) = state.number(&order.tag) {
            return Ok(there);
        }
        let limit = state.projects.get(&order.project).and_then(|project| project.limits.get(&order.pool)).copied();
        if limit.unwrap_or(0) == 0 {
            return Err(EngineError::Refused(format!("{} has nothing of {}", order.project, order.pool)));
        }
        let base = state.jobs.iter().filter_map(|job| order_number(&job.id).parse::<u64>().ok()).max().unwrap_or(0) + 1;
        for task in order.spec.tasks() {
            let wait =
                Wait { reason: WaitReason::Priority, said: "Priority".to_owned(), rank: Some(1), starts_at: None };
            let job = JobSeen::waiting(order, &base.to_string(), task, Timestamp::UNIX_EPOCH);
            state.jobs.push(JobSeen { wait: Some(wait), ..job });
        }
        Ok(base.to_string())
    }

    fn submitted(&self, tag: &str) -> Result<Option<String>, EngineError> {
        Ok(self.up()?.number(tag))
    }

    fn cancel(&self, id: &str) -> Result<(), EngineError> {
        let mut state = self.up()?;
        for job in state.jobs.iter_mut().filter(|job| job.id == id || order_number(&job.id) == id) {
            if !job.state.is_over() {
                job.state = JobState::Cancelled;
                job.wait = None;
            }
        }
        Ok(())
    }

    fn lengthen(&self, id: &str, minutes: i64) -> Result<(), EngineError> {
        let mut state = self.up()?;
        if state.refuses_lengthening {
            return Err(EngineError::Refused("no more time".to_owned()));
        }
        for job in state.jobs.iter_mut().filter(|job| job.id == id && job.state == JobState::Running) {
            job.minutes = job.minutes.max(minutes);
        }
        Ok(())
    }

    fn signal(&self, id: &str, signal: Checkpoint) -> Result<(), EngineError> {
        self.up()?.signals.push((id.to_owned(), signal));
        Ok(())
    }

    fn jobs(&self, since: Timestamp) -> Result<Vec<JobSeen>, EngineError> {
        let state = self.up()?;
        let wanted = |job: &&JobSeen| !job.state.is_over() || job.ended_at.is_none_or(|at| at >= since);
        Ok(state.jobs.iter().filter(wanted).cloned().collect())
    }

    fn printed(&self, job: JobKey<'_>, stream: Stream, from: u64, limit: usize) -> Result<Printed, EngineError> {
        let state = self.up()?;
        let all = state.printed.get(&(job.id.to_owned(), stream.as_str())).map_or(&[][..], Vec::as_slice);
        let begin = usize::try_from(from).unwrap_or(usize::MAX).min(all.len());
        let bytes = all[begin..].iter().take(limit).copied().collect();
        let whole = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        Ok(Printed { bytes, from: whole(begin), size: whole(all.len()) })
    }

    fn nodes(&self) -> Result<Vec<Node>, EngineError> {
        Ok(self.up()?.nodes.clone())
    }

    fn reservations(&self) -> Result<Vec<Reservation>, EngineError> {
        Ok(self.up()?.reservations.values().cloned().collect())
    }

    fn reserve(&self, reservation: &Reservation) -> Result<(), EngineError> {
        let mut state = self.up()?;
        if state.refuses_reservations {
            return Err(EngineError::Refused("no reservations".to_owned()));
        }
        state.reservations.insert(reservation.name.clone(), reservation.clone());
        Ok(())
    }

    fn release(&self, name: &str) -> Result<(), EngineError> {
        self.up()?.reservations.remove(name);
        Ok(())
    }

    fn keeps_devices(&self) -> bool {
        self.state().nodes.is_empty()
    }

    fn runs_images(&self) -> bool {
        true
    }
}

impl State {
    fn number(&self, tag: &str) -> Option<String> {
        let job = self.jobs.iter().find(|job| job.tag.as_deref() == Some(tag))?;
        Some(order_number(&job.id).to_owned())
    }

    fn one(&mut self, change: &Change) -> Result<(), EngineError> {
        if self.down {
            return Err(away());
        }
        let name = change.project();
        if self.projects.get(name).is_some_and(|one| !one.managed) {
            return Err(EngineError::Refused(format!("{name} is not managed by the portal")));
        }
        if let Change::Create { .. } = change {
            let made = ObservedProject { name: name.to_owned(), managed: true, ..ObservedProject::default() };
            self.projects.entry(name.to_owned()).or_insert(made);
        } else if let Change::Remove { .. } = change {
            self.projects.remove(name);
        } else if let Some(project) = self.projects.get_mut(name) {
            alter(project, change);
        } else if matches!(change, Change::SetLimit { .. } | Change::AddMember { .. }) {
            return Err(EngineError::Refused(format!("there is no project {name}")));
        }
        self.log.push(change.clone());
        Ok(())
    }
}

fn alter(project: &mut ObservedProject, change: &Change) {
    match change {
        Change::Close { .. } => {
            project.closing = true;
            project.limits.clear();
            project.rules.clear();
            project.odd_pools.clear();
        }
        Change::Reopen { .. } => project.closing = false,
        Change::SetLimit { pool, limit, .. } => {
            project.odd_pools.remove(pool);
            if *limit > 0 {
                project.limits.insert(pool.clone(), *limit);
            } else {
                project.limits.remove(pool);
                project.rules.remove(pool);
            }
        }
        Change::SetRules { pool, rules, .. } => match rules {
            Some(rules) => drop(project.rules.insert(pool.clone(), rules.clone())),
            None => drop(project.rules.remove(pool)),
        },
        Change::AddMember { member, .. } => {
            project.odd_members.remove(member);
            project.members.insert(member.clone());
        }
        Change::RemoveMember { member, .. } => {
            project.odd_members.remove(member);
            project.members.remove(member);
        }
        Change::Create { .. } | Change::Remove { .. } => {}
    }
}
