//! The office's side: rounds with what waits in them, their proposals, the check of eligibility.

#![allow(unused_qualifications, reason = "what the path macro expands to")]

use axum::extract::Path;
use domain::proposal::ProposalState;
use edge::Slice;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use service::eligibility::Verdict;
use service::proposal::RoundItem;
use utoipa::{IntoParams, ToSchema};

use super::ProposalListItem;
use crate::v1::wire::{Choice, Done, Id, Instant, Page, ProposalStateWord, RoundRef, Rows, asked, id};
use crate::{Answer, Asked, Post, Read};

/// What the office found about the eligibility of a proposal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct VerdictBody {
    /// The version that was read.
    version: i64,
    /// What was found.
    verdict: VerdictWord,
    /// What is to be corrected, or why it is rejected; up to 4,000 characters.
    #[serde(default)]
    note: String,
}

/// What was found.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum VerdictWord {
    /// It goes on to review.
    Eligible,
    /// It is returned for correction.
    Return,
    /// It is not eligible.
    Reject,
}

/// The proposals of a round.
#[derive(Debug, Serialize, ToSchema)]
struct RoundProposals {
    /// The submitted proposals, earliest first.
    items: Vec<ProposalListItem>,
    /// Where the next rows begin: hand it back as `after`. Null if there are none.
    next: Option<String>,
    /// How many are in each state; drafts are only counted.
    counts: Vec<StateCount>,
}

/// How many are in a state.
#[derive(Debug, Serialize, ToSchema)]
struct StateCount {
    /// The state.
    state: ProposalStateWord,
    /// How many.
    count: i64,
}

/// A round with how many of its proposals wait for what.
#[derive(Debug, Serialize, ToSchema)]
struct RoundListItem {
    /// Its id.
    id: RoundRef,
    /// Korean name.
    name_ko: String,
    /// English name; may be empty.
    name_en: String,
    /// The call's Korean title.
    title_ko: String,
    /// The call's English title; may be empty.
    title_en: String,
    /// Until when it takes proposals.
    closes_at: Instant,
    /// How many proposals were submitted.
    submitted: i64,
    /// How many wait for the check of eligibility.
    to_check: i64,
    /// How many wait for reviewers.
    to_assign: i64,
    /// How many are under review.
    in_review: i64,
}

impl From<RoundItem> for RoundListItem {
    fn from(row: RoundItem) -> Self {
        Self {
            id: Id(row.id),
            name_ko: row.name_ko,
            name_en: row.name_en,
            title_ko: row.title_ko,
            title_en: row.title_en,
            closes_at: Instant(row.closes_at),
            submitted: row.submitted,
            to_check: row.to_check,
            to_assign: row.to_assign,
            in_review: row.in_review,
        }
    }
}

/// Which proposals.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct InState {
    /// Only those in this state.
    state: Option<String>,
}

/// List the rounds with how many of their proposals wait for what
#[utoipa::path(get, path = "/rounds", operation_id = "round_list", tag = "rounds", params(Rows),
    extensions(("x-act" = json!("proposal.list"))),
    responses((status = 200, description = "Rounds, latest closing first", body = Page<RoundListItem>)))]
pub(super) async fn rounds(read: Read, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| {
        let found = service::proposal::rounds(cx, rows.after_at()?, rows.one_more())?;
        Ok(rows.page::<_, RoundListItem, _>(found, |row| (row.closes_at.as_second(), row.id)))
    })
    .await
}

/// List the submitted proposals of a round
#[utoipa::path(get, path = "/rounds/{id}/proposals", operation_id = "round_proposals", tag = "rounds",
    params(("id" = String, Path, description = "The round"), InState, Rows),
    extensions(("x-act" = json!("proposal.list"))),
    responses((status = 200, description = "Proposals, earliest first", body = RoundProposals)))]
pub(super) async fn of_round(
    read: Read,
    Path(round): Path<String>,
    Asked(which): Asked<InState>,
    Asked(rows): Asked<Rows>,
) -> Answer {
    read.run(move |cx| {
        let state = asked::<Choice<ProposalState>>(which.state.as_deref(), "state")?.map(|state| state.0);
        let found = service::proposal::of_round(cx, id(&round)?, state, rows.after_at()?, rows.one_more())?;
        let slice = Slice::cut(found.items, rows.limit(), |row| {
            (row.submitted_at.map_or(0, jiff::Timestamp::as_second), row.id)
        });
        let slice = slice.map(ProposalListItem::from);
        let counts = found.counts.into_iter().map(|(state, count)| StateCount { state: Choice(state), count });
        Ok(RoundProposals { items: slice.items, next: slice.next, counts: counts.collect() })
    })
    .await
}

/// Record what was found about the eligibility of a proposal
#[utoipa::path(post, path = "/proposals/{id}/check", operation_id = "proposal_check", tag = "proposals",
    params(("id" = String, Path, description = "The proposal")), request_body = VerdictBody,
    extensions(("x-act" = json!("proposal.check"))),
    responses((status = 200, description = "It is recorded", body = Done)))]
pub(super) async fn check(Path(proposal): Path<String>, post: Post<VerdictBody>) -> Answer {
    post.run(StatusCode::OK, move |cx, body| {
        let verdict = match body.verdict {
            VerdictWord::Eligible => Verdict::Eligible,
            VerdictWord::Return => Verdict::Return(body.note),
            VerdictWord::Reject => Verdict::Reject(body.note),
        };
        service::eligibility::check(cx, id(&proposal)?, body.version, &verdict).map(Done::new)
    })
    .await
}
