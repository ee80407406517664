//! What waits for the acting person: their list of things to do.

use domain::access::Act;
use jiff::Timestamp;
use store::waiting::Duties;
pub use store::waiting::Waiting;

use crate::{Cx, Outcome};

/// What waits for the acting person around proposals and reviews, most urgent first: drafts in open
/// rounds, corrections, reviews, and for the office what waits for its check. One statement.
///
/// # Errors
/// [`Error::SignInNeeded`].
pub fn around_proposals(cx: &mut Cx<'_, '_>) -> Outcome<Vec<Waiting>> {
    let user = cx.user()?;
    let checks = cx.actor.may(Act::ProposalCheck, &[]);
    let mut all = store::waiting::around_proposals(cx.tx, user, checks, cx.now, 50)?;
    let calendar = &cx.identity.calendar;
    let due = |one: &Waiting| {
        let day = one.due_on.map(|on| calendar.midnight(domain::term::add_days(on, 1)));
        one.due_at.or(day).unwrap_or(Timestamp::MAX)
    };
    all.sort_by(|a, b| (due(a), &a.id).cmp(&(due(b), &b.id)));
    Ok(all)
}

/// What waits for the acting person from the plan on: their invitations and agreements, plans to
/// approve, agreements to countersign, requests to decide. One statement.
///
/// # Errors
/// [`Error::SignInNeeded`].
pub fn from_the_plan_on(cx: &mut Cx<'_, '_>) -> Outcome<Vec<Waiting>> {
    let user = cx.user()?;
    let duties = Duties {
        countersigns: cx.actor.may(Act::AgreementCountersign, &[]),
        approves: cx.actor.may(Act::PlanApprove, &[]),
        decides: cx.actor.may(Act::AdjustmentDecide, &[]),
        reserves: cx.actor.may(Act::ReservationDecide, &[]),
    };
    let when = (cx.now, cx.today());
    Ok(store::waiting::from_the_plan_on(cx.tx, user, duties, when, 50)?)
}
