//! Reservations from what is free to what comes free again, on both databases.

use std::sync::Arc;

use compute::{Compute as _, Fake, Node};
use domain::access::Role;
use domain::award::AwardState;
use domain::engine::{NodeState, SyncState};
use domain::ids::{PoolId, ReservationId};
use domain::reservation::{ReservationPhase, ReservationState};
use domain::units::Amount;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use service::reservation::{self, NewReservation, ReservationView};
use service::{Actor, Error, Outcome, engine};
use store::values;
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
}

impl Story {
    fn new(mut t: TestCenter) -> Self {
        t.set((2021, 6, 1), 9);
        let fake = Arc::new(Fake::default());
        t.center = t.center.clone().with_engine(fake.clone());
        let of = t.add_holding(1, POOL, 8, term((2021, 6, 1), (2021, 7, 1)));
        Self { t, fake, of }
    }

    fn new_one(&self, amount: i64, from: i8, last: i8) -> NewReservation {
        NewReservation {
            project: self.of.project,
            pool: pool(),
            amount: Amount(amount),
            from: date(2021, 6, from),
            last: date(2021, 6, last),
            purpose: "기말 과제 마감".to_owned(),
        }
    }

    fn ask(&self, amount: i64, from: i8, last: i8) -> Outcome<(ReservationId, ReservationState)> {
        self.t.center.write(&self.of.lead, |cx| reservation::ask(cx, self.new_one(amount, from, last)))
    }

    fn view_as(&self, who: &Actor, id: ReservationId) -> ReservationView {
        self.t.center.read(who, |cx| reservation::show(cx, id)).expect("it is there")
    }

    fn view(&self, id: ReservationId) -> ReservationView {
        self.view_as(&self.of.lead, id)
    }

    fn manager(&self) -> Actor {
        actor(Role::ResourceManager)
    }

    fn approve(&self, id: ReservationId) -> Outcome<()> {
        let version = self.view(id).item.row.version;
        self.t.center.write(&self.manager(), |cx| reservation::approve(cx, id, version, "좋습니다"))
    }

    fn call_off(&self, id: ReservationId) -> Outcome<()> {
        let version = self.view(id).item.row.version;
        self.t.center.write(&self.of.lead, |cx| reservation::call_off(cx, id, version))
    }

    fn free_on(&self, day: Date) -> i64 {
        let free = self.t.center.read(&Actor::clock(), |cx| service::ledger::free(cx, &pool())).expect("read");
        free.on(day)
    }

    fn june(&self, days: [i8; 4]) -> [i64; 4] {
        days.map(|day| self.free_on(date(2021, 6, day)))
    }

    fn clock(&self) {
        self.t.center.write(&Actor::clock(), service::agreement::begin).expect("begun");
        self.t.center.write(&Actor::clock(), service::term::run).expect("run");
    }

    fn limit(&self) -> i64 {
        engine::sync(&self.t.center, self.fake.as_ref()).expect("in line");
        let seen = self.fake.observe().expect("up");
        seen.projects.first().and_then(|project| project.limits.get(POOL)).copied().unwrap_or(0)
    }

    fn mails(&self, template: &str) -> usize {
        let rows = self.t.db.db.read(|tx| store::trust::unsent(tx, Timestamp::MAX, 100)).expect("read");
        rows.into_iter().filter(|mail| mail.template == template).count()
    }

    fn told(&self, template: &str) -> bool {
        self.mails(template) > 0
    }

    fn faults(&self) -> Vec<String> {
        let report = self.t.center.read(&actor(Role::Auditor), service::check::run).expect("checked");
        report.findings.iter().map(|one| format!("{one:?}")).collect()
    }
}

fn faults(outcome: &Outcome<(ReservationId, ReservationState)>) -> Vec<String> {
    match outcome {
        Err(Error::Invalid(faults)) => faults.iter().map(|one| format!("{} {}", one.field, one.reason.code)).collect(),
        other => panic!("{other:?}"),
    }
}

on_both_engines! {
    fn a_small_one_is_booked_at_once_and_goes_its_way(t) {
        let s = Story::new(t);
        let all = s.free_on(date(2021, 6, 20));
        let (id, state) = s.ask(2, 10, 12).expect("booked");
        assert_eq!((state, s.view(id).phase), (ReservationState::Booked, ReservationPhase::Coming));
        assert_eq!(s.june([9, 10, 12, 13]), [all, all - 2, all - 2, all]);
        assert!(s.told("reservation_booked") && s.limit() == 8);
        let kept = s.fake.reservations().expect("up");
        assert_eq!((kept[0].from, kept[0].to), (at(date(2021, 6, 10), 0), at(date(2021, 6, 13), 0)));
        assert_eq!((kept[0].project.as_deref(), kept[0].devices[POOL]), (Some(s.view(id).item.number.as_str()), 2));

        s.t.set((2021, 6, 10), 1);
        s.clock();
        assert_eq!((s.view(id).phase, s.limit()), (ReservationPhase::UnderWay, 10), "beside what it holds");
        assert!(s.told("reservation_begun") && !s.told("allocation_begun"));
        assert_eq!(s.faults(), [] as [String; 0]);
        s.t.set((2021, 6, 13), 1);
        s.clock();
        assert_eq!((s.view(id).phase, s.limit()), (ReservationPhase::Over, 8));
        assert!(s.fake.reservations().expect("up").is_empty());
        assert_eq!(s.mails("term_ending"), 1, "of its award; whoever reserved for three days needs no reminder of a term");
        let award = s.view(id).item.row.award.expect("it held something");
        let award = s.t.db.db.read(|tx| store::award::find(tx, award)).expect("read").expect("there");
        assert_eq!(award.state, AwardState::Ended);
        assert_eq!(s.faults(), [] as [String; 0]);
    }

    fn one_from_today_on_is_in_use_at_once(t) {
        let s = Story::new(t);
        let (id, _) = s.ask(2, 1, 3).expect("booked");
        assert_eq!((s.view(id).phase, s.limit()), (ReservationPhase::UnderWay, 10));
        s.call_off(id).expect("given back");
        assert_eq!((s.view(id).phase, s.limit()), (ReservationPhase::Cancelled, 8));
        assert!(matches!(s.call_off(id), Err(Error::Conflict(_))), "once");
        s.clock();
        assert_eq!(s.faults(), [] as [String; 0]);
    }

    fn a_large_one_waits_for_a_decision_and_holds_nothing(t) {
        let s = Story::new(t);
        let all = s.free_on(date(2021, 6, 20));
        let (id, state) = s.ask(16, 10, 12).expect("asked");
        assert_eq!((state, s.june([9, 10, 12, 13])), (ReservationState::Requested, [all; 4]));
        let waiting = s.t.center.read(&s.manager(), |cx| reservation::list(cx, true, None, 10)).expect("may");
        assert_eq!(waiting.len(), 1);
        let todo = s.t.center.read(&s.manager(), service::waiting::from_the_plan_on).expect("signed in");
        assert!(todo.iter().any(|one| one.kind == "reservations" && one.count == 1));
        assert!(!s.view(id).decidable && s.view_as(&s.manager(), id).decidable);
        assert!(matches!(s.t.center.write(&s.of.lead, |cx| reservation::approve(cx, id, 1, "")), Err(Error::Forbidden(_))));
        s.approve(id).expect("approved");
        assert!(matches!(s.approve(id), Err(Error::Conflict(_))), "once");
        assert_eq!(s.june([9, 10, 12, 13]), [all, all - 16, all - 16, all]);
        let view = s.view(id);
        assert_eq!((view.phase, view.item.row.note.as_str()), (ReservationPhase::Coming, "좋습니다"));
        assert!(view.decided_by.is_some() && s.told("reservation_booked"));

        s.call_off(id).expect("called off");
        assert_eq!(s.june([9, 10, 12, 13]), [all; 4]);
        let award = s.view(id).item.row.award.expect("it held something");
        let award = s.t.db.db.read(|tx| store::award::find(tx, award)).expect("read").expect("there");
        assert_eq!(award.state, AwardState::Withdrawn);
        assert_eq!(s.faults(), [] as [String; 0]);
    }

    fn one_is_declined_with_a_reason_or_withdrawn(t) {
        let s = Story::new(t);
        let (id, _) = s.ask(16, 10, 12).expect("asked");
        let decline = |note: &str| s.t.center.write(&s.manager(), |cx| reservation::decline(cx, id, 1, note));
        assert!(matches!(decline(" "), Err(Error::Invalid(_))));
        decline("그 주에는 점검이 있습니다").expect("declined");
        assert!(s.told("reservation_declined") && s.view(id).phase == ReservationPhase::Declined);

        let (other, _) = s.ask(2, 10, 12).expect("booked");
        let back = |note: &str| {
            let version = s.view(other).item.row.version;
            s.t.center.write(&s.manager(), |cx| reservation::withdraw(cx, other, version, note))
        };
        assert!(matches!(back(""), Err(Error::Invalid(_))));
        back("장비 고장").expect("taken back");
        let view = s.view(other);
        assert!(s.told("reservation_withdrawn") && view.phase == ReservationPhase::Withdrawn);
        assert_eq!((view.decided_by.is_some(), view.item.row.to_on), (true, date(2021, 6, 13)), "who, and for which days");
        assert_eq!(s.faults(), [] as [String; 0]);
    }

    fn what_is_wrong_is_said_at_its_field(t) {
        let s = Story::new(t);
        assert_eq!(faults(&s.ask(17, 20, 10)), ["last end_before_start", "amount too_large"]);
        let late = NewReservation { last: date(2021, 7, 1), purpose: " ".to_owned(), ..s.new_one(1, 25, 26) };
        let late = s.t.center.write(&s.of.lead, |cx| reservation::ask(cx, late));
        assert_eq!(faults(&late), ["last after_the_end", "purpose required"]);
        s.ask(1, 25, 30).expect("up to its last day");
        let none = NewReservation { pool: "none".parse().expect("a slug"), ..s.new_one(1, 25, 26) };
        let none = s.t.center.write(&s.of.lead, |cx| reservation::ask(cx, none));
        assert_eq!(faults(&none), ["pool not_reservable"]);
    }

    fn a_project_has_only_so_many_at_once(t) {
        let s = Story::new(t);
        s.ask(2, 10, 12).expect("booked");
        let (asked, _) = s.ask(16, 10, 12).expect("asked");
        assert_eq!(faults(&s.ask(1, 20, 21)), ["project too_many_reservations"]);
        s.call_off(asked).expect("called off");
        s.ask(1, 20, 21).expect("booked");
    }

    fn there_is_never_more_than_is_free(t) {
        let s = Story::new(t);
        let all = s.free_on(date(2021, 6, 11));
        let (id, _) = s.ask(16, 10, 12).expect("asked");
        let rest = s.t.add_holding(2, POOL, all - 10, term((2021, 6, 11), (2021, 6, 13)));
        assert!(matches!(s.ask(12, 10, 12), Err(Error::OverCapacity(_))));
        assert_eq!(s.view_as(&s.manager(), id).short.len(), 1);
        assert!(matches!(s.approve(id), Err(Error::OverCapacity(_))));
        let back = service::adjustment::NewReturn {
            project: rest.project, award: rest.award, pool: pool(), amount: None, from: date(2021, 6, 11), reason: String::new(),
        };
        s.t.set((2021, 6, 11), 9);
        s.t.center.write(&rest.lead, |cx| service::adjustment::give_back(cx, back)).expect("returned");
        s.approve(id).expect("for the days that are left");
        assert_eq!(s.view(id).item.row.from_on, date(2021, 6, 11));
        assert_eq!(s.faults(), [] as [String; 0]);
    }

    fn nobody_else_sees_or_changes_it(t) {
        let s = Story::new(t);
        let (id, _) = s.ask(2, 10, 12).expect("booked");
        let other = s.t.add_holding(2, POOL, 1, term((2021, 6, 1), (2021, 7, 1))).lead;
        assert!(matches!(s.t.center.read(&other, |cx| reservation::show(cx, id)), Err(Error::NotFound)));
        assert!(matches!(s.t.center.write(&other, |cx| reservation::call_off(cx, id, 2)), Err(Error::NotFound)));
        assert!(matches!(s.t.center.write(&other, |cx| reservation::ask(cx, s.new_one(1, 20, 21))), Err(Error::NotFound)));
        assert!(matches!(s.t.center.read(&other, |cx| reservation::list(cx, false, None, 10)), Err(Error::Forbidden(_))));
        let member = s.t.add_member(s.of.project, 70, "member");
        assert_eq!(s.view_as(&member, id).phase, ReservationPhase::Coming);
        assert!(matches!(s.t.center.write(&member, |cx| reservation::call_off(cx, id, 2)), Err(Error::Forbidden(_))));
    }

    fn it_is_neither_extended_nor_returned_as_an_award(t) {
        let s = Story::new(t);
        let (id, _) = s.ask(2, 1, 3).expect("booked");
        let award = s.view(id).item.row.award.expect("booked");
        let back = service::adjustment::NewReturn {
            project: s.of.project, award, pool: pool(), amount: None, from: date(2021, 6, 1), reason: String::new(),
        };
        assert!(matches!(s.t.center.write(&s.of.lead, |cx| service::adjustment::give_back(cx, back)), Err(Error::Conflict(_))));
        let choices = s.t.center.read(&s.of.lead, |cx| service::adjustment::choices(cx, s.of.project)).expect("may");
        assert_eq!(choices.iter().map(|one| one.award).collect::<Vec<_>>(), [s.of.award]);
    }

    fn it_ends_with_its_project_and_does_not_lengthen_it(t) {
        let s = Story::new(t);
        let all = s.free_on(date(2021, 6, 20));
        let (across, _) = s.ask(2, 9, 12).expect("booked");
        let (beyond, _) = s.ask(2, 20, 22).expect("booked");
        s.call_off(beyond).expect("called off");
        let (asked, _) = s.ask(16, 20, 22).expect("asked");
        assert_eq!(s.view(asked).phase, ReservationPhase::Requested);
        let back = service::adjustment::NewReturn {
            project: s.of.project, award: s.of.award, pool: pool(), amount: None, from: date(2021, 6, 11), reason: String::new(),
        };
        s.t.center.write(&s.of.lead, |cx| service::adjustment::give_back(cx, back)).expect("returned");
        let project = s.t.center.read(&s.of.lead, |cx| service::project::show(cx, s.of.project)).expect("seen").row;
        assert_eq!(project.to_on, date(2021, 6, 11));
        assert_eq!((s.view(across).phase, s.view(across).item.row.to_on), (ReservationPhase::Coming, date(2021, 6, 11)));
        assert_eq!([beyond, asked].map(|id| s.view(id).phase), [ReservationPhase::Cancelled; 2]);
        assert_eq!(s.june([9, 10, 11, 20]), [all - 2, all - 2, all + 8, all + 8]);
        s.t.set((2021, 6, 9), 9);
        s.clock();
        s.t.set((2021, 6, 11), 9);
        s.clock();
        assert_eq!(s.view(across).phase, ReservationPhase::Over);
        let project = s.t.center.read(&s.of.lead, |cx| service::project::show(cx, s.of.project)).expect("seen").row;
        assert_eq!(project.state, domain::award::ProjectState::DataOnly);
        assert_eq!(s.faults(), [] as [String; 0]);
    }

    fn an_outage_is_not_made_up_for_on_other_days(t) {
        let s = Story::new(t);
        let (id, _) = s.ask(2, 10, 12).expect("booked");
        let window = service::maintenance::NewMaintenance {
            title_ko: "정전".to_owned(), title_en: String::new(), note: String::new(),
            from: at(date(2021, 6, 10), 9), to: at(date(2021, 6, 11), 9), nodes: Vec::new(),
            pools: vec![(pool(), Amount(s.free_on(date(2021, 6, 10)) + 10))],
        };
        s.t.center.write(&actor(Role::Operator), |cx| service::maintenance::plan(cx, window)).expect("announced");
        s.t.set((2021, 6, 10), 9);
        s.clock();
        s.t.center.write(&Actor::clock(), service::maintenance::run).expect("begun");
        s.t.set((2021, 6, 11), 9);
        s.t.center.write(&Actor::clock(), service::maintenance::run).expect("over");
        let award = s.view(id).item.row.award.expect("booked");
        let end = |award| s.t.db.db.read(|tx| store::award::lines(tx, award)).expect("read")[0].end_on;
        assert_eq!((end(award), end(s.of.award)), (date(2021, 6, 13), date(2021, 7, 2)));
        assert_eq!(s.faults(), [] as [String; 0]);
    }

    fn what_a_round_will_hand_out_is_not_reserved(t) {
        let s = Story::new(t);
        let free = s.free_on(date(2021, 6, 10));
        let most = |s: &Story| {
            let days = term((2021, 6, 10), (2021, 6, 11));
            let calendar = s.t.center.read(&s.of.lead, |cx| reservation::calendar(cx, days)).expect("seen");
            calendar.pools.into_iter().find(|one| one.of.pool.id == pool()).expect("reservable").free[0].1
        };
        assert_eq!(most(&s), free);
        let round = "UPDATE round SET decided_at = NULL, earliest_start_on = '2021-06-01', latest_end_on = '2022-01-01'";
        s.t.db.db.write(|tx| {
            tx.run(round, &[])?;
            tx.run("INSERT INTO round_envelope (round_id, pool_id, amount) SELECT id, $1, $2 FROM round", values![pool(), free - 1])
        }).expect("a round");
        assert_eq!(most(&s), 1);
        assert!(matches!(s.ask(2, 10, 12), Err(Error::OverCapacity(_))));
        s.ask(1, 10, 12).expect("what is beyond is free to reserve");
        s.t.db.db.write(|tx| tx.run("UPDATE round SET decided_at = 0", &[])).expect("decided");
        assert_eq!(most(&s), free - 1);
    }

    fn one_that_nobody_decided_in_time_is_over(t) {
        let s = Story::new(t);
        let (id, _) = s.ask(16, 10, 12).expect("asked");
        s.t.set((2021, 6, 13), 9);
        assert_eq!(s.view(id).phase, ReservationPhase::Lapsed);
        assert!(matches!(s.call_off(id), Err(Error::Conflict(_))) && matches!(s.approve(id), Err(Error::Conflict(_))));
        let waiting = s.t.center.read(&s.manager(), |cx| reservation::list(cx, true, None, 10)).expect("may");
        assert_eq!(waiting, []);
    }

    fn it_opens_no_rules_of_what_the_project_holds(t) {
        let s = Story::new(t);
        let limit = "UPDATE product SET max_wall_minutes = 60 WHERE id = 'gpu_short'";
        s.t.db.db.write(|tx| tx.run(limit, &[])).expect("limited");
        let rules = |s: &Story| {
            engine::sync(&s.t.center, s.fake.as_ref()).expect("in line");
            s.fake.observe().expect("up").projects[0].rules.get(POOL).and_then(|rules| rules.max_wall_minutes)
        };
        assert_eq!(rules(&s), Some(60));
        s.ask(2, 1, 3).expect("booked");
        assert_eq!((s.limit(), rules(&s)), (10, Some(60)));
    }

    fn the_ledger_does_not_change_it_behind_its_back(t) {
        let s = Story::new(t);
        let (id, _) = s.ask(2, 1, 3).expect("booked");
        let award = s.view(id).item.row.award.expect("booked");
        let entry = s.t.db.db.read(|tx| store::ledger::of_award(tx, award)).expect("read")[0].seq;
        let correct = s.t.center.write(&s.manager(), |cx| service::adjustment::correct(cx, entry, Amount(-1), term((2021, 6, 1), (2021, 6, 4)), "실수"));
        assert!(matches!(correct, Err(Error::Conflict(_))), "{correct:?}");
    }

    fn whole_machines_are_kept_where_they_make_up_the_number(t) {
        let s = Story::new(t);
        let node = |name: &str, devices_used| Node {
            name: name.to_owned(), address: String::new(), state: NodeState::Mixed, said: String::new(), reason: String::new(),
            pools: vec![POOL.to_owned()], devices: 4, devices_used, cpus: 8, cpus_used: 0, memory_mb: 1, };
        s.fake.set_nodes(vec![node("n1", 4), node("n2", 0), node("n3", 1)]);
        engine::sync(&s.t.center, s.fake.as_ref()).expect("in line");
        let (small, _) = s.ask(2, 10, 12).expect("booked");
        let (large, _) = s.ask(8, 10, 12).expect("asked");
        s.approve(large).expect("approved");
        // Chosen at the first look after the machines were seen, and kept.
        for _ in 0..2 {
            engine::sync(&s.t.center, s.fake.as_ref()).expect("in line");
            let row = s.view(large).item.row;
            assert_eq!((row.nodes.as_str(), row.sync_state), ("n2 n3", SyncState::InLine));
            let row = s.view(small).item.row;
            assert_eq!((row.nodes.as_str(), row.sync_state), ("", SyncState::InLine), "sure by number");
        }
        assert_eq!(s.fake.reservations().expect("up").len(), 1);
        let mut broken = vec![node("n1", 4), node("n2", 0), node("n3", 1)];
        broken[2].state = NodeState::Down;
        s.fake.set_nodes(broken);
        for _ in 0..2 {
            engine::sync(&s.t.center, s.fake.as_ref()).expect("in line");
        }
        assert_eq!(s.view(large).item.row.nodes, "n1 n2");
        // Once it has begun it stays where it is.
        s.t.set((2021, 6, 10), 1);
        s.fake.set_nodes(vec![node("n3", 0)]);
        for _ in 0..2 {
            engine::sync(&s.t.center, s.fake.as_ref()).expect("in line");
        }
        assert_eq!(s.view(large).item.row.nodes, "n1 n2");
    }
}
