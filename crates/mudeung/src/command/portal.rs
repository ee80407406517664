//! Calling a portal's API from a terminal anywhere.

use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use domain::ids::{Id as _, JobId};
use serde_json::Value;
use texts::{Texts, k};

/// How long one call of the API may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Which portal, and as whom.
#[derive(clap::Args)]
pub struct Portal {
    /// The address of the portal.
    #[arg(long, value_name = "URL", env = "MUDEUNG_URL", default_value = "http://127.0.0.1:8080")]
    pub url: String,
    /// A personal token, made on the portal's page of one's account. Better given by the variable.
    #[arg(long, value_name = "TOKEN", env = "MUDEUNG_TOKEN", hide_env_values = true)]
    pub token: String,
}

/// A caller of the API.
pub struct Client {
    agent: ureq::Agent,
    base: String,
    token: String,
    t: Texts,
}

impl Client {
    /// A caller of a portal.
    #[must_use]
    pub fn new(portal: &Portal, t: Texts) -> Self {
        let config = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).http_status_as_error(false).build();
        let base = format!("{}/api/v1", portal.url.trim_end_matches('/'));
        Self { agent: config.into(), base, token: portal.token.clone(), t }
    }

    /// Asks for something.
    ///
    /// # Errors
    /// If the portal cannot be reached or refuses.
    pub fn get(&self, path: &str) -> Result<Value> {
        let request = self.agent.get(format!("{}{path}", self.base));
        let request = request.header("authorization", format!("Bearer {}", self.token));
        self.answer(request.header("accept-language", self.language()).call())
    }

    /// Has something done.
    ///
    /// # Errors
    /// If the portal cannot be reached or refuses.
    pub fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let request = self.agent.post(format!("{}{path}", self.base));
        let request = request.header("authorization", format!("Bearer {}", self.token));
        let key = JobId::new(0, service::random()?).to_string();
        let request = request.header("idempotency-key", key).header("accept-language", self.language());
        self.answer(request.header("content-type", "application/json").send(body.to_string()))
    }

    fn language(&self) -> String {
        self.t.lang().to_string()
    }

    fn answer(&self, answer: Result<http::Response<ureq::Body>, ureq::Error>) -> Result<Value> {
        let mut answer = answer.map_err(cause).with_context(|| self.t.f1(k::CLI_JOB_UNREACHABLE, "url", &self.base))?;
        let status = answer.status();
        let text = answer.body_mut().read_to_string().unwrap_or_default();
        let value: Value = serde_json::from_str(&text).unwrap_or_default();
        if status.is_success() {
            return Ok(value);
        }
        Err(anyhow!("{}", complaint(&value).unwrap_or_else(|| self.t.f1(k::CLI_JOB_ANSWER, "status", status.as_u16()))))
    }
}

/// Why there is no answer; what the system says by itself, for which there are words.
fn cause(error: ureq::Error) -> anyhow::Error {
    match error {
        ureq::Error::Io(error) => error.into(),
        other => other.into(),
    }
}

/// What a problem document says, in words.
fn complaint(value: &Value) -> Option<String> {
    let all = |name: &str| value[name].as_array().cloned().unwrap_or_default();
    let faults = all("errors").into_iter().chain(all("reasons"));
    let said = faults.map(|one| {
        let text = one["message"].as_str().unwrap_or_default();
        match one["field"].as_str().and_then(option) {
            Some(option) => format!("--{option}: {text}"),
            None => text.to_owned(),
        }
    });
    let said: Vec<String> = said.filter(|text| !text.is_empty()).collect();
    let whole = ["detail", "title"].iter().filter_map(|name| value[*name].as_str()).find(|text| !text.is_empty());
    if said.is_empty() { whole.map(str::to_owned) } else { Some(said.join("\n")) }
}

/// What a field of the API is called here; nothing if it is no option.
fn option(field: &str) -> Option<&str> {
    match field {
        "" | "key" => None,
        "devices" => Some("gpus"),
        "minutes" => Some("time"),
        "environment" => Some("env"),
        other => Some(other),
    }
}

/// One part of a path: whatever somebody typed stays one part.
pub fn part(text: &str) -> String {
    web::in_query(text.trim())
}
