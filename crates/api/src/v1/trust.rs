//! Trust: the audit trail, the background work, the mail, the rules by day.

#![allow(unused_qualifications, reason = "what the path macro expands to")]

use axum::extract::Path;
use edge::{App, Slice};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use service::audit::{AuditRow, Narrowed, csv};
use service::mail::MailRow;
use service::work::{OutboxRow, Overview};
use service::{Cx, Error, Outcome};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::pool::{Pool, Product};
use super::wire::{
    Choice, Day, Done, Id, Instant, Language, MailRef, Nothing, OutboxRef, Page, PolicyKeyWord, Rows, UserRef, asked,
    id,
};
use crate::{Answer, Asked, Post, Read};

/// The operations of this area.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(audit))
        .routes(routes!(audit_row))
        .routes(routes!(audit_download))
        .routes(routes!(work))
        .routes(routes!(retry_work))
        .routes(routes!(mails))
        .routes(routes!(mail))
        .routes(routes!(retry_mail))
        .routes(routes!(policy))
}

/// A row of the audit trail in a list.
#[derive(Debug, Serialize, ToSchema)]
struct AuditListItem {
    /// Its place in the chain, from 1.
    seq: i64,
    /// When.
    at: Instant,
    /// Who; null for visitors, the clock and the command line.
    actor: Option<UserRef>,
    /// Who, by name; people's names are masked.
    actor_name: String,
    /// By which way: `web`, `api`, `cli`, `clock`, `load`.
    channel: String,
    /// What was done: `proposal.submitted`.
    action: String,
    /// The kind of thing.
    object_kind: String,
    /// The thing.
    object_id: String,
    /// Why.
    reason: String,
}

impl From<AuditRow> for AuditListItem {
    fn from(row: AuditRow) -> Self {
        Self {
            seq: row.seq,
            at: Instant(row.at),
            actor_name: if row.actor.is_some() { texts::masked_name(&row.actor_name) } else { row.actor_name },
            actor: row.actor.map(Id),
            channel: row.channel,
            action: row.action,
            object_kind: row.object_kind,
            object_id: row.object_id,
            reason: row.reason,
        }
    }
}

/// A row of the audit trail, whole.
#[derive(Debug, Serialize, ToSchema)]
struct AuditItem {
    /// Its place in the chain, from 1.
    seq: i64,
    /// When.
    at: Instant,
    /// Who; null for visitors, the clock and the command line.
    actor: Option<UserRef>,
    /// Who, by name.
    actor_name: String,
    /// By which way: `web`, `api`, `cli`, `clock`, `load`.
    channel: String,
    /// From which network address; may be empty.
    address: String,
    /// The request that it was part of; may be empty.
    request_id: String,
    /// What was done: `proposal.submitted`.
    action: String,
    /// The kind of thing.
    object_kind: String,
    /// The thing.
    object_id: String,
    /// What it was; null where there was nothing.
    before: Value,
    /// What it became; null where there is nothing.
    after: Value,
    /// Why.
    reason: String,
    /// The hash of the row before.
    prev_hash: String,
    /// The hash of this row with the one before: SHA-256.
    hash: String,
}

impl From<AuditRow> for AuditItem {
    fn from(row: AuditRow) -> Self {
        let json = |text: &str| serde_json::from_str(text).unwrap_or(Value::Null);
        Self {
            seq: row.seq,
            at: Instant(row.at),
            actor: row.actor.map(Id),
            actor_name: row.actor_name,
            channel: row.channel,
            address: row.address,
            request_id: row.request_id,
            action: row.action,
            object_kind: row.object_kind,
            object_id: row.object_id,
            before: json(&row.before),
            after: json(&row.after),
            reason: row.reason,
            prev_hash: row.prev_hash,
            hash: row.hash,
        }
    }
}

/// Which rows.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Only of this account (id, address or name), or of a channel such as `cli`.
    actor: Option<String>,
    /// Only this action.
    action: Option<String>,
    /// Only of this kind of thing.
    kind: Option<String>,
    /// Only of this thing.
    id: Option<String>,
    /// From this day on, `2026-11-23`.
    from: Option<String>,
    /// Until the end of this day.
    last: Option<String>,
}

impl Which {
    fn narrowed(&self) -> Outcome<Narrowed> {
        Ok(Narrowed {
            actor: given(self.actor.as_deref()),
            action: given(self.action.as_deref()),
            kind: given(self.kind.as_deref()),
            id: given(self.id.as_deref()),
            from: asked::<Day>(self.from.as_deref(), "from")?.map(|day| day.0),
            last: asked::<Day>(self.last.as_deref(), "last")?.map(|day| day.0),
        })
    }
}

/// Which rows are to be downloaded, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DownloadBody {
    /// What they are needed for, up to 500 characters.
    reason: String,
    /// Only of this account (id, address or name), or of a channel such as `cli`.
    actor: Option<String>,
    /// Only this action.
    action: Option<String>,
    /// Only of this kind of thing.
    kind: Option<String>,
    /// Only of this thing.
    id: Option<String>,
    /// From this day on.
    from: Option<Day>,
    /// Until the end of this day.
    last: Option<Day>,
}

impl DownloadBody {
    fn narrowed(&self) -> Narrowed {
        Narrowed {
            actor: given(self.actor.as_deref()),
            action: given(self.action.as_deref()),
            kind: given(self.kind.as_deref()),
            id: given(self.id.as_deref()),
            from: self.from.map(|day| day.0),
            last: self.last.map(|day| day.0),
        }
    }
}

/// The newest row of a file that was downloaded.
#[derive(Debug, Serialize, Deserialize)]
struct Newest(Option<(i64, i64)>);

/// A text of a filter, if there is one.
fn given(text: Option<&str>) -> Option<String> {
    let text: String = text?.trim().chars().filter(|c| !c.is_control()).take(200).collect();
    (!text.is_empty()).then_some(text)
}

/// What the background work has before it.
#[derive(Debug, Serialize, ToSchema)]
struct Work {
    /// Pieces that wait.
    waiting: i64,
    /// Pieces that failed and are tried again.
    failed: i64,
    /// Pieces that are done.
    done: i64,
    /// Mails that wait.
    mail_waiting: i64,
    /// Mails that failed and are tried again.
    mail_failed: i64,
    /// Mails that were sent.
    mail_sent: i64,
    /// Which instances of the program do the work.
    leases: Vec<Lease>,
    /// Pieces that are not done, the next to be tried first.
    items: Vec<WorkItem>,
    /// Where the next rows begin: hand it back as `after`. Null if there are none.
    next: Option<String>,
    /// Mails that failed, the next to be tried first, at most as many as pieces.
    mails: Vec<MailItem>,
}

/// Which instance of the program does something.
#[derive(Debug, Serialize, ToSchema)]
struct Lease {
    /// What.
    name: String,
    /// Which instance.
    holder: String,
    /// Until when it is trusted to.
    until_at: Instant,
}

/// A piece of queued work.
#[derive(Debug, Serialize, ToSchema)]
struct WorkItem {
    /// Its id.
    id: OutboxRef,
    /// Its kind: `refill`, `engine.sync`, …
    kind: String,
    /// When it was queued.
    created_at: Instant,
    /// When it is tried next.
    next_try_at: Instant,
    /// How often it was tried.
    tries: i64,
    /// What went wrong last.
    last_error: String,
}

impl From<OutboxRow> for WorkItem {
    fn from(row: OutboxRow) -> Self {
        Self {
            id: Id(row.id),
            kind: row.kind,
            created_at: Instant(row.created_at),
            next_try_at: Instant(row.next_try_at),
            tries: row.tries,
            last_error: texts::masked_addresses(&row.last_error),
        }
    }
}

/// A mail.
#[derive(Debug, Serialize, ToSchema)]
struct MailItem {
    /// Its id.
    id: MailRef,
    /// To whom, masked.
    address: String,
    /// Its kind.
    template: String,
    /// In which language.
    language: Language,
    /// Its subject.
    subject: String,
    /// When it was written.
    created_at: Instant,
    /// How often sending it was tried.
    tries: i64,
    /// What went wrong last.
    last_error: String,
    /// When it was handed to the mail server.
    sent_at: Option<Instant>,
}

impl From<MailRow> for MailItem {
    fn from(row: MailRow) -> Self {
        Self {
            id: Id(row.id),
            address: texts::masked_email(&row.address),
            template: row.template,
            language: Language::of(&row.language),
            subject: row.subject,
            created_at: Instant(row.created_at),
            tries: row.tries,
            last_error: texts::masked_addresses(&row.last_error),
            sent_at: row.sent_at.map(Instant),
        }
    }
}

/// A mail with its text.
#[derive(Debug, Serialize, ToSchema)]
struct Mail {
    /// The mail.
    mail: MailItem,
    /// Its text; what lets its bearer into an account is blotted out but in a demo.
    body: String,
}

/// The center's rules and things.
#[derive(Debug, Serialize, ToSchema)]
struct PolicyShown {
    /// The rules with every value that they had or will have.
    rules: Vec<RuleOf>,
    /// The products.
    products: Vec<Product>,
    /// The pools.
    pools: Vec<Pool>,
    /// The holidays.
    holidays: Vec<HolidayOf>,
}

/// A rule.
#[derive(Debug, Serialize, ToSchema)]
struct RuleOf {
    /// Which.
    key: PolicyKeyWord,
    /// Its values, newest first.
    values: Vec<RuleValue>,
}

/// What a rule is from a day on.
#[derive(Debug, Serialize, ToSchema)]
struct RuleValue {
    /// From which day.
    effective_from: Day,
    /// The value as it is configured.
    value: String,
    /// Why it is so.
    evidence: String,
}

/// A holiday.
#[derive(Debug, Serialize, ToSchema)]
struct HolidayOf {
    /// The day.
    on: Day,
    /// Korean name.
    name_ko: String,
    /// English name.
    name_en: String,
}

/// List the audit trail
#[utoipa::path(get, path = "/audit", operation_id = "audit_list", tag = "trust", params(Which, Rows),
    extensions(("x-act" = json!("audit.read"))),
    responses((status = 200, description = "Rows, newest first", body = Page<AuditListItem>)))]
async fn audit(read: Read, Asked(which): Asked<Which>, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| {
        let found = service::audit::list(cx, &which.narrowed()?, rows.after_at()?, rows.one_more())?;
        Ok(rows.page::<_, AuditListItem, _>(found, |row| (row.at.as_second(), row.seq)))
    })
    .await
}

/// Download the audit trail
///
/// CSV in UTF-8 with a mark, newest first, at most 10,000 rows. Who downloaded what and why stands in the trail from
/// then on; the same request again is given the same rows and leaves no further trace.
#[utoipa::path(post, path = "/audit/download", operation_id = "audit_download", tag = "trust", request_body = DownloadBody,
    extensions(("x-act" = json!("audit.read"))),
    responses((status = 200, description = "The rows with all of their fields", body = String, content_type = "text/csv")))]
async fn audit_download(post: Post<DownloadBody>) -> Answer {
    let again = |cx: &mut Cx<'_, '_>, body: &DownloadBody, mark: Newest| {
        Ok(csv(&service::audit::download_again(cx, &body.narrowed(), mark.0)?))
    };
    let first = |cx: &mut Cx<'_, '_>, body: &DownloadBody| {
        let rows = service::audit::download(cx, &body.narrowed(), &body.reason)?;
        Ok((Newest(rows.first().map(|row| (row.at.as_second(), row.seq))), csv(&rows)))
    };
    post.run_file(("audit.csv", "text/csv; charset=utf-8"), first, again).await
}

/// Show a row of the audit trail
#[utoipa::path(get, path = "/audit/{seq}", operation_id = "audit_show", tag = "trust",
    params(("seq" = String, Path, description = "The row's place in the chain")),
    extensions(("x-act" = json!("audit.read"))),
    responses((status = 200, description = "The row", body = AuditItem)))]
async fn audit_row(read: Read, Path(seq): Path<String>) -> Answer {
    read.run(move |cx| {
        let seq: i64 = seq.parse().map_err(|_| Error::NotFound)?;
        service::audit::show(cx, seq).map(AuditItem::from)
    })
    .await
}

/// Show the background work
#[utoipa::path(get, path = "/work", operation_id = "work_show", tag = "trust", params(Rows),
    extensions(("x-act" = json!("work.read"))),
    responses((status = 200, description = "Counts, what waits and what failed", body = Work)))]
async fn work(read: Read, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| {
        let Overview { counts, leases, queue, mut mails } =
            service::work::overview(cx, rows.after_at()?, None, rows.one_more())?;
        let slice = Slice::cut(queue, rows.limit(), |row: &OutboxRow| (row.next_try_at.as_second(), row.id));
        let slice = slice.map(WorkItem::from);
        mails.truncate(usize::try_from(rows.limit()).unwrap_or(1));
        let lease = |row: service::work::LeaseRow| Lease {
            name: row.name,
            holder: row.holder,
            until_at: Instant(row.until_at),
        };
        Ok(Work {
            waiting: counts.waiting,
            failed: counts.failed,
            done: counts.done,
            mail_waiting: counts.mail_waiting,
            mail_failed: counts.mail_failed,
            mail_sent: counts.mail_sent,
            leases: leases.into_iter().map(lease).collect(),
            items: slice.items,
            next: slice.next,
            mails: mails.into_iter().map(MailItem::from).collect(),
        })
    })
    .await
}

/// Let a piece of work be tried at once
#[utoipa::path(post, path = "/work/{id}/retry", operation_id = "work_retry", tag = "trust",
    params(("id" = String, Path, description = "The piece of work")), request_body = Nothing,
    extensions(("x-act" = json!("work.retry"))),
    responses((status = 200, description = "It is tried at once", body = Done)))]
async fn retry_work(Path(piece): Path<String>, post: Post<Nothing>) -> Answer {
    post.run(StatusCode::OK, move |cx, _| service::work::retry(cx, id(&piece)?).map(Done::new)).await
}

/// List the center's mail
#[utoipa::path(get, path = "/mails", operation_id = "mail_list", tag = "trust", params(Rows),
    extensions(("x-act" = json!("mail.read"))),
    responses((status = 200, description = "Mails, newest first", body = Page<MailItem>)))]
async fn mails(read: Read, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| {
        let found = service::mail::list(cx, false, rows.after_at()?, rows.one_more())?;
        Ok(rows.page::<_, MailItem, _>(found, |row| (row.created_at.as_second(), row.id)))
    })
    .await
}

/// Show a mail
#[utoipa::path(get, path = "/mails/{id}", operation_id = "mail_show", tag = "trust",
    params(("id" = String, Path, description = "The mail")),
    extensions(("x-act" = json!("mail.read"))),
    responses((status = 200, description = "The mail with its text", body = Mail)))]
async fn mail(read: Read, Path(mail): Path<String>) -> Answer {
    read.run(move |cx| {
        let row = service::mail::show(cx, id(&mail)?)?;
        Ok(Mail { body: row.body.clone(), mail: row.into() })
    })
    .await
}

/// Let a mail that was not sent be tried at once
#[utoipa::path(post, path = "/mails/{id}/retry", operation_id = "mail_retry", tag = "trust",
    params(("id" = String, Path, description = "The mail")), request_body = Nothing,
    extensions(("x-act" = json!("work.retry"))),
    responses((status = 200, description = "It is tried at once", body = Done)))]
async fn retry_mail(Path(mail): Path<String>, post: Post<Nothing>) -> Answer {
    post.run(StatusCode::OK, move |cx, _| service::work::retry_mail(cx, id(&mail)?).map(Done::new)).await
}

/// Show the rules by day
#[utoipa::path(get, path = "/policy", operation_id = "policy_show", tag = "trust",
    extensions(("x-act" = json!("policy.read"))),
    responses((status = 200, description = "Rules with their dates, products, pools, holidays", body = PolicyShown)))]
async fn policy(read: Read) -> Answer {
    read.run(|cx| {
        let all = service::setup::overview(cx)?;
        let value = |(row, evidence): (domain::policy::PolicyRow, String)| RuleValue {
            effective_from: Day(row.effective_from),
            value: row.value,
            evidence,
        };
        let rule = |(key, values): (domain::policy::PolicyKey, Vec<_>)| RuleOf {
            key: Choice(key),
            values: values.into_iter().map(value).collect(),
        };
        let holiday = |(on, name_ko, name_en)| HolidayOf { on: Day(on), name_ko, name_en };
        Ok(PolicyShown {
            rules: all.rules.into_iter().map(rule).collect(),
            products: all.products.into_iter().map(Product::from).collect(),
            pools: all.pools.into_iter().map(Pool::from).collect(),
            holidays: all.holidays.into_iter().map(holiday).collect(),
        })
    })
    .await
}
