//! The pages of capacity and statistics.

mod support;

use domain::access::Role;
use domain::ledger::{EntryKind, NewEntry};
use domain::units::Amount;
use http::{Method, StatusCode};
use service::Actor;
use support::Portal;
use testkit::{TestLine, term};

fn with_a_holder() -> Portal {
    let portal = Portal::new();
    let days = term((2021, 5, 3), (2021, 9, 1));
    let line = TestLine { pool: "gpu-a100", product: "gpu_short", grain: 1, term: days };
    let of = portal.test.add_award(1, &[line], (true, false));
    let pool = "gpu-a100".parse().expect("a slug");
    let new = NewEntry {
        award: of.award,
        pool,
        delta: Amount(100),
        term: days,
        kind: EntryKind::Grant,
        corrects: None,
        reason: String::new(),
    };
    portal.test.center.write(&Actor::clock(), |cx| service::ledger::append(cx, vec![(new, 1)])).expect("fits");
    portal
}

#[tokio::test]
async fn the_pool_page_shows_the_ladder_who_holds_what_and_what_comes_free() {
    let portal = with_a_holder();
    let before = portal.statements();
    let page =
        portal.get("/capacity/gpu-a100?from=2021-05-01&to=2021-12-31&day=2021-06-01", Some(Role::Operator)).await;
    assert!(portal.statements() - before <= 6, "{} statements", portal.statements() - before);
    assert_eq!(page.status, StatusCode::OK);
    let main = page.main();
    for part in ["<svg class=\"chart\"", "과제 1", "기관 1", "1.95 PF", "2021. 9. 1.(수)", "61.0%"] {
        assert!(main.contains(part), "{part} in {main}");
    }
    assert!(!main.contains("/entries"), "the operator may not change capacity");
    assert_eq!(portal.get("/capacity/none", Some(Role::Operator)).await.status, StatusCode::NOT_FOUND);
    for hostile in
        ["from=x&to=%00", "from=9999-12-31&to=0001-01-01", "from=-9999-01-01&to=9999-12-31", "day=9999-12-31"]
    {
        let page = portal.get(&format!("/capacity/gpu-a100?{hostile}"), Some(Role::Operator)).await;
        assert_eq!(page.status, StatusCode::OK, "{hostile}");
    }
}

#[tokio::test]
async fn lowering_capacity_below_what_is_held_comes_back_with_who_is_in_the_way() {
    let portal = with_a_holder();
    let (path, role) = ("/capacity/gpu-a100/entries", Some(Role::ResourceManager));
    let form = "rung=allocatable&delta=-80&from=2021-06-01&last=2021-12-31&note=%EC%88%98%EB%A6%AC";
    let page = portal.ask(Method::POST, path, role, form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.main().contains("P-000001"), "{}", page.main());
    assert!(page.main().contains("value=\"-80\""), "what was typed stays");
    let page = portal.ask(Method::POST, path, role, &form.replace("-80", "-64")).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    let page = portal.get(path, role).await;
    assert!(page.main().contains("-64") && page.main().contains("수리"), "{}", page.main());
    let page = portal.ask(Method::POST, path, role, "rung=x&delta=&from=2021-06-02&last=2021-06-01").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn everybody_sees_the_statistics_with_definitions_and_few_statements() {
    let portal = with_a_holder();
    let before = portal.statements();
    let page = portal.get("/statistics?year=2021", None).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(portal.statements() - before <= 6, "{} statements", portal.statements() - before);
    for part in ["1.95", "누적 지원 연산자원", "용량", "8.85", "반납한 자원은 빼지 않으므로"] {
        assert!(page.main().contains(part), "{part}");
    }
    assert!(!page.main().contains("과제 1"), "no project by name");
    for year in ["abc", "-1", "99999", ""] {
        let page = portal.get(&format!("/statistics?year={year}"), None).await;
        assert!(!page.status.is_server_error(), "{year}");
    }
}

#[tokio::test]
async fn a_span_that_makes_no_sense_is_told_beside_its_field_and_the_usual_one_is_shown() {
    let portal = with_a_holder();
    let page = portal.get("/capacity?from=2021-09-01&to=2021-05-01", Some(Role::Operator)).await;
    assert_eq!(page.status, StatusCode::OK);
    for part in [
        "href=\"#to\">종료일: 종료일은 시작일보다 뒤여야 합니다.<",
        "id=\"to-wrong\"",
        "value=\"2021-09-01\"",
        "value=\"2021-05-01\"",
        "<svg",
    ] {
        assert!(page.main().contains(part), "{part} in {}", page.main());
    }
    assert!(page.main().contains("from=2021-04-03&amp;to=2021-10-29"), "{}", page.main());
    let page = portal.get("/capacity/gpu-a100?from=soon&day=2021-02-30&lang=en", Some(Role::Operator)).await;
    assert!(page.main().contains("id=\"from-wrong\"") && page.main().contains("id=\"day-wrong\""), "{}", page.main());
    let page = portal.get("/capacity?from=2021-01-01&to=2199-01-01", Some(Role::Operator)).await;
    assert!(page.main().contains("2024. 1. 5.(금) 이전이어야 합니다"), "{}", page.main());
    let page = portal.get("/capacity?from=2031-01-01&to=2900-01-01", Some(Role::Operator)).await;
    assert!(page.main().contains("종료일: 연도는 1900년부터 2200년"), "{}", page.main());
    assert!(page.main().contains("from=2021-04-03&amp;to=2021-10-29"), "the usual span: {}", page.main());
    let fine = portal.get("/capacity?from=2021-05-01&to=2021-05-31", Some(Role::Operator)).await;
    assert!(!fine.main().contains("wrong") && fine.main().contains("value=\"2021-05-31\""), "{}", fine.main());
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_change_of_capacity_is_said_at_once() {
    let portal = with_a_holder();
    let form = "rung=&delta=0&from=2021-04-01&last=2021-03-01&note=";
    let page = portal.ask(Method::POST, "/capacity/gpu-a100/entries", Some(Role::ResourceManager), form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in [
        "#rung\">단계: ",
        "#delta\">증감 수량: ",
        "#from\">시작일: ",
        "#last\">종료일: ",
        "#note\">사유: 꼭 입력해 주세요.",
    ] {
        assert!(page.main().contains(part), "{part} in {}", page.main());
    }
}
