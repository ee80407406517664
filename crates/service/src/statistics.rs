//! Statistics of a year, computed from the ledger: what was granted, to how many, of what there was.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::accelerator::PfBasis;
use domain::access::Act;
use domain::figure::{Decimal, Figure, FigureUnit};
use domain::ids::{OrganizationId, ProjectId};
use domain::ledger::{Entry, EntryKind, granted_cumulative, returned_cumulative};
use domain::steps::Steps;
use domain::term::Term;
use domain::units::{Gflops, rounded_div};
use domain::{Code, Reason};
use jiff::civil::Date;
use serde_json::{Map, Value, json};
use store::ledger::StepKind;
use store::statistics::TaggedEntry;
use texts::{Lang, Texts};

use crate::{Cx, Error, Outcome};

/// A stretch of days with the same sums, in GFLOPS on the basis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearStretch {
    /// The days.
    pub term: Term,
    /// What could be granted.
    pub allocatable: Gflops,
    /// What awards held.
    pub held: Gflops,
}

/// The statistics of one year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Year {
    /// The year.
    pub year: i16,
    /// Its days.
    pub period: Term,
    /// The basis of every PF in it.
    pub basis: PfBasis,
    /// The figures, in order of their sections.
    pub figures: Vec<Figure>,
    /// Allocatable and held over the year.
    pub series: Vec<YearStretch>,
}

/// The sums of the projects that share a tag.
#[derive(Default)]
struct Sum {
    projects: BTreeSet<ProjectId>,
    granted: i64,
    grants: i64,
}

impl Sum {
    fn add(&mut self, project: ProjectId, supported: bool, granted: i64, grants: i64) {
        if supported {
            self.projects.insert(project);
        }
        self.granted = self.granted.saturating_add(granted);
        self.grants += grants;
    }

    fn count(&self) -> i64 {
        i64::try_from(self.projects.len()).unwrap_or(i64::MAX)
    }
}

const PAGE: i64 = 50_000;

/// A year. Everybody may see it. It is computed from the ledger once, and again when the ledger or
/// the capacity has changed: who asks for it in between costs one statement.
///
/// # Errors
/// [`Error::Invalid`] for a year out of the calendar, and database errors.
pub fn year(cx: &mut Cx<'_, '_>, year: i16) -> Outcome<Arc<Year>> {
    cx.require(Act::PublicRead, &[])?;
    let period = days_of(year)?;
    let ground = store::statistics::ground(cx.tx)?;
    let memo = cx.memo;
    // A year that nothing touches is not looked for in the ledger.
    let touched = ground.days.is_some_and(|(first, last)| first < period.to() && last >= period.from());
    if !touched {
        // Anybody may ask for any year: those without entries are not kept.
        return compute(cx, year, period, touched).map(Arc::new);
    }
    memo.year(year, ground.mark, || compute(cx, year, period, touched))
}

fn compute(cx: &mut Cx<'_, '_>, year: i16, period: Term, touched: bool) -> Outcome<Year> {
    let basis = cx.identity.basis;
    let pools = store::capacity::pools(cx.tx)?;
    let ladders = store::capacity::ladders(cx.tx)?;
    let promised = store::ledger::all_promised(cx.tx)?;
    let (mut allocatable, mut held) = (Steps::new(), Steps::new());
    let mut peaks = std::collections::BTreeMap::new();
    for pool in &pools {
        let Some(peak) = crate::capacity::peak(cx.identity, pool, basis) else { continue };
        if let Some(ladder) = ladders.get(&pool.id) {
            allocatable.add_all(&ladder.allocatable, peak.0);
        }
        if let Some(steps) = promised.get(&(pool.id.clone(), StepKind::Held)) {
            held.add_all(steps, peak.0);
        }
        peaks.insert(pool.id.clone(), peak.0);
    }

    let (mut all, mut regional, mut cluster) = (Sum::default(), Sum::default(), Sum::default());
    let mut organizations: BTreeSet<OrganizationId> = BTreeSet::new();
    let (mut returned, mut returns) = (0_i64, 0_i64);
    let mut take = |group: &[TaggedEntry]| {
        let Some(first) = group.first() else { return };
        let entries: Vec<Entry> = group.iter().map(plain).collect();
        let peak = peaks.get(&first.pool).copied().unwrap_or(0);
        let holding: Steps = group.iter().map(|entry| (entry.term, entry.delta.0)).collect();
        let supported = holding.max_within(period) > 0;
        let granted = granted_cumulative(entries.iter(), period).0.saturating_mul(peak);
        let starts = |entry: &&TaggedEntry, kinds: &[EntryKind]| {
            kinds.contains(&entry.kind) && period.contains(entry.term.from())
        };
        let count = |kinds: &[EntryKind]| {
            i64::try_from(group.iter().filter(|entry| starts(entry, kinds)).count()).unwrap_or(i64::MAX)
        };
        let grants = if peak > 0 { count(&[EntryKind::Grant, EntryKind::Increase]) } else { 0 };
        all.add(first.project, supported, granted, grants);
        if first.regional {
            regional.add(first.project, supported, granted, grants);
        }
        if first.rnd_cluster {
            cluster.add(first.project, supported, granted, grants);
        }
        if supported {
            organizations.insert(first.organization);
        }
        let (back, times) = returned_cumulative(entries.iter(), period);
        returned = returned.saturating_add(back.0.saturating_mul(peak));
        returns += times;
    };
    let mut place = (String::new(), String::new(), 0);
    let mut group: Vec<TaggedEntry> = Vec::new();
    let mut more = touched;
    while more {
        let page = store::statistics::entries(cx.tx, period, &place, PAGE)?;
        more = i64::try_from(page.len()).unwrap_or(0) == PAGE;
        for entry in page {
            place = (entry.award.to_string(), entry.pool.to_string(), entry.seq);
            if group.first().is_some_and(|first| first.award != entry.award || first.pool != entry.pool) {
                take(&group);
                group.clear();
            }
            group.push(entry);
        }
    }
    take(&group);

    let label = year.to_string();
    let figure = |id, value, unit, rows| Figure { id, value, unit, period: label.clone(), rows, share_percent: None };
    let pf = |id, gflops, rows| figure(id, Decimal::pf(Gflops(gflops)), FigureUnit::Pf, rows);
    let projects = |id, sum: &Sum| figure(id, Decimal::whole(sum.count()), FigureUnit::Project, sum.count());
    let of_all = |sum: &Sum| Some(Decimal::percent(sum.count(), all.count()));
    let of_granted = |sum: &Sum| Some(Decimal::percent(sum.granted, all.granted));
    let changes = i64::try_from(held.changes().count()).unwrap_or(i64::MAX);
    let organizations = i64::try_from(organizations.len()).unwrap_or(i64::MAX);
    let figures = vec![
        projects("projects.supported", &all),
        Figure { share_percent: of_all(&regional), ..projects("projects.regional_gwangju", &regional) },
        Figure { share_percent: of_all(&cluster), ..projects("projects.cluster_rnd", &cluster) },
        figure("projects.organizations", Decimal::whole(organizations), FigureUnit::Organization, organizations),
        pf("compute.cumulative_granted_total", all.granted, all.grants),
        Figure {
            share_percent: of_granted(&regional),
            ..pf("compute.cumulative_granted_regional", regional.granted, regional.grants)
        },
        Figure {
            share_percent: of_granted(&cluster),
            ..pf("compute.cumulative_granted_cluster_rnd", cluster.granted, cluster.grants)
        },
        pf("compute.capacity_interim", allocatable.max_within(period), i64::try_from(ladders.len()).unwrap_or(0)),
        pf("compute.allocated_peak", held.max_within(period), changes),
        figure("compute.allocated_pf_month", Decimal::pf(pf_months(&held, period)), FigureUnit::PfMonth, changes),
        pf("compute.returned_total", returned, returns),
    ];
    Ok(Year { year, period, basis, figures, series: series(&allocatable, &held, period) })
}

fn days_of(year: i16) -> Outcome<Term> {
    let day = |year| Date::new(year, 1, 1).ok();
    let span = (1970..=9000).contains(&year).then(|| day(year).zip(day(year + 1))).flatten();
    span.and_then(|(from, to)| Term::new(from, to).ok())
        .ok_or_else(|| Error::field("year", Reason::new(Code::NotADate)))
}

fn plain(entry: &TaggedEntry) -> Entry {
    Entry {
        seq: entry.seq,
        award: entry.award,
        pool: entry.pool.clone(),
        delta: entry.delta,
        term: entry.term,
        kind: entry.kind,
        corrects: None,
        reason: String::new(),
        actor: None,
        at: 0,
        prev_hash: String::new(),
        hash: String::new(),
    }
}

/// What was held times how long, in months: each month counts as one, whatever its days.
fn pf_months(held: &Steps, period: Term) -> Gflops {
    let mut total = 0_i64;
    let mut from = period.from();
    while let Ok(month) = Term::months(from, 1) {
        let days: i64 = held.within(month).iter().map(|(term, value)| value.saturating_mul(term.days())).sum();
        total = total.saturating_add(rounded_div(days, month.days()));
        from = month.to();
        if from >= period.to() {
            break;
        }
    }
    Gflops(total)
}

fn series(allocatable: &Steps, held: &Steps, period: Term) -> Vec<YearStretch> {
    let days: BTreeSet<Date> = allocatable.changes().chain(held.changes()).map(|(day, _)| day).collect();
    let mut marks = Steps::new();
    for day in days {
        marks.change(day, 1);
    }
    marks
        .within(period)
        .into_iter()
        .map(|(term, _)| YearStretch {
            term,
            allocatable: Gflops(allocatable.on(term.from())),
            held: Gflops(held.on(term.from())),
        })
        .collect()
}

impl Year {
    /// The figure of that id.
    #[must_use]
    pub fn figure(&self, id: &str) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.id == id)
    }

    /// The year as a document of sections and keys, as the API and the command line print it: each
    /// figure with value, unit, period, definition in both languages, and the rows behind it.
    #[must_use]
    pub fn document(&self) -> Value {
        let none = std::collections::HashMap::new();
        let both = |name: &str| json!({ "ko": Texts::new(Lang::Ko).named(name, &none), "en": Texts::new(Lang::En).named(name, &none) });
        let mut sections: Map<String, Value> = Map::new();
        sections.insert(
            "reporting".to_owned(),
            json!({ "performance_period": { "from": self.period.from(), "to": self.period.last_day() }, "basis": self.basis }),
        );
        for figure in &self.figures {
            let (section, key) = figure.id.split_once('.').unwrap_or(("other", figure.id));
            let mut value = json!({
                "value": figure.value,
                "unit": figure.unit,
                "period": figure.period,
                "label": both(&figure.text()),
                "definition": both(&format!("{}-definition", figure.text())),
                "rows": figure.rows,
            });
            if let (Some(share), Some(object)) = (figure.share_percent, value.as_object_mut()) {
                object.insert("share_percent_published".to_owned(), json!(share));
            }
            let entry = sections.entry(section.to_owned()).or_insert_with(|| json!({}));
            if let Some(object) = entry.as_object_mut() {
                object.insert(key.to_owned(), value);
            }
        }
        Value::Object(sections)
    }
}
