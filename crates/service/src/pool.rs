//! The pools and products that the center has.

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

/// All products in their order; there are a handful.
///
/// # Errors
/// Database errors only: everybody may know them.
pub fn products(cx: &mut Cx<'_, '_>) -> Outcome<Vec<ProductRow>> {
    cx.require(Act::PublicRead, &[])?;
    Ok(store::center::products(cx.tx)?)
}
