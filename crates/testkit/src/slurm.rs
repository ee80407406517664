//! The real Slurm that `testbed/slurm/up` started, taken by one test at a time.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use compute::Slurm;
use compute::slurm::settings::{PoolShape, Settings};

/// Accounts of the machine that every Debian has, to be people of projects: no account is made.
pub const PEOPLE: [&str; 4] = ["man", "news", "lp", "mail"];

/// The cluster, without projects, for as long as this value lives.
pub struct TestSlurm {
    /// How the portal drives it.
    pub settings: Settings,
    folder: PathBuf,
    _turn: File,
}

impl TestSlurm {
    /// Waits for its turn, and clears what an earlier test left.
    ///
    /// # Panics
    /// If `MUDEUNG_TEST_SLURM` is not set or the cluster does not answer: a service that is not there
    /// fails the test.
    #[must_use]
    pub fn take() -> Self {
        let folder = std::env::var_os("MUDEUNG_TEST_SLURM").expect(
            "MUDEUNG_TEST_SLURM names the cluster for tests; ./test slurm starts one, ./test quick does without",
        );
        let state = std::env::var_os("MUDEUNG_SLURM_STATE").expect("set beside MUDEUNG_TEST_SLURM");
        let turn = File::create(PathBuf::from(&state).join("turn")).expect("the cluster's folder is there");
        turn.lock().expect("the turn comes");
        let shape = |partition: &str| PoolShape {
            partition: partition.to_owned(),
            cpus_per_device: 4,
            memory_mb_per_device: 8000,
        };
        let settings = Settings {
            cluster: "mudeung-test".to_owned(),
            conf: PathBuf::from(&state).join("etc/slurm.conf"),
            rest: std::env::var("MUDEUNG_TEST_SLURM_REST").expect("set beside MUDEUNG_TEST_SLURM"),
            rest_user: "root".to_owned(),
            output: PathBuf::from(&state).join("output"),
            space: "/tmp".to_owned(),
            home: String::new(),
            pools: BTreeMap::from(["gpu-a100", "gpu-v100"].map(|pool| (pool.to_owned(), shape(pool)))),
            ..Settings::default()
        };
        let cluster = Self { settings, folder: folder.into(), _turn: turn };
        cluster.clear();
        cluster
    }

    /// An engine on it.
    #[must_use]
    pub fn engine(&self) -> Slurm {
        Slurm::new(self.settings.clone())
    }

    /// Stops, starts, kills, freezes or thaws one of its daemons.
    ///
    /// # Panics
    /// If that does not work.
    pub fn daemon(&self, name: &str, act: &str) {
        let done = Command::new(self.folder.join("daemon")).args([name, act]).output().expect("the script is there");
        assert!(done.status.success(), "{name} {act}: {}", String::from_utf8_lossy(&done.stderr));
    }

    /// Runs one of Slurm's commands and answers what it printed.
    ///
    /// # Panics
    /// If it cannot be started.
    #[must_use]
    pub fn run(&self, program: &str, args: &[&str]) -> Output {
        Command::new(program)
            .args(args)
            .env("SLURM_CONF", &self.settings.conf)
            .current_dir("/tmp")
            .output()
            .expect("Slurm's commands are there")
    }

    /// The same for a command that must work.
    ///
    /// # Panics
    /// If it does not.
    #[must_use]
    pub fn ask(&self, program: &str, args: &[&str]) -> String {
        let output = self.run(program, args);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program} {args:?}: {said}{}", String::from_utf8_lossy(&output.stdout));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// The limits of an account, as Slurm says them.
    #[must_use]
    pub fn limits(&self, account: &str) -> String {
        let named = format!("account={account}");
        let of = ["-nP", "show", "associations", "wopl", &named, "user=", "format=grptres,grpsubmit"];
        self.ask("sacctmgr", &of)
    }

    /// Submits a job of `person` that sleeps with devices of a pool; answers its number or why not.
    ///
    /// # Errors
    /// What Slurm says.
    pub fn submit(&self, person: &str, account: &str, partition: &str, devices: u32) -> Result<String, String> {
        self.submit_for(person, account, partition, devices, "30")
    }

    /// The same for so many minutes at most.
    ///
    /// # Errors
    /// What Slurm says.
    pub fn submit_for(
        &self,
        person: &str,
        account: &str,
        partition: &str,
        devices: u32,
        minutes: &str,
    ) -> Result<String, String> {
        let number = |of: &str| {
            let output = Command::new("id").args([of, person]).output().expect("the machine knows its accounts");
            String::from_utf8_lossy(&output.stdout).trim().to_owned()
        };
        let (uid, gid) = (format!("--uid={}", number("-u")), format!("--gid={}", number("-g")));
        let gres = format!("--gres=gpu:{devices}");
        let time = format!("-t{minutes}");
        let args = ["--parsable", &uid, &gid, "-A", account, "-p", partition, &gres, "-n1", &time, "-o/dev/null"];
        let output = self.run("sbatch", &[&args[..], &["--wrap=sleep 600"]].concat());
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
    }

    /// State and reason of a job, as `squeue` says them.
    #[must_use]
    pub fn job(&self, id: &str) -> String {
        self.ask("squeue", &["-h", "-j", id, "-o", "%T %r"])
    }

    /// Waits until something is so.
    ///
    /// # Panics
    /// If it is not within 20 s.
    pub fn until(&self, what: &str, mut so: impl FnMut() -> bool) -> Duration {
        let begun = Instant::now();
        while !so() {
            assert!(begun.elapsed() < Duration::from_secs(20), "{what} within 20 s");
            std::thread::sleep(Duration::from_millis(50));
        }
        begun.elapsed()
    }

    fn clear(&self) {
        let all = self.ask("squeue", &["-h", "-o", "%A"]);
        let jobs: Vec<&str> = all.lines().collect();
        if !jobs.is_empty() {
            let _ = self.run("scancel", &jobs);
            self.until("no job is left", || self.ask("squeue", &["-h", "-o", "%A"]).is_empty());
        }
        self.until("no account is left", || {
            let text = self.ask("sacctmgr", &["-nP", "show", "associations", "format=account,user"]);
            let rows: Vec<(&str, &str)> = text.lines().filter_map(|line| line.split_once('|')).collect();
            let ours = |row: &&(&str, &str)| row.0 != "root";
            let of = |part: fn(&(&str, &str)) -> String| -> String {
                let mut all: Vec<String> = rows.iter().filter(ours).map(part).filter(|one| !one.is_empty()).collect();
                all.sort();
                all.dedup();
                all.join(",")
            };
            let (accounts, people) = (of(|row| row.0.to_owned()), of(|row| row.1.to_owned()));
            if !people.is_empty() {
                let _ = self.run("sacctmgr", &["-iQ", "delete", "user", "where", &format!("name={people}")]);
            }
            if !accounts.is_empty() {
                let accounts = format!("name={accounts}");
                let _ = self.run("sacctmgr", &["-iQ", "delete", "account", "where", &accounts]);
            }
            accounts.is_empty()
        });
        let qoses = self.ask("sacctmgr", &["-nP", "show", "qos", "format=name"]);
        let products: Vec<&str> = qoses.lines().filter(|name| name.starts_with("mudeung-")).collect();
        if !products.is_empty() {
            let _ = self.run("sacctmgr", &["-iQ", "delete", "qos", "where", &format!("name={}", products.join(","))]);
        }
    }
}

impl Drop for TestSlurm {
    fn drop(&mut self) {
        // Whatever a test did to it, the next one finds it running.
        for (name, act) in [
            ("slurmdbd", "thaw"),
            ("slurmctld", "thaw"),
            ("mariadbd", "start"),
            ("slurmdbd", "start"),
            ("slurmctld", "start"),
            ("slurmrestd", "start"),
        ] {
            let _ = Command::new(self.folder.join("daemon")).args([name, act]).output();
        }
    }
}
