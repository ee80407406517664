//! Who shows a cookie or token, by the center's own accounts.

use service::{Actor, Center, Outcome};

use crate::{Identify, Known};

/// Asks the center's database.
#[derive(Clone, Copy, Debug, Default)]
pub struct Accounts;

impl Identify for Accounts {
    fn by_session(&self, center: &Center, cookie: &str) -> Outcome<Option<Known>> {
        let actor = center.read(&Actor::clock(), |cx| service::who::of_session(cx, cookie))?;
        Ok(actor.map(|actor| Known { actor, writes: true }))
    }

    fn by_token(&self, center: &Center, token: &str) -> Outcome<Option<Known>> {
        let known = center.read(&Actor::clock(), |cx| service::who::of_token(cx, token))?;
        Ok(known.map(|(actor, writes)| Known { actor, writes }))
    }
}
