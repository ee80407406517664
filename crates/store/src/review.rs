//! Reviews and their points.

use domain::ids::{CriterionId, OrganizationId, ProposalId, ReviewId, RoundId, UserId};
use domain::review::ReviewState;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::sql::{FromValue, ToValue, Value, as_text};
use crate::{Result, Tx, values};

as_text! { ReviewState: "state of a review" }

mirror! {
    /// A review.
    ReviewRow in "review" {
        /// Its id.
        id: ReviewId = "id",
        /// The proposal.
        proposal: ProposalId = "proposal_id",
        /// Who reviews.
        reviewer: UserId = "reviewer_id",
        /// Its state.
        state: ReviewState = "state",
        /// What the applicant is told.
        comment_applicant: String = "comment_applicant",
        /// What the committee is told.
        comment_committee: String = "comment_committee",
        /// Why there is a conflict of interest.
        conflict: String = "conflict",
        /// When it was assigned.
        assigned_at: Timestamp = "assigned_at",
        /// By whom.
        assigned_by: Option<UserId> = "assigned_by",
        /// When it was handed in.
        submitted_at: Option<Timestamp> = "submitted_at",
        /// Counts its changes.
        version: i64 = "version",
        /// Which open form saved last.
        saved_from: String = "saved_from",
    }
}

mirror! {
    /// A review with its reviewer, as the office sees it.
    ReviewItem in "review" {
        /// Its id.
        id: ReviewId = "id",
        /// The proposal.
        proposal: ProposalId = "proposal_id",
        /// Who reviews.
        reviewer: UserId = "reviewer_id",
        /// The reviewer's name.
        name: String = "name",
        /// Its state.
        state: ReviewState = "state",
        /// Why there is a conflict of interest.
        conflict: String = "conflict",
        /// What the applicant is told.
        comment_applicant: String = "comment_applicant",
        /// What the committee is told.
        comment_committee: String = "comment_committee",
        /// The points in all, once there are any.
        points: Option<i64> = "points",
    }
}

/// Assigns a reviewer.
///
/// # Errors
/// Constraint `review_reviewer_key` if the reviewer has a review of it already.
pub fn insert(tx: &mut Tx<'_>, review: &ReviewRow) -> Result<()> {
    review.put(tx)
}

/// One review.
///
/// # Errors
/// Database errors only.
pub fn find(tx: &mut Tx<'_>, id: ReviewId) -> Result<Option<ReviewRow>> {
    let sql = format!("SELECT {} FROM review WHERE id = $1", ReviewRow::COLUMNS);
    tx.row(&sql, values![id])?.as_ref().map(ReviewRow::read).transpose()
}

/// Writes state, comments and conflict; the version goes up.
///
/// # Errors
/// [`crate::Error::Stale`] if `review.version` is not the stored one.
pub fn update(tx: &mut Tx<'_>, review: &ReviewRow) -> Result<()> {
    tx.run_one(
        "UPDATE review SET state = $3, comment_applicant = $4, comment_committee = $5, conflict = $6, submitted_at = $7, saved_from = $8,
                version = version + 1 WHERE id = $1 AND version = $2",
        values![
            review.id,
            review.version,
            review.state,
            review.comment_applicant,
            review.comment_committee,
            review.conflict,
            review.submitted_at,
            review.saved_from
        ],
    )
}

/// Takes back an assignment that the reviewer has not begun.
///
/// # Errors
/// [`crate::Error::Stale`] if it was begun.
pub fn unassign(tx: &mut Tx<'_>, id: ReviewId) -> Result<()> {
    tx.run_one("DELETE FROM review WHERE id = $1 AND state = 'assigned'", values![id])
}

/// Puts points in place of those the review had.
///
/// # Errors
/// Database errors only.
pub fn set_points(tx: &mut Tx<'_>, id: ReviewId, points: &[(CriterionId, i64)]) -> Result<()> {
    tx.run("DELETE FROM review_score WHERE review_id = $1", values![id])?;
    for (criterion, points) in points {
        tx.run(
            "INSERT INTO review_score (review_id, criterion_id, points) VALUES ($1, $2, $3)",
            values![id, criterion, points],
        )?;
    }
    Ok(())
}

/// The reviews of a proposal, by reviewer's name.
///
/// # Errors
/// Database errors only.
pub fn of_proposal(tx: &mut Tx<'_>, proposal: ProposalId) -> Result<Vec<ReviewItem>> {
    tx.rows(
        "SELECT v.id, v.proposal_id, v.reviewer_id, u.name, v.state, v.conflict, v.comment_applicant, v.comment_committee,
                (SELECT CAST(SUM(s.points) AS BIGINT) FROM review_score s WHERE s.review_id = v.id) AS points
         FROM review v JOIN users u ON u.id = v.reviewer_id WHERE v.proposal_id = $1 ORDER BY u.name, v.id",
        values![proposal],
    )?
    .iter()
    .map(ReviewItem::read)
    .collect()
}

mirror! {
    /// A review in its reviewer's list.
    MyReview in "review" {
        /// The review.
        id: ReviewId = "id",
        /// The proposal.
        proposal: ProposalId = "proposal_id",
        /// Its state.
        state: ReviewState = "state",
        /// The proposal's Korean title.
        title_ko: String = "title_ko",
        /// The proposal's English title.
        title_en: String = "title_en",
        /// The proposal's receipt number.
        receipt_no: Option<String> = "receipt_no",
        /// The organization's Korean name.
        organization_ko: Option<String> = "name_ko",
        /// The organization's English name.
        organization_en: Option<String> = "name_en",
        /// Until which day it is due.
        review_due_on: Date = "review_due_on",
        /// When it was assigned.
        assigned_at: Timestamp = "assigned_at",
    }
}

impl MyReview {
    /// Its place in the list: what waits first, then by due day.
    #[must_use]
    pub fn place(&self) -> (bool, Date, ReviewId) {
        let waits = matches!(self.state, ReviewState::Assigned | ReviewState::Draft);
        (!waits, self.review_due_on, self.id)
    }
}

/// A reviewer's reviews after a place: those that wait first, soonest due first.
///
/// # Errors
/// Database errors only.
pub fn of_reviewer(
    tx: &mut Tx<'_>,
    reviewer: UserId,
    after: Option<(bool, Date, ReviewId)>,
    limit: i64,
) -> Result<Vec<MyReview>> {
    let (over, on, id) = after.map_or((None, None, None), |(over, on, id)| (Some(over), Some(on), Some(id)));
    let place = "CASE WHEN v.state IN ('assigned', 'draft') THEN 0 ELSE 1 END, r.review_due_on, v.id";
    let sql = format!(
        "SELECT v.id, v.proposal_id, v.state, p.title_ko, p.title_en, p.receipt_no, o.name_ko, o.name_en, r.review_due_on, v.assigned_at
         FROM review v JOIN proposal p ON p.id = v.proposal_id JOIN round r ON r.id = p.round_id
         LEFT JOIN organization o ON o.id = p.organization_id
         WHERE v.reviewer_id = $1
           AND (CAST($2 AS BIGINT) IS NULL OR ({place}) > (CAST($2 AS BIGINT), CAST($3 AS TEXT), CAST($4 AS TEXT)))
         ORDER BY {place} LIMIT $5"
    );
    tx.rows(&sql, values![reviewer, over, on, id, limit])?.iter().map(MyReview::read).collect()
}

mirror! {
    /// A person who can review, with what there is to do.
    ReviewerItem in "users" {
        /// The account.
        id: UserId = "id",
        /// The name.
        name: String = "name",
        /// The organization.
        organization: Option<OrganizationId> = "organization_id",
        /// The organization's Korean name.
        organization_ko: Option<String> = "name_ko",
        /// The organization's English name.
        organization_en: Option<String> = "name_en",
        /// How many reviews of this round the person has, without conflicts.
        load: i64 = "load",
        /// How many of them were handed in.
        done: i64 = "done",
    }
}

/// The active reviewers with their load in a round, by name; there are some dozens.
///
/// # Errors
/// Database errors only.
pub fn reviewers(tx: &mut Tx<'_>, round: RoundId, limit: i64) -> Result<Vec<ReviewerItem>> {
    tx.rows(
        "SELECT u.id, u.name, u.organization_id, o.name_ko, o.name_en,
                (SELECT COUNT(*) FROM review v JOIN proposal p ON p.id = v.proposal_id
                  WHERE v.reviewer_id = u.id AND v.state <> 'conflict' AND p.round_id = $1) AS load,
                (SELECT COUNT(*) FROM review v JOIN proposal p ON p.id = v.proposal_id
                  WHERE v.reviewer_id = u.id AND v.state = 'submitted' AND p.round_id = $1) AS done
         FROM users u JOIN user_role ur ON ur.user_id = u.id AND ur.role = 'reviewer'
         LEFT JOIN organization o ON o.id = u.organization_id
         WHERE u.state = 'active' ORDER BY u.name, u.id LIMIT $2",
        values![round, limit],
    )?
    .iter()
    .map(ReviewerItem::read)
    .collect()
}

/// The active reviewers who are tied neither to a proposal nor to its organization and have no
/// review of it, with their load in its round, least busy first.
///
/// # Errors
/// Database errors only.
pub fn candidates(tx: &mut Tx<'_>, proposal: ProposalId, limit: i64) -> Result<Vec<ReviewerItem>> {
    tx.rows(
        "SELECT * FROM (
           SELECT u.id, u.name, u.organization_id, o.name_ko, o.name_en,
                (SELECT COUNT(*) FROM review v JOIN proposal q ON q.id = v.proposal_id
                  WHERE v.reviewer_id = u.id AND v.state <> 'conflict' AND q.round_id = p.round_id) AS load,
                (SELECT COUNT(*) FROM review v JOIN proposal q ON q.id = v.proposal_id
                  WHERE v.reviewer_id = u.id AND v.state = 'submitted' AND q.round_id = p.round_id) AS done
           FROM proposal p JOIN user_role ur ON ur.role = 'reviewer' JOIN users u ON u.id = ur.user_id AND u.state = 'active'
           LEFT JOIN organization o ON o.id = u.organization_id
           WHERE p.id = $1 AND u.id <> p.lead_id AND (p.manager_id IS NULL OR u.id <> p.manager_id)
             AND (p.organization_id IS NULL OR u.organization_id IS NULL OR u.organization_id <> p.organization_id)
             AND NOT EXISTS (SELECT 1 FROM organization_member m WHERE m.user_id = u.id AND m.organization_id = p.organization_id)
             AND NOT EXISTS (SELECT 1 FROM review v WHERE v.proposal_id = p.id AND v.reviewer_id = u.id)) free
         ORDER BY free.load, free.name, free.id LIMIT $2",
        values![proposal, limit],
    )?
    .iter()
    .map(ReviewerItem::read)
    .collect()
}

/// Which people belong to the organizations that apply in a round: organization and person.
///
/// # Errors
/// Database errors only.
pub fn members_of_applicants(tx: &mut Tx<'_>, round: RoundId) -> Result<Vec<(OrganizationId, UserId)>> {
    tx.rows(
        "SELECT m.organization_id, m.user_id FROM organization_member m
         WHERE m.organization_id IN (SELECT organization_id FROM proposal WHERE round_id = $1)
         UNION SELECT u.organization_id, u.id AS user_id FROM users u
         WHERE u.organization_id IN (SELECT organization_id FROM proposal WHERE round_id = $1)",
        values![round],
    )?
    .iter()
    .map(|row| Ok((row.get("organization_id")?, row.get("user_id")?)))
    .collect()
}

mirror! {
    /// A proposal that can be given reviewers.
    Assignable in "proposal" {
        /// The proposal.
        id: ProposalId = "id",
        /// Who applies.
        organization: Option<OrganizationId> = "organization_id",
        /// Who leads it.
        lead: UserId = "lead_id",
        /// Who manages it.
        manager: Option<UserId> = "manager_id",
    }
}

/// The proposals of a round that can be given reviewers, earliest first, at most `limit`.
///
/// # Errors
/// Database errors only.
pub fn assignable(tx: &mut Tx<'_>, round: RoundId, limit: i64) -> Result<Vec<Assignable>> {
    tx.rows(
        "SELECT id, organization_id, lead_id, manager_id FROM proposal
         WHERE round_id = $1 AND state IN ('eligibility_ok', 'in_review', 'ranked') ORDER BY submitted_at, id LIMIT $2",
        values![round, limit],
    )?
    .iter()
    .map(Assignable::read)
    .collect()
}

/// Who reviews what in a round: proposal, reviewer, state.
///
/// # Errors
/// Database errors only.
pub fn of_round(tx: &mut Tx<'_>, round: RoundId) -> Result<Vec<(ProposalId, UserId, ReviewState)>> {
    tx.rows(
        "SELECT v.proposal_id, v.reviewer_id, v.state FROM review v JOIN proposal p ON p.id = v.proposal_id
         WHERE p.round_id = $1 ORDER BY v.proposal_id, v.reviewer_id",
        values![round],
    )?
    .iter()
    .map(|row| Ok((row.get("proposal_id")?, row.get("reviewer_id")?, row.get("state")?)))
    .collect()
}

mirror! {
    /// An unfinished review that is due soon.
    DueReview in "review" {
        /// The review.
        id: ReviewId = "id",
        /// When it was assigned.
        assigned_at: Timestamp = "assigned_at",
        /// Until which day it is due.
        review_due_on: Date = "review_due_on",
        /// Who reviews.
        reviewer: UserId = "reviewer_id",
        /// The reviewer's name.
        name: String = "name",
        /// The reviewer's address.
        email: String = "email",
        /// The reviewer's language.
        language: String = "language",
    }
}

/// Unfinished reviews due on `today` or later and before or on `until`, of which nothing is noted in
/// `happened` under `review-due ID DAY`; at most `limit`.
///
/// # Errors
/// Database errors only.
pub fn due(tx: &mut Tx<'_>, today: Date, until: Date, limit: i64) -> Result<Vec<DueReview>> {
    tx.rows(
        "SELECT v.id, v.assigned_at, r.review_due_on, v.reviewer_id, u.name, u.email, u.language
         FROM review v JOIN proposal p ON p.id = v.proposal_id JOIN round r ON r.id = p.round_id JOIN users u ON u.id = v.reviewer_id
         WHERE v.state IN ('assigned', 'draft') AND p.state IN ('eligibility_ok', 'in_review', 'ranked')
           AND r.review_due_on >= $1 AND r.review_due_on <= $2
           AND NOT EXISTS (SELECT 1 FROM happened h WHERE h.key = 'review-due ' || v.id || ' ' || r.review_due_on)
         ORDER BY r.review_due_on, v.id LIMIT $3",
        values![today, until, limit],
    )?
    .iter()
    .map(DueReview::read)
    .collect()
}

/// A person's name, address and language.
///
/// # Errors
/// Database errors only.
pub fn person(tx: &mut Tx<'_>, user: UserId) -> Result<Option<(String, String, String)>> {
    tx.row("SELECT name, email, language FROM users WHERE id = $1", values![user])?
        .map(|row| Ok((row.get("name")?, row.get("email")?, row.get("language")?)))
        .transpose()
}
