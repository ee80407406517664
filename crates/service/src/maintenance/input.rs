//! What somebody enters of a window, and what is wrong with it.

use std::collections::BTreeMap;

use domain::ids::PoolId;
use domain::maintenance::{LATEST_DAYS, LONGEST_DAYS, MaintenanceState, is_machine_name};
use domain::term::{Term, add_days};
use domain::units::{Amount, PoolUnit};
use domain::{Code, FieldError, Reason};
use jiff::{SignedDuration, Timestamp};
use store::maintenance::MaintenanceRow;

use crate::engine::{Node, nodes_seen};
use crate::{Cx, Error, Outcome};

/// A window as it is entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMaintenance {
    /// What it is, in Korean.
    pub title_ko: String,
    /// What it is, in English; may be empty.
    pub title_en: String,
    /// What people have to know; may be empty.
    pub note: String,
    /// When it begins.
    pub from: Timestamp,
    /// When it ends, not included.
    pub to: Timestamp,
    /// Which machines; all machines of its pools if none are named.
    pub nodes: Vec<String>,
    /// How many devices of each pool are out of use. Where machines are named and no pool is, it is
    /// what these machines have.
    pub pools: Vec<(PoolId, Amount)>,
}

impl NewMaintenance {
    /// Without blanks around it, and with what follows from the machines that are named.
    fn completed(mut self, nodes: &[Node]) -> Self {
        for text in [&mut self.title_ko, &mut self.title_en, &mut self.note] {
            *text = text.trim().to_owned();
        }
        self.pools.retain(|(_, amount)| amount.0 != 0);
        if self.pools.is_empty() {
            let mut sums: BTreeMap<PoolId, i64> = BTreeMap::new();
            for node in nodes.iter().filter(|node| self.nodes.contains(&node.name)) {
                for pool in node.pools.iter().filter_map(|pool| pool.parse::<PoolId>().ok()) {
                    *sums.entry(pool).or_default() += node.devices;
                }
            }
            self.pools = sums.into_iter().filter(|(_, sum)| *sum > 0).map(|(pool, sum)| (pool, Amount(sum))).collect();
        }
        self.pools.sort();
        self
    }

    /// The civil days that it touches, for one whose times are in order.
    fn days(&self, cx: &Cx<'_, '_>) -> Option<Term> {
        domain::maintenance::days(&cx.identity.calendar, self.from, self.to)
    }
}

/// What is wrong with what was entered; `row` is the window that is to become so, if it is there.
fn faults(
    cx: &mut Cx<'_, '_>,
    new: &NewMaintenance,
    nodes: &[Node],
    row: Option<&MaintenanceRow>,
) -> Outcome<Vec<FieldError>> {
    let begun = row.filter(|row| row.state == MaintenanceState::UnderWay).map(|row| row.from_at);
    let mut wrong: Vec<FieldError> = Vec::new();
    if domain::text::is_blank(&new.title_ko) {
        wrong.push(Reason::new(Code::Required).at("title_ko"));
    }
    for (field, text, max) in
        [("title_ko", &new.title_ko, 200), ("title_en", &new.title_en, 200), ("note", &new.note, 2000)]
    {
        if i64::try_from(text.chars().count()).is_ok_and(|count| count > max) {
            wrong.push(Reason::new(Code::TooLong).with("max", max).at(field));
        }
    }
    let calendar = &cx.identity.calendar;
    let earliest = add_days(cx.today(), -LATEST_DAYS);
    if new.to <= new.from {
        wrong.push(Reason::new(Code::EndBeforeStart).at("to"));
    } else if new.to.duration_since(new.from) > SignedDuration::from_hours(24 * LONGEST_DAYS) {
        wrong.push(Reason::new(Code::WindowTooLong).with("days", LONGEST_DAYS).at("to"));
    }
    match begun {
        Some(begun) if begun != new.from => wrong.push(Reason::new(Code::InThePast).at("from")),
        None if calendar.date(new.from) < earliest => {
            wrong.push(Reason::new(Code::NotBefore).with("day", earliest).at("from"));
        }
        _ => {}
    }
    for name in &new.nodes {
        if !is_machine_name(name) || (!nodes.is_empty() && !nodes.iter().any(|node| node.name == *name)) {
            wrong.push(Reason::new(Code::UnknownMachine).with("name", name.as_str()).at("nodes"));
        }
    }
    if new.pools.is_empty() {
        wrong.push(Reason::new(Code::Required).at("pools"));
    }
    wrong.extend(pool_faults(cx, new, nodes, row)?);
    Ok(wrong)
}

fn pool_faults(
    cx: &mut Cx<'_, '_>,
    new: &NewMaintenance,
    nodes: &[Node],
    row: Option<&MaintenanceRow>,
) -> Outcome<Vec<FieldError>> {
    let mut wrong = Vec::new();
    let mut others = store::maintenance::ahead(cx.tx)?;
    others.retain(|(other, _)| {
        other.from_at < new.to && new.from < other.to_at && row.is_none_or(|row| row.id != other.id)
    });
    let days = new.days(cx);
    let pools = store::capacity::pools(cx.tx)?;
    let mut before: Option<&PoolId> = None;
    for (pool, amount) in &new.pools {
        let field = format!("pools.{pool}");
        let known = pools.iter().any(|row| row.id == *pool && row.unit == PoolUnit::Device);
        if !known || before == Some(pool) {
            wrong.push(Reason::new(Code::Unknown).at(&field));
            continue;
        }
        before = Some(pool);
        // What is out of use cannot be so twice.
        let out = others.iter().flat_map(|(_, pools)| pools).filter(|(other, _)| other == pool);
        let out = out.fold(0_i64, |sum, (_, amount)| sum.saturating_add(amount.0));
        let all = match days {
            Some(days) => store::capacity::ladder(cx.tx, pool)?.leased.max_within(days).saturating_sub(out),
            None => Amount::MAX,
        };
        if amount.0 < 1 {
            wrong.push(Reason::new(Code::TooSmall).with("min", 1).at(&field));
        } else if amount.0 > all {
            wrong.push(Reason::new(Code::TooLarge).with("max", all).at(&field));
        } else if new.nodes.is_empty() && nodes.len() > 1 {
            // An engine of several machines cannot tell by itself which of them are meant.
            let of = nodes.iter().filter(|node| node.pools.iter().any(|name| name == pool.as_str()));
            let there = of.map(|node| node.devices).sum::<i64>();
            if amount.0 < there {
                let reason = Reason::new(Code::MachinesNeeded).with("pool", pool.as_str());
                wrong.push(reason.with("amount", amount.0).with("all", there).at("nodes"));
            }
        }
    }
    Ok(wrong)
}

/// Refuses with what is wrong, as entering would, and answers the window completed.
pub(super) fn checked(
    cx: &mut Cx<'_, '_>,
    new: NewMaintenance,
    row: Option<&MaintenanceRow>,
) -> Outcome<NewMaintenance> {
    let nodes = nodes_seen(cx)?;
    let new = new.completed(&nodes);
    let wrong = faults(cx, &new, &nodes, row)?;
    if wrong.is_empty() { Ok(new) } else { Err(Error::Invalid(wrong)) }
}
