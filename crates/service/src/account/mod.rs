//! One's own account: signing up and in, password, profile, sessions, API tokens and the
//! keys of the cluster.
//!
//! What hashes a password takes the [`Center`] instead of a [`Cx`]: it reads, hashes while no
//! transaction is open, and writes then.

mod link;
mod new_password;
mod profile;
mod session;
mod sign_in;
mod sign_up;
mod ssh_key;
mod token;
mod tries;

use domain::access::{Act, Tie};
use jiff::{SignedDuration, Timestamp};
use texts::Lang;

use crate::mail::Recipient;
use crate::{Actor, Cx, Error, Outcome};

pub use link::link;
pub(crate) use link::{invite, reset_link};
pub use new_password::{change_password, request_reset, reset_password};
pub use profile::{AccountView, ProfileChange, change_profile, show};
pub use session::{end_other_sessions, end_session, sessions};
pub use sign_in::{SignedIn, sign_in, sign_out};
pub use sign_up::{SignUp, checked as sign_up_checked, forget, sign_up, verify_email};
pub use ssh_key::{add_ssh_key, remove_ssh_key, ssh_keys};
pub use store::ssh_key::{AccessRow, SshKeyRow};
pub use store::user::{SessionRow, TokenRow, UserRow};
pub use token::{TOKEN_DAYS_MAX, TOKEN_PREFIX, TOKENS_MAX, create_token, is_live, revoke_token, tokens};

/// So many seconds later.
pub(crate) fn after(now: Timestamp, seconds: i64) -> Timestamp {
    now.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(now)
}

/// How mail reaches a person.
pub(crate) fn recipient(user: &UserRow) -> Recipient {
    Recipient::person(user.id, &user.email, &user.language)
}

fn lang(user: &UserRow) -> Lang {
    user.language.parse().unwrap_or(Lang::Ko)
}

/// The account of whoever acts.
fn own(cx: &mut Cx<'_, '_>) -> Outcome<UserRow> {
    let user = cx.user()?;
    cx.require(Act::AccountManage, &[Tie::Own])?;
    store::user::find(cx.tx, user)?.ok_or(Error::SignInNeeded)
}

/// An audit row of somebody who has just shown who they are.
fn audit_as(cx: &mut Cx<'_, '_>, user: &UserRow, action: &str) -> Outcome<()> {
    let actor = Actor { user: Some(user.id), name: user.name.clone(), ..cx.actor.clone() };
    let mut as_them = Cx::new(cx.tx, &actor, cx.now, cx.identity, cx.memo);
    as_them.audit(action, ("user", &user.id), &(), &(), "")
}
