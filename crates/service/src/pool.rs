//! The pools that the center has.

use domain::access::Act;

use crate::{Cx, Outcome, PoolRow};

/// All pools in their order; there are a handful.
///
/// # Errors
/// Database errors only: everybody may know them.
pub fn list(cx: &mut Cx<'_, '_>) -> Outcome<Vec<PoolRow>> {
    cx.require(Act::PublicRead, &[])?;
    Ok(store::capacity::pools(cx.tx)?)
}
