//! slurmrestd: its address, and the token by which it believes us.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::command::Commands;
use super::settings::Settings;
use crate::EngineError;

/// The longest answer that is read, in bytes.
const ANSWER: u64 = 4 << 20;
/// What Slurm answers where it does not believe a token, or has no words for that.
const UNBELIEVED: [i64; 6] = [-1, 1007, 5004, 5005, 5006, 5007];
/// What it answers where slurmctld is away.
const AWAY: i64 = 1800;

/// Why a call came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Nothing was done.
    Not(EngineError),
    /// The token is not believed, or it is something that Slurm does not tell from that.
    Unbelieved(String),
    /// There is no answer. It may have been done.
    Lost(String),
}

/// slurmrestd.
pub(super) struct Rest {
    agent: ureq::Agent,
    url: String,
    user: String,
    lifespan: Duration,
    token: Mutex<Option<Token>>,
}

struct Token {
    text: String,
    renew_at: Instant,
}

impl std::fmt::Debug for Rest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rest").field("url", &self.url).field("user", &self.user).finish_non_exhaustive()
    }
}

impl Rest {
    /// The one that the settings name, if they do. Nobody is asked yet.
    pub fn new(settings: &Settings) -> Option<Self> {
        if settings.rest.is_empty() {
            return None;
        }
        // The token goes to this address only: not to a proxy, nor where an answer points.
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(settings.timeout_seconds)))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .build();
        Some(Self {
            agent: config.into(),
            url: settings.rest.trim_end_matches('/').to_owned(),
            user: settings.rest_user.clone(),
            lifespan: Duration::from_secs(settings.token_seconds),
            token: Mutex::new(None),
        })
    }

    /// Asks as `member`, and answers what it said where that is no fault.
    pub fn post(&self, commands: &Commands, member: &str, path: &str, body: &Value) -> Result<Value, Fault> {
        let token = self.token(commands).map_err(Fault::Not)?;
        let begun = Instant::now();
        let outcome = self.send(&token, member, path, body);
        let ms = begun.elapsed().as_millis();
        match &outcome {
            Ok(_) => tracing::debug!(path, ms, "done"),
            Err(fault) => tracing::debug!(path, ms, ?fault, "failed"),
        }
        outcome
    }

    /// The next call takes another token.
    pub fn forget_token(&self) {
        *self.held() = None;
    }

    fn held(&self) -> MutexGuard<'_, Option<Token>> {
        self.token.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The token, a new one once three quarters of its time are over.
    fn token(&self, commands: &Commands) -> Result<String, EngineError> {
        let mut held = self.held();
        if let Some(token) = held.as_ref().filter(|token| Instant::now() < token.renew_at) {
            return Ok(token.text.clone());
        }
        let begun = Instant::now();
        let (user, lifespan) = (format!("username={}", self.user), format!("lifespan={}", self.lifespan.as_secs()));
        let said = commands.run("scontrol", &["token", &user, &lifespan]).map_err(|error| match error {
            // No job is refused for that.
            EngineError::Refused(cause) | EngineError::Controller(cause) => EngineError::Unreachable(cause),
            other => other,
        })?;
        let text = said.lines().find_map(|line| line.trim().strip_prefix("SLURM_JWT=")).map(str::to_owned);
        let text = text.filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()));
        let text = text.ok_or_else(|| EngineError::Unreachable("scontrol gives no token".to_owned()))?;
        *held = Some(Token { text: text.clone(), renew_at: begun + self.lifespan * 3 / 4 });
        Ok(text)
    }

    fn send(&self, token: &str, member: &str, path: &str, body: &Value) -> Result<Value, Fault> {
        let request = self
            .agent
            .post(format!("{}{path}", self.url))
            .header("X-SLURM-USER-NAME", member)
            .header("X-SLURM-USER-TOKEN", token)
            .content_type("application/json");
        let mut response = request.send(body.to_string()).map_err(|error| unsent(&error))?;
        let status = response.status().as_u16();
        let text = response.body_mut().with_config().limit(ANSWER).read_to_string();
        verdict(status, &text.map_err(|error| Fault::Lost(format!("slurmrestd: {error}")))?)
    }
}

/// What a request that has no answer means.
fn unsent(error: &ureq::Error) -> Fault {
    use std::io::ErrorKind;
    let cause = format!("slurmrestd: {error}");
    let nobody = match error {
        ureq::Error::Io(error) => matches!(
            error.kind(),
            ErrorKind::ConnectionRefused
                | ErrorKind::HostUnreachable
                | ErrorKind::NetworkUnreachable
                | ErrorKind::NotFound
        ),
        ureq::Error::Timeout(limit) => matches!(limit, ureq::Timeout::Resolve | ureq::Timeout::Connect),
        ureq::Error::HostNotFound
        | ureq::Error::ConnectionFailed
        | ureq::Error::BadUri(_)
        | ureq::Error::Http(_)
        | ureq::Error::Tls(_)
        | ureq::Error::Rustls(_) => true,
        _ => false,
    };
    if nobody { Fault::Not(EngineError::Unreachable(cause)) } else { Fault::Lost(cause) }
}

/// What an answer means. It is good only without errors: 200 alone is not. A job that is there has a
/// number, and errors beside it are remarks (that it is held, or that its machine is away just now).
fn verdict(status: u16, text: &str) -> Result<Value, Fault> {
    if status == 401 || status == 403 {
        return Err(Fault::Unbelieved(format!("slurmrestd: {status}")));
    }
    if status == 404 {
        return Err(Fault::Not(EngineError::Unreachable("slurmrestd has nothing at that address".to_owned())));
    }
    let Ok(said) = serde_json::from_str::<Value>(text) else {
        let words: String = text.chars().filter(|c| !c.is_control()).take(200).collect();
        let cause = format!("slurmrestd: {status} {words}");
        return Err(if status == 400 { Fault::Not(EngineError::Refused(cause)) } else { Fault::Lost(cause) });
    };
    let errors = said.get("errors").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let made = said.get("job_id").and_then(Value::as_u64).is_some_and(|id| id > 0);
    let Some(first) = errors.first() else {
        let cause = format!("slurmrestd: {status} without an error");
        return if status == 200 { Ok(said) } else { Err(Fault::Lost(cause)) };
    };
    let number = |key: &str| first.get(key).and_then(Value::as_i64).filter(|number| *number != 0);
    let number = ["error_number", "error_code", "errno"].iter().find_map(|key| number(key)).unwrap_or(-1);
    let words = ["error", "description"].iter().find_map(|key| first.get(*key).and_then(Value::as_str));
    let cause = format!("{} ({number})", words.unwrap_or("it says no more"));
    if status == 200 && made {
        tracing::debug!(cause, "a job was taken in with a remark");
        return Ok(said);
    }
    Err(match number {
        AWAY => Fault::Not(EngineError::Unreachable(format!("slurmctld: {cause}"))),
        2000..=2999 => Fault::Not(EngineError::Refused(cause)),
        number if UNBELIEVED.contains(&number) => Fault::Unbelieved(format!("slurmrestd: {cause}")),
        _ if status == 400 => Fault::Not(EngineError::Refused(cause)),
        _ => Fault::Lost(format!("slurmrestd: {cause}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(errors: &str, more: &str) -> String {
        format!(r#"{{"meta":{{}},"errors":[{errors}]{more}}}"#)
    }

    #[test]
    fn what_22_05_answers_is_understood() {
        let error = |number: i64, words: &str| format!(r#"{{"error_code":{number},"error":"{words}"}}"#);
        let job = r#","job_id":17,"step_id":"BATCH","job_submit_user_msg":"""#;
        assert_eq!(verdict(200, &answer("", job)).expect("taken")["job_id"], 17);
        let held = error(2042, "Job is in held state, pending scheduler release");
        assert!(verdict(200, &answer(&held, job)).is_ok());
        let away = error(2068, "Required node not available (down, drained or reserved)");
        assert!(verdict(200, &answer(&away, job)).is_ok());
        let account = error(2045, "Invalid account or account/partition combination specified");
        let said = "Invalid account or account/partition combination specified (2045)".to_owned();
        assert_eq!(verdict(500, &answer(&account, "")), Err(Fault::Not(EngineError::Refused(said))));
        let down = verdict(500, &answer(&error(1800, "Unable to contact slurm controller (connect failure)"), ""));
        assert!(matches!(down, Err(Fault::Not(EngineError::Unreachable(_)))), "{down:?}");
        let expired = verdict(500, &answer(&error(5005, "Zero Bytes were transmitted or received"), ""));
        assert!(matches!(expired, Err(Fault::Unbelieved(_))), "{expired:?}");
        assert!(matches!(verdict(401, "Authentication failure"), Err(Fault::Unbelieved(_))));
        assert!(matches!(verdict(200, r#"{"errors":[], "job_id":"#), Err(Fault::Lost(_))));
        assert!(matches!(verdict(502, "Bad Gateway"), Err(Fault::Lost(_))));
    }
}
