//! Changes of running awards: a return takes effect at once, an increase, decrease or extension is
//! asked for by the project and decided by a second person.

use domain::access::{Act, Tie};
use domain::adjustment::{AdjustmentKind, AdjustmentState, ExtensionFacts, extension_faults};
use domain::award::{AwardState, ProjectState};
use domain::capacity::Shortfall;
use domain::ids::{AdjustmentId, AwardId, PoolId, ProjectId};
use domain::ledger::{Entry, EntryKind, NewEntry};
use domain::policy::PolicyKey;
use domain::steps::Steps;
use domain::term::Term;
use domain::units::Amount;
use domain::{Code, FieldError, Reason};
use jiff::Timestamp;
use jiff::civil::Date;
pub use store::adjustment::{AdjustmentItem, AdjustmentRow};
use store::award::AwardLine;
use store::project::ProjectRow;

use crate::{Cx, Error, Outcome};

/// Devices to be given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReturn {
    /// The project.
    pub project: ProjectId,
    /// The award.
    pub award: AwardId,
    /// The pool.
    pub pool: PoolId,
    /// How many; `None` is all.
    pub amount: Option<Amount>,
    /// From which day on.
    pub from: Date,
    /// Why, in words; may be empty.
    pub reason: String,
}

/// A change to be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRequest {
    /// The project.
    pub project: ProjectId,
    /// The award.
    pub award: AwardId,
    /// The pool.
    pub pool: PoolId,
    /// More, less or longer.
    pub kind: AdjustmentKind,
    /// By how much; not looked at for an extension, which keeps what is held on the last day.
    pub amount: Amount,
    /// From which day on; not looked at for an extension.
    pub from: Date,
    /// For an extension: the first day after it. Else not looked at.
    pub to: Option<Date>,
    /// Why.
    pub reason: String,
}

/// What a running award holds in one pool, for a form that changes it.
struct Held {
    project: ProjectRow,
    line: AwardLine,
    holding: Steps,
}

impl Held {
    /// The stretches held from a day on.
    fn from(&self, day: Date) -> Vec<(Term, i64)> {
        let Ok(rest) = Term::new(day.max(self.line.from_on), self.line.end_on) else { return Vec::new() };
        self.holding.within(rest).into_iter().filter(|(_, amount)| *amount > 0).collect()
    }
}

fn ties(cx: &mut Cx<'_, '_>, project: ProjectId) -> Outcome<Vec<Tie>> {
    let Some(user) = cx.actor.user else { return Ok(Vec::new()) };
    Ok(store::project::tie(cx.tx, project, user)?.into_iter().collect())
}

/// Loads what is to be changed for somebody who may.
fn held(cx: &mut Cx<'_, '_>, act: Act, project: ProjectId, award: AwardId, pool: &PoolId) -> Outcome<Held> {
    let row = store::project::find(cx.tx, project)?.ok_or(Error::NotFound)?;
    let ties = ties(cx, project)?;
    cx.require_on(Act::ProjectRead, act, &ties)?;
    let promise = store::award::find(cx.tx, award)?.filter(|found| found.project == project).ok_or(Error::NotFound)?;
    if !matches!(row.state, ProjectState::Active | ProjectState::Suspended) {
        return Err(Error::wrong_state(row.state));
    }
    if promise.state != AwardState::Active {
        return Err(Error::wrong_state(promise.state));
    }
    let line = store::award::lines(cx.tx, award)?
        .into_iter()
        .find(|line| line.pool == *pool)
        .ok_or_else(|| Error::field("pool", Code::Unknown))?;
    let holding = store::ledger::holding(cx.tx, award, pool)?;
    Ok(Held { project: row, line, holding })
}

/// Returns devices from a day on. No decision is needed; what is freed is offered on.
///
/// # Errors
/// [`Error::Invalid`] for a field, [`Error::Conflict`] if nothing is held from that day on.
pub fn give_back(cx: &mut Cx<'_, '_>, new: NewReturn) -> Outcome<AdjustmentId> {
    let held = held(cx, Act::ProjectReturn, new.project, new.award, &new.pool)?;
    let mut wrong = Vec::new();
    check_day(cx, new.from, &mut wrong);
    check_reason(&new.reason, false, &mut wrong);
    let stretches = held.from(new.from);
    let most = stretches.iter().map(|(_, amount)| *amount).max().unwrap_or(0);
    if let Some(amount) = new.amount {
        check_amount(amount, most, held.line.grain, &mut wrong);
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    let amount = new.amount.unwrap_or(Amount(most));
    let entries = less(cx, &held, EntryKind::Return, amount, new.from, &new.reason)?;
    let row = AdjustmentRow {
        id: cx.new_id()?,
        project: new.project,
        award: new.award,
        pool: new.pool,
        kind: AdjustmentKind::Return,
        amount,
        from_on: new.from,
        to_on: entries.last().map_or(held.line.end_on, |entry| entry.term.to()),
        reason: new.reason.trim().to_owned(),
        state: AdjustmentState::Done,
        requested_by: cx.actor.user,
        requested_at: cx.now,
        decided_by: None,
        decided_at: Some(cx.now),
        decision_note: String::new(),
    };
    store::adjustment::insert(cx.tx, &row)?;
    cx.audit("project.returned", ("project", &new.project), &(), &row, &row.reason)?;
    Ok(row.id)
}

/// Takes `amount` off what is held from `from` on, where less is held all of it, and hands on what
/// comes free.
fn less(
    cx: &mut Cx<'_, '_>,
    held: &Held,
    kind: EntryKind,
    amount: Amount,
    from: Date,
    reason: &str,
) -> Outcome<Vec<Entry>> {
    let mut cuts: Vec<(Term, i64)> = Vec::new();
    for (term, value) in held.from(from) {
        let delta = -value.min(amount.0);
        match cuts.last_mut() {
            Some((last, same)) if *same == delta && last.to() == term.from() => {
                *last = Term::new(last.from(), term.to()).map_err(Error::internal)?;
            }
            _ => cuts.push((term, delta)),
        }
    }
    if cuts.is_empty() {
        return Err(Error::conflict(Reason::new(Code::HoldsNothing).with("from", from)));
    }
    let news = cuts.into_iter().map(|(term, delta)| (entry(held, kind, delta, term, reason), held.line.grain.0));
    let entries = crate::ledger::append(cx, news.collect())?;
    free(cx, &entries)?;
    set_end(cx, held)?;
    Ok(entries)
}

fn entry(held: &Held, kind: EntryKind, delta: i64, term: Term, reason: &str) -> NewEntry {
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
fn free(cx: &mut Cx<'_, '_>, entries: &[Entry]) -> Outcome<()> {
    entries.iter().try_for_each(|entry| crate::freed::record(cx, entry))
}

/// Brings the ends of line and project up to date with the ledger.
fn set_end(cx: &mut Cx<'_, '_>, held: &Held) -> Outcome<()> {
    let holding = store::ledger::holding(cx.tx, held.line.award, &held.line.pool)?;
    let all = domain::capacity::horizon(held.line.from_on);
    let end = holding.within(all).into_iter().filter(|(_, amount)| *amount > 0).map(|(term, _)| term.to()).max();
    store::award::set_end(cx.tx, held.line.award, &held.line.pool, end.unwrap_or(held.line.from_on))?;
    if let Some((from, to)) = store::term::span(cx.tx, held.project.id)?
        && (from, to) != (held.project.from_on, held.project.to_on)
    {
        store::project::set_span(cx.tx, held.project.id, from, to)?;
    }
    Ok(())
}

fn check_day(cx: &Cx<'_, '_>, from: Date, wrong: &mut Vec<FieldError>) {
    if from < cx.today() {
        wrong.push(Reason::new(Code::ChangesThePast).with("from", from).with("today", cx.today()).at("from"));
    }
}

fn check_reason(reason: &str, needed: bool, wrong: &mut Vec<FieldError>) {
    if needed && reason.trim().is_empty() {
        wrong.push(Reason::new(Code::Required).at("reason"));
    }
    if reason.chars().count() > 1000 {
        wrong.push(Reason::new(Code::TooLong).with("max", 1000).at("reason"));
    }
}

fn check_amount(amount: Amount, most: i64, grain: Amount, wrong: &mut Vec<FieldError>) {
    if amount.0 < 1 {
        wrong.push(Reason::new(Code::TooSmall).with("min", 1).at("amount"));
    } else if amount.0 > most {
        wrong.push(Reason::new(Code::TooLarge).with("max", most).at("amount"));
    } else if grain.0 > 1 && amount.0 % grain.0 != 0 {
        wrong.push(Reason::new(Code::NotAMultiple).with("grain", grain.0).with("value", amount.0).at("amount"));
    }
}

/// What an award may ask for in one of its pools, with the reasons against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choices {
    /// The pool.
    pub pool: PoolId,
    /// The award.
    pub award: AwardId,
    /// In which steps.
    pub grain: Amount,
    /// What is held from today on, stretch by stretch.
    pub held: Vec<(Term, i64)>,
    /// The first day after what is held.
    pub end: Date,
    /// The latest end that an extension may have by its share of the original term.
    pub longest_end: Date,
    /// Why an extension cannot be asked for today; empty if it can.
    pub extension: Vec<Reason>,
}

/// What the running awards of a project may ask for, for its page.
///
/// # Errors
/// [`Error::NotFound`] for whoever may not see the project.
pub fn choices(cx: &mut Cx<'_, '_>, project: ProjectId) -> Outcome<Vec<Choices>> {
    let row = store::project::find(cx.tx, project)?.ok_or(Error::NotFound)?;
    let ties = ties(cx, project)?;
    cx.require_on(Act::ProjectRead, Act::ProjectRead, &ties)?;
    let (today, policy) = (cx.today(), cx.policy()?);
    let mut out = Vec::new();
    for award in store::award::of_project(cx.tx, project)? {
        if award.state != AwardState::Active {
            continue;
        }
        for line in store::award::lines(cx.tx, award.id)? {
            let holding = store::ledger::holding(cx.tx, award.id, &line.pool)?;
            let held = Held { project: row.clone(), line, holding };
            let facts = extension_facts(cx, &held, &policy, held.line.end_on)?;
            let longest = facts.original.days().saturating_mul(facts.max_percent) / 100;
            out.push(Choices {
                pool: held.line.pool.clone(),
                award: award.id,
                grain: held.line.grain,
                held: held.from(today),
                end: held.line.end_on,
                longest_end: domain::term::add_days(held.line.end_on, longest),
                extension: extension_faults(&facts),
            });
        }
    }
    Ok(out)
}

fn extension_facts(
    cx: &mut Cx<'_, '_>,
    held: &Held,
    policy: &domain::policy::Policy,
    new_end: Date,
) -> Outcome<ExtensionFacts> {
    let (award, pool) = (held.line.award, &held.line.pool);
    let count = store::adjustment::count(cx.tx, award, pool, AdjustmentKind::Extend, AdjustmentState::Done)?;
    let grants: Vec<Term> = store::ledger::of_award(cx.tx, award)?
        .into_iter()
        .filter(|entry| entry.kind == EntryKind::Grant && entry.pool == *pool)
        .map(|entry| entry.term)
        .collect();
    let from = grants.iter().map(|term| term.from()).min().unwrap_or(held.line.from_on);
    let to = grants.iter().map(|term| term.to()).max().unwrap_or(held.line.end_on);
    Ok(ExtensionFacts {
        today: cx.today(),
        original: Term::new(from, to).map_err(Error::internal)?,
        end: held.line.end_on,
        new_end,
        count,
        window_days: policy.int(PolicyKey::ExtensionWindowDays),
        max_count: policy.int(PolicyKey::ExtensionMaxCount),
        max_percent: policy.int(PolicyKey::ExtensionMaxPercent),
    })
}

/// Asks for more, less or longer.
///
/// # Errors
/// [`Error::Invalid`] for a field, [`Error::Conflict`] with every rule that it breaks, or if the
/// same is asked for already.
pub fn ask(cx: &mut Cx<'_, '_>, new: NewRequest) -> Outcome<AdjustmentId> {
    let held = held(cx, Act::AdjustmentRequest, new.project, new.award, &new.pool)?;
    let mut wrong = Vec::new();
    check_reason(&new.reason, true, &mut wrong);
    let last = held.from(cx.today());
    let (amount, from, to) = match new.kind {
        AdjustmentKind::Return => return Err(Error::field("kind", Code::NotAChoice)),
        AdjustmentKind::Increase | AdjustmentKind::Decrease => {
            check_day(cx, new.from, &mut wrong);
            if new.from >= held.line.end_on {
                wrong.push(Reason::new(Code::HoldsNothing).with("from", new.from).at("from"));
            }
            let most = match new.kind {
                AdjustmentKind::Decrease => held.from(new.from).iter().map(|(_, amount)| *amount).max().unwrap_or(0),
                _ => Amount::MAX,
            };
            check_amount(new.amount, most, held.line.grain, &mut wrong);
            (new.amount, new.from.max(held.line.from_on), held.line.end_on)
        }
        AdjustmentKind::Extend => {
            let to = new.to.unwrap_or(held.line.end_on);
            if to <= held.line.end_on {
                wrong.push(Reason::new(Code::EndBeforeStart).at("to"));
            }
            let amount = last.last().map_or(0, |(_, amount)| *amount);
            (Amount(amount), held.line.end_on, to)
        }
    };
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    if amount.0 < 1 {
        return Err(Error::conflict(Reason::new(Code::HoldsNothing).with("from", from)));
    }
    if new.kind == AdjustmentKind::Extend {
        let policy = cx.policy()?;
        let faults = extension_faults(&extension_facts(cx, &held, &policy, to)?);
        if !faults.is_empty() {
            return Err(Error::Conflict(faults));
        }
    }
    for state in [AdjustmentState::Requested, AdjustmentState::Waiting] {
        if store::adjustment::count(cx.tx, new.award, &new.pool, new.kind, state)? > 0 {
            return Err(Error::wrong_state(state));
        }
    }
    let row = AdjustmentRow {
        id: cx.new_id()?,
        project: new.project,
        award: new.award,
        pool: new.pool,
        kind: new.kind,
        amount,
        from_on: from,
        to_on: to,
        reason: new.reason.trim().to_owned(),
        state: AdjustmentState::Requested,
        requested_by: cx.actor.user,
        requested_at: cx.now,
        decided_by: None,
        decided_at: None,
        decision_note: String::new(),
    };
    store::adjustment::insert(cx.tx, &row)?;
    cx.audit("adjustment.requested", ("adjustment", &row.id), &(), &row, &row.reason)?;
    Ok(row.id)
}

/// Takes one's own request back.
///
/// # Errors
/// [`Error::Conflict`] if it is decided already.
pub fn withdraw(cx: &mut Cx<'_, '_>, id: AdjustmentId) -> Outcome<()> {
    let row = store::adjustment::find(cx.tx, id)?.ok_or(Error::NotFound)?;
    let ties = ties(cx, row.project)?;
    cx.require_on(Act::ProjectRead, Act::AdjustmentRequest, &ties)?;
    step(cx, &row, AdjustmentState::Withdrawn, "", "adjustment.withdrawn")
}

fn step(cx: &mut Cx<'_, '_>, row: &AdjustmentRow, to: AdjustmentState, note: &str, action: &str) -> Outcome<()> {
    if !row.state.may_become(to) {
        return Err(Error::wrong_state(row.state));
    }
    store::adjustment::step(cx.tx, row.id, row.state, to, cx.actor.user, cx.now, note)?;
    cx.audit(action, ("adjustment", &row.id), &row.state, &to, note)
}

/// The days on which there would not be room for a request, were it approved today; empty for a
/// decrease.
///
/// # Errors
/// Database errors only.
pub fn effect(cx: &mut Cx<'_, '_>, row: &AdjustmentRow) -> Outcome<Vec<Shortfall>> {
    let term = Term::new(row.from_on.max(cx.today()), row.to_on);
    let (true, Ok(term)) = (matches!(row.kind, AdjustmentKind::Increase | AdjustmentKind::Extend), term) else {
        return Ok(Vec::new());
    };
    let allocatable = store::capacity::ladder(cx.tx, &row.pool)?.allocatable;
    let mut promised = store::ledger::promised(cx.tx, &row.pool)?;
    promised.add(term, row.amount.0);
    Ok(domain::capacity::shortfalls(&row.pool, &allocatable, &promised, term))
}

/// Approves or rejects a request. An approved increase for which there is no room yet waits; an
/// extension without room is refused, because days cannot be made up for later.
///
/// # Errors
/// [`Error::Forbidden`] for whoever asked for it, [`Error::OverCapacity`] for an extension,
/// [`Error::Conflict`] if the rules or the state are against it.
pub fn decide(cx: &mut Cx<'_, '_>, id: AdjustmentId, approve: bool, note: &str) -> Outcome<AdjustmentState> {
    cx.require(Act::AdjustmentDecide, &[])?;
    let row = store::adjustment::find(cx.tx, id)?.ok_or(Error::NotFound)?;
    cx.require_second(Act::AdjustmentDecide, row.requested_by)?;
    let note = note.trim();
    if note.chars().count() > 1000 {
        return Err(Error::field("note", Reason::new(Code::TooLong).with("max", 1000)));
    }
    if !approve {
        if note.is_empty() {
            return Err(Error::field("note", Code::Required));
        }
        step(cx, &row, AdjustmentState::Rejected, note, "adjustment.rejected")?;
        return Ok(AdjustmentState::Rejected);
    }
    if row.state != AdjustmentState::Requested {
        return Err(Error::wrong_state(row.state));
    }
    let short = effect(cx, &row)?;
    let next = match (row.kind, short.is_empty()) {
        (AdjustmentKind::Extend, false) => return Err(Error::OverCapacity(short)),
        (_, false) => AdjustmentState::Waiting,
        (_, true) => {
            carry_out(cx, &row)?;
            AdjustmentState::Done
        }
    };
    step(cx, &row, next, note, "adjustment.approved")?;
    Ok(next)
}

/// Writes an approved request into the ledger.
fn carry_out(cx: &mut Cx<'_, '_>, row: &AdjustmentRow) -> Outcome<Vec<Entry>> {
    let project = store::project::find(cx.tx, row.project)?.ok_or(Error::NotFound)?;
    let award = store::award::find(cx.tx, row.award)?.ok_or(Error::NotFound)?;
    if award.state != AwardState::Active {
        return Err(Error::wrong_state(award.state));
    }
    let line = store::award::lines(cx.tx, row.award)?
        .into_iter()
        .find(|line| line.pool == row.pool)
        .ok_or_else(|| Error::internal("an award's line is gone"))?;
    let holding = store::ledger::holding(cx.tx, row.award, &row.pool)?;
    let held = Held { project, line, holding };
    let from = row.from_on.max(cx.today());
    let (kind, to) = match row.kind {
        AdjustmentKind::Decrease => {
            return less(cx, &held, EntryKind::Decrease, row.amount, from, &row.reason);
        }
        AdjustmentKind::Increase => (EntryKind::Increase, row.to_on.min(held.line.end_on)),
        AdjustmentKind::Extend => (EntryKind::Extend, row.to_on),
        AdjustmentKind::Return => return Err(Error::internal("a return is not decided")),
    };
    let term = Term::new(from, to).map_err(|_| Error::conflict(Reason::new(Code::HoldsNothing).with("from", from)))?;
    let new = (entry(&held, kind, row.amount.0, term, &row.reason), held.line.grain.0);
    let entries = crate::ledger::append(cx, vec![new])?;
    entries.iter().try_for_each(|entry| crate::freed::granted(cx, entry))?;
    set_end(cx, &held)?;
    cx.enqueue("engine.sync", &format!("engine.sync:entry:{}", entries[0].seq), &row.project)?;
    Ok(entries)
}

/// Serves the approved increases that wait, oldest first, as far as there is room; one whose award
/// is over is closed. Its turn comes after the reserve list had its own (domain.md §6). Answers how
/// many were served.
///
/// # Errors
/// Database errors only.
pub fn serve_waiting(cx: &mut Cx<'_, '_>) -> Outcome<u64> {
    let mut served = 0;
    for row in store::adjustment::waiting(cx.tx, 200)? {
        let line = store::award::lines(cx.tx, row.award)?.into_iter().find(|line| line.pool == row.pool);
        let running = store::award::find(cx.tx, row.award)?.is_some_and(|award| award.state == AwardState::Active);
        let from = row.from_on.max(cx.today());
        if !running || line.is_none_or(|line| line.end_on <= from) {
            step(cx, &row, AdjustmentState::Rejected, "", "adjustment.expired")?;
        } else if effect(cx, &row)?.is_empty() {
            carry_out(cx, &row)?;
            step(cx, &row, AdjustmentState::Done, &row.decision_note, "adjustment.served")?;
            served += 1;
        }
    }
    Ok(served)
}

/// One request with its project's names, and the days on which there is no room for it.
///
/// # Errors
/// [`Error::NotFound`] for whoever may see neither all requests nor the project.
pub fn show(cx: &mut Cx<'_, '_>, id: AdjustmentId) -> Outcome<(AdjustmentItem, Vec<Shortfall>)> {
    let item = store::adjustment::find_item(cx.tx, id)?.ok_or(Error::NotFound)?;
    let ties = ties(cx, item.row.project)?;
    if !cx.actor.may(Act::AdjustmentList, &[]) {
        cx.require_on(Act::ProjectRead, Act::ProjectRead, &ties)?;
    }
    let open = item.row.state == AdjustmentState::Requested || item.row.state == AdjustmentState::Waiting;
    let short = if open { effect(cx, &item.row)? } else { Vec::new() };
    Ok((item, short))
}

/// The requests in a state, newest first.
///
/// # Errors
/// [`Error::Forbidden`] unless the actor may see them all.
pub fn list(
    cx: &mut Cx<'_, '_>,
    state: AdjustmentState,
    before: Option<(Timestamp, AdjustmentId)>,
    limit: i64,
) -> Outcome<Vec<AdjustmentItem>> {
    cx.require(Act::AdjustmentList, &[])?;
    Ok(store::adjustment::list(cx.tx, state, before, limit.clamp(1, 201))?)
}

/// The returns and requests of a project, newest first.
///
/// # Errors
/// [`Error::NotFound`] for whoever may not see the project.
pub fn of_project(cx: &mut Cx<'_, '_>, project: ProjectId, limit: i64) -> Outcome<Vec<AdjustmentRow>> {
    store::project::find(cx.tx, project)?.ok_or(Error::NotFound)?;
    let ties = ties(cx, project)?;
    cx.require_on(Act::ProjectRead, Act::ProjectRead, &ties)?;
    Ok(store::adjustment::of_project(cx.tx, project, limit.clamp(1, 201))?)
}

/// Corrects an entry: puts `delta` over `term` on the award and pool of the entry `seq`. Whoever
/// wrote the entry may not correct it.
///
/// # Errors
/// [`Error::Forbidden`], or why the ledger refuses it.
pub fn correct(cx: &mut Cx<'_, '_>, seq: i64, delta: Amount, term: Term, reason: &str) -> Outcome<Entry> {
    cx.require(Act::LedgerCorrect, &[])?;
    let wrong = store::ledger::find(cx.tx, seq)?.ok_or(Error::NotFound)?;
    cx.require_second(Act::LedgerCorrect, wrong.actor)?;
    let mut faults = Vec::new();
    check_reason(reason, true, &mut faults);
    if delta.0 > Amount::MAX {
        faults.push(Reason::new(Code::TooLarge).with("max", Amount::MAX).at("delta"));
    } else if delta.0 < -Amount::MAX {
        faults.push(Reason::new(Code::TooSmall).with("min", -Amount::MAX).at("delta"));
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let held = any(cx, wrong.award, &wrong.pool)?;
    let new = NewEntry { corrects: Some(seq), ..entry(&held, EntryKind::Correct, delta.0, term, reason) };
    let entries = crate::ledger::append(cx, vec![(new, held.line.grain.0)])?;
    set_end(cx, &held)?;
    let today = cx.today();
    let ahead: Vec<Entry> = entries.iter().filter(|entry| entry.term.to() > today).cloned().collect();
    free(cx, &ahead)?;
    cx.audit("ledger.corrected", ("ledger", &seq), &wrong, &entries[0], reason.trim())?;
    entries.into_iter().next().ok_or_else(|| Error::internal("nothing was written"))
}

/// Moves devices from one award to another of the same pool, on every day of `term`.
///
/// # Errors
/// [`Error::Forbidden`], or why the ledger refuses it.
pub fn transfer(
    cx: &mut Cx<'_, '_>,
    (from, to): (AwardId, AwardId),
    pool: &PoolId,
    amount: Amount,
    term: Term,
    reason: &str,
) -> Outcome<Vec<Entry>> {
    cx.require(Act::LedgerCorrect, &[])?;
    let mut wrong = Vec::new();
    check_reason(reason, true, &mut wrong);
    if amount.0 < 1 {
        wrong.push(Reason::new(Code::TooSmall).with("min", 1).at("amount"));
    } else if amount.0 > Amount::MAX {
        wrong.push(Reason::new(Code::TooLarge).with("max", Amount::MAX).at("amount"));
    }
    if from == to {
        wrong.push(Reason::new(Code::NotAChoice).with("word", to.to_string()).at("to_award"));
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    let (giver, taker) = (any(cx, from, pool)?, any(cx, to, pool)?);
    let entries = crate::ledger::append(
        cx,
        vec![
            (entry(&giver, EntryKind::Transfer, -amount.0, term, reason), giver.line.grain.0),
            (entry(&taker, EntryKind::Transfer, amount.0, term, reason), taker.line.grain.0),
        ],
    )?;
    set_end(cx, &giver)?;
    set_end(cx, &taker)?;
    cx.audit("ledger.transferred", ("award", &from), &(), &entries, reason.trim())?;
    Ok(entries)
}

/// What an award holds in a pool, whatever its state.
fn any(cx: &mut Cx<'_, '_>, award: AwardId, pool: &PoolId) -> Outcome<Held> {
    let row = store::award::find(cx.tx, award)?.ok_or(Error::NotFound)?;
    let project = store::project::find(cx.tx, row.project)?.ok_or(Error::NotFound)?;
    let line = store::award::lines(cx.tx, award)?
        .into_iter()
        .find(|line| line.pool == *pool)
        .ok_or_else(|| Error::field("pool", Code::Unknown))?;
    let holding = store::ledger::holding(cx.tx, award, pool)?;
    Ok(Held { project, line, holding })
}
