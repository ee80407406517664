//! What the loading of a year's inputs keeps beside the rows that its use cases write: how far it
//! came, and which ids its names stand for. A name is kept in the transaction of the step that
//! made the thing, so that a load that was killed goes on as if it had not been.

use std::collections::BTreeMap;

use domain::{Code, Reason};
use serde::{Deserialize, Serialize};

use crate::{Channel, Cx, Error, Outcome};

/// Everything that is remembered, by name.
///
/// # Errors
/// Database errors only.
pub fn remembered(cx: &mut Cx<'_, '_>) -> Outcome<BTreeMap<String, String>> {
    may(cx)?;
    Ok(store::loaded::all(cx.tx)?.into_iter().collect())
}

/// Remembers a value under a name.
///
/// # Errors
/// [`Error::Forbidden`] for anybody but the loading and the machine's operator.
pub fn remember(cx: &mut Cx<'_, '_>, name: &str, value: &str) -> Outcome<()> {
    may(cx)?;
    Ok(store::loaded::put(cx.tx, name, value)?)
}

/// Whether people used the portal or the API meanwhile.
///
/// # Errors
/// [`Error::Forbidden`] for anybody but the loading and the machine's operator.
pub fn touched_by_hand(cx: &mut Cx<'_, '_>) -> Outcome<bool> {
    may(cx)?;
    Ok(store::loaded::touched_by_hand(cx.tx)?)
}

fn may(cx: &Cx<'_, '_>) -> Outcome<()> {
    match cx.actor.channel {
        Channel::Load | Channel::Cli => Ok(()),
        _ => Err(Error::Forbidden(Reason::new(Code::NotAllowed))),
    }
}

/// The accounts that a demo shows to whoever wants to look around in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIns {
    /// The password of all of them.
    pub password: String,
    /// The accounts.
    pub accounts: Vec<SignIn>,
}

/// An account that can be signed in to in a demo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// What it shows: a role, or what its person has to do (`demo-as-<shown_as>` in the texts).
    pub shown_as: String,
    /// Its address.
    pub email: String,
}

impl SignIn {
    /// The name of the text that says what the account shows.
    #[must_use]
    pub fn text(&self) -> String {
        format!("demo-as-{}", self.shown_as.replace('_', "-"))
    }
}

const SIGN_INS: &str = "demo.sign_ins";

/// Keeps the accounts that the demo shows.
///
/// # Errors
/// [`Error::Forbidden`] for anybody but the loading and the machine's operator.
pub fn keep_sign_ins(cx: &mut Cx<'_, '_>, sign_ins: &SignIns) -> Outcome<()> {
    may(cx)?;
    let text = serde_json::to_string(sign_ins).map_err(Error::internal)?;
    Ok(store::center::put_setting(cx.tx, SIGN_INS, &text)?)
}

/// The accounts that the demo shows; none in a real center, whatever its database says.
///
/// # Errors
/// Database errors only.
pub fn sign_ins(cx: &mut Cx<'_, '_>) -> Outcome<SignIns> {
    if !cx.identity.demo {
        return Ok(SignIns::default());
    }
    let text = store::center::setting(cx.tx, SIGN_INS)?;
    text.map_or_else(|| Ok(SignIns::default()), |text| serde_json::from_str(&text).map_err(Error::internal))
}
