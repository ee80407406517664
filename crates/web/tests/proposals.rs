//! Proposals from the first word to the result: what their people, the office and strangers see.

#[path = "../../service/tests/awards/support.rs"]
#[allow(dead_code)]
mod awards_support;
#[path = "../../service/tests/calls_support/mod.rs"]
mod calls_support;
mod support;

use calls_support::{input, join, published, state, submitted};
use domain::access::Role;
use domain::ids::{ProposalId, RoundId};
use http::{Method, StatusCode};
use store::values;
use support::{Answered, Portal};
use testkit::actor;

/// Leads the proposal; the role itself may see nothing of this.
const LEAD: Option<Role> = Some(Role::SurveyManager);
const STRANGER: Option<Role> = Some(Role::Observer);
const STAFF: Option<Role> = Some(Role::OfficeStaff);

/// A form's body from fields and values.
fn body(fields: &[(&str, &str)]) -> String {
    fields.iter().map(|(name, value)| format!("{name}={}", web::in_query(value))).collect::<Vec<_>>().join("&")
}

/// Everything that a submission needs, but for `version`, `from` and `do`.
const FULL: &[(&str, &str)] = &[
    ("title_ko", "의료 영상 판독 모델"),
    ("title_en", "Reading medical images"),
    ("sector", "healthcare"),
    ("summary", "요약"),
    ("usage_plan", "모델과 데이터"),
    ("lines.0.product", "gpu_mid"),
    ("lines.0.pool", "gpu-a100"),
    ("lines.0.amount", "4"),
    ("lines.0.min_amount", "2"),
    ("lines.0.earliest_start_on", "2021-07-01"),
    ("lines.0.latest_last_on", "2021-12-31"),
    ("lines.0.months", "6"),
];

fn full(version: i64, from: &str, wanted: &str) -> String {
    let version = version.to_string();
    let head = [("version", version.as_str()), ("from", from), ("do", wanted)];
    body(&[&head[..], FULL].concat())
}

/// An open round.
fn open(portal: &Portal) -> RoundId {
    let (_, round) = published(&portal.test, &input());
    portal.test.set((2021, 5, 11), 9);
    round
}

/// A draft begun by the lead: its path.
async fn begun(portal: &Portal, round: RoundId) -> String {
    let answer = portal.ask(Method::POST, &format!("/rounds/{round}/proposals"), LEAD, "").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let edit = answer.header("location").to_owned();
    edit.strip_suffix("/edit").expect("on to the form").to_owned()
}

fn id_of(path: &str) -> ProposalId {
    path.rsplit('/').next().and_then(|id| id.parse().ok()).expect("a path that ends in an id")
}

fn value<'a>(answer: &'a Answered, field: &str) -> &'a str {
    let at = answer.text.find(&format!("name=\"{field}\" value=\"")).expect("the form has the field");
    let rest = &answer.text[at..];
    let from = rest.find("value=\"").expect("a value") + "value=\"".len();
    rest[from..].split('"').next().expect("an end")
}

#[tokio::test]
async fn a_proposal_is_begun_once_written_bit_by_bit_and_submitted() {
    let portal = Portal::new();
    let round = open(&portal);
    let path = begun(&portal, round).await;
    assert_eq!(begun(&portal, round).await, path, "a second click begins no second one");
    let edit = format!("{path}/edit");

    let page = portal.get(&edit, LEAD).await;
    assert!(page.main().contains("/organizations/new"), "whoever has no organization is shown the way");
    assert!(page.main().contains("20일 5시간 남음"), "{}", page.main());
    assert!(page.main().contains("신청 자원: 꼭 입력해 주세요."), "what is missing is named");
    let english = portal.get(&format!("{edit}?lang=en"), LEAD).await;
    assert!(english.main().contains("20 d 5 h left") && english.main().contains("Still missing"));

    let typed = [("version", "1"), ("title_ko", "  절반 <b>"), ("lines.0.amount", "많이"), ("do", "line")];
    let saved = portal.ask(Method::POST, &edit, LEAD, &body(&typed)).await;
    assert_eq!((saved.status, saved.header("location")), (StatusCode::SEE_OTHER, &*format!("{edit}#lines.1.product")));
    let page = portal.get(&edit, LEAD).await;
    assert!(page.main().contains("절반 &#60;b&#62;") && page.main().contains("value=\"많이\""), "{}", page.main());
    assert!(page.main().contains("id=\"lines.1.product\""), "a further line without any script");

    let half = body(&[
        ("version", "2"),
        ("title_ko", "절반"),
        ("lines.0.amount", "많이"),
        ("lines.1.pool", ""),
        ("do", "submit"),
    ]);
    let refused = portal.ask(Method::POST, &edit, LEAD, &half).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.main().contains("신청 자원 1 · 신청 수량: 숫자(정수)로 입력해 주세요."), "{}", refused.main());
    assert!(refused.main().contains("id=\"lines.0.amount-wrong\"") && refused.main().contains("value=\"많이\""));
    assert!(refused.main().contains("소속 기관을 등록해야"));
    let version: i64 = value(&refused, "version").parse().expect("a version");

    join(&portal.test, 1, actor(Role::SurveyManager).user);
    let before = portal.statements();
    let page = portal.get(&edit, LEAD).await;
    assert!(portal.statements() - before <= 5);
    assert!(page.main().contains("한빛소프트"));
    let done = portal.ask(Method::POST, &edit, LEAD, &full(version, "", "submit")).await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, path.as_str()), "{}", done.main());
    assert!(done.header("set-cookie").contains("flash-proposal-submitted"));
    let page = portal.get(&path, LEAD).await;
    assert!(page.main().contains("2021-01-0001") && page.main().contains("0.078 PF"), "{}", page.main());
    assert!(!page.main().contains("/check"), "not for its own people");

    let again = portal.ask(Method::POST, &edit, LEAD, &full(version, "", "submit")).await;
    assert!(again.header("set-cookie").contains("flash-proposal-already"), "{}", again.status);
    let other = full(version, "", "submit").replace("sector=healthcare", "sector=energy");
    let late = portal.ask(Method::POST, &edit, LEAD, &other).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.main().contains("의료 영상 판독 모델") && late.main().contains("더 고칠 수 없습니다"));
    assert_eq!(portal.get(&edit, LEAD).await.header("location"), path);
    let list = portal.get("/my/proposals?lang=en", LEAD).await;
    assert!(list.main().contains("2021-01-0001") && list.main().contains("Submitted"));
}

#[tokio::test]
async fn the_form_tells_pf_and_share_of_each_line_and_counts_letters() {
    let portal = Portal::new();
    let path = begun(&portal, open(&portal)).await;
    portal.ask(Method::POST, &format!("{path}/edit"), LEAD, &full(1, "", "save")).await;
    let page = portal.get(&format!("{path}/edit"), LEAD).await;
    // Four devices at 19.5 TFLOPS, of 100 that the round hands out.
    assert!(page.main().contains("0.078 PF · 차수 제공량의 4.0%"), "{}", page.main());
    assert!(page.main().contains("<span>7</span> / 10,000자"), "{}", page.main());
    assert!(page.main().contains("센터 기준(FP32)"));
}

#[tokio::test]
async fn a_second_window_is_told_and_what_was_typed_stays_in_the_form() {
    let portal = Portal::new();
    let path = begun(&portal, open(&portal)).await;
    let (edit, draft) = (format!("{path}/edit"), format!("{path}/draft"));
    let typed = |from: &str, text: &str| body(&[("version", "1"), ("from", from), ("title_ko", text)]);
    for text in ["하나", "둘"] {
        let saved = portal.ask(Method::POST, &draft, LEAD, &typed("a", text)).await;
        assert_eq!(saved.status, StatusCode::NO_CONTENT, "a form does not collide with itself");
    }
    assert_eq!(portal.ask(Method::POST, &draft, LEAD, &typed("b", "셋")).await.status, StatusCode::CONFLICT);
    let told = portal.ask(Method::POST, &edit, LEAD, &typed("b", "셋")).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(told.main().contains("value=\"셋\"") && told.main().contains("먼저 저장했습니다"), "{}", told.main());
    assert!(!told.main().contains("data-autosave="), "it does not overwrite by itself");
    assert!(portal.get(&edit, LEAD).await.main().contains("value=\"둘\""));
    let again = [("version", value(&told, "version")), ("from", "b"), ("title_ko", "셋")];
    let saved = portal.ask(Method::POST, &edit, LEAD, &body(&again)).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    assert!(portal.get(&edit, LEAD).await.main().contains("value=\"셋\""));
    assert_eq!(portal.ask(Method::POST, &draft, LEAD, &typed("a", "넷")).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_deadline_that_passes_while_typing_keeps_the_draft_and_says_so() {
    let portal = Portal::new();
    let round = open(&portal);
    join(&portal.test, 1, actor(Role::SurveyManager).user);
    let path = begun(&portal, round).await;
    portal.test.set((2021, 5, 31), 14);
    let refused = portal.ask(Method::POST, &format!("{path}/edit"), LEAD, &full(1, "a", "submit")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.main().contains("마감되었습니다. 작성한 내용은 그대로 보관"), "{}", refused.main());
    assert!(refused.main().contains("의료 영상 판독 모델"));
    let page = portal.get(&format!("{path}/edit"), LEAD).await;
    assert!(page.main().contains("의료 영상 판독 모델"), "it was kept");
    let saved = portal.ask(Method::POST, &format!("{path}/draft"), LEAD, &full(1, "a", "")).await;
    assert_eq!(saved.status, StatusCode::NO_CONTENT);
    let late = portal.ask(Method::POST, &format!("/rounds/{round}/proposals"), LEAD, "").await;
    assert_eq!(late.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_session_that_ends_in_mid_form_loses_nothing() {
    let portal = Portal::new();
    let path = begun(&portal, open(&portal)).await;
    let edit = format!("{path}/edit");
    let sent = full(1, "a", "save");
    let told = portal.ask(Method::POST, &edit, None, &sent).await;
    assert_eq!(told.status, StatusCode::UNAUTHORIZED);
    assert!(told.main().contains("/sign-in") && told.main().contains("_blank") && told.main().contains("새로 고치면"));
    assert_eq!(portal.ask(Method::POST, &format!("{path}/draft"), None, &sent).await.status, StatusCode::UNAUTHORIZED);
    // Signed in in another tab, the page is loaded again: the browser sends the same once more.
    assert_eq!(portal.ask(Method::POST, &edit, LEAD, &sent).await.status, StatusCode::SEE_OTHER);
    assert!(portal.get(&edit, LEAD).await.main().contains("의료 영상 판독 모델"));
}

#[tokio::test]
async fn what_cannot_be_kept_comes_back_filled_in() {
    let portal = Portal::new();
    let path = begun(&portal, open(&portal)).await;
    let edit = format!("{path}/edit");
    let long = "가".repeat(4001);
    let fields = [("version", "1"), ("summary", long.as_str()), ("title_ko", "a\u{0}b"), ("lines.7.amount", "5")];
    let refused = portal.ask(Method::POST, &edit, LEAD, &body(&fields)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.main().contains(&long) && refused.main().contains("4,000자를 넘을 수 없습니다"));
    assert!(refused.main().contains("counter over") && refused.main().contains("title_ko-wrong"));
    assert!(refused.main().contains("id=\"lines.0.amount\" name=\"lines.0.amount\" value=\"5\""));
    // Whoever wants to submit is told everything at once, also what could be kept but not submitted.
    let fields = [("do", "submit"), ("version", "1"), ("title_ko", long.as_str()), ("lines.0.amount", "many")];
    let refused = portal.ask(Method::POST, &edit, LEAD, &body(&fields)).await;
    for part in ["href=\"#title_ko\"", "href=\"#summary\"", "href=\"#lines.0.amount\"", "href=\"#lines.0.product\""] {
        assert!(refused.main().contains(part), "{part} in {}", refused.main());
    }
    let bare = portal.ask(Method::POST, &edit, LEAD, "title_ko=x").await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY, "a form without its version");
    let many: Vec<String> = (0..41).map(|n| format!("lines.{n}.amount=1")).collect();
    let refused = portal.ask(Method::POST, &edit, LEAD, &format!("version=1&{}", many.join("&"))).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_draft_is_its_peoples_and_a_submitted_one_the_offices_too() {
    let portal = Portal::new();
    let round = open(&portal);
    let path = begun(&portal, round).await;
    for (method, rest, role) in [
        (Method::GET, "", STRANGER),
        (Method::GET, "", STAFF),
        (Method::GET, "", Some(Role::Reviewer)),
        (Method::GET, "/edit", STRANGER),
        (Method::GET, "/edit", STAFF),
        (Method::POST, "/edit", STRANGER),
        (Method::POST, "/draft", STRANGER),
        (Method::POST, "/withdraw", STRANGER),
        (Method::POST, "/check", STAFF),
    ] {
        let sent = if method == Method::POST { "version=1&verdict=eligible" } else { "" };
        let answer = portal.ask(method.clone(), &format!("{path}{rest}"), role, sent).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{role:?} at {method} {rest}");
    }
    let withdrawn = portal.ask(Method::POST, &format!("{path}/withdraw"), LEAD, "reason=").await;
    assert_eq!(withdrawn.status, StatusCode::SEE_OTHER);
    assert_eq!(state(&portal.test, id_of(&path)), "withdrawn");

    let id = submitted(&portal.test, round, &actor(Role::SurveyManager), 1);
    let path = format!("/proposals/{id}");
    assert_eq!(portal.get(&path, STRANGER).await.status, StatusCode::NOT_FOUND);
    let page = portal.get(&path, STAFF).await;
    assert!(page.main().contains("/check") && page.main().contains("survey_manager"), "{}", page.main());
    assert!(portal.get(&path, Some(Role::Auditor)).await.main().contains("2021-01-0001"));
    assert_eq!(
        portal.ask(Method::POST, &format!("{path}/withdraw"), STAFF, "reason=").await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn the_office_returns_and_the_applicant_corrects_in_time() {
    let portal = Portal::new();
    let round = open(&portal);
    let id = submitted(&portal.test, round, &actor(Role::SurveyManager), 1);
    let (path, check) = (format!("/proposals/{id}"), format!("/proposals/{id}/check"));
    let before = portal.statements();
    let page = portal.get(&path, STAFF).await;
    assert!(portal.statements() - before <= 5);
    assert!(page.main().contains("기관 서류를 아직 확인하지 않았습니다"), "{}", page.main());
    let version = value(&page, "version").to_owned();

    let verdict = |word: &str, note: &str| body(&[("version", &version), ("verdict", word), ("note", note)]);
    let refused = portal.ask(Method::POST, &check, STAFF, &verdict("return", " ")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.main().contains("id=\"note-wrong\"") && refused.main().contains("value=\"return\" checked"));
    let nothing = portal.ask(Method::POST, &check, STAFF, &verdict("", "의견")).await;
    assert!(nothing.main().contains("의견</textarea>"), "what was typed stays");
    let returned = portal.ask(Method::POST, &check, STAFF, &verdict("return", "일정을 더 적어 주세요")).await;
    assert_eq!(returned.status, StatusCode::SEE_OTHER);
    let twice = portal.ask(Method::POST, &check, STAFF, &verdict("eligible", "")).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY, "it is no longer as it was read");

    let page = portal.get(&path, LEAD).await;
    assert!(page.main().contains("일정을 더 적어 주세요") && page.main().contains("/edit"), "{}", page.main());
    assert!(page.main().contains("2021. 5. 18.(화) 24:00까지"), "five business days: {}", page.main());
    assert!(portal.get("/", LEAD).await.main().contains("보완할 신청"));
    let edit = portal.get(&format!("{path}/edit"), LEAD).await;
    let current: i64 = value(&edit, "version").parse().expect("a version");
    let changed = full(current, "a", "save").replace("usage_plan=", "usage_plan=Schedule%20");
    assert_eq!(portal.ask(Method::POST, &format!("{path}/edit"), LEAD, &changed).await.status, StatusCode::SEE_OTHER);
    assert!(!portal.get(&path, STAFF).await.main().contains("Schedule"), "others see what was submitted");
    // After the round closed, but within the time for correcting.
    portal.test.set((2021, 5, 18), 9);
    let current: i64 = value(&portal.get(&format!("{path}/edit"), LEAD).await, "version").parse().expect("a version");
    let changed = full(current, "b", "submit").replace("usage_plan=", "usage_plan=Schedule%20");
    assert_eq!(portal.ask(Method::POST, &format!("{path}/edit"), LEAD, &changed).await.status, StatusCode::SEE_OTHER);
    let page = portal.get(&path, STAFF).await;
    assert!(page.main().contains("Schedule") && page.main().contains("2021-01-0001"));
    let version = value(&page, "version").to_owned();
    let eligible = body(&[("version", &version), ("verdict", "eligible"), ("note", "")]);
    assert_eq!(portal.ask(Method::POST, &check, STAFF, &eligible).await.status, StatusCode::SEE_OTHER);
    let page = portal.get(&format!("{path}?lang=en"), LEAD).await;
    assert!(page.main().contains("Eligible") && page.main().contains("Returned for correction"), "the history is told");
}

#[tokio::test]
async fn the_office_sees_a_round_of_many_in_few_statements() {
    let portal = Portal::new();
    let round = open(&portal);
    let empty = portal.get(&format!("/rounds/{round}/proposals"), STAFF).await;
    assert!(empty.main().contains("해당하는 신청이 없습니다") && empty.main().contains("0.00:1"));
    for n in 0..60 {
        let lead = portal.test.add_person(100 + n, &format!("lead {n}"));
        submitted(&portal.test, round, &lead, 100 + n);
    }
    let path = format!("/rounds/{round}/proposals?lang=en");
    let before = portal.statements();
    let page = portal.get(&path, STAFF).await;
    assert!(portal.statements() - before <= 5, "{}", portal.statements() - before);
    assert!(page.main().contains("2.40:1"), "60 times 4 of 100: {}", page.main());
    assert_eq!(page.main().matches("\">2021-01-").count(), 50);
    let next = page.main().split("rel=\"next\"").next().and_then(|text| text.rsplit("href=\"").next());
    let next = next.and_then(|text| text.split('"').next()).expect("a further page").to_owned();
    assert_eq!(portal.get(&next, STAFF).await.main().matches("\">2021-01-").count(), 10);
    let none = portal.get(&format!("/rounds/{round}/proposals?state=selected"), STAFF).await;
    assert!(none.main().contains("해당하는 신청이 없습니다"));
    assert_eq!(portal.get(&path, STRANGER).await.status, StatusCode::FORBIDDEN);
    let rounds = portal.get("/proposals", STAFF).await;
    assert!(rounds.main().contains(&format!("/rounds/{round}/proposals")) && rounds.main().contains(">60<"));
    assert!(portal.get("/", STAFF).await.main().contains("자격검토를 기다리는 신청 60건"));

    let lead = portal.test.db.db.write(|tx| -> store::Result<()> {
        tx.run("UPDATE proposal SET lead_id = $1", values![actor(Role::SurveyManager).user]).map(drop)
    });
    lead.expect("all have one lead");
    let before = portal.statements();
    let mine = portal.get("/my/proposals", LEAD).await;
    assert!(portal.statements() - before <= 5);
    assert_eq!(mine.main().matches("\">2021-01-").count(), 50);
}

#[tokio::test]
async fn the_result_is_told_with_score_reasons_and_the_offer() {
    let portal = Portal::new();
    let round = awards_support::Round::new(&portal.test, &[(95, 64, 64), (60, 8, 8)]);
    for proposal in &round.proposals {
        portal
            .test
            .db
            .db
            .write(|tx| -> store::Result<()> {
                tx.run_one(
                    "UPDATE proposal SET lead_id = $2 WHERE id = $1",
                    values![proposal, actor(Role::SurveyManager).user],
                )
            })
            .expect("changed");
    }
    let before = portal.get(&format!("/proposals/{}", round.proposals[0]), LEAD).await;
    assert!(!before.main().contains("95.00"), "nothing before it is announced");
    awards_support::approve_and_announce(&portal.test, &round);
    let count = portal.statements();
    let page = portal.get(&format!("/proposals/{}", round.proposals[0]), LEAD).await;
    assert!(portal.statements() - count <= 5);
    assert!(page.main().contains("95.00") && page.main().contains("/offers/"), "{}", page.main());
    let page = portal.get(&format!("/proposals/{}", round.proposals[1]), LEAD).await;
    assert!(page.main().contains("60.00") && page.main().contains("선정 기준"), "{}", page.main());
}
