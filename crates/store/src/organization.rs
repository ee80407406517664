//! Organizations, their members and those who ask to be admitted.

use domain::ids::{OrganizationId, UserId};
use domain::organization::{OrganizationKind, OrganizationSize, RegionBasis};
use domain::person::UserState;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::sql::{FromValue, ToValue, Value, as_text};
use crate::user::contains;
use crate::{Result, Tx, values};

as_text! {
    OrganizationKind: "kind of organization",
    OrganizationSize: "size of an organization",
    RegionBasis: "basis of a region",
}

mirror! {
    /// An organization.
    OrganizationRow in "organization" {
        /// Its id.
        id: OrganizationId = "id",
        /// Korean name.
        name_ko: String = "name_ko",
        /// English name.
        name_en: String = "name_en",
        /// Ten digits.
        business_number: Option<String> = "business_number",
        /// What it is.
        kind: OrganizationKind = "kind",
        /// How large it is.
        size: OrganizationSize = "size",
        /// In which sector it works.
        sector: String = "sector",
        /// The code of its top-level unit, as valid on `region_as_of`.
        region: String = "region",
        /// Its district, where districts are told apart.
        district: Option<String> = "district",
        /// What of it lies there.
        region_basis: RegionBasis = "region_basis",
        /// Since which day it is known to be there.
        region_as_of: Date = "region_as_of",
        /// When the business opened.
        opened_on: Option<Date> = "opened_on",
        /// Whether a founder was at most 39.
        youth_founded: bool = "youth_founded",
        /// When its papers were confirmed.
        verified_at: Option<Timestamp> = "verified_at",
        /// By whom.
        verified_by: Option<UserId> = "verified_by",
        /// When it was registered.
        created_at: Timestamp = "created_at",
        /// Counts its changes.
        version: i64 = "version",
    }
}

/// Adds an organization.
///
/// # Errors
/// Constraint `organization_business_number_key` if the number is registered.
pub fn insert(tx: &mut Tx<'_>, organization: &OrganizationRow) -> Result<()> {
    organization.put(tx)
}

/// One organization.
///
/// # Errors
/// Database errors only.
pub fn find(tx: &mut Tx<'_>, id: OrganizationId) -> Result<Option<OrganizationRow>> {
    let sql = format!("SELECT {} FROM organization WHERE id = $1", OrganizationRow::COLUMNS);
    tx.row(&sql, values![id])?.as_ref().map(OrganizationRow::read).transpose()
}

/// The organization with that business number (ten digits).
///
/// # Errors
/// Database errors only.
pub fn by_number(tx: &mut Tx<'_>, number: &str) -> Result<Option<OrganizationRow>> {
    let sql = format!("SELECT {} FROM organization WHERE business_number = $1", OrganizationRow::COLUMNS);
    tx.row(&sql, values![number])?.as_ref().map(OrganizationRow::read).transpose()
}

/// Writes what an organization says of itself and whether its papers are confirmed.
///
/// # Errors
/// [`crate::Error::Stale`] if `organization.version` is not the stored one.
pub fn update(tx: &mut Tx<'_>, organization: &OrganizationRow) -> Result<()> {
    tx.run_one(
        "UPDATE organization SET name_ko = $3, name_en = $4, business_number = $5, kind = $6, size = $7, sector = $8,
            region = $9, district = $10, region_basis = $11, region_as_of = $12, opened_on = $13, youth_founded = $14,
            verified_at = $15, verified_by = $16, version = version + 1
         WHERE id = $1 AND version = $2",
        values![
            organization.id,
            organization.version,
            organization.name_ko,
            organization.name_en,
            organization.business_number,
            organization.kind,
            organization.size,
            organization.sector,
            organization.region,
            organization.district,
            organization.region_basis,
            organization.region_as_of,
            organization.opened_on,
            organization.youth_founded,
            organization.verified_at,
            organization.verified_by
        ],
    )
}

/// What of the list of organizations is looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrganizationFilter {
    /// Part of a name, in any case, or a business number.
    pub text: String,
    /// Only of this kind.
    pub kind: Option<OrganizationKind>,
    /// Only those whose papers are confirmed, or are not.
    pub verified: Option<bool>,
}

/// Organizations after a place, by Korean name, each with how many people belong to it.
///
/// # Errors
/// Database errors only.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &OrganizationFilter,
    after: Option<&(String, OrganizationId)>,
    limit: i64,
) -> Result<Vec<(OrganizationRow, i64)>> {
    let mut values: Vec<Value> = vec![limit.to_value()];
    let mut wheres = String::new();
    let mut narrow = |text: &str, value: Value| {
        values.push(value);
        wheres.push_str(" AND ");
        wheres.push_str(&text.replace('?', &format!("${}", values.len())));
    };
    if !filter.text.is_empty() {
        let pattern = contains(&filter.text).to_value();
        narrow(
            "(lower(o.name_ko) LIKE lower(?) ESCAPE '!' OR lower(o.name_en) LIKE lower(?) ESCAPE '!' OR o.business_number LIKE ? ESCAPE '!')",
            pattern,
        );
    }
    if let Some(kind) = filter.kind {
        narrow("o.kind = ?", kind.to_value());
    }
    match filter.verified {
        Some(true) => wheres.push_str(" AND o.verified_at IS NOT NULL"),
        Some(false) => wheres.push_str(" AND o.verified_at IS NULL"),
        None => {}
    }
    if let Some((name, id)) = after {
        values.extend([name.to_value(), id.to_value()]);
        let n = values.len();
        wheres.push_str(&format!(" AND (o.name_ko, o.id) > (${}, ${n})", n - 1));
    }
    let columns = OrganizationRow::columns_of("o");
    let sql = format!(
        "SELECT {columns}, (SELECT COUNT(*) FROM organization_member m WHERE m.organization_id = o.id) AS members
         FROM organization o WHERE 1 = 1{wheres} ORDER BY o.name_ko, o.id LIMIT $1"
    );
    tx.rows(&sql, &values)?.iter().map(|row| Ok((OrganizationRow::read(row)?, row.get("members")?))).collect()
}

mirror! {
    /// Somebody who belongs to an organization or asks to.
    OrganizationPerson in "organization_member" {
        /// The person.
        user: UserId = "user_id",
        /// Their name.
        name: String = "name",
        /// Their address.
        email: String = "email",
        /// The language they read.
        language: String = "language",
        /// The state of their account.
        state: UserState = "state",
        /// Whether they administer it; `None` while they only ask.
        admin: Option<bool> = "admin",
        /// Since when they belong to it or ask.
        since: Timestamp = "since",
    }
}

/// The people of an organization, administrators first, then those who ask to be admitted; at most
/// 500.
///
/// # Errors
/// Database errors only.
pub fn people(tx: &mut Tx<'_>, id: OrganizationId) -> Result<Vec<OrganizationPerson>> {
    tx.rows(
        "SELECT m.user_id, u.name, u.email, u.language, u.state, m.admin, m.joined_at AS since, 1 - m.admin AS place
         FROM organization_member m JOIN users u ON u.id = m.user_id WHERE m.organization_id = $1
         UNION ALL
         SELECT q.user_id, u.name, u.email, u.language, u.state, NULL, q.asked_at, 2
         FROM organization_request q JOIN users u ON u.id = q.user_id WHERE q.organization_id = $1
         ORDER BY 8, 7, 1 LIMIT 500",
        values![id],
    )?
    .iter()
    .map(OrganizationPerson::read)
    .collect()
}

/// Makes somebody a member, or changes whether they administer it.
///
/// # Errors
/// Database errors only.
pub fn put_member(tx: &mut Tx<'_>, id: OrganizationId, user: UserId, admin: bool, at: Timestamp) -> Result<()> {
    tx.run(
        "INSERT INTO organization_member (organization_id, user_id, admin, joined_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (organization_id, user_id) DO UPDATE SET admin = excluded.admin",
        values![id, user, admin, at],
    )?;
    Ok(())
}

/// Takes somebody out; answers whether they were in it.
///
/// # Errors
/// Database errors only.
pub fn remove_member(tx: &mut Tx<'_>, id: OrganizationId, user: UserId) -> Result<bool> {
    let removed =
        tx.run("DELETE FROM organization_member WHERE organization_id = $1 AND user_id = $2", values![id, user])?;
    Ok(removed == 1)
}

/// As what somebody belongs to an organization: administrator (`true`) or member.
///
/// # Errors
/// Database errors only.
pub fn membership(tx: &mut Tx<'_>, id: OrganizationId, user: UserId) -> Result<Option<bool>> {
    crate::plan::organization_tie(tx, id, user)
}

/// How many administrators an organization has besides one person.
///
/// # Errors
/// Database errors only.
pub fn other_admins(tx: &mut Tx<'_>, id: OrganizationId, besides: UserId) -> Result<i64> {
    tx.scalar(
        "SELECT COUNT(*) FROM organization_member WHERE organization_id = $1 AND admin = 1 AND user_id <> $2",
        values![id, besides],
    )
}

/// Notes that somebody asks to be admitted; an earlier request of theirs is replaced.
///
/// # Errors
/// Database errors only.
pub fn put_request(tx: &mut Tx<'_>, id: OrganizationId, user: UserId, at: Timestamp) -> Result<()> {
    tx.run(
        "INSERT INTO organization_request (user_id, organization_id, asked_at) VALUES ($1, $2, $3)
         ON CONFLICT (user_id) DO UPDATE SET organization_id = excluded.organization_id, asked_at = excluded.asked_at",
        values![user, id, at],
    )?;
    Ok(())
}

/// To which organization somebody asks to be admitted, and since when.
///
/// # Errors
/// Database errors only.
pub fn request_of(tx: &mut Tx<'_>, user: UserId) -> Result<Option<(OrganizationRow, Timestamp)>> {
    let columns = OrganizationRow::columns_of("o");
    tx.row(
        &format!(
            "SELECT {columns}, q.asked_at FROM organization_request q JOIN organization o ON o.id = q.organization_id
             WHERE q.user_id = $1"
        ),
        values![user],
    )?
    .map(|row| Ok((OrganizationRow::read(&row)?, row.get("asked_at")?)))
    .transpose()
}

/// Removes a request; answers whether it was there.
///
/// # Errors
/// Database errors only.
pub fn remove_request(tx: &mut Tx<'_>, id: OrganizationId, user: UserId) -> Result<bool> {
    let removed =
        tx.run("DELETE FROM organization_request WHERE organization_id = $1 AND user_id = $2", values![id, user])?;
    Ok(removed == 1)
}
