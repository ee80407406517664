//! How much time the machine's own engine loses between jobs: 1,000 of one second over 8 slots, with
//! the portal's program as what looks after each (bar 5% more than 125 s); handed to the engine
//! directly, and once more through the books, as people ask for them. Run after
//! `cargo build --release --workspace`: `cargo run --release -p bench --bin local [COUNT]`.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::disallowed_methods, reason = "a bench prints and measures")]

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bench::percentile;
use compute::local::{Runner, Settings};
use compute::{Change, Compute as _, DesiredProject, JobOrder, JobSeen, Local, reconcile};
use domain::job::{JobSpec, JobState};
use jiff::{SignedDuration, Timestamp};
use service::clock::{Clock as _, SystemClock};
use service::job::{Memory, NewJob};
use store::job::JobFilter;
use tempfile::TempDir;
use testkit::{TestCenter, TestDb, at, term};

const SLOTS: usize = 8;
const POOL: &str = "gpu-a100";
const MEMBER: &str = "mu0001";
/// How often what is under way is looked at, as the portal does.
const LOOK: Duration = Duration::from_secs(1);

fn spec() -> JobSpec {
    JobSpec {
        name: "second".to_owned(),
        script: "#!/bin/sh\nsleep 1\n".to_owned(),
        devices: 1,
        minutes: 5,
        image: None,
        environment: BTreeMap::new(),
        folder: String::new(),
        array: None,
    }
}

fn open(folder: &TempDir, clock: SystemClock) -> Local {
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o711)).unwrap();
    let program = std::env::current_exe().unwrap().with_file_name("mudeung");
    assert!(program.is_file(), "build it first: cargo build --release --workspace");
    let settings = Settings { slots: SLOTS.try_into().unwrap(), ..Settings::default() };
    let runner = Runner { program, args: vec!["job-runner".to_owned()] };
    Local::open(&folder.path().join("local"), settings, runner, Arc::new(move || clock.now())).unwrap()
}

/// The processor time of this program, and of what it started that has ended, in seconds.
fn processor() -> (f64, f64) {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    // Hundredths of a second, within the program and within the kernel.
    let of = |n: usize| (fields[n].parse::<f64>().unwrap() + fields[n + 1].parse::<f64>().unwrap()) / 100.0;
    (of(11), of(13))
}

/// Prints what came of it: how long all took compared with the jobs' own time, and what it cost.
fn tell(name: &str, jobs: &[JobSeen], begun: Timestamp, before: (f64, f64)) {
    let count = jobs.len();
    let (own, children) = processor();
    let bad: Vec<&JobSeen> = jobs.iter().filter(|job| job.state != JobState::Completed).collect();
    assert!(bad.is_empty(), "{} of {count} do not end well: {:?}", bad.len(), bad.first());
    let last = jobs.iter().filter_map(|job| job.ended_at).max().unwrap();
    let span = |from: Timestamp, to: Timestamp| Duration::try_from(to.duration_since(from)).unwrap_or_default();
    let took = span(begun, last);
    let ideal = count as f64 / SLOTS as f64;
    let mut lengths: Vec<Duration> =
        jobs.iter().map(|job| span(job.started_at.unwrap(), job.ended_at.unwrap())).collect();
    lengths.sort();
    println!(
        "{name}: {count} jobs in {took:.2?}, {:.2} a second, {:.1}% lost (bar 5%)",
        count as f64 / took.as_secs_f64(),
        100.0 * (took.as_secs_f64() / ideal - 1.0)
    );
    println!(
        "  from start to end a job took {:.3?} in the middle, {:.3?} at p99; processor per job: {:.2} ms here, {:.2} ms in what looks after it and the job itself",
        percentile(&lengths, 50),
        percentile(&lengths, 99),
        (own - before.0) * 1000.0 / count as f64,
        (children - before.1) * 1000.0 / count as f64
    );
}

/// What was taken in since, once nothing of it is open.
fn all_over(engine: &Local, since: Timestamp, count: usize) -> Option<Vec<JobSeen>> {
    let ended = engine.nodes().unwrap()[0].devices_used == 0;
    let jobs = ended.then(|| engine.jobs(since).unwrap())?;
    (jobs.len() >= count && jobs.iter().all(|job| job.state.is_over())).then_some(jobs)
}

/// The engine by itself: all orders are there from the first second on.
fn directly(count: usize) {
    let folder = tempfile::tempdir().unwrap();
    let clock = SystemClock::default();
    let engine = open(&folder, clock);
    let want = DesiredProject {
        name: "P2021-0001".to_owned(),
        limits: [(POOL.to_owned(), SLOTS.try_into().unwrap())].into(),
        members: [MEMBER.to_owned()].into(),
        ..DesiredProject::default()
    };
    let changes: Vec<Change> = reconcile(&[want], &[], &BTreeSet::new()).unwrap().changes;
    assert!(engine.apply(&changes).iter().all(Result::is_ok));
    let (before, begun) = (processor(), clock.now());
    let start = Instant::now();
    for n in 0..count {
        let order = JobOrder {
            tag: format!("order-{n}"),
            project: "P2021-0001".to_owned(),
            pool: POOL.to_owned(),
            member: MEMBER.to_owned(),
            spec: spec(),
            after: Vec::new(),
            reservation: None,
        };
        engine.submit(&order).unwrap();
    }
    println!("{count} orders taken in {:.2?}", start.elapsed());
    let jobs = loop {
        std::thread::sleep(LOOK);
        if let Some(jobs) = all_over(&engine, begun, count) {
            break jobs;
        }
    };
    tell("the engine directly", &jobs, begun, before);
}

/// The same through the books: orders are rows, handed on and watched by the portal's rounds.
fn through_the_books(count: usize) {
    let folder = tempfile::tempdir().unwrap();
    let t = TestCenter::new(TestDb::sqlite());
    let clock = SystemClock::starting_at(at(jiff::civil::date(2021, 6, 1), 9));
    let engine = Arc::new(open(&folder, clock));
    let of = t.add_holding(1, POOL, SLOTS.try_into().unwrap(), term((2021, 5, 3), (2021, 9, 1)));
    let center =
        service::Center::new(t.db.db.clone(), Arc::new(clock), testkit::identity()).with_engine(engine.clone());
    service::engine::sync(&center, engine.as_ref()).unwrap();

    let (before, begun) = (processor(), clock.now());
    let start = Instant::now();
    let asking = {
        let (center, of) = (center.clone(), of.clone());
        std::thread::spawn(move || {
            for _ in 0..count {
                let new = NewJob { project: of.project, pool: POOL.parse().unwrap(), spec: spec(), after: Vec::new() };
                center.write(&of.lead, |cx| service::job::submit(cx, new)).unwrap();
            }
            println!("{count} orders written in {:.2?}", start.elapsed());
        })
    };
    let mut memory = Memory::default();
    let jobs = loop {
        service::job::sync(&center, engine.as_ref(), &mut memory).unwrap();
        if asking.is_finished()
            && let Some(jobs) = all_over(&engine, begun - SignedDuration::from_secs(1), count)
        {
            break jobs;
        }
        std::thread::sleep(LOOK);
    };
    service::job::sync(&center, engine.as_ref(), &mut memory).unwrap();
    let over = JobFilter { project: Some(of.project), states: vec![JobState::Completed], ..JobFilter::default() };
    let written = center.read(&of.lead, |cx| service::job::list(cx, over, None, 501)).unwrap();
    assert_eq!(written.len(), count.min(501), "the books know of each end");
    tell("through the books", &jobs, begun, before);
}

fn main() {
    let count = std::env::args().nth(1).map_or(1000, |text| text.parse().unwrap());
    directly(count);
    through_the_books(count);
}
