//! Proposals of their people: begun, written, submitted, followed, withdrawn.

mod body;
mod edit;
mod mine;
mod show;

use domain::access::Act;
use domain::ids::Slug;
use domain::proposal::ProposalState;
use domain::units::{Gflops, PoolUnit, rounded_div};
use jiff::Timestamp;
use service::capacity::model_peak;
use service::center::Identity;
use texts::{Texts, k};

use crate::route::{Line, Section, get, post};

pub(crate) use service::proposal::title;

pub(crate) use body::{Body, body};
pub(crate) use edit::Counter;
pub(crate) use show::respond;

/// The lines of this area.
#[must_use]
pub fn routes() -> Vec<Line> {
    vec![
        get("/my/proposals", Act::HomeRead, mine::mine).menu(Section::Mine, 10, k::MY_PROPOSALS_MENU),
        post("/rounds/{id}/proposals", Act::ProposalStart, edit::start),
        get("/proposals/{id}", Act::ProposalRead, show::show),
        get("/proposals/{id}/edit", Act::ProposalWrite, edit::edit),
        post("/proposals/{id}/edit", Act::ProposalWrite, edit::save),
        post("/proposals/{id}/draft", Act::ProposalWrite, edit::autosave),
        post("/proposals/{id}/withdraw", Act::ProposalWrite, show::withdraw),
    ]
}

/// How the badge of a state looks.
pub(crate) fn badge(state: ProposalState) -> &'static str {
    match state {
        ProposalState::Selected | ProposalState::EligibilityOk => "good",
        ProposalState::Returned | ProposalState::Reserve => "wait",
        ProposalState::Rejected => "bad",
        ProposalState::Submitted | ProposalState::InReview | ProposalState::Ranked => "info",
        ProposalState::Draft | ProposalState::Withdrawn => "",
    }
}

/// An amount as its pool counts it, and its PF on the center's basis where there is such a figure.
pub(crate) fn amount(
    t: Texts,
    identity: &Identity,
    unit: PoolUnit,
    model: Option<&Slug>,
    amount: i64,
) -> (String, String) {
    let peak = model_peak(identity, unit, model, identity.basis);
    (t.amount(unit, amount), peak.map(|peak| t.pf(Gflops(peak.0.saturating_mul(amount)))).unwrap_or_default())
}

/// How much time is left until an instant, in words; empty if none is.
pub(crate) fn left(t: Texts, now: Timestamp, until: Timestamp) -> String {
    let seconds = until.as_second().saturating_sub(now.as_second());
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match seconds {
        ..=0 => String::new(),
        86_400.. => t.f2(k::PROPOSAL_LEFT_DAYS, ("days", days), ("hours", hours)),
        _ => t.f2(k::PROPOSAL_LEFT_HOURS, ("hours", hours), ("minutes", minutes)),
    }
}

/// A ratio with two decimals: how many times what there is was asked for.
pub(crate) fn ratio(asked: i64, whole: i64) -> String {
    if whole <= 0 {
        return "–".to_owned();
    }
    let centi = rounded_div(asked.saturating_mul(100), whole);
    format!("{}.{:02}:1", centi / 100, centi % 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use texts::Lang;

    #[test]
    fn time_left_is_told_in_days_hours_and_minutes() {
        let t = Texts::new(Lang::En);
        let at = |seconds: i64| left(t, Timestamp::UNIX_EPOCH, Timestamp::from_second(seconds).expect("an instant"));
        assert_eq!(at(3 * 86_400 + 7200), "3 d 2 h left");
        assert_eq!(at(3660), "1 h 1 min left");
        assert_eq!(at(30), "0 h 0 min left");
        assert_eq!(at(0), "");
    }

    #[test]
    fn competition_is_a_ratio_with_two_decimals() {
        assert_eq!((ratio(235, 100), ratio(1, 3), ratio(1, 0)), ("2.35:1".into(), "0.33:1".into(), "–".into()));
    }
}
