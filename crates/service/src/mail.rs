//! Writing mail. Mails are posted in the transaction that causes them and sent later by a worker,
//! so that nothing waits on mail and none is lost or doubled.

use std::collections::HashMap;

use domain::ids::{MailId, UserId};
pub use store::trust::MailRow;
use texts::{Lang, Texts};

use crate::{Cx, Outcome};

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
