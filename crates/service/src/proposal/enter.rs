//! Entering what somebody else brought on paper or in a file.

use domain::access::Act;
use domain::call::CallState;
use domain::ids::{OrganizationId, ProposalId, RoundId, UserId};
use domain::{Code, FieldError};

use super::draft::{ProposalChange, blank, keepable};
use super::submit::{beyond_share, complete, hand_in, in_time, offering};
use crate::{Channel, Cx, Error, Outcome};

/// For whom a proposal is entered that somebody else brought on paper or in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entering {
    /// The round.
    pub round: RoundId,
    /// Its lead.
    pub lead: UserId,
    /// Its organization.
    pub organization: OrganizationId,
    /// Whether it is handed in; else it becomes a draft of the lead's.
    pub submits: bool,
    /// Whether the round need not be open: only for the command line.
    pub late: bool,
}

/// Enters a proposal on somebody's behalf, with all the checks of writing and submitting one.
/// `source` says where it came from; it is kept as the reason.
///
/// # Errors
/// [`Error::Invalid`] with everything that is wrong, per field; [`Error::Conflict`] if the round is
/// not open; [`Error::NotFound`] if there is no such round.
pub fn enter(
    cx: &mut Cx<'_, '_>,
    entering: &Entering,
    change: &ProposalChange,
    source: &str,
) -> Outcome<(ProposalId, Option<String>)> {
    cx.require(Act::Import, &[])?;
    let round = store::proposal::round(cx.tx, entering.round)?.ok_or(Error::NotFound)?;
    if round.call_state != CallState::Published {
        return Err(Error::NotFound);
    }
    if !(entering.late && cx.actor.channel == Channel::Cli) {
        in_time(&round, cx.now, Code::DeadlinePassed)?;
    }
    let blank = blank(cx, round.id, entering.lead, Some(entering.organization))?;
    let row = change.put_into(blank)?;
    let products = store::call::products(cx.tx, Some(round.call))?;
    let offering = offering(&round, &products, &store::call::pool_shares(cx.tx, Some(round.call))?);
    let mut faults = keepable(change);
    let lines = match complete(&row, true, &offering, cx.today())? {
        Ok(lines) => {
            if entering.submits {
                faults.extend(beyond_share(cx, &row, &lines)?);
            }
            lines
        }
        Err(more) => {
            // A draft may lack something, but what it says must be right.
            let lacks = |fault: &FieldError| fault.reason.code == Code::Required;
            faults.extend(more.into_iter().filter(|fault| entering.submits || !lacks(fault)));
            Vec::new()
        }
    };
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    store::proposal::insert(cx.tx, &row)?;
    let began = serde_json::json!({ "round": round.id, "lead": row.lead, "organization": row.organization });
    cx.audit("proposal.started", ("proposal", &row.id), &(), &began, source)?;
    if !entering.submits {
        return Ok((row.id, None));
    }
    let (party, round) = store::proposal::behind(cx.tx, row.id, None)?.ok_or(Error::NotFound)?;
    let receipt = hand_in(cx, &row, &party, &round, row.organization, lines, source)?;
    Ok((row.id, Some(receipt)))
}
