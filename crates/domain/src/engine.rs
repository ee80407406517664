//! How an engine stands with what the ledger gives, and what products say of jobs.

use serde::{Deserialize, Serialize};

use crate::ids::ProductId;
use crate::units::Amount;
use crate::{Code, Reason};

words! {
    /// How an engine stands for a project.
    SyncState in "engine" {
        /// It has what it should have.
        InLine = "in_line",
        /// It is being brought in line.
        Pending = "pending",
        /// It could not be brought in line; it is tried again.
        Failed = "failed",
    }
}

words! {
    /// What keeps an engine from being in line.
    EngineFault in "engine-fault" {
        /// Nobody answers.
        Unreachable = "unreachable",
        /// Somebody is there who does not answer in time.
        Hangs = "hangs",
        /// It is on record, but the part that enforces it is away.
        Controller = "controller",
        /// Jobs still run that hold what should go.
        Busy = "busy",
        /// It answered no.
        Refused = "refused",
        /// It said yes, and has something else.
        Unlike = "unlike",
        /// So much would change that what it has was probably not read in full.
        Doubtful = "doubtful",
    }
}

words! {
    /// How a machine of an engine stands.
    NodeState in "node" {
        /// It has nothing to do.
        Idle = "idle",
        /// Some of it is in use.
        Mixed = "mixed",
        /// All of it is in use.
        Full = "full",
        /// It is held for somebody.
        Reserved = "reserved",
        /// It takes no new jobs; what runs goes on.
        Draining = "draining",
        /// It takes no jobs.
        Drained = "drained",
        /// It does not answer.
        Down = "down",
    }
}

/// What a product says of the jobs of its awards; nothing where it says nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UseLimits {
    /// The longest job, in minutes.
    pub max_wall_minutes: Option<i64>,
    /// How many jobs of a person may run.
    pub max_jobs: Option<i64>,
    /// For how many hours each device of an award may be used over its term.
    pub device_hours: Option<i64>,
}

/// What holds for the jobs of a project in a pool, by the products of which it holds something there.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PoolRules {
    /// The products: whoever holds of the same has the same limits for a job and a person.
    pub class: String,
    /// The longest job, in minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_wall_minutes: Option<i64>,
    /// How many jobs of a person may run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_jobs: Option<i64>,
    /// How many device-hours all its jobs together may use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_hours: Option<i64>,
}

impl PoolRules {
    /// The rules of what is held of a pool, product by product; nothing if none of them limits anything.
    /// Of several the widest counts, hours add up, and what one leaves open is open. Devices of one
    /// pool are one to a job, so that no part of it can be told from another.
    #[must_use]
    pub fn of(held: &[(ProductId, Amount, UseLimits)]) -> Option<Self> {
        let mut products: Vec<&str> = held.iter().map(|(product, ..)| product.as_str()).collect();
        products.sort_unstable();
        products.dedup();
        let all = |value: fn(&UseLimits) -> Option<i64>| -> Option<Vec<i64>> {
            held.iter().map(|(_, _, limits)| value(limits)).collect()
        };
        let most = |value| all(value).and_then(|all| all.into_iter().max());
        let hours =
            |(_, amount, limits): &(ProductId, Amount, UseLimits)| Some(limits.device_hours?.saturating_mul(amount.0));
        let hours: Option<Vec<i64>> = held.iter().map(hours).collect();
        let rules = Self {
            class: products.join("-"),
            max_wall_minutes: most(|limits| limits.max_wall_minutes),
            max_jobs: most(|limits| limits.max_jobs),
            device_hours: hours.filter(|all| !all.is_empty()).map(|all| all.into_iter().fold(0, i64::saturating_add)),
        };
        rules.limits_something().then_some(rules)
    }

    /// Whether anything is limited.
    #[must_use]
    pub fn limits_something(&self) -> bool {
        self.max_wall_minutes.is_some() || self.max_jobs.is_some() || self.device_hours.is_some()
    }

    /// Why a job of so many minutes cannot be taken.
    #[must_use]
    pub fn too_long(&self, minutes: i64) -> Option<Reason> {
        let most = self.max_wall_minutes.filter(|most| minutes > *most)?;
        Some(Reason::new(Code::JobTooLong).with("minutes", minutes).with("max", most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(product: &str, amount: i64, limits: [Option<i64>; 3]) -> (ProductId, Amount, UseLimits) {
        let [max_wall_minutes, max_jobs, device_hours] = limits;
        (product.parse().expect("a slug"), Amount(amount), UseLimits { max_wall_minutes, max_jobs, device_hours })
    }

    #[test]
    fn of_several_products_the_widest_counts() {
        let short = || held("short", 2, [Some(60), Some(4), Some(100)]);
        let rules = PoolRules::of(&[short()]).expect("limited");
        assert_eq!(rules.class, "short");
        assert_eq!((rules.max_wall_minutes, rules.max_jobs, rules.device_hours), (Some(60), Some(4), Some(200)));
        assert_eq!(rules.too_long(60), None);
        assert_eq!(rules.too_long(61).map(|reason| reason.code), Some(Code::JobTooLong));
        let both = PoolRules::of(&[short(), held("long", 8, [Some(600), Some(1), Some(10)])]).expect("limited");
        assert_eq!(both.class, "long-short");
        assert_eq!((both.max_wall_minutes, both.max_jobs, both.device_hours), (Some(600), Some(4), Some(280)));
        let open = PoolRules::of(&[short(), held("mid", 1, [None, Some(9), None])]).expect("limited");
        assert_eq!((open.max_wall_minutes, open.max_jobs, open.device_hours), (None, Some(9), None));
        assert_eq!(PoolRules::of(&[held("mid", 1, [None; 3])]), None);
        assert_eq!(PoolRules::of(&[]), None);
    }
}
