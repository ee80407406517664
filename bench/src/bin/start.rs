//! How soon the program serves: the demo with the sample year from nothing (bar 5 s), `serve` on an
//! existing database (bar 0.3 s), and what it holds in memory then (bar 100 MiB). Run after
//! `cargo build --release --workspace`: `cargo run --release -p bench --bin start`.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::disallowed_methods, reason = "a bench prints and measures")]

use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bench::Connection;

/// Stops the program when done with it.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

impl Running {
    /// What it holds in memory now, in MiB.
    fn resident_mib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
    }
}

fn free_address() -> String {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

fn first_page(address: &str) {
    while TcpStream::connect(address).is_err() {
        std::thread::sleep(Duration::from_millis(1));
    }
    let (status, _, _) = Connection::open(address, "Cookie: none=1").get("/");
    assert_eq!(status, 200);
}

fn main() {
    let program = std::env::current_exe().unwrap().with_file_name("mudeung");
    assert!(program.is_file(), "build it first: cargo build --release --workspace");
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let address = free_address();
    let port = address.rsplit(':').next().unwrap();
    let start = Instant::now();
    let mut demo = Running(
        Command::new(&program)
            .args(["demo", "--port", port, "--data", data.to_str().unwrap()])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap(),
    );
    let lines = BufReader::new(demo.0.stdout.take().unwrap()).lines();
    assert!(lines.map_while(Result::ok).any(|line| line.contains("http://")), "it said no address");
    first_page(&address);
    println!("demo with the sample year, from nothing to a served page: {:?} (bar 5 s)", start.elapsed());
    println!("resident then: {} MiB", demo.resident_mib());
    drop(demo);

    let config = folder.path().join("mudeung.toml");
    for round in 1..=3 {
        let address = free_address();
        std::fs::write(&config, text(&data, &address)).unwrap();
        let start = Instant::now();
        let serve = Running(
            Command::new(&program)
                .args(["serve", "--config", config.to_str().unwrap()])
                .env_remove("DATABASE_URL")
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap(),
        );
        first_page(&address);
        println!("serve on that database, start {round}: {:?} to the first page (bar 0.3 s)", start.elapsed());
        std::thread::sleep(Duration::from_secs(2));
        let mut connection = Connection::open(&address, "Cookie: none=1");
        for path in ["/", "/statistics?year=2021", "/capacity", "/calls"] {
            connection.get(path);
        }
        println!("resident after some pages: {} MiB (bar 100 MiB)", serve.resident_mib());
    }
}

fn text(data: &Path, address: &str) -> String {
    let database = data.join("mudeung.db");
    format!(
        "database_url = 'sqlite:{}'\n[http]\nlisten = '{address}'\n[log]\nfilter = 'warn'\n",
        database.to_str().unwrap()
    )
}
