//! The tables of a year as CSV: every cell knows its file, line and field, so that whatever is
//! wrong with it can be pointed at.

use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use texts::{Texts, k};

/// Where something stands in a year's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub file: &'static str,
    /// The line, from 1.
    pub line: u64,
}

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}, line {}{}: {what}", .place.file, .place.line, if .field.is_empty() { String::new() } else { format!(", field {field}") })]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// The field; empty if it is about the whole line.
    pub field: String,
    /// What.
    pub what: String,
}

impl Fault {
    /// The fault in the words of `t`; what is wrong was put into words where it was found.
    #[must_use]
    pub fn told(&self, t: Texts) -> String {
        let (file, line, field) = (self.place.file, self.place.line.to_string(), self.field.as_str());
        let key = if field.is_empty() { k::FAULT_LINE } else { k::FAULT_FIELD };
        let args = [
            ("file", file.into()),
            ("line", line.into()),
            ("field", field.into()),
            ("what", self.what.as_str().into()),
        ];
        t.f(key, &args)
    }
}

impl Place {
    /// What is wrong with a field here.
    pub fn fault(self, field: &str, what: impl std::fmt::Display) -> Fault {
        Fault { place: self, field: field.to_owned(), what: what.to_string() }
    }
}

/// A line of a table.
#[derive(Clone, Debug)]
pub struct Line {
    /// Where it stands.
    pub place: Place,
    columns: &'static [&'static str],
    cells: Vec<String>,
}

/// Reads a table with exactly these columns.
///
/// # Errors
/// Where the text is not such a table.
pub fn read(file: &'static str, text: &str, columns: &'static [&'static str]) -> Result<Vec<Line>, Fault> {
    let mut reader = csv::ReaderBuilder::new().has_headers(true).flexible(false).from_reader(text.as_bytes());
    let broken = |error: &csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        Place { file, line }.fault("", error)
    };
    let head = reader.headers().map_err(|error| broken(&error))?.clone();
    let first = Place { file, line: 1 };
    for (n, column) in columns.iter().enumerate() {
        if head.get(n) != Some(column) {
            return Err(first.fault(column, format!("the columns must be {}", columns.join(","))));
        }
    }
    if let Some(more) = head.get(columns.len()) {
        return Err(first.fault(more, format!("the columns must be {}", columns.join(","))));
    }
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| broken(&error))?;
        let line = record.position().map_or(0, csv::Position::line);
        let cells = record.iter().map(str::to_owned).collect();
        lines.push(Line { place: Place { file, line }, columns, cells });
    }
    Ok(lines)
}

impl Line {
    /// The text of a field, perhaps empty.
    pub fn text(&self, field: &str) -> &str {
        let n = self.columns.iter().position(|column| *column == field);
        n.and_then(|n| self.cells.get(n)).map_or("", |cell| cell.trim())
    }

    /// The text of a field that must not be empty.
    pub fn needed(&self, field: &str) -> Result<&str, Fault> {
        match self.text(field) {
            "" => Err(self.place.fault(field, "is empty")),
            text => Ok(text),
        }
    }

    /// The value of a field that must not be empty.
    pub fn value<T: FromStr<Err: std::fmt::Display>>(&self, field: &str) -> Result<T, Fault> {
        let text = self.needed(field)?;
        text.parse().map_err(|error| self.place.fault(field, format!("\"{text}\": {error}")))
    }

    /// The value of a field that may be empty.
    pub fn perhaps<T: FromStr<Err: std::fmt::Display>>(&self, field: &str) -> Result<Option<T>, Fault> {
        if self.text(field).is_empty() { Ok(None) } else { self.value(field).map(Some) }
    }

    /// `yes` or `no`.
    pub fn truth(&self, field: &str) -> Result<bool, Fault> {
        match self.needed(field)? {
            "yes" => Ok(true),
            "no" => Ok(false),
            text => Err(self.place.fault(field, format!("\"{text}\" is neither yes nor no"))),
        }
    }

    /// An instant written as `2021-05-01 09:30`.
    pub fn instant(&self, field: &str, zone: &TimeZone) -> Result<Timestamp, Fault> {
        instant(self.needed(field)?, zone).map_err(|what| self.place.fault(field, what))
    }

    /// An instant, or nothing.
    pub fn perhaps_instant(&self, field: &str, zone: &TimeZone) -> Result<Option<Timestamp>, Fault> {
        if self.text(field).is_empty() { Ok(None) } else { self.instant(field, zone).map(Some) }
    }

    /// A date, or nothing.
    pub fn perhaps_date(&self, field: &str) -> Result<Option<Date>, Fault> {
        self.perhaps(field)
    }
}

/// Reads `2021-05-01 09:30` as the time of a clock in `zone`.
pub fn instant(text: &str, zone: &TimeZone) -> Result<Timestamp, String> {
    let wrong = || format!("\"{text}\" is not a date and time such as 2021-05-01 09:30");
    if text.len() != 16 {
        return Err(wrong());
    }
    let local: DateTime = text.parse().map_err(|_| wrong())?;
    zone.to_ambiguous_timestamp(local).compatible().map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[&str] = &["at", "amount", "note"];

    fn fault<T: std::fmt::Debug>(result: Result<T, Fault>) -> String {
        result.expect_err("something is wrong").to_string()
    }

    #[test]
    fn what_is_wrong_is_pointed_at() {
        let lines = read("a.csv", "at,amount,note\n2021-05-01 09:30,4,\"two\nlines\"\n2021-05-01,x,\n", COLUMNS)
            .expect("a table");
        let zone = TimeZone::get("Asia/Seoul").expect("bundled");
        assert_eq!(lines[0].instant("at", &zone).expect("an instant").to_string(), "2021-05-01T00:30:00Z");
        assert_eq!(
            fault(lines[1].instant("at", &zone)),
            "a.csv, line 4, field at: \"2021-05-01\" is not a date and time such as 2021-05-01 09:30"
        );
        assert_eq!(
            fault(lines[1].value::<i64>("amount")),
            "a.csv, line 4, field amount: \"x\": invalid digit found in string"
        );
        assert_eq!(fault(lines[1].needed("note")), "a.csv, line 4, field note: is empty");
    }

    #[test]
    fn columns_and_cells_are_counted() {
        assert!(fault(read("a.csv", "at,note\n", COLUMNS)).contains("line 1, field amount"));
        assert!(fault(read("a.csv", "at,amount,note,more\n", COLUMNS)).contains("field more"));
        assert!(fault(read("a.csv", "at,amount,note\n1,2\n", COLUMNS)).contains("line 2"));
    }
}
