//! Plans of rounds.

use std::collections::BTreeMap;

use domain::award::{Decision, PlanState};
use domain::ids::{CallId, OrganizationId, PlanId, PoolId, ProductId, ProposalId, RoundId, UserId};
use domain::steps::Steps;
use domain::term::Term;
use domain::units::Amount;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::sql::from_newest;
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
        /// Who sent it back last.
        returned_by: Option<UserId> = "returned_by",
        /// When.
        returned_at: Option<Timestamp> = "returned_at",
        /// Why.
        returned_note: String = "returned_note",
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

/// The announced plan that comes after one, by id.
///
/// # Errors
/// Database errors only.
pub fn announced_after(tx: &mut Tx<'_>, after: &str) -> Result<Option<PlanRow>> {
    let sql =
        format!("SELECT {} FROM plan WHERE state = 'announced' AND id > $1 ORDER BY id LIMIT 1", PlanRow::COLUMNS);
    tx.row(&sql, values![after])?.as_ref().map(PlanRow::read).transpose()
}

/// Proposal, outcome, place on the reserve list and score.
pub type Decided = (ProposalId, Decision, Option<i64>, i64);

/// What a plan decided.
///
/// # Errors
/// Database errors only.
pub fn decisions_of(tx: &mut Tx<'_>, plan: PlanId) -> Result<Vec<Decided>> {
    tx.rows("SELECT proposal_id, outcome, reserve_rank, score_milli FROM decision WHERE plan_id = $1", values![plan])?
        .iter()
        .map(|row| {
            Ok((row.get("proposal_id")?, row.get("outcome")?, row.get("reserve_rank")?, row.get("score_milli")?))
        })
        .collect()
}

/// The plans of a round without their input and output before a number, newest first.
///
/// # Errors
/// Database errors only.
pub fn of_round(tx: &mut Tx<'_>, round: RoundId, before: Option<i64>, limit: i64) -> Result<Vec<PlanRow>> {
    tx.rows(
        "SELECT id, round_id, number, state, '' AS input, '' AS output, digest, made_by, made_at, approved_by, approved_at, announced_at, note, returned_by, returned_at, returned_note
         FROM plan WHERE round_id = $1 AND number < $2 ORDER BY number DESC LIMIT $3",
        values![round, before.unwrap_or(i64::MAX), limit],
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

/// Notes who sent a plan back, and why.
///
/// # Errors
/// [`crate::Error::Stale`] unless it is proposed.
pub fn send_back(tx: &mut Tx<'_>, id: PlanId, by: Option<UserId>, at: Timestamp, note: &str) -> Result<()> {
    tx.run_one(
        "UPDATE plan SET state = 'returned', returned_by = $2, returned_at = $3, returned_note = $4 WHERE id = $1 AND state = 'proposed'",
        values![id, by, at, note],
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
        "UPDATE plan SET state = 'superseded' WHERE round_id = $1 AND id <> $2 AND state IN ('draft', 'proposed', 'returned', 'approved')",
        values![round, id],
    )
}

mirror! {
    /// What a plan needs to know of its round.
    RoundFacts in "round" {
        /// The round.
        id: RoundId = "id",
        /// Its call.
        call: CallId = "call_id",
        /// Regular or rolling.
        kind: String = "kind",
        /// Korean name.
        name_ko: String = "name_ko",
        /// English name.
        name_en: String = "name_en",
        /// When it closes.
        closes_at: Timestamp = "closes_at",
        /// For how many days its offers stay open.
        offer_days: i64 = "offer_days",
    }
}

/// What a plan needs to know of its round.
///
/// # Errors
/// Database errors only.
pub fn round_facts(tx: &mut Tx<'_>, id: RoundId) -> Result<Option<RoundFacts>> {
    let sql = format!("SELECT {} FROM round WHERE id = $1", RoundFacts::COLUMNS);
    tx.row(&sql, values![id])?.as_ref().map(RoundFacts::read).transpose()
}

/// How much of each pool a round may hand out.
///
/// # Errors
/// Database errors only.
pub fn envelope(tx: &mut Tx<'_>, round: RoundId) -> Result<Vec<(PoolId, Amount)>> {
    tx.rows("SELECT pool_id, amount FROM round_envelope WHERE round_id = $1 ORDER BY pool_id", values![round])?
        .iter()
        .map(|row| Ok((row.get("pool_id")?, row.get("amount")?)))
        .collect()
}

/// What the awards of a round hold and its open offers promise, pool by pool, day by day. What its
/// projects reserved is not of the round.
///
/// # Errors
/// Database errors only.
pub fn handed_out(tx: &mut Tx<'_>, round: RoundId) -> Result<BTreeMap<PoolId, Steps>> {
    by_pool(&tx.rows(HANDED_OUT, values![round])?)
}

/// What of the envelopes of a round was used, pool by pool, day by day: what it handed out and its
/// awards freed since, without what of both came from freed capacity. Freed capacity is accounted
/// for by itself, of whatever round it was.
///
/// # Errors
/// Database errors only.
pub fn used_of_envelope(tx: &mut Tx<'_>, round: RoundId) -> Result<BTreeMap<PoolId, Steps>> {
    let sql = format!(
        "{HANDED_OUT}
         UNION ALL
         SELECT f.pool_id, f.amount, f.from_on, f.to_on
         FROM proposal p JOIN project j ON j.proposal_id = p.id JOIN award a ON a.project_id = j.id
         JOIN ledger_entry e ON e.award_id = a.id JOIN freed f ON f.ledger_seq = e.seq
         WHERE p.round_id = $1 AND NOT EXISTS (SELECT 1 FROM reservation v WHERE v.award_id = a.id)
         UNION ALL
         SELECT f.pool_id, -r.amount, r.from_on, r.to_on
         FROM proposal p JOIN offer o ON o.proposal_id = p.id JOIN reallocation r ON r.offer_id = o.id JOIN freed f ON f.id = r.freed_id
         WHERE p.round_id = $1 AND r.given_back_at IS NULL AND o.source <> 'reservation'
         UNION ALL
         SELECT f.pool_id, -r.amount, r.from_on, r.to_on
         FROM proposal p JOIN project j ON j.proposal_id = p.id JOIN award a ON a.project_id = j.id
         JOIN ledger_entry e ON e.award_id = a.id JOIN reallocation r ON r.ledger_seq = e.seq JOIN freed f ON f.id = r.freed_id
         WHERE p.round_id = $1 AND r.given_back_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM reservation v WHERE v.award_id = a.id)"
    );
    by_pool(&tx.rows(&sql, values![round])?)
}

const HANDED_OUT: &str = "SELECT e.pool_id, e.delta AS amount, e.from_on, e.to_on
    FROM proposal p JOIN project j ON j.proposal_id = p.id JOIN award a ON a.project_id = j.id JOIN ledger_entry e ON e.award_id = a.id
    WHERE p.round_id = $1 AND NOT EXISTS (SELECT 1 FROM reservation v WHERE v.award_id = a.id)
    UNION ALL
    SELECT l.pool_id, l.amount, l.from_on, l.to_on
    FROM proposal p JOIN offer o ON o.proposal_id = p.id JOIN offer_line l ON l.offer_id = o.id
    WHERE p.round_id = $1 AND o.state = 'open'";

fn by_pool(rows: &[crate::sql::Row]) -> Result<BTreeMap<PoolId, Steps>> {
    let mut out: BTreeMap<PoolId, Steps> = BTreeMap::new();
    for row in rows {
        out.entry(row.get("pool_id")?)
            .or_default()
            .add(crate::ledger::term(row, "from_on", "to_on")?, row.get("amount")?);
    }
    Ok(out)
}

mirror! {
    /// A request line of a proposal that a plan may select.
    CandidateLine in "request_line" {
        /// The proposal.
        proposal: ProposalId = "proposal_id",
        /// Who applies.
        organization: Option<OrganizationId> = "organization_id",
        /// When it was submitted.
        submitted_at: Option<Timestamp> = "submitted_at",
        /// Whether it belongs to the cluster's R&D.
        rnd_cluster: bool = "rnd_cluster",
        /// The organization's region.
        region: Option<String> = "region",
        /// The organization's district.
        district: Option<String> = "district",
        /// The proposal's sector.
        sector: String = "sector",
        /// Whether the organization is youth-founded.
        youth_founded: Option<bool> = "youth_founded",
        /// Whether its call counts bonus points.
        bonus: bool = "bonus",
        /// The product.
        product: ProductId = "product_id",
        /// The product's grain.
        grain: Amount = "grain",
        /// The pool.
        pool: PoolId = "pool_id",
        /// How much.
        amount: Amount = "amount",
        /// The least that helps.
        min_amount: Amount = "min_amount",
        /// The earliest first day.
        earliest_start_on: Date = "earliest_start_on",
        /// The latest first day after the end.
        latest_end_on: Date = "latest_end_on",
        /// For how many months.
        months: i64 = "months",
    }
}

/// The request lines of all proposals of a round that passed the check and are not decided, by
/// proposal and position.
///
/// # Errors
/// Database errors only.
pub fn candidates(tx: &mut Tx<'_>, round: RoundId) -> Result<Vec<CandidateLine>> {
    tx.rows(
        "SELECT l.proposal_id, p.organization_id, p.submitted_at, p.rnd_cluster, o.region, o.district, p.sector, o.youth_founded, c.bonus, l.product_id, d.grain,
                l.pool_id, l.amount, l.min_amount, l.earliest_start_on, l.latest_end_on, l.months
         FROM proposal p JOIN request_line l ON l.proposal_id = p.id JOIN product d ON d.id = l.product_id
         JOIN round r ON r.id = p.round_id JOIN call c ON c.id = r.call_id
         LEFT JOIN organization o ON o.id = p.organization_id
         WHERE p.round_id = $1 AND p.state IN ('eligibility_ok', 'in_review', 'ranked')
         ORDER BY l.proposal_id, l.position",
        values![round],
    )?
    .iter()
    .map(CandidateLine::read)
    .collect()
}

/// How many proposals of a round are submitted but not yet checked, or returned for correction.
///
/// # Errors
/// Database errors only.
pub fn unchecked(tx: &mut Tx<'_>, round: RoundId) -> Result<i64> {
    tx.scalar(
        "SELECT COUNT(*) FROM proposal WHERE round_id = $1 AND state IN ('submitted', 'returned')",
        values![round],
    )
}

mirror! {
    /// The points of one submitted review on one criterion.
    ScorePoint in "review_score" {
        /// The proposal.
        proposal: ProposalId = "proposal_id",
        /// The review.
        review: domain::ids::ReviewId = "review_id",
        /// The criterion's place in the call.
        position: i64 = "position",
        /// The points.
        points: i64 = "points",
    }
}

/// The points of all submitted reviews of a round's proposals.
///
/// # Errors
/// Database errors only.
pub fn score_points(tx: &mut Tx<'_>, round: RoundId) -> Result<Vec<ScorePoint>> {
    tx.rows(
        "SELECT r.proposal_id, s.review_id, c.position, s.points
         FROM review r JOIN proposal p ON p.id = r.proposal_id JOIN review_score s ON s.review_id = r.id
         JOIN criterion c ON c.id = s.criterion_id
         WHERE p.round_id = $1 AND r.state = 'submitted' ORDER BY r.proposal_id, s.review_id, c.position",
        values![round],
    )?
    .iter()
    .map(ScorePoint::read)
    .collect()
}

/// How many projects each organization that applies in the round has: pending, running, or on
/// offer to it.
///
/// # Errors
/// Database errors only.
pub fn running_projects(tx: &mut Tx<'_>, round: RoundId) -> Result<Vec<(OrganizationId, i64)>> {
    tx.rows(
        "SELECT organization_id, COUNT(*) AS projects FROM (
            SELECT organization_id FROM project WHERE state IN ('agreement_pending', 'agreed', 'active', 'suspended')
            UNION ALL
            SELECT p.organization_id FROM offer o JOIN proposal p ON p.id = o.proposal_id WHERE o.state = 'open'
         ) having_one
         WHERE organization_id IN (SELECT organization_id FROM proposal WHERE round_id = $1)
         GROUP BY organization_id ORDER BY organization_id",
        values![round],
    )?
    .iter()
    .map(|row| Ok((row.get("organization_id")?, row.get("projects")?)))
    .collect()
}

/// What the organizations that apply in the round gave back since a proposal of theirs was last
/// decided: who, and the days that each return gave up. Reservations are not given back for a reward.
///
/// # Errors
/// Database errors only.
pub fn returns(tx: &mut Tx<'_>, round: RoundId) -> Result<Vec<(OrganizationId, Term)>> {
    tx.rows(
        "SELECT j.organization_id, e.from_on, e.to_on
         FROM project j JOIN award a ON a.project_id = j.id JOIN ledger_entry e ON e.award_id = a.id
         WHERE e.kind = 'return' AND NOT EXISTS (SELECT 1 FROM reservation v WHERE v.award_id = a.id)
           AND j.organization_id IN (SELECT organization_id FROM proposal WHERE round_id = $1)
           AND NOT EXISTS (SELECT 1 FROM proposal p JOIN decision d ON d.proposal_id = p.id
                           WHERE p.organization_id = j.organization_id AND d.decided_at > e.at)",
        values![round],
    )?
    .iter()
    .map(|row| Ok((row.get("organization_id")?, crate::ledger::term(row, "from_on", "to_on")?)))
    .collect()
}

mirror! {
    /// A change of what an organization holds or is offered.
    OrganizationHolding in "ledger_entry" {
        /// The organization.
        organization: OrganizationId = "organization_id",
        /// The pool.
        pool: PoolId = "pool_id",
        /// By how much.
        delta: Amount = "delta",
        /// The first day.
        from_on: Date = "from_on",
        /// The first day after the end.
        to_on: Date = "to_on",
    }
}

/// What the organizations that apply in the round hold or are offered on or after `day`, without what
/// they reserved.
///
/// # Errors
/// Database errors only.
pub fn organization_holdings(tx: &mut Tx<'_>, round: RoundId, day: Date) -> Result<Vec<OrganizationHolding>> {
    tx.rows(
        "SELECT p.organization_id, e.pool_id, e.delta, e.from_on, e.to_on
         FROM ledger_entry e JOIN award a ON a.id = e.award_id JOIN project p ON p.id = a.project_id
         WHERE e.to_on > $2 AND p.organization_id IN (SELECT organization_id FROM proposal WHERE round_id = $1)
           AND NOT EXISTS (SELECT 1 FROM reservation v WHERE v.award_id = a.id)
         UNION ALL
         SELECT p.organization_id, l.pool_id, l.amount, l.from_on, l.to_on
         FROM offer o JOIN offer_line l ON l.offer_id = o.id JOIN proposal p ON p.id = o.proposal_id
         WHERE o.state = 'open' AND l.to_on > $2
           AND p.organization_id IN (SELECT organization_id FROM proposal WHERE round_id = $1)",
        values![round, day],
    )?
    .iter()
    .map(OrganizationHolding::read)
    .collect()
}

/// What an organization holds or is offered of a pool on or after `day`, without what it reserved.
///
/// # Errors
/// Database errors only.
pub fn organization_share(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    pool: &PoolId,
    day: Date,
) -> Result<Vec<(Term, Amount)>> {
    tx.rows(
        "SELECT e.delta, e.from_on, e.to_on
         FROM ledger_entry e JOIN award a ON a.id = e.award_id JOIN project p ON p.id = a.project_id
         WHERE p.organization_id = $1 AND e.pool_id = $2 AND e.to_on > $3
           AND NOT EXISTS (SELECT 1 FROM reservation v WHERE v.award_id = a.id)
         UNION ALL
         SELECT l.amount, l.from_on, l.to_on
         FROM offer o JOIN offer_line l ON l.offer_id = o.id JOIN proposal p ON p.id = o.proposal_id
         WHERE p.organization_id = $1 AND l.pool_id = $2 AND l.to_on > $3 AND o.state = 'open'",
        values![organization, pool, day],
    )?
    .iter()
    .map(|row| Ok((crate::ledger::term(row, "from_on", "to_on")?, row.get("delta")?)))
    .collect()
}

mirror! {
    /// Whom a decision or an offer concerns.
    Applicant in "proposal" {
        /// The proposal.
        proposal: ProposalId = "id",
        /// Its round.
        round: RoundId = "round_id",
        /// Korean title.
        title_ko: String = "title_ko",
        /// English title.
        title_en: String = "title_en",
        /// Its sector.
        sector: String = "sector",
        /// Whether it belongs to the cluster's R&D.
        rnd_cluster: bool = "rnd_cluster",
        /// Its state.
        state: String = "state",
        /// Who leads it.
        lead: UserId = "lead_id",
        /// Who manages it.
        manager: Option<UserId> = "manager_id",
        /// The lead's name.
        name: String = "name",
        /// The lead's address.
        email: String = "email",
        /// The lead's language.
        language: String = "language",
        /// Who applies.
        organization: Option<OrganizationId> = "organization_id",
        /// The organization's Korean name.
        organization_ko: Option<String> = "name_ko",
        /// The organization's English name.
        organization_en: Option<String> = "name_en",
        /// The organization's region.
        region: Option<String> = "region",
        /// The organization's district.
        district: Option<String> = "district",
        /// Whether it was regional when it was decided.
        regional: Option<bool> = "regional",
    }
}

const APPLICANT: &str =
    "SELECT p.id, p.round_id, p.title_ko, p.title_en, p.sector, p.rnd_cluster, p.state, p.lead_id, p.manager_id,
        u.name, u.email, u.language, p.organization_id, o.name_ko, o.name_en, o.region, o.district, p.regional
     FROM proposal p JOIN users u ON u.id = p.lead_id LEFT JOIN organization o ON o.id = p.organization_id";

/// Whom a proposal concerns.
///
/// # Errors
/// Database errors only.
pub fn applicant(tx: &mut Tx<'_>, proposal: ProposalId) -> Result<Option<Applicant>> {
    tx.row(&format!("{APPLICANT} WHERE p.id = $1"), values![proposal])?.as_ref().map(Applicant::read).transpose()
}

/// Whom the undecided proposals of a round concern.
///
/// # Errors
/// Database errors only.
pub fn applicants(tx: &mut Tx<'_>, round: RoundId) -> Result<Vec<Applicant>> {
    tx.rows(&format!("{APPLICANT} WHERE p.round_id = $1"), values![round])?.iter().map(Applicant::read).collect()
}

/// Freezes on a proposal what its decision rested on, and its new state.
///
/// # Errors
/// [`crate::Error::Stale`] if it is no longer in `from`.
pub fn decide_proposal(
    tx: &mut Tx<'_>,
    applicant: &Applicant,
    state: &str,
    regional: bool,
    score_milli: i64,
) -> Result<()> {
    tx.run_one(
        "UPDATE proposal SET state = $3, region = $4, regional = $5, score_milli = $6, version = version + 1
         WHERE id = $1 AND state = $2",
        values![applicant.proposal, applicant.state, state, applicant.region, regional, score_milli],
    )
}

/// Notes that a round is decided.
///
/// # Errors
/// Database errors only.
pub fn close_round(tx: &mut Tx<'_>, round: RoundId, at: Timestamp) -> Result<()> {
    tx.run("UPDATE round SET decided_at = $2 WHERE id = $1 AND decided_at IS NULL", values![round, at])?;
    Ok(())
}

/// As what a person belongs to an organization: as administrator (`true`) or member.
///
/// # Errors
/// Database errors only.
pub fn organization_tie(tx: &mut Tx<'_>, organization: OrganizationId, user: UserId) -> Result<Option<bool>> {
    tx.row(
        "SELECT admin FROM organization_member WHERE organization_id = $1 AND user_id = $2",
        values![organization, user],
    )?
    .map(|row| row.get("admin"))
    .transpose()
}

/// The rounds before a place, latest closing first.
///
/// # Errors
/// Database errors only.
pub fn rounds(tx: &mut Tx<'_>, before: Option<(Timestamp, RoundId)>, limit: i64) -> Result<Vec<RoundFacts>> {
    let (at, id) = from_newest(before);
    let sql = format!(
        "SELECT {} FROM round WHERE (closes_at, id) < ($1, $2) ORDER BY closes_at DESC, id DESC LIMIT $3",
        RoundFacts::COLUMNS
    );
    tx.rows(&sql, values![at, id, limit])?.iter().map(RoundFacts::read).collect()
}
