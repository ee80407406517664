//! Who may read and write a proposal.

use domain::access::{Act, Tie};
use domain::ids::ProposalId;
use store::proposal::{Party, ProposalRound, ProposalRow};

use crate::{Cx, Error, Outcome};

type Found = (ProposalRow, Party, ProposalRound, Vec<Tie>);

/// A proposal that the acting person may read, with how they are tied to it.
pub(crate) fn readable(cx: &mut Cx<'_, '_>, id: ProposalId) -> Outcome<Found> {
    if cx.actor.user.is_none() && !cx.actor.may(Act::ProposalList, &[]) {
        return Err(Error::SignInNeeded);
    }
    let found = find(cx, id)?;
    let (row, _, _, ties) = &found;
    cx.require_on(Act::ProposalRead, Act::ProposalRead, ties)?;
    // A draft, and one withdrawn before it was handed in, is its own people's business.
    let handed_in = row.submitted_at.is_some();
    if !handed_in && !cx.actor.may(Act::ProposalWrite, ties) && !ties.contains(&Tie::OrgAdmin) {
        return Err(Error::NotFound);
    }
    Ok(found)
}

pub(super) fn mine_to_write(cx: &mut Cx<'_, '_>, id: ProposalId) -> Outcome<Found> {
    let found = readable(cx, id)?;
    cx.require(Act::ProposalWrite, &found.3)?;
    Ok(found)
}

fn find(cx: &mut Cx<'_, '_>, id: ProposalId) -> Outcome<Found> {
    let row = store::proposal::find(cx.tx, id)?.ok_or(Error::NotFound)?;
    let (party, round) = store::proposal::behind(cx.tx, id, cx.actor.user)?.ok_or(Error::NotFound)?;
    let mut ties = Vec::new();
    if let Some(user) = cx.actor.user {
        ties.extend((row.lead == user).then_some(Tie::Lead));
        ties.extend((row.manager == Some(user)).then_some(Tie::Manager));
        ties.extend((party.admin == Some(true)).then_some(Tie::OrgAdmin));
        // Nothing is read before a conflict of interest is ruled out.
        ties.extend(party.review_state.is_some_and(|state| state.reads()).then_some(Tie::AssignedReviewer));
    }
    Ok((row, party, round, ties))
}
