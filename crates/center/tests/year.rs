//! The sample year: what its inputs add up to, on both databases, loaded at once or in parts.
#![allow(clippy::print_stdout, reason = "a load says how long it took")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use center::year::{self, Files, GWANGJU, Year};
use domain::adjustment::AdjustmentState;
use domain::award::{AgreementState, OfferState, PlanState};
use domain::capacity::Rung;
use domain::proposal::ProposalState;
use domain::term::add_days;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use service::clock::ManualClock;
use service::statistics::Year as Statistics;
use service::{Actor, Center, Outcome, setup};
use testkit::{TestDb, at};
use texts::{Lang, Texts};

/// The center of Gwangju in a database, its clock before the year.
struct Loading {
    center: Center,
    clock: Arc<ManualClock>,
    year: Year,
    _db: TestDb,
}

fn read(files: &Files<'_>) -> Year {
    let zone = TimeZone::get("Asia/Seoul").expect("bundled");
    Year::read(files, &zone).expect("the files are right")
}

impl Loading {
    fn new(db: TestDb, year: Year) -> Self {
        let clock = Arc::new(ManualClock::new(at(date(2021, 1, 4), 8)));
        let open = || {
            let identity = setup::identity(&db.db, "http://127.0.0.1:8080", true).expect("an identity");
            Center::new(db.db.clone(), clock.clone(), identity)
        };
        let file = center::file::parse(center::GWANGJU).expect("a center's file");
        open().write(&Actor::operator(), |cx| setup::apply(cx, &file)).expect("taken over");
        Self { center: open(), clock: clock.clone(), year, _db: db }
    }

    fn load(&self, day: Date) -> usize {
        let start = Instant::now();
        let before = self.center.statements.load(Ordering::Relaxed);
        let loaded = year::load(&self.center, &self.clock, &self.year, at(day, 9), None, Texts::new(Lang::En))
            .unwrap_or_else(|error| panic!("{error:#}"));
        assert_eq!(loaded.refused, []);
        let statements = self.center.statements.load(Ordering::Relaxed) - before;
        println!(
            "{:?} until {day}: {} steps, {statements} statements, {:?}",
            self.center.db.kind(),
            loaded.steps,
            start.elapsed()
        );
        loaded.steps
    }

    fn look<T>(&self, work: impl FnOnce(&mut service::Cx<'_, '_>) -> Outcome<T>) -> T {
        self.center.read(&Actor::operator(), work).expect("read")
    }

    fn statistics(&self) -> Arc<Statistics> {
        self.look(|cx| service::statistics::year(cx, 2021))
    }

    /// Every entry of the ledger but for what differs between two loads: ids, hashes and times.
    fn amounts(&self) -> Vec<String> {
        let mut all = self.look(|cx| service::ledger::list(cx, &service::ledger::Filter::default(), None, 10_000));
        all.reverse();
        all.iter()
            .map(|item| {
                let entry = &item.entry;
                format!(
                    "{} {} {} {} {:?} {}",
                    item.number, entry.pool, entry.delta, entry.kind, entry.term, entry.reason
                )
            })
            .collect()
    }

    /// Sums the rows of ledger and capacity day by day, without any of the code that keeps the
    /// rule: answers the least that was left on a day.
    fn least_left(&self, from: Date, days: i64) -> BTreeMap<String, i64> {
        let entries = self.look(|cx| service::ledger::list(cx, &service::ledger::Filter::default(), None, 10_000));
        let mut least = BTreeMap::new();
        for pool in self.look(service::pool::list) {
            let capacity = self.look(|cx| service::capacity::entries(cx, &pool.id, None, 200));
            for day in (0..days).map(|n| add_days(from, n)) {
                let there: i64 = capacity
                    .iter()
                    .filter(|entry| entry.rung == Rung::Allocatable && entry.term.contains(day))
                    .map(|entry| entry.delta.0)
                    .sum();
                let held: i64 = entries
                    .iter()
                    .map(|item| &item.entry)
                    .filter(|entry| entry.pool == pool.id && entry.term.contains(day))
                    .map(|entry| entry.delta.0)
                    .sum();
                let left = least.entry(pool.id.to_string()).or_insert(i64::MAX);
                *left = (*left).min(there - held);
            }
        }
        least
    }
}

fn published() -> serde_json::Value {
    serde_json::from_str(include_str!("fixtures/published-2021.json")).expect("JSON")
}

fn same_as_published(of: &Statistics) {
    let published = published();
    for (id, value) in published["figures"].as_object().expect("figures") {
        let figure = of.figure(id).unwrap_or_else(|| panic!("no figure {id}"));
        assert_eq!(figure.value.to_string(), value.as_str().expect("a text"), "{id}");
        assert!(figure.rows > 0, "{id} rests on nothing");
    }
    for (id, value) in published["share_percent"].as_object().expect("shares") {
        let share = of.figure(id).and_then(|figure| figure.share_percent).map(|share| share.to_string());
        assert_eq!(share.as_deref(), value.as_str(), "{id}");
    }
}

/// At once on PostgreSQL, in two parts on SQLite.
#[test]
fn the_year_adds_up_to_what_was_published_however_it_is_loaded() {
    let inputs = read(&GWANGJU);
    let (parts, whole) = std::thread::scope(|scope| {
        let parts = scope.spawn(|| {
            let parts = Loading::new(TestDb::sqlite(), inputs.clone());
            parts.load(date(2021, 6, 15));
            in_the_middle_of_june(&parts);
            parts.load(date(2021, 11, 30));
            parts
        });
        let whole = Loading::new(TestDb::postgres(), inputs.clone());
        whole.load(date(2021, 11, 30));
        (parts.join().expect("the other load"), whole)
    });
    for one in [&parts, &whole] {
        same_as_published(&one.statistics());
        let left = one.least_left(date(2021, 1, 1), 800);
        assert!(left.values().all(|left| *left >= 0), "{left:?}");
        let found = one.look(service::check::run);
        assert!(found.sound(), "{found:?}");
    }
    assert_eq!(parts.amounts(), whole.amounts());
    everybody_has_something_to_do(&parts);

    // The rest of the inputs, and then the clock alone.
    assert_eq!(parts.load(date(2021, 11, 30)), 0, "nothing is done twice");
    parts.load(date(2022, 2, 15));
    same_as_published(&parts.statistics());
    let running = parts.look(|cx| service::project::list(cx, None, 201));
    let ended = running.iter().filter(|row| row.to_on <= date(2022, 2, 15) && row.state.as_str() == "active").count();
    assert_eq!(ended, 0, "terms end by the clock");
    let recruited = running.iter().filter(|row| row.number.starts_with("P2021-") && row.from_on >= date(2022, 1, 10));
    assert!(recruited.count() >= 100, "the regular call for 2022 recruits");
    assert!(parts.least_left(date(2021, 1, 1), 800).values().all(|left| *left >= 0));
    assert!(parts.look(service::check::run).sound());
}

fn in_the_middle_of_june(parts: &Loading) {
    let of = parts.statistics();
    let supported = of.figure("projects.supported").map(|figure| figure.value.to_string());
    assert_eq!(supported.as_deref(), Some("82"), "the regular round, and one from its reserve list");
    assert_eq!(of.figure("compute.returned_total").map(|figure| figure.rows), Some(3));
}

/// What a visitor of the demo finds on its first day.
fn everybody_has_something_to_do(of: &Loading) {
    let count = |sql: &str| -> i64 {
        of.center
            .db
            .read(|tx| tx.scalar::<i64>(sql, &[]))
            .unwrap_or_else(|error: store::Error| panic!("{sql}: {error}"))
    };
    let state = |table: &str, state: &str| count(&format!("SELECT COUNT(*) FROM {table} WHERE state = '{state}'"));
    for (table, word, least) in [
        ("proposal", ProposalState::Draft.as_str(), 5),
        ("proposal", ProposalState::Submitted.as_str(), 5),
        ("proposal", ProposalState::Returned.as_str(), 1),
        ("proposal", ProposalState::EligibilityOk.as_str(), 5),
        ("proposal", ProposalState::InReview.as_str(), 3),
        ("offer", OfferState::Open.as_str(), 2),
        ("offer", OfferState::Declined.as_str(), 1),
        ("offer", OfferState::Lapsed.as_str(), 1),
        ("agreement", AgreementState::Unsigned.as_str(), 1),
        ("agreement", AgreementState::Signed.as_str(), 1),
        ("agreement", AgreementState::Lapsed.as_str(), 1),
        ("adjustment", AdjustmentState::Requested.as_str(), 3),
        ("adjustment", AdjustmentState::Waiting.as_str(), 1),
        ("plan", PlanState::Proposed.as_str(), 1),
        ("call", "draft", 1),
        ("invitation", "open", 1),
        ("review", "assigned", 4),
    ] {
        assert!(state(table, word) >= least, "{table} {word}");
    }
    assert!(count("SELECT COUNT(*) FROM organization WHERE verified_at IS NULL") >= 1);
    let today = of.center.identity.calendar.date(of.center.now());
    assert_eq!(today, date(2021, 11, 30));
    let waits = of.look(|cx| service::refill::reserve_list(cx, None, 50));
    assert!(waits.iter().filter(|one| !one.item.offered).count() >= 3, "{waits:?}");
    // Open offers begin in 2022: whatever becomes of them, the figures of 2021 stay.
    let early = "SELECT COUNT(*) FROM offer o JOIN offer_line l ON l.offer_id = o.id WHERE o.state = 'open' AND l.from_on < '2022-01-01'";
    assert_eq!(count(early), 0);
    let december = domain::term::Term::new(today, date(2022, 1, 1)).expect("a month");
    let pool = "gpu-v100".parse().expect("a slug");
    assert!(!of.look(|cx| service::capacity::coming_free(cx, &pool, december, None, 50)).is_empty());
    for sign_in in &of.year.sign_ins {
        let known = of.look(|cx| service::user::by_email(cx, &sign_in.email));
        assert_eq!(known.email, sign_in.email);
        assert!(Texts::has(&sign_in.text()), "{}", sign_in.text());
    }
}

#[test]
fn one_input_changed_moves_the_figure() {
    // The first request of the regular round for four A100 becomes one for three.
    let before = ",gpu_mid,gpu-a100,4,4,2021-05-01,";
    let requests = GWANGJU.requests.replacen(before, ",gpu_mid,gpu-a100,3,3,2021-05-01,", 1);
    assert_ne!(requests, GWANGJU.requests);
    let changed = Files { requests: &requests, ..GWANGJU };
    let granted = |files: &Files<'_>| {
        let one = Loading::new(TestDb::sqlite(), read(files));
        one.load(date(2021, 5, 1));
        let figures = one.statistics();
        figures.figure("compute.cumulative_granted_total").expect("a figure").value.units
    };
    let (as_is, less) = std::thread::scope(|scope| {
        let other = scope.spawn(|| granted(&changed));
        (granted(&GWANGJU), other.join().expect("the other load"))
    });
    assert_eq!(as_is - less, 2, "one A100 is 0.0195 PF");
}

#[test]
fn no_published_figure_stands_in_the_files() {
    let Files { people, organizations, capacity, calls, proposals, requests, reviews, events, sign_ins } = GWANGJU;
    let all = [people, organizations, capacity, calls, proposals, requests, reviews, events, sign_ins].concat();
    for value in published()["figures"].as_object().expect("figures").values().filter_map(|value| value.as_str()) {
        if value.contains('.') {
            assert!(!all.contains(value), "{value} stands in the year's files");
        }
    }
}

#[test]
fn slips_are_named_with_file_line_and_field() {
    let zone = TimeZone::get("Asia/Seoul").expect("bundled");
    let fault = |files: Files<'_>| Year::read(&files, &zone).expect_err("something is wrong").to_string();
    let changed = |text: &str, from: &str, to: &str| {
        let new = text.replacen(from, to, 1);
        assert_ne!(new, text, "{from}");
        new
    };
    let events = changed(GWANGJU.events, ",eligible,", ",eligable,");
    assert_eq!(
        fault(Files { events: &events, ..GWANGJU }),
        "events.csv, line 2, field what: \"eligable\" is nothing that happens"
    );
    let calls = changed(GWANGJU.calls, "offer_days = 7", "offer_days = \"soon\"");
    let told = fault(Files { calls: &calls, ..GWANGJU });
    assert!(told.starts_with("calls.toml, line ") && told.contains("field offer_days"), "{told}");
    let calls = changed(GWANGJU.calls, "drafted_by = \"", "drafted_by = \"x");
    let told = fault(Files { calls: &calls, ..GWANGJU });
    assert!(told.contains("field drafted_by: nothing else is said of"), "{told}");
    let requests = changed(GWANGJU.requests, "gpu_long,gpu-v100,32", "gpu_long,gpu-v100,many");
    let told = fault(Files { requests: &requests, ..GWANGJU });
    assert!(told.starts_with("requests.csv, line 2, field amount"), "{told}");
    let people = changed(GWANGJU.people, ",office_staff,", ",office_chief,");
    let told = fault(Files { people: &people, ..GWANGJU });
    assert!(told.starts_with("people.csv, line 3, field roles"), "{told}");
}

#[test]
fn what_a_use_case_refuses_is_named_with_its_line() {
    // The approver drafts the plan that a second person should have drafted.
    let capacity = GWANGJU.capacity.replacen(",allocatable,164,", ",allocatable,170,", 1);
    let one = Loading::new(TestDb::sqlite(), read(&Files { capacity: &capacity, ..GWANGJU }));
    let error = year::load(&one.center, &one.clock, &one.year, at(date(2021, 2, 2), 9), None, Texts::new(Lang::En))
        .expect_err("refused");
    let told = format!("{error:#}");
    assert!(told.starts_with("capacity.csv, line 4") && told.contains("order"), "{told}");
    let requests = GWANGJU.requests.replacen(",32,32,", ",9999,9999,", 1);
    let other = Loading::new(TestDb::sqlite(), read(&Files { requests: &requests, ..GWANGJU }));
    let loaded =
        year::load(&other.center, &other.clock, &other.year, at(date(2021, 4, 1), 9), None, Texts::new(Lang::Ko));
    let error = loaded.expect_err("refused");
    let fault = error.downcast_ref::<year::Fault>().expect("a place");
    let told = fault.told(Texts::new(Lang::Ko));
    assert!(told.starts_with("requests.csv 2번째 줄 amount: ") && told.ends_with("이하여야 합니다."), "{told}");
    // Nothing of the line is left, and what came before it stays.
    assert_eq!(one.look(|cx| service::capacity::entries(cx, &"gpu-a100".parse().expect("a slug"), None, 10)).len(), 2);
}
