//! The mailbox: what the center sent or would send.

use askama::Template;
use axum::extract::{Path, Query};
use domain::access::Act;
use domain::ids::MailId;
use edge::{Cursor, Fail, Slice};
use jiff::Timestamp;
use serde::Deserialize;
use service::Error;
use service::mail::{MailRow, Piece, pieces};
use texts::{Texts, k, masked_email};

use crate::chrome::Chrome;
use crate::page::audit::opens;
use crate::route::{Line, Section, get};
use crate::ui::{Answer, Ui};

/// The lines of this area. The door is open, since in a demo everybody may come; elsewhere the use
/// case turns away whom the table does not let read mail.
#[must_use]
pub fn routes() -> Vec<Line> {
    vec![
        get("/mail", Act::PublicRead, list).menu(Section::Center, 90, k::MAILBOX_MENU).shown_to(Act::MailRead),
        get("/mail/{id}", Act::PublicRead, show),
    ]
}

#[derive(Deserialize)]
struct Asked {
    /// `mine` or `all`; a signed-in person who does not keep the mailbox first sees their own.
    of: Option<String>,
    after: Option<String>,
}

/// A mail's state: the class of its badge and its words.
fn state(t: Texts, mail: &MailRow, demo: bool) -> (&'static str, String) {
    match mail.sent_at {
        Some(at) => ("good", t.f1(k::MAILBOX_SENT, "at", t.instant(at))),
        None if mail.tries > 0 => ("bad", t.f1(k::MAILBOX_FAILED, "tries", t.int(mail.tries))),
        None if demo => ("info", t.s(k::MAILBOX_KEPT)),
        None => ("wait", t.s(k::MAILBOX_WAITING)),
    }
}

struct Row {
    id: String,
    at: String,
    to: String,
    subject: String,
    badge: &'static str,
    state: String,
}

#[derive(Template)]
#[template(path = "mail/index.html")]
struct ListPage {
    chrome: Chrome,
    t: Texts,
    rows: Vec<Row>,
    next: Option<String>,
    here: &'static str,
    signed_in: bool,
    only_mine: bool,
}

async fn list(ui: Ui, Query(asked): Query<Asked>) -> Answer {
    let (t, demo) = (ui.t, ui.app.center.identity.demo);
    let signed_in = ui.who.is_signed_in();
    let only_mine = signed_in
        && match asked.of.as_deref() {
            Some("mine") => true,
            Some("all") => false,
            _ => !ui.may(Act::MailRead),
        };
    let before: Option<(Timestamp, MailId)> =
        asked.after.as_deref().filter(|text| !text.is_empty()).map(Cursor::read).transpose()?;
    let mails = ui.read(move |cx| service::mail::list(cx, only_mine, before, 51)).await?;
    let page = Slice::cut(mails, 50, |mail| (mail.created_at, mail.id));
    let rows = page.items.iter().map(|mail| {
        let (badge, state) = state(t, mail, demo);
        Row {
            id: mail.id.to_string(),
            at: t.instant(mail.created_at),
            to: if demo { mail.address.clone() } else { masked_email(&mail.address) },
            subject: mail.subject.clone(),
            badge,
            state,
        }
    });
    ui.page(&ListPage {
        chrome: ui.chrome(t.s(k::MAILBOX_TITLE)),
        t,
        rows: rows.collect(),
        next: page.next,
        here: if only_mine { "/mail?of=mine&" } else { "/mail?of=all&" },
        signed_in,
        only_mine,
    })
}

#[derive(Template)]
#[template(path = "mail/show.html")]
struct MailPage {
    chrome: Chrome,
    t: Texts,
    mail: MailRow,
    badge: &'static str,
    state: String,
    pieces: Vec<Piece>,
}

async fn show(ui: Ui, Path(id): Path<String>) -> Answer {
    let t = ui.t;
    let id: MailId = id.parse().map_err(|_| Fail(Error::NotFound))?;
    let mail = ui.read(move |cx| service::mail::show(cx, id)).await?;
    let (badge, state) = state(t, &mail, ui.app.center.identity.demo);
    ui.page(&MailPage {
        chrome: ui.chrome(mail.subject.clone()),
        t,
        pieces: pieces(&mail.body, &ui.app.center.identity.public_url)
            .into_iter()
            .map(|piece| match piece {
                // Meant for its recipient: others who are signed in would find nothing there.
                Piece::Link(path) if ui.who.is_signed_in() && ui.actor().user != mail.user && !opens(&ui, &path) => {
                    Piece::Text(path)
                }
                piece => piece,
            })
            .collect(),
        badge,
        state,
        mail,
    })
}
