//! The whole loop by API alone, on both engines.

mod support;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use support::story::{POOL, Story, codes, proposal_body, text};
use support::wait;
use testkit::on_both_engines;

fn kinds(entries: &Value) -> Vec<String> {
    entries["items"].as_array().expect("items").iter().map(|item| text(&item["entry"], "kind")).collect()
}

on_both_engines! {
    fn a_year_from_the_call_to_the_refill(t) {
        let s = Story::new(&t);

        // Call: drafted by the office, published by a second person.
        let (call, round) = s.publish();
        assert_eq!(s.get("", &format!("/calls/{call}"))["phase"], "coming");
        t.set((2021, 5, 10), 12);
        assert_eq!(s.get("", "/calls/current")["items"][0]["id"], round.as_str());

        // Proposals: told what they lack, submitted, told again under the same number.
        let begun = text(&s.post("a", &format!("/rounds/{round}/proposals"), json!({})), "id");
        let (status, faults) = s.refused("a", &format!("/proposals/{begun}/submit"), json!({}));
        assert_eq!((status, faults.contains(&"lines: required".to_owned())), (422, true), "{faults:?}");
        let draft = s.get("a", &format!("/proposals/{begun}/draft"));
        assert!(draft["missing"].as_array().is_some_and(|all| all.iter().any(|one| one["field"] == "title_ko")));
        let a = s.apply("a", &round, proposal_body(64, 64, 6));
        assert_eq!(a, begun, "an untouched draft is taken up again");
        let b = s.apply("b", &round, proposal_body(64, 64, 6));
        let c = s.apply("c", &round, proposal_body(64, 40, 3));
        assert_eq!(s.get("a", "/proposals/mine")["items"][0]["receipt_no"], "2021-01-0001");

        // Eligibility: one is sent back and corrected.
        let version = &s.get("office_staff", &format!("/proposals/{c}"))["version"];
        let sent_back = json!({ "version": version, "verdict": "return", "note": "일정을 보완해 주십시오" });
        s.post("office_staff", &format!("/proposals/{c}/check"), sent_back);
        let mut again = proposal_body(64, 40, 3);
        again["version"] = s.get("c", &format!("/proposals/{c}/draft"))["version"].clone();
        again["usage_plan"] = "일정: 7월부터 9월까지".into();
        s.post("c", &format!("/proposals/{c}"), again);
        s.post("c", &format!("/proposals/{c}/submit"), json!({}));
        for proposal in [&a, &b, &c] {
            s.eligible(proposal);
        }

        // After the deadline a draft stays what it is.
        t.set((2021, 5, 31), 14);
        assert_eq!(s.refused("x", &format!("/rounds/{round}/proposals"), json!({})), (409, vec!["round_closed".to_owned()]));

        // Reviews: three reviewers each, the best first.
        assert_eq!(s.post("office_staff", &format!("/rounds/{round}/reviews/fill"), json!({}))["assigned"], 9);
        let less = |proposal: &str| if proposal == a { 5 } else if proposal == b { 10 } else { 15 };
        for token in ["reviewer", "r1", "r2"] {
            s.review(token, less);
        }
        assert_eq!(s.get("office_staff", &format!("/proposals/{a}/reviews"))["mean_milli"], 95_000);

        // Plan: its maker does not approve it; a second person does.
        t.set((2021, 6, 18), 10);
        let plan = text(&s.post("office_staff", &format!("/rounds/{round}/plans"), json!({})), "id");
        s.post("office_staff", &format!("/plans/{plan}/propose"), json!({}));
        assert_eq!(s.refused("office_staff", &format!("/plans/{plan}/approve"), json!({})).0, 403);
        s.post("office_approver", &format!("/plans/{plan}/approve"), json!({}));
        s.post("office_staff", &format!("/plans/{plan}/announce"), json!({}));
        let shown = s.get("office_staff", &format!("/plans/{plan}"));
        let decided: Vec<&Value> = shown["outcomes"].as_array().expect("outcomes").iter().map(|one| &one["decision"]).collect();
        assert_eq!(decided, ["selected", "selected", "reserve"]);
        assert_eq!(s.get("office_staff", "/reserve")["items"][0]["proposal"], c.as_str());
        assert_eq!(s.get("c", &format!("/proposals/{c}"))["announced"]["reserve_rank"], 1);

        // Offers: nobody else's to answer; accepted and signed by both.
        let foreign = text(&s.offer("a").expect("an offer"), "id");
        assert_eq!(s.refused("b", &format!("/offers/{foreign}/accept"), json!({})).0, 404);
        let held_a = s.accept_and_sign("a");
        let held_b = s.accept_and_sign("b");
        s.work();
        assert!(s.offer("c").is_none(), "36 are left, 40 are the least that helps");

        // On its first day the allocation is in force.
        t.set((2021, 7, 1), 1);
        s.work();
        let project_b = format!("/projects/{}", held_b.project);
        assert_eq!(s.get("b", &project_b)["project"]["state"], "active");
        assert_eq!(s.get("b", &project_b)["awards"][0]["holdings"][0]["today"], 64);

        // Members: invited, answered.
        let invitation = text(&s.post("a", &format!("/projects/{}/invitations", held_a.project), json!({ "email": "x@mail.example", "tie": "member" })), "id");
        s.post("x", &format!("/invitations/{invitation}/answer"), json!({ "accept": true }));
        assert_eq!(s.get("x", "/projects/mine")["items"][0]["id"], held_a.project.as_str());

        // More and less, decided by somebody else.
        t.set((2021, 7, 2), 9);
        let ask = |kind: &str, more: Value| {
            let mut body = json!({ "award": held_b.award, "pool": POOL, "kind": kind, "reason": "실험이 늘었습니다" });
            body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            text(&s.post("b", &format!("{project_b}/adjustments"), body), "id")
        };
        let decide = |id: &str| text(&s.post("resource_manager", &format!("/adjustments/{id}/decide"), json!({ "approve": true })), "state");
        let more = ask("increase", json!({ "amount": 8, "from": "2021-07-05" }));
        assert_eq!(s.refused("b", &format!("/adjustments/{more}/decide"), json!({ "approve": true })).0, 403);
        assert_eq!(decide(&more), "done");
        let less = ask("decrease", json!({ "amount": 8, "from": "2021-08-01" }));
        assert_eq!(decide(&less), "done");

        // Nobody books a day twice: of two that want 24 of the 28 left one is told days and
        // shortfall.
        let seq = s.get("resource_manager", &format!("/ledger?award={}", held_a.award))["items"][0]["entry"]["seq"].clone();
        let correct = |key: &'static str| {
            let body = json!({ "delta": 24, "from": "2021-07-12", "to": "2021-07-20", "reason": "오기" }).to_string();
            let path = format!("/api/v1/ledger/{seq}/correct");
            let api = &s.api;
            async move { api.call(Method::POST, &path, "resource_manager", key, &body).await }
        };
        let (one, two) = wait(async { tokio::join!(correct("one"), correct("two")) });
        let (won, lost) = if one.status.is_success() { (one, two) } else { (two, one) };
        assert_eq!((won.status, lost.status), (StatusCode::CREATED, StatusCode::CONFLICT), "{} {}", won.text, lost.text);
        let problem = lost.json();
        assert_eq!(codes(&problem), ["over_capacity"]);
        let facts = &problem["reasons"][0]["args"];
        assert_eq!((&facts["short"]["int"], &facts["from"]["date"], &facts["last"]["date"]), (&json!(20), &json!("2021-07-12"), &json!("2021-07-19")));

        // Return, and within the same round of the worker the first on the list that it fits has
        // its offer.
        t.set((2021, 7, 12), 10);
        s.post("a", &format!("/projects/{}/returns", held_a.project), json!({ "award": held_a.award, "pool": POOL, "from": "2021-07-20" }));
        let idle = &s.get("auditor", "/freed")["items"][0];
        assert_eq!((&idle["amount"], &idle["idle"][0]["amount"]), (&json!(64), &json!(64)));
        s.work();
        let offer = s.offer("c").expect("an offer");
        assert_eq!(offer["source"], "refill");
        let freed = s.get("auditor", "/freed");
        assert_eq!(freed["items"][0]["parts"][0]["became"], "offered", "{freed}");
        let held_c = s.accept_and_sign("c");
        assert_eq!(s.get("auditor", "/freed")["items"][0]["parts"][0]["became"], "granted");
        assert_eq!(s.get("c", &format!("/projects/{}", held_c.project))["project"]["state"], "agreed");

        // Longer: only in the last month, and as far as there is room.
        let early = json!({ "award": held_b.award, "pool": POOL, "kind": "extend", "to": "2022-01-20", "reason": "마무리" });
        let (status, faults) = s.refused("b", &format!("{project_b}/adjustments"), early);
        assert_eq!((status, faults), (409, vec!["extension_window".to_owned()]));
        t.set((2021, 12, 10), 9);
        s.work();
        let longer = ask("extend", json!({ "to": "2022-01-20" }));
        assert_eq!(decide(&longer), "done");
        assert_eq!(s.get("b", &project_b)["project"]["to"], "2022-01-20");

        // Everything is on record, and every rule holds.
        let number = text(&s.get("b", &project_b)["project"], "number");
        assert_eq!(kinds(&s.get("auditor", &format!("/ledger?project={number}"))), ["extend", "decrease", "increase", "grant"]);
        let check = s.get("auditor", "/check");
        assert_eq!(check["sound"], true, "{check}");
    }
}
