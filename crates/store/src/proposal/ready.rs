//! What a plan of a round rests on.

use domain::ids::RoundId;

use crate::{Result, Tx};

/// What a plan of a round rests on: the request lines of each checked, undecided proposal, and the
/// points of its submitted reviews.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ready {
    /// The request lines, by proposal and position.
    pub lines: Vec<crate::plan::CandidateLine>,
    /// The points, by proposal, review and criterion.
    pub points: Vec<crate::plan::ScorePoint>,
}

/// The proposals of a round that a plan may select, with their points.
///
/// # Errors
/// Database errors only.
pub fn ready_for_plan(tx: &mut Tx<'_>, round: RoundId) -> Result<Ready> {
    Ok(Ready { lines: crate::plan::candidates(tx, round)?, points: crate::plan::score_points(tx, round)? })
}
