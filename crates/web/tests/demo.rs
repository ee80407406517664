//! What only a demo shows.

mod support;

use service::Actor;
use service::load::{self, SignIn, SignIns};
use support::Portal;

fn keep(portal: &Portal) {
    let accounts = vec![SignIn { shown_as: "reviewer".to_owned(), email: "han@reviewers.example".to_owned() }];
    let sign_ins = SignIns { password: "shown-to-all".to_owned(), accounts };
    portal.test.center.write(&Actor::operator(), |cx| load::keep_sign_ins(cx, &sign_ins)).expect("kept");
}

#[tokio::test]
async fn the_sign_in_page_of_a_demo_lists_its_accounts_in_both_languages() {
    let portal = Portal::with_sessions();
    assert!(!portal.get("/sign-in", None).await.main().contains("demo-accounts"));
    keep(&portal);
    for (lang, role) in [("ko", "평가위원"), ("en", "Reviewer")] {
        let page = portal.get(&format!("/sign-in?lang={lang}"), None).await;
        for text in ["han@reviewers.example", "shown-to-all", role] {
            assert!(page.main().contains(text), "{text}: {}", page.main());
        }
    }
}

#[tokio::test]
async fn a_real_center_shows_none_whatever_its_database_says() {
    let portal = Portal::in_earnest();
    keep(&portal);
    assert!(!portal.get("/sign-in", None).await.main().contains("han@reviewers.example"));
}
