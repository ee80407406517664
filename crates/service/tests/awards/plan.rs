//! How a plan is made, approved, sent back and announced.

use domain::Code;
use domain::access::Role;
use domain::award::{Decision, PlanState};
use domain::units::Amount;
use jiff::civil::date;
use service::{Actor, Error, plan};
use testkit::{TestCenter, actor, on_both_engines};

use super::support::{Round, accept_all, approve_and_announce, free_on, give_back, pool, set_policy};

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
        let found = || t.center.read(&actor(Role::Auditor), service::check::run).expect("runs").findings;
        assert_eq!(found(), []);
        let alter = |sql: &str| t.db.db.write(|tx| tx.run(sql, &[])).expect("altered");
        for (lie, truth, table) in [
            ("UPDATE decision SET outcome = 'rejected' WHERE outcome = 'reserve'", "UPDATE decision SET outcome = 'reserve' WHERE reserve_rank IS NOT NULL", "decision"),
            ("UPDATE decision SET score_milli = score_milli + 1", "UPDATE decision SET score_milli = score_milli - 1", "decision"),
            ("UPDATE plan SET digest = 'x' || digest", "UPDATE plan SET digest = SUBSTR(digest, 2)", "plan"),
            ("UPDATE plan SET output = REPLACE(output, '\"amount\":32', '\"amount\":24')", "UPDATE plan SET output = REPLACE(output, '\"amount\":24', '\"amount\":32')", "plan"),
        ] {
            assert!(alter(lie) > 0, "{lie}");
            let named = found();
            assert!(!named.is_empty() && named.iter().all(|one| (one.rule, one.table) == (service::check::Rule::Plan, table)), "{lie}: {named:?}");
            alter(truth);
            assert_eq!(found(), [], "{truth}");
        }
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

    fn a_plan_stands_while_what_its_envelopes_leave_comes_and_goes(t) {
        let round = Round::new(&t, &[(95, 64, 64)]);
        round.set_envelope(&t, 64);
        let make = || t.center.write(&actor(Role::OfficeStaff), |cx| {
            let id = plan::make(cx, round.id, "")?;
            plan::propose(cx, id)?;
            Ok(id)
        }).expect("proposed");
        let id = make();
        let free = |t: &TestCenter| {
            let free = t.center.read(&Actor::clock(), |cx| service::ledger::free(cx, &pool())).expect("read");
            free.on(date(2021, 7, 1))
        };
        // Some days of the round's are taken by somebody else: more than enough is left.
        let days = testkit::term((2021, 7, 1), (2021, 7, 4));
        let _ = t.add_holding(901, "gpu-a100", 2, days);
        assert!(free(&t) > 64);
        t.center.write(&actor(Role::OfficeApprover), |cx| plan::approve(cx, id)).expect("it is the same plan");
        let _ = t.add_holding(902, "gpu-a100", free(&t) - 63, days);
        let short = t.center.write(&actor(Role::OfficeStaff), |cx| plan::announce(cx, id));
        assert!(matches!(short, Err(Error::Conflict(reasons)) if reasons[0].code == Code::PlanOutdated));
    }

    fn nobody_approves_or_sends_back_a_plan_in_which_they_take_part(t) {
        let round = Round::new(&t, &[(95, 64, 64)]);
        let id = t.center.write(&actor(Role::OfficeStaff), |cx| {
            let id = plan::make(cx, round.id, "")?;
            plan::propose(cx, id)?;
            Ok(id)
        }).expect("proposed");
        let both = Actor { roles: [Role::OfficeApprover, Role::OfficeStaff].into(), ..round.lead(0) };
        let own = |outcome: service::Outcome<()>| matches!(outcome, Err(Error::Forbidden(reason)) if reason.code == Code::OwnProject);
        assert!(own(t.center.write(&both, |cx| plan::approve(cx, id))));
        assert!(own(t.center.write(&both, |cx| plan::send_back(cx, id, "다시"))));
        assert!(own(t.center.write(&both, |cx| plan::make(cx, round.id, "")).map(drop)));
        t.center.write(&actor(Role::OfficeApprover), |cx| plan::approve(cx, id)).expect("a second person");
        assert!(own(t.center.write(&both, |cx| plan::announce(cx, id))));
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
}
