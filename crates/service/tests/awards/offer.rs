//! Offers: accepted, lapsed, withdrawn.

use domain::Code;
use domain::access::Role;
use domain::award::{Decision, OfferSource, ProjectState};
use jiff::civil::date;
use service::{Actor, Error, offer, project, refill};
use testkit::{TestCenter, actor, on_both_engines};

use super::support::{Round, accept_all, approve_and_announce, free_on, give_back, open_offers};

on_both_engines! {
    fn who_accepts_an_offer_from_the_reserve_list_is_selected_and_leaves_it(t) {
        let round = Round::new(&t, &[(95, 64, 64), (90, 64, 64), (85, 64, 64), (80, 64, 64)]);
        approve_and_announce(&t, &round);
        let first = open_offers(&t)[0].clone();
        t.center.write(&round.lead_of(first.proposal), |cx| offer::decline(cx, first.id, "")).expect("declined");
        assert_eq!(t.center.write(&Actor::clock(), refill::run).expect("ran"), 1);
        let made = open_offers(&t).into_iter().find(|one| one.source == OfferSource::Refill).expect("offered");
        let list = |t: &TestCenter| {
            let rows = t.center.read(&actor(Role::OfficeStaff), |cx| refill::reserve_list(cx, None, 50));
            rows.expect("listed").iter().map(|one| (one.item.proposal, one.item.offered)).collect::<Vec<_>>()
        };
        assert_eq!(list(&t), [(round.proposals[2], true), (round.proposals[3], false)]);
        t.set((2021, 5, 3), 13);
        t.center.write(&round.lead_of(made.proposal), |cx| offer::accept(cx, made.id)).expect("accepted");
        assert_eq!(list(&t), [(round.proposals[3], false)]);
        let view = t.center.read(&actor(Role::OfficeStaff), |cx| service::proposal::show(cx, made.proposal));
        let view = view.expect("shown");
        assert_eq!(view.row.state, domain::proposal::ProposalState::Selected);
        assert_eq!(view.history.last().map(|step| step.state), Some(domain::proposal::ProposalState::Selected));
        assert_eq!(view.announced.map(|one| one.outcome), Some(Decision::Reserve), "as it was announced then");
    }

    fn an_accepted_offer_becomes_a_project_without_a_moment_double_or_unheld(t) {
        let round = Round::new(&t, &[(95, 64, 64)]);
        approve_and_announce(&t, &round);
        let before = free_on(&t, date(2021, 6, 1));
        let stranger = {
            let id = open_offers(&t)[0].id;
            t.center.write(&round.lead(1), |cx| offer::accept(cx, id))
        };
        assert!(matches!(stranger, Err(Error::NotFound)));
        let projects = accept_all(&t, &round);
        assert_eq!(free_on(&t, date(2021, 6, 1)), before);
        let lead = round.lead(0);
        let view = t.center.read(&lead, |cx| project::show(cx, projects[0])).expect("shown to its lead");
        assert_eq!((view.row.number.as_str(), view.row.state), ("P2021-0001", ProjectState::AgreementPending));
        assert_eq!(view.awards[0].holdings[0].steps.on(date(2021, 6, 1)), 64);
        assert!(view.row.regional, "the organization is in Gwangju");
        let other = t.center.read(&round.lead(7), |cx| project::show(cx, projects[0]));
        assert!(matches!(other, Err(Error::NotFound)));
    }

    fn an_offer_can_be_accepted_until_it_is_due_and_its_freed_capacity_is_taken(t) {
        let round = Round::new(&t, &[(95, 64, 64), (90, 64, 64), (80, 64, 64)]);
        approve_and_announce(&t, &round);
        let projects = accept_all(&t, &round);
        t.set((2021, 6, 1), 10);
        give_back(&t, projects[0], 64, (2021, 6, 2));
        assert_eq!(t.center.write(&Actor::clock(), refill::run).expect("ran"), 1);
        let id = open_offers(&t)[0].id;
        t.set((2021, 6, 8), 23);
        t.center.write(&round.lead(2), |cx| offer::accept(cx, id)).expect("accepted on the last day");
        let part = t.center.read(&Actor::clock(), |cx| {
            let one = store::freed::list(cx.tx, 0, 10)?.remove(0);
            Ok(store::freed::parts(cx.tx, one.id)?.remove(0))
        }).expect("readable");
        assert!(part.taken_at.is_some());
        assert_eq!(free_on(&t, date(2021, 6, 20)), 36);
    }

    fn a_withdrawn_offer_needs_a_reason_and_the_office(t) {
        let round = Round::new(&t, &[(95, 64, 64)]);
        approve_and_announce(&t, &round);
        let id = open_offers(&t)[0].id;
        assert!(matches!(t.center.write(&round.lead(0), |cx| offer::withdraw(cx, id, "x")), Err(Error::Forbidden(_))));
        assert!(matches!(t.center.write(&actor(Role::OfficeStaff), |cx| offer::withdraw(cx, id, " ")), Err(Error::Invalid(_))));
        let rival = Actor { roles: [Role::OfficeStaff].into(), ..round.lead(0) };
        let refused = t.center.write(&rival, |cx| offer::withdraw(cx, id, "중복 지원"));
        assert!(matches!(refused, Err(Error::Forbidden(reason)) if reason.code == Code::OwnProject));
        t.center.write(&actor(Role::OfficeStaff), |cx| offer::withdraw(cx, id, "중복 지원")).expect("withdrawn");
        assert_eq!(free_on(&t, date(2021, 6, 1)), 164);
    }
}
