//! What the office says of a call.

use domain::call::{RoundKind, Track};
use domain::ids::{PoolId, ProductId};
use domain::units::Amount;
use jiff::civil::{Date, Time};

/// The longest title.
pub const TITLE_MAX: usize = 200;
/// The longest text of a call.
pub const BODY_MAX: usize = 20_000;
/// The most criteria of a call.
pub const CRITERIA_MAX: usize = 10;
/// The most rounds of a call.
pub const ROUNDS_MAX: usize = 24;

/// What a call says.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct CallInput {
    /// Korean title.
    pub title_ko: String,
    /// English title; may be empty.
    pub title_en: String,
    /// Korean text.
    pub body_ko: String,
    /// English text; may be empty.
    pub body_en: String,
    /// Whom to ask.
    pub contact: String,
    /// For whom it is.
    pub track: Track,
    /// Whether bonus points count.
    pub bonus: bool,
    /// The products on offer.
    pub products: Vec<ProductId>,
    /// The criteria in order.
    pub criteria: Vec<CriterionInput>,
    /// The rounds in order.
    pub rounds: Vec<RoundInput>,
}

/// A criterion of a call.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct CriterionInput {
    /// Korean name.
    pub name_ko: String,
    /// English name; may be empty.
    pub name_en: String,
    /// The most points.
    pub max_points: i64,
}

/// A round of a call.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct RoundInput {
    /// Regular or rolling.
    pub kind: RoundKind,
    /// Korean name.
    pub name_ko: String,
    /// English name; may be empty.
    pub name_en: String,
    /// Its dates.
    pub dates: RoundDates,
    /// How much of each pool it hands out at most; a pool that is not named is not on offer.
    pub envelope: Vec<(PoolId, Amount)>,
}

/// The dates of a round, in the center's time zone.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct RoundDates {
    /// The day from which it takes proposals.
    pub opens_on: Date,
    /// At which time; midnight unless it says otherwise.
    pub opens_time: Option<Time>,
    /// The day on which it closes.
    pub closes_on: Date,
    /// At which time; the policy's unless it says otherwise.
    pub closes_time: Option<Time>,
    /// Until which day reviews are due.
    pub review_due_on: Date,
    /// When results are announced.
    pub announce_on: Date,
    /// For how many days offers stay open.
    pub offer_days: i64,
    /// The earliest first day of use.
    pub earliest_start_on: Date,
    /// The latest last day of use.
    pub latest_last_on: Date,
}
