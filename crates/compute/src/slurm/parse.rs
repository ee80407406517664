//! What Slurm's commands print, read.

use std::collections::BTreeMap;

use domain::job::JobState;
use jiff::Timestamp;

use crate::EngineError;

/// The columns that are asked of `sacctmgr show associations`.
pub(super) const COLUMNS: &str = "format=cluster,account,parentname,user,partition,share,grptres,grpjobs,grpsubmit,maxwall,maxjobs,maxsubmit,qos,\
     defaultqos,grptresmins";
/// The columns that are asked of `sacctmgr show qos`.
pub(super) const QOS_COLUMNS: &str = "format=name,flags,maxwall,maxjobspu";

/// One association, as it is itself: without what it has from its parents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Association {
    pub cluster: String,
    pub account: String,
    pub parent: String,
    pub user: String,
    pub partition: String,
    pub share: i64,
    pub tres: BTreeMap<String, i64>,
    pub grp_jobs: Option<i64>,
    pub grp_submit: Option<i64>,
    pub max_wall: Option<i64>,
    pub max_jobs: Option<i64>,
    pub max_submit: Option<i64>,
    pub qos: String,
    pub default_qos: String,
    pub minutes: BTreeMap<String, i64>,
}

/// What the portal sets of a QOS; the rest of it, its priority for one, is the center's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Qos {
    /// Whether a job that can never fit is refused.
    pub refuses: bool,
    /// The longest job, in minutes.
    pub max_wall: Option<i64>,
    /// How many jobs of a person may run.
    pub max_jobs: Option<i64>,
}

/// Reads all associations. A line that cannot be read is an error: nothing is decided on a part.
pub(super) fn associations(text: &str) -> Result<Vec<Association>, EngineError> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| association(line).ok_or_else(|| EngineError::Refused(format!("sacctmgr printed: {line}"))))
        .collect()
}

fn association(line: &str) -> Option<Association> {
    let fields: Vec<&str> = line.split('|').collect();
    let &[
        cluster,
        account,
        parent,
        user,
        partition,
        share,
        grp_tres,
        grp_jobs,
        grp_submit,
        max_wall,
        max_jobs,
        max_submit,
        qos,
        default_qos,
        minutes_of,
    ] = fields.as_slice()
    else {
        return None;
    };
    Some(Association {
        cluster: cluster.to_owned(),
        account: account.to_owned(),
        parent: parent.to_owned(),
        user: user.to_owned(),
        partition: partition.to_owned(),
        // "parent" is a share too.
        share: share.parse().unwrap_or(-1),
        tres: tres(grp_tres)?,
        grp_jobs: count(grp_jobs)?,
        grp_submit: count(grp_submit)?,
        max_wall: wall(max_wall)?,
        max_jobs: count(max_jobs)?,
        max_submit: count(max_submit)?,
        qos: qos.to_owned(),
        default_qos: default_qos.to_owned(),
        minutes: tres(minutes_of)?,
    })
}

/// Reads all QOS, as far as the portal sets them.
pub(super) fn qoses(text: &str) -> Result<BTreeMap<String, Qos>, EngineError> {
    let read = |line: &str| {
        let &[name, flags, max_wall, max_jobs] = line.split('|').collect::<Vec<_>>().as_slice() else { return None };
        let refuses = flags.split(',').any(|flag| flag == "DenyOnLimit");
        Some((name.to_owned(), Qos { refuses, max_wall: wall(max_wall)?, max_jobs: count(max_jobs)? }))
    };
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.map(|line| read(line).ok_or_else(|| EngineError::Refused(format!("sacctmgr printed: {line}")))).collect()
}

fn wall(text: &str) -> Option<Option<i64>> {
    if text.is_empty() { Some(None) } else { minutes(text).map(Some) }
}

fn count(text: &str) -> Option<Option<i64>> {
    if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) }
}

/// `cpu=16,gres/gpu=2,mem=125G`; memory in MiB.
pub(super) fn tres(text: &str) -> Option<BTreeMap<String, i64>> {
    let parts = text.split(',').filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (name, amount) = part.split_once('=')?;
            let amount = if name == "mem" { mebibytes(amount)? } else { amount.parse().ok()? };
            Some((name.to_owned(), amount))
        })
        .collect()
}

pub(super) fn mebibytes(text: &str) -> Option<i64> {
    // In KiB it is rounded up.
    if let Some(number) = text.strip_suffix('K') {
        return number.split('.').next()?.parse::<i64>().ok().map(|number| number.saturating_add(1023) / 1024);
    }
    let factor = match text.chars().last()? {
        'M' => 1,
        'G' => 1024,
        'T' => 1024 * 1024,
        'P' => 1024 * 1024 * 1024,
        _ => return text.parse().ok(),
    };
    // With a fraction where it is not a whole number of the unit.
    let number = text.get(..text.len() - 1)?;
    match number.split_once('.') {
        None => number.parse::<i64>().ok()?.checked_mul(factor),
        Some((whole, part)) => {
            let scale = 10_i64.checked_pow(u32::try_from(part.len()).ok()?)?;
            let all: i64 = format!("{whole}{part}").parse().ok()?;
            all.checked_mul(factor)?.checked_add(scale / 2)?.checked_div(scale)
        }
    }
}

/// `[days-]hours:minutes:seconds` or `minutes:seconds` in whole minutes.
pub(super) fn minutes(text: &str) -> Option<i64> {
    let (days, clock) = text.split_once('-').unwrap_or(("0", text));
    let days: i64 = days.parse().ok()?;
    let parts: Vec<i64> = clock.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let minutes = match parts.as_slice() {
        [hours, minutes, _] => hours.checked_mul(60)?.checked_add(*minutes)?,
        [minutes, _] => *minutes,
        _ => return None,
    };
    days.checked_mul(24 * 60)?.checked_add(minutes)
}

/// The jobs of `squeue -h -o '%A|%M|%L'`: number, minutes run, minutes left (nothing if without end).
pub(super) fn jobs(text: &str) -> Vec<(String, i64, Option<i64>)> {
    let line = |line: &str| {
        let mut fields = line.trim().split('|');
        let (id, run, left) = (fields.next()?, fields.next()?, fields.next()?);
        id.parse::<u64>().ok()?;
        Some((id.to_owned(), minutes(run).unwrap_or(0), minutes(left)))
    };
    text.lines().filter_map(line).collect()
}

/// How a job stands, in Slurm's words; `CANCELLED by 0` too.
pub(super) fn state(text: &str) -> Result<JobState, EngineError> {
    Ok(match text.split([' ', '+']).next().unwrap_or_default() {
        "PENDING" | "REQUEUED" | "REQUEUE_HOLD" | "REQUEUE_FED" | "RESV_DEL_HOLD" | "SPECIAL_EXIT" => JobState::Pending,
        // Whatever holds its devices: it begins, or its last processes end.
        "RUNNING" | "CONFIGURING" | "COMPLETING" | "RESIZING" | "SIGNALING" | "STAGE_OUT" => JobState::Running,
        "SUSPENDED" | "STOPPED" => JobState::Suspended,
        "COMPLETED" => JobState::Completed,
        "FAILED" => JobState::Failed,
        "CANCELLED" | "PREEMPTED" | "REVOKED" => JobState::Cancelled,
        "TIMEOUT" | "DEADLINE" => JobState::Timeout,
        "OUT_OF_MEMORY" => JobState::OutOfMemory,
        "NODE_FAIL" | "BOOT_FAIL" => JobState::NodeFail,
        other => return Err(EngineError::Refused(format!("Slurm says of a job that it is {other}"))),
    })
}

/// Seconds since 1970; nothing for `N/A`, `None` and `Unknown`.
pub(super) fn time(text: &str) -> Option<Timestamp> {
    text.parse().ok().filter(|seconds| *seconds > 0).and_then(|seconds| Timestamp::from_second(seconds).ok())
}

/// Names of machines; empty where there are none yet.
pub(super) fn nodes(text: &str) -> &str {
    if ["None assigned", "(null)", "N/A"].contains(&text) || text.starts_with('(') { "" } else { text }
}

/// The devices of a job's resources, with and without type: both are the same ones.
pub(super) fn devices(tres: &BTreeMap<String, i64>) -> i64 {
    tres.get("gres/gpu").copied().unwrap_or_else(|| {
        let typed = tres.iter().filter(|(name, _)| name.starts_with("gres/gpu:"));
        typed.map(|(_, amount)| *amount).sum()
    })
}

/// The devices of `gpu:a100:8(S:0-1)`, or of several kinds.
pub(super) fn gres(text: &str) -> Option<i64> {
    let mut bare = String::new();
    let mut depth = 0_u32;
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            c if depth == 0 => bare.push(c),
            _ => {}
        }
    }
    let devices = bare.split(',').filter(|part| *part == "gpu" || part.starts_with("gpu:"));
    devices.map(|part| part.rsplit(':').next()?.parse::<i64>().ok()).sum()
}

/// `[days-][hours:]minutes:seconds[.part]` in whole seconds.
pub(super) fn seconds(text: &str) -> Option<i64> {
    let (days, clock) = text.split_once('-').unwrap_or(("0", text));
    let clock = clock.split('.').next()?;
    let mut all: i64 = 0;
    for part in clock.split(':') {
        all = all.checked_mul(60)?.checked_add(part.parse().ok()?)?;
    }
    days.parse::<i64>().ok()?.checked_mul(24 * 3600)?.checked_add(all)
}

/// The tasks of `0-2,7,10-20:5%3`; what is cut off by dots is not known.
pub(super) fn tasks(text: &str) -> Vec<i64> {
    let text = text.split('%').next().unwrap_or_default();
    let part = |part: &str| -> Option<Vec<i64>> {
        let (range, step) = part.split_once(':').unwrap_or((part, "1"));
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (first, last, step): (i64, i64, usize) = (first.parse().ok()?, last.parse().ok()?, step.parse().ok()?);
        (step > 0 && last.checked_sub(first)? < 1_000_000).then(|| (first..=last).step_by(step).collect())
    };
    text.split(',').filter_map(part).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = include_str!("../../tests/fixtures/slurm-22.05.8/associations.txt");

    #[test]
    fn what_22_05_prints_is_read() {
        let all = associations(PRINTED).expect("readable");
        let account = all.iter().find(|one| one.account == "p2021-0001-gpu-a100" && one.user.is_empty());
        let account = account.expect("it is there");
        assert_eq!((account.parent.as_str(), account.share, account.max_wall), ("mudeung", 4, Some(120)));
        assert_eq!(account.tres.get("mem"), Some(&256_000));
        assert_eq!((account.tres.get("gres/gpu"), account.tres.get("cpu")), (Some(&4), Some(&32)));
        let person = all.iter().find(|one| one.user == "news").expect("it is there");
        assert_eq!((person.partition.as_str(), person.max_submit), ("gpu-a100", Some(0)));
    }

    #[test]
    fn a_qos_is_read_as_far_as_the_portal_sets_it() {
        let all = qoses("normal|||\nmudeung-short|DenyOnLimit,NoReserve|1-00:00:00|8\n").expect("readable");
        assert_eq!(all["normal"], Qos::default());
        assert_eq!(all["mudeung-short"], Qos { refuses: true, max_wall: Some(1440), max_jobs: Some(8) });
        for cut in ["mudeung-short|DenyOnLimit|1-00:00:00", "x||soon|", "x|||many"] {
            assert!(matches!(qoses(cut), Err(EngineError::Refused(_))), "{cut}");
        }
    }

    #[test]
    fn a_line_that_is_cut_off_is_an_error() {
        let cut = PRINTED.trim_end().rsplit_once('|').map(|(rest, _)| rest).unwrap_or_default();
        assert!(matches!(associations(cut), Err(EngineError::Refused(_))));
    }

    #[test]
    fn memory_and_time_have_many_forms() {
        let memory = ["125G", "128001M", "1.50T", "7", "x"].map(mebibytes);
        assert_eq!(memory, [Some(128_000), Some(128_001), Some(1_572_864), Some(7), None]);
        let times = ["02:00:00", "1-00:00:00", "05:30", "UNLIMITED", ""].map(minutes);
        assert_eq!(times, [Some(120), Some(1440), Some(5), None, None]);
        assert_eq!(jobs("12|1:05|58:55\nx|0:00|1:00\n"), [("12".to_owned(), 1, Some(58))]);
    }

    #[test]
    fn jobs_and_machines_have_many_forms() {
        assert_eq!(state("CANCELLED by 0"), Ok(JobState::Cancelled));
        assert_eq!(state("COMPLETING"), Ok(JobState::Running));
        assert!(state("LOST").is_err());
        let gpus =
            ["gpu:a100:8", "gpu:a100:3(IDX:0-1,4)", "gpu:a:1(S:0,1),gpu:b:2(IDX:N/A),shard:9", "(null)", "gpu:x"];
        assert_eq!(gpus.map(gres), [Some(8), Some(3), Some(3), Some(0), None]);
        let times = ["00:02.534", "01:02:03", "1-00:00:01", "", "x"].map(seconds);
        assert_eq!(times, [Some(2), Some(3723), Some(86_401), None, None]);
        assert_eq!(tasks("0-2,7,10-20:5%3"), [0, 1, 2, 7, 10, 15, 20]);
        assert_eq!(tasks("0,2,..."), [0, 2]);
        assert_eq!(["2048K", "1K", "0"].map(mebibytes), [Some(2), Some(1), Some(0)]);
    }
}
