//! Books that their owners lend to somebody outside the site: which days go together.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::fields::{FieldErrors, FieldProblem};

/// A book may be due so many years from now at most.
pub const MOST_YEARS: i32 = 5;
/// It may have been lent so many years ago at most.
const MOST_YEARS_BACK: i32 = 50;
/// Days after a book is back, after which the name of who had it is erased.
pub const NAME_DAYS: i32 = 30;

/// When a book was lent, and when it is due back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoanDays {
    /// The day on which it left the house.
    pub lent_on: Date,
    /// The day by which it is wanted back, if one was agreed; the book is overdue from the day
    /// after.
    pub due_on: Option<Date>,
}

impl LoanDays {
    /// Reads both days as they were typed. `today` is the reader's own, and what an empty
    /// `lent_on` means.
    ///
    /// # Errors
    /// A sentence for each field, `lent_on` and `due_on`, that needs changing.
    pub fn parse(lent_on: &str, due_on: &str, today: Date) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::new();
        let lent_on = errors.take("lent_on", parse_lent(lent_on, today));
        // Without a day to compare it with, the other one is still read.
        let due_on = errors.take("due_on", parse_due(due_on, lent_on, today));
        errors.finish(
            lent_on
                .zip(due_on)
                .map(|(lent_on, due_on)| Self { lent_on, due_on }),
        )
    }
}

fn parse_lent(typed: &str, today: Date) -> Result<Date, FieldProblem> {
    let Some(day) = day(typed)? else {
        return Ok(today);
    };
    if day > today {
        return Err(
            "This day is still to come. Enter the day on which you gave the book away.".into(),
        );
    }
    if day < today.saturating_sub(MOST_YEARS_BACK.years()) {
        return Err(format!("Enter a day within the last {MOST_YEARS_BACK} years.").into());
    }
    Ok(day)
}

/// Reads the day by which a book is wanted back; empty is no day.
///
/// # Errors
/// A sentence for the field.
pub fn parse_due(
    typed: &str,
    lent_on: Option<Date>,
    today: Date,
) -> Result<Option<Date>, FieldProblem> {
    let Some(day) = day(typed)? else {
        return Ok(None);
    };
    if lent_on.is_some_and(|lent_on| day < lent_on) {
        return Err(
            "A book cannot be due before it was lent. Enter a later day, or leave this empty."
                .into(),
        );
    }
    if day > today.saturating_add(MOST_YEARS.years()) {
        return Err(format!("Enter a day within the next {MOST_YEARS} years.").into());
    }
    Ok(Some(day))
}

/// A day as browsers send it; none when nothing was typed.
pub(crate) fn day(typed: &str) -> Result<Option<Date>, FieldProblem> {
    match typed.trim() {
        "" => Ok(None),
        // Nothing longer is a day, and jiff reads times and zones as well.
        text if text.len() == 10 => text.parse().map(Some).map_err(|_| no_day()),
        _ => Err(no_day()),
    }
}

fn no_day() -> FieldProblem {
    "Enter a day like 2026-12-31.".into()
}

/// How a loan stands to the day on which it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// No day was agreed.
    Open,
    /// In so many days; 0 is today.
    In(i32),
    /// It was due so many days ago, at least 1.
    Overdue(i32),
}

impl Due {
    /// How a loan that is due on `due_on` stands on the day `today`.
    #[must_use]
    pub fn of(due_on: Option<Date>, today: Date) -> Self {
        let Some(due_on) = due_on else {
            return Self::Open;
        };
        // Both are days of a civil calendar, so that their distance is whole days.
        let days = (due_on - today).get_days();
        if days < 0 {
            Self::Overdue(-days)
        } else {
            Self::In(days)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = jiff::civil::date(2026, 12, 4);

    fn problems(lent_on: &str, due_on: &str) -> Vec<String> {
        LoanDays::parse(lent_on, due_on, TODAY)
            .expect_err("refused")
            .iter()
            .map(|(field, _)| field.to_owned())
            .collect()
    }

    #[test]
    fn a_book_that_is_lent_without_a_word_is_lent_today() {
        let days = LoanDays::parse(" ", "", TODAY).unwrap();
        assert_eq!((days.lent_on, days.due_on), (TODAY, None));
    }

    #[test]
    fn days_that_cannot_be_are_refused_at_their_field() {
        assert_eq!(problems("2026-12-05", ""), ["lent_on"]);
        assert_eq!(problems("2026-12-01", "2026-11-30"), ["due_on"]);
        assert_eq!(problems("2026-12-01", "2031-12-05"), ["due_on"]);
        assert_eq!(problems("0001-01-01", ""), ["lent_on"]);
        assert_eq!(problems("2026-02-30", "soon"), ["lent_on", "due_on"]);
        assert_eq!(problems("2026-12-01T10:00", ""), ["lent_on"]);
    }

    #[test]
    fn the_last_days_of_each_range_are_taken() {
        for (lent_on, due_on) in [
            ("2026-12-04", "2026-12-04"),
            ("2026-12-04", "2031-12-04"),
            ("1976-12-04", "1980-01-01"),
        ] {
            assert!(LoanDays::parse(lent_on, due_on, TODAY).is_ok(), "{lent_on}");
        }
    }

    #[test]
    fn a_book_is_overdue_from_the_day_after() {
        let day = |text: &str| Some(text.parse().unwrap());
        assert_eq!(Due::of(None, TODAY), Due::Open);
        assert_eq!(Due::of(day("2026-12-04"), TODAY), Due::In(0));
        assert_eq!(Due::of(day("2026-12-03"), TODAY), Due::Overdue(1));
        assert_eq!(Due::of(day("2027-12-04"), TODAY), Due::In(365));
    }
}
