//! Who asks: from the session cookie or bearer token, with language, address and request id.

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, header};
use service::{Actor, Channel, Error};
use texts::Lang;

use crate::{App, Fail};

/// The cookie that remembers the language.
pub const LANGUAGE_COOKIE: &str = "mudeung_lang";

/// The name of the session cookie. `__Host-` binds it to this host and to https.
#[must_use]
pub fn session_cookie(secure: bool) -> &'static str {
    if secure { "__Host-mudeung" } else { "mudeung" }
}

/// Who asks, put into each request by [`identify`].
#[derive(Clone, Debug)]
pub struct Who {
    /// The person, or a visitor.
    pub actor: Actor,
    /// Whether they may write (a token may be for reading only).
    pub writes: bool,
    /// Whether a bearer token was shown.
    pub by_token: bool,
    /// The value of the session cookie, for signing out and for telling "this session" apart.
    pub session: Option<String>,
    /// Path and query of the request, for coming back after signing in.
    pub path: String,
    /// Whether the request only reads (GET or HEAD).
    pub reads: bool,
    /// Why nobody could be asked who this is.
    pub fault: Option<String>,
}

impl Who {
    /// The account that is signed in.
    #[must_use]
    pub fn is_signed_in(&self) -> bool {
        self.actor.user.is_some()
    }

    /// The language to answer in.
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.actor.lang
    }
}

impl<S: Sync> FromRequestParts<S> for Who {
    type Rejection = Fail;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fail> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Fail::from(Error::internal("a route outside of identify")))
    }
}

/// The id that [`crate::around`] gave to a request.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(pub String);

/// Middleware: finds out who asks and puts [`Who`] into the request.
pub async fn identify(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let headers = request.headers();
    let session = cookie(headers, session_cookie(app.config.secure)).map(str::to_owned);
    let token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .map(|token| token.trim().to_owned());
    let by_token = token.is_some();
    let (known, fault) = if session.is_none() && token.is_none() {
        (None, None)
    } else {
        let (identify, cookie) = (app.identify.clone(), session.clone());
        let found = app
            .blocking(move |center| match (token, cookie) {
                (Some(token), _) => identify.by_token(center, &token),
                (None, Some(cookie)) => identify.by_session(center, &cookie),
                (None, None) => Ok(None),
            })
            .await;
        match found {
            Ok(known) => (known, None),
            Err(fail) => (None, Some(fail.0.to_string())),
        }
    };
    let account = known.as_ref().map(|known| known.actor.lang);
    let lang = language(request.uri().query(), request.headers(), account);
    let writes = known.as_ref().is_some_and(|known| known.writes);
    let mut actor = known.map_or_else(|| Actor::visitor(lang), |known| known.actor);
    actor.lang = lang;
    actor.channel = if request.uri().path().starts_with("/api/") { Channel::Api } else { Channel::Web };
    actor.address = address(&app, &request);
    actor.request_id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    if actor.user.is_none() {
        actor.name = actor.channel.to_string();
    }
    let reads = request.method().is_safe();
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    request.extensions_mut().insert(Who { actor, writes, by_token, session, path, reads, fault });
    next.run(request).await
}

/// A cookie's value.
pub(crate) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// `?lang=` before the cookie before the account before what the browser prefers; else Korean. A
/// program that names a language means it: with a token what it accepts goes before the account.
fn language(query: Option<&str>, headers: &HeaderMap, account: Option<Lang>) -> Lang {
    let asked = query
        .unwrap_or_default()
        .split('&')
        .find_map(|pair| pair.strip_prefix("lang="))
        .or_else(|| cookie(headers, LANGUAGE_COOKIE))
        .and_then(|word| word.parse().ok());
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    // Languages are listed by preference; the first one that we speak decides.
    let accepted = accepted.split(',').find_map(|tag| tag.trim().get(..2)?.to_ascii_lowercase().parse().ok());
    let program = headers.contains_key(header::AUTHORIZATION);
    let known = if program { accepted.or(account) } else { account.or(accepted) };
    asked.or(known).unwrap_or(Lang::Ko)
}

fn address(app: &App, request: &Request) -> String {
    if app.config.trust_forwarded {
        let forwarded = request.headers().get_all("x-forwarded-for").iter().next_back();
        let last = forwarded.and_then(|value| value.to_str().ok()).and_then(|line| line.rsplit(',').next());
        if let Some(Ok(address)) = last.map(|text| text.trim().parse::<std::net::IpAddr>()) {
            return address.to_string();
        }
    }
    request
        .extensions()
        .get::<ConnectInfo<std::net::SocketAddr>>()
        .map(|ConnectInfo(peer)| peer.ip().to_string())
        .unwrap_or_default()
}

/// A `Set-Cookie` value. The caller hands in only characters that cookies may hold.
#[must_use]
pub fn set_cookie(name: &str, value: &str, max_age_seconds: Option<i64>, secure: bool) -> HeaderValue {
    use std::fmt::Write as _;
    let mut line = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax");
    if let Some(seconds) = max_age_seconds {
        let _ = write!(line, "; Max-Age={seconds}");
    }
    if secure {
        line.push_str("; Secure");
    }
    HeaderValue::from_str(&line).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// A `Set-Cookie` value that removes a cookie.
#[must_use]
pub fn remove_cookie(name: &str, secure: bool) -> HeaderValue {
    set_cookie(name, "", Some(0), secure)
}

/// A path within this portal to go on to, or `/` if the text is anything else: never another
/// host, never a header.
#[must_use]
pub fn local_path(text: &str) -> &str {
    let fits = text.starts_with('/')
        && !text.starts_with("//")
        && text.len() <= 2000
        && text.bytes().all(|b| (0x21..0x7f).contains(&b) && b != b'\\');
    if fits { text } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().expect("a name"), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn language_follows_wish_then_cookie_then_account_then_browser() {
        let all = headers(&[("cookie", "a=1; mudeung_lang=en"), ("accept-language", "ko-KR,en")]);
        assert_eq!(language(Some("x=1&lang=ko"), &all, Some(Lang::En)), Lang::Ko);
        assert_eq!(language(None, &all, Some(Lang::Ko)), Lang::En);
        assert_eq!(language(Some("lang=xx"), &headers(&[]), Some(Lang::En)), Lang::En);
        assert_eq!(language(None, &headers(&[("accept-language", "fr, EN-us;q=0.8, ko")]), None), Lang::En);
        assert_eq!(language(None, &headers(&[("accept-language", ",,x;q=, *")]), None), Lang::Ko);
        let program = [("authorization", "Bearer mdg_x"), ("accept-language", "en")];
        assert_eq!(language(None, &headers(&program), Some(Lang::Ko)), Lang::En);
        assert_eq!(language(None, &headers(&program[1..]), Some(Lang::Ko)), Lang::Ko);
        assert_eq!(language(None, &headers(&[]), None), Lang::Ko);
    }

    #[test]
    fn only_paths_of_this_portal_are_followed() {
        assert_eq!(local_path("/calls?round=2"), "/calls?round=2");
        for bad in
            ["", "calls", "//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nSet-Cookie: x=1", "/a b"]
        {
            assert_eq!(local_path(bad), "/", "{bad:?}");
        }
    }

    #[test]
    fn the_session_cookie_is_bound_to_the_host_when_secure() {
        let line = set_cookie(session_cookie(true), "abc", Some(60), true);
        assert_eq!(line, "__Host-mudeung=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure");
    }
}
