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
    Ok(seen_session(cx, cookie)?.map(|(actor, _)| actor))
}

/// The same, with whether [`touch_session`] is due.
///
/// # Errors
/// Database errors only.
pub fn seen_session(cx: &mut Cx<'_, '_>, cookie: &str) -> Outcome<Option<(Actor, bool)>> {
    let row = store::who::of_session(cx.tx, &credential_hash(cookie), cx.now)?;
    Ok(row.map(|row| {
        let stale = is_stale(cx, &row);
        (actor(row, Channel::Web), stale)
    }))
}

/// How long a session lives unless it is used: twelve hours.
pub const SESSION_IDLE_SECONDS: i64 = 12 * 3600;
/// How long a session lives at most: a week.
pub const SESSION_MOST_SECONDS: i64 = 7 * 24 * 3600;
/// How often use is noted, so that reading a page seldom has to write.
const NOTED_EVERY_SECONDS: i64 = 600;

/// Whether the use of a session or token is to be noted now.
fn is_stale(cx: &Cx<'_, '_>, row: &KnownRow) -> bool {
    row.seen_at.is_none_or(|seen| cx.now.as_second().saturating_sub(seen.as_second()) >= NOTED_EVERY_SECONDS)
}

/// Notes that a session is in use, which lets it live on.
///
/// # Errors
/// Database errors only.
pub fn touch_session(cx: &mut Cx<'_, '_>, cookie: &str) -> Outcome<()> {
    let until = crate::account::after(cx.now, SESSION_IDLE_SECONDS);
    Ok(store::user::touch_session(cx.tx, &credential_hash(cookie), cx.now, until, SESSION_MOST_SECONDS)?)
}

/// Notes that a token is in use.
///
/// # Errors
/// Database errors only.
pub fn touch_token(cx: &mut Cx<'_, '_>, token: &str) -> Outcome<()> {
    Ok(store::user::touch_token(cx.tx, &credential_hash(token), cx.now)?)
}

/// The person of an API token and whether it may write; `None` if it is unknown, lapsed or revoked,
/// or the account is not active.
///
/// # Errors
/// Database errors only.
pub fn of_token(cx: &mut Cx<'_, '_>, token: &str) -> Outcome<Option<(Actor, bool)>> {
    Ok(seen_token(cx, token)?.map(|(actor, writes, _)| (actor, writes)))
}

/// The same, with whether [`touch_token`] is due.
///
/// # Errors
/// Database errors only.
pub fn seen_token(cx: &mut Cx<'_, '_>, token: &str) -> Outcome<Option<(Actor, bool, bool)>> {
    let row = store::who::of_token(cx.tx, &credential_hash(token), cx.now)?;
    Ok(row.map(|row| {
        let writes = row.scopes.split([' ', ',']).any(|scope| scope == "write");
        let stale = is_stale(cx, &row);
        (actor(row, Channel::Api), writes, stale)
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
        token: row.token,
    }
}
