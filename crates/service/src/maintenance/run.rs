//! The clock's part: windows begin and end, and people are reminded; and what comes before a refill:
//! what came free is taken too, and owed days are given.

use domain::maintenance::MaintenanceState;
use jiff::SignedDuration;
use store::maintenance::{MaintenanceRow, Pools};

use super::write::take;
use super::{credit, tell};
use crate::mail::Template;
use crate::{Cx, Outcome};

/// How long before a window people are reminded of it.
const REMINDED: SignedDuration = SignedDuration::from_hours(24);

/// Lets windows begin and end, and reminds people of those that begin within a day. Answers how many
/// things it did.
///
/// # Errors
/// Database errors only.
pub fn run(cx: &mut Cx<'_, '_>) -> Outcome<u64> {
    let mut count = 0;
    for (row, pools) in store::maintenance::ahead(cx.tx)? {
        let mut row = row;
        if row.state == MaintenanceState::Planned && row.from_at <= cx.now {
            row = step(cx, &row, &pools, MaintenanceState::UnderWay, "maintenance.begun")?;
            count += 1;
        }
        if row.state == MaintenanceState::UnderWay && row.to_at <= cx.now {
            end(cx, &row)?;
            count += 1;
        } else if row.state == MaintenanceState::Planned {
            count += u64::from(remind(cx, &row, &pools)?);
        }
    }
    Ok(count)
}

/// What comes before anybody is offered what is free, at every refill: windows ahead take what became free of their
/// devices, and awards get the days that they are owed (domain.md §6). Answers how many things it did.
///
/// # Errors
/// Database errors only.
pub fn before_refill(cx: &mut Cx<'_, '_>) -> Outcome<u64> {
    let mut count = 0;
    for (row, pools) in store::maintenance::ahead(cx.tx)? {
        for (pool, _) in &pools {
            count += u64::from(take(cx, &row, pool, &pools)?);
        }
    }
    Ok(count + credit::serve(cx)?)
}

fn step(
    cx: &mut Cx<'_, '_>,
    row: &MaintenanceRow,
    pools: &Pools,
    to: MaintenanceState,
    action: &str,
) -> Outcome<MaintenanceRow> {
    let next = MaintenanceRow { state: to, ..row.clone() };
    store::maintenance::change(cx.tx, &next, pools)?;
    cx.audit(action, ("maintenance", &row.id), &row.state, &to, "")?;
    Ok(MaintenanceRow { version: row.version + 1, ..next })
}

/// Ends a window and notes the days that are owed for it.
pub(super) fn end(cx: &mut Cx<'_, '_>, row: &MaintenanceRow) -> Outcome<()> {
    let pools = store::maintenance::pools(cx.tx, row.id)?;
    let over = step(cx, row, &pools, MaintenanceState::Over, "maintenance.ended")?;
    credit::note(cx, &over, &pools)?;
    credit::serve(cx).map(drop)
}

/// Reminds those concerned once, unless they were told only a short time ago.
fn remind(cx: &mut Cx<'_, '_>, row: &MaintenanceRow, pools: &Pools) -> Outcome<bool> {
    let soon = row.from_at.duration_since(cx.now) <= REMINDED;
    let told_lately = row.from_at.duration_since(row.created_at) <= REMINDED;
    let key = format!("maintenance:{}:{}", row.id, row.from_at.as_second());
    if !soon || told_lately || !store::trust::first_time(cx.tx, &key, cx.now)? {
        return Ok(false);
    }
    tell::concerned(cx, row, pools, Template::MaintenanceSoon)?;
    Ok(true)
}
