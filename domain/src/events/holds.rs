//! Seats that a reader holds while they fill in the form: for how long, how often, and when they may
//! have more time.

use jiff::{SignedDuration, Timestamp};

/// For how many minutes seats are held at least, and at most.
pub const HOLD_MINUTES: (i16, i16) = (5, 30);
/// For how many, until the site says otherwise.
pub const DEFAULT_HOLD_MINUTES: i16 = 10;
/// So many holds of one reader at one date may end without being confirmed within [`HOLDS_WITHIN`]:
/// the first, and two more.
pub const MOST_HOLDS: usize = 3;
/// See [`MOST_HOLDS`]. An hour, and as long as so many holds can last when each had more time: else
/// the first would be forgotten before the last has ended.
pub const HOLDS_WITHIN: SignedDuration = SignedDuration::from_hours(4);

/// For how long seats are held, as it was typed.
///
/// # Errors
/// What can be typed.
pub fn parse_minutes(typed: &str) -> Result<i16, String> {
    let (least, most) = HOLD_MINUTES;
    (typed.trim().parse())
        .ok()
        .filter(|minutes| (least..=most).contains(minutes))
        .ok_or_else(|| format!("Enter a number of minutes from {least} to {most}."))
}

/// Until when seats are held that are held from a moment on: not beyond the end of booking.
#[must_use]
pub fn hold_until(from: Timestamp, minutes: i16, closes_at: Timestamp) -> Timestamp {
    (from + SignedDuration::from_mins(i64::from(minutes))).min(closes_at)
}

/// From when on a reader may hold seats again at a date, of whose holds there these have ended without
/// being confirmed, the newest first; none when they may at once.
#[must_use]
pub fn may_hold_again(ended: &[Timestamp], now: Timestamp) -> Option<Timestamp> {
    let again = *ended.get(MOST_HOLDS - 1)? + HOLDS_WITHIN;
    (again > now).then_some(again)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
    }

    #[test]
    fn r4_a_hold_ends_with_booking_at_the_latest() {
        assert_eq!(hold_until(at(0), 10, at(600)), at(10));
        assert_eq!(hold_until(at(10), 10, at(600)), at(20));
        assert_eq!(hold_until(at(0), 30, at(12)), at(12));
    }

    #[test]
    fn r4_seats_are_held_for_five_to_thirty_minutes() {
        for (typed, expected) in [
            ("5", Some(5)),
            (" 30 ", Some(30)),
            ("4", None),
            ("31", None),
            ("-10", None),
            ("", None),
            ("ten", None),
            ("99999999999", None),
        ] {
            assert_eq!(parse_minutes(typed).ok(), expected, "{typed}");
        }
    }

    #[test]
    fn r4_after_a_hold_that_was_not_confirmed_there_are_two_more_in_four_hours() {
        assert_eq!(may_hold_again(&[], at(100)), None);
        assert_eq!(may_hold_again(&[at(90), at(80)], at(100)), None);
        let three = [at(90), at(80), at(70)];
        assert_eq!(may_hold_again(&three, at(100)), Some(at(310)));
        assert_eq!(may_hold_again(&three, at(310)), None);
        assert_eq!(
            may_hold_again(&[at(95), at(90), at(80), at(70)], at(100)),
            Some(at(320))
        );
    }

    #[test]
    fn r4_nobody_holds_seats_for_ever_by_having_more_time() {
        let (least, most) = HOLD_MINUTES;
        for minutes in [least, DEFAULT_HOLD_MINUTES, 15, most] {
            let long = i64::from(minutes) * 2;
            let ended = [at(3 * long), at(2 * long), at(long)];
            let now = at(3 * long);
            let again = may_hold_again(&ended, now).expect("three in a row are enough");
            assert!(
                again.duration_since(now) >= SignedDuration::from_hours(1),
                "{minutes}: {again}"
            );
        }
    }
}
