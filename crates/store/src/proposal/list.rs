//! Lists of proposals, and of rounds with what is asked for in them.

use domain::ids::{ProposalId, RoundId, Slug, UserId};
use domain::proposal::ProposalState;
use domain::units::{Amount, PoolUnit};
use jiff::Timestamp;

use crate::{Result, Tx, values};

mirror! {
    /// A proposal as lists show it.
    ProposalItem in "proposal" {
        /// Its id.
        id: ProposalId = "id",
        /// Its receipt number.
        receipt_no: Option<String> = "receipt_no",
        /// The round.
        round: RoundId = "round_id",
        /// Korean title.
        title_ko: String = "title_ko",
        /// English title.
        title_en: String = "title_en",
        /// Its state.
        state: ProposalState = "state",
        /// When it was begun.
        created_at: Timestamp = "created_at",
        /// When it was last saved.
        saved_at: Timestamp = "saved_at",
        /// When it was first submitted.
        submitted_at: Option<Timestamp> = "submitted_at",
        /// Until when a correction is due.
        correction_due_at: Option<Timestamp> = "correction_due_at",
        /// The organization's Korean name.
        organization_ko: Option<String> = "name_ko",
        /// The organization's English name.
        organization_en: Option<String> = "name_en",
        /// When its round closes.
        closes_at: Timestamp = "closes_at",
        /// The call's Korean title.
        call_ko: String = "call_ko",
        /// The call's English title.
        call_en: String = "call_en",
        /// How many reviewers it has, without those with a conflict.
        reviewers: i64 = "reviewers",
        /// How many reviews were handed in.
        reviewed: i64 = "reviewed",
    }
}

const ITEM: &str =
    "SELECT p.id, p.receipt_no, p.round_id, p.title_ko, p.title_en, p.state, p.created_at, p.saved_at, p.submitted_at, p.correction_due_at,
        o.name_ko, o.name_en, r.closes_at, c.title_ko AS call_ko, c.title_en AS call_en,
        (SELECT COUNT(*) FROM review v WHERE v.proposal_id = p.id AND v.state <> 'conflict') AS reviewers,
        (SELECT COUNT(*) FROM review v WHERE v.proposal_id = p.id AND v.state = 'submitted') AS reviewed
     FROM proposal p JOIN round r ON r.id = p.round_id JOIN call c ON c.id = r.call_id LEFT JOIN organization o ON o.id = p.organization_id";

/// The proposals that a person leads or manages before a place, newest first.
///
/// # Errors
/// Database errors only.
pub fn of_person(
    tx: &mut Tx<'_>,
    user: UserId,
    before: Option<(Timestamp, ProposalId)>,
    limit: i64,
) -> Result<Vec<ProposalItem>> {
    let (at, id) = before.map_or((None, None), |(at, id)| (Some(at), Some(id)));
    tx.rows(
        &format!(
            "{ITEM} WHERE (p.lead_id = $1 OR p.manager_id = $1)
               AND (CAST($2 AS BIGINT) IS NULL OR (p.created_at, p.id) < (CAST($2 AS BIGINT), CAST($3 AS TEXT)))
             ORDER BY p.created_at DESC, p.id DESC LIMIT $4"
        ),
        values![user, at, id, limit],
    )?
    .iter()
    .map(ProposalItem::read)
    .collect()
}

/// The proposals of a round that were ever submitted, after a place, earliest first; only those in
/// `state` if one is named.
///
/// # Errors
/// Database errors only.
pub fn of_round(
    tx: &mut Tx<'_>,
    round: RoundId,
    state: Option<ProposalState>,
    after: Option<(Timestamp, ProposalId)>,
    limit: i64,
) -> Result<Vec<ProposalItem>> {
    let (at, id) = after.map_or((None, None), |(at, id)| (Some(at), Some(id)));
    tx.rows(
        &format!(
            "{ITEM} WHERE p.round_id = $1 AND p.submitted_at IS NOT NULL AND p.state <> 'draft'
               AND (CAST($2 AS TEXT) IS NULL OR p.state = CAST($2 AS TEXT))
               AND (CAST($3 AS BIGINT) IS NULL OR (p.submitted_at, p.id) > (CAST($3 AS BIGINT), CAST($4 AS TEXT)))
             ORDER BY p.submitted_at, p.id LIMIT $5"
        ),
        values![round, state, at, id, limit],
    )?
    .iter()
    .map(ProposalItem::read)
    .collect()
}

/// How many proposals of a round are in each state.
///
/// # Errors
/// Database errors only.
pub fn counts(tx: &mut Tx<'_>, round: RoundId) -> Result<Vec<(ProposalState, i64)>> {
    tx.rows(
        "SELECT state, COUNT(*) AS n FROM proposal WHERE round_id = $1 GROUP BY state ORDER BY state",
        values![round],
    )?
    .iter()
    .map(|row| Ok((row.get("state")?, row.get("n")?)))
    .collect()
}

mirror! {
    /// How much of a pool is asked for in a round, beside what the round may hand out.
    Competition in "round_envelope" {
        /// The pool's Korean name.
        name_ko: String = "name_ko",
        /// Its English name.
        name_en: String = "name_en",
        /// What it counts.
        unit: PoolUnit = "unit",
        /// Its device model, where it counts devices.
        device_model: Option<Slug> = "device_model",
        /// How much the round may hand out.
        amount: Amount = "amount",
        /// How much is asked for by all submitted proposals that were not withdrawn.
        asked: Amount = "asked",
        /// How many proposals ask for it.
        proposals: i64 = "proposals",
    }
}

/// How much of each pool is asked for in a round.
///
/// # Errors
/// Database errors only.
pub fn competition(tx: &mut Tx<'_>, round: RoundId) -> Result<Vec<Competition>> {
    tx.rows(
        "SELECT o.name_ko, o.name_en, o.unit, o.device_model, e.amount,
                (SELECT CAST(COALESCE(SUM(l.amount), 0) AS BIGINT) FROM request_line l JOIN proposal p ON p.id = l.proposal_id
                  WHERE p.round_id = e.round_id AND l.pool_id = e.pool_id AND p.state NOT IN ('draft', 'withdrawn')) AS asked,
                (SELECT COUNT(DISTINCT p.id) FROM request_line l JOIN proposal p ON p.id = l.proposal_id
                  WHERE p.round_id = e.round_id AND l.pool_id = e.pool_id AND p.state NOT IN ('draft', 'withdrawn')) AS proposals
         FROM round_envelope e JOIN pool o ON o.id = e.pool_id WHERE e.round_id = $1 ORDER BY o.position, o.id",
        values![round],
    )?
    .iter()
    .map(Competition::read)
    .collect()
}

mirror! {
    /// A round with how many of its proposals wait for what.
    RoundItem in "round" {
        /// The round.
        id: RoundId = "id",
        /// Korean name.
        name_ko: String = "name_ko",
        /// English name.
        name_en: String = "name_en",
        /// The call's Korean title.
        title_ko: String = "title_ko",
        /// The call's English title.
        title_en: String = "title_en",
        /// When it closes.
        closes_at: Timestamp = "closes_at",
        /// How many proposals were submitted and not withdrawn.
        submitted: i64 = "submitted",
        /// How many wait for the check of eligibility.
        to_check: i64 = "to_check",
        /// How many are eligible and have no reviewers yet.
        to_assign: i64 = "to_assign",
        /// How many are under review.
        in_review: i64 = "in_review",
    }
}

/// The rounds of published and archived calls before a place, latest closing first.
///
/// # Errors
/// Database errors only.
pub fn rounds(tx: &mut Tx<'_>, before: Option<(Timestamp, RoundId)>, limit: i64) -> Result<Vec<RoundItem>> {
    let (at, id) = before.map_or((None, None), |(at, id)| (Some(at), Some(id)));
    let all = "(SELECT COUNT(*) FROM proposal p WHERE p.round_id = r.id)";
    let count =
        |state: &str| format!("(SELECT COUNT(*) FROM proposal p WHERE p.round_id = r.id AND p.state = '{state}')");
    tx.rows(
        &format!(
            "SELECT r.id, r.name_ko, r.name_en, c.title_ko, c.title_en, r.closes_at, {all} - {} - {} AS submitted, {} AS to_check, {} AS to_assign, {} AS in_review
             FROM round r JOIN call c ON c.id = r.call_id
             WHERE c.state <> 'draft' AND (CAST($1 AS BIGINT) IS NULL OR (r.closes_at, r.id) < (CAST($1 AS BIGINT), CAST($2 AS TEXT)))
             ORDER BY r.closes_at DESC, r.id DESC LIMIT $3",
            count("draft"),
            count("withdrawn"),
            count("submitted"),
            count("eligibility_ok"),
            count("in_review"),
        ),
        values![at, id, limit],
    )?
    .iter()
    .map(RoundItem::read)
    .collect()
}
