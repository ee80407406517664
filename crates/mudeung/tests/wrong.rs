//! What the program says of commands that are wrong, in the person's language.

mod support;

use support::{run, text};

fn complaint(args: &[&str], code: i32) -> String {
    let output = run(args);
    assert_eq!(output.status.code(), Some(code), "{args:?}: {output:?}");
    assert!(output.stdout.is_empty(), "{args:?}: {output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn arguments_that_are_wrong_are_named_with_what_to_write_instead() {
    for (args, parts) in [
        (["demo", "--date", "9999-12-31"].as_slice(), ["--date <YYYY-MM-DD>: “9999-12-31”", "1900년부터 2200년까지"]),
        (&["demo", "--date", "2021-02-30"], ["“2021-02-30”", "2021-11-30과 같이"]),
        (&["demo", "--port", "99999"], ["--port <PORT>: “99999”", "0 ~ 65535 사이의"]),
        (
            &["user", "role", "a@b.example", "--data", "x", "--give", "king"],
            ["“king”", "office_staff, office_approver"],
        ),
        (&["user", "create", "--data", "x"], ["빠졌습니다", "--email <EMAIL>, --name <NAME>"]),
        (&["check", "--dta", "x"], ["알 수 없는 항목입니다: --dta", "--data"]),
        (&["chek"], ["알 수 없는 명령입니다: chek", "check"]),
        (&["check"], ["빠졌습니다", "--data <DIR>|--config <FILE>"]),
        (&["check", "--data", "x", "--config", "y"], ["--data <DIR>", "함께 쓸 수 없습니다"]),
        (&["report", "--data", "x", "--year", "21"], ["--year <YEAR>", "1900 ~ 2200"]),
        (&["report", "--data", "x", "--year", "2021", "--format", "pdf"], ["“pdf”", "text, json, csv"]),
        (&["report", "--data", "x", "--year"], ["--year <YEAR>", "값을 적어"]),
        (&["ledger", "show", "--data", "x", "--limit", "0"], ["--limit <LIMIT>", "1 ~ 5000"]),
        (&["capacity", "set", "--data", "x", "gpu-a100", "top", "8"], ["<RUNG>: “top”", "installed, leased"]),
        (&["capacity", "show", "--data", "x", "--on", "soon"], ["--on <YYYY-MM-DD>", "2021-11-30과 같이"]),
        (&["import", "proposals", "--data", "x", "--round", "1", "f.csv"], ["--round <ID>: “1”", "--help"]),
    ] {
        let said = complaint(&[args, &["--lang", "ko"]].concat(), 2);
        for part in parts {
            assert!(said.contains(part), "{part} in {args:?}: {said}");
        }
        let english = complaint(args, 2);
        assert!(!english.chars().any(|c| ('가'..='힣').contains(&c)), "{english}");
    }
}

#[test]
fn databases_and_files_that_are_not_there_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    for args in [
        ["check", "--data"].as_slice(),
        &["ledger", "show", "--data"],
        &["ledger", "export", "--data"],
        &["capacity", "show", "--data"],
        &["report", "--year", "2021", "--data"],
        &["user", "list", "--data"],
        &["backup", "--to", "x", "--data"],
    ] {
        let said = complaint(&[args, &[&path("none"), "--lang", "ko"]].concat(), 1);
        assert!(said.contains("none/mudeung.db 파일에 데이터베이스가 없습니다"), "{args:?}: {said}");
    }
    let said = complaint(&["check", "--config", &path("none.toml"), "--lang", "ko"], 1);
    assert!(said.contains("none.toml") && said.contains("파일이나 폴더가 없습니다"), "{said}");
    std::fs::write(path("odd.toml"), "databse_url = 'x'\n").expect("written");
    let said = complaint(&["check", "--config", &path("odd.toml"), "--lang", "ko"], 1);
    assert!(said.contains("읽지 못했습니다") && said.contains("databse_url"), "{said}");
    std::fs::create_dir(path("odd")).expect("made");
    std::fs::write(folder.path().join("odd/mudeung.db"), "no database at all, but long enough to be looked at")
        .expect("written");
    let said = complaint(&["check", "--data", &path("odd"), "--lang", "ko"], 1);
    assert!(said.contains("데이터베이스를 열지 못했습니다"), "{said}");
    let said = complaint(&["restore", "--from", &path("none"), "--to", &path("new.db"), "--lang", "ko"], 1);
    assert!(said.contains("none") && said.contains("파일이나 폴더가 없습니다"), "{said}");
    let said = complaint(&["import", "organizations", "--data", &path("none"), &path("none.csv"), "--lang", "ko"], 1);
    assert!(said.contains("none.csv") && said.contains("파일이나 폴더가 없습니다"), "{said}");
    assert_eq!(text(folder.path()), folder.path().display().to_string());
}
