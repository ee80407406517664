//! The ledger, what awards hold by it, and what pools have by all of it.

use std::collections::BTreeMap;

use domain::Reason;
use domain::capacity::{horizon, shortfalls};
use domain::ids::PoolId;
use domain::ledger::{ChainCheck, EntryKind};
use domain::reason::Arg;
use domain::steps::Steps;
use jiff::Timestamp;
use jiff::civil::Date;
use store::ledger::StepKind;

use super::chain::{broken, head};
use super::{CheckReport, Detail, PAGE, Rule, What};
use crate::{Cx, Outcome};

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
                report.found(Rule::LedgerChain, "ledger_entry", entry.seq, broken(&fault));
            }
            let day = Timestamp::from_second(entry.at).map_or(Date::MIN, |at| cx.identity.calendar.date(at));
            if entry.kind != EntryKind::Correct && entry.term.from() < day {
                let detail = Detail::new(What::Backdated).with("from", entry.term.from()).with("day", day);
                report.found(Rule::Past, "ledger_entry", entry.seq, detail);
            }
            if !entry.kind.allows(entry.delta) {
                let detail = Detail::new(What::WrongSign).with("kind", entry.kind).with("delta", entry.delta);
                report.found(Rule::Sign, "ledger_entry", entry.seq, detail);
            }
            held.entry(entry.pool.clone()).or_default().add(entry.term, entry.delta.0);
        }
    }
    for (seq, kind, corrects) in store::check::miscorrections(cx.tx, PAGE)? {
        let detail = match corrects {
            Some(named) => Detail::new(What::Corrects).with("seq", named),
            None => Detail::new(What::CorrectsNothing),
        };
        report.found(Rule::Correction, "ledger_entry", seq, detail.with("kind", kind));
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
        report.found(Rule::Reference, "award_line", row, What::NoLine);
        return;
    };
    let stretches = steps.within(horizon(Date::MIN));
    let end = stretches.iter().filter(|(_, value)| *value > 0).map(|(days, _)| days.to()).max().unwrap_or(first);
    // An award that was taken back ends on the day of that, whatever it held.
    if end != noted && !(of.withdrawn && noted > end) {
        report.found(Rule::Line, "award_line", &row, Detail::new(What::LineEnd).with("noted", noted).with("end", end));
    }
    if let Some((days, value)) = stretches.iter().find(|(_, value)| *value < 0) {
        let detail = Detail::new(What::HoldsOn).with("amount", value).with("day", days.from());
        report.found(Rule::BelowZero, "ledger_entry", &row, detail);
    }
    if let Some((days, value)) = stretches.iter().find(|(_, value)| grain < 1 || value % grain != 0) {
        let detail = Detail::new(What::HoldsOff).with("amount", value).with("day", days.from()).with("grain", grain);
        report.found(Rule::Grain, "ledger_entry", &row, detail);
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
            let mut detail = Detail::new(What::Rungs);
            for name in ["day", "installed", "leased", "reserved_ops", "allocatable"] {
                detail = detail.with(name, fact(&reason, name));
            }
            report.found(Rule::Ladder, "capacity_entry", &pool, detail);
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
                let detail = Detail::new(What::OffBy).with("by", by);
                report.found(Rule::Steps, "pool_step", format!("{pool} {kind} {day}"), detail);
            }
        }
        for short in shortfalls(&pool, &ladder.allocatable, &sum, always) {
            let detail = Detail::new(What::Promised)
                .with("wanted", short.wanted)
                .with("allocatable", short.allocatable)
                .with("last", short.term.last_day());
            report.found(Rule::Capacity, "pool", format!("{pool} {}", short.term.from()), detail);
        }
    }
    Ok(())
}

/// A fact of a reason as it is written in findings; empty if it has none of that name.
fn fact(reason: &Reason, name: &str) -> String {
    match reason.args.get(name) {
        Some(Arg::Date(day)) => day.to_string(),
        Some(Arg::Int(number)) => number.to_string(),
        Some(Arg::Text(text)) => text.clone(),
        _ => String::new(),
    }
}
