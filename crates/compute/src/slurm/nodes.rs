//! The machines that Slurm has.

use std::collections::BTreeMap;

use domain::engine::NodeState;

use super::Slurm;
use super::parse;
use super::rows::Mark;
use super::settings::Settings;
use crate::{EngineError, Node};

/// The columns that are asked of `sinfo`: a row for each machine and partition.
const NODES: [&str; 11] = [
    "nodelist",
    "nodeaddr",
    "statecomplete",
    "gres",
    "gresused",
    "cpusstate",
    "memory",
    "partition",
    "user",
    "timestamp",
    "reason",
];

/// How a machine stands, by Slurm's words: `mixed+drain`, `down*`.
fn state(said: &str, devices: i64, used: i64) -> NodeState {
    let words: Vec<&str> =
        said.split('+').map(|word| word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric())).collect();
    let is = |any: &[&str]| words.iter().any(|word| any.contains(&word.to_ascii_lowercase().as_str()));
    if said.contains('*') || is(&["down", "fail", "error", "unknown", "not_responding", "power_down", "powered_down"]) {
        NodeState::Down
    } else if is(&["drain", "draining", "drained"]) {
        let busy = is(&["allocated", "mixed", "completing", "draining"]);
        if busy { NodeState::Draining } else { NodeState::Drained }
    } else if is(&["reserved", "maint", "maintenance"]) {
        NodeState::Reserved
    } else if is(&["allocated"]) || (devices > 0 && used >= devices) {
        NodeState::Full
    } else if is(&["mixed", "completing"]) || used > 0 {
        NodeState::Mixed
    } else {
        NodeState::Idle
    }
}

/// What `sinfo` shows.
fn machines(settings: &Settings, rows: &[[&str; 11]]) -> Result<Vec<Node>, EngineError> {
    let mut all: BTreeMap<&str, Node> = BTreeMap::new();
    for row in rows {
        let [name, address, said, gres, used, cpus, memory, partition, user, at, why] = *row;
        let unlike = || EngineError::Refused(format!("sinfo printed: {}", row[..10].join(" ")));
        // Used, idle, other and all.
        let cpus: Vec<i64> = cpus.split('/').filter_map(|part| part.parse().ok()).collect();
        let [cpus_used, _, _, cpus] = *cpus else { return Err(unlike()) };
        let devices = parse::gres(gres).ok_or_else(unlike)?;
        let devices_used = parse::gres(used).ok_or_else(unlike)?;
        let node = all.entry(name).or_insert_with(|| Node {
            name: name.to_owned(),
            address: address.to_owned(),
            state: state(said, devices, devices_used),
            said: said.to_owned(),
            reason: reason(why, user, at),
            pools: Vec::new(),
            devices,
            devices_used,
            cpus,
            cpus_used,
            memory_mb: 0,
        });
        node.memory_mb = memory.parse().map_err(|_| unlike())?;
        // The one that is taken where none is named has a star.
        let of = settings.pools.iter().filter(|(_, shape)| shape.partition == partition.trim_end_matches('*'));
        node.pools.extend(of.map(|(pool, _)| pool.clone()));
    }
    let mut all: Vec<Node> = all.into_values().collect();
    for node in &mut all {
        node.pools.sort();
        node.pools.dedup();
    }
    Ok(all)
}

/// Why it takes no jobs, and who says so since when.
fn reason(why: &str, user: &str, at: &str) -> String {
    let why: String = why.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if why.is_empty() || why == "none" {
        return String::new();
    }
    match parse::time(at) {
        Some(at) => format!("{why} [{user}@{at}]"),
        None => why,
    }
}

impl Slurm {
    /// The machines, by name.
    pub(super) fn machines(&self) -> Result<Vec<Node>, EngineError> {
        let mark = Mark::new();
        let columns = mark.columns(&NODES);
        let text = self.commands.run("sinfo", &["-h", "-a", "-N", "-O", &columns])?;
        machines(&self.settings, &mark.rows(&text)?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::settings::PoolShape;
    use super::*;

    const SINFO: &str = include_str!("../../tests/fixtures/slurm-22.05.8/sinfo.txt");

    #[test]
    fn what_sinfo_of_22_05_prints_is_read() {
        let shape = PoolShape { partition: "gpu-a100".to_owned(), cpus_per_device: 4, memory_mb_per_device: 8000 };
        let pools = [("fast".to_owned(), shape)].into();
        let settings = Settings { pools, ..Settings::default() };
        let all = machines(&settings, &Mark::from("~x~").rows(SINFO).expect("whole")).expect("readable");
        let states: Vec<NodeState> = all.iter().map(|node| node.state).collect();
        assert_eq!(states, [NodeState::Draining, NodeState::Drained, NodeState::Full, NodeState::Down]);
        assert_eq!(all[1].reason, "점검 | a b [root@2026-11-25T16:50:45Z]");
        assert_eq!((all[0].pools.as_slice(), all[2].pools.as_slice()), (&["fast".to_owned()][..], &[][..]));
        assert_eq!((all[0].devices, all[0].devices_used, all[0].cpus, all[0].cpus_used), (8, 1, 64, 4));
        assert_eq!((all[1].name.as_str(), all[1].address.as_str()), ("n2", "10.0.0.2"));
        assert_eq!((all[2].said.as_str(), all[2].reason.as_str(), all[2].memory_mb), ("mixed", "", 512_000));
    }

    #[test]
    fn states_have_one_of_our_words() {
        for (said, want) in [
            ("idle", NodeState::Idle),
            ("idle*", NodeState::Down),
            ("idle+not_responding", NodeState::Down),
            ("down+drain", NodeState::Down),
            ("mixed+drain", NodeState::Draining),
            ("drained", NodeState::Drained),
            ("idle+reserved", NodeState::Reserved),
            ("idle+maintenance", NodeState::Reserved),
            ("idle+cloud", NodeState::Idle),
            ("idle+completing", NodeState::Mixed),
            ("allocated", NodeState::Full),
        ] {
            assert_eq!(state(said, 8, 0), want, "{said}");
        }
    }
}
