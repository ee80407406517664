//! How long each list page and its API twin take at 100,000 allocations under 8 connections, on
//! SQLite, over TCP, signed in. The bar is a p99 of 50 ms. Run:
//! `cargo run --release -p bench --bin lists [COUNT [PATH]]`; with PATH, only paths that begin so.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::disallowed_methods, reason = "a bench prints and measures")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bench::{CONNECTIONS, measure, percentile};
use domain::access::Role;
use domain::capacity::Rung;
use domain::ledger::{Entry, EntryKind, NewEntry};
use domain::term::{Term, add_days};
use domain::units::Amount;
use edge::{App, Config};
use http::Method;
use service::capacity::NewCapacity;
use store::values;
use testkit::{TestCenter, TestDb, TestLine, actor, term};

/// Fills a center with so many awards, each of a project, proposal, organization and person of its
/// own, and as many rows in the ledger and the audit trail.
fn fill(count: u32) -> TestCenter {
    let t = TestCenter::new(TestDb::sqlite());
    let span = term((2021, 5, 3), (2024, 1, 1));
    for rung in [Rung::Installed, Rung::Leased, Rung::Allocatable] {
        let pool = "gpu-a100".parse().unwrap();
        let new = NewCapacity { pool, rung, delta: Amount(2_000_000), term: span, note: "bench".to_owned() };
        t.center.write(&actor(Role::ResourceManager), |cx| service::capacity::add(cx, new)).unwrap();
    }
    let days = |n: u32| {
        let from = add_days(span.from(), i64::from(n % 300));
        Term::new(from, add_days(from, 90 + i64::from(n % 400))).unwrap()
    };
    let mut awards = Vec::new();
    for n in 0..count {
        let line = TestLine { pool: "gpu-a100", product: "gpu_short", grain: 1, term: days(n) };
        awards.push(t.add_award(n, &[line], (n % 2 == 0, n % 3 == 0)));
    }
    t.db.db
        .write(|tx| -> store::Result<()> {
            let (mut seq, mut hash) = store::ledger::head(tx)?;
            for (n, of) in (0_u32..).zip(&awards) {
                seq += 1;
                let new = NewEntry {
                    award: of.award,
                    pool: "gpu-a100".parse().unwrap(),
                    delta: Amount(i64::from(1 + n % 8)),
                    term: days(n),
                    kind: EntryKind::Grant,
                    corrects: None,
                    reason: String::new(),
                };
                let entry = Entry::chain(new, seq, hash, None, t.center.now().as_second());
                store::ledger::append(tx, &entry)?;
                hash = entry.hash;
            }
            Ok(())
        })
        .unwrap();
    for chunk in awards.chunks(1000) {
        t.center
            .write(&actor(Role::OfficeStaff), |cx| {
                for of in chunk {
                    cx.audit("award.granted", ("project", &of.project), &(), &of.award, "")?;
                }
                Ok(())
            })
            .unwrap();
    }
    // The person of each role, signed in: the cookie is the role's name.
    t.db.db
        .write(|tx| -> store::Result<()> {
            for &role in Role::ALL {
                let user = actor(role).user;
                let far = testkit::at(span.to(), 0);
                tx.run(
                    "INSERT INTO session (hash, user_id, created_at, seen_at, expires_at, address, agent) VALUES ($1, $2, $3, $3, $4, '', '')",
                    values![service::who::credential_hash(role.as_str()), user, t.center.now(), far],
                )?;
            }
            Ok(())
        })
        .unwrap();
    t
}

/// The first role that the access table lets in.
fn role_for(act: domain::access::Act) -> Option<Role> {
    let order = [Role::OfficeStaff, Role::ResourceManager, Role::Auditor, Role::Sysadmin, Role::Reviewer];
    order.into_iter().find(|&role| domain::access::may(act, true, &[role].into(), &[]))
}

fn main() {
    let count = std::env::args().nth(1).map_or(100_000, |text| text.parse().unwrap());
    let only = std::env::args().nth(2).unwrap_or_default();
    let start = Instant::now();
    let t = fill(count);
    println!("{count} allocations filled in {:?}", start.elapsed());

    let app = App::new(t.center.clone(), Config::default(), Arc::new(edge::Accounts));
    let routes = edge::around(web::router(&app).merge(api::router(&app)), &app);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    let service = routes.into_make_service_with_connect_info::<SocketAddr>();
    runtime.spawn(async move { axum::serve(listener, service).await });

    let pages = web::lines().into_iter().filter(|line| line.method == Method::GET && line.path_is_whole());
    let mut targets: Vec<(String, Role)> =
        pages.filter_map(|line| Some((line.path.to_owned(), role_for(line.act)?))).collect();
    let spec = api::specification();
    let operations = api::Operations::of(&spec);
    let lists = operations.iter().filter(|(method, path, _)| **method == Method::GET && !path.contains('{'));
    targets.extend(lists.filter_map(|(_, path, act)| Some((path.to_owned(), role_for(act)?))));
    // What verifies the whole database is no list (`bench ledger` times it), nor is a file of thousands of rows.
    targets.retain(|(path, _)| !path.ends_with("/check") && !path.ends_with(".csv") && path.starts_with(&only));
    targets.sort();
    println!("{:<44}{:>7}{:>9}{:>10}{:>10}", "path", "status", "bytes", "median ms", "p99 ms");
    let mut worst = Duration::ZERO;
    for (path, role) in targets {
        let (status, bytes, times) = measure(&address.to_string(), &path, role.as_str());
        let p99 = percentile(&times, 99);
        worst = worst.max(p99);
        let ms = |time: Duration| time.as_secs_f64() * 1000.0;
        println!("{path:<44}{status:>7}{bytes:>9}{:>10.1}{:>10.1}", ms(percentile(&times, 50)), ms(p99));
    }
    println!("worst p99 {worst:?} under {CONNECTIONS} connections (bar: 50 ms)");
}
