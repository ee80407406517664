//! Awards: the promises that accepted offers became.

use domain::award::AwardState;
use domain::ids::{AwardId, OfferId, PoolId, ProductId, ProjectId};
use domain::units::Amount;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::sql::{FromValue, ToValue, Value, as_text};
use crate::{Result, Tx, values};

as_text! { AwardState: "state of an award" }

mirror! {
    /// An award.
    AwardRow in "award" {
        /// Its id.
        id: AwardId = "id",
        /// The project that it belongs to.
        project: ProjectId = "project_id",
        /// The offer that it came from.
        offer: OfferId = "offer_id",
        /// Its state.
        state: AwardState = "state",
        /// When it came to be.
        created_at: Timestamp = "created_at",
    }
}

mirror! {
    /// What an award is about in one pool.
    AwardLine in "award_line" {
        /// The award.
        award: AwardId = "award_id",
        /// The pool.
        pool: PoolId = "pool_id",
        /// The product.
        product: ProductId = "product_id",
        /// In which steps it is held.
        grain: Amount = "grain",
        /// The first day.
        from_on: Date = "from_on",
        /// The first day after the last stretch held.
        end_on: Date = "end_on",
    }
}

/// Adds an award with its lines.
///
/// # Errors
/// Database errors only.
pub fn insert(tx: &mut Tx<'_>, award: &AwardRow, lines: &[AwardLine]) -> Result<()> {
    award.put(tx)?;
    lines.iter().try_for_each(|line| line.put(tx))
}

/// One award.
///
/// # Errors
/// Database errors only.
pub fn find(tx: &mut Tx<'_>, id: AwardId) -> Result<Option<AwardRow>> {
    let sql = format!("SELECT {} FROM award WHERE id = $1", AwardRow::COLUMNS);
    tx.row(&sql, values![id])?.as_ref().map(AwardRow::read).transpose()
}

/// The awards of a project, oldest first.
///
/// # Errors
/// Database errors only.
pub fn of_project(tx: &mut Tx<'_>, project: ProjectId) -> Result<Vec<AwardRow>> {
    let sql = format!("SELECT {} FROM award WHERE project_id = $1 ORDER BY created_at, id", AwardRow::COLUMNS);
    tx.rows(&sql, values![project])?.iter().map(AwardRow::read).collect()
}

/// The lines of an award by pool.
///
/// # Errors
/// Database errors only.
pub fn lines(tx: &mut Tx<'_>, award: AwardId) -> Result<Vec<AwardLine>> {
    let sql = format!("SELECT {} FROM award_line WHERE award_id = $1 ORDER BY pool_id", AwardLine::COLUMNS);
    tx.rows(&sql, values![award])?.iter().map(AwardLine::read).collect()
}

/// Sets the first day after the last stretch that an award holds in a pool.
///
/// # Errors
/// Database errors only.
pub fn set_end(tx: &mut Tx<'_>, award: AwardId, pool: &PoolId, end_on: Date) -> Result<()> {
    tx.run_one("UPDATE award_line SET end_on = $3 WHERE award_id = $1 AND pool_id = $2", values![award, pool, end_on])
}

/// Moves an award from one state to another.
///
/// # Errors
/// [`crate::Error::Stale`] if it is no longer in `from`.
pub fn step(tx: &mut Tx<'_>, id: AwardId, from: AwardState, to: AwardState) -> Result<()> {
    tx.run_one("UPDATE award SET state = $3 WHERE id = $1 AND state = $2", values![id, from, to])
}

/// Pending awards whose agreement is concluded, or that are of a reservation and need none of their
/// own, and whose first day has come by `day`, at most `limit`.
///
/// # Errors
/// Database errors only.
pub fn to_begin(tx: &mut Tx<'_>, day: Date, limit: i64) -> Result<Vec<AwardRow>> {
    tx.rows(
        "SELECT a.id, a.project_id, a.offer_id, a.state, a.created_at
         FROM award a
         WHERE a.state = 'pending'
           AND (EXISTS (SELECT 1 FROM agreement g WHERE g.award_id = a.id AND g.state = 'concluded')
             OR EXISTS (SELECT 1 FROM reservation r WHERE r.award_id = a.id))
           AND (SELECT MIN(l.from_on) FROM award_line l WHERE l.award_id = a.id) <= $1
         ORDER BY a.created_at, a.id LIMIT $2",
        values![day, limit],
    )?
    .iter()
    .map(AwardRow::read)
    .collect()
}

/// Running awards of which nothing is held any more on `day`, at most `limit`.
///
/// # Errors
/// Database errors only.
pub fn to_end(tx: &mut Tx<'_>, day: Date, limit: i64) -> Result<Vec<AwardRow>> {
    tx.rows(
        "SELECT a.id, a.project_id, a.offer_id, a.state, a.created_at FROM award a
         WHERE a.state = 'active'
           AND NOT EXISTS (SELECT 1 FROM award_line l WHERE l.award_id = a.id AND l.end_on > $1)
         ORDER BY a.created_at, a.id LIMIT $2",
        values![day, limit],
    )?
    .iter()
    .map(AwardRow::read)
    .collect()
}
