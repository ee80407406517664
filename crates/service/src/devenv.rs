//! Development environments: a server of the center's catalog, such as JupyterLab, that runs as a job
//! and is reached through the gateway by the person who started it.

use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::Duration;

use compute::{Compute, EngineError, JobKey, Node};
use domain::access::{Act, Tie};
use domain::award::ProjectState;
use domain::ids::{DevSessionId, JobId, PoolId, ProjectId};
use domain::job::{JobSpec, JobState, MAX_MINUTES, Stream};
use domain::{Code, Reason};
use jiff::{SignedDuration, Timestamp};
pub use store::devenv::{DevSessionItem, DevSessionRow, Tried};

use crate::center::Identity;
use crate::job::NewJob;
use crate::setup::Environment;
use crate::{Actor, Center, Cx, Error, Outcome};

/// How many environments of a person may be there at once.
const MAX_OPEN: i64 = 5;
/// How long nobody may do anything in one before it is ended.
pub const IDLE: SignedDuration = SignedDuration::from_mins(60);
/// How long before that its page warns.
pub const WARNED: SignedDuration = SignedDuration::from_mins(10);
/// How far back it is looked whether an entry of the catalog could run.
const TRIED: SignedDuration = SignedDuration::from_hours(90 * 24);
/// What its job prints first, before the number of the port.
const SAYS: &str = "SESSION_PORT ";
/// How much of what it prints is looked at for that, in bytes.
const LOOKED: usize = 64;
/// How long its server may take to let somebody in.
const PATIENCE: Duration = Duration::from_millis(300);

/// What somebody starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSession {
    /// The project.
    pub project: ProjectId,
    /// Which of the center's environments.
    pub environment: String,
    /// The pool whose devices it gets.
    pub pool: PoolId,
    /// How many devices.
    pub devices: i64,
    /// How long it may run, in hours.
    pub hours: i64,
}

/// Starts an environment.
///
/// # Errors
/// As [`crate::job::submit`]; [`Error::Conflict`] if the person has too many.
pub fn start(cx: &mut Cx<'_, '_>, new: &NewSession) -> Outcome<DevSessionId> {
    let user = cx.user()?;
    let entry = cx.identity.environments.iter().find(|entry| entry.id.as_str() == new.environment).cloned();
    let entry = entry.ok_or_else(|| Error::field("environment", Code::NotAChoice))?;
    if cx.identity.gateway_url.is_none() {
        return Err(Error::conflict(Code::NoGateway));
    }
    let open = store::devenv::open_count(cx.tx, user)?;
    if open >= MAX_OPEN {
        return Err(Error::conflict(Reason::new(Code::TooManyJobs).with("count", open).with("max", MAX_OPEN)));
    }
    let spec = JobSpec {
        name: entry.name(cx.actor.lang).to_owned(),
        script: script(&entry),
        devices: new.devices,
        minutes: new.hours.saturating_mul(60),
        image: None,
        environment: std::collections::BTreeMap::new(),
        folder: String::new(),
        array: None,
    };
    let job = NewJob { project: new.project, pool: new.pool.clone(), spec, after: Vec::new() };
    let (order, job) = crate::job::submit(cx, job).map_err(in_hours)?;
    let row = DevSessionRow {
        id: cx.new_id()?,
        order,
        job,
        project: new.project,
        user,
        environment: new.environment.clone(),
        secret: domain::ledger::hex(&crate::random::<32>()?),
        port: None,
        used_at: cx.now,
        created_at: cx.now,
        asked_minutes: None,
        refused: String::new(),
    };
    store::devenv::insert(cx.tx, &row)?;
    cx.audit(
        "devenv.started",
        ("dev_session", &row.id),
        &(),
        &serde_json::json!({ "environment": new.environment }),
        "",
    )?;
    Ok(row.id)
}

/// Faults of the job at the fields of this form.
fn in_hours(error: Error) -> Error {
    match error {
        Error::Invalid(mut faults) => {
            for fault in faults.iter_mut().filter(|fault| fault.field == "minutes") {
                "hours".clone_into(&mut fault.field);
            }
            Error::Invalid(faults)
        }
        other => other,
    }
}

/// The catalog, each entry with what became of those that were started in the last 90 days: whether the
/// engine can run it. One statement.
///
/// # Errors
/// Database errors only.
pub fn catalog(cx: &mut Cx<'_, '_>) -> Outcome<Vec<(Environment, Tried)>> {
    let since = cx.now.saturating_sub(TRIED).unwrap_or(Timestamp::MIN);
    let mut tried = store::devenv::tried(cx.tx, since)?;
    let entries = cx.identity.environments.iter().cloned();
    Ok(entries.map(|entry| (entry.clone(), tried.remove(entry.id.as_str()).unwrap_or_default())).collect())
}

/// Whether an entry could not run when it was last started.
#[must_use]
pub fn failed_last(tried: Tried) -> bool {
    tried.failed > tried.came_up
}

/// The script of its job: checks that the machine can run it, takes a free port, says which, and becomes
/// the server.
fn script(entry: &Environment) -> String {
    let check = match entry.check.trim() {
        "" => String::new(),
        check => format!("if ! (\n{check}\n) >&2; then echo '{}: check failed' >&2; exit 69; fi\n", entry.id),
    };
    format!(
        "#!/bin/bash
set -eu
{check}for try in $(seq 50); do
    SESSION_PORT=$((20000 + RANDOM % 20000))
    (exec 3<>\"/dev/tcp/127.0.0.1/$SESSION_PORT\") 2>/dev/null || break
done
export SESSION_PORT
echo \"{SAYS}$SESSION_PORT\"
{}
",
        entry.command.trim()
    )
}

/// What its job is told besides: never part of the order that people see.
pub(crate) fn variables(
    cx: &mut Cx<'_, '_>,
    order: domain::ids::OrderId,
    engine: &str,
) -> Outcome<Vec<(String, String)>> {
    let Some(row) = store::devenv::of_order(cx.tx, order)? else { return Ok(Vec::new()) };
    let bind = if engine == compute::Local::NAME { "127.0.0.1" } else { "0.0.0.0" };
    Ok([("SESSION_BASE", format!("/s/{}/", row.id)), ("SESSION_BIND", bind.to_owned()), ("SESSION_SECRET", row.secret)]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec())
}

/// Finds out where servers that came up listen: for the worker. The engine is asked outside of any
/// transaction.
///
/// # Errors
/// Database errors only; what cannot be read now is looked at again.
pub(crate) fn find_ports(center: &Center, engine: &dyn Compute) -> Outcome<()> {
    let clock = Actor::clock();
    let (running, nodes) =
        center.read(&clock, |cx| Ok((store::devenv::running(cx.tx)?, crate::engine::nodes_seen(cx)?)))?;
    for item in running.into_iter().filter(|item| item.row.port.is_none()) {
        let Some(number) = &item.engine_id else { continue };
        let tag = item.row.order.to_string();
        let key = JobKey { id: number, tag: &tag, task: None };
        let Ok(printed) = engine.printed(key, Stream::Out, 0, LOOKED) else { continue };
        // It is ready once it lets somebody in: installing may take its time.
        if let Some(port) = port(&printed.bytes).filter(|port| answers(&host(&nodes, &item), *port)) {
            center.write(&clock, |cx| Ok(store::devenv::put_port(cx.tx, item.row.id, port, cx.now)?))?;
        }
    }
    Ok(())
}

/// Where its job runs. Not the job says that, but the engine: a job could name another's machine.
fn host(nodes: &[Node], item: &DevSessionItem) -> String {
    let node = nodes.iter().find(|node| node.name == item.nodes && !node.address.is_empty());
    node.map_or(&item.nodes, |node| &node.address).clone()
}

fn answers(host: &str, port: i64) -> bool {
    let Ok(port) = u16::try_from(port) else { return false };
    let Ok(mut addresses) = (host, port).to_socket_addrs() else { return false };
    addresses.any(|address| TcpStream::connect_timeout(&address, PATIENCE).is_ok())
}

fn port(printed: &[u8]) -> Option<i64> {
    let (line, _) = std::str::from_utf8(printed).ok()?.split_once('\n')?;
    line.strip_prefix(SAYS)?.parse().ok().filter(|port| (1024..65_536).contains(port))
}

/// Where a session's server is to be reached: for the gateway. Only whoever started it comes in, and
/// only as long as they take part in the project.
///
/// # Errors
/// [`Error::NotFound`] for anybody else; [`Error::Conflict`] if it is not there yet or any more.
pub fn enter(cx: &mut Cx<'_, '_>, id: DevSessionId) -> Outcome<(String, u16, String)> {
    let item = own(cx, id)?;
    let (JobState::Running, Some(port)) = (item.state, item.row.port) else {
        return Err(Error::wrong_state(item.state));
    };
    let host = host(&crate::engine::nodes_seen(cx)?, &item);
    Ok((host, u16::try_from(port).map_err(Error::internal)?, item.row.secret))
}

/// Which of these their people may no longer be in: for the gateway, about what is open.
///
/// # Errors
/// Database errors only.
pub fn shut(cx: &mut Cx<'_, '_>, ids: &[DevSessionId]) -> Outcome<Vec<DevSessionId>> {
    let still = store::devenv::still(cx.tx, ids)?;
    Ok(ids.iter().copied().filter(|id| !still.contains(id)).collect())
}

fn own(cx: &mut Cx<'_, '_>, id: DevSessionId) -> Outcome<DevSessionItem> {
    let user = cx.user()?;
    let item = store::devenv::find(cx.tx, id)?.filter(|item| item.row.user == user).ok_or(Error::NotFound)?;
    let (_, ties) = crate::project::tied(cx, item.row.project)?;
    let takes_part = ties.iter().any(|tie| matches!(tie, Tie::Lead | Tie::Manager | Tie::Member));
    if !takes_part {
        return Err(Error::NotFound);
    }
    cx.require_on(Act::JobRead, Act::JobSubmit, &ties)?;
    Ok(item)
}

/// Says that somebody still wants it: it is not ended as idle for another while.
///
/// # Errors
/// [`Error::NotFound`] for anybody but whoever started it.
pub fn keep(cx: &mut Cx<'_, '_>, id: DevSessionId) -> Outcome<ProjectId> {
    let item = own(cx, id)?;
    store::devenv::put_used(cx.tx, id, cx.now)?;
    cx.audit("devenv.kept", ("dev_session", &id), &(), &(), "")?;
    Ok(item.row.project)
}

/// Asks for more hours of one that runs; the engine is told within seconds. Answers the project.
///
/// # Errors
/// [`Error::NotFound`] for anybody but whoever started it; [`Error::Invalid`] for no number of hours;
/// [`Error::Conflict`] if it does not run, would run longer than anything may, or into maintenance.
pub fn extend(cx: &mut Cx<'_, '_>, id: DevSessionId, hours: i64) -> Outcome<ProjectId> {
    let item = own(cx, id)?;
    if hours < 1 {
        return Err(Error::field("hours", Reason::new(Code::TooSmall).with("min", 1)));
    }
    let (JobState::Running, Some(begun)) = (item.state, item.started_at) else {
        return Err(Error::wrong_state(item.state));
    };
    let project = store::project::find(cx.tx, item.row.project)?.ok_or(Error::NotFound)?;
    if project.state != ProjectState::Active {
        return Err(Error::wrong_state(project.state));
    }
    let before = item.row.asked_minutes.unwrap_or(item.minutes).max(item.minutes);
    let minutes = before.saturating_add(hours.saturating_mul(60));
    if minutes > MAX_MINUTES {
        return Err(Error::conflict(Reason::new(Code::RunsTooLong).with("max", MAX_MINUTES / 60)));
    }
    let held = crate::engine::by_pool(store::engine::held(cx.tx, item.row.project, cx.today())?);
    let rules = held.get(&item.pool).and_then(|(_, rules)| rules.as_ref());
    if let Some(reason) = rules.and_then(|rules| rules.too_long(minutes)) {
        return Err(Error::conflict(reason));
    }
    let end = |minutes| begun.saturating_add(SignedDuration::from_mins(minutes)).unwrap_or(Timestamp::MAX);
    let (now_until, until) = (end(before), end(minutes));
    // It may run into what was announced after its start, but not be led into it.
    let windows = store::maintenance::ahead(cx.tx)?;
    let met = windows.iter().filter(|(window, pools)| {
        let there = window.nodes.is_empty() || window.nodes.split_whitespace().any(|node| node == item.nodes);
        let of_pool = pools.iter().any(|(pool, _)| *pool == item.pool);
        there && of_pool && window.from_at < until && window.from_at >= now_until
    });
    if let Some(from) = met.map(|(window, _)| window.from_at).min() {
        return Err(Error::conflict(Reason::new(Code::RunsIntoMaintenance).with("at", from)));
    }
    store::devenv::ask_minutes(cx.tx, id, minutes)?;
    let facts = |minutes: i64| serde_json::json!({ "minutes": minutes });
    cx.audit("devenv.extended", ("dev_session", &id), &facts(before), &facts(minutes), "")?;
    cx.queued = true;
    Ok(item.row.project)
}

/// Tells the engine of time that somebody asked for: for the worker. The engine is asked outside of
/// any transaction.
///
/// # Errors
/// Database errors only; an engine that is away is told later.
pub(crate) fn lengthen(center: &Center, engine: &dyn Compute) -> Outcome<()> {
    let clock = Actor::clock();
    let asked: Vec<(DevSessionItem, bool)> = center.read(&clock, |cx| {
        let mut asked = Vec::new();
        for item in store::devenv::running(cx.tx)?.into_iter().filter(|item| item.row.asked_minutes.is_some()) {
            let project = store::project::find(cx.tx, item.row.project)?;
            asked.push((item, project.is_some_and(|project| project.state == ProjectState::Active)));
        }
        Ok(asked)
    })?;
    for (item, goes_on) in asked {
        let (Some(number), Some(minutes)) = (&item.engine_id, item.row.asked_minutes) else { continue };
        // What ends with its project must not be given more while the engine ends it.
        let told = if goes_on { engine.lengthen(number, minutes) } else { Err(EngineError::Refused(String::new())) };
        let refused = match told {
            Ok(()) => None,
            Err(EngineError::Refused(said)) => Some(crate::work::short(&said)),
            Err(error) => {
                tracing::warn!(engine = engine.name(), job = number, %error, "not lengthened");
                break;
            }
        };
        center.write(&clock, |cx| Ok(store::devenv::settle_minutes(cx.tx, &item.row, refused.as_deref())?))?;
    }
    Ok(())
}

/// Notes that something was done in environments: for the gateway.
///
/// # Errors
/// Database errors only.
pub fn used(cx: &mut Cx<'_, '_>, ids: &[DevSessionId]) -> Outcome<()> {
    for id in ids {
        store::devenv::put_used(cx.tx, *id, cx.now)?;
    }
    Ok(())
}

/// Ends one.
///
/// # Errors
/// As [`crate::job::cancel`].
pub fn stop(cx: &mut Cx<'_, '_>, id: DevSessionId) -> Outcome<ProjectId> {
    let item = store::devenv::find(cx.tx, id)?.ok_or(Error::NotFound)?;
    crate::job::cancel(cx, item.row.job, false)?;
    Ok(item.row.project)
}

/// The environments of a project before a place, newest first.
///
/// # Errors
/// [`Error::NotFound`] for people whom it does not concern.
pub fn list(
    cx: &mut Cx<'_, '_>,
    project: ProjectId,
    before: Option<(Timestamp, DevSessionId)>,
    limit: i64,
) -> Outcome<Vec<DevSessionItem>> {
    let (_, ties) = crate::project::tied(cx, project)?;
    cx.require_on(Act::JobRead, Act::JobRead, &ties)?;
    Ok(store::devenv::of_project(cx.tx, project, before, limit.clamp(1, 201))?)
}

/// One's own environments before a place, newest first.
///
/// # Errors
/// [`Error::SignInNeeded`] for a visitor.
pub fn mine(
    cx: &mut Cx<'_, '_>,
    before: Option<(Timestamp, DevSessionId)>,
    limit: i64,
) -> Outcome<Vec<DevSessionItem>> {
    let user = cx.user()?;
    Ok(store::devenv::of_user(cx.tx, user, before, limit.clamp(1, 201))?)
}

/// One environment.
///
/// # Errors
/// [`Error::NotFound`] for people whom its project does not concern.
pub fn show(cx: &mut Cx<'_, '_>, id: DevSessionId) -> Outcome<DevSessionItem> {
    let item = store::devenv::find(cx.tx, id)?.ok_or(Error::NotFound)?;
    let (_, ties) = crate::project::tied(cx, item.row.project)?;
    cx.require_on(Act::JobRead, Act::JobRead, &ties)?;
    Ok(item)
}

/// Whether its server lets somebody in.
#[must_use]
pub fn is_ready(item: &DevSessionItem) -> bool {
    item.state == JobState::Running && item.row.port.is_some()
}

/// Where it opens, once it is ready, for whoever started it.
#[must_use]
pub fn opens_at(identity: &Identity, actor: &Actor, item: &DevSessionItem) -> Option<String> {
    let base = identity.gateway_url.as_ref().filter(|_| is_ready(item) && actor.user == Some(item.row.user))?;
    let entry = identity.environments.iter().find(|entry| entry.id.as_str() == item.row.environment);
    Some(format!("{base}/s/{}/{}", item.row.id, entry.map_or("", |entry| &entry.opens)))
}

/// When its time is over, once it runs.
#[must_use]
pub fn ends_at(item: &DevSessionItem) -> Option<Timestamp> {
    let span = SignedDuration::from_mins(item.minutes);
    item.started_at.map(|begun| begun.saturating_add(span).unwrap_or(Timestamp::MAX))
}

/// When one is ended unless somebody does something in it.
#[must_use]
pub fn idle_at(row: &DevSessionRow) -> Timestamp {
    row.used_at.saturating_add(IDLE).unwrap_or(Timestamp::MAX)
}

/// Ends those in which nobody did anything for long: for the clock.
///
/// # Errors
/// Database errors only.
pub fn end_idle(cx: &mut Cx<'_, '_>) -> Outcome<u64> {
    let (running, now) = (store::devenv::running(cx.tx)?, cx.now);
    let idle = running.into_iter().filter(|item| idle_at(&item.row) <= now);
    let mut count = 0;
    for item in idle {
        let job: JobId = item.row.job;
        if store::job::find(cx.tx, job)?.is_some_and(|job| job.row.cancel_asked_at.is_some()) {
            continue;
        }
        store::job::ask_cancel(cx.tx, &[job], cx.now)?;
        cx.audit("devenv.idle", ("dev_session", &item.row.id), &(), &(), "")?;
        cx.queued = true;
        count += 1;
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(check: &str, command: &str) -> Environment {
        Environment {
            id: "lab".parse().expect("a slug"),
            name_ko: String::new(),
            name_en: String::new(),
            holds_ko: String::new(),
            holds_en: String::new(),
            opens: String::new(),
            check: check.to_owned(),
            command: command.to_owned(),
        }
    }

    #[test]
    fn what_its_check_refuses_ends_before_it_begins() {
        let run = |check: &str| {
            let script = script(&entry(check, "echo runs"));
            let done = std::process::Command::new("bash").args(["-c", &script]).output().expect("bash is there");
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            (done.status.code(), text(&done.stdout), text(&done.stderr))
        };
        assert_eq!(
            run("echo no python; false"),
            (Some(69), String::new(), "no python\nlab: check failed\n".to_owned())
        );
        for check in ["", "true\n# fine"] {
            let (code, out, _) = run(check);
            assert!(code == Some(0) && port(out.as_bytes()).is_some() && out.ends_with("runs\n"), "{out}");
        }
    }

    #[test]
    fn only_a_whole_first_line_names_the_port() {
        assert_eq!(port(b"SESSION_PORT 23456\nmore"), Some(23456));
        for bad in [
            &b"SESSION_PORT 2345"[..],
            b"x\nSESSION_PORT 23456\n",
            b"SESSION_PORT 80\n",
            b"SESSION_PORT 99999\n",
            b"\xff\n",
        ] {
            assert_eq!(port(bad), None);
        }
    }
}
