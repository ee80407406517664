//! What people send by forms: read with what is wrong noted per field, and shown again filled in.
//! One file per area for its forms.

pub(crate) mod call;
pub(crate) mod job;
pub(crate) mod label;
pub(crate) mod organization;
pub mod proposal;
pub mod review;

use std::sync::Arc;

use axum::extract::{FromRef, FromRequest, Request};
use domain::{Code, FieldError, Reason, Word};
use edge::{App, Fail};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use service::Error;
use texts::{Pools, Texts};

/// The most fields that a form may send.
const MAX_FIELDS: usize = 2000;

/// A form: its values as typed, and what is wrong with them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    values: Vec<(String, String)>,
    errors: Vec<FieldError>,
    refusals: Vec<Reason>,
    /// What the pools in its reasons are called.
    pools: Arc<Pools>,
}

impl<S: Send + Sync> FromRequest<S> for Form
where
    App: FromRef<S>,
{
    type Rejection = Fail;

    async fn from_request(request: Request, state: &S) -> Result<Self, Fail> {
        let values = axum::extract::Form::<Vec<(String, String)>>::from_request(request, state).await;
        let axum::extract::Form(values) = values.map_err(|rejection| {
            if rejection.status() == http::StatusCode::PAYLOAD_TOO_LARGE {
                return Fail(Error::field("", Reason::new(Code::BodyTooLarge).with("max", "1 MiB")));
            }
            Fail(Error::field("", Code::BadCharacters))
        })?;
        if values.len() > MAX_FIELDS {
            return Err(Fail(Error::field("", Code::TooLong)));
        }
        let pools = Arc::clone(&App::from_ref(state).center.identity.pools);
        Ok(Self { values, pools, ..Self::default() })
    }
}

impl Form {
    /// A form filled in with what is known: for new and edit pages.
    #[must_use]
    pub fn filled<N: Into<String>, V: Into<String>>(values: impl IntoIterator<Item = (N, V)>) -> Self {
        let values = values.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self { values, ..Self::default() }
    }

    // For templates.

    /// The value of a field as typed, or empty.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.values.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// All values of a field that can be sent several times, such as checkboxes.
    #[must_use]
    pub fn values(&self, name: &str) -> Vec<&str> {
        self.values.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
    }

    /// Whether a checkbox or a choice holds `value`.
    #[must_use]
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.values.iter().any(|(key, held)| key == name && held == value)
    }

    /// What is wrong with a field, in words; empty if nothing is.
    #[must_use]
    pub fn error(&self, t: &Texts, name: &str) -> String {
        self.errors
            .iter()
            .filter(|error| error.field == name)
            .map(|error| t.reason(&error.reason, &self.pools))
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Why the whole was refused, in words.
    #[must_use]
    pub fn refusals(&self, t: &Texts) -> Vec<String> {
        let whole = self.errors.iter().filter(|error| error.field.is_empty()).map(|error| &error.reason);
        self.refusals.iter().chain(whole).map(|reason| t.reason(reason, &self.pools)).collect()
    }

    /// The fields with something wrong: name and text, for the summary.
    #[must_use]
    pub fn faults(&self, t: &Texts) -> Vec<(String, String)> {
        let named = self.errors.iter().filter(|error| !error.field.is_empty());
        named.map(|error| (error.field.clone(), t.reason(&error.reason, &self.pools))).collect()
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        self.errors.is_empty() && self.refusals.is_empty()
    }

    /// The indexes of repeated rows `PREFIX.N.field`, in order.
    #[must_use]
    pub fn rows(&self, prefix: &str) -> Vec<usize> {
        let mut rows: Vec<usize> = self
            .values
            .iter()
            .filter_map(|(key, _)| key.strip_prefix(prefix)?.strip_prefix('.')?.split('.').next()?.parse().ok())
            .collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    // For handlers.

    /// Notes what a use case finds wrong, but for fields of which something is said already: so that
    /// a person is told all at once although some fields could not be read.
    pub fn add_faults(&mut self, faults: Vec<FieldError>) {
        for fault in faults {
            if !self.errors.iter().any(|error| error.field == fault.field) {
                self.errors.push(fault);
            }
        }
    }

    /// What is wrong, field by field, for another form.
    #[must_use]
    pub fn into_faults(self) -> Vec<FieldError> {
        self.errors
    }

    /// Gives what is wrong with `from` to the field that the page calls `to`.
    pub fn rename(&mut self, from: &str, to: &str) {
        for error in self.errors.iter_mut().filter(|error| error.field == from) {
            to.clone_into(&mut error.field);
        }
    }

    /// Whether something is wrong with a field.
    #[must_use]
    pub fn is_wrong(&self, name: &str) -> bool {
        self.errors.iter().any(|error| error.field == name)
    }

    /// Puts a value in place of what a field held.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.values.retain(|(key, _)| key != name);
        self.values.push((name.to_owned(), value.into()));
    }

    /// Adds a value to a field that can hold several.
    pub fn add(&mut self, name: &str, value: impl Into<String>) {
        self.values.push((name.to_owned(), value.into()));
    }

    /// Keeps those repeated rows `PREFIX.N.field` of which `keep` says so, and numbers them from 0.
    pub fn keep_rows(&mut self, prefix: &str, keep: impl Fn(&Self, usize) -> bool) {
        let kept: Vec<usize> = self.rows(prefix).into_iter().filter(|&row| keep(self, row)).collect();
        let values = std::mem::take(&mut self.values);
        self.values = values
            .into_iter()
            .filter_map(|(key, value)| {
                let Some(rest) = key.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('.')) else {
                    return Some((key, value));
                };
                let (row, field) = rest.split_once('.')?;
                let row: usize = row.parse().ok()?;
                let place = kept.iter().position(|&one| one == row)?;
                Some((format!("{prefix}.{place}.{field}"), value))
            })
            .collect();
    }

    /// Notes that a field is wrong.
    pub fn wrong(&mut self, name: &str, reason: impl Into<Reason>) {
        self.errors.push(reason.into().at(name));
    }

    /// Puts what a use case refused onto the form, to be shown with it.
    ///
    /// # Errors
    /// The error itself, if it is not about what was typed (not found, not signed in, a fault).
    pub fn take(&mut self, fail: Fail) -> Result<(), Fail> {
        match fail.0 {
            Error::Invalid(errors) => self.errors.extend(errors),
            error @ (Error::Conflict(_) | Error::OverCapacity(_)) => self.refusals.extend(error.reasons()),
            error => return Err(Fail(error)),
        }
        Ok(())
    }

    /// The same, for a page with several forms: what the use case calls `name` is `PREFIXname` here.
    ///
    /// # Errors
    /// The error itself, if it is not about what was typed.
    pub fn take_as(&mut self, prefix: &str, fail: Fail) -> Result<(), Fail> {
        let before = self.errors.len();
        self.take(fail)?;
        for error in self.errors.iter_mut().skip(before).filter(|error| !error.field.is_empty()) {
            error.field.insert_str(0, prefix);
        }
        Ok(())
    }

    /// A text of 1 to `max` characters, without blanks around it. Line breaks become `\n`.
    pub fn text(&mut self, name: &str, max: usize) -> Option<String> {
        let text = self.text_or_empty(name, max)?;
        if text.is_empty() {
            self.wrong(name, Code::Required);
            return None;
        }
        Some(text)
    }

    /// A text of up to `max` characters, which may be left out; `None` if it is wrong.
    pub fn text_or_empty(&mut self, name: &str, max: usize) -> Option<String> {
        let text = self.value(name).replace("\r\n", "\n").trim().to_owned();
        if text.chars().any(domain::text::is_refused) || text.contains('\r') {
            self.wrong(name, Code::BadCharacters);
            return None;
        }
        if text.chars().count() > max {
            self.wrong(name, Reason::new(Code::TooLong).with("max", i64::try_from(max).unwrap_or(i64::MAX)));
            return None;
        }
        // What shows nothing is nothing.
        Some(if domain::text::is_blank(&text) { String::new() } else { text })
    }

    /// A secret as typed: not trimmed, not checked but for its length.
    pub fn secret(&mut self, name: &str) -> Option<String> {
        let text = self.value(name).to_owned();
        if text.is_empty() {
            self.wrong(name, Code::Required);
            return None;
        }
        if text.chars().count() > 1000 {
            self.wrong(name, Reason::new(Code::TooLong).with("max", 1000));
            return None;
        }
        Some(text)
    }

    /// A whole number within `min` to `max`; thousands separators are let pass.
    pub fn int(&mut self, name: &str, min: i64, max: i64) -> Option<i64> {
        let text = self.text(name, 40)?.replace(',', "");
        let Ok(number) = text.parse::<i64>() else {
            self.wrong(name, Code::NotANumber);
            return None;
        };
        if number < min {
            self.wrong(name, Reason::new(Code::TooSmall).with("min", min));
            return None;
        }
        if number > max {
            self.wrong(name, Reason::new(Code::TooLarge).with("max", max));
            return None;
        }
        Some(number)
    }

    /// A civil date `2026-11-23`.
    pub fn date(&mut self, name: &str) -> Option<Date> {
        let text = self.text(name, 40)?;
        match parse_date(&text) {
            Some(date) => Some(date),
            None => {
                self.wrong(name, domain::calendar::date_fault(&text));
                None
            }
        }
    }

    /// A civil date, which may be left out: `Some(None)` if it is.
    pub fn date_if_given(&mut self, name: &str) -> Option<Option<Date>> {
        if self.value(name).trim().is_empty() { Some(None) } else { self.date(name).map(Some) }
    }

    /// A time of the day `14:00`, which may be left out: `Some(None)` if it is.
    pub fn time_if_given(&mut self, name: &str) -> Option<Option<Time>> {
        if self.value(name).trim().is_empty() {
            return Some(None);
        }
        let text = self.text(name, 40)?;
        match text.parse::<Time>() {
            Ok(time) if text.len() >= 5 => Some(Some(time)),
            _ => {
                self.wrong(name, Code::NotATime);
                None
            }
        }
    }

    /// A date and time in Korea, `2026-11-23T14:00` or with a blank, as an instant.
    pub fn instant(&mut self, name: &str) -> Option<Timestamp> {
        let text = self.text(name, 40)?;
        let parsed = text
            .replace(' ', "T")
            .parse::<DateTime>()
            .ok()
            .filter(|at| domain::calendar::year_fits(at.date()) && text.len() > 10);
        let zone = TimeZone::get("Asia/Seoul").unwrap_or(TimeZone::UTC);
        match parsed.and_then(|at| zone.to_ambiguous_timestamp(at).compatible().ok()) {
            Some(at) => Some(at),
            None => {
                self.wrong(name, Code::NotAnInstant);
                None
            }
        }
    }

    /// One word of a closed list.
    pub fn choice<W: Word + std::str::FromStr>(&mut self, name: &str) -> Option<W> {
        self.parsed(name)
    }

    /// Anything that is read from text, such as an id: what cannot be read is "not a choice".
    pub fn parsed<T: std::str::FromStr>(&mut self, name: &str) -> Option<T> {
        let text = self.text(name, 200)?;
        match text.parse() {
            Ok(value) => Some(value),
            Err(_) => {
                self.wrong(name, Code::NotAChoice);
                None
            }
        }
    }

    /// One word of a closed list, which may be left out: as filters of lists are read. What is not
    /// on the list is noted and taken for nothing.
    pub fn choice_if_given<W: std::str::FromStr>(&mut self, name: &str) -> Option<W> {
        if self.value(name).trim().is_empty() { None } else { self.parsed(name) }
    }

    /// Whether a checkbox is set.
    #[must_use]
    pub fn checked(&self, name: &str) -> bool {
        !self.value(name).is_empty()
    }
}

pub use domain::calendar::read_date as parse_date;

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use texts::Lang;

    fn typed(value: &str) -> Form {
        Form::filled([("x", value)])
    }

    fn fault<T: std::fmt::Debug>(value: &str, read: impl FnOnce(&mut Form) -> Option<T>) -> Code {
        let mut form = typed(value);
        assert!(read(&mut form).is_none(), "{value:?} was let pass");
        form.errors[0].reason.code
    }

    #[test]
    fn texts_are_trimmed_and_bounded() {
        assert_eq!(typed("  가\r\n나 ").text("x", 3), Some("가\n나".to_owned()));
        assert_eq!(fault("   ", |form| form.text("x", 3)), Code::Required);
        assert_eq!(fault("가나다라", |form| form.text("x", 3)), Code::TooLong);
        assert_eq!(fault("a\u{0}b", |form| form.text("x", 9)), Code::BadCharacters);
        assert_eq!(fault("abc\u{202E}fdp", |form| form.text("x", 9)), Code::BadCharacters);
        assert_eq!(typed("").text_or_empty("x", 3), Some(String::new()));
        // A filler of Hangul, a blank of no width: nothing to see.
        assert_eq!(fault("\u{3164}\u{200B}", |form| form.text("x", 9)), Code::Required);
        assert_eq!(typed("\u{200B}").text_or_empty("x", 3), Some(String::new()));
    }

    #[test]
    fn numbers_are_whole_and_within_bounds() {
        assert_eq!(typed(" 1,024 ").int("x", 1, 2000), Some(1024));
        assert_eq!(fault("1.5", |form| form.int("x", 1, 9)), Code::NotANumber);
        assert_eq!(fault("99999999999999999999", |form| form.int("x", 1, 9)), Code::NotANumber);
        assert_eq!(fault("0", |form| form.int("x", 1, 9)), Code::TooSmall);
        assert_eq!(fault("-3", |form| form.int("x", 1, 9)), Code::TooSmall);
        assert_eq!(fault("10", |form| form.int("x", 1, 9)), Code::TooLarge);
    }

    #[test]
    fn dates_are_read_as_koreans_type_them() {
        for text in ["2026-11-23", "2026. 11. 23.", "2026/11/23", "20261123", " 2026.11.23 "] {
            assert_eq!(typed(text).date("x"), Some(date(2026, 11, 23)), "{text}");
        }
        for text in ["2900-01-01", "0001-01-01", "1899. 12. 31."] {
            assert_eq!(fault(text, |form| form.date("x")), Code::YearOutOfRange, "{text}");
        }
        for text in ["2026-02-30", "26-11-23", "2026-11", "내일", "2026-11-23-1", "２０２６-11-23"] {
            assert_eq!(fault(text, |form| form.date("x")), Code::NotADate, "{text}");
        }
        assert_eq!(typed(" ").date_if_given("x"), Some(None));
    }

    #[test]
    fn times_are_korean_times() {
        let at: Timestamp = "2026-11-23T05:00:00Z".parse().expect("an instant");
        assert_eq!(typed("2026-11-23T14:00").instant("x"), Some(at));
        assert_eq!(typed("2026-11-23 14:00").instant("x"), Some(at));
        for text in ["2026-11-23", "2026-11-23T25:00", "14:00"] {
            assert_eq!(fault(text, |form| form.instant("x")), Code::NotAnInstant, "{text}");
        }
    }

    #[test]
    fn a_time_of_the_day_may_be_left_out() {
        assert_eq!(typed("14:00").time_if_given("x"), Some(Some(jiff::civil::time(14, 0, 0, 0))));
        assert_eq!(typed(" ").time_if_given("x"), Some(None));
        for text in ["25:00", "14", "오후 두 시", "14:00:99"] {
            assert_eq!(fault(text, |form| form.time_if_given("x")), Code::NotATime, "{text}");
        }
    }

    #[test]
    fn rows_are_taken_out_and_the_rest_numbered_anew() {
        let mut form = Form::filled([("a.7.x", "7"), ("a.2.x", "2"), ("a.2.y.z", "2"), ("a.x.y", ""), ("b", "1")]);
        form.keep_rows("a", |form, row| form.value(&format!("a.{row}.x")) != "7");
        assert_eq!(form, Form::filled([("a.0.x", "2"), ("a.0.y.z", "2"), ("b", "1")]));
        form.set("b", "2");
        assert_eq!(form.values("b"), ["2"]);
    }

    #[test]
    fn repeated_rows_are_found_by_their_numbers() {
        let form =
            Form::filled([("lines.2.devices", "8"), ("lines.0.devices", "4"), ("lines.x.y", ""), ("other", "1")]);
        assert_eq!(form.rows("lines"), [0, 2]);
    }

    #[test]
    fn refusals_of_a_use_case_are_shown_with_the_form_and_faults_are_not() {
        let t = Texts::new(Lang::Ko);
        let mut form = typed("1");
        form.take(Fail(Error::field("x", Code::Taken))).expect("about a field");
        form.take(Fail(Error::conflict(Code::Changed))).expect("about the state of things");
        assert_eq!(form.error(&t, "x"), "이미 사용 중입니다.");
        assert_eq!(form.refusals(&t).len(), 1);
        assert!(form.take(Fail(Error::NotFound)).is_err());
    }

    #[derive(askama::Template)]
    #[template(
        source = r#"{% import "components/form.html" as f %}{% import "components/paging.html" as paging %}
{% call f::summary(t, form) %}{% endcall %}
{% call f::input(t, form, "text", "x", "Name", "hint", true) %}{% endcall %}
{% call f::area(t, form, "y", "Text", "", false, 4) %}{% endcall %}
{% call f::select(t, form, "z", "Choice", "", true, choices) %}{% endcall %}
{% call f::check(t, form, "w", "Agreed", "") %}{% endcall %}
{% call paging::next(t, next, "/list?") %}{% endcall %}"#,
        ext = "html"
    )]
    struct Fields {
        t: Texts,
        form: Form,
        choices: Vec<(String, String)>,
        next: Option<String>,
    }
    use texts::k;

    #[test]
    fn a_rejected_form_comes_back_filled_in_with_each_fault_beside_its_field() {
        let mut form = Form::filled([("x", "<b>\"가\"</b>"), ("y", "글"), ("z", "b"), ("w", "1")]);
        form.wrong("x", Code::Taken);
        form.take(Fail(Error::conflict(Code::Changed))).expect("about the state of things");
        let choices = vec![("a".to_owned(), "A".to_owned()), ("b".to_owned(), "B".to_owned())];
        let page = Fields { t: Texts::new(Lang::Ko), form, choices, next: Some("5b".to_owned()) };
        let text = askama::Template::render(&page).expect("the template holds");
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        insta::assert_snapshot!(lines.join("\n"));
    }
}
