//! A published call with one regular round, an applicant with an organization, and reviewers.
#![allow(dead_code, reason = "each test file uses its part")]

use domain::access::Role;
use domain::call::{RoundKind, Track};
use domain::ids::{CallId, Id, OrganizationId, ProposalId, RoundId, UserId};
use domain::proposal::DraftLine;
use domain::units::Amount;
use jiff::civil::{Date, date};
use service::call::{self, CallInput, CriterionInput, RoundDates, RoundInput};
use service::proposal::{self, ProposalChange};
use service::{Actor, Outcome};
use store::values;
use testkit::{TestCenter, actor, at};

/// Opens on 10 May 2021 and closes on the 31st at the policy's 14:00.
pub fn dates() -> RoundDates {
    RoundDates {
        opens_on: date(2021, 5, 10),
        opens_time: None,
        closes_on: date(2021, 5, 31),
        closes_time: None,
        review_due_on: date(2021, 6, 15),
        announce_on: date(2021, 6, 20),
        offer_days: 7,
        earliest_start_on: date(2021, 7, 1),
        latest_last_on: date(2021, 12, 31),
    }
}

/// A call that can be published.
pub fn input() -> CallInput {
    let criterion = |name_ko: &str, name_en: &str, max_points| CriterionInput {
        name_ko: name_ko.to_owned(),
        name_en: name_en.to_owned(),
        max_points,
    };
    CallInput {
        title_ko: "2021년 정기 모집".to_owned(),
        title_en: "Regular call 2021".to_owned(),
        body_ko: "신청하십시오.".to_owned(),
        body_en: "Apply.".to_owned(),
        contact: "062-000-0000".to_owned(),
        track: Track::Open,
        bonus: false,
        products: ["gpu_mid", "gpu_long"].map(|id| id.parse().expect("a slug")).to_vec(),
        criteria: vec![
            criterion("필요성", "Necessity", 30),
            criterion("역량", "Capability", 25),
            criterion("자원 계획", "Resource plan", 25),
            criterion("파급 효과", "Impact", 20),
        ],
        rounds: vec![RoundInput {
            kind: RoundKind::Regular,
            name_ko: "1차".to_owned(),
            name_en: "Round 1".to_owned(),
            dates: dates(),
            envelope: vec![("gpu-a100".parse().expect("a slug"), Amount(100))],
        }],
    }
}

/// Drafts by the staff and publishes by the approver.
pub fn published(t: &TestCenter, input: &CallInput) -> (CallId, RoundId) {
    let id = t.center.write(&actor(Role::OfficeStaff), |cx| call::draft(cx, input)).expect("drafted");
    t.center.write(&actor(Role::OfficeApprover), |cx| call::publish(cx, id, 1)).expect("published");
    let view = t.center.read(&Actor::visitor(texts::Lang::Ko), |cx| call::show(cx, id)).expect("shown");
    (id, view.rounds[0].0.id)
}

fn organization_id(number: u8) -> OrganizationId {
    OrganizationId::new(1_600_000_000_000, [number; 10])
}

/// Adds an organization and makes the person a member of it.
pub fn join(t: &TestCenter, number: u8, user: Option<UserId>) {
    let id = organization_id(number);
    t.db.db
        .write(|tx| -> store::Result<()> {
            tx.run(
                "INSERT INTO organization (id, name_ko, name_en, kind, size, sector, region, district, region_basis, region_as_of, youth_founded, created_at)
                 VALUES ($1, '한빛소프트', 'Hanbit Soft', 'company', 'sme', 'healthcare', '29', '북구', 'head_office', '2021-01-01', 0, $2)
                 ON CONFLICT (id) DO NOTHING",
                values![id, at(date(2021, 3, 1), 9)],
            )?;
            tx.run_one("UPDATE users SET organization_id = $2 WHERE id = $1", values![user, id])?;
            tx.run(
                "INSERT INTO organization_member (organization_id, user_id, admin, joined_at) VALUES ($1, $2, 0, $3)",
                values![id, user, at(date(2021, 3, 1), 9)],
            )?;
            Ok(())
        })
        .expect("joined");
}

/// Gives a person the role of reviewer.
pub fn reviewer(t: &TestCenter, number: u8) -> Actor {
    let mut person = t.add_person(number, &format!("reviewer {number}"));
    t.db.db
        .write(|tx| {
            tx.run(
                "INSERT INTO user_role (user_id, role, given_at) VALUES ($1, 'reviewer', $2)",
                values![person.user, at(date(2021, 1, 4), 9)],
            )
        })
        .expect("given");
    person.roles.insert(Role::Reviewer);
    person
}

/// A line that fits into the round.
pub fn line(amount: &str) -> DraftLine {
    DraftLine {
        product: "gpu_mid".to_owned(),
        pool: "gpu-a100".to_owned(),
        amount: amount.to_owned(),
        min_amount: "1".to_owned(),
        earliest_start_on: "2021-07-01".to_owned(),
        latest_last_on: "2021-12-31".to_owned(),
        months: "6".to_owned(),
    }
}

/// Everything that a submission needs.
pub fn full() -> ProposalChange {
    ProposalChange {
        title_ko: "의료 영상 판독 모델".to_owned(),
        title_en: "Reading medical images".to_owned(),
        summary: "요약".to_owned(),
        usage_plan: "모델, 데이터, GPU 시간, 일정".to_owned(),
        sector: "healthcare".to_owned(),
        rnd_cluster: false,
        lines: vec![line("4")],
    }
}

/// A submitted proposal by `lead`, who gets an organization of that number.
pub fn submitted(t: &TestCenter, round: RoundId, lead: &Actor, number: u8) -> ProposalId {
    join(t, number, lead.user);
    let id = t.center.write(lead, |cx| proposal::start(cx, round)).expect("started");
    t.center.write(lead, |cx| proposal::save(cx, id, 1, "", &full())).expect("saved");
    t.center.write(lead, |cx| proposal::submit(cx, id)).expect("submitted");
    id
}

/// The subjects of all mails, oldest first, without the center's name.
pub fn mails(t: &TestCenter) -> Vec<String> {
    let mut rows = t.center.read(&Actor::clock(), |cx| Ok(store::trust::mails(cx.tx, None, 200)?)).expect("read");
    rows.reverse();
    rows.into_iter().map(|row| row.template).collect()
}

/// The state of a proposal.
pub fn state(t: &TestCenter, id: ProposalId) -> String {
    let found: Outcome<_> = t.center.read(&Actor::clock(), |cx| Ok(store::proposal::find(cx.tx, id)?));
    found.expect("read").expect("is there").state.to_string()
}

/// The fields and codes of a refusal.
pub fn faults<T: std::fmt::Debug>(outcome: Outcome<T>) -> Vec<String> {
    match outcome.expect_err("refused") {
        service::Error::Invalid(errors) => {
            errors.iter().map(|error| format!("{}: {}", error.field, error.reason.code)).collect()
        }
        error => error.reasons().iter().map(|reason| reason.code.to_string()).collect(),
    }
}

/// The day as a date.
pub fn day(year: i16, month: i8, day: i8) -> Date {
    date(year, month, day)
}
