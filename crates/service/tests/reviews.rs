//! Reviews from the assignment to the score that a plan uses, on both engines.

mod calls_support;

use calls_support::{faults, input, join, mails, published, reviewer, state, submitted};
use domain::access::Role;
use domain::ids::{ProposalId, ReviewId, RoundId, UserId};
use service::call::{self, CallInput};
use service::eligibility::{self, Verdict};
use service::review::{self, ReviewChange};
use service::{Actor, Error, plan, proposal};
use testkit::{TestCenter, actor, on_both_engines};

struct Setting {
    proposal: ProposalId,
    round: RoundId,
    lead: Actor,
    reviewers: Vec<Actor>,
}

/// A closed round with one eligible proposal, and four reviewers beside the one that every test
/// center has.
fn setting(t: &TestCenter, input: &CallInput) -> Setting {
    let (_, round) = published(t, input);
    t.set((2021, 5, 28), 9);
    let lead = t.add_person(100, "lead");
    let proposal = submitted(t, round, &lead, 1);
    t.center
        .write(&actor(Role::OfficeStaff), |cx| eligibility::check(cx, proposal, 3, &Verdict::Eligible))
        .expect("eligible");
    t.set((2021, 6, 1), 9);
    Setting { proposal, round, lead, reviewers: (0..4).map(|n| reviewer(t, 150 + n)).collect() }
}

fn assign(t: &TestCenter, id: ProposalId, people: &[&Actor]) -> service::Outcome<()> {
    let users: Vec<UserId> = people.iter().filter_map(|person| person.user).collect();
    t.center.write(&actor(Role::OfficeStaff), |cx| review::assign(cx, id, &users))
}

fn review_of(t: &TestCenter, person: &Actor) -> ReviewId {
    t.center.read(person, |cx| review::mine(cx, None, 50)).expect("listed")[0].id
}

fn scored(points: [i64; 4]) -> ReviewChange {
    ReviewChange {
        points: points.map(Some).to_vec(),
        comment_applicant: "잘 썼습니다".to_owned(),
        comment_committee: "추천".to_owned(),
    }
}

/// Declares no conflict and hands the points in.
fn hand_in(t: &TestCenter, person: &Actor, points: [i64; 4]) {
    let id = review_of(t, person);
    t.center.write(person, |cx| review::begin(cx, id)).expect("begun");
    t.center.write(person, |cx| review::submit(cx, id, 2, "", &scored(points))).expect("handed in");
}

/// The score on which a plan of the round rests.
fn planned_score(t: &TestCenter, round: RoundId) -> i64 {
    let staff = actor(Role::OfficeStaff);
    let made = t.center.write(&staff, |cx| plan::make(cx, round, "")).expect("a plan is made");
    let input = t.center.read(&staff, |cx| plan::show(cx, made)).expect("shown").row.input;
    let input: serde_json::Value = serde_json::from_str(&input).expect("the input is JSON");
    input["proposals"][0]["score_milli"].as_i64().expect("a score")
}

on_both_engines! {
    fn reviewers_are_enough_and_not_tied_to_the_proposal(t) {
        let s = setting(&t, &input());
        let [a, b, c, d] = [&s.reviewers[0], &s.reviewers[1], &s.reviewers[2], &s.reviewers[3]];
        assert_eq!(faults(assign(&t, s.proposal, &[a, b])), ["reviewers: too_few_reviewers"]);
        assert_eq!(faults(assign(&t, s.proposal, &[])), ["reviewers: required"]);
        join(&t, 1, d.user);
        assert_eq!(faults(assign(&t, s.proposal, &[a, b, d])), ["reviewers: reviewer_tied"]);
        assert_eq!(faults(assign(&t, s.proposal, &[a, b, &s.lead])), ["reviewers: not_a_reviewer"]);
        assign(&t, s.proposal, &[a, b, c]).expect("assigned");
        assert_eq!(state(&t, s.proposal), "in_review");
        assert_eq!(faults(assign(&t, s.proposal, &[a])), ["reviewers: reviewer_tied"], "nobody twice");
        assert_eq!(mails(&t).iter().filter(|mail| *mail == "review_assigned").count(), 3);
    }

    fn nothing_is_read_before_a_conflict_is_ruled_out(t) {
        let s = setting(&t, &input());
        let [a, b, c, outside] = [&s.reviewers[0], &s.reviewers[1], &s.reviewers[2], &s.reviewers[3]];
        assign(&t, s.proposal, &[a, b, c]).expect("assigned");
        let id = review_of(&t, a);
        let view = t.center.read(a, |cx| review::show(cx, id)).expect("shown");
        assert!(view.proposal.is_none());
        assert!(matches!(t.center.read(a, |cx| proposal::show(cx, s.proposal)), Err(Error::NotFound)));
        assert_eq!(faults(t.center.write(a, |cx| review::submit(cx, id, 1, "", &scored([1, 1, 1, 1])))), ["wrong_state"]);
        t.center.write(a, |cx| review::begin(cx, id)).expect("begun");
        assert!(t.center.read(a, |cx| review::show(cx, id)).expect("shown").proposal.is_some());
        assert!(t.center.read(a, |cx| proposal::show(cx, s.proposal)).is_ok());

        assert!(matches!(t.center.read(outside, |cx| review::show(cx, id)), Err(Error::NotFound)));
        assert!(matches!(t.center.write(b, |cx| review::begin(cx, id)), Err(Error::NotFound)), "another's review");
        assert!(matches!(t.center.read(outside, |cx| proposal::show(cx, s.proposal)), Err(Error::NotFound)));

        let other = review_of(&t, b);
        assert_eq!(faults(t.center.write(b, |cx| review::declare_conflict(cx, other, ""))), ["reason: required"]);
        t.center.write(b, |cx| review::declare_conflict(cx, other, "공동 연구")).expect("declared");
        assert!(t.center.read(b, |cx| review::show(cx, other)).expect("shown").proposal.is_none());
        assert!(matches!(t.center.read(b, |cx| proposal::show(cx, s.proposal)), Err(Error::NotFound)));
        assert_eq!(faults(t.center.write(b, |cx| review::begin(cx, other))), ["wrong_state"]);
    }

    fn points_are_saved_piece_by_piece_and_handed_in_whole(t) {
        let s = setting(&t, &input());
        let [a, b, c] = [&s.reviewers[0], &s.reviewers[1], &s.reviewers[2]];
        assign(&t, s.proposal, &[a, b, c]).expect("assigned");
        let id = review_of(&t, a);
        t.center.write(a, |cx| review::begin(cx, id)).expect("begun");
        let part = ReviewChange { points: vec![Some(20), None, None, None], ..ReviewChange::default() };
        let version = t.center.write(a, |cx| review::save(cx, id, 2, "", &part)).expect("saved");
        assert_eq!(faults(t.center.write(a, |cx| review::save(cx, id, 2, "", &part))), ["changed"]);
        let points: Vec<Option<i64>> = t.center.read(a, |cx| review::show(cx, id)).expect("shown").criteria.iter().map(|one| one.1).collect();
        assert_eq!(points, [Some(20), None, None, None]);
        assert_eq!(
            faults(t.center.write(a, |cx| review::submit(cx, id, version, "", &part))),
            ["points.1: required", "points.2: required", "points.3: required", "comment_applicant: required"]
        );
        let beyond = ReviewChange { points: vec![Some(31), Some(-1), None, None], ..ReviewChange::default() };
        assert_eq!(faults(t.center.write(a, |cx| review::save(cx, id, version, "", &beyond))), ["points.0: too_large", "points.1: too_small"]);
        t.center.write(a, |cx| review::submit(cx, id, version, "", &scored([20, 20, 20, 10]))).expect("handed in");
        assert_eq!(faults(t.center.write(a, |cx| review::save(cx, id, version + 1, "", &part))), ["wrong_state"]);
    }

    fn the_office_sees_progress_and_the_plan_uses_the_scores(t) {
        let s = setting(&t, &input());
        let [a, b, c] = [&s.reviewers[0], &s.reviewers[1], &s.reviewers[2]];
        assign(&t, s.proposal, &[a, b, c]).expect("assigned");
        let staff = actor(Role::OfficeStaff);
        hand_in(&t, a, [30, 25, 25, 20]);
        hand_in(&t, b, [20, 20, 20, 20]);
        assert_eq!(state(&t, s.proposal), "in_review");
        let id = review_of(&t, c);
        t.center.write(c, |cx| review::declare_conflict(cx, id, "지도 교수")).expect("declared");
        let view = t.center.read(&staff, |cx| review::of_proposal(cx, s.proposal)).expect("shown");
        assert_eq!(view.aggregate.expect("two are in").total_milli, 90_000);
        assert!(view.candidates.iter().all(|one| Some(one.id) != c.user), "not whoever has a conflict");
        assign(&t, s.proposal, &[&s.reviewers[3]]).expect("in place of the one with a conflict");
        hand_in(&t, &s.reviewers[3], [20, 20, 15, 15]);
        assert_eq!(state(&t, s.proposal), "ranked");
        assert_eq!(planned_score(&t, s.round), 83_333);
        let refused = t.center.read(&s.lead, |cx| review::of_proposal(cx, s.proposal));
        assert!(matches!(refused, Err(Error::Forbidden(_))), "names of reviewers are the office's");
        assert!(t.center.read(&actor(Role::Auditor), |cx| review::of_proposal(cx, s.proposal)).is_ok());
    }

    fn bonus_points_count_only_where_the_call_says_so(t) {
        let s = setting(&t, &CallInput { bonus: true, ..input() });
        let [a, b, c] = [&s.reviewers[0], &s.reviewers[1], &s.reviewers[2]];
        assign(&t, s.proposal, &[a, b, c]).expect("assigned");
        for person in [a, b, c] {
            hand_in(&t, person, [20, 20, 20, 20]);
        }
        assert_eq!(planned_score(&t, s.round), 83_000, "Gwangju 2, health care 1");
    }

    fn the_rest_is_filled_evenly(t) {
        let s = setting(&t, &input());
        t.set((2021, 5, 28), 10);
        let more = t.add_person(101, "second lead");
        let second = submitted(&t, s.round, &more, 2);
        let staff = actor(Role::OfficeStaff);
        t.center.write(&staff, |cx| eligibility::check(cx, second, 3, &Verdict::Eligible)).expect("eligible");
        t.set((2021, 6, 1), 10);
        assert_eq!(t.center.write(&staff, |cx| review::fill(cx, s.round)).expect("filled"), 6);
        assert_eq!(t.center.write(&staff, |cx| review::fill(cx, s.round)).expect("nothing lacks"), 0);
        let load = t.center.read(&Actor::clock(), |cx| Ok(store::review::reviewers(cx.tx, s.round, 50)?)).expect("read");
        let mut loads: Vec<i64> = load.iter().map(|one| one.load).collect();
        loads.sort_unstable();
        assert_eq!(loads, [1, 1, 1, 1, 2]);
        let mail = mails(&t).iter().filter(|mail| *mail == "review_assigned").count();
        assert_eq!(mail, 5, "one each, however many proposals");
    }

    fn what_waits_comes_first_in_a_reviewers_list(t) {
        let s = setting(&t, &input());
        t.set((2021, 5, 28), 10);
        let second = submitted(&t, s.round, &t.add_person(101, "second lead"), 2);
        let staff = actor(Role::OfficeStaff);
        t.center.write(&staff, |cx| eligibility::check(cx, second, 3, &Verdict::Eligible)).expect("eligible");
        let [a, b, c] = [&s.reviewers[0], &s.reviewers[1], &s.reviewers[2]];
        assign(&t, s.proposal, &[a, b, c]).expect("assigned");
        assign(&t, second, &[a, b, c]).expect("assigned");
        hand_in(&t, a, [20, 20, 20, 20]);
        let list = |after| t.center.read(a, |cx| review::mine(cx, after, 1)).expect("listed").remove(0);
        let first = list(None);
        assert_eq!(first.state.as_str(), "assigned");
        assert_eq!(list(Some(first.place())).state.as_str(), "submitted");
    }

    fn too_few_reviewers_for_a_round_are_told_and_none_is_assigned(t) {
        let s = setting(&t, &input());
        for person in &s.reviewers[..3] {
            join(&t, 1, person.user);
        }
        let staff = actor(Role::OfficeStaff);
        assert_eq!(faults(t.center.write(&staff, |cx| review::fill(cx, s.round))), ["too_few_reviewers"]);
        assert_eq!(state(&t, s.proposal), "eligibility_ok");
    }

    fn an_assignment_is_taken_back_only_before_it_is_begun(t) {
        let s = setting(&t, &input());
        let [a, b, c, d] = [&s.reviewers[0], &s.reviewers[1], &s.reviewers[2], &s.reviewers[3]];
        assign(&t, s.proposal, &[a, b, c, d]).expect("assigned");
        let staff = actor(Role::OfficeStaff);
        let (begun, untouched) = (review_of(&t, a), review_of(&t, d));
        t.center.write(a, |cx| review::begin(cx, begun)).expect("begun");
        assert_eq!(faults(t.center.write(&staff, |cx| review::unassign(cx, begun))), ["wrong_state"]);
        t.center.write(&staff, |cx| review::unassign(cx, untouched)).expect("taken back");
        assert!(t.center.read(d, |cx| review::mine(cx, None, 50)).expect("listed").is_empty());
    }

    fn a_withdrawn_proposal_is_scored_no_more(t) {
        let s = setting(&t, &input());
        let [a, b, c] = [&s.reviewers[0], &s.reviewers[1], &s.reviewers[2]];
        assign(&t, s.proposal, &[a, b, c]).expect("assigned");
        let id = review_of(&t, a);
        t.center.write(a, |cx| review::begin(cx, id)).expect("begun");
        t.center.write(&s.lead, |cx| proposal::withdraw(cx, s.proposal, "")).expect("withdrawn");
        assert_eq!(faults(t.center.write(a, |cx| review::submit(cx, id, 2, "", &scored([1, 1, 1, 1])))), ["wrong_state"]);
    }

    fn reviewers_are_reminded_once_before_the_due_day(t) {
        let s = setting(&t, &input());
        let [a, b, c] = [&s.reviewers[0], &s.reviewers[1], &s.reviewers[2]];
        assign(&t, s.proposal, &[a, b, c]).expect("assigned");
        hand_in(&t, a, [20, 20, 20, 20]);
        let run = || t.center.write(&Actor::clock(), call::clock_tasks).expect("run");
        t.set((2021, 6, 11), 9);
        assert_eq!(run(), 0, "due on the 15th");
        t.set((2021, 6, 12), 9);
        assert_eq!((run(), run()), (2, 0), "only those that are not in");
        assert_eq!(mails(&t).iter().filter(|mail| *mail == "review_due").count(), 2);
    }
}
