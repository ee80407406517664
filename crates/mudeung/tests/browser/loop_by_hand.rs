//! The whole loop by hand, from an empty center to a returned device that is offered to the next:
//! each person signs in and does their part on the portal's pages.

use std::io::Write as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::driver::Browser;
use crate::support::{Demo, mudeung, run, text};

const PASSWORD: &str = "맑은 물이 흐르는 골짜기";

/// The center's people, made by the operator at the command line.
const OFFICE: [(&str, &str, &str); 3] = [
    ("staff@center.example", "김사업", "office_staff"),
    ("approver@center.example", "이결재", "office_approver"),
    ("resources@center.example", "박자원", "resource_manager"),
];

fn make_user(data: &str, (email, name, role): (&str, &str, &str)) {
    let mut child = mudeung()
        .args(["user", "create", "--data", data, "--email", email, "--name", name, "--role", role, "--password-stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the program starts");
    writeln!(child.stdin.take().expect("piped"), "{PASSWORD}").expect("it reads");
    assert!(child.wait().expect("it ends").success(), "{email}");
}

async fn sign_in(browser: &Browser, email: &str) {
    sign_in_with(browser, email, PASSWORD).await;
}

async fn sign_in_with(browser: &Browser, email: &str, password: &str) {
    browser.forget().await;
    browser.go("/sign-in").await;
    browser.fill(&[("email", email), ("password", password)]).await;
    browser.send("/sign-in").await;
    assert!(!browser.path().await.starts_with("/sign-in"), "{email}:\n{}", browser.main().await);
}

/// A company signs up, confirms its address by the mail it was sent, and registers.
async fn sign_up(browser: &Browser, email: &str, name: &str, organization: &str, number: &str) {
    browser.forget().await;
    browser.go("/sign-up").await;
    browser.fill(&[("email", email), ("name", name), ("password", PASSWORD), ("consent", "1")]).await;
    browser.send("/sign-up").await;
    browser.go("/mail").await;
    browser.press("main table a, main li a").await;
    browser.press("main a[href*='/verify/']").await;
    browser.press("main form[action^='/verify'] button").await;
    sign_in(browser, email).await;
    browser.go("/organizations/new").await;
    browser
        .fill(&[
            ("name_ko", organization),
            ("name_en", "Example Soft"),
            ("business_number", number),
            ("kind", "company"),
            ("size", "sme"),
            ("sector", "healthcare"),
            ("region", "29"),
            ("district", "북구"),
            ("region_basis", "head_office"),
        ])
        .await;
    browser.send("/organizations/new").await;
    assert!(browser.main().await.contains(organization), "{}", browser.main().await);
}

/// Writes a proposal for eight devices at least so many of them, and hands it in.
async fn propose(browser: &Browser, call: &str, title: &str, amount: &str, least: &str) -> String {
    browser.go(call).await;
    browser.press("main form[action$='/proposals'] button").await;
    let edit = browser.path().await;
    browser
        .fill(&[
            ("title_ko", title),
            ("sector", "healthcare"),
            ("summary", "흉부 영상에서 이상을 찾는 모델을 학습한다."),
            ("usage_plan", "영상 30만 장, 모델 2종, 매월 2,000 GPU 시간을 쓴다."),
            ("lines.0.product", "gpu_mid"),
            ("lines.0.pool", "gpu-a100"),
            ("lines.0.amount", amount),
            ("lines.0.min_amount", least),
            ("lines.0.earliest_start_on", "2021-04-01"),
            ("lines.0.latest_last_on", "2021-11-30"),
            ("lines.0.months", "6"),
        ])
        .await;
    browser.press("main button[name=do][value=submit]").await;
    let page = edit.trim_end_matches("/edit").to_owned();
    assert_eq!(browser.path().await, page, "{}", browser.main().await);
    assert!(browser.main().await.contains("접수"), "{}", browser.main().await);
    page
}

async fn check_eligible(browser: &Browser, proposal: &str) {
    browser.go(proposal).await;
    browser.fill(&[("verdict", "eligible")]).await;
    browser.press(&format!("main form[action='{proposal}/check'] button")).await;
    assert!(browser.main().await.contains("자격 적합"), "{}", browser.main().await);
}

/// Each reviewer declares that there is no conflict, reads, scores and hands in.
async fn review_all(browser: &Browser, reviewers: &[(String, String)], points: [[&str; 4]; 2]) {
    for (email, password) in reviewers {
        sign_in_with(browser, email, password).await;
        browser.go("/reviews").await;
        let links = browser.links("main table a[href^='/reviews/']").await;
        assert_eq!(links.len(), 2, "{}", browser.main().await);
        for link in links {
            browser.go(&link).await;
            assert!(!browser.main().await.contains("흉부 영상"), "nothing is read before a conflict is ruled out");
            browser.press(&format!("main form[action='{link}/begin'] button")).await;
            let page = browser.main().await;
            assert!(page.contains("흉부 영상"), "{page}");
            let points = if page.contains("두번째") { points[1] } else { points[0] };
            let [first, second, third, fourth] = points;
            browser
                .fill(&[
                    ("points.0", first),
                    ("points.1", second),
                    ("points.2", third),
                    ("points.3", fourth),
                    ("comment_applicant", "계획이 분명합니다."),
                ])
                .await;
            browser.press("main button.primary[name=do][value=submit]").await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_browser_the_whole_loop_runs_by_hand() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let data = text(&data);
    let start = |date: &str| Demo::start(&["--empty", "--data", data, "--date", date], folder.path());

    let demo = start("2021-03-02");
    for person in OFFICE {
        make_user(data, person);
    }
    let mut browser = Browser::open(&demo.address, true).await;

    // Capacity: eighty devices, of which one organization may hold eight and the round hands out
    // eight, so that two proposals of eight and four do not both fit.
    sign_in(&browser, "resources@center.example").await;
    for rung in ["installed", "leased", "allocatable"] {
        browser.go("/capacity/gpu-a100/entries").await;
        browser
            .fill(&[("rung", rung), ("delta", "80"), ("from", "2021-03-02"), ("last", "2021-12-31"), ("note", "도입")])
            .await;
        browser.send("/capacity/gpu-a100/entries").await;
    }

    // A call with a round of eight devices.
    sign_in(&browser, "staff@center.example").await;
    browser.go("/calls/new").await;
    let round = |field: &str| format!("rounds.0.{field}");
    let pool = round("envelope.gpu-a100");
    let dates: Vec<(String, &str)> = [
        ("name_ko", "1차"),
        ("kind", "regular"),
        ("opens_on", "2021-03-02"),
        ("opens_time", "00:00"),
        ("closes_on", "2021-03-05"),
        ("review_due_on", "2021-03-10"),
        ("announce_on", "2021-03-12"),
        ("offer_days", "7"),
        ("earliest_start_on", "2021-04-01"),
        ("latest_last_on", "2021-12-31"),
    ]
    .map(|(field, value)| (round(field), value))
    .to_vec();
    browser
        .fill(&[
            ("title_ko", "2021년 정기 모집"),
            ("title_en", "Regular call 2021"),
            ("body_ko", "계산 자원을 지원합니다."),
            ("contact", "062-000-0000"),
            ("track", "open"),
            ("products", "gpu_mid"),
            (&pool, "8"),
        ])
        .await;
    let dates: Vec<(&str, &str)> = dates.iter().map(|(field, value)| (field.as_str(), *value)).collect();
    browser.fill(&dates).await;
    browser.press("main .actions button.primary").await;
    let call = browser.path().await;
    assert!(call.starts_with("/calls/") && call != "/calls/new", "{call}:\n{}", browser.main().await);
    assert!(!browser.has(&format!("main form[action='{call}/publish']")).await, "nobody publishes what they wrote");
    sign_in(&browser, "approver@center.example").await;
    browser.go(&call).await;
    browser.send(&format!("{call}/publish")).await;

    // Two companies sign up, register and propose.
    sign_up(&browser, "first@mail.example", "나첫째", "한빛의료", "123-45-67891").await;
    let first = propose(&browser, &call, "첫번째 과제", "8", "8").await;
    sign_up(&browser, "second@mail.example", "나둘째", "새벽모빌리티", "999-99-99997").await;
    let second = propose(&browser, &call, "두번째 과제", "4", "2").await;

    // Somebody else's proposal is not there.
    browser.go(&first).await;
    assert!(!browser.main().await.contains("첫번째"), "not for others");
    let refused = browser.complaints().await;
    assert!(refused.len() == 1 && refused[0].contains("404"), "{refused:?}");

    // The round is over: eligibility, reviews.
    assert!(demo.stop());
    let demo = start("2021-03-06");
    browser.moved_to(&demo.address);
    sign_in(&browser, "staff@center.example").await;
    check_eligible(&browser, &first).await;
    check_eligible(&browser, &second).await;
    let round = browser.links("main a[href^='/rounds/']").await.into_iter().find(|link| link.ends_with("/proposals"));
    let round = round.expect("the office's page leads back to the round").trim_end_matches("/proposals").to_owned();
    browser.go(&format!("{round}/reviews")).await;
    browser.send(&format!("{round}/reviews/fill")).await;
    let reviewers: Vec<(String, String)> = demo
        .accounts()
        .into_iter()
        .filter(|(_, shown_as)| shown_as == "Reviewer")
        .map(|(email, _)| (email, demo.password()))
        .collect();
    assert_eq!(reviewers.len(), 3, "as many as a proposal needs");
    review_all(&browser, &reviewers, [["27", "22", "23", "18"], ["24", "20", "20", "16"]]).await;

    // Plan, approval by a second person, announcement.
    sign_in(&browser, "staff@center.example").await;
    browser.go(&format!("{round}/plans")).await;
    browser.send(&format!("{round}/plans")).await;
    let plan = browser.path().await;
    browser.send(&format!("{plan}/propose")).await;
    assert!(!browser.has(&format!("main form[action='{plan}/approve']")).await, "nobody approves their own plan");
    sign_in(&browser, "approver@center.example").await;
    browser.go(&plan).await;
    browser.send(&format!("{plan}/approve")).await;
    sign_in(&browser, "staff@center.example").await;
    browser.go(&plan).await;
    browser.send(&format!("{plan}/announce")).await;

    // The first accepts and signs; the center signs.
    sign_in(&browser, "first@mail.example").await;
    browser.press("main a[href^='/offers/']").await;
    let offer = browser.path().await;
    browser.send(&format!("{offer}/accept")).await;
    let project = browser.path().await;
    browser.press("main a[href^='/agreements/']").await;
    let agreement = browser.path().await;
    browser.send(&format!("{agreement}/sign")).await;
    sign_in(&browser, "approver@center.example").await;
    browser.go(&agreement).await;
    browser.send(&format!("{agreement}/countersign")).await;

    // On the first day the allocation is in force; from the next month on all of it is returned.
    assert!(demo.stop());
    let demo = start("2021-04-01");
    browser.moved_to(&demo.address);
    sign_in(&browser, "first@mail.example").await;
    browser.go(&project).await;
    assert!(browser.main().await.contains('8'), "{}", browser.main().await);
    browser.go(&format!("{project}/changes")).await;
    let line = browser.value_of("main select[name=line] option:not([value=''])").await;
    browser
        .fill(&[
            ("kind", "return"),
            ("line", &line),
            ("amount", "8"),
            ("day", "2021-04-02"),
            ("reason", "학습을 마쳤습니다."),
        ])
        .await;
    browser.send(&format!("{project}/changes")).await;

    // Within the minute the second, who waited, has an offer.
    sign_in(&browser, "second@mail.example").await;
    let asked = Instant::now();
    loop {
        browser.go("/").await;
        if browser.has("main a[href^='/offers/']").await {
            break;
        }
        assert!(asked.elapsed() < Duration::from_secs(60), "no offer:\n{}", browser.main().await);
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    browser.press("main a[href^='/offers/']").await;
    let offer = browser.path().await;
    assert!(browser.main().await.contains('4'), "{}", browser.main().await);
    browser.send(&format!("{offer}/accept")).await;
    assert!(browser.path().await.starts_with("/projects/"));
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    assert!(demo.stop());

    let checked = run(&["check", "--data", data]);
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
}
