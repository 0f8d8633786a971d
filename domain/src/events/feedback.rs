//! How it was: when guests are written to after an event, and until when they can say so.

use std::fmt;

use jiff::civil::{Time, time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use thiserror::Error;

use super::OccurrenceState;
use super::reminders::{Due, at};
use crate::fields::FieldProblem;

/// The word by which it is noted that a guest was written to after an event, beside those of the
/// reminders before it.
pub const AFTER: &str = "after";
/// So many days after the end guests can say how it was, and change what they have said.
pub const OPEN_DAYS: i64 = 30;
/// Books of the evening that a guest is shown, at most.
pub const MOST_BOOKS: i64 = 10;
/// Nobody is written to earlier in the day.
const MORNING: Time = time(10, 0, 0, 0);
/// Nor sooner after the end: what ends at midnight is slept on, too.
const REST: SignedDuration = SignedDuration::from_hours(8);
/// So late they are still written to, when nothing could be sent in time.
const LATE: SignedDuration = SignedDuration::from_hours(72);
/// From the end to when nobody is written to any more: of what ended before, nobody is looked for.
pub const AT_MOST_AFTER: SignedDuration = SignedDuration::from_hours(8 + 25 + 72);

/// Why nobody can say how it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FeedbackRefusal {
    /// It does not take place.
    #[error("This event does not take place.")]
    Cancelled,
    /// It has not ended.
    #[error("This event is not over yet.")]
    NotOver,
    /// It has ended too long ago.
    #[error("You can say how it was for 30 days after an event, and these have passed.")]
    Closed,
}

/// Whether guests may say now how it was.
///
/// # Errors
/// When they may not: why.
pub fn may_answer(
    state: OccurrenceState,
    ends_at: Timestamp,
    now: Timestamp,
) -> Result<(), FeedbackRefusal> {
    if state != OccurrenceState::Published {
        return Err(FeedbackRefusal::Cancelled);
    }
    if ends_at > now {
        return Err(FeedbackRefusal::NotOver);
    }
    if now.duration_since(ends_at) > SignedDuration::from_hours(24 * OPEN_DAYS) {
        return Err(FeedbackRefusal::Closed);
    }
    Ok(())
}

/// When a guest is written to, by their own clock: the first ten in the morning eight hours after
/// the end or later. Of what ends in the evening, that is on the day after.
#[must_use]
pub fn slot(ends_at: Timestamp, zone: &TimeZone) -> Timestamp {
    let rested = (ends_at + REST).to_zoned(zone.clone());
    if rested.time() <= MORNING {
        return at(&rested, MORNING);
    }
    at(&rested.tomorrow().unwrap_or(rested), MORNING)
}

/// Whether a guest is written to now.
#[must_use]
pub fn due(ends_at: Timestamp, zone: &TimeZone, now: Timestamp) -> Due {
    let slot = slot(ends_at, zone);
    if now < slot {
        Due::Later
    } else if now.duration_since(slot) > LATE {
        Due::Never
    } else {
        Due::Now
    }
}

/// How it was, from 1 to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rating(i16);

impl Rating {
    /// All of them, the best first.
    pub const ALL: [Self; 5] = [Self(5), Self(4), Self(3), Self(2), Self(1)];

    /// Reads what was chosen.
    ///
    /// # Errors
    /// A sentence for the field.
    pub fn parse(chosen: &str) -> Result<Self, FieldProblem> {
        let number = chosen.trim().parse().ok();
        number
            .and_then(Self::of)
            .ok_or_else(|| "Choose how it was.".into())
    }

    /// As it is stored; none for what is no rating.
    #[must_use]
    pub fn of(number: i16) -> Option<Self> {
        (1..=5).contains(&number).then_some(Self(number))
    }

    /// To be stored.
    #[must_use]
    pub const fn number(self) -> i16 {
        self.0
    }

    /// In words.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self.0 {
            5 => "Wonderful",
            4 => "Good",
            3 => "All right",
            2 => "Not so good",
            _ => "Bad",
        }
    }
}

impl fmt::Display for Rating {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The mean of so many ratings with this sum, to one digit: “4.3”. None of none.
#[must_use]
pub fn mean(sum: i64, number: i64) -> Option<String> {
    if number <= 0 {
        return None;
    }
    let tenths = (sum * 20 + number) / (number * 2);
    Some(format!("{}.{}", tenths / 10, tenths % 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Timestamp {
        text.parse().expect("a moment")
    }

    #[test]
    fn guests_are_written_to_on_the_morning_after_by_their_own_clock() {
        let zone = |name| TimeZone::get(name).expect("a zone");
        for (ends, name, expected) in [
            (
                "2026-12-10T20:00:00Z",
                "Europe/London",
                "2026-12-11T10:00:00Z",
            ),
            // What goes on past midnight was yesterday.
            (
                "2026-12-11T00:30:00Z",
                "Europe/London",
                "2026-12-11T10:00:00Z",
            ),
            // Nobody is asked on the evening of what ended at noon.
            (
                "2026-12-10T12:00:00Z",
                "Europe/London",
                "2026-12-11T10:00:00Z",
            ),
            (
                "2026-12-10T20:00:00Z",
                "Europe/Berlin",
                "2026-12-11T09:00:00Z",
            ),
            ("2026-12-10T20:00:00Z", "Asia/Tokyo", "2026-12-12T01:00:00Z"),
        ] {
            let ends = moment(ends);
            assert_eq!(
                slot(ends, &zone(name)),
                moment(expected),
                "{ends} in {name}"
            );
            assert!(slot(ends, &zone(name)) + LATE <= ends + AT_MOST_AFTER);
        }
    }

    #[test]
    fn a_mail_after_an_event_is_not_sent_days_late() {
        let ends = moment("2026-12-10T20:00:00Z");
        for (now, expected) in [
            ("2026-12-11T09:59:00Z", Due::Later),
            ("2026-12-11T10:00:00Z", Due::Now),
            ("2026-12-14T10:00:00Z", Due::Now),
            ("2026-12-14T10:00:01Z", Due::Never),
        ] {
            assert_eq!(due(ends, &TimeZone::UTC, moment(now)), expected, "{now}");
        }
    }

    #[test]
    fn it_can_be_said_for_thirty_days() {
        use OccurrenceState::{Cancelled, Published};
        let ends = moment("2026-12-10T20:00:00Z");
        let asked = |state, now| may_answer(state, ends, moment(now));
        assert_eq!(
            asked(Published, "2026-12-10T19:59:59Z"),
            Err(FeedbackRefusal::NotOver)
        );
        assert_eq!(asked(Published, "2026-12-10T20:00:00Z"), Ok(()));
        assert_eq!(asked(Published, "2027-01-09T20:00:00Z"), Ok(()));
        assert_eq!(
            asked(Published, "2027-01-09T20:00:01Z"),
            Err(FeedbackRefusal::Closed)
        );
        assert_eq!(
            asked(Cancelled, "2026-12-11T20:00:00Z"),
            Err(FeedbackRefusal::Cancelled)
        );
    }

    #[test]
    fn ratings_are_read_and_their_mean_is_rounded() {
        assert_eq!(Rating::parse(" 5 ").map(Rating::number), Ok(5));
        for wrong in ["", "0", "6", "four", "-1", "4.5"] {
            assert!(Rating::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(mean(0, 0), None);
        for (sum, number, expected) in [
            (13, 3, "4.3"),
            (14, 3, "4.7"),
            (5, 1, "5.0"),
            (9, 2, "4.5"),
            (17, 4, "4.3"),
        ] {
            assert_eq!(mean(sum, number).as_deref(), Some(expected));
        }
    }
}
