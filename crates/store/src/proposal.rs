//! Proposals with what they ask for.

use domain::award::{Decision, OfferState};
use domain::ids::{
    CallId, OfferId, OrganizationId, PoolId, ProductId, ProposalId, RequestLineId, RoundId, Slug, UserId,
};
use domain::proposal::ProposalState;
use domain::units::{Amount, PoolUnit};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::sql::{FromValue, ToValue, Value, as_text};
use crate::{Result, Tx, values};

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
    /// The people and the organization behind a proposal.
    Party in "proposal" {
        /// The lead's name.
        lead_name: String = "lead_name",
        /// The lead's address.
        lead_email: String = "lead_email",
        /// The lead's language.
        lead_language: String = "lead_language",
        /// The lead's organization now.
        lead_organization: Option<OrganizationId> = "lead_organization",
        /// The Korean name of the organization that applies; of the lead's, before one is tied to it.
        organization_ko: Option<String> = "organization_ko",
        /// Its English name.
        organization_en: Option<String> = "organization_en",
        /// When the organization's papers were confirmed.
        verified_at: Option<Timestamp> = "verified_at",
        /// The organization's region.
        region: Option<String> = "region",
        /// Its district.
        district: Option<String> = "district",
        /// Whether it is youth-founded.
        youth_founded: Option<bool> = "youth_founded",
        /// How many projects it has pending or running.
        projects: i64 = "projects",
        /// Whether the asking person administers the organization; empty for no tie.
        admin: Option<bool> = "admin",
        /// The state of the asking person's review of it.
        review_state: Option<domain::review::ReviewState> = "review_state",
    }
}

mirror! {
    /// The round of a proposal with what a proposal needs to know of its call.
    ProposalRound in "round" {
        /// The round.
        id: RoundId = "id",
        /// Its call.
        call: CallId = "call_id",
        /// Its number.
        number: i64 = "number",
        /// Korean name.
        name_ko: String = "name_ko",
        /// English name.
        name_en: String = "name_en",
        /// It takes proposals from this instant on.
        opens_at: Timestamp = "opens_at",
        /// It takes proposals before this instant.
        closes_at: Timestamp = "closes_at",
        /// Until which day reviews are due.
        review_due_on: Date = "review_due_on",
        /// When results are announced.
        announce_on: Date = "announce_on",
        /// The earliest first day of use.
        earliest_start_on: Date = "earliest_start_on",
        /// The first day after the latest end.
        latest_end_on: Date = "latest_end_on",
        /// When its results were announced.
        decided_at: Option<Timestamp> = "decided_at",
        /// The call's state.
        call_state: domain::call::CallState = "call_state",
        /// The call's Korean title.
        title_ko: String = "title_ko",
        /// The call's English title.
        title_en: String = "title_en",
    }
}

const ROUND: &str =
    "r.id, r.call_id, r.number, r.name_ko, r.name_en, r.opens_at, r.closes_at, r.review_due_on, r.announce_on, r.earliest_start_on,
        r.latest_end_on, r.decided_at, c.state AS call_state, c.title_ko, c.title_en";

/// A round with what a proposal needs to know of its call.
///
/// # Errors
/// Database errors only.
pub fn round(tx: &mut Tx<'_>, id: RoundId) -> Result<Option<ProposalRound>> {
    let sql = format!("SELECT {ROUND} FROM round r JOIN call c ON c.id = r.call_id WHERE r.id = $1");
    tx.row(&sql, values![id])?.as_ref().map(ProposalRound::read).transpose()
}

/// The people, the organization and the round behind a proposal, and how `user` is tied to them.
///
/// # Errors
/// Database errors only.
pub fn behind(tx: &mut Tx<'_>, id: ProposalId, user: Option<UserId>) -> Result<Option<(Party, ProposalRound)>> {
    let sql = format!(
        "SELECT u.name AS lead_name, u.email AS lead_email, u.language AS lead_language, u.organization_id AS lead_organization,
                o.name_ko AS organization_ko, o.name_en AS organization_en, o.verified_at, o.region, o.district, o.youth_founded,
                (SELECT COUNT(*) FROM project j WHERE j.organization_id = p.organization_id
                    AND j.state IN ('agreement_pending', 'active', 'suspended')) AS projects,
                (SELECT m.admin FROM organization_member m WHERE m.organization_id = p.organization_id AND m.user_id = CAST($2 AS TEXT)) AS admin,
                (SELECT v.state FROM review v WHERE v.proposal_id = p.id AND v.reviewer_id = CAST($2 AS TEXT)) AS review_state,
                {ROUND}
         FROM proposal p JOIN users u ON u.id = p.lead_id JOIN round r ON r.id = p.round_id JOIN call c ON c.id = r.call_id
         LEFT JOIN organization o ON o.id = COALESCE(p.organization_id, u.organization_id) WHERE p.id = $1"
    );
    tx.row(&sql, values![id, user])?.map(|row| Ok((Party::read(&row)?, ProposalRound::read(&row)?))).transpose()
}

mirror! {
    /// A line of a request with the names of what it asks for.
    NamedLine in "request_line" {
        /// The product.
        product: ProductId = "product_id",
        /// The pool.
        pool: PoolId = "pool_id",
        /// The product's Korean name.
        product_ko: String = "product_ko",
        /// The product's English name.
        product_en: String = "product_en",
        /// The pool's Korean name.
        pool_ko: String = "pool_ko",
        /// The pool's English name.
        pool_en: String = "pool_en",
        /// What the pool counts.
        unit: PoolUnit = "unit",
        /// The pool's device model, where it counts devices.
        device_model: Option<Slug> = "device_model",
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

/// The lines of a proposal in order, with names.
///
/// # Errors
/// Database errors only.
pub fn named_lines(tx: &mut Tx<'_>, proposal: ProposalId) -> Result<Vec<NamedLine>> {
    tx.rows(
        "SELECT l.product_id, l.pool_id, d.name_ko AS product_ko, d.name_en AS product_en, o.name_ko AS pool_ko, o.name_en AS pool_en, o.unit, o.device_model,
                l.amount, l.min_amount, l.earliest_start_on, l.latest_end_on, l.months
         FROM request_line l JOIN product d ON d.id = l.product_id JOIN pool o ON o.id = l.pool_id
         WHERE l.proposal_id = $1 ORDER BY l.position",
        values![proposal],
    )?
    .iter()
    .map(NamedLine::read)
    .collect()
}

/// The organization that a person belongs to now.
///
/// # Errors
/// Database errors only.
pub fn organization_of(tx: &mut Tx<'_>, user: UserId) -> Result<Option<OrganizationId>> {
    let row = tx.row("SELECT organization_id FROM users WHERE id = $1", values![user])?;
    Ok(row.map(|row| row.get("organization_id")).transpose()?.flatten())
}

mirror! {
    /// A draft or returned proposal whose deadline is near.
    Unfinished in "proposal" {
        /// The proposal.
        id: ProposalId = "id",
        /// Korean title.
        title_ko: String = "title_ko",
        /// English title.
        title_en: String = "title_en",
        /// When it must be in.
        due_at: Timestamp = "due_at",
        /// Who leads it.
        lead: UserId = "lead_id",
        /// The lead's name.
        name: String = "name",
        /// The lead's address.
        email: String = "email",
        /// The lead's language.
        language: String = "language",
    }
}

/// Drafts of published calls whose round closes, and returned proposals whose correction is due,
/// after `now` and at or before `until`, of which nothing is noted in `happened` under
/// `proposal-due ID INSTANT`; at most `limit`.
///
/// # Errors
/// Database errors only.
pub fn unfinished(tx: &mut Tx<'_>, now: Timestamp, until: Timestamp, limit: i64) -> Result<Vec<Unfinished>> {
    tx.rows(
        "SELECT * FROM (
           SELECT p.id, p.title_ko, p.title_en, CASE WHEN p.state = 'draft' THEN r.closes_at ELSE p.correction_due_at END AS due_at,
                  p.lead_id, u.name, u.email, u.language
           FROM proposal p JOIN round r ON r.id = p.round_id JOIN call c ON c.id = r.call_id JOIN users u ON u.id = p.lead_id
           WHERE (p.state = 'draft' AND c.state = 'published' AND r.closes_at > $1 AND r.closes_at <= $2)
              OR (p.state = 'returned' AND p.correction_due_at > $1 AND p.correction_due_at <= $2)) due
         WHERE NOT EXISTS (SELECT 1 FROM happened h WHERE h.key = 'proposal-due ' || due.id || ' ' || CAST(due.due_at AS TEXT))
         ORDER BY due.due_at, due.id LIMIT $3",
        values![now, until, limit],
    )?
    .iter()
    .map(Unfinished::read)
    .collect()
}

/// What a plan of a round rests on: the request lines of each checked, undecided proposal, and the
/// points of its submitted reviews.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ready {
    /// The request lines, by proposal and position.
    pub lines: Vec<crate::plan::CandidateLine>,
    /// The points, by proposal, review and criterion.
    pub points: Vec<crate::plan::ScorePoint>,
}

/// The proposals of a round that a plan may select, with their points.
///
/// # Errors
/// Database errors only.
pub fn ready_for_plan(tx: &mut Tx<'_>, round: RoundId) -> Result<Ready> {
    Ok(Ready { lines: crate::plan::candidates(tx, round)?, points: crate::plan::score_points(tx, round)? })
}

mirror! {
    /// What happened to a proposal, from the audit trail.
    Event in "audit" {
        /// When.
        at: Timestamp = "at",
        /// What was done.
        action: String = "action",
        /// The thing after, as JSON.
        after: String = "after",
        /// Why, in the person's words.
        reason: String = "reason",
    }
}

/// What happened to a proposal, oldest first, without the many times that it was saved; at most
/// `limit`.
///
/// # Errors
/// Database errors only.
pub fn events(tx: &mut Tx<'_>, id: ProposalId, limit: i64) -> Result<Vec<Event>> {
    tx.rows(
        "SELECT at, action, after, reason FROM audit
         WHERE object_kind = 'proposal' AND object_id = $1 AND action <> 'proposal.saved' ORDER BY seq LIMIT $2",
        values![id, limit],
    )?
    .iter()
    .map(Event::read)
    .collect()
}

mirror! {
    /// The decision on a proposal with its latest offer and what one reviewer tells the applicant.
    Announced in "decision" {
        /// What was decided.
        outcome: Decision = "outcome",
        /// The place on the round's reserve list.
        reserve_rank: Option<i64> = "reserve_rank",
        /// The last day on which the place is good.
        reserve_until: Option<Date> = "reserve_until",
        /// The score in thousandths of a point.
        score_milli: i64 = "score_milli",
        /// Why, as JSON.
        reasons: String = "reasons",
        /// When.
        decided_at: Timestamp = "decided_at",
        /// The latest offer.
        offer: Option<OfferId> = "offer",
        /// The state of the latest offer.
        offer_state: Option<OfferState> = "offer_state",
        /// What a reviewer tells the applicant.
        comment: Option<String> = "comment_applicant",
    }
}

/// The announced decision on a proposal: one row for each submitted review, or one without a
/// comment; none before it is announced.
///
/// # Errors
/// Database errors only.
pub fn announced(tx: &mut Tx<'_>, id: ProposalId) -> Result<Vec<Announced>> {
    tx.rows(
        "SELECT d.outcome, d.reserve_rank, d.reserve_until, d.score_milli, d.reasons, d.decided_at,
                o.id AS offer, o.state AS offer_state, v.comment_applicant
         FROM decision d
         LEFT JOIN offer o ON o.id = (SELECT f.id FROM offer f WHERE f.proposal_id = d.proposal_id ORDER BY f.made_at DESC, f.id DESC LIMIT 1)
         LEFT JOIN review v ON v.proposal_id = d.proposal_id AND v.state = 'submitted'
         WHERE d.proposal_id = $1 ORDER BY v.id",
        values![id],
    )?
    .iter()
    .map(Announced::read)
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
    let count =
        |states: &str| format!("(SELECT COUNT(*) FROM proposal p WHERE p.round_id = r.id AND p.state {states})");
    tx.rows(
        &format!(
            "SELECT r.id, r.name_ko, r.name_en, c.title_ko, c.title_en, r.closes_at, {} AS submitted, {} AS to_check, {} AS to_assign, {} AS in_review
             FROM round r JOIN call c ON c.id = r.call_id
             WHERE c.state <> 'draft' AND (CAST($1 AS BIGINT) IS NULL OR (r.closes_at, r.id) < (CAST($1 AS BIGINT), CAST($2 AS TEXT)))
             ORDER BY r.closes_at DESC, r.id DESC LIMIT $3",
            count("NOT IN ('draft', 'withdrawn')"),
            count("= 'submitted'"),
            count("= 'eligibility_ok'"),
            count("= 'in_review'"),
        ),
        values![at, id, limit],
    )?
    .iter()
    .map(RoundItem::read)
    .collect()
}

mirror! {
    /// Something around proposals that waits for a person.
    Waiting in "proposal" {
        /// `draft`, `returned`, `review` or `check`.
        kind: String = "kind",
        /// The proposal, or for `check` the round; empty for `review`, which stands for all.
        id: String = "id",
        /// The Korean title of the proposal or call.
        title_ko: String = "title_ko",
        /// The English title.
        title_en: String = "title_en",
        /// Until when.
        due_at: Option<Timestamp> = "due_at",
        /// Until which day.
        due_on: Option<Date> = "due_on",
        /// How many.
        count: i64 = "n",
    }
}

/// What waits for a person around proposals, in one statement: drafts in open rounds, corrections,
/// reviews together, and if `checks` is set what waits for the check of eligibility by round.
///
/// # Errors
/// Database errors only.
pub fn waiting(tx: &mut Tx<'_>, user: UserId, checks: bool, now: Timestamp, limit: i64) -> Result<Vec<Waiting>> {
    tx.rows(
        "SELECT 'draft' AS kind, p.id, p.title_ko, p.title_en, r.closes_at AS due_at, CAST(NULL AS TEXT) AS due_on, CAST(1 AS BIGINT) AS n
         FROM proposal p JOIN round r ON r.id = p.round_id JOIN call c ON c.id = r.call_id
         WHERE (p.lead_id = $1 OR p.manager_id = $1) AND p.state = 'draft' AND c.state = 'published' AND r.closes_at > $2
         UNION ALL
         SELECT 'returned' AS kind, p.id, p.title_ko, p.title_en, p.correction_due_at AS due_at, CAST(NULL AS TEXT) AS due_on, CAST(1 AS BIGINT) AS n
         FROM proposal p WHERE (p.lead_id = $1 OR p.manager_id = $1) AND p.state = 'returned' AND p.correction_due_at > $2
         UNION ALL
         SELECT 'review' AS kind, '' AS id, '' AS title_ko, '' AS title_en, CAST(NULL AS BIGINT) AS due_at, MIN(r.review_due_on) AS due_on, COUNT(*) AS n
         FROM review v JOIN proposal p ON p.id = v.proposal_id JOIN round r ON r.id = p.round_id
         WHERE v.reviewer_id = $1 AND v.state IN ('assigned', 'draft') AND p.state IN ('eligibility_ok', 'in_review', 'ranked')
         HAVING COUNT(*) > 0
         UNION ALL
         SELECT 'check' AS kind, r.id, c.title_ko, c.title_en, CAST(NULL AS BIGINT) AS due_at, CAST(NULL AS TEXT) AS due_on, COUNT(*) AS n
         FROM proposal p JOIN round r ON r.id = p.round_id JOIN call c ON c.id = r.call_id
         WHERE p.state = 'submitted' AND CAST($3 AS BIGINT) = 1 GROUP BY r.id, c.title_ko, c.title_en
         LIMIT $4",
        values![user, now, checks, limit],
    )?
    .iter()
    .map(Waiting::read)
    .collect()
}
