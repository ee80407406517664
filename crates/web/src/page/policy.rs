//! The rules in force on a day with every dated value and why it is so; products, pools, holidays.

use askama::Template;
use axum::extract::Query;
use domain::access::Act;
use domain::units::{PoolKind, PoolUnit};
use jiff::civil::Date;
use serde::Deserialize;
use service::setup::ProductRow;
use texts::{Texts, k};

use crate::chrome::Chrome;
use crate::form::Form;
use crate::page::plans::pick;
use crate::route::{Line, Section, get};
use crate::ui::{Answer, Ui};

/// The lines of this area.
#[must_use]
pub fn routes() -> Vec<Line> {
    vec![get("/policy", Act::PolicyRead, show).menu(Section::Center, 70, k::POLICY_MENU)]
}

#[derive(Deserialize)]
struct Asked {
    on: Option<String>,
}

/// One value of a rule.
struct Value {
    value: String,
    from: String,
    evidence: String,
    in_force: bool,
    later: bool,
}

struct Rule {
    name: String,
    key: &'static str,
    /// The value in force on the day, if there is one.
    now: Option<String>,
    values: Vec<Value>,
}

struct Product {
    id: String,
    name: String,
    kind: String,
    grain: String,
    span: String,
    months: String,
    review: String,
    /// What it says of jobs; empty if nothing.
    jobs: Vec<String>,
}

#[derive(Template)]
#[template(path = "policy/index.html")]
struct PolicyPage {
    chrome: Chrome,
    t: Texts,
    form: Form,
    on: Date,
    version: Option<String>,
    rules: Vec<Rule>,
    products: Vec<Product>,
    pools: Vec<(String, String, String, String)>,
    /// Whether the reader may see a pool's page.
    pools_open: bool,
    holidays: Vec<(i16, Vec<(String, String)>)>,
}

/// An amount as pools of that kind count it.
fn amount(t: Texts, kind: PoolKind, amount: i64) -> String {
    t.amount(if kind == PoolKind::Storage { PoolUnit::Byte } else { PoolUnit::Device }, amount)
}

fn product(t: Texts, row: &ProductRow) -> Product {
    Product {
        id: row.id.to_string(),
        name: pick(t, &row.name_ko, &row.name_en),
        kind: t.word(row.pool_kind),
        grain: amount(t, row.pool_kind, row.grain.0),
        span: t.span(&amount(t, row.pool_kind, row.min_amount.0), &amount(t, row.pool_kind, row.max_amount.0)),
        months: t.f1(k::POLICY_MONTHS, "months", t.int(row.max_months)),
        review: super::audit::word(t, &format!("review-way-{}", row.review.replace('_', "-")), &row.review),
        jobs: [
            (k::POLICY_JOB_MINUTES, row.limits.max_wall_minutes),
            (k::POLICY_JOB_COUNT, row.limits.max_jobs),
            (k::POLICY_JOB_HOURS, row.limits.device_hours),
        ]
        .into_iter()
        .filter_map(|(text, limit)| Some(t.f1(text, "limit", t.int(limit?))))
        .collect(),
    }
}

async fn show(ui: Ui, Query(asked): Query<Asked>) -> Answer {
    let t = ui.t;
    let today = ui.app.center.identity.calendar.date(ui.app.center.now());
    let mut form = Form::filled([("on", asked.on.unwrap_or_default())]);
    let on = form.date_if_given("on").flatten().unwrap_or(today);
    if form.is_fine() {
        form.set("on", on.to_string());
    }
    let all = ui.read(service::setup::overview).await?;
    let mut version = None;
    let mut rules = Vec::new();
    for (key, values) in all.rules {
        // Newest first: the first that does not lie ahead of the day is in force on it.
        let force = values.iter().position(|(row, _)| row.effective_from <= on);
        if let Some((row, _)) = force.and_then(|at| values.get(at)) {
            version = version.max(Some(row.effective_from));
        }
        rules.push(Rule {
            name: t.word(key),
            key: key.as_str(),
            now: force.and_then(|at| values.get(at)).map(|(row, _)| row.value.clone()),
            values: values
                .iter()
                .enumerate()
                .map(|(at, (row, evidence))| Value {
                    value: row.value.clone(),
                    from: t.short_date(row.effective_from),
                    evidence: evidence.clone(),
                    in_force: force == Some(at),
                    later: row.effective_from > on,
                })
                .collect(),
        });
    }
    let mut holidays: Vec<(i16, Vec<(String, String)>)> = Vec::new();
    for (day, ko, en) in all.holidays {
        let one = (t.date(day), pick(t, &ko, &en));
        match holidays.last_mut() {
            Some((year, days)) if *year == day.year() => days.push(one),
            _ => holidays.push((day.year(), vec![one])),
        }
    }
    ui.page(&PolicyPage {
        chrome: ui.chrome(t.s(k::POLICY_TITLE)),
        t,
        form,
        on,
        version: version.map(|day: Date| t.date(day)),
        rules,
        pools_open: ui.may(Act::CapacityRead),
        products: all.products.iter().map(|row| product(t, row)).collect(),
        pools: all
            .pools
            .iter()
            .map(|pool| {
                let model = pool.device_model.as_ref().map(ToString::to_string).unwrap_or_default();
                (pool.id.to_string(), pick(t, &pool.name_ko, &pool.name_en), t.word(pool.kind), model)
            })
            .collect(),
        holidays,
    })
}
