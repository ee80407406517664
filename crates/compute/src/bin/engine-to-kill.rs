//! An engine that takes orders until it is killed: for the test that does so (`tests/jobs_local.rs`).
//! Its arguments are the engine's folder, the program that looks after jobs, the name of this round,
//! and the folder in which it notes each order that was taken.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use compute::local::{Runner, Settings};
use compute::{Change, Compute as _, EngineError, JobOrder, Local};
use domain::job::JobSpec;
use jiff::Timestamp;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [folder, runner, round, notes] = args.as_slice() else { return ExitCode::FAILURE };
    match run(Path::new(folder), runner, round, Path::new(notes)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(folder: &Path, runner: &str, round: &str, notes: &Path) -> Result<(), EngineError> {
    let runner = Runner { program: runner.into(), args: Vec::new() };
    let now = Arc::new(|| Timestamp::from_second(1_630_000_000).unwrap_or(Timestamp::UNIX_EPOCH));
    let engine = Local::open(folder, Settings { slots: 4, ..Settings::default() }, runner, now)?;
    let (project, pool, member) = ("P2021-0001".to_owned(), "gpu-a100".to_owned(), "man".to_owned());
    let changes = [
        Change::Create { project: project.clone() },
        Change::SetLimit { project: project.clone(), pool: pool.clone(), limit: 2 },
        Change::AddMember { project: project.clone(), member: member.clone() },
    ];
    engine.apply(&changes).into_iter().collect::<Result<Vec<()>, _>>()?;
    for n in 0.. {
        let tag = format!("job-{round}-{n}");
        let spec = JobSpec {
            name: tag.clone(),
            script: format!("#!/bin/sh\necho {tag} >> ran\n"),
            devices: 1,
            minutes: 1,
            image: None,
            environment: [].into(),
            folder: String::new(),
            array: None,
        };
        let (project, pool, member) = (project.clone(), pool.clone(), member.clone());
        let order = JobOrder { tag: tag.clone(), project, pool, member, spec, after: Vec::new(), reservation: None };
        let id = engine.submit(&order)?;
        std::fs::write(notes.join(&tag), id).map_err(|error| EngineError::Unreachable(error.to_string()))?;
    }
    Ok(())
}
