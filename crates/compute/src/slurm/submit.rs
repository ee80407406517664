//! Orders: from what is asked to a job of Slurm, by slurmrestd or by `sbatch`, and finding it again
//! by its tag.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use domain::job::{AfterKind, Checkpoint, JobState, Stream};
use serde_json::{Value, json};

use super::Slurm;
use super::layout::{account_name, split};
use super::output::{file, is_tag};
use super::rest::{Fault, Rest};
use super::rows::Mark;
use super::settings::{Settings, is_name};
use super::{parse, reservations};
use crate::{EngineError, JobOrder};

/// Where a job is submitted to slurmrestd.
const SUBMIT: &str = "/slurm/v0.0.38/job/submit";
/// The `PATH` of jobs.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin";
/// How far back accounting is searched for a tag.
const SEARCHED: &str = "now-7days";
/// Up to when: a job of this very second is left out of what is up to now.
pub(super) const LATER: &str = "now+1hour";
/// What is over, by when it ended. Without this what was cancelled before it could start is left out.
pub(super) const OVER: &str = "--state=CA,CD,F,TO,OOM,NF,BF,DL,PR";
/// The columns that tell whose an order is.
const ORDERS: [&str; 6] = ["arrayjobid", "account", "username", "state", "nodelist", "comment"];
/// The same in accounting.
const ENDED: &str = "JobID,Account,User,State,NodeList,Comment";

/// An order as Slurm is told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ready {
    account: String,
    partition: String,
    member: String,
    name: String,
    tag: String,
    directory: String,
    out: String,
    err: String,
    devices: i64,
    cpus: i64,
    memory_mb: i64,
    minutes: i64,
    array: Option<String>,
    after: Option<String>,
    reservation: Option<String>,
    environment: BTreeMap<String, String>,
    script: String,
    image: Option<String>,
}

/// An order that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
struct There {
    number: String,
    account: String,
    member: String,
    tag: String,
    state: JobState,
}

impl Ready {
    /// The same order for Slurm, or why it never can be one.
    fn new(settings: &Settings, order: &JobOrder) -> Result<Self, EngineError> {
        let refuse = |why: String| Err(EngineError::Refused(why));
        let spec = &order.spec;
        let account = account_name(settings, &order.project, &order.pool)?;
        let Some(shape) = settings.pools.get(&order.pool) else {
            return refuse(format!("the configuration has no pool {}", order.pool));
        };
        if !is_tag(&order.tag) {
            return refuse(format!("{} cannot be a tag", order.tag));
        }
        if !is_name(&order.member) {
            return refuse(format!("{} cannot be a name in Slurm", order.member));
        }
        if let Some(fault) = spec.faults().first() {
            return refuse(format!("{} is not as it has to be", fault.field));
        }
        if spec.image.is_some() && settings.container.is_empty() {
            return refuse("this cluster runs no images".to_owned());
        }
        let project = order.project.to_ascii_lowercase();
        let space = settings.space.replace("{project}", &project);
        let directory = match (space.as_str(), spec.folder.as_str()) {
            ("", "") => "/tmp".to_owned(),
            ("", _) => return refuse("projects have no space on this cluster".to_owned()),
            (space, "") => space.to_owned(),
            (space, folder) => format!("{}/{folder}", space.trim_end_matches('/')),
        };
        let print = |stream| {
            if settings.output.as_os_str().is_empty() {
                return "/dev/null".to_owned();
            }
            let task = spec.array.map(|_| "%a");
            file(&settings.output, &order.tag, task, stream).to_string_lossy().into_owned()
        };
        Ok(Self {
            account,
            partition: shape.partition.clone(),
            member: order.member.clone(),
            name: spec.name.trim().to_owned(),
            tag: order.tag.clone(),
            directory,
            out: print(Stream::Out),
            err: print(Stream::Err),
            devices: spec.devices,
            cpus: spec.devices.saturating_mul(shape.cpus_per_device),
            memory_mb: spec.devices.saturating_mul(shape.memory_mb_per_device),
            minutes: spec.minutes,
            array: spec.array.map(|array| array.to_string()),
            after: None,
            reservation: order.reservation.as_ref().map(|name| reservations::named(settings, name)),
            environment: environment(settings, order),
            script: spec.script.clone(),
            image: spec.image.clone(),
        })
    }

    /// What slurmrestd is told.
    fn body(&self, settings: &Settings) -> Value {
        let script = match &self.image {
            Some(image) => wrapped(&self.script, &in_image(&settings.container, image), &BTreeMap::new()),
            None => self.script.clone(),
        };
        let mut job = json!({
            "account": self.account,
            "partition": self.partition,
            "name": self.name,
            "comment": self.tag,
            "current_working_directory": self.directory,
            "standard_input": "/dev/null",
            "standard_output": self.out,
            "standard_error": self.err,
            "gres": format!("gpu:{}", self.devices),
            "nodes": 1,
            "tasks": 1,
            "cpus_per_task": self.cpus,
            "memory_per_node": self.memory_mb,
            "time_limit": self.minutes,
            "environment": self.environment,
        });
        for (key, value) in [("array", &self.array), ("dependency", &self.after), ("reservation", &self.reservation)] {
            if let Some(value) = value {
                job[key] = Value::from(value.as_str());
            }
        }
        json!({ "script": script, "job": job })
    }

    /// What `sbatch` is told, apart from the script on its standard input.
    fn args(&self, group: &str) -> Vec<String> {
        let mut args = vec!["--parsable".to_owned()];
        let mut add = |key: &str, value: &str| args.push(format!("--{key}={value}"));
        add("uid", &self.member);
        add("gid", group);
        add("account", &self.account);
        add("partition", &self.partition);
        add("job-name", &self.name);
        add("comment", &self.tag);
        add("chdir", &self.directory);
        add("input", "/dev/null");
        add("output", &self.out);
        add("error", &self.err);
        add("gres", &format!("gpu:{}", self.devices));
        add("nodes", "1");
        add("ntasks", "1");
        add("cpus-per-task", &self.cpus.to_string());
        add("mem", &format!("{}M", self.memory_mb));
        add("time", &self.minutes.to_string());
        if let Some(array) = &self.array {
            add("array", array);
        }
        if let Some(after) = &self.after {
            add("dependency", after);
        }
        if let Some(reservation) = &self.reservation {
            add("reservation", reservation);
        }
        args
    }
}

/// What a job finds in its environment. What the order says goes before what we say.
fn environment(settings: &Settings, order: &JobOrder) -> BTreeMap<String, String> {
    let home = settings.home.replace("{member}", &order.member);
    let ours = [
        ("PATH", PATH),
        ("LANG", "C.UTF-8"),
        ("USER", &order.member),
        ("LOGNAME", &order.member),
        ("HOME", &home),
        ("MUDEUNG_PROJECT", &order.project),
        ("MUDEUNG_POOL", &order.pool),
        ("MUDEUNG_TAG", &order.tag),
    ];
    let ours = ours.into_iter().filter(|(_, value)| !value.is_empty());
    let mut all: BTreeMap<String, String> = ours.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    all.extend(order.spec.environment.clone());
    all
}

/// The words of the command that runs a script in an image.
fn in_image(template: &str, image: &str) -> String {
    let words = template.split_whitespace().map(|word| quoted(&word.replace("{image}", image)));
    words.collect::<Vec<_>>().join(" ")
}

/// A word that the shell takes as it is.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A script that sets variables, writes another to a file of its own, and runs it by a command.
/// Nothing of the other script is read by the shell, nor by `sbatch`: it is in Base64.
fn wrapped(script: &str, command: &str, environment: &BTreeMap<String, String>) -> String {
    let mut out = String::from("#!/bin/bash\n");
    for (name, value) in environment {
        let _ = writeln!(out, "export {name}={}", quoted(value));
    }
    out.push_str("script=$(/usr/bin/mktemp /tmp/mudeung.XXXXXXXXXX) || exit 1\n");
    out.push_str("trap '/bin/rm -f \"$script\"' EXIT\n");
    out.push_str("/usr/bin/base64 -d >\"$script\" <<'END_OF_SCRIPT' || exit 1\n");
    let text = BASE64_STANDARD.encode(script);
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, more) = rest.split_at(rest.len().min(76));
        out.push_str(line);
        out.push('\n');
        rest = more;
    }
    out.push_str("END_OF_SCRIPT\n/bin/chmod 700 \"$script\" || exit 1\n");
    if !command.is_empty() {
        out.push_str(command);
        out.push(' ');
    }
    out.push_str("\"$script\"\n");
    out
}

impl Slurm {
    /// Takes an order in, once.
    pub(super) fn take_in(&self, order: &JobOrder) -> Result<String, EngineError> {
        let mut ready = Ready::new(&self.settings, order)?;
        let queue = self.orders().map_err(unseen)?;
        let is_it = |one: &&There| one.tag == ready.tag && one.account == ready.account && one.member == ready.member;
        if let Some(number) = first(queue.iter().filter(is_it)) {
            return Ok(number);
        }
        match self.ended_orders(Some(&ready.account)) {
            Ok(ended) => {
                if let Some(number) = first(ended.iter().filter(is_it)) {
                    return Ok(number);
                }
            }
            // slurmctld takes jobs without it, and has what was submitted a short while ago.
            Err(error) => tracing::debug!(%error, "a job is submitted without a look at accounting"),
        }
        ready.after = self.after(order, &queue)?;
        match self.hand_in(&ready) {
            // It ended meanwhile, or somebody took it away: the job can do without.
            Err(EngineError::Refused(said))
                if ready.reservation.is_some() && said.to_lowercase().contains("reservation") =>
            {
                self.hand_in(&Ready { reservation: None, ..ready })
            }
            done => done,
        }
    }

    fn hand_in(&self, ready: &Ready) -> Result<String, EngineError> {
        match &self.rest {
            Some(rest) => self.by_rest(rest, ready),
            None => self.by_sbatch(ready),
        }
    }

    /// The number of the order with that tag. A copy that somebody made of a tag is a later one.
    pub(super) fn with_tag(&self, tag: &str) -> Result<Option<String>, EngineError> {
        let is_it = |one: &&There| one.tag == tag && is_tag(tag) && !split(&self.settings, &one.account).1.is_empty();
        if let Some(number) = first(self.orders()?.iter().filter(is_it)) {
            return Ok(Some(number));
        }
        Ok(first(self.ended_orders(None)?.iter().filter(is_it)))
    }

    /// Ends a job or all of an order.
    pub(super) fn end(&self, id: &str) -> Result<(), EngineError> {
        if !is_number(id) {
            return Ok(());
        }
        // A task that is cancelled before it is a job of its own leaves no trace anywhere.
        if id.contains('_') {
            match self.commands.run("scontrol", &["hold", id]) {
                Err(EngineError::Refused(_)) => {}
                other => drop(other?),
            }
        }
        unless_over(self.commands.run("scancel", &[id]))
    }

    /// Sends a job's script and all that it started a signal.
    pub(super) fn send(&self, id: &str, signal: Checkpoint) -> Result<(), EngineError> {
        if !is_number(id) {
            return Ok(());
        }
        let signal = format!("--signal={signal}");
        unless_over(self.commands.run("scancel", &["--full", &signal, "--state=RUNNING", id]))
    }

    /// What slurmctld knows: what waits and runs, and what ended a short while ago.
    fn orders(&self) -> Result<Vec<There>, EngineError> {
        let mark = Mark::new();
        let columns = mark.columns(&ORDERS);
        let text = self.commands.run("squeue", &["-h", "-a", "--states=all", "-O", &columns])?;
        there(mark.rows(&text)?)
    }

    /// What accounting knows. Of one account it knows some seconds later than of all; slurmctld still
    /// has what ended that shortly before.
    fn ended_orders(&self, account: Option<&str>) -> Result<Vec<There>, EngineError> {
        let mark = Mark::new();
        let (delimiter, columns) = (mark.delimiter(), format!("--format={ENDED}"));
        let of = account.map(|account| format!("--accounts={account}"));
        let mut args = vec!["-n", "-p", "-X", "-a", "-S", SEARCHED, "-E", LATER, OVER, &delimiter, &columns];
        args.extend(of.as_deref());
        there(mark.rows(&self.commands.run("sacct", &args)?)?)
    }

    /// What it has to wait for, as Slurm writes it. Slurm takes a job that it no longer knows for one
    /// that is as wanted; so accounting is asked how such a job ended.
    fn after(&self, order: &JobOrder, queue: &[There]) -> Result<Option<String>, EngineError> {
        let mut parts = Vec::new();
        for (id, kind) in &order.after {
            if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_') {
                return Err(EngineError::Refused(format!("there is no job {id} to wait for")));
            }
            if !queue.iter().any(|one| one.number == base(id)) {
                self.as_wanted(id, *kind)?;
                continue;
            }
            let word = match kind {
                AfterKind::Ok => "afterok",
                AfterKind::NotOk => "afternotok",
                AfterKind::Any => "afterany",
            };
            parts.push(format!("{word}:{id}"));
        }
        Ok((!parts.is_empty()).then(|| parts.join(",")))
    }

    fn as_wanted(&self, id: &str, kind: AfterKind) -> Result<(), EngineError> {
        let mark = Mark::new();
        let (delimiter, columns) = (mark.delimiter(), format!("--format={ENDED}"));
        let text = self.commands.run("sacct", &["-n", "-p", "-X", "-a", "-j", id, &delimiter, &columns]);
        let ended = there(mark.rows(&text.map_err(unseen)?)?)?;
        let well = ended.iter().all(|one| one.state == JobState::Completed);
        let fits = match kind {
            AfterKind::Ok => well,
            AfterKind::NotOk => !well,
            AfterKind::Any => true,
        };
        if ended.is_empty() {
            Err(EngineError::Refused(format!("there is no job {id} to wait for")))
        } else if fits {
            Ok(())
        } else {
            Err(EngineError::Refused(format!("job {id} did not end as this waits for")))
        }
    }

    fn by_rest(&self, rest: &Rest, ready: &Ready) -> Result<String, EngineError> {
        let body = ready.body(&self.settings);
        let post = || rest.post(&self.commands, &ready.member, SUBMIT, &body);
        let mut outcome = post();
        if let Err(Fault::Unbelieved(cause)) = &outcome {
            tracing::debug!(cause, "another token is taken");
            rest.forget_token();
            match self.again(ready) {
                Ok(Some(number)) => return Ok(number),
                Ok(None) => outcome = post(),
                Err(_) => return Err(EngineError::Hangs(cause.clone())),
            }
        }
        match outcome {
            Ok(said) => match said.get("job_id").and_then(Value::as_u64) {
                Some(id) => Ok(id.to_string()),
                None => Err(EngineError::Hangs("slurmrestd answers without a number".to_owned())),
            },
            Err(Fault::Not(error)) => Err(error),
            Err(Fault::Unbelieved(cause)) => {
                rest.forget_token();
                Err(EngineError::Unreachable(cause))
            }
            // It may be there by now.
            Err(Fault::Lost(cause)) => match self.again(ready) {
                Ok(Some(number)) => Ok(number),
                _ => Err(EngineError::Hangs(cause)),
            },
        }
    }

    /// Whether slurmctld has an order after all.
    fn again(&self, ready: &Ready) -> Result<Option<String>, EngineError> {
        let is_it = |one: &&There| one.tag == ready.tag && one.account == ready.account && one.member == ready.member;
        Ok(first(self.orders()?.iter().filter(is_it)))
    }

    fn by_sbatch(&self, ready: &Ready) -> Result<String, EngineError> {
        let machine = super::Commands { bin: std::path::PathBuf::new(), ..self.commands.clone() };
        let group = machine.run("id", &["-g", &ready.member]).map_err(|error| match error {
            EngineError::Refused(_) => EngineError::Refused(format!("the machine has no account {}", ready.member)),
            other => other,
        })?;
        let command = ready.image.as_ref().map(|image| in_image(&self.settings.container, image));
        let script = wrapped(&ready.script, &command.unwrap_or_default(), &ready.environment);
        let args = ready.args(group.trim());
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let said = self.commands.feed_bare("sbatch", &args, &script).map_err(|error| match error {
            EngineError::Controller(cause) if cause.contains("timed out") => EngineError::Hangs(cause),
            EngineError::Controller(cause) => EngineError::Unreachable(cause),
            other => other,
        })?;
        // With the cluster's name where there are several.
        let number = said.trim().split(';').next().unwrap_or_default();
        if number.parse::<u64>().is_ok() {
            Ok(number.to_owned())
        } else {
            Err(EngineError::Hangs("sbatch answers without a number".to_owned()))
        }
    }
}

/// An order before which nothing can be seen is neither refused for that nor taken in.
fn unseen(error: EngineError) -> EngineError {
    EngineError::Unreachable(error.cause().to_owned())
}

/// The number of the order that a job belongs to.
fn base(id: &str) -> &str {
    id.split(['_', '+']).next().unwrap_or(id)
}

/// The earliest of some orders.
fn first<'a>(orders: impl Iterator<Item = &'a There>) -> Option<String> {
    let numbers: BTreeSet<u64> = orders.filter_map(|one| one.number.parse().ok()).collect();
    numbers.first().map(u64::to_string)
}

/// Rows of [`ORDERS`] or [`ENDED`]. A submission that Slurm refused may have left a row that failed
/// without a machine: that is no job.
fn there(rows: Vec<[&str; 6]>) -> Result<Vec<There>, EngineError> {
    let mut out = Vec::new();
    for [number, account, member, state, nodes, tag] in rows {
        let state = parse::state(state)?;
        if state == JobState::Failed && parse::nodes(nodes).is_empty() {
            continue;
        }
        out.push(There {
            number: base(number).to_owned(),
            account: account.to_owned(),
            member: member.to_owned(),
            tag: tag.to_owned(),
            state,
        });
    }
    Ok(out)
}

/// Whether this can be the number of a job: `17`, `17_3` or `17+1`.
fn is_number(id: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (base, task) = id.split_once(['_', '+']).map_or((id, None), |(base, task)| (base, Some(task)));
    number(base) && task.is_none_or(number)
}

/// What came of a command about a job; one that is over needs nothing more.
fn unless_over(outcome: Result<String, EngineError>) -> Result<(), EngineError> {
    let over = ["Invalid job id", "already completing or completed", "finished"];
    match outcome {
        Err(EngineError::Refused(said)) if over.iter().any(|words| said.contains(words)) => Ok(()),
        other => other.map(drop),
    }
}
