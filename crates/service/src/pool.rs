//! The pools and products that the center has.

use domain::accelerator::{Accelerators, PfBasis};
use domain::access::Act;
use store::center::ProductRow;

use crate::{Cx, Outcome, PoolRow};

/// All pools in their order; there are a handful.
///
/// # Errors
/// Database errors only: everybody may know them.
pub fn list(cx: &mut Cx<'_, '_>) -> Outcome<Vec<PoolRow>> {
    cx.require(Act::PublicRead, &[])?;
    Ok(store::capacity::pools(cx.tx)?)
}

/// What people call pools, and what their devices compute on a basis.
#[must_use]
pub fn names(pools: Vec<PoolRow>, accelerators: &Accelerators, basis: PfBasis) -> texts::Pools {
    let named = pools.into_iter().map(|pool| texts::PoolName {
        peak: pool.device_model.and_then(|model| accelerators.get(&model)?.peak(basis)),
        id: pool.id,
        ko: pool.name_ko,
        en: pool.name_en,
        unit: pool.unit,
    });
    named.collect()
}

/// All products in their order; there are a handful.
///
/// # Errors
/// Database errors only: everybody may know them.
pub fn products(cx: &mut Cx<'_, '_>) -> Outcome<Vec<ProductRow>> {
    cx.require(Act::PublicRead, &[])?;
    Ok(store::center::products(cx.tx)?)
}
