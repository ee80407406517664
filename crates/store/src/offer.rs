//! Offers and what they promise.

use domain::award::{OfferSource, OfferState};
use domain::ids::{OfferId, PoolId, ProductId, ProposalId, UserId};
use domain::units::Amount;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::sql::from_newest;
use crate::sql::{FromValue, ToValue, Value, as_text};
use crate::{Result, Tx, values};

as_text! { OfferSource: "source of an offer", OfferState: "state of an offer" }

mirror! {
    /// An offer.
    OfferRow in "offer" {
        /// Its id.
        id: OfferId = "id",
        /// To whom.
        proposal: ProposalId = "proposal_id",
        /// What it comes from.
        source: OfferSource = "source",
        /// Its state.
        state: OfferState = "state",
        /// It can be answered before this instant.
        due_at: Timestamp = "due_at",
        /// When it was made.
        made_at: Timestamp = "made_at",
        /// When it was answered, lapsed or was withdrawn.
        answered_at: Option<Timestamp> = "answered_at",
        /// By whom.
        answered_by: Option<UserId> = "answered_by",
        /// What was said then.
        note: String = "note",
        /// Why it was made, as JSON.
        reasons: String = "reasons",
    }
}

mirror! {
    /// A line of an offer.
    OfferLine in "offer_line" {
        /// The offer.
        offer: OfferId = "offer_id",
        /// Its place in the offer.
        position: i64 = "position",
        /// The product.
        product: ProductId = "product_id",
        /// The pool.
        pool: PoolId = "pool_id",
        /// How much.
        amount: Amount = "amount",
        /// The first day.
        from_on: Date = "from_on",
        /// The first day after the end.
        to_on: Date = "to_on",
    }
}

/// Adds an offer with its lines. The hold on capacity is apart: [`crate::ledger::hold_offer`].
///
/// # Errors
/// Constraint `offer_one_open` if the proposal has an open offer.
pub fn insert(tx: &mut Tx<'_>, offer: &OfferRow, lines: &[OfferLine]) -> Result<()> {
    offer.put(tx)?;
    lines.iter().try_for_each(|line| line.put(tx))
}

/// One offer.
///
/// # Errors
/// Database errors only.
pub fn find(tx: &mut Tx<'_>, id: OfferId) -> Result<Option<OfferRow>> {
    let sql = format!("SELECT {} FROM offer WHERE id = $1", OfferRow::COLUMNS);
    tx.row(&sql, values![id])?.as_ref().map(OfferRow::read).transpose()
}

/// The lines of an offer in order.
///
/// # Errors
/// Database errors only.
pub fn lines(tx: &mut Tx<'_>, id: OfferId) -> Result<Vec<OfferLine>> {
    let sql = format!("SELECT {} FROM offer_line WHERE offer_id = $1 ORDER BY position", OfferLine::COLUMNS);
    tx.rows(&sql, values![id])?.iter().map(OfferLine::read).collect()
}

/// All offers made to a proposal, newest first.
///
/// # Errors
/// Database errors only.
pub fn of_proposal(tx: &mut Tx<'_>, proposal: ProposalId) -> Result<Vec<OfferRow>> {
    let sql = format!("SELECT {} FROM offer WHERE proposal_id = $1 ORDER BY made_at DESC, id DESC", OfferRow::COLUMNS);
    tx.rows(&sql, values![proposal])?.iter().map(OfferRow::read).collect()
}

/// Open offers that were due at or before `now`, oldest first, at most `limit`.
///
/// # Errors
/// Database errors only.
pub fn overdue(tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<Vec<OfferRow>> {
    let sql = format!(
        "SELECT {} FROM offer WHERE state = 'open' AND due_at <= $1 ORDER BY due_at, id LIMIT $2",
        OfferRow::COLUMNS
    );
    tx.rows(&sql, values![now, limit])?.iter().map(OfferRow::read).collect()
}

/// Answers an open offer.
///
/// # Errors
/// [`crate::Error::Stale`] if it is not open.
pub fn answer(
    tx: &mut Tx<'_>,
    id: OfferId,
    state: OfferState,
    by: Option<UserId>,
    at: Timestamp,
    note: &str,
) -> Result<()> {
    tx.run_one(
        "UPDATE offer SET state = $2, answered_by = $3, answered_at = $4, note = $5 WHERE id = $1 AND state = 'open'",
        values![id, state, by, at, note],
    )
}

mirror! {
    /// An offer as lists show it.
    OfferItem in "offer" {
        /// Its id.
        id: OfferId = "id",
        /// To whom.
        proposal: ProposalId = "proposal_id",
        /// What it comes from.
        source: OfferSource = "source",
        /// Its state.
        state: OfferState = "state",
        /// It can be answered before this instant.
        due_at: Timestamp = "due_at",
        /// When it was made.
        made_at: Timestamp = "made_at",
        /// The proposal's Korean title.
        title_ko: String = "title_ko",
        /// The proposal's English title.
        title_en: String = "title_en",
        /// Who leads the proposal.
        lead: UserId = "lead_id",
    }
}

/// Offers that somebody may answer or did: a reservation makes one that is accepted as it is made.
const ITEM: &str =
    "SELECT o.id, o.proposal_id, o.source, o.state, o.due_at, o.made_at, p.title_ko, p.title_en, p.lead_id
     FROM offer o JOIN proposal p ON p.id = o.proposal_id AND o.source <> 'reservation'";

/// All offers before a place, newest first.
///
/// # Errors
/// Database errors only.
pub fn list(tx: &mut Tx<'_>, before: Option<(Timestamp, OfferId)>, limit: i64) -> Result<Vec<OfferItem>> {
    let (at, id) = from_newest(before);
    let sql = format!("{ITEM} WHERE (o.made_at, o.id) < ($1, $2) ORDER BY o.made_at DESC, o.id DESC LIMIT $3");
    tx.rows(&sql, values![at, id, limit])?.iter().map(OfferItem::read).collect()
}

/// The offers made to the proposals that a person leads, newest first.
///
/// # Errors
/// Database errors only.
pub fn of_lead(
    tx: &mut Tx<'_>,
    lead: UserId,
    before: Option<(Timestamp, OfferId)>,
    limit: i64,
) -> Result<Vec<OfferItem>> {
    let (at, id) = from_newest(before);
    let sql = format!(
        "{ITEM} WHERE p.lead_id = $1 AND (o.made_at, o.id) < ($2, $3) ORDER BY o.made_at DESC, o.id DESC LIMIT $4"
    );
    tx.rows(&sql, values![lead, at, id, limit])?.iter().map(OfferItem::read).collect()
}

/// The open offers to a lead's proposals, most urgent first, at most `limit`.
///
/// # Errors
/// Database errors only.
pub fn open_of_lead(tx: &mut Tx<'_>, lead: UserId, limit: i64) -> Result<Vec<OfferItem>> {
    let sql = format!("{ITEM} WHERE p.lead_id = $1 AND o.state = 'open' ORDER BY o.due_at, o.id LIMIT $2");
    tx.rows(&sql, values![lead, limit])?.iter().map(OfferItem::read).collect()
}
