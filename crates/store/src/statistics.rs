//! What statistics read: ledger entries with the tags of their projects, award by award.

use domain::ids::{AwardId, OrganizationId, PoolId, ProjectId};
use domain::ledger::EntryKind;
use domain::term::Term;
use domain::units::Amount;
use jiff::civil::Date;

use crate::ledger::term;
use crate::{Result, Tx, values};

/// One entry with its project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaggedEntry {
    /// The award.
    pub award: AwardId,
    /// The pool.
    pub pool: PoolId,
    /// The entry.
    pub seq: i64,
    /// The change.
    pub delta: Amount,
    /// The days.
    pub term: Term,
    /// Why.
    pub kind: EntryKind,
    /// The project.
    pub project: ProjectId,
    /// Its organization.
    pub organization: OrganizationId,
    /// Whether it counted as regional when it was decided.
    pub regional: bool,
    /// Whether it belongs to the cluster's R&D.
    pub rnd_cluster: bool,
}

/// What statistics rest on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ground {
    /// Differs once the ledger or the capacity differs: the last entry's hash stands for the whole
    /// ledger, and entries of capacity are only added.
    pub mark: String,
    /// The first day that any ledger entry or offer is about, and the first day after the last.
    pub days: Option<(Date, Date)>,
}

/// What statistics rest on now.
///
/// # Errors
/// Database errors only.
pub fn ground(tx: &mut Tx<'_>) -> Result<Ground> {
    let row = tx.row(
        "SELECT (SELECT hash FROM ledger_entry ORDER BY seq DESC LIMIT 1) AS ledger,
                (SELECT COUNT(*) FROM capacity_entry) AS capacity,
                MIN(on_date) AS first, MAX(on_date) AS last FROM pool_step",
        &[],
    )?;
    let Some(row) = row else { return Ok(Ground { mark: String::new(), days: None }) };
    let (ledger, capacity): (Option<String>, i64) = (row.get("ledger")?, row.get("capacity")?);
    let (first, last): (Option<Date>, Option<Date>) = (row.get("first")?, row.get("last")?);
    Ok(Ground { mark: format!("{} {capacity}", ledger.unwrap_or_default()), days: first.zip(last) })
}

/// Up to `limit` entries after a place that touch `period` or end on its first day, by award and
/// pool. What projects reserved for some days is no support that was granted.
///
/// # Errors
/// Database errors only.
pub fn entries(tx: &mut Tx<'_>, period: Term, after: &(String, String, i64), limit: i64) -> Result<Vec<TaggedEntry>> {
    tx.rows(
        "SELECT e.award_id, e.pool_id, e.seq, e.delta, e.from_on, e.to_on, e.kind, p.id AS project_id, p.organization_id, p.regional, p.rnd_cluster
         FROM ledger_entry e JOIN award a ON a.id = e.award_id JOIN project p ON p.id = a.project_id
         WHERE e.award_id >= $3 AND (e.award_id, e.pool_id, e.seq) > ($3, $4, $5) AND e.from_on < $1 AND e.to_on >= $2
           AND NOT EXISTS (SELECT 1 FROM reservation v WHERE v.award_id = e.award_id)
         ORDER BY e.award_id, e.pool_id, e.seq LIMIT $6",
        values![period.to(), period.from(), after.0, after.1, after.2, limit],
    )?
    .iter()
    .map(|row| {
        Ok(TaggedEntry {
            award: row.get("award_id")?,
            pool: row.get("pool_id")?,
            seq: row.get("seq")?,
            delta: row.get("delta")?,
            term: term(row, "from_on", "to_on")?,
            kind: row.get("kind")?,
            project: row.get("project_id")?,
            organization: row.get("organization_id")?,
            regional: row.get("regional")?,
            rnd_cluster: row.get("rnd_cluster")?,
        })
    })
    .collect()
}
