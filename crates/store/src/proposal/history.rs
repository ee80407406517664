//! What happened to a proposal, and what was announced about it.

use domain::award::{Decision, OfferState};
use domain::ids::{OfferId, ProposalId};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::{Result, Tx, values};

mirror! {
    /// What happened to a proposal, from the audit trail.
    Event in "audit" {
        /// When.
        at: Timestamp = "at",
        /// What was done.
        action: String = "action",
        /// The thing after, as JSON.
        after: String = "after",
        /// Why, in the person's words.
        reason: String = "reason",
    }
}

/// What happened to a proposal, oldest first, without the many times that it was saved; at most
/// `limit`.
///
/// # Errors
/// Database errors only.
pub fn events(tx: &mut Tx<'_>, id: ProposalId, limit: i64) -> Result<Vec<Event>> {
    tx.rows(
        "SELECT at, action, after, reason FROM audit
         WHERE object_kind = 'proposal' AND object_id = $1 AND action <> 'proposal.saved' ORDER BY seq LIMIT $2",
        values![id, limit],
    )?
    .iter()
    .map(Event::read)
    .collect()
}

mirror! {
    /// The decision on a proposal with its latest offer and what one reviewer tells the applicant.
    Announced in "decision" {
        /// What was decided.
        outcome: Decision = "outcome",
        /// The place on the round's reserve list.
        reserve_rank: Option<i64> = "reserve_rank",
        /// The last day on which the place is good.
        reserve_until: Option<Date> = "reserve_until",
        /// The score in thousandths of a point.
        score_milli: i64 = "score_milli",
        /// Why, as JSON.
        reasons: String = "reasons",
        /// When.
        decided_at: Timestamp = "decided_at",
        /// The latest offer.
        offer: Option<OfferId> = "offer",
        /// The state of the latest offer.
        offer_state: Option<OfferState> = "offer_state",
        /// What a reviewer tells the applicant.
        comment: Option<String> = "comment_applicant",
    }
}

/// The announced decision on a proposal: one row for each submitted review, or one without a
/// comment; none before it is announced.
///
/// # Errors
/// Database errors only.
pub fn announced(tx: &mut Tx<'_>, id: ProposalId) -> Result<Vec<Announced>> {
    tx.rows(
        "SELECT d.outcome, d.reserve_rank, d.reserve_until, d.score_milli, d.reasons, d.decided_at,
                o.id AS offer, o.state AS offer_state, v.comment_applicant
         FROM decision d
         LEFT JOIN offer o ON o.id = (SELECT f.id FROM offer f WHERE f.proposal_id = d.proposal_id AND f.source <> 'reservation' ORDER BY f.made_at DESC, f.id DESC LIMIT 1)
         LEFT JOIN review v ON v.proposal_id = d.proposal_id AND v.state = 'submitted'
         WHERE d.proposal_id = $1 ORDER BY v.id",
        values![id],
    )?
    .iter()
    .map(Announced::read)
    .collect()
}
