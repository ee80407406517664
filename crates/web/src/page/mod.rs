//! The pages, one module per area. Each hands in its lines of the route table.

pub mod account;
pub mod adjustment;
pub mod agreements;
pub mod audit;
pub mod calls;
pub mod capacity;
pub mod cluster;
pub mod devenv;
pub mod home;
pub mod import;
pub mod intake;
pub mod jobs;
pub mod language;
pub mod ledger;
pub mod mail;
pub mod maintenance;
pub mod offers;
pub mod organizations;
pub mod plans;
pub mod policy;
pub mod projects;
pub mod proposals;
pub mod reservations;
pub mod reviews;
pub mod sign_in;
pub mod statistics;
mod todo;
pub mod users;
pub mod work;

use crate::route::Line;

/// Every route of the portal.
pub(crate) fn lines() -> Vec<Line> {
    [
        home::routes(),
        language::routes(),
        calls::routes(),
        proposals::routes(),
        intake::routes(),
        reservations::routes(),
        reviews::routes(),
        plans::routes(),
        offers::routes(),
        agreements::routes(),
        projects::routes(),
        capacity::routes(),
        ledger::routes(),
        adjustment::routes(),
        statistics::routes(),
        audit::routes(),
        mail::routes(),
        work::routes(),
        cluster::routes(),
        maintenance::routes(),
        jobs::routes(),
        devenv::routes(),
        policy::routes(),
        sign_in::routes(),
        account::routes(),
        organizations::routes(),
        users::routes(),
        import::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
