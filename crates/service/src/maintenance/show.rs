//! Windows as pages and API show them.

use domain::access::Act;
use domain::ids::{MaintenanceId, PoolId, ProjectId};
use domain::maintenance::days;
use domain::term::Term;
use jiff::Timestamp;
use store::engine::SyncRow;
use store::maintenance::{CreditItem, MaintenanceRow, Notice, Pools};

use super::impact::{PoolImpact, of_pool, own};
use super::input::{NewMaintenance, checked};
use super::tell;
use crate::{Cx, Error, Outcome};

/// A project that holds something of a window's pools on its days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConcernedProject {
    /// The project.
    pub project: ProjectId,
    /// Its number.
    pub number: String,
    /// Its Korean title.
    pub title_ko: String,
    /// Its English title.
    pub title_en: String,
    /// The pool.
    pub pool: PoolId,
    /// The most that it holds on a day of the window.
    pub amount: i64,
}

/// What a window means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// Pool by pool.
    pub pools: Vec<PoolImpact>,
    /// Who holds something of them, by number; at most 200.
    pub concerned: Vec<ConcernedProject>,
}

/// The most projects that an outlook names.
pub const NAMED: usize = 200;

/// A window with what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaintenanceView {
    /// The window.
    pub row: MaintenanceRow,
    /// How many devices of each pool are out of use.
    pub pools: Pools,
    /// Who holds something of them on its days, by number, for whoever may see who holds what and
    /// while it is ahead; at most 200.
    pub concerned: Vec<ConcernedProject>,
    /// The days that are owed or given for it, for the same people, once it is over.
    pub credits: Vec<CreditItem>,
}

/// Windows that begin before a place, the latest first. Everybody may know them.
///
/// # Errors
/// Database errors only.
pub fn list(
    cx: &mut Cx<'_, '_>,
    before: Option<(Timestamp, MaintenanceId)>,
    limit: i64,
) -> Outcome<Vec<(MaintenanceRow, Pools)>> {
    cx.require(Act::PublicRead, &[])?;
    Ok(store::maintenance::list(cx.tx, before, limit.clamp(1, 201))?)
}

/// One window, with its credits by project number, pool and award after a place. Three statements.
///
/// # Errors
/// [`Error::NotFound`] if there is none.
pub fn show(
    cx: &mut Cx<'_, '_>,
    id: MaintenanceId,
    after: &(String, String, String),
    limit: i64,
) -> Outcome<MaintenanceView> {
    cx.require(Act::PublicRead, &[])?;
    let row = store::maintenance::find(cx.tx, id)?.ok_or(Error::NotFound)?;
    let pools = store::maintenance::pools(cx.tx, id)?;
    let (mut concerned, mut credits) = (Vec::new(), Vec::new());
    if cx.actor.may(Act::CapacityRead, &[]) {
        if row.state.is_ahead() {
            concerned = concerned_by(cx, (row.from_at, row.to_at), &pools)?;
        } else {
            credits = store::maintenance::credits(cx.tx, id, after, limit.clamp(1, 201))?;
        }
    }
    Ok(MaintenanceView { row, pools, concerned, credits })
}

/// What is owed or was given for a window, by project number, pool and award after a place.
///
/// # Errors
/// [`Error::NotFound`] if there is none, [`Error::Forbidden`] for whoever may not see who holds what.
pub fn credits(
    cx: &mut Cx<'_, '_>,
    id: MaintenanceId,
    after: &(String, String, String),
    limit: i64,
) -> Outcome<Vec<CreditItem>> {
    cx.require(Act::CapacityRead, &[])?;
    store::maintenance::find(cx.tx, id)?.ok_or(Error::NotFound)?;
    Ok(store::maintenance::credits(cx.tx, id, after, limit.clamp(1, 201))?)
}

/// What a window would mean, before it is announced or changed.
///
/// # Errors
/// [`Error::Invalid`] as [`super::plan`].
pub fn look(cx: &mut Cx<'_, '_>, of: Option<MaintenanceId>, new: NewMaintenance) -> Outcome<(NewMaintenance, Outlook)> {
    cx.require(Act::MaintenanceManage, &[])?;
    let row = match of {
        Some(id) => store::maintenance::find(cx.tx, id)?,
        None => None,
    };
    let new = checked(cx, new, row.as_ref())?;
    let outlook = outlook_of(cx, of, (new.from, new.to), &new.pools)?;
    Ok((new, outlook))
}

fn outlook_of(
    cx: &mut Cx<'_, '_>,
    of: Option<MaintenanceId>,
    window: (Timestamp, Timestamp),
    pools: &Pools,
) -> Outcome<Outlook> {
    let mut outlook = Outlook { pools: Vec::new(), concerned: concerned_by(cx, window, pools)? };
    for (pool, amount) in pools {
        let own = of.map_or_else(|| Ok(domain::steps::Steps::new()), |id| own(cx, id, pool))?;
        outlook.pools.push(of_pool(cx, window, pool, amount.0, &own)?);
    }
    Ok(outlook)
}

fn concerned_by(cx: &mut Cx<'_, '_>, window: (Timestamp, Timestamp), pools: &Pools) -> Outcome<Vec<ConcernedProject>> {
    let Some(term) = days(&cx.identity.calendar, window.0, window.1) else { return Ok(Vec::new()) };
    let names: Vec<PoolId> = pools.iter().map(|(pool, _)| pool.clone()).collect();
    let holders = tell::holders(cx, &names, term)?.into_iter().take(NAMED);
    Ok(holders
        .map(|holder| ConcernedProject {
            project: holder.project,
            amount: holder.holding.max_within(term),
            number: holder.number,
            title_ko: holder.title_ko,
            title_en: holder.title_en,
            pool: holder.pool,
        })
        .collect())
}

/// How engines stand for a project, and the windows ahead that touch what it holds; the caller has
/// asked whether it may be seen. One statement.
///
/// # Errors
/// Database errors only.
pub fn standing(cx: &mut Cx<'_, '_>, project: ProjectId) -> Outcome<(Vec<SyncRow>, Vec<Notice>)> {
    let (engines, mut notices) = store::maintenance::standing(cx.tx, project)?;
    let calendar = &cx.identity.calendar;
    notices.retain(|one| {
        let held = Term::new(one.held_from, one.held_to).ok();
        let window = days(calendar, one.from_at, one.to_at);
        held.zip(window).is_some_and(|(held, window)| held.intersect(window).is_some())
    });
    Ok((engines, notices))
}

/// The names of the machines that the engine has, as they were last seen: for the form.
///
/// # Errors
/// [`Error::Forbidden`] for whoever may not announce maintenance.
pub fn machine_names(cx: &mut Cx<'_, '_>) -> Outcome<Vec<String>> {
    cx.require(Act::MaintenanceManage, &[])?;
    Ok(crate::engine::nodes_seen(cx)?.into_iter().map(|node| node.name).collect())
}
