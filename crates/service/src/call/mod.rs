//! Calls: drafted by the office, published by a second person, open and closed by the clock.

mod check;
mod dates;
mod input;
mod list;
mod show;
mod write;

use crate::{Cx, Outcome};

pub(crate) use check::too_long;
pub use dates::{Correction, When, correct_dates, dates_faults, dates_of, round};
pub use input::{BODY_MAX, CRITERIA_MAX, CallInput, CriterionInput, ROUNDS_MAX, RoundDates, RoundInput, TITLE_MAX};
pub use list::{current, list, overview, past, phase_of};
pub use show::{CallView, Choices, choices, show};
pub use store::call::{CallRow, CriterionRow, EnvelopeRow, PoolShare, PublicRound, RoundRow};
pub use store::center::ProductRow;
pub use write::{archive, change, check, draft, duplicate, publish};

/// Reminds people of unfinished proposals and reviews that are due within
/// [`domain::call::REMINDER_DAYS`] days, each once per deadline: for the clock. Answers how many.
///
/// # Errors
/// Database errors only.
pub fn clock_tasks(cx: &mut Cx<'_, '_>) -> Outcome<u64> {
    Ok(crate::proposal::remind(cx)?.saturating_add(crate::review::remind(cx)?))
}
