//! Requests for more, less or longer, asked and taken back.

use domain::access::Act;
use domain::adjustment::{AdjustmentKind, AdjustmentState, extension_faults};
use domain::ids::{AdjustmentId, AwardId, PoolId, ProjectId, UserId};
use domain::term::Term;
use domain::units::Amount;
use domain::{Code, Reason, Word as _};
use jiff::civil::Date;
use store::adjustment::AdjustmentRow;

use super::choices::extension_facts;
use super::held::{Held, check_amount, check_day, check_reason, held};
use crate::project::tied;
use crate::{Cx, Error, Outcome};

/// A change to be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRequest {
    /// The project.
    pub project: ProjectId,
    /// The award.
    pub award: AwardId,
    /// The pool.
    pub pool: PoolId,
    /// More, less or longer.
    pub kind: AdjustmentKind,
    /// By how much; not looked at for an extension, which keeps what is held on the last day.
    pub amount: Amount,
    /// From which day on; not looked at for an extension.
    pub from: Date,
    /// For an extension: the first day after it. Else not looked at.
    pub to: Option<Date>,
    /// Why.
    pub reason: String,
}

/// Asks for more, less or longer.
///
/// # Errors
/// [`Error::Invalid`] for a field, [`Error::Conflict`] with every rule that it breaks, or if the
/// same is asked for already.
pub fn ask(cx: &mut Cx<'_, '_>, new: NewRequest) -> Outcome<AdjustmentId> {
    let held = held(cx, Act::AdjustmentRequest, new.project, new.award, &new.pool)?;
    let by = cx.actor.user;
    request(cx, &held, new, by)
}

/// Puts a request on record that somebody, or nobody within the portal, asked for.
pub(super) fn request(cx: &mut Cx<'_, '_>, held: &Held, new: NewRequest, by: Option<UserId>) -> Outcome<AdjustmentId> {
    let mut wrong = Vec::new();
    check_reason(&new.reason, true, &mut wrong);
    let last = held.from(cx.today());
    let (amount, from, to) = match new.kind {
        AdjustmentKind::Return => return Err(Error::field("kind", Code::NotAChoice)),
        AdjustmentKind::Increase | AdjustmentKind::Decrease => {
            let within = check_day(cx, new.from, &held.line, &mut wrong);
            let most = match new.kind {
                AdjustmentKind::Decrease => held.from(new.from).iter().map(|(_, amount)| *amount).max().unwrap_or(0),
                // More than there ever is in the days that are left would wait for nothing.
                _ => match Term::new(new.from, held.line.end_on) {
                    Ok(days) => store::capacity::ladder(cx.tx, &new.pool)?.allocatable.max_within(days),
                    Err(_) => Amount::MAX,
                },
            };
            if within {
                check_amount(new.amount, most, &held.line, &mut wrong);
            }
            (new.amount, new.from.max(held.line.from_on), held.line.end_on)
        }
        AdjustmentKind::Extend => {
            let to = new.to.unwrap_or(held.line.end_on);
            if to <= held.line.end_on {
                wrong.push(Reason::new(Code::EndBeforeStart).at("to"));
            }
            let amount = last.last().map_or(0, |(_, amount)| *amount);
            (Amount(amount), held.line.end_on, to)
        }
    };
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    if amount.0 < 1 {
        return Err(Error::conflict(Reason::new(Code::HoldsNothing).with("from", from)));
    }
    if new.kind == AdjustmentKind::Extend {
        let policy = cx.policy()?;
        let faults = extension_faults(&extension_facts(cx, held, &policy, to)?);
        if !faults.is_empty() {
            // Too long is the day's fault; the others are nobody's on the form.
            let too_long = |fault: &Reason| fault.code == Code::ExtensionShare;
            if !faults.iter().any(too_long) {
                return Err(Error::Conflict(faults));
            }
            let place = |fault: Reason| if too_long(&fault) { fault.at("to") } else { fault.at("") };
            return Err(Error::Invalid(faults.into_iter().map(place).collect()));
        }
    }
    // More and less of the same at once cannot both be meant; an extension goes with either.
    let beside = match new.kind {
        AdjustmentKind::Increase => Some(AdjustmentKind::Decrease),
        AdjustmentKind::Decrease => Some(AdjustmentKind::Increase),
        AdjustmentKind::Extend | AdjustmentKind::Return => None,
    };
    for kind in std::iter::once(new.kind).chain(beside) {
        if let Some(open) = store::adjustment::open(cx.tx, new.award, &new.pool, kind)? {
            let reason = Reason::new(Code::OpenRequest)
                .with("kind", open.kind.as_str())
                .with("of", AdjustmentKind::GROUP)
                .with("pool", open.pool.as_str())
                .with("amount", open.amount.0)
                .with("at", open.requested_at);
            return Err(Error::conflict(reason));
        }
    }
    let row = AdjustmentRow {
        id: cx.new_id()?,
        project: new.project,
        award: new.award,
        pool: new.pool,
        kind: new.kind,
        amount,
        from_on: from,
        to_on: to,
        reason: new.reason.trim().to_owned(),
        state: AdjustmentState::Requested,
        requested_by: by,
        requested_at: cx.now,
        decided_by: None,
        decided_at: None,
        decision_note: String::new(),
    };
    store::adjustment::insert(cx.tx, &row)?;
    cx.audit("adjustment.requested", ("adjustment", &row.id), &(), &row, &row.reason)?;
    Ok(row.id)
}

/// Takes one's own request back.
///
/// # Errors
/// [`Error::Conflict`] if it is decided already.
pub fn withdraw(cx: &mut Cx<'_, '_>, id: AdjustmentId) -> Outcome<()> {
    let row = store::adjustment::find(cx.tx, id)?.ok_or(Error::NotFound)?;
    let (_, ties) = tied(cx, row.project)?;
    cx.require_on(Act::ProjectRead, Act::AdjustmentRequest, &ties)?;
    step(cx, &row, AdjustmentState::Withdrawn, "", "adjustment.withdrawn")
}

pub(super) fn step(
    cx: &mut Cx<'_, '_>,
    row: &AdjustmentRow,
    to: AdjustmentState,
    note: &str,
    action: &str,
) -> Outcome<()> {
    if !row.state.may_become(to) {
        return Err(Error::wrong_state(row.state));
    }
    store::adjustment::step(cx.tx, row.id, row.state, to, cx.actor.user, cx.now, note)?;
    let state = |state: AdjustmentState| serde_json::json!({ "state": state });
    cx.audit(action, ("adjustment", &row.id), &state(row.state), &state(to), note)
}
