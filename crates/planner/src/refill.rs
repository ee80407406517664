//! Finding who on the reserve list fits into what came free.

use domain::ids::{PoolId, ProposalId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::fit::{Room, fit};
use crate::input::{Line, Stretch, steps};
use crate::output::Given;

/// What is free now, and who waits for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefillInput {
    /// The first day on which anything can start.
    pub today: Date,
    /// What is free in each pool, net of running awards and open offers.
    pub free: Vec<(PoolId, Vec<Stretch>)>,
    /// Who waits, first in rank first.
    pub waiting: Vec<Waiting>,
}

/// A proposal on the reserve list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// Which.
    pub proposal: ProposalId,
    /// What it asks for; all lines or none are given.
    pub lines: Vec<Line>,
}

/// What a waiting proposal can be offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refilled {
    /// Which.
    pub proposal: ProposalId,
    /// What, line by line.
    pub given: Vec<Given>,
}

/// Offers what is free in the order of rank; who does not fit is passed over and keeps the place.
#[must_use]
pub fn refill(input: &RefillInput) -> Vec<Refilled> {
    let mut room: Room = input.free.iter().map(|(pool, free)| (pool.clone(), steps(free))).collect();
    input
        .waiting
        .iter()
        .filter(|waiting| !waiting.lines.is_empty())
        .filter_map(|waiting| {
            let given = fit(&waiting.lines, &mut room, Some(input.today)).ok()?;
            Some(Refilled { proposal: waiting.proposal, given })
        })
        .collect()
}
