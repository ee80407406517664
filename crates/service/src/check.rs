//! The check of the whole database: every rule that is always true (design §3), verified from the
//! entries themselves on one consistent snapshot, a page of rows at a time, so that memory does not
//! grow with the ledger. What breaks a rule is named by table and row.

use std::collections::BTreeMap;

use compute::{DesiredProject, ObservedProject};
use domain::capacity::{horizon, shortfalls};
use domain::ids::{PoolId, ProjectId};
use domain::ledger::{ChainBreak, ChainCheck, Entry, EntryKind, GENESIS};
use domain::steps::Steps;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use store::check::{Event, FreedEvent};
use store::engine::SyncRow;
use store::ledger::StepKind;

use crate::{Cx, Error, Outcome};

domain::words! {
    /// A rule that the check verifies.
    Rule in "check" {
        /// On every day and pool, what is held and offered stays within what is allocatable.
        Capacity = "capacity",
        /// The rungs of the ladder are in order on every day.
        Ladder = "ladder",
        /// No award holds less than nothing.
        BelowZero = "below_zero",
        /// Every award holds whole steps of its product.
        Grain = "grain",
        /// No entry changes the past, except a correction.
        Past = "past",
        /// An entry's sign fits its kind.
        Sign = "sign",
        /// A correction names an earlier entry of the same award and pool.
        Correction = "correction",
        /// The ledger's chain of hashes is unbroken.
        LedgerChain = "ledger_chain",
        /// The audit trail's chain of hashes is unbroken.
        AuditChain = "audit_chain",
        /// The derived day-by-day sums equal the entries and the open offers.
        Steps = "steps",
        /// Every freed unit is on record, and none went to two places.
        Freed = "freed",
        /// Everything that a row names is there.
        Reference = "reference",
        /// No engine has more than the ledger gives.
        Engine = "engine",
        /// An award's line says what its product and the ledger say.
        Line = "line",
        /// No states contradict each other.
        State = "state",
        /// Every value is one that can be read.
        Unreadable = "unreadable",
    }
}

/// One row that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// The table.
    pub table: &'static str,
    /// The row: its key, or pool and day.
    pub row: String,
    /// What is wrong, in numbers: for whoever repairs it.
    pub detail: String,
}

/// What the check found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    /// Ledger entries read.
    pub entries: i64,
    /// Awards with entries.
    pub awards: i64,
    /// Audit rows read.
    pub audit_rows: i64,
    /// Number and hash of the last ledger entry: whoever keeps it elsewhere notices a ledger that
    /// was written anew as a whole.
    pub ledger_head: String,
    /// The same of the audit trail.
    pub audit_head: String,
    /// Rows that break a rule, at most [`NAMED`] for each rule.
    pub findings: Vec<Finding>,
    /// How many break one in all.
    pub broken: i64,
}

/// The most rows that are named for one rule.
pub const NAMED: usize = 100;
const PAGE: i64 = 2_000;

impl CheckReport {
    /// Whether every rule holds.
    #[must_use]
    pub fn sound(&self) -> bool {
        self.broken == 0
    }

    fn found(&mut self, rule: Rule, table: &'static str, row: impl ToString, detail: String) {
        self.broken += 1;
        if self.findings.iter().filter(|finding| finding.rule == rule).count() < NAMED {
            self.findings.push(Finding { rule, table, row: row.to_string(), detail });
        }
    }
}

/// Verifies every rule over the whole database. For the operator's command line and the clock.
///
/// # Errors
/// [`Error::Forbidden`] for whoever may not read the ledger and the audit trail, and database
/// errors.
pub fn run(cx: &mut Cx<'_, '_>) -> Outcome<CheckReport> {
    cx.require(domain::access::Act::AuditRead, &[])?;
    let mut report = CheckReport::default();
    for (table, row, column, value) in store::check::unreadable(cx.tx, PAGE)? {
        report.found(Rule::Unreadable, table, row, format!("{column} holds {value}"));
    }
    let held = ledger(cx, &mut report);
    let held = readable(&mut report, "ledger_entry", held)?;
    let done = holdings(cx, &mut report);
    readable(&mut report, "ledger_entry", done)?;
    if let Some(held) = held {
        let done = pools(cx, &mut report, held);
        readable(&mut report, "pool", done)?;
    }
    let done = audit(cx, &mut report);
    readable(&mut report, "audit", done)?;
    let done = freed(cx, &mut report);
    readable(&mut report, "freed", done)?;
    let done = freed_went(cx, &mut report);
    readable(&mut report, "reallocation", done)?;
    let done = engines(cx, &mut report);
    readable(&mut report, "engine_sync", done)?;
    let done = states(cx, &mut report);
    readable(&mut report, "award", done)?;
    Ok(report)
}

/// What a part of the check answers; if it met a value that cannot be read, that is a finding, once,
/// and the other rules are still verified.
fn readable<T>(report: &mut CheckReport, table: &'static str, outcome: Outcome<T>) -> Outcome<Option<T>> {
    match outcome {
        Ok(done) => Ok(Some(done)),
        Err(Error::Internal(cause)) => {
            if !report.findings.iter().any(|finding| finding.rule == Rule::Unreadable) {
                report.found(Rule::Unreadable, table, "?", cause);
            }
            Ok(None)
        }
        Err(other) => Err(other),
    }
}

/// Lines, states and references.
fn states(cx: &mut Cx<'_, '_>, report: &mut CheckReport) -> Outcome<()> {
    for (award, pool, grain, product) in store::check::other_grains(cx.tx, PAGE)? {
        let detail = format!("grain {grain}, its product's is {product}");
        report.found(Rule::Line, "award_line", format!("{award} {pool}"), detail);
    }
    for (table, row, wrong) in store::check::contradictions(cx.tx, PAGE)? {
        report.found(Rule::State, table, row, wrong.to_owned());
    }
    for (table, row, column) in store::check::dangling(cx.tx, PAGE)? {
        report.found(Rule::Reference, table, row, format!("{column} names nothing"));
    }
    Ok(())
}

/// What engines should have and were seen to have, against what is in force. What was in force
/// yesterday passes: an engine follows a change of day at its next round.
fn engines(cx: &mut Cx<'_, '_>, report: &mut CheckReport) -> Outcome<()> {
    let today = cx.today();
    let mut most: BTreeMap<ProjectId, DesiredProject> = BTreeMap::new();
    for day in [today.yesterday().unwrap_or(today), today] {
        for (id, one) in crate::engine::desired_on(cx, day)? {
            let known =
                most.entry(id).or_insert_with(|| DesiredProject { name: one.name, ..DesiredProject::default() });
            for (pool, amount) in one.limits {
                let limit = known.limits.entry(pool).or_default();
                *limit = amount.max(*limit);
            }
        }
    }
    let mut place = (String::new(), String::new());
    loop {
        let page = store::engine::after(cx.tx, &place, PAGE)?;
        if page.is_empty() {
            return Ok(());
        }
        for row in page {
            place = (row.project.to_string(), row.engine.clone());
            one_engine(report, &row, most.get(&row.project));
        }
    }
}

fn one_engine(report: &mut CheckReport, row: &SyncRow, most: Option<&DesiredProject>) {
    let name = format!("{} {}", row.engine, row.project);
    let Ok(desired) = serde_json::from_str::<DesiredProject>(&row.desired) else {
        return report.found(Rule::Unreadable, "engine_sync", name, "desired".to_owned());
    };
    let observed = match row.observed.as_deref().map(serde_json::from_str::<ObservedProject>) {
        Some(Err(_)) => return report.found(Rule::Unreadable, "engine_sync", name, "observed".to_owned()),
        Some(Ok(observed)) => Some(observed),
        None => None,
    };
    let seen = observed.as_ref().map(|one| &one.limits);
    for (what, limits) in [("desired", Some(&desired.limits)), ("observed", seen)] {
        for (pool, amount) in limits.into_iter().flatten() {
            let held = most.and_then(|one| one.limits.get(pool)).copied().unwrap_or(0);
            if *amount > held {
                report.found(Rule::Engine, "engine_sync", &name, format!("{what}: {amount} of {held} in {pool}"));
            }
        }
    }
    let equal = observed.is_some_and(|one| one.limits == desired.limits && one.members == desired.members);
    if row.state == "in_line" && !equal {
        report.found(Rule::Engine, "engine_sync", &name, "in line, but observed is not desired".to_owned());
    }
    if most.is_some_and(|one| one.name != desired.name) {
        report.found(Rule::Engine, "engine_sync", &name, format!("desired names {}", desired.name));
    }
}

/// Chain, past, sign and corrections, entry by entry; answers what each pool holds on each day.
fn ledger(cx: &mut Cx<'_, '_>, report: &mut CheckReport) -> Outcome<BTreeMap<PoolId, Steps>> {
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
                report.found(Rule::LedgerChain, "ledger_entry", entry.seq, describe(&fault));
            }
            let day = Timestamp::from_second(entry.at).map_or(Date::MIN, |at| cx.identity.calendar.date(at));
            if entry.kind != EntryKind::Correct && entry.term.from() < day {
                let detail = format!("starts {} but was written {day}", entry.term.from());
                report.found(Rule::Past, "ledger_entry", entry.seq, detail);
            }
            if !entry.kind.allows(entry.delta) {
                report.found(Rule::Sign, "ledger_entry", entry.seq, format!("{} {}", entry.kind, entry.delta));
            }
            if (entry.kind == EntryKind::Correct) != entry.corrects.is_some() || !corrects_well(cx, entry)? {
                let named = entry.corrects.map_or_else(|| "nothing".to_owned(), |seq| seq.to_string());
                report.found(Rule::Correction, "ledger_entry", entry.seq, format!("{} corrects {named}", entry.kind));
            }
            held.entry(entry.pool.clone()).or_default().add(entry.term, entry.delta.0);
        }
    }
    let found = report.ledger_head.clone();
    head(cx, report, store::check::LEDGER_HEAD, (Rule::LedgerChain, "ledger_entry"), &found)?;
    Ok(held)
}

/// The end of a chain against the one noted when it was written. A database of an earlier version
/// has noted none until it writes.
fn head(
    cx: &mut Cx<'_, '_>,
    report: &mut CheckReport,
    key: &str,
    (rule, table): (Rule, &'static str),
    found: &str,
) -> Outcome<()> {
    if let Some(noted) = store::center::setting(cx.tx, key)?
        && noted != found
    {
        let row = noted.split(' ').next().unwrap_or_default();
        let there = if found.is_empty() { "nothing" } else { found };
        report.found(rule, table, row, format!("the chain ended with {noted}, it ends with {there}"));
    }
    Ok(())
}

fn describe(fault: &ChainBreak) -> String {
    fault.to_string()
}

fn corrects_well(cx: &mut Cx<'_, '_>, entry: &Entry) -> Outcome<bool> {
    let Some(seq) = entry.corrects else { return Ok(true) };
    let named = store::ledger::find(cx.tx, seq)?;
    Ok(named.is_some_and(|named| named.seq < entry.seq && named.award == entry.award && named.pool == entry.pool))
}

/// Zero and grain, award by award.
fn holdings(cx: &mut Cx<'_, '_>, report: &mut CheckReport) -> Outcome<()> {
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
fn pools(cx: &mut Cx<'_, '_>, report: &mut CheckReport, mut held: BTreeMap<PoolId, Steps>) -> Outcome<()> {
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

fn audit(cx: &mut Cx<'_, '_>, report: &mut CheckReport) -> Outcome<()> {
    let (mut last, mut hash) = (0, GENESIS.to_owned());
    loop {
        let page = store::trust::audit_after(cx.tx, last, PAGE)?;
        if page.is_empty() {
            break;
        }
        for row in page {
            report.audit_rows += 1;
            let fault = if row.seq != last + 1 {
                Some(ChainBreak::Gap { after: last, found: row.seq })
            } else if row.prev_hash != hash {
                Some(ChainBreak::Unlinked(row.seq))
            } else if row.computed_hash() != row.hash {
                Some(ChainBreak::Altered(row.seq))
            } else {
                None
            };
            if let Some(fault) = fault {
                report.found(Rule::AuditChain, "audit", row.seq, describe(&fault));
            }
            (last, hash) = (row.seq, row.hash);
        }
    }
    if last > 0 {
        report.audit_head = format!("{last} {hash}");
    }
    let found = report.audit_head.clone();
    head(cx, report, store::check::AUDIT_HEAD, (Rule::AuditChain, "audit"), &found)
}

fn freed(cx: &mut Cx<'_, '_>, report: &mut CheckReport) -> Outcome<()> {
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
                None if frees => "what it freed is not on record as such".to_owned(),
                Some((false, _)) if frees => "what it freed is not on record as such".to_owned(),
                Some(_) if !frees => "on record as freed, but it freed nothing".to_owned(),
                Some((true, at)) if at != one.at => format!("written at {}, freed at {at}", one.at),
                _ => continue,
            };
            report.found(Rule::Freed, "ledger_entry", one.seq, wrong);
        }
    }
    for (freed, position, state) in store::check::parts_astray(cx.tx, PAGE)? {
        let detail = format!("not what its offer is ({})", state.as_deref().unwrap_or("-"));
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
                report.found(Rule::Freed, "reallocation", row, "days that were not freed".to_owned());
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
        report.found(Rule::Freed, "freed", &freed.freed, format!("{most} went of {}", freed.amount));
    }
}

/// Where freed capacity went, followed through time, pool by pool: an offer, an increase, an
/// extension or a correction takes what is idle on its days, so that what it lacks was not there, and what a part
/// names gives as much as the part. At one and the same instant the order is not known, and what may
/// have come free later is not missed.
fn freed_went(cx: &mut Cx<'_, '_>, report: &mut CheckReport) -> Outcome<()> {
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
                let detail = format!("nothing of that name in {pool} takes freed capacity");
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
                    let free = if missing > 0 { idle.max_within(days).min(missing) } else { missing };
                    if free != 0 {
                        let detail = if free > 0 {
                            format!(
                                "took {free} of what was idle in {pool} from {}, which is not on record",
                                days.from()
                            )
                        } else {
                            format!(
                                "gives {} less in {pool} from {} than freed capacity went to it",
                                -free,
                                days.from()
                            )
                        };
                        report.found(Rule::Freed, table_of(&one.goal), &one.goal, detail);
                        break;
                    }
                }
            }
        }
    }
}
