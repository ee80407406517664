//! How projects lie in Slurm: under the portal's parent account one account for each project and
//! pool, with the limits; in it its people, each bound to the pool's partition.
//!
//! Pure: what was read becomes a [`Layout`], a layout becomes neutral records, and changes make
//! another layout of it.

use std::collections::{BTreeMap, BTreeSet};

use domain::engine::PoolRules;

use super::parse::{Association, Qos};
use super::settings::{OverLimit, PoolShape, Settings, is_name};
use crate::{Change, EngineError, ObservedProject, UNLIMITED};

/// The devices of a pool, of whatever type: it binds jobs that name the type and jobs that do not.
pub(super) const DEVICES: &str = "gres/gpu";

/// What the name of the parent's QOS ends with where jobs that can never fit are refused.
const REFUSE: &str = "-refuse";

/// What an account allows.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Allowance {
    /// Its part when devices are short.
    pub share: i64,
    /// What all its jobs together may use.
    pub tres: BTreeMap<String, i64>,
    /// How many jobs may run; 0 marks a project that is over.
    pub grp_jobs: Option<i64>,
    /// How many jobs may be there; 0 where nothing is granted.
    pub grp_submit: Option<i64>,
    /// The longest job, in minutes.
    pub max_wall: Option<i64>,
    /// How many jobs of a person may run.
    pub max_jobs: Option<i64>,
    /// The only QOS of its jobs; empty for the parent's.
    pub qos: String,
    /// The QOS of jobs that name none.
    pub default_qos: String,
    /// For how many minutes all its jobs together may use something.
    pub minutes: BTreeMap<String, i64>,
}

/// Somebody's place in an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// Whether no more jobs are taken, for the place cannot go before the ones that run.
    pub barred: bool,
    /// Whether it has a QOS of its own, by which it would go by other rules.
    pub apart: bool,
}

/// An account of a project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Account {
    /// The project, as the portal writes it.
    pub project: String,
    /// The pool; empty if it is none that we know.
    pub pool: String,
    /// What it allows.
    pub allowance: Allowance,
    /// Its people: by account and partition.
    pub people: BTreeMap<(String, String), Place>,
}

/// All that is ours, and the names that are not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Layout {
    /// Whether the parent account is there.
    pub founded: bool,
    /// Whether it is as the settings say.
    pub parent: bool,
    /// The accounts under it.
    pub accounts: BTreeMap<String, Account>,
    /// The QOS of products, by name.
    pub qoses: BTreeMap<String, Qos>,
    /// Accounts elsewhere.
    pub others: BTreeSet<String>,
    /// People who have a place elsewhere.
    pub outsiders: BTreeSet<String>,
}

/// The account of a project's pool. Slurm writes names in lower case.
///
/// # Errors
/// If the pool is not in the settings, or the name would not come back as it went.
pub(super) fn account_name(settings: &Settings, project: &str, pool: &str) -> Result<String, EngineError> {
    if !settings.pools.contains_key(pool) {
        return Err(EngineError::Refused(format!("the configuration has no pool {pool}")));
    }
    let name = format!("{}-{pool}", project.to_ascii_lowercase());
    if !is_name(&name) || project.to_ascii_uppercase() != project {
        return Err(EngineError::Refused(format!("{project} cannot be a name in Slurm")));
    }
    Ok(name)
}

/// What an account of a pool allows for so many devices.
pub(super) fn allowance(
    settings: &Settings,
    shape: &PoolShape,
    devices: i64,
    closing: bool,
    rules: Option<&PoolRules>,
) -> Allowance {
    let rules = rules.filter(|_| devices > 0);
    let qos = rules.map(|rules| qos_of(settings, &rules.class)).unwrap_or_default();
    let minutes = rules.and_then(|rules| rules.device_hours).map(|hours| hours.saturating_mul(60));
    let some = |limit: i64| Some(limit).filter(|limit| *limit > 0);
    let of_each = |each: i64| devices.saturating_mul(each);
    Allowance {
        share: devices.max(1),
        tres: BTreeMap::from([
            (DEVICES.to_owned(), devices),
            ("cpu".to_owned(), of_each(shape.cpus_per_device)),
            ("mem".to_owned(), of_each(shape.memory_mb_per_device)),
        ]),
        grp_jobs: closing.then_some(0),
        grp_submit: (devices == 0).then_some(0),
        max_wall: some(settings.max_wall_minutes),
        max_jobs: some(settings.max_jobs),
        default_qos: qos.clone(),
        qos,
        minutes: minutes.map(|minutes| (DEVICES.to_owned(), minutes)).into_iter().collect(),
    }
}

/// The QOS of products, as one name: of its own in each center's parent account.
fn qos_of(settings: &Settings, class: &str) -> String {
    format!("{}-{class}", settings.parent)
}

/// What the QOS of products says.
fn qos_says(settings: &Settings, rules: &PoolRules) -> Qos {
    let refuses = settings.over_limit == OverLimit::Refuse;
    Qos { refuses, max_wall: rules.max_wall_minutes, max_jobs: rules.max_jobs }
}

/// The own QOS that the parent has, and all under it with it: one for each policy, so that its name
/// tells which is in force.
pub(super) fn qos(settings: &Settings) -> String {
    let policy = if settings.over_limit == OverLimit::Refuse { REFUSE } else { "" };
    format!("{}{policy}", settings.parent)
}

impl Layout {
    /// What was read, in order.
    pub fn new(settings: &Settings, read: &[Association], qoses: BTreeMap<String, Qos>) -> Self {
        let mut layout = Self { qoses, ..Self::default() };
        let ours = |one: &Association| one.cluster == settings.cluster;
        for one in read.iter().filter(|one| one.user.is_empty()) {
            if ours(one) && one.account == settings.parent {
                layout.founded = true;
                layout.parent = one.qos == qos(settings) && one.parent == "root";
            } else if ours(one) && one.parent == settings.parent {
                layout.accounts.insert(one.account.clone(), account(settings, one));
            } else if one.account != "root" {
                layout.others.insert(one.account.clone());
            }
        }
        for one in read.iter().filter(|one| !one.user.is_empty()) {
            match layout.accounts.get_mut(&one.account).filter(|_| ours(one)) {
                Some(account) => {
                    let apart = !(one.qos.is_empty() && one.default_qos.is_empty());
                    let place = Place { barred: one.max_submit == Some(0), apart };
                    account.people.insert((one.user.clone(), one.partition.clone()), place);
                }
                None => {
                    layout.outsiders.insert(one.user.clone());
                }
            }
        }
        layout
    }

    /// The same as neutral records.
    pub fn observed(&self, settings: &Settings) -> Vec<ObservedProject> {
        let mut all: BTreeMap<&str, Vec<&Account>> = BTreeMap::new();
        for account in self.accounts.values() {
            all.entry(&account.project).or_default().push(account);
        }
        let ours = all.iter().map(|(name, accounts)| self.project(settings, name, accounts));
        // A name counts as taken if one of its pools' accounts is somewhere else, or itself is.
        let foreign = self.others.iter().filter(|name| !self.accounts.contains_key(*name));
        let foreign =
            foreign.map(|name| split(settings, name).0).chain(self.others.iter().map(|name| name.to_uppercase()));
        let foreign: BTreeSet<String> = foreign.filter(|name| !all.contains_key(name.as_str())).collect();
        let foreign = foreign.into_iter().map(|name| ObservedProject { name, ..ObservedProject::default() });
        ours.chain(foreign).collect()
    }

    fn project(&self, settings: &Settings, name: &str, accounts: &[&Account]) -> ObservedProject {
        let closing = accounts.iter().all(|account| account.allowance.grp_jobs == Some(0));
        let mut out = ObservedProject { name: name.to_owned(), managed: true, closing, ..ObservedProject::default() };
        let mut everybody: BTreeSet<&String> = BTreeSet::new();
        let mut everywhere: Option<BTreeSet<&String>> = None;
        for account in accounts {
            let devices = account.devices();
            if devices > 0 {
                out.limits.insert(account.pool.clone(), devices);
            }
            let rules = self.rules(settings, account);
            let Some(shape) = settings.pools.get(&account.pool) else {
                out.odd_pools.insert(account.pool.clone());
                continue;
            };
            let right = account.allowance == allowance(settings, shape, devices, closing, rules.as_ref());
            let said = rules.as_ref().map(|rules| qos_says(settings, rules));
            if !self.parent || !right || said != self.qoses.get(&account.allowance.qos).copied() {
                out.odd_pools.insert(account.pool.clone());
            }
            out.rules.extend(rules.map(|rules| (account.pool.clone(), rules)));
            let mut right = BTreeSet::new();
            for ((person, partition), place) in &account.people {
                everybody.insert(person);
                if *partition == shape.partition && *place == Place::default() {
                    right.insert(person);
                }
            }
            let wrong =
                |(person, partition): &(String, String)| (*partition != shape.partition).then_some(person.clone());
            out.odd_members.extend(account.people.keys().filter_map(wrong));
            everywhere =
                Some(everywhere.map_or(right.clone(), |so_far| so_far.intersection(&right).copied().collect()));
        }
        let everywhere = everywhere.unwrap_or_default();
        out.odd_members.extend(everybody.difference(&everywhere).map(|person| (*person).clone()));
        out.members = everywhere.into_iter().cloned().collect();
        out
    }

    /// The layout after changes, with what cannot be done of them: by their place in the list.
    pub fn after(&self, settings: &Settings, changes: &[Change]) -> (Self, BTreeMap<usize, EngineError>) {
        let mut layout = self.clone();
        let mut refused = BTreeMap::new();
        for (n, change) in changes.iter().enumerate() {
            if let Err(error) = layout.change(settings, change) {
                refused.insert(n, error);
            }
        }
        (layout, refused)
    }

    fn change(&mut self, settings: &Settings, change: &Change) -> Result<(), EngineError> {
        let project = change.project();
        if let Change::SetLimit { pool, limit, .. } = change {
            return self.limit(settings, project, pool, *limit);
        }
        if let Change::SetRules { pool, rules, .. } = change {
            return self.set_rules(settings, project, pool, rules.as_ref());
        }
        if matches!(change, Change::Remove { .. }) {
            self.accounts.retain(|_, account| account.project != project);
        }
        for account in self.accounts.values_mut().filter(|account| account.project == project) {
            let Some(shape) = settings.pools.get(&account.pool) else { continue };
            match change {
                Change::Close { .. } => account.allowance = allowance(settings, shape, 0, true, None),
                Change::Reopen { .. } if account.allowance.grp_jobs == Some(0) => {
                    account.allowance = allowance(settings, shape, account.devices(), false, None);
                }
                Change::AddMember { member, .. } => {
                    if !is_name(member) {
                        return Err(EngineError::Refused(format!("{member} cannot be a name in Slurm")));
                    }
                    account.people.retain(|(person, _), _| person != member);
                    account.people.insert((member.clone(), shape.partition.clone()), Place::default());
                }
                Change::RemoveMember { member, .. } => account.people.retain(|(person, _), _| person != member),
                _ => {}
            }
        }
        Ok(())
    }

    fn limit(&mut self, settings: &Settings, project: &str, pool: &str, limit: i64) -> Result<(), EngineError> {
        // An account of a pool that is no longer configured can only be left alone or go with its project.
        let name = account_name(settings, project, pool)?;
        let Some(shape) = settings.pools.get(pool) else { return Ok(()) };
        if self.others.contains(&name) {
            return Err(EngineError::Refused(format!("there is an account {name} elsewhere")));
        }
        let rules = self.accounts.get(&name).and_then(|account| self.rules(settings, account));
        let allowed = allowance(settings, shape, limit.max(0), false, rules.as_ref());
        if let Some(rules) = &rules {
            self.qoses.insert(qos_of(settings, &rules.class), qos_says(settings, rules));
        }
        if let Some(account) = self.accounts.get_mut(&name) {
            account.allowance = allowed;
        } else if limit > 0 {
            let others = self.accounts.values().filter(|account| account.project == project);
            let people: BTreeSet<String> =
                others.flat_map(|account| account.people.keys().map(|(person, _)| person.clone())).collect();
            let people = people.into_iter().map(|person| ((person, shape.partition.clone()), Place::default()));
            let account = Account {
                project: project.to_owned(),
                pool: pool.to_owned(),
                allowance: allowed,
                people: people.collect(),
            };
            self.accounts.insert(name, account);
        }
        Ok(())
    }

    fn set_rules(
        &mut self,
        settings: &Settings,
        project: &str,
        pool: &str,
        rules: Option<&PoolRules>,
    ) -> Result<(), EngineError> {
        let name = account_name(settings, project, pool)?;
        let (Some(shape), Some(account)) = (settings.pools.get(pool), self.accounts.get_mut(&name)) else {
            return Err(EngineError::Refused(format!("there is no account {name}")));
        };
        if let Some(rules) = rules {
            let qos = qos_of(settings, &rules.class);
            // One policy's own QOS is nobody's product.
            if !is_name(&qos) || qos == format!("{}{REFUSE}", settings.parent) {
                return Err(EngineError::Refused(format!("{qos} cannot be a name in Slurm")));
            }
            self.qoses.insert(qos, qos_says(settings, rules));
        }
        account.allowance = allowance(settings, shape, account.devices(), false, rules);
        Ok(())
    }

    /// The rules that an account goes by, as its QOS and its hours say.
    fn rules(&self, settings: &Settings, account: &Account) -> Option<PoolRules> {
        let class = account.allowance.qos.strip_prefix(settings.parent.as_str())?.strip_prefix('-')?.to_owned();
        // Several, as somebody may have set them by hand, are none.
        let qos = self.qoses.get(&account.allowance.qos)?;
        let hours = account.allowance.minutes.get(DEVICES).map(|minutes| minutes / 60);
        Some(PoolRules { class, max_wall_minutes: qos.max_wall, max_jobs: qos.max_jobs, device_hours: hours })
    }

    /// Whether a change is so in this layout, as it is in `wanted`.
    pub fn has(&self, change: &Change, wanted: &Self) -> bool {
        let project = change.project();
        let of = |layout: &Self| -> BTreeMap<String, Account> {
            let accounts = layout.accounts.iter().filter(|(_, account)| account.project == project);
            accounts.map(|(name, account)| (name.clone(), account.clone())).collect()
        };
        let (have, want) = (of(self), of(wanted));
        let allowed = |accounts: &BTreeMap<String, Account>, pool: Option<&String>| -> Vec<Allowance> {
            let accounts = accounts.values().filter(|account| pool.is_none_or(|pool| account.pool == *pool));
            accounts.map(|account| account.allowance.clone()).collect()
        };
        let places = |accounts: &BTreeMap<String, Account>, member: &String| -> Vec<(String, String, Place)> {
            let mut out = Vec::new();
            for (name, account) in accounts {
                let people = account.people.iter().filter(|((person, _), _)| person == member);
                out.extend(people.map(|((_, partition), place)| (name.clone(), partition.clone(), *place)));
            }
            out
        };
        match change {
            Change::Create { .. } => true,
            Change::Remove { .. } => have.is_empty(),
            Change::Close { .. } | Change::Reopen { .. } => allowed(&have, None) == allowed(&want, None),
            Change::SetLimit { pool, .. } => allowed(&have, Some(pool)) == allowed(&want, Some(pool)),
            Change::SetRules { pool, .. } => {
                let qos = |layout: &Self| -> Vec<Option<Qos>> {
                    let names = allowed(&want, Some(pool)).into_iter().map(|one| one.qos);
                    names.map(|name| layout.qoses.get(&name).copied()).collect()
                };
                allowed(&have, Some(pool)) == allowed(&want, Some(pool)) && qos(self) == qos(wanted)
            }
            Change::AddMember { member, .. } | Change::RemoveMember { member, .. } => {
                places(&have, member) == places(&want, member)
            }
        }
    }
}

impl Account {
    /// How many devices it allows.
    pub fn devices(&self) -> i64 {
        self.allowance.tres.get(DEVICES).copied().unwrap_or(UNLIMITED)
    }
}

fn account(settings: &Settings, one: &Association) -> Account {
    let (project, pool) = split(settings, &one.account);
    let allowance = Allowance {
        share: one.share,
        tres: one.tres.clone(),
        grp_jobs: one.grp_jobs,
        grp_submit: one.grp_submit,
        max_wall: one.max_wall,
        max_jobs: one.max_jobs,
        qos: one.qos.clone(),
        default_qos: one.default_qos.clone(),
        minutes: one.minutes.clone(),
    };
    Account { project, pool, allowance, people: BTreeMap::new() }
}

/// Project and pool of an account's name. A pool's name may hold hyphens, so the longest fits.
pub(super) fn split(settings: &Settings, name: &str) -> (String, String) {
    let pools = settings.pools.keys().filter_map(|pool| Some((name.strip_suffix(pool)?.strip_suffix('-')?, pool)));
    match pools.filter(|(project, _)| !project.is_empty()).max_by_key(|(_, pool)| pool.len()) {
        Some((project, pool)) => (project.to_ascii_uppercase(), pool.clone()),
        None => (name.to_ascii_uppercase(), String::new()),
    }
}
