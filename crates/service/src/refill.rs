//! The arrow from freed capacity back to the plan: what is free now is offered to the reserve list
//! by rank, as far as it fits (domain.md §6).

use std::collections::{BTreeMap, BTreeSet};

use domain::access::Act;
use domain::award::OfferSource;
use domain::ids::{ProposalId, RoundId};
use domain::policy::PolicyKey;
use domain::{Code, Reason};
use jiff::Timestamp;
use planner::{Given, Line, RefillInput, RefillPool, RoundEnvelope, Waiting};
pub use store::decision::{ReserveItem, ReserveLine, ReservePlace, WaitingLine};
use texts::Texts;

use crate::mail::Template;
use crate::{Cx, Error, Outcome, facts, offer, plan};

/// Offers the reserve list what came free and what its own rounds have left of their envelopes
/// ([`planner::refill`]): for the clock, after capacity came free and on every tick. Answers how many
/// offers it made. Nothing waits or nothing is free: one statement or a few.
///
/// # Errors
/// Database errors; [`Error::OverCapacity`] would mean that more was offered than is free, and
/// then nothing is.
pub fn run(cx: &mut Cx<'_, '_>) -> Outcome<u64> {
    crate::maintenance::before_refill(cx)?;
    let today = cx.today();
    if !store::decision::anybody_waits(cx.tx, today)? {
        return Ok(0);
    }
    let policy = cx.policy()?;
    let mut pools = Vec::new();
    for pool in store::capacity::pools(cx.tx)? {
        let (allocatable, free) = crate::ledger::room(cx, &pool.id)?;
        let free = facts::stretches(today, &free)?;
        if free.iter().any(|one| one.amount > 0) {
            pools.push(RefillPool {
                freed: facts::stretches(today, &store::freed::idle(cx.tx, &pool.id, today)?)?,
                org_max: facts::org_max(&policy, &allocatable, today)?,
                free,
                pool: pool.id,
            });
        }
    }
    if pools.is_empty() {
        return Ok(0);
    }
    let waiting = waiting(&store::decision::waiting(cx.tx, today)?);
    let rounds: BTreeSet<RoundId> = waiting.iter().map(|one| one.round).collect();
    let mut envelopes = Vec::new();
    let mut organizations = BTreeMap::new();
    for &round in &rounds {
        let mut used = store::plan::used_of_envelope(cx.tx, round)?;
        for (pool, envelope) in store::plan::envelope(cx.tx, round)? {
            let used = facts::stretches(today, &used.remove(&pool).unwrap_or_default())?;
            envelopes.push(RoundEnvelope { round, pool, envelope: envelope.0, used });
        }
        organizations.extend(facts::organizations(cx, round, today)?.into_iter().map(|one| (one.organization, one)));
    }
    let refilled = planner::refill(&RefillInput {
        today,
        org_max_projects: policy.int(PolicyKey::OrgMaxActiveProjects),
        pools,
        envelopes,
        organizations: organizations.into_values().collect(),
        waiting,
    });
    if refilled.is_empty() {
        return Ok(0);
    }
    let due_at = plan::due_after(cx, policy.int(PolicyKey::RefillOfferDays));
    for one in &refilled {
        let reasons: Vec<Reason> =
            one.given.iter().map(|line| Reason::new(Code::CameFree).with("pool", line.pool.as_str())).collect();
        let id = offer::make(cx, one.proposal, OfferSource::Refill, &one.given, &reasons, due_at)?;
        tell(cx, one, id, due_at)?;
    }
    let given: Vec<&Given> = refilled.iter().flat_map(|one| &one.given).collect();
    let short = plan::over(cx, &given)?;
    if !short.is_empty() {
        return Err(Error::OverCapacity(short));
    }
    Ok(u64::try_from(refilled.len()).unwrap_or(u64::MAX))
}

fn waiting(lines: &[WaitingLine]) -> Vec<Waiting> {
    let mut out: Vec<Waiting> = Vec::new();
    for line in lines {
        if out.last().is_none_or(|last| last.proposal != line.proposal) {
            out.push(Waiting {
                proposal: line.proposal,
                round: line.round,
                organization: line.organization,
                lines: Vec::new(),
            });
        }
        if let Some(last) = out.last_mut() {
            last.lines.push(Line {
                product: line.product.clone(),
                pool: line.pool.clone(),
                amount: line.amount,
                min_amount: line.min_amount,
                grain: line.grain,
                earliest: line.earliest_start_on,
                latest_end: line.latest_end_on,
                months: i32::try_from(line.months).unwrap_or(i32::MAX),
            });
        }
    }
    out
}

fn tell(cx: &mut Cx<'_, '_>, refilled: &planner::Refilled, id: domain::ids::OfferId, due_at: Timestamp) -> Outcome<()> {
    let applicant = store::plan::applicant(cx.tx, refilled.proposal)?.ok_or(Error::NotFound)?;
    let to = plan::recipient(&applicant);
    let t = Texts::new(to.lang);
    let args = [
        ("name", applicant.name.clone()),
        ("title", plan::title(&applicant, to.lang)),
        ("given", plan::given_text(t, &cx.identity.pools, &refilled.given)),
        ("due", t.deadline(due_at)),
        ("link", format!("{}/offers/{id}", cx.identity.public_url)),
    ];
    crate::mail::post(cx, &to, Template::RefillOffer, &args)?;
    Ok(())
}

/// A proposal on the reserve list with what it asks for.
#[derive(Clone, Debug)]
pub struct Reserved {
    /// Its place.
    pub item: ReserveItem,
    /// Its turn among all who wait, from 1: in this order [`run`] offers. None once it had its offer.
    pub turn: Option<i64>,
    /// What it asks for, line by line.
    pub lines: Vec<ReserveLine>,
}

/// The reserve list in the order in which [`run`] offers: who waits and for what, who was announced
/// earlier first, then by rank; after a place. Two statements, three after a place.
///
/// # Errors
/// Database errors and lacking permission.
pub fn reserve_list(cx: &mut Cx<'_, '_>, after: Option<ReservePlace>, limit: i64) -> Outcome<Vec<Reserved>> {
    cx.require(Act::OfferList, &[])?;
    let items = store::decision::reserve(cx.tx, cx.today(), after, limit.clamp(1, 201))?;
    let place = |item: &ReserveItem| (item.decided_at, item.rank, item.proposal);
    let (Some(first), Some(last)) = (items.first().map(place), items.last().map(place)) else {
        return Ok(Vec::new());
    };
    let mut lines: BTreeMap<ProposalId, Vec<ReserveLine>> = BTreeMap::new();
    for line in store::decision::reserve_lines(cx.tx, first, last)? {
        lines.entry(line.proposal).or_default().push(line);
    }
    let mut turn = match after {
        Some(after) => store::decision::waiting_up_to(cx.tx, cx.today(), after)?,
        None => 0,
    };
    let mut out = Vec::with_capacity(items.len());
    for item in items {
        turn += i64::from(!item.offered);
        let lines = lines.remove(&item.proposal).unwrap_or_default();
        out.push(Reserved { lines, turn: (!item.offered).then_some(turn), item });
    }
    Ok(out)
}
