//! Version 1: one module per area.

pub mod pool;
pub mod statistics;

use edge::App;
use utoipa_axum::router::OpenApiRouter;

/// Every operation.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    let areas = [pool::routes(), statistics::routes()];
    areas.into_iter().fold(OpenApiRouter::new(), |all, area| all.nest("/api/v1", area))
}
