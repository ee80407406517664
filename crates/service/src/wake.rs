//! The bell between the transactions that queue work and the worker that does it.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// A bell. Ringing it before anybody waits is not lost, and everybody who waits hears it.
#[derive(Debug, Default)]
pub struct Waker {
    rings: Mutex<u64>,
    bell: Condvar,
}

impl Waker {
    /// Rings.
    pub fn wake(&self) {
        let mut rings = self.rings.lock().unwrap_or_else(PoisonError::into_inner);
        *rings = rings.wrapping_add(1);
        self.bell.notify_all();
    }

    /// Waits until it was rung more often than the caller has heard, or the time is over.
    pub fn wait(&self, heard: &mut u64, at_most: Duration) {
        let rings = self.rings.lock().unwrap_or_else(PoisonError::into_inner);
        let (rings, _) = self
            .bell
            .wait_timeout_while(rings, at_most, |rings| *rings == *heard)
            .unwrap_or_else(PoisonError::into_inner);
        *heard = *rings;
    }
}
