//! The pages of calls: what everybody sees, and what the office writes, publishes and corrects.

#[path = "../../service/tests/calls_support/mod.rs"]
mod calls_support;
mod support;

use calls_support::dates;
use domain::access::Role;
use domain::call::{RoundKind, Track};
use domain::ids::{CallId, RoundId};
use domain::units::Amount;
use http::{Method, StatusCode};
use service::call::{self, CallInput, CriterionInput, RoundInput};
use support::Portal;
use testkit::actor;

const STAFF: Option<Role> = Some(Role::OfficeStaff);
const APPROVER: Option<Role> = Some(Role::OfficeApprover);

fn input(rounds: usize) -> CallInput {
    let round = |n: usize| RoundInput {
        kind: RoundKind::Regular,
        name_ko: format!("{}차", n + 1),
        name_en: format!("Round {}", n + 1),
        dates: dates(),
        envelope: vec![("gpu-a100".parse().expect("a slug"), Amount(100))],
    };
    CallInput {
        title_ko: "2021년 정기 모집".to_owned(),
        title_en: "Regular call 2021".to_owned(),
        body_ko: "신청하십시오.\n<b>둘째 줄</b>".to_owned(),
        body_en: "Apply.".to_owned(),
        contact: "062-000-0000".to_owned(),
        track: Track::Open,
        bonus: false,
        products: vec!["gpu_mid".parse().expect("a slug")],
        criteria: vec![CriterionInput {
            name_ko: "필요성".to_owned(),
            name_en: "Necessity".to_owned(),
            max_points: 100,
        }],
        rounds: (0..rounds).map(round).collect(),
    }
}

fn draft(portal: &Portal, input: &CallInput) -> CallId {
    portal.test.center.write(&actor(Role::OfficeStaff), |cx| call::draft(cx, input)).expect("drafted")
}

fn published(portal: &Portal, input: &CallInput) -> (CallId, RoundId) {
    let id = draft(portal, input);
    portal.test.center.write(&actor(Role::OfficeApprover), |cx| call::publish(cx, id, 1)).expect("published");
    let view = portal.test.center.read(&actor(Role::OfficeStaff), |cx| call::show(cx, id)).expect("shown");
    (id, view.rounds[0].0.id)
}

fn encoded(fields: &[(&str, &str)]) -> String {
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", web::in_query(name), web::in_query(value))).collect();
    pairs.join("&")
}

const FILLED: &[(&str, &str)] = &[
    ("title_ko", "새 공고"),
    ("title_en", ""),
    ("body_ko", "내용"),
    ("body_en", ""),
    ("contact", ""),
    ("track", "open"),
    ("products", "gpu_mid"),
    ("products", "gpu_long"),
    ("criteria.0.name_ko", "필요성"),
    ("criteria.0.name_en", ""),
    ("criteria.0.max_points", "60"),
    ("criteria.1.name_ko", "역량"),
    ("criteria.1.name_en", ""),
    ("criteria.1.max_points", "40"),
    ("criteria.2.name_ko", ""),
    ("criteria.2.max_points", ""),
    ("rounds.0.kind", "regular"),
    ("rounds.0.name_ko", "1차"),
    ("rounds.0.name_en", ""),
    ("rounds.0.opens_on", "2021-05-10"),
    ("rounds.0.opens_time", ""),
    ("rounds.0.closes_on", "2021. 5. 31."),
    ("rounds.0.closes_time", "18:00"),
    ("rounds.0.review_due_on", "2021-06-15"),
    ("rounds.0.announce_on", "2021-06-20"),
    ("rounds.0.offer_days", "7"),
    ("rounds.0.earliest_start_on", "2021-07-01"),
    ("rounds.0.latest_last_on", "2021-12-31"),
    ("rounds.0.envelope.gpu-a100", "100"),
    ("rounds.0.envelope.gpu-v100", ""),
    ("rounds.1.kind", "regular"),
    ("rounds.1.offer_days", "7"),
];

fn with<'a>(changes: &[(&'a str, &'a str)]) -> String {
    let mut fields: Vec<(&str, &str)> = FILLED.to_vec();
    for (name, value) in changes {
        fields.retain(|(field, _)| field != name);
        fields.push((name, value));
    }
    encoded(&fields)
}

#[tokio::test]
async fn a_visitor_reads_an_open_call_and_is_led_to_sign_in() {
    let portal = Portal::new();
    let empty = portal.get("/calls", None).await;
    assert!(empty.main().contains("지금은 접수 중인 공고가 없습니다") && empty.main().contains("/sign-up"));
    let (id, round) = published(&portal, &input(1));
    let path = format!("/calls/{id}");
    let coming = portal.get("/calls", None).await;
    assert!(coming.main().contains("접수 예정") && coming.main().contains(&path), "{}", coming.main());
    assert!(portal.get(&path, None).await.main().contains("2021. 5. 10.(월) 00:00부터 접수합니다"));
    assert!(!portal.get("/", None).await.main().contains(&path), "not open yet");
    portal.test.set((2021, 5, 28), 14);
    assert!(portal.get("/", None).await.main().contains(&path));
    let list = portal.get("/calls", None).await;
    assert!(list.main().contains("마감까지 3일") && list.main().contains("2021. 5. 31.(월) 14:00"), "{}", list.main());
    let page = portal.get(&path, None).await;
    for part in ["gpu_mid", "GPU-A100", "100장", "1.95 PF", "센터 기준(FP32)", "필요성", "062-000-0000", "마감까지 3일"]
    {
        assert!(page.main().contains(part), "{part} in {}", page.main());
    }
    assert!(page.main().contains("&#60;b&#62;") && !page.main().contains("<b>둘째"), "texts are not markup");
    assert!(page.main().contains(&format!("/sign-in?to={path}")) && !page.main().contains("/proposals"));
    assert!(!page.main().contains("담당자 메뉴"));
    let own = portal.get(&path, Some(Role::Reviewer)).await;
    assert!(own.main().contains(&format!("action=\"/rounds/{round}/proposals\"")), "{}", own.main());
    let english = portal.get(&format!("{path}?lang=en"), None).await;
    for part in ["Regular call 2021", "Round 1", "3 days left", "Necessity", "Apply."] {
        assert!(english.main().contains(part), "{part} in {}", english.main());
    }
    portal.test.set((2021, 5, 31), 14);
    assert!(portal.get(&path, None).await.main().contains("접수가 마감되었습니다"));
    assert!(portal.get("/calls", None).await.main().contains("지난 공고"));
}

#[tokio::test]
async fn a_draft_is_the_offices_and_shows_how_it_will_look() {
    let portal = Portal::new();
    let id = draft(&portal, &input(1));
    let path = format!("/calls/{id}");
    for role in [None, Some(Role::Reviewer), Some(Role::Operator)] {
        assert_eq!(portal.get(&path, role).await.status, StatusCode::NOT_FOUND, "{role:?}");
    }
    assert!(!portal.get("/calls", None).await.main().contains(&path));
    let staff = portal.get(&path, STAFF).await;
    assert!(staff.main().contains("미리보기입니다") && staff.main().contains(&format!("{path}/edit")));
    assert!(!staff.main().contains("/publish") && staff.main().contains("직접 작성한 건은 승인할 수 없습니다"));
    let approver = portal.get(&path, APPROVER).await;
    assert!(approver.main().contains("/publish") && !approver.main().contains(&format!("{path}/edit")));
    let office = portal.get("/office/calls", APPROVER).await;
    assert!(office.main().contains(&path) && office.main().contains("작성 중"));
    assert_eq!(portal.get("/office/calls", Some(Role::Reviewer)).await.status, StatusCode::FORBIDDEN);
    let archived = portal.ask(Method::POST, &format!("{path}/archive"), STAFF, "reason=x").await;
    assert_eq!(archived.status, StatusCode::SEE_OTHER);
    assert_eq!(portal.get(&path, None).await.status, StatusCode::NOT_FOUND, "a draft put away was never public");
}

#[tokio::test]
async fn the_staff_writes_and_another_publishes_what_they_read() {
    let portal = Portal::new();
    let page = portal.get("/calls/new", STAFF).await;
    assert!(page.main().contains("criteria.0.name_ko") && page.main().contains("rounds.0.envelope.gpu-v100"));
    let done = portal.ask(Method::POST, "/calls/new", STAFF, &with(&[])).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.main());
    let path = done.header("location").to_owned();
    let page = portal.get(&format!("{path}/edit"), STAFF).await;
    for part in
        ["value=\"새 공고\"", "value=\"2021-05-31\"", "value=\"18:00\"", "value=\"100\"", "value=\"gpu_long\" checked"]
    {
        assert!(page.main().contains(part), "{part} in {}", page.main());
    }
    assert!(
        !page.main().contains("name=\"rounds.1.") && !page.main().contains("name=\"criteria.2."),
        "empty rows are left out"
    );
    let refused = portal.ask(Method::POST, &format!("{path}/publish"), STAFF, "version=1").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let saved = portal
        .ask(Method::POST, &format!("{path}/edit"), STAFF, &with(&[("version", "1"), ("title_ko", "고친 공고")]))
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.main());
    let stale = portal.ask(Method::POST, &format!("{path}/publish"), APPROVER, "version=1").await;
    assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(stale.main().contains("다른 사람이 먼저 바꾸었습니다") && stale.main().contains("고친 공고"));
    let done = portal.ask(Method::POST, &format!("{path}/publish"), APPROVER, "version=2").await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.main());
    assert_eq!(portal.get(&path, None).await.status, StatusCode::OK);
    assert_eq!(portal.get(&format!("{path}/edit"), STAFF).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn an_unfinished_draft_says_what_it_lacks() {
    let portal = Portal::new();
    let id = draft(&portal, &input(0));
    let page = portal.get(&format!("/calls/{id}"), APPROVER).await;
    assert!(page.main().contains("게시하려면 상품") && !page.main().contains("/publish"), "{}", page.main());
    let refused = portal.ask(Method::POST, &format!("/calls/{id}/publish"), APPROVER, "version=1").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.main().contains("error-summary") && refused.main().contains("게시하려면 상품"));
}

#[tokio::test]
async fn what_is_wrong_comes_back_filled_in_and_all_at_once() {
    let portal = Portal::new();
    let wrong = with(&[
        ("title_ko", " "),
        ("criteria.1.max_points", "50"),
        ("rounds.0.closes_time", "25시"),
        ("rounds.1.name_ko", "2차"),
        ("rounds.1.opens_on", "2021-05-10"),
        ("rounds.1.closes_on", "2021-05-09"),
        ("rounds.1.review_due_on", "2021-06-15"),
        ("rounds.1.announce_on", "2021-06-20"),
        ("rounds.1.earliest_start_on", "2021-07-01"),
        ("rounds.1.latest_last_on", "2021-12-31"),
        ("rounds.1.envelope.gpu-a100", "165"),
    ]);
    let page = portal.ask(Method::POST, "/calls/new", STAFF, &wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let main = page.main();
    for field in ["title_ko", "criteria", "rounds.0.closes_time", "rounds.1.closes_on", "rounds.1.envelope.gpu-a100"] {
        assert!(
            main.contains(&format!("href=\"#{field}\"")) && main.contains(&format!("id=\"{field}-wrong\"")),
            "{field} in {main}"
        );
    }
    for kept in
        ["value=\"25시\"", "value=\"165\"", "value=\"2021-05-09\"", "value=\"gpu_long\" checked", "지금은 110점입니다"]
    {
        assert!(main.contains(kept), "{kept} in {main}");
    }
    let english = portal.ask(Method::POST, "/calls/new?lang=en", STAFF, &wrong).await;
    assert!(english.main().contains("must add up") || english.main().contains("110"), "{}", english.main());
    for (name, hostile) in [
        ("rounds.0.envelope.gpu-a100", "99999999999999999999"),
        ("criteria.0.max_points", "-1"),
        ("track", "none"),
        ("products", "../x"),
        ("rounds.0.kind", "x"),
        ("rounds.0.latest_last_on", "9999-12-31"),
        ("rounds.18446744073709551615.name_ko", "x"),
        ("title_ko", "a\u{202e}b"),
    ] {
        let page = portal.ask(Method::POST, "/calls/new", STAFF, &with(&[(name, hostile)])).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}={hostile}");
    }
}

#[tokio::test]
async fn a_row_is_added_and_taken_out_by_plain_buttons() {
    let portal = Portal::new();
    let page = portal.ask(Method::POST, "/calls/new", STAFF, &with(&[("add", "rounds"), ("title_ko", "")])).await;
    assert_eq!(page.status, StatusCode::OK, "nothing is judged yet");
    assert!(page.main().contains("name=\"rounds.2.name_ko\"") && page.main().contains("value=\"18:00\""));
    assert!(!page.main().contains("error-summary"));
    let page = portal.ask(Method::POST, "/calls/new", STAFF, &with(&[("remove", "criteria.0")])).await;
    assert!(page.main().contains("value=\"역량\"") && !page.main().contains("value=\"필요성\""));
    assert!(
        page.main().contains("name=\"criteria.1.name_ko\"") && !page.main().contains("name=\"criteria.2.name_ko\"")
    );
    let id = draft(&portal, &input(1));
    let path = format!("/calls/{id}/edit");
    let page = portal.ask(Method::POST, &path, STAFF, &with(&[("version", "1"), ("add", "criteria")])).await;
    assert!(
        page.main().contains("name=\"criteria.3.name_ko\"") && page.main().contains("name=\"version\" value=\"1\"")
    );
}

#[tokio::test]
async fn whoever_saves_second_is_told_and_loses_nothing() {
    let portal = Portal::new();
    let id = draft(&portal, &input(1));
    let path = format!("/calls/{id}/edit");
    let first = portal.ask(Method::POST, &path, STAFF, &with(&[("version", "1"), ("title_ko", "먼저")])).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER);
    let second = portal.ask(Method::POST, &path, STAFF, &with(&[("version", "1"), ("title_ko", "나중")])).await;
    assert_eq!(second.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(second.main().contains("다른 담당자가 먼저 저장했습니다") && second.main().contains("value=\"나중\""));
    assert!(second.main().contains("name=\"version\" value=\"2\""), "sent once more it is kept");
    assert!(portal.get(&format!("/calls/{id}"), STAFF).await.main().contains("먼저"));
    let again = portal.ask(Method::POST, &path, STAFF, &with(&[("version", "2"), ("title_ko", "나중")])).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn corrected_dates_are_shown_to_everybody_with_the_reason() {
    let portal = Portal::new();
    let (id, round) = published(&portal, &input(1));
    let path = format!("/rounds/{round}/dates");
    assert_eq!(portal.get(&path, APPROVER).await.status, StatusCode::FORBIDDEN);
    let page = portal.get(&path, STAFF).await;
    assert!(page.main().contains("value=\"2021-05-31\"") && page.main().contains("value=\"14:00\""), "{}", page.main());
    let fields = [
        ("opens_on", "2021-05-10"),
        ("closes_on", "2021-06-04"),
        ("closes_time", "14:00"),
        ("review_due_on", "2021-06-15"),
        ("announce_on", "2021-06-20"),
        ("offer_days", "7"),
        ("earliest_start_on", "2021-07-01"),
        ("latest_last_on", "2021-12-30"),
        ("reason", "현충일 연휴"),
    ];
    let silent = encoded(&fields).replace(&web::in_query("현충일 연휴"), "");
    let silent = portal.ask(Method::POST, &path, STAFF, &silent).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(silent.main().contains("id=\"reason-wrong\"") && silent.main().contains("value=\"2021-06-04\""));
    let done = portal.ask(Method::POST, &path, STAFF, &encoded(&fields)).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.main());
    let page = portal.get(&format!("/calls/{id}"), None).await;
    for part in [
        "일정이 변경되었습니다",
        "<del>2021. 5. 31.(월) 14:00</del>",
        "<ins>2021. 6. 4.(금) 14:00</ins>",
        "<ins>2021. 12. 30.(목)</ins>",
        "현충일 연휴",
        "2021. 5. 3.(월) 12:00",
    ] {
        assert!(page.main().contains(part), "{part} in {}", page.main());
    }
    assert!(!page.main().contains("office_staff"), "not who did it");
    let none = portal.get("/rounds/018f0000-0000-7000-8000-000000000000/dates", STAFF).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_call_is_copied_and_put_away_with_a_reason() {
    let portal = Portal::new();
    let (id, _) = published(&portal, &input(1));
    let copy = portal.ask(Method::POST, &format!("/calls/{id}/duplicate"), STAFF, "").await;
    assert!(copy.header("location").ends_with("/edit"), "{}", copy.text);
    let page = portal.get(copy.header("location"), STAFF).await;
    assert!(
        page.main().contains("value=\"2021년 정기 모집\"") && page.main().contains("name=\"add\" value=\"rounds\"")
    );
    let path = format!("/calls/{id}/archive");
    assert_eq!(portal.ask(Method::POST, &path, STAFF, "reason=+").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(portal.ask(Method::POST, &path, STAFF, "reason=x").await.status, StatusCode::SEE_OTHER);
    portal.test.set((2021, 5, 20), 9);
    assert!(!portal.get("/calls", None).await.main().contains(&format!("/calls/{id}")));
}

#[tokio::test]
async fn lists_are_paged_and_need_few_statements_with_many_rounds() {
    let portal = Portal::new();
    let mut last = None;
    for _ in 0..5 {
        last = Some(published(&portal, &input(10)));
    }
    let (id, _) = last.expect("five calls");
    portal.test.set((2021, 5, 20), 9);
    let paths = [
        "/".to_owned(),
        "/calls".to_owned(),
        "/office/calls".to_owned(),
        format!("/calls/{id}"),
        "/calls/new".to_owned(),
    ];
    for path in &paths {
        let before = portal.statements();
        assert_eq!(portal.get(path, STAFF).await.status, StatusCode::OK);
        let count = portal.statements() - before;
        assert!(count <= 5, "{count} statements at {path}");
    }
    assert_eq!(portal.get("/calls", None).await.main().matches("class=\"card call-card\"").count(), 50);
    portal.test.set((2021, 6, 1), 9);
    let first = portal.get("/calls", None).await;
    let at = first.main().find("/calls?after=").expect("more");
    let next: String = first.main()[at..].chars().take_while(|c| *c != '"').collect();
    let second = portal.get(&next, None).await;
    assert_eq!(first.main().matches("<th scope=\"row\">").count(), 20);
    assert_eq!(second.main().matches("<th scope=\"row\">").count(), 20);
    assert_eq!(portal.get("/calls?after=zz", None).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_rejected_call_names_every_field_with_its_row() {
    let portal = Portal::new();
    let mut fields: Vec<(&str, &str)> = FILLED.to_vec();
    for (name, value) in &mut fields {
        match *name {
            // Nothing of it can be seen.
            "title_ko" => *value = "\u{3164}\u{200B}",
            "criteria.1.max_points" => *value = "many",
            "rounds.0.review_due_on" => *value = "soon",
            "rounds.0.announce_on" => *value = "2021-05-20",
            _ => {}
        }
    }
    let page = portal.ask(Method::POST, "/calls/new", STAFF, &encoded(&fields)).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in [
        "#title_ko\">공고명(국문): 꼭 입력해 주세요.",
        "#criteria.1.max_points\">평가 항목 2 · 배점: 숫자",
        "#rounds.0.review_due_on\">차수 1 · 평가 기한: 날짜를",
        "#rounds.0.announce_on\">차수 1 · 결과 발표: 2021. 5. 31.(월) 이후여야",
    ] {
        assert!(page.main().contains(part), "{part} in {}", page.main());
    }
}
