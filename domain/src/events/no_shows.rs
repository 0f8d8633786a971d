//! Guests who had seats and did not come, three times: others go before them on waiting lists for a
//! while.

use jiff::{SignedDuration, Timestamp};

/// So many missed events within [`MISSED_WITHIN`] put somebody behind others.
pub const MOST_MISSED: usize = 3;
/// See [`MOST_MISSED`].
pub const MISSED_WITHIN: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Until when others go before somebody who missed events at these moments, the newest first; none
/// when nobody does.
#[must_use]
pub fn behind_until(missed: &[Timestamp], now: Timestamp) -> Option<Timestamp> {
    let until = *missed.get(MOST_MISSED - 1)? + MISSED_WITHIN;
    (until > now).then_some(until)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r14_three_missed_events_in_ninety_days_count_and_two_do_not() {
        let day = |days: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * days);
        assert_eq!(behind_until(&[day(80), day(40)], day(81)), None);
        let three = [day(80), day(40), day(1)];
        assert_eq!(behind_until(&three, day(81)), Some(day(91)));
        assert_eq!(behind_until(&three, day(91)), None);
        let four = [day(80), day(70), day(60), day(1)];
        assert_eq!(behind_until(&four, day(91)), Some(day(150)));
    }
}
