//! `mudeung ledger`: the newest entries for people, or all of them as CSV.

use std::io::Write as _;

use anyhow::Result;
use service::csv;
use service::ledger::{COLUMNS, Filter, LedgerItem, list, row};
use service::{Actor, Center};
use texts::{Texts, k};

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
            let mut table = comfy_table::Table::new();
            let heads = [
                k::LEDGER_SEQ,
                k::LEDGER_AT,
                k::LEDGER_PROJECT,
                k::LEDGER_POOL,
                k::LEDGER_KIND,
                k::LEDGER_DELTA,
                k::CAPACITY_DAYS,
                k::AUDIT_WHO,
                k::LEDGER_REASON,
                k::LEDGER_HASH,
            ];
            table.set_header(heads.map(|key| t.s(key)));
            for LedgerItem { entry, number, actor_name, .. } in &items {
                let kind = t.word(entry.kind);
                table.add_row([
                    entry.seq.to_string(),
                    jiff::Timestamp::from_second(entry.at).map(|at| t.instant(at)).unwrap_or_default(),
                    number.clone(),
                    entry.pool.to_string(),
                    entry.corrects.map_or(kind.clone(), |seq| format!("{kind} → {seq}")),
                    t.signed(entry.delta.0),
                    t.span(&t.short_date(entry.term.from()), &t.short_date(entry.term.last_day())),
                    actor_name.clone().unwrap_or_default(),
                    entry.reason.clone(),
                    entry.hash.chars().take(12).collect(),
                ]);
            }
            say(&if items.is_empty() { t.s(k::LEDGER_EMPTY) } else { table.to_string() });
        }
        What::Export { which } => {
            let center = which.open(t)?;
            let mut out = std::io::stdout().lock();
            out.write_all(csv::line(&COLUMNS).as_bytes())?;
            let mut before = None;
            loop {
                let items = page(&center, before, PAGE, t)?;
                let Some(last) = items.last() else { break };
                before = Some(last.entry.seq);
                for item in &items {
                    out.write_all(csv::line(&row(item)).as_bytes())?;
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
