//! Capacity: the ladder of each pool over a span, who holds what on a day, what comes free, and
//! the entries that make it.

use askama::Template;
use axum::extract::{Path, Query};
use domain::access::Act;
use domain::capacity::Rung;
use domain::ids::{AwardId, CapacityEntryId, PoolId};
use domain::term::{Term, add_days};
use domain::units::{Amount, Gflops, PoolUnit};
use domain::{Code, Reason};
use edge::{PageQuery, Slice};
use jiff::civil::Date;
use report::chart::{Chart, Series, Stroke, sample, steps};
use serde::Deserialize;
use service::Error;
use service::capacity::{HolderRow, NewCapacity, PoolView, Stretch};
use texts::{Texts, k};

use crate::chrome::Chrome;
use crate::form::Form;
use crate::page::plans::pick;
use crate::page::statistics::month;
use crate::route::{Line, Section, get, post};
use crate::ui::{Answer, Ui};

/// The lines of this area.
#[must_use]
pub fn routes() -> Vec<Line> {
    vec![
        get("/capacity", Act::CapacityRead, overview).menu(Section::Center, 10, k::CAPACITY_MENU),
        get("/capacity/{pool}", Act::CapacityRead, show),
        get("/capacity/{pool}/entries", Act::CapacityManage, editor),
        post("/capacity/{pool}/entries", Act::CapacityManage, enter),
    ]
}

/// The longest span that a page shows, in days.
const LONGEST: i64 = 1100;

#[derive(Deserialize)]
struct Span {
    from: Option<String>,
    to: Option<String>,
    day: Option<String>,
    after: Option<String>,
    coming: Option<String>,
}

/// How many holders a page shows.
const ROWS: i64 = 100;

/// Where the lists of holders and of what comes free go on.
type Places = (Option<(String, AwardId)>, Option<(Date, String, AwardId)>);

impl Span {
    fn places(&self) -> service::Outcome<Places> {
        let page = |after: &Option<String>| PageQuery { after: after.clone(), limit: None };
        Ok((page(&self.after).after()?, page(&self.coming).after()?))
    }

    /// The span asked for, or six months around `today`, and the day to look at. What makes no sense
    /// is noted on the form, and what is shown instead is the same as if it had not been asked for.
    fn read(self, today: Date) -> (Term, Date, Form) {
        let given = [("from", self.from), ("to", self.to), ("day", self.day)];
        let mut form = Form::filled(given.map(|(name, text)| (name, text.unwrap_or_default())));
        let [from, last, day] = ["from", "to", "day"].map(|name| form.date_if_given(name).flatten());
        let usual = add_days(today, -30);
        let ends = |from: Date| add_days(from, 209);
        // People name the last day of a span; we keep the day after it.
        let unread = form.is_wrong("from") || form.is_wrong("to");
        let (from, last) = match (from, last) {
            _ if unread => (usual, ends(usual)),
            (Some(from), Some(last)) if last < from => {
                form.wrong("to", Code::EndBeforeStart);
                (usual, ends(usual))
            }
            (None, Some(last)) if last < usual => (add_days(last, -209), last),
            (from, last) => {
                let from = from.unwrap_or(usual);
                (from, last.unwrap_or_else(|| ends(from)))
            }
        };
        let furthest = add_days(from, LONGEST - 1);
        if last > furthest {
            form.wrong("to", Reason::new(Code::NotAfter).with("day", furthest));
        }
        let last = last.min(furthest);
        let day = day.unwrap_or(today);
        for (name, shown) in [("from", from), ("to", last), ("day", day)] {
            if form.is_fine() || form.value(name).is_empty() {
                form.set(name, shown.to_string());
            }
        }
        let span = Term::new(from, add_days(last, 1)).unwrap_or_else(|_| domain::capacity::horizon(from));
        (span, day, form)
    }
}

/// Names of a pool's amounts in words.
struct Words {
    t: Texts,
    unit: PoolUnit,
    peak: Option<Gflops>,
}

impl Words {
    fn amount(&self, amount: i64) -> String {
        self.t.amount(self.unit, amount)
    }

    fn pf(&self, amount: i64) -> String {
        self.peak.map(|peak| self.t.pf(Gflops(peak.0.saturating_mul(amount)))).unwrap_or_default()
    }
}

struct Drawn {
    id: String,
    name: String,
    pf: String,
    svg: String,
    legend: Vec<(String, String)>,
    rows: Vec<Vec<String>>,
}

fn draw(t: Texts, view: &PoolView, span: Term, today: Date) -> Drawn {
    let words = Words { t, unit: view.pool.unit, peak: view.peak };
    let line = |label: String, class: &'static str, stroke: Stroke, value: fn(&Stretch) -> i64| Series {
        label,
        class,
        stroke,
        stretches: view.stretches.iter().map(|stretch| (stretch.term, value(stretch))).collect(),
    };
    let series = [
        line(t.s(k::CAPACITY_ALLOCATED), "rung-allocated", Stroke::Area, Stretch::allocated),
        line(t.word(Rung::Installed), "rung-installed", Stroke::Dotted, |s| s.installed),
        line(t.word(Rung::Leased), "rung-leased", Stroke::Dashed, |s| s.leased),
        line(t.word(Rung::Allocatable), "rung-allocatable", Stroke::Solid, |s| s.allocatable),
    ];
    let name = pick(t, &view.pool.name_ko, &view.pool.name_en);
    let title = t.f1(k::CAPACITY_CHART, "pool", &name);
    let svg = steps(&Chart {
        id: view.pool.id.as_str(),
        title: &title,
        description: &t.s(k::CAPACITY_CHART_DESCRIPTION),
        span,
        series: &series,
        value: &|value| words.amount(value),
        month: &month(t),
    });
    let rows = view
        .stretches
        .iter()
        .map(|s| {
            let days = t.span(&t.short_date(s.term.from()), &t.short_date(s.term.last_day()));
            let amounts = [s.installed, s.leased, s.reserved_ops, s.allocatable, s.held, s.offered, s.free()];
            let amounts = amounts.into_iter().map(|amount| words.amount(amount));
            std::iter::once(days)
                .chain(amounts)
                .chain([t.share(s.allocated(), s.allocatable), words.pf(s.allocated())])
                .collect()
        })
        .collect();
    let now = view.stretches.iter().find(|stretch| stretch.term.contains(today)).or(view.stretches.first());
    Drawn {
        id: view.pool.id.to_string(),
        pf: now.map(|stretch| words.pf(stretch.allocatable)).unwrap_or_default(),
        legend: series.iter().map(|one| (sample(view.pool.id.as_str(), one), one.label.clone())).collect(),
        name,
        svg,
        rows,
    }
}

#[derive(Template)]
#[template(path = "capacity/index.html")]
struct OverviewPage {
    chrome: Chrome,
    t: Texts,
    basis: String,
    from: Date,
    last: Date,
    form: Form,
    pools: Vec<Drawn>,
    manages: bool,
}

async fn overview(ui: Ui, Query(span): Query<Span>) -> Answer {
    let t = ui.t;
    let (views, span, form, today, basis) = ui
        .read(move |cx| {
            let (span, _, form) = span.read(cx.today());
            let basis = cx.identity.basis;
            Ok((service::capacity::view(cx, span, basis)?, span, form, cx.today(), basis))
        })
        .await?;
    ui.page(&OverviewPage {
        chrome: ui.chrome(t.s(k::CAPACITY_TITLE)),
        t,
        basis: t.word(basis),
        from: span.from(),
        last: span.last_day(),
        form,
        pools: views.iter().map(|view| draw(t, view, span, today)).collect(),
        manages: ui.may(Act::CapacityManage),
    })
}

struct Holder {
    number: String,
    href: String,
    title: String,
    organization: String,
    amount: String,
    pf: String,
    on: String,
}

#[derive(Template)]
#[template(path = "capacity/show.html")]
struct PoolPage {
    chrome: Chrome,
    t: Texts,
    basis: String,
    from: Date,
    last: Date,
    day: Date,
    form: Form,
    action: String,
    pool: Drawn,
    path: String,
    holders: Vec<Holder>,
    more_holders: Option<String>,
    coming: Vec<Holder>,
    more_coming: Option<String>,
    manages: bool,
}

async fn show(ui: Ui, Path(id): Path<String>, Query(span): Query<Span>) -> Answer {
    let t = ui.t;
    let id: PoolId = id.parse().map_err(|_| Error::NotFound)?;
    let (view, holders, coming, span, day, form, today, basis) = ui
        .read(move |cx| {
            let (today, basis) = (cx.today(), cx.identity.basis);
            let places = span.places()?;
            let (span, day, form) = span.read(today);
            let views = service::capacity::view(cx, span, basis)?;
            let view = views.into_iter().find(|view| view.pool.id == id).ok_or(Error::NotFound)?;
            let (holders, coming) = &places;
            let after = holders.as_ref().map(|(number, award)| (number.as_str(), *award));
            let holders = service::capacity::holders(cx, &id, day, after, ROWS + 1)?;
            let ahead = Term::new(day, add_days(day, 400)).map_err(|_| Error::NotFound)?;
            let after = coming.as_ref().map(|(on, number, award)| (*on, number.as_str(), *award));
            let coming = service::capacity::coming_free(cx, &id, ahead, after, ROWS + 1)?;
            Ok((view, holders, coming, span, day, form, today, basis))
        })
        .await?;
    let words = Words { t, unit: view.pool.unit, peak: view.peak };
    let holder = |row: &HolderRow| Holder {
        number: row.number.clone(),
        href: format!("/projects/{}", row.project),
        title: pick(t, &row.title_ko, &row.title_en),
        organization: pick(t, &row.organization_ko, &row.organization_en),
        amount: words.amount(row.amount.0),
        pf: words.pf(row.amount.0),
        on: t.date(row.on),
    };
    let holders = Slice::cut(holders, ROWS, |row| (row.number.clone(), row.award));
    let coming = Slice::cut(coming, ROWS, |row| (row.on, row.number.clone(), row.award));
    let pool = draw(t, &view, span, today);
    ui.page(&PoolPage {
        chrome: ui.chrome(pool.name.clone()),
        t,
        basis: t.word(basis),
        from: span.from(),
        last: span.last_day(),
        day,
        form,
        action: format!("/capacity/{}", pool.id),
        path: format!("/capacity/{}?from={}&to={}&day={day}&", pool.id, span.from(), span.last_day()),
        holders: holders.items.iter().map(holder).collect(),
        more_holders: holders.next,
        coming: coming.items.iter().map(holder).collect(),
        more_coming: coming.next,
        manages: ui.may(Act::CapacityManage),
        pool,
    })
}

struct Entered {
    rung: String,
    delta: String,
    days: String,
    note: String,
    at: String,
}

#[derive(Template)]
#[template(path = "capacity/entries.html")]
struct EntriesPage {
    chrome: Chrome,
    t: Texts,
    id: String,
    name: String,
    form: Form,
    rungs: Vec<(String, String)>,
    entries: Vec<Entered>,
    next: Option<String>,
}

async fn editor_page(ui: &Ui, id: PoolId, form: Form, page: &PageQuery) -> Result<EntriesPage, edge::Fail> {
    let t = ui.t;
    let limit = page.limit(50);
    let before = page.after_at::<CapacityEntryId>()?;
    let key = id.clone();
    let (pool, entries) = ui
        .read(move |cx| {
            let pools = service::pool::list(cx)?;
            let pool = pools.into_iter().find(|pool| pool.id == key).ok_or(Error::NotFound)?;
            Ok((pool, service::capacity::entries(cx, &key, before, limit + 1)?))
        })
        .await?;
    let words = Words { t, unit: pool.unit, peak: None };
    let entries = Slice::cut(entries, limit, |entry| (entry.created_at.as_second(), entry.id));
    let next = entries.next;
    let entries = entries
        .items
        .iter()
        .map(|entry| Entered {
            rung: t.word(entry.rung),
            delta: if entry.delta.0 > 0 {
                format!("+{}", words.amount(entry.delta.0))
            } else {
                words.amount(entry.delta.0)
            },
            days: t.span(&t.short_date(entry.term.from()), &t.short_date(entry.term.last_day())),
            note: entry.note.clone(),
            at: t.instant(entry.created_at),
        })
        .collect();
    let name = pick(t, &pool.name_ko, &pool.name_en);
    Ok(EntriesPage {
        chrome: ui.chrome(t.f1(k::CAPACITY_ENTRIES, "pool", &name)),
        t,
        id: id.to_string(),
        name,
        form,
        rungs: Rung::ALL.iter().map(|&rung| (rung.to_string(), t.word(rung))).collect(),
        entries,
        next,
    })
}

async fn editor(ui: Ui, Path(id): Path<String>, Query(page): Query<PageQuery>) -> Answer {
    let id: PoolId = id.parse().map_err(|_| Error::NotFound)?;
    let page = editor_page(&ui, id, Form::default(), &page).await?;
    ui.page(&page)
}

/// The form of a new entry; people name the last day.
fn new_entry(form: &mut Form, pool: PoolId, today: Date) -> Option<NewCapacity> {
    let rung = form.choice::<Rung>("rung");
    let delta = form.int("delta", -1_000_000_000_000_000_000, 1_000_000_000_000_000_000);
    if delta == Some(0) {
        form.wrong("delta", Code::Required);
    }
    let (from, last) = (form.date("from"), form.date("last"));
    let note = form.text("note", 500);
    if let Some(from) = from.filter(|from| *from < today) {
        form.wrong("from", Reason::new(Code::ChangesThePast).with("from", from).with("today", today));
    }
    let term = from.zip(last).and_then(|(from, last)| {
        let term = Term::new(from, add_days(last, 1)).ok();
        if term.is_none() {
            form.wrong("last", Code::EndBeforeStart);
        }
        term
    });
    let (true, Some(rung), Some(delta), Some(term), Some(note)) = (form.is_fine(), rung, delta, term, note) else {
        return None;
    };
    Some(NewCapacity { pool, rung, delta: Amount(delta), term, note })
}

async fn enter(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let id: PoolId = id.parse().map_err(|_| Error::NotFound)?;
    let today = ui.read(|cx| Ok(cx.today())).await?;
    if let Some(new) = new_entry(&mut form, id.clone(), today) {
        match ui.write(move |cx| service::capacity::add(cx, new)).await {
            Ok(_) => return ui.done(&format!("/capacity/{id}/entries"), k::FLASH_CAPACITY_ENTERED),
            Err(fail) => form.take(fail)?,
        }
    }
    let page = editor_page(&ui, id, form, &PageQuery::default()).await?;
    ui.rejected(&page)
}
