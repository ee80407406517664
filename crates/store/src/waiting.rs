//! What waits for a person: their first page.

use domain::ids::UserId;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::{Result, Tx, values};

mirror! {
    /// Something that waits for a person.
    Waiting in "waiting" {
        /// What it is, by the words of [`around_proposals`] and [`from_the_plan_on`].
        kind: String = "kind",
        /// The thing; empty where it stands for all there are.
        id: String = "id",
        /// Its Korean title; empty where it stands for all.
        title_ko: String = "title_ko",
        /// Its English title; may be empty.
        title_en: String = "title_en",
        /// Until when.
        due_at: Option<Timestamp> = "due_at",
        /// Until which day.
        due_on: Option<Date> = "due_on",
        /// How many.
        count: i64 = "n",
    }
}

/// What waits for a person around proposals, in one statement: `draft` in an open round, `returned`
/// for correction, `review` for all of theirs, and if `checks` is set `check` for what waits for the
/// check of eligibility in a round, by its id.
///
/// # Errors
/// Database errors only.
pub fn around_proposals(
    tx: &mut Tx<'_>,
    user: UserId,
    checks: bool,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Waiting>> {
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

/// Whose part what waits after the selection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duties {
    /// Signs agreements for the center.
    pub countersigns: bool,
    /// Approves plans.
    pub approves: bool,
    /// Decides requests for more, less or longer.
    pub decides: bool,
    /// Decides on reservations.
    pub reserves: bool,
}

/// What waits for a person from the plan on, in one statement: `invited` (an invitation), `sign` (an
/// agreement of theirs), `approve` (a plan that somebody else put forward), `plan_returned` (a plan of theirs
/// that was sent back); `countersign`, `decide` and `reservations` stand for all there are, the last of
/// those that are not over on `today`.
///
/// # Errors
/// Database errors only.
pub fn from_the_plan_on(
    tx: &mut Tx<'_>,
    user: UserId,
    duties: Duties,
    (now, today): (Timestamp, Date),
    limit: i64,
) -> Result<Vec<Waiting>> {
    tx.rows(
        "SELECT 'sign' AS kind, g.id, p.title_ko, p.title_en, CAST(NULL AS BIGINT) AS due_at, g.due_on, CAST(1 AS BIGINT) AS n
         FROM agreement g JOIN award a ON a.id = g.award_id JOIN project p ON p.id = a.project_id
         WHERE g.state = 'unsigned' AND p.lead_id = $1
         UNION ALL
         SELECT 'invited' AS kind, i.id, p.title_ko, p.title_en, i.expires_at AS due_at, CAST(NULL AS TEXT) AS due_on, CAST(1 AS BIGINT) AS n
         FROM users u JOIN invitation i ON i.email = u.email JOIN project p ON p.id = i.project_id
         WHERE u.id = $1 AND i.state = 'open' AND i.expires_at > $2
         UNION ALL
         SELECT 'approve' AS kind, l.id, r.name_ko AS title_ko, r.name_en AS title_en, CAST(NULL AS BIGINT) AS due_at, CAST(NULL AS TEXT) AS due_on, CAST(1 AS BIGINT) AS n
         FROM plan l JOIN round r ON r.id = l.round_id
         WHERE l.state = 'proposed' AND (l.made_by IS NULL OR l.made_by <> $1) AND CAST($3 AS BIGINT) = 1
         UNION ALL
         SELECT 'plan_returned' AS kind, l.id, r.name_ko AS title_ko, r.name_en AS title_en, CAST(NULL AS BIGINT) AS due_at, CAST(NULL AS TEXT) AS due_on, CAST(1 AS BIGINT) AS n
         FROM plan l JOIN round r ON r.id = l.round_id
         WHERE l.state = 'returned' AND l.made_by = $1
         UNION ALL
         SELECT 'countersign' AS kind, '' AS id, '' AS title_ko, '' AS title_en, CAST(NULL AS BIGINT) AS due_at, CAST(NULL AS TEXT) AS due_on, COUNT(*) AS n
         FROM agreement WHERE state = 'signed' AND CAST($4 AS BIGINT) = 1 HAVING COUNT(*) > 0
         UNION ALL
         SELECT 'decide' AS kind, '' AS id, '' AS title_ko, '' AS title_en, CAST(NULL AS BIGINT) AS due_at, CAST(NULL AS TEXT) AS due_on, COUNT(*) AS n
         FROM adjustment WHERE state = 'requested' AND CAST($5 AS BIGINT) = 1 AND (requested_by IS NULL OR requested_by <> $1)
         HAVING COUNT(*) > 0
         UNION ALL
         SELECT 'reservations' AS kind, '' AS id, '' AS title_ko, '' AS title_en, CAST(NULL AS BIGINT) AS due_at, CAST(NULL AS TEXT) AS due_on, COUNT(*) AS n
         FROM reservation WHERE state = 'requested' AND to_on > $7 AND CAST($8 AS BIGINT) = 1 AND (asked_by IS NULL OR asked_by <> $1)
         HAVING COUNT(*) > 0
         LIMIT $6",
        values![
            user,
            now,
            duties.approves,
            duties.countersigns,
            duties.decides,
            limit,
            today,
            duties.reserves
        ],
    )?
    .iter()
    .map(Waiting::read)
    .collect()
}
