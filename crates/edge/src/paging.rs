//! Keyset paging: an opaque cursor names the last row of the page before.

use jiff::Timestamp;
use serde::Deserialize;
use serde::Serialize;
use serde::de::DeserializeOwned;
use service::{Error, Outcome};

use domain::Code;

/// How a list is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct PageQuery {
    /// Where to go on, as the answer before said.
    #[serde(default)]
    pub after: Option<String>,
    /// How many rows, 1 to 200.
    #[serde(default)]
    pub limit: Option<i64>,
}

impl PageQuery {
    /// The number of rows asked for, `usual` unless said, within 1 to 200.
    #[must_use]
    pub fn limit(&self, usual: i64) -> i64 {
        self.limit.unwrap_or(usual).clamp(1, 200)
    }

    /// The place to go on from.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `after` if it is not one of our cursors.
    pub fn after<K: DeserializeOwned>(&self) -> Outcome<Option<K>> {
        self.after.as_deref().filter(|text| !text.is_empty()).map(Cursor::read).transpose()
    }

    /// The same where the place is an instant and an id.
    ///
    /// # Errors
    /// As [`PageQuery::after`].
    pub fn after_at<K: DeserializeOwned>(&self) -> Outcome<Option<(Timestamp, K)>> {
        let Some((second, id)) = self.after::<(i64, K)>()? else { return Ok(None) };
        let at = Timestamp::from_second(second).map_err(|_| Error::field("after", Code::Unknown))?;
        Ok(Some((at, id)))
    }
}

/// Writes and reads cursors: JSON of the key in hexadecimal digits, so that nobody takes it for
/// something to build by hand. It is no secret; whoever reads a page may see its keys.
pub struct Cursor;

impl Cursor {
    /// The cursor of a key.
    #[must_use]
    pub fn write(key: &impl Serialize) -> String {
        let json = serde_json::to_vec(key).unwrap_or_default();
        domain::ledger::hex(&json)
    }

    /// The key of a cursor.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `after` if it is not one of ours.
    pub fn read<K: DeserializeOwned>(text: &str) -> Outcome<K> {
        let digits = text.as_bytes();
        let bytes: Option<Vec<u8>> = (digits.len() <= 2000 && digits.len().is_multiple_of(2))
            .then(|| digits.chunks(2).map(pair).collect::<Option<Vec<u8>>>())
            .flatten();
        bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).ok_or_else(|| Error::field("after", Code::Unknown))
    }
}

fn pair(digits: &[u8]) -> Option<u8> {
    let value = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    match digits {
        [high, low] => Some(value(*high)? * 16 + value(*low)?),
        _ => None,
    }
}

/// Rows of a page with the cursor to the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Slice<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
}

impl<T> Slice<T> {
    /// Makes a page of at most `limit` rows from a list that was asked for with one row more.
    #[must_use]
    pub fn cut<K: Serialize>(mut items: Vec<T>, limit: i64, key: impl FnOnce(&T) -> K) -> Self {
        let limit = usize::try_from(limit).unwrap_or(1).max(1);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more { items.last().map(|last| Cursor::write(&key(last))) } else { None };
        Self { items, next }
    }

    /// The same page with each row made into something else.
    #[must_use]
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Slice<U> {
        Slice { items: self.items.into_iter().map(change).collect(), next: self.next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_the_key_it_was() {
        let key = ("가나다".to_owned(), 42_i64);
        assert_eq!(Cursor::read::<(String, i64)>(&Cursor::write(&key)).ok(), Some(key));
    }

    #[test]
    fn a_foreign_cursor_is_a_field_error_never_a_panic() {
        for text in ["", "0", "zz", "7b", "é", "ffff", "5b315d5d", &"0".repeat(5000)] {
            assert!(matches!(Cursor::read::<(String, i64)>(text), Err(Error::Invalid(_))), "{text:?}");
        }
    }

    #[test]
    fn a_page_has_a_next_only_if_there_is_one_row_more() {
        assert_eq!(Slice::cut(vec![1, 2], 2, |n| *n).next, None);
        let page = Slice::cut(vec![1, 2, 3], 2, |n| *n);
        assert_eq!((page.items, page.next), (vec![1, 2], Some(Cursor::write(&2))));
    }
}
