//! Capacity entries, the ladder over time, holders and what comes free.

use domain::accelerator::PfBasis;
use domain::access::Role;
use domain::capacity::Rung;
use domain::ledger::{EntryKind, NewEntry};
use domain::reason::{Arg, Code};
use domain::term::Term;
use domain::units::{Amount, Gflops};
use jiff::civil::date;
use service::capacity::{NewCapacity, SetCapacity};
use service::{Actor, Error};
use testkit::{TestAward, TestCenter, TestLine, actor, on_both_engines, term};

fn award(t: &TestCenter, number: u32, amount: i64, days: Term) -> TestAward {
    let line = TestLine { pool: "gpu-a100", product: "gpu_short", grain: 1, term: days };
    let award = t.add_award(number, &[line], (false, false));
    grant(t, &award, amount, days);
    award
}

fn grant(t: &TestCenter, award: &TestAward, amount: i64, days: Term) {
    let kind = if amount > 0 { EntryKind::Grant } else { EntryKind::Return };
    let pool = "gpu-a100".parse().expect("a slug");
    let new = NewEntry {
        award: award.award,
        pool,
        delta: Amount(amount),
        term: days,
        kind,
        corrects: None,
        reason: String::new(),
    };
    t.center.write(&Actor::clock(), |cx| service::ledger::append(cx, vec![(new, 1)])).expect("fits");
}

fn change(rung: Rung, delta: i64, days: Term) -> NewCapacity {
    NewCapacity {
        pool: "gpu-a100".parse().expect("a slug"),
        rung,
        delta: Amount(delta),
        term: days,
        note: "수리".to_owned(),
    }
}

fn enter(t: &TestCenter, new: NewCapacity) -> Result<(), Error> {
    t.center.write(&actor(Role::ResourceManager), |cx| service::capacity::add(cx, new)).map(|_| ())
}

on_both_engines! {
    fn today_shows_what_is_there_what_is_allocated_and_when_devices_next_come_free(t) {
        let first = award(&t, 1, 100, term((2021, 5, 3), (2021, 6, 1)));
        award(&t, 2, 8, term((2021, 5, 3), (2021, 9, 1)));
        award(&t, 3, 8, term((2021, 5, 20), (2021, 9, 1)));
        let pool = "gpu-a100".parse().expect("a slug");
        t.db.db.write(|tx| testkit::hold_offer(tx, &first, 1, &pool, 10, term((2021, 5, 3), (2021, 9, 1)))).expect("held");
        enter(&t, change(Rung::Allocatable, -4, term((2021, 5, 10), (2021, 7, 1)))).expect("entered");
        let today = |t: &TestCenter| {
            let rows = t.center.read(&Actor::visitor(texts::Lang::Ko), service::capacity::today).expect("read");
            assert_eq!((rows.len(), rows[1].0.allocated, rows[1].0.falls), (2, 0, None));
            assert_eq!(rows[0].1, Some(Gflops(19_500)));
            let row = &rows[0].0;
            (row.installed, row.allocatable, row.allocated, row.falls)
        };
        assert_eq!(today(&t), (164, 164, 118, Some((date(2021, 6, 1), 100))));
        t.set((2021, 6, 2), 9);
        assert_eq!(today(&t), (164, 160, 26, Some((date(2021, 9, 1), 16))));
    }

    fn allocatable_cannot_fall_below_what_is_held_and_offered_and_the_refusal_names_who_and_when(t) {
        let june = term((2021, 6, 1), (2021, 7, 1));
        let first = award(&t, 1, 100, june);
        award(&t, 2, 40, term((2021, 6, 20), (2021, 8, 1)));
        let pool = "gpu-a100".parse().expect("a slug");
        t.db.db.write(|tx| testkit::hold_offer(tx, &first, 1, &pool, 10, june)).expect("held");
        // 164 less 20 is 144: on 20 to 30 June 150 are promised.
        let year = term((2021, 6, 1), (2022, 1, 1));
        let Err(Error::Conflict(reasons)) = enter(&t, change(Rung::Allocatable, -20, year)) else { panic!("refused") };
        let codes: Vec<Code> = reasons.iter().map(|reason| reason.code).collect();
        assert_eq!(codes, [Code::OverCapacity, Code::InTheWay, Code::InTheWay, Code::HeldByOffer]);
        for reason in &reasons {
            assert_eq!(reason.args["from"], Arg::Date(date(2021, 6, 20)), "{reason:?}");
            assert_eq!(reason.args["last"], Arg::Date(date(2021, 6, 30)), "{reason:?}");
        }
        assert_eq!(reasons[0].args["short"], Arg::Int(6));
        assert_eq!(reasons[1].args["award"], Arg::Text("P-000001".to_owned()));
        assert_eq!(reasons[2].args["amount"], Arg::Int(40));
        assert_eq!(reasons[3].args["amount"], Arg::Int(10));
        enter(&t, change(Rung::Allocatable, -14, year)).expect("150 are left");
        enter(&t, change(Rung::Allocatable, -1, june)).expect_err("149 are not enough");
        enter(&t, change(Rung::Allocatable, -100, term((2021, 8, 1), (2022, 1, 1)))).expect("nobody holds any then");
    }

    fn a_rung_is_set_to_a_number_on_every_day_or_refused_as_a_whole(t) {
        enter(&t, change(Rung::Allocatable, -4, term((2021, 6, 10), (2021, 6, 20)))).expect("fits");
        let set = |count: i64, from, to| {
            let pool = "gpu-a100".parse().expect("a slug");
            let note = "정기 점검".to_owned();
            let wanted = SetCapacity { pool, rung: Rung::Allocatable, count: Amount(count), from, to, note };
            t.center.write(&Actor::operator(), |cx| service::capacity::set(cx, &wanted))
        };
        let (june, july) = (date(2021, 6, 1), date(2021, 7, 1));
        let entries = set(150, june, Some(july)).expect("fits");
        let deltas: Vec<(i64, Term)> = entries.iter().map(|entry| (entry.delta.0, entry.term)).collect();
        assert_eq!(deltas, [
            (-14, term((2021, 6, 1), (2021, 6, 10))),
            (-10, term((2021, 6, 10), (2021, 6, 20))),
            (-14, term((2021, 6, 20), (2021, 7, 1))),
        ]);
        assert!(set(150, june, Some(july)).expect("is so already").is_empty());
        // Without an end: also after the last entry, where there was none.
        let Err(Error::Conflict(reasons)) = set(150, july, None) else { panic!("nothing is leased in 2023") };
        assert_eq!((reasons[0].code, &reasons[0].args["day"]), (Code::LadderOrder, &Arg::Date(date(2023, 1, 1))));

        award(&t, 1, 100, term((2021, 6, 15), (2021, 8, 1)));
        let Err(Error::Conflict(reasons)) = set(90, june, Some(july)) else { panic!("100 are held") };
        assert_eq!(reasons.iter().map(|reason| reason.code).collect::<Vec<_>>(), [Code::OverCapacity, Code::InTheWay]);
        for (count, from, to) in [(-1, june, Some(july)), (1, july, Some(june)), (1, date(2021, 5, 2), None)] {
            assert!(matches!(set(count, from, to), Err(Error::Invalid(_))), "{count} {from}");
        }
    }

    fn rungs_out_of_order_are_refused_with_the_day(t) {
        let days = term((2021, 6, 1), (2021, 6, 11));
        let Err(Error::Conflict(reasons)) = enter(&t, change(Rung::ReservedOps, 1, days)) else { panic!("refused") };
        assert_eq!((reasons[0].code, &reasons[0].args["day"]), (Code::LadderOrder, &Arg::Date(date(2021, 6, 1))));
        enter(&t, change(Rung::Allocatable, -1, days)).expect("makes room");
        enter(&t, change(Rung::ReservedOps, 1, days)).expect("now in order");
        enter(&t, change(Rung::Leased, 1, days)).expect_err("more leased than installed");
    }

    fn no_sum_of_entries_becomes_too_large_to_count(t) {
        let days = term((2022, 1, 1), (2022, 2, 1));
        enter(&t, change(Rung::Installed, Amount::MAX / 2, days)).expect("entered");
        let over = enter(&t, change(Rung::Installed, Amount::MAX / 2 + 1, days));
        assert!(matches!(over, Err(Error::Conflict(reasons)) if reasons[0].code == Code::CapacityTooLarge));
    }

    fn only_the_resource_manager_enters_capacity_and_only_from_today_on(t) {
        let days = term((2021, 6, 1), (2021, 6, 11));
        let new = change(Rung::Installed, 8, days);
        let staff = t.center.write(&actor(Role::OfficeStaff), |cx| service::capacity::add(cx, new.clone()));
        assert!(matches!(staff, Err(Error::Forbidden(_))));
        let bad = NewCapacity { note: " ".to_owned(), delta: Amount(0), term: term((2021, 5, 1), (2021, 6, 1)), ..new };
        let Err(Error::Invalid(fields)) = enter(&t, bad) else { panic!("refused") };
        let names: Vec<&str> = fields.iter().map(|field| field.field.as_str()).collect();
        assert_eq!(names, ["note", "from", "delta"]);
    }

    fn the_view_cuts_the_span_where_anything_changes_and_takes_few_statements(t) {
        let june = term((2021, 6, 1), (2021, 7, 1));
        let first = award(&t, 1, 100, june);
        grant(&t, &first, -30, term((2021, 6, 11), (2021, 7, 1)));
        enter(&t, change(Rung::Allocatable, -4, term((2021, 6, 5), (2021, 6, 7)))).expect("fits");
        let manager = actor(Role::ResourceManager);
        let pool: domain::ids::PoolId = "gpu-a100".parse().expect("a slug");
        let ((views, holders, free), statements) = t.center.counted(&manager, |cx| {
            Ok((
                service::capacity::view(cx, june, PfBasis::CenterFp32)?,
                service::capacity::holders(cx, &pool, date(2021, 6, 12), None, 50)?,
                service::capacity::coming_free(cx, &pool, term((2021, 6, 1), (2022, 1, 1)), None, 50)?,
            ))
        }).expect("readable");
        assert!(statements <= 6, "{statements} statements");
        let a100 = &views[0];
        let seen: Vec<(i8, i64, i64, i64)> =
            a100.stretches.iter().map(|s| (s.term.from().day(), s.allocatable, s.held, s.free())).collect();
        assert_eq!(seen, [(1, 164, 100, 64), (5, 160, 100, 60), (7, 164, 100, 64), (11, 164, 70, 94)]);
        assert_eq!(a100.pf(100), Some(Gflops(1_950_000)));
        assert_eq!(holders.iter().map(|h| (h.number.as_str(), h.amount.0)).collect::<Vec<_>>(), [("P-000001", 70)]);
        let coming: Vec<_> = free.iter().map(|h| (h.on, h.amount.0)).collect();
        assert_eq!(coming, [(date(2021, 6, 11), 30), (date(2021, 7, 1), 70)]);
        let page = t.center.read(&manager, |cx| {
            service::capacity::holders(cx, &pool, date(2021, 6, 12), Some((&holders[0].number, holders[0].award)), 50)
        });
        assert!(page.expect("readable").is_empty());
    }
}
