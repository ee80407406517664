//! The ledger governs a real Slurm: from the award to its end, against what people change by hand,
//! and through whatever goes down.

mod on_slurm {
    use std::collections::BTreeMap;
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use compute::Slurm;

    use domain::award::ProjectState;
    use domain::engine::{EngineFault, SyncState};
    use domain::ids::PoolId;
    use domain::job::{JobSpec, JobState, Stream, WaitReason};

    use domain::units::Amount;
    use jiff::civil::date;
    use service::adopt::{self, Applied, Drawn, Surroundings};
    use service::engine::{self, Compute, SyncRow};
    use service::import::{Limits, Source};
    use service::job::{self, Memory, NewJob};
    use service::{Actor, adjustment, devenv};
    use store::values;
    use testkit::{PEOPLE, TestAward, TestCenter, TestDb, TestSlurm, term};

    const POOL: &str = "gpu-a100";

    fn center() -> TestCenter {
        let t = TestCenter::new(TestDb::sqlite());
        t.set((2021, 6, 1), 9);
        t
    }

    /// An award of so many devices from a day of June on, led by somebody whom the machine knows.
    fn award(t: &TestCenter, number: u32, amount: i64, from: i8) -> TestAward {
        let of = t.add_holding(number, POOL, amount, term((2021, 6, from), (2021, 9, 1)));
        let person = PEOPLE[number as usize - 1];
        t.db.db
            .write(|tx| {
                tx.run(
                    "INSERT INTO cluster_account (user_id, number, name, created_at) VALUES ($1, $2, $3, 0)",
                    values![of.lead.user, i64::from(number), person],
                )
            })
            .expect("named");
        of
    }

    fn pool() -> PoolId {
        POOL.parse().expect("a slug")
    }

    fn account(of: &TestAward) -> String {
        format!("p-{:06}-{POOL}", of.number)
    }

    fn give_back(t: &TestCenter, of: &TestAward, amount: i64, day: (i16, i8, i8)) {
        let new = adjustment::NewReturn {
            project: of.project,
            award: of.award,
            pool: pool(),
            amount: Some(Amount(amount)),
            from: date(day.0, day.1, day.2),
            reason: "줄임".to_owned(),
        };
        t.center.write(&of.lead, |cx| adjustment::give_back(cx, new)).expect("given back");
        t.set(day, 9);
    }

    fn sync(t: &TestCenter, engine: &Slurm) -> u64 {
        engine::sync(&t.center, engine).expect("the pass runs")
    }

    fn rows(t: &TestCenter, of: &TestAward) -> Vec<SyncRow> {
        t.center.read(&of.lead, |cx| engine::of_project(cx, of.project)).expect("readable")
    }

    fn state(t: &TestCenter, of: &TestAward) -> (SyncState, Option<EngineFault>) {
        let row = rows(t, of).remove(0);
        assert_eq!(row.fault.is_none(), row.last_error.is_empty(), "{row:?}");
        (row.state, row.fault)
    }

    const IN_LINE: (SyncState, Option<EngineFault>) = (SyncState::InLine, None);

    #[test]
    fn from_the_award_to_its_end() {
        let (cluster, t) = (TestSlurm::take(), center());
        let engine = cluster.engine();
        let of = award(&t, 1, 4, 1);
        let (account, person) = (account(&of), PEOPLE[0]);
        let begun = Instant::now();
        sync(&t, &engine);
        assert_eq!(cluster.limits(&account), "cpu=16,gres/gpu=4,mem=32000M|");
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        assert_eq!(state(&t, &of), IN_LINE);

        let submit = |devices| cluster.submit(person, &account, POOL, devices);
        let mut first = String::new();
        cluster.until("a job is taken", || submit(2).map(|id| first = id).is_ok());
        let [second, third] = [2, 2].map(|devices| submit(devices).expect("taken"));
        cluster.until("two run", || [&first, &second].iter().all(|id| cluster.job(id).starts_with("RUNNING")));
        cluster.until("the third waits for the limit", || cluster.job(&third) == "PENDING AssocGrpGRES");

        give_back(&t, &of, 2, (2021, 6, 2));
        sync(&t, &engine);
        assert_eq!(cluster.limits(&account), "cpu=8,gres/gpu=2,mem=16000M|");
        assert!(cluster.job(&first).starts_with("RUNNING"), "nothing is killed");
        let _ = cluster.ask("scancel", &[&first]);

        // Over: nothing new, what waits goes, what runs has its grace, what is known stays.
        t.set((2021, 9, 1), 9);
        let run = t.center.write(&Actor::clock(), service::term::run_clock).expect("ran");
        assert_eq!((run.ended, run.data_only), (1, 1));
        sync(&t, &engine);
        assert_eq!(state(&t, &of), IN_LINE);
        assert_eq!(cluster.limits(&account), "cpu=0,gres/gpu=0,mem=0|0");
        cluster.until("no job is taken", || submit(1).is_err());
        cluster.until("what waited is gone", || !cluster.job(&third).starts_with("PENDING"));
        assert!(cluster.job(&second).starts_with("RUNNING"), "{}", cluster.job(&second));

        // Closed: it goes once nothing runs.
        t.db.db
            .write(|tx| {
                tx.run("UPDATE project SET state = $1 WHERE id = $2", values![ProjectState::Closed, of.project])
            })
            .expect("closed");
        cluster.until("the database hears of the job", || {
            cluster.ask("sacct", &["-nX", "-j", &second, "-o", "state"]).contains("RUNNING")
        });
        sync(&t, &engine);
        assert_eq!(state(&t, &of), (SyncState::Failed, Some(EngineFault::Busy)));
        let _ = cluster.ask("scancel", &[&second]);
        cluster.until("it goes", || {
            t.clock.set(t.center.now() + jiff::SignedDuration::from_hours(7));
            sync(&t, &engine);
            cluster.limits(&account).is_empty()
        });
        assert_eq!(rows(&t, &of), []);
    }

    fn job_of(of: &TestAward, devices: i64, seconds: u32) -> NewJob {
        let spec = JobSpec {
            name: "학습".to_owned(),
            script: format!("#!/bin/sh\necho 시작\nsleep {seconds}\n"),
            devices,
            minutes: 30,
            image: None,
            environment: BTreeMap::new(),
            folder: String::new(),
            array: None,
        };
        NewJob { project: of.project, pool: pool(), spec, after: Vec::new() }
    }

    #[test]
    fn an_environment_lets_its_owner_in() {
        let (cluster, mut t) = (TestSlurm::take(), center());
        let engine = Arc::new(cluster.engine());
        let mut identity = service::center::Identity::clone(&t.center.identity);
        identity.environments[0].check = "command -v python3".to_owned();
        identity.environments[0].command =
            "exec python3 -m http.server --bind \"$SESSION_BIND\" \"$SESSION_PORT\"".to_owned();
        t.center.identity = Arc::new(identity);
        t.center = t.center.clone().with_engine(engine.clone());
        let of = award(&t, 1, 4, 1);
        sync(&t, &engine);
        let new = devenv::NewSession {
            project: of.project,
            environment: "lab".to_owned(),
            pool: pool(),
            devices: 1,
            hours: 1,
        };
        let id = t.center.write(&of.lead, |cx| devenv::start(cx, &new)).expect("started");
        let mut memory = Memory::default();
        let enter = || t.center.read(&of.lead, |cx| devenv::enter(cx, id));
        cluster.until("somebody can come in", || {
            t.clock.set(t.center.now() + jiff::SignedDuration::from_secs(2));
            let _ = job::sync(&t.center, engine.as_ref(), &mut memory);
            enter().is_ok()
        });
        let (host, port, secret) = enter().expect("it lets in");
        assert_eq!((host.as_str(), secret.len()), ("127.0.0.1", 64), "where Slurm says that the machine is");
        std::net::TcpStream::connect((host.as_str(), port)).expect("it answers");
        let tried = t.center.read(&of.lead, devenv::catalog).expect("read")[0].1;
        assert!(tried.came_up.is_some() && !devenv::failed_last(tried));
        t.center.write(&of.lead, |cx| devenv::stop(cx, id)).expect("asked");
        cluster.until("it is over", || {
            let _ = job::sync(&t.center, engine.as_ref(), &mut memory);
            enter().is_err()
        });
    }

    #[test]
    fn jobs_go_by_the_ledger() {
        let (cluster, mut t) = (TestSlurm::take(), center());
        let engine = Arc::new(cluster.engine());
        t.center = t.center.clone().with_engine(engine.clone());
        let of = award(&t, 1, 4, 1);
        sync(&t, &engine);
        let mut memory = Memory::default();
        let mut round = || job::sync(&t.center, engine.as_ref(), &mut memory);
        let submit = |devices, seconds| {
            t.center.write(&of.lead, |cx| job::submit(cx, job_of(&of, devices, seconds))).expect("taken in").1
        };
        let see = |id| t.center.read(&of.lead, |cx| job::show(cx, id)).expect("seen");
        let [first, second] = [submit(2, 600), submit(2, 600)];
        cluster.until("two run", || {
            t.clock.set(t.center.now() + jiff::SignedDuration::from_secs(2));
            let _ = round();
            [first, second].iter().all(|id| see(*id).item.row.state == JobState::Running)
        });
        let third = submit(2, 1);
        cluster.until("the third waits for the limit", || {
            let _ = round();
            see(third).item.row.wait == Some(WaitReason::Limit)
        });
        let waiting = see(third).waiting.expect("it waits");
        assert_eq!((waiting.limit, waiting.in_use), (4, 4));
        cluster.until("what it prints is read", || {
            let part = job::output(&t.center, &of.lead, first, Stream::Out, None, 100).expect("read");
            part.bytes == "시작\n".as_bytes()
        });

        // slurmrestd is away: the order waits, is told, and goes when it is back; once.
        cluster.daemon("slurmrestd", "stop");
        let late = submit(1, 1);
        let _ = round();
        assert_eq!(see(late).item.row.state, JobState::Sending);
        assert!(!see(late).trouble.is_empty());
        cluster.daemon("slurmrestd", "start");
        cluster.until("it is sent", || {
            t.clock.set(t.center.now() + jiff::SignedDuration::from_secs(30));
            let _ = round();
            see(late).item.row.state == JobState::Pending
        });
        // The program is killed after the submission and before it is noted.
        let lost = submit(1, 1);
        let order = see(lost).item.row.order.expect("an order");
        let number = engine
            .submit(&compute::JobOrder {
                tag: order.to_string(),
                project: format!("P-{:06}", of.number),
                pool: POOL.to_owned(),
                member: PEOPLE[0].to_owned(),
                spec: job_of(&of, 1, 1).spec,
                after: Vec::new(),
                reservation: None,
            })
            .expect("taken");
        let _ = round();
        assert_eq!(see(lost).item.row.engine_id.as_deref(), Some(number.as_str()), "one job, not two");

        // Ended by the portal, the next one starts.
        t.center.write(&of.lead, |cx| job::cancel(cx, first, false)).expect("asked");
        cluster.until("it is ended and the third goes to its end", || {
            let _ = round();
            [first, third].map(|id| see(id).item.row.state) == [JobState::Cancelled, JobState::Completed]
        });
        t.center.write(&of.lead, |cx| job::cancel(cx, second, false)).expect("asked");
        cluster.until("all are over", || {
            let _ = round();
            [second, late, lost].iter().all(|id| see(*id).item.row.state.is_over())
        });
    }

    #[test]
    fn a_change_by_hand_is_seen_and_healed() {
        let (cluster, t) = (TestSlurm::take(), center());
        let engine = cluster.engine();
        let of = award(&t, 1, 4, 1);
        sync(&t, &engine);
        let named = format!("name={}", account(&of));
        let _ = cluster.ask("sacctmgr", &["-iQ", "modify", "account", "where", &named, "set", "grptres=gres/gpu=64"]);
        assert_eq!(sync(&t, &engine), 1);
        assert_eq!(cluster.limits(&account(&of)), "cpu=16,gres/gpu=4,mem=32000M|");
        let row = rows(&t, &of).remove(0);
        assert_eq!((row.state, row.drifted_at), (SyncState::InLine, Some(t.center.now())));
        let drift = service::drift::of(&row).expect("listed");
        assert_eq!(drift.devices, BTreeMap::from([(POOL.to_owned(), (4, 64))]));
        assert_eq!(sync(&t, &engine), 0, "at rest");
    }

    #[test]
    fn a_change_by_hand_becomes_the_ledgers_by_decision() {
        let (cluster, t) = (TestSlurm::take(), center());
        let engine = cluster.engine();
        let of = award(&t, 1, 4, 1);
        sync(&t, &engine);
        let named = format!("name={}", account(&of));
        let _ = cluster.ask("sacctmgr", &["-iQ", "modify", "account", "where", &named, "set", "grptres=gres/gpu=2"]);
        sync(&t, &engine);
        assert_eq!(cluster.limits(&account(&of)), "cpu=16,gres/gpu=4,mem=32000M|", "healed");
        let manager = testkit::actor(domain::access::Role::ResourceManager);
        let made = t.center.write(&manager, |cx| service::drift::adopt(cx, of.project, &pool())).expect("adopted");
        assert_eq!((made.len(), service::drift::of(&rows(&t, &of)[0])), (1, None));
        assert_eq!(sync(&t, &engine), 1);
        assert_eq!(cluster.limits(&account(&of)), "cpu=8,gres/gpu=2,mem=16000M|");
        assert_eq!(engine::pools(&rows(&t, &of)[0])[0].wanted, 2, "the ledger says so");
        assert_eq!(sync(&t, &engine), 0, "at rest");
    }

    #[test]
    fn a_cluster_that_has_accounts_is_adopted() {
        let (cluster, t) = (TestSlurm::take(), center());
        let engine = cluster.engine();
        let (of, person) = (t.add_holding(1, POOL, 4, term((2021, 6, 1), (2021, 9, 1))), PEOPLE[0]);
        let account = account(&of);
        let sacctmgr = |args: &[&str]| cluster.ask("sacctmgr", &[&["-iQ"], args].concat());
        let _ = sacctmgr(&["add", "account", "kimlab,parklab", "set", "grptres=gres/gpu=1"]);
        let _ = sacctmgr(&["add", "user", &format!("{person},{}", PEOPLE[1]), "account=kimlab"]);
        let _ = sacctmgr(&["add", "user", PEOPLE[2], "account=parklab"]);
        let mut jobs: Vec<String> = Vec::new();
        for _ in 0..2 {
            cluster
                .until("a job is taken", || cluster.submit(person, "kimlab", POOL, 1).map(|id| jobs.push(id)).is_ok());
        }
        cluster.until("one runs, one waits", || {
            cluster.job(&jobs[0]).starts_with("RUNNING") && cluster.job(&jobs[1]).starts_with("PENDING Assoc")
        });

        let email: String =
            t.db.db
                .read(|tx| {
                    Ok::<_, store::Error>(store::user::find(tx, of.lead.user.expect("a person"))?.expect("there").email)
                })
                .expect("read");
        let map = format!("kind,name,of\naccount,kimlab,P-{:06}\nuser,{person},{email}\n", of.number);
        let sheet = Source::read("map.csv", map.as_bytes(), &Limits::command_line(9)).expect("a file").sheet;
        let around = || {
            let uids = adopt::users(&sheet)
                .into_iter()
                .map(|name| (name.to_owned(), compute::slurm::uid(name).expect("known")));
            let (uids, cluster) = (uids.collect(), engine.foreign().expect("it answers"));
            Surroundings { engine: &engine, cluster, uids, uid_base: 20_000 }
        };
        let limits = || ["root", "kimlab", "parklab"].map(|name| cluster.limits(name));
        let before = limits();
        let drawn = t.center.read(&Actor::operator(), |cx| adopt::draw_up(cx, &around(), &sheet)).expect("read");
        let Drawn::Plan(plan) = drawn else { panic!("{drawn:?}") };
        let old = &plan.accounts["kimlab"];
        assert_eq!((old.devices, old.granted(), old.running, old.waiting), (Some(1), 4, 1, 1));
        assert_eq!(old.outside, [PEOPLE[1].to_owned()].into());
        assert_eq!((&plan.left_accounts, plan.left_people.len()), (&["parklab".to_owned()].into(), 2));
        assert_eq!(limits(), before, "nothing is changed");

        let apply = || {
            let hash = plan.hash().expect("written");
            let applied = t.center.write(&Actor::operator(), |cx| adopt::take_over(cx, &around(), &sheet, &hash));
            assert!(matches!(applied.expect("answered"), Applied::Done(_)));
            engine.shut(&plan.accounts.keys().cloned().collect())
        };
        for _ in 0..2 {
            assert_eq!(apply(), BTreeMap::from([("kimlab".to_owned(), Ok(()))]), "twice is once");
        }
        assert_eq!(limits(), [before[0].clone(), format!("{}0", before[1]), before[2].clone()]);
        cluster.until("it takes no job", || cluster.submit(person, "kimlab", POOL, 1).is_err());
        assert!(cluster.job(&jobs[0]).starts_with("RUNNING"), "{}", cluster.job(&jobs[0]));
        let nobody = engine.shut(&["root", "mudeung", "nolab"].map(str::to_owned).into());
        assert!(nobody.values().all(Result::is_err), "{nobody:?}");

        sync(&t, &engine);
        assert_eq!(state(&t, &of), IN_LINE);
        assert_eq!(cluster.limits(&account), "cpu=16,gres/gpu=4,mem=32000M|");
        let mut new = String::new();
        cluster.until("the old name is taken in the project", || {
            cluster.submit(person, &account, POOL, 1).map(|id| new = id).is_ok()
        });
        cluster.until("it runs", || cluster.job(&new).starts_with("RUNNING"));
        // What waited is not cut off: it runs in its turn.
        let _ = cluster.ask("scancel", &[&jobs[0]]);
        cluster.until("what waited runs", || cluster.job(&jobs[1]).starts_with("RUNNING"));
        assert_eq!((sync(&t, &engine), limits()[2].clone()), (0, before[2].clone()), "at rest");
    }

    #[test]
    fn it_converges_whatever_was_down() {
        let (cluster, t) = (TestSlurm::take(), center());
        let mut settings = cluster.settings.clone();
        settings.timeout_seconds = 3;
        let engine = Slurm::new(settings);
        let (one, two) = (award(&t, 1, 4, 1), award(&t, 2, 8, 1));
        sync(&t, &engine);
        let later = |minutes: i64| t.clock.set(t.center.now() + jiff::SignedDuration::from_mins(minutes));

        // The database daemon is gone.
        cluster.daemon("slurmdbd", "stop");
        give_back(&t, &one, 1, (2021, 6, 2));
        assert_eq!(sync(&t, &engine), 0);
        assert_eq!(state(&t, &one), (SyncState::Failed, Some(EngineFault::Unreachable)));
        assert!(rows(&t, &one)[0].last_error.contains("slurmdbd"), "{:?}", rows(&t, &one));
        cluster.daemon("slurmdbd", "start");
        later(1);
        assert_eq!(sync(&t, &engine), 1);
        assert_eq!(
            (state(&t, &one), cluster.limits(&account(&one))),
            (IN_LINE, "cpu=12,gres/gpu=3,mem=24000M|".to_owned())
        );

        // It hangs.
        cluster.daemon("slurmdbd", "freeze");
        give_back(&t, &one, 1, (2021, 6, 3));
        assert_eq!(sync(&t, &engine), 0);
        assert_eq!(state(&t, &one), (SyncState::Failed, Some(EngineFault::Hangs)));
        cluster.daemon("slurmdbd", "thaw");
        later(1);
        assert_eq!(sync(&t, &engine), 1);
        assert_eq!(state(&t, &one), IN_LINE);

        // The controller is gone: on record, but not in effect yet, and said so.
        cluster.daemon("slurmctld", "stop");
        give_back(&t, &two, 4, (2021, 6, 4));
        sync(&t, &engine);
        assert_eq!(state(&t, &two), (SyncState::Pending, Some(EngineFault::Controller)));
        assert_eq!(state(&t, &one), IN_LINE, "what was in effect still is");
        cluster.daemon("slurmctld", "start");
        sync(&t, &engine);
        assert_eq!(
            (state(&t, &two), cluster.limits(&account(&two))),
            (IN_LINE, "cpu=16,gres/gpu=4,mem=32000M|".to_owned())
        );

        // The portal dies after the first of several changes.
        give_back(&t, &one, 1, (2021, 6, 5));
        give_back(&t, &two, 1, (2021, 6, 5));
        let three = award(&t, 3, 2, 5);
        let changes = engine::plan(&t.center, &engine).expect("planned").changes;
        assert!(changes.len() > 3, "{changes:?}");
        assert!(engine.apply(&changes[..1]).iter().all(Result::is_ok));
        assert_eq!(sync(&t, &engine), changes.len() as u64 - 1, "what was done is not done again");
        for (of, limit) in [(&one, 1), (&two, 3), (&three, 2)] {
            assert_eq!(state(&t, of), IN_LINE);
            assert!(cluster.limits(&account(of)).contains(&format!("gres/gpu={limit},")), "{limit}");
        }
        assert_eq!(sync(&t, &engine), 0, "at rest");
    }
}
