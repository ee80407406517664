//! The figures of monitoring, on both databases.

use std::sync::Arc;

use compute::Fake;
use domain::access::Role;
use domain::engine::SyncState;
use domain::ids::PoolId;
use domain::job::{JobSpec, JobState};
use domain::units::Amount;
use jiff::SignedDuration;
use jiff::civil::date;
use service::metrics::{Figures, PoolFigures, figures};
use service::{Actor, Error, engine, job, maintenance};
use store::values;
use testkit::{TestCenter, actor, at, on_both_engines, term};

const POOL: &str = "gpu-a100";

fn pool() -> PoolId {
    POOL.parse().expect("a slug")
}

fn read(t: &TestCenter) -> (Figures, usize) {
    t.center.counted(&Actor::clock(), figures).expect("read")
}

fn of_pool(figures: &Figures) -> &PoolFigures {
    figures.pools.iter().find(|one| one.pool == pool()).expect("it is there")
}

fn jobs(figures: &Figures, state: JobState) -> (i64, i64) {
    let one = figures.jobs.iter().find(|one| one.pool == pool() && one.state == state).expect("each state is there");
    (one.jobs, one.devices)
}

fn wait(figures: &Figures) -> i64 {
    figures.waits.iter().find(|one| one.0 == pool()).expect("it is there").1
}

on_both_engines! {
    fn a_center_without_anything_has_zeros(t) {
        let (found, statements) = read(&t);
        assert!(statements <= 6, "{statements}");
        let one = of_pool(&found);
        assert!(one.installed > 0 && one.installed == one.allocatable, "{one:?}");
        assert_eq!((one.held, one.offered, one.freed_idle, one.windows_planned), (0, 0, 0, 0));
        assert_eq!((jobs(&found, JobState::Running), wait(&found), found.lag), ((0, 0), 0, None));
        assert_eq!(found.projects, [(SyncState::InLine, 0), (SyncState::Pending, 0), (SyncState::Failed, 0)]);
        assert_eq!((found.work_age, found.mail_age, found.largest_tries), (0, 0, 0));
        let refused = |who: &Actor| t.center.read(who, figures);
        assert!(matches!(refused(&Actor::visitor(texts::Lang::En)), Err(Error::SignInNeeded)));
        assert!(matches!(refused(&actor(Role::Reviewer)), Err(Error::Forbidden(_))));
        refused(&actor(Role::Operator)).expect("the operator may");
    }

    fn figures_say_how_the_center_stands(t) {
        let mut t = t;
        t.set((2021, 6, 1), 9);
        let fake = Arc::new(Fake::default());
        t.center = t.center.clone().with_engine(fake.clone());
        let days = term((2021, 6, 1), (2021, 9, 1));
        let of = t.add_holding(1, POOL, 8, days);
        let whole = of_pool(&read(&t).0).allocatable;
        t.db.db.write(|tx| testkit::hold_offer(tx, &of, 1, &pool(), 3, days)).expect("offered");
        // Two are given back from today on, of which one is on offer again, and three from July on.
        let give = |amount, month| {
            let returned = service::adjustment::NewReturn {
                project: of.project, award: of.award, pool: pool(), amount: Some(Amount(amount)),
                from: date(2021, month, 2), reason: String::new(),
            };
            t.center.write(&of.lead, |cx| service::adjustment::give_back(cx, returned)).expect("returned");
        };
        give(2, 6);
        give(3, 7);
        t.set((2021, 6, 2), 9);
        t.db.db.write(|tx| tx.run(
            "INSERT INTO reallocation (freed_id, position, offer_id, amount, from_on, to_on, offered_at)
             SELECT id, 1, $1, 1, from_on, to_on, freed_at FROM freed WHERE amount = 2",
            values![of.offer],
        )).expect("on offer");
        // One waits on the reserve list, another did until yesterday.
        for (n, until) in [(2, date(2021, 6, 2)), (3, date(2021, 6, 1))] {
            let other = t.add_award(n, &[], (false, false));
            t.db.db.write(|tx| {
                tx.run("UPDATE proposal SET state = 'reserve' WHERE id = (SELECT proposal_id FROM project WHERE id = $1)", values![other.project])?;
                tx.run("UPDATE project SET state = 'closed' WHERE id = $1", values![other.project])?;
                tx.run(
                    "INSERT INTO plan (id, round_id, number, state, input, output, digest, made_at)
                     SELECT id, id, 1, 'announced', '', '', '', 0 FROM round WHERE true ON CONFLICT (id) DO NOTHING", &[],
                )?;
                tx.run(
                    "INSERT INTO decision (proposal_id, round_id, plan_id, outcome, reserve_rank, reserve_until, score_milli, reasons, decided_at)
                     SELECT p.id, p.round_id, p.round_id, 'reserve', 1, $2, 0, '[]', 0 FROM proposal p JOIN project j ON j.proposal_id = p.id WHERE j.id = $1",
                    values![other.project, until],
                )
            }).expect("decided");
        }
        let window = |from, amount| maintenance::NewMaintenance {
            title_ko: "점검".to_owned(), title_en: String::new(), note: String::new(), from: at(date(2021, 6, from), 9),
            to: at(date(2021, 6, from + 1), 9), nodes: Vec::new(), pools: vec![(pool(), Amount(amount))],
        };
        for (from, amount) in [(2, 2), (20, 3), (25, 4)] {
            t.center.write(&actor(Role::Operator), |cx| maintenance::plan(cx, window(from, amount))).expect("announced");
        }
        t.center.write(&Actor::clock(), maintenance::run).expect("it begins");
        engine::sync(&t.center, fake.as_ref()).expect("in line");

        let submit = |devices| {
            let spec = JobSpec {
                name: "학습".to_owned(), script: "#!/bin/sh\n".to_owned(), devices, minutes: 60, image: None,
                environment: Default::default(), folder: String::new(), array: None,
            };
            let new = job::NewJob { project: of.project, pool: pool(), spec, after: Vec::new() };
            t.center.write(&of.lead, |cx| job::submit(cx, new)).expect("taken in").1
        };
        let (first, _) = (submit(4), submit(2));
        let mut memory = job::Memory::default();
        let mut sync = || job::sync(&t.center, fake.as_ref(), &mut memory).expect("the round runs");
        sync();
        let number = t.center.read(&of.lead, |cx| job::show(cx, first)).expect("seen").item.row.engine_id.expect("sent");
        let now = t.center.now();
        fake.job(&number, |job| (job.state, job.wait, job.started_at) = (JobState::Running, None, Some(now)));
        sync();
        submit(1);
        assert!(engine::lease(&t.center, "one").expect("leased"));
        t.clock.set(now + SignedDuration::from_secs(90));

        let (found, statements) = read(&t);
        assert!(statements <= 6, "{statements}");
        let one = of_pool(&found);
        assert_eq!((one.installed, one.leased), (whole, whole));
        assert_eq!((one.held, one.offered, one.freed_idle), (6, 3, 1));
        assert_eq!((one.windows_planned, one.amount_planned), (2, 7));
        assert_eq!((one.windows_under_way, one.amount_under_way), (1, 2));
        assert_eq!(jobs(&found, JobState::Running), (1, 4));
        assert_eq!(jobs(&found, JobState::Pending), (1, 2));
        assert_eq!(jobs(&found, JobState::Sending), (1, 1));
        assert_eq!((wait(&found), found.lag), (90, Some(90)));
        assert_eq!(found.projects[0], (SyncState::InLine, 1));
        assert_eq!((found.waiting.orders, found.waiting.orders_failed, found.waiting.reserve), (1, 0, 1));
        let counts = t.db.db.read(store::trust::work_counts).expect("counted");
        assert_eq!((found.waiting.work, found.waiting.work_failed), (counts.waiting, 0));
        assert_eq!((found.waiting.mail, found.waiting.mail_failed), (counts.mail_waiting, 0));
        assert!(found.waiting.work > 0 && found.waiting.mail > 0 && found.mail_age >= 90 && found.work_age >= 90, "{found:?}");

        // What fails is counted, and does not change how many statements it takes.
        t.center.write(&actor(Role::Operator), |cx| maintenance::plan(cx, window(28, 1))).expect("announced");
        t.db.db.write(|tx| {
            tx.run("UPDATE engine_sync SET state = 'failed', tries = 7", &[])?;
            tx.run("UPDATE outbox SET tries = 1", &[])?;
            tx.run("UPDATE mail SET tries = 1", &[])?;
            tx.run("UPDATE maintenance SET sync_state = 'failed' WHERE state = 'under_way'", &[])?;
            tx.run("UPDATE job_order SET tries = 1 WHERE state = 'waiting'", &[])
        }).expect("written");
        let (found, again) = read(&t);
        assert_eq!(again, statements);
        assert_eq!((found.projects[2], found.largest_tries), ((SyncState::Failed, 1), 7));
        let waiting = &found.waiting;
        assert_eq!((waiting.work_failed, waiting.mail_failed), (waiting.work, waiting.mail));
        assert_eq!((waiting.orders_failed, waiting.windows_failed), (1, 1));
    }
}
