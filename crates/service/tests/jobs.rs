//! Jobs from the order to their end, on both databases, with an engine that the test moves by hand.

use std::sync::Arc;

use compute::{Compute as _, Fake, JobOrder, JobSeen};
use domain::access::{Role, Tie};
use domain::ids::{JobId, PoolId};
use domain::job::{AfterKind, JobSpec, JobState, Stream, WaitReason};
use jiff::SignedDuration;
use service::devenv::{self, NewSession};
use service::job::{self, JobFilter, JobRow, Memory, NewJob};
use service::{Actor, Error, Outcome, engine};
use store::values;
use testkit::{TestAward, TestCenter, actor, on_both_engines, term};

const POOL: &str = "gpu-a100";

fn pool() -> PoolId {
    POOL.parse().expect("a slug")
}

/// A center with a project of four devices, whose engine is in line.
struct Story {
    t: TestCenter,
    fake: Arc<Fake>,
    of: TestAward,
    memory: Memory,
}

impl Story {
    fn new(mut t: TestCenter) -> Self {
        t.set((2021, 6, 1), 9);
        let fake = Arc::new(Fake::default());
        t.center = t.center.clone().with_engine(fake.clone());
        let days = term((2021, 6, 1), (2021, 9, 1));
        let of = t.add_holding(1, POOL, 4, days);
        engine::sync(&t.center, fake.as_ref()).expect("in line");
        Self { t, fake, of, memory: Memory::default() }
    }

    fn spec(devices: i64) -> JobSpec {
        JobSpec {
            name: "학습".to_owned(),
            script: "#!/bin/sh\ntrue\n".to_owned(),
            devices,
            minutes: 60,
            image: None,
            environment: [("EPOCHS".to_owned(), "3".to_owned())].into(),
            folder: String::new(),
            array: None,
        }
    }

    fn new_job(&self, spec: JobSpec) -> NewJob {
        NewJob { project: self.of.project, pool: pool(), spec, after: Vec::new() }
    }

    fn try_submit(&self, as_whom: &Actor, new: NewJob) -> Outcome<JobId> {
        self.t.center.write(as_whom, |cx| job::submit(cx, new)).map(|(_, job)| job)
    }

    fn submit(&self, devices: i64) -> JobId {
        self.try_submit(&self.of.lead, self.new_job(Self::spec(devices))).expect("taken in")
    }

    fn sync(&mut self) -> u64 {
        job::sync(&self.t.center, self.fake.as_ref(), &mut self.memory).expect("the round runs")
    }

    fn row(&self, id: JobId) -> JobRow {
        self.t.center.read(&self.of.lead, |cx| job::show(cx, id)).expect("seen").item.row
    }

    /// The engine's number of a job.
    fn number(&self, id: JobId) -> String {
        self.row(id).engine_id.expect("the engine has it")
    }

    fn step(&self, id: JobId, change: impl FnOnce(&mut JobSeen)) {
        self.fake.job(&self.number(id), change);
    }

    fn later(&self, seconds: i64) {
        self.t.clock.set(self.t.center.now() + SignedDuration::from_secs(seconds));
    }

    fn run(&self, id: JobId) {
        let now = self.t.center.now();
        self.step(id, |job| {
            (job.state, job.wait, job.started_at, job.cpus) = (JobState::Running, None, Some(now), 8);
        });
    }

    fn end(&self, id: JobId, state: JobState) {
        let now = self.t.center.now();
        self.step(id, |job| {
            (job.state, job.wait, job.ended_at) = (state, None, Some(now));
            (job.exit_code, job.cpu_seconds) = (Some(i64::from(state != JobState::Completed)), Some(2400));
        });
    }
}

fn fields(outcome: &Outcome<JobId>) -> Vec<String> {
    match outcome {
        Err(Error::Invalid(faults)) => faults.iter().map(|one| format!("{} {}", one.field, one.reason.code)).collect(),
        other => panic!("{other:?}"),
    }
}

on_both_engines! {
    fn a_job_goes_its_way(t) {
        let mut s = Story::new(t);
        let id = s.submit(2);
        assert_eq!(s.row(id).state, JobState::Sending);
        assert_eq!(s.sync(), 1);
        let row = s.row(id);
        assert_eq!((row.state, row.wait, row.rank), (JobState::Pending, Some(WaitReason::Priority), Some(1)));
        assert_eq!(row.account, "mu0001");
        s.run(id);
        s.sync();
        assert_eq!((s.row(id).state, s.row(id).wait, s.row(id).rank), (JobState::Running, None, None));
        s.fake.print(&s.number(id), Stream::Out, "손실 0.1\n");
        let part = job::output(&s.t.center, &s.of.lead, id, Stream::Out, None, 100).expect("read");
        assert_eq!((String::from_utf8_lossy(&part.bytes).as_ref(), part.from, part.size), ("손실 0.1\n", 0, 11));
        s.later(600);
        s.end(id, JobState::Completed);
        s.sync();
        let view = s.t.center.read(&s.of.lead, |cx| job::show(cx, id)).expect("seen");
        assert_eq!(view.item.row.state, JobState::Completed);
        let found = view.efficiency.expect("it ran");
        assert_eq!((found.cpu_permille, found.time_permille), (Some(500), 166));
        assert_eq!(s.sync(), 0, "at rest");
    }

    fn what_cannot_run_is_told_at_once(t) {
        let s = Story::new(t);
        let lead = &s.of.lead;
        let mut bad = Story::spec(5);
        (bad.name, bad.script, bad.minutes) = (String::new(), "echo".to_owned(), 0);
        bad.environment.insert("LD_PRELOAD".to_owned(), "x".to_owned());
        bad.folder = "../..".to_owned();
        let found = fields(&s.try_submit(lead, s.new_job(bad)));
        assert_eq!(found, [
            "name required", "script script_interpreter", "minutes too_small", "environment not_a_variable",
            "folder not_a_folder", "devices job_beyond",
        ]);
        let elsewhere = NewJob { pool: "gpu-v100".parse().expect("a slug"), ..s.new_job(Story::spec(1)) };
        assert_eq!(fields(&s.try_submit(lead, elsewhere)), ["pool job_holds_nothing"]);
        let unknown = NewJob { after: vec![(domain::ids::Id::new(1, [1; 10]), AfterKind::Ok)], ..s.new_job(Story::spec(1)) };
        assert_eq!(fields(&s.try_submit(lead, unknown)), ["after unknown"]);
        s.t.set((2021, 9, 1), 9);
        assert_eq!(fields(&s.try_submit(lead, s.new_job(Story::spec(1)))), ["pool job_holds_nothing"]);
    }

    fn a_product_limits_the_jobs_of_its_awards(t) {
        let s = Story::new(t);
        let lead = &s.of.lead;
        let limits = |minutes: i64| {
            s.t.db.db.write(|tx| {
                let sql = "UPDATE product SET max_wall_minutes = $1, max_jobs = 2, device_hours = 100 WHERE id = 'gpu_short'";
                tx.run(sql, store::values![minutes])
            })
        };
        assert_eq!(limits(60).ok(), Some(1));
        engine::sync(&s.t.center, s.fake.as_ref()).expect("in line");
        let seen = s.fake.observe().expect("seen").projects.remove(0);
        let rules = serde_json::json!({ POOL: { "class": "gpu_short", "max_wall_minutes": 60, "max_jobs": 2, "device_hours": 400 } });
        assert_eq!(serde_json::to_value(&seen.rules).ok(), Some(rules));
        let job = |minutes| s.new_job(JobSpec { minutes, ..Story::spec(1) });
        assert_eq!(fields(&s.try_submit(lead, job(61))), ["minutes job_too_long"]);
        s.try_submit(lead, job(60)).expect("taken in");
        assert_eq!(limits(90).ok(), Some(1));
        s.try_submit(lead, job(61)).expect("taken in");
    }

    fn who_may_what(t) {
        let mut s = Story::new(t);
        let id = s.submit(1);
        s.sync();
        let stranger = s.t.add_person(100, "stranger");
        let member = s.t.add_member(s.of.project, 101, "member");
        let show = |who: &Actor| s.t.center.read(who, |cx| job::show(cx, id));
        assert!(matches!(show(&stranger), Err(Error::NotFound)));
        assert!(matches!(s.try_submit(&stranger, s.new_job(Story::spec(1))), Err(Error::NotFound)));
        // Whoever runs the center sees that it runs, not what it is.
        let operator = actor(Role::Operator);
        let seen = show(&operator).expect("seen");
        assert!(seen.spec.is_none() && !seen.reads_output && seen.cancellable);
        assert!(matches!(s.try_submit(&operator, s.new_job(Story::spec(1))), Err(Error::Forbidden(_))));
        let output = |who: &Actor| job::output(&s.t.center, who, id, Stream::Out, None, 10);
        assert!(matches!(output(&operator), Err(Error::NotFound)));
        assert!(matches!(output(&stranger), Err(Error::NotFound)));
        // A member sees all of the project's, and ends only their own.
        assert!(output(&member).is_ok() && show(&member).expect("seen").spec.is_some());
        let cancel = |who: &Actor, id| s.t.center.write(who, |cx| job::cancel(cx, id, false));
        assert!(matches!(cancel(&member, id), Err(Error::Forbidden(_))));
        assert!(matches!(cancel(&stranger, id), Err(Error::NotFound)));
        let own = s.try_submit(&member, s.new_job(Story::spec(1))).expect("taken in");
        assert_eq!(cancel(&member, own).expect("one's own"), 1);
        assert_eq!(cancel(&operator, id).expect("the operator"), 1);
        let list = |who: &Actor, filter: JobFilter| s.t.center.read(who, |cx| job::list(cx, filter, None, 50));
        assert_eq!(list(&stranger, JobFilter::default()).expect("nothing").len(), 0);
        assert_eq!(list(&member, JobFilter::default()).expect("their projects'").len(), 2);
        assert_eq!(list(&operator, JobFilter::default()).expect("all").len(), 2);
        let of_project = JobFilter { project: Some(s.of.project), ..JobFilter::default() };
        assert!(matches!(list(&stranger, of_project), Err(Error::NotFound)));
    }

    fn nothing_is_lost_or_run_twice(t) {
        let mut s = Story::new(t);
        s.fake.set_down(true);
        let id = s.submit(1);
        assert!(matches!(job::sync(&s.t.center, s.fake.as_ref(), &mut s.memory), Err(Error::Unavailable(_))));
        let view = s.t.center.read(&s.of.lead, |cx| job::show(cx, id)).expect("seen");
        assert_eq!((view.item.row.state, view.trouble.is_empty()), (JobState::Sending, false));
        s.fake.set_down(false);
        assert_eq!(s.sync(), 0, "not before the pause is over");
        s.later(60);
        assert_eq!(s.sync(), 1);
        assert_eq!(s.row(id).state, JobState::Pending);
        // The engine took an order in, and the program was killed before it could note that.
        let second = s.submit(1);
        let order = s.row(second).order.expect("an order").to_string();
        let lost = JobOrder {
            tag: order, project: format!("P-{:06}", s.of.number), pool: POOL.to_owned(), member: "mu0001".to_owned(),
            spec: Story::spec(1), after: Vec::new(), reservation: None,
        };
        let number = s.fake.submit(&lost).expect("taken in");
        s.memory = Memory::default();
        s.sync();
        assert_eq!(s.number(second), number);
        let all = s.t.center.read(&s.of.lead, |cx| job::list(cx, JobFilter::default(), None, 50)).expect("listed");
        assert_eq!(all.len(), 2, "one row for each");
    }

    fn an_order_is_taken_back_before_and_after_it_was_sent(t) {
        let mut s = Story::new(t);
        let cancel = |s: &Story, id, whole| s.t.center.write(&s.of.lead, |cx| job::cancel(cx, id, whole));
        let early = s.submit(1);
        cancel(&s, early, false).expect("asked");
        s.sync();
        assert_eq!((s.row(early).state, s.row(early).engine_id), (JobState::Cancelled, None));
        let running = s.submit(1);
        s.sync();
        s.run(running);
        s.sync();
        cancel(&s, running, false).expect("asked");
        assert_eq!(s.row(running).state, JobState::Running, "until the engine has ended it");
        s.sync();
        assert_eq!(s.row(running).state, JobState::Cancelled);
        assert!(matches!(cancel(&s, running, false), Err(Error::Conflict(_))), "it is over");
        let array = JobSpec { array: "0-3".parse().ok(), ..Story::spec(1) };
        let first = s.try_submit(&s.of.lead, s.new_job(array)).expect("taken in");
        s.sync();
        assert_eq!(s.number(first).split('_').nth(1), Some("0"));
        assert_eq!(cancel(&s, first, false).expect("one task"), 1);
        s.sync();
        let states = |s: &Story| {
            let view = s.t.center.read(&s.of.lead, |cx| job::show(cx, first)).expect("seen");
            view.tasks
        };
        assert_eq!(states(&s), [(JobState::Cancelled, 1), (JobState::Pending, 3)]);
        assert_eq!(cancel(&s, first, true).expect("the rest"), 3);
        s.sync();
        assert_eq!(states(&s), [(JobState::Cancelled, 4)]);
    }

    fn a_decrease_below_what_runs_ends_nothing_silently(t) {
        let mut s = Story::new(t);
        let rule = "UPDATE policy SET value = $1 WHERE key = $2";
        let set = |s: &Story, value: &str, key: &str| s.t.db.db.write(|tx| tx.run(rule, store::values![value, key])).expect("set");
        set(&s, "60", "decrease.grace_minutes");
        let (old, signalled, young) = (s.submit(1), s.try_submit(&s.of.lead, s.new_job(JobSpec {
            environment: [("CHECKPOINT_SIGNAL".to_owned(), "USR1".to_owned())].into(), ..Story::spec(1)
        })).expect("taken in"), s.submit(2));
        s.sync();
        for id in [old, signalled, young] {
            s.later(1);
            s.run(id);
        }
        s.sync();
        let settle = |s: &Story| engine::sync(&s.t.center, s.fake.as_ref()).expect("in line");
        settle(&s);
        let excess = |s: &Story| s.t.center.read(&s.of.lead, |cx| job::project(cx, s.of.project)).expect("seen").excess;
        assert!(excess(&s).is_empty(), "four of four");
        let less = service::adjustment::NewReturn {
            project: s.of.project, award: s.of.award, pool: pool(), amount: Some(domain::units::Amount(3)),
            from: jiff::civil::date(2021, 6, 1), reason: String::new(),
        };
        s.t.center.write(&s.of.lead, |cx| service::adjustment::give_back(cx, less)).expect("returned");
        let ends = s.t.center.now() + SignedDuration::from_mins(60);
        settle(&s);
        assert!(excess(&s).is_empty(), "it may pass by itself");
        s.later(60);
        settle(&s);
        assert_eq!(excess(&s).remove(0).ends_at, Some(ends), "a countdown");
        let told = |s: &Story| {
            let mails = s.t.db.db.read(|tx| store::trust::unsent(tx, jiff::Timestamp::MAX, 100)).expect("read");
            mails.into_iter().filter(|mail| mail.template == "jobs_too_many").count()
        };
        settle(&s);
        assert_eq!((told(&s), s.fake.signals().len()), (1, 0), "people are told once, and nothing else happens yet");
        s.later(49 * 60);
        settle(&s);
        settle(&s);
        assert_eq!(s.fake.signals(), [(s.number(signalled), domain::job::Checkpoint::Usr1)], "who asked for it, once");
        assert!(s.row(young).cancel_asked_at.is_none());
        s.later(10 * 60);
        settle(&s);
        s.sync();
        assert_eq!([old, signalled, young].map(|id| s.row(id).state),
            [JobState::Running, JobState::Cancelled, JobState::Cancelled], "the latest to start first, no more than needed");
        settle(&s);
        assert!(excess(&s).is_empty());
        // By a rule of 0 minutes they run on.
        set(&s, "0", "decrease.grace_minutes");
        let more = s.submit(1);
        s.sync();
        s.run(more);
        s.sync();
        settle(&s);
        s.later(60);
        settle(&s);
        assert_eq!(excess(&s).iter().map(|row| row.ends_at).collect::<Vec<_>>(), [None]);
        s.later(86_400);
        settle(&s);
        s.sync();
        assert_eq!([old, more].map(|id| s.row(id).state), [JobState::Running; 2]);
    }

    fn what_waits_for_another(t) {
        let mut s = Story::new(t);
        let first = s.submit(1);
        s.later(1);
        let after = |s: &Story, kind| {
            s.try_submit(&s.of.lead, NewJob { after: vec![(first, kind)], ..s.new_job(Story::spec(1)) }).expect("taken in")
        };
        let (well, badly) = (after(&s, AfterKind::Ok), after(&s, AfterKind::NotOk));
        s.sync();
        s.sync();
        assert_eq!((s.row(well).state, s.row(badly).state), (JobState::Pending, JobState::Pending));
        s.run(first);
        s.end(first, JobState::Failed);
        s.sync();
        // Submitted after the end: the portal knows how it ended.
        let (well, badly) = (after(&s, AfterKind::Ok), after(&s, AfterKind::NotOk));
        s.sync();
        assert_eq!((s.row(well).state, s.row(badly).state), (JobState::Refused, JobState::Pending));
    }

    fn jobs_of_the_cluster_itself_are_found(t) {
        let mut s = Story::new(t);
        let id = s.submit(1);
        s.sync();
        let mut strange = s.fake.jobs(jiff::Timestamp::UNIX_EPOCH).expect("seen").remove(0);
        (strange.id, strange.tag, strange.name) = ("900".to_owned(), None, "by hand".to_owned());
        s.fake.put_job(strange.clone());
        (strange.id, strange.project) = ("901".to_owned(), "P-999999".to_owned());
        s.fake.put_job(strange);
        s.sync();
        let all = s.t.center.read(&s.of.lead, |cx| job::list(cx, JobFilter::default(), None, 50)).expect("listed");
        assert_eq!(all.len(), 2, "not the one of no project of ours");
        let found = all.iter().find(|item| item.row.id != id).expect("found");
        assert_eq!((found.row.name.as_str(), found.row.user, found.row.order), ("by hand", s.of.lead.user, None));
        assert!(matches!(s.t.center.read(&s.of.lead, |cx| job::again(cx, found.row.id)), Err(Error::NotFound)));
    }

    fn a_job_that_is_gone_counts_as_lost_after_a_day(t) {
        let mut s = Story::new(t);
        let id = s.submit(1);
        s.sync();
        s.run(id);
        s.sync();
        s.step(id, |job| "elsewhere".clone_into(&mut job.project));
        let other = Fake::default();
        let look = |s: &mut Story| job::sync(&s.t.center, &other, &mut s.memory).expect("the round runs");
        look(&mut s);
        assert_eq!((s.row(id).state, s.row(id).missed_at.is_some()), (JobState::Running, true));
        s.sync();
        assert_eq!(s.row(id).missed_at, None, "it was seen again");
        look(&mut s);
        s.later(23 * 3600);
        look(&mut s);
        assert_eq!(s.row(id).state, JobState::Running);
        s.later(2 * 3600);
        look(&mut s);
        assert_eq!(s.row(id).state, JobState::NodeFail);
    }

    fn the_catalog_says_what_could_run(t) {
        let mut s = Story::new(t);
        let lead = s.of.lead.clone();
        let new = NewSession { project: s.of.project, environment: "lab".to_owned(), pool: pool(), devices: 1, hours: 1 };
        let catalog = |s: &Story| {
            let all = s.t.center.read(&s.of.lead, devenv::catalog).expect("read");
            let tried = all[0].1;
            (tried.came_up.is_some(), tried.failed.is_some(), devenv::failed_last(tried))
        };
        assert_eq!(catalog(&s), (false, false, false));
        let id = s.t.center.write(&lead, |cx| devenv::start(cx, &new)).expect("started");
        s.sync();
        assert_eq!(catalog(&s), (false, false, false), "nobody knows yet");
        let change = |s: &Story, sql: &str| s.t.db.db.write(|tx| tx.run(sql, values![id])).expect("written");
        let of_job = "WHERE id IN (SELECT job_id FROM dev_session WHERE id = $1)";
        change(&s, &format!("UPDATE job SET state = 'cancelled' {of_job}"));
        assert_eq!(catalog(&s), (false, false, false), "somebody ended it");
        change(&s, &format!("UPDATE job SET state = 'failed' {of_job}"));
        assert_eq!(catalog(&s), (false, true, true));
        s.t.clock.set(s.t.center.now() + SignedDuration::from_mins(1));
        let second = s.t.center.write(&lead, |cx| devenv::start(cx, &new)).expect("started");
        s.t.db.db.write(|tx| store::devenv::put_port(tx, second, 23_456, jiff::Timestamp::UNIX_EPOCH)).expect("written");
        assert_eq!(catalog(&s), (true, true, false));
    }

    fn an_environment_is_shut_for_whoever_left_or_is_locked(t) {
        let mut s = Story::new(t);
        let member = s.t.add_member(s.of.project, 100, "kim");
        let new = NewSession { project: s.of.project, environment: "lab".to_owned(), pool: pool(), devices: 1, hours: 1 };
        let start = |s: &Story, who: &Actor| s.t.center.write(who, |cx| devenv::start(cx, &new)).expect("started");
        let ids = [start(&s, &s.of.lead), start(&s, &member)];
        s.sync();
        let run = |tx: &mut store::Tx<'_>| tx.run("UPDATE job SET state = 'running'", &[]).map(drop);
        s.t.db.db.write(run).expect("written");
        let shut = |s: &Story| s.t.center.read(&Actor::clock(), |cx| devenv::shut(cx, &ids)).expect("read");
        assert_eq!(shut(&s), []);
        s.t.center.write(&actor(Role::Sysadmin), |cx| service::user::lock(cx, member.user.expect("one"), "사유")).expect("locked");
        assert_eq!(shut(&s), [ids[1]]);
        s.t.center.write(&actor(Role::Sysadmin), |cx| service::user::unlock(cx, member.user.expect("one"))).expect("unlocked");
        assert_eq!(shut(&s), []);
        let leave = |cx: &mut service::Cx<'_, '_>| service::project::remove_member(cx, s.of.project, member.user.expect("one"));
        s.t.center.write(&s.of.lead, leave).expect("left");
        assert_eq!(shut(&s), [ids[1]]);
        let end = |tx: &mut store::Tx<'_>| tx.run("UPDATE job SET state = 'completed'", &[]).map(drop);
        s.t.db.db.write(end).expect("written");
        assert_eq!(shut(&s).len(), 2);
    }

    fn an_environment_is_its_owners_alone(t) {
        let mut s = Story::new(t);
        let (project, lead, center) = (s.of.project, s.of.lead.clone(), s.t.center.clone());
        let new = |environment: &str, devices| NewSession {
            project, environment: environment.to_owned(), pool: pool(), devices, hours: 8,
        };
        let start = |new: NewSession| center.write(&lead, |cx| devenv::start(cx, &new));
        assert!(matches!(start(new("none", 1)), Err(Error::Invalid(_))));
        assert!(matches!(start(new("lab", 5)), Err(Error::Invalid(_))));
        let id = start(new("lab", 1)).expect("started");
        s.sync();
        let list = s.t.center.read(&s.of.lead, |cx| devenv::list(cx, s.of.project, None, 10)).expect("listed");
        let (job, secret) = (list[0].row.job, list[0].row.secret.clone());
        // Whoever sees the job sees no secret; whoever asks for it again gets none.
        let again = s.t.center.read(&s.of.lead, |cx| job::again(cx, job)).expect("seen");
        assert!(again.spec.environment.is_empty() && again.spec.script.contains("exec serve"));
        assert_eq!(secret.len(), 64);
        let enter = |s: &Story, who: &Actor| s.t.center.read(who, |cx| devenv::enter(cx, id));
        assert!(matches!(enter(&s, &s.of.lead), Err(Error::Conflict(_))), "it is not there yet");
        // It is there once its server lets somebody in.
        let server = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = server.local_addr().expect("bound").port();
        s.run(job);
        s.step(job, |job| "127.0.0.1".clone_into(&mut job.nodes));
        s.fake.print(&s.number(job), Stream::Out, &format!("SESSION_PORT {port}"));
        s.sync();
        assert!(matches!(enter(&s, &s.of.lead), Err(Error::Conflict(_))), "half a line");
        s.fake.print(&s.number(job), Stream::Out, "\nmore");
        s.sync();
        assert_eq!(enter(&s, &s.of.lead).expect("it is there"), ("127.0.0.1".to_owned(), port, secret));
        let member = s.t.add_member(s.of.project, 101, "member");
        for other in [&member, &actor(Role::Operator), &actor(Role::Sysadmin)] {
            assert!(matches!(enter(&s, other), Err(Error::NotFound)), "{}", other.name);
            assert!(matches!(s.t.center.write(other, |cx| devenv::keep(cx, id)), Err(Error::NotFound)));
        }
        // More time: by its owner, as long as it runs, up to what anything may run.
        let extend = |s: &Story, who: &Actor, hours| s.t.center.write(who, |cx| devenv::extend(cx, id, hours));
        assert!(matches!(extend(&s, &member, 1), Err(Error::NotFound)));
        assert!(matches!(extend(&s, &s.of.lead, 0), Err(Error::Invalid(_))));
        assert!(matches!(extend(&s, &s.of.lead, 30 * 24), Err(Error::Conflict(_))));
        extend(&s, &s.of.lead, 1).expect("asked");
        extend(&s, &s.of.lead, 1).expect("asked");
        assert_eq!(s.row(job).minutes, 8 * 60, "the engine was not told yet");
        s.fake.set_down(true);
        assert!(job::sync(&s.t.center, s.fake.as_ref(), &mut s.memory).is_err());
        s.fake.set_down(false);
        s.sync();
        assert_eq!(s.row(job).minutes, 10 * 60);
        s.sync();
        let shown = |s: &Story| s.t.center.read(&s.of.lead, |cx| devenv::show(cx, id)).expect("seen");
        let ends = shown(&s).started_at.map(|at| at + SignedDuration::from_hours(10));
        assert_eq!((shown(&s).minutes, shown(&s).row.asked_minutes, devenv::ends_at(&shown(&s))), (600, None, ends));
        // It is not led into maintenance of its pool.
        let window = |pool: &str, hours| {
            let from = (s.t.center.now() + SignedDuration::from_hours(hours)).as_second();
            s.t.db.db.write(|tx| -> store::Result<()> {
                let id = format!("018f0000-0000-7000-8000-{hours:012}");
                let sql = "INSERT INTO maintenance (id, title_ko, title_en, note, from_at, to_at, nodes, state, version,
                           created_at, sync_state, sync_tries, sync_next_at, sync_error)
                           VALUES ($1, '점검', '', '', $2, $3, '', 'planned', 1, 0, 'in_line', 0, 0, '')";
                tx.run(sql, store::values![id.clone(), from, from + 3600])?;
                let sql = "INSERT INTO maintenance_pool (maintenance_id, pool_id, amount) VALUES ($1, $2, 1)";
                tx.run(sql, store::values![id, pool.to_owned()]).map(drop)
            }).expect("planned");
        };
        window("gpu-v100", 10);
        window(POOL, 12);
        assert!(matches!(extend(&s, &s.of.lead, 3), Err(Error::Conflict(_))));
        s.fake.refuse_lengthening(true);
        extend(&s, &s.of.lead, 1).expect("asked");
        s.sync();
        let row = shown(&s).row;
        assert_eq!((row.asked_minutes, row.refused.as_str(), s.row(job).minutes), (None, "no more time", 600));
        s.fake.refuse_lengthening(false);
        assert!(devenv::opens_at(&s.t.center.identity, &s.of.lead, &shown(&s)).is_some_and(|url| url.ends_with("/lab")));
        assert_eq!(devenv::opens_at(&s.t.center.identity, &member, &shown(&s)), None);
        let mine = |s: &Story, who: &Actor| s.t.center.read(who, |cx| devenv::mine(cx, None, 10)).expect("listed").len();
        assert_eq!((mine(&s, &s.of.lead), mine(&s, &member)), (1, 0));
        // Nobody does anything in it for an hour; before that somebody does.
        let idle = |s: &Story| s.t.center.write(&Actor::clock(), devenv::end_idle).expect("ran");
        s.later(3500);
        s.t.center.write(&Actor::clock(), |cx| devenv::used(cx, &[id])).expect("noted");
        s.later(3500);
        assert_eq!(idle(&s), 0);
        s.t.center.write(&s.of.lead, |cx| devenv::keep(cx, id)).expect("kept");
        s.later(3500);
        assert_eq!(idle(&s), 0);
        s.later(200);
        assert_eq!((idle(&s), idle(&s)), (1, 0));
        s.sync();
        s.sync();
        assert_eq!(s.row(job).state, JobState::Cancelled);
        assert!(matches!(enter(&s, &s.of.lead), Err(Error::Conflict(_))), "it is over");
        for _ in 0..5 {
            start(new("lab", 1)).expect("started");
        }
        assert!(matches!(start(new("lab", 1)), Err(Error::Conflict(_))), "too many");
    }

    fn lists_are_narrowed(t) {
        let mut s = Story::new(t);
        let ids: Vec<JobId> = ["a_1", "A%2", "b"].map(|name| {
            s.later(60);
            let spec = JobSpec { name: name.to_owned(), ..Story::spec(1) };
            s.try_submit(&s.of.lead, s.new_job(spec)).expect("taken in")
        }).to_vec();
        s.sync();
        s.run(ids[2]);
        s.sync();
        let found = |filter: JobFilter| -> Vec<JobId> {
            let items = s.t.center.read(&s.of.lead, |cx| job::list(cx, filter, None, 50)).expect("listed");
            items.iter().map(|item| item.row.id).collect()
        };
        let named = |name: &str| found(JobFilter { name: name.to_owned(), ..JobFilter::default() });
        assert_eq!(found(JobFilter::default()), [ids[2], ids[1], ids[0]], "newest first");
        assert_eq!(named("a"), [ids[1], ids[0]], "letters of either case");
        assert_eq!((named("_"), named("%")), (vec![ids[0]], vec![ids[1]]), "signs mean themselves");
        assert_eq!(found(JobFilter { states: vec![JobState::Running], ..JobFilter::default() }), [ids[2]]);
        let at = s.row(ids[1]).submitted_at;
        assert_eq!(found(JobFilter { from: Some(at), ..JobFilter::default() }), [ids[2], ids[1]]);
        assert_eq!(found(JobFilter { to: Some(at), ..JobFilter::default() }), [ids[0]]);
        // Each way in which a list is read, alone and beside the others.
        let order = s.row(ids[1]).order;
        let pool = Some(s.row(ids[1]).pool);
        let user = s.of.lead.user;
        let open = JobState::open().collect::<Vec<_>>();
        let all = [ids[2], ids[1], ids[0]];
        assert_eq!(found(JobFilter { pool: pool.clone(), ..JobFilter::default() }), all);
        assert_eq!(found(JobFilter { pool: pool.clone(), states: open.clone(), ..JobFilter::default() }), all);
        assert_eq!(found(JobFilter { user, pool: pool.clone(), states: open.clone(), ..JobFilter::default() }), all);
        assert_eq!(found(JobFilter { user, name: "a".to_owned(), pool: pool.clone(), ..JobFilter::default() }), all[1..]);
        let of_order = JobFilter { order, user, pool, states: open, ..JobFilter::default() };
        assert_eq!(found(of_order.clone()), [ids[1]]);
        assert_eq!(found(JobFilter { name: "%".to_owned(), ..of_order.clone() }), [ids[1]]);
        assert!(found(JobFilter { name: "b".to_owned(), ..of_order }).is_empty());
        assert!(found(JobFilter { states: vec![JobState::Failed], ..JobFilter::default() }).is_empty());
        let (items, statements) = s.t.center.counted(&s.of.lead, |cx| job::list(cx, JobFilter::default(), None, 50)).expect("listed");
        assert!(statements <= 2, "{statements} for {} rows", items.len());
        let (_, statements) = s.t.center.counted(&s.of.lead, |cx| job::show(cx, ids[0])).expect("seen");
        assert!(statements <= 6, "{statements}");
    }
}

#[test]
fn ties_of_a_job() {
    // A member's own job is theirs only as long as they take part.
    let mut s = Story::new(TestCenter::new(testkit::TestDb::sqlite()));
    let member = s.t.add_member(s.of.project, 101, "member");
    let own = s.try_submit(&member, s.new_job(Story::spec(1))).expect("taken in");
    s.sync();
    let user = member.user.expect("an account");
    s.t.center.write(&s.of.lead, |cx| service::project::remove_member(cx, s.of.project, user)).expect("let go");
    assert!(matches!(s.t.center.write(&member, |cx| job::cancel(cx, own, false)), Err(Error::NotFound)));
    assert_eq!(Tie::Own.as_str(), "own");
}
