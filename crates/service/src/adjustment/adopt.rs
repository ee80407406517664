//! What was found on the engine as changes of awards.

use domain::access::Act;
use domain::adjustment::AdjustmentKind;
use domain::award::AwardState;
use domain::ids::{AdjustmentId, AwardId, PoolId, ProjectId, UserId};
use domain::steps::Steps;
use domain::units::Amount;
use domain::{Code, Reason};
use store::held::LineHeld;

use super::ask::{NewRequest, request};
use super::decide::decide;
use super::held::held;
use crate::{Cx, Error, Outcome};

/// Brings what a project holds of a pool to `devices` from today on. More is asked for on the award that
/// holds most, by whoever acts, so that another decides; less is taken from the awards that hold most
/// and approved by whoever acts: it was nobody's wish within the portal.
///
/// # Errors
/// As [`super::ask()`] and [`decide`]; [`Error::Conflict`] if it holds that many or nothing at all.
pub(crate) fn adopt(
    cx: &mut Cx<'_, '_>,
    project: ProjectId,
    pool: &PoolId,
    devices: i64,
    reason: &str,
) -> Outcome<Vec<AdjustmentId>> {
    let today = cx.today();
    let (awards, reserved) = holders(cx, project, pool)?;
    // What is reserved for some days stays as it is.
    let Some(devices) = devices.checked_sub(reserved).filter(|left| *left >= 0) else {
        return Err(Error::conflict(Code::IsReservation));
    };
    let holds = awards.iter().fold(0_i64, |sum, (_, amount)| sum.saturating_add(*amount));
    let Some((most, _)) = awards.first() else {
        return Err(Error::conflict(Reason::new(Code::HoldsNothing).with("from", today)));
    };
    let asked = |award, kind, amount| NewRequest {
        project,
        award,
        pool: pool.clone(),
        kind,
        amount: Amount(amount),
        from: today,
        to: None,
        reason: reason.to_owned(),
    };
    if devices > holds {
        let new = asked(*most, AdjustmentKind::Increase, devices.saturating_sub(holds));
        let by = cx.actor.user;
        return Ok(vec![put(cx, new, by)?]);
    }
    let mut made = Vec::new();
    let mut left = holds.saturating_sub(devices);
    for (award, amount) in awards {
        let less = amount.min(left);
        if less < 1 {
            break;
        }
        left = left.saturating_sub(less);
        let id = put(cx, asked(award, AdjustmentKind::Decrease, less), None)?;
        decide(cx, id, true, "")?;
        made.push(id);
    }
    if made.is_empty() { Err(Error::conflict(Code::NoDrift)) } else { Ok(made) }
}

fn put(cx: &mut Cx<'_, '_>, new: NewRequest, by: Option<UserId>) -> Outcome<AdjustmentId> {
    let held = held(cx, Act::DriftDecide, new.project, new.award, &new.pool)?;
    request(cx, &held, new, by)
}

/// The running awards that hold something of a pool today with how much, most first, and how much is
/// reserved beside.
fn holders(cx: &mut Cx<'_, '_>, project: ProjectId, pool: &PoolId) -> Outcome<(Vec<(AwardId, i64)>, i64)> {
    let today = cx.today();
    let awards = store::held::of_project(cx.tx, project)?.into_iter();
    let (mut out, mut reserved) = (Vec::new(), 0_i64);
    for held in awards.filter(|held| held.award.state == AwardState::Active) {
        for LineHeld { line, entries, .. } in held.lines.into_iter().filter(|held| held.line.pool == *pool) {
            let holding: Steps = entries.iter().map(|(_, term, delta)| (*term, *delta)).collect();
            match (held.reservation, holding.on(today)) {
                (Some(_), amount) => reserved = reserved.saturating_add(amount.max(0)),
                (None, amount) if amount > 0 => out.push((line.award, amount)),
                (None, _) => {}
            }
        }
    }
    out.sort_by_key(|(award, amount)| (std::cmp::Reverse(*amount), *award));
    Ok((out, reserved))
}
