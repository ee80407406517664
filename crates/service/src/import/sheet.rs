//! Files that people bring, read into rows of text: CSV in the encodings and with the separators
//! that Korean offices use, and XLSX. Nothing here trusts the file: size, rows, columns, cells and
//! what an archive unpacks to are bounded before memory is spent on them.

use std::io::{Cursor, Read as _};

use calamine::{DataRef, Reader as _, SheetVisible, Xlsx};
use domain::{Code, Reason};

/// How much of a file is read at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Bytes that an archive may unpack to.
    pub unpacked: usize,
    /// Rows below the head.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
    /// Characters of one cell.
    pub cell: usize,
}

impl Limits {
    /// For uploads on a page.
    pub const PAGE: Self = Self { bytes: 8 << 20, unpacked: 32 << 20, rows: 5_000, columns: 100, cell: 20_000 };

    /// For files given on the machine itself.
    #[must_use]
    pub fn command_line(rows: usize) -> Self {
        Self { bytes: 64 << 20, unpacked: 256 << 20, rows, ..Self::PAGE }
    }
}

/// Something wrong with a file, where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1; 0 is the file as a whole.
    pub line: usize,
    /// The column, from 1; 0 is the line as a whole.
    pub column: usize,
    /// The column's head as the file has it, or empty.
    pub head: String,
    /// What is wrong.
    pub reason: Reason,
}

impl Fault {
    /// A fault of the file as a whole.
    #[must_use]
    pub fn whole(reason: impl Into<Reason>) -> Self {
        Self::at(0, 0, reason)
    }

    /// A fault at a place.
    #[must_use]
    pub fn at(line: usize, column: usize, reason: impl Into<Reason>) -> Self {
        Self { line, column, head: String::new(), reason: reason.into() }
    }
}

/// A row with the line on which it begins. Cells that the file leaves out are not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line, from 1.
    pub line: usize,
    /// Its cells, trimmed.
    pub cells: Vec<String>,
}

/// A file as rows; the first is its head. Rows without any text are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// What the file is, for the summary: `XLSX`, `UTF-8`, `EUC-KR`, `UTF-16LE`.
    pub form: &'static str,
    /// The head.
    pub head: Row,
    /// The rows.
    pub rows: Vec<Row>,
}

/// The most faults that are named.
pub const MAX_FAULTS: usize = 200;

/// Reads a file.
///
/// # Errors
/// Everything that is wrong with it, at most [`MAX_FAULTS`] faults.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Sheet, Vec<Fault>> {
    if bytes.len() > limits.bytes {
        return Err(vec![Fault::whole(Reason::new(Code::FileTooLarge).with("max", size(limits.bytes)))]);
    }
    let (form, rows) = if bytes.starts_with(b"PK\x03\x04") {
        ("XLSX", xlsx(bytes, limits)?)
    } else if let Some(kind) = foreign(bytes) {
        return Err(vec![Fault::whole(Reason::new(Code::FileKind).with("kind", kind))]);
    } else {
        let (form, text) = decoded(bytes).map_err(|fault| vec![fault])?;
        (form, delimited(&text, limits)?)
    };
    let mut rows = rows.into_iter().filter(|row| row.cells.iter().any(|cell| !cell.is_empty()));
    let Some(head) = rows.next() else { return Err(vec![Fault::whole(Code::FileEmpty)]) };
    let rows: Vec<Row> = rows.collect();
    if rows.is_empty() {
        return Err(vec![Fault::whole(Code::FileEmpty)]);
    }
    Ok(Sheet { form, head, rows })
}

fn size(bytes: usize) -> String {
    format!("{} MiB", bytes >> 20)
}

/// The kind of a file that is neither text nor XLSX, by its first bytes.
fn foreign(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 6] = [
        (b"\xD0\xCF\x11\xE0", "XLS/HWP"),
        (b"%PDF", "PDF"),
        (b"\x1F\x8B", "GZIP"),
        (b"7z\xBC\xAF", "7Z"),
        (b"PK\x05\x06", "ZIP"),
        (b"\x89PNG", "PNG"),
    ];
    KINDS.iter().find(|(mark, _)| bytes.starts_with(mark)).map(|(_, kind)| *kind)
}

// Text.

/// The text of a file: UTF-8 with or without a mark, UTF-16 with or without one, else CP949.
fn decoded(bytes: &[u8]) -> Result<(&'static str, String), Fault> {
    use encoding_rs::{EUC_KR, Encoding, UTF_8, UTF_16BE, UTF_16LE};
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None => match zeros(bytes) {
            Some(encoding) => encoding,
            None if std::str::from_utf8(bytes).is_ok() => UTF_8,
            // encoding_rs reads EUC-KR as browsers do: with all of CP949.
            None => EUC_KR,
        },
    };
    debug_assert!([UTF_8, UTF_16BE, UTF_16LE, EUC_KR].contains(&encoding));
    let (text, _, broken) = encoding.decode(bytes);
    let refused = text.chars().position(|c| c == '\u{FFFD}').filter(|_| broken);
    if broken {
        let line = 1 + text.chars().take(refused.unwrap_or(0)).filter(|c| *c == '\n').count();
        return Err(Fault::at(line, 0, Reason::new(Code::FileEncoding).with("encoding", encoding.name())));
    }
    Ok((encoding.name(), text.into_owned()))
}

/// UTF-16 without a mark shows itself by the zeros beside every letter and separator of ASCII.
fn zeros(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let start = &bytes[..bytes.len().min(4096)];
    let zeros = |parity: usize| start.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    // Some syllables have a zero as well (관 is U+AD00): the side with more of them decides.
    if even.max(odd) <= start.len() / 50 {
        None
    } else if odd > even {
        Some(encoding_rs::UTF_16LE)
    } else {
        Some(encoding_rs::UTF_16BE)
    }
}

/// The separator of a text: the most frequent of `,`, `;` and tab outside of quotes on its first
/// line.
fn separator(text: &str) -> char {
    let mut counts = [(',', 0), (';', 0), ('\t', 0)];
    let mut quoted = false;
    for c in text.trim_start().chars() {
        match c {
            '"' => quoted = !quoted,
            '\n' | '\r' if !quoted => break,
            c if !quoted => {
                if let Some((_, count)) = counts.iter_mut().find(|(mark, _)| *mark == c) {
                    *count += 1;
                }
            }
            _ => {}
        }
    }
    // The first of equals: a comma.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(',', |(mark, _)| *mark)
}

/// Where a reader of delimited text stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before the first character of a cell.
    Start,
    /// Within a cell without quotes.
    Plain,
    /// Within quotes, which began at line and column.
    Quoted(usize, usize),
    /// After closing quotes.
    Closed,
}

struct Delimited<'l> {
    limits: &'l Limits,
    rows: Vec<Row>,
    faults: Vec<Fault>,
    cells: Vec<String>,
    cell: String,
    /// Characters in the cell so far.
    length: usize,
    began: usize,
    full: bool,
}

impl Delimited<'_> {
    fn fault(&mut self, line: usize, column: usize, reason: impl Into<Reason>) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(Fault::at(line, column, reason));
        }
    }

    fn push(&mut self, c: char) {
        self.length += 1;
        // The text is in memory already; a cell beyond its limit is told, not kept.
        if self.length <= self.limits.cell {
            self.cell.push(c);
        }
    }

    fn end_cell(&mut self, line: usize) {
        let column = self.cells.len() + 1;
        if self.length > self.limits.cell {
            let max = i64::try_from(self.limits.cell).unwrap_or(i64::MAX);
            self.fault(line, column, Reason::new(Code::TooLong).with("max", max));
        }
        if column == self.limits.columns + 1 {
            let max = i64::try_from(self.limits.columns).unwrap_or(i64::MAX);
            self.fault(line, 0, Reason::new(Code::TooManyColumns).with("max", max));
        }
        let text = std::mem::take(&mut self.cell);
        self.length = 0;
        if column <= self.limits.columns {
            let text = text.trim().to_owned();
            if let Some(reason) = refused(&text) {
                self.fault(line, column, reason);
            }
            self.cells.push(text);
        } else if column == self.limits.columns + 1 {
            // Told once; what comes after it in the row is not looked at.
            self.cells.push(String::new());
        }
    }

    fn end_row(&mut self, next: usize) {
        self.end_cell(next.saturating_sub(1).max(self.began));
        let row = Row { line: self.began, cells: std::mem::take(&mut self.cells) };
        self.began = next;
        if row.cells.iter().all(String::is_empty) {
            return;
        }
        // One row more for the head.
        if self.rows.len() > self.limits.rows {
            self.full = true;
            let max = i64::try_from(self.limits.rows).unwrap_or(i64::MAX);
            self.fault(row.line, 0, Reason::new(Code::TooManyRows).with("max", max));
        } else {
            self.rows.push(row);
        }
    }
}

/// What no cell may hold: what a spreadsheet would take for a formula, and characters that are not
/// for reading.
fn refused(text: &str) -> Option<Code> {
    if text.starts_with(['=', '@']) {
        return Some(Code::FormulaCell);
    }
    let unfit = |c: char| (c.is_control() && !matches!(c, '\n' | '\t' | '\r')) || is_unseen(c);
    text.chars().any(unfit).then_some(Code::BadCharacters)
}

/// Marks that change how the text around them is shown, and what stands for a character that was
/// lost.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{FFFD}')
}

/// Delimited text (RFC 4180) with its slips named: quotes that do not close, text after closing
/// quotes, a quote within a cell that does not begin with one.
fn delimited(text: &str, limits: &Limits) -> Result<Vec<Row>, Vec<Fault>> {
    let mark = separator(text);
    let mut out = Delimited {
        limits,
        rows: Vec::new(),
        faults: Vec::new(),
        cells: Vec::new(),
        cell: String::new(),
        length: 0,
        began: 1,
        full: false,
    };
    let mut place = Place::Start;
    let mut line = 1;
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        if out.full || out.faults.len() >= MAX_FAULTS {
            break;
        }
        if let Place::Quoted(_, _) = place {
            match c {
                '"' if letters.peek() == Some(&'"') => {
                    letters.next();
                    out.push('"');
                }
                '"' => place = Place::Closed,
                '\r' if letters.peek() == Some(&'\n') => {}
                c => {
                    line += usize::from(c == '\n');
                    out.push(c);
                }
            }
            continue;
        }
        match c {
            c if c == mark => {
                out.end_cell(line);
                place = Place::Start;
            }
            '\r' if letters.peek() == Some(&'\n') => {}
            '\n' | '\r' => {
                line += 1;
                out.end_row(line);
                place = Place::Start;
            }
            '"' if place == Place::Start && out.cell.trim().is_empty() => {
                out.cell.clear();
                out.length = 0;
                place = Place::Quoted(line, out.cells.len() + 1);
            }
            ' ' | '\t' if place == Place::Closed => {}
            '"' => {
                let column = out.cells.len() + 1;
                out.fault(line, column, Code::BrokenQuote);
                out.push(c);
            }
            c if place == Place::Closed => {
                let column = out.cells.len() + 1;
                out.fault(line, column, Code::BrokenQuote);
                out.push(c);
                place = Place::Plain;
            }
            c => {
                out.push(c);
                if !c.is_whitespace() {
                    place = Place::Plain;
                }
            }
        }
    }
    if let Place::Quoted(line, column) = place {
        out.fault(line, column, Code::BrokenQuote);
    } else if !out.full && (place != Place::Start || !out.cells.is_empty()) {
        out.end_row(line + 1);
    }
    if out.faults.is_empty() { Ok(out.rows) } else { Err(out.faults) }
}

// XLSX.

/// The most files in an archive that is a workbook.
const MAX_ENTRIES: usize = 2_000;

/// Unpacks everything once into nothing, counting: what an archive says of its own sizes is not to
/// be believed.
fn unpacks_within(bytes: &[u8], limits: &Limits) -> Result<(), Fault> {
    let unreadable = || Fault::whole(Reason::new(Code::FileUnreadable));
    let bomb = || Fault::whole(Reason::new(Code::ArchiveTooLarge).with("max", size(limits.unpacked)));
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| unreadable())?;
    if archive.len() > MAX_ENTRIES {
        return Err(bomb());
    }
    let mut left = u64::try_from(limits.unpacked).unwrap_or(u64::MAX);
    for position in 0..archive.len() {
        // Also what is encrypted or packed in a way that workbooks are not.
        let entry = archive.by_index(position).map_err(|_| unreadable())?;
        // What a workbook says of the number of its texts is believed by who reads it: memory for so
        // many is asked for at once, and where there is none, the program ends.
        let name = entry.name().map_err(|_| unreadable())?;
        let counted = name.to_ascii_lowercase().ends_with("sharedstrings.xml");
        let mut texts = Vec::new();
        let mut entry = entry.take(left.saturating_add(1));
        let read = if counted {
            entry.read_to_end(&mut texts).map(|read| u64::try_from(read).unwrap_or(u64::MAX))
        } else {
            std::io::copy(&mut entry, &mut std::io::sink())
        };
        let read = read.map_err(|_| unreadable())?;
        left = left.checked_sub(read).ok_or_else(bomb)?;
        if promised_texts(&texts) > read {
            return Err(bomb());
        }
    }
    Ok(())
}

/// The largest number of texts that any `uniqueCount` in it speaks of. A text takes several bytes.
fn promised_texts(xml: &[u8]) -> u64 {
    const NAME: &[u8] = b"uniqueCount";
    let found = xml.windows(NAME.len()).enumerate().filter(|(_, window)| *window == NAME);
    let value = |(at, _): (usize, &[u8])| {
        let rest = xml.get(at + NAME.len()..).unwrap_or_default();
        let quoted = rest.iter().skip_while(|byte| !matches!(byte, b'"' | b'\'')).skip(1);
        let digits = quoted.take_while(|byte| !matches!(byte, b'"' | b'\'')).filter(|byte| byte.is_ascii_digit());
        digits.fold(0_u64, |sum, digit| sum.saturating_mul(10).saturating_add(u64::from(digit - b'0')))
    };
    found.map(value).max().unwrap_or(0)
}

/// The first visible sheet of a workbook. Cells are read one by one: a sheet with a single cell in
/// its farthest corner costs one cell.
fn xlsx(bytes: &[u8], limits: &Limits) -> Result<Vec<Row>, Vec<Fault>> {
    unpacks_within(bytes, limits).map_err(|fault| vec![fault])?;
    // A workbook that makes the reader trip must not take the program with it.
    let read = std::panic::AssertUnwindSafe(|| cells(bytes, limits));
    std::panic::catch_unwind(read).unwrap_or_else(|_| Err(vec![Fault::whole(Code::FileUnreadable)]))
}

fn cells(bytes: &[u8], limits: &Limits) -> Result<Vec<Row>, Vec<Fault>> {
    let unreadable = || vec![Fault::whole(Code::FileUnreadable)];
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| unreadable())?;
    let visible = book.sheets_metadata().iter().find(|sheet| sheet.visible == SheetVisible::Visible);
    let name = visible.map(|sheet| sheet.name.clone()).ok_or_else(unreadable)?;
    let mut reader = book.worksheet_cells_reader(&name).map_err(|_| unreadable())?;
    let mut rows: Vec<Row> = Vec::new();
    let mut faults: Vec<Fault> = Vec::new();
    while let Some(cell) = reader.next_cell_with_formula_metadata().map_err(|_| unreadable())? {
        let (line, column) = (place(cell.pos.0), place(cell.pos.1));
        let text = if cell.formula.is_some() { Err(Code::FormulaCell.into()) } else { written(&cell.value) };
        let text = text.and_then(|text| within(text.trim(), limits));
        let text = match text {
            Ok(text) if text.is_empty() => continue,
            Ok(text) => text,
            Err(reason) => {
                faults.push(Fault::at(line, column, reason));
                String::new()
            }
        };
        if column > limits.columns {
            let max = i64::try_from(limits.columns).unwrap_or(i64::MAX);
            faults.push(Fault::at(line, 0, Reason::new(Code::TooManyColumns).with("max", max)));
        } else {
            // Cells come in order; only a workbook made to trip us goes back.
            match rows.last() {
                Some(row) if row.line > line => return Err(unreadable()),
                Some(row) if row.line == line => {}
                _ => rows.push(Row { line, cells: Vec::new() }),
            }
            let Some(row) = rows.last_mut() else { return Err(unreadable()) };
            row.cells.resize(row.cells.len().max(column), String::new());
            row.cells[column - 1] = text;
        }
        if rows.len() > limits.rows + 1 {
            let max = i64::try_from(limits.rows).unwrap_or(i64::MAX);
            faults.push(Fault::at(line, 0, Reason::new(Code::TooManyRows).with("max", max)));
            break;
        }
        if faults.len() >= MAX_FAULTS {
            break;
        }
    }
    if faults.is_empty() { Ok(rows) } else { Err(faults) }
}

/// A row or column of a workbook counted from 1.
fn place(position: u32) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX - 1) + 1
}

fn within(text: &str, limits: &Limits) -> Result<String, Reason> {
    if text.chars().count() > limits.cell {
        let max = i64::try_from(limits.cell).unwrap_or(i64::MAX);
        return Err(Reason::new(Code::TooLong).with("max", max));
    }
    match refused(text) {
        Some(code) => Err(code.into()),
        None => Ok(text.replace("\r\n", "\n")),
    }
}

/// A cell as it would be typed: whole numbers without a point, dates as `2026-11-23`.
fn written(value: &DataRef<'_>) -> Result<String, Reason> {
    Ok(match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        // Adding a zero makes -0 a plain 0; beyond 2^53 a workbook's numbers are no longer exact.
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 9e15 => format!("{:.0}", number + 0.0),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(truth) => (if *truth { "Y" } else { "N" }).to_owned(),
        DataRef::DateTime(at) => {
            let (year, month, day, hour, minute, ..) = at.to_ymd_hms_milli();
            if (hour, minute) == (0, 0) {
                format!("{year:04}-{month:02}-{day:02}")
            } else {
                format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}")
            }
        }
        // A #REF! and its like, and whatever workbooks learn to hold.
        _ => return Err(Code::FormulaCell.into()),
    })
}
