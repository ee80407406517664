//! Who shows which credential: one statement per request.

use std::collections::BTreeSet;

use domain::access::Role;
use domain::ids::{TokenId, UserId};
use jiff::Timestamp;

use crate::{Result, Row, Tx, values};

/// A person as known by a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownRow {
    /// The account.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// `ko` or `en`.
    pub language: String,
    /// Their roles.
    pub roles: BTreeSet<Role>,
    /// What a token may be used for, as words with blanks between; empty for sessions.
    pub scopes: String,
    /// The token; `None` for sessions.
    pub token: Option<TokenId>,
    /// When a session or token was last noted to be in use.
    pub seen_at: Option<Timestamp>,
}

/// The person of a session that has not lapsed, if the account is active.
///
/// # Errors
/// Database errors only.
pub fn of_session(tx: &mut Tx<'_>, hash: &str, now: Timestamp) -> Result<Option<KnownRow>> {
    let rows = tx.rows(
        "SELECT users.id, users.name, users.language, user_role.role, '' AS scopes, CAST(NULL AS TEXT) AS token_id, session.seen_at
         FROM session JOIN users ON users.id = session.user_id LEFT JOIN user_role ON user_role.user_id = users.id
         WHERE session.hash = $1 AND session.expires_at > $2 AND users.state = 'active'",
        values![hash, now],
    )?;
    known(&rows)
}

/// The person of a token that has neither lapsed nor been revoked, if the account is active.
///
/// # Errors
/// Database errors only.
pub fn of_token(tx: &mut Tx<'_>, hash: &str, now: Timestamp) -> Result<Option<KnownRow>> {
    let rows = tx.rows(
        "SELECT users.id, users.name, users.language, user_role.role, api_token.scopes, api_token.id AS token_id,
            api_token.used_at AS seen_at
         FROM api_token JOIN users ON users.id = api_token.user_id LEFT JOIN user_role ON user_role.user_id = users.id
         WHERE api_token.hash = $1 AND api_token.expires_at > $2 AND api_token.revoked_at IS NULL
           AND users.state = 'active'",
        values![hash, now],
    )?;
    known(&rows)
}

/// One row per role, or one row without.
fn known(rows: &[Row]) -> Result<Option<KnownRow>> {
    let Some(first) = rows.first() else { return Ok(None) };
    let mut roles = BTreeSet::new();
    for row in rows {
        roles.extend(row.get::<Option<Role>>("role")?);
    }
    Ok(Some(KnownRow {
        user: first.get("id")?,
        name: first.get("name")?,
        language: first.get("language")?,
        roles,
        scopes: first.get("scopes")?,
        token: first.get("token_id")?,
        seen_at: first.get("seen_at")?,
    }))
}
