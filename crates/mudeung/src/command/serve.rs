//! `mudeung serve`: the real thing.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use service::clock::SystemClock;
use store::Db;
use store::sql::Durability;
use texts::{Texts, k};

use crate::config::{Config, Log};
use crate::open;
use crate::server::{Entrance, Means, Server, Window, listen};

/// Arguments of `serve`.
#[derive(clap::Args)]
pub struct Args {
    /// The configuration file (docs/configuration.md).
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

/// Serves until told to stop.
///
/// # Errors
/// If the configuration, the database or the port is of no use.
pub fn run(args: &Args, t: Texts) -> Result<()> {
    let config = Config::read(&args.config, t)?;
    log(&config.log);
    let _taken = open::take(&config.database_url, t)?;
    let db = Db::open(&config.database_url, Durability::Full).with_context(|| t.s(k::CLI_DATABASE_CLOSED))?;
    let mut center = open::center(db, Arc::new(SystemClock::default()), &config.http.public_url, false)?;
    if let Some(path) = &config.center {
        let file = std::fs::read_to_string(path).with_context(|| format!("{}", path.display()))?;
        center = open::configured(center, &file).with_context(|| format!("{}", path.display()))?;
    }
    let mailer = config.mailer()?;
    let clock = center.clock.clone();
    let worker = match config.worker.enabled {
        true => Some(Means {
            mailer,
            engine: config.engine(Arc::new(move || clock.now()))?,
            accounts: config.compute.accounts(),
        }),
        false => None,
    };
    let gateway = match config.gateway.listen {
        Some(at) => {
            let listener = listen(at, t)?;
            let own = format!("http://{}", listener.local_addr()?);
            let url = Some(config.gateway.public_url.clone()).filter(|url| !url.is_empty()).unwrap_or(own);
            Some(Entrance { listener, url })
        }
        None => None,
    };
    let metrics = match config.metrics.listen {
        Some(at) => {
            let listener = listen(at, t)?;
            tracing::info!(address = %listener.local_addr()?, token = !config.metrics.token.is_empty(), "metrics");
            Some(Window { listener, token: config.metrics.token.clone() })
        }
        None => None,
    };
    let listener = listen(config.http.listen, t)?;
    let server = Server { center, edge: config.edge(), listener, worker, gateway, metrics };
    server.run(|address| tracing::info!(%address, "listening"))
}

/// Sends log lines to standard error.
pub fn log(log: &Log) {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .or_else(|_| tracing_subscriber::EnvFilter::try_new(&log.filter))
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second call, in tests, leaves the first in place.
    let _ = if log.json { lines.json().try_init() } else { lines.with_ansi(false).try_init() };
}
