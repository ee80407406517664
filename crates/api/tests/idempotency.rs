//! A POST that is sent twice does its work once.

mod support;

use api::{Answer, Post};
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::post;
use edge::{App, Failure, Who};
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::Value;
use service::{Actor, Error};
use support::{Api, wait};
use testkit::{TestCenter, TestDb, on_both_engines};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    text: String,
}

/// An operation that leaves a trace each time it is carried out, and refuses `no` after it did.
async fn append(call: Post<Note>) -> Answer {
    call.run(StatusCode::CREATED, |cx, note| {
        let before = service::setup::note(cx, "test")?.unwrap_or_default();
        let after = format!("{before}{};", note.text);
        service::setup::keep_note(cx, "test", &after)?;
        if note.text == "no" { Err(Error::conflict(domain::Code::Changed)) } else { Ok(after) }
    })
    .await
}

fn routes(app: &App) -> Router {
    fn render(_: &App, _: &Who, failure: &Failure) -> axum::response::Response {
        use axum::response::IntoResponse as _;
        let codes: Vec<String> =
            failure.fields.iter().map(|error| format!("{} {}", error.field, error.reason.code)).collect();
        (failure.status, codes.join(", ")).into_response()
    }
    let render: edge::Render = render;
    Router::new()
        .route("/api/v1/notes", post(append))
        .route("/api/v1/others", post(append))
        .layer(from_fn_with_state((app.clone(), render), edge::failures))
        .with_state(app.clone())
}

fn trace(test: &TestCenter) -> String {
    let note = test.center.read(&Actor::clock(), |cx| service::setup::note(cx, "test"));
    note.expect("readable").unwrap_or_default()
}

on_both_engines! {
    fn the_same_key_and_body_are_given_the_first_answer(test) {
        let api = Api::with(&test, routes);
        let send = |token: &'static str, path: &'static str, key: &'static str, body: &'static str| {
            wait(api.call(Method::POST, path, token, key, body))
        };
        let first = send("sysadmin", "/api/v1/notes", "k1", r#"{"text":"a"}"#);
        assert_eq!((first.status, first.json()), (StatusCode::CREATED, Value::from("a;")));
        assert_eq!(first.header("idempotent-replayed"), "");
        let again = send("sysadmin", "/api/v1/notes", "k1", r#"{"text":"a"}"#);
        assert_eq!((again.status, again.json()), (StatusCode::CREATED, Value::from("a;")));
        assert_eq!(again.header("idempotent-replayed"), "true");
        assert_eq!(trace(&test), "a;");

        // Another body, another path: another request.
        for (path, body) in [("/api/v1/notes", r#"{"text":"b"}"#), ("/api/v1/others", r#"{"text":"a"}"#)] {
            let other = send("sysadmin", path, "k1", body);
            assert_eq!((other.status, other.text.as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "Idempotency-Key key_reused"));
        }
        // Another person's key is another key.
        assert_eq!(send("auditor", "/api/v1/notes", "k1", r#"{"text":"c"}"#).status, StatusCode::CREATED);
        assert_eq!(trace(&test), "a;c;");
    }

    fn a_refused_request_keeps_nothing_and_may_be_sent_again(test) {
        let api = Api::with(&test, routes);
        for _ in 0..2 {
            let answer = wait(api.call(Method::POST, "/api/v1/notes", "sysadmin", "k1", r#"{"text":"no"}"#));
            assert_eq!(answer.status, StatusCode::CONFLICT);
        }
        assert_eq!(trace(&test), "");
        let other = wait(api.call(Method::POST, "/api/v1/notes", "sysadmin", "k1", r#"{"text":"yes"}"#));
        assert_eq!(other.status, StatusCode::CREATED);
    }

    fn of_two_at_once_one_does_the_work_and_both_are_given_its_answer(test) {
        let api = Api::with(&test, routes);
        let call = || api.call(Method::POST, "/api/v1/notes", "sysadmin", "k1", r#"{"text":"a"}"#);
        let answers = wait(async { tokio::join!(call(), call(), call()) });
        for answer in [answers.0, answers.1, answers.2] {
            assert_eq!((answer.status, answer.json()), (StatusCode::CREATED, Value::from("a;")));
        }
        assert_eq!(trace(&test), "a;");
    }
}

#[tokio::test]
async fn a_key_is_needed_and_bounded_and_the_body_must_be_what_is_wanted() {
    let test = TestCenter::new(TestDb::sqlite());
    let api = Api::with(&test, routes);
    let long = "k".repeat(201);
    for (key, body, expected) in [
        ("", r#"{"text":"a"}"#, "Idempotency-Key required"),
        (long.as_str(), r#"{"text":"a"}"#, "Idempotency-Key too_long"),
        ("k", "{", " unreadable"),
        ("k", r#"{"more":"#, " unreadable"),
        ("k", r#"{"text":1}"#, "text not_text"),
        ("k", r#"{"text":"a","text":"b"}"#, "text sent_twice"),
        ("k", r#"{"text":"a\u0000"}"#, "text bad_characters"),
        ("k", r#"{"text":"a","more":1}"#, "more unknown_field"),
        ("k", "", "text required"),
        ("k", r#"{"text":"a"}{"#, " unreadable"),
        ("k", "[]", " not_an_object"),
    ] {
        let answer = api.call(Method::POST, "/api/v1/notes", "sysadmin", key, body).await;
        assert_eq!((answer.status, answer.text.as_str()), (StatusCode::UNPROCESSABLE_ENTITY, expected), "{body}");
    }
    assert_eq!(trace(&test), "");
}

#[test]
fn answers_are_forgotten_after_a_week() {
    let test = TestCenter::new(TestDb::sqlite());
    let api = Api::with(&test, routes);
    wait(api.call(Method::POST, "/api/v1/notes", "sysadmin", "k1", r#"{"text":"a"}"#));
    let forget = || test.center.write(&Actor::clock(), service::idempotency::forget).ok();
    test.set((2021, 5, 10), 12);
    assert_eq!(forget(), Some(0));
    test.set((2021, 5, 10), 13);
    assert_eq!(forget(), Some(1));
}
