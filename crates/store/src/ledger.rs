//! The allocation ledger, and the steps derived from it that answer the capacity rule quickly.

use std::collections::BTreeMap;

use domain::ids::{AwardId, OfferId, PoolId, ProjectId};
use domain::ledger::{Entry, GENESIS};
use domain::steps::Steps;
use domain::term::Term;
use domain::units::Amount;
use jiff::civil::Date;

use crate::sql::{FromValue, ToValue, Value, as_text};
use crate::{Error, Result, Row, Tx, values};

domain::words! {
    /// What a step of a pool comes from.
    StepKind in "step" {
        /// Ledger entries.
        Held = "held",
        /// Open offers.
        Offered = "offered",
    }
}

as_text! { StepKind: "kind of step" }

const COLUMNS: &str =
    "seq, award_id, pool_id, delta, from_on, to_on, kind, corrects, reason, actor_id, at, prev_hash, hash";

/// A term from two columns.
pub(crate) fn term(row: &Row, from: &str, to: &str) -> Result<Term> {
    let (start, end): (Date, Date) = (row.get(from)?, row.get(to)?);
    Term::new(start, end).map_err(|_| Error::Unreadable {
        column: to.to_owned(),
        value: format!("{start} to {end}"),
        expected: "end of a term",
    })
}

fn entry(row: &Row) -> Result<Entry> {
    Ok(Entry {
        seq: row.get("seq")?,
        award: row.get("award_id")?,
        pool: row.get("pool_id")?,
        delta: row.get("delta")?,
        term: term(row, "from_on", "to_on")?,
        kind: row.get("kind")?,
        corrects: row.get("corrects")?,
        reason: row.get("reason")?,
        actor: row.get("actor_id")?,
        at: row.get("at")?,
        prev_hash: row.get("prev_hash")?,
        hash: row.get("hash")?,
    })
}

/// The number and hash of the last entry; `(0, GENESIS)` before the first.
///
/// # Errors
/// Database errors only.
pub fn head(tx: &mut Tx<'_>) -> Result<(i64, String)> {
    match tx.row("SELECT seq, hash FROM ledger_entry ORDER BY seq DESC LIMIT 1", &[])? {
        Some(row) => Ok((row.get("seq")?, row.get("hash")?)),
        None => Ok((0, GENESIS.to_owned())),
    }
}

/// Writes an entry, its two steps and the new head of the chain.
///
/// # Errors
/// Database errors only.
pub fn append(tx: &mut Tx<'_>, entry: &Entry) -> Result<()> {
    tx.run(
        "INSERT INTO ledger_entry (seq, award_id, pool_id, delta, from_on, to_on, kind, corrects, reason, actor_id, at, prev_hash, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        values![
            entry.seq,
            entry.award,
            entry.pool,
            entry.delta,
            entry.term.from(),
            entry.term.to(),
            entry.kind,
            entry.corrects,
            entry.reason,
            entry.actor,
            entry.at,
            entry.prev_hash,
            entry.hash
        ],
    )?;
    crate::center::put_setting(tx, crate::check::LEDGER_HEAD, &format!("{} {}", entry.seq, entry.hash))?;
    add_steps(tx, &entry.pool, StepKind::Held, entry.term, entry.delta)
}

/// Adds `delta` to what a pool has promised on every day of `term`.
///
/// # Errors
/// Database errors only.
pub fn add_steps(tx: &mut Tx<'_>, pool: &PoolId, kind: StepKind, term: Term, delta: Amount) -> Result<()> {
    tx.run(
        "INSERT INTO pool_step (pool_id, kind, on_date, delta) VALUES ($1, $2, $3, $4), ($1, $2, $5, $6)
         ON CONFLICT (pool_id, kind, on_date) DO UPDATE SET delta = pool_step.delta + excluded.delta",
        values![pool, kind, term.from(), delta, term.to(), -delta],
    )?;
    Ok(())
}

/// What a pool has promised, day by day: held and offered together.
///
/// # Errors
/// Database errors only.
pub fn promised(tx: &mut Tx<'_>, pool: &PoolId) -> Result<Steps> {
    steps(&tx.rows(
        "SELECT on_date, CAST(SUM(delta) AS BIGINT) AS delta FROM pool_step WHERE pool_id = $1 GROUP BY on_date",
        values![pool],
    )?)
}

/// What a pool has promised in one way, day by day.
///
/// # Errors
/// Database errors only.
pub fn promised_as(tx: &mut Tx<'_>, pool: &PoolId, kind: StepKind) -> Result<Steps> {
    steps(&tx.rows("SELECT on_date, delta FROM pool_step WHERE pool_id = $1 AND kind = $2", values![pool, kind])?)
}

/// What every pool has promised, held and offered apart, in one query.
///
/// # Errors
/// Database errors only.
pub fn all_promised(tx: &mut Tx<'_>) -> Result<BTreeMap<(PoolId, StepKind), Steps>> {
    let mut out: BTreeMap<(PoolId, StepKind), Steps> = BTreeMap::new();
    for row in tx.rows("SELECT pool_id, kind, on_date, delta FROM pool_step WHERE delta <> 0", &[])? {
        out.entry((row.get("pool_id")?, row.get("kind")?)).or_default().change(row.get("on_date")?, row.get("delta")?);
    }
    Ok(out)
}

fn steps(rows: &[Row]) -> Result<Steps> {
    let mut out = Steps::new();
    for row in rows {
        out.change(row.get("on_date")?, row.get("delta")?);
    }
    Ok(out)
}

/// What an award holds in each pool, day by day, in the order of pools.
///
/// # Errors
/// Database errors only.
pub fn holding(tx: &mut Tx<'_>, award: AwardId, pool: &PoolId) -> Result<Steps> {
    let rows = tx.rows(
        "SELECT from_on, to_on, delta FROM ledger_entry WHERE award_id = $1 AND pool_id = $2",
        values![award, pool],
    )?;
    rows.iter().map(|row| Ok((term(row, "from_on", "to_on")?, row.get("delta")?))).collect()
}

/// The entries of one award, oldest first.
///
/// # Errors
/// Database errors only.
pub fn of_award(tx: &mut Tx<'_>, award: AwardId) -> Result<Vec<Entry>> {
    let sql = format!("SELECT {COLUMNS} FROM ledger_entry WHERE award_id = $1 ORDER BY seq");
    tx.rows(&sql, values![award])?.iter().map(entry).collect()
}

/// One entry.
///
/// # Errors
/// Database errors only.
pub fn find(tx: &mut Tx<'_>, seq: i64) -> Result<Option<Entry>> {
    let sql = format!("SELECT {COLUMNS} FROM ledger_entry WHERE seq = $1");
    tx.row(&sql, values![seq])?.as_ref().map(entry).transpose()
}

/// Up to `limit` entries after `seq`, oldest first.
///
/// # Errors
/// Database errors only.
pub fn after(tx: &mut Tx<'_>, seq: i64, limit: i64) -> Result<Vec<Entry>> {
    let sql = format!("SELECT {COLUMNS} FROM ledger_entry WHERE seq > $1 ORDER BY seq LIMIT $2");
    tx.rows(&sql, values![seq, limit])?.iter().map(entry).collect()
}

/// The entries in `pool` that touch `term`, oldest first, at most `limit`.
///
/// # Errors
/// Database errors only.
pub fn touching(tx: &mut Tx<'_>, pool: &PoolId, term: Term, limit: i64) -> Result<Vec<Entry>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM ledger_entry WHERE pool_id = $1 AND from_on < $2 AND to_on > $3 ORDER BY seq LIMIT $4"
    );
    tx.rows(&sql, values![pool, term.to(), term.from(), limit])?.iter().map(entry).collect()
}

/// Puts the lines of an offer into the steps (`+1`) or takes them out again (`-1`).
///
/// # Errors
/// Database errors only.
pub fn hold_offer(tx: &mut Tx<'_>, offer: OfferId, sign: i64) -> Result<()> {
    let rows = tx.rows("SELECT pool_id, amount, from_on, to_on FROM offer_line WHERE offer_id = $1", values![offer])?;
    for row in rows {
        let amount: Amount = row.get("amount")?;
        let pool: PoolId = row.get("pool_id")?;
        add_steps(tx, &pool, StepKind::Offered, term(&row, "from_on", "to_on")?, Amount(amount.0 * sign))?;
    }
    Ok(())
}

/// What a list of entries is narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only of this pool.
    pub pool: Option<PoolId>,
    /// Only of this kind.
    pub kind: Option<domain::ledger::EntryKind>,
    /// Only of the project of this number.
    pub project: Option<String>,
    /// Only of this award.
    pub award: Option<AwardId>,
}

/// An entry with the number of its project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerItem {
    /// The entry.
    pub entry: Entry,
    /// The project.
    pub project: ProjectId,
    /// The project's number.
    pub number: String,
    /// The name of whoever wrote it; the clock and the operator's command line have none.
    pub actor_name: Option<String>,
}

/// Up to `limit` entries before `seq`, newest first.
///
/// # Errors
/// Database errors only.
pub fn list(tx: &mut Tx<'_>, filter: &Filter, before: Option<i64>, limit: i64) -> Result<Vec<LedgerItem>> {
    let mut sql = "SELECT e.seq, e.award_id, e.pool_id, e.delta, e.from_on, e.to_on, e.kind, e.corrects, e.reason, e.actor_id, e.at, e.prev_hash, e.hash,
            p.id AS project_id, p.number, u.name AS actor_name
         FROM ledger_entry e JOIN award a ON a.id = e.award_id JOIN project p ON p.id = a.project_id
         LEFT JOIN users u ON u.id = e.actor_id WHERE e.seq < $1"
        .to_owned();
    let mut given: Vec<Value> = vec![before.unwrap_or(i64::MAX).to_value()];
    let mut narrow = |condition: &str, value: Value| {
        given.push(value);
        sql.push_str(&format!(" AND {condition} = ${}", given.len()));
    };
    if let Some(pool) = &filter.pool {
        narrow("e.pool_id", pool.to_value());
    }
    if let Some(award) = &filter.award {
        narrow("e.award_id", award.to_value());
    }
    if let Some(kind) = filter.kind {
        narrow("e.kind", kind.to_value());
    }
    if let Some(number) = &filter.project {
        narrow("p.number", number.to_value());
    }
    given.push(limit.to_value());
    sql.push_str(&format!(" ORDER BY e.seq DESC LIMIT ${}", given.len()));
    tx.rows(&sql, &given)?
        .iter()
        .map(|row| {
            Ok(LedgerItem {
                entry: entry(row)?,
                project: row.get("project_id")?,
                number: row.get("number")?,
                actor_name: row.get("actor_name")?,
            })
        })
        .collect()
}
