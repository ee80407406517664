//! What pages and API show of reservations: free days, lists, one with its circumstances.

use domain::access::{Act, Tie};
use domain::capacity::Shortfall;
use domain::ids::{ProjectId, ReservationId};
use domain::reservation::{ReservationPhase, ReservationState, Rules};
use domain::term::Term;
use jiff::Timestamp;
use store::project::ProjectRow;
use store::reservation::{Reservable, ReservationItem, Whose};

use super::rules;
use crate::project::tied;
use crate::{Cx, Error, Outcome};

/// A pool whose devices can be reserved, and what is free of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreeDays {
    /// The pool, and as what its devices are reserved.
    pub of: Reservable,
    /// How many are free, day by day as stretches.
    pub free: Vec<(Term, i64)>,
    /// How many may be granted, day by day as stretches.
    pub allocatable: Vec<(Term, i64)>,
}

/// What can be reserved when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// The days that it shows.
    pub days: Term,
    /// Pool by pool.
    pub pools: Vec<FreeDays>,
    /// The center's rules.
    pub rules: Rules,
}

/// What can be reserved on these days, pool by pool: what is free, without what rounds that are not
/// decided yet will hand out. Three statements, however many pools there are.
///
/// # Errors
/// [`Error::SignInNeeded`].
pub fn calendar(cx: &mut Cx<'_, '_>, days: Term) -> Outcome<Calendar> {
    cx.require(Act::ReservationRead, &[])?;
    let mut rooms = store::reservation::rooms(cx.tx)?;
    let pools = store::reservation::reservable(cx.tx)?.into_iter().map(|of| {
        let (allocatable, spoken_for) = rooms.remove(&of.pool.id).unwrap_or_default();
        let mut free = allocatable.clone();
        free.add_all(&spoken_for, -1);
        let free = free.within(days).into_iter().map(|(term, amount)| (term, amount.max(0))).collect();
        FreeDays { of, free, allocatable: allocatable.within(days) }
    });
    let pools = pools.collect();
    Ok(Calendar { days, pools, rules: rules(cx)? })
}

/// The running projects for which the acting person may ask, by number, at most 100.
///
/// # Errors
/// [`Error::SignInNeeded`].
pub fn choices(cx: &mut Cx<'_, '_>) -> Outcome<Vec<ProjectRow>> {
    let user = cx.user()?;
    Ok(store::reservation::projects(cx.tx, user, 100)?)
}

/// Reservations before a place, the latest asked for first; only those that wait for a decision, or all.
///
/// # Errors
/// [`Error::Forbidden`] for whoever may not see those of all projects.
pub fn list(
    cx: &mut Cx<'_, '_>,
    waiting: bool,
    before: Option<(Timestamp, ReservationId)>,
    limit: i64,
) -> Outcome<Vec<ReservationItem>> {
    cx.require(Act::ReservationList, &[])?;
    let whose = if waiting { Whose::Waiting(cx.today()) } else { Whose::All };
    Ok(store::reservation::list(cx.tx, whose, before, limit.clamp(1, 201))?)
}

/// Those of the acting person's projects before a place, the latest asked for first.
///
/// # Errors
/// [`Error::SignInNeeded`].
pub fn mine(
    cx: &mut Cx<'_, '_>,
    before: Option<(Timestamp, ReservationId)>,
    limit: i64,
) -> Outcome<Vec<ReservationItem>> {
    let user = cx.user()?;
    Ok(store::reservation::list(cx.tx, Whose::Person(user), before, limit.clamp(1, 201))?)
}

/// Those of a project before a place, the latest asked for first.
///
/// # Errors
/// [`Error::NotFound`] for whoever may not see the project.
pub fn of_project(
    cx: &mut Cx<'_, '_>,
    project: ProjectId,
    before: Option<(Timestamp, ReservationId)>,
    limit: i64,
) -> Outcome<Vec<ReservationItem>> {
    crate::project::readable(cx, project)?;
    Ok(store::reservation::list(cx.tx, Whose::Project(project), before, limit.clamp(1, 201))?)
}

/// One with its circumstances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReservationView {
    /// The reservation with its project.
    pub item: ReservationItem,
    /// Where it stands today.
    pub phase: ReservationPhase,
    /// Who asked for it, by name.
    pub asked_by: Option<String>,
    /// Who decided on it, by name; nobody if the rules did.
    pub decided_by: Option<String>,
    /// While it waits: the days on which not so much is free any more.
    pub short: Vec<Shortfall>,
    /// What the engine calls it, where it keeps machines for it.
    pub engine_name: Option<String>,
    /// Whether the acting person may decide on it now.
    pub decidable: bool,
    /// Whether the acting person may withdraw it now.
    pub withdraws: bool,
    /// Whether the acting person may call it off now.
    pub calls_off: bool,
}

/// One reservation.
///
/// # Errors
/// [`Error::NotFound`] for whoever may not see its project.
pub fn show(cx: &mut Cx<'_, '_>, id: ReservationId) -> Outcome<ReservationView> {
    let item = store::reservation::find(cx.tx, id)?.ok_or(Error::NotFound)?;
    let (_, ties) = tied(cx, item.row.project)?;
    cx.require_on(Act::ProjectRead, Act::ProjectRead, &ties)?;
    let row = &item.row;
    let phase = ReservationPhase::on(cx.today(), row.state, row.from_on, row.to_on);
    let names = store::project::names(cx.tx, [row.asked_by, row.decided_by])?;
    let mut short = Vec::new();
    if phase == ReservationPhase::Requested
        && let Ok(term) = Term::new(row.from_on.max(cx.today()), row.to_on)
    {
        short = crate::ledger::short(cx, &row.pool, row.amount.0, term)?;
    }
    let apart = |by| decides(cx, by, &ties);
    let booked = row.state == ReservationState::Booked && phase.is_open();
    Ok(ReservationView {
        decidable: phase == ReservationPhase::Requested && apart(row.asked_by),
        withdraws: booked && apart(None),
        calls_off: phase.is_open() && cx.actor.may(Act::ReservationRequest, &ties),
        asked_by: row.asked_by.and_then(|user| names.get(&user).cloned()),
        decided_by: row.decided_by.and_then(|user| names.get(&user).cloned()),
        engine_name: (booked && !row.nodes.is_empty()).then(|| crate::kept::name_of_reservation(row.id)),
        short,
        phase,
        item,
    })
}

fn decides(cx: &Cx<'_, '_>, by: Option<domain::ids::UserId>, ties: &[Tie]) -> bool {
    cx.actor.may(Act::ReservationDecide, &[]) && cx.require_apart(Act::ReservationDecide, by, ties).is_ok()
}
