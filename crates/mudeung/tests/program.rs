//! The real program, as people start it.

mod support;

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use support::{Demo, free_address, mudeung, run, text};

#[test]
fn the_demo_answers_stops_in_peace_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let demo = Demo::start(&["--empty", "--date", "2021-11-30"], folder.path());
    assert!(demo.lines[0].contains("Tue 30 Nov 2021"), "{:?}", demo.lines);
    assert!(demo.get("/healthz").starts_with("HTTP/1.1 200"));
    assert!(demo.get("/readyz").starts_with("HTTP/1.1 200"));
    let page = demo.get("/?lang=en");
    assert!(page.contains("National AI Data Center") && page.contains("Tue 30 Nov 2021"), "{page}");
    assert!(demo.stop());
    assert_eq!(std::fs::read_dir(folder.path()).expect("readable").count(), 0);
}

#[test]
fn kept_demo_data_go_on_from_their_day_and_never_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let data = text(&data);
    assert!(Demo::start(&["--empty", "--data", data, "--date", "2021-11-30"], folder.path()).stop());
    let demo = Demo::start(&["--empty", "--data", data], folder.path());
    assert!(demo.lines[0].contains("30 Nov 2021"), "{:?}", demo.lines);
    assert!(demo.stop());
    let back = run(&["demo", "--port", "0", "--empty", "--data", data, "--date", "2021-11-29"]);
    assert!(!back.status.success());
    assert!(String::from_utf8_lossy(&back.stderr).contains("come as far as Tue 30 Nov 2021"), "{back:?}");
}

/// Copies a folder of files and folders.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("readable") {
        let entry = entry.expect("readable");
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to)
        } else {
            assert!(std::fs::copy(entry.path(), to).is_ok(), "{:?}", entry.path());
        }
    }
}

#[test]
fn a_demo_shows_the_center_of_a_folder_as_its_files_are_now() {
    let folder = tempfile::tempdir().expect("a folder");
    let center = folder.path().join("center");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../centers/gwangju"), &center);
    let change = |file: &str, from: &str, to: &str| {
        let old = std::fs::read_to_string(center.join(file)).expect("readable");
        assert!(old.contains(from), "{from} in {file}");
        std::fs::write(center.join(file), old.replacen(from, to, 1)).expect("written");
    };
    change("center.toml", "National AI Data Center", "Data Center of the Folder");
    let data = folder.path().join("data");
    let with = ["--center", text(&center), "--data", text(&data), "--date"];
    let on = |day| [&with[..], &[day]].concat();
    let demo = Demo::start(&on("2021-02-01"), folder.path());
    assert!(demo.get("/?lang=en").contains("Data Center of the Folder"));
    assert!(demo.stop());
    let refused = |day| {
        let output = run(&[&["demo", "--port", "0"], &on(day)[..]].concat());
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    change("year/requests.csv", ",gpu-v100,32,", ",gpu-v100,16,");
    let told = refused("2021-02-02");
    assert!(told.contains("loaded from other inputs"), "{told}");
    change("year/requests.csv", ",gpu-v100,16,", ",gpu-v100,many,");
    let told = refused("2021-02-02");
    assert!(told.contains("requests.csv, line 2, field amount"), "{told}");
    std::fs::remove_file(center.join("year/events.csv")).expect("removed");
    let told = refused("2021-02-02");
    assert!(told.contains("events.csv") && !told.contains("os error"), "{told}");
}

#[test]
fn one_program_at_a_time_serves_a_file_and_commands_work_beside_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let demo = Demo::start(&["--empty", "--data", text(&data), "--date", "2021-11-30"], folder.path());
    let file = data.join("mudeung.db").canonicalize().expect("it is there");
    let link = folder.path().join("link.db");
    std::os::unix::fs::symlink(&file, &link).expect("a link");
    let config = folder.path().join("mudeung.toml");
    let settings = format!("database_url = 'sqlite:{}'\n[http]\nlisten = '127.0.0.1:0'\n", text(&link));
    std::fs::write(&config, settings).expect("written");
    // Should it not refuse, it must not serve for ever.
    let refused = |args: &[&str]| {
        let mut child = mudeung().args(args).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts");
        let start = Instant::now();
        while child.try_wait().expect("a child").is_none() && start.elapsed() < Duration::from_secs(10) {
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = child.kill();
        let output = child.wait_with_output().expect("an end");
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(text(&file)), "{said}");
        said
    };
    let second = ["demo", "--port", "0", "--empty", "--data", text(&data), "--date", "2021-12-01"];
    assert!(refused(&second).contains("Another program is serving"));
    assert!(refused(&["--lang", "ko", "serve", "--config", text(&config)]).contains("다른 프로그램이"));

    let check = run(&["check", "--data", text(&data)]);
    assert!(check.status.success(), "{check:?}");
    assert!(demo.stop());
    assert!(Demo::start(&["--empty", "--data", text(&data)], folder.path()).stop());
}

#[test]
fn a_backup_is_verified_restored_elsewhere_and_never_writes_over_anything() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| text(&folder.path().join(name)).to_owned();
    // While the demo runs: a backup needs no pause.
    let demo = Demo::start(&["--empty", "--data", &path("data")], folder.path());
    let backup = run(&["backup", "--data", &path("data"), "--to", &path("backup")]);
    assert!(backup.status.success(), "{backup:?}");
    assert!(demo.stop());

    let again = run(&["backup", "--data", &path("data"), "--to", &path("backup")]);
    assert!(String::from_utf8_lossy(&again.stderr).contains("already exists"), "{again:?}");

    let restored = run(&["restore", "--from", &path("backup"), "--to", &path("restored/mudeung.db")]);
    assert!(restored.status.success(), "{restored:?}");
    let over = run(&["restore", "--from", &path("backup"), "--to", &path("restored/mudeung.db")]);
    assert!(String::from_utf8_lossy(&over.stderr).contains("already exists"), "{over:?}");
    let demo = Demo::start(&["--empty", "--data", &path("restored")], folder.path());
    assert!(demo.get("/readyz").starts_with("HTTP/1.1 200"));
    assert!(demo.stop());

    // One flipped bit in the middle is found.
    let copy = path("backup/mudeung.db");
    let mut bytes = std::fs::read(&copy).expect("the copy");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&copy, bytes).expect("written");
    let damaged = run(&["restore", "--from", &path("backup"), "--to", &path("damaged.db")]);
    assert!(!damaged.status.success() && !Path::new(&path("damaged.db")).exists());
    assert!(String::from_utf8_lossy(&damaged.stderr).contains("is not what was backed up"), "{damaged:?}");
}

#[test]
fn a_backup_moves_a_center_to_postgres_and_back() {
    let server = testkit::TestDb::postgres();
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| text(&folder.path().join(name)).to_owned();
    let config = path("mudeung.toml");
    std::fs::write(&config, format!("database_url = '{}'\n", server.url)).expect("written");
    assert!(Demo::start(&["--empty", "--data", &path("data")], folder.path()).stop());

    let done = |args: &[&str]| {
        let output = run(args);
        assert!(output.status.success(), "{args:?}: {output:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    done(&["backup", "--data", &path("data"), "--to", &path("first")]);
    done(&["restore", "--from", &path("first"), "--config", &config]);
    let on_postgres = done(&["check", "--config", &config]);
    let full = run(&["restore", "--from", &path("first"), "--config", &config]);
    assert!(String::from_utf8_lossy(&full.stderr).contains("is not empty"), "{full:?}");

    done(&["backup", "--config", &config, "--to", &path("second")]);
    done(&["restore", "--from", &path("second"), "--to", &path("back/mudeung.db")]);
    assert_eq!(done(&["check", "--data", &path("back")]), on_postgres);
    let demo = Demo::start(&["--empty", "--data", &path("back")], folder.path());
    assert!(demo.get("/readyz").starts_with("HTTP/1.1 200"));
    assert!(demo.stop());
}

#[test]
fn serve_takes_the_center_file_over_and_refuses_a_broken_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("mudeung.toml");
    std::fs::write(folder.path().join("center.toml"), "[center]\nname_ko = 'x'\nname_en = 'y'\n").expect("written");
    let text_of = format!(
        "database_url = 'sqlite:{}'\ncenter = 'center.toml'\n[http]\nlisten = '127.0.0.1:0'\n",
        text(&folder.path().join("a.db"))
    );
    std::fs::write(&config, text_of).expect("written");
    let output = run(&["serve", "--config", text(&config)]);
    // Without policy there is no center.
    assert!(String::from_utf8_lossy(&output.stderr).contains("has no value on"), "{output:?}");
}

/// The real thing, with the center's file, on either database: two starts, the second on what the
/// first left.
mod serve_answers_and_stops_in_peace {
    use super::*;

    fn story(database_url: &str) {
        let folder = tempfile::tempdir().expect("a folder");
        let config = folder.path().join("mudeung.toml");
        let center = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../centers/gwangju/center.toml");
        for _ in 0..2 {
            let address = free_address();
            let file = format!(
                "database_url = '{database_url}'\ncenter = '{}'\n[http]\nlisten = '{address}'\npublic_url = 'https://center.example'\n[log]\njson = true\n",
                text(&center)
            );
            std::fs::write(&config, file).expect("written");
            let server = Demo::serve(&config, address);
            assert!(server.get("/readyz").starts_with("HTTP/1.1 200"));
            let page = server.get("/");
            assert!(page.contains("국가AI데이터센터") && page.contains("strict-transport-security"), "{page}");
            assert!(server.get("/api/v1/pools").contains("gpu-a100"));
            assert!(server.stop());
        }
    }

    #[test]
    fn sqlite() {
        let test = testkit::TestDb::sqlite();
        story(&test.url);
    }

    #[test]
    fn postgres() {
        let test = testkit::TestDb::postgres();
        story(&test.url);
    }
}

#[test]
fn capacity_is_shown_and_set_and_files_are_tried_before_they_are_applied() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let data = text(&data);
    assert!(Demo::start(&["--empty", "--data", data, "--date", "2021-11-30"], folder.path()).stop());
    let out = |args: &[&str]| {
        let output = run(args);
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    };

    let (fine, shown) = out(&["capacity", "show", "--data", data, "--on", "2021-12-01"]);
    assert!(fine && shown.contains("On Wed 1 Dec 2021") && shown.contains("gpu-a100"), "{shown}");
    let set =
        ["capacity", "set", "--data", data, "gpu-a100", "reserved_ops", "0", "--from", "2021-12-01", "--note", "x"];
    let (fine, said) = out(&set);
    assert!(fine && said.contains("nothing was changed"), "{said}");
    let mut over = set;
    over[6] = "1000000";
    let (fine, said) = out(&over);
    assert!(!fine && said.contains("order"), "{said}");
    over[8] = "2021-11-29";
    let refused = run(&over);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && said.contains("--from:"), "a demo lives on its own date: {said}");

    let file = folder.path().join("기관.csv");
    let rows = "기관명,유형,규모,시도,시군구\n무등대학교,대학,대학,광주,북구\n";
    std::fs::write(&file, rows).expect("written");
    let import = |more: &[&str]| {
        let args: Vec<&str> =
            ["import", "organizations", "--data", data, text(&file)].iter().chain(more).copied().collect();
        out(&args)
    };
    for more in [[].as_slice(), &["--dry-run"]] {
        let (fine, said) = import(more);
        assert!(fine && said.contains("1 would be new") && said.contains("--apply"), "{said}");
    }
    let (fine, said) = import(&["--apply"]);
    assert!(fine && said.contains("1 new"), "{said}");
    let (fine, said) = import(&["--apply"]);
    assert!(fine && said.contains("imported on"), "{said}");
    std::fs::write(&file, "기관명,유형,규모,시도\n=1+1,대학,대학,광주\n\"x,대학,대학,광주\n").expect("written");
    let (fine, said) = import(&["--apply"]);
    assert!(!fine && said.contains("Line 2, column 1: ") && said.contains("Line 3, column 1: "), "{said}");
    let (fine, said) = import(&["--max-rows", "1"]);
    assert!(!fine && !said.is_empty(), "{said}");
    let check = run(&["check", "--data", data]);
    assert!(check.status.success(), "{check:?}");
}

#[test]
fn all_who_open_a_new_file_at_once_find_it_ready() {
    for _ in 0..10 {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite:{}", folder.path().join("new.db").display());
        std::thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| store::Db::open(&url, store::sql::Durability::Relaxed).map(drop).expect("opened"));
            }
        });
    }
}
