//! The configuration file of `serve` (docs/configuration.md names every key).

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail, ensure};
use compute::{EngineError, Local, Wanted, local, slurm};
use domain::{Code, Reason};
use serde::Deserialize;
use store::sql::sqlite_path;
use texts::{Pools, Texts, k};

/// A configuration file. Every key has a default.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// `sqlite:PATH` or `postgres://…`; the variable `DATABASE_URL` goes before it.
    pub database_url: String,
    /// The center's file, taken over at start whenever its content changed.
    pub center: Option<PathBuf>,
    /// How the portal is reached.
    pub http: Http,
    /// How mail leaves.
    pub mail: Mail,
    /// Background work.
    pub worker: Work,
    /// What runs jobs.
    pub compute: Compute,
    /// How development environments are reached.
    pub gateway: Gateway,
    /// Who may read how the center stands as metrics.
    pub metrics: Metrics,
    /// What is logged.
    pub log: Log,
}

/// How the portal is reached.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Http {
    /// The address and port to listen at.
    pub listen: SocketAddr,
    /// The address that people type; `https://` makes cookies secure and sends HSTS.
    pub public_url: String,
    /// Whether a proxy in front names the caller in the last entry of `X-Forwarded-For`.
    pub trust_forwarded: bool,
    /// The largest body of a request, in bytes; uploads have limits of their own.
    pub body_limit_bytes: usize,
    /// The longest that a request may take, in seconds.
    pub timeout_seconds: u64,
}

/// How mail leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mail {
    /// `smtps://user:password@host`, `smtp://host:587?tls=required`, `smtp://host:25`; empty keeps
    /// mail waiting.
    pub smtp: String,
    /// The sender: `Name <address>`.
    pub from: String,
}

/// Background work.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Work {
    /// Whether this instance may do it.
    pub enabled: bool,
}

/// What runs jobs.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Compute {
    /// Which engine; without it this machine, if the database is a file, and else none.
    pub engine: Option<Engine>,
    /// The program that makes people's accounts on the cluster, by its whole path; empty for none.
    pub accounts_hook: PathBuf,
    /// How long it may take, in seconds.
    pub accounts_hook_seconds: u64,
    /// From which number on people's accounts are users of machines.
    pub accounts_uid_base: i64,
    /// How this machine runs jobs, where it is the engine.
    pub local: local::Settings,
    /// How Slurm is driven, where it is the engine.
    pub slurm: slurm::Settings,
}

/// How development environments are reached: at an address of their own on the portal's host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Gateway {
    /// The address and port to listen at; without it there are no development environments.
    pub listen: Option<SocketAddr>,
    /// The address that browsers use for it: the portal's host with another port; empty for what it
    /// listens at.
    pub public_url: String,
}

/// Where metrics are read, and by whom: at an address of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Metrics {
    /// The address and port to listen at; without it there are no metrics.
    pub listen: Option<SocketAddr>,
    /// What whoever reads them has to show; empty: nothing.
    pub token: String,
    /// The file that holds it instead.
    pub token_file: PathBuf,
}

/// An engine that can be configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Engine {
    /// None: the books are kept, and no job is run.
    None,
    /// This machine: jobs are its processes.
    Local,
    /// A cluster that Slurm runs.
    Slurm,
}

/// What is logged.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// Which lines: `info`, `warn`, `info,store=debug`.
    pub filter: String,
    /// Whether each line is JSON.
    pub json: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            database_url: "sqlite:mudeung.db".to_owned(),
            center: None,
            http: Http::default(),
            mail: Mail::default(),
            worker: Work::default(),
            compute: Compute::default(),
            gateway: Gateway::default(),
            metrics: Metrics::default(),
            log: Log::default(),
        }
    }
}

impl Default for Compute {
    fn default() -> Self {
        Self {
            engine: None,
            accounts_hook: PathBuf::new(),
            accounts_hook_seconds: 60,
            accounts_uid_base: 20_000,
            local: local::Settings::default(),
            slurm: slurm::Settings::default(),
        }
    }
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: "http://127.0.0.1:8080".to_owned(),
            trust_forwarded: false,
            body_limit_bytes: 1 << 20,
            timeout_seconds: 30,
        }
    }
}

impl Default for Work {
    fn default() -> Self {
        Self { enabled: true }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { filter: "info".to_owned(), json: false }
    }
}

impl Compute {
    fn check_accounts(&self, t: Texts) -> Result<()> {
        let hook = &self.accounts_hook;
        let program = hook.as_os_str().is_empty() || hook.is_absolute();
        ensure!(program, "{}", t.f1(k::CLI_CONFIG_PROGRAM, "key", "compute.accounts_hook"));
        let number = |fits: bool, key: &str| -> Result<()> {
            ensure!(fits, "{}", t.f1(k::CLI_CONFIG_ENGINE_NUMBER, "key", format!("compute.{key}")));
            Ok(())
        };
        number((1..=3600).contains(&self.accounts_hook_seconds), "accounts_hook_seconds")?;
        // Below are the machine's own users; above, what no system counts to.
        number((1000..=2_000_000_000).contains(&self.accounts_uid_base), "accounts_uid_base")
    }

    /// What makes people's accounts on the cluster, if there is anything.
    #[must_use]
    pub fn accounts(&self) -> Option<worker::AccountsHook> {
        let program = Some(self.accounts_hook.clone()).filter(|path| !path.as_os_str().is_empty())?;
        let limit = std::time::Duration::from_secs(self.accounts_hook_seconds);
        Some(worker::AccountsHook { program, limit, uid_base: self.accounts_uid_base })
    }
}

impl Config {
    /// Reads a file; `DATABASE_URL` of the environment goes before its `database_url`.
    ///
    /// # Errors
    /// If the file cannot be read, names an unknown key, or says something impossible.
    pub fn read(path: &Path, t: Texts) -> Result<Self> {
        let unread = || t.f1(k::CLI_CONFIG_UNREAD, "path", path.display());
        let text = std::fs::read_to_string(path).with_context(unread)?;
        let mut config = Self::parse(&text, t).with_context(unread)?;
        if let Ok(url) = std::env::var("DATABASE_URL") {
            config.database_url = url;
        }
        // The center's file is named as seen from the configuration file.
        if let (Some(center), Some(folder)) = (&config.center, path.parent()) {
            config.center = Some(folder.join(center));
        }
        // So is the file of the token.
        let file = &config.metrics.token_file;
        if !file.as_os_str().is_empty() {
            let file = path.parent().map_or_else(|| file.clone(), |folder| folder.join(file));
            let unread = || t.f1(k::CLI_CONFIG_METRICS_FILE, "path", file.display());
            let token = std::fs::read_to_string(&file).with_context(unread)?;
            config.metrics.token = token.trim().to_owned();
            ensure!(is_token(&config.metrics.token), "{}", unread());
        }
        Ok(config)
    }

    fn parse(text: &str, t: Texts) -> Result<Self> {
        let config: Self = toml::from_str(text)?;
        let url = &config.http.public_url;
        ensure!(url.starts_with("http://") || url.starts_with("https://"), "{}", t.s(k::CLI_CONFIG_URL));
        ensure!(
            config.http.timeout_seconds > 0,
            "http.timeout_seconds: {}",
            t.reason(&Reason::new(Code::TooSmall).with("min", 1), &Pools::default())
        );
        ensure!(config.mail.smtp.is_empty() || !config.mail.from.is_empty(), "{}", t.s(k::CLI_CONFIG_FROM));
        config.compute.check_accounts(t)?;
        let metrics = &config.metrics;
        let (token, file) = (!metrics.token.is_empty(), !metrics.token_file.as_os_str().is_empty());
        ensure!(metrics.listen.is_some() || !(token || file), "{}", t.s(k::CLI_CONFIG_METRICS_LISTEN));
        ensure!(!(token && file), "{}", t.s(k::CLI_CONFIG_METRICS_TOKEN));
        ensure!(!token || is_token(&metrics.token), "{}", t.s(k::CLI_CONFIG_METRICS_LETTERS));
        let checked = match config.which_engine() {
            Engine::None => Ok(()),
            Engine::Local => config.compute.local.check().map_err(|(key, wanted)| (format!("local.{key}"), wanted)),
            Engine::Slurm => config.compute.slurm.check().map_err(|(key, wanted)| (format!("slurm.{key}"), wanted)),
        };
        if let Err((key, wanted)) = checked {
            let said = match wanted {
                Wanted::Name => k::CLI_CONFIG_ENGINE_NAME,
                Wanted::Number => k::CLI_CONFIG_ENGINE_NUMBER,
                Wanted::Pool => k::CLI_CONFIG_ENGINE_POOL,
                Wanted::Url => k::CLI_CONFIG_ENGINE_URL,
                Wanted::Folder => k::CLI_CONFIG_ENGINE_FOLDER,
                Wanted::Command => k::CLI_CONFIG_ENGINE_COMMAND,
            };
            bail!("{}", t.f1(said, "key", format!("compute.{key}")));
        }
        Ok(config)
    }

    /// How the edge faces its callers.
    #[must_use]
    pub fn edge(&self) -> edge::Config {
        edge::Config {
            secure: self.http.public_url.starts_with("https://"),
            trust_forwarded: self.http.trust_forwarded,
            body_limit: self.http.body_limit_bytes,
            timeout: std::time::Duration::from_secs(self.http.timeout_seconds),
        }
    }

    /// Which engine runs jobs.
    #[must_use]
    pub fn which_engine(&self) -> Engine {
        let file = sqlite_path(&self.database_url).is_some();
        self.compute.engine.unwrap_or(if file { Engine::Local } else { Engine::None })
    }

    /// The engine that runs jobs, whose time `now` says.
    ///
    /// # Errors
    /// If another program runs the jobs of this machine, or their folder is of no use.
    pub fn engine(&self, now: local::Clock) -> Result<Arc<dyn compute::Compute>, EngineError> {
        Ok(match self.which_engine() {
            Engine::None => Arc::new(compute::Fake::default()),
            Engine::Slurm => Arc::new(compute::Slurm::new(self.compute.slurm.clone())),
            Engine::Local => {
                let beside = sqlite_path(&self.database_url).and_then(Path::parent).map(|folder| folder.join("jobs"));
                let own = Some(self.compute.local.folder.clone()).filter(|folder| !folder.as_os_str().is_empty());
                let folder = own.or(beside).unwrap_or_else(|| PathBuf::from("jobs"));
                Arc::new(this_machine(&folder, self.compute.local.clone(), now)?)
            }
        })
    }

    /// The way to the mail server, if there is one.
    ///
    /// # Errors
    /// If its address or the sender cannot be read.
    pub fn mailer(&self) -> Result<Option<worker::Mailer>> {
        if self.mail.smtp.is_empty() {
            return Ok(None);
        }
        Ok(Some(worker::Mailer::new(&self.mail.smtp, &self.mail.from)?))
    }
}

/// Whether a text can be shown as a bearer token: one that no header could carry would shut everybody out.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The argument by which this program looks after one job.
pub const JOB_RUNNER: &str = "job-runner";

/// This machine as the engine.
///
/// # Errors
/// As [`Config::engine`].
pub fn this_machine(folder: &Path, settings: local::Settings, now: local::Clock) -> Result<Local, EngineError> {
    let program = std::env::current_exe().map_err(|error| EngineError::Unreachable(error.to_string()))?;
    std::fs::create_dir_all(folder)
        .map_err(|error| EngineError::Unreachable(format!("{}: {error}", folder.display())))?;
    Local::open(folder, settings, local::Runner { program, args: vec![JOB_RUNNER.to_owned()] }, now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config> {
        Config::parse(text, Texts::new(texts::Lang::En))
    }

    #[test]
    fn an_empty_file_is_the_default() {
        assert_eq!(parse("").expect("valid"), Config::default());
    }

    #[test]
    fn the_documented_file_holds_every_key_at_its_default() {
        let page = include_str!("../../../docs/configuration.md");
        let file = page.split("```toml").nth(1).and_then(|rest| rest.split("```").next()).expect("a file in the page");
        // Lines that are commented out show keys without a default.
        let text: String = file
            .lines()
            .filter(|line| !line.starts_with("# center") && !line.starts_with("# [compute.slurm.pools"))
            .collect::<Vec<_>>()
            .join("\n");
        assert_eq!(parse(&text).expect("valid"), Config::default());
        for key in [
            "database_url",
            "center",
            "listen",
            "public_url",
            "trust_forwarded",
            "body_limit_bytes",
            "timeout_seconds",
            "smtp",
            "from",
            "enabled",
            "engine",
            "accounts_hook",
            "accounts_hook_seconds",
            "accounts_uid_base",
            "cluster",
            "parent",
            "bin",
            "conf",
            "over_limit",
            "max_wall_minutes",
            "max_jobs",
            "grace_minutes",
            "rest",
            "rest_user",
            "token_seconds",
            "output",
            "space",
            "home",
            "container",
            "partition",
            "cpus_per_device",
            "memory_mb_per_device",
            "token",
            "token_file",
            "filter",
            "json",
        ] {
            assert!(file.contains(&format!("{key} = ")), "{key} is not documented");
        }
    }

    #[test]
    fn slips_are_named() {
        for (text, part) in [
            ("databse_url = 'x'", "unknown field `databse_url`"),
            ("[http]\npublic_url = 'center.example'", "public_url"),
            ("[http]\nlisten = '8080'", "listen"),
            ("[mail]\nsmtp = 'smtp://h'", "mail.from"),
            ("[metrics]\ntoken = 'x'", "metrics.listen"),
            ("[metrics]\ntoken_file = 'x'", "metrics.listen"),
            ("[metrics]\nlisten = '127.0.0.1:0'\ntoken = 'x'\ntoken_file = 'y'", "metrics.token_file"),
            ("[metrics]\nlisten = '127.0.0.1:0'\ntoken = 'two words'", "metrics.token"),
            ("[metrics]\nport = 1", "unknown field `port`"),
            ("[compute]\nengine = 'slurm'", "compute.slurm.cluster"),
            ("[compute]\nengine = 'slurm'\n[compute.slurm]\ncluster = 'c'", "compute.slurm.pools"),
            ("[compute]\naccounts_hook = 'hook'", "compute.accounts_hook"),
            ("[compute]\naccounts_hook_seconds = 0", "compute.accounts_hook_seconds"),
            ("[compute]\naccounts_uid_base = 0", "compute.accounts_uid_base"),
            ("[compute]\nengine = 'k8s'", "unknown variant `k8s`"),
        ] {
            let error = format!("{:#}", parse(text).expect_err(text));
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn https_makes_cookies_secure() {
        let config = parse("[http]\npublic_url = 'https://center.example'").expect("valid");
        assert!(config.edge().secure && !Config::default().edge().secure);
    }
}
