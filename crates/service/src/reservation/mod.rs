//! Reservations: devices for one project alone on a few days, taken from what nobody holds. What is
//! free is seen, asked for, booked by the center's rules or by a decision, and kept by the engine.
//!
//! A booked reservation is an award of its own, so that ledger, engine and what comes free again know it
//! as they know any other; what is said of awards that were won leaves it out. `ask` is what a project
//! does, `decide` what the center does, `show` answers pages and API.

mod ask;
mod decide;
mod show;

pub use ask::{NewReservation, ask, call_off};
pub use decide::{approve, decline, withdraw};
pub(crate) use decide::{cut, tell};
pub use show::{Calendar, FreeDays, ReservationView, calendar, choices, list, mine, of_project, show};
pub use store::reservation::{Reservable, ReservationItem, ReservationRow};

use domain::Code;
use domain::ids::ReservationId;
use domain::policy::PolicyKey;
use domain::reservation::Rules;
use domain::term::Term;
use planner::Given;

use crate::{Cx, Error, Outcome};

/// The center's rules for reservations.
fn rules(cx: &mut Cx<'_, '_>) -> Outcome<Rules> {
    let policy = cx.policy()?;
    Ok(Rules {
        max_days: policy.int(PolicyKey::ReservationMaxDays),
        ahead_days: policy.int(PolicyKey::ReservationAheadDays),
        auto_devices: policy.int(PolicyKey::ReservationAutoDevices),
        max_open: policy.int(PolicyKey::ReservationMaxOpen),
    })
}

fn find(cx: &mut Cx<'_, '_>, id: ReservationId, version: i64) -> Outcome<ReservationRow> {
    seen(store::reservation::find(cx.tx, id)?.ok_or(Error::NotFound)?.row, version)
}

/// The reservation, if it still is as somebody saw it.
fn seen(row: ReservationRow, version: i64) -> Outcome<ReservationRow> {
    if row.version == version { Ok(row) } else { Err(Error::conflict(Code::Changed)) }
}

fn days(row: &ReservationRow) -> Outcome<Term> {
    Term::new(row.from_on, row.to_on).map_err(Error::internal)
}

fn given(row: &ReservationRow, term: Term) -> Given {
    Given { product: row.product.clone(), pool: row.pool.clone(), amount: row.amount.0, term }
}

/// Has the engine look at it.
fn wake(cx: &mut Cx<'_, '_>, row: &ReservationRow) -> Outcome<()> {
    cx.enqueue("engine.sync", &format!("engine.sync:reservation:{}:{}", row.id, row.version), &row.project)
}

fn audit(
    cx: &mut Cx<'_, '_>,
    action: &str,
    before: &ReservationRow,
    after: &ReservationRow,
    note: &str,
) -> Outcome<()> {
    cx.audit(action, ("reservation", &after.id), before, after, note)
}
