//! `mudeung demo`: the whole center on embedded parts, with the sample year.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use center::Folder;
use center::year::{self, Year};
use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};
use service::clock::{ManualClock, SystemClock};
use service::load::SignIns;
use service::{Actor, Center, load, password, setup};
use store::Db;
use store::sql::Durability;
use texts::{Texts, k};

use crate::command::{arg, complain, refused, say};
use crate::config::Log;
use crate::open;
use crate::server::{Entrance, Means, Server, listen};

/// The day on which the demo begins unless told otherwise.
const FIRST_DAY: Date = Date::constant(2021, 11, 30);
/// How many device slots the demo's machine has, whatever it is.
const SLOTS: i64 = 8;
/// The setting that remembers on which day the demo was last started.
pub const LAST_DAY: &str = "demo.day";
/// The setting that remembers under which address the demo was last served.
pub const ADDRESS: &str = "demo.address";
/// The password of the accounts that the demo shows. They exist in demos only.
const PASSWORD: &str = "mudeung-2021-demo";

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
    #[arg(long, value_name = arg::DAY, value_parser = arg::day)]
    date: Option<Date>,
    /// Leave out the sample year.
    #[arg(long)]
    empty: bool,
    /// The folder of a center's files, read as they are now; else Gwangju's as they were built in.
    #[arg(long, value_name = "DIR")]
    center: Option<PathBuf>,
}

/// Serves the demo until told to stop.
///
/// # Errors
/// If the folder or the port is of no use, or the date lies before the data's.
pub fn run(args: &Args, t: Texts) -> Result<()> {
    crate::command::serve::log(&Log { filter: "warn".to_owned(), json: false });
    let temporary;
    let data: &Path = match &args.data {
        Some(data) => {
            std::fs::create_dir_all(data).with_context(|| format!("{}", data.display()))?;
            data
        }
        None => {
            temporary = tempfile::Builder::new()
                .prefix("mudeung-")
                // The users of projects, if it runs as root, must get to their folders in it.
                .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o711))
                .tempdir()?;
            temporary.path()
        }
    };
    let url = format!("sqlite:{}", data.join(open::DATABASE).display());
    let _taken = open::take(&url, t)?;
    // The port is part of the address in mails, so it is known before the center is.
    let listener = listen(SocketAddr::from(([127, 0, 0, 1], args.port)), t)?;
    let public_url = format!("http://{}", listener.local_addr()?);
    let db = Db::open(&url, Durability::Relaxed).with_context(|| t.s(k::CLI_DATABASE_CLOSED))?;

    let folder = args.center.as_deref().map(Folder::read).transpose()?;
    let (file, files) = folder.as_ref().map_or((center::GWANGJU, year::GWANGJU), |own| (&own.center, own.year()));
    let zone = TimeZone::get(&center::file::parse(file)?.center.time_zone)?;
    let year = Year::read(&files, &zone)?;
    let past = Past::of(&open::center(db.clone(), Arc::new(SystemClock::default()), &public_url, true)?, &zone)?;
    if let Some(mark) = &past.mark {
        ensure!(*mark == year.mark, "{}", t.s(k::CLI_DEMO_OTHER_INPUTS));
    }
    let day = args.date.or(past.last).unwrap_or(FIRST_DAY);
    if let Some(last) = past.last.max(past.loaded) {
        ensure!(day >= last, "{}", t.f1(k::CLI_DEMO_DATE_BEFORE, "last", t.date(last)));
    }
    if let Some(first) = year.begins_at().map(|at| zone.to_datetime(at).date()) {
        ensure!(day >= first, "{}", t.f1(k::CLI_DEMO_DATE_TOO_EARLY, "first", t.date(first)));
    }
    let now = morning(day, &zone)?;
    let clock = Arc::new(ManualClock::new(now));
    let center = open::configured(open::center(db, clock.clone(), &public_url, true)?, file)?;
    // What was begun without the year lives on without it.
    let with_year = if past.last.is_some() { past.loaded.is_some() } else { !args.empty };
    let sign_ins = fill(&center, &clock, &year, with_year, past.last.is_none(), now, t)?;
    center.write(&Actor::operator(), |cx| {
        setup::keep_note(cx, LAST_DAY, &day.to_string())?;
        setup::keep_note(cx, ADDRESS, &public_url)
    })?;

    let center = Center { clock: Arc::new(SystemClock::starting_at(now)), ..center };
    let means = means(&center, data, t);
    // Any free port: people come to it by links.
    let gateway = listen(SocketAddr::from(([127, 0, 0, 1], 0)), t)?;
    let url = format!("http://{}", gateway.local_addr()?);
    let gateway = Some(Entrance { listener: gateway, url });
    let edge = edge::Config::default();
    let server = Server { center, edge, listener, worker: Some(means), gateway, metrics: None };
    server.run(|address| {
        say(&t.f2(k::CLI_DEMO_READY, ("address", format!("http://{address}")), ("day", t.date(day))));
        say(&introduction(&sign_ins, t));
        say(&t.s(k::CLI_STOP));
    })
}

/// What runs the demo's jobs: this machine, with slots enough to see a queue. Where it cannot, the
/// reason is told and the books are kept all the same.
fn means(center: &Center, data: &Path, t: Texts) -> Means {
    let clock = center.clock.clone();
    let settings = compute::local::Settings { slots: SLOTS, ..compute::local::Settings::default() };
    match crate::config::this_machine(&data.join("jobs"), settings, Arc::new(move || clock.now())) {
        Ok(engine) => Means { mailer: None, engine: Arc::new(engine), accounts: None },
        Err(error) => {
            complain(&t.f1(k::CLI_DEMO_NO_JOBS, "cause", error.cause()));
            Means::recording(None)
        }
    }
}

/// How far the data of a folder have come.
struct Past {
    /// The day on which the demo was last started.
    last: Option<Date>,
    /// The day until which the sample year was loaded.
    loaded: Option<Date>,
    /// The mark of the inputs that were loaded.
    mark: Option<String>,
}

impl Past {
    fn of(center: &Center, zone: &TimeZone) -> Result<Self> {
        let text = center.read(&Actor::operator(), |cx| setup::note(cx, LAST_DAY))?;
        let loaded = year::reached(center)?;
        Ok(Self {
            last: text.map(|text| text.parse()).transpose()?,
            loaded: loaded.map(|at| zone.to_datetime(at).date()),
            mark: year::begun_with(center)?,
        })
    }
}

/// Brings the sample year, or without it only the center's own people, into the database.
fn fill(
    center: &Center,
    clock: &ManualClock,
    year: &Year,
    with_year: bool,
    fresh: bool,
    now: Timestamp,
    t: Texts,
) -> Result<SignIns> {
    let operator = Actor::operator();
    if !fresh && !with_year {
        return Ok(center.read(&operator, load::sign_ins)?);
    }
    let hash = password::hash(PASSWORD)?;
    let mut sign_ins = SignIns { password: PASSWORD.to_owned(), accounts: year.sign_ins.clone() };
    if with_year {
        let loaded = year::load(center, clock, year, now, Some(&hash), t)?;
        for refused in &loaded.refused {
            complain(&refused.0.told(t));
        }
    } else {
        let staff = year.staff(&hash);
        sign_ins.accounts = staff.iter().map(|(sign_in, _)| sign_in.clone()).collect();
        center.write(&operator, |cx| {
            for (_, account) in &staff {
                service::user::create(cx, account)?;
            }
            Ok(())
        })?;
    }
    // Some of the accounts come to be only later in the year.
    let known: Vec<String> = center
        .read(&operator, |cx| {
            let mut known = Vec::new();
            for one in &sign_ins.accounts {
                match service::user::by_email(cx, &one.email) {
                    Ok(user) => known.push(user.email),
                    Err(service::Error::NotFound) => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(known)
        })
        .map_err(|error| refused(t, &error))?;
    sign_ins.accounts.retain(|one| known.contains(&one.email));
    center.write(&operator, |cx| load::keep_sign_ins(cx, &sign_ins))?;
    Ok(sign_ins)
}

/// The accounts that can be signed in to, one a line.
fn introduction(sign_ins: &SignIns, t: Texts) -> String {
    let none = std::collections::HashMap::new();
    let mut lines = vec![t.f1(k::DEMO_SIGN_INS, "password", sign_ins.password.as_str())];
    for one in &sign_ins.accounts {
        let name = t.named(&one.text(), &none);
        lines.push(format!("  {:<40} {name}", one.email));
    }
    lines.join("\n")
}

/// Nine in the morning of a day.
pub fn morning(day: Date, zone: &TimeZone) -> Result<Timestamp> {
    Ok(zone.to_ambiguous_timestamp(day.at(9, 0, 0, 0)).compatible()?)
}
