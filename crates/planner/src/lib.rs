//! The planner: proposals, free capacity and policy in, a plan with reasons out.
//!
//! Pure: no clock, no chance, no input or output. The same input gives the same plan, whatever the
//! order in which its proposals are listed. [`plan()`] decides a round; [`refill()`] finds who on the
//! reserve list fits into what came free. Both rank by merit and fit by date; a better engine
//! keeps these two signatures.
//!
//! All amounts are whole numbers in the unit of their pool, all spans half-open civil dates.

mod fit;
mod input;
mod output;
mod refill;
mod shares;
mod solve;

pub use input::{Candidate, Line, Organization, PlanningInput, Pool, PoolHolding, Rules, Stretch};
pub use output::{Given, Plan, PoolUse, ProposalOutcome};
pub use refill::{RefillInput, RefillPool, Refilled, RoundEnvelope, Waiting, refill};
pub use solve::plan;

/// Which engine made a plan: part of the plan's digest.
pub const SOLVER: &str = "rank-and-fit 4";
