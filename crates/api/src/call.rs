//! What an operation is handed: who calls, the center, and for writes the body with its key.

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRef, FromRequest, FromRequestParts, Query, Request};
use axum::response::{IntoResponse, Response};
use domain::ledger::hex;
use domain::{Code, FieldError, Reason};
use edge::{App, Fail, Failure, Who};
use http::request::Parts;
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use service::idempotency::{Key, once};
use service::import::Limits;
use service::{Actor, Center, Cx, Error, Outcome};
use sha2::{Digest as _, Sha256};

use crate::strict::{NO_OBJECT, Strict};

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

    /// The same for what asks more than the database.
    ///
    /// # Errors
    /// What it answers.
    pub async fn outside<T: Serialize + Send + 'static>(
        &self,
        work: impl FnOnce(&Center, &Actor) -> Outcome<T> + Send + 'static,
    ) -> Answer {
        let actor = self.who.actor.clone();
        let value = self.app.blocking(move |center| work(center, &actor)).await?;
        json(StatusCode::OK, &value)
    }

    /// The same for a use case that notes who read what.
    ///
    /// # Errors
    /// What the use case answers.
    pub async fn noted<T: Serialize + Send + 'static>(
        &self,
        work: impl FnOnce(&mut Cx<'_, '_>) -> Outcome<T> + Send + 'static,
    ) -> Answer {
        let value = self.app.write(&self.who.actor, work).await?;
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
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let app = App::from_ref(state);
        let limit = app.config.body_limit;
        let json = |kind: &str| kind.eq_ignore_ascii_case("application/json");
        let post = Post::sent(request, app, limit, json).await?;
        // An operation without input may be called without a body.
        let text: &[u8] = if post.body.is_empty() { b"{}" } else { &post.body };
        let body = read(text).map_err(|fault| Fail(Error::Invalid(vec![fault])).into_response())?;
        Ok(post.with(body).1)
    }
}

/// A writing call whose body is a file, byte by byte.
pub struct PostFile(pub Post<Bytes>);

impl<S: Send + Sync> FromRequest<S> for PostFile
where
    App: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let limit = Limits::PAGE.bytes;
        let table = |kind: &str| TABLES.iter().any(|known| kind.eq_ignore_ascii_case(known));
        let sent = Post::sent(request, App::from_ref(state), limit, table).await.map(Self);
        sent.map_err(|response| {
            if response.status() != StatusCode::PAYLOAD_TOO_LARGE {
                return response;
            }
            let reason = Reason::new(Code::FileTooLarge).with("max", format!("{} MiB", limit >> 20));
            Failure { fields: vec![reason.at("")], ..Failure::plain(StatusCode::PAYLOAD_TOO_LARGE) }.into_response()
        })
    }
}

/// What may be said of a file with a table. What it really is shows when it is read.
const TABLES: [&str; 6] = [
    "text/csv",
    "text/plain",
    "text/tab-separated-values",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    // What some systems call CSV.
    "application/vnd.ms-excel",
    "application/octet-stream",
];

impl Post<Bytes> {
    /// Reads what was sent; `fits` says whether a kind of body is taken.
    async fn sent(request: Request, app: App, limit: usize, fits: impl Fn(&str) -> bool) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let who = Who::from_request_parts(&mut parts, &()).await.map_err(IntoResponse::into_response)?;
        let key = key(&parts).map_err(IntoResponse::into_response)?;
        let bytes = to_bytes(body, limit).await.map_err(broken_off)?;
        if !bytes.is_empty() && !kind(&parts).is_none_or(fits) {
            let fields = vec![Reason::new(Code::NotAChoice).at("Content-Type")];
            return Err(Failure { fields, ..Failure::plain(StatusCode::UNSUPPORTED_MEDIA_TYPE) }.into_response());
        }
        let mut hasher = Sha256::new();
        for part in [parts.method.as_str().as_bytes(), parts.uri.to_string().as_bytes(), &bytes] {
            hasher.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hasher.update(part);
        }
        Ok(Self { app, who, body: bytes, key: Key { key, fingerprint: hex(&hasher.finalize()) } })
    }
}

fn broken_off(error: axum::Error) -> Response {
    let mut cause: &dyn std::error::Error = &error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    // The text is all that tells the limit from a caller who hung up.
    let status =
        if cause.to_string().contains("limit") { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::BAD_REQUEST };
    Failure::plain(status).into_response()
}

/// What the body is said to be, if anything is said of it.
fn kind(parts: &Parts) -> Option<&str> {
    let kind = parts.headers.get(header::CONTENT_TYPE)?;
    Some(kind.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim())
}

/// Reads a body; what cannot be read is a fault of the field in which it is.
fn read<T: DeserializeOwned>(text: &[u8]) -> Result<T, FieldError> {
    let value: Value = serde_json::from_slice(text).map_err(|error| no_json(&error))?;
    told(serde_path_to_error::deserialize::<_, T>(Strict(&value)))?;
    if let Some(field) = unclean(&value, &mut Vec::new()) {
        return Err(Reason::new(Code::BadCharacters).at(field));
    }
    // The text itself is read so that a field which is sent twice is refused.
    let mut json = serde_json::Deserializer::from_slice(text);
    let value = told(serde_path_to_error::deserialize(&mut json))?;
    json.end().map_err(|error| no_json(&error))?;
    Ok(value)
}

/// A fault of the reader at the field that it was in.
fn told<T>(read: Result<T, serde_path_to_error::Error<serde_json::Error>>) -> Result<T, FieldError> {
    read.map_err(|error| {
        let path = error.path().to_string().replace('[', ".").replace(']', "");
        let error = error.into_inner();
        if !error.is_data() {
            return no_json(&error);
        }
        // `.` is the whole body, `?` something that has no name.
        fault(path.trim_end_matches(['.', '?']).to_owned(), &error.to_string())
    })
}

fn no_json(error: &serde_json::Error) -> FieldError {
    let at = |place: usize| i64::try_from(place).unwrap_or(i64::MAX);
    Reason::new(Code::Unreadable).with("line", at(error.line())).with("column", at(error.column())).at("")
}

/// The first field with characters that can neither be shown nor stored: what forms refuse, too.
fn unclean(value: &Value, path: &mut Vec<String>) -> Option<String> {
    let bad = domain::text::is_refused;
    let parts: Vec<(String, &Value)> = match value {
        Value::String(text) => return text.chars().any(bad).then(|| path.join(".")),
        Value::Array(items) => items.iter().enumerate().map(|(n, item)| (n.to_string(), item)).collect(),
        Value::Object(fields) => fields.iter().map(|(name, item)| (name.clone(), item)).collect(),
        _ => return None,
    };
    for (name, part) in parts {
        if name.chars().any(bad) {
            return Some(path.join("."));
        }
        path.push(name);
        let found = unclean(part, path);
        path.pop();
        if found.is_some() {
            return found;
        }
    }
    None
}

/// A fault of a field: the code that a wire type told, with its arguments (`too_large max=200`), else
/// what the reader's English means.
fn fault(field: String, detail: &str) -> FieldError {
    let within = |name: &str| if field.is_empty() { name.to_owned() } else { format!("{field}.{name}") };
    let named = |before: &str| detail.strip_prefix(before)?.split_once('`').map(|(name, _)| name);
    if let Some(name) = named("missing field `") {
        return Reason::new(Code::Required).at(within(name));
    }
    if let Some(name) = named("duplicate field `") {
        return Reason::new(Code::SentTwice).at(within(name));
    }
    if let Some(name) = named("unknown field `") {
        return Reason::new(Code::UnknownField).with("name", name.chars().take(40).collect::<String>()).at(field);
    }
    let said = detail.split(" at line ").next().unwrap_or_default();
    let (code, args) = said.split_once(' ').unwrap_or((said, ""));
    let args: Option<Vec<(&str, &str)>> = args.split_whitespace().map(|arg| arg.split_once('=')).collect();
    let (Ok(code), Some(args)) = (code.parse::<Code>(), args) else {
        return Reason::new(meant(said)).at(field);
    };
    args.into_iter().fold(Reason::new(code), |reason, (name, value)| reason.with(name, value)).at(field)
}

/// What is wrong with a value, by what serde, serde_json and the reader of queries say of it.
fn meant(said: &str) -> Code {
    const MEANT: [(&str, Code); 12] = [
        (NO_OBJECT, Code::NotAnObject),
        ("unknown variant", Code::NotAChoice),
        ("expected a string", Code::NotText),
        ("expected a boolean", Code::NotTrueOrFalse),
        ("not `true` or `false`", Code::NotTrueOrFalse),
        ("expected a sequence", Code::NotAList),
        ("expected struct", Code::NotAnObject),
        ("expected a map", Code::NotAnObject),
        ("expected i", Code::NotANumber),
        ("expected u", Code::NotANumber),
        ("digit found in string", Code::NotANumber),
        ("number too", Code::NotANumber),
    ];
    MEANT.iter().find(|(part, _)| said.contains(part)).map_or(Code::WrongKind, |(_, code)| *code)
}

/// What is asked for in the query.
pub struct Asked<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Fail;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fail> {
        let query = Query::<T>::try_from_uri(&parts.uri);
        query.map(|query| Self(query.0)).map_err(|error| {
            // "Failed to deserialize query string: limit: not a number"
            let text = error.body_text();
            let said = text.split_once(": ").map_or(text.as_str(), |(_, said)| said);
            let (field, said) = said.split_once(": ").unwrap_or(("", said));
            Fail(Error::Invalid(vec![fault(field.to_owned(), said)]))
        })
    }
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

impl<T> Post<T> {
    /// The same call with another body, beside the one that it had.
    #[must_use]
    pub fn with<U>(self, body: U) -> (T, Post<U>) {
        (self.body, Post { app: self.app, who: self.who, key: self.key, body })
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
        self.run_telling_once(status, |cx, body| Ok((work(cx, body)?, None::<A>))).await
    }

    /// The same for a use case whose result holds a secret: it answers what is kept for
    /// repetitions, and what only the first caller is told instead.
    ///
    /// # Errors
    /// What the use case answers.
    pub async fn run_telling_once<A: Serialize>(
        self,
        status: StatusCode,
        work: impl FnOnce(&mut Cx<'_, '_>, T) -> Outcome<(A, Option<A>)> + Send + 'static,
    ) -> Answer {
        let (key, body) = (self.key, self.body);
        let (kept, told) = self
            .app
            .write(&self.who.actor, move |cx| {
                let mut told = None;
                let kept = once(cx, &key, status.as_u16(), |cx| {
                    let (kept, secret) = work(cx, body)?;
                    told = secret.map(|secret| serde_json::to_string(&secret)).transpose().map_err(Error::internal)?;
                    serde_json::to_string(&kept).map_err(Error::internal)
                })?;
                Ok((kept, told))
            })
            .await?;
        let status = StatusCode::from_u16(kept.status).map_err(Error::internal)?;
        let body = told.unwrap_or(kept.body);
        let mut response = (status, [(header::CONTENT_TYPE, "application/json")], body).into_response();
        if kept.again {
            response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
        }
        Ok(response)
    }

    /// Runs a use case that hands out a file. For repetitions not the file is kept, which may be
    /// large and hold what is to be kept nowhere else, but what `first` answers beside it: `again`
    /// makes the same file of it.
    ///
    /// # Errors
    /// What the use case answers.
    pub async fn run_file<M: Serialize + DeserializeOwned>(
        self,
        (name, kind): (&'static str, &'static str),
        first: impl FnOnce(&mut Cx<'_, '_>, &T) -> Outcome<(M, String)> + Send + 'static,
        again: impl FnOnce(&mut Cx<'_, '_>, &T, M) -> Outcome<String> + Send + 'static,
    ) -> Answer {
        let (key, body) = (self.key, self.body);
        let (file, repeated) = self
            .app
            .write(&self.who.actor, move |cx| {
                let mut made = None;
                let kept = once(cx, &key, StatusCode::OK.as_u16(), |cx| {
                    let (mark, file) = first(cx, &body)?;
                    made = Some(file);
                    serde_json::to_string(&mark).map_err(Error::internal)
                })?;
                let file = match made {
                    Some(file) => file,
                    None => again(cx, &body, serde_json::from_str(&kept.body).map_err(Error::internal)?)?,
                };
                Ok((file, kept.again))
            })
            .await?;
        let disposition = format!("attachment; filename=\"{name}\"");
        let head = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition.as_str())];
        let mut response = (head, file).into_response();
        if repeated {
            response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
        }
        Ok(response)
    }
}

/// An answer in JSON.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Answer {
    let text = serde_json::to_string(value).map_err(Error::internal)?;
    Ok((status, [(header::CONTENT_TYPE, "application/json")], text).into_response())
}
