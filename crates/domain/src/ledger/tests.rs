use super::*;
use crate::ids::Id;
use jiff::civil::date;

fn award(n: u8) -> AwardId {
    AwardId::new(u64::from(n), [n; 10])
}

fn term(from: Date, to: Date) -> Term {
    Term::new(from, to).expect("valid")
}

fn entry(kind: EntryKind, delta: i64, from: Date, to: Date) -> NewEntry {
    NewEntry {
        award: award(1),
        pool: "gpu".parse().expect("a slug"),
        delta: Amount(delta),
        term: term(from, to),
        kind,
        corrects: None,
        reason: String::new(),
    }
}

fn chain(all: Vec<NewEntry>) -> Vec<Entry> {
    let mut out: Vec<Entry> = Vec::new();
    for new in all {
        let prev = out.last().map_or(GENESIS.to_owned(), |last| last.hash.clone());
        let seq = i64::try_from(out.len()).expect("few") + 1;
        out.push(Entry::chain(new, seq, prev, None, 1_600_000_000 + seq));
    }
    out
}

fn broken(entries: &[Entry]) -> Vec<ChainBreak> {
    let mut check = ChainCheck::default();
    entries.iter().filter_map(|entry| check.next(entry).err()).collect()
}

#[test]
fn altering_removing_or_swapping_any_entry_is_found() {
    let (a, b) = (date(2021, 5, 1), date(2022, 1, 1));
    let good = chain((1..=6).map(|n| entry(EntryKind::Grant, n, a, b)).collect());
    assert!(broken(&good).is_empty());
    for i in 0..good.len() {
        let mut altered = good.clone();
        altered[i].delta = Amount(99);
        assert_eq!(broken(&altered), [ChainBreak::Altered(altered[i].seq)]);
        // Even with its own hash made anew, the next entry no longer follows.
        altered[i].hash = altered[i].computed_hash();
        if i + 1 < good.len() {
            assert_eq!(broken(&altered), [ChainBreak::Unlinked(altered[i + 1].seq)]);
        }
        let mut removed = good.clone();
        removed.remove(i);
        assert_eq!(broken(&removed).is_empty(), i + 1 == good.len());
    }
}

#[test]
fn fields_cannot_run_into_each_other() {
    let (a, b) = (date(2021, 5, 1), date(2022, 1, 1));
    let mut one = chain(vec![entry(EntryKind::Grant, 1, a, b)]).remove(0);
    let mut two = one.clone();
    one.reason = "x1".to_owned();
    two.reason = "x".to_owned();
    two.at = format!("1{}", two.at).parse().expect("a number");
    assert_ne!(one.computed_hash(), two.computed_hash());
}

#[test]
fn an_entry_keeps_to_sign_past_grain_and_zero() {
    let today = date(2021, 6, 1);
    let (a, b) = (date(2021, 6, 1), date(2022, 1, 1));
    let holding: Steps = [(term(a, b), 8)].into_iter().collect();
    let check = |new: &NewEntry, grain| check_entry(new, &holding, grain, today).map_err(|reason| reason.code);
    assert_eq!(check(&entry(EntryKind::Return, -8, a, b), 8), Ok(()));
    assert_eq!(check(&entry(EntryKind::Return, 8, a, b), 8), Err(Code::NotAChoice));
    assert_eq!(check(&entry(EntryKind::Return, -4, a, b), 8), Err(Code::NotAMultiple));
    assert_eq!(check(&entry(EntryKind::Return, -9, a, b), 1), Err(Code::BelowZero));
    assert_eq!(check(&entry(EntryKind::Return, -1, date(2021, 5, 31), b), 1), Err(Code::ChangesThePast));
    assert_eq!(check(&entry(EntryKind::Return, -8, a, date(2022, 1, 2)), 8), Err(Code::BelowZero));
    let nameless = entry(EntryKind::Correct, -1, a, b);
    assert_eq!(check(&nameless, 1), Err(Code::NotAChoice));
}

#[test]
fn cumulative_grants_ignore_returns_and_what_never_began() {
    let year = term(date(2021, 1, 1), date(2022, 1, 1));
    let (may, july, end) = (date(2021, 5, 1), date(2021, 7, 1), date(2022, 1, 1));
    let sum = |all: Vec<NewEntry>| granted_cumulative(chain(all).iter(), year).0;
    assert_eq!(sum(vec![entry(EntryKind::Grant, 8, may, end), entry(EntryKind::Return, -4, july, end)]), 8);
    assert_eq!(sum(vec![entry(EntryKind::Grant, 8, may, end), entry(EntryKind::Increase, 4, july, end)]), 12);
    assert_eq!(sum(vec![entry(EntryKind::Grant, 8, may, end), entry(EntryKind::Expire, -8, may, end)]), 0);
    let next_year = date(2022, 3, 1);
    assert_eq!(sum(vec![entry(EntryKind::Grant, 8, next_year, date(2022, 6, 1))]), 0);
    let earlier = date(2020, 12, 1);
    assert_eq!(sum(vec![entry(EntryKind::Grant, 8, earlier, end), entry(EntryKind::Extend, 8, end, next_year)]), 0);
}

#[test]
fn a_return_over_stretches_counts_once_by_what_it_takes_back_on_its_first_day() {
    let year = term(date(2021, 1, 1), date(2022, 1, 1));
    let (may, july, september, end) = (date(2021, 5, 1), date(2021, 7, 1), date(2021, 9, 1), date(2022, 1, 1));
    let sum = |all: Vec<NewEntry>| {
        let (amount, times) = returned_cumulative(chain(all).iter(), year);
        (amount.0, times)
    };
    let held = || vec![entry(EntryKind::Grant, 8, may, end), entry(EntryKind::Decrease, -4, september, end)];
    let back = |of: Vec<NewEntry>| sum(held().into_iter().chain(of).collect());
    assert_eq!(back(vec![]), (4, 1));
    // All of it from July on: what was to go in September goes with it.
    let all = vec![entry(EntryKind::Return, -8, july, september), entry(EntryKind::Return, -4, september, end)];
    assert_eq!(back(all).0, 8);
    let grown = |of: Vec<NewEntry>| {
        let grants = [entry(EntryKind::Grant, 4, may, end), entry(EntryKind::Grant, 4, may, september)];
        sum(grants.into_iter().chain(of).collect())
    };
    let all = vec![entry(EntryKind::Return, -8, july, september), entry(EntryKind::Return, -4, september, end)];
    assert_eq!(grown(all), (8, 1));
    let six = vec![entry(EntryKind::Return, -6, july, september), entry(EntryKind::Return, -4, september, end)];
    assert_eq!(grown(six), (6, 1));
    let two = vec![entry(EntryKind::Return, -2, july, end), entry(EntryKind::Return, -2, september, end)];
    assert_eq!(grown(two), (4, 2));
    // Of the next year, nothing.
    assert_eq!(grown(vec![entry(EntryKind::Return, -4, date(2022, 1, 1), date(2022, 2, 1))]), (0, 0));
}
