//! What waits for the caller.

#![allow(unused_qualifications, reason = "what the path macro expands to")]

use edge::App;
use serde::Serialize;
use service::waiting::Waiting;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::wire::{Day, Instant, Page};
use crate::{Answer, Read};

/// The operations of this area.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(around_proposals)).routes(routes!(from_the_plan_on))
}

/// Something that waits for somebody.
#[derive(Debug, Serialize, ToSchema)]
struct WaitingItem {
    /// What: a `draft` to be submitted, one `returned` for correction, a `review` to be handed in, a `check` of
    /// eligibility; one was `invited`, has an agreement to `sign` or to `countersign`, a plan to `approve` or one that was
    /// sent back (`plan_returned`), requests
    /// to `decide`, `reservations` to decide.
    kind: String,
    /// The thing that it is about, for `check` the round; null where it stands for all of them.
    id: Option<String>,
    /// The Korean title of the proposal, project, round or call.
    title_ko: String,
    /// The English title; may be empty.
    title_en: String,
    /// Until when.
    due_at: Option<Instant>,
    /// Until the end of which day.
    due_on: Option<Day>,
    /// How many.
    count: i64,
}

impl From<Waiting> for WaitingItem {
    fn from(row: Waiting) -> Self {
        Self {
            kind: row.kind,
            id: (!row.id.is_empty()).then_some(row.id),
            title_ko: row.title_ko,
            title_en: row.title_en,
            due_at: row.due_at.map(Instant),
            due_on: row.due_on.map(Day),
            count: row.count,
        }
    }
}

/// List what waits for the caller around proposals and reviews
#[utoipa::path(get, path = "/proposals/waiting", operation_id = "proposal_waiting", tag = "proposals",
    extensions(("x-act" = json!("home.read"))),
    responses((status = 200, description = "Most urgent first, at most 50", body = Page<WaitingItem>)))]
async fn around_proposals(read: Read) -> Answer {
    read.run(|cx| Ok(Page::all(service::waiting::around_proposals(cx)?.into_iter().map(WaitingItem::from).collect())))
        .await
}

/// List what waits for the caller from the plan on: invitations, signatures, approvals, requests
#[utoipa::path(get, path = "/projects/waiting", operation_id = "project_waiting", tag = "projects",
    extensions(("x-act" = json!("home.read"))),
    responses((status = 200, description = "At most 50", body = Page<WaitingItem>)))]
async fn from_the_plan_on(read: Read) -> Answer {
    read.run(|cx| Ok(Page::all(service::waiting::from_the_plan_on(cx)?.into_iter().map(WaitingItem::from).collect())))
        .await
}
