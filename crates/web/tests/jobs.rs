//! The pages of jobs: lists, the form, one job with why it waits and what it prints.

mod support;

use std::sync::Arc;

use compute::Fake;
use domain::access::{Role, Tie};
use domain::job::{JobState, Stream, WaitReason};
use http::{Method, StatusCode};
use service::job::Memory;
use service::{engine, job};
use support::{Answered, Portal};
use testkit::{TestAward, TestCenter, TestDb, actor, term};

const POOL: &str = "gpu-a100";
/// Someone without any role over jobs, who leads the project.
const LEAD: Option<Role> = Some(Role::SurveyManager);

/// A portal with a project of four devices.
struct Story {
    portal: Portal,
    fake: Arc<Fake>,
    of: TestAward,
    memory: Memory,
}

impl Story {
    fn new() -> Self {
        let mut test = TestCenter::new(TestDb::sqlite());
        let fake = Arc::new(Fake::default());
        test.center = test.center.clone().with_engine(fake.clone());
        let portal = Portal::on(test);
        let of = portal.test.add_holding(1, POOL, 4, term((2021, 5, 3), (2021, 9, 1)));
        let row = store::project::MemberRow {
            project: of.project,
            user: actor(Role::SurveyManager).user.expect("an account"),
            tie: Tie::Lead,
            joined_at: portal.test.center.now(),
        };
        portal.test.db.db.write(|tx| store::project::put_member(tx, &row)).expect("added");
        engine::sync(&portal.test.center, fake.as_ref()).expect("in line");
        Self { portal, fake, of, memory: Memory::default() }
    }

    fn sync(&mut self) {
        job::sync(&self.portal.test.center, self.fake.as_ref(), &mut self.memory).expect("the round runs");
    }

    async fn submit(&self, form: &str) -> Answered {
        self.portal.ask(Method::POST, &format!("/projects/{}/jobs", self.of.project), LEAD, form).await
    }

    async fn page(&self, path: &str) -> String {
        let page = self.portal.get(path, LEAD).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
        page.main().to_owned()
    }
}

fn form(name: &str, devices: i64) -> String {
    format!("name={name}&pool={POOL}&devices={devices}&hours=1&minutes=30&script=%23!%2Fbin%2Fsh%0Aecho+1%0A")
}

/// A page without the ids that differ each time.
fn without_ids(page: &str, ids: &[&str]) -> String {
    ids.iter().fold(page.to_owned(), |page, id| page.replace(id, "ID"))
}

#[tokio::test]
async fn a_job_is_asked_for_waits_runs_prints_and_ends() {
    let mut s = Story::new();
    let project = s.of.project.to_string();
    assert!(s.page(&format!("/projects/{project}/jobs")).await.contains("해당하는 작업이 없습니다"));
    let done = s.submit(&form("train", 3)).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    let path = done.header("location").to_owned();
    let id = path.rsplit('/').next().expect("a path").to_owned();
    assert!(s.page(&path).await.contains("클러스터로 보내는 중입니다"));
    s.sync();
    s.fake.job("1", |job| {
        if let Some(wait) = &mut job.wait {
            (wait.reason, wait.rank) = (WaitReason::Limit, Some(2));
        }
    });
    s.memory = Memory::default();
    s.sync();
    let waits = s.page(&path).await;
    assert!(waits.contains("GPU-A100 4장 가운데 0장을 쓰고 있어 기다립니다"), "{waits}");
    assert!(waits.contains("대기열에서 2번째"), "{waits}");
    let begun = s.portal.test.center.now();
    s.fake.job("1", |job| {
        (job.state, job.wait, job.started_at, job.cpus) = (JobState::Running, None, Some(begun), 8);
        "n1".clone_into(&mut job.nodes);
    });
    s.fake.print("1", Stream::Out, "<b>epoch 1</b>\n");
    s.fake.print("1", Stream::Err, "경고\n");
    s.sync();
    let runs = s.page(&path).await;
    assert!(
        runs.contains("&#60;b&#62;epoch 1") || runs.contains("&lt;b&gt;epoch 1"),
        "what jobs print is text: {runs}"
    );
    assert!(runs.contains("경고") && runs.contains("data-events"), "{runs}");
    let text = s.portal.get(&format!("{path}/output/out"), LEAD).await;
    assert_eq!((text.text.as_str(), text.header("content-type")), ("<b>epoch 1</b>\n", "text/plain; charset=utf-8"));
    // A second job would be over the limit together with the first, and fits by itself.
    assert_eq!(s.submit(&form("more", 2)).await.status, StatusCode::SEE_OTHER);
    s.portal.test.set((2021, 5, 3), 13);
    let ended = s.portal.test.center.now();
    s.fake.job("1", |job| {
        (job.state, job.ended_at, job.exit_code) = (JobState::Failed, Some(ended), Some(3));
        job.cpu_seconds = Some(14_400);
    });
    s.sync();
    let over = s.page(&path).await;
    assert!(over.contains("종료 코드 3으로 끝났습니다") && over.contains("50.0%"), "{over}");
    assert!(!over.contains("data-events") && !over.contains("작업 취소"), "{over}");
    insta::assert_snapshot!(without_ids(&over, &[&id, &project]));
    let before = s.portal.statements();
    let list = s.page(&format!("/projects/{project}/jobs?state=failed&name=TRAIN")).await;
    assert!(list.contains("train") && !list.contains(">more<"), "{list}");
    assert!(s.portal.statements() - before <= 6, "{}", s.portal.statements() - before);
    assert!(s.page("/my/jobs").await.contains("과제 1"));
    let before = s.portal.statements();
    s.page(&path).await;
    assert!(s.portal.statements() - before <= 6, "{}", s.portal.statements() - before);
    // All tasks of one array, and of no other of that name.
    let array = s.submit(&format!("{}&array=0-1", form("train", 1))).await.header("location").to_owned();
    let page = s.page(&array).await;
    let all = page.split("href=\"").find_map(|part| part.split_once('"').filter(|(link, _)| link.contains("order=")));
    let list = s.page(all.expect("a link to all tasks").0).await;
    assert_eq!(
        (list.matches("[0]").count(), list.matches("[1]").count(), list.matches("data-label=\"제출\"").count()),
        (1, 1, 2),
        "{list}"
    );
    let again = s.page(&format!("/projects/{project}/jobs/new?job={id}")).await;
    assert!(again.contains("value=\"train\"") && again.contains("echo 1"), "{again}");
}

#[tokio::test]
async fn a_form_that_is_not_accepted_comes_back_filled_in() {
    let s = Story::new();
    let bad =
        "name=train&pool=gpu-a100&devices=9&hours=0&minutes=&script=echo+1&environment=A%0AB%3D1&array=5-1&folder=..";
    let page = s.submit(bad).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for text in ["꼭 입력해 주세요", "이름=값", "처음-끝", "value=\"5-1\"", "echo 1", "value=\"9\""] {
        assert!(page.main().contains(text), "{text}: {}", page.main());
    }
    let page = s.submit(&form("train", 9).replace("%23!", "")).await;
    assert!(page.main().contains("한 번에 쓸 수 있는 것은 4장인데 9장을"), "{}", page.main());
    assert!(page.main().contains("#!/bin/bash처럼") || page.main().contains("첫 줄에"), "{}", page.main());
}

#[tokio::test]
async fn to_others_it_is_not_there() {
    let mut s = Story::new();
    let path = s.submit(&form("train", 1)).await.header("location").to_owned();
    s.sync();
    s.fake.print("1", Stream::Out, "secret");
    for part in ["", "/output/out", "/output/err", "/events"] {
        let answer = s.portal.get(&format!("{path}{part}"), Some(Role::Reviewer)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{part}");
    }
    let of = format!("/projects/{}/jobs", s.of.project);
    for path in [of.clone(), format!("{of}/new")] {
        assert_eq!(s.portal.get(&path, Some(Role::Reviewer)).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    // Whoever runs the center sees the job and neither script nor output.
    let seen = s.portal.get(&path, Some(Role::Operator)).await;
    assert!(seen.main().contains("train") && !seen.main().contains("secret") && !seen.main().contains("echo 1"));
    let all = s.portal.get("/jobs", Some(Role::Operator)).await;
    assert!(all.main().contains("train"), "{}", all.main());
    assert_eq!(
        s.portal.ask(Method::POST, &format!("{path}/cancel"), Some(Role::Reviewer), "").await.status,
        StatusCode::NOT_FOUND
    );
    let cancelled = s.portal.ask(Method::POST, &format!("{path}/cancel"), LEAD, "").await;
    assert_eq!(cancelled.status, StatusCode::SEE_OTHER);
    assert!(s.page(&path).await.contains("취소를 요청했습니다"));
}

#[tokio::test]
async fn what_it_prints_comes_as_events_until_its_end() {
    let mut s = Story::new();
    let path = s.submit(&form("train", 1)).await.header("location").to_owned();
    s.sync();
    s.fake.job("1", |job| (job.state, job.wait) = (JobState::Running, None));
    s.fake.print("1", Stream::Out, "one\r\n");
    s.sync();
    s.fake.print("1", Stream::Out, "둘\n");
    s.fake.job("1", |job| job.state = JobState::Completed);
    s.sync();
    let answer = s.portal.get(&format!("{path}/events?from=0"), LEAD).await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "text/event-stream"));
    assert_eq!(answer.text, "event: out\nid: 9\ndata: \"one\\r\\n둘\\n\"\n\nevent: state\ndata: completed\n\n");
    let rest = s.portal.get(&format!("{path}/events?from=5"), LEAD).await;
    assert!(rest.text.starts_with("event: out\nid: 9\ndata: \"둘\\n\""), "{}", rest.text);
    // A page that shows a state which is over by now is told at once, and of what follows.
    let second = s.submit(&form("again", 1)).await.header("location").to_owned();
    s.sync();
    s.fake.job("2", |job| (job.state, job.wait) = (JobState::Running, None));
    s.fake.print("2", Stream::Out, "at once\n");
    s.sync();
    let stale = format!("{second}/events?from=0&state=pending");
    let (told, ()) = tokio::join!(s.portal.get(&stale, LEAD), async {
        tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
        s.fake.job("2", |job| job.state = JobState::Failed);
        let (center, engine) = (&s.portal.test.center, s.fake.as_ref());
        job::sync(center, engine, &mut s.memory).expect("the round runs");
    });
    assert_eq!(
        told.text,
        "event: state\ndata: running\n\nevent: out\nid: 8\ndata: \"at once\\n\"\n\nevent: state\ndata: failed\n\n"
    );
    // From beyond the end, and from within a letter.
    for from in [u64::MAX, 6] {
        let rest = s.portal.get(&format!("{path}/events?from={from}"), LEAD).await;
        assert_eq!(rest.status, StatusCode::OK, "{from}");
    }
}
