//! Organizations: registering, joining, confirming.

mod support;

use domain::access::Role;
use http::{Method, StatusCode};
use support::Portal;
use testkit::actor;

const NEW: &str = "name_ko=%ED%95%9C%EB%B9%9B&name_en=Hanbit&kind=company&business_number=123-45-67891&size=sme&sector=healthcare&region=29&district=%EB%B6%81%EA%B5%AC&region_basis=lab&opened_on=2019-03-02&youth_founded=1";

#[tokio::test]
async fn a_person_registers_and_a_colleague_asks_to_join() {
    let portal = Portal::new();
    let (kim, lee) = (Some(Role::SurveyManager), Some(Role::Reviewer));
    let page = portal.get("/my/organization", kim).await;
    assert!(page.main().contains("/organizations/new") && page.main().contains("/my/organization/ask"));
    let form = portal.get("/organizations/new", kim).await;
    assert!(form.main().contains("광주광역시") && !form.main().contains("전남광주통합특별시"), "as of 2021");
    let bad = NEW.replace("67891", "67890").replace("kind=company", "kind=").replace("2019-03-02", "soon");
    let rejected = portal.ask(Method::POST, "/organizations/new", kim, &bad).await;
    assert_eq!(rejected.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in ["value=\"한빛\"", "href=\"#kind\"", "href=\"#opened_on\"", "value=\"북구\" selected"] {
        assert!(rejected.main().contains(part), "{part} in {}", rejected.main());
    }
    let wrong = portal.ask(Method::POST, "/organizations/new", kim, &NEW.replace("67891", "67890")).await;
    assert!(wrong.main().contains("검증 숫자가 맞지 않습니다"), "{}", wrong.main());
    let made = portal.ask(Method::POST, "/organizations/new", kim, NEW).await;
    let path = made.header("location").to_owned();
    assert!(path.starts_with("/organizations/"), "{}", made.text);
    let page = portal.get(&path, kim).await;
    for part in
        ["123-45-67891", "광주광역시 북구 (연구소, 2021. 5. 3. 기준)", "서류 확인 전", "survey_manager@mail.example"]
    {
        assert!(page.main().contains(part), "{part} in {}", page.main());
    }
    assert_eq!(portal.get(&path, lee).await.status, StatusCode::NOT_FOUND);
    assert_eq!(portal.get(&format!("{path}/edit"), lee).await.status, StatusCode::NOT_FOUND);
    let foreign = portal.ask(Method::POST, &format!("{path}/edit"), lee, NEW).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    assert!(form.main().contains("지역이 광주광역시이면 꼭 골라"), "{}", form.main());
    let nameless = format!("{}&version=1", NEW.replace("&name_en=Hanbit", ""));
    let saved = portal.ask(Method::POST, &format!("{path}/edit"), kim, &nameless).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let page = portal.get(&format!("{path}?lang=en"), kim).await;
    assert!(page.main().contains("<h1>한빛"), "shown by the Korean name: {}", page.main());
    assert_eq!(page.main().matches("한빛").count(), 2, "heading and Korean name: {}", page.main());
    let edit = portal.get(&format!("{path}/edit?lang=ko"), kim).await;
    assert!(edit.main().contains("name=\"name_en\" value=\"\""), "{}", edit.main());
    let named = format!("{NEW}&version=2");
    assert_eq!(portal.ask(Method::POST, &format!("{path}/edit"), kim, &named).await.status, StatusCode::SEE_OTHER);
    let twice = portal.ask(Method::POST, "/organizations/new", lee, NEW).await;
    assert!(twice.main().contains("이미 등록된 번호입니다"), "{}", twice.main());

    let number = "business_number=123-45-67891";
    let observer = portal.get("/my/organization", Some(Role::Observer)).await;
    assert!(!observer.main().contains("/organizations/new") && !observer.main().contains("/my/organization/ask"));
    let unknown = portal.ask(Method::POST, "/my/organization/ask", lee, "business_number=999-99-99997").await;
    assert!(unknown.main().contains("등록된 기관이 없습니다"));
    assert_eq!(portal.ask(Method::POST, "/my/organization/ask", lee, number).await.status, StatusCode::SEE_OTHER);
    assert!(portal.get("/my/organization?lang=en", lee).await.main().contains("You asked to be admitted to Hanbit"));
    let user = actor(Role::Reviewer).user.expect("an account");
    let admit = format!("{path}/members/{user}/admit");
    assert!(portal.get(&path, kim).await.main().contains(&admit));
    assert_eq!(portal.ask(Method::POST, &admit, lee, "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(portal.ask(Method::POST, &admit, kim, "").await.status, StatusCode::SEE_OTHER);
    let page = portal.get(&path, lee).await;
    assert!(page.main().contains("su***@mail.example") && !page.main().contains("/admin\""), "{}", page.main());
    assert!(page.main().contains(&format!("{path}/members/{user}/remove")), "members may leave");
    let admin = format!("{path}/members/{user}/admin");
    assert_eq!(portal.ask(Method::POST, &admin, kim, "admin=yes").await.status, StatusCode::SEE_OTHER);
    let leave = portal.ask(Method::POST, &format!("{path}/members/{user}/remove"), lee, "").await;
    assert_eq!(leave.header("location"), "/my/organization");
    let own = actor(Role::SurveyManager).user.expect("an account");
    let last = portal.ask(Method::POST, &format!("{path}/members/{own}/remove"), kim, "").await;
    assert_eq!(last.status, StatusCode::CONFLICT);
    assert!(last.main().contains("마지막 기관관리자"), "{}", last.main());
}

#[tokio::test]
async fn the_office_finds_confirms_and_adds_people() {
    let portal = Portal::new();
    let staff = Some(Role::OfficeStaff);
    let made = portal.ask(Method::POST, "/organizations/new", Some(Role::SurveyManager), NEW).await;
    let path = made.header("location").to_owned();
    let before = portal.statements();
    let list = portal.get("/organizations?q=123-45&verified=no&lang=en", staff).await;
    assert!(portal.statements() - before <= 5);
    assert!(list.main().contains("Hanbit") && list.main().contains("Gwangju Buk-gu"), "{}", list.main());
    assert!(portal.get("/organizations?q=none", staff).await.main().contains("조건에 맞는 기관이 없습니다"));
    assert_eq!(portal.get("/organizations?after=zz", staff).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let before = portal.statements();
    let page = portal.get(&path, staff).await;
    assert!(portal.statements() - before <= 5);
    assert!(page.main().contains(&format!("{path}/verify")));
    let verify = format!("{path}/verify");
    assert_eq!(portal.ask(Method::POST, &verify, staff, "version=7").await.status, StatusCode::CONFLICT);
    assert_eq!(portal.ask(Method::POST, &verify, staff, "version=1").await.status, StatusCode::SEE_OTHER);
    assert!(portal.get(&path, staff).await.main().contains("서류 확인 완료"));
    let members = format!("{path}/members");
    let nobody = portal.ask(Method::POST, &members, staff, "email=nobody%40mail.example").await;
    assert!(nobody.main().contains("확인을 마친 계정이 없습니다"), "{}", nobody.main());
    let added = portal.ask(Method::POST, &members, staff, "email=reviewer%40mail.example&admin=1").await;
    assert_eq!(added.status, StatusCode::SEE_OTHER);
    let by_admin = portal.ask(Method::POST, &members, Some(Role::SurveyManager), "email=auditor%40mail.example").await;
    assert_eq!(by_admin.status, StatusCode::FORBIDDEN);
    let edit = portal.get(&format!("{path}/edit"), Some(Role::SurveyManager)).await;
    assert!(edit.main().contains("value=\"2019-03-02\"") && edit.main().contains("value=\"29\" selected"));
    let stale = portal.ask(Method::POST, &format!("{path}/edit"), staff, &format!("{NEW}&version=1")).await;
    assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(stale.main().contains("다른 사람이 먼저 바꾸었습니다"), "{}", stale.main());
    let moved = format!("{}&version=2", NEW.replace("region=29", "region=11").replace("%EB%B6%81%EA%B5%AC", ""));
    let changed = portal.ask(Method::POST, &format!("{path}/edit"), Some(Role::SurveyManager), &moved).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.text);
    let page = portal.get(&path, Some(Role::OfficeApprover)).await;
    assert!(page.main().contains("서울특별시") && page.main().contains("서류 확인 전"), "{}", page.main());
    assert!(!page.main().contains("/edit"));
}

#[tokio::test]
async fn everything_that_is_wrong_with_an_organization_is_said_at_once_and_named() {
    let portal = Portal::new();
    // A name in which nothing can be seen, no kind, a wrong number, a day that does not exist.
    let body = "name_ko=%E3%85%A4%E2%80%8B&kind=&business_number=123-45-67890&size=sme&sector=healthcare&region=29&region_basis=lab&opened_on=2021-02-30";
    let page = portal.ask(Method::POST, "/organizations/new", Some(Role::SurveyManager), body).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in [
        "href=\"#name_ko\">기관명(국문): 꼭 입력해 주세요.<",
        "href=\"#kind\">기관 유형: 꼭 입력해 주세요.<",
        "href=\"#business_number\">사업자등록번호: ",
        "href=\"#district\">광주 자치구: 꼭 입력해 주세요.<",
        "href=\"#opened_on\">개업일: 날짜를 ",
    ] {
        assert!(page.main().contains(part), "{part} in {}", page.main());
    }
    let bidi = NEW.replace("name_en=Hanbit", "name_en=Han%E2%80%AEtib");
    let page = portal.ask(Method::POST, "/organizations/new?lang=en", Some(Role::SurveyManager), &bidi).await;
    assert!(page.main().contains("href=\"#name_en\">English name: It holds characters"), "{}", page.main());
}

#[tokio::test]
async fn filters_that_make_no_sense_are_told_in_place() {
    let portal = Portal::new();
    for (path, role, part) in [
        ("/organizations?kind=castle", Role::OfficeStaff, "href=\"#kind\">기관 유형: 목록에 있는 값을"),
        ("/organizations?verified=maybe", Role::OfficeStaff, "href=\"#verified\">"),
        ("/users?role=king&state=asleep", Role::Sysadmin, "href=\"#state\">상태: 목록에 있는 값을"),
        ("/ledger?kind=gift", Role::Auditor, "“gift” 값은 목록에 없어"),
        ("/ledger?pool=no-such", Role::Auditor, "“no-such” 값은 목록에 없어"),
        ("/adjustments?state=odd", Role::OfficeStaff, "“odd” 값은 목록에 없어"),
        ("/audit?from=2021-13-01", Role::Auditor, "href=\"#from\">시작일: 날짜를 "),
        ("/audit?from=2021-05-03&to=2021-05-01", Role::Auditor, "href=\"#to\">종료일: 종료일은 시작일보다"),
        ("/policy?on=someday", Role::OfficeStaff, "href=\"#on\">기준일: 날짜를 "),
        ("/statistics?year=20x1", Role::Observer, "“20x1” 값은 연도가 아니어서 2021년"),
        ("/statistics?year=9999", Role::Observer, "“9999” 값은 연도가 아니어서"),
    ] {
        let page = portal.get(path, Some(role)).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.main().contains(part), "{part} in {path}: {}", page.main());
    }
}
