//! What the center does: approves a reservation, declines it, withdraws it; and how one comes to hold
//! its devices and lets go of them.

use domain::access::Act;
use domain::award::{AwardState, ProjectState};
use domain::ids::{ProjectId, ReservationId, UserId};
use domain::ledger::EntryKind;
use domain::reservation::{ReservationPhase, ReservationState};
use domain::term::add_days;
use domain::text::said;
use domain::{Code, Reason};
use jiff::civil::Date;
use store::project::ProjectRow;
use store::reservation::ReservationRow;
use texts::Texts;

use super::{audit, days, find, given, wake};
use crate::mail::Template;
use crate::project::tied;
use crate::{Cx, Error, Outcome};

/// Approves a reservation: it is booked for the days that are left of it.
///
/// # Errors
/// [`Error::Forbidden`] for whoever asked for it and the project's own people, [`Error::OverCapacity`]
/// with the days on which not so much is free any more, [`Error::Conflict`] if it is decided, its days
/// or the project are over, or it was changed meanwhile.
pub fn approve(cx: &mut Cx<'_, '_>, id: ReservationId, version: i64, note: &str) -> Outcome<()> {
    let (row, project) = to_decide(cx, id, version)?;
    let note = noted(note, false)?;
    if project.state != ProjectState::Active {
        return Err(Error::wrong_state(project.state));
    }
    if row.to_on > project.to_on {
        let last = add_days(project.to_on, -1);
        return Err(Error::conflict(Reason::new(Code::AfterTheEnd).with("last", last)));
    }
    book(cx, &row, &project, cx.actor.user, note)
}

/// Declines a reservation, with the reason.
///
/// # Errors
/// As [`approve`]; [`Error::Invalid`] without a reason.
pub fn decline(cx: &mut Cx<'_, '_>, id: ReservationId, version: i64, note: &str) -> Outcome<()> {
    let (row, project) = to_decide(cx, id, version)?;
    let note = noted(note, true)?;
    let next = ReservationRow {
        state: ReservationState::Declined,
        decided_by: cx.actor.user,
        decided_at: Some(cx.now),
        note: note.to_owned(),
        ..row.clone()
    };
    store::reservation::step(cx.tx, &next)?;
    audit(cx, "reservation.declined", &row, &next, note)?;
    tell(cx, &project, &next, Template::ReservationDeclined)
}

/// Withdraws a booked reservation, or what is left of it, with the reason.
///
/// # Errors
/// [`Error::Forbidden`] for the project's own people, who call it off themselves; [`Error::Invalid`]
/// without a reason; [`Error::Conflict`] if it is not booked, over, or was changed meanwhile.
pub fn withdraw(cx: &mut Cx<'_, '_>, id: ReservationId, version: i64, note: &str) -> Outcome<()> {
    cx.require(Act::ReservationDecide, &[])?;
    let row = find(cx, id, version)?;
    let (project, ties) = tied(cx, row.project)?;
    cx.require_apart(Act::ReservationDecide, None, &ties)?;
    let note = noted(note, true)?;
    end(cx, &row, ReservationState::Withdrawn, note)?;
    tell(cx, &project, &ReservationRow { note: note.to_owned(), ..row }, Template::ReservationWithdrawn)
}

/// A reservation that waits, for somebody who may decide on it.
fn to_decide(cx: &mut Cx<'_, '_>, id: ReservationId, version: i64) -> Outcome<(ReservationRow, ProjectRow)> {
    cx.require(Act::ReservationDecide, &[])?;
    let row = find(cx, id, version)?;
    let (project, ties) = tied(cx, row.project)?;
    cx.require_apart(Act::ReservationDecide, row.asked_by, &ties)?;
    let phase = ReservationPhase::on(cx.today(), row.state, row.from_on, row.to_on);
    if phase == ReservationPhase::Requested { Ok((row, project)) } else { Err(Error::wrong_state(phase)) }
}

fn noted(note: &str, needed: bool) -> Outcome<&str> {
    said(note, needed).map_err(|fault| Error::field("note", fault))
}

/// Books a reservation for the days that are left of it: an award of its own holds them.
pub(super) fn book(
    cx: &mut Cx<'_, '_>,
    row: &ReservationRow,
    project: &ProjectRow,
    by: Option<UserId>,
    note: &str,
) -> Outcome<()> {
    let phase = ReservationPhase::on(cx.today(), row.state, row.from_on, row.to_on);
    let term = days(row)?.starting(cx.today()).ok_or_else(|| Error::wrong_state(phase))?;
    let award = crate::offer::accepted(cx, project, &given(row, term), row.asked_by)?;
    let booked = ReservationRow {
        from_on: term.from(),
        state: ReservationState::Booked,
        award: Some(award.id),
        decided_by: by,
        decided_at: Some(cx.now),
        note: note.to_owned(),
        sync_next_at: cx.now,
        ..row.clone()
    };
    store::reservation::step(cx.tx, &booked)?;
    audit(cx, "reservation.booked", row, &booked, note)?;
    if term.from() <= cx.today() {
        crate::agreement::start(cx, &award)?;
    }
    wake(cx, &booked)?;
    tell(cx, project, &booked, Template::ReservationBooked)
}

/// Lets go of what is left of a booked reservation, called off by its project or withdrawn by the center;
/// it is offered on.
pub(super) fn end(cx: &mut Cx<'_, '_>, row: &ReservationRow, next: ReservationState, note: &str) -> Outcome<()> {
    let phase = ReservationPhase::on(cx.today(), row.state, row.from_on, row.to_on);
    if !(row.state.may_become(next) && phase.is_open()) {
        return Err(Error::wrong_state(phase));
    }
    let withdrawn = next == ReservationState::Withdrawn;
    let kind = if withdrawn { EntryKind::Reclaim } else { EntryKind::Return };
    let from = row.from_on.max(cx.today());
    let over = ReservationRow { state: next, ..shortened(cx, row, from, kind, note)? };
    let over = if withdrawn {
        let (by, at, note) = (cx.actor.user, Some(cx.now), note.to_owned());
        ReservationRow { decided_by: by, decided_at: at, note, ..over }
    } else {
        over
    };
    store::reservation::step(cx.tx, &over)?;
    let action = if withdrawn { "reservation.withdrawn" } else { "reservation.called_off" };
    audit(cx, action, row, &over, note)?;
    wake(cx, &over)
}

/// Ends what a project reserved beyond a day from which it holds nothing any more, and lets fall what it
/// asked for beyond it.
///
/// # Errors
/// Database errors only.
pub(crate) fn cut(cx: &mut Cx<'_, '_>, project: ProjectId, day: Date) -> Outcome<()> {
    let day = day.max(cx.today());
    for row in store::reservation::beyond(cx.tx, project, day)? {
        if row.state == ReservationState::Requested {
            super::ask::drop(cx, &row)?;
            continue;
        }
        if row.from_on >= day {
            end(cx, &row, ReservationState::Cancelled, "")?;
            continue;
        }
        let short = shortened(cx, &row, day, EntryKind::Return, "")?;
        store::reservation::step(cx.tx, &short)?;
        audit(cx, "reservation.shortened", &row, &short, "")?;
        wake(cx, &short)?;
    }
    Ok(())
}

/// Takes what a booked reservation holds from a day on, and answers it with that end.
fn shortened(
    cx: &mut Cx<'_, '_>,
    row: &ReservationRow,
    from: Date,
    kind: EntryKind,
    note: &str,
) -> Outcome<ReservationRow> {
    let award = row.award.ok_or_else(|| Error::internal("a booked reservation without an award"))?;
    let line = store::award::lines(cx.tx, award)?.into_iter().find(|line| line.pool == row.pool);
    let line = line.ok_or_else(|| Error::internal("an award's line is gone"))?;
    crate::ledger::let_go(cx, &line, from, kind, note)?;
    store::award::set_end(cx.tx, award, &row.pool, from)?;
    if from <= row.from_on && row.from_on > cx.today() {
        store::award::step(cx.tx, award, AwardState::Pending, AwardState::Withdrawn)?;
    }
    // Of one that never began the days are kept for which it was.
    let to_on = if from > row.from_on { from } else { row.to_on };
    Ok(ReservationRow { to_on, sync_next_at: cx.now, ..row.clone() })
}

/// Tells the project's lead and managers what became of a reservation.
pub(crate) fn tell(cx: &mut Cx<'_, '_>, project: &ProjectRow, row: &ReservationRow, template: Template) -> Outcome<()> {
    crate::project::tell(cx, project, template, |cx, t: Texts| {
        let pools = &cx.identity.pools;
        vec![
            ("what", format!("{} {}", pools.name(t, &row.pool), pools.amount(t, &row.pool, row.amount.0))),
            ("days", t.span(&t.date(row.from_on), &t.date(add_days(row.to_on, -1)))),
            ("purpose", row.purpose.clone()),
            ("note", row.note.clone()),
            ("link", format!("{}/reservations/{}", cx.identity.public_url, row.id)),
        ]
    })
}
