//! A center as a file: `centers/<name>/center.toml`.

use domain::engine::UseLimits;
use domain::ids::Slug;
use domain::policy::{PolicyKey, PolicyRow};
use domain::units::{Amount, PoolKind, PoolUnit};
use jiff::civil::Date;
use serde::Deserialize;
use service::PoolRow;
use service::setup::{CenterSettings, ProductRow, Setup};
use sha2::{Digest as _, Sha256};

use anyhow::Result;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    center: CenterSettings,
    #[serde(default)]
    pool: Vec<Pool>,
    #[serde(default)]
    product: Vec<Product>,
    #[serde(default)]
    policy: Vec<Rule>,
    #[serde(default)]
    holiday: Vec<Holiday>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pool {
    id: Slug,
    kind: PoolKind,
    unit: PoolUnit,
    device_model: Option<Slug>,
    name_ko: String,
    name_en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Product {
    id: Slug,
    name_ko: String,
    name_en: String,
    pool_kind: PoolKind,
    grain: i64,
    min_amount: i64,
    max_amount: i64,
    max_months: i64,
    review: String,
    /// 0 is none, in each of these.
    #[serde(default)]
    max_wall_minutes: u32,
    #[serde(default)]
    max_jobs: u32,
    #[serde(default)]
    device_hours: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    key: PolicyKey,
    from: Date,
    value: String,
    #[serde(default)]
    evidence: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Holiday {
    on: Date,
    ko: String,
    en: String,
}

/// Reads a center's file.
///
/// # Errors
/// With line and column where it is not such a file.
pub fn parse(text: &str) -> Result<Setup> {
    let file: File = toml::from_str(text)?;
    let pools = (0..).zip(file.pool).map(|(position, pool)| PoolRow {
        id: pool.id,
        kind: pool.kind,
        unit: pool.unit,
        device_model: pool.device_model,
        name_ko: pool.name_ko,
        name_en: pool.name_en,
        position,
    });
    let some = |limit: u32| (limit > 0).then_some(i64::from(limit));
    let products = (0..).zip(file.product).map(|(position, product)| ProductRow {
        id: product.id,
        name_ko: product.name_ko,
        name_en: product.name_en,
        pool_kind: product.pool_kind,
        grain: Amount(product.grain),
        min_amount: Amount(product.min_amount),
        max_amount: Amount(product.max_amount),
        max_months: product.max_months,
        review: product.review,
        position,
        limits: UseLimits {
            max_wall_minutes: some(product.max_wall_minutes),
            max_jobs: some(product.max_jobs),
            device_hours: some(product.device_hours),
        },
    });
    let rule = |rule: Rule| (PolicyRow { key: rule.key, effective_from: rule.from, value: rule.value }, rule.evidence);
    Ok(Setup {
        center: file.center,
        pools: pools.collect(),
        products: products.collect(),
        policy: file.policy.into_iter().map(rule).collect(),
        holidays: file.holiday.into_iter().map(|day| (day.on, day.ko, day.en)).collect(),
        mark: domain::ledger::hex(&Sha256::digest(text.as_bytes())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_center_of_gwangju_is_complete() {
        let setup = parse(crate::GWANGJU).expect("a center's file");
        let rows: Vec<PolicyRow> = setup.policy.iter().map(|(row, _)| row.clone()).collect();
        domain::policy::Policy::on(Date::constant(2021, 1, 1), &rows).expect("every rule has a value");
        assert!(!setup.pools.is_empty() && !setup.products.is_empty() && !setup.holidays.is_empty());
        let accelerators = domain::accelerator::Accelerators::builtin().expect("valid");
        for model in setup.pools.iter().filter_map(|pool| pool.device_model.as_ref()) {
            assert!(accelerators.get(model).is_some(), "{model}");
        }
    }

    #[test]
    fn a_slip_is_named_with_its_line() {
        let error = parse("[center]\nname_ko = 'a'\nname_en = 'b'\nnmae = 'c'\n").err().map(|error| error.to_string());
        assert!(error.as_deref().is_some_and(|text| text.contains("line 4")), "{error:?}");
    }
}
