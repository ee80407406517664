//! A new password: by a link, or with the current one.

use domain::access::Act;
use domain::person::{Email, LinkPurpose, UserState, noted};
use domain::{Code, Reason, person};
use store::user::UserRow;
use texts::Texts;

use super::link::{RESET_SECONDS, link, send_link};
use super::tries::{few_failures, few_mails, forget_failures, may_mail, note_address, note_failure};
use super::{lang, own, recipient};
use crate::mail::Template;
use crate::who::credential_hash;
use crate::{Actor, Center, Cx, Error, Outcome, password};

/// Asks for a link by which a new password can be chosen. The answer is the same whether or not
/// the address has an account.
///
/// # Errors
/// [`Error::Invalid`] if it is no address; [`Error::TooMany`] if too much comes from one network
/// address.
pub fn request_reset(cx: &mut Cx<'_, '_>, email: &str) -> Outcome<()> {
    cx.require(Act::SignIn, &[])?;
    let email: Email = email.parse().map_err(|code: Code| Error::field("email", code))?;
    few_mails(cx)?;
    note_address(cx, "mail-from")?;
    if !may_mail(cx, &email)? {
        return Ok(());
    }
    if let Some(user) = store::user::by_email(cx.tx, email.as_str())?
        && user.state != UserState::Locked
    {
        cx.audit("account.reset_requested", ("user", &user.id), &(), &(), "")?;
        send_link(cx, &user, LinkPurpose::Reset, Template::ResetPassword, RESET_SECONDS)?;
    }
    Ok(())
}

/// Chooses a password by a link. It confirms the address too, ends every session and revokes
/// every token.
///
/// # Errors
/// [`Error::Conflict`] if the link is over; [`Error::Invalid`] for the password.
pub fn reset_password(center: &Center, actor: &Actor, token: &str, password: &str) -> Outcome<()> {
    let user = center.read(actor, |cx| link(cx, token, LinkPurpose::Reset))?;
    person::password(password, &user.email, &user.name).map_err(|reason| Error::field("password", reason))?;
    let hashed = password::hash(password)?;
    center.write(actor, |cx| {
        let user = link(cx, token, LinkPurpose::Reset)?;
        match user.state {
            UserState::Locked => return Err(Error::conflict(Code::AccountLocked)),
            UserState::Pending => {
                store::user::set_state(cx.tx, user.id, UserState::Pending, UserState::Active, Some(cx.now))?;
            }
            UserState::Active => {}
        }
        store::user::set_password(cx.tx, user.id, Some(hashed.as_str()))?;
        store::user::use_links(cx.tx, user.id, cx.now)?;
        store::user::end_sessions(cx.tx, user.id, None)?;
        store::user::revoke_tokens(cx.tx, user.id, cx.now)?;
        forget_failures(cx, &user.email)?;
        cx.audit("account.password_reset", ("user", &user.id), &(), &(), "")?;
        tell_changed(cx, &user)
    })
}

/// Changes one's own password; ends every session but the one it is done in, and revokes every token.
///
/// # Errors
/// [`Error::Invalid`] if the current one is wrong or the new one will not do; [`Error::TooMany`]
/// after too many wrong ones.
pub fn change_password(
    center: &Center,
    actor: &Actor,
    current: &str,
    new: &str,
    keep_cookie: Option<&str>,
) -> Outcome<()> {
    let (user, hash) = center.read(actor, |cx| {
        let user = own(cx)?;
        few_failures(cx, &user.email)?;
        store::user::credentials(cx.tx, &user.email)?.ok_or(Error::NotFound)
    })?;
    let mut faults = Vec::new();
    noted(person::password(new, &user.email, &user.name), "new_password", &mut faults);
    if !password::is_right(hash.as_deref(), current) {
        center.write(actor, |cx| {
            few_failures(cx, &user.email)?;
            note_failure(cx, &user.email)
        })?;
        faults.push(Reason::new(Code::PasswordWrong).at("current_password"));
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let hashed = password::hash(new)?;
    center.write(actor, |cx| {
        let user = own(cx)?;
        if store::user::credentials(cx.tx, &user.email)?.and_then(|(_, hash)| hash) != hash {
            return Err(Error::conflict(Code::Changed));
        }
        store::user::set_password(cx.tx, user.id, Some(hashed.as_str()))?;
        store::user::use_links(cx.tx, user.id, cx.now)?;
        store::user::end_sessions(cx.tx, user.id, keep_cookie.map(credential_hash).as_deref())?;
        store::user::revoke_tokens(cx.tx, user.id, cx.now)?;
        cx.audit("account.password_changed", ("user", &user.id), &(), &(), "")?;
        tell_changed(cx, &user)
    })
}

fn tell_changed(cx: &mut Cx<'_, '_>, user: &UserRow) -> Outcome<()> {
    let link = format!("{}/reset", cx.identity.public_url);
    let at = Texts::new(lang(user)).instant(cx.now);
    let args = [("name", user.name.clone()), ("at", at), ("link", link)];
    crate::mail::post(cx, &recipient(user), Template::PasswordChanged, &args).map(drop)
}
