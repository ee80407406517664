//! A portal in process for tests: whoever is named by the session cookie asks.
#![allow(dead_code, missing_docs, reason = "each test file uses its part")]

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use domain::access::Role;
use edge::{App, Config, Identify, Known};
use http::{Method, Request, Response, StatusCode};
use service::{Center, Outcome};
use testkit::{TestCenter, TestDb};
use tower::ServiceExt as _;

/// The cookie's value is the name of the role whose person asks: the tests of sessions are where
/// sessions are; these are about what each person sees.
struct ByRole;

impl Identify for ByRole {
    fn by_session(&self, _: &Center, cookie: &str) -> Outcome<Option<Known>> {
        Ok(cookie.parse::<Role>().ok().map(|role| Known { actor: testkit::actor(role), writes: true }))
    }
    fn by_token(&self, _: &Center, token: &str) -> Outcome<Option<Known>> {
        Ok(token.parse::<Role>().ok().map(|role| Known { actor: testkit::actor(role), writes: true }))
    }
}

pub struct Portal {
    pub test: TestCenter,
    router: Router,
}

pub struct Answered {
    pub status: StatusCode,
    pub response: Response<()>,
    pub text: String,
}

impl Answered {
    pub fn header(&self, name: &str) -> &str {
        self.response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    /// The part of a page between `<main` and `</main>`.
    pub fn main(&self) -> &str {
        let from = self.text.find("<main").unwrap_or(0);
        let to = self.text.find("</main>").unwrap_or(self.text.len());
        &self.text[from..to]
    }
}

impl Portal {
    pub fn new() -> Self {
        Self::of(TestCenter::new(TestDb::sqlite()), Arc::new(ByRole))
    }

    /// A portal on a center.
    pub fn on(test: TestCenter) -> Self {
        Self::of(test, Arc::new(ByRole))
    }

    /// A portal that is the real thing and no demo.
    pub fn in_earnest() -> Self {
        let mut test = TestCenter::new(TestDb::sqlite());
        let identity = service::center::Identity { demo: false, ..(*test.center.identity).clone() };
        test.center.identity = Arc::new(identity);
        Self::of(test, Arc::new(ByRole))
    }

    /// A portal that knows people by real sessions.
    pub fn with_sessions() -> Self {
        Self::of(TestCenter::new(TestDb::sqlite()), Arc::new(edge::Accounts))
    }

    fn of(test: TestCenter, identify: Arc<dyn Identify>) -> Self {
        let app = App::new(test.center.clone(), Config::default(), identify);
        let router = edge::around(web::router(&app).merge(edge::health(app.clone())), &app);
        Self { test, router }
    }

    pub async fn send(&self, request: Request<Body>) -> Answered {
        let response = self.router.clone().oneshot(request).await.expect("a router never fails");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 1 << 24).await.expect("a body in memory");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answered { status: parts.status, response: Response::from_parts(parts, ()), text }
    }

    pub async fn ask(&self, method: Method, path: &str, role: Option<Role>, body: &str) -> Answered {
        let mut request = Request::builder().method(method).uri(path).header("host", "portal.example");
        if let Some(role) = role {
            request = request.header("cookie", format!("mudeung={role}"));
        }
        if request.method_ref() == Some(&Method::POST) {
            request = request.header("content-type", "application/x-www-form-urlencoded");
        }
        self.send(request.body(Body::from(body.to_owned())).expect("a request")).await
    }

    /// Asks with the cookie that a sign-in gave.
    pub async fn ask_as(&self, method: Method, path: &str, cookie: &str, body: &str) -> Answered {
        let mut request = Request::builder().method(method).uri(path).header("host", "portal.example");
        request = request.header("cookie", cookie).header("user-agent", "Firefox");
        if request.method_ref() == Some(&Method::POST) {
            request = request.header("content-type", "application/x-www-form-urlencoded");
        }
        self.send(request.body(Body::from(body.to_owned())).expect("a request")).await
    }

    /// How many SQL statements the center has run so far.
    pub fn statements(&self) -> usize {
        self.test.center.statements.load(std::sync::atomic::Ordering::Relaxed)
    }

    pub async fn get(&self, path: &str, role: Option<Role>) -> Answered {
        self.ask(Method::GET, path, role, "").await
    }
}
