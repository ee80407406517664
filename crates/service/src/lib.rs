//! The use cases: one function for each thing that a person or the clock does. Each reads like the
//! rule book: who may, what is there, what the domain says, save, audit, enqueue — in one
//! transaction that the caller opened.
//!
//! This crate knows no HTTP, no SQL and no particular engine. Time and actor are parameters
//! ([`Cx`]); what must happen outside of the database goes to the outbox.

pub mod account;
pub mod actor;
pub mod adjustment;
pub mod adopt;
pub mod agreement;
pub mod audit;
pub mod call;
pub mod capacity;
pub mod center;
pub mod check;
pub mod clock;
pub mod cluster_account;
pub mod csv;
mod cx;
pub mod devenv;
pub mod drift;
pub mod eligibility;
pub mod engine;
mod error;
mod facts;
pub mod freed;
pub mod idempotency;
pub mod import;
pub mod job;
mod kept;
pub mod ledger;
pub mod load;
pub mod mail;
pub mod maintenance;
pub mod memo;
pub mod metrics;
pub mod offer;
pub mod organization;
pub mod password;
pub mod plan;
pub mod pool;
pub mod project;
pub mod proposal;
pub mod refill;
pub mod reservation;
pub mod review;
pub mod setup;
pub mod statistics;
pub mod term;
pub mod user;
pub mod waiting;
pub mod wake;
pub mod who;
pub mod work;

pub use actor::{Actor, Channel};
pub use center::Center;
pub use cx::{Cx, random};
pub use error::{Error, Outcome};

// Reads need no use case of their own where they only hand out rows; their types travel upward.
pub use store::{Db, capacity::PoolRow};
