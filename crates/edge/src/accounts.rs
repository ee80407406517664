//! Who shows a cookie or token, by the center's own accounts.

use service::{Actor, Center, Outcome};

use crate::{Identify, Known};

/// Asks the center's database.
#[derive(Clone, Copy, Debug, Default)]
pub struct Accounts;

impl Identify for Accounts {
    fn by_session(&self, center: &Center, cookie: &str) -> Outcome<Option<Known>> {
        let known = center.read(&Actor::clock(), |cx| service::who::seen_session(cx, cookie))?;
        if known.as_ref().is_some_and(|(_, stale)| *stale) {
            noted(center.write(&Actor::clock(), |cx| service::who::touch_session(cx, cookie)));
        }
        Ok(known.map(|(actor, _)| Known { actor, writes: true }))
    }

    fn by_token(&self, center: &Center, token: &str) -> Outcome<Option<Known>> {
        let known = center.read(&Actor::clock(), |cx| service::who::seen_token(cx, token))?;
        if known.as_ref().is_some_and(|(_, _, stale)| *stale) {
            noted(center.write(&Actor::clock(), |cx| service::who::touch_token(cx, token)));
        }
        Ok(known.map(|(actor, writes, _)| Known { actor, writes }))
    }
}

/// Noting that a credential is in use must not be in the way of using it.
fn noted(outcome: Outcome<()>) {
    if let Err(error) = outcome {
        tracing::warn!(%error, "the use of a session could not be noted");
    }
}
