//! What waits for a person around proposals, and whom to remind.

use domain::ids::{ProposalId, UserId};
use jiff::Timestamp;

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
