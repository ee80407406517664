//! The forms of eligibility and review.

use domain::{Code, Reason};
use service::eligibility::Verdict;
use service::review::{COMMENT_MAX, ReviewChange};

use super::Form;

/// What a reviewer sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// What the review is to say.
    pub change: ReviewChange,
    /// The version that was read.
    pub version: i64,
    /// The name of the open form.
    pub from: String,
    /// Whether it is to be handed in.
    pub submit: bool,
}

/// A review with that many criteria; nothing if some of it cannot be kept.
pub fn read(form: &mut Form, criteria: usize) -> Option<Sent> {
    let points: Vec<Option<Option<i64>>> = (0..criteria).map(|n| points(form, &format!("points.{n}"))).collect();
    let comment_applicant = form.text_or_empty("comment_applicant", COMMENT_MAX);
    let comment_committee = form.text_or_empty("comment_committee", COMMENT_MAX);
    let version = form.value("version").parse().ok();
    if version.is_none() {
        form.wrong("", Code::BadCharacters);
    }
    Some(Sent {
        change: ReviewChange {
            points: points.into_iter().collect::<Option<_>>()?,
            comment_applicant: comment_applicant?,
            comment_committee: comment_committee?,
        },
        version: version?,
        from: form.value("from").chars().take(40).collect(),
        submit: form.value("do") == "submit",
    })
}

/// Points, which may be left out while the review is being written. Whether they are within bounds
/// is the use case's to say.
fn points(form: &mut Form, name: &str) -> Option<Option<i64>> {
    if form.value(name).trim().is_empty() { Some(None) } else { form.int(name, i64::MIN, i64::MAX).map(Some) }
}

/// The form of a review as it is saved.
#[must_use]
pub fn filled(change: &ReviewChange, version: i64, from: &str) -> Form {
    let mut values = vec![
        ("version".to_owned(), version.to_string()),
        ("from".to_owned(), from.to_owned()),
        ("comment_applicant".to_owned(), change.comment_applicant.clone()),
        ("comment_committee".to_owned(), change.comment_committee.clone()),
    ];
    for (n, points) in change.points.iter().enumerate() {
        values.push((format!("points.{n}"), points.map(|points| points.to_string()).unwrap_or_default()));
    }
    Form::filled(values)
}

/// What the office found, with the version of the proposal that it looked at.
pub fn verdict(form: &mut Form) -> Option<(i64, Verdict)> {
    let version = form.int("version", 1, i64::MAX);
    let note = form.text_or_empty("note", 4000);
    let verdict = match form.value("verdict") {
        "eligible" => Some(Verdict::Eligible),
        "return" => note.clone().map(Verdict::Return),
        "reject" => note.clone().map(Verdict::Reject),
        other => {
            let code = if other.is_empty() { Code::Required } else { Code::NotAChoice };
            form.wrong("verdict", Reason::new(code));
            None
        }
    };
    note?;
    Some((version?, verdict?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_may_be_missing_and_are_numbers() {
        let mut form = Form::filled([("version", "3"), ("points.0", "7"), ("points.1", " "), ("do", "submit")]);
        let sent = read(&mut form, 2).expect("readable");
        assert_eq!((sent.change.points, sent.version, sent.submit), (vec![Some(7), None], 3, true));
        assert!(read(&mut Form::filled([("version", "3"), ("points.0", "일곱")]), 1).is_none());
    }

    #[test]
    fn a_verdict_is_one_of_three() {
        let verdict_of =
            |text: &str| verdict(&mut Form::filled([("version", "2"), ("verdict", text), ("note", " 보완 ")]));
        assert_eq!(verdict_of("return"), Some((2, Verdict::Return("보완".to_owned()))));
        assert_eq!(verdict_of("eligible"), Some((2, Verdict::Eligible)));
        assert_eq!(verdict_of("other"), None);
    }
}
