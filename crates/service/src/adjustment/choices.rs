//! What running awards may ask for, and what stands in the way of it.

use domain::Reason;
use domain::adjustment::{AdjustmentKind, AdjustmentState, ExtensionFacts, extension_faults};
use domain::award::AwardState;
use domain::ids::{AdjustmentId, AwardId, PoolId, ProjectId};
use domain::ledger::EntryKind;
use domain::policy::{Policy, PolicyKey};
use domain::term::Term;
use domain::units::Amount;
use jiff::Timestamp;
use jiff::civil::Date;
use store::adjustment::AdjustmentRow;
use store::award::AwardLine;
use store::held::{AwardHeld, LineHeld};
use store::project::ProjectRow;

use super::held::Held;
use crate::{Cx, Error, Outcome};

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

/// What the running awards of a project may ask for, for its page. Four statements, however many
/// awards it has.
///
/// # Errors
/// [`Error::NotFound`] for whoever may not see the project.
pub fn choices(cx: &mut Cx<'_, '_>, project: ProjectId) -> Outcome<Vec<Choices>> {
    let (row, _) = crate::project::readable(cx, project)?;
    choices_of(cx, &row)
}

/// What the running awards of a project may ask for, and its returns and requests before a place,
/// newest first.
/// Five statements.
///
/// # Errors
/// [`Error::NotFound`] for whoever may not see the project.
pub fn overview(
    cx: &mut Cx<'_, '_>,
    project: ProjectId,
    before: Option<(Timestamp, AdjustmentId)>,
    limit: i64,
) -> Outcome<(Vec<Choices>, Vec<AdjustmentRow>)> {
    let (row, _) = crate::project::readable(cx, project)?;
    Ok((choices_of(cx, &row)?, store::adjustment::of_project(cx.tx, project, before, limit.clamp(1, 201))?))
}

fn choices_of(cx: &mut Cx<'_, '_>, project: &ProjectRow) -> Outcome<Vec<Choices>> {
    let (today, policy) = (cx.today(), cx.policy()?);
    let extended = store::adjustment::extended(cx.tx, project.id)?;
    let mut out = Vec::new();
    let awards = store::held::of_project(cx.tx, project.id)?;
    // What is reserved for some days is called off on its own page and never changed.
    let lasting = |held: &AwardHeld| held.award.state == AwardState::Active && held.reservation.is_none();
    for award in awards.into_iter().filter(lasting) {
        for LineHeld { line, entries, .. } in award.lines {
            let grants = entries.iter().filter(|(kind, ..)| *kind == EntryKind::Grant).map(|(_, term, _)| *term);
            let count = extended.get(&(line.award, line.pool.clone())).copied().unwrap_or(0);
            let facts = facts(today, &line, grants, count, &policy, line.end_on)?;
            let longest = facts.original.days().saturating_mul(facts.max_percent) / 100;
            let holding = entries.iter().map(|(_, term, delta)| (*term, *delta)).collect();
            let held = Held { project: project.clone(), state: award.award.state, line, holding };
            out.push(Choices {
                pool: held.line.pool.clone(),
                award: held.line.award,
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

pub(super) fn extension_facts(
    cx: &mut Cx<'_, '_>,
    held: &Held,
    policy: &Policy,
    new_end: Date,
) -> Outcome<ExtensionFacts> {
    let (award, pool) = (held.line.award, &held.line.pool);
    let count = store::adjustment::count(cx.tx, award, pool, AdjustmentKind::Extend, AdjustmentState::Done)?;
    let entries = store::ledger::of_award(cx.tx, award)?;
    let grants = entries.iter().filter(|entry| entry.kind == EntryKind::Grant && entry.pool == *pool);
    facts(cx.today(), &held.line, grants.map(|entry| entry.term), count, policy, new_end)
}

/// What the rules of extensions need to know of a line with these grants that was extended `count`
/// times.
fn facts(
    today: Date,
    line: &AwardLine,
    grants: impl Iterator<Item = Term>,
    count: i64,
    policy: &Policy,
    new_end: Date,
) -> Outcome<ExtensionFacts> {
    let (from, to) = grants.map(|term| (term.from(), term.to())).fold((None, None), |(from, to), (first, last)| {
        (Some(from.map_or(first, |known: Date| known.min(first))), Some(to.map_or(last, |known: Date| known.max(last))))
    });
    Ok(ExtensionFacts {
        today,
        original: Term::new(from.unwrap_or(line.from_on), to.unwrap_or(line.end_on)).map_err(Error::internal)?,
        end: line.end_on,
        new_end,
        count,
        window_days: policy.int(PolicyKey::ExtensionWindowDays),
        max_count: policy.int(PolicyKey::ExtensionMaxCount),
        max_percent: policy.int(PolicyKey::ExtensionMaxPercent),
    })
}
