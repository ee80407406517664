//! The pages of returns and requests, as project and as office, and the ledger.

mod support;

use domain::access::Role;
use domain::ids::Id as _;
use domain::ledger::{EntryKind, NewEntry};
use domain::units::Amount;
use http::{Method, StatusCode};
use service::Actor;
use support::Portal;
use testkit::{TestAward, TestLine, actor, term};

/// A project that the survey manager leads (someone without any role over adjustments).
fn with_a_project() -> (Portal, TestAward) {
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
        reason: "=1+1".to_owned(),
    };
    portal.test.center.write(&Actor::clock(), |cx| service::ledger::append(cx, vec![(new, 1)])).expect("fits");
    let row = store::project::MemberRow {
        project: of.project,
        user: actor(Role::SurveyManager).user.expect("an account"),
        tie: domain::access::Tie::Lead,
        joined_at: portal.test.center.now(),
    };
    portal.test.db.db.write(|tx| store::project::put_member(tx, &row)).expect("added");
    (portal, of)
}

const LEAD: Option<Role> = Some(Role::SurveyManager);

fn line(of: &TestAward) -> String {
    format!("{}%3Agpu-a100", of.award)
}

#[tokio::test]
async fn the_lead_returns_on_the_projects_page_and_others_find_nothing_there() {
    let (portal, of) = with_a_project();
    let path = format!("/projects/{}/changes", of.project);
    let page = portal.get(&path, LEAD).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.main().contains("연장은 종료 30일 전부터"), "{}", page.main());
    assert!(page.main().contains("GPU-A100") && page.main().contains("1.95 PF"), "{}", page.main());
    assert_eq!(portal.get(&path, Some(Role::Reviewer)).await.status, StatusCode::NOT_FOUND);
    let form = format!("kind=return&line={}&amount=40&day=2021-06-01&reason=", line(&of));
    for (role, status) in [(Role::Reviewer, StatusCode::NOT_FOUND), (Role::OfficeStaff, StatusCode::FORBIDDEN)] {
        assert_eq!(portal.ask(Method::POST, &path, Some(role), &form).await.status, status, "{role}");
    }
    let bad = portal.ask(Method::POST, &path, LEAD, &form.replace("=40", "=101")).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bad.main().contains("value=\"101\"") && bad.main().contains("100장 이하여야 합니다"), "{}", bad.main());
    let done = portal.ask(Method::POST, &path, LEAD, &form).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert!(portal.get(&path, LEAD).await.main().contains("60장 (2021. 6. 1."));
}

#[tokio::test]
async fn a_request_is_asked_for_seen_with_its_effect_and_decided_by_the_office() {
    let (portal, of) = with_a_project();
    let path = format!("/projects/{}/changes", of.project);
    let form = format!("kind=increase&line={}&amount=100&day=2021-06-01&reason=x", line(&of));
    assert_eq!(portal.ask(Method::POST, &path, LEAD, &form).await.status, StatusCode::SEE_OTHER);
    let list = portal.get("/adjustments", Some(Role::ResourceManager)).await;
    let at = list.main().find("/adjustments/0").expect("listed");
    let one: String = list.main()[at..].chars().take("/adjustments/".len() + 36).collect();
    let page = portal.get(&one, Some(Role::ResourceManager)).await;
    assert!(
        page.main().contains("GPU-A100: 2021. 6. 1.(화)부터") && page.main().contains("36장만큼 부족합니다"),
        "{}",
        page.main()
    );
    assert!(page.main().contains("value=\"approve\""));
    let own = portal.get(&one, LEAD).await;
    assert!(!own.main().contains("value=\"approve\"") && own.main().contains("/withdraw"));
    assert_eq!(portal.get(&one, Some(Role::Reviewer)).await.status, StatusCode::NOT_FOUND);
    let decide = format!("{one}/decide");
    let silent = portal.ask(Method::POST, &decide, Some(Role::ResourceManager), "decision=reject&note=").await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = portal.ask(Method::POST, &decide, Some(Role::ResourceManager), "decision=approve&note=").await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert!(portal.get(&one, LEAD).await.main().contains("자원 대기"));
    let nobody = domain::ids::AdjustmentId::new(1, [0; 10]);
    assert_eq!(portal.get(&format!("/adjustments/{nobody}"), LEAD).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_ledger_is_listed_narrowed_and_kept_as_a_file_without_formulas() {
    let (portal, _) = with_a_project();
    let role = Some(Role::Auditor);
    assert!(portal.get("/ledger?pool=gpu-a100&kind=grant&project=P-000001", role).await.main().contains("+100"));
    assert!(!portal.get("/ledger?kind=return", role).await.main().contains("+100"));
    assert_eq!(portal.get("/ledger?after=zz", role).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let file = portal.get("/ledger.csv", role).await;
    assert!(file.header("content-type").starts_with("text/csv"));
    assert!(file.text.contains(",'=1+1,"), "{}", file.text);
    assert_eq!(file.text.lines().count(), 2);
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_change_is_said_at_once_and_named() {
    let (portal, of) = with_a_project();
    let path = format!("/projects/{}/changes", of.project);
    let page = portal.ask(Method::POST, &path, LEAD, "kind=increase&line=x&amount=0&day=2021-04-01&reason=").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in [
        "#line\">자원풀: 목록에 있는 값을",
        "#amount\">수량: 1 이상이어야",
        "#day\">날짜: 지난 날",
        "#reason\">사유: 꼭 입력해 주세요.",
    ] {
        assert!(page.main().contains(part), "{part} in {}", page.main());
    }
    // What only the use case knows stands at the field that the form has.
    let after = format!("kind=return&line={}&amount=1&day=2031-06-01&reason=", line(&of));
    let page = portal.ask(Method::POST, &path, LEAD, &after).await;
    assert!(page.main().contains("#day\">날짜: 배정이 20"), "{}", page.main());
    assert!(!page.main().contains("id=\"amount-wrong\""), "{}", page.main());
    let late = format!("kind=decrease&line={}&amount=1&day=2031-06-01&reason=x", line(&of));
    let page = portal.ask(Method::POST, &path, LEAD, &late).await;
    assert!(page.main().contains("#day\">날짜: ") && page.main().contains("id=\"day-wrong\""), "{}", page.main());
}
