//! When guests are reminded of an event: some days before, on its morning, some hours before; by
//! their own clock, and not at night.

use jiff::civil::{Time, time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};

use crate::text_enum::text_enum;

text_enum! {
    /// One of the reminders before an event.
    pub enum Reminder {
        /// Three days before.
        Days => "days",
        /// At eight on its day; of what begins before that, the day before.
        Morning => "morning",
        /// Three hours before.
        Hours => "hours",
    }
}

/// What is to be done about a reminder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Nothing yet.
    Later,
    /// It is sent.
    Now,
    /// Nothing any more: whoever took their seats later knows, and what is late helps nobody.
    Never,
}

/// Nobody is reminded from here on,
const NIGHT: Time = time(22, 0, 0, 0);
/// until here.
const DAY: Time = time(8, 0, 0, 0);
/// What cannot wait for the morning comes so early on the evening before.
const EVENING: Time = time(21, 0, 0, 0);
/// So late a reminder is still sent, when nothing could be sent in time.
const LATE: SignedDuration = SignedDuration::from_hours(12);
/// A reminder of the morning that comes so near to that of the last hours is left out.
const NEAR: SignedDuration = SignedDuration::from_hours(2);

impl Reminder {
    /// How long before the start it comes at most, nights and mornings included.
    #[must_use]
    pub const fn at_most_before(self) -> SignedDuration {
        match self {
            Self::Days => SignedDuration::from_hours(72),
            // From eight to eight, on the day that is an hour longer.
            Self::Morning => SignedDuration::from_hours(25),
            Self::Hours => SignedDuration::from_hours(12),
        }
    }

    /// When it comes, by the clock of a guest.
    #[must_use]
    pub fn slot(self, starts_at: Timestamp, zone: &TimeZone) -> Timestamp {
        let before = |hours| starts_at - SignedDuration::from_hours(hours);
        match self {
            Self::Days => by_day(before(72), starts_at, zone),
            Self::Hours => by_day(before(3), starts_at, zone),
            Self::Morning => {
                let starts = starts_at.to_zoned(zone.clone());
                if starts.time() > DAY {
                    at(&starts, DAY)
                } else {
                    at(&day_before(&starts), DAY)
                }
            }
        }
    }

    /// Whether a guest who took their seats at `booked_at` is reminded now.
    #[must_use]
    pub fn due(
        self,
        starts_at: Timestamp,
        booked_at: Timestamp,
        zone: &TimeZone,
        now: Timestamp,
    ) -> Due {
        let slot = self.slot(starts_at, zone);
        let hours = Self::Hours.slot(starts_at, zone);
        let doubled = self == Self::Morning && hours.duration_since(slot) < NEAR;
        if booked_at >= slot || now >= starts_at || doubled {
            Due::Never
        } else if now < slot {
            Due::Later
        } else if now.duration_since(slot) > LATE {
            Due::Never
        } else {
            Due::Now
        }
    }
}

/// The moment itself by day; at night the next morning, or the evening before when it has begun by
/// then.
fn by_day(moment: Timestamp, starts_at: Timestamp, zone: &TimeZone) -> Timestamp {
    let local = moment.to_zoned(zone.clone());
    let (evening, morning) = if local.time() >= NIGHT {
        (local.clone(), local.tomorrow().unwrap_or(local.clone()))
    } else if local.time() < DAY {
        (day_before(&local), local.clone())
    } else {
        return moment;
    };
    let morning = at(&morning, DAY);
    if morning < starts_at {
        morning
    } else {
        at(&evening, EVENING)
    }
}

fn day_before(local: &Zoned) -> Zoned {
    local.checked_sub(1.day()).unwrap_or_else(|_| local.clone())
}

/// A time of that day; one that the clock leaves out comes later.
pub(super) fn at(day: &Zoned, time: Time) -> Timestamp {
    day.date()
        .to_datetime(time)
        .to_zoned(day.time_zone().clone())
        .map_or(day.timestamp(), |zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> TimeZone {
        TimeZone::get("Europe/Berlin").expect("a zone")
    }

    /// A moment by the clock of Berlin, where it is an hour later than UTC in these weeks.
    fn on(day: &str, time: &str) -> Timestamp {
        format!("2026-12-{day}T{time}:00+01:00")
            .parse()
            .expect("a moment")
    }

    #[test]
    fn guests_are_reminded_by_day() {
        use Reminder::{Days, Hours, Morning};
        for (starts, reminder, slot) in [
            (("10", "19:00"), Days, ("07", "19:00")),
            (("10", "19:00"), Morning, ("10", "08:00")),
            (("10", "19:00"), Hours, ("10", "16:00")),
            // At night the morning after.
            (("10", "23:30"), Days, ("08", "08:00")),
            (("10", "07:00"), Days, ("07", "08:00")),
            (("10", "10:00"), Hours, ("10", "08:00")),
            // What begins then, the evening before.
            (("10", "08:00"), Hours, ("09", "21:00")),
            (("10", "02:00"), Hours, ("09", "21:00")),
            (("10", "02:00"), Morning, ("09", "08:00")),
            (("10", "08:00"), Morning, ("09", "08:00")),
        ] {
            assert_eq!(
                reminder.slot(on(starts.0, starts.1), &berlin()),
                on(slot.0, slot.1),
                "{reminder} of {starts:?}"
            );
            let before = on(starts.0, starts.1).duration_since(on(slot.0, slot.1));
            assert!(before <= reminder.at_most_before(), "{reminder} {before:?}");
        }
        // The guest's clock is asked, not that of the place.
        let tokyo = TimeZone::get("Asia/Tokyo").expect("a zone");
        let starts = on("10", "19:00");
        assert_eq!(Hours.slot(starts, &tokyo), on("10", "13:00"));
    }

    #[test]
    fn a_reminder_is_sent_once_its_moment_has_come_and_not_when_it_is_late() {
        let starts = on("10", "19:00");
        let due = |reminder: Reminder, booked, now| reminder.due(starts, booked, &berlin(), now);
        let early = on("01", "12:00");
        for (reminder, booked, now, expected) in [
            (Reminder::Days, early, on("07", "18:59"), Due::Later),
            (Reminder::Days, early, on("07", "19:00"), Due::Now),
            (Reminder::Days, early, on("08", "06:00"), Due::Now),
            (Reminder::Days, early, on("08", "08:00"), Due::Never),
            // Whoever took seats since knows when it is.
            (
                Reminder::Days,
                on("07", "19:30"),
                on("07", "20:00"),
                Due::Never,
            ),
            (
                Reminder::Hours,
                on("10", "15:00"),
                on("10", "16:01"),
                Due::Now,
            ),
            (
                Reminder::Hours,
                on("10", "16:30"),
                on("10", "16:31"),
                Due::Never,
            ),
            (Reminder::Hours, early, on("10", "19:00"), Due::Never),
            (Reminder::Morning, early, on("10", "08:00"), Due::Now),
        ] {
            assert_eq!(due(reminder, booked, now), expected, "{reminder} {now}");
        }
        // Two mails within two hours say the same.
        let noon = on("10", "12:00");
        let morning = Reminder::Morning.due(noon, early, &berlin(), on("10", "08:00"));
        assert_eq!(morning, Due::Never);
    }
}
