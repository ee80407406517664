//! Jobs: what a project runs on the devices that it holds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Code, FieldError, Reason};

words! {
    /// How a job stands.
    JobState in "job" {
        /// It was asked for and is not yet with the engine.
        Sending = "sending",
        /// It waits in the engine's queue.
        Pending = "pending",
        /// It runs.
        Running = "running",
        /// It was stopped for a while.
        Suspended = "suspended",
        /// It ended well.
        Completed = "completed",
        /// It ended with a fault of its own.
        Failed = "failed",
        /// Somebody ended it.
        Cancelled = "cancelled",
        /// Its time was over.
        Timeout = "timeout",
        /// It wanted more memory than it was given.
        OutOfMemory = "out_of_memory",
        /// The machine that ran it failed.
        NodeFail = "node_fail",
        /// The engine did not take it.
        Refused = "refused",
    }
}

impl JobState {
    /// Whether nothing more comes of it.
    #[must_use]
    pub fn is_over(self) -> bool {
        !matches!(self, Self::Sending | Self::Pending | Self::Running | Self::Suspended)
    }

    /// The states in which something more comes of a job.
    pub fn open() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|state| !state.is_over())
    }

    /// Whether it holds devices now.
    #[must_use]
    pub fn holds(self) -> bool {
        matches!(self, Self::Running | Self::Suspended)
    }
}

words! {
    /// Why a job waits.
    WaitReason in "job-wait" {
        /// The project uses as many devices as it may at once.
        Limit = "limit",
        /// It asks for more than the project may ever use at once.
        NeverFits = "never_fits",
        /// The person runs as many jobs as one may.
        PersonLimit = "person_limit",
        /// The project's hours are used up.
        Budget = "budget",
        /// It asks for more time than is allowed.
        Wall = "wall",
        /// Devices are not free yet.
        Resources = "resources",
        /// Others are before it.
        Priority = "priority",
        /// It waits for other jobs.
        Dependency = "dependency",
        /// What it waits for will never come.
        DependencyNever = "dependency_never",
        /// Its array runs as many at once as it may.
        ArrayLimit = "array_limit",
        /// It may start at a later time only.
        BeginTime = "begin_time",
        /// Somebody holds it back.
        Held = "held",
        /// It waits for a reservation.
        Reservation = "reservation",
        /// The machines that it needs are away or under maintenance.
        Nodes = "nodes",
        /// The project is over or takes no jobs.
        Closed = "closed",
        /// Something else, in the engine's words.
        Other = "other",
    }
}

words! {
    /// A signal by which a job saves what it has. A program that does not expect it ends by it, so it is
    /// sent only to jobs that asked for it.
    Checkpoint in "job-signal" {
        /// The first that is free for programs.
        Usr1 = "USR1",
        /// The second.
        Usr2 = "USR2",
    }
}

/// The variable by which a job says what signal it wants.
pub const CHECKPOINT_VARIABLE: &str = "CHECKPOINT_SIGNAL";

words! {
    /// When a job may start after another.
    AfterKind in "job-after" {
        /// Once the other ended well.
        Ok = "ok",
        /// Once the other ended badly.
        NotOk = "not_ok",
        /// Once the other ended.
        Any = "any",
    }
}

words! {
    /// How far an order of jobs has come.
    OrderState in "order" {
        /// It is not with the engine yet.
        Waiting = "waiting",
        /// The engine has it.
        Sent = "sent",
        /// The engine did not take it.
        Refused = "refused",
        /// It was taken back before the engine had it.
        Cancelled = "cancelled",
    }
}

words! {
    /// What a job prints to.
    Stream in "job-stream" {
        /// Its standard output.
        Out = "out",
        /// Its standard error.
        Err = "err",
    }
}

/// The most tasks that one array may have.
pub const MAX_TASKS: i64 = 1000;
/// The greatest number that a task may have.
pub const MAX_INDEX: i64 = 1_000_000;
/// The longest name, in characters.
pub const MAX_NAME: i64 = 64;
/// The longest script, in bytes.
pub const MAX_SCRIPT: usize = 64 * 1024;
/// The most variables of its environment.
pub const MAX_VARIABLES: usize = 100;
/// The longest time that a job may ask for, in minutes: 30 days.
pub const MAX_MINUTES: i64 = 30 * 24 * 60;

/// Tasks of one script that differ by a number: `0-9`, `1-100:2`, `0-31%4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Array {
    first: i64,
    last: i64,
    step: i64,
    at_once: Option<i64>,
}

/// The text is no array of tasks, or one of too many.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not FIRST-LAST, FIRST-LAST:STEP or FIRST-LAST%AT_ONCE with at most 1,000 tasks")]
pub struct InvalidArray(pub String);

impl Array {
    /// The number of each task.
    pub fn tasks(self) -> impl Iterator<Item = i64> {
        (0..self.len()).map(move |n| self.first + n * self.step)
    }

    /// How many tasks it has.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "there is always one")]
    pub fn len(self) -> i64 {
        (self.last - self.first) / self.step + 1
    }

    /// How many of them may run at once, if fewer than all.
    #[must_use]
    pub fn at_once(self) -> Option<i64> {
        self.at_once
    }
}

impl std::str::FromStr for Array {
    type Err = InvalidArray;

    fn from_str(text: &str) -> Result<Self, InvalidArray> {
        let fault = || InvalidArray(text.to_owned());
        let number = |part: &str| -> Result<i64, InvalidArray> {
            let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            let number = part.parse().ok().filter(|number| digits && *number <= MAX_INDEX);
            number.ok_or_else(fault)
        };
        let (range, at_once) = match text.trim().split_once('%') {
            Some((range, at_once)) => (range, Some(number(at_once)?)),
            None => (text.trim(), None),
        };
        let (range, step) = match range.split_once(':') {
            Some((range, step)) => (range, number(step)?),
            None => (range, 1),
        };
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let array = Self { first: number(first)?, last: number(last)?, step, at_once };
        let fine = array.first <= array.last && step > 0 && at_once != Some(0) && array.len() <= MAX_TASKS;
        if fine { Ok(array) } else { Err(fault()) }
    }
}

impl std::fmt::Display for Array {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.first, self.last)?;
        if self.step > 1 {
            write!(f, ":{}", self.step)?;
        }
        self.at_once.map_or(Ok(()), |at_once| write!(f, "%{at_once}"))
    }
}

impl TryFrom<String> for Array {
    type Error = InvalidArray;
    fn try_from(text: String) -> Result<Self, InvalidArray> {
        text.parse()
    }
}

impl From<Array> for String {
    fn from(array: Array) -> Self {
        array.to_string()
    }
}

/// What somebody asks to run, apart from where: the same for every engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobSpec {
    /// What people call it.
    pub name: String,
    /// The script; its first line names what reads it (`#!/bin/bash`).
    pub script: String,
    /// How many devices of the pool each task gets.
    pub devices: i64,
    /// The longest that each task may run, in minutes.
    pub minutes: i64,
    /// The image that it runs in, as the center's container program names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Variables of its environment.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub environment: BTreeMap<String, String>,
    /// The folder of the project's space in which it begins; empty for the space itself.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub folder: String,
    /// Tasks, where it is an array.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub array: Option<Array>,
}

impl JobSpec {
    /// What is wrong with it in itself, all at once.
    #[must_use]
    pub fn faults(&self) -> Vec<FieldError> {
        let mut faults = Vec::new();
        let mut fault = |field: &str, reason: Reason| faults.push(reason.at(field));
        if crate::text::is_blank(&self.name) {
            fault("name", Code::Required.into());
        } else if self.name.chars().any(char::is_control) {
            fault("name", Code::BadCharacters.into());
        } else if i64::try_from(self.name.chars().count()).is_ok_and(|length| length > MAX_NAME) {
            fault("name", Reason::new(Code::TooLong).with("max", MAX_NAME));
        }
        if self.script.trim().is_empty() {
            fault("script", Code::Required.into());
        } else if self.script.contains('\0') {
            fault("script", Code::BadCharacters.into());
        } else if self.script.len() > MAX_SCRIPT {
            fault(
                "script",
                Reason::new(Code::ScriptTooLong).with("max", i64::try_from(MAX_SCRIPT).unwrap_or(i64::MAX)),
            );
        } else if !self.script.starts_with("#!/") {
            fault("script", Code::ScriptInterpreter.into());
        }
        if self.devices < 1 {
            fault("devices", Reason::new(Code::TooSmall).with("min", 1));
        }
        if self.minutes < 1 {
            fault("minutes", Reason::new(Code::TooSmall).with("min", 1));
        } else if self.minutes > MAX_MINUTES {
            fault("minutes", Reason::new(Code::TooLarge).with("max", MAX_MINUTES));
        }
        if self.image.as_deref().is_some_and(|image| !is_image(image)) {
            fault("image", Code::NotAnImage.into());
        }
        if self.environment.len() > MAX_VARIABLES
            || self.environment.iter().any(|(name, value)| !is_variable(name, value))
        {
            fault("environment", Code::NotAVariable.into());
        }
        if !is_folder(&self.folder) {
            fault("folder", Code::NotAFolder.into());
        }
        faults
    }

    /// The number of each of its tasks; once none if it is no array.
    #[must_use]
    pub fn tasks(&self) -> Vec<Option<i64>> {
        self.array.map_or_else(|| vec![None], |array| array.tasks().map(Some).collect())
    }

    /// How many tasks it has.
    #[must_use]
    pub fn count(&self) -> i64 {
        self.array.map_or(1, Array::len)
    }
}

/// Whether a text names an image: as registries, paths and archives of images are named.
fn is_image(text: &str) -> bool {
    let fine = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/:@+#".contains(&byte);
    text.len() <= 500
        && text.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric() || first == b'/')
        && text.bytes().all(fine)
}

/// Whether it can be a variable of an environment. What tells a job who and where it is comes from
/// the engine alone.
fn is_variable(name: &str, value: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    let fine =
        name.bytes().next().is_some_and(letter) && name.bytes().all(|byte| letter(byte) || byte.is_ascii_digit());
    let engines = ["SLURM_", "MUDEUNG_", "LD_", "CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES"];
    fine && name.len() <= 100
        && value.len() <= 4096
        && !value.contains('\0')
        && !engines.iter().any(|own| name.starts_with(own))
}

/// Whether a text is a folder below another: no way up, nothing hidden, no odd letters.
fn is_folder(text: &str) -> bool {
    let part = |part: &str| {
        !crate::text::is_blank(part)
            && part.len() <= 255
            && !part.starts_with('.')
            && part.chars().all(|c| !c.is_control())
    };
    text.is_empty() || (text.len() <= 500 && !text.starts_with('/') && text.split('/').all(part))
}

/// How well a job used what it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Efficiency {
    /// Busy CPU time of what was given, in permille; nothing if it is not known.
    pub cpu_permille: Option<i64>,
    /// The most memory of what was given, in permille.
    pub memory_permille: Option<i64>,
    /// Time that it ran of the time that it asked for, in permille.
    pub time_permille: i64,
}

/// What a job was given and what it used of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// How long it ran, in seconds.
    pub elapsed_seconds: i64,
    /// How long it asked for, in minutes.
    pub minutes: i64,
    /// How many CPUs it was given.
    pub cpus: i64,
    /// CPU time, in seconds.
    pub cpu_seconds: Option<i64>,
    /// Memory that it was given, in MiB; 0 if no limit.
    pub memory_mb: i64,
    /// The most memory that it used at once, in MiB.
    pub max_memory_mb: Option<i64>,
}

/// Efficiency in whole permille: CPU time over elapsed time times CPUs, peak memory over memory
/// given, elapsed over asked time, as `seff` of Slurm has them.
#[must_use]
pub fn efficiency(used: &Used) -> Option<Efficiency> {
    if used.elapsed_seconds <= 0 {
        return None;
    }
    let permille = |part: i64, whole: i64| (whole > 0).then(|| (part.saturating_mul(1000) / whole).clamp(0, 1000));
    Some(Efficiency {
        cpu_permille: used.cpu_seconds.and_then(|cpu| permille(cpu, used.elapsed_seconds.saturating_mul(used.cpus))),
        memory_permille: used.max_memory_mb.and_then(|most| permille(most, used.memory_mb)),
        time_permille: permille(used.elapsed_seconds, used.minutes.saturating_mul(60)).unwrap_or(0),
    })
}

/// Why a job of so many devices cannot be taken by a project that may use `limit` at once.
#[must_use]
pub fn beyond(devices: i64, limit: i64) -> Option<Reason> {
    (devices > limit).then(|| Reason::new(Code::JobBeyond).with("devices", devices).with("limit", limit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn arrays_are_read_as_slurm_writes_them() {
        let tasks = |text: &str| text.parse::<Array>().map(|array| array.tasks().collect::<Vec<_>>());
        assert_eq!(tasks("0-3"), Ok(vec![0, 1, 2, 3]));
        assert_eq!(tasks("1-7:3%2"), Ok(vec![1, 4, 7]));
        assert_eq!(tasks("5"), Ok(vec![5]));
        for bad in ["", "3-1", "0-1000", "0-9%0", "0-9:0", "-1-3", "a-b", "0-3,7", "0-99999999999999999999", "+1-3"] {
            assert!(tasks(bad).is_err(), "{bad}");
        }
        assert_eq!("0-9:2%3".parse::<Array>().map(|array| array.to_string()), Ok("0-9:2%3".to_owned()));
    }

    #[test]
    fn folders_stay_below() {
        for good in ["", "data", "a/b c/학습"] {
            assert!(is_folder(good), "{good}");
        }
        for bad in ["/etc", "..", "a/../b", "a//b", ".ssh", "a/", "a\nb"] {
            assert!(!is_folder(bad), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn efficiency_is_between_nothing_and_all(
            elapsed_seconds in 0..10_000_000_i64, minutes in 0..50_000_i64, cpus in 0..512_i64,
            cpu in 0..i64::MAX, memory_mb in 0..10_000_000_i64, most in 0..i64::MAX
        ) {
            let used = Used { elapsed_seconds, minutes, cpus, cpu_seconds: Some(cpu), memory_mb, max_memory_mb: Some(most) };
            if let Some(found) = efficiency(&used) {
                for part in [found.cpu_permille.unwrap_or(0), found.memory_permille.unwrap_or(0), found.time_permille] {
                    prop_assert!((0..=1000).contains(&part));
                }
            }
        }

        #[test]
        fn what_is_written_is_read_again(first in 0..1000_i64, more in 0..900_i64, step in 1..5_i64, at_once in proptest::option::of(1..9_i64)) {
            let array = Array { first, last: first + more, step, at_once };
            prop_assert_eq!(array.to_string().parse::<Array>(), Ok(array));
            prop_assert_eq!(i64::try_from(array.tasks().count()).ok(), Some(array.len()));
        }
    }
}
