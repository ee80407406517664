//! How long it takes from a return to the recorded offer with 1,000 proposals on the reserve list,
//! on SQLite. The bar is 100 ms. Run: `cargo run --release -p bench --bin refill`.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::disallowed_methods, reason = "a bench prints and measures")]

use std::time::{Duration, Instant};

use domain::access::Role;
use domain::ids::{
    AwardId, CallId, Id, OfferId, OrganizationId, PlanId, ProjectId, ProposalId, RequestLineId, RoundId,
};
use domain::ledger::{EntryKind, NewEntry};
use domain::units::Amount;
use jiff::civil::date;
use service::{Actor, freed, ledger, refill};
use store::{Tx, values};
use testkit::{TestCenter, TestDb, actor, at, term};

const WAITING: u16 = 1_000;
const RETURNS: i64 = 20;

fn id<I: Id>(kind: u8, n: u16) -> I {
    let [a, b] = n.to_be_bytes();
    I::new(1_610_000_000_000, [kind, 7, 7, 7, 7, 7, 7, 7, a, b])
}

fn fill(tx: &mut Tx<'_>) -> store::Result<()> {
    let lead = actor(Role::Reviewer).user;
    let then = at(date(2021, 3, 1), 9);
    let (call, round, plan): (CallId, RoundId, PlanId) = (id(1, 0), id(2, 0), id(3, 0));
    tx.run(
        "INSERT INTO call (id, title_ko, title_en, body_ko, body_en, contact, track, state, created_at)
         VALUES ($1, '공고', 'Call', '', '', '', 'open', 'decided', $2)",
        values![call, then],
    )?;
    tx.run(
        "INSERT INTO round (id, call_id, number, kind, name_ko, name_en, opens_at, closes_at, review_due_on, announce_on,
            offer_days, earliest_start_on, latest_end_on, created_at)
         VALUES ($1, $2, 1, 'regular', '1차', 'Round 1', $3, $3, '2021-05-01', '2021-05-03', 7, '2021-06-01', '2021-12-31', $3)",
        values![round, call, then],
    )?;
    tx.run(
        "INSERT INTO plan (id, round_id, number, state, input, output, digest, made_at) VALUES ($1, $2, 1, 'announced', '', '', '', $3)",
        values![plan, round, then],
    )?;
    for n in 0..=WAITING {
        // Each of its own: one organization may have so many projects and no more.
        let organization: OrganizationId = id(4, n);
        tx.run(
            "INSERT INTO organization (id, name_ko, name_en, kind, size, sector, region, district, region_basis, region_as_of, youth_founded, created_at)
             VALUES ($1, '기관', 'Organization', 'company', 'sme', 'health', '29', '북구', 'head_office', '2021-01-01', 0, $2)",
            values![organization, then],
        )?;
        let proposal: ProposalId = id(5, n);
        tx.run(
            "INSERT INTO proposal (id, round_id, organization_id, lead_id, title_ko, title_en, summary, usage_plan, sector,
                rnd_cluster, state, created_at, saved_at, submitted_at)
             VALUES ($1, $2, $3, $4, '과제', 'Project', '', '', 'health', 0, 'reserve', $5, $5, $5)",
            values![proposal, round, organization, lead, then],
        )?;
        if n == 0 {
            continue;
        }
        tx.run(
            "INSERT INTO request_line (id, proposal_id, position, product_id, pool_id, amount, min_amount, earliest_start_on, latest_end_on, months)
             VALUES ($1, $2, 1, 'gpu_mid', 'gpu-a100', 8, $3, '2021-06-01', '2021-12-31', 6)",
            values![id::<RequestLineId>(6, n), proposal, i64::from(n % 8) + 1],
        )?;
        tx.run(
            "INSERT INTO decision (proposal_id, round_id, plan_id, outcome, reserve_rank, reserve_until, score_milli, reasons, decided_at)
             VALUES ($1, $2, $3, 'reserve', $4, '2022-01-31', 80000, '[]', $5)",
            values![proposal, round, plan, i64::from(n), then],
        )?;
    }
    let (offer, project, award): (OfferId, ProjectId, AwardId) = (id(7, 0), id(8, 0), id(9, 0));
    tx.run(
        "INSERT INTO offer (id, proposal_id, source, state, due_at, made_at, reasons) VALUES ($1, $2, 'plan', 'accepted', $3, $3, '[]')",
        values![offer, id::<ProposalId>(5, 0), then],
    )?;
    tx.run(
        "INSERT INTO project (id, number, proposal_id, organization_id, lead_id, title_ko, title_en, sector, regional, rnd_cluster, state, from_on, to_on, created_at)
         VALUES ($1, 'P2021-0001', $2, $3, $4, '과제', 'Project', 'health', 1, 0, 'active', '2021-05-03', '2022-12-31', $5)",
        values![project, id::<ProposalId>(5, 0), id::<OrganizationId>(4, 0), lead, then],
    )?;
    tx.run(
        "INSERT INTO award (id, project_id, offer_id, state, created_at) VALUES ($1, $2, $3, 'active', $4)",
        values![award, project, offer, then],
    )?;
    tx.run(
        "INSERT INTO award_line (award_id, pool_id, product_id, grain, from_on, end_on) VALUES ($1, 'gpu-a100', 'gpu_mid', 1, '2021-05-03', '2022-12-31')",
        values![award],
    )?;
    Ok(())
}

fn entry(delta: i64, kind: EntryKind) -> NewEntry {
    let start = if delta > 0 { (2021, 5, 3) } else { (2021, 5, 4) };
    NewEntry {
        award: id(9, 0),
        pool: "gpu-a100".parse().expect("a slug"),
        delta: Amount(delta),
        term: term(start, (2022, 12, 31)),
        kind,
        corrects: None,
        reason: String::new(),
    }
}

fn main() {
    let t = TestCenter::new(TestDb::sqlite());
    t.db.db.write(fill).expect("filled");
    let clock = Actor::clock();
    t.center
        .write(&clock, |cx| ledger::append(cx, vec![(entry(164, EntryKind::Grant), 1)]).map(drop))
        .expect("everything is granted");
    let mut times: Vec<Duration> = Vec::new();
    for _ in 0..RETURNS {
        let start = Instant::now();
        t.center
            .write(&clock, |cx| {
                for one in ledger::append(cx, vec![(entry(-8, EntryKind::Return), 1)])? {
                    freed::record(cx, &one)?;
                }
                Ok(())
            })
            .expect("returned");
        let offers = t.center.write(&clock, refill::run).expect("refilled");
        times.push(start.elapsed());
        assert_eq!(offers, 1, "each return of 8 is offered to the next");
    }
    times.sort_unstable();
    let (median, most) = (times[times.len() / 2], times[times.len() - 1]);
    println!(
        "return to recorded offer, {WAITING} waiting: median {median:?}, slowest {most:?} of {RETURNS} (bar 100 ms)"
    );
}
