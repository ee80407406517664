//! From a plan to a project and back to the reserve list, on both engines.

mod awards_support;

use awards_support::{Round, approve_and_announce, pool};
use domain::Code;
use domain::access::{Role, Tie};
use domain::award::{AgreementState, Decision, OfferSource, OfferState, PlanState, ProjectState};
use domain::ledger::{EntryKind, NewEntry};
use domain::units::Amount;
use jiff::civil::date;
use service::{Actor, Error, agreement, engine, freed, ledger, offer, plan, project, refill};
use testkit::{TestCenter, actor, on_both_engines};

/// The open offers, in the order of the round's proposals.
fn open_offers(t: &TestCenter) -> Vec<offer::OfferItem> {
    let all = t.center.read(&actor(Role::OfficeStaff), |cx| offer::list(cx, None, 200)).expect("listed");
    let mut open: Vec<_> = all.into_iter().filter(|one| one.state == OfferState::Open).collect();
    open.sort_by_key(|one| one.proposal);
    open
}

fn free_on(t: &TestCenter, day: jiff::civil::Date) -> i64 {
    t.center.read(&Actor::clock(), |cx| ledger::free(cx, &pool())).expect("readable").on(day)
}

/// Sets a rule, after those that the rounds of these tests set.
fn set_policy(t: &TestCenter, key: &str, value: &str) {
    let sql = "INSERT INTO policy (key, effective_from, value) VALUES ($1, '2021-01-03', $2)";
    t.db.db.write(|tx| tx.run(sql, store::values![key, value])).expect("set");
}

/// Accepts every open offer as its lead; answers the projects.
fn accept_all(t: &TestCenter, round: &Round) -> Vec<domain::ids::ProjectId> {
    open_offers(t)
        .iter()
        .map(|one| t.center.write(&round.lead_of(one.proposal), |cx| offer::accept(cx, one.id)).expect("accepted"))
        .collect()
}

/// Frees `amount` of a project's award from `from` on, as a return does.
fn give_back(t: &TestCenter, id: domain::ids::ProjectId, amount: i64, from: (i16, i8, i8)) {
    t.center
        .write(&Actor::clock(), |cx| {
            let award = store::award::of_project(cx.tx, id)?[0].id;
            let line = store::award::lines(cx.tx, award)?[0].clone();
            let entry = NewEntry {
                award,
                pool: line.pool,
                delta: Amount(-amount),
                term: domain::term::Term::new(date(from.0, from.1, from.2), line.end_on).expect("before the end"),
                kind: EntryKind::Return,
                corrects: None,
                reason: String::new(),
            };
            for written in ledger::append(cx, vec![(entry, line.grain.0)])? {
                freed::record(cx, &written)?;
            }
            Ok(())
        })
        .expect("returned");
}

on_both_engines! {
    fn an_announced_plan_decides_all_and_holds_what_it_offers(t) {
        // 164 devices: 64 + 64 + 32 fit, the fourth waits, the fifth does not pass.
        let round = Round::new(&t, &[(95, 64, 64), (90, 64, 64), (85, 64, 32), (80, 64, 32), (60, 8, 8)]);
        let id = approve_and_announce(&t, &round);
        let view = t.center.read(&actor(Role::OfficeStaff), |cx| plan::show(cx, id)).expect("shown");
        assert_eq!(view.row.state, PlanState::Announced);
        let decisions: Vec<_> = view.plan.outcomes.iter().map(|one| one.decision).collect();
        use Decision::{Rejected, Reserve, Selected};
        assert_eq!(decisions, [Selected, Selected, Selected, Reserve, Rejected]);
        assert_eq!(view.plan.outcomes[2].given[0].amount, 32);
        assert_eq!(free_on(&t, date(2021, 6, 1)), 4);
        let mails = t.center.read(&Actor::clock(), |cx| Ok(store::trust::mails(cx.tx, None, 100)?)).expect("read");
        assert_eq!(mails.len(), 5);
        let rejected = mails.iter().find(|mail| mail.template == "plan_rejected").expect("each is told");
        assert!(rejected.body.contains("60.00") && rejected.body.contains("70.00"), "{}", rejected.body);
        let again = t.center.write(&actor(Role::OfficeStaff), |cx| plan::announce(cx, id));
        assert!(matches!(again, Err(Error::Conflict(_))));
    }

    fn a_plan_is_not_approved_by_its_maker_nor_after_its_facts_changed(t) {
        let round = Round::new(&t, &[(95, 64, 64)]);
        let maker = Actor { roles: [Role::OfficeStaff, Role::OfficeApprover].into(), ..actor(Role::OfficeStaff) };
        let id = t.center.write(&maker, |cx| {
            let id = plan::make(cx, round.id, "")?;
            plan::propose(cx, id)?;
            Ok(id)
        }).expect("proposed");
        let own = t.center.write(&maker, |cx| plan::approve(cx, id));
        assert!(matches!(own, Err(Error::Forbidden(reason)) if reason.code == Code::OwnDraft));
        round.change_score(&t, 0, 80);
        let outdated = t.center.write(&actor(Role::OfficeApprover), |cx| plan::approve(cx, id));
        assert!(matches!(outdated, Err(Error::Conflict(reasons)) if reasons[0].code == Code::PlanOutdated));
    }

    fn a_plan_is_sent_back_by_a_second_person_and_can_be_put_forward_again(t) {
        let round = Round::new(&t, &[(95, 64, 64)]);
        let maker = Actor { roles: [Role::OfficeStaff, Role::OfficeApprover].into(), ..actor(Role::OfficeStaff) };
        let approver = actor(Role::OfficeApprover);
        let id = t.center.write(&maker, |cx| plan::make(cx, round.id, "")).expect("made");
        let back = |who: &Actor, why: &str| t.center.write(who, |cx| plan::send_back(cx, id, why));
        assert!(matches!(back(&approver, "근거 보완"), Err(Error::Conflict(_))), "a draft is nobody's to send back");
        t.center.write(&maker, |cx| plan::propose(cx, id)).expect("proposed");
        assert!(matches!(back(&maker, "근거 보완"), Err(Error::Forbidden(reason)) if reason.code == Code::OwnDraft));
        let staff = back(&actor(Role::ResourceManager), "근거 보완");
        assert!(matches!(staff, Err(Error::Forbidden(reason)) if reason.code == Code::NotAllowed));
        assert!(matches!(back(&approver, "  "), Err(Error::Invalid(faults)) if faults[0].field == "reason"));
        back(&approver, " 근거 보완 ").expect("sent back");
        assert!(matches!(back(&approver, "다시"), Err(Error::Conflict(_))), "once");
        let view = t.center.read(&maker, |cx| plan::show(cx, id)).expect("shown");
        assert_eq!((view.row.state, view.row.returned_note.as_str()), (PlanState::Returned, "근거 보완"));
        assert_eq!((view.row.returned_by, view.approvable, view.returnable), (approver.user, false, false));
        let early = t.center.write(&approver, |cx| plan::approve(cx, id));
        assert!(matches!(early, Err(Error::Conflict(_))), "it must be put forward again first");
        let mails = t.center.read(&Actor::clock(), |cx| Ok(store::trust::mails(cx.tx, None, 100)?)).expect("read");
        let told = mails.iter().find(|mail| mail.template == "plan_returned").expect("its maker is told");
        assert!(told.body.contains("근거 보완") && told.body.contains(&format!("/plans/{id}")), "{}", told.body);
        let waits = |who: &Actor| t.center.read(who, service::waiting::from_the_plan_on).expect("listed");
        assert!(waits(&maker).iter().any(|one| one.kind == "plan_returned" && one.id == id.to_string()));
        assert!(waits(&approver).iter().all(|one| one.kind != "plan_returned"));
        t.center.write(&maker, |cx| plan::propose(cx, id)).expect("put forward again");
        t.center.write(&approver, |cx| plan::approve(cx, id)).expect("approved");
    }

    fn a_plan_that_was_sent_back_gives_way_to_one_made_anew(t) {
        let round = Round::new(&t, &[(95, 64, 64)]);
        let staff = actor(Role::OfficeStaff);
        let id = t.center.write(&staff, |cx| plan::make(cx, round.id, "")).expect("made");
        t.center.write(&staff, |cx| plan::propose(cx, id)).expect("proposed");
        t.center.write(&actor(Role::OfficeApprover), |cx| plan::send_back(cx, id, "다시")).expect("sent back");
        let next = t.center.write(&staff, |cx| plan::make(cx, round.id, "")).expect("made anew");
        let state = |id| t.center.read(&staff, |cx| plan::show(cx, id)).expect("shown").row.state;
        assert_eq!((state(id), state(next)), (PlanState::Superseded, PlanState::Draft));
        assert!(t.center.read(&staff, service::waiting::from_the_plan_on).expect("listed").is_empty());
    }

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

    fn a_plan_whose_facts_hold_is_approved_and_announced_on_later_days(t) {
        let round = Round::new(&t, &[(95, 64, 64)]);
        let id = t.center.write(&actor(Role::OfficeStaff), |cx| {
            let id = plan::make(cx, round.id, "")?;
            plan::propose(cx, id)?;
            Ok(id)
        }).expect("proposed");
        t.set((2021, 5, 4), 9);
        t.center.write(&actor(Role::OfficeApprover), |cx| plan::approve(cx, id)).expect("approved");
        t.set((2021, 5, 6), 9);
        t.center.write(&actor(Role::OfficeStaff), |cx| plan::announce(cx, id)).expect("announced");
        assert_eq!(free_on(&t, date(2021, 6, 1)), 100);
    }

    fn a_regular_round_is_not_planned_before_it_closes(t) {
        let round = Round::new(&t, &[(95, 64, 64)]);
        t.set((2021, 4, 1), 12);
        let early = t.center.write(&actor(Role::OfficeStaff), |cx| plan::make(cx, round.id, ""));
        assert!(matches!(early, Err(Error::Conflict(reasons)) if reasons[0].code == Code::RoundOpen));
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
        assert_eq!(view.awards[0].1[0].steps.on(date(2021, 6, 1)), 64);
        assert!(view.row.regional, "the organization is in Gwangju");
        let other = t.center.read(&round.lead(7), |cx| project::show(cx, projects[0]));
        assert!(matches!(other, Err(Error::NotFound)));
    }

    fn an_agreement_signed_by_both_puts_the_award_in_force_on_its_first_day(t) {
        let round = Round::new(&t, &[(95, 64, 64)]);
        approve_and_announce(&t, &round);
        let id = accept_all(&t, &round)[0];
        let lead = round.lead(0);
        let paper = t.center.read(&lead, |cx| project::show(cx, id)).expect("shown").awards[0].2.clone().expect("drawn up");
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

    fn an_agreement_that_the_center_never_signed_lapses_at_the_end_of_its_award(t) {
        let round = Round::new(&t, &[(95, 64, 64)]);
        approve_and_announce(&t, &round);
        let id = accept_all(&t, &round)[0];
        let lead = round.lead(0);
        let paper = t.center.read(&lead, |cx| project::show(cx, id)).expect("shown").awards[0].2.clone().expect("drawn up");
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
        assert_eq!(view.awards[0].1[0].steps.on(date(2021, 6, 1)), 0);
        assert_eq!(t.center.write(&Actor::clock(), refill::run).expect("ran"), 1);
        let offers = open_offers(&t);
        assert_eq!((offers.len(), offers[0].source), (1, OfferSource::Refill));
        assert_eq!(offers[0].proposal, round.proposals[2]);
    }

    fn a_return_is_offered_to_the_first_in_rank_that_it_fits_and_nobody_twice(t) {
        // The reserve list: 80 points wants at least 64, 79 at least 16, 78 at least 8.
        let round = Round::new(&t, &[(95, 64, 64), (90, 64, 64), (85, 32, 32), (80, 64, 64), (79, 16, 16), (78, 8, 8)]);
        approve_and_announce(&t, &round);
        let projects = accept_all(&t, &round);
        t.set((2021, 6, 1), 10);
        assert_eq!(t.center.write(&Actor::clock(), refill::run).expect("ran"), 0, "4 devices fit nobody");
        give_back(&t, projects[0], 16, (2021, 6, 2));
        assert_eq!(t.center.write(&Actor::clock(), refill::run).expect("ran"), 1);
        assert_eq!(t.center.write(&Actor::clock(), refill::run).expect("ran"), 0, "what is offered is not free");
        assert_eq!(open_offers(&t)[0].proposal, round.proposals[4]);
        let parts = |t: &TestCenter| t.center.read(&Actor::clock(), |cx| {
            let freed = store::freed::list(cx.tx, 0, 10)?;
            let mut out = Vec::new();
            for one in freed { out.extend(store::freed::parts(cx.tx, one.id)?); }
            Ok(out)
        }).expect("readable");
        let first = parts(&t);
        assert_eq!((first.len(), first[0].amount, first[0].taken_at), (1, Amount(16), None));

        // Declined: it goes to the next that it fits, from the same freed capacity.
        let declined = open_offers(&t)[0].clone();
        t.center.write(&round.lead(4), |cx| offer::decline(cx, declined.id, "예산이 없습니다")).expect("declined");
        assert_eq!(t.center.write(&Actor::clock(), refill::run).expect("ran"), 1);
        let next = open_offers(&t)[0].clone();
        assert_eq!(next.proposal, round.proposals[5]);
        let second = parts(&t);
        assert_eq!(second.len(), 2);
        assert!(second[0].given_back_at.is_some() && second[1].given_back_at.is_none());

        // Lapsed by the clock, once.
        t.set((2021, 7, 1), 0);
        assert_eq!(t.center.write(&Actor::clock(), offer::lapse).expect("ran"), 1);
        assert_eq!(t.center.write(&Actor::clock(), offer::lapse).expect("ran"), 0);
        let late = t.center.write(&round.lead(5), |cx| offer::accept(cx, next.id));
        assert!(matches!(late, Err(Error::Conflict(_))));
        assert!(parts(&t)[1].given_back_at.is_some());
    }

    fn the_reserve_list_gets_what_came_free_and_not_what_its_round_was_not_to_hand_out(t) {
        let round = Round::new(&t, &[(95, 64, 64), (90, 32, 32), (85, 16, 16), (80, 16, 16)]);
        round.set_envelope(&t, 96);
        approve_and_announce(&t, &round);
        assert_eq!(free_on(&t, date(2021, 6, 1)), 68);
        assert_eq!(t.center.write(&Actor::clock(), refill::run).expect("ran"), 0, "68 are free, but for other rounds");
        let projects = accept_all(&t, &round);
        assert_eq!(t.center.write(&Actor::clock(), refill::run).expect("ran"), 0);
        t.set((2021, 6, 1), 10);
        give_back(&t, projects[0], 16, (2021, 6, 2));
        assert_eq!(t.center.write(&Actor::clock(), refill::run).expect("ran"), 1, "16 came free: one of two");
        assert_eq!(open_offers(&t)[0].proposal, round.proposals[2]);
        assert_eq!(t.center.write(&Actor::clock(), refill::run).expect("ran"), 0);
    }

    fn the_reserve_list_pages_over_rounds_of_the_same_second(t) {
        let round = Round::new(&t, &[(95, 64, 64), (90, 64, 64), (85, 64, 64), (80, 64, 64), (75, 64, 64)]);
        approve_and_announce(&t, &round);
        // As if each were the first of a round of its own.
        t.db.db.write(|tx| tx.run("UPDATE decision SET reserve_rank = 1 WHERE outcome = 'reserve'", &[])).expect("set");
        let page = |after, limit| {
            t.center.read(&actor(Role::OfficeStaff), |cx| refill::reserve_list(cx, after, limit)).expect("listed")
        };
        let all: Vec<_> = page(None, 50).iter().map(|one| one.item.proposal).collect();
        assert_eq!(all, round.proposals[2..]);
        let mut found = Vec::new();
        let mut after = None;
        while let Some(one) = page(after, 1).pop() {
            assert_eq!(one.lines.iter().map(|line| line.amount.0).collect::<Vec<_>>(), [64], "with what it asks for");
            found.push(one.item.proposal);
            after = Some((one.item.decided_at, one.item.rank, one.item.proposal));
        }
        assert_eq!(found, all);
    }

    fn what_an_offer_that_came_to_nothing_leaves_of_the_envelope_goes_to_the_next(t) {
        let round = Round::new(&t, &[(95, 64, 64), (90, 32, 32), (85, 32, 32), (80, 32, 32)]);
        round.set_envelope(&t, 96);
        approve_and_announce(&t, &round);
        let second = open_offers(&t).into_iter().find(|one| one.proposal == round.proposals[1]).expect("offered");
        t.center.write(&round.lead(1), |cx| offer::decline(cx, second.id, "")).expect("declined");
        assert_eq!(t.center.write(&Actor::clock(), refill::run).expect("ran"), 1);
        assert!(open_offers(&t).iter().any(|one| one.proposal == round.proposals[2]));
    }

    fn what_came_free_and_what_is_left_of_the_envelope_go_together(t) {
        let round = Round::new(&t, &[(95, 64, 64), (90, 32, 32), (85, 48, 48), (80, 16, 16)]);
        round.set_envelope(&t, 96);
        approve_and_announce(&t, &round);
        let second = open_offers(&t).into_iter().find(|one| one.proposal == round.proposals[1]).expect("offered");
        let first = open_offers(&t).into_iter().find(|one| one.proposal == round.proposals[0]).expect("offered");
        let project = t.center.write(&round.lead(0), |cx| offer::accept(cx, first.id)).expect("accepted");
        t.center.write(&round.lead(1), |cx| offer::decline(cx, second.id, "")).expect("declined");
        t.set((2021, 6, 1), 10);
        give_back(&t, project, 16, (2021, 6, 2));
        assert_eq!(t.center.write(&Actor::clock(), refill::run).expect("ran"), 1, "16 freed and 32 left are 48");
        let made = open_offers(&t);
        assert_eq!(made.iter().map(|one| one.proposal).collect::<Vec<_>>(), [round.proposals[2]]);
        assert_eq!(t.center.write(&Actor::clock(), refill::run).expect("ran"), 0, "nothing of both is left");
        // What came from freed capacity goes back there, the rest to the envelope.
        t.center.write(&round.lead(2), |cx| offer::decline(cx, made[0].id, "")).expect("declined");
        assert_eq!(t.center.write(&Actor::clock(), refill::run).expect("ran"), 1);
        assert_eq!(open_offers(&t)[0].proposal, round.proposals[3]);
    }

    fn a_refill_keeps_to_the_most_projects_of_one_organization(t) {
        let round = Round::new(&t, &[(95, 64, 64), (90, 64, 64), (85, 64, 64), (80, 64, 64)]);
        set_policy(&t, "org.max_active_projects", "1");
        approve_and_announce(&t, &round);
        let projects = accept_all(&t, &round);
        round.same_organization(&t, 2, 1);
        t.set((2021, 6, 1), 10);
        give_back(&t, projects[0], 64, (2021, 6, 2));
        assert_eq!(t.center.write(&Actor::clock(), refill::run).expect("ran"), 1);
        assert_eq!(open_offers(&t)[0].proposal, round.proposals[3], "the third's organization has its one project");
    }

    fn an_open_offer_counts_as_a_project_of_its_organization(t) {
        let round = Round::new(&t, &[(95, 64, 64), (90, 64, 64)]);
        round.same_organization(&t, 1, 0);
        set_policy(&t, "org.max_active_projects", "1");
        round.roll(&t);
        approve_and_announce(&t, &round);
        round.score(&t, 1, true);
        let second = approve_and_announce(&t, &round);
        let view = t.center.read(&actor(Role::OfficeStaff), |cx| plan::show(cx, second)).expect("shown");
        assert_eq!(view.plan.outcomes[0].decision, Decision::Rejected);
        assert!(view.plan.outcomes[0].reasons.iter().any(|one| one.code == Code::OrgProjects));
    }

    fn a_plan_of_a_running_round_stands_over_night_and_gives_no_day_that_has_passed(t) {
        let round = Round::new(&t, &[(95, 64, 64)]);
        t.set((2021, 6, 10), 17);
        let id = t.center.write(&actor(Role::OfficeStaff), |cx| {
            let id = plan::make(cx, round.id, "")?;
            plan::propose(cx, id)?;
            Ok(id)
        }).expect("proposed");
        t.set((2021, 6, 11), 9);
        t.center.write(&actor(Role::OfficeApprover), |cx| plan::approve(cx, id)).expect("approved the next morning");
        t.set((2021, 6, 12), 9);
        t.center.write(&actor(Role::OfficeStaff), |cx| plan::announce(cx, id)).expect("announced the day after");
        assert_eq!([date(2021, 6, 11), date(2021, 6, 12)].map(|day| free_on(&t, day)), [164, 100]);
    }

    fn whoever_gave_back_early_has_a_point_in_the_next_call(t) {
        let round = Round::new(&t, &[(95, 64, 64), (90, 64, 64)]);
        round.same_organization(&t, 1, 0);
        t.db.db.write(|tx| tx.run("UPDATE call SET bonus = 1", &[])).expect("set");
        round.roll(&t);
        approve_and_announce(&t, &round);
        let projects = accept_all(&t, &round);
        round.score(&t, 1, true);
        let score = |t: &TestCenter| {
            let staff = actor(Role::OfficeStaff);
            let id = t.center.write(&staff, |cx| plan::make(cx, round.id, "")).expect("made");
            t.center.read(&staff, |cx| plan::show(cx, id)).expect("shown").input.proposals[0].score_milli
        };
        t.set((2021, 6, 2), 9);
        assert_eq!(score(&t), 92_000, "two for the region");
        give_back(&t, projects[0], 8, (2021, 11, 20));
        assert_eq!(score(&t), 92_000, "ten days before the end is not early");
        give_back(&t, projects[0], 8, (2021, 7, 1));
        assert_eq!(score(&t), 93_000);
    }

    fn what_one_organization_may_hold_follows_what_there_is_on_each_day(t) {
        let round = Round::new(&t, &[(95, 64, 8)]);
        set_policy(&t, "org.max_pool_percent", "10");
        // Ten times as much comes only after the term.
        let pool = pool();
        for rung in [domain::capacity::Rung::Installed, domain::capacity::Rung::Leased, domain::capacity::Rung::Allocatable] {
            let more = service::capacity::NewCapacity {
                pool: pool.clone(),
                rung,
                delta: Amount(1640),
                term: domain::term::Term::new(date(2022, 1, 1), date(2024, 1, 1)).expect("in order"),
                note: "2단계".to_owned(),
            };
            t.center.write(&actor(Role::ResourceManager), |cx| service::capacity::add(cx, more)).expect("added");
        }
        let staff = actor(Role::OfficeStaff);
        let id = t.center.write(&staff, |cx| plan::make(cx, round.id, "")).expect("made");
        let view = t.center.read(&staff, |cx| plan::show(cx, id)).expect("shown");
        assert_eq!(view.plan.outcomes[0].given[0].amount, 16, "a tenth of 164 in steps of eight");
    }

    fn a_rolling_round_without_a_scored_proposal_has_nothing_to_plan(t) {
        let round = Round::new(&t, &[(95, 64, 64)]);
        round.roll(&t);
        round.score(&t, 0, false);
        let empty = t.center.write(&actor(Role::OfficeStaff), |cx| plan::make(cx, round.id, ""));
        assert!(matches!(empty, Err(Error::Conflict(reasons)) if reasons[0].code == Code::NothingToPlan));
    }

    fn a_rolling_round_counts_what_it_handed_out_before(t) {
        let round = Round::new(&t, &[(95, 64, 64), (90, 64, 32)]);
        round.set_envelope(&t, 96);
        round.roll(&t);
        approve_and_announce(&t, &round);
        round.score(&t, 1, true);
        let second = approve_and_announce(&t, &round);
        let view = t.center.read(&actor(Role::OfficeStaff), |cx| plan::show(cx, second)).expect("shown");
        assert_eq!(view.plan.outcomes[0].given[0].amount, 32, "64 of 96 are offered already");
    }

    fn two_workers_at_once_make_no_double_offer(t) {
        let round = Round::new(&t, &[(95, 64, 64), (90, 64, 64), (85, 32, 32), (80, 16, 16), (79, 16, 16)]);
        approve_and_announce(&t, &round);
        let projects = accept_all(&t, &round);
        t.set((2021, 6, 1), 10);
        give_back(&t, projects[0], 16, (2021, 6, 2));
        let second = store::Db::open(&t.db.url, store::sql::Durability::Relaxed).expect("opened once more");
        let other = service::Center { db: second, ..t.center.clone() };
        let made = std::thread::scope(|scope| {
            let workers = [&t.center, &other].map(|center| scope.spawn(|| center.write(&Actor::clock(), refill::run)));
            workers.map(|worker| worker.join().expect("ran").expect("refilled"))
        });
        assert_eq!(made.iter().sum::<u64>(), 1, "16 devices are one offer of 16");
        assert_eq!(open_offers(&t).len(), 1);
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
        t.center.write(&actor(Role::OfficeStaff), |cx| offer::withdraw(cx, id, "중복 지원")).expect("withdrawn");
        assert_eq!(free_on(&t, date(2021, 6, 1)), 164);
    }

    fn the_engine_follows_the_ledger_and_converges_after_it_was_away(t) {
        let round = Round::new(&t, &[(95, 64, 64)]);
        approve_and_announce(&t, &round);
        let id = accept_all(&t, &round)[0];
        let lead = round.lead(0);
        let paper = t.center.read(&lead, |cx| project::show(cx, id)).expect("shown").awards[0].2.clone().expect("drawn up");
        t.center.write(&lead, |cx| agreement::sign(cx, paper.id, &paper.body_hash)).expect("signed");
        t.center.write(&actor(Role::OfficeApprover), |cx| agreement::countersign(cx, paper.id, &paper.body_hash)).expect("signed");
        let fake = engine::Fake::default();
        assert_eq!(engine::sync(&t.center, &fake).expect("ran"), 0, "nothing is in force yet");
        t.set((2021, 6, 1), 1);
        t.center.write(&Actor::clock(), agreement::begin).expect("begun");
        let row = |t: &TestCenter| t.center.read(&lead, |cx| engine::of_project(cx, id)).expect("readable").remove(0);
        assert_eq!(engine::sync(&t.center, &fake).expect("ran"), 3, "project, limit, lead");
        assert_eq!((engine::devices(&row(&t)), row(&t).state.as_str()), ((64, Some(64)), "in_line"));
        assert_eq!(engine::sync(&t.center, &fake).expect("ran"), 0, "at rest");

        give_back(&t, id, 16, (2021, 6, 2));
        t.set((2021, 6, 2), 1);
        fake.set_down(true);
        assert_eq!(engine::sync(&t.center, &fake).expect("the portal goes on"), 0);
        let away = row(&t);
        assert_eq!((engine::devices(&away), away.state.as_str(), away.tries), ((48, Some(64)), "failed", 1));
        assert!(away.last_error.contains("cannot be reached"));
        fake.set_down(false);
        t.set((2021, 6, 2), 2);
        assert_eq!(engine::sync(&t.center, &fake).expect("ran"), 1);
        assert_eq!((engine::devices(&row(&t)), row(&t).last_error.as_str()), ((48, Some(48)), ""));
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

#[test]
fn every_word_and_mail_has_its_text_in_both_languages() {
    let mut missing = texts::missing_words::<PlanState>();
    missing.extend(texts::missing_words::<Decision>());
    missing.extend(texts::missing_words::<OfferSource>());
    missing.extend(texts::missing_words::<OfferState>());
    missing.extend(texts::missing_words::<domain::award::AwardState>());
    missing.extend(texts::missing_words::<ProjectState>());
    missing.extend(texts::missing_words::<AgreementState>());
    missing.extend(texts::missing_words::<domain::award::InvitationState>());
    for template in service::mail::Template::ALL {
        for part in ["subject", "body"] {
            let name = format!("mail-{}-{part}", template.as_str().replace('_', "-"));
            missing.extend((!texts::Texts::has(&name)).then_some(name));
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}
