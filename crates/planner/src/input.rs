//! What a plan is made from.

use domain::capacity::horizon;
use domain::ids::{OrganizationId, PoolId, ProductId, ProposalId};
use domain::ledger::hex;
use domain::steps::Steps;
use domain::term::Term;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Everything that a plan rests on. Written as JSON it is the record of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanningInput {
    /// The rules.
    pub rules: Rules,
    /// The pools on offer.
    pub pools: Vec<Pool>,
    /// What the organizations of the proposals have already.
    pub organizations: Vec<Organization>,
    /// The proposals, in any order.
    pub proposals: Vec<Candidate>,
}

/// The rules that a plan keeps to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// Which version of the policy this is.
    pub version: String,
    /// The least score, in thousandths of a point, that may be selected.
    pub pass_score_milli: i64,
    /// The most projects that one organization may have at once; 0 is no limit.
    pub org_max_projects: i64,
}

/// A pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool {
    /// Its short name.
    pub pool: PoolId,
    /// What is free, net of running awards and open offers; nothing is free outside of these.
    pub free: Vec<Stretch>,
    /// The most that the round may hand out of it on any day.
    pub envelope: i64,
    /// What the round has handed out of that already: a rolling round is planned more than once.
    #[serde(default)]
    pub handed_out: Vec<Stretch>,
    /// What is kept back of the free on every day, for rolling calls.
    pub holdback: i64,
    /// The most that one organization may hold of it on each day; no stretches are no limit.
    pub org_max: Vec<Stretch>,
}

/// An amount on every day of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    /// The days.
    pub term: Term,
    /// How much on each of them.
    pub amount: i64,
}

/// What an organization has already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    /// Which.
    pub organization: OrganizationId,
    /// Its running and pending projects.
    pub projects: i64,
    /// What they hold.
    pub holds: Vec<PoolHolding>,
}

/// What is held in one pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolHolding {
    /// The pool.
    pub pool: PoolId,
    /// How much, when.
    pub held: Vec<Stretch>,
}

/// A proposal that may be selected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Which.
    pub proposal: ProposalId,
    /// Who applies.
    pub organization: Option<OrganizationId>,
    /// Its score in thousandths of a point.
    pub score_milli: i64,
    /// Scores that break ties, most important first: resource plan, impact.
    pub tie_scores: Vec<i64>,
    /// When it was submitted, in Unix seconds: the last tie rule, earlier first.
    pub submitted_at: i64,
    /// Tags that the statistics ask for: `regional`, `rnd_cluster`.
    pub tags: Vec<String>,
    /// What it asks for; all lines or none are given.
    pub lines: Vec<Line>,
}

/// One line of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The product.
    pub product: ProductId,
    /// The pool.
    pub pool: PoolId,
    /// How much.
    pub amount: i64,
    /// The least that helps.
    pub min_amount: i64,
    /// In which steps it can be given.
    pub grain: i64,
    /// The earliest first day.
    pub earliest: Date,
    /// The latest first day after the end.
    pub latest_end: Date,
    /// For how many months.
    pub months: i32,
}

/// The same amount on every day that a plan can touch.
pub(crate) fn always(amount: i64) -> Steps {
    [(horizon(Date::MIN), amount)].into_iter().collect()
}

/// Stretches as a step function.
pub(crate) fn steps(stretches: &[Stretch]) -> Steps {
    stretches.iter().map(|stretch| (stretch.term, stretch.amount)).collect()
}

impl PlanningInput {
    /// The input in its one canonical order.
    #[must_use]
    pub fn canonical(&self) -> Self {
        let mut out = self.clone();
        out.pools.sort_by(|a, b| a.pool.cmp(&b.pool));
        out.organizations.sort_by_key(|organization| organization.organization);
        out.organizations.iter_mut().for_each(|one| one.holds.sort_by(|a, b| a.pool.cmp(&b.pool)));
        out.proposals.sort_by_key(|candidate| candidate.proposal);
        out
    }

    /// The input with no more free than the envelopes let be handed out: two that are the same so have
    /// the same decisions, whatever comes and goes beyond, such as reservations.
    #[must_use]
    pub fn within_envelopes(&self) -> Self {
        let mut out = self.clone();
        for pool in &mut out.pools {
            let days = horizon(Date::MIN);
            let most: Steps = [(days, pool.envelope.max(0))].into_iter().collect();
            let free = steps(&pool.free).least(&most).within(days).into_iter();
            pool.free =
                free.filter(|(_, amount)| *amount != 0).map(|(term, amount)| Stretch { term, amount }).collect();
        }
        out
    }

    /// SHA-256 (hex) of the canonical input, the solver's and the policy's version.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut hasher = Sha256::new();
        hasher.update(crate::SOLVER.as_bytes());
        hasher.update([0]);
        hasher.update(self.rules.version.as_bytes());
        hasher.update([0]);
        // Serializing plain structs of numbers, texts and dates to memory cannot fail.
        hasher.update(serde_json::to_vec(&self.canonical()).unwrap_or_default());
        hex(&hasher.finalize())
    }
}
