//! What becomes of jobs of a project that is over: those that wait are cancelled, those that run are
//! told by Slurm when their shortened time ends.

use std::collections::BTreeSet;

use super::Slurm;
use super::parse;
use crate::EngineError;

impl Slurm {
    /// Ends the jobs of an account. Doing it twice shortens nothing further by more than the time
    /// between.
    pub(super) fn end_jobs(&self, account: &str) -> Result<(), EngineError> {
        let of = format!("--account={account}");
        self.commands.run("scancel", &["--state=PENDING", &of])?;
        let running = self.commands.run("squeue", &["-h", "-t", "R,S", &of, "-o", "%A|%M|%L"])?;
        for (id, run, left) in parse::jobs(&running) {
            let grace = self.settings.grace_minutes.max(1);
            if left.is_some_and(|left| left <= grace) {
                continue;
            }
            let limit = format!("TimeLimit={}", run.saturating_add(grace));
            self.update(&id, &limit)?;
        }
        Ok(())
    }

    /// Gives what waits in accounts their QOS.
    pub(super) fn move_waiting(&self, qos: &str, accounts: &[String]) -> Result<(), EngineError> {
        let of = format!("--account={}", accounts.join(","));
        let waiting = self.commands.run("squeue", &["-h", "-t", "PD", &of, "-o", "%F"])?;
        // Of an array all tasks have one number.
        let jobs: BTreeSet<&str> = waiting.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        for job in jobs {
            self.update(job, &format!("QOS={qos}"))?;
        }
        Ok(())
    }

    /// Lets a job run longer. Only an operator may, as the portal is; its partition's limit does not
    /// hold for one.
    pub(super) fn give_time(&self, id: &str, minutes: i64) -> Result<(), EngineError> {
        if !id.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_') || id.is_empty() {
            return Ok(());
        }
        let of = format!("--jobs={id}");
        let running = match self.commands.run("squeue", &["-h", "-t", "R", &of, "-o", "%A|%M|%L"]) {
            Err(EngineError::Refused(said)) if said.contains("Invalid job id") => return Ok(()),
            running => running?,
        };
        for (id, run, left) in parse::jobs(&running) {
            // What is rounded down twice is at most a minute short of its limit, so that no limit is ever
            // lowered.
            if left.is_some_and(|left| run.saturating_add(left) < minutes) {
                self.update(&id, &format!("TimeLimit={minutes}"))?;
            }
        }
        Ok(())
    }

    fn update(&self, id: &str, set: &str) -> Result<(), EngineError> {
        match self.commands.run("scontrol", &["update", &format!("JobId={id}"), set]) {
            // It ended meanwhile.
            Err(EngineError::Refused(said)) if said.contains("Invalid job id") || said.contains("finished") => Ok(()),
            other => other.map(drop),
        }
    }
}
