//! WebSockets through the gateway.

mod gateway_support;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use edge::{Accounts, Activity, App, Config, Gateway, Limits, Target};
use testkit::{TestCenter, TestDb};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::{sleep, timeout};

use gateway_support::*;

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
async fn what_is_open_is_cut_once_whoever_asked_may_no_longer() {
    let (address, mut heard) = echoing().await;
    let portal = portal(address).await;
    let mut first = open(&portal).await;
    assert!(heard.recv().await.is_some_and(|asked| asked.starts_with("GET")));
    send(&mut first, 2, b"before", true).await;
    assert_eq!(timeout(SOON, receive(&mut first)).await.expect("in time"), Some((2, b"before".to_vec())));
    portal.activity.cut();
    assert_eq!(timeout(SOON, receive(&mut first)).await.expect("in time"), None);
    assert_eq!(timeout(SOON, heard.recv()).await.expect("in time").as_deref(), Some("ended"));
    let mut late = open(&portal).await;
    assert_eq!(timeout(SOON, receive(&mut late)).await.expect("in time"), None, "whatever was on its way");
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
