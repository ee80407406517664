//! The dates of a published round, and their corrections.

use domain::access::Act;
use domain::call::{CallState, Phase};
use domain::ids::RoundId;
use domain::term::add_days;
use domain::{Code, FieldError, Reason};
use jiff::Timestamp;
use jiff::civil::Date;
use store::call::{CallRow, RoundRow};

use super::check::{check_dates, instants, too_long};
use super::input::RoundDates;
use crate::{Cx, Error, Outcome};

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
    let (opens_at, closes_at) = instants(cx, dates)?;
    let mut faults = faults(cx, &row, dates)?;
    let reason = reason.trim();
    if domain::text::is_blank(reason) {
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

/// What is wrong with the dates of a published round: for a form of which not all could be read.
///
/// # Errors
/// [`Error::NotFound`], and lacking permission.
pub fn dates_faults(cx: &mut Cx<'_, '_>, id: RoundId, dates: &RoundDates) -> Outcome<Vec<FieldError>> {
    let (_, row) = round(cx, id)?;
    faults(cx, &row, dates)
}

fn faults(cx: &mut Cx<'_, '_>, row: &RoundRow, dates: &RoundDates) -> Outcome<Vec<FieldError>> {
    let mut faults = Vec::new();
    let (opens_at, closes_at) = instants(cx, dates)?;
    check_dates(row.kind, dates, (opens_at, closes_at), "", &mut faults);
    if closes_at != row.closes_at && closes_at <= cx.now {
        faults.push(Reason::new(Code::InThePast).at("closes_on"));
    }
    Ok(faults)
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

/// What a row of the audit says about a correction.
pub(super) fn correction(round: RoundId, row: &store::call::CorrectionRow) -> Correction {
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
