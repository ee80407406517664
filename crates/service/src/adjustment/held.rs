//! What a running award holds in a pool, and how the ledger changes it.

use domain::access::Act;
use domain::award::{AwardState, ProjectState};
use domain::ids::{AwardId, PoolId, ProjectId};
use domain::ledger::{Entry, EntryKind, NewEntry};
use domain::steps::Steps;
use domain::term::{Term, add_days};
use domain::units::Amount;
use domain::{Code, FieldError, Reason};
use jiff::civil::Date;
use store::award::AwardLine;
use store::project::ProjectRow;

use crate::project::tied;
use crate::{Cx, Error, Outcome};

/// What a running award holds in one pool, for a form that changes it.
pub(super) struct Held {
    pub(super) project: ProjectRow,
    /// The award's state.
    pub(super) state: AwardState,
    pub(super) line: AwardLine,
    pub(super) holding: Steps,
}

impl Held {
    /// The stretches held from a day on.
    pub(super) fn from(&self, day: Date) -> Vec<(Term, i64)> {
        let Ok(rest) = Term::new(day.max(self.line.from_on), self.line.end_on) else { return Vec::new() };
        self.holding.within(rest).into_iter().filter(|(_, amount)| *amount > 0).collect()
    }
}

/// Loads what is to be changed for somebody who may.
pub(super) fn held(cx: &mut Cx<'_, '_>, act: Act, project: ProjectId, award: AwardId, pool: &PoolId) -> Outcome<Held> {
    let (row, ties) = tied(cx, project)?;
    cx.require_on(Act::ProjectRead, act, &ties)?;
    let promise = store::award::find(cx.tx, award)?.filter(|found| found.project == project).ok_or(Error::NotFound)?;
    if !matches!(row.state, ProjectState::Active | ProjectState::Suspended) {
        return Err(Error::wrong_state(row.state));
    }
    if promise.state != AwardState::Active {
        return Err(Error::wrong_state(promise.state));
    }
    lasting(cx, award)?;
    holding(cx, row, promise.state, award, pool)
}

/// Refuses what is reserved for some days: it is called off or withdrawn as a whole.
pub(super) fn lasting(cx: &mut Cx<'_, '_>, award: AwardId) -> Outcome<()> {
    let reserved = store::reservation::of_award(cx.tx, award)?;
    if reserved.is_some() { Err(Error::conflict(Code::IsReservation)) } else { Ok(()) }
}

fn holding(
    cx: &mut Cx<'_, '_>,
    project: ProjectRow,
    state: AwardState,
    award: AwardId,
    pool: &PoolId,
) -> Outcome<Held> {
    let line = line(cx, award, pool)?.ok_or_else(|| Error::field("pool", Code::Unknown))?;
    Ok(Held { project, state, line, holding: store::ledger::holding(cx.tx, award, pool)? })
}

/// What an award is about in a pool, if it is about it.
pub(super) fn line(cx: &mut Cx<'_, '_>, award: AwardId, pool: &PoolId) -> Outcome<Option<AwardLine>> {
    Ok(store::award::lines(cx.tx, award)?.into_iter().find(|line| line.pool == *pool))
}

pub(super) fn entry(held: &Held, kind: EntryKind, delta: i64, term: Term, reason: &str) -> NewEntry {
    NewEntry {
        award: held.line.award,
        pool: held.line.pool.clone(),
        delta: Amount(delta),
        term,
        kind,
        corrects: None,
        reason: reason.trim().to_owned(),
    }
}

/// Notes what entries freed and asks for it to be offered on.
pub(super) fn free(cx: &mut Cx<'_, '_>, entries: &[Entry]) -> Outcome<()> {
    entries.iter().try_for_each(|entry| crate::freed::record(cx, entry))
}

/// Brings the ends of line and project up to date with the ledger.
pub(super) fn set_end(cx: &mut Cx<'_, '_>, held: &Held) -> Outcome<()> {
    let holding = store::ledger::holding(cx.tx, held.line.award, &held.line.pool)?;
    let all = domain::capacity::horizon(held.line.from_on);
    let end = holding.within(all).into_iter().filter(|(_, amount)| *amount > 0).map(|(term, _)| term.to()).max();
    store::award::set_end(cx.tx, held.line.award, &held.line.pool, end.unwrap_or(held.line.from_on))?;
    if let Some((from, to)) = store::term::span(cx.tx, held.project.id)?
        && (from, to) != (held.project.from_on, held.project.to_on)
    {
        store::project::set_span(cx.tx, held.project.id, from, to)?;
        if to < held.project.to_on {
            crate::reservation::cut(cx, held.project.id, to)?;
        }
    }
    Ok(())
}

/// Answers whether the day lies within what is left of the line.
pub(super) fn check_day(cx: &Cx<'_, '_>, from: Date, line: &AwardLine, wrong: &mut Vec<FieldError>) -> bool {
    if from < cx.today() {
        wrong.push(Reason::new(Code::ChangesThePast).with("from", from).with("today", cx.today()).at("from"));
    }
    if from >= line.end_on {
        let reason = if line.end_on > cx.today() {
            Reason::new(Code::AfterTheEnd).with("last", add_days(line.end_on, -1))
        } else {
            Reason::new(Code::HoldsNothing).with("from", from)
        };
        wrong.push(reason.at("from"));
        return false;
    }
    true
}

pub(super) fn check_reason(reason: &str, needed: bool, wrong: &mut Vec<FieldError>) {
    if needed && domain::text::is_blank(reason) {
        wrong.push(Reason::new(Code::Required).at("reason"));
    }
    if reason.chars().count() > 1000 {
        wrong.push(Reason::new(Code::TooLong).with("max", 1000).at("reason"));
    }
}

pub(super) fn check_amount(amount: Amount, most: i64, line: &AwardLine, wrong: &mut Vec<FieldError>) {
    let grain = line.grain.0;
    let about = |code: Code| Reason::new(code).with("pool", line.pool.as_str());
    if amount.0 < 1 {
        wrong.push(about(Code::TooSmall).with("min", 1).at("amount"));
    } else if amount.0 > most {
        wrong.push(about(Code::TooLarge).with("max", most).at("amount"));
    } else if grain > 1 && amount.0 % grain != 0 {
        wrong.push(about(Code::NotAMultiple).with("grain", grain).with("value", amount.0).at("amount"));
    }
}

/// What an award holds in a pool, whatever its state.
pub(super) fn any(cx: &mut Cx<'_, '_>, award: AwardId, pool: &PoolId) -> Outcome<Held> {
    let row = store::award::find(cx.tx, award)?.ok_or(Error::NotFound)?;
    let project = store::project::find(cx.tx, row.project)?.ok_or(Error::NotFound)?;
    holding(cx, project, row.state, award, pool)
}
