//! The ledger: entries with their hashes, newest first, narrowed by pool, kind and project; the
//! same as a file.

use askama::Template;
use axum::extract::Query;
use domain::access::Act;
use domain::ledger::EntryKind;
use edge::{Cursor, Slice};
use serde::Deserialize;
use service::csv;
use service::ledger::{Filter, LedgerItem};
use texts::{Pools, Texts, k};

use crate::chrome::Chrome;
use crate::page::plans::pick;
use crate::route::{Line, Section, get};
use crate::ui::{Answer, Ui};

/// The lines of this area.
#[must_use]
pub fn routes() -> Vec<Line> {
    vec![
        get("/ledger", Act::LedgerRead, list).menu(Section::Center, 20, k::LEDGER_MENU),
        get("/ledger.csv", Act::LedgerRead, file),
    ]
}

#[derive(Deserialize)]
struct Narrowed {
    pool: Option<String>,
    kind: Option<String>,
    project: Option<String>,
    after: Option<String>,
}

impl Narrowed {
    fn filter(&self) -> Filter {
        let given =
            |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        Filter {
            pool: given(&self.pool).and_then(|text| text.parse().ok()),
            kind: given(&self.kind).and_then(|text| text.parse().ok()),
            project: given(&self.project).map(|text| text.chars().take(40).filter(|c| !c.is_control()).collect()),
            award: None,
        }
    }
}

fn query(filter: &Filter) -> String {
    let part = |name: &str, value: Option<String>| {
        let value = value?;
        let encoded: String = value
            .bytes()
            .map(|byte| {
                if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            })
            .collect();
        Some(format!("{name}={encoded}&"))
    };
    [
        part("pool", filter.pool.as_ref().map(ToString::to_string)),
        part("kind", filter.kind.map(|kind| kind.to_string())),
        part("project", filter.project.clone()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

struct Row {
    seq: String,
    at: String,
    number: String,
    href: String,
    pool: String,
    kind: String,
    delta: String,
    days: String,
    reason: String,
    hash: String,
    short: String,
}

fn row(t: Texts, pools: &Pools, item: &LedgerItem) -> Row {
    let entry = &item.entry;
    let kind = t.word(entry.kind);
    Row {
        seq: t.int(entry.seq),
        at: jiff::Timestamp::from_second(entry.at).map(|at| t.instant(at)).unwrap_or_default(),
        number: item.number.clone(),
        href: format!("/projects/{}", item.project),
        pool: pools.name(t, &entry.pool),
        kind: entry.corrects.map_or(kind.clone(), |seq| format!("{kind} → {seq}")),
        delta: pools.change(t, &entry.pool, entry.delta.0),
        days: t.span(&t.short_date(entry.term.from()), &t.short_date(entry.term.last_day())),
        reason: entry.reason.clone(),
        short: entry.hash.chars().take(12).collect(),
        hash: entry.hash.clone(),
    }
}

#[derive(Template)]
#[template(path = "ledger/index.html")]
struct LedgerPage {
    chrome: Chrome,
    t: Texts,
    rows: Vec<Row>,
    next: Option<String>,
    here: String,
    file: String,
    pools: Vec<(String, String, bool)>,
    kinds: Vec<(String, String, bool)>,
    project: String,
}

async fn list(ui: Ui, Query(narrowed): Query<Narrowed>) -> Answer {
    let (t, filter) = (ui.t, narrowed.filter());
    let before: Option<i64> =
        narrowed.after.as_deref().filter(|text| !text.is_empty()).map(Cursor::read).transpose()?;
    let asked = filter.clone();
    let (items, pools) =
        ui.read(move |cx| Ok((service::ledger::list(cx, &asked, before, 51)?, service::pool::list(cx)?))).await?;
    let page = Slice::cut(items, 50, |item| item.entry.seq);
    let pool = narrowed.pool.as_deref().filter(|asked| pools.iter().all(|pool| pool.id.as_str() != asked.trim()));
    let kind = narrowed.kind.as_deref().filter(|_| filter.kind.is_none());
    let chrome = ui.chrome(t.s(k::LEDGER_TITLE)).with_unread(t, &[pool, kind]);
    let narrowed = query(&filter);
    ui.page(&LedgerPage {
        chrome,
        t,
        rows: page.items.iter().map(|item| row(t, ui.pools(), item)).collect(),
        next: page.next,
        here: format!("/ledger?{narrowed}"),
        file: format!("/ledger.csv?{narrowed}"),
        pools: pools
            .iter()
            .map(|pool| {
                (pool.id.to_string(), pick(t, &pool.name_ko, &pool.name_en), filter.pool.as_ref() == Some(&pool.id))
            })
            .collect(),
        kinds: EntryKind::ALL.iter().map(|&kind| (kind.to_string(), t.word(kind), filter.kind == Some(kind))).collect(),
        project: filter.project.unwrap_or_default(),
    })
}

/// The most entries in one file; the next file begins before its last.
const FILE_ROWS: i64 = 10_000;

async fn file(ui: Ui, Query(narrowed): Query<Narrowed>) -> Answer {
    let filter = narrowed.filter();
    let before: Option<i64> =
        narrowed.after.as_deref().filter(|text| !text.is_empty()).map(Cursor::read).transpose()?;
    let items = ui.read(move |cx| service::ledger::list(cx, &filter, before, FILE_ROWS)).await?;
    let mut out = format!("\u{feff}{}\r\n", service::ledger::COLUMNS.join(","));
    for item in &items {
        out.push_str(&csv::line(&service::ledger::row(item)));
    }
    ui.file("ledger.csv", "text/csv; charset=utf-8", out.into_bytes())
}
