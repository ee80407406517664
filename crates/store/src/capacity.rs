//! Pools and their dated capacity.

use domain::capacity::{Ladder, Rung};
use domain::ids::{CapacityEntryId, PoolId, Slug, UserId};
use domain::term::Term;
use domain::units::{Amount, PoolKind, PoolUnit};
use jiff::Timestamp;

use crate::ledger::term;
use crate::{Result, Row, Tx, values};

/// A pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolRow {
    /// Its short name.
    pub id: PoolId,
    /// What kind of resource.
    pub kind: PoolKind,
    /// What it counts.
    pub unit: PoolUnit,
    /// The device model, where it counts devices.
    pub device_model: Option<Slug>,
    /// Korean name.
    pub name_ko: String,
    /// English name.
    pub name_en: String,
    /// Place in lists.
    pub position: i64,
}

/// A dated change of a rung.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapacityEntry {
    /// Its id.
    pub id: CapacityEntryId,
    /// The pool.
    pub pool: PoolId,
    /// The rung.
    pub rung: Rung,
    /// By how much, on every day of `term`.
    pub delta: Amount,
    /// The days.
    pub term: Term,
    /// Why, in words.
    pub note: String,
    /// Who entered it.
    pub actor: Option<UserId>,
    /// When.
    pub created_at: Timestamp,
}

fn pool(row: &Row) -> Result<PoolRow> {
    Ok(PoolRow {
        id: row.get("id")?,
        kind: row.get("kind")?,
        unit: row.get("unit")?,
        device_model: row.get("device_model")?,
        name_ko: row.get("name_ko")?,
        name_en: row.get("name_en")?,
        position: row.get("position")?,
    })
}

/// All pools in their order.
///
/// # Errors
/// Database errors only.
pub fn pools(tx: &mut Tx<'_>) -> Result<Vec<PoolRow>> {
    tx.rows("SELECT id, kind, unit, device_model, name_ko, name_en, position FROM pool ORDER BY position, id", &[])?
        .iter()
        .map(pool)
        .collect()
}

/// One pool.
///
/// # Errors
/// Database errors only.
pub fn find_pool(tx: &mut Tx<'_>, id: &PoolId) -> Result<Option<PoolRow>> {
    tx.row("SELECT id, kind, unit, device_model, name_ko, name_en, position FROM pool WHERE id = $1", values![id])?
        .as_ref()
        .map(pool)
        .transpose()
}

/// Adds a pool or brings its names up to date.
///
/// # Errors
/// Database errors only.
pub fn put_pool(tx: &mut Tx<'_>, pool: &PoolRow) -> Result<()> {
    tx.run(
        "INSERT INTO pool (id, kind, unit, device_model, name_ko, name_en, position) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (id) DO UPDATE SET name_ko = excluded.name_ko, name_en = excluded.name_en, position = excluded.position",
        values![pool.id, pool.kind, pool.unit, pool.device_model, pool.name_ko, pool.name_en, pool.position],
    )?;
    Ok(())
}

/// The ladder of one pool.
///
/// # Errors
/// Database errors only.
pub fn ladder(tx: &mut Tx<'_>, pool: &PoolId) -> Result<Ladder> {
    let mut out = Ladder::default();
    for row in tx.rows("SELECT rung, delta, from_on, to_on FROM capacity_entry WHERE pool_id = $1", values![pool])? {
        let delta: Amount = row.get("delta")?;
        out.add(row.get("rung")?, term(&row, "from_on", "to_on")?, delta.0);
    }
    Ok(out)
}

/// The entries of one pool, newest first.
///
/// # Errors
/// Database errors only.
pub fn entries(tx: &mut Tx<'_>, pool: &PoolId, limit: i64) -> Result<Vec<CapacityEntry>> {
    tx.rows(
        "SELECT id, pool_id, rung, delta, from_on, to_on, note, actor_id, created_at FROM capacity_entry
         WHERE pool_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2",
        values![pool, limit],
    )?
    .iter()
    .map(|row| {
        Ok(CapacityEntry {
            id: row.get("id")?,
            pool: row.get("pool_id")?,
            rung: row.get("rung")?,
            delta: row.get("delta")?,
            term: term(row, "from_on", "to_on")?,
            note: row.get("note")?,
            actor: row.get("actor_id")?,
            created_at: row.get("created_at")?,
        })
    })
    .collect()
}

/// Adds an entry.
///
/// # Errors
/// Database errors only.
pub fn add(tx: &mut Tx<'_>, entry: &CapacityEntry) -> Result<()> {
    tx.run(
        "INSERT INTO capacity_entry (id, pool_id, rung, delta, from_on, to_on, note, actor_id, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        values![
            entry.id,
            entry.pool,
            entry.rung,
            entry.delta,
            entry.term.from(),
            entry.term.to(),
            entry.note,
            entry.actor,
            entry.created_at
        ],
    )?;
    Ok(())
}
