//! `mudeung ledger`: the newest entries for people, or all of them as CSV.

use anyhow::Result;
use service::ledger::{Filter, LedgerItem, list};
use service::{Actor, Center};
use texts::Texts;

use crate::command::{refused, say};
use crate::open::Which;

/// Arguments of `ledger`.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Print the newest entries.
    Show {
        #[command(flatten)]
        which: Which,
        /// How many.
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(i64).range(1..=5_000))]
        limit: i64,
    },
    /// Print all entries as CSV, newest first.
    Export {
        #[command(flatten)]
        which: Which,
    },
}

const PAGE: i64 = 5_000;

/// Prints entries.
///
/// # Errors
/// If the database cannot be read.
pub fn run(args: &Args, t: Texts) -> Result<()> {
    match &args.what {
        What::Show { which, limit } => {
            let items = page(&which.open(t)?, None, *limit, t)?;
            for LedgerItem { entry, number, .. } in &items {
                let (from, last) = (t.short_date(entry.term.from()), t.short_date(entry.term.last_day()));
                let (kind, delta) = (t.word(entry.kind), t.signed(entry.delta.0));
                say(&format!(
                    "{:>8}  {number}  {}  {kind}  {delta}  {from} ~ {last}  {}",
                    entry.seq, entry.pool, entry.hash
                ));
            }
        }
        What::Export { which } => {
            let center = which.open(t)?;
            let mut out = csv::Writer::from_writer(std::io::stdout());
            out.write_record([
                "seq",
                "at",
                "project",
                "award",
                "pool",
                "kind",
                "delta",
                "from",
                "to",
                "corrects",
                "reason",
                "prev_hash",
                "hash",
            ])?;
            let mut before = None;
            loop {
                let items = page(&center, before, PAGE, t)?;
                let Some(last) = items.last() else { break };
                before = Some(last.entry.seq);
                for LedgerItem { entry, number, .. } in &items {
                    out.write_record([
                        entry.seq.to_string(),
                        entry.at.to_string(),
                        number.clone(),
                        entry.award.to_string(),
                        entry.pool.to_string(),
                        entry.kind.to_string(),
                        entry.delta.to_string(),
                        entry.term.from().to_string(),
                        entry.term.to().to_string(),
                        entry.corrects.map(|seq| seq.to_string()).unwrap_or_default(),
                        entry.reason.clone(),
                        entry.prev_hash.clone(),
                        entry.hash.clone(),
                    ])?;
                }
            }
            out.flush()?;
        }
    }
    Ok(())
}

fn page(center: &Center, before: Option<i64>, limit: i64, t: Texts) -> Result<Vec<LedgerItem>> {
    let all = Filter::default();
    center.read(&Actor::operator(), |cx| list(cx, &all, before, limit)).map_err(|error| refused(t, &error))
}
