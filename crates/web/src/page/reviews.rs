//! Reviews: assigned and followed by the office, written by reviewers.

use askama::Template;
use axum::extract::{Path, Query};
use domain::access::Act;
use domain::ids::{OutboxId, ProposalId, ReviewId, RoundId, UserId};
use domain::review::ReviewState;
use domain::{Code, Reason};
use edge::{Fail, PageQuery, Slice};
use jiff::civil::Date;
use service::Error;
use service::review::{COMMENT_MAX, ProposalReviews, ReviewChange, ReviewView, ReviewerItem};
use texts::{Texts, k};

use crate::chrome::Chrome;
use crate::form::Form;
use crate::form::review::{Sent, filled, read};
use crate::page::plans::{pick, score};
use crate::page::proposals::{Body, Counter, body, title};
use crate::route::{Line, Section, get, post};
use crate::ui::{Answer, Ui};

/// The lines of this area.
#[must_use]
pub fn routes() -> Vec<Line> {
    vec![
        get("/reviews", Act::ReviewList, mine).menu(Section::Mine, 30, k::REVIEWS_MENU),
        get("/reviews/{id}", Act::ReviewWrite, show),
        post("/reviews/{id}", Act::ReviewWrite, save),
        post("/reviews/{id}/draft", Act::ReviewWrite, autosave),
        post("/reviews/{id}/begin", Act::ReviewWrite, begin),
        post("/reviews/{id}/conflict", Act::ReviewWrite, conflict),
        get("/proposals/{id}/reviews", Act::ReviewRead, of_proposal),
        post("/proposals/{id}/reviews", Act::ReviewAssign, assign),
        post("/proposals/{id}/reviews/{review}/remove", Act::ReviewAssign, unassign),
        get("/rounds/{id}/reviews", Act::ReviewRead, of_round),
        post("/rounds/{id}/reviews/fill", Act::ReviewAssign, fill),
    ]
}

fn badge(state: ReviewState) -> &'static str {
    match state {
        ReviewState::Assigned => "wait",
        ReviewState::Draft => "info",
        ReviewState::Submitted => "good",
        ReviewState::Conflict => "bad",
    }
}

// The reviewer's pages.

struct MyItem {
    id: ReviewId,
    title: String,
    receipt: String,
    organization: String,
    state: String,
    badge: &'static str,
    due: String,
    late: bool,
}

#[derive(Template)]
#[template(path = "reviews/mine.html")]
struct MinePage {
    chrome: Chrome,
    t: Texts,
    rows: Vec<MyItem>,
    next: Option<String>,
}

async fn mine(ui: Ui, Query(page): Query<PageQuery>) -> Answer {
    let t = ui.t;
    let limit = page.limit(50);
    let after = page.after::<(bool, Date, ReviewId)>()?;
    let count = limit.saturating_add(1);
    let (rows, today) = ui.read(move |cx| Ok((service::review::mine(cx, after, count)?, cx.today()))).await?;
    let slice = Slice::cut(rows, limit, service::review::MyReview::place);
    let rows = slice
        .items
        .iter()
        .map(|row| MyItem {
            id: row.id,
            title: title(t, &row.title_ko, &row.title_en),
            receipt: row.receipt_no.clone().unwrap_or_default(),
            organization: names(t, row.organization_ko.as_ref(), row.organization_en.as_ref()),
            state: t.word(row.state),
            badge: badge(row.state),
            due: t.date(row.review_due_on),
            late: today > row.review_due_on && matches!(row.state, ReviewState::Assigned | ReviewState::Draft),
        })
        .collect();
    ui.page(&MinePage { chrome: ui.chrome(t.s(k::REVIEWS_MINE)), t, rows, next: slice.next })
}

fn names(t: Texts, ko: Option<&String>, en: Option<&String>) -> String {
    ko.zip(en).map(|(ko, en)| pick(t, ko, en)).unwrap_or_default()
}

struct Criterion {
    field: String,
    label: String,
    max: i64,
    points: String,
}

#[derive(Template)]
#[template(path = "reviews/show.html")]
struct ReviewPage {
    chrome: Chrome,
    t: Texts,
    form: Form,
    id: ReviewId,
    title: String,
    organization: String,
    due: String,
    state: String,
    badge: &'static str,
    stage: &'static str,
    conflict: String,
    body: Option<Body>,
    criteria: Vec<Criterion>,
    total: String,
    /// What is wrong with what was sent: field and text.
    faults: Vec<(String, String)>,
    refusals: Vec<String>,
    stale: bool,
    applicant_counter: Counter,
    committee_counter: Counter,
}

async fn review_page(ui: &Ui, id: ReviewId, form: Option<Form>, stale: bool) -> Result<ReviewPage, Fail> {
    let (view, name) = ui
        .read(move |cx| {
            let name: OutboxId = cx.new_id()?;
            Ok((service::review::show(cx, id)?, name.to_string()))
        })
        .await?;
    let change = change_of(&view);
    let form = match form {
        Some(mut form) => {
            form.set("version", view.row.version.to_string());
            form
        }
        None => filled(&change, view.row.version, &name),
    };
    Ok(draw(ui, &view, form, stale))
}

fn change_of(view: &ReviewView) -> ReviewChange {
    ReviewChange {
        points: view.criteria.iter().map(|(_, points)| *points).collect(),
        comment_applicant: view.row.comment_applicant.clone(),
        comment_committee: view.row.comment_committee.clone(),
    }
}

fn draw(ui: &Ui, view: &ReviewView, form: Form, stale: bool) -> ReviewPage {
    let t = ui.t;
    let given: i64 = view.criteria.iter().filter_map(|(_, points)| *points).sum();
    let most: i64 = view.criteria.iter().map(|(criterion, _)| criterion.max_points).sum();
    let criteria = view.criteria.iter().enumerate().map(|(n, (criterion, points))| Criterion {
        field: format!("points.{n}"),
        label: pick(t, &criterion.name_ko, &criterion.name_en),
        max: criterion.max_points,
        points: points.map(|points| t.int(points)).unwrap_or_default(),
    });
    let criteria: Vec<Criterion> = criteria.collect();
    let label = |field: &str| match field {
        "comment_applicant" => t.s(k::REVIEW_TO_APPLICANT),
        "comment_committee" => t.s(k::REVIEW_TO_COMMITTEE),
        "reason" => t.s(k::REVIEW_CONFLICT_REASON),
        _ => criteria.iter().find(|one| one.field == field).map(|one| one.label.clone()).unwrap_or_default(),
    };
    let faults: Vec<(String, String)> = form
        .faults(&t)
        .into_iter()
        .map(|(field, text)| (field.clone(), format!("{}: {text}", label(&field))))
        .collect();
    ReviewPage {
        chrome: ui.chrome(t.s(k::REVIEW_TITLE)),
        t,
        id: view.row.id,
        title: title(t, &view.titles.0, &view.titles.1),
        organization: view.organization.as_ref().map(|(ko, en)| pick(t, ko, en)).unwrap_or_default(),
        due: t.f1(k::REVIEW_DUE, "due", t.date(view.round.review_due_on)),
        state: t.word(view.row.state),
        badge: badge(view.row.state),
        stage: view.row.state.as_str(),
        conflict: view.row.conflict.clone(),
        body: view.proposal.as_ref().map(|(row, lines)| body(t, &ui.app.center.identity, row, lines)),
        faults,
        refusals: form.refusals(&t),
        criteria,
        total: t.f2(k::REVIEW_TOTAL, ("points", t.int(given)), ("max", t.int(most))),
        stale,
        applicant_counter: Counter::of(form.value("comment_applicant"), COMMENT_MAX),
        committee_counter: Counter::of(form.value("comment_committee"), COMMENT_MAX),
        form,
    }
}

async fn show(ui: Ui, Path(id): Path<String>) -> Answer {
    let id: ReviewId = id.parse().map_err(|_| Error::NotFound)?;
    let page = review_page(&ui, id, None, false).await?;
    ui.page(&page)
}

async fn rejected(ui: &Ui, id: ReviewId, form: Form, stale: bool) -> Answer {
    let page = review_page(ui, id, Some(form), stale).await?;
    ui.rejected(&page)
}

/// What was sent about a review: how many points there are is for its criteria to say.
async fn sent(ui: &Ui, id: ReviewId, form: &mut Form) -> Result<(Option<Sent>, ReviewView), Fail> {
    let view = ui.read(move |cx| service::review::show(cx, id)).await?;
    Ok((read(form, view.criteria.len()), view))
}

async fn save(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let id: ReviewId = id.parse().map_err(|_| Error::NotFound)?;
    let (Some(sent), view) = sent(&ui, id, &mut form).await? else { return rejected(&ui, id, form, false).await };
    if view.row.state == ReviewState::Submitted && change_of(&view) == sent.change {
        return ui.done(&format!("/reviews/{id}"), k::FLASH_REVIEW_ALREADY);
    }
    let Sent { change, version, from, submit } = sent;
    let outcome = ui
        .write(move |cx| {
            if submit {
                service::review::submit(cx, id, version, &from, &change)
            } else {
                service::review::save(cx, id, version, &from, &change).map(drop)
            }
        })
        .await;
    match outcome {
        Ok(()) if submit => ui.done("/reviews", k::FLASH_REVIEW_SUBMITTED),
        Ok(()) => ui.done(&format!("/reviews/{id}"), k::FLASH_REVIEW_SAVED),
        Err(Fail(Error::Conflict(reasons))) if is_stale(&reasons) => rejected(&ui, id, form, true).await,
        Err(fail) => {
            form.take(fail)?;
            rejected(&ui, id, form, false).await
        }
    }
}

fn is_stale(reasons: &[Reason]) -> bool {
    reasons.iter().any(|reason| reason.code == Code::Changed)
}

async fn autosave(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let id: ReviewId = id.parse().map_err(|_| Error::NotFound)?;
    let (sent, _) = sent(&ui, id, &mut form).await?;
    let Some(Sent { change, version, from, .. }) = sent else {
        return Err(Fail(Error::field("", Code::BadCharacters)));
    };
    ui.write(move |cx| service::review::save(cx, id, version, &from, &change)).await?;
    ui.saved()
}

async fn begin(ui: Ui, Path(id): Path<String>) -> Answer {
    let id: ReviewId = id.parse().map_err(|_| Error::NotFound)?;
    match ui.write(move |cx| service::review::begin(cx, id)).await {
        Ok(()) => ui.done(&format!("/reviews/{id}"), k::FLASH_REVIEW_BEGUN),
        Err(fail) => {
            let mut form = Form::default();
            form.take(fail)?;
            rejected(&ui, id, form, false).await
        }
    }
}

async fn conflict(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let id: ReviewId = id.parse().map_err(|_| Error::NotFound)?;
    if let Some(reason) = form.text("reason", 1000) {
        match ui.write(move |cx| service::review::declare_conflict(cx, id, &reason)).await {
            Ok(()) => return ui.done("/reviews", k::FLASH_REVIEW_CONFLICT),
            Err(fail) => form.take(fail)?,
        }
    }
    rejected(&ui, id, form, false).await
}

// The office's pages.

struct Assigned {
    id: ReviewId,
    name: String,
    state: String,
    badge: &'static str,
    points: String,
    applicant: String,
    committee: String,
    conflict: String,
    removable: bool,
}

struct Candidate {
    id: UserId,
    name: String,
    organization: String,
    load: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "reviews/proposal.html")]
struct ProposalPage {
    chrome: Chrome,
    t: Texts,
    form: Form,
    id: ProposalId,
    round: RoundId,
    title: String,
    receipt: String,
    due: String,
    progress: String,
    score: String,
    rows: Vec<Assigned>,
    candidates: Vec<Candidate>,
    hint: String,
    assignable: bool,
}

async fn of_proposal(ui: Ui, Path(id): Path<String>) -> Answer {
    let id: ProposalId = id.parse().map_err(|_| Error::NotFound)?;
    let page = proposal_page(&ui, id, None).await?;
    ui.page(&page)
}

async fn proposal_page(ui: &Ui, id: ProposalId, form: Option<Form>) -> Result<ProposalPage, Fail> {
    let t = ui.t;
    let view = ui.read(move |cx| service::review::of_proposal(cx, id)).await?;
    let live = |state: ReviewState| state != ReviewState::Conflict;
    let count = view.reviews.iter().filter(|review| live(review.state)).count();
    let done = view.reviews.iter().filter(|review| review.state == ReviewState::Submitted).count();
    // Whoever has least to do is suggested, as many as are lacking.
    let lacking = usize::try_from(view.min).unwrap_or(0).saturating_sub(count);
    let candidates = view.candidates.iter().enumerate().map(|(n, one)| {
        let id = one.id.to_string();
        let chosen = form.as_ref().map_or(n < lacking, |form| form.has("reviewers", &id));
        candidate(t, one, chosen)
    });
    Ok(ProposalPage {
        chrome: ui.chrome(t.s(k::REVIEWS_OF_PROPOSAL)),
        t,
        id,
        round: view.round.id,
        title: title(t, &view.proposal.title_ko, &view.proposal.title_en),
        receipt: view.proposal.receipt_no.clone().unwrap_or_default(),
        due: t.f1(k::REVIEW_DUE, "due", t.date(view.round.review_due_on)),
        progress: t.f2(k::REVIEWS_PROGRESS, ("done", done), ("count", count)),
        score: score_text(t, &view),
        candidates: candidates.collect(),
        hint: t.f1(k::REVIEWS_ASSIGN_HINT, "min", view.min),
        assignable: view.assignable,
        rows: assigned(t, &view),
        form: form.unwrap_or_default(),
    })
}

fn candidate(t: Texts, one: &ReviewerItem, chosen: bool) -> Candidate {
    Candidate {
        id: one.id,
        name: one.name.clone(),
        organization: names(t, one.organization_ko.as_ref(), one.organization_en.as_ref()),
        load: t.f1(k::REVIEWS_LOAD, "count", t.int(one.load)),
        chosen,
    }
}

fn score_text(t: Texts, view: &ProposalReviews) -> String {
    let Some(aggregate) = &view.aggregate else { return String::new() };
    t.f2(k::REVIEWS_MEAN, ("score", score(aggregate.total_milli)), ("count", aggregate.count))
}

fn assigned(t: Texts, view: &ProposalReviews) -> Vec<Assigned> {
    view.reviews
        .iter()
        .map(|review| {
            // What is being written is nobody's business yet.
            let done = review.state == ReviewState::Submitted;
            let if_done = |text: &str| if done { text.to_owned() } else { String::new() };
            Assigned {
                id: review.id,
                name: review.name.clone(),
                state: t.word(review.state),
                badge: badge(review.state),
                points: review.points.filter(|_| done).map(|points| t.int(points)).unwrap_or_default(),
                applicant: if_done(&review.comment_applicant),
                committee: if_done(&review.comment_committee),
                conflict: review.conflict.clone(),
                removable: view.assignable && review.state == ReviewState::Assigned,
            }
        })
        .collect()
}

async fn assign(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let id: ProposalId = id.parse().map_err(|_| Error::NotFound)?;
    let people: Result<Vec<UserId>, _> = form.values("reviewers").into_iter().map(str::parse).collect();
    match people {
        Ok(people) => match ui.write(move |cx| service::review::assign(cx, id, &people)).await {
            Ok(()) => return ui.done(&format!("/proposals/{id}/reviews"), k::FLASH_REVIEWERS_ASSIGNED),
            Err(fail) => form.take(fail)?,
        },
        Err(_) => form.wrong("reviewers", Code::NotAChoice),
    }
    let page = proposal_page(&ui, id, Some(form)).await?;
    ui.rejected(&page)
}

async fn unassign(ui: Ui, Path((id, review)): Path<(String, String)>) -> Answer {
    let id: ProposalId = id.parse().map_err(|_| Error::NotFound)?;
    let review: ReviewId = review.parse().map_err(|_| Error::NotFound)?;
    match ui.write(move |cx| service::review::unassign(cx, review)).await {
        Ok(()) => ui.done(&format!("/proposals/{id}/reviews"), k::FLASH_REVIEWER_REMOVED),
        Err(fail) => {
            let mut form = Form::default();
            form.take(fail)?;
            let page = proposal_page(&ui, id, Some(form)).await?;
            ui.rejected(&page)
        }
    }
}

struct Load {
    name: String,
    organization: String,
    load: String,
    done: String,
}

#[derive(Template)]
#[template(path = "reviews/round.html")]
struct RoundPage {
    chrome: Chrome,
    t: Texts,
    form: Form,
    id: RoundId,
    due: String,
    facts: Vec<(String, String)>,
    lacking: i64,
    hint: String,
    rows: Vec<Load>,
    assignable: bool,
}

async fn round_page(ui: &Ui, id: RoundId, form: Form) -> Result<RoundPage, Fail> {
    let t = ui.t;
    let view = ui.read(move |cx| service::review::of_round(cx, id)).await?;
    let mut facts =
        vec![(t.s(k::REVIEWS_PROPOSALS), t.int(view.proposals)), (t.s(k::REVIEWS_LACKING), t.int(view.lacking))];
    facts.extend(view.counts.iter().map(|(state, count)| (t.word(*state), t.int(*count))));
    let name = t.f2(
        k::PROPOSAL_CALL_ROUND,
        ("call", pick(t, &view.round.title_ko, &view.round.title_en)),
        ("round", pick(t, &view.round.name_ko, &view.round.name_en)),
    );
    Ok(RoundPage {
        chrome: ui.chrome(t.f1(k::REVIEWS_OF_ROUND, "round", name)),
        t,
        form,
        id,
        due: t.f1(k::REVIEW_DUE, "due", t.date(view.round.review_due_on)),
        facts,
        lacking: view.lacking,
        hint: t.f1(k::REVIEWS_FILL_HINT, "min", view.min),
        rows: view
            .reviewers
            .iter()
            .map(|one| Load {
                name: one.name.clone(),
                organization: names(t, one.organization_ko.as_ref(), one.organization_en.as_ref()),
                load: t.int(one.load),
                done: t.int(one.done),
            })
            .collect(),
        assignable: view.assignable,
    })
}

async fn of_round(ui: Ui, Path(id): Path<String>) -> Answer {
    let id: RoundId = id.parse().map_err(|_| Error::NotFound)?;
    let page = round_page(&ui, id, Form::default()).await?;
    ui.page(&page)
}

async fn fill(ui: Ui, Path(id): Path<String>) -> Answer {
    let id: RoundId = id.parse().map_err(|_| Error::NotFound)?;
    match ui.write(move |cx| service::review::fill(cx, id)).await {
        Ok(_) => ui.done(&format!("/rounds/{id}/reviews"), k::FLASH_REVIEWERS_FILLED),
        Err(fail) => {
            let mut form = Form::default();
            form.take(fail)?;
            let page = round_page(&ui, id, form).await?;
            ui.rejected(&page)
        }
    }
}
