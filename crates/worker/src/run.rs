//! The threads that run the tasks.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use service::{Actor, Center, Outcome};

use crate::task::{NAP, Task};

/// The longest pause after repeated failures of a task.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// How often tasks that say "there is more" are run again before the others are looked at.
const MAX_ROUNDS: usize = 100;

/// How old a lease may be before a task is begun; else it is asked for again.
const FRESH: SignedDuration = SignedDuration::from_secs(10);
/// How long a task with a thread of its own may still take when the worker is stopped.
const FAREWELL: Duration = Duration::from_secs(10);

/// The running threads. Dropping it stops them after the tasks at hand.
pub struct Worker {
    center: Center,
    stop: Arc<AtomicBool>,
    leased: Option<JoinHandle<()>>,
    alone: Vec<JoinHandle<()>>,
}

struct State {
    task: Task,
    failures: u32,
    not_before: Option<Instant>,
}

/// The lease of one instance.
struct Lease {
    center: Center,
    holder: String,
    kept_at: Option<Timestamp>,
}

impl Worker {
    /// Starts the threads. `name` tells this instance from others on the same database.
    ///
    /// # Errors
    /// If the machine has no thread to give.
    pub fn start(center: &Center, name: &str, tasks: Vec<Task>) -> std::io::Result<Self> {
        let (alone, leased): (Vec<Task>, Vec<Task>) = tasks.into_iter().partition(|task| task.alone);
        let mut worker = Self { center: center.clone(), stop: Arc::default(), leased: None, alone: Vec::new() };
        let lease = Lease { center: center.clone(), holder: name.to_owned(), kept_at: None };
        worker.leased = Some(worker.spawn("worker", leased, Some(lease))?);
        for task in alone {
            let thread = worker.spawn(task.name, vec![task], None)?;
            worker.alone.push(thread);
        }
        Ok(worker)
    }

    fn spawn(&self, name: &str, tasks: Vec<Task>, lease: Option<Lease>) -> std::io::Result<JoinHandle<()>> {
        let (center, stop) = (self.center.clone(), self.stop.clone());
        std::thread::Builder::new().name(name.to_owned()).spawn(move || work(&center, lease, tasks, &stop))
    }

    /// Stops it and waits for the tasks at hand.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        self.center.waker.wake();
        if let Some(thread) = self.leased.take() {
            let _ = thread.join();
        }
        let start = Instant::now();
        for thread in self.alone.drain(..) {
            while !thread.is_finished() && start.elapsed() < FAREWELL {
                std::thread::sleep(Duration::from_millis(10));
            }
            if thread.is_finished() {
                let _ = thread.join();
            } else {
                tracing::warn!(task = thread.thread().name(), "still waits for another machine and is left behind");
            }
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.end();
    }
}

impl Lease {
    /// Whether this instance is the one that works, for longer than a usual task takes.
    fn mine(&mut self) -> bool {
        let now = self.center.now();
        if self.kept_at.is_some_and(|at| now.duration_since(at).abs() < FRESH) {
            return true;
        }
        let had = self.kept_at.take().is_some();
        match self.center.write(&Actor::clock(), |cx| service::work::lease(cx, &self.holder)) {
            Ok(true) => {
                if !had {
                    tracing::info!(holder = self.holder, "this instance does the background work");
                }
                self.kept_at = Some(now);
            }
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "the worker cannot reach the database"),
        }
        self.kept_at.is_some()
    }

    fn give_back(&self) {
        if self.kept_at.is_some()
            && let Err(error) = self.center.write(&Actor::clock(), |cx| service::work::release(cx, &self.holder))
        {
            tracing::warn!(%error, "the lease could not be given back; it lapses by itself");
        }
    }
}

fn work(center: &Center, mut lease: Option<Lease>, tasks: Vec<Task>, stop: &AtomicBool) {
    let nap = tasks.iter().map(|task| task.nap).min().unwrap_or(NAP);
    let mut states: Vec<State> = tasks.into_iter().map(|task| State { task, failures: 0, not_before: None }).collect();
    let mut heard = 0;
    while !stop.load(Ordering::SeqCst) {
        let mut may = || !stop.load(Ordering::SeqCst) && lease.as_mut().is_none_or(Lease::mine);
        for _ in 0..MAX_ROUNDS {
            if !once(center, &mut states, &mut may) {
                break;
            }
        }
        if !stop.load(Ordering::SeqCst) {
            center.waker.wait(&mut heard, nap);
        }
    }
    if let Some(lease) = lease {
        lease.give_back();
    }
}

/// Runs each task that is not pausing once, as long as this instance may; answers whether any did
/// something.
fn once(center: &Center, states: &mut [State], may: &mut dyn FnMut() -> bool) -> bool {
    let mut busy = false;
    for state in states {
        if !may() {
            return false;
        }
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
