//! Reviews: assigned by the office, written by reviewers.

#![allow(unused_qualifications, reason = "what the path macro expands to")]

use axum::extract::Path;
use domain::ids::UserId;
use edge::App;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use service::review::{MyReview, ProposalReviews, ReviewChange, ReviewItem, ReviewView, ReviewerItem, RoundReviews};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::calls::Criterion;
use super::proposals::{RequestLine, RoundOf};
use super::wire::{
    Choice, Day, Done, Id, Instant, Nothing, OrganizationRef, Page, ProposalRef, ProposalStateWord, ReviewRef,
    ReviewStateWord, Rows, UserRef, Version, Why, id,
};
use crate::{Answer, Asked, Post, Read};

/// The operations of this area.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(mine))
        .routes(routes!(show, save))
        .routes(routes!(begin))
        .routes(routes!(conflict))
        .routes(routes!(submit))
        .routes(routes!(unassign))
        .routes(routes!(of_proposal, assign))
        .routes(routes!(of_round))
        .routes(routes!(fill))
}

/// A review in its reviewer's list.
#[derive(Debug, Serialize, ToSchema)]
struct MyReviewItem {
    /// Its id.
    id: ReviewRef,
    /// The proposal.
    proposal: ProposalRef,
    /// Its state.
    state: ReviewStateWord,
    /// The proposal's Korean title.
    title_ko: String,
    /// The proposal's English title; may be empty.
    title_en: String,
    /// The proposal's number.
    receipt_no: Option<String>,
    /// The organization's Korean name.
    organization_ko: Option<String>,
    /// The organization's English name.
    organization_en: Option<String>,
    /// Until which day it is due.
    review_due_on: Day,
    /// When it was assigned.
    assigned_at: Instant,
}

impl From<MyReview> for MyReviewItem {
    fn from(row: MyReview) -> Self {
        Self {
            id: Id(row.id),
            proposal: Id(row.proposal),
            state: Choice(row.state),
            title_ko: row.title_ko,
            title_en: row.title_en,
            receipt_no: row.receipt_no,
            organization_ko: row.organization_ko,
            organization_en: row.organization_en,
            review_due_on: Day(row.review_due_on),
            assigned_at: Instant(row.assigned_at),
        }
    }
}

/// A review as its reviewer sees it.
#[derive(Debug, Serialize, ToSchema)]
struct Review {
    /// Its id.
    id: ReviewRef,
    /// Its version, to be sent along with the next change.
    version: i64,
    /// Its state.
    state: ReviewStateWord,
    /// The proposal's Korean title.
    title_ko: String,
    /// The proposal's English title; may be empty.
    title_en: String,
    /// The organization's Korean name.
    organization_ko: Option<String>,
    /// The organization's English name.
    organization_en: Option<String>,
    /// The round.
    round: RoundOf,
    /// The proposal; null until its reviewer declared that there is no conflict of interest.
    proposal: Option<Reviewed>,
    /// The criteria in order, with the points given so far.
    criteria: Vec<Scored>,
    /// What the applicant is told.
    comment_applicant: String,
    /// What the committee is told.
    comment_committee: String,
    /// When it was handed in.
    submitted_at: Option<Instant>,
}

/// A proposal as its reviewer reads it.
#[derive(Debug, Serialize, ToSchema)]
struct Reviewed {
    /// Its id.
    id: ProposalRef,
    /// What it is about.
    summary: String,
    /// How the resources will be used.
    usage_plan: String,
    /// The sector.
    sector: String,
    /// What it asks for.
    lines: Vec<RequestLine>,
}

/// A criterion with the points given.
#[derive(Debug, Serialize, ToSchema)]
struct Scored {
    /// The criterion.
    criterion: Criterion,
    /// The points; null while there are none.
    points: Option<i64>,
}

impl From<ReviewView> for Review {
    fn from(view: ReviewView) -> Self {
        let ReviewView { row, titles, organization, round, proposal, criteria } = view;
        let (organization_ko, organization_en) = organization.unzip();
        Self {
            id: Id(row.id),
            version: row.version,
            state: Choice(row.state),
            title_ko: titles.0,
            title_en: titles.1,
            organization_ko,
            organization_en,
            round: round.into(),
            proposal: proposal.map(|(row, lines)| Reviewed {
                id: Id(row.id),
                summary: row.summary,
                usage_plan: row.usage_plan,
                sector: row.sector,
                lines: lines.into_iter().map(RequestLine::from).collect(),
            }),
            criteria: criteria.into_iter().map(|(row, points)| Scored { criterion: row.into(), points }).collect(),
            comment_applicant: row.comment_applicant,
            comment_committee: row.comment_committee,
            submitted_at: row.submitted_at.map(Instant),
        }
    }
}

/// What a reviewer writes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReviewBody {
    /// The version that was read.
    version: i64,
    /// The points by the criteria's order; null where there are none yet.
    #[serde(default)]
    points: Vec<Option<i64>>,
    /// What the applicant is told, up to 4,000 characters.
    #[serde(default)]
    comment_applicant: String,
    /// What the committee is told, up to 4,000 characters.
    #[serde(default)]
    comment_committee: String,
}

impl ReviewBody {
    fn split(self) -> (i64, ReviewChange) {
        let change = ReviewChange {
            points: self.points,
            comment_applicant: self.comment_applicant,
            comment_committee: self.comment_committee,
        };
        (self.version, change)
    }
}

/// The reviews of a proposal as the office sees them.
#[derive(Debug, Serialize, ToSchema)]
struct ReviewsOf {
    /// The proposal.
    proposal: ProposalRef,
    /// Its state.
    state: ProposalStateWord,
    /// Its round.
    round: RoundOf,
    /// The fewest reviewers that it needs.
    min_reviewers: i64,
    /// The mean of the reviews that are in, in thousandths of a point; from five on without the
    /// highest and the lowest. Null while there is none.
    mean_milli: Option<i64>,
    /// Whether the caller may assign reviewers now.
    assignable: bool,
    /// Its reviews.
    reviews: Vec<ReviewOf>,
    /// Who else could review it, least busy first.
    candidates: Vec<Reviewer>,
}

/// A review as the office sees it.
#[derive(Debug, Serialize, ToSchema)]
struct ReviewOf {
    /// Its id.
    id: ReviewRef,
    /// Its reviewer.
    reviewer: UserRef,
    /// The reviewer's name.
    name: String,
    /// Its state.
    state: ReviewStateWord,
    /// The conflict of interest that was declared.
    conflict: String,
    /// What the applicant is told.
    comment_applicant: String,
    /// What the committee is told.
    comment_committee: String,
    /// The sum of the points given.
    points: Option<i64>,
}

impl From<ReviewItem> for ReviewOf {
    fn from(row: ReviewItem) -> Self {
        Self {
            id: Id(row.id),
            reviewer: Id(row.reviewer),
            name: row.name,
            state: Choice(row.state),
            conflict: row.conflict,
            comment_applicant: row.comment_applicant,
            comment_committee: row.comment_committee,
            points: row.points,
        }
    }
}

/// Somebody who could review a proposal.
#[derive(Debug, Serialize, ToSchema)]
struct Reviewer {
    /// The account.
    id: UserRef,
    /// The name.
    name: String,
    /// The organization.
    organization: Option<OrganizationRef>,
    /// The organization's Korean name.
    organization_ko: Option<String>,
    /// The organization's English name.
    organization_en: Option<String>,
    /// How many reviews of the round they have already.
    load: i64,
}

impl From<ReviewerItem> for Reviewer {
    fn from(row: ReviewerItem) -> Self {
        Self {
            id: Id(row.id),
            name: row.name,
            organization: row.organization.map(Id),
            organization_ko: row.organization_ko,
            organization_en: row.organization_en,
            load: row.load,
        }
    }
}

impl From<ProposalReviews> for ReviewsOf {
    fn from(view: ProposalReviews) -> Self {
        Self {
            proposal: Id(view.proposal.id),
            state: Choice(view.proposal.state),
            round: view.round.into(),
            min_reviewers: view.min,
            mean_milli: view.aggregate.map(|aggregate| aggregate.total_milli),
            assignable: view.assignable,
            reviews: view.reviews.into_iter().map(ReviewOf::from).collect(),
            candidates: view.candidates.into_iter().map(Reviewer::from).collect(),
        }
    }
}

/// How the reviews of a round stand.
#[derive(Debug, Serialize, ToSchema)]
struct ReviewsOfRound {
    /// The round.
    round: RoundOf,
    /// How many proposals are up for review.
    proposals: i64,
    /// How many of them have fewer reviewers than the policy asks for.
    lacking: i64,
    /// The fewest reviewers that a proposal needs.
    min_reviewers: i64,
    /// How many reviews are in each state.
    counts: Vec<ReviewCount>,
    /// The reviewers with their load.
    reviewers: Vec<Reviewer>,
}

/// How many reviews are in a state.
#[derive(Debug, Serialize, ToSchema)]
struct ReviewCount {
    /// The state.
    state: ReviewStateWord,
    /// How many.
    count: i64,
}

impl From<RoundReviews> for ReviewsOfRound {
    fn from(view: RoundReviews) -> Self {
        let counts = view.counts.into_iter().map(|(state, count)| ReviewCount { state: Choice(state), count });
        Self {
            counts: counts.collect(),
            round: view.round.into(),
            proposals: view.proposals,
            lacking: view.lacking,
            min_reviewers: view.min,
            reviewers: view.reviewers.into_iter().map(Reviewer::from).collect(),
        }
    }
}

/// Who is to review a proposal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AssignBody {
    /// The reviewers, beside those it has.
    reviewers: Vec<UserRef>,
}

/// How many were assigned.
#[derive(Debug, Serialize, ToSchema)]
struct Assigned {
    /// How many reviews were assigned.
    assigned: u64,
}

/// List one's own reviews
#[utoipa::path(get, path = "/reviews", operation_id = "review_mine", tag = "reviews", params(Rows),
    extensions(("x-act" = json!("review.list"))),
    responses((status = 200, description = "The caller's reviews: those that wait first, soonest due first", body = Page<MyReviewItem>)))]
async fn mine(read: Read, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| {
        let found = service::review::mine(cx, rows.after()?, rows.one_more())?;
        Ok(rows.page::<_, MyReviewItem, _>(found, service::review::MyReview::place))
    })
    .await
}

/// Show one of one's own reviews
#[utoipa::path(get, path = "/reviews/{id}", operation_id = "review_show", tag = "reviews",
    params(("id" = String, Path, description = "The review")),
    extensions(("x-act" = json!("review.write"))),
    responses((status = 200, description = "The review", body = Review)))]
async fn show(read: Read, Path(review): Path<String>) -> Answer {
    read.run(move |cx| service::review::show(cx, id(&review)?).map(Review::from)).await
}

/// Declare that there is no conflict of interest
#[utoipa::path(post, path = "/reviews/{id}/begin", operation_id = "review_begin", tag = "reviews",
    params(("id" = String, Path, description = "The review")), request_body = Nothing,
    extensions(("x-act" = json!("review.write"))),
    responses((status = 200, description = "The proposal can be read and scored", body = Done)))]
async fn begin(Path(review): Path<String>, post: Post<Nothing>) -> Answer {
    post.run(StatusCode::OK, move |cx, _| service::review::begin(cx, id(&review)?).map(Done::new)).await
}

/// Declare a conflict of interest
#[utoipa::path(post, path = "/reviews/{id}/conflict", operation_id = "review_conflict", tag = "reviews",
    params(("id" = String, Path, description = "The review")), request_body = Why,
    extensions(("x-act" = json!("review.write"))),
    responses((status = 200, description = "The review is off", body = Done)))]
async fn conflict(Path(review): Path<String>, post: Post<Why>) -> Answer {
    post.run(StatusCode::OK, move |cx, why| {
        service::review::declare_conflict(cx, id(&review)?, &why.reason).map(Done::new)
    })
    .await
}

/// Save a review that is being written
#[utoipa::path(post, path = "/reviews/{id}", operation_id = "review_save", tag = "reviews",
    params(("id" = String, Path, description = "The review")), request_body = ReviewBody,
    extensions(("x-act" = json!("review.write"))),
    responses((status = 200, description = "Its new version", body = Version)))]
async fn save(Path(review): Path<String>, post: Post<ReviewBody>) -> Answer {
    post.run(StatusCode::OK, move |cx, body| {
        let (version, change) = body.split();
        service::review::save(cx, id(&review)?, version, "", &change).map(Version::new)
    })
    .await
}

/// Hand a review in
#[utoipa::path(post, path = "/reviews/{id}/submit", operation_id = "review_submit", tag = "reviews",
    params(("id" = String, Path, description = "The review")), request_body = ReviewBody,
    extensions(("x-act" = json!("review.write"))),
    responses((status = 200, description = "It is handed in", body = Done)))]
async fn submit(Path(review): Path<String>, post: Post<ReviewBody>) -> Answer {
    post.run(StatusCode::OK, move |cx, body| {
        let (version, change) = body.split();
        service::review::submit(cx, id(&review)?, version, "", &change).map(Done::new)
    })
    .await
}

/// Take an assignment back that was not begun
#[utoipa::path(post, path = "/reviews/{id}/unassign", operation_id = "review_unassign", tag = "reviews",
    params(("id" = String, Path, description = "The review")), request_body = Nothing,
    extensions(("x-act" = json!("review.assign"))),
    responses((status = 200, description = "It is taken back", body = Done)))]
async fn unassign(Path(review): Path<String>, post: Post<Nothing>) -> Answer {
    post.run(StatusCode::OK, move |cx, _| service::review::unassign(cx, id(&review)?).map(Done::new)).await
}

/// Show the reviews of a proposal
#[utoipa::path(get, path = "/proposals/{id}/reviews", operation_id = "proposal_reviews", tag = "reviews",
    params(("id" = String, Path, description = "The proposal")),
    extensions(("x-act" = json!("review.read"))),
    responses((status = 200, description = "Its reviews, and who else could review it", body = ReviewsOf)))]
async fn of_proposal(read: Read, Path(proposal): Path<String>) -> Answer {
    read.run(move |cx| service::review::of_proposal(cx, id(&proposal)?).map(ReviewsOf::from)).await
}

/// Assign reviewers to a proposal
#[utoipa::path(post, path = "/proposals/{id}/reviews", operation_id = "review_assign", tag = "reviews",
    params(("id" = String, Path, description = "The proposal")), request_body = AssignBody,
    extensions(("x-act" = json!("review.assign"))),
    responses((status = 200, description = "They are assigned", body = Done)))]
async fn assign(Path(proposal): Path<String>, post: Post<AssignBody>) -> Answer {
    post.run(StatusCode::OK, move |cx, body| {
        let reviewers: Vec<UserId> = body.reviewers.into_iter().map(|reviewer| reviewer.0).collect();
        service::review::assign(cx, id(&proposal)?, &reviewers).map(Done::new)
    })
    .await
}

/// Show how the reviews of a round stand
#[utoipa::path(get, path = "/rounds/{id}/reviews", operation_id = "round_reviews", tag = "reviews",
    params(("id" = String, Path, description = "The round")),
    extensions(("x-act" = json!("review.read"))),
    responses((status = 200, description = "Counts, and the reviewers with their load", body = ReviewsOfRound)))]
async fn of_round(read: Read, Path(round): Path<String>) -> Answer {
    read.run(move |cx| service::review::of_round(cx, id(&round)?).map(ReviewsOfRound::from)).await
}

/// Give every proposal of a round the reviewers that it lacks
#[utoipa::path(post, path = "/rounds/{id}/reviews/fill", operation_id = "review_fill", tag = "reviews",
    params(("id" = String, Path, description = "The round")), request_body = Nothing,
    extensions(("x-act" = json!("review.assign"))),
    responses((status = 200, description = "How many were assigned", body = Assigned)))]
async fn fill(Path(round): Path<String>, post: Post<Nothing>) -> Answer {
    post.run(StatusCode::OK, move |cx, _| service::review::fill(cx, id(&round)?).map(|assigned| Assigned { assigned }))
        .await
}
