//! Jobs on a real Slurm.

mod contract_of_jobs;
mod project_on_slurm;

mod on_slurm {

    use std::os::unix::fs::PermissionsExt as _;
    use std::path::{Path, PathBuf};

    use compute::{Compute, EngineError, JobKey, JobSeen, Slurm};
    use domain::engine::NodeState;
    use domain::job::{AfterKind, JobState, Stream, WaitReason};

    use testkit::TestSlurm;

    use crate::contract_of_jobs::{self, Stage};
    use crate::project_on_slurm::*;

    /// A name in the cluster's own folder, which goes with it.
    fn scratch(name: &str) -> PathBuf {
        let state = std::env::var_os("MUDEUNG_SLURM_STATE").expect("set beside MUDEUNG_TEST_SLURM");
        PathBuf::from(state).join("run").join(format!("{name}-{}", uuid()))
    }

    /// A folder with Slurm's commands, of which one is another.
    fn commands(instead: &str, script: &str) -> PathBuf {
        let folder = scratch("bin");
        std::fs::create_dir(&folder).expect("made");
        for name in ["sacctmgr", "scontrol", "squeue", "sacct", "scancel", "sinfo", "sbatch"] {
            if name != instead {
                std::os::unix::fs::symlink(Path::new("/usr/bin").join(name), folder.join(name)).expect("linked");
            }
        }
        let path = folder.join(instead);
        std::fs::write(&path, script).expect("written");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("allowed");
        folder
    }

    #[test]
    fn a_job_runs_prints_and_ends() {
        let cluster = TestSlurm::take();
        let engine = ready(&cluster, cluster.settings.clone());
        let tag = tag("runs");
        let mut wanted =
            order(&tag, "pwd; echo $WORD $MUDEUNG_PROJECT $MUDEUNG_POOL; echo oops >&2; sleep 3; seq 1000");
        wanted.spec.name = "학습 | \"1\" $(x) 'y'".to_owned();
        wanted.spec.environment.insert("WORD".to_owned(), "a b'\"$HOME\n학습".to_owned());
        let id = engine.submit(&wanted).expect("taken");
        let running = until(&cluster, &engine, &id, |job| job.state == JobState::Running);
        assert_eq!((running.tag.as_deref(), running.task), (Some(tag.as_str()), None));
        assert_eq!((running.project.as_str(), running.pool.as_str()), ("P2021-0001", POOL));
        assert_eq!((running.member.as_str(), running.name.as_str()), ("man", wanted.spec.name.as_str()));
        assert_eq!((running.devices, running.cpus, running.memory_mb, running.minutes), (1, 4, 8000, 10));
        assert!(running.started_at >= Some(running.submitted_at) && running.nodes.starts_with('n'), "{running:?}");
        assert!(running.ended_at.is_none() && running.wait.is_none(), "{running:?}");
        let ended = until(&cluster, &engine, &id, |job| job.state.is_over() && job.cpu_seconds.is_some());
        assert_eq!((ended.state, ended.exit_code, ended.signal), (JobState::Completed, Some(0), None));
        assert_eq!((ended.tag, ended.name), (running.tag, running.name));
        assert_eq!((ended.devices, ended.cpus, ended.memory_mb, ended.minutes), (1, 4, 8000, 10));
        assert!(ended.ended_at > ended.started_at && ended.max_memory_mb.is_some(), "{:?}", ended.max_memory_mb);
        // In parts, as they are asked for.
        let out = printed(&engine, &tag, None, Stream::Out);
        let head = "/tmp\na b'\"$HOME\n학습 P2021-0001 gpu-a100\n1\n2\n";
        assert!(out.replace("a b'\"$HOME 학습", "a b'\"$HOME\n학습").starts_with(head), "{out}");
        assert!(out.ends_with("\n1000\n"));
        let key = JobKey { id: &id, tag: &tag, task: None };
        let part = engine.printed(key, Stream::Out, 1, 3).expect("readable");
        assert_eq!(
            (part.bytes.as_slice(), part.from, part.size),
            (&b"tmp"[..], 1, u64::try_from(out.len()).expect("fits"))
        );
        assert_eq!(printed(&engine, &tag, None, Stream::Err), "oops\n");
        assert_eq!(printed(&engine, "t-nothing", None, Stream::Err), "");
        // What ended before is not asked for.
        let later = ended.ended_at.expect("over").checked_add(jiff::SignedDuration::from_secs(1)).expect("a time");
        assert!(engine.jobs(later).expect("seen").iter().all(|job| job.id != id));
    }

    #[test]
    fn it_keeps_to_the_contract() {
        let cluster = TestSlurm::take();
        let mut settings = cluster.settings.clone();
        let space = scratch("space");
        let folder = space.join("p2021-0001/runs/first");
        std::fs::create_dir_all(&folder).expect("made");
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o777)).expect("allowed");
        settings.space = space.join("{project}").to_string_lossy().into_owned();
        let engine = ready(&cluster, settings);
        let mark = format!("-{}", uuid());
        let stage = Stage {
            engine: &engine,
            project: "P2021-0001",
            pool: POOL,
            member: "man",
            mark,
            minute: std::time::Duration::from_secs(60),
        };
        for act in [
            contract_of_jobs::a_job_runs_and_prints,
            contract_of_jobs::a_bad_end_is_told,
            contract_of_jobs::the_limit_holds,
            contract_of_jobs::what_is_cancelled_ends,
            contract_of_jobs::what_runs_is_given_more_time,
            contract_of_jobs::tasks_of_an_array_have_numbers,
            contract_of_jobs::a_job_waits_for_another,
            contract_of_jobs::the_same_tag_is_one_order,
            contract_of_jobs::the_environment_reaches_the_script,
            contract_of_jobs::what_is_printed_is_read_in_parts,
            contract_of_jobs::who_may_not_is_refused,
            contract_of_jobs::what_would_run_into_maintenance_waits,
            contract_of_jobs::a_signal_reaches_who_waits_for_it,
        ] {
            act(&stage);
        }
    }

    #[test]
    fn a_job_that_a_signal_ends_says_which() {
        let cluster = TestSlurm::take();
        let engine = ready(&cluster, cluster.settings.clone());
        let killed = engine.submit(&order(&tag("killed"), "kill -9 $$")).expect("taken");
        let ended = over(&cluster, &engine, &killed);
        assert_eq!((ended.state, ended.exit_code, ended.signal), (JobState::Failed, None, Some(9)));
    }

    #[test]
    fn what_never_can_be_is_refused_and_leaves_nothing() {
        let cluster = TestSlurm::take();
        let engine = ready_with(&cluster, cluster.settings.clone(), 12);
        let tag = tag("refused");
        let mut elsewhere = order(&tag, "exit 0");
        elsewhere.project = "P2021-0002".to_owned();
        let mut stranger = order(&tag, "exit 0");
        stranger.member = "lp".to_owned();
        let mut large = order(&tag, "exit 0");
        large.spec.devices = 9;
        let mut image = order(&tag, "exit 0");
        image.spec.image = Some("ubuntu.sif".to_owned());
        for order in [elsewhere, stranger, large, image] {
            let said = engine.submit(&order);
            assert!(matches!(said, Err(EngineError::Refused(_))), "{order:?}: {said:?}");
        }
        let mut lost = order(&tag, "exit 0");
        lost.after = vec![("999999".to_owned(), AfterKind::Ok)];
        assert!(matches!(engine.submit(&lost), Err(EngineError::Refused(_))), "what it waits for is unknown");
        assert_eq!(engine.submitted(&tag), Ok(None), "a refused job is none");
        assert_eq!(all(&engine).iter().filter(|job| job.tag.as_deref() == Some(&tag)).count(), 0);
        assert!(!engine.runs_images());
    }

    #[test]
    fn jobs_over_the_limit_wait_and_say_why() {
        let cluster = TestSlurm::take();
        let engine = ready(&cluster, cluster.settings.clone());
        let ids: Vec<String> =
            ["one", "two", "three"].map(|name| engine.submit(&order(&tag(name), "sleep 600")).expect("taken")).into();
        let mut large = order(&tag("large"), "sleep 600");
        large.spec.devices = 3;
        let large = engine.submit(&large).expect("taken");
        for id in &ids[..2] {
            until(&cluster, &engine, id, |job| job.state == JobState::Running);
        }
        let why = |job: &JobSeen, reason| job.wait.as_ref().is_some_and(|wait| wait.reason == reason);
        let waits = until(&cluster, &engine, &ids[2], |job| why(job, WaitReason::Limit));
        assert_eq!((waits.state, waits.cpus, waits.devices), (JobState::Pending, 0, 1));
        let wait = waits.wait.expect("it waits");
        assert!(wait.said.starts_with("Assoc") && wait.rank.is_none(), "{wait:?}");
        let waits = until(&cluster, &engine, &large, |job| why(job, WaitReason::NeverFits));
        assert_eq!(waits.devices, 3);
        // Cancelled while it waits, and while it runs.
        engine.cancel(&large).expect("gone");
        let ended = over(&cluster, &engine, &large);
        assert_eq!((ended.state, ended.started_at, ended.exit_code), (JobState::Cancelled, None, None));
        engine.cancel(&ids[0]).expect("gone");
        let ended = over(&cluster, &engine, &ids[0]);
        assert_eq!((ended.state, ended.exit_code), (JobState::Cancelled, None));
        assert!(ended.started_at.is_some() && ended.ended_at.is_some());
        until(&cluster, &engine, &ids[2], |job| job.state == JobState::Running);
        // What is over or unknown stays as it is.
        for id in [&*large, &*ids[0], "999999", "999999_3", "--all", ""] {
            assert_eq!(engine.cancel(id), Ok(()), "{id}");
        }
        assert_eq!(job(&engine, &ids[1]).map(|job| job.state), Some(JobState::Running));
        let held = engine.submit(&order(&tag("held"), "exit 0")).expect("taken");
        let _ = cluster.ask("scontrol", &["hold", &held]);
        until(&cluster, &engine, &held, |job| why(job, WaitReason::Held));
    }

    #[test]
    fn arrays_have_tasks() {
        let cluster = TestSlurm::take();
        let engine = ready(&cluster, cluster.settings.clone());
        let tag = tag("array");
        let mut wanted = order(&tag, "echo task $SLURM_ARRAY_TASK_ID; exit $SLURM_ARRAY_TASK_ID");
        wanted.spec.array = Some("0-4:2%2".parse().expect("an array"));
        let id = engine.submit(&wanted).expect("taken");
        for (task, state) in [(0, JobState::Completed), (2, JobState::Failed), (4, JobState::Failed)] {
            let ended = over(&cluster, &engine, &format!("{id}_{task}"));
            assert_eq!((ended.task, ended.state, ended.exit_code), (Some(task), state, Some(task)));
            assert_eq!(printed(&engine, &tag, Some(task), Stream::Out), format!("task {task}\n"));
        }
        assert_eq!(engine.submit(&wanted).as_deref(), Ok(&*id));
        let mut tasks: Vec<String> =
            all(&engine).into_iter().filter(|job| job.tag.as_deref() == Some(&tag)).map(|job| job.id).collect();
        tasks.sort();
        assert_eq!(tasks, [0, 2, 4].map(|task| format!("{id}_{task}")));
        // One that waits is cancelled on its own, then the others.
        let mut slow = order(&self::tag("slow"), "sleep 600");
        slow.spec.array = Some("1-5".parse().expect("an array"));
        let id = engine.submit(&slow).expect("taken");
        until(&cluster, &engine, &format!("{id}_1"), |job| job.state == JobState::Running);
        engine.cancel(&format!("{id}_4")).expect("gone");
        assert_eq!(over(&cluster, &engine, &format!("{id}_4")).state, JobState::Cancelled);
        assert_eq!(job(&engine, &format!("{id}_5")).map(|job| job.state), Some(JobState::Pending));
        engine.cancel(&id).expect("gone");
        for task in 1..=5 {
            assert_eq!(over(&cluster, &engine, &format!("{id}_{task}")).state, JobState::Cancelled);
        }
    }

    #[test]
    fn the_same_tag_is_the_same_job() {
        let cluster = TestSlurm::take();
        let engine = ready(&cluster, cluster.settings.clone());
        let tag = tag("once");
        assert_eq!(engine.submitted(&tag), Ok(None));
        let id = engine.submit(&order(&tag, "exit 0")).expect("taken");
        assert_eq!(engine.submit(&order(&tag, "exit 0")).as_deref(), Ok(&*id));
        assert_eq!(engine.submitted(&tag), Ok(Some(id.clone())));
        over(&cluster, &engine, &id);
        // A copy of the tag by somebody else is a later one, and another's.
        let args = ["--parsable", "--uid=news", "--gid=news", "-A", ACCOUNT, "-p", POOL, "--gres=gpu:1", "-o/dev/null"];
        let copy = cluster.ask("sbatch", &[&args[..], &["--comment", &tag, "--wrap=exit 0"]].concat());
        assert_ne!(copy, id);
        assert_eq!(engine.submitted(&tag), Ok(Some(id.clone())));
        assert_eq!(engine.submit(&order(&tag, "exit 0")).as_deref(), Ok(&*id));
        // slurmctld forgets it; accounting does not.
        cluster.until("accounting knows it", || {
            let all = cluster.ask("sacct", &["-nXP", "-A", ACCOUNT, "-S", "now-1hour", "-o", "jobid,state,comment"]);
            all.lines().any(|line| line == format!("{id}|COMPLETED|{tag}"))
        });
        let mut settings = cluster.settings.clone();
        settings.bin = commands("squeue", "#!/bin/sh\nexit 0\n");
        let forgetful = Slurm::new(settings);
        assert_eq!(forgetful.submitted(&tag), Ok(Some(id.clone())));
        assert_eq!(forgetful.submit(&order(&tag, "exit 0")), Ok(id.clone()));
        let mut after = order(&self::tag("after"), "exit 0");
        after.after = vec![(id.clone(), AfterKind::NotOk)];
        assert!(matches!(forgetful.submit(&after), Err(EngineError::Refused(_))));
        after.after = vec![(id, AfterKind::Ok)];
        assert!(forgetful.submit(&after).is_ok());
    }

    #[test]
    fn without_rest_it_is_the_same() {
        let cluster = TestSlurm::take();
        let mut settings = cluster.settings.clone();
        settings.rest.clear();
        settings.container = "/usr/bin/env IMAGE={image}".to_owned();
        let engine = ready(&cluster, settings.clone());
        assert!(engine.runs_images());
        settings.rest.clone_from(&cluster.settings.rest);
        let by_rest = Slurm::new(settings);
        let script = "#SBATCH --comment=x --partition=gpu-v100\necho \"$WORD\" $IMAGE $MUDEUNG_TAG; echo 'END_OF_SCRIPT'\nexit 4";
        for (engine, image) in [(&engine, None), (&engine, Some("a/b:1")), (&by_rest, Some("a/b:1"))] {
            let tag = tag("other");
            let mut wanted = order(&tag, script);
            wanted.spec.name = "학습 'x' | $(y)".to_owned();
            wanted.spec.image = image.map(str::to_owned);
            wanted.spec.environment.insert("WORD".to_owned(), "a b'\"$HOME".to_owned());
            let id = engine.submit(&wanted).expect("taken");
            assert_eq!(engine.submit(&wanted).as_deref(), Ok(&*id));
            let ended = over(&cluster, engine, &id);
            assert_eq!((ended.state, ended.exit_code), (JobState::Failed, Some(4)), "{image:?}");
            assert_eq!((ended.pool.as_str(), ended.name), (POOL, wanted.spec.name));
            let line =
                format!("a b'\"$HOME {}{tag}\nEND_OF_SCRIPT\n", image.map(|i| format!("{i} ")).unwrap_or_default());
            assert_eq!(printed(engine, &tag, None, Stream::Out), line);
            assert_eq!(printed(engine, &tag, None, Stream::Err), "");
        }
        // Nothing of the portal's own environment reaches a job, nor do scripts stay behind.
        let tag = tag("bare");
        let id = engine.submit(&order(&tag, "env; /bin/ls -l /tmp | grep -c mudeung[.]")).expect("taken");
        over(&cluster, &engine, &id);
        let out = printed(&engine, &tag, None, Stream::Out);
        for ours in ["CARGO", "MUDEUNG_TEST_SLURM", "LC_ALL", "SLURM_TIME_FORMAT"] {
            assert!(!out.contains(ours), "{ours}: {out}");
        }
        assert!(out.ends_with("\n1\n"), "only its own: {out}");
        let mut array = order(&self::tag("array"), "exit 0");
        array.spec.array = Some("1-2".parse().expect("an array"));
        array.after = vec![(id, AfterKind::Any)];
        let id = engine.submit(&array).expect("taken");
        assert_eq!(over(&cluster, &engine, &format!("{id}_2")).state, JobState::Completed);
    }

    #[test]
    fn what_somebody_submits_by_hand_is_seen_without_a_tag() {
        let cluster = TestSlurm::take();
        let engine = ready(&cluster, cluster.settings.clone());
        let args = ["--parsable", "--uid=man", "--gid=man", "--gres=gpu:1", "-t30", "-o/dev/null", "--wrap=sleep 600"];
        let submit = |more: &[&str]| cluster.ask("sbatch", &[&args[..], more].concat());
        let name = "a|b\n99|99";
        let by_hand = submit(&["-A", ACCOUNT, "-p", POOL, "-J", name, "--comment=Not a tag"]);
        let _ = cluster.ask("sacctmgr", &["-iQ", "add", "account", "theirs"]);
        let _ = cluster.ask("sacctmgr", &["-iQ", "add", "user", "lp", "account=theirs"]);
        let mut theirs = String::new();
        cluster.until("the account is known", || {
            let args =
                ["--parsable", "--uid=lp", "--gid=lp", "-A", "theirs", "-p", POOL, "-o/dev/null", "--wrap=sleep 9"];
            let output = cluster.run("sbatch", &args);
            theirs = String::from_utf8_lossy(&output.stdout).trim().to_owned();
            output.status.success()
        });
        let seen = until(&cluster, &engine, &by_hand, |job| job.state == JobState::Running);
        assert_eq!((seen.tag, seen.name.as_str(), seen.member.as_str()), (None, "a|b 99|99", "man"));
        assert_eq!((seen.project.as_str(), seen.devices, seen.minutes), ("P2021-0001", 1, 30));
        assert!(job(&engine, &theirs).is_none(), "others' jobs are no concern of ours");
        engine.cancel(&by_hand).expect("gone");
        assert_eq!(over(&cluster, &engine, &by_hand).name, "a|b 99|99");
    }

    #[test]
    fn machines_are_shown_as_they_are() {
        let cluster = TestSlurm::take();
        let engine = ready(&cluster, cluster.settings.clone());
        let set = |node: &str, state: &str| {
            let _ = cluster.ask(
                "scontrol",
                &["update", &format!("NodeName={node}"), &format!("State={state}"), "Reason=점검 | a"],
            );
        };
        let id = engine.submit(&order(&tag("node"), "sleep 600")).expect("taken");
        let node = until(&cluster, &engine, &id, |job| job.state == JobState::Running).nodes;
        let machine = |name: &str| {
            let all = engine.nodes().expect("they can be seen");
            assert_eq!(all.iter().map(|node| node.name.as_str()).collect::<Vec<_>>(), ["n1", "n2", "n3", "n4"]);
            all.into_iter().find(|node| node.name == name).expect("it is there")
        };
        let busy = machine(&node);
        assert_eq!((busy.state, busy.devices, busy.devices_used), (NodeState::Mixed, 8, 1));
        assert_eq!((busy.cpus, busy.cpus_used, busy.memory_mb), (64, 4, 512_000));
        assert_eq!((busy.pools, busy.reason.as_str()), (vec![POOL.to_owned()], ""));
        set(&node, "drain");
        set("n3", "drain");
        set("n4", "down");
        let seen = [&*node, "n3", "n4"].map(machine);
        for name in [&*node, "n3", "n4"] {
            let _ = cluster.ask("scontrol", &["update", &format!("NodeName={name}"), "State=resume"]);
        }
        assert_eq!(seen.each_ref().map(|node| node.state), [NodeState::Draining, NodeState::Drained, NodeState::Down]);
        assert!(seen.iter().all(|node| node.reason.starts_with("점검 | a [root@20")), "{seen:?}");
        assert_eq!(seen[1].pools, ["gpu-v100"]);
        cluster.until("they are back", || machine("n3").state == NodeState::Idle && machine("n4").reason.is_empty());
    }

    #[test]
    fn what_is_down_makes_no_job_twice_nor_loses_one() {
        let cluster = TestSlurm::take();
        let mut settings = cluster.settings.clone();
        settings.timeout_seconds = 4;
        let engine = ready(&cluster, cluster.settings.clone());
        let hasty = Slurm::new(settings);
        let before = engine.submit(&order(&tag("before"), "sleep 600")).expect("taken");
        until(&cluster, &engine, &before, |job| job.state == JobState::Running);
        // slurmrestd is away; the connection that was kept is of no use.
        let first = order(&tag("rest"), "exit 0");
        cluster.daemon("slurmrestd", "stop");
        let said = engine.submit(&first);
        assert!(matches!(said, Err(EngineError::Unreachable(_))), "{said:?}");
        assert_eq!(engine.submitted(&first.tag), Ok(None));
        cluster.daemon("slurmrestd", "start");
        let id = engine.submit(&first).expect("it goes again");
        assert_eq!(over(&cluster, &engine, &id).state, JobState::Completed);
        // slurmrestd is there and does not answer.
        let second = order(&tag("frozen"), "exit 0");
        cluster.daemon("slurmrestd", "freeze");
        let said = hasty.submit(&second);
        cluster.daemon("slurmrestd", "thaw");
        assert!(matches!(said, Err(EngineError::Hangs(_))), "{said:?}");
        // It reads what it was sent when it wakes.
        std::thread::sleep(std::time::Duration::from_secs(1));
        let id = engine.submit(&second).expect("it goes again");
        assert_eq!(over(&cluster, &engine, &id).state, JobState::Completed);
        assert_eq!(copies(&cluster, &second.tag), 1);
        // slurmctld is away.
        let third = order(&tag("controller"), "exit 0");
        cluster.daemon("slurmctld", "stop");
        for said in [
            engine.submit(&third).map(drop),
            engine.jobs(LONG_AGO).map(drop),
            engine.cancel(&id),
            engine.nodes().map(drop),
        ] {
            assert!(matches!(said, Err(EngineError::Unreachable(_) | EngineError::Controller(_))), "{said:?}");
        }
        assert!(matches!(hasty.submit(&third), Err(EngineError::Unreachable(_))), "nothing was sent");
        cluster.daemon("slurmctld", "start");
        let id = engine.submit(&third).expect("it goes again");
        assert_eq!(over(&cluster, &engine, &id).state, JobState::Completed);
        assert_eq!(copies(&cluster, &third.tag), 1);
        // slurmdbd is away: what slurmctld knows is seen, and jobs are taken.
        let fourth = order(&tag("database"), "exit 3");
        cluster.daemon("slurmdbd", "stop");
        let id = engine.submit(&fourth).expect("it goes on");
        let ended = over(&cluster, &engine, &id);
        assert_eq!((ended.state, ended.exit_code, ended.cpu_seconds), (JobState::Failed, Some(3), None));
        assert_eq!(job(&engine, &before).map(|job| job.state), Some(JobState::Running));
        let unknown = engine.submitted("t-unknown");
        assert!(matches!(unknown, Err(EngineError::Unreachable(_))), "it cannot be known: {unknown:?}");
        cluster.daemon("slurmdbd", "start");
        until(&cluster, &engine, &id, |job| job.cpu_seconds.is_some());
    }

    #[test]
    fn a_token_that_is_not_believed_is_renewed_once() {
        let cluster = TestSlurm::take();
        let mut settings = cluster.settings.clone();
        // The first token is over before it is used; later ones are good.
        let marker = scratch("token");
        let script = format!(
            "#!/bin/sh\nif [ \"$1\" = token ]; then\n  echo x >>{0}\n  if [ $(wc -l <{0}) = 1 ]; then\n    \
             /usr/bin/scontrol token username=root lifespan=1; sleep 2; exit 0\n  fi\nfi\nexec /usr/bin/scontrol \"$@\"\n",
            marker.display()
        );
        let tokens = || std::fs::read_to_string(&marker).map_or(0, |text| text.lines().count());
        settings.bin = commands("scontrol", &script);
        settings.token_seconds = 8;
        let engine = ready(&cluster, settings.clone());
        let tag = tag("token");
        let id = engine.submit(&order(&tag, "exit 0")).expect("taken by the second token");
        assert_eq!((tokens(), copies(&cluster, &tag)), (2, 1));
        engine.submit(&order(&self::tag("kept"), "exit 0")).expect("taken");
        assert_eq!(tokens(), 2, "it is kept");
        std::thread::sleep(std::time::Duration::from_secs(6));
        engine.submit(&order(&self::tag("renewed"), "exit 0")).expect("taken");
        assert_eq!(tokens(), 3, "it is renewed before its time is over");
        over(&cluster, &engine, &id);
        // One that is never believed: no endless tries, and it is told to nobody.
        let secret = "not-a-token-that-anybody-believes";
        settings.bin = commands(
            "scontrol",
            &format!(
                "#!/bin/sh\n[ \"$1\" = token ] && echo SLURM_JWT={secret} && exit\nexec /usr/bin/scontrol \"$@\"\n"
            ),
        );
        let engine = Slurm::new(settings);
        let said = engine.submit(&order(&self::tag("never"), "exit 0"));
        assert!(matches!(said, Err(EngineError::Unreachable(_))), "{said:?}");
        assert!(!format!("{said:?} {engine:?}").contains(secret));
    }
}
