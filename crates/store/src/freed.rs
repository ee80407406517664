//! Freed capacity, and what became of it.

use domain::ids::{FreedId, OfferId, PoolId};
use domain::steps::Steps;
use domain::term::Term;
use domain::units::Amount;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::{Result, Tx, values};

mirror! {
    /// Capacity that an award gave up before its planned end.
    FreedRow in "freed" {
        /// Its id.
        id: FreedId = "id",
        /// The ledger entry that freed it.
        ledger_seq: i64 = "ledger_seq",
        /// The pool.
        pool: PoolId = "pool_id",
        /// How much, on every day.
        amount: Amount = "amount",
        /// The first day.
        from_on: Date = "from_on",
        /// The first day after the end.
        to_on: Date = "to_on",
        /// When.
        freed_at: Timestamp = "freed_at",
    }
}

mirror! {
    /// A part of freed capacity that went to an offer or an increase.
    ReallocationRow in "reallocation" {
        /// The freed capacity.
        freed: FreedId = "freed_id",
        /// The how-manieth part of it.
        position: i64 = "position",
        /// The offer that it went to.
        offer: Option<OfferId> = "offer_id",
        /// The ledger entry that it went to.
        ledger_seq: Option<i64> = "ledger_seq",
        /// How much, on every day.
        amount: Amount = "amount",
        /// The first day.
        from_on: Date = "from_on",
        /// The first day after the end.
        to_on: Date = "to_on",
        /// When it was offered (or granted at once).
        offered_at: Timestamp = "offered_at",
        /// When it was accepted.
        taken_at: Option<Timestamp> = "taken_at",
        /// When it came back unused: declined, lapsed, withdrawn.
        given_back_at: Option<Timestamp> = "given_back_at",
    }
}

/// Notes freed capacity, once per ledger entry; answers whether it is new.
///
/// # Errors
/// Database errors only.
pub fn insert(tx: &mut Tx<'_>, freed: &FreedRow) -> Result<bool> {
    let added = tx.run(
        "INSERT INTO freed (id, ledger_seq, pool_id, amount, from_on, to_on, freed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (ledger_seq) DO NOTHING",
        values![freed.id, freed.ledger_seq, freed.pool, freed.amount, freed.from_on, freed.to_on, freed.freed_at],
    )?;
    Ok(added == 1)
}

/// The freed capacity of a pool that touches `term`, oldest first.
///
/// # Errors
/// Database errors only.
pub fn touching(tx: &mut Tx<'_>, pool: &PoolId, term: Term) -> Result<Vec<FreedRow>> {
    let sql = format!(
        "SELECT {} FROM freed WHERE pool_id = $1 AND from_on < $2 AND to_on > $3 ORDER BY freed_at, ledger_seq",
        FreedRow::COLUMNS
    );
    tx.rows(&sql, values![pool, term.to(), term.from()])?.iter().map(FreedRow::read).collect()
}

/// What went from the freed capacity of a pool that touches `term`, parts given back included.
///
/// # Errors
/// Database errors only.
pub fn parts_touching(tx: &mut Tx<'_>, pool: &PoolId, term: Term) -> Result<Vec<ReallocationRow>> {
    tx.rows(
        "SELECT r.freed_id, r.position, r.offer_id, r.ledger_seq, r.amount, r.from_on, r.to_on, r.offered_at, r.taken_at, r.given_back_at
         FROM reallocation r JOIN freed f ON f.id = r.freed_id
         WHERE f.pool_id = $1 AND f.from_on < $2 AND f.to_on > $3 ORDER BY r.freed_id, r.position",
        values![pool, term.to(), term.from()],
    )?
    .iter()
    .map(ReallocationRow::read)
    .collect()
}

/// What of the freed capacity of a pool is idle on or after `day`: neither granted again nor on
/// offer.
///
/// # Errors
/// Database errors only.
pub fn idle(tx: &mut Tx<'_>, pool: &PoolId, day: Date) -> Result<Steps> {
    let rows = tx.rows(
        "SELECT from_on, to_on, amount FROM freed WHERE pool_id = $1 AND to_on > $2
         UNION ALL
         SELECT r.from_on, r.to_on, -r.amount FROM reallocation r JOIN freed f ON f.id = r.freed_id
         WHERE f.pool_id = $1 AND f.to_on > $2 AND r.given_back_at IS NULL",
        values![pool, day],
    )?;
    rows.iter().map(|row| Ok((crate::ledger::term(row, "from_on", "to_on")?, row.get("amount")?))).collect()
}

/// The same of the pool `p` on the day `$1` only, as a column. What became of freed capacity lies within
/// its days.
pub(crate) const IDLE_ON: &str = "(
    SELECT CAST(COALESCE(SUM(i.amount), 0) AS BIGINT) FROM (
        SELECT f.pool_id, f.amount FROM freed f WHERE f.from_on <= $1 AND f.to_on > $1
        UNION ALL
        SELECT f.pool_id, -r.amount FROM reallocation r JOIN freed f ON f.id = r.freed_id
        WHERE r.from_on <= $1 AND r.to_on > $1 AND r.given_back_at IS NULL
    ) i WHERE i.pool_id = p.id
) AS freed_idle";

/// Notes that a part of freed capacity went somewhere.
///
/// # Errors
/// Database errors only.
pub fn add_part(tx: &mut Tx<'_>, part: &ReallocationRow) -> Result<()> {
    part.put(tx)
}

/// Notes that an offer was accepted: its parts are taken.
///
/// # Errors
/// Database errors only.
pub fn take(tx: &mut Tx<'_>, offer: OfferId, at: Timestamp) -> Result<u64> {
    tx.run(
        "UPDATE reallocation SET taken_at = $2 WHERE offer_id = $1 AND taken_at IS NULL AND given_back_at IS NULL",
        values![offer, at],
    )
}

/// Notes that an offer came to nothing: its parts are free again.
///
/// # Errors
/// Database errors only.
pub fn give_back(tx: &mut Tx<'_>, offer: OfferId, at: Timestamp) -> Result<u64> {
    tx.run(
        "UPDATE reallocation SET given_back_at = $2 WHERE offer_id = $1 AND taken_at IS NULL AND given_back_at IS NULL",
        values![offer, at],
    )
}

/// All freed capacity after a place, oldest first.
///
/// # Errors
/// Database errors only.
pub fn list(tx: &mut Tx<'_>, after: i64, limit: i64) -> Result<Vec<FreedRow>> {
    let sql = format!("SELECT {} FROM freed WHERE ledger_seq > $1 ORDER BY ledger_seq LIMIT $2", FreedRow::COLUMNS);
    tx.rows(&sql, values![after, limit])?.iter().map(FreedRow::read).collect()
}

/// The parts of one piece of freed capacity, in order.
///
/// # Errors
/// Database errors only.
pub fn parts(tx: &mut Tx<'_>, freed: FreedId) -> Result<Vec<ReallocationRow>> {
    let sql = format!("SELECT {} FROM reallocation WHERE freed_id = $1 ORDER BY position", ReallocationRow::COLUMNS);
    tx.rows(&sql, values![freed])?.iter().map(ReallocationRow::read).collect()
}

/// All freed capacity before a place, newest first.
///
/// # Errors
/// Database errors only.
pub fn newest(tx: &mut Tx<'_>, before: Option<i64>, limit: i64) -> Result<Vec<FreedRow>> {
    let sql =
        format!("SELECT {} FROM freed WHERE ledger_seq < $1 ORDER BY ledger_seq DESC LIMIT $2", FreedRow::COLUMNS);
    tx.rows(&sql, values![before.unwrap_or(i64::MAX), limit])?.iter().map(FreedRow::read).collect()
}

/// The parts of all capacity that the entries `first` to `last` freed, in order.
///
/// # Errors
/// Database errors only.
pub fn parts_between(tx: &mut Tx<'_>, first: i64, last: i64) -> Result<Vec<ReallocationRow>> {
    tx.rows(
        "SELECT r.freed_id, r.position, r.offer_id, r.ledger_seq, r.amount, r.from_on, r.to_on, r.offered_at, r.taken_at, r.given_back_at
         FROM reallocation r JOIN freed f ON f.id = r.freed_id
         WHERE f.ledger_seq BETWEEN $1 AND $2 ORDER BY r.freed_id, r.position",
        values![first, last],
    )?
    .iter()
    .map(ReallocationRow::read)
    .collect()
}
