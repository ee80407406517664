//! What is wrong with what the office says of a call.

use domain::call::RoundKind;
use domain::term::{Term, add_days};
use domain::{Code, FieldError, Reason};
use jiff::Timestamp;
use jiff::civil::{Date, Time};

use super::input::{BODY_MAX, CRITERIA_MAX, CallInput, CriterionInput, ROUNDS_MAX, RoundDates, TITLE_MAX};
use crate::{Cx, Error, Outcome};

/// The instants at which a round opens and closes.
pub(super) fn instants(cx: &mut Cx<'_, '_>, dates: &RoundDates) -> Outcome<(Timestamp, Timestamp)> {
    let deadline = match dates.closes_time {
        Some(time) => time,
        None => cx.policy()?.deadline_time(),
    };
    let calendar = &cx.identity.calendar;
    let opens = calendar.instant(dates.opens_on, dates.opens_time.unwrap_or_else(Time::midnight));
    Ok((opens, calendar.instant(dates.closes_on, deadline)))
}

/// Checks a call and answers when each round opens and closes.
pub(super) fn checked(cx: &mut Cx<'_, '_>, input: &CallInput) -> Outcome<Vec<(Timestamp, Timestamp)>> {
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
    if domain::text::is_blank(&input.title_ko) {
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
        if domain::text::is_blank(&round.name_ko) {
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
        if domain::text::is_blank(&one.name_ko) {
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
pub(super) fn check_dates(
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

fn too_many(max: usize) -> Reason {
    Reason::new(Code::TooLarge).with("max", i64::try_from(max).unwrap_or(i64::MAX))
}

/// Notes a text of more than `max` characters.
pub(crate) fn too_long(text: &str, max: usize, field: &str, faults: &mut Vec<FieldError>) {
    if text.chars().count() > max {
        faults.push(Reason::new(Code::TooLong).with("max", i64::try_from(max).unwrap_or(i64::MAX)).at(field));
    }
}
