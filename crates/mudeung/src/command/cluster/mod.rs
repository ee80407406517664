//! `mudeung cluster`: how the cluster stands, what the portal would change in it now, letting go of
//! what it had once it was set up anew, taking over what others have there, and who may come in to it by which keys.

mod adopt;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use domain::engine::SyncState;
use service::clock::SystemClock;
use service::cluster_account::Standing;
use service::engine::{self, Change, Compute};
use service::{Actor, Center, cluster_account};
use store::Db;
use store::sql::{Durability, sqlite_path};
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
    /// Print what taking over a cluster that has accounts already comes to, or do it.
    Adopt {
        #[command(flatten)]
        of: Of,
        #[command(flatten)]
        what: adopt::Args,
    },
    /// Print every account of the cluster with its projects and state, for whoever makes users of machines.
    Accounts {
        #[command(flatten)]
        of: Of,
        /// How to print them.
        #[arg(long, value_enum, default_value = "csv")]
        format: Format,
    },
    /// Print what lets in to an account now, as sshd's AuthorizedKeysCommand does. Nothing if nobody may.
    Keys {
        #[command(flatten)]
        of: Of,
        /// The account.
        account: String,
    },
}

/// How accounts are printed.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// One account a line, without keys.
    Csv,
    /// What the hook is given, with keys.
    Json,
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
    let of = match &args.what {
        What::Show(of) | What::Plan(of) | What::Forget(of) | What::Adopt { of, .. } => of,
        What::Accounts { of, format } => return accounts(of, *format, t),
        What::Keys { of, account } => return keys(of, account, t),
    };
    let config = Config::read(&of.config, t)?;
    let db = Db::open(&config.database_url, Durability::Full).with_context(|| t.s(k::CLI_DATABASE_CLOSED))?;
    let center = open::center(db, Arc::new(SystemClock::default()), &config.http.public_url, false)?;
    if let What::Adopt { what, .. } = &args.what {
        return adopt::run(what, &of.config, &config, &center, t);
    }
    anyhow::ensure!(config.which_engine() != Engine::Local, "{}", t.s(k::CLI_CLUSTER_LOCAL));
    let clock = center.clock.clone();
    let engine = config.engine(Arc::new(move || clock.now()))?;
    match &args.what {
        What::Plan(_) => plan(&center, engine.as_ref(), t),
        What::Forget(_) => {
            let name = engine.name();
            let count = center.write(&Actor::operator(), |cx| {
                cluster_account::forget(cx)?;
                engine::forget(cx, name)
            });
            let count = count.map_err(|error| refused(t, &error))?;
            say(&t.f1(k::CLI_CLUSTER_FORGOTTEN, "count", i64::try_from(count).unwrap_or(i64::MAX)));
            Ok(())
        }
        _ => show(&center, engine.as_ref(), t),
    }
}

/// A database for looking at accounts, as it is: sshd asks at every sign-in, perhaps on a machine whose
/// program is not the portal's, and as somebody who may only read.
fn looked_at(of: &Of, t: Texts) -> Result<(Db, Config)> {
    let config = Config::read(&of.config, t)?;
    if let Some(file) = sqlite_path(&config.database_url) {
        anyhow::ensure!(file.is_file(), "{}", t.f1(k::CLI_NO_DATABASE, "path", file.display()));
    }
    let db = Db::open_as_it_is(&config.database_url, Durability::Full);
    Ok((db.with_context(|| t.s(k::CLI_DATABASE_CLOSED))?, config))
}

fn accounts(of: &Of, format: Format, t: Texts) -> Result<()> {
    let (db, config) = looked_at(of, t)?;
    let center = open::center(db, Arc::new(SystemClock::default()), &config.http.public_url, false)?;
    let uid_base = config.compute.accounts_uid_base;
    let all = center.read(&Actor::operator(), |cx| cluster_account::list(cx, uid_base));
    let all = all.map_err(|error| refused(t, &error))?;
    match format {
        Format::Json => say(all.text().map_err(|error| refused(t, &error))?.trim_end()),
        Format::Csv => {
            let mut out = service::csv::line(&["name", "number", "uid", "state", "projects", "keys"]);
            for one in &all.accounts {
                let (projects, keys) = (one.projects.join(" "), one.keys.len().to_string());
                let (number, uid, state) = (one.number.to_string(), one.uid.to_string(), one.state.to_string());
                out.push_str(&service::csv::line(&[&one.name, &number, &uid, &state, &projects, &keys]));
            }
            say(out.trim_end());
        }
    }
    Ok(())
}

/// Only what is asked is read, so that an account of the database which may see five tables will do.
fn keys(of: &Of, account: &str, t: Texts) -> Result<()> {
    let (db, _) = looked_at(of, t)?;
    for line in db.read(|tx| store::ssh_key::authorized_keys(tx, account))? {
        say(&line);
    }
    Ok(())
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
            if let Some(accounts) = &seen.accounts {
                say(&format!("{}: {}", t.s(k::CLUSTER_ACCOUNTS), told(t, accounts)));
            }
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

/// How telling the cluster its accounts stands, in words.
fn told(t: Texts, standing: &Standing) -> String {
    match (standing.next_try_at, standing.taken_at) {
        (Some(at), _) => {
            let args = [("tries", t.int(standing.tries).into()), ("at", t.instant(at).into())];
            format!("{} ({})", t.f(k::CLUSTER_ACCOUNTS_FAILED, &args), standing.last_error)
        }
        (None, Some(at)) => t.f1(k::CLUSTER_ACCOUNTS_TAKEN, "at", t.instant(at)),
        (None, None) => t.s(k::CLUSTER_ACCOUNTS_NEVER),
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
        Change::SetRules { pool, rules, .. } => {
            let class = rules.as_ref().map_or("-", |rules| rules.class.as_str());
            t.f(
                k::CLI_CLUSTER_RULES,
                &[("project", project.1.into()), ("pool", pool.as_str().into()), ("class", class.into())],
            )
        }
        Change::RemoveMember { member, .. } => t.f2(k::CLI_CLUSTER_TAKE_OUT, project, ("member", member.as_str())),
        Change::AddMember { member, .. } => t.f2(k::CLI_CLUSTER_PUT_IN, project, ("member", member.as_str())),
    };
    format!("  {text}")
}
