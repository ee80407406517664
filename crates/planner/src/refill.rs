//! Finding who on the reserve list fits into what came free.

use std::collections::BTreeMap;

use domain::ids::{OrganizationId, PoolId, ProposalId, RoundId};
use domain::steps::Steps;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::fit::{Room, fit, take};
use crate::input::{Line, Organization, Stretch, always, steps};
use crate::output::Given;
use crate::shares::Shares;

/// What is free now, and who waits for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefillInput {
    /// The first day on which anything can start.
    pub today: Date,
    /// The most projects that one organization may have at once; 0 is no limit.
    pub org_max_projects: i64,
    /// The pools in which anything is free.
    pub pools: Vec<RefillPool>,
    /// What the rounds of those who wait may hand out, and what they used of that.
    pub envelopes: Vec<RoundEnvelope>,
    /// What the organizations of those who wait have already.
    pub organizations: Vec<Organization>,
    /// Who waits, first in rank first.
    pub waiting: Vec<Waiting>,
}

/// A pool in which something is free.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefillPool {
    /// Its short name.
    pub pool: PoolId,
    /// What is free, net of running awards and open offers.
    pub free: Vec<Stretch>,
    /// What awards gave up before their end and nobody was offered since.
    pub freed: Vec<Stretch>,
    /// The most that one organization may hold of it on each day; no stretches are no limit.
    pub org_max: Vec<Stretch>,
}

/// What one round may hand out of one pool, and what it used of that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundEnvelope {
    /// The round.
    pub round: RoundId,
    /// The pool.
    pub pool: PoolId,
    /// The most that the round may hand out of it on any day.
    pub envelope: i64,
    /// What was used of it: what its awards were given and its open offers promise, without what
    /// of both came from freed capacity. What an award gives up stays used; it is freed capacity then.
    pub used: Vec<Stretch>,
}

/// A proposal on the reserve list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// Which.
    pub proposal: ProposalId,
    /// In which round it applied.
    pub round: RoundId,
    /// Who applies.
    pub organization: Option<OrganizationId>,
    /// What it asks for; all lines or none are given.
    pub lines: Vec<Line>,
}

/// What a waiting proposal can be offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refilled {
    /// Which.
    pub proposal: ProposalId,
    /// What, line by line.
    pub given: Vec<Given>,
}

/// Offers what is free in the order of rank. Who does not fit, or whose organization has all that
/// one may have, is passed over and keeps the place.
///
/// On each day a proposal finds the sum of two amounts, as far as it is free: what awards gave up, of
/// whatever round they were, and what its own round has left of its envelope (offers that lapsed,
/// capacity that was added). What awards gave up is used first. The rest of the free belongs to
/// rounds to come.
#[must_use]
pub fn refill(input: &RefillInput) -> Vec<Refilled> {
    let mut rooms = Rooms::new(input);
    let caps = input.pools.iter().map(|pool| (&pool.pool, pool.org_max.as_slice()));
    let mut shares = Shares::new(caps, &input.organizations, input.org_max_projects);
    let mut out = Vec::new();
    for waiting in input.waiting.iter().filter(|waiting| !waiting.lines.is_empty()) {
        if shares.may_start(waiting.organization).is_err() {
            continue;
        }
        let mut room = shares.room_of(waiting.organization, &waiting.lines, rooms.of(waiting.round));
        let Ok(given) = fit(&waiting.lines, &mut room, Some(input.today)) else { continue };
        shares.gave(waiting.organization, &given);
        rooms.gave(waiting.round, &given);
        out.push(Refilled { proposal: waiting.proposal, given });
    }
    out
}

/// What is left to give, by round; the room of a round is put together when it is first asked for
/// after something was given.
struct Rooms {
    free: Room,
    freed: Room,
    unused: BTreeMap<RoundId, Room>,
    ready: BTreeMap<RoundId, Room>,
}

impl Rooms {
    fn new(input: &RefillInput) -> Self {
        let nothing = Steps::new();
        let mut unused: BTreeMap<RoundId, Room> = BTreeMap::new();
        for one in &input.envelopes {
            let mut left = always(one.envelope);
            left.add_all(&steps(&one.used), -1);
            unused.entry(one.round).or_default().insert(one.pool.clone(), left.most(&nothing));
        }
        Self {
            free: input.pools.iter().map(|one| (one.pool.clone(), steps(&one.free))).collect(),
            freed: input.pools.iter().map(|one| (one.pool.clone(), steps(&one.freed).most(&nothing))).collect(),
            unused,
            ready: BTreeMap::new(),
        }
    }

    fn of(&mut self, round: RoundId) -> &Room {
        self.ready.entry(round).or_insert_with(|| {
            let nothing = Steps::new();
            let unused = self.unused.get(&round);
            let room = |(pool, free): (&PoolId, &Steps)| {
                let freed = self.freed.get(pool).unwrap_or(&nothing);
                let unused = unused.and_then(|room| room.get(pool)).unwrap_or(&nothing);
                let mut both = freed.clone();
                both.add_all(unused, 1);
                (pool.clone(), both.least(free))
            };
            self.free.iter().map(room).collect()
        })
    }

    fn gave(&mut self, round: RoundId, given: &[Given]) {
        self.ready.clear();
        for one in given {
            take(&mut self.free, one, 1);
            let mut rest: Steps = [(one.term, one.amount)].into_iter().collect();
            if let Some(freed) = self.freed.get_mut(&one.pool) {
                let from_freed = rest.least(freed);
                freed.add_all(&from_freed, -1);
                rest.add_all(&from_freed, -1);
            }
            if let Some(unused) = self.unused.get_mut(&round).and_then(|room| room.get_mut(&one.pool)) {
                unused.add_all(&rest, -1);
            }
        }
    }
}
