//! Carries out what transactions queued. Each piece is done in the transaction that marks it done.

use service::work::OutboxRow;
use service::{Actor, Center, Cx, Error, Outcome};

use crate::task::Task;

/// Carries out one kind of queued work.
pub struct Handler {
    /// The kind, as given to `Cx::enqueue`.
    pub kind: &'static str,
    /// Does it; the payload is the JSON that was queued.
    pub run: fn(&mut Cx<'_, '_>, payload: &str) -> Outcome<()>,
}

/// What is done for each kind of queued work. Areas add their lines.
pub const HANDLERS: &[Handler] = &[
    Handler { kind: "refill", run: |cx, _| service::refill::run(cx).map(drop) },
    // Queued only to wake the worker: its task looks at the whole engine every time.
    Handler { kind: "engine.sync", run: |_, _| Ok(()) },
];

/// How many pieces are looked at in one go.
const BATCH: i64 = 50;

/// The task that works off the outbox.
#[must_use]
pub fn task(handlers: &'static [Handler]) -> Task {
    Task { name: "outbox", alone: false, nap: super::NAP, run: Box::new(move |center| run(center, handlers)) }
}

fn run(center: &Center, handlers: &[Handler]) -> Outcome<u64> {
    let clock = Actor::clock();
    let due = center.read(&clock, |cx| service::work::due(cx, BATCH))?;
    let mut count = 0;
    for piece in due {
        let outcome = center.write(&clock, |cx| carry_out(cx, handlers, &piece));
        match outcome {
            Ok(()) => count += 1,
            // The database is away: nothing can be noted; the task as a whole is tried again.
            Err(error @ Error::Unavailable(_)) => return Err(error),
            Err(error) => {
                let id = piece.id;
                tracing::error!(outbox.id = %id, kind = piece.kind, tries = piece.tries, %error, "queued work failed");
                center.write(&clock, |cx| service::work::failed(cx, &piece, &error.to_string()))?;
            }
        }
    }
    Ok(count)
}

fn carry_out(cx: &mut Cx<'_, '_>, handlers: &[Handler], piece: &OutboxRow) -> Outcome<()> {
    let handler = handlers
        .iter()
        .find(|handler| handler.kind == piece.kind)
        .ok_or_else(|| Error::internal(format!("nobody carries out work of the kind {}", piece.kind)))?;
    if service::work::done(cx, piece.id)? {
        (handler.run)(cx, &piece.payload)?;
    }
    Ok(())
}
