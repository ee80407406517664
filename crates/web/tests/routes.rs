//! Every route × every role × visitor, against the access table.

mod support;

use std::collections::BTreeSet;

use domain::access::{Grant, Role};
use http::{Method, StatusCode};
use support::Portal;

/// A path with each `{name}` replaced by an id that belongs to nothing.
fn concrete(pattern: &str) -> String {
    pattern
        .split('/')
        .map(|part| if part.starts_with('{') { "018f0000-0000-7000-8000-000000000000" } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

#[tokio::test]
async fn every_route_turns_away_whom_the_table_excludes() {
    let portal = Portal::new();
    for line in web::lines() {
        let path = concrete(line.path);
        let grants = line.act.grants();
        let visitor_may = grants.contains(&Grant::Anyone);
        let by_tie = grants.iter().any(|grant| matches!(grant, Grant::Tie(_)));

        let answer = portal.ask(line.method.clone(), &path, None, "").await;
        assert!(!answer.status.is_server_error(), "{} {path}: {}", line.method, answer.status);
        if !visitor_may {
            let expected = if line.method == Method::GET { StatusCode::SEE_OTHER } else { StatusCode::UNAUTHORIZED };
            assert_eq!(answer.status, expected, "a visitor at {} {path}", line.method);
            if line.method == Method::GET {
                assert!(answer.header("location").starts_with("/sign-in?to="), "{path}");
            }
        }
        for &role in Role::ALL {
            let answer = portal.ask(line.method.clone(), &path, Some(role), "").await;
            let may = domain::access::may(line.act, true, &BTreeSet::from([role]), &[]);
            assert!(!answer.status.is_server_error(), "{role} at {} {path}: {}", line.method, answer.status);
            if !may && by_tie {
                // Nothing there is theirs: it is not found, or refused without a word about it.
                assert!(!answer.status.is_success() || line.path_is_whole(), "{role} at {} {path}", line.method);
            } else if !may {
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{role} at {} {path}", line.method);
            } else {
                assert_ne!(answer.status, StatusCode::FORBIDDEN, "{role} at {} {path}", line.method);
            }
        }
    }
}

#[tokio::test]
async fn no_form_is_taken_from_a_token() {
    let portal = Portal::new();
    for line in web::lines().into_iter().filter(|line| line.method == Method::POST) {
        for &role in Role::ALL {
            let request = http::Request::post(concrete(line.path))
                .header("host", "portal.example")
                .header("authorization", format!("Bearer {role}"))
                .header("content-type", "application/x-www-form-urlencoded")
                .body(axum::body::Body::empty())
                .expect("a request");
            let answer = portal.send(request).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{role} at {}", line.path);
        }
    }
}

#[tokio::test]
async fn no_route_stands_twice_in_the_table() {
    let mut seen = BTreeSet::new();
    for line in web::lines() {
        assert!(seen.insert((line.method.to_string(), line.path)), "{} {}", line.method, line.path);
    }
}

/// The bar is six statements a page; finding out who asks takes one of them. Areas repeat this with
/// rows of their own, since only rows show a statement per row.
#[tokio::test]
async fn no_page_needs_more_than_six_statements() {
    let portal = Portal::new();
    for line in web::lines().into_iter().filter(|line| line.method == Method::GET) {
        for role in [Role::Auditor, Role::OfficeStaff, Role::ResourceManager, Role::Sysadmin] {
            let before = portal.statements();
            let answer = portal.get(&concrete(line.path), Some(role)).await;
            let count = portal.statements() - before;
            assert!(count <= 5, "{count} statements for {role} at {} ({})", line.path, answer.status);
        }
    }
}
