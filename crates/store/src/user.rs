//! Accounts with their roles, sessions, one-time links and tokens, and failed sign-ins.

use domain::access::Role;
use domain::ids::{OrganizationId, TokenId, UserId};
use domain::person::{LinkPurpose, UserState};
use jiff::Timestamp;

use crate::sql::{FromValue, ToValue, Value, as_text};
use crate::{Result, Tx, values};

as_text! { UserState: "state of an account", LinkPurpose: "purpose of a link" }

mirror! {
    /// An account; without its password's hash, which only [`credentials`] answers.
    UserRow in "users" {
        /// Its id.
        id: UserId = "id",
        /// The address, in lower case.
        email: String = "email",
        /// The person's name.
        name: String = "name",
        /// Their telephone number, or empty.
        phone: String = "phone",
        /// `ko` or `en`.
        language: String = "language",
        /// Its state.
        state: UserState = "state",
        /// Their organization.
        organization: Option<OrganizationId> = "organization_id",
        /// When it was made.
        created_at: Timestamp = "created_at",
        /// When the address was confirmed.
        verified_at: Option<Timestamp> = "verified_at",
        /// Counts its changes.
        version: i64 = "version",
    }
}

/// Adds an account.
///
/// # Errors
/// Constraint `users_email_key` if the address has one.
pub fn insert(tx: &mut Tx<'_>, user: &UserRow, password_hash: Option<&str>) -> Result<()> {
    user.put(tx)?;
    set_password(tx, user.id, password_hash)
}

/// One account.
///
/// # Errors
/// Database errors only.
pub fn find(tx: &mut Tx<'_>, id: UserId) -> Result<Option<UserRow>> {
    let sql = format!("SELECT {} FROM users WHERE id = $1", UserRow::COLUMNS);
    tx.row(&sql, values![id])?.as_ref().map(UserRow::read).transpose()
}

/// The Korean and English names of an organization.
pub type Names = (String, String);

/// An account, the names of its organization, and its roles.
pub type Whole = (UserRow, Option<Names>, Vec<Role>);

/// One account with the names of its organization and its roles.
///
/// # Errors
/// Database errors only.
pub fn find_whole(tx: &mut Tx<'_>, id: UserId) -> Result<Option<Whole>> {
    let columns = UserRow::columns_of("u");
    let sql = format!(
        "SELECT {}, o.name_ko AS organization_ko, o.name_en AS organization_en, h.role
         FROM users u LEFT JOIN organization o ON o.id = u.organization_id
         LEFT JOIN user_role h ON h.user_id = u.id WHERE u.id = $1 ORDER BY h.role",
        columns
    );
    let rows = tx.rows(&sql, values![id])?;
    let Some(row) = rows.first() else { return Ok(None) };
    let roles = rows.iter().filter_map(|row| row.get::<Option<Role>>("role").transpose()).collect::<Result<_>>()?;
    let (ko, en): (Option<String>, Option<String>) = (row.get("organization_ko")?, row.get("organization_en")?);
    Ok(Some((UserRow::read(row)?, ko.zip(en), roles)))
}

/// The account with that address (in lower case).
///
/// # Errors
/// Database errors only.
pub fn by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<UserRow>> {
    let sql = format!("SELECT {} FROM users WHERE email = $1", UserRow::COLUMNS);
    tx.row(&sql, values![email])?.as_ref().map(UserRow::read).transpose()
}

/// The account with that address and the hash of its password.
///
/// # Errors
/// Database errors only.
pub fn credentials(tx: &mut Tx<'_>, email: &str) -> Result<Option<(UserRow, Option<String>)>> {
    let sql = format!("SELECT {}, password_hash FROM users WHERE email = $1", UserRow::COLUMNS);
    tx.row(&sql, values![email])?.map(|row| Ok((UserRow::read(&row)?, row.get("password_hash")?))).transpose()
}

/// Sets or removes the password.
///
/// # Errors
/// [`crate::Error::Stale`] if there is no such account.
pub fn set_password(tx: &mut Tx<'_>, id: UserId, hash: Option<&str>) -> Result<()> {
    tx.run_one("UPDATE users SET password_hash = $2, version = version + 1 WHERE id = $1", values![id, hash])
}

/// Writes name, telephone number and language.
///
/// # Errors
/// [`crate::Error::Stale`] if there is no such account.
pub fn set_profile(tx: &mut Tx<'_>, id: UserId, name: &str, phone: &str, language: &str) -> Result<()> {
    tx.run_one(
        "UPDATE users SET name = $2, phone = $3, language = $4, version = version + 1 WHERE id = $1",
        values![id, name, phone, language],
    )
}

/// Moves an account from one state to another; `verified_at` is kept if it is given.
///
/// # Errors
/// [`crate::Error::Stale`] if it is no longer in `from`.
pub fn set_state(
    tx: &mut Tx<'_>,
    id: UserId,
    from: UserState,
    to: UserState,
    verified_at: Option<Timestamp>,
) -> Result<()> {
    tx.run_one(
        "UPDATE users SET state = $3, verified_at = COALESCE(verified_at, CAST($4 AS BIGINT)), version = version + 1
         WHERE id = $1 AND state = $2",
        values![id, from, to, verified_at],
    )
}

/// Ties a person to an organization, or to none.
///
/// # Errors
/// [`crate::Error::Stale`] if there is no such account.
pub fn set_organization(tx: &mut Tx<'_>, id: UserId, organization: Option<OrganizationId>) -> Result<()> {
    tx.run_one("UPDATE users SET organization_id = $2, version = version + 1 WHERE id = $1", values![id, organization])
}

/// What of the list of accounts is looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserFilter {
    /// Part of name or address, in any case.
    pub text: String,
    /// Only holders of the role.
    pub role: Option<Role>,
    /// Only accounts in the state.
    pub state: Option<UserState>,
}

/// An account in a list.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct UserItem {
    /// The account.
    pub user: UserRow,
    /// Its roles.
    pub roles: Vec<Role>,
    /// The organization's Korean name.
    pub organization_ko: Option<String>,
    /// The organization's English name.
    pub organization_en: Option<String>,
}

/// Accounts before a place, newest first.
///
/// # Errors
/// Database errors only.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &UserFilter,
    before: Option<(Timestamp, UserId)>,
    limit: i64,
) -> Result<Vec<UserItem>> {
    let mut values: Vec<Value> = vec![limit.to_value()];
    let mut wheres = String::new();
    let mut narrow = |text: &str, value: Value| {
        values.push(value);
        wheres.push_str(" AND ");
        wheres.push_str(&text.replace('?', &format!("${}", values.len())));
    };
    if !filter.text.is_empty() {
        let pattern = contains(&filter.text);
        narrow("(lower(u.name) LIKE lower(?) ESCAPE '!' OR u.email LIKE lower(?) ESCAPE '!')", pattern.to_value());
    }
    if let Some(role) = filter.role {
        narrow("EXISTS (SELECT 1 FROM user_role x WHERE x.user_id = u.id AND x.role = ?)", role.to_value());
    }
    if let Some(state) = filter.state {
        narrow("u.state = ?", state.to_value());
    }
    if let Some((at, id)) = before {
        values.extend([at.to_value(), id.to_value()]);
        let n = values.len();
        wheres.push_str(&format!(" AND (u.created_at, u.id) < (${}, ${n})", n - 1));
    }
    let columns = UserRow::columns_of("u");
    let sql = format!(
        "SELECT {columns}, o.name_ko, o.name_en,
            (SELECT string_agg(r.role, ',') FROM user_role r WHERE r.user_id = u.id) AS roles
         FROM users u LEFT JOIN organization o ON o.id = u.organization_id
         WHERE 1 = 1{wheres} ORDER BY u.created_at DESC, u.id DESC LIMIT $1"
    );
    tx.rows(&sql, &values)?
        .iter()
        .map(|row| {
            let words: Option<String> = row.get("roles")?;
            let mut roles: Vec<Role> =
                words.iter().flat_map(|text| text.split(',')).filter_map(|w| w.parse().ok()).collect();
            roles.sort_unstable();
            Ok(UserItem {
                user: UserRow::read(row)?,
                roles,
                organization_ko: row.get("name_ko")?,
                organization_en: row.get("name_en")?,
            })
        })
        .collect()
}

/// A pattern for `LIKE … ESCAPE '!'` that finds the text anywhere.
pub(crate) fn contains(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if "!%_".contains(c) {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// The roles of an account.
///
/// # Errors
/// Database errors only.
pub fn roles(tx: &mut Tx<'_>, id: UserId) -> Result<Vec<Role>> {
    tx.rows("SELECT role FROM user_role WHERE user_id = $1 ORDER BY role", values![id])?
        .iter()
        .map(|row| row.get("role"))
        .collect()
}

/// Gives a role; answers whether it is new.
///
/// # Errors
/// Database errors only.
pub fn give_role(tx: &mut Tx<'_>, id: UserId, role: Role, at: Timestamp, by: Option<UserId>) -> Result<bool> {
    let given = tx.run(
        "INSERT INTO user_role (user_id, role, given_at, given_by) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id, role) DO NOTHING",
        values![id, role, at, by],
    )?;
    Ok(given == 1)
}

/// Takes a role; answers whether it was there.
///
/// # Errors
/// Database errors only.
pub fn take_role(tx: &mut Tx<'_>, id: UserId, role: Role) -> Result<bool> {
    Ok(tx.run("DELETE FROM user_role WHERE user_id = $1 AND role = $2", values![id, role])? == 1)
}

/// How many active holders of a role there are besides one person.
///
/// # Errors
/// Database errors only.
pub fn other_holders(tx: &mut Tx<'_>, role: Role, besides: UserId) -> Result<i64> {
    tx.scalar(
        "SELECT COUNT(*) FROM user_role r JOIN users u ON u.id = r.user_id
         WHERE r.role = $1 AND u.state = 'active' AND u.id <> $2",
        values![role, besides],
    )
}

mirror! {
    /// A session; its key is the hash of what the cookie holds.
    SessionRow in "session" {
        /// The hash of the cookie.
        hash: String = "hash",
        /// Whose it is.
        user: UserId = "user_id",
        /// When they signed in.
        created_at: Timestamp = "created_at",
        /// When it was last noted to be in use.
        seen_at: Timestamp = "seen_at",
        /// When it lapses unless it is used.
        expires_at: Timestamp = "expires_at",
        /// From which network address they signed in.
        address: String = "address",
        /// With which browser.
        agent: String = "agent",
    }
}

/// Keeps a session.
///
/// # Errors
/// Database errors only.
pub fn add_session(tx: &mut Tx<'_>, session: &SessionRow) -> Result<()> {
    session.put(tx)
}

/// The sessions of a person that have not lapsed, last used first.
///
/// # Errors
/// Database errors only.
pub fn sessions(tx: &mut Tx<'_>, user: UserId, now: Timestamp) -> Result<Vec<SessionRow>> {
    let sql = format!(
        "SELECT {} FROM session WHERE user_id = $1 AND expires_at > $2 ORDER BY seen_at DESC, hash LIMIT 100",
        SessionRow::COLUMNS
    );
    tx.rows(&sql, values![user, now])?.iter().map(SessionRow::read).collect()
}

/// Notes that a session is in use and lets it live on until `until`, but never longer than `most`
/// seconds after it began.
///
/// # Errors
/// Database errors only.
pub fn touch_session(tx: &mut Tx<'_>, hash: &str, now: Timestamp, until: Timestamp, most: i64) -> Result<()> {
    tx.run(
        "UPDATE session SET seen_at = $2,
            expires_at = CASE WHEN created_at + $4 < $3 THEN created_at + $4 ELSE $3 END
         WHERE hash = $1",
        values![hash, now, until, most],
    )?;
    Ok(())
}

/// Ends one session of a person; answers whether it was there.
///
/// # Errors
/// Database errors only.
pub fn end_session(tx: &mut Tx<'_>, user: UserId, hash: &str) -> Result<bool> {
    Ok(tx.run("DELETE FROM session WHERE hash = $1 AND user_id = $2", values![hash, user])? == 1)
}

/// Ends all sessions of a person but the one to keep; answers how many.
///
/// # Errors
/// Database errors only.
pub fn end_sessions(tx: &mut Tx<'_>, user: UserId, keep: Option<&str>) -> Result<u64> {
    tx.run("DELETE FROM session WHERE user_id = $1 AND hash <> $2", values![user, keep.unwrap_or_default()])
}

mirror! {
    /// A one-time link; its key is the hash of what the link holds.
    LinkRow in "mail_token" {
        /// The hash.
        hash: String = "hash",
        /// Whose it is.
        user: UserId = "user_id",
        /// What it is good for.
        purpose: LinkPurpose = "purpose",
        /// When it was made.
        created_at: Timestamp = "created_at",
        /// Until when it is good.
        expires_at: Timestamp = "expires_at",
        /// When it was used.
        used_at: Option<Timestamp> = "used_at",
    }
}

/// Keeps a one-time link.
///
/// # Errors
/// Database errors only.
pub fn add_link(tx: &mut Tx<'_>, link: &LinkRow) -> Result<()> {
    link.put(tx)
}

/// The account of a link that was not used and has not lapsed.
///
/// # Errors
/// Database errors only.
pub fn of_link(tx: &mut Tx<'_>, hash: &str, purpose: LinkPurpose, now: Timestamp) -> Result<Option<UserRow>> {
    let sql = format!(
        "SELECT {} FROM users WHERE id IN (SELECT user_id FROM mail_token
            WHERE hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3)",
        UserRow::COLUMNS
    );
    tx.row(&sql, values![hash, purpose, now])?.as_ref().map(UserRow::read).transpose()
}

/// Uses up every one-time link of a person.
///
/// # Errors
/// Database errors only.
pub fn use_links(tx: &mut Tx<'_>, user: UserId, now: Timestamp) -> Result<()> {
    tx.run("UPDATE mail_token SET used_at = $2 WHERE user_id = $1 AND used_at IS NULL", values![user, now])?;
    Ok(())
}

mirror! {
    /// A personal API token, without its hash.
    TokenRow in "api_token" {
        /// Its id.
        id: TokenId = "id",
        /// Whose it is.
        user: UserId = "user_id",
        /// What its owner calls it.
        name: String = "name",
        /// What it is good for, as words with blanks between.
        scopes: String = "scopes",
        /// When it was made.
        created_at: Timestamp = "created_at",
        /// Until when it is good.
        expires_at: Timestamp = "expires_at",
        /// When it was last noted to be in use.
        used_at: Option<Timestamp> = "used_at",
        /// When it was revoked.
        revoked_at: Option<Timestamp> = "revoked_at",
    }
}

/// Keeps a token.
///
/// # Errors
/// Database errors only.
pub fn add_token(tx: &mut Tx<'_>, token: &TokenRow, hash: &str) -> Result<()> {
    tx.run(
        "INSERT INTO api_token (id, user_id, hash, name, scopes, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        values![token.id, token.user, hash, token.name, token.scopes, token.created_at, token.expires_at],
    )?;
    Ok(())
}

/// The tokens of a person, newest first; those that are over too.
///
/// # Errors
/// Database errors only.
pub fn tokens(tx: &mut Tx<'_>, user: UserId, limit: i64) -> Result<Vec<TokenRow>> {
    let sql = format!(
        "SELECT {} FROM api_token WHERE user_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2",
        TokenRow::COLUMNS
    );
    tx.rows(&sql, values![user, limit])?.iter().map(TokenRow::read).collect()
}

/// Revokes all tokens of a person; answers how many were in force.
///
/// # Errors
/// Database errors only.
pub fn revoke_tokens(tx: &mut Tx<'_>, user: UserId, now: Timestamp) -> Result<u64> {
    tx.run("UPDATE api_token SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL", values![user, now])
}

/// Revokes a token of a person; answers whether it was in force.
///
/// # Errors
/// Database errors only.
pub fn revoke_token(tx: &mut Tx<'_>, user: UserId, id: TokenId, now: Timestamp) -> Result<bool> {
    let revoked = tx.run(
        "UPDATE api_token SET revoked_at = $3 WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL",
        values![id, user, now],
    )?;
    Ok(revoked == 1)
}

/// Notes that a token is in use.
///
/// # Errors
/// Database errors only.
pub fn touch_token(tx: &mut Tx<'_>, hash: &str, now: Timestamp) -> Result<()> {
    tx.run("UPDATE api_token SET used_at = $2 WHERE hash = $1", values![hash, now])?;
    Ok(())
}

/// How many tries of a subject were noted since an instant, and the first of them.
///
/// # Errors
/// Database errors only.
pub fn tries(tx: &mut Tx<'_>, subject: &str, since: Timestamp) -> Result<(i64, Option<Timestamp>)> {
    let row = tx.row(
        "SELECT COUNT(*) AS tries, MIN(at) AS first FROM sign_in_failure WHERE subject = $1 AND at > $2",
        values![subject, since],
    )?;
    row.map_or(Ok((0, None)), |row| Ok((row.get("tries")?, row.get("first")?)))
}

/// Notes a try.
///
/// # Errors
/// Database errors only.
pub fn note_try(tx: &mut Tx<'_>, subject: &str, at: Timestamp) -> Result<()> {
    tx.run("INSERT INTO sign_in_failure (subject, at) VALUES ($1, $2)", values![subject, at])?;
    Ok(())
}

/// Forgets the tries of a subject.
///
/// # Errors
/// Database errors only.
pub fn forget_tries(tx: &mut Tx<'_>, subject: &str) -> Result<()> {
    tx.run("DELETE FROM sign_in_failure WHERE subject = $1", values![subject])?;
    Ok(())
}

/// Deletes sessions and links that lapsed before `now`, and tries before `tries_before`; answers
/// how many rows that were.
///
/// # Errors
/// Database errors only.
pub fn delete_lapsed(tx: &mut Tx<'_>, now: Timestamp, tries_before: Timestamp) -> Result<u64> {
    let sessions = tx.run("DELETE FROM session WHERE expires_at <= $1", values![now])?;
    let links = tx.run("DELETE FROM mail_token WHERE expires_at <= $1", values![now])?;
    let tries = tx.run("DELETE FROM sign_in_failure WHERE at <= $1", values![tries_before])?;
    Ok(sessions + links + tries)
}

/// Deletes accounts that nobody confirmed since `before`, with the mail that was sent to them:
/// there is no purpose left for which to keep them. Answers how many.
///
/// # Errors
/// Database errors only.
pub fn delete_unconfirmed(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64> {
    let ids: Vec<UserId> = tx
        .rows(
            "SELECT u.id FROM users u WHERE u.state = 'pending' AND u.created_at <= $1 AND u.organization_id IS NULL
               AND NOT EXISTS (SELECT 1 FROM user_role r WHERE r.user_id = u.id)
             ORDER BY u.created_at LIMIT 100",
            values![before],
        )?
        .iter()
        .map(|row| row.get("id"))
        .collect::<Result<_>>()?;
    for id in &ids {
        tx.run("DELETE FROM mail_token WHERE user_id = $1", values![id])?;
        tx.run("DELETE FROM mail WHERE user_id = $1", values![id])?;
        tx.run("DELETE FROM users WHERE id = $1 AND state = 'pending'", values![id])?;
    }
    Ok(u64::try_from(ids.len()).unwrap_or(u64::MAX))
}
