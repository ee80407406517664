//! The center's own program that makes people's accounts on the cluster.

use std::io::{Read as _, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

/// How often it is asked whether it has ended.
const LOOK: Duration = Duration::from_millis(20);
/// How much of what it says is kept, in bytes: of its end, where the cause is, and no more than is shown
/// of an error.
const KEPT: usize = 400;
/// How long what it said is waited for once it has ended: something that it left running may hold the
/// way open.
const LINGERS: Duration = Duration::from_secs(1);

/// A program that is given all accounts and their keys on its standard input.
#[derive(Clone, Debug)]
pub struct AccountsHook {
    /// The program, by its whole path.
    pub program: PathBuf,
    /// How long it may take; then it is killed.
    pub limit: Duration,
    /// From which number on accounts are users of machines.
    pub uid_base: i64,
}

impl AccountsHook {
    /// Runs the program on a document and waits for its end. It finds of our environment the `PATH`
    /// alone: what it does with rights of its own is not to be bent by ours.
    ///
    /// # Errors
    /// Why it did not take the document, with the end of what it said on standard error.
    pub fn run(&self, document: &str) -> Result<(), String> {
        let mut command = Command::new(&self.program);
        command.env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path))).env("LC_ALL", "C.UTF-8");
        command.current_dir("/").process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| format!("{}: {error}", self.program.display()))?;
        if let Some(mut stdin) = child.stdin.take() {
            let document = document.to_owned();
            // One that ended without reading all of it says why by itself.
            std::thread::spawn(move || drop(stdin.write_all(document.as_bytes())));
        }
        let said = child.stderr.take().map(|mut stderr| {
            let (tell, told) = mpsc::channel();
            std::thread::spawn(move || {
                let (mut end, mut part) = (Vec::new(), [0; 4096]);
                while let Ok(count @ 1..) = stderr.read(&mut part) {
                    end.extend_from_slice(&part[..count]);
                    end.drain(..end.len().saturating_sub(KEPT));
                }
                let _ = tell.send(String::from_utf8_lossy(&end).trim().to_owned());
            });
            told
        });
        let ended = self.wait(&mut child);
        let said = said.and_then(|told| told.recv_timeout(LINGERS).ok()).unwrap_or_default();
        match ended {
            Some(status) if status.success() => Ok(()),
            Some(status) => Err(format!("{status}: {said}").trim_end_matches([':', ' ']).to_owned()),
            None => {
                let limit = self.limit.as_secs();
                Err(format!("took longer than {limit} s and was killed: {said}")
                    .trim_end_matches([':', ' '])
                    .to_owned())
            }
        }
    }

    /// How it ended; nothing if it did not end in time. Then it is killed with all that it began, so that
    /// nobody is left who might still do what was asked.
    fn wait(&self, child: &mut Child) -> Option<ExitStatus> {
        let begun = Instant::now();
        loop {
            match child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if begun.elapsed() < self.limit => std::thread::sleep(LOOK),
                Ok(None) | Err(_) => break,
            }
        }
        if let Ok(id) = i32::try_from(child.id()) {
            let _ = killpg(Pid::from_raw(id), Signal::SIGKILL);
        }
        let _ = child.kill();
        let _ = child.wait();
        None
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn hook(folder: &std::path::Path, script: &str) -> AccountsHook {
        let program = folder.join("hook");
        // Written under another name first: what is open for writing cannot be run.
        let draft = folder.join("draft");
        std::fs::write(&draft, format!("#!/bin/sh\n{script}\n")).expect("written");
        std::fs::set_permissions(&draft, std::fs::Permissions::from_mode(0o755)).expect("ours");
        std::fs::rename(&draft, &program).expect("renamed");
        AccountsHook { program, limit: Duration::from_secs(20), uid_base: 0 }
    }

    #[test]
    fn it_is_given_the_document_and_little_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let taken = folder.path().join("taken");
        let script = format!("cat > {0}; env | cut -d= -f1 | sort >> {0}; pwd >> {0}", taken.display());
        hook(folder.path(), &script).run("{}\n").expect("taken");
        let text = std::fs::read_to_string(taken).expect("written");
        assert_eq!(text, "{}\nLC_ALL\nPATH\nPWD\n/\n");
    }

    #[test]
    fn what_it_says_of_a_failure_is_kept_to_its_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let script = "i=0; while [ $i -lt 500 ]; do echo noise $i >&2; i=$((i+1)); done; echo no room >&2; exit 3";
        let said = hook(folder.path(), script).run("").expect_err("refused");
        assert!(said.starts_with("exit status: 3: ") && said.ends_with("no room") && said.len() < 500, "{said}");
        let said = hook(folder.path(), "exit 1").run("").expect_err("refused");
        assert_eq!(said, "exit status: 1");
        let gone = AccountsHook { program: folder.path().join("none"), ..hook(folder.path(), "") };
        assert!(gone.run("").expect_err("not there").contains("none: "));
    }

    #[test]
    fn one_that_reads_nothing_or_leaves_something_running_is_done_all_the_same() {
        let folder = tempfile::tempdir().expect("a folder");
        hook(folder.path(), "exit 0").run(&"x".repeat(1 << 20)).expect("its own affair");
        let begun = Instant::now();
        hook(folder.path(), "sleep 7 &").run("").expect("done");
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    }

    #[test]
    fn one_that_hangs_is_killed_with_its_children() {
        let folder = tempfile::tempdir().expect("a folder");
        let mark = folder.path().join("mark");
        let hangs = AccountsHook {
            limit: Duration::from_millis(300),
            ..hook(folder.path(), &format!("(sleep 2; touch {}) & wait", mark.display()))
        };
        let begun = Instant::now();
        let said = hangs.run("").expect_err("too slow");
        assert!(said.starts_with("took longer than 0 s") && begun.elapsed() < Duration::from_secs(2), "{said}");
        std::thread::sleep(Duration::from_millis(2200));
        assert!(!mark.exists(), "a child went on");
    }
}
