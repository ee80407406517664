//! The ledger: its entries, corrections, transfers; what was freed and what became of it; and the
//! check of every rule.

#![allow(unused_qualifications, reason = "what the path macro expands to")]

use axum::extract::Path;
use domain::ids::{AwardId, PoolId};
use domain::ledger::{Entry, EntryKind};
use domain::units::Amount;
use edge::{App, Slice};
use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use service::check::{CheckReport, Finding};
use service::freed::{FreedView, Part};
use service::ledger::{Filter, LedgerItem};
use service::{Error, Outcome};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::wire::{
    AwardRef, BecameWord, Choice, Day, EntryKindWord, FreedRef, Id, Instant, OfferRef, Page, ProjectRef, Rows,
    RuleWord, Short, Stretch, UserRef, asked, term,
};
use crate::{Answer, Asked, Post, Read};

/// The operations of this area.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(correct))
        .routes(routes!(transfer))
        .routes(routes!(freed))
        .routes(routes!(check))
}

/// An entry of the ledger.
#[derive(Debug, Serialize, ToSchema)]
struct LedgerEntry {
    /// Its place in the chain, from 1 without gaps.
    seq: i64,
    /// Whose holding changes.
    award: AwardRef,
    /// In which pool.
    pool: Short,
    /// By how much, on every day, in the pool's unit.
    delta: i64,
    /// The first day.
    from: Day,
    /// The first day after the last.
    to: Day,
    /// Why.
    kind: EntryKindWord,
    /// The entry that a `correct` puts right.
    corrects: Option<i64>,
    /// In words.
    reason: String,
    /// Who wrote it; null is the clock.
    actor: Option<UserRef>,
    /// When it was written.
    at: Instant,
    /// The hash of the entry before.
    prev_hash: String,
    /// The hash of this entry with the one before: SHA-256.
    hash: String,
}

impl LedgerEntry {
    fn new(entry: Entry) -> Outcome<Self> {
        Ok(Self {
            seq: entry.seq,
            award: Id(entry.award),
            pool: Short(entry.pool),
            delta: entry.delta.0,
            from: Day(entry.term.from()),
            to: Day(entry.term.to()),
            kind: Choice(entry.kind),
            corrects: entry.corrects,
            reason: entry.reason,
            actor: entry.actor.map(Id),
            at: Instant(Timestamp::from_second(entry.at).map_err(Error::internal)?),
            prev_hash: entry.prev_hash,
            hash: entry.hash,
        })
    }
}

/// An entry with its project.
#[derive(Debug, Serialize, ToSchema)]
struct LedgerListItem {
    /// The entry.
    entry: LedgerEntry,
    /// The project.
    project: ProjectRef,
    /// The project's number.
    number: String,
}

impl LedgerListItem {
    fn new(item: LedgerItem) -> Outcome<Self> {
        Ok(Self { entry: LedgerEntry::new(item.entry)?, project: Id(item.project), number: item.number })
    }
}

/// Which entries.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Narrowed {
    /// Only of this pool.
    pool: Option<String>,
    /// Only of this kind.
    kind: Option<String>,
    /// Only of the project of this number.
    project: Option<String>,
    /// Only of the award of this id.
    award: Option<String>,
}

impl Narrowed {
    fn filter(&self) -> Outcome<Filter> {
        let given =
            |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        Ok(Filter {
            pool: asked::<Short>(self.pool.as_deref(), "pool")?.map(|pool| pool.0),
            kind: asked::<Choice<EntryKind>>(self.kind.as_deref(), "kind")?.map(|kind| kind.0),
            project: given(&self.project).map(|text| text.chars().take(40).filter(|c| !c.is_control()).collect()),
            award: asked::<Id<AwardId>>(self.award.as_deref(), "award")?.map(|award| award.0),
        })
    }
}

/// A correction.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CorrectionBody {
    /// By how much, on every day, in the pool's unit.
    delta: i64,
    /// The first day.
    from: Day,
    /// The first day after the last.
    to: Day,
    /// Why, up to 1,000 characters.
    reason: String,
}

/// Devices that move from one award to another of the same pool.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TransferBody {
    /// The award that gives.
    from_award: AwardRef,
    /// The award that takes.
    to_award: AwardRef,
    /// The pool.
    pool: Short,
    /// How much, on every day, in the pool's unit.
    amount: i64,
    /// The first day.
    from: Day,
    /// The first day after the last.
    to: Day,
    /// Why, up to 1,000 characters.
    reason: String,
}

/// A piece of freed capacity with what became of it.
#[derive(Debug, Serialize, ToSchema)]
struct FreedItem {
    /// Its id.
    id: FreedRef,
    /// The ledger entry that freed it.
    ledger_seq: i64,
    /// The pool.
    pool: Short,
    /// How much, on every day, in the pool's unit.
    amount: i64,
    /// The first day.
    from: Day,
    /// The first day after the last.
    to: Day,
    /// When it was freed.
    freed_at: Instant,
    /// Where parts of it went.
    parts: Vec<FreedShare>,
    /// What of it is idle: neither granted nor offered.
    idle: Vec<Stretch>,
    /// Since when; null if nothing is idle.
    idle_since: Option<Instant>,
}

/// Where a part of freed capacity went.
#[derive(Debug, Serialize, ToSchema)]
struct FreedShare {
    /// How much, on every day, in the pool's unit.
    amount: i64,
    /// The first day.
    from: Day,
    /// The first day after the last.
    to: Day,
    /// `offered`, `granted` or `given_back`.
    became: BecameWord,
    /// The offer that it went to.
    offer: Option<OfferRef>,
    /// The ledger entry of the increase or extension that it went to.
    ledger_seq: Option<i64>,
    /// When it was offered, or granted at once.
    offered_at: Instant,
    /// When it was accepted.
    taken_at: Option<Instant>,
    /// When it came back unused.
    given_back_at: Option<Instant>,
}

impl From<Part> for FreedShare {
    fn from(part: Part) -> Self {
        let Part { row, became } = part;
        Self {
            amount: row.amount.0,
            from: Day(row.from_on),
            to: Day(row.to_on),
            became: Choice(became),
            offer: row.offer.map(Id),
            ledger_seq: row.ledger_seq,
            offered_at: Instant(row.offered_at),
            taken_at: row.taken_at.map(Instant),
            given_back_at: row.given_back_at.map(Instant),
        }
    }
}

impl From<FreedView> for FreedItem {
    fn from(view: FreedView) -> Self {
        let FreedView { row, parts, idle, idle_since } = view;
        Self {
            id: Id(row.id),
            ledger_seq: row.ledger_seq,
            pool: Short(row.pool),
            amount: row.amount.0,
            from: Day(row.from_on),
            to: Day(row.to_on),
            freed_at: Instant(row.freed_at),
            parts: parts.into_iter().map(FreedShare::from).collect(),
            idle: idle.into_iter().map(Stretch::new).collect(),
            idle_since: idle_since.map(Instant),
        }
    }
}

/// What the check of every rule found.
#[derive(Debug, Serialize, ToSchema)]
struct CheckResult {
    /// Whether every rule holds.
    sound: bool,
    /// Ledger entries read.
    entries: i64,
    /// Awards with entries.
    awards: i64,
    /// Audit rows read.
    audit_rows: i64,
    /// How many rows break a rule.
    broken: i64,
    /// Rows that break a rule, at most 100 for each.
    findings: Vec<CheckFinding>,
}

/// A row that breaks a rule.
#[derive(Debug, Serialize, ToSchema)]
struct CheckFinding {
    /// The rule.
    rule: RuleWord,
    /// The table.
    table: String,
    /// The row: its key, or pool and day.
    row: String,
    /// What is wrong, in numbers.
    detail: String,
}

impl From<Finding> for CheckFinding {
    fn from(finding: Finding) -> Self {
        Self {
            rule: Choice(finding.rule),
            table: finding.table.to_owned(),
            row: finding.row,
            detail: finding.detail.to_string(),
        }
    }
}

impl From<CheckReport> for CheckResult {
    fn from(report: CheckReport) -> Self {
        Self {
            sound: report.sound(),
            entries: report.entries,
            awards: report.awards,
            audit_rows: report.audit_rows,
            broken: report.broken,
            findings: report.findings.into_iter().map(CheckFinding::from).collect(),
        }
    }
}

/// List ledger entries
#[utoipa::path(get, path = "/ledger", operation_id = "ledger_list", tag = "ledger", params(Narrowed, Rows),
    extensions(("x-act" = json!("ledger.read"))),
    responses((status = 200, description = "Entries, newest first", body = Page<LedgerListItem>)))]
async fn list(read: Read, Asked(narrowed): Asked<Narrowed>, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| {
        let found = service::ledger::list(cx, &narrowed.filter()?, rows.after()?, rows.one_more())?;
        let slice = Slice::cut(found, rows.limit(), |item| item.entry.seq);
        let items = slice.items.into_iter().map(LedgerListItem::new).collect::<Outcome<Vec<_>>>()?;
        Ok(Page::from(Slice { items, next: slice.next }))
    })
    .await
}

/// Correct an entry
///
/// Writes an entry that names the one that it corrects. Whoever wrote that one may not.
#[utoipa::path(post, path = "/ledger/{seq}/correct", operation_id = "ledger_correct", tag = "ledger",
    params(("seq" = String, Path, description = "The entry's place in the chain")), request_body = CorrectionBody,
    extensions(("x-act" = json!("ledger.correct"))),
    responses((status = 201, description = "The correcting entry", body = LedgerEntry)))]
async fn correct(Path(seq): Path<String>, post: Post<CorrectionBody>) -> Answer {
    post.run(StatusCode::CREATED, move |cx, body| {
        let seq: i64 = seq.parse().map_err(|_| Error::NotFound)?;
        let term = term(body.from, body.to)?;
        LedgerEntry::new(service::adjustment::correct(cx, seq, Amount(body.delta), term, &body.reason)?)
    })
    .await
}

/// Move devices from one award to another
#[utoipa::path(post, path = "/ledger/transfers", operation_id = "ledger_transfer", tag = "ledger",
    request_body = TransferBody,
    extensions(("x-act" = json!("ledger.correct"))),
    responses((status = 201, description = "The two entries", body = Page<LedgerEntry>)))]
async fn transfer(post: Post<TransferBody>) -> Answer {
    post.run(StatusCode::CREATED, |cx, body| {
        let term = term(body.from, body.to)?;
        let awards = (body.from_award.0, body.to_award.0);
        let pool: PoolId = body.pool.0;
        let entries = service::adjustment::transfer(cx, awards, &pool, Amount(body.amount), term, &body.reason)?;
        Ok(Page::all(entries.into_iter().map(LedgerEntry::new).collect::<Outcome<Vec<_>>>()?))
    })
    .await
}

/// List freed capacity with what became of it
#[utoipa::path(get, path = "/freed", operation_id = "freed_list", tag = "ledger", params(Rows),
    extensions(("x-act" = json!("ledger.read"))),
    responses((status = 200, description = "Every freed unit: re-granted, offered or idle, and since when; newest first", body = Page<FreedItem>)))]
async fn freed(read: Read, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| {
        let found = service::freed::list(cx, rows.after()?, rows.one_more())?;
        Ok(rows.page::<_, FreedItem, _>(found, |view| view.row.ledger_seq))
    })
    .await
}

/// Check every rule over the whole database
#[utoipa::path(get, path = "/check", operation_id = "check_run", tag = "ledger",
    extensions(("x-act" = json!("audit.read"))),
    responses((status = 200, description = "What breaks a rule, row by row", body = CheckResult)))]
async fn check(read: Read) -> Answer {
    read.run(|cx| service::check::run(cx).map(CheckResult::from)).await
}
