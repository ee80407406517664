//! Lists of calls for the office, of rounds for everybody.

use std::collections::BTreeMap;

use domain::access::Act;
use domain::call::{CallState, Phase, RoundFacts};
use domain::ids::{CallId, RoundId};
use jiff::Timestamp;
use store::call::{CallRow, PublicRound};

use crate::{Cx, Outcome};

/// All calls before a place, newest first: for the office.
///
/// # Errors
/// Database errors and lacking permission.
pub fn list(cx: &mut Cx<'_, '_>, before: Option<(Timestamp, CallId)>, limit: i64) -> Outcome<Vec<CallRow>> {
    cx.require(Act::CallList, &[])?;
    Ok(store::call::list(cx.tx, before, limit.clamp(1, 201))?)
}

/// All calls before a place, newest first, each with where it stands and how many rounds it has:
/// for the office.
///
/// # Errors
/// Database errors and lacking permission.
pub fn overview(
    cx: &mut Cx<'_, '_>,
    before: Option<(Timestamp, CallId)>,
    limit: i64,
) -> Outcome<Vec<(CallRow, Phase, usize)>> {
    let rows = list(cx, before, limit)?;
    let (Some(newest), Some(oldest)) = (rows.first(), rows.last()) else { return Ok(Vec::new()) };
    let (first, last) = ((oldest.created_at, oldest.id), (newest.created_at, newest.id));
    let mut facts: BTreeMap<CallId, Vec<RoundFacts>> = BTreeMap::new();
    for (call, one) in store::call::facts_of(cx.tx, first, last)? {
        facts.entry(call).or_default().push(one);
    }
    let now = cx.now;
    let with_phase = |row: CallRow| {
        let facts = facts.remove(&row.id).unwrap_or_default();
        let phase = domain::call::phase(row.state, &facts, now);
        (row, phase, facts.len())
    };
    Ok(rows.into_iter().map(with_phase).collect())
}

/// Open and coming rounds of published calls, soonest closing first.
///
/// # Errors
/// Database errors only.
pub fn current(cx: &mut Cx<'_, '_>, limit: i64) -> Outcome<Vec<PublicRound>> {
    cx.require(Act::PublicRead, &[])?;
    Ok(store::call::current(cx.tx, cx.now, limit.clamp(1, 201))?)
}

/// Rounds of published calls that are over, latest first, before a place.
///
/// # Errors
/// Database errors only.
pub fn past(cx: &mut Cx<'_, '_>, before: Option<(Timestamp, RoundId)>, limit: i64) -> Outcome<Vec<PublicRound>> {
    cx.require(Act::PublicRead, &[])?;
    Ok(store::call::past(cx.tx, cx.now, before, limit.clamp(1, 201))?)
}

/// Where a publicly listed round stands now.
#[must_use]
pub fn phase_of(round: &PublicRound, now: Timestamp) -> Phase {
    RoundFacts {
        opens_at: round.opens_at,
        closes_at: round.closes_at,
        reviewing: round.reviewing,
        decided_at: round.decided_at,
    }
    .phase(CallState::Published, now)
}
