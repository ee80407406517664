//! The form of a proposal: begun, saved, submitted.

use askama::Template;
use axum::extract::Path;
use domain::ids::{OutboxId, ProposalId, RoundId};
use domain::proposal::{DraftLine, ProposalState, Sector};
use domain::{Code, Reason};
use edge::Fail;
use service::Error;
use service::call::PoolShare;
use service::center::Identity;
use service::proposal::{DraftView, ProposalChange, SUMMARY_MAX, USAGE_PLAN_MAX};
use texts::{Key, Texts, k};

use super::{amount, left};
use crate::chrome::Chrome;
use crate::form::Form;
use crate::form::proposal::{Sent, Wanted, as_typed, filled, read};
use crate::page::plans::pick;
use crate::ui::{Answer, Ui};

struct EditLine {
    n: usize,
    label: String,
    pf: String,
    share: String,
}

struct OfferedPool {
    name: String,
    amount: String,
    pf: String,
}

struct OfferedProduct {
    name: String,
    range: String,
    grain: String,
    months: i64,
}

#[derive(Template)]
#[template(path = "proposals/edit.html")]
struct EditPage {
    chrome: Chrome,
    t: Texts,
    form: Form,
    id: ProposalId,
    call: String,
    due: String,
    left: String,
    organization: String,
    returned: String,
    rows: Vec<EditLine>,
    offered_pools: Vec<OfferedPool>,
    offered_products: Vec<OfferedProduct>,
    term: String,
    basis: String,
    products: Vec<(String, String)>,
    pools: Vec<(String, String)>,
    sectors: Vec<(String, String)>,
    /// What keeps it from being submitted, or what is wrong with what was sent: field and text.
    faults: Vec<(String, String)>,
    refusals: Vec<String>,
    stale: bool,
    writable: bool,
    removable: bool,
    summary_counter: Counter,
    plan_counter: Counter,
}

/// How long a text is and may be.
pub(crate) struct Counter {
    pub(crate) count: usize,
    pub(crate) max: usize,
}

impl Counter {
    pub(crate) fn of(text: &str, max: usize) -> Self {
        Self { count: text.replace("\r\n", "\n").trim().chars().count(), max }
    }

    /// The most, in words.
    pub(crate) fn limit(&self, t: &Texts) -> String {
        t.f1(k::PROPOSAL_LETTERS, "max", t.int(i64::try_from(self.max).unwrap_or(i64::MAX)))
    }
}

/// The name of a field in words, for summaries of what is missing.
fn label(t: Texts, field: &str) -> String {
    let known = |field: &str| -> Option<Key> {
        Some(match field {
            "title_ko" => k::PROPOSAL_TITLE_KO,
            "title_en" => k::PROPOSAL_TITLE_EN,
            "summary" => k::PROPOSAL_SUMMARY,
            "usage_plan" => k::PROPOSAL_USAGE_PLAN,
            "sector" => k::PROPOSAL_SECTOR,
            "organization" => k::PROPOSAL_ORGANIZATION,
            "lines" => k::PROPOSAL_LINES,
            "product" => k::PROPOSAL_PRODUCT,
            "pool" => k::PROPOSAL_POOL,
            "amount" => k::PROPOSAL_AMOUNT,
            "min_amount" => k::PROPOSAL_MIN_AMOUNT,
            "earliest_start_on" => k::PROPOSAL_EARLIEST,
            "latest_last_on" => k::PROPOSAL_LATEST,
            "months" => k::PROPOSAL_MONTHS,
            _ => return None,
        })
    };
    let mut parts = field.splitn(3, '.');
    match (parts.next(), parts.next().and_then(|n| n.parse::<usize>().ok()), parts.next()) {
        (Some("lines"), Some(n), Some(name)) => {
            let name = known(name).map(|key| t.s(key)).unwrap_or_default();
            t.f2(k::PROPOSAL_LINE_FIELD, ("number", n.saturating_add(1)), ("field", name))
        }
        _ => known(field).map(|key| t.s(key)).unwrap_or_default(),
    }
}

/// The page of a proposal's form. Without a form it shows what is saved.
async fn edit_page(ui: &Ui, id: ProposalId, form: Option<Form>, stale: bool) -> Result<EditPage, Fail> {
    let (view, name) = ui
        .read(move |cx| {
            let name: OutboxId = cx.new_id()?;
            Ok((service::proposal::form(cx, id)?, name.to_string()))
        })
        .await?;
    let form = match form {
        Some(mut form) => {
            // Saving once more is meant: whoever is told of the other's text decides.
            form.set("version", view.row.version.to_string());
            form
        }
        None => filled(&ProposalChange::of(&view.row)?, view.row.version, &name),
    };
    Ok(draw(ui, &view, form, stale))
}

fn draw(ui: &Ui, view: &DraftView, form: Form, stale: bool) -> EditPage {
    let t = ui.t;
    let identity = &ui.app.center.identity;
    let now = ui.app.center.now();
    let corrects = view.row.state == ProposalState::Returned;
    let due = view.row.correction_due_at.filter(|_| corrects).unwrap_or(view.round.closes_at);
    let rows = form.rows("lines");
    let faults = if form.is_fine() {
        view.missing.iter().map(|fault| (fault.field.clone(), t.reason(&fault.reason, ui.pools()))).collect()
    } else {
        form.faults(&t)
    };
    let named = |(field, text): (String, String)| {
        let label = label(t, &field);
        let place = if field == "lines" { "lines.0.product".to_owned() } else { field };
        (place, if label.is_empty() { text } else { format!("{label}: {text}") })
    };
    let last = domain::term::add_days(view.round.latest_end_on, -1);
    EditPage {
        chrome: ui.chrome(t.s(if corrects { k::PROPOSAL_CORRECT } else { k::PROPOSAL_EDIT })),
        t,
        id: view.row.id,
        call: t.f2(
            k::PROPOSAL_CALL_ROUND,
            ("call", pick(t, &view.round.title_ko, &view.round.title_en)),
            ("round", pick(t, &view.round.name_ko, &view.round.name_en)),
        ),
        due: t.deadline(due),
        left: left(t, now, due),
        organization: view.organization.as_ref().map(|(ko, en)| pick(t, ko, en)).unwrap_or_default(),
        returned: if corrects { view.row.state_note.clone() } else { String::new() },
        removable: rows.len() > 1,
        rows: rows.into_iter().map(|n| edit_line(t, identity, &view.pools, &form, n)).collect(),
        offered_pools: view.pools.iter().map(|share| offered_pool(t, identity, share)).collect(),
        offered_products: view
            .products
            .iter()
            .map(|product| OfferedProduct {
                name: pick(t, &product.name_ko, &product.name_en),
                range: t.f2(
                    k::PROPOSAL_RANGE,
                    ("min", t.int(product.min_amount.0)),
                    ("max", t.int(product.max_amount.0)),
                ),
                grain: t.int(product.grain.0),
                months: product.max_months,
            })
            .collect(),
        term: t.f2(
            k::PROPOSAL_ROUND_TERM,
            ("from", t.short_date(view.round.earliest_start_on)),
            ("last", t.short_date(last)),
        ),
        basis: t.f1(k::PROPOSAL_PF_BASIS, "basis", t.word(identity.basis)),
        products: view.products.iter().map(|one| (one.id.to_string(), pick(t, &one.name_ko, &one.name_en))).collect(),
        pools: view.pools.iter().map(|one| (one.pool.to_string(), pick(t, &one.name_ko, &one.name_en))).collect(),
        sectors: Sector::ALL.iter().map(|&sector| (sector.to_string(), t.word(sector))).collect(),
        faults: faults.into_iter().map(named).collect(),
        refusals: form.refusals(&t),
        stale,
        writable: view.writable,
        summary_counter: Counter::of(form.value("summary"), SUMMARY_MAX),
        plan_counter: Counter::of(form.value("usage_plan"), USAGE_PLAN_MAX),
        form,
    }
}

fn edit_line(t: Texts, identity: &Identity, pools: &[PoolShare], form: &Form, n: usize) -> EditLine {
    let value = |field: &str| form.value(&format!("lines.{n}.{field}")).trim().to_owned();
    let share = pools.iter().find(|share| share.pool.to_string() == value("pool"));
    let asked: Option<i64> = value("amount").replace(',', "").parse().ok().filter(|asked| *asked > 0);
    let (mut pf, mut of_round) = (String::new(), String::new());
    if let (Some(share), Some(asked)) = (share, asked) {
        pf = amount(t, identity, share.unit, share.device_model.as_ref(), asked).1;
        if let Some(envelope) = share.amount.filter(|envelope| envelope.0 > 0) {
            of_round = t.share(asked, envelope.0);
        }
    }
    EditLine { n, label: t.f1(k::PROPOSAL_LINE, "number", n.saturating_add(1)), pf, share: of_round }
}

fn offered_pool(t: Texts, identity: &Identity, share: &PoolShare) -> OfferedPool {
    let whole = share.amount.map_or(0, |amount| amount.0);
    let (amount, pf) = amount(t, identity, share.unit, share.device_model.as_ref(), whole);
    OfferedPool { name: pick(t, &share.name_ko, &share.name_en), amount, pf }
}

pub(super) async fn start(ui: Ui, Path(id): Path<String>) -> Answer {
    let round: RoundId = id.parse().map_err(|_| Error::NotFound)?;
    let proposal = ui.write(move |cx| service::proposal::start(cx, round)).await?;
    ui.go(&format!("/proposals/{proposal}/edit"))
}

pub(super) async fn edit(ui: Ui, Path(id): Path<String>) -> Answer {
    let id: ProposalId = id.parse().map_err(|_| Error::NotFound)?;
    let page = edit_page(&ui, id, None, false).await?;
    if !page.writable {
        return ui.go(&format!("/proposals/{id}"));
    }
    ui.page(&page)
}

async fn rejected(ui: &Ui, id: ProposalId, form: Form, stale: bool) -> Answer {
    let page = edit_page(ui, id, Some(form), stale).await?;
    ui.rejected(&page)
}

pub(super) async fn save(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let id: ProposalId = id.parse().map_err(|_| Error::NotFound)?;
    let Some(mut sent) = read(&mut form) else {
        if form.value("do") == "submit" {
            let typed = as_typed(&form);
            form.add_faults(ui.read(move |cx| service::proposal::lacks(cx, id, &typed)).await?);
        }
        return rejected(&ui, id, form, false).await;
    };
    match sent.wanted {
        Wanted::AddLine => sent.change.lines.push(DraftLine::default()),
        Wanted::RemoveLine(n) if n < sent.change.lines.len() => drop(sent.change.lines.remove(n)),
        _ => {}
    }
    if let Err(fail) = keep(&ui, id, &sent).await {
        return not_kept(&ui, id, form, &sent, fail).await;
    }
    match sent.wanted {
        Wanted::Save => ui.done(&format!("/proposals/{id}/edit"), k::FLASH_PROPOSAL_SAVED),
        Wanted::AddLine => {
            let n = sent.change.lines.len().saturating_sub(1);
            ui.go(&format!("/proposals/{id}/edit#lines.{n}.product"))
        }
        Wanted::RemoveLine(_) => ui.go(&format!("/proposals/{id}/edit#lines")),
        Wanted::Submit => match ui.write(move |cx| service::proposal::submit(cx, id)).await {
            Ok(_) => ui.done(&format!("/proposals/{id}"), k::FLASH_PROPOSAL_SUBMITTED),
            Err(fail) => {
                form.take(fail)?;
                rejected(&ui, id, form, false).await
            }
        },
    }
}

async fn keep(ui: &Ui, id: ProposalId, sent: &Sent) -> Result<i64, Fail> {
    let Sent { change, version, from, .. } = sent.clone();
    ui.write(move |cx| service::proposal::save(cx, id, version, &from, &change)).await
}

/// Shows a form that could not be saved, unless it says what was submitted already.
async fn not_kept(ui: &Ui, id: ProposalId, mut form: Form, sent: &Sent, fail: Fail) -> Answer {
    let changed = |reason: &Reason| reason.code == Code::Changed;
    if let Error::Conflict(reasons) = &fail.0
        && reasons.iter().any(changed)
    {
        return rejected(ui, id, form, true).await;
    }
    let conflict = matches!(fail.0, Error::Conflict(_));
    form.take(fail)?;
    if conflict {
        let now = ui.read(move |cx| service::proposal::form(cx, id)).await?;
        if now.row.state == ProposalState::Submitted && ProposalChange::of(&now.row)? == sent.change {
            return ui.done(&format!("/proposals/{id}"), k::FLASH_PROPOSAL_ALREADY);
        }
    }
    rejected(ui, id, form, false).await
}

pub(super) async fn autosave(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let id: ProposalId = id.parse().map_err(|_| Error::NotFound)?;
    let Some(sent) = read(&mut form) else { return Err(Fail(Error::field("", Code::BadCharacters))) };
    keep(&ui, id, &sent).await?;
    ui.saved()
}
