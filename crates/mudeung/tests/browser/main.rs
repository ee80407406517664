//! Journeys through the real program in a real browser.

mod driver;
mod looks;
mod loop_by_hand;
mod notebook;
#[path = "../support/mod.rs"]
mod support;
