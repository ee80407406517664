//! Changes of running awards: returns, and requests for more, less or longer.

#![allow(unused_qualifications, reason = "what the path macro expands to")]

use axum::extract::Path;
use domain::adjustment::{AdjustmentKind, AdjustmentState};
use domain::capacity::Shortfall;
use domain::units::Amount;
use domain::{Code, Reason};
use edge::App;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use service::Error;
use service::adjustment::{AdjustmentItem, AdjustmentRow, Choices, NewRequest, NewReturn};
use texts::{Pools, Texts};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::wire::{
    AdjustmentKindWord, AdjustmentRef, AdjustmentStateWord, AwardRef, Choice, Day, Done, Id, Instant, Made, Nothing,
    Page, ProjectRef, Rows, Short, Stretch, Told, UserRef, asked, id,
};
use crate::{Answer, Asked, Post, Read};

/// The operations of this area.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(show))
        .routes(routes!(decide))
        .routes(routes!(withdraw))
        .routes(routes!(of_project, ask))
        .routes(routes!(choices))
        .routes(routes!(give_back))
}

/// A change of a running award.
#[derive(Debug, Serialize, ToSchema)]
struct Adjustment {
    /// Its id.
    id: AdjustmentRef,
    /// The project.
    project: ProjectRef,
    /// The award.
    award: AwardRef,
    /// The pool.
    pool: Short,
    /// What is wanted.
    kind: AdjustmentKindWord,
    /// By how much, in the pool's unit.
    amount: i64,
    /// The first day.
    from: Day,
    /// The first day after the last.
    to: Day,
    /// Why.
    reason: String,
    /// How far it has come.
    state: AdjustmentStateWord,
    /// Who asked.
    requested_by: Option<UserRef>,
    /// When it was asked for.
    requested_at: Instant,
    /// Who decided.
    decided_by: Option<UserRef>,
    /// When it was decided.
    decided_at: Option<Instant>,
    /// What was said about the decision.
    decision_note: String,
}

impl From<AdjustmentRow> for Adjustment {
    fn from(row: AdjustmentRow) -> Self {
        Self {
            id: Id(row.id),
            project: Id(row.project),
            award: Id(row.award),
            pool: Short(row.pool),
            kind: Choice(row.kind),
            amount: row.amount.0,
            from: Day(row.from_on),
            to: Day(row.to_on),
            reason: row.reason,
            state: Choice(row.state),
            requested_by: row.requested_by.map(Id),
            requested_at: Instant(row.requested_at),
            decided_by: row.decided_by.map(Id),
            decided_at: row.decided_at.map(Instant),
            decision_note: row.decision_note,
        }
    }
}

/// A change with its project.
#[derive(Debug, Serialize, ToSchema)]
struct AdjustmentListItem {
    /// The change.
    adjustment: Adjustment,
    /// The project's number.
    number: String,
    /// The project's Korean title.
    title_ko: String,
    /// The project's English title; may be empty.
    title_en: String,
}

impl From<AdjustmentItem> for AdjustmentListItem {
    fn from(item: AdjustmentItem) -> Self {
        Self { adjustment: item.row.into(), number: item.number, title_ko: item.title_ko, title_en: item.title_en }
    }
}

/// A change with the days on which there is no room for it.
#[derive(Debug, Serialize, ToSchema)]
struct AdjustmentShown {
    /// The change with its project.
    item: AdjustmentListItem,
    /// The days on which there is no room for it, were it approved today.
    shortfalls: Vec<Shortage>,
}

/// The days on which a pool is short.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Shortage {
    /// The pool.
    pool: Short,
    /// The first day.
    from: Day,
    /// The first day after the last.
    to: Day,
    /// What may be granted on these days, in the pool's unit.
    allocatable: i64,
    /// What would be granted.
    wanted: i64,
    /// What is lacking.
    short: i64,
}

impl From<Shortfall> for Shortage {
    fn from(short: Shortfall) -> Self {
        Self {
            from: Day(short.term.from()),
            to: Day(short.term.to()),
            allocatable: short.allocatable,
            wanted: short.wanted,
            short: short.short(),
            pool: Short(short.pool),
        }
    }
}

/// What a running award may ask for in one of its pools.
#[derive(Debug, Serialize, ToSchema)]
struct AwardChoices {
    /// The award.
    award: AwardRef,
    /// The pool.
    pool: Short,
    /// In which steps, in the pool's unit.
    grain: i64,
    /// What is held from today on.
    held: Vec<Stretch>,
    /// The first day after what is held.
    end: Day,
    /// The latest end that an extension may have.
    longest_end: Day,
    /// Why an extension cannot be asked for today; empty if it can.
    extension_faults: Vec<Told>,
}

fn choice(t: Texts, pools: &Pools, choices: Choices) -> AwardChoices {
    AwardChoices {
        award: Id(choices.award),
        pool: Short(choices.pool),
        grain: choices.grain.0,
        held: choices.held.into_iter().map(Stretch::new).collect(),
        end: Day(choices.end),
        longest_end: Day(choices.longest_end),
        extension_faults: Told::all(t, pools, &choices.extension),
    }
}

/// A request for more, less or longer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RequestBody {
    /// The award.
    award: AwardRef,
    /// The pool.
    pool: Short,
    /// `increase`, `decrease` or `extend`.
    kind: AdjustmentKindWord,
    /// By how much, in the pool's unit; not for an extension, which keeps what is held last.
    amount: Option<i64>,
    /// The first day, today or later; not for an extension.
    from: Option<Day>,
    /// For an extension: the first day after it.
    to: Option<Day>,
    /// Why, up to 1,000 characters.
    reason: String,
}

/// A return.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReturnBody {
    /// The award.
    award: AwardRef,
    /// The pool.
    pool: Short,
    /// How much, in the pool's unit; all of it if it is left out.
    amount: Option<i64>,
    /// The first day, today or later.
    from: Day,
    /// Why, up to 1,000 characters; may be left out.
    #[serde(default)]
    reason: String,
}

/// A decision about a request.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DecisionBody {
    /// Whether it is approved.
    approve: bool,
    /// Why, up to 1,000 characters; needed for a rejection.
    #[serde(default)]
    note: String,
}

/// What became of a request.
#[derive(Debug, Serialize, ToSchema)]
struct Decided {
    /// Its state: an approved increase for which there is no room yet waits.
    state: AdjustmentStateWord,
}

/// Which requests.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct InState {
    /// Those in this state; `requested` if it is left out.
    state: Option<String>,
}

/// List the requests for changes
#[utoipa::path(get, path = "/adjustments", operation_id = "adjustment_list", tag = "adjustments", params(InState, Rows),
    extensions(("x-act" = json!("adjustment.list"))),
    responses((status = 200, description = "Requests in a state, newest first", body = Page<AdjustmentListItem>)))]
async fn list(read: Read, Asked(which): Asked<InState>, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| {
        let state = asked::<Choice<AdjustmentState>>(which.state.as_deref(), "state")?;
        let state = state.map_or(AdjustmentState::Requested, |state| state.0);
        let found = service::adjustment::list(cx, state, rows.after_at()?, rows.one_more())?;
        Ok(rows.page::<_, AdjustmentListItem, _>(found, |item| (item.row.requested_at.as_second(), item.row.id)))
    })
    .await
}

/// Show a change
#[utoipa::path(get, path = "/adjustments/{id}", operation_id = "adjustment_show", tag = "adjustments",
    params(("id" = String, Path, description = "The change")),
    extensions(("x-act" = json!("project.read"))),
    responses((status = 200, description = "The change, and whether there is room for it", body = AdjustmentShown)))]
async fn show(read: Read, Path(adjustment): Path<String>) -> Answer {
    read.run(move |cx| {
        let view = service::adjustment::show(cx, id(&adjustment)?)?;
        Ok(AdjustmentShown { item: view.item.into(), shortfalls: view.short.into_iter().map(Shortage::from).collect() })
    })
    .await
}

/// Decide on a request
///
/// Neither whoever asked for it nor the project's own people may. An approved increase waits until there is room; an extension
/// without room is refused with days and shortfall.
#[utoipa::path(post, path = "/adjustments/{id}/decide", operation_id = "adjustment_decide", tag = "adjustments",
    params(("id" = String, Path, description = "The request")), request_body = DecisionBody,
    extensions(("x-act" = json!("adjustment.decide"))),
    responses((status = 200, description = "What became of it", body = Decided)))]
async fn decide(Path(adjustment): Path<String>, post: Post<DecisionBody>) -> Answer {
    post.run(StatusCode::OK, move |cx, body| {
        let state = service::adjustment::decide(cx, id(&adjustment)?, body.approve, &body.note)?;
        Ok(Decided { state: Choice(state) })
    })
    .await
}

/// Take one's own request back
#[utoipa::path(post, path = "/adjustments/{id}/withdraw", operation_id = "adjustment_withdraw", tag = "adjustments",
    params(("id" = String, Path, description = "The request")), request_body = Nothing,
    extensions(("x-act" = json!("adjustment.request"))),
    responses((status = 200, description = "It is taken back", body = Done)))]
async fn withdraw(Path(adjustment): Path<String>, post: Post<Nothing>) -> Answer {
    post.run(StatusCode::OK, move |cx, _| service::adjustment::withdraw(cx, id(&adjustment)?).map(Done::new)).await
}

/// List the changes of a project
#[utoipa::path(get, path = "/projects/{id}/adjustments", operation_id = "project_adjustments", tag = "adjustments",
    params(("id" = String, Path, description = "The project"), Rows),
    extensions(("x-act" = json!("project.read"))),
    responses((status = 200, description = "Returns and requests, newest first", body = Page<Adjustment>)))]
async fn of_project(read: Read, Path(project): Path<String>, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| {
        let found = service::adjustment::of_project(cx, id(&project)?, rows.after_at()?, rows.one_more())?;
        Ok(rows.page::<_, Adjustment, _>(found, |row| (row.requested_at.as_second(), row.id)))
    })
    .await
}

/// List what the running awards of a project may ask for
#[utoipa::path(get, path = "/projects/{id}/choices", operation_id = "project_choices", tag = "adjustments",
    params(("id" = String, Path, description = "The project")),
    extensions(("x-act" = json!("project.read"))),
    responses((status = 200, description = "By award and pool", body = Page<AwardChoices>)))]
async fn choices(read: Read, Path(project): Path<String>) -> Answer {
    read.run(move |cx| {
        let t = Texts::new(cx.actor.lang);
        let found = service::adjustment::choices(cx, id(&project)?)?;
        Ok(Page::all(found.into_iter().map(|one| choice(t, &cx.identity.pools, one)).collect()))
    })
    .await
}

/// Ask for more, less or longer
#[utoipa::path(post, path = "/projects/{id}/adjustments", operation_id = "adjustment_request", tag = "adjustments",
    params(("id" = String, Path, description = "The project")), request_body = RequestBody,
    extensions(("x-act" = json!("adjustment.request"))),
    responses((status = 201, description = "The request", body = Made)))]
async fn ask(Path(project): Path<String>, post: Post<RequestBody>) -> Answer {
    post.run(StatusCode::CREATED, move |cx, body| {
        let project = id(&project)?;
        let kind = body.kind.0;
        let mut lacking = Vec::new();
        let mut need = |given: bool, field: &str| {
            if !given {
                lacking.push(Reason::new(Code::Required).at(field));
            }
        };
        match kind {
            AdjustmentKind::Extend => need(body.to.is_some(), "to"),
            _ => {
                need(body.amount.is_some(), "amount");
                need(body.from.is_some(), "from");
            }
        }
        if !lacking.is_empty() {
            return Err(Error::Invalid(lacking));
        }
        let new = NewRequest {
            project,
            award: body.award.0,
            pool: body.pool.0,
            kind,
            amount: Amount(body.amount.unwrap_or_default()),
            from: body.from.map_or_else(|| cx.today(), |day| day.0),
            to: body.to.map(|day| day.0),
            reason: body.reason,
        };
        service::adjustment::ask(cx, new).map(Made::new)
    })
    .await
}

/// Return devices
///
/// No decision is needed; what is freed is offered on.
#[utoipa::path(post, path = "/projects/{id}/returns", operation_id = "project_return", tag = "adjustments",
    params(("id" = String, Path, description = "The project")), request_body = ReturnBody,
    extensions(("x-act" = json!("project.return"))),
    responses((status = 201, description = "The return", body = Made)))]
async fn give_back(Path(project): Path<String>, post: Post<ReturnBody>) -> Answer {
    post.run(StatusCode::CREATED, move |cx, body| {
        let new = NewReturn {
            project: id(&project)?,
            award: body.award.0,
            pool: body.pool.0,
            amount: body.amount.map(Amount),
            from: body.from.0,
            reason: body.reason,
        };
        service::adjustment::give_back(cx, new).map(Made::new)
    })
    .await
}
