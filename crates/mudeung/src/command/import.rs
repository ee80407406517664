//! `mudeung import`: organizations and proposals from CSV and XLSX files. A trial unless `--apply`
//! is given; all of a file or nothing of it.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use domain::ids::RoundId;
use service::Actor;
use service::import::{self, Fault, Kind, Limits, Options, Report, Source};
use texts::{Pools, Texts, k};

use crate::command::{refused, say};
use crate::open::Which;

/// Arguments of `import`.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Register organizations.
    Organizations {
        #[command(flatten)]
        of: Common,
    },
    /// Enter proposals of a round.
    Proposals {
        #[command(flatten)]
        of: Common,
        /// The round.
        #[arg(long, value_name = "ID")]
        round: RoundId,
        /// Hand them in; else they become drafts of their leads.
        #[arg(long)]
        submit: bool,
        /// Also into a round that is not open, on the office's behalf.
        #[arg(long)]
        late: bool,
    },
}

#[derive(clap::Args)]
struct Common {
    #[command(flatten)]
    which: Which,
    /// The file.
    file: PathBuf,
    /// Only say what would be done (this is so unless --apply is given).
    #[arg(long, conflicts_with = "apply")]
    dry_run: bool,
    /// Do it.
    #[arg(long)]
    apply: bool,
    /// The most rows that are read.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    max_rows: u32,
}

/// Tries or applies a file.
///
/// # Errors
/// If the file cannot be read or anything is wrong with it: the faults are printed.
pub fn run(args: &Args, t: Texts) -> Result<()> {
    let (of, options) = match &args.what {
        What::Organizations { of } => {
            (of, Options { kind: Kind::Organizations, round: None, submits: false, late: false })
        }
        What::Proposals { of, round, submit, late } => {
            (of, Options { kind: Kind::Proposals, round: Some(*round), submits: *submit, late: *late })
        }
    };
    let limits = Limits::command_line(usize::try_from(of.max_rows)?);
    let bytes = read(&of.file, &limits)?;
    let name = of.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let source = match Source::read(&name, &bytes, &limits) {
        Ok(source) => source,
        Err(faults) => return refuse(&faults, t, &Pools::default()),
    };
    let center = of.which.open(t)?;
    let actor = Actor { lang: t.lang(), ..Actor::operator() };
    let report = if of.apply {
        import::apply(&center, &actor, &source, &options)
    } else {
        import::dry_run(&center, &actor, &source, &options)
    };
    let report = report.map_err(|error| refused(t, &error))?;
    if !report.faults.is_empty() {
        return refuse(&report.faults, t, &center.identity.pools);
    }
    say(&summary(&report, of.apply, t));
    Ok(())
}

/// The file, or as much of it as tells that it is too large.
fn read(path: &Path, limits: &Limits) -> Result<Vec<u8>> {
    let file = std::fs::File::open(path).with_context(|| format!("{}", path.display()))?;
    let most = u64::try_from(limits.bytes)?.saturating_add(1);
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes).with_context(|| format!("{}", path.display()))?;
    Ok(bytes)
}

fn summary(report: &Report, applied: bool, t: Texts) -> String {
    let count = |count: usize| t.int(i64::try_from(count).unwrap_or(i64::MAX));
    if let Some(at) = report.already {
        return t.f1(k::IMPORT_ALREADY, "at", t.instant(at));
    }
    let key = if applied { k::IMPORT_DONE } else { k::IMPORT_WOULD };
    let text = t.f(
        key,
        &[
            ("rows", count(report.rows).into()),
            ("form", report.form.into()),
            ("new", count(report.counts.new).into()),
            ("there", count(report.counts.there).into()),
        ],
    );
    if applied { text } else { format!("{text}\n{}", t.s(k::CLI_IMPORT_APPLY)) }
}

fn refuse(faults: &[Fault], t: Texts, pools: &Pools) -> Result<()> {
    for fault in faults {
        say(&import::place(fault, t, pools));
    }
    bail!("{}", t.f1(k::IMPORT_FAULTS, "count", t.int(i64::try_from(faults.len())?)));
}
