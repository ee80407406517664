//! `mudeung report`: the statistics of a year as text, JSON or CSV.

use anyhow::Result;
use clap::ValueEnum;
use service::Actor;
use service::statistics::{Year, year};
use texts::{Texts, k};

use crate::command::{refused, say};
use crate::open::Which;

/// How a report is printed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// A table for people.
    Text,
    /// The document that the API answers.
    Json,
    /// One figure a line.
    Csv,
}

/// Arguments of `report`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    which: Which,
    /// The year.
    #[arg(long, value_parser = clap::value_parser!(i16).range(1900..=2200))]
    year: i16,
    /// How to print it.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// Computes and prints.
///
/// # Errors
/// If the database cannot be read or the year is out of the calendar.
pub fn run(args: &Args, t: Texts) -> Result<()> {
    let center = args.which.open(t)?;
    let of = center.read(&Actor::operator(), |cx| year(cx, args.year)).map_err(|error| refused(t, &error))?;
    match args.format {
        Format::Json => say(&serde_json::to_string_pretty(&of.document())?),
        Format::Csv => say(csv(&of, t)?.trim_end()),
        Format::Text => say(&text(&of, t)),
    }
    Ok(())
}

fn rows(of: &Year, t: Texts) -> Vec<[String; 6]> {
    let none = std::collections::HashMap::new();
    of.figures
        .iter()
        .map(|figure| {
            [
                t.named(&figure.text(), &none),
                figure.value.to_string(),
                t.word(figure.unit),
                figure.share_percent.map(|share| format!("{share}%")).unwrap_or_default(),
                t.int(figure.rows),
                t.named(&format!("{}-definition", figure.text()), &none),
            ]
        })
        .collect()
}

fn heads(t: Texts) -> [String; 6] {
    [
        k::STATISTICS_FIGURE,
        k::STATISTICS_VALUE,
        k::STATISTICS_UNIT,
        k::STATISTICS_SHARE,
        k::STATISTICS_ROWS,
        k::STATISTICS_DEFINITION,
    ]
    .map(|key| t.s(key))
}

fn csv(of: &Year, t: Texts) -> Result<String> {
    let mut out = csv::Writer::from_writer(Vec::new());
    let [label, rest @ ..] = heads(t);
    out.write_record(std::iter::once("id".to_owned()).chain([label]).chain(rest))?;
    for (figure, row) in of.figures.iter().zip(rows(of, t)) {
        out.write_record(std::iter::once(figure.id.to_owned()).chain(row))?;
    }
    Ok(String::from_utf8(out.into_inner()?)?)
}

fn text(of: &Year, t: Texts) -> String {
    let mut table = comfy_table::Table::new();
    table.set_header(heads(t));
    for row in rows(of, t) {
        table.add_row(row);
    }
    let basis = t.f1(k::STATISTICS_LEAD, "basis", t.word(of.basis));
    format!("{}\n{basis}\n{table}", t.f1(k::STATISTICS_TITLE, "year", of.year))
}
