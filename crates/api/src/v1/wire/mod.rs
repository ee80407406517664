//! What many areas send alike: values, lists, answers.

mod answer;
mod list;
mod names;
mod value;

pub use answer::{AtVersion, Done, Made, Nothing, Told, Version, Why};
pub use list::{Page, Rows, asked, id};
pub use names::*;
pub use value::{Choice, Clock, Day, FileBytes, Id, Instant, Language, Short, Stretch, Typed, last_of, term};
