//! Which headers go on, in either direction.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use http::header::{self, HeaderName, HeaderValue};
use http::request::Parts;
use http::{HeaderMap, StatusCode};

use crate::Who;

/// What is about one connection only (RFC 9110, 7.6.1), beside `Proxy-…` and what `Connection`
/// names.
const OF_CONNECTION: [HeaderName; 6] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// What only a proxy may say of the caller, beside `X-Forwarded-…`.
const OF_PROXIES: [HeaderName; 3] =
    [header::FORWARDED, HeaderName::from_static("x-real-ip"), HeaderName::from_static("x-scheme")];

/// How the names of the portal's own cookies begin.
const OUR_COOKIES: [&str; 2] = ["mudeung", "__Host-mudeung"];

/// The headers of a request as the target gets them, without its token. `length` is that of the
/// body if it is known.
pub(super) fn forward(parts: &Parts, length: Option<u64>, scheme: &'static str) -> HeaderMap {
    let mut headers = parts.headers.clone();
    // Before anything is dropped: the caller may name any header in `Connection`.
    let host = headers.get(header::HOST).cloned();
    let had_length = headers.remove(header::CONTENT_LENGTH).is_some();
    drop_hops(&mut headers);
    drop_where(&mut headers, |name| name.as_str().starts_with("x-forwarded-") || OF_PROXIES.contains(name));
    let cookies = cookies(&headers);
    headers.remove(header::COOKIE);
    if let Some(cookies) = cookies {
        headers.insert(header::COOKIE, cookies);
    }
    headers.remove(header::AUTHORIZATION);
    headers.remove(header::HOST);
    if let Some(host) = host {
        headers.insert("x-forwarded-host", host.clone());
        headers.insert(header::HOST, host);
    }
    headers.insert("x-forwarded-proto", HeaderValue::from_static(scheme));
    if let Some(address) = address(parts) {
        headers.insert("x-forwarded-for", address);
    }
    match length {
        Some(0) if !had_length => {}
        Some(length) => drop(headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length))),
        // Said for all methods: of a GET it would otherwise be taken that it has no body.
        None => drop(headers.insert(header::TRANSFER_ENCODING, HeaderValue::from_static("chunked"))),
    }
    headers
}

/// Sets the token; nothing if it holds what a header cannot.
pub(super) fn authorize(headers: &mut HeaderMap, token: &str) -> Option<()> {
    let mut value = HeaderValue::try_from(format!("token {token}")).ok()?;
    value.set_sensitive(true);
    headers.insert(header::AUTHORIZATION, value);
    Some(())
}

/// The headers of an answer as the caller gets them.
pub(super) fn backward(mut headers: HeaderMap, length: Option<u64>) -> HeaderMap {
    headers.remove(header::CONTENT_LENGTH);
    drop_hops(&mut headers);
    let cookies: Vec<HeaderValue> = headers.get_all(header::SET_COOKIE).iter().filter_map(set_cookie).collect();
    headers.remove(header::SET_COOKIE);
    for cookie in cookies {
        headers.append(header::SET_COOKIE, cookie);
    }
    if let Some(length) = length {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    headers
}

/// The length that an answer claims: that of its body, or what a HEAD was told.
pub(super) fn answer_length(headers: &HeaderMap, status: StatusCode, head: bool, body: Option<u64>) -> Option<u64> {
    if head {
        headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
    } else if status == StatusCode::NO_CONTENT || status == StatusCode::NOT_MODIFIED {
        None
    } else {
        body
    }
}

/// Makes a request or an answer one about a WebSocket.
pub(super) fn ask_for_websocket(headers: &mut HeaderMap) {
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
}

/// Whether `Upgrade` says WebSocket and nothing else.
pub(super) fn is_websocket(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(header::UPGRADE).iter();
    let first = values.next().is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"));
    first && values.next().is_none()
}

/// Whether `Connection` names something.
pub(super) fn names(headers: &HeaderMap, what: &str) -> bool {
    connection(headers).any(|word| word.eq_ignore_ascii_case(what.as_bytes()))
}

fn connection(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    let values = headers.get_all(header::CONNECTION).iter();
    values.flat_map(|value| value.as_bytes().split(|&byte| byte == b',')).map(<[u8]>::trim_ascii)
}

fn drop_hops(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = connection(headers).filter_map(|word| HeaderName::from_bytes(word).ok()).collect();
    for name in named.iter().chain(&OF_CONNECTION) {
        headers.remove(name);
    }
    drop_where(headers, |name| name.as_str().starts_with("proxy-"));
}

fn drop_where(headers: &mut HeaderMap, goes: impl Fn(&HeaderName) -> bool) {
    let names: Vec<HeaderName> = headers.keys().filter(|name| goes(name)).cloned().collect();
    for name in names {
        headers.remove(name);
    }
}

/// Whether a cookie of this name is the portal's.
fn is_ours(name: &[u8]) -> bool {
    OUR_COOKIES.iter().any(|ours| name.get(..ours.len()).is_some_and(|name| name.eq_ignore_ascii_case(ours.as_bytes())))
}

/// The caller's cookies without ours, in one line.
fn cookies(headers: &HeaderMap) -> Option<HeaderValue> {
    let lines = headers.get_all(header::COOKIE).iter();
    let pairs = lines.flat_map(|line| line.as_bytes().split(|&byte| byte == b';')).map(<[u8]>::trim_ascii);
    let others = pairs.filter(|pair| !pair.is_empty() && !is_ours(pair));
    let line = others.collect::<Vec<_>>().join(&b"; "[..]);
    if line.is_empty() { None } else { HeaderValue::from_bytes(&line).ok() }
}

/// A cookie that the target sets, for this host only; none of ours. One without a name is none
/// either: `=mudeung=x` would come back as `mudeung=x`.
fn set_cookie(value: &HeaderValue) -> Option<HeaderValue> {
    let mut parts = value.as_bytes().split(|&byte| byte == b';');
    let pair = parts.next()?;
    let name = pair.get(..pair.iter().position(|&byte| byte == b'=')?)?.trim_ascii();
    if name.is_empty() || is_ours(name) {
        return None;
    }
    let mut line = pair.to_vec();
    for attribute in parts {
        let name = attribute.split(|&byte| byte == b'=').next().unwrap_or_default().trim_ascii();
        if !name.eq_ignore_ascii_case(b"domain") {
            line.push(b';');
            line.extend_from_slice(attribute);
        }
    }
    HeaderValue::from_bytes(&line).ok()
}

/// The caller's address: as the portal found it out, else that of the connection.
fn address(parts: &Parts) -> Option<HeaderValue> {
    let known = parts.extensions.get::<Who>().map(|who| who.actor.address.as_str()).filter(|text| !text.is_empty());
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip().to_string());
    HeaderValue::try_from(known.map(str::to_owned).or(peer)?).ok()
}
