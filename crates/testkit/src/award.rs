//! Awards without the road to them: the rows that an accepted offer leaves behind, so that tests of
//! holdings need no call, no review and no plan.

use domain::ids::{
    AgreementId, AwardId, CallId, Id, OfferId, OrganizationId, PoolId, ProjectId, ProposalId, RoundId, UserId,
};
use domain::ledger::{EntryKind, NewEntry};
use domain::term::Term;
use domain::units::Amount;
use jiff::civil::date;
use service::{Actor, Channel};
use store::{Tx, values};
use texts::Lang;

use crate::{TestCenter, at};

/// A running project with one award.
#[derive(Clone, Debug)]
pub struct TestAward {
    /// Its number within the test.
    pub number: u32,
    /// The project.
    pub project: ProjectId,
    /// Its award.
    pub award: AwardId,
    /// The offer that was accepted.
    pub offer: OfferId,
    /// Its organization.
    pub organization: OrganizationId,
    /// The person who leads it.
    pub lead: Actor,
}

/// What the award is about in one pool.
#[derive(Clone, Debug)]
pub struct TestLine<'a> {
    /// The pool.
    pub pool: &'a str,
    /// The product.
    pub product: &'a str,
    /// The product's grain.
    pub grain: i64,
    /// The planned term.
    pub term: Term,
}

fn id<I: Id>(kind: u8, number: u32) -> I {
    let mut bytes = [kind; 10];
    bytes[6..].copy_from_slice(&number.to_be_bytes());
    I::new(1_600_000_001_000 + u64::from(number), bytes)
}

impl TestCenter {
    /// Adds a project with an award that holds nothing yet: what it holds is for the ledger.
    /// `tags` are regional and cluster R&D.
    #[must_use]
    pub fn add_award(&self, number: u32, lines: &[TestLine<'_>], tags: (bool, bool)) -> TestAward {
        let award = TestAward {
            number,
            project: id(1, number),
            award: id(2, number),
            offer: id(3, number),
            organization: id(4, number),
            lead: Actor {
                user: Some(id::<UserId>(5, number)),
                name: format!("lead {number}"),
                roles: std::collections::BTreeSet::new(),
                lang: Lang::Ko,
                channel: Channel::Web,
                address: "127.0.0.1".to_owned(),
                request_id: "test".to_owned(),
                token: None,
            },
        };
        self.db.db.write(|tx| insert(tx, &award, lines, tags)).expect("an award can be added");
        award
    }
}

impl TestCenter {
    /// The same, holding so many devices of a pool over a term.
    ///
    /// # Panics
    /// If they are not free.
    #[must_use]
    pub fn add_holding(&self, number: u32, pool: &str, devices: i64, days: Term) -> TestAward {
        let line = TestLine { pool, product: "gpu_short", grain: 1, term: days };
        let of = self.add_award(number, &[line], (false, false));
        let new = NewEntry {
            award: of.award,
            pool: pool.parse().expect("a slug"),
            delta: Amount(devices),
            term: days,
            kind: EntryKind::Grant,
            corrects: None,
            reason: String::new(),
        };
        self.center.write(&Actor::clock(), |cx| service::ledger::append(cx, vec![(new, 1)])).expect("they are free");
        of
    }
}

/// SHA-256 of the empty text of a test's agreement.
const EMPTY_SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn insert(tx: &mut Tx<'_>, of: &TestAward, lines: &[TestLine<'_>], tags: (bool, bool)) -> store::Result<()> {
    let now = at(date(2021, 1, 4), 9);
    // Rounds of a size that people can review.
    let round = of.number / 500;
    let (call, round, number): (CallId, RoundId, i64) = (id(6, 0), id(7, round), i64::from(round) + 1);
    let proposal: ProposalId = id(8, of.number);
    let lead = of.lead.user.expect("a test's lead has an account");
    tx.run(
        "INSERT INTO call (id, title_ko, title_en, body_ko, body_en, contact, track, state, created_at)
         VALUES ($1, 'call', 'call', '', '', '', 'open', 'published', $2) ON CONFLICT (id) DO NOTHING",
        values![call, now],
    )?;
    tx.run(
        "INSERT INTO round (id, call_id, number, kind, name_ko, name_en, opens_at, closes_at, review_due_on, announce_on, offer_days, earliest_start_on, latest_end_on, created_at)
         VALUES ($1, $2, $4, 'regular', 'round', 'round', $3, $3, '2021-01-05', '2021-01-05', 7, '2021-01-05', '2023-01-01', $3) ON CONFLICT (id) DO NOTHING",
        values![round, call, now, number],
    )?;
    tx.run(
        "INSERT INTO organization (id, name_ko, name_en, kind, size, sector, region, district, region_basis, region_as_of, youth_founded, created_at)
         VALUES ($1, $2, $3, 'company', 'small', 'healthcare', '29', '북구', 'head_office', '2021-01-04', 0, $4)",
        values![of.organization, format!("기관 {}", of.number), format!("Organization {}", of.number), now],
    )?;
    tx.run(
        "INSERT INTO users (id, email, name, state, organization_id, created_at, verified_at) VALUES ($1, $2, $3, 'active', $4, $5, $5)",
        values![lead, format!("lead{}@mail.example", of.number), of.lead.name, of.organization, now],
    )?;
    tx.run(
        "INSERT INTO proposal (id, round_id, organization_id, lead_id, title_ko, title_en, summary, usage_plan, sector, rnd_cluster, state, created_at, saved_at)
         VALUES ($1, $2, $3, $4, $5, $6, '', '', 'healthcare', $7, 'selected', $8, $8)",
        values![
            proposal,
            round,
            of.organization,
            lead,
            format!("과제 {}", of.number),
            format!("Project {}", of.number),
            tags.1,
            now
        ],
    )?;
    tx.run(
        "INSERT INTO offer (id, proposal_id, source, state, due_at, made_at, reasons) VALUES ($1, $2, 'plan', 'accepted', $3, $3, '[]')",
        values![of.offer, proposal, now],
    )?;
    let from = lines.iter().map(|line| line.term.from()).min().unwrap_or(date(2021, 1, 1));
    let to = lines.iter().map(|line| line.term.to()).max().unwrap_or(date(2022, 1, 1));
    tx.run(
        "INSERT INTO project (id, number, proposal_id, organization_id, lead_id, title_ko, title_en, sector, regional, rnd_cluster, state, from_on, to_on, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'healthcare', $8, $9, 'active', $10, $11, $12)",
        values![
            of.project,
            format!("P-{:06}", of.number),
            proposal,
            of.organization,
            lead,
            format!("과제 {}", of.number),
            format!("Project {}", of.number),
            tags.0,
            tags.1,
            from,
            to,
            now
        ],
    )?;
    tx.run(
        "INSERT INTO project_member (project_id, user_id, tie, joined_at) VALUES ($1, $2, 'lead', $3)",
        values![of.project, lead, now],
    )?;
    tx.run(
        "INSERT INTO award (id, project_id, offer_id, state, created_at) VALUES ($1, $2, $3, 'active', $4)",
        values![of.award, of.project, of.offer, now],
    )?;
    tx.run(
        "INSERT INTO users (id, email, name, state, created_at, verified_at) VALUES ($1, 'center@mail.example', 'center', 'active', $2, $2) ON CONFLICT (id) DO NOTHING",
        values![id::<UserId>(9, 0), now],
    )?;
    tx.run(
        "INSERT INTO agreement (id, award_id, body, body_hash, state, due_on, signed_by, signed_at, countersigned_by, countersigned_at, created_at)
         VALUES ($1, $2, '', $3, 'concluded', $4, $5, $6, $7, $6, $6)",
        values![id::<AgreementId>(10, of.number), of.award, EMPTY_SHA256, from, lead, now, id::<UserId>(9, 0)],
    )?;
    for line in lines {
        tx.run(
            "INSERT INTO award_line (award_id, pool_id, product_id, grain, from_on, end_on) VALUES ($1, $2, $3, $4, $5, $6)",
            values![of.award, line.pool, line.product, line.grain, line.term.from(), line.term.to()],
        )?;
    }
    Ok(())
}

/// Puts one line of an open offer of the proposal behind `award` into the database and into the
/// steps; answers the offer's id. The caller asks the capacity rule.
///
/// # Errors
/// Database errors only.
pub fn hold_offer(
    tx: &mut Tx<'_>,
    award: &TestAward,
    number: u32,
    pool: &PoolId,
    amount: i64,
    term: Term,
) -> store::Result<OfferId> {
    let offer: OfferId = id(9, number);
    let proposal: ProposalId = id(8, award.number);
    let now = at(date(2021, 1, 4), 9);
    // A proposal of its own: no proposal has two open offers.
    let own: ProposalId = id(10, number);
    tx.run(
        "INSERT INTO proposal (id, round_id, organization_id, lead_id, title_ko, title_en, summary, usage_plan, sector, rnd_cluster, state, created_at, saved_at)
         SELECT $1, round_id, organization_id, lead_id, title_ko, title_en, '', '', sector, rnd_cluster, 'reserve', created_at, saved_at FROM proposal WHERE id = $2",
        values![own, proposal],
    )?;
    tx.run(
        "INSERT INTO offer (id, proposal_id, source, state, due_at, made_at, reasons) VALUES ($1, $2, 'refill', 'open', $3, $3, '[]')",
        values![offer, own, now],
    )?;
    tx.run(
        "INSERT INTO offer_line (offer_id, position, product_id, pool_id, amount, from_on, to_on) VALUES ($1, 1, 'gpu_short', $2, $3, $4, $5)",
        values![offer, pool, amount, term.from(), term.to()],
    )?;
    store::ledger::hold_offer(tx, offer, 1)?;
    Ok(offer)
}

/// Lapses an offer made by [`hold_offer`].
///
/// # Errors
/// Database errors only.
pub fn release_offer(tx: &mut Tx<'_>, offer: OfferId) -> store::Result<()> {
    tx.run_one("UPDATE offer SET state = 'lapsed' WHERE id = $1 AND state = 'open'", values![offer])?;
    store::ledger::hold_offer(tx, offer, -1)
}
