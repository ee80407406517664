//! A portal that forwards, targets that answer, and callers, between real sockets.
#![allow(dead_code, missing_docs, reason = "each test file uses its part")]

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Once};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use edge::{Activity, Gateway, GatewayError, Limits, Target};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

pub const TOKEN: &str = "s3cret-of-the-session";
pub const ORIGIN: &str = "https://portal.example";
pub const SOON: Duration = Duration::from_secs(20);
/// The key and its answer that RFC 6455 gives as an example.
pub const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
pub const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// How often anything panicked, tasks of connections included.
pub static PANICS: AtomicUsize = AtomicUsize::new(0);

/// Has panics counted from here on.
pub fn count_panics() {
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
pub struct Portal {
    pub address: SocketAddr,
    pub activity: Arc<Activity>,
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

pub async fn portal_with(target: SocketAddr, limits: Limits) -> Portal {
    portal_around(target, limits, |routes| routes).await
}

/// A portal whose routes have something around them.
pub async fn portal_around(target: SocketAddr, limits: Limits, around: impl FnOnce(Router) -> Router) -> Portal {
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

pub async fn portal(target: SocketAddr) -> Portal {
    portal_with(target, Limits::default()).await
}

/// Reads until an empty line.
pub async fn head(stream: &mut TcpStream) -> String {
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
pub async fn target<F>(with: impl Fn(TcpStream) -> F + Send + 'static) -> SocketAddr
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
pub async fn canned(answer: &'static str) -> (SocketAddr, UnboundedReceiver<String>) {
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
pub async fn ask(portal: &Portal, request: &str) -> String {
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
pub fn values(head: &str, name: &str) -> Vec<String> {
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned()).collect()
}

pub const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
