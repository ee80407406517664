//! What a use case answers when it does not do what was asked.

use domain::capacity::Shortfall;
use domain::{Code, FieldError, Reason};

/// Why a use case was not carried out. What people read comes from the reasons, by the text
/// catalogs; the cause for the log is in `Internal` and `Unavailable`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing, or the actor may not know of it.
    #[error("not found")]
    NotFound,
    /// The actor may know of it but not do this.
    #[error("not allowed: {}", .0.code)]
    Forbidden(Reason),
    /// Nobody is signed in, and this needs somebody.
    #[error("not signed in")]
    SignInNeeded,
    /// Fields of the input are wrong.
    #[error("invalid input: {}", fields(.0))]
    Invalid(Vec<FieldError>),
    /// Right in itself, but not in the present state of things.
    #[error("conflict: {}", codes(.0))]
    Conflict(Vec<Reason>),
    /// More than is free, on these days.
    #[error("over capacity: {0:?}")]
    OverCapacity(Vec<Shortfall>),
    /// Too many tries; again after so many seconds.
    #[error("too many tries; again in {0} s")]
    TooMany(i64),
    /// Something that is needed cannot be reached now.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// A fault of ours.
    #[error("internal: {0}")]
    Internal(String),
}

/// What a use case answers.
pub type Outcome<T> = Result<T, Error>;

fn codes(reasons: &[Reason]) -> String {
    reasons.iter().map(|reason| reason.code.as_str()).collect::<Vec<_>>().join(", ")
}

fn fields(errors: &[FieldError]) -> String {
    errors.iter().map(|error| format!("{}: {}", error.field, error.reason.code)).collect::<Vec<_>>().join(", ")
}

impl Error {
    /// A conflict for one reason.
    #[must_use]
    pub fn conflict(reason: impl Into<Reason>) -> Self {
        Self::Conflict(vec![reason.into()])
    }

    /// One field is wrong.
    #[must_use]
    pub fn field(field: &str, reason: impl Into<Reason>) -> Self {
        Self::Invalid(vec![reason.into().at(field)])
    }

    /// The thing is in a state in which this cannot be done.
    #[must_use]
    pub fn wrong_state<W: domain::Word>(state: W) -> Self {
        Self::conflict(Reason::new(Code::WrongState).with("state", state.as_str()).with("of", W::GROUP))
    }

    /// Something that our own rules exclude: a broken reference, a settings file that is not there.
    #[must_use]
    pub fn internal(what: impl std::fmt::Display) -> Self {
        Self::Internal(what.to_string())
    }

    /// The reasons for people.
    #[must_use]
    pub fn reasons(&self) -> Vec<Reason> {
        match self {
            Self::Forbidden(reason) => vec![reason.clone()],
            Self::Conflict(reasons) => reasons.clone(),
            Self::Invalid(errors) => errors.iter().map(|error| error.reason.clone()).collect(),
            Self::OverCapacity(shortfalls) => shortfalls.iter().map(Shortfall::reason).collect(),
            _ => Vec::new(),
        }
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Stale => Self::conflict(Code::Changed),
            error if error.is_passing() => Self::Unavailable(error.to_string()),
            error => Self::Internal(error.to_string()),
        }
    }
}
