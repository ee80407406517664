//! The check of the whole database: every rule that is always true (design §3), verified from the
//! entries themselves on one consistent snapshot, a page of rows at a time, so that memory does not
//! grow with the ledger. What breaks a rule is named by table and row.

mod chain;
mod detail;
mod engine;
mod freed;
mod ledger;
mod plan;

pub use detail::{Detail, What};
use serde::Serialize;

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
        /// An agreement's text is the one whose hash was signed.
        Agreement = "agreement",
        /// A plan follows from its facts, and what was decided from the plan.
        Plan = "plan",
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
    /// What is wrong, in numbers: for whoever repairs it. In English where it is serialized.
    pub detail: Detail,
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

    fn found(&mut self, rule: Rule, table: &'static str, row: impl ToString, detail: impl Into<Detail>) {
        self.broken += 1;
        if self.findings.iter().filter(|finding| finding.rule == rule).count() < NAMED {
            self.findings.push(Finding { rule, table, row: row.to_string(), detail: detail.into() });
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
        report.found(
            Rule::Unreadable,
            table,
            row,
            Detail::new(What::Holds).with("column", column).with("value", value),
        );
    }
    let held = ledger::ledger(cx, &mut report);
    let held = readable(&mut report, "ledger_entry", held)?;
    let done = ledger::holdings(cx, &mut report);
    readable(&mut report, "ledger_entry", done)?;
    if let Some(held) = held {
        let done = ledger::pools(cx, &mut report, held);
        readable(&mut report, "pool", done)?;
    }
    let done = chain::audit(cx, &mut report);
    readable(&mut report, "audit", done)?;
    let done = freed::freed(cx, &mut report);
    readable(&mut report, "freed", done)?;
    let done = freed::freed_went(cx, &mut report);
    readable(&mut report, "reallocation", done)?;
    let done = engine::engines(cx, &mut report);
    readable(&mut report, "engine_sync", done)?;
    let done = plan::plans(cx, &mut report);
    readable(&mut report, "plan", done)?;
    let done = agreements(cx, &mut report);
    readable(&mut report, "agreement", done)?;
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
                report.found(Rule::Unreadable, table, "?", Detail::new(What::Cause).with("cause", cause));
            }
            Ok(None)
        }
        Err(other) => Err(other),
    }
}

/// The texts of agreements against their hashes.
fn agreements(cx: &mut Cx<'_, '_>, report: &mut CheckReport) -> Outcome<()> {
    let mut last = String::new();
    loop {
        let page = store::agreement::texts(cx.tx, &last, PAGE)?;
        let Some((id, ..)) = page.last() else { return Ok(()) };
        last.clone_from(id);
        for (id, body, hash) in page {
            if crate::agreement::text_hash(&body) != hash {
                report.found(Rule::Agreement, "agreement", id, What::AgreementAltered);
            }
        }
    }
}

/// Lines, states and references.
fn states(cx: &mut Cx<'_, '_>, report: &mut CheckReport) -> Outcome<()> {
    for (award, pool, grain, product) in store::check::other_grains(cx.tx, PAGE)? {
        let detail = Detail::new(What::OtherGrain).with("grain", grain).with("product", product);
        report.found(Rule::Line, "award_line", format!("{award} {pool}"), detail);
    }
    for award in store::check::over_but_held(cx.tx, cx.today(), PAGE)? {
        report.found(Rule::State, "award", award, What::OverButHeld);
    }
    for (table, row, wrong) in store::check::contradictions(cx.tx, PAGE)? {
        let what: What = wrong.parse().map_err(Error::internal)?;
        report.found(Rule::State, table, row, what);
    }
    for (table, row, column) in store::check::dangling(cx.tx, PAGE)? {
        report.found(Rule::Reference, table, row, Detail::new(What::NamesNothing).with("column", column));
    }
    Ok(())
}
