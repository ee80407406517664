//! What happens once, and numbers that are given once.

use jiff::Timestamp;

use crate::{Result, Tx, values};

/// Notes that something happens now; answers `false` if it happened before.
///
/// # Errors
/// Database errors only.
pub fn first_time(tx: &mut Tx<'_>, key: &str, now: Timestamp) -> Result<bool> {
    Ok(tx.run("INSERT INTO happened (key, at) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING", values![key, now])? == 1)
}

/// The next number of a series, from 1.
///
/// # Errors
/// Database errors only.
pub fn next_number(tx: &mut Tx<'_>, name: &str) -> Result<i64> {
    tx.scalar(
        "INSERT INTO counter (name, value) VALUES ($1, 1) ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value",
        values![name],
    )
}
