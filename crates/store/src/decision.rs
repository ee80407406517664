//! What announced plans decided for each proposal; those with a rank are the reserve list.

use domain::award::Decision;
use domain::ids::{Id as _, OrganizationId, PlanId, ProposalId, RoundId};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::sql::{FromValue, ToValue, Value, as_text};
use crate::{Result, Tx, values};

as_text! { Decision: "decision" }

mirror! {
    /// A decision on a proposal.
    DecisionRow in "decision" {
        /// The proposal.
        proposal: ProposalId = "proposal_id",
        /// Its round.
        round: RoundId = "round_id",
        /// The plan that decided.
        plan: PlanId = "plan_id",
        /// What was decided.
        outcome: Decision = "outcome",
        /// The place on the round's reserve list, from 1.
        reserve_rank: Option<i64> = "reserve_rank",
        /// The last day on which the place is good.
        reserve_until: Option<Date> = "reserve_until",
        /// The score in thousandths of a point.
        score_milli: i64 = "score_milli",
        /// Why, as JSON.
        reasons: String = "reasons",
        /// When.
        decided_at: Timestamp = "decided_at",
    }
}

/// Adds a decision.
///
/// # Errors
/// Database errors only.
pub fn insert(tx: &mut Tx<'_>, decision: &DecisionRow) -> Result<()> {
    decision.put(tx)
}

/// The decision on a proposal.
///
/// # Errors
/// Database errors only.
pub fn find(tx: &mut Tx<'_>, proposal: ProposalId) -> Result<Option<DecisionRow>> {
    let sql = format!("SELECT {} FROM decision WHERE proposal_id = $1", DecisionRow::COLUMNS);
    tx.row(&sql, values![proposal])?.as_ref().map(DecisionRow::read).transpose()
}

/// Whether anybody at all waits on the reserve list on `day`: one look into an index.
///
/// # Errors
/// Database errors only.
pub fn anybody_waits(tx: &mut Tx<'_>, day: Date) -> Result<bool> {
    let sql = "SELECT 1 FROM decision WHERE outcome = 'reserve' AND reserve_until >= $1 LIMIT 1";
    Ok(tx.row(sql, values![day])?.is_some())
}

mirror! {
    /// One request line of a proposal on the reserve list that has no open offer and no project.
    WaitingLine in "waiting" {
        /// The proposal.
        proposal: ProposalId = "proposal_id",
        /// Its round.
        round: RoundId = "round_id",
        /// Who applies.
        organization: Option<OrganizationId> = "organization_id",
        /// Its place on the round's reserve list.
        rank: i64 = "reserve_rank",
        /// When its round was decided.
        decided_at: Timestamp = "decided_at",
        /// Place within the request.
        position: i64 = "position",
        /// The product.
        product: domain::ids::ProductId = "product_id",
        /// The product's grain.
        grain: i64 = "grain",
        /// The pool.
        pool: domain::ids::PoolId = "pool_id",
        /// What is asked for.
        amount: i64 = "amount",
        /// The least that helps.
        min_amount: i64 = "min_amount",
        /// The earliest first day.
        earliest_start_on: Date = "earliest_start_on",
        /// The latest first day after the end.
        latest_end_on: Date = "latest_end_on",
        /// The term in months.
        months: i64 = "months",
    }
}

/// The request lines of all who wait on the reserve list on `day`: earlier rounds first, then by
/// rank. Who has an open offer, was offered before from the list, or has a project does not wait.
///
/// # Errors
/// Database errors only.
pub fn waiting(tx: &mut Tx<'_>, day: Date) -> Result<Vec<WaitingLine>> {
    tx.rows(
        "SELECT d.proposal_id, d.round_id, a.organization_id, d.reserve_rank, d.decided_at, l.position, l.product_id, p.grain, l.pool_id,
                l.amount, l.min_amount, l.earliest_start_on, l.latest_end_on, l.months
         FROM decision d JOIN proposal a ON a.id = d.proposal_id JOIN request_line l ON l.proposal_id = d.proposal_id JOIN product p ON p.id = l.product_id
         WHERE d.outcome = 'reserve' AND d.reserve_until >= $1
           AND NOT EXISTS (SELECT 1 FROM offer o WHERE o.proposal_id = d.proposal_id)
         ORDER BY d.decided_at, d.reserve_rank, d.proposal_id, l.position",
        values![day],
    )?
    .iter()
    .map(WaitingLine::read)
    .collect()
}

mirror! {
    /// A proposal on the reserve list.
    ReserveItem in "decision" {
        /// The proposal.
        proposal: ProposalId = "proposal_id",
        /// Its round.
        round: RoundId = "round_id",
        /// Its place on the round's list.
        rank: i64 = "reserve_rank",
        /// The last day on which the place is good.
        until: Date = "reserve_until",
        /// The score in thousandths of a point.
        score_milli: i64 = "score_milli",
        /// When the round was decided.
        decided_at: Timestamp = "decided_at",
        /// Korean title.
        title_ko: String = "title_ko",
        /// English title.
        title_en: String = "title_en",
        /// Korean title of the call.
        call_ko: String = "call_ko",
        /// English title of the call.
        call_en: String = "call_en",
        /// Korean name of the round.
        round_ko: String = "round_ko",
        /// English name of the round.
        round_en: String = "round_en",
        /// Whether it has or had an offer.
        offered: bool = "offered",
    }
}

/// A place on the reserve list of all rounds: when the round was decided, the rank within it, and the
/// proposal, for rounds that were decided in the same second.
pub type ReservePlace = (Timestamp, i64, ProposalId);

/// The reserve list on `day` after a place: earlier rounds first, then by rank. Who accepted an offer
/// is not on it any more.
///
/// # Errors
/// Database errors only.
pub fn reserve(tx: &mut Tx<'_>, day: Date, after: Option<ReservePlace>, limit: i64) -> Result<Vec<ReserveItem>> {
    let (at, rank, proposal) = after.unwrap_or((Timestamp::MIN, 0, ProposalId::new(0, [0; 10])));
    tx.rows(
        "SELECT d.proposal_id, d.round_id, d.reserve_rank, d.reserve_until, d.score_milli, d.decided_at, p.title_ko, p.title_en,
                c.title_ko AS call_ko, c.title_en AS call_en, r.name_ko AS round_ko, r.name_en AS round_en,
                CAST(CASE WHEN EXISTS (SELECT 1 FROM offer o WHERE o.proposal_id = d.proposal_id) THEN 1 ELSE 0 END AS BIGINT) AS offered
         FROM decision d JOIN proposal p ON p.id = d.proposal_id JOIN round r ON r.id = d.round_id JOIN call c ON c.id = r.call_id
         WHERE d.outcome = 'reserve' AND p.state = 'reserve' AND d.reserve_until >= $1 AND (d.decided_at, d.reserve_rank, d.proposal_id) > ($2, $3, $4)
         ORDER BY d.decided_at, d.reserve_rank, d.proposal_id LIMIT $5",
        values![day, at, rank, proposal, limit],
    )?
    .iter()
    .map(ReserveItem::read)
    .collect()
}

/// How many wait on the reserve list on `day` up to a place, and at it: those to whom [`waiting`] gives
/// their turn by then.
///
/// # Errors
/// Database errors only.
pub fn waiting_up_to(tx: &mut Tx<'_>, day: Date, (at, rank, proposal): ReservePlace) -> Result<i64> {
    tx.scalar(
        "SELECT COUNT(*) FROM decision d
         WHERE d.outcome = 'reserve' AND d.reserve_until >= $1 AND (d.decided_at, d.reserve_rank, d.proposal_id) <= ($2, $3, $4)
           AND NOT EXISTS (SELECT 1 FROM offer o WHERE o.proposal_id = d.proposal_id)",
        values![day, at, rank, proposal],
    )
}

mirror! {
    /// What a proposal on the reserve list asks for of a pool.
    ReserveLine in "request_line" {
        /// The proposal.
        proposal: ProposalId = "proposal_id",
        /// The pool.
        pool: domain::ids::PoolId = "pool_id",
        /// How much.
        amount: domain::units::Amount = "amount",
        /// The least that helps.
        min_amount: domain::units::Amount = "min_amount",
    }
}

/// What those on the reserve list from one place to another ask for, by proposal and position.
///
/// # Errors
/// Database errors only.
pub fn reserve_lines(tx: &mut Tx<'_>, first: ReservePlace, last: ReservePlace) -> Result<Vec<ReserveLine>> {
    tx.rows(
        "SELECT l.proposal_id, l.pool_id, l.amount, l.min_amount
         FROM decision d JOIN request_line l ON l.proposal_id = d.proposal_id
         WHERE d.outcome = 'reserve' AND (d.decided_at, d.reserve_rank, d.proposal_id) >= ($1, $2, $3)
           AND (d.decided_at, d.reserve_rank, d.proposal_id) <= ($4, $5, $6)
         ORDER BY l.proposal_id, l.position",
        values![first.0, first.1, first.2, last.0, last.1, last.2],
    )?
    .iter()
    .map(ReserveLine::read)
    .collect()
}
