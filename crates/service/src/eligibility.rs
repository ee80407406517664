//! The check of eligibility (자격검토): eligible, returned for correction, or rejected.

use domain::access::Act;
use domain::ids::ProposalId;
use domain::policy::PolicyKey;
use domain::proposal::ProposalState;
use domain::term::add_days;
use domain::{Code, Reason};
use store::proposal::{Party, ProposalRow};
use texts::{Lang, Texts};

use crate::mail::Template;
use crate::proposal::{audit_step, readable, tell};
use crate::{Cx, Error, Outcome};

/// What the office found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It goes on to review.
    Eligible,
    /// What is to be corrected.
    Return(String),
    /// Why it is not eligible.
    Reject(String),
}

/// What speaks against a proposal by the center's rules; the office decides.
///
/// # Errors
/// Database errors only.
pub fn concerns(cx: &mut Cx<'_, '_>, row: &ProposalRow, party: &Party) -> Outcome<Vec<Reason>> {
    let mut reasons = Vec::new();
    let max = cx.policy()?.int(PolicyKey::OrgMaxActiveProjects);
    if row.organization.is_some() && party.projects >= max {
        reasons.push(Reason::new(Code::OrgProjects).with("max", max));
    }
    if party.verified_at.is_none() {
        reasons.push(Reason::new(Code::OrganizationUnverified));
    }
    Ok(reasons)
}

/// Records what the office found about a proposal as it was at `version`.
///
/// # Errors
/// [`Error::Conflict`] if it is not waiting for the check, was changed meanwhile, or was returned
/// as often as it may be; [`Error::Invalid`] without a note where one is needed;
/// [`Error::Forbidden`] for the proposal's own people.
pub fn check(cx: &mut Cx<'_, '_>, id: ProposalId, version: i64, verdict: &Verdict) -> Outcome<()> {
    cx.require(Act::ProposalCheck, &[])?;
    let (row, party, _, ties) = readable(cx, id)?;
    cx.require_apart(Act::ProposalCheck, None, &ties)?;
    let overdue = row.correction_due_at.is_none_or(|due| cx.now >= due);
    let next = match verdict {
        Verdict::Eligible => ProposalState::EligibilityOk,
        Verdict::Return(_) => ProposalState::Returned,
        Verdict::Reject(_) => ProposalState::Rejected,
    };
    let waits = match row.state {
        ProposalState::Submitted => true,
        // Whoever was given time to correct keeps it; after that only rejection is left.
        ProposalState::Returned => overdue,
        _ => false,
    };
    if !waits || !row.state.may_become(next) {
        return Err(Error::wrong_state(row.state));
    }
    if row.version != version {
        return Err(Error::conflict(Code::Changed));
    }
    let note = match verdict {
        Verdict::Eligible => "",
        Verdict::Return(note) | Verdict::Reject(note) => note.trim(),
    };
    if next != ProposalState::EligibilityOk && note.is_empty() {
        return Err(Error::field("note", Code::Required));
    }
    if note.chars().count() > 4000 {
        return Err(Error::field("note", Reason::new(Code::TooLong).with("max", 4000)));
    }
    let mut changed = ProposalRow { state: next, state_note: note.to_owned(), ..row.clone() };
    if next == ProposalState::Returned {
        let policy = cx.policy()?;
        let max = policy.int(PolicyKey::CorrectionMax);
        if row.corrections >= max {
            return Err(Error::conflict(Reason::new(Code::CorrectionsUsed).with("max", max)));
        }
        // The last business day belongs to the period; it is over at the midnight after it.
        let calendar = &cx.identity.calendar;
        let last = calendar.business_days_after(cx.today(), policy.int(PolicyKey::CorrectionBusinessDays));
        changed.correction_due_at = Some(calendar.midnight(add_days(last, 1)));
        changed.corrections = row.corrections.saturating_add(1);
    }
    store::proposal::update(cx.tx, &changed)?;
    audit_step(cx, id, row.state, next, &format!("proposal.{next}"), note)?;
    let lang: Lang = party.lead_language.parse().unwrap_or(Lang::Ko);
    match next {
        ProposalState::Returned => {
            let due = changed.correction_due_at.map(|at| Texts::new(lang).deadline(at)).unwrap_or_default();
            let args = [("note", note.to_owned()), ("due", due)];
            tell(cx, &changed, &party, Template::ProposalReturned, &args)
        }
        ProposalState::Rejected => tell(cx, &changed, &party, Template::ProposalRejected, &[("note", note.to_owned())]),
        _ => Ok(()),
    }
}
