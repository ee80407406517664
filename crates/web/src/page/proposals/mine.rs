//! The list of one's own proposals.

use askama::Template;
use axum::extract::Query;
use domain::ids::ProposalId;
use domain::proposal::ProposalState;
use edge::{PageQuery, Slice};
use jiff::Timestamp;
use service::proposal::ProposalItem;
use texts::{Texts, k};

use super::{badge, left, title};
use crate::chrome::Chrome;
use crate::page::plans::pick;
use crate::ui::{Answer, Ui};

struct MyItem {
    id: ProposalId,
    title: String,
    call: String,
    receipt: String,
    state: String,
    badge: &'static str,
    note: String,
    edit: bool,
}

#[derive(Template)]
#[template(path = "proposals/mine.html")]
struct MinePage {
    chrome: Chrome,
    t: Texts,
    rows: Vec<MyItem>,
    next: Option<String>,
}

pub(super) async fn mine(ui: Ui, Query(page): Query<PageQuery>) -> Answer {
    let t = ui.t;
    let limit = page.limit(50);
    let before = page.after_at::<ProposalId>()?;
    let count = limit.saturating_add(1);
    let rows = ui.read(move |cx| service::proposal::mine(cx, before, count)).await?;
    let slice = Slice::cut(rows, limit, |row| (row.created_at.as_second(), row.id));
    let now = ui.app.center.now();
    let rows = slice.items.iter().map(|row| my_item(t, row, now)).collect();
    ui.page(&MinePage { chrome: ui.chrome(t.s(k::MY_PROPOSALS_TITLE)), t, rows, next: slice.next })
}

fn my_item(t: Texts, row: &ProposalItem, now: Timestamp) -> MyItem {
    let due = match row.state {
        ProposalState::Draft => Some(row.closes_at),
        ProposalState::Returned => row.correction_due_at,
        _ => None,
    };
    let note = match (due, row.submitted_at) {
        (Some(due), _) if due > now => {
            t.f2(k::PROPOSAL_DUE_LEFT, ("due", t.deadline(due)), ("left", left(t, now, due)))
        }
        (Some(due), _) => t.f1(k::PROPOSAL_DUE_OVER, "due", t.deadline(due)),
        (None, Some(at)) => t.f1(k::PROPOSAL_SUBMITTED_AT, "at", t.instant(at)),
        (None, None) => String::new(),
    };
    MyItem {
        id: row.id,
        title: title(t, &row.title_ko, &row.title_en),
        call: pick(t, &row.call_ko, &row.call_en),
        receipt: row.receipt_no.clone().unwrap_or_default(),
        state: t.word(row.state),
        badge: badge(row.state),
        note,
        edit: row.state.is_writable(),
    }
}
