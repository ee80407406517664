//! The audit trail as it is read and taken away, the mailbox, and the background work's page.

use domain::access::Role;
use domain::reason::Code;
use service::audit::{self, Narrowed};
use service::mail::{Recipient, Template};
use service::{Actor, Error};
use testkit::{TestCenter, actor, on_both_engines};
use texts::Lang;

fn write(t: &TestCenter, who: &Actor, action: &str, object: (&str, &str)) {
    t.center
        .write(who, |cx| cx.audit(action, (object.0, &object.1), &(), &serde_json::json!({ "state": "x" }), "까닭"))
        .expect("an audit row");
}

fn list(t: &TestCenter, narrowed: &Narrowed) -> Vec<String> {
    let rows = t.center.read(&actor(Role::Auditor), |cx| audit::list(cx, narrowed, None, 201)).expect("may read");
    rows.into_iter().map(|row| row.action).collect()
}

fn post(t: &TestCenter, who: &Actor) -> domain::ids::MailId {
    let to = Recipient { user: who.user, address: "x@mail.example".to_owned(), lang: Lang::Ko };
    t.center.write(&Actor::clock(), |cx| service::mail::post(cx, &to, Template::VerifyEmail, &[])).expect("posted")
}

on_both_engines! {
    fn the_trail_is_narrowed_by_actor_action_thing_and_days(t) {
        let (staff, manager) = (actor(Role::OfficeStaff), actor(Role::ResourceManager));
        write(&t, &staff, "call.drafted", ("call", "a"));
        t.set((2021, 5, 4), 0);
        write(&t, &staff, "call.changed", ("call", "a"));
        write(&t, &manager, "capacity.entered", ("capacity", "b"));
        t.set((2021, 5, 5), 0);
        write(&t, &Actor::clock(), "offer.lapsed", ("offer", "c"));

        let all = Narrowed::default();
        assert_eq!(list(&t, &all), ["offer.lapsed", "capacity.entered", "call.changed", "call.drafted"]);
        let staff_id = staff.user.expect("an account").to_string();
        for name in ["office_staff", staff_id.as_str(), "OFFICE_STAFF@mail.example"] {
            let by = Narrowed { actor: Some(name.to_owned()), ..all.clone() };
            assert_eq!(list(&t, &by), ["call.changed", "call.drafted"], "{name}");
        }
        let by = |actor: &str| Narrowed { actor: Some(actor.to_owned()), ..Narrowed::default() };
        assert_eq!(list(&t, &by("clock")), ["offer.lapsed"]);
        assert_eq!(list(&t, &by("nobody' OR '1'='1")), Vec::<String>::new());
        let action = Narrowed { action: Some("call.changed".to_owned()), ..all.clone() };
        assert_eq!(list(&t, &action), ["call.changed"]);
        let thing = Narrowed { kind: Some("call".to_owned()), id: Some("a".to_owned()), ..all.clone() };
        assert_eq!(list(&t, &thing), ["call.changed", "call.drafted"]);
        let day = Some(jiff::civil::date(2021, 5, 4));
        let days = Narrowed { from: day, last: day, ..all.clone() };
        assert_eq!(list(&t, &days), ["capacity.entered", "call.changed"], "the day begins at midnight in Korea");
        let together = Narrowed { from: day, last: day, ..thing };
        assert_eq!(list(&t, &together), ["call.changed"]);

        // Page by page, nothing twice and nothing left out.
        let mut before = None;
        let mut seen = Vec::new();
        loop {
            let rows = t.center.read(&actor(Role::Auditor), |cx| audit::list(cx, &all, before, 1)).expect("may read");
            let Some(row) = rows.first() else { break };
            before = Some((row.at, row.seq));
            seen.push(row.seq);
        }
        assert_eq!(seen, [4, 3, 2, 1]);
    }

    fn taking_the_trail_away_needs_a_reason_and_is_part_of_it(t) {
        write(&t, &actor(Role::OfficeStaff), "call.drafted", ("call", "a"));
        let by = actor(Role::Auditor);
        for reason in ["", "  "] {
            let refused = t.center.write(&by, |cx| audit::download(cx, &Narrowed::default(), reason));
            assert!(matches!(refused, Err(Error::Invalid(_))), "{reason:?}");
        }
        let narrowed = Narrowed { kind: Some("call".to_owned()), ..Narrowed::default() };
        let rows = t.center.write(&by, |cx| audit::download(cx, &narrowed, "월간 점검")).expect("taken");
        assert_eq!(rows.len(), 1);
        let newest = t.center.read(&by, |cx| audit::list(cx, &Narrowed::default(), None, 1)).expect("may read");
        assert_eq!((newest[0].action.as_str(), newest[0].reason.as_str()), ("audit.downloaded", "월간 점검"));
        assert!(newest[0].after.contains(r#""kind":"call""#), "{}", newest[0].after);
        for role in [Role::OfficeStaff, Role::Operator] {
            let refused = t.center.write(&actor(role), |cx| audit::download(cx, &narrowed, "x"));
            assert!(matches!(refused, Err(Error::Forbidden(_))));
        }
    }

    fn the_mailbox_shows_a_person_their_own_and_all_to_whom_may_see_all(t) {
        let (lead, other) = (t.add_person(100, "lead"), t.add_person(101, "other"));
        let first = post(&t, &lead);
        t.set((2021, 5, 3), 13);
        post(&t, &other);
        let count = |who: &Actor, mine: bool| t.center.read(who, |cx| service::mail::list(cx, mine, None, 50)).map(|rows| rows.len());
        // A demo: everybody.
        assert_eq!(count(&lead, true).ok(), Some(1));
        assert_eq!(count(&Actor::visitor(Lang::Ko), true).ok(), Some(2));
        let mine = t.center.read(&lead, |cx| service::mail::list(cx, true, None, 50)).expect("may read");
        let after = (mine[0].created_at, mine[0].id);
        assert_eq!(t.center.read(&lead, |cx| service::mail::list(cx, true, Some(after), 50)).map(|rows| rows.len()).ok(), Some(0));
        assert_eq!(t.center.read(&lead, |cx| service::mail::show(cx, first)).map(|mail| mail.id).ok(), Some(first));
    }

    fn failed_work_and_mail_can_be_tried_again_at_once_but_not_what_is_done(t) {
        let operator = actor(Role::Operator);
        t.center.write(&Actor::clock(), |cx| cx.enqueue("refill", "a", &())).expect("queued");
        t.center.write(&Actor::clock(), |cx| cx.enqueue("refill", "b", &())).expect("queued");
        let mail = post(&t, &operator);
        let due = t.center.read(&Actor::clock(), |cx| service::work::due(cx, 10)).expect("read");
        let (done, failed) = (&due[0], &due[1]);
        t.center.write(&Actor::clock(), |cx| service::work::done(cx, done.id)).expect("done");
        t.center.write(&Actor::clock(), |cx| service::work::failed(cx, failed, "no way")).expect("noted");
        let row = t.center.read(&Actor::clock(), |cx| service::mail::due(cx, 10)).expect("read").remove(0);
        t.center.write(&Actor::clock(), |cx| service::mail::failed(cx, &row, "550")).expect("noted");
        t.center.write(&Actor::clock(), |cx| service::work::lease(cx, "one")).expect("leased");

        let overview = |t: &TestCenter| t.center.counted(&operator, |cx| service::work::overview(cx, None, None, 50)).expect("may read");
        let (seen, statements) = overview(&t);
        assert!(statements <= 5, "{statements} statements");
        assert_eq!((seen.counts.waiting, seen.counts.failed, seen.counts.done), (1, 1, 1));
        assert_eq!((seen.counts.mail_waiting, seen.counts.mail_failed, seen.counts.mail_sent), (1, 1, 0));
        assert_eq!((seen.queue.len(), seen.mails.len(), seen.leases[0].holder.as_str()), (1, 1, "one"));
        let past = (seen.queue[0].next_try_at, seen.queue[0].id);
        let next = t.center.read(&operator, |cx| service::work::overview(cx, Some(past), None, 50)).expect("may read");
        assert!(next.queue.is_empty());

        assert!(t.center.read(&Actor::clock(), |cx| service::work::due(cx, 10)).expect("read").is_empty());
        t.center.write(&operator, |cx| service::work::retry(cx, failed.id)).expect("again");
        t.center.write(&operator, |cx| service::work::retry_mail(cx, mail)).expect("again");
        assert_eq!(t.center.read(&Actor::clock(), |cx| service::work::due(cx, 10)).expect("read").len(), 1);
        assert_eq!(t.center.read(&Actor::clock(), |cx| service::mail::due(cx, 10)).expect("read").len(), 1);
        // While it is being sent it is not put in line once more; after that failed, it can be.
        let held = t.center.write(&Actor::clock(), service::mail::claim).expect("claimed").expect("it is due");
        let refused = t.center.write(&operator, |cx| service::work::retry_mail(cx, mail));
        assert!(matches!(refused, Err(Error::Conflict(reasons)) if reasons[0].code == Code::Changed));
        t.center.write(&Actor::clock(), |cx| service::mail::failed(cx, &held, "550")).expect("noted");
        t.center.write(&operator, |cx| service::work::retry_mail(cx, mail)).expect("again");
        let refused = t.center.write(&operator, |cx| service::work::retry(cx, done.id));
        assert!(matches!(refused, Err(Error::Conflict(reasons)) if reasons[0].code == Code::Changed));
        let refused = t.center.write(&actor(Role::Auditor), |cx| service::work::retry(cx, failed.id));
        assert!(matches!(refused, Err(Error::Forbidden(_))));
        let trail = t.center.read(&actor(Role::Auditor), |cx| audit::list(cx, &Narrowed::default(), None, 3)).expect("may read");
        let actions: Vec<&str> = trail.iter().map(|row| row.action.as_str()).collect();
        assert_eq!(actions, ["mail.retried", "mail.retried", "work.retried"]);
    }

    fn policy_is_shown_with_its_dates(t) {
        let all = t.center.read(&actor(Role::OfficeStaff), service::setup::overview).expect("may read");
        assert!(all.rules.iter().all(|(_, values)| !values.is_empty()));
        assert_eq!((all.pools.len(), all.products.len(), all.holidays.len()), (2, 4, 1));
        let refused = t.center.read(&actor(Role::Reviewer), service::setup::overview);
        assert!(matches!(refused, Err(Error::Forbidden(_))));
    }
}
