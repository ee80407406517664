//! Jobs: asked for by people of a project, handed to the engine, watched, and shown.
//!
//! One purpose per file: `ask` takes orders and cancellations in, `show` answers lists and single
//! jobs, `output` what they print, `sync` carries orders to the engine and brings back what became of
//! them, `excess` deals with jobs that have more than their project may.

mod ask;
mod excess;
mod output;
mod show;
mod sync;

pub use ask::{NewJob, cancel, offers, submit};
pub(crate) use excess::settle;
pub use excess::{ExcessRow, what_follows};
pub use output::{Part, output, printed};
pub use show::{JobView, JobsOf, Waiting, again, list, list_of, project, show};
pub use store::job::{JobFilter, JobItem, JobRow};
pub use sync::{Memory, sync};
