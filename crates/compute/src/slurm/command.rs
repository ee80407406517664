//! Slurm's commands, each within a time limit.

use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::EngineError;

/// How often a command is asked whether it has ended: at first, and at most.
const LOOK: (Duration, Duration) = (Duration::from_millis(1), Duration::from_millis(20));

/// Where the commands are and how long they may take.
#[derive(Clone, Debug)]
pub(super) struct Commands {
    pub bin: PathBuf,
    pub conf: PathBuf,
    pub limit: Duration,
}

/// What a command printed.
struct Printed {
    good: bool,
    out: String,
    err: String,
}

impl Commands {
    /// Runs a command and answers what it printed.
    pub fn run(&self, program: &str, args: &[&str]) -> Result<String, EngineError> {
        self.feed(program, args, "")
    }

    /// The same, with a text on its standard input.
    pub fn feed(&self, program: &str, args: &[&str], input: &str) -> Result<String, EngineError> {
        self.fed(program, args, input, false)
    }

    /// The same with nothing of our own environment: what `sbatch` finds in its own, the job gets.
    pub fn feed_bare(&self, program: &str, args: &[&str], input: &str) -> Result<String, EngineError> {
        self.fed(program, args, input, true)
    }

    fn fed(&self, program: &str, args: &[&str], input: &str, bare: bool) -> Result<String, EngineError> {
        let begun = Instant::now();
        let outcome = self.printed(program, args, input, bare).and_then(|printed| verdict(program, printed));
        let (command, ms) = (format!("{program} {}", short(&args.join(" "))), begun.elapsed().as_millis());
        match &outcome {
            Ok(_) => tracing::debug!(command, ms, "done"),
            Err(error) => tracing::debug!(command, ms, %error, "failed"),
        }
        outcome
    }

    fn printed(&self, program: &str, args: &[&str], input: &str, bare: bool) -> Result<Printed, EngineError> {
        let path = if self.bin.as_os_str().is_empty() { PathBuf::from(program) } else { self.bin.join(program) };
        let mut command = Command::new(&path);
        command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if bare {
            command.env_clear();
            for name in ["PATH", "SLURM_CONF"] {
                command.envs(std::env::var_os(name).map(|value| (name, value)));
            }
        } else {
            // Times as seconds since 1970: a time of day says nothing without its zone.
            command.env("LC_ALL", "C").env("SLURM_TIME_FORMAT", "%s");
        }
        // What somebody's environment says of formats and clusters must not change what is read.
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy();
            let ours = ["SLURM_", "SACCTMGR_", "SACCT_", "SQUEUE_", "SINFO_", "SBATCH_", "SCANCEL_"]
                .iter()
                .any(|start| name.starts_with(start));
            if ours && name != "SLURM_CONF" && name != "SLURM_TIME_FORMAT" {
                command.env_remove(&*name);
            }
        }
        if !self.conf.as_os_str().is_empty() {
            command.env("SLURM_CONF", &self.conf);
        }
        let mut child = command.spawn().map_err(|error| unstarted(&path, &error))?;
        let feeder = child.stdin.take().map(|mut stdin| {
            let input = input.to_owned();
            // One that ended without reading all of it says why by itself.
            std::thread::spawn(move || drop(stdin.write_all(input.as_bytes())))
        });
        let (out, err) = (reader(child.stdout.take()), reader(child.stderr.take()));
        let ended = self.wait(&mut child);
        if ended.is_none() {
            // Killed and buried: nobody is left who might still do what was asked.
            let _ = child.kill();
            let _ = child.wait();
        }
        if let Some(feeder) = feeder {
            let _ = feeder.join();
        }
        let (out, err) = (text(out), text(err));
        let limit = self.limit.as_secs();
        let good = ended.ok_or_else(|| EngineError::Hangs(format!("{} took longer than {limit} s", asked(program))))?;
        Ok(Printed { good, out, err })
    }

    /// Whether it ended well; nothing if it did not end in time.
    fn wait(&self, child: &mut Child) -> Option<bool> {
        let begun = Instant::now();
        let mut pause = LOOK.0;
        loop {
            match child.try_wait() {
                Ok(Some(status)) => return Some(status.success()),
                Ok(None) if begun.elapsed() < self.limit => std::thread::sleep(pause),
                Ok(None) | Err(_) => return None,
            }
            pause = (pause * 2).min(LOOK.1);
        }
    }
}

fn reader<R: Read + Send + 'static>(pipe: Option<R>) -> Option<JoinHandle<String>> {
    pipe.map(|mut pipe| {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = pipe.read_to_end(&mut bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        })
    })
}

fn text(reader: Option<JoinHandle<String>>) -> String {
    reader.and_then(|reader| reader.join().ok()).unwrap_or_default()
}

fn unstarted(path: &Path, error: &std::io::Error) -> EngineError {
    EngineError::Unreachable(format!("{} cannot be started: {error}", path.display()))
}

/// Whom a command asks.
fn asked(program: &str) -> &'static str {
    if program.starts_with("sacct") { "slurmdbd" } else { "slurmctld" }
}

fn short(text: &str) -> String {
    text.chars().take(200).collect()
}

/// What a command's end means.
fn verdict(program: &str, printed: Printed) -> Result<String, EngineError> {
    let Printed { good, out, err } = printed;
    if good {
        return Ok(out);
    }
    let all = format!("{err}\n{out}");
    let says = |words: &[&str]| words.iter().any(|word| all.contains(word));
    if says(&["Nothing modified", "Nothing deleted", "Nothing new added"]) {
        return Ok(out);
    }
    let line = all.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it failed and says nothing");
    let cause = short(line.trim_start_matches(&format!("{program}: ")).trim_start_matches("error: "));
    Err(if says(&["Job(s) active"]) {
        let job = all.lines().map(str::trim).find(|line| line.starts_with("JobID")).unwrap_or(line);
        EngineError::Busy(short(&job.split_whitespace().collect::<Vec<_>>().join(" ")))
    } else if says(&["Connection refused", "Unable to connect to database", "slurmdbd", "Connection reset"]) {
        EngineError::Unreachable(format!("slurmdbd: {cause}"))
    } else if says(&["Unable to contact slurm controller", "Socket timed out"]) {
        EngineError::Controller(format!("slurmctld: {cause}"))
    } else if says(&["authentication error", "Zero Bytes were transmitted", "Munge"]) {
        EngineError::Unreachable(format!("{}: {cause}", asked(program)))
    } else {
        EngineError::Refused(format!("{program}: {cause}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commands(limit: Duration) -> Commands {
        Commands { bin: PathBuf::new(), conf: PathBuf::new(), limit }
    }

    fn failed(program: &str, err: &str) -> EngineError {
        let printed = Printed { good: false, out: String::new(), err: err.to_owned() };
        verdict(program, printed).expect_err("it failed")
    }

    #[test]
    fn a_command_that_hangs_is_killed() {
        let begun = Instant::now();
        let outcome = commands(Duration::from_millis(100)).run("sleep", &["60"]);
        assert!(matches!(outcome, Err(EngineError::Hangs(_))), "{outcome:?}");
        assert!(begun.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn a_long_input_and_a_long_output_do_not_wait_for_each_other() {
        let long = "0123456789\n".repeat(100_000);
        assert_eq!(commands(Duration::from_secs(30)).feed("cat", &[], &long), Ok(long));
    }

    #[test]
    fn a_command_that_is_not_there_is_said_to_be() {
        let outcome = commands(Duration::from_secs(1)).run("no-such-command", &[]);
        assert!(matches!(outcome, Err(EngineError::Unreachable(_))), "{outcome:?}");
    }

    #[test]
    fn what_22_05_prints_is_understood() {
        let refused = "sacctmgr: error: slurm_persist_conn_open_without_init: failed to open persistent connection \
                       to host:localhost:6819: Connection refused\nsacctmgr: error: Sending PersistInit msg: Connection refused";
        assert!(matches!(failed("sacctmgr", refused), EngineError::Unreachable(_)));
        let active =
            " Error with request: Job(s) active, cancel job(s) before remove\n  JobID = 1          C = c A = a U = u";
        assert_eq!(failed("sacctmgr", active), EngineError::Busy("JobID = 1 C = c A = a U = u".to_owned()));
        let away = "scancel: error: Unable to contact slurm controller (connect failure)";
        assert!(matches!(failed("scancel", away), EngineError::Controller(_)));
        let unknown = "sacctmgr: error: Unknown condition: nmae=x\nsacctmgr: error: Use keyword 'set' to modify";
        assert_eq!(failed("sacctmgr", unknown), EngineError::Refused("sacctmgr: Unknown condition: nmae=x".to_owned()));
        let nothing = Printed { good: false, out: " Nothing modified\n".to_owned(), err: String::new() };
        assert!(verdict("sacctmgr", nothing).is_ok());
    }
}
