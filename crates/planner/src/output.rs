//! What a plan says.

use domain::award::Decision;
use domain::ids::{PoolId, ProductId, ProposalId};
use domain::reason::Reason;
use domain::term::Term;
use serde::{Deserialize, Serialize};

use crate::input::Stretch;

/// A plan of a round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Which engine made it.
    pub solver: String,
    /// SHA-256 over the canonical input and the versions of solver and policy.
    pub digest: String,
    /// What becomes of each proposal, in the order of rank.
    pub outcomes: Vec<ProposalOutcome>,
    /// How much of each pool is given and left.
    pub pools: Vec<PoolUse>,
}

/// What becomes of one proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalOutcome {
    /// Which.
    pub proposal: ProposalId,
    /// Its place by merit, from 1.
    pub rank: i64,
    /// What is decided.
    pub decision: Decision,
    /// The place on the reserve list, from 1.
    pub reserve_rank: Option<i64>,
    /// What it is given: one per line of the request, or none.
    pub given: Vec<Given>,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// What is given for one line of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// The product.
    pub product: ProductId,
    /// The pool.
    pub pool: PoolId,
    /// How much.
    pub amount: i64,
    /// The days.
    pub term: Term,
}

/// How a plan uses a pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolUse {
    /// The pool.
    pub pool: PoolId,
    /// What the plan gives, over the days that it touches.
    pub given: Vec<Stretch>,
    /// What is left of the free, over the same days.
    pub left: Vec<Stretch>,
}
