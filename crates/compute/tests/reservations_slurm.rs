//! Machines that a project reserved, on a real Slurm.

mod project_on_slurm;

mod on_slurm {
    use compute::{Compute as _, JobOrder, Reservation, Slurm};
    use domain::job::{JobState, Stream};
    use jiff::Timestamp;
    use testkit::TestSlurm;

    use crate::project_on_slurm::*;

    /// What time it is on the cluster's machine, in whole seconds.
    fn machine_time() -> Timestamp {
        let date = std::process::Command::new("date").arg("+%s").output().expect("it is there");
        let seconds = String::from_utf8(date.stdout).expect("text");
        Timestamp::from_second(seconds.trim().parse().expect("a number")).expect("within range")
    }

    #[test]
    fn machines_that_a_project_reserved_are_its_own() {
        let cluster = TestSlurm::take();
        let mut settings = cluster.settings.clone();
        let by_rest = ready(&cluster, settings.clone());
        settings.rest.clear();
        let by_sbatch = Slurm::new(settings);
        let name = format!("r{}", uuid().replace('-', ""));
        let now = machine_time();
        let reserved = Reservation {
            name: name.clone(),
            from: now,
            to: now + jiff::SignedDuration::from_mins(5),
            project: Some("P2021-0001".to_owned()),
            devices: [(POOL.to_owned(), 16)].into(),
            nodes: ["n1", "n2"].map(str::to_owned).into(),
        };
        by_rest.reserve(&reserved).expect("made");
        let seen = by_rest.reservations().expect("they can be seen").into_iter().find(|one| one.name == name);
        assert!(reserved.is_met_by(&seen.expect("it is there"), machine_time()));
        let other = by_rest.submit(&order(&tag("beside"), "exit 0")).expect("taken");
        let waits = until(&cluster, &by_rest, &other, |job| job.wait.as_ref().is_some_and(|wait| wait.said != "None"));
        assert_eq!(waits.state, JobState::Pending);
        for engine in [&by_rest, &by_sbatch] {
            // Longer than the reservation: a job need not end with it.
            let own =
                JobOrder { reservation: Some(name.clone()), ..order(&tag("inside"), "echo $SLURM_JOB_RESERVATION") };
            let id = engine.submit(&own).expect("taken");
            assert_eq!(over(&cluster, engine, &id).state, JobState::Completed);
            assert_eq!(
                printed(engine, &own.tag, None, Stream::Out).trim(),
                format!("{}-{name}", cluster.settings.parent)
            );
        }
        assert_eq!(job(&by_rest, &other).map(|job| job.state), Some(JobState::Pending));
        // One runs in it, one waits there for the project's own limit: it goes all the same, and so do they.
        let inside =
            |name_of: &str, script: &str| JobOrder { reservation: Some(name.clone()), ..order(&tag(name_of), script) };
        let mut both = inside("runs", "sleep 120");
        both.spec.devices = 2;
        let runs = by_rest.submit(&both).expect("taken");
        until(&cluster, &by_rest, &runs, |job| job.state == JobState::Running);
        let waits = by_rest.submit(&inside("waits", "exit 0")).expect("taken");
        until(&cluster, &by_rest, &waits, |job| job.wait.as_ref().is_some_and(|wait| wait.said.contains("AssocGrp")));
        by_rest.release(&name).expect("it goes");
        cluster.until("it is gone", || {
            let all = by_rest.reservations().expect("they can be seen");
            all.iter().all(|one| one.name != name || one.to <= machine_time())
        });
        assert_eq!(job(&by_rest, &runs).map(|job| job.state), Some(JobState::Running), "it runs on");
        by_rest.cancel(&runs).expect("asked");
        assert_eq!(over(&cluster, &by_rest, &waits).state, JobState::Completed, "it is not held");
        assert_eq!(over(&cluster, &by_rest, &other).state, JobState::Completed);
        for engine in [&by_rest, &by_sbatch] {
            let gone = JobOrder { reservation: Some(name.clone()), ..order(&tag("gone"), "exit 0") };
            let id = engine.submit(&gone).expect("it can do without");
            assert_eq!(over(&cluster, engine, &id).state, JobState::Completed);
            assert_eq!(copies(&cluster, &gone.tag), 1);
        }
    }
}
