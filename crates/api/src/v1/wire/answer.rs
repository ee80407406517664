//! Answers of operations that change something, and what they are sent.

#![allow(unused_qualifications, reason = "what the schema macro expands to")]

use domain::{Code, Reason};
use serde::{Deserialize, Serialize};
use service::{Error, Outcome};
use utoipa::ToSchema;

/// Something was made.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Made {
    /// Its id.
    id: String,
}

impl Made {
    /// The answer of making something.
    #[must_use]
    pub fn new(id: impl std::fmt::Display) -> Self {
        Self { id: id.to_string() }
    }
}

/// It is done.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Done {
    /// Always true.
    done: bool,
}

impl Done {
    /// The answer of doing something.
    #[must_use]
    pub fn new((): ()) -> Self {
        Self { done: true }
    }
}

/// The version that it has now.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Version {
    /// To be sent along with the next change.
    version: i64,
}

impl Version {
    /// The answer of a change.
    #[must_use]
    pub fn new(version: i64) -> Self {
        Self { version }
    }
}

/// An operation that needs no input: an empty body or `{}`.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Why it is done.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Why {
    /// The reason in words, up to 1,000 characters.
    #[serde(default)]
    pub reason: String,
}

impl Why {
    /// The reason, where the use case would cut it.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `reason` if it is longer than 1,000 characters.
    pub fn checked(self) -> Outcome<String> {
        if self.reason.chars().count() > 1000 {
            return Err(Error::field("reason", Reason::new(Code::TooLong).with("max", 1000)));
        }
        Ok(self.reason)
    }
}

/// Which version of it is meant.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AtVersion {
    /// The version that was read.
    pub version: i64,
}

/// A reason as people and programs read it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Told {
    /// The reason's code.
    code: String,
    /// Its facts by name.
    args: serde_json::Value,
    /// The reason in words, in the caller's language.
    message: String,
}

impl Told {
    /// A reason in the caller's language.
    #[must_use]
    pub fn new(t: texts::Texts, pools: &texts::Pools, reason: &Reason) -> Self {
        Self {
            code: reason.code.to_string(),
            args: serde_json::to_value(&reason.args).unwrap_or_default(),
            message: t.reason(reason, pools),
        }
    }

    /// The reason in words.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Several reasons in the caller's language.
    #[must_use]
    pub fn all<'a>(t: texts::Texts, pools: &texts::Pools, reasons: impl IntoIterator<Item = &'a Reason>) -> Vec<Self> {
        reasons.into_iter().map(|reason| Self::new(t, pools, reason)).collect()
    }
}
