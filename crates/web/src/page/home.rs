//! The first page: what the center offers, and for whoever is signed in what there is to do.

use askama::Template;
use domain::access::Act;
use domain::units::{Gflops, PoolUnit, permille};
use service::capacity::PoolDay;
use service::{Cx, Outcome};
use texts::{Texts, k};

use crate::chrome::Chrome;
use crate::page::plans::pick;
use crate::route::{Line, get};
use crate::ui::{Answer, Ui};

/// The lines of this area.
#[must_use]
pub fn routes() -> Vec<Line> {
    vec![get("/", Act::PublicRead, home)]
}

/// Something that waits for the person, or that everybody should see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What it is, in words.
    pub title: String,
    /// Where it is done or read.
    pub href: String,
    /// Until when, or what else to know, in words; may be empty.
    pub note: String,
}

/// Where items come from: a few per area, one statement each, most urgent first.
type Source = fn(&mut Cx<'_, '_>, Texts) -> Outcome<Vec<Item>>;

/// What everybody sees, such as open calls. Areas add their lines.
const NEWS: &[Source] = &[super::calls::news];

/// What waits for whoever is signed in. Areas add their lines.
const TODOS: &[Source] = &[super::offers::todos, super::todo::from_the_plan_on, super::todo::around_proposals];

fn all(sources: &[Source], cx: &mut Cx<'_, '_>, t: Texts) -> Outcome<Vec<Item>> {
    let mut items = Vec::new();
    for source in sources {
        items.extend(source(cx, t)?);
    }
    Ok(items)
}

/// A pool today.
struct Pool {
    name: String,
    level: String,
    share: String,
    /// The bar, of 1,000: allocated, allocatable.
    bar: (i64, i64),
    free: String,
    falls: String,
}

/// All devices of the center today, in PF.
struct Today {
    installed: String,
    allocatable: String,
    allocated: String,
    share: String,
    /// The bar, of 1,000: allocated, allocatable.
    bar: (i64, i64),
}

#[derive(Template)]
#[template(path = "home/index.html")]
struct HomePage {
    chrome: Chrome,
    t: Texts,
    news: Vec<Item>,
    todos: Vec<Item>,
    today: Option<Today>,
    basis: String,
    pools: Vec<Pool>,
}

fn pool(t: Texts, row: &PoolDay) -> Pool {
    let amount = |amount| super::calls::amount(t, row.pool.unit, amount);
    let allocated = if row.pool.unit == PoolUnit::Device { t.int(row.allocated) } else { amount(row.allocated) };
    let free = row.allocatable.saturating_sub(row.allocated).max(0);
    Pool {
        name: pick(t, &row.pool.name_ko, &row.pool.name_en),
        level: t.f2(k::HOME_POOL_LEVEL, ("allocated", allocated), ("allocatable", amount(row.allocatable))),
        share: t.share(row.allocated, row.allocatable),
        // As the number beside it says: against what is allocatable.
        bar: (permille(row.allocated, row.allocatable), permille(row.allocatable, row.allocatable)),
        free: if free > 0 { t.f1(k::HOME_FREE, "amount", amount(free)) } else { t.s(k::HOME_FREE_NONE) },
        falls: row
            .falls
            .map(|(day, by)| t.f2(k::HOME_FALLS, ("day", t.date(day)), ("amount", amount(by))))
            .unwrap_or_default(),
    }
}

/// Sums of PF; nothing for a center without devices.
fn today(t: Texts, rows: &[(PoolDay, Option<Gflops>)]) -> Option<Today> {
    let sum = |of: fn(&PoolDay) -> i64| -> Gflops {
        rows.iter().filter_map(|(row, peak)| Some(Gflops(peak.as_ref()?.0.saturating_mul(of(row))))).sum()
    };
    let (installed, allocatable) = (sum(|row| row.installed), sum(|row| row.allocatable));
    let allocated = sum(|row| row.allocated);
    (installed.0 > 0).then(|| Today {
        installed: t.pf(installed),
        allocatable: t.pf(allocatable),
        allocated: t.pf(allocated),
        share: t.share(allocated.0, allocatable.0),
        bar: (permille(allocated.0, installed.0), permille(allocatable.0, installed.0)),
    })
}

async fn home(ui: Ui) -> Answer {
    let t = ui.t;
    let (news, todos, pools) = ui
        .read(move |cx| {
            let todos = if cx.actor.user.is_some() { all(TODOS, cx, t)? } else { Vec::new() };
            Ok((all(NEWS, cx, t)?, todos, service::capacity::today(cx)?))
        })
        .await?;
    let chrome = ui.chrome(t.s(k::HOME_TITLE));
    let basis = t.word(ui.app.center.identity.basis);
    ui.page(&HomePage {
        basis: t.f2(k::HOME_BASIS, ("today", &chrome.today), ("basis", basis)),
        chrome,
        t,
        news,
        todos,
        today: today(t, &pools),
        pools: pools.iter().map(|(row, _)| pool(t, row)).collect(),
    })
}
