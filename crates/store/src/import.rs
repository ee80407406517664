//! Files that were imported, each once, and files that wait to be.

use domain::ids::{ImportId, RoundId, UserId};
use jiff::Timestamp;

use crate::{Result, Tx, values};

mirror! {
    /// A file that was taken over.
    FileRow in "import_file" {
        /// Its kind, target and SHA-256.
        key: String = "key",
        /// Its name.
        name: String = "name",
        /// What it held.
        kind: String = "kind",
        /// Its rows.
        rows: i64 = "row_count",
        /// When.
        imported_at: Timestamp = "imported_at",
        /// By whom; `None` is the command line.
        actor: Option<UserId> = "actor_id",
    }
}

mirror! {
    /// A file that was read and checked.
    DraftRow in "import_draft" {
        /// Its id.
        id: ImportId = "id",
        /// What it holds.
        kind: String = "kind",
        /// For which round, or empty.
        target: String = "target",
        /// Its name.
        name: String = "name",
        /// Its SHA-256.
        digest: String = "digest",
        /// Its rows as JSON.
        sheet: String = "sheet",
        /// Whether its proposals are handed in.
        submits: bool = "submits",
        /// When it was read.
        created_at: Timestamp = "created_at",
        /// By whom.
        actor: Option<UserId> = "actor_id",
    }
}

/// The file of that kind, target and content, if it was taken over.
///
/// # Errors
/// Database errors only.
pub fn file(tx: &mut Tx<'_>, key: &str) -> Result<Option<FileRow>> {
    let sql = format!("SELECT {} FROM import_file WHERE key = $1", FileRow::COLUMNS);
    tx.row(&sql, values![key])?.as_ref().map(FileRow::read).transpose()
}

/// Notes that a file was taken over.
///
/// # Errors
/// Database errors only.
pub fn put_file(tx: &mut Tx<'_>, file: &FileRow) -> Result<()> {
    file.put(tx)
}

/// The files that were taken over last, newest first.
///
/// # Errors
/// Database errors only.
pub fn files(tx: &mut Tx<'_>, before: Option<(Timestamp, String)>, limit: i64) -> Result<Vec<FileRow>> {
    let (at, key) = before.unwrap_or((Timestamp::MAX, String::new()));
    let sql = format!(
        "SELECT {} FROM import_file WHERE (imported_at, key) < ($1, $2) ORDER BY imported_at DESC, key DESC LIMIT $3",
        FileRow::COLUMNS
    );
    tx.rows(&sql, values![at, key, limit])?.iter().map(FileRow::read).collect()
}

/// Keeps a file that waits.
///
/// # Errors
/// Database errors only.
pub fn put_draft(tx: &mut Tx<'_>, draft: &DraftRow) -> Result<()> {
    draft.put(tx)
}

/// A file that waits.
///
/// # Errors
/// Database errors only.
pub fn find_draft(tx: &mut Tx<'_>, id: ImportId) -> Result<Option<DraftRow>> {
    let sql = format!("SELECT {} FROM import_draft WHERE id = $1", DraftRow::COLUMNS);
    tx.row(&sql, values![id])?.as_ref().map(DraftRow::read).transpose()
}

/// Removes a file that waits.
///
/// # Errors
/// Database errors only.
pub fn remove_draft(tx: &mut Tx<'_>, id: ImportId) -> Result<()> {
    tx.run("DELETE FROM import_draft WHERE id = $1", values![id])?;
    Ok(())
}

/// Removes files that wait since before an instant.
///
/// # Errors
/// Database errors only.
pub fn forget_drafts(tx: &mut Tx<'_>, before: Timestamp) -> Result<()> {
    tx.run("DELETE FROM import_draft WHERE created_at < $1", values![before])?;
    Ok(())
}

/// Whether an organization without a business number has that Korean name.
///
/// # Errors
/// Database errors only.
pub fn organization_named(tx: &mut Tx<'_>, name: &str) -> Result<bool> {
    let sql = "SELECT id FROM organization WHERE name_ko = $1 AND business_number IS NULL LIMIT 1";
    Ok(tx.row(sql, values![name])?.is_some())
}

/// Whether the lead has a proposal with that Korean title in the round, other than one that was
/// withdrawn.
///
/// # Errors
/// Database errors only.
pub fn proposal_there(tx: &mut Tx<'_>, round: RoundId, lead: UserId, title: &str) -> Result<bool> {
    let sql = "SELECT id FROM proposal WHERE round_id = $1 AND lead_id = $2 AND title_ko = $3 AND state <> 'withdrawn' LIMIT 1";
    Ok(tx.row(sql, values![round, lead, title])?.is_some())
}
