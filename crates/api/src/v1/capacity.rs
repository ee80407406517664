//! Capacity: the ladder of each pool over a span, who holds what on a day, what comes free, and the
//! entries that make it.

#![allow(unused_qualifications, reason = "what the path macro expands to")]

use axum::extract::Path;
use domain::accelerator::PfBasis;
use domain::ids::{AwardId, PoolId};
use domain::term::{Term, add_days};
use domain::units::Amount;
use domain::{Code, Reason};
use edge::App;
use http::StatusCode;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use service::capacity::{CapacityEntry, HolderRow, NewCapacity, PoolView};
use service::{Cx, Error, Outcome};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::wire::{
    AwardRef, CapacityEntryRef, Choice, Day, Id, Instant, Made, Page, ProjectRef, Rows, RungWord, Short, UserRef,
    asked, id, term,
};
use crate::{Answer, Asked, Post, Read};

/// The operations of this area.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(view))
        .routes(routes!(holders))
        .routes(routes!(coming_free))
        .routes(routes!(entries, enter))
}

/// The longest span in days.
const LONGEST: i64 = 1100;

/// Which days.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Span {
    /// The first day, `2026-11-23`; today if it is left out.
    from: Option<String>,
    /// The first day after the last; 365 days after `from` if it is left out, at most 1,100.
    to: Option<String>,
    /// The basis of PF figures; the center's own if it is left out.
    #[param(value_type = Option<String>, example = "center_fp32")]
    basis: Option<String>,
}

impl Span {
    fn term(&self, cx: &Cx<'_, '_>) -> Outcome<Term> {
        let from = asked::<Day>(self.from.as_deref(), "from")?.map_or_else(|| cx.today(), |day| day.0);
        let to = asked::<Day>(self.to.as_deref(), "to")?.map_or_else(|| add_days(from, 365), |day| day.0);
        let latest = add_days(from, LONGEST);
        if to > latest {
            return Err(Error::field("to", Reason::new(Code::NotAfter).with("day", latest)));
        }
        term(Day(from), Day(to))
    }
}

/// Which day.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OnDay {
    /// The day, `2026-11-23`; today if it is left out.
    day: Option<String>,
}

/// What a pool has over a span.
#[derive(Debug, Serialize, ToSchema)]
struct PoolCapacity {
    /// The pool.
    pool: Short,
    /// The peak of one of its devices in GFLOPS on the basis asked for; null for storage and for
    /// devices without such a figure.
    peak_gflops: Option<i64>,
    /// The span, cut where anything changes.
    stretches: Vec<CapacityStretch>,
}

/// What a pool has on each day of a stretch, in its unit.
#[derive(Debug, Serialize, ToSchema)]
struct CapacityStretch {
    /// The first day.
    from: Day,
    /// The first day after the last.
    to: Day,
    /// Installed.
    installed: i64,
    /// Leased.
    leased: i64,
    /// Kept for the operator.
    reserved_ops: i64,
    /// May be granted.
    allocatable: i64,
    /// Held by awards.
    held: i64,
    /// Promised by open offers.
    offered: i64,
    /// Held and offered together.
    allocated: i64,
    /// What can still be granted.
    free: i64,
}

impl From<PoolView> for PoolCapacity {
    fn from(view: PoolView) -> Self {
        let stretches = view.stretches.iter().map(|one| CapacityStretch {
            from: Day(one.term.from()),
            to: Day(one.term.to()),
            installed: one.installed,
            leased: one.leased,
            reserved_ops: one.reserved_ops,
            allocatable: one.allocatable,
            held: one.held,
            offered: one.offered,
            allocated: one.allocated(),
            free: one.free(),
        });
        Self { stretches: stretches.collect(), peak_gflops: view.peak.map(|peak| peak.0), pool: Short(view.pool.id) }
    }
}

/// Who holds how much of a pool.
#[derive(Debug, Serialize, ToSchema)]
struct Holder {
    /// The award.
    award: AwardRef,
    /// The project.
    project: ProjectRef,
    /// The project's number.
    number: String,
    /// The project's Korean title.
    title_ko: String,
    /// The project's English title; may be empty.
    title_en: String,
    /// The organization's Korean name.
    organization_ko: String,
    /// The organization's English name; may be empty.
    organization_en: String,
    /// How much, in the pool's unit.
    amount: i64,
    /// The day on which it is held, or from which on it is free.
    on: Day,
}

impl From<HolderRow> for Holder {
    fn from(row: HolderRow) -> Self {
        Self {
            award: Id(row.award),
            project: Id(row.project),
            number: row.number,
            title_ko: row.title_ko,
            title_en: row.title_en,
            organization_ko: row.organization_ko,
            organization_en: row.organization_en,
            amount: row.amount.0,
            on: Day(row.on),
        }
    }
}

/// A dated entry.
#[derive(Debug, Serialize, ToSchema)]
struct CapacityEntryItem {
    /// Its id.
    id: CapacityEntryRef,
    /// The rung.
    rung: RungWord,
    /// By how much, on every day, in the pool's unit.
    delta: i64,
    /// The first day.
    from: Day,
    /// The first day after the last.
    to: Day,
    /// Why.
    note: String,
    /// Who entered it; null is the center's file.
    entered_by: Option<UserRef>,
    /// When it was entered.
    entered_at: Instant,
}

impl From<CapacityEntry> for CapacityEntryItem {
    fn from(row: CapacityEntry) -> Self {
        Self {
            id: Id(row.id),
            rung: Choice(row.rung),
            delta: row.delta.0,
            from: Day(row.term.from()),
            to: Day(row.term.to()),
            note: row.note,
            entered_by: row.actor.map(Id),
            entered_at: Instant(row.created_at),
        }
    }
}

/// A change of a rung.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CapacityChange {
    /// The rung.
    rung: RungWord,
    /// By how much, on every day, in the pool's unit; negative lowers it.
    delta: i64,
    /// The first day, today or later.
    from: Day,
    /// The first day after the last.
    to: Day,
    /// Why, up to 500 characters.
    note: String,
}

/// The pool of a path, if there is one of that name.
fn known(cx: &mut Cx<'_, '_>, name: &str) -> Outcome<PoolId> {
    let pool: PoolId = id(name)?;
    if service::pool::list(cx)?.iter().any(|row| row.id == pool) { Ok(pool) } else { Err(Error::NotFound) }
}

/// Show the capacity of all pools over a span
#[utoipa::path(get, path = "/capacity", operation_id = "capacity_show", tag = "capacity", params(Span),
    extensions(("x-act" = json!("public.read"))),
    responses((status = 200, description = "Each pool's ladder and what is allocated, day by day", body = Page<PoolCapacity>)))]
async fn view(read: Read, Asked(span): Asked<Span>) -> Answer {
    read.run(move |cx| {
        let basis = asked::<Choice<PfBasis>>(span.basis.as_deref(), "basis")?;
        let basis = basis.map_or(cx.identity.basis, |basis| basis.0);
        let term = span.term(cx)?;
        Ok(Page::all(service::capacity::view(cx, term, basis)?.into_iter().map(PoolCapacity::from).collect()))
    })
    .await
}

/// List who holds what of a pool on a day
#[utoipa::path(get, path = "/capacity/{pool}/holders", operation_id = "capacity_holders", tag = "capacity",
    params(("pool" = String, Path, description = "The pool"), OnDay, Rows),
    extensions(("x-act" = json!("capacity.read"))),
    responses((status = 200, description = "Holders by project number", body = Page<Holder>)))]
async fn holders(read: Read, Path(pool): Path<String>, Asked(on): Asked<OnDay>, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| {
        let day = asked::<Day>(on.day.as_deref(), "day")?.map_or_else(|| cx.today(), |day| day.0);
        let pool = known(cx, &pool)?;
        let after = rows.after::<(String, AwardId)>()?;
        let after = after.as_ref().map(|(number, award)| (number.as_str(), *award));
        let found = service::capacity::holders(cx, &pool, day, after, rows.one_more())?;
        Ok(rows.page::<_, Holder, _>(found, |row| (row.number.clone(), row.award)))
    })
    .await
}

/// List when devices of a pool come free
#[utoipa::path(get, path = "/capacity/{pool}/coming-free", operation_id = "capacity_coming_free", tag = "capacity",
    params(("pool" = String, Path, description = "The pool"), Span, Rows),
    extensions(("x-act" = json!("capacity.read"))),
    responses((status = 200, description = "What comes free within the span, the earliest first", body = Page<Holder>)))]
async fn coming_free(
    read: Read,
    Path(pool): Path<String>,
    Asked(span): Asked<Span>,
    Asked(rows): Asked<Rows>,
) -> Answer {
    read.run(move |cx| {
        let term = span.term(cx)?;
        let pool = known(cx, &pool)?;
        let after = rows.after::<(Date, String, AwardId)>()?;
        let after = after.as_ref().map(|(day, number, award)| (*day, number.as_str(), *award));
        let found = service::capacity::coming_free(cx, &pool, term, after, rows.one_more())?;
        Ok(rows.page::<_, Holder, _>(found, |row| (row.on, row.number.clone(), row.award)))
    })
    .await
}

/// List the entries of a pool
#[utoipa::path(get, path = "/capacity/{pool}/entries", operation_id = "capacity_entries", tag = "capacity",
    params(("pool" = String, Path, description = "The pool"), Rows),
    extensions(("x-act" = json!("capacity.read"))),
    responses((status = 200, description = "The entries, newest first", body = Page<CapacityEntryItem>)))]
async fn entries(read: Read, Path(pool): Path<String>, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| {
        let pool = known(cx, &pool)?;
        let found = service::capacity::entries(cx, &pool, rows.after_at()?, rows.one_more())?;
        Ok(rows.page::<_, CapacityEntryItem, _>(found, |row| (row.created_at.as_second(), row.id)))
    })
    .await
}

/// Add or lower capacity
///
/// Lowering it below what is held and offered is refused with the days and the awards in the way.
#[utoipa::path(post, path = "/capacity/{pool}/entries", operation_id = "capacity_enter", tag = "capacity",
    params(("pool" = String, Path, description = "The pool")), request_body = CapacityChange,
    extensions(("x-act" = json!("capacity.manage"))),
    responses((status = 201, description = "The entry", body = Made)))]
async fn enter(Path(pool): Path<String>, post: Post<CapacityChange>) -> Answer {
    post.run(StatusCode::CREATED, move |cx, change| {
        let pool = known(cx, &pool)?;
        let term = term(change.from, change.to)?;
        let new = NewCapacity { pool, rung: change.rung.0, delta: Amount(change.delta), term, note: change.note };
        service::capacity::add(cx, new).map(Made::new)
    })
    .await
}
