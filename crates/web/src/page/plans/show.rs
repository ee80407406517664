//! One plan: who gets what and when, what is left on each day, and what may be done with it next.

use askama::Template;
use axum::extract::Path;
use domain::access::Act;
use domain::award::{Decision, PlanState};
use domain::ids::PlanId;
use domain::steps::Steps;
use domain::term::Term;
use report::chart::{Chart, Series, Stroke, sample, steps};
use service::Error;
use service::plan::{Given, PlanView, PlanningInput, PoolUse};
use texts::{Pools, Texts, k};

use super::{pick, score};
use crate::chrome::Chrome;
use crate::form::Form;
use crate::page::statistics::month;
use crate::ui::{Answer, Ui};

/// What a proposal is given of a pool.
struct GivenItem {
    pool: String,
    amount: String,
    pf: String,
    days: String,
}

struct OutcomeItem {
    rank: i64,
    proposal: String,
    title: String,
    organization: String,
    score: String,
    decision: String,
    badge: &'static str,
    given: Vec<GivenItem>,
    reasons: Vec<String>,
}

/// A stretch of days on which neither what is given nor what is left changes.
struct DaysItem {
    days: String,
    given: String,
    pf: String,
    left: String,
    free: String,
}

struct PoolItem {
    name: String,
    envelope: String,
    most: String,
    most_pf: String,
    least: String,
    table: String,
    svg: String,
    legend: Vec<(String, String)>,
    rows: Vec<DaysItem>,
}

#[derive(Template)]
#[template(path = "awards/plan.html")]
struct PlanPage {
    chrome: Chrome,
    t: Texts,
    form: Form,
    id: PlanId,
    round: String,
    state: String,
    badge: &'static str,
    counts: String,
    digest: String,
    basis: String,
    returned: Option<(String, String)>,
    step: Option<(&'static str, String, String)>,
    returnable: bool,
    anew: bool,
    rows: Vec<OutcomeItem>,
    pools: Vec<PoolItem>,
}

fn badge(state: PlanState) -> &'static str {
    match state {
        PlanState::Proposed => "info",
        PlanState::Returned => "wait",
        PlanState::Approved | PlanState::Announced => "good",
        PlanState::Draft | PlanState::Superseded => "",
    }
}

pub(super) fn decision_badge(decision: Decision) -> &'static str {
    match decision {
        Decision::Selected => "good",
        Decision::Reserve => "wait",
        Decision::Rejected => "bad",
    }
}

/// Days from the first to the last, in words.
fn days(t: Texts, term: Term) -> String {
    t.span(&t.short_date(term.from()), &t.short_date(term.last_day()))
}

async fn page(ui: &Ui, id: PlanId, form: Form) -> Result<PlanPage, edge::Fail> {
    let (t, pools) = (ui.t, ui.pools());
    let view = ui.read(move |cx| service::plan::show(cx, id)).await?;
    let title = t.f(
        k::PLAN_FULL_TITLE,
        &[
            ("call", pick(t, &view.round.title_ko, &view.round.title_en).into()),
            ("round", pick(t, &view.round.name_ko, &view.round.name_en).into()),
            ("number", view.row.number.to_string().into()),
        ],
    );
    let count = |decision: Decision| {
        let count = view.plan.outcomes.iter().filter(|one| one.decision == decision).count();
        t.int(i64::try_from(count).unwrap_or(i64::MAX)).into()
    };
    let returned = (view.row.state == PlanState::Returned)
        .then(|| (view.row.returned_at.map(|at| t.instant(at)).unwrap_or_default(), view.row.returned_note.clone()));
    Ok(PlanPage {
        chrome: ui.chrome(title),
        t,
        form,
        id,
        round: view.row.round.to_string(),
        state: t.word(view.row.state),
        badge: badge(view.row.state),
        counts: t.f(
            k::PLAN_COUNTS,
            &[
                ("selected", count(Decision::Selected)),
                ("reserve", count(Decision::Reserve)),
                ("rejected", count(Decision::Rejected)),
            ],
        ),
        digest: view.row.digest.clone(),
        basis: t.word(ui.app.center.identity.basis),
        anew: returned.is_some() && ui.may(Act::PlanMake),
        returned,
        step: step(ui, &view),
        returnable: view.returnable,
        rows: outcomes(t, &view, pools),
        pools: view.plan.pools.iter().map(|one| pool_item(t, one, &view.input, pools)).collect(),
    })
}

pub(super) async fn show(ui: Ui, Path(id): Path<String>) -> Answer {
    let id: PlanId = id.parse().map_err(|_| Error::NotFound)?;
    let page = page(&ui, id, Form::default()).await?;
    ui.page(&page)
}

pub(super) async fn send_back(ui: Ui, Path(id): Path<String>, mut form: Form) -> Answer {
    let id: PlanId = id.parse().map_err(|_| Error::NotFound)?;
    if let Some(reason) = form.text("reason", 1000) {
        match ui.write(move |cx| service::plan::send_back(cx, id, &reason)).await {
            Ok(()) => return ui.done(&format!("/plans/{id}"), k::FLASH_PLAN_RETURNED),
            Err(fail) => form.take(fail)?,
        }
    }
    let page = page(&ui, id, form).await?;
    ui.rejected(&page)
}

/// What the person may do next with the plan: path, label, hint.
fn step(ui: &Ui, view: &PlanView) -> Option<(&'static str, String, String)> {
    let t = ui.t;
    match view.row.state {
        PlanState::Draft if ui.may(Act::PlanMake) => Some(("propose", t.s(k::PLAN_PROPOSE), String::new())),
        PlanState::Returned if ui.may(Act::PlanMake) => Some(("propose", t.s(k::PLAN_PROPOSE_AGAIN), String::new())),
        PlanState::Proposed if view.approvable => Some(("approve", t.s(k::PLAN_APPROVE), String::new())),
        PlanState::Approved if ui.may(Act::PlanAnnounce) => {
            Some(("announce", t.s(k::PLAN_ANNOUNCE), t.s(k::PLAN_ANNOUNCE_HINT)))
        }
        _ => None,
    }
}

fn outcomes(t: Texts, view: &PlanView, pools: &Pools) -> Vec<OutcomeItem> {
    let scores: std::collections::BTreeMap<_, _> =
        view.input.proposals.iter().map(|one| (one.proposal, one.score_milli)).collect();
    let given = |given: &Given| GivenItem {
        pool: pools.name(t, &given.pool),
        amount: pools.amount(t, &given.pool, given.amount),
        pf: pools.pf(t, &given.pool, given.amount),
        days: days(t, given.term),
    };
    view.plan
        .outcomes
        .iter()
        .map(|one| {
            let who = view.applicants.get(&one.proposal);
            let organization = who.and_then(|who| {
                Some(pick(t, who.organization_ko.as_deref()?, who.organization_en.as_deref().unwrap_or_default()))
            });
            OutcomeItem {
                rank: one.rank,
                proposal: one.proposal.to_string(),
                title: who.map_or_else(|| one.proposal.to_string(), |who| pick(t, &who.title_ko, &who.title_en)),
                organization: organization.unwrap_or_default(),
                score: score(scores.get(&one.proposal).copied().unwrap_or_default()),
                decision: match one.reserve_rank {
                    Some(rank) => format!("{} {rank}", t.word(one.decision)),
                    None => t.word(one.decision),
                },
                badge: decision_badge(one.decision),
                given: one.given.iter().map(given).collect(),
                reasons: one.reasons.iter().map(|reason| t.reason(reason, pools)).collect(),
            }
        })
        .collect()
}

fn pool_item(t: Texts, used: &PoolUse, input: &PlanningInput, pools: &Pools) -> PoolItem {
    let amount = |amount: i64| pools.amount(t, &used.pool, amount);
    let name = pools.name(t, &used.pool);
    let of = input.pools.iter().find(|pool| pool.pool == used.pool);
    let envelope = of.map_or(0, |pool| pool.envelope);
    let given: Steps = used.given.iter().map(|one| (one.term, one.amount)).collect();
    let free: Steps = used.left.iter().map(|one| (one.term, one.amount)).collect();
    let handed_out: Steps =
        of.into_iter().flat_map(|pool| &pool.handed_out).map(|one| (one.term, one.amount)).collect();
    let span = used.left.first().zip(used.left.last());
    let span = span.and_then(|(first, last)| Term::new(first.term.from(), last.term.to()).ok());
    // Each of them changes on days of its own: a row for each stretch on which none does.
    let mut changes = Steps::new();
    for of in [&given, &free, &handed_out] {
        of.changes().for_each(|(day, _)| changes.change(day, 1));
    }
    let stretches: Vec<Term> =
        span.map(|span| changes.within(span).into_iter().map(|(term, _)| term).collect()).unwrap_or_default();
    let left = |day| envelope.saturating_sub(handed_out.on(day)).saturating_sub(given.on(day));
    let most = stretches.iter().map(|term| given.on(term.from())).max().unwrap_or(0);
    let least = stretches.iter().map(|term| left(term.from())).min().unwrap_or(envelope);
    let rows = stretches.iter().map(|term| {
        let day = term.from();
        DaysItem {
            days: days(t, *term),
            given: amount(given.on(day)),
            pf: pools.pf(t, &used.pool, given.on(day)),
            left: amount(left(day)),
            free: amount(free.on(day)),
        }
    });
    let series = |label: String, class: &'static str, stroke: Stroke, value: &dyn Fn(jiff::civil::Date) -> i64| {
        Series { label, class, stroke, stretches: stretches.iter().map(|term| (*term, value(term.from()))).collect() }
    };
    let series = [
        series(t.s(k::PLAN_POOL_GIVEN), "rung-allocated", Stroke::Area, &|day| given.on(day)),
        series(t.s(k::PLAN_ENVELOPE), "rung-leased", Stroke::Dashed, &|day| {
            envelope.saturating_sub(handed_out.on(day))
        }),
        series(t.s(k::PLAN_FREE_BEFORE), "rung-allocatable", Stroke::Solid, &|day| free.on(day) + given.on(day)),
    ];
    let description = t.f2(k::PLAN_CHART_DESCRIPTION, ("given", amount(most)), ("left", amount(least)));
    let svg = span.map(|span| {
        steps(&Chart {
            id: used.pool.as_str(),
            title: &t.f1(k::PLAN_POOL_CHART, "pool", &name),
            description: &description,
            span,
            series: &series,
            value: &amount,
            month: &month(t),
        })
    });
    PoolItem {
        envelope: amount(envelope),
        most: amount(most),
        most_pf: pools.pf(t, &used.pool, most),
        least: amount(least),
        table: t.f1(k::PLAN_POOL_TABLE, "pool", &name),
        svg: svg.unwrap_or_default(),
        legend: series.iter().map(|one| (sample(used.pool.as_str(), one), one.label.clone())).collect(),
        rows: rows.collect(),
        name,
    }
}
