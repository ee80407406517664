//! Error pages: what happened, what to do next, and the id of the request.

use askama::Template;
use axum::response::{Html, IntoResponse, Redirect, Response};
use edge::{App, Failure, Who};
use http::StatusCode;
use texts::{Key, Texts, k};

use crate::chrome::{Chrome, in_query};

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    chrome: Chrome,
    t: Texts,
    explanation: String,
    reasons: Vec<String>,
    sign_in: bool,
}

/// Writes a failure as a page; whoever only has to sign in is sent to do so.
pub(crate) fn render(app: &App, who: &Who, failure: &Failure) -> Response {
    let t = Texts::new(who.lang());
    if failure.status == StatusCode::UNAUTHORIZED && who.reads {
        return Redirect::to(&format!("/sign-in?to={}", in_query(&who.path))).into_response();
    }
    let (title, explanation) = words(failure.status);
    let explanation = match failure.retry_after {
        Some(seconds) => t.f1(k::ERROR_TOO_MANY_AGAIN, "minutes", t.int((seconds + 59) / 60)),
        None => t.s(explanation),
    };
    let page = ErrorPage {
        chrome: Chrome::new(app, who, t.s(title), None),
        t,
        explanation,
        reasons: failure
            .reasons
            .iter()
            .chain(failure.fields.iter().map(|field| &field.reason))
            .map(|reason| t.reason(reason, &app.center.identity.pools))
            .collect(),
        sign_in: failure.status == StatusCode::UNAUTHORIZED,
    };
    match page.render() {
        Ok(text) => (failure.status, Html(text)).into_response(),
        Err(error) => {
            tracing::error!(%error, "the error page cannot be made");
            failure.status.into_response()
        }
    }
}

fn words(status: StatusCode) -> (Key, Key) {
    match status {
        StatusCode::NOT_FOUND => (k::ERROR_NOT_FOUND, k::ERROR_NOT_FOUND_TEXT),
        StatusCode::FORBIDDEN => (k::ERROR_FORBIDDEN, k::ERROR_FORBIDDEN_TEXT),
        StatusCode::UNAUTHORIZED => (k::ERROR_SESSION, k::ERROR_SESSION_TEXT),
        StatusCode::CONFLICT => (k::ERROR_CONFLICT, k::ERROR_CONFLICT_TEXT),
        StatusCode::PAYLOAD_TOO_LARGE => (k::ERROR_TOO_LARGE, k::ERROR_TOO_LARGE_TEXT),
        StatusCode::TOO_MANY_REQUESTS => (k::ERROR_TOO_MANY, k::ERROR_TOO_MANY_TEXT),
        StatusCode::SERVICE_UNAVAILABLE => (k::ERROR_UNAVAILABLE, k::ERROR_UNAVAILABLE_TEXT),
        status if status.is_client_error() => (k::ERROR_INPUT, k::ERROR_INPUT_TEXT),
        _ => (k::ERROR_INTERNAL, k::ERROR_INTERNAL_TEXT),
    }
}
