//! The sample year: what happened in a center's year as inputs (`centers/<name>/year/`, described in
//! `centers/<name>/README.md`), and the loading that runs them in the order of their dates through
//! the use cases of a real year.
//!
//! Nothing here knows a result. People sign nothing, scores decide nothing and no device changes
//! hands but by the use case that a person or the clock would have used.

mod act;
mod load;
mod read;
mod step;
mod table;

pub use load::{Loaded, Refused, begun_with, load, reached};
pub use read::{FILES, Files, Year};
pub use table::{Fault, Place};

macro_rules! file {
    ($name:literal) => {
        include_str!(concat!("../../../../centers/gwangju/year/", $name))
    };
}

/// The files of Gwangju's year 2021.
pub const GWANGJU: Files<'static> = Files {
    people: file!("people.csv"),
    organizations: file!("organizations.csv"),
    capacity: file!("capacity.csv"),
    calls: file!("calls.toml"),
    proposals: file!("proposals.csv"),
    requests: file!("requests.csv"),
    reviews: file!("reviews.csv"),
    events: file!("events.csv"),
    sign_ins: file!("sign-ins.csv"),
};
