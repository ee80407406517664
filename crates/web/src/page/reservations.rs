//! Reservations: a calendar of what is free, the form that asks, the projects' own, and the page on
//! which one is decided and called off.

use askama::Template;
use axum::extract::{Path, Query};
use domain::Code;
use domain::access::Act;
use domain::engine::SyncState;
use domain::ids::{ProjectId, ReservationId};
use domain::reservation::{ReservationPhase, ReservationState, Rules};
use domain::term::{Term, add_days};
use domain::units::Amount;
use edge::{Fail, PageQuery, Slice};
use jiff::civil::Date;
use serde::Deserialize;
use service::reservation::{self, Calendar, FreeDays, NewReservation, ReservationItem, ReservationView};
use service::{Error, Outcome};
use texts::{Key, Texts, k};

use crate::chrome::Chrome;
use crate::form::Form;
use crate::page::plans::pick;
use crate::route::{Line, Section, get, post};
use crate::ui::{Answer, Ui};

/// The lines of this area.
#[must_use]
pub fn routes() -> Vec<Line> {
    vec![
        get("/reservations", Act::ReservationRead, index).menu(Section::Mine, 25, k::RESERVATION_MENU),
        post("/reservations", Act::ReservationRequest, ask),
        get("/reservations/all", Act::ReservationList, all).menu(Section::Office, 65, k::RESERVATION_OFFICE),
        get("/reservations/{id}", Act::ProjectRead, show),
        post("/reservations/{id}/decide", Act::ReservationDecide, decide),
        post("/reservations/{id}/withdraw", Act::ReservationDecide, withdraw),
        post("/reservations/{id}/call-off", Act::ReservationRequest, call_off),
    ]
}

const WEEK: [Key; 7] = [
    k::RESERVATION_SUNDAY,
    k::RESERVATION_MONDAY,
    k::RESERVATION_TUESDAY,
    k::RESERVATION_WEDNESDAY,
    k::RESERVATION_THURSDAY,
    k::RESERVATION_FRIDAY,
    k::RESERVATION_SATURDAY,
];

/// A day of the calendar; without a number it is of another month.
struct Day {
    number: String,
    /// How many devices are free, once it can be reserved.
    free: String,
    /// How much of all is free, 0 to 4, as a class for the sheet.
    class: &'static str,
    /// The form with this day as its first.
    href: String,
    /// What is read out for it.
    label: String,
    today: bool,
}

/// A pool's month.
struct Month {
    name: String,
    caption: String,
    weeks: Vec<Vec<Option<Day>>>,
}

/// What part of all is free, in words for the sheet: none, and four quarters.
fn level(free: i64, all: i64) -> &'static str {
    match free {
        ..=0 => "free-0",
        _ => ["free-1", "free-2", "free-3", "free-4"]
            [usize::try_from((free.saturating_mul(4) - 1) / all.max(1)).unwrap_or(3).min(3)],
    }
}

fn month(t: Texts, of: &FreeDays, days: Term, (today, rules): (Date, Rules), kept: &str) -> Month {
    let name = pick(t, &of.of.pool.name_ko, &of.of.pool.name_en);
    let on = |stretches: &[(Term, i64)], day| {
        stretches.iter().find(|(term, _)| term.contains(day)).map_or(0, |(_, amount)| *amount)
    };
    let latest = add_days(today, rules.ahead_days);
    let cell = |day: Date| {
        let (free, all) = (on(&of.free, day), on(&of.allocatable, day));
        let number = day.day().to_string();
        if day < today {
            let label = format!("{} {}", t.date(day), t.s(k::RESERVATION_PAST));
            return Day { number, free: String::new(), class: "past", href: String::new(), label, today: false };
        }
        let label = t.f2(k::RESERVATION_FREE_ON, ("day", t.date(day)), ("free", t.int(free)));
        let asks = free > 0 && day <= latest;
        let href = if asks {
            format!("/reservations?month={}&pool={}&from={day}{kept}#ask", day.strftime("%Y-%m"), of.of.pool.id)
        } else {
            String::new()
        };
        Day { number, free: t.int(free), class: level(free, all), href, label, today: day == today }
    };
    let offset = usize::try_from(days.from().weekday().to_sunday_zero_offset()).unwrap_or(0);
    let mut cells: Vec<Option<Day>> = (0..offset).map(|_| None).collect();
    let mut day = days.from();
    while day < days.to() {
        cells.push(Some(cell(day)));
        day = add_days(day, 1);
    }
    while !cells.len().is_multiple_of(7) {
        cells.push(None);
    }
    let mut weeks: Vec<Vec<Option<Day>>> = Vec::new();
    for cell in cells {
        match weeks.last_mut().filter(|week| week.len() < 7) {
            Some(week) => week.push(cell),
            None => weeks.push(vec![cell]),
        }
    }
    let caption = t.f2(k::RESERVATION_CALENDAR_OF, ("pool", &name), ("month", t.month(days.from())));
    Month { name, caption, weeks }
}

/// The month of a day, as a term.
fn month_of(day: Date) -> Outcome<Term> {
    Term::months(day.first_of_month(), 1).map_err(Error::internal)
}

/// A line of a list.
struct Row {
    href: String,
    what: String,
    project: String,
    number: String,
    days: String,
    badge: &'static str,
    state: String,
}

fn badge(phase: ReservationPhase) -> &'static str {
    match phase {
        ReservationPhase::Requested => "wait",
        ReservationPhase::Coming => "info",
        ReservationPhase::UnderWay => "good",
        ReservationPhase::Declined | ReservationPhase::Lapsed | ReservationPhase::Withdrawn => "bad",
        ReservationPhase::Over | ReservationPhase::Cancelled => "",
    }
}

fn row(ui: &Ui, item: &ReservationItem, today: Date) -> Row {
    let (t, row) = (ui.t, &item.row);
    let phase = ReservationPhase::on(today, row.state, row.from_on, row.to_on);
    Row {
        href: format!("/reservations/{}", row.id),
        what: format!("{} {}", ui.pools().name(t, &row.pool), ui.pools().amount(t, &row.pool, row.amount.0)),
        project: pick(t, &item.title_ko, &item.title_en),
        number: item.number.clone(),
        days: days(t, item),
        badge: badge(phase),
        state: t.word(phase),
    }
}

/// Its days.
fn days(t: Texts, item: &ReservationItem) -> String {
    let (from, to) = (item.row.from_on, item.row.to_on);
    t.span(&t.short_date(from), &t.short_date(add_days(to, -1)))
}

#[derive(Template)]
#[template(path = "reservations/index.html")]
struct IndexPage {
    chrome: Chrome,
    t: Texts,
    rules: String,
    month: String,
    before: String,
    after: String,
    now: String,
    week: Vec<String>,
    months: Vec<Month>,
    projects: Vec<(String, String)>,
    pools: Vec<(String, String)>,
    form: Form,
    rows: Vec<Row>,
    next: Option<String>,
}

#[derive(Clone, Default, Deserialize)]
struct Which {
    month: Option<String>,
    pool: Option<String>,
    from: Option<String>,
    project: Option<String>,
    after: Option<String>,
}

/// How many months ahead the calendar goes, at most: what the rules allow, and a year.
const MONTHS: i32 = 12;

async fn page(ui: &Ui, which: Which, form: Form) -> Result<IndexPage, Fail> {
    let t = ui.t;
    let before = PageQuery { limit: None, after: which.after.clone() }.after_at::<ReservationId>()?;
    let asked: Option<Date> = which.month.as_deref().and_then(|text| format!("{text}-01").parse().ok());
    let unread = which.month.clone().filter(|_| asked.is_none());
    let (today, calendar, choices, items) = ui
        .read(move |cx| {
            let today = cx.today();
            let first = today.first_of_month();
            let last = Term::months(first, MONTHS).map_or(first, |term| term.last_day().first_of_month());
            let days = month_of(asked.unwrap_or(first).clamp(first, last))?;
            let calendar = reservation::calendar(cx, days)?;
            Ok((today, calendar, reservation::choices(cx)?, reservation::mine(cx, before, 51)?))
        })
        .await?;
    let Calendar { days: of, pools, rules } = calendar;
    let slice = Slice::cut(items, 50, |item| (item.row.asked_at, item.row.id));
    let until = |end: Date| t.date(add_days(end, -1));
    let project = |one: &service::project::ProjectRow| {
        let title = pick(t, &one.title_ko, &one.title_en);
        let args = [("number", one.number.clone()), ("title", title), ("last", until(one.to_on))];
        let args: Vec<(&str, std::borrow::Cow<'_, str>)> = args.into_iter().map(|(n, v)| (n, v.into())).collect();
        (one.id.to_string(), t.f(k::RESERVATION_PROJECT_UNTIL, &args))
    };
    let pool = |one: &FreeDays| {
        let name = pick(t, &one.of.pool.name_ko, &one.of.pool.name_en);
        let text = t.f2(k::RESERVATION_POOL_MOST, ("pool", name), ("most", t.int(one.of.max_amount.0)));
        (one.of.pool.id.to_string(), text)
    };
    // The project that somebody came from stays chosen.
    let kept = form.value("project").parse::<ProjectId>().map_or(String::new(), |id| format!("&project={id}"));
    let link = |day: Date| format!("/reservations?month={}{kept}", day.strftime("%Y-%m"));
    let first = today.first_of_month();
    let rule = t.f(
        k::RESERVATION_RULES,
        &[
            ("days", t.int(rules.max_days).into()),
            ("ahead", t.int(rules.ahead_days).into()),
            ("open", t.int(rules.max_open).into()),
        ],
    );
    let by = if rules.auto_devices > 0 {
        t.f1(k::RESERVATION_RULES_AUTO, "devices", t.int(rules.auto_devices))
    } else {
        t.s(k::RESERVATION_RULES_DECIDED)
    };
    let is_last = of.to() > add_days(today, rules.ahead_days);
    Ok(IndexPage {
        chrome: ui.chrome(t.s(k::RESERVATION_TITLE)).with_unread(t, &[unread.as_deref()]),
        t,
        rules: format!("{rule} {by}"),
        month: t.month(of.from()),
        before: if of.from() > first { link(add_days(of.from(), -1)) } else { String::new() },
        after: if is_last { String::new() } else { link(of.to()) },
        now: if of.from() == first { String::new() } else { link(first) },
        week: WEEK.iter().map(|day| t.s(*day)).collect(),
        months: pools.iter().map(|one| month(t, one, of, (today, rules), &kept)).collect(),
        projects: choices.iter().map(project).collect(),
        pools: pools.iter().map(pool).collect(),
        form,
        rows: slice.items.iter().map(|item| row(ui, item, today)).collect(),
        next: slice.next,
    })
}

async fn index(ui: Ui, Query(which): Query<Which>) -> Answer {
    let mut form = Form::default();
    for (name, value) in
        [("pool", &which.pool), ("from", &which.from), ("last", &which.from), ("project", &which.project)]
    {
        form.set(name, value.clone().unwrap_or_default());
    }
    let page = page(&ui, which, form).await?;
    ui.page(&page)
}

fn read(form: &mut Form) -> Option<NewReservation> {
    let (project, pool) = (form.parsed("project"), form.parsed("pool"));
    let amount = form.int("amount", 1, Amount::MAX);
    let (from, last) = (form.date("from"), form.date("last"));
    let purpose = form.text("purpose", 1000);
    Some(NewReservation {
        project: project?,
        pool: pool?,
        amount: Amount(amount?),
        from: from?,
        last: last?,
        purpose: purpose?,
    })
}

async fn ask(ui: Ui, mut form: Form) -> Answer {
    if let Some(new) = read(&mut form) {
        match ui.write(move |cx| reservation::ask(cx, new)).await {
            Ok((id, state)) => {
                let said = match state {
                    ReservationState::Booked => k::FLASH_RESERVATION_BOOKED,
                    _ => k::FLASH_RESERVATION_REQUESTED,
                };
                return ui.done(&format!("/reservations/{id}"), said);
            }
            Err(fail) => form.take(fail)?,
        }
    }
    let month = form.value("from").get(..7).map(str::to_owned);
    let page = page(&ui, Which { month, ..Which::default() }, form).await?;
    ui.rejected(&page)
}

#[derive(Deserialize)]
struct WhichOfAll {
    show: Option<String>,
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "reservations/all.html")]
struct AllPage {
    chrome: Chrome,
    t: Texts,
    waiting: bool,
    rows: Vec<Row>,
    next: Option<String>,
    here: String,
}

async fn all(ui: Ui, Query(which): Query<WhichOfAll>) -> Answer {
    let t = ui.t;
    let waiting = which.show.as_deref() != Some("all");
    let unread = which.show.as_deref().filter(|text| !matches!(*text, "all" | "waiting"));
    let before = PageQuery { limit: None, after: which.after.clone() }.after_at::<ReservationId>()?;
    let (items, today) = ui.read(move |cx| Ok((reservation::list(cx, waiting, before, 51)?, cx.today()))).await?;
    let slice = Slice::cut(items, 50, |item| (item.row.asked_at, item.row.id));
    ui.page(&AllPage {
        chrome: ui.chrome(t.s(k::RESERVATION_OFFICE)).with_unread(t, &[unread]),
        t,
        waiting,
        rows: slice.items.iter().map(|item| row(&ui, item, today)).collect(),
        next: slice.next,
        here: format!("/reservations/all?show={}&", if waiting { "waiting" } else { "all" }),
    })
}

#[derive(Template)]
#[template(path = "reservations/show.html")]
struct ShowPage {
    chrome: Chrome,
    t: Texts,
    id: ReservationId,
    version: i64,
    project: String,
    row: Row,
    purpose: String,
    asked: String,
    decided: String,
    note: String,
    machines: String,
    engine_name: String,
    /// How the engine stands with it: badge, word, cause.
    cluster: Option<(&'static str, String, String)>,
    /// Whether it waits for a decision, and why it could not be approved now.
    waits: bool,
    short: Vec<String>,
    decides: bool,
    withdraws: bool,
    calls_off: Option<String>,
    form: Form,
}

async fn show_page(ui: &Ui, id: ReservationId, form: Form) -> Result<ShowPage, Fail> {
    let t = ui.t;
    let (view, today) = ui.read(move |cx| Ok((reservation::show(cx, id)?, cx.today()))).await?;
    let ReservationView { item, phase, .. } = &view;
    let of = &item.row;
    let named = |name: &Option<String>, at: String| {
        t.f2(k::RESERVATION_ASKED_BY, ("name", name.clone().unwrap_or_default()), ("at", at))
    };
    let decided = match (of.decided_at, &view.decided_by) {
        (Some(at), Some(_)) => named(&view.decided_by, t.instant(at)),
        (Some(at), None) => t.f1(k::RESERVATION_DECIDED_RULES, "at", t.instant(at)),
        (None, _) => String::new(),
    };
    let held = of.state == ReservationState::Booked && phase.is_open();
    let machines = match (held, view.engine_name.is_some(), of.nodes.as_str()) {
        (false, ..) => String::new(),
        (true, true, nodes) => nodes.split(' ').collect::<Vec<_>>().join(", "),
        (true, false, _) if ui.app.center.identity.engine.is_some_and(|engine| engine.keeps_devices) => {
            t.s(k::RESERVATION_MACHINES_ONE)
        }
        (true, false, _) => t.s(k::RESERVATION_MACHINES_NONE),
    };
    let cluster = (held && ui.may(Act::WorkRead)).then(|| {
        let badge = match of.sync_state {
            SyncState::InLine => "good",
            SyncState::Pending => "wait",
            SyncState::Failed => "bad",
        };
        (badge, t.word(of.sync_state), of.sync_error.clone())
    });
    let off = match phase {
        ReservationPhase::UnderWay => k::RESERVATION_GIVE_BACK,
        _ => k::RESERVATION_CALL_OFF,
    };
    Ok(ShowPage {
        chrome: ui.chrome(t.s(k::RESERVATION_WHAT)),
        t,
        id,
        version: of.version,
        project: format!("/projects/{}", of.project),
        row: row(ui, item, today),
        purpose: of.purpose.clone(),
        asked: named(&view.asked_by, t.instant(of.asked_at)),
        decided,
        note: of.note.clone(),
        machines,
        engine_name: view.engine_name.clone().unwrap_or_default(),
        cluster,
        waits: *phase == ReservationPhase::Requested,
        short: view.short.iter().map(|one| t.reason(&one.reason(), ui.pools())).collect(),
        decides: view.decidable,
        withdraws: view.withdraws,
        calls_off: view.calls_off.then(|| t.s(off)),
        form,
    })
}

fn parsed(id: &str) -> Result<ReservationId, Fail> {
    id.parse().map_err(|_| Fail(Error::NotFound))
}

async fn show(ui: Ui, Path(id): Path<String>) -> Answer {
    let page = show_page(&ui, parsed(&id)?, Form::default()).await?;
    ui.page(&page)
}

/// Shows the page again with what is against it.
async fn refused(ui: &Ui, id: ReservationId, form: Form) -> Answer {
    let page = show_page(ui, id, form).await?;
    ui.rejected(&page)
}

async fn decide(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let id = parsed(&id)?;
    let (note, version) = (form.text_or_empty("note", 1000), form.int("version", 1, i64::MAX));
    let approve = match form.value("decision") {
        "approve" => Some(true),
        "decline" => Some(false),
        _ => {
            form.wrong("note", Code::NotAChoice);
            None
        }
    };
    if let (Some(note), Some(version), Some(approve)) = (note, version, approve) {
        let act = if approve { reservation::approve } else { reservation::decline };
        match ui.write(move |cx| act(cx, id, version, &note)).await {
            Ok(()) => {
                let said = if approve { k::FLASH_RESERVATION_APPROVED } else { k::FLASH_RESERVATION_DECLINED };
                return ui.done(&format!("/reservations/{id}"), said);
            }
            Err(fail) => form.take(fail)?,
        }
    }
    refused(&ui, id, form).await
}

async fn withdraw(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let id = parsed(&id)?;
    if let (Some(note), Some(version)) = (form.text("note", 1000), form.int("version", 1, i64::MAX)) {
        match ui.write(move |cx| reservation::withdraw(cx, id, version, &note)).await {
            Ok(()) => return ui.done(&format!("/reservations/{id}"), k::FLASH_RESERVATION_WITHDRAWN),
            Err(fail) => form.take(fail)?,
        }
    }
    refused(&ui, id, form).await
}

async fn call_off(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let id = parsed(&id)?;
    if let Some(version) = form.int("version", 1, i64::MAX) {
        match ui.write(move |cx| reservation::call_off(cx, id, version)).await {
            Ok(()) => return ui.done(&format!("/reservations/{id}"), k::FLASH_RESERVATION_CALLED_OFF),
            Err(fail) => form.take(fail)?,
        }
    }
    refused(&ui, id, form).await
}

#[cfg(test)]
mod tests {
    use super::level;

    #[test]
    fn what_is_free_is_told_in_quarters() {
        assert_eq!(
            [0, 1, 2, 3, 4, 5, 6, 7, 8].map(|free| level(free, 8)),
            ["free-0", "free-1", "free-1", "free-2", "free-2", "free-3", "free-3", "free-4", "free-4"]
        );
        assert_eq!((level(-1, 8), level(3, 0)), ("free-0", "free-4"));
    }
}
