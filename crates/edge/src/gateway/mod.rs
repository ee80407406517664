//! The way in to development environments: a request that was let in goes on to the session's own
//! server, and its answer comes back.
//!
//! Who may use which session is decided before; here it is only seen to that nothing of the
//! portal's (cookies, the session's token) goes where it does not belong, that another site's page
//! cannot use a session, and that nothing is held in memory or waited for without end.

mod activity;
mod connect;
mod headers;
mod origin;
mod socket;
mod upload;

use std::error::Error as StdError;
use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::request::Parts;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{Method, StatusCode, Uri, Version};
use hyper::body::{Body as _, Incoming};
use hyper::upgrade::OnUpgrade;
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::{TokioExecutor, TokioTimer};

pub use activity::Activity;
use connect::Connector;
use origin::Origin;
use upload::Upload;

/// How long a connection without a request is kept, and how many to one target.
const KEPT: (Duration, usize) = (Duration::from_secs(30), 8);

/// Where a request goes on to.
#[derive(Clone)]
pub struct Target {
    /// The machine, by name or address.
    pub host: String,
    /// The port its server listens at.
    pub port: u16,
    /// What the server wants to see, sent as `Authorization: token …` and never in an address.
    pub token: String,
}

impl fmt::Debug for Target {
    /// Says everything but the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target").field("host", &self.host).field("port", &self.port).finish_non_exhaustive()
    }
}

/// How long the gateway waits. What has begun to stream has no limit.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For a connection, with finding the address.
    pub connect: Duration,
    /// For the head of the answer, since the last part of the request went out. Long, because
    /// servers hold a request until they have something to say.
    pub answer: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), answer: Duration::from_secs(120) }
    }
}

/// Why a request did not get its answer. The text is for the log; it never holds the token.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// Nobody listens there, or what came back is no answer.
    #[error("the target cannot be reached: {0}")]
    Unreachable(String),
    /// The target did not answer in time.
    #[error("the target did not answer: {0}")]
    TimedOut(String),
    /// The request comes from another site, or is of a kind that is never let through.
    #[error("the request is not let through: {0}")]
    Forbidden(String),
    /// The request asks to change the protocol in a way that is not understood.
    #[error("the protocol cannot be changed: {0}")]
    BadUpgrade(String),
}

impl GatewayError {
    /// The status that tells the caller.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Unreachable(_) => StatusCode::BAD_GATEWAY,
            Self::TimedOut(_) => StatusCode::GATEWAY_TIMEOUT,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::BadUpgrade(_) => StatusCode::BAD_REQUEST,
        }
    }
}

/// Forwards requests over connections that are kept. Cheap to clone.
#[derive(Clone)]
pub struct Gateway {
    client: Client<Connector, Upload>,
    origin: Option<Arc<Origin>>,
    limits: Limits,
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway").field("limits", &self.limits).finish_non_exhaustive()
    }
}

impl Gateway {
    /// A gateway whose callers see it at `origin` (`https://portal.example`); without one, at
    /// whatever `Host` they name.
    ///
    /// # Errors
    /// If the origin is not scheme, host and perhaps port.
    pub fn new(origin: Option<&str>) -> Result<Self, GatewayError> {
        Self::with_limits(origin, Limits::default())
    }

    /// A gateway with other limits, such as short ones for a test.
    ///
    /// # Errors
    /// If the origin is not scheme, host and perhaps port.
    pub fn with_limits(origin: Option<&str>, limits: Limits) -> Result<Self, GatewayError> {
        let origin = match origin {
            Some(text) => {
                let parsed = Origin::parse(text.as_bytes());
                Some(Arc::new(parsed.ok_or_else(|| GatewayError::Forbidden(format!("{text:?} is no origin")))?))
            }
            None => None,
        };
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(KEPT.0)
            .pool_max_idle_per_host(KEPT.1)
            .build(Connector { limit: limits.connect });
        Ok(Self { client, origin, limits })
    }

    /// Forwards a request, path and query unchanged, and answers what the target answers. A
    /// WebSocket goes on by itself after the answer, until either side ends it.
    ///
    /// # Errors
    /// If the request is not let through, or the target does not answer it.
    pub async fn forward(
        &self,
        target: &Target,
        request: Request,
        activity: &Arc<Activity>,
    ) -> Result<Response, GatewayError> {
        let (mut parts, body) = request.into_parts();
        let asks = socket::is_asked_for(&parts, &body)?;
        self.admit(&parts, asks)?;
        let caller = match (asks, parts.extensions.remove::<OnUpgrade>()) {
            (true, None) => return Err(GatewayError::BadUpgrade("the caller's connection cannot be used".to_owned())),
            (true, caller) => caller,
            (false, _) => None,
        };
        let counts = !parts.method.is_safe();
        if counts {
            activity.touch();
        }
        let head = parts.method == Method::HEAD;
        let progress = Arc::new(Activity::new());
        let upload = Upload::new(body, progress.clone(), counts.then(|| activity.clone()));
        let request = self.outgoing(target, &parts, upload, asks)?;
        let response = self.answer(request, &progress).await?;
        let (mut parts, body) = response.into_parts();
        if parts.status == StatusCode::SWITCHING_PROTOCOLS {
            let theirs = parts.extensions.remove::<OnUpgrade>();
            let (Some(ours), Some(theirs), true) = (caller, theirs, headers::is_websocket(&parts.headers)) else {
                return Err(GatewayError::Unreachable("it changed to a protocol that nobody asked for".to_owned()));
            };
            tokio::spawn(socket::join(ours, theirs, activity.clone()));
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
            *response.headers_mut() = headers::backward(parts.headers, None);
            headers::ask_for_websocket(response.headers_mut());
            return Ok(response);
        }
        let length = headers::answer_length(&parts.headers, parts.status, head, body.size_hint().exact());
        let mut response = Response::new(Body::new(body));
        *response.status_mut() = parts.status;
        *response.headers_mut() = headers::backward(parts.headers, length);
        Ok(response)
    }

    /// Whether a request is let through at all.
    fn admit(&self, parts: &Parts, asks: bool) -> Result<(), GatewayError> {
        // What it is answered with would hold the token.
        if parts.method == Method::TRACE {
            return Err(GatewayError::Forbidden("TRACE".to_owned()));
        }
        let reads = matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS);
        if asks || !reads {
            origin::check(&parts.headers, self.origin.as_deref(), asks)?;
        }
        Ok(())
    }

    /// The request as the target sees it.
    fn outgoing(
        &self,
        target: &Target,
        parts: &Parts,
        upload: Upload,
        asks: bool,
    ) -> Result<http::Request<Upload>, GatewayError> {
        let unusable = |what: &str| GatewayError::Unreachable(format!("{what} of the target cannot be used"));
        let colons = target.host.contains(':') && !target.host.starts_with('[');
        let host = if colons { format!("[{}]", target.host) } else { target.host.clone() };
        let authority: Authority = format!("{host}:{}", target.port).parse().map_err(|_| unusable("the address"))?;
        let path = parts.uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
        let uri = Uri::builder().scheme(Scheme::HTTP).authority(authority).path_and_query(path).build();
        let scheme = self.origin.as_deref().map_or("http", Origin::scheme);
        let mut forward = headers::forward(parts, upload.size_hint().exact(), scheme);
        headers::authorize(&mut forward, &target.token).ok_or_else(|| unusable("the token"))?;
        if asks {
            headers::ask_for_websocket(&mut forward);
        }
        let mut request = http::Request::new(upload);
        *request.method_mut() = parts.method.clone();
        *request.uri_mut() = uri.map_err(|_| unusable("the address"))?;
        *request.version_mut() = Version::HTTP_11;
        *request.headers_mut() = forward;
        Ok(request)
    }

    /// Waits for the head of the answer. A long upload is no silence: the time runs from its last
    /// part that went out.
    async fn answer(
        &self,
        request: http::Request<Upload>,
        progress: &Activity,
    ) -> Result<http::Response<Incoming>, GatewayError> {
        let mut answer = pin!(self.client.request(request));
        loop {
            let end = progress.last() + self.limits.answer;
            match tokio::time::timeout_at(end.into(), &mut answer).await {
                Ok(answer) => return answer.map_err(|error| GatewayError::Unreachable(causes(&error))),
                Err(_) if progress.last() + self.limits.answer > Instant::now() => {}
                Err(_) => return Err(GatewayError::TimedOut(format!("nothing within {:?}", self.limits.answer))),
            }
        }
    }
}

/// An error with what led to it. None of them holds a header.
fn causes(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
