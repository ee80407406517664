//! What the loading of a year's inputs remembers: how far it came, and what its names stand for.

use crate::{Result, Tx, values};

/// Everything that is remembered, by name.
///
/// # Errors
/// Database errors only.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<(String, String)>> {
    tx.rows("SELECT name, value FROM loaded ORDER BY name", values![])?
        .iter()
        .map(|row| Ok((row.get("name")?, row.get("value")?)))
        .collect()
}

/// Remembers a value under a name, in place of what was there.
///
/// # Errors
/// Database errors only.
pub fn put(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<()> {
    tx.run(
        "INSERT INTO loaded (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        values![name, value],
    )?;
    Ok(())
}

/// Whether anybody acted by page, API or command line: then things may stand otherwise than the
/// inputs left them.
///
/// # Errors
/// Database errors only.
pub fn touched_by_hand(tx: &mut Tx<'_>) -> Result<bool> {
    let sql = "SELECT 1 AS found FROM audit WHERE channel IN ('web', 'api') LIMIT 1";
    Ok(tx.row(sql, values![])?.is_some())
}
