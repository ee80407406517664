//! Control groups (version 2), where the kernel has them and they may be made: they keep a job to
//! its memory and CPUs, and let nothing of it get away.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Where the kernel shows them.
pub(super) const ROOT: &str = "/sys/fs/cgroup";

/// The group in which those of the jobs are.
const OURS: &str = "mudeung-jobs";

/// How long a killed group has to become empty.
const PATIENCE: Duration = Duration::from_secs(2);

/// The group for jobs, if there can be one.
pub(super) fn find(root: &Path) -> Option<PathBuf> {
    let has = |folder: &Path| {
        let names = fs::read_to_string(folder.join("cgroup.controllers")).unwrap_or_default();
        ["cpu", "memory"].iter().all(|wanted| names.split_whitespace().any(|name| name == *wanted))
    };
    let enable = |folder: &Path| fs::write(folder.join("cgroup.subtree_control"), "+cpu +memory");
    if !has(root) {
        return None;
    }
    let ours = root.join(OURS);
    let made = enable(root).and_then(|()| make(&ours)).and_then(|()| enable(&ours));
    if let Err(error) = made {
        tracing::info!(%error, "control groups are not ours to make: jobs are not kept to their memory");
        return None;
    }
    has(&ours).then_some(ours)
}

/// The name of a job's group among them: no other engine of this machine has the same.
pub(super) fn of(ours: &Path, run: &Path) -> PathBuf {
    let name: String = run.to_string_lossy().chars().map(|c| if c == '/' { '-' } else { c }).collect();
    let name = name.trim_start_matches('-');
    let skip = name.chars().count().saturating_sub(200);
    ours.join(name.chars().skip(skip).collect::<String>())
}

fn make(folder: &Path) -> io::Result<()> {
    match fs::create_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Makes a job's group.
pub(super) fn create(group: &Path, cpus: i64, memory_mb: i64) -> io::Result<()> {
    make(group)?;
    fs::write(group.join("memory.max"), memory_mb.saturating_mul(1024 * 1024).to_string())?;
    // Not every kernel counts what is swapped out.
    let _ = fs::write(group.join("memory.swap.max"), "0");
    fs::write(group.join("cpu.max"), format!("{} 100000", cpus.saturating_mul(100_000)))
}

/// Puts this process into a group.
pub(super) fn join(group: &Path) -> io::Result<()> {
    fs::write(group.join("cgroup.procs"), std::process::id().to_string())
}

/// Kills all that is in a group.
pub(super) fn kill(group: &Path) {
    let _ = fs::write(group.join("cgroup.kill"), "1");
}

/// Takes an empty group away.
pub(super) fn remove(group: &Path) {
    let begun = Instant::now();
    while fs::remove_dir(group).is_err_and(|error| error.kind() != io::ErrorKind::NotFound) {
        if begun.elapsed() > PATIENCE {
            tracing::warn!(group = %group.display(), "a control group cannot be removed");
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// What a group used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Used {
    pub cpu_seconds: Option<i64>,
    pub max_memory_mb: Option<i64>,
    /// Whether something in it was killed for memory.
    pub out_of_memory: bool,
}

/// Reads what a group used.
pub(super) fn used(group: &Path) -> Used {
    let text = |name: &str| fs::read_to_string(group.join(name)).unwrap_or_default();
    let field = |name: &str, key: &str| {
        let line = text(name).lines().find_map(|line| line.strip_prefix(key).map(|rest| rest.trim().to_owned()))?;
        line.parse::<i64>().ok()
    };
    Used {
        cpu_seconds: field("cpu.stat", "usage_usec ").map(|usec| usec / 1_000_000),
        max_memory_mb: text("memory.peak").trim().parse::<i64>().ok().map(|bytes| bytes / (1024 * 1024)),
        out_of_memory: field("memory.events", "oom_kill ").is_some_and(|count| count > 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_both_controllers_there_is_none() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(find(root.path()), None);
        fs::write(root.path().join("cgroup.controllers"), "cpuset cpu\n").unwrap();
        assert_eq!(find(root.path()), None);
        fs::write(root.path().join("cgroup.controllers"), "cpuset cpu memory\n").unwrap();
        assert_eq!(find(root.path()), None, "ours does not have them");
        fs::write(root.path().join(OURS).join("cgroup.controllers"), "cpu memory\n").unwrap();
        assert_eq!(find(root.path()), Some(root.path().join(OURS)));
        assert_eq!(fs::read_to_string(root.path().join("cgroup.subtree_control")).unwrap(), "+cpu +memory");
    }

    #[test]
    fn a_group_has_limits_and_says_what_was_used() {
        let root = tempfile::tempdir().unwrap();
        let group = of(root.path(), Path::new("/var/lib/jobs/17/run-3"));
        assert_eq!(group, root.path().join("var-lib-jobs-17-run-3"));
        create(&group, 2, 64).unwrap();
        assert_eq!(fs::read_to_string(group.join("memory.max")).unwrap(), "67108864");
        assert_eq!(fs::read_to_string(group.join("cpu.max")).unwrap(), "200000 100000");
        assert_eq!(used(&group), Used::default());
        fs::write(group.join("cpu.stat"), "usage_usec 7900000\nuser_usec 1\n").unwrap();
        fs::write(group.join("memory.peak"), "67108864\n").unwrap();
        fs::write(group.join("memory.events"), "low 0\noom 1\noom_kill 1\n").unwrap();
        let all = Used { cpu_seconds: Some(7), max_memory_mb: Some(64), out_of_memory: true };
        assert_eq!(used(&group), all);
    }
}
