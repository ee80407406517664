//! Requests through the gateway: what goes on, what comes back, and what is refused.

mod gateway_support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use edge::{Activity, Gateway, GatewayError, Limits, Target};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

use gateway_support::*;

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
