//! The portal's pages. This crate parses requests, calls one use case, renders a template; it knows
//! no SQL and decides nothing.
//!
//! # How a page is made
//! 1. **Route**: `page/<area>.rs` has `pub fn routes() -> Vec<Line>`; each line is
//!    `get("/calls/{id}", Act::CallRead, show)` or `post(…)`, with `.menu(Section::Office, 20,
//!    k::CALL_MENU)` if it stands in the menu and `.body_limit(bytes)` if it takes files. Add the
//!    area to [`page`]`::lines`. From that one table come the router, the menu, and the test that
//!    walks every route as every role. The act is asked at the door where a role grants it; ties to
//!    the thing are asked by the use case.
//! 2. **Handler**: takes [`Ui`] (who asks, texts, center), path, query or [`Form`], and answers
//!    [`Answer`]. `ui.read(|cx| …)` and `ui.write(|cx| …)` run one use case on a blocking thread;
//!    `?` turns a use case's error into its error page (not found, forbidden, sign in first, …).
//! 3. **Template**: a struct with `chrome: Chrome` and `t: Texts`, deriving `askama::Template` on
//!    `templates/<area>/<page>.html`, which begins with `{% extends "base.html" %}` and fills
//!    `{% block main %}`. Texts are `{{ t.s(k::CALL_TITLE) }}`, dates `{{ t.date(row.from) }}`,
//!    numbers `{{ t.int(row.count) }}`; `k` must be imported where the struct stands.
//!    `ui.chrome(title)` makes the frame, `ui.page(&page)` the answer.
//! 4. **Form**: parse with [`Form`] in `form/<area>.rs`; every parse helper notes what is wrong with
//!    its field. After a write: `ui.done("/calls", k::FLASH_SAVED)` redirects and shows the notice
//!    once. If the use case refuses: `form.take(error)?` puts its reasons on the form, then
//!    `ui.rejected(&page)` shows it filled in. Templates draw fields with the macros of
//!    `components/form.html`.
//! 5. **Lists**: `Query<PageQuery>`, `edge::Slice::cut`, and `components/paging.html`.
//!
//! ```text
//! async fn create(ui: Ui, mut form: Form) -> Answer {
//!     if let Some(input) = call_form(&mut form) {
//!         match ui.write(move |cx| service::call::draft(cx, input)).await {
//!             Ok(id) => return ui.done(&format!("/calls/{id}"), k::FLASH_SAVED),
//!             Err(error) => form.take(error)?,
//!         }
//!     }
//!     ui.rejected(&NewCallPage { chrome: ui.chrome(ui.t.s(k::CALL_NEW)), t: ui.t, form })
//! }
//! ```

mod assets;
mod chrome;
mod failure;
pub mod form;
mod gateway;
pub mod page;
pub mod route;
mod ui;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use edge::{App, Fail};
use service::Error;

pub use assets::asset;
pub use chrome::{Chrome, in_query};
pub use form::Form;
pub use gateway::gateway;
pub use route::{Line, Menu, Section};
pub use ui::{Answer, Ui};

/// Every route of the portal with its act.
#[must_use]
pub fn lines() -> Vec<Line> {
    page::lines()
}

/// The portal's routes with the layers that are theirs; `edge::around` puts the shared ones around.
pub fn router(app: &App) -> Router {
    let pages = lines().into_iter().fold(Router::new(), |router, line| line.onto(router));
    let pages = pages.fallback(async || Fail(Error::NotFound));
    let render: edge::Render = failure::render;
    let pages = edge::guarded(pages.layer(edge::csrf()), app)
        .layer(from_fn_with_state((app.clone(), render), edge::failures))
        .with_state(app.clone());
    Router::new().route("/static/{hash}/{*name}", get(assets::serve)).merge(pages)
}
