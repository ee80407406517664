//! Two portals on one PostgreSQL with one Slurm: one of them writes to it, and when that one is gone
//! the other goes on where it stopped.

mod on_slurm {
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use domain::ids::{JobId, PoolId};
    use domain::job::{JobSpec, JobState};
    use service::clock::SystemClock;
    use service::job::{self, NewJob};
    use service::{Center, adjustment};
    use store::Db;
    use store::sql::Durability;
    use store::values;
    use testkit::{PEOPLE, TestAward, TestCenter, TestDb, TestSlurm, at, identity, term};
    use worker::Worker;

    const POOL: &str = "gpu-a100";
    /// How long a takeover may take.
    const TAKEOVER: Duration = Duration::from_secs(15);

    fn pool() -> PoolId {
        POOL.parse().expect("a slug")
    }

    /// A portal of its own on the database: its own connections, its own threads.
    fn portal(t: &TestCenter, cluster: &TestSlurm, name: &str) -> (Center, Worker) {
        let db = Db::open(&t.db.url, Durability::Full).expect("the database opens once more");
        let clock = Arc::new(SystemClock::starting_at(at(jiff::civil::date(2021, 6, 1), 9)));
        let engine = Arc::new(cluster.engine());
        let center = Center::new(db, clock, identity()).with_engine(engine.clone());
        let tasks = worker::tasks(None, engine, None);
        (center.clone(), Worker::start(&center, name, tasks).expect("it starts"))
    }

    fn holder(t: &TestCenter) -> String {
        let all = t.db.db.read(store::trust::leases).expect("read");
        all.into_iter().find(|lease| lease.name == "engine").map(|lease| lease.holder).unwrap_or_default()
    }

    fn give_back(center: &Center, of: &TestAward, amount: i64) {
        let new = adjustment::NewReturn {
            project: of.project,
            award: of.award,
            pool: pool(),
            amount: Some(domain::units::Amount(amount)),
            from: jiff::civil::date(2021, 6, 1),
            reason: "줄임".to_owned(),
        };
        center.write(&of.lead, |cx| adjustment::give_back(cx, new)).expect("given back");
    }

    fn submit(center: &Center, of: &TestAward) -> JobId {
        let spec = JobSpec {
            name: "학습".to_owned(),
            script: "#!/bin/sh\ntrue\n".to_owned(),
            devices: 1,
            minutes: 5,
            image: None,
            environment: std::collections::BTreeMap::new(),
            folder: String::new(),
            array: None,
        };
        let new = NewJob { project: of.project, pool: pool(), spec, after: Vec::new() };
        center.write(&of.lead, |cx| job::submit(cx, new)).expect("taken in").1
    }

    fn state(center: &Center, of: &TestAward, id: JobId) -> JobState {
        center.read(&of.lead, |cx| job::show(cx, id)).expect("seen").item.row.state
    }

    #[test]
    fn the_other_takes_over_in_time() {
        let cluster = TestSlurm::take();
        let t = TestCenter::new(TestDb::postgres());
        t.set((2021, 6, 1), 9);
        let of = t.add_holding(1, POOL, 4, term((2021, 6, 1), (2021, 9, 1)));
        let named = "INSERT INTO cluster_account (user_id, number, name, created_at) VALUES ($1, 1, $2, 0)";
        t.db.db.write(|tx| tx.run(named, values![of.lead.user, PEOPLE[0]])).expect("named");
        let account = format!("p-{:06}-{POOL}", of.number);
        let limit = |devices: i64| cluster.limits(&account).contains(&format!("gres/gpu={devices}"));

        let of_account = ["-nXP", "-A", &account, "-o", "jobid", "-S", "2020-01-01"];
        let known = || cluster.ask("sacct", &of_account).lines().count();
        let before = known();
        let (first, working) = portal(&t, &cluster, "first");
        cluster.until("the first brings it in line", || limit(4));
        let writer = holder(&t);
        let (second, _waiting) = portal(&t, &cluster, "second");
        // Longer than a lease lasts without its holder.
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(10) {
            assert_eq!(holder(&t), writer, "one of two writes to it");
            std::thread::sleep(Duration::from_millis(250));
        }
        // What is asked of either is done by the one that works.
        let early = submit(&second, &of);
        cluster.until("the first carries it over", || state(&first, &of, early) == JobState::Completed);

        // It goes without a word: the lease is not given back, it lapses.
        drop(working);
        let late = submit(&second, &of);
        give_back(&second, &of, 2);
        let gone = Instant::now();
        cluster.until("the second takes over", || holder(&t) != writer);
        assert!(gone.elapsed() < TAKEOVER, "{:?}", gone.elapsed());
        cluster.until("the second brings it in line", || limit(2));
        cluster.until("the second carries it over", || state(&second, &of, late) != JobState::Sending);
        cluster.until("it runs", || state(&second, &of, late) == JobState::Completed);
        // Neither job was handed over twice. Accounting hears of a job a little after its end.
        cluster.until("accounting knows both", || known() >= before + 2);
        assert_eq!(known(), before + 2);
    }
}
