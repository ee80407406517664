//! The pages, one module per area. Each hands in its lines of the route table.

pub mod home;
pub mod language;

use crate::route::Line;

/// Every route of the portal.
pub(crate) fn lines() -> Vec<Line> {
    [home::routes(), language::routes()].into_iter().flatten().collect()
}
