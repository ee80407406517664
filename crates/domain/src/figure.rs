//! Figures: numbers that are shown with what they are, in which unit, for which period, and from
//! how many rows they were computed. Exact decimals, made from integers.

use serde::{Serialize, Serializer};

use crate::units::{Gflops, permille};

/// An exact decimal: `units` over ten to the `places`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    /// The digits.
    pub units: i64,
    /// How many of them stand behind the point.
    pub places: u32,
}

impl Decimal {
    /// A whole number.
    #[must_use]
    pub fn whole(units: i64) -> Self {
        Self { units, places: 0 }
    }

    /// PF with two decimals, rounded half away from zero.
    #[must_use]
    pub fn pf(gflops: Gflops) -> Self {
        Self { units: gflops.centi_pf(), places: 2 }
    }

    /// A percentage with one decimal.
    #[must_use]
    pub fn percent(part: i64, whole: i64) -> Self {
        Self { units: permille(part, whole), places: 1 }
    }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.units < 0 { "-" } else { "" };
        let digits = format!("{:0>width$}", self.units.unsigned_abs(), width = self.places as usize + 1);
        let (whole, fraction) = digits.split_at(digits.len() - self.places as usize);
        if fraction.is_empty() { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{fraction}") }
    }
}

impl Serialize for Decimal {
    /// A JSON number with exactly these digits, but for zeros at the end.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.places == 0 {
            return serializer.serialize_i64(self.units);
        }
        // The shortest text of the nearest float is the decimal itself up to 15 digits.
        let number: serde_json::Number = self.to_string().parse().map_err(serde::ser::Error::custom)?;
        number.serialize(serializer)
    }
}

words! {
    /// What a figure counts.
    FigureUnit in "figure-unit" {
        /// Projects (과제).
        Project = "project",
        /// Organizations.
        Organization = "organization",
        /// Petaflops on the center's basis.
        Pf = "PF",
        /// Petaflops times months.
        PfMonth = "PF-month",
        /// Percent.
        Percent = "percent",
    }
}

/// One figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Section and key: `projects.supported`.
    pub id: &'static str,
    /// The number.
    pub value: Decimal,
    /// In which unit.
    pub unit: FigureUnit,
    /// For which period: `2021`.
    pub period: String,
    /// From how many rows it was computed.
    pub rows: i64,
    /// What share of the whole it is, where that is shown with it.
    pub share_percent: Option<Decimal>,
}

impl Figure {
    /// The name of its message in the catalogs; its definition is under `<name>-definition`.
    #[must_use]
    pub fn text(&self) -> String {
        format!("figure-{}", self.id.replace(['.', '_'], "-"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_written_exactly() {
        let json = |decimal: Decimal| serde_json::to_string(&decimal).expect("a number");
        assert_eq!(json(Decimal::pf(Gflops(10_740_000))), "10.74");
        assert_eq!(json(Decimal::pf(Gflops(6_571_000))), "6.57");
        assert_eq!(json(Decimal::percent(78, 125)), "62.4");
        assert_eq!(json(Decimal::whole(125)), "125");
        assert_eq!(Decimal { units: -5, places: 2 }.to_string(), "-0.05");
        assert_eq!(Decimal { units: 900, places: 2 }.to_string(), "9.00");
    }

    #[test]
    fn every_hundredth_up_to_a_thousand_pf_keeps_its_digits() {
        for units in 0..100_000 {
            let decimal = Decimal { units, places: 2 };
            let json = serde_json::to_string(&decimal).expect("a number");
            let text = decimal.to_string();
            let short = text.trim_end_matches('0');
            assert!(json == short || json == format!("{short}0"), "{json} is not {text}");
        }
    }
}
