//! Having the engine keep machines and devices: from everybody while maintenance lasts, and for a
//! project that reserved them.

use std::collections::{BTreeMap, BTreeSet};

use compute::{Compute, EngineError, Node, Reservation, reconcile_reservations};
use domain::calendar::Calendar;
use domain::engine::{NodeState, SyncState};
use domain::ids::{Id as _, MaintenanceId, ReservationId};
use domain::reservation::{Machine, machines};
use jiff::Timestamp;
use store::maintenance::{MaintenanceRow, Pools};
use store::reservation::{ReservationItem, ReservationRow};

use crate::engine::nodes_seen;
use crate::{Actor, Center, Cx, Outcome};

/// What the engine calls a window.
fn name_of_window(id: MaintenanceId) -> String {
    format!("m{}", id.uuid().simple())
}

/// What the engine calls a reservation.
pub(crate) fn name_of_reservation(id: ReservationId) -> String {
    format!("r{}", id.uuid().simple())
}

/// How the engine stands with something that it should keep.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Standing {
    state: SyncState,
    tries: i64,
    next_at: Timestamp,
    error: String,
}

/// Why something is kept, as it is in the books.
enum Why {
    Window(MaintenanceRow),
    Reserved(ReservationRow),
}

impl Why {
    fn standing(&self) -> Standing {
        let (state, tries, next_at, error) = match self {
            Self::Window(row) => (row.sync_state, row.sync_tries, row.sync_next_at, &row.sync_error),
            Self::Reserved(row) => (row.sync_state, row.sync_tries, row.sync_next_at, &row.sync_error),
        };
        Standing { state, tries, next_at, error: error.clone() }
    }

    /// Writes down how the engine stands with it.
    fn put(&self, cx: &mut Cx<'_, '_>, at: Standing) -> Outcome<()> {
        let Standing { state: sync_state, tries: sync_tries, next_at: sync_next_at, error: sync_error } = at;
        match self {
            Self::Window(row) => {
                let row = MaintenanceRow { sync_state, sync_tries, sync_next_at, sync_error, ..row.clone() };
                store::maintenance::put_sync(cx.tx, &row)?;
            }
            Self::Reserved(row) => {
                let row = ReservationRow { sync_state, sync_tries, sync_next_at, sync_error, ..row.clone() };
                store::reservation::put_sync(cx.tx, &row)?;
            }
        }
        Ok(())
    }
}

/// Something that the engine should keep; nothing where the number of devices is all that is sure.
struct Kept {
    why: Why,
    /// Whether it is another than the books say: other machines were chosen.
    changed: bool,
    wanted: Option<Reservation>,
}

fn window(row: MaintenanceRow, pools: &Pools, nodes: &[Node]) -> Kept {
    let of_pools = |node: &&Node| node.pools.iter().any(|name| pools.iter().any(|(pool, _)| pool.as_str() == name));
    let nodes: BTreeSet<String> = if row.nodes.is_empty() {
        nodes.iter().filter(of_pools).map(|node| node.name.clone()).collect()
    } else {
        row.nodes.split_whitespace().map(str::to_owned).collect()
    };
    let wanted = Reservation {
        name: name_of_window(row.id),
        from: row.from_at,
        to: row.to_at,
        project: None,
        devices: pools.iter().map(|(pool, amount)| (pool.to_string(), amount.0)).collect(),
        nodes,
    };
    Kept { why: Why::Window(row), changed: false, wanted: Some(wanted) }
}

/// What should be kept for a reservation, beside what is kept already. An engine that keeps devices is
/// told how many; another gets whole machines that make up their number, chosen once and anew only if
/// one of them cannot be used before it begins. Machines of other reservations are out of the question,
/// those that are under maintenance for part of the time come last.
fn reserved(item: ReservationItem, calendar: &Calendar, seen: &Seen, kept: &[Kept], now: Timestamp) -> Kept {
    let ReservationItem { row, number, .. } = item;
    let (from, to) = (calendar.midnight(row.from_on), calendar.midnight(row.to_on));
    let had: BTreeSet<&str> = row.nodes.split_whitespace().collect();
    let chosen: Option<BTreeSet<String>> = if seen.keeps_devices {
        Some(BTreeSet::new())
    } else if from <= now && !had.is_empty() {
        Some(had.iter().map(|name| (*name).to_owned()).collect())
    } else {
        let beside = |project: bool| -> BTreeSet<&String> {
            let others = kept.iter().filter_map(|one| one.wanted.as_ref());
            let others =
                others.filter(|other| other.from < to && from < other.to && other.project.is_some() == project);
            others.flat_map(|other| &other.nodes).collect()
        };
        let (taken, away) = (beside(true), beside(false));
        let usable = |node: &&Node| {
            node.pools.iter().any(|pool| pool == row.pool.as_str())
                && !taken.contains(&node.name)
                && !matches!(node.state, NodeState::Draining | NodeState::Drained | NodeState::Down)
        };
        let used = |node: &Node| if away.contains(&node.name) { node.devices + 1 } else { node.devices_used };
        let free = seen.nodes.iter().filter(usable);
        let free: Vec<Machine<'_>> =
            free.map(|node| Machine { name: &node.name, devices: node.devices, used: used(node) }).collect();
        machines(&free, row.amount.0, &had).map(|names| names.into_iter().map(str::to_owned).collect())
    };
    let names = chosen.iter().flatten().cloned().collect::<Vec<_>>().join(" ");
    let wanted = chosen.map(|nodes| Reservation {
        name: name_of_reservation(row.id),
        from,
        to,
        project: Some(number),
        devices: [(row.pool.to_string(), row.amount.0)].into(),
        nodes,
    });
    let changed = names != row.nodes;
    Kept { why: Why::Reserved(ReservationRow { nodes: names, ..row }), changed, wanted }
}

/// What there is of machines.
struct Seen {
    nodes: Vec<Node>,
    /// Whether the engine keeps single devices.
    keeps_devices: bool,
}

/// What the books say should be kept from now on.
fn should_be(cx: &mut Cx<'_, '_>, keeps_devices: bool) -> Outcome<Vec<Kept>> {
    let seen = Seen { nodes: nodes_seen(cx)?, keeps_devices };
    let windows = store::maintenance::ahead(cx.tx)?.into_iter();
    let mut all: Vec<Kept> = windows.map(|(row, pools)| window(row, &pools, &seen.nodes)).collect();
    for item in store::reservation::booked(cx.tx, cx.today())? {
        let one = reserved(item, &cx.identity.calendar, &seen, &all, cx.now);
        all.push(one);
    }
    Ok(all)
}

/// Brings what the engine keeps in line with the windows and reservations ahead; what it refuses is
/// noted with each and tried again later. Answers how many changes were carried out.
///
/// # Errors
/// Database errors only.
pub(crate) fn in_line(center: &Center, engine: &dyn Compute) -> Outcome<u64> {
    let clock = Actor::clock();
    let (all, now) = center.read(&clock, |cx| Ok((should_be(cx, engine.keeps_devices())?, cx.now)))?;
    let seen = match engine.reservations() {
        Ok(seen) => seen,
        Err(error) => {
            return note(center, all.iter().map(|one| (one, Err(error.clone()))).collect()).map(|()| 0);
        }
    };
    let desired: Vec<Reservation> = all.iter().filter_map(|one| one.wanted.clone()).collect();
    let plan = reconcile_reservations(&desired, &seen, now);
    let mut done = 0;
    for gone in &plan.release {
        match engine.release(gone) {
            Ok(()) => done += 1,
            Err(error) => tracing::warn!(engine = engine.name(), reservation = gone, %error, "not released"),
        }
    }
    let wrong: BTreeMap<&str, &Reservation> = plan.reserve.iter().map(|one| (one.name.as_str(), one)).collect();
    let mut outcomes = Vec::new();
    for one in &all {
        let outcome = match one.wanted.as_ref().and_then(|wanted| wrong.get(wanted.name.as_str())) {
            None => Ok(()),
            Some(_) if one.why.standing().next_at > now => continue,
            // What began a while ago is not taken as such.
            Some(wanted) => {
                let from = wanted.from.max(now);
                engine.reserve(&Reservation { from, ..(*wanted).clone() }).inspect(|()| done += 1)
            }
        };
        outcomes.push((one, outcome));
    }
    note(center, outcomes)?;
    Ok(done)
}

/// Writes down how the engine stands with what it should keep, where that is another than is written.
fn note(center: &Center, outcomes: Vec<(&Kept, Result<(), EngineError>)>) -> Outcome<()> {
    let now = center.now();
    let mut put = Vec::new();
    for (one, outcome) in outcomes {
        let was = one.why.standing();
        let next = match outcome {
            Ok(()) => Standing { state: SyncState::InLine, tries: 0, next_at: was.next_at, error: String::new() },
            // While the pause lasts nothing is new.
            Err(_) if was.state == SyncState::Failed && was.next_at > now => continue,
            Err(error) => Standing {
                state: SyncState::Failed,
                tries: was.tries.saturating_add(1),
                next_at: crate::work::next_try(now, was.tries),
                error: crate::work::short(&error.to_string()),
            },
        };
        if one.changed || next != was {
            put.push((&one.why, next));
        }
    }
    if put.is_empty() {
        return Ok(());
    }
    center.write(&Actor::clock(), |cx| put.into_iter().try_for_each(|(why, next)| why.put(cx, next)))
}
