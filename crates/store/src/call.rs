//! Calls with their products, criteria and rounds.

use domain::call::{CallState, RoundFacts, RoundKind, Track};
use domain::ids::{CallId, CriterionId, PoolId, ProductId, RoundId, UserId};
use domain::units::Amount;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::sql::from_newest;
use crate::sql::{FromValue, ToValue, Value, as_text};
use crate::{Result, Tx, values};

as_text! { CallState: "state of a call", RoundKind: "kind of a round", Track: "track of a call" }

mirror! {
    /// A call.
    CallRow in "call" {
        /// Its id.
        id: CallId = "id",
        /// Korean title.
        title_ko: String = "title_ko",
        /// English title.
        title_en: String = "title_en",
        /// Korean text.
        body_ko: String = "body_ko",
        /// English text.
        body_en: String = "body_en",
        /// Whom to ask.
        contact: String = "contact",
        /// For whom it is.
        track: Track = "track",
        /// Its state.
        state: CallState = "state",
        /// Who drafted it.
        drafted_by: Option<UserId> = "drafted_by",
        /// Who published it.
        published_by: Option<UserId> = "published_by",
        /// When it was published.
        published_at: Option<Timestamp> = "published_at",
        /// Whether bonus points count.
        bonus: bool = "bonus",
        /// When it was begun.
        created_at: Timestamp = "created_at",
        /// Counts its changes.
        version: i64 = "version",
    }
}

mirror! {
    /// A criterion of a call.
    CriterionRow in "criterion" {
        /// Its id.
        id: CriterionId = "id",
        /// The call.
        call: CallId = "call_id",
        /// Its place, from 1.
        position: i64 = "position",
        /// Korean name.
        name_ko: String = "name_ko",
        /// English name.
        name_en: String = "name_en",
        /// The most points.
        max_points: i64 = "max_points",
    }
}

mirror! {
    /// A round of a call.
    RoundRow in "round" {
        /// Its id.
        id: RoundId = "id",
        /// The call.
        call: CallId = "call_id",
        /// Its number within the call, from 1.
        number: i64 = "number",
        /// Regular or rolling.
        kind: RoundKind = "kind",
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
        /// For how many days its offers stay open.
        offer_days: i64 = "offer_days",
        /// The earliest first day of use.
        earliest_start_on: Date = "earliest_start_on",
        /// The first day after the latest end of use.
        latest_end_on: Date = "latest_end_on",
        /// When its results were announced.
        decided_at: Option<Timestamp> = "decided_at",
        /// When it was added.
        created_at: Timestamp = "created_at",
    }
}

mirror! {
    /// How much of a pool a round may hand out.
    EnvelopeRow in "round_envelope" {
        /// The round.
        round: RoundId = "round_id",
        /// The pool.
        pool: PoolId = "pool_id",
        /// How much.
        amount: Amount = "amount",
    }
}

/// Adds a call.
///
/// # Errors
/// Database errors only.
pub fn insert(tx: &mut Tx<'_>, call: &CallRow) -> Result<()> {
    call.put(tx)
}

/// One call.
///
/// # Errors
/// Database errors only.
pub fn find(tx: &mut Tx<'_>, id: CallId) -> Result<Option<CallRow>> {
    let sql = format!("SELECT {} FROM call WHERE id = $1", CallRow::COLUMNS);
    tx.row(&sql, values![id])?.as_ref().map(CallRow::read).transpose()
}

/// One call, with whether that person drafted or changed it.
///
/// # Errors
/// Database errors only.
pub fn find_written(tx: &mut Tx<'_>, id: CallId, user: Option<UserId>) -> Result<Option<(CallRow, bool)>> {
    let sql = format!(
        "SELECT {},
            CAST(CASE WHEN EXISTS (SELECT 1 FROM audit a WHERE a.object_kind = 'call' AND a.object_id = call.id
              AND a.action IN ('call.drafted', 'call.changed') AND a.actor_id = CAST($2 AS TEXT)) THEN 1 ELSE 0 END AS BIGINT) AS wrote
         FROM call WHERE id = $1",
        CallRow::COLUMNS
    );
    tx.row(&sql, values![id, user])?.map(|row| Ok((CallRow::read(&row)?, row.get("wrote")?))).transpose()
}

/// Writes what a call says; its version goes up.
///
/// # Errors
/// [`crate::Error::Stale`] if `call.version` is not the stored one.
pub fn update(tx: &mut Tx<'_>, call: &CallRow) -> Result<()> {
    tx.run_one(
        "UPDATE call SET title_ko = $3, title_en = $4, body_ko = $5, body_en = $6, contact = $7, track = $8, bonus = $9,
                version = version + 1 WHERE id = $1 AND version = $2",
        values![
            call.id,
            call.version,
            call.title_ko,
            call.title_en,
            call.body_ko,
            call.body_en,
            call.contact,
            call.track,
            call.bonus
        ],
    )
}

/// Moves a call from one state to another; publishing notes by whom and when.
///
/// # Errors
/// [`crate::Error::Stale`] if it is no longer in `from`.
pub fn step(
    tx: &mut Tx<'_>,
    id: CallId,
    from: CallState,
    to: CallState,
    published: Option<(Option<UserId>, Timestamp)>,
) -> Result<()> {
    let (by, at) = published.map_or((None, None), |(by, at)| (by, Some(at)));
    tx.run_one(
        "UPDATE call SET state = $3, published_by = COALESCE(CAST($4 AS TEXT), published_by),
                published_at = COALESCE(CAST($5 AS BIGINT), published_at), version = version + 1
         WHERE id = $1 AND state = $2",
        values![id, from, to, by, at],
    )
}

/// All calls before a place, newest first: for the office.
///
/// # Errors
/// Database errors only.
pub fn list(tx: &mut Tx<'_>, before: Option<(Timestamp, CallId)>, limit: i64) -> Result<Vec<CallRow>> {
    let (at, id) = from_newest(before);
    let sql = format!(
        "SELECT {} FROM call WHERE (created_at, id) < ($1, $2) ORDER BY created_at DESC, id DESC LIMIT $3",
        CallRow::COLUMNS
    );
    tx.rows(&sql, values![at, id, limit])?.iter().map(CallRow::read).collect()
}

/// Puts the products of a call in place of those it had.
///
/// # Errors
/// Database errors only.
pub fn set_products(tx: &mut Tx<'_>, call: CallId, products: &[ProductId]) -> Result<()> {
    tx.run("DELETE FROM call_product WHERE call_id = $1", values![call])?;
    for product in products {
        tx.run(
            "INSERT INTO call_product (call_id, product_id) VALUES ($1, $2) ON CONFLICT (call_id, product_id) DO NOTHING",
            values![call, product],
        )?;
    }
    Ok(())
}

/// All products of the center in their order, each with whether the call has it.
///
/// # Errors
/// Database errors only.
pub fn products(tx: &mut Tx<'_>, call: Option<CallId>) -> Result<Vec<(crate::center::ProductRow, bool)>> {
    crate::center::products_for(tx, call)
}

/// Puts criteria in place of those the call had. Only for drafts: nothing was scored by them.
///
/// # Errors
/// Database errors only.
pub fn set_criteria(tx: &mut Tx<'_>, call: CallId, criteria: &[CriterionRow]) -> Result<()> {
    tx.run("DELETE FROM criterion WHERE call_id = $1", values![call])?;
    criteria.iter().try_for_each(|one| one.put(tx))
}

/// The criteria of a call in order.
///
/// # Errors
/// Database errors only.
pub fn criteria(tx: &mut Tx<'_>, call: CallId) -> Result<Vec<CriterionRow>> {
    let sql = format!("SELECT {} FROM criterion WHERE call_id = $1 ORDER BY position", CriterionRow::COLUMNS);
    tx.rows(&sql, values![call])?.iter().map(CriterionRow::read).collect()
}

/// The criteria of a call in order, with the points that a review gives.
///
/// # Errors
/// Database errors only.
pub fn scored_criteria(
    tx: &mut Tx<'_>,
    call: CallId,
    review: domain::ids::ReviewId,
) -> Result<Vec<(CriterionRow, Option<i64>)>> {
    tx.rows(
        "SELECT c.id, c.call_id, c.position, c.name_ko, c.name_en, c.max_points, s.points
         FROM criterion c LEFT JOIN review_score s ON s.criterion_id = c.id AND s.review_id = $2
         WHERE c.call_id = $1 ORDER BY c.position",
        values![call, review],
    )?
    .iter()
    .map(|row| Ok((CriterionRow::read(row)?, row.get("points")?)))
    .collect()
}

/// Adds a round with what it hands out.
///
/// # Errors
/// Constraint `round_number_key` if the call has a round of that number.
pub fn insert_round(tx: &mut Tx<'_>, round: &RoundRow, envelope: &[EnvelopeRow]) -> Result<()> {
    round.put(tx)?;
    envelope.iter().try_for_each(|one| one.put(tx))
}

/// Writes a round's names, dates and envelope.
///
/// # Errors
/// [`crate::Error::Stale`] if there is no such round.
pub fn update_round(tx: &mut Tx<'_>, round: &RoundRow, envelope: &[EnvelopeRow]) -> Result<()> {
    tx.run_one(
        "UPDATE round SET kind = $2, name_ko = $3, name_en = $4, opens_at = $5, closes_at = $6, review_due_on = $7,
                announce_on = $8, offer_days = $9, earliest_start_on = $10, latest_end_on = $11 WHERE id = $1",
        values![
            round.id,
            round.kind,
            round.name_ko,
            round.name_en,
            round.opens_at,
            round.closes_at,
            round.review_due_on,
            round.announce_on,
            round.offer_days,
            round.earliest_start_on,
            round.latest_end_on
        ],
    )?;
    tx.run("DELETE FROM round_envelope WHERE round_id = $1", values![round.id])?;
    envelope.iter().try_for_each(|one| one.put(tx))
}

/// Takes a round out of a draft.
///
/// # Errors
/// A foreign key if it has proposals.
pub fn delete_round(tx: &mut Tx<'_>, id: RoundId) -> Result<()> {
    tx.run("DELETE FROM round_envelope WHERE round_id = $1", values![id])?;
    tx.run("DELETE FROM round WHERE id = $1", values![id])?;
    Ok(())
}

/// One round.
///
/// # Errors
/// Database errors only.
pub fn find_round(tx: &mut Tx<'_>, id: RoundId) -> Result<Option<RoundRow>> {
    let sql = format!("SELECT {} FROM round WHERE id = $1", RoundRow::COLUMNS);
    tx.row(&sql, values![id])?.as_ref().map(RoundRow::read).transpose()
}

/// Whether a proposal of the round `r` is under review. Once all of them are decided it is not, also
/// where rounds stay without an announcement of their own (rolling).
const REVIEWING: &str = "CAST(CASE WHEN EXISTS (SELECT 1 FROM proposal p WHERE p.round_id = r.id AND p.state IN ('in_review', 'ranked')) THEN 1 ELSE 0 END AS BIGINT) AS reviewing";

/// The rounds of a call in order, each with whether any of its proposals is under review.
///
/// # Errors
/// Database errors only.
pub fn rounds(tx: &mut Tx<'_>, call: CallId) -> Result<Vec<(RoundRow, bool)>> {
    let sql = format!("SELECT {}, {REVIEWING} FROM round r WHERE call_id = $1 ORDER BY number", RoundRow::COLUMNS);
    tx.rows(&sql, values![call])?.iter().map(|row| Ok((RoundRow::read(row)?, row.get("reviewing")?))).collect()
}

/// A correction of a published round's dates, as the audit keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrectionRow {
    /// When it was corrected.
    pub at: Timestamp,
    /// The round before, as JSON.
    pub before: String,
    /// The round after, as JSON.
    pub after: String,
    /// Why.
    pub reason: String,
}

/// A round with whether any of its proposals has a reviewer, and the corrections of its dates, the
/// earliest first.
pub type CorrectedRound = (RoundRow, bool, Vec<CorrectionRow>);

/// The rounds of a call in order, each with all that happened to its dates.
///
/// # Errors
/// Database errors only.
pub fn corrected_rounds(tx: &mut Tx<'_>, call: CallId) -> Result<Vec<CorrectedRound>> {
    let columns = RoundRow::columns_of("r");
    let rows = tx.rows(
        &format!(
            "SELECT {}, a.at AS corrected_at, a.before AS correction_before, a.after AS correction_after, a.reason AS correction_reason,
                {REVIEWING}
             FROM round r LEFT JOIN audit a ON a.object_kind = 'round' AND a.object_id = r.id AND a.action = 'round.dates_corrected'
             WHERE r.call_id = $1 ORDER BY r.number, a.seq",
            columns
        ),
        values![call],
    )?;
    let mut rounds: Vec<CorrectedRound> = Vec::new();
    for row in &rows {
        let round = RoundRow::read(row)?;
        if rounds.last().is_none_or(|(last, ..)| last.id != round.id) {
            rounds.push((round, row.get("reviewing")?, Vec::new()));
        }
        let at: Option<Timestamp> = row.get("corrected_at")?;
        if let (Some(at), Some((.., corrections))) = (at, rounds.last_mut()) {
            corrections.push(CorrectionRow {
                at,
                before: row.get("correction_before")?,
                after: row.get("correction_after")?,
                reason: row.get("correction_reason")?,
            });
        }
    }
    Ok(rounds)
}

/// What the phases of all rounds follow from, of the calls begun from `first` to `last` (a stretch
/// of [`list`]), by call.
///
/// # Errors
/// Database errors only.
pub fn facts_of(
    tx: &mut Tx<'_>,
    first: (Timestamp, CallId),
    last: (Timestamp, CallId),
) -> Result<Vec<(CallId, RoundFacts)>> {
    tx.rows(
        &format!(
            "SELECT r.call_id, r.opens_at, r.closes_at, r.decided_at, {REVIEWING}
             FROM round r JOIN call c ON c.id = r.call_id
             WHERE (c.created_at, c.id) >= ($1, $2) AND (c.created_at, c.id) <= ($3, $4) ORDER BY r.call_id, r.number"
        ),
        values![first.0, first.1, last.0, last.1],
    )?
    .iter()
    .map(|row| {
        let facts = RoundFacts {
            opens_at: row.get("opens_at")?,
            closes_at: row.get("closes_at")?,
            reviewing: row.get("reviewing")?,
            decided_at: row.get("decided_at")?,
        };
        Ok((row.get("call_id")?, facts))
    })
    .collect()
}

mirror! {
    /// A pool, and what one round of a call may hand out of it; a pool of which no round hands out
    /// anything is there once, without round and amount.
    PoolShare in "pool" {
        /// The pool.
        pool: PoolId = "id",
        /// Its kind.
        kind: domain::units::PoolKind = "kind",
        /// What it counts.
        unit: domain::units::PoolUnit = "unit",
        /// The device model, where it counts devices.
        device_model: Option<domain::ids::Slug> = "device_model",
        /// Korean name.
        name_ko: String = "name_ko",
        /// English name.
        name_en: String = "name_en",
        /// The round.
        round: Option<RoundId> = "round_id",
        /// How much.
        amount: Option<Amount> = "amount",
    }
}

/// All pools in their order, with what each round of a call may hand out.
///
/// # Errors
/// Database errors only.
pub fn pool_shares(tx: &mut Tx<'_>, call: Option<CallId>) -> Result<Vec<PoolShare>> {
    tx.rows(
        "SELECT p.id, p.kind, p.unit, p.device_model, p.name_ko, p.name_en, e.round_id, e.amount FROM pool p
         LEFT JOIN (SELECT v.round_id, v.pool_id, v.amount FROM round_envelope v JOIN round r ON r.id = v.round_id
                    WHERE r.call_id = CAST($1 AS TEXT)) e ON e.pool_id = p.id
         ORDER BY p.position, p.id, e.round_id",
        values![call],
    )?
    .iter()
    .map(PoolShare::read)
    .collect()
}

/// What one round may hand out, by pool.
///
/// # Errors
/// Database errors only.
pub fn envelope(tx: &mut Tx<'_>, round: RoundId) -> Result<Vec<EnvelopeRow>> {
    let sql = format!("SELECT {} FROM round_envelope WHERE round_id = $1 ORDER BY pool_id", EnvelopeRow::COLUMNS);
    tx.rows(&sql, values![round])?.iter().map(EnvelopeRow::read).collect()
}

mirror! {
    /// A round of a published call, as public lists show it.
    PublicRound in "round" {
        /// The round.
        id: RoundId = "id",
        /// Its call.
        call: CallId = "call_id",
        /// Its number within the call.
        number: i64 = "number",
        /// Regular or rolling.
        kind: RoundKind = "kind",
        /// The round's Korean name.
        name_ko: String = "name_ko",
        /// The round's English name.
        name_en: String = "name_en",
        /// It takes proposals from this instant on.
        opens_at: Timestamp = "opens_at",
        /// It takes proposals before this instant.
        closes_at: Timestamp = "closes_at",
        /// When its results were announced.
        decided_at: Option<Timestamp> = "decided_at",
        /// The call's Korean title.
        title_ko: String = "title_ko",
        /// The call's English title.
        title_en: String = "title_en",
        /// For whom the call is.
        track: Track = "track",
        /// Whether any of its proposals has a reviewer.
        reviewing: bool = "reviewing",
    }
}

fn public() -> String {
    format!(
        "SELECT r.id, r.call_id, r.number, r.kind, r.name_ko, r.name_en, r.opens_at, r.closes_at, r.decided_at, c.title_ko, c.title_en, c.track, {REVIEWING}
         FROM round r JOIN call c ON c.id = r.call_id WHERE c.state = 'published'"
    )
}

/// Rounds of published calls that are not over at `now`, soonest closing first.
///
/// # Errors
/// Database errors only.
pub fn current(tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<Vec<PublicRound>> {
    tx.rows(&format!("{} AND r.closes_at > $1 ORDER BY r.closes_at, r.id LIMIT $2", public()), values![now, limit])?
        .iter()
        .map(PublicRound::read)
        .collect()
}

/// Rounds of published calls that are over at `now`, latest closing first, before a place.
///
/// # Errors
/// Database errors only.
pub fn past(
    tx: &mut Tx<'_>,
    now: Timestamp,
    before: Option<(Timestamp, RoundId)>,
    limit: i64,
) -> Result<Vec<PublicRound>> {
    let (at, id) = from_newest(before);
    let sql = format!(
        "{} AND r.closes_at <= $1 AND (r.closes_at, r.id) < ($2, $3) ORDER BY r.closes_at DESC, r.id DESC LIMIT $4",
        public()
    );
    tx.rows(&sql, values![now, at, id, limit])?.iter().map(PublicRound::read).collect()
}
