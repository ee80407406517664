//! An engine that runs nothing and remembers everything: for the demo and for tests.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{Change, Compute, EngineError, ObservedProject};

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

    /// Takes the engine down or brings it back.
    pub fn set_down(&self, down: bool) {
        self.state().down = down;
    }
}

impl Compute for Fake {
    fn name(&self) -> &'static str {
        "fake"
    }

    fn observe(&self) -> Result<Vec<ObservedProject>, EngineError> {
        let state = self.state();
        if state.down {
            return Err(EngineError::Unreachable("it was taken down".to_owned()));
        }
        Ok(state.projects.values().cloned().collect())
    }

    fn apply(&self, change: &Change) -> Result<(), EngineError> {
        let mut state = self.state();
        if state.down {
            return Err(EngineError::Unreachable("it was taken down".to_owned()));
        }
        let missing = || EngineError::Refused(format!("there is no project {}", change.project()));
        match change {
            Change::Remove { project } => {
                state.projects.remove(project);
            }
            Change::Create { project } => {
                let made = ObservedProject { name: project.clone(), managed: true, ..ObservedProject::default() };
                state.projects.entry(project.clone()).or_insert(made);
            }
            Change::SetLimit { project, pool, limit } => {
                let limits = &mut state.projects.get_mut(project).ok_or_else(missing)?.limits;
                if *limit > 0 {
                    limits.insert(pool.clone(), *limit)
                } else {
                    limits.remove(pool)
                };
            }
            Change::AddMember { project, member } => {
                state.projects.get_mut(project).ok_or_else(missing)?.members.insert(member.clone());
            }
            Change::RemoveMember { project, member } => {
                state.projects.get_mut(project).ok_or_else(missing)?.members.remove(member);
            }
        }
        state.log.push(change.clone());
        Ok(())
    }
}
