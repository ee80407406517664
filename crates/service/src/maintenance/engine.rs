//! Having the engine keep machines from use while windows last.

use std::collections::BTreeSet;

use compute::{Compute, EngineError, Node, Reservation, reconcile_reservations};
use domain::engine::SyncState;
use domain::ids::{Id as _, MaintenanceId};
use store::maintenance::{MaintenanceRow, Pools};

use crate::engine::nodes_seen;
use crate::{Actor, Center, Outcome};

/// The name of a window's reservation.
fn name(id: MaintenanceId) -> String {
    format!("m{}", id.uuid().simple())
}

/// What an engine should reserve for a window.
fn wanted(row: &MaintenanceRow, pools: &Pools, nodes: &[Node]) -> Reservation {
    let of_pools = |node: &&Node| node.pools.iter().any(|name| pools.iter().any(|(pool, _)| pool.as_str() == name));
    let nodes: BTreeSet<String> = if row.nodes.is_empty() {
        nodes.iter().filter(of_pools).map(|node| node.name.clone()).collect()
    } else {
        row.nodes.split_whitespace().map(str::to_owned).collect()
    };
    Reservation {
        name: name(row.id),
        from: row.from_at,
        to: row.to_at,
        project: None,
        devices: pools.iter().map(|(pool, amount)| (pool.to_string(), amount.0)).collect(),
        nodes,
    }
}

/// Brings the engine's reservations in line with the windows ahead; what it refuses is noted with the
/// window and tried again later. Answers how many changes were carried out.
///
/// # Errors
/// Database errors only.
pub(crate) fn in_line(center: &Center, engine: &dyn Compute) -> Outcome<u64> {
    let clock = Actor::clock();
    let (windows, nodes, now) =
        center.read(&clock, |cx| Ok((store::maintenance::ahead(cx.tx)?, nodes_seen(cx)?, cx.now)))?;
    let seen = match engine.reservations() {
        Ok(seen) => seen,
        Err(error) => {
            let due: Vec<&MaintenanceRow> = windows.iter().map(|(row, _)| row).collect();
            return note(center, due.into_iter().map(|row| (row, Err(error.clone()))).collect()).map(|()| 0);
        }
    };
    let desired: Vec<Reservation> = windows.iter().map(|(row, pools)| wanted(row, pools, &nodes)).collect();
    let plan = reconcile_reservations(&desired, &seen, now);
    let mut done = 0;
    for gone in &plan.release {
        match engine.release(gone) {
            Ok(()) => done += 1,
            Err(error) => tracing::warn!(engine = engine.name(), reservation = gone, %error, "not released"),
        }
    }
    let mut outcomes = Vec::new();
    for (row, _) in &windows {
        let name = name(row.id);
        let outcome = match plan.reserve.iter().find(|one| one.name == name) {
            None => Ok(()),
            Some(_) if row.sync_next_at > now => continue,
            // What began a while ago is not taken as such.
            Some(one) => {
                let from = one.from.max(now);
                engine.reserve(&Reservation { from, ..one.clone() }).inspect(|()| done += 1)
            }
        };
        outcomes.push((row, outcome));
    }
    note(center, outcomes)?;
    Ok(done)
}

/// Writes down how the engine stands with windows, where that is another than is written.
fn note(center: &Center, outcomes: Vec<(&MaintenanceRow, Result<(), EngineError>)>) -> Outcome<()> {
    let now = center.now();
    let mut put = Vec::new();
    for (row, outcome) in outcomes {
        let next = match outcome {
            Ok(()) => MaintenanceRow {
                sync_state: SyncState::InLine,
                sync_tries: 0,
                sync_error: String::new(),
                ..row.clone()
            },
            // While the pause lasts nothing is new.
            Err(_) if row.sync_state == SyncState::Failed && row.sync_next_at > now => continue,
            Err(error) => MaintenanceRow {
                sync_state: SyncState::Failed,
                sync_next_at: crate::work::next_try(now, row.sync_tries),
                sync_tries: row.sync_tries.saturating_add(1),
                sync_error: crate::work::short(&error.to_string()),
                ..row.clone()
            },
        };
        if next != *row {
            put.push(next);
        }
    }
    if put.is_empty() {
        return Ok(());
    }
    center.write(&Actor::clock(), |cx| {
        put.iter().try_for_each(|row| store::maintenance::put_sync(cx.tx, row))?;
        Ok(())
    })
}
