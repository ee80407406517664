//! What pools are called and how amounts of them are written.

use domain::ids::PoolId;
use domain::reason::{Arg, Reason};
use domain::units::{Gflops, PoolUnit};

use crate::{Lang, Texts, k};

/// A pool as people know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolName {
    /// Its short name.
    pub id: PoolId,
    /// Its Korean name.
    pub ko: String,
    /// Its English name; may be empty.
    pub en: String,
    /// What it counts.
    pub unit: PoolUnit,
    /// What one of its devices computes on the center's basis, where that is known.
    pub peak: Option<Gflops>,
}

/// The pools of a center. One that is not among them goes by its short name, and its amounts are
/// plain numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pools(Vec<PoolName>);

impl FromIterator<PoolName> for Pools {
    fn from_iter<I: IntoIterator<Item = PoolName>>(pools: I) -> Self {
        Self(pools.into_iter().collect())
    }
}

impl Pools {
    /// The pool of that short name.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&PoolName> {
        self.0.iter().find(|pool| pool.id.as_str() == id)
    }

    /// What a pool is called.
    #[must_use]
    pub fn name(&self, t: Texts, id: &PoolId) -> String {
        self.named(t, id.as_str())
    }

    fn named(&self, t: Texts, id: &str) -> String {
        match self.get(id) {
            Some(pool) if t.lang() == Lang::En && !pool.en.is_empty() => pool.en.clone(),
            Some(pool) => pool.ko.clone(),
            None => id.to_owned(),
        }
    }

    /// An amount of a pool with its unit.
    #[must_use]
    pub fn amount(&self, t: Texts, id: &PoolId, amount: i64) -> String {
        self.counted(t, id.as_str(), amount)
    }

    fn counted(&self, t: Texts, id: &str, amount: i64) -> String {
        self.get(id).map_or_else(|| t.int(amount), |pool| t.amount(pool.unit, amount))
    }

    /// A change of a pool's amount with its sign and unit.
    #[must_use]
    pub fn change(&self, t: Texts, id: &PoolId, amount: i64) -> String {
        let text = self.amount(t, id, amount);
        if amount > 0 { format!("+{text}") } else { text }
    }

    /// The petaflops of so many devices of a pool; empty where nothing is known of them.
    #[must_use]
    pub fn pf(&self, t: Texts, id: &PoolId, amount: i64) -> String {
        let peak = self.get(id.as_str()).and_then(|pool| pool.peak);
        peak.map(|peak| t.pf(Gflops(peak.0.saturating_mul(amount)))).unwrap_or_default()
    }

    /// A fact of a reason in words: the pool by its name, and amounts of it with their unit.
    pub(crate) fn fact(&self, t: Texts, reason: &Reason, name: &str, value: &Arg) -> Option<String> {
        let pool = reason.pool()?;
        match value {
            Arg::Text(_) if name == "pool" => Some(self.named(t, pool)),
            Arg::Int(amount) if reason.counts_pool(name) => Some(self.counted(t, pool, *amount)),
            _ => None,
        }
    }
}

impl Texts {
    /// An amount in its unit: `8 devices`, `10 TB`.
    #[must_use]
    pub fn amount(self, unit: PoolUnit, amount: i64) -> String {
        match unit {
            PoolUnit::Byte => self.bytes(amount),
            PoolUnit::Device if amount == 1 => self.s(k::CALL_DEVICE),
            PoolUnit::Device => self.f1(k::CALL_DEVICES, "count", self.int(amount)),
        }
    }
}
