//! Agreements: read, signed by the lead, countersigned for the center.

#![allow(unused_qualifications, reason = "what the path macro expands to")]

use axum::extract::Path;
use domain::ids::AgreementId;
use edge::{App, Slice};
use http::StatusCode;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use service::agreement::{AgreementRow, AgreementView};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::plans::Promise;
use super::wire::{
    AgreementRef, AgreementStateWord, AwardRef, Choice, Day, Done, Id, Instant, Page, ProjectRef, Rows, id,
};
use crate::{Answer, Asked, Post, Read};

/// The operations of this area.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(show)).routes(routes!(sign)).routes(routes!(countersign))
}

/// An agreement in a list.
#[derive(Debug, Serialize, ToSchema)]
struct AgreementItem {
    /// Its id.
    id: AgreementRef,
    /// The award that it is about.
    award: AwardRef,
    /// Its state.
    state: AgreementStateWord,
    /// The last day on which the lead can sign it.
    due_on: Day,
    /// When it was drawn up.
    created_at: Instant,
    /// When it was signed for the project.
    signed_at: Option<Instant>,
    /// When it was signed for the center.
    countersigned_at: Option<Instant>,
}

impl From<&AgreementRow> for AgreementItem {
    fn from(row: &AgreementRow) -> Self {
        Self {
            id: Id(row.id),
            award: Id(row.award),
            state: Choice(row.state),
            due_on: Day(row.due_on),
            created_at: Instant(row.created_at),
            signed_at: row.signed_at.map(Instant),
            countersigned_at: row.countersigned_at.map(Instant),
        }
    }
}

/// An agreement with its text.
#[derive(Debug, Serialize, ToSchema)]
struct Agreement {
    /// The agreement.
    agreement: AgreementItem,
    /// Its text.
    body: String,
    /// SHA-256 of the text, to be sent along when signing it.
    hash: String,
    /// The project.
    project: ProjectRef,
    /// The project's number.
    number: String,
    /// What was granted by it.
    given: Vec<Promise>,
    /// Who signed for the project.
    signed_by: Option<String>,
    /// Who signed for the center.
    countersigned_by: Option<String>,
    /// Whether the caller may sign it for the project now.
    signable: bool,
    /// Whether the caller may sign it for the center now.
    countersignable: bool,
}

impl From<AgreementView> for Agreement {
    fn from(view: AgreementView) -> Self {
        let AgreementView { row, project, signable, countersignable, signers, given } = view;
        Self {
            agreement: (&row).into(),
            body: row.body,
            hash: row.body_hash,
            project: Id(project.id),
            number: project.number,
            given: given.into_iter().map(Promise::from).collect(),
            signed_by: signers.0,
            countersigned_by: signers.1,
            signable,
            countersignable,
        }
    }
}

/// A signature.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Signature {
    /// `hash` of the text that was read.
    hash: String,
}

/// List the agreements that wait for the center's signature
#[utoipa::path(get, path = "/agreements", operation_id = "agreement_list", tag = "agreements", params(Rows),
    extensions(("x-act" = json!("agreement.read"))),
    responses((status = 200, description = "Agreements that the lead signed, the next due first", body = Page<AgreementItem>)))]
async fn list(read: Read, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| {
        let after = rows.after::<(Date, AgreementId)>()?;
        let found = service::agreement::to_countersign(cx, after, rows.one_more())?;
        let page = Slice::cut(found, rows.limit(), |row| (row.due_on, row.id));
        Ok(Page::from(page.map(|row| AgreementItem::from(&row))))
    })
    .await
}

/// Show an agreement
#[utoipa::path(get, path = "/agreements/{id}", operation_id = "agreement_show", tag = "agreements",
    params(("id" = String, Path, description = "The agreement")),
    extensions(("x-act" = json!("agreement.read"))),
    responses((status = 200, description = "The agreement with its text", body = Agreement)))]
async fn show(read: Read, Path(agreement): Path<String>) -> Answer {
    read.run(move |cx| service::agreement::show(cx, id(&agreement)?).map(Agreement::from)).await
}

/// Sign an agreement for the project
#[utoipa::path(post, path = "/agreements/{id}/sign", operation_id = "agreement_sign", tag = "agreements",
    params(("id" = String, Path, description = "The agreement")), request_body = Signature,
    extensions(("x-act" = json!("agreement.sign"))),
    responses((status = 200, description = "It is signed", body = Done)))]
async fn sign(Path(agreement): Path<String>, post: Post<Signature>) -> Answer {
    post.run(StatusCode::OK, move |cx, body| service::agreement::sign(cx, id(&agreement)?, &body.hash).map(Done::new))
        .await
}

/// Sign an agreement for the center
#[utoipa::path(post, path = "/agreements/{id}/countersign", operation_id = "agreement_countersign", tag = "agreements",
    params(("id" = String, Path, description = "The agreement")), request_body = Signature,
    extensions(("x-act" = json!("agreement.countersign"))),
    responses((status = 200, description = "It is concluded", body = Done)))]
async fn countersign(Path(agreement): Path<String>, post: Post<Signature>) -> Answer {
    post.run(StatusCode::OK, move |cx, body| {
        service::agreement::countersign(cx, id(&agreement)?, &body.hash).map(Done::new)
    })
    .await
}
