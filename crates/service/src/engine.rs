//! Keeping engines in line with the ledger: what each project may use today, what the engine has,
//! the changes between, and what came of them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

pub use compute::ObservedProject;
pub use compute::{Change, Compute, EngineError, Fake, Local, Node, Reservation, Slurm, UNLIMITED};
use compute::{DesiredProject, Observation, Plan, reconcile};
use domain::award::ProjectState;
use domain::engine::{EngineFault, PoolRules, SyncState};
use domain::ids::{PoolId, ProjectId};
use jiff::{SignedDuration, Timestamp};
use store::engine::{Given, Held};
pub use store::engine::{StandingItem, SyncRow};
pub use store::job::UseItem;
use store::sql::EngineKind;

use crate::cluster_account::{self, Standing};
use crate::drift::Drift;
use crate::{Actor, Center, Cx, Error, Outcome};

/// How long an instance is trusted to keep an engine in line unless it says so again.
const LEASE: SignedDuration = SignedDuration::from_secs(8);
/// What the lease is called.
const LEASED: &str = "engine";
/// How the portal calls people on the cluster: this and a number of four digits or more.
pub(crate) const ACCOUNT: &str = "mu";

/// Whether `holder` is the instance that keeps engines in line now. Of a SQLite file there is one
/// program, which need not wait for its own earlier life.
///
/// # Errors
/// Database errors only.
pub fn lease(center: &Center, holder: &str) -> Outcome<bool> {
    let holder = if center.db.kind() == EngineKind::Sqlite { "sqlite" } else { holder };
    center.write(&Actor::clock(), |cx| {
        let until = cx.now.saturating_add(LEASE).unwrap_or(Timestamp::MAX);
        Ok(store::trust::lease(cx.tx, LEASED, holder, cx.now, until)?)
    })
}

/// When an instance last began to look at the engine.
pub(crate) fn last_round(cx: &mut Cx<'_, '_>) -> Outcome<Option<Timestamp>> {
    let until = store::trust::leased_until(cx.tx, LEASED)?;
    Ok(until.map(|until| until.saturating_sub(LEASE).unwrap_or(Timestamp::MIN)))
}

/// What a look at the books finds: what should be, and what is noted of the engine.
struct Books {
    desired: Vec<(ProjectId, DesiredProject)>,
    rows: BTreeMap<ProjectId, SyncRow>,
    now: Timestamp,
}

impl Books {
    fn read(center: &Center, engine: &dyn Compute) -> Outcome<Self> {
        let (rows, mut desired, now) = center
            .read(&Actor::clock(), |cx| Ok((store::engine::of_engine(cx.tx, engine.name())?, desired(cx)?, cx.now)))?;
        for (_, one) in &mut desired {
            let rules = std::mem::take(&mut one.rules).into_iter();
            let rules = rules.map(|(pool, rules)| (pool, engine.within(rules)));
            one.rules = rules.filter(|(_, rules)| rules.limits_something()).collect();
        }
        Ok(Self { desired, rows: rows.into_iter().map(|row| (row.project, row)).collect(), now })
    }

    /// The changes that an observation calls for.
    fn plan(&self, observed: &Observation) -> Result<Plan, compute::Refused> {
        let wanted: Vec<DesiredProject> = self.desired.iter().map(|(_, one)| one.clone()).collect();
        let seen = |row: &&SyncRow| row.observed.as_deref().is_some_and(|text| text != "null");
        let known: BTreeSet<String> =
            self.rows.values().filter(seen).filter_map(|row| read_desired(row).map(|one| one.name)).collect();
        reconcile(&wanted, &observed.projects, &known)
    }

    /// The projects by name: those that should be there, and those that were.
    fn ids(&self) -> BTreeMap<String, ProjectId> {
        let before = self.rows.iter().filter_map(|(id, row)| Some((read_desired(row)?.name, *id)));
        before.chain(self.desired.iter().map(|(id, one)| (one.name.clone(), *id))).collect()
    }

    fn due(&self, id: ProjectId) -> bool {
        self.rows.get(&id).is_none_or(|row| row.next_try_at <= self.now)
    }

    /// What was in line and is not any more, though the same is wanted: somebody changed it there.
    fn drifted(&self, observed: &Observation) -> Outcome<BTreeMap<ProjectId, String>> {
        let mut out = BTreeMap::new();
        for (id, want) in &self.desired {
            let have = find(&observed.projects, &want.name);
            let Some(row) = self.rows.get(id).filter(|row| row.state == SyncState::InLine) else { continue };
            if !want.is_met_by(have) && read_desired(row).as_ref() == Some(want) {
                out.insert(*id, serde_json::to_string(&have).map_err(Error::internal)?);
            }
        }
        Ok(out)
    }
}

fn read_desired(row: &SyncRow) -> Option<DesiredProject> {
    serde_json::from_str(&row.desired).ok()
}

fn find<'a>(projects: &'a [ObservedProject], name: &str) -> Option<&'a ObservedProject> {
    projects.iter().find(|one| one.name == name)
}

/// What keeps a project from being in line.
#[derive(Clone)]
struct Failure {
    fault: EngineFault,
    cause: String,
}

impl From<&EngineError> for Failure {
    fn from(error: &EngineError) -> Self {
        Self { fault: error.fault(), cause: error.cause().to_owned() }
    }
}

/// The setting that holds the machines of an engine, as they were last seen.
fn nodes_key(engine: &str) -> String {
    format!("engine.nodes.{engine}")
}

/// Notes how the machines stand. What cannot be seen now is told by what was seen last.
fn note_nodes(center: &Center, engine: &dyn Compute) -> Outcome<()> {
    let nodes = match engine.nodes() {
        Ok(nodes) => serde_json::to_string(&nodes).map_err(Error::internal)?,
        Err(error) => {
            tracing::warn!(engine = engine.name(), %error, "the machines cannot be seen");
            return Ok(());
        }
    };
    let (clock, key) = (Actor::clock(), nodes_key(engine.name()));
    if center.read(&clock, |cx| Ok(store::center::setting(cx.tx, &key)?))?.as_ref() == Some(&nodes) {
        return Ok(());
    }
    center.write(&clock, |cx| Ok(store::center::put_setting(cx.tx, &key, &nodes)?))
}

/// The machines, as they were last seen.
pub(crate) fn nodes_seen(cx: &mut Cx<'_, '_>) -> Outcome<Vec<Node>> {
    let Some(engine) = cx.identity.engine else { return Ok(Vec::new()) };
    read_nodes(store::center::setting(cx.tx, &nodes_key(engine.name))?.as_deref())
}

fn read_nodes(text: Option<&str>) -> Outcome<Vec<Node>> {
    text.map_or(Ok(Vec::new()), serde_json::from_str).map_err(Error::internal)
}

/// What came of a pass.
#[derive(Default)]
struct Pass {
    /// The engine as it was last seen in it; nothing if it could not be seen.
    seen: Option<Observation>,
    /// What went wrong, by project.
    failed: BTreeMap<ProjectId, Failure>,
    /// What was found changed by hand.
    drifted: BTreeMap<ProjectId, String>,
}

/// Brings a compute engine in line: for the worker. The engine is asked outside of any
/// transaction. Answers how many changes were carried out; when the engine is away, the rows say
/// so and the next round tries again.
///
/// # Errors
/// Database errors; [`Error::Internal`] if the changes look like a failed read, and then none is
/// carried out.
pub fn sync(center: &Center, engine: &dyn Compute) -> Outcome<u64> {
    name_people(center)?;
    let name = engine.name();
    let books = Books::read(center, engine)?;
    let every = |failure: Failure| -> BTreeMap<ProjectId, Failure> {
        let due = books.desired.iter().filter(|(id, _)| books.due(*id));
        due.map(|(id, _)| (*id, failure.clone())).collect()
    };
    let observed = match engine.observe() {
        Ok(observed) => observed,
        Err(error) => {
            let pass = Pass { failed: every(Failure::from(&error)), ..Pass::default() };
            return record(center, name, &books, &pass).map(|()| 0);
        }
    };
    note_nodes(center, engine)?;
    let reserved = crate::kept::in_line(center, engine)?;
    let plan = match books.plan(&observed) {
        Ok(plan) => plan,
        Err(refused) => {
            let doubt = Failure { fault: EngineFault::Doubtful, cause: refused.to_string() };
            let pass = Pass { failed: every(doubt), ..Pass::default() };
            record(center, name, &books, &pass)?;
            return Err(Error::internal(refused));
        }
    };
    let ids = books.ids();
    let mut pass = Pass { drifted: books.drifted(&observed)?, ..Pass::default() };
    for taken in &plan.taken {
        if let Some(id) = ids.get(taken) {
            let cause = format!("{taken} is there and not ours");
            pass.failed.insert(*id, Failure { fault: EngineFault::Refused, cause });
        }
    }
    // While the pause after a failure lasts, the changes of that project wait.
    let mut changes = plan.changes;
    changes.retain(|change| ids.get(change.project()).is_none_or(|id| books.due(*id)));
    let done = carry_out(engine, &changes, &ids, &mut pass.failed);
    pass.seen = if changes.is_empty() { Some(observed) } else { engine.observe().ok() };
    record(center, name, &books, &pass)?;
    let settled = crate::job::settle(center, engine, &books.desired)?;
    Ok(done + reserved + settled)
}

/// Has the engine carry out changes; answers how many were, and notes why others were not.
fn carry_out(
    engine: &dyn Compute,
    changes: &[Change],
    ids: &BTreeMap<String, ProjectId>,
    failed: &mut BTreeMap<ProjectId, Failure>,
) -> u64 {
    if changes.is_empty() {
        return 0;
    }
    let begun = Instant::now();
    let mut done = 0;
    for (change, outcome) in changes.iter().zip(engine.apply(changes)) {
        match (outcome, ids.get(change.project())) {
            (Ok(()), _) => done += 1,
            (Err(error), Some(id)) => {
                failed.entry(*id).or_insert_with(|| Failure::from(&error));
            }
            (Err(error), None) => {
                tracing::warn!(engine = engine.name(), project = change.project(), %error, "not changed");
            }
        }
    }
    let (count, failed) = (changes.len(), failed.len());
    tracing::info!(engine = engine.name(), count, done, failed, ms = begun.elapsed().as_millis(), "brought in line");
    done
}

/// What [`sync`] would do now: for the operator. Nothing is changed.
///
/// # Errors
/// [`Error::Unavailable`] if the engine cannot be seen, [`Error::Internal`] if the changes look like
/// a failed read, and database errors.
pub fn plan(center: &Center, engine: &dyn Compute) -> Outcome<Plan> {
    let books = Books::read(center, engine)?;
    let observed = engine.observe().map_err(|error| Error::Unavailable(error.to_string()))?;
    books.plan(&observed).map_err(Error::internal)
}

/// Forgets what an engine was seen to have: for the operator, once the engine was set up anew and
/// what it had is truly gone.
///
/// # Errors
/// Database errors only.
pub fn forget(cx: &mut Cx<'_, '_>, engine: &str) -> Outcome<u64> {
    let rows = store::engine::of_engine(cx.tx, engine)?;
    for row in &rows {
        let anew = SyncRow {
            observed: None,
            state: SyncState::Pending,
            tries: 0,
            next_try_at: cx.now,
            fault: None,
            last_error: String::new(),
            changed_at: cx.now,
            ..row.clone()
        };
        store::engine::put(cx.tx, &anew)?;
    }
    if !rows.is_empty() {
        cx.audit("engine.forgotten", ("engine", &engine), &rows.len(), &0, "")?;
    }
    Ok(u64::try_from(rows.len()).unwrap_or(u64::MAX))
}

/// Lets go of what is noted of engines that the center no longer has: as the program begins with
/// this one.
///
/// # Errors
/// Database errors only.
pub fn only(cx: &mut Cx<'_, '_>, engine: &str) -> Outcome<u64> {
    let gone = store::engine::delete_others(cx.tx, engine)?;
    if gone > 0 {
        cx.audit("engine.replaced", ("engine", &engine), &gone, &0, "")?;
    }
    Ok(gone)
}

/// Gives everybody in a project in force a name on the cluster. It is never given to another.
fn name_people(center: &Center) -> Outcome<()> {
    let clock = Actor::clock();
    if center.read(&clock, |cx| Ok(store::engine::without_account(cx.tx)?))?.is_empty() {
        return Ok(());
    }
    center.write(&clock, |cx| {
        let free = cluster_account::free_numbers(&store::engine::accounts_given(cx.tx)?);
        for (user, number) in store::engine::without_account(cx.tx)?.into_iter().zip(free) {
            let name = format!("{ACCOUNT}{number:04}");
            store::engine::put_account(cx.tx, &Given { user, number, name: name.clone(), uid: None }, cx.now)?;
            cx.audit("cluster_account.given", ("user", &user), &serde_json::Value::Null, &name, "")?;
        }
        Ok(())
    })
}

/// How the cluster stands, and the projects that are not in line or were found changed by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// When an instance last began to look at the engine; nothing if none ever did.
    pub last_round: Option<Timestamp>,
    /// How many projects stand how: engine, state, count.
    pub counts: Vec<(String, SyncState, i64)>,
    /// The projects that are worth a look.
    pub projects: Vec<StandingItem>,
    /// The machines, as they were last seen.
    pub nodes: Vec<Node>,
    /// What projects have running and waiting now, those with most devices first.
    pub in_use: Vec<UseItem>,
    /// How telling it people's accounts stands; nothing if a hook was never run.
    pub accounts: Option<Standing>,
}

/// How many projects the overview shows with what they have running.
const IN_USE: i64 = 50;

/// How the cluster stands, with noteworthy projects by number and engine after a place.
///
/// # Errors
/// [`Error::Forbidden`] for whoever may not see the center's work.
pub fn overview(cx: &mut Cx<'_, '_>, after: &(String, String), limit: i64) -> Outcome<Overview> {
    cx.require(domain::access::Act::ClusterRead, &[])?;
    let key = cx.identity.engine.map(|engine| nodes_key(engine.name)).unwrap_or_default();
    let [nodes, told] = store::center::settings(cx.tx, [&key, cluster_account::STANDING])?;
    Ok(Overview {
        nodes: read_nodes(nodes.as_deref())?,
        in_use: store::job::in_use_by_project(cx.tx, IN_USE)?,
        accounts: cluster_account::read_standing(told.as_deref())?,
        last_round: last_round(cx)?,
        counts: store::engine::counts(cx.tx)?,
        projects: store::engine::noteworthy(cx.tx, after, limit.clamp(1, 201))?,
    })
}

/// The engines' rows of a project; the caller has asked whether it may be seen.
///
/// # Errors
/// Database errors only.
pub fn of_project(cx: &mut Cx<'_, '_>, project: ProjectId) -> Outcome<Vec<SyncRow>> {
    Ok(store::engine::of_project(cx.tx, project)?)
}

/// How an engine stands for a pool of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolState {
    /// The pool.
    pub pool: String,
    /// How many devices it should have.
    pub wanted: i64,
    /// How many it was seen to have.
    pub seen: Option<i64>,
}

/// What a row says pool by pool: of each that should be there or was seen.
#[must_use]
pub fn pools(row: &SyncRow) -> Vec<PoolState> {
    let wanted = read_desired(row).unwrap_or_default().limits;
    let seen = row.observed.as_deref().and_then(|text| serde_json::from_str::<Option<ObservedProject>>(text).ok());
    let seen = seen.map(|one| one.unwrap_or_default().limits);
    let names: BTreeSet<&String> = wanted.keys().chain(seen.iter().flat_map(BTreeMap::keys)).collect();
    let state = |pool: &String| PoolState {
        pool: pool.clone(),
        wanted: wanted.get(pool).copied().unwrap_or(0),
        seen: seen.as_ref().map(|seen| seen.get(pool).copied().unwrap_or(0)),
    };
    names.into_iter().map(state).collect()
}

/// What each project in force may use today.
pub(crate) fn desired(cx: &mut Cx<'_, '_>) -> Outcome<Vec<(ProjectId, DesiredProject)>> {
    let mut all: BTreeMap<ProjectId, DesiredProject> = BTreeMap::new();
    let mut held: BTreeMap<ProjectId, Vec<Held>> = BTreeMap::new();
    for (id, number, state, of) in store::engine::in_force(cx.tx, cx.today())? {
        let closing = state != ProjectState::Active;
        all.entry(id).or_insert_with(|| DesiredProject { name: number, closing, ..DesiredProject::default() });
        held.entry(id).or_default().extend(of);
    }
    for (id, held) in held {
        let Some(one) = all.get_mut(&id) else { continue };
        for (pool, (devices, rules)) in by_pool(held) {
            one.limits.insert(pool.to_string(), devices);
            one.rules.extend(rules.map(|rules| (pool.to_string(), rules)));
        }
    }
    for (id, member) in store::engine::members_in_force(cx.tx)? {
        if let Some(one) = all.get_mut(&id) {
            one.members.insert(member);
        }
    }
    Ok(all.into_iter().collect())
}

/// What is held pool by pool: how many devices, and what holds for jobs on them. What is reserved for some
/// days goes by the rules of what is held for longer, if there is any.
pub(crate) fn by_pool(held: Vec<Held>) -> BTreeMap<PoolId, (i64, Option<PoolRules>)> {
    let mut pools: BTreeMap<PoolId, Vec<Held>> = BTreeMap::new();
    for one in held {
        pools.entry(one.pool.clone()).or_default().push(one);
    }
    let of = |held: Vec<Held>| {
        let sum = held.iter().fold(0, |sum: i64, one| sum.saturating_add(one.amount.0));
        let only_reserved = held.iter().all(|one| one.reserved);
        let by = held.into_iter().filter(|one| only_reserved || !one.reserved);
        let by: Vec<_> = by.map(|one| (one.product, one.amount, one.limits)).collect();
        (sum, PoolRules::of(&by))
    };
    pools.into_iter().map(|(pool, held)| (pool, of(held))).collect()
}

/// Writes down what came of a pass, where it differs from what is written.
fn record(center: &Center, engine: &str, books: &Books, pass: &Pass) -> Outcome<()> {
    let mut put: Vec<SyncRow> = Vec::new();
    let mut gone: Vec<ProjectId> = Vec::new();
    for (id, want) in &books.desired {
        let row = row_after(engine, books, pass, *id, want)?;
        let old = books.rows.get(id);
        if old.is_none_or(|old| SyncRow { changed_at: old.changed_at, ..row.clone() } != *old) {
            put.push(row);
        }
    }
    let wanted: BTreeSet<ProjectId> = books.desired.iter().map(|(id, _)| *id).collect();
    for (id, row) in books.rows.iter().filter(|(id, _)| !wanted.contains(id)) {
        // Over and closed: the row stays until the engine has let go of it.
        let Some(seen) = &pass.seen else { continue };
        let name = read_desired(row).map(|one| one.name).unwrap_or_default();
        match (find(&seen.projects, &name), pass.failed.get(id)) {
            (Some(_), Some(failure)) => put.push(failed(row.clone(), failure, books.now)),
            (Some(_), None) => {}
            (None, _) => gone.push(*id),
        }
    }
    if put.is_empty() && gone.is_empty() && pass.drifted.is_empty() {
        return Ok(());
    }
    center.write(&Actor::clock(), |cx| {
        for row in &put {
            store::engine::put(cx.tx, row)?;
        }
        for id in &gone {
            store::engine::delete(cx.tx, engine, *id)?;
        }
        for (id, drift) in &pass.drifted {
            let want = books.desired.iter().find(|(other, _)| other == id).map(|(_, want)| want);
            let found: serde_json::Value = serde_json::from_str(drift).map_err(Error::internal)?;
            cx.audit("engine.drifted", ("project", id), &want, &found, engine)?;
        }
        Ok(())
    })
}

fn failed(row: SyncRow, failure: &Failure, now: Timestamp) -> SyncRow {
    SyncRow {
        state: SyncState::Failed,
        next_try_at: crate::work::next_try(now, row.tries),
        tries: row.tries.saturating_add(1),
        fault: Some(failure.fault),
        last_error: crate::work::short(&failure.cause),
        changed_at: now,
        ..row
    }
}

/// A project's row after a pass.
fn row_after(engine: &str, books: &Books, pass: &Pass, id: ProjectId, want: &DesiredProject) -> Outcome<SyncRow> {
    let (old, now) = (books.rows.get(&id), books.now);
    let have = pass.seen.as_ref().map(|seen| find(&seen.projects, &want.name));
    let mut row = SyncRow {
        engine: engine.to_owned(),
        project: id,
        desired: serde_json::to_string(want).map_err(Error::internal)?,
        observed: match have {
            Some(have) => Some(serde_json::to_string(&have).map_err(Error::internal)?),
            None => old.and_then(|row| row.observed.clone()),
        },
        state: SyncState::Pending,
        tries: old.map_or(0, |row| row.tries),
        next_try_at: old.map_or(now, |row| row.next_try_at),
        fault: old.and_then(|row| row.fault),
        last_error: old.map(|row| row.last_error.clone()).unwrap_or_default(),
        changed_at: now,
        drift: old.and_then(|row| row.drift.clone()),
        drifted_at: old.and_then(|row| row.drifted_at),
    };
    if let Some(drift) = pass.drifted.get(&id) {
        let found: Option<ObservedProject> = serde_json::from_str(drift).map_err(Error::internal)?;
        let drift = Drift::between(want, found.as_ref()).after(old.and_then(crate::drift::of));
        row.drift = Some(serde_json::to_string(&drift).map_err(Error::internal)?);
        row.drifted_at = Some(now);
    }
    if let Some(failure) = pass.failed.get(&id) {
        return Ok(failed(row, failure, now));
    }
    let Some(have) = have else {
        // Not seen, and not due yet: it stands as it stood.
        if let Some(old) = old.filter(|old| old.desired == row.desired) {
            row.state = old.state;
        }
        return Ok(row);
    };
    if want.is_met_by(have) {
        // On record is not in effect while the part that enforces it is away.
        let was = old.is_some_and(|old| old.state == SyncState::InLine && old.desired == row.desired);
        match pass.seen.as_ref().and_then(|seen| seen.trouble.as_ref()) {
            Some(trouble) if !was => {
                row.fault = Some(trouble.fault());
                row.last_error = crate::work::short(trouble.cause());
            }
            _ => {
                row.state = SyncState::InLine;
                row.tries = 0;
                row.next_try_at = old.filter(|_| was).map_or(now, |old| old.next_try_at);
                row.fault = None;
                row.last_error.clear();
            }
        }
    }
    Ok(row)
}
