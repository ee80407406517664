//! `mudeung demo`: the whole center on embedded parts.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use service::clock::SystemClock;
use service::{Actor, Center, setup};
use store::Db;
use store::sql::Durability;
use texts::{Texts, k};

use crate::command::say;
use crate::config::Log;
use crate::open;
use crate::server::{Server, listen};

/// The center of the demo.
pub const CENTER: &str = include_str!("../../../../centers/gwangju/center.toml");

/// The day on which the demo begins unless told otherwise.
const FIRST_DAY: Date = Date::constant(2021, 11, 30);
/// The setting that remembers on which day the demo was last started.
const LAST_DAY: &str = "demo.day";

/// Arguments of `demo`.
#[derive(clap::Args)]
pub struct Args {
    /// The port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Where to keep the data; else in a temporary folder that goes away at the end.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The date on which the whole center lives; a later one continues from there.
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<Date>,
    /// Leave out the sample year.
    #[arg(long)]
    empty: bool,
}

/// Serves the demo until told to stop.
///
/// # Errors
/// If the folder or the port is of no use, or the date lies before the data's.
pub fn run(args: &Args, t: Texts) -> Result<()> {
    crate::command::serve::log(&Log { filter: "warn".to_owned(), json: false });
    let temporary;
    let folder: &Path = match &args.data {
        Some(folder) => {
            std::fs::create_dir_all(folder).with_context(|| format!("{}", folder.display()))?;
            folder
        }
        None => {
            temporary = tempfile::Builder::new().prefix("mudeung-").tempdir()?;
            temporary.path()
        }
    };
    // The port is part of the address in mails, so it is known before the center is.
    let listener = listen(SocketAddr::from(([127, 0, 0, 1], args.port)))?;
    let public_url = format!("http://{}", listener.local_addr()?);
    let url = format!("sqlite:{}", folder.join(open::DATABASE).display());
    let db = Db::open(&url, Durability::Relaxed).context("the database cannot be opened")?;

    let last = last_day(&open::center(db.clone(), Arc::new(SystemClock::default()), &public_url, true)?)?;
    let day = args.date.or(last).unwrap_or(FIRST_DAY);
    if let Some(last) = last {
        ensure!(day >= last, "{}", t.f1(k::CLI_DEMO_DATE_BEFORE, "last", t.date(last)));
    }
    let center = open::center(db, Arc::new(SystemClock::starting_at(morning(day)?)), &public_url, true)?;
    let center = open::configured(center, CENTER)?;
    center.write(&Actor::operator(), |cx| setup::keep_note(cx, LAST_DAY, &day.to_string()))?;

    let server = Server { center, edge: edge::Config::default(), listener, worker: Some(None) };
    server.run(|address| {
        say(&t.f2(k::CLI_DEMO_READY, ("address", format!("http://{address}")), ("day", t.date(day))));
        say(&t.s(k::CLI_STOP));
    })
}

fn last_day(center: &Center) -> Result<Option<Date>> {
    let text = center.read(&Actor::operator(), |cx| setup::note(cx, LAST_DAY))?;
    Ok(text.map(|text| text.parse()).transpose()?)
}

/// Nine in the morning of a day in Korea.
fn morning(day: Date) -> Result<jiff::Timestamp> {
    Ok(TimeZone::get("Asia/Seoul")?.to_ambiguous_timestamp(day.at(9, 0, 0, 0)).compatible()?)
}
