//! Running a year's steps by date, with the center's own clockwork in between.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, anyhow, ensure};
use domain::Reason;
use jiff::Timestamp;
use jiff::civil::time;
use service::clock::ManualClock;
use service::password::Hashed;
use service::{Actor, Center, Error, Outcome, load as memory};
use texts::{Pools, Texts};
use worker::Task;

use super::act::{self, Doing, Names};
use super::read::Year;
use super::step::{Act, Step};
use super::table::{Fault, Place};

/// What a load did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Steps that were done now.
    pub steps: usize,
    /// Steps that were passed over, because people have used the center meanwhile and things stand
    /// otherwise than the inputs left them.
    pub refused: Vec<Refused>,
}

/// A step that was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(pub Fault);

const MARK: &str = "mark";
/// How many steps are done, and the second until which the clock ran: `1521 1619827200`.
const PROGRESS: &str = "progress";

/// Runs the inputs of a year up to and including `until`, each at its instant, and lets the worker
/// run as it would have: whenever work is queued, and on every day. A load that ended early, by
/// will or by being killed, goes on where it was: the same as if loaded at once.
///
/// `clock` is the center's own clock; it is left at `until`. All accounts get `password`, if one is
/// given. Refusals are told in the words of `t`.
///
/// # Errors
/// The first step that is refused, with file, line and field; but once people have used the portal,
/// such steps are passed over. Other inputs than those that were begun with are refused.
pub fn load(
    center: &Center,
    clock: &ManualClock,
    year: &Year,
    until: Timestamp,
    password: Option<&Hashed>,
    t: Texts,
) -> Result<Loaded> {
    let operator = Actor::operator();
    let (names, touched) = center
        .read(&operator, |cx| Ok((memory::remembered(cx)?, memory::touched_by_hand(cx)?)))
        .context("what was loaded before cannot be read")?;
    if let Some(mark) = names.get(MARK) {
        ensure!(*mark == year.mark, "the data were loaded from other inputs than these");
    }
    let (done, reached) = progress(&names).map_or((0, None), |(done, at)| (done, Some(at)));
    let steps = year.steps.get(done..).unwrap_or_default();
    let begin = steps.first().map_or(until, |step| step.at);
    let reached = reached.unwrap_or(begin);
    // The engines are brought in line with the last day, not with every day before it: whatever
    // they missed, they catch up (design.md §5).
    let tasks = worker::tasks(None, std::sync::Arc::new(service::engine::Fake::default()), None)
        .into_iter()
        .filter(|task| task.name != "engine.sync")
        .collect();
    let mut run = Run { center, clock, year, names, tasks, password, here: reached };
    let mut loaded = Loaded::default();
    clock.set(reached);
    for (n, step) in (done..).zip(steps) {
        if step.at > until {
            break;
        }
        if step.at > run.here {
            run.go_to(step.at)?;
        }
        match run.step(n, step) {
            Ok(()) => loaded.steps += 1,
            Err(error) if touched && !matches!(error, Error::Unavailable(_)) => {
                loaded.refused.push(Refused(fault(year, step, &error, t)));
                run.note(n, step.at)?;
            }
            Err(error) => return Err(fault(year, step, &error, t).into()),
        }
    }
    if until > run.here {
        run.go_to(until)?;
        let done = done + loaded.steps + loaded.refused.len();
        center.write(&operator, |cx| keep_progress(cx, done, until)).map_err(plain)?;
    }
    Ok(loaded)
}

/// The mark of the inputs that a database was begun with, to be compared with [`Year::mark`]: `None`
/// if none was begun there.
///
/// # Errors
/// If the database cannot be read.
pub fn begun_with(center: &Center) -> Result<Option<String>> {
    let names = center.read(&Actor::operator(), memory::remembered).map_err(plain)?;
    Ok(names.get(MARK).cloned())
}

/// How far a load came: `None` if none was begun in this database.
///
/// # Errors
/// If the database cannot be read.
pub fn reached(center: &Center) -> Result<Option<Timestamp>> {
    let names = center.read(&Actor::operator(), memory::remembered).map_err(plain)?;
    Ok(progress(&names).map(|(_, at)| at))
}

struct Run<'a> {
    center: &'a Center,
    clock: &'a ManualClock,
    year: &'a Year,
    names: Names,
    tasks: Vec<Task>,
    password: Option<&'a Hashed>,
    here: Timestamp,
}

fn plain(error: Error) -> anyhow::Error {
    anyhow!("{error}")
}

/// A refusal as a fault of the line that asked for it.
fn fault(year: &Year, step: &Step, error: &Error, t: Texts) -> Fault {
    let pools = Pools::default();
    let words = |reasons: &[Reason]| {
        reasons.iter().map(|reason| t.reason(reason, &pools)).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()
    };
    let (mut place, mut field) = (step.place, String::new());
    let what = match error {
        Error::Invalid(faults) => {
            field = faults.first().map(|one| one.field.clone()).unwrap_or_default();
            let same: Vec<Reason> =
                faults.iter().filter(|one| one.field == field).map(|one| one.reason.clone()).collect();
            // What a proposal asks for stands in a file of its own.
            if let Some((at, name)) = asked(year, step, &field) {
                (place, field) = (at, name);
            }
            words(&same).join(" ")
        }
        Error::Conflict(_) | Error::OverCapacity(_) | Error::Forbidden(_) => words(&error.reasons()).join(" "),
        _ => error.to_string(),
    };
    place.fault(&field, what)
}

/// Where `lines.N.name` of a submitted proposal stands, and its column.
fn asked(year: &Year, step: &Step, field: &str) -> Option<(Place, String)> {
    let Act::Submit(n) = step.act else { return None };
    let (line, name) = field.strip_prefix("lines.")?.split_once('.')?;
    let place = year.proposals.get(n)?.lines_at.get(line.parse::<usize>().ok()?)?;
    Some((*place, name.to_owned()))
}

impl Run<'_> {
    /// Does one step and notes that it is done, all in one transaction.
    fn step(&mut self, n: usize, step: &Step) -> Outcome<()> {
        let actor = act::actor(self.year, &self.names, step.by);
        let (year, names, password) = (self.year, &self.names, self.password);
        let made = self.center.write(&actor, |cx| {
            let mut doing = Doing { year, names, cx, password, made: Vec::new() };
            doing.run(step)?;
            let made = doing.keep()?;
            step_done(cx, year, n, step.at)?;
            Ok(made)
        })?;
        self.names.extend(made);
        Ok(())
    }

    fn note(&self, n: usize, at: Timestamp) -> Result<()> {
        self.center.write(&Actor::operator(), |cx| step_done(cx, self.year, n, at)).map_err(plain)
    }

    /// Lets time pass until `to`: queued work is done at once, and every day begins.
    fn go_to(&mut self, to: Timestamp) -> Result<()> {
        let queued = self.center.read(&Actor::clock(), |cx| Ok(!service::work::due(cx, 1)?.is_empty()));
        if queued.map_err(plain)? {
            self.turn()?;
        }
        let mut day = self.year.zone.to_datetime(self.here).date();
        loop {
            day = domain::term::add_days(day, 1);
            let morning = self.year.zone.to_ambiguous_timestamp(day.to_datetime(time(0, 5, 0, 0))).compatible()?;
            if morning > to {
                break;
            }
            self.clock.set(morning);
            self.turn()?;
        }
        self.clock.set(to);
        self.here = to;
        Ok(())
    }

    /// One round of the worker.
    fn turn(&mut self) -> Result<()> {
        let outcome = worker::round(self.center, &mut self.tasks);
        let day = self.year.zone.to_datetime(self.center.now());
        outcome.map(drop).map_err(|error| anyhow!("the work of {day}: {error}"))
    }
}

fn step_done(cx: &mut service::Cx<'_, '_>, year: &Year, n: usize, at: Timestamp) -> Outcome<()> {
    if n == 0 {
        memory::remember(cx, MARK, &year.mark)?;
    }
    keep_progress(cx, n.saturating_add(1), at)
}

fn keep_progress(cx: &mut service::Cx<'_, '_>, done: usize, at: Timestamp) -> Outcome<()> {
    memory::remember(cx, PROGRESS, &format!("{done} {}", at.as_second()))
}

fn progress(names: &Names) -> Option<(usize, Timestamp)> {
    let (done, at) = names.get(PROGRESS)?.split_once(' ')?;
    Some((done.parse().ok()?, Timestamp::from_second(at.parse().ok()?).ok()?))
}
