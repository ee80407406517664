//! What an error becomes. Handlers answer [`Fail`]; the page or API layer around them renders it,
//! because only there are language and person known.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::{FieldError, Reason};
use http::{HeaderValue, StatusCode, header};
use service::Error;

use crate::{App, Who};

/// A use case's error on its way out.
#[derive(Debug)]
pub struct Fail(pub Error);

impl From<Error> for Fail {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

/// What a failed request is told.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The HTTP status.
    pub status: StatusCode,
    /// Why, for people.
    pub reasons: Vec<Reason>,
    /// What is wrong with which field.
    pub fields: Vec<FieldError>,
    /// After how many seconds to try again.
    pub retry_after: Option<i64>,
}

impl Failure {
    /// A failure that is known by its status alone.
    #[must_use]
    pub fn plain(status: StatusCode) -> Self {
        Self { status, reasons: Vec::new(), fields: Vec::new(), retry_after: None }
    }

    /// The failure that an error becomes.
    #[must_use]
    pub fn of(error: &Error) -> Self {
        let status = match error {
            Error::NotFound => StatusCode::NOT_FOUND,
            Error::Forbidden(_) => StatusCode::FORBIDDEN,
            Error::SignInNeeded => StatusCode::UNAUTHORIZED,
            Error::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Error::Conflict(_) | Error::OverCapacity(_) => StatusCode::CONFLICT,
            Error::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Error::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let fields = if let Error::Invalid(fields) = error { fields.clone() } else { Vec::new() };
        let reasons = if fields.is_empty() { error.reasons() } else { Vec::new() };
        let retry_after = if let Error::TooMany(seconds) = error { Some(*seconds) } else { None };
        Self { status, reasons, fields, retry_after }
    }
}

/// What a response carries until the layer around renders it.
#[derive(Clone)]
struct Carried(Arc<Failure>);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        response.extensions_mut().insert(Carried(Arc::new(self)));
        response
    }
}

impl IntoResponse for Fail {
    fn into_response(self) -> Response {
        let failure = Failure::of(&self.0);
        if failure.status.is_server_error() {
            // Once, here, where it is handled. The request's id is on the line of the request.
            tracing::error!(error = %self.0, "a request failed");
        }
        failure.into_response()
    }
}

/// How pages or the API write a failure.
pub type Render = fn(&App, &Who, &Failure) -> Response;

/// Middleware around all routes of pages or API: renders whatever failed, also what the router and
/// the layers within refuse (no such route, wrong method, too large, too slow, a panic).
pub async fn failures(State((app, render)): State<(App, Render)>, who: Who, request: Request, next: Next) -> Response {
    if let Some(fault) = &who.fault {
        tracing::error!(error = %fault, "nobody can be asked who this is");
        return render(&app, &who, &Failure::plain(StatusCode::SERVICE_UNAVAILABLE));
    }
    let response = next.run(request).await;
    let carried = response.extensions().get::<Carried>().map(|carried| carried.0.clone());
    let status = response.status();
    // Handlers that answer an error status with a body of their own (a rejected form) are done.
    let bare = (status.is_client_error() || status.is_server_error())
        && response.headers().get(header::CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let failure = match carried {
        Some(failure) => failure,
        None if bare => Arc::new(Failure::plain(status)),
        None => return response,
    };
    let mut rendered = render(&app, &who, &failure);
    for name in [header::RETRY_AFTER, header::ALLOW] {
        if let Some(value) = response.headers().get(&name) {
            rendered.headers_mut().insert(name, value.clone());
        }
    }
    rendered
}
