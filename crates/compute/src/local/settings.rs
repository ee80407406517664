//! What a center says of the machine that runs its jobs.

use std::path::PathBuf;

use serde::Deserialize;

use crate::Wanted;

/// How the portal runs jobs on its own machine.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The folder of its jobs and of the spaces of projects; empty for one beside the database.
    pub folder: PathBuf,
    /// How many device slots there are; 0 for the accelerators that are found, or one for each CPU
    /// if there are none.
    pub slots: i64,
    /// How many CPUs go with a slot; 0 for its share of the machine.
    pub cpus_per_slot: i64,
    /// How much memory goes with a slot, in MiB; 0 for its share of the machine.
    pub memory_mb_per_slot: i64,
    /// The pools whose jobs run here; empty for every pool. All of them share the slots.
    pub pools: Vec<String>,
    /// The longest that a job may run, in minutes; 0 for no such limit.
    pub max_minutes: i64,
    /// How long a job has between being told to end and being killed, in seconds.
    pub grace_seconds: i64,
    /// How long what runs may still run when a project is over, in minutes.
    pub closing_grace_minutes: i64,
    /// The command that runs a script in an image, with `{image}` where the image goes; empty if
    /// images are not run.
    pub container: String,
    /// The first of the user numbers under which projects run, if the portal may choose.
    pub uid_base: u32,
    /// How long a job is kept after its end, in days.
    pub keep_days: i64,
    /// How many seconds a minute of a job's time has: 60, but for tests.
    #[doc(hidden)]
    #[serde(skip)]
    pub minute_seconds: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            folder: PathBuf::new(),
            slots: 0,
            cpus_per_slot: 0,
            memory_mb_per_slot: 0,
            pools: Vec::new(),
            max_minutes: 0,
            grace_seconds: 30,
            closing_grace_minutes: 60,
            container: String::new(),
            uid_base: 200_000,
            keep_days: 30,
            minute_seconds: 60,
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
        for (key, value, first, end) in [
            ("slots", self.slots, 0, 10_000),
            ("cpus_per_slot", self.cpus_per_slot, 0, 100_000),
            ("memory_mb_per_slot", self.memory_mb_per_slot, 0, 100_000_000),
            ("max_minutes", self.max_minutes, 0, 1_000_000),
            ("grace_seconds", self.grace_seconds, 0, 86_400),
            ("closing_grace_minutes", self.closing_grace_minutes, 0, 1_000_000),
            ("uid_base", i64::from(self.uid_base), 1000, 4_000_000_000),
            ("keep_days", self.keep_days, 1, 100_000),
        ] {
            if !(first..end).contains(&value) {
                return fault(key, Wanted::Number);
            }
        }
        if self.pools.iter().any(|pool| !is_pool(pool)) {
            return fault("pools", Wanted::Name);
        }
        if !self.container.is_empty() && !self.container.split_whitespace().skip(1).any(|word| word.contains("{image}"))
        {
            return fault("container", Wanted::Command);
        }
        Ok(())
    }

    /// Whether jobs of a pool run here.
    #[must_use]
    pub fn serves(&self, pool: &str) -> bool {
        self.pools.is_empty() || self.pools.iter().any(|one| one == pool)
    }

    /// The longest that a job of so many minutes may run, in seconds.
    pub(super) fn seconds(&self, minutes: i64) -> i64 {
        minutes.saturating_mul(self.minute_seconds)
    }

    /// What runs a script: the script itself, or the command that runs it in an image.
    pub(super) fn command(&self, image: Option<&str>, script: &str) -> Vec<String> {
        let Some(image) = image else { return vec![script.to_owned()] };
        let words = self.container.split_whitespace().map(|word| word.replace("{image}", image));
        words.chain([script.to_owned()]).collect()
    }
}

fn is_pool(text: &str) -> bool {
    let fine = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
    !text.is_empty() && text.len() <= 64 && text.bytes().all(fine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_named() {
        assert_eq!(Settings::default().check(), Ok(()));
        let check = |change: fn(&mut Settings)| {
            let mut settings = Settings::default();
            change(&mut settings);
            settings.check().err().map(|(key, wanted)| format!("{key} {wanted:?}")).unwrap_or_default()
        };
        assert_eq!(check(|it| it.slots = -1), "slots Number");
        assert_eq!(check(|it| it.keep_days = 0), "keep_days Number");
        assert_eq!(check(|it| it.uid_base = 0), "uid_base Number");
        assert_eq!(check(|it| it.pools = vec!["a b".to_owned()]), "pools Name");
        assert_eq!(check(|it| it.container = "apptainer exec".to_owned()), "container Command");
        assert_eq!(check(|it| it.container = "apptainer exec --nv {image}".to_owned()), "");
    }

    #[test]
    fn an_image_is_one_word_of_the_command() {
        let settings = Settings { container: "run --image={image}  -q".to_owned(), ..Settings::default() };
        assert_eq!(settings.command(None, "/s"), ["/s"]);
        assert_eq!(settings.command(Some("a b;c"), "/s"), ["run", "--image=a b;c", "-q", "/s"]);
    }
}
