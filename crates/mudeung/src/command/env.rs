//! `mudeung env`: development environments from a terminal anywhere, by the portal's API and a personal
//! token.

use std::time::Duration;

use anyhow::{Result, bail};
use domain::job::JobState;
use serde_json::{Value, json};
use texts::{Lang, Texts, k};

use crate::command::job::{project, state};
use crate::command::portal::{Client, Portal, part};
use crate::command::say;

/// How often one that is waited for is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// Arguments of `env`.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// List the center's catalog.
    Catalog {
        #[command(flatten)]
        portal: Portal,
    },
    /// List one's own environments, or all of a project, newest first.
    List {
        #[command(flatten)]
        portal: Portal,
        /// All of a project: its number.
        #[arg(long, value_name = "NUMBER")]
        project: Option<String>,
    },
    /// Start an environment of the catalog.
    Start {
        #[command(flatten)]
        portal: Portal,
        /// Which of the catalog.
        entry: String,
        /// The number of the project; may be left out if you are in one only.
        #[arg(long, value_name = "NUMBER")]
        project: Option<String>,
        /// The pool; may be left out if the project has one only.
        #[arg(long)]
        pool: Option<String>,
        /// How many devices.
        #[arg(long, default_value_t = 1, value_name = "COUNT")]
        gpus: i64,
        /// How long it may run, in hours.
        #[arg(long, default_value_t = 8, value_name = "HOURS")]
        hours: i64,
        /// Wait until it is ready, and print where it opens.
        #[arg(long)]
        wait: bool,
    },
    /// Start an environment, see that it lets somebody in, and end it.
    Check {
        #[command(flatten)]
        portal: Portal,
        /// Which of the catalog.
        entry: String,
        /// The number of the project; may be left out if you are in one only.
        #[arg(long, value_name = "NUMBER")]
        project: Option<String>,
        /// The pool; may be left out if the project has one only.
        #[arg(long)]
        pool: Option<String>,
    },
    /// Show an environment: how it stands, where it opens, when it ends.
    Show {
        #[command(flatten)]
        portal: Portal,
        /// The environment.
        env: String,
    },
    /// Keep an environment that nobody does anything in.
    Keep {
        #[command(flatten)]
        portal: Portal,
        /// The environment.
        env: String,
    },
    /// Ask for more hours of an environment that runs.
    Extend {
        #[command(flatten)]
        portal: Portal,
        /// The environment.
        env: String,
        /// How many hours more.
        #[arg(long, default_value_t = 1, value_name = "HOURS")]
        hours: i64,
    },
    /// End an environment.
    Stop {
        #[command(flatten)]
        portal: Portal,
        /// The environment.
        env: String,
    },
}

/// Does it.
///
/// # Errors
/// If the portal cannot be reached or refuses; with `--wait` also if it ends before it is ready.
pub fn run(args: &Args, t: Texts) -> Result<()> {
    match &args.what {
        What::Catalog { portal } => catalog(&Client::new(portal, t), t),
        What::List { portal, project } => list(&Client::new(portal, t), project.as_deref(), t),
        What::Start { portal, entry, project: number, pool, gpus, hours, wait } => {
            let client = Client::new(portal, t);
            let id = start(&client, entry, (number.as_deref(), pool.as_deref()), (*gpus, *hours), t)?;
            say(&id);
            if *wait {
                say(&until_ready(&client, &id, t)?);
            }
            Ok(())
        }
        What::Check { portal, entry, project, pool } => {
            check(&Client::new(portal, t), entry, (project.as_deref(), pool.as_deref()), t)
        }
        What::Show { portal, env } => show(&Client::new(portal, t), env, t),
        What::Keep { portal, env } => {
            Client::new(portal, t).post(&format!("/environments/{}/keep", part(env)), &json!({}))?;
            say(&t.s(k::FLASH_DEVENV_KEPT));
            Ok(())
        }
        What::Extend { portal, env, hours } => {
            Client::new(portal, t).post(&format!("/environments/{}/extend", part(env)), &json!({ "hours": hours }))?;
            say(&t.s(k::FLASH_DEVENV_EXTENDED));
            Ok(())
        }
        What::Stop { portal, env } => {
            Client::new(portal, t).post(&format!("/environments/{}/stop", part(env)), &json!({}))?;
            say(&t.s(k::JOB_CANCEL_ASKED));
            Ok(())
        }
    }
}

fn entries(client: &Client) -> Result<Vec<Value>> {
    Ok(client.get("/environments")?["items"].as_array().cloned().unwrap_or_default())
}

/// An entry of the catalog, if it is one: what the portal would refuse says here what there is.
fn known(client: &Client, entry: &str, t: Texts) -> Result<String> {
    let all = entries(client)?;
    let ids: Vec<&str> = all.iter().filter_map(|one| one["id"].as_str()).collect();
    match ids.iter().find(|id| id.eq_ignore_ascii_case(entry.trim())) {
        Some(id) => Ok((*id).to_owned()),
        None if ids.is_empty() => bail!("{}", t.s(k::CLI_ENV_NO_CATALOG)),
        None => bail!("{}", t.f2(k::CLI_ENV_WHICH, ("entry", entry), ("entries", ids.join(", ")))),
    }
}

fn catalog(client: &Client, t: Texts) -> Result<()> {
    let (name, holds) = match t.lang() {
        Lang::Ko => ("name_ko", "holds_ko"),
        Lang::En => ("name_en", "holds_en"),
    };
    let mut table = comfy_table::Table::new();
    table.set_header([k::DEVENV_ENTRY, k::DEVENV_WHICH, k::DEVENV_HOLDS, k::DEVENV_CAME_UP_AT].map(|key| t.s(key)));
    for entry in entries(client)? {
        let [id, name, holds] = ["id", name, holds].map(|field| entry[field].as_str().unwrap_or_default().to_owned());
        table.add_row([id, name, holds, at(t, &entry, "came_up_at")]);
    }
    say(&table.to_string());
    Ok(())
}

/// How one stands: a job that runs may not let anybody in yet.
fn stands(t: Texts, env: &Value) -> String {
    match (env["state"].as_str().and_then(|word| word.parse().ok()), env["ready"].as_bool()) {
        (Some(JobState::Running), Some(true)) => t.s(k::DEVENV_READY),
        (Some(JobState::Running), _) => t.s(k::DEVENV_STARTING),
        _ => state(t, env),
    }
}

fn at(t: Texts, env: &Value, field: &str) -> String {
    let at: Option<jiff::Timestamp> = env[field].as_str().and_then(|text| text.parse().ok());
    at.map(|at| t.instant(at)).unwrap_or_default()
}

fn list(client: &Client, number: Option<&str>, t: Texts) -> Result<()> {
    let of = match number {
        Some(number) => format!("/projects/{}/environments", project(client, Some(number), t)?),
        None => "/environments/mine".to_owned(),
    };
    let page = client.get(&format!("{of}?limit=200"))?;
    let mut table = comfy_table::Table::new();
    table.set_header([k::DEVENV_ID, k::DEVENV_WHICH, k::JOB_STATE, k::DEVENV_ENDS_AT].map(|key| t.s(key)));
    for env in page["items"].as_array().into_iter().flatten() {
        let text = |name: &str| env[name].as_str().unwrap_or_default().to_owned();
        table.add_row([text("id"), text("environment"), stands(t, env), at(t, env, "ends_at")]);
    }
    say(&table.to_string());
    Ok(())
}

fn show(client: &Client, env: &str, t: Texts) -> Result<()> {
    let env = client.get(&format!("/environments/{}", part(env)))?;
    let line = |name: String, text: &str| {
        if !text.is_empty() {
            say(&format!("{name}: {text}"));
        }
    };
    let text = |name: &str| env[name].as_str().unwrap_or_default().to_owned();
    line(t.s(k::DEVENV_WHICH), &text("environment"));
    line(t.s(k::JOB_STATE), &stands(t, &env));
    line(t.s(k::DEVENV_OPENS_AT), &text("opens_at"));
    line(t.s(k::JOB_STARTED), &at(t, &env, "started_at"));
    line(t.s(k::DEVENV_ENDS_AT), &at(t, &env, "ends_at"));
    line(t.s(k::DEVENV_REFUSED), &text("refused"));
    line(t.s(k::DEVENV_USED_AT), &at(t, &env, "used_at"));
    line(t.s(k::DEVENV_IDLE_AT), &at(t, &env, "idle_at"));
    line(t.s(k::JOB_ID), &text("job"));
    Ok(())
}

/// Starts one in a project's pool, with so many devices for so many hours; answers its id.
fn start(
    client: &Client,
    entry: &str,
    (number, pool): (Option<&str>, Option<&str>),
    (gpus, hours): (i64, i64),
    t: Texts,
) -> Result<String> {
    let entry = known(client, entry, t)?;
    let project = project(client, number, t)?;
    let body = json!({ "environment": entry, "pool": pool, "devices": gpus, "hours": hours });
    let made = client.post(&format!("/projects/{project}/environments"), &body)?;
    Ok(made["id"].as_str().unwrap_or_default().to_owned())
}

/// Whether the engine can run an entry: by running it. What it printed is shown if it cannot.
fn check(client: &Client, entry: &str, place: (Option<&str>, Option<&str>), t: Texts) -> Result<()> {
    let begun = std::time::Instant::now();
    let id = start(client, entry, place, (1, 1), t)?;
    let ready = until_ready(client, &id, t);
    // Whatever came of it, its device goes back.
    let stopped = client.post(&format!("/environments/{}/stop", part(&id)), &json!({}));
    if let Err(fault) = ready {
        let env = client.get(&format!("/environments/{}", part(&id)))?;
        let job = env["job"].as_str().unwrap_or_default();
        let printed = client.get(&format!("/jobs/{}/output?stream=err", part(job)))?;
        say(printed["text"].as_str().unwrap_or_default().trim_end());
        return Err(fault);
    }
    stopped?;
    say(&t.f2(k::DEVENV_CHECKED, ("entry", entry), ("seconds", begun.elapsed().as_secs())));
    Ok(())
}

/// Waits until somebody can come in, and answers where.
fn until_ready(client: &Client, id: &str, t: Texts) -> Result<String> {
    loop {
        let env = client.get(&format!("/environments/{}", part(id)))?;
        if let Some(address) = env["opens_at"].as_str() {
            return Ok(address.to_owned());
        }
        let ended: Option<JobState> = env["state"].as_str().and_then(|word| word.parse().ok());
        if let Some(state) = ended.filter(|state| state.is_over()) {
            bail!("{}", t.word(state));
        }
        std::thread::sleep(LOOK);
    }
}
