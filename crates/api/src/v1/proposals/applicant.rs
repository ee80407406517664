//! The applicant's side: a proposal is started, saved, submitted, corrected, withdrawn.

#![allow(unused_qualifications, reason = "what the path macro expands to")]

use std::collections::BTreeMap;

use axum::extract::Path;
use domain::proposal::DraftLine;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use service::proposal::{DraftView, ProposalChange};
use texts::{Pools, Texts};
use utoipa::ToSchema;

use super::{ProposalListItem, ProposalText};
use crate::problem::ProblemField;
use crate::v1::pool::Product;
use crate::v1::wire::{Done, Id, Made, Nothing, Page, ProposalRef, Rows, Short, Typed, Version, Why, id};
use crate::{Answer, Asked, Post, Read};

/// One line of a request as typed: anything may be missing or wrong until it is submitted.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct DraftRequestLine {
    /// The product's short name.
    product: String,
    /// The pool's short name.
    pool: String,
    /// How much, in the pool's unit.
    amount: Typed,
    /// The least that helps, in the pool's unit.
    min_amount: Typed,
    /// The earliest first day, `2026-11-23`.
    earliest_start_on: String,
    /// The last day of use at the latest, `2026-11-23`.
    latest_last_on: String,
    /// For how many months.
    months: Typed,
}

impl From<DraftLine> for DraftRequestLine {
    fn from(line: DraftLine) -> Self {
        Self {
            product: line.product,
            pool: line.pool,
            amount: Typed(line.amount),
            min_amount: Typed(line.min_amount),
            earliest_start_on: line.earliest_start_on,
            latest_last_on: line.latest_last_on,
            months: Typed(line.months),
        }
    }
}

impl From<DraftRequestLine> for DraftLine {
    fn from(line: DraftRequestLine) -> Self {
        Self {
            product: line.product,
            pool: line.pool,
            amount: line.amount.0,
            min_amount: line.min_amount.0,
            earliest_start_on: line.earliest_start_on,
            latest_last_on: line.latest_last_on,
            months: line.months.0,
        }
    }
}

/// A draft as it is written.
#[derive(Debug, Serialize, ToSchema)]
struct Draft {
    /// Its id.
    id: ProposalRef,
    /// Its version, to be sent along with the next change.
    version: i64,
    /// Whether it can be written: a draft, or returned for correction.
    writable: bool,
    /// What it says in words.
    #[serde(flatten)]
    text: ProposalText,
    /// What it asks for, as typed.
    lines: Vec<DraftRequestLine>,
    /// What keeps it from being submitted as it is.
    missing: Vec<ProblemField>,
    /// The products of the call.
    products: Vec<Product>,
    /// How much of each pool the round hands out, in the pool's unit, by pool.
    envelope: BTreeMap<Short, i64>,
}

impl Draft {
    fn new(t: Texts, names: &Pools, view: DraftView) -> Self {
        let DraftView { row, lines, products, pools, missing, writable, .. } = view;
        let envelope = pools.into_iter().filter_map(|share| Some((Short(share.pool), share.amount?.0)));
        Self {
            text: ProposalText::of(&row),
            id: Id(row.id),
            version: row.version,
            writable,
            lines: lines.into_iter().map(DraftRequestLine::from).collect(),
            missing: missing.iter().map(|fault| ProblemField::new(t, names, fault)).collect(),
            products: products.into_iter().map(Product::from).collect(),
            envelope: envelope.collect(),
        }
    }
}

/// What a proposal says; anything may be missing while it is a draft.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProposalBody {
    /// The version that was read.
    version: i64,
    /// Korean title, up to 200 characters.
    #[serde(default)]
    title_ko: String,
    /// English title, up to 200 characters.
    #[serde(default)]
    title_en: String,
    /// What it is about, up to 4,000 characters.
    #[serde(default)]
    summary: String,
    /// How the resources will be used, up to 10,000 characters.
    #[serde(default)]
    usage_plan: String,
    /// The sector: `healthcare`, `automotive`, `energy`, `culture`, `manufacturing`, `agriculture`,
    /// `language`, `public`, `other`.
    #[serde(default)]
    sector: String,
    /// Whether it belongs to the cluster's R&D.
    #[serde(default)]
    rnd_cluster: bool,
    /// What it asks for, at most 20 lines.
    #[serde(default)]
    lines: Vec<DraftRequestLine>,
}

/// A receipt.
#[derive(Debug, Serialize, ToSchema)]
struct Receipt {
    /// Its number.
    receipt_no: String,
}

/// List one's own proposals
#[utoipa::path(get, path = "/proposals/mine", operation_id = "proposal_mine", tag = "proposals", params(Rows),
    extensions(("x-act" = json!("proposal.start"))),
    responses((status = 200, description = "Proposals that the caller leads or manages, newest first", body = Page<ProposalListItem>)))]
pub(super) async fn mine(read: Read, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| {
        let found = service::proposal::mine(cx, rows.after_at()?, rows.one_more())?;
        Ok(rows.page::<_, ProposalListItem, _>(found, |row| (row.created_at.as_second(), row.id)))
    })
    .await
}

/// Start a proposal in an open round
#[utoipa::path(post, path = "/rounds/{id}/proposals", operation_id = "proposal_start", tag = "proposals",
    params(("id" = String, Path, description = "The round")), request_body = Nothing,
    extensions(("x-act" = json!("proposal.start"))),
    responses((status = 201, description = "The draft", body = Made)))]
pub(super) async fn start(Path(round): Path<String>, post: Post<Nothing>) -> Answer {
    post.run(StatusCode::CREATED, move |cx, _| service::proposal::start(cx, id(&round)?).map(Made::new)).await
}

/// Show a draft as it is written, and what it still lacks
#[utoipa::path(get, path = "/proposals/{id}/draft", operation_id = "proposal_draft", tag = "proposals",
    params(("id" = String, Path, description = "The proposal")),
    extensions(("x-act" = json!("proposal.write"))),
    responses((status = 200, description = "The draft", body = Draft)))]
pub(super) async fn draft(read: Read, Path(proposal): Path<String>) -> Answer {
    read.run(move |cx| {
        let t = Texts::new(cx.actor.lang);
        service::proposal::form(cx, id(&proposal)?).map(|view| Draft::new(t, &cx.identity.pools, view))
    })
    .await
}

/// Save a draft
///
/// All of it is written anew, whether or not it could be submitted; `version` is the one that was
/// read.
#[utoipa::path(post, path = "/proposals/{id}", operation_id = "proposal_save", tag = "proposals",
    params(("id" = String, Path, description = "The proposal")), request_body = ProposalBody,
    extensions(("x-act" = json!("proposal.write"))),
    responses((status = 200, description = "Its new version", body = Version)))]
pub(super) async fn save(Path(proposal): Path<String>, post: Post<ProposalBody>) -> Answer {
    post.run(StatusCode::OK, move |cx, body| {
        let change = ProposalChange {
            title_ko: body.title_ko,
            title_en: body.title_en,
            summary: body.summary,
            usage_plan: body.usage_plan,
            sector: body.sector,
            rnd_cluster: body.rnd_cluster,
            lines: body.lines.into_iter().map(DraftLine::from).collect(),
        };
        service::proposal::save(cx, id(&proposal)?, body.version, "", &change).map(Version::new)
    })
    .await
}

/// Submit a proposal as it was last saved
///
/// After the deadline it is refused, and the draft stays as it is.
#[utoipa::path(post, path = "/proposals/{id}/submit", operation_id = "proposal_submit", tag = "proposals",
    params(("id" = String, Path, description = "The proposal")), request_body = Nothing,
    extensions(("x-act" = json!("proposal.write"))),
    responses((status = 200, description = "Its receipt", body = Receipt)))]
pub(super) async fn submit(Path(proposal): Path<String>, post: Post<Nothing>) -> Answer {
    post.run(StatusCode::OK, move |cx, _| {
        service::proposal::submit(cx, id(&proposal)?).map(|receipt_no| Receipt { receipt_no })
    })
    .await
}

/// Withdraw a proposal
#[utoipa::path(post, path = "/proposals/{id}/withdraw", operation_id = "proposal_withdraw", tag = "proposals",
    params(("id" = String, Path, description = "The proposal")), request_body = Why,
    extensions(("x-act" = json!("proposal.write"))),
    responses((status = 200, description = "It is withdrawn", body = Done)))]
pub(super) async fn withdraw(Path(proposal): Path<String>, post: Post<Why>) -> Answer {
    post.run(StatusCode::OK, move |cx, why| {
        let reason = why.checked()?;
        service::proposal::withdraw(cx, id(&proposal)?, &reason).map(Done::new)
    })
    .await
}
