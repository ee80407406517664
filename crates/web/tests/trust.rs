//! The pages of trust: audit trail, mailbox, background work, rules.

mod support;

use domain::access::Role;
use http::{Method, StatusCode};
use service::Actor;
use service::mail::{Recipient, Template};
use support::Portal;
use texts::Lang;

fn audited(portal: &Portal) {
    let write = |who: &Actor, reason: &str| {
        portal.test.center.write(who, |cx| {
            let (before, after) = (
                serde_json::json!({ "state": "draft", "email": "hong@mail.example" }),
                serde_json::json!({ "state": "submitted" }),
            );
            cx.audit(
                "proposal.submitted",
                ("proposal", &"018f0000-0000-7000-8000-000000000001"),
                &before,
                &after,
                reason,
            )
        })
    };
    write(&testkit::actor(Role::OfficeStaff), "=cmd|' /C calc'!A0").expect("written");
    for _ in 0..60 {
        write(&Actor::clock(), "<script>alert(1)</script>").expect("written");
    }
}

fn posted(portal: &Portal, link: &str) -> domain::ids::MailId {
    let to = Recipient {
        user: testkit::actor(Role::Reviewer).user,
        address: "hong.gildong@mail.example".to_owned(),
        lang: Lang::Ko,
    };
    let args = [("name", "홍길동".to_owned()), ("link", link.to_owned()), ("expires", "내일".to_owned())];
    portal
        .test
        .center
        .write(&Actor::clock(), |cx| service::mail::post(cx, &to, Template::VerifyEmail, &args))
        .expect("posted")
}

#[tokio::test]
async fn the_trail_says_who_did_what_to_what_and_how_it_changed() {
    let portal = Portal::new();
    audited(&portal);
    let before = portal.statements();
    let page = portal.get("/audit?actor=office_staff", Some(Role::Auditor)).await;
    assert!(portal.statements() - before <= 5, "{} statements", portal.statements() - before);
    let main = page.main();
    for part in [
        "신청서 제출",
        "<del>draft</del> → <ins>submitted</ins>",
        "127.0.0.1",
        "2021. 5. 3.(월) 12:00",
        "/proposals/018f0000-0000-7000-8000-000000000001",
        "o**********f",
        "ho***@mail.example",
    ] {
        assert!(main.contains(part), "{part} in {main}");
    }
    assert!(!main.contains("hong@mail.example"), "personal data are masked in the list");
    assert!(!main.contains("rel=\"next\""));

    let whole = portal.get("/audit/1?lang=en", Some(Role::Auditor)).await;
    for part in ["Proposal submitted", "office_staff", "hong@mail.example", "Hash of the row before"] {
        assert!(whole.main().contains(part), "{part} in {}", whole.main());
    }
    for missing in ["/audit/9999", "/audit/x", "/audit/-1", "/audit/99999999999999999999"] {
        assert_eq!(portal.get(missing, Some(Role::Auditor)).await.status, StatusCode::NOT_FOUND, "{missing}");
    }
}

#[tokio::test]
async fn the_trail_is_paged_and_hostile_filters_find_nothing() {
    let portal = Portal::new();
    audited(&portal);
    let first = portal.get("/audit?kind=proposal", Some(Role::Sysadmin)).await;
    assert!(!first.text.contains("<script>alert"), "what people wrote is text");
    let next =
        first.main().split("href=\"/audit?kind=proposal&#38;after=").nth(1).and_then(|rest| rest.split('"').next());
    let next = next.unwrap_or_else(|| panic!("a next page in {}", first.main()));
    let second = portal.get(&format!("/audit?kind=proposal&after={next}"), Some(Role::Sysadmin)).await;
    assert_eq!(second.main().matches("<tr>").count(), 12, "61 rows: 50 and 11, with a head");
    for query in ["actor=%27%20OR%201%3D1", "from=9999-12-31&to=0001-01-01", "id=%00%01", "after=zz", "action=%3Cb%3E"]
    {
        let page = portal.get(&format!("/audit?{query}"), Some(Role::Auditor)).await;
        assert!(!page.status.is_server_error(), "{query}: {}", page.status);
        assert!(!page.main().contains("<b>"), "{query}");
    }
}

#[tokio::test]
async fn the_file_takes_a_reason_and_holds_no_formula() {
    let portal = Portal::new();
    audited(&portal);
    let refused = portal.ask(Method::POST, "/audit.csv", Some(Role::Auditor), "actor=office_staff&reason=+").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.main().contains("reason-wrong") && refused.main().contains("value=\"office_staff\""));
    let body = "actor=office_staff&reason=%EC%9B%94%EA%B0%84%20%EC%A0%90%EA%B2%80";
    let file = portal.ask(Method::POST, "/audit.csv", Some(Role::Auditor), body).await;
    assert_eq!((file.status, file.header("content-type")), (StatusCode::OK, "text/csv; charset=utf-8"));
    assert_eq!(file.text.lines().count(), 2, "{}", file.text);
    assert!(file.text.contains(",'=cmd|' /C calc'!A0,"), "{}", file.text);
    let trail = portal.get("/audit?action=audit.downloaded", Some(Role::Auditor)).await;
    assert!(trail.main().contains("월간 점검"), "{}", trail.main());
}

#[tokio::test]
async fn an_objects_page_leads_to_its_history_for_whom_may_read_it() {
    let portal = Portal::new();
    let of = portal.test.add_award(
        1,
        &[testkit::TestLine {
            pool: "gpu-a100",
            product: "gpu_short",
            grain: 1,
            term: testkit::term((2021, 5, 3), (2021, 9, 1)),
        }],
        (true, false),
    );
    let path = format!("/projects/{}", of.project);
    let link = format!("/audit?kind=project&#38;id={}", of.project);
    let page = portal.get(&path, Some(Role::Auditor)).await;
    assert!(page.text.contains(&link), "{}", page.text);
    assert!(!portal.get(&path, Some(Role::OfficeStaff)).await.text.contains(&link));
}

#[tokio::test]
async fn in_a_demo_a_visitor_opens_the_mail_of_their_sign_up() {
    let portal = Portal::new();
    let id = posted(&portal, "http://127.0.0.1:8080/verify?token=abc");
    let home = portal.get("/", None).await;
    assert!(home.text.contains("<a href=\"/mail\">"), "the demo's bar leads there");
    let list = portal.get("/mail", None).await;
    assert_eq!(list.status, StatusCode::OK);
    assert!(list.main().contains(&format!("/mail/{id}")) && list.main().contains("hong.gildong@mail.example"));
    let mail = portal.get(&format!("/mail/{id}"), None).await;
    assert!(mail.main().contains("<a href=\"/verify?token=abc\">"), "{}", mail.main());
    // A signed-in person first sees their own.
    assert!(portal.get("/mail", Some(Role::Reviewer)).await.main().contains(&id.to_string()));
    assert!(!portal.get("/mail", Some(Role::Observer)).await.main().contains(&id.to_string()));
    assert!(portal.get("/mail?of=all", Some(Role::Observer)).await.main().contains(&id.to_string()));
}

#[tokio::test]
async fn a_mail_links_only_what_its_reader_may_open() {
    let portal = Portal::new();
    let link = "/offers/0190c2a0-0000-7000-8000-000000000001";
    let path = format!("/mail/{}", posted(&portal, &format!("http://127.0.0.1:8080{link}")));
    let anchor = format!("<a href=\"{link}\">");
    for (role, links) in
        [(Some(Role::Sysadmin), false), (Some(Role::OfficeStaff), true), (Some(Role::Reviewer), true), (None, true)]
    {
        let mail = portal.get(&path, role).await;
        assert!(mail.main().contains(link), "{role:?}: {}", mail.main());
        assert_eq!(mail.main().contains(&anchor), links, "{role:?}: {}", mail.main());
    }
}

#[tokio::test]
async fn elsewhere_mail_is_for_those_who_may_and_lets_nobody_into_an_account() {
    let portal = Portal::in_earnest();
    let id = posted(&portal, "http://127.0.0.1:8080/verify?token=0123456789abcdef0123456789abcdef");
    let path = format!("/mail/{id}");
    for path in ["/mail", path.as_str()] {
        assert_eq!(portal.get(path, None).await.status, StatusCode::SEE_OTHER);
        assert_eq!(portal.get(path, Some(Role::OfficeStaff)).await.status, StatusCode::FORBIDDEN);
    }
    assert!(!portal.get("/", Some(Role::OfficeStaff)).await.text.contains("href=\"/mail\""));
    let list = portal.get("/mail", Some(Role::Auditor)).await;
    assert!(list.main().contains("ho***@mail.example") && !list.main().contains("hong.gildong"));
    assert!(list.text.contains("href=\"/mail\""), "it stands in their menu");
    let mail = portal.get(&path, Some(Role::Auditor)).await;
    assert!(mail.main().contains("홍길동") && !mail.main().contains("0123456789abcdef"), "{}", mail.main());
}

#[tokio::test]
async fn work_that_failed_is_seen_and_tried_again() {
    let portal = Portal::new();
    let center = &portal.test.center;
    center.write(&Actor::clock(), |cx| cx.enqueue("refill", "refill:1", &())).expect("queued");
    let piece = center.read(&Actor::clock(), |cx| service::work::due(cx, 1)).expect("read").remove(0);
    center.write(&Actor::clock(), |cx| service::work::failed(cx, &piece, "no such pool")).expect("noted");
    posted(&portal, "x");
    let mail = center.read(&Actor::clock(), |cx| service::mail::due(cx, 1)).expect("read").remove(0);
    center
        .write(&Actor::clock(), |cx| service::mail::failed(cx, &mail, "550 <hong.gildong@mail.example> unknown"))
        .expect("noted");
    let before = portal.statements();
    let page = portal.get("/work", Some(Role::Operator)).await;
    assert!(portal.statements() - before <= 5);
    for part in ["refill:1", "no such pool", "550 &#60;ho***@mail.example&#62; unknown", "지금 다시 시도"] {
        assert!(page.main().contains(part), "{part} in {}", page.main());
    }
    assert!(!page.main().contains("hong.gildong"));
    let read = portal.get("/work?lang=en", Some(Role::Auditor)).await;
    assert!(read.main().contains("Mail that failed") && !read.main().contains("/retry"));
    let again = portal.ask(Method::POST, &format!("/work/{}/retry", piece.id), Some(Role::Operator), "").await;
    assert_eq!((again.status, again.header("location")), (StatusCode::SEE_OTHER, "/work"));
    let again = portal.ask(Method::POST, &format!("/work/mail/{}/retry", mail.id), Some(Role::Sysadmin), "").await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn rules_are_shown_as_of_a_day() {
    let portal = Portal::new();
    let before = portal.statements();
    let page = portal.get("/policy", Some(Role::OfficeStaff)).await;
    assert!(portal.statements() - before <= 5);
    for part in ["review.pass_score", "2021. 1. 1.부터: 70", "적용 중", "어린이날", "서면평가", "nvidia-a100-sxm-80"]
    {
        assert!(page.main().contains(part), "{part} in {}", page.main());
    }
    let earlier = portal.get("/policy?on=2020-12-31&lang=en", Some(Role::OfficeStaff)).await;
    assert!(earlier.main().contains("To come") && !earlier.main().contains("In force"));
    for on in ["x", "9999-99-99", "%00"] {
        assert_eq!(portal.get(&format!("/policy?on={on}"), Some(Role::Sysadmin)).await.status, StatusCode::OK);
    }
}
