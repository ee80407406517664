//! Proposals: begun in an open round, saved however unfinished, submitted in time or told why not,
//! corrected when returned, withdrawn.

mod draft;
mod enter;
mod letter;
mod list;
mod reach;
mod show;
mod submit;

use domain::ids::ProposalId;
use domain::proposal::ProposalState;

use crate::{Cx, Error, Outcome};
use reach::mine_to_write;

pub use draft::{DraftView, ProposalChange, SUMMARY_MAX, USAGE_PLAN_MAX, edit, form, lacks, save, start};
pub use enter::{Entering, enter};
pub use letter::title;
pub(crate) use letter::{remind, tell};
pub use list::{RoundProposals, mine, of_round, rounds};
pub(crate) use reach::readable;
pub use show::{Announced, ProposalView, Step, show};
pub use store::proposal::{
    Competition, LineRow, NamedLine, Party, ProposalItem, ProposalRound, ProposalRow, RoundItem,
};
pub use store::review::ReviewItem;
pub use submit::submit;

/// Takes a proposal back.
///
/// # Errors
/// [`Error::Conflict`] once it is decided.
pub fn withdraw(cx: &mut Cx<'_, '_>, id: ProposalId, reason: &str) -> Outcome<()> {
    let (row, _, _, _) = mine_to_write(cx, id)?;
    if !row.state.may_become(ProposalState::Withdrawn) {
        return Err(Error::wrong_state(row.state));
    }
    store::proposal::step(cx.tx, id, row.state, ProposalState::Withdrawn)?;
    let reason: String = reason.trim().chars().take(1000).collect();
    audit_step(cx, id, row.state, ProposalState::Withdrawn, "proposal.withdrawn", &reason)
}

/// The audit row of a step from one state to another.
pub(crate) fn audit_step(
    cx: &mut Cx<'_, '_>,
    id: ProposalId,
    from: ProposalState,
    to: ProposalState,
    action: &str,
    reason: &str,
) -> Outcome<()> {
    let states = |state: ProposalState| serde_json::json!({ "state": state });
    cx.audit(action, ("proposal", &id), &states(from), &states(to), reason)
}
