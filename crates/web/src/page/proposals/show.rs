//! The page of one proposal, and its withdrawal.

use askama::Template;
use axum::extract::Path;
use domain::Reason;
use domain::access::Act;
use domain::award::OfferState;
use domain::ids::{OfferId, ProposalId, RoundId};
use domain::proposal::ProposalState;
use service::center::Identity;
use service::proposal::ProposalView;
use service::{Error, eligibility};
use texts::{Key, Texts, k};

use super::body::{Body, body};
use super::{badge, left, title};
use crate::chrome::Chrome;
use crate::form::Form;
use crate::page::plans::{pick, score};
use crate::ui::{Answer, Ui};

struct HistoryItem {
    at: String,
    state: String,
    note: String,
}

struct AnnouncedItem {
    outcome: String,
    badge: &'static str,
    score: String,
    reasons: Vec<String>,
    reserve: String,
    offer: Option<(OfferId, String, bool)>,
    comments: Vec<String>,
}

#[derive(Template)]
#[template(path = "proposals/show.html")]
struct ShowPage {
    chrome: Chrome,
    t: Texts,
    form: Form,
    id: ProposalId,
    version: i64,
    call: String,
    call_href: String,
    state: String,
    badge: &'static str,
    receipt: String,
    submitted: String,
    organization: String,
    lead: String,
    note: String,
    correction: String,
    correctable: bool,
    body: Body,
    history: Vec<HistoryItem>,
    announced: Option<AnnouncedItem>,
    draft: bool,
    withdrawable: bool,
    check: bool,
    concerns: Vec<String>,
    verdicts: Vec<(&'static str, String)>,
    reviews: bool,
    office: bool,
    round: RoundId,
}

/// The page of one proposal, with `form` for what was refused.
pub(crate) async fn respond(ui: &Ui, id: ProposalId, form: Form) -> Answer {
    let (view, concerns) = ui
        .read(move |cx| {
            let view = service::proposal::show(cx, id)?;
            let concerns = if view.checkable { eligibility::concerns(cx, &view.row, &view.party)? } else { Vec::new() };
            Ok((view, concerns))
        })
        .await?;
    if view.row.state == ProposalState::Draft && view.writable && form.is_fine() {
        return ui.go(&format!("/proposals/{id}/edit"));
    }
    let fine = form.is_fine();
    let page = show_page(ui, &view, &concerns, form);
    if fine { ui.page(&page) } else { ui.rejected(&page) }
}

fn show_page(ui: &Ui, view: &ProposalView, concerns: &[Reason], form: Form) -> ShowPage {
    let t = ui.t;
    let identity = &ui.app.center.identity;
    let now = ui.app.center.now();
    let row = &view.row;
    let office = ui.may(Act::ProposalList);
    let due = row.correction_due_at.filter(|_| row.state == ProposalState::Returned);
    let overdue = due.is_none_or(|due| now >= due);
    let correction = due.map(|due| match left(t, now, due) {
        left if left.is_empty() => t.f1(k::PROPOSAL_DUE_OVER, "due", t.deadline(due)),
        left => t.f2(k::PROPOSAL_DUE_LEFT, ("due", t.deadline(due)), ("left", left)),
    });
    let party = &view.party;
    let organization = party.organization_ko.as_ref().zip(party.organization_en.as_ref());
    let verdicts: &[(&str, Key)] = if row.state == ProposalState::Returned {
        &[("reject", k::CHECK_REJECT)]
    } else {
        &[("eligible", k::CHECK_ELIGIBLE), ("return", k::CHECK_RETURN), ("reject", k::CHECK_REJECT)]
    };
    ShowPage {
        chrome: ui.chrome(title(t, &row.title_ko, &row.title_en)),
        t,
        form,
        id: row.id,
        version: row.version,
        call: t.f2(
            k::PROPOSAL_CALL_ROUND,
            ("call", pick(t, &view.round.title_ko, &view.round.title_en)),
            ("round", pick(t, &view.round.name_ko, &view.round.name_en)),
        ),
        call_href: format!("/calls/{}", view.round.call),
        state: t.word(row.state),
        badge: badge(row.state),
        receipt: row.receipt_no.clone().unwrap_or_default(),
        submitted: row.submitted_at.map(|at| t.instant(at)).unwrap_or_default(),
        organization: organization.map(|(ko, en)| pick(t, ko, en)).unwrap_or_default(),
        // Reviewers judge the work, not the person.
        lead: if view.own || office { party.lead_name.clone() } else { texts::masked_name(&party.lead_name) },
        note: row.state_note.clone(),
        correctable: view.writable && due.is_some() && !overdue,
        correction: correction.unwrap_or_default(),
        body: body(t, identity, row, &view.lines),
        history: view
            .history
            .iter()
            .map(|step| HistoryItem { at: t.instant(step.at), state: t.word(step.state), note: step.note.clone() })
            .collect(),
        announced: view.announced.as_ref().map(|one| announced_item(t, identity, row.state, one)),
        draft: row.state == ProposalState::Draft,
        withdrawable: view.withdrawable,
        check: view.checkable && overdue,
        concerns: concerns.iter().map(|reason| t.reason(reason, &identity.pools)).collect(),
        verdicts: verdicts.iter().map(|(value, key)| (*value, t.s(*key))).collect(),
        reviews: ui.may(Act::ReviewRead)
            && !view.own
            && matches!(
                row.state,
                ProposalState::EligibilityOk
                    | ProposalState::InReview
                    | ProposalState::Ranked
                    | ProposalState::Selected
                    | ProposalState::Reserve
                    | ProposalState::Rejected
            ),
        office,
        round: view.round.id,
    }
}

/// What was announced; who came in from the reserve list since then is told as selected.
fn announced_item(
    t: Texts,
    identity: &Identity,
    state: ProposalState,
    one: &service::proposal::Announced,
) -> AnnouncedItem {
    let came_in = state == ProposalState::Selected;
    AnnouncedItem {
        outcome: if came_in { t.word(state) } else { t.word(one.outcome) },
        badge: if came_in { badge(state) } else { one.outcome.as_str().parse().map_or("", badge) },
        score: score(one.score_milli),
        reasons: one.reasons.iter().map(|reason| t.reason(reason, &identity.pools)).collect(),
        reserve: one.reserve.filter(|_| !came_in).map_or_else(String::new, |(rank, until)| {
            t.f2(k::PROPOSAL_RESERVE_RANK, ("rank", rank), ("until", t.date(until)))
        }),
        offer: one.offer.map(|(id, state)| (id, t.word(state), state == OfferState::Open)),
        comments: one.comments.clone(),
    }
}

pub(super) async fn show(ui: Ui, Path(id): Path<String>) -> Answer {
    let id: ProposalId = id.parse().map_err(|_| Error::NotFound)?;
    respond(&ui, id, Form::default()).await
}

pub(super) async fn withdraw(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let id: ProposalId = id.parse().map_err(|_| Error::NotFound)?;
    if let Some(reason) = form.text_or_empty("reason", 1000) {
        match ui.write(move |cx| service::proposal::withdraw(cx, id, &reason)).await {
            Ok(()) => return ui.done("/my/proposals", k::FLASH_PROPOSAL_WITHDRAWN),
            Err(fail) => form.take(fail)?,
        }
    }
    respond(&ui, id, form).await
}
