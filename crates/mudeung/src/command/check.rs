//! `mudeung check`: verifies every rule of the ledger over the whole database and names the rows
//! that break one.

use anyhow::{Result, bail};
use service::{Actor, check};
use texts::{Texts, k};

use crate::command::{refused, say};
use crate::open::Which;

/// Arguments of `check`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    which: Which,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

/// Checks and prints.
///
/// # Errors
/// If the database cannot be read, or if a rule is broken: the command then fails.
pub fn run(args: &Args, t: Texts) -> Result<()> {
    let center = args.which.open(t)?;
    let report = center.read(&Actor::operator(), check::run).map_err(|error| refused(t, &error))?;
    if args.json {
        say(&serde_json::to_string_pretty(&report)?);
    } else {
        say(&t.f(
            k::CHECK_READ,
            &[
                ("entries", t.int(report.entries).into()),
                ("awards", t.int(report.awards).into()),
                ("audit", t.int(report.audit_rows).into()),
            ],
        ));
        for finding in &report.findings {
            say(&format!("✗ {} — {} {}: {}", t.word(finding.rule), finding.table, finding.row, finding.detail.text(t)));
        }
        if report.sound() {
            let empty = report.entries == 0 && report.audit_rows == 0;
            say(&t.s(if empty { k::CHECK_EMPTY } else { k::CHECK_SOUND }));
        }
    }
    if !report.sound() {
        bail!("{}", t.f1(k::CHECK_BROKEN, "count", t.int(report.broken)));
    }
    Ok(())
}
