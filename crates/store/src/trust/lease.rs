//! Leases: which instance of the program does the work that only one may do.

use jiff::Timestamp;

use crate::{Result, Tx, values};

/// Who has which lease until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaseRow {
    /// What it is a lease of.
    pub name: String,
    /// The instance of the program.
    pub holder: String,
    /// Until when, unless it is taken anew.
    pub until_at: Timestamp,
}

/// All leases.
///
/// # Errors
/// Database errors only.
pub fn leases(tx: &mut Tx<'_>) -> Result<Vec<LeaseRow>> {
    tx.rows("SELECT name, holder, until_at FROM lease ORDER BY name LIMIT 50", &[])?
        .iter()
        .map(|row| Ok(LeaseRow { name: row.get("name")?, holder: row.get("holder")?, until_at: row.get("until_at")? }))
        .collect()
}

/// Takes or keeps a lease; answers whether `holder` has it until `until_at`.
///
/// # Errors
/// Database errors only.
pub fn lease(tx: &mut Tx<'_>, name: &str, holder: &str, now: Timestamp, until_at: Timestamp) -> Result<bool> {
    let taken = tx.run(
        "INSERT INTO lease (name, holder, until_at) VALUES ($1, $2, $4)
         ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until_at = excluded.until_at
         WHERE lease.holder = excluded.holder OR lease.until_at <= $3",
        values![name, holder, now, until_at],
    )?;
    Ok(taken == 1)
}

/// Until when a lease was taken the last time.
///
/// # Errors
/// Database errors only.
pub fn leased_until(tx: &mut Tx<'_>, name: &str) -> Result<Option<Timestamp>> {
    let row = tx.row("SELECT until_at FROM lease WHERE name = $1", values![name])?;
    row.map(|row| row.get("until_at")).transpose()
}

/// Gives a lease back.
///
/// # Errors
/// Database errors only.
pub fn release(tx: &mut Tx<'_>, name: &str, holder: &str) -> Result<()> {
    tx.run("DELETE FROM lease WHERE name = $1 AND holder = $2", values![name, holder])?;
    Ok(())
}
