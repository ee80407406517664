//! Writing the ledger: the one place through which holdings change.

use domain::capacity::{Shortfall, horizon, shortfalls};
use domain::ids::PoolId;
use domain::ledger::{Entry, EntryKind, NewEntry, check_entry};
use domain::steps::Steps;
use domain::term::Term;
use domain::units::Amount;
use jiff::civil::Date;
use store::award::AwardLine;

use crate::{Cx, Error, Outcome};

/// Writes entries in order: each keeps to sign, past, grain and zero, and after all of them every
/// pool stays within what is allocatable on every day that they add to. Authorization and audit
/// are the calling use case's.
///
/// # Errors
/// [`Error::Conflict`] for a rule of the entry, [`Error::OverCapacity`] with days and shortfall.
pub fn append(cx: &mut Cx<'_, '_>, entries: Vec<(NewEntry, i64)>) -> Outcome<Vec<Entry>> {
    let (mut seq, mut hash) = store::ledger::head(cx.tx)?;
    let mut written: Vec<Entry> = Vec::with_capacity(entries.len());
    for (new, grain) in entries {
        let holding = store::ledger::holding(cx.tx, new.award, &new.pool)?;
        check_entry(&new, &holding, grain, cx.today()).map_err(Error::conflict)?;
        seq += 1;
        let entry = Entry::chain(new, seq, hash.clone(), cx.actor.user, cx.now.as_second());
        store::ledger::append(cx.tx, &entry)?;
        hash.clone_from(&entry.hash);
        written.push(entry);
    }
    let mut short = Vec::new();
    for (position, entry) in written.iter().enumerate() {
        let first = !written[..position].iter().any(|other| other.pool == entry.pool);
        if first {
            let adds: Vec<Term> = written
                .iter()
                .filter(|other| other.pool == entry.pool && other.delta.0 > 0)
                .map(|other| other.term)
                .collect();
            short.extend(over(cx, &entry.pool, &adds)?);
        }
    }
    if short.is_empty() { Ok(written) } else { Err(Error::OverCapacity(short)) }
}

/// The days of `terms` on which a pool has promised more than is allocatable, as it stands in this
/// transaction.
///
/// # Errors
/// Database errors only.
pub fn over(cx: &mut Cx<'_, '_>, pool: &PoolId, terms: &[Term]) -> Outcome<Vec<Shortfall>> {
    let (Some(from), Some(to)) = (terms.iter().map(|term| term.from()).min(), terms.iter().map(|term| term.to()).max())
    else {
        return Ok(Vec::new());
    };
    let allocatable = store::capacity::ladder(cx.tx, pool)?.allocatable;
    let promised = store::ledger::promised(cx.tx, pool)?;
    let span = Term::new(from, to).map_err(Error::internal)?;
    let days = |short: &Shortfall| terms.iter().any(|term| term.intersect(short.term).is_some());
    Ok(shortfalls(pool, &allocatable, &promised, span).into_iter().filter(days).collect())
}

/// Takes all that an award holds of a pool from a day on, and hands it on.
///
/// # Errors
/// As [`append`].
pub(crate) fn let_go(cx: &mut Cx<'_, '_>, line: &AwardLine, from: Date, kind: EntryKind, reason: &str) -> Outcome<()> {
    let holding = store::ledger::holding(cx.tx, line.award, &line.pool)?;
    let held = holding.within(horizon(from)).into_iter().filter(|(_, amount)| *amount > 0);
    let entry = |(term, amount): (Term, i64)| {
        let new = NewEntry {
            award: line.award,
            pool: line.pool.clone(),
            delta: Amount(-amount),
            term,
            kind,
            corrects: None,
            reason: reason.to_owned(),
        };
        (new, line.grain.0)
    };
    let entries = append(cx, held.map(entry).collect())?;
    entries.iter().try_for_each(|entry| crate::freed::record(cx, entry))
}

/// The days of a term on which so much more could not be promised in a pool.
pub(crate) fn short(cx: &mut Cx<'_, '_>, pool: &PoolId, amount: i64, term: Term) -> Outcome<Vec<Shortfall>> {
    let allocatable = store::capacity::ladder(cx.tx, pool)?.allocatable;
    let mut promised = store::ledger::promised(cx.tx, pool)?;
    promised.add(term, amount);
    Ok(shortfalls(pool, &allocatable, &promised, term))
}

/// What is free in a pool on each day: allocatable less what is held and offered.
///
/// # Errors
/// Database errors only.
pub fn free(cx: &mut Cx<'_, '_>, pool: &PoolId) -> Outcome<Steps> {
    Ok(room(cx, pool)?.1)
}

/// What is allocatable in a pool on each day, and what of that is free.
pub(crate) fn room(cx: &mut Cx<'_, '_>, pool: &PoolId) -> Outcome<(Steps, Steps)> {
    let allocatable = store::capacity::ladder(cx.tx, pool)?.allocatable;
    let mut free = allocatable.clone();
    free.add_all(&store::ledger::promised(cx.tx, pool)?, -1);
    Ok((allocatable, free))
}

pub use store::ledger::{Filter, LedgerItem};

/// The columns of an entry in a file.
pub const COLUMNS: [&str; 14] = [
    "seq",
    "at",
    "project",
    "award",
    "pool",
    "kind",
    "delta",
    "from",
    "to",
    "corrects",
    "actor",
    "reason",
    "prev_hash",
    "hash",
];

/// An entry as a row of [`COLUMNS`]: words as the API has them, `at` in UTC, `to` the day after the last.
#[must_use]
pub fn row(item: &LedgerItem) -> [String; 14] {
    let entry = &item.entry;
    [
        entry.seq.to_string(),
        jiff::Timestamp::from_second(entry.at).map(|at| at.to_string()).unwrap_or_default(),
        item.number.clone(),
        entry.award.to_string(),
        entry.pool.to_string(),
        entry.kind.to_string(),
        entry.delta.to_string(),
        entry.term.from().to_string(),
        entry.term.to().to_string(),
        entry.corrects.map(|seq| seq.to_string()).unwrap_or_default(),
        entry.actor.map(|user| user.to_string()).unwrap_or_default(),
        entry.reason.clone(),
        entry.prev_hash.clone(),
        entry.hash.clone(),
    ]
}

/// Entries of all awards, newest first, before a place.
///
/// # Errors
/// [`Error::Forbidden`] unless the actor may read the ledger.
pub fn list(cx: &mut Cx<'_, '_>, filter: &Filter, before: Option<i64>, limit: i64) -> Outcome<Vec<LedgerItem>> {
    cx.require(domain::access::Act::LedgerRead, &[])?;
    Ok(store::ledger::list(cx.tx, filter, before, limit.clamp(1, 10_000))?)
}
