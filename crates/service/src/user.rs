//! Accounts as administrators see and keep them.

use std::collections::BTreeSet;

use domain::access::{Act, Role, Tie};
use domain::ids::UserId;
use domain::person::{self, Email, UserState, noted};
use domain::text::said;
use domain::{Code, Reason};
use jiff::Timestamp;
use store::trust::AuditRow;
pub use store::user::{UserFilter, UserItem, UserRow};
use texts::Lang;

use crate::account::{invite as send_invitation, reset_link};
use crate::password::Hashed;
use crate::{Cx, Error, Outcome};

/// An account to be made.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
    /// The telephone number, or empty.
    pub phone: String,
    /// The language to be written to in.
    pub language: Lang,
    /// Its roles.
    pub roles: BTreeSet<Role>,
    /// Its password, hashed before ([`crate::password::hash`]); without one nobody can sign in
    /// until its owner chose one by a link.
    pub password: Option<Hashed>,
}

/// One account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserView {
    /// The account.
    pub user: UserRow,
    /// Its roles.
    pub roles: Vec<Role>,
    /// Its organization's names.
    pub organization: Option<(String, String)>,
    /// What was done to it, newest first; only for those who may read the trail.
    pub history: Vec<AuditRow>,
}

/// Accounts before a place, newest first. The caller masks what it shows.
///
/// # Errors
/// Database errors and lacking permission.
pub fn list(
    cx: &mut Cx<'_, '_>,
    filter: &UserFilter,
    before: Option<(Timestamp, UserId)>,
    limit: i64,
) -> Outcome<Vec<UserItem>> {
    cx.require(Act::UserList, &[])?;
    let text = filter.text.trim().chars().take(100).collect();
    Ok(store::user::list(cx.tx, &UserFilter { text, ..filter.clone() }, before, limit.clamp(1, 201))?)
}

/// One account, with what lists mask. Looking at somebody else's leaves a trace (domain.md §14), so
/// this runs where it can write.
///
/// # Errors
/// [`Error::NotFound`], also for those who may not see it.
pub fn show(cx: &mut Cx<'_, '_>, id: UserId) -> Outcome<UserView> {
    let own = cx.actor.user == Some(id);
    cx.require_on(Act::UserRead, Act::UserRead, if own { &[Tie::Own] } else { &[] })?;
    let (user, organization, roles) = store::user::find_whole(cx.tx, id)?.ok_or(Error::NotFound)?;
    let history = if cx.actor.may(Act::AuditRead, &[]) {
        store::trust::audit_of(cx.tx, "user", &id.to_string(), 50)?
    } else {
        Vec::new()
    };
    let view = UserView { roles, organization, history, user };
    if !own {
        cx.audit("user.viewed", ("user", &id), &(), &(), "")?;
    }
    Ok(view)
}

/// The account with that address: for the command line and the loader.
///
/// # Errors
/// [`Error::NotFound`] and lacking permission.
pub fn by_email(cx: &mut Cx<'_, '_>, email: &str) -> Outcome<UserRow> {
    cx.require(Act::UserManage, &[])?;
    store::user::by_email(cx.tx, &email.trim().to_lowercase())?.ok_or(Error::NotFound)
}

/// Checks the fields of a new account.
///
/// # Errors
/// [`Error::Invalid`] with everything that is wrong.
pub fn checked(new: &NewUser) -> Outcome<(Email, String, String)> {
    let mut faults = Vec::new();
    let email = noted(new.email.parse::<Email>(), "email", &mut faults);
    let name = noted(person::name(&new.name), "name", &mut faults);
    let phone = noted(person::phone(&new.phone), "phone", &mut faults);
    match (email, name, phone) {
        (Some(email), Some(name), Some(phone)) => Ok((email, name, phone)),
        _ => Err(Error::Invalid(faults)),
    }
}

/// Makes an account that is in use at once: whoever makes it vouches for the address. No mail goes
/// out; see [`invite`].
///
/// # Errors
/// [`Error::Invalid`] for each field, also if the address has an account.
pub fn create(cx: &mut Cx<'_, '_>, new: &NewUser) -> Outcome<UserId> {
    cx.require(Act::UserManage, &[])?;
    if !new.roles.is_empty() {
        cx.require(Act::RoleAssign, &[])?;
    }
    let taken = match new.email.parse::<Email>() {
        Ok(email) => store::user::by_email(cx.tx, email.as_str())?.is_some(),
        Err(_) => false,
    };
    let (email, name, phone) = match (checked(new), taken) {
        (Ok(checked), false) => checked,
        (Ok(_), true) => return Err(Error::field("email", Code::Taken)),
        (Err(Error::Invalid(mut faults)), true) => {
            faults.push(Reason::new(Code::Taken).at("email"));
            return Err(Error::Invalid(faults));
        }
        (Err(error), _) => return Err(error),
    };
    let row = UserRow {
        id: cx.new_id()?,
        email: email.to_string(),
        name,
        phone,
        language: new.language.to_string(),
        state: UserState::Active,
        organization: None,
        created_at: cx.now,
        verified_at: Some(cx.now),
        version: 1,
    };
    store::user::insert(cx.tx, &row, new.password.as_ref().map(Hashed::as_str))?;
    for &role in &new.roles {
        store::user::give_role(cx.tx, row.id, role, cx.now, cx.actor.user)?;
    }
    cx.audit("user.created", ("user", &row.id), &(), &serde_json::json!({ "roles": new.roles }), "")?;
    Ok(row.id)
}

/// Sends the owner of an account a link by which they choose their password.
///
/// # Errors
/// [`Error::Conflict`] if it is locked.
pub fn invite(cx: &mut Cx<'_, '_>, id: UserId) -> Outcome<()> {
    let user = managed(cx, id)?;
    if user.state == UserState::Locked {
        return Err(Error::wrong_state(user.state));
    }
    send_invitation(cx, &user)?;
    cx.audit("user.invited", ("user", &id), &(), &(), "")
}

/// A link by which the owner of an account chooses their password, handed to the operator at the
/// command line: for a center that cannot send mail yet.
///
/// # Errors
/// [`Error::Forbidden`] for anybody but the operator.
pub fn one_time_link(cx: &mut Cx<'_, '_>, id: UserId) -> Outcome<String> {
    if cx.actor.user.is_some() {
        return Err(Error::Forbidden(Reason::new(Code::NotAllowed)));
    }
    let user = managed(cx, id)?;
    let link = reset_link(cx, &user)?;
    cx.audit("user.link_made", ("user", &id), &(), &(), "")?;
    Ok(link)
}

/// Locks an account: its sessions end and nobody signs in until it is unlocked.
///
/// # Errors
/// [`Error::Conflict`] for one's own account, the last administrator's, and a locked one;
/// [`Error::Invalid`] without a reason.
pub fn lock(cx: &mut Cx<'_, '_>, id: UserId, reason: &str) -> Outcome<()> {
    let user = managed(cx, id)?;
    if cx.actor.user == Some(id) {
        return Err(Error::conflict(Code::OwnAccount));
    }
    if user.state == UserState::Locked {
        return Err(Error::wrong_state(user.state));
    }
    let reason = said(reason, true).map_err(|fault| Error::field("reason", fault))?;
    keep_a_sysadmin(cx, id)?;
    store::user::set_state(cx.tx, id, user.state, UserState::Locked, None)?;
    store::user::end_sessions(cx.tx, id, None)?;
    store::user::revoke_tokens(cx.tx, id, cx.now)?;
    store::user::use_links(cx.tx, id, cx.now)?;
    audit_state(cx, id, "user.locked", user.state, UserState::Locked, reason)
}

/// Unlocks an account. One whose address was never confirmed waits for that again.
///
/// # Errors
/// [`Error::Conflict`] if it is not locked.
pub fn unlock(cx: &mut Cx<'_, '_>, id: UserId) -> Outcome<()> {
    let user = managed(cx, id)?;
    if user.state != UserState::Locked {
        return Err(Error::wrong_state(user.state));
    }
    let next = if user.verified_at.is_some() { UserState::Active } else { UserState::Pending };
    store::user::set_state(cx.tx, id, UserState::Locked, next, None)?;
    audit_state(cx, id, "user.unlocked", UserState::Locked, next, "")
}

/// Gives a role. Giving it twice changes nothing.
///
/// # Errors
/// [`Error::Conflict`] for one's own account.
pub fn give_role(cx: &mut Cx<'_, '_>, id: UserId, role: Role) -> Outcome<()> {
    roles_of_another(cx, id)?;
    if store::user::give_role(cx.tx, id, role, cx.now, cx.actor.user)? {
        cx.audit("user.role_given", ("user", &id), &(), &serde_json::json!({ "role": role }), "")?;
    }
    Ok(())
}

/// Takes a role. Taking it twice changes nothing.
///
/// # Errors
/// [`Error::Conflict`] for one's own account and the last administrator's.
pub fn take_role(cx: &mut Cx<'_, '_>, id: UserId, role: Role) -> Outcome<()> {
    roles_of_another(cx, id)?;
    if role == Role::Sysadmin {
        keep_a_sysadmin(cx, id)?;
    }
    if store::user::take_role(cx.tx, id, role)? {
        cx.audit("user.role_taken", ("user", &id), &serde_json::json!({ "role": role }), &(), "")?;
    }
    Ok(())
}

/// Gives and takes roles so that the account has exactly these.
///
/// # Errors
/// As [`give_role`] and [`take_role`].
pub fn set_roles(cx: &mut Cx<'_, '_>, id: UserId, roles: &BTreeSet<Role>) -> Outcome<()> {
    roles_of_another(cx, id)?;
    let before: BTreeSet<Role> = store::user::roles(cx.tx, id)?.into_iter().collect();
    for &role in roles.difference(&before) {
        give_role(cx, id, role)?;
    }
    for &role in before.difference(roles) {
        take_role(cx, id, role)?;
    }
    Ok(())
}

fn roles_of_another(cx: &mut Cx<'_, '_>, id: UserId) -> Outcome<()> {
    cx.require(Act::RoleAssign, &[])?;
    store::user::find(cx.tx, id)?.ok_or(Error::NotFound)?;
    if cx.actor.user == Some(id) { Err(Error::conflict(Code::OwnRoles)) } else { Ok(()) }
}

/// Refuses if the account is the only one that can keep the others.
fn keep_a_sysadmin(cx: &mut Cx<'_, '_>, id: UserId) -> Outcome<()> {
    let holds = store::user::roles(cx.tx, id)?.contains(&Role::Sysadmin);
    if holds && store::user::other_holders(cx.tx, Role::Sysadmin, id)? == 0 {
        return Err(Error::conflict(Code::LastSysadmin));
    }
    Ok(())
}

fn managed(cx: &mut Cx<'_, '_>, id: UserId) -> Outcome<UserRow> {
    cx.require(Act::UserManage, &[])?;
    store::user::find(cx.tx, id)?.ok_or(Error::NotFound)
}

fn audit_state(
    cx: &mut Cx<'_, '_>,
    id: UserId,
    action: &str,
    before: UserState,
    after: UserState,
    reason: &str,
) -> Outcome<()> {
    let state = |state: UserState| serde_json::json!({ "state": state });
    cx.audit(action, ("user", &id), &state(before), &state(after), reason)
}
