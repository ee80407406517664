//! Doing one step: finding the things that it names and calling the use case.

use std::collections::BTreeMap;

use domain::adjustment::AdjustmentState;
use domain::award::{InvitationState, OfferState};
use domain::ids::{
    AgreementId, AwardId, CallId, OfferId, OrganizationId, ProjectId, ProposalId, ReviewId, RoundId, UserId,
};
use domain::units::Amount;
use service::adjustment::{self, NewRequest, NewReturn};
use service::eligibility::{self, Verdict};
use service::password::Hashed;
use service::review::{self, ReviewChange};
use service::{
    Actor, Channel, Cx, Error, Outcome, agreement, call, capacity, load, offer, organization, plan, project, proposal,
    user,
};

use super::read::Year;
use super::step::{Act, ProposalAct, RoundAct, Step};

/// What the names of the inputs stand for in this database.
pub type Names = BTreeMap<String, String>;

/// The person of the inputs as an actor.
pub fn actor(year: &Year, names: &Names, by: Option<usize>) -> Actor {
    let Some(person) = by.and_then(|n| year.people.get(n)) else { return Actor::operator() };
    Actor {
        user: names.get(&format!("person {}", person.key)).and_then(|id| id.parse().ok()),
        name: person.name.clone(),
        roles: person.roles.iter().copied().collect(),
        lang: person.language,
        channel: Channel::Load,
        address: String::new(),
        request_id: String::new(),
        token: None,
    }
}

/// One step under way.
pub struct Doing<'a, 'c, 't> {
    pub year: &'a Year,
    pub names: &'a Names,
    pub cx: &'a mut Cx<'c, 't>,
    /// The password of all accounts, if they can sign in.
    pub password: Option<&'a Hashed>,
    /// What was made: its name and id, to be remembered.
    pub made: Vec<(String, String)>,
}

fn missing(what: impl std::fmt::Display) -> Error {
    Error::internal(format!("there is no {what}"))
}

impl Doing<'_, '_, '_> {
    /// Does the step.
    pub fn run(&mut self, step: &Step) -> Outcome<()> {
        let year = self.year;
        match &step.act {
            Act::Person(n) => {
                let (person, password) = (&year.people[*n], self.password);
                let id = user::create(self.cx, &person.account(password))?;
                self.made.push((format!("person {}", person.key), id.to_string()));
                Ok(())
            }
            Act::Register(n) => {
                let new = &year.organizations[*n];
                let id = organization::register(self.cx, &new.input)?;
                self.made.push((format!("organization {}", new.key), id.to_string()));
                Ok(())
            }
            Act::Ask(n) => {
                let Some(of) = year.people[*n].organization else { return Ok(()) };
                organization::ask(self.cx, &year.organizations[of].input.business_number)
            }
            Act::Admit(n) => {
                let Some(of) = year.people[*n].organization else { return Ok(()) };
                let id: OrganizationId = self.id("organization", &year.organizations[of].key)?;
                let person = self.person(*n)?;
                organization::admit(self.cx, id, person)
            }
            Act::Verify(n) => {
                let id: OrganizationId = self.id("organization", &year.organizations[*n].key)?;
                let row = store::organization::find(self.cx.tx, id)?.ok_or(Error::NotFound)?;
                organization::verify(self.cx, id, row.version)
            }
            Act::Capacity(n) => capacity::add(self.cx, year.capacity[*n].clone()).map(drop),
            Act::DraftCall(n) => self.draft_call(*n),
            Act::PublishCall(n) => {
                let id: CallId = self.id("call", &year.calls[*n].key)?;
                let row = store::call::find(self.cx.tx, id)?.ok_or(Error::NotFound)?;
                call::publish(self.cx, id, row.version)
            }
            Act::Start(n) => {
                let new = &year.proposals[*n];
                let round: RoundId = self.id("round", &new.round)?;
                let id = proposal::start(self.cx, round)?;
                self.made.push((format!("proposal {}", new.key), id.to_string()));
                proposal::save(self.cx, id, 1, "", &new.change).map(drop)
            }
            Act::Submit(n) => {
                let id = self.proposal(*n)?;
                proposal::submit(self.cx, id).map(drop)
            }
            Act::Assign(reviews) => {
                let Some(first) = reviews.first() else { return Ok(()) };
                let id = self.proposal(year.reviews[*first].proposal)?;
                let mut reviewers = Vec::new();
                for n in reviews {
                    reviewers.push(self.person(year.reviews[*n].reviewer)?);
                }
                review::assign(self.cx, id, &reviewers)
            }
            Act::Conflict(n) => {
                let id = self.review(*n)?;
                review::declare_conflict(self.cx, id, &year.reviews[*n].conflict)
            }
            Act::Review(n) => {
                let (id, new) = (self.review(*n)?, &year.reviews[*n]);
                review::begin(self.cx, id)?;
                let row = store::review::find(self.cx.tx, id)?.ok_or(Error::NotFound)?;
                let change = ReviewChange {
                    points: new.points.clone(),
                    comment_applicant: new.comment_applicant.clone(),
                    comment_committee: new.comment_committee.clone(),
                };
                review::submit(self.cx, id, row.version, "", &change)
            }
            Act::Round(round, act, note) => self.round(round, *act, note),
            Act::Proposal(n, act) => {
                let id = self.proposal(*n)?;
                self.about(id, *n, act)
            }
        }
    }

    /// The id that a name stands for.
    pub fn id<I: std::str::FromStr>(&self, kind: &str, name: &str) -> Outcome<I> {
        let key = format!("{kind} {name}");
        self.names.get(&key).and_then(|id| id.parse().ok()).ok_or_else(|| missing(&key))
    }

    /// The account of a person.
    pub fn person(&self, n: usize) -> Outcome<UserId> {
        self.id("person", &self.year.people[n].key)
    }

    fn proposal(&self, n: usize) -> Outcome<ProposalId> {
        self.id("proposal", &self.year.proposals[n].key)
    }

    fn review(&mut self, n: usize) -> Outcome<ReviewId> {
        let new = &self.year.reviews[n];
        let (proposal, reviewer) = (self.proposal(new.proposal)?, self.person(new.reviewer)?);
        let all = store::review::of_proposal(self.cx.tx, proposal)?;
        let own = all.into_iter().find(|one| one.reviewer == reviewer);
        Ok(own.ok_or_else(|| missing("such review"))?.id)
    }

    fn draft_call(&mut self, n: usize) -> Outcome<()> {
        let new = &self.year.calls[n];
        let id = call::draft(self.cx, &new.input)?;
        self.made.push((format!("call {}", new.key), id.to_string()));
        for ((round, _), name) in store::call::rounds(self.cx.tx, id)?.iter().zip(&new.rounds) {
            self.made.push((format!("round {name}"), round.id.to_string()));
        }
        Ok(())
    }

    fn round(&mut self, name: &str, act: RoundAct, note: &str) -> Outcome<()> {
        let round: RoundId = self.id("round", name)?;
        if act == RoundAct::Plan {
            return plan::make(self.cx, round, note).map(drop);
        }
        let newest = store::plan::of_round(self.cx.tx, round, None, 1)?;
        let id = newest.first().ok_or_else(|| missing("plan"))?.id;
        match act {
            RoundAct::Plan | RoundAct::Propose => plan::propose(self.cx, id),
            RoundAct::Approve => plan::approve(self.cx, id),
            RoundAct::Announce => plan::announce(self.cx, id),
        }
    }

    fn about(&mut self, id: ProposalId, n: usize, act: &ProposalAct) -> Outcome<()> {
        match act {
            ProposalAct::Eligible => self.check(id, &Verdict::Eligible),
            ProposalAct::Return(note) => self.check(id, &Verdict::Return(note.clone())),
            ProposalAct::Reject(note) => self.check(id, &Verdict::Reject(note.clone())),
            ProposalAct::Resubmit(note) => {
                let row = store::proposal::find(self.cx.tx, id)?.ok_or(Error::NotFound)?;
                let mut change = self.year.proposals[n].change.clone();
                change.usage_plan = format!("{}\n{note}", change.usage_plan);
                proposal::save(self.cx, id, row.version, "", &change)?;
                proposal::submit(self.cx, id).map(drop)
            }
            ProposalAct::Withdraw(note) => proposal::withdraw(self.cx, id, note),
            ProposalAct::Accept => {
                let offer = self.offer(id)?;
                offer::accept(self.cx, offer).map(drop)
            }
            ProposalAct::Decline(note) => {
                let offer = self.offer(id)?;
                offer::decline(self.cx, offer, note)
            }
            ProposalAct::Sign => {
                let (agreement, hash) = self.agreement(id)?;
                agreement::sign(self.cx, agreement, &hash)
            }
            ProposalAct::Countersign => {
                let (agreement, hash) = self.agreement(id)?;
                agreement::countersign(self.cx, agreement, &hash)
            }
            ProposalAct::GiveBack { pool, amount, from, note } => {
                let (project, award) = self.award(id)?;
                let new = NewReturn {
                    project,
                    award,
                    pool: pool.parse().map_err(Error::internal)?,
                    amount: amount.map(Amount),
                    from: *from,
                    reason: note.clone(),
                };
                adjustment::give_back(self.cx, new).map(drop)
            }
            ProposalAct::Ask { kind, pool, amount, from, last, note } => {
                let (project, award) = self.award(id)?;
                let new = NewRequest {
                    project,
                    award,
                    pool: pool.parse().map_err(Error::internal)?,
                    kind: *kind,
                    amount: Amount(*amount),
                    from: from.unwrap_or_else(|| self.cx.today()),
                    to: last.map(|day| domain::term::add_days(day, 1)),
                    reason: note.clone(),
                };
                adjustment::ask(self.cx, new).map(drop)
            }
            ProposalAct::Decide { pool, approve, note } => {
                let (project, _) = self.award(id)?;
                let asked = store::adjustment::of_project(self.cx.tx, project, None, 50)?
                    .into_iter()
                    .find(|row| row.state == AdjustmentState::Requested && row.pool.as_str() == pool)
                    .ok_or_else(|| missing("request that waits for its decision"))?;
                adjustment::decide(self.cx, asked.id, *approve, note).map(drop)
            }
            ProposalAct::Invite { to, tie } => {
                let (project, _) = self.award(id)?;
                project::invite(self.cx, project, &self.year.people[*to].email, *tie).map(drop)
            }
            ProposalAct::Join => {
                let (project, _) = self.award(id)?;
                let user = self.cx.user()?;
                let email = store::project::person(self.cx.tx, user)?.ok_or(Error::NotFound)?.email;
                let open = store::project::invitations(self.cx.tx, project)?
                    .into_iter()
                    .find(|one| one.state == InvitationState::Open && one.email.eq_ignore_ascii_case(&email))
                    .ok_or_else(|| missing("open invitation"))?;
                project::answer_invitation(self.cx, open.id, true).map(drop)
            }
        }
    }

    fn check(&mut self, id: ProposalId, verdict: &Verdict) -> Outcome<()> {
        let row = store::proposal::find(self.cx.tx, id)?.ok_or(Error::NotFound)?;
        eligibility::check(self.cx, id, row.version, verdict)
    }

    fn offer(&mut self, id: ProposalId) -> Outcome<OfferId> {
        let all = store::offer::of_proposal(self.cx.tx, id)?;
        let open = all.into_iter().find(|offer| offer.state == OfferState::Open);
        Ok(open.ok_or_else(|| missing("open offer"))?.id)
    }

    fn award(&mut self, id: ProposalId) -> Outcome<(ProjectId, AwardId)> {
        let project = store::project::of_proposal(self.cx.tx, id)?.ok_or_else(|| missing("project"))?.id;
        let awards = store::award::of_project(self.cx.tx, project)?;
        Ok((project, awards.first().ok_or_else(|| missing("award"))?.id))
    }

    fn agreement(&mut self, id: ProposalId) -> Outcome<(AgreementId, String)> {
        let (_, award) = self.award(id)?;
        let row = store::agreement::of_award(self.cx.tx, award)?.ok_or_else(|| missing("agreement"))?;
        Ok((row.id, row.body_hash))
    }

    /// Remembers what was made under the names of the inputs.
    pub fn keep(&mut self) -> Outcome<Vec<(String, String)>> {
        for (name, id) in &self.made {
            load::remember(self.cx, name, id)?;
        }
        Ok(std::mem::take(&mut self.made))
    }
}
