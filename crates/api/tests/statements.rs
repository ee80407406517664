//! How many SQL statements an answer takes, however much there is.

mod support;

use std::collections::BTreeSet;

use http::{Method, StatusCode};
use serde_json::Value;
use support::filled::{Ids, Operation, fill, operations, path};
use support::story::{POOL, Story};
use testkit::{TestCenter, TestDb};

/// Lists that may be long: paged, however much is in them.
const PAGED: [&str; 34] = [
    "adjustment_list",
    "agreement_list",
    "audit_list",
    "call_list",
    "call_past",
    "capacity_coming_free",
    "capacity_entries",
    "capacity_holders",
    "cluster_show",
    "environment_mine",
    "freed_list",
    "import_list",
    "ledger_list",
    "mail_list",
    "maintenance_credits",
    "maintenance_list",
    "offer_list",
    "offer_mine",
    "organization_list",
    "project_adjustments",
    "project_environments",
    "project_list",
    "project_mine",
    "project_reservations",
    "proposal_mine",
    "reservation_list",
    "reservation_mine",
    "reservation_waiting",
    "reserve_list",
    "review_mine",
    "round_plans",
    "round_list",
    "round_proposals",
    "user_list",
];

/// The bar is six statements an answer; finding out who asks takes one of them.
#[test]
fn no_list_needs_more_statements_for_more_rows() {
    let test = TestCenter::new(TestDb::sqlite());
    let s = Story::new(&test);
    let ids = fill(&s);
    let count = |operation: &Operation| {
        let path = path(&operation.pattern, &ids);
        let before = test.center.statements.load(std::sync::atomic::Ordering::Relaxed);
        let answer = s.get(operation.caller(), &format!("{path}?limit=200"));
        let rows = answer["items"].as_array().map_or(0, Vec::len);
        (test.center.statements.load(std::sync::atomic::Ordering::Relaxed) - before, rows)
    };
    let lists: Vec<Operation> = operations()
        .into_iter()
        .filter(|one| one.method == Method::GET && one.id != "check_run")
        .filter(|one| {
            let answer = s.call(Method::GET, one.caller(), &path(&one.pattern, &ids), "");
            answer.status == StatusCode::OK && answer.json()["items"].is_array()
        })
        .collect();
    let few: Vec<(usize, usize)> = lists.iter().map(count).collect();
    many(&s, &ids);
    let mut long = BTreeSet::new();
    for (operation, (before, _)) in lists.iter().zip(few) {
        let (after, rows) = count(operation);
        assert!(after <= 5, "{}: {after} statements for {rows} rows", operation.id);
        assert!(after <= before.max(2), "{}: {before} statements became {after}", operation.id);
        if rows >= 100 {
            long.insert(operation.id.as_str());
        }
    }
    for id in PAGED {
        assert!(long.contains(id), "{id} was not filled; {long:?} were");
    }
    let rows = |operation: &Operation, limit: i64| {
        let path = path(&operation.pattern, &ids);
        let (mut all, mut after) = (Vec::new(), String::new());
        loop {
            let page = s.get(operation.caller(), &format!("{path}?limit={limit}{after}"));
            all.extend(page["items"].as_array().into_iter().flatten().cloned());
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => return all,
            }
        }
    };
    for operation in lists.iter().filter(|one| PAGED.contains(&one.id.as_str())) {
        assert!(rows(operation, 37) == rows(operation, 200), "{} is another list in pages", operation.id);
        for limit in ["0", "-1", "201", "1e9", "x"] {
            let path = format!("{}?limit={limit}", path(&operation.pattern, &ids));
            let answer = s.call(Method::GET, operation.caller(), &path, "");
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{} {limit}", operation.id);
            assert_eq!(answer.json()["errors"][0]["field"], "limit", "{} {limit}", operation.id);
        }
    }
}

#[test]
fn no_single_thing_needs_more_statements_for_what_it_has() {
    let test = TestCenter::new(TestDb::sqlite());
    let s = Story::new(&test);
    let ids = fill(&s);
    let count = |operation: &Operation| {
        let before = test.center.statements.load(std::sync::atomic::Ordering::Relaxed);
        let answer = s.call(Method::GET, operation.caller(), &path(&operation.pattern, &ids), "");
        (answer.status == StatusCode::OK)
            .then(|| test.center.statements.load(std::sync::atomic::Ordering::Relaxed) - before)
    };
    let single: Vec<Operation> = operations()
        .into_iter()
        .filter(|one| one.method == Method::GET && one.id != "check_run" && one.pattern.contains('{'))
        .collect();
    let few: Vec<_> = single.iter().map(count).collect();
    assert!(few.iter().flatten().count() >= 20, "{few:?}");
    many(&s, &ids);
    test.db
        .db
        .write(|tx| -> store::Result<()> {
            let to = &ids["projects"];
            let moved =
                "UPDATE award SET project_id = $1 WHERE id LIKE '01795437-0009-7000-8000-00000000000_' AND id <> $2";
            tx.run(moved, store::values![to, ids["awards"]]).map(drop)
        })
        .expect("moved");
    let project = s.get("a", &format!("/projects/{}", ids["projects"]));
    assert_eq!(project["awards"].as_array().map(Vec::len), Some(10));
    let held = |award: &Value| award["holdings"][0]["held"].as_array().is_some_and(|held| !held.is_empty());
    assert!(project["awards"].as_array().is_some_and(|awards| awards.iter().all(held)), "{project}");
    let choices = s.get("a", &format!("/projects/{}/choices", ids["projects"]));
    assert_eq!(choices["items"].as_array().map(Vec::len), Some(10));
    for (operation, before) in single.iter().zip(few) {
        let after = count(operation);
        assert!(after.is_none_or(|after| after <= 5), "{}: {after:?} statements", operation.id);
        assert!(after <= before.map(|before| before.max(2)), "{}: {before:?} became {after:?}", operation.id);
    }
}

/// Copies a row a hundred times (`n` is 1 to 100), with other values in some columns. SQLite only.
fn copy(tx: &mut store::Tx<'_>, table: &str, row: &str, other: &[(&str, String)]) -> store::Result<()> {
    let columns: Vec<String> = tx
        .rows(&format!("SELECT name FROM pragma_table_info('{table}')"), &[])?
        .iter()
        .map(|row| row.get("name"))
        .collect::<store::Result<_>>()?;
    let values: Vec<String> = columns
        .iter()
        .map(|column| {
            other
                .iter()
                .find(|(name, _)| name == column)
                .map_or_else(|| format!("x.{column}"), |(_, value)| value.clone())
        })
        .collect();
    let copied = tx.run(
        &format!(
            "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 100)
             INSERT INTO {table} ({}) SELECT {} FROM c, (SELECT * FROM {table} WHERE {row} LIMIT 1) x",
            columns.join(", "),
            values.join(", ")
        ),
        &[],
    )?;
    assert_eq!(copied, 100, "{table} where {row}");
    Ok(())
}

/// A hundred rows more of everything that is listed.
fn many(s: &Story<'_>, ids: &Ids) {
    let id = |kind: u32| format!("printf('01795437-{kind:04}-7000-8000-%012d', n)");
    let is = |name: &str, kind: &str| format!("{name} = '{}'", ids[kind]);
    let entry = "(SELECT MAX(seq) FROM ledger_entry) + n".to_owned();
    let reviewer = "(SELECT MIN(user_id) FROM user_role WHERE role = 'reviewer')".to_owned();
    let freeing = "(SELECT MAX(seq) FROM ledger_entry) - 100 + n".to_owned();
    s.test
        .db
        .db
        .write(|tx| -> store::Result<()> {
            copy(tx, "call", &is("id", "drafts"), &[("id", id(1))])?;
            copy(tx, "round", &is("id", "rounds"), &[("id", id(2)), ("number", "100 + n".to_owned())])?;
            copy(tx, "users", &is("id", "users"), &[("id", id(3)), ("email", "n || '@mail.example'".to_owned())])?;
            copy(
                tx,
                "organization",
                &is("id", "organizations"),
                &[("id", id(4)), ("business_number", "NULL".to_owned())],
            )?;
            copy(tx, "proposal", &is("id", "proposals"), &[("id", id(5)), ("receipt_no", "'R' || n".to_owned())])?;
            copy(
                tx,
                "review",
                &is("id", "reviews"),
                &[("id", id(6)), ("proposal_id", id(5)), ("reviewer_id", reviewer)],
            )?;
            let waits = [("proposal_id", id(5)), ("reserve_rank", "100 + n".to_owned())];
            copy(tx, "decision", "outcome = 'reserve'", &waits)?;
            let waits = "SELECT proposal_id FROM decision WHERE outcome = 'reserve'";
            tx.run(&format!("UPDATE proposal SET state = 'reserve' WHERE id IN ({waits})"), &[])?;
            copy(tx, "offer", &is("id", "offers"), &[("id", id(7)), ("proposal_id", id(5))])?;
            let project = [("id", id(8)), ("proposal_id", id(5)), ("number", "'P' || n".to_owned())];
            copy(tx, "project", &is("id", "projects"), &project)?;
            tx.run(
                "INSERT INTO engine_sync (engine, project_id, desired, state, tries, next_try_at, fault, last_error, changed_at)
                 SELECT 'fake', id, '{\"name\":\"x\",\"limits\":{},\"members\":[]}', 'failed', 1, 0, 'busy', 'x', 0
                 FROM project WHERE id LIKE '01795437-0008-%'",
                &[],
            )?;
            let member = [("project_id", id(8))];
            copy(tx, "project_member", &is("project_id", "projects"), &member)?;
            copy(tx, "award", &is("id", "awards"), &[("id", id(9)), ("project_id", id(8)), ("offer_id", id(7))])?;
            copy(tx, "award_line", &is("award_id", "awards"), &[("award_id", id(9))])?;
            copy(tx, "ledger_entry", "kind = 'grant'", &[("seq", entry), ("award_id", id(9)), ("hash", id(10))])?;
            copy(tx, "freed", "amount > 0", &[("id", id(11)), ("ledger_seq", freeing)])?;
            copy(tx, "adjustment", &is("id", "adjustments"), &[("id", id(12))])?;
            copy(tx, "capacity_entry", "rung = 'installed'", &[("id", id(13)), ("pool_id", format!("'{POOL}'"))])?;
            copy(tx, "mail", "tries = 0", &[("id", id(14))])?;
            let row = "(SELECT MAX(seq) FROM audit) + n".to_owned();
            copy(tx, "audit", "seq = 1", &[("seq", row), ("hash", id(16))])?;
            let token = [("id", id(15)), ("hash", "'h' || n".to_owned())];
            copy(tx, "api_token", &is("id", "tokens"), &token)?;
            copy(tx, "maintenance", &is("id", "maintenance"), &[("id", id(21)), ("state", "'over'".to_owned())])?;
            tx.run(
                &format!(
                    "INSERT INTO outage_credit (maintenance_id, award_id, pool_id, days, state, decided_at)
                     SELECT '{}', id, '{POOL}', 1, 'owed', 0 FROM award WHERE id LIKE '01795437-0009-%'",
                    ids["maintenance"]
                ),
                &[],
            )?;
            copy(tx, "reservation", &is("id", "reservations"), &[("id", id(23))])?;
            let key = [("id", id(20)), ("fingerprint", "'f' || n".to_owned())];
            copy(tx, "ssh_key", &is("id", "ssh-keys"), &key)?;
            copy(tx, "job_order", "state = 'waiting'", &[("id", id(21))])?;
            copy(tx, "dev_session", &is("id", "environments"), &[("id", id(22)), ("order_id", id(21))])?;
            copy(tx, "plan", &is("id", "plans"), &[("id", id(17)), ("number", "100 + n".to_owned())])?;
            copy(tx, "agreement", &is("id", "agreements"), &[("id", id(18)), ("award_id", id(9)), ("state", "'signed'".to_owned())])?;
            tx.run("INSERT INTO import_file (key, name, kind, row_count, imported_at) VALUES ('one', 'a.csv', 'organizations', 1, 0)", &[])?;
            copy(tx, "import_file", "key = 'one'", &[("key", "'k' || n".to_owned())])
        })
        .expect("rows can be copied");
}
