//! The program: command line, configuration, wiring. Nothing else names concrete drivers.
//!
//! Each subcommand is one file in `command/` with its arguments and a `run`, and one line in
//! [`Command`].

mod command;
mod config;
mod metrics;
mod open;
mod server;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use texts::{Lang, Texts};

/// Runs a shared AI data center: calls, proposals, reviews, plans, awards, returns, refill.
#[derive(Parser)]
#[command(name = "mudeung", version)]
struct Cli {
    /// The language of what is printed: ko or en.
    #[arg(long, global = true, env = "MUDEUNG_LANG", default_value = "ko", value_parser = command::arg::word::<Lang>())]
    lang: Lang,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the center that a configuration file describes.
    Serve(command::serve::Args),
    /// Serve a demo on embedded parts, with the sample year loaded.
    Demo(command::demo::Args),
    /// Verify every rule over the whole database.
    Check(command::check::Args),
    /// Print or export the ledger.
    Ledger(command::ledger::Args),
    /// Show capacity, or set a rung of it from a day on.
    Capacity(command::capacity::Args),
    /// Take organizations or proposals over from a file: a trial unless --apply is given.
    Import(command::import::Args),
    /// Compute the statistics of a year from the ledger.
    Report(command::report::Args),
    /// Make accounts, give and take roles.
    User(command::user::Args),
    /// Show how the cluster stands, and what would be changed in it.
    Cluster(command::cluster::Args),
    /// Submit jobs and look after them, by the API of a portal.
    Job(command::job::Args),
    /// Start development environments and look after them, by the API of a portal.
    Env(command::env::Args),
    /// Keep one's SSH public keys for the cluster, by the API of a portal.
    Key(command::key::Args),
    /// Copy the database to a folder, verified.
    Backup(command::backup::Args),
    /// Bring a database back from a backup.
    Restore(command::restore::Args),
}

fn main() -> ExitCode {
    // Before anything else: it has to be the only thread when it leaves its parent's session.
    if let [_, what, run] = std::env::args_os().collect::<Vec<_>>().as_slice()
        && what == config::JOB_RUNNER
    {
        return compute::local::runner::main(std::path::Path::new(run));
    }
    let args: Vec<String> = std::env::args_os().map(|arg| arg.to_string_lossy().into_owned()).collect();
    let t = Texts::new(command::arg::language(&args));
    let given = command::help::in_words(Cli::command(), t).try_get_matches();
    let cli = match given.and_then(|given| Cli::from_arg_matches(&given)) {
        Ok(cli) => cli,
        Err(error) => {
            match command::arg::explain(t, &error) {
                Some(said) => command::complain(&said),
                None => error.exit(),
            }
            // As clap ends.
            return ExitCode::from(2);
        }
    };
    let t = Texts::new(cli.lang);
    let outcome = match cli.command {
        Command::Serve(args) => command::serve::run(&args, t),
        Command::Demo(args) => command::demo::run(&args, t),
        Command::Check(args) => command::check::run(&args, t),
        Command::Ledger(args) => command::ledger::run(&args, t),
        Command::Capacity(args) => command::capacity::run(&args, t),
        Command::Import(args) => command::import::run(&args, t),
        Command::Report(args) => command::report::run(&args, t),
        Command::User(args) => command::user::run(&args, t),
        Command::Cluster(args) => command::cluster::run(&args, t),
        Command::Job(args) => command::job::run(&args, t),
        Command::Env(args) => command::env::run(&args, t),
        Command::Key(args) => command::key::run(&args, t),
        Command::Backup(args) => command::backup::run(&args, t),
        Command::Restore(args) => command::restore::run(&args, t),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read what is printed has enough.
        Err(error) if is_gone(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // The chain of causes, once, for whoever runs the command.
            command::complain(&command::told(t, &error));
            ExitCode::FAILURE
        }
    }
}

fn is_gone(error: &anyhow::Error) -> bool {
    let kind =
        |cause: &(dyn std::error::Error + 'static)| cause.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
    error.chain().any(|cause| kind(cause) == Some(std::io::ErrorKind::BrokenPipe))
}
