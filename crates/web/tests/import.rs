//! Importing by the page: a file is checked, then applied.

mod support;

use axum::body::Body;
use domain::access::Role;
use http::{Method, Request, StatusCode};
use support::{Answered, Portal};

async fn upload(portal: &Portal, role: Option<Role>, fields: &[(&str, &str)], file: Option<&[u8]>) -> Answered {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!("--xyz\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    if let Some(bytes) = file {
        body.extend_from_slice(
            b"--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\n",
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--xyz--\r\n");
    let mut request = Request::builder()
        .method(Method::POST)
        .uri("/import")
        .header("host", "portal.example")
        .header("content-type", "multipart/form-data; boundary=xyz");
    if let Some(role) = role {
        request = request.header("cookie", format!("mudeung={role}"));
    }
    portal.send(request.body(Body::from(body)).expect("a request")).await
}

const GOOD: &str = "기관명,유형,규모,시도,시군구\n무등대학교,대학,대학,광주,북구\n";
const STAFF: Option<Role> = Some(Role::OfficeStaff);

fn organizations(portal: &Portal) -> i64 {
    portal.test.db.db.read(|tx| tx.scalar("SELECT COUNT(*) FROM organization", &[])).expect("counted")
}

#[tokio::test]
async fn a_file_is_checked_and_then_applied_once() {
    let portal = Portal::new();
    let checked = upload(&portal, STAFF, &[("kind", "organizations")], Some(GOOD.as_bytes())).await;
    assert_eq!(checked.status, StatusCode::OK, "{}", checked.main());
    assert!(checked.main().contains("새로 등록할 자료 1건"), "{}", checked.main());
    assert_eq!(organizations(&portal), 0, "nothing is written yet");
    let action = checked.main().split("action=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a button");

    // Another person's file is not found.
    let foreign = portal.ask(Method::POST, action, Some(Role::Sysadmin), "").await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    let applied = portal.ask(Method::POST, action, STAFF, "").await;
    assert_eq!((applied.status, applied.header("location")), (StatusCode::SEE_OTHER, "/import"), "{}", applied.text);
    assert_eq!(organizations(&portal), 1);
    let twice = portal.ask(Method::POST, action, STAFF, "").await;
    assert_eq!((twice.status, organizations(&portal)), (StatusCode::NOT_FOUND, 1));

    let before = portal.statements();
    let page = portal.get("/import?lang=en", STAFF).await;
    assert!(portal.statements() - before <= 5);
    assert!(page.main().contains("a.csv") && page.main().contains("Organizations"), "{}", page.main());
    let again = upload(&portal, STAFF, &[("kind", "organizations")], Some(GOOD.as_bytes())).await;
    assert!(again.main().contains("이미 가져왔습니다") && !again.main().contains("/apply"), "{}", again.main());
}

#[tokio::test]
async fn faults_are_shown_with_their_places_and_nothing_can_be_applied() {
    let portal = Portal::new();
    let bad = b"\xB1\xE2\xB0\xFC\xB8\xED,\xC0\xAF\xC7\xFC,x\n<script>,\xB1\xE2\xBE\xF7,=1\n";
    let page = upload(&portal, STAFF, &[("kind", "organizations")], Some(bad)).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.main().contains("2줄 3열") && page.main().contains("수식"), "{}", page.main());
    let unknown = GOOD.replace("시군구", "<b>메모");
    let page = upload(&portal, STAFF, &[("kind", "organizations")], Some(unknown.as_bytes())).await;
    assert!(page.main().contains("1줄 5열") && !page.main().contains("<b>"), "{}", page.main());
    assert!(!page.main().contains("/apply"));
    assert_eq!(organizations(&portal), 0);
}

#[tokio::test]
async fn half_filled_hostile_and_foreign_uploads_are_refused() {
    let portal = Portal::new();
    let page = upload(&portal, STAFF, &[("kind", "proposals"), ("round", "x")], None).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.main().contains("file-wrong") && page.main().contains("round-wrong"), "{}", page.main());
    assert!(page.main().contains("<option value=\"proposals\" selected>"), "what was chosen stays");
    let page = upload(&portal, STAFF, &[("kind", "organizations")], Some(b"")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let large = vec![b'a'; 9 << 20];
    let page = upload(&portal, STAFF, &[("kind", "organizations")], Some(&large)).await;
    assert!(page.status.is_client_error(), "{}", page.status);
    for role in [Some(Role::Reviewer), Some(Role::Auditor)] {
        let page = upload(&portal, role, &[("kind", "organizations")], Some(GOOD.as_bytes())).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(upload(&portal, None, &[], None).await.status, StatusCode::UNAUTHORIZED);
    let plain = portal.ask(Method::POST, "/import", STAFF, "kind=organizations").await;
    assert!(plain.status.is_client_error());
}

#[tokio::test]
async fn the_example_files_are_such_files() {
    let portal = Portal::new();
    for (kind, lang) in [("organizations", "ko"), ("organizations", "en"), ("proposals", "ko")] {
        let file = portal.get(&format!("/import/example/{kind}?lang={lang}"), STAFF).await;
        assert_eq!((file.status, file.header("content-type")), (StatusCode::OK, "text/csv; charset=utf-8"));
        let read = service::import::sheet::read(file.text.as_bytes(), &service::import::Limits::PAGE);
        let sheet = read.unwrap_or_else(|faults| panic!("{faults:?}"));
        assert_eq!(sheet.rows.len(), 1, "{kind}");
    }
    // The example can be checked as it is; only the people in it do not exist.
    let file = portal.get("/import/example/organizations", STAFF).await;
    let page = upload(&portal, STAFF, &[("kind", "organizations")], Some(file.text.as_bytes())).await;
    assert_eq!(page.main().matches("<tr><th scope=\"row\">").count(), 1, "{}", page.main());
    assert_eq!(portal.get("/import/example/nothing", STAFF).await.status, StatusCode::NOT_FOUND);
}
