//! When somebody last did something, and whether they may still.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::watch;

/// What a session did lately; shared with whoever ends idle ones.
#[derive(Debug)]
pub struct Activity {
    begin: Instant,
    /// Milliseconds since the beginning.
    last: AtomicU64,
    /// Whether what is open is cut.
    cut: watch::Sender<bool>,
}

impl Activity {
    /// Something that was active just now.
    #[must_use]
    pub fn new() -> Self {
        Self { begin: Instant::now(), last: AtomicU64::new(0), cut: watch::Sender::new(false) }
    }

    /// Notes that something was done.
    pub fn touch(&self) {
        let now = u64::try_from(self.begin.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last.fetch_max(now, Ordering::Relaxed);
    }

    /// Ends every WebSocket that is open under it, and each that is opened later.
    pub fn cut(&self) {
        self.cut.send_replace(true);
    }

    /// Waits until it is cut.
    pub(super) async fn until_cut(&self) {
        // The sender is its own.
        let _ = self.cut.subscribe().wait_for(|cut| *cut).await;
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
