//! Plans of rounds.

use domain::award::PlanState;
use domain::ids::{PlanId, RoundId, UserId};
use jiff::Timestamp;

use crate::sql::{FromValue, ToValue, Value, as_text};
use crate::{Result, Tx, values};

as_text! { PlanState: "state of a plan" }

mirror! {
    /// A plan with what it was made from.
    PlanRow in "plan" {
        /// Its id.
        id: PlanId = "id",
        /// The round that it is for.
        round: RoundId = "round_id",
        /// The how-manieth plan of the round, from 1.
        number: i64 = "number",
        /// Its state.
        state: PlanState = "state",
        /// The planner's input, as JSON.
        input: String = "input",
        /// The planner's output, as JSON.
        output: String = "output",
        /// SHA-256 over the input, the solver's and the policy's version.
        digest: String = "digest",
        /// Who made it.
        made_by: Option<UserId> = "made_by",
        /// When.
        made_at: Timestamp = "made_at",
        /// Who approved it.
        approved_by: Option<UserId> = "approved_by",
        /// When.
        approved_at: Option<Timestamp> = "approved_at",
        /// When it was announced.
        announced_at: Option<Timestamp> = "announced_at",
        /// The office's note.
        note: String = "note",
    }
}

/// Adds a plan.
///
/// # Errors
/// Database errors only.
pub fn insert(tx: &mut Tx<'_>, plan: &PlanRow) -> Result<()> {
    plan.put(tx)
}

/// One plan.
///
/// # Errors
/// Database errors only.
pub fn find(tx: &mut Tx<'_>, id: PlanId) -> Result<Option<PlanRow>> {
    let sql = format!("SELECT {} FROM plan WHERE id = $1", PlanRow::COLUMNS);
    tx.row(&sql, values![id])?.as_ref().map(PlanRow::read).transpose()
}

/// The plans of a round without their input and output, newest first, at most `limit`.
///
/// # Errors
/// Database errors only.
pub fn of_round(tx: &mut Tx<'_>, round: RoundId, limit: i64) -> Result<Vec<PlanRow>> {
    tx.rows(
        "SELECT id, round_id, number, state, '' AS input, '' AS output, digest, made_by, made_at, approved_by, approved_at, announced_at, note
         FROM plan WHERE round_id = $1 ORDER BY number DESC LIMIT $2",
        values![round, limit],
    )?
    .iter()
    .map(PlanRow::read)
    .collect()
}

/// The number of a round's next plan.
///
/// # Errors
/// Database errors only.
pub fn next_number(tx: &mut Tx<'_>, round: RoundId) -> Result<i64> {
    tx.scalar("SELECT CAST(COALESCE(MAX(number), 0) + 1 AS BIGINT) FROM plan WHERE round_id = $1", values![round])
}

/// Moves a plan from one state to another.
///
/// # Errors
/// [`crate::Error::Stale`] if it is no longer in `from`.
pub fn step(tx: &mut Tx<'_>, id: PlanId, from: PlanState, to: PlanState) -> Result<()> {
    tx.run_one("UPDATE plan SET state = $3 WHERE id = $1 AND state = $2", values![id, from, to])
}

/// Notes who approved a plan.
///
/// # Errors
/// [`crate::Error::Stale`] unless it is proposed.
pub fn approve(tx: &mut Tx<'_>, id: PlanId, by: Option<UserId>, at: Timestamp) -> Result<()> {
    tx.run_one(
        "UPDATE plan SET state = 'approved', approved_by = $2, approved_at = $3 WHERE id = $1 AND state = 'proposed'",
        values![id, by, at],
    )
}

/// Notes that a plan is announced.
///
/// # Errors
/// [`crate::Error::Stale`] unless it is approved.
pub fn announce(tx: &mut Tx<'_>, id: PlanId, at: Timestamp) -> Result<()> {
    tx.run_one(
        "UPDATE plan SET state = 'announced', announced_at = $2 WHERE id = $1 AND state = 'approved'",
        values![id, at],
    )
}

/// Lets every other plan of the round that is not announced step back behind `id`.
///
/// # Errors
/// Database errors only.
pub fn supersede_others(tx: &mut Tx<'_>, round: RoundId, id: PlanId) -> Result<u64> {
    tx.run(
        "UPDATE plan SET state = 'superseded' WHERE round_id = $1 AND id <> $2 AND state IN ('draft', 'proposed', 'approved')",
        values![round, id],
    )
}
