//! Agreements: read and signed.

use askama::Template;
use axum::extract::{Path, Query};
use domain::access::Act;
use domain::ids::AgreementId;
use edge::{PageQuery, Slice};
use jiff::civil::Date;
use service::Error;
use texts::{Texts, k};

use crate::chrome::Chrome;
use crate::form::Form;
use crate::page::offers::GivenLine;
use crate::route::{Line, Section, get, post};
use crate::ui::{Answer, Ui};

/// The lines of this area.
#[must_use]
pub fn routes() -> Vec<Line> {
    vec![
        get("/agreements", Act::AgreementRead, list).menu(Section::Office, 60, k::AGREEMENTS_MENU),
        get("/agreements/{id}", Act::AgreementRead, show),
        post("/agreements/{id}/sign", Act::AgreementSign, sign),
        post("/agreements/{id}/countersign", Act::AgreementCountersign, countersign),
    ]
}

#[derive(Template)]
#[template(path = "awards/agreements.html")]
struct AgreementsPage {
    chrome: Chrome,
    t: Texts,
    rows: Vec<(String, String, String)>,
    next: Option<String>,
}

async fn list(ui: Ui, Query(page): Query<PageQuery>) -> Answer {
    let t = ui.t;
    let limit = page.limit(50);
    let after = page.after::<(Date, AgreementId)>()?;
    let rows = ui.read(move |cx| service::agreement::to_countersign(cx, after, limit + 1)).await?;
    let rows = Slice::cut(rows, limit, |row| (row.due_on, row.id)).map(|row| {
        let signed = row.signed_at.map(|at| t.instant(at)).unwrap_or_default();
        (row.id.to_string(), t.s(k::AGREEMENT_TITLE), signed)
    });
    ui.page(&AgreementsPage { chrome: ui.chrome(t.s(k::AGREEMENTS_TITLE)), t, rows: rows.items, next: rows.next })
}

#[derive(Template)]
#[template(path = "awards/agreement.html")]
struct AgreementPage {
    chrome: Chrome,
    t: Texts,
    id: AgreementId,
    project: String,
    number: String,
    state: String,
    due: String,
    basis: String,
    given: Vec<GivenLine>,
    body: Vec<String>,
    hash: String,
    signed: String,
    countersigned: String,
    act: Option<(&'static str, String)>,
}

async fn show(ui: Ui, Path(id): Path<String>) -> Answer {
    let t = ui.t;
    let id: AgreementId = id.parse().map_err(|_| Error::NotFound)?;
    let view = ui.read(move |cx| service::agreement::show(cx, id)).await?;
    let signature = |name: &Option<String>, at: Option<jiff::Timestamp>| match (name, at) {
        (Some(name), Some(at)) => t.f2(k::AGREEMENT_SIGNED_BY, ("name", name), ("at", t.instant(at))),
        _ => t.s(k::AGREEMENT_NOT_YET),
    };
    let act = if view.signable {
        Some(("sign", t.s(k::AGREEMENT_SIGN)))
    } else if view.countersignable {
        Some(("countersign", t.s(k::AGREEMENT_COUNTERSIGN)))
    } else {
        None
    };
    ui.page(&AgreementPage {
        chrome: ui.chrome(t.s(k::AGREEMENT_TITLE)),
        t,
        id,
        project: view.project.id.to_string(),
        number: view.project.number.clone(),
        state: t.word(view.row.state),
        due: t.date(view.row.due_on),
        basis: t.word(ui.app.center.identity.basis),
        given: view
            .given
            .iter()
            .map(|one| GivenLine::new(t, ui.pools(), &one.pool, one.amount, (one.term.from(), one.term.last_day())))
            .collect(),
        body: view.row.body.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect(),
        hash: view.row.body_hash.clone(),
        signed: signature(&view.signers.0, view.row.signed_at),
        countersigned: signature(&view.signers.1, view.row.countersigned_at),
        act,
    })
}

async fn sign(ui: Ui, Path(id): Path<String>, form: Form) -> Answer {
    let id: AgreementId = id.parse().map_err(|_| Error::NotFound)?;
    let hash = form.value("hash").to_owned();
    ui.write(move |cx| service::agreement::sign(cx, id, &hash)).await?;
    ui.done(&format!("/agreements/{id}"), k::FLASH_AGREEMENT_SIGNED)
}

async fn countersign(ui: Ui, Path(id): Path<String>, form: Form) -> Answer {
    let id: AgreementId = id.parse().map_err(|_| Error::NotFound)?;
    let hash = form.value("hash").to_owned();
    ui.write(move |cx| service::agreement::countersign(cx, id, &hash)).await?;
    ui.done(&format!("/agreements/{id}"), k::FLASH_AGREEMENT_CONCLUDED)
}
