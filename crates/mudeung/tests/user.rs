//! `mudeung user` as an operator types it.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn mudeung(config: &Path, args: &[&str], typed: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mudeung"))
        .env_remove("DATABASE_URL")
        .env("MUDEUNG_LANG", "en")
        .args(["user"])
        .args(args)
        .arg("--config")
        .arg(config)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A program that refuses its arguments does not read.
    let _ = child.stdin.take().expect("piped").write_all(typed.as_bytes());
    child.wait_with_output().expect("it ends")
}

fn out(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn the_first_administrator_is_made_at_the_command_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("mudeung.toml");
    let file = format!(
        "database_url = 'sqlite:{}'\n[http]\npublic_url = 'https://center.example/'\n",
        folder.path().join("m.db").display()
    );
    std::fs::write(&config, file).expect("written");
    let none = mudeung(&config, &["list"], "");
    assert!(!none.status.success() && !folder.path().join("m.db").exists(), "to look makes no database");
    let first = out(&mudeung(
        &config,
        &["create", "--email", "First@mail.example", "--name", "First", "--role", "sysadmin"],
        "",
    ));
    assert!(first.contains("https://center.example/reset/"), "{first}");
    let second = ["create", "--email", "second@mail.example", "--name", "Second", "--password-stdin"];
    let refused = mudeung(&config, &second, "short\n");
    assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("10"));
    assert!(!out(&mudeung(&config, &second, "correct horse battery\n")).contains("/reset/"));
    assert!(!mudeung(&config, &second, "correct horse battery\n").status.success(), "the address is taken");
    out(&mudeung(&config, &["role", "second@mail.example", "--give", "auditor"], ""));
    assert!(!mudeung(&config, &["role", "nobody@mail.example", "--give", "auditor"], "").status.success());
    let last = mudeung(&config, &["role", "first@mail.example", "--take", "sysadmin"], "");
    assert!(String::from_utf8_lossy(&last.stderr).contains("last system administrator"));
    let list = out(&mudeung(&config, &["list"], ""));
    assert_eq!(list.matches("@mail.example").count(), 2);
    assert!(list.contains("first@mail.example") && list.contains("Auditor") && list.contains("Active"), "{list}");
    assert_eq!(out(&mudeung(&config, &["list", "--role", "sysadmin"], "")).matches("@mail.example").count(), 1);
}
