//! An engine that runs nothing and remembers everything: for the demo and for tests.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{Change, Compute, EngineError, Observation, ObservedProject};

/// The recording engine.
#[derive(Debug, Default)]
pub struct Fake(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    projects: BTreeMap<String, ObservedProject>,
    log: Vec<Change>,
    down: bool,
}

impl Fake {
    /// Its name.
    pub const NAME: &'static str = "fake";

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
}

impl State {
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
            project.odd_pools.clear();
        }
        Change::Reopen { .. } => project.closing = false,
        Change::SetLimit { pool, limit, .. } => {
            project.odd_pools.remove(pool);
            if *limit > 0 {
                project.limits.insert(pool.clone(), *limit);
            } else {
                project.limits.remove(pool);
            }
        }
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
