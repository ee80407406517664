//! From the layout that is there to the one that is wanted: in few commands, what takes before what
//! gives. Pure, up to running them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::Slurm;
use super::layout::{Allowance, Layout, Place, qos};
use super::parse::Qos;
use super::settings::{OverLimit, Settings};
use crate::EngineError;

/// How many names go into one command; an argument has a limit of 128 KiB.
const NAMES: usize = 400;

/// What went wrong, by account.
pub(super) type Faults = BTreeMap<String, EngineError>;

/// One command of `sacctmgr`, and the accounts that it is about.
#[derive(Debug, PartialEq, Eq)]
struct Step {
    accounts: Vec<String>,
    args: Vec<String>,
    input: String,
}

impl Step {
    fn new(accounts: Vec<String>, args: &[&str]) -> Self {
        Self { accounts, args: args.iter().map(|arg| (*arg).to_owned()).collect(), input: String::new() }
    }
}

/// Whether two answers mean that nobody is there to ask further.
fn is_away(error: &EngineError) -> bool {
    matches!(error, EngineError::Unreachable(_) | EngineError::Hangs(_))
}

impl Slurm {
    /// Carries out what lies between two layouts.
    ///
    /// # Errors
    /// If the engine is away; how far it came is not known.
    pub(super) fn write(&self, have: &Layout, want: &Layout) -> Result<Faults, EngineError> {
        let settings = &self.settings;
        let mut faults = Faults::new();
        if !have.parent {
            self.found(have.founded)?;
        }
        self.put_qoses(have, want, &mut faults)?;
        let over = closed(have, want);
        // A project that is over is first stopped, then its jobs are told, then it is marked.
        let mut stopped = want.clone();
        for name in &over {
            if let Some(account) = stopped.accounts.get_mut(name) {
                account.allowance.grp_jobs = have.accounts.get(name).and_then(|one| one.allowance.grp_jobs);
            }
        }
        self.run_all(settle(settings, have, &stopped, true), have, &mut faults)?;
        for name in over {
            if let Err(error) = self.end_jobs(&name) {
                if let Some(account) = want.accounts.get(&name) {
                    let left = account.allowance.clone();
                    tracing::warn!(account = name, %error, allowance = ?left, "jobs of a project that is over go on");
                }
                faults.entry(name).or_insert(error);
            }
        }
        let told = |name: &String| !faults.contains_key(name);
        let mut marked = want.clone();
        marked.accounts.retain(|name, _| told(name));
        let marks: Vec<Step> = settle(settings, &stopped, &marked, true);
        self.run_all(marks, have, &mut faults)?;
        self.run_all(drop_people(settings, have, want), have, &mut faults)?;
        self.run_all(drop_accounts(settings, have, want), have, &mut faults)?;
        self.load(have, want, &mut faults)?;
        self.run_all(readmit(settings, have, want), have, &mut faults)?;
        self.run_all(settle(settings, have, &stopped, false), have, &mut faults)?;
        for (qos, accounts) in requalified(settings, have, want) {
            if let Err(error) = self.move_waiting(&qos, &accounts) {
                tracing::warn!(qos, %error, "what waits still has the QOS that it was submitted with");
            }
        }
        Ok(faults)
    }

    /// Makes the QOS of the parent account and gives it to it. An account that is not there yet comes by
    /// the load file: a command for it alone would take a good part of a second.
    fn found(&self, founded: bool) -> Result<(), EngineError> {
        let (parent, qos) = (self.settings.parent.as_str(), qos(&self.settings));
        match self.settings.over_limit {
            OverLimit::Wait => self.sacctmgr(&["add", "qos", &qos])?,
            OverLimit::Refuse => self.sacctmgr(&["add", "qos", &qos, "flags=DenyOnLimit"])?,
        };
        if founded {
            let (named, cluster) = (format!("name={parent}"), format!("cluster={}", self.settings.cluster));
            let set = [format!("qos={qos}"), format!("defaultqos={qos}")];
            self.sacctmgr(&["modify", "account", "where", &named, &cluster, "set", &set[0], &set[1]])?;
        }
        Ok(())
    }

    /// Makes the QOS of products, or sets what they say.
    fn put_qoses(&self, have: &Layout, want: &Layout, faults: &mut Faults) -> Result<(), EngineError> {
        for (name, qos) in want.qoses.iter().filter(|(name, qos)| have.qoses.get(*name) != Some(*qos)) {
            let args = qos_args(name, *qos, have.qoses.contains_key(name));
            if let Err(error) = self.sacctmgr(&args.iter().map(String::as_str).collect::<Vec<_>>()) {
                if is_away(&error) {
                    return Err(error);
                }
                let of = want.accounts.iter().filter(|(_, account)| account.allowance.qos == *name);
                faults.extend(of.map(|(account, _)| (account.clone(), error.clone())));
            }
        }
        Ok(())
    }

    fn run_all(&self, steps: Vec<Step>, have: &Layout, faults: &mut Faults) -> Result<(), EngineError> {
        for step in steps {
            match self.step(&step) {
                Ok(()) => {}
                Err(error) if is_away(&error) => return Err(error),
                // One whose jobs run holds up the others of the same command.
                Err(_) if step.accounts.len() > 1 && step.input.is_empty() => {
                    for name in &step.accounts {
                        let args = step.args.iter().map(|arg| one_of(arg, &step.accounts, name)).collect();
                        let alone = Step { accounts: vec![name.clone()], args, input: String::new() };
                        self.noted(&alone, have, faults)?;
                    }
                }
                Err(error) => self.note(&step, error, have, faults)?,
            }
        }
        Ok(())
    }

    fn noted(&self, step: &Step, have: &Layout, faults: &mut Faults) -> Result<(), EngineError> {
        match self.step(step) {
            Ok(()) => Ok(()),
            Err(error) if is_away(&error) => Err(error),
            Err(error) => self.note(step, error, have, faults),
        }
    }

    fn note(&self, step: &Step, error: EngineError, have: &Layout, faults: &mut Faults) -> Result<(), EngineError> {
        let of_people = step.args.iter().take(2).eq(["delete", "user"]);
        if of_people && matches!(&error, EngineError::Refused(said) if said.contains("default account")) {
            return self.without_default(step, error, have, faults);
        }
        // Whoever cannot go yet starts nothing more.
        if of_people && matches!(error, EngineError::Busy(_)) {
            let mut args = vec!["modify", "user", "where"];
            args.extend(step.args.iter().skip(3).map(String::as_str));
            args.extend(["set", "MaxSubmitJobs=0"]);
            self.sacctmgr(&args)?;
        }
        for name in &step.accounts {
            faults.entry(name.clone()).or_insert_with(|| error.clone());
        }
        Ok(())
    }

    /// Takes people out of an account that somebody made their default by hand: it becomes another
    /// of theirs, or they go altogether if they have no place elsewhere.
    fn without_default(
        &self,
        step: &Step,
        error: EngineError,
        have: &Layout,
        faults: &mut Faults,
    ) -> Result<(), EngineError> {
        let named = step.args.iter().find_map(|arg| arg.strip_prefix("name=")).unwrap_or_default();
        for person in named.split(',') {
            let who = format!("name={person}");
            let is_in = |account: &super::layout::Account| account.people.keys().any(|(one, _)| one == person);
            let mut places =
                have.accounts.iter().filter(|(name, account)| !step.accounts.contains(name) && is_in(account));
            // Some of these they may have left a moment ago.
            let moved = places.find_map(|(other, _)| {
                let set = format!("defaultaccount={other}");
                match self.sacctmgr(&["modify", "user", "where", &who, "set", &set]) {
                    Err(EngineError::Refused(said)) if said.contains("aren't associated") => None,
                    done => Some(done),
                }
            });
            let outcome = match moved {
                Some(moved) => {
                    moved.and_then(|_| self.step(&without(&self.settings, &[person.to_owned()], &step.accounts)))
                }
                None if have.outsiders.contains(person) => Err(error.clone()),
                None => self.sacctmgr(&["delete", "user", "where", &who]).map(drop),
            };
            match outcome {
                Err(error) if is_away(&error) => return Err(error),
                Err(error) => {
                    for name in &step.accounts {
                        faults.entry(name.clone()).or_insert_with(|| error.clone());
                    }
                }
                Ok(()) => {}
            }
        }
        Ok(())
    }

    fn step(&self, step: &Step) -> Result<(), EngineError> {
        let args: Vec<&str> = step.args.iter().map(String::as_str).collect();
        if step.input.is_empty() {
            return self.sacctmgr(&args).map(drop);
        }
        let all: Vec<&str> = ["-i", "-Q"].into_iter().chain(args).collect();
        self.commands.feed("sacctmgr", &all, &step.input).map(drop)
    }

    fn load(&self, have: &Layout, want: &Layout, faults: &mut Faults) -> Result<(), EngineError> {
        let (accounts, input) = load_file(&self.settings, have, want);
        if accounts.is_empty() {
            return Ok(());
        }
        let step = Step { input, ..Step::new(accounts, &["load", "file=/dev/stdin"]) };
        self.run_all(vec![step], have, faults)
    }
}

/// The command that makes a QOS, or sets what there is of it. Its other flags are the center's.
fn qos_args(name: &str, qos: Qos, is_there: bool) -> Vec<String> {
    let number = |value: Option<i64>| value.unwrap_or(-1);
    let says = [format!("MaxWall={}", number(qos.max_wall)), format!("MaxJobsPerUser={}", number(qos.max_jobs))];
    let named = format!("name={name}");
    let (head, flag): (&[&str], _) = match (is_there, qos.refuses) {
        (true, true) => (&["modify", "qos", "where", &named, "set"], Some("flags+=DenyOnLimit")),
        (true, false) => (&["modify", "qos", "where", &named, "set"], Some("flags-=DenyOnLimit")),
        (false, refuses) => (&["add", "qos", name], refuses.then_some("flags=DenyOnLimit")),
    };
    head.iter().copied().chain(flag).map(str::to_owned).chain(says).collect()
}

/// A list of accounts in an argument, with one of them instead.
fn one_of(arg: &str, accounts: &[String], one: &str) -> String {
    let list = accounts.join(",");
    arg.strip_suffix(&list).map_or_else(|| arg.to_owned(), |key| format!("{key}{one}"))
}

/// The accounts that are to be marked as over and are not yet.
fn closed(have: &Layout, want: &Layout) -> Vec<String> {
    let over = |(name, account): (&String, &super::layout::Account)| {
        let before = have.accounts.get(name)?;
        (account.allowance.grp_jobs == Some(0) && before.allowance.grp_jobs != Some(0)).then(|| name.clone())
    };
    want.accounts.iter().filter_map(over).collect()
}

/// The accounts that get another QOS, by its name: what waits there would wait for ever with the one
/// before.
fn requalified(settings: &Settings, have: &Layout, want: &Layout) -> BTreeMap<String, Vec<String>> {
    let mut out: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, account) in &want.accounts {
        let after = &account.allowance.qos;
        if have.accounts.get(name).is_some_and(|before| before.allowance.qos != *after) {
            let after = if after.is_empty() { qos(settings) } else { after.clone() };
            out.entry(after).or_default().push(name.clone());
        }
    }
    out
}

/// What accounts that are there are to allow: one command for all that get the same. `taking` are
/// those that get no more than they have, else the others.
fn settle(settings: &Settings, have: &Layout, want: &Layout, taking: bool) -> Vec<Step> {
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, account) in &want.accounts {
        let Some(before) = have.accounts.get(name) else { continue };
        let takes = account.devices() <= before.devices();
        if account.allowance != before.allowance && takes == taking {
            groups.entry(set(&before.allowance, &account.allowance)).or_default().push(name.clone());
        }
    }
    let mut steps = Vec::new();
    for (set, names) in &groups {
        for names in names.chunks(NAMES) {
            let (named, cluster) = (format!("name={}", names.join(",")), format!("cluster={}", settings.cluster));
            let mut args = vec!["modify", "account", "where", &cluster, &named, "set"];
            args.extend(set.split(' '));
            steps.push(Step::new(names.to_vec(), &args));
        }
    }
    steps
}

/// All that an account allows, as words of `set`: also what is as it should be, so that accounts
/// fall into few groups.
fn set(before: &Allowance, after: &Allowance) -> String {
    let number = |value: Option<i64>| value.unwrap_or(-1);
    let tres = all_of(&before.tres, &after.tres);
    let list = |tres: &BTreeMap<&str, i64>| -> String {
        tres.iter().map(|(name, amount)| format!("{name}={amount}")).collect::<Vec<_>>().join(",")
    };
    let mut out = format!(
        "GrpTRES={} GrpJobs={} GrpSubmitJobs={} MaxWall={} MaxJobs={} Fairshare={}",
        list(&tres),
        number(after.grp_jobs),
        number(after.grp_submit),
        number(after.max_wall),
        number(after.max_jobs),
        after.share
    );
    // What few have is named only where it changes: a QOS is written to everybody in the account.
    if before.minutes != after.minutes {
        let _ = write!(out, " GrpTRESMins={}", list(&all_of(&before.minutes, &after.minutes)));
    }
    if (&before.qos, &before.default_qos) != (&after.qos, &after.default_qos) {
        let default = if after.default_qos.is_empty() { "-1" } else { &after.default_qos };
        let _ = write!(out, " QOS={} DefaultQOS={default}", after.qos);
    }
    out
}

/// What is set after, and -1 for what was set before and is not any more.
fn all_of<'a>(before: &'a BTreeMap<String, i64>, after: &'a BTreeMap<String, i64>) -> BTreeMap<&'a str, i64> {
    let gone = before.keys().map(|name| (name.as_str(), -1));
    gone.chain(after.iter().map(|(name, amount)| (name.as_str(), *amount))).collect()
}

/// People who go from accounts that stay, one command for those who go from the same.
fn drop_people(settings: &Settings, have: &Layout, want: &Layout) -> Vec<Step> {
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, account) in &have.accounts {
        let Some(after) = want.accounts.get(name) else { continue };
        // Who stays with another partition goes as well, and comes back by the load file.
        let gone = account.people.keys().filter(|place| !after.people.contains_key(*place));
        for person in gone.map(|(person, _)| person).collect::<BTreeSet<_>>() {
            groups.entry(person.clone()).or_default().push(name.clone());
        }
    }
    let mut by_accounts: BTreeMap<Vec<String>, Vec<String>> = BTreeMap::new();
    for (person, accounts) in groups {
        by_accounts.entry(accounts).or_default().push(person);
    }
    let mut steps = Vec::new();
    for (accounts, people) in by_accounts {
        for (accounts, people) in
            accounts.chunks(NAMES).flat_map(|some| people.chunks(NAMES).map(move |who| (some, who)))
        {
            steps.push(without(settings, people, accounts));
        }
    }
    steps
}

fn without(settings: &Settings, people: &[String], accounts: &[String]) -> Step {
    let (who, cluster) = (format!("name={}", people.join(",")), format!("cluster={}", settings.cluster));
    let from = format!("account={}", accounts.join(","));
    Step::new(accounts.to_vec(), &["delete", "user", "where", &who, &cluster, &from])
}

/// Accounts that go: first their people, for an account that is somebody's default stays.
fn drop_accounts(settings: &Settings, have: &Layout, want: &Layout) -> Vec<Step> {
    let gone: Vec<_> = have.accounts.iter().filter(|(name, _)| !want.accounts.contains_key(*name)).collect();
    let mut steps = Vec::new();
    for some in gone.chunks(NAMES) {
        let names: Vec<String> = some.iter().map(|(name, _)| (*name).clone()).collect();
        let people: BTreeSet<String> =
            some.iter().flat_map(|(_, account)| account.people.keys().map(|(person, _)| person.clone())).collect();
        let people: Vec<String> = people.into_iter().collect();
        steps.extend(people.chunks(NAMES).map(|people| without(settings, people, &names)));
        let (named, cluster) = (format!("name={}", names.join(",")), format!("cluster={}", settings.cluster));
        steps.push(Step::new(names, &["delete", "account", "where", &cluster, &named]));
    }
    steps
}

/// People who were barred and belong again, or whom somebody gave a QOS of their own.
fn readmit(settings: &Settings, have: &Layout, want: &Layout) -> Vec<Step> {
    let mut steps = Vec::new();
    for (name, account) in &want.accounts {
        let Some(before) = have.accounts.get(name) else { continue };
        let barred = |place: &&(String, String)| before.people.get(*place).is_some_and(|one| *one != Place::default());
        let back: Vec<&str> = account
            .people
            .iter()
            .filter(|(_, place)| **place == Place::default())
            .map(|(who, _)| who)
            .filter(barred)
            .map(|(person, _)| person.as_str())
            .collect();
        if !back.is_empty() {
            let (who, cluster) = (format!("name={}", back.join(",")), format!("cluster={}", settings.cluster));
            let at = format!("account={name}");
            let args =
                ["modify", "user", "where", &who, &cluster, &at, "set", "MaxSubmitJobs=-1", "QOS=", "DefaultQOS=-1"];
            steps.push(Step::new(vec![name.clone()], &args));
        }
    }
    steps
}

/// What comes anew, as a file for `sacctmgr load`: the accounts with their limits, and people. What
/// the file leaves out stays as it is.
fn load_file(settings: &Settings, have: &Layout, want: &Layout) -> (Vec<String>, String) {
    let (cluster, parent) = (&settings.cluster, &settings.parent);
    let mut file = format!("Cluster - '{cluster}'\n");
    let mut touched = Vec::new();
    let fresh = want.accounts.iter().filter(|(name, _)| !have.accounts.contains_key(*name));
    let mut head = String::new();
    if !have.founded {
        let qos = qos(settings);
        let own = format!("Description='{parent}':Organization='mudeung':QOS='{qos}':DefaultQOS='{qos}'");
        let _ = writeln!(head, "Parent - 'root'\nAccount - '{parent}':{own}");
    }
    let _ = writeln!(head, "Parent - '{parent}'");
    for (name, account) in fresh {
        let _ = writeln!(
            head,
            "Account - '{name}':Description='{}':Organization='mudeung':{}",
            account.project.to_ascii_lowercase(),
            loaded(&account.allowance)
        );
        touched.push(name.clone());
    }
    if !touched.is_empty() {
        file.push_str(&head);
    }
    for (name, account) in &want.accounts {
        let before = have.accounts.get(name);
        // Whoever loses one of several places in it lost all of them before this.
        let left = |before: &super::layout::Account, person: &String| {
            before.people.keys().any(|place| place.0 == *person && !account.people.contains_key(place))
        };
        let new = |place: &&(String, String)| {
            before.is_none_or(|before| !before.people.contains_key(*place) || left(before, &place.0))
        };
        let new: Vec<&(String, String)> = account.people.keys().filter(new).collect();
        if new.is_empty() {
            continue;
        }
        let _ = writeln!(file, "Parent - '{name}'");
        for (person, partition) in new {
            let _ = writeln!(file, "User - '{person}':Partition='{partition}'");
        }
        if touched.last() != Some(name) {
            touched.push(name.clone());
        }
    }
    (touched, file)
}

fn loaded(allowance: &Allowance) -> String {
    let tres: Vec<String> = allowance.tres.iter().map(|(name, amount)| format!("{name}={amount}")).collect();
    let mut out = format!("Fairshare={}:GrpTRES={}", allowance.share, tres.join(","));
    for (key, value) in [("MaxWallDurationPerJob", allowance.max_wall), ("MaxJobs", allowance.max_jobs)] {
        if let Some(value) = value {
            let _ = write!(out, ":{key}={value}");
        }
    }
    for (name, minutes) in &allowance.minutes {
        let _ = write!(out, ":GrpTRESMins={name}={minutes}");
    }
    if !allowance.qos.is_empty() {
        let _ = write!(out, ":QOS='{}':DefaultQOS='{}'", allowance.qos, allowance.default_qos);
    }
    out
}
