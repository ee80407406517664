//! The JSON API, version 1, with its own wire types: what is sent here changes only with a new
//! version, whatever the domain does within.
//!
//! # How an operation is made
//! One file per area, `v1/<area>.rs`, with `pub fn routes() -> OpenApiRouter<App>`; add it to
//! [`v1`]. An operation is an async function with `#[utoipa::path]` that takes [`Read`] or
//! [`Post`], runs one use case and answers a wire type:
//! - `extensions(("x-act" = json!("call.list")))` names its act of the access table. It is asked at
//!   the door like a page's, stands in the specification, and is walked by the test of every
//!   operation as every role.
//! - `read.run(|cx| …).await` answers 200 with JSON; lists answer `edge::Slice` (`{items, next}`).
//! - `post.run(StatusCode::CREATED, |cx, input| …).await` keeps the answer under the caller's
//!   `Idempotency-Key` in the same transaction.
//! - [`PostFile`] takes a file as the body, byte by byte, and `post.run_file(…)` answers one.
//! - Wire types derive `Serialize`/`Deserialize` and `ToSchema`, dates and instants are text
//!   (`2026-11-23`, `2026-11-23T05:00:00Z`), amounts whole numbers with the unit in the name.
//!
//! Errors, security, the `Idempotency-Key` parameter and the `problem` answers are put into the
//! specification for all operations alike.

mod call;
mod docs;
mod guard;
mod problem;
mod strict;
pub mod v1;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use edge::{App, Fail};
use service::Error;

pub use call::{Answer, Asked, Post, PostFile, Read};
pub use docs::specification;
pub use guard::Operations;

/// The API's routes with the layers that are theirs; `edge::around` puts the shared ones around.
pub fn router(app: &App) -> Router {
    let (routes, mut spec) = v1::routes().split_for_parts();
    docs::complete(&mut spec);
    let operations = Arc::new(Operations::of(&spec));
    let render: edge::Render = problem::render;
    let calls = routes
        .route_layer(from_fn_with_state(operations, guard::guard))
        .route("/api/v1/openapi.json", get(docs::json))
        .route("/api/{*rest}", axum::routing::any(async || Fail(Error::NotFound)));
    let calls = edge::guarded(calls, app)
        .layer(from_fn_with_state((app.clone(), render), edge::failures))
        .with_state(app.clone());
    calls.merge(docs::pages())
}
