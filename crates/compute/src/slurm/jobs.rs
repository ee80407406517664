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
            match self.commands.run("scontrol", &["update", &format!("JobId={id}"), &limit]) {
                // It ended meanwhile.
                Err(EngineError::Refused(said)) if said.contains("Invalid job id") || said.contains("finished") => {}
                other => drop(other?),
            }
        }
        Ok(())
    }
}
