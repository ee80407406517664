//! Files that are taken over and files that are handed out.

mod support;

use http::{Request, StatusCode};
use serde_json::{Value, json};
use support::story::{Story, codes};
use support::{Answered, wait};
use testkit::{TestCenter, TestDb, on_both_engines};

const GOOD: &str = "기관명,유형,규모,시도,시군구\n무등대학교,대학,대학,광주,북구\n";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

fn send(s: &Story<'_>, token: &str, path: &str, kind: &str, key: &str, file: &[u8]) -> Answered {
    let mut request = Request::post(format!("/api/v1{path}"))
        .header("authorization", format!("Bearer {token}"))
        .header("idempotency-key", key);
    if !kind.is_empty() {
        request = request.header("content-type", kind);
    }
    wait(s.api.send(request.body(file.to_vec().into()).expect("a request")))
}

fn organizations(s: &Story<'_>) -> i64 {
    s.test
        .db
        .db
        .read(|tx| tx.scalar("SELECT COUNT(*) FROM organization WHERE name_ko = '무등대학교'", &[]))
        .expect("counted")
}

fn utf16(text: &str) -> Vec<u8> {
    std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

on_both_engines! {
    fn a_file_is_tried_and_then_taken_over_once(t) {
        let s = Story::new(&t);
        let path = "/imports/organizations?name=a.csv";
        let tried = send(&s, "office_staff", &format!("{path}&dry_run=true"), "text/csv", "k", GOOD.as_bytes());
        assert_eq!(
            (tried.status, tried.json()),
            (
                StatusCode::OK,
                json!({ "dry_run": true, "form": "UTF-8", "rows": 1, "new": 1, "there": 0, "already_at": null })
            )
        );
        assert_eq!(organizations(&s), 0, "nothing is written yet");
        let taken = send(&s, "office_staff", path, "text/csv; charset=utf-8", "l", GOOD.as_bytes());
        assert_eq!((taken.status, taken.json()["new"].as_i64()), (StatusCode::OK, Some(1)), "{}", taken.text);
        assert_eq!(organizations(&s), 1);
        let same = send(&s, "office_staff", path, "text/csv; charset=utf-8", "l", GOOD.as_bytes());
        assert_eq!((&same.text, same.header("idempotent-replayed")), (&taken.text, "true"));
        let other = send(&s, "office_staff", path, "text/csv", "l", b"x\ny\n");
        assert_eq!((other.status, codes(&other.json())), (StatusCode::UNPROCESSABLE_ENTITY, vec!["Idempotency-Key: key_reused".to_owned()]));
        // The very same file under a new key was taken over already.
        let again = send(&s, "office_staff", path, "", "m", GOOD.as_bytes());
        assert!(again.status == StatusCode::OK && again.json()["already_at"].is_string(), "{}", again.text);
        assert_eq!((again.json()["new"].as_i64(), organizations(&s)), (Some(0), 1));
        assert_eq!(s.get("office_staff", "/imports")["items"][0]["name"], "a.csv");
    }
}

#[test]
fn files_are_read_in_every_encoding_that_offices_use() {
    let test = TestCenter::new(TestDb::sqlite());
    let s = Story::new(&test);
    // "기관명,유형,규모,시도,시군구" and a row, in CP949.
    let cp949: &[u8] =
        b"\xB1\xE2\xB0\xFC\xB8\xED,\xC0\xAF\xC7\xFC,\xB1\xD4\xB8\xF0,\xBD\xC3\xB5\xB5,\xBD\xC3\xB1\xBA\xB1\xB8\n\
        \xB9\xAB\xB5\xEE\xB4\xEB\xC7\xD0\xB1\xB3,\xB4\xEB\xC7\xD0,\xB4\xEB\xC7\xD0,\xB1\xA4\xC1\xD6,\xBA\xCF\xB1\xB8\n";
    for (form, file) in [("EUC-KR", cp949.to_vec()), ("UTF-16LE", utf16(GOOD)), ("UTF-8", GOOD.as_bytes().to_vec())] {
        let tried = send(&s, "office_staff", "/imports/organizations?dry_run=true", "text/csv", form, &file);
        assert_eq!(
            (tried.status, tried.json()["form"].as_str(), tried.json()["new"].as_i64()),
            (StatusCode::OK, Some(form), Some(1)),
            "{}",
            tried.text
        );
    }
}

#[test]
fn what_is_wrong_with_a_file_is_told_with_its_place_and_nothing_is_kept() {
    let test = TestCenter::new(TestDb::sqlite());
    let s = Story::new(&test);
    let path = "/imports/organizations?lang=en";
    let bad = format!("{GOOD}다른대학교,없음,대학,광주,북구\n셋째대학교,대학,대학,=1,북구\n");
    for path in [path.to_owned(), format!("{path}&dry_run=true")] {
        let answer = send(&s, "office_staff", &path, "text/csv", "bad", bad.as_bytes());
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (StatusCode::UNPROCESSABLE_ENTITY, "application/problem+json"),
            "{}",
            answer.text
        );
        let errors = answer.json()["errors"].clone();
        let places: Vec<(Option<i64>, Option<i64>)> = errors
            .as_array()
            .expect("errors")
            .iter()
            .map(|one| (one["line"].as_i64(), one["column"].as_i64()))
            .collect();
        assert!(places.contains(&(Some(4), Some(4))), "{errors}");
        assert!(errors[0]["message"].as_str().is_some_and(|text| text.starts_with("Line ")), "{errors}");
    }
    assert_eq!(organizations(&s), 0, "all or nothing");
    let told = |kind: &str, file: &[u8]| {
        let answer = send(&s, "office_staff", path, kind, "k", file);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{}", answer.text);
        (answer.status.as_u16(), codes(&answer.json()))
    };
    let whole = |status: u16, code: &str| (status, vec![format!(": {code}")]);
    assert_eq!(told("text/csv", b""), whole(422, "file_empty"));
    assert_eq!(told("text/csv", &vec![b'a'; (8 << 20) + 1]), whole(413, "file_too_large"));
    assert_eq!(told("application/octet-stream", b"%PDF-1.7"), whole(422, "file_kind"));
    assert_eq!(told(XLSX, b"PK\x03\x04broken").0, 422);
    assert_eq!(told("application/json", b"{}"), (415, vec!["Content-Type: not_a_choice".to_owned()]));
    assert_eq!(told("application/x-www-form-urlencoded", GOOD.as_bytes()).0, 415);
    assert_eq!(
        send(&s, "office_staff", path, "text/csv", "", GOOD.as_bytes()).status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(send(&s, "auditor", path, "text/csv", "k", GOOD.as_bytes()).status, StatusCode::FORBIDDEN);
    assert_eq!(send(&s, "office_staff:read", path, "text/csv", "k", GOOD.as_bytes()).status, StatusCode::FORBIDDEN);
}

#[test]
fn proposals_are_taken_over_into_an_open_round() {
    let test = TestCenter::new(TestDb::sqlite());
    let s = Story::new(&test);
    let (_, round) = s.publish();
    test.set((2021, 5, 10), 12);
    let number = "UPDATE organization SET business_number = '1234567891' WHERE name_ko = '기관 100'";
    test.db.db.write(|tx| tx.run_one(number, &[])).expect("a number");
    let file = "과제명,사업자등록번호,책임자 전자우편,분야,과제 개요,이용계획,상품,자원풀,수량,최소 수량,시작 희망일,종료 기한,기간\n\
        의료 영상,123-45-67891,a@mail.example,헬스케어,개요,계획,gpu_mid,gpu-a100,8,8,2021-07-01,2021-12-31,3\n";
    let import = |query: &str, key: &str| {
        send(&s, "office_staff", &format!("/imports/proposals?{query}"), "text/csv", key, file.as_bytes())
    };
    assert_eq!(codes(&import("dry_run=true", "a").json()), ["round: required"]);
    assert_eq!(codes(&import("round=x", "b").json()), ["round: unknown"]);
    assert_eq!(import(&format!("round={round}&submit=perhaps"), "c").status, StatusCode::UNPROCESSABLE_ENTITY);
    let taken = import(&format!("round={round}&submit=true"), "d");
    assert_eq!((taken.status, taken.json()["new"].as_i64()), (StatusCode::OK, Some(1)), "{}", taken.text);
    assert_eq!(s.get("a", "/proposals/mine")["items"][0]["state"], "submitted");
    let columns = s.get("office_staff", "/imports/columns");
    assert!(
        columns["items"].as_array().is_some_and(|all| all.iter().any(|one| one["name_en"] == "Lead's e-mail")),
        "{columns}"
    );
}

on_both_engines! {
    fn the_audit_trail_is_handed_out_for_a_reason_and_the_same_again(t) {
        let s = Story::new(&t);
        s.post("office_staff", "/calls", support::story::call_body());
        let body = |reason: &str| json!({ "reason": reason, "kind": "call" }).to_string();
        let call = |key: &str, body: &str| wait(s.api.call(http::Method::POST, "/api/v1/audit/download", "auditor", key, body));
        let none = call("a", &body(" "));
        assert_eq!((none.status, codes(&none.json())), (StatusCode::UNPROCESSABLE_ENTITY, vec!["reason: required".to_owned()]));
        let first = call("b", &body("연말 점검"));
        assert_eq!((first.status, first.header("content-type")), (StatusCode::OK, "text/csv; charset=utf-8"), "{}", first.text);
        assert_eq!(first.header("content-disposition"), "attachment; filename=\"audit.csv\"");
        assert!(first.text.starts_with("\u{feff}seq,at,actor"), "{}", first.text);
        assert_eq!(first.text.lines().count(), 2, "{}", first.text);
        s.post("office_staff", "/calls", support::story::call_body());
        let again = call("b", &body("연말 점검"));
        assert_eq!((&again.text, again.header("idempotent-replayed")), (&first.text, "true"));
        assert_eq!(call("c", &body("연말 점검")).text.lines().count(), 3);
        let trail = s.get("auditor", "/audit?action=audit.downloaded");
        let reasons: Vec<&Value> = trail["items"].as_array().expect("items").iter().map(|one| &one["reason"]).collect();
        assert_eq!(reasons, ["연말 점검", "연말 점검"], "a repetition leaves no further trace");
        assert_eq!(call("d", &json!({ "reason": "x", "from": "2021-13-01" }).to_string()).status, StatusCode::UNPROCESSABLE_ENTITY);
        let empty = call("e", &json!({ "reason": "x", "kind": "nothing" }).to_string());
        let same = call("e", &json!({ "reason": "x", "kind": "nothing" }).to_string());
        assert_eq!((empty.text.lines().count(), &same.text), (1, &empty.text));
        assert_eq!(s.call(http::Method::POST, "office_staff", "/audit/download", &body("x")).status, StatusCode::FORBIDDEN);
    }
}
