//! One-time links that are sent by mail.

use domain::Code;
use domain::access::Act;
use domain::ledger::hex;
use domain::person::LinkPurpose;
use store::user::UserRow;
use texts::Texts;

use super::{after, lang, recipient};
use crate::cx::random;
use crate::mail::Template;
use crate::who::credential_hash;
use crate::{Cx, Error, Outcome};

/// How long a link that confirms an address is good: a day.
pub(super) const VERIFY_SECONDS: i64 = 24 * 3600;
/// How long a link that resets a password is good: an hour.
pub(super) const RESET_SECONDS: i64 = 3600;
/// How long a link to a new account is good: a week.
const INVITE_SECONDS: i64 = 7 * 24 * 3600;

/// Whose a one-time link is, if it is still good: for showing the page that uses it. Looking uses
/// nothing up, so that the scanners of mail servers may look.
///
/// # Errors
/// [`Error::Conflict`] with [`Code::LinkOver`].
pub fn link(cx: &mut Cx<'_, '_>, token: &str, purpose: LinkPurpose) -> Outcome<UserRow> {
    cx.require(Act::SignIn, &[])?;
    store::user::of_link(cx.tx, &credential_hash(token), purpose, cx.now)?
        .ok_or_else(|| Error::conflict(Code::LinkOver))
}

/// Sends whoever an account was made for a link by which they choose their password.
///
/// # Errors
/// Database errors only.
pub(crate) fn invite(cx: &mut Cx<'_, '_>, user: &UserRow) -> Outcome<()> {
    send_link(cx, user, LinkPurpose::Reset, Template::ChoosePassword, INVITE_SECONDS)
}

/// A link by which the owner of an account chooses a password.
///
/// # Errors
/// Database errors only.
pub(crate) fn reset_link(cx: &mut Cx<'_, '_>, user: &UserRow) -> Outcome<String> {
    make_link(cx, user, LinkPurpose::Reset, INVITE_SECONDS)
}

fn make_link(cx: &mut Cx<'_, '_>, user: &UserRow, purpose: LinkPurpose, seconds: i64) -> Outcome<String> {
    let token = hex(&random::<32>()?);
    let row = store::user::LinkRow {
        hash: credential_hash(&token),
        user: user.id,
        purpose,
        created_at: cx.now,
        expires_at: after(cx.now, seconds),
        used_at: None,
    };
    store::user::add_link(cx.tx, &row)?;
    Ok(format!("{}/{purpose}/{token}", cx.identity.public_url))
}

pub(super) fn send_link(
    cx: &mut Cx<'_, '_>,
    user: &UserRow,
    purpose: LinkPurpose,
    template: Template,
    seconds: i64,
) -> Outcome<()> {
    let link = make_link(cx, user, purpose, seconds)?;
    let expires = Texts::new(lang(user)).instant(after(cx.now, seconds));
    let args = [("name", user.name.clone()), ("link", link), ("expires", expires)];
    crate::mail::post(cx, &recipient(user), template, &args).map(drop)
}
