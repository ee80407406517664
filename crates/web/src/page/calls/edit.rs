//! Writing a call and correcting the dates of its rounds.

use askama::Template;
use axum::extract::Path;
use domain::call::{RoundKind, Track};
use domain::ids::{CallId, RoundId};
use domain::units::PoolUnit;
use domain::{Code, Reason};
use edge::Fail;
use service::Error;
use service::call::{CallView, Choices, PoolShare};
use texts::{Texts, k};

use crate::chrome::Chrome;
use crate::form::{Form, call};
use crate::page::plans::pick;
use crate::ui::{Answer, Ui};

#[derive(Template)]
#[template(path = "calls/edit.html")]
struct EditPage {
    chrome: Chrome,
    t: Texts,
    form: Form,
    action: String,
    back: String,
    /// Where the saved text can be read, once somebody else was faster.
    overtaken: Option<String>,
    tracks: Vec<(String, String)>,
    kinds: Vec<(String, String)>,
    products: Vec<(String, String)>,
    pools: Vec<(String, String)>,
    criteria: Vec<usize>,
    rounds: Vec<usize>,
}

impl EditPage {
    fn new(ui: &Ui, id: Option<CallId>, choices: &Choices, form: Form) -> Self {
        let t = ui.t;
        let mut pools: Vec<(String, String)> = Vec::new();
        for pool in &choices.1 {
            let unit = if pool.unit == PoolUnit::Byte { "TB".to_owned() } else { t.word(pool.unit) };
            let label = t.f2(k::CALL_ENVELOPE_OF, ("pool", pick(t, &pool.name_ko, &pool.name_en)), ("unit", unit));
            if pools.last().is_none_or(|(last, _)| *last != pool.pool.to_string()) {
                pools.push((pool.pool.to_string(), label));
            }
        }
        Self {
            chrome: ui.chrome(t.s(if id.is_some() { k::CALL_EDIT_TITLE } else { k::CALL_NEW_TITLE })),
            t,
            action: id.map_or_else(|| "/calls/new".to_owned(), |id| format!("/calls/{id}/edit")),
            back: id.map_or_else(|| "/office/calls".to_owned(), |id| format!("/calls/{id}")),
            overtaken: None,
            tracks: Track::ALL.iter().map(|&track| (track.to_string(), t.word(track))).collect(),
            kinds: RoundKind::ALL.iter().map(|&kind| (kind.to_string(), t.word(kind))).collect(),
            products: choices
                .0
                .iter()
                .map(|(row, _)| (row.id.to_string(), pick(t, &row.name_ko, &row.name_en)))
                .collect(),
            pools,
            criteria: form.rows("criteria"),
            rounds: form.rows("rounds"),
            form,
        }
    }
}

/// Notes what is wrong with the parts that could be read, so that a person is told all at once.
async fn check(ui: &Ui, form: &mut Form, read: &call::Read, pools: &[PoolShare]) -> Result<(), Fail> {
    let input = read.input.clone();
    match ui.read(move |cx| service::call::check(cx, &input)).await {
        Ok(()) => Ok(()),
        Err(error) => call::take(form, error, read, pools),
    }
}

pub(super) async fn new(ui: Ui) -> Answer {
    let choices = ui.read(service::call::choices).await?;
    ui.page(&EditPage::new(&ui, None, &choices, call::fresh()))
}

pub(super) async fn create(ui: Ui, mut form: Form) -> Answer {
    let choices = ui.read(service::call::choices).await?;
    if call::rows_changed(&mut form) {
        return ui.page(&EditPage::new(&ui, None, &choices, form));
    }
    let read = call::read(&mut form, &choices.1);
    if form.is_fine() {
        let input = read.input.clone();
        match ui.write(move |cx| service::call::draft(cx, &input)).await {
            Ok(id) => return ui.done(&format!("/calls/{id}"), k::FLASH_CALL_SAVED),
            Err(error) => call::take(&mut form, error, &read, &choices.1)?,
        }
    } else {
        check(&ui, &mut form, &read, &choices.1).await?;
    }
    ui.rejected(&EditPage::new(&ui, None, &choices, form))
}

async fn view(ui: &Ui, id: CallId) -> Result<CallView, Fail> {
    ui.read(move |cx| service::call::show(cx, id)).await
}

pub(super) async fn edit(ui: Ui, Path(id): Path<String>) -> Answer {
    let id: CallId = id.parse().map_err(|_| Error::NotFound)?;
    let view = view(&ui, id).await?;
    if view.row.published_at.is_some() || view.phase != domain::call::Phase::Draft {
        return Err(Fail(Error::wrong_state(view.row.state)));
    }
    let form = call::filled(&ui.app.center.identity, &view);
    let choices = (view.products, view.shares);
    ui.page(&EditPage::new(&ui, Some(id), &choices, form))
}

pub(super) async fn save(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let id: CallId = id.parse().map_err(|_| Error::NotFound)?;
    let stored = view(&ui, id).await?;
    let version = stored.row.version;
    let choices = (stored.products, stored.shares);
    if call::rows_changed(&mut form) {
        return ui.page(&EditPage::new(&ui, Some(id), &choices, form));
    }
    let read = call::read(&mut form, &choices.1);
    let typed = form.int("version", 1, i64::MAX);
    let mut overtaken = None;
    if let (true, Some(typed)) = (form.is_fine(), typed) {
        let input = read.input.clone();
        match ui.write(move |cx| service::call::change(cx, id, typed, &input)).await {
            Ok(()) => return ui.done(&format!("/calls/{id}"), k::FLASH_CALL_SAVED),
            // What was typed stays. Sent once more it takes the place of what the other saved,
            // now that both can be read.
            Err(Fail(Error::Conflict(reasons))) if reasons == [Reason::new(Code::Changed)] => {
                form.wrong("", Code::Changed);
                form.set("version", version.to_string());
                overtaken = Some(format!("/calls/{id}"));
            }
            Err(error) => call::take(&mut form, error, &read, &choices.1)?,
        }
    } else {
        check(&ui, &mut form, &read, &choices.1).await?;
    }
    ui.rejected(&EditPage { overtaken, ..EditPage::new(&ui, Some(id), &choices, form) })
}

#[derive(Template)]
#[template(path = "calls/dates.html")]
struct DatesPage {
    chrome: Chrome,
    t: Texts,
    form: Form,
    round: RoundId,
    call: CallId,
    title: String,
    name: String,
}

async fn dates_page(ui: &Ui, id: RoundId, form: Option<Form>) -> Result<DatesPage, Fail> {
    let t = ui.t;
    let (call, round) = ui.read(move |cx| service::call::round(cx, id)).await?;
    let name = pick(t, &round.name_ko, &round.name_en);
    let form = form.unwrap_or_else(|| {
        Form::filled(call::date_values(&service::call::dates_of(&ui.app.center.identity, &round), ""))
    });
    Ok(DatesPage {
        chrome: ui.chrome(t.f1(k::CALL_DATES_TITLE, "round", &name)),
        t,
        form,
        round: id,
        call: call.id,
        title: pick(t, &call.title_ko, &call.title_en),
        name,
    })
}

pub(super) async fn dates(ui: Ui, Path(id): Path<String>) -> Answer {
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let page = dates_page(&ui, id, None).await?;
    ui.page(&page)
}

pub(super) async fn correct(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let id: RoundId = id.parse().map_err(|_| Error::NotFound)?;
    let dates = call::dates(&mut form, "");
    let reason = form.text("reason", 1000);
    if let (true, Some(dates), Some(reason)) = (form.is_fine(), dates.clone(), reason) {
        match ui.write(move |cx| service::call::correct_dates(cx, id, &dates, &reason)).await {
            Ok(()) => {
                let page = dates_page(&ui, id, None).await?;
                return ui.done(&format!("/calls/{}", page.call), k::FLASH_CALL_CORRECTED);
            }
            Err(error) => form.take(error)?,
        }
    } else if let Some(dates) = dates {
        form.add_faults(ui.read(move |cx| service::call::dates_faults(cx, id, &dates)).await?);
    }
    let page = dates_page(&ui, id, Some(form)).await?;
    ui.rejected(&page)
}
