//! The subcommands, one file each: its arguments and its `run`.

pub mod backup;
pub mod capacity;
pub mod check;
pub mod demo;
pub mod import;
pub mod ledger;
pub mod report;
pub mod restore;
pub mod serve;
pub mod user;

use std::io::Write as _;

/// Prints a line of a command's result. A reader that went away (`| head`) is no fault.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Prints a line about what went wrong.
pub fn complain(line: &str) {
    let _ = writeln!(std::io::stderr(), "mudeung: {line}");
}
