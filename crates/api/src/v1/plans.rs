//! Plans of rounds: made, put forward, approved by a second person, announced.

#![allow(unused_qualifications, reason = "what the path macro expands to")]

use axum::extract::Path;
use edge::App;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use service::plan::{Given, PlanRow, PlanView, PoolUse};
use texts::{Pools, Texts};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::wire::{
    Choice, Day, DecisionWord, Done, Id, Instant, Made, Nothing, Page, PlanRef, PlanStateWord, ProposalRef, RoundRef,
    Rows, Short, Stretch, Told, UserRef, Why, id,
};
use crate::{Answer, Asked, Post, Read};

/// The operations of this area.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(of_round, make))
        .routes(routes!(show))
        .routes(routes!(propose))
        .routes(routes!(approve))
        .routes(routes!(send_back))
        .routes(routes!(announce))
}

/// A plan in a list.
#[derive(Debug, Serialize, ToSchema)]
struct PlanItem {
    /// Its id.
    id: PlanRef,
    /// The round.
    round: RoundRef,
    /// Which plan of the round, from 1.
    number: i64,
    /// Its state.
    state: PlanStateWord,
    /// SHA-256 over what it was made from.
    digest: String,
    /// Who made it.
    made_by: Option<UserRef>,
    /// When it was made.
    made_at: Instant,
    /// Who approved it.
    approved_by: Option<UserRef>,
    /// When it was approved.
    approved_at: Option<Instant>,
    /// When it was announced.
    announced_at: Option<Instant>,
    /// A note of its maker.
    note: String,
    /// Who sent it back last.
    returned_by: Option<UserRef>,
    /// When it was sent back.
    returned_at: Option<Instant>,
    /// Why it was sent back.
    returned_note: String,
}

impl From<PlanRow> for PlanItem {
    fn from(row: PlanRow) -> Self {
        Self {
            id: Id(row.id),
            round: Id(row.round),
            number: row.number,
            state: Choice(row.state),
            digest: row.digest,
            made_by: row.made_by.map(Id),
            made_at: Instant(row.made_at),
            approved_by: row.approved_by.map(Id),
            approved_at: row.approved_at.map(Instant),
            announced_at: row.announced_at.map(Instant),
            note: row.note,
            returned_by: row.returned_by.map(Id),
            returned_at: row.returned_at.map(Instant),
            returned_note: row.returned_note,
        }
    }
}

/// A plan with what it says.
#[derive(Debug, Serialize, ToSchema)]
struct PlanShown {
    /// The plan.
    plan: PlanItem,
    /// Which engine made it.
    solver: String,
    /// Whether the caller may approve it: it needs a second person.
    approvable: bool,
    /// Whether the caller may send it back.
    returnable: bool,
    /// What becomes of each proposal, in the order of rank.
    outcomes: Vec<Outcome>,
    /// How much of each pool is given and left.
    pools: Vec<PlanPool>,
}

/// What becomes of a proposal.
#[derive(Debug, Serialize, ToSchema)]
struct Outcome {
    /// The proposal.
    proposal: ProposalRef,
    /// Its Korean title.
    title_ko: String,
    /// Its English title; may be empty.
    title_en: String,
    /// Its organization's Korean name.
    organization_ko: Option<String>,
    /// Its organization's English name.
    organization_en: Option<String>,
    /// Its place by merit, from 1.
    rank: i64,
    /// Its score in thousandths of a point, bonus points included.
    score_milli: i64,
    /// What is decided.
    decision: DecisionWord,
    /// The place on the reserve list, from 1.
    reserve_rank: Option<i64>,
    /// What it is given: one per line of the request, or none.
    given: Vec<Promise>,
    /// Why.
    reasons: Vec<Told>,
}

/// What is given or promised of a pool.
#[derive(Debug, Serialize, ToSchema)]
pub struct Promise {
    /// The product.
    product: Short,
    /// The pool.
    pool: Short,
    /// How much, in the pool's unit.
    amount: i64,
    /// The first day.
    from: Day,
    /// The first day after the last.
    to: Day,
}

impl From<Given> for Promise {
    fn from(given: Given) -> Self {
        Self {
            product: Short(given.product),
            pool: Short(given.pool),
            amount: given.amount,
            from: Day(given.term.from()),
            to: Day(given.term.to()),
        }
    }
}

impl From<service::offer::OfferLine> for Promise {
    fn from(line: service::offer::OfferLine) -> Self {
        Self {
            product: Short(line.product),
            pool: Short(line.pool),
            amount: line.amount.0,
            from: Day(line.from_on),
            to: Day(line.to_on),
        }
    }
}

/// How a plan uses a pool.
#[derive(Debug, Serialize, ToSchema)]
struct PlanPool {
    /// The pool.
    pool: Short,
    /// What the plan gives, over the days that it touches.
    given: Vec<Stretch>,
    /// What is left of the free, over the same days.
    left: Vec<Stretch>,
}

impl From<PoolUse> for PlanPool {
    fn from(used: PoolUse) -> Self {
        Self {
            pool: Short(used.pool),
            given: used.given.iter().map(|one| Stretch::new((one.term, one.amount))).collect(),
            left: used.left.iter().map(|one| Stretch::new((one.term, one.amount))).collect(),
        }
    }
}

fn shown(t: Texts, pools: &Pools, view: PlanView) -> PlanShown {
    let PlanView { row, input, plan, mut applicants, approvable, returnable, .. } = view;
    let scores: std::collections::BTreeMap<_, _> =
        input.proposals.iter().map(|one| (one.proposal, one.score_milli)).collect();
    let outcomes = plan.outcomes.into_iter().map(|one| {
        let applicant = applicants.remove(&one.proposal);
        let (title_ko, title_en, organization_ko, organization_en) = applicant.map_or_else(Default::default, |found| {
            (found.title_ko, found.title_en, found.organization_ko, found.organization_en)
        });
        Outcome {
            proposal: Id(one.proposal),
            title_ko,
            title_en,
            organization_ko,
            organization_en,
            rank: one.rank,
            score_milli: scores.get(&one.proposal).copied().unwrap_or_default(),
            decision: Choice(one.decision),
            reserve_rank: one.reserve_rank,
            given: one.given.into_iter().map(Promise::from).collect(),
            reasons: Told::all(t, pools, &one.reasons),
        }
    });
    PlanShown {
        outcomes: outcomes.collect(),
        plan: row.into(),
        solver: plan.solver,
        approvable,
        returnable,
        pools: plan.pools.into_iter().map(PlanPool::from).collect(),
    }
}

/// A plan to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PlanBody {
    /// A note for whoever approves it, up to 2,000 characters.
    #[serde(default)]
    note: String,
}

/// List the plans of a round
#[utoipa::path(get, path = "/rounds/{id}/plans", operation_id = "round_plans", tag = "rounds",
    params(("id" = String, Path, description = "The round"), Rows),
    extensions(("x-act" = json!("plan.read"))),
    responses((status = 200, description = "Plans, newest first", body = Page<PlanItem>)))]
async fn of_round(read: Read, Path(round): Path<String>, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| {
        let (_, plans) = service::plan::of_round(cx, id(&round)?, rows.after()?, rows.one_more())?;
        Ok(rows.page::<_, PlanItem, _>(plans, |row| row.number))
    })
    .await
}

/// Make a plan of a round
///
/// It is made from the facts of this moment; earlier plans that are not announced step back.
#[utoipa::path(post, path = "/rounds/{id}/plans", operation_id = "plan_make", tag = "plans",
    params(("id" = String, Path, description = "The round")), request_body = PlanBody,
    extensions(("x-act" = json!("plan.make"))),
    responses((status = 201, description = "The plan", body = Made)))]
async fn make(Path(round): Path<String>, post: Post<PlanBody>) -> Answer {
    post.run(StatusCode::CREATED, move |cx, body| service::plan::make(cx, id(&round)?, &body.note).map(Made::new)).await
}

/// Show a plan
#[utoipa::path(get, path = "/plans/{id}", operation_id = "plan_show", tag = "plans",
    params(("id" = String, Path, description = "The plan")),
    extensions(("x-act" = json!("plan.read"))),
    responses((status = 200, description = "The plan with its reasons", body = PlanShown)))]
async fn show(read: Read, Path(plan): Path<String>) -> Answer {
    read.run(move |cx| {
        let t = Texts::new(cx.actor.lang);
        service::plan::show(cx, id(&plan)?).map(|view| shown(t, &cx.identity.pools, view))
    })
    .await
}

/// Put a plan forward for approval
#[utoipa::path(post, path = "/plans/{id}/propose", operation_id = "plan_propose", tag = "plans",
    params(("id" = String, Path, description = "The plan")), request_body = Nothing,
    extensions(("x-act" = json!("plan.make"))),
    responses((status = 200, description = "It waits for approval", body = Done)))]
async fn propose(Path(plan): Path<String>, post: Post<Nothing>) -> Answer {
    post.run(StatusCode::OK, move |cx, _| service::plan::propose(cx, id(&plan)?).map(Done::new)).await
}

/// Approve a plan
///
/// Its maker may not. A plan whose facts have changed is refused with what no longer fits.
#[utoipa::path(post, path = "/plans/{id}/approve", operation_id = "plan_approve", tag = "plans",
    params(("id" = String, Path, description = "The plan")), request_body = Nothing,
    extensions(("x-act" = json!("plan.approve"))),
    responses((status = 200, description = "It is approved", body = Done)))]
async fn approve(Path(plan): Path<String>, post: Post<Nothing>) -> Answer {
    post.run(StatusCode::OK, move |cx, _| service::plan::approve(cx, id(&plan)?).map(Done::new)).await
}

/// Send a plan back to its maker
///
/// Its maker may not. They are told the reason, and may put it forward again or make it anew.
#[utoipa::path(post, path = "/plans/{id}/return", operation_id = "plan_return", tag = "plans",
    params(("id" = String, Path, description = "The plan")), request_body = Why,
    extensions(("x-act" = json!("plan.return"))),
    responses((status = 200, description = "It is back with its maker", body = Done)))]
async fn send_back(Path(plan): Path<String>, post: Post<Why>) -> Answer {
    post.run(StatusCode::OK, move |cx, why| service::plan::send_back(cx, id(&plan)?, &why.reason).map(Done::new)).await
}

/// Announce an approved plan
///
/// A decision for every proposal, offers that hold their capacity, and a letter to each.
#[utoipa::path(post, path = "/plans/{id}/announce", operation_id = "plan_announce", tag = "plans",
    params(("id" = String, Path, description = "The plan")), request_body = Nothing,
    extensions(("x-act" = json!("plan.announce"))),
    responses((status = 200, description = "It is announced", body = Done)))]
async fn announce(Path(plan): Path<String>, post: Post<Nothing>) -> Answer {
    post.run(StatusCode::OK, move |cx, _| service::plan::announce(cx, id(&plan)?).map(Done::new)).await
}
