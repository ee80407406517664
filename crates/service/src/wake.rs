//! The bell between the transactions that queue work and the worker that does it.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// A bell. Ringing it before anybody waits is not lost.
#[derive(Debug, Default)]
pub struct Waker {
    rung: Mutex<bool>,
    bell: Condvar,
}

impl Waker {
    /// Rings.
    pub fn wake(&self) {
        *self.rung.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.bell.notify_all();
    }

    /// Waits until it is rung or the time is over.
    pub fn wait(&self, at_most: Duration) {
        let rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut rung, _) =
            self.bell.wait_timeout_while(rung, at_most, |rung| !*rung).unwrap_or_else(PoisonError::into_inner);
        *rung = false;
    }
}
