//! The layers around every route.

use std::any::Any;
use std::time::Instant;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::Code;
use http::{HeaderName, HeaderValue, StatusCode, header};
use service::Error;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};
use tower_http::timeout::TimeoutLayer;

use crate::who::RequestId;
use crate::{App, Fail, Failure, identify};

/// Puts the layers that pages and API share around their routes: request id, log line, security
/// headers, compression, and who asks.
pub fn around(routes: Router, app: &App) -> Router {
    routes
        .layer(from_fn_with_state(app.clone(), identify))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(app.clone(), outermost))
}

/// What stands directly around the routes of pages or API, within the layer that renders failures:
/// time limit and panics.
pub fn guarded<S: Clone + Send + Sync + 'static>(routes: Router<S>, app: &App) -> Router<S> {
    routes
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, app.config.timeout))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(axum::extract::DefaultBodyLimit::max(app.config.body_limit))
}

/// Refuses writes that another site's page sends with our cookies.
pub fn csrf() -> CsrfLayer<fn(ProtectionError) -> Response> {
    fn refused(_: ProtectionError) -> Response {
        Fail(Error::Forbidden(Code::ForeignForm.into())).into_response()
    }
    CsrfLayer::new().with_rejection_response(refused)
}

#[allow(clippy::needless_pass_by_value, reason = "the layer hands it over")]
fn panicked(what: Box<dyn Any + Send + 'static>) -> Response {
    let text = what
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| what.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without words");
    tracing::error!(panic = text, "a handler panicked");
    Failure::plain(StatusCode::INTERNAL_SERVER_ERROR).into_response()
}

/// `/healthz`: the program runs. `/readyz`: it reaches its database.
pub fn health(app: App) -> Router {
    async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
        let actor = service::Actor::clock();
        match app.read(&actor, |cx| service::pool::list(cx).map(drop)).await {
            Ok(()) => (StatusCode::OK, "ok\n"),
            Err(fail) => {
                tracing::warn!(error = %fail.0, "not ready");
                (StatusCode::SERVICE_UNAVAILABLE, "unavailable\n")
            }
        }
    }
    Router::new().route("/healthz", get(async || "ok\n")).route("/readyz", get(ready)).with_state(app)
}

const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

async fn outermost(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let start = Instant::now();
    let id = request_id();
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    // The pattern, not the path: ids and names in paths and queries stay out of the log.
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned()).unwrap_or_default();
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if app.config.secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    // Pages hold what only this person may see. "no-store" would also take away what somebody
    // typed when they go back to a form; signing out clears the cache instead.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert("x-request-id", value);
    }
    let took = start.elapsed();
    app.traffic.note(response.status(), took);
    let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    tracing::info!(%method, route, status = response.status().as_u16(), duration_ms, request_id = id, "request");
    response
}

/// 64 random bits as hexadecimal digits: short enough to read out on the telephone.
fn request_id() -> String {
    let mut bytes = [0; 8];
    // Without randomness the id is of no use, but the request is still answered.
    let _ = getrandom::fill(&mut bytes);
    domain::ledger::hex(&bytes)
}
