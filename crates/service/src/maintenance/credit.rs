//! Days that awards are owed for an outage, and how they get them: their terms are extended, with what
//! they hold on their last day.

use std::collections::BTreeMap;

use domain::award::AwardState;
use domain::ids::PoolId;
use domain::maintenance::{CreditState, days};
use domain::units::Amount;
use store::maintenance::{CreditRow, MaintenanceRow};

use super::impact::{of_pool, own};
use super::tell;
use crate::adjustment::credit::{Answer, give};
use crate::mail::Template;
use crate::{Cx, Error, Outcome};

/// How many owed credits one run looks at.
const BATCH: i64 = 10_000;

/// Notes what awards are owed for a window that is over.
pub(super) fn note(cx: &mut Cx<'_, '_>, row: &MaintenanceRow, pools: &[(PoolId, Amount)]) -> Outcome<()> {
    let Some(term) = days(&cx.identity.calendar, row.from_at, row.to_at) else { return Ok(()) };
    // Days that were chosen for their date are not made up for on others.
    let reserved = store::reservation::awards(cx.tx, term.from())?;
    for (pool, amount) in pools {
        let own = own(cx, row.id, pool)?;
        let impact = of_pool(cx, (row.from_at, row.to_at), pool, amount.0, &own)?;
        if impact.credit_days < 1 {
            continue;
        }
        let holders = tell::holders(cx, std::slice::from_ref(pool), term)?;
        for holder in holders.into_iter().filter(|holder| !reserved.contains(&holder.award)) {
            let credit = CreditRow {
                maintenance: row.id,
                award: holder.award,
                pool: pool.clone(),
                days: impact.credit_days,
                state: CreditState::Owed,
                ledger_seq: None,
                decided_at: cx.now,
            };
            store::maintenance::add_credit(cx.tx, &credit)?;
        }
    }
    Ok(())
}

/// Gives the days that are owed, the oldest first, as far as there is room for them. What is owed to
/// an award that is over lapses. Answers how many were settled.
pub(super) fn serve(cx: &mut Cx<'_, '_>) -> Outcome<u64> {
    let mut count = 0;
    let today = cx.today();
    let mut full: BTreeMap<PoolId, bool> = BTreeMap::new();
    for (credit, award) in store::maintenance::owed(cx.tx, BATCH)? {
        // A pool that is full costs one look, however many wait for it.
        let is_full = match full.get(&credit.pool) {
            Some(is_full) => *is_full,
            None => {
                let ahead = domain::capacity::horizon(today);
                let is_full = crate::ledger::free(cx, &credit.pool)?.max_within(ahead) < 1;
                full.insert(credit.pool.clone(), is_full);
                is_full
            }
        };
        if is_full && matches!(award, AwardState::Pending | AwardState::Active) {
            continue;
        }
        let row = store::maintenance::find(cx.tx, credit.maintenance)?.ok_or(Error::NotFound)?;
        let (state, seq) = match give(cx, credit.award, &credit.pool, credit.days, &row.title_ko)? {
            Answer::NoRoom => continue,
            Answer::Over => (CreditState::Lapsed, None),
            Answer::Given(seq) => (CreditState::Given, Some(seq)),
        };
        let settled = CreditRow { state, ledger_seq: seq, decided_at: cx.now, ..credit.clone() };
        store::maintenance::settle_credit(cx.tx, &settled)?;
        let action = if seq.is_some() { "outage.credited" } else { "outage.lapsed" };
        cx.audit(action, ("award", &credit.award), &credit, &settled, &row.title_ko)?;
        if seq.is_some() {
            tell_given(cx, &row, &credit)?;
        }
        count += 1;
    }
    Ok(count)
}

fn tell_given(cx: &mut Cx<'_, '_>, row: &MaintenanceRow, credit: &CreditRow) -> Outcome<()> {
    let Some(award) = store::award::find(cx.tx, credit.award)? else { return Ok(()) };
    let Some(project) = store::project::find(cx.tx, award.project)? else { return Ok(()) };
    let lines = store::award::lines(cx.tx, credit.award)?;
    let Some(line) = lines.into_iter().find(|line| line.pool == credit.pool) else { return Ok(()) };
    let last = domain::term::add_days(line.end_on, -1);
    let link = format!("{}/projects/{}", cx.identity.public_url, project.id);
    crate::project::tell(cx, &project, Template::OutageCredited, |cx, t| {
        vec![
            ("what", tell::title(t, row)),
            ("from", t.instant(row.from_at)),
            ("to", t.instant(row.to_at)),
            ("pool", cx.identity.pools.name(t, &credit.pool)),
            ("days", t.int(credit.days)),
            ("last", t.date(last)),
            ("link", link.clone()),
        ]
    })
}
