//! `mudeung job`: jobs from a terminal anywhere, by the portal's API and a personal token.

use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use domain::job::JobState;
use serde_json::{Value, json};
use texts::{Texts, k};

use crate::command::portal::{Client, Portal, part};
use crate::command::say;

/// How often a job that is followed is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// Arguments of `job`.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
#[expect(clippy::large_enum_variant, reason = "there is one, made from the command line")]
enum What {
    /// Submit a script.
    Submit {
        #[command(flatten)]
        portal: Portal,
        /// The script; - is standard input.
        script: PathBuf,
        /// The number of the project; may be left out if you are in one only.
        #[arg(long, value_name = "NUMBER")]
        project: Option<String>,
        /// The pool; may be left out if the project has one only.
        #[arg(long)]
        pool: Option<String>,
        /// How many devices.
        #[arg(long, default_value_t = 1, value_name = "COUNT")]
        gpus: i64,
        /// The longest that it may run: minutes, or HOURS:MINUTES.
        #[arg(long, default_value = "60", value_name = "TIME")]
        time: String,
        /// What to call it; else the script's name.
        #[arg(long)]
        name: Option<String>,
        /// The container image that it runs in.
        #[arg(long)]
        image: Option<String>,
        /// A variable of its environment, NAME=VALUE; may be given several times.
        #[arg(long = "env", value_name = "NAME=VALUE")]
        environment: Vec<String>,
        /// The folder of the project's space in which it begins.
        #[arg(long, default_value = "", hide_default_value = true)]
        folder: String,
        /// Tasks: 0-9, 1-100:2, 0-31%4.
        #[arg(long, value_name = "TASKS")]
        array: Option<String>,
        /// A job that has to complete first; may be given several times.
        #[arg(long, value_name = "JOB")]
        after: Vec<String>,
        /// Print what it prints, and end as it ends.
        #[arg(long)]
        follow: bool,
    },
    /// List jobs, newest first.
    List {
        #[command(flatten)]
        portal: Portal,
        /// Of one project only.
        #[arg(long, value_name = "NUMBER")]
        project: Option<String>,
        /// In one state only.
        #[arg(long, value_name = "STATE", value_parser = crate::command::arg::word::<JobState>())]
        state: Option<JobState>,
    },
    /// Show a job, and why it waits.
    Show {
        #[command(flatten)]
        portal: Portal,
        /// The job.
        job: String,
    },
    /// Print what a job printed.
    Log {
        #[command(flatten)]
        portal: Portal,
        /// The job.
        job: String,
        /// Its standard error instead.
        #[arg(long)]
        err: bool,
        /// Go on until it ends, and end as it ends.
        #[arg(long)]
        follow: bool,
    },
    /// End a job.
    Cancel {
        #[command(flatten)]
        portal: Portal,
        /// The job.
        job: String,
        /// All tasks of its array.
        #[arg(long)]
        whole: bool,
    },
}

/// Does it.
///
/// # Errors
/// If the portal cannot be reached or refuses; with `--follow` also if the job ends badly.
pub fn run(args: &Args, t: Texts) -> Result<()> {
    match &args.what {
        What::Submit { portal, follow, .. } => {
            let client = Client::new(portal, t);
            let job = submit(&client, &args.what, t)?;
            say(&job);
            if *follow { log(&client, &job, "out", true, t) } else { Ok(()) }
        }
        What::List { portal, project, state } => list(&Client::new(portal, t), project.as_deref(), *state, t),
        What::Show { portal, job } => show(&Client::new(portal, t), job, t),
        What::Log { portal, job, err, follow } => {
            log(&Client::new(portal, t), job, if *err { "err" } else { "out" }, *follow, t)
        }
        What::Cancel { portal, job, whole } => {
            Client::new(portal, t).post(&format!("/jobs/{}/cancel", part(job)), &json!({ "whole": whole }))?;
            say(&t.s(k::JOB_CANCEL_ASKED));
            Ok(())
        }
    }
}

/// The id of a project by its number, or of the only one.
pub(super) fn project(client: &Client, number: Option<&str>, t: Texts) -> Result<String> {
    let mut after = String::new();
    let mut all: Vec<(String, String)> = Vec::new();
    loop {
        let page = client.get(&format!("/projects/mine?limit=200{after}"))?;
        for one in page["items"].as_array().into_iter().flatten() {
            let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
            if number.is_none_or(|number| number.eq_ignore_ascii_case(&text("number")))
                && (number.is_some() || text("state") == "active")
            {
                all.push((text("number"), text("id")));
            }
        }
        match page["next"].as_str() {
            Some(next) => after = format!("&after={}", part(next)),
            None => break,
        }
    }
    match (all.as_slice(), number) {
        ([(_, id)], _) => Ok(id.clone()),
        ([], Some(number)) => bail!("{}", t.f1(k::CLI_JOB_NO_PROJECT, "number", number)),
        ([], None) => bail!("{}", t.s(k::CLI_JOB_NO_PROJECTS)),
        (several, _) => {
            let numbers: Vec<&str> = several.iter().map(|(number, _)| number.as_str()).collect();
            bail!("{}", t.f1(k::CLI_JOB_WHICH_PROJECT, "numbers", numbers.join(", ")))
        }
    }
}

fn submit(client: &Client, what: &What, t: Texts) -> Result<String> {
    let What::Submit {
        script, project: number, pool, gpus, time, name, image, environment, folder, array, after, ..
    } = what
    else {
        bail!("not a submission");
    };
    let (text, file) = if script.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        (text, "stdin".to_owned())
    } else {
        let text = std::fs::read_to_string(script).with_context(|| script.display().to_string())?;
        (text, script.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default())
    };
    let minutes = minutes(time).ok_or_else(|| anyhow!("--time: {}", t.f1(k::CLI_JOB_TIME, "text", time.as_str())))?;
    let mut variables = serde_json::Map::new();
    for one in environment {
        let (name, value) = one.split_once('=').ok_or_else(|| anyhow!("--env: {}", t.s(k::REASON_NOT_A_VARIABLE)))?;
        variables.insert(name.to_owned(), json!(value));
    }
    let after: Vec<Value> = after.iter().map(|job| json!({ "job": job, "kind": "ok" })).collect();
    let body = json!({
        "name": name.clone().unwrap_or(file), "pool": pool, "devices": gpus, "minutes": minutes, "script": text,
        "image": image, "environment": variables, "folder": folder, "array": array, "after": after,
    });
    let project = project(client, number.as_deref(), t)?;
    let made = client.post(&format!("/projects/{project}/jobs"), &body)?;
    Ok(made["id"].as_str().unwrap_or_default().to_owned())
}

/// `90` or `1:30`.
fn minutes(text: &str) -> Option<i64> {
    match text.split_once(':') {
        Some((hours, minutes)) => {
            let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
            (hours >= 0 && (0..60).contains(&minutes)).then(|| hours.saturating_mul(60).saturating_add(minutes))
        }
        None => text.parse().ok().filter(|minutes| *minutes >= 0),
    }
}

pub(super) fn state(t: Texts, job: &Value) -> String {
    let word = job["state"].as_str().unwrap_or_default();
    word.parse::<JobState>().map_or_else(|_| word.to_owned(), |state| t.word(state))
}

fn list(client: &Client, number: Option<&str>, only: Option<JobState>, t: Texts) -> Result<()> {
    let of = match number {
        Some(number) => format!("/projects/{}/jobs", project(client, Some(number), t)?),
        None => "/jobs".to_owned(),
    };
    let only = only.map(|state| format!("&state={state}")).unwrap_or_default();
    let page = client.get(&format!("{of}?limit=200{only}"))?;
    let mut table = comfy_table::Table::new();
    let heads = [k::JOB_ID, k::JOB_NAME, k::JOB_STATE, k::JOB_WAIT, k::JOB_DEVICES];
    table.set_header(heads.map(|key| t.s(key)));
    for job in page["items"].as_array().into_iter().flatten() {
        let text = |name: &str| job[name].as_str().unwrap_or_default().to_owned();
        let wait: Option<domain::job::WaitReason> = text("wait").parse().ok();
        let task = job["task"].as_i64().map(|task| format!(" [{task}]")).unwrap_or_default();
        table.add_row([
            text("id"),
            format!("{}{task}", text("name")),
            state(t, job),
            wait.map(|wait| t.word(wait)).unwrap_or_default(),
            format!("{} {}", text("pool"), job["devices"]),
        ]);
    }
    say(&table.to_string());
    Ok(())
}

fn show(client: &Client, job: &str, t: Texts) -> Result<()> {
    let shown = client.get(&format!("/jobs/{}", part(job)))?;
    let job = &shown["job"];
    let line = |name: String, value: &Value| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        if !value.is_null() && !text.is_empty() {
            say(&format!("{name}: {text}"));
        }
    };
    line(t.s(k::JOB_NAME), &job["name"]);
    line(t.s(k::JOB_STATE), &json!(state(t, job)));
    let wait: Option<domain::job::WaitReason> = job["wait"].as_str().and_then(|word| word.parse().ok());
    if let Some(wait) = wait {
        line(t.s(k::JOB_WAIT), &json!(t.word(wait)));
        line(t.s(k::JOB_LIMIT), &json!(format!("{} / {}", shown["in_use"], shown["limit"])));
    }
    line(t.s(k::LEDGER_POOL), &job["pool"]);
    line(t.s(k::JOB_DEVICES), &job["devices"]);
    for (name, field) in
        [(k::JOB_SUBMITTED, "submitted_at"), (k::JOB_STARTED, "started_at"), (k::JOB_ENDED, "ended_at")]
    {
        let at: Option<jiff::Timestamp> = job[field].as_str().and_then(|text| text.parse().ok());
        line(t.s(name), &json!(at.map(|at| t.instant(at))));
    }
    line(t.s(k::JOB_NODES), &job["nodes"]);
    line(t.s(k::JOB_EXIT), &job["exit_code"]);
    line(t.s(k::JOB_NUMBER), &job["engine_id"]);
    Ok(())
}

fn log(client: &Client, job: &str, stream: &str, follow: bool, t: Texts) -> Result<()> {
    let mut from = 0;
    loop {
        let part = client.get(&format!("/jobs/{}/output?stream={stream}&from={from}", part(job)))?;
        let text = part["text"].as_str().unwrap_or_default();
        std::io::stdout().write_all(text.as_bytes())?;
        std::io::stdout().flush()?;
        let next = part["next"].as_u64().unwrap_or(from);
        let more = next > from && next < part["size"].as_u64().unwrap_or(0);
        from = next;
        if more {
            continue;
        }
        let ended: Option<JobState> = part["state"].as_str().and_then(|word| word.parse().ok());
        match ended.filter(|state| state.is_over()) {
            Some(JobState::Completed) => return Ok(()),
            Some(_) if !follow => return Ok(()),
            Some(state) => bail!("{}", t.word(state)),
            None if !follow => return Ok(()),
            None => std::thread::sleep(LOOK),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read() {
        assert_eq!(minutes("90"), Some(90));
        assert_eq!(minutes("1:30"), Some(90));
        for bad in ["", "1:75", "-3", "1:-3", "a", "1:2:3"] {
            assert_eq!(minutes(bad), None, "{bad}");
        }
    }
}
