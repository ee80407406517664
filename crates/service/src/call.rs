//! Calls: drafted by the office, published by a second person, open and closed by the clock.

use std::collections::BTreeMap;

use domain::access::Act;
use domain::call::{CallState, Phase, RoundFacts, RoundKind, Track};
use domain::ids::{CallId, PoolId, ProductId, RoundId};
use domain::term::{Term, add_days};
use domain::units::Amount;
use domain::{Code, FieldError, Reason};
use jiff::Timestamp;
use jiff::civil::{Date, Time};
pub use store::call::{CallRow, CriterionRow, EnvelopeRow, PoolShare, PublicRound, RoundRow};
pub use store::center::ProductRow;

use crate::{Cx, Error, Outcome};

/// The longest title.
pub const TITLE_MAX: usize = 200;
/// The longest text of a call.
pub const BODY_MAX: usize = 20_000;
/// The most criteria of a call.
pub const CRITERIA_MAX: usize = 10;
/// The most rounds of a call.
pub const ROUNDS_MAX: usize = 24;

/// What a call says.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct CallInput {
    /// Korean title.
    pub title_ko: String,
    /// English title; may be empty.
    pub title_en: String,
    /// Korean text.
    pub body_ko: String,
    /// English text; may be empty.
    pub body_en: String,
    /// Whom to ask.
    pub contact: String,
    /// For whom it is.
    pub track: Track,
    /// Whether bonus points count.
    pub bonus: bool,
    /// The products on offer.
    pub products: Vec<ProductId>,
    /// The criteria in order.
    pub criteria: Vec<CriterionInput>,
    /// The rounds in order.
    pub rounds: Vec<RoundInput>,
}

/// A criterion of a call.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct CriterionInput {
    /// Korean name.
    pub name_ko: String,
    /// English name; may be empty.
    pub name_en: String,
    /// The most points.
    pub max_points: i64,
}

/// A round of a call.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct RoundInput {
    /// Regular or rolling.
    pub kind: RoundKind,
    /// Korean name.
    pub name_ko: String,
    /// English name; may be empty.
    pub name_en: String,
    /// Its dates.
    pub dates: RoundDates,
    /// How much of each pool it hands out at most; a pool that is not named is not on offer.
    pub envelope: Vec<(PoolId, Amount)>,
}

/// The dates of a round, in the center's time zone.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct RoundDates {
    /// The day from which it takes proposals.
    pub opens_on: Date,
    /// At which time; midnight unless it says otherwise.
    pub opens_time: Option<Time>,
    /// The day on which it closes.
    pub closes_on: Date,
    /// At which time; the policy's unless it says otherwise.
    pub closes_time: Option<Time>,
    /// Until which day reviews are due.
    pub review_due_on: Date,
    /// When results are announced.
    pub announce_on: Date,
    /// For how many days offers stay open.
    pub offer_days: i64,
    /// The earliest first day of use.
    pub earliest_start_on: Date,
    /// The latest last day of use.
    pub latest_last_on: Date,
}

/// A call with everything that belongs to it.
#[derive(Clone, Debug)]
pub struct CallView {
    /// The call.
    pub row: CallRow,
    /// Where it stands.
    pub phase: Phase,
    /// All products of the center, each with whether the call has it.
    pub products: Vec<(ProductRow, bool)>,
    /// Its criteria.
    pub criteria: Vec<CriterionRow>,
    /// Its rounds and where each stands.
    pub rounds: Vec<(RoundRow, Phase)>,
    /// All pools, with what each round hands out.
    pub shares: Vec<PoolShare>,
    /// How the dates of its rounds were corrected once they were published, the latest first.
    pub corrections: Vec<Correction>,
    /// Whether the actor drafted or changed it, and so may not publish it.
    pub wrote: bool,
}

impl CallView {
    /// Whether it has all that a published call must have.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let handed_out = |round: RoundId| self.shares.iter().any(|share| share.round == Some(round));
        self.products.iter().any(|(_, chosen)| *chosen)
            && !self.criteria.is_empty()
            && !self.rounds.is_empty()
            && self.rounds.iter().all(|(round, _)| handed_out(round.id))
    }

    /// What a round may hand out, by pool.
    pub fn envelope(&self, round: RoundId) -> impl Iterator<Item = (&PoolShare, Amount)> {
        self.shares
            .iter()
            .filter(move |share| share.round == Some(round))
            .filter_map(|share| share.amount.map(|amount| (share, amount)))
    }
}

/// A correction of a published round's dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// The round.
    pub round: RoundId,
    /// When it was made.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
    /// What changed: the date's name as in [`RoundDates`], before and after.
    pub changes: Vec<(&'static str, When, When)>,
}

/// One of a round's dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// An instant.
    At(Timestamp),
    /// A day.
    On(Date),
    /// A number of days.
    Days(i64),
}

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

/// Corrects the dates of a published round; applicants and auditors can read why.
///
/// # Errors
/// [`Error::Invalid`] without a reason, for dates out of order or a deadline in the past;
/// [`Error::Conflict`] once the round is decided.
pub fn correct_dates(cx: &mut Cx<'_, '_>, id: RoundId, dates: &RoundDates, reason: &str) -> Outcome<()> {
    cx.require(Act::CallDraft, &[])?;
    let row = store::call::find_round(cx.tx, id)?.ok_or(Error::NotFound)?;
    let call = store::call::find(cx.tx, row.call)?.ok_or(Error::NotFound)?;
    if call.state != CallState::Published {
        return Err(Error::wrong_state(call.state));
    }
    if row.decided_at.is_some() {
        return Err(Error::wrong_state(Phase::Decided));
    }
    let mut faults = Vec::new();
    let (opens_at, closes_at) = instants(cx, dates)?;
    check_dates(row.kind, dates, (opens_at, closes_at), "", &mut faults);
    if closes_at != row.closes_at && closes_at <= cx.now {
        faults.push(Reason::new(Code::InThePast).at("closes_on"));
    }
    let reason = reason.trim();
    if reason.is_empty() {
        faults.push(Reason::new(Code::Required).at("reason"));
    }
    too_long(reason, 1000, "reason", &mut faults);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let corrected = RoundRow {
        opens_at,
        closes_at,
        review_due_on: dates.review_due_on,
        announce_on: dates.announce_on,
        offer_days: dates.offer_days,
        earliest_start_on: dates.earliest_start_on,
        latest_end_on: add_days(dates.latest_last_on, 1),
        ..row.clone()
    };
    let envelope = store::call::envelope(cx.tx, id)?;
    store::call::update_round(cx.tx, &corrected, &envelope)?;
    cx.audit("round.dates_corrected", ("round", &id), &row, &corrected, reason)
}

/// A published round with its call, for correcting its dates.
///
/// # Errors
/// [`Error::NotFound`] and lacking permission.
pub fn round(cx: &mut Cx<'_, '_>, id: RoundId) -> Outcome<(CallRow, RoundRow)> {
    cx.require(Act::CallDraft, &[])?;
    let row = store::call::find_round(cx.tx, id)?.ok_or(Error::NotFound)?;
    let call = store::call::find(cx.tx, row.call)?.ok_or(Error::NotFound)?;
    Ok((call, row))
}

/// The dates of a round as people write them, in the center's time zone.
#[must_use]
pub fn dates_of(identity: &crate::center::Identity, round: &RoundRow) -> RoundDates {
    let (opens, closes) = (identity.calendar.datetime(round.opens_at), identity.calendar.datetime(round.closes_at));
    RoundDates {
        opens_on: opens.date(),
        opens_time: Some(opens.time()),
        closes_on: closes.date(),
        closes_time: Some(closes.time()),
        review_due_on: round.review_due_on,
        announce_on: round.announce_on,
        offer_days: round.offer_days,
        earliest_start_on: round.earliest_start_on,
        latest_last_on: add_days(round.latest_end_on, -1),
    }
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
    if reason.trim().is_empty() {
        return Err(Error::field("reason", Code::Required));
    }
    store::call::step(cx.tx, id, row.state, CallState::Archived, None)?;
    let states = |state: CallState| serde_json::json!({ "state": state });
    cx.audit("call.archived", ("call", &id), &states(row.state), &states(CallState::Archived), reason.trim())
}

/// One call. Drafts are the office's.
///
/// # Errors
/// [`Error::NotFound`], also for drafts of which the actor may not know.
pub fn show(cx: &mut Cx<'_, '_>, id: CallId) -> Outcome<CallView> {
    cx.require(Act::PublicRead, &[])?;
    let (row, wrote) = store::call::find_written(cx.tx, id, cx.actor.user)?.ok_or(Error::NotFound)?;
    // A draft that was put away was never public.
    if row.published_at.is_none() && !cx.actor.may(Act::CallList, &[]) {
        return Err(Error::NotFound);
    }
    let (mut rounds, mut all, mut corrections) = (Vec::new(), Vec::new(), Vec::new());
    for (round, reviewing, corrected) in store::call::corrected_rounds(cx.tx, id)? {
        let facts = facts(&round, reviewing);
        corrections.extend(corrected.iter().map(|one| correction(round.id, one)));
        all.push(facts);
        rounds.push((round, facts.phase(row.state, cx.now)));
    }
    corrections.sort_by_key(|one| std::cmp::Reverse(one.at));
    Ok(CallView {
        phase: domain::call::phase(row.state, &all, cx.now),
        rounds,
        corrections,
        wrote,
        products: store::call::products(cx.tx, Some(id))?,
        criteria: store::call::criteria(cx.tx, id)?,
        shares: store::call::pool_shares(cx.tx, Some(id))?,
        row,
    })
}

/// What a row of the audit says about a correction.
fn correction(round: RoundId, row: &store::call::CorrectionRow) -> Correction {
    let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap_or_default();
    let (before, after) = (read(&row.before), read(&row.after));
    let mut changes = Vec::new();
    for (name, stored) in [
        ("opens_on", "opens_at"),
        ("closes_on", "closes_at"),
        ("review_due_on", "review_due_on"),
        ("announce_on", "announce_on"),
        ("offer_days", "offer_days"),
        ("earliest_start_on", "earliest_start_on"),
        ("latest_last_on", "latest_end_on"),
    ] {
        let when = |round: &serde_json::Value| {
            let value = round.get(stored)?;
            let Some(text) = value.as_str() else { return value.as_i64().map(When::Days) };
            let day = || text.parse::<Date>().ok();
            match stored {
                "opens_at" | "closes_at" => text.parse().ok().map(When::At),
                // The round keeps the day after its last.
                "latest_end_on" => day().map(|day| When::On(add_days(day, -1))),
                _ => day().map(When::On),
            }
        };
        if let (Some(old), Some(new)) = (when(&before), when(&after))
            && old != new
        {
            changes.push((name, old, new));
        }
    }
    Correction { round, at: row.at, reason: row.reason.clone(), changes }
}

/// Products, each with whether a call has it, and pools.
pub type Choices = (Vec<(ProductRow, bool)>, Vec<PoolShare>);

/// The products and pools of which a new call can be made.
///
/// # Errors
/// Database errors and lacking permission.
pub fn choices(cx: &mut Cx<'_, '_>) -> Outcome<Choices> {
    cx.require(Act::CallDraft, &[])?;
    Ok((store::call::products(cx.tx, None)?, store::call::pool_shares(cx.tx, None)?))
}

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

fn facts(round: &RoundRow, reviewing: bool) -> RoundFacts {
    RoundFacts { opens_at: round.opens_at, closes_at: round.closes_at, reviewing, decided_at: round.decided_at }
}

/// Reminds people of unfinished proposals and reviews that are due within
/// [`domain::call::REMINDER_DAYS`] days, each once per deadline: for the clock. Answers how many.
///
/// # Errors
/// Database errors only.
pub fn clock_tasks(cx: &mut Cx<'_, '_>) -> Outcome<u64> {
    Ok(crate::proposal::remind(cx)?.saturating_add(crate::review::remind(cx)?))
}

/// The instants at which a round opens and closes.
fn instants(cx: &mut Cx<'_, '_>, dates: &RoundDates) -> Outcome<(Timestamp, Timestamp)> {
    let deadline = match dates.closes_time {
        Some(time) => time,
        None => cx.policy()?.deadline_time(),
    };
    let calendar = &cx.identity.calendar;
    let opens = calendar.instant(dates.opens_on, dates.opens_time.unwrap_or_else(Time::midnight));
    Ok((opens, calendar.instant(dates.closes_on, deadline)))
}

/// Checks a call and answers when each round opens and closes.
fn checked(cx: &mut Cx<'_, '_>, input: &CallInput) -> Outcome<Vec<(Timestamp, Timestamp)>> {
    let mut faults = Vec::new();
    for (text, max, field) in [
        (&input.title_ko, TITLE_MAX, "title_ko"),
        (&input.title_en, TITLE_MAX, "title_en"),
        (&input.body_ko, BODY_MAX, "body_ko"),
        (&input.body_en, BODY_MAX, "body_en"),
        (&input.contact, 500, "contact"),
    ] {
        too_long(text, max, field, &mut faults);
    }
    if input.title_ko.trim().is_empty() {
        faults.push(Reason::new(Code::Required).at("title_ko"));
    }
    let known = store::center::products(cx.tx)?;
    if input.products.iter().any(|id| known.iter().all(|product| product.id != *id)) {
        faults.push(Reason::new(Code::NotAChoice).at("products"));
    }
    check_criteria(&input.criteria, &mut faults);
    if input.rounds.len() > ROUNDS_MAX {
        faults.push(too_many(ROUNDS_MAX).at("rounds"));
        return Err(Error::Invalid(faults));
    }
    let ladders = store::capacity::ladders(cx.tx)?;
    let mut out = Vec::new();
    for (n, round) in input.rounds.iter().enumerate() {
        let at = format!("rounds.{n}.");
        if round.name_ko.trim().is_empty() {
            faults.push(Reason::new(Code::Required).at(format!("{at}name_ko")));
        }
        too_long(&round.name_ko, TITLE_MAX, &format!("{at}name_ko"), &mut faults);
        too_long(&round.name_en, TITLE_MAX, &format!("{at}name_en"), &mut faults);
        let instants = instants(cx, &round.dates)?;
        check_dates(round.kind, &round.dates, instants, &at, &mut faults);
        out.push(instants);
        let window = Term::new(round.dates.earliest_start_on, add_days(round.dates.latest_last_on, 1));
        for (pool, amount) in &round.envelope {
            let field = format!("{at}envelope.{pool}");
            let Some(ladder) = ladders.get(pool) else {
                faults.push(Reason::new(Code::NotAChoice).at(field));
                continue;
            };
            let most = window.map_or(i64::MAX, |window| ladder.allocatable.max_within(window));
            if amount.0 < 1 {
                faults.push(Reason::new(Code::TooSmall).with("min", 1).at(field));
            } else if amount.0 > most {
                faults.push(Reason::new(Code::TooLarge).with("max", most).at(field));
            }
        }
    }
    if faults.is_empty() { Ok(out) } else { Err(Error::Invalid(faults)) }
}

fn check_criteria(criteria: &[CriterionInput], faults: &mut Vec<FieldError>) {
    if criteria.len() > CRITERIA_MAX {
        faults.push(too_many(CRITERIA_MAX).at("criteria"));
    }
    for (n, one) in criteria.iter().enumerate() {
        let field = format!("criteria.{n}.name_ko");
        if one.name_ko.trim().is_empty() {
            faults.push(Reason::new(Code::Required).at(field.clone()));
        }
        too_long(&one.name_ko, TITLE_MAX, &field, faults);
        too_long(&one.name_en, TITLE_MAX, &format!("criteria.{n}.name_en"), faults);
    }
    // A draft may lack criteria; those it has add up.
    if !criteria.is_empty() {
        faults.extend(domain::call::check_points(&criteria.iter().map(|one| one.max_points).collect::<Vec<_>>()));
    }
}

/// The dates of a round are in order. `at` is what comes before the field's name.
fn check_dates(
    kind: RoundKind,
    dates: &RoundDates,
    (opens_at, closes_at): (Timestamp, Timestamp),
    at: &str,
    faults: &mut Vec<FieldError>,
) {
    let not_before = |day: Date| Reason::new(Code::NotBefore).with("day", day);
    if closes_at <= opens_at {
        faults.push(Reason::new(Code::EndBeforeStart).at(format!("{at}closes_on")));
    }
    // Rolling rounds review and announce as proposals come in.
    let (review_from, start_from) = match kind {
        RoundKind::Regular => (dates.closes_on, dates.announce_on),
        RoundKind::Rolling => (dates.opens_on, dates.opens_on),
    };
    if dates.review_due_on < review_from {
        faults.push(not_before(review_from).at(format!("{at}review_due_on")));
    }
    if dates.announce_on < dates.review_due_on {
        faults.push(not_before(dates.review_due_on).at(format!("{at}announce_on")));
    }
    if dates.earliest_start_on < start_from {
        faults.push(not_before(start_from).at(format!("{at}earliest_start_on")));
    }
    if dates.latest_last_on < dates.earliest_start_on {
        faults.push(Reason::new(Code::EndBeforeStart).at(format!("{at}latest_last_on")));
    }
    if dates.offer_days < 1 {
        faults.push(Reason::new(Code::TooSmall).with("min", 1).at(format!("{at}offer_days")));
    } else if dates.offer_days > 90 {
        faults.push(Reason::new(Code::TooLarge).with("max", 90).at(format!("{at}offer_days")));
    }
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

fn too_many(max: usize) -> Reason {
    Reason::new(Code::TooLarge).with("max", i64::try_from(max).unwrap_or(i64::MAX))
}

/// Notes a text of more than `max` characters.
pub(crate) fn too_long(text: &str, max: usize, field: &str, faults: &mut Vec<FieldError>) {
    if text.chars().count() > max {
        faults.push(Reason::new(Code::TooLong).with("max", i64::try_from(max).unwrap_or(i64::MAX)).at(field));
    }
}
