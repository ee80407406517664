//! The gateway between real sockets: what goes on, what comes back, and what is refused.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Once};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use edge::{Accounts, Activity, App, Config, Gateway, GatewayError, Limits, Target};
use testkit::{TestCenter, TestDb};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::{sleep, timeout};

const TOKEN: &str = "s3cret-of-the-session";
const ORIGIN: &str = "https://portal.example";
const SOON: Duration = Duration::from_secs(20);
/// The key and its answer that RFC 6455 gives as an example.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// How often anything panicked, tasks of connections included.
static PANICS: AtomicUsize = AtomicUsize::new(0);

/// Has panics counted from here on.
fn count_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            PANICS.fetch_add(1, Ordering::Relaxed);
            usual(info);
        }));
    });
}

/// A portal that forwards whatever it is asked to one target.
struct Portal {
    address: SocketAddr,
    activity: Arc<Activity>,
}

#[derive(Clone)]
struct Way {
    gateway: Gateway,
    target: Target,
    activity: Arc<Activity>,
}

async fn pass(State(way): State<Way>, request: Request) -> Response {
    match way.gateway.forward(&way.target, request, &way.activity).await {
        Ok(response) => response,
        Err(error) => {
            let kind = match &error {
                GatewayError::Unreachable(_) => "Unreachable",
                GatewayError::TimedOut(_) => "TimedOut",
                GatewayError::Forbidden(_) => "Forbidden",
                GatewayError::BadUpgrade(_) => "BadUpgrade",
            };
            (error.status(), format!("{kind}: {error} {error:?}")).into_response()
        }
    }
}

async fn portal_with(target: SocketAddr, limits: Limits) -> Portal {
    portal_around(target, limits, |routes| routes).await
}

/// A portal whose routes have something around them.
async fn portal_around(target: SocketAddr, limits: Limits, around: impl FnOnce(Router) -> Router) -> Portal {
    count_panics();
    let activity = Arc::new(Activity::new());
    let gateway = Gateway::with_limits(Some(ORIGIN), limits).expect("an origin");
    let target = Target { host: target.ip().to_string(), port: target.port(), token: TOKEN.to_owned() };
    let way = Way { gateway, target, activity: activity.clone() };
    let routes = around(Router::new().fallback(pass).with_state(way));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let service = routes.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    Portal { address, activity }
}

async fn portal(target: SocketAddr) -> Portal {
    portal_with(target, Limits::default()).await
}

/// Reads until an empty line.
async fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8_lossy(&head).into_owned()
}

/// A target that does this with each connection.
async fn target<F>(with: impl Fn(TcpStream) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(with(stream));
        }
    });
    address
}

/// A target that notes what it is asked, says this and hangs up.
async fn canned(answer: &'static str) -> (SocketAddr, UnboundedReceiver<String>) {
    let (tell, heard) = unbounded_channel();
    let address = target(move |mut stream| {
        let tell = tell.clone();
        async move {
            let _ = tell.send(head(&mut stream).await);
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    })
    .await;
    (address, heard)
}

/// Sends this and reads until the portal hangs up.
async fn ask(portal: &Portal, request: &str) -> String {
    let mut stream = TcpStream::connect(portal.address).await.expect("a portal");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    // One that is broken off is still looked at.
    let _ = timeout(SOON, stream.read_to_end(&mut answer))
        .await
        .unwrap_or_else(|_| panic!("the portal does not hang up after {request}"));
    String::from_utf8_lossy(&answer).into_owned()
}

/// The value of a header in a head as it stands on the wire.
fn values(head: &str, name: &str) -> Vec<String> {
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned()).collect()
}

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

#[tokio::test]
async fn a_request_goes_on_as_it_is_with_the_token_in_a_header_only() {
    let (address, mut heard) = canned(OK).await;
    let portal = portal(address).await;
    let path = "/env/7/api/contents/a%20b/%2e%2e/x?token=callers&y=%ED%95%9C";
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: portal.example\r\nConnection: close\r\nAuthorization: Bearer mdg_x\r\nAccept: x\r\n\r\n"
    );
    let answer = ask(&portal, &request).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\nhi"), "{answer}");
    assert!(!answer.contains(TOKEN));
    let head = heard.recv().await.expect("a request");
    assert!(head.starts_with(&format!("GET {path} HTTP/1.1\r\n")), "{head}");
    assert_eq!(values(&head, "authorization"), [format!("token {TOKEN}")]);
    assert_eq!(values(&head, "host"), ["portal.example"]);
    assert_eq!(values(&head, "accept"), ["x"]);
    assert_eq!(head.matches(TOKEN).count(), 1);
    assert!(values(&head, "content-length").is_empty() && values(&head, "transfer-encoding").is_empty(), "{head}");
}

#[tokio::test]
async fn what_is_about_one_connection_stays_on_it() {
    let (address, mut heard) = canned(
        "HTTP/1.1 200 OK\r\nConnection: close, X-Mine\r\nX-Mine: 1\r\nX-Kept: 1\r\nKeep-Alive: timeout=5\r\nProxy-Authenticate: Basic\r\nTrailer: X\r\nUpgrade: h2c\r\nLocation: /login?token=\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
    )
    .await;
    let portal = portal(address).await;
    let answer = ask(
        &portal,
        "GET / HTTP/1.1\r\nHost: portal.example\r\nConnection: close, X-Hop , Host,Authorization,\tCookie-X\r\nX-Hop: 1\r\nX-Stays: 1\r\nKeep-Alive: 1\r\nTE: trailers\r\nTrailer: X\r\nUpgrade: h2c\r\nProxy-Authorization: Basic x\r\nProxy-Foo: 1\r\n\r\n",
    )
    .await;
    let head = heard.recv().await.expect("a request");
    for gone in ["x-hop", "keep-alive", "te", "trailer", "upgrade", "proxy-authorization", "proxy-foo", "connection"] {
        assert!(values(&head, gone).is_empty(), "{gone} in {head}");
    }
    assert_eq!(values(&head, "x-stays"), ["1"]);
    assert_eq!(values(&head, "host"), ["portal.example"]);
    assert_eq!(values(&head, "authorization").len(), 1);
    for gone in ["x-mine", "keep-alive", "proxy-authenticate", "trailer", "upgrade"] {
        assert!(values(&answer, gone).is_empty(), "{gone} in {answer}");
    }
    assert_eq!(values(&answer, "x-kept"), ["1"]);
    assert_eq!(values(&answer, "location"), ["/login?token="]);
}

#[tokio::test]
async fn the_portals_cookies_stay_with_the_portal_and_others_go_on() {
    let (address, mut heard) = canned(
        "HTTP/1.1 200 OK\r\nSet-Cookie: _xsrf=2; Domain=portal.example; Path=/env; dOmain = x\r\nSet-Cookie: mudeung=evil\r\nSet-Cookie:  __host-MUDEUNG_x = evil; Secure\r\nSet-Cookie: =mudeung=evil\r\nSet-Cookie: mudeung\r\nSet-Cookie: b=3\r\nContent-Length: 0\r\n\r\n",
    )
    .await;
    let portal = portal(address).await;
    let answer = ask(
        &portal,
        "GET / HTTP/1.1\r\nHost: portal.example\r\nConnection: close\r\nCookie: a=1; mudeung=s; _xsrf=2;mudeung_flash=f\r\nCookie: __Host-mudeung=s; username-x=\"q\"; mudeung_lang=ko; notmudeung=4\r\n\r\n",
    )
    .await;
    let head = heard.recv().await.expect("a request");
    assert_eq!(values(&head, "cookie"), ["a=1; _xsrf=2; username-x=\"q\"; notmudeung=4"]);
    assert_eq!(values(&answer, "set-cookie"), ["_xsrf=2; Path=/env", "b=3"]);

    ask(&portal, "GET / HTTP/1.1\r\nHost: portal.example\r\nConnection: close\r\nCookie: mudeung=s\r\n\r\n").await;
    assert!(values(&heard.recv().await.expect("a request"), "cookie").is_empty());
}

#[tokio::test]
async fn what_a_caller_says_of_proxies_is_replaced() {
    let (address, mut heard) = canned(OK).await;
    let portal = portal(address).await;
    ask(
        &portal,
        "GET http://evil.example/x HTTP/1.1\r\nHost: portal.example:8443\r\nHost: evil.example\r\nConnection: close, X-Forwarded-For\r\nX-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: gopher\r\nX-Forwarded-Host: evil\r\nX-Forwarded-Prefix: /e\r\nForwarded: for=1.2.3.4\r\nX-Real-IP: 1.2.3.4\r\nX-Scheme: gopher\r\n\r\n",
    )
    .await;
    let head = heard.recv().await.expect("a request");
    assert!(head.starts_with("GET /x HTTP/1.1\r\n"), "{head}");
    assert_eq!(values(&head, "x-forwarded-for"), ["127.0.0.1"]);
    assert_eq!(values(&head, "x-forwarded-proto"), ["https"]);
    assert_eq!(values(&head, "x-forwarded-host"), ["portal.example:8443"]);
    assert_eq!(values(&head, "host"), ["portal.example:8443"]);
    assert!(!head.contains("1.2.3.4") && !head.contains("gopher") && !head.contains("prefix"), "{head}");
}

const LARGE: usize = 64 << 20;
/// What sockets and buffers along the way may hold: the kernel lets those of loopback grow.
const UNDER_WAY: usize = 40 << 20;

#[tokio::test]
async fn a_large_upload_waits_for_a_slow_target_and_arrives_whole() {
    let got = Arc::new(AtomicUsize::new(0));
    let go = Arc::new(tokio::sync::Notify::new());
    let (counter, started) = (got.clone(), go.clone());
    let address = target(move |mut stream| {
        let (counter, started) = (counter.clone(), started.clone());
        async move {
            head(&mut stream).await;
            started.notified().await;
            let mut buffer = vec![0; 1 << 16];
            while counter.load(Ordering::Relaxed) < LARGE {
                let count = stream.read(&mut buffer).await.expect("the body");
                assert!(count > 0, "the body broke off");
                counter.fetch_add(count, Ordering::Relaxed);
            }
            stream.write_all(OK.as_bytes()).await.expect("answered");
        }
    })
    .await;
    let portal = portal(address).await;
    let mut stream = TcpStream::connect(portal.address).await.expect("a portal");
    let request =
        format!("PUT /x HTTP/1.1\r\nHost: portal.example\r\nConnection: close\r\nContent-Length: {LARGE}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let (mut sent, part) = (0, vec![7; 1 << 16]);
    while sent < LARGE {
        match timeout(Duration::from_millis(500), stream.write(&part[..part.len().min(LARGE - sent)])).await {
            Ok(count) => sent += count.expect("sent"),
            Err(_) => break,
        }
    }
    assert!(sent < UNDER_WAY, "{sent} bytes were taken that nobody read");
    go.notify_one();
    while sent < LARGE {
        sent += stream.write(&part[..part.len().min(LARGE - sent)]).await.expect("sent");
    }
    let mut answer = String::new();
    timeout(SOON, stream.read_to_string(&mut answer)).await.expect("in time").expect("an answer");
    assert!(answer.ends_with("\r\n\r\nhi"), "{answer}");
    assert_eq!(got.load(Ordering::Relaxed), LARGE);
}

#[tokio::test]
async fn a_large_answer_waits_for_a_slow_caller_and_arrives_whole() {
    let sent = Arc::new(AtomicUsize::new(0));
    let counter = sent.clone();
    let address = target(move |mut stream| {
        let counter = counter.clone();
        async move {
            head(&mut stream).await;
            // Without a length: it ends when the connection does.
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.expect("sent");
            let part = vec![7; 1 << 16];
            while counter.load(Ordering::Relaxed) < LARGE {
                let count = stream.write(&part).await.expect("sent");
                counter.fetch_add(count, Ordering::Relaxed);
            }
        }
    })
    .await;
    let portal = portal(address).await;
    let mut stream = TcpStream::connect(portal.address).await.expect("a portal");
    stream.write_all(b"GET /x HTTP/1.0\r\nHost: portal.example\r\n\r\n").await.expect("sent");
    head(&mut stream).await;
    sleep(Duration::from_millis(1000)).await;
    assert!(sent.load(Ordering::Relaxed) < UNDER_WAY, "{sent:?} bytes were taken that nobody read");
    let (mut got, mut buffer) = (0, vec![0; 1 << 16]);
    while let Ok(count @ 1..) = timeout(SOON, stream.read(&mut buffer)).await.expect("in time") {
        got += count;
    }
    assert_eq!(got, sent.load(Ordering::Relaxed));
}

#[tokio::test]
async fn bodies_of_unknown_length_and_kept_connections_work_both_ways() {
    let routes = Router::new().fallback(async |request: Request| {
        let length = format!("{:?}", request.headers().get("content-length"));
        let body = axum::body::to_bytes(request.into_body(), 1 << 20).await.expect("a body");
        Body::from([length.as_bytes(), b" ", &body[..]].concat())
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, routes).await });
    let portal = portal(address).await;
    for method in ["POST", "PATCH", "GET", "DELETE"] {
        for _ in 0..3 {
            let request = format!(
                "{method} / HTTP/1.1\r\nHost: portal.example\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n"
            );
            let answer = ask(&portal, &request).await;
            assert!(answer.ends_with("\r\n\r\nNone abcdefg"), "{method}: {answer}");
        }
    }
    let request =
        "POST / HTTP/1.1\r\nHost: portal.example\r\nConnection: close, Content-Length\r\nContent-Length: 3\r\n\r\nabc";
    let answer = ask(&portal, request).await;
    assert!(answer.ends_with("\r\n\r\nSome(\"3\") abc"), "{answer}");
    let expecting = "POST / HTTP/1.1\r\nHost: portal.example\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc";
    assert!(ask(&portal, expecting).await.ends_with("\r\n\r\nSome(\"3\") abc"));
    let empty = "POST / HTTP/1.1\r\nHost: portal.example\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    assert!(ask(&portal, empty).await.ends_with("\r\n\r\nSome(\"0\") "));
    let head = ask(&portal, "HEAD / HTTP/1.1\r\nHost: portal.example\r\nConnection: close\r\n\r\n").await;
    assert_eq!(values(&head, "content-length"), ["5"]);
    assert!(head.ends_with("\r\n\r\n"), "{head}");
}

#[tokio::test]
async fn answers_without_a_body_keep_none() {
    for status in ["204 No Content", "304 Not Modified"] {
        let answer: &'static str = format!("HTTP/1.1 {status}\r\nContent-Length: 5\r\nETag: x\r\n\r\n").leak();
        let (address, _heard) = canned(answer).await;
        let portal = portal(address).await;
        let answer = ask(&portal, "GET / HTTP/1.1\r\nHost: portal.example\r\nConnection: close\r\n\r\n").await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}\r\n")), "{answer}");
        assert_eq!(values(&answer, "etag"), ["x"]);
    }
}

#[tokio::test]
async fn a_target_that_is_not_there_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let portal = portal(address).await;
    let answer = ask(&portal, "GET / HTTP/1.1\r\nHost: portal.example\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 502") && answer.contains("Unreachable"), "{answer}");
    assert!(!answer.contains(TOKEN));
}

#[tokio::test]
async fn a_target_that_never_answers_is_given_up_but_not_while_the_body_goes_out() {
    let limits = Limits { answer: Duration::from_millis(400), ..Limits::default() };
    let address = target(async |mut stream: TcpStream| {
        let asked = head(&mut stream).await;
        let mut body = vec![0; 8];
        if asked.starts_with("PUT") && stream.read_exact(&mut body).await.is_ok() {
            let _ = stream.write_all(OK.as_bytes()).await;
        }
        sleep(SOON).await;
    })
    .await;
    let portal = portal_with(address, limits).await;
    let start = Instant::now();
    let answer = ask(&portal, "GET / HTTP/1.1\r\nHost: portal.example\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 504") && answer.contains("TimedOut"), "{answer}");
    assert!(start.elapsed() >= Duration::from_millis(390) && !answer.contains(TOKEN));

    let mut stream = TcpStream::connect(portal.address).await.expect("a portal");
    stream
        .write_all(b"PUT / HTTP/1.1\r\nHost: portal.example\r\nConnection: close\r\nContent-Length: 8\r\n\r\n")
        .await
        .expect("sent");
    for _ in 0..8 {
        sleep(Duration::from_millis(150)).await;
        stream.write_all(b"x").await.expect("sent");
    }
    assert!(head(&mut stream).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn garbage_is_an_error_and_never_a_panic() {
    for answer in [
        "",
        "\0\u{1}garbage\r\n\r\n",
        "SSH-2.0-OpenSSH_9.6\r\n",
        "HTTP/1.1 999999 x\r\n\r\n",
        "HTTP/9.9 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nbad header\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        "HTTP/1.1 200",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
    ] {
        let (address, _heard) = canned(answer).await;
        let portal = portal(address).await;
        let got = ask(&portal, "GET / HTTP/1.1\r\nHost: portal.example\r\nConnection: close\r\n\r\n").await;
        assert!(got.starts_with("HTTP/1.1 502") && got.contains("Unreachable"), "{answer:?} gave {got}");
        assert!(!got.contains(TOKEN));
    }
    assert_eq!(PANICS.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_broken_off_and_the_next_request_is_answered() {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    ] {
        let (address, _heard) = canned(answer).await;
        let portal = portal(address).await;
        for _ in 0..2 {
            let got = ask(&portal, "GET / HTTP/1.1\r\nHost: portal.example\r\nConnection: close\r\n\r\n").await;
            // Neither the end of a chunked body nor the length that was promised.
            assert!(!got.ends_with("0\r\n\r\n") && !got.contains("content-length: 4\r\n"), "{got}");
        }
    }
    assert_eq!(PANICS.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn hostile_requests_are_answered() {
    let (address, _heard) = canned(OK).await;
    let portal = portal(address).await;
    let many: String = (0..90).map(|n| format!("X-{n}: {n}\r\n")).collect();
    for request in [
        "GET / HTTP/1.1\r\nConnection: close\r\n\r\n".to_owned(),
        "GET / HTTP/1.0\r\n\r\n".to_owned(),
        format!("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{many}\r\n"),
        "OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".to_owned(),
        "GET //evil.example/?#@:x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nHost: \u{ff}\u{fe}\r\nCookie: \u{ff}=\u{fe};;;=;\r\nConnection: close\r\nConnection: ,,\u{ff}\r\n\r\n"
            .to_owned(),
        "CONNECT evil.example:22 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".to_owned(),
        "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n".to_owned(),
        "BREW / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".to_owned(),
    ] {
        let answer = ask(&portal, &request).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1."), "{request}: {answer}");
        assert!(!answer.contains(TOKEN));
    }
    let trace = ask(&portal, "TRACE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(trace.starts_with("HTTP/1.1 403"), "{trace}");
    assert!(ask(&portal, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.ends_with("hi"));
    assert_eq!(PANICS.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_token_or_a_host_that_cannot_be_sent_is_an_error_without_it() {
    let gateway = Gateway::new(None).expect("a gateway");
    let activity = Arc::new(Activity::new());
    for (host, token) in [("127.0.0.1", "line\r\nbreak"), ("not a host", "fine"), ("", "fine"), ("a/b", "fine")] {
        let target = Target { host: host.to_owned(), port: 1, token: token.to_owned() };
        let error = gateway.forward(&target, Request::new(Body::empty()), &activity).await.expect_err("no way");
        assert!(matches!(error, GatewayError::Unreachable(_)) && !error.to_string().contains("break"), "{error}");
        assert!(!format!("{target:?}").contains(token));
    }
    for origin in ["portal.example", "null", "https://a/b"] {
        assert!(Gateway::new(Some(origin)).is_err(), "{origin}");
    }
}

#[tokio::test]
async fn another_sites_page_cannot_write() {
    let (address, _heard) = canned(OK).await;
    let portal = portal(address).await;
    for (method, header, fits) in [
        ("POST", "Origin: https://portal.example", true),
        ("POST", "Origin: https://portal.example:443", true),
        ("POST", "X: 1", true),
        ("POST", "Sec-Fetch-Site: same-origin", true),
        ("POST", "Sec-Fetch-Site: none", true),
        ("POST", "Origin: https://evil.example", false),
        ("POST", "Origin: http://portal.example", false),
        ("POST", "Origin: https://portal.example.evil.example", false),
        ("POST", "Origin: null", false),
        ("POST", "Origin: https://portal.example\r\nOrigin: https://evil.example", false),
        ("DELETE", "Sec-Fetch-Site: cross-site", false),
        ("PUT", "Sec-Fetch-Site: same-site", false),
        ("PUT", "Origin: https://portal.example\r\nSec-Fetch-Site: cross-site", false),
        ("GET", "Sec-Fetch-Site: cross-site", true),
    ] {
        let request = format!(
            "{method} / HTTP/1.1\r\nHost: portal.example\r\nConnection: close, Origin, Sec-Fetch-Site\r\n{header}\r\n\r\n"
        );
        let answer = ask(&portal, &request).await;
        let status = if fits { "HTTP/1.1 200" } else { "HTTP/1.1 403" };
        assert!(answer.starts_with(status), "{method} {header}: {answer}");
    }
}

/// A target that speaks WebSocket: it sends each frame back, and notes its end.
async fn echoing() -> (SocketAddr, UnboundedReceiver<String>) {
    let (tell, heard) = unbounded_channel();
    let address = target(move |mut stream| {
        let tell = tell.clone();
        async move {
            let asked = head(&mut stream).await;
            let _ = tell.send(asked);
            let answer = format!("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Accept: {ACCEPT}\r\nSet-Cookie: mudeung=evil\r\n\r\n");
            let _ = stream.write_all(answer.as_bytes()).await;
            while let Some((kind, payload)) = receive(&mut stream).await {
                send(&mut stream, kind, &payload, false).await;
                if kind == 8 {
                    break;
                }
            }
            let _ = tell.send("ended".to_owned());
        }
    })
    .await;
    (address, heard)
}

/// Sends a frame, masked as browsers do.
async fn send(stream: &mut TcpStream, kind: u8, payload: &[u8], masked: bool) {
    let mut frame = vec![0x80 | kind];
    let mask = if masked { 0x80 } else { 0 };
    match u16::try_from(payload.len()).expect("a short payload") {
        short @ ..126 => frame.push(mask | u8::try_from(short).expect("short")),
        long => {
            frame.push(mask | 126);
            frame.extend(long.to_be_bytes());
        }
    }
    let key = [1, 2, 3, 4];
    if masked {
        frame.extend(key);
        frame.extend(payload.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key));
    } else {
        frame.extend(payload);
    }
    let _ = stream.write_all(&frame).await;
}

/// Receives a frame; none at the end.
async fn receive(stream: &mut TcpStream) -> Option<(u8, Vec<u8>)> {
    let kind = stream.read_u8().await.ok()? & 0x0f;
    let length = stream.read_u8().await.ok()?;
    let count = if length & 0x7f == 126 { stream.read_u16().await.ok()? } else { u16::from(length & 0x7f) };
    let mut key = [0; 4];
    if length & 0x80 != 0 {
        stream.read_exact(&mut key).await.ok()?;
    }
    let mut payload = vec![0; count.into()];
    stream.read_exact(&mut payload).await.ok()?;
    for (byte, key) in payload.iter_mut().zip(key.iter().cycle()) {
        *byte ^= key;
    }
    Some((kind, payload))
}

fn handshake(origin: &str, upgrade: &str, version: &str) -> String {
    format!(
        "GET /env/7/api/kernels/1/channels?session_id=x HTTP/1.1\r\nHost: portal.example\r\nConnection: keep-alive, Upgrade\r\nUpgrade: {upgrade}\r\nSec-WebSocket-Version: {version}\r\nSec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Protocol: v1.kernel.websocket.jupyter.org\r\nCookie: mudeung=s; a=1\r\n{origin}\r\n"
    )
}

const FROM_HERE: &str = "Origin: https://portal.example\r\n";

async fn open(portal: &Portal) -> TcpStream {
    let mut stream = TcpStream::connect(portal.address).await.expect("a portal");
    stream.write_all(handshake(FROM_HERE, "WebSocket", "13").as_bytes()).await.expect("sent");
    let answer = timeout(SOON, head(&mut stream)).await.expect("in time");
    assert!(answer.starts_with("HTTP/1.1 101"), "{answer}");
    assert_eq!(values(&answer, "sec-websocket-accept"), [ACCEPT]);
    assert_eq!(values(&answer, "upgrade"), ["websocket"]);
    assert!(values(&answer, "set-cookie").is_empty() && !answer.contains(TOKEN), "{answer}");
    stream
}

#[tokio::test]
async fn frames_go_both_ways_until_either_side_ends() {
    let (address, mut heard) = echoing().await;
    let portal = portal(address).await;
    let mut stream = open(&portal).await;
    let asked = heard.recv().await.expect("a handshake");
    assert!(asked.starts_with("GET /env/7/api/kernels/1/channels?session_id=x HTTP/1.1\r\n"), "{asked}");
    assert_eq!(values(&asked, "connection"), ["upgrade"]);
    assert_eq!(values(&asked, "upgrade"), ["websocket"]);
    assert_eq!(values(&asked, "sec-websocket-key"), [KEY]);
    assert_eq!(values(&asked, "sec-websocket-protocol"), ["v1.kernel.websocket.jupyter.org"]);
    assert_eq!(values(&asked, "cookie"), ["a=1"]);
    assert_eq!(values(&asked, "authorization"), [format!("token {TOKEN}")]);
    for length in [0, 1, 125, 126, 5000, 65_000] {
        let payload = vec![b'x'; length];
        send(&mut stream, 2, &payload, true).await;
        assert_eq!(timeout(SOON, receive(&mut stream)).await.expect("in time"), Some((2, payload)));
    }
    // The target ends it: the caller sees the end.
    send(&mut stream, 8, b"", true).await;
    assert_eq!(timeout(SOON, receive(&mut stream)).await.expect("in time"), Some((8, Vec::new())));
    assert_eq!(timeout(SOON, receive(&mut stream)).await.expect("in time"), None);
    assert_eq!(heard.recv().await.as_deref(), Some("ended"));
    // The caller goes away: the target sees the end.
    let stream = open(&portal).await;
    assert!(heard.recv().await.is_some_and(|asked| asked.starts_with("GET")));
    drop(stream);
    assert_eq!(timeout(SOON, heard.recv()).await.expect("in time").as_deref(), Some("ended"));
    // The caller only stops sending: what is under way still arrives.
    let mut stream = open(&portal).await;
    send(&mut stream, 2, b"last words", true).await;
    stream.shutdown().await.expect("half closed");
    assert_eq!(timeout(SOON, receive(&mut stream)).await.expect("in time"), Some((2, b"last words".to_vec())));
    assert_eq!(timeout(SOON, receive(&mut stream)).await.expect("in time"), None);
}

#[tokio::test]
async fn within_the_layers_of_the_portal_websockets_open_too() {
    let test = TestCenter::new(TestDb::sqlite());
    let app = App::new(test.center.clone(), Config::default(), Arc::new(Accounts));
    let (address, mut heard) = echoing().await;
    let portal = portal_around(address, Limits::default(), |routes| edge::around(routes, &app)).await;
    let mut stream = open(&portal).await;
    assert_eq!(values(&heard.recv().await.expect("a handshake"), "x-forwarded-for"), ["127.0.0.1"]);
    send(&mut stream, 1, b"hello", true).await;
    assert_eq!(timeout(SOON, receive(&mut stream)).await.expect("in time"), Some((1, b"hello".to_vec())));
}

#[tokio::test]
async fn only_websockets_of_our_own_pages_are_opened() {
    let (address, mut heard) = echoing().await;
    let portal = portal(address).await;
    let plain = handshake(FROM_HERE, "websocket", "13");
    for (request, status) in [
        (handshake("", "websocket", "13"), "403"),
        (handshake("Origin: https://evil.example\r\n", "websocket", "13"), "403"),
        (handshake("Origin: null\r\n", "websocket", "13"), "403"),
        (handshake(FROM_HERE, "h2c", "13"), "400"),
        (handshake(FROM_HERE, "websocket, h2c", "13"), "400"),
        (handshake(FROM_HERE, "websocket", "12"), "400"),
        (handshake(FROM_HERE, "websocket\r\nUpgrade: h2c", "13"), "400"),
        (handshake(FROM_HERE, "websocket", "13\r\nSec-WebSocket-Version: 8"), "400"),
        (plain.replace(&format!("Sec-WebSocket-Key: {KEY}\r\n"), ""), "400"),
        (plain.replace("GET ", "POST "), "400"),
        (plain.replace("\r\n\r\n", "\r\nContent-Length: 3\r\n\r\nabc"), "400"),
    ] {
        let request = request.replace("keep-alive, Upgrade", "close, Upgrade");
        let answer = ask(&portal, &request).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{request}{answer}");
        assert!(!answer.contains(TOKEN));
    }
    assert!(heard.try_recv().is_err(), "the target heard of it");
}

#[tokio::test]
async fn without_an_origin_the_host_of_the_request_decides() {
    let (address, _heard) = canned(OK).await;
    let gateway = Gateway::new(None).expect("a gateway");
    let target = Target { host: address.ip().to_string(), port: address.port(), token: TOKEN.to_owned() };
    let activity = Arc::new(Activity::new());
    for (host, origin, fits) in [
        ("127.0.0.1:8080", "http://127.0.0.1:8080", true),
        ("Localhost", "http://localhost", true),
        ("portal.example", "https://portal.example", true),
        ("portal.example", "https://evil.example", false),
        ("portal.example:1", "https://portal.example", false),
    ] {
        let request = Request::builder().method("POST").header("host", host).header("origin", origin);
        let request = request.body(Body::empty()).expect("a request");
        let answer = gateway.forward(&target, request, &activity).await;
        assert_eq!(answer.is_ok(), fits, "{host} {origin} {answer:?}");
    }
}

#[tokio::test]
async fn a_target_that_refuses_the_upgrade_is_passed_on() {
    let (address, _heard) =
        canned("HTTP/1.1 404 Not Found\r\nX-Why: no kernel\r\nContent-Length: 4\r\nConnection: close\r\n\r\ngone")
            .await;
    let portal = portal(address).await;
    let request = handshake(FROM_HERE, "websocket", "13").replace("keep-alive, Upgrade", "close, Upgrade");
    let answer = ask(&portal, &request).await;
    assert!(answer.starts_with("HTTP/1.1 404 Not Found\r\n") && answer.ends_with("\r\n\r\ngone"), "{answer}");
    assert_eq!(values(&answer, "x-why"), ["no kernel"]);
}

#[tokio::test]
async fn a_frame_right_behind_the_handshake_is_not_lost() {
    let answer = "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n\u{1}\u{5}hello";
    let (address, _heard) = canned(answer).await;
    let portal = portal(address).await;
    let mut stream = TcpStream::connect(portal.address).await.expect("a portal");
    stream.write_all(handshake(FROM_HERE, "websocket", "13").as_bytes()).await.expect("sent");
    assert!(head(&mut stream).await.starts_with("HTTP/1.1 101"));
    assert_eq!(timeout(SOON, receive(&mut stream)).await.expect("in time"), Some((1, b"hello".to_vec())));
    assert_eq!(timeout(SOON, receive(&mut stream)).await.expect("in time"), None);
}

#[tokio::test]
async fn writing_and_talking_is_activity_and_polling_and_pinging_is_not() {
    let (address, _heard) = canned(OK).await;
    let polled = portal(address).await;
    let start = polled.activity.last();
    let settle = async || sleep(Duration::from_millis(30)).await;
    settle().await;
    for method in ["GET", "HEAD", "OPTIONS"] {
        ask(&polled, &format!("{method} / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).await;
    }
    assert_eq!(polled.activity.last(), start);
    let evil = "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nOrigin: https://evil.example\r\n\r\n";
    ask(&polled, evil).await;
    assert_eq!(polled.activity.last(), start);
    ask(&polled, "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n").await;
    assert!(polled.activity.last() > start && polled.activity.seconds_since() < 20);

    let (address, _heard) = echoing().await;
    let portal = portal(address).await;
    let start = portal.activity.last();
    settle().await;
    let mut stream = open(&portal).await;
    for _ in 0..5 {
        send(&mut stream, 9, b"", true).await;
        assert_eq!(timeout(SOON, receive(&mut stream)).await.expect("in time"), Some((9, Vec::new())));
    }
    assert_eq!(portal.activity.last(), start);
    send(&mut stream, 1, b"[\"stdin\",\"l\"]", true).await;
    assert!(timeout(SOON, receive(&mut stream)).await.expect("in time").is_some());
    assert!(portal.activity.last() > start);
}

#[tokio::test]
async fn a_hundred_websockets_are_open_at_once() {
    let (address, _heard) = echoing().await;
    let portal = portal(address).await;
    let mut streams = Vec::new();
    for _ in 0..100 {
        streams.push(open(&portal).await);
    }
    for (n, stream) in streams.iter_mut().enumerate() {
        send(stream, 1, format!("message {n}").as_bytes(), true).await;
    }
    for (n, stream) in streams.iter_mut().enumerate() {
        let frame = timeout(SOON, receive(stream)).await.expect("in time");
        assert_eq!(frame, Some((1, format!("message {n}").into_bytes())));
    }
}
