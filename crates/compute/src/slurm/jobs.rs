//! What becomes of jobs of a project that is over: those that wait are cancelled, those that run are
//! told by Slurm when their shortened time ends.

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
            self.set_limit(&id, &limit)?;
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
                self.set_limit(&id, &format!("TimeLimit={minutes}"))?;
            }
        }
        Ok(())
    }

    fn set_limit(&self, id: &str, limit: &str) -> Result<(), EngineError> {
        match self.commands.run("scontrol", &["update", &format!("JobId={id}"), limit]) {
            // It ended meanwhile.
            Err(EngineError::Refused(said)) if said.contains("Invalid job id") || said.contains("finished") => Ok(()),
            other => other.map(drop),
        }
    }
}
