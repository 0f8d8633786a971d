//! The one place that reads the time, so that tests can move it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

/// The time of the process: the system's, shifted by what a test asked for.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    shift_seconds: Arc<AtomicI64>,
}

impl Clock {
    /// Now, to the microsecond that PostgreSQL can keep.
    pub fn now(&self) -> Timestamp {
        let shifted = Timestamp::now()
            .saturating_add(SignedDuration::from_secs(
                self.shift_seconds.load(Ordering::Relaxed),
            ))
            .unwrap_or(Timestamp::MAX);
        Timestamp::from_microsecond(shifted.as_microsecond()).unwrap_or(shifted)
    }

    /// Moves this clock, and every clone of it, by `by`.
    pub fn advance(&self, by: SignedDuration) {
        self.shift_seconds
            .fetch_add(by.as_secs(), Ordering::Relaxed);
    }
}
