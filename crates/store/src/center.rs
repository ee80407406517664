//! The center as configured: products, policy, holidays, settings.

use domain::engine::UseLimits;
use domain::ids::ProductId;
use domain::policy::{PolicyKey, PolicyRow};
use domain::units::{Amount, PoolKind};
use jiff::civil::Date;

use crate::sql::{FromValue, ToValue, Value, as_text};
use crate::{Result, Row, Tx, values};

as_text! { PolicyKey: "policy" }

/// A product on offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductRow {
    /// Its short name.
    pub id: ProductId,
    /// Korean name.
    pub name_ko: String,
    /// English name.
    pub name_en: String,
    /// From which kind of pool it comes.
    pub pool_kind: PoolKind,
    /// In which steps it is granted: 1 device, half a server, a server.
    pub grain: Amount,
    /// The least that can be asked for.
    pub min_amount: Amount,
    /// The most that can be asked for.
    pub max_amount: Amount,
    /// The longest term in months.
    pub max_months: i64,
    /// How it is reviewed: `paper`, `presentation`, `administrative`, `readiness`, `none`.
    pub review: String,
    /// Place in lists.
    pub position: i64,
    /// What it says of jobs.
    pub limits: UseLimits,
}

const PRODUCT: &str = "id, name_ko, name_en, pool_kind, grain, min_amount, max_amount, max_months, review, position,
    max_wall_minutes, max_jobs, device_hours";

/// What the product of a row says of jobs.
pub(crate) fn use_limits(row: &Row) -> Result<UseLimits> {
    Ok(UseLimits {
        max_wall_minutes: row.get("max_wall_minutes")?,
        max_jobs: row.get("max_jobs")?,
        device_hours: row.get("device_hours")?,
    })
}

fn product(row: &Row) -> Result<ProductRow> {
    Ok(ProductRow {
        id: row.get("id")?,
        name_ko: row.get("name_ko")?,
        name_en: row.get("name_en")?,
        pool_kind: row.get("pool_kind")?,
        grain: row.get("grain")?,
        min_amount: row.get("min_amount")?,
        max_amount: row.get("max_amount")?,
        max_months: row.get("max_months")?,
        review: row.get("review")?,
        position: row.get("position")?,
        limits: use_limits(row)?,
    })
}

/// All products in their order.
///
/// # Errors
/// Database errors only.
pub fn products(tx: &mut Tx<'_>) -> Result<Vec<ProductRow>> {
    tx.rows(&format!("SELECT {PRODUCT} FROM product ORDER BY position, id"), &[])?.iter().map(product).collect()
}

/// All products in their order, each with whether a call has it.
///
/// # Errors
/// Database errors only.
pub fn products_for(tx: &mut Tx<'_>, call: Option<domain::ids::CallId>) -> Result<Vec<(ProductRow, bool)>> {
    let sql = format!(
        "SELECT {PRODUCT}, CAST(CASE WHEN id IN (SELECT product_id FROM call_product WHERE call_id = CAST($1 AS TEXT)) THEN 1 ELSE 0 END AS BIGINT) AS chosen
         FROM product ORDER BY position, id"
    );
    tx.rows(&sql, values![call])?.iter().map(|row| Ok((product(row)?, row.get("chosen")?))).collect()
}

/// One product.
///
/// # Errors
/// Database errors only.
pub fn find_product(tx: &mut Tx<'_>, id: &ProductId) -> Result<Option<ProductRow>> {
    tx.row(&format!("SELECT {PRODUCT} FROM product WHERE id = $1"), values![id])?.as_ref().map(product).transpose()
}

/// Adds a product or brings it up to date.
///
/// # Errors
/// Database errors only.
pub fn put_product(tx: &mut Tx<'_>, product: &ProductRow) -> Result<()> {
    tx.run(
        "INSERT INTO product (id, name_ko, name_en, pool_kind, grain, min_amount, max_amount, max_months, review, position,
           max_wall_minutes, max_jobs, device_hours)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         ON CONFLICT (id) DO UPDATE SET name_ko = excluded.name_ko, name_en = excluded.name_en, pool_kind = excluded.pool_kind,
           grain = excluded.grain, min_amount = excluded.min_amount, max_amount = excluded.max_amount,
           max_months = excluded.max_months, review = excluded.review, position = excluded.position,
           max_wall_minutes = excluded.max_wall_minutes, max_jobs = excluded.max_jobs, device_hours = excluded.device_hours",
        values![
            product.id,
            product.name_ko,
            product.name_en,
            product.pool_kind,
            product.grain,
            product.min_amount,
            product.max_amount,
            product.max_months,
            product.review,
            product.position,
            product.limits.max_wall_minutes,
            product.limits.max_jobs,
            product.limits.device_hours
        ],
    )?;
    Ok(())
}

/// Every policy row ever set.
///
/// # Errors
/// Database errors only.
pub fn policy_rows(tx: &mut Tx<'_>) -> Result<Vec<PolicyRow>> {
    tx.rows("SELECT key, effective_from, value FROM policy", &[])?
        .iter()
        .map(|row| {
            Ok(PolicyRow { key: row.get("key")?, effective_from: row.get("effective_from")?, value: row.get("value")? })
        })
        .collect()
}

/// Every policy row ever set with why it is so, by rule and newest first.
///
/// # Errors
/// Database errors only.
pub fn policy_history(tx: &mut Tx<'_>) -> Result<Vec<(PolicyRow, String)>> {
    tx.rows("SELECT key, effective_from, value, evidence FROM policy ORDER BY key, effective_from DESC", &[])?
        .iter()
        .map(|row| {
            let rule = PolicyRow {
                key: row.get("key")?,
                effective_from: row.get("effective_from")?,
                value: row.get("value")?,
            };
            Ok((rule, row.get("evidence")?))
        })
        .collect()
}

/// Sets a rule from a day on.
///
/// # Errors
/// Database errors only.
pub fn put_policy(tx: &mut Tx<'_>, row: &PolicyRow, evidence: &str) -> Result<()> {
    tx.run(
        "INSERT INTO policy (key, effective_from, value, evidence) VALUES ($1, $2, $3, $4)
         ON CONFLICT (key, effective_from) DO UPDATE SET value = excluded.value, evidence = excluded.evidence",
        values![row.key, row.effective_from, row.value, evidence],
    )?;
    Ok(())
}

/// A holiday: day, Korean name, English name.
pub type Holiday = (Date, String, String);

/// All holidays.
///
/// # Errors
/// Database errors only.
pub fn holidays(tx: &mut Tx<'_>) -> Result<Vec<Holiday>> {
    tx.rows("SELECT on_date, name_ko, name_en FROM holiday ORDER BY on_date", &[])?
        .iter()
        .map(|row| Ok((row.get("on_date")?, row.get("name_ko")?, row.get("name_en")?)))
        .collect()
}

/// Adds or renames a holiday.
///
/// # Errors
/// Database errors only.
pub fn put_holiday(tx: &mut Tx<'_>, (day, name_ko, name_en): &Holiday) -> Result<()> {
    tx.run(
        "INSERT INTO holiday (on_date, name_ko, name_en) VALUES ($1, $2, $3)
         ON CONFLICT (on_date) DO UPDATE SET name_ko = excluded.name_ko, name_en = excluded.name_en",
        values![day, name_ko, name_en],
    )?;
    Ok(())
}

/// A setting's value.
///
/// # Errors
/// Database errors only.
pub fn setting(tx: &mut Tx<'_>, key: &str) -> Result<Option<String>> {
    tx.row("SELECT value FROM setting WHERE key = $1", values![key])?.map(|row| row.get("value")).transpose()
}

/// The values of several settings, in one statement.
///
/// # Errors
/// Database errors only.
pub fn settings(tx: &mut Tx<'_>, keys: [&str; 2]) -> Result<[Option<String>; 2]> {
    let mut found = [None, None];
    for row in tx.rows("SELECT key, value FROM setting WHERE key IN ($1, $2)", values![keys[0], keys[1]])? {
        let key: String = row.get("key")?;
        if let Some(place) = keys.iter().position(|one| *one == key) {
            found[place] = Some(row.get("value")?);
        }
    }
    Ok(found)
}

/// Sets a setting.
///
/// # Errors
/// Database errors only.
pub fn put_setting(tx: &mut Tx<'_>, key: &str, value: &str) -> Result<()> {
    tx.run(
        "INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        values![key, value],
    )?;
    Ok(())
}
