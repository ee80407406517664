//! The process that looks after one job. It lives in a session of its own, so that the job outlives
//! the portal; it starts the script, ends it when its time is over or somebody wants it to, ends
//! whatever the script leaves behind, and writes down how it ended.
//!
//! The same program is run once more in between (`launch`): that process becomes the job's user and
//! then the script, for what has to be done between the two may not be done by a copy of a process.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::fd::AsFd as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use domain::job::JobState;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::prctl;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::signal::{SigSet, SigmaskHow, Signal, kill, killpg, sigprocmask};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::sys::time::TimeValLike as _;
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{Gid, Pid, Uid, getpid, getppid, setgid, setgroups, setsid, setuid};

use super::folder::{Begun, End, Started, read, write, write_lightly};
use super::{cgroup, process};

/// Says to the program that it is to become a script; its value is the runner.
const STAGE: &str = "MUDEUNG_RUNNER";

/// How often it looks whether somebody wants the job to end, if nobody wakes it.
const LOOK: Duration = Duration::from_secs(1);

/// How long what was killed has to be gone.
const PATIENCE: Duration = Duration::from_secs(10);

/// Looks after the job whose folder this is, until it has ended. It has to be called before the
/// program starts a thread.
pub fn main(run: &Path) -> ExitCode {
    let done = match std::env::var(STAGE) {
        Ok(runner) => launch(run, &runner),
        Err(_) => {
            keep_no_files_open();
            look_after(run)
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the job could not be started: {error}");
            ExitCode::from(127)
        }
    }
}

/// Closes what whoever started the portal left open in it: a job must not have that.
fn keep_no_files_open() {
    let Ok(open) = fs::read_dir("/proc/self/fd") else { return };
    let numbers: Vec<i32> = open.flatten().filter_map(|one| one.file_name().to_str()?.parse().ok()).collect();
    for number in numbers.into_iter().filter(|number| *number > 2) {
        let _ = nix::unistd::close(number);
    }
}

fn begun(run: &Path) -> io::Result<Begun> {
    read(&run.join("begun.json"))?.ok_or_else(|| io::ErrorKind::NotFound.into())
}

/// Becomes the script.
fn launch(run: &Path, runner: &str) -> io::Result<()> {
    let begun = begun(run)?;
    setsid()?;
    // What the machine runs out of is taken from jobs first.
    let _ = fs::write("/proc/self/oom_score_adj", "500");
    if let Some(group) = &begun.cgroup {
        cgroup::join(group)?;
    }
    // No program that lends more rights lends them to a job.
    prctl::set_no_new_privs()?;
    if let Some(uid) = begun.uid {
        setgroups(&[])?;
        setgid(Gid::from_raw(uid))?;
        setuid(Uid::from_raw(uid))?;
    }
    // Whoever changes its user loses this, so it comes after.
    prctl::set_pdeathsig(Signal::SIGKILL)?;
    if getppid().to_string() != runner {
        return Err(io::Error::other("its runner is gone"));
    }
    sigprocmask(SigmaskHow::SIG_SETMASK, Some(&SigSet::empty()), None)?;
    // Made as its user: no link that leads elsewhere is followed with more than the user's rights.
    fs::create_dir_all(&begun.folder)
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", begun.folder.display())))?;
    let Some((program, args)) = begun.command.split_first() else { return Err(io::ErrorKind::InvalidInput.into()) };
    let mut command = Command::new(program);
    command.args(args).current_dir(&begun.folder).env_clear().envs(begun.environment);
    let error = command.exec();
    Err(io::Error::new(error.kind(), format!("{program}: {error}")))
}

fn look_after(run: &Path) -> io::Result<()> {
    let began = Instant::now();
    // It is no session's first process unless somebody started it by hand.
    let _ = setsid();
    prctl::set_child_subreaper(true)?;
    let mut signals = SigSet::empty();
    for signal in [Signal::SIGCHLD, Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP, Signal::SIGQUIT] {
        signals.add(signal);
    }
    sigprocmask(SigmaskHow::SIG_BLOCK, Some(&signals), None)?;
    let wakes = SignalFd::with_flags(&signals, SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC)?;
    let mut job = Job { begun: begun(run)?, run, script: Pid::from_raw(0), began, group: false };
    let end = match job.start() {
        Ok(()) => job.until_it_ends(&wakes),
        Err(error) => {
            tracing::error!(%error, "the job could not be started");
            job.end(JobState::NodeFail, None)
        }
    };
    let written = write(&run.join("end.json"), &end);
    if let Some(group) = &job.begun.cgroup {
        cgroup::remove(group);
    }
    written
}

struct Job<'a> {
    begun: Begun,
    run: &'a Path,
    script: Pid,
    began: Instant,
    /// Whether it is in a control group.
    group: bool,
}

impl Job<'_> {
    fn start(&mut self) -> io::Result<()> {
        let printed = |name: &str| -> io::Result<File> {
            // What is opened anew by its name writes after what is there.
            let file = File::options().create(true).append(true).open(self.run.join(name))?;
            file.set_permissions(Permissions::from_mode(0o600))?;
            // What it writes to is opened anew by scripts that say /dev/stderr.
            if let Some(uid) = self.begun.uid {
                std::os::unix::fs::chown(self.run.join(name), Some(uid), Some(uid))?;
            }
            Ok(file)
        };
        if let Some(group) = &self.begun.cgroup {
            match cgroup::create(group, self.begun.cpus, self.begun.memory_mb) {
                Ok(()) => self.group = true,
                Err(error) => return Err(io::Error::new(error.kind(), format!("{}: {error}", group.display()))),
            }
        }
        // This program as it is, even if another has its place meanwhile.
        let child = Command::new("/proc/self/exe")
            .args(std::env::args_os().skip(1))
            .env(STAGE, getpid().to_string())
            .stdin(Stdio::null())
            .stdout(printed("out")?)
            .stderr(printed("err")?)
            .spawn()?;
        let id = i32::try_from(child.id()).map_err(io::Error::other)?;
        self.script = Pid::from_raw(id);
        let started =
            Started { runner: getpid().as_raw(), script: id, script_began: process::began(id), boot: process::boot() };
        write_lightly(&self.run.join("started.json"), &started)
    }

    /// Waits for the script's end, or brings it about. What is told to end has its grace even if the
    /// script itself ends at once; what an end of its own leaves behind has none.
    fn until_it_ends(&self, wakes: &SignalFd) -> End {
        let mut wall = Duration::from_secs(self.begun.seconds);
        let grace = Duration::from_secs(self.begun.grace_seconds);
        let mut ending: Option<(JobState, Instant)> = None;
        let mut ended = None;
        loop {
            let is_empty = self.reap(&mut ended);
            let patient = ending.is_some_and(|(_, since)| since.elapsed() < grace);
            if let Some(status) = ended.filter(|_| is_empty || !patient) {
                self.kill_the_rest();
                let _ = super::folder::remove(&self.run.join("tmp"));
                let own = if status.success() { JobState::Completed } else { JobState::Failed };
                return self.end(ending.map_or(own, |(state, _)| state), Some(status));
            }
            // It may have been given more time meanwhile.
            if ending.is_none() && self.began.elapsed() >= wall {
                wall = begun(self.run).map_or(wall, |begun| wall.max(Duration::from_secs(begun.seconds)));
            }
            let wanted = match ending {
                None if self.run.join("cancel").exists() => Some(JobState::Cancelled),
                None if self.began.elapsed() >= wall => Some(JobState::Timeout),
                _ => None,
            };
            if let Some(state) = wanted {
                ending = Some((state, Instant::now()));
                self.signal(Signal::SIGTERM);
            }
            let next = match ending {
                Some((_, since)) if since.elapsed() >= grace => {
                    self.kill();
                    LOOK
                }
                Some((_, since)) => grace.saturating_sub(since.elapsed()),
                None => wall.saturating_sub(self.began.elapsed()),
            };
            sleep(wakes, next.min(LOOK));
        }
    }

    /// Takes note of what ended, and how the script did if it is among it; whether nothing is left.
    fn reap(&self, script: &mut Option<ExitStatus>) -> bool {
        loop {
            let (pid, status) = match waitpid(None, Some(WaitPidFlag::WNOHANG)) {
                Ok(WaitStatus::Exited(pid, code)) => (pid, ExitStatus::from_raw((code & 0xff) << 8)),
                Ok(WaitStatus::Signaled(pid, signal, _)) => (pid, ExitStatus::from_raw(signal as i32)),
                Ok(WaitStatus::StillAlive) => return false,
                Err(Errno::ECHILD) => return true,
                Ok(_) | Err(_) => continue,
            };
            if pid == self.script {
                *script = Some(status);
            }
        }
    }

    /// Sends a signal to the script's processes, and to those that left their group.
    fn signal(&self, signal: Signal) {
        let group = killpg(self.script, signal).is_ok();
        for pid in process::below(getpid().as_raw()) {
            if !(group && process::group(pid) == Some(self.script.as_raw())) {
                let _ = kill(Pid::from_raw(pid), signal);
            }
        }
    }

    fn kill(&self) {
        if let Some(group) = self.begun.cgroup.as_ref().filter(|_| self.group) {
            cgroup::kill(group);
        }
        self.signal(Signal::SIGKILL);
    }

    /// Kills what the script left behind: orphans become this process's children.
    fn kill_the_rest(&self) {
        let begun = Instant::now();
        while waitpid(None, Some(WaitPidFlag::WNOHANG)) != Err(Errno::ECHILD) {
            self.kill();
            if begun.elapsed() > PATIENCE {
                tracing::error!("something of the job cannot be killed");
                return;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn end(&self, state: JobState, status: Option<ExitStatus>) -> End {
        let usage = getrusage(UsageWho::RUSAGE_CHILDREN).ok();
        let cpu = usage.map(|usage| usage.user_time().num_milliseconds() + usage.system_time().num_milliseconds());
        let mut end = End {
            state,
            exit_code: status.and_then(|status| status.code()).map(i64::from),
            signal: status.and_then(|status| status.signal()).map(i64::from),
            elapsed_ms: i64::try_from(self.began.elapsed().as_millis()).unwrap_or(i64::MAX),
            cpu_seconds: cpu.map(|ms| ms / 1000),
            // Of the greatest process: the kernel adds them up in a control group only.
            max_memory_mb: usage.map(|usage| usage.max_rss() / 1024),
        };
        if let Some(group) = self.begun.cgroup.as_ref().filter(|_| self.group) {
            let used = cgroup::used(group);
            end.cpu_seconds = used.cpu_seconds.or(end.cpu_seconds);
            end.max_memory_mb = used.max_memory_mb.or(end.max_memory_mb);
            if used.out_of_memory && state == JobState::Failed {
                end.state = JobState::OutOfMemory;
            }
        }
        end
    }
}

/// Sleeps until a child ends, somebody sends a signal, or the time is over.
fn sleep(wakes: &SignalFd, most: Duration) {
    let millis = u16::try_from(most.as_millis()).unwrap_or(u16::MAX).max(1);
    let mut fds = [PollFd::new(wakes.as_fd(), PollFlags::POLLIN)];
    let _ = poll(&mut fds, PollTimeout::from(millis));
    while matches!(wakes.read_signal(), Ok(Some(_))) {}
}
