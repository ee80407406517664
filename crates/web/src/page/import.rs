//! Importing organizations and proposals: a file is checked first, then applied.

use askama::Template;
use axum::extract::{Multipart, Path, Query};
use domain::access::Act;
use domain::ids::ImportId;
use domain::{Code, Reason};
use edge::{Fail, PageQuery, Slice};
use service::import::{self, FileRow, Kind, Limits, Options, Report, Source};
use service::{Error, csv};
use texts::{Texts, k};

use crate::chrome::Chrome;
use crate::form::Form;
use crate::page::plans::pick;
use crate::route::{Line, Section, get, post};
use crate::ui::{Answer, Ui};

/// What a request with a file may weigh: the file and the fields beside it.
const BODY: usize = Limits::PAGE.bytes + (64 << 10);

/// The lines of this area.
#[must_use]
pub fn routes() -> Vec<Line> {
    vec![
        get("/import", Act::Import, show).menu(Section::Office, 90, k::IMPORT_MENU),
        post("/import", Act::Import, check).body_limit(BODY),
        post("/import/{id}/apply", Act::Import, apply),
        get("/import/example/{kind}", Act::Import, example),
    ]
}

/// A file that was taken over, in words.
struct Taken {
    name: String,
    kind: String,
    rows: String,
    at: String,
}

fn taken(t: Texts, row: &FileRow) -> Taken {
    Taken {
        name: row.name.clone(),
        kind: row.kind.parse::<Kind>().map_or_else(|_| row.kind.clone(), |kind| t.word(kind)),
        rows: t.int(row.rows),
        at: t.instant(row.imported_at),
    }
}

/// A kind of file with its columns: name, needed, example.
struct Columns {
    kind: String,
    word: &'static str,
    columns: Vec<(&'static str, bool, &'static str)>,
}

#[derive(Template)]
#[template(path = "import/index.html")]
struct ImportPage {
    chrome: Chrome,
    t: Texts,
    form: Form,
    kinds: Vec<(String, String)>,
    rounds: Vec<(String, String)>,
    files: Vec<Taken>,
    next: Option<String>,
    columns: Vec<Columns>,
    size: String,
}

async fn page(ui: &Ui, form: Form, at: &PageQuery) -> Result<ImportPage, Fail> {
    let t = ui.t;
    let limit = at.limit(20);
    let before = at.after_at::<String>()?;
    let (files, rounds) = ui.read(move |cx| import::overview(cx, before, limit + 1)).await?;
    let files = Slice::cut(files, limit, |row| (row.imported_at.as_second(), row.key.clone()));
    let rounds = rounds.iter().map(|round| {
        let name =
            format!("{} · {}", pick(t, &round.title_ko, &round.title_en), pick(t, &round.name_ko, &round.name_en));
        (round.id.to_string(), name)
    });
    let columns = Kind::ALL.iter().map(|&kind| Columns {
        kind: t.word(kind),
        word: kind.as_str(),
        columns: kind
            .columns()
            .iter()
            .map(|column| {
                let name = if t.lang() == texts::Lang::Ko { column.ko } else { column.en };
                (name, column.needed, column.example)
            })
            .collect(),
    });
    Ok(ImportPage {
        chrome: ui.chrome(t.s(k::IMPORT_TITLE)),
        t,
        form,
        kinds: Kind::ALL.iter().map(|&kind| (kind.to_string(), t.word(kind))).collect(),
        rounds: rounds.collect(),
        files: files.items.iter().map(|row| taken(t, row)).collect(),
        next: files.next,
        columns: columns.collect(),
        size: format!("{} MiB", Limits::PAGE.bytes >> 20),
    })
}

async fn show(ui: Ui, Query(at): Query<PageQuery>) -> Answer {
    let page = page(&ui, Form::default(), &at).await?;
    ui.page(&page)
}

/// The fields of the form and the file with its name.
async fn sent(mut parts: Multipart) -> Result<(Form, Option<(String, Vec<u8>)>), Fail> {
    let unreadable = |_| Fail(Error::field("", Code::BadCharacters));
    let (mut values, mut file) = (Vec::new(), None);
    while let Some(part) = parts.next_field().await.map_err(unreadable)? {
        let name = part.name().unwrap_or_default().to_owned();
        if name == "file" {
            let file_name = part.file_name().unwrap_or_default().to_owned();
            let bytes = part.bytes().await.map_err(|error| {
                if error.status() == http::StatusCode::PAYLOAD_TOO_LARGE {
                    Fail(Error::field("", Reason::new(Code::FileTooLarge).with("max", "8 MiB")))
                } else {
                    unreadable(error)
                }
            })?;
            file = Some((file_name, bytes.to_vec())).filter(|(_, bytes)| !bytes.is_empty());
        } else if values.len() < 20 {
            values.push((name, part.text().await.map_err(unreadable)?.chars().take(200).collect::<String>()));
        }
    }
    Ok((Form::filled(values), file))
}

#[derive(Template)]
#[template(path = "import/result.html")]
struct ResultPage {
    chrome: Chrome,
    t: Texts,
    name: String,
    said: String,
    faults: Vec<(String, String)>,
    /// The kept file, if it can be applied.
    kept: Option<ImportId>,
}

fn result(ui: &Ui, name: &str, report: &Report, kept: Option<ImportId>) -> ResultPage {
    let t = ui.t;
    let count = |count: usize| t.int(i64::try_from(count).unwrap_or(i64::MAX));
    let said = if let Some(at) = report.already {
        t.f1(k::IMPORT_ALREADY, "at", t.instant(at))
    } else if report.faults.is_empty() {
        t.f(
            k::IMPORT_WOULD,
            &[
                ("rows", count(report.rows).into()),
                ("form", report.form.into()),
                ("new", count(report.counts.new).into()),
                ("there", count(report.counts.there).into()),
            ],
        )
    } else {
        t.f1(k::IMPORT_FAULTS, "count", count(report.faults.len()))
    };
    let faults = report.faults.iter().map(|fault| {
        let place = match import::place_of(fault, t) {
            place if place.is_empty() => t.s(k::IMPORT_AT_FILE),
            place => place,
        };
        (place, t.reason(&fault.reason, ui.pools()))
    });
    ResultPage {
        chrome: ui.chrome(t.s(k::IMPORT_RESULT)),
        t,
        name: name.to_owned(),
        said,
        faults: faults.collect(),
        kept,
    }
}

async fn check(ui: Ui, parts: Multipart) -> Answer {
    let (mut form, file) = sent(parts).await?;
    let kind = form.choice::<Kind>("kind");
    let round = if kind == Some(Kind::Proposals) { form.parsed("round").map(Some) } else { Some(None) };
    if file.is_none() {
        form.wrong("file", Code::Required);
    }
    let submits = form.checked("submit");
    let (Some(kind), Some(round), Some((name, bytes))) = (kind, round, file) else {
        let page = page(&ui, form, &PageQuery::default()).await?;
        return ui.rejected(&page);
    };
    let options = Options { kind, round, submits, late: false };
    let (actor, file) = (ui.actor().clone(), name.clone());
    let (report, kept) = ui
        .app
        .blocking(move |center| {
            let source = match Source::read(&file, &bytes, &Limits::PAGE) {
                Ok(source) => source,
                Err(faults) => return Ok((Report::unread(faults), None)),
            };
            drop(bytes);
            let report = import::dry_run(center, &actor, &source, &options)?;
            let kept = match report.is_good() {
                true => Some(center.write(&actor, |cx| import::keep(cx, &source, &options))?),
                false => None,
            };
            Ok((report, kept))
        })
        .await?;
    let page = result(&ui, &name, &report, kept);
    if report.faults.is_empty() { ui.page(&page) } else { ui.rejected(&page) }
}

async fn apply(ui: Ui, Path(id): Path<String>) -> Answer {
    let id: ImportId = id.parse().map_err(|_| Fail(Error::NotFound))?;
    let actor = ui.actor().clone();
    let (name, report) = ui
        .app
        .blocking(move |center| {
            let (source, options) = center.read(&actor, |cx| import::kept(cx, id))?;
            let report = import::apply(center, &actor, &source, &options)?;
            if report.faults.is_empty() {
                center.write(&actor, |cx| import::forget(cx, id))?;
            }
            Ok((source.name, report))
        })
        .await?;
    if report.is_good() {
        return ui.done("/import", k::FLASH_IMPORTED);
    }
    let page = result(&ui, &name, &report, None);
    ui.rejected(&page)
}

async fn example(ui: Ui, Path(kind): Path<String>) -> Answer {
    let kind: Kind = kind.parse().map_err(|_| Fail(Error::NotFound))?;
    let [head, row] = import::example(kind, ui.t.lang());
    let text = format!("\u{feff}{}{}", csv::line(&head), csv::line(&row));
    ui.file(&format!("{kind}.csv"), "text/csv; charset=utf-8", text.into_bytes())
}
