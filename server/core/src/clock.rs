//! The one place that reads the time, so that tests can move it; and how a day is said.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::tz::TimeZone;
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

/// The day of a moment, "Friday 27 November", with the year when it is not that of `now`.
#[must_use]
pub fn day_in_words(at: Timestamp, zone: &TimeZone, now: Timestamp) -> String {
    let local = at.to_zoned(zone.clone());
    let format = if local.year() == now.to_zoned(zone.clone()).year() {
        "%A %-d %B"
    } else {
        "%A %-d %B %Y"
    };
    local.strftime(format).to_string()
}
