//! Maintenance windows from their announcement to what is given for them, on both databases.

use std::sync::Arc;

use compute::{Compute as _, Fake, Node};
use domain::access::Role;
use domain::capacity::Rung;
use domain::engine::{NodeState, SyncState};
use domain::ids::{MaintenanceId, PoolId};
use domain::maintenance::{CreditState, MaintenanceState};
use domain::term::Term;
use domain::units::Amount;
use jiff::Timestamp;
use jiff::civil::date;
use service::capacity::SetCapacity;
use service::maintenance::{self, MaintenanceView, NewMaintenance, Outlook};
use service::{Actor, Error, Outcome, engine};
use testkit::{TestAward, TestCenter, actor, at, on_both_engines, term};

const POOL: &str = "gpu-v100";

fn pool() -> PoolId {
    POOL.parse().expect("a slug")
}

/// A center with a project of eight devices that runs through June.
struct Story {
    t: TestCenter,
    fake: Arc<Fake>,
    of: TestAward,
    allocatable: i64,
}

fn new(from: Timestamp, to: Timestamp, amount: i64) -> NewMaintenance {
    NewMaintenance {
        title_ko: "전력 설비 점검".to_owned(),
        title_en: "Power maintenance".to_owned(),
        note: "작업을 저장해 주세요.".to_owned(),
        from,
        to,
        nodes: Vec::new(),
        pools: vec![(pool(), Amount(amount))],
    }
}

impl Story {
    fn new(mut t: TestCenter) -> Self {
        t.set((2021, 6, 1), 9);
        let fake = Arc::new(Fake::default());
        t.center = t.center.clone().with_engine(fake.clone());
        let of = t.add_holding(1, POOL, 8, term((2021, 6, 1), (2021, 7, 1)));
        let mut story = Self { t, fake, of, allocatable: 0 };
        story.allocatable = story.allocatable_on(10);
        story
    }

    fn operator(&self) -> Actor {
        actor(Role::Operator)
    }

    fn plan(&self, new: NewMaintenance) -> Outcome<MaintenanceId> {
        self.t.center.write(&self.operator(), |cx| maintenance::plan(cx, new))
    }

    fn view(&self, id: MaintenanceId) -> MaintenanceView {
        self.t
            .center
            .read(&self.operator(), |cx| maintenance::show(cx, id, &Default::default(), 100))
            .expect("it is there")
    }

    fn look(&self, id: MaintenanceId, new: NewMaintenance) -> Outlook {
        self.t.center.read(&self.operator(), |cx| maintenance::look(cx, Some(id), new)).expect("fine").1
    }

    fn run(&self) -> u64 {
        self.t.center.write(&Actor::clock(), maintenance::run).expect("it runs")
    }

    fn allocatable_on(&self, day: i8) -> i64 {
        let day = date(2021, 6, day);
        self.t.db.db.read(|tx| store::capacity::ladder(tx, &pool())).expect("read").allocatable.on(day)
    }

    fn mails(&self) -> Vec<(String, String)> {
        let rows = self.t.db.db.read(|tx| store::trust::unsent(tx, Timestamp::MAX, 100)).expect("read");
        rows.into_iter().map(|mail| (mail.template, mail.body)).collect()
    }

    fn told(&self, template: &str) -> bool {
        self.mails().iter().any(|(of, _)| of == template)
    }

    fn held_on(&self, month: i8, day: i8) -> i64 {
        let held = self.t.db.db.read(|tx| store::ledger::holding(tx, self.of.award, &pool())).expect("read");
        held.on(date(2021, month, day))
    }
}

fn fields(outcome: &Outcome<MaintenanceId>) -> Vec<String> {
    match outcome {
        Err(Error::Invalid(faults)) => faults.iter().map(|one| format!("{} {}", one.field, one.reason.code)).collect(),
        other => panic!("{other:?}"),
    }
}

on_both_engines! {
    fn a_window_goes_its_way(t) {
        let s = Story::new(t);
        let (from, to) = (at(date(2021, 6, 10), 9), at(date(2021, 6, 11), 21));
        let id = s.plan(new(from, to, s.allocatable)).expect("announced");
        // What nobody holds is not granted on its days; what is held stays granted.
        assert_eq!([9, 10, 11, 12].map(|day| s.allocatable_on(day)), [s.allocatable, 8, 8, s.allocatable]);
        let outlook = s.look(id, new(from, to, s.allocatable));
        let impact = &outlook.pools[0];
        assert_eq!((impact.held, impact.short, impact.credit_days), (8, 8, 2));
        assert_eq!((outlook.concerned.len(), outlook.concerned[0].amount), (1, 8));
        assert_eq!(s.view(id).concerned, outlook.concerned);
        let (template, body) = s.mails().remove(0);
        assert_eq!(template, "maintenance_planned");
        assert!(body.contains("전력 설비 점검") && body.contains("2021. 6. 10.") && body.contains("작업을 저장해"), "{body}");

        engine::sync(&s.t.center, s.fake.as_ref()).expect("in line");
        let reserved = s.fake.reservations().expect("up");
        assert_eq!((reserved.len(), reserved[0].from, reserved[0].to), (1, from, to));
        assert_eq!(s.view(id).row.sync_state, SyncState::InLine);

        s.t.set((2021, 6, 9), 10);
        assert_eq!((s.run(), s.run()), (1, 0), "people are reminded once");
        assert!(s.told("maintenance_soon"));
        s.t.set((2021, 6, 10), 9);
        assert_eq!((s.run(), s.run()), (1, 0));
        assert_eq!(s.view(id).row.state, MaintenanceState::UnderWay);
        s.t.set((2021, 6, 11), 21);
        assert!(s.run() >= 1);
        let view = s.view(id);
        assert_eq!((view.row.state, view.credits.len()), (MaintenanceState::Over, 1));
        assert_eq!((view.credits[0].row.state, view.credits[0].row.days), (CreditState::Given, 2));
        assert_eq!([s.held_on(6, 30), s.held_on(7, 1), s.held_on(7, 2), s.held_on(7, 3)], [8, 8, 8, 0]);
        assert!(s.told("outage_credited"));
        assert_eq!(s.run(), 0, "nothing is given twice");
        engine::sync(&s.t.center, s.fake.as_ref()).expect("in line");
        assert!(s.fake.reservations().expect("up").is_empty());
    }

    fn one_that_is_called_off_gives_back_what_it_took(t) {
        let s = Story::new(t);
        let id = s.plan(new(at(date(2021, 6, 10), 9), at(date(2021, 6, 12), 9), s.allocatable)).expect("announced");
        engine::sync(&s.t.center, s.fake.as_ref()).expect("in line");
        let version = s.view(id).row.version;
        let cancel = |version| s.t.center.write(&s.operator(), |cx| maintenance::cancel(cx, id, version));
        assert!(matches!(cancel(version + 1), Err(Error::Conflict(_))), "somebody else changed it");
        cancel(version).expect("called off");
        assert!(matches!(cancel(version + 1), Err(Error::Conflict(_))), "once");
        assert_eq!([10, 11, 12].map(|day| s.allocatable_on(day)), [s.allocatable; 3]);
        assert!(s.told("maintenance_cancelled"));
        engine::sync(&s.t.center, s.fake.as_ref()).expect("in line");
        assert!(s.fake.reservations().expect("up").is_empty());
        s.t.set((2021, 6, 13), 9);
        assert_eq!(s.run(), 0);
        assert_eq!(s.held_on(7, 1), 0, "nothing is owed for it");
    }

    fn one_that_ends_early_is_credited_as_long_as_it_was(t) {
        let s = Story::new(t);
        let id = s.plan(new(at(date(2021, 6, 10), 9), at(date(2021, 6, 20), 9), s.allocatable)).expect("announced");
        let finish = || {
            let version = s.view(id).row.version;
            s.t.center.write(&s.operator(), |cx| maintenance::finish(cx, id, version))
        };
        assert!(matches!(finish(), Err(Error::Conflict(_))), "it has not begun");
        s.t.set((2021, 6, 10), 10);
        s.run();
        s.t.set((2021, 6, 11), 9);
        finish().expect("ended");
        assert_eq!([11, 12, 19].map(|day| s.allocatable_on(day)), [8, s.allocatable, s.allocatable]);
        assert_eq!(s.view(id).credits[0].row.days, 1);
        assert_eq!((s.held_on(7, 1), s.held_on(7, 2)), (8, 0));
    }

    fn a_window_is_changed_and_takes_what_comes_free(t) {
        let s = Story::new(t);
        let half = s.allocatable - 4;
        let id = s.plan(new(at(date(2021, 6, 10), 9), at(date(2021, 6, 11), 9), half)).expect("announced");
        assert_eq!(s.allocatable_on(10), 8);
        let outlook = s.look(id, new(at(date(2021, 6, 10), 9), at(date(2021, 6, 11), 9), half));
        assert_eq!((outlook.pools[0].short, outlook.pools[0].credit_days), (4, 1));
        // A return frees devices that are out of use then.
        let returned = service::adjustment::NewReturn {
            project: s.of.project, award: s.of.award, pool: pool(), amount: Some(Amount(6)),
            from: date(2021, 6, 5), reason: String::new(),
        };
        s.t.center.write(&s.of.lead, |cx| service::adjustment::give_back(cx, returned)).expect("returned");
        s.t.center.write(&Actor::clock(), service::refill::run).expect("as the return asks for");
        assert_eq!((s.allocatable_on(10), s.allocatable_on(12)), (4, s.allocatable));
        let change = |from, to, amount, version| {
            s.t.center.write(&s.operator(), |cx| maintenance::change(cx, id, version, new(from, to, amount)))
        };
        let version = s.view(id).row.version;
        change(at(date(2021, 6, 12), 0), at(date(2021, 6, 13), 0), 2, version).expect("changed");
        assert_eq!([10, 11, 12, 13].map(|day| s.allocatable_on(day)),
            [s.allocatable, s.allocatable, s.allocatable - 2, s.allocatable]);
        assert!(s.told("maintenance_changed"));
        assert!(matches!(change(at(date(2021, 6, 12), 0), at(date(2021, 6, 13), 0), 4, version), Err(Error::Conflict(_))));
    }

    fn what_a_window_took_stays_out_whatever_is_set(t) {
        let s = Story::new(t);
        let id = s.plan(new(at(date(2021, 6, 10), 9), at(date(2021, 6, 11), 9), s.allocatable - 4)).expect("announced");
        let less = s.allocatable - 2;
        let set = |rung: Rung, count: i64| {
            let wanted = SetCapacity { pool: pool(), rung, count: Amount(count), from: date(2021, 6, 1), to: Some(date(2021, 7, 1)), note: "수리".to_owned() };
            s.t.center.write(&actor(Role::ResourceManager), |cx| service::capacity::set(cx, &wanted))
        };
        // All that nobody holds is out; what is set is what there is without the window.
        assert_eq!(s.allocatable_on(10), 8);
        assert!(matches!(set(Rung::Allocatable, less), Err(Error::Conflict(_))), "held is more than would be left");
        set(Rung::Allocatable, s.allocatable).expect("as it is");
        assert_eq!((s.allocatable_on(10), s.allocatable_on(12)), (8, s.allocatable));
        assert!(matches!(set(Rung::Leased, 8), Err(Error::Conflict(_))), "more comes back after it");
        let version = s.view(id).row.version;
        s.t.center.write(&s.operator(), |cx| maintenance::cancel(cx, id, version)).expect("called off");
        assert_eq!(s.allocatable_on(10), s.allocatable);
    }

    fn what_is_out_of_use_is_not_so_twice(t) {
        let s = Story::new(t);
        let (from, to) = (at(date(2021, 6, 10), 9), at(date(2021, 6, 11), 9));
        let id = s.plan(new(from, to, s.allocatable)).expect("announced");
        assert_eq!(fields(&s.plan(new(at(date(2021, 6, 11), 0), at(date(2021, 6, 12), 9), 8))), ["pools.gpu-v100 too_large"]);
        s.plan(new(to, at(date(2021, 6, 12), 9), 8)).expect("after it");
        let change = NewMaintenance { note: String::new(), ..new(from, to, s.allocatable) };
        s.t.center.write(&s.operator(), |cx| maintenance::change(cx, id, 1, change)).expect("not beside itself");
    }

    fn days_are_owed_until_there_is_room(t) {
        let s = Story::new(t);
        let july = Term::new(date(2021, 7, 1), date(2021, 7, 10)).expect("days");
        let other = s.t.add_holding(2, POOL, s.allocatable, july);
        // An outage of yesterday, entered today.
        s.t.set((2021, 6, 20), 9);
        let id = s.plan(new(at(date(2021, 6, 19), 0), at(date(2021, 6, 20), 0), s.allocatable)).expect("entered");
        assert!(s.mails().is_empty(), "nobody is warned of what is over");
        s.run();
        assert_eq!(s.view(id).row.state, MaintenanceState::Over);
        assert_eq!(s.view(id).credits[0].row.state, CreditState::Owed);
        let returned = service::adjustment::NewReturn {
            project: other.project, award: other.award, pool: pool(), amount: Some(Amount(8)),
            from: date(2021, 7, 1), reason: String::new(),
        };
        s.t.set((2021, 6, 30), 9);
        let lead = other.lead.clone();
        s.t.center.write(&lead, |cx| service::adjustment::give_back(cx, returned)).expect("returned");
        s.t.center.write(&Actor::clock(), service::refill::run).expect("refilled");
        assert_eq!(s.view(id).credits[0].row.state, CreditState::Given, "before anybody else is offered it");
        assert_eq!((s.held_on(7, 1), s.held_on(7, 2)), (8, 0));
    }

    fn what_cannot_be_is_told_at_its_field(t) {
        let s = Story::new(t);
        let node = |name: &str| Node {
            name: name.to_owned(), address: String::new(), state: NodeState::Idle, said: "idle".to_owned(), reason: String::new(),
            pools: vec![POOL.to_owned()], devices: 8, devices_used: 0, cpus: 64, cpus_used: 0, memory_mb: 1,
        };
        s.fake.set_nodes(vec![node("n1"), node("n2")]);
        engine::sync(&s.t.center, s.fake.as_ref()).expect("in line");
        let (from, to) = (at(date(2021, 6, 10), 9), at(date(2021, 6, 11), 9));
        let bad = NewMaintenance {
            title_ko: " ".to_owned(), from: to, to: from, nodes: vec!["n3".to_owned()],
            pools: vec![(pool(), Amount(-1)), ("storage".parse().expect("a slug"), Amount(1))], ..new(from, to, 1)
        };
        assert_eq!(
            fields(&s.plan(bad)),
            ["title_ko required", "to end_before_start", "nodes unknown_machine", "pools.gpu-v100 too_small", "pools.storage unknown"]
        );
        assert_eq!(fields(&s.plan(new(from, to, 8))), ["nodes machines_needed"]);
        assert_eq!(fields(&s.plan(new(from, to, s.allocatable * 100))), ["pools.gpu-v100 too_large"]);
        assert_eq!(fields(&s.plan(new(at(date(2021, 3, 1), 9), to, 16))), ["to window_too_long", "from not_before"]);
        assert!(matches!(s.t.center.write(&s.of.lead, |cx| maintenance::plan(cx, new(from, to, 16))), Err(Error::Forbidden(_))));
        // The machines say how many devices they have.
        let named = NewMaintenance { nodes: vec!["n2".to_owned()], pools: Vec::new(), ..new(from, to, 0) };
        let id = s.plan(named).expect("announced");
        assert_eq!(s.view(id).pools, [(pool(), Amount(8))]);
        engine::sync(&s.t.center, s.fake.as_ref()).expect("in line");
        assert_eq!(s.fake.reservations().expect("up")[0].nodes, ["n2".to_owned()].into());
    }

    fn an_engine_that_is_away_is_told_with_the_window(t) {
        let s = Story::new(t);
        engine::sync(&s.t.center, s.fake.as_ref()).expect("in line");
        let id = s.plan(new(at(date(2021, 6, 10), 9), at(date(2021, 6, 11), 9), s.allocatable)).expect("announced");
        s.fake.refuse_reservations(true);
        engine::sync(&s.t.center, s.fake.as_ref()).expect("noted");
        let row = s.view(id).row;
        assert_eq!((row.sync_state, row.sync_tries), (SyncState::Failed, 1));
        assert!(row.sync_error.contains("no reservations"), "{}", row.sync_error);
        s.fake.refuse_reservations(false);
        s.t.set((2021, 6, 2), 9);
        engine::sync(&s.t.center, s.fake.as_ref()).expect("in line");
        assert_eq!(s.view(id).row.sync_state, SyncState::InLine);
        assert_eq!(s.fake.reservations().expect("up").len(), 1);
    }
}
