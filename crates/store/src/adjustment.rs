//! Requests to change running awards, and returns.

use std::collections::BTreeMap;

use domain::adjustment::{AdjustmentKind, AdjustmentState};
use domain::ids::{AdjustmentId, AwardId, PoolId, ProjectId, UserId};
use domain::units::Amount;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::sql::{FromValue, ToValue, Value, as_text};
use crate::sql::{from_newest, from_oldest};
use crate::{Result, Row, Tx, values};

as_text! { AdjustmentKind: "kind of adjustment", AdjustmentState: "state of an adjustment" }

mirror! {
    /// A return or a request.
    AdjustmentRow in "adjustment" {
        /// Its id.
        id: AdjustmentId = "id",
        /// The project.
        project: ProjectId = "project_id",
        /// The award that it changes.
        award: AwardId = "award_id",
        /// In which pool.
        pool: PoolId = "pool_id",
        /// What is to change.
        kind: AdjustmentKind = "kind",
        /// By how much; for an extension, how much is held for longer.
        amount: Amount = "amount",
        /// From which day.
        from_on: Date = "from_on",
        /// Up to which day, not included.
        to_on: Date = "to_on",
        /// Why, in the project's words.
        reason: String = "reason",
        /// How far it has come.
        state: AdjustmentState = "state",
        /// Who asked.
        requested_by: Option<UserId> = "requested_by",
        /// When.
        requested_at: Timestamp = "requested_at",
        /// Who decided.
        decided_by: Option<UserId> = "decided_by",
        /// When.
        decided_at: Option<Timestamp> = "decided_at",
        /// Why, in the decider's words.
        decision_note: String = "decision_note",
    }
}

/// Adds one.
///
/// # Errors
/// Database errors only.
pub fn insert(tx: &mut Tx<'_>, row: &AdjustmentRow) -> Result<()> {
    row.put(tx)
}

/// One.
///
/// # Errors
/// Database errors only.
pub fn find(tx: &mut Tx<'_>, id: AdjustmentId) -> Result<Option<AdjustmentRow>> {
    let sql = format!("SELECT {} FROM adjustment WHERE id = $1", AdjustmentRow::COLUMNS);
    tx.row(&sql, values![id])?.as_ref().map(AdjustmentRow::read).transpose()
}

/// Those of a project before a place, newest first.
///
/// # Errors
/// Database errors only.
pub fn of_project(
    tx: &mut Tx<'_>,
    project: ProjectId,
    before: Option<(Timestamp, AdjustmentId)>,
    limit: i64,
) -> Result<Vec<AdjustmentRow>> {
    let (at, id) = from_newest(before);
    let sql = format!(
        "SELECT {} FROM adjustment WHERE project_id = $1 AND (requested_at, id) < ($2, $3)
         ORDER BY requested_at DESC, id DESC LIMIT $4",
        AdjustmentRow::COLUMNS
    );
    tx.rows(&sql, values![project, at, id, limit])?.iter().map(AdjustmentRow::read).collect()
}

/// A request with the names that a list shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdjustmentItem {
    /// The request.
    pub row: AdjustmentRow,
    /// The project's number.
    pub number: String,
    /// The project's Korean title.
    pub title_ko: String,
    /// The project's English title.
    pub title_en: String,
}

fn item(row: &Row) -> Result<AdjustmentItem> {
    Ok(AdjustmentItem {
        row: AdjustmentRow::read(row)?,
        number: row.get("number")?,
        title_ko: row.get("title_ko")?,
        title_en: row.get("title_en")?,
    })
}

const ITEM: &str = "x.id, x.project_id, x.award_id, x.pool_id, x.kind, x.amount, x.from_on, x.to_on, x.reason, x.state,
    x.requested_by, x.requested_at, x.decided_by, x.decided_at, x.decision_note, p.number, p.title_ko, p.title_en
    FROM adjustment x JOIN project p ON p.id = x.project_id";

/// Those in a state, newest first, before a place.
///
/// # Errors
/// Database errors only.
pub fn list(
    tx: &mut Tx<'_>,
    state: AdjustmentState,
    before: Option<(Timestamp, AdjustmentId)>,
    limit: i64,
) -> Result<Vec<AdjustmentItem>> {
    let (at, id) = from_newest(before);
    let sql = format!(
        "SELECT {ITEM} WHERE x.state = $1 AND (x.requested_at, x.id) < ($2, $3)
         ORDER BY x.requested_at DESC, x.id DESC LIMIT $4"
    );
    tx.rows(&sql, values![state, at, id, limit])?.iter().map(item).collect()
}

/// One with its project's names.
///
/// # Errors
/// Database errors only.
pub fn find_item(tx: &mut Tx<'_>, id: AdjustmentId) -> Result<Option<AdjustmentItem>> {
    tx.row(&format!("SELECT {ITEM} WHERE x.id = $1"), values![id])?.as_ref().map(item).transpose()
}

/// Approved increases that wait for room, oldest first, after a place, at most `limit`.
///
/// # Errors
/// Database errors only.
pub fn waiting(tx: &mut Tx<'_>, after: Option<(Timestamp, AdjustmentId)>, limit: i64) -> Result<Vec<AdjustmentRow>> {
    let (at, id) = from_oldest(after);
    let sql = format!(
        "SELECT {} FROM adjustment WHERE state = 'approved_waiting' AND (requested_at, id) > ($1, $2)
         ORDER BY requested_at, id LIMIT $3",
        AdjustmentRow::COLUMNS
    );
    tx.rows(&sql, values![at, id, limit])?.iter().map(AdjustmentRow::read).collect()
}

/// Requests without a decision whose award is no longer running, oldest first, at most `limit`.
///
/// # Errors
/// Database errors only.
pub fn outlived(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<AdjustmentRow>> {
    let columns = AdjustmentRow::columns_of("d");
    let sql = format!(
        "SELECT {} FROM adjustment d JOIN award a ON a.id = d.award_id
         WHERE d.state = 'requested' AND a.state <> 'active' ORDER BY d.requested_at, d.id LIMIT $1",
        columns
    );
    tx.rows(&sql, values![limit])?.iter().map(AdjustmentRow::read).collect()
}

/// The request of a kind on an award in a pool that is neither done nor refused, if there is one.
///
/// # Errors
/// Database errors only.
pub fn open(tx: &mut Tx<'_>, award: AwardId, pool: &PoolId, kind: AdjustmentKind) -> Result<Option<AdjustmentRow>> {
    let sql = format!(
        "SELECT {} FROM adjustment
         WHERE award_id = $1 AND pool_id = $2 AND kind = $3 AND state IN ('requested', 'approved_waiting')
         ORDER BY requested_at, id LIMIT 1",
        AdjustmentRow::COLUMNS
    );
    tx.row(&sql, values![award, pool, kind])?.as_ref().map(AdjustmentRow::read).transpose()
}

/// How many of a kind an award has in a pool in a state.
///
/// # Errors
/// Database errors only.
pub fn count(
    tx: &mut Tx<'_>,
    award: AwardId,
    pool: &PoolId,
    kind: AdjustmentKind,
    state: AdjustmentState,
) -> Result<i64> {
    tx.scalar(
        "SELECT COUNT(*) FROM adjustment WHERE award_id = $1 AND pool_id = $2 AND kind = $3 AND state = $4",
        values![award, pool, kind, state],
    )
}

/// How often the awards of a project were extended, by award and pool.
///
/// # Errors
/// Database errors only.
pub fn extended(tx: &mut Tx<'_>, project: ProjectId) -> Result<BTreeMap<(AwardId, PoolId), i64>> {
    tx.rows(
        "SELECT award_id, pool_id, COUNT(*) AS times FROM adjustment
         WHERE project_id = $1 AND kind = 'extend' AND state = 'done' GROUP BY award_id, pool_id",
        values![project],
    )?
    .iter()
    .map(|row| Ok(((row.get("award_id")?, row.get("pool_id")?), row.get("times")?)))
    .collect()
}

/// Moves one from a state to another.
///
/// # Errors
/// [`crate::Error::Stale`] if it is no longer in `from`.
pub fn step(
    tx: &mut Tx<'_>,
    id: AdjustmentId,
    from: AdjustmentState,
    to: AdjustmentState,
    by: Option<UserId>,
    at: Timestamp,
    note: &str,
) -> Result<()> {
    // What the clock does with a request leaves standing who decided on it before.
    if by.is_none() {
        return tx.run_one(
            "UPDATE adjustment SET state = $3, decided_at = COALESCE(decided_at, $4) WHERE id = $1 AND state = $2",
            values![id, from, to, at],
        );
    }
    tx.run_one(
        "UPDATE adjustment SET state = $3, decided_by = $4, decided_at = $5, decision_note = $6 WHERE id = $1 AND state = $2",
        values![id, from, to, by, at, note],
    )
}
