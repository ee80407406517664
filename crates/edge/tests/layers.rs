//! What the layers around every route do when something goes wrong within.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use domain::access::Role;
use edge::{App, Config, Fail, Failure, Identify, Known, Who};
use http::{HeaderMap, Request, StatusCode};
use service::{Center, Error, Outcome};
use testkit::{TestCenter, TestDb};
use tower::ServiceExt as _;

/// Notes what it is asked; answers as it was told.
#[derive(Default)]
struct Asked {
    cookies: Mutex<Vec<String>>,
    down: bool,
}

impl Identify for Asked {
    fn by_session(&self, _: &Center, cookie: &str) -> Outcome<Option<Known>> {
        self.cookies.lock().expect("not poisoned").push(cookie.to_owned());
        if self.down {
            return Err(Error::Unavailable("the database is away".to_owned()));
        }
        Ok((cookie == "good").then(|| Known { actor: testkit::actor(Role::Auditor), writes: true }))
    }
    fn by_token(&self, _: &Center, token: &str) -> Outcome<Option<Known>> {
        Ok((token == "good").then(|| Known { actor: testkit::actor(Role::Auditor), writes: false }))
    }
}

struct Portal {
    _test: TestCenter,
    asked: Arc<Asked>,
    router: Router,
}

fn render(_: &App, who: &Who, failure: &Failure) -> Response {
    let codes: Vec<&str> = failure.reasons.iter().map(|reason| reason.code.as_str()).collect();
    (failure.status, format!("rendered for {} {}", who.lang(), codes.join(" "))).into_response()
}

async fn who(who: Who) -> String {
    format!("{} {} {} {}", who.actor.name, who.actor.address, who.by_token, who.actor.channel)
}

fn portal(config: Config, down: bool) -> Portal {
    let test = TestCenter::new(TestDb::sqlite());
    let asked = Arc::new(Asked { down, ..Asked::default() });
    let app = App::new(test.center.clone(), config, asked.clone());
    let render: edge::Render = render;
    let panics = async |app: axum::extract::State<App>| {
        app.blocking(|_| -> Outcome<()> { panic!("within a use case") }).await.map(|()| "never")
    };
    let routes = Router::new()
        .route("/who", get(who))
        .route("/api/who", get(who))
        .route("/panic", get(async || -> &'static str { panic!("within a handler") }))
        .route("/panic/below", get(panics))
        .route("/slow", get(async || tokio::time::sleep(Duration::from_secs(60)).await))
        .route("/later", get(async || Fail(Error::TooMany(90))))
        .route("/echo", post(async |body: String| body.len().to_string()));
    let routes = edge::guarded(routes, &app)
        .layer(from_fn_with_state((app.clone(), render), edge::failures))
        .with_state(app.clone());
    Portal { _test: test, asked, router: edge::around(routes, &app) }
}

impl Portal {
    async fn send(&self, request: http::request::Builder, body: Body) -> (StatusCode, HeaderMap, String) {
        let peer = ConnectInfo(SocketAddr::from(([192, 0, 2, 7], 4711)));
        let request = request.extension(peer).body(body).expect("a request");
        let (parts, body) = self.router.clone().oneshot(request).await.expect("a router never fails").into_parts();
        let bytes = to_bytes(body, 1 << 20).await.expect("a body in memory");
        (parts.status, parts.headers, String::from_utf8_lossy(&bytes).into_owned())
    }

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> (StatusCode, HeaderMap, String) {
        let request = headers.iter().fold(Request::get(path), |request, (name, value)| request.header(*name, *value));
        self.send(request, Body::empty()).await
    }
}

fn config() -> Config {
    Config { body_limit: 1000, ..Config::default() }
}

#[tokio::test]
async fn panics_are_answered_and_the_next_request_too() {
    let portal = portal(config(), false);
    for path in ["/panic", "/panic/below"] {
        let (status, _, text) = portal.get(path, &[]).await;
        assert_eq!((status, text.as_str()), (StatusCode::INTERNAL_SERVER_ERROR, "rendered for ko "), "{path}");
    }
    assert_eq!(portal.get("/who", &[]).await.0, StatusCode::OK);
}

#[tokio::test]
async fn what_takes_too_long_or_is_too_large_is_refused_in_words() {
    let portal = portal(Config { timeout: Duration::from_millis(200), ..config() }, false);
    let (status, _, text) = portal.get("/slow", &[("accept-language", "en")]).await;
    assert_eq!((status, text.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "rendered for en "));
    let (status, _, text) = portal.send(Request::post("/echo"), Body::from("x".repeat(1001))).await;
    assert_eq!((status, text.as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "rendered for ko "));
    let (status, _, text) = portal.send(Request::post("/echo"), Body::from("x".repeat(1000))).await;
    assert_eq!((status, text.as_str()), (StatusCode::OK, "1000"));
    let (status, headers, _) = portal.get("/echo", &[]).await;
    assert_eq!((status, headers["allow"].to_str().ok()), (StatusCode::METHOD_NOT_ALLOWED, Some("POST")));
    let (status, headers, _) = portal.get("/later", &[]).await;
    assert_eq!((status, headers["retry-after"].to_str().ok()), (StatusCode::TOO_MANY_REQUESTS, Some("90")));
}

#[tokio::test]
async fn a_session_that_cannot_be_looked_up_is_no_visitor() {
    let portal = portal(config(), true);
    let (status, _, _) = portal.get("/who", &[("cookie", "mudeung=good")]).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(portal.get("/who", &[]).await.0, StatusCode::OK, "whoever shows no cookie needs no look-up");
}

#[tokio::test]
async fn people_are_known_by_cookie_or_token() {
    let portal = portal(config(), false);
    assert_eq!(portal.get("/who", &[]).await.2, "web 192.0.2.7 false web");
    assert_eq!(portal.get("/who", &[("cookie", "a=b; mudeung=good")]).await.2, "auditor 192.0.2.7 false web");
    assert_eq!(portal.get("/who", &[("cookie", "mudeung=bad")]).await.2, "web 192.0.2.7 false web");
    let both = [("cookie", "mudeung=bad"), ("authorization", "Bearer good")];
    assert_eq!(portal.get("/api/who", &both).await.2, "auditor 192.0.2.7 true api");
    assert_eq!(*portal.asked.cookies.lock().expect("not poisoned"), ["good", "bad"]);
}

#[tokio::test]
async fn over_https_only_the_cookie_bound_to_the_host_counts() {
    let portal = portal(Config { secure: true, ..config() }, false);
    let (_, headers, text) = portal.get("/who", &[("cookie", "mudeung=good")]).await;
    assert_eq!(text, "web 192.0.2.7 false web");
    assert!(headers.contains_key("strict-transport-security"));
    assert_eq!(portal.get("/who", &[("cookie", "__Host-mudeung=good")]).await.2, "auditor 192.0.2.7 false web");
}

#[tokio::test]
async fn the_forwarded_address_is_believed_from_a_trusted_proxy_only() {
    let forwarded = [("x-forwarded-for", "203.0.113.9, 198.51.100.3")];
    assert_eq!(portal(config(), false).get("/who", &forwarded).await.2, "web 192.0.2.7 false web");
    let portal = portal(Config { trust_forwarded: true, ..config() }, false);
    assert_eq!(portal.get("/who", &forwarded).await.2, "web 198.51.100.3 false web");
    for forged in ["<script>", "", "198.51.100.3, nobody"] {
        assert_eq!(portal.get("/who", &[("x-forwarded-for", forged)]).await.2, "web 192.0.2.7 false web", "{forged}");
    }
}
