//! Reading the audit trail: who did what, when, from where, what it was before and after, and why.

use std::collections::BTreeMap;

use domain::access::Act;
use domain::{Code, Reason};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use store::trust::AuditFilter;
pub use store::trust::AuditRow;

use crate::{Channel, Cx, Error, Outcome};

/// Every action that leaves a row, for choosing one: those that the use cases write.
pub const ACTIONS: &[&str] = &[
    "account.changed",
    "account.password_changed",
    "account.password_reset",
    "account.reset_requested",
    "account.signed_up",
    "account.verified",
    "adjustment.approved",
    "adjustment.expired",
    "adjustment.rejected",
    "adjustment.requested",
    "adjustment.served",
    "adjustment.withdrawn",
    "agreement.concluded",
    "agreement.drawn_up",
    "agreement.lapsed",
    "agreement.signed",
    "audit.downloaded",
    "award.begun",
    "award.ended",
    "call.archived",
    "call.changed",
    "call.drafted",
    "call.published",
    "capacity.entered",
    "center.configured",
    "cluster_account.adopted",
    "cluster_account.given",
    "devenv.extended",
    "devenv.idle",
    "devenv.kept",
    "devenv.started",
    "engine.account_shut",
    "engine.drift_adopted",
    "engine.drift_left",
    "engine.drifted",
    "engine.forgotten",
    "engine.replaced",
    "import.applied",
    "invitation.accepted",
    "invitation.declined",
    "invitation.lapsed",
    "invitation.withdrawn",
    "job.cancelled",
    "job.ended_for_decrease",
    "job.submitted",
    "job.too_many",
    "ledger.corrected",
    "ledger.transferred",
    "mail.retried",
    "maintenance.begun",
    "maintenance.cancelled",
    "maintenance.changed",
    "maintenance.ended",
    "maintenance.planned",
    "offer.accepted",
    "offer.declined",
    "offer.lapsed",
    "offer.made",
    "offer.withdrawn",
    "organization.ask_refused",
    "organization.ask_withdrawn",
    "organization.asked",
    "organization.changed",
    "organization.member_added",
    "organization.member_changed",
    "organization.member_removed",
    "organization.registered",
    "organization.verified",
    "outage.credited",
    "outage.lapsed",
    "plan.announced",
    "plan.approved",
    "plan.made",
    "plan.proposed",
    "plan.returned",
    "project.agreed",
    "project.closed",
    "project.created",
    "project.data_only",
    "project.ended",
    "project.invited",
    "project.member_changed",
    "project.member_removed",
    "project.returned",
    "proposal.eligibility_ok",
    "proposal.in_review",
    "proposal.ranked",
    "proposal.rejected",
    "proposal.returned",
    "proposal.saved",
    "proposal.selected",
    "proposal.started",
    "proposal.submitted",
    "proposal.withdrawn",
    "reservation.booked",
    "reservation.called_off",
    "reservation.declined",
    "reservation.requested",
    "reservation.shortened",
    "reservation.withdrawn",
    "review.assigned",
    "review.begun",
    "review.conflict_declared",
    "review.saved",
    "review.submitted",
    "review.unassigned",
    "round.dates_corrected",
    "session.ended",
    "session.others_ended",
    "session.started",
    "ssh_key.added",
    "ssh_key.removed",
    "token.created",
    "token.revoked",
    "user.created",
    "user.invited",
    "user.link_made",
    "user.locked",
    "user.role_given",
    "user.role_taken",
    "user.unlocked",
    "user.viewed",
    "work.retried",
];

/// The most rows in one file.
pub const FILE_ROWS: i64 = 10_000;

/// What the trail is narrowed to, as people ask for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Narrowed {
    /// An account's id, e-mail address or name; or a channel such as `cli` for what nobody in
    /// person did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// An action.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// The kind of thing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The thing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<Date>,
}

fn filter(cx: &mut Cx<'_, '_>, narrowed: &Narrowed) -> Outcome<AuditFilter> {
    let mut out = AuditFilter {
        action: narrowed.action.clone(),
        kind: narrowed.kind.clone(),
        id: narrowed.id.clone(),
        from: narrowed.from.map(|day| cx.identity.calendar.midnight(day)),
        to: narrowed.last.map(|day| cx.identity.calendar.midnight(domain::term::add_days(day, 1))),
        ..AuditFilter::default()
    };
    match narrowed.actor.as_deref() {
        Some(text) if text.parse::<Channel>().is_ok() => out.channel = Some(text.to_owned()),
        Some(text) => out.actors = Some(store::trust::accounts_named(cx.tx, text)?),
        None => {}
    }
    Ok(out)
}

/// Rows before a place, newest first. At most two statements.
///
/// # Errors
/// [`Error::Forbidden`] unless the actor may read the trail.
pub fn list(
    cx: &mut Cx<'_, '_>,
    narrowed: &Narrowed,
    before: Option<(Timestamp, i64)>,
    limit: i64,
) -> Outcome<Vec<AuditRow>> {
    cx.require(Act::AuditRead, &[])?;
    let filter = filter(cx, narrowed)?;
    Ok(store::trust::audit_page(cx.tx, &filter, before, limit.clamp(1, 201))?)
}

/// One row.
///
/// # Errors
/// [`Error::NotFound`], or [`Error::Forbidden`] unless the actor may read the trail.
pub fn show(cx: &mut Cx<'_, '_>, seq: i64) -> Outcome<AuditRow> {
    cx.require(Act::AuditRead, &[])?;
    store::trust::find_audit(cx.tx, seq)?.ok_or(Error::NotFound)
}

/// Hands out rows as data to be taken away, newest first, at most [`FILE_ROWS`]. That somebody did,
/// what, and why, is part of the trail from then on (domain.md §14).
///
/// # Errors
/// [`Error::Invalid`] without a reason.
pub fn download(cx: &mut Cx<'_, '_>, narrowed: &Narrowed, reason: &str) -> Outcome<Vec<AuditRow>> {
    cx.require(Act::AuditRead, &[])?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Error::field("reason", Code::Required));
    }
    if reason.chars().count() > 500 {
        return Err(Error::field("reason", Reason::new(Code::TooLong).with("max", 500)));
    }
    let filter = filter(cx, narrowed)?;
    let rows = store::trust::audit_page(cx.tx, &filter, None, FILE_ROWS)?;
    let what = serde_json::json!({ "filter": narrowed, "rows": rows.len() });
    cx.audit("audit.downloaded", ("audit", &"trail"), &(), &what, reason)?;
    Ok(rows)
}

/// The file that was handed out before, for a request that is repeated: the same filter up to the
/// newest row that was in it, `(second, seq)`; without any there was none.
///
/// # Errors
/// [`Error::Forbidden`] unless the actor may read the trail.
pub fn download_again(cx: &mut Cx<'_, '_>, narrowed: &Narrowed, newest: Option<(i64, i64)>) -> Outcome<Vec<AuditRow>> {
    cx.require(Act::AuditRead, &[])?;
    let Some((second, seq)) = newest else { return Ok(Vec::new()) };
    let at = Timestamp::from_second(second).map_err(Error::internal)?;
    let filter = filter(cx, narrowed)?;
    Ok(store::trust::audit_page(cx.tx, &filter, Some((at, seq.saturating_add(1))), FILE_ROWS)?)
}

/// Rows as a file for spreadsheets.
#[must_use]
pub fn csv(rows: &[AuditRow]) -> String {
    let mut out = "\u{feff}seq,at,actor,actor_name,channel,address,request_id,action,object_kind,object_id,before,after,reason,prev_hash,hash\r\n".to_owned();
    for row in rows {
        let cells = [
            row.seq.to_string(),
            row.at.to_string(),
            row.actor.map(|user| user.to_string()).unwrap_or_default(),
            row.actor_name.clone(),
            row.channel.clone(),
            row.address.clone(),
            row.request_id.clone(),
            row.action.clone(),
            row.object_kind.clone(),
            row.object_id.clone(),
            row.before.clone(),
            row.after.clone(),
            row.reason.clone(),
            row.prev_hash.clone(),
            row.hash.clone(),
        ];
        out.push_str(&crate::csv::line(&cells));
    }
    out
}

/// What a field was and is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The field: `state`, `lines[0].amount`.
    pub field: String,
    /// What it was; `None` if it was not there.
    pub old: Option<String>,
    /// What it is; `None` if it is no longer there.
    pub new: Option<String>,
}

/// The most fields that are compared.
const MAX_FIELDS: usize = 1_000;

/// The fields in which two JSON texts differ, in the order of their names. Where there is no before,
/// all fields of the after are new.
#[must_use]
pub fn difference(before: &str, after: &str) -> Vec<Change> {
    let (mut old, mut new) = (flat(before), flat(after));
    let mut fields: Vec<String> = old.keys().chain(new.keys()).cloned().collect();
    fields.sort();
    fields.dedup();
    fields
        .into_iter()
        .map(|field| Change { old: old.remove(&field), new: new.remove(&field), field })
        .filter(|change| change.old != change.new)
        .collect()
}

fn flat(json: &str) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    match serde_json::from_str::<Value>(json) {
        Ok(value) => put(String::new(), &value, &mut out),
        Err(_) if json.is_empty() => {}
        // Not ours to hide: what cannot be read is shown as it is.
        Err(_) => drop(out.insert(String::new(), json.to_owned())),
    }
    out
}

/// The recursion is as deep as the JSON, which its reader bounds.
fn put(field: String, value: &Value, out: &mut BTreeMap<String, String>) {
    if out.len() >= MAX_FIELDS {
        return;
    }
    match value {
        Value::Null => {}
        Value::Bool(truth) => drop(out.insert(field, truth.to_string())),
        Value::Number(number) => drop(out.insert(field, number.to_string())),
        Value::String(text) => drop(out.insert(field, text.clone())),
        Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            let words: Vec<String> = items
                .iter()
                .map(|item| match item {
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                })
                .collect();
            out.insert(field, words.join(", "));
        }
        Value::Array(items) => {
            for (position, item) in items.iter().enumerate() {
                put(format!("{field}[{position}]"), item, out);
            }
        }
        Value::Object(fields) => {
            for (name, item) in fields {
                let name = if field.is_empty() { name.clone() } else { format!("{field}.{name}") };
                put(name, item, out);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(before: &str, after: &str) -> Vec<String> {
        difference(before, after)
            .into_iter()
            .map(|change| format!("{}: {:?} -> {:?}", change.field, change.old, change.new))
            .collect()
    }

    #[test]
    fn only_what_differs_is_named_with_its_old_and_new_value() {
        assert_eq!(
            lines(
                r#"{"state":"draft","title":"가","lines":[{"amount":4},{"amount":8}],"tags":["a","b"]}"#,
                r#"{"state":"submitted","title":"가","lines":[{"amount":6}],"tags":["a"],"receipt":"2021-01"}"#
            ),
            [
                r#"lines[0].amount: Some("4") -> Some("6")"#,
                r#"lines[1].amount: Some("8") -> None"#,
                r#"receipt: None -> Some("2021-01")"#,
                r#"state: Some("draft") -> Some("submitted")"#,
                r#"tags: Some("a, b") -> Some("a")"#,
            ]
        );
    }

    #[test]
    fn nothing_before_makes_all_new_and_the_unreadable_is_shown_as_it_is() {
        assert_eq!(lines("", r#"{"a":true,"b":null}"#), [r#"a: None -> Some("true")"#]);
        assert_eq!(lines("", ""), Vec::<String>::new());
        assert_eq!(lines("{broken", r#""x""#), [r#": Some("{broken") -> Some("x")"#]);
        let deep = "[".repeat(100_000);
        assert_eq!(difference(&deep, "").len(), 1, "depth is bounded by the reader");
    }

    /// The actions that the use cases hand to the trail by name.
    fn written(folder: &std::path::Path, found: &mut std::collections::BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).expect("readable").map(|entry| entry.expect("readable").path()) {
            if entry.is_dir() {
                written(&entry, found);
                continue;
            }
            let text = std::fs::read_to_string(&entry).expect("readable");
            for after in text.split("cx.audit(").skip(1) {
                let name = after.trim_start().strip_prefix('"').and_then(|rest| rest.split_once('"'));
                let name = name
                    .map(|(name, _)| name)
                    .filter(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b"._".contains(&b)));
                found.extend(name.map(str::to_owned));
            }
        }
    }

    #[test]
    fn every_action_that_is_written_can_be_asked_for() {
        let mut found = std::collections::BTreeSet::new();
        written(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
        assert!(found.len() > 40, "{found:?}");
        found.retain(|action| !ACTIONS.contains(&action.as_str()));
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn the_actions_are_in_order_and_once() {
        assert!(ACTIONS.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
