//! Reviews: assigned by the office, written by those they are assigned to, hidden from the rest.

#[path = "../../service/tests/calls_support/mod.rs"]
mod calls_support;
mod support;

use calls_support::{input, published, reviewer, state, submitted};
use domain::access::Role;
use domain::ids::{ProposalId, ReviewId, RoundId};
use http::{Method, StatusCode};
use service::eligibility::{self, Verdict};
use service::review::{self, ReviewChange};
use service::{Actor, Center};
use support::Portal;
use testkit::actor;

const REVIEWER: Option<Role> = Some(Role::Reviewer);
const LEAD: Option<Role> = Some(Role::SurveyManager);
const STAFF: Option<Role> = Some(Role::OfficeStaff);

struct Setting {
    round: RoundId,
    proposal: ProposalId,
    others: Vec<Actor>,
}

fn eligible(center: &Center, id: ProposalId) {
    center.write(&actor(Role::OfficeStaff), |cx| eligibility::check(cx, id, 3, &Verdict::Eligible)).expect("eligible");
}

/// A closed round with one eligible proposal, and two reviewers beside the role's person.
fn setting(portal: &Portal) -> Setting {
    let (_, round) = published(&portal.test, &input());
    portal.test.set((2021, 5, 28), 9);
    let proposal = submitted(&portal.test, round, &actor(Role::SurveyManager), 1);
    eligible(&portal.test.center, proposal);
    portal.test.set((2021, 6, 1), 9);
    Setting { round, proposal, others: (0..2).map(|n| reviewer(&portal.test, 150 + n)).collect() }
}

fn review_of(portal: &Portal, person: &Actor) -> ReviewId {
    portal.test.center.read(person, |cx| review::mine(cx, None, 50)).expect("listed")[0].id
}

fn hand_in(portal: &Portal, person: &Actor, points: [i64; 4]) {
    let id = review_of(portal, person);
    let change = ReviewChange {
        points: points.map(Some).to_vec(),
        comment_applicant: "일정이 좋습니다".to_owned(),
        comment_committee: "추천".to_owned(),
    };
    portal.test.center.write(person, |cx| review::begin(cx, id)).expect("begun");
    portal.test.center.write(person, |cx| review::submit(cx, id, 2, "", &change)).expect("handed in");
}

async fn assign_all(portal: &Portal, s: &Setting) {
    let people = [actor(Role::Reviewer).user, s.others[0].user, s.others[1].user];
    let body: Vec<String> = people.iter().flatten().map(|user| format!("reviewers={user}")).collect();
    let path = format!("/proposals/{}/reviews", s.proposal);
    let done = portal.ask(Method::POST, &path, STAFF, &body.join("&")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.main());
}

#[tokio::test]
async fn the_office_assigns_takes_back_and_sees_the_scores() {
    let portal = Portal::new();
    let s = setting(&portal);
    let path = format!("/proposals/{}/reviews", s.proposal);
    let before = portal.statements();
    let page = portal.get(&path, STAFF).await;
    assert!(portal.statements() - before <= 5);
    assert_eq!(page.main().matches(" checked").count(), 3, "as many as it needs are suggested");
    let refused = portal.ask(Method::POST, &path, STAFF, "").await;
    assert!(refused.status.is_client_error());
    let one = format!("reviewers={}", s.others[0].user.expect("an account"));
    let refused = portal.ask(Method::POST, &path, STAFF, &one).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.main().contains("평가위원이 3명 이상") && refused.main().matches(" checked").count() == 1);
    assert_eq!(portal.ask(Method::POST, &path, STAFF, "reviewers=x").await.status, StatusCode::UNPROCESSABLE_ENTITY);

    assign_all(&portal, &s).await;
    assert_eq!(state(&portal.test, s.proposal), "in_review");
    let open = review_of(&portal, &s.others[1]);
    let removed = portal.ask(Method::POST, &format!("{path}/{open}/remove"), STAFF, "").await;
    assert_eq!(removed.status, StatusCode::SEE_OTHER);
    assert_eq!(
        portal.ask(Method::POST, &format!("{path}/{open}/remove"), STAFF, "").await.status,
        StatusCode::NOT_FOUND
    );
    let filled = portal.ask(Method::POST, &format!("/rounds/{}/reviews/fill", s.round), STAFF, "").await;
    assert_eq!(filled.status, StatusCode::SEE_OTHER);

    hand_in(&portal, &actor(Role::Reviewer), [30, 25, 25, 20]);
    hand_in(&portal, &s.others[0], [20, 20, 20, 20]);
    let page = portal.get(&format!("{path}?lang=en"), STAFF).await;
    assert!(page.main().contains("Mean 90.00 from 2 reviews") && page.main().contains("2 of 3 submitted"));
    assert!(page.main().contains("일정이 좋습니다") && page.main().contains("reviewer 150"));
    let begun = review_of(&portal, &s.others[0]);
    let refused = portal.ask(Method::POST, &format!("{path}/{begun}/remove"), STAFF, "").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for role in [LEAD, REVIEWER, Some(Role::Operator)] {
        assert_eq!(portal.get(&path, role).await.status, StatusCode::FORBIDDEN, "{role:?}");
    }
    let own = portal.get(&format!("/proposals/{}", s.proposal), LEAD).await;
    assert!(!own.main().contains("reviewer 150") && !own.main().contains("90.00"), "nothing before the results");
}

#[tokio::test]
async fn a_reviewer_declares_first_then_reads_scores_and_hands_in() {
    let portal = Portal::new();
    let s = setting(&portal);
    assign_all(&portal, &s).await;
    let list = portal.get("/reviews", REVIEWER).await;
    let id = review_of(&portal, &actor(Role::Reviewer));
    let path = format!("/reviews/{id}");
    assert!(list.main().contains(&path) && list.main().contains("2021. 6. 15.(화)"));
    assert!(portal.get("/", REVIEWER).await.main().contains("평가할 신청 1건"));
    let page = portal.get(&path, REVIEWER).await;
    assert!(page.main().contains("/begin") && !page.main().contains("GPU 시간"), "{}", page.main());
    assert_eq!(portal.get(&format!("/proposals/{}", s.proposal), REVIEWER).await.status, StatusCode::NOT_FOUND);

    assert_eq!(portal.ask(Method::POST, &format!("{path}/begin"), REVIEWER, "").await.status, StatusCode::SEE_OTHER);
    let twice = portal.ask(Method::POST, &format!("{path}/begin"), REVIEWER, "").await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    let before = portal.statements();
    let page = portal.get(&format!("{path}?lang=en"), REVIEWER).await;
    assert!(portal.statements() - before <= 5);
    assert!(page.main().contains("GPU 시간") && page.main().contains("Of 30"), "{}", page.main());
    let read = portal.get(&format!("/proposals/{}", s.proposal), REVIEWER).await;
    assert!(read.status.is_success() && !read.main().contains("survey_manager"), "the lead's name is masked");

    let draft = format!("{path}/draft");
    for points in ["7", "8"] {
        let body = format!("version=2&from=a&points.0={points}");
        assert_eq!(portal.ask(Method::POST, &draft, REVIEWER, &body).await.status, StatusCode::NO_CONTENT);
    }
    let other = "version=2&from=b&points.0=9&comment_committee=mine";
    assert_eq!(portal.ask(Method::POST, &draft, REVIEWER, other).await.status, StatusCode::CONFLICT);
    let told = portal.ask(Method::POST, &path, REVIEWER, other).await;
    assert!(told.main().contains("먼저 저장했습니다") && told.main().contains("mine</textarea>"), "{}", told.main());
    let wrong = "version=4&from=a&points.0=31&points.1=x&do=submit";
    let refused = portal.ask(Method::POST, &path, REVIEWER, wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.main().contains("id=\"points.1-wrong\"") && refused.main().contains("value=\"31\""));
    assert!(refused.main().contains("역량: 숫자(정수)로"), "the summary names the criterion");
    let wrong = "version=4&from=a&points.0=31&points.1=1&points.2=&points.3=1&do=submit";
    let refused = portal.ask(Method::POST, &path, REVIEWER, wrong).await;
    for field in ["points.0", "points.2", "comment_applicant"] {
        assert!(refused.main().contains(&format!("id=\"{field}-wrong\"")), "{field}");
    }
    let right = "version=4&from=a&points.0=30&points.1=20&points.2=20&points.3=10&comment_applicant=good&do=submit";
    let done = portal.ask(Method::POST, &path, REVIEWER, right).await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, "/reviews"), "{}", done.main());
    let again = portal.ask(Method::POST, &path, REVIEWER, right).await;
    assert!(again.header("set-cookie").contains("flash-review-already"));
    let page = portal.get(&format!("{path}?lang=en"), REVIEWER).await;
    assert!(page.main().contains("You have submitted this") && page.main().contains("80 of 100"));
}

#[tokio::test]
async fn a_review_is_its_reviewers_alone_and_a_conflict_ends_it() {
    let portal = Portal::new();
    let s = setting(&portal);
    assign_all(&portal, &s).await;
    let id = review_of(&portal, &actor(Role::Reviewer));
    let other = review_of(&portal, &s.others[0]);
    for (path, role) in [(id, LEAD), (id, STAFF), (id, Some(Role::Auditor)), (other, REVIEWER)] {
        assert_eq!(portal.get(&format!("/reviews/{path}"), role).await.status, StatusCode::NOT_FOUND, "{role:?}");
        for rest in ["", "/draft", "/begin", "/conflict"] {
            let answer = portal.ask(Method::POST, &format!("/reviews/{path}{rest}"), role, "version=1&reason=x").await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{role:?} at {rest}");
        }
    }
    let path = format!("/reviews/{id}");
    let refused = portal.ask(Method::POST, &format!("{path}/conflict"), REVIEWER, "reason=+").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.main().contains("id=\"reason-wrong\""));
    let done = portal.ask(Method::POST, &format!("{path}/conflict"), REVIEWER, "reason=joint+work").await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert!(portal.get(&path, REVIEWER).await.main().contains("joint work"));
    let office = portal.get(&format!("/proposals/{}/reviews", s.proposal), STAFF).await;
    assert!(office.main().contains("joint work"));
}

#[tokio::test]
async fn the_whole_round_is_filled_at_once_and_lists_take_few_statements() {
    let portal = Portal::new();
    let (_, round) = published(&portal.test, &input());
    portal.test.set((2021, 5, 28), 9);
    for n in 0..50 {
        let lead = portal.test.add_person(100 + n, &format!("lead {n}"));
        eligible(&portal.test.center, submitted(&portal.test, round, &lead, 100 + n));
    }
    portal.test.set((2021, 6, 1), 9);
    let path = format!("/rounds/{round}/reviews");
    let refused = portal.ask(Method::POST, &format!("{path}/fill"), STAFF, "").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.main().contains("평가위원이 3명 이상"), "{}", refused.main());
    for n in 0..3 {
        let _ = reviewer(&portal.test, 200 + n);
    }
    assert!(portal.get(&path, STAFF).await.main().contains("/fill"));
    assert_eq!(portal.ask(Method::POST, &format!("{path}/fill"), STAFF, "").await.status, StatusCode::SEE_OTHER);
    let before = portal.statements();
    let page = portal.get(&path, STAFF).await;
    assert!(portal.statements() - before <= 5);
    assert!(!page.main().contains("/fill") && page.main().contains("<dd>150</dd>"), "{}", page.main());
    let before = portal.statements();
    let mine = portal.get("/reviews?limit=30", REVIEWER).await;
    assert!(portal.statements() - before <= 5);
    assert_eq!(mine.main().matches("href=\"/reviews/").count(), 30);
    assert!(mine.main().contains("rel=\"next\""));
}
