//! A filled center, and the operations of the specification on what is in it.

use std::collections::BTreeMap;

use domain::access::{Act, Grant, Tie};
use http::Method;
use serde_json::{Value, json};

use super::story::{POOL, Story, call_body, proposal_body, text};

/// Ids of things that belong to `a`, by the word in the path before them.
pub type Ids = BTreeMap<&'static str, String>;

/// A year up to July: `a` has a project, `b` an open offer, `c` waits on the reserve list.
pub fn fill(s: &Story<'_>) -> Ids {
    let mut ids = Ids::new();
    ids.insert("drafts", text(&s.post("office_staff", "/calls", call_body()), "id"));
    let (call, round) = s.publish();
    s.test.set((2021, 5, 10), 12);
    let proposals: Vec<String> = [("a", 6), ("b", 6), ("c", 3)]
        .map(|(token, months)| s.apply(token, &round, proposal_body(64, 64, months)))
        .to_vec();
    proposals.iter().for_each(|proposal| s.eligible(proposal));
    s.test.set((2021, 5, 31), 14);
    s.post("office_staff", &format!("/rounds/{round}/reviews/fill"), json!({}));
    for token in ["reviewer", "r1", "r2"] {
        s.review(token, |proposal| if *proposal == proposals[0] { 5 } else { 10 });
    }
    ids.insert("reviews", text(&s.get("r1", "/reviews")["items"][0], "id"));
    s.test.set((2021, 6, 18), 10);
    ids.insert("plans", s.announce(&round));
    let held = s.accept_and_sign("a");
    s.test.set((2021, 7, 1), 1);
    s.work();
    s.test.set((2021, 7, 2), 9);
    let invite = json!({ "email": "new@mail.example", "tie": "member" });
    ids.insert("invitations", text(&s.post("a", &format!("/projects/{}/invitations", held.project), invite), "id"));
    let ask = json!({ "award": held.award, "pool": POOL, "kind": "increase", "amount": 8, "from": "2021-07-05", "reason": "증량" });
    ids.insert("adjustments", text(&s.post("a", &format!("/projects/{}/adjustments", held.project), ask), "id"));
    let token = json!({ "name": "자동화", "scope": "read", "days": 30 });
    ids.insert("tokens", text(&s.post("a", "/account/tokens", token), "id"));
    let key =
        json!({ "key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMD 노트북" });
    ids.insert("ssh-keys", text(&s.post("a", "/account/ssh-keys", key), "id"));
    let job = json!({ "name": "학습", "devices": 1, "minutes": 10, "script": "#!/bin/sh\n", "pool": POOL });
    ids.insert("jobs", text(&s.post("a", &format!("/projects/{}/jobs", held.project), job), "id"));
    let environment = json!({ "environment": "lab", "devices": 1, "hours": 8, "pool": POOL });
    let environment = s.post("a", &format!("/projects/{}/environments", held.project), environment);
    ids.insert("environments", text(&environment, "id"));
    ids.insert("maintenance", text(&s.post("operator", "/maintenance", window()), "id"));
    ids.insert(
        "reservations",
        text(&s.post("a", &format!("/projects/{}/reservations", held.project), reservation()), "id"),
    );
    let account = s.get("a", "/account");
    // Something that still waits for the worker.
    let returned = json!({ "award": held.award, "pool": POOL, "amount": 8, "from": "2021-07-20" });
    s.post("a", &format!("/projects/{}/returns", held.project), returned);
    let work = s.get("operator", "/work")["items"][0].clone();
    ids.extend([
        ("calls", call),
        ("rounds", round),
        ("proposals", proposals[0].clone()),
        ("offers", held.offer),
        ("agreements", held.agreement),
        ("projects", held.project),
        ("awards", held.award),
        ("users", text(&account, "id")),
        ("members", text(&account, "id")),
        ("asking", text(&account, "id")),
        ("organizations", text(&account, "organization")),
        ("capacity", POOL.to_owned()),
        ("ledger", "1".to_owned()),
        ("audit", "1".to_owned()),
        ("work", text(&work, "id")),
        ("mails", text(&s.get("sysadmin", "/mails")["items"][0], "id")),
        ("sessions", "00".to_owned()),
    ]);
    ids
}

/// A maintenance window ahead.
fn window() -> Value {
    json!({
        "title_ko": "점검", "from": "2021-08-10T00:00:00Z", "to": "2021-08-11T00:00:00Z", "pools": { POOL: 8 },
    })
}

/// A reservation that waits for a decision.
fn reservation() -> Value {
    json!({
        "pool": POOL, "amount": 8, "from": "2021-07-10", "last": "2021-07-12", "purpose": "수업",
    })
}

/// A path with the ids of the filled center in it.
pub fn path(pattern: &str, ids: &Ids) -> String {
    let mut out: Vec<String> = Vec::new();
    for part in pattern.trim_start_matches("/api/v1").split('/') {
        let before = out.last().cloned().unwrap_or_default();
        let id = || ids.get(before.as_str()).unwrap_or_else(|| panic!("no id for {pattern}")).clone();
        out.push(if part.starts_with('{') { id() } else { part.to_owned() });
    }
    out.join("/")
}

/// A body that an operation can read.
pub fn body(id: &str, ids: &Ids) -> Value {
    let dates = || {
        json!({
            "opens_on": "2021-05-10", "opens_time": "00:00", "closes_on": "2021-08-31", "closes_time": "14:00",
            "review_due_on": "2021-09-15", "announce_on": "2021-09-20", "offer_days": 7,
            "earliest_start_on": "2021-10-01", "latest_last_on": "2021-12-31", "reason": "착오",
        })
    };
    let organization = json!({
        "version": 1, "name_ko": "새 기관", "name_en": "New", "business_number": "123-45-67891", "kind": "company", "size": "sme",
        "sector": "healthcare", "region": "29", "district": "북구", "region_basis": "head_office", "youth_founded": false,
    });
    let versioned = |mut body: Value| {
        body["version"] = 1.into();
        body
    };
    match id {
        "call_draft" | "call_change" | "call_check" => versioned(call_body()),
        "round_correct_dates" => dates(),
        "audit_download" => json!({ "reason": "점검", "action": "token.created", "from": "2021-01-01" }),
        "maintenance_plan" | "maintenance_look" => window(),
        "maintenance_change" => json!({ "version": 1, "maintenance": window() }),
        "maintenance_cancel" | "maintenance_finish" => json!({ "version": 1 }),
        "reservation_ask" => reservation(),
        "reservation_approve" | "reservation_decline" | "reservation_take_back" => {
            json!({ "version": 1, "note": "까닭" })
        }
        "reservation_call_off" => json!({ "version": 1 }),
        "job_submit" => json!({ "name": "학습", "devices": 1, "minutes": 10, "script": "#!/bin/sh\n", "pool": POOL }),
        "environment_extend" => json!({ "hours": 1 }),
        "environment_start" => json!({ "environment": "lab", "devices": 1, "hours": 8, "pool": POOL }),
        "call_publish" | "organization_verify" => json!({ "version": 1 }),
        "proposal_save" => proposal_body(8, 8, 3),
        "proposal_check" => json!({ "version": 1, "verdict": "eligible", "note": "" }),
        "review_save" | "review_submit" => {
            json!({ "version": 1, "points": [1, 2, 3, null], "comment_applicant": "가", "comment_committee": "나" })
        }
        "review_assign" => json!({ "reviewers": [ids["users"]] }),
        "plan_make" => json!({ "note": "메모" }),
        "agreement_sign" | "agreement_countersign" => json!({ "hash": "00" }),
        "project_invite" => json!({ "email": "p@mail.example", "tie": "member" }),
        "project_change_member" => json!({ "tie": "member" }),
        "invitation_answer" => json!({ "accept": false }),
        "adjustment_request" => json!({
            "award": ids["awards"], "pool": POOL, "kind": "decrease", "amount": 8, "from": "2021-08-01", "to": "2022-01-05", "reason": "감량",
        }),
        "project_return" => {
            json!({ "award": ids["awards"], "pool": POOL, "amount": 8, "from": "2021-08-01", "reason": "반납" })
        }
        "cluster_adopt" => json!({ "pool": POOL }),
        "adjustment_decide" => json!({ "approve": false, "note": "사유" }),
        "capacity_enter" => {
            json!({ "rung": "installed", "delta": 8, "from": "2021-08-01", "to": "2021-09-01", "note": "증설" })
        }
        "ledger_correct" => json!({ "delta": -8, "from": "2021-08-01", "to": "2021-09-01", "reason": "오기" }),
        "ledger_transfer" => json!({
            "from_award": ids["awards"], "to_award": ids["awards"], "pool": POOL, "amount": 8, "from": "2021-08-01", "to": "2021-09-01", "reason": "이관",
        }),
        "account_change" => json!({ "name": "홍길동", "phone": "010-1234-5678", "language": "ko" }),
        "token_create" => json!({ "name": "자동화", "scope": "read", "days": 30 }),
        "ssh_key_add" => {
            json!({ "key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE" })
        }
        "user_create" => {
            json!({ "email": "q@mail.example", "name": "이름", "phone": "", "language": "en", "roles": ["auditor"] })
        }
        "user_set_roles" => json!({ "roles": ["auditor"] }),
        "organization_register" | "organization_change" => organization,
        "organization_ask" => json!({ "business_number": "123-45-67891" }),
        "organization_place" => json!({ "email": "q@mail.example", "admin": false }),
        "organization_set_admin" => json!({ "admin": true }),
        "call_archive" | "proposal_withdraw" | "review_conflict" | "offer_decline" | "offer_withdraw" | "user_lock" => {
            json!({ "reason": "사유" })
        }
        _ => json!({}),
    }
}

/// An operation of the specification.
pub struct Operation {
    pub method: Method,
    pub pattern: String,
    pub act: Act,
    pub id: String,
}

pub fn operations() -> Vec<Operation> {
    let spec = api::specification();
    let json = serde_json::to_value(&spec).expect("a specification is JSON");
    let mut all: Vec<Operation> = api::Operations::of(&spec)
        .iter()
        .map(|(method, pattern, act)| Operation {
            id: text(&json["paths"][pattern][method.as_str().to_lowercase()], "operationId"),
            method: method.clone(),
            pattern: pattern.to_owned(),
            act,
        })
        .collect();
    all.sort_by(|a, b| (&a.pattern, a.method.as_str()).cmp(&(&b.pattern, b.method.as_str())));
    all
}

impl Operation {
    /// Whether it has a body in JSON: files are told of elsewhere.
    pub fn takes_json(&self) -> bool {
        self.method == Method::POST && !self.pattern.contains("/imports/")
    }

    pub fn by_tie(&self) -> bool {
        self.act.grants().iter().any(|grant| matches!(grant, Grant::Tie(_)))
    }

    /// Somebody who may call it on what the center is filled with.
    pub fn caller(&self) -> &'static str {
        let grants = self.act.grants();
        if grants.contains(&Grant::Tie(Tie::AssignedReviewer)) && !grants.contains(&Grant::Tie(Tie::Lead)) {
            return "r1";
        }
        grants
            .iter()
            .find_map(|grant| match grant {
                Grant::Role(role) => Some(role.as_str()),
                Grant::Anyone | Grant::SignedIn | Grant::Applicant | Grant::Tie(_) => None,
            })
            .unwrap_or("a")
    }
}
