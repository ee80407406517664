//! Public keys by which people sign in to the cluster, and the accounts that they are for.

use domain::award::ProjectState;
use domain::ids::{SshKeyId, UserId};
use domain::person::UserState;
use domain::ssh_key::SshKeyKind;
use jiff::Timestamp;

use crate::sql::{FromValue, ToValue, Value, as_text};
use crate::{Result, Row, Tx, values};

as_text! { SshKeyKind: "kind of a public key" }

mirror! {
    /// A public key of a person.
    SshKeyRow in "ssh_key" {
        /// Its id.
        id: SshKeyId = "id",
        /// Whose it is.
        user: UserId = "user_id",
        /// What it is made of.
        kind: SshKeyKind = "kind",
        /// How long it is.
        bits: i64 = "bits",
        /// Its name and data, as in `authorized_keys`.
        line: String = "line",
        /// What its owner calls it; may be empty.
        comment: String = "comment",
        /// SHA-256 of it, as `ssh-keygen` prints it.
        fingerprint: String = "fingerprint",
        /// When it was added.
        created_at: Timestamp = "created_at",
    }
}

impl SshKeyRow {
    /// The whole line of `authorized_keys`.
    #[must_use]
    pub fn authorized(&self) -> String {
        authorized(&self.line, &self.comment)
    }
}

fn authorized(line: &str, comment: &str) -> String {
    if comment.is_empty() { line.to_owned() } else { format!("{line} {comment}") }
}

/// Adds a key.
///
/// # Errors
/// Constraint `ssh_key_fingerprint_key` if somebody has it.
pub fn insert(tx: &mut Tx<'_>, key: &SshKeyRow) -> Result<()> {
    key.put(tx)
}

/// The keys of a person, newest first.
///
/// # Errors
/// Database errors only.
pub fn of_user(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<SshKeyRow>> {
    let sql =
        format!("SELECT {} FROM ssh_key WHERE user_id = $1 ORDER BY created_at DESC, id DESC", SshKeyRow::COLUMNS);
    tx.rows(&sql, values![user])?.iter().map(SshKeyRow::read).collect()
}

/// Who has the key with that fingerprint.
///
/// # Errors
/// Database errors only.
pub fn owner(tx: &mut Tx<'_>, fingerprint: &str) -> Result<Option<UserId>> {
    let row = tx.row("SELECT user_id FROM ssh_key WHERE fingerprint = $1", values![fingerprint])?;
    row.map(|row| row.get("user_id")).transpose()
}

/// Takes a key of a person away; answers whether it was there.
///
/// # Errors
/// Database errors only.
pub fn delete(tx: &mut Tx<'_>, user: UserId, id: SshKeyId) -> Result<bool> {
    Ok(tx.run("DELETE FROM ssh_key WHERE id = $1 AND user_id = $2", values![id, user])? == 1)
}

/// How a person comes into the cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessRow {
    /// Their account there; nothing before they first took part in a project in force.
    pub account: Option<String>,
    /// Whether they take part in a project in force now.
    pub in_force: bool,
    /// Whether they take part in one whose data can still be read.
    pub reads: bool,
    /// Their keys, newest first.
    pub keys: Vec<SshKeyRow>,
}

/// Somebody takes part in a project in one of these states; `$user` is the column with their id.
macro_rules! takes_part {
    ($user:literal, $states:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM project_member m JOIN project p ON p.id = m.project_id
             WHERE m.user_id = ",
            $user,
            " AND p.state IN (",
            $states,
            "))"
        )
    };
}

/// A person's account and keys, in one statement.
///
/// # Errors
/// Database errors only.
pub fn access(tx: &mut Tx<'_>, user: UserId) -> Result<AccessRow> {
    let columns = SshKeyRow::columns_of("k");
    let sql = format!(
        "SELECT c.name AS account, CASE WHEN {} THEN 1 ELSE 0 END AS in_force, CASE WHEN {} THEN 1 ELSE 0 END AS reads, {}
         FROM users u LEFT JOIN cluster_account c ON c.user_id = u.id LEFT JOIN ssh_key k ON k.user_id = u.id
         WHERE u.id = $1 ORDER BY k.created_at DESC, k.id DESC",
        takes_part!("u.id", "'active'"),
        takes_part!("u.id", "'data_only'"),
        columns
    );
    let rows = tx.rows(&sql, values![user])?;
    let Some(first) = rows.first() else { return Ok(AccessRow::default()) };
    let there = |row: &&Row| !matches!(row.get::<Option<String>>("id"), Ok(None));
    Ok(AccessRow {
        account: first.get("account")?,
        in_force: first.get::<i64>("in_force")? == 1,
        reads: first.get::<i64>("reads")? == 1,
        keys: rows.iter().filter(there).map(SshKeyRow::read).collect::<Result<_>>()?,
    })
}

/// What lets somebody in to an account now: lines of `authorized_keys`, the oldest first. There are none
/// for an account that is not known, and while its person is locked or in no project that is in force or
/// whose data can still be read.
///
/// # Errors
/// Database errors only.
pub fn authorized_keys(tx: &mut Tx<'_>, account: &str) -> Result<Vec<String>> {
    let sql = concat!(
        "SELECT k.line, k.comment FROM cluster_account c JOIN users u ON u.id = c.user_id AND u.state = 'active'
         JOIN ssh_key k ON k.user_id = c.user_id WHERE c.name = $1 AND ",
        takes_part!("c.user_id", "'active', 'data_only'"),
        " ORDER BY k.created_at, k.id"
    );
    tx.rows(sql, values![account])?.iter().map(line).collect()
}

fn line(row: &Row) -> Result<String> {
    Ok(authorized(&row.get::<String>("line")?, &row.get::<String>("comment")?))
}

/// An account of the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountItem {
    /// Its number, from which its name is made.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// Its number as a user of machines, if it is not counted from the center's base.
    pub uid: Option<i64>,
    /// The state of its person's account in the portal.
    pub user: UserState,
    /// The numbers of the projects in force in which they take part.
    pub projects: Vec<String>,
    /// The numbers of those whose data can still be read.
    pub reads: Vec<String>,
    /// Their keys as lines of `authorized_keys`, the oldest first.
    pub keys: Vec<String>,
}

/// Every account that was ever given, by number. Two statements.
///
/// # Errors
/// Database errors only.
pub fn accounts(tx: &mut Tx<'_>) -> Result<Vec<AccountItem>> {
    let mut out: Vec<AccountItem> = Vec::new();
    let projects = tx.rows(
        "SELECT c.number, c.name, c.uid, u.state, p.number AS project, p.state AS project_state FROM cluster_account c JOIN users u ON u.id = c.user_id
         LEFT JOIN (SELECT m.user_id, p.number, p.state FROM project_member m JOIN project p ON p.id = m.project_id
                    WHERE p.state IN ('active', 'data_only')) p ON p.user_id = c.user_id
         ORDER BY c.number, p.number",
        &[],
    )?;
    for row in &projects {
        let number = row.get("number")?;
        if out.last().is_none_or(|last| last.number != number) {
            let (name, uid, user) = (row.get("name")?, row.get("uid")?, row.get("state")?);
            out.push(AccountItem {
                number,
                name,
                uid,
                user,
                projects: Vec::new(),
                reads: Vec::new(),
                keys: Vec::new(),
            });
        }
        if let (Some(last), Some(project)) = (out.last_mut(), row.get::<Option<String>>("project")?) {
            let state: ProjectState = row.get("project_state")?;
            if state == ProjectState::DataOnly { &mut last.reads } else { &mut last.projects }.push(project);
        }
    }
    let keys = tx.rows(
        "SELECT c.number, k.line, k.comment FROM cluster_account c JOIN ssh_key k ON k.user_id = c.user_id
         ORDER BY c.number, k.created_at, k.id",
        &[],
    )?;
    for row in &keys {
        let number: i64 = row.get("number")?;
        if let Ok(place) = out.binary_search_by_key(&number, |one| one.number) {
            out[place].keys.push(line(row)?);
        }
    }
    Ok(out)
}
