//! The words and rules of a shared data center: units, dates, people, calls, proposals, reviews,
//! awards, capacity, the allocation ledger, policy and access.
//!
//! This crate knows the field and nothing else. It does no input or output, never asks the time
//! and has no notion of SQL, HTTP or a scheduler. Facts come in as values, decisions go out as
//! values with their [`reason::Reason`]s.

#[macro_use]
mod macros;

pub mod accelerator;
pub mod access;
pub mod adjustment;
pub mod award;
pub mod calendar;
pub mod call;
pub mod capacity;
pub mod cluster_account;
pub mod engine;
pub mod excess;
pub mod figure;
pub mod ids;
pub mod job;
pub mod ledger;
pub mod maintenance;
pub mod organization;
pub mod person;
pub mod policy;
pub mod proposal;
pub mod reason;
pub mod region;
pub mod reservation;
pub mod review;
pub mod ssh_key;
pub mod steps;
pub mod term;
pub mod text;
pub mod units;

pub use reason::{Code, FieldError, Reason};

/// A word of a closed list, as made by [`words!`].
pub trait Word: Copy + 'static {
    /// The prefix of the list's messages in the text catalogs.
    const GROUP: &'static str;
    /// Every word of the list.
    const ALL: &'static [Self];
    /// The word as it is stored and sent.
    fn as_str(self) -> &'static str;
}

/// A word that its closed list does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown {group} \"{word}\"")]
pub struct UnknownWord {
    /// The list that was asked.
    pub group: &'static str,
    /// The word that it does not hold.
    pub word: String,
}
