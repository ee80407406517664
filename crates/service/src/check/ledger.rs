//! The ledger, what awards hold by it, and what pools have by all of it.

use std::collections::BTreeMap;

use domain::capacity::{horizon, shortfalls};
use domain::ids::PoolId;
use domain::ledger::{ChainCheck, EntryKind};
use domain::steps::Steps;
use jiff::Timestamp;
use jiff::civil::Date;
use store::ledger::StepKind;

use super::chain::head;
use super::{CheckReport, PAGE, Rule};
use crate::{Cx, Error, Outcome};

/// Chain, past, sign and corrections, entry by entry; answers what each pool holds on each day.
pub(super) fn ledger(cx: &mut Cx<'_, '_>, report: &mut CheckReport) -> Outcome<BTreeMap<PoolId, Steps>> {
    let mut held: BTreeMap<PoolId, Steps> = BTreeMap::new();
    let (mut chain, mut last) = (ChainCheck::default(), 0);
    loop {
        let page = store::ledger::after(cx.tx, last, PAGE)?;
        let Some(end) = page.last() else { break };
        last = end.seq;
        report.ledger_head = format!("{} {}", end.seq, end.hash);
        for entry in &page {
            report.entries += 1;
            if let Err(fault) = chain.next(entry) {
                report.found(Rule::LedgerChain, "ledger_entry", entry.seq, fault.to_string());
            }
            let day = Timestamp::from_second(entry.at).map_or(Date::MIN, |at| cx.identity.calendar.date(at));
            if entry.kind != EntryKind::Correct && entry.term.from() < day {
                let detail = format!("starts {} but was written {day}", entry.term.from());
                report.found(Rule::Past, "ledger_entry", entry.seq, detail);
            }
            if !entry.kind.allows(entry.delta) {
                report.found(Rule::Sign, "ledger_entry", entry.seq, format!("{} {}", entry.kind, entry.delta));
            }
            held.entry(entry.pool.clone()).or_default().add(entry.term, entry.delta.0);
        }
    }
    for (seq, kind, corrects) in store::check::miscorrections(cx.tx, PAGE)? {
        let named = corrects.map_or_else(|| "nothing".to_owned(), |seq| seq.to_string());
        report.found(Rule::Correction, "ledger_entry", seq, format!("{kind} corrects {named}"));
    }
    let found = report.ledger_head.clone();
    head(cx, report, store::check::LEDGER_HEAD, (Rule::LedgerChain, "ledger_entry"), &found)?;
    Ok(held)
}

/// Zero and grain, award by award.
pub(super) fn holdings(cx: &mut Cx<'_, '_>, report: &mut CheckReport) -> Outcome<()> {
    let mut place = (String::new(), String::new(), 0);
    let mut holding: Option<(store::check::HeldPart, Steps)> = None;
    loop {
        let page = store::check::by_award(cx.tx, &place, PAGE)?;
        if page.is_empty() {
            break;
        }
        for part in page {
            place = (part.award.to_string(), part.pool.to_string(), part.seq);
            match &mut holding {
                Some((first, steps)) if first.award == part.award && first.pool == part.pool => {
                    steps.add(part.term, part.delta);
                }
                _ => {
                    if let Some((first, steps)) = holding.take() {
                        one_holding(report, &first, &steps);
                    }
                    let steps = [(part.term, part.delta)].into_iter().collect();
                    holding = Some((part, steps));
                }
            }
        }
    }
    if let Some((first, steps)) = holding {
        one_holding(report, &first, &steps);
    }
    Ok(())
}

fn one_holding(report: &mut CheckReport, of: &store::check::HeldPart, steps: &Steps) {
    report.awards += 1;
    let row = format!("{} {}", of.award, of.pool);
    let Some((grain, first, noted)) = of.line else {
        report.found(Rule::Reference, "award_line", row, "the ledger holds what the award has no line for".to_owned());
        return;
    };
    let stretches = steps.within(horizon(Date::MIN));
    let end = stretches.iter().filter(|(_, value)| *value > 0).map(|(days, _)| days.to()).max().unwrap_or(first);
    // An award that was taken back ends on the day of that, whatever it held.
    if end != noted && !(of.withdrawn && noted > end) {
        report.found(Rule::Line, "award_line", &row, format!("ends {noted}, the ledger {end}"));
    }
    if let Some((days, value)) = stretches.iter().find(|(_, value)| *value < 0) {
        report.found(Rule::BelowZero, "ledger_entry", &row, format!("{value} on {}", days.from()));
    }
    if let Some((days, value)) = stretches.iter().find(|(_, value)| grain < 1 || value % grain != 0) {
        report.found(Rule::Grain, "ledger_entry", &row, format!("{value} on {}, in steps of {grain}", days.from()));
    }
}

/// Capacity, ladder and the derived sums, pool by pool.
pub(super) fn pools(cx: &mut Cx<'_, '_>, report: &mut CheckReport, mut held: BTreeMap<PoolId, Steps>) -> Outcome<()> {
    let mut offered = store::check::offered(cx.tx)?;
    let mut derived = store::ledger::all_promised(cx.tx)?;
    let ladders = store::capacity::ladders(cx.tx)?;
    let always = horizon(Date::MIN);
    let known = ladders.keys().chain(held.keys()).chain(offered.keys()).chain(derived.keys().map(|(pool, _)| pool));
    let all: std::collections::BTreeSet<PoolId> = known.cloned().collect();
    for pool in all {
        let ladder = ladders.get(&pool).cloned().unwrap_or_default();
        if let Err(reason) = ladder.check(always) {
            report.found(
                Rule::Ladder,
                "capacity_entry",
                &pool,
                serde_json::to_string(&reason.args).map_err(Error::internal)?,
            );
        }
        let mut sum = Steps::new();
        for (kind, steps) in [
            (StepKind::Held, held.remove(&pool).unwrap_or_default()),
            (StepKind::Offered, offered.remove(&pool).unwrap_or_default()),
        ] {
            sum.add_all(&steps, 1);
            let mut difference = derived.remove(&(pool.clone(), kind)).unwrap_or_default();
            difference.add_all(&steps, -1);
            for (day, by) in difference.changes() {
                report.found(Rule::Steps, "pool_step", format!("{pool} {kind} {day}"), format!("off by {by}"));
            }
        }
        for short in shortfalls(&pool, &ladder.allocatable, &sum, always) {
            let detail = format!("{} promised of {} up to {}", short.wanted, short.allocatable, short.term.last_day());
            report.found(Rule::Capacity, "pool", format!("{pool} {}", short.term.from()), detail);
        }
    }
    Ok(())
}
