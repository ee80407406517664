//! What adopting a cluster comes to: the map and what is known, to what would be done. Pure.

use std::collections::{BTreeMap, BTreeSet};

use compute::slurm::Foreign;
use compute::slurm::settings::is_name;
use domain::award::ProjectState;
use domain::ids::UserId;
use domain::ledger::hex;
use domain::person::Email;
use domain::{Code, Reason};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use store::engine::Given;

use crate::cluster_account::uid_of;
use crate::import::columns::{Column, Table};
use crate::import::sheet::Row;
use crate::import::{Fault, Sheet};
use crate::{Error, Outcome};

const fn column(key: &'static str, ko: &'static str, en: &'static str, example: &'static str) -> Column {
    Column { key, ko, en, needed: true, example }
}

/// The columns of a map.
pub const COLUMNS: &[Column] = &[
    column("kind", "종류", "Kind", "account"),
    column("name", "이름", "Name", "kimlab"),
    column("of", "대상", "Of", "P2021-0001"),
];

/// What a row of a map is about, in the file's own words.
const ACCOUNT: &str = "account";
const USER: &str = "user";

/// Somebody of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who it is.
    pub user: UserId,
    /// Their address.
    pub email: String,
    /// Their cluster account, if they have one already.
    pub account: Option<String>,
}

/// What is known of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// How it stands.
    pub state: ProjectState,
    /// What it may use today by the ledger: devices, and the account by which it will.
    pub pools: BTreeMap<String, Pool>,
    /// Its people.
    pub members: Vec<Member>,
}

/// What a project may use of a pool today.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pool {
    /// How many devices.
    pub devices: i64,
    /// The account by which it uses them; nothing if the cluster has no such pool.
    pub account: Option<String>,
}

/// What is known of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who it is.
    pub id: UserId,
    /// Whether they take part in a project in force.
    pub in_force: bool,
}

/// All that is known of what a map may name.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// What the cluster has that is not the portal's.
    pub cluster: Foreign,
    /// What users of the machine are called and numbered.
    pub uids: BTreeMap<String, i64>,
    /// From where on the numbers of accounts count.
    pub uid_base: i64,
    /// The projects that the map names, by number.
    pub projects: BTreeMap<String, Project>,
    /// The people whom it names, by address.
    pub people: BTreeMap<String, Person>,
    /// The cluster accounts that were given so far.
    pub given: Vec<Given>,
}

/// What becomes of an old account. What changes by itself or by the adoption is no part of what was
/// agreed to, so that the same agreement holds while jobs come and go, and once more after half of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AccountPlan {
    /// The project's number.
    pub project: String,
    /// What is set on it, in Slurm's words.
    pub limits: BTreeMap<String, String>,
    /// How many devices it may use at once, if it says.
    pub devices: Option<i64>,
    /// What the project may use today by the ledger.
    pub pools: BTreeMap<String, Pool>,
    /// Its people.
    pub people: BTreeSet<String>,
    /// Those of them who are not in the project.
    pub outside: BTreeSet<String>,
    /// The addresses of people of the project who are not in it.
    pub newcomers: BTreeSet<String>,
    /// How many jobs it takes, if it says; none once it is shut.
    #[serde(skip)]
    pub takes: Option<i64>,
    /// How many of its jobs run.
    #[serde(skip)]
    pub running: i64,
    /// How many wait.
    #[serde(skip)]
    pub waiting: i64,
}

impl AccountPlan {
    /// How many devices the project may use today, of all pools.
    #[must_use]
    pub fn granted(&self) -> i64 {
        self.pools.values().fold(0, |sum, pool| sum.saturating_add(pool.devices))
    }

    /// Whether it takes no jobs already.
    #[must_use]
    pub fn is_shut(&self) -> bool {
        self.takes == Some(0)
    }
}

/// Who a user of the cluster is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PersonPlan {
    /// Who it is.
    pub user: UserId,
    /// Their address.
    pub email: String,
    /// Their number as a user of machines, if the machine knows it.
    pub uid: Option<i64>,
    /// Whether they take part in a project in force.
    pub in_force: bool,
    /// Whether the account is theirs already.
    #[serde(skip)]
    pub is_there: bool,
}

/// What adopting the cluster comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The cluster.
    pub cluster: String,
    /// The old accounts, by name.
    pub accounts: BTreeMap<String, AccountPlan>,
    /// The users, by name.
    pub people: BTreeMap<String, PersonPlan>,
    /// The accounts that are not in the map.
    pub left_accounts: BTreeSet<String>,
    /// The users who are not in it.
    pub left_people: BTreeSet<String>,
    /// The QOS that go before what accounts say of how many jobs they take.
    pub before: BTreeSet<String>,
}

impl Plan {
    /// What tells this plan from every other.
    ///
    /// # Errors
    /// [`Error::Internal`] if it cannot be written.
    pub fn hash(&self) -> Outcome<String> {
        let text = serde_json::to_string(self).map_err(Error::internal)?;
        Ok(hex(&Sha256::digest(text.as_bytes())).chars().take(12).collect())
    }
}

/// The users whom a map names, and the projects and addresses.
pub(super) struct Named<'s> {
    pub users: BTreeSet<&'s str>,
    pub projects: BTreeSet<&'s str>,
    pub people: BTreeSet<Email>,
}

/// Whom and what a map names, as far as it can be read.
pub(super) fn named(sheet: &Sheet) -> Named<'_> {
    let table = Table::new(sheet, COLUMNS);
    let table = &table;
    let of = |kind| table.rows().iter().filter(move |row| row_kind(table, row) == Some(kind));
    Named {
        users: of(USER).map(|row| table.text(row, "name")).filter(|name| may_be_called(name)).collect(),
        projects: of(ACCOUNT).map(|row| table.text(row, "of")).collect(),
        people: of(USER).filter_map(|row| table.text(row, "of").parse().ok()).collect(),
    }
}

fn row_kind<'s>(table: &Table<'s>, row: &'s Row) -> Option<&'static str> {
    [ACCOUNT, USER].into_iter().find(|kind| *kind == table.text(row, "kind"))
}

/// Whether the portal can keep that name for somebody: one that it gives itself would be in its way, and
/// root is nobody's.
fn may_be_called(name: &str) -> bool {
    let given = name.strip_prefix(crate::engine::ACCOUNT);
    let own = given.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()));
    is_name(name) && name.starts_with(|c: char| c.is_ascii_lowercase()) && !own && name != "root"
}

/// Draws up what a map comes to.
///
/// # Errors
/// Everything that is wrong with it.
pub fn draw_up(sheet: &Sheet, facts: &Facts) -> Result<Plan, Vec<Fault>> {
    let mut table = Table::new(sheet, COLUMNS);
    if !table.faults.is_empty() {
        return Err(table.faults);
    }
    let rows = table.rows();
    let mut drawing = Drawing { facts, plan: Plan::default(), seen: BTreeMap::new(), names: BTreeMap::new() };
    drawing.plan.cluster.clone_from(&facts.cluster.cluster);
    drawing.plan.before.clone_from(&facts.cluster.before);
    for row in rows {
        if table.is_hopeless() {
            break;
        }
        match row_kind(&table, row) {
            None => table.wrong(row, "kind", Reason::new(Code::NotOneOf).with("choices", format!("{ACCOUNT}, {USER}"))),
            Some(kind) => drawing.row(&mut table, row, kind),
        }
    }
    drawing.below(&mut table, rows);
    if !table.faults.is_empty() {
        table.faults.sort_by_key(|fault| (fault.line, fault.column));
        return Err(table.faults);
    }
    Ok(drawing.done())
}

struct Drawing<'f> {
    facts: &'f Facts,
    plan: Plan,
    /// The lines of what was named, by kind and name.
    seen: BTreeMap<(&'static str, String), usize>,
    /// What people of the map are called.
    names: BTreeMap<UserId, String>,
}

impl Drawing<'_> {
    fn row<'s>(&mut self, table: &mut Table<'s>, row: &'s Row, kind: &'static str) {
        let (name, of) = (table.text(row, "name").to_owned(), table.text(row, "of"));
        if let Some(key) = [("name", name.as_str()), ("of", of)].iter().find(|(_, text)| text.is_empty()) {
            return table.wrong(row, key.0, Code::Required);
        }
        if let Some(first) = self.seen.insert((kind, name.clone()), row.line) {
            return table.wrong(row, "name", twice(first));
        }
        let faults = if kind == ACCOUNT { self.account(&name, of) } else { self.person(&name, of, row.line) };
        for (key, reason) in faults {
            table.wrong(row, key, reason);
        }
    }

    fn account(&mut self, name: &str, number: &str) -> Vec<(&'static str, Reason)> {
        let cluster = &self.facts.cluster;
        let mut faults = Vec::new();
        let old = cluster.accounts.get(name);
        if cluster.own.contains(name) {
            faults.push(("name", Code::AdoptOwnAccount.into()));
        } else if old.is_none() {
            faults.push(("name", Code::AdoptNoAccount.into()));
        }
        let project = self.facts.projects.get(number);
        match project {
            None => faults.push(("of", Code::AdoptNoProject.into())),
            Some(project) if is_over(project.state) => faults.push(("of", Code::AdoptProjectOver.into())),
            Some(project) => {
                let of_pool = project.pools.values().filter_map(|pool| pool.account.as_ref());
                let in_the_way = of_pool.into_iter().any(|account| cluster.accounts.contains_key(account));
                if in_the_way || cluster.taken.contains(number) {
                    faults.push(("of", Code::AdoptNameTaken.into()));
                }
            }
        }
        if let (Some(old), Some(project), true) = (old, project, faults.is_empty()) {
            let account = AccountPlan {
                project: number.to_owned(),
                limits: old.limits.clone(),
                devices: old.devices,
                pools: project.pools.clone(),
                people: old.people.clone(),
                takes: old.takes,
                running: old.running,
                waiting: old.waiting,
                ..AccountPlan::default()
            };
            self.plan.accounts.insert(name.to_owned(), account);
        }
        faults
    }

    fn person(&mut self, name: &str, address: &str, line: usize) -> Vec<(&'static str, Reason)> {
        let mut faults: Vec<(&'static str, Reason)> = Vec::new();
        let email = address.parse::<Email>();
        let known = email.as_ref().ok().and_then(|email| self.facts.people.get(email.as_str()));
        let uid = self.facts.uids.get(name).copied();
        let given = |of: &dyn Fn(&Given) -> bool| self.facts.given.iter().find(|one| of(one));
        match (&email, known) {
            (Err(code), _) => faults.push(("of", (*code).into())),
            (Ok(_), None) => faults.push(("of", Code::NoAccount.into())),
            (Ok(_), Some(person)) => {
                if let Some(one) = given(&|one| one.user == person.id && one.name != name) {
                    faults.push(("of", Reason::new(Code::AdoptOtherAccount).with("name", one.name.as_str())));
                }
                if let Some(first) = self.names.get(&person.id) {
                    let first = self.seen.get(&(USER, first.clone())).copied().unwrap_or(line);
                    faults.push(("of", twice(first)));
                }
            }
        }
        let theirs = |one: &Given| known.is_some_and(|person| one.user == person.id);
        let shares = |one: &Given| Some(uid_of(one.uid, one.number, self.facts.uid_base)) == uid && !theirs(one);
        if !may_be_called(name) || uid == Some(0) {
            faults.push(("name", Code::AdoptName.into()));
        } else if given(&|one| one.name == name && !theirs(one)).is_some() {
            faults.push(("name", Code::AdoptNameGiven.into()));
        } else if uid.is_none() && !self.facts.cluster.people.contains(name) {
            faults.push(("name", Code::AdoptNoUser.into()));
        } else if let Some(other) = given(&shares).map(|one| &one.name).or_else(|| self.with_uid(uid)) {
            let reason =
                Reason::new(Code::AdoptUidTaken).with("uid", uid.unwrap_or(0).to_string()).with("name", other.as_str());
            faults.push(("name", reason));
        }
        if let (Ok(email), Some(person), true) = (&email, known, faults.is_empty()) {
            let is_there = given(&|one| theirs(one)).is_some();
            let email = email.to_string();
            let planned = PersonPlan { user: person.id, email, uid, in_force: person.in_force, is_there };
            self.names.insert(person.id, name.to_owned());
            self.plan.people.insert(name.to_owned(), planned);
        }
        faults
    }

    /// Who of the map has that number already.
    fn with_uid(&self, uid: Option<i64>) -> Option<&String> {
        let has = |one: &&(&String, &PersonPlan)| uid.is_some() && one.1.uid == uid;
        self.plan.people.iter().find(|one| has(&one)).map(|(name, _)| name)
    }

    /// What is shut shuts what lies below it: nothing that is not in the map may.
    fn below<'s>(&self, table: &mut Table<'s>, rows: &'s [Row]) {
        for row in rows {
            let name = table.text(row, "name");
            let old = self.facts.cluster.accounts.get(name).filter(|_| row_kind(table, row) == Some(ACCOUNT));
            let named = |name: &&String| self.seen.contains_key(&(ACCOUNT, (*name).clone()));
            let below = old.into_iter().flat_map(|old| &old.below);
            let left: Vec<&str> = below.filter(|name| !named(name)).map(String::as_str).collect();
            if !left.is_empty() {
                table.wrong(row, "name", Reason::new(Code::AdoptAbove).with("accounts", left.join(", ")));
            }
        }
    }

    fn done(self) -> Plan {
        let Self { facts, mut plan, names, .. } = self;
        for account in plan.accounts.values_mut() {
            let members = facts.projects.get(&account.project).map(|project| project.members.as_slice());
            let called = |member: &Member| names.get(&member.user).or(member.account.as_ref()).cloned();
            let members: Vec<(Option<String>, &String)> =
                members.unwrap_or_default().iter().map(|member| (called(member), &member.email)).collect();
            let is_member = |name: &&String| members.iter().any(|(called, _)| called.as_ref() == Some(name));
            account.outside = account.people.iter().filter(|name| !is_member(name)).cloned().collect();
            let is_new = |called: &Option<String>| called.as_ref().is_none_or(|name| !account.people.contains(name));
            account.newcomers =
                members.iter().filter(|(called, _)| is_new(called)).map(|(_, email)| (*email).clone()).collect();
        }
        let cluster = &facts.cluster;
        plan.left_accounts =
            cluster.accounts.keys().filter(|name| !plan.accounts.contains_key(*name)).cloned().collect();
        plan.left_people = cluster.people.iter().filter(|name| !plan.people.contains_key(*name)).cloned().collect();
        plan
    }
}

fn twice(first: usize) -> Reason {
    Reason::new(Code::RowTwice).with("line", i64::try_from(first).unwrap_or(i64::MAX))
}

/// Whether a project will not be in force again.
fn is_over(state: ProjectState) -> bool {
    use ProjectState::{Active, Agreed, AgreementPending, Closed, DataOnly, Ended, Suspended, Withdrawn};
    match state {
        AgreementPending | Agreed | Active | Suspended => false,
        Ended | DataOnly | Closed | Withdrawn => true,
    }
}
