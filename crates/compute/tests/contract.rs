//! What every engine keeps to: the same tests on the one that records, on the
//! machine's own and on the real Slurm.

use std::collections::{BTreeMap, BTreeSet};

use compute::{Change, Compute, DesiredProject, EngineError, ObservedProject, reconcile};
use domain::engine::PoolRules;

fn project(n: usize, limits: &[(&str, i64)], members: &[&str]) -> DesiredProject {
    DesiredProject {
        name: format!("P2021-{n:04}"),
        limits: limits.iter().map(|(pool, limit)| ((*pool).to_owned(), *limit)).collect(),
        members: members.iter().map(|member| (*member).to_owned()).collect(),
        ..DesiredProject::default()
    }
}

fn over(n: usize) -> DesiredProject {
    DesiredProject { closing: true, ..project(n, &[], &[]) }
}

fn seen(engine: &dyn Compute) -> Vec<ObservedProject> {
    engine.observe().expect("it can be seen").projects
}

/// Brings the engine in line in one pass, and finds it at rest.
fn bring(engine: &dyn Compute, desired: &[DesiredProject]) -> Vec<Change> {
    let plan = reconcile(desired, &seen(engine), &BTreeSet::new()).expect("nothing to refuse");
    let outcomes = engine.apply(&plan.changes);
    for (change, outcome) in plan.changes.iter().zip(&outcomes) {
        assert_eq!(*outcome, Ok(()), "{change:?}");
    }
    assert_eq!(outcomes.len(), plan.changes.len());
    let now = seen(engine);
    for want in desired {
        let have = now.iter().find(|one| one.name == want.name);
        assert!(want.is_met_by(have), "{want:?} is not met by {have:?}");
    }
    let rest = reconcile(desired, &now, &BTreeSet::new()).expect("nothing to refuse");
    assert_eq!(rest.changes, [], "at rest");
    assert!(engine.apply(&plan.changes).iter().all(Result::is_ok), "twice is once");
    assert_eq!(seen(engine), now, "twice is once");
    plan.changes
}

/// From nothing, up and down, in and out, over, back again and gone.
fn a_life(engine: &dyn Compute) {
    assert_eq!(bring(engine, &[]), []);
    let changes = bring(
        engine,
        &[project(1, &[("gpu-a100", 8), ("gpu-v100", 2)], &["man", "news"]), project(2, &[("gpu-a100", 4)], &["lp"])],
    );
    let once = seen(engine);
    assert!(engine.apply(&changes).iter().all(Result::is_ok), "twice is once");
    assert_eq!(seen(engine), once, "twice is once");
    // Less of one pool, none of another, more elsewhere, and other people.
    let changes = bring(
        engine,
        &[project(1, &[("gpu-a100", 2)], &["man", "mail"]), project(2, &[("gpu-a100", 10)], &["lp", "news"])],
    );
    let gives = |change: &Change| {
        matches!(change, Change::AddMember { .. }) || matches!(change, Change::SetLimit { limit: 10, .. })
    };
    let first = changes.iter().position(gives).expect("something is given");
    assert!(changes[first..].iter().all(gives), "what takes comes first: {changes:?}");
    // A pool that comes later has its people at once.
    bring(
        engine,
        &[
            project(1, &[("gpu-a100", 2), ("gpu-v100", 4)], &["man", "mail"]),
            project(2, &[("gpu-a100", 10)], &["lp", "news"]),
        ],
    );
    // Over, with what is known of it kept; and back again.
    bring(engine, &[over(1), project(2, &[("gpu-a100", 10)], &["lp", "news"])]);
    let closed = seen(engine);
    let closed = closed.iter().find(|one| one.name == "P2021-0001").expect("kept");
    assert!(closed.closing && closed.limits.is_empty(), "{closed:?}");
    bring(engine, &[project(1, &[("gpu-a100", 1)], &["man"]), project(2, &[], &["lp", "news"])]);
    // Gone.
    bring(engine, &[project(2, &[("gpu-a100", 10)], &["lp"])]);
    assert!(seen(engine).iter().all(|one| one.name != "P2021-0001"));
    bring(engine, &[]);
}

fn short(minutes: i64) -> PoolRules {
    PoolRules { class: "short".to_owned(), max_wall_minutes: Some(minutes), ..PoolRules::default() }
}

fn by_rules(mut project: DesiredProject, rules: PoolRules) -> DesiredProject {
    project.rules.insert("gpu-a100".to_owned(), rules);
    project
}

/// Rules of products come, change for all who hold of the product, and go.
fn by_products(engine: &dyn Compute) {
    let [one, two] = [1, 2].map(|n| project(n, &[("gpu-a100", 4), ("gpu-v100", 1)], &["man"]));
    bring(engine, &[by_rules(one.clone(), short(60)), two.clone()]);
    bring(engine, &[by_rules(one.clone(), short(90)), by_rules(two.clone(), short(90))]);
    let long = PoolRules { class: "long-short".to_owned(), ..short(600) };
    bring(engine, &[by_rules(one.clone(), long), by_rules(project(2, &[("gpu-a100", 2)], &["man"]), short(90))]);
    bring(engine, &[over(1), two.clone()]);
    bring(engine, &[one, two]);
}

/// Many at once, which is how a year begins.
fn many(engine: &dyn Compute) {
    let all = |limit: i64| -> Vec<DesiredProject> {
        (1..=20)
            .map(|n| project(n, &[("gpu-a100", limit + i64::try_from(n % 3).expect("small"))], &["man", "lp"]))
            .collect()
    };
    bring(engine, &all(1));
    bring(engine, &all(4));
    let every: Vec<Change> = (1..=20).map(|n| Change::Remove { project: format!("P2021-{n:04}") }).collect();
    let outcomes = engine.apply(&every);
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert!(seen(engine).iter().all(|one| !one.managed));
}

/// Something of that name is there that is not ours.
fn a_taken_name(engine: &dyn Compute, taken: &str) {
    let desired = [project(1, &[("gpu-a100", 8)], &["man"]), project(2, &[("gpu-a100", 1)], &["man"])];
    let before = seen(engine);
    let plan = reconcile(&desired, &before, &BTreeSet::new()).expect("goes on");
    assert_eq!(plan.taken, BTreeSet::from([taken.to_owned()]));
    let changes = [
        Change::Create { project: taken.to_owned() },
        Change::SetLimit { project: taken.to_owned(), pool: "gpu-a100".to_owned(), limit: 3 },
    ];
    let outcomes = engine.apply(&changes);
    assert!(matches!(outcomes[1], Err(EngineError::Refused(_))), "{outcomes:?}");
    assert_eq!(seen(engine), before, "it stays as it is");
    assert!(engine.apply(&plan.changes).iter().all(Result::is_ok), "the others go on");
}

mod fake {
    use compute::Fake;

    use super::*;

    #[test]
    fn lives() {
        a_life(&Fake::default());
    }

    #[test]
    fn many_at_once() {
        many(&Fake::default());
    }

    #[test]
    fn goes_by_products() {
        by_products(&Fake::default());
    }

    #[test]
    fn leaves_alone_what_is_not_ours() {
        let engine = Fake::default();
        engine.put(ObservedProject { name: "P2021-0001".to_owned(), ..ObservedProject::default() });
        a_taken_name(&engine, "P2021-0001");
    }
}

mod local {
    use std::os::unix::fs::PermissionsExt as _;
    use std::sync::Arc;

    use compute::Local;
    use compute::local::{Runner, Settings};

    use super::*;

    fn play(act: fn(&dyn Compute)) {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o711)).expect("ours");
        let runner = Runner { program: env!("CARGO_BIN_EXE_job-runner").into(), args: Vec::new() };
        let now = Arc::new(|| jiff::Timestamp::UNIX_EPOCH);
        act(&Local::open(folder.path(), Settings::default(), runner, now).expect("it opens"));
    }

    #[test]
    fn lives() {
        play(a_life);
    }

    #[test]
    fn many_at_once() {
        play(many);
    }

    #[test]
    fn goes_by_products() {
        play(by_products);
    }
}

mod on_slurm {
    use compute::slurm::settings::OverLimit;
    use compute::{Slurm, UNLIMITED};
    use domain::job::WaitReason;
    use testkit::TestSlurm;

    use super::*;

    #[test]
    fn lives() {
        let cluster = TestSlurm::take();
        a_life(&cluster.engine());
    }

    #[test]
    fn many_at_once() {
        let cluster = TestSlurm::take();
        many(&cluster.engine());
    }

    #[test]
    fn goes_by_products() {
        let cluster = TestSlurm::take();
        by_products(&cluster.engine());
    }

    #[test]
    fn a_product_has_a_qos_of_its_own() {
        let cluster = TestSlurm::take();
        let engine = cluster.engine();
        let (account, other) = ("p2021-0001-gpu-a100", "p2021-0002-gpu-a100");
        let rules = |hours| PoolRules { max_jobs: Some(2), device_hours: hours, ..short(60) };
        let desired = |hours| {
            [
                by_rules(project(1, &[("gpu-a100", 4)], &["man", "news"]), rules(hours)),
                project(2, &[("gpu-a100", 4)], &["man"]),
            ]
        };
        bring(&engine, &desired(Some(1)));
        let row = |account: &str| {
            let of = format!("account={account}");
            let shown = ["-nP", "show", "associations", "wopl", &of, "user=", "format=qos,defaultqos,grptresmins"];
            cluster.ask("sacctmgr", &shown)
        };
        let qos =
            || cluster.ask("sacctmgr", &["-nP", "show", "qos", "mudeung-short", "format=flags,maxwall,maxjobspu"]);
        let as_wanted = "mudeung-short|mudeung-short|gres/gpu=60";
        assert_eq!((row(account).as_str(), qos().as_str()), (as_wanted, "|01:00:00|2"));
        assert_eq!(row(other), "||", "the parent's");

        // By hand: another QOS, no budget, a longer job, somebody with a QOS of their own.
        let by_hand = |args: &[&str]| drop(cluster.ask("sacctmgr", &[&["-iQ", "modify"], args].concat()));
        let named = format!("name={account}");
        for args in [
            ["account", "where", &named, "set", "qos+=normal"],
            ["account", "where", &named, "set", "grptresmins=gres/gpu=90"],
            ["qos", "where", "name=mudeung-short", "set", "maxwall=1000"],
            ["qos", "where", "name=mudeung-short", "set", "flags=DenyOnLimit"],
            ["qos", "where", "name=mudeung-short", "set", "priority=7"],
            ["user", "where", "name=man", "set", "qos=normal"],
        ] {
            by_hand(&args);
            bring(&engine, &desired(Some(1)));
            assert_eq!((row(account).as_str(), qos().as_str()), (as_wanted, "|01:00:00|2"), "{args:?}");
        }
        let own =
            cluster.ask("sacctmgr", &["-nP", "show", "associations", "wopl", "user=man", "format=qos,defaultqos"]);
        assert!(own.lines().all(|line| line == "|"), "{own}");
        assert_eq!(cluster.ask("sacctmgr", &["-nP", "show", "qos", "mudeung-short", "format=priority"]), "7", "theirs");

        // Longer than the product lets, and more than is left of the hours.
        let submit = |minutes: &str| {
            let mut job = String::new();
            cluster.until("a job is taken", || match cluster.submit_for("man", account, "gpu-a100", 1, minutes) {
                Ok(id) => {
                    job = id;
                    true
                }
                Err(_) => false,
            });
            job
        };
        let (long, first, second) = (submit("61"), submit("40"), submit("30"));
        cluster.until("one is too long", || cluster.job(&long) == "PENDING QOSMaxWallDurationPerJobLimit");
        cluster.until("one runs", || cluster.job(&first).starts_with("RUNNING"));
        cluster.until("the hours do not reach", || cluster.job(&second) == "PENDING AssocGrpGRESMinutes");
        let waits = || {
            let seen = engine.jobs(jiff::Timestamp::UNIX_EPOCH).expect("seen").into_iter();
            seen.filter_map(|job| Some((job.id, job.wait?.reason))).collect::<BTreeMap<_, _>>()
        };
        assert_eq!(waits(), BTreeMap::from([(long.clone(), WaitReason::Wall), (second.clone(), WaitReason::Budget)]));
        // Without a budget it runs, and a third of the person waits.
        bring(&engine, &desired(None));
        assert_eq!(row(account), "mudeung-short|mudeung-short|");
        let third = submit("30");
        cluster.until("two run", || cluster.job(&second).starts_with("RUNNING"));
        cluster.until("two are the person's limit", || cluster.job(&third) == "PENDING QOSMaxJobsPerUserLimit");
        assert_eq!(waits().get(&third), Some(&WaitReason::PersonLimit));
        // What waits goes by the new rules at once.
        bring(&engine, &[project(1, &[("gpu-a100", 4)], &["man", "news"]), project(2, &[("gpu-a100", 4)], &["man"])]);
        assert_eq!(row(account), "||");
        cluster.until("both run", || [&long, &third].iter().all(|id| cluster.job(id).starts_with("RUNNING")));
    }

    #[test]
    fn leaves_alone_what_is_not_ours() {
        let cluster = TestSlurm::take();
        let _ = cluster
            .ask("sacctmgr", &["-iQ", "add", "account", "p2021-0001-gpu-a100", "fairshare=7", "grptres=gres/gpu=5"]);
        a_taken_name(&cluster.engine(), "P2021-0001");
        assert_eq!(cluster.limits("p2021-0001-gpu-a100"), "gres/gpu=5|", "it stays as it is");
    }

    #[test]
    fn what_is_changed_by_hand_is_seen_and_put_right() {
        let cluster = TestSlurm::take();
        let engine = cluster.engine();
        let desired = [project(1, &[("gpu-a100", 4)], &["man", "news"])];
        bring(&engine, &desired);
        let by_hand = |args: &[&str]| drop(cluster.ask("sacctmgr", &[&["-iQ"], args].concat()));
        let of = "name=p2021-0001-gpu-a100";
        let look = || seen(&engine).remove(0);
        by_hand(&["modify", "account", "where", of, "set", "grptres=gres/gpu=-1"]);
        assert_eq!(look().limits, BTreeMap::from([("gpu-a100".to_owned(), UNLIMITED)]));
        bring(&engine, &desired);
        by_hand(&["modify", "account", "where", of, "set", "grptres=cpu=999,gres/gpu:a100=1"]);
        assert_eq!(look().odd_pools, BTreeSet::from(["gpu-a100".to_owned()]));
        bring(&engine, &desired);
        assert_eq!(cluster.limits("p2021-0001-gpu-a100"), "cpu=16,gres/gpu=4,mem=32000M|");
        // Somebody who does not belong, and somebody in another partition too.
        by_hand(&["add", "user", "lp", "account=p2021-0001-gpu-a100"]);
        by_hand(&["add", "user", "man", "account=p2021-0001-gpu-a100", "partition=gpu-v100"]);
        assert_eq!(look().odd_members, BTreeSet::from(["lp".to_owned(), "man".to_owned()]));
        bring(&engine, &desired);
        by_hand(&["delete", "user", "where", "name=news", "account=p2021-0001-gpu-a100"]);
        bring(&engine, &desired);
    }

    #[test]
    fn whoever_goes_while_a_job_runs_starts_no_other_and_goes_after_it() {
        let cluster = TestSlurm::take();
        let engine = cluster.engine();
        bring(&engine, &[project(1, &[("gpu-a100", 4)], &["man", "news"])]);
        let (account, partition) = ("p2021-0001-gpu-a100", "gpu-a100");
        let mut job = String::new();
        cluster.until("a job is taken", || match cluster.submit("news", account, partition, 1) {
            Ok(id) => {
                job = id;
                true
            }
            Err(_) => false,
        });
        cluster.until("it runs", || cluster.job(&job).starts_with("RUNNING"));
        std::thread::sleep(std::time::Duration::from_secs(1));
        let gone = [Change::RemoveMember { project: "P2021-0001".to_owned(), member: "news".to_owned() }];
        cluster.until("the database hears of the job", || {
            cluster.ask("sacct", &["-nX", "-j", &job, "-o", "state"]).contains("RUNNING")
        });
        assert!(matches!(engine.apply(&gone)[0], Err(EngineError::Busy(_))));
        assert!(cluster.job(&job).starts_with("RUNNING"), "nothing is killed silently");
        cluster.until("no other is taken", || cluster.submit("news", account, partition, 1).is_err());
        let _ = cluster.ask("scancel", &[&job]);
        cluster.until("it goes", || engine.apply(&gone)[0].is_ok());
        bring(&engine, &[project(1, &[("gpu-a100", 4)], &["man", "news"])]);
    }

    #[test]
    fn a_job_that_can_never_fit_is_refused_where_the_center_says_so() {
        let cluster = TestSlurm::take();
        let mut settings = cluster.settings.clone();
        settings.over_limit = OverLimit::Refuse;
        settings.max_wall_minutes = 60;
        settings.max_jobs = 2;
        let engine = Slurm::new(settings);
        let desired = [project(1, &[("gpu-a100", 2)], &["man"])];
        bring(&engine, &desired);
        let mut said = String::new();
        cluster.until("it is refused for its size", || {
            said = cluster.submit("man", "p2021-0001-gpu-a100", "gpu-a100", 3).err().unwrap_or_default();
            said.contains("AssocGrpGRES") || said.contains("limit")
        });
        // Another policy is written for what is there; slurmctld 22.05.8 goes by it from its next start.
        bring(&cluster.engine(), &desired);
    }

    #[test]
    fn what_is_down_and_what_hangs_is_told_apart() {
        let cluster = TestSlurm::take();
        let mut settings = cluster.settings.clone();
        settings.timeout_seconds = 2;
        let engine = Slurm::new(settings);
        let change = [Change::SetLimit { project: "P2021-0001".to_owned(), pool: "gpu-a100".to_owned(), limit: 1 }];
        cluster.daemon("slurmctld", "stop");
        let trouble = engine.observe().expect("the database answers").trouble;
        assert!(matches!(trouble, Some(EngineError::Controller(_))), "{trouble:?}");
        cluster.daemon("slurmctld", "start");
        cluster.daemon("slurmdbd", "freeze");
        assert!(matches!(engine.observe(), Err(EngineError::Hangs(_))));
        assert!(matches!(engine.apply(&change)[0], Err(EngineError::Hangs(_))));
        cluster.daemon("slurmdbd", "thaw");
        cluster.daemon("slurmdbd", "stop");
        let down = engine.observe();
        assert!(matches!(&down, Err(EngineError::Unreachable(said)) if said.contains("slurmdbd")), "{down:?}");
        assert!(matches!(engine.apply(&change)[0], Err(EngineError::Unreachable(_))));
        cluster.daemon("slurmdbd", "start");
        assert_eq!(engine.apply(&change), [Ok(())]);
        assert_eq!(engine.observe().expect("back").trouble, None);
    }
}
