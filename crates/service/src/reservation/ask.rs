//! What a project does: asks for a reservation, and calls it off.

use domain::access::Act;
use domain::award::ProjectState;
use domain::capacity::Shortfall;
use domain::engine::SyncState;
use domain::ids::{PoolId, ProjectId, ReservationId};
use domain::reservation::{Facts, ReservationPhase, ReservationState, faults};
use domain::term::{Term, add_days};
use domain::text::said;
use domain::units::Amount;
use domain::{Code, Reason};
use jiff::civil::Date;
use store::reservation::ReservationRow;

use super::decide::{book, end};
use super::{audit, rules, seen};
use crate::project::tied;
use crate::{Cx, Error, Outcome};

/// A reservation as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReservation {
    /// For which project.
    pub project: ProjectId,
    /// Of which pool.
    pub pool: PoolId,
    /// How many devices.
    pub amount: Amount,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub last: Date,
    /// What for.
    pub purpose: String,
}

/// Asks for a reservation. As far as the center's rules go it is booked at once; else it waits for a
/// decision and holds nothing meanwhile.
///
/// # Errors
/// [`Error::Invalid`] with everything that is wrong, [`Error::OverCapacity`] with the days on which not
/// so much is free, [`Error::Conflict`] if the project is not running.
pub fn ask(cx: &mut Cx<'_, '_>, new: NewReservation) -> Outcome<(ReservationId, ReservationState)> {
    let (project, ties) = tied(cx, new.project)?;
    cx.require_on(Act::ProjectRead, Act::ReservationRequest, &ties)?;
    if project.state != ProjectState::Active {
        return Err(Error::wrong_state(project.state));
    }
    let reservable = store::reservation::reservable(cx.tx)?;
    let Some(as_what) = reservable.into_iter().find(|one| one.pool.id == new.pool) else {
        return Err(Error::field("pool", Reason::new(Code::NotReservable).with("pool", new.pool.as_str())));
    };
    let today = cx.today();
    let facts = Facts {
        today,
        project_end: project.to_on,
        open: store::reservation::open(cx.tx, new.project, today)?,
        product: (as_what.min_amount, as_what.max_amount, as_what.grain),
        rules: rules(cx)?,
    };
    let mut wrong = faults(new.from, new.last, new.amount, &facts);
    let purpose = said(&new.purpose, true).unwrap_or_else(|fault| {
        wrong.push(fault.at("purpose"));
        ""
    });
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    let term = Term::new(new.from, add_days(new.last, 1)).map_err(Error::internal)?;
    let short = short(cx, &new.pool, new.amount.0, term)?;
    if !short.is_empty() {
        return Err(Error::OverCapacity(short));
    }
    let row = ReservationRow {
        id: cx.new_id()?,
        project: new.project,
        pool: new.pool,
        product: as_what.product,
        amount: new.amount,
        from_on: term.from(),
        to_on: term.to(),
        purpose: purpose.to_owned(),
        state: ReservationState::Requested,
        award: None,
        asked_by: cx.actor.user,
        asked_at: cx.now,
        decided_by: None,
        decided_at: None,
        note: String::new(),
        version: 1,
        nodes: String::new(),
        sync_state: SyncState::Pending,
        sync_tries: 0,
        sync_next_at: cx.now,
        sync_error: String::new(),
    };
    store::reservation::insert(cx.tx, &row)?;
    cx.audit("reservation.requested", ("reservation", &row.id), &(), &row, &row.purpose)?;
    if facts.rules.is_automatic(row.amount) {
        book(cx, &row, &project, None, "")?;
        return Ok((row.id, ReservationState::Booked));
    }
    Ok((row.id, ReservationState::Requested))
}

/// The days on which not so much can be reserved: what is free, without what rounds that are not decided
/// yet will hand out.
fn short(cx: &mut Cx<'_, '_>, pool: &PoolId, amount: i64, term: Term) -> Outcome<Vec<Shortfall>> {
    let (allocatable, mut spoken_for) = store::reservation::rooms(cx.tx)?.remove(pool).unwrap_or_default();
    spoken_for.add(term, amount);
    Ok(domain::capacity::shortfalls(pool, &allocatable, &spoken_for, term))
}

/// Calls a reservation off, or gives back what is left of one that has begun. What it held is
/// offered on.
///
/// # Errors
/// [`Error::Conflict`] if it is over or was changed meanwhile.
pub fn call_off(cx: &mut Cx<'_, '_>, id: ReservationId, version: i64) -> Outcome<()> {
    let row = store::reservation::find(cx.tx, id)?.ok_or(Error::NotFound)?.row;
    let (_, ties) = tied(cx, row.project)?;
    cx.require_on(Act::ProjectRead, Act::ReservationRequest, &ties)?;
    let row = seen(row, version)?;
    match ReservationPhase::on(cx.today(), row.state, row.from_on, row.to_on) {
        ReservationPhase::Requested => drop(cx, &row),
        _ => end(cx, &row, ReservationState::Cancelled, ""),
    }
}

/// Lets fall what was asked for and is not booked.
pub(super) fn drop(cx: &mut Cx<'_, '_>, row: &ReservationRow) -> Outcome<()> {
    let off = ReservationRow { state: ReservationState::Cancelled, ..row.clone() };
    store::reservation::step(cx.tx, &off)?;
    audit(cx, "reservation.called_off", row, &off, "")
}
