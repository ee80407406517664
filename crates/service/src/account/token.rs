//! Personal API tokens.

use domain::ids::TokenId;
use domain::ledger::hex;
use domain::person::{TokenScope, noted};
use domain::{Code, FieldError, Reason, person};
use jiff::Timestamp;
use store::user::TokenRow;

use super::{after, own};
use crate::cx::random;
use crate::who::credential_hash;
use crate::{Cx, Error, Outcome};

/// The most tokens in force that a person may have.
pub const TOKENS_MAX: i64 = 20;
/// The longest life of a token, in days.
pub const TOKEN_DAYS_MAX: i64 = 365;
/// How the secret of every token begins, so that scanners for leaked secrets know it.
pub const TOKEN_PREFIX: &str = "mdg_";

/// One's own tokens, newest first.
///
/// # Errors
/// [`Error::SignInNeeded`].
pub fn tokens(cx: &mut Cx<'_, '_>) -> Outcome<Vec<TokenRow>> {
    let user = own(cx)?;
    Ok(store::user::tokens(cx.tx, user.id, 100)?)
}

/// Makes a personal API token; its secret is answered this once and kept nowhere. Whoever comes by a
/// token needs one that may make tokens, and never makes one that can do more or lasts longer.
///
/// # Errors
/// [`Error::Invalid`] for each field; [`Error::Conflict`] beyond [`TOKENS_MAX`];
/// [`Error::Forbidden`] with [`Code::TokenMakesNone`].
pub fn create_token(cx: &mut Cx<'_, '_>, name: &str, scope: TokenScope, days: i64) -> Outcome<(TokenId, String)> {
    let user = own(cx)?;
    let mut faults = Vec::new();
    let name = noted(person::name(name), "name", &mut faults);
    faults.extend(out_of_range(days, "days"));
    let (Some(name), true) = (name, faults.is_empty()) else { return Err(Error::Invalid(faults)) };
    let tokens = store::user::tokens(cx.tx, user.id, 200)?;
    if let Some(by) = cx.actor.token {
        within(cx.now, tokens.iter().find(|token| token.id == by), scope, days)?;
    }
    let live = tokens.iter().filter(|token| is_live(token, cx.now)).count();
    if i64::try_from(live).unwrap_or(i64::MAX) >= TOKENS_MAX {
        return Err(Error::conflict(Reason::new(Code::TokenLimit).with("max", TOKENS_MAX)));
    }
    let secret = format!("{TOKEN_PREFIX}{}", hex(&random::<32>()?));
    let token = TokenRow {
        id: cx.new_id()?,
        user: user.id,
        name,
        scopes: scope.scopes().to_owned(),
        created_at: cx.now,
        expires_at: after(cx.now, days.saturating_mul(24 * 3600)),
        used_at: None,
        revoked_at: None,
    };
    store::user::add_token(cx.tx, &token, &credential_hash(&secret))?;
    cx.audit("token.created", ("token", &token.id), &(), &token, "")?;
    Ok((token.id, secret))
}

/// Whether a token is in force.
#[must_use]
pub fn is_live(token: &TokenRow, now: Timestamp) -> bool {
    token.revoked_at.is_none() && now < token.expires_at
}

/// Revokes one of one's own tokens.
///
/// # Errors
/// [`Error::NotFound`] if it is not there, another's or revoked already.
pub fn revoke_token(cx: &mut Cx<'_, '_>, id: TokenId) -> Outcome<()> {
    let user = own(cx)?;
    if !store::user::revoke_token(cx.tx, user.id, id, cx.now)? {
        return Err(Error::NotFound);
    }
    cx.audit("token.revoked", ("token", &id), &(), &(), "")
}

/// What a token may hand on: nothing unless it is made for that, else what it can do and as long.
fn within(now: Timestamp, by: Option<&TokenRow>, scope: TokenScope, days: i64) -> Outcome<()> {
    let able = by.filter(|by| TokenScope::ReadWriteTokens.is_within(&by.scopes) && scope.is_within(&by.scopes));
    let by = able.ok_or_else(|| Error::Forbidden(Reason::new(Code::TokenMakesNone)))?;
    if after(now, days.saturating_mul(24 * 3600)) > by.expires_at {
        let left = by.expires_at.as_second().saturating_sub(now.as_second()) / (24 * 3600);
        return Err(Error::field("days", Reason::new(Code::TooLarge).with("max", left)));
    }
    Ok(())
}

fn out_of_range(days: i64, field: &str) -> Option<FieldError> {
    if days < 1 {
        Some(Reason::new(Code::TooSmall).with("min", 1).at(field))
    } else if days > TOKEN_DAYS_MAX {
        Some(Reason::new(Code::TooLarge).with("max", TOKEN_DAYS_MAX).at(field))
    } else {
        None
    }
}
