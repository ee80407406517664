//! A filled center, and what others than its people may do with it; and whatever else is sent.

mod support;

use std::collections::BTreeSet;

use domain::access::{Act, Role, may};
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use support::filled::{Operation, body, fill, operations, path};
use support::story::{Story, call_body, text};
use support::{Answered, wait};
use testkit::{TestCenter, TestDb, on_both_engines};

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
            let others = ["/tokens/", "/sessions/", "/ssh-keys/"].iter().any(|part| path.contains(part));
            let own = path.starts_with("/account") && !others;
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
fn keys_are_added_listed_and_removed_and_a_private_one_is_told_back_to_nobody() {
    let test = TestCenter::new(TestDb::sqlite());
    let s = Story::new(&test);
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMD";
    let made = s.post("a", "/account/ssh-keys", json!({ "key": format!("{key} kim@laptop") }));
    assert_eq!(
        (&made["kind"], &made["bits"], &made["comment"]),
        (&json!("ed25519"), &json!(256), &json!("kim@laptop"))
    );
    assert_eq!(made["fingerprint"], "SHA256:gnDfULwoGkHCZ0cpikt5ZjeLoa9Yyo7dmFepI3UZQWc");
    assert_eq!(made["public_key"], key);
    assert_eq!(s.get("a", "/account/ssh-keys")["items"][0], made);
    assert_eq!(s.get("a", "/account")["cluster_account"], Value::Null);
    let refused = |who: &str, text: &str| s.refused(who, "/account/ssh-keys", json!({ "key": text }));
    assert_eq!(refused("a", key), (422, vec!["key: ssh_key_twice".to_owned()]));
    assert_eq!(refused("b", key), (422, vec!["key: ssh_key_taken".to_owned()]));
    let private = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ\n";
    let answer = s.call(Method::POST, "a", "/account/ssh-keys", &json!({ "key": private }).to_string());
    assert_eq!(support::story::codes(&answer.json()), ["key: ssh_key_private"]);
    assert!(!answer.text.contains("b3Blb"), "{}", answer.text);
    let path = format!("/account/ssh-keys/{}/remove", text(&made, "id"));
    assert_eq!(s.call(Method::POST, "b", &path, "{}").status, StatusCode::NOT_FOUND);
    s.post("a", &path, json!({}));
    assert_eq!(s.call(Method::POST, "a", &path, "{}").status, StatusCode::NOT_FOUND);
    assert_eq!(s.get("a", "/account/ssh-keys")["items"], json!([]));
    s.post("b", "/account/ssh-keys", json!({ "key": key }));
}

#[test]
fn a_token_that_writes_makes_no_tokens_and_adds_no_keys() {
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
    let key = json!({ "key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMD" });
    let refused = s.refused("writer", "/account/ssh-keys", key.clone());
    assert_eq!(refused, (403, vec!["token_adds_no_keys".to_owned()]));
    let made = s.post("maker", "/account/ssh-keys", key);
    s.post("writer", &format!("/account/ssh-keys/{}/remove", text(&made, "id")), json!({}));
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
