//! A project on a real Slurm, and its jobs as tests look at them.
#![allow(missing_docs, reason = "of tests")]

use std::collections::{BTreeMap, BTreeSet};

use compute::slurm::settings::Settings;
use compute::{Compute, DesiredProject, JobKey, JobOrder, JobSeen, Slurm, reconcile};
use domain::job::{JobSpec, Stream};
use jiff::Timestamp;
use testkit::TestSlurm;

pub const POOL: &str = "gpu-a100";
pub const ACCOUNT: &str = "p2021-0001-gpu-a100";
pub const LONG_AGO: Timestamp = Timestamp::UNIX_EPOCH;

/// A tag that no earlier test had.
pub fn tag(name: &str) -> String {
    format!("t-{name}-{}", uuid())
}

pub fn uuid() -> String {
    std::fs::read_to_string("/proc/sys/kernel/random/uuid").expect("the kernel has some").trim().to_owned()
}

pub fn order(tag: &str, script: &str) -> JobOrder {
    let spec = JobSpec {
        name: "a job".to_owned(),
        script: format!("#!/bin/bash\n{script}\n"),
        devices: 1,
        minutes: 10,
        image: None,
        environment: BTreeMap::new(),
        folder: String::new(),
        array: None,
    };
    JobOrder {
        tag: tag.to_owned(),
        project: "P2021-0001".to_owned(),
        pool: POOL.to_owned(),
        member: "man".to_owned(),
        spec,
        after: Vec::new(),
        reservation: None,
    }
}

/// A project that may use two devices, and its engine.
pub fn ready(cluster: &TestSlurm, settings: Settings) -> Slurm {
    ready_with(cluster, settings, 2)
}

pub fn ready_with(cluster: &TestSlurm, settings: Settings, devices: i64) -> Slurm {
    let engine = Slurm::new(settings);
    let project = DesiredProject {
        name: "P2021-0001".to_owned(),
        limits: BTreeMap::from([(POOL.to_owned(), devices)]),
        members: ["man", "news"].map(str::to_owned).into(),
        ..DesiredProject::default()
    };
    let seen = engine.observe().expect("it can be seen").projects;
    let plan = reconcile(&[project], &seen, &BTreeSet::new()).expect("nothing to refuse");
    assert!(engine.apply(&plan.changes).iter().all(Result::is_ok));
    cluster.until("slurmctld knows the account", || {
        let of = format!("accounts={ACCOUNT}");
        cluster.ask("scontrol", &["show", "assoc_mgr", "flags=assoc", &of]).contains("UserName=man")
    });
    engine
}

pub fn all(engine: &dyn Compute) -> Vec<JobSeen> {
    engine.jobs(LONG_AGO).expect("they can be seen")
}

pub fn job(engine: &dyn Compute, id: &str) -> Option<JobSeen> {
    all(engine).into_iter().find(|job| job.id == id)
}

/// Waits until a job is so, and answers it.
pub fn until(cluster: &TestSlurm, engine: &dyn Compute, id: &str, so: impl Fn(&JobSeen) -> bool) -> JobSeen {
    let mut last = None;
    let begun = std::time::Instant::now();
    while !last.as_ref().is_some_and(&so) {
        assert!(begun.elapsed().as_secs() < 30, "{id}: {last:?}\n{}", cluster.ask("squeue", &[]));
        std::thread::sleep(std::time::Duration::from_millis(100));
        last = job(engine, id);
    }
    last.expect("it is there")
}

pub fn over(cluster: &TestSlurm, engine: &dyn Compute, id: &str) -> JobSeen {
    until(cluster, engine, id, |job| job.state.is_over())
}

pub fn printed(engine: &dyn Compute, tag: &str, task: Option<i64>, stream: Stream) -> String {
    let said = engine.printed(JobKey { id: "1", tag, task }, stream, 0, 1 << 20).expect("readable");
    String::from_utf8(said.bytes).expect("text")
}

/// How many jobs Slurm has with that tag.
pub fn copies(cluster: &TestSlurm, tag: &str) -> usize {
    cluster.ask("squeue", &["-h", "--states=all", "-o", "%k"]).lines().filter(|line| *line == tag).count()
}
