//! Organizations and proposals taken over from files.

#![allow(unused_qualifications, reason = "what the path macro expands to")]

use axum::body::Bytes;
use domain::Code;
use edge::{App, Fail};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use service::Error;
use service::import::{self, Column, FileRow, Kind, Limits, Options, Report, Source};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::wire::{FileBytes, ImportKindWord, Instant, Page, RoundRef, Rows, asked};
use crate::call::json;
use crate::problem::of_file;
use crate::{Answer, Asked, Post, PostFile, Read};

/// The operations of this area.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(columns))
        .routes(routes!(organizations))
        .routes(routes!(proposals))
}

/// A file that was taken over.
#[derive(Debug, Serialize, ToSchema)]
struct ImportedFile {
    /// Its name.
    name: String,
    /// What it held.
    kind: String,
    /// How many rows.
    rows: i64,
    /// When.
    imported_at: Instant,
}

impl From<FileRow> for ImportedFile {
    fn from(row: FileRow) -> Self {
        Self { name: row.name, kind: row.kind, rows: row.rows, imported_at: Instant(row.imported_at) }
    }
}

/// A column of a file.
#[derive(Debug, Serialize, ToSchema)]
struct ImportColumn {
    /// What the file holds.
    kind: ImportKindWord,
    /// Its Korean head.
    name_ko: String,
    /// Its English head.
    name_en: String,
    /// Whether a file without it is refused.
    needed: bool,
    /// What a cell may hold.
    example: String,
}

impl ImportColumn {
    fn new(kind: Kind, column: &Column) -> Self {
        Self {
            kind: super::wire::Choice(kind),
            name_ko: column.ko.to_owned(),
            name_en: column.en.to_owned(),
            needed: column.needed,
            example: column.example.to_owned(),
        }
    }
}

/// What became of a file, or in a trial would become of it.
#[derive(Debug, Serialize, ToSchema)]
struct Imported {
    /// Whether it was only tried and nothing was kept.
    dry_run: bool,
    /// How the file is written: `XLSX`, `UTF-8`, `UTF-16LE`, `UTF-16BE`, `EUC-KR` (CP949).
    form: String,
    /// Its rows below the head.
    rows: usize,
    /// How many things it brings that are new.
    new: usize,
    /// How many are there already and stay as they are.
    there: usize,
    /// When this very file was taken over before; then nothing was done. Null if it was not.
    already_at: Option<Instant>,
}

impl Imported {
    fn new(report: &Report, dry_run: bool) -> Self {
        Self {
            dry_run,
            form: report.form.to_owned(),
            rows: report.rows,
            new: report.counts.new,
            there: report.counts.there,
            already_at: report.already.map(Instant),
        }
    }
}

/// How a file is to be taken over.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct HowTaken {
    /// Whether it is only tried: everything is checked as it would be and nothing is kept.
    dry_run: Option<bool>,
    /// The file's name, for the audit trail.
    name: Option<String>,
}

/// What becomes of the proposals of a file.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ForRound {
    /// The round that they are for; it must be open.
    round: Option<String>,
    /// Whether they are submitted; else they become drafts.
    submit: Option<bool>,
}

/// List the files that were taken over last
#[utoipa::path(get, path = "/imports", operation_id = "import_list", tag = "imports", params(Rows),
    extensions(("x-act" = json!("import.run"))),
    responses((status = 200, description = "Files, newest first", body = Page<ImportedFile>)))]
async fn list(read: Read, Asked(rows): Asked<Rows>) -> Answer {
    read.run(move |cx| {
        let (found, _) = import::overview(cx, rows.after_at()?, rows.one_more())?;
        Ok(rows.page::<_, ImportedFile, _>(found, |row| (row.imported_at.as_second(), row.key.clone())))
    })
    .await
}

/// List the columns of files
#[utoipa::path(get, path = "/imports/columns", operation_id = "import_columns", tag = "imports",
    extensions(("x-act" = json!("import.run"))),
    responses((status = 200, description = "Columns by kind of file, in the order of the example", body = Page<ImportColumn>)))]
async fn columns(read: Read) -> Answer {
    read.run(|cx| {
        cx.require(domain::access::Act::Import, &[])?;
        let of = |kind: &Kind| kind.columns().iter().map(|column| ImportColumn::new(*kind, column)).collect::<Vec<_>>();
        Ok(Page::all(Kind::ALL.iter().flat_map(of).collect()))
    })
    .await
}

/// Take organizations over from a file
///
/// The body is the file itself, CSV or XLSX, up to 8 MiB and 5,000 rows; a text may be in UTF-8, UTF-16 or CP949. All
/// of it is taken over, or nothing if anything is wrong: then `errors` names each fault with its `line` and `column`.
/// The very same file is not taken over twice. Try it first with `dry_run=true`.
#[utoipa::path(post, path = "/imports/organizations", operation_id = "import_organizations", tag = "imports",
    params(HowTaken),
    request_body(description = "The file", content(
        (FileBytes = "text/csv"),
        (FileBytes = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (FileBytes = "application/octet-stream"),
    )),
    extensions(("x-act" = json!("import.run"))),
    responses((status = 200, description = "What became of it", body = Imported)))]
async fn organizations(Asked(how): Asked<HowTaken>, PostFile(post): PostFile) -> Answer {
    let options = Options { kind: Kind::Organizations, round: None, submits: false, late: false };
    take(post, how, options).await
}

/// Take proposals over from a file
///
/// As for organizations. Each row is one line of a request; rows with the same title and lead are one proposal.
#[utoipa::path(post, path = "/imports/proposals", operation_id = "import_proposals", tag = "imports",
    params(ForRound, HowTaken),
    request_body(description = "The file", content(
        (FileBytes = "text/csv"),
        (FileBytes = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (FileBytes = "application/octet-stream"),
    )),
    extensions(("x-act" = json!("import.run"))),
    responses((status = 200, description = "What became of it", body = Imported)))]
async fn proposals(Asked(target): Asked<ForRound>, Asked(how): Asked<HowTaken>, PostFile(post): PostFile) -> Answer {
    let round = asked::<RoundRef>(target.round.as_deref(), "round")?;
    let round = round.ok_or_else(|| Error::field("round", Code::Required))?;
    let submits = target.submit.unwrap_or(false);
    take(post, how, Options { kind: Kind::Proposals, round: Some(round.0), submits, late: false }).await
}

async fn take(post: Post<Bytes>, how: HowTaken, options: Options) -> Answer {
    let (bytes, post) = post.with(());
    let name = how.name.unwrap_or_default();
    // Read before the transaction: it is long work, and there is one writer.
    let read = post.app.blocking(move |_| Ok(Source::read(&name, &bytes, &Limits::PAGE))).await?;
    let source = read.map_err(|faults| Fail(of_file(faults)))?;
    if how.dry_run.unwrap_or(false) {
        let actor = post.who.actor.clone();
        let report = post.app.blocking(move |center| import::dry_run(center, &actor, &source, &options)).await?;
        if !report.faults.is_empty() {
            return Err(Fail(of_file(report.faults)));
        }
        return json(StatusCode::OK, &Imported::new(&report, true));
    }
    post.run(StatusCode::OK, move |cx, ()| {
        let report = import::take_over(cx, &source, &options)?;
        if report.faults.is_empty() { Ok(Imported::new(&report, false)) } else { Err(of_file(report.faults)) }
    })
    .await
}
