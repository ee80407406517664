//! Mail, waiting or sent.

use domain::ids::{MailId, UserId};
use jiff::Timestamp;

use crate::sql::{from_newest, from_oldest};
use crate::{Result, Row, Tx, values};

/// A mail, waiting or sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailRow {
    /// Its id.
    pub id: MailId,
    /// The person, if it is one of ours.
    pub user: Option<UserId>,
    /// The address.
    pub address: String,
    /// The template that it was made from.
    pub template: String,
    /// `ko` or `en`.
    pub language: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub body: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When sending is tried next.
    pub next_try_at: Timestamp,
    /// How often sending was tried.
    pub tries: i64,
    /// What went wrong the last time.
    pub last_error: String,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
}

const MAIL: &str =
    "id, user_id, address, template, language, subject, body, created_at, next_try_at, tries, last_error, sent_at";

fn mail_row(row: &Row) -> Result<MailRow> {
    Ok(MailRow {
        id: row.get("id")?,
        user: row.get("user_id")?,
        address: row.get("address")?,
        template: row.get("template")?,
        language: row.get("language")?,
        subject: row.get("subject")?,
        body: row.get("body")?,
        created_at: row.get("created_at")?,
        next_try_at: row.get("next_try_at")?,
        tries: row.get("tries")?,
        last_error: row.get("last_error")?,
        sent_at: row.get("sent_at")?,
    })
}

/// Puts a mail in the post.
///
/// # Errors
/// Database errors only.
pub fn post(tx: &mut Tx<'_>, mail: &MailRow) -> Result<()> {
    tx.run(
        "INSERT INTO mail (id, user_id, address, template, language, subject, body, created_at, next_try_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
        values![
            mail.id,
            mail.user,
            mail.address,
            mail.template,
            mail.language,
            mail.subject,
            mail.body,
            mail.created_at
        ],
    )?;
    Ok(())
}

/// Mails that are due to be sent, oldest first.
///
/// # Errors
/// Database errors only.
pub fn unsent(tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<Vec<MailRow>> {
    let sql = format!(
        "SELECT {MAIL} FROM mail WHERE sent_at IS NULL AND next_try_at <= $1 ORDER BY next_try_at, created_at, id LIMIT $2"
    );
    tx.rows(&sql, values![now, limit])?.iter().map(mail_row).collect()
}

/// Moves the next try of a mail on, if nobody did so since it was read; answers whether.
///
/// # Errors
/// Database errors only.
pub fn claim_mail(tx: &mut Tx<'_>, mail: &MailRow, until: Timestamp) -> Result<bool> {
    let sql =
        "UPDATE mail SET next_try_at = $3, claimed_until = $3 WHERE id = $1 AND next_try_at = $2 AND sent_at IS NULL";
    Ok(tx.run(sql, values![mail.id, mail.next_try_at, until])? == 1)
}

/// Notes that a mail was sent.
///
/// # Errors
/// Database errors only.
pub fn mark_sent(tx: &mut Tx<'_>, id: MailId, now: Timestamp) -> Result<()> {
    tx.run("UPDATE mail SET sent_at = $2, last_error = '' WHERE id = $1", values![id, now])?;
    Ok(())
}

/// Notes that sending failed and when to try again.
///
/// # Errors
/// Database errors only.
pub fn mark_unsent(tx: &mut Tx<'_>, id: MailId, error: &str, next_try_at: Timestamp) -> Result<()> {
    tx.run(
        "UPDATE mail SET tries = tries + 1, last_error = $2, next_try_at = $3, claimed_until = NULL WHERE id = $1 AND sent_at IS NULL",
        values![id, error, next_try_at],
    )?;
    Ok(())
}

/// A page of all mails before a place, newest first.
///
/// # Errors
/// Database errors only.
pub fn mails(tx: &mut Tx<'_>, before: Option<(Timestamp, MailId)>, limit: i64) -> Result<Vec<MailRow>> {
    let (at, id) = from_newest(before);
    let sql =
        format!("SELECT {MAIL} FROM mail WHERE (created_at, id) < ($1, $2) ORDER BY created_at DESC, id DESC LIMIT $3");
    tx.rows(&sql, values![at, id, limit])?.iter().map(mail_row).collect()
}

/// One mail.
///
/// # Errors
/// Database errors only.
pub fn find_mail(tx: &mut Tx<'_>, id: MailId) -> Result<Option<MailRow>> {
    tx.row(&format!("SELECT {MAIL} FROM mail WHERE id = $1"), values![id])?.as_ref().map(mail_row).transpose()
}

/// A page of one person's mails, by account or address, before a place, newest first.
///
/// # Errors
/// Database errors only.
pub fn mails_of(
    tx: &mut Tx<'_>,
    user: UserId,
    before: Option<(Timestamp, MailId)>,
    limit: i64,
) -> Result<Vec<MailRow>> {
    let mine = "(user_id = $1 OR address = (SELECT email FROM users WHERE users.id = $1))";
    let (at, id) = from_newest(before);
    let sql = format!(
        "SELECT {MAIL} FROM mail WHERE {mine} AND (created_at, id) < ($2, $3) ORDER BY created_at DESC, id DESC LIMIT $4"
    );
    tx.rows(&sql, values![user, at, id, limit])?.iter().map(mail_row).collect()
}

/// Mails that failed at least once and wait, the next to be tried first, after a place.
///
/// # Errors
/// Database errors only.
pub fn failed_mails(tx: &mut Tx<'_>, after: Option<(Timestamp, MailId)>, limit: i64) -> Result<Vec<MailRow>> {
    let (at, id) = from_oldest(after);
    let sql = format!(
        "SELECT {MAIL} FROM mail WHERE sent_at IS NULL AND tries > 0 AND (next_try_at, id) > ($1, $2)
         ORDER BY next_try_at, id LIMIT $3"
    );
    tx.rows(&sql, values![at, id, limit])?.iter().map(mail_row).collect()
}

/// Lets a mail that was not sent be tried at once; answers `false` if it was sent or is being sent.
///
/// # Errors
/// Database errors only.
pub fn retry_mail(tx: &mut Tx<'_>, id: MailId, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE mail SET next_try_at = $2 WHERE id = $1 AND sent_at IS NULL AND COALESCE(claimed_until, 0) <= $2";
    Ok(tx.run(sql, values![id, now])? == 1)
}
