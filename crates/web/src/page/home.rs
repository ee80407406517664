//! The first page: what the center offers, and for whoever is signed in what there is to do.

use askama::Template;
use domain::access::Act;
use service::{Cx, Outcome, PoolRow};
use texts::{Lang, Texts, k};

use crate::chrome::Chrome;
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
const TODOS: &[Source] = &[super::offers::todos, super::proposals::todos];

fn all(sources: &[Source], cx: &mut Cx<'_, '_>, t: Texts) -> Outcome<Vec<Item>> {
    let mut items = Vec::new();
    for source in sources {
        items.extend(source(cx, t)?);
    }
    Ok(items)
}

#[derive(Template)]
#[template(path = "home/index.html")]
struct HomePage {
    chrome: Chrome,
    t: Texts,
    news: Vec<Item>,
    todos: Vec<Item>,
    pools: Vec<String>,
}

async fn home(ui: Ui) -> Answer {
    let t = ui.t;
    let (news, todos, pools) = ui
        .read(move |cx| {
            let todos = if cx.actor.user.is_some() { all(TODOS, cx, t)? } else { Vec::new() };
            Ok((all(NEWS, cx, t)?, todos, service::pool::list(cx)?))
        })
        .await?;
    let name = |pool: PoolRow| match t.lang() {
        Lang::Ko => pool.name_ko,
        Lang::En => pool.name_en,
    };
    let pools = pools.into_iter().map(name).collect();
    ui.page(&HomePage { chrome: ui.chrome(t.s(k::HOME_TITLE)), t, news, todos, pools })
}
