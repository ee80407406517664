//! Pages of lists, and reading what a list is asked for.

#![allow(unused_qualifications, reason = "what the schema macro expands to")]

use std::str::FromStr;

use domain::{Code, Reason};
use edge::{PageQuery, Slice};
use jiff::Timestamp;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use service::{Error, Outcome};
use utoipa::{IntoParams, ToSchema};

/// Rows of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The rows.
    items: Vec<T>,
    /// Where the next rows begin: hand it back as `after`. Null if there are none.
    next: Option<String>,
}

impl<T> Page<T> {
    /// All rows of a list that is never long.
    #[must_use]
    pub fn all(items: Vec<T>) -> Self {
        Self { items, next: None }
    }
}

impl<T> From<Slice<T>> for Page<T> {
    fn from(slice: Slice<T>) -> Self {
        Self { items: slice.items, next: slice.next }
    }
}

/// Which rows of a list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Rows {
    /// Where to go on: `next` of the answer before.
    after: Option<String>,
    /// How many rows, 1 to 200; 50 unless said.
    #[param(minimum = 1, maximum = 200)]
    #[serde(default, deserialize_with = "within")]
    limit: Option<i64>,
}

/// A number of rows from 1 to 200.
fn within<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    let text = String::deserialize(from)?;
    let count: i64 = text.trim().parse().map_err(|_| D::Error::custom(Code::NotANumber))?;
    match count {
        ..1 => Err(D::Error::custom(format!("{} min=1", Code::TooSmall))),
        1..=200 => Ok(Some(count)),
        _ => Err(D::Error::custom(format!("{} max=200", Code::TooLarge))),
    }
}

impl Rows {
    /// How many rows were asked for.
    #[must_use]
    pub fn limit(&self) -> i64 {
        self.query().limit(50)
    }

    /// One row more, which tells whether there is a next page.
    #[must_use]
    pub fn one_more(&self) -> i64 {
        self.limit().saturating_add(1)
    }

    /// The place to go on from.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `after` if it is not one of our cursors.
    pub fn after<K: serde::de::DeserializeOwned>(&self) -> Outcome<Option<K>> {
        self.query().after()
    }

    /// The same where the place is an instant and an id.
    ///
    /// # Errors
    /// As [`Rows::after`].
    pub fn after_at<K: serde::de::DeserializeOwned>(&self) -> Outcome<Option<(Timestamp, K)>> {
        self.query().after_at()
    }

    /// The page of these rows out of a list that was asked for with [`Rows::one_more`]; `place` says
    /// where a row stands in it.
    #[must_use]
    pub fn page<R, T: From<R>, K: Serialize>(&self, found: Vec<R>, place: impl FnOnce(&R) -> K) -> Page<T> {
        Slice::cut(found, self.limit(), place).map(T::from).into()
    }

    fn query(&self) -> PageQuery {
        PageQuery { after: self.after.clone(), limit: self.limit }
    }
}

/// Reads an id out of a path.
///
/// # Errors
/// [`Error::NotFound`] if it is none.
pub fn id<I: FromStr>(text: &str) -> Outcome<I> {
    text.parse().map_err(|_| Error::NotFound)
}

/// Reads a text of a query as what its field wants; empty is nothing.
///
/// # Errors
/// [`Error::Invalid`] at `field`.
pub fn asked<T: FromStr<Err = Code>>(text: Option<&str>, field: &str) -> Outcome<Option<T>> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    text.map(|text| text.parse().map_err(|code: Code| Error::field(field, Reason::new(code)))).transpose()
}
