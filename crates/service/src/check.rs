//! The check of the whole database: every rule that is always true (design §3), verified from the
//! entries themselves on one consistent snapshot, a page of rows at a time, so that memory does not
//! grow with the ledger. What breaks a rule is named by table and row.

use std::collections::BTreeMap;

use domain::capacity::{horizon, shortfalls};
use domain::ids::PoolId;
use domain::ledger::{ChainBreak, ChainCheck, Entry, EntryKind, GENESIS};
use domain::steps::Steps;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
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
    let held = ledger(cx, &mut report)?;
    holdings(cx, &mut report)?;
    pools(cx, &mut report, held)?;
    audit(cx, &mut report)?;
    freed(cx, &mut report)?;
    for (table, row, column) in store::check::dangling(cx.tx, PAGE)? {
        report.found(Rule::Reference, table, row, format!("{column} names nothing"));
    }
    Ok(report)
}

/// Chain, past, sign and corrections, entry by entry; answers what each pool holds on each day.
fn ledger(cx: &mut Cx<'_, '_>, report: &mut CheckReport) -> Outcome<BTreeMap<PoolId, Steps>> {
    let mut held: BTreeMap<PoolId, Steps> = BTreeMap::new();
    let (mut chain, mut last) = (ChainCheck::default(), 0);
    loop {
        let page = store::ledger::after(cx.tx, last, PAGE)?;
        let Some(end) = page.last() else { return Ok(held) };
        last = end.seq;
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
    let Some(grain) = of.grain else {
        report.found(Rule::Reference, "award_line", row, "the ledger holds what the award has no line for".to_owned());
        return;
    };
    let stretches = steps.within(horizon(Date::MIN));
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
            return Ok(());
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
}

fn freed(cx: &mut Cx<'_, '_>, report: &mut CheckReport) -> Outcome<()> {
    for seq in store::check::freed_unrecorded(cx.tx, PAGE)? {
        report.found(Rule::Freed, "ledger_entry", seq, "what it freed is not on record as such".to_owned());
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
