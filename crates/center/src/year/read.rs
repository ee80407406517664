//! Reading a year's files into steps in the order of their dates.

use std::collections::BTreeMap;
use std::str::FromStr;

use domain::access::Role;
use domain::adjustment::AdjustmentKind;
use domain::call::{RoundKind, Track};
use domain::capacity::Rung;
use domain::ids::PoolId;
use domain::organization::BusinessNumber;
use domain::proposal::DraftLine;
use domain::term::{Term, add_days};
use domain::units::Amount;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use service::call::{CallInput, CriterionInput, RoundDates, RoundInput};
use service::capacity::NewCapacity;
use service::load::SignIn;
use service::organization::OrganizationInput;
use service::password::Hashed;
use service::proposal::ProposalChange;
use service::user::NewUser;
use sha2::{Digest as _, Sha256};
use texts::Lang;
use toml::Spanned;

use super::step::{Act, ProposalAct, RoundAct, Step};
use super::table::{self, Fault, Line, Place};

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

/// A year's inputs, read.
#[derive(Clone, Debug)]
pub struct Year {
    /// A mark of the files' content.
    pub mark: String,
    /// Who can sign in to a demo.
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

#[derive(Clone, Debug)]
pub(super) struct Person {
    pub key: String,
    pub name: String,
    pub email: String,
    pub phone: String,
    pub language: Lang,
    pub organization: Option<usize>,
    pub roles: Vec<Role>,
    pub signs_in: bool,
}

impl Person {
    /// The person's account; only those who sign in to a demo have a password.
    pub fn account(&self, password: Option<&Hashed>) -> NewUser {
        NewUser {
            email: self.email.clone(),
            name: self.name.clone(),
            phone: self.phone.clone(),
            language: self.language,
            roles: self.roles.iter().copied().collect(),
            password: password.filter(|_| self.signs_in).cloned(),
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Organization {
    pub key: String,
    pub input: OrganizationInput,
}

#[derive(Clone, Debug)]
pub(super) struct Call {
    pub key: String,
    /// The names of its rounds, in order.
    pub rounds: Vec<String>,
    pub input: CallInput,
}

#[derive(Clone, Debug)]
pub(super) struct Proposal {
    pub key: String,
    pub round: String,
    pub change: ProposalChange,
}

#[derive(Clone, Debug)]
pub(super) struct Review {
    pub proposal: usize,
    pub reviewer: usize,
    pub conflict: String,
    pub points: Vec<Option<i64>>,
    pub comment_applicant: String,
    pub comment_committee: String,
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

    /// The accounts of the center's own people who can sign in: for a demo without the year.
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
        let (sign_ins, who) = reader.sign_ins(files.sign_ins)?;
        let organizations = reader.organizations(&organizations)?;
        let people = reader.people(&people, &who, &organizations.1)?;
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

const ORGANIZATION_COLUMNS: &[&str] = &[
    "organization",
    "name_ko",
    "name_en",
    "business_number",
    "kind",
    "size",
    "sector",
    "region",
    "district",
    "region_basis",
    "region_as_of",
    "opened_on",
    "youth_founded",
    "registered_at",
    "registered_by",
    "verified_at",
    "verified_by",
];

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

    #[allow(clippy::type_complexity, reason = "two lists that are made in one reading")]
    fn sign_ins(&mut self, text: &str) -> Result<(Vec<(String, usize)>, Vec<usize>), Fault> {
        let mut all = Vec::new();
        for line in table::read(SIGN_INS, text, &["shown_as", "person"])? {
            all.push((line.needed("shown_as")?.to_owned(), named(&self.people, &line, "person")?));
        }
        let who = all.iter().map(|(_, person)| *person).collect();
        Ok((all, who))
    }

    /// The organizations, and who registers each.
    fn organizations(&mut self, lines: &[Line]) -> Result<(Vec<Organization>, Vec<usize>), Fault> {
        let (mut all, mut founders) = (Vec::new(), Vec::new());
        for (n, line) in lines.iter().enumerate() {
            let founder = named(&self.people, line, "registered_by")?;
            let registered = line.instant("registered_at", self.zone)?;
            self.step(registered, Some(founder), line.place, Act::Register(n));
            if let Some(at) = line.perhaps_instant("verified_at", self.zone)? {
                if at <= registered {
                    return Err(line.place.fault("verified_at", "is not after registered_at"));
                }
                let by = named(&self.people, line, "verified_by")?;
                self.step(at, Some(by), line.place, Act::Verify(n));
            }
            founders.push(founder);
            all.push(Organization {
                key: line.needed("organization")?.to_owned(),
                input: OrganizationInput {
                    name_ko: line.needed("name_ko")?.to_owned(),
                    name_en: line.needed("name_en")?.to_owned(),
                    business_number: line.value::<BusinessNumber>("business_number")?.to_string(),
                    kind: line.value("kind")?,
                    size: line.value("size")?,
                    sector: line.value("sector")?,
                    region: line.value("region")?,
                    district: line.text("district").to_owned(),
                    region_basis: line.value("region_basis")?,
                    region_as_of: Some(line.value("region_as_of")?),
                    opened_on: line.perhaps_date("opened_on")?,
                    youth_founded: line.truth("youth_founded")?,
                },
            });
        }
        Ok((all, founders))
    }

    fn people(&mut self, lines: &[Line], signing_in: &[usize], founders: &[usize]) -> Result<Vec<Person>, Fault> {
        let mut all = Vec::new();
        let mut admits = Vec::new();
        for (n, line) in lines.iter().enumerate() {
            let mut roles = Vec::new();
            for role in line.text("roles").split_whitespace() {
                roles.push(Role::from_str(role).map_err(|error| line.place.fault("roles", error))?);
            }
            let organization = match line.text("organization") {
                "" => None,
                _ => Some(named(&self.organizations, line, "organization")?),
            };
            let at = line.instant("created_at", self.zone)?;
            // The first account is the operator's to make, all others the system administrator's.
            let admin = all.iter().position(|other: &Person| other.roles.contains(&Role::Sysadmin));
            self.step(at, admin, line.place, Act::Person(n));
            if let Some(organization) = organization
                && let Some(&founder) = founders.get(organization)
                && founder != n
            {
                admits.push((at, founder, line.place, n));
            }
            all.push(Person {
                key: line.needed("person")?.to_owned(),
                name: line.needed("name")?.to_owned(),
                email: line.needed("email")?.to_owned(),
                phone: line.text("phone").to_owned(),
                language: line.value("language")?,
                organization,
                roles,
                signs_in: signing_in.contains(&n),
            });
        }
        for (at, founder, place, n) in admits {
            // Right after the account: the same instant, the next steps.
            self.step(at, Some(n), place, Act::Ask(n));
            self.step(at, Some(founder), place, Act::Admit(n));
        }
        Ok(all)
    }

    fn capacity(&mut self, text: &str) -> Result<Vec<NewCapacity>, Fault> {
        let columns = &["at", "by", "pool", "rung", "delta", "from_on", "last_on", "note"];
        let mut all = Vec::new();
        for line in table::read(CAPACITY, text, columns)? {
            let (from, last): (Date, Date) = (line.value("from_on")?, line.value("last_on")?);
            let term = Term::new(from, add_days(last, 1)).map_err(|error| line.place.fault("last_on", error))?;
            let (at, by) = (line.instant("at", self.zone)?, named(&self.people, &line, "by")?);
            self.step(at, Some(by), line.place, Act::Capacity(all.len()));
            all.push(NewCapacity {
                pool: line.value::<PoolId>("pool")?,
                rung: line.value::<Rung>("rung")?,
                delta: Amount(line.value("delta")?),
                term,
                note: line.needed("note")?.to_owned(),
            });
        }
        Ok(all)
    }

    fn calls(&mut self, text: &str) -> Result<Vec<Call>, Fault> {
        let line_of = |at: usize| {
            let before = text.get(..at).unwrap_or(text);
            Place { file: CALLS, line: u64::try_from(before.matches('\n').count()).unwrap_or(0).saturating_add(1) }
        };
        let file: CallsFile = toml::from_str(text).map_err(|error| {
            let place = line_of(error.span().map_or(0, |span| span.start));
            let written = usize::try_from(place.line.saturating_sub(1)).ok().and_then(|n| text.lines().nth(n));
            let field = written.and_then(|line| line.split_once('=')).map_or("", |(field, _)| field.trim());
            place.fault(field, error.message())
        })?;
        let mut all = Vec::new();
        for call in file.call {
            let person = |people: &Known, field: &str, who: &Spanned<String>| {
                let place = line_of(who.span().start);
                people.get(who.get_ref()).copied().ok_or_else(|| unknown(place, field, who.get_ref()))
            };
            let time = |field: &str, when: &Spanned<String>| {
                table::instant(when.get_ref(), self.zone).map_err(|what| line_of(when.span().start).fault(field, what))
            };
            let by = person(&self.people, "drafted_by", &call.drafted_by)?;
            let at = time("drafted_at", &call.drafted_at)?;
            let published = match (&call.published_at, &call.published_by) {
                (Some(when), Some(who)) => {
                    Some((time("published_at", when)?, person(&self.people, "published_by", who)?, when.span().start))
                }
                _ => None,
            };
            let place = line_of(call.call.span().start);
            self.steps.push(Step { at, by: Some(by), place, act: Act::DraftCall(all.len()) });
            if let Some((at, by, start)) = published {
                let place = line_of(start);
                self.steps.push(Step { at, by: Some(by), place, act: Act::PublishCall(all.len()) });
            }
            let mut rounds = Vec::new();
            for round in &call.round {
                if !self.rounds.insert(round.round.get_ref().clone()) {
                    let place = line_of(round.round.span().start);
                    return Err(place.fault("round", format!("\"{}\" stands there twice", round.round.get_ref())));
                }
                rounds.push(round.round.get_ref().clone());
            }
            all.push(Call { key: call.call.get_ref().clone(), rounds, input: call.input() });
        }
        Ok(all)
    }

    fn proposals(&mut self, text: &str, requests: &str) -> Result<Vec<Proposal>, Fault> {
        let columns = &[
            "proposal",
            "round",
            "lead",
            "title_ko",
            "title_en",
            "summary",
            "usage_plan",
            "sector",
            "rnd_cluster",
            "started_at",
            "submitted_at",
        ];
        let lines = table::read(PROPOSALS, text, columns)?;
        self.proposals = names(&lines, "proposal")?;
        let mut all = Vec::new();
        for (n, line) in lines.iter().enumerate() {
            let lead = named(&self.people, line, "lead")?;
            let round = line.needed("round")?;
            if !self.rounds.contains(round) {
                return Err(unknown(line.place, "round", round));
            }
            let started = line.instant("started_at", self.zone)?;
            self.step(started, Some(lead), line.place, Act::Start(n));
            if let Some(at) = line.perhaps_instant("submitted_at", self.zone)? {
                if at <= started {
                    return Err(line.place.fault("submitted_at", "is not after started_at"));
                }
                self.step(at, Some(lead), line.place, Act::Submit(n));
            }
            all.push(Proposal {
                key: line.needed("proposal")?.to_owned(),
                round: round.to_owned(),
                change: ProposalChange {
                    title_ko: line.text("title_ko").to_owned(),
                    title_en: line.text("title_en").to_owned(),
                    summary: line.text("summary").to_owned(),
                    usage_plan: line.text("usage_plan").to_owned(),
                    sector: line.text("sector").to_owned(),
                    rnd_cluster: line.truth("rnd_cluster")?,
                    lines: Vec::new(),
                },
            });
        }
        let columns =
            &["proposal", "product", "pool", "amount", "min_amount", "earliest_start_on", "latest_last_on", "months"];
        for line in table::read(REQUESTS, requests, columns)? {
            let n = named(&self.proposals, &line, "proposal")?;
            all[n].change.lines.push(DraftLine {
                product: line.needed("product")?.to_owned(),
                pool: line.needed("pool")?.to_owned(),
                amount: line.value::<i64>("amount")?.to_string(),
                min_amount: line.value::<i64>("min_amount")?.to_string(),
                earliest_start_on: line.value::<Date>("earliest_start_on")?.to_string(),
                latest_last_on: line.value::<Date>("latest_last_on")?.to_string(),
                months: line.value::<i64>("months")?.to_string(),
            });
        }
        Ok(all)
    }

    fn reviews(&mut self, text: &str) -> Result<Vec<Review>, Fault> {
        let columns = &[
            "proposal",
            "reviewer",
            "assigned_at",
            "assigned_by",
            "conflict_at",
            "conflict",
            "submitted_at",
            "necessity",
            "capability",
            "resources",
            "impact",
            "comment_applicant",
            "comment_committee",
        ];
        let mut all = Vec::new();
        let mut assigned: BTreeMap<(Timestamp, usize, usize), (Place, Vec<usize>)> = BTreeMap::new();
        for line in table::read(REVIEWS, text, columns)? {
            let n = all.len();
            let proposal = named(&self.proposals, &line, "proposal")?;
            let reviewer = named(&self.people, &line, "reviewer")?;
            let at = line.instant("assigned_at", self.zone)?;
            let by = named(&self.people, &line, "assigned_by")?;
            assigned.entry((at, proposal, by)).or_insert_with(|| (line.place, Vec::new())).1.push(n);
            let conflict = line.perhaps_instant("conflict_at", self.zone)?;
            let submitted = line.perhaps_instant("submitted_at", self.zone)?;
            for (field, when) in [("conflict_at", conflict), ("submitted_at", submitted)] {
                if when.is_some_and(|when| when <= at) {
                    return Err(line.place.fault(field, "is not after assigned_at"));
                }
            }
            if let Some(when) = conflict {
                line.needed("conflict")?;
                self.step(when, Some(reviewer), line.place, Act::Conflict(n));
            }
            let mut points = Vec::new();
            if let Some(when) = submitted {
                for field in ["necessity", "capability", "resources", "impact"] {
                    points.push(Some(line.value(field)?));
                }
                line.needed("comment_applicant")?;
                self.step(when, Some(reviewer), line.place, Act::Review(n));
            }
            all.push(Review {
                proposal,
                reviewer,
                conflict: line.text("conflict").to_owned(),
                points,
                comment_applicant: line.text("comment_applicant").to_owned(),
                comment_committee: line.text("comment_committee").to_owned(),
            });
        }
        for ((at, _, by), (place, reviews)) in assigned {
            self.step(at, Some(by), place, Act::Assign(reviews));
        }
        Ok(all)
    }

    fn events(&mut self, text: &str) -> Result<(), Fault> {
        let columns = &["at", "by", "what", "on", "to", "pool", "amount", "from_on", "last_on", "note"];
        for line in table::read(EVENTS, text, columns)? {
            let (at, by) = (line.instant("at", self.zone)?, named(&self.people, &line, "by")?);
            let what = line.needed("what")?;
            let act = if let Ok(act) = what.parse::<RoundAct>() {
                let round = line.needed("on")?;
                if !self.rounds.contains(round) {
                    return Err(unknown(line.place, "on", round));
                }
                Act::Round(round.to_owned(), act, line.text("note").to_owned())
            } else {
                Act::Proposal(named(&self.proposals, &line, "on")?, self.event(&line, what)?)
            };
            self.step(at, Some(by), line.place, act);
        }
        Ok(())
    }

    fn event(&self, line: &Line, what: &str) -> Result<ProposalAct, Fault> {
        let note = || line.text("note").to_owned();
        let pool = || line.needed("pool").map(str::to_owned);
        let ask = |kind| -> Result<ProposalAct, Fault> {
            let amount = if kind == AdjustmentKind::Extend { 0 } else { line.value("amount")? };
            let (from, last) = (line.perhaps_date("from_on")?, line.perhaps_date("last_on")?);
            Ok(ProposalAct::Ask { kind, pool: pool()?, amount, from, last, note: note() })
        };
        Ok(match what {
            "eligible" => ProposalAct::Eligible,
            "return" => ProposalAct::Return(line.needed("note")?.to_owned()),
            "ineligible" => ProposalAct::Reject(line.needed("note")?.to_owned()),
            "resubmit" => ProposalAct::Resubmit(line.needed("note")?.to_owned()),
            "withdraw_proposal" => ProposalAct::Withdraw(note()),
            "accept" => ProposalAct::Accept,
            "decline" => ProposalAct::Decline(note()),
            "sign" => ProposalAct::Sign,
            "countersign" => ProposalAct::Countersign,
            "give_back" => ProposalAct::GiveBack {
                pool: pool()?,
                amount: line.perhaps("amount")?,
                from: line.value("from_on")?,
                note: note(),
            },
            "increase" => ask(AdjustmentKind::Increase)?,
            "decrease" => ask(AdjustmentKind::Decrease)?,
            "extend" => ask(AdjustmentKind::Extend)?,
            "approve_change" => ProposalAct::Decide { pool: pool()?, approve: true, note: note() },
            "reject_change" => ProposalAct::Decide { pool: pool()?, approve: false, note: note() },
            "invite" => ProposalAct::Invite { to: named(&self.people, line, "to")?, tie: line.value("note")? },
            "join" => ProposalAct::Join,
            other => return Err(line.place.fault("what", format!("\"{other}\" is nothing that happens"))),
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CallsFile {
    #[serde(default)]
    call: Vec<CallLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CallLine {
    call: Spanned<String>,
    track: Track,
    title_ko: String,
    title_en: String,
    body_ko: String,
    body_en: String,
    contact: String,
    bonus: bool,
    products: Vec<PoolId>,
    drafted_at: Spanned<String>,
    drafted_by: Spanned<String>,
    published_at: Option<Spanned<String>>,
    published_by: Option<Spanned<String>>,
    criterion: Vec<CriterionLine>,
    #[serde(default)]
    round: Vec<RoundLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CriterionLine {
    name_ko: String,
    name_en: String,
    max_points: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoundLine {
    round: Spanned<String>,
    kind: RoundKind,
    name_ko: String,
    name_en: String,
    opens_on: Date,
    closes_on: Date,
    review_due_on: Date,
    announce_on: Date,
    offer_days: i64,
    earliest_start_on: Date,
    latest_last_on: Date,
    envelope: BTreeMap<PoolId, i64>,
}

impl CallLine {
    fn input(&self) -> CallInput {
        let round = |round: &RoundLine| RoundInput {
            kind: round.kind,
            name_ko: round.name_ko.clone(),
            name_en: round.name_en.clone(),
            dates: RoundDates {
                opens_on: round.opens_on,
                opens_time: None,
                closes_on: round.closes_on,
                closes_time: None,
                review_due_on: round.review_due_on,
                announce_on: round.announce_on,
                offer_days: round.offer_days,
                earliest_start_on: round.earliest_start_on,
                latest_last_on: round.latest_last_on,
            },
            envelope: round.envelope.iter().map(|(pool, amount)| (pool.clone(), Amount(*amount))).collect(),
        };
        let criterion = |one: &CriterionLine| CriterionInput {
            name_ko: one.name_ko.clone(),
            name_en: one.name_en.clone(),
            max_points: one.max_points,
        };
        CallInput {
            title_ko: self.title_ko.clone(),
            title_en: self.title_en.clone(),
            body_ko: self.body_ko.trim().to_owned(),
            body_en: self.body_en.trim().to_owned(),
            contact: self.contact.clone(),
            track: self.track,
            bonus: self.bonus,
            products: self.products.clone(),
            criteria: self.criterion.iter().map(criterion).collect(),
            rounds: self.round.iter().map(round).collect(),
        }
    }
}
