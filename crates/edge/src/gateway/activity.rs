//! When somebody last did something.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What a session did lately; shared with whoever ends idle ones.
#[derive(Debug)]
pub struct Activity {
    begin: Instant,
    /// Milliseconds since the beginning.
    last: AtomicU64,
}

impl Activity {
    /// Something that was active just now.
    #[must_use]
    pub fn new() -> Self {
        Self { begin: Instant::now(), last: AtomicU64::new(0) }
    }

    /// Notes that something was done.
    pub fn touch(&self) {
        let now = u64::try_from(self.begin.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last.fetch_max(now, Ordering::Relaxed);
    }

    /// When something was last done, to the millisecond.
    #[must_use]
    pub fn last(&self) -> Instant {
        self.begin + Duration::from_millis(self.last.load(Ordering::Relaxed))
    }

    /// How many whole seconds ago something was last done.
    #[must_use]
    pub fn seconds_since(&self) -> u64 {
        self.last().elapsed().as_secs()
    }
}

impl Default for Activity {
    fn default() -> Self {
        Self::new()
    }
}
