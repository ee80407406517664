//! Signing up and in, sessions, tokens, and accounts as administrators keep them.

use domain::Code;
use domain::access::Role;
use domain::person::{LinkPurpose, TokenScope, UserState};
use jiff::SignedDuration;
use service::account::{self, ProfileChange, SignUp, SignedIn};
use service::user::{self, NewUser, UserFilter};
use service::{Actor, Channel, Error, Outcome, password, who};
use testkit::{TestCenter, actor, on_both_engines};
use texts::Lang;

const PASSWORD: &str = "correct horse battery";

fn visitor() -> Actor {
    Actor { address: "203.0.113.5".to_owned(), ..Actor::visitor(Lang::Ko) }
}

fn from(address: &str) -> Actor {
    Actor { address: address.to_owned(), ..Actor::visitor(Lang::Ko) }
}

fn form(email: &str) -> SignUp {
    SignUp {
        email: email.to_owned(),
        name: "김민수".to_owned(),
        phone: "01012345678".to_owned(),
        language: Lang::Ko,
        password: PASSWORD.to_owned(),
        consent: true,
    }
}

/// The templates of all mails, oldest first.
fn mails(t: &TestCenter) -> Vec<String> {
    let rows = t.center.read(&Actor::clock(), |cx| Ok(store::trust::mails(cx.tx, None, 200)?)).expect("read");
    rows.into_iter().rev().map(|row| row.template).collect()
}

/// What the newest link of that purpose holds.
fn token(t: &TestCenter, purpose: LinkPurpose) -> String {
    let rows = t.center.read(&Actor::clock(), |cx| Ok(store::trust::mails(cx.tx, None, 200)?)).expect("read");
    let mark = format!("/{purpose}/");
    let found = rows.iter().find_map(|row| row.body.split_once(&mark).map(|(_, rest)| rest[..64].to_owned()));
    found.expect("a link was sent")
}

fn sign_in(t: &TestCenter, email: &str, password: &str) -> Outcome<SignedIn> {
    account::sign_in(&t.center, &visitor(), email, password, "Firefox")
}

fn code<T: std::fmt::Debug>(outcome: Outcome<T>) -> Vec<String> {
    match outcome.expect_err("refused") {
        Error::Invalid(faults) => faults.iter().map(|one| format!("{}: {}", one.field, one.reason.code)).collect(),
        Error::TooMany(seconds) => vec![format!("too many: {seconds}")],
        error => error.reasons().iter().map(|reason| reason.code.to_string()).collect(),
    }
}

fn later(t: &TestCenter, seconds: i64) {
    t.clock.set(t.center.now().saturating_add(SignedDuration::from_secs(seconds)).expect("in range"));
}

/// Somebody with a confirmed account, and their session.
fn member(t: &TestCenter, email: &str) -> (Actor, SignedIn) {
    later(t, 1);
    account::sign_up(&t.center, &visitor(), &form(email)).expect("signed up");
    let link = token(t, LinkPurpose::Verify);
    t.center.write(&visitor(), |cx| account::verify_email(cx, &link)).expect("verified");
    let session = sign_in(t, email, PASSWORD).expect("signed in");
    // Mails of the same second have no order.
    later(t, 1);
    (by_cookie(t, &session.cookie).expect("known"), session)
}

fn by_cookie(t: &TestCenter, cookie: &str) -> Option<Actor> {
    t.center.read(&Actor::clock(), |cx| who::of_session(cx, cookie)).expect("readable")
}

on_both_engines! {
    fn who_signs_up_confirms_the_address_and_signs_in(t) {
        account::sign_up(&t.center, &visitor(), &form("Kim@Mail.example")).expect("signed up");
        assert_eq!(mails(&t), ["verify_email"]);
        assert_eq!(code(sign_in(&t, "kim@mail.example", PASSWORD)), ["account_pending"]);
        assert_eq!(mails(&t), ["verify_email", "verify_email"], "the mail is sent again");
        let link = token(&t, LinkPurpose::Verify);
        t.center.read(&visitor(), |cx| account::link(cx, &link, LinkPurpose::Verify)).expect("looking uses nothing up");
        t.center.write(&visitor(), |cx| account::verify_email(cx, &link)).expect("verified");
        assert_eq!(code(t.center.write(&visitor(), |cx| account::verify_email(cx, &link))), ["link_over"]);
        let session = sign_in(&t, " KIM@mail.example ", PASSWORD).expect("signed in");
        let me = by_cookie(&t, &session.cookie).expect("known");
        assert_eq!((me.user, me.name.as_str()), (Some(session.user), "김민수"));
        let view = t.center.read(&me, account::show).expect("shown");
        assert_eq!((view.user.phone.as_str(), view.sessions.len()), ("010-1234-5678", 1));
        assert_eq!(view.sessions[0].agent, "Firefox");
        t.center.write(&me, |cx| account::sign_out(cx, &session.cookie)).expect("signed out");
        assert_eq!(by_cookie(&t, &session.cookie), None);
    }

    fn a_rejected_sign_up_tells_every_field(t) {
        let bad = SignUp { email: "kim".to_owned(), name: " ".to_owned(), phone: "x".to_owned(), password: "short".to_owned(), consent: false, language: Lang::Ko };
        assert_eq!(
            code(account::sign_up(&t.center, &visitor(), &bad)),
            ["email: not_an_email", "name: required", "phone: not_a_phone", "password: too_short", "consent: required"]
        );
        assert_eq!(mails(&t), [] as [String; 0]);
    }

    fn an_address_that_is_taken_is_told_by_mail_only(t) {
        account::sign_up(&t.center, &visitor(), &form("sysadmin@mail.example")).expect("answers as ever");
        assert_eq!(mails(&t), ["account_exists"]);
        let unchanged = sign_in(&t, "sysadmin@mail.example", PASSWORD);
        assert_eq!(code(unchanged), ["sign_in_refused"]);
        for _ in 0..5 {
            account::sign_up(&t.center, &visitor(), &form("sysadmin@mail.example")).expect("answers as ever");
        }
        assert_eq!(mails(&t).len(), 3, "nobody's mailbox is flooded");
    }

    fn nobody_plants_a_password_in_an_account_that_another_will_confirm(t) {
        let planted = SignUp { password: "what the thief knows".to_owned(), ..form("lee@mail.example") };
        account::sign_up(&t.center, &from("198.51.100.1"), &planted).expect("signed up");
        let first = token(&t, LinkPurpose::Verify);
        later(&t, 1);
        account::sign_up(&t.center, &visitor(), &form("lee@mail.example")).expect("signed up");
        assert_eq!(mails(&t), ["verify_email", "choose_password"]);
        assert_eq!(code(t.center.write(&visitor(), |cx| account::verify_email(cx, &first))), ["link_over"]);
        let link = token(&t, LinkPurpose::Reset);
        account::reset_password(&t.center, &visitor(), &link, PASSWORD).expect("chosen");
        assert_eq!(code(sign_in(&t, "lee@mail.example", "what the thief knows")), ["sign_in_refused"]);
        sign_in(&t, "lee@mail.example", PASSWORD).expect("confirmed by the mail");
    }

    fn guessing_is_slowed_down_per_account_and_per_address(t) {
        let (_, _) = member(&t, "kim@mail.example");
        for _ in 0..5 {
            assert_eq!(code(sign_in(&t, "kim@mail.example", "wrong password")), ["sign_in_refused"]);
        }
        assert_eq!(code(sign_in(&t, "kim@mail.example", PASSWORD)), ["too many: 900"], "even if it is right");
        account::sign_in(&t.center, &from("192.0.2.77"), "kim@mail.example", PASSWORD, "").expect("its owner, elsewhere");
        for n in 0..50 {
            let refused = account::sign_in(&t.center, &from(&format!("198.18.0.{n}")), "kim@mail.example", "wrong password", "");
            assert_eq!(code(refused), ["sign_in_refused"], "{n}");
        }
        let many = account::sign_in(&t.center, &from("192.0.2.77"), "kim@mail.example", PASSWORD, "");
        assert!(matches!(many, Err(Error::TooMany(_))), "guesses from many addresses add up");
        later(&t, 901);
        sign_in(&t, "kim@mail.example", PASSWORD).expect("the window is over");
        let spray = from("198.51.100.9");
        for n in 0..30 {
            let refused = account::sign_in(&t.center, &spray, &format!("nobody{n}@mail.example"), "wrong password", "");
            assert_eq!(code(refused), ["sign_in_refused"], "an unknown address is answered alike");
        }
        let refused = account::sign_in(&t.center, &spray, "kim@mail.example", PASSWORD, "");
        assert!(matches!(refused, Err(Error::TooMany(_))));
        sign_in(&t, "kim@mail.example", PASSWORD).expect("from elsewhere");
    }

    fn a_session_lives_while_it_is_used_but_a_week_at_most(t) {
        let (_, session) = member(&t, "kim@mail.example");
        for _ in 0..20 {
            later(&t, 11 * 3600);
            let known = t.center.read(&Actor::clock(), |cx| who::seen_session(cx, &session.cookie)).expect("read");
            match known {
                Some((_, stale)) => assert!(stale),
                None => break,
            }
            t.center.write(&Actor::clock(), |cx| who::touch_session(cx, &session.cookie)).expect("noted");
        }
        assert!(by_cookie(&t, &session.cookie).is_none());
        let (_, second) = (0, sign_in(&t, "kim@mail.example", PASSWORD).expect("signed in"));
        later(&t, 12 * 3600);
        assert!(by_cookie(&t, &second.cookie).is_none(), "not used for twelve hours");
        let forgotten = t.center.write(&Actor::clock(), account::forget).expect("forgotten");
        assert!(forgotten >= 2);
        assert_eq!(t.center.write(&Actor::clock(), account::forget).expect("forgotten"), 0);
    }

    fn a_reset_ends_all_sessions_and_a_change_all_others(t) {
        let (me, session) = member(&t, "kim@mail.example");
        let other = sign_in(&t, "kim@mail.example", PASSWORD).expect("signed in");
        let change = |current: &str, new: &str| account::change_password(&t.center, &me, current, new, Some(&session.cookie));
        assert_eq!(code(change("not it", "short")), ["new_password: too_short", "current_password: password_wrong"]);
        change(PASSWORD, "another good one").expect("changed");
        assert!(by_cookie(&t, &session.cookie).is_some() && by_cookie(&t, &other.cookie).is_none());
        t.center.write(&visitor(), |cx| account::request_reset(cx, "nobody@mail.example")).expect("answers as ever");
        assert_eq!(mails(&t).last().map(String::as_str), Some("password_changed"));
        t.center.write(&visitor(), |cx| account::request_reset(cx, "kim@mail.example")).expect("asked");
        let link = token(&t, LinkPurpose::Reset);
        assert_eq!(code(account::reset_password(&t.center, &visitor(), &link, "kim@mail.example")), ["password: password_guessable"]);
        account::reset_password(&t.center, &visitor(), &link, PASSWORD).expect("chosen");
        assert!(by_cookie(&t, &session.cookie).is_none());
        assert_eq!(code(account::reset_password(&t.center, &visitor(), &link, PASSWORD)), ["link_over"]);
        later(&t, 1);
        t.center.write(&visitor(), |cx| account::request_reset(cx, "kim@mail.example")).expect("asked");
        let link = token(&t, LinkPurpose::Reset);
        later(&t, 3600);
        assert_eq!(code(account::reset_password(&t.center, &visitor(), &link, PASSWORD)), ["link_over"]);
    }

    fn ones_own_profile_sessions_and_tokens_and_nobody_elses(t) {
        let (me, session) = member(&t, "kim@mail.example");
        let (other, _) = member(&t, "lee@mail.example");
        let change = ProfileChange { name: "Kim Minsu".to_owned(), phone: String::new(), language: Lang::En };
        t.center.write(&me, |cx| account::change_profile(cx, &change)).expect("changed");
        assert_eq!(by_cookie(&t, &session.cookie).map(|me| (me.name, me.lang)), Some(("Kim Minsu".to_owned(), Lang::En)));
        let hash = who::credential_hash(&session.cookie);
        assert!(matches!(t.center.write(&other, |cx| account::end_session(cx, &hash)), Err(Error::NotFound)));
        let new = |name: &str, days| t.center.write(&me, |cx| account::create_token(cx, name, TokenScope::ReadWrite, days));
        assert_eq!(code(new("", 0)), ["name: required", "days: too_small"]);
        assert_eq!(code(new("ci", 366)), ["days: too_large"]);
        let (id, secret) = new("ci", 365).expect("made");
        assert!(secret.starts_with("mdg_") && secret.len() == 68);
        let known = t.center.read(&Actor::clock(), |cx| who::of_token(cx, &secret)).expect("read").expect("known");
        assert_eq!((known.0.user, known.0.channel, known.1), (me.user, Channel::Api, true));
        assert!(matches!(t.center.write(&other, |cx| account::revoke_token(cx, id)), Err(Error::NotFound)));
        t.center.write(&me, |cx| account::revoke_token(cx, id)).expect("revoked");
        assert!(t.center.read(&Actor::clock(), |cx| who::of_token(cx, &secret)).expect("read").is_none());
        for _ in 0..20 {
            new("ci", 1).expect("made");
        }
        assert_eq!(code(new("ci", 1)), ["token_limit"]);
        assert!(matches!(t.center.read(&visitor(), account::show), Err(Error::SignInNeeded)));
        t.center.write(&me, |cx| account::end_session(cx, &hash)).expect("ended");
        assert!(by_cookie(&t, &session.cookie).is_none());
    }

    fn a_new_password_ends_what_the_old_one_let_in(t) {
        let (me, _) = member(&t, "kim@mail.example");
        let (_, secret) = t.center.write(&me, |cx| account::create_token(cx, "ci", TokenScope::ReadWrite, 30)).expect("made");
        let known = || t.center.read(&Actor::clock(), |cx| who::of_token(cx, &secret)).expect("read").is_some();
        assert!(known());
        account::change_password(&t.center, &me, PASSWORD, "another long password", None).expect("changed");
        assert!(!known());
    }

    fn a_token_makes_tokens_only_if_it_is_made_for_that_and_none_that_can_do_more(t) {
        let (me, _) = member(&t, "kim@mail.example");
        let by = |secret: &str| t.center.read(&Actor::clock(), |cx| who::of_token(cx, secret)).expect("read").expect("known").0;
        let make = |who: &Actor, scope, days| t.center.write(who, |cx| account::create_token(cx, "ci", scope, days));
        for scope in [TokenScope::Read, TokenScope::ReadWrite] {
            let (_, secret) = make(&me, scope, 30).expect("made in person");
            for wanted in TokenScope::ALL {
                assert_eq!(code(make(&by(&secret), *wanted, 1)), ["token_makes_none"], "{scope} makes {wanted}");
            }
        }
        let (id, secret) = make(&me, TokenScope::ReadWriteTokens, 30).expect("made in person");
        later(&t, 3600);
        let maker = by(&secret);
        assert_eq!(maker.token, Some(id));
        assert_eq!(code(make(&maker, TokenScope::Read, 30)), ["days: too_large"], "it would last an hour longer");
        let (_, child) = make(&maker, TokenScope::ReadWrite, 29).expect("made by a token");
        assert_eq!(code(make(&by(&child), TokenScope::Read, 1)), ["token_makes_none"]);
        make(&maker, TokenScope::ReadWriteTokens, 1).expect("as much as itself");
        t.center.write(&me, |cx| account::revoke_token(cx, id)).expect("revoked");
        assert_eq!(make(&me, TokenScope::ReadWrite, 365).map(drop).map_err(|_| ()), Ok(()), "a person in person may");
    }

    fn an_account_that_nobody_confirms_goes_away_with_its_mail(t) {
        account::sign_up(&t.center, &visitor(), &form("kim@mail.example")).expect("signed up");
        let admin = actor(Role::Sysadmin);
        let count = || t.center.read(&admin, |cx| user::list(cx, &UserFilter { text: "KIM@".to_owned(), ..UserFilter::default() }, None, 50)).expect("listed").len();
        later(&t, 6 * 24 * 3600);
        t.center.write(&Actor::clock(), account::forget).expect("forgotten");
        assert_eq!(count(), 1);
        later(&t, 24 * 3600);
        assert!(t.center.write(&Actor::clock(), account::forget).expect("forgotten") >= 1);
        assert_eq!((count(), mails(&t).len()), (0, 0));
    }

    fn the_operator_makes_the_first_administrator_who_chooses_a_password_by_a_link(t) {
        let operator = Actor::operator();
        let new = NewUser {
            email: "First@mail.example".to_owned(),
            name: "첫째".to_owned(),
            phone: String::new(),
            language: Lang::Ko,
            roles: [Role::Sysadmin].into(),
            password: None,
        };
        let id = t.center.write(&operator, |cx| user::create(cx, &new)).expect("created");
        assert_eq!(code(t.center.write(&Actor::loader(), |cx| user::create(cx, &new))), ["email: taken"]);
        let link = t.center.write(&operator, |cx| user::one_time_link(cx, id)).expect("made");
        let secret = link.rsplit('/').next().expect("a last part").to_owned();
        assert!(link.starts_with("http://127.0.0.1:8080/reset/"));
        account::reset_password(&t.center, &visitor(), &secret, PASSWORD).expect("chosen");
        let session = sign_in(&t, "first@mail.example", PASSWORD).expect("signed in");
        let first = by_cookie(&t, &session.cookie).expect("known");
        assert_eq!(first.roles, [Role::Sysadmin].into());
        assert!(matches!(t.center.write(&first, |cx| user::one_time_link(cx, id)), Err(Error::Forbidden(_))));
        let hashed = password::hash(PASSWORD).expect("hashed");
        let with_password = NewUser { email: "second@mail.example".to_owned(), roles: Default::default(), password: Some(hashed), ..new };
        t.center.write(&first, |cx| user::create(cx, &with_password)).expect("created");
        sign_in(&t, "second@mail.example", PASSWORD).expect("signed in");
    }

    fn roles_are_given_by_others_and_an_administrator_is_always_left(t) {
        let admin = actor(Role::Sysadmin);
        let own = admin.user.expect("an account");
        let staff = actor(Role::OfficeStaff).user.expect("an account");
        let give = |of, role| t.center.write(&admin, |cx| user::give_role(cx, of, role));
        assert_eq!(code(give(own, Role::Auditor)), ["own_roles"]);
        give(staff, Role::Sysadmin).expect("given");
        give(staff, Role::Sysadmin).expect("given twice");
        let second = Actor { roles: [Role::Sysadmin].into(), ..actor(Role::OfficeStaff) };
        t.center.write(&second, |cx| user::take_role(cx, own, Role::Sysadmin)).expect("taken");
        let last = t.center.write(&Actor::operator(), |cx| user::take_role(cx, staff, Role::Sysadmin));
        assert_eq!(code(last), ["last_sysadmin"]);
        assert_eq!(code(t.center.write(&Actor::operator(), |cx| user::lock(cx, staff, "x"))), ["last_sysadmin"]);
        let refused = t.center.write(&actor(Role::OfficeStaff), |cx| user::give_role(cx, own, Role::Auditor));
        assert!(matches!(refused, Err(Error::Forbidden(_))));
        let view = t.center.write(&second, |cx| user::show(cx, staff)).expect("shown");
        assert_eq!(view.roles, [Role::OfficeStaff, Role::Sysadmin]);
        assert!(!view.history.is_empty());
    }

    fn a_locked_account_is_out_at_once_and_cannot_come_back(t) {
        let (me, session) = member(&t, "kim@mail.example");
        let id = me.user.expect("an account");
        let admin = actor(Role::Sysadmin);
        let lock = |id, reason: &str| t.center.write(&admin, |cx| user::lock(cx, id, reason));
        assert_eq!(code(lock(id, " ")), ["reason: required"]);
        assert_eq!(code(lock(admin.user.expect("an account"), "x")), ["own_account"]);
        let (_, secret) = t.center.write(&me, |cx| account::create_token(cx, "ci", TokenScope::ReadWrite, 30)).expect("made");
        lock(id, "도용 의심").expect("locked");
        assert!(by_cookie(&t, &session.cookie).is_none());
        assert_eq!(code(sign_in(&t, "kim@mail.example", PASSWORD)), ["account_locked"]);
        assert_eq!(code(sign_in(&t, "kim@mail.example", "wrong password")), ["sign_in_refused"]);
        let sent = mails(&t).len();
        t.center.write(&visitor(), |cx| account::request_reset(cx, "kim@mail.example")).expect("answers as ever");
        assert_eq!(mails(&t).len(), sent);
        t.center.write(&admin, |cx| user::unlock(cx, id)).expect("unlocked");
        assert!(t.center.read(&Actor::clock(), |cx| who::of_token(cx, &secret)).expect("read").is_none());
        sign_in(&t, "kim@mail.example", PASSWORD).expect("signed in");
    }

    fn accounts_are_listed_by_page_name_role_and_state(t) {
        let auditor = actor(Role::Auditor);
        let list = |filter: &UserFilter, after, limit| t.center.read(&auditor, |cx| user::list(cx, filter, after, limit)).expect("listed");
        let first = list(&UserFilter::default(), None, 5);
        let last = &first[4].user;
        let rest = list(&UserFilter::default(), Some((last.created_at, last.id)), 50);
        assert_eq!(first.len() + rest.len(), Role::ALL.len());
        let staff = list(&UserFilter { role: Some(Role::OfficeStaff), ..UserFilter::default() }, None, 50);
        assert_eq!(staff.iter().map(|one| (one.user.name.as_str(), one.roles.clone())).collect::<Vec<_>>(), [("office_staff", vec![Role::OfficeStaff])]);
        for (text, count) in [("OFFICE_", 2), ("%", 0), ("mail.example", Role::ALL.len()), ("!", 0)] {
            assert_eq!(list(&UserFilter { text: text.to_owned(), ..UserFilter::default() }, None, 50).len(), count, "{text}");
        }
        assert_eq!(list(&UserFilter { state: Some(UserState::Locked), ..UserFilter::default() }, None, 50).len(), 0);
        let id = actor(Role::Sysadmin).user.expect("an account");
        assert!(matches!(t.center.write(&actor(Role::Reviewer), |cx| user::show(cx, id)), Err(Error::NotFound)));
        let seen = |t: &TestCenter| {
            let rows = t.center.read(&Actor::clock(), |cx| Ok(store::trust::audit_of(cx.tx, "user", &id.to_string(), 50)?));
            rows.expect("read").into_iter().filter(|row| row.action == "user.viewed").count()
        };
        t.center.write(&actor(Role::Sysadmin), |cx| user::show(cx, id)).expect("one's own");
        assert_eq!(seen(&t), 0);
        let other = Actor { roles: [Role::Sysadmin].into(), ..actor(Role::OfficeStaff) };
        t.center.write(&other, |cx| user::show(cx, id)).expect("shown");
        assert_eq!(seen(&t), 1, "who looked at whom is on record");
    }
}

#[test]
fn every_word_of_this_area_has_its_text() {
    let mut missing = texts::missing_words::<UserState>();
    missing.extend(texts::missing_words::<TokenScope>());
    missing.extend(texts::missing_words::<domain::organization::OrganizationKind>());
    missing.extend(texts::missing_words::<domain::organization::OrganizationSize>());
    missing.extend(texts::missing_words::<domain::organization::RegionBasis>());
    missing.extend(texts::missing_words::<domain::region::Region>());
    missing.extend(texts::missing_words::<Code>());
    missing.extend(texts::missing_words::<domain::engine::SyncState>());
    missing.extend(texts::missing_words::<domain::engine::EngineFault>());
    assert_eq!(missing, [] as [String; 0]);
}
