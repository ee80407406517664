//! The sample year as the real program loads and shows it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use store::Db;
use store::sql::Durability;

const PUBLISHED: &str = include_str!("../../center/tests/fixtures/published-2021.json");

fn mudeung() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mudeung"));
    command.env_remove("DATABASE_URL").env_remove("RUST_LOG").env("MUDEUNG_LANG", "en");
    command
}

fn run(args: &[&str]) -> Output {
    mudeung().args(args).output().expect("the program starts")
}

/// The demo, killed at the end of the test.
struct Demo(Child);

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(data: &str) -> Demo {
    let child = mudeung()
        .args(["demo", "--port", "0", "--data", data])
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("the program starts");
    Demo(child)
}

/// How many steps of the year are in the database.
fn done(data: &Path) -> i64 {
    let file = data.join("mudeung.db");
    if !file.is_file() {
        return 0;
    }
    let found =
        Db::open(&format!("sqlite:{}", file.display()), Durability::Relaxed).and_then(|db| db.read(store::loaded::all));
    let all = found.unwrap_or_default();
    let progress = all.iter().find(|(name, _)| name == "progress");
    progress.and_then(|(_, value)| value.split(' ').next()?.parse().ok()).unwrap_or(0)
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("it listens");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer in UTF-8");
    answer
}

#[test]
fn a_load_that_is_killed_completes_at_the_next_start_and_every_way_tells_the_published_figures() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let text = data.to_str().expect("a path of letters");
    let before = Instant::now();
    let mut first = start(text);
    while done(&data) < 600 {
        assert!(before.elapsed() < Duration::from_secs(120), "nothing is loaded");
        assert!(first.0.try_wait().expect("a child can be waited for").is_none(), "it ended");
        std::thread::sleep(Duration::from_millis(5));
    }
    first.0.kill().expect("killed");
    first.0.wait().expect("gone");
    let half = run(&["check", "--data", text]);
    assert!(half.status.success(), "{half:?}");
    let steps = done(&data);

    // A day before what is there is refused, however far that came.
    let back = run(&["demo", "--port", "0", "--data", text, "--date", "2021-01-05"]);
    assert!(
        !back.status.success() && String::from_utf8_lossy(&back.stderr).contains("have come as far as"),
        "{back:?}"
    );

    let mut demo = start(text);
    let mut lines = Vec::new();
    for line in BufReader::new(demo.0.stdout.take().expect("piped")).lines().map_while(Result::ok) {
        let last = line.contains("Ctrl+C");
        lines.push(line);
        if last {
            break;
        }
    }
    assert!(done(&data) > steps, "it went on from {steps}");
    let address = lines
        .iter()
        .find_map(|line| {
            line.split("http://").nth(1)?.split(|c: char| !(c.is_ascii_digit() || ".:".contains(c))).next()
        })
        .map(|address| address.trim_end_matches('.').to_owned())
        .unwrap_or_else(|| panic!("no address in {lines:?}"));
    for role in ["Applicant", "running project", "open offer", "Reviewer", "Auditor", "System administrator"] {
        assert!(lines.iter().any(|line| line.contains(role) && line.contains(".example")), "{role}: {lines:?}");
    }

    let published: serde_json::Value = serde_json::from_str(PUBLISHED).expect("JSON");
    let answer = get(&address, "/api/v1/statistics?year=2021");
    let answer: serde_json::Value =
        serde_json::from_str(answer.split("\r\n\r\n").nth(1).expect("a body")).expect("JSON");
    let report = run(&["report", "--data", text, "--year", "2021", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&report.stdout).expect("JSON");
    assert_eq!(answer, report);
    let page = get(&address, "/statistics?year=2021&lang=en");
    for (id, value) in published["figures"].as_object().expect("figures") {
        let value = value.as_str().expect("a text");
        let (section, key) = id.split_once('.').expect("two parts");
        assert_eq!(answer[section][key]["value"].to_string(), value, "{id}");
        assert!(page.contains(value), "{id} is not on the page");
    }
    for (id, share) in published["share_percent"].as_object().expect("shares") {
        let (section, key) = id.split_once('.').expect("two parts");
        assert_eq!(Some(answer[section][key]["share_percent_published"].to_string().as_str()), share.as_str());
    }
    let whole = run(&["check", "--data", text]);
    assert!(whole.status.success(), "{whole:?}");
}
