//! A day of which perhaps only the month or the year is known.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::fields::FieldProblem;
use crate::text_enum::text_enum;

text_enum! {
    /// How exactly a day is known.
    pub enum DayPrecision {
        /// The day.
        Day => "day",
        /// The month.
        Month => "month",
        /// The year.
        Year => "year",
    }
}

/// A day, a month or a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RoughDay {
    first: Date,
    precision: DayPrecision,
}

impl RoughDay {
    /// A day that is known exactly.
    #[must_use]
    pub const fn on(day: Date) -> Self {
        Self {
            first: day,
            precision: DayPrecision::Day,
        }
    }

    /// As it is stored: any day of it, and how exact it is.
    #[must_use]
    pub fn new(day: Date, precision: DayPrecision) -> Self {
        let first = match precision {
            DayPrecision::Day => day,
            DayPrecision::Month => day.first_of_month(),
            DayPrecision::Year => day.first_of_year(),
        };
        Self { first, precision }
    }

    /// The first day that it may be, which is stored.
    #[must_use]
    pub const fn first(self) -> Date {
        self.first
    }

    /// The last day that it may be.
    #[must_use]
    pub fn last(self) -> Date {
        match self.precision {
            DayPrecision::Day => self.first,
            DayPrecision::Month => self.first.last_of_month(),
            DayPrecision::Year => self.first.last_of_year(),
        }
    }

    /// How exact it is.
    #[must_use]
    pub const fn precision(self) -> DayPrecision {
        self.precision
    }

    /// Reads “2026-05-03”, “2026-05” or “2026”, as forms and most files write it; slashes do as
    /// well. A day that does not begin with the year could be two, and is not guessed.
    ///
    /// # Errors
    /// A sentence for the field.
    pub fn parse(text: &str) -> Result<Self, FieldProblem> {
        let problem = || {
            FieldProblem::from(
                "Enter a day as year-month-day, such as 2026-05-03. The month (2026-05) or the year (2026) alone will do.",
            )
        };
        let mut parts = text.trim().split(['-', '/']);
        let mut number = |digits: std::ops::RangeInclusive<usize>| match parts.next() {
            None => Ok(None),
            Some(part)
                if digits.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()) =>
            {
                part.parse::<i16>().map(Some).map_err(|_| problem())
            }
            Some(_) => Err(problem()),
        };
        let (year, month, day) = (number(4..=4)?, number(1..=2)?, number(1..=2)?);
        if parts.next().is_some() {
            return Err(problem());
        }
        let year = year.filter(|year| *year >= 1000).ok_or_else(problem)?;
        let precision = match (month, day) {
            (None, _) => DayPrecision::Year,
            (Some(_), None) => DayPrecision::Month,
            (Some(_), Some(_)) => DayPrecision::Day,
        };
        let small = |number: Option<i16>| i8::try_from(number.unwrap_or(1)).map_err(|_| problem());
        let first = Date::new(year, small(month)?, small(day)?)
            .map_err(|_| FieldProblem::from("There is no such day. Look at its month."))?;
        Ok(Self { first, precision })
    }
}

/// As [`RoughDay::parse`] reads it.
impl fmt::Display for RoughDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month) = (self.first.year(), self.first.month());
        match self.precision {
            DayPrecision::Day => write!(f, "{year:04}-{month:02}-{:02}", self.first.day()),
            DayPrecision::Month => write!(f, "{year:04}-{month:02}"),
            DayPrecision::Year => write!(f, "{year:04}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_months_and_years_are_read_and_written_alike() {
        for text in ["2026-05-03", "2026-05", "2026"] {
            assert_eq!(RoughDay::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(
            RoughDay::parse(" 2024/2/29 ").unwrap().to_string(),
            "2024-02-29"
        );
        for bad in [
            "",
            "3.5.2026",
            "03/05/2026",
            "2026-13",
            "2025-02-29",
            "26-05-03",
            "2026-05-03-01",
            "May 2026",
            "20260503",
            "0999",
            "2026-",
        ] {
            assert!(RoughDay::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_not_known_exactly_may_be_any_day_of_it() {
        let month = RoughDay::parse("2024-02").unwrap();
        assert_eq!(
            (month.first(), month.last()),
            (date(2024, 2, 1), date(2024, 2, 29))
        );
        let year = RoughDay::new(date(2024, 7, 9), DayPrecision::Year);
        assert_eq!(
            (year.first(), year.last()),
            (date(2024, 1, 1), date(2024, 12, 31))
        );
    }
}
