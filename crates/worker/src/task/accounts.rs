//! Telling the cluster which accounts there are and by which keys they are signed in to.

use std::time::Instant;

use service::cluster_account::{due, lease, told};
use service::{Center, Outcome};

use super::{NAP, Task, leased};
use crate::AccountsHook;

/// The task that runs the center's program whenever accounts or keys have changed. It may take long, so
/// it has a thread of its own, and a lease: of several instances one at a time tells.
#[must_use]
pub fn task(hook: AccountsHook) -> Task {
    let holder = uuid::Uuid::now_v7().to_string();
    let mut kept = None;
    Task {
        name: "accounts.hook",
        alone: true,
        nap: NAP,
        run: Box::new(move |center| run(center, &hook, &holder, &mut kept)),
    }
}

/// What is told is read while the lease is held, so that nobody tells what stood before.
fn run(center: &Center, hook: &AccountsHook, holder: &str, kept: &mut Option<Instant>) -> Outcome<u64> {
    // To look takes no turn among the writers.
    if due(center, hook.uid_base)?.is_none() {
        return Ok(0);
    }
    leased(
        center,
        || lease(center, holder),
        kept,
        || {
            let Some(document) = due(center, hook.uid_base)? else { return Ok(0) };
            let outcome = hook.run(&document);
            let good = outcome.is_ok();
            if let Err(error) = &outcome {
                tracing::warn!(error, "the accounts of the cluster could not be told");
            }
            told(center, &document, outcome)?;
            Ok(u64::from(good))
        },
    )
}
