//! Windows entered, changed, called off and ended.

use std::collections::BTreeSet;

use domain::Code;
use domain::access::Act;
use domain::capacity::Rung;
use domain::engine::SyncState;
use domain::ids::{MaintenanceId, PoolId};
use domain::maintenance::{MaintenanceState, days};
use domain::steps::Steps;
use domain::term::Term;
use domain::units::Amount;
use store::maintenance::MaintenanceRow;

use super::impact::{own, unheld};
use super::input::{NewMaintenance, checked};
use super::tell;
use crate::capacity::NewCapacity;
use crate::mail::Template;
use crate::{Cx, Error, Outcome};

/// Announces a window: what is free of its devices is not granted on its days, and those who hold
/// the others are told. One that is over already is made up for at once.
///
/// # Errors
/// [`Error::Invalid`] with everything that is wrong.
pub fn plan(cx: &mut Cx<'_, '_>, new: NewMaintenance) -> Outcome<MaintenanceId> {
    cx.require(Act::MaintenanceManage, &[])?;
    let new = checked(cx, new, None)?;
    let row = MaintenanceRow {
        id: cx.new_id()?,
        title_ko: new.title_ko,
        title_en: new.title_en,
        note: new.note,
        from_at: new.from,
        to_at: new.to,
        nodes: new.nodes.join(" "),
        state: MaintenanceState::Planned,
        version: 1,
        created_by: cx.actor.user,
        created_at: cx.now,
        sync_state: SyncState::Pending,
        sync_tries: 0,
        sync_next_at: cx.now,
        sync_error: String::new(),
    };
    store::maintenance::insert(cx.tx, &row, &new.pools)?;
    for (pool, _) in &new.pools {
        take(cx, &row, pool, &new.pools)?;
    }
    cx.audit("maintenance.planned", ("maintenance", &row.id), &(), &row_facts(&row, &new.pools), "")?;
    if row.to_at > cx.now {
        tell::concerned(cx, &row, &new.pools, Template::MaintenancePlanned)?;
    }
    wake(cx, &row)?;
    Ok(row.id)
}

/// Changes a window that is not over. Of one that is under way the beginning stays.
///
/// # Errors
/// [`Error::Invalid`] with everything that is wrong, [`Error::Conflict`] if it is over or was changed
/// meanwhile.
pub fn change(cx: &mut Cx<'_, '_>, id: MaintenanceId, version: i64, new: NewMaintenance) -> Outcome<()> {
    let row = open(cx, id, version)?;
    let new = checked(cx, new, Some(&row))?;
    let before = store::maintenance::pools(cx.tx, id)?;
    let changed = MaintenanceRow {
        title_ko: new.title_ko,
        title_en: new.title_en,
        note: new.note,
        from_at: new.from,
        to_at: new.to,
        nodes: new.nodes.join(" "),
        ..row.clone()
    };
    if changed == row && before == new.pools {
        return Ok(());
    }
    let changed = MaintenanceRow { sync_state: SyncState::Pending, sync_next_at: cx.now, ..changed };
    store::maintenance::change(cx.tx, &changed, &new.pools)?;
    let touched: BTreeSet<&PoolId> = before.iter().chain(&new.pools).map(|(pool, _)| pool).collect();
    for pool in touched {
        take(cx, &changed, pool, &new.pools)?;
    }
    cx.audit(
        "maintenance.changed",
        ("maintenance", &id),
        &row_facts(&row, &before),
        &row_facts(&changed, &new.pools),
        "",
    )?;
    let mut both = before;
    both.extend(new.pools);
    tell::concerned(cx, &changed, &both, Template::MaintenanceChanged)?;
    wake(cx, &changed)
}

/// Calls off a window that has not begun: what it took may be granted again.
///
/// # Errors
/// [`Error::Conflict`] if it has begun, is over or was changed meanwhile.
pub fn cancel(cx: &mut Cx<'_, '_>, id: MaintenanceId, version: i64) -> Outcome<()> {
    let row = open(cx, id, version)?;
    if !row.state.may_become(MaintenanceState::Cancelled) {
        return Err(Error::wrong_state(row.state));
    }
    let pools = store::maintenance::pools(cx.tx, id)?;
    let off = MaintenanceRow { state: MaintenanceState::Cancelled, sync_next_at: cx.now, ..row.clone() };
    store::maintenance::change(cx.tx, &off, &pools)?;
    for (pool, _) in &pools {
        take(cx, &off, pool, &[])?;
    }
    cx.audit("maintenance.cancelled", ("maintenance", &id), &row.state, &off.state, "")?;
    tell::concerned(cx, &off, &pools, Template::MaintenanceCancelled)?;
    wake(cx, &off)
}

/// Ends a window that is under way: its machines can be used again from now on.
///
/// # Errors
/// [`Error::Conflict`] if it is not under way or was changed meanwhile.
pub fn finish(cx: &mut Cx<'_, '_>, id: MaintenanceId, version: i64) -> Outcome<()> {
    let row = open(cx, id, version)?;
    if row.state != MaintenanceState::UnderWay || row.from_at >= cx.now {
        return Err(Error::wrong_state(row.state));
    }
    let pools = store::maintenance::pools(cx.tx, id)?;
    let ended = MaintenanceRow { to_at: row.to_at.min(cx.now), ..row };
    store::maintenance::change(cx.tx, &ended, &pools)?;
    for (pool, _) in &pools {
        take(cx, &ended, pool, &pools)?;
    }
    let ended = MaintenanceRow { version: ended.version + 1, ..ended };
    super::run::end(cx, &ended)?;
    wake(cx, &ended)
}

/// A window for whoever may change it, as they saw it.
fn open(cx: &mut Cx<'_, '_>, id: MaintenanceId, version: i64) -> Outcome<MaintenanceRow> {
    cx.require(Act::MaintenanceManage, &[])?;
    let row = store::maintenance::find(cx.tx, id)?.ok_or(Error::NotFound)?;
    if !row.state.is_ahead() {
        return Err(Error::wrong_state(row.state));
    }
    if row.version != version {
        return Err(Error::conflict(Code::Changed));
    }
    Ok(row)
}

fn wake(cx: &mut Cx<'_, '_>, row: &MaintenanceRow) -> Outcome<()> {
    cx.enqueue("engine.sync", &format!("engine.sync:maintenance:{}:{}", row.id, cx.now.as_nanosecond()), &row.id)
}

fn row_facts(row: &MaintenanceRow, pools: &[(PoolId, Amount)]) -> serde_json::Value {
    let pools: serde_json::Map<String, serde_json::Value> =
        pools.iter().map(|(pool, amount)| (pool.to_string(), amount.0.into())).collect();
    serde_json::json!({
        "title": row.title_ko, "from": row.from_at.to_string(), "to": row.to_at.to_string(),
        "nodes": row.nodes, "pools": pools, "note": row.note,
    })
}

/// Brings what a window takes from a pool's allocatable rung to what is free of its devices, from
/// today on; to nothing if `pools` does not name the pool. Answers whether anything changed.
pub(super) fn take(
    cx: &mut Cx<'_, '_>,
    row: &MaintenanceRow,
    pool: &PoolId,
    pools: &[(PoolId, Amount)],
) -> Outcome<bool> {
    let own = own(cx, row.id, pool)?;
    let out = pools.iter().find(|(of, _)| of == pool).map_or(0, |(_, amount)| amount.0);
    let window =
        days(&cx.identity.calendar, row.from_at, row.to_at).ok_or_else(|| Error::internal("an empty window"))?;
    let mut change = Steps::new();
    if out > 0 {
        for (term, unheld) in unheld(cx, window, pool, out, &own)? {
            change.add(term, -unheld);
        }
    }
    change.add_all(&own, 1);
    let first = own.changes().map(|(day, _)| day).chain([window.from()]).min().unwrap_or(window.from());
    let last = own.changes().map(|(day, _)| day).chain([window.to()]).max().unwrap_or(window.to());
    let Some(ahead) = Term::new(first, last).ok().and_then(|span| span.starting(cx.today())) else { return Ok(false) };
    let entries: Vec<NewCapacity> = change
        .within(ahead)
        .into_iter()
        .filter(|(_, delta)| *delta != 0)
        .map(|(term, delta)| NewCapacity {
            pool: pool.clone(),
            rung: Rung::Allocatable,
            delta: Amount(delta),
            term,
            note: row.title_ko.chars().take(500).collect(),
        })
        .collect();
    for id in crate::capacity::enter(cx, &entries)? {
        store::maintenance::add_entry(cx.tx, row.id, id)?;
    }
    Ok(!entries.is_empty())
}
