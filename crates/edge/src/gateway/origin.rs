//! Whose page a request comes from.

use http::uri::Authority;
use http::{HeaderMap, Uri, header};

use super::GatewayError;

/// Scheme, host and port of a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Origin {
    scheme: &'static str,
    host: String,
    port: u16,
}

impl Origin {
    /// Reads `https://host` or `http://host:port`; anything else, such as `null`, is none.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let uri = Uri::try_from(text).ok()?;
        let scheme = match uri.scheme_str()? {
            "https" => "https",
            "http" => "http",
            _ => return None,
        };
        if uri.path_and_query().is_some_and(|path| path != "/") {
            return None;
        }
        Self::at(scheme, uri.authority()?)
    }

    /// The origin of what is served by a scheme under a name.
    fn at(scheme: &'static str, authority: &Authority) -> Option<Self> {
        // A name or a port that is left out is fine; one that cannot be read is not.
        let host = authority.host();
        let rest = authority.as_str().strip_prefix(host)?;
        let port = match rest.strip_prefix(':') {
            Some(port) => port.parse().ok()?,
            None if rest.is_empty() => {
                if scheme == "https" {
                    443
                } else {
                    80
                }
            }
            None => return None,
        };
        Some(Self { scheme, host: host.to_ascii_lowercase(), port })
    }

    /// `http` or `https`.
    pub fn scheme(&self) -> &'static str {
        self.scheme
    }
}

/// Refuses what another site's page sends. A browser names the page's origin with every upgrade,
/// so who leaves it out there is no browser, and nothing else decides. Other requests may come
/// from programs, which send neither header.
pub(super) fn check(headers: &HeaderMap, ours: Option<&Origin>, asks: bool) -> Result<(), GatewayError> {
    let forbidden = |why: &str| Err(GatewayError::Forbidden(why.to_owned()));
    let mut named = headers.get_all(header::ORIGIN).iter();
    match (named.next(), named.next()) {
        (None, _) if asks => return forbidden("it names no origin"),
        (None, _) => {}
        (Some(_), Some(_)) => return forbidden("it names two origins"),
        (Some(value), None) => {
            let Some(theirs) = Origin::parse(value.as_bytes()) else {
                return forbidden("its origin cannot be read");
            };
            let fits = match ours {
                Some(ours) => *ours == theirs,
                None => host(headers).and_then(|host| Origin::at(theirs.scheme, &host)).as_ref() == Some(&theirs),
            };
            if !fits {
                return forbidden("it comes from another origin");
            }
        }
    }
    let mut site = headers.get_all("sec-fetch-site").iter();
    // To some browsers wss: and https: of one host are not the same origin.
    if !asks && site.any(|site| site != "same-origin" && site != "none") {
        return forbidden("the browser says that it comes from another site");
    }
    Ok(())
}

/// What the caller thinks it talks to.
fn host(headers: &HeaderMap) -> Option<Authority> {
    Authority::try_from(headers.get(header::HOST)?.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(text: &str) -> Option<Origin> {
        Origin::parse(text.as_bytes())
    }

    #[test]
    fn origins_are_the_same_with_and_without_their_usual_port() {
        assert_eq!(origin("https://Portal.example"), origin("https://portal.example:443"));
        assert_eq!(origin("http://[::1]"), origin("http://[::1]:80"));
        assert_ne!(origin("https://portal.example"), origin("http://portal.example:443"));
        assert_ne!(origin("https://portal.example"), origin("https://portal.example.evil"));
    }

    #[test]
    fn what_is_no_origin_is_none() {
        for text in [
            "",
            "null",
            "portal.example",
            "ftp://portal.example",
            "https://",
            "https://a@portal.example",
            "https://portal.example/x",
            "https://portal.example?x",
            "https://portal.example:99999",
            "https://portal.example:",
            "\u{e9}://x",
        ] {
            assert_eq!(origin(text), None, "{text:?}");
        }
    }
}
