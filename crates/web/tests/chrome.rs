//! The frame around every page, and what is true of every answer.

mod support;

use axum::body::Body;
use domain::access::Role;
use http::{Method, Request, StatusCode};
use support::Portal;

/// Static addresses change with their content, and the menu and the shortcuts made from it with
/// every area: they have a test of their own.
fn steady(text: &str) -> String {
    let (before, rest) = text.split_once("<nav ").expect("a menu");
    let (_, after) = rest.split_once("</nav>").expect("a menu's end");
    let text = format!("{before}<nav/>{after}");
    let mut out = String::new();
    for line in text.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
        if line.starts_with("<div class=\"shortcuts\">") {
            continue;
        }
        let mut rest = line;
        while let Some(at) = rest.find("/static/") {
            let (before, after) = rest.split_at(at + "/static/".len());
            out.push_str(before);
            out.push_str("HASH");
            rest = after.find('/').map_or("", |slash| &after[slash..]);
        }
        out.push_str(rest);
        out.push('\n');
    }
    out
}

#[tokio::test]
async fn the_first_page_for_a_visitor_in_korean() {
    let portal = Portal::new();
    insta::assert_snapshot!(steady(&portal.get("/", None).await.text));
}

#[tokio::test]
async fn the_first_page_for_the_staff_in_english() {
    let portal = Portal::new();
    insta::assert_snapshot!(steady(&portal.get("/?lang=en", Some(Role::OfficeStaff)).await.text));
}

#[tokio::test]
async fn an_unknown_address_gets_a_page_with_the_number_of_the_request() {
    let portal = Portal::new();
    let answer = portal.get("/no/such/page", None).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.main().contains("찾는 페이지가 없습니다"), "{}", answer.text);
    let id = answer.header("x-request-id");
    assert!(id.len() == 16 && answer.main().contains(id));
}

#[tokio::test]
async fn the_language_switch_remembers_and_goes_back_to_this_portal_only() {
    let portal = Portal::new();
    let answer = portal.get("/language/en?to=/calls%3Fround%3D2%26lang%3Dko", None).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/calls?round=2"));
    assert!(answer.header("set-cookie").starts_with("mudeung_lang=en;"));
    for to in ["//evil.example", "https%3A%2F%2Fevil.example", "%2F%5Cevil.example", "%2Fa%0d%0ab"] {
        assert_eq!(portal.get(&format!("/language/en?to={to}"), None).await.header("location"), "/", "{to}");
    }
    assert_eq!(portal.get("/language/xx?to=/", None).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn another_sites_form_is_refused() {
    let portal = Portal::new();
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        let request = Request::builder().method(Method::POST).uri("/language/ko").header("host", "portal.example");
        let request = request.header(name, value).header("cookie", "mudeung=sysadmin").body(Body::empty());
        let answer = portal.send(request.expect("a request")).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}");
        assert!(answer.main().contains("다른 사이트에서 보낸 요청"), "{}", answer.main());
    }
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let portal = Portal::new();
    for path in ["/", "/nowhere", "/healthz", &web::asset("app.css")] {
        let answer = portal.get(path, None).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("strict-transport-security"), "", "{path} by plain http");
    }
}

#[tokio::test]
async fn static_files_are_kept_for_long_under_their_hash_only() {
    let portal = Portal::new();
    let answer = portal.get(&web::asset("app.css"), None).await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "text/css; charset=utf-8"));
    assert!(answer.header("cache-control").contains("immutable"));
    assert_eq!(portal.get("/static/0/app.css", None).await.header("cache-control"), "no-cache");
    assert_eq!(portal.get("/static/0/../../Cargo.toml", None).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_program_says_that_it_runs_and_reaches_its_database() {
    let portal = Portal::new();
    assert_eq!(portal.get("/healthz", None).await.status, StatusCode::OK);
    assert_eq!(portal.get("/readyz", None).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_menu_leads_nobody_to_a_closed_door() {
    let portal = Portal::new();
    for role in Role::ALL.iter().map(|role| Some(*role)).chain([None]) {
        let page = portal.get("/", role).await.text;
        let menu = page.split("<nav ").nth(1).and_then(|rest| rest.split("</nav>").next()).expect("a menu");
        for href in menu.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let answer = portal.get(href, role).await;
            assert_eq!(answer.status, StatusCode::OK, "{role:?} at {href}");
            assert!(answer.text.contains("aria-current=\"page\""), "{href} does not show where it is");
        }
    }
}
