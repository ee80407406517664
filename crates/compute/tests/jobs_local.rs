//! Jobs on this machine.

mod contract_of_jobs;

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use compute::Local;
use compute::local::{Runner, Settings};
use domain::engine::{NodeState, PoolRules};
use jiff::SignedDuration;
use tempfile::TempDir;

use compute::{Change, Compute, EngineError};
use contract_of_jobs::{Stage, set, until};
use domain::job::{JobState, Stream, WaitReason};
use jiff::Timestamp;

const PROJECT: &str = "P2021-0001";
const POOL: &str = "gpu-a100";

/// A machine of four slots, whose clock is some years behind.
struct Machine {
    folder: TempDir,
    settings: Settings,
    ahead: Arc<AtomicI64>,
}

impl Machine {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o711)).expect("ours");
        let settings = Settings { slots: 4, grace_seconds: 2, ..Settings::default() };
        Self { folder, settings, ahead: Arc::new(AtomicI64::new(0)) }
    }

    fn try_open(&self) -> Result<Local, EngineError> {
        let runner = Runner { program: env!("CARGO_BIN_EXE_job-runner").into(), args: Vec::new() };
        let begun = Instant::now();
        let first = Timestamp::from_second(1_630_000_000).expect("a time");
        let ahead = self.ahead.clone();
        let now = move || {
            let ahead = SignedDuration::from_secs(ahead.load(Ordering::SeqCst));
            first + ahead + SignedDuration::try_from(begun.elapsed()).expect("short")
        };
        Local::open(&self.folder.path().join("local"), self.settings.clone(), runner, Arc::new(now))
    }

    fn open(&self) -> Local {
        let engine = self.try_open().expect("it opens");
        set(&engine, PROJECT, POOL, "man");
        engine
    }

    fn run(&self, id: &str) -> PathBuf {
        let (order, run) = match id.split_once('_') {
            Some((order, task)) => (order, format!("run-{task}")),
            None => (id, "run".to_owned()),
        };
        self.folder.path().join("local/jobs").join(order).join(run)
    }

    /// The process of a job's runner.
    fn runner(&self, id: &str) -> String {
        let path = self.run(id).join("started.json");
        let text = until("the runner says who it is", || fs::read_to_string(&path).ok());
        let after = text.split("\"runner\":").nth(1).expect("it is there");
        after.chars().take_while(char::is_ascii_digit).collect()
    }
}

fn stage(engine: &Local) -> Stage<'_> {
    let minute = Duration::from_secs(60);
    Stage { engine, project: PROJECT, pool: POOL, member: "man", mark: String::new(), minute }
}

fn play(act: impl FnOnce(&Stage<'_>)) {
    let machine = Machine::new();
    let engine = machine.open();
    act(&stage(&engine));
}

fn is_root() -> bool {
    fs::metadata("/proc/self").expect("it is there").uid() == 0
}

fn lives(pid: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with('Z'))
}

fn signal(name: &str, pid: &str) {
    assert!(Command::new("kill").args([name, pid]).status().expect("it runs").success());
}

macro_rules! contract {
    ($($name:ident)+) => {
        $(#[test]
        fn $name() {
            play(contract_of_jobs::$name);
        })+
    };
}

contract! {
    a_job_runs_and_prints
    a_bad_end_is_told
    the_limit_holds
    what_is_cancelled_ends
    tasks_of_an_array_have_numbers
    a_job_waits_for_another
    the_same_tag_is_one_order
    the_environment_reaches_the_script
    what_is_printed_is_read_in_parts
    who_may_not_is_refused
    what_would_run_into_maintenance_waits
    a_signal_reaches_who_waits_for_it
}

#[test]
fn what_runs_is_given_more_time() {
    let mut machine = Machine::new();
    machine.settings.minute_seconds = 8;
    machine.settings.max_minutes = 3;
    let engine = machine.open();
    let stage = Stage { minute: Duration::from_secs(8), ..stage(&engine) };
    contract_of_jobs::what_runs_is_given_more_time(&stage);
    let id = stage.submit(&stage.order("too-long", "sleep 60"));
    stage.comes_to(&id, JobState::Running);
    assert!(matches!(engine.lengthen(&id, 4), Err(EngineError::Refused(_))));
    // What it was given is known to the next program.
    engine.lengthen(&id, 2).expect("it is given");
    drop(engine);
    let engine = machine.open();
    let all = engine.jobs(Timestamp::UNIX_EPOCH).expect("they can be seen");
    let minutes: Vec<i64> = all.iter().filter(|job| job.id == id).map(|job| job.minutes).collect();
    assert_eq!(minutes, [2]);
    engine.cancel(&id).expect("it is told");
}

#[test]
fn time_is_over_for_who_does_not_listen_too() {
    let mut machine = Machine::new();
    machine.settings.minute_seconds = 1;
    machine.settings.grace_seconds = 1;
    let engine = machine.open();
    let stage = stage(&engine);
    let listens = stage.submit(&stage.order("listens", "exec sleep 60"));
    let deaf = stage.submit(&stage.order("deaf", "trap '' TERM; while :; do sleep 1; done"));
    let job = stage.comes_to(&listens, JobState::Timeout);
    assert_eq!((job.exit_code, job.signal), (None, Some(15)));
    let job = stage.comes_to(&deaf, JobState::Timeout);
    assert_eq!((job.exit_code, job.signal), (None, Some(9)));
    let ran = job.ended_at.expect("over").duration_since(job.started_at.expect("begun"));
    assert!(ran >= SignedDuration::from_secs(2) && ran < SignedDuration::from_secs(20), "{ran:?}");
}

#[test]
fn what_is_told_to_end_has_its_grace_though_the_script_does_not_wait() {
    let mut machine = Machine::new();
    machine.settings.grace_seconds = 30;
    let engine = machine.open();
    let stage = stage(&engine);
    let script = "sh -c 'trap \"sleep 0.3; echo saved; exit\" TERM; echo begun; while :; do sleep 0.1; done'; true";
    let id = stage.submit(&stage.order("saves", script));
    stage.prints(&id, "begun");
    let begun = Instant::now();
    engine.cancel(&id).expect("it is told");
    let job = stage.comes_to(&id, JobState::Cancelled);
    assert_eq!(stage.printed(&job, Stream::Out), "begun\nsaved\n");
    assert!(begun.elapsed() < Duration::from_secs(20), "no longer than it takes");
}

#[test]
fn jobs_outlive_the_engine() {
    let machine = Machine::new();
    let engine = machine.open();
    let go = machine.folder.path().join("local/spaces").join(PROJECT).join("go");
    let script = "echo begun; while ! test -e go; do sleep 0.05; done; echo over";
    let (long, short, waits) = {
        let stage = stage(&engine);
        let long = stage.submit(&stage.order("long", script));
        let short = stage.submit(&stage.order("short", "echo begun; sleep 0.3; exit 4"));
        let waits = stage.submit(&stage.order("waits", "true"));
        stage.prints(&long, "begun");
        stage.prints(&short, "begun");
        stage.waits_for(&waits, WaitReason::Limit);
        (long, short, waits)
    };
    let before = stage(&engine).job(&long).expect("there");
    drop(engine);
    until("the short one ends alone", || machine.run(&short).join("end.json").exists().then_some(()));
    let engine = machine.try_open().expect("it opens again");
    let stage = stage(&engine);
    let job = stage.comes_to(&short, JobState::Failed);
    assert_eq!(job.exit_code, Some(4));
    assert_eq!(stage.job(&long), Some(before), "as it was");
    assert_eq!(stage.submit(&stage.order("long", script)), long, "its tag is still there");
    stage.comes_to(&waits, JobState::Completed);
    fs::write(go, "").expect("written");
    stage.comes_to(&long, JobState::Completed);
    stage.prints(&long, "over");
    let next = stage.submit(&stage.order("next", "true"));
    assert!(next.parse::<u64>().expect("a number") > waits.parse().expect("a number"));
}

#[test]
fn an_engine_that_is_killed_loses_nothing_and_runs_nothing_twice() {
    let machine = Machine::new();
    for round in 0..4_u64 {
        let mut engine = Command::new(env!("CARGO_BIN_EXE_engine-to-kill"))
            .arg(machine.folder.path().join("local"))
            .args([env!("CARGO_BIN_EXE_job-runner"), &round.to_string()])
            .arg(machine.folder.path())
            .stdout(std::process::Stdio::null())
            .spawn()
            .expect("it runs");
        until("it takes orders", || machine.folder.path().join(format!("job-{round}-2")).exists().then_some(()));
        std::thread::sleep(Duration::from_millis(37 * round));
        engine.kill().expect("it was there");
        engine.wait().expect("it is gone");
    }
    let engine = machine.open();
    let all = until("all are over", || {
        let all = engine.jobs(Timestamp::UNIX_EPOCH).expect("they can be seen");
        all.iter().all(|job| job.state.is_over()).then_some(all)
    });
    for entry in fs::read_dir(machine.folder.path()).expect("there").filter_map(Result::ok) {
        let tag = entry.file_name().into_string().expect("text");
        if tag.starts_with("job-") {
            let id = fs::read_to_string(entry.path()).expect("written");
            // The last one of a round may have been cut off in the middle of this note.
            assert!(id.is_empty() || engine.submitted(&tag) == Ok(Some(id)), "{tag}");
        }
    }
    let ran = fs::read_to_string(machine.folder.path().join("local/spaces").join(PROJECT).join("ran"));
    let ran = ran.expect("something ran");
    let mut good = 0;
    for job in &all {
        let times = ran.lines().filter(|line| Some(*line) == job.tag.as_deref()).count();
        match job.state {
            JobState::Completed => assert_eq!(times, 1, "{job:?}"),
            state => assert!(state == JobState::NodeFail && times <= 1, "{job:?}"),
        }
        good += usize::from(job.state == JobState::Completed);
    }
    assert!(all.len() - good <= 8, "at most what was being started: {good} of {}", all.len());
}

#[test]
fn a_job_that_was_taken_over_can_be_ended() {
    let machine = Machine::new();
    let engine = machine.open();
    let id = stage(&engine).submit(&stage(&engine).order("long", "echo begun; sleep 60"));
    stage(&engine).prints(&id, "begun");
    drop(engine);
    let engine = machine.open();
    engine.cancel(&id).expect("it is told");
    stage(&engine).comes_to(&id, JobState::Cancelled);
}

#[test]
fn a_job_whose_runner_is_killed_ends_with_it() {
    for away in [false, true] {
        let machine = Machine::new();
        let mut engine = machine.open();
        let script = "sleep 300 & echo $!; setsid sleep 301 & sleep 0.2; echo $$; sleep 300";
        let id = stage(&engine).submit(&stage(&engine).order("orphan", script));
        let printed = |engine: &Local| {
            let stage = stage(engine);
            stage.printed(&stage.job(&id).expect("there"), Stream::Out)
        };
        let pids = until("it prints its processes", || Some(printed(&engine)).filter(|it| it.lines().count() == 2));
        let runner = machine.runner(&id);
        assert!(pids.lines().all(lives));
        if away {
            drop(engine);
            signal("-KILL", &runner);
            engine = machine.open();
        } else {
            signal("-KILL", &runner);
        }
        let job = stage(&engine).comes_to(&id, JobState::NodeFail);
        assert!(job.ended_at.is_some());
        assert!(!pids.lines().any(lives), "{pids}");
        let mark = format!("MUDEUNG_JOB_FOLDER={}", machine.run(&id).display());
        let left = fs::read_dir("/proc").expect("it is there").filter_map(Result::ok).find(|entry| {
            let all = fs::read(entry.path().join("environ")).unwrap_or_default();
            all.split(|byte| *byte == 0).any(|one| one == mark.as_bytes())
        });
        assert!(left.is_none(), "{left:?}");
    }
}

#[test]
fn what_a_job_leaves_behind_is_killed() {
    let machine = Machine::new();
    let engine = machine.open();
    let stage = stage(&engine);
    let script = "sleep 300 & echo $!\nsetsid sh -c 'echo $$; trap \"\" TERM HUP; sleep 300; sleep 300' &\nsleep 0.3";
    let id = stage.submit(&stage.order("leaves", script));
    let job = stage.comes_to(&id, JobState::Completed);
    let pids = stage.printed(&job, Stream::Out);
    assert_eq!(pids.lines().count(), 2, "{pids}");
    assert!(!pids.lines().any(lives), "{pids}");
}

#[test]
fn what_is_used_is_counted() {
    let machine = Machine::new();
    let engine = machine.open();
    let stage = stage(&engine);
    // So much time of a CPU, however many others want it.
    let script = "perl -e '1 while (times)[0] < 2'";
    let mut order = stage.order("burns", script);
    order.spec.devices = 2;
    let id = stage.submit(&order);
    stage.comes_to(&id, JobState::Running);
    let node = engine.nodes().expect("it can be seen").remove(0);
    assert_eq!((node.state, node.devices, node.devices_used), (NodeState::Mixed, 4, 2));
    assert_eq!(node.pools, [POOL]);
    let job = stage.comes_to(&id, JobState::Completed);
    assert_eq!(job.cpus, node.cpus_used);
    assert!(job.memory_mb > 0 && job.nodes == node.name);
    assert!(job.cpu_seconds.is_some_and(|seconds| (1..=10).contains(&seconds)), "{job:?}");
    assert!(job.max_memory_mb.is_some_and(|most| most > 0), "{job:?}");
    assert_eq!(engine.nodes().expect("it can be seen")[0].state, NodeState::Idle);
}

#[test]
fn projects_cannot_read_each_other() {
    let machine = Machine::new();
    let engine = machine.open();
    set(&engine, "P2021-0002", POOL, "news");
    let first = stage(&engine);
    let second = Stage { project: "P2021-0002", member: "news", ..stage(&engine) };
    let id = first.submit(&first.order("first", "id -u; id -G; umask 022; echo secret > $HOME/file"));
    let job = first.comes_to(&id, JobState::Completed);
    let mine = first.printed(&job, Stream::Out);
    let spaces = machine.folder.path().join("local/spaces");
    let jobs = machine.folder.path().join("local/jobs");
    let script = format!(
        "id -u; cat {0}/{PROJECT}/file; ls {0}/{PROJECT}; ls {1}; cat {1}/{id}/script; cat {1}/{id}/run/out; \
         cat {1}/{id}/order.json; echo x > {1}/{id}/run/cancel; echo y > $TMPDIR/mine && cat $TMPDIR/mine",
        spaces.display(),
        jobs.display()
    );
    let id = second.submit(&second.order("second", &script));
    let job = second.comes_to(&id, JobState::Completed);
    let theirs = second.printed(&job, Stream::Out);
    if is_root() {
        assert_eq!(mine, "200000\n200000\n", "no other groups");
        assert_eq!(theirs, "200001\ny\n");
        assert_eq!(second.printed(&job, Stream::Err).matches("ermission denied").count(), 7);
    }
    assert!(!machine.run(&id).join("tmp").exists(), "cleared");
}

#[test]
fn a_job_holds_nothing_that_is_the_engines() {
    let machine = Machine::new();
    let engine = machine.open();
    let stage = stage(&engine);
    // Streams by their names, folders nested deeper than a stack, and files that are not its own.
    let script = "
        echo told > /dev/stderr
        cd \"$TMPDIR\" || exit 9
        perl -e 'for (1 .. 20000) { mkdir \"d\"; chdir \"d\" or last }'
        cd /
        ls /proc/$$/fd | tr '\\n' ' '
        grep NoNewPrivs /proc/$$/status
    ";
    let id = stage.submit(&stage.order("held", script));
    let job = stage.comes_to(&id, JobState::Completed);
    assert_eq!(stage.printed(&job, Stream::Err), "told\n");
    let out = stage.printed(&job, Stream::Out);
    // Shells read their script as 10 or 255.
    let open = out.split_whitespace().map_while(|word| word.parse::<u32>().ok());
    assert!(open.into_iter().all(|number| [0, 1, 2, 10, 255].contains(&number)), "nothing else is open: {out}");
    assert!(out.contains("NoNewPrivs:\t1"), "{out}");
    assert!(!machine.run(&id).join("tmp").exists(), "what it nested is gone");
    let private = |path: PathBuf| {
        let mode = fs::metadata(&path).map(|it| fs::Permissions::mode(&it.permissions()));
        assert_eq!(mode.map(|mode| mode & 0o077).ok(), Some(0), "{}", path.display());
    };
    private(machine.run(&id).join("runner"));
    private(machine.run(&id).join("../../../lock"));
}

#[test]
fn a_folder_of_links_leads_nowhere() {
    let machine = Machine::new();
    let engine = machine.open();
    let stage = stage(&engine);
    let target = machine.folder.path().join("target");
    fs::create_dir(&target).expect("made");
    let id = stage.submit(&stage.order("links", &format!("ln -s {} away", target.display())));
    stage.comes_to(&id, JobState::Completed);
    let mut order = stage.order("follows", "pwd");
    order.spec.folder = "away/made".to_owned();
    let id = stage.submit(&order);
    if is_root() {
        let job = stage.comes_to(&id, JobState::Failed);
        assert_eq!(job.exit_code, Some(127));
        assert!(stage.printed(&job, Stream::Err).contains("away/made"));
        assert!(!target.join("made").exists());
    }
}

#[test]
fn a_second_program_is_kept_out() {
    let machine = Machine::new();
    let engine = machine.open();
    assert!(matches!(machine.try_open(), Err(EngineError::Unreachable(said)) if said.contains("another program")));
    drop(engine);
    drop(machine.open());
}

#[test]
fn a_job_is_no_longer_than_its_product_lets() {
    let machine = Machine::new();
    let engine = machine.open();
    let stage = stage(&engine);
    let rules = |minutes| Change::SetRules {
        project: PROJECT.to_owned(),
        pool: POOL.to_owned(),
        rules: Some(PoolRules {
            class: "short".to_owned(),
            max_wall_minutes: Some(minutes),
            max_jobs: Some(1),
            device_hours: Some(1),
        }),
    };
    let order = stage.order("one", "true");
    assert_eq!(engine.apply(&[rules(order.spec.minutes - 1)]), [Ok(())]);
    assert!(matches!(engine.submit(&order), Err(EngineError::Refused(said)) if said.contains("may run")));
    let Change::SetRules { rules: Some(asked), .. } = rules(order.spec.minutes) else { panic!("rules") };
    let kept = engine.within(asked);
    assert_eq!((kept.max_jobs, kept.device_hours), (None, None), "what it does not go by it does not promise");
    assert_eq!(engine.apply(&[rules(order.spec.minutes)]), [Ok(())]);
    engine.submit(&order).expect("taken");
}

#[test]
fn a_lowered_limit_kills_nothing_and_starts_nothing() {
    let machine = Machine::new();
    let engine = machine.open();
    let stage = stage(&engine);
    let script = "echo begun; while ! test -e go; do sleep 0.05; done";
    let ids = ["one", "two", "three"].map(|tag| stage.submit(&stage.order(tag, script)));
    stage.prints(&ids[0], "begun");
    stage.prints(&ids[1], "begun");
    let limit = |limit| {
        let change = Change::SetLimit { project: PROJECT.to_owned(), pool: POOL.to_owned(), limit };
        assert_eq!(engine.apply(&[change]), [Ok(())]);
    };
    limit(1);
    engine.cancel(&ids[0]).expect("it is told");
    stage.comes_to(&ids[0], JobState::Cancelled);
    stage.waits_for(&ids[2], WaitReason::Limit);
    limit(0);
    stage.waits_for(&ids[2], WaitReason::Closed);
    assert_eq!(stage.job(&ids[1]).expect("there").state, JobState::Running);
    limit(2);
    stage.prints(&ids[2], "begun");
    fs::write(machine.folder.path().join("local/spaces").join(PROJECT).join("go"), "").expect("written");
    for id in &ids[1..] {
        stage.comes_to(id, JobState::Completed);
    }
}

#[test]
fn what_runs_of_a_project_that_is_over_has_a_grace() {
    let machine = Machine::new();
    let engine = machine.open();
    let stage = stage(&engine);
    let ids = ["one", "two", "three"].map(|tag| stage.submit(&stage.order(tag, "echo begun; sleep 60")));
    stage.prints(&ids[0], "begun");
    stage.prints(&ids[1], "begun");
    let remove = [Change::Remove { project: PROJECT.to_owned() }];
    assert_eq!(engine.apply(&[Change::Close { project: PROJECT.to_owned() }]), [Ok(())]);
    stage.comes_to(&ids[2], JobState::Cancelled);
    assert!(matches!(engine.submit(&stage.order("late", "true")), Err(EngineError::Refused(_))));
    assert_eq!(stage.job(&ids[0]).expect("there").state, JobState::Running);
    assert!(matches!(engine.apply(&remove)[..], [Err(EngineError::Busy(_))]));
    machine.ahead.store(3601, Ordering::SeqCst);
    stage.comes_to(&ids[0], JobState::Cancelled);
    stage.comes_to(&ids[1], JobState::Cancelled);
    assert_eq!(engine.apply(&remove), [Ok(())]);
    assert_eq!(engine.observe().expect("it can be seen").projects, []);
}

#[test]
fn old_jobs_are_cleared_and_their_numbers_are_not_given_again() {
    let machine = Machine::new();
    let engine = machine.open();
    let ids = ["one", "two"].map(|tag| stage(&engine).submit(&stage(&engine).order(tag, "true")));
    for id in &ids {
        stage(&engine).comes_to(id, JobState::Completed);
    }
    drop(engine);
    machine.ahead.store(31 * 24 * 3600, Ordering::SeqCst);
    let engine = machine.open();
    until("the old one is gone", || (!machine.run(&ids[0]).exists()).then_some(()));
    let next = stage(&engine).submit(&stage(&engine).order("three", "true"));
    assert!(next.parse::<u64>().expect("a number") > ids[1].parse().expect("a number"));
}

#[test]
fn an_image_is_run_by_the_centers_command() {
    let mut machine = Machine::new();
    let engine = machine.open();
    let order = |engine: &Local| {
        let mut order = stage(engine).order("image", "echo inside");
        order.spec.image = Some("docker://debian:12".to_owned());
        order
    };
    assert!(!engine.runs_images());
    assert!(matches!(engine.submit(&order(&engine)), Err(EngineError::Refused(_))));
    drop(engine);
    machine.settings.container = "env IMAGE={image}".to_owned();
    let engine = machine.open();
    assert!(engine.runs_images());
    let mut order = order(&engine);
    order.spec.script = "#!/bin/sh\necho $IMAGE\n".to_owned();
    let id = stage(&engine).submit(&order);
    let job = stage(&engine).comes_to(&id, JobState::Completed);
    assert_eq!(stage(&engine).printed(&job, Stream::Out), "docker://debian:12\n");
}

#[test]
fn without_its_runner_the_engine_says_so() {
    let machine = Machine::new();
    let runner = Runner { program: "/no/such/program".into(), args: Vec::new() };
    let now = Arc::new(|| Timestamp::from_second(1_630_000_000).expect("a time"));
    let folder = machine.folder.path().join("local");
    let engine = Local::open(&folder, machine.settings.clone(), runner, now).expect("it opens");
    set(&engine, PROJECT, POOL, "man");
    let id = stage(&engine).submit(&stage(&engine).order("waits", "true"));
    stage(&engine).waits_for(&id, WaitReason::Nodes);
    let trouble = engine.observe().expect("it can be seen").trouble;
    assert!(matches!(trouble, Some(EngineError::Controller(said)) if said.contains("/no/such/program")));
    drop(engine);
    stage(&machine.open()).comes_to(&id, JobState::Completed);
}

#[test]
fn slots_do_not_stand_idle_between_short_jobs() {
    let machine = Machine::new();
    let engine = machine.open();
    let stage = stage(&engine);
    let mut order = stage.order("short", "exec sleep 0.2");
    order.spec.array = Some("0-9".parse().expect("an array"));
    let begun = Instant::now();
    let id = stage.submit(&order);
    for task in 0..10 {
        stage.comes_to(&format!("{id}_{task}"), JobState::Completed);
    }
    // Five after each other; a machine under load is given much more.
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}
