//! Writing mail. Mails are posted in the transaction that causes them and sent later by a worker,
//! so that nothing waits on mail and none is lost or doubled.

use std::collections::HashMap;

use domain::access::Act;
use domain::ids::{MailId, UserId};
use jiff::{SignedDuration, Timestamp};
pub use store::trust::MailRow;
use texts::{Lang, Texts};

use crate::{Cx, Error, Outcome};

domain::words! {
    /// A kind of mail. The catalogs hold `mail-<word>-subject` and `mail-<word>-body` for each.
    Template in "mail" {
        /// Confirm the e-mail address.
        VerifyEmail = "verify_email",
        /// Somebody signs up with an address that has an account.
        AccountExists = "account_exists",
        /// An account waits for its owner to choose a password.
        ChoosePassword = "choose_password",
        /// Choose a new password.
        ResetPassword = "reset_password",
        /// The password was changed.
        PasswordChanged = "password_changed",
        /// Somebody asks to be admitted to the organization.
        OrganizationAsked = "organization_asked",
        /// The request to be admitted to an organization was granted.
        OrganizationAdmitted = "organization_admitted",
        /// An organization's papers are confirmed.
        OrganizationVerified = "organization_verified",
        /// An award ends soon.
        TermEnding = "term_ending",
        /// A request to change an award was approved and is in force.
        AdjustmentApproved = "adjustment_approved",
        /// An increase was approved and waits for room.
        AdjustmentWaits = "adjustment_waits",
        /// An increase that waited for room is in force.
        AdjustmentServed = "adjustment_served",
        /// A request to change an award was rejected.
        AdjustmentRejected = "adjustment_rejected",
        /// A request was not decided, or found no room, before its award ended.
        AdjustmentExpired = "adjustment_expired",
        /// A plan was sent back to its maker.
        PlanReturned = "plan_returned",
        /// A proposal is selected; its offer is out.
        PlanSelected = "plan_selected",
        /// A proposal is on the reserve list.
        PlanReserve = "plan_reserve",
        /// A proposal is not selected.
        PlanRejected = "plan_rejected",
        /// Capacity came free and is offered.
        RefillOffer = "refill_offer",
        /// An offer was not answered in time.
        OfferLapsed = "offer_lapsed",
        /// An offer was taken back.
        OfferWithdrawn = "offer_withdrawn",
        /// An agreement waits for the lead's signature.
        AgreementReady = "agreement_ready",
        /// An agreement is signed by both.
        AgreementConcluded = "agreement_concluded",
        /// An award was taken back before it began.
        AwardWithdrawn = "award_withdrawn",
        /// An allocation is in force.
        AllocationBegun = "allocation_begun",
        /// An allocation is over; the data can be read for a time.
        AllocationEnded = "allocation_ended",
        /// Maintenance is announced.
        MaintenancePlanned = "maintenance_planned",
        /// Announced maintenance was changed.
        MaintenanceChanged = "maintenance_changed",
        /// Announced maintenance does not take place.
        MaintenanceCancelled = "maintenance_cancelled",
        /// Maintenance begins soon.
        MaintenanceSoon = "maintenance_soon",
        /// A reservation is booked.
        ReservationBooked = "reservation_booked",
        /// A reservation was not approved.
        ReservationDeclined = "reservation_declined",
        /// A booked reservation was withdrawn by the center.
        ReservationWithdrawn = "reservation_withdrawn",
        /// The first day of a reservation has come.
        ReservationBegun = "reservation_begun",
        /// Jobs have more than their project holds.
        JobsTooMany = "jobs_too_many",
        /// An award is extended for an outage.
        OutageCredited = "outage_credited",
        /// Somebody is invited to a project.
        ProjectInvitation = "project_invitation",
        /// A proposal was received.
        ProposalReceived = "proposal_received",
        /// A proposal is returned for correction.
        ProposalReturned = "proposal_returned",
        /// A proposal is not eligible.
        ProposalRejected = "proposal_rejected",
        /// A draft or correction must be in soon.
        ProposalDue = "proposal_due",
        /// Proposals are assigned to a reviewer.
        ReviewAssigned = "review_assigned",
        /// A review is due soon.
        ReviewDue = "review_due",
    }
}

/// To whom a mail goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The account, if it is one of ours.
    pub user: Option<UserId>,
    /// The address.
    pub address: String,
    /// The language to write in.
    pub lang: Lang,
}

impl Recipient {
    /// Somebody with an account, in the language of theirs.
    #[must_use]
    pub fn person(user: UserId, address: &str, language: &str) -> Self {
        Self { user: Some(user), address: address.to_owned(), lang: language.parse().unwrap_or(Lang::Ko) }
    }
}

/// Posts a mail. `args` are the facts that its texts name; values are made in the recipient's
/// language by the caller ([`Texts`]).
///
/// # Errors
/// Database errors only.
pub fn post(cx: &mut Cx<'_, '_>, to: &Recipient, template: Template, args: &[(&str, String)]) -> Outcome<MailId> {
    let texts = Texts::new(to.lang);
    let mut facts: HashMap<String, String> =
        args.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    facts.insert("center".to_owned(), cx.identity.name(to.lang).to_owned());
    facts.insert("portal".to_owned(), cx.identity.public_url.clone());
    let name = template.as_str().replace('_', "-");
    let id: MailId = cx.new_id()?;
    let row = MailRow {
        id,
        user: to.user,
        address: to.address.clone(),
        template: template.to_string(),
        language: to.lang.to_string(),
        // A line break in a fact must not become a header of its own.
        subject: texts.named(&format!("mail-{name}-subject"), &facts).replace(['\r', '\n'], " "),
        body: texts.named(&format!("mail-{name}-body"), &facts),
        created_at: cx.now,
        next_try_at: cx.now,
        tries: 0,
        last_error: String::new(),
        sent_at: None,
    };
    store::trust::post(cx.tx, &row)?;
    cx.queued = true;
    Ok(id)
}

/// Mails that are due to be sent, oldest first: for the worker.
///
/// # Errors
/// Database errors only.
pub fn due(cx: &mut Cx<'_, '_>, limit: i64) -> Outcome<Vec<MailRow>> {
    Ok(store::trust::unsent(cx.tx, cx.now, limit)?)
}

/// How long whoever claimed a mail is trusted to be sending it. Longer than a mail server that
/// answers each command at the last moment can take.
const CLAIM: SignedDuration = SignedDuration::from_mins(10);

/// Claims the mail that is due first, so that no other instance of the program sends it too. If
/// neither [`sent`] nor [`failed`] follows, it is due again in ten minutes.
///
/// # Errors
/// Database errors only.
pub fn claim(cx: &mut Cx<'_, '_>) -> Outcome<Option<MailRow>> {
    let until = cx.now.saturating_add(CLAIM).unwrap_or(Timestamp::MAX);
    for mail in store::trust::unsent(cx.tx, cx.now, 1)? {
        if store::trust::claim_mail(cx.tx, &mail, until)? {
            return Ok(Some(mail));
        }
    }
    Ok(None)
}

/// Notes that a mail was handed to the mail server.
///
/// # Errors
/// Database errors only.
pub fn sent(cx: &mut Cx<'_, '_>, id: MailId) -> Outcome<()> {
    Ok(store::trust::mark_sent(cx.tx, id, cx.now)?)
}

/// Notes that sending failed; it is tried again later and later, up to every six hours.
///
/// # Errors
/// Database errors only.
pub fn failed(cx: &mut Cx<'_, '_>, mail: &MailRow, error: &str) -> Outcome<()> {
    let next = crate::work::next_try(cx.now, mail.tries);
    Ok(store::trust::mark_unsent(cx.tx, mail.id, &crate::work::short(error), next)?)
}

/// Whether the actor may read mail that is not addressed to them: in a demo everybody may, since
/// the mailbox page is where its mail arrives; elsewhere it takes [`Act::MailRead`].
///
/// # Errors
/// [`Error::SignInNeeded`] or [`Error::Forbidden`].
fn require_mailbox(cx: &Cx<'_, '_>) -> Outcome<()> {
    if cx.identity.demo { Ok(()) } else { cx.require(Act::MailRead, &[]) }
}

/// Mails before a place, newest first: all of them, or only those to the acting person.
///
/// # Errors
/// [`Error::SignInNeeded`] or [`Error::Forbidden`].
pub fn list(
    cx: &mut Cx<'_, '_>,
    only_mine: bool,
    before: Option<(Timestamp, MailId)>,
    limit: i64,
) -> Outcome<Vec<MailRow>> {
    require_mailbox(cx)?;
    let limit = limit.clamp(1, 201);
    match cx.actor.user.filter(|_| only_mine) {
        Some(user) => Ok(store::trust::mails_of(cx.tx, user, before, limit)?),
        None => Ok(store::trust::mails(cx.tx, before, limit)?),
    }
}

/// One mail. Outside of a demo, a link in it that lets its bearer into an account is blotted out:
/// whoever reads the center's mail must not become somebody else by it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::SignInNeeded`] or [`Error::Forbidden`].
pub fn show(cx: &mut Cx<'_, '_>, id: MailId) -> Outcome<MailRow> {
    require_mailbox(cx)?;
    let mut mail = store::trust::find_mail(cx.tx, id)?.ok_or(Error::NotFound)?;
    if !cx.identity.demo {
        mail.body = without_secrets(&mail.body, &cx.identity.public_url);
    }
    Ok(mail)
}

/// The text with every one-time secret of our links as `…`: whatever follows `token=`, and any part
/// of a path that is as long as a secret but no id.
fn without_secrets(body: &str, public_url: &str) -> String {
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.find(public_url).filter(|_| !public_url.is_empty()) {
        let (before, link) = rest.split_at(at);
        let end = link.find(char::is_whitespace).unwrap_or(link.len());
        let (link, after) = link.split_at(end);
        out.push_str(before);
        for part in link.split_inclusive(['/', '?', '&', '=']) {
            let word = part.trim_end_matches(['/', '?', '&', '=']);
            let secret =
                word.len() >= 20 && !word.contains(':') && !(word.len() == 36 && word.parse::<uuid::Uuid>().is_ok());
            if secret {
                out.push('…');
                out.push_str(&part[word.len()..]);
            } else {
                out.push_str(part);
            }
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A piece of a mail's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text.
    Text(String),
    /// A link of this portal: its path with query.
    Link(String),
}

/// A mail's text cut into text and links of this portal.
#[must_use]
pub fn pieces(body: &str, public_url: &str) -> Vec<Piece> {
    let mut out = Vec::new();
    let mut text = String::new();
    let mut rest = body;
    while let Some(at) = rest.find(public_url).filter(|_| !public_url.is_empty()) {
        let (before, link) = rest.split_at(at);
        let path = &link[public_url.len()..];
        let end = path.find(|c: char| !c.is_ascii_graphic() || "<>\"'()[]{}|\\^`".contains(c)).unwrap_or(path.len());
        let path = path[..end].trim_end_matches(['.', ',', ';', ':', '!']);
        text.push_str(before);
        if path.starts_with('/') && !path.starts_with("//") {
            if !text.is_empty() {
                out.push(Piece::Text(std::mem::take(&mut text)));
            }
            out.push(Piece::Link(path.to_owned()));
        } else {
            text.push_str(&link[..public_url.len() + path.len()]);
        }
        rest = &link[public_url.len() + path.len()..];
    }
    text.push_str(rest);
    if !text.is_empty() {
        out.push(Piece::Text(text));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://center.example";

    #[test]
    fn links_of_this_portal_are_found_and_others_stay_text() {
        let of = |body: &str| pieces(body, URL);
        let (text, link) = (|t: &str| Piece::Text(t.to_owned()), |t: &str| Piece::Link(t.to_owned()));
        assert_eq!(
            of("열기: https://center.example/a?b=1&c=2\n끝"),
            [text("열기: "), link("/a?b=1&c=2"), text("\n끝")]
        );
        assert_eq!(of("(https://center.example/a)."), [text("("), link("/a"), text(").")]);
        assert_eq!(of("https://center.example.evil/a"), [text("https://center.example.evil/a")]);
        assert_eq!(of("https://center.example//evil.example"), [text("https://center.example//evil.example")]);
        assert_eq!(of("https://evil.example/"), [text("https://evil.example/")]);
        assert_eq!(of(""), []);
        assert_eq!(pieces("x", ""), [text("x")]);
    }

    #[test]
    fn secrets_are_blotted_out_and_ids_stay() {
        let body = "a https://center.example/verify?token=abcdefghijklmnopqrstuvwxyz0123&x=1 b\n\
                    https://center.example/offers/018f0000-0000-7000-8000-000000000000 c\n\
                    https://center.example/verify/0123456789abcdef0123456789abcdef";
        assert_eq!(
            without_secrets(body, URL),
            "a https://center.example/verify?token=…&x=1 b\n\
             https://center.example/offers/018f0000-0000-7000-8000-000000000000 c\n\
             https://center.example/verify/…"
        );
    }
}
