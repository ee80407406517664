//! Fitting a request into what is free.

use std::collections::BTreeMap;

use domain::ids::PoolId;
use domain::reason::{Code, Reason};
use domain::steps::Steps;
use domain::term::Term;
use jiff::civil::Date;

use crate::input::Line;
use crate::output::Given;

/// What can still be given, pool by pool.
pub(crate) type Room = BTreeMap<PoolId, Steps>;

/// Fits all lines of a request or none. What is given is taken out of `room`.
pub(crate) fn fit(lines: &[Line], room: &mut Room, not_before: Option<Date>) -> Result<Vec<Given>, Vec<Reason>> {
    let mut given: Vec<Given> = Vec::with_capacity(lines.len());
    for line in lines {
        match fit_line(line, room.get(&line.pool), not_before) {
            Ok(one) => {
                take(room, &one, 1);
                given.push(one);
            }
            Err(reason) => {
                given.iter().for_each(|one| take(room, one, -1));
                return Err(vec![reason]);
            }
        }
    }
    Ok(given)
}

/// Takes what is given out of the room (`1`) or puts it back (`-1`).
pub(crate) fn take(room: &mut Room, given: &Given, sign: i64) {
    if let Some(steps) = room.get_mut(&given.pool) {
        steps.add(given.term, -given.amount * sign);
    }
}

/// The most of the line that fits, at the earliest start at which that much fits.
fn fit_line(line: &Line, room: Option<&Steps>, not_before: Option<Date>) -> Result<Given, Reason> {
    let earliest = not_before.map_or(line.earliest, |day| line.earliest.max(day));
    let term_at = |start: Date| Term::months(start, line.months).ok().filter(|term| term.to() <= line.latest_end);
    let no_term = || Reason::new(Code::NoTermLeft).with("from", earliest).with("last", line.latest_end);
    let first = term_at(earliest).ok_or_else(no_term)?;
    let grain = line.grain.max(1);
    let wanted = line.amount / grain * grain;
    let least = (line.min_amount.max(1) + grain - 1) / grain * grain;
    let empty = Steps::new();
    let room = room.unwrap_or(&empty);

    // The earliest start at which an amount fits is the first day allowed or one on which the room
    // grows: had it fit a day earlier but for that day alone, that day had less room.
    let grows = room.changes().filter(|&(day, delta)| delta > 0 && day > earliest).map(|(day, _)| day);
    let mut best: Option<(i64, Term)> = None;
    for term in std::iter::once(first).chain(grows.map_while(term_at)) {
        let amount = wanted.min(room.min_within(term).max(0) / grain * grain);
        if amount >= least && best.is_none_or(|(most, _)| amount > most) {
            best = Some((amount, term));
        }
        if amount == wanted {
            break;
        }
    }
    let (amount, term) = best.ok_or_else(|| full(line, room, first, least))?;
    Ok(Given { product: line.product.clone(), pool: line.pool.clone(), amount, term })
}

/// Names the days on which a pool is shortest of the least that would help.
fn full(line: &Line, room: &Steps, term: Term, least: i64) -> Reason {
    let shortest = room.within(term).into_iter().min_by_key(|&(_, amount)| amount);
    let (days, amount) = shortest.unwrap_or((term, 0));
    Reason::new(Code::PoolFull)
        .with("pool", line.pool.as_str())
        .with("from", days.from())
        .with("last", days.last_day())
        .with("short", least.saturating_sub(amount.max(0)))
}
