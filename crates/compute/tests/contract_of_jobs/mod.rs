//! What every engine that runs jobs keeps to, from the order to the end. Nothing here knows an engine:
//! a [`Stage`] says on which it plays.
#![allow(dead_code, missing_docs, reason = "each test file uses its part")]

use std::time::{Duration, Instant};

use compute::{Change, Compute, EngineError, JobKey, JobOrder, JobSeen, Reservation};
use domain::job::{AfterKind, Checkpoint, JobSpec, JobState, Stream, WaitReason};
use jiff::{SignedDuration, Timestamp};

/// How long something may take that has to happen.
const LIMIT: Duration = Duration::from_secs(60);

/// An engine with a project that may use two devices of a pool at once.
pub struct Stage<'a> {
    pub engine: &'a dyn Compute,
    pub project: &'a str,
    pub pool: &'a str,
    pub member: &'a str,
    /// Sets its tags apart from those of other stages on the same engine.
    pub mark: String,
    /// How long a minute of its jobs is.
    pub minute: Duration,
}

/// Makes the project of a stage as it has to be.
pub fn set(engine: &dyn Compute, project: &str, pool: &str, member: &str) {
    let project = project.to_owned();
    let changes = [
        Change::Create { project: project.clone() },
        Change::SetLimit { project: project.clone(), pool: pool.to_owned(), limit: 2 },
        Change::AddMember { project, member: member.to_owned() },
    ];
    assert_eq!(engine.apply(&changes), [Ok(()), Ok(()), Ok(())]);
}

pub fn until<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(begun.elapsed() < LIMIT, "in vain: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

impl Stage<'_> {
    /// A tag of this stage.
    pub fn tag(&self, name: &str) -> String {
        format!("{name}{}", self.mark)
    }

    pub fn order(&self, tag: &str, script: &str) -> JobOrder {
        let spec = JobSpec {
            name: tag.to_owned(),
            script: format!("#!/bin/sh\n{script}\n"),
            devices: 1,
            minutes: 1,
            image: None,
            environment: [].into(),
            folder: String::new(),
            array: None,
        };
        JobOrder {
            tag: self.tag(tag),
            project: self.project.to_owned(),
            pool: self.pool.to_owned(),
            member: self.member.to_owned(),
            spec,
            after: Vec::new(),
            reservation: None,
        }
    }

    pub fn submit(&self, order: &JobOrder) -> String {
        self.engine.submit(order).expect("it is taken")
    }

    /// The engine's time, by a job that it takes in.
    pub fn now(&self) -> Timestamp {
        let id = self.submit(&self.order("clock", "true"));
        until("it is taken in", || self.job(&id)).submitted_at
    }

    /// A job as it is at this moment.
    pub fn job(&self, id: &str) -> Option<JobSeen> {
        let all = self.engine.jobs(Timestamp::UNIX_EPOCH).expect("they can be seen");
        all.into_iter().find(|job| job.id == id)
    }

    pub fn comes_to(&self, id: &str, state: JobState) -> JobSeen {
        until(&format!("{id} comes to {state:?}"), || {
            let job = self.job(id)?;
            assert!(job.state == state || !job.state.is_over(), "not {state:?}: {job:?}");
            (job.state == state).then_some(job)
        })
    }

    pub fn waits_for(&self, id: &str, reason: WaitReason) -> JobSeen {
        until(&format!("{id} waits for {reason:?}"), || {
            let job = self.job(id)?;
            assert_eq!(job.state, JobState::Pending, "{job:?}");
            job.wait.as_ref().is_some_and(|wait| wait.reason == reason).then_some(job)
        })
    }

    pub fn printed(&self, job: &JobSeen, stream: Stream) -> String {
        let tag = job.tag.as_deref().expect("it was ours");
        let key = JobKey { id: &job.id, tag, task: job.task };
        let printed = self.engine.printed(key, stream, 0, 1 << 20).expect("it can be read");
        String::from_utf8(printed.bytes).expect("text")
    }

    /// Waits until a job has printed something.
    pub fn prints(&self, id: &str, text: &str) {
        until(&format!("{id} prints {text}"), || {
            self.printed(&self.job(id)?, Stream::Out).contains(text).then_some(())
        });
    }
}

pub fn a_job_runs_and_prints(stage: &Stage<'_>) {
    let id = stage.submit(&stage.order("runs", "echo good; echo bad >&2"));
    stage.comes_to(&id, JobState::Completed);
    // What it used may be known a little later than its end.
    let job = until("what it used is known", || stage.job(&id).filter(|job| job.cpu_seconds.is_some()));
    assert_eq!((job.exit_code, job.signal, job.wait.clone()), (Some(0), None, None));
    assert_eq!((job.tag.clone(), job.task, job.name.as_str()), (Some(stage.tag("runs")), None, "runs"));
    assert_eq!((job.project.as_str(), job.pool.as_str()), (stage.project, stage.pool));
    assert_eq!((job.member.as_str(), job.devices, job.minutes), (stage.member, 1, 1));
    assert!(job.cpus > 0 && !job.nodes.is_empty(), "{job:?}");
    let (started, ended) = (job.started_at.expect("it started"), job.ended_at.expect("it ended"));
    assert!(job.submitted_at <= started && started <= ended, "{job:?}");
    assert_eq!(stage.printed(&job, Stream::Out), "good\n");
    assert_eq!(stage.printed(&job, Stream::Err), "bad\n");
}

pub fn a_bad_end_is_told(stage: &Stage<'_>) {
    let id = stage.submit(&stage.order("fails", "exit 3"));
    let job = stage.comes_to(&id, JobState::Failed);
    assert_eq!((job.exit_code, job.signal), (Some(3), None));
}

pub fn the_limit_holds(stage: &Stage<'_>) {
    let mut order = stage.order("first", "sleep 30");
    order.spec.devices = 2;
    let first = stage.submit(&order);
    stage.comes_to(&first, JobState::Running);
    let second = stage.submit(&stage.order("second", "true"));
    stage.waits_for(&second, WaitReason::Limit);
    order.tag = stage.tag("never");
    order.spec.devices = 3;
    let never = stage.submit(&order);
    stage.waits_for(&never, WaitReason::NeverFits);
    stage.engine.cancel(&first).expect("it is told");
    stage.comes_to(&first, JobState::Cancelled);
    stage.comes_to(&second, JobState::Completed);
    stage.engine.cancel(&never).expect("it is told");
    stage.comes_to(&never, JobState::Cancelled);
}

pub fn what_is_cancelled_ends(stage: &Stage<'_>) {
    let mut order = stage.order("runs-on", "echo begun; sleep 60");
    order.spec.devices = 2;
    let first = stage.submit(&order);
    let second = stage.submit(&stage.order("waits", "echo begun"));
    stage.prints(&first, "begun");
    stage.waits_for(&second, WaitReason::Limit);
    for id in [&second, &first] {
        stage.engine.cancel(id).expect("it is told");
    }
    let job = stage.comes_to(&first, JobState::Cancelled);
    assert!(job.started_at.is_some() && job.ended_at.is_some());
    let job = stage.comes_to(&second, JobState::Cancelled);
    assert_eq!((job.started_at, job.wait.clone()), (None, None));
    assert_eq!(stage.printed(&job, Stream::Out), "");
    stage.engine.cancel(&first).expect("twice is once");
    stage.engine.cancel("4000000").expect("nobody is there");
}

pub fn what_runs_is_given_more_time(stage: &Stage<'_>) {
    let script = format!("echo begun; sleep {}", (stage.minute * 3 / 2).as_secs());
    let mut order = stage.order("longer", &script);
    order.spec.devices = 2;
    let id = stage.submit(&order);
    let waits = stage.submit(&stage.order("not-longer", "true"));
    stage.prints(&id, "begun");
    stage.waits_for(&waits, WaitReason::Limit);
    for id in [&id, &waits] {
        stage.engine.lengthen(id, 3).expect("it is given");
    }
    until("it may run longer", || stage.job(&id).filter(|job| job.minutes == 3));
    assert_eq!(stage.job(&waits).map(|job| job.minutes), Some(1), "what waits stays as it is");
    stage.engine.lengthen(&id, 2).expect("it has more");
    assert_eq!(stage.job(&id).map(|job| job.minutes), Some(3), "nothing is taken");
    stage.engine.lengthen("4000000", 3).expect("nobody is there");
    // It outlives the minute that it asked for.
    std::thread::sleep(stage.minute * 11 / 10);
    assert_eq!(stage.job(&id).map(|job| job.state), Some(JobState::Running));
    let job = stage.comes_to(&id, JobState::Completed);
    assert_eq!(job.minutes, 3);
    stage.comes_to(&waits, JobState::Completed);
}

pub fn tasks_of_an_array_have_numbers(stage: &Stage<'_>) {
    let mut order = stage.order("array", "echo task $SLURM_ARRAY_TASK_ID");
    order.spec.array = Some("1-5:2%1".parse().expect("an array"));
    let id = stage.submit(&order);
    for task in [1, 3, 5] {
        let job = stage.comes_to(&format!("{id}_{task}"), JobState::Completed);
        assert_eq!(job.task, Some(task));
        assert_eq!(stage.printed(&job, Stream::Out), format!("task {task}\n"));
    }
    let mut order = stage.order("many", "sleep 60");
    order.spec.array = Some("0-2%1".parse().expect("an array"));
    let id = stage.submit(&order);
    stage.comes_to(&format!("{id}_0"), JobState::Running);
    stage.waits_for(&format!("{id}_1"), WaitReason::ArrayLimit);
    stage.engine.cancel(&id).expect("all are told");
    for task in 0..3 {
        stage.comes_to(&format!("{id}_{task}"), JobState::Cancelled);
    }
}

pub fn a_job_waits_for_another(stage: &Stage<'_>) {
    let good = stage.submit(&stage.order("good", "sleep 1"));
    let after = |tag: &str, id: &str, kind: AfterKind| JobOrder {
        after: vec![(id.to_owned(), kind)],
        ..stage.order(tag, "true")
    };
    let ok = stage.submit(&after("after-ok", &good, AfterKind::Ok));
    let never = stage.submit(&after("after-not-ok", &good, AfterKind::NotOk));
    stage.waits_for(&ok, WaitReason::Dependency);
    let first = stage.comes_to(&good, JobState::Completed);
    let second = stage.comes_to(&ok, JobState::Completed);
    assert!(first.ended_at <= second.started_at, "{first:?} {second:?}");
    stage.waits_for(&never, WaitReason::DependencyNever);
    stage.engine.cancel(&never).expect("it is told");
    let bad = stage.submit(&stage.order("bad", "false"));
    let not_ok = stage.submit(&after("after-bad", &bad, AfterKind::NotOk));
    let any = stage.submit(&after("after-any", &bad, AfterKind::Any));
    stage.comes_to(&not_ok, JobState::Completed);
    stage.comes_to(&any, JobState::Completed);
}

pub fn the_same_tag_is_one_order(stage: &Stage<'_>) {
    assert_eq!(stage.engine.submitted(&stage.tag("once")), Ok(None));
    let order = stage.order("once", "true");
    let id = stage.submit(&order);
    assert_eq!(stage.submit(&order), id);
    assert_eq!(stage.engine.submitted(&stage.tag("once")), Ok(Some(id.clone())));
    stage.comes_to(&id, JobState::Completed);
    assert_eq!(stage.submit(&order), id, "nor once it is over");
    let all = stage.engine.jobs(Timestamp::UNIX_EPOCH).expect("they can be seen");
    assert_eq!(all.iter().filter(|job| job.tag == Some(stage.tag("once"))).count(), 1);
}

pub fn the_environment_reaches_the_script(stage: &Stage<'_>) {
    let script = "echo \"$WORD|$MUDEUNG_PROJECT|$MUDEUNG_POOL|$MUDEUNG_TAG|$SLURM_JOB_ID\"\n\
                  pwd; echo made > here; cat here";
    let mut order = stage.order("environment", script);
    order.spec.environment = [("WORD".to_owned(), "a 'b' \"c\" $HOME 가".to_owned())].into();
    order.spec.folder = "runs/first".to_owned();
    let id = stage.submit(&order);
    let job = stage.comes_to(&id, JobState::Completed);
    let out = stage.printed(&job, Stream::Out);
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(
        lines[0],
        format!("a 'b' \"c\" $HOME 가|{}|{}|{}|{id}", stage.project, stage.pool, stage.tag("environment"))
    );
    assert!(lines[1].ends_with("/runs/first"), "{out}");
    assert_eq!(lines[2], "made");
}

pub fn what_is_printed_is_read_in_parts(stage: &Stage<'_>) {
    let id = stage.submit(&stage.order("prints", "printf 0123456789"));
    stage.comes_to(&id, JobState::Completed);
    let part = |from, limit| {
        let tag = stage.tag("prints");
        let key = JobKey { id: &id, tag: &tag, task: None };
        let printed = stage.engine.printed(key, Stream::Out, from, limit).expect("it can be read");
        assert_eq!(printed.size, 10);
        (String::from_utf8(printed.bytes).expect("text"), printed.from)
    };
    assert_eq!(part(0, 4), ("0123".to_owned(), 0));
    assert_eq!(part(4, 100), ("456789".to_owned(), 4));
    assert_eq!(part(10, 100), (String::new(), 10));
    assert_eq!(part(99, 100), (String::new(), 10));
}

pub fn what_would_run_into_maintenance_waits(stage: &Stage<'_>) {
    let nodes = stage.engine.nodes().expect("they can be seen").into_iter();
    let nodes = nodes.filter(|node| node.pools.iter().any(|pool| pool == stage.pool)).map(|node| node.name).collect();
    let now = stage.now();
    let later = |seconds: i64| now.saturating_add(SignedDuration::from_secs(seconds)).expect("within range");
    let name = format!("m{}", stage.mark.replace(|c: char| !c.is_ascii_alphanumeric(), ""));
    let reserved = || {
        let all = stage.engine.reservations().expect("they can be seen");
        all.into_iter().find(|one| one.name == name)
    };
    let mut window = Reservation {
        name: name.clone(),
        from: later(40),
        to: later(3600),
        project: None,
        devices: [(stage.pool.to_owned(), 1_000)].into(),
        nodes,
    };
    stage.engine.reserve(&window).expect("it is made");
    assert!(window.is_met_by(&reserved().expect("it is there"), now));
    // Its minute would not be over before.
    let id = stage.submit(&stage.order("into", "true"));
    stage.waits_for(&id, WaitReason::Nodes);
    window.to = later(7200);
    window.from = later(60);
    stage.engine.reserve(&window).expect("it is changed");
    assert!(window.is_met_by(&reserved().expect("it is there"), now));
    stage.engine.reserve(&window).expect("twice is once");
    stage.engine.release(&name).expect("it goes");
    stage.engine.release(&name).expect("twice is once");
    assert_eq!(reserved(), None);
    stage.comes_to(&id, JobState::Completed);
}

pub fn a_signal_reaches_who_waits_for_it(stage: &Stage<'_>) {
    let script = "trap 'echo saved; exit 0' USR1\necho begun\nwhile :; do sleep 0.1; done";
    let id = stage.submit(&stage.order("saves", script));
    stage.prints(&id, "begun");
    stage.engine.signal(&id, Checkpoint::Usr1).expect("it is sent");
    let job = stage.comes_to(&id, JobState::Completed);
    assert_eq!(stage.printed(&job, Stream::Out), "begun\nsaved\n");
    stage.engine.signal(&id, Checkpoint::Usr1).expect("it is over");
    stage.engine.signal("4000000", Checkpoint::Usr2).expect("nobody is there");
}

pub fn who_may_not_is_refused(stage: &Stage<'_>) {
    let refused = |change: fn(&mut JobOrder)| {
        let mut order = stage.order("refused", "true");
        change(&mut order);
        matches!(stage.engine.submit(&order), Err(EngineError::Refused(_)))
    };
    assert!(refused(|order| order.member = "lp".to_owned()), "somebody else");
    assert!(refused(|order| order.project = "P2021-0099".to_owned()), "another project");
    assert!(refused(|order| order.pool = "gpu-v100".to_owned()), "another pool");
    assert_eq!(stage.engine.submitted(&stage.tag("refused")), Ok(None));
}
