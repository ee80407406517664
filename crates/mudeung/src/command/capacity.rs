//! `mudeung capacity`: the ladder of each pool with its entries, and setting a rung from a day on.

use anyhow::{Result, bail};
use domain::Code;
use domain::accelerator::PfBasis;
use domain::capacity::Rung;
use domain::ids::PoolId;
use domain::term::{Term, add_days};
use domain::units::Amount;
use jiff::civil::Date;
use service::capacity::{CapacityEntry, PoolView, SetCapacity, Stretch};
use service::{Actor, Error, PoolRow};
use texts::{Lang, Texts, k};

use crate::command::{arg, refused, say};
use crate::open::Which;

/// Arguments of `capacity`.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Print the ladder of every pool on a day, and its dated entries.
    Show {
        #[command(flatten)]
        which: Which,
        /// The day; today unless said.
        #[arg(long, value_name = arg::DAY, value_parser = arg::day)]
        on: Option<Date>,
    },
    /// Set a rung of a pool to a number from a day on.
    Set {
        #[command(flatten)]
        which: Which,
        /// The pool, such as gpu-a100.
        pool: PoolId,
        /// The rung.
        #[arg(value_parser = arg::word::<Rung>())]
        rung: Rung,
        /// How many devices (or bytes) it then has.
        #[arg(allow_negative_numbers = true)]
        count: i64,
        /// The first day.
        #[arg(long, value_name = arg::DAY, value_parser = arg::day)]
        from: Date,
        /// The last day; without it, for ever.
        #[arg(long, value_name = arg::DAY, value_parser = arg::day)]
        to: Option<Date>,
        /// Why.
        #[arg(long)]
        note: String,
    },
}

/// Prints or sets capacity.
///
/// # Errors
/// If the database cannot be read, or if the change is refused: the reasons are printed.
pub fn run(args: &Args, t: Texts) -> Result<()> {
    match &args.what {
        What::Show { which, on } => show(which, *on, t),
        What::Set { which, pool, rung, count, from, to, note } => {
            let wanted = SetCapacity {
                pool: pool.clone(),
                rung: *rung,
                count: Amount(*count),
                from: *from,
                to: to.map(|last| add_days(last, 1)),
                note: note.clone(),
            };
            set(which, &wanted, t)
        }
    }
}

fn name(t: Texts, pool: &PoolRow) -> String {
    let name = if t.lang() == Lang::Ko { &pool.name_ko } else { &pool.name_en };
    format!("{} {name}", pool.id)
}

fn amount(t: Texts, pool: &PoolRow, amount: i64) -> String {
    t.amount(pool.unit, amount)
}

fn show(which: &Which, on: Option<Date>, t: Texts) -> Result<()> {
    let center = which.open(t)?;
    let found = center.read(&Actor::operator(), |cx| {
        let day = on.unwrap_or_else(|| cx.today());
        let span = Term::new(day, add_days(day, 1)).map_err(Error::internal)?;
        let mut pools = Vec::new();
        for view in service::capacity::view(cx, span, cx.identity.basis)? {
            let entries = service::capacity::entries(cx, &view.pool.id, None, 200)?;
            pools.push((view, entries));
        }
        Ok((day, cx.identity.basis, pools))
    });
    let (day, basis, pools) = found.map_err(|error| refused(t, &error))?;
    say(&t.f2(k::CLI_CAPACITY_ON, ("day", t.date(day)), ("basis", t.word::<PfBasis>(basis))));
    for (view, entries) in &pools {
        say(&format!("\n{}", name(t, &view.pool)));
        if let Some(now) = view.stretches.first() {
            say(&ladder(t, view, now));
        }
        say(&list(t, &view.pool, entries));
    }
    Ok(())
}

fn ladder(t: Texts, view: &PoolView, now: &Stretch) -> String {
    let mut table = comfy_table::Table::new();
    let rungs = [Rung::Installed, Rung::Leased, Rung::ReservedOps, Rung::Allocatable].map(|rung| t.word(rung));
    let sums = [k::CAPACITY_HELD, k::CAPACITY_OFFERED, k::CAPACITY_FREE].map(|key| t.s(key));
    table.set_header(std::iter::once(String::new()).chain(rungs).chain(sums));
    let values = [now.installed, now.leased, now.reserved_ops, now.allocatable, now.held, now.offered, now.free()];
    table.add_row(std::iter::once(t.word(view.pool.unit)).chain(values.map(|value| amount(t, &view.pool, value))));
    if view.peak.is_some() {
        let pf = |value: i64| view.pf(value).map(|pf| t.pf(pf)).unwrap_or_default();
        table.add_row(std::iter::once("PF".to_owned()).chain(values.map(pf)));
    }
    table.to_string()
}

fn list(t: Texts, pool: &PoolRow, entries: &[CapacityEntry]) -> String {
    let mut table = comfy_table::Table::new();
    let heads = [k::CAPACITY_RUNG, k::CAPACITY_DELTA, k::CAPACITY_DAYS, k::CAPACITY_NOTE, k::CAPACITY_AT];
    table.set_header(heads.map(|key| t.s(key)));
    for entry in entries {
        let sign = if entry.delta.0 > 0 { "+" } else { "" };
        table.add_row([
            t.word(entry.rung),
            format!("{sign}{}", amount(t, pool, entry.delta.0)),
            days(t, entry.term),
            entry.note.clone(),
            t.instant(entry.created_at),
        ]);
    }
    table.to_string()
}

/// A term from its first to its last day; one that never ends shows none.
fn days(t: Texts, term: Term) -> String {
    let last = if term.to() == Date::MAX { String::new() } else { t.short_date(term.last_day()) };
    t.span(&t.short_date(term.from()), &last)
}

fn set(which: &Which, wanted: &SetCapacity, t: Texts) -> Result<()> {
    let center = which.open(t)?;
    let pools = &*center.identity.pools;
    match center.write(&Actor::operator(), |cx| service::capacity::set(cx, wanted)) {
        Ok(entries) if entries.is_empty() => say(&t.s(k::CLI_CAPACITY_SAME)),
        Ok(entries) => {
            for entry in entries {
                let (rung, delta) = (t.word(entry.rung), pools.change(t, &entry.pool, entry.delta.0));
                say(&format!("{}  {rung}  {delta}  {}", entry.pool, days(t, entry.term)));
            }
        }
        Err(error @ Error::Conflict(_)) => {
            for reason in error.reasons() {
                say(&t.reason(&reason, pools));
            }
            let for_ever = wanted.to.is_none() && error.reasons().iter().any(|one| one.code == Code::LadderOrder);
            if for_ever {
                say(&t.s(k::CLI_CAPACITY_FOR_EVER));
            }
            bail!("{}", t.s(k::CLI_CAPACITY_REFUSED));
        }
        Err(error) => bail!("{}\n{}", refused(t, &error), t.s(k::CLI_CAPACITY_REFUSED)),
    }
    Ok(())
}
