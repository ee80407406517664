//! Who may call which operation: the acts of the specification, asked at the door.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::access::{Act, Grant};
use domain::{Code, Reason};
use edge::{Fail, Who};
use http::Method;
use service::Error;
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::{Operation, PathItem};

/// Every operation's act, by method and path.
#[derive(Debug)]
pub struct Operations(HashMap<(Method, String), Act>);

impl Operations {
    /// Reads the acts out of a specification. Operations without a known act are left out, and
    /// nobody may call them.
    #[must_use]
    pub fn of(spec: &OpenApi) -> Self {
        let mut all = HashMap::new();
        for (path, item) in &spec.paths.paths {
            for (method, operation) in operations(item) {
                let act = operation
                    .extensions
                    .as_ref()
                    .and_then(|extensions| extensions.get("x-act"))
                    .and_then(|value| value.as_str())
                    .and_then(|word| word.parse().ok());
                if let Some(act) = act {
                    all.insert((method, path.clone()), act);
                }
            }
        }
        Self(all)
    }

    /// All of them: method, path, act.
    pub fn iter(&self) -> impl Iterator<Item = (&Method, &str, Act)> {
        self.0.iter().map(|((method, path), act)| (method, path.as_str(), *act))
    }
}

/// The operations of a path with their methods.
pub(crate) fn operations(item: &PathItem) -> Vec<(Method, &Operation)> {
    [
        (Method::GET, &item.get),
        (Method::POST, &item.post),
        (Method::PUT, &item.put),
        (Method::PATCH, &item.patch),
        (Method::DELETE, &item.delete),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
    .collect()
}

/// Middleware of the operations. A session cookie may read; only a token may write, which no other
/// site's page can send.
pub(crate) async fn guard(
    State(operations): State<Arc<Operations>>,
    path: MatchedPath,
    who: Who,
    request: Request,
    next: Next,
) -> Response {
    let method = if request.method() == Method::HEAD { Method::GET } else { request.method().clone() };
    match check(&operations, method, path.as_str(), &who) {
        Ok(()) => next.run(request).await,
        Err(error) => Fail(error).into_response(),
    }
}

fn check(operations: &Operations, method: Method, path: &str, who: &Who) -> Result<(), Error> {
    let Some(&act) = operations.0.get(&(method.clone(), path.to_owned())) else {
        if operations.iter().any(|(_, other, _)| other == path) {
            // The router answers that the path has no such method.
            return Ok(());
        }
        return Err(Error::Forbidden(Code::NotAllowed.into()));
    };
    if who.by_token && !who.is_signed_in() {
        // A token that is wrong is told so even where none is needed.
        return Err(Error::SignInNeeded);
    }
    let by_tie = who.is_signed_in() && act.grants().iter().any(|grant| matches!(grant, Grant::Tie(_)));
    if !by_tie && !who.actor.may(act, &[]) {
        return Err(if who.is_signed_in() { Error::Forbidden(Code::NotAllowed.into()) } else { Error::SignInNeeded });
    }
    if method != Method::GET {
        if !who.is_signed_in() {
            return Err(Error::SignInNeeded);
        }
        let reason = match (who.by_token, who.writes) {
            (false, _) => Some(Code::TokenNeeded),
            (true, false) => Some(Code::TokenReadsOnly),
            (true, true) => None,
        };
        if let Some(code) = reason {
            return Err(Error::Forbidden(Reason::new(code)));
        }
    }
    Ok(())
}
