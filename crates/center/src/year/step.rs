//! What the inputs ask for, one thing at a time.

use domain::adjustment::AdjustmentKind;
use jiff::Timestamp;
use jiff::civil::Date;

use super::table::Place;

/// One thing that somebody does at an instant.
#[derive(Clone, Debug)]
pub struct Step {
    /// When.
    pub at: Timestamp,
    /// Who, as an index into the people; `None` is the machine's operator.
    pub by: Option<usize>,
    /// Where it is written.
    pub place: Place,
    /// What.
    pub act: Act,
}

/// What is done. Numbers are indexes into the lists of the year.
#[derive(Clone, Debug)]
pub enum Act {
    /// An account comes to be.
    Person(usize),
    /// A person registers an organization.
    Register(usize),
    /// A person asks to be admitted to their organization.
    Ask(usize),
    /// Who registered the organization admits a person.
    Admit(usize),
    /// The office confirms an organization's papers.
    Verify(usize),
    /// A capacity entry is made.
    Capacity(usize),
    /// A call is drafted.
    DraftCall(usize),
    /// A call is published.
    PublishCall(usize),
    /// A proposal is begun and saved.
    Start(usize),
    /// A proposal is submitted.
    Submit(usize),
    /// Reviewers are assigned: the reviews of one proposal.
    Assign(Vec<usize>),
    /// A reviewer declares a conflict of interest.
    Conflict(usize),
    /// A reviewer hands a review in.
    Review(usize),
    /// Anything about a round.
    Round(String, RoundAct, String),
    /// Anything about a proposal or the project that it became.
    Proposal(usize, ProposalAct),
}

domain::words! {
    /// What happens to the plan of a round.
    RoundAct in "year-round" {
        /// It is made.
        Plan = "plan",
        /// It is put forward.
        Propose = "propose_plan",
        /// It is approved.
        Approve = "approve_plan",
        /// It is announced.
        Announce = "announce_plan",
    }
}

/// What happens to a proposal or its project.
#[derive(Clone, Debug)]
pub enum ProposalAct {
    /// It is found eligible.
    Eligible,
    /// It is returned for correction.
    Return(String),
    /// It is found not eligible.
    Reject(String),
    /// It is submitted anew, with this added to its plan of use.
    Resubmit(String),
    /// It is taken back.
    Withdraw(String),
    /// Its open offer is accepted.
    Accept,
    /// Its open offer is declined.
    Decline(String),
    /// The agreement is signed for the project.
    Sign,
    /// The agreement is signed for the center.
    Countersign,
    /// Devices are returned.
    GiveBack {
        /// Of which pool.
        pool: String,
        /// How many; all if `None`.
        amount: Option<i64>,
        /// From when on.
        from: Date,
        /// Why.
        note: String,
    },
    /// More, less or longer is asked for.
    Ask {
        /// What of it.
        kind: AdjustmentKind,
        /// In which pool.
        pool: String,
        /// By how much.
        amount: i64,
        /// From when on.
        from: Option<Date>,
        /// Until which day.
        last: Option<Date>,
        /// Why.
        note: String,
    },
    /// What was asked for in a pool is decided.
    Decide {
        /// The pool.
        pool: String,
        /// Whether it is approved.
        approve: bool,
        /// What is said.
        note: String,
    },
    /// Somebody is invited to the project.
    Invite {
        /// Who, as an index into the people.
        to: usize,
        /// As what.
        tie: domain::access::Tie,
    },
    /// The acting person accepts the invitation.
    Join,
}
