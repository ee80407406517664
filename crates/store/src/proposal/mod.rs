//! Proposals with what they ask for.

mod behind;
mod due;
mod history;
mod list;
mod ready;

use domain::ids::{OrganizationId, PoolId, ProductId, ProposalId, RequestLineId, RoundId, UserId};
use domain::proposal::ProposalState;
use domain::units::Amount;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::sql::{FromValue, ToValue, Value, as_text};
use crate::{Result, Tx, values};

pub use behind::{NamedLine, Party, ProposalRound, behind, named_lines, organization_of, round};
pub use due::{Unfinished, unfinished};
pub use history::{Announced, Event, announced, events};
pub use list::{Competition, ProposalItem, RoundItem, competition, counts, of_person, of_round, rounds};
pub use ready::{Ready, ready_for_plan};

as_text! { ProposalState: "state of a proposal" }

mirror! {
    /// A proposal.
    ProposalRow in "proposal" {
        /// Its id.
        id: ProposalId = "id",
        /// Its receipt number, once submitted.
        receipt_no: Option<String> = "receipt_no",
        /// The round.
        round: RoundId = "round_id",
        /// Who applies.
        organization: Option<OrganizationId> = "organization_id",
        /// Who leads it.
        lead: UserId = "lead_id",
        /// Who manages it.
        manager: Option<UserId> = "manager_id",
        /// Korean title.
        title_ko: String = "title_ko",
        /// English title.
        title_en: String = "title_en",
        /// What it is about.
        summary: String = "summary",
        /// How the resources will be used.
        usage_plan: String = "usage_plan",
        /// Its sector.
        sector: String = "sector",
        /// Whether it belongs to the cluster's R&D.
        rnd_cluster: bool = "rnd_cluster",
        /// Its state.
        state: ProposalState = "state",
        /// What was said about its state: what to correct, why it is not eligible.
        state_note: String = "state_note",
        /// Until when a correction is due.
        correction_due_at: Option<Timestamp> = "correction_due_at",
        /// How often it was returned.
        corrections: i64 = "corrections",
        /// When it was begun.
        created_at: Timestamp = "created_at",
        /// When it was last saved.
        saved_at: Timestamp = "saved_at",
        /// When it was first submitted.
        submitted_at: Option<Timestamp> = "submitted_at",
        /// Counts its changes.
        version: i64 = "version",
        /// The request as typed, as JSON.
        draft_lines: String = "draft_lines",
        /// Which open form saved last.
        saved_from: String = "saved_from",
        /// The score that it was decided on, in thousandths of a point.
        score_milli: Option<i64> = "score_milli",
    }
}

mirror! {
    /// A line of a request, checked.
    LineRow in "request_line" {
        /// Its id.
        id: RequestLineId = "id",
        /// The proposal.
        proposal: ProposalId = "proposal_id",
        /// Its place, from 1.
        position: i64 = "position",
        /// The product.
        product: ProductId = "product_id",
        /// The pool.
        pool: PoolId = "pool_id",
        /// How much.
        amount: Amount = "amount",
        /// The least that helps.
        min_amount: Amount = "min_amount",
        /// The earliest first day.
        earliest_start_on: Date = "earliest_start_on",
        /// The first day after the latest end.
        latest_end_on: Date = "latest_end_on",
        /// For how many months.
        months: i64 = "months",
    }
}

/// Adds a proposal.
///
/// # Errors
/// Database errors only.
pub fn insert(tx: &mut Tx<'_>, proposal: &ProposalRow) -> Result<()> {
    proposal.put(tx)
}

/// The draft in a round that a person began and has not saved anything into.
///
/// # Errors
/// Database errors only.
pub fn untouched(tx: &mut Tx<'_>, round: RoundId, lead: UserId) -> Result<Option<ProposalId>> {
    tx.row(
        "SELECT id FROM proposal WHERE round_id = $1 AND lead_id = $2 AND state = 'draft' AND version = 1 ORDER BY id LIMIT 1",
        values![round, lead],
    )?
    .map(|row| row.get("id"))
    .transpose()
}

/// One proposal.
///
/// # Errors
/// Database errors only.
pub fn find(tx: &mut Tx<'_>, id: ProposalId) -> Result<Option<ProposalRow>> {
    let sql = format!("SELECT {} FROM proposal WHERE id = $1", ProposalRow::COLUMNS);
    tx.row(&sql, values![id])?.as_ref().map(ProposalRow::read).transpose()
}

/// Writes everything that its people and the office change; its version goes up.
///
/// # Errors
/// [`crate::Error::Stale`] if `proposal.version` is not the stored one.
pub fn update(tx: &mut Tx<'_>, proposal: &ProposalRow) -> Result<()> {
    tx.run_one(
        "UPDATE proposal SET receipt_no = $3, organization_id = $4, manager_id = $5, title_ko = $6, title_en = $7, summary = $8,
                usage_plan = $9, sector = $10, rnd_cluster = $11, state = $12, state_note = $13, correction_due_at = $14,
                corrections = $15, saved_at = $16, submitted_at = $17, draft_lines = $18, saved_from = $19, version = version + 1
         WHERE id = $1 AND version = $2",
        values![
            proposal.id,
            proposal.version,
            proposal.receipt_no,
            proposal.organization,
            proposal.manager,
            proposal.title_ko,
            proposal.title_en,
            proposal.summary,
            proposal.usage_plan,
            proposal.sector,
            proposal.rnd_cluster,
            proposal.state,
            proposal.state_note,
            proposal.correction_due_at,
            proposal.corrections,
            proposal.saved_at,
            proposal.submitted_at,
            proposal.draft_lines,
            proposal.saved_from
        ],
    )
}

/// Moves a proposal from one state to another.
///
/// # Errors
/// [`crate::Error::Stale`] if it is no longer in `from`.
pub fn step(tx: &mut Tx<'_>, id: ProposalId, from: ProposalState, to: ProposalState) -> Result<()> {
    tx.run_one(
        "UPDATE proposal SET state = $3, version = version + 1 WHERE id = $1 AND state = $2",
        values![id, from, to],
    )
}

/// Puts lines in place of those the proposal had.
///
/// # Errors
/// Constraint `request_line_amounts` for amounts that no check lets pass.
pub fn set_lines(tx: &mut Tx<'_>, proposal: ProposalId, lines: &[LineRow]) -> Result<()> {
    tx.run("DELETE FROM request_line WHERE proposal_id = $1", values![proposal])?;
    lines.iter().try_for_each(|line| line.put(tx))
}

/// The lines of a proposal in order.
///
/// # Errors
/// Database errors only.
pub fn lines(tx: &mut Tx<'_>, proposal: ProposalId) -> Result<Vec<LineRow>> {
    let sql = format!("SELECT {} FROM request_line WHERE proposal_id = $1 ORDER BY position", LineRow::COLUMNS);
    tx.rows(&sql, values![proposal])?.iter().map(LineRow::read).collect()
}
