//! The check of the whole database: silent on a sound one, and for every rule a row altered by hand
//! that it names.

use domain::access::Role;
use domain::ids::PoolId;
use domain::ledger::{Entry, EntryKind, NewEntry};
use domain::units::Amount;
use service::Actor;
use service::adjustment::NewReturn;
use service::check::{CheckReport, Rule};
use store::sql::EngineKind;
use testkit::{TestAward, TestCenter, TestDb, TestLine, actor, on_both_engines, term};

fn pool() -> PoolId {
    "gpu-a100".parse().expect("a slug")
}

fn lived(t: &TestCenter) -> TestAward {
    let days = term((2021, 5, 3), (2021, 9, 1));
    let line = TestLine { pool: "gpu-a100", product: "gpu_long", grain: 8, term: days };
    let of = t.add_award(1, &[line], (false, false));
    for (amount, kind) in [(64, EntryKind::Grant), (16, EntryKind::Increase)] {
        append(t, &of, amount, kind, None);
    }
    let new = NewReturn {
        project: of.project,
        award: of.award,
        pool: pool(),
        amount: Some(Amount(16)),
        from: days.from(),
        reason: String::new(),
    };
    t.center.write(&of.lead, |cx| service::adjustment::give_back(cx, new)).expect("may");
    append(t, &of, -8, EntryKind::Correct, Some(1));
    t.db.db.write(|tx| testkit::hold_offer(tx, &of, 1, &pool(), 8, days)).expect("held");
    of
}

fn append(t: &TestCenter, of: &TestAward, amount: i64, kind: EntryKind, corrects: Option<i64>) {
    let days = term((2021, 5, 3), (2021, 9, 1));
    let new = NewEntry {
        award: of.award,
        pool: pool(),
        delta: Amount(amount),
        term: days,
        kind,
        corrects,
        reason: String::new(),
    };
    t.center
        .write(&Actor::clock(), |cx| {
            let entries = service::ledger::append(cx, vec![(new, 8)])?;
            entries
                .iter()
                .filter(|entry| entry.kind == EntryKind::Correct)
                .try_for_each(|entry| service::freed::record(cx, entry))
        })
        .expect("fits");
}

/// The same as [`after`] on a center that lived.
fn harmed(t: &TestCenter, harm: &[&str]) -> Vec<(Rule, String)> {
    lived(t);
    after(t, harm)
}

/// A later increase, with what it took of freed capacity on record or not.
fn increase(t: &TestCenter, of: &TestAward, on_record: bool) {
    t.set((2021, 5, 4), 12);
    let days = term((2021, 5, 4), (2021, 9, 1));
    let new = NewEntry {
        award: of.award,
        pool: pool(),
        delta: Amount(8),
        term: days,
        kind: EntryKind::Increase,
        corrects: None,
        reason: String::new(),
    };
    t.center
        .write(&Actor::clock(), |cx| {
            let entries = service::ledger::append(cx, vec![(new, 8)])?;
            if on_record { entries.iter().try_for_each(|entry| service::freed::granted(cx, entry)) } else { Ok(()) }
        })
        .expect("fits");
}

fn check(t: &TestCenter) -> CheckReport {
    t.center.read(&actor(Role::Auditor), service::check::run).expect("runs")
}

/// Alters the database by hand and answers the rules that the check then finds broken.
fn after(t: &TestCenter, harm: &[&str]) -> Vec<(Rule, String)> {
    t.db.db
        .write(|tx| -> store::Result<()> {
            for sql in harm {
                assert!(tx.run(sql, &[])? > 0, "{sql} touches nothing");
            }
            Ok(())
        })
        .expect("altered");
    let report = check(t);
    assert!(!report.sound());
    report.findings.into_iter().map(|finding| (finding.rule, finding.row)).collect()
}

/// Writes an entry with a proper hash but past every rule, as a faulty program would.
fn forge(
    t: &TestCenter,
    of: &TestAward,
    delta: i64,
    kind: EntryKind,
    corrects: Option<i64>,
    from: (i16, i8, i8),
) -> Vec<(Rule, String)> {
    t.db.db
        .write(|tx| -> store::Result<()> {
            let (seq, hash) = store::ledger::head(tx)?;
            let days = term(from, (2021, 9, 1));
            let new = NewEntry {
                award: of.award,
                pool: pool(),
                delta: Amount(delta),
                term: days,
                kind,
                corrects,
                reason: String::new(),
            };
            store::ledger::append(tx, &Entry::chain(new, seq + 1, hash, None, t.center.now().as_second()))
        })
        .expect("forged");
    check(t).findings.into_iter().map(|finding| (finding.rule, finding.row)).collect()
}

fn rules(found: &[(Rule, String)]) -> Vec<Rule> {
    let mut rules: Vec<Rule> = found.iter().map(|(rule, _)| *rule).collect();
    rules.dedup();
    rules
}

on_both_engines! {
    fn a_sound_database_passes(t) {
        lived(&t);
        let report = check(&t);
        assert!(report.sound(), "{report:?}");
        assert_eq!((report.entries, report.awards), (4, 1));
        assert!(report.audit_rows > 0);
        assert!(t.center.read(&actor(Role::Operator), service::check::run).is_err());
    }

    fn a_copy_brought_back_is_sound_and_complete_and_never_goes_over_anything(t) {
        lived(&t);
        let folder = tempfile::tempdir().expect("a folder");
        let (file, again) = (folder.path().join("copy.db"), folder.path().join("again.db"));
        t.db.db.copy_to(&file).expect("copied");
        store::Db::verify_file(&file).expect("sound");
        let other = match t.db.db.kind() {
            EngineKind::Sqlite => TestDb::sqlite(),
            EngineKind::Postgres => TestDb::postgres(),
        };
        let rows = other.db.fill_from(&file).expect("filled").expect("it was empty");
        assert_eq!(other.db.fill_from(&file).expect("looked at"), None, "it is full now");
        other.db.copy_to(&again).expect("copied");
        assert_eq!(TestDb::sqlite().db.fill_from(&again).expect("filled"), Some(rows));
        let back = TestCenter::on(other);
        let (before, after) = (check(&t), check(&back));
        assert!(after.sound(), "{after:?}");
        assert_eq!((before.entries, before.awards, before.audit_rows), (after.entries, after.awards, after.audit_rows));
        assert!(before.audit_rows > 0);
        // What the copy lacked was told: nothing of a file that is no database comes in.
        std::fs::write(&again, "not a database").expect("written");
        let empty = TestDb::sqlite();
        assert!(empty.db.fill_from(&again).is_err());
        assert_eq!(empty.db.fill_from(&file).expect("filled"), Some(rows));
    }

    fn an_altered_entry_is_named(t) {
        lived(&t);
        let found = after(&t, &["UPDATE ledger_entry SET reason = 'other' WHERE seq = 2"]);
        assert_eq!(found, [(Rule::LedgerChain, "2".to_owned())]);
    }

    fn an_entry_altered_with_its_own_hash_breaks_the_next(t) {
        lived(&t);
        let entry = t.db.db.read(|tx| store::ledger::find(tx, 2)).expect("readable").expect("there");
        let altered = Entry { reason: "other".to_owned(), ..entry };
        let sql = format!("UPDATE ledger_entry SET reason = 'other', hash = '{}' WHERE seq = 2", altered.computed_hash());
        assert_eq!(after(&t, &[&sql]), [(Rule::LedgerChain, "3".to_owned())]);
    }

    fn a_removed_entry_is_noticed(t) {
        lived(&t);
        let found = after(&t, &["DELETE FROM ledger_entry WHERE seq = 2"]);
        assert!(found.contains(&(Rule::LedgerChain, "3".to_owned())), "{found:?}");
    }

    fn a_removed_last_entry_is_noticed_by_the_sums(t) {
        lived(&t);
        let found = after(&t, &["DELETE FROM freed WHERE ledger_seq = 4", "DELETE FROM ledger_entry WHERE seq = 4"]);
        assert!(rules(&found).contains(&Rule::Steps), "{found:?}");
        assert!(found.contains(&(Rule::LedgerChain, "4".to_owned())), "{found:?}");
    }

    fn an_altered_audit_row_is_named(t) {
        lived(&t);
        let found = after(&t, &["UPDATE audit SET actor_name = 'nobody' WHERE seq = 1"]);
        assert_eq!(found, [(Rule::AuditChain, "1".to_owned())]);
    }

    fn altered_sums_are_named_by_pool_and_day(t) {
        lived(&t);
        let found = after(&t, &["UPDATE pool_step SET delta = delta + 1 WHERE pool_id = 'gpu-a100' AND kind = 'held' AND on_date = '2021-05-03'"]);
        assert_eq!(found, [(Rule::Steps, "gpu-a100 held 2021-05-03".to_owned())]);
    }

    fn an_offer_altered_behind_the_sums_is_noticed(t) {
        lived(&t);
        let found = after(&t, &["UPDATE offer_line SET amount = 9"]);
        assert_eq!(rules(&found), [Rule::Steps]);
        assert!(found[0].1.starts_with("gpu-a100 offered"), "{found:?}");
    }

    fn capacity_taken_from_under_awards_is_named_by_pool_and_day(t) {
        lived(&t);
        let found = after(&t, &["UPDATE capacity_entry SET delta = 50 WHERE pool_id = 'gpu-a100' AND rung = 'allocatable'"]);
        assert_eq!(found, [(Rule::Capacity, "gpu-a100 2021-05-03".to_owned())]);
    }

    fn rungs_out_of_order_are_named(t) {
        lived(&t);
        let found = after(&t, &["UPDATE capacity_entry SET delta = 163 WHERE pool_id = 'gpu-a100' AND rung = 'leased'"]);
        assert_eq!(found, [(Rule::Ladder, "gpu-a100".to_owned())]);
    }

    fn entries_that_break_a_rule_of_the_ledger_are_named(t) {
        let of = lived(&t);
        let row = format!("{} gpu-a100", of.award);
        assert_eq!(forge(&t, &of, 4, EntryKind::Increase, None, (2021, 6, 1)), [(Rule::Grain, row.clone())]);
        assert_eq!(forge(&t, &of, 4, EntryKind::Increase, None, (2021, 5, 2)), [(Rule::Past, "6".to_owned()), (Rule::Grain, row.clone())]);
        let found = forge(&t, &of, -200, EntryKind::Correct, None, (2021, 5, 1));
        assert!(found.contains(&(Rule::Correction, "7".to_owned())), "{found:?}");
        assert!(found.contains(&(Rule::BelowZero, row)), "{found:?}");
        let found = forge(&t, &of, 200, EntryKind::Correct, Some(99), (2021, 5, 1));
        assert!(found.contains(&(Rule::Correction, "8".to_owned())), "{found:?}");
        let found = forge(&t, &of, 8, EntryKind::Decrease, None, (2021, 6, 1));
        assert!(found.contains(&(Rule::Sign, "9".to_owned())), "{found:?}");
    }

    fn freed_capacity_that_is_not_on_record_or_went_twice_is_named(t) {
        lived(&t);
        let freed = t.db.db.read(|tx| store::freed::list(tx, 0, 1)).expect("readable").remove(0);
        let part = |position, amount| store::freed::ReallocationRow {
            freed: freed.id, position, offer: None, ledger_seq: Some(2), amount: Amount(amount),
            from_on: freed.from_on, to_on: freed.to_on, offered_at: t.center.now(), taken_at: Some(t.center.now()), given_back_at: None,
        };
        t.db.db.write(|tx| store::freed::add_part(tx, &part(1, 16))).expect("noted");
        assert!(check(&t).sound());
        t.db.db.write(|tx| store::freed::add_part(tx, &part(2, 1))).expect("noted");
        let found: Vec<_> = check(&t).findings.into_iter().map(|f| (f.rule, f.row)).collect();
        assert_eq!(found, [(Rule::Freed, freed.id.to_string()), (Rule::Freed, "2".to_owned())]);
        let found = after(&t, &["DELETE FROM reallocation", "DELETE FROM freed"]);
        assert_eq!(found, [(Rule::Freed, "3".to_owned()), (Rule::Freed, "4".to_owned())]);
    }

    fn a_holding_without_its_line_is_named(t) {
        let of = lived(&t);
        let found = after(&t, &["DELETE FROM award_line"]);
        assert_eq!(found, [(Rule::Reference, format!("{} gpu-a100", of.award)), (Rule::State, of.award.to_string())]);
    }

    fn an_engine_that_has_more_than_the_ledger_gives_is_named(t) {
        let of = lived(&t);
        let fake = service::engine::Fake::default();
        service::engine::sync(&t.center, &fake).expect("ran");
        assert!(check(&t).sound());
        let row = format!("fake {}", of.project);
        let found = after(&t, &["UPDATE engine_sync SET desired = REPLACE(desired, ':56', ':64')"]);
        assert_eq!(found, [(Rule::Engine, row.clone()), (Rule::Engine, row.clone())], "too much, and not what was seen");
        let found = after(&t, &["UPDATE engine_sync SET observed = REPLACE(observed, ':56', ':64')"]);
        assert_eq!(found, [(Rule::Engine, row.clone()), (Rule::Engine, row.clone())], "both too much");
        let found = after(&t, &["UPDATE engine_sync SET observed = 'zzz'"]);
        assert_eq!(found, [(Rule::Unreadable, row)]);
    }

    fn what_an_engine_kept_while_nothing_ran_breaks_nothing(t) {
        lived(&t);
        let fake = service::engine::Fake::default();
        let round = || assert!(service::engine::lease(&t.center, "one").expect("asked"));
        round();
        service::engine::sync(&t.center, &fake).expect("ran");
        t.set((2021, 9, 20), 9);
        let engine = |report: &CheckReport| report.findings.iter().any(|one| one.rule == Rule::Engine);
        assert!(!engine(&check(&t)), "no round since the award ended: {:?}", check(&t));
        round();
        assert!(engine(&check(&t)), "a round that left it as it was");
    }

    fn what_took_freed_capacity_must_be_on_record(t) {
        let of = lived(&t);
        increase(&t, &of, true);
        let report = check(&t);
        assert!(report.sound(), "{report:?}");
        assert_eq!(after(&t, &["DELETE FROM reallocation"]), [(Rule::Freed, "5".to_owned())]);
    }

    fn an_increase_that_passed_by_freed_capacity_is_named(t) {
        let of = lived(&t);
        increase(&t, &of, false);
        let found: Vec<_> = check(&t).findings.into_iter().map(|f| (f.rule, f.row)).collect();
        assert_eq!(found, [(Rule::Freed, "5".to_owned())]);
    }

    fn parts_that_went_to_something_else_are_named(t) {
        let of = lived(&t);
        increase(&t, &of, true);
        let found = after(&t, &["UPDATE reallocation SET ledger_seq = 1"]);
        assert_eq!(found, [(Rule::Freed, "1".to_owned()), (Rule::Freed, "5".to_owned())]);
        after(&t, &["UPDATE reallocation SET ledger_seq = 5, amount = 12"]);
        let found = after(&t, &["UPDATE reallocation SET amount = 8, taken_at = NULL"]);
        assert_eq!(rules(&found), [Rule::Freed]);
        let found = after(&t, &["UPDATE reallocation SET taken_at = offered_at, ledger_seq = NULL, offer_id = (SELECT id FROM offer WHERE state = 'open')"]);
        assert_eq!(rules(&found), [Rule::Freed]);
    }

    fn freed_capacity_of_another_instant_is_named(t) {
        let found = harmed(&t, &["UPDATE freed SET freed_at = freed_at - 1 WHERE ledger_seq = 3"]);
        assert!(found.contains(&(Rule::Freed, "3".to_owned())), "{found:?}");
    }

    fn a_correction_that_freed_something_must_be_on_record(t) {
        assert_eq!(harmed(&t, &["DELETE FROM freed WHERE ledger_seq = 4"]), [(Rule::Freed, "4".to_owned())]);
    }

    fn a_line_that_differs_from_product_or_ledger_is_named(t) {
        let of = lived(&t);
        let row = format!("{} gpu-a100", of.award);
        assert_eq!(after(&t, &["UPDATE award_line SET grain = 1"]), [(Rule::Line, row.clone())]);
        let found = after(&t, &["UPDATE award_line SET grain = 8, end_on = '2021-10-01'"]);
        assert_eq!(found, [(Rule::Line, row)]);
    }

    fn states_that_contradict_are_named(t) {
        let of = lived(&t);
        let award = of.award.to_string();
        let found = after(&t, &[&format!("UPDATE offer SET state = 'declined' WHERE id = '{}'", of.offer)]);
        assert_eq!(found, [(Rule::State, award)]);
        let lead = of.lead.user.expect("an account");
        let found = after(&t, &[
            &format!("UPDATE offer SET state = 'accepted' WHERE id = '{}'", of.offer),
            &format!("UPDATE adjustment SET kind = 'decrease', decided_by = '{lead}'"),
        ]);
        assert_eq!(rules(&found), [Rule::State]);
        let put_right = |sql: &str| t.db.db.write(|tx| tx.run(sql, &[])).expect("put right");
        put_right("UPDATE adjustment SET kind = 'return', decided_by = NULL");
        for (lie, truth, table) in [
            ("UPDATE agreement SET countersigned_by = signed_by", "UPDATE agreement SET countersigned_by = (SELECT id FROM users WHERE name = 'center')", "agreement"),
            ("UPDATE agreement SET state = 'lapsed'", "UPDATE agreement SET state = 'concluded'", "award"),
            ("UPDATE project SET state = 'data_only'", "UPDATE project SET state = 'active'", "award"),
            ("UPDATE project SET state = 'withdrawn'", "UPDATE project SET state = 'active'", "project"),
            ("UPDATE award SET state = 'ended'", "UPDATE award SET state = 'active'", "award"),
            ("UPDATE project_member SET tie = 'member'", "UPDATE project_member SET tie = 'lead'", "project"),
            ("UPDATE adjustment SET kind = 'increase'", "UPDATE adjustment SET kind = 'return'", "adjustment"),
        ] {
            let found = after(&t, &[lie]);
            let tables: Vec<_> = check(&t).findings.iter().map(|one| one.table).collect();
            assert!(rules(&found) == [Rule::State] && tables.contains(&table), "{lie}: {found:?}");
            put_right(truth);
            assert!(check(&t).sound(), "{truth}: {:?}", check(&t));
        }
        let found = after(&t, &[&format!("UPDATE call SET drafted_by = '{lead}', published_by = '{lead}'")]);
        assert!(found.iter().any(|(rule, row)| *rule == Rule::State && !row.contains(&lead.to_string())), "{found:?}");
        assert_eq!(check(&t).findings.iter().filter(|one| one.table == "call").count(), 1);
    }

    fn an_unknown_word_is_named_and_the_rest_still_checked(t) {
        lived(&t);
        let found = after(&t, &[
            "UPDATE ledger_entry SET kind = 'zzz' WHERE seq = 2",
            "UPDATE audit SET actor_name = 'nobody' WHERE seq = 1",
        ]);
        assert_eq!(found[0], (Rule::Unreadable, "2".to_owned()));
        assert!(found.contains(&(Rule::AuditChain, "1".to_owned())), "{found:?}");
    }

    fn a_chain_cut_at_its_end_is_noticed(t) {
        lived(&t);
        let last = check(&t).audit_rows;
        let found = after(&t, &[&format!("DELETE FROM audit WHERE seq = {last}")]);
        assert_eq!(found, [(Rule::AuditChain, last.to_string())]);
    }

    fn a_removed_audit_trail_is_noticed(t) {
        lived(&t);
        let last = check(&t).audit_rows;
        assert_eq!(after(&t, &["DELETE FROM audit"]), [(Rule::AuditChain, last.to_string())]);
    }
}

#[test]
fn a_number_that_is_none_is_named() {
    let t = TestCenter::new(TestDb::sqlite());
    let found = harmed(&t, &["UPDATE ledger_entry SET delta = 'abc' WHERE seq = 2"]);
    assert_eq!(found[0], (Rule::Unreadable, "2".to_owned()));
}

#[test]
fn every_rule_has_a_text() {
    assert_eq!(texts::missing_words::<Rule>(), [] as [String; 0]);
}
