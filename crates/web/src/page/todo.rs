//! What waits for somebody, as lines of the first page.

use service::waiting::Waiting;
use service::{Cx, Outcome};
use texts::{Texts, k};

use crate::page::home::Item;
use crate::page::proposals::{left, title};

/// From the plan on: what to sign, to answer, to approve and to decide.
pub(crate) fn from_the_plan_on(cx: &mut Cx<'_, '_>, t: Texts) -> Outcome<Vec<Item>> {
    let rows = service::waiting::from_the_plan_on(cx)?;
    Ok(rows.iter().filter_map(|row| item(cx, t, row)).collect())
}

/// Around proposals and reviews.
pub(crate) fn around_proposals(cx: &mut Cx<'_, '_>, t: Texts) -> Outcome<Vec<Item>> {
    let rows = service::waiting::around_proposals(cx)?;
    Ok(rows.iter().filter_map(|row| item(cx, t, row)).collect())
}

fn item(cx: &Cx<'_, '_>, t: Texts, row: &Waiting) -> Option<Item> {
    let name = title(t, &row.title_ko, &row.title_en);
    let (id, count) = (&row.id, t.int(row.count));
    let (text, href) = match row.kind.as_str() {
        "draft" => (t.f1(k::TODO_DRAFT, "title", name), format!("/proposals/{id}/edit")),
        "returned" => (t.f1(k::TODO_RETURNED, "title", name), format!("/proposals/{id}/edit")),
        "review" => (t.f1(k::TODO_REVIEWS, "count", count), "/reviews".to_owned()),
        "check" => {
            (t.f2(k::TODO_CHECKS, ("title", name), ("count", count)), format!("/rounds/{id}/proposals?state=submitted"))
        }
        "invited" => (t.f1(k::TODO_INVITED, "title", name), format!("/invitations/{id}")),
        "sign" => (t.f1(k::TODO_SIGN, "title", name), format!("/agreements/{id}")),
        "approve" => (t.f1(k::TODO_APPROVE, "round", name), format!("/plans/{id}")),
        "plan_returned" => (t.f1(k::TODO_PLAN_RETURNED, "round", name), format!("/plans/{id}")),
        "countersign" => (t.f1(k::TODO_COUNTERSIGN, "count", count), "/agreements".to_owned()),
        "decide" => (t.f1(k::TODO_DECIDE, "count", count), "/adjustments?state=requested".to_owned()),
        "reservations" => (t.f1(k::TODO_RESERVATIONS, "count", count), "/reservations/all?show=waiting".to_owned()),
        _ => return None,
    };
    let note = match (row.due_at, row.due_on) {
        (Some(due), _) => t.f2(k::PROPOSAL_DUE_LEFT, ("due", t.deadline(due)), ("left", left(t, cx.now, due))),
        (None, Some(on)) => t.f1(k::REVIEW_DUE, "due", t.date(on)),
        (None, None) => String::new(),
    };
    Some(Item { title: text, href, note })
}
