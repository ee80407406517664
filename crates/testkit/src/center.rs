//! A center for tests: two GPU pools of the size of 2021, the default products and policy, and a
//! person for each role.

use std::sync::Arc;

use domain::accelerator::{Accelerators, PfBasis};
use domain::access::{Role, Tie};
use domain::calendar::{Calendar, HolidayName};
use domain::capacity::Rung;
use domain::engine::UseLimits;
use domain::ids::{CapacityEntryId, Id, ProjectId, UserId};
use domain::term::Term;
use domain::units::{Amount, PoolKind, PoolUnit};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use service::center::Identity;
use service::clock::ManualClock;
use service::engine::Fake;
use service::setup::Environment;
use service::{Actor, Center, Channel};
use store::capacity::{CapacityEntry, PoolRow};
use store::center::ProductRow;
use store::project::MemberRow;
use store::{Tx, values};
use texts::Lang;

use crate::TestDb;

/// A center whose clock is moved by hand.
pub struct TestCenter {
    /// The center.
    pub center: Center,
    /// Its clock; starts at noon of 3 May 2021 in Seoul.
    pub clock: Arc<ManualClock>,
    /// Its database.
    pub db: TestDb,
}

/// The instant of a civil date and hour in Seoul.
#[must_use]
pub fn at(day: Date, hour: i8) -> Timestamp {
    let zone = TimeZone::get("Asia/Seoul").expect("bundled");
    zone.to_ambiguous_timestamp(day.at(hour, 0, 0, 0)).compatible().expect("a time within range")
}

/// A term from two dates as `(year, month, day)`.
#[must_use]
pub fn term(from: (i16, i8, i8), to: (i16, i8, i8)) -> Term {
    Term::new(date(from.0, from.1, from.2), date(to.0, to.1, to.2)).expect("a test's term is not empty")
}

/// The person that every test center has for a role.
#[must_use]
pub fn actor(role: Role) -> Actor {
    Actor { roles: [role].into(), ..person(role_number(role), role.as_str()) }
}

fn role_number(role: Role) -> u8 {
    u8::try_from(Role::ALL.iter().position(|&other| other == role).unwrap_or(0)).unwrap_or(0)
}

fn person(number: u8, name: &str) -> Actor {
    Actor {
        user: Some(user_id(number)),
        name: name.to_owned(),
        roles: std::collections::BTreeSet::new(),
        lang: Lang::Ko,
        channel: Channel::Web,
        address: "127.0.0.1".to_owned(),
        request_id: "test".to_owned(),
        token: None,
    }
}

fn user_id(number: u8) -> UserId {
    UserId::new(1_600_000_000_000, [number; 10])
}

/// Who the test center is.
///
/// # Panics
/// Never with the time zones and devices that are built in.
#[must_use]
pub fn identity() -> Identity {
    let zone = TimeZone::get("Asia/Seoul").expect("bundled");
    let name = |ko: &str, en: &str| HolidayName { ko: ko.to_owned(), en: en.to_owned() };
    let holidays = [(date(2021, 5, 5), name("어린이날", "Children's Day"))].into();
    let accelerators = Accelerators::builtin().expect("the built-in catalog is valid");
    Identity {
        name_ko: "시험 데이터센터".to_owned(),
        name_en: "Test Data Center".to_owned(),
        calendar: Calendar::new(zone, holidays),
        pools: Arc::new(service::pool::names(
            pools().map(|(pool, _)| pool).to_vec(),
            &accelerators,
            PfBasis::CenterFp32,
        )),
        accelerators,
        basis: PfBasis::CenterFp32,
        home_regions: vec!["29".to_owned(), "12".to_owned()],
        home_districts: ["동구", "서구", "남구", "북구", "광산구"].map(str::to_owned).to_vec(),
        public_url: "http://127.0.0.1:8080".to_owned(),
        demo: true,
        engine: None,
        job_templates: Vec::new(),
        environments: vec![environment()],
        gateway_url: Some("http://127.0.0.1:8081".to_owned()),
    }
}

/// The one entry of the test center's catalog.
fn environment() -> Environment {
    Environment {
        check: String::new(),
        id: "lab".parse().expect("a slug"),
        name_ko: "노트북".to_owned(),
        name_en: "Notebook".to_owned(),
        holds_ko: String::new(),
        holds_en: String::new(),
        opens: "lab".to_owned(),
        command: "exec serve".to_owned(),
    }
}

impl TestCenter {
    /// Fills a fresh database.
    #[must_use]
    pub fn new(db: TestDb) -> Self {
        db.db.write(|tx| -> store::Result<()> { fill(tx) }).expect("a fresh database can be filled");
        Self::on(db)
    }

    /// On a database that is filled already.
    #[must_use]
    pub fn on(db: TestDb) -> Self {
        let clock = Arc::new(ManualClock::new(at(date(2021, 5, 3), 12)));
        Self {
            center: Center::new(db.db.clone(), clock.clone(), identity()).with_engine(Arc::new(Fake::default())),
            clock,
            db,
        }
    }

    /// Moves the clock.
    pub fn set(&self, day: (i16, i8, i8), hour: i8) {
        self.clock.set(at(date(day.0, day.1, day.2), hour));
    }

    /// A further person without roles, number 100 and up by convention of the test.
    #[must_use]
    pub fn add_person(&self, number: u8, name: &str) -> Actor {
        self.db.db.write(|tx| add_user(tx, number, name)).expect("a person can be added");
        person(number, name)
    }
}

impl TestCenter {
    /// A further person who takes part in a project as a plain member.
    #[must_use]
    pub fn add_member(&self, project: ProjectId, number: u8, name: &str) -> Actor {
        let member = self.add_person(number, name);
        let user = member.user.expect("an account");
        let row = MemberRow { project, user, tie: Tie::Member, joined_at: self.center.now() };
        self.db.db.write(|tx| store::project::put_member(tx, &row)).expect("a member can be added");
        member
    }
}

fn add_user(tx: &mut Tx<'_>, number: u8, name: &str) -> store::Result<()> {
    tx.run(
        "INSERT INTO users (id, email, name, state, created_at, verified_at) VALUES ($1, $2, $3, 'active', $4, $4)",
        values![user_id(number), format!("{}@mail.example", name.replace(' ', ".")), name, at(date(2021, 1, 4), 9)],
    )?;
    Ok(())
}

/// The two pools and how many devices each has.
fn pools() -> [(PoolRow, i64); 2] {
    let pool = |position, id: &str, model: &str| PoolRow {
        id: id.parse().expect("a slug"),
        kind: PoolKind::GpuCloud,
        unit: PoolUnit::Device,
        device_model: Some(model.parse().expect("a slug")),
        name_ko: id.to_uppercase(),
        name_en: id.to_uppercase(),
        position,
    };
    [(pool(0, "gpu-a100", "nvidia-a100-sxm-80"), 164), (pool(1, "gpu-v100", "nvidia-v100-sxm2-32"), 360)]
}

fn fill(tx: &mut Tx<'_>) -> store::Result<()> {
    for &role in Role::ALL {
        add_user(tx, role_number(role), role.as_str())?;
        tx.run(
            "INSERT INTO user_role (user_id, role, given_at) VALUES ($1, $2, $3)",
            values![user_id(role_number(role)), role, at(date(2021, 1, 4), 9)],
        )?;
    }
    for row in service::setup::default_policy(date(2021, 1, 1)) {
        store::center::put_policy(tx, &row, "")?;
    }
    store::center::put_holiday(tx, &(date(2021, 5, 5), "어린이날".to_owned(), "Children's Day".to_owned()))?;
    for (position, (pool, count)) in (0..).zip(pools()) {
        store::capacity::put_pool(tx, &pool)?;
        for (n, rung) in (0..).zip([Rung::Installed, Rung::Leased, Rung::Allocatable]) {
            let entry = CapacityEntry {
                id: CapacityEntryId::new(1_600_000_000_000 + n, [u8::try_from(position).unwrap_or(0); 10]),
                pool: pool.id.clone(),
                rung,
                delta: Amount(count),
                term: term((2021, 1, 1), (2023, 1, 1)),
                note: "2021".to_owned(),
                actor: None,
                created_at: at(date(2021, 1, 4), 9),
            };
            store::capacity::add(tx, &entry)?;
        }
    }
    let products = [
        ("gpu_short", 1, 1, 4, 3, "paper"),
        ("gpu_mid", 1, 1, 8, 6, "paper"),
        ("gpu_long", 8, 8, 64, 12, "paper"),
        ("trial", 1, 1, 16, 1, "none"),
    ];
    for (position, (id, grain, min, max, months, review)) in (0..).zip(products) {
        let product = ProductRow {
            id: id.parse().expect("a slug"),
            name_ko: id.to_owned(),
            name_en: id.to_owned(),
            pool_kind: PoolKind::GpuCloud,
            grain: Amount(grain),
            min_amount: Amount(min),
            max_amount: Amount(max),
            max_months: months,
            review: review.to_owned(),
            position,
            limits: UseLimits::default(),
        };
        store::center::put_product(tx, &product)?;
    }
    Ok(())
}
