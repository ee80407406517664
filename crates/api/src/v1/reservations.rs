//! Reservations: what is free when, asking, deciding and calling off.

#![allow(unused_qualifications, reason = "what the path macro expands to")]

use axum::extract::Path;
use domain::reservation::{ReservationPhase, ReservationState};
use domain::term::{Term, add_days};
use domain::units::Amount;
use domain::{Code, Reason};
use edge::App;
use http::StatusCode;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use service::reservation::{self, FreeDays, NewReservation, ReservationItem, ReservationView};
use service::{Error, Outcome};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::adjustments::Shortage;
use super::wire::{
    AtVersion, AwardRef, Choice, Day, Done, Id, Instant, Page, ProjectRef, ReservationPhaseWord, ReservationRef,
    ReservationStateWord, Rows, Short, Stretch, SyncStateWord, UserRef, asked, id,
};
use crate::{Answer, Asked, Post, Read};

/// The operations of this area.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(calendar))
        .routes(routes!(list))
        .routes(routes!(waiting))
        .routes(routes!(mine))
        .routes(routes!(of_project, ask))
        .routes(routes!(show))
        .routes(routes!(approve))
        .routes(routes!(decline))
        .routes(routes!(withdraw))
        .routes(routes!(call_off))
}

/// A reservation.
#[derive(Debug, Serialize, ToSchema)]
struct Reservation {
    /// Its id.
    id: ReservationRef,
    /// The project that it is for.
    project: ProjectRef,
    /// The project's number.
    number: String,
    /// The pool.
    pool: Short,
    /// How many devices.
    amount: i64,
    /// The first day.
    from: Day,
    /// The day after the last; after it was called off, the day from which it holds nothing.
    to: Day,
    /// What for.
    purpose: String,
    /// Its state.
    state: ReservationStateWord,
    /// Who asked for it.
    asked_by: Option<UserRef>,
    /// When.
    asked_at: Instant,
    /// Who decided on it; nobody if the center's rules did.
    decided_by: Option<UserRef>,
    /// When.
    decided_at: Option<Instant>,
    /// What was said to it.
    note: String,
    /// The award that holds its devices, once it is booked.
    award: Option<AwardRef>,
    /// The machines that the engine keeps for it; none where its devices are sure by their number only.
    nodes: Vec<String>,
    /// How the engine stands with it, while it is booked.
    engine: Option<SyncStateWord>,
    /// Its version, which every step names.
    version: i64,
}

impl From<ReservationItem> for Reservation {
    fn from(ReservationItem { row, number, .. }: ReservationItem) -> Self {
        Self {
            id: Id(row.id),
            project: Id(row.project),
            number,
            pool: Short(row.pool),
            amount: row.amount.0,
            from: Day(row.from_on),
            to: Day(row.to_on),
            purpose: row.purpose,
            state: Choice(row.state),
            asked_by: row.asked_by.map(Id),
            asked_at: Instant(row.asked_at),
            decided_by: row.decided_by.map(Id),
            decided_at: row.decided_at.map(Instant),
            note: row.note,
            award: row.award.map(Id),
            nodes: row.nodes.split_whitespace().map(str::to_owned).collect(),
            engine: (row.state == ReservationState::Booked).then_some(Choice(row.sync_state)),
            version: row.version,
        }
    }
}

/// A reservation with its circumstances.
#[derive(Debug, Serialize, ToSchema)]
struct ReservationShown {
    #[serde(flatten)]
    reservation: Reservation,
    /// Where it stands today.
    phase: ReservationPhaseWord,
    /// What the engine calls it, where it keeps machines for it.
    engine_name: Option<String>,
    /// While it waits: the days on which not so much is free any more.
    shortfalls: Vec<Shortage>,
}

impl From<ReservationView> for ReservationShown {
    fn from(view: ReservationView) -> Self {
        Self {
            phase: Choice::<ReservationPhase>(view.phase),
            engine_name: view.engine_name,
            shortfalls: view.short.into_iter().map(Into::into).collect(),
            reservation: view.item.into(),
        }
    }
}

/// What can be reserved of a pool.
#[derive(Debug, Serialize, ToSchema)]
struct ReservablePool {
    /// The pool.
    pool: Short,
    /// The least that can be asked for.
    min_amount: i64,
    /// The most that can be asked for.
    max_amount: i64,
    /// In which steps.
    grain: i64,
    /// How many devices are free, day by day.
    free: Vec<Stretch>,
}

impl From<FreeDays> for ReservablePool {
    fn from(one: FreeDays) -> Self {
        Self {
            pool: Short(one.of.pool.id),
            min_amount: one.of.min_amount.0,
            max_amount: one.of.max_amount.0,
            grain: one.of.grain.0,
            free: one.free.into_iter().map(Stretch::new).collect(),
        }
    }
}

/// What can be reserved, and by which rules.
#[derive(Debug, Serialize, ToSchema)]
struct ReservationCalendar {
    /// The longest, in days.
    max_days: i64,
    /// How many days ahead one may begin.
    ahead_days: i64,
    /// Up to how many devices are booked without a decision.
    auto_devices: i64,
    /// How many a project may have asked for or booked at once.
    max_open: i64,
    /// Pool by pool.
    pools: Vec<ReservablePool>,
}

/// The longest stretch that the calendar answers, in days.
const LONGEST: i64 = 366;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Between {
    /// The first day; today if it is left out.
    from: Option<String>,
    /// The day after the last, at most 366 days later; 90 days later if it is left out.
    to: Option<String>,
}

/// See what can be reserved
#[utoipa::path(get, path = "/reservations/calendar", operation_id = "reservation_calendar", tag = "reservations",
    params(Between), extensions(("x-act" = json!("reservation.read"))),
    responses((status = 200, description = "What is free, pool by pool", body = ReservationCalendar)))]
async fn calendar(read: Read, Asked(days): Asked<Between>) -> Answer {
    read.run(move |cx| {
        let day = |text: Option<&str>, field: &str, or: Date| -> Outcome<Date> {
            Ok(asked::<Day>(text, field)?.map_or(or, |day| day.0))
        };
        let from = day(days.from.as_deref(), "from", cx.today())?;
        let to = day(days.to.as_deref(), "to", add_days(from, 90))?;
        let days = Term::new(from, to).map_err(|_| Error::field("to", Code::EndBeforeStart))?;
        if days.days() > LONGEST {
            return Err(Error::field("to", Reason::new(Code::NotAfter).with("day", add_days(from, LONGEST))));
        }
        let found = reservation::calendar(cx, days)?;
        Ok(ReservationCalendar {
            max_days: found.rules.max_days,
            ahead_days: found.rules.ahead_days,
            auto_devices: found.rules.auto_devices,
            max_open: found.rules.max_open,
            pools: found.pools.into_iter().map(Into::into).collect(),
        })
    })
    .await
}

fn page(rows: &Rows, found: Vec<ReservationItem>) -> Page<Reservation> {
    rows.page::<_, Reservation, _>(found, |item| (item.row.asked_at.as_second(), item.row.id))
}

/// List the reservations of all projects
#[utoipa::path(get, path = "/reservations", operation_id = "reservation_list", tag = "reservations",
    params(Rows), extensions(("x-act" = json!("reservation.list"))),
    responses((status = 200, description = "Reservations, the latest asked for first", body = Page<Reservation>)))]
async fn list(read: Read, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| Ok(page(&rows, reservation::list(cx, false, rows.after_at()?, rows.one_more())?))).await
}

/// List the reservations that wait for a decision
#[utoipa::path(get, path = "/reservations/waiting", operation_id = "reservation_waiting", tag = "reservations",
    params(Rows), extensions(("x-act" = json!("reservation.list"))),
    responses((status = 200, description = "Reservations, the latest asked for first", body = Page<Reservation>)))]
async fn waiting(read: Read, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| Ok(page(&rows, reservation::list(cx, true, rows.after_at()?, rows.one_more())?))).await
}

/// List the reservations of one's own projects
#[utoipa::path(get, path = "/reservations/mine", operation_id = "reservation_mine", tag = "reservations",
    params(Rows), extensions(("x-act" = json!("home.read"))),
    responses((status = 200, description = "Reservations, the latest asked for first", body = Page<Reservation>)))]
async fn mine(read: Read, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| Ok(page(&rows, reservation::mine(cx, rows.after_at()?, rows.one_more())?))).await
}

/// List the reservations of a project
#[utoipa::path(get, path = "/projects/{id}/reservations", operation_id = "project_reservations", tag = "reservations",
    params(("id" = String, Path, description = "The project"), Rows), extensions(("x-act" = json!("project.read"))),
    responses((status = 200, description = "Reservations, the latest asked for first", body = Page<Reservation>)))]
async fn of_project(Path(project): Path<String>, read: Read, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| Ok(page(&rows, reservation::of_project(cx, id(&project)?, rows.after_at()?, rows.one_more())?)))
        .await
}

/// A reservation as it is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReservationBody {
    /// The pool.
    pool: Short,
    /// How many devices.
    amount: i64,
    /// The first day.
    from: Day,
    /// The last day.
    last: Day,
    /// What for, up to 1,000 characters.
    purpose: String,
}

/// What became of a reservation that was asked for.
#[derive(Debug, Serialize, ToSchema)]
struct ReservationMade {
    /// Its id.
    id: ReservationRef,
    /// `booked` if the center's rules booked it at once, `requested` if it waits for a decision.
    state: ReservationStateWord,
}

/// Ask for a reservation
///
/// Up to so many devices as the center's rules say, it is booked at once; more waits for a decision and
/// holds nothing meanwhile. The days have to be free now.
#[utoipa::path(post, path = "/projects/{id}/reservations", operation_id = "reservation_ask", tag = "reservations",
    params(("id" = String, Path, description = "The project")), request_body = ReservationBody, extensions(("x-act" = json!("reservation.request"))),
    responses((status = 201, description = "The reservation", body = ReservationMade)))]
async fn ask(Path(project): Path<String>, post: Post<ReservationBody>) -> Answer {
    post.run(StatusCode::CREATED, move |cx, body| {
        let new = NewReservation {
            project: id(&project)?,
            pool: body.pool.0,
            amount: Amount(body.amount),
            from: body.from.0,
            last: body.last.0,
            purpose: body.purpose,
        };
        let (id, state) = reservation::ask(cx, new)?;
        Ok(ReservationMade { id: Id(id), state: Choice::<ReservationState>(state) })
    })
    .await
}

/// Show a reservation
#[utoipa::path(get, path = "/reservations/{id}", operation_id = "reservation_show", tag = "reservations",
    params(("id" = String, Path, description = "The reservation")), extensions(("x-act" = json!("project.read"))),
    responses((status = 200, description = "The reservation", body = ReservationShown)))]
async fn show(Path(one): Path<String>, read: Read) -> Answer {
    read.run(move |cx| Ok(ReservationShown::from(reservation::show(cx, id(&one)?)?))).await
}

/// A decision on a reservation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReservationDecisionBody {
    /// The version that was read.
    version: i64,
    /// What is said to it; needed to decline it and to withdraw it.
    #[serde(default)]
    note: String,
}

/// Approve a reservation
///
/// It is booked for the days that are left of it.
#[utoipa::path(post, path = "/reservations/{id}/approve", operation_id = "reservation_approve", tag = "reservations",
    params(("id" = String, Path, description = "The reservation")), request_body = ReservationDecisionBody,
    extensions(("x-act" = json!("reservation.decide"))),
    responses((status = 200, description = "It is booked", body = Done)))]
async fn approve(Path(one): Path<String>, post: Post<ReservationDecisionBody>) -> Answer {
    post.run(StatusCode::OK, move |cx, body| {
        reservation::approve(cx, id(&one)?, body.version, &body.note).map(Done::new)
    })
    .await
}

/// Decline a reservation
#[utoipa::path(post, path = "/reservations/{id}/decline", operation_id = "reservation_decline", tag = "reservations",
    params(("id" = String, Path, description = "The reservation")), request_body = ReservationDecisionBody,
    extensions(("x-act" = json!("reservation.decide"))),
    responses((status = 200, description = "It is declined, and the project is told", body = Done)))]
async fn decline(Path(one): Path<String>, post: Post<ReservationDecisionBody>) -> Answer {
    post.run(StatusCode::OK, move |cx, body| {
        reservation::decline(cx, id(&one)?, body.version, &body.note).map(Done::new)
    })
    .await
}

/// Withdraw a reservation
///
/// What is left of a booked one; the project is told why.
#[utoipa::path(post, path = "/reservations/{id}/withdraw", operation_id = "reservation_withdraw",
    tag = "reservations", params(("id" = String, Path, description = "The reservation")),
    request_body = ReservationDecisionBody, extensions(("x-act" = json!("reservation.decide"))),
    responses((status = 200, description = "It is withdrawn", body = Done)))]
async fn withdraw(Path(one): Path<String>, post: Post<ReservationDecisionBody>) -> Answer {
    post.run(StatusCode::OK, move |cx, body| {
        reservation::withdraw(cx, id(&one)?, body.version, &body.note).map(Done::new)
    })
    .await
}

/// Call a reservation off
///
/// Or give back what is left of one that has begun. What it held is offered on.
#[utoipa::path(post, path = "/reservations/{id}/call-off", operation_id = "reservation_call_off",
    tag = "reservations", params(("id" = String, Path, description = "The reservation")), request_body = AtVersion,
    extensions(("x-act" = json!("reservation.request"))),
    responses((status = 200, description = "It is called off", body = Done)))]
async fn call_off(Path(one): Path<String>, post: Post<AtVersion>) -> Answer {
    post.run(StatusCode::OK, move |cx, body| reservation::call_off(cx, id(&one)?, body.version).map(Done::new)).await
}
