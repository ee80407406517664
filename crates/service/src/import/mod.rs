//! Taking over organizations and proposals from files: read, tried, and only then applied; all of a
//! file or nothing of it, by the same use cases as the pages.

pub mod columns;
pub mod organization;
pub mod proposal;
pub mod sheet;

use domain::Code;
use domain::access::Act;
use domain::ids::{ImportId, RoundId};
use domain::ledger::hex;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
pub use store::import::{DraftRow, FileRow};

pub use columns::Column;
pub use sheet::{Fault, Limits, Sheet};

use crate::{Actor, Center, Cx, Error, Outcome};

domain::words! {
    /// What a file holds.
    Kind in "import-kind" {
        /// Organizations.
        Organizations = "organizations",
        /// Proposals of a round.
        Proposals = "proposals",
    }
}

impl Kind {
    /// The columns of its files.
    #[must_use]
    pub fn columns(self) -> &'static [Column] {
        match self {
            Self::Organizations => organization::COLUMNS,
            Self::Proposals => proposal::COLUMNS,
        }
    }
}

/// What is to be done with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// What it holds.
    pub kind: Kind,
    /// The round that its proposals are for.
    pub round: Option<RoundId>,
    /// Whether its proposals are handed in; else they become drafts.
    pub submits: bool,
    /// Whether the round may be closed: only at the command line, on the office's behalf.
    pub late: bool,
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its name.
    pub name: String,
    /// The SHA-256 of its bytes.
    pub digest: String,
    /// Its rows.
    pub sheet: Sheet,
}

impl Source {
    /// Reads a file.
    ///
    /// # Errors
    /// Everything that is wrong with it as a file.
    pub fn read(name: &str, bytes: &[u8], limits: &Limits) -> Result<Self, Vec<Fault>> {
        let sheet = sheet::read(bytes, limits)?;
        let name = name.chars().filter(|c| !c.is_control()).take(200).collect();
        Ok(Self { name, digest: hex(&Sha256::digest(bytes)), sheet })
    }
}

/// How many things a file brings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// That are new.
    pub new: usize,
    /// That are there already and stay as they are.
    pub there: usize,
}

/// What became, or would become, of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How the file is written: `XLSX`, `UTF-8`, `EUC-KR`.
    pub form: &'static str,
    /// Its rows.
    pub rows: usize,
    /// What it brings.
    pub counts: Counts,
    /// Everything that is wrong with it, by line.
    pub faults: Vec<Fault>,
    /// When this very file was taken over, if it was.
    pub already: Option<Timestamp>,
}

impl Report {
    /// A report of a file that could not even be read.
    #[must_use]
    pub fn unread(faults: Vec<Fault>) -> Self {
        Self { form: "", rows: 0, counts: Counts::default(), faults, already: None }
    }

    /// Whether applying it would write anything.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.faults.is_empty() && self.already.is_none()
    }
}

fn key(source: &Source, options: &Options) -> String {
    let target = options.round.map(|round| round.to_string()).unwrap_or_default();
    format!("{}:{target}:{}", options.kind, source.digest)
}

/// Does all that the file asks for. The caller keeps it only if nothing is wrong.
fn carry_out(cx: &mut Cx<'_, '_>, source: &Source, options: &Options) -> Outcome<Report> {
    cx.require(Act::Import, &[])?;
    let mut report = Report { form: source.sheet.form, rows: source.sheet.rows.len(), ..Report::unread(Vec::new()) };
    if let Some(file) = store::import::file(cx.tx, &key(source, options))? {
        report.already = Some(file.imported_at);
        return Ok(report);
    }
    let (counts, mut faults) = match (options.kind, options.round) {
        (Kind::Organizations, _) => organization::run(cx, &source.sheet)?,
        (Kind::Proposals, Some(round)) => proposal::run(cx, &source.sheet, round, options, &source.name)?,
        (Kind::Proposals, None) => (Counts::default(), vec![Fault::whole(Code::NoSuchRound)]),
    };
    faults.sort_by_key(|fault| (fault.line, fault.column));
    faults.dedup_by_key(|fault| (fault.line, fault.column, fault.reason.code));
    report.counts = counts;
    report.faults = faults;
    Ok(report)
}

/// Tries a file: everything is done as it would be and nothing is kept.
///
/// # Errors
/// Database errors and lacking permission; what is wrong with the file is in the report.
pub fn dry_run(center: &Center, actor: &Actor, source: &Source, options: &Options) -> Outcome<Report> {
    let mut report = None;
    let undone = center.write(actor, |cx| -> Outcome<()> {
        report = Some(carry_out(cx, source, options)?);
        Err(nothing_kept())
    });
    match (report, undone) {
        (Some(report), _) => Ok(report),
        (None, Err(error)) => Err(error),
        (None, Ok(())) => Err(Error::internal("a trial was kept")),
    }
}

/// What makes a transaction be undone that did its work.
fn nothing_kept() -> Error {
    Error::conflict(Code::Changed)
}

/// Takes a file over within a transaction that the caller undoes if anything is wrong with it.
///
/// # Errors
/// Database errors and lacking permission; what is wrong with the file is in the report.
pub fn take_over(cx: &mut Cx<'_, '_>, source: &Source, options: &Options) -> Outcome<Report> {
    let report = carry_out(cx, source, options)?;
    if !report.is_good() {
        return Ok(report);
    }
    let rows = i64::try_from(source.sheet.rows.len()).unwrap_or(i64::MAX);
    let file = FileRow {
        key: key(source, options),
        name: source.name.clone(),
        kind: options.kind.to_string(),
        rows,
        imported_at: cx.now,
        actor: cx.actor.user,
    };
    store::import::put_file(cx.tx, &file)?;
    let what = serde_json::json!({
        "file": source.name, "sha256": source.digest, "rows": rows, "new": report.counts.new, "there": report.counts.there,
        "round": options.round, "submitted": options.submits, "late": options.late,
    });
    cx.audit("import.applied", ("import", &options.kind), &(), &what, &source.name)?;
    Ok(report)
}

/// Takes a file over: all of it, or nothing if anything is wrong with it.
///
/// # Errors
/// Database errors and lacking permission; what is wrong with the file is in the report.
pub fn apply(center: &Center, actor: &Actor, source: &Source, options: &Options) -> Outcome<Report> {
    let mut report = None;
    let done = center.write(actor, |cx| -> Outcome<()> {
        let of = take_over(cx, source, options)?;
        let good = of.is_good();
        report = Some(of);
        if good { Ok(()) } else { Err(nothing_kept()) }
    });
    match (report, done) {
        (Some(report), Err(_)) if !report.is_good() => Ok(report),
        (Some(report), Ok(())) => Ok(report),
        (_, Err(error)) => Err(error),
        (None, Ok(())) => Err(Error::internal("an import without a report")),
    }
}

/// A sheet as it waits between trial and application.
#[derive(Serialize, Deserialize)]
struct Kept {
    form: String,
    head: (usize, Vec<String>),
    rows: Vec<(usize, Vec<String>)>,
}

/// How long a file that was tried waits to be applied.
const DRAFT_HOURS: i64 = 24;

/// Keeps a file that was tried until somebody says that it should be applied, for a day.
///
/// # Errors
/// Database errors and lacking permission.
pub fn keep(cx: &mut Cx<'_, '_>, source: &Source, options: &Options) -> Outcome<ImportId> {
    cx.require(Act::Import, &[])?;
    let old = cx.now.saturating_sub(SignedDuration::from_hours(DRAFT_HOURS)).unwrap_or(Timestamp::MIN);
    store::import::forget_drafts(cx.tx, old)?;
    let row = |row: &sheet::Row| (row.line, row.cells.clone());
    let kept = Kept {
        form: source.sheet.form.to_owned(),
        head: row(&source.sheet.head),
        rows: source.sheet.rows.iter().map(row).collect(),
    };
    let draft = DraftRow {
        id: cx.new_id()?,
        kind: options.kind.to_string(),
        target: options.round.map(|round| round.to_string()).unwrap_or_default(),
        name: source.name.clone(),
        digest: source.digest.clone(),
        sheet: serde_json::to_string(&kept).map_err(Error::internal)?,
        submits: options.submits,
        created_at: cx.now,
        actor: cx.actor.user,
    };
    store::import::put_draft(cx.tx, &draft)?;
    Ok(draft.id)
}

/// The file that was kept, by whoever tried it.
///
/// # Errors
/// [`Error::NotFound`] if it is another's, or was applied or forgotten meanwhile.
pub fn kept(cx: &mut Cx<'_, '_>, id: ImportId) -> Outcome<(Source, Options)> {
    cx.require(Act::Import, &[])?;
    let draft = store::import::find_draft(cx.tx, id)?.filter(|draft| draft.actor == cx.actor.user);
    let draft = draft.ok_or(Error::NotFound)?;
    let kept: Kept = serde_json::from_str(&draft.sheet).map_err(Error::internal)?;
    let row = |(line, cells): (usize, Vec<String>)| sheet::Row { line, cells };
    let forms = ["XLSX", "UTF-8", "UTF-16LE", "UTF-16BE", "EUC-KR"];
    let sheet = Sheet {
        form: forms.into_iter().find(|form| *form == kept.form).unwrap_or(""),
        head: row(kept.head),
        rows: kept.rows.into_iter().map(row).collect(),
    };
    let options = Options {
        kind: draft.kind.parse().map_err(Error::internal)?,
        round: if draft.target.is_empty() { None } else { Some(draft.target.parse().map_err(Error::internal)?) },
        submits: draft.submits,
        late: false,
    };
    Ok((Source { name: draft.name, digest: draft.digest, sheet }, options))
}

/// Forgets a file that was kept.
///
/// # Errors
/// Database errors and lacking permission.
pub fn forget(cx: &mut Cx<'_, '_>, id: ImportId) -> Outcome<()> {
    cx.require(Act::Import, &[])?;
    Ok(store::import::remove_draft(cx.tx, id)?)
}

/// The files that were taken over last, newest first, and the rounds that proposals can be for. Two
/// statements.
///
/// # Errors
/// [`Error::Forbidden`] unless the actor may import.
pub fn overview(
    cx: &mut Cx<'_, '_>,
    before: Option<(Timestamp, String)>,
    limit: i64,
) -> Outcome<(Vec<FileRow>, Vec<store::proposal::RoundItem>)> {
    cx.require(Act::Import, &[])?;
    Ok((store::import::files(cx.tx, before, limit.clamp(1, 201))?, store::proposal::rounds(cx.tx, None, 20)?))
}

/// An example of a file: its heads in a language and one row.
#[must_use]
pub fn example(kind: Kind, lang: texts::Lang) -> [Vec<&'static str>; 2] {
    let head = |column: &Column| if lang == texts::Lang::Ko { column.ko } else { column.en };
    [kind.columns().iter().map(head).collect(), kind.columns().iter().map(|column| column.example).collect()]
}

/// Where a fault is, in words: `5줄 3열(사업자등록번호)`; empty for the file as a whole.
#[must_use]
pub fn place_of(fault: &Fault, t: texts::Texts) -> String {
    let (line, column) = (fault.line.to_string(), fault.column.to_string());
    match (fault.line, fault.column, fault.head.as_str()) {
        (0, ..) => String::new(),
        (_, 0, "") => t.f1(texts::k::IMPORT_AT_LINE, "line", line),
        (_, 0, head) => t.f2(texts::k::IMPORT_AT_HEAD, ("line", line), ("head", head)),
        (_, _, "") => t.f2(texts::k::IMPORT_AT_CELL, ("line", line), ("column", column)),
        (_, _, head) => {
            t.f(texts::k::IMPORT_AT, &[("line", line.into()), ("column", column.into()), ("head", head.into())])
        }
    }
}

/// A fault in words with its place.
#[must_use]
pub fn place(fault: &Fault, t: texts::Texts, pools: &texts::Pools) -> String {
    let (place, text) = (place_of(fault, t), t.reason(&fault.reason, pools));
    if place.is_empty() { text } else { format!("{place}: {text}") }
}
