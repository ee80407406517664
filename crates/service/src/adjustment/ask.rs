//! Requests for more, less or longer, asked and taken back.

use domain::access::Act;
use domain::adjustment::{AdjustmentKind, AdjustmentState, ExtensionFacts, extension_faults};
use domain::award::AwardState;
use domain::ids::{AdjustmentId, AwardId, PoolId, ProjectId};
use domain::ledger::EntryKind;
use domain::policy::PolicyKey;
use domain::term::Term;
use domain::units::Amount;
use domain::{Code, Reason};
use jiff::civil::Date;
use store::adjustment::AdjustmentRow;

use super::held::{Held, check_amount, check_day, check_reason, held, ties};
use crate::{Cx, Error, Outcome};

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

pub(super) fn step(
    cx: &mut Cx<'_, '_>,
    row: &AdjustmentRow,
    to: AdjustmentState,
    note: &str,
    action: &str,
) -> Outcome<()> {
    if !row.state.may_become(to) {
        return Err(Error::wrong_state(row.state));
    }
    store::adjustment::step(cx.tx, row.id, row.state, to, cx.actor.user, cx.now, note)?;
    cx.audit(action, ("adjustment", &row.id), &row.state, &to, note)
}
