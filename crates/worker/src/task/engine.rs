//! Keeping the engine that runs jobs in line with the ledger, and carrying jobs to it and back.

use std::sync::Arc;
use std::time::Duration;

use service::Center;
use service::engine::{self, Compute, Local};
use service::job::{self, Memory};

use super::{NAP, Task, leased};

/// How often jobs are looked at: people wait for them, and a look at a cluster costs its controller.
const LOOK: Duration = Duration::from_secs(2);
/// The same for the machine's own, whose look costs nothing.
const OWN_LOOK: Duration = Duration::from_secs(1);

/// Keep an engine in line, and its jobs moving. They have threads of their own and one lease: an
/// engine that hangs delays nothing else, and of several instances one at a time writes to it.
#[must_use]
pub fn tasks(engine: Arc<dyn Compute>) -> [Task; 2] {
    let look = if engine.name() == Local::NAME { OWN_LOOK } else { LOOK };
    let holder: Arc<str> = uuid::Uuid::now_v7().to_string().into();
    let (runs, held) = (engine.clone(), holder.clone());
    let mut kept = None;
    let in_line = move |center: &Center| {
        leased(center, || engine::lease(center, &holder), &mut kept, || engine::sync(center, engine.as_ref()))
    };
    let (mut memory, mut kept) = (Memory::default(), None);
    let jobs = move |center: &Center| {
        leased(center, || engine::lease(center, &held), &mut kept, || job::sync(center, runs.as_ref(), &mut memory))
    };
    [
        Task { name: "engine.sync", alone: true, nap: NAP, run: Box::new(in_line) },
        Task { name: "job.sync", alone: true, nap: look, run: Box::new(jobs) },
    ]
}
