//! The days for which events are looked for. What stands in an address is read leniently: a day
//! that there is not is none.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::times::LONGEST;

/// No clock on Earth is further from UTC.
const FURTHEST_CLOCK: SignedDuration = SignedDuration::from_hours(14);
/// Months that can be looked at, before this one
const MONTHS_BACK: i32 = 12;
/// and after it.
const MONTHS_AHEAD: i32 = 24;

/// A day of this and the next century; none for anything else.
fn sensible(typed: &str) -> Option<Date> {
    let typed = typed.trim();
    // Nothing longer is a day, and jiff reads times and zones as well.
    let day: Date = (typed.len() == 10).then(|| typed.parse().ok()).flatten()?;
    in_sensible_years(day).then_some(day)
}

fn in_sensible_years(day: Date) -> bool {
    (2000..2200).contains(&day.year())
}

/// Whether a moment is in this or the next century.
#[must_use]
pub fn is_sensible(at: Timestamp) -> bool {
    in_sensible_years(at.to_zoned(TimeZone::UTC).date())
}

/// From one day to another, both included; open where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Days {
    /// The first.
    pub from: Option<Date>,
    /// The last.
    pub until: Option<Date>,
}

impl Days {
    /// What two fields for dates hold, whichever of the two is earlier.
    #[must_use]
    pub fn read(from: &str, until: &str) -> Self {
        match (sensible(from), sensible(until)) {
            (Some(from), Some(until)) if until < from => Self::between(until, from),
            (from, until) => Self { from, until },
        }
    }

    const fn between(from: Date, until: Date) -> Self {
        Self {
            from: Some(from),
            until: Some(until),
        }
    }

    /// Neither day is given.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.from.is_none() && self.until.is_none()
    }

    /// What is left of the week, which ends on Sunday.
    #[must_use]
    pub fn this_week(today: Date) -> Self {
        Self::between(today, later(today, to_sunday(today)))
    }

    /// Saturday and Sunday, or what is left of them.
    #[must_use]
    pub fn this_weekend(today: Date) -> Self {
        let sunday = to_sunday(today);
        Self::between(later(today, (sunday - 1).max(0)), later(today, sunday))
    }

    /// What is left of the month.
    #[must_use]
    pub fn this_month(today: Date) -> Self {
        Self::between(today, today.last_of_month())
    }

    /// Between which moments something begins that takes place on one of these days by some clock
    /// on Earth: wider than the days, for an index.
    #[must_use]
    pub fn may_begin_between(&self) -> (Option<Timestamp>, Option<Timestamp>) {
        let at = |day: Date| day.to_zoned(TimeZone::UTC).ok().map(|day| day.timestamp());
        let earliest = self.from.and_then(at);
        let latest = self.until.and_then(|day| at(later(day, 1)));
        (
            earliest.and_then(|at| at.checked_sub(FURTHEST_CLOCK + LONGEST).ok()),
            latest.and_then(|at| at.checked_add(FURTHEST_CLOCK).ok()),
        )
    }
}

/// Days until Sunday.
fn to_sunday(day: Date) -> i64 {
    i64::from(6 - day.weekday().to_monday_zero_offset())
}

fn later(day: Date, days: i64) -> Date {
    day.saturating_add(days.days())
}

/// A month of a calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month {
    first: Date,
}

impl Month {
    /// The month of a day.
    #[must_use]
    pub fn of(day: Date) -> Self {
        Self {
            first: day.first_of_month(),
        }
    }

    /// The month that an address names, like `2026-12`: that of `today` when it names none, or one
    /// in which nothing can be looked at.
    #[must_use]
    pub fn read(typed: &str, today: Date) -> Self {
        let now = Self::of(today);
        sensible(&format!("{}-01", typed.trim()))
            .map(Self::of)
            .filter(|month| month.is_near(now))
            .unwrap_or(now)
    }

    /// Months from the beginning of the calendar.
    fn number(self) -> i32 {
        i32::from(self.first.year()) * 12 + i32::from(self.first.month())
    }

    fn is_near(self, now: Self) -> bool {
        (-MONTHS_BACK..=MONTHS_AHEAD).contains(&(self.number() - now.number()))
    }

    /// The month before, if it can be looked at.
    #[must_use]
    pub fn previous(self, today: Date) -> Option<Self> {
        let month = Self::of(self.first.saturating_sub(1.month()));
        month.is_near(Self::of(today)).then_some(month)
    }

    /// The month after, if it can be looked at.
    #[must_use]
    pub fn next(self, today: Date) -> Option<Self> {
        let month = Self::of(self.first.saturating_add(1.month()));
        month.is_near(Self::of(today)).then_some(month)
    }

    /// Its days.
    #[must_use]
    pub fn days(self) -> Days {
        Days::between(self.first, self.first.last_of_month())
    }

    /// Its days by weeks that begin on Monday, with nothing where another month is.
    #[must_use]
    pub fn weeks(self) -> Vec<[Option<Date>; 7]> {
        let before = self.first.weekday().to_monday_zero_offset();
        let mut weeks = Vec::new();
        let mut week = [None; 7];
        for (place, day) in (usize::try_from(before).unwrap_or(0)..).zip(self.each_day()) {
            week[place % 7] = Some(day);
            if day.weekday() == Weekday::Sunday || day == self.first.last_of_month() {
                weeks.push(std::mem::take(&mut week));
            }
        }
        weeks
    }

    fn each_day(self) -> impl Iterator<Item = Date> {
        let days = self.first.days_in_month();
        self.first
            .series(1.day())
            .take(usize::try_from(days).unwrap_or(31))
    }

    /// “December 2026”.
    #[must_use]
    pub fn said(self) -> String {
        self.first.strftime("%B %Y").to_string()
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.first.year(), self.first.month())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn said(days: Days) -> String {
        let day = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
        format!("{}..{}", day(days.from), day(days.until))
    }

    #[test]
    fn days_are_read_leniently() {
        assert_eq!(
            said(Days::read("2026-12-01", "2026-12-24")),
            "2026-12-01..2026-12-24"
        );
        assert_eq!(
            said(Days::read("2026-12-24", "2026-12-01")),
            "2026-12-01..2026-12-24"
        );
        assert_eq!(said(Days::read(" 2026-12-01 ", "")), "2026-12-01..");
        for nonsense in [
            "",
            "tomorrow",
            "2026-02-30",
            "2026-13-01",
            "0000-00-00",
            "9999-12-31",
            "-009999-01-01",
            "2026-12-01T10:00",
            "१२३४-०१-०१",
        ] {
            assert!(Days::read(nonsense, nonsense).is_open(), "{nonsense}");
        }
    }

    #[test]
    fn this_week_weekend_and_month_are_what_is_left_of_them() {
        let monday = date(2026, 11, 30);
        assert_eq!(said(Days::this_week(monday)), "2026-11-30..2026-12-06");
        assert_eq!(said(Days::this_weekend(monday)), "2026-12-05..2026-12-06");
        assert_eq!(said(Days::this_month(monday)), "2026-11-30..2026-11-30");
        let sunday = date(2026, 12, 6);
        assert_eq!(said(Days::this_week(sunday)), "2026-12-06..2026-12-06");
        assert_eq!(said(Days::this_weekend(sunday)), "2026-12-06..2026-12-06");
        assert_eq!(
            said(Days::this_weekend(date(2026, 12, 5))),
            "2026-12-05..2026-12-06"
        );
        assert_eq!(said(Days::this_month(sunday)), "2026-12-06..2026-12-31");
    }

    #[test]
    fn moments_of_other_centuries_are_not_sensible() {
        let at = |text: &str| text.parse::<Timestamp>().expect("a moment");
        assert!(is_sensible(at("2026-11-30T12:00:00Z")));
        for far in [
            "-007537-01-01T00:00:00Z",
            "1999-12-31T23:59:59Z",
            "2200-01-01T00:00:00Z",
        ] {
            assert!(!is_sensible(at(far)), "{far}");
        }
    }

    #[test]
    fn what_takes_place_on_a_day_somewhere_begins_within_its_bounds() {
        let day = date(2026, 12, 5);
        let (earliest, latest) = Days::between(day, day).may_begin_between();
        for zone in ["Pacific/Kiritimati", "Etc/GMT+12", "Europe/London"] {
            let zone = TimeZone::get(zone).expect("a zone");
            let first = day.to_zoned(zone).expect("a day").timestamp();
            let last = first + SignedDuration::from_secs(24 * 3600 - 1);
            assert!(earliest.is_some_and(|at| at <= first - LONGEST));
            assert!(latest.is_some_and(|at| last <= at));
        }
    }

    #[test]
    fn months_that_there_are_not_are_this_one() {
        let today = date(2026, 11, 30);
        for (typed, month) in [
            ("2026-12", "2026-12"),
            ("2028-11", "2028-11"),
            ("2025-11", "2025-11"),
            ("2028-12", "2026-11"),
            ("2026-00", "2026-11"),
            ("2026-13", "2026-11"),
            ("-2026-1", "2026-11"),
            ("december", "2026-11"),
            ("", "2026-11"),
        ] {
            assert_eq!(Month::read(typed, today).to_string(), month, "{typed}");
        }
        let last = Month::read("2028-11", today);
        assert_eq!(last.next(today), None);
        assert_eq!(
            last.previous(today).map(Month::said),
            Some("October 2028".into())
        );
        assert_eq!(Month::read("2025-11", today).previous(today), None);
    }

    #[test]
    fn a_month_is_laid_out_in_weeks() {
        let weeks = Month::of(date(2026, 12, 24)).weeks();
        assert_eq!(weeks.len(), 5);
        assert_eq!(weeks[0][0], None);
        assert_eq!(weeks[0][1], Some(date(2026, 12, 1)));
        assert_eq!(weeks[4][3], Some(date(2026, 12, 31)));
        assert_eq!(weeks[4][4], None);
        // Four whole weeks, and six with a day in the last.
        assert_eq!(Month::of(date(2027, 2, 1)).weeks().len(), 4);
        assert_eq!(Month::of(date(2027, 8, 1)).weeks().len(), 6);
    }
}
