//! Jobs as every engine has them: what it is asked to run, and what it says of what it runs.

use domain::job::{AfterKind, JobSpec, JobState, WaitReason};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What an engine is asked to run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobOrder {
    /// The portal's own name for it, unlike any other: lower-case letters, digits and hyphens. The
    /// engine keeps it with the jobs, so that an order whose answer was lost is found again.
    pub tag: String,
    /// The project's number.
    pub project: String,
    /// The pool whose devices it gets.
    pub pool: String,
    /// The account of the person who runs it.
    pub member: String,
    /// The rest.
    pub spec: JobSpec,
    /// What it waits for: the engine's own numbers of other orders, and how those have to end.
    pub after: Vec<(String, AfterKind)>,
    /// The reservation of the project's own whose machines it may use too. An engine that has only one
    /// machine knows by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reservation: Option<String>,
}

/// A job as an engine sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobSeen {
    /// The engine's own number: `17`, or `17_3` for a task of an array.
    pub id: String,
    /// The tag of its order; nothing if it was not asked for by the portal.
    pub tag: Option<String>,
    /// The number of its task, if it is of an array.
    pub task: Option<i64>,
    /// The project's number.
    pub project: String,
    /// The pool.
    pub pool: String,
    /// The account of the person who runs it.
    pub member: String,
    /// What people call it.
    pub name: String,
    /// How it stands; never `sending` or `refused`.
    pub state: JobState,
    /// Why it waits, if it does.
    pub wait: Option<Wait>,
    /// How many devices it has or asks for.
    pub devices: i64,
    /// How many CPUs it has; 0 while it waits.
    pub cpus: i64,
    /// How much memory it has, in MiB; 0 without a limit.
    pub memory_mb: i64,
    /// How long it may run, in minutes; 0 without a limit.
    pub minutes: i64,
    /// When it was submitted.
    pub submitted_at: Timestamp,
    /// When it last started.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Where it runs or ran: names of machines.
    pub nodes: String,
    /// What its script answered at the end.
    pub exit_code: Option<i64>,
    /// The signal that ended it.
    pub signal: Option<i64>,
    /// CPU time that it used, in seconds; known at its end or a little later.
    pub cpu_seconds: Option<i64>,
    /// The most memory that it used at once, in MiB; known at its end or a little later.
    pub max_memory_mb: Option<i64>,
}

/// The number of a job: its order's, and for a task of an array that with the task's (`17_3`).
#[must_use]
pub fn job_number(order: &str, task: Option<i64>) -> String {
    task.map_or_else(|| order.to_owned(), |task| format!("{order}_{task}"))
}

/// The number of the order that a job belongs to.
#[must_use]
pub fn order_number(job: &str) -> &str {
    job.split_once('_').map_or(job, |(order, _)| order)
}

impl JobSeen {
    /// A job of an order as it is before it was looked at: it waits, and nobody has said why.
    #[must_use]
    pub fn waiting(order: &JobOrder, number: &str, task: Option<i64>, submitted_at: Timestamp) -> Self {
        Self {
            id: job_number(number, task),
            tag: Some(order.tag.clone()),
            task,
            project: order.project.clone(),
            pool: order.pool.clone(),
            member: order.member.clone(),
            name: order.spec.name.clone(),
            state: JobState::Pending,
            wait: None,
            devices: order.spec.devices,
            cpus: 0,
            memory_mb: 0,
            minutes: order.spec.minutes,
            submitted_at,
            started_at: None,
            ended_at: None,
            nodes: String::new(),
            exit_code: None,
            signal: None,
            cpu_seconds: None,
            max_memory_mb: None,
        }
    }
}

/// Why a job waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// The reason.
    pub reason: WaitReason,
    /// The same in the engine's own words.
    pub said: String,
    /// Its place in the queue of its pool, from 1, if it is in it.
    pub rank: Option<i64>,
    /// When the engine expects it to start, if it does.
    pub starts_at: Option<Timestamp>,
}

/// A job of which something is wanted.
#[derive(Clone, Copy, Debug)]
pub struct JobKey<'a> {
    /// The engine's own number.
    pub id: &'a str,
    /// The tag of its order.
    pub tag: &'a str,
    /// The number of its task, if it is of an array.
    pub task: Option<i64>,
}

/// A part of what a job printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Printed {
    /// The bytes, at most as many as were asked for.
    pub bytes: Vec<u8>,
    /// Where they begin: further on than asked for if it was shortened meanwhile.
    pub from: u64,
    /// How much there is in all at this moment.
    pub size: u64,
}

/// A machine of an engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// Where the portal reaches what listens on it; empty if nobody has looked.
    #[serde(default)]
    pub address: String,
    /// How it stands.
    pub state: domain::engine::NodeState,
    /// The engine's words for that.
    pub said: String,
    /// Why it takes no jobs, as whoever drained it wrote; may be empty.
    pub reason: String,
    /// The pools whose devices it has.
    pub pools: Vec<String>,
    /// How many devices it has.
    pub devices: i64,
    /// How many of them jobs have.
    pub devices_used: i64,
    /// How many CPUs it has.
    pub cpus: i64,
    /// How many of them jobs have.
    pub cpus_used: i64,
    /// How much memory it has, in MiB.
    pub memory_mb: i64,
}
