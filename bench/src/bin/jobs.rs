//! How long lists of jobs take, narrowed in each way and deep in the past, and the page of a job, for
//! the people who read them: at 10,000 jobs and at 1,000,000, under 8 connections, on SQLite, over
//! TCP, signed in. The bar is a p99 of 100 ms. Run:
//! `cargo run --release -p bench --bin jobs [COUNT [TEXT]]`; with TEXT, only paths that hold it.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::disallowed_methods, reason = "a bench prints and measures")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bench::{CONNECTIONS, measure, percentile};
use domain::access::Role;
use domain::ids::{JobId, OrderId, ProjectId, UserId};
use domain::job::{JobState, OrderState, WaitReason};
use edge::{App, Config, Cursor};
use jiff::{SignedDuration, Timestamp};
use store::job::{JobRow, OrderRow};
use store::values;
use testkit::{TestAward, TestCenter, TestDb, TestLine, actor, term};

const PROJECTS: u32 = 100;
/// How many jobs are not over.
const OPEN: u32 = 400;
/// How many tasks the arrays have.
const TASKS: u32 = 20;

/// Numbers that look drawn by lot and are the same each time.
struct Lot(u64);

impl Lot {
    /// One of so many.
    fn of(&mut self, many: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.0 >> 33) % u64::from(many)).unwrap()
    }
}

fn id<I: domain::ids::Id>(at: Timestamp, number: u32) -> I {
    let mut bytes = [77; 10];
    bytes[6..].copy_from_slice(&number.to_be_bytes());
    I::new(u64::try_from(at.as_millisecond()).unwrap(), bytes)
}

/// What a list is asked about, and for what.
struct Center {
    t: TestCenter,
    awards: Vec<TestAward>,
    /// A job in the middle, of the largest project.
    middle: (Timestamp, JobId),
    /// The oldest one of the largest project.
    oldest: (Timestamp, JobId),
    order: OrderId,
}

/// A center whose projects ran so many jobs in two years: the first ones by far the most, most of
/// them well. The other pool was used only at first, machines failed only then, and the newest are
/// not over.
fn fill(count: u32) -> Center {
    let t = TestCenter::new(TestDb::sqlite());
    let span = term((2021, 1, 4), (2023, 1, 1));
    let mut awards: Vec<TestAward> = Vec::new();
    for n in 0..PROJECTS {
        let line = TestLine { pool: "gpu-a100", product: "gpu_short", grain: 1, term: span };
        awards.push(t.add_award(n, &[line], (n.is_multiple_of(2), n.is_multiple_of(3))));
    }
    t.set((2022, 12, 1), 12);
    let now = t.center.now();
    let far = now + SignedDuration::from_hours(24 * 300);
    let people = Role::ALL.iter().map(|&role| (role.as_str().to_owned(), actor(role).user));
    let leads = awards.iter().map(|of| (of.lead.name.replace(' ', "-"), of.lead.user));
    let signed_in: Vec<(String, Option<UserId>)> = people.chain(leads).collect();
    t.db.db
        .write(|tx| -> store::Result<()> {
            for (cookie, user) in &signed_in {
                tx.run(
                    "INSERT INTO session (hash, user_id, created_at, seen_at, expires_at, address, agent) VALUES ($1, $2, $3, $3, $4, '', '')",
                    values![service::who::credential_hash(cookie), user, now, far],
                )?;
            }
            // Somebody who advises many projects, of which none runs much.
            for of in awards.iter().skip(60) {
                tx.run(
                    "INSERT INTO project_member (project_id, user_id, tie, joined_at) VALUES ($1, $2, 'member', $3)
                     ON CONFLICT (project_id, user_id) DO NOTHING",
                    values![of.project, awards[50].lead.user, now],
                )?;
            }
            Ok(())
        })
        .unwrap();
    let every = SignedDuration::from_millis(690 * 86_400_000 / i64::from(count));
    let mut lot = Lot(1);
    let mut of_largest: Vec<(Timestamp, JobId)> = Vec::new();
    let (mut array, mut order) = (None::<(OrderRow, u32, u32)>, None);
    for from in (0..count).step_by(50_000) {
        t.db.db
            .write(|tx| -> store::Result<()> {
                for n in from..count.min(from + 50_000) {
                    let at = now - every * i32::try_from(count - n).unwrap();
                    let at = Timestamp::from_second(at.as_second()).unwrap();
                    let task = match array.take() {
                        Some((order, of, task)) if task + 1 < TASKS => (order, of, Some(task + 1)),
                        _ => {
                            let of = drawn(&mut lot);
                            let row = order_row(&awards[of as usize], id(at, n), at, &mut lot);
                            store::job::insert_order(tx, &row)?;
                            (row, of, n.is_multiple_of(8).then_some(0))
                        }
                    };
                    let row = job_row(&task.0, n, count, at, task.2, &mut lot);
                    store::job::insert(tx, &row)?;
                    if task.1 == 0 {
                        of_largest.push((row.submitted_at, row.id));
                        order = task.2.map(|_| task.0.id).or(order);
                    }
                    array = task.2.map(|number| (task.0, task.1, number));
                }
                Ok(())
            })
            .unwrap();
    }
    let (oldest, middle) = (of_largest[0], of_largest[of_largest.len() / 2]);
    Center { t, awards, middle, oldest, order: order.unwrap() }
}

/// A project: the first has a fifth of all, the last some in a thousand.
fn drawn(lot: &mut Lot) -> u32 {
    let n = f64::from(lot.of(1_000_000)) / 1e6;
    ((n.powi(3) * f64::from(PROJECTS)) as u32).min(PROJECTS - 1)
}

fn order_row(of: &TestAward, id: OrderId, at: Timestamp, lot: &mut Lot) -> OrderRow {
    const WORDS: [&str; 12] = [
        "train",
        "eval",
        "sweep",
        "학습",
        "평가",
        "notebook",
        "preprocess",
        "finetune",
        "infer",
        "bench",
        "전처리",
        "resnet",
    ];
    let name = match lot.of(4) {
        0 => WORDS[lot.of(12) as usize].to_owned(),
        _ => format!("{}-{}", WORDS[lot.of(12) as usize], lot.of(3000)),
    };
    let spec =
        serde_json::json!({ "name": name, "script": "#!/bin/bash\npython train.py\n", "devices": 1, "minutes": 600 });
    OrderRow {
        id,
        project: of.project,
        user: of.lead.user.unwrap(),
        pool: "gpu-a100".parse().unwrap(),
        spec: spec.to_string(),
        after: "[]".to_owned(),
        engine: "fake".to_owned(),
        engine_id: Some(id.to_string()),
        state: OrderState::Sent,
        tries: 0,
        next_try_at: at,
        last_error: String::new(),
        created_at: at,
    }
}

fn job_row(order: &OrderRow, n: u32, count: u32, at: Timestamp, task: Option<u32>, lot: &mut Lot) -> JobRow {
    let spec: serde_json::Value = serde_json::from_str(&order.spec).unwrap();
    let pool = if n < count / 10 && n.is_multiple_of(3) { "gpu-v100" } else { "gpu-a100" };
    let begun = at + SignedDuration::from_secs(i64::from(lot.of(3000)));
    let ended = begun + SignedDuration::from_secs(i64::from(lot.of(20_000)));
    let state = match lot.of(1000) {
        _ if n + OPEN / 2 >= count => JobState::Pending,
        _ if n + OPEN >= count => JobState::Running,
        0..2 if n < count / 20 => JobState::NodeFail,
        0..820 => JobState::Completed,
        820..920 => JobState::Failed,
        920..970 => JobState::Cancelled,
        970..990 => JobState::Timeout,
        990..998 => JobState::OutOfMemory,
        _ => JobState::Refused,
    };
    let waits = state == JobState::Pending;
    JobRow {
        order: Some(order.id),
        task: task.map(i64::from),
        engine_id: Some(n.to_string()),
        user: Some(order.user),
        account: "mu0001".to_owned(),
        name: spec["name"].as_str().unwrap().to_owned(),
        state,
        wait: waits.then_some(WaitReason::Limit),
        wait_said: if waits { "AssocGrpGRES".to_owned() } else { String::new() },
        devices: 1,
        cpus: 8,
        memory_mb: 64_000,
        minutes: 600,
        started_at: (!waits).then_some(begun),
        ended_at: state.is_over().then_some(ended),
        nodes: "n1".to_owned(),
        exit_code: state.is_over().then_some(0),
        cpu_seconds: Some(1000),
        max_memory_mb: Some(4000),
        ..JobRow::new(id(at, n), &order.engine, order.project, pool.parse().unwrap(), at)
    }
}

/// What pages can be asked for: each filter by itself, with a value that is common and one that is
/// rare or never met, and two at once.
const NARROWED: [&str; 19] = [
    "",
    "state=open",
    "state=pending",
    "state=completed",
    "state=failed",
    "state=node_fail",
    "state=suspended",
    "pool=gpu-a100",
    "pool=gpu-v100",
    "name=train",
    "name=sweep-1234",
    "name=none-has-it",
    "from=2022-11-29",
    "to=2021-02-01",
    "from=2021-06-01&to=2021-06-30",
    "mine=1",
    "pool=gpu-v100&state=node_fail",
    "pool=gpu-v100&state=failed",
    "name=resnet&state=timeout",
];

/// The same for the API.
const NARROWED_API: [&str; 9] = [
    "",
    "state=pending",
    "state=completed",
    "state=node_fail",
    "name=train",
    "name=none-has-it",
    "since=2022-11-29T00:00:00Z",
    "until=2021-02-01T00:00:00Z",
    "name=resnet&state=timeout",
];

/// Paths, each with whose cookie asks.
fn targets(center: &Center) -> Vec<(String, String)> {
    let lead = |n: usize| center.awards[n].lead.name.replace(' ', "-");
    let project = |n: usize| -> ProjectId { center.awards[n].project };
    let office = Role::ResourceManager.as_str().to_owned();
    let mut all = Vec::new();
    // The center's list; of somebody in the largest project, and of whoever advises many small ones;
    // of the largest project and of a small one.
    let lists = [
        ("/jobs".to_owned(), office.clone(), &NARROWED[..]),
        ("/api/v1/jobs".to_owned(), office, &NARROWED_API[..]),
        ("/my/jobs".to_owned(), lead(0), &NARROWED[..]),
        ("/my/jobs".to_owned(), lead(50), &NARROWED[..]),
        ("/api/v1/jobs".to_owned(), lead(50), &NARROWED_API[..]),
        (format!("/projects/{}/jobs", project(0)), lead(0), &NARROWED[..]),
        (format!("/projects/{}/jobs", project(90)), lead(90), &NARROWED[..]),
        (format!("/api/v1/projects/{}/jobs", project(0)), lead(0), &NARROWED_API[..]),
    ];
    for (path, who, narrowed) in lists {
        all.extend(narrowed.iter().map(|narrowed| (format!("{path}?{narrowed}"), who.clone())));
        // Deep in the past, as the cursor of a page leads there.
        for place in [center.middle, center.oldest] {
            let cursor = if path.starts_with("/api") {
                Cursor::write(&(place.0.as_second(), place.1))
            } else {
                Cursor::write(&place)
            };
            all.push((format!("{path}?after={cursor}"), who.clone()));
        }
    }
    all.push((format!("/projects/{}/jobs?order={}", project(0), center.order), lead(0)));
    for path in ["/jobs", "/api/v1/jobs"] {
        all.push((format!("{path}/{}", center.middle.1), lead(0)));
    }
    all
}

fn main() {
    let mut args = std::env::args().skip(1);
    let count = args.next().map(|text| text.parse::<u32>().unwrap());
    let only = args.next().unwrap_or_default();
    for count in count.map_or(vec![10_000, 1_000_000], |count| vec![count]) {
        run(count, &only);
    }
}

fn run(count: u32, only: &str) {
    let start = Instant::now();
    let center = fill(count);
    println!("{count} jobs filled in {:?}", start.elapsed());

    let app = App::new(center.t.center.clone(), Config::default(), Arc::new(edge::Accounts));
    let routes = edge::around(web::router(&app).merge(api::router(&app)), &app);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let service = routes.into_make_service_with_connect_info::<SocketAddr>();
    runtime.spawn(async move { axum::serve(listener, service).await });

    println!("{:<60}{:>12}{:>7}{:>9}{:>11}{:>9}", "path", "who", "status", "bytes", "median ms", "p99 ms");
    let (mut all, mut over) = (Vec::new(), 0);
    for (path, who) in targets(&center) {
        if !path.contains(only) {
            continue;
        }
        let (status, bytes, times) = measure(&address, &path, &who);
        let p99 = percentile(&times, 99);
        over += usize::from(p99 >= Duration::from_millis(100));
        all.push(p99);
        let ms = |time: Duration| time.as_secs_f64() * 1000.0;
        println!(
            "{:<60}{who:>12}{status:>7}{bytes:>9}{:>11.1}{:>9.1}",
            short(&path),
            ms(percentile(&times, 50)),
            ms(p99)
        );
    }
    all.sort();
    println!(
        "{count} jobs, {} paths under {CONNECTIONS} connections: slowest p99 {:?}, the one in the middle {:?}; {over} above the bar of 100 ms",
        all.len(),
        all.last().copied().unwrap_or_default(),
        percentile(&all, 50)
    );
}

/// A path in which ids and cursors are only begun.
fn short(path: &str) -> String {
    let parts = path.split_inclusive(['/', '?', '=']);
    let cut = |part: &str| match part.strip_suffix(['/', '?', '=']) {
        _ if part.len() <= 30 => part.to_owned(),
        Some(_) => format!("…{}", &part[part.len() - 1..]),
        None => "…".to_owned(),
    };
    parts.map(cut).collect()
}
