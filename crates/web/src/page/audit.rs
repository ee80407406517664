//! The audit trail: who did what, when, from where, before and after, and why; and the same as a
//! file for those who say what for.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, Query};
use domain::Code;
use domain::access::Act;
use edge::{Cursor, Fail, Slice};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use service::audit::{ACTIONS, AuditRow, Narrowed, difference};
use service::{Channel, Error};
use texts::{Texts, k, masked_email, masked_name};

use crate::chrome::{Chrome, in_query};
use crate::form::{Form, parse_date};
use crate::route::{Line, Section, get, post};
use crate::ui::{Answer, Ui};

/// The lines of this area.
#[must_use]
pub fn routes() -> Vec<Line> {
    vec![
        get("/audit", Act::AuditRead, list).menu(Section::Center, 80, k::AUDIT_MENU),
        get("/audit/{seq}", Act::AuditRead, show),
        post("/audit.csv", Act::AuditRead, file),
    ]
}

/// The kinds of things that have pages of their own, with the first part of their address and what
/// coming there means. A review's page is its reviewer's alone.
const PLACES: [(&str, &str, Act); 10] = [
    ("adjustment", "adjustments", Act::ProjectRead),
    ("agreement", "agreements", Act::AgreementRead),
    ("call", "calls", Act::PublicRead),
    ("mail", "mail", Act::MailRead),
    ("offer", "offers", Act::OfferRead),
    ("organization", "organizations", Act::OrganizationRead),
    ("plan", "plans", Act::PlanRead),
    ("project", "projects", Act::ProjectRead),
    ("proposal", "proposals", Act::ProposalRead),
    ("user", "users", Act::UserRead),
];

/// Whether the person's roles open the page at that path, as far as it is the page of a thing; other
/// pages say themselves whom they let in.
pub(crate) fn opens(ui: &Ui, path: &str) -> bool {
    let place = path.strip_prefix('/').and_then(|path| path.split('/').next());
    PLACES.iter().find(|(_, known, _)| Some(*known) == place).is_none_or(|(.., act)| ui.may(*act))
}

/// Where the history of the thing is read whose page has that path, if it is the page of a thing.
pub(crate) fn history_of(path: &str) -> Option<String> {
    let mut parts = path.strip_prefix('/')?.split('/');
    let (place, id) = (parts.next()?, parts.next()?);
    let (kind, ..) = PLACES.iter().find(|(_, known, _)| *known == place)?;
    let is_id = id.len() == 36 && id.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    is_id.then(|| format!("/audit?kind={kind}&id={id}"))
}

#[derive(Deserialize)]
struct Asked {
    actor: Option<String>,
    action: Option<String>,
    kind: Option<String>,
    id: Option<String>,
    from: Option<String>,
    to: Option<String>,
    after: Option<String>,
}

fn given(text: Option<&str>) -> Option<String> {
    let text: String = text?.trim().chars().filter(|c| !c.is_control()).take(200).collect();
    (!text.is_empty()).then_some(text)
}

fn day(text: Option<&str>) -> Option<Date> {
    text.and_then(parse_date)
}

impl Asked {
    /// The filter, and the days as they were typed with what is wrong with them. Such a day narrows
    /// nothing.
    fn narrowed(&self) -> (Narrowed, Form) {
        let typed = |text: &Option<String>| text.clone().unwrap_or_default();
        let mut days = Form::filled([("from", typed(&self.from)), ("to", typed(&self.to))]);
        let (from, mut last) = (days.date_if_given("from").flatten(), days.date_if_given("to").flatten());
        if from.zip(last).is_some_and(|(from, last)| last < from) {
            days.wrong("to", Code::EndBeforeStart);
            last = None;
        }
        let narrowed = Narrowed {
            actor: given(self.actor.as_deref()),
            action: given(self.action.as_deref()),
            kind: given(self.kind.as_deref()),
            id: given(self.id.as_deref()),
            from,
            last,
        };
        (narrowed, days)
    }
}

/// The fields of a filter by name, those that are set.
fn fields(narrowed: &Narrowed) -> Vec<(&'static str, String)> {
    [
        ("actor", narrowed.actor.clone()),
        ("action", narrowed.action.clone()),
        ("kind", narrowed.kind.clone()),
        ("id", narrowed.id.clone()),
        ("from", narrowed.from.map(|day| day.to_string())),
        ("to", narrowed.last.map(|day| day.to_string())),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value?)))
    .collect()
}

fn action(t: Texts, word: &str) -> String {
    self::word(t, &format!("audited-{}", word.replace(['.', '_'], "-")), word)
}

fn kind(t: Texts, word: &str) -> String {
    self::word(t, &format!("audited-kind-{}", word.replace('_', "-")), word)
}

/// A text if the catalogs have it, else the word itself.
pub(crate) fn word(t: Texts, name: &str, word: &str) -> String {
    if Texts::has(name) { t.named(name, &HashMap::new()) } else { word.to_owned() }
}

/// What a field was and is, in words.
struct Difference {
    field: String,
    old: String,
    new: String,
}

/// The most fields that a row of the list shows, and the most characters of a value.
const SHOWN: usize = 40;
const SHOWN_CHARS: usize = 200;

/// `whole` shows everything as it is; otherwise personal data are masked and long values cut.
fn differences(row: &AuditRow, whole: bool) -> Vec<Difference> {
    let value = |field: &str, text: Option<String>| {
        let Some(text) = text else { return "—".to_owned() };
        if whole {
            return text;
        }
        let text = match field.rsplit('.').next().unwrap_or_default() {
            "email" | "address" | "lead_email" => masked_email(&text),
            "name" | "actor_name" | "lead_name" => masked_name(&text),
            "phone" => texts::masked_phone(&text),
            _ => text,
        };
        let cut: String = text.chars().take(SHOWN_CHARS).collect();
        if cut.len() < text.len() { format!("{cut}…") } else { text }
    };
    difference(&row.before, &row.after)
        .into_iter()
        .take(if whole { usize::MAX } else { SHOWN })
        .map(|change| Difference {
            old: value(&change.field, change.old),
            new: value(&change.field, change.new),
            field: change.field,
        })
        .collect()
}

/// A row in words.
struct Row {
    seq: i64,
    at: String,
    who: String,
    channel: String,
    from: String,
    request: String,
    action: String,
    action_word: String,
    kind: String,
    id: String,
    /// The end of the id, which tells things made at the same time apart.
    short: String,
    object_href: Option<String>,
    reason: String,
    differences: Vec<Difference>,
}

fn short(id: &str) -> String {
    let letters: Vec<char> = id.chars().collect();
    match letters.len() {
        36 => format!("…{}", letters[28..].iter().collect::<String>()),
        _ => id.to_owned(),
    }
}

fn row(ui: &Ui, row: &AuditRow, whole: bool) -> Row {
    let t = ui.t;
    let channel = row.channel.parse::<Channel>();
    let channel = channel.map_or_else(|_| row.channel.clone(), |channel| t.word(channel));
    let place = PLACES.iter().find(|(kind, _, act)| *kind == row.object_kind && ui.may(*act));
    let who = match row.actor {
        None => channel.clone(),
        Some(_) if whole => row.actor_name.clone(),
        Some(_) => masked_name(&row.actor_name),
    };
    Row {
        seq: row.seq,
        at: t.instant(row.at),
        who,
        channel,
        from: row.address.clone(),
        request: row.request_id.clone(),
        action: action(t, &row.action),
        action_word: row.action.clone(),
        kind: kind(t, &row.object_kind),
        id: row.object_id.clone(),
        short: short(&row.object_id),
        object_href: place.map(|(_, place, _)| format!("/{place}/{}", row.object_id)),
        reason: row.reason.clone(),
        differences: differences(row, whole),
    }
}

#[derive(Template)]
#[template(path = "audit/index.html")]
struct ListPage {
    chrome: Chrome,
    t: Texts,
    rows: Vec<Row>,
    next: Option<String>,
    here: String,
    actions: Vec<(String, String, bool)>,
    kinds: Vec<(String, String, bool)>,
    fields: Vec<(&'static str, String)>,
    days: Form,
    form: Form,
}

impl ListPage {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }
}

/// The choices of a filter; one that is asked for but not among the known ones is added.
fn choices(known: &[&str], chosen: Option<&str>, name: impl Fn(&str) -> String) -> Vec<(String, String, bool)> {
    let other = chosen.filter(|word| !known.contains(word));
    let words = known.iter().copied().chain(other);
    words.map(|word| (word.to_owned(), name(word), chosen == Some(word))).collect()
}

async fn page(ui: &Ui, narrowed: Narrowed, after: Option<&str>, form: Form) -> Result<ListPage, Fail> {
    let t = ui.t;
    let before: Option<(Timestamp, i64)> = after.filter(|text| !text.is_empty()).map(Cursor::read).transpose()?;
    let asked = narrowed.clone();
    let items = ui.read(move |cx| service::audit::list(cx, &asked, before, 51)).await?;
    let slice = Slice::cut(items, 50, |item| (item.at, item.seq));
    let fields = fields(&narrowed);
    let here: String = fields.iter().map(|(name, value)| format!("{name}={}&", in_query(value))).collect();
    let kinds: Vec<&str> = PLACES
        .iter()
        .map(|(kind, ..)| *kind)
        .chain(["audit", "award", "capacity", "center", "import", "ledger", "review", "round", "work"])
        .collect();
    Ok(ListPage {
        chrome: ui.chrome(t.s(k::AUDIT_TITLE)),
        t,
        rows: slice.items.iter().map(|item| row(ui, item, false)).collect(),
        next: slice.next,
        here: format!("/audit?{here}"),
        actions: choices(ACTIONS, narrowed.action.as_deref(), |word| action(t, word)),
        kinds: choices(&kinds, narrowed.kind.as_deref(), |word| kind(t, word)),
        days: Form::filled(fields.iter().map(|(name, value)| (*name, value.clone()))),
        fields,
        form,
    })
}

async fn list(ui: Ui, Query(asked): Query<Asked>) -> Answer {
    let (narrowed, days) = asked.narrowed();
    let page = page(&ui, narrowed, asked.after.as_deref(), Form::default()).await?;
    ui.page(&ListPage { days, ..page })
}

#[derive(Template)]
#[template(path = "audit/show.html")]
struct RowPage {
    chrome: Chrome,
    t: Texts,
    row: Row,
    prev_hash: String,
    hash: String,
    history: String,
}

async fn show(ui: Ui, Path(seq): Path<String>) -> Answer {
    let t = ui.t;
    let seq: i64 = seq.parse().map_err(|_| Fail(Error::NotFound))?;
    let found = ui.read(move |cx| service::audit::show(cx, seq)).await?;
    let history = format!("/audit?kind={}&id={}", in_query(&found.object_kind), in_query(&found.object_id));
    ui.page(&RowPage {
        chrome: ui.chrome(t.f1(k::AUDIT_ROW, "seq", t.int(found.seq))),
        t,
        row: row(&ui, &found, true),
        prev_hash: found.prev_hash.clone(),
        hash: found.hash.clone(),
        history,
    })
}

/// The filter as a form sends it along.
fn sent(form: &Form) -> Narrowed {
    let value = |name: &str| Some(form.value(name));
    Narrowed {
        actor: given(value("actor")),
        action: given(value("action")),
        kind: given(value("kind")),
        id: given(value("id")),
        from: day(value("from")),
        last: day(value("to")),
    }
}

async fn file(ui: Ui, mut form: Form) -> Answer {
    let narrowed = sent(&form);
    if let Some(reason) = form.text("reason", 500) {
        let asked = narrowed.clone();
        match ui.write(move |cx| service::audit::download(cx, &asked, &reason)).await {
            Ok(rows) => {
                return ui.file("audit.csv", "text/csv; charset=utf-8", service::audit::csv(&rows).into_bytes());
            }
            Err(error) => form.take(error)?,
        }
    }
    let page = page(&ui, narrowed, None, form).await?;
    ui.rejected(&page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_of_a_thing_leads_to_its_history() {
        let id = "018f0000-0000-7000-8000-000000000000";
        assert_eq!(history_of(&format!("/projects/{id}")), Some(format!("/audit?kind=project&id={id}")));
        assert_eq!(history_of(&format!("/proposals/{id}/edit")), Some(format!("/audit?kind=proposal&id={id}")));
        for other in ["/", "/projects", "/projects/new", "/capacity/gpu-a100", "/nowhere/018f"] {
            assert_eq!(history_of(other), None, "{other}");
        }
    }

    #[test]
    fn every_action_has_a_name() {
        let missing: Vec<&&str> =
            ACTIONS.iter().filter(|word| !Texts::has(&format!("audited-{}", word.replace(['.', '_'], "-")))).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
