//! Keys of people and their accounts on the cluster: who may come in, and what the cluster is told.

use compute::slurm::settings::{PoolShape, Settings};
use compute::slurm::{Foreign, ForeignAccount};
use domain::Code;
use domain::access::Role;
use domain::cluster_account::AccountState;
use service::account::{self, SshKeyRow};
use service::adopt::{self, Applied, Drawn, Surroundings};
use service::cluster_account::{self, Document, due, told};
use service::import::{Limits, Sheet, Source};
use service::{Actor, Error, Outcome, audit, engine, project, user};
use testkit::{TestCenter, actor, on_both_engines, term};

/// A key of nobody, with so many different ones.
fn key(number: u8) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let data = [&b"\0\0\0\x0bssh-ed25519\0\0\0\x20"[..], &[number; 32]].concat();
    let mut text = String::from("ssh-ed25519 ");
    for three in data.chunks(3) {
        let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        for place in (0..4).rev() {
            text.push(char::from(DIGITS[usize::try_from(bits >> (6 * place) & 63).expect("six bits")]));
        }
    }
    text
}

fn add(t: &TestCenter, who: &Actor, text: &str) -> Outcome<SshKeyRow> {
    t.center.write(who, |cx| account::add_ssh_key(cx, text))
}

fn refused<T: std::fmt::Debug>(outcome: Outcome<T>) -> Code {
    match outcome.expect_err("refused") {
        Error::Invalid(faults) => {
            assert_eq!(faults[0].field, "key");
            faults[0].reason.code
        }
        error => error.reasons()[0].code,
    }
}

fn keys_of(t: &TestCenter, name: &str) -> Vec<String> {
    t.db.db.read(|tx| store::ssh_key::authorized_keys(tx, name)).expect("read")
}

fn document(t: &TestCenter) -> Document {
    t.center.read(&Actor::operator(), |cx| cluster_account::list(cx, 20_000)).expect("listed")
}

const MAP: &str = "kind,name,of\naccount,kimlab,P-000001\nuser,kim,kim@mail.example\nuser,lee,lee@mail.example\n";

fn map(text: &str) -> Sheet {
    Source::read("map.csv", text.as_bytes(), &Limits::command_line(100)).expect("a file").sheet
}

fn trail(t: &TestCenter, action: &str) -> Vec<audit::AuditRow> {
    let of = audit::Narrowed { action: Some(action.to_owned()), ..audit::Narrowed::default() };
    t.center.read(&actor(Role::Auditor), |cx| audit::list(cx, &of, None, 100)).expect("listed")
}

on_both_engines! {
    fn people_of_a_cluster_that_was_there_keep_their_names_and_numbers(t) {
        t.set((2021, 6, 1), 9);
        let of = t.add_holding(1, "gpu-a100", 4, term((2021, 6, 1), (2021, 9, 1)));
        let sync = || engine::sync(&t.center, &engine::Fake::default()).expect("named");
        sync();
        let kim = t.add_member(of.project, 100, "kim");
        let _ = t.add_person(101, "lee");
        let shape = PoolShape { partition: "gpu-a100".to_owned(), cpus_per_device: 4, memory_mb_per_device: 8000 };
        let pools = [("gpu-a100".to_owned(), shape)].into();
        // Nobody asks it anything.
        let slurm = engine::Slurm::new(Settings { pools, ..Settings::default() });
        let old = ForeignAccount { people: ["kim", "lee"].map(str::to_owned).into(), devices: Some(8), ..ForeignAccount::default() };
        let cluster = Foreign {
            cluster: "c".to_owned(),
            people: old.people.clone(),
            accounts: [("kimlab".to_owned(), old)].into(),
            ..Foreign::default()
        };
        // The number 20002 is what the next account would be counted to.
        let uids = [("kim".to_owned(), 1001), ("lee".to_owned(), 20_002)].into();
        let mut around = Surroundings { engine: &slurm, cluster, uids, uid_base: 20_000 };
        let sheet = map(MAP);
        let draw_up = |who: &Actor| t.center.read(who, |cx| adopt::draw_up(cx, &around, &sheet));
        for role in [Role::OfficeApprover, Role::ResourceManager, Role::Sysadmin] {
            assert!(matches!(draw_up(&actor(role)), Err(Error::Forbidden(_))), "{role}");
        }
        let Drawn::Plan(plan) = draw_up(&Actor::operator()).expect("drawn up") else { panic!("nothing is wrong") };
        assert_eq!(plan.accounts["kimlab"].pools["gpu-a100"].account.as_deref(), Some("p-000001-gpu-a100"));
        assert_eq!((plan.people["kim"].in_force, plan.people["lee"].in_force), (true, false));
        assert_eq!(document(&t).accounts.len(), 1, "nothing is written");

        let hash = plan.hash().expect("written");
        let apply = |around: &Surroundings<'_>, hash: &str| {
            t.center.write(&Actor::operator(), |cx| adopt::take_over(cx, around, &sheet, hash)).expect("answered")
        };
        assert_eq!(apply(&around, "0123456789ab"), Applied::Differs(plan.clone()));
        assert_eq!((document(&t).accounts.len(), trail(&t, "cluster_account.adopted").len()), (1, 0));
        assert_eq!(apply(&around, &hash), Applied::Done(plan));
        let named = |t: &TestCenter| -> Vec<(String, i64, i64)> {
            document(t).accounts.into_iter().map(|one| (one.name, one.number, one.uid)).collect()
        };
        let all = [("mu0001", 1, 20_001), ("kim", 2, 1001), ("lee", 3, 20_002)];
        assert_eq!(named(&t), all.map(|(name, number, uid)| (name.to_owned(), number, uid)));
        assert!(document(&t).text().expect("written").contains("\"uid\": 1001"), "as the hook is told");
        assert_eq!(t.center.read(&kim, account::show).expect("shown").access.account.as_deref(), Some("kim"));
        add(&t, &kim, &key(1)).expect("added");
        assert_eq!(keys_of(&t, "kim"), [key(1)]);
        // Once more is the same as once, and whoever comes later is counted to nobody's number.
        around.cluster.accounts.get_mut("kimlab").expect("there").takes = Some(0);
        assert!(matches!(apply(&around, &hash), Applied::Done(plan) if plan.people.values().all(|one| one.is_there)));
        assert_eq!((trail(&t, "cluster_account.adopted").len(), trail(&t, "engine.account_shut").len()), (2, 1));
        let _ = t.add_member(of.project, 102, "park");
        sync();
        assert_eq!(named(&t).last(), Some(&("mu0004".to_owned(), 4, 20_004)));

        let Drawn::Faulty(faults) = t.center
            .read(&Actor::operator(), |cx| adopt::draw_up(cx, &around, &map(&format!("{MAP}user,pa rk,park@mail.example\n"))))
            .expect("read") else { panic!("two things are wrong") };
        assert_eq!(faults.iter().map(|one| (one.line, one.reason.code)).collect::<Vec<_>>(), [
            (5, Code::AdoptName), (5, Code::AdoptOtherAccount),
        ]);
    }

    fn keys_are_kept_for_one_person_each_and_leave_a_trail(t) {
        let (kim, lee) = (t.add_person(100, "kim"), t.add_person(101, "lee"));
        let first = add(&t, &kim, &format!("{} kim@laptop\n", key(1))).expect("added");
        assert_eq!((first.line.as_str(), first.comment.as_str(), first.bits), (key(1).as_str(), "kim@laptop", 256));
        assert_eq!(refused(add(&t, &kim, &format!("{} another name", key(1)))), Code::SshKeyTwice);
        assert_eq!(refused(add(&t, &lee, &key(1))), Code::SshKeyTaken);
        assert_eq!(refused(add(&t, &lee, "-----BEGIN OPENSSH PRIVATE KEY-----")), Code::SshKeyPrivate);
        assert_eq!(refused(add(&t, &lee, " ")), Code::Required);
        assert!(matches!(add(&t, &Actor::visitor(texts::Lang::Ko), &key(1)), Err(Error::SignInNeeded)));
        // Of those of one second, none is the newer.
        t.set((2021, 5, 3), 13);
        for number in 2..=20 {
            add(&t, &kim, &key(number)).expect("added");
        }
        assert_eq!(refused(add(&t, &kim, &key(21))), Code::SshKeyLimit);
        let view = t.center.read(&kim, account::show).expect("shown");
        assert_eq!((view.access.keys.len(), view.access.account, view.access.in_force), (20, None, false));
        assert_eq!(view.access.keys.last(), Some(&first));

        let remove = |who: &Actor| t.center.write(who, |cx| account::remove_ssh_key(cx, first.id));
        assert!(matches!(remove(&lee), Err(Error::NotFound)));
        remove(&kim).expect("removed");
        assert!(matches!(remove(&kim), Err(Error::NotFound)));
        assert_eq!(t.center.read(&kim, account::ssh_keys).expect("listed").len(), 19);
        add(&t, &lee, &key(1)).expect("it is nobody's now");
        for (action, count) in [("ssh_key.added", 21), ("ssh_key.removed", 1)] {
            let rows = trail(&t, action);
            assert_eq!(rows.len(), count, "{action}");
            assert!(rows.iter().all(|row| format!("{}{}", row.before, row.after).contains("SHA256:")));
        }
    }

    fn who_may_come_in_follows_the_projects_the_account_and_the_keys(t) {
        t.set((2021, 6, 1), 9);
        let of = t.add_holding(1, "gpu-a100", 4, term((2021, 6, 1), (2021, 9, 1)));
        let kim = t.add_member(of.project, 100, "kim");
        let id = kim.user.expect("an account");
        let laptop = add(&t, &kim, &format!("{} laptop", key(1))).expect("added");
        add(&t, &of.lead, &key(2)).expect("added");
        assert_eq!(document(&t).accounts, [], "nobody has a name yet");
        engine::sync(&t.center, &engine::Fake::default()).expect("named");
        let name = t.center.read(&kim, account::show).expect("shown").access.account.expect("named");
        let one = |t: &TestCenter| document(t).accounts.into_iter().find(|one| one.name == name).expect("listed");
        let open = one(&t);
        assert_eq!((open.state, open.uid, open.projects.len()), (AccountState::Active, 20_000 + open.number, 1));
        assert_eq!((keys_of(&t, &name), &open.keys), (vec![format!("{} laptop", key(1))], &vec![format!("{} laptop", key(1))]));
        assert_eq!(document(&t).accounts.len(), 2);
        for nobody in ["root", "", "mu9999", "mu0001'", "%"] {
            assert_eq!(keys_of(&t, nobody), [] as [String; 0], "{nobody}");
        }

        let shut = |t: &TestCenter, state: AccountState| {
            let shut = one(t);
            assert_eq!((shut.state, shut.keys, keys_of(t, &name)), (state, vec![], vec![]));
        };
        let admin = actor(Role::Sysadmin);
        t.center.write(&admin, |cx| user::lock(cx, id, "사유")).expect("locked");
        shut(&t, AccountState::Locked);
        t.center.write(&admin, |cx| user::unlock(cx, id)).expect("unlocked");
        assert_eq!(keys_of(&t, &name).len(), 1, "as before");
        t.center.write(&of.lead, |cx| project::remove_member(cx, of.project, id)).expect("left");
        shut(&t, AccountState::NoProject);
        assert_eq!(one(&t).projects, [] as [String; 0]);
        let row = store::project::MemberRow { project: of.project, user: id, tie: domain::access::Tie::Member, joined_at: t.center.now() };
        t.db.db.write(|tx| store::project::put_member(tx, &row)).expect("back");
        assert_eq!(one(&t).state, AccountState::Active);
        t.db.db.write(|tx| tx.run("UPDATE project SET state = 'data_only'", &[])).expect("over");
        let reads = one(&t);
        assert_eq!((reads.state, reads.projects.len(), reads.reads), (AccountState::ReadOnly, 0, open.projects.clone()));
        assert_eq!((reads.keys.len(), keys_of(&t, &name).len()), (1, 1), "to read what is there");
        t.db.db.write(|tx| tx.run("UPDATE project SET state = 'closed'", &[])).expect("closed");
        shut(&t, AccountState::NoProject);
        t.db.db.write(|tx| tx.run("UPDATE project SET state = 'active'", &[])).expect("in force");
        t.center.write(&kim, |cx| account::remove_ssh_key(cx, laptop.id)).expect("removed");
        assert_eq!((one(&t).state, one(&t).keys, keys_of(&t, &name)), (AccountState::Active, vec![], vec![]));
    }

    fn the_cluster_is_told_what_changed_once_and_again_after_a_failure(t) {
        t.set((2021, 6, 1), 9);
        let of = t.add_holding(1, "gpu-a100", 4, term((2021, 6, 1), (2021, 9, 1)));
        engine::sync(&t.center, &engine::Fake::default()).expect("named");
        let due = || due(&t.center, 20_000).expect("read");
        let tell = |text: &str, outcome: Result<(), &str>| told(&t.center, text, outcome.map_err(str::to_owned)).expect("noted");
        let standing = || t.center.read(&Actor::operator(), |cx| engine::overview(cx, &Default::default(), 1)).expect("read").accounts;
        assert_eq!(standing(), None);
        let first = due().expect("nobody was told");
        tell(&first, Ok(()));
        assert_eq!(due(), None, "nothing changed");
        let key = add(&t, &of.lead, &key(1)).expect("added");
        let second = due().expect("a key more");
        assert!(second.contains(&key.line) && !first.contains(&key.line));
        tell(&second, Err("no room"));
        assert_eq!(due(), None, "a pause");
        let failing = standing().expect("tried");
        assert_eq!((failing.tries, failing.last_error.as_str(), failing.taken), (1, "no room", None));
        let after = |seconds: i64| t.clock.set(t.center.now() + jiff::SignedDuration::from_secs(seconds));
        after(10);
        assert_eq!(due(), Some(second.clone()));
        for _ in 0..12 {
            tell(&second, Err("no room"));
        }
        after(300);
        assert_eq!(due(), Some(second.clone()), "no pause is longer than five minutes");
        t.center.write(&of.lead, |cx| account::remove_ssh_key(cx, key.id)).expect("removed");
        let third = due().expect("back to what was before, which is not known to stand");
        assert_eq!(third, first);
        tell(&third, Ok(()));
        assert_eq!((due(), standing().map(|one| (one.tries, one.last_error))), (None, Some((0, String::new()))));
        t.center.write(&Actor::operator(), cluster_account::forget).expect("forgotten");
        assert_eq!((standing(), due()), (None, Some(first)));
    }
}

#[test]
fn one_instance_at_a_time_tells_on_postgres() {
    let t = TestCenter::new(testkit::TestDb::postgres());
    let lease = |holder: &str| cluster_account::lease(&t.center, holder).expect("asked");
    assert_eq!((lease("one"), lease("two"), lease("one")), (true, false, true));
}
