//! Writing a call: drafted, changed, published, put away.

use domain::access::Act;
use domain::call::CallState;
use domain::ids::CallId;
use domain::term::add_days;
use domain::{Code, Reason};
use jiff::Timestamp;
use store::call::{CallRow, CriterionRow, EnvelopeRow, RoundRow};

use super::check::checked;
use super::input::{CallInput, CriterionInput};
use super::show::show;
use crate::{Cx, Error, Outcome};

/// Begins a call.
///
/// # Errors
/// [`Error::Invalid`] with everything that is wrong, per field.
pub fn draft(cx: &mut Cx<'_, '_>, input: &CallInput) -> Outcome<CallId> {
    cx.require(Act::CallDraft, &[])?;
    let rounds = checked(cx, input)?;
    let row = CallRow {
        id: cx.new_id()?,
        title_ko: input.title_ko.clone(),
        title_en: input.title_en.clone(),
        body_ko: input.body_ko.clone(),
        body_en: input.body_en.clone(),
        contact: input.contact.clone(),
        track: input.track,
        state: CallState::Draft,
        drafted_by: cx.actor.user,
        published_by: None,
        published_at: None,
        bonus: input.bonus,
        created_at: cx.now,
        version: 1,
    };
    store::call::insert(cx.tx, &row)?;
    put_parts(cx, row.id, input, &rounds)?;
    cx.audit("call.drafted", ("call", &row.id), &(), input, "")?;
    Ok(row.id)
}

/// Says what is wrong with a call that is not to be kept yet.
///
/// # Errors
/// [`Error::Invalid`] with everything that is wrong, per field.
pub fn check(cx: &mut Cx<'_, '_>, input: &CallInput) -> Outcome<()> {
    cx.require(Act::CallDraft, &[])?;
    checked(cx, input)?;
    Ok(())
}

/// Changes a draft.
///
/// # Errors
/// [`Error::Conflict`] once it is published, or if somebody changed it after `version`.
pub fn change(cx: &mut Cx<'_, '_>, id: CallId, version: i64, input: &CallInput) -> Outcome<()> {
    cx.require(Act::CallDraft, &[])?;
    let row = store::call::find(cx.tx, id)?.ok_or(Error::NotFound)?;
    if row.state != CallState::Draft {
        return Err(Error::wrong_state(row.state));
    }
    let rounds = checked(cx, input)?;
    let changed = CallRow {
        title_ko: input.title_ko.clone(),
        title_en: input.title_en.clone(),
        body_ko: input.body_ko.clone(),
        body_en: input.body_en.clone(),
        contact: input.contact.clone(),
        track: input.track,
        bonus: input.bonus,
        version,
        ..row.clone()
    };
    store::call::update(cx.tx, &changed)?;
    for (round, _) in store::call::rounds(cx.tx, id)? {
        store::call::delete_round(cx.tx, round.id)?;
    }
    put_parts(cx, id, input, &rounds)?;
    cx.audit("call.changed", ("call", &id), &row, input, "")
}

/// Publishes a draft as it was at `version`. Nobody publishes what they wrote or changed.
///
/// # Errors
/// [`Error::Forbidden`] for its writers; [`Error::Conflict`] if something is missing or it was
/// changed meanwhile.
pub fn publish(cx: &mut Cx<'_, '_>, id: CallId, version: i64) -> Outcome<()> {
    cx.require(Act::CallPublish, &[])?;
    let (row, wrote) = store::call::find_written(cx.tx, id, cx.actor.user)?.ok_or(Error::NotFound)?;
    cx.require_second(Act::CallPublish, row.drafted_by)?;
    if wrote {
        return Err(Error::Forbidden(Reason::new(Code::OwnDraft)));
    }
    if !row.state.may_become(CallState::Published) {
        return Err(Error::wrong_state(row.state));
    }
    if row.version != version {
        return Err(Error::conflict(Code::Changed));
    }
    if !show(cx, id)?.is_complete() {
        return Err(Error::conflict(Code::CallIncomplete));
    }
    store::call::step(cx.tx, id, row.state, CallState::Published, Some((cx.actor.user, cx.now)))?;
    cx.audit(
        "call.published",
        ("call", &id),
        &serde_json::json!({ "state": row.state }),
        &serde_json::json!({ "state": CallState::Published, "version": version }),
        "",
    )
}

/// Begins a new draft with what a call says. Its rounds are not taken over: they have new dates.
///
/// # Errors
/// [`Error::NotFound`] and lacking permission.
pub fn duplicate(cx: &mut Cx<'_, '_>, id: CallId) -> Outcome<CallId> {
    cx.require(Act::CallDraft, &[])?;
    let row = store::call::find(cx.tx, id)?.ok_or(Error::NotFound)?;
    let products = store::call::products(cx.tx, Some(id))?;
    let criteria = store::call::criteria(cx.tx, id)?;
    let input = CallInput {
        title_ko: row.title_ko,
        title_en: row.title_en,
        body_ko: row.body_ko,
        body_en: row.body_en,
        contact: row.contact,
        track: row.track,
        bonus: row.bonus,
        products: products.into_iter().filter(|(_, chosen)| *chosen).map(|(product, _)| product.id).collect(),
        criteria: criteria
            .into_iter()
            .map(|one| CriterionInput { name_ko: one.name_ko, name_en: one.name_en, max_points: one.max_points })
            .collect(),
        rounds: Vec::new(),
    };
    draft(cx, &input)
}

/// Puts a call away: it is no longer listed and takes no proposals.
///
/// # Errors
/// [`Error::Conflict`] if it is put away already; a reason must be given.
pub fn archive(cx: &mut Cx<'_, '_>, id: CallId, reason: &str) -> Outcome<()> {
    cx.require(Act::CallDraft, &[])?;
    let row = store::call::find(cx.tx, id)?.ok_or(Error::NotFound)?;
    if !row.state.may_become(CallState::Archived) {
        return Err(Error::wrong_state(row.state));
    }
    if domain::text::is_blank(reason) {
        return Err(Error::field("reason", Code::Required));
    }
    store::call::step(cx.tx, id, row.state, CallState::Archived, None)?;
    let states = |state: CallState| serde_json::json!({ "state": state });
    cx.audit("call.archived", ("call", &id), &states(row.state), &states(CallState::Archived), reason.trim())
}

fn put_parts(cx: &mut Cx<'_, '_>, id: CallId, input: &CallInput, instants: &[(Timestamp, Timestamp)]) -> Outcome<()> {
    store::call::set_products(cx.tx, id, &input.products)?;
    let mut criteria = Vec::new();
    for (position, one) in (1..).zip(&input.criteria) {
        criteria.push(CriterionRow {
            id: cx.new_id()?,
            call: id,
            position,
            name_ko: one.name_ko.clone(),
            name_en: one.name_en.clone(),
            max_points: one.max_points,
        });
    }
    store::call::set_criteria(cx.tx, id, &criteria)?;
    for (number, (round, (opens_at, closes_at))) in (1..).zip(input.rounds.iter().zip(instants)) {
        let row = RoundRow {
            id: cx.new_id()?,
            call: id,
            number,
            kind: round.kind,
            name_ko: round.name_ko.clone(),
            name_en: round.name_en.clone(),
            opens_at: *opens_at,
            closes_at: *closes_at,
            review_due_on: round.dates.review_due_on,
            announce_on: round.dates.announce_on,
            offer_days: round.dates.offer_days,
            earliest_start_on: round.dates.earliest_start_on,
            latest_end_on: add_days(round.dates.latest_last_on, 1),
            decided_at: None,
            created_at: cx.now,
        };
        let mut envelope: Vec<EnvelopeRow> = Vec::new();
        for (pool, amount) in &round.envelope {
            envelope.retain(|one| one.pool != *pool);
            envelope.push(EnvelopeRow { round: row.id, pool: pool.clone(), amount: *amount });
        }
        store::call::insert_round(cx.tx, &row, &envelope)?;
    }
    Ok(())
}
