use std::collections::{BTreeMap, BTreeSet};

use compute::slurm::{Foreign, ForeignAccount};
use domain::Code;
use domain::award::ProjectState;
use domain::ids::{Id as _, UserId};
use store::engine::Given;

use super::plan::{Facts, Member, Person, Plan, Pool, Project, draw_up};
use crate::import::{Limits, Source};

fn user(number: u8) -> UserId {
    UserId::new(1_600_000_000_000, [number; 10])
}

fn set<const N: usize>(names: [&str; N]) -> BTreeSet<String> {
    names.map(str::to_owned).into()
}

fn email(name: &str) -> String {
    format!("{name}@mail.example")
}

/// A cluster with `kimlab` (kim and lee) and `school` above `class`; a project in force with Kim and Choi,
/// who is called `mu0003` already.
fn facts() -> Facts {
    let account = |people: &[&str], below: &[&str]| ForeignAccount {
        people: people.iter().map(|&name| name.to_owned()).collect(),
        below: below.iter().map(|&name| name.to_owned()).collect(),
        limits: BTreeMap::from([("GrpTRES".to_owned(), "gres/gpu=8".to_owned())]),
        devices: Some(8),
        running: 2,
        ..ForeignAccount::default()
    };
    let accounts = [
        ("kimlab", account(&["kim", "lee"], &[])),
        ("school", account(&[], &["class"])),
        ("class", account(&["park"], &[])),
    ];
    let member = |number, name: &str, account: Option<&str>| Member {
        user: user(number),
        email: email(name),
        account: account.map(str::to_owned),
    };
    let pool = Pool { devices: 4, account: Some("p2021-0001-gpu".to_owned()) };
    let project = |state| Project {
        state,
        pools: BTreeMap::from([("gpu".to_owned(), pool.clone())]),
        members: vec![member(1, "kim", None), member(3, "choi", Some("mu0003"))],
    };
    let person = |number| Person { id: user(number), in_force: true };
    Facts {
        cluster: Foreign {
            cluster: "c".to_owned(),
            accounts: accounts.map(|(name, account)| (name.to_owned(), account)).into(),
            own: set(["root", "mudeung"]),
            people: set(["kim", "lee", "park"]),
            taken: set(["P2021-0003"]),
            ..Foreign::default()
        },
        uids: [("kim", 1001), ("lee", 1002), ("park", 20_003), ("twin", 1001), ("toor", 0)]
            .map(|(name, uid)| (name.to_owned(), uid))
            .into(),
        uid_base: 20_000,
        projects: [
            ("P2021-0001", ProjectState::Active),
            ("P2021-0002", ProjectState::DataOnly),
            ("P2021-0003", ProjectState::Active),
        ]
        .map(|(number, state)| (number.to_owned(), project(state)))
        .into(),
        people: [("kim", 1), ("lee", 2), ("choi", 3)].map(|(name, number)| (email(name), person(number))).into(),
        given: vec![Given { user: user(3), number: 3, name: "mu0003".to_owned(), uid: None }],
    }
}

fn drawn(rows: &str, facts: &Facts) -> Result<Plan, Vec<(usize, usize, Code)>> {
    let text = format!("kind,name,of\n{rows}");
    let source = Source::read("map.csv", text.as_bytes(), &Limits::command_line(100)).expect("a file");
    draw_up(&source.sheet, facts)
        .map_err(|faults| faults.into_iter().map(|one| (one.line, one.column, one.reason.code)).collect())
}

fn wrong(rows: &str) -> Vec<(usize, usize, Code)> {
    drawn(rows, &facts()).expect_err("it is wrong")
}

const MAP: &str = "account,kimlab,P2021-0001\nuser,kim,Kim@mail.example\n";

#[test]
fn what_it_comes_to_is_told_whole() {
    let plan = drawn(MAP, &facts()).expect("nothing is wrong");
    let kimlab = &plan.accounts["kimlab"];
    assert_eq!((kimlab.devices, kimlab.granted(), kimlab.running, kimlab.is_shut()), (Some(8), 4, 2, false));
    assert_eq!(kimlab.pools["gpu"].account.as_deref(), Some("p2021-0001-gpu"));
    assert_eq!((&kimlab.outside, &kimlab.newcomers), (&set(["lee"]), &set(["choi@mail.example"])));
    let kim = &plan.people["kim"];
    assert_eq!((kim.user, kim.uid, kim.in_force, kim.is_there), (user(1), Some(1001), true, false));
    assert_eq!((plan.left_accounts, plan.left_people), (set(["class", "school"]), set(["lee", "park"])));
}

#[test]
fn what_was_agreed_to_is_the_same_while_jobs_come_and_go_and_after_half_of_it() {
    let hash = |facts: &Facts, rows: &str| drawn(rows, facts).expect("good").hash().expect("written");
    let agreed = hash(&facts(), MAP);
    assert_eq!(agreed.len(), 12);
    let mut later = facts();
    let kimlab = later.cluster.accounts.get_mut("kimlab").expect("there");
    (kimlab.running, kimlab.waiting, kimlab.takes) = (9, 9, Some(0));
    let kim = Given { user: user(1), number: 4, name: "kim".to_owned(), uid: Some(1001) };
    later.given.push(kim);
    later.projects.get_mut("P2021-0001").expect("there").members[0].account = Some("kim".to_owned());
    assert_eq!(hash(&later, MAP), agreed);
    assert!(drawn(MAP, &later).expect("good").people["kim"].is_there);
    let turned: Vec<&str> = MAP.lines().rev().collect();
    assert_eq!(hash(&facts(), &turned.join("\n")), agreed, "the order of the file is nothing");

    let changes: [fn(&mut Facts); 5] = [
        |one| one.cluster.accounts.get_mut("kimlab").expect("there").devices = None,
        |one| one.cluster.accounts.get_mut("kimlab").expect("there").people.clear(),
        |one| one.projects.get_mut("P2021-0001").expect("there").pools.clear(),
        |one| one.uids.clear(),
        |one| one.cluster.people.extend(["new".to_owned()]),
    ];
    for (n, change) in changes.iter().enumerate() {
        let mut other = facts();
        change(&mut other);
        assert_ne!(hash(&other, MAP), agreed, "{n}");
    }
}

#[test]
fn faults_of_the_file_are_told_all_at_once_with_their_place() {
    let rows = "group,kimlab,P2021-0001\naccount,nolab,P2021-0009\naccount,root,P2021-0002\naccount,kimlab,P2021-0003\n\
                account,kimlab,P2021-0001\nuser,kim,nobody@mail.example\nuser,lee,lee\nuser,mu0007,lee@mail.example\n\
                user,,lee@mail.example\n";
    assert_eq!(
        wrong(rows),
        [
            (2, 1, Code::NotOneOf),
            (3, 2, Code::AdoptNoAccount),
            (3, 3, Code::AdoptNoProject),
            (4, 2, Code::AdoptOwnAccount),
            (4, 3, Code::AdoptProjectOver),
            (5, 3, Code::AdoptNameTaken),
            (6, 2, Code::RowTwice),
            (7, 3, Code::NoAccount),
            (8, 3, Code::NotAnEmail),
            (9, 2, Code::AdoptName),
            (10, 2, Code::Required),
        ]
    );
    let head =
        Source::read("map.csv", b"kind,name,project\naccount,kimlab,x\n", &Limits::command_line(9)).expect("read");
    let codes: Vec<Code> =
        draw_up(&head.sheet, &facts()).expect_err("wrong").iter().map(|one| one.reason.code).collect();
    assert_eq!(codes, [Code::ColumnUnknown, Code::ColumnMissing]);
}

#[test]
fn nobody_gets_what_is_anothers() {
    for (row, fault) in [
        ("user,choi,choi@mail.example", vec![(2, 2, Code::AdoptNoUser), (2, 3, Code::AdoptOtherAccount)]),
        ("user,root,kim@mail.example", vec![(2, 2, Code::AdoptName)]),
        ("user,toor,kim@mail.example", vec![(2, 2, Code::AdoptName)]),
        ("user,0,kim@mail.example", vec![(2, 2, Code::AdoptName)]),
        ("user,Kim,kim@mail.example", vec![(2, 2, Code::AdoptName)]),
        ("user,kin,kim@mail.example", vec![(2, 2, Code::AdoptNoUser)]),
        // The number 20003 is mu0003's.
        ("user,park,kim@mail.example", vec![(2, 2, Code::AdoptUidTaken)]),
        ("user,kim,kim@mail.example\nuser,twin,lee@mail.example", vec![(3, 2, Code::AdoptUidTaken)]),
        ("user,kim,kim@mail.example\nuser,lee,kim@mail.example", vec![(3, 3, Code::RowTwice)]),
    ] {
        assert_eq!(wrong(row), fault, "{row}");
    }
    let mut other = facts();
    other.given.push(Given { user: user(9), number: 4, name: "kim".to_owned(), uid: Some(1001) });
    assert_eq!(drawn(MAP, &other), Err(vec![(3, 2, Code::AdoptNameGiven)]));
}

#[test]
fn what_lies_below_an_account_is_not_shut_unasked() {
    let school = "account,school,P2021-0001\n";
    assert_eq!(wrong(school), [(2, 2, Code::AdoptAbove)]);
    assert!(drawn(&format!("{school}account,class,P2021-0001\n"), &facts()).is_ok(), "both are asked for");
}

#[test]
fn somebody_whom_the_machine_does_not_know_keeps_the_name_only() {
    let mut facts = facts();
    facts.uids.clear();
    let plan = drawn(MAP, &facts).expect("Slurm knows them");
    assert_eq!(plan.people["kim"].uid, None);
}
