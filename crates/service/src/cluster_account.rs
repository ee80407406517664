//! The accounts of people on the cluster: who they are, who may come in by which keys now, and telling
//! whoever makes them there.

use std::collections::BTreeSet;

use domain::access::Act;
use domain::cluster_account::AccountState;
use domain::ledger::hex;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use store::engine::Given;
use store::sql::EngineKind;
use store::ssh_key::AccountItem;

use crate::{Actor, Center, Cx, Error, Outcome};

/// How long an instance is trusted to tell the cluster unless it says so again.
const LEASE: SignedDuration = SignedDuration::from_secs(30);
/// What the lease is called.
const LEASED: &str = "accounts";
/// The setting that holds how the last telling went.
pub(crate) const STANDING: &str = "cluster_account.told";
/// The longest pause after repeated failures, in seconds.
const PAUSE: i64 = 300;
/// What changes when documents are made otherwise.
const FORMAT: u32 = 1;

/// An account of the cluster, as whoever makes it there is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// Its number, which is never another's.
    pub number: i64,
    /// Its number as a user of machines.
    pub uid: i64,
    /// Whether it may be signed in to.
    #[serde(serialize_with = "word")]
    pub state: AccountState,
    /// The numbers of its projects in force.
    pub projects: Vec<String>,
    /// The numbers of its projects that are over and whose data can still be read.
    pub reads: Vec<String>,
    /// What lets in to it: lines of `authorized_keys`. There are none unless it lets in.
    pub keys: Vec<String>,
}

fn word<S: serde::Serializer>(state: &AccountState, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(state)
}

impl Account {
    fn new(item: AccountItem, uid_base: i64) -> Self {
        let state = AccountState::of(item.user, !item.projects.is_empty(), !item.reads.is_empty());
        Self {
            name: item.name,
            number: item.number,
            uid: uid_of(item.uid, item.number, uid_base),
            keys: if state.lets_in() { item.keys } else { Vec::new() },
            state,
            projects: item.projects,
            reads: item.reads,
        }
    }
}

/// The number of an account as a user of machines: its own, or counted from the center's base.
pub(crate) fn uid_of(own: Option<i64>, number: i64, uid_base: i64) -> i64 {
    own.unwrap_or(uid_base.saturating_add(number))
}

/// Numbers that no account has, on from the last that was counted. An adopted account whose own uid lies
/// above the center's base holds the number that leads to it, so that nobody else comes to that uid.
pub(crate) fn free_numbers(given: &[Given]) -> impl Iterator<Item = i64> + use<> {
    let held: BTreeSet<i64> = given.iter().map(|one| one.number).collect();
    let last = given.iter().filter(|one| one.uid.is_none()).map(|one| one.number).max().unwrap_or(0);
    (last.saturating_add(1)..).filter(move |number| !held.contains(number))
}

/// All accounts as one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Document {
    /// What it is made like.
    pub format: u32,
    /// The accounts by number: every one that was ever given.
    pub accounts: Vec<Account>,
}

impl Document {
    /// The document as text: the same accounts are the same text.
    ///
    /// # Errors
    /// [`Error::Internal`] if it cannot be written.
    pub fn text(&self) -> Outcome<String> {
        serde_json::to_string_pretty(self).map(|text| text + "\n").map_err(Error::internal)
    }
}

/// Every account that was ever given, with its number as a user of machines counted from `uid_base`.
///
/// # Errors
/// [`Error::Forbidden`] for whoever may not list them.
pub fn list(cx: &mut Cx<'_, '_>, uid_base: i64) -> Outcome<Document> {
    cx.require(Act::ClusterAccountList, &[])?;
    let accounts = store::ssh_key::accounts(cx.tx)?;
    Ok(Document { format: FORMAT, accounts: accounts.into_iter().map(|one| Account::new(one, uid_base)).collect() })
}

/// How telling the cluster stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The SHA-256 of what was last taken.
    pub taken: Option<String>,
    /// When that was.
    pub taken_at: Option<Timestamp>,
    /// How often telling has failed in a row.
    pub tries: i64,
    /// When it is tried next, if it failed.
    pub next_try_at: Option<Timestamp>,
    /// Why it failed; empty if it did not.
    pub last_error: String,
}

/// How telling the cluster stands; nothing if it was never tried.
fn standing(cx: &mut Cx<'_, '_>) -> Outcome<Option<Standing>> {
    let text = store::center::setting(cx.tx, STANDING)?;
    read_standing(text.as_deref())
}

/// The same from the setting.
pub(crate) fn read_standing(text: Option<&str>) -> Outcome<Option<Standing>> {
    text.filter(|text| !text.is_empty()).map(serde_json::from_str).transpose().map_err(Error::internal)
}

/// Whether `holder` is the instance that tells the cluster now.
///
/// # Errors
/// Database errors only.
pub fn lease(center: &Center, holder: &str) -> Outcome<bool> {
    // Of a SQLite file there is one program, which need not wait for its own earlier life.
    let holder = if center.db.kind() == EngineKind::Sqlite { "sqlite" } else { holder };
    center.write(&Actor::clock(), |cx| {
        let until = cx.now.saturating_add(LEASE).unwrap_or(Timestamp::MAX);
        Ok(store::trust::lease(cx.tx, LEASED, holder, cx.now, until)?)
    })
}

/// What there is to tell, if anything is: the document differs from what was last taken, and no pause
/// after a failure lasts.
///
/// # Errors
/// Database errors only.
pub fn due(center: &Center, uid_base: i64) -> Outcome<Option<String>> {
    center.read(&Actor::clock(), |cx| {
        let text = list(cx, uid_base)?.text()?;
        let standing = standing(cx)?.unwrap_or_default();
        let pausing = standing.next_try_at.is_some_and(|at| cx.now < at);
        Ok((!pausing && standing.taken.as_deref() != Some(&hash(&text))).then_some(text))
    })
}

/// Notes how telling went.
///
/// # Errors
/// Database errors only.
pub fn told(center: &Center, text: &str, outcome: Result<(), String>) -> Outcome<()> {
    center.write(&Actor::clock(), |cx| {
        let before = standing(cx)?.unwrap_or_default();
        let after = match outcome {
            Ok(()) => Standing { taken: Some(hash(text)), taken_at: Some(cx.now), ..Standing::default() },
            Err(error) => Standing {
                // A key that was taken away must not let in for hours.
                next_try_at: Some(
                    crate::work::next_try(cx.now, before.tries).min(crate::account::after(cx.now, PAUSE)),
                ),
                tries: before.tries.saturating_add(1),
                last_error: crate::work::short(&error),
                // What a telling that failed left behind is not known.
                taken: None,
                ..before
            },
        };
        let value = serde_json::to_string(&after).map_err(Error::internal)?;
        Ok(store::center::put_setting(cx.tx, STANDING, &value)?)
    })
}

/// Forgets what the cluster was told, so that it is told all of it again: once it was set up anew.
///
/// # Errors
/// Database errors only.
pub fn forget(cx: &mut Cx<'_, '_>) -> Outcome<()> {
    if standing(cx)?.is_some() {
        store::center::put_setting(cx.tx, STANDING, "")?;
    }
    Ok(())
}

fn hash(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}
