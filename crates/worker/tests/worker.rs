//! The worker on real databases, with a mail server on loopback.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use domain::access::Role;
use jiff::SignedDuration;
use service::mail::{Recipient, Template};
use service::{Actor, Center, Cx, Error, Outcome};
use testkit::{TestCenter, TestDb, on_both_engines};
use texts::Lang;
use worker::task::outbox::{self, Handler};
use worker::task::{accounts, mail};
use worker::{AccountsHook, Mailer, Worker, round};

fn note(cx: &mut Cx<'_, '_>, payload: &str) -> Outcome<()> {
    let before = service::setup::note(cx, "test.notes")?.unwrap_or_default();
    service::setup::keep_note(cx, "test.notes", &format!("{before}{payload};"))
}

fn refuse(cx: &mut Cx<'_, '_>, payload: &str) -> Outcome<()> {
    note(cx, payload)?;
    Err(Error::internal("the engine is down"))
}

static HANDLERS: &[Handler] = &[Handler { kind: "note", run: note }, Handler { kind: "refuse", run: refuse }];

fn notes(center: &Center) -> String {
    center
        .read(&Actor::clock(), |cx| Ok(service::setup::note(cx, "test.notes")?.unwrap_or_default()))
        .expect("a note can be read")
}

fn queue(center: &Center, kind: &str, dedupe: &str) {
    center
        .write(&testkit::actor(Role::OfficeStaff), |cx| cx.enqueue(kind, dedupe, &dedupe))
        .expect("work can be queued");
}

on_both_engines! {
    fn queued_work_is_done_once_even_if_it_was_queued_twice(test) {
        queue(&test.center, "note", "a");
        queue(&test.center, "note", "a");
        test.set((2021, 5, 3), 13);
        queue(&test.center, "note", "b");
        let mut tasks = vec![outbox::task(HANDLERS)];
        assert_eq!(round(&test.center, &mut tasks).ok(), Some(2));
        assert_eq!(round(&test.center, &mut tasks).ok(), Some(0));
        assert_eq!(notes(&test.center), "\"a\";\"b\";");
    }

    fn failed_work_leaves_nothing_behind_and_is_tried_again_later_and_later(test) {
        queue(&test.center, "refuse", "a");
        let mut tasks = vec![outbox::task(HANDLERS)];
        let look = |seconds: i64| {
            let at = testkit::at(jiff::civil::date(2021, 5, 3), 12) + SignedDuration::from_secs(seconds);
            test.clock.set(at);
            test.center.read(&Actor::clock(), |cx| service::work::due(cx, 10)).expect("the outbox can be read")
        };
        assert_eq!(round(&test.center, &mut tasks).ok(), Some(0));
        assert_eq!(notes(&test.center), "");
        assert_eq!(look(9), []);
        assert_eq!((look(10)[0].tries, look(10)[0].last_error.as_str()), (1, "internal: the engine is down"));
        assert_eq!(round(&test.center, &mut tasks).ok(), Some(0));
        assert_eq!(look(29), []);
        assert_eq!(look(30)[0].tries, 2);
    }

    fn one_instance_at_a_time_has_the_lease(test) {
        let lease = |holder: &str| test.center.write(&Actor::clock(), |cx| service::work::lease(cx, holder)).ok();
        assert_eq!(lease("one"), Some(true));
        assert_eq!(lease("two"), Some(false));
        assert_eq!(lease("one"), Some(true));
        test.clock.set(testkit::at(jiff::civil::date(2021, 5, 3), 12) + SignedDuration::from_secs(61));
        assert_eq!(lease("two"), Some(true), "a lease that nobody renewed lapses");
        assert_eq!(lease("one"), Some(false));
        test.center.write(&Actor::clock(), |cx| service::work::release(cx, "two")).expect("it can be given back");
        assert_eq!(lease("one"), Some(true));
    }

    fn two_instances_with_a_slow_mail_server_send_each_mail_once(test) {
        let (url, mails) = mail_server(Duration::from_millis(150));
        for _ in 0..6 {
            post(&test.center);
        }
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let mailer = Mailer::new(&url, "portal@center.example").expect("an address");
                    round(&test.center, &mut [mail::task(mailer)]).expect("sent")
                });
            }
        });
        let ids = |mail: String| mail.lines().find(|line| line.starts_with("Message-ID")).map(str::to_owned);
        let mut ids: Vec<Option<String>> = mails.try_iter().map(ids).collect();
        assert_eq!(ids.len(), 6);
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 6);
    }

    fn a_claimed_mail_is_left_alone_until_the_claim_lapses(test) {
        post(&test.center);
        let claim = || test.center.write(&Actor::clock(), service::mail::claim).expect("claimed").map(|mail| mail.tries);
        assert_eq!((claim(), claim()), (Some(0), None));
        test.clock.set(testkit::at(jiff::civil::date(2021, 5, 3), 12) + SignedDuration::from_mins(10));
        assert_eq!(claim(), Some(0));
    }
}

#[test]
fn a_mail_server_that_hangs_delays_no_other_task() {
    let test = TestCenter::new(TestDb::sqlite());
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("smtp://{}", listener.local_addr().expect("an address"));
    let mailer = Mailer::new(&url, "portal@center.example").expect("an address");
    post(&test.center);
    let worker =
        Worker::start(&test.center, "test", vec![mail::task(mailer), outbox::task(HANDLERS)]).expect("threads");
    let (silent, _) = listener.accept().expect("the mailer calls");
    let start = Instant::now();
    queue(&test.center, "note", "a");
    while notes(&test.center).is_empty() && start.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(notes(&test.center), "\"a\";");
    drop((silent, listener));
    worker.stop();
}

#[test]
fn an_instance_that_lost_the_lease_within_a_round_begins_no_further_task() {
    let test = TestCenter::new(TestDb::sqlite());
    let (clock, (tell, told)) = (test.clock.clone(), mpsc::channel());
    let slow = worker::Task {
        name: "slow",
        alone: false,
        nap: worker::task::NAP,
        run: Box::new(move |center| {
            clock.set(testkit::at(jiff::civil::date(2021, 5, 3), 12) + SignedDuration::from_secs(61));
            let taken = center.write(&Actor::clock(), |cx| service::work::lease(cx, "another"))?;
            let _ = tell.send(taken);
            Ok(1)
        }),
    };
    queue(&test.center, "note", "a");
    let worker = Worker::start(&test.center, "test", vec![slow, outbox::task(HANDLERS)]).expect("a thread");
    assert_eq!(told.recv_timeout(Duration::from_secs(10)), Ok(true));
    worker.stop();
    assert_eq!(notes(&test.center), "");
}

#[test]
fn queueing_wakes_the_worker_at_once() {
    let test = TestCenter::new(TestDb::sqlite());
    let worker = Worker::start(&test.center, "test", vec![outbox::task(HANDLERS)]).expect("a thread");
    std::thread::sleep(Duration::from_millis(200));
    let start = Instant::now();
    queue(&test.center, "note", "a");
    while notes(&test.center).is_empty() && start.elapsed() < Duration::from_secs(4) {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(notes(&test.center), "\"a\";");
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    worker.stop();
}

#[test]
fn a_panicking_task_does_not_end_the_others() {
    let test = TestCenter::new(TestDb::sqlite());
    let panics =
        worker::Task { name: "panics", alone: false, nap: worker::task::NAP, run: Box::new(|_| panic!("on purpose")) };
    let worker = Worker::start(&test.center, "test", vec![panics, outbox::task(HANDLERS)]).expect("a thread");
    queue(&test.center, "note", "a");
    let start = Instant::now();
    while notes(&test.center).is_empty() && start.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(notes(&test.center), "\"a\";");
    worker.stop();
}

/// A mail server that takes its time with each mail and hands it over.
fn mail_server(time: Duration) -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("smtp://{}", listener.local_addr().expect("an address"));
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let sender = sender.clone();
            std::thread::spawn(move || take_mail(stream, time, &sender));
        }
    });
    (url, receiver)
}

fn take_mail(stream: TcpStream, time: Duration, sender: &mpsc::Sender<String>) {
    let mut answer = stream.try_clone().expect("a socket");
    let mut lines = BufReader::new(stream).lines();
    let mut mail: Option<String> = None;
    let _ = answer.write_all(b"220 test\r\n");
    while let Some(Ok(line)) = lines.next() {
        if let Some(text) = &mut mail {
            if line == "." {
                std::thread::sleep(time);
                let _ = sender.send(mail.take().unwrap_or_default());
                let _ = answer.write_all(b"250 taken\r\n");
            } else {
                text.push_str(&line);
                text.push('\n');
            }
        } else if line == "DATA" {
            mail = Some(String::new());
            let _ = answer.write_all(b"354 go on\r\n");
        } else {
            let _ = answer.write_all(b"250 ok\r\n");
        }
    }
}

fn post(center: &Center) {
    let to = Recipient { user: None, address: "kim@mail.example".to_owned(), lang: Lang::Ko };
    let facts = ["name", "link", "expires"].map(|name| (name, "값".to_owned()));
    center.write(&Actor::clock(), |cx| service::mail::post(cx, &to, Template::VerifyEmail, &facts)).expect("posted");
}

#[test]
fn mail_goes_to_the_server_once() {
    let test = TestCenter::new(TestDb::sqlite());
    let (url, mails) = mail_server(Duration::ZERO);
    let mailer = Mailer::new(&url, "무등 <portal@center.example>").expect("an address");
    post(&test.center);
    let mut tasks = worker::tasks(Some(mailer), Arc::new(service::engine::Fake::default()), None);
    assert_eq!(round(&test.center, &mut tasks).ok(), Some(1));
    assert_eq!(round(&test.center, &mut tasks).ok(), Some(0));
    let mail = mails.recv_timeout(Duration::from_secs(5)).expect("a mail");
    assert!(mail.contains("To: kim@mail.example") && mail.contains("Message-ID: <"), "{mail}");
    assert!(mails.try_recv().is_err());
}

#[test]
fn mail_waits_while_the_server_is_down() {
    let test = TestCenter::new(TestDb::sqlite());
    let closed = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    let mailer = Mailer::new(&format!("smtp://{closed}"), "portal@center.example").expect("an address");
    post(&test.center);
    let mut tasks = worker::tasks(Some(mailer), Arc::new(service::engine::Fake::default()), None);
    assert_eq!(round(&test.center, &mut tasks).ok(), Some(0));
    test.clock.set(testkit::at(jiff::civil::date(2021, 5, 3), 13));
    let due = test.center.read(&Actor::clock(), |cx| service::mail::due(cx, 10)).expect("readable");
    assert_eq!((due.len(), due[0].tries), (1, 1));
    assert!(due[0].last_error.contains("server"), "{}", due[0].last_error);
}

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMD";

/// A program of the center's that does what the script says.
fn hook(folder: &Path, script: &str) -> AccountsHook {
    let (program, draft) = (folder.join("hook"), folder.join("draft"));
    // Written under another name first: what is open for writing cannot be run.
    std::fs::write(&draft, format!("#!/bin/sh\n{script}\n")).expect("written");
    std::fs::set_permissions(&draft, std::fs::Permissions::from_mode(0o755)).expect("ours");
    std::fs::rename(&draft, &program).expect("renamed");
    AccountsHook { program, limit: Duration::from_secs(20), uid_base: 20_000 }
}

/// A project in force with a member who has a name on the cluster and a key.
fn member(test: &TestCenter) -> (testkit::TestAward, Actor, domain::ids::SshKeyId) {
    test.set((2021, 6, 1), 9);
    let of = test.add_holding(1, "gpu-a100", 4, testkit::term((2021, 6, 1), (2021, 9, 1)));
    let kim = test.add_member(of.project, 100, "kim");
    let key = test.center.write(&kim, |cx| service::account::add_ssh_key(cx, &format!("{KEY} laptop")));
    service::engine::sync(&test.center, &service::engine::Fake::default()).expect("named");
    (of, kim, key.expect("added").id)
}

on_both_engines! {
    fn the_centers_program_is_told_of_every_change_of_accounts_and_keys(test) {
        let folder = tempfile::tempdir().expect("a folder");
        let taken = folder.path().join("taken");
        let (of, kim, key) = member(&test);
        let text = || std::fs::read_to_string(&taken).unwrap_or_default();
        let mut tasks = vec![accounts::task(hook(folder.path(), &format!("cat > {}", taken.display())))];
        assert_eq!(round(&test.center, &mut tasks).ok(), Some(1));
        assert_eq!(text().matches(KEY).count(), 1, "{}", text());
        assert!(text().contains("\"uid\": 20001") && text().matches("\"state\": \"active\"").count() == 2, "{}", text());
        assert_eq!(round(&test.center, &mut tasks).ok(), Some(0), "nothing changed");
        test.center.write(&kim, |cx| service::account::remove_ssh_key(cx, key)).expect("removed");
        assert_eq!(round(&test.center, &mut tasks).ok(), Some(1));
        assert!(!text().contains(KEY), "{}", text());
        test.center.write(&kim, |cx| service::account::add_ssh_key(cx, KEY)).expect("added");
        assert_eq!(round(&test.center, &mut tasks).ok(), Some(1));
        assert!(text().contains(KEY), "{}", text());
        let user = kim.user.expect("an account");
        test.center.write(&of.lead, |cx| service::project::remove_member(cx, of.project, user)).expect("left");
        assert_eq!(round(&test.center, &mut tasks).ok(), Some(1));
        assert!(!text().contains(KEY) && text().contains("\"state\": \"no_project\""), "{}", text());
    }

    fn a_program_that_fails_is_shown_and_asked_again(test) {
        let folder = tempfile::tempdir().expect("a folder");
        let _ = member(&test);
        let mut tasks = vec![accounts::task(hook(folder.path(), "echo no room >&2; exit 1"))];
        for _ in 0..2 {
            assert_eq!(round(&test.center, &mut tasks).ok(), Some(0));
        }
        let standing = || {
            let seen = test.center.read(&Actor::operator(), |cx| service::engine::overview(cx, &Default::default(), 1));
            seen.expect("read").accounts.expect("tried")
        };
        assert_eq!((standing().tries, standing().last_error.as_str()), (1, "exit status: 1: no room"));
        hook(folder.path(), "exit 0");
        assert_eq!(round(&test.center, &mut tasks).ok(), Some(0), "a pause");
        test.clock.set(test.center.now() + SignedDuration::from_secs(10));
        assert_eq!(round(&test.center, &mut tasks).ok(), Some(1));
        assert_eq!((standing().tries, standing().last_error.as_str()), (0, ""));
    }
}

/// The program of docs/access.md, on the files of a folder. Only root makes users.
#[test]
fn the_sample_makes_users_and_keys_and_shuts_them_out_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let (root, sample) =
        (folder.path().join("root"), Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/accounts-hook"));
    let own = std::fs::metadata(folder.path()).expect("ours");
    if std::os::unix::fs::MetadataExt::uid(&own) != 0 {
        eprintln!("left out: only root makes users");
        return;
    }
    std::fs::create_dir_all(root.join("etc")).expect("made");
    let stranger = "mu0002:x:1234:1234::/home/mu0002:/bin/sh\n";
    for (name, text) in [("passwd", stranger), ("shadow", "mu0002:!:1::::::\n"), ("group", ""), ("gshadow", "")] {
        std::fs::write(root.join("etc").join(name), text).expect("written");
    }
    let test = TestCenter::new(TestDb::sqlite());
    let (of, kim, key) = member(&test);
    let script = format!("exec {} --prefix {}", sample.display(), root.display());
    let mut tasks = vec![accounts::task(hook(folder.path(), &script))];
    let read = |name: &str| std::fs::read_to_string(root.join("etc").join(name)).unwrap_or_default();
    let overview = || {
        let seen = test.center.read(&Actor::operator(), |cx| service::engine::overview(cx, &Default::default(), 1));
        seen.expect("read").accounts.expect("tried")
    };
    let mut told = || {
        test.clock.set(test.center.now() + SignedDuration::from_mins(5));
        round(&test.center, &mut tasks).expect("ran")
    };
    // Whose name is taken by another user is said, and the others are made.
    let name = test.center.read(&kim, service::account::show).expect("shown").access.account.expect("named");
    let (mine, other) = if name == "mu0001" { (1, 2) } else { (2, 1) };
    assert_eq!(told(), 0);
    assert!(
        overview().last_error.contains("mu0002 is there with the number 1234 instead of 20002"),
        "{:?}",
        overview()
    );
    assert!(
        read("passwd").contains("mu0001:x:20001:20001:") && read("passwd").contains(stranger),
        "{}",
        read("passwd")
    );
    let rest: String =
        read("passwd").lines().filter(|line| !line.starts_with("mu0002")).map(|line| format!("{line}\n")).collect();
    std::fs::write(root.join("etc/passwd"), rest).expect("the stranger went");
    std::fs::write(root.join("etc/shadow"), read("shadow").replace("mu0002:!:1::::::\n", "")).expect("written");
    assert_eq!(told(), 1, "{:?}", overview());
    assert!(read("passwd").contains(&format!("{name}:x:2000{mine}:")), "{}", read("passwd"));
    assert!(read("passwd").contains(&format!("mu000{other}:x:2000{other}:")), "{}", read("passwd"));
    let keys = format!("ssh/mudeung_keys/{name}");
    assert_eq!(read(&keys), format!("{KEY} laptop\n"));

    test.center.write(&kim, |cx| service::account::remove_ssh_key(cx, key)).expect("removed");
    assert_eq!((told(), root.join("etc").join(&keys).exists()), (1, false));
    test.center.write(&kim, |cx| service::account::add_ssh_key(cx, KEY)).expect("added");
    assert_eq!((told(), read(&keys)), (1, format!("{KEY}\n")));
    let user = kim.user.expect("an account");
    test.center.write(&of.lead, |cx| service::project::remove_member(cx, of.project, user)).expect("left");
    assert_eq!((told(), root.join("etc").join(&keys).exists()), (1, false));
    assert!(read("shadow").lines().any(|line| line.starts_with(&name) && line.ends_with(":1:")), "{}", read("shadow"));
}
