//! The background work: what is queued, what failed, who does it.

use askama::Template;
use axum::extract::{Path, Query};
use domain::access::Act;
use domain::ids::{MailId, OutboxId};
use edge::{Cursor, Fail, Slice};
use jiff::Timestamp;
use serde::Deserialize;
use service::Error;
use service::work::WorkCounts;
use texts::{Texts, k, masked_addresses, masked_email};

use crate::chrome::Chrome;
use crate::route::{Line, Section, get, post};
use crate::ui::{Answer, Ui};

/// The lines of this area.
#[must_use]
pub fn routes() -> Vec<Line> {
    vec![
        get("/work", Act::WorkRead, list).menu(Section::Center, 85, k::WORK_MENU),
        post("/work/{id}/retry", Act::WorkRetry, retry),
        post("/work/mail/{id}/retry", Act::WorkRetry, retry_mail),
    ]
}

#[derive(Deserialize)]
struct Asked {
    after: Option<String>,
    mail: Option<String>,
}

struct Row {
    title: String,
    detail: String,
    at: String,
    tries: String,
    next_try: String,
    error: String,
    retry: String,
}

struct Holder {
    name: String,
    holder: String,
    until: String,
    live: bool,
}

#[derive(Template)]
#[template(path = "work/index.html")]
struct WorkPage {
    chrome: Chrome,
    t: Texts,
    counts: WorkCounts,
    holders: Vec<Holder>,
    queue: Vec<Row>,
    queue_next: Option<String>,
    mails: Vec<Row>,
    mails_next: Option<String>,
    may_retry: bool,
}

async fn list(ui: Ui, Query(asked): Query<Asked>) -> Answer {
    let t = ui.t;
    let after: Option<(Timestamp, OutboxId)> =
        asked.after.as_deref().filter(|text| !text.is_empty()).map(Cursor::read).transpose()?;
    let mail_after: Option<(Timestamp, MailId)> =
        asked.mail.as_deref().filter(|text| !text.is_empty()).map(Cursor::read).transpose()?;
    let now = ui.app.center.now();
    let work = ui.read(move |cx| service::work::overview(cx, after, mail_after, 51)).await?;
    let queue = Slice::cut(work.queue, 50, |piece| (piece.next_try_at, piece.id)).map(|piece| Row {
        title: piece.kind.clone(),
        detail: piece.dedupe.clone(),
        at: t.instant(piece.created_at),
        tries: t.int(piece.tries),
        next_try: t.instant(piece.next_try_at),
        error: masked_addresses(&piece.last_error),
        retry: format!("/work/{}/retry", piece.id),
    });
    let mails = Slice::cut(work.mails, 50, |mail| (mail.next_try_at, mail.id)).map(|mail| Row {
        title: mail.subject.clone(),
        detail: masked_email(&mail.address),
        at: t.instant(mail.created_at),
        tries: t.int(mail.tries),
        next_try: t.instant(mail.next_try_at),
        error: masked_addresses(&mail.last_error),
        retry: format!("/work/mail/{}/retry", mail.id),
    });
    let holders = work.leases.into_iter().map(|lease| Holder {
        name: lease.name,
        holder: lease.holder,
        until: t.instant(lease.until_at),
        live: lease.until_at > now,
    });
    ui.page(&WorkPage {
        chrome: ui.chrome(t.s(k::WORK_TITLE)),
        t,
        counts: work.counts,
        holders: holders.collect(),
        queue: queue.items,
        queue_next: queue.next,
        mails: mails.items,
        mails_next: mails.next,
        may_retry: ui.may(Act::WorkRetry),
    })
}

async fn retry(ui: Ui, Path(id): Path<String>) -> Answer {
    let id: OutboxId = id.parse().map_err(|_| Fail(Error::NotFound))?;
    ui.write(move |cx| service::work::retry(cx, id)).await?;
    ui.done("/work", k::FLASH_WORK_RETRIED)
}

async fn retry_mail(ui: Ui, Path(id): Path<String>) -> Answer {
    let id: MailId = id.parse().map_err(|_| Fail(Error::NotFound))?;
    ui.write(move |cx| service::work::retry_mail(cx, id)).await?;
    ui.done("/work", k::FLASH_WORK_RETRIED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_no_address() {
        assert_eq!(masked_addresses("550 <hong@mail.example>: no such user"), "550 <ho***@mail.example>: no such user");
        assert_eq!(masked_addresses("server: a@b.example."), "server: ***@b.example.");
        assert_eq!(masked_addresses("connection refused"), "connection refused");
    }
}
