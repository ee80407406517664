//! What waits for a person around proposals, and whom to remind.

use domain::ids::{ProposalId, UserId};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::{Result, Tx, values};

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
