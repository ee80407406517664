//! `mudeung cluster adopt`: what taking over a cluster with accounts of its own comes to, and doing it
//! once somebody has read that and says its hash.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use compute::Slurm;
use service::adopt::{self, AccountPlan, Applied, Drawn, PersonPlan, Plan, Surroundings};
use service::import::{self, Fault, Limits, Sheet, Source};
use service::{Actor, Center};
use texts::{Pools, Texts, k};

use crate::command::{complain, refused, say};
use crate::config::{Config, Engine};

/// A map of more rows than a cluster has accounts and people is none.
const ROWS: usize = 100_000;

/// What is asked for.
#[derive(clap::Args)]
pub struct Args {
    /// Which old account becomes which project, and which user is which person: CSV with the head kind,name,of.
    #[arg(long, value_name = "FILE")]
    map: PathBuf,
    /// Do what was printed with this hash.
    #[arg(long, value_name = "HASH")]
    apply: Option<String>,
}

/// Prints what it comes to, or does it.
///
/// # Errors
/// If anything is wrong with the map, which is printed, if the cluster does not answer, and if what it
/// comes to is no longer what the hash says.
pub fn run(args: &Args, file: &Path, config: &Config, center: &Center, t: Texts) -> Result<()> {
    ensure!(config.which_engine() == Engine::Slurm, "{}", t.s(k::CLI_ADOPT_SLURM));
    let pools = &center.identity.pools;
    let bytes = std::fs::read(&args.map).with_context(|| args.map.display().to_string())?;
    let sheet = match Source::read("", &bytes, &Limits::command_line(ROWS)) {
        Ok(source) => source.sheet,
        Err(faults) => return faulty(&faults, t, pools),
    };
    let engine = Slurm::new(config.compute.slurm.clone());
    let around = surroundings(&engine, &sheet, config.compute.accounts_uid_base)?;
    let actor = Actor { lang: t.lang(), ..Actor::operator() };
    let Some(agreed) = &args.apply else {
        let drawn = center.read(&actor, |cx| adopt::draw_up(cx, &around, &sheet));
        return match drawn.map_err(|error| refused(t, &error))? {
            Drawn::Faulty(faults) => faulty(&faults, t, pools),
            Drawn::Plan(plan) => show(&plan, &around, args, file, t),
        };
    };
    let applied = center.write(&actor, |cx| adopt::take_over(cx, &around, &sheet, agreed));
    match applied.map_err(|error| refused(t, &error))? {
        Applied::Faulty(faults) => faulty(&faults, t, pools),
        Applied::Differs(plan) => {
            show(&plan, &around, args, file, t)?;
            bail!("{}", t.s(k::CLI_ADOPT_DIFFERS))
        }
        Applied::Done(plan) => finish(&plan, &engine, t),
    }
}

/// What the cluster and the machine say.
fn surroundings<'e>(engine: &'e Slurm, sheet: &Sheet, uid_base: i64) -> Result<Surroundings<'e>> {
    let known = |name: &str| Some((name.to_owned(), compute::slurm::uid(name)?));
    let uids = adopt::users(sheet).into_iter().filter_map(known).collect();
    Ok(Surroundings { engine, cluster: engine.foreign()?, uids, uid_base })
}

fn faulty(faults: &[Fault], t: Texts, pools: &Pools) -> Result<()> {
    for fault in faults {
        say(&import::place(fault, t, pools));
    }
    bail!("{}", t.f1(k::IMPORT_FAULTS, "count", number(faults.len(), t)))
}

fn number(count: usize, t: Texts) -> String {
    t.int(i64::try_from(count).unwrap_or(i64::MAX))
}

/// Shuts the old accounts: the people have their names by now.
fn finish(plan: &Plan, engine: &Slurm, t: Texts) -> Result<()> {
    let new = plan.people.values().filter(|person| !person.is_there).count();
    say(&t.f1(k::CLI_ADOPT_NAMED, "count", number(new, t)));
    let accounts: BTreeSet<String> = plan.accounts.keys().cloned().collect();
    let shut = engine.shut(&accounts);
    let failed = shut.values().filter(|outcome| outcome.is_err()).count();
    for (name, outcome) in &shut {
        match outcome {
            Ok(()) => say(&t.f1(k::CLI_ADOPT_SHUT, "account", name.as_str())),
            Err(error) => {
                let what = format!("{} ({})", t.word(error.fault()), error.cause());
                complain(&t.f2(k::CLI_ADOPT_NOT_SHUT, ("account", name.as_str()), ("cause", what)));
            }
        }
    }
    ensure!(failed == 0, "{}", t.f1(k::CLI_ADOPT_AGAIN, "count", number(failed, t)));
    say(&t.s(k::CLI_ADOPT_DONE));
    Ok(())
}

/// Prints what it comes to, and how to do it.
fn show(plan: &Plan, around: &Surroundings<'_>, args: &Args, config: &Path, t: Texts) -> Result<()> {
    tell(plan, around, t);
    let hash = plan.hash().map_err(|error| refused(t, &error))?;
    let (config, map) = (config.display(), args.map.display());
    let command = format!("mudeung cluster adopt --config {config} --map {map} --apply {hash}");
    say(&t.f2(k::CLI_ADOPT_APPLY, ("hash", hash), ("command", command)));
    Ok(())
}

fn tell(plan: &Plan, around: &Surroundings<'_>, t: Texts) {
    for (name, account) in &plan.accounts {
        tell_account(plan, name, account, t);
    }
    for (name, person) in &plan.people {
        tell_person(name, person, around, t);
    }
    if !plan.before.is_empty() && !plan.accounts.is_empty() {
        say(&t.f1(k::CLI_ADOPT_QOS, "names", list(&plan.before)));
    }
    for (key, names) in
        [(k::CLI_ADOPT_LEFT_ACCOUNTS, &plan.left_accounts), (k::CLI_ADOPT_LEFT_PEOPLE, &plan.left_people)]
    {
        let of = if names.is_empty() { "-".to_owned() } else { list(names) };
        say(&t.f2(key, ("count", number(names.len(), t)), ("names", of)));
    }
}

fn list(names: &BTreeSet<String>) -> String {
    names.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// A line of what is told of an account or a person.
fn line(text: &str) {
    say(&format!("  {text}"));
}

fn tell_account(plan: &Plan, name: &str, account: &AccountPlan, t: Texts) {
    say(&format!("{name} → {}", account.project));
    let mut limits: Vec<String> = account.limits.iter().map(|(key, value)| format!("{key}={value}")).collect();
    limits.extend(account.takes.map(|takes| format!("GrpSubmitJobs={takes}")));
    line(&t.f1(k::CLI_ADOPT_LIMITS, "limits", limits.join(" ")));
    for (pool, granted) in &account.pools {
        let args = [("pool", pool.as_str().into()), ("devices", t.int(granted.devices).into())];
        match &granted.account {
            Some(by) => line(&t.f(k::CLI_ADOPT_POOL, &[&args[..], &[("account", by.as_str().into())]].concat())),
            None => line(&t.f(k::CLI_ADOPT_NO_POOL, &args)),
        }
    }
    if account.pools.is_empty() {
        line(&t.s(k::CLI_ADOPT_NOTHING));
    }
    let granted = account.granted();
    let (was, difference) = account.devices.map_or_else(
        || (t.s(k::CLI_ADOPT_UNLIMITED), "-".to_owned()),
        |devices| (t.int(devices), t.signed(granted.saturating_sub(devices))),
    );
    let args = [("was", was.into()), ("is", t.int(granted).into()), ("difference", difference.into())];
    line(&t.f(k::CLI_ADOPT_DEVICES, &args));
    line(&t.f2(k::CLI_ADOPT_JOBS, ("running", t.int(account.running)), ("waiting", t.int(account.waiting))));
    for (key, names) in [
        (k::CLI_ADOPT_PEOPLE, &account.people),
        (k::CLI_ADOPT_OUTSIDE, &account.outside),
        (k::CLI_ADOPT_NEWCOMERS, &account.newcomers),
    ] {
        if !names.is_empty() {
            line(&t.f1(key, "names", list(names)));
        }
    }
    line(&t.s(if account.is_shut() { k::CLI_ADOPT_IS_SHUT } else { k::CLI_ADOPT_WILL_SHUT }));
    let command = format!("sacctmgr delete account where name={name} cluster={}", plan.cluster);
    line(&t.f1(k::CLI_ADOPT_DELETE, "command", command));
}

fn tell_person(name: &str, person: &PersonPlan, around: &Surroundings<'_>, t: Texts) {
    say(&format!("{name} → {}", person.email));
    line(&t.f1(if person.is_there { k::CLI_ADOPT_HAS_NAME } else { k::CLI_ADOPT_KEEPS }, "name", name));
    match person.uid {
        Some(uid) => line(&t.f1(k::CLI_ADOPT_UID, "uid", uid.to_string())),
        None => line(&t.f1(k::CLI_ADOPT_NO_UID, "base", around.uid_base.to_string())),
    }
    if !person.in_force {
        line(&t.s(k::CLI_ADOPT_NO_PROJECT));
    }
}
