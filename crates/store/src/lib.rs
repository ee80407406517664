//! Everything that is kept: the only place with SQL. One module per aggregate, one text for SQLite
//! and PostgreSQL, synchronous throughout.
//!
//! This crate knows rows and the domain's types. It decides nothing: no authorization, no rule, no
//! clock. A row that cannot be read says which table, column and value.

#[macro_use]
mod macros;

pub mod adjustment;
pub mod agreement;
pub mod award;
pub mod call;
pub mod capacity;
pub mod center;
pub mod check;
pub mod decision;
pub mod devenv;
pub mod engine;
pub mod excess;
pub mod freed;
pub mod held;
pub mod import;
pub mod job;
pub mod ledger;
pub mod loaded;
pub mod maintenance;
pub mod metrics;
pub mod offer;
pub mod organization;
pub mod plan;
pub mod project;
pub mod proposal;
pub mod reservation;
pub mod review;
pub mod sql;
pub mod ssh_key;
pub mod statistics;
pub mod term;
pub mod trust;
pub mod user;
pub mod waiting;
pub mod who;

pub use sql::{Db, Error, Row, Tx, Value};

/// The result of every store function.
pub type Result<T> = std::result::Result<T, Error>;
