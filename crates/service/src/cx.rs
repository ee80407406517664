//! The context of one use case: transaction, actor, time, center.

use domain::access::{Act, Tie};
use domain::ids::{Id, OutboxId, UserId};
use domain::policy::Policy;
use domain::{Code, Reason};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use store::Tx;
use store::trust::AuditRow;

use crate::center::Identity;
use crate::memo::Memo;
use crate::{Actor, Error, Outcome};

/// What every use case is given.
pub struct Cx<'a, 't> {
    /// The open transaction.
    pub tx: &'a mut Tx<'t>,
    /// Who acts.
    pub actor: &'a Actor,
    /// The present instant.
    pub now: Timestamp,
    /// The center's name, calendar and devices.
    pub identity: &'a Identity,
    /// Answers kept in memory.
    pub memo: &'a Memo,
    /// Whether something was queued for the worker, which is woken once this is committed.
    pub queued: bool,
    /// The version of the policy that this use case asked, for its audit rows.
    policy: Option<Date>,
}

impl<'a, 't> Cx<'a, 't> {
    /// A context; callers go through [`crate::Center`].
    #[must_use]
    pub fn new(tx: &'a mut Tx<'t>, actor: &'a Actor, now: Timestamp, identity: &'a Identity, memo: &'a Memo) -> Self {
        Self { tx, actor, now, identity, memo, queued: false, policy: None }
    }

    /// Today in the center's time zone.
    #[must_use]
    pub fn today(&self) -> Date {
        self.identity.calendar.date(self.now)
    }

    /// A new identifier.
    ///
    /// # Errors
    /// [`Error::Internal`] if the machine has no randomness.
    pub fn new_id<I: Id>(&self) -> Outcome<I> {
        let millis = u64::try_from(self.now.as_millisecond()).unwrap_or(0);
        Ok(I::new(millis, random()?))
    }

    /// The account that acts.
    ///
    /// # Errors
    /// [`Error::SignInNeeded`] if nobody is signed in.
    pub fn user(&self) -> Outcome<UserId> {
        self.actor.user.ok_or(Error::SignInNeeded)
    }

    /// Asks the access table.
    ///
    /// # Errors
    /// [`Error::SignInNeeded`] for visitors, else [`Error::Forbidden`].
    pub fn require(&self, act: Act, ties: &[Tie]) -> Outcome<()> {
        if self.actor.may(act, ties) {
            Ok(())
        } else if self.actor.user.is_none() {
            Err(Error::SignInNeeded)
        } else {
            Err(Error::Forbidden(Reason::new(Code::NotAllowed)))
        }
    }

    /// Asks the access table about one thing; whoever may not `see` it learns not even that it
    /// exists.
    ///
    /// # Errors
    /// [`Error::NotFound`] if `see` is not allowed, [`Error::Forbidden`] if only `act` is not.
    pub fn require_on(&self, see: Act, act: Act, ties: &[Tie]) -> Outcome<()> {
        if self.actor.user.is_none() && !self.actor.may(see, ties) {
            return Err(Error::SignInNeeded);
        }
        if !self.actor.may(see, ties) {
            return Err(Error::NotFound);
        }
        self.require(act, ties)
    }

    /// Separation of duties: an act that needs a second person is not for whoever drafted.
    ///
    /// # Errors
    /// [`Error::Forbidden`] with [`Code::OwnDraft`].
    pub fn require_second(&self, act: Act, drafted_by: Option<UserId>) -> Outcome<()> {
        if act.needs_second_person() && drafted_by.is_some() && drafted_by == self.actor.user {
            return Err(Error::Forbidden(Reason::new(Code::OwnDraft)));
        }
        Ok(())
    }

    /// Separation of duties, whole: neither whoever drafted the thing nor its own people.
    ///
    /// # Errors
    /// [`Error::Forbidden`] with [`Code::OwnDraft`] or [`Code::OwnProject`].
    pub fn require_apart(&self, act: Act, drafted_by: Option<UserId>, ties: &[Tie]) -> Outcome<()> {
        self.require_second(act, drafted_by)?;
        if domain::access::too_close(act, ties) {
            return Err(Error::Forbidden(Reason::new(Code::OwnProject)));
        }
        Ok(())
    }

    /// The policy in force today.
    ///
    /// # Errors
    /// [`Error::Internal`] if the center's policy is incomplete.
    pub fn policy(&mut self) -> Outcome<Policy> {
        let today = self.today();
        let rows = store::center::policy_rows(self.tx)?;
        let policy = Policy::on(today, &rows).map_err(Error::internal)?;
        self.policy = Some(policy.version());
        Ok(policy)
    }

    /// Writes the audit row of this use case. `before` and `after` are what changed of the thing;
    /// `&()` where there is nothing. No secrets go in. What was decided by the policy names the
    /// version that was asked.
    ///
    /// # Errors
    /// Database errors only.
    pub fn audit(
        &mut self,
        action: &str,
        object: (&str, &dyn std::fmt::Display),
        before: &impl Serialize,
        after: &impl Serialize,
        reason: &str,
    ) -> Outcome<()> {
        let row = AuditRow {
            seq: 0,
            at: self.now,
            actor: self.actor.user,
            actor_name: self.actor.name.clone(),
            channel: self.actor.channel.to_string(),
            address: self.actor.address.clone(),
            request_id: self.actor.request_id.clone(),
            action: action.to_owned(),
            object_kind: object.0.to_owned(),
            object_id: object.1.to_string(),
            before: json(before)?,
            after: with_policy(json(after)?, self.policy),
            reason: reason.to_owned(),
            prev_hash: String::new(),
            hash: String::new(),
        };
        store::trust::audit(self.tx, row)?;
        Ok(())
    }

    /// Queues work for after this transaction; the same `dedupe` key is queued once for ever.
    ///
    /// # Errors
    /// Database errors only.
    pub fn enqueue(&mut self, kind: &str, dedupe: &str, payload: &impl Serialize) -> Outcome<()> {
        let id: OutboxId = self.new_id()?;
        store::trust::enqueue(self.tx, id, kind, dedupe, &json(payload)?, self.now)?;
        self.queued = true;
        Ok(())
    }
}

/// The JSON of what changed with `policy_version` at its end.
fn with_policy(after: String, version: Option<Date>) -> String {
    let Some(version) = version else { return after };
    match after.strip_suffix('}') {
        None if after.is_empty() => format!(r#"{{"policy_version":"{version}"}}"#),
        None => after,
        Some("{") => format!(r#"{{"policy_version":"{version}"}}"#),
        Some(rest) => format!(r#"{rest},"policy_version":"{version}"}}"#),
    }
}

fn json(value: &impl Serialize) -> Outcome<String> {
    let text = serde_json::to_string(value).map_err(Error::internal)?;
    Ok(if text == "null" { String::new() } else { text })
}

/// Random bytes from the machine.
///
/// # Errors
/// [`Error::Internal`] if it has none.
pub fn random<const N: usize>() -> Outcome<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(Error::internal)?;
    Ok(bytes)
}
