//! The caps on what one organization may have.

use std::collections::BTreeMap;

use domain::ids::{OrganizationId, PoolId};
use domain::reason::{Code, Reason};
use domain::steps::Steps;

use crate::fit::Room;
use crate::input::{Line, Organization, Stretch, steps};
use crate::output::Given;

/// What organizations have, with what has been given them so far, and the most they may have.
pub(crate) struct Shares<'i> {
    /// The most of each pool, day by day; a pool without an entry has no limit.
    pools: BTreeMap<&'i PoolId, Steps>,
    projects: BTreeMap<OrganizationId, i64>,
    held: BTreeMap<(OrganizationId, PoolId), Steps>,
    max_projects: i64,
}

impl<'i> Shares<'i> {
    /// From the most that one may hold of each pool (no stretches are no limit), what they have, and
    /// the most projects at once (0 is no limit).
    pub(crate) fn new(
        caps: impl Iterator<Item = (&'i PoolId, &'i [Stretch])>,
        organizations: &[Organization],
        max_projects: i64,
    ) -> Self {
        let mut held: BTreeMap<(OrganizationId, PoolId), Steps> = BTreeMap::new();
        for one in organizations {
            for holding in &one.holds {
                held.entry((one.organization, holding.pool.clone())).or_default().add_all(&steps(&holding.held), 1);
            }
        }
        Self {
            pools: caps.filter(|(_, most)| !most.is_empty()).map(|(pool, most)| (pool, steps(most))).collect(),
            projects: organizations.iter().map(|one| (one.organization, one.projects)).collect(),
            held,
            max_projects,
        }
    }

    /// Whether an organization may have one more project.
    pub(crate) fn may_start(&self, organization: Option<OrganizationId>) -> Result<(), Reason> {
        let projects = organization.and_then(|one| self.projects.get(&one)).copied().unwrap_or(0);
        if self.max_projects > 0 && projects >= self.max_projects {
            return Err(Reason::new(Code::OrgProjects).with("max", self.max_projects));
        }
        Ok(())
    }

    /// `room` as far as an organization may use it for `lines`: within the most of each pool that one
    /// may hold, less what it has.
    pub(crate) fn room_of(&self, organization: Option<OrganizationId>, lines: &[Line], room: &Room) -> Room {
        let mut out = Room::new();
        for line in lines {
            let Some(all) = room.get(&line.pool) else { continue };
            let own = match (organization, self.pools.get(&line.pool)) {
                (Some(organization), Some(most)) => {
                    let mut left = most.clone();
                    if let Some(held) = self.held.get(&(organization, line.pool.clone())) {
                        left.add_all(held, -1);
                    }
                    all.least(&left)
                }
                _ => all.clone(),
            };
            out.insert(line.pool.clone(), own);
        }
        out
    }

    /// Whether an organization may hold `given` besides what it has.
    pub(crate) fn may_hold(&self, organization: Option<OrganizationId>, given: &[Given]) -> Result<(), Reason> {
        let Some(organization) = organization else { return Ok(()) };
        for one in given {
            let Some(most) = self.pools.get(&one.pool) else { continue };
            let mut held = self.held.get(&(organization, one.pool.clone())).cloned().unwrap_or_default();
            given.iter().filter(|other| other.pool == one.pool).for_each(|other| held.add(other.term, other.amount));
            let mut left = most.clone();
            left.add_all(&held, -1);
            if left.min_within(one.term) < 0 {
                let max = most.min_within(one.term);
                return Err(Reason::new(Code::OrgShare).with("pool", one.pool.as_str()).with("max", max));
            }
        }
        Ok(())
    }

    /// Notes what an organization was given.
    pub(crate) fn gave(&mut self, organization: Option<OrganizationId>, given: &[Given]) {
        let Some(organization) = organization else { return };
        *self.projects.entry(organization).or_default() += 1;
        for one in given {
            self.held.entry((organization, one.pool.clone())).or_default().add(one.term, one.amount);
        }
    }
}
