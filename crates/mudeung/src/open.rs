//! Opening a center's database for a command.

use std::fs::{File, Permissions, TryLockError};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use service::clock::{Clock, SystemClock};
use service::{Actor, Center, setup};
use store::Db;
use store::sql::{Durability, sqlite_path};
use texts::{Texts, k};

use crate::command::demo::{ADDRESS, LAST_DAY, morning};
use crate::config::Config;

/// Which center a command is about.
#[derive(clap::Args, Clone, Debug)]
#[group(required = true, multiple = false)]
pub struct Which {
    /// The folder of a demo's data.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// The configuration file of a center.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// The database file within a demo's folder.
pub const DATABASE: &str = "mudeung.db";

impl Which {
    /// The database's address and the configuration.
    ///
    /// # Errors
    /// If the configuration cannot be read, or there is no such database.
    pub fn resolve(&self, t: Texts) -> Result<(String, Config)> {
        let (url, config) = self.named(t)?;
        // To look at a database that is not there must not make one.
        if let Some(file) = sqlite_path(&url) {
            anyhow::ensure!(file.is_file(), "{}", t.f1(k::CLI_NO_DATABASE, "path", file.display()));
        }
        Ok((url, config))
    }

    fn named(&self, t: Texts) -> Result<(String, Config)> {
        if let Some(path) = &self.config {
            let config = Config::read(path, t)?;
            return Ok((config.database_url.clone(), config));
        }
        let file = self.data.clone().unwrap_or_default().join(DATABASE);
        Ok((format!("sqlite:{}", file.display()), Config::default()))
    }

    /// Opens the center as it stands: for commands that look or change a little. The schema is
    /// brought up to date. A demo's folder lives on its own date, and no earlier than what happened
    /// in it last; everything else on the machine's.
    ///
    /// # Errors
    /// If the database cannot be opened.
    pub fn open(&self, t: Texts) -> Result<Center> {
        self.resolve(t).and_then(|named| self.opened(named, t))
    }

    /// The same, but a configured center that never ran may begin here: with its first account.
    ///
    /// # Errors
    /// As [`Which::open`].
    pub fn open_or_begin(&self, t: Texts) -> Result<Center> {
        let named = if self.config.is_some() { self.named(t) } else { self.resolve(t) };
        named.and_then(|named| self.opened(named, t))
    }

    fn opened(&self, (url, config): (String, Config), t: Texts) -> Result<Center> {
        let db = Db::open(&url, Durability::Full).with_context(|| t.s(k::CLI_DATABASE_CLOSED))?;
        let (clock, address) = match &self.data {
            Some(_) => (own_date(&db)?, db.read(|tx| store::center::setting(tx, ADDRESS))?),
            None => (SystemClock::default(), None),
        };
        center(db, Arc::new(clock), address.as_ref().unwrap_or(&config.http.public_url), false)
    }
}

/// Takes a SQLite file for a program that serves, until the answer is dropped or the program ends.
/// Other databases have several such programs, which share the work among them.
///
/// # Errors
/// If another program serves it, or its folder cannot be written.
pub fn take(database_url: &str, t: Texts) -> Result<Option<File>> {
    let Some(path) = sqlite_path(database_url) else { return Ok(None) };
    // A link to a file is the same file.
    let file = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut beside = file.clone().into_os_string();
    beside.push(".lock");
    let beside = PathBuf::from(beside);
    let named = || format!("{}", beside.display());
    let lock =
        File::options().create(true).truncate(false).write(true).mode(0o600).open(&beside).with_context(named)?;
    // Whoever can open it can hold it, and jobs must not.
    lock.set_permissions(Permissions::from_mode(0o600)).with_context(named)?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => bail!("{}", t.f1(k::CLI_SERVED, "path", file.display().to_string())),
        Err(TryLockError::Error(error)) => Err(error).with_context(named),
    }
}

/// The clock of a demo's folder.
fn own_date(db: &Db) -> Result<SystemClock> {
    let newest = store::trust::AuditFilter::default();
    let (day, last) = db.read(|tx| -> store::Result<_> {
        Ok((store::center::setting(tx, LAST_DAY)?, store::trust::audit_page(tx, &newest, None, 1)?))
    })?;
    let Some(day) = day else { return Ok(SystemClock::default()) };
    let begins = morning(day.parse()?, &jiff::tz::TimeZone::get("Asia/Seoul")?)?;
    Ok(SystemClock::starting_at(last.first().map_or(begins, |row| row.at.max(begins))))
}

/// A center on an open database.
///
/// # Errors
/// If what the database says about the center cannot be read.
pub fn center(db: Db, clock: Arc<dyn Clock>, public_url: &str, demo: bool) -> Result<Center> {
    let identity = setup::identity(&db, public_url, demo)?;
    Ok(Center::new(db, clock, identity))
}

/// Takes the center's file over and answers the center as it is then.
///
/// # Errors
/// If the file is incomplete or the database cannot be written.
pub fn configured(center: Center, file: &str) -> Result<Center> {
    let setup = center::file::parse(file)?;
    if center.write(&Actor::operator(), |cx| setup::apply(cx, &setup))? {
        let identity = setup::identity(&center.db, &center.identity.public_url, center.identity.demo)?;
        return Ok(Center::new(center.db, center.clock, identity));
    }
    Ok(center)
}
