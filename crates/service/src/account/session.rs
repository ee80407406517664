//! One's own sessions.

use store::user::SessionRow;

use super::own;
use crate::who::credential_hash;
use crate::{Cx, Error, Outcome};

/// One's own sessions, last used first. Their hashes open nothing; by them one is ended.
///
/// # Errors
/// [`Error::SignInNeeded`].
pub fn sessions(cx: &mut Cx<'_, '_>) -> Outcome<Vec<SessionRow>> {
    let user = own(cx)?;
    Ok(store::user::sessions(cx.tx, user.id, cx.now)?)
}

/// Ends one of one's own sessions by its hash.
///
/// # Errors
/// [`Error::NotFound`] if it is not there or another's.
pub fn end_session(cx: &mut Cx<'_, '_>, hash: &str) -> Outcome<()> {
    let user = own(cx)?;
    if !store::user::end_session(cx.tx, user.id, hash)? {
        return Err(Error::NotFound);
    }
    cx.audit("session.ended", ("user", &user.id), &(), &(), "")
}

/// Ends all of one's own sessions but the one it is done in; answers how many.
///
/// # Errors
/// [`Error::SignInNeeded`].
pub fn end_other_sessions(cx: &mut Cx<'_, '_>, keep_cookie: Option<&str>) -> Outcome<u64> {
    let user = own(cx)?;
    let ended = store::user::end_sessions(cx.tx, user.id, keep_cookie.map(credential_hash).as_deref())?;
    cx.audit("session.others_ended", ("user", &user.id), &(), &serde_json::json!({ "ended": ended }), "")?;
    Ok(ended)
}
