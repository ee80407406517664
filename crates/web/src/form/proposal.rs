//! The form of a proposal: read however unfinished it is, and filled in from what is saved.

use domain::Code;
use domain::proposal::DraftLine;
use service::proposal::{ProposalChange, SUMMARY_MAX, USAGE_PLAN_MAX};

use super::Form;

/// The fields of a request line.
pub const LINE_FIELDS: [&str; 7] =
    ["product", "pool", "amount", "min_amount", "earliest_start_on", "latest_last_on", "months"];

/// What is to be done beside saving.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Nothing.
    Save,
    /// A further line.
    AddLine,
    /// Without that line.
    RemoveLine(usize),
    /// It is to be submitted.
    Submit,
}

/// What somebody sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// What the proposal is to say.
    pub change: ProposalChange,
    /// The version that was read.
    pub version: i64,
    /// The name of the open form.
    pub from: String,
    /// What is to be done.
    pub wanted: Wanted,
}

/// What was sent; nothing if some of it cannot even be kept, which is noted on the form.
pub fn read(form: &mut Form) -> Option<Sent> {
    // As the use case counts them: from 0 without gaps.
    form.keep_rows("lines", |_, _| true);
    let title_ko = form.text_or_empty("title_ko", service::call::TITLE_MAX);
    let title_en = form.text_or_empty("title_en", service::call::TITLE_MAX);
    let summary = form.text_or_empty("summary", SUMMARY_MAX);
    let usage_plan = form.text_or_empty("usage_plan", USAGE_PLAN_MAX);
    let sector = form.text_or_empty("sector", 40);
    let lines: Vec<Option<DraftLine>> = form.rows("lines").into_iter().map(|n| line(form, n)).collect();
    let version = form.value("version").parse().ok();
    if version.is_none() {
        form.wrong("", Code::BadCharacters);
    }
    Some(Sent {
        change: ProposalChange {
            title_ko: title_ko?,
            title_en: title_en?,
            summary: summary?,
            usage_plan: usage_plan?,
            sector: sector?,
            rnd_cluster: form.checked("rnd_cluster"),
            lines: lines.into_iter().collect::<Option<_>>()?,
        },
        version: version?,
        from: form.value("from").chars().take(40).collect(),
        wanted: wanted(form.value("do")),
    })
}

/// What was typed as it is, also what cannot be kept: for telling what else is wrong.
#[must_use]
pub fn as_typed(form: &Form) -> ProposalChange {
    let text = |name: &str| form.value(name).replace("\r\n", "\n").trim().to_owned();
    let line = |n: usize| {
        let values = LINE_FIELDS.map(|field| text(&format!("lines.{n}.{field}")));
        let [product, pool, amount, min_amount, earliest_start_on, latest_last_on, months] = values;
        DraftLine { product, pool, amount, min_amount, earliest_start_on, latest_last_on, months }
    };
    ProposalChange {
        title_ko: text("title_ko"),
        title_en: text("title_en"),
        summary: text("summary"),
        usage_plan: text("usage_plan"),
        sector: text("sector"),
        rnd_cluster: form.checked("rnd_cluster"),
        lines: form.rows("lines").into_iter().map(line).collect(),
    }
}

fn wanted(text: &str) -> Wanted {
    match text {
        "line" => Wanted::AddLine,
        "submit" => Wanted::Submit,
        _ => match text.strip_prefix("remove-").and_then(|n| n.parse().ok()) {
            Some(n) => Wanted::RemoveLine(n),
            None => Wanted::Save,
        },
    }
}

fn line(form: &mut Form, n: usize) -> Option<DraftLine> {
    let values = LINE_FIELDS.map(|field| form.text_or_empty(&format!("lines.{n}.{field}"), 100));
    let [product, pool, amount, min_amount, earliest_start_on, latest_last_on, months] = values;
    Some(DraftLine {
        product: product?,
        pool: pool?,
        amount: amount?,
        min_amount: min_amount?,
        earliest_start_on: earliest_start_on?,
        latest_last_on: latest_last_on?,
        months: months?,
    })
}

/// The form of what is saved, with at least one line to fill in.
#[must_use]
pub fn filled(change: &ProposalChange, version: i64, from: &str) -> Form {
    let mut values = vec![
        ("version".to_owned(), version.to_string()),
        ("from".to_owned(), from.to_owned()),
        ("title_ko".to_owned(), change.title_ko.clone()),
        ("title_en".to_owned(), change.title_en.clone()),
        ("summary".to_owned(), change.summary.clone()),
        ("usage_plan".to_owned(), change.usage_plan.clone()),
        ("sector".to_owned(), change.sector.clone()),
        ("rnd_cluster".to_owned(), if change.rnd_cluster { "1" } else { "" }.to_owned()),
    ];
    let blank = [DraftLine::default()];
    let lines = if change.lines.is_empty() { &blank[..] } else { &change.lines[..] };
    for (n, line) in lines.iter().enumerate() {
        let DraftLine { product, pool, amount, min_amount, earliest_start_on, latest_last_on, months } = line;
        let texts = [product, pool, amount, min_amount, earliest_start_on, latest_last_on, months];
        for (field, text) in LINE_FIELDS.iter().zip(texts) {
            values.push((format!("lines.{n}.{field}"), text.clone()));
        }
    }
    Form::filled(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(values: &[(&str, &str)]) -> (Form, Option<Sent>) {
        let mut form = Form::filled(values.iter().copied());
        let sent = read(&mut form);
        (form, sent)
    }

    #[test]
    fn what_is_saved_comes_back_as_it_was() {
        let change = ProposalChange {
            title_ko: "제목".to_owned(),
            rnd_cluster: true,
            lines: vec![DraftLine { amount: "많이".to_owned(), ..DraftLine::default() }, DraftLine::default()],
            ..ProposalChange::default()
        };
        let read = read(&mut filled(&change, 7, "a")).expect("readable");
        assert_eq!(read, Sent { change, version: 7, from: "a".to_owned(), wanted: Wanted::Save });
    }

    #[test]
    fn lines_are_counted_without_gaps_however_they_were_sent() {
        let (form, sent) = sent(&[
            ("version", "1"),
            ("lines.99999999.amount", "2"),
            ("lines.7.amount", "1"),
            ("lines.x.amount", "3"),
            ("do", "remove-1"),
        ]);
        let sent = sent.expect("readable");
        let amounts: Vec<&str> = sent.change.lines.iter().map(|line| line.amount.as_str()).collect();
        assert_eq!((amounts, sent.wanted), (vec!["1", "2"], Wanted::RemoveLine(1)));
        assert_eq!(form.value("lines.1.amount"), "2");
    }

    #[test]
    fn what_cannot_be_kept_is_named_and_stays_in_the_form() {
        let long = "가".repeat(201);
        let (form, sent) = sent(&[("version", "1"), ("title_ko", &long), ("lines.0.amount", "a\u{0}b")]);
        assert!(sent.is_none());
        let names: Vec<&str> = form.errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(names, ["title_ko", "lines.0.amount"]);
        assert_eq!(form.value("title_ko"), long);
        assert!(self::sent(&[("version", "x")]).1.is_none());
    }
}
