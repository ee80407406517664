//! Adopting a cluster that has accounts of its own: a map says which of them become which projects and
//! which of its users are whom; what that comes to is drawn up, read by somebody, and only then done.
//! The cluster is asked and told outside of any transaction, by whoever calls this.

mod plan;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use compute::Slurm;
use compute::slurm::Foreign;
use domain::access::Act;
use domain::person::UserState;
use serde_json::{Value, json};
use store::engine::Given;

pub use plan::{AccountPlan, Member, Person, PersonPlan, Plan, Pool, Project};

use crate::cluster_account::free_numbers;
use crate::import::{Fault, Sheet};
use crate::{Cx, Outcome};

/// What is known of the cluster and of the machine.
#[derive(Debug)]
pub struct Surroundings<'e> {
    /// The cluster.
    pub engine: &'e Slurm,
    /// What it has that is not the portal's.
    pub cluster: Foreign,
    /// The numbers of users of the machine that the map names.
    pub uids: BTreeMap<String, i64>,
    /// From where on the numbers of accounts count.
    pub uid_base: i64,
}

/// What came of a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drawn {
    /// It is wrong.
    Faulty(Vec<Fault>),
    /// It comes to this.
    Plan(Plan),
}

/// What came of applying one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applied {
    /// The map is wrong.
    Faulty(Vec<Fault>),
    /// It comes to something else than what was agreed to. Nothing was written.
    Differs(Plan),
    /// People have their names; the accounts are still to be shut.
    Done(Plan),
}

/// The users of the cluster whom a map names.
#[must_use]
pub fn users(sheet: &Sheet) -> BTreeSet<&str> {
    plan::named(sheet).users
}

/// Draws up what a map comes to now. Nothing is written.
///
/// # Errors
/// [`crate::Error::Forbidden`] for whoever may not adopt a cluster, and database errors.
pub fn draw_up(cx: &mut Cx<'_, '_>, around: &Surroundings<'_>, sheet: &Sheet) -> Outcome<Drawn> {
    cx.require(Act::ClusterAdopt, &[])?;
    let facts = facts(cx, around, sheet)?;
    Ok(match plan::draw_up(sheet, &facts) {
        Ok(plan) => Drawn::Plan(plan),
        Err(faults) => Drawn::Faulty(faults),
    })
}

fn facts(cx: &mut Cx<'_, '_>, around: &Surroundings<'_>, sheet: &Sheet) -> Outcome<plan::Facts> {
    let named = plan::named(sheet);
    let mut facts = plan::Facts {
        cluster: around.cluster.clone(),
        uids: around.uids.clone(),
        uid_base: around.uid_base,
        given: store::engine::accounts_given(cx.tx)?,
        ..plan::Facts::default()
    };
    for number in named.projects {
        let Some(row) = store::project::by_number(cx.tx, number)? else { continue };
        let held = crate::engine::by_pool(store::engine::held(cx.tx, row.id, cx.today())?);
        let pool = |(pool, (devices, _)): (domain::ids::PoolId, (i64, _))| {
            let pool = pool.to_string();
            let account = around.engine.account_of(number, &pool);
            (pool, Pool { devices, account })
        };
        let people = store::engine::people_of(cx.tx, row.id)?.into_iter();
        let project = Project {
            state: row.state,
            pools: held.into_iter().map(pool).collect(),
            members: people.map(|(user, email, account)| Member { user, email, account }).collect(),
        };
        facts.projects.insert(number.to_owned(), project);
    }
    for email in named.people {
        let Some(user) = store::user::by_email(cx.tx, email.as_str())? else { continue };
        // Who has not confirmed the address is nobody yet.
        if user.state != UserState::Pending {
            let in_force = store::ssh_key::access(cx.tx, user.id)?.in_force;
            facts.people.insert(email.to_string(), Person { id: user.id, in_force });
        }
    }
    Ok(facts)
}

/// Gives the people of a map the names that they have on the cluster, if what it comes to now is what was
/// agreed to. What is done already is not done again.
///
/// # Errors
/// [`crate::Error::Forbidden`] for whoever may not adopt a cluster, and database errors.
pub fn take_over(cx: &mut Cx<'_, '_>, around: &Surroundings<'_>, sheet: &Sheet, agreed: &str) -> Outcome<Applied> {
    let plan = match draw_up(cx, around, sheet)? {
        Drawn::Faulty(faults) => return Ok(Applied::Faulty(faults)),
        Drawn::Plan(plan) => plan,
    };
    if plan.hash()? != agreed {
        return Ok(Applied::Differs(plan));
    }
    let mut given = store::engine::accounts_given(cx.tx)?;
    for (name, person) in plan.people.iter().filter(|(_, person)| !person.is_there) {
        // Whose uid lies above the base holds its number, so that it is never counted to for another.
        let own = person.uid.map(|uid| uid.saturating_sub(around.uid_base)).filter(|number| *number > 0);
        let own = own.filter(|number| given.iter().all(|one| one.number != *number));
        let Some(number) = own.or_else(|| free_numbers(&given).next()) else { continue };
        let one = Given { user: person.user, number, name: name.clone(), uid: person.uid };
        store::engine::put_account(cx.tx, &one, cx.now)?;
        given.push(one);
        let after = json!({ "name": name, "number": number, "uid": person.uid });
        cx.audit("cluster_account.adopted", ("user", &person.user), &Value::Null, &after, agreed)?;
    }
    // What is about to be shut, with what it had: whoever wants it back reads it here.
    for (name, account) in plan.accounts.iter().filter(|(_, account)| !account.is_shut()) {
        let before = json!({ "limits": account.limits, "GrpSubmitJobs": account.takes });
        let after = json!({ "project": account.project, "GrpSubmitJobs": 0 });
        cx.audit("engine.account_shut", ("engine", name), &before, &after, agreed)?;
    }
    Ok(Applied::Done(plan))
}
