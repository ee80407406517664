//! What came free and the reserve list.

use domain::Code;
use domain::access::Role;
use domain::award::Decision;
use domain::units::Amount;
use jiff::civil::date;
use service::check::{self, Rule};
use service::{Actor, Error, offer, plan, refill};
use testkit::{TestCenter, actor, on_both_engines};

use super::support::{Round, accept_all, approve_and_announce, free_on, give_back, open_offers, set_policy};

/// What came free went where the record says, as `check` sees it.
fn freed_is_sound(t: &TestCenter) {
    let report = t.center.read(&actor(Role::Auditor), check::run).expect("checked");
    let astray: Vec<_> = report.findings.iter().filter(|one| one.rule == Rule::Freed).collect();
    assert!(astray.is_empty(), "{astray:?}");
}

on_both_engines! {
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
        let turns: Vec<_> = page(None, 50).iter().map(|one| one.turn).collect();
        assert_eq!(turns, [Some(1), Some(2), Some(3)]);
        let mut found = Vec::new();
        let mut after = None;
        while let Some(one) = page(after, 1).pop() {
            assert_eq!(one.lines.iter().map(|line| line.amount.0).collect::<Vec<_>>(), [64], "with what it asks for");
            found.push(one.item.proposal);
            assert_eq!(one.turn, i64::try_from(found.len()).ok(), "counted on from page to page");
            after = Some((one.item.decided_at, one.item.rank, one.item.proposal));
        }
        assert_eq!(found, all);
    }

    fn the_reserve_list_numbers_turns_as_the_refill_takes_them(t) {
        let round = Round::new(&t, &[(95, 64, 64), (90, 64, 64), (85, 64, 64), (80, 64, 64)]);
        approve_and_announce(&t, &round);
        // Announced earlier, the last in rank comes first; rounds do not compete by rank.
        let earlier = "UPDATE decision SET decided_at = decided_at - 60, reserve_rank = 7 WHERE proposal_id = $1";
        t.db.db.write(|tx| tx.run(earlier, store::values![round.proposals[3]])).expect("set");
        let turns = || -> Vec<_> {
            let rows = t.center.read(&actor(Role::OfficeStaff), |cx| refill::reserve_list(cx, None, 50));
            rows.expect("listed").iter().map(|one| (one.item.proposal, one.turn)).collect()
        };
        assert_eq!(turns(), [(round.proposals[3], Some(1)), (round.proposals[2], Some(2))]);
        let first = open_offers(&t).into_iter().find(|one| one.proposal == round.proposals[0]).expect("offered");
        t.center.write(&round.lead(0), |cx| offer::decline(cx, first.id, "")).expect("declined");
        assert_eq!(t.center.write(&Actor::clock(), refill::run).expect("ran"), 1);
        assert!(open_offers(&t).iter().any(|one| one.proposal == round.proposals[3]), "turn 1 was offered");
        assert_eq!(turns(), [(round.proposals[3], None), (round.proposals[2], Some(1))]);
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
        freed_is_sound(&t);
        // What came from freed capacity goes back there, the rest to the envelope.
        t.center.write(&round.lead(2), |cx| offer::decline(cx, made[0].id, "")).expect("declined");
        assert_eq!(t.center.write(&Actor::clock(), refill::run).expect("ran"), 1);
        assert_eq!(open_offers(&t)[0].proposal, round.proposals[3]);
        freed_is_sound(&t);
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
}
