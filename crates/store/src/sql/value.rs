//! Values and rows, the same for both engines. Instants are Unix seconds, civil dates
//! `YYYY-MM-DD`, amounts whole numbers, ids and words text, truth values 0 and 1.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use super::Error;
use crate::Result;

/// A value as both engines know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A whole number (`BIGINT`).
    Int(i64),
    /// A text (`TEXT`).
    Text(String),
}

/// What can be stored in a column.
pub trait ToValue {
    /// The value to store.
    fn to_value(&self) -> Value;
}

/// What can be read from a column.
pub trait FromValue: Sized {
    /// What the value should have been, for the error.
    const EXPECTED: &'static str;
    /// Reads it; `None` if the value is something else.
    fn from_value(value: &Value) -> Option<Self>;
}

/// One row of a result.
#[derive(Clone, Debug)]
pub struct Row {
    pub(super) columns: Arc<[String]>,
    pub(super) values: Vec<Value>,
}

impl Row {
    /// The value of the column of that name.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if there is no such column or it holds something else.
    pub fn get<T: FromValue>(&self, column: &str) -> Result<T> {
        let position = self.columns.iter().position(|name| name == column).ok_or_else(|| Error::Unreadable {
            column: column.to_owned(),
            value: "nothing: the query has no such column".to_owned(),
            expected: T::EXPECTED,
        })?;
        self.at(position)
    }

    /// The value at that position.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if there is none or it holds something else.
    pub fn at<T: FromValue>(&self, position: usize) -> Result<T> {
        let value = self.values.get(position).unwrap_or(&Value::Null);
        T::from_value(value).ok_or_else(|| Error::Unreadable {
            column: self.columns.get(position).cloned().unwrap_or_default(),
            value: format!("{value:?}"),
            expected: T::EXPECTED,
        })
    }
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Value {
        (**self).to_value()
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, ToValue::to_value)
    }
}

impl<T: FromValue> FromValue for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;
    fn from_value(value: &Value) -> Option<Self> {
        if *value == Value::Null { Some(None) } else { T::from_value(value).map(Some) }
    }
}

impl ToValue for Value {
    fn to_value(&self) -> Value {
        self.clone()
    }
}

impl FromValue for Value {
    const EXPECTED: &'static str = "any value";
    fn from_value(value: &Value) -> Option<Self> {
        Some(value.clone())
    }
}

impl ToValue for str {
    fn to_value(&self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl ToValue for String {
    fn to_value(&self) -> Value {
        Value::Text(self.clone())
    }
}

impl FromValue for String {
    const EXPECTED: &'static str = "text";
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Text(text) = value { Some(text.clone()) } else { None }
    }
}

impl ToValue for i64 {
    fn to_value(&self) -> Value {
        Value::Int(*self)
    }
}

impl FromValue for i64 {
    const EXPECTED: &'static str = "whole number";
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Int(number) = value { Some(*number) } else { None }
    }
}

impl ToValue for bool {
    fn to_value(&self) -> Value {
        Value::Int(i64::from(*self))
    }
}

impl FromValue for bool {
    const EXPECTED: &'static str = "0 or 1";
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Int(0) => Some(false),
            Value::Int(1) => Some(true),
            _ => None,
        }
    }
}

impl ToValue for Timestamp {
    fn to_value(&self) -> Value {
        Value::Int(self.as_second())
    }
}

impl FromValue for Timestamp {
    const EXPECTED: &'static str = "instant in Unix seconds";
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Int(second) = value { Self::from_second(*second).ok() } else { None }
    }
}

/// Implements both directions for types that are stored as their text.
macro_rules! as_text {
    ($($type:ty: $expected:literal),+ $(,)?) => {$(
        impl ToValue for $type {
            fn to_value(&self) -> Value { Value::Text(self.to_string()) }
        }
        impl FromValue for $type {
            const EXPECTED: &'static str = $expected;
            fn from_value(value: &Value) -> Option<Self> {
                if let Value::Text(text) = value { text.parse().ok() } else { None }
            }
        }
    )+};
}
pub(crate) use as_text;

/// Implements both directions for whole numbers in a newtype.
macro_rules! as_int {
    ($($type:path: $expected:literal),+ $(,)?) => {$(
        impl ToValue for $type {
            fn to_value(&self) -> Value { Value::Int(self.0) }
        }
        impl FromValue for $type {
            const EXPECTED: &'static str = $expected;
            fn from_value(value: &Value) -> Option<Self> {
                if let Value::Int(number) = value { Some($type(*number)) } else { None }
            }
        }
    )+};
}

as_int!(domain::units::Amount: "amount", domain::units::Gflops: "GFLOPS");

as_text! {
    Date: "civil date",
    domain::ids::Slug: "short name",
    domain::ids::UserId: "user id",
    domain::ids::OrganizationId: "organization id",
    domain::ids::CallId: "call id",
    domain::ids::RoundId: "round id",
    domain::ids::CriterionId: "criterion id",
    domain::ids::ProposalId: "proposal id",
    domain::ids::RequestLineId: "request line id",
    domain::ids::ReviewId: "review id",
    domain::ids::PlanId: "plan id",
    domain::ids::OfferId: "offer id",
    domain::ids::AwardId: "award id",
    domain::ids::ProjectId: "project id",
    domain::ids::AgreementId: "agreement id",
    domain::ids::AdjustmentId: "adjustment id",
    domain::ids::InvitationId: "invitation id",
    domain::ids::CapacityEntryId: "capacity entry id",
    domain::ids::FreedId: "freed capacity id",
    domain::ids::AuditId: "audit id",
    domain::ids::OutboxId: "outbox id",
    domain::ids::ImportId: "import id",
    domain::ids::MailId: "mail id",
    domain::ids::TokenId: "token id",
    domain::ids::SshKeyId: "public key id",
    domain::ids::OrderId: "order id",
    domain::ids::DevSessionId: "dev session id",
    domain::ids::MaintenanceId: "maintenance id",
    domain::ids::ReservationId: "reservation id",
    domain::ids::JobId: "job id",
    domain::access::Role: "role",
    domain::access::Act: "act",
    domain::capacity::Rung: "rung",
    domain::ledger::EntryKind: "kind of ledger entry",
    domain::units::PoolKind: "kind of pool",
    domain::units::PoolUnit: "unit of a pool",
}
