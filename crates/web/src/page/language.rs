//! The language switch.

use axum::extract::{Path, Query};
use domain::access::Act;
use http::header;
use serde::Deserialize;
use service::Error;
use texts::Lang;

use crate::route::{Line, get};
use crate::ui::{Answer, Ui};

/// The lines of this area.
#[must_use]
pub fn routes() -> Vec<Line> {
    vec![get("/language/{lang}", Act::PublicRead, switch)]
}

#[derive(Deserialize)]
struct To {
    #[serde(default)]
    to: String,
}

/// Remembers the language in a cookie and goes back to where the person was.
async fn switch(ui: Ui, Path(lang): Path<String>, Query(To { to }): Query<To>) -> Answer {
    let lang: Lang = lang.parse().map_err(|_| Error::NotFound)?;
    let mut response = ui.go(&without_lang(&to))?;
    let year = 365 * 24 * 3600;
    let cookie = edge::set_cookie(edge::LANGUAGE_COOKIE, lang.as_str(), Some(year), ui.app.config.secure);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// An address without its `lang=`, which would win over the cookie.
fn without_lang(to: &str) -> String {
    let Some((path, query)) = to.split_once('?') else { return to.to_owned() };
    let rest: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with("lang=")).collect();
    if rest.is_empty() { path.to_owned() } else { format!("{path}?{}", rest.join("&")) }
}
