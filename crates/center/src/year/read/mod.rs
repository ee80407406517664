//! Reading a year's files into steps in the order of their dates.

mod calls;
mod capacity;
mod events;
mod people;
mod proposals;
mod reviews;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use service::capacity::NewCapacity;
use service::load::SignIn;
use service::password::Hashed;
use service::user::NewUser;
use sha2::{Digest as _, Sha256};

use super::step::{Act, Step};
use super::table::{self, Fault, Line, Place};
pub(super) use calls::Call;
use people::ORGANIZATION_COLUMNS;
pub(super) use people::{Organization, Person};
pub(super) use proposals::Proposal;
pub(super) use reviews::Review;

/// The texts of a year's files.
#[derive(Clone, Copy, Debug)]
pub struct Files<'a> {
    /// `people.csv`.
    pub people: &'a str,
    /// `organizations.csv`.
    pub organizations: &'a str,
    /// `capacity.csv`.
    pub capacity: &'a str,
    /// `calls.toml`.
    pub calls: &'a str,
    /// `proposals.csv`.
    pub proposals: &'a str,
    /// `requests.csv`.
    pub requests: &'a str,
    /// `reviews.csv`.
    pub reviews: &'a str,
    /// `events.csv`.
    pub events: &'a str,
    /// `sign-ins.csv`.
    pub sign_ins: &'a str,
}

impl<'a> Files<'a> {
    /// The texts of [`FILES`], in that order.
    #[must_use]
    pub const fn of(texts: [&'a str; FILES.len()]) -> Self {
        let [people, organizations, capacity, calls, proposals, requests, reviews, events, sign_ins] = texts;
        Self { people, organizations, capacity, calls, proposals, requests, reviews, events, sign_ins }
    }
}

/// A year's inputs, read.
#[derive(Clone, Debug)]
pub struct Year {
    /// A mark of the files' content.
    pub mark: String,
    /// The accounts that a demo shows, one for each role.
    pub sign_ins: Vec<SignIn>,
    pub(super) zone: TimeZone,
    pub(super) people: Vec<Person>,
    pub(super) organizations: Vec<Organization>,
    pub(super) capacity: Vec<NewCapacity>,
    pub(super) calls: Vec<Call>,
    pub(super) proposals: Vec<Proposal>,
    pub(super) reviews: Vec<Review>,
    pub(super) steps: Vec<Step>,
}

const PEOPLE: &str = "people.csv";
const ORGANIZATIONS: &str = "organizations.csv";
const CAPACITY: &str = "capacity.csv";
const CALLS: &str = "calls.toml";
const PROPOSALS: &str = "proposals.csv";
const REQUESTS: &str = "requests.csv";
const REVIEWS: &str = "reviews.csv";
const EVENTS: &str = "events.csv";
const SIGN_INS: &str = "sign-ins.csv";
/// The names of a year's files.
pub const FILES: [&str; 9] = [PEOPLE, ORGANIZATIONS, CAPACITY, CALLS, PROPOSALS, REQUESTS, REVIEWS, EVENTS, SIGN_INS];
/// Files in the order in which what they say of the same instant is done.
const ORDER: [&str; 8] = [PEOPLE, ORGANIZATIONS, CAPACITY, CALLS, PROPOSALS, REVIEWS, EVENTS, SIGN_INS];

type Known = BTreeMap<String, usize>;

struct Reader<'z> {
    zone: &'z TimeZone,
    people: Known,
    organizations: Known,
    proposals: Known,
    rounds: std::collections::BTreeSet<String>,
    steps: Vec<Step>,
}

impl Year {
    /// The first instant at which anything happens.
    #[must_use]
    pub fn begins_at(&self) -> Option<Timestamp> {
        self.steps.first().map(|step| step.at)
    }

    /// The accounts of the center's own people that a demo shows: for one without the year.
    #[must_use]
    pub fn staff(&self, password: &Hashed) -> Vec<(SignIn, NewUser)> {
        let known = |sign_in: &SignIn| self.people.iter().find(|person| person.email == sign_in.email);
        self.sign_ins
            .iter()
            .filter_map(|sign_in| Some((sign_in.clone(), known(sign_in)?)))
            .filter(|(_, person)| !person.roles.is_empty())
            .map(|(sign_in, person)| (sign_in, person.account(Some(password))))
            .collect()
    }

    /// Reads a year's files. `zone` is the center's time zone, in which their times are written.
    ///
    /// # Errors
    /// The first thing that is wrong, with file, line and field.
    pub fn read(files: &Files<'_>, zone: &TimeZone) -> Result<Self, Fault> {
        let mut reader = Reader {
            zone,
            people: Known::new(),
            organizations: Known::new(),
            proposals: Known::new(),
            rounds: std::collections::BTreeSet::new(),
            steps: Vec::new(),
        };
        // Names first: people and organizations name each other.
        let people = table::read(
            PEOPLE,
            files.people,
            &["person", "name", "email", "phone", "language", "organization", "roles", "created_at"],
        )?;
        let organizations = table::read(ORGANIZATIONS, files.organizations, ORGANIZATION_COLUMNS)?;
        reader.people = names(&people, "person")?;
        reader.organizations = names(&organizations, "organization")?;
        let sign_ins = reader.sign_ins(files.sign_ins)?;
        let organizations = reader.organizations(&organizations)?;
        let people = reader.people(&people, &organizations.1)?;
        let capacity = reader.capacity(files.capacity)?;
        let calls = reader.calls(files.calls)?;
        let proposals = reader.proposals(files.proposals, files.requests)?;
        let reviews = reader.reviews(files.reviews)?;
        reader.events(files.events)?;
        let rank = |place: &Place| ORDER.iter().position(|file| *file == place.file);
        reader.steps.sort_by_key(|step| (step.at, rank(&step.place), step.place.line));
        let sign_ins = sign_ins
            .into_iter()
            .map(|(shown_as, person)| SignIn { shown_as, email: people[person].email.clone() })
            .collect();
        Ok(Self {
            mark: mark(files),
            sign_ins,
            zone: zone.clone(),
            people,
            organizations: organizations.0,
            capacity,
            calls,
            proposals,
            reviews,
            steps: reader.steps,
        })
    }
}

fn mark(files: &Files<'_>) -> String {
    let Files { people, organizations, capacity, calls, proposals, requests, reviews, events, sign_ins } = files;
    let mut hasher = Sha256::new();
    for text in [people, organizations, capacity, calls, proposals, requests, reviews, events, sign_ins] {
        hasher.update(text.len().to_le_bytes());
        hasher.update(text.as_bytes());
    }
    domain::ledger::hex(&hasher.finalize())
}

/// The lines of a table by the name in its first field, each once.
fn names(lines: &[Line], field: &str) -> Result<Known, Fault> {
    let mut known = Known::new();
    for (n, line) in lines.iter().enumerate() {
        if known.insert(line.needed(field)?.to_owned(), n).is_some() {
            return Err(line.place.fault(field, format!("\"{}\" stands there twice", line.text(field))));
        }
    }
    Ok(known)
}

fn named(known: &Known, line: &Line, field: &str) -> Result<usize, Fault> {
    let name = line.needed(field)?;
    known.get(name).copied().ok_or_else(|| unknown(line.place, field, name))
}

fn unknown(place: Place, field: &str, name: &str) -> Fault {
    place.fault(field, format!("nothing else is said of \"{name}\""))
}

impl Reader<'_> {
    fn step(&mut self, at: Timestamp, by: Option<usize>, place: Place, act: Act) {
        self.steps.push(Step { at, by, place, act });
    }
}
