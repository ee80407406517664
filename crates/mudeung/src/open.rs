//! Opening a center's database for a command.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use service::clock::{Clock, SystemClock};
use service::{Actor, Center, setup};
use store::Db;
use store::sql::Durability;

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
    /// If the configuration cannot be read, or the folder holds no database.
    pub fn resolve(&self) -> Result<(String, Config)> {
        if let Some(path) = &self.config {
            let config = Config::read(path)?;
            return Ok((config.database_url.clone(), config));
        }
        let file = self.data.clone().unwrap_or_default().join(DATABASE);
        anyhow::ensure!(file.is_file(), "{} holds no database", file.display());
        Ok((format!("sqlite:{}", file.display()), Config::default()))
    }

    /// Opens the center as it stands, on the machine's date: for commands that look or change a
    /// little. The schema is brought up to date.
    ///
    /// # Errors
    /// If the database cannot be opened.
    pub fn open(&self) -> Result<Center> {
        let (url, config) = self.resolve()?;
        let db = Db::open(&url, Durability::Full).context("the database cannot be opened")?;
        center(db, Arc::new(SystemClock::default()), &config.http.public_url, false)
    }
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
