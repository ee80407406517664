//! Decisions on requests, and carrying out what was approved.

use domain::access::{Act, Tie};
use domain::adjustment::{AdjustmentKind, AdjustmentState, extension_faults};
use domain::award::AwardState;
use domain::capacity::Shortfall;
use domain::ids::AdjustmentId;
use domain::ledger::{Entry, EntryKind};
use domain::term::{Term, add_days};
use domain::text::said;
use domain::{Code, Reason};
use jiff::civil::Date;
use store::adjustment::AdjustmentRow;
use store::award::AwardLine;
use texts::Texts;

use super::ask::step;
use super::choices::extension_facts;
use super::give_back::less;
use super::held::{Held, any, entry, line, set_end};
use crate::mail::{Recipient, Template};
use crate::project::tied;
use crate::{Cx, Error, Outcome};

/// The days that an increase or extension adds to a line were it carried out today; `None` if there
/// are none left.
fn added(row: &AdjustmentRow, line: &AwardLine, today: Date) -> Option<Term> {
    let to = match row.kind {
        AdjustmentKind::Increase => row.to_on.min(line.end_on),
        AdjustmentKind::Extend => row.to_on,
        AdjustmentKind::Decrease | AdjustmentKind::Return => return None,
    };
    Term::new(row.from_on.max(today), to).ok()
}

fn line_of(cx: &mut Cx<'_, '_>, row: &AdjustmentRow) -> Outcome<AwardLine> {
    line(cx, row.award, &row.pool)?.ok_or_else(|| Error::internal("an award's line is gone"))
}

/// The days on which there would not be room for a request, were it approved today; empty for a
/// decrease.
///
/// # Errors
/// Database errors only.
pub fn effect(cx: &mut Cx<'_, '_>, row: &AdjustmentRow) -> Outcome<Vec<Shortfall>> {
    let line = line_of(cx, row)?;
    short(cx, row, &line)
}

fn short(cx: &mut Cx<'_, '_>, row: &AdjustmentRow, line: &AwardLine) -> Outcome<Vec<Shortfall>> {
    let Some(term) = added(row, line, cx.today()) else { return Ok(Vec::new()) };
    crate::ledger::short(cx, &row.pool, row.amount.0, term)
}

/// Approves or rejects a request and tells whoever asked. An approved increase for which there is no
/// room yet waits; an extension without room is refused, because days cannot be made up for later.
///
/// # Errors
/// [`Error::Forbidden`] for whoever asked for it and the project's own people, [`Error::OverCapacity`] for an extension,
/// [`Error::Conflict`] if the rules or the state are against it.
pub fn decide(cx: &mut Cx<'_, '_>, id: AdjustmentId, approve: bool, note: &str) -> Outcome<AdjustmentState> {
    cx.require(Act::AdjustmentDecide, &[])?;
    let row = store::adjustment::find(cx.tx, id)?.ok_or(Error::NotFound)?;
    let (_, ties) = tied(cx, row.project)?;
    cx.require_apart(Act::AdjustmentDecide, row.requested_by, &ties)?;
    let note = said(note, !approve).map_err(|fault| Error::field("note", fault))?;
    if !approve {
        step(cx, &row, AdjustmentState::Rejected, note, "adjustment.rejected")?;
        tell(cx, &row, Template::AdjustmentRejected, note)?;
        return Ok(AdjustmentState::Rejected);
    }
    if row.state != AdjustmentState::Requested {
        return Err(Error::wrong_state(row.state));
    }
    let held = running(cx, &row)?;
    if row.kind == AdjustmentKind::Extend {
        judge(cx, &row, &held)?;
    }
    let short = short(cx, &row, &held.line)?;
    let (next, mail) = match (row.kind, short.is_empty()) {
        (AdjustmentKind::Extend, false) => return Err(Error::OverCapacity(short)),
        (_, false) => (AdjustmentState::Waiting, Template::AdjustmentWaits),
        (_, true) => {
            carry_out(cx, &row, &held)?;
            (AdjustmentState::Done, Template::AdjustmentApproved)
        }
    };
    step(cx, &row, next, note, "adjustment.approved")?;
    tell(cx, &row, mail, note)?;
    Ok(next)
}

/// Judges an extension by what is held on the day of its decision: the rules of asking still hold,
/// it follows on the present end without a gap, and it keeps no more than is held on the last day.
fn judge(cx: &mut Cx<'_, '_>, row: &AdjustmentRow, held: &Held) -> Outcome<()> {
    let (end, last) = (held.line.end_on, add_days(held.line.end_on, -1));
    let kept = held.holding.on(last);
    if row.from_on != end || cx.today() > end || row.amount.0 > kept {
        return Err(Error::conflict(
            Reason::new(Code::ExtensionChanged).with("pool", row.pool.as_str()).with("held", kept).with("last", last),
        ));
    }
    let policy = cx.policy()?;
    let faults = extension_faults(&extension_facts(cx, held, &policy, row.to_on)?);
    if faults.is_empty() { Ok(()) } else { Err(Error::Conflict(faults)) }
}

/// What the award that a request is about holds, if it is running.
fn running(cx: &mut Cx<'_, '_>, row: &AdjustmentRow) -> Outcome<Held> {
    let held = any(cx, row.award, &row.pool)?;
    if held.state == AwardState::Active { Ok(held) } else { Err(Error::wrong_state(held.state)) }
}

/// Tells whoever asked what became of a request; the lead, if they are no longer with the project.
fn tell(cx: &mut Cx<'_, '_>, row: &AdjustmentRow, mail: Template, note: &str) -> Outcome<()> {
    let Some(project) = store::project::find(cx.tx, row.project)? else { return Ok(()) };
    let people = store::project::members(cx.tx, row.project)?;
    let asker = people.iter().find(|person| Some(person.user) == row.requested_by);
    let Some(person) = asker.or_else(|| people.iter().find(|person| person.tie == Tie::Lead)) else { return Ok(()) };
    let to = Recipient::person(person.user, &person.email, &person.language);
    let texts = Texts::new(to.lang);
    let term = Term::new(row.from_on, row.to_on).map_err(Error::internal)?;
    let product = line_of(cx, row)?.product;
    let given = planner::Given { product, pool: row.pool.clone(), amount: row.amount.0, term };
    let mut given = crate::plan::given_text(texts, &cx.identity.pools, &[given]);
    if mail != Template::AdjustmentRejected && !note.is_empty() {
        given = format!("{given}\n\n{note}");
    }
    let args = [
        ("name", person.name.clone()),
        ("number", project.number),
        ("title", crate::proposal::title(texts, &project.title_ko, &project.title_en)),
        ("kind", texts.word(row.kind)),
        ("given", given),
        ("note", note.to_owned()),
        ("link", format!("{}/adjustments/{}", cx.identity.public_url, row.id)),
    ];
    crate::mail::post(cx, &to, mail, &args)?;
    Ok(())
}

/// Writes an approved request into the ledger. A conflict means that nothing was written.
fn carry_out(cx: &mut Cx<'_, '_>, row: &AdjustmentRow, held: &Held) -> Outcome<Vec<Entry>> {
    let from = row.from_on.max(cx.today());
    let kind = match row.kind {
        AdjustmentKind::Decrease => return less(cx, held, EntryKind::Decrease, row.amount, from, &row.reason),
        AdjustmentKind::Increase => EntryKind::Increase,
        AdjustmentKind::Extend => EntryKind::Extend,
        AdjustmentKind::Return => return Err(Error::internal("a return is not decided")),
    };
    let Some(term) = added(row, &held.line, cx.today()) else {
        return Err(Error::conflict(Reason::new(Code::HoldsNothing).with("from", from)));
    };
    let new = (entry(held, kind, row.amount.0, term, &row.reason), held.line.grain.0);
    let entries = crate::ledger::append(cx, vec![new])?;
    entries.iter().try_for_each(|entry| crate::freed::granted(cx, entry))?;
    set_end(cx, held)?;
    cx.enqueue("engine.sync", &format!("engine.sync:entry:{}", entries[0].seq), &row.project)?;
    Ok(entries)
}

/// How many waiting requests are loaded at a time.
const PAGE: i64 = 200;

/// Serves the approved increases that wait, oldest first, as far as there is room; one whose award
/// is over is closed. Its turn comes after the reserve list had its own (domain.md §6). Answers how
/// many were served.
///
/// # Errors
/// Database errors only.
pub fn serve_waiting(cx: &mut Cx<'_, '_>) -> Outcome<u64> {
    let mut served = 0;
    let mut after = None;
    loop {
        let rows = store::adjustment::waiting(cx.tx, after, PAGE)?;
        let Some(last) = rows.last() else { return Ok(served) };
        after = Some((last.requested_at, last.id));
        for row in rows {
            served += u64::from(serve(cx, &row)?);
        }
    }
}

/// Closes requests that nobody decided while their award was running: for the clock. Answers how many.
///
/// # Errors
/// Database errors only.
pub fn expire_undecided(cx: &mut Cx<'_, '_>) -> Outcome<u64> {
    let mut count = 0;
    for row in store::adjustment::outlived(cx.tx, PAGE)? {
        expire(cx, &row)?;
        count += 1;
    }
    Ok(count)
}

fn expire(cx: &mut Cx<'_, '_>, row: &AdjustmentRow) -> Outcome<()> {
    step(cx, row, AdjustmentState::Rejected, "", "adjustment.expired")?;
    tell(cx, row, Template::AdjustmentExpired, "")
}

/// Serves one request if there is room; answers whether. One that a rule is against goes on waiting
/// and does not keep the others from their turn.
fn serve(cx: &mut Cx<'_, '_>, row: &AdjustmentRow) -> Outcome<bool> {
    let held = any(cx, row.award, &row.pool)?;
    if held.state != AwardState::Active || added(row, &held.line, cx.today()).is_none() {
        expire(cx, row)?;
        return Ok(false);
    }
    if !short(cx, row, &held.line)?.is_empty() {
        return Ok(false);
    }
    match carry_out(cx, row, &held) {
        Err(Error::Conflict(_)) => return Ok(false),
        done => done?,
    };
    step(cx, row, AdjustmentState::Done, &row.decision_note, "adjustment.served")?;
    tell(cx, row, Template::AdjustmentServed, "")?;
    Ok(true)
}
