//! The first page: what the center offers, and for whoever is signed in what there is to do.

use askama::Template;
use domain::access::Act;
use texts::{Texts, k};

use crate::chrome::Chrome;
use crate::route::{Line, get};
use crate::ui::{Answer, Ui};

/// The lines of this area.
#[must_use]
pub fn routes() -> Vec<Line> {
    vec![get("/", Act::PublicRead, home)]
}

/// Something that waits for the person.
#[derive(Clone, Debug)]
pub struct Todo {
    /// What it is, in words.
    pub title: String,
    /// Where it is done.
    pub href: String,
    /// Until when, in words, or empty.
    pub due: String,
}

#[derive(Template)]
#[template(path = "home/index.html")]
struct HomePage {
    chrome: Chrome,
    t: Texts,
    pools: Vec<String>,
    todos: Vec<Todo>,
}

async fn home(ui: Ui) -> Answer {
    let lang = ui.t.lang();
    let pools = ui.read(service::pool::list).await?;
    let pools = pools
        .into_iter()
        .map(|pool| match lang {
            texts::Lang::Ko => pool.name_ko,
            texts::Lang::En => pool.name_en,
        })
        .collect();
    ui.page(&HomePage { chrome: ui.chrome(ui.t.s(k::HOME_TITLE)), t: ui.t, pools, todos: Vec::new() })
}
