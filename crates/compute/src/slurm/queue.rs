//! The jobs that Slurm has: what waits and runs from `squeue`, what ended from `sacct`, limits from
//! slurmctld's own copy. `parse` reads single words, this puts them together.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::job::{JobState, WaitReason};
use jiff::Timestamp;

use super::Slurm;
use super::layout::{DEVICES, split};
use super::output::is_tag;
use super::parse;
use super::rows::Mark;
use super::settings::Settings;
use super::submit::{LATER, OVER};
use crate::{EngineError, JobSeen, Wait, job_number};

/// The columns that are asked of `squeue`.
const QUEUED: [&str; 19] = [
    "jobid",
    "arrayjobid",
    "arraytaskid",
    "account",
    "username",
    "partition",
    "state",
    "reason",
    "reasonlist",
    "prioritylong",
    "submittime",
    "starttime",
    "endtime",
    "nodelist",
    "tres-alloc",
    "timelimit",
    "exit_code",
    "comment",
    "name",
];
/// The columns that are asked of `sacct`.
const ENDED: &str = "--format=JobID,Account,User,State,ExitCode,Submit,Start,End,AllocTRES,ReqTRES,TimelimitRaw,\
                     NodeList,TotalCPU,MaxRSS,Comment,JobName";

/// The earliest time that `sacct` takes as seconds since 1970.
const EARLIEST: i64 = 1_000_000;

/// What an account of ours allows, as slurmctld goes by it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Standing {
    project: String,
    pool: String,
    devices: Option<i64>,
    jobs: Option<i64>,
}

/// By account.
type Standings = BTreeMap<String, Standing>;

/// Reads `scontrol -o show assoc_mgr flags=assoc`: the accounts under our parent.
fn standings(settings: &Settings, text: &str) -> Result<Standings, EngineError> {
    let mut out = Standings::new();
    for line in text.lines().filter(|line| line.starts_with("ClusterName=")) {
        let value = |key: &str| line.split(' ').find_map(|word| word.strip_prefix(key)?.strip_prefix('='));
        let cut_off = || EngineError::Refused("scontrol printed an association that is cut off".to_owned());
        let need = |key: &str| value(key).ok_or_else(cut_off);
        let parent = need("ParentAccount")?.split('(').next().unwrap_or_default();
        if !need("UserName")?.is_empty() || parent != settings.parent || need("ClusterName")? != settings.cluster {
            continue;
        }
        // `4(2)`: the limit, and what is in use; `N(2)`: no limit.
        let limit = |text: &str| text.split('(').next().and_then(|limit| limit.parse::<i64>().ok());
        let (account, jobs) = (need("Account")?, limit(need("GrpJobs")?));
        let devices = need("GrpTRES")?.split(',').find_map(|part| part.strip_prefix(DEVICES)?.strip_prefix('='));
        let (project, pool) = split(settings, account);
        if !pool.is_empty() {
            let standing = Standing { project, pool, devices: devices.and_then(limit), jobs };
            out.insert(account.to_owned(), standing);
        }
    }
    Ok(out)
}

/// Why a job of an account waits, in our words.
fn reason(said: &str, devices: i64, standing: &Standing) -> WaitReason {
    let word = said.trim_start_matches('(').split([',', ' ', ')', '_']).next().unwrap_or_default();
    let rule = ["Assoc", "QOS"].iter().find_map(|whose| word.strip_prefix(whose));
    match (word, rule) {
        ("Priority" | "None", _) => WaitReason::Priority,
        ("Resources" | "Cleaning", _) => WaitReason::Resources,
        ("Dependency", _) => WaitReason::Dependency,
        ("DependencyNeverSatisfied", _) => WaitReason::DependencyNever,
        ("JobArrayTaskLimit", _) => WaitReason::ArrayLimit,
        ("BeginTime", _) => WaitReason::BeginTime,
        ("Reservation" | "ReservationDeleted", _) => WaitReason::Reservation,
        ("PartitionTimeLimit" | "TimeLimit", _) => WaitReason::Wall,
        ("InvalidAccount" | "InvalidQOS" | "AccountNotAllowed", _) => WaitReason::Closed,
        ("ReqNodeNotAvail" | "NodeDown" | "Nodes" | "PartitionDown" | "PartitionInactive" | "FrontEndDown", _) => {
            WaitReason::Nodes
        }
        (word, None) if word.starts_with("JobH") || said.contains("requeued_held") => WaitReason::Held,
        (_, Some(rule)) if rule.contains("WallDuration") => WaitReason::Wall,
        (_, Some(rule)) if rule.contains("Minutes") || rule.contains("GrpWall") => WaitReason::Budget,
        (_, Some(rule)) if rule.starts_with("GrpJobs") || rule.starts_with("GrpSubmit") => {
            if standing.jobs == Some(0) {
                WaitReason::Closed
            } else {
                WaitReason::Limit
            }
        }
        (_, Some(rule)) if rule.starts_with("MaxJobs") || rule.starts_with("MaxSubmit") || rule.contains("PerUser") => {
            WaitReason::PersonLimit
        }
        (_, Some(rule)) if rule.contains("PerJob") || rule.contains("PerNode") => WaitReason::NeverFits,
        (_, Some(rule)) if rule.starts_with("Grp") => match standing.devices {
            Some(0) => WaitReason::Closed,
            Some(limit) if devices > limit => WaitReason::NeverFits,
            _ => WaitReason::Limit,
        },
        _ => WaitReason::Other,
    }
}

/// What a job has or asks for.
#[derive(Clone, Copy, Debug, Default)]
struct Given {
    devices: i64,
    cpus: i64,
    memory_mb: i64,
}

fn given(text: &str) -> Option<Given> {
    let tres = parse::tres(if text == "N/A" { "" } else { text })?;
    let of = |name: &str| tres.get(name).copied().unwrap_or(0);
    Some(Given { devices: parse::devices(&tres), cpus: of("cpu"), memory_mb: of("mem") })
}

/// Names as people see them: one line.
fn name(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn tag(comment: &str) -> Option<String> {
    is_tag(comment).then(|| comment.to_owned())
}

/// Exit code and signal: one or the other. Of a job that was told to end, a shell may say the signal as
/// 128 and its number.
fn ended_by(state: JobState, code: i64, signal: i64) -> (Option<i64>, Option<i64>) {
    let told = matches!(state, JobState::Cancelled | JobState::Timeout);
    let (code, signal) = if told && signal == 0 && code > 128 { (0, code - 128) } else { (code, signal) };
    // 125 is what Slurm says of one that wanted more memory.
    if signal != 0 && signal != 125 {
        (None, Some(signal))
    } else if code != 0 || state == JobState::Completed {
        (Some(code), None)
    } else {
        (None, None)
    }
}

/// Places in the queue of each partition, by the number of the row: those that wait for devices only.
fn ranks(rows: &[[&str; 19]]) -> HashMap<usize, i64> {
    let mut queues: BTreeMap<&str, Vec<(i64, u64, i64, usize)>> = BTreeMap::new();
    for (n, row) in rows.iter().enumerate() {
        let [_, base, task, _, _, partition, state, reason, ..] = row;
        if *state == "PENDING" && ["Priority", "Resources", "None"].contains(reason) {
            let priority = row[9].parse::<i64>().unwrap_or(0);
            let place = (-priority, base.parse().unwrap_or(u64::MAX), task.parse().unwrap_or(-1), n);
            queues.entry(partition).or_default().push(place);
        }
    }
    let mut out = HashMap::new();
    for queue in queues.values_mut() {
        queue.sort_unstable();
        out.extend((1..).zip(queue.iter()).map(|(rank, (.., n))| (*n, rank)));
    }
    out
}

/// The jobs of ours that `squeue` shows: those that are not over, and those that ended a short while
/// ago.
fn queued(standings: &Standings, rows: &[[&str; 19]]) -> Result<Vec<JobSeen>, EngineError> {
    let ranks = ranks(rows);
    let mut out = Vec::new();
    for (n, row) in rows.iter().enumerate() {
        let Some(standing) = standings.get(row[3]) else { continue };
        let unlike = || EngineError::Refused(format!("squeue printed: {}", row[..17].join(" ")));
        let [
            raw,
            base,
            task,
            _,
            member,
            _,
            said_state,
            why,
            words,
            _,
            submit,
            start,
            end,
            nodes,
            tres,
            limit,
            status,
            ..,
        ] = *row;
        let state = parse::state(said_state)?;
        let nodes = parse::nodes(nodes);
        if state == JobState::Failed && nodes.is_empty() {
            continue;
        }
        let given = given(tres).ok_or_else(unlike)?;
        let task = task.parse::<i64>().ok();
        let pending = state == JobState::Pending;
        let wait = pending.then(|| {
            let words = words.trim_start_matches('(').trim_end_matches(')');
            Wait {
                reason: reason(why, given.devices, standing),
                said: name(if words.is_empty() { why } else { words }),
                rank: ranks.get(&n).copied(),
                starts_at: parse::time(start),
            }
        });
        // The status as the kernel has it, or as sacct writes it.
        let status: i64 = match status.split_once(':') {
            Some((code, signal)) => code.parse::<i64>().unwrap_or(0) << 8 | signal.parse::<i64>().unwrap_or(0),
            None => status.parse().map_err(|_| unlike())?,
        };
        let over = state.is_over();
        let (exit_code, signal) = if over { ended_by(state, status >> 8 & 0xff, status & 0x7f) } else { (None, None) };
        out.push(JobSeen {
            id: if task.is_some() { job_number(base, task) } else { raw.to_owned() },
            tag: tag(row[17]),
            task,
            project: standing.project.clone(),
            pool: standing.pool.clone(),
            member: member.to_owned(),
            name: name(row[18]),
            state,
            wait,
            devices: given.devices,
            cpus: if pending { 0 } else { given.cpus },
            memory_mb: given.memory_mb,
            minutes: parse::minutes(limit).unwrap_or(0),
            submitted_at: parse::time(submit).ok_or_else(unlike)?,
            started_at: parse::time(start).filter(|_| !pending && !nodes.is_empty()),
            ended_at: parse::time(end).filter(|_| over),
            nodes: nodes.to_owned(),
            exit_code,
            signal,
            cpu_seconds: None,
            max_memory_mb: None,
        });
    }
    Ok(out)
}

/// The jobs of ours that are over, as `sacct` shows them, with what their steps used.
fn ended(standings: &Standings, rows: &[[&str; 16]]) -> Result<Vec<JobSeen>, EngineError> {
    let mut out: Vec<JobSeen> = Vec::new();
    let mut of_steps: HashMap<&str, (Option<i64>, i64)> = HashMap::new();
    for [id, .., exit, _, _, _, _, _, _, _, _, most, _, _] in rows {
        let Some((job, _)) = id.split_once('.') else { continue };
        let step = of_steps.entry(job).or_default();
        step.0 = step.0.max(parse::mebibytes(most));
        let signal = exit.split_once(':').and_then(|(_, signal)| signal.parse().ok()).unwrap_or(0);
        step.1 = if id.ends_with(".batch") { signal } else { step.1 };
    }
    for row in rows.iter().filter(|row| !row[0].contains('.')) {
        let [
            id,
            account,
            member,
            said_state,
            exit,
            submit,
            start,
            end,
            has,
            asked,
            limit,
            nodes,
            cpu,
            _,
            comment,
            called,
        ] = *row;
        let Some(standing) = standings.get(account) else { continue };
        let unlike = || EngineError::Refused(format!("sacct printed: {}", row[..14].join(" ")));
        let state = parse::state(said_state)?;
        let (nodes, end) = (parse::nodes(nodes), parse::time(end));
        if !state.is_over() || end.is_none() || (state == JobState::Failed && nodes.is_empty()) {
            continue;
        }
        let given = given(if has.is_empty() { asked } else { has }).ok_or_else(unlike)?;
        let (code, signal) = exit.split_once(':').ok_or_else(unlike)?;
        let (code, signal): (i64, i64) = (code.parse().map_err(|_| unlike())?, signal.parse().map_err(|_| unlike())?);
        let (most, of_step) = of_steps.get(id).copied().unwrap_or_default();
        let signal = if signal == 0 && state != JobState::Completed { of_step } else { signal };
        let (exit_code, signal) = ended_by(state, code, signal);
        let ran = !nodes.is_empty();
        let (base, task) = id.split_once('_').map_or((id, ""), |(base, task)| (base, task));
        // Tasks that were cancelled before they were jobs of their own are one row.
        let tasks = match task.strip_prefix('[') {
            Some(tasks) => parse::tasks(tasks.trim_end_matches(']')).into_iter().map(Some).collect(),
            None => vec![task.parse::<i64>().ok()],
        };
        for task in tasks {
            out.push(JobSeen {
                id: if task.is_some() { job_number(base, task) } else { id.to_owned() },
                tag: tag(comment),
                task,
                project: standing.project.clone(),
                pool: standing.pool.clone(),
                member: member.to_owned(),
                name: name(called),
                state,
                wait: None,
                devices: given.devices,
                cpus: given.cpus,
                memory_mb: given.memory_mb,
                minutes: limit.parse().unwrap_or(0),
                submitted_at: parse::time(submit).ok_or_else(unlike)?,
                started_at: parse::time(start).filter(|_| ran),
                ended_at: end,
                nodes: nodes.to_owned(),
                exit_code,
                signal,
                cpu_seconds: parse::seconds(cpu).filter(|_| ran),
                max_memory_mb: most,
            });
        }
    }
    Ok(out)
}

/// The numbers that tasks of arrays have for themselves.
fn numbers_of_tasks<'a>(rows: &[[&'a str; 19]]) -> BTreeSet<&'a str> {
    rows.iter().filter(|row| row[2].parse::<i64>().is_ok()).map(|row| row[0]).collect()
}

/// Both as one. slurmctld knows first that a job ended, accounting knows what it used. For some
/// seconds accounting does not know of a task that it is one: then it has the number of its own.
fn joined(queued: Vec<JobSeen>, mut ended: Vec<JobSeen>, of_tasks: &BTreeSet<&str>, since: Timestamp) -> Vec<JobSeen> {
    ended.retain(|job| !of_tasks.contains(job.id.as_str()));
    let mut all: BTreeMap<String, JobSeen> = queued.into_iter().map(|job| (job.id.clone(), job)).collect();
    for job in ended {
        match all.get_mut(&job.id) {
            // It was put in the queue again.
            Some(there) if !there.state.is_over() => {}
            // Records of accounting come in parts: what the job is, slurmctld knows better.
            Some(there) => {
                there.cpu_seconds = job.cpu_seconds;
                there.max_memory_mb = job.max_memory_mb;
            }
            None => drop(all.insert(job.id.clone(), job)),
        }
    }
    all.retain(|_, job| !job.state.is_over() || job.ended_at.is_some_and(|at| at >= since));
    all.into_values().collect()
}

impl Slurm {
    /// All jobs of our accounts that are not over, and those that ended since.
    pub(super) fn seen(&self, since: Timestamp) -> Result<Vec<JobSeen>, EngineError> {
        let text = self.commands.run("scontrol", &["-o", "show", "assoc_mgr", "flags=assoc"])?;
        let standings = standings(&self.settings, &text)?;
        // Accounting first: what ends between the two looks is in the second.
        let mark = Mark::new();
        let (delimiter, from) = (mark.delimiter(), format!("uts{}", since.as_second().max(EARLIEST)));
        let over =
            match self.commands.run("sacct", &["-n", "-p", "-a", "-S", &from, "-E", LATER, OVER, &delimiter, ENDED]) {
                Ok(text) => ended(&standings, &mark.rows(&text)?)?,
                // What waits and runs is known without it, and for some minutes what ended.
                Err(error @ (EngineError::Unreachable(_) | EngineError::Hangs(_))) => {
                    tracing::warn!(%error, "jobs are seen without accounting");
                    Vec::new()
                }
                Err(error) => return Err(error),
            };
        let mark = Mark::new();
        let columns = mark.columns(&QUEUED);
        let text = self.commands.run("squeue", &["-h", "-r", "-a", "--states=all", "-O", &columns])?;
        let rows = mark.rows(&text)?;
        Ok(joined(queued(&standings, &rows)?, over, &numbers_of_tasks(&rows), since))
    }
}

#[cfg(test)]
mod tests {
    use super::super::settings::PoolShape;
    use super::*;

    const SQUEUE: &str = include_str!("../../tests/fixtures/slurm-22.05.8/squeue.txt");
    const SACCT: &str = include_str!("../../tests/fixtures/slurm-22.05.8/sacct.txt");
    const ASSOCIATIONS: &str = include_str!("../../tests/fixtures/slurm-22.05.8/assoc_mgr.txt");

    fn mark() -> Mark {
        Mark::from("~x~")
    }

    fn known() -> Standings {
        let shape = |partition: &str| PoolShape {
            partition: partition.to_owned(),
            cpus_per_device: 4,
            memory_mb_per_device: 8000,
        };
        let pools = ["gpu-a100", "gpu-v100"].map(|pool| (pool.to_owned(), shape(pool))).into();
        let settings = Settings { cluster: "mudeung-test".to_owned(), pools, ..Settings::default() };
        standings(&settings, ASSOCIATIONS).expect("readable")
    }

    fn in_queue() -> Vec<JobSeen> {
        queued(&known(), &mark().rows(SQUEUE).expect("whole")).expect("readable")
    }

    fn in_accounting() -> Vec<JobSeen> {
        ended(&known(), &mark().rows(SACCT).expect("whole")).expect("readable")
    }

    fn find(jobs: &[JobSeen], id: &str) -> JobSeen {
        jobs.iter().find(|job| job.id == id).cloned().unwrap_or_else(|| panic!("{id} is not there"))
    }

    #[test]
    fn what_a_shell_says_of_a_signal_is_one() {
        assert_eq!(ended_by(JobState::Cancelled, 143, 0), (None, Some(15)));
        assert_eq!(ended_by(JobState::Failed, 143, 0), (Some(143), None));
        assert_eq!(ended_by(JobState::Cancelled, 0, 15), (None, Some(15)));
        assert_eq!(ended_by(JobState::Completed, 0, 0), (Some(0), None));
    }

    #[test]
    fn our_accounts_are_found_with_their_limits() {
        let standing = |project: &str, pool: &str, devices| Standing {
            project: project.to_owned(),
            pool: pool.to_owned(),
            devices: Some(devices),
            jobs: None,
        };
        let want = [
            ("p2021-0001-gpu-a100", standing("P2021-0001", "gpu-a100", 2)),
            ("p2021-0002-gpu-v100", standing("P2021-0002", "gpu-v100", 8)),
        ];
        assert_eq!(known(), want.map(|(name, standing)| (name.to_owned(), standing)).into());
        let cut = ASSOCIATIONS.replace(" GrpTRES=", " X=");
        assert!(standings(&Settings { cluster: "mudeung-test".to_owned(), ..Settings::default() }, &cut).is_err());
    }

    #[test]
    fn what_squeue_of_22_05_prints_is_read() {
        let jobs = in_queue();
        let running = find(&jobs, "77");
        assert_eq!((running.state, running.tag.as_deref()), (JobState::Running, Some("tag-running")));
        assert_eq!((running.devices, running.cpus, running.memory_mb, running.minutes), (1, 4, 8000, 30));
        assert_eq!((running.project.as_str(), running.pool.as_str()), ("P2021-0001", "gpu-a100"));
        assert_eq!((running.member.as_str(), running.nodes.as_str(), running.ended_at), ("man", "n1", None));
        let named = find(&jobs, "78");
        assert_eq!((named.name.as_str(), named.tag), ("이름|둘 줄", None));
        let reasons = [
            ("81", WaitReason::Limit),
            ("82", WaitReason::NeverFits),
            ("83", WaitReason::Wall),
            ("84", WaitReason::Dependency),
            ("85", WaitReason::Held),
            ("86", WaitReason::BeginTime),
            ("87", WaitReason::DependencyNever),
            ("90_2", WaitReason::BeginTime),
            ("93", WaitReason::Priority),
            ("94", WaitReason::Priority),
        ];
        for (id, reason) in reasons {
            let job = find(&jobs, id);
            assert_eq!((job.state, job.cpus, job.started_at), (JobState::Pending, 0, None), "{id}");
            assert_eq!(job.wait.map(|wait| wait.reason), Some(reason), "{id}");
        }
        // Somebody else's is before them.
        let place = |id| find(&jobs, id).wait.and_then(|wait| wait.rank);
        assert_eq!([place("93"), place("94"), place("86")], [Some(2), Some(3), None]);
        assert_eq!(
            find(&jobs, "93").wait.and_then(|wait| wait.starts_at).map(Timestamp::as_second),
            Some(1_795_629_000)
        );
        assert_eq!(find(&jobs, "81").wait.map(|wait| wait.said).as_deref(), Some("AssocGrpCpuLimit"));
        assert_eq!((find(&jobs, "83").minutes, find(&jobs, "90_2").task), (90, Some(2)));
        let ends = ["72", "73", "74", "76", "75_2", "88_0"].map(|id| find(&jobs, id));
        let ends = ends.map(|job| (job.state, job.exit_code, job.signal));
        assert_eq!(
            ends,
            [
                (JobState::Completed, Some(0), None),
                (JobState::Failed, Some(3), None),
                (JobState::Failed, None, Some(9)),
                (JobState::Cancelled, None, Some(15)),
                (JobState::Completed, Some(0), None),
                (JobState::Cancelled, None, None),
            ]
        );
        assert!(jobs.iter().all(|job| job.id != "71" && job.member != "lp"), "refused, or others'");
    }

    #[test]
    fn what_sacct_of_22_05_prints_is_read() {
        let jobs = in_accounting();
        let ok = find(&jobs, "72");
        assert_eq!(
            (ok.state, ok.exit_code, ok.cpu_seconds, ok.max_memory_mb),
            (JobState::Completed, Some(0), Some(4), Some(210))
        );
        assert_eq!(
            (ok.tag.as_deref(), ok.minutes, ok.devices, ok.cpus, ok.memory_mb),
            (Some("tag-ok"), 30, 1, 4, 8000)
        );
        assert_eq!(find(&jobs, "73").name, "실패 | 3");
        let cancelled = find(&jobs, "76");
        assert_eq!((cancelled.state, cancelled.exit_code, cancelled.signal), (JobState::Cancelled, None, Some(15)));
        for id in ["88_0", "88_1", "88_2", "88_3", "88_4", "88_5"] {
            let job = find(&jobs, id);
            assert_eq!((job.state, job.tag.as_deref(), job.started_at), (JobState::Cancelled, Some("tag-parr"), None));
        }
        assert!(jobs.iter().all(|job| job.member != "lp" && job.state.is_over()));
    }

    #[test]
    fn both_say_the_same_of_what_is_over() {
        let (queue, accounting) = (in_queue(), in_accounting());
        for there in queue.iter().filter(|job| job.state.is_over()) {
            let used = find(&accounting, &there.id);
            assert_eq!(JobSeen { cpu_seconds: None, max_memory_mb: None, ..used }, *there);
        }
        let rows = mark().rows(SQUEUE).expect("whole");
        let of_tasks = numbers_of_tasks(&rows);
        let early = JobSeen { id: "79".to_owned(), ..find(&accounting, "75_0") };
        let accounting = [accounting, vec![early]].concat();
        let all = joined(queue.clone(), accounting, &of_tasks, Timestamp::UNIX_EPOCH);
        assert_eq!(all.len(), queue.len());
        assert_eq!(find(&all, "72").cpu_seconds, Some(4));
        let end = find(&all, "72").ended_at.expect("over");
        assert!(joined(queue, in_accounting(), &of_tasks, end).iter().any(|job| job.id == "72"));
    }

    #[test]
    fn a_table_that_is_cut_off_is_an_error() {
        let cut = &SQUEUE[..SQUEUE.len() - 10];
        assert!(mark().rows::<19>(cut).is_err());
        let odd = SQUEUE.replacen("RUNNING", "WALKING", 1);
        assert!(queued(&known(), &mark().rows(&odd).expect("whole")).is_err());
    }

    #[test]
    fn reasons_have_one_of_our_words() {
        let standing = |devices, jobs| Standing { devices: Some(devices), jobs, ..Standing::default() };
        for (said, want) in [
            ("AssocGrpGRES", WaitReason::Limit),
            ("AssocGrpMemLimit", WaitReason::Limit),
            ("AssocGrpGRESMinutes", WaitReason::Budget),
            ("AssocGrpCPURunMinutesLimit", WaitReason::Budget),
            ("AssocMaxJobsLimit", WaitReason::PersonLimit),
            ("QOSMaxGRESPerUser", WaitReason::PersonLimit),
            ("QOSMaxJobsPerUserLimit", WaitReason::PersonLimit),
            ("AssocMaxGRESPerJob", WaitReason::NeverFits),
            ("AssocGrpJobsLimit", WaitReason::Limit),
            ("QOSMaxWallDurationPerJobLimit", WaitReason::Wall),
            ("ReqNodeNotAvail, UnavailableNodes:n1", WaitReason::Nodes),
            ("Nodes_required_for_job_are_DOWN,_DRAINED", WaitReason::Nodes),
            ("PartitionDown", WaitReason::Nodes),
            ("JobHeldAdmin", WaitReason::Held),
            ("launch_failed_requeued_held", WaitReason::Held),
            ("JobArrayTaskLimit", WaitReason::ArrayLimit),
            ("Reservation", WaitReason::Reservation),
            ("Resources", WaitReason::Resources),
            ("Licenses", WaitReason::Other),
        ] {
            assert_eq!(reason(said, 2, &standing(4, None)), want, "{said}");
        }
        assert_eq!(reason("AssocGrpGRES", 5, &standing(4, None)), WaitReason::NeverFits);
        assert_eq!(reason("AssocGrpGRES", 1, &standing(0, Some(0))), WaitReason::Closed);
        assert_eq!(reason("AssocGrpJobsLimit", 1, &standing(0, Some(0))), WaitReason::Closed);
    }
}
