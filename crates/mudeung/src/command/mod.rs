//! The subcommands, one file each: its arguments and its `run`.

pub mod arg;
pub mod backup;
pub mod capacity;
pub mod check;
pub mod cluster;
pub mod demo;
pub mod env;
pub mod help;
pub mod import;
pub mod job;
pub mod key;
pub mod ledger;
pub mod portal;
pub mod report;
pub mod restore;
pub mod serve;
pub mod user;

use std::io::{self, Write as _};

use anyhow::anyhow;
use service::Error;
use texts::{Pools, Texts, k};

/// Prints a line of a command's result. A reader that went away (`| head`) is no fault.
pub fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

/// Prints a line about what went wrong.
pub fn complain(line: &str) {
    let _ = writeln!(io::stderr(), "mudeung: {line}");
}

/// What the argument for a field is called on the command line.
fn argument(field: &str) -> String {
    match field {
        "pool" | "rung" | "count" => format!("<{}>", field.to_uppercase()),
        _ => format!("--{field}"),
    }
}

/// Why the center refuses, in words; pools go by their short names.
pub fn refused(t: Texts, error: &Error) -> anyhow::Error {
    let pools = Pools::default();
    let words: Vec<String> = match error {
        Error::Invalid(faults) => faults
            .iter()
            .map(|fault| format!("{}: {}", argument(&fault.field), t.reason(&fault.reason, &pools)))
            .collect(),
        Error::NotFound => vec![t.s(k::REASON_UNKNOWN)],
        Error::SignInNeeded => vec![t.s(k::REASON_NOT_ALLOWED)],
        Error::TooMany(_) => vec![t.s(k::ERROR_TOO_MANY_TEXT)],
        Error::Unavailable(cause) => vec![t.f1(k::CLI_UNAVAILABLE, "cause", cause)],
        Error::Internal(cause) => vec![t.f1(k::CLI_INTERNAL, "cause", cause)],
        error => error.reasons().iter().map(|reason| t.reason(reason, &pools)).collect(),
    };
    anyhow!("{}", words.join("\n"))
}

/// What went wrong, with its causes: the system's own in the person's language as far as we have
/// words for them.
pub fn told(t: Texts, error: &anyhow::Error) -> String {
    let mut said: Vec<String> = Vec::new();
    for cause in error.chain() {
        let text = if let Some(cause) = cause.downcast_ref::<io::Error>() {
            system(t, cause)
        } else if let Some(cause) = cause.downcast_ref::<Error>() {
            refused(t, cause).to_string()
        } else if let Some(fault) = cause.downcast_ref::<center::year::Fault>() {
            fault.told(t)
        } else {
            cause.to_string()
        };
        // Some causes repeat what they are the cause of.
        if said.last().is_none_or(|last| !last.contains(&text)) {
            said.push(text);
        }
    }
    said.join(": ")
}

fn system(t: Texts, error: &io::Error) -> String {
    let key = match error.kind() {
        io::ErrorKind::NotFound => k::CLI_SYSTEM_NOT_FOUND,
        io::ErrorKind::PermissionDenied => k::CLI_SYSTEM_DENIED,
        io::ErrorKind::AlreadyExists => k::CLI_SYSTEM_EXISTS,
        io::ErrorKind::AddrInUse => k::CLI_SYSTEM_ADDRESS_USED,
        io::ErrorKind::AddrNotAvailable => k::CLI_SYSTEM_ADDRESS_GONE,
        io::ErrorKind::NotADirectory => k::CLI_SYSTEM_NO_FOLDER,
        io::ErrorKind::IsADirectory => k::CLI_SYSTEM_FOLDER,
        io::ErrorKind::StorageFull => k::CLI_SYSTEM_FULL,
        io::ErrorKind::ReadOnlyFilesystem => k::CLI_SYSTEM_READ_ONLY,
        _ => return error.to_string(),
    };
    t.s(key)
}
