//! Calls and proposals from the draft to the check of eligibility, on both engines.

mod calls_support;

use calls_support::{dates, faults, full, input, join, line, mails, published, state, submitted};
use domain::Code;
use domain::access::Role;
use domain::call::{CallState, Phase, RoundKind, Track};
use domain::proposal::{DraftLine, ProposalState, Sector};
use domain::review::ReviewState;
use domain::units::Amount;
use jiff::civil::date;
use service::call::{self, CallInput, RoundDates};
use service::eligibility::{self, Verdict};
use service::proposal::{self, ProposalChange};
use service::{Actor, Error};
use testkit::{TestCenter, actor, at, on_both_engines};
use texts::Lang;

fn visitor() -> Actor {
    Actor::visitor(Lang::Ko)
}

fn phase(t: &TestCenter, id: domain::ids::CallId) -> Phase {
    t.center.read(&visitor(), |cx| call::show(cx, id)).expect("shown").phase
}

fn version(t: &TestCenter, id: domain::ids::ProposalId) -> i64 {
    t.center.read(&Actor::clock(), |cx| Ok(store::proposal::find(cx.tx, id)?)).expect("read").expect("there").version
}

on_both_engines! {
    fn a_call_opens_and_closes_by_the_clock_alone(t) {
        let staff = actor(Role::OfficeStaff);
        let id = t.center.write(&staff, |cx| call::draft(cx, &input())).expect("drafted");
        assert!(matches!(t.center.read(&visitor(), |cx| call::show(cx, id)), Err(Error::NotFound)), "a draft is the office's");
        assert_eq!(t.center.read(&staff, |cx| call::show(cx, id)).expect("shown").phase, Phase::Draft);
        t.center.write(&actor(Role::OfficeApprover), |cx| call::publish(cx, id, 1)).expect("published");
        assert_eq!(phase(&t, id), Phase::Coming);
        t.set((2021, 5, 10), 0);
        assert_eq!(phase(&t, id), Phase::Open);
        t.set((2021, 5, 31), 13);
        assert_eq!(phase(&t, id), Phase::Open);
        t.set((2021, 5, 31), 14);
        assert_eq!(phase(&t, id), Phase::Closed, "the policy's deadline time is the default");
        let current = t.center.read(&visitor(), |cx| call::current(cx, 50)).expect("listed");
        assert!(current.is_empty());
        let past = t.center.read(&visitor(), |cx| call::past(cx, None, 50)).expect("listed");
        assert_eq!(past.len(), 1);
        let after = Some((past[0].closes_at, past[0].id));
        assert!(t.center.read(&visitor(), |cx| call::past(cx, after, 50)).expect("listed").is_empty());
    }

    fn nobody_publishes_what_they_wrote_or_changed(t) {
        let mut both = actor(Role::OfficeApprover);
        both.roles.insert(Role::OfficeStaff);
        let id = t.center.write(&both, |cx| call::draft(cx, &input())).expect("drafted");
        assert_eq!(faults(t.center.write(&both, |cx| call::publish(cx, id, 1))), ["own_draft"]);
        let id = t.center.write(&actor(Role::OfficeStaff), |cx| call::draft(cx, &input())).expect("drafted");
        t.center.write(&both, |cx| call::change(cx, id, 1, &input())).expect("changed");
        assert_eq!(faults(t.center.write(&both, |cx| call::publish(cx, id, 2))), ["own_draft"]);
        let refused = t.center.write(&actor(Role::OfficeStaff), |cx| call::publish(cx, id, 2));
        assert!(matches!(refused, Err(Error::Forbidden(_))), "not the staff's to do");
    }

    fn only_what_was_read_is_published(t) {
        let staff = actor(Role::OfficeStaff);
        let id = t.center.write(&staff, |cx| call::draft(cx, &input())).expect("drafted");
        t.center.write(&staff, |cx| call::change(cx, id, 1, &input())).expect("changed");
        let stale = t.center.write(&staff, |cx| call::change(cx, id, 1, &input()));
        assert_eq!(faults(stale), ["changed"]);
        let approver = actor(Role::OfficeApprover);
        assert_eq!(faults(t.center.write(&approver, |cx| call::publish(cx, id, 1))), ["changed"]);
        t.center.write(&approver, |cx| call::publish(cx, id, 2)).expect("published");
        assert_eq!(faults(t.center.write(&staff, |cx| call::change(cx, id, 3, &input()))), ["wrong_state"]);
    }

    fn an_unfinished_call_can_be_kept_but_not_published(t) {
        let bare = CallInput { products: vec![], criteria: vec![], rounds: vec![], ..input() };
        let id = t.center.write(&actor(Role::OfficeStaff), |cx| call::draft(cx, &bare)).expect("kept");
        let refused = t.center.write(&actor(Role::OfficeApprover), |cx| call::publish(cx, id, 1));
        assert_eq!(faults(refused), ["call_incomplete"]);
        let mut nothing_to_give = input();
        nothing_to_give.rounds[0].envelope.clear();
        let id = t.center.write(&actor(Role::OfficeStaff), |cx| call::draft(cx, &nothing_to_give)).expect("kept");
        let refused = t.center.write(&actor(Role::OfficeApprover), |cx| call::publish(cx, id, 1));
        assert_eq!(faults(refused), ["call_incomplete"]);
    }

    fn what_is_wrong_with_a_call_is_named_per_field(t) {
        let mut wrong = input();
        wrong.title_ko = " ".to_owned();
        wrong.criteria[0].max_points = 40;
        wrong.products.push("none".parse().expect("a slug"));
        wrong.rounds[0].envelope = vec![("gpu-a100".parse().expect("a slug"), Amount(165)), ("nowhere".parse().expect("a slug"), Amount(1))];
        wrong.rounds[0].dates = RoundDates {
            closes_on: date(2021, 5, 9),
            review_due_on: date(2021, 5, 8),
            announce_on: date(2021, 5, 7),
            earliest_start_on: date(2021, 5, 6),
            latest_last_on: date(2021, 5, 5),
            offer_days: 0,
            ..dates()
        };
        assert_eq!(
            faults(t.center.write(&actor(Role::OfficeStaff), |cx| call::draft(cx, &wrong))),
            [
                "title_ko: required",
                "products: not_a_choice",
                "criteria: points_sum",
                "rounds.0.closes_on: end_before_start",
                "rounds.0.review_due_on: not_before",
                "rounds.0.announce_on: not_before",
                "rounds.0.earliest_start_on: not_before",
                "rounds.0.latest_last_on: end_before_start",
                "rounds.0.offer_days: too_small",
                "rounds.0.envelope.nowhere: not_a_choice",
            ]
        );
        let mut too_much = input();
        too_much.rounds[0].envelope[0].1 = Amount(165);
        assert_eq!(
            faults(t.center.write(&actor(Role::OfficeStaff), |cx| call::draft(cx, &too_much))),
            ["rounds.0.envelope.gpu-a100: too_large"],
            "164 devices are there"
        );
    }

    fn published_dates_are_corrected_with_a_reason_that_is_kept(t) {
        let (id, round) = published(&t, &input());
        let staff = actor(Role::OfficeStaff);
        let later = RoundDates { closes_on: date(2021, 6, 4), ..dates() };
        assert_eq!(faults(t.center.write(&staff, |cx| call::correct_dates(cx, round, &later, " "))), ["reason: required"]);
        t.center.write(&staff, |cx| call::correct_dates(cx, round, &later, "현충일 연휴로 연장")).expect("corrected");
        let view = t.center.read(&visitor(), |cx| call::show(cx, id)).expect("shown");
        assert_eq!(view.rounds[0].0.closes_at, at(date(2021, 6, 4), 14));
        assert_eq!(view.shares.iter().filter(|share| share.round == Some(round)).count(), 1, "the envelope stays");
        assert_eq!(view.corrections.len(), 1);
        let correction = &view.corrections[0];
        assert_eq!((correction.round, correction.reason.as_str()), (round, "현충일 연휴로 연장"));
        let (old, new) = (at(date(2021, 5, 31), 14), at(date(2021, 6, 4), 14));
        assert_eq!(correction.changes, [("closes_on", call::When::At(old), call::When::At(new))]);
        let history = t.center.read(&Actor::clock(), |cx| Ok(store::trust::audit_of(cx.tx, "round", &round.to_string(), 9)?)).expect("read");
        assert_eq!(history[0].reason, "현충일 연휴로 연장");
        t.set((2021, 6, 3), 9);
        let past = RoundDates { closes_on: date(2021, 6, 2), ..dates() };
        assert_eq!(faults(t.center.write(&staff, |cx| call::correct_dates(cx, round, &past, "x"))), ["closes_on: in_the_past"]);
    }

    fn the_office_sees_all_calls_with_where_they_stand(t) {
        let staff = actor(Role::OfficeStaff);
        let (open, _) = published(&t, &input());
        t.set((2021, 5, 11), 9);
        let bare = CallInput { rounds: vec![], ..input() };
        let draft = t.center.write(&staff, |cx| call::draft(cx, &bare)).expect("drafted");
        let rows = t.center.read(&staff, |cx| call::overview(cx, None, 50)).expect("listed");
        let seen: Vec<_> = rows.iter().map(|(row, phase, rounds)| (row.id, *phase, *rounds)).collect();
        assert_eq!(seen, [(draft, Phase::Draft, 0), (open, Phase::Open, 1)]);
        assert!(t.center.read(&staff, |cx| call::show(cx, draft)).expect("shown").wrote);
        assert!(!t.center.read(&actor(Role::OfficeApprover), |cx| call::show(cx, draft)).expect("shown").wrote);
        t.center.write(&staff, |cx| call::archive(cx, draft, "끝")).expect("put away");
        assert!(matches!(t.center.read(&visitor(), |cx| call::show(cx, draft)), Err(Error::NotFound)), "never public");
        assert!(matches!(t.center.read(&visitor(), |cx| call::overview(cx, None, 50)), Err(Error::SignInNeeded)));
    }

    fn a_call_is_copied_without_its_dates_and_put_away(t) {
        let (id, _) = published(&t, &input());
        let staff = actor(Role::OfficeStaff);
        let copy = t.center.write(&staff, |cx| call::duplicate(cx, id)).expect("copied");
        let view = t.center.read(&staff, |cx| call::show(cx, copy)).expect("shown");
        assert_eq!((view.row.state, view.criteria.len(), view.rounds.len()), (CallState::Draft, 4, 0));
        assert_eq!(view.products.iter().filter(|(_, chosen)| *chosen).count(), 2);
        t.center.write(&staff, |cx| call::archive(cx, id, "끝")).expect("put away");
        assert!(t.center.read(&visitor(), |cx| call::current(cx, 50)).expect("listed").is_empty());
    }

    fn a_draft_is_kept_however_unfinished(t) {
        let (_, round) = published(&t, &input());
        let lead = t.add_person(100, "lead");
        assert_eq!(faults(t.center.write(&lead, |cx| proposal::start(cx, round))), ["round_not_open"]);
        t.set((2021, 5, 11), 9);
        let refused = t.center.write(&visitor(), |cx| proposal::start(cx, round));
        assert!(matches!(refused, Err(Error::SignInNeeded)));
        let id = t.center.write(&lead, |cx| proposal::start(cx, round)).expect("started");
        let half = ProposalChange {
            title_ko: "반쯤".to_owned(),
            lines: vec![DraftLine { amount: "많이".to_owned(), ..DraftLine::default() }],
            ..ProposalChange::default()
        };
        assert_eq!(t.center.write(&lead, |cx| proposal::save(cx, id, 1, "", &half)).expect("saved"), 2);
        assert_eq!(t.center.write(&lead, |cx| proposal::save(cx, id, 2, "", &half)).expect("nothing new"), 2);
        let draft = t.center.read(&lead, |cx| proposal::edit(cx, id)).expect("read");
        assert_eq!((draft.row.title_ko.as_str(), draft.lines[0].amount.as_str()), ("반쯤", "많이"));
        assert_eq!(
            faults(t.center.write(&lead, |cx| proposal::submit(cx, id))),
            [
                "summary: required",
                "usage_plan: required",
                "sector: required",
                "organization: organization_needed",
                "lines.0.product: required",
                "lines.0.pool: required",
                "lines.0.amount: not_a_number",
                "lines.0.months: required",
                "lines.0.earliest_start_on: required",
                "lines.0.latest_last_on: required",
            ]
        );
        let long = ProposalChange { title_ko: "가".repeat(201), ..half.clone() };
        assert_eq!(faults(t.center.write(&lead, |cx| proposal::save(cx, id, 2, "", &long))), ["title_ko: too_long"]);
        for stranger in [t.add_person(101, "stranger"), actor(Role::OfficeStaff), actor(Role::Auditor)] {
            assert!(matches!(t.center.read(&stranger, |cx| proposal::show(cx, id)), Err(Error::NotFound)));
            let refused = t.center.write(&stranger, |cx| proposal::save(cx, id, 2, "", &half));
            assert!(matches!(refused, Err(Error::NotFound)));
        }
    }

    fn a_save_over_somebody_elses_is_told_and_an_open_form_does_not_collide_with_itself(t) {
        let (_, round) = published(&t, &input());
        t.set((2021, 5, 11), 9);
        let lead = t.add_person(100, "lead");
        let id = t.center.write(&lead, |cx| proposal::start(cx, round)).expect("started");
        let titled = |text: &str| ProposalChange { title_ko: text.to_owned(), ..ProposalChange::default() };
        let save = |version, from: &str, text: &str| t.center.write(&lead, |cx| proposal::save(cx, id, version, from, &titled(text)));
        save(1, "form-a", "하나").expect("saved");
        save(1, "form-a", "둘").expect("the same form saves on");
        assert_eq!(faults(save(1, "form-b", "셋")), ["changed"]);
        save(3, "form-b", "넷").expect("read anew");
        assert_eq!(faults(save(1, "form-a", "다섯")), ["changed"]);
        let draft = t.center.read(&lead, |cx| proposal::edit(cx, id)).expect("read");
        assert_eq!(draft.row.title_ko, "넷");
    }

    fn submitting_gives_one_receipt_and_one_mail(t) {
        let (_, round) = published(&t, &input());
        t.set((2021, 5, 11), 9);
        let lead = t.add_person(100, "lead");
        let id = submitted(&t, round, &lead, 1);
        assert_eq!(t.center.write(&lead, |cx| proposal::submit(cx, id)).expect("the same"), "2021-01-0001");
        assert_eq!(mails(&t), ["proposal_received"]);
        let view = t.center.read(&lead, |cx| proposal::show(cx, id)).expect("shown");
        assert_eq!((view.lines[0].amount, view.lines[0].latest_end_on), (Amount(4), date(2022, 1, 1)));
        assert!(!view.writable && view.withdrawable && !view.checkable);
        let states: Vec<&str> = view.history.iter().map(|step| step.state.as_str()).collect();
        assert_eq!(states, ["draft", "submitted"]);
        assert_eq!(faults(t.center.write(&lead, |cx| proposal::save(cx, id, version(&t, id), "", &full()))), ["wrong_state"]);
        let other = t.add_person(101, "other");
        let second = submitted(&t, round, &other, 2);
        let row = t.center.read(&Actor::clock(), |cx| Ok(store::proposal::find(cx.tx, second)?)).expect("read").expect("there");
        assert_eq!(row.receipt_no.as_deref(), Some("2021-01-0002"));
        assert!(matches!(t.center.read(&other, |cx| proposal::show(cx, id)), Err(Error::NotFound)));
    }

    fn after_the_deadline_nothing_is_taken_and_nothing_is_lost(t) {
        let (_, round) = published(&t, &input());
        t.set((2021, 5, 31), 13);
        let lead = t.add_person(100, "lead");
        join(&t, 1, lead.user);
        let id = t.center.write(&lead, |cx| proposal::start(cx, round)).expect("started");
        t.set((2021, 5, 31), 14);
        t.center.write(&lead, |cx| proposal::save(cx, id, 1, "", &full())).expect("what was typed is kept");
        assert_eq!(faults(t.center.write(&lead, |cx| proposal::submit(cx, id))), ["deadline_passed"]);
        assert_eq!(state(&t, id), "draft");
        assert_eq!(t.center.read(&lead, |cx| proposal::edit(cx, id)).expect("read").row.title_ko, full().title_ko);
        assert_eq!(faults(t.center.write(&lead, |cx| proposal::start(cx, round))), ["round_closed"]);
    }

    fn amounts_beyond_the_envelope_are_refused_at_their_line(t) {
        let mut small = input();
        small.rounds[0].envelope[0].1 = Amount(5);
        let (_, round) = published(&t, &small);
        t.set((2021, 5, 11), 9);
        let lead = t.add_person(100, "lead");
        join(&t, 1, lead.user);
        let id = t.center.write(&lead, |cx| proposal::start(cx, round)).expect("started");
        let change = ProposalChange { lines: vec![line("4"), line("2")], ..full() };
        t.center.write(&lead, |cx| proposal::save(cx, id, 1, "", &change)).expect("saved");
        assert_eq!(faults(t.center.write(&lead, |cx| proposal::submit(cx, id))), ["lines.1.amount: too_large"]);
    }

    fn what_one_organization_can_never_get_is_refused_at_its_line_before_anybody_reviews_it(t) {
        let (_, round) = published(&t, &input());
        t.set((2021, 5, 11), 9);
        t.db.db.write(|tx| tx.run("INSERT INTO policy (key, effective_from, value) VALUES ('org.max_pool_percent', '2021-01-02', '2')", &[])).expect("set");
        let lead = t.add_person(100, "lead");
        join(&t, 1, lead.user);
        let id = t.center.write(&lead, |cx| proposal::start(cx, round)).expect("started");
        let blank = DraftLine::default();
        let change = ProposalChange { lines: vec![line("2"), blank, DraftLine { min_amount: "4".to_owned(), ..line("4") }], ..full() };
        t.center.write(&lead, |cx| proposal::save(cx, id, 1, "", &change)).expect("saved");
        // Two percent of 164 are 3.
        assert_eq!(faults(t.center.write(&lead, |cx| proposal::submit(cx, id))), ["lines.2.min_amount: org_share"]);
    }

    fn a_returned_proposal_is_corrected_once_within_business_days(t) {
        let (_, round) = published(&t, &input());
        t.set((2021, 5, 28), 9);
        let lead = t.add_person(100, "lead");
        let id = submitted(&t, round, &lead, 1);
        let staff = actor(Role::OfficeStaff);
        let check = |verdict: Verdict| t.center.write(&staff, |cx| eligibility::check(cx, id, version(&t, id), &verdict));
        // A Thursday; five business days after it is the next Thursday.
        t.set((2021, 6, 3), 10);
        assert_eq!(faults(check(Verdict::Return(" ".to_owned()))), ["note: required"]);
        check(Verdict::Return("증빙을 보완해 주십시오".to_owned())).expect("returned");
        let row = t.center.read(&lead, |cx| proposal::show(cx, id)).expect("shown");
        assert!(row.writable);
        assert_eq!(row.row.correction_due_at, Some(at(date(2021, 6, 11), 0)));
        assert_eq!(faults(check(Verdict::Reject("x".to_owned()))), ["wrong_state"], "the time to correct is theirs");
        t.set((2021, 6, 10), 23);
        let receipt = t.center.write(&lead, |cx| proposal::submit(cx, id)).expect("after the round closed, within the due date");
        assert_eq!(receipt, "2021-01-0001");
        assert_eq!(faults(check(Verdict::Return("또".to_owned()))), ["corrections_used"]);
        check(Verdict::Eligible).expect("eligible");
        assert_eq!(state(&t, id), "eligibility_ok");
        assert_eq!(mails(&t), ["proposal_received", "proposal_returned", "proposal_received"]);
    }

    fn an_overdue_correction_is_refused_and_can_be_rejected(t) {
        let (_, round) = published(&t, &input());
        t.set((2021, 5, 28), 9);
        let lead = t.add_person(100, "lead");
        let id = submitted(&t, round, &lead, 1);
        let staff = actor(Role::OfficeStaff);
        let check = |verdict: Verdict| t.center.write(&staff, |cx| eligibility::check(cx, id, version(&t, id), &verdict));
        t.set((2021, 6, 3), 10);
        check(Verdict::Return("보완".to_owned())).expect("returned");
        t.set((2021, 6, 11), 0);
        assert_eq!(faults(t.center.write(&lead, |cx| proposal::submit(cx, id))), ["correction_over"]);
        check(Verdict::Reject("보완하지 않음".to_owned())).expect("rejected");
        assert_eq!(state(&t, id), "rejected");
        assert_eq!(mails(&t).last().map(String::as_str), Some("proposal_rejected"));
    }

    fn the_check_is_for_others_than_the_proposals_people_and_for_what_was_read(t) {
        let (_, round) = published(&t, &input());
        t.set((2021, 5, 28), 9);
        let mut staff = actor(Role::OfficeStaff);
        let id = submitted(&t, round, &staff, 1);
        let own = t.center.write(&staff, |cx| eligibility::check(cx, id, version(&t, id), &Verdict::Eligible));
        assert_eq!(faults(own), ["own_project"]);
        staff.user = t.add_person(110, "second staff").user;
        assert_eq!(faults(t.center.write(&staff, |cx| eligibility::check(cx, id, 1, &Verdict::Eligible))), ["changed"]);
        let view = t.center.read(&staff, |cx| proposal::show(cx, id)).expect("shown");
        assert!(view.checkable);
        let concerns = t.center.read(&staff, |cx| eligibility::concerns(cx, &view.row, &view.party)).expect("read");
        let codes: Vec<Code> = concerns.iter().map(|reason| reason.code).collect();
        assert_eq!(codes, [Code::OrganizationUnverified]);
    }

    fn a_proposal_is_withdrawn_by_its_people_only(t) {
        let (_, round) = published(&t, &input());
        t.set((2021, 5, 28), 9);
        let lead = t.add_person(100, "lead");
        let id = submitted(&t, round, &lead, 1);
        let refused = t.center.write(&actor(Role::OfficeStaff), |cx| proposal::withdraw(cx, id, ""));
        assert!(matches!(refused, Err(Error::Forbidden(_))));
        t.center.write(&lead, |cx| proposal::withdraw(cx, id, "사정")).expect("withdrawn");
        assert_eq!(faults(t.center.write(&lead, |cx| proposal::withdraw(cx, id, ""))), ["wrong_state"]);
        assert_eq!(faults(t.center.write(&lead, |cx| proposal::submit(cx, id))), ["wrong_state"]);
    }

    fn the_office_pages_through_a_round_by_state(t) {
        let (_, round) = published(&t, &input());
        t.set((2021, 5, 28), 9);
        let ids: Vec<_> = (0..3).map(|n| submitted(&t, round, &t.add_person(100 + n, &format!("lead {n}")), n + 1)).collect();
        let draft = t.add_person(120, "drafting");
        t.center.write(&draft, |cx| proposal::start(cx, round)).expect("started");
        let staff = actor(Role::OfficeStaff);
        let page = |state, after, limit| t.center.read(&staff, |cx| proposal::of_round(cx, round, state, after, limit)).expect("listed");
        let first = page(None, None, 2);
        assert_eq!(first.items.len(), 2);
        assert_eq!(first.counts, [(ProposalState::Draft, 1), (ProposalState::Submitted, 3)]);
        let last = &first.items[1];
        let rest = page(None, last.submitted_at.map(|at| (at, last.id)), 2);
        let mut seen: Vec<_> = first.items.iter().chain(&rest.items).map(|one| one.id).collect();
        seen.sort_unstable();
        let mut expected = ids.clone();
        expected.sort_unstable();
        assert_eq!(seen, expected, "drafts are not listed");
        t.center.write(&staff, |cx| eligibility::check(cx, ids[0], version(&t, ids[0]), &Verdict::Eligible)).expect("checked");
        assert_eq!(page(Some(ProposalState::EligibilityOk), None, 50).items.len(), 1);
        let refused = t.center.read(&actor(Role::Reviewer), |cx| proposal::of_round(cx, round, None, None, 50));
        assert!(matches!(refused, Err(Error::Forbidden(_))));
    }

    fn unfinished_drafts_are_reminded_of_once_per_deadline(t) {
        let (_, round) = published(&t, &input());
        t.set((2021, 5, 11), 9);
        let lead = t.add_person(100, "lead");
        t.center.write(&lead, |cx| proposal::start(cx, round)).expect("started");
        let run = || t.center.write(&Actor::clock(), call::clock_tasks).expect("run");
        assert_eq!(run(), 0, "the deadline is far");
        t.set((2021, 5, 28), 15);
        assert_eq!((run(), run()), (1, 0));
        let later = RoundDates { closes_on: date(2021, 6, 10), ..dates() };
        t.center.write(&actor(Role::OfficeStaff), |cx| call::correct_dates(cx, round, &later, "연장")).expect("corrected");
        t.set((2021, 6, 8), 9);
        assert_eq!((run(), run()), (1, 0), "a new deadline is a new reminder");
        t.set((2021, 6, 11), 9);
        assert_eq!(run(), 0, "nothing after the deadline");
        assert_eq!(mails(&t), ["proposal_due", "proposal_due"]);
    }
}

#[test]
fn every_word_of_this_area_has_its_text() {
    let mut missing = texts::missing_words::<Track>();
    missing.extend(texts::missing_words::<CallState>());
    missing.extend(texts::missing_words::<RoundKind>());
    missing.extend(texts::missing_words::<Phase>());
    missing.extend(texts::missing_words::<ProposalState>());
    missing.extend(texts::missing_words::<Sector>());
    missing.extend(texts::missing_words::<ReviewState>());
    assert_eq!(missing, [] as [String; 0]);
}
