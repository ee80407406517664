//! What a center says of its Slurm.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use crate::Wanted;

/// What becomes of a job that can never fit into its project's limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverLimit {
    /// It is accepted, and waits until the limit is raised.
    #[default]
    Wait,
    /// It is refused as it is submitted.
    Refuse,
}

/// What goes with a device of a pool.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoolShape {
    /// The partition whose nodes have the pool's devices.
    pub partition: String,
    /// How many CPUs a project may use for each of its devices.
    pub cpus_per_device: i64,
    /// How much memory a project may use for each of its devices, in MiB.
    pub memory_mb_per_device: i64,
}

/// How the portal drives Slurm.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The cluster's name, as in `ClusterName` of slurm.conf.
    pub cluster: String,
    /// The account under which the portal keeps its own. It is the portal's alone.
    pub parent: String,
    /// The folder of Slurm's commands; empty for those in the `PATH`.
    pub bin: PathBuf,
    /// The slurm.conf to go by; empty for the machine's.
    pub conf: PathBuf,
    /// The longest that a command may take, in seconds.
    pub timeout_seconds: u64,
    /// What becomes of a job that can never fit.
    pub over_limit: OverLimit,
    /// The longest that a job may run, in minutes; 0 for no such limit.
    pub max_wall_minutes: i64,
    /// How many jobs a person may run at once in a project's pool; 0 for no such limit.
    pub max_jobs: i64,
    /// How long what runs may still run when a project is over, in minutes.
    pub grace_minutes: i64,
    /// Where slurmrestd answers (`http://slurm:6820`); empty: jobs are submitted by `sbatch`, as root.
    pub rest: String,
    /// Whose token it gets: `SlurmUser` of slurm.conf or root, who may submit for anybody.
    pub rest_user: String,
    /// How long such a token is good, in seconds.
    pub token_seconds: u64,
    /// The folder that jobs print to, which the portal and all nodes see; empty: what they print is
    /// not kept.
    pub output: PathBuf,
    /// A project's space on the nodes, where its jobs begin: `{project}` stands for its number in
    /// lower case. Empty: they begin in `/tmp`.
    pub space: String,
    /// Somebody's home on the nodes: `{member}` stands for the account. Empty: jobs are not told.
    pub home: String,
    /// What runs a script in an image, up to the script: `{image}` stands for the image. Empty: no
    /// images.
    pub container: String,
    /// The pools that this cluster has.
    pub pools: BTreeMap<String, PoolShape>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            cluster: String::new(),
            parent: "mudeung".to_owned(),
            bin: PathBuf::new(),
            conf: PathBuf::new(),
            timeout_seconds: 10,
            over_limit: OverLimit::Wait,
            max_wall_minutes: 0,
            max_jobs: 0,
            grace_minutes: 60,
            rest: String::new(),
            rest_user: "slurm".to_owned(),
            token_seconds: 1800,
            output: PathBuf::new(),
            space: String::new(),
            home: "/home/{member}".to_owned(),
            container: String::new(),
            pools: BTreeMap::new(),
        }
    }
}

impl Settings {
    /// Whether it can be used.
    ///
    /// # Errors
    /// The first key whose value is of no use, and what it has to be.
    pub fn check(&self) -> Result<(), (String, Wanted)> {
        let fault = |key: &str, wanted| Err((key.to_owned(), wanted));
        if !is_name(&self.cluster) {
            return fault("cluster", Wanted::Name);
        }
        if !is_name(&self.parent) || self.parent == "root" {
            return fault("parent", Wanted::Name);
        }
        if self.timeout_seconds == 0 {
            return fault("timeout_seconds", Wanted::Number);
        }
        for (key, value) in [
            ("max_wall_minutes", self.max_wall_minutes),
            ("max_jobs", self.max_jobs),
            ("grace_minutes", self.grace_minutes),
        ] {
            if !(0..1_000_000).contains(&value) {
                return fault(key, Wanted::Number);
            }
        }
        if !self.rest.is_empty() && !["http://", "https://"].iter().any(|start| self.rest.starts_with(start)) {
            return fault("rest", Wanted::Url);
        }
        if !is_name(&self.rest_user) {
            return fault("rest_user", Wanted::Name);
        }
        if !(1..1_000_000).contains(&self.token_seconds) {
            return fault("token_seconds", Wanted::Number);
        }
        // Slurm puts numbers in for what begins with a percent sign.
        let folder = |text: &str| text.is_empty() || (text.starts_with('/') && !text.contains(['%', '\\']));
        for (key, value) in [("output", &*self.output.to_string_lossy()), ("space", &self.space), ("home", &self.home)]
        {
            if !folder(value) {
                return fault(key, Wanted::Folder);
            }
        }
        if !self.container.is_empty() && !self.container.contains("{image}") {
            return fault("container", Wanted::Command);
        }
        if self.pools.is_empty() {
            return fault("pools", Wanted::Pool);
        }
        for (pool, shape) in &self.pools {
            let within = |value: i64| (1..100_000_000).contains(&value);
            if !is_name(pool) || !is_name(&shape.partition.to_lowercase()) {
                return fault(&format!("pools.{pool}"), Wanted::Name);
            }
            if !within(shape.cpus_per_device) || !within(shape.memory_mb_per_device) {
                return fault(&format!("pools.{pool}"), Wanted::Number);
            }
        }
        Ok(())
    }
}

/// Whether a text is safe as a name on a command line and in a load file.
#[must_use]
pub fn is_name(text: &str) -> bool {
    let fine = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
    text.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric()) && text.len() <= 64 && text.bytes().all(fine)
}
