//! What hosts are told of the seats at their events, and when.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::text_enum::text_enum;

text_enum! {
    /// What a host is told once of a date.
    pub enum HostNews {
        /// Somebody has taken the first seats.
        First => "first",
        /// All seats are taken.
        Full => "full",
    }
}

/// The hour by the host's clock from which on they are told of the day before.
const MORNING: i8 = 8;
/// The hour from which on that is too late for the day.
const EVENING: i8 = 22;
/// A summary goes back so far at most.
const LONGEST: SignedDuration = SignedDuration::from_hours(48);

/// Since when a summary that is due `now` tells, for a host who has been told up to `until`; none
/// when none is due: once a day, from eight in the morning by the host's clock, never at night.
#[must_use]
pub fn summary_since(
    until: Option<Timestamp>,
    zone: &TimeZone,
    now: Timestamp,
) -> Option<Timestamp> {
    let here = now.to_zoned(zone.clone());
    if !(MORNING..EVENING).contains(&here.hour()) {
        return None;
    }
    let day = SignedDuration::from_hours(24);
    let until = until.unwrap_or(now - day);
    (until.to_zoned(zone.clone()).date() < here.date()).then(|| until.max(now - LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_summary_is_due_once_a_day_in_the_host_s_day() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let due = |until: &str, now: &str| summary_since(Some(at(until)), &zone, at(now));
        // 07:59 and 08:00 in Berlin.
        assert_eq!(due("2026-11-28T08:00:00Z", "2026-11-29T06:59:00Z"), None);
        assert_eq!(
            due("2026-11-28T08:00:00Z", "2026-11-29T07:00:00Z"),
            Some(at("2026-11-28T08:00:00Z"))
        );
        // Told today already; and at night.
        assert_eq!(due("2026-11-29T07:00:00Z", "2026-11-29T12:00:00Z"), None);
        assert_eq!(due("2026-11-28T07:00:00Z", "2026-11-29T21:00:00Z"), None);
        // After a long silence, two days.
        assert_eq!(
            due("2026-11-01T07:00:00Z", "2026-11-29T12:00:00Z"),
            Some(at("2026-11-27T12:00:00Z"))
        );
        assert_eq!(
            summary_since(None, &zone, at("2026-11-29T12:00:00Z")),
            Some(at("2026-11-28T12:00:00Z"))
        );
    }
}
