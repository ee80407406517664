//! What lies on disk: everything that has to outlive the program.
//!
//! ```text
//! lock                  held by the one program whose folder this is
//! projects.json         limits, people and user numbers of projects
//! jobs/17/order.json    what was asked for
//! jobs/17/script        its script
//! jobs/17/dropped.json  tasks that were ended before they began
//! jobs/17/run/          a job, or jobs/17/run-3/ a task of an array, from its start on:
//!   begun.json          what it was given; its time may become longer while it runs
//!   runner              locked for as long as its runner lives
//!   started.json        the processes, as the runner wrote them
//!   cancel              there once it is to end
//!   out, err            what it prints
//!   end.json            how it ended
//! spaces/P2021-0001/    a project's own files
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, Permissions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use domain::job::JobState;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{EngineError, JobOrder, ObservedProject, Reservation};

/// How long a program that was killed may take to let go of the folder.
const PATIENCE: Duration = Duration::from_millis(500);

/// The projects.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Projects {
    pub projects: BTreeMap<String, ObservedProject>,
    /// Since when those that are over are closed.
    #[serde(default)]
    pub closed_at: BTreeMap<String, Timestamp>,
    /// The user number of each project that ever ran something; never given to another.
    #[serde(default)]
    pub uids: BTreeMap<String, u32>,
    /// What is kept from use for a time.
    #[serde(default)]
    pub reservations: BTreeMap<String, Reservation>,
}

/// What was asked for, and when.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Submitted {
    #[serde(flatten)]
    pub order: JobOrder,
    pub submitted_at: Timestamp,
}

/// When tasks were ended that had not begun.
pub(super) type Dropped = Vec<(Option<i64>, Timestamp)>;

/// What a job was given, and all that its runner has to know.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Begun {
    pub started_at: Timestamp,
    pub slots: Vec<usize>,
    pub cpus: i64,
    pub memory_mb: i64,
    pub seconds: u64,
    /// How many minutes those are, once it was given more than its order says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<i64>,
    pub grace_seconds: u64,
    pub command: Vec<String>,
    pub environment: Vec<(String, String)>,
    /// Where it begins; made if it is not there.
    pub folder: PathBuf,
    /// The user and group that it runs as, if not as the program itself.
    pub uid: Option<u32>,
    pub cgroup: Option<PathBuf>,
}

/// The processes of a job.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Started {
    pub runner: i32,
    pub script: i32,
    /// When the script's process began, as the kernel counts.
    pub script_began: Option<u64>,
    pub boot: String,
}

/// How a job ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct End {
    pub state: JobState,
    pub exit_code: Option<i64>,
    pub signal: Option<i64>,
    pub elapsed_ms: i64,
    pub cpu_seconds: Option<i64>,
    pub max_memory_mb: Option<i64>,
}

/// An order with all that is known of its tasks.
pub(super) struct Kept {
    pub number: u64,
    pub submitted: Submitted,
    pub dropped: Dropped,
}

/// The folder, for as long as it is this program's.
#[derive(Debug)]
pub(super) struct Folder {
    root: PathBuf,
    lock: File,
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A process that is just being started may have a copy of the file for a moment.
        let _ = self.lock.unlock();
    }
}

impl Folder {
    /// Takes the folder; it is made if it is not there.
    pub fn take(root: &Path) -> Result<Self, EngineError> {
        let fault = |error: io::Error| EngineError::Unreachable(format!("{}: {error}", root.display()));
        fs::create_dir_all(root).map_err(fault)?;
        let root = root.canonicalize().map_err(fault)?;
        let lock = ours(&root.join("lock")).map_err(fault)?;
        let begun = Instant::now();
        loop {
            match lock.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if begun.elapsed() < PATIENCE => std::thread::sleep(PATIENCE / 20),
                Err(TryLockError::WouldBlock) => {
                    let said = format!("another program runs the jobs of {}", root.display());
                    return Err(EngineError::Unreachable(said));
                }
                Err(TryLockError::Error(error)) => return Err(fault(error)),
            }
        }
        let folder = Self { root, lock };
        for part in ["", "jobs", "spaces"] {
            folder.passable(&folder.root.join(part)).map_err(fault)?;
        }
        Ok(folder)
    }

    /// Makes a folder through which others can go, but which they cannot list.
    fn passable(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        fs::set_permissions(folder, Permissions::from_mode(0o711))
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn projects(&self) -> Result<Projects, EngineError> {
        let path = self.root.join("projects.json");
        let read = read(&path).map_err(|error| EngineError::Unreachable(format!("{}: {error}", path.display())))?;
        Ok(read.unwrap_or_default())
    }

    pub fn write_projects(&self, projects: &Projects) -> io::Result<()> {
        write(&self.root.join("projects.json"), projects)
    }

    pub fn space(&self, project: &str) -> PathBuf {
        self.root.join("spaces").join(project)
    }

    pub fn job(&self, number: u64) -> PathBuf {
        self.root.join("jobs").join(number.to_string())
    }

    pub fn run(&self, number: u64, task: Option<i64>) -> PathBuf {
        self.job(number).join(task.map_or_else(|| "run".to_owned(), |task| format!("run-{task}")))
    }

    pub fn script(&self, number: u64) -> PathBuf {
        self.job(number).join("script")
    }

    /// Puts an order there, whole or not at all. Its script is the given user's alone.
    pub fn add(&self, number: u64, submitted: &Submitted, uid: Option<u32>) -> io::Result<()> {
        let jobs = self.root.join("jobs");
        let draft = jobs.join("draft");
        if draft.exists() {
            remove(&draft)?;
        }
        self.passable(&draft)?;
        let script = draft.join("script");
        fs::write(&script, &submitted.order.spec.script)?;
        fs::set_permissions(&script, Permissions::from_mode(0o550))?;
        if let Some(uid) = uid {
            std::os::unix::fs::chown(&script, None, Some(uid))?;
        }
        File::open(&script)?.sync_all()?;
        write(&draft.join("order.json"), submitted)?;
        fs::rename(&draft, self.job(number))?;
        File::open(&jobs)?.sync_all()
    }

    /// Makes the folder of a job that starts.
    pub fn make_run(&self, number: u64, task: Option<i64>) -> io::Result<PathBuf> {
        let run = self.run(number, task);
        self.passable(&run)?;
        File::open(self.job(number))?.sync_all()?;
        Ok(run)
    }

    pub fn drop_tasks(&self, number: u64, dropped: &Dropped) -> io::Result<()> {
        write(&self.job(number).join("dropped.json"), dropped)
    }

    pub fn remove(&self, number: u64) -> io::Result<()> {
        remove(&self.job(number))
    }

    /// All orders. One that cannot be read is said in the log and left where it is.
    pub fn orders(&self) -> Result<(Vec<Kept>, BTreeSet<u64>), EngineError> {
        let jobs = self.root.join("jobs");
        let fault = |error: io::Error| EngineError::Unreachable(format!("{}: {error}", jobs.display()));
        let (mut kept, mut numbers) = (Vec::new(), BTreeSet::new());
        for entry in fs::read_dir(&jobs).map_err(fault)? {
            let entry = entry.map_err(fault)?;
            let Some(number) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
            numbers.insert(number);
            let order = read(&entry.path().join("order.json"));
            let dropped = read(&entry.path().join("dropped.json"));
            match (order, dropped) {
                (Ok(Some(submitted)), Ok(dropped)) => {
                    kept.push(Kept { number, submitted, dropped: dropped.unwrap_or_default() });
                }
                (order, dropped) => {
                    let error = order.err().or(dropped.err()).map_or("nothing there".to_owned(), |it| it.to_string());
                    tracing::error!(number, error, "an order cannot be read");
                }
            }
        }
        Ok((kept, numbers))
    }
}

/// Writes a record so that whoever reads it finds the old or the new one whole, and so that it is
/// there after a loss of power.
pub(super) fn write(path: &Path, record: &impl Serialize) -> io::Result<()> {
    let draft = put(path, record)?;
    File::open(&draft)?.sync_all()?;
    fs::rename(&draft, path)?;
    match path.parent() {
        Some(parent) => File::open(parent)?.sync_all(),
        None => Ok(()),
    }
}

/// The same for what is of no use after a loss of power.
pub(super) fn write_lightly(path: &Path, record: &impl Serialize) -> io::Result<()> {
    fs::rename(put(path, record)?, path)
}

fn put(path: &Path, record: &impl Serialize) -> io::Result<PathBuf> {
    let draft = path.with_extension("new");
    let bytes = serde_json::to_vec(record)?;
    let mut file = File::create(&draft)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    file.write_all(&bytes)?;
    Ok(draft)
}

/// Reads a record; nothing if it is not there.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> io::Result<Option<T>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Makes a file that nobody else can open: whoever can open one can hold its lock.
pub(super) fn ours(path: &Path) -> io::Result<File> {
    let file = File::options().create(true).truncate(true).write(true).mode(0o600).open(path)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    Ok(file)
}

/// Removes a folder with all that is in it, however deep: a job may have nested more in it than a
/// program of ours can hold on its stack.
pub(super) fn remove(folder: &Path) -> io::Result<()> {
    let done =
        Command::new("rm").arg("-rf").arg("--").arg(folder).stdin(Stdio::null()).stderr(Stdio::null()).status()?;
    if done.success() { Ok(()) } else { Err(io::Error::other(format!("{} cannot be removed", folder.display()))) }
}

/// Whether the runner of a job lives: it holds the lock that it was started with.
pub(super) fn is_looked_after(run: &Path) -> bool {
    let Ok(file) = File::open(run.join("runner")) else { return false };
    matches!(file.try_lock(), Err(TryLockError::WouldBlock))
}
