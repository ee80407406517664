//! WebSockets: which are let through, and how their bytes go both ways.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use http::request::Parts;
use http::{HeaderName, Method, header};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, split};

use super::{Activity, GatewayError, headers};

/// How much of one direction is held at a time. Each open WebSocket has two of these.
const BUFFER: usize = 8 * 1024;

/// What is no longer than this is no activity. Browsers and servers ping each other all the time,
/// whether or not somebody is there. A frame's head is 2 to 14 bytes, so a ping or pong without
/// payload never reaches beyond, while a key typed into a terminal or a message of a kernel does.
const HEARTBEAT: usize = 14;

/// How long the other side may still send once one side has said that it will not.
const FAREWELL: Duration = Duration::from_secs(10);

/// Whether a request asks for a WebSocket. An `Upgrade` that the connection does not name is
/// none.
///
/// # Errors
/// If it asks for another protocol, or not in the way that RFC 6455 lays down.
pub(super) fn is_asked_for(parts: &Parts, body: &Body) -> Result<bool, GatewayError> {
    let bad = |why: &str| Err(GatewayError::BadUpgrade(why.to_owned()));
    if parts.method == Method::CONNECT {
        return bad("CONNECT");
    }
    if !parts.headers.contains_key(header::UPGRADE) || !headers::names(&parts.headers, "upgrade") {
        return Ok(false);
    }
    let one = |name: HeaderName| {
        let mut values = parts.headers.get_all(name).iter();
        values.next().filter(|_| values.next().is_none())
    };
    if !headers::is_websocket(&parts.headers) {
        return bad("it is no WebSocket");
    }
    if parts.method != Method::GET || !body.is_end_stream() {
        return bad("it is no GET without a body");
    }
    if one(header::SEC_WEBSOCKET_VERSION).is_none_or(|version| version != "13") {
        return bad("it is not version 13");
    }
    if one(header::SEC_WEBSOCKET_KEY).is_none() {
        return bad("it has no key");
    }
    Ok(true)
}

/// Copies bytes both ways until either side ends, or whoever asked may no longer. An idle WebSocket is
/// left alone.
pub(super) async fn join(caller: OnUpgrade, target: OnUpgrade, activity: Arc<Activity>) {
    // One that goes away before its connection is handed over ends the other.
    let Ok((caller, target)) = tokio::try_join!(caller, target) else { return };
    let (from_caller, to_caller) = split(TokioIo::new(caller));
    let (from_target, to_target) = split(TokioIo::new(target));
    let mut there = pin!(copy(from_caller, to_target, &activity));
    let mut back = pin!(copy(from_target, to_caller, &activity));
    // Who ends in order may still be sent what is under way; a broken connection ends both at once.
    tokio::select! {
        ended = &mut there => if ended.is_ok() { let _ = tokio::time::timeout(FAREWELL, back).await; },
        ended = &mut back => if ended.is_ok() { let _ = tokio::time::timeout(FAREWELL, there).await; },
        () = activity.until_cut() => {}
    }
}

/// Copies one way, as fast as the receiver takes it, and passes on the end.
async fn copy(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    activity: &Activity,
) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER];
    loop {
        let count = from.read(&mut buffer).await?;
        let Some(chunk) = buffer.get(..count).filter(|chunk| !chunk.is_empty()) else { break };
        if count > HEARTBEAT {
            activity.touch();
        }
        to.write_all(chunk).await?;
        to.flush().await?;
    }
    to.shutdown().await
}
