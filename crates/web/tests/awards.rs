//! Plans, offers, agreements and projects: what the office, the lead and strangers see.

#[path = "../../service/tests/awards/support.rs"]
#[allow(dead_code)]
mod awards_support;
mod support;

use awards_support::{Round, approve_and_announce};
use domain::access::Role;
use http::{Method, StatusCode};
use service::{engine, offer, project};
use store::values;
use support::Portal;
use testkit::actor;

/// Leads the first proposal; the role itself may see nothing of this.
const LEAD: Role = Role::SurveyManager;
const STRANGER: Role = Role::Observer;
const STAFF: Option<Role> = Some(Role::OfficeStaff);

fn round(portal: &Portal) -> Round {
    let round = Round::new(&portal.test, &[(95, 64, 64), (90, 64, 64), (80, 64, 64), (60, 8, 8)]);
    let lead = actor(LEAD).user;
    portal
        .test
        .db
        .db
        .write(|tx| -> store::Result<()> {
            tx.run_one("UPDATE proposal SET lead_id = $2 WHERE id = $1", values![round.proposals[0], lead])
        })
        .expect("changed");
    round
}

#[tokio::test]
async fn the_office_plans_and_a_second_person_approves() {
    let portal = Portal::new();
    let round = round(&portal);
    let plans = format!("/rounds/{}/plans", round.id);
    let made = portal.ask(Method::POST, &plans, STAFF, "").await;
    assert_eq!(made.status, StatusCode::SEE_OTHER);
    let plan = made.header("location").to_owned();
    let page = portal.get(&plan, STAFF).await;
    assert!(page.main().contains("<svg") && page.main().contains("70.00"), "{}", page.main());
    assert!(page.main().contains(&format!("{plan}/propose")));
    portal.ask(Method::POST, &format!("{plan}/propose"), STAFF, "").await;
    let page = portal.get(&plan, STAFF).await;
    assert!(!page.main().contains("/approve"), "not for its maker");
    let approver = Some(Role::OfficeApprover);
    assert!(portal.get(&plan, approver).await.main().contains("/approve"));
    let approved = portal.ask(Method::POST, &format!("{plan}/approve"), approver, "").await;
    assert_eq!(approved.status, StatusCode::SEE_OTHER);
    let announced = portal.ask(Method::POST, &format!("{plan}/announce"), STAFF, "").await;
    assert_eq!(announced.status, StatusCode::SEE_OTHER);
    let offers = portal.get("/offers", STAFF).await;
    assert_eq!(offers.main().matches("<tr>").count(), 3, "a head and two offers");
    let before = portal.statements();
    let reserve = portal.get("/reserve?lang=en", STAFF).await;
    assert!(portal.statements() - before <= 3, "{}", portal.statements() - before);
    let [turn, rank] = ["<td class=\"number\" data-label=\"Turn\">1</td>", "Reserve rank 1 · Announced "];
    for text in [turn, rank, "Waiting", "GPU-A100", "64 devices", "1.25 PF"] {
        assert!(reserve.main().contains(text), "{text}: {}", reserve.main());
    }
}

#[tokio::test]
async fn a_plan_made_too_early_is_refused_on_the_page_with_its_button() {
    let portal = Portal::new();
    let round = round(&portal);
    let submitted = "UPDATE proposal SET state = 'submitted' WHERE id = $1";
    portal.test.db.db.write(|tx| tx.run(submitted, values![round.proposals[0]])).expect("set");
    let page = portal.ask(Method::POST, &format!("/rounds/{}/plans", round.id), STAFF, "").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.main().contains("끝나지 않은 신청이 1건") && page.main().contains("계획 세우기"), "{}", page.main());
}

#[tokio::test]
async fn the_plans_page_says_who_gets_what_and_when_and_what_is_left() {
    let portal = Portal::new();
    let round = round(&portal);
    round.set_envelope(&portal.test, 96);
    let made = portal.ask(Method::POST, &format!("/rounds/{}/plans", round.id), STAFF, "").await;
    let plan = made.header("location").to_owned();
    let before = portal.statements();
    let page = portal.get(&plan, STAFF).await;
    assert!(portal.statements() - before <= 5, "{}", portal.statements() - before);
    let main = page.main();
    for text in ["선정 1건", "64장", "1.25 PF", "2021. 6. 1.", "이번 차수의 제공량(96장)", "32장만큼 부족"]
    {
        assert!(main.contains(text), "{text}: {main}");
    }
    // The chart has a title, a description, an axis, a legend and a table of the same numbers.
    for text in ["<title", "<desc", "class=\"legend\"", "<caption>", "role=\"img\""] {
        assert!(main.contains(text), "{text}: {main}");
    }
    let page = portal.get(&format!("{plan}?lang=en"), STAFF).await;
    for text in ["64 devices", "the round offers at most 96 devices", "short by 32 devices", "center basis"] {
        assert!(page.main().to_lowercase().contains(&text.to_lowercase()), "{text}: {}", page.main());
    }
    let h1 = page.main().split("</h1>").next().unwrap_or_default();
    assert!(h1.contains("selection plan 1"), "{h1}");
}

#[tokio::test]
async fn an_approver_sends_a_plan_back_and_its_maker_finds_it_on_the_first_page() {
    let portal = Portal::new();
    let round = round(&portal);
    let (maker, approver) = (STAFF, Some(Role::OfficeApprover));
    let made = portal.ask(Method::POST, &format!("/rounds/{}/plans", round.id), maker, "").await;
    let plan = made.header("location").to_owned();
    let back = format!("{plan}/return");
    assert!(!portal.get(&plan, approver).await.main().contains(&back), "a draft is not sent back");
    portal.ask(Method::POST, &format!("{plan}/propose"), maker, "").await;
    assert!(!portal.get(&plan, maker).await.main().contains(&back), "not by its maker");
    assert!(portal.get(&plan, approver).await.main().contains(&back));
    let refused = portal.ask(Method::POST, &back, maker, "reason=x").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let empty = portal.ask(Method::POST, &back, approver, "reason=").await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.main().contains("aria-invalid") && empty.main().contains("<details open>"), "{}", empty.main());
    let done = portal.ask(Method::POST, &back, approver, "reason=%EA%B7%BC%EA%B1%B0").await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let page = portal.get(&plan, maker).await;
    assert!(page.main().contains("근거") && page.main().contains("다시 결재 요청"), "{}", page.main());
    assert!(portal.get("/", maker).await.main().contains(&plan));
    assert!(!portal.get("/", approver).await.main().contains(&plan));
    let again = portal.ask(Method::POST, &format!("{plan}/propose"), maker, "").await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    assert!(portal.get("/", approver).await.main().contains(&plan));
}

/// Gives a project two awards more, like the one that it has; answers how many it has then.
fn project_with_three_awards(portal: &Portal, project: &str) -> i64 {
    let copied = |tx: &mut store::Tx<'_>, n: i64| -> store::Result<()> {
        let new = format!("018f0000-0000-7000-8000-00000000000{n}");
        let of = "(SELECT MIN(id) FROM award WHERE project_id = $2)";
        for sql in [
            "INSERT INTO offer (id, proposal_id, source, state, due_at, made_at, reasons)
             SELECT $1, o.proposal_id, o.source, o.state, o.due_at, o.made_at, o.reasons FROM offer o JOIN award a ON a.offer_id = o.id WHERE a.id = OF",
            "INSERT INTO award (id, project_id, offer_id, state, created_at) SELECT $1, project_id, $1, 'active', created_at FROM award WHERE id = OF",
            "INSERT INTO award_line (award_id, pool_id, product_id, grain, from_on, end_on)
             SELECT $1, pool_id, product_id, grain, from_on, end_on FROM award_line WHERE award_id = OF",
        ] {
            tx.run(&sql.replace("OF", of), store::values![new, project])?;
        }
        Ok(())
    };
    let db = &portal.test.db.db;
    // Greater ids than the first, so that it stays the one that is copied.
    db.write(|tx| copied(tx, 8).and_then(|()| copied(tx, 9))).expect("copied");
    db.read(|tx| tx.scalar("SELECT COUNT(*) FROM award WHERE project_id = $1", store::values![project]))
        .expect("counted")
}

#[tokio::test]
async fn a_lead_accepts_signs_and_invites_and_a_stranger_finds_nothing() {
    let portal = Portal::new();
    let round = round(&portal);
    approve_and_announce(&portal.test, &round);
    let lead = actor(LEAD);
    let id = portal.test.center.read(&lead, offer::to_answer).expect("listed")[0].id;
    let path = format!("/offers/{id}");
    assert!(portal.get("/", Some(LEAD)).await.main().contains(&path), "the first page says what waits");
    assert_eq!(portal.get(&path, Some(STRANGER)).await.status, StatusCode::NOT_FOUND);
    let refused = portal.ask(Method::POST, &format!("{path}/accept"), Some(STRANGER), "").await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    let page = portal.get(&path, Some(LEAD)).await;
    for text in ["/accept", "GPU-A100", "64장", "1.25 PF", "PF는"] {
        assert!(page.main().contains(text), "{text}: {}", page.main());
    }
    assert!(!portal.get(&path, STAFF).await.main().contains("/accept"), "the office answers for nobody");

    let accepted = portal.ask(Method::POST, &format!("{path}/accept"), Some(LEAD), "").await;
    let home = accepted.header("location").to_owned();
    assert!(home.starts_with("/projects/"), "{home}");
    assert!(portal.get("/my/projects", Some(LEAD)).await.main().contains("P2021-0001"));
    assert!(portal.get("/projects", STAFF).await.main().contains("P2021-0001"));
    assert_eq!(portal.get(&home, Some(STRANGER)).await.status, StatusCode::NOT_FOUND);

    let project = home["/projects/".len()..].parse().expect("an id");
    let view = portal.test.center.read(&lead, |cx| project::show(cx, project)).expect("shown");
    let paper = view.awards[0].agreement.clone().expect("drawn up");
    let path = format!("/agreements/{}", paper.id);
    assert_eq!(portal.get(&path, Some(STRANGER)).await.status, StatusCode::NOT_FOUND);
    let first = |role| portal.get("/", Some(role));
    assert!(first(LEAD).await.main().contains(&path), "the first page says that it waits for a signature");
    assert!(!first(Role::OfficeApprover).await.main().contains("센터가 서명할 협약"));
    let hash = format!("hash={}", paper.body_hash);
    let signed = portal.ask(Method::POST, &format!("{path}/sign"), Some(LEAD), &hash).await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER);
    assert!(!first(LEAD).await.main().contains(&path));
    assert!(first(Role::OfficeApprover).await.main().contains("센터가 서명할 협약 1건"));
    let before = portal.statements();
    let page = portal.get(&path, Some(LEAD)).await;
    assert!(portal.statements() - before <= 5, "{}", portal.statements() - before);
    assert!(page.main().contains("64장") && page.main().contains("1.25 PF"), "{}", page.main());
    let again = portal.ask(Method::POST, &format!("{path}/sign"), Some(LEAD), &hash).await;
    assert_eq!(again.status, StatusCode::CONFLICT);

    let countersigned =
        portal.ask(Method::POST, &format!("{path}/countersign"), Some(Role::OfficeApprover), &hash).await;
    assert_eq!(countersigned.status, StatusCode::SEE_OTHER);
    for (at, text) in [("", "2021. 6. 1.(화) 개시 예정"), ("?lang=en", "Starts on Tue 1 Jun 2021")] {
        assert!(portal.get(&format!("{home}{at}"), Some(LEAD)).await.main().contains(text), "{text}");
    }
    assert!(portal.get("/my/projects", Some(LEAD)).await.main().contains("개시 예정"));

    let awards = project_with_three_awards(&portal, &home["/projects/".len()..]);
    for path in [home.clone(), format!("{home}/changes")] {
        let before = portal.statements();
        let page = portal.get(&path, Some(LEAD)).await;
        let count = portal.statements() - before;
        assert_eq!((page.status, awards), (StatusCode::OK, 3));
        assert!(count <= 5, "{count} statements at {path}");
    }

    let wrong = portal.ask(Method::POST, &format!("{home}/invite"), Some(LEAD), "email=nobody&tie=member").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.main().contains("aria-invalid"));
    let invited =
        portal.ask(Method::POST, &format!("{home}/invite"), Some(LEAD), "email=a%40b.example&tie=member").await;
    assert_eq!(invited.status, StatusCode::SEE_OTHER);
    assert!(portal.get(&home, Some(LEAD)).await.main().contains("a@b.example"));
}

#[tokio::test]
async fn the_project_page_says_pool_by_pool_what_the_cluster_has_and_what_keeps_it_apart() {
    let portal = Portal::new();
    let round = round(&portal);
    approve_and_announce(&portal.test, &round);
    let lead = actor(LEAD);
    let offer = portal.test.center.read(&lead, offer::to_answer).expect("listed")[0].id;
    let accepted = portal.ask(Method::POST, &format!("/offers/{offer}/accept"), Some(LEAD), "").await;
    let home = accepted.header("location").to_owned();
    let force = ["UPDATE project SET state = 'active'", "UPDATE award SET state = 'active'"];
    portal.test.db.db.write(|tx| force.iter().try_for_each(|sql| tx.run(sql, &[]).map(drop))).expect("in force");
    portal.test.set((2021, 6, 1), 9);
    let cluster = engine::Fake::default();
    let sync = || engine::sync(&portal.test.center, &cluster).expect("ran");
    let see = async |role, texts: &[&str]| {
        let page = portal.get(&home, Some(role)).await;
        for text in texts {
            assert!(page.main().contains(text), "{text}: {}", page.main());
        }
        page.main().to_owned()
    };
    sync();
    see(LEAD, &["일치", "배정 64장 · 클러스터 64장"]).await;
    cluster.lose("P2021-0001");
    sync();
    let page = see(LEAD, &["일치", "배정과 다르게 바뀐 것을 발견해 되돌렸습니다"]).await;
    assert!(!page.contains("연결할 수 없습니다"), "{page}");
    portal.test.set((2021, 6, 2), 9);
    cluster.set_down(true);
    sync();
    let page = see(LEAD, &["반영 실패", "클러스터에 연결할 수 없습니다"]).await;
    assert!(!page.contains("<code>"), "the engine's own words are for its operator: {page}");
    see(Role::Operator, &["<code>"]).await;

    let before = portal.statements();
    let page = portal.get("/cluster", Some(Role::Operator)).await;
    assert!(portal.statements() - before <= 5, "{}", portal.statements() - before);
    for text in ["반영 실패", "P2021-0001", "배정 64장 · 클러스터 64장", "클러스터에 연결할 수 없습니다", "<code>"]
    {
        assert!(page.main().contains(text), "{text}: {}", page.main());
    }
    assert!(!page.main().contains("계정과 SSH 키"), "nobody is told: {}", page.main());
    let told = |outcome| service::cluster_account::told(&portal.test.center, "{}", outcome).expect("noted");
    for (outcome, lang, said) in [
        (Err("exit status: 1: <no room>".to_owned()), "ko", "반영하지 못함(1번 시도)"),
        (Err("exit status: 1: <no room>".to_owned()), "en", "could not be told (tried 2 times)"),
        (Ok(()), "ko", "클러스터에 그대로 반영되어 있음"),
    ] {
        let failed = outcome.is_err();
        told(outcome);
        let before = portal.statements();
        let page = portal.get(&format!("/cluster?lang={lang}"), Some(Role::Operator)).await;
        assert!(portal.statements() - before <= 5, "{}", portal.statements() - before);
        assert!(page.main().contains(said), "{said}: {}", page.main());
        assert_eq!(page.main().contains("<code>exit status: 1: &#60;no room&#62;</code>"), failed, "{}", page.main());
    }
    cluster.set_down(false);
    portal.test.set((2021, 6, 3), 9);
    sync();
    let page = portal.get("/cluster", Some(Role::Operator)).await;
    assert!(
        page.main().contains("과제가 클러스터에서 지워짐") && !page.main().contains("반영하지 않음"),
        "{}",
        page.main()
    );
    // Somebody changes it by hand; the resource manager decides.
    let found = engine::Compute::observe(&cluster).expect("seen").projects.remove(0);
    let limits = [("gpu-a100".to_owned(), 56)].into();
    cluster.put(engine::ObservedProject { limits, members: ["stranger".to_owned()].into(), ..found });
    sync();
    let page = portal.get("/cluster", Some(Role::ResourceManager)).await;
    for text in ["64장 → 56장", "배정에 반영", "반영하지 않음", "손으로 더한 사람: stranger. 사람은 초대로만"]
    {
        assert!(page.main().contains(text), "{text}: {}", page.main());
    }
    let adopted =
        portal.ask(Method::POST, &format!("{home}/drift/adopt"), Some(Role::ResourceManager), "pool=gpu-a100").await;
    assert!(adopted.header("location").starts_with("/adjustments/"), "{:?}", adopted.status);
    sync();
    see(LEAD, &["배정 56장 · 클러스터 56장"]).await;
    let page = portal.get("/cluster", Some(Role::ResourceManager)).await;
    assert!(page.main().contains("stranger") && !page.main().contains("배정에 반영"), "{}", page.main());
    let left = portal.ask(Method::POST, &format!("{home}/drift/leave"), Some(Role::ResourceManager), "").await;
    assert_eq!(left.header("location"), "/cluster");
    assert!(portal.get("/cluster", Some(Role::Operator)).await.main().contains("모든 과제가 배정과 일치합니다"));
}
