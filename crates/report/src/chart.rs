//! Charts as SVG: step lines over days. Lines differ by dashes and the filled area by hatching, so
//! that nothing hangs on color; title and description are for those who do not see it. No inline
//! style: classes for the portal's sheet, presentation attributes for everything else.

use std::fmt::Write as _;

use domain::term::{Term, days_between};
use jiff::civil::Date;

/// How a series is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stroke {
    /// A hatched area from zero.
    Area,
    /// A thick line.
    Solid,
    /// A line of long dashes.
    Dashed,
    /// A line of dots.
    Dotted,
}

impl Stroke {
    fn attributes(self) -> &'static str {
        match self {
            Self::Area => r#"stroke="currentColor" stroke-width="1""#,
            Self::Solid => r#"fill="none" stroke="currentColor" stroke-width="2.5""#,
            Self::Dashed => r#"fill="none" stroke="currentColor" stroke-width="2" stroke-dasharray="9 5""#,
            Self::Dotted => r#"fill="none" stroke="currentColor" stroke-width="2" stroke-dasharray="2 4""#,
        }
    }
}

/// One series: its value on every day of the span, as stretches in order.
#[derive(Clone, Debug)]
pub struct Series {
    /// What it is called.
    pub label: String,
    /// A class for the sheet, of lower-case letters and hyphens: `rung-installed`.
    pub class: &'static str,
    /// How it is drawn.
    pub stroke: Stroke,
    /// The stretches.
    pub stretches: Vec<(Term, i64)>,
}

/// A chart of steps over a span of days.
pub struct Chart<'a> {
    /// The name within the page: lower-case letters, digits and hyphens.
    pub id: &'a str,
    /// The title for screen readers.
    pub title: &'a str,
    /// What there is to see, in words.
    pub description: &'a str,
    /// The days.
    pub span: Term,
    /// The series; areas first, so that lines lie above them.
    pub series: &'a [Series],
    /// How a value is written at the side.
    pub value: &'a dyn Fn(i64) -> String,
    /// How the first day of a month is written below.
    pub month: &'a dyn Fn(Date) -> String,
}

const WIDTH: i64 = 960;
const HEIGHT: i64 = 320;
const LEFT: i64 = 88;
const RIGHT: i64 = 16;
const TOP: i64 = 16;
const BOTTOM: i64 = 36;

/// Text within SVG.
fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
        out
    })
}

/// The least round number of 1, 2, 2.5 or 5 times a power of ten that four steps of which reach
/// `most`.
fn step(most: i64) -> i64 {
    let mut unit = 1_i64;
    loop {
        for tenths in [10, 20, 25, 50] {
            let size = unit.saturating_mul(tenths) / 10;
            let whole = unit.saturating_mul(tenths) % 10 == 0;
            if whole && size.saturating_mul(4) >= most {
                return size.max(1);
            }
        }
        unit = unit.saturating_mul(10);
        if unit > i64::MAX / 1000 {
            return unit;
        }
    }
}

fn x(span: Term, day: Date) -> i64 {
    let width = WIDTH - LEFT - RIGHT;
    LEFT + i64::from(days_between(span.from(), day)).clamp(0, span.days()) * width / span.days().max(1)
}

fn y(value: i64, top: i64) -> i64 {
    let height = i128::from(HEIGHT - TOP - BOTTOM);
    let part = i128::from(value.clamp(0, top)) * height / i128::from(top.max(1));
    HEIGHT - BOTTOM - i64::try_from(part).unwrap_or(0)
}

/// Draws the chart.
#[must_use]
pub fn steps(chart: &Chart<'_>) -> String {
    let most = chart.series.iter().flat_map(|series| series.stretches.iter().map(|(_, value)| *value)).max();
    let step = step(most.unwrap_or(0).max(1));
    let top = step.saturating_mul(4);
    let (id, base) = (chart.id, HEIGHT - BOTTOM);
    let mut out = String::new();
    let _ = write!(
        out,
        r#"<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{id}-title {id}-desc" font-size="13" fill="currentColor"><title id="{id}-title">{}</title><desc id="{id}-desc">{}</desc>"#,
        escaped(chart.title),
        escaped(chart.description)
    );
    let _ = write!(
        out,
        r#"<defs><pattern id="{id}-hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hatch-line" d="M0 0V7" stroke="currentColor" stroke-width="3" stroke-opacity="0.45"/></pattern></defs>"#
    );
    for line in 0..=4 {
        let (at, value) = (y(step * line, top), step * line);
        let _ = write!(
            out,
            r#"<path class="grid" d="M{LEFT} {at}H{}" stroke="currentColor" stroke-opacity="0.15"/><text class="end" x="{}" y="{}" text-anchor="end">{}</text>"#,
            WIDTH - RIGHT,
            LEFT - 8,
            at + 4,
            escaped(&(chart.value)(value))
        );
    }
    months(&mut out, chart, base);
    for series in chart.series {
        let _ = write!(out, r#"<path class="{}" {} d=""#, series.class, series.stroke.attributes());
        for (place, (term, value)) in series.stretches.iter().enumerate() {
            let (from, to, at) = (x(chart.span, term.from()), x(chart.span, term.to()), y(*value, top));
            if place == 0 && series.stroke == Stroke::Area {
                let _ = write!(out, "M{from} {base}V{at}H{to}");
            } else if place == 0 {
                let _ = write!(out, "M{from} {at}H{to}");
            } else {
                let _ = write!(out, "V{at}H{to}");
            }
        }
        if series.stroke == Stroke::Area {
            let _ = write!(out, r#"V{base}Z" fill="url(#{id}-hatch)"/>"#);
        } else {
            out.push_str("\"/>");
        }
    }
    out.push_str("</svg>");
    out
}

/// Marks and labels of the months, as many as there is room for.
fn months(out: &mut String, chart: &Chart<'_>, base: i64) {
    let every = (chart.span.days() / 30 / 12 + 1).min(i64::from(i16::MAX));
    let mut first = chart.span.from().first_of_month();
    for count in 0..2_000_i64 {
        if first >= chart.span.to() {
            break;
        }
        if first >= chart.span.from() && count % every == 0 {
            let at = x(chart.span, first);
            let _ = write!(
                out,
                r#"<path class="axis" d="M{at} {base}v6" stroke="currentColor"/><text x="{}" y="{}">{}</text>"#,
                at + 3,
                base + 20,
                escaped(&(chart.month)(first))
            );
        }
        let Ok(month) = Term::months(first, 1) else { break };
        first = month.to();
    }
}

/// The sample of a series for a legend: the same line or area as in the chart `id`.
#[must_use]
pub fn sample(id: &str, series: &Series) -> String {
    let shape = match series.stroke {
        Stroke::Area => format!(r#"<rect x="1" y="1" width="32" height="12" fill="url(#{id}-hatch)""#),
        _ => r#"<path d="M0 7H34""#.to_owned(),
    };
    format!(
        r#"<svg viewBox="0 0 34 14" width="34" height="14" aria-hidden="true">{shape} class="{}" {}/></svg>"#,
        series.class,
        series.stroke.attributes()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn drawn(title: &str) -> String {
        let span = Term::new(date(2021, 1, 1), date(2022, 1, 1)).expect("a year");
        let half = Term::new(date(2021, 7, 1), date(2022, 1, 1)).expect("half a year");
        let first = Term::new(date(2021, 1, 1), date(2021, 7, 1)).expect("half a year");
        let series = [
            Series {
                label: "held".to_owned(),
                class: "rung-allocated",
                stroke: Stroke::Area,
                stretches: vec![(first, 0), (half, 100)],
            },
            Series {
                label: "installed".to_owned(),
                class: "rung-installed",
                stroke: Stroke::Dashed,
                stretches: vec![(span, 164)],
            },
        ];
        steps(&Chart {
            id: "c",
            title,
            description: "d",
            span,
            series: &series,
            value: &|value| value.to_string(),
            month: &|day| day.month().to_string(),
        })
    }

    #[test]
    fn a_chart_of_two_series() {
        insta::assert_snapshot!(drawn("t").replace("><", ">\n<"));
    }

    #[test]
    fn words_from_outside_stay_words() {
        let svg = drawn("</title><script>\"");
        assert!(!svg.contains("<script>") && svg.contains("&lt;/title&gt;"));
        assert!(!svg.contains("style="));
    }

    #[test]
    fn the_scale_is_round_and_reaches_the_top() {
        assert_eq!([1, 4, 5, 8, 10, 164, 400, 401].map(step), [1, 1, 2, 2, 5, 50, 100, 200]);
        assert!(step(i64::MAX) > 0);
    }
}
