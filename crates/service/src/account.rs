//! One's own account: signing up and in, password, profile, sessions and API tokens.
//!
//! What hashes a password takes the [`Center`] instead of a [`Cx`]: it reads, hashes while no
//! transaction is open, and writes then.

use domain::access::{Act, Role, Tie};
use domain::ids::{TokenId, UserId};
use domain::ledger::hex;
use domain::person::{Email, LinkPurpose, TokenScope, UserState, noted};
use domain::{Code, FieldError, Reason, person};
use jiff::{SignedDuration, Timestamp};
pub use store::user::{SessionRow, TokenRow, UserRow};
use texts::{Lang, Texts};

use crate::cx::random;
use crate::mail::{Recipient, Template};
use crate::who::{SESSION_IDLE_SECONDS, credential_hash};
use crate::{Actor, Center, Cx, Error, Outcome, password};

/// How long failed sign-ins count.
const WINDOW_SECONDS: i64 = 15 * 60;
/// So many failures of one account within the window stop further tries.
const FAILURES_PER_ACCOUNT: i64 = 5;
/// So many failures from one network address within the window stop further tries.
const FAILURES_PER_ADDRESS: i64 = 30;
/// How long requests that send mail count.
const MAIL_WINDOW_SECONDS: i64 = 3600;
/// So many mails within the window go to one address; further requests send none.
const MAILS_PER_ACCOUNT: i64 = 3;
/// So many requests within the window come from one network address.
const MAILS_PER_ADDRESS: i64 = 30;
/// How long a link that confirms an address is good: a day.
const VERIFY_SECONDS: i64 = 24 * 3600;
/// How long a link that resets a password is good: an hour.
const RESET_SECONDS: i64 = 3600;
/// How long a link to a new account is good: a week.
const INVITE_SECONDS: i64 = 7 * 24 * 3600;
/// How long an account waits to be confirmed before it is deleted: a week.
const UNCONFIRMED_SECONDS: i64 = 7 * 24 * 3600;
/// The most tokens in force that a person may have.
pub const TOKENS_MAX: i64 = 20;
/// The longest life of a token, in days.
pub const TOKEN_DAYS_MAX: i64 = 365;
/// How the secret of every token begins, so that scanners for leaked secrets know it.
pub const TOKEN_PREFIX: &str = "mdg_";

/// What somebody who signs up says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignUp {
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
    /// The telephone number, or empty.
    pub phone: String,
    /// The language to be written to in.
    pub language: Lang,
    /// The password.
    pub password: String,
    /// Whether they consent to what is kept about them.
    pub consent: bool,
}

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
}

/// Signs up: a pending account and a mail with a link that confirms its address. The answer is the
/// same whether or not the address has an account; if it has, the mail says so.
///
/// # Errors
/// [`Error::Invalid`] for each field; [`Error::TooMany`] if too much comes from one network
/// address.
pub fn sign_up(center: &Center, actor: &Actor, input: &SignUp) -> Outcome<()> {
    let mut faults = Vec::new();
    let email = noted(input.email.parse::<Email>(), "email", &mut faults);
    let name = noted(person::name(&input.name), "name", &mut faults);
    let phone = noted(person::phone(&input.phone), "phone", &mut faults);
    let same = (email.as_ref().map_or("", Email::as_str), input.name.as_str());
    noted(person::password(&input.password, same.0, same.1), "password", &mut faults);
    if !input.consent {
        faults.push(Reason::new(Code::Required).at("consent"));
    }
    let (Some(email), Some(name), Some(phone), true) = (email, name, phone, faults.is_empty()) else {
        return Err(Error::Invalid(faults));
    };
    let known = center.read(actor, |cx| {
        cx.require(Act::SignIn, &[])?;
        few_mails(cx)?;
        Ok(store::user::credentials(cx.tx, email.as_str())?)
    })?;
    // Both in any case: the time it takes must not tell whether the address has an account.
    let same_person = password::is_right(known.as_ref().and_then(|(_, hash)| hash.as_deref()), &input.password);
    let hashed = password::hash(&input.password)?;
    center.write(actor, |cx| {
        few_mails(cx)?;
        note_address(cx, "mail-from")?;
        let Some(user) = store::user::by_email(cx.tx, email.as_str())? else {
            let row = UserRow {
                id: cx.new_id()?,
                email: email.to_string(),
                name: name.clone(),
                phone: phone.clone(),
                language: input.language.to_string(),
                state: UserState::Pending,
                organization: None,
                created_at: cx.now,
                verified_at: None,
                version: 1,
            };
            store::user::insert(cx.tx, &row, Some(hashed.as_str()))?;
            cx.audit("account.signed_up", ("user", &row.id), &(), &serde_json::json!({ "consent": true }), "")?;
            return send_link(cx, &row, LinkPurpose::Verify, Template::VerifyEmail, VERIFY_SECONDS);
        };
        if !may_mail(cx, &email)? {
            return Ok(());
        }
        match user.state {
            UserState::Pending if same_person => {
                send_link(cx, &user, LinkPurpose::Verify, Template::VerifyEmail, VERIFY_SECONDS)
            }
            UserState::Pending => {
                // Somebody signed up with this address before and chose another password; who of
                // them owns the mailbox is not known. Neither password counts: whoever opens the
                // mail chooses one.
                store::user::set_password(cx.tx, user.id, None)?;
                store::user::set_profile(cx.tx, user.id, &name, &phone, input.language.as_str())?;
                store::user::use_links(cx.tx, user.id, cx.now)?;
                cx.audit("account.signed_up", ("user", &user.id), &(), &serde_json::json!({ "consent": true }), "")?;
                let user = UserRow { name: name.clone(), language: input.language.to_string(), ..user };
                send_link(cx, &user, LinkPurpose::Reset, Template::ChoosePassword, VERIFY_SECONDS)
            }
            UserState::Active | UserState::Locked => {
                let link = format!("{}/sign-in", cx.identity.public_url);
                let args = [("name", user.name.clone()), ("link", link)];
                crate::mail::post(cx, &recipient(&user), Template::AccountExists, &args).map(drop)
            }
        }
    })
}

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

/// Confirms the address of an account by the link that was sent to it.
///
/// # Errors
/// [`Error::Conflict`] if the link is over.
pub fn verify_email(cx: &mut Cx<'_, '_>, token: &str) -> Outcome<()> {
    let user = link(cx, token, LinkPurpose::Verify)?;
    if user.state == UserState::Pending {
        store::user::set_state(cx.tx, user.id, UserState::Pending, UserState::Active, Some(cx.now))?;
    }
    store::user::use_links(cx.tx, user.id, cx.now)?;
    cx.audit("account.verified", ("user", &user.id), &(), &(), "")
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
                store::user::note_try(cx.tx, &subject("sign-in", &email), cx.now)?;
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
            store::user::forget_tries(cx.tx, &subject("sign-in", &email))?;
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

/// Chooses a password by a link. It confirms the address too, and ends every session.
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
        store::user::forget_tries(cx.tx, &subject("sign-in", &user.email))?;
        cx.audit("account.password_reset", ("user", &user.id), &(), &(), "")?;
        tell_changed(cx, &user)
    })
}

/// Changes one's own password; ends every session but the one it is done in.
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
            Ok(store::user::note_try(cx.tx, &subject("sign-in", &user.email), cx.now)?)
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
        cx.audit("account.password_changed", ("user", &user.id), &(), &(), "")?;
        tell_changed(cx, &user)
    })
}

/// One's own account with its sessions and tokens.
///
/// # Errors
/// [`Error::SignInNeeded`].
pub fn show(cx: &mut Cx<'_, '_>) -> Outcome<AccountView> {
    let user = own(cx)?;
    Ok(AccountView {
        roles: cx.actor.roles.iter().copied().collect(),
        sessions: store::user::sessions(cx.tx, user.id, cx.now)?,
        tokens: store::user::tokens(cx.tx, user.id, 100)?,
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

/// One's own tokens, newest first.
///
/// # Errors
/// [`Error::SignInNeeded`].
pub fn tokens(cx: &mut Cx<'_, '_>) -> Outcome<Vec<TokenRow>> {
    let user = own(cx)?;
    Ok(store::user::tokens(cx.tx, user.id, 100)?)
}

/// Makes a personal API token; its secret is answered this once and kept nowhere.
///
/// # Errors
/// [`Error::Invalid`] for each field; [`Error::Conflict`] beyond [`TOKENS_MAX`].
pub fn create_token(cx: &mut Cx<'_, '_>, name: &str, scope: TokenScope, days: i64) -> Outcome<(TokenId, String)> {
    let user = own(cx)?;
    let mut faults = Vec::new();
    let name = noted(person::name(name), "name", &mut faults);
    faults.extend(out_of_range(days, "days"));
    let (Some(name), true) = (name, faults.is_empty()) else { return Err(Error::Invalid(faults)) };
    let live = store::user::tokens(cx.tx, user.id, 200)?;
    let live = live.iter().filter(|token| is_live(token, cx.now)).count();
    if i64::try_from(live).unwrap_or(i64::MAX) >= TOKENS_MAX {
        return Err(Error::conflict(Reason::new(Code::TokenLimit).with("max", TOKENS_MAX)));
    }
    let secret = format!("{TOKEN_PREFIX}{}", hex(&random::<32>()?));
    let token = TokenRow {
        id: cx.new_id()?,
        user: user.id,
        name,
        scopes: scope.scopes().to_owned(),
        created_at: cx.now,
        expires_at: after(cx.now, days.saturating_mul(24 * 3600)),
        used_at: None,
        revoked_at: None,
    };
    store::user::add_token(cx.tx, &token, &credential_hash(&secret))?;
    cx.audit("token.created", ("token", &token.id), &(), &token, "")?;
    Ok((token.id, secret))
}

/// Whether a token is in force.
#[must_use]
pub fn is_live(token: &TokenRow, now: Timestamp) -> bool {
    token.revoked_at.is_none() && now < token.expires_at
}

/// Revokes one of one's own tokens.
///
/// # Errors
/// [`Error::NotFound`] if it is not there, another's or revoked already.
pub fn revoke_token(cx: &mut Cx<'_, '_>, id: TokenId) -> Outcome<()> {
    let user = own(cx)?;
    if !store::user::revoke_token(cx.tx, user.id, id, cx.now)? {
        return Err(Error::NotFound);
    }
    cx.audit("token.revoked", ("token", &id), &(), &(), "")
}

/// Forgets lapsed sessions and links, old tries, and accounts that nobody confirmed: for the clock.
///
/// # Errors
/// Database errors only.
pub fn forget(cx: &mut Cx<'_, '_>) -> Outcome<u64> {
    let lapsed = store::user::delete_lapsed(cx.tx, cx.now, after(cx.now, -MAIL_WINDOW_SECONDS.max(WINDOW_SECONDS)))?;
    Ok(lapsed + store::user::delete_unconfirmed(cx.tx, after(cx.now, -UNCONFIRMED_SECONDS))?)
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

/// So many seconds later.
pub(crate) fn after(now: Timestamp, seconds: i64) -> Timestamp {
    now.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(now)
}

/// How mail reaches a person.
pub(crate) fn recipient(user: &UserRow) -> Recipient {
    Recipient { user: Some(user.id), address: user.email.clone(), lang: lang(user) }
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

fn out_of_range(days: i64, field: &str) -> Option<FieldError> {
    if days < 1 {
        Some(Reason::new(Code::TooSmall).with("min", 1).at(field))
    } else if days > TOKEN_DAYS_MAX {
        Some(Reason::new(Code::TooLarge).with("max", TOKEN_DAYS_MAX).at(field))
    } else {
        None
    }
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

fn send_link(
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

fn tell_changed(cx: &mut Cx<'_, '_>, user: &UserRow) -> Outcome<()> {
    let link = format!("{}/reset", cx.identity.public_url);
    let at = Texts::new(lang(user)).instant(cx.now);
    let args = [("name", user.name.clone()), ("at", at), ("link", link)];
    crate::mail::post(cx, &recipient(user), Template::PasswordChanged, &args).map(drop)
}

/// An audit row of somebody who has just shown who they are.
fn audit_as(cx: &mut Cx<'_, '_>, user: &UserRow, action: &str) -> Outcome<()> {
    let actor = Actor { user: Some(user.id), name: user.name.clone(), ..cx.actor.clone() };
    let mut as_them = Cx::new(cx.tx, &actor, cx.now, cx.identity, cx.memo);
    as_them.audit(action, ("user", &user.id), &(), &(), "")
}

/// What tries are counted by: the address itself is not kept, it may be anybody's.
fn subject(kind: &str, of: &str) -> String {
    format!("{kind} {}", credential_hash(of))
}

/// Refuses while there were too many failed sign-ins for the account or from the network address.
fn few_failures(cx: &mut Cx<'_, '_>, email: &str) -> Outcome<()> {
    few(cx, &subject("sign-in", email), FAILURES_PER_ACCOUNT, WINDOW_SECONDS)?;
    few_from(cx, "sign-in-from", FAILURES_PER_ADDRESS, WINDOW_SECONDS)
}

/// Refuses while too many requests that send mail came from the network address.
fn few_mails(cx: &mut Cx<'_, '_>) -> Outcome<()> {
    few_from(cx, "mail-from", MAILS_PER_ADDRESS, MAIL_WINDOW_SECONDS)
}

/// Whether one more mail may go to an address that anybody can ask for; notes it.
fn may_mail(cx: &mut Cx<'_, '_>, email: &(impl std::fmt::Display + ?Sized)) -> Outcome<bool> {
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

fn note_address(cx: &mut Cx<'_, '_>, kind: &str) -> Outcome<()> {
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
