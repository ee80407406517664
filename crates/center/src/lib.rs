//! A center as files: its configuration (`centers/<name>/center.toml`) and the inputs of its sample
//! year (`centers/<name>/year/`), read with the place of every slip, and run through the use cases.
//!
//! This crate knows no HTTP and no SQL; it is a caller of `service` like the pages and the API.

pub mod file;
mod folder;
pub mod year;

pub use folder::Folder;

/// The configuration of Gwangju's center: the one that the demo shows.
pub const GWANGJU: &str = include_str!("../../../centers/gwangju/center.toml");
