//! A closed round with checked and scored proposals.

use domain::access::Role;
use domain::award::OfferState;
use domain::ids::{
    CallId, CriterionId, Id, OrganizationId, PlanId, PoolId, ProposalId, RequestLineId, ReviewId, RoundId,
};
use domain::ledger::{EntryKind, NewEntry};
use domain::units::Amount;
use jiff::civil::date;
use service::{Actor, freed, ledger, offer, plan};
use store::values;
use testkit::{TestCenter, actor, at};

/// A round and who applied in it.
pub struct Round {
    pub id: RoundId,
    pub proposals: Vec<ProposalId>,
    leads: Vec<Actor>,
}

/// The pool that everything is asked from.
pub fn pool() -> PoolId {
    "gpu-a100".parse().expect("a slug")
}

fn id<I: Id>(kind: u8, n: usize) -> I {
    I::new(1_610_000_000_000, [kind, u8::try_from(n).expect("few"), 7, 7, 7, 7, 7, 7, 7, 7])
}

impl Round {
    /// Proposals with (points, devices asked for, least), each of its own organization in Gwangju,
    /// from 1 June 2021 for six months.
    pub fn new(t: &TestCenter, asked: &[(i64, i64, i64)]) -> Self {
        let leads: Vec<Actor> = (0..asked.len() + 8)
            .map(|n| t.add_person(u8::try_from(100 + n).expect("few"), &format!("lead {n}")))
            .collect();
        let (call, round): (CallId, RoundId) = (id(1, 0), id(2, 0));
        let criterion: CriterionId = id(3, 0);
        let reviewer = actor(Role::Reviewer).user;
        t.db.db
            .write(|tx| -> store::Result<()> {
                tx.run(
                    "INSERT INTO policy (key, effective_from, value) VALUES ('org.max_pool_percent', '2021-01-02', '100')",
                    &[],
                )?;
                tx.run(
                    "INSERT INTO call (id, title_ko, title_en, body_ko, body_en, contact, track, state, created_at)
                     VALUES ($1, '공고', 'Call', '', '', '', 'open', 'published', $2)",
                    values![call, at(date(2021, 3, 1), 9)],
                )?;
                tx.run(
                    "INSERT INTO criterion (id, call_id, position, name_ko, name_en, max_points) VALUES ($1, $2, 1, '종합', 'All', 100)",
                    values![criterion, call],
                )?;
                tx.run(
                    "INSERT INTO round (id, call_id, number, kind, name_ko, name_en, opens_at, closes_at, review_due_on,
                        announce_on, offer_days, earliest_start_on, latest_end_on, created_at)
                     VALUES ($1, $2, 1, 'regular', '1차', 'Round 1', $3, $4, '2021-05-01', '2021-05-03', 7, '2021-06-01', '2021-12-31', $3)",
                    values![round, call, at(date(2021, 3, 2), 9), at(date(2021, 4, 20), 14)],
                )?;
                tx.run("INSERT INTO round_envelope (round_id, pool_id, amount) VALUES ($1, $2, 164)", values![round, pool()])?;
                for (n, (points, amount, least)) in asked.iter().enumerate() {
                    let organization: OrganizationId = id(4, n);
                    let (proposal, review): (ProposalId, ReviewId) = (id(5, n), id(6, n));
                    tx.run(
                        "INSERT INTO organization (id, name_ko, name_en, kind, size, sector, region, district, region_basis, region_as_of, youth_founded, created_at)
                         VALUES ($1, '기관', 'Organization', 'company', 'sme', 'health', '29', '북구', 'head_office', '2021-01-01', 0, $2)",
                        values![organization, at(date(2021, 3, 1), 9)],
                    )?;
                    tx.run(
                        "INSERT INTO proposal (id, round_id, organization_id, lead_id, title_ko, title_en, summary, usage_plan, sector,
                            rnd_cluster, state, created_at, saved_at, submitted_at)
                         VALUES ($1, $2, $3, $4, $5, 'Project', '', '', 'health', 0, 'in_review', $6, $6, $6)",
                        values![proposal, round, organization, leads[n].user, format!("과제 {n}"), at(date(2021, 4, 1), 9)],
                    )?;
                    let product = if amount % 8 == 0 && least % 8 == 0 { "gpu_long" } else { "gpu_mid" };
                    tx.run(
                        "INSERT INTO request_line (id, proposal_id, position, product_id, pool_id, amount, min_amount, earliest_start_on, latest_end_on, months)
                         VALUES ($1, $2, 1, $3, $4, $5, $6, '2021-06-01', '2021-12-31', 6)",
                        values![id::<RequestLineId>(7, n), proposal, product, pool(), *amount, *least],
                    )?;
                    tx.run(
                        "INSERT INTO review (id, proposal_id, reviewer_id, state, assigned_at, submitted_at) VALUES ($1, $2, $3, 'submitted', $4, $4)",
                        values![review, proposal, reviewer, at(date(2021, 4, 25), 9)],
                    )?;
                    tx.run("INSERT INTO review_score (review_id, criterion_id, points) VALUES ($1, $2, $3)", values![review, criterion, *points])?;
                }
                Ok(())
            })
            .expect("a round can be set up");
        Self { id: round, proposals: (0..asked.len()).map(|n| id(5, n)).collect(), leads }
    }

    /// Narrows what the round may hand out.
    pub fn set_envelope(&self, t: &TestCenter, amount: i64) {
        let sql = "UPDATE round_envelope SET amount = $2 WHERE round_id = $1";
        t.db.db.write(|tx| -> store::Result<()> { tx.run_one(sql, values![self.id, amount]) }).expect("narrowed");
    }

    /// Makes it a rolling round in which only the first proposal is scored yet.
    pub fn roll(&self, t: &TestCenter) {
        t.db.db
            .write(|tx| -> store::Result<()> {
                tx.run("UPDATE round SET kind = 'rolling' WHERE id = $1", values![self.id])?;
                tx.run("UPDATE review SET state = 'assigned' WHERE proposal_id <> $1", values![self.proposals[0]])
                    .map(drop)
            })
            .expect("set");
    }

    /// The reviews of the `n`th proposal are handed in, or are not yet.
    pub fn score(&self, t: &TestCenter, n: usize, handed_in: bool) {
        let state = if handed_in { "submitted" } else { "assigned" };
        let sql = "UPDATE review SET state = $2 WHERE proposal_id = $1";
        t.db.db.write(|tx| -> store::Result<()> { tx.run_one(sql, values![self.proposals[n], state]) }).expect("set");
    }

    /// Lets the `n`th proposal be of the same organization as the `other`th.
    pub fn same_organization(&self, t: &TestCenter, n: usize, other: usize) {
        let sql = "UPDATE proposal SET organization_id = $2 WHERE id = $1";
        let organization: OrganizationId = id(4, other);
        t.db.db
            .write(|tx| -> store::Result<()> { tx.run_one(sql, values![self.proposals[n], organization]) })
            .expect("moved");
    }

    /// The lead of the `n`th proposal; beyond the last, somebody without one.
    pub fn lead(&self, n: usize) -> Actor {
        self.leads[n].clone()
    }

    /// The lead of a proposal.
    pub fn lead_of(&self, proposal: ProposalId) -> Actor {
        self.lead(self.proposals.iter().position(|one| *one == proposal).expect("of this round"))
    }

    /// Changes the points of the `n`th proposal, as a corrected review would.
    pub fn change_score(&self, t: &TestCenter, n: usize, points: i64) {
        t.db.db
            .write(|tx| -> store::Result<()> {
                tx.run_one(
                    "UPDATE review_score SET points = $2 WHERE review_id = $1",
                    values![id::<ReviewId>(6, n), points],
                )
            })
            .expect("changed");
    }
}

/// Makes a plan of the round and brings it out.
pub fn approve_and_announce(t: &TestCenter, round: &Round) -> PlanId {
    let staff = actor(Role::OfficeStaff);
    let id = t
        .center
        .write(&staff, |cx| {
            let id = plan::make(cx, round.id, "")?;
            plan::propose(cx, id)?;
            Ok(id)
        })
        .expect("proposed");
    t.center.write(&actor(Role::OfficeApprover), |cx| plan::approve(cx, id)).expect("approved");
    t.center.write(&staff, |cx| plan::announce(cx, id)).expect("announced");
    id
}

/// The open offers, in the order of the round's proposals.
pub fn open_offers(t: &TestCenter) -> Vec<offer::OfferItem> {
    let all = t.center.read(&actor(Role::OfficeStaff), |cx| offer::list(cx, None, 200)).expect("listed");
    let mut open: Vec<_> = all.into_iter().filter(|one| one.state == OfferState::Open).collect();
    open.sort_by_key(|one| one.proposal);
    open
}

pub fn free_on(t: &TestCenter, day: jiff::civil::Date) -> i64 {
    t.center.read(&Actor::clock(), |cx| ledger::free(cx, &pool())).expect("readable").on(day)
}

/// Sets a rule, after those that the rounds of these tests set.
pub fn set_policy(t: &TestCenter, key: &str, value: &str) {
    let sql = "INSERT INTO policy (key, effective_from, value) VALUES ($1, '2021-01-03', $2)";
    t.db.db.write(|tx| tx.run(sql, store::values![key, value])).expect("set");
}

/// Accepts every open offer as its lead; answers the projects.
pub fn accept_all(t: &TestCenter, round: &Round) -> Vec<domain::ids::ProjectId> {
    open_offers(t)
        .iter()
        .map(|one| t.center.write(&round.lead_of(one.proposal), |cx| offer::accept(cx, one.id)).expect("accepted"))
        .collect()
}

/// The agreement on a project's first award.
pub fn paper_of(t: &TestCenter, lead: &Actor, id: domain::ids::ProjectId) -> service::project::AgreementItem {
    let view = t.center.read(lead, |cx| service::project::show(cx, id)).expect("shown");
    view.awards[0].agreement.clone().expect("drawn up")
}

/// Frees `amount` of a project's award from `from` on, as a return does.
pub fn give_back(t: &TestCenter, id: domain::ids::ProjectId, amount: i64, from: (i16, i8, i8)) {
    t.center
        .write(&Actor::clock(), |cx| {
            let award = store::award::of_project(cx.tx, id)?[0].id;
            let line = store::award::lines(cx.tx, award)?[0].clone();
            let entry = NewEntry {
                award,
                pool: line.pool,
                delta: Amount(-amount),
                term: domain::term::Term::new(date(from.0, from.1, from.2), line.end_on).expect("before the end"),
                kind: EntryKind::Return,
                corrects: None,
                reason: String::new(),
            };
            for written in ledger::append(cx, vec![(entry, line.grain.0)])? {
                freed::record(cx, &written)?;
            }
            Ok(())
        })
        .expect("returned");
}
