//! Projects: their people, and what their engine has.

use domain::Code;
use domain::access::{Role, Tie};
use domain::engine::{EngineFault, SyncState};
use service::{Actor, Error, agreement, engine, project};
use testkit::{TestCenter, actor, on_both_engines};

use super::support::{Round, accept_all, approve_and_announce, give_back, paper_of};

/// What should be there of the one pool, and what was seen.
fn devices(row: &engine::SyncRow) -> (i64, Option<i64>) {
    let [pool] = &engine::pools(row)[..] else { panic!("one pool: {row:?}") };
    (pool.wanted, pool.seen)
}

on_both_engines! {
    fn the_engine_follows_the_ledger_and_converges_after_it_was_away(t) {
        let round = Round::new(&t, &[(95, 64, 64)]);
        approve_and_announce(&t, &round);
        let id = accept_all(&t, &round)[0];
        let lead = round.lead(0);
        let paper = paper_of(&t, &lead, id);
        t.center.write(&lead, |cx| agreement::sign(cx, paper.id, &paper.body_hash)).expect("signed");
        t.center.write(&actor(Role::OfficeApprover), |cx| agreement::countersign(cx, paper.id, &paper.body_hash)).expect("signed");
        let fake = engine::Fake::default();
        assert_eq!(engine::sync(&t.center, &fake).expect("ran"), 0, "nothing is in force yet");
        t.set((2021, 6, 1), 1);
        t.center.write(&Actor::clock(), agreement::begin).expect("begun");
        let row = |t: &TestCenter| t.center.read(&lead, |cx| engine::of_project(cx, id)).expect("readable").remove(0);
        assert_eq!(engine::sync(&t.center, &fake).expect("ran"), 3, "project, limit, lead");
        assert_eq!((devices(&row(&t)), row(&t).state), ((64, Some(64)), SyncState::InLine));
        assert_eq!(engine::sync(&t.center, &fake).expect("ran"), 0, "at rest");

        give_back(&t, id, 16, (2021, 6, 2));
        t.set((2021, 6, 2), 1);
        fake.set_down(true);
        assert_eq!(engine::sync(&t.center, &fake).expect("the portal goes on"), 0);
        let away = row(&t);
        assert_eq!((devices(&away), away.state, away.tries), ((48, Some(64)), SyncState::Failed, 1));
        assert_eq!(away.fault, Some(EngineFault::Unreachable));
        engine::sync(&t.center, &fake).expect("ran");
        assert_eq!((row(&t).state, row(&t).tries), (SyncState::Failed, 1), "it is not due yet, and stands as it stood");
        fake.set_down(false);
        t.set((2021, 6, 2), 2);
        assert_eq!(engine::sync(&t.center, &fake).expect("ran"), 1);
        assert_eq!((devices(&row(&t)), row(&t).fault), ((48, Some(48)), None));
    }

    fn a_center_with_another_engine_lets_go_of_what_the_one_before_had(t) {
        let round = Round::new(&t, &[(95, 64, 64)]);
        approve_and_announce(&t, &round);
        accept_all(&t, &round);
        t.db.db.write(|tx| tx.run("UPDATE project SET state = 'active'", &[])).expect("in force");
        engine::sync(&t.center, &engine::Fake::default()).expect("ran");
        let only = |name: &str| t.center.write(&Actor::operator(), |cx| engine::only(cx, name)).expect("ran");
        assert_eq!((only("fake"), only("slurm"), only("slurm")), (0, 1, 0));
    }

    fn whoever_is_invited_joins_and_the_lead_stays(t) {
        let round = Round::new(&t, &[(95, 64, 64)]);
        approve_and_announce(&t, &round);
        let id = accept_all(&t, &round)[0];
        let lead = round.lead(0);
        let guest = t.add_person(150, "guest");
        let invite = |who: &Actor, email: &str| t.center.write(who, |cx| project::invite(cx, id, email, Tie::Member));
        assert!(matches!(invite(&guest, "a@b.example"), Err(Error::NotFound)));
        assert!(matches!(invite(&lead, "not an address"), Err(Error::Invalid(_))));
        let invitation = invite(&lead, "Guest@mail.example").expect("invited");
        assert!(matches!(invite(&lead, "guest@mail.example"), Err(Error::Invalid(_))), "one open invitation");
        let stranger = t.add_person(151, "stranger");
        assert!(matches!(t.center.write(&stranger, |cx| project::answer_invitation(cx, invitation, true)), Err(Error::NotFound)));
        t.center.write(&guest, |cx| project::answer_invitation(cx, invitation, true)).expect("accepted");
        let view = t.center.read(&guest, |cx| project::show(cx, id)).expect("a member sees it");
        assert!(!view.manageable && view.invitations.is_empty());
        let out = |user| t.center.write(&lead, |cx| project::remove_member(cx, id, user));
        assert!(matches!(out(lead.user.expect("known")), Err(Error::Conflict(_))));
        out(guest.user.expect("known")).expect("removed");
        assert!(matches!(t.center.read(&guest, |cx| project::show(cx, id)), Err(Error::NotFound)));
    }

    fn a_project_sends_so_many_invitations_a_day_and_no_more(t) {
        let round = Round::new(&t, &[(95, 64, 64)]);
        approve_and_announce(&t, &round);
        let (id, lead) = (accept_all(&t, &round)[0], round.lead(0));
        let invite = |n: usize| {
            t.center.write(&lead, |cx| project::invite(cx, id, &format!("guest{n}@mail.example"), Tie::Member))
        };
        for n in 0..50 {
            let invitation = invite(n).expect("invited");
            t.center.write(&lead, |cx| project::withdraw_invitation(cx, invitation)).expect("taken back");
        }
        assert!(matches!(invite(50), Err(Error::Invalid(faults)) if faults[0].reason.code == Code::InvitationLimit));
        t.set((2021, 6, 2), 0);
        invite(50).expect("a day later");
    }

    fn each_invitation_that_lapses_is_in_the_audit_trail(t) {
        let round = Round::new(&t, &[(95, 64, 64)]);
        approve_and_announce(&t, &round);
        let id = accept_all(&t, &round)[0];
        for n in 0..3 {
            let email = format!("guest{n}@mail.example");
            t.center.write(&round.lead(0), |cx| project::invite(cx, id, &email, Tie::Member)).expect("invited");
        }
        let lapse = || t.center.write(&Actor::clock(), project::lapse_invitations).expect("ran");
        assert_eq!(lapse(), 0);
        t.set((2021, 7, 1), 10);
        assert_eq!((lapse(), lapse()), (3, 0));
        let view = t.center.read(&round.lead(0), |cx| project::show(cx, id)).expect("shown");
        assert!(view.invitations.iter().all(|one| one.state == domain::award::InvitationState::Lapsed));
        let lapsed = service::audit::Narrowed {
            action: Some("invitation.lapsed".to_owned()),
            id: Some(id.to_string()),
            ..service::audit::Narrowed::default()
        };
        let rows = t.center.read(&actor(Role::Auditor), |cx| service::audit::list(cx, &lapsed, None, 50)).expect("listed");
        assert_eq!(rows.len(), 3);
    }
}
