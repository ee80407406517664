//! What a page's handler works with: who asks, the center, and ways to answer.

use askama::Template;
use axum::extract::{FromRef, FromRequestParts};
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::access::Act;
use edge::{App, Fail, Who};
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use service::{Actor, Cx, Error, Outcome};
use texts::{Key, Pools, Texts};

use crate::chrome::Chrome;

/// The cookie that carries one notice to the next page: the name of a `flash-…` message.
const FLASH_COOKIE: &str = "mudeung_flash";

/// What every handler answers: a response, or an error that becomes a page of its own.
pub type Answer = Result<Response, Fail>;

/// Who asks, in what language, of which center.
pub struct Ui {
    /// The running center.
    pub app: App,
    /// Who asks.
    pub who: Who,
    /// The texts in their language.
    pub t: Texts,
    flash: Option<String>,
}

impl<S: Sync> FromRequestParts<S> for Ui
where
    App: FromRef<S>,
{
    type Rejection = Fail;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Fail> {
        let who = Who::from_request_parts(parts, state).await?;
        let jar = axum_extra::extract::CookieJar::from_headers(&parts.headers);
        // Only names of our own notices: a cookie cannot put words into our mouth.
        let flash = jar
            .get(FLASH_COOKIE)
            .map(|cookie| cookie.value().to_owned())
            .filter(|name| name.starts_with("flash-") && Texts::has(name));
        Ok(Self { t: Texts::new(who.lang()), app: App::from_ref(state), who, flash })
    }
}

impl Ui {
    /// The person or visitor.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.who.actor
    }

    /// Whether the access table lets the person do it without any tie: for showing buttons.
    #[must_use]
    pub fn may(&self, act: Act) -> bool {
        self.who.actor.may(act, &[])
    }

    /// The center's pools as people know them.
    #[must_use]
    pub fn pools(&self) -> &Pools {
        &self.app.center.identity.pools
    }

    /// Runs a use case that reads.
    ///
    /// # Errors
    /// What the use case answers.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Cx<'_, '_>) -> Outcome<T> + Send + 'static,
    ) -> Result<T, Fail> {
        self.app.read(&self.who.actor, work).await
    }

    /// Runs a use case that writes.
    ///
    /// # Errors
    /// What the use case answers.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Cx<'_, '_>) -> Outcome<T> + Send + 'static,
    ) -> Result<T, Fail> {
        self.app.write(&self.who.actor, work).await
    }

    /// The frame of a page with that title.
    #[must_use]
    pub fn chrome(&self, title: impl Into<String>) -> Chrome {
        let flash = self.flash.as_ref().map(|name| self.t.named(name, &std::collections::HashMap::new()));
        Chrome::new(&self.app, &self.who, title.into(), flash)
    }

    /// Answers with a page.
    ///
    /// # Errors
    /// [`Error::Internal`] if the template fails.
    pub fn page(&self, page: &impl Template) -> Answer {
        self.render(StatusCode::OK, page)
    }

    /// Answers with the page of a form that was not accepted.
    ///
    /// # Errors
    /// [`Error::Internal`] if the template fails.
    pub fn rejected(&self, page: &impl Template) -> Answer {
        self.render(StatusCode::UNPROCESSABLE_ENTITY, page)
    }

    fn render(&self, status: StatusCode, page: &impl Template) -> Answer {
        let text = crate::form::label::name_faults(page.render().map_err(Error::internal)?);
        let mut response = (status, Html(text)).into_response();
        if self.flash.is_some() {
            let gone = edge::remove_cookie(FLASH_COOKIE, self.app.config.secure);
            response.headers_mut().append(header::SET_COOKIE, gone);
        }
        Ok(response)
    }

    /// Answers a form that was carried out: on to `to`, where the notice is shown once. The notice
    /// is a message whose name begins with `flash-`.
    ///
    /// # Errors
    /// None; the type is that of handlers.
    pub fn done(&self, to: &str, notice: Key) -> Answer {
        let mut response = Redirect::to(edge::local_path(to)).into_response();
        let cookie = edge::set_cookie(FLASH_COOKIE, notice.name(), Some(60), self.app.config.secure);
        response.headers_mut().append(header::SET_COOKIE, cookie);
        Ok(response)
    }

    /// Answers with another page of this portal.
    ///
    /// # Errors
    /// None; the type is that of handlers.
    pub fn go(&self, to: &str) -> Answer {
        Ok(Redirect::to(edge::local_path(to)).into_response())
    }

    /// Answers a sign-in: on to `to` with the session's cookie, which lives as long as the browser
    /// unless `max_age_seconds` says longer.
    ///
    /// # Errors
    /// None; the type is that of handlers.
    pub fn signed_in(&self, session: &str, max_age_seconds: Option<i64>, to: &str) -> Answer {
        let mut response = Redirect::to(edge::local_path(to)).into_response();
        let secure = self.app.config.secure;
        let cookie = edge::set_cookie(edge::session_cookie(secure), session, max_age_seconds, secure);
        response.headers_mut().append(header::SET_COOKIE, cookie);
        Ok(response)
    }

    /// Answers a sign-out: the cookie goes, and with it the pages that the browser kept.
    ///
    /// # Errors
    /// None; the type is that of handlers.
    pub fn signed_out(&self, to: &str, notice: Key) -> Answer {
        let mut response = self.done(to, notice)?;
        let secure = self.app.config.secure;
        let headers = response.headers_mut();
        headers.append(header::SET_COOKIE, edge::remove_cookie(edge::session_cookie(secure), secure));
        headers.insert("clear-site-data", HeaderValue::from_static("\"cache\""));
        Ok(response)
    }

    /// Answers a draft that saved itself (`data-autosave`): nothing to show.
    ///
    /// # Errors
    /// None; the type is that of handlers.
    pub fn saved(&self) -> Answer {
        Ok(StatusCode::NO_CONTENT.into_response())
    }

    /// Answers with a file to keep. `name` may be Korean; `kind` is its media type.
    ///
    /// # Errors
    /// None; the type is that of handlers.
    pub fn file(&self, name: &str, kind: &'static str, bytes: Vec<u8>) -> Answer {
        Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, &attachment(name))], bytes).into_response())
    }
}

/// A file's name for browsers old and new (RFC 6266): plain letters, and the real name encoded.
fn attachment(name: &str) -> String {
    use std::fmt::Write as _;
    let safe = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let plain: String = name.chars().map(|c| if safe(c) { c } else { '_' }).collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        if safe(char::from(byte)) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn korean_file_names_arrive_and_nothing_breaks_out_of_the_header() {
        assert_eq!(
            attachment("통계 2021.csv"),
            "attachment; filename=\"___2021.csv\"; filename*=UTF-8''%ED%86%B5%EA%B3%84%202021.csv"
        );
        let hostile = attachment("a\"\r\nSet-Cookie: x=1;.csv");
        assert!(!hostile.contains(['\r', '\n']) && hostile.matches('"').count() == 2, "{hostile}");
    }
}
