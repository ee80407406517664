//! Proposals of their people: begun, written, submitted, followed, withdrawn.

use askama::Template;
use axum::extract::{Path, Query};
use domain::access::Act;
use domain::award::OfferState;
use domain::ids::{OfferId, OutboxId, ProposalId, RoundId, Slug};
use domain::proposal::{DraftLine, ProposalState, Sector};
use domain::units::{Gflops, PoolUnit, rounded_div};
use domain::{Code, Reason};
use edge::{Fail, PageQuery, Slice};
use jiff::Timestamp;
use service::call::PoolShare;
use service::capacity::model_peak;
use service::center::Identity;
use service::proposal::{
    DraftView, NamedLine, ProposalChange, ProposalItem, ProposalView, SUMMARY_MAX, USAGE_PLAN_MAX,
};
use service::{Error, eligibility};
use texts::{Key, Texts, k};

use crate::chrome::Chrome;
use crate::form::Form;
use crate::form::proposal::{Sent, Wanted, filled, read};
use crate::page::plans::{pick, score};
use crate::route::{Line, Section, get, post};
use crate::ui::{Answer, Ui};

/// The lines of this area.
#[must_use]
pub fn routes() -> Vec<Line> {
    vec![
        get("/my/proposals", Act::HomeRead, mine).menu(Section::Mine, 10, k::MY_PROPOSALS_MENU),
        post("/rounds/{id}/proposals", Act::ProposalStart, start),
        get("/proposals/{id}", Act::ProposalRead, show),
        get("/proposals/{id}/edit", Act::ProposalWrite, edit),
        post("/proposals/{id}/edit", Act::ProposalWrite, save),
        post("/proposals/{id}/draft", Act::ProposalWrite, autosave),
        post("/proposals/{id}/withdraw", Act::ProposalWrite, withdraw),
    ]
}

/// A title in the page's language, or that there is none.
pub(crate) fn title(t: Texts, ko: &str, en: &str) -> String {
    let (first, second) = if t.lang() == texts::Lang::En { (en, ko) } else { (ko, en) };
    let named = [first, second].into_iter().find(|text| !text.trim().is_empty());
    named.map_or_else(|| t.s(k::PROPOSAL_UNTITLED), str::to_owned)
}

/// How the badge of a state looks.
pub(crate) fn badge(state: ProposalState) -> &'static str {
    match state {
        ProposalState::Selected | ProposalState::EligibilityOk => "good",
        ProposalState::Returned | ProposalState::Reserve => "wait",
        ProposalState::Rejected => "bad",
        ProposalState::Submitted | ProposalState::InReview | ProposalState::Ranked => "info",
        ProposalState::Draft | ProposalState::Withdrawn => "",
    }
}

/// An amount as its pool counts it, and its PF on the center's basis where there is such a figure.
pub(crate) fn amount(
    t: Texts,
    identity: &Identity,
    unit: PoolUnit,
    model: Option<&Slug>,
    amount: i64,
) -> (String, String) {
    let text = match unit {
        PoolUnit::Byte => texts::byte_text(amount),
        PoolUnit::Device => t.f1(k::PROPOSAL_DEVICES, "count", t.int(amount)),
    };
    let peak = model_peak(identity, unit, model, identity.basis);
    (text, peak.map(|peak| t.pf(Gflops(peak.0.saturating_mul(amount)))).unwrap_or_default())
}

/// How much time is left until an instant, in words; empty if none is.
pub(crate) fn left(t: Texts, now: Timestamp, until: Timestamp) -> String {
    let seconds = until.as_second().saturating_sub(now.as_second());
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match seconds {
        ..=0 => String::new(),
        86_400.. => t.f2(k::PROPOSAL_LEFT_DAYS, ("days", days), ("hours", hours)),
        _ => t.f2(k::PROPOSAL_LEFT_HOURS, ("hours", hours), ("minutes", minutes)),
    }
}

/// Texts and lines of a proposal as they are read.
pub(crate) struct Body {
    pub(crate) other_label: String,
    pub(crate) other_title: String,
    pub(crate) sector: String,
    pub(crate) rnd_cluster: bool,
    pub(crate) summary: String,
    pub(crate) usage_plan: String,
    pub(crate) lines: Vec<BodyLine>,
    pub(crate) basis: String,
}

/// A request line as it is read.
pub(crate) struct BodyLine {
    pub(crate) product: String,
    pub(crate) pool: String,
    pub(crate) amount: String,
    pub(crate) pf: String,
    pub(crate) min: String,
    pub(crate) from: String,
    pub(crate) last: String,
    pub(crate) months: i64,
}

pub(crate) fn body(t: Texts, identity: &Identity, row: &service::proposal::ProposalRow, lines: &[NamedLine]) -> Body {
    let titles =
        if t.lang() == texts::Lang::En { (&row.title_en, &row.title_ko) } else { (&row.title_ko, &row.title_en) };
    let line = |line: &NamedLine| {
        let (amount_text, pf) = amount(t, identity, line.unit, line.device_model.as_ref(), line.amount.0);
        BodyLine {
            product: pick(t, &line.product_ko, &line.product_en),
            pool: pick(t, &line.pool_ko, &line.pool_en),
            amount: amount_text,
            pf,
            min: amount(t, identity, line.unit, None, line.min_amount.0).0,
            from: t.short_date(line.earliest_start_on),
            last: t.short_date(domain::term::add_days(line.latest_end_on, -1)),
            months: line.months,
        }
    };
    Body {
        other_label: t.s(if t.lang() == texts::Lang::En { k::PROPOSAL_TITLE_KO } else { k::PROPOSAL_TITLE_EN }),
        other_title: if titles.0.trim().is_empty() { String::new() } else { titles.1.clone() },
        sector: row.sector.parse::<Sector>().map(|sector| t.word(sector)).unwrap_or_else(|_| row.sector.clone()),
        rnd_cluster: row.rnd_cluster,
        summary: row.summary.clone(),
        usage_plan: row.usage_plan.clone(),
        lines: lines.iter().map(line).collect(),
        basis: t.f1(k::PROPOSAL_PF_BASIS, "basis", t.word(identity.basis)),
    }
}

// The list.

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

async fn mine(ui: Ui, Query(page): Query<PageQuery>) -> Answer {
    let t = ui.t;
    let limit = page.limit(50);
    let before = page.after::<(i64, ProposalId)>()?;
    let before = before.and_then(|(at, id)| Some((Timestamp::from_second(at).ok()?, id)));
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

// The form.

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
        view.missing.iter().map(|fault| (fault.field.clone(), t.reason(&fault.reason))).collect()
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

async fn start(ui: Ui, Path(id): Path<String>) -> Answer {
    let round: RoundId = id.parse().map_err(|_| Error::NotFound)?;
    let proposal = ui.write(move |cx| service::proposal::start(cx, round)).await?;
    ui.go(&format!("/proposals/{proposal}/edit"))
}

async fn edit(ui: Ui, Path(id): Path<String>) -> Answer {
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

async fn save(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let id: ProposalId = id.parse().map_err(|_| Error::NotFound)?;
    let Some(mut sent) = read(&mut form) else { return rejected(&ui, id, form, false).await };
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

async fn autosave(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let id: ProposalId = id.parse().map_err(|_| Error::NotFound)?;
    let Some(sent) = read(&mut form) else { return Err(Fail(Error::field("", Code::BadCharacters))) };
    keep(&ui, id, &sent).await?;
    ui.saved()
}

// The page of one proposal.

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
        announced: view.announced.as_ref().map(|one| announced_item(t, one)),
        draft: row.state == ProposalState::Draft,
        withdrawable: view.withdrawable,
        check: view.checkable && overdue,
        concerns: concerns.iter().map(|reason| t.reason(reason)).collect(),
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

fn announced_item(t: Texts, one: &service::proposal::Announced) -> AnnouncedItem {
    AnnouncedItem {
        outcome: t.word(one.outcome),
        badge: one.outcome.as_str().parse().map_or("", badge),
        score: score(one.score_milli),
        reasons: one.reasons.iter().map(|reason| t.reason(reason)).collect(),
        reserve: one.reserve.map_or_else(String::new, |(rank, until)| {
            t.f2(k::PROPOSAL_RESERVE_RANK, ("rank", rank), ("until", t.date(until)))
        }),
        offer: one.offer.map(|(id, state)| (id, t.word(state), state == OfferState::Open)),
        comments: one.comments.clone(),
    }
}

async fn show(ui: Ui, Path(id): Path<String>) -> Answer {
    let id: ProposalId = id.parse().map_err(|_| Error::NotFound)?;
    respond(&ui, id, Form::default()).await
}

async fn withdraw(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let id: ProposalId = id.parse().map_err(|_| Error::NotFound)?;
    if let Some(reason) = form.text_or_empty("reason", 1000) {
        match ui.write(move |cx| service::proposal::withdraw(cx, id, &reason)).await {
            Ok(()) => return ui.done("/my/proposals", k::FLASH_PROPOSAL_WITHDRAWN),
            Err(fail) => form.take(fail)?,
        }
    }
    respond(&ui, id, form).await
}

/// What waits for somebody around proposals and reviews.
pub(crate) fn todos(cx: &mut service::Cx<'_, '_>, t: Texts) -> service::Outcome<Vec<crate::page::home::Item>> {
    let now = cx.now;
    let rows = service::proposal::waiting(cx)?;
    Ok(rows
        .iter()
        .filter_map(|row| {
            let name = title(t, &row.title_ko, &row.title_en);
            let count = t.int(row.count);
            let (text, href) = match row.kind.as_str() {
                "draft" => (t.f1(k::TODO_DRAFT, "title", name), format!("/proposals/{}/edit", row.id)),
                "returned" => (t.f1(k::TODO_RETURNED, "title", name), format!("/proposals/{}/edit", row.id)),
                "review" => (t.f1(k::TODO_REVIEWS, "count", count), "/reviews".to_owned()),
                "check" => (
                    t.f2(k::TODO_CHECKS, ("title", name), ("count", count)),
                    format!("/rounds/{}/proposals?state=submitted", row.id),
                ),
                _ => return None,
            };
            let note = match (row.due_at, row.due_on) {
                (Some(due), _) => t.f2(k::PROPOSAL_DUE_LEFT, ("due", t.deadline(due)), ("left", left(t, now, due))),
                (None, Some(on)) => t.f1(k::REVIEW_DUE, "due", t.date(on)),
                (None, None) => String::new(),
            };
            Some(crate::page::home::Item { title: text, href, note })
        })
        .collect())
}

/// A ratio with two decimals: how many times what there is was asked for.
pub(crate) fn ratio(asked: i64, whole: i64) -> String {
    if whole <= 0 {
        return "–".to_owned();
    }
    let centi = rounded_div(asked.saturating_mul(100), whole);
    format!("{}.{:02}:1", centi / 100, centi % 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use texts::Lang;

    #[test]
    fn time_left_is_told_in_days_hours_and_minutes() {
        let t = Texts::new(Lang::En);
        let at = |seconds: i64| left(t, Timestamp::UNIX_EPOCH, Timestamp::from_second(seconds).expect("an instant"));
        assert_eq!(at(3 * 86_400 + 7200), "3 d 2 h left");
        assert_eq!(at(3660), "1 h 1 min left");
        assert_eq!(at(30), "0 h 0 min left");
        assert_eq!(at(0), "");
    }

    #[test]
    fn competition_is_a_ratio_with_two_decimals() {
        assert_eq!((ratio(235, 100), ratio(1, 3), ratio(1, 0)), ("2.35:1".into(), "0.33:1".into(), "–".into()));
    }
}
