//! The thread that runs the tasks.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use service::{Actor, Center, Outcome};

use crate::task::Task;

/// How long the worker sleeps at most when nobody wakes it.
const NAP: Duration = Duration::from_secs(5);
/// The longest pause after repeated failures of a task.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// How often tasks that say "there is more" are run again before the others are looked at.
const MAX_ROUNDS: usize = 100;

/// The running thread. Dropping it stops it after the task at hand.
pub struct Worker {
    center: Center,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

struct State {
    task: Task,
    failures: u32,
    not_before: Option<Instant>,
}

impl Worker {
    /// Starts the thread. `name` tells this instance from others on the same database.
    ///
    /// # Errors
    /// If the machine has no thread to give.
    pub fn start(center: &Center, name: &str, tasks: Vec<Task>) -> std::io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let (of_thread, stopped, holder) = (center.clone(), stop.clone(), name.to_owned());
        let thread = std::thread::Builder::new()
            .name("worker".to_owned())
            .spawn(move || work(&of_thread, &holder, tasks, &stopped))?;
        Ok(Self { center: center.clone(), stop, thread: Some(thread) })
    }

    /// Stops it and waits for the task at hand.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        self.center.waker.wake();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.end();
    }
}

fn work(center: &Center, holder: &str, tasks: Vec<Task>, stop: &AtomicBool) {
    let mut states: Vec<State> = tasks.into_iter().map(|task| State { task, failures: 0, not_before: None }).collect();
    let clock = Actor::clock();
    let mut had_lease = false;
    while !stop.load(Ordering::SeqCst) {
        let mine = center.write(&clock, |cx| service::work::lease(cx, holder));
        match mine {
            Ok(true) => {
                if !had_lease {
                    tracing::info!(holder, "this instance does the background work");
                }
                for _ in 0..MAX_ROUNDS {
                    if stop.load(Ordering::SeqCst) || !once(center, &mut states) {
                        break;
                    }
                }
            }
            Ok(false) => {}
            Err(ref error) => tracing::warn!(%error, "the worker cannot reach the database"),
        }
        had_lease = matches!(mine, Ok(true));
        if !stop.load(Ordering::SeqCst) {
            center.waker.wait(NAP);
        }
    }
    if had_lease && let Err(error) = center.write(&clock, |cx| service::work::release(cx, holder)) {
        tracing::warn!(%error, "the lease could not be given back; it lapses by itself");
    }
}

/// Runs each task that is not pausing once; answers whether any did something.
fn once(center: &Center, states: &mut [State]) -> bool {
    let mut busy = false;
    for state in states {
        if state.not_before.is_some_and(|at| Instant::now() < at) {
            continue;
        }
        match guarded(center, &mut state.task) {
            Ok(count) => {
                busy |= count > 0;
                if state.failures > 0 {
                    tracing::info!(task = state.task.name, "works again");
                }
                state.failures = 0;
                state.not_before = None;
                if count > 0 {
                    tracing::info!(task = state.task.name, count, "done");
                }
            }
            Err(error) => {
                state.failures = state.failures.saturating_add(1);
                let pause = Duration::from_secs(1 << state.failures.min(9)).min(LONGEST_PAUSE);
                state.not_before = Some(Instant::now() + pause);
                tracing::error!(task = state.task.name, %error, pause_s = pause.as_secs(), "a task failed");
            }
        }
    }
    busy
}

/// A task's panic must not end the others.
fn guarded(center: &Center, task: &mut Task) -> Outcome<u64> {
    let run = std::panic::AssertUnwindSafe(|| (task.run)(center));
    std::panic::catch_unwind(run).unwrap_or_else(|_| Err(service::Error::internal("the task panicked")))
}

/// Runs all tasks until none has anything to do: for tests and for loading a year day by day.
///
/// # Errors
/// The first error of a task.
pub fn round(center: &Center, tasks: &mut [Task]) -> Outcome<u64> {
    let mut total = 0;
    for _ in 0..MAX_ROUNDS {
        let mut count = 0;
        for task in &mut *tasks {
            count += (task.run)(center)?;
        }
        if count == 0 {
            return Ok(total);
        }
        total += count;
    }
    Err(service::Error::internal("the tasks never come to rest"))
}
