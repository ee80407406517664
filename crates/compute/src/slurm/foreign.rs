//! What a cluster has that is not the portal's: seen whole, so that a center can say which of its old
//! accounts become which projects, and shut for new jobs. Nothing else of it is ever written.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};

use domain::job::JobState;

use super::layout::account_name;
use super::{Slurm, WRITER, parse};
use crate::EngineError;

/// The limits of an account, as `sacctmgr` calls them and as it sets them.
const LIMITS: [(&str, &str); 15] = [
    ("grptres", "GrpTRES"),
    ("grptresmins", "GrpTRESMins"),
    ("grptresrunmins", "GrpTRESRunMins"),
    ("grpjobs", "GrpJobs"),
    ("grpjobsaccrue", "GrpJobsAccrue"),
    ("grpwall", "GrpWall"),
    ("maxtres", "MaxTRES"),
    ("maxtrespernode", "MaxTRESPerNode"),
    ("maxtresmins", "MaxTRESMins"),
    ("maxjobs", "MaxJobs"),
    ("maxsubmit", "MaxSubmitJobs"),
    ("maxwall", "MaxWall"),
    ("qos", "QOS"),
    ("defaultqos", "DefaultQOS"),
    ("share", "Fairshare"),
];

/// An account that is not the portal's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ForeignAccount {
    /// The accounts right below it.
    pub below: BTreeSet<String>,
    /// What is set on it itself, in Slurm's words, without how many jobs it takes.
    pub limits: BTreeMap<String, String>,
    /// How many devices it may use at once; nothing if it itself does not say.
    pub devices: Option<i64>,
    /// How many jobs it takes, running and waiting; nothing if it itself does not say.
    pub takes: Option<i64>,
    /// The people in it.
    pub people: BTreeSet<String>,
    /// How many of its jobs run.
    pub running: i64,
    /// How many wait.
    pub waiting: i64,
}

/// What a cluster has that is not the portal's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Foreign {
    /// The cluster.
    pub cluster: String,
    /// The accounts, by name.
    pub accounts: BTreeMap<String, ForeignAccount>,
    /// The accounts that are nobody's to give: the first of all, and the portal's own.
    pub own: BTreeSet<String>,
    /// The projects whose name an account has that is not the portal's.
    pub taken: BTreeSet<String>,
    /// Everybody who has a place outside of the portal's accounts.
    pub people: BTreeSet<String>,
    /// The QOS that say by themselves how many jobs they take, which goes before what accounts say.
    pub before: BTreeSet<String>,
}

/// A line of associations.
struct Line<'t> {
    account: &'t str,
    parent: &'t str,
    user: &'t str,
    takes: &'t str,
    limits: Vec<&'t str>,
}

fn lines<'t>(text: &'t str, cluster: &str) -> Result<Vec<Line<'t>>, EngineError> {
    let mut out = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let fields: Vec<&str> = line.split('|').collect();
        match fields.as_slice() {
            &[of, account, parent, user, takes, ref limits @ ..] if limits.len() == LIMITS.len() => {
                if of == cluster {
                    out.push(Line { account, parent, user, takes, limits: limits.to_vec() });
                }
            }
            _ => return Err(EngineError::Refused(format!("sacctmgr printed: {line}"))),
        }
    }
    Ok(out)
}

/// An account with all that lies below it.
fn whole<'t>(lines: &[Line<'t>], top: &'t str) -> BTreeSet<&'t str> {
    let mut found = BTreeSet::from([top]);
    loop {
        let below = lines.iter().filter(|one| one.user.is_empty() && found.contains(one.parent));
        let more: BTreeSet<&str> = below.map(|one| one.account).chain(found.iter().copied()).collect();
        if more.len() == found.len() {
            return found;
        }
        found = more;
    }
}

impl Foreign {
    /// What was read, in order. `jobs` are account and state of each.
    fn new(cluster: &str, parent: &str, associations: &str, jobs: &str, qoses: &str) -> Result<Self, EngineError> {
        let read = lines(associations, cluster)?;
        let mut own = whole(&read, parent);
        own.insert("root");
        let mut seen = Self { cluster: cluster.to_owned(), ..Self::default() };
        for one in read.iter().filter(|one| one.user.is_empty() && !own.contains(one.account)) {
            let unread = || EngineError::Refused(format!("sacctmgr says of {}: {:?}", one.account, one.limits));
            let set = LIMITS.iter().zip(&one.limits).filter(|(_, value)| !value.is_empty());
            let limits: BTreeMap<String, String> =
                set.map(|((_, name), value)| ((*name).to_owned(), (*value).to_owned())).collect();
            let tres = parse::tres(limits.get("GrpTRES").map_or("", String::as_str)).ok_or_else(unread)?;
            let says = tres.keys().any(|name| name.starts_with("gres/gpu"));
            let account = ForeignAccount {
                devices: says.then(|| parse::devices(&tres)),
                takes: if one.takes.is_empty() { None } else { Some(one.takes.parse().map_err(|_| unread())?) },
                limits,
                ..ForeignAccount::default()
            };
            seen.accounts.insert(one.account.to_owned(), account);
        }
        for one in &read {
            if one.user.is_empty() {
                if let Some(above) = seen.accounts.get_mut(one.parent) {
                    above.below.insert(one.account.to_owned());
                }
            } else if let Some(account) = seen.accounts.get_mut(one.account) {
                account.people.insert(one.user.to_owned());
                seen.people.insert(one.user.to_owned());
            }
        }
        for (account, state) in jobs.lines().filter_map(|line| line.trim().split_once('|')) {
            let Some(account) = seen.accounts.get_mut(account) else { continue };
            match parse::state(state)? {
                JobState::Pending => account.waiting += 1,
                JobState::Running | JobState::Suspended => account.running += 1,
                _ => {}
            }
        }
        let says =
            |line: &str| line.split_once('|').filter(|(_, takes)| !takes.is_empty()).map(|(name, _)| name.to_owned());
        seen.before = qoses.lines().filter_map(says).collect();
        seen.own = own.into_iter().map(str::to_owned).collect();
        Ok(seen)
    }
}

impl Slurm {
    /// What the cluster has that is not the portal's.
    ///
    /// # Errors
    /// If Slurm does not answer, or prints what cannot be read.
    pub fn foreign(&self) -> Result<Foreign, EngineError> {
        // Of an array each task is a job.
        let jobs = self.commands.run("squeue", &["-h", "-a", "-r", "-o", "%a|%T"])?;
        let qoses = self.commands.run("sacctmgr", &["-nP", "show", "qos", "format=name,grpsubmit"])?;
        let taken = self.read()?.observed(&self.settings).into_iter().filter(|one| !one.managed);
        Ok(Foreign { taken: taken.map(|one| one.name).collect(), ..self.others(&jobs, &qoses)? })
    }

    /// The accounts with what was read of jobs and QOS.
    fn others(&self, jobs: &str, qoses: &str) -> Result<Foreign, EngineError> {
        let columns: Vec<&str> = LIMITS.iter().map(|(column, _)| *column).collect();
        let columns = format!("format=cluster,account,parentname,user,grpsubmit,{}", columns.join(","));
        let associations = self.commands.run("sacctmgr", &["-nP", "show", "associations", "wopl", &columns])?;
        Foreign::new(&self.settings.cluster, &self.settings.parent, &associations, jobs, qoses)
    }

    /// The account by which a project uses a pool; nothing if the cluster has no such pool.
    #[must_use]
    pub fn account_of(&self, project: &str, pool: &str) -> Option<String> {
        account_name(&self.settings, project, pool).ok()
    }

    /// Has accounts that are not the portal's take no new jobs, and answers for each whether it is so.
    /// What runs and waits in them goes on. Doing it twice is the same as once.
    pub fn shut(&self, accounts: &BTreeSet<String>) -> BTreeMap<String, Result<(), EngineError>> {
        let _alone = WRITER.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let all = |error: &EngineError| accounts.iter().map(|name| (name.clone(), Err(error.clone()))).collect();
        let before = match self.others("", "") {
            Ok(before) => before,
            Err(error) => return all(&error),
        };
        let cluster = format!("cluster={}", self.settings.cluster);
        let mut failed: BTreeMap<&String, EngineError> = BTreeMap::new();
        for name in accounts {
            match before.accounts.get(name) {
                Some(account) if account.takes == Some(0) => {}
                Some(_) => {
                    let (named, none) = (format!("name={name}"), "GrpSubmitJobs=0");
                    let set = self.sacctmgr(&["modify", "account", "where", &named, &cluster, "set", none]);
                    failed.extend(set.err().map(|error| (name, error)));
                }
                None => {
                    failed.insert(name, EngineError::Refused(format!("there is no account {name} to be shut")));
                }
            }
        }
        let now = match self.others("", "") {
            Ok(now) => now,
            Err(error) => return all(&error),
        };
        let mut verdict = |name: &String| match now.accounts.get(name).and_then(|account| account.takes) {
            Some(0) => Ok(()),
            takes => Err(failed.remove(name).unwrap_or(EngineError::Unlike(format!("{name} takes {takes:?}")))),
        };
        accounts.iter().map(|name| (name.clone(), verdict(name))).collect()
    }
}

/// The number that a name has as a user of this machine, by `id`: wherever the machine has its users from.
#[must_use]
pub fn uid(name: &str) -> Option<i64> {
    let output = Command::new("id").args(["-u", "--", name]).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(account: &str, parent: &str, user: &str, takes: &str, tres: &str) -> String {
        format!("c|{account}|{parent}|{user}|{takes}|{tres}{}1\n", "|".repeat(LIMITS.len() - 1))
    }

    fn seen(associations: &str) -> Result<Foreign, EngineError> {
        let jobs = "kimlab|RUNNING\nkimlab|PENDING\nkimlab|PENDING\nkimlab|COMPLETING\np2021-0001-gpu|RUNNING\n";
        Foreign::new("c", "mudeung", associations, jobs, "normal|\nshort|64\n")
    }

    #[test]
    fn what_is_not_the_portals_is_seen_and_nothing_else() {
        let text = [
            line("root", "", "", "", ""),
            line("root", "root", "root", "", ""),
            line("mudeung", "root", "", "", ""),
            line("p2021-0001-gpu", "mudeung", "", "", "gres/gpu=2"),
            line("p2021-0001-gpu", "", "mu0001", "", ""),
            line("deeper", "p2021-0001-gpu", "", "", ""),
            line("school", "root", "", "", ""),
            line("kimlab", "school", "", "8", "gres/gpu:a100=4,gres/gpu:v100=2"),
            line("kimlab", "", "kim", "", ""),
            line("shut", "root", "", "0", "cpu=8"),
            line("other", "root", "", "", "").replace("c|", "elsewhere|"),
        ];
        let seen = seen(&text.concat()).expect("readable");
        assert_eq!(seen.accounts.keys().collect::<Vec<_>>(), ["kimlab", "school", "shut"]);
        assert_eq!(seen.own, ["deeper", "mudeung", "p2021-0001-gpu", "root"].map(str::to_owned).into());
        assert_eq!(seen.people, BTreeSet::from(["kim".to_owned()]));
        assert_eq!(seen.before, BTreeSet::from(["short".to_owned()]));
        let kimlab = &seen.accounts["kimlab"];
        assert_eq!((kimlab.devices, kimlab.takes, kimlab.running, kimlab.waiting), (Some(6), Some(8), 2, 2));
        assert_eq!(kimlab.limits["Fairshare"], "1");
        assert_eq!((seen.accounts["shut"].devices, seen.accounts["shut"].takes), (None, Some(0)));
        assert_eq!(seen.accounts["school"].below, BTreeSet::from(["kimlab".to_owned()]));
    }

    #[test]
    fn what_cannot_be_read_is_an_error() {
        let good = line("kimlab", "root", "", "8", "gres/gpu=4");
        for bad in [good.replace("|8|", "|many|"), good.replace("=4", "=x"), good.trim_end().replace("|1", "")] {
            assert!(matches!(seen(&bad), Err(EngineError::Refused(_))), "{bad}");
        }
    }
}
