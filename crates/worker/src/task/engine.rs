//! Keeping the engine that runs jobs in line with the ledger.

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use service::engine::{self, Compute};

use super::Task;

/// How often the lease is renewed while a pass is under way.
const RENEWED: Duration = Duration::from_secs(3);

/// Keeps an engine in line. It has a thread and a lease of its own: an engine that hangs delays
/// nothing else, and of several instances one at a time writes to it.
#[must_use]
pub fn task(engine: Arc<dyn Compute>) -> Task {
    let holder = uuid::Uuid::now_v7().to_string();
    let run = move |center: &service::Center| {
        if !engine::lease(center, &holder)? {
            return Ok(0);
        }
        let (over, told) = mpsc::channel::<()>();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let told = told;
                while told.recv_timeout(RENEWED) == Err(RecvTimeoutError::Timeout) {
                    if let Err(error) = engine::lease(center, &holder) {
                        tracing::warn!(%error, "the lease of the engine could not be renewed");
                    }
                }
            });
            let outcome = engine::sync(center, engine.as_ref());
            drop(over);
            outcome
        })
    };
    Task { name: "engine.sync", alone: true, run: Box::new(run) }
}
