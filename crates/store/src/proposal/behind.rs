//! What stands behind a proposal: its round, its people and organization, its lines with names.

use domain::ids::{CallId, OrganizationId, PoolId, ProductId, ProposalId, RoundId, Slug, UserId};
use domain::units::{Amount, PoolUnit};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::{Result, Tx, values};

mirror! {
    /// The people and the organization behind a proposal.
    Party in "proposal" {
        /// The lead's name.
        lead_name: String = "lead_name",
        /// The lead's address.
        lead_email: String = "lead_email",
        /// The lead's language.
        lead_language: String = "lead_language",
        /// The lead's organization now.
        lead_organization: Option<OrganizationId> = "lead_organization",
        /// The Korean name of the organization that applies; of the lead's, before one is tied to it.
        organization_ko: Option<String> = "organization_ko",
        /// Its English name.
        organization_en: Option<String> = "organization_en",
        /// When the organization's papers were confirmed.
        verified_at: Option<Timestamp> = "verified_at",
        /// The organization's region.
        region: Option<String> = "region",
        /// Its district.
        district: Option<String> = "district",
        /// Whether it is youth-founded.
        youth_founded: Option<bool> = "youth_founded",
        /// How many projects it has pending or running.
        projects: i64 = "projects",
        /// Whether the asking person administers the organization; empty for no tie.
        admin: Option<bool> = "admin",
        /// The state of the asking person's review of it.
        review_state: Option<domain::review::ReviewState> = "review_state",
    }
}

mirror! {
    /// The round of a proposal with what a proposal needs to know of its call.
    ProposalRound in "round" {
        /// The round.
        id: RoundId = "id",
        /// Its call.
        call: CallId = "call_id",
        /// Its number.
        number: i64 = "number",
        /// Korean name.
        name_ko: String = "name_ko",
        /// English name.
        name_en: String = "name_en",
        /// It takes proposals from this instant on.
        opens_at: Timestamp = "opens_at",
        /// It takes proposals before this instant.
        closes_at: Timestamp = "closes_at",
        /// Until which day reviews are due.
        review_due_on: Date = "review_due_on",
        /// When results are announced.
        announce_on: Date = "announce_on",
        /// The earliest first day of use.
        earliest_start_on: Date = "earliest_start_on",
        /// The first day after the latest end.
        latest_end_on: Date = "latest_end_on",
        /// When its results were announced.
        decided_at: Option<Timestamp> = "decided_at",
        /// The call's state.
        call_state: domain::call::CallState = "call_state",
        /// The call's Korean title.
        title_ko: String = "title_ko",
        /// The call's English title.
        title_en: String = "title_en",
    }
}

const ROUND: &str =
    "r.id, r.call_id, r.number, r.name_ko, r.name_en, r.opens_at, r.closes_at, r.review_due_on, r.announce_on, r.earliest_start_on,
        r.latest_end_on, r.decided_at, c.state AS call_state, c.title_ko, c.title_en";

/// A round with what a proposal needs to know of its call.
///
/// # Errors
/// Database errors only.
pub fn round(tx: &mut Tx<'_>, id: RoundId) -> Result<Option<ProposalRound>> {
    let sql = format!("SELECT {ROUND} FROM round r JOIN call c ON c.id = r.call_id WHERE r.id = $1");
    tx.row(&sql, values![id])?.as_ref().map(ProposalRound::read).transpose()
}

/// The people, the organization and the round behind a proposal, and how `user` is tied to them.
///
/// # Errors
/// Database errors only.
pub fn behind(tx: &mut Tx<'_>, id: ProposalId, user: Option<UserId>) -> Result<Option<(Party, ProposalRound)>> {
    let sql = format!(
        "SELECT u.name AS lead_name, u.email AS lead_email, u.language AS lead_language, u.organization_id AS lead_organization,
                o.name_ko AS organization_ko, o.name_en AS organization_en, o.verified_at, o.region, o.district, o.youth_founded,
                (SELECT COUNT(*) FROM project j WHERE j.organization_id = p.organization_id
                    AND j.state IN ('agreement_pending', 'agreed', 'active', 'suspended')) AS projects,
                (SELECT m.admin FROM organization_member m WHERE m.organization_id = p.organization_id AND m.user_id = CAST($2 AS TEXT)) AS admin,
                (SELECT v.state FROM review v WHERE v.proposal_id = p.id AND v.reviewer_id = CAST($2 AS TEXT)) AS review_state,
                {ROUND}
         FROM proposal p JOIN users u ON u.id = p.lead_id JOIN round r ON r.id = p.round_id JOIN call c ON c.id = r.call_id
         LEFT JOIN organization o ON o.id = COALESCE(p.organization_id, u.organization_id) WHERE p.id = $1"
    );
    tx.row(&sql, values![id, user])?.map(|row| Ok((Party::read(&row)?, ProposalRound::read(&row)?))).transpose()
}

mirror! {
    /// A line of a request with the names of what it asks for.
    NamedLine in "request_line" {
        /// The product.
        product: ProductId = "product_id",
        /// The pool.
        pool: PoolId = "pool_id",
        /// The product's Korean name.
        product_ko: String = "product_ko",
        /// The product's English name.
        product_en: String = "product_en",
        /// The pool's Korean name.
        pool_ko: String = "pool_ko",
        /// The pool's English name.
        pool_en: String = "pool_en",
        /// What the pool counts.
        unit: PoolUnit = "unit",
        /// The pool's device model, where it counts devices.
        device_model: Option<Slug> = "device_model",
        /// How much.
        amount: Amount = "amount",
        /// The least that helps.
        min_amount: Amount = "min_amount",
        /// The earliest first day.
        earliest_start_on: Date = "earliest_start_on",
        /// The first day after the latest end.
        latest_end_on: Date = "latest_end_on",
        /// For how many months.
        months: i64 = "months",
    }
}

/// The lines of a proposal in order, with names.
///
/// # Errors
/// Database errors only.
pub fn named_lines(tx: &mut Tx<'_>, proposal: ProposalId) -> Result<Vec<NamedLine>> {
    tx.rows(
        "SELECT l.product_id, l.pool_id, d.name_ko AS product_ko, d.name_en AS product_en, o.name_ko AS pool_ko, o.name_en AS pool_en, o.unit, o.device_model,
                l.amount, l.min_amount, l.earliest_start_on, l.latest_end_on, l.months
         FROM request_line l JOIN product d ON d.id = l.product_id JOIN pool o ON o.id = l.pool_id
         WHERE l.proposal_id = $1 ORDER BY l.position",
        values![proposal],
    )?
    .iter()
    .map(NamedLine::read)
    .collect()
}

/// The organization that a person belongs to now.
///
/// # Errors
/// Database errors only.
pub fn organization_of(tx: &mut Tx<'_>, user: UserId) -> Result<Option<OrganizationId>> {
    let row = tx.row("SELECT organization_id FROM users WHERE id = $1", values![user])?;
    Ok(row.map(|row| row.get("organization_id")).transpose()?.flatten())
}
