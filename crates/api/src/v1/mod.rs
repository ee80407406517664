//! Version 1: one module per area.

pub mod account;
pub mod adjustments;
pub mod agreements;
pub mod calls;
pub mod capacity;
pub mod cluster;
pub mod environments;
pub mod imports;
pub mod jobs;
pub mod ledger;
pub mod maintenance;
pub mod offers;
pub mod organizations;
pub mod plans;
pub mod pool;
pub mod projects;
pub mod proposals;
pub mod reservations;
pub mod reviews;
pub mod statistics;
pub mod trust;
pub mod users;
pub mod waiting;
pub mod wire;

use edge::App;
use utoipa_axum::router::OpenApiRouter;

/// Every operation.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    let areas = [
        pool::routes(),
        capacity::routes(),
        statistics::routes(),
        calls::routes(),
        proposals::routes(),
        reservations::routes(),
        reviews::routes(),
        plans::routes(),
        offers::routes(),
        agreements::routes(),
        projects::routes(),
        cluster::routes(),
        maintenance::routes(),
        jobs::routes(),
        environments::routes(),
        adjustments::routes(),
        ledger::routes(),
        account::routes(),
        users::routes(),
        organizations::routes(),
        trust::routes(),
        imports::routes(),
        waiting::routes(),
    ];
    areas.into_iter().fold(OpenApiRouter::new(), |all, area| all.nest("/api/v1", area))
}
