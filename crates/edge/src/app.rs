//! The state that every handler is given.

use std::sync::Arc;
use std::time::Duration;

use service::{Actor, Center, Cx, Error, Outcome};

use crate::{Fail, Traffic};

/// How the program faces its callers.
#[derive(Clone, Debug)]
pub struct Config {
    /// Whether callers reach it by https: cookies are `__Host-` and secure, HSTS is sent.
    pub secure: bool,
    /// Whether a proxy in front names the caller's address in the last entry of `X-Forwarded-For`.
    pub trust_forwarded: bool,
    /// The largest body of a request in bytes, unless a route says otherwise.
    pub body_limit: usize,
    /// How long a request may take.
    pub timeout: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self { secure: false, trust_forwarded: false, body_limit: 1 << 20, timeout: Duration::from_secs(30) }
    }
}

/// Somebody who showed a valid cookie or token.
#[derive(Clone, Debug)]
pub struct Known {
    /// The person; language, address and request are filled in by the caller.
    pub actor: Actor,
    /// Whether the credential lets them write (a session always does, a token by its scopes).
    pub writes: bool,
}

/// Finds out who shows a cookie or token.
pub trait Identify: Send + Sync {
    /// The person of a session cookie.
    ///
    /// # Errors
    /// Only if the database cannot be asked; an unknown or lapsed session is `None`.
    fn by_session(&self, center: &Center, cookie: &str) -> Outcome<Option<Known>>;

    /// The person of a bearer token.
    ///
    /// # Errors
    /// Only if the database cannot be asked; an unknown, lapsed or revoked token is `None`.
    fn by_token(&self, center: &Center, token: &str) -> Outcome<Option<Known>>;
}

/// The running center with how it faces its callers. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The center.
    pub center: Center,
    /// How it faces its callers.
    pub config: Arc<Config>,
    /// Who shows which cookie.
    pub identify: Arc<dyn Identify>,
    /// What was asked of it since it began.
    pub traffic: Traffic,
}

impl App {
    /// The state for handlers.
    #[must_use]
    pub fn new(center: Center, config: Config, identify: Arc<dyn Identify>) -> Self {
        Self { center, config: Arc::new(config), identify, traffic: Traffic::default() }
    }

    /// Runs a use case that reads, on a blocking thread.
    ///
    /// # Errors
    /// What the use case answers.
    pub async fn read<T: Send + 'static>(
        &self,
        actor: &Actor,
        work: impl FnOnce(&mut Cx<'_, '_>) -> Outcome<T> + Send + 'static,
    ) -> Result<T, Fail> {
        let actor = actor.clone();
        self.blocking(move |center| center.read(&actor, work)).await
    }

    /// Runs a use case that writes, on a blocking thread.
    ///
    /// # Errors
    /// What the use case answers.
    pub async fn write<T: Send + 'static>(
        &self,
        actor: &Actor,
        work: impl FnOnce(&mut Cx<'_, '_>) -> Outcome<T> + Send + 'static,
    ) -> Result<T, Fail> {
        let actor = actor.clone();
        self.blocking(move |center| center.write(&actor, work)).await
    }

    /// Does something slow with the center on a blocking thread: hashing a password, several
    /// transactions in a row.
    ///
    /// # Errors
    /// What `work` answers; a panic within it is [`Error::Internal`].
    pub async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Center) -> Outcome<T> + Send + 'static,
    ) -> Result<T, Fail> {
        let center = self.center.clone();
        match tokio::task::spawn_blocking(move || work(&center)).await {
            Ok(outcome) => outcome.map_err(Fail::from),
            Err(error) => Err(Fail::from(Error::internal(error))),
        }
    }
}
