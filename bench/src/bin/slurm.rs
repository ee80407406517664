//! How soon Slurm has what the ledger says, by the portal's own driver: 125 projects of 3 people from
//! nothing (bar 5 s), all limits changed (bar 5 s), nothing to do (bar 1 s), one change until a job
//! starts by it (bar 3 s); and beside it the same by one `sacctmgr` for each change, and by one
//! request to slurmrestd for each change. It needs the cluster for tests, which it finds and leaves
//! empty:
//!
//! ```sh
//! eval "$(testbed/slurm/up)"
//! cargo run --release -p bench --bin slurm [PROJECTS [BY_REST]]
//! testbed/slurm/down
//! ```
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::disallowed_methods, reason = "a bench prints and measures")]

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use bench::Connection;
use compute::{Change, Compute as _, DesiredProject, Slurm, reconcile};
use domain::engine::PoolRules;
use serde_json::{Value, json};
use testkit::{PEOPLE, TestSlurm};

const POOL: &str = "gpu-a100";
const MEMBERS: usize = 3;

/// So many projects, each of people of its own but for the first, whom the machine knows.
fn projects(count: usize, limit: i64) -> Vec<DesiredProject> {
    let member = |project: usize, n: usize| match project {
        0 => PEOPLE[n].to_owned(),
        _ => format!("mu{:04}", project * MEMBERS + n),
    };
    (0..count)
        .map(|project| DesiredProject {
            name: format!("P2021-{:04}", project + 1),
            limits: [(POOL.to_owned(), limit + i64::try_from(project % 4).unwrap())].into(),
            members: (0..MEMBERS).map(|n| member(project, n)).collect(),
            ..DesiredProject::default()
        })
        .collect()
}

fn account(project: &DesiredProject) -> String {
    format!("{}-{POOL}", project.name.to_lowercase())
}

/// What one pass of the portal does with the engine: look, compare, change, look again.
fn pass(engine: &Slurm, desired: &[DesiredProject]) -> (usize, Duration) {
    let start = Instant::now();
    let seen = engine.observe().unwrap().projects;
    let changes: Vec<Change> = reconcile(desired, &seen, &BTreeSet::new()).unwrap().changes;
    if !changes.is_empty() {
        for (change, outcome) in changes.iter().zip(engine.apply(&changes)) {
            assert_eq!(outcome, Ok(()), "{change:?}");
        }
        let seen = engine.observe().unwrap().projects;
        assert!(desired.iter().all(|want| want.is_met_by(seen.iter().find(|one| one.name == want.name))));
    }
    (changes.len(), start.elapsed())
}

/// The same, each by one of three products.
fn by_product(mut projects: Vec<DesiredProject>) -> Vec<DesiredProject> {
    for (n, project) in projects.iter_mut().enumerate() {
        let (class, minutes) = [("gpu_short", 1440), ("gpu_mid", 2880), ("gpu_long", 10_080)][n % 3];
        let hours = project.limits[POOL] * 100;
        let rules = PoolRules {
            class: class.to_owned(),
            max_wall_minutes: Some(minutes),
            max_jobs: Some(8),
            device_hours: Some(hours),
        };
        project.rules.insert(POOL.to_owned(), rules);
    }
    projects
}

/// Takes everything out again.
fn clear(cluster: &TestSlurm, engine: &Slurm) {
    let gone: Vec<Change> =
        engine.observe().unwrap().projects.into_iter().map(|one| Change::Remove { project: one.name }).collect();
    let outcomes = engine.apply(&gone);
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    empty(cluster);
}

/// Everything that is not the cluster's own: accounts with what is below them, and people.
fn empty(cluster: &TestSlurm) {
    let rows = cluster.ask("sacctmgr", &["-nP", "show", "associations", "format=account,user"]);
    let rows: Vec<(&str, &str)> = rows.lines().filter_map(|line| line.split_once('|')).collect();
    let of = |part: fn(&(&str, &str)) -> String| -> BTreeSet<String> {
        rows.iter().filter(|row| row.0 != "root").map(part).filter(|one| !one.is_empty()).collect()
    };
    for (kind, names) in [("user", of(|row| row.1.to_owned())), ("account", of(|row| row.0.to_owned()))] {
        if !names.is_empty() {
            let named = format!("name={}", names.into_iter().collect::<Vec<_>>().join(","));
            let _ = cluster.run("sacctmgr", &["-iQ", "delete", kind, "where", &named]);
        }
    }
}

/// All that is on record, to be compared at the end.
fn record(cluster: &TestSlurm) -> [String; 3] {
    let shown = |what: &str| cluster.ask("sacctmgr", &["-nP", "show", what]);
    [shown("associations"), shown("account"), shown("user")]
}

/// The figures of one way, in seconds: from nothing, all limits changed, nothing to do, one change on
/// record.
struct Way {
    name: String,
    seconds: [f64; 4],
}

fn timed(act: impl FnOnce()) -> f64 {
    let start = Instant::now();
    act();
    start.elapsed().as_secs_f64()
}

fn by_the_driver(cluster: &TestSlurm, engine: &Slurm, count: usize) -> Way {
    let (made, first) = pass(engine, &projects(count, 1));
    let (changed, limits) = pass(engine, &projects(count, 5));
    let mut nothing: Vec<Duration> = (0..5).map(|_| pass(engine, &projects(count, 5)).1).collect();
    nothing.sort();
    println!("the driver: {made} changes from nothing in {first:.2?} (bar 5 s)");
    println!("  {changed} limits in {limits:.2?} (bar 5 s)");
    println!("  nothing to do in {:.2?}, slowest of five {:.2?} (bar 1 s)", nothing[2], nothing[4]);

    // One limit: until slurmctld goes by it, and until a job starts that waited for it.
    let mut want = projects(count, 5);
    let mut rounds = Vec::new();
    for limit in [6, 7, 8] {
        let job = cluster.submit(PEOPLE[0], &account(&want[0]), POOL, limit).unwrap();
        cluster.until("the job waits for the limit", || cluster.job(&job) == "PENDING AssocGrpGRES");
        want[0].limits.insert(POOL.to_owned(), i64::from(limit));
        let start = Instant::now();
        let (changes, on_record) = pass(engine, &want);
        assert_eq!(changes, 1);
        while !cluster.job(&job).starts_with("RUNNING") {
            assert!(start.elapsed() < Duration::from_secs(60), "it starts");
            std::thread::sleep(Duration::from_millis(20));
        }
        rounds.push((start.elapsed(), on_record));
        let _ = cluster.ask("scancel", &[&job]);
        cluster.until("it is gone", || cluster.ask("squeue", &["-h", "-o", "%A"]).is_empty());
    }
    rounds.sort();
    let (started, on_record) = rounds[1];
    println!(
        "  one limit: on record and read back in {on_record:.2?}, a job that waited for it runs after {started:.2?}, slowest of three {:.2?} (bar 3 s)",
        rounds[2].0
    );
    let seconds = [first, limits, nothing[2], on_record].map(|time| time.as_secs_f64());
    clear(cluster, engine);
    let (made, with_products) = pass(engine, &by_product(projects(count, 1)));
    println!("  with three products: {made} changes from nothing in {with_products:.2?} (bar 5 s)");
    clear(cluster, engine);
    Way { name: "the driver".to_owned(), seconds }
}

/// One command for each account, person and limit.
fn by_sacctmgr(cluster: &TestSlurm, count: usize) -> Way {
    let add = |args: &[&str]| cluster.ask("sacctmgr", &[&["-iQ", "add"], args].concat());
    let limit = |one: &DesiredProject| format!("GrpTRES=gres/gpu={}", one.limits[POOL]);
    let set = |one: &DesiredProject| {
        let named = format!("name={}", account(one));
        let _ = cluster.ask("sacctmgr", &["-iQ", "modify", "account", "where", &named, "set", &limit(one)]);
    };
    let first = timed(|| {
        add(&["account", "mudeung", "parent=root"]);
        for one in &projects(count, 1) {
            add(&["account", &account(one), "parent=mudeung", &limit(one)]);
            for member in &one.members {
                add(&["user", member, &format!("account={}", account(one)), &format!("partition={POOL}")]);
            }
        }
    });
    let later = projects(count, 5);
    let limits = timed(|| later.iter().for_each(set));
    let nothing = timed(|| {
        for one in &later {
            let _ = cluster.limits(&account(one));
        }
    });
    let change = timed(|| set(&later[0]));
    let right = later.iter().all(|one| cluster.limits(&account(one)).contains(&format!("gpu={}", one.limits[POOL])));
    assert!(right, "sacctmgr did what it was told");
    empty(cluster);
    Way { name: "one sacctmgr for each change".to_owned(), seconds: [first, limits, nothing, change] }
}

/// One request for each account, limit, person and place.
fn by_rest(cluster: &TestSlurm, count: usize) -> Way {
    let token = cluster.ask("scontrol", &["token", "username=root", "lifespan=3600"]);
    let token = token.trim().trim_start_matches("SLURM_JWT=");
    let address = cluster.settings.rest.trim_start_matches("http://");
    let head = format!("X-SLURM-USER-NAME: root\r\nX-SLURM-USER-TOKEN: {token}\r\nContent-Type: application/json");
    let mut connection = Connection::open(address, &head);
    let mut ask = |method: &str, what: &str, body: &Value| -> Value {
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let (status, body) = connection.ask(method, &format!("/slurmdb/v0.0.38/{what}"), &text);
        let answer: Value = serde_json::from_slice(&body).unwrap();
        let good = status == 200 && answer["errors"].as_array().is_none_or(Vec::is_empty);
        assert!(good, "{what}: {status} {}", answer["errors"]);
        answer
    };
    let limit = |one: &DesiredProject| {
        json!({ "associations": [{
            "account": account(one), "cluster": "mudeung-test", "parent_account": "mudeung", "user": "",
            "max": { "tres": { "total": [{ "type": "gres", "name": "gpu", "count": one.limits[POOL] }] } }
        }] })
    };
    let named = |name: &str| json!({ "accounts": [{ "name": name, "description": name, "organization": "mudeung" }] });
    let parent = json!({ "associations": [{ "account": "mudeung", "cluster": "mudeung-test", "parent_account": "root", "user": "" }] });
    let first = timed(|| {
        ask("POST", "accounts", &named("mudeung"));
        ask("POST", "associations", &parent);
        for one in &projects(count, 1) {
            ask("POST", "accounts", &named(&account(one)));
            ask("POST", "associations", &limit(one));
            for member in &one.members {
                ask("POST", "users", &json!({ "users": [{ "name": member, "default": { "account": account(one) } }] }));
                let place =
                    json!({ "account": account(one), "cluster": "mudeung-test", "user": member, "partition": POOL });
                ask("POST", "associations", &json!({ "associations": [place] }));
            }
        }
    });
    let later = projects(count, 5);
    let limits = timed(|| {
        for one in &later {
            ask("POST", "associations", &limit(one));
        }
    });
    let nothing = timed(|| {
        ask("GET", "associations", &Value::Null);
    });
    let change = timed(|| {
        ask("POST", "associations", &limit(&later[0]));
    });
    let done = later.iter().filter(|one| cluster.limits(&account(one)).contains(&format!("gpu={}", one.limits[POOL])));
    println!("slurmrestd: of {count} changed limits that it answered without errors, {} are on record", done.count());
    empty(cluster);
    Way { name: "one request to slurmrestd for each change".to_owned(), seconds: [first, limits, nothing, change] }
}

fn main() {
    let mut args = std::env::args().skip(1).map(|text| text.parse::<usize>().unwrap());
    let count = args.next().unwrap_or(125);
    let sample = args.next().unwrap_or(25).min(count);
    let cluster = TestSlurm::take();
    let before = record(&cluster);
    let engine = cluster.engine();

    let mut ways = vec![by_the_driver(&cluster, &engine, count), by_sacctmgr(&cluster, count)];
    // Each request takes as long as the others: what so many take is reckoned from a part of them.
    let mut rest = by_rest(&cluster, sample);
    if sample < count {
        rest.name = format!("{}, reckoned from {sample} projects", rest.name);
        for seconds in rest.seconds.iter_mut().take(2) {
            *seconds *= count as f64 / sample as f64;
        }
    }
    ways.push(rest);

    println!("{count} projects of {MEMBERS} people, in seconds, and how many times as long as the driver takes");
    println!("{:<70}{:>16}{:>16}{:>16}{:>16}", "", "from nothing", "all limits", "nothing to do", "one limit");
    for way in &ways {
        print!("{:<70}", way.name);
        for (own, driver) in way.seconds.iter().zip(&ways[0].seconds) {
            print!("{:>16}", format!("{own:.2} ({:.1}×)", own / driver));
        }
        println!();
    }
    let same = record(&cluster) == before;
    println!("the cluster is {} it was found", if same { "as" } else { "NOT as" });
}
