//! Announced plans against the facts that they were made from, and what was decided against them.

use std::collections::BTreeMap;

use domain::ids::ProposalId;
use planner::{Plan, PlanningInput, SOLVER};
use store::plan::PlanRow;

use super::{CheckReport, Detail, Rule, What};
use crate::{Cx, Outcome};

/// Every announced plan, one at a time: they are long.
pub(super) fn plans(cx: &mut Cx<'_, '_>, report: &mut CheckReport) -> Outcome<()> {
    let mut last = String::new();
    while let Some(row) = store::plan::announced_after(cx.tx, &last)? {
        last = row.id.to_string();
        one_plan(cx, report, &row)?;
    }
    Ok(())
}

fn one_plan(cx: &mut Cx<'_, '_>, report: &mut CheckReport, row: &PlanRow) -> Outcome<()> {
    let unread = |column| Detail::new(What::Document).with("column", column);
    let Ok(input) = serde_json::from_str::<PlanningInput>(&row.input) else {
        report.found(Rule::Unreadable, "plan", row.id, unread("input"));
        return Ok(());
    };
    let Ok(plan) = serde_json::from_str::<Plan>(&row.output) else {
        report.found(Rule::Unreadable, "plan", row.id, unread("output"));
        return Ok(());
    };
    // Plans of an earlier planner are taken as they are: this one might plan otherwise.
    if plan.solver == SOLVER && (row.digest != input.digest() || plan != planner::plan(&input)) {
        report.found(Rule::Plan, "plan", row.id, What::PlanUnlike);
    }
    let scores: BTreeMap<ProposalId, i64> = input.proposals.iter().map(|one| (one.proposal, one.score_milli)).collect();
    let mut decided: BTreeMap<ProposalId, _> = BTreeMap::new();
    for (proposal, outcome, rank, score) in store::plan::decisions_of(cx.tx, row.id)? {
        decided.insert(proposal, (outcome, rank, Some(score)));
    }
    for planned in &plan.outcomes {
        let wanted = (planned.decision, planned.reserve_rank, scores.get(&planned.proposal).copied());
        if decided.remove(&planned.proposal).is_none_or(|found| found != wanted) {
            report.found(Rule::Plan, "decision", planned.proposal, What::DecisionUnlike);
        }
    }
    for proposal in decided.into_keys() {
        report.found(Rule::Plan, "decision", proposal, What::DecisionUnlike);
    }
    Ok(())
}
