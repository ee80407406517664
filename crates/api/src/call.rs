//! What an operation is handed: who calls, the center, and for writes the body with its key.

use axum::body::to_bytes;
use axum::extract::{FromRef, FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use domain::ledger::hex;
use domain::{Code, Reason};
use edge::{App, Fail, Who};
use http::request::Parts;
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use service::idempotency::{Key, once};
use service::{Cx, Error, Outcome};
use sha2::{Digest as _, Sha256};

/// What every operation answers.
pub type Answer = Result<Response, Fail>;

/// Tells a repeated answer from a new one.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// A reading call.
pub struct Read {
    /// The running center.
    pub app: App,
    /// Who calls.
    pub who: Who,
}

impl<S: Sync> FromRequestParts<S> for Read
where
    App: FromRef<S>,
{
    type Rejection = Fail;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Fail> {
        Ok(Self { who: Who::from_request_parts(parts, state).await?, app: App::from_ref(state) })
    }
}

impl Read {
    /// Runs a use case that reads and answers its result as JSON.
    ///
    /// # Errors
    /// What the use case answers.
    pub async fn run<T: Serialize + Send + 'static>(
        &self,
        work: impl FnOnce(&mut Cx<'_, '_>) -> Outcome<T> + Send + 'static,
    ) -> Answer {
        let value = self.app.read(&self.who.actor, work).await?;
        json(StatusCode::OK, &value)
    }
}

/// A writing call with its body.
pub struct Post<T> {
    /// The running center.
    pub app: App,
    /// Who calls.
    pub who: Who,
    /// What was sent.
    pub body: T,
    key: Key,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Post<T>
where
    App: FromRef<S>,
{
    type Rejection = Fail;

    async fn from_request(request: Request, state: &S) -> Result<Self, Fail> {
        let (mut parts, body) = request.into_parts();
        let who = Who::from_request_parts(&mut parts, state).await?;
        let app = App::from_ref(state);
        let key = key(&parts)?;
        let limit = app.config.body_limit;
        let bytes = to_bytes(body, limit)
            .await
            .map_err(|_| unreadable(format!("it is longer than {limit} bytes or broke off")))?;
        // An operation without input may be called without a body.
        let text: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        let body = serde_json::from_slice(text).map_err(|error| unreadable(error.to_string()))?;
        let mut hasher = Sha256::new();
        for part in [parts.method.as_str().as_bytes(), parts.uri.to_string().as_bytes(), &bytes] {
            hasher.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hasher.update(part);
        }
        Ok(Self { app, who, body, key: Key { key, fingerprint: hex(&hasher.finalize()) } })
    }
}

fn unreadable(detail: String) -> Fail {
    Fail(Error::field("", Reason::new(Code::Unreadable).with("detail", detail)))
}

/// The idempotency key: 1 to 200 visible ASCII characters.
fn key(parts: &Parts) -> Result<String, Fail> {
    let wrong = |code| Fail(Error::field("Idempotency-Key", code));
    let value = parts.headers.get("idempotency-key").ok_or_else(|| wrong(Code::Required))?;
    let key = value.to_str().map_err(|_| wrong(Code::BadCharacters))?.trim();
    match key.len() {
        0 => Err(wrong(Code::Required)),
        1..=200 => Ok(key.to_owned()),
        _ => Err(Fail(Error::field("Idempotency-Key", Reason::new(Code::TooLong).with("max", 200)))),
    }
}

impl<T: Send + 'static> Post<T> {
    /// Runs a use case that writes and answers its result as JSON with `status`; a repetition is
    /// given the first answer.
    ///
    /// # Errors
    /// What the use case answers.
    pub async fn run<A: Serialize>(
        self,
        status: StatusCode,
        work: impl FnOnce(&mut Cx<'_, '_>, T) -> Outcome<A> + Send + 'static,
    ) -> Answer {
        let (key, body) = (self.key, self.body);
        let kept = self
            .app
            .write(&self.who.actor, move |cx| {
                once(cx, &key, status.as_u16(), |cx| {
                    let value = work(cx, body)?;
                    serde_json::to_string(&value).map_err(Error::internal)
                })
            })
            .await?;
        let status = StatusCode::from_u16(kept.status).map_err(Error::internal)?;
        let mut response = (status, [(header::CONTENT_TYPE, "application/json")], kept.body).into_response();
        if kept.again {
            response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
        }
        Ok(response)
    }
}

fn json(status: StatusCode, value: &impl Serialize) -> Answer {
    let text = serde_json::to_string(value).map_err(Error::internal)?;
    Ok((status, [(header::CONTENT_TYPE, "application/json")], text).into_response())
}
