//! What is true of every operation.

mod support;

use std::collections::BTreeSet;

use axum::body::Body;
use domain::access::{Grant, Role};
use http::{Method, Request, StatusCode};
use support::Api;
use testkit::{TestCenter, TestDb};

#[tokio::test]
async fn every_operation_turns_away_whom_the_table_excludes() {
    let test = TestCenter::new(TestDb::sqlite());
    let api = Api::new(&test);
    let spec = api::specification();
    let operations = api::Operations::of(&spec);
    for (method, pattern, act) in operations.iter() {
        let path: String = pattern
            .split('/')
            .map(|part| if part.starts_with('{') { "018f0000-0000-7000-8000-000000000000" } else { part })
            .collect::<Vec<_>>()
            .join("/");
        let anyone = act.grants().contains(&Grant::Anyone);
        let by_tie = act.grants().iter().any(|grant| matches!(grant, Grant::Tie(_)));
        let visitor = api.call(method.clone(), &path, "", "k", "{}").await;
        if !anyone || *method != Method::GET {
            assert_eq!(visitor.status, StatusCode::UNAUTHORIZED, "a visitor at {method} {path}");
        }
        let wrong = api.call(method.clone(), &path, "nobody", "k", "{}").await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED, "a wrong token at {method} {path}");
        for &role in Role::ALL {
            let answer = api.call(method.clone(), &path, role.as_str(), &format!("{method}{path}"), "{}").await;
            assert!(!answer.status.is_server_error(), "{role} at {method} {path}: {}", answer.text);
            let may = domain::access::may(act, true, &BTreeSet::from([role]), &[]);
            if !may && !by_tie {
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{role} at {method} {path}");
            }
            if *method != Method::GET {
                let reads = api.call(method.clone(), &path, &format!("{role}:read"), "k", "{}").await;
                assert_eq!(reads.status, StatusCode::FORBIDDEN, "{role} reading at {method} {path}");
            }
        }
    }
}

#[test]
fn every_operation_names_its_act_and_has_an_id_of_its_own() {
    let spec = api::specification();
    let named = api::Operations::of(&spec).iter().count();
    let json = serde_json::to_value(&spec).expect("a specification is JSON");
    let mut ids = BTreeSet::new();
    let mut all = 0;
    for (path, item) in json["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let id = operation["operationId"].as_str().unwrap_or("");
            assert!(!id.is_empty() && ids.insert(id.to_owned()), "{method} {path}: {id}");
            all += 1;
        }
    }
    assert_eq!(named, all, "an operation without a known x-act can be called by nobody");
}

#[tokio::test]
async fn the_specification_is_served_and_pinned() {
    let test = TestCenter::new(TestDb::sqlite());
    let answer = Api::new(&test).get("/api/v1/openapi.json").await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "application/json"));
    assert!(answer.json()["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    insta::assert_snapshot!(answer.text);
}

#[tokio::test]
async fn the_viewer_needs_nothing_from_outside_and_no_inline_script() {
    let test = TestCenter::new(TestDb::sqlite());
    let api = Api::new(&test);
    let page = api.get("/api/docs").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.text.contains("://") && !page.text.contains("<script>") && !page.text.contains("style="));
    for (name, kind) in
        [("swagger-ui.css", "text/css"), ("swagger-ui-bundle.js", "text/javascript"), ("start.js", "text/javascript")]
    {
        let file = api.get(&format!("/api/docs/{name}")).await;
        assert_eq!(file.status, StatusCode::OK, "{name}");
        assert!(file.header("content-type").starts_with(kind), "{name}: {}", file.header("content-type"));
        assert!(file.text.len() > 50, "{name}");
    }
    assert_eq!(api.get("/api/docs/index.html").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn failures_are_problems_in_the_callers_language() {
    let test = TestCenter::new(TestDb::sqlite());
    let api = Api::new(&test);
    let answer = api.get("/api/v1/nothing?lang=en").await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::NOT_FOUND, "application/problem+json"));
    let problem = answer.json();
    assert_eq!(problem["type"], "urn:mudeung:problem:not-found");
    assert_eq!(problem["title"], "There is no such resource");
    let id = answer.header("x-request-id");
    assert!(!id.is_empty());
    assert_eq!(problem["instance"], format!("urn:mudeung:request:{id}"));
    let method = api.call(Method::POST, "/api/v1/pools", "sysadmin", "k", "{}").await;
    assert_eq!((method.status, method.json()["status"].as_u64()), (StatusCode::METHOD_NOT_ALLOWED, Some(405)));
}

#[tokio::test]
async fn pools_are_listed() {
    let test = TestCenter::new(TestDb::sqlite());
    let answer = Api::new(&test).get("/api/v1/pools").await;
    let page = answer.json();
    assert_eq!(page["items"][0]["id"], "gpu-a100");
    assert_eq!((page["items"].as_array().map(Vec::len), page["next"].is_null()), (Some(2), true));
}

#[tokio::test]
async fn a_session_cookie_reads() {
    let test = TestCenter::new(TestDb::sqlite());
    let request = Request::builder().uri("/api/v1/pools").header("cookie", "mudeung=auditor").body(Body::empty());
    assert_eq!(Api::new(&test).send(request.expect("a request")).await.status, StatusCode::OK);
}

/// Every place within a document at which `key` stands.
fn found<'a>(value: &'a serde_json::Value, key: &str, out: &mut Vec<&'a serde_json::Value>) {
    match value {
        serde_json::Value::Array(items) => items.iter().for_each(|item| found(item, key, out)),
        serde_json::Value::Object(fields) => {
            out.extend(fields.get(key));
            fields.values().for_each(|item| found(item, key, out));
        }
        _ => {}
    }
}

#[test]
fn the_specification_holds_together() {
    let spec = serde_json::to_value(api::specification()).expect("a specification is JSON");
    let mut refs = Vec::new();
    found(&spec, "$ref", &mut refs);
    assert!(refs.len() > 300, "{}", refs.len());
    for to in refs {
        let pointer = to.as_str().and_then(|to| to.strip_prefix('#')).expect("references stay within the document");
        assert!(spec.pointer(pointer).is_some(), "{pointer} leads nowhere");
    }
    for (path, item) in spec["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let at = format!("{method} {path}");
            let responses = operation["responses"].as_object().expect("responses");
            assert!(
                responses.keys().any(|status| status.starts_with('2')) && responses.contains_key("default"),
                "{at}"
            );
            assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{at} has no summary");
            assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{at}");
            assert_eq!(operation["requestBody"].is_object(), method == "post", "{at}");
            let named: BTreeSet<&str> = operation["parameters"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|one| one["in"] == "path" && one["required"] == true)
                .filter_map(|one| one["name"].as_str())
                .collect();
            let wanted: BTreeSet<&str> =
                path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
            assert_eq!(named, wanted, "{at}");
        }
    }
    for (name, schema) in spec["components"]["schemas"].as_object().expect("schemas") {
        let input = name.ends_with("Body")
            || ["AtVersion", "Nothing", "Why", "Signature", "CapacityChange"].contains(&name.as_str());
        assert_eq!(schema["additionalProperties"] == false, input || name == "DraftRequestLine", "{name}");
        let parts = std::iter::once(schema).chain(schema["allOf"].as_array().into_iter().flatten());
        for (field, property) in parts.filter_map(|part| part["properties"].as_object()).flatten() {
            let mut told = Vec::new();
            found(property, "description", &mut told);
            assert!(!told.is_empty(), "{name}.{field} is not documented");
        }
    }
}
