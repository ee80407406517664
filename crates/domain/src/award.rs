//! From plan to project: the states of plans, decisions, offers, awards, projects and agreements,
//! and which may follow which (domain.md §6).

words! {
    /// The state of a round's plan.
    PlanState in "plan-state" {
        /// Made, for the office to look at.
        Draft = "draft",
        /// Put forward for approval.
        Proposed = "proposed",
        /// Sent back by a second person, who said why.
        Returned = "returned",
        /// Approved by a second person.
        Approved = "approved",
        /// Announced: its decisions stand, its offers are out.
        Announced = "announced",
        /// A later plan of the same round took its place.
        Superseded = "superseded",
    }
}

impl PlanState {
    /// Whether a plan in this state may come into `next`.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        use PlanState::{Announced, Approved, Draft, Proposed, Returned, Superseded};
        matches!(
            (self, next),
            (Draft | Returned, Proposed)
                | (Proposed, Approved | Returned)
                | (Approved, Announced)
                | (Draft | Proposed | Returned | Approved, Superseded)
        )
    }
}

words! {
    /// What a plan says of a proposal (선정, 예비, 탈락).
    Decision in "decision" {
        /// It is offered what the plan gives it.
        Selected = "selected",
        /// It waits for capacity that comes free.
        Reserve = "reserve",
        /// It is not supported.
        Rejected = "rejected",
    }
}

words! {
    /// What an offer comes from.
    OfferSource in "offer-source" {
        /// The announced plan of a round.
        Plan = "plan",
        /// Capacity that came free.
        Refill = "refill",
        /// A reservation: accepted as it is made.
        Reservation = "reservation",
    }
}

words! {
    /// The state of an offer.
    OfferState in "offer-state" {
        /// Waits for its answer and holds capacity.
        Open = "open",
        /// Accepted by the lead.
        Accepted = "accepted",
        /// Declined by the lead.
        Declined = "declined",
        /// Not answered in time.
        Lapsed = "lapsed",
        /// Taken back by the office.
        Withdrawn = "withdrawn",
    }
}

impl OfferState {
    /// Whether an offer in this state may come into `next`: only an open one changes.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        self == Self::Open && next != Self::Open
    }
}

words! {
    /// The state of an award.
    AwardState in "award-state" {
        /// Promised; waits for the agreement and the first day.
        Pending = "pending",
        /// In force.
        Active = "active",
        /// Over.
        Ended = "ended",
        /// Taken back before it began.
        Withdrawn = "withdrawn",
    }
}

impl AwardState {
    /// Whether an award in this state may come into `next`.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        use AwardState::{Active, Ended, Pending, Withdrawn};
        matches!((self, next), (Pending, Active | Withdrawn) | (Active, Ended))
    }
}

words! {
    /// The state of a project.
    ProjectState in "project-state" {
        /// Waits for its agreement.
        AgreementPending = "agreement_pending",
        /// Its agreement is concluded; waits for its first day.
        Agreed = "agreed",
        /// Its allocation is in force.
        Active = "active",
        /// Its compute is stopped for a time.
        Suspended = "suspended",
        /// Its allocation is over.
        Ended = "ended",
        /// Its data can still be read.
        DataOnly = "data_only",
        /// Its data are deleted.
        Closed = "closed",
        /// It never began.
        Withdrawn = "withdrawn",
    }
}

impl ProjectState {
    /// Whether a project in this state may come into `next`.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        use ProjectState::{Active, Agreed, AgreementPending, Closed, DataOnly, Ended, Suspended, Withdrawn};
        matches!(
            (self, next),
            (AgreementPending, Agreed | Withdrawn)
                | (Agreed, Active)
                | (Active, Suspended | Ended)
                | (Suspended, Active | Ended)
                | (Ended, DataOnly | Closed)
                | (DataOnly, Closed)
        )
    }
}

words! {
    /// The state of an agreement (협약).
    AgreementState in "agreement-state" {
        /// Waits for the lead's signature.
        Unsigned = "unsigned",
        /// Signed by the lead; waits for the center's.
        Signed = "signed",
        /// Signed by both.
        Concluded = "concluded",
        /// Not signed in time.
        Lapsed = "lapsed",
    }
}

impl AgreementState {
    /// Whether an agreement in this state may come into `next`.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        use AgreementState::{Concluded, Lapsed, Signed, Unsigned};
        matches!((self, next), (Unsigned, Signed | Lapsed) | (Signed, Concluded | Lapsed))
    }
}

words! {
    /// The state of an invitation to a project.
    InvitationState in "invitation-state" {
        /// Waits for its answer.
        Open = "open",
        /// Accepted.
        Accepted = "accepted",
        /// Declined.
        Declined = "declined",
        /// Taken back by the project.
        Withdrawn = "withdrawn",
        /// Not answered in time.
        Lapsed = "lapsed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every allowed step of a list of states, as `a → b`, in the order of definition.
    fn table<S: crate::Word>(may: impl Fn(S, S) -> bool) -> Vec<String> {
        let all = S::ALL.iter().flat_map(|&a| S::ALL.iter().map(move |&b| (a, b)));
        all.filter(|&(a, b)| may(a, b)).map(|(a, b)| format!("{} → {}", a.as_str(), b.as_str())).collect()
    }

    #[test]
    fn a_plan_goes_forward_step_by_step_until_it_is_announced() {
        assert_eq!(
            table(PlanState::may_become),
            [
                "draft → proposed",
                "draft → superseded",
                "proposed → returned",
                "proposed → approved",
                "proposed → superseded",
                "returned → proposed",
                "returned → superseded",
                "approved → announced",
                "approved → superseded",
            ]
        );
    }

    #[test]
    fn only_an_open_offer_changes() {
        assert_eq!(
            table(OfferState::may_become),
            ["open → accepted", "open → declined", "open → lapsed", "open → withdrawn"]
        );
    }

    #[test]
    fn an_award_ends_only_after_it_began() {
        assert_eq!(table(AwardState::may_become), ["pending → active", "pending → withdrawn", "active → ended"]);
    }

    #[test]
    fn a_project_follows_its_awards_and_keeps_its_data_for_a_time() {
        assert_eq!(
            table(ProjectState::may_become),
            [
                "agreement_pending → agreed",
                "agreement_pending → withdrawn",
                "agreed → active",
                "active → suspended",
                "active → ended",
                "suspended → active",
                "suspended → ended",
                "ended → data_only",
                "ended → closed",
                "data_only → closed",
            ]
        );
    }

    #[test]
    fn the_center_signs_after_the_lead() {
        assert_eq!(
            table(AgreementState::may_become),
            ["unsigned → signed", "unsigned → lapsed", "signed → concluded", "signed → lapsed"]
        );
    }
}
