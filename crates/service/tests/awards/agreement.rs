//! Agreements: signed by both, not in time, by one only.

use domain::Code;
use domain::access::Role;
use domain::award::{AgreementState, OfferSource, ProjectState};
use jiff::civil::date;
use service::{Actor, Error, agreement, project, refill};
use testkit::{actor, on_both_engines};

use super::support::{Round, accept_all, approve_and_announce, open_offers, paper_of};

on_both_engines! {
    fn an_agreement_signed_by_both_puts_the_award_in_force_on_its_first_day(t) {
        let round = Round::new(&t, &[(95, 64, 64)]);
        approve_and_announce(&t, &round);
        let id = accept_all(&t, &round)[0];
        let lead = round.lead(0);
        let paper = paper_of(&t, &lead, id);
        let text = t.center.read(&lead, |cx| agreement::show(cx, paper.id)).expect("shown").row.body;
        assert!(text.contains("P2021-0001"));
        let altered = t.center.write(&lead, |cx| agreement::sign(cx, paper.id, "other"));
        assert!(matches!(altered, Err(Error::Conflict(reasons)) if reasons[0].code == Code::TextChanged));
        let early = t.center.write(&actor(Role::OfficeApprover), |cx| agreement::countersign(cx, paper.id, &paper.body_hash));
        assert!(matches!(early, Err(Error::Conflict(_))), "the center signs after the lead");
        t.center.write(&lead, |cx| agreement::sign(cx, paper.id, &paper.body_hash)).expect("signed");
        t.center.write(&actor(Role::OfficeApprover), |cx| agreement::countersign(cx, paper.id, &paper.body_hash)).expect("countersigned");
        assert_eq!(t.center.write(&Actor::clock(), agreement::begin).expect("ran"), 0, "it starts on 1 June");
        let view = t.center.read(&lead, |cx| project::show(cx, id)).expect("shown");
        assert_eq!(view.row.state, ProjectState::Agreed, "it waits for its first day, not for the agreement");
        t.set((2021, 6, 1), 1);
        assert_eq!(t.center.write(&Actor::clock(), agreement::begin).expect("ran"), 1);
        assert_eq!(t.center.write(&Actor::clock(), agreement::begin).expect("ran"), 0, "once");
        let view = t.center.read(&lead, |cx| project::show(cx, id)).expect("shown");
        assert_eq!(view.row.state, ProjectState::Active);
        let paper = t.center.read(&lead, |cx| agreement::show(cx, paper.id)).expect("shown");
        assert_eq!(paper.row.state, AgreementState::Concluded);
    }

    fn the_center_is_not_signed_for_by_the_people_of_the_project_nor_a_text_that_was_altered(t) {
        let round = Round::new(&t, &[(95, 64, 64)]);
        approve_and_announce(&t, &round);
        let id = accept_all(&t, &round)[0];
        let lead = round.lead(0);
        let paper = paper_of(&t, &lead, id);
        t.center.write(&lead, |cx| agreement::sign(cx, paper.id, &paper.body_hash)).expect("signed");
        let member = t.add_member(id, 200, "member");
        let both = Actor { roles: [Role::OfficeApprover].into(), ..member };
        let own = t.center.write(&both, |cx| agreement::countersign(cx, paper.id, &paper.body_hash));
        assert!(matches!(own, Err(Error::Forbidden(reason)) if reason.code == Code::OwnProject));
        t.db.db.write(|tx| tx.run("UPDATE agreement SET body = REPLACE(body, '64', '80')", &[])).expect("altered");
        let other = t.center.write(&actor(Role::OfficeApprover), |cx| agreement::countersign(cx, paper.id, &paper.body_hash));
        assert!(matches!(other, Err(Error::Conflict(reasons)) if reasons[0].code == Code::TextChanged));
        let found = t.center.read(&actor(Role::Auditor), service::check::run).expect("runs").findings;
        let found: Vec<_> = found.iter().map(|one| (one.rule, one.row.clone())).collect();
        assert_eq!(found, [(service::check::Rule::Agreement, paper.id.to_string())]);
    }

    fn an_agreement_that_the_center_never_signed_lapses_at_the_end_of_its_award(t) {
        let round = Round::new(&t, &[(95, 64, 64)]);
        approve_and_announce(&t, &round);
        let id = accept_all(&t, &round)[0];
        let lead = round.lead(0);
        let paper = paper_of(&t, &lead, id);
        t.center.write(&lead, |cx| agreement::sign(cx, paper.id, &paper.body_hash)).expect("signed");
        let end = t.center.read(&lead, |cx| project::show(cx, id)).expect("shown").row.to_on;
        let lapse_on = |day: jiff::civil::Date| {
            t.set((day.year(), day.month(), day.day()), 9);
            t.center.write(&Actor::clock(), agreement::lapse).expect("ran")
        };
        assert_eq!(lapse_on(domain::term::add_days(end, -1)), 0, "the center may still sign");
        assert_eq!(lapse_on(end), 1);
        let view = t.center.read(&lead, |cx| project::show(cx, id)).expect("shown");
        assert_eq!((view.row.state, view.row.to_on), (ProjectState::Withdrawn, end));
        let paper = t.center.read(&lead, |cx| agreement::show(cx, paper.id)).expect("shown");
        assert_eq!(paper.row.state, AgreementState::Lapsed);
        assert_eq!(lapse_on(end), 0, "once");
    }

    fn an_agreement_not_signed_in_time_gives_the_award_to_the_next(t) {
        let round = Round::new(&t, &[(95, 64, 64), (90, 64, 64), (85, 64, 64)]);
        approve_and_announce(&t, &round);
        let id = accept_all(&t, &round)[0];
        t.set((2021, 5, 31), 9);
        assert_eq!(t.center.write(&Actor::clock(), agreement::lapse).expect("ran"), 2);
        let view = t.center.read(&round.lead(0), |cx| project::show(cx, id)).expect("shown");
        assert_eq!(view.row.state, ProjectState::Withdrawn);
        assert_eq!(view.awards[0].holdings[0].steps.on(date(2021, 6, 1)), 0);
        assert_eq!(t.center.write(&Actor::clock(), refill::run).expect("ran"), 1);
        let offers = open_offers(&t);
        assert_eq!((offers.len(), offers[0].source), (1, OfferSource::Refill));
        assert_eq!(offers[0].proposal, round.proposals[2]);
    }
}
