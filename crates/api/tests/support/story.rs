//! The loop by API alone, step by step: what the tests of the loop and of other people's objects
//! share.

use std::cell::Cell;

use domain::access::Role;
use domain::ids::{Id, OrganizationId, UserId};
use http::{Method, StatusCode};
use jiff::civil::date;
use serde_json::{Value, json};
use service::Actor;
use store::values;
use testkit::{TestCenter, at};

use super::{Answered, Api, wait};

pub const POOL: &str = "gpu-a100";

/// Somebody who calls the API.
pub struct Story<'a> {
    pub api: Api,
    pub test: &'a TestCenter,
    key: Cell<u32>,
}

impl<'a> Story<'a> {
    /// Applicants `a`, `b`, `c` with organizations of their own, reviewers `reviewer`, `r1`, `r2`,
    /// and a stranger `x` with an account and an organization.
    pub fn new(test: &'a TestCenter) -> Self {
        let api = Api::new(test);
        for (number, token) in [(100, "a"), (101, "b"), (102, "c"), (103, "x")] {
            let person = test.add_person(number, token);
            join(test, number, person.user);
            api.add(token, person);
        }
        for (number, token) in [(150, "r1"), (151, "r2")] {
            api.add(token, reviewer(test, number, token));
        }
        // A single organization may have all of it, so that a few proposals fill the pool.
        test.db
            .db
            .write(|tx| {
                tx.run(
                    "INSERT INTO policy (key, effective_from, value) VALUES ('org.max_pool_percent', '2021-01-02', '100')",
                    &[],
                )
            })
            .expect("the policy can be set");
        Self { api, test, key: Cell::new(0) }
    }

    pub fn call(&self, method: Method, token: &str, path: &str, body: &str) -> Answered {
        self.key.set(self.key.get() + 1);
        wait(self.api.call(method, &format!("/api/v1{path}"), token, &format!("k{}", self.key.get()), body))
    }

    /// Reads something that may be read.
    pub fn get(&self, token: &str, path: &str) -> Value {
        let answer = self.call(Method::GET, token, path, "");
        assert_eq!(answer.status, StatusCode::OK, "{token} at {path}: {}", answer.text);
        answer.json()
    }

    /// Does something that may be done.
    pub fn post(&self, token: &str, path: &str, body: Value) -> Value {
        let answer = self.call(Method::POST, token, path, &body.to_string());
        assert!(answer.status.is_success(), "{token} at {path}: {} {}", answer.status, answer.text);
        answer.json()
    }

    /// Does something that is refused; answers the status and the codes, `field: code` for fields.
    pub fn refused(&self, token: &str, path: &str, body: Value) -> (u16, Vec<String>) {
        let answer = self.call(Method::POST, token, path, &body.to_string());
        assert_eq!(answer.header("content-type"), "application/problem+json", "{token} at {path}: {}", answer.text);
        (answer.status.as_u16(), codes(&answer.json()))
    }

    pub fn work(&self) {
        worker::round(
            &self.test.center,
            &mut worker::tasks(None, std::sync::Arc::new(service::engine::Fake::default()), None),
        )
        .expect("the worker comes to rest");
    }

    /// Drafts a call by the staff and publishes it by the approver; answers call and round.
    pub fn publish(&self) -> (String, String) {
        let call = text(&self.post("office_staff", "/calls", call_body()), "id");
        self.post("office_approver", &format!("/calls/{call}/publish"), json!({ "version": 1 }));
        let shown = self.get("", &format!("/calls/{call}"));
        (call, text(&shown["rounds"][0], "id"))
    }

    /// Starts, saves and submits a proposal.
    pub fn apply(&self, token: &str, round: &str, body: Value) -> String {
        let id = text(&self.post(token, &format!("/rounds/{round}/proposals"), json!({})), "id");
        self.post(token, &format!("/proposals/{id}"), body);
        self.post(token, &format!("/proposals/{id}/submit"), json!({}));
        id
    }

    pub fn eligible(&self, proposal: &str) {
        let version = &self.get("office_staff", &format!("/proposals/{proposal}"))["version"];
        let body = json!({ "version": version, "verdict": "eligible" });
        self.post("office_staff", &format!("/proposals/{proposal}/check"), body);
    }

    /// Hands in all reviews of a reviewer; `points` says how many points less than full a proposal
    /// gets.
    pub fn review(&self, token: &str, less: impl Fn(&str) -> i64) {
        for item in self.get(token, "/reviews")["items"].as_array().expect("items") {
            let id = text(item, "id");
            self.post(token, &format!("/reviews/{id}/begin"), json!({}));
            let version = &self.get(token, &format!("/reviews/{id}"))["version"];
            let points = [30 - less(&text(item, "proposal")), 25, 25, 20];
            let body = json!({ "version": version, "points": points, "comment_applicant": "잘 썼습니다" });
            let saved = self.post(token, &format!("/reviews/{id}"), body.clone());
            let body = json!({ "version": saved["version"], "points": points, "comment_applicant": "잘 썼습니다" });
            self.post(token, &format!("/reviews/{id}/submit"), body);
        }
    }

    /// Makes, proposes, approves and announces a plan.
    pub fn announce(&self, round: &str) -> String {
        let plan = text(&self.post("office_staff", &format!("/rounds/{round}/plans"), json!({ "note": "1차" })), "id");
        self.post("office_staff", &format!("/plans/{plan}/propose"), json!({}));
        self.post("office_approver", &format!("/plans/{plan}/approve"), json!({}));
        self.post("office_staff", &format!("/plans/{plan}/announce"), json!({}));
        plan
    }

    /// The open offer of an applicant.
    pub fn offer(&self, token: &str) -> Option<Value> {
        let mine = self.get(token, "/offers/mine");
        mine["items"].as_array().expect("items").iter().find(|offer| offer["state"] == "open").cloned()
    }

    /// Accepts the open offer of an applicant and has the agreement signed by both.
    pub fn accept_and_sign(&self, token: &str) -> Held {
        let offer = text(&self.offer(token).expect("an open offer"), "id");
        let project = text(&self.post(token, &format!("/offers/{offer}/accept"), json!({})), "project");
        let shown = self.get(token, &format!("/projects/{project}"));
        let agreement = text(&shown["awards"][0], "agreement");
        let hash = text(&self.get(token, &format!("/agreements/{agreement}")), "hash");
        self.post(token, &format!("/agreements/{agreement}/sign"), json!({ "hash": hash }));
        self.post("office_approver", &format!("/agreements/{agreement}/countersign"), json!({ "hash": hash }));
        Held { offer, award: text(&shown["awards"][0], "id"), agreement, project }
    }
}

/// What an accepted offer became.
pub struct Held {
    pub offer: String,
    pub project: String,
    pub award: String,
    pub agreement: String,
}

/// The codes of a problem, `field: code` for fields.
pub fn codes(problem: &Value) -> Vec<String> {
    let list = |name: &str| problem[name].as_array().cloned().unwrap_or_default();
    let fields = list("errors").into_iter().map(|one| format!("{}: {}", text(&one, "field"), text(&one, "code")));
    fields.chain(list("reasons").into_iter().map(|one| text(&one, "code"))).collect()
}

/// A field that is a text.
pub fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_else(|| panic!("{field} in {value}")).to_owned()
}

pub fn call_body() -> Value {
    json!({
        "title_ko": "2021년 정기 모집", "title_en": "Regular call 2021", "body_ko": "신청하십시오.", "contact": "062-000-0000",
        "track": "open", "products": ["gpu_mid", "gpu_long"],
        "criteria": [
            { "name_ko": "필요성", "max_points": 30 }, { "name_ko": "역량", "max_points": 25 },
            { "name_ko": "자원 계획", "max_points": 25 }, { "name_ko": "파급 효과", "max_points": 20 },
        ],
        "rounds": [{
            "kind": "regular", "name_ko": "1차", "opens_on": "2021-05-10", "closes_on": "2021-05-31",
            "review_due_on": "2021-06-15", "announce_on": "2021-06-20", "offer_days": 7,
            "earliest_start_on": "2021-07-01", "latest_last_on": "2021-12-31", "envelope": { POOL: 164 },
        }],
    })
}

pub fn proposal_body(amount: i64, min: i64, months: i64) -> Value {
    json!({
        "version": 1, "title_ko": "의료 영상 판독 모델", "title_en": "Reading medical images", "summary": "요약",
        "usage_plan": "모델, 데이터, GPU 시간, 일정", "sector": "healthcare",
        "lines": [{
            "product": "gpu_long", "pool": POOL, "amount": amount, "min_amount": min,
            "earliest_start_on": "2021-07-01", "latest_last_on": "2021-12-31", "months": months,
        }],
    })
}

/// Adds an organization and makes the person a member of it.
fn join(test: &TestCenter, number: u8, user: Option<UserId>) {
    let id = OrganizationId::new(1_600_000_000_000, [number; 10]);
    test.db
        .db
        .write(|tx| -> store::Result<()> {
            tx.run(
                "INSERT INTO organization (id, name_ko, name_en, kind, size, sector, region, district, region_basis, region_as_of, youth_founded, created_at)
                 VALUES ($1, $2, 'Organization', 'company', 'sme', 'healthcare', '29', '북구', 'head_office', '2021-01-01', 0, $3)",
                values![id, format!("기관 {number}"), at(date(2021, 3, 1), 9)],
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

fn reviewer(test: &TestCenter, number: u8, name: &str) -> Actor {
    let person = test.add_person(number, name);
    test.db
        .db
        .write(|tx| {
            tx.run(
                "INSERT INTO user_role (user_id, role, given_at) VALUES ($1, 'reviewer', $2)",
                values![person.user, at(date(2021, 1, 4), 9)],
            )
        })
        .expect("given");
    Actor { roles: [Role::Reviewer].into(), ..person }
}
