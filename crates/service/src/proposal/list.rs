//! Lists of proposals and rounds.

use domain::access::Act;
use domain::ids::{ProposalId, RoundId};
use domain::proposal::ProposalState;
use jiff::Timestamp;
use store::proposal::{Competition, ProposalItem, ProposalRound, RoundItem};

use crate::{Cx, Error, Outcome};

/// The acting person's proposals before a place, newest first.
///
/// # Errors
/// [`Error::SignInNeeded`].
pub fn mine(cx: &mut Cx<'_, '_>, before: Option<(Timestamp, ProposalId)>, limit: i64) -> Outcome<Vec<ProposalItem>> {
    let user = cx.user()?;
    Ok(store::proposal::of_person(cx.tx, user, before, limit.clamp(1, 201))?)
}

/// A round with its submitted proposals after a place, earliest first, and how many are in each
/// state.
#[derive(Clone, Debug)]
pub struct RoundProposals {
    /// The round.
    pub round: ProposalRound,
    /// How many are in each state; drafts are only counted.
    pub counts: Vec<(ProposalState, i64)>,
    /// How much of each pool is asked for.
    pub competition: Vec<Competition>,
    /// The proposals.
    pub items: Vec<ProposalItem>,
}

/// The submitted proposals of a round; only those in `state` if one is named.
///
/// # Errors
/// [`Error::NotFound`] and lacking permission.
pub fn of_round(
    cx: &mut Cx<'_, '_>,
    round: RoundId,
    state: Option<ProposalState>,
    after: Option<(Timestamp, ProposalId)>,
    limit: i64,
) -> Outcome<RoundProposals> {
    cx.require(Act::ProposalList, &[])?;
    Ok(RoundProposals {
        items: store::proposal::of_round(cx.tx, round, state, after, limit.clamp(1, 201))?,
        counts: store::proposal::counts(cx.tx, round)?,
        competition: store::proposal::competition(cx.tx, round)?,
        round: store::proposal::round(cx.tx, round)?.ok_or(Error::NotFound)?,
    })
}

/// The rounds with how many of their proposals wait for what, before a place, latest closing first.
///
/// # Errors
/// Lacking permission.
pub fn rounds(cx: &mut Cx<'_, '_>, before: Option<(Timestamp, RoundId)>, limit: i64) -> Outcome<Vec<RoundItem>> {
    cx.require(Act::ProposalList, &[])?;
    Ok(store::proposal::rounds(cx.tx, before, limit.clamp(1, 201))?)
}
