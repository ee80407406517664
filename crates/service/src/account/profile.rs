//! What a person may read and change about themselves.

use domain::access::Role;
use domain::person;
use domain::person::noted;
use store::ssh_key::AccessRow;
use store::user::{SessionRow, TokenRow, UserRow};
use texts::Lang;

use super::own;
use crate::{Cx, Error, Outcome};

/// What a person may change about themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileChange {
    /// The name.
    pub name: String,
    /// The telephone number, or empty.
    pub phone: String,
    /// The language to be written to in.
    pub language: Lang,
}

/// One's own account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountView {
    /// The account.
    pub user: UserRow,
    /// Its roles.
    pub roles: Vec<Role>,
    /// Its sessions, last used first.
    pub sessions: Vec<SessionRow>,
    /// Its tokens, newest first.
    pub tokens: Vec<TokenRow>,
    /// Its account on the cluster, and the keys for it.
    pub access: AccessRow,
}

/// One's own account with its sessions, tokens and keys.
///
/// # Errors
/// [`Error::SignInNeeded`].
pub fn show(cx: &mut Cx<'_, '_>) -> Outcome<AccountView> {
    let user = own(cx)?;
    Ok(AccountView {
        roles: cx.actor.roles.iter().copied().collect(),
        sessions: store::user::sessions(cx.tx, user.id, cx.now)?,
        tokens: store::user::tokens(cx.tx, user.id, 100)?,
        access: store::ssh_key::access(cx.tx, user.id)?,
        user,
    })
}

/// Changes name, telephone number and language.
///
/// # Errors
/// [`Error::Invalid`] for each field.
pub fn change_profile(cx: &mut Cx<'_, '_>, change: &ProfileChange) -> Outcome<()> {
    let user = own(cx)?;
    let mut faults = Vec::new();
    let name = noted(person::name(&change.name), "name", &mut faults);
    let phone = noted(person::phone(&change.phone), "phone", &mut faults);
    let (Some(name), Some(phone)) = (name, phone) else { return Err(Error::Invalid(faults)) };
    store::user::set_profile(cx.tx, user.id, &name, &phone, change.language.as_str())?;
    let state = |name: &str, phone: &str, language: &str| serde_json::json!({ "name": name, "phone": phone, "language": language });
    let before = state(&user.name, &user.phone, &user.language);
    cx.audit("account.changed", ("user", &user.id), &before, &state(&name, &phone, change.language.as_str()), "")
}
