//! Who is known by a session's cookie or an API token.

use domain::access::Role;
use domain::ids::{Id, TokenId};
use jiff::civil::date;
use service::{Actor, who};
use store::values;
use testkit::{TestCenter, actor, at, on_both_engines};

fn session(test: &TestCenter, of: &Actor, cookie: &str, expires_on: jiff::civil::Date) {
    let (hash, user) = (who::credential_hash(cookie), of.user);
    test.db
        .db
        .write(|tx| {
            tx.run(
                "INSERT INTO session (hash, user_id, created_at, seen_at, expires_at, address, agent) VALUES ($1, $2, $3, $3, $4, '', '')",
                values![hash, user, at(date(2021, 5, 1), 9), at(expires_on, 9)],
            )
        })
        .expect("a session can be kept");
}

fn token(test: &TestCenter, of: &Actor, token: &str, scopes: &str, number: u8) {
    let (id, user, hash) = (TokenId::new(1_600_000_000_000, [number; 10]), of.user, who::credential_hash(token));
    test.db
        .db
        .write(|tx| {
            tx.run(
                "INSERT INTO api_token (id, user_id, hash, name, scopes, created_at, expires_at) VALUES ($1, $2, $3, 'test', $4, $5, $6)",
                values![id, user, hash, scopes, at(date(2021, 5, 1), 9), at(date(2021, 6, 1), 9)],
            )
        })
        .expect("a token can be kept");
}

fn run(test: &TestCenter, sql: &str) {
    test.db.db.write(|tx| tx.run(sql, &[])).expect("a statement");
}

fn by_session(test: &TestCenter, cookie: &str) -> Option<Actor> {
    test.center.read(&Actor::clock(), |cx| who::of_session(cx, cookie)).expect("readable")
}

fn by_token(test: &TestCenter, token: &str) -> Option<(Actor, bool)> {
    test.center.read(&Actor::clock(), |cx| who::of_token(cx, token)).expect("readable")
}

on_both_engines! {
    fn a_session_names_its_person_with_all_roles_until_it_lapses(test) {
        let staff = actor(Role::OfficeStaff);
        run(&test, "INSERT INTO user_role (user_id, role, given_at) SELECT user_id, 'auditor', given_at FROM user_role WHERE role = 'office_staff'");
        session(&test, &staff, "secret", date(2021, 5, 4));
        let known = by_session(&test, "secret").expect("a person");
        assert_eq!((known.user, known.roles), (staff.user, [Role::OfficeStaff, Role::Auditor].into()));
        assert_eq!(by_session(&test, &who::credential_hash("secret")), None, "the hash opens nothing");
        test.set((2021, 5, 4), 9);
        assert_eq!(by_session(&test, "secret"), None);
    }

    fn a_person_without_roles_is_known_and_a_locked_one_is_not(test) {
        let person = test.add_person(100, "kim");
        session(&test, &person, "secret", date(2021, 6, 1));
        token(&test, &person, "token", "read write", 1);
        assert!(by_session(&test, "secret").is_some_and(|known| known.roles.is_empty() && known.user == person.user));
        assert!(by_token(&test, "token").is_some());
        run(&test, "UPDATE users SET state = 'locked' WHERE name = 'kim'");
        assert_eq!((by_session(&test, "secret"), by_token(&test, "token")), (None, None));
    }

    fn a_token_writes_only_if_its_scopes_say_so_and_not_after_it_was_revoked(test) {
        let staff = actor(Role::OfficeStaff);
        token(&test, &staff, "reads", "read", 1);
        token(&test, &staff, "writes", "read write", 2);
        let writes = |name: &str| by_token(&test, name).map(|(_, writes)| writes);
        assert_eq!((writes("reads"), writes("writes"), writes("other")), (Some(false), Some(true), None));
        run(&test, "UPDATE api_token SET revoked_at = 1620000000 WHERE scopes = 'read write'");
        assert_eq!(writes("writes"), None);
        test.set((2021, 6, 1), 9);
        assert_eq!(writes("reads"), None);
    }
}
