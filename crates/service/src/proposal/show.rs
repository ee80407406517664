//! One proposal with its history and what was announced about it.

use domain::Reason;
use domain::access::{Act, Tie};
use domain::award::{Decision, OfferState};
use domain::ids::{OfferId, ProposalId};
use domain::proposal::ProposalState;
use jiff::Timestamp;
use jiff::civil::Date;
use store::proposal::{Event, NamedLine, Party, ProposalRound, ProposalRow};

use super::reach::readable;
use crate::{Cx, Error, Outcome};

/// A state that a proposal came into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: Timestamp,
    /// Which.
    pub state: ProposalState,
    /// What was said about it: what to correct, why it was rejected or withdrawn.
    pub note: String,
}

/// What was announced about a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announced {
    /// What was decided.
    pub outcome: Decision,
    /// The score in thousandths of a point.
    pub score_milli: i64,
    /// Why.
    pub reasons: Vec<Reason>,
    /// The place on the reserve list and the last day on which it is good.
    pub reserve: Option<(i64, Date)>,
    /// The latest offer and its state.
    pub offer: Option<(OfferId, OfferState)>,
    /// What the reviewers tell the applicant, without their names.
    pub comments: Vec<String>,
}

/// A proposal with everything around it that its reader may see.
#[derive(Clone, Debug)]
pub struct ProposalView {
    /// The proposal.
    pub row: ProposalRow,
    /// Its people and organization.
    pub party: Party,
    /// Its round.
    pub round: ProposalRound,
    /// What it asks for, once submitted.
    pub lines: Vec<NamedLine>,
    /// What happened to it, oldest first.
    pub history: Vec<Step>,
    /// What was decided, once it is announced; not for reviewers.
    pub announced: Option<Announced>,
    /// Whether the reader is one of its own people.
    pub own: bool,
    /// Whether the reader may change it now.
    pub writable: bool,
    /// Whether the reader may withdraw it now.
    pub withdrawable: bool,
    /// Whether the reader may check its eligibility now.
    pub checkable: bool,
}

/// One proposal.
///
/// # Errors
/// [`Error::NotFound`] for people whom it does not concern; drafts concern only their own people.
pub fn show(cx: &mut Cx<'_, '_>, id: ProposalId) -> Outcome<ProposalView> {
    let (mut row, party, round, ties) = readable(cx, id)?;
    let writes = cx.actor.may(Act::ProposalWrite, &ties);
    let own = writes || ties.contains(&Tie::OrgAdmin);
    let events = store::proposal::events(cx.tx, id, 500)?;
    let mut history: Vec<Step> = events.iter().filter_map(step_of).collect();
    let checkable = cx.actor.may(Act::ProposalCheck, &[])
        && cx.require_apart(Act::ProposalCheck, None, &ties).is_ok()
        && matches!(row.state, ProposalState::Submitted | ProposalState::Returned);
    if row.state == ProposalState::Returned && !writes {
        // Until it is submitted anew, others see what was submitted, not what is being changed.
        as_submitted(&mut row, &events);
    }
    let mut announced = None;
    if own || cx.actor.may(Act::ProposalList, &[]) {
        let decided = [ProposalState::Selected, ProposalState::Reserve, ProposalState::Rejected].contains(&row.state);
        announced = if decided { announcement(cx, id)? } else { None };
        if let Some((at, found)) = &announced {
            let state = found.outcome.as_str().parse().unwrap_or(row.state);
            history.push(Step { at: *at, state, note: String::new() });
            history.sort_by_key(|step| step.at);
        }
    } else {
        // What the office and the applicant said to each other is not for reviewers.
        row.state_note.clear();
        history.clear();
    }
    Ok(ProposalView {
        lines: store::proposal::named_lines(cx.tx, id)?,
        history,
        announced: announced.map(|(_, announced)| announced),
        own,
        writable: writes && row.state.is_writable(),
        withdrawable: writes && row.state.may_become(ProposalState::Withdrawn),
        checkable,
        row,
        party,
        round,
    })
}

/// The state that an event brought a proposal into.
fn step_of(event: &Event) -> Option<Step> {
    if event.action == "proposal.started" {
        return Some(Step { at: event.at, state: ProposalState::Draft, note: String::new() });
    }
    let after: serde_json::Value = serde_json::from_str(&event.after).ok()?;
    let state = after.get("state")?.as_str()?.parse().ok()?;
    Some(Step { at: event.at, state, note: event.reason.clone() })
}

/// Puts the texts as they were last submitted in place of those that are being changed.
fn as_submitted(row: &mut ProposalRow, events: &[Event]) {
    let last = events.iter().rev().find(|event| event.action == "proposal.submitted");
    let after = last.and_then(|event| serde_json::from_str::<serde_json::Value>(&event.after).ok());
    let Some(then) = after.as_ref().and_then(|after| after.get("proposal")) else { return };
    for (field, text) in [
        ("title_ko", &mut row.title_ko),
        ("title_en", &mut row.title_en),
        ("summary", &mut row.summary),
        ("usage_plan", &mut row.usage_plan),
        ("sector", &mut row.sector),
    ] {
        if let Some(value) = then.get(field).and_then(serde_json::Value::as_str) {
            value.clone_into(text);
        }
    }
    if let Some(value) = then.get("rnd_cluster").and_then(serde_json::Value::as_bool) {
        row.rnd_cluster = value;
    }
}

/// What was announced about a proposal, and when; nothing if it was rejected by the check.
fn announcement(cx: &mut Cx<'_, '_>, id: ProposalId) -> Outcome<Option<(Timestamp, Announced)>> {
    let rows = store::proposal::announced(cx.tx, id)?;
    let Some(first) = rows.first() else { return Ok(None) };
    let announced = Announced {
        outcome: first.outcome,
        score_milli: first.score_milli,
        reasons: serde_json::from_str(&first.reasons).map_err(Error::internal)?,
        reserve: first.reserve_rank.zip(first.reserve_until),
        offer: first.offer.zip(first.offer_state),
        comments: rows.iter().filter_map(|row| row.comment.clone()).filter(|text| !text.is_empty()).collect(),
    };
    Ok(Some((first.decided_at, announced)))
}
