//! x
mod devices;
mod schedule;
pub mod settings;
pub use settings::Settings;
