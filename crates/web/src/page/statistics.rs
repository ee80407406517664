//! Public statistics of a year: figures with their definitions, allocated against allocatable.

use askama::Template;
use axum::extract::Query;
use domain::access::Act;
use domain::term::add_days;
use domain::units::Gflops;
use report::chart::{Chart, Series, Stroke, sample, steps};
use serde::Deserialize;
use texts::{Lang, Texts, k};

use crate::chrome::Chrome;
use crate::route::{Line, Section, get};
use crate::ui::{Answer, Ui};

/// The lines of this area.
#[must_use]
pub fn routes() -> Vec<Line> {
    vec![get("/statistics", Act::PublicRead, show).menu(Section::Public, 40, k::STATISTICS_MENU)]
}

#[derive(Deserialize)]
struct Which {
    year: Option<String>,
}

struct Tile {
    label: String,
    value: String,
    unit: String,
    share: String,
    definition: String,
    rows: String,
}

/// A stretch of days in the table: days, allocatable, allocated, their share.
struct Day {
    days: String,
    allocatable: String,
    held: String,
    share: String,
}

#[derive(Template)]
#[template(path = "statistics/index.html")]
struct StatisticsPage {
    chrome: Chrome,
    t: Texts,
    year: i16,
    earlier: i16,
    later: Option<i16>,
    basis: String,
    tiles: Vec<Tile>,
    chart: String,
    legend: Vec<(String, String)>,
    days: Vec<Day>,
}

/// How the first of a month is written below a chart.
pub(crate) fn month(t: Texts) -> impl Fn(jiff::civil::Date) -> String {
    move |day| match t.lang() {
        Lang::Ko => t.f1(k::CHART_MONTH, "month", day.month()),
        Lang::En => day.strftime("%b").to_string(),
    }
}

/// The years that a center can mean.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2200;

async fn show(ui: Ui, Query(which): Query<Which>) -> Answer {
    let t = ui.t;
    let typed = which.year.map(|year| year.trim().to_owned()).filter(|year| !year.is_empty());
    let asked = typed.as_deref().and_then(|text| text.parse::<i16>().ok()).filter(|year| YEARS.contains(year));
    let (of, this_year) = ui
        .read(move |cx| {
            let this_year = cx.today().year();
            Ok((service::statistics::year(cx, asked.unwrap_or(this_year))?, this_year))
        })
        .await?;
    let none = std::collections::HashMap::new();
    let tiles = of
        .figures
        .iter()
        .map(|figure| Tile {
            label: t.named(&figure.text(), &none),
            value: figure.value.to_string(),
            unit: t.word(figure.unit),
            share: figure.share_percent.map(|share| format!("{share}%")).unwrap_or_default(),
            definition: t.named(&format!("{}-definition", figure.text()), &none),
            rows: t.int(figure.rows),
        })
        .collect();
    let series = [
        Series {
            label: t.s(k::CAPACITY_HELD),
            class: "rung-allocated",
            stroke: Stroke::Area,
            stretches: of.series.iter().map(|stretch| (stretch.term, stretch.held.0)).collect(),
        },
        Series {
            label: t.s(k::CAPACITY_ALLOCATABLE),
            class: "rung-allocatable",
            stroke: Stroke::Solid,
            stretches: of.series.iter().map(|stretch| (stretch.term, stretch.allocatable.0)).collect(),
        },
    ];
    let title = t.f1(k::STATISTICS_CHART, "year", of.year);
    let chart = steps(&Chart {
        id: "year",
        title: &title,
        description: &t.s(k::CAPACITY_CHART_DESCRIPTION),
        span: of.period,
        series: &series,
        value: &|value| t.pf(Gflops(value)),
        month: &month(t),
    });
    let days = of
        .series
        .iter()
        .map(|stretch| Day {
            days: t.span(&t.short_date(stretch.term.from()), &t.short_date(add_days(stretch.term.to(), -1))),
            allocatable: t.pf(stretch.allocatable),
            held: t.pf(stretch.held),
            share: t.share(stretch.held.0, stretch.allocatable.0),
        })
        .collect();
    let mut chrome = ui.chrome(t.f1(k::STATISTICS_TITLE, "year", of.year));
    if let (Some(typed), None) = (typed, asked) {
        let typed: String = typed.chars().take(40).collect();
        chrome.unread.push(t.f2(k::STATISTICS_YEAR_UNREAD, ("value", typed), ("year", of.year)));
    }
    ui.page(&StatisticsPage {
        chrome,
        t,
        year: of.year,
        earlier: of.year - 1,
        later: (of.year < this_year).then_some(of.year + 1),
        basis: t.word(of.basis),
        tiles,
        chart,
        legend: series.iter().map(|one| (sample("year", one), one.label.clone())).collect(),
        days,
    })
}
