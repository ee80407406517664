//! Keys and accounts of the cluster by the real program: as a person, as sshd, as whoever makes users.

mod support;

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Output;
use std::time::{Duration, Instant};

use domain::person::TokenScope;
use service::clock::Clock as _;
use support::{Demo, free_address, mudeung, run, text};
use testkit::{TestCenter, TestDb, term};

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMD";
const FINGERPRINT: &str = "SHA256:gnDfULwoGkHCZ0cpikt5ZjeLoa9Yyo7dmFepI3UZQWc";

/// Serves a database as a configuration says, with more lines of it.
fn serve(config: &Path, url: &str, more: &str) -> Demo {
    let address = free_address();
    let file = format!("database_url = '{url}'\n[http]\nlisten = '{address}'\n{more}");
    std::fs::write(config, file).expect("written");
    Demo::serve(config, address)
}

fn said(output: &Output) -> (bool, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    (output.status.success(), text(&output.stdout), text(&output.stderr))
}

fn story(db: TestDb) {
    let folder = tempfile::tempdir().expect("a folder");
    let (config, url) = (folder.path().join("mudeung.toml"), db.url.clone());
    let t = TestCenter::new(db);
    t.set((2021, 6, 1), 9);
    let of = t.add_holding(1, "gpu-a100", 4, term((2021, 6, 1), (2021, 9, 1)));
    service::engine::sync(&t.center, &service::engine::Fake::default()).expect("named");
    // The program lives today.
    t.clock.set(service::clock::SystemClock::default().now());
    let token = |scope| {
        let made = t.center.write(&of.lead, |cx| service::account::create_token(cx, "terminal", scope, 1));
        made.expect("made").1
    };
    let (writes, hands_on) = (token(TokenScope::ReadWrite), token(TokenScope::ReadWriteTokens));
    // Without background work the project of 2021 goes on.
    let server = serve(&config, &url, "[worker]\nenabled = false\n");
    let base = format!("http://{}", server.address);
    let key = |token: &str, args: &[&str]| {
        let mut command = mudeung();
        command.arg("key").args(args).env("MUDEUNG_URL", &base).env("MUDEUNG_TOKEN", token);
        said(&command.output().expect("the program starts"))
    };
    let file = folder.path().join("id.pub");
    std::fs::write(&file, format!("{KEY} kim@laptop\n")).expect("written");
    let (fine, _, why) = key(&writes, &["add", text(&file)]);
    assert!(!fine && why.contains("This token cannot add SSH keys"), "{why}");
    assert_eq!(key(&hands_on, &["add", text(&file)]), (true, FINGERPRINT.to_owned(), String::new()));
    let (fine, _, why) = key(&hands_on, &["add", text(&file)]);
    assert!(!fine && why.ends_with("You have added this key already."), "{why}");
    let private = folder.path().join("id");
    std::fs::write(&private, "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blb\n").expect("written");
    let (fine, _, why) = key("none", &["add", text(&private)]);
    assert!(!fine && why.contains("This is a private key") && !why.contains("b3Blb"), "{why}");
    let (fine, listed, _) = key(&writes, &["list"]);
    for part in ["Cluster account: mu0001", "Ed25519", "256", "kim@laptop", FINGERPRINT] {
        assert!(fine && listed.contains(part), "{part} in {listed}");
    }

    let cluster = |args: &[&str]| {
        let (what, rest) = args.split_first().expect("a command");
        let whole: Vec<&str> = ["cluster", what, "--config", text(&config)].iter().chain(rest).copied().collect();
        said(&run(&whole))
    };
    assert_eq!(cluster(&["keys", "--", "mu0001"]), (true, format!("{KEY} kim@laptop"), String::new()));
    for nobody in ["root", "mu0002", "-x", ""] {
        assert_eq!(cluster(&["keys", "--", nobody]), (true, String::new(), String::new()), "{nobody}");
    }
    let (fine, csv, _) = cluster(&["accounts"]);
    assert!(fine);
    assert!(csv.starts_with("name,number,uid,state,projects,keys\r\nmu0001,1,20001,active,P-000001,1"), "{csv}");
    let (fine, json, _) = cluster(&["accounts", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert!(fine && json["format"] == 1 && json["accounts"][0]["keys"][0] == format!("{KEY} kim@laptop"), "{json}");

    let (fine, _, why) = key(&writes, &["remove", "SHA256:x"]);
    assert!(!fine && !why.is_empty());
    assert!(key(&writes, &["remove", FINGERPRINT]).0);
    assert_eq!(cluster(&["keys", "mu0001"]), (true, String::new(), String::new()));
    assert!(server.stop());

    let (hook, taken) = (folder.path().join("hook"), folder.path().join("taken"));
    std::fs::write(&hook, format!("#!/bin/sh\ncat > {0}.new && mv {0}.new {0}\n", taken.display())).expect("written");
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).expect("ours");
    let more = format!("[compute]\nengine = 'none'\naccounts_hook = '{}'\naccounts_uid_base = 50000\n", hook.display());
    let server = serve(&config, &url, &more);
    let start = Instant::now();
    while !taken.exists() {
        assert!(start.elapsed() < Duration::from_secs(20), "the hook is not run");
        std::thread::sleep(Duration::from_millis(20));
    }
    let told = std::fs::read_to_string(&taken).expect("written");
    assert!(told.contains("\"uid\": 50001") && !told.contains(KEY), "{told}");
    assert!(server.stop());
    let missing = folder.path().join("none.toml");
    std::fs::write(&missing, format!("database_url = 'sqlite:{}'\n", folder.path().join("none.db").display()))
        .expect("written");
    let (fine, out, why) = said(&run(&["cluster", "keys", "--config", text(&missing), "mu0001"]));
    assert!(!fine && out.is_empty() && !why.is_empty() && !folder.path().join("none.db").exists());
}

#[test]
fn sqlite() {
    story(TestDb::sqlite());
}

#[test]
fn postgres() {
    story(TestDb::postgres());
}
