//! Who shows a session's cookie or an API token. The database keeps SHA-256 hashes (hexadecimal) of
//! both, so that a stolen copy of it lets nobody in.

use domain::ledger::hex;
use sha2::{Digest as _, Sha256};
use store::who::KnownRow;
use texts::Lang;

use crate::{Actor, Channel, Cx, Outcome};

/// The hash by which a credential is kept.
#[must_use]
pub fn credential_hash(credential: &str) -> String {
    hex(&Sha256::digest(credential.as_bytes()))
}

/// The person of a session; `None` if it is unknown or lapsed, or the account is not active.
///
/// # Errors
/// Database errors only.
pub fn of_session(cx: &mut Cx<'_, '_>, cookie: &str) -> Outcome<Option<Actor>> {
    let row = store::who::of_session(cx.tx, &credential_hash(cookie), cx.now)?;
    Ok(row.map(|row| actor(row, Channel::Web)))
}

/// The person of an API token and whether it may write; `None` if it is unknown, lapsed or revoked,
/// or the account is not active.
///
/// # Errors
/// Database errors only.
pub fn of_token(cx: &mut Cx<'_, '_>, token: &str) -> Outcome<Option<(Actor, bool)>> {
    let row = store::who::of_token(cx.tx, &credential_hash(token), cx.now)?;
    Ok(row.map(|row| {
        let writes = row.scopes.split([' ', ',']).any(|scope| scope == "write");
        (actor(row, Channel::Api), writes)
    }))
}

fn actor(row: KnownRow, channel: Channel) -> Actor {
    Actor {
        user: Some(row.user),
        name: row.name,
        roles: row.roles,
        lang: row.language.parse().unwrap_or(Lang::Ko),
        channel,
        address: String::new(),
        request_id: String::new(),
    }
}
