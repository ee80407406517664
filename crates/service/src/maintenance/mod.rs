//! Maintenance: windows in which machines are out of use. They take what is free from what may be
//! granted, warn those who hold the rest, keep jobs from running into them, and are made up for.
//!
//! `input` is what somebody enters, `impact` what it means for a pool, `write` enters, changes and
//! ends windows, `tell` writes to those concerned, `run` is the clock's part, `credit` gives back
//! days, `show` answers pages and API; [`crate::kept`] has the machines reserved.

mod credit;
mod impact;
mod input;
mod run;
mod show;
mod tell;
mod write;

pub use impact::PoolImpact;
pub use input::NewMaintenance;
pub use run::{before_refill, run};
pub use show::{ConcernedProject, MaintenanceView, NAMED, Outlook, credits, list, look, machine_names, show, standing};
pub use store::maintenance::{CreditItem, CreditRow, MaintenanceRow, Notice, Pools};
pub use write::{cancel, change, finish, plan};
