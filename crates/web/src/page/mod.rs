//! The pages, one module per area. Each hands in its lines of the route table.

pub mod agreements;
pub mod home;
pub mod language;
pub mod offers;
pub mod plans;
pub mod projects;

use crate::route::Line;

/// Every route of the portal.
pub(crate) fn lines() -> Vec<Line> {
    [home::routes(), language::routes(), plans::routes(), offers::routes(), agreements::routes(), projects::routes()]
        .into_iter()
        .flatten()
        .collect()
}
