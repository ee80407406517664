//! Signing up, and confirming the address.

use domain::access::Act;
use domain::person::{Email, LinkPurpose, UserState, noted};
use domain::{Code, FieldError, Reason, person};
use store::user::UserRow;
use texts::Lang;

use super::link::{VERIFY_SECONDS, link, send_link};
use super::tries::{MAIL_WINDOW_SECONDS, WINDOW_SECONDS, few_mails, may_mail, note_address};
use super::{after, recipient};
use crate::mail::Template;
use crate::{Actor, Center, Cx, Error, Outcome, password};

/// How long an account waits to be confirmed before it is deleted: a week.
const UNCONFIRMED_SECONDS: i64 = 7 * 24 * 3600;

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

/// Signs up: a pending account and a mail with a link that confirms its address. The answer is the
/// same whether or not the address has an account; if it has, the mail says so.
///
/// # Errors
/// [`Error::Invalid`] for each field; [`Error::TooMany`] if too much comes from one network
/// address.
pub fn sign_up(center: &Center, actor: &Actor, input: &SignUp) -> Outcome<()> {
    let (email, name, phone) = checked(input).map_err(Error::Invalid)?;
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

/// Checks what somebody signs up with; answers address, name and number as they are kept.
///
/// # Errors
/// Everything that is wrong.
pub fn checked(input: &SignUp) -> Result<(Email, String, String), Vec<FieldError>> {
    let mut faults = Vec::new();
    let email = noted(input.email.parse::<Email>(), "email", &mut faults);
    let name = noted(person::name(&input.name), "name", &mut faults);
    let phone = noted(person::phone(&input.phone), "phone", &mut faults);
    let same = (email.as_ref().map_or("", Email::as_str), input.name.as_str());
    noted(person::password(&input.password, same.0, same.1), "password", &mut faults);
    if !input.consent {
        faults.push(Reason::new(Code::Required).at("consent"));
    }
    match (email, name, phone, faults.is_empty()) {
        (Some(email), Some(name), Some(phone), true) => Ok((email, name, phone)),
        _ => Err(faults),
    }
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

/// Forgets lapsed sessions and links, old tries, and accounts that nobody confirmed: for the clock.
///
/// # Errors
/// Database errors only.
pub fn forget(cx: &mut Cx<'_, '_>) -> Outcome<u64> {
    let lapsed = store::user::delete_lapsed(cx.tx, cx.now, after(cx.now, -MAIL_WINDOW_SECONDS.max(WINDOW_SECONDS)))?;
    Ok(lapsed + store::user::delete_unconfirmed(cx.tx, after(cx.now, -UNCONFIRMED_SECONDS))?)
}
