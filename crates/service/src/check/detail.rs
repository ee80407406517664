//! What is wrong with a row, as data: pages and the command line say it in the person's language,
//! JSON and logs in English.

use std::collections::HashMap;

use serde::{Serialize, Serializer};
use texts::{Lang, Texts};

domain::words! {
    /// Every kind of finding. The catalogs hold one sentence for each.
    What in "found" {
        /// `column` holds `value`, which is not of its kind.
        Holds = "holds",
        /// A value cannot be read: `cause`.
        Cause = "cause",
        /// `column` is no document that can be read.
        Document = "document",
        /// The chain ended with `noted`, it ends with `there`.
        ChainEnd = "chain_end",
        /// The chain ended with `noted`, nothing is there.
        ChainGone = "chain_gone",
        /// Entry `found` follows entry `after`.
        Gap = "gap",
        /// Entry `seq` does not follow the one before.
        Unlinked = "unlinked",
        /// Entry `seq` was altered.
        Altered = "altered",
        /// `amount` is wanted of an engine, the ledger gives `held` of `pool`.
        EngineDesired = "engine_desired",
        /// `amount` is seen on an engine, the ledger gives `held` of `pool`.
        EngineObserved = "engine_observed",
        /// Said to be in line, but what is seen differs from what is wanted.
        EngineNotInLine = "engine_not_in_line",
        /// The engine is told the name `name`.
        EngineName = "engine_name",
        /// What the entry freed is not on record.
        FreedNotNoted = "freed_not_noted",
        /// On record as freed, but the entry freed nothing.
        FreedNothing = "freed_nothing",
        /// Written at `at`, noted as freed at `noted` (seconds).
        FreedAt = "freed_at",
        /// A part is not what its offer (in `state`) is.
        PartAstray = "part_astray",
        /// A part goes over days that were not freed.
        PartDays = "part_days",
        /// `given` went of `amount`.
        GivenTwice = "given_twice",
        /// Nothing of that name in `pool` takes freed capacity.
        NoGoal = "no_goal",
        /// It took `amount` of what was idle in `pool` from `from`, which is not on record.
        TookIdle = "took_idle",
        /// It gives `amount` less in `pool` from `from` than went to it.
        GivesLess = "gives_less",
        /// Starts on `from` but was written on `day`.
        Backdated = "backdated",
        /// An entry of `kind` has `delta`.
        WrongSign = "wrong_sign",
        /// An entry of `kind` corrects `seq`.
        Corrects = "corrects",
        /// An entry of `kind` corrects nothing.
        CorrectsNothing = "corrects_nothing",
        /// The award has no line for what the ledger holds.
        NoLine = "no_line",
        /// The line ends on `noted`, the ledger on `end`.
        LineEnd = "line_end",
        /// Holds `amount` on `day`.
        HoldsOn = "holds_on",
        /// Holds `amount` on `day`, in steps of `grain`.
        HoldsOff = "holds_off",
        /// The rungs on `day`: `installed`, `leased`, `reserved_ops`, `allocatable`.
        Rungs = "rungs",
        /// The derived sum is off by `by`.
        OffBy = "off_by",
        /// `wanted` is promised of `allocatable` up to `last`.
        Promised = "promised",
        /// The line's grain is `grain`, the product's `product`.
        OtherGrain = "other_grain",
        /// `column` names nothing.
        NamesNothing = "names_nothing",
        /// An accepted offer without an award.
        OfferWithoutAward = "offer_without_award",
        /// An award whose offer is not accepted.
        OfferNotAccepted = "offer_not_accepted",
        /// An award without lines.
        AwardWithoutLines = "award_without_lines",
        /// The text is not the one of its hash.
        AgreementAltered = "agreement_altered",
        /// Published by whoever drafted it.
        CallOwn = "call_own",
        /// It does not follow from the facts that it was made from.
        PlanUnlike = "plan_unlike",
        /// It is not what its plan says.
        DecisionUnlike = "decision_unlike",
        /// Approved or announced without anybody who approved it.
        PlanUnapproved = "plan_unapproved",
        /// Decided by nobody.
        AdjustmentUndecided = "adjustment_undecided",
        /// Still open though its award is over.
        AdjustmentOfOver = "adjustment_of_over",
        /// Signed twice by the same person.
        AgreementOwn = "agreement_own",
        /// An award that is over holds something from today on.
        OverButHeld = "over_but_held",
        /// An award in force whose project is not.
        AwardWithoutProject = "award_without_project",
        /// A project whose state its awards do not bear out.
        ProjectUnlikeAwards = "project_unlike_awards",
        /// A project without exactly one lead, who is the one that it names.
        ProjectLead = "project_lead",
        /// Approved by whoever made it.
        PlanOwn = "plan_own",
        /// Decided by whoever asked for it.
        AdjustmentOwn = "adjustment_own",
        /// Concluded without both signatures.
        AgreementUnsigned = "agreement_unsigned",
        /// An award in force without a concluded agreement.
        AwardWithoutAgreement = "award_without_agreement",
        /// A reservation that whoever asked for it decided on.
        ReservationOwn = "reservation_own",
        /// A reservation and the award that holds its devices contradict each other.
        ReservationUnlikeAward = "reservation_unlike_award",
        /// A project in force without an award in force.
        ProjectWithoutAward = "project_without_award",
    }
}

/// What is wrong with a row, with its facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    what: What,
    facts: Vec<(&'static str, String)>,
}

impl Detail {
    /// A finding without facts.
    #[must_use]
    pub fn new(what: What) -> Self {
        Self { what, facts: Vec::new() }
    }

    /// The finding with one fact more.
    #[must_use]
    pub fn with(mut self, name: &'static str, fact: impl ToString) -> Self {
        self.facts.push((name, fact.to_string()));
        self
    }

    /// The sentence.
    #[must_use]
    pub fn text(&self, t: Texts) -> String {
        let facts: HashMap<String, String> =
            self.facts.iter().map(|(name, fact)| ((*name).to_owned(), fact.clone())).collect();
        t.named(&format!("found-{}", self.what.as_str().replace('_', "-")), &facts)
    }
}

impl From<What> for Detail {
    fn from(what: What) -> Self {
        Self::new(what)
    }
}

impl std::fmt::Display for Detail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text(Texts::new(Lang::En)))
    }
}

impl Serialize for Detail {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finding_has_a_sentence() {
        assert_eq!(texts::missing_words::<What>(), [] as [String; 0]);
        let detail = Detail::new(What::HoldsOff).with("amount", 9).with("day", "2021-05-03").with("grain", 8);
        assert_eq!(detail.to_string(), "9 on 2021-05-03, in steps of 8");
        assert_eq!(detail.text(Texts::new(Lang::Ko)), "2021-05-03에 9, 배정 단위는 8");
    }
}
