//! Processes, as `/proc` shows them.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::folder::Started;

/// The variable that marks the processes of a job with its folder.
pub(super) const MARK: &str = "MUDEUNG_JOB_FOLDER";

/// How long what was killed has to be gone.
const PATIENCE: Duration = Duration::from_secs(5);

/// What of `/proc/<pid>/stat` matters.
struct Stat {
    parent: i32,
    group: i32,
    session: i32,
    began: u64,
}

fn stat(pid: i32) -> Option<Stat> {
    parse(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

/// The name in it is the process's own choice and may contain anything.
fn parse(text: &str) -> Option<Stat> {
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let is_over = matches!(*fields.first()?, "Z" | "X");
    let stat = Stat {
        parent: fields.get(1)?.parse().ok()?,
        group: fields.get(2)?.parse().ok()?,
        session: fields.get(3)?.parse().ok()?,
        began: fields.get(19)?.parse().ok()?,
    };
    (!is_over).then_some(stat)
}

/// When a process began, in the kernel's ticks since it started.
pub(super) fn began(pid: i32) -> Option<u64> {
    stat(pid).map(|stat| stat.began)
}

/// Whether a process does something of its own when it gets a signal.
pub(super) fn catches(pid: i32, signal: Signal) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    let mask = mask.and_then(|text| u64::from_str_radix(text.trim(), 16).ok()).unwrap_or(0);
    mask & (1_u64 << (signal as i32 - 1)) != 0
}

/// The process group that a process is in.
pub(super) fn group(pid: i32) -> Option<i32> {
    stat(pid).map(|stat| stat.group)
}

/// Which start of the machine this is.
pub(super) fn boot() -> String {
    fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default().trim().to_owned()
}

fn all() -> impl Iterator<Item = i32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
    entries.filter_map(|entry| entry.file_name().to_str().and_then(|name| name.parse().ok()))
}

/// The processes below another, near and far.
pub(super) fn below(top: i32) -> Vec<i32> {
    let pairs: Vec<(i32, i32)> = all().filter_map(|pid| stat(pid).map(|stat| (pid, stat.parent))).collect();
    let mut found = vec![top];
    let mut next = 0;
    while let Some(parent) = found.get(next).copied() {
        found.extend(pairs.iter().filter(|pair| pair.1 == parent && pair.0 != top).map(|pair| pair.0));
        next += 1;
    }
    found.split_off(1)
}

/// Kills what a job whose runner is gone left behind: its script's session, and whatever carries
/// its mark.
pub(super) fn sweep(run: &Path, started: Option<&Started>, uid: Option<u32>) {
    let mark = format!("{MARK}={}", run.display());
    // Another process may have the script's number by now.
    let session = started.filter(|it| it.boot == boot()).filter(|it| {
        let now = began(it.script);
        now.is_none() || now == it.script_began
    });
    let session = session.map(|it| it.script);
    let is_its = |pid: &i32| {
        let in_session = session.is_some() && stat(*pid).map(|stat| stat.session) == session;
        let owner = fs::metadata(format!("/proc/{pid}")).ok().map(|it| it.uid());
        (in_session && (uid.is_none() || uid == owner)) || is_marked(*pid, mark.as_bytes())
    };
    let begun = Instant::now();
    loop {
        let left: Vec<i32> = all().filter(|pid| stat(*pid).is_some()).filter(is_its).collect();
        if left.is_empty() {
            return;
        }
        if begun.elapsed() > PATIENCE {
            tracing::error!(run = %run.display(), "something of a job cannot be killed");
            return;
        }
        for pid in left {
            let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn is_marked(pid: i32, mark: &[u8]) -> bool {
    fs::read(format!("/proc/{pid}/environ")).is_ok_and(|all| all.split(|byte| *byte == 0).any(|one| one == mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_contain_anything() {
        let text = "42 (a) b (c) S 7 42 41 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 98765 0 0\n";
        let stat = parse(text).unwrap();
        assert_eq!((stat.parent, stat.group, stat.session, stat.began), (7, 42, 41, 98765));
        assert!(parse(&text.replace(" S ", " Z ")).is_none(), "it has ended");
        assert!(parse("").is_none());
    }

    #[test]
    fn a_process_and_those_below_it_are_found() {
        let me = i32::try_from(std::process::id()).unwrap();
        assert!(began(me).is_some());
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        assert!(below(me).contains(&i32::try_from(child.id()).unwrap()));
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
