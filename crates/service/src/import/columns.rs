//! Heads to columns, and cells to values, with what is wrong noted at its line and column.

use domain::reason::FieldError;
use domain::{Code, Reason, Word};
use jiff::civil::Date;
use texts::{Lang, Texts};

use super::sheet::{Fault, MAX_FAULTS, Row, Sheet};

/// A column that a file may have.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name in the use case: `business_number`.
    pub key: &'static str,
    /// Its head in Korean, as the example file has it.
    pub ko: &'static str,
    /// Its head in English.
    pub en: &'static str,
    /// Whether the file must have it.
    pub needed: bool,
    /// A value for the example file.
    pub example: &'static str,
}

/// A sheet whose columns are known.
pub struct Table<'s> {
    sheet: &'s Sheet,
    columns: &'static [Column],
    /// The position of each column in the file.
    places: Vec<Option<usize>>,
    /// What is wrong so far.
    pub faults: Vec<Fault>,
}

/// A head without what people vary: case, blanks, marks, and what stands in parentheses.
fn plain(head: &str) -> String {
    let bare = head.split(['(', '（', '[']).next().unwrap_or_default();
    bare.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

impl<'s> Table<'s> {
    /// Finds the columns by their heads. Columns that are not known, twice there, or missing are
    /// faults: nothing is left out in silence.
    pub fn new(sheet: &'s Sheet, columns: &'static [Column]) -> Self {
        let mut table = Self { sheet, columns, places: vec![None; columns.len()], faults: Vec::new() };
        for (place, head) in sheet.head.cells.iter().enumerate() {
            let name = plain(head);
            let known = columns
                .iter()
                .position(|column| [column.key, column.ko, column.en].iter().any(|one| plain(one) == name));
            let reason = match known.and_then(|at| table.places.get_mut(at)) {
                Some(free @ None) => {
                    *free = Some(place);
                    continue;
                }
                Some(Some(_)) => Reason::new(Code::ColumnTwice).with("column", head.as_str()),
                None if name.is_empty() && !sheet.rows.iter().any(|row| filled(row, place)) => continue,
                None => Reason::new(Code::ColumnUnknown).with("column", head.as_str()),
            };
            let line = sheet.head.line;
            table.faults.push(Fault { line, column: place + 1, head: head.clone(), reason });
        }
        for (column, place) in columns.iter().zip(&table.places) {
            if column.needed && place.is_none() {
                let reason = Reason::new(Code::ColumnMissing).with("column", column.ko);
                table.faults.push(Fault::at(sheet.head.line, 0, reason));
            }
        }
        // What stands beside the last column has no head.
        let width = sheet.head.cells.len();
        for row in &sheet.rows {
            if let Some(at) = (width..row.cells.len()).find(|at| filled(row, *at)) {
                table.faults.push(Fault::at(row.line, at + 1, Code::TooManyCells));
            }
        }
        table
    }

    /// The rows below the head.
    pub fn rows(&self) -> &'s [Row] {
        &self.sheet.rows
    }

    fn place(&self, key: &str) -> Option<usize> {
        let at = self.columns.iter().position(|column| column.key == key)?;
        self.places.get(at).copied().flatten()
    }

    /// The text of a cell; empty where the file has no such column.
    pub fn text(&self, row: &'s Row, key: &str) -> &'s str {
        self.place(key).and_then(|place| row.cells.get(place)).map_or("", String::as_str)
    }

    /// Notes what is wrong with a cell, or with the row if the file has no such column.
    pub fn wrong(&mut self, row: &Row, key: &str, reason: impl Into<Reason>) {
        let place = self.place(key);
        let head = place.and_then(|place| self.sheet.head.cells.get(place)).cloned().unwrap_or_else(|| {
            self.columns.iter().find(|column| column.key == key).map(|column| column.ko.to_owned()).unwrap_or_default()
        });
        let column = place.map_or(0, |place| place + 1);
        self.faults.push(Fault { line: row.line, column, head, reason: reason.into() });
    }

    /// Notes what a use case refused at a row.
    pub fn refused(&mut self, row: &Row, faults: Vec<FieldError>) {
        for fault in faults {
            self.wrong(row, &fault.field, fault.reason);
        }
    }

    /// Whether so much is wrong that going on tells nobody more.
    pub fn is_hopeless(&self) -> bool {
        self.faults.len() >= MAX_FAULTS
    }

    /// A word of a closed list, written as it is stored or as either language shows it.
    pub fn word<W: Word>(&mut self, row: &'s Row, key: &str) -> Option<W> {
        let text = self.text(row, key);
        if text.is_empty() {
            return None;
        }
        let found = read_word(text);
        if found.is_none() {
            let all: Vec<String> = W::ALL.iter().map(|&word| Texts::new(Lang::Ko).word(word)).collect();
            self.wrong(row, key, Reason::new(Code::NotOneOf).with("choices", all.join(", ")));
        }
        found
    }

    /// A word that must be there.
    pub fn needed_word<W: Word>(&mut self, row: &'s Row, key: &str) -> Option<W> {
        if self.text(row, key).is_empty() {
            self.wrong(row, key, Code::Required);
            return None;
        }
        self.word(row, key)
    }

    /// A date, which may be left out: `None` if it cannot be read, which is noted.
    pub fn date(&mut self, row: &'s Row, key: &str) -> Option<Option<Date>> {
        let text = self.text(row, key);
        if text.is_empty() {
            return Some(None);
        }
        let date = domain::calendar::read_date(text);
        if date.is_none() {
            self.wrong(row, key, domain::calendar::date_fault(text));
        }
        date.map(Some)
    }

    /// Yes or no; no where nothing stands.
    pub fn truth(&mut self, row: &'s Row, key: &str) -> Option<bool> {
        match self.text(row, key).to_lowercase().as_str() {
            "" | "n" | "no" | "x" | "0" | "false" | "아니오" | "아니요" | "미해당" | "비해당" => {
                Some(false)
            }
            "y" | "yes" | "o" | "1" | "true" | "예" | "네" | "해당" => Some(true),
            _ => {
                self.wrong(row, key, Reason::new(Code::NotOneOf).with("choices", "Y, N"));
                None
            }
        }
    }
}

fn filled(row: &Row, place: usize) -> bool {
    row.cells.get(place).is_some_and(|cell| !cell.is_empty())
}

/// A word as it is stored or as either language shows it.
pub fn read_word<W: Word>(text: &str) -> Option<W> {
    let wanted = text.trim().to_lowercase();
    let squeezed = |text: &str| text.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let names = |word: W| {
        let shown = [Lang::Ko, Lang::En].map(|lang| squeezed(&Texts::new(lang).word(word)));
        word.as_str() == wanted || shown.contains(&squeezed(&wanted))
    };
    W::ALL.iter().copied().find(|&word| names(word))
}
