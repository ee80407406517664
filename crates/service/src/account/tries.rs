//! How often somebody may try: failed sign-ins, and requests that send mail.

use super::after;
use crate::who::credential_hash;
use crate::{Cx, Error, Outcome};

/// How long failed sign-ins count.
pub(super) const WINDOW_SECONDS: i64 = 15 * 60;
/// So many failures of one account from one network address within the window stop further tries
/// from there: a stranger cannot keep its owner out.
const FAILURES_FROM_ONE: i64 = 5;
/// So many failures of one account from wherever stop further tries.
const FAILURES_PER_ACCOUNT: i64 = 50;
/// So many failures from one network address within the window stop further tries.
const FAILURES_PER_ADDRESS: i64 = 30;
/// How long requests that send mail count.
pub(super) const MAIL_WINDOW_SECONDS: i64 = 3600;
/// So many mails within the window go to one address; further requests send none.
const MAILS_PER_ACCOUNT: i64 = 3;
/// So many requests within the window come from one network address.
const MAILS_PER_ADDRESS: i64 = 30;

/// What tries are counted by: the address itself is not kept, it may be anybody's.
pub(super) fn subject(kind: &str, of: &str) -> String {
    format!("{kind} {}", credential_hash(of))
}

/// Refuses while there were too many failed sign-ins for the account or from the network address.
pub(super) fn few_failures(cx: &mut Cx<'_, '_>, email: &str) -> Outcome<()> {
    few(cx, &account_from_here(cx, email), FAILURES_FROM_ONE, WINDOW_SECONDS)?;
    few(cx, &subject("sign-in", email), FAILURES_PER_ACCOUNT, WINDOW_SECONDS)?;
    few_from(cx, "sign-in-from", FAILURES_PER_ADDRESS, WINDOW_SECONDS)
}

/// Notes a failed sign-in of an account, or another wrong password of it.
pub(super) fn note_failure(cx: &mut Cx<'_, '_>, email: &str) -> Outcome<()> {
    store::user::note_try(cx.tx, &account_from_here(cx, email), cx.now)?;
    Ok(store::user::note_try(cx.tx, &subject("sign-in", email), cx.now)?)
}

/// Forgets them: the right password was given, or a new one chosen.
pub(super) fn forget_failures(cx: &mut Cx<'_, '_>, email: &str) -> Outcome<()> {
    store::user::forget_tries(cx.tx, &account_from_here(cx, email))?;
    Ok(store::user::forget_tries(cx.tx, &subject("sign-in", email))?)
}

fn account_from_here(cx: &Cx<'_, '_>, email: &str) -> String {
    subject("sign-in-here", &format!("{email} {}", cx.actor.address))
}

/// Refuses while too many requests that send mail came from the network address.
pub(super) fn few_mails(cx: &mut Cx<'_, '_>) -> Outcome<()> {
    few_from(cx, "mail-from", MAILS_PER_ADDRESS, MAIL_WINDOW_SECONDS)
}

/// Whether one more mail may go to an address that anybody can ask for; notes it.
pub(super) fn may_mail(cx: &mut Cx<'_, '_>, email: &(impl std::fmt::Display + ?Sized)) -> Outcome<bool> {
    let subject = subject("mail", &email.to_string());
    let (count, _) = store::user::tries(cx.tx, &subject, after(cx.now, -MAIL_WINDOW_SECONDS))?;
    if count >= MAILS_PER_ACCOUNT {
        return Ok(false);
    }
    store::user::note_try(cx.tx, &subject, cx.now)?;
    Ok(true)
}

fn few_from(cx: &mut Cx<'_, '_>, kind: &str, max: i64, window: i64) -> Outcome<()> {
    if cx.actor.address.is_empty() {
        return Ok(());
    }
    let subject = subject(kind, &cx.actor.address);
    few(cx, &subject, max, window)
}

pub(super) fn note_address(cx: &mut Cx<'_, '_>, kind: &str) -> Outcome<()> {
    if cx.actor.address.is_empty() {
        return Ok(());
    }
    let subject = subject(kind, &cx.actor.address);
    Ok(store::user::note_try(cx.tx, &subject, cx.now)?)
}

fn few(cx: &mut Cx<'_, '_>, subject: &str, max: i64, window: i64) -> Outcome<()> {
    match store::user::tries(cx.tx, subject, after(cx.now, -window))? {
        (count, Some(first)) if count >= max => {
            let again = after(first, window).as_second().saturating_sub(cx.now.as_second());
            Err(Error::TooMany(again.max(1)))
        }
        _ => Ok(()),
    }
}
