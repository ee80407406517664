//! The API in process for tests: the token names the role whose person calls.
#![allow(dead_code, missing_docs, reason = "each test file uses its part")]

pub mod filled;
pub mod story;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use domain::access::Role;
use edge::{App, Config, Identify, Known};
use http::{HeaderMap, Method, Request, StatusCode};
use serde_json::Value;
use service::{Actor, Center, Outcome};
use testkit::TestCenter;
use tower::ServiceExt as _;

/// `ROLE` may write, `ROLE:read` only read. The tests of tokens are where tokens are; these are
/// about what each person may do.
/// Further people have tokens of their own.
#[derive(Default)]
struct ByRole(Mutex<BTreeMap<String, Actor>>);

impl Identify for ByRole {
    fn by_session(&self, _: &Center, cookie: &str) -> Outcome<Option<Known>> {
        Ok(cookie.parse::<Role>().ok().map(|role| Known { actor: testkit::actor(role), writes: true }))
    }
    fn by_token(&self, _: &Center, token: &str) -> Outcome<Option<Known>> {
        if let Some(actor) = self.0.lock().expect("nobody panicked with it").get(token) {
            return Ok(Some(Known { actor: actor.clone(), writes: true }));
        }
        let (role, writes) = token.strip_suffix(":read").map_or((token, true), |role| (role, false));
        Ok(role.parse::<Role>().ok().map(|role| Known { actor: testkit::actor(role), writes }))
    }
}

pub struct Api {
    pub app: App,
    router: Router,
    people: Arc<ByRole>,
}

pub struct Answered {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answered {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }
}

/// Waits for an answer where a test is not async.
pub fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(future)
}

impl Api {
    pub fn new(test: &TestCenter) -> Self {
        Self::with(test, api::router)
    }

    pub fn with(test: &TestCenter, routes: impl FnOnce(&App) -> Router) -> Self {
        let people = Arc::new(ByRole::default());
        let app = App::new(test.center.clone(), Config::default(), people.clone());
        let router = edge::around(routes(&app), &app);
        Self { app, router, people }
    }

    /// Somebody who was given a token.
    pub fn person(&self, token: &str) -> Actor {
        self.people.0.lock().expect("nobody panicked with it")[token].clone()
    }

    /// Gives somebody a token.
    pub fn add(&self, token: &str, actor: Actor) {
        self.people.0.lock().expect("nobody panicked with it").insert(token.to_owned(), actor);
    }

    pub async fn send(&self, request: Request<Body>) -> Answered {
        let response = self.router.clone().oneshot(request).await.expect("a router never fails");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 1 << 24).await.expect("a body in memory");
        Answered { status: parts.status, headers: parts.headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    pub async fn call(&self, method: Method, path: &str, token: &str, key: &str, body: &str) -> Answered {
        let mut request = Request::builder().method(method).uri(path).header("host", "portal.example");
        if !token.is_empty() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if !key.is_empty() {
            request = request.header("idempotency-key", key);
        }
        self.send(request.body(Body::from(body.to_owned())).expect("a request")).await
    }

    pub async fn get(&self, path: &str) -> Answered {
        self.call(Method::GET, path, "", "", "").await
    }
}
