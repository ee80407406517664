//! Returns, requests and their decisions, and what the clock does at the end of awards.

use domain::access::Role;
use domain::adjustment::{AdjustmentKind, AdjustmentState};
use domain::award::ProjectState;
use domain::ids::{AdjustmentId, PoolId};
use domain::ledger::{EntryKind, NewEntry};
use domain::reason::{Code, Reason};
use domain::term::Term;
use domain::units::Amount;
use jiff::civil::{Date, date};
use service::adjustment::{NewRequest, NewReturn};
use service::engine::{self, Compute as _, Fake};
use service::{Actor, Error, Outcome, drift};
use testkit::{TestAward, TestCenter, TestLine, actor, on_both_engines, term};

fn pool() -> PoolId {
    "gpu-a100".parse().expect("a slug")
}

fn award(t: &TestCenter, number: u32, grain: i64, amount: i64, days: Term) -> TestAward {
    let award =
        t.add_award(number, &[TestLine { pool: "gpu-a100", product: "gpu_long", grain, term: days }], (false, false));
    let new = NewEntry {
        award: award.award,
        pool: pool(),
        delta: Amount(amount),
        term: days,
        kind: EntryKind::Grant,
        corrects: None,
        reason: String::new(),
    };
    t.center.write(&actor(Role::OfficeApprover), |cx| service::ledger::append(cx, vec![(new, grain)])).expect("fits");
    award
}

fn give_back(t: &TestCenter, who: &Actor, of: &TestAward, amount: Option<i64>, from: Date) -> Outcome<AdjustmentId> {
    let new = NewReturn {
        project: of.project,
        award: of.award,
        pool: pool(),
        amount: amount.map(Amount),
        from,
        reason: "끝".to_owned(),
    };
    t.center.write(who, |cx| service::adjustment::give_back(cx, new))
}

fn request(of: &TestAward, kind: AdjustmentKind, amount: i64, to: Option<Date>) -> NewRequest {
    NewRequest {
        project: of.project,
        award: of.award,
        pool: pool(),
        kind,
        amount: Amount(amount),
        from: date(2021, 6, 1),
        to,
        reason: "더 필요".to_owned(),
    }
}

fn ask(t: &TestCenter, of: &TestAward, new: NewRequest) -> Outcome<AdjustmentId> {
    t.center.write(&of.lead, |cx| service::adjustment::ask(cx, new))
}

fn decide(t: &TestCenter, id: AdjustmentId, approve: bool) -> Outcome<AdjustmentState> {
    t.center.write(&actor(Role::ResourceManager), |cx| service::adjustment::decide(cx, id, approve, "검토함"))
}

fn holds(t: &TestCenter, of: &TestAward, day: Date) -> i64 {
    t.db.db
        .read(|tx| -> store::Result<i64> { Ok(store::ledger::holding(tx, of.award, &pool())?.on(day)) })
        .expect("readable")
}

fn queued(t: &TestCenter, kind: &str) -> usize {
    t.db.db
        .read(|tx| store::trust::due(tx, jiff::Timestamp::MAX, 1000))
        .expect("readable")
        .iter()
        .filter(|row| row.kind == kind)
        .count()
}

fn year() -> Term {
    term((2021, 5, 1 + 2), (2021, 9, 1))
}

on_both_engines! {
    fn a_return_takes_effect_from_its_day_notes_what_is_freed_and_asks_for_a_refill(t) {
        let of = award(&t, 1, 8, 64, year());
        give_back(&t, &of.lead, &of, Some(16), date(2021, 6, 1)).expect("may");
        assert_eq!((holds(&t, &of, date(2021, 5, 31)), holds(&t, &of, date(2021, 6, 1)), holds(&t, &of, date(2021, 8, 31))), (64, 48, 48));
        assert_eq!(queued(&t, "refill"), 1);
        let freed = t.db.db.read(|tx| store::freed::list(tx, 0, 10)).expect("readable");
        assert_eq!(freed.len(), 1);
        assert_eq!((freed[0].amount, freed[0].from_on, freed[0].to_on), (Amount(16), date(2021, 6, 1), date(2021, 9, 1)));
        // The rest, later: the award then ends on that day.
        give_back(&t, &of.lead, &of, None, date(2021, 7, 1)).expect("may");
        assert_eq!(holds(&t, &of, date(2021, 7, 1)), 0);
        let project = t.db.db.read(|tx| store::project::find(tx, of.project)).expect("readable").expect("there");
        assert_eq!(project.to_on, date(2021, 7, 1));
        for amount in [None, Some(16)] {
            let Err(Error::Invalid(faults)) = give_back(&t, &of.lead, &of, amount, date(2021, 7, 1)) else {
                panic!("refused")
            };
            let last = Reason::new(Code::AfterTheEnd).with("last", date(2021, 6, 30));
            assert_eq!(faults, [last.at("from")], "it is the day that is wrong, not the amount");
        }
    }

    fn more_and_less_of_the_same_are_not_asked_for_at_once(t) {
        let of = award(&t, 1, 8, 64, year());
        let more = ask(&t, &of, request(&of, AdjustmentKind::Increase, 16, None)).expect("may ask");
        let less = || ask(&t, &of, request(&of, AdjustmentKind::Decrease, 8, None));
        let Err(Error::Conflict(reasons)) = less() else { panic!("refused") };
        let said = texts::Texts::new(texts::Lang::Ko).reason(&reasons[0], &t.center.identity.pools);
        assert!(said.contains("처리 중인 신청(증량 16장, 2021. 5. 3.(월)"), "{said}");
        t.center.write(&of.lead, |cx| service::adjustment::withdraw(cx, more)).expect("may");
        less().expect("nothing is open any more");
        let again = ask(&t, &of, request(&of, AdjustmentKind::Increase, 16, None));
        assert!(matches!(again, Err(Error::Conflict(reasons)) if reasons[0].code == Code::OpenRequest));
    }

    fn a_return_is_for_the_lead_in_whole_steps_and_not_for_the_past(t) {
        let of = award(&t, 1, 8, 64, year());
        let other = award(&t, 2, 8, 64, year());
        let day = date(2021, 6, 1);
        assert!(matches!(give_back(&t, &other.lead, &of, Some(8), day), Err(Error::NotFound)));
        assert!(matches!(give_back(&t, &actor(Role::OfficeStaff), &of, Some(8), day), Err(Error::Forbidden(_))));
        for (amount, from, code) in [
            (0, day, Code::TooSmall),
            (72, day, Code::TooLarge),
            (4, day, Code::NotAMultiple),
            (8, date(2021, 5, 2), Code::ChangesThePast),
        ] {
            let Err(Error::Invalid(fields)) = give_back(&t, &of.lead, &of, Some(amount), from) else { panic!("refused") };
            assert_eq!(fields[0].reason.code, code);
        }
        let foreign = NewReturn { project: other.project, award: of.award, pool: pool(), amount: None, from: day, reason: String::new() };
        assert!(matches!(t.center.write(&other.lead, |cx| service::adjustment::give_back(cx, foreign)), Err(Error::NotFound)));
        assert_eq!(queued(&t, "refill"), 0);
    }

    fn a_request_that_nobody_decided_ends_with_its_award_and_its_asker_is_told(t) {
        let of = award(&t, 1, 8, 64, year());
        let id = ask(&t, &of, request(&of, AdjustmentKind::Decrease, 8, None)).expect("may ask");
        let expire = || t.center.write(&Actor::clock(), service::adjustment::expire_undecided).expect("ran");
        assert_eq!(expire(), 0, "the award is running");
        let sql = "UPDATE award SET state = 'ended' WHERE id = $1";
        t.db.db.write(|tx| tx.run_one(sql, store::values![of.award])).expect("ended");
        assert_eq!((expire(), expire()), (1, 0));
        let item = t.center.read(&actor(Role::ResourceManager), |cx| service::adjustment::show(cx, id)).expect("seen").item;
        assert_eq!(item.row.state, AdjustmentState::Rejected);
        let mails = t.center.read(&Actor::clock(), |cx| Ok(store::trust::mails(cx.tx, None, 10)?)).expect("read");
        assert_eq!(mails.iter().filter(|mail| mail.template == "adjustment_expired").count(), 1);
    }

    fn an_approved_increase_without_room_waits_and_is_served_when_there_is(t) {
        let of = award(&t, 1, 8, 64, year());
        let other = award(&t, 2, 8, 96, year());
        let beyond = ask(&t, &of, request(&of, AdjustmentKind::Increase, 100_000, None));
        assert!(
            matches!(beyond, Err(Error::Invalid(faults)) if faults[0].field == "amount" && faults[0].reason.code == Code::TooLarge),
            "the pool never has so many"
        );
        let id = ask(&t, &of, request(&of, AdjustmentKind::Increase, 16, None)).expect("may ask");
        assert!(ask(&t, &of, request(&of, AdjustmentKind::Increase, 16, None)).is_err(), "asked already");
        let short = t.center.read(&actor(Role::ResourceManager), |cx| service::adjustment::show(cx, id)).expect("seen").short;
        assert_eq!((short.len(), short[0].short()), (1, 12));
        assert_eq!(decide(&t, id, true).expect("decided"), AdjustmentState::Waiting);
        assert_eq!(holds(&t, &of, date(2021, 6, 1)), 64);
        let serve = || t.center.write(&Actor::clock(), service::adjustment::serve_waiting).expect("served");
        assert_eq!(serve(), 0);
        give_back(&t, &other.lead, &other, Some(16), date(2021, 6, 1)).expect("may");
        assert_eq!(serve(), 1);
        assert_eq!(serve(), 0);
        let served = t.db.db.read(|tx| store::adjustment::find(tx, id)).expect("readable").expect("there");
        assert_eq!(served.decided_by, actor(Role::ResourceManager).user, "who approved it stays on record");
        assert_eq!((holds(&t, &of, date(2021, 5, 31)), holds(&t, &of, date(2021, 6, 1))), (64, 80));
        let sound = t.center.read(&actor(Role::Auditor), service::check::run).expect("runs");
        assert!(sound.sound(), "{sound:?}");
        let freed = t.db.db.read(|tx| store::freed::list(tx, 0, 10)).expect("readable");
        let parts = t.db.db.read(|tx| store::freed::parts(tx, freed[0].id)).expect("readable");
        assert_eq!((parts.len(), parts[0].amount, parts[0].ledger_seq), (1, Amount(16), Some(4)));
    }

    fn a_request_is_decided_once_by_a_second_person_with_the_right_role(t) {
        let of = award(&t, 1, 8, 64, year());
        let id = ask(&t, &of, request(&of, AdjustmentKind::Decrease, 8, None)).expect("may ask");
        let both = Actor { roles: [Role::ResourceManager].into(), ..of.lead.clone() };
        let own = t.center.write(&both, |cx| service::adjustment::decide(cx, id, true, ""));
        assert!(matches!(own, Err(Error::Forbidden(reason)) if reason.code == Code::OwnDraft));
        let staff = t.center.write(&actor(Role::OfficeStaff), |cx| service::adjustment::decide(cx, id, true, ""));
        assert!(matches!(staff, Err(Error::Forbidden(_))));
        assert_eq!(decide(&t, id, true).expect("decided"), AdjustmentState::Done);
        assert_eq!(holds(&t, &of, date(2021, 6, 1)), 56);
        assert!(matches!(decide(&t, id, false), Err(Error::Conflict(_))));
        assert!(matches!(t.center.write(&of.lead, |cx| service::adjustment::withdraw(cx, id)), Err(Error::Conflict(_))));
        let second = ask(&t, &of, request(&of, AdjustmentKind::Decrease, 8, None)).expect("may ask");
        t.center.write(&of.lead, |cx| service::adjustment::withdraw(cx, second)).expect("own");
    }

    fn a_request_is_not_decided_by_another_of_the_same_project(t) {
        let of = award(&t, 1, 8, 64, year());
        let id = ask(&t, &of, request(&of, AdjustmentKind::Increase, 8, None)).expect("may ask");
        let member = t.add_member(of.project, 200, "member");
        let both = Actor { roles: [Role::ResourceManager].into(), ..member };
        let own = t.center.write(&both, |cx| service::adjustment::decide(cx, id, true, ""));
        assert!(matches!(own, Err(Error::Forbidden(reason)) if reason.code == Code::OwnProject));
    }

    fn an_extension_keeps_to_window_share_and_count(t) {
        let of = award(&t, 1, 8, 64, year());
        let until = |day| request(&of, AdjustmentKind::Extend, 0, Some(day));
        let Err(Error::Invalid(faults)) = ask(&t, &of, until(date(2022, 9, 1))) else { panic!("refused") };
        let told: Vec<_> = faults.iter().map(|one| (one.field.as_str(), one.reason.code)).collect();
        assert_eq!(told, [("", Code::ExtensionWindow), ("to", Code::ExtensionShare)]);
        t.set((2021, 8, 10), 9);
        let id = ask(&t, &of, until(date(2021, 10, 1))).expect("may ask");
        assert_eq!(decide(&t, id, true).expect("decided"), AdjustmentState::Done);
        let trail = t.center.read(&Actor::clock(), |cx| Ok(store::trust::audit_of(cx.tx, "adjustment", &id.to_string(), 9)?));
        let rules: Vec<bool> = trail.expect("read").iter().map(|row| row.after.contains(r#""policy_version":"2021"#)).collect();
        assert_eq!(rules, [true, true], "both the request and the decision name the rules that they went by");
        assert_eq!((holds(&t, &of, date(2021, 9, 30)), holds(&t, &of, date(2021, 10, 1))), (64, 0));
        t.set((2021, 9, 20), 9);
        let Err(Error::Conflict(reasons)) = ask(&t, &of, until(date(2021, 10, 10))) else { panic!("refused") };
        assert_eq!(reasons[0].code, Code::ExtensionCount);
        let choices = t.center.read(&of.lead, |cx| service::adjustment::choices(cx, of.project)).expect("own");
        assert_eq!((choices.len(), choices[0].end, choices[0].extension.len()), (1, date(2021, 10, 1), 1));
    }

    fn an_extension_is_judged_again_by_what_is_held_when_it_is_decided(t) {
        let (of, other) = (award(&t, 1, 8, 64, year()), award(&t, 2, 8, 16, year()));
        t.set((2021, 8, 10), 9);
        let until = |of: &TestAward| NewRequest { from: date(2021, 9, 1), ..request(of, AdjustmentKind::Extend, 0, Some(date(2021, 10, 1))) };
        let (id, gone) = (ask(&t, &of, until(&of)).expect("may ask"), ask(&t, &other, until(&other)).expect("may ask"));
        // Less is held on the last day than is asked for longer.
        give_back(&t, &of.lead, &of, Some(8), date(2021, 8, 20)).expect("may");
        // Nothing is held any more before the extension would begin.
        give_back(&t, &other.lead, &other, None, date(2021, 8, 20)).expect("may");
        for id in [id, gone] {
            let Err(Error::Conflict(reasons)) = decide(&t, id, true) else { panic!("refused") };
            assert_eq!(reasons[0].code, Code::ExtensionChanged);
        }
        assert_eq!((holds(&t, &of, date(2021, 9, 1)), holds(&t, &other, date(2021, 9, 1))), (0, 0));
        assert_eq!(decide(&t, id, false).expect("can be rejected"), AdjustmentState::Rejected);
        // The rules themselves may have become stricter.
        let again = ask(&t, &of, until(&of)).expect("may ask");
        let stricter = "INSERT INTO policy (key, effective_from, value) VALUES ('extension.max_count', '2021-08-11', '0')";
        t.db.db.write(|tx| tx.run(stricter, &[])).expect("written");
        t.set((2021, 8, 12), 9);
        let Err(Error::Conflict(reasons)) = decide(&t, again, true) else { panic!("refused") };
        assert_eq!(reasons[0].code, Code::ExtensionCount);
    }

    fn whoever_asked_is_told_what_became_of_it(t) {
        let (of, other) = (award(&t, 1, 8, 64, year()), award(&t, 2, 8, 96, year()));
        let less = ask(&t, &of, request(&of, AdjustmentKind::Decrease, 8, None)).expect("may ask");
        decide(&t, less, true).expect("decided");
        let no = ask(&t, &of, request(&of, AdjustmentKind::Decrease, 8, None)).expect("may ask");
        decide(&t, no, false).expect("decided");
        let more = ask(&t, &of, request(&of, AdjustmentKind::Increase, 16, None)).expect("may ask");
        assert_eq!(decide(&t, more, true).expect("decided"), AdjustmentState::Waiting);
        let waits = ask(&t, &other, request(&other, AdjustmentKind::Increase, 80, None)).expect("may ask");
        assert_eq!(decide(&t, waits, true).expect("decided"), AdjustmentState::Waiting);
        give_back(&t, &other.lead, &other, Some(16), date(2021, 6, 1)).expect("may");
        assert_eq!(t.center.write(&Actor::clock(), service::adjustment::serve_waiting).expect("served"), 1);
        t.set((2021, 9, 1), 9);
        assert_eq!(t.center.write(&Actor::clock(), service::adjustment::serve_waiting).expect("served"), 0);
        let mails = t.db.db.read(|tx| store::trust::mails(tx, None, 50)).expect("readable");
        let mut to: Vec<(String, bool)> = mails.iter().map(|mail| (mail.template.clone(), mail.user == of.lead.user)).collect();
        to.sort();
        let expected = [("approved", true), ("expired", false), ("rejected", true), ("served", true), ("waits", false), ("waits", true)];
        assert_eq!(to, expected.map(|(word, first)| (format!("adjustment_{word}"), first)));
        let rejected = mails.iter().find(|mail| mail.template == "adjustment_rejected").expect("posted");
        assert!(rejected.body.contains("검토함") && rejected.subject.contains("감량 신청이 반려"), "{}", rejected.body);
        assert!(rejected.body.contains(&format!("/adjustments/{no}")), "{}", rejected.body);
    }

    fn one_that_cannot_be_served_and_two_hundred_before_it_keep_nobody_from_their_turn(t) {
        let (of, odd) = (award(&t, 1, 8, 64, year()), award(&t, 2, 8, 64, year()));
        let put = |of: &TestAward, amount: i64, second: i64| {
            let at = jiff::Timestamp::from_second(1_620_000_000 + second).expect("an instant");
            let row = |cx: &mut service::Cx<'_, '_>| -> Outcome<()> {
                let row = service::adjustment::AdjustmentRow {
                    id: cx.new_id()?,
                    project: of.project,
                    award: of.award,
                    pool: pool(),
                    kind: AdjustmentKind::Increase,
                    amount: Amount(amount),
                    from_on: date(2021, 6, 1),
                    to_on: date(2021, 9, 1),
                    reason: "더 필요".to_owned(),
                    state: AdjustmentState::Waiting,
                    requested_by: of.lead.user,
                    requested_at: at,
                    decided_by: None,
                    decided_at: None,
                    decision_note: String::new(),
                };
                Ok(store::adjustment::insert(cx.tx, &row)?)
            };
            t.center.write(&Actor::clock(), row).expect("written");
        };
        // Four are no whole step of eight: the ledger refuses them.
        put(&odd, 4, 0);
        (1..=200).for_each(|second| put(&odd, 160, second));
        put(&of, 8, 201);
        assert_eq!(t.center.write(&Actor::clock(), service::adjustment::serve_waiting).expect("served"), 1);
        assert_eq!((holds(&t, &of, date(2021, 6, 1)), holds(&t, &odd, date(2021, 6, 1))), (72, 64));
    }

    fn an_increase_on_an_award_that_was_shortened_is_looked_at_up_to_its_present_end(t) {
        let of = award(&t, 1, 8, 64, year());
        let id = ask(&t, &of, request(&of, AdjustmentKind::Increase, 64, None)).expect("may ask");
        give_back(&t, &of.lead, &of, None, date(2021, 7, 1)).expect("may");
        award(&t, 2, 8, 160, term((2021, 7, 1), (2021, 9, 1)));
        assert_eq!(decide(&t, id, true).expect("decided"), AdjustmentState::Done);
        assert_eq!((holds(&t, &of, date(2021, 6, 30)), holds(&t, &of, date(2021, 7, 1))), (128, 0));
    }

    fn a_correction_that_gives_back_what_was_freed_takes_it_off_the_freed_record(t) {
        let of = award(&t, 1, 8, 64, year());
        give_back(&t, &of.lead, &of, Some(16), date(2021, 6, 1)).expect("may");
        let days = term((2021, 6, 1), (2021, 9, 1));
        let idle = || t.db.db.read(|tx| store::freed::idle(tx, &pool(), date(2021, 6, 1))).expect("readable").on(date(2021, 6, 1));
        assert_eq!(idle(), 16);
        let seq = 2;
        t.center.write(&actor(Role::ResourceManager), |cx| service::adjustment::correct(cx, seq, Amount(8), days, "오기")).expect("may");
        assert_eq!((holds(&t, &of, date(2021, 6, 1)), idle()), (56, 8));
        assert!(t.center.read(&actor(Role::Auditor), service::check::run).expect("runs").sound());
    }

    fn an_award_that_is_over_is_given_nothing_more_but_can_be_corrected_downwards(t) {
        let of = award(&t, 1, 8, 64, year());
        t.set((2021, 6, 1), 9);
        let days = term((2021, 6, 1), (2021, 9, 1));
        let fix = |delta| t.center.write(&actor(Role::ResourceManager), |cx| service::adjustment::correct(cx, 1, Amount(delta), days, "오기"));
        t.db.db.write(|tx| store::award::step(tx, of.award, domain::award::AwardState::Active, domain::award::AwardState::Ended)).expect("ended");
        let Err(Error::Conflict(reasons)) = fix(8) else { panic!("refused") };
        assert_eq!(reasons[0].code, Code::WrongState);
        let found = || t.center.read(&actor(Role::Auditor), service::check::run).expect("runs").findings;
        assert!(found().iter().any(|one| one.row == of.award.to_string()), "over, and still held: {:?}", found());
        fix(-64).expect("taken back");
        assert!(holds(&t, &of, date(2021, 6, 1)) == 0);
    }

    fn a_correction_is_for_a_second_person_and_may_reach_into_the_past(t) {
        let of = award(&t, 1, 8, 64, year());
        t.set((2021, 6, 1), 9);
        let days = term((2021, 5, 10), (2021, 5, 20));
        let fix = |who: &Actor, delta| t.center.write(who, |cx| service::adjustment::correct(cx, 1, Amount(delta), days, "오기"));
        let writer = Actor { roles: [Role::ResourceManager].into(), ..actor(Role::OfficeApprover) };
        assert!(matches!(fix(&writer, -8), Err(Error::Forbidden(reason)) if reason.code == Code::OwnDraft));
        fix(&actor(Role::ResourceManager), -8).expect("may");
        assert_eq!((holds(&t, &of, date(2021, 5, 10)), holds(&t, &of, date(2021, 5, 20))), (56, 64));
        assert!(fix(&actor(Role::ResourceManager), -64).is_err(), "below zero");
        assert!(fix(&actor(Role::ResourceManager), 200).is_err(), "over capacity");
    }

    fn a_transfer_moves_devices_between_awards_and_leaves_the_pool_alone(t) {
        let (a, b) = (award(&t, 1, 8, 64, year()), award(&t, 2, 8, 32, year()));
        let days = term((2021, 6, 1), (2021, 9, 1));
        let manager = actor(Role::ResourceManager);
        let move_as = |who: &Actor, amount| t.center.write(who, |cx| service::adjustment::transfer(cx, (a.award, b.award), &pool(), Amount(amount), days, "이관"));
        let share = |percent: &str| {
            let sql = format!("INSERT INTO policy (key, effective_from, value) VALUES ('org.max_pool_percent', '2021-01-02', '{percent}')
                ON CONFLICT (key, effective_from) DO UPDATE SET value = excluded.value");
            t.db.db.write(|tx| tx.run(&sql, &[])).expect("written");
        };
        // 25 percent of 164 are 41.
        share("25");
        let Err(Error::Conflict(reasons)) = move_as(&manager, 16) else { panic!("refused") };
        assert_eq!(reasons[0].code, Code::OrgShare);
        assert_eq!(move_as(&manager, 8).expect("fits").len(), 2);
        share("100");
        assert_eq!(move_as(&manager, 16).expect("fits").len(), 2);
        assert_eq!((holds(&t, &a, date(2021, 6, 1)), holds(&t, &b, date(2021, 6, 1))), (40, 56));
    }

    fn nobody_transfers_for_their_own_project_and_only_running_awards_take_part(t) {
        let (a, b) = (award(&t, 1, 8, 64, year()), award(&t, 2, 8, 8, year()));
        let days = term((2021, 6, 1), (2021, 9, 1));
        let move_as = |who: &Actor| t.center.write(who, |cx| service::adjustment::transfer(cx, (a.award, b.award), &pool(), Amount(8), days, "이관"));
        for of in [&a, &b] {
            let both = Actor { roles: [Role::ResourceManager].into(), ..of.lead.clone() };
            assert!(matches!(move_as(&both), Err(Error::Forbidden(reason)) if reason.code == Code::OwnProject));
        }
        t.db.db.write(|tx| store::award::step(tx, b.award, domain::award::AwardState::Active, domain::award::AwardState::Ended)).expect("ended");
        let Err(Error::Conflict(reasons)) = move_as(&actor(Role::ResourceManager)) else { panic!("refused") };
        assert_eq!(reasons[0].code, Code::WrongState);
    }

    fn at_its_end_an_award_ends_and_its_project_keeps_its_data_for_a_time(t) {
        let of = award(&t, 1, 8, 64, year());
        let state = || t.db.db.read(|tx| store::project::find(tx, of.project)).expect("readable").expect("there").state;
        let run = || t.center.write(&Actor::clock(), service::term::run_clock).expect("runs");
        t.set((2021, 8, 31), 23);
        assert_eq!(run().ended, 0);
        t.set((2021, 9, 1), 0);
        assert_eq!((run().ended, state()), (1, ProjectState::DataOnly));
        assert_eq!((run().ended, run().data_only), (0, 0));
        t.set((2021, 11, 29), 23);
        assert_eq!(run().closed, 0);
        t.set((2021, 11, 30), 1);
        assert_eq!((run().closed, state()), (1, ProjectState::Closed));
    }

    fn notices_go_out_once_and_after_downtime_only_the_nearest(t) {
        let of = award(&t, 1, 8, 64, year());
        let run = |month, day| {
            t.set((2021, month, day), 9);
            t.center.write(&Actor::clock(), service::term::run_clock).expect("runs").notices
        };
        assert_eq!((run(8, 1), run(8, 2), run(8, 3)), (0, 1, 0));
        // Down from the 4th to the 26th: the notice of 15 days is stale, that of 7 days is not.
        assert_eq!((run(8, 26), run(8, 27), run(8, 31), run(9, 1)), (1, 0, 1, 0));
        let mails = t.db.db.read(|tx| store::trust::mails(tx, None, 10)).expect("readable");
        assert_eq!(mails.len(), 4, "three notices, and that it is over");
        let over = mails.iter().find(|mail| mail.template == "allocation_ended").expect("told");
        assert!(over.body.contains("2021. 8. 31.(화)에 끝났습니다") && over.body.contains("2021. 11. 29.(월)까지"), "{}", over.body);
        assert!(mails.iter().all(|mail| mail.user == of.lead.user));
        let notices: Vec<_> = mails.iter().filter(|mail| mail.template == "term_ending").collect();
        assert!(notices[1].body.contains("2021. 8. 31.(화)"), "{}", notices[1].body);
        assert!(notices[1].subject.contains("6일 전"), "{}", notices[1].subject);
    }

    fn an_extension_brings_notices_of_the_new_end(t) {
        let of = award(&t, 1, 8, 64, year());
        let run = || t.center.write(&Actor::clock(), service::term::run_clock).expect("runs").notices;
        t.set((2021, 8, 2), 9);
        assert_eq!(run(), 1);
        let id = ask(&t, &of, request(&of, AdjustmentKind::Extend, 0, Some(date(2021, 10, 1)))).expect("may ask");
        decide(&t, id, true).expect("decided");
        assert_eq!(run(), 0);
        t.set((2021, 9, 1), 9);
        assert_eq!(run(), 1);
    }

    fn a_member_may_look_but_not_return(t) {
        let of = award(&t, 1, 8, 64, year());
        let member = t.add_member(of.project, 200, "member");
        assert!(matches!(give_back(&t, &member, &of, None, date(2021, 6, 1)), Err(Error::Forbidden(_))));
        assert!(t.center.read(&member, |cx| service::adjustment::of_project(cx, of.project, None, 10)).expect("may see").is_empty());
    }

    fn what_was_changed_by_hand_is_listed_until_it_is_decided_on(t) {
        let of = award(&t, 1, 8, 64, year());
        let fake = Fake::default();
        let sync = || engine::sync(&t.center, &fake).expect("in line");
        let standing = || t.center.read(&of.lead, |cx| engine::of_project(cx, of.project)).expect("read").remove(0);
        t.set((2021, 6, 1), 9);
        let now = || holds(&t, &of, date(2021, 6, 1));
        let is = || fake.observe().expect("seen").projects.remove(0);
        // Changed by hand, put right at the next look, and listed.
        let by_hand = |devices: i64, people: &[&str]| {
            let mut found = is();
            found.limits = [("gpu-a100".to_owned(), devices)].into();
            found.members.extend(people.iter().map(|one| (*one).to_owned()));
            fake.put(found);
            sync();
            assert_eq!(is().limits["gpu-a100"], now(), "put right");
        };
        let adopt = |who: &Actor| t.center.write(who, |cx| drift::adopt(cx, of.project, &pool()));
        let leave = |who: &Actor| t.center.write(who, |cx| drift::leave(cx, of.project));
        let (manager, approver) = (actor(Role::ResourceManager), actor(Role::OfficeApprover));
        sync();
        assert!(matches!(adopt(&manager), Err(Error::Conflict(_))), "nothing to decide");
        by_hand(56, &["stranger"]);
        let found = drift::of(&standing()).expect("listed");
        assert_eq!((found.devices["gpu-a100"], found.added.len()), ((64, 56), 1));
        for who in [&of.lead, &actor(Role::Operator), &actor(Role::OfficeStaff)] {
            assert!(matches!(adopt(who), Err(Error::Forbidden(_))) && matches!(leave(who), Err(Error::Forbidden(_))));
        }
        // Nobody decides for a project of their own.
        let mut close = of.lead.clone();
        close.roles.insert(Role::ResourceManager);
        assert!(matches!(adopt(&close), Err(Error::Forbidden(_))));

        // Fewer: a decrease that is done; who was added stays listed until somebody leaves it.
        let made = adopt(&manager).expect("adopted");
        let row = t.center.read(&manager, |cx| service::adjustment::show(cx, made[0])).expect("there").item.row;
        assert_eq!((row.kind, row.state, row.requested_by), (AdjustmentKind::Decrease, AdjustmentState::Done, None));
        assert!(row.reason.contains("손으로") && row.decided_by == manager.user, "{row:?}");
        assert_eq!(now(), 56);
        sync();
        assert_eq!(is().limits["gpu-a100"], 56, "the engine has what the ledger says");
        let left = drift::of(&standing()).expect("still listed");
        assert!(left.devices.is_empty() && left.added.len() == 1, "{left:?}");
        leave(&approver).expect("left");
        assert_eq!(drift::of(&standing()), None);
        assert!(matches!(leave(&approver), Err(Error::Conflict(_))), "once");

        // More: asked for by who takes it over, decided by another.
        by_hand(72, &[]);
        let made = adopt(&manager).expect("asked");
        assert_eq!((now(), drift::of(&standing())), (56, None));
        assert!(matches!(decide(&t, made[0], true), Err(Error::Forbidden(_))), "a second person");
        let decided = t.center.write(&approver, |cx| service::adjustment::decide(cx, made[0], true, "")).expect("may");
        assert_eq!((decided, now()), (AdjustmentState::Done, 72));
        sync();
        assert_eq!(is().limits["gpu-a100"], 72);

        // More than there is waits for room, no part of a server is granted, and no limit is no number.
        by_hand(164, &[]);
        let made = adopt(&manager).expect_err("164 is no whole number of servers");
        assert!(matches!(&made, Error::Conflict(why) if why[0].code == Code::NotAMultiple), "{made:?}");
        by_hand(engine::UNLIMITED, &[]);
        assert!(matches!(adopt(&manager), Err(Error::Conflict(_))));
        leave(&manager).expect("left");
        let _ = award(&t, 2, 8, 80, term((2021, 6, 1), (2021, 9, 1)));
        by_hand(96, &[]);
        let made = adopt(&manager).expect("asked");
        let decided = t.center.write(&approver, |cx| service::adjustment::decide(cx, made[0], true, "")).expect("may");
        assert_eq!((decided, now()), (AdjustmentState::Waiting, 72));
    }
}
