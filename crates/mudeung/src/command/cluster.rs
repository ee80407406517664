//! `mudeung cluster`: how the cluster stands, what the portal would change in it now, and letting go
//! of what it had once it was set up anew.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use domain::engine::SyncState;
use service::clock::SystemClock;
use service::engine::{self, Change, Compute};
use service::{Actor, Center};
use store::Db;
use store::sql::Durability;
use texts::{Texts, k};

use crate::command::{refused, say};
use crate::config::{Config, Engine};
use crate::open;

/// Arguments of `cluster`.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Print how the cluster stands: its version, and how many projects are in line.
    Show(Of),
    /// Print what the portal would change in the cluster now. Nothing is changed.
    Plan(Of),
    /// Forget what the cluster was seen to have: once it was set up anew and is truly empty.
    Forget(Of),
}

/// Whose cluster.
#[derive(clap::Args)]
struct Of {
    /// The configuration file of a center.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

/// Prints, or forgets.
///
/// # Errors
/// If the database or the cluster cannot be reached, or the changes look like a failed read.
pub fn run(args: &Args, t: Texts) -> Result<()> {
    let (What::Show(of) | What::Plan(of) | What::Forget(of)) = &args.what;
    let config = Config::read(&of.config, t)?;
    let db = Db::open(&config.database_url, Durability::Full).with_context(|| t.s(k::CLI_DATABASE_CLOSED))?;
    let center = open::center(db, Arc::new(SystemClock::default()), &config.http.public_url, false)?;
    anyhow::ensure!(config.which_engine() != Engine::Local, "{}", t.s(k::CLI_CLUSTER_LOCAL));
    let clock = center.clock.clone();
    let engine = config.engine(Arc::new(move || clock.now()))?;
    match &args.what {
        What::Show(_) => show(&center, engine.as_ref(), t),
        What::Plan(_) => plan(&center, engine.as_ref(), t),
        What::Forget(_) => {
            let name = engine.name();
            let count = center.write(&Actor::operator(), |cx| engine::forget(cx, name));
            let count = count.map_err(|error| refused(t, &error))?;
            say(&t.f1(k::CLI_CLUSTER_FORGOTTEN, "count", i64::try_from(count).unwrap_or(i64::MAX)));
            Ok(())
        }
    }
}

/// How many projects are read at once.
const PAGE: i64 = 200;

fn show(center: &Center, engine: &dyn Compute, t: Texts) -> Result<()> {
    match engine.observe() {
        Ok(seen) => {
            say(&seen.version);
            if let Some(trouble) = seen.trouble {
                say(&format!("{} ({})", t.word(trouble.fault()), trouble.cause()));
            }
        }
        Err(error) => say(&format!("{} ({})", t.word(error.fault()), error.cause())),
    }
    let mut after: Option<(String, String)> = None;
    loop {
        let place = after.clone().unwrap_or_default();
        let seen = center.read(&Actor::operator(), |cx| engine::overview(cx, &place, PAGE));
        let seen = seen.map_err(|error| refused(t, &error))?;
        if after.is_none() {
            for state in SyncState::ALL {
                let count = seen.counts.iter().filter(|(_, other, _)| other == state).map(|(.., count)| count).sum();
                say(&format!("{}: {}", t.word(*state), t.int(count)));
            }
        }
        let Some(last) = seen.projects.last() else { return Ok(()) };
        after = Some((last.number.clone(), last.row.engine.clone()));
        for one in seen.projects.iter().filter(|one| one.row.state != SyncState::InLine) {
            let fault = one.row.fault.map(|fault| t.word(fault)).unwrap_or_default();
            say(&format!("  {}  {}  {fault} {}", one.number, t.word(one.row.state), one.row.last_error));
        }
    }
}

fn plan(center: &Center, engine: &dyn Compute, t: Texts) -> Result<()> {
    let plan = engine::plan(center, engine).map_err(|error| refused(t, &error))?;
    for project in &plan.taken {
        say(&t.f1(k::CLI_CLUSTER_TAKEN, "project", project.as_str()));
    }
    for change in &plan.changes {
        say(&said(t, change));
    }
    say(&t.f1(k::CLI_CLUSTER_CHANGES, "count", i64::try_from(plan.changes.len()).unwrap_or(i64::MAX)));
    Ok(())
}

fn said(t: Texts, change: &Change) -> String {
    let project = ("project", change.project());
    let text = match change {
        Change::Close { .. } => t.f1(k::CLI_CLUSTER_CLOSE, project.0, project.1),
        Change::Remove { .. } => t.f1(k::CLI_CLUSTER_REMOVE, project.0, project.1),
        Change::Create { .. } => t.f1(k::CLI_CLUSTER_CREATE, project.0, project.1),
        Change::Reopen { .. } => t.f1(k::CLI_CLUSTER_REOPEN, project.0, project.1),
        Change::SetLimit { pool, limit, .. } => {
            let args = [("project", project.1.into()), ("pool", pool.as_str().into()), ("limit", t.int(*limit).into())];
            t.f(k::CLI_CLUSTER_LIMIT, &args)
        }
        Change::RemoveMember { member, .. } => t.f2(k::CLI_CLUSTER_TAKE_OUT, project, ("member", member.as_str())),
        Change::AddMember { member, .. } => t.f2(k::CLI_CLUSTER_PUT_IN, project, ("member", member.as_str())),
    };
    format!("  {text}")
}
