//! Starting, asking and stopping the real program.
#![allow(dead_code, missing_docs, reason = "each test file uses its part")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// The program, with nothing of this machine's settings.
pub fn mudeung() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mudeung"));
    command.env_remove("DATABASE_URL").env_remove("RUST_LOG").env("MUDEUNG_LANG", "en");
    command
}

/// Runs a command to its end.
pub fn run(args: &[&str]) -> Output {
    mudeung().args(args).output().expect("the program starts")
}

/// A path as text.
pub fn text(path: &Path) -> &str {
    path.to_str().expect("a path of letters")
}

/// An address that is free now; nobody else takes it within the blink of an eye.
pub fn free_address() -> String {
    let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    free.expect("a free port").to_string()
}

/// Waits until somebody listens at an address.
pub fn until_it_listens(address: &str) {
    let start = Instant::now();
    while TcpStream::connect(address).is_err() {
        assert!(start.elapsed() < Duration::from_secs(20), "nobody listens at {address}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A running program.
pub struct Demo {
    child: Child,
    pub address: String,
    pub lines: Vec<String>,
}

impl Demo {
    /// Starts a demo on a free port and waits until it says that it is ready.
    pub fn start(args: &[&str], temporary: &Path) -> Self {
        // Jobs of projects run as users of their own, who must get to their folders.
        let passed = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(temporary, passed).expect("it is ours");
        let mut child = mudeung()
            .args(["demo", "--port", "0"])
            .args(args)
            .env("TMPDIR", temporary)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the program starts");
        let mut lines = Vec::new();
        for line in BufReader::new(child.stdout.take().expect("piped")).lines().map_while(Result::ok) {
            let last = line.contains("Ctrl+C");
            lines.push(line);
            if last {
                break;
            }
        }
        let address = lines
            .iter()
            .find_map(|line| {
                line.split("http://").nth(1)?.split(|c: char| !(c.is_ascii_digit() || c == '.' || c == ':')).next()
            })
            .map(|address| address.trim_end_matches('.').to_owned())
            .unwrap_or_else(|| panic!("no address in {lines:?}"));
        Self { child, address, lines }
    }

    /// Serves as a configuration says, which has it listen at an address, and waits until it does.
    pub fn serve(config: &Path, address: String) -> Self {
        let mut command = mudeung();
        command.args(["serve", "--config", text(config)]).stdout(Stdio::null()).stderr(Stdio::null());
        let server = Self { child: command.spawn().expect("the program starts"), address, lines: Vec::new() };
        until_it_listens(&server.address);
        server
    }

    pub fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer in UTF-8");
        answer
    }

    /// The accounts that it printed: e-mail and what it is shown as.
    pub fn accounts(&self) -> Vec<(String, String)> {
        let of = |line: &String| {
            let (email, shown_as) = line.trim().split_once(' ')?;
            email.contains('@').then(|| (email.to_owned(), shown_as.trim().to_owned()))
        };
        self.lines.iter().filter_map(of).collect()
    }

    /// The password of all of them.
    pub fn password(&self) -> String {
        let told = self.lines.iter().find_map(|line| line.split("the password is ").nth(1)?.split_once(" for all"));
        told.map(|(password, _)| password.to_owned()).unwrap_or_else(|| panic!("no password in {:?}", self.lines))
    }

    /// Asks it to stop and answers whether it did so in peace.
    pub fn stop(mut self) -> bool {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(told.is_ok_and(|status| status.success()));
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child can be waited for") {
                return status.success();
            }
            assert!(start.elapsed() < Duration::from_secs(15), "it does not stop");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
