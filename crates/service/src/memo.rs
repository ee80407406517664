//! Answers kept in memory for as long as what they rest on has not changed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::Outcome;
use crate::statistics::Year;

/// A year under its mark, once it is computed.
type Slot = Arc<Mutex<Option<(String, Arc<Year>)>>>;

/// Answers of a running center that cost more than a look into the database. Each is kept with a
/// mark of what it rests on, and computed again once the mark differs.
#[derive(Default)]
pub struct Memo {
    years: Mutex<BTreeMap<i16, Slot>>,
}

impl Memo {
    /// The statistics of a year under `mark`. Whoever asks for a year while it is being computed
    /// waits for that answer, and nobody else does. There are as many as the ledger has years.
    ///
    /// # Errors
    /// What `compute` answers.
    pub(crate) fn year(&self, year: i16, mark: String, compute: impl FnOnce() -> Outcome<Year>) -> Outcome<Arc<Year>> {
        let slot = Arc::clone(self.years.lock().unwrap_or_else(PoisonError::into_inner).entry(year).or_default());
        let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, known)) = &*slot
            && *of == mark
        {
            return Ok(Arc::clone(known));
        }
        let computed = Arc::new(compute()?);
        *slot = Some((mark, Arc::clone(&computed)));
        Ok(computed)
    }
}
