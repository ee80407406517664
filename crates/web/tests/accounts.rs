//! The way in, one's own account, and accounts as administrators keep them.

mod support;

use domain::access::Role;
use http::{Method, StatusCode};
use service::Actor;
use support::{Answered, Portal};
use testkit::actor;

const SIGN_UP: &str = "email=kim%40mail.example&name=%EA%B9%80%EB%AF%BC%EC%88%98&phone=010-1234-5678&language=ko&password=correct+horse+battery&consent=1";
const SIGN_IN: &str = "email=kim%40mail.example&password=correct+horse+battery";

/// The path of the newest link of that kind among the mails.
fn link(portal: &Portal, kind: &str) -> String {
    let mails = portal.test.center.read(&Actor::clock(), |cx| Ok(store::trust::mails(cx.tx, None, 200)?));
    let mark = format!("/{kind}/");
    let found = mails.expect("read").iter().find_map(|mail| {
        let (_, rest) = mail.body.split_once(&mark)?;
        Some(format!("{mark}{}", &rest[..64]))
    });
    found.expect("a link was sent")
}

/// The session's cookie as the browser sends it back.
fn cookie(answer: &Answered) -> String {
    let all = answer.response.headers().get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    let session = all.filter_map(|line| line.split(';').next()).find(|pair| pair.starts_with("mudeung="));
    session.expect("a session").to_owned()
}

async fn signed_up(portal: &Portal) -> String {
    let answer = portal.ask(Method::POST, "/sign-up", None, SIGN_UP).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/sign-up/sent"), "{}", answer.text);
    let path = link(portal, "verify");
    assert_eq!(portal.ask(Method::POST, &path, None, "").await.status, StatusCode::SEE_OTHER);
    cookie(&portal.ask(Method::POST, "/sign-in", None, SIGN_IN).await)
}

#[tokio::test]
async fn a_visitor_signs_up_confirms_by_a_button_and_signs_in_to_where_they_wanted() {
    let portal = Portal::with_sessions();
    let page = portal.get("/sign-up", None).await;
    assert!(page.main().contains("autocomplete=\"new-password\""), "{}", page.main());
    portal.ask(Method::POST, "/sign-up", None, SIGN_UP).await;
    let path = link(&portal, "verify");
    for _ in 0..2 {
        let page = portal.get(&path, None).await;
        assert!(page.main().contains("kim@mail.example") && page.main().contains("<button"), "{}", page.main());
    }
    let early = portal.ask(Method::POST, "/sign-in", None, SIGN_IN).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(early.main().contains("아직 전자우편 주소를 확인하지"), "{}", early.main());
    let done = portal.ask(Method::POST, &path, None, "").await;
    assert_eq!(done.header("location"), "/sign-in");
    let again = portal.ask(Method::POST, &path, None, "").await;
    assert!(again.main().contains("유효하지 않은 링크"), "{}", again.main());
    let answer = portal.ask(Method::POST, "/sign-in", None, &format!("{SIGN_IN}&to=%2Fmy%2Fprojects")).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/my/projects"));
    let session = cookie(&answer);
    assert!(portal.ask_as(Method::GET, "/", &session, "").await.text.contains("김민수"));
    for to in ["%2F%2Fevil.example", "https%3A%2F%2Fevil.example"] {
        let answer = portal.ask(Method::POST, "/sign-in", None, &format!("{SIGN_IN}&to={to}")).await;
        assert_eq!(answer.header("location"), "/", "{to}");
    }
    let out = portal.ask_as(Method::POST, "/sign-out", &session, "").await;
    assert!(out.header("clear-site-data").contains("cache"));
    assert_eq!(portal.ask_as(Method::GET, "/account", &session, "").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_rejected_sign_up_comes_back_filled_in_but_for_the_password() {
    let portal = Portal::with_sessions();
    let body = "email=kim&name=&phone=x&language=en&password=short+one";
    let page = portal.ask(Method::POST, "/sign-up?lang=en", None, body).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in ["value=\"kim\"", "Please enter a telephone number", "#consent", "aria-invalid"] {
        assert!(page.main().contains(part), "{part} in {}", page.main());
    }
    assert!(!page.main().contains("short one"));
}

#[tokio::test]
async fn wrong_passwords_are_answered_alike_and_slowed_down() {
    let portal = Portal::with_sessions();
    signed_up(&portal).await;
    let main = |page: Answered| page.main().replace("nobody@mail.example", "kim@mail.example");
    let wrong = main(portal.ask(Method::POST, "/sign-in", None, "email=kim%40mail.example&password=x").await);
    let unknown = main(portal.ask(Method::POST, "/sign-in", None, "email=nobody%40mail.example&password=x").await);
    assert_eq!(wrong, unknown);
    for _ in 0..4 {
        portal.ask(Method::POST, "/sign-in", None, "email=kim%40mail.example&password=x").await;
    }
    let refused = portal.ask(Method::POST, "/sign-in", None, SIGN_IN).await;
    assert_eq!((refused.status, refused.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "900"));
    assert!(refused.main().contains("15분 뒤에"), "{}", refused.main());
}

#[tokio::test]
async fn a_forgotten_password_is_chosen_anew_by_a_link() {
    let portal = Portal::with_sessions();
    let session = signed_up(&portal).await;
    for email in ["kim%40mail.example", "nobody%40mail.example"] {
        let answer = portal.ask(Method::POST, "/reset", None, &format!("email={email}")).await;
        assert_eq!(answer.header("location"), "/reset/sent");
    }
    let path = link(&portal, "reset");
    assert!(portal.get(&path, None).await.main().contains("kim@mail.example"));
    let weak = portal.ask(Method::POST, &path, None, "password=kim%40mail.example").await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = portal.ask(Method::POST, &path, None, "password=a+new+good+one").await;
    assert_eq!(done.header("location"), "/sign-in");
    assert_eq!(portal.ask_as(Method::GET, "/account", &session, "").await.status, StatusCode::SEE_OTHER);
    assert!(portal.get(&path, None).await.main().contains("유효하지 않은 링크"));
    assert!(portal.get("/reset/none", None).await.main().contains("유효하지 않은 링크"));
}

#[tokio::test]
async fn ones_own_account_shows_devices_and_a_tokens_secret_once() {
    let portal = Portal::with_sessions();
    let session = signed_up(&portal).await;
    let other = cookie(&portal.ask(Method::POST, "/sign-in", None, SIGN_IN).await);
    let before = portal.statements();
    let page = portal.ask_as(Method::GET, "/account", &session, "").await;
    let count = portal.statements() - before;
    assert!(count <= 6, "{count} statements");
    for part in ["지금 이 기기", "다른 기기 모두 로그아웃", "value=\"010-1234-5678\""] {
        assert!(page.main().contains(part), "{part} in {}", page.main());
    }
    let post = async |path: &str, body: &str| portal.ask_as(Method::POST, path, &session, body).await;
    let made = post("/account/tokens", "token_name=ci&token_scope=read_write&token_days=30").await;
    assert_eq!(made.status, StatusCode::OK);
    assert_eq!(made.main().matches("mdg_").count(), 1);
    assert!(!portal.ask_as(Method::GET, "/account", &session, "").await.main().contains("mdg_"));
    let bad = post("/account/tokens", "token_name=&token_scope=all&token_days=1000").await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bad.main().contains("href=\"#token_days\"") && bad.main().contains("value=\"1000\""));
    let at = made.main().find("/account/tokens/").expect("can be revoked");
    let revoke: String = made.main()[at..].chars().take_while(|c| *c != '"').collect();
    let foreign = portal.ask(Method::POST, &revoke, None, "").await;
    assert_eq!(foreign.status, StatusCode::UNAUTHORIZED);
    assert_eq!(post(&revoke, "").await.status, StatusCode::SEE_OTHER);
    assert_eq!(post(&revoke, "").await.status, StatusCode::NOT_FOUND);
    let wrong = post("/account/password", "current_password=x&new_password=another+good+one").await;
    assert!(wrong.main().contains("현재 비밀번호가 맞지 않습니다"), "{}", wrong.main());
    assert!(wrong.main().contains("value=\"김민수\""), "the profile is still filled in");
    assert_eq!(post("/account", "name=Kim&phone=&language=en").await.status, StatusCode::SEE_OTHER);
    assert!(portal.ask_as(Method::GET, "/account", &session, "").await.main().contains("My account"));
    assert_eq!(post("/account/sessions/end-others", "").await.status, StatusCode::SEE_OTHER);
    assert_eq!(portal.ask_as(Method::GET, "/account", &other, "").await.status, StatusCode::SEE_OTHER);
    assert_eq!(portal.ask_as(Method::GET, "/account", &session, "").await.status, StatusCode::OK);
}

#[tokio::test]
async fn accounts_are_listed_masked_and_kept_by_the_administrator() {
    let portal = Portal::new();
    let admin = Some(Role::Sysadmin);
    let before = portal.statements();
    let page = portal.get("/users?q=office&role=office_staff", Some(Role::OfficeStaff)).await;
    assert!(portal.statements() - before <= 5);
    assert!(page.main().contains("of***@mail.example") && !page.main().contains("office_staff@"), "{}", page.main());
    assert!(!page.main().contains("/users/new"), "the office makes no accounts");
    let new = "email=new%40mail.example&name=%EC%83%88&phone=&language=ko&role=reviewer&role=observer";
    let bad = portal
        .ask(Method::POST, "/users/new", admin, &new.replace("new%40mail.example", "auditor%40mail.example"))
        .await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bad.main().contains("이미 사용 중") && bad.main().contains("value=\"reviewer\" checked"), "{}", bad.main());
    let made = portal.ask(Method::POST, "/users/new", admin, new).await;
    let path = made.header("location").to_owned();
    assert!(path.starts_with("/users/"), "{}", made.text);
    link(&portal, "reset");
    let page = portal.get(&path, admin).await;
    assert!(page.main().contains("new@mail.example") && page.main().contains("user.created"), "{}", page.main());
    let set = portal.ask(Method::POST, &format!("{path}/roles"), admin, "role=auditor").await;
    assert_eq!(set.status, StatusCode::SEE_OTHER);
    let page = portal.get(&format!("{path}?lang=en"), Some(Role::OfficeStaff)).await;
    assert!(page.main().contains("Auditor") && !page.main().contains("/lock"), "{}", page.main());
    let own = format!("/users/{}", actor(Role::Sysadmin).user.expect("an account"));
    assert!(!portal.get(&own, admin).await.main().contains("/roles"));
    let refused = portal.ask(Method::POST, &format!("{own}/roles"), admin, "role=auditor").await;
    assert!(refused.main().contains("자신의 역할은 바꿀 수 없습니다"), "{}", refused.main());
    let silent = portal.ask(Method::POST, &format!("{path}/lock"), admin, "reason=+").await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(silent.main().contains("value=\"auditor\" checked"));
    assert_eq!(
        portal.ask(Method::POST, &format!("{path}/lock"), admin, "reason=x").await.status,
        StatusCode::SEE_OTHER
    );
    assert!(portal.get(&path, admin).await.main().contains("/unlock"));
    assert_eq!(portal.ask(Method::POST, &format!("{path}/unlock"), admin, "").await.status, StatusCode::SEE_OTHER);
    assert_eq!(portal.get(&path, Some(Role::Reviewer)).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_new_account_is_said_at_once_and_named() {
    let portal = Portal::new();
    // A name of fillers, an address that is none, letters for a number, a short password, no consent.
    let body = "email=kim&name=%E3%85%A4&phone=abc&language=xx&password=short";
    let page = portal.ask(Method::POST, "/sign-up", None, body).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in [
        "#email\">전자우편: 전자우편 주소 형식이",
        "#name\">이름: 꼭 입력해 주세요.",
        "#phone\">전화번호: ",
        "#language\">안내 언어: ",
        "#password\">비밀번호: 10자 이상",
        "#consent\">위 내용에 동의합니다: ",
    ] {
        assert!(page.main().contains(part), "{part} in {}", page.main());
    }
    let body = "email=kim&name=&phone=abc&language=ko&role=king";
    let page = portal.ask(Method::POST, "/users/new?lang=en", Some(Role::Sysadmin), body).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in ["#email\">E-mail: ", "#name\">Name: ", "#phone\">Telephone: ", "#role\">Roles: "] {
        assert!(page.main().contains(part), "{part} in {}", page.main());
    }
}

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMD";

fn pasted(text: &str) -> String {
    format!("ssh_key={}", web::in_query(text))
}

#[tokio::test]
async fn ssh_keys_are_added_and_removed_on_ones_own_account() {
    let portal = Portal::with_sessions();
    let session = signed_up(&portal).await;
    let get = async |path: &str| portal.ask_as(Method::GET, path, &session, "").await;
    let post = async |path: &str, body: &str| portal.ask_as(Method::POST, path, &session, body).await;
    let page = get("/account").await;
    assert!(page.main().contains("아직 등록한 키가 없습니다") && page.main().contains("진행 중인 과제에 참여하면"));
    let done = post("/account/ssh-keys", &pasted(&format!("{KEY} 홍길동의 노트북\r\n"))).await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, "/account"), "{}", done.text);

    let user = account(&portal);
    portal
        .test
        .center
        .write(&Actor::clock(), |cx| {
            let given = store::engine::Given { user, number: 7, name: "mu0007".to_owned(), uid: None };
            Ok(store::engine::put_account(cx.tx, &given, cx.now)?)
        })
        .expect("an account of the cluster");
    let before = portal.statements();
    let page = get("/account?lang=en").await;
    let count = portal.statements() - before;
    assert!(count <= 6, "{count} statements");
    for part in [
        "<code>mu0007</code>",
        "no project in force",
        "홍길동의 노트북",
        "SHA256:gnDfULwoGkHCZ0cpikt5ZjeLoa9Yyo7dmFepI3UZQWc",
        "256",
        "Ed25519",
    ] {
        assert!(page.main().contains(part), "{part} in {}", page.main());
    }
    let twice = post("/account/ssh-keys", &pasted(KEY)).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        twice.main().contains("이미 등록한 키입니다") && twice.main().contains("href=\"#ssh_key\""),
        "{}",
        twice.main()
    );
    assert!(twice.main().contains(&format!(">{KEY}</textarea>")), "what was typed is kept: {}", twice.main());

    let at = page.main().find("/account/ssh-keys/").expect("can be removed");
    let remove: String = page.main()[at..].chars().take_while(|c| *c != '"').collect();
    assert_eq!(portal.ask(Method::POST, &remove, None, "").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(post(&remove, "").await.status, StatusCode::SEE_OTHER);
    assert!(get("/account").await.main().contains("아직 등록한 키가 없습니다"));
    assert_eq!(post(&remove, "").await.status, StatusCode::NOT_FOUND);
}

fn account(portal: &Portal) -> domain::ids::UserId {
    let user = portal.test.center.read(&Actor::clock(), |cx| Ok(store::user::by_email(cx.tx, "kim@mail.example")?));
    user.expect("read").expect("signed up").id
}

#[tokio::test]
async fn a_private_key_is_neither_kept_nor_shown_again() {
    let portal = Portal::with_sessions();
    let session = signed_up(&portal).await;
    let secret = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW";
    for text in [
        format!("-----BEGIN OPENSSH PRIVATE KEY-----\r\n{secret}\r\n-----END OPENSSH PRIVATE KEY-----\r\n"),
        format!("{KEY} kim\r\n{secret}"),
        // What no form takes comes back no more than the rest.
        format!("\u{0}-----BEGIN OPENSSH PRIVATE KEY-----\n{secret}"),
        format!("{}-----BEGIN RSA PRIVATE KEY-----\n{secret}", "x".repeat(20_000)),
    ] {
        for (lang, said) in [("ko", "개인키입니다"), ("en", "This is a private key")] {
            let path = format!("/account/ssh-keys?lang={lang}");
            let page = portal.ask_as(Method::POST, &path, &session, &pasted(&text)).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(page.main().contains(said), "{}", page.main());
            assert!(
                !page.text.contains("b3Blb") && page.main().contains("rows=\"4\" required aria-invalid"),
                "{}",
                page.text
            );
        }
    }
    let kept = portal.test.db.db.read(|tx| {
        let mut all = Vec::new();
        for (table, column) in [("audit", "after"), ("audit", "before"), ("ssh_key", "line"), ("outbox", "payload")] {
            let sql = format!("SELECT {column} AS text FROM {table}");
            for row in tx.rows(&sql, &[])? {
                all.push(row.get::<String>("text")?);
            }
        }
        Ok::<_, store::Error>(all)
    });
    let kept = kept.expect("read");
    assert!(!kept.is_empty() && kept.iter().all(|text| !text.contains("b3Blb")), "{kept:?}");
}

#[tokio::test]
async fn what_is_wrong_with_a_key_is_said_in_the_persons_language() {
    let portal = Portal::with_sessions();
    let session = signed_up(&portal).await;
    for (text, ko, en) in [
        ("hello", "SSH 공개키가 아닙니다", "not an SSH public key"),
        ("", "입력", "Please"),
        ("ssh-dss AAAAB3NzaC1kc3M=", "DSA 키는", "DSA keys are"),
        (&format!("command=\"ls\" {KEY}"), "옵션을 붙일 수 없습니다", "Options such as"),
        (&format!("{KEY}\n{KEY}"), "키가 여러 개", "more than one key"),
    ] {
        for (lang, said) in [("ko", ko), ("en", en)] {
            let path = format!("/account/ssh-keys?lang={lang}");
            let page = portal.ask_as(Method::POST, &path, &session, &pasted(text)).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{text}");
            assert!(page.main().contains(said), "{said} in {}", page.main());
        }
    }
}
