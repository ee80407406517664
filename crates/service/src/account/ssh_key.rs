//! The public keys by which one signs in to the cluster.

use domain::access::{Act, Tie};
use domain::ids::SshKeyId;
use domain::person::TokenScope;
use domain::ssh_key::{KEYS_MAX, SshKey};
use domain::{Code, Reason};
use store::ssh_key::SshKeyRow;
use store::user::UserRow;

use super::own;
use crate::{Cx, Error, Outcome};

fn owner(cx: &mut Cx<'_, '_>) -> Outcome<UserRow> {
    let user = own(cx)?;
    cx.require(Act::SshKeyManage, &[Tie::Own])?;
    Ok(user)
}

/// One's own keys, newest first.
///
/// # Errors
/// [`Error::SignInNeeded`].
pub fn ssh_keys(cx: &mut Cx<'_, '_>) -> Outcome<Vec<SshKeyRow>> {
    let user = owner(cx)?;
    Ok(store::ssh_key::of_user(cx.tx, user.id)?)
}

/// Adds a key to one's own. It lets in to the cluster for as long as it stays, so that whoever comes by
/// a token needs one that may hand on what outlives it.
///
/// # Errors
/// [`Error::Invalid`] for `key`; [`Error::Conflict`] beyond [`KEYS_MAX`]; [`Error::Forbidden`] with
/// [`Code::TokenAddsNoKeys`].
pub fn add_ssh_key(cx: &mut Cx<'_, '_>, text: &str) -> Outcome<SshKeyRow> {
    let user = owner(cx)?;
    if let Some(by) = cx.actor.token {
        let tokens = store::user::tokens(cx.tx, user.id, 200)?;
        let wide = |scopes: &str| TokenScope::ReadWriteTokens.is_within(scopes);
        if !tokens.iter().any(|token| token.id == by && wide(&token.scopes)) {
            return Err(Error::Forbidden(Reason::new(Code::TokenAddsNoKeys)));
        }
    }
    let key: SshKey = text.parse().map_err(|reason: Reason| Error::field("key", reason))?;
    match store::ssh_key::owner(cx.tx, key.fingerprint())? {
        Some(other) if other == user.id => return Err(Error::field("key", Code::SshKeyTwice)),
        // Whose it is, is nobody else's business.
        Some(_) => return Err(Error::field("key", Code::SshKeyTaken)),
        None => {}
    }
    if store::ssh_key::of_user(cx.tx, user.id)?.len() >= KEYS_MAX {
        let max = i64::try_from(KEYS_MAX).unwrap_or(i64::MAX);
        return Err(Error::conflict(Reason::new(Code::SshKeyLimit).with("max", max)));
    }
    let row = SshKeyRow {
        id: cx.new_id()?,
        user: user.id,
        kind: key.kind(),
        bits: i64::from(key.bits()),
        line: key.line().to_owned(),
        comment: key.comment().to_owned(),
        fingerprint: key.fingerprint().to_owned(),
        created_at: cx.now,
    };
    store::ssh_key::insert(cx.tx, &row)?;
    cx.audit("ssh_key.added", ("ssh_key", &row.id), &(), &row, "")?;
    // The cluster is told by a task that looks at all keys.
    cx.queued = true;
    Ok(row)
}

/// Takes one of one's own keys away.
///
/// # Errors
/// [`Error::NotFound`] if it is not there or another's.
pub fn remove_ssh_key(cx: &mut Cx<'_, '_>, id: SshKeyId) -> Outcome<()> {
    let user = owner(cx)?;
    let keys = store::ssh_key::of_user(cx.tx, user.id)?;
    let key = keys.iter().find(|key| key.id == id).ok_or(Error::NotFound)?;
    if !store::ssh_key::delete(cx.tx, user.id, id)? {
        return Err(Error::NotFound);
    }
    cx.audit("ssh_key.removed", ("ssh_key", &id), key, &(), "")?;
    cx.queued = true;
    Ok(())
}
