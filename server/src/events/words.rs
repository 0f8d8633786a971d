//! When and where, as mails and pages say it.

use dogear_domain::money::Money;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::prices::Due;
use crate::clock::day_in_words;

/// “Friday 27 November, 19:00 to 21:00 CET”, by the clock of the place; with both days when it
/// ends on another.
pub fn when(starts_at: Timestamp, ends_at: Timestamp, zone: &str, now: Timestamp) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let (starts, ends) = (
        starts_at.to_zoned(zone.clone()),
        ends_at.to_zoned(zone.clone()),
    );
    let first = day_in_words(starts_at, &zone, now);
    let from = starts.strftime("%H:%M");
    let to = ends.strftime("%H:%M %Z");
    if starts.date() == ends.date() {
        format!("{first}, {from} to {to}")
    } else {
        let last = day_in_words(ends_at, &zone, now);
        format!("{first}, {from}, to {last}, {to}")
    }
}

/// “19:40 GMT”, by the clock of the place; with the day when it is another.
pub fn until(at: Timestamp, zone: &str, now: Timestamp) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let (then, today) = (at.to_zoned(zone.clone()), now.to_zoned(zone.clone()));
    let clock = then.strftime("%H:%M %Z");
    if then.date() == today.date() {
        clock.to_string()
    } else {
        format!("{}, {clock}", day_in_words(at, &zone, now))
    }
}

/// “one seat”, “3 seats”.
pub fn seats(number: i32) -> String {
    match number {
        1 => "one seat".into(),
        number => format!("{number} seats"),
    }
}

/// What becomes of seats of those who have not come: a whole sentence, in lower case.
pub fn given_on_after(minutes: i32) -> String {
    format!(
        "seats of those who are not there {minutes} minutes after the start are given to readers who wait at the door, and it counts as an event they missed."
    )
}

/// “A seat costs £12.50”.
pub fn a_seat_costs(price: Money) -> String {
    format!("A seat costs {price}")
}

/// What somebody pays for seats, or has paid: whole sentences.
pub fn due(due: &Due) -> String {
    let Due { each, total, .. } = due;
    let off = match due.discount {
        0 => String::new(),
        off => format!(" {} are taken off.", each.with(off)),
    };
    match (due.is_paid, total.minor) {
        (true, _) => format!("You have paid {total}."),
        (false, 0) => format!("You have nothing to pay.{off}"),
        (false, _) if *each == *total => format!("You pay {total}, in person at the door."),
        (false, _) => {
            format!("You pay {total}, in person at the door: a seat costs {each}.{off}")
        }
    }
}

/// The reason of whoever has cancelled an event, as guests read it.
pub(super) fn cancelled(by_moderator: bool, reason: &str) -> String {
    let who = if by_moderator {
        "A moderator"
    } else {
        "The host"
    };
    format!("{who} writes: “{reason}”")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_said_by_the_clock_of_the_place() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let now = at("2026-11-20T10:00:00Z");
        assert_eq!(
            when(
                at("2026-11-27T18:00:00Z"),
                at("2026-11-27T20:00:00Z"),
                "Europe/Paris",
                now
            ),
            "Friday 27 November, 19:00 to 21:00 CET"
        );
        assert_eq!(
            when(
                at("2027-07-02T18:00:00Z"),
                at("2027-07-03T00:00:00Z"),
                "Europe/London",
                now
            ),
            "Friday 2 July 2027, 19:00, to Saturday 3 July 2027, 01:00 BST"
        );
        assert_eq!(seats(1), "one seat");
        assert_eq!(seats(3), "3 seats");
    }
}
