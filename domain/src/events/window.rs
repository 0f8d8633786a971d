//! When seats can be taken, and until when they are given back in time. As hosts say it: from the
//! start of the event backwards, so that it is the same for each date of a series.

use jiff::{SignedDuration, Timestamp};

/// The earliest that seats can be taken, in days before the start.
pub const MOST_DAYS: i32 = 365;
/// The earliest that booking ends, and that giving back is late, in hours before the start.
pub const MOST_HOURS: i32 = 336;

/// When seats can be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BookingWindow {
    /// So many days before the start, and not earlier; none: at once.
    pub opens_days: Option<i32>,
    /// Until so many hours before the start; none: until it begins.
    pub closes_hours: Option<i32>,
    /// Whoever gives seats back does so until so many hours before the start, or late; none: never
    /// late.
    pub cancel_hours: Option<i32>,
}

impl BookingWindow {
    /// From when on seats can be taken; none: at any time before it ends.
    #[must_use]
    pub fn opens_at(self, starts_at: Timestamp) -> Option<Timestamp> {
        before(starts_at, self.opens_days.map(|days| i64::from(days) * 24))
    }

    /// From when on none can be taken any more.
    #[must_use]
    pub fn closes_at(self, starts_at: Timestamp) -> Timestamp {
        before(starts_at, self.closes_hours.map(i64::from)).unwrap_or(starts_at)
    }

    /// Until when seats are given back in time; none: always.
    #[must_use]
    pub fn cancel_by(self, starts_at: Timestamp) -> Option<Timestamp> {
        before(starts_at, self.cancel_hours.map(i64::from))
    }

    /// Whether it is late to give seats back now.
    #[must_use]
    pub fn is_late(self, starts_at: Timestamp, now: Timestamp) -> bool {
        self.cancel_by(starts_at).is_some_and(|by| now > by)
    }

    /// Whether seats could ever be taken.
    #[must_use]
    pub fn is_open_some_time(self) -> bool {
        match (self.opens_days, self.closes_hours) {
            (Some(opens), Some(closes)) => opens.saturating_mul(24) > closes,
            _ => true,
        }
    }
}

fn before(starts_at: Timestamp, hours: Option<i64>) -> Option<Timestamp> {
    hours.map(|hours| {
        starts_at
            .checked_sub(SignedDuration::from_hours(hours))
            .unwrap_or(starts_at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_counts_back_from_the_start() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let starts = at("2026-12-10T19:00:00Z");
        let window = BookingWindow {
            opens_days: Some(7),
            closes_hours: Some(2),
            cancel_hours: Some(24),
        };
        assert_eq!(window.opens_at(starts), Some(at("2026-12-03T19:00:00Z")));
        assert_eq!(window.closes_at(starts), at("2026-12-10T17:00:00Z"));
        assert!(!window.is_late(starts, at("2026-12-09T19:00:00Z")));
        assert!(window.is_late(starts, at("2026-12-09T19:00:01Z")));
        let none = BookingWindow::default();
        assert_eq!(
            (none.opens_at(starts), none.closes_at(starts)),
            (None, starts)
        );
        assert!(!none.is_late(starts, starts));
    }

    #[test]
    fn a_window_that_closes_before_it_opens_never_is() {
        let window = |opens, closes| BookingWindow {
            opens_days: opens,
            closes_hours: closes,
            cancel_hours: None,
        };
        assert!(window(Some(2), Some(47)).is_open_some_time());
        assert!(!window(Some(2), Some(48)).is_open_some_time());
        assert!(
            window(Some(1), None).is_open_some_time()
                && window(None, Some(336)).is_open_some_time()
        );
    }
}
