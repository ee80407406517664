//! Agreements on awards.

use domain::award::AgreementState;
use domain::ids::{AgreementId, AwardId, Id, UserId};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::sql::{FromValue, ToValue, Value, as_text};
use crate::{Result, Tx, values};

as_text! { AgreementState: "state of an agreement" }

mirror! {
    /// An agreement.
    AgreementRow in "agreement" {
        /// Its id.
        id: AgreementId = "id",
        /// The award that it is on.
        award: AwardId = "award_id",
        /// Its text, as it is signed.
        body: String = "body",
        /// SHA-256 of the text.
        body_hash: String = "body_hash",
        /// Its state.
        state: AgreementState = "state",
        /// The last day for the lead's signature.
        due_on: Date = "due_on",
        /// Who signed for the project.
        signed_by: Option<UserId> = "signed_by",
        /// When.
        signed_at: Option<Timestamp> = "signed_at",
        /// Who signed for the center.
        countersigned_by: Option<UserId> = "countersigned_by",
        /// When.
        countersigned_at: Option<Timestamp> = "countersigned_at",
        /// When it was drawn up.
        created_at: Timestamp = "created_at",
    }
}

/// Id, text and its noted hash of up to `limit` agreements after one, by id.
///
/// # Errors
/// Database errors only.
pub fn texts(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<(String, String, String)>> {
    tx.rows("SELECT id, body, body_hash FROM agreement WHERE id > $1 ORDER BY id LIMIT $2", values![after, limit])?
        .iter()
        .map(|row| Ok((row.get("id")?, row.get("body")?, row.get("body_hash")?)))
        .collect()
}

/// Adds an agreement.
///
/// # Errors
/// Database errors only.
pub fn insert(tx: &mut Tx<'_>, agreement: &AgreementRow) -> Result<()> {
    agreement.put(tx)
}

/// One agreement.
///
/// # Errors
/// Database errors only.
pub fn find(tx: &mut Tx<'_>, id: AgreementId) -> Result<Option<AgreementRow>> {
    let sql = format!("SELECT {} FROM agreement WHERE id = $1", AgreementRow::COLUMNS);
    tx.row(&sql, values![id])?.as_ref().map(AgreementRow::read).transpose()
}

/// The agreement on an award.
///
/// # Errors
/// Database errors only.
pub fn of_award(tx: &mut Tx<'_>, award: AwardId) -> Result<Option<AgreementRow>> {
    let sql = format!("SELECT {} FROM agreement WHERE award_id = $1", AgreementRow::COLUMNS);
    tx.row(&sql, values![award])?.as_ref().map(AgreementRow::read).transpose()
}

/// Notes the lead's signature.
///
/// # Errors
/// [`crate::Error::Stale`] unless it waits for it.
pub fn sign(tx: &mut Tx<'_>, id: AgreementId, by: UserId, at: Timestamp) -> Result<()> {
    tx.run_one(
        "UPDATE agreement SET state = 'signed', signed_by = $2, signed_at = $3 WHERE id = $1 AND state = 'unsigned'",
        values![id, by, at],
    )
}

/// Notes the center's signature.
///
/// # Errors
/// [`crate::Error::Stale`] unless the lead has signed.
pub fn countersign(tx: &mut Tx<'_>, id: AgreementId, by: UserId, at: Timestamp) -> Result<()> {
    tx.run_one(
        "UPDATE agreement SET state = 'concluded', countersigned_by = $2, countersigned_at = $3 WHERE id = $1 AND state = 'signed'",
        values![id, by, at],
    )
}

/// Notes that an agreement was not signed in time.
///
/// # Errors
/// [`crate::Error::Stale`] unless it waits for a signature.
pub fn lapse(tx: &mut Tx<'_>, id: AgreementId) -> Result<()> {
    tx.run_one("UPDATE agreement SET state = 'lapsed' WHERE id = $1 AND state IN ('unsigned', 'signed')", values![id])
}

/// Agreements that nobody can bring into force any more on `day`: unsigned ones whose last day was
/// before it, and signed ones without the center's signature whose award has ended by then; oldest
/// first, at most `limit`.
///
/// # Errors
/// Database errors only.
pub fn overdue(tx: &mut Tx<'_>, day: Date, limit: i64) -> Result<Vec<AgreementRow>> {
    let sql = format!(
        "SELECT {} FROM agreement WHERE (state = 'unsigned' AND due_on < $1)
            OR (state = 'signed' AND NOT EXISTS (
                SELECT 1 FROM award_line l WHERE l.award_id = agreement.award_id AND l.end_on > $1))
         ORDER BY due_on, id LIMIT $2",
        AgreementRow::COLUMNS
    );
    tx.rows(&sql, values![day, limit])?.iter().map(AgreementRow::read).collect()
}

/// Agreements that wait for the center's signature, oldest first, at most `limit`.
///
/// # Errors
/// Database errors only.
pub fn to_countersign(tx: &mut Tx<'_>, after: Option<(Date, AgreementId)>, limit: i64) -> Result<Vec<AgreementRow>> {
    let (day, id) = after.unwrap_or((Date::MIN, AgreementId::new(0, [0; 10])));
    let sql = format!(
        "SELECT {} FROM agreement WHERE state = 'signed' AND (due_on, id) > ($1, $2) ORDER BY due_on, id LIMIT $3",
        AgreementRow::COLUMNS
    );
    tx.rows(&sql, values![day, id, limit])?.iter().map(AgreementRow::read).collect()
}
