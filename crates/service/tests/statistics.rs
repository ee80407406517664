//! Statistics of a year from the ledger.

use domain::ids::PoolId;
use domain::ledger::{EntryKind, NewEntry};
use domain::term::Term;
use domain::units::Amount;
use service::Actor;
use service::statistics::Year;
use testkit::{TestAward, TestCenter, TestLine, on_both_engines, term};
use texts::{Lang, Texts};

fn pool(name: &str) -> PoolId {
    name.parse().expect("a slug")
}

fn award(t: &TestCenter, number: u32, name: &str, amount: i64, days: Term, tags: (bool, bool)) -> TestAward {
    let of = t.add_award(number, &[TestLine { pool: name, product: "gpu_short", grain: 1, term: days }], tags);
    append(t, &of, name, amount, days, EntryKind::Grant);
    of
}

fn append(t: &TestCenter, of: &TestAward, name: &str, amount: i64, days: Term, kind: EntryKind) {
    let new = NewEntry {
        award: of.award,
        pool: pool(name),
        delta: Amount(amount),
        term: days,
        kind,
        corrects: None,
        reason: String::new(),
    };
    t.center.write(&Actor::clock(), |cx| service::ledger::append(cx, vec![(new, 1)])).expect("fits");
}

fn year(t: &TestCenter, year: i16) -> std::sync::Arc<Year> {
    t.center.read(&Actor::visitor(Lang::Ko), |cx| service::statistics::year(cx, year)).expect("everybody may")
}

fn value(year: &Year, id: &str) -> String {
    year.figure(id).map(|figure| figure.value.to_string()).expect("there is such a figure")
}

on_both_engines! {
    fn what_is_granted_again_after_a_return_counts_again_and_capacity_is_never_exceeded(t) {
        // All 164 A100 are 3.198 PF. Half a year each: the second grant takes what the first gave back.
        let whole = term((2021, 5, 3), (2022, 1, 1));
        let first = award(&t, 1, "gpu-a100", 164, whole, (true, true));
        append(&t, &first, "gpu-a100", -100, term((2021, 8, 1), (2022, 1, 1)), EntryKind::Return);
        award(&t, 2, "gpu-a100", 100, term((2021, 8, 1), (2022, 1, 1)), (false, true));
        award(&t, 3, "gpu-v100", 10, term((2022, 2, 1), (2022, 5, 1)), (true, false));
        let of = year(&t, 2021);
        assert_eq!(value(&of, "projects.supported"), "2");
        assert_eq!(value(&of, "projects.regional_gwangju"), "1");
        assert_eq!(value(&of, "projects.cluster_rnd"), "2");
        // 264 × 0.0195 = 5.148; of 164 devices 3.198; of 100 returned 1.95.
        assert_eq!(value(&of, "compute.cumulative_granted_total"), "5.15");
        assert_eq!(value(&of, "compute.cumulative_granted_regional"), "3.20");
        assert_eq!(value(&of, "compute.allocated_peak"), "3.20");
        assert_eq!(value(&of, "compute.returned_total"), "1.95");
        // 164 × 19.5 + 360 × 15.7 TFLOPS.
        assert_eq!(value(&of, "compute.capacity_interim"), "8.85");
        // 3.198 PF from 3 May: 29 of 31 days, then seven whole months.
        assert_eq!(value(&of, "compute.allocated_pf_month"), "25.38");
        assert!(of.series.iter().all(|stretch| stretch.held <= stretch.allocatable));
        let share = of.figure("projects.regional_gwangju").and_then(|figure| figure.share_percent).expect("shown");
        assert_eq!(share.to_string(), "50.0");
        let next = year(&t, 2022);
        assert_eq!((value(&next, "projects.supported"), value(&next, "compute.cumulative_granted_total")), ("1".to_owned(), "0.16".to_owned()));
    }

    fn one_return_over_stretches_of_different_holding_counts_once(t) {
        // Eighty devices to September, then forty; all given back on 1 July.
        let (to, end) = (term((2021, 5, 3), (2021, 9, 1)), term((2021, 5, 3), (2022, 1, 1)));
        let of = award(&t, 1, "gpu-a100", 40, end, (true, true));
        append(&t, &of, "gpu-a100", 40, to, EntryKind::Increase);
        let new = service::adjustment::NewReturn {
            project: of.project,
            award: of.award,
            pool: pool("gpu-a100"),
            amount: None,
            from: jiff::civil::date(2021, 7, 1),
            reason: String::new(),
        };
        t.center.write(&of.lead, |cx| service::adjustment::give_back(cx, new)).expect("may");
        let of = year(&t, 2021);
        // 80 × 0.0195 = 1.56, not 120 × 0.0195 = 2.34.
        assert_eq!(value(&of, "compute.returned_total"), "1.56");
        assert_eq!(of.figure("compute.returned_total").map(|figure| figure.rows), Some(1));
    }

    fn a_year_is_kept_until_the_ledger_or_the_capacity_changes(t) {
        let days = term((2021, 6, 1), (2021, 12, 1));
        let of = award(&t, 1, "gpu-a100", 8, days, (true, false));
        let first = year(&t, 2021);
        assert!(std::sync::Arc::ptr_eq(&first, &year(&t, 2021)), "nothing changed");
        append(&t, &of, "gpu-a100", 8, days, EntryKind::Increase);
        let second = year(&t, 2021);
        assert_ne!(value(&first, "compute.cumulative_granted_total"), value(&second, "compute.cumulative_granted_total"));
        let lower = service::capacity::NewCapacity {
            pool: pool("gpu-a100"),
            rung: domain::capacity::Rung::Allocatable,
            delta: Amount(-64),
            term: term((2021, 12, 1), (2022, 6, 1)),
            note: "수리".to_owned(),
        };
        t.center.write(&testkit::actor(domain::access::Role::ResourceManager), |cx| service::capacity::add(cx, lower)).expect("lowered");
        assert_ne!(second.series, year(&t, 2021).series);
    }

    fn an_empty_year_has_its_figures_and_few_statements_are_enough(t) {
        let (of, statements) = t.center.counted(&Actor::visitor(Lang::Ko), |cx| service::statistics::year(cx, 2021)).expect("everybody may");
        assert_eq!(value(&of, "projects.supported"), "0");
        assert_eq!(value(&of, "compute.cumulative_granted_total"), "0.00");
        assert!(statements <= 6, "{statements} statements");
        assert!(t.center.read(&Actor::visitor(Lang::Ko), |cx| service::statistics::year(cx, 31_000)).is_err());
    }

    fn the_document_uses_the_published_sections_and_defines_each_figure(t) {
        award(&t, 1, "gpu-a100", 100, term((2021, 5, 3), (2022, 1, 1)), (true, false));
        let of = year(&t, 2021);
        let document = of.document();
        assert_eq!(document["projects"]["supported"]["value"], 1);
        assert_eq!(document["compute"]["cumulative_granted_total"]["value"].to_string(), "1.95");
        assert_eq!(document["projects"]["regional_gwangju"]["share_percent_published"].to_string(), "100.0");
        assert_eq!(document["compute"]["cumulative_granted_total"]["rows"], 1);
        for figure in &of.figures {
            assert!(Texts::has(&figure.text()), "{}", figure.text());
            assert!(Texts::has(&format!("{}-definition", figure.text())), "{}", figure.text());
        }
    }
}
