//! The tasks, one module per kind of work. Each is a line in [`tasks`].

pub mod accounts;
pub mod engine;
pub mod mail;
pub mod outbox;

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use service::engine::Compute;
use service::{Actor, Center, Cx, Outcome};

use crate::{AccountsHook, Mailer};

/// Does what there is to do and answers how much that was; `0` is "nothing left for now".
pub type Run = Box<dyn FnMut(&Center) -> Outcome<u64> + Send>;

/// A piece of background work.
pub struct Task {
    /// Its name in the log.
    pub name: &'static str,
    /// Whether it has a thread of its own, without the lease: it may wait long on another machine,
    /// and sees to it by itself that instances do not do the same thing twice.
    pub alone: bool,
    /// How long it sleeps at most when nobody wakes it, if it has a thread of its own.
    pub nap: Duration,
    /// The work.
    pub run: Run,
}

/// How long a task sleeps at most when nobody wakes it, unless it says otherwise.
pub const NAP: Duration = Duration::from_secs(5);

impl Task {
    /// A task that is one use case of the center's clock, such as lapsing offers: one transaction
    /// per run. It reports how many things it changed and is run again until that is none.
    #[must_use]
    pub fn clock(name: &'static str, work: fn(&mut Cx<'_, '_>) -> Outcome<u64>) -> Self {
        Self { name, alone: false, nap: NAP, run: Box::new(move |center| center.write(&Actor::clock(), work)) }
    }
}

/// How often a lease is renewed while what it is held for is under way.
const RENEWED: Duration = Duration::from_secs(3);

/// Does something while this instance holds a lease, which is asked for by `lease` and renewed as long
/// as that lasts. `kept` is when it last was: it is not asked for again at every look.
fn leased(
    center: &Center,
    lease: impl Fn() -> Outcome<bool> + Sync,
    kept: &mut Option<Instant>,
    work: impl FnOnce() -> Outcome<u64>,
) -> Outcome<u64> {
    if kept.is_none_or(|at| at.elapsed() >= RENEWED) {
        let was_ours = kept.take().is_some();
        if !lease()? {
            return Ok(0);
        }
        *kept = Some(Instant::now());
        if !was_ours {
            // Taken over: the tasks that share it need not sleep on.
            center.waker.wake();
        }
    }
    let (over, told) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let told = told;
            while told.recv_timeout(RENEWED) == Err(RecvTimeoutError::Timeout) {
                if let Err(error) = lease() {
                    tracing::warn!(%error, "a lease could not be renewed");
                }
            }
        });
        let outcome = work();
        drop(over);
        outcome
    })
}

/// Every task. Without a mailer, mail stays where the mailbox page shows it; without a hook, the cluster
/// has to ask for its accounts.
#[must_use]
pub fn tasks(mailer: Option<Mailer>, engine: Arc<dyn Compute>, hook: Option<AccountsHook>) -> Vec<Task> {
    let mut tasks =
        vec![outbox::task(outbox::HANDLERS), Task::clock("idempotency.forget", service::idempotency::forget)];
    tasks.push(Task::clock("account.forget", service::account::forget));
    tasks.push(Task::clock("call.reminders", service::call::clock_tasks));
    // The loop: what was not answered or signed in time comes free, what is free is offered on.
    tasks.extend([
        Task::clock("offer.lapse", service::offer::lapse),
        Task::clock("agreement.lapse", service::agreement::lapse),
        Task::clock("award.begin", service::agreement::begin),
        Task::clock("invitation.lapse", service::project::lapse_invitations),
        // Before awards end: days that they are owed follow on their last.
        Task::clock("maintenance", service::maintenance::run),
        Task::clock("term", service::term::run),
        Task::clock("refill", service::refill::run),
        Task::clock("adjustments", service::adjustment::serve_waiting),
        Task::clock("adjustment.expire", service::adjustment::expire_undecided),
    ]);
    tasks.push(Task::clock("devenv.idle", service::devenv::end_idle));
    tasks.extend(engine::tasks(engine));
    tasks.extend(hook.map(accounts::task));
    tasks.extend(mailer.map(mail::task));
    tasks
}
