//! Answers kept in memory for as long as what they rest on has not changed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::Outcome;
use crate::statistics::Year;

/// How many years are kept.
const YEARS: usize = 32;

/// Answers of a running center that cost more than a look into the database. Each is kept with a
/// mark of what it rests on, and computed again once the mark differs.
#[derive(Default)]
pub struct Memo {
    years: Mutex<BTreeMap<i16, (String, Arc<Year>)>>,
}

impl Memo {
    /// The statistics of a year under `mark`. Whoever asks while they are being computed waits for
    /// the same answer.
    ///
    /// # Errors
    /// What `compute` answers.
    pub(crate) fn year(&self, year: i16, mark: String, compute: impl FnOnce() -> Outcome<Year>) -> Outcome<Arc<Year>> {
        let mut years = self.years.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, known)) = years.get(&year)
            && *of == mark
        {
            return Ok(Arc::clone(known));
        }
        let computed = Arc::new(compute()?);
        if years.len() >= YEARS {
            years.clear();
        }
        years.insert(year, (mark, Arc::clone(&computed)));
        Ok(computed)
    }
}
