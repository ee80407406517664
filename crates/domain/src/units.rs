//! Units. Everything that is granted or counted is a whole number of a named unit.

use serde::{Deserialize, Serialize};

/// Whole GFLOPS (10⁹ floating-point operations per second) on some basis; 1 PF is 1,000,000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Gflops(pub i64);

impl Gflops {
    /// GFLOPS in one petaflops.
    pub const PER_PF: i64 = 1_000_000;

    /// Hundredths of a PF, rounded half away from zero: what "2 decimals of PF" shows.
    #[must_use]
    pub fn centi_pf(self) -> i64 {
        rounded_div(self.0, Self::PER_PF / 100)
    }
}

impl std::ops::Add for Gflops {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl std::iter::Sum for Gflops {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self(0), |a, b| a + b)
    }
}

/// An amount in the unit of a pool: devices, or bytes in a storage pool. May be negative where it
/// is a change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Amount(pub i64);

impl Amount {
    /// The largest amount of one entry: 100 PB. Sums of many stay within 64 bits, also in the
    /// database.
    pub const MAX: i64 = 100_000_000_000_000_000;
}

impl std::ops::Add for Amount {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl std::ops::Sub for Amount {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl std::ops::Neg for Amount {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl std::ops::AddAssign for Amount {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl std::iter::Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self(0), |a, b| a + b)
    }
}

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

words! {
    /// What a pool counts.
    PoolUnit in "unit" {
        /// Whole accelerators.
        Device = "device",
        /// Bytes of storage.
        Byte = "byte",
    }
}

words! {
    /// The kind of a pool (domain.md §4).
    PoolKind in "pool-kind" {
        /// Accelerators handed out one by one or by server.
        GpuCloud = "gpu_cloud",
        /// Accelerators of a multi-node machine.
        Hpc = "hpc",
        /// Object storage.
        Storage = "storage",
    }
}

/// `numerator / denominator`, rounded half away from zero. `denominator` must be positive.
#[must_use]
pub fn rounded_div(numerator: i64, denominator: i64) -> i64 {
    let half = denominator / 2;
    if numerator >= 0 {
        (numerator.saturating_add(half)) / denominator
    } else {
        (numerator.saturating_sub(half)) / denominator
    }
}

/// `part / whole` in thousandths, rounded half up; zero when `whole` is zero.
#[must_use]
pub fn permille(part: i64, whole: i64) -> i64 {
    if whole <= 0 {
        return 0;
    }
    let exact = (i128::from(part) * 1000 + i128::from(whole) / 2) / i128::from(whole);
    i64::try_from(exact).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn petaflops_round_half_up_at_the_second_decimal() {
        assert_eq!(Gflops(10_740_000).centi_pf(), 1074);
        assert_eq!(Gflops(10_744_999).centi_pf(), 1074);
        assert_eq!(Gflops(10_745_000).centi_pf(), 1075);
        assert_eq!(Gflops(-10_745_000).centi_pf(), -1075);
    }

    #[test]
    fn permille_rounds_and_survives_extremes() {
        assert_eq!(permille(78, 125), 624);
        assert_eq!(permille(1, 0), 0);
        assert_eq!(permille(i64::MAX, i64::MAX), 1000);
    }
}
