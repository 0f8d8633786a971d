//! When an event is: what a host types is the clock on the wall of the venue.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::fields::FieldProblem;

/// The longest one date of an event lasts.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 7);
/// So far ahead an event may be.
const FURTHEST: SignedDuration = SignedDuration::from_hours(24 * 366 * 2);

/// The day that a field for dates holds.
///
/// # Errors
/// A sentence for the field.
pub fn day(typed: &str) -> Result<Date, FieldProblem> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err("Enter the day.".into());
    }
    typed
        .parse()
        .map_err(|_| "Enter a day that there is, like 2027-03-14.".into())
}

/// The time of day that a field for times holds.
///
/// # Errors
/// A sentence for the field.
pub fn time_of_day(typed: &str) -> Result<Time, FieldProblem> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err("Enter the time.".into());
    }
    // Some browsers leave the nought of the hour out, and none sends a zone.
    let padded = match typed.split_once(':') {
        Some((hour, rest)) if hour.len() == 1 => format!("0{hour}:{rest}"),
        _ => typed.to_owned(),
    };
    let is_time = padded.len() == 5 && padded.chars().all(|c| c.is_ascii_digit() || c == ':');
    padded
        .parse()
        .ok()
        .filter(|_| is_time)
        .ok_or_else(|| "Enter a time like 19:00.".into())
}

/// The moment at which the wall clock of a place shows `time` on `day`. A time that the clock
/// leaves out in spring comes as much later; one that it shows twice in autumn is the first.
///
/// # Errors
/// A sentence for the field, for days at the ends of the calendar.
pub fn moment(day: Date, time: Time, zone: &TimeZone) -> Result<Timestamp, FieldProblem> {
    day.to_datetime(time)
        .to_zoned(zone.clone())
        .map(|zoned| zoned.timestamp())
        .map_err(|_| "Enter a day that there is, like 2027-03-14.".into())
}

/// Whether an event may begin then: not in the past, and not in a future that nobody knows.
///
/// # Errors
/// A sentence for the field.
pub fn may_begin(starts_at: Timestamp, now: Timestamp) -> Result<(), FieldProblem> {
    if starts_at <= now {
        return Err("This is past. Enter a day and time to come.".into());
    }
    if starts_at.duration_since(now) > FURTHEST {
        return Err("Enter a day within the next two years.".into());
    }
    Ok(())
}

/// Whether it may end then.
///
/// # Errors
/// A sentence for the field.
pub fn may_end(starts_at: Timestamp, ends_at: Timestamp) -> Result<(), FieldProblem> {
    if ends_at <= starts_at {
        return Err(
            "It would end before it begins. For one that ends after midnight, enter its last day too.".into(),
        );
    }
    if ends_at.duration_since(starts_at) > LONGEST {
        return Err("An event lasts a week at most. Make one for each week.".into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).expect("a zone")
    }

    fn utc(day_typed: &str, time: &str, zone_name: &str) -> String {
        let day = day(day_typed).expect("a day");
        let time = time_of_day(time).expect("a time");
        moment(day, time, &zone(zone_name))
            .expect("a moment")
            .to_string()
    }

    #[test]
    fn a_time_is_that_of_the_wall_in_summer_and_in_winter() {
        assert_eq!(
            utc("2027-01-15", "19:00", "Europe/Paris"),
            "2027-01-15T18:00:00Z"
        );
        assert_eq!(
            utc("2027-07-15", "19:00", "Europe/Paris"),
            "2027-07-15T17:00:00Z"
        );
    }

    #[test]
    fn a_time_that_the_clock_leaves_out_comes_later_and_a_doubled_one_is_the_first() {
        // 28 March 2027: 02:00 becomes 03:00.
        assert_eq!(
            utc("2027-03-28", "02:30", "Europe/Paris"),
            "2027-03-28T01:30:00Z"
        );
        // 31 October 2027: 03:00 becomes 02:00.
        assert_eq!(
            utc("2027-10-31", "02:30", "Europe/Paris"),
            "2027-10-31T00:30:00Z"
        );
    }

    #[test]
    fn days_and_times_that_there_are_not_are_refused() {
        for typed in ["", "2027-02-29", "14.3.2027", "tomorrow", "2027-13-01"] {
            assert!(day(typed).is_err(), "{typed}");
        }
        assert!(day("2028-02-29").is_ok());
        for typed in [
            "",
            "25:00",
            "19",
            "19:00:30",
            "19:00Z",
            "seven",
            "-1:00",
            "19:00[UTC]",
        ] {
            assert!(time_of_day(typed).is_err(), "{typed}");
        }
        assert_eq!(time_of_day("9:05"), time_of_day("09:05"));
    }

    #[test]
    fn an_event_begins_later_than_now_and_ends_later_than_it_begins() {
        let hours = |hours| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours);
        assert!(may_begin(hours(1), hours(0)).is_ok());
        assert!(may_begin(hours(0), hours(0)).is_err());
        assert!(may_begin(hours(24 * 800), hours(0)).is_err());
        assert!(may_end(hours(1), hours(2)).is_ok());
        assert!(may_end(hours(1), hours(1)).is_err());
        assert!(may_end(hours(2), hours(1)).is_err());
        assert!(may_end(hours(0), hours(24 * 8)).is_err());
    }
}
