//! Signing in and out.

use domain::access::Act;
use domain::ids::UserId;
use domain::ledger::hex;
use domain::person::{LinkPurpose, UserState};
use domain::{Code, person};
use store::user::SessionRow;
use texts::Lang;

use super::link::{VERIFY_SECONDS, send_link};
use super::tries::{few_failures, forget_failures, may_mail, note_address, note_failure};
use super::{after, audit_as, lang};
use crate::cx::random;
use crate::mail::Template;
use crate::who::{SESSION_IDLE_SECONDS, credential_hash};
use crate::{Actor, Center, Cx, Error, Outcome, password};

/// A new session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// What the cookie holds; shown to nobody else and kept nowhere.
    pub cookie: String,
    /// Whose it is.
    pub user: UserId,
    /// The language of the account.
    pub language: Lang,
}

/// Signs in. `agent` is what the browser calls itself.
///
/// # Errors
/// [`Error::Conflict`] with [`Code::SignInRefused`] if address or password is wrong, with
/// [`Code::AccountPending`] or [`Code::AccountLocked`] if they are right; [`Error::TooMany`] after
/// too many failures.
pub fn sign_in(center: &Center, actor: &Actor, email: &str, password: &str, agent: &str) -> Outcome<SignedIn> {
    let email = email.trim().to_lowercase();
    let typed: String = password.chars().take(person::PASSWORD_MAX + 1).collect();
    let known = center.read(actor, |cx| {
        cx.require(Act::SignIn, &[])?;
        few_failures(cx, &email)?;
        Ok(store::user::credentials(cx.tx, &email)?)
    })?;
    let right = password::is_right(known.as_ref().and_then(|(_, hash)| hash.as_deref()), &typed);
    // The answer stands within: a refusal is noted, and so must be kept.
    center
        .write(actor, |cx| {
            // Of many tries at once each may have passed the first look; here they come one by one.
            few_failures(cx, &email)?;
            let now_known = store::user::credentials(cx.tx, &email)?;
            let (Some((user, _)), true) = (&now_known, right && now_known == known) else {
                note_failure(cx, &email)?;
                note_address(cx, "sign-in-from")?;
                return Ok(Err(Code::SignInRefused));
            };
            match user.state {
                UserState::Locked => return Ok(Err(Code::AccountLocked)),
                UserState::Pending => {
                    if may_mail(cx, &email)? {
                        send_link(cx, user, LinkPurpose::Verify, Template::VerifyEmail, VERIFY_SECONDS)?;
                    }
                    return Ok(Err(Code::AccountPending));
                }
                UserState::Active => {}
            }
            forget_failures(cx, &email)?;
            let cookie = hex(&random::<32>()?);
            let session = SessionRow {
                hash: credential_hash(&cookie),
                user: user.id,
                created_at: cx.now,
                seen_at: cx.now,
                expires_at: after(cx.now, SESSION_IDLE_SECONDS),
                address: cx.actor.address.clone(),
                agent: agent.chars().filter(|c| !c.is_control()).take(200).collect(),
            };
            store::user::add_session(cx.tx, &session)?;
            audit_as(cx, user, "session.started")?;
            Ok(Ok(SignedIn { cookie, user: user.id, language: lang(user) }))
        })?
        .map_err(Error::conflict)
}

/// Signs out.
///
/// # Errors
/// Database errors only; an unknown session is signed out already.
pub fn sign_out(cx: &mut Cx<'_, '_>, cookie: &str) -> Outcome<()> {
    let Some(user) = cx.actor.user else { return Ok(()) };
    if store::user::end_session(cx.tx, user, &credential_hash(cookie))? {
        cx.audit("session.ended", ("user", &user), &(), &(), "")?;
    }
    Ok(())
}
