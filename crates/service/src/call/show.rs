//! One call with everything that belongs to it.

use domain::access::Act;
use domain::call::{Phase, RoundFacts};
use domain::ids::{CallId, RoundId};
use domain::units::Amount;
use store::call::{CallRow, CriterionRow, PoolShare, RoundRow};
use store::center::ProductRow;

use super::dates::{Correction, correction};
use crate::{Cx, Error, Outcome};

/// A call with everything that belongs to it.
#[derive(Clone, Debug)]
pub struct CallView {
    /// The call.
    pub row: CallRow,
    /// Where it stands.
    pub phase: Phase,
    /// All products of the center, each with whether the call has it.
    pub products: Vec<(ProductRow, bool)>,
    /// Its criteria.
    pub criteria: Vec<CriterionRow>,
    /// Its rounds and where each stands.
    pub rounds: Vec<(RoundRow, Phase)>,
    /// All pools, with what each round hands out.
    pub shares: Vec<PoolShare>,
    /// How the dates of its rounds were corrected once they were published, the latest first.
    pub corrections: Vec<Correction>,
    /// Whether the actor drafted or changed it, and so may not publish it.
    pub wrote: bool,
}

impl CallView {
    /// Whether it has all that a published call must have.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let handed_out = |round: RoundId| self.shares.iter().any(|share| share.round == Some(round));
        self.products.iter().any(|(_, chosen)| *chosen)
            && !self.criteria.is_empty()
            && !self.rounds.is_empty()
            && self.rounds.iter().all(|(round, _)| handed_out(round.id))
    }

    /// What a round may hand out, by pool.
    pub fn envelope(&self, round: RoundId) -> impl Iterator<Item = (&PoolShare, Amount)> {
        self.shares
            .iter()
            .filter(move |share| share.round == Some(round))
            .filter_map(|share| share.amount.map(|amount| (share, amount)))
    }
}

/// One call. Drafts are the office's.
///
/// # Errors
/// [`Error::NotFound`], also for drafts of which the actor may not know.
pub fn show(cx: &mut Cx<'_, '_>, id: CallId) -> Outcome<CallView> {
    cx.require(Act::PublicRead, &[])?;
    let (row, wrote) = store::call::find_written(cx.tx, id, cx.actor.user)?.ok_or(Error::NotFound)?;
    // A draft that was put away was never public.
    if row.published_at.is_none() && !cx.actor.may(Act::CallList, &[]) {
        return Err(Error::NotFound);
    }
    let (mut rounds, mut all, mut corrections) = (Vec::new(), Vec::new(), Vec::new());
    for (round, reviewing, corrected) in store::call::corrected_rounds(cx.tx, id)? {
        let facts = facts(&round, reviewing);
        corrections.extend(corrected.iter().map(|one| correction(round.id, one)));
        all.push(facts);
        rounds.push((round, facts.phase(row.state, cx.now)));
    }
    corrections.sort_by_key(|one| std::cmp::Reverse(one.at));
    Ok(CallView {
        phase: domain::call::phase(row.state, &all, cx.now),
        rounds,
        corrections,
        wrote,
        products: store::call::products(cx.tx, Some(id))?,
        criteria: store::call::criteria(cx.tx, id)?,
        shares: store::call::pool_shares(cx.tx, Some(id))?,
        row,
    })
}

/// Products, each with whether a call has it, and pools.
pub type Choices = (Vec<(ProductRow, bool)>, Vec<PoolShare>);

/// The products and pools of which a new call can be made.
///
/// # Errors
/// Database errors and lacking permission.
pub fn choices(cx: &mut Cx<'_, '_>) -> Outcome<Choices> {
    cx.require(Act::CallDraft, &[])?;
    Ok((store::call::products(cx.tx, None)?, store::call::pool_shares(cx.tx, None)?))
}

pub(super) fn facts(round: &RoundRow, reviewing: bool) -> RoundFacts {
    RoundFacts { opens_at: round.opens_at, closes_at: round.closes_at, reviewing, decided_at: round.decided_at }
}
