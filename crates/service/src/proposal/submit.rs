//! Submitting: in time and complete, or told why not.

use std::collections::BTreeMap;

use domain::call::CallState;
use domain::ids::{OrganizationId, PoolId, ProposalId};
use domain::proposal::{Offering, ProductLimits, ProposalState, RequestedLine, Sector, check_lines};
use domain::steps::Steps;
use domain::term::Term;
use domain::{Code, FieldError, Reason};
use jiff::Timestamp;
use jiff::civil::Date;
use store::proposal::{LineRow, Party, ProposalRound, ProposalRow};

use super::draft::typed;
use super::letter::tell;
use super::reach::mine_to_write;
use crate::call::{PoolShare, ProductRow};
use crate::mail::Template;
use crate::{Cx, Error, Outcome};

/// Submits a proposal as it was last saved; a returned one is submitted anew under its number.
/// Submitting twice answers the same receipt number.
///
/// # Errors
/// [`Error::Conflict`] after the deadline, which leaves the draft as it is; [`Error::Invalid`] with
/// everything that is wrong, per field.
pub fn submit(cx: &mut Cx<'_, '_>, id: ProposalId) -> Outcome<String> {
    let (row, party, round, _) = mine_to_write(cx, id)?;
    if row.state == ProposalState::Submitted
        && let Some(receipt) = row.receipt_no
    {
        return Ok(receipt);
    }
    if !row.state.may_become(ProposalState::Submitted) {
        return Err(Error::wrong_state(row.state));
    }
    if round.call_state != CallState::Published {
        return Err(Error::wrong_state(round.call_state));
    }
    match row.correction_due_at.filter(|_| row.state == ProposalState::Returned) {
        Some(due) if cx.now >= due => {
            return Err(Error::conflict(Reason::new(Code::CorrectionOver).with("due", due)));
        }
        Some(_) => {}
        None => in_time(&round, cx.now, Code::DeadlinePassed)?,
    }
    let organization = row.organization.or(party.lead_organization);
    let products = store::call::products(cx.tx, Some(round.call))?;
    let offering = offering(&round, &products, &store::call::pool_shares(cx.tx, Some(round.call))?);
    let lines = complete(&row, organization.is_some(), &offering, cx.today())?.map_err(Error::Invalid)?;
    let never = beyond_share(cx, &row, &lines)?;
    if !never.is_empty() {
        return Err(Error::Invalid(never));
    }
    hand_in(cx, &row, &party, &round, organization, lines, "")
}

/// The lines whose least amount no plan can ever give: one organization may hold only a part of a pool
/// (policy `org.max_pool_percent`).
pub(super) fn beyond_share(
    cx: &mut Cx<'_, '_>,
    row: &ProposalRow,
    lines: &[RequestedLine],
) -> Outcome<Vec<FieldError>> {
    let policy = cx.policy()?;
    let typed = typed(row)?;
    let places = typed.iter().enumerate().filter(|(_, line)| !line.is_blank()).map(|(n, _)| n);
    let mut ladders: BTreeMap<&PoolId, Steps> = BTreeMap::new();
    for line in lines {
        if !ladders.contains_key(&line.pool) {
            ladders.insert(&line.pool, store::capacity::ladder(cx.tx, &line.pool)?.allocatable);
        }
    }
    let (mut faults, mut asked) = (Vec::new(), BTreeMap::<&PoolId, i64>::new());
    for (n, line) in places.zip(lines) {
        let Some(allocatable) = ladders.get(&line.pool) else { continue };
        let share = crate::facts::org_max(&policy, allocatable, line.earliest_start_on)?;
        let within = |days: &Term| days.from() < line.latest_end_on;
        let most = share.iter().filter(|one| within(&one.term)).map(|one| one.amount).max();
        let sum = asked.entry(&line.pool).or_default();
        *sum = sum.saturating_add(line.min_amount.0);
        if most.is_some_and(|most| *sum > most) {
            let reason = Reason::new(Code::OrgShare).with("pool", line.pool.as_str()).with("max", most.unwrap_or(0));
            faults.push(reason.at(format!("lines.{n}.min_amount")));
        }
    }
    Ok(faults)
}

/// Makes a proposal that lacks nothing a submitted one.
pub(super) fn hand_in(
    cx: &mut Cx<'_, '_>,
    row: &ProposalRow,
    party: &Party,
    round: &ProposalRound,
    organization: Option<OrganizationId>,
    lines: Vec<RequestedLine>,
    reason: &str,
) -> Outcome<String> {
    let id = row.id;
    let mut rows = Vec::new();
    for (position, line) in (1..).zip(lines) {
        rows.push(LineRow {
            id: cx.new_id()?,
            proposal: id,
            position,
            product: line.product,
            pool: line.pool,
            amount: line.amount,
            min_amount: line.min_amount,
            earliest_start_on: line.earliest_start_on,
            latest_end_on: line.latest_end_on,
            months: line.months,
        });
    }
    store::proposal::set_lines(cx.tx, id, &rows)?;
    let receipt = match &row.receipt_no {
        Some(receipt) => receipt.clone(),
        None => {
            let series = format!("{}-{:02}", cx.today().year(), round.number);
            let number = store::trust::next_number(cx.tx, &format!("receipt-{series}"))?;
            format!("{series}-{number:04}")
        }
    };
    let submitted = ProposalRow {
        receipt_no: Some(receipt.clone()),
        organization,
        state: ProposalState::Submitted,
        submitted_at: row.submitted_at.or(Some(cx.now)),
        correction_due_at: None,
        ..row.clone()
    };
    store::proposal::update(cx.tx, &submitted)?;
    let after = serde_json::json!({ "state": submitted.state, "proposal": submitted, "lines": rows });
    cx.audit("proposal.submitted", ("proposal", &id), &serde_json::json!({ "state": row.state }), &after, reason)?;
    tell(cx, &submitted, party, Template::ProposalReceived, &[("receipt", receipt.clone())])?;
    Ok(receipt)
}

/// `late` says that the deadline has passed to whoever is in the middle of this.
pub(super) fn in_time(round: &ProposalRound, now: Timestamp, late: Code) -> Outcome<()> {
    if now < round.opens_at {
        return Err(Error::conflict(Reason::new(Code::RoundNotOpen).with("from", round.opens_at)));
    }
    if now >= round.closes_at {
        return Err(Error::conflict(Reason::new(late).with("due", round.closes_at)));
    }
    Ok(())
}

/// What the round of a proposal offers.
pub(super) fn offering(round: &ProposalRound, products: &[(ProductRow, bool)], shares: &[PoolShare]) -> Offering {
    let limits = |product: &ProductRow| ProductLimits {
        pool_kind: product.pool_kind,
        grain: product.grain,
        min_amount: product.min_amount,
        max_amount: product.max_amount,
        max_months: product.max_months,
    };
    Offering {
        products: products
            .iter()
            .filter(|(_, chosen)| *chosen)
            .map(|(product, _)| (product.id.clone(), limits(product)))
            .collect(),
        pools: shares
            .iter()
            .filter(|share| share.round == Some(round.id))
            .filter_map(|share| Some((share.pool.clone(), (share.kind, share.amount?))))
            .collect(),
        earliest_start_on: round.earliest_start_on,
        latest_end_on: round.latest_end_on,
    }
}

/// The lines of a proposal that lacks nothing, or everything that is wrong with it, per field.
pub(super) fn complete(
    row: &ProposalRow,
    has_organization: bool,
    offering: &Offering,
    today: Date,
) -> Outcome<Result<Vec<RequestedLine>, Vec<FieldError>>> {
    let mut faults = Vec::new();
    for (text, field) in [
        (&row.title_ko, "title_ko"),
        (&row.summary, "summary"),
        (&row.usage_plan, "usage_plan"),
        (&row.sector, "sector"),
    ] {
        if domain::text::is_blank(text) {
            faults.push(Reason::new(Code::Required).at(field));
        }
    }
    if !row.sector.is_empty() && row.sector.parse::<Sector>().is_err() {
        faults.push(Reason::new(Code::NotAChoice).at("sector"));
    }
    if !has_organization {
        faults.push(Reason::new(Code::OrganizationNeeded).at("organization"));
    }
    Ok(match check_lines(&typed(row)?, offering, today) {
        Ok(lines) if faults.is_empty() => Ok(lines),
        Ok(_) => Err(faults),
        Err(more) => Err(faults.into_iter().chain(more).collect()),
    })
}
