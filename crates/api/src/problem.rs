//! Failures as `application/problem+json` (RFC 9457).

use axum::response::{IntoResponse, Response};
use domain::FieldError;
use domain::reason::Arg;
use edge::{App, Failure, Who};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use service::Error;
use service::import::{self, Fault};
use texts::{Key, Pools, Texts, k};
use utoipa::ToSchema;

use crate::v1::wire::Told;

/// Why a call was not carried out.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// The kind of problem: `urn:mudeung:problem:not-found`.
    #[serde(rename = "type")]
    kind: String,
    /// The kind in words, in the caller's language.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What to know about this one, in the caller's language.
    detail: String,
    /// The request, for asking the office: `urn:mudeung:request:…`.
    instance: String,
    /// What is wrong with which field.
    errors: Vec<ProblemField>,
    /// Why it was refused as a whole.
    reasons: Vec<Told>,
}

/// What is wrong with one field.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemField {
    /// The field, `lines.2.devices` within lists; empty is the whole body.
    field: String,
    /// The reason's code.
    code: String,
    /// The reason in words.
    message: String,
    /// In files: the line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<i64>,
    /// In files: the column, from 1; `field` is its head.
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<i64>,
}

/// The facts of a reason that say where in a file it is.
const AT: [&str; 2] = ["at_line", "at_column"];

impl ProblemField {
    /// A fault in the caller's language.
    pub(crate) fn new(t: Texts, pools: &Pools, fault: &FieldError) -> Self {
        let [line, column] = AT.map(|name| match fault.reason.args.get(name) {
            Some(Arg::Int(place)) => Some(*place),
            _ => None,
        });
        let place = |place: Option<i64>| usize::try_from(place.unwrap_or(0)).unwrap_or(0);
        let message = match line {
            None => t.reason(&fault.reason, pools),
            Some(_) => {
                let (head, reason) = (fault.field.clone(), fault.reason.clone());
                import::place(&Fault { line: place(line), column: place(column), head, reason }, t, pools)
            }
        };
        Self { field: fault.field.clone(), code: fault.reason.code.to_string(), message, line, column }
    }
}

/// What is wrong with a file as an error; each fault keeps its place.
pub(crate) fn of_file(faults: Vec<Fault>) -> Error {
    let fault = |fault: Fault| {
        let places = AT.into_iter().zip([fault.line, fault.column]).filter(|(_, place)| *place > 0);
        let reason = places
            .fold(fault.reason, |reason, (name, place)| reason.with(name, i64::try_from(place).unwrap_or(i64::MAX)));
        reason.at(fault.head)
    };
    Error::Invalid(faults.into_iter().map(fault).collect())
}

/// Writes a failure.
pub(crate) fn render(app: &App, who: &Who, failure: &Failure) -> Response {
    let (t, pools) = (Texts::new(who.lang()), &*app.center.identity.pools);
    let (kind, title) = words(failure.status);
    let reasons = Told::all(t, pools, &failure.reasons);
    let errors: Vec<ProblemField> = failure.fields.iter().map(|fault| ProblemField::new(t, pools, fault)).collect();
    // Each message once: an empty form needs the same of every field, which `errors` names.
    let mut messages: Vec<&str> = Vec::new();
    for message in reasons.iter().map(Told::message).chain(errors.iter().map(|error| error.message.as_str())) {
        if !messages.contains(&message) {
            messages.push(message);
        }
    }
    let problem = Problem {
        kind: format!("urn:mudeung:problem:{kind}"),
        title: t.s(title),
        status: failure.status.as_u16(),
        detail: messages.join(" "),
        instance: format!("urn:mudeung:request:{}", who.actor.request_id),
        errors,
        reasons,
    };
    let body = serde_json::to_string(&problem).unwrap_or_default();
    let mut response = (failure.status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
    if let Some(seconds) = failure.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
    }
    if failure.status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

fn words(status: StatusCode) -> (&'static str, Key) {
    match status {
        StatusCode::NOT_FOUND => ("not-found", k::API_NOT_FOUND),
        StatusCode::FORBIDDEN => ("forbidden", k::ERROR_FORBIDDEN),
        StatusCode::UNAUTHORIZED => ("sign-in-needed", k::ERROR_SESSION),
        StatusCode::CONFLICT => ("conflict", k::ERROR_CONFLICT),
        StatusCode::UNPROCESSABLE_ENTITY => ("invalid", k::FORM_REJECTED),
        StatusCode::PAYLOAD_TOO_LARGE => ("too-large", k::ERROR_TOO_LARGE),
        StatusCode::TOO_MANY_REQUESTS => ("too-many", k::ERROR_TOO_MANY),
        StatusCode::SERVICE_UNAVAILABLE => ("unavailable", k::ERROR_UNAVAILABLE),
        StatusCode::METHOD_NOT_ALLOWED => ("method", k::ERROR_INPUT),
        status if status.is_client_error() => ("request", k::ERROR_INPUT),
        _ => ("internal", k::ERROR_INTERNAL),
    }
}
