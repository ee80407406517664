//! Freed capacity: on record, and gone to one place only.

use std::collections::BTreeMap;

use domain::capacity::horizon;
use domain::ids::PoolId;
use domain::ledger::EntryKind;
use domain::steps::Steps;
use jiff::Timestamp;
use jiff::civil::Date;
use store::check::{Event, FreedEvent};

use super::{CheckReport, Detail, PAGE, Rule, What};
use crate::{Cx, Outcome};

/// That what entries freed is on record, and that its parts are what their offers and entries are.
pub(super) fn freed(cx: &mut Cx<'_, '_>, report: &mut CheckReport) -> Outcome<()> {
    let mut last = 0;
    loop {
        let page = store::check::takings(cx.tx, last, PAGE)?;
        let Some(end) = page.last() else { break };
        last = end.seq;
        for one in &page {
            let day = Timestamp::from_second(one.at).map_or(Date::MIN, |at| cx.identity.calendar.date(at));
            let frees = match one.kind {
                EntryKind::Return | EntryKind::Decrease | EntryKind::Reclaim | EntryKind::Expire => true,
                EntryKind::Correct => one.delta < 0 && one.to_on > day,
                _ => false,
            };
            let wrong = match one.freed {
                None if frees => Detail::new(What::FreedNotNoted),
                Some((false, _)) if frees => Detail::new(What::FreedNotNoted),
                Some(_) if !frees => Detail::new(What::FreedNothing),
                Some((true, at)) if at != one.at => Detail::new(What::FreedAt).with("at", one.at).with("noted", at),
                _ => continue,
            };
            report.found(Rule::Freed, "ledger_entry", one.seq, wrong);
        }
    }
    for (freed, position, state) in store::check::parts_astray(cx.tx, PAGE)? {
        let detail = Detail::new(What::PartAstray).with("state", state.as_deref().unwrap_or("-"));
        report.found(Rule::Freed, "reallocation", format!("{freed} {position}"), detail);
    }
    let mut place = (String::new(), 0);
    let mut current: Option<(store::check::FreedPart, Steps)> = None;
    loop {
        let page = store::check::freed_parts(cx.tx, &place, PAGE)?;
        if page.is_empty() {
            break;
        }
        for part in page {
            place = (part.freed.clone(), part.position);
            if !part.days.covers(part.part_days) {
                let row = format!("{} {}", part.freed, part.position);
                report.found(Rule::Freed, "reallocation", row, What::PartDays);
            }
            match &mut current {
                Some((first, steps)) if first.freed == part.freed => steps.add(part.part_days, part.part),
                _ => {
                    if let Some((first, steps)) = current.take() {
                        given_twice(report, &first, &steps);
                    }
                    let steps = [(part.part_days, part.part)].into_iter().collect();
                    current = Some((part, steps));
                }
            }
        }
    }
    if let Some((first, steps)) = current {
        given_twice(report, &first, &steps);
    }
    Ok(())
}

fn given_twice(report: &mut CheckReport, freed: &store::check::FreedPart, steps: &Steps) {
    let most = steps.max_within(freed.days);
    if most > freed.amount {
        let detail = Detail::new(What::GivenTwice).with("given", most).with("amount", freed.amount);
        report.found(Rule::Freed, "freed", &freed.freed, detail);
    }
}

/// Where freed capacity went, followed through time, pool by pool: an offer, an increase, an
/// extension or a correction takes what is idle on its days, so that what it lacks was not there, and what a part
/// names gives as much as the part. At one and the same instant the order is not known, and what may
/// have come free later is not missed.
pub(super) fn freed_went(cx: &mut Cx<'_, '_>, report: &mut CheckReport) -> Outcome<()> {
    for pool in store::capacity::pools(cx.tx)? {
        let events = store::check::freed_events(cx.tx, &pool.id)?;
        went(report, &pool.id, &events);
    }
    Ok(())
}

fn table_of(goal: &str) -> &'static str {
    if goal.parse::<i64>().is_ok() { "ledger_entry" } else { "offer" }
}

fn went(report: &mut CheckReport, pool: &PoolId, events: &[FreedEvent]) {
    let mut lacks: BTreeMap<&str, Steps> = BTreeMap::new();
    for one in events.iter().filter(|one| one.what == Event::Wanted) {
        lacks.entry(&one.goal).or_default().add(one.days, one.amount);
    }
    for one in events.iter().filter(|one| one.what == Event::Went) {
        match lacks.get_mut(one.goal.as_str()) {
            Some(lack) => lack.add(one.days, -one.amount),
            None => {
                let detail = Detail::new(What::NoGoal).with("pool", pool);
                report.found(Rule::Freed, "reallocation", &one.goal, detail);
            }
        }
    }
    let mut idle = Steps::new();
    for one in events {
        match one.what {
            Event::Went => idle.add(one.days, -one.amount),
            Event::Back | Event::Freed => idle.add(one.days, one.amount),
            Event::Wanted => {
                let Some(lack) = lacks.remove(one.goal.as_str()) else { continue };
                for (days, missing) in lack.within(horizon(Date::MIN)) {
                    // What came free at this instant is looked at last, and counts below zero until then.
                    let free = if missing > 0 { idle.max_within(days).clamp(0, missing) } else { missing };
                    if free != 0 {
                        let what = if free > 0 { What::TookIdle } else { What::GivesLess };
                        let detail = Detail::new(what)
                            .with("amount", free.saturating_abs())
                            .with("pool", pool)
                            .with("from", days.from());
                        report.found(Rule::Freed, table_of(&one.goal), &one.goal, detail);
                        break;
                    }
                }
            }
        }
    }
}
