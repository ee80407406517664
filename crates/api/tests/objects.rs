//! A filled center, and what others than its people may do with it; and whatever else is sent.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use domain::access::{Act, Grant, Role, Tie, may};
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use support::story::{POOL, Story, call_body, proposal_body, text};
use support::{Answered, wait};
use testkit::{TestCenter, TestDb, on_both_engines};

/// Ids of things that belong to `a`, by the word in the path before them.
type Ids = BTreeMap<&'static str, String>;

/// A year up to July: `a` has a project, `b` an open offer, `c` waits on the reserve list.
fn fill(s: &Story<'_>) -> Ids {
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

/// A path with the ids of the filled center in it.
fn path(pattern: &str, ids: &Ids) -> String {
    let mut out: Vec<String> = Vec::new();
    for part in pattern.trim_start_matches("/api/v1").split('/') {
        let before = out.last().cloned().unwrap_or_default();
        let id = || ids.get(before.as_str()).unwrap_or_else(|| panic!("no id for {pattern}")).clone();
        out.push(if part.starts_with('{') { id() } else { part.to_owned() });
    }
    out.join("/")
}

/// A body that an operation can read.
fn body(id: &str, ids: &Ids) -> Value {
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

struct Operation {
    method: Method,
    pattern: String,
    act: Act,
    id: String,
}

fn operations() -> Vec<Operation> {
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
    fn takes_json(&self) -> bool {
        self.method == Method::POST && !self.pattern.contains("/imports/")
    }

    fn by_tie(&self) -> bool {
        self.act.grants().iter().any(|grant| matches!(grant, Grant::Tie(_)))
    }

    /// Somebody who may call it on what the center is filled with.
    fn caller(&self) -> &'static str {
        let grants = self.act.grants();
        if grants.contains(&Grant::Tie(Tie::AssignedReviewer)) && !grants.contains(&Grant::Tie(Tie::Lead)) {
            return "r1";
        }
        grants
            .iter()
            .find_map(|grant| match grant {
                Grant::Role(role) => Some(role.as_str()),
                Grant::Anyone | Grant::SignedIn | Grant::Tie(_) => None,
            })
            .unwrap_or("a")
    }
}

#[test]
fn what_somebody_may_not_see_is_not_there() {
    let test = TestCenter::new(TestDb::sqlite());
    let s = Story::new(&test);
    let ids = fill(&s);
    let draft = format!("/calls/{}", ids["drafts"]);
    assert_eq!(s.call(Method::GET, "x", &draft, "").status, StatusCode::NOT_FOUND);
    let mut walked = 0;
    for operation in operations() {
        let (path, body) = (path(&operation.pattern, &ids), body(&operation.id, &ids).to_string());
        let callers = std::iter::once(("x", None)).chain(Role::ALL.iter().map(|role| (role.as_str(), Some(*role))));
        for (token, role) in callers {
            let roles: BTreeSet<Role> = role.into_iter().collect();
            let allowed = may(operation.act, true, &roles, &[]);
            // One's own account, and a reviewer's own assignment, are not another's.
            let own = path.starts_with("/account") && !path.contains("/tokens/") && !path.contains("/sessions/");
            let assigned = role == Some(Role::Reviewer) && operation.act == Act::ProposalRead;
            if own || assigned || (operation.method == Method::POST && allowed) {
                continue;
            }
            let answer = s.call(operation.method.clone(), token, &path, &body);
            let what = format!("{token} at {} {path}: {} {}", operation.method, answer.status, answer.text);
            assert!(!answer.status.is_server_error(), "{what}");
            if allowed {
                assert_eq!(answer.status, StatusCode::OK, "{what}");
            } else if operation.by_tie() && operation.pattern.contains('{') {
                // Whoever sees it by their role may be told that this is not theirs to do.
                let told = role.is_some() || operation.id == "organization_place";
                let hidden = answer.status == StatusCode::NOT_FOUND;
                assert!(hidden || (told && answer.status == StatusCode::FORBIDDEN), "{what}");
            } else {
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{what}");
            }
            walked += 1;
        }
    }
    assert!(walked > 700, "{walked}");
}

#[test]
fn people_see_what_is_theirs_and_others_names_are_masked() {
    let test = TestCenter::new(TestDb::sqlite());
    let s = Story::new(&test);
    let ids = fill(&s);
    for kind in ["proposals", "offers", "agreements", "projects", "adjustments", "organizations"] {
        s.get("a", &format!("/{kind}/{}", ids[kind]));
    }
    for part in ["adjustments", "choices"] {
        s.get("a", &format!("/projects/{}/{part}", ids["projects"]));
    }
    let review = s.get("r1", &format!("/reviews/{}", ids["reviews"]));
    assert_eq!(review["criteria"][0]["criterion"]["max_points"], 30);
    let as_reviewer = s.get("r1", &format!("/proposals/{}", ids["proposals"]));
    assert_eq!((&as_reviewer["lead_email"], &as_reviewer["announced"]), (&json!("***@mail.example"), &Value::Null));
    assert_eq!(s.get("a", &format!("/proposals/{}", ids["proposals"]))["lead_email"], "a@mail.example");
    let operator = s.get("operator", &format!("/projects/{}", ids["projects"]));
    assert_eq!(operator["members"][0]["email"], "***@mail.example");
    let users = s.get("office_staff", "/users").to_string();
    assert!(!users.contains("office_staff@mail.example") && users.contains("of***@mail.example"), "{users}");
}

#[test]
fn a_tokens_secret_is_told_once() {
    let test = TestCenter::new(TestDb::sqlite());
    let s = Story::new(&test);
    let send = || {
        let body = r#"{"name":"자동화","scope":"read_write","days":30}"#;
        wait(s.api.call(Method::POST, "/api/v1/account/tokens", "a", "same", body))
    };
    let (first, again) = (send(), send());
    assert_eq!((first.status, again.status), (StatusCode::CREATED, StatusCode::CREATED), "{}", first.text);
    assert!(first.json()["secret"].as_str().is_some_and(|secret| secret.starts_with("mdg_")));
    assert_eq!((&again.json()["id"], &again.json()["secret"]), (&first.json()["id"], &Value::Null));
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(s.get("a", "/account/tokens")["items"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_token_that_writes_makes_no_tokens() {
    let test = TestCenter::new(TestDb::sqlite());
    let s = Story::new(&test);
    let a = s.api.person("a");
    let make = |token: &str, scope: &str| {
        s.call(Method::POST, token, "/account/tokens", &json!({ "name": "ci", "scope": scope, "days": 30 }).to_string())
    };
    for (token, scope) in [("writer", "read_write"), ("maker", "read_write_tokens")] {
        let made = make("a", scope).json();
        s.api.add(token, service::Actor { token: text(&made, "id").parse().ok(), ..a.clone() });
    }
    let refused = make("writer", "read");
    assert_eq!(
        (refused.status, support::story::codes(&refused.json())),
        (StatusCode::FORBIDDEN, vec!["token_makes_none".to_owned()])
    );
    assert_eq!(make("maker", "read_write").status, StatusCode::CREATED);
    assert_eq!(make("maker", "all").status, StatusCode::UNPROCESSABLE_ENTITY);
}

fn is_a_problem(answer: &Answered, what: &str) {
    assert!(answer.status.is_client_error(), "{what}: {} {}", answer.status, answer.text);
    assert_eq!(answer.header("content-type"), "application/problem+json", "{what}: {}", answer.text);
    assert!(answer.json()["title"].as_str().is_some_and(|title| !title.is_empty()), "{what}");
}

#[test]
fn a_body_that_cannot_be_read_is_a_problem_everywhere() {
    let test = TestCenter::new(TestDb::sqlite());
    let s = Story::new(&test);
    let ids = fill(&s);
    let deep = "[".repeat(50_000);
    let nested = format!("{{\"lines\":{}{}}}", "[".repeat(500), "]".repeat(500));
    let long = format!("{{\"reason\":\"{}\"}}", "a".repeat(2 << 20));
    for operation in operations().into_iter().filter(Operation::takes_json) {
        let path = path(&operation.pattern, &ids);
        let caller = operation.caller();
        let sent = [
            "[]",
            "null",
            "\"x\"",
            "{",
            "{}}",
            "\u{feff}{}",
            "{\"nonsense\":1}",
            "{\"version\":1e400}",
            &deep,
            &nested,
        ];
        for sent in sent {
            let answer = s.call(Method::POST, caller, &path, sent);
            let what = format!("{caller} at {path} with {:.40}", sent);
            is_a_problem(&answer, &what);
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
            if sent.contains("nonsense") {
                let problem = answer.json();
                assert!(
                    problem["detail"].as_str().is_some_and(|detail| detail.contains("nonsense")),
                    "{what}: {problem}"
                );
            }
        }
        let answer = s.call(Method::POST, caller, &path, &long);
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{caller} at {path}");
        is_a_problem(&answer, &path);
        let request = Request::post(format!("/api/v1{path}"))
            .header("authorization", format!("Bearer {caller}"))
            .header("idempotency-key", "form")
            .header("content-type", "application/x-www-form-urlencoded")
            .body("reason=x".into());
        let answer = wait(s.api.send(request.expect("a request")));
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{caller} at {path}");
        is_a_problem(&answer, &path);
    }
}

#[test]
fn a_list_is_never_taken_for_an_object() {
    let test = TestCenter::new(TestDb::sqlite());
    let s = Story::new(&test);
    let ids = fill(&s);
    let mut nested = 0;
    for operation in operations().into_iter().filter(Operation::takes_json) {
        let path = path(&operation.pattern, &ids);
        let sample = body(&operation.id, &ids);
        let mut all = vec![String::new()];
        places(&sample, "", &mut all);
        for place in all {
            let Some(Value::Object(fields)) = sample.pointer(&place) else { continue };
            let list: Vec<Value> = fields.values().cloned().collect();
            let mut sent = sample.clone();
            *sent.pointer_mut(&place).expect("a place of the sample") = list.into();
            let answer = s.call(Method::POST, operation.caller(), &path, &sent.to_string());
            let what = format!("{path} with a list at {place}: {}", answer.text);
            is_a_problem(&answer, &what);
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
            let field = place.trim_start_matches('/').replace('/', ".");
            assert_eq!(answer.json()["errors"][0]["field"], field, "{what}");
            nested += usize::from(!place.is_empty());
        }
    }
    assert!(nested > 10, "{nested}");
}

#[test]
fn a_field_is_sent_once() {
    let test = TestCenter::new(TestDb::sqlite());
    let s = Story::new(&test);
    let answer = s.call(Method::POST, "a", "/account/tokens", r#"{"name":"가","scope":"read","days":1,"days":2}"#);
    is_a_problem(&answer, "a field twice");
}

/// The places of all values within a body, as pointers.
fn places(value: &Value, at: &str, out: &mut Vec<String>) {
    let parts: Vec<(String, &Value)> = match value {
        Value::Array(items) => items.iter().enumerate().map(|(n, item)| (n.to_string(), item)).collect(),
        Value::Object(fields) => fields.iter().map(|(name, item)| (name.clone(), item)).collect(),
        _ => Vec::new(),
    };
    for (name, part) in parts {
        let place = format!("{at}/{name}");
        places(part, &place, out);
        out.push(place);
    }
}

on_both_engines! {
    fn no_value_of_any_field_is_too_much(t) {
        let s = Story::new(&t);
        let ids = fill(&s);
        let hostile = [
            json!(-1), json!(i64::MAX), json!("2200-12-31"), json!("가".repeat(30_000)), json!("%' OR 1=1 --"), json!(i64::MIN),
            json!(0), json!(u64::MAX), json!(1e308), json!(null), json!(true), json!([]), json!({}), json!(""), json!("a\u{0}b"),
            json!("1900-01-01"), json!("9999-12-31"), json!(ids["drafts"]),
        ];
        // Only some of them reach a database.
        let hostile = if t.db.url.starts_with("postgres") { &hostile[1..5] } else { &hostile[..] };
        for operation in operations().into_iter().filter(Operation::takes_json) {
            let path = path(&operation.pattern, &ids);
            let sample = body(&operation.id, &ids);
            let mut all = Vec::new();
            places(&sample, "", &mut all);
            for place in all {
                for value in hostile {
                    let mut sent = sample.clone();
                    *sent.pointer_mut(&place).expect("a place of the sample") = value.clone();
                    let answer = s.call(Method::POST, operation.caller(), &path, &sent.to_string());
                    let what = format!("{path} with {place} = {:.60}", value.to_string());
                    assert!(!answer.status.is_server_error(), "{what}: {}", answer.text);
                    if answer.status.is_client_error() {
                        is_a_problem(&answer, &what);
                    }
                }
            }
        }
        let check = s.get("auditor", "/check");
        assert_eq!(check["sound"], true, "{check}");
    }

    fn no_query_is_too_much(t) {
        let s = Story::new(&t);
        let ids = fill(&s);
        let spec = serde_json::to_value(api::specification()).expect("a specification is JSON");
        let hostile = ["-1", "0", "99999999999999999999", "x", "%00", "%27", "%F0%9F%92%A9", "7b7d", "5b302c2278225d", "1900-01-01", "2200-12-31", "%ff"];
        for operation in operations().into_iter().filter(|operation| operation.method == Method::GET) {
            let path = path(&operation.pattern, &ids);
            let asked = spec["paths"][&operation.pattern]["get"]["parameters"].as_array().cloned().unwrap_or_default();
            for parameter in asked.iter().filter(|parameter| parameter["in"] == "query") {
                for value in hostile {
                    let asked = format!("{path}?{}={value}", text(parameter, "name"));
                    let answer = s.call(Method::GET, operation.caller(), &asked, "");
                    assert!(!answer.status.is_server_error(), "{asked}: {}", answer.text);
                    if answer.status.is_client_error() {
                        is_a_problem(&answer, &asked);
                    }
                }
            }
            if operation.pattern.contains('{') {
                for value in ["0", "x", "%00", "..%2f", "%27", "%ff", "00000000-0000-0000-0000-000000000000"] {
                    let asked = operation.pattern.trim_start_matches("/api/v1").split('/').map(|part| if part.starts_with('{') { value } else { part });
                    let asked = asked.collect::<Vec<_>>().join("/");
                    let answer = s.call(Method::GET, operation.caller(), &asked, "");
                    is_a_problem(&answer, &asked);
                }
            }
        }
    }

    fn of_two_equal_requests_at_once_one_makes_something(t) {
        let s = Story::new(&t);
        let (_, round) = s.publish();
        t.set((2021, 5, 10), 12);
        let path = format!("/api/v1/rounds/{round}/proposals");
        let start = || s.api.call(Method::POST, &path, "a", "same", "{}");
        let (one, two) = wait(async { tokio::join!(start(), start()) });
        assert_eq!((one.status, &one.text), (StatusCode::CREATED, &two.text));
        assert_eq!(s.get("a", "/proposals/mine")["items"].as_array().map(Vec::len), Some(1));
        let draft = |key: &'static str| {
            let body = call_body().to_string();
            let api = &s.api;
            async move { api.call(Method::POST, "/api/v1/calls", "office_staff", key, &body).await }
        };
        let (one, two, other) = wait(async { tokio::join!(draft("k"), draft("k"), draft("l")) });
        assert_eq!(one.text, two.text);
        assert_ne!(one.text, other.text);
        assert_eq!(s.get("office_staff", "/calls")["items"].as_array().map(Vec::len), Some(3));
    }
}

/// The bar is six statements an answer; finding out who asks takes one of them.
#[test]
fn no_list_needs_more_statements_for_more_rows() {
    let test = TestCenter::new(TestDb::sqlite());
    let s = Story::new(&test);
    let ids = fill(&s);
    let count = |operation: &Operation| {
        let path = path(&operation.pattern, &ids);
        let before = test.center.statements.load(std::sync::atomic::Ordering::Relaxed);
        let answer = s.get(operation.caller(), &format!("{path}?limit=200"));
        let rows = answer["items"].as_array().map_or(0, Vec::len);
        (test.center.statements.load(std::sync::atomic::Ordering::Relaxed) - before, rows)
    };
    let lists: Vec<Operation> = operations()
        .into_iter()
        .filter(|one| one.method == Method::GET && one.id != "check_run")
        .filter(|one| {
            let answer = s.call(Method::GET, one.caller(), &path(&one.pattern, &ids), "");
            answer.status == StatusCode::OK && answer.json()["items"].is_array()
        })
        .collect();
    let few: Vec<(usize, usize)> = lists.iter().map(count).collect();
    many(&s, &ids);
    let mut long = BTreeSet::new();
    for (operation, (before, _)) in lists.iter().zip(few) {
        let (after, rows) = count(operation);
        assert!(after <= 5, "{}: {after} statements for {rows} rows", operation.id);
        assert!(after <= before.max(2), "{}: {before} statements became {after}", operation.id);
        if rows >= 100 {
            long.insert(operation.id.as_str());
        }
    }
    for id in [
        "adjustment_list",
        "audit_list",
        "call_list",
        "call_past",
        "capacity_coming_free",
        "capacity_entries",
        "capacity_holders",
        "freed_list",
        "ledger_list",
        "mail_list",
        "offer_list",
        "organization_list",
        "project_list",
        "proposal_mine",
        "project_adjustments",
        "reserve_list",
        "review_mine",
        "round_list",
        "round_proposals",
        "user_list",
    ] {
        assert!(long.contains(id), "{id} was not filled; {long:?} were");
    }
}

#[test]
fn no_single_thing_needs_more_statements_for_what_it_has() {
    let test = TestCenter::new(TestDb::sqlite());
    let s = Story::new(&test);
    let ids = fill(&s);
    let count = |operation: &Operation| {
        let before = test.center.statements.load(std::sync::atomic::Ordering::Relaxed);
        let answer = s.call(Method::GET, operation.caller(), &path(&operation.pattern, &ids), "");
        (answer.status == StatusCode::OK)
            .then(|| test.center.statements.load(std::sync::atomic::Ordering::Relaxed) - before)
    };
    let single: Vec<Operation> = operations()
        .into_iter()
        .filter(|one| one.method == Method::GET && one.id != "check_run" && one.pattern.contains('{'))
        .collect();
    let few: Vec<_> = single.iter().map(count).collect();
    assert!(few.iter().flatten().count() >= 20, "{few:?}");
    many(&s, &ids);
    test.db
        .db
        .write(|tx| -> store::Result<()> {
            let to = &ids["projects"];
            let moved =
                "UPDATE award SET project_id = $1 WHERE id LIKE '01795437-0009-7000-8000-00000000000_' AND id <> $2";
            tx.run(moved, store::values![to, ids["awards"]]).map(drop)
        })
        .expect("moved");
    let project = s.get("a", &format!("/projects/{}", ids["projects"]));
    assert_eq!(project["awards"].as_array().map(Vec::len), Some(10));
    let held = |award: &Value| award["holdings"][0]["held"].as_array().is_some_and(|held| !held.is_empty());
    assert!(project["awards"].as_array().is_some_and(|awards| awards.iter().all(held)), "{project}");
    let choices = s.get("a", &format!("/projects/{}/choices", ids["projects"]));
    assert_eq!(choices["items"].as_array().map(Vec::len), Some(10));
    for (operation, before) in single.iter().zip(few) {
        let after = count(operation);
        assert!(after.is_none_or(|after| after <= 5), "{}: {after:?} statements", operation.id);
        assert!(after <= before.map(|before| before.max(2)), "{}: {before:?} became {after:?}", operation.id);
    }
}

/// Copies a row a hundred times (`n` is 1 to 100), with other values in some columns. SQLite only.
fn copy(tx: &mut store::Tx<'_>, table: &str, row: &str, other: &[(&str, String)]) -> store::Result<()> {
    let columns: Vec<String> = tx
        .rows(&format!("SELECT name FROM pragma_table_info('{table}')"), &[])?
        .iter()
        .map(|row| row.get("name"))
        .collect::<store::Result<_>>()?;
    let values: Vec<String> = columns
        .iter()
        .map(|column| {
            other
                .iter()
                .find(|(name, _)| name == column)
                .map_or_else(|| format!("x.{column}"), |(_, value)| value.clone())
        })
        .collect();
    let copied = tx.run(
        &format!(
            "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 100)
             INSERT INTO {table} ({}) SELECT {} FROM c, (SELECT * FROM {table} WHERE {row} LIMIT 1) x",
            columns.join(", "),
            values.join(", ")
        ),
        &[],
    )?;
    assert_eq!(copied, 100, "{table} where {row}");
    Ok(())
}

/// A hundred rows more of everything that is listed.
fn many(s: &Story<'_>, ids: &Ids) {
    let id = |kind: u32| format!("printf('01795437-{kind:04}-7000-8000-%012d', n)");
    let is = |name: &str, kind: &str| format!("{name} = '{}'", ids[kind]);
    let entry = "(SELECT MAX(seq) FROM ledger_entry) + n".to_owned();
    let reviewer = "(SELECT MIN(user_id) FROM user_role WHERE role = 'reviewer')".to_owned();
    let freeing = "(SELECT MAX(seq) FROM ledger_entry) - 100 + n".to_owned();
    s.test
        .db
        .db
        .write(|tx| -> store::Result<()> {
            copy(tx, "call", &is("id", "drafts"), &[("id", id(1))])?;
            copy(tx, "round", &is("id", "rounds"), &[("id", id(2)), ("number", "100 + n".to_owned())])?;
            copy(tx, "users", &is("id", "users"), &[("id", id(3)), ("email", "n || '@mail.example'".to_owned())])?;
            copy(
                tx,
                "organization",
                &is("id", "organizations"),
                &[("id", id(4)), ("business_number", "NULL".to_owned())],
            )?;
            copy(tx, "proposal", &is("id", "proposals"), &[("id", id(5)), ("receipt_no", "'R' || n".to_owned())])?;
            copy(
                tx,
                "review",
                &is("id", "reviews"),
                &[("id", id(6)), ("proposal_id", id(5)), ("reviewer_id", reviewer)],
            )?;
            let waits = [("proposal_id", id(5)), ("reserve_rank", "100 + n".to_owned())];
            copy(tx, "decision", "outcome = 'reserve'", &waits)?;
            copy(tx, "offer", &is("id", "offers"), &[("id", id(7)), ("proposal_id", id(5))])?;
            let project = [("id", id(8)), ("proposal_id", id(5)), ("number", "'P' || n".to_owned())];
            copy(tx, "project", &is("id", "projects"), &project)?;
            let member = [("project_id", id(8))];
            copy(tx, "project_member", &is("project_id", "projects"), &member)?;
            copy(tx, "award", &is("id", "awards"), &[("id", id(9)), ("project_id", id(8)), ("offer_id", id(7))])?;
            copy(tx, "award_line", &is("award_id", "awards"), &[("award_id", id(9))])?;
            copy(tx, "ledger_entry", "kind = 'grant'", &[("seq", entry), ("award_id", id(9)), ("hash", id(10))])?;
            copy(tx, "freed", "amount > 0", &[("id", id(11)), ("ledger_seq", freeing)])?;
            copy(tx, "adjustment", &is("id", "adjustments"), &[("id", id(12))])?;
            copy(tx, "capacity_entry", "rung = 'installed'", &[("id", id(13)), ("pool_id", format!("'{POOL}'"))])?;
            copy(tx, "mail", "tries = 0", &[("id", id(14))])?;
            let row = "(SELECT MAX(seq) FROM audit) + n".to_owned();
            copy(tx, "audit", "seq = 1", &[("seq", row), ("hash", id(16))])?;
            let token = [("id", id(15)), ("hash", "'h' || n".to_owned())];
            copy(tx, "api_token", &is("id", "tokens"), &token)
        })
        .expect("rows can be copied");
}
