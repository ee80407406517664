//! The allocation ledger: append-only, hash-chained entries from which every holding follows.
//!
//! An entry changes what one award holds in one pool by `delta` on every day of its term. What an
//! award holds on a day is the sum of its entries on that day; nothing is ever updated.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::ids::{AwardId, PoolId, UserId};
use crate::reason::{Code, Reason};
use crate::steps::Steps;
use crate::term::Term;
use crate::units::Amount;

words! {
    /// Why a holding changes (domain.md §6).
    EntryKind in "entry" {
        /// The award as accepted.
        Grant = "grant",
        /// More, as approved.
        Increase = "increase",
        /// Less, as approved.
        Decrease = "decrease",
        /// Given back by the project.
        Return = "return",
        /// Taken back by the center.
        Reclaim = "reclaim",
        /// The same for longer.
        Extend = "extend",
        /// Moved from or to another award.
        Transfer = "transfer",
        /// Days made up for an outage.
        OutageCredit = "outage_credit",
        /// Ended before its time without the project's doing: an award withdrawn before it began.
        Expire = "expire",
        /// Puts an earlier entry right.
        Correct = "correct",
    }
}

impl EntryKind {
    /// Whether entries of this kind may add (`+`), take (`-`) or do both.
    #[must_use]
    pub fn allows(self, delta: Amount) -> bool {
        match self {
            Self::Grant | Self::Increase | Self::Extend | Self::OutageCredit => delta.0 > 0,
            Self::Decrease | Self::Return | Self::Reclaim | Self::Expire => delta.0 < 0,
            Self::Transfer | Self::Correct => delta.0 != 0,
        }
    }
}

/// A change that someone wants to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEntry {
    /// Whose holding changes.
    pub award: AwardId,
    /// In which pool.
    pub pool: PoolId,
    /// By how much, on every day of `term`.
    pub delta: Amount,
    /// The days.
    pub term: Term,
    /// Why.
    pub kind: EntryKind,
    /// The entry that a `correct` puts right.
    pub corrects: Option<i64>,
    /// In words, for people.
    pub reason: String,
}

/// A written entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its place in the chain, from 1 without gaps.
    pub seq: i64,
    /// Whose holding changes.
    pub award: AwardId,
    /// In which pool.
    pub pool: PoolId,
    /// By how much, on every day of `term`.
    pub delta: Amount,
    /// The days.
    pub term: Term,
    /// Why.
    pub kind: EntryKind,
    /// The entry that a `correct` puts right.
    pub corrects: Option<i64>,
    /// In words, for people.
    pub reason: String,
    /// Who wrote it; `None` is the clock.
    pub actor: Option<UserId>,
    /// When it was written, in Unix seconds.
    pub at: i64,
    /// The hash of the entry before, or [`GENESIS`].
    pub prev_hash: String,
    /// The hash of this entry with `prev_hash`.
    pub hash: String,
}

/// What the first entry follows.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

impl Entry {
    /// Makes the entry that follows `seq - 1` with hash `prev_hash`.
    #[must_use]
    pub fn chain(new: NewEntry, seq: i64, prev_hash: String, actor: Option<UserId>, at: i64) -> Self {
        let mut entry = Self {
            seq,
            award: new.award,
            pool: new.pool,
            delta: new.delta,
            term: new.term,
            kind: new.kind,
            corrects: new.corrects,
            reason: new.reason,
            actor,
            at,
            prev_hash,
            hash: String::new(),
        };
        entry.hash = entry.computed_hash();
        entry
    }

    /// SHA-256 (hex) over every field but the hash itself, each preceded by its length, so that no
    /// two different entries give the same bytes.
    #[must_use]
    pub fn computed_hash(&self) -> String {
        let mut hasher = Sha256::new();
        let mut field = |text: &str| {
            hasher.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
            hasher.update(text.as_bytes());
        };
        field(&self.seq.to_string());
        field(&self.award.to_string());
        field(self.pool.as_str());
        field(&self.delta.0.to_string());
        field(&self.term.from().to_string());
        field(&self.term.to().to_string());
        field(self.kind.as_str());
        field(&self.corrects.map(|seq| seq.to_string()).unwrap_or_default());
        field(&self.reason);
        field(&self.actor.map(|user| user.to_string()).unwrap_or_default());
        field(&self.at.to_string());
        field(&self.prev_hash);
        hex(&hasher.finalize())
    }
}

/// Bytes as lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// What is wrong with a chain of entries.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainBreak {
    /// An entry is missing before this one.
    #[error("entry {found} follows entry {after}: one or more are missing")]
    Gap {
        /// The entry before.
        after: i64,
        /// The entry found.
        found: i64,
    },
    /// The entry does not name the hash of the one before.
    #[error("entry {0} does not follow the entry before it")]
    Unlinked(i64),
    /// The entry's content does not give its hash: it was altered.
    #[error("entry {0} was altered after it was written")]
    Altered(i64),
}

/// Follows a chain entry by entry.
#[derive(Clone, Debug)]
pub struct ChainCheck {
    seq: i64,
    hash: String,
}

impl Default for ChainCheck {
    fn default() -> Self {
        Self { seq: 0, hash: GENESIS.to_owned() }
    }
}

impl ChainCheck {
    /// Takes the next entry.
    ///
    /// # Errors
    /// [`ChainBreak`] if it does not follow; the check goes on from it all the same.
    pub fn next(&mut self, entry: &Entry) -> Result<(), ChainBreak> {
        let (after, expected) = (self.seq, std::mem::replace(&mut self.hash, entry.hash.clone()));
        self.seq = entry.seq;
        if entry.seq != after + 1 {
            return Err(ChainBreak::Gap { after, found: entry.seq });
        }
        if entry.prev_hash != expected {
            return Err(ChainBreak::Unlinked(entry.seq));
        }
        if entry.computed_hash() != entry.hash {
            return Err(ChainBreak::Altered(entry.seq));
        }
        Ok(())
    }
}

/// Checks a new entry against what its award holds in the pool, without the entry (`holding`),
/// and against today. The capacity rule is apart: [`crate::capacity::shortfalls`].
///
/// # Errors
/// Why it may not be written: wrong sign, changes the past, off the product's `grain`, or below
/// zero.
pub fn check_entry(new: &NewEntry, holding: &Steps, grain: i64, today: Date) -> Result<(), Reason> {
    if !new.kind.allows(new.delta) || (new.kind == EntryKind::Correct) != new.corrects.is_some() {
        return Err(Reason::new(Code::NotAChoice).with("word", new.kind.as_str()));
    }
    if new.kind != EntryKind::Correct && new.term.from() < today {
        return Err(Reason::new(Code::ChangesThePast).with("from", new.term.from()).with("today", today));
    }
    let about = |code: Code| Reason::new(code).with("pool", new.pool.as_str());
    let mut after = holding.clone();
    after.add(new.term, new.delta.0);
    for (stretch, value) in after.within(new.term) {
        if value < 0 {
            return Err(about(Code::BelowZero).with("day", stretch.from()).with("value", value));
        }
        if grain > 1 && value % grain != 0 {
            return Err(about(Code::NotAMultiple).with("grain", grain).with("value", value));
        }
    }
    Ok(())
}

/// How much of an award's grants and increases took effect within `period`, in one pool: on each
/// day on which a grant or increase starts, the lesser of what these entries add and what the
/// holding really rose by. So what was withdrawn before it began does not count, and later
/// returns do not subtract (domain.md §2, 누적 지원).
#[must_use]
pub fn granted_cumulative<'a>(entries: impl Iterator<Item = &'a Entry> + Clone, period: Term) -> Amount {
    let holding: Steps = entries.clone().map(|entry| (entry.term, entry.delta.0)).collect();
    let mut added = std::collections::BTreeMap::new();
    for entry in entries.filter(|entry| matches!(entry.kind, EntryKind::Grant | EntryKind::Increase)) {
        *added.entry(entry.term.from()).or_insert(0) += entry.delta.0;
    }
    added
        .into_iter()
        .filter(|(day, _)| period.contains(*day))
        .map(|(day, sum)| {
            let before = crate::term::add_days(day, -1);
            Amount((holding.on(day) - holding.on(before)).clamp(0, sum))
        })
        .sum()
}

/// How much of an award's returns and decreases took effect within `period`, in one pool, and how
/// many they were. Over stretches of different holding a return is several entries, written one
/// after the other; it counts once, by what it takes back on its first day. On each day, what the
/// returns that start take back counts as far as the holding really fell, as with
/// [`granted_cumulative`].
#[must_use]
pub fn returned_cumulative<'a>(entries: impl Iterator<Item = &'a Entry> + Clone, period: Term) -> (Amount, i64) {
    let holding: Steps = entries.clone().map(|entry| (entry.term, entry.delta.0)).collect();
    let mut taken = std::collections::BTreeMap::new();
    let mut before: Option<&Entry> = None;
    for entry in entries.filter(|entry| matches!(entry.kind, EntryKind::Return | EntryKind::Decrease)) {
        // Another return of the same award cannot begin where the last one ends: that one went to
        // the end of what was held, and an entry that holds for longer would stand between them.
        let goes_on = before.is_some_and(|last| {
            entry.seq == last.seq + 1 && entry.kind == last.kind && entry.term.from() >= last.term.to()
        });
        before = Some(entry);
        if !goes_on {
            let (sum, count) = taken.entry(entry.term.from()).or_insert((0, 0));
            *sum -= entry.delta.0;
            *count += 1;
        }
    }
    let mut all = (Amount(0), 0);
    for (day, (sum, count)) in taken.into_iter().filter(|(day, _)| period.contains(*day)) {
        let fell = holding.on(crate::term::add_days(day, -1)) - holding.on(day);
        all.0 = Amount(all.0.0.saturating_add(fell.clamp(0, sum)));
        all.1 += count;
    }
    all
}

#[cfg(test)]
mod tests;
