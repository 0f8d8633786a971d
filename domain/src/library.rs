//! A reader's own reading: what they want, read and have read, when, and how they liked it.

mod goal;
mod rating;
mod rough_day;

pub use goal::{MOST_BOOKS, goal_in_words, parse_goal, yearly};
pub use rating::Rating;
pub use rough_day::{DayPrecision, RoughDay};

use jiff::civil::Date;

use crate::fields::FieldProblem;
use crate::text_enum::text_enum;

/// The most pages that a book is said to have.
pub const MOST_PAGES: i32 = 100_000;

text_enum! {
    /// Where a book stands in somebody's reading. It follows from their readings, by the SQL
    /// function `reading_status`.
    pub enum ReadingStatus {
        /// They want to read it.
        Want => "want",
        /// They read it now.
        Reading => "reading",
        /// They have begun and put it aside for a while.
        Paused => "paused",
        /// They have read it to the end.
        Read => "read",
        /// They gave up the last time.
        Stopped => "stopped",
    }
}

impl ReadingStatus {
    /// The name that people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Want => "Want to read",
            Self::Reading => "Reading",
            Self::Paused => "Paused",
            Self::Read => "Read",
            Self::Stopped => "Did not finish",
        }
    }
}

text_enum! {
    /// How a reading ended.
    pub enum Ending {
        /// With the last page.
        Finished => "finished",
        /// Before it. This never counts as having read the book.
        Stopped => "stopped",
    }
}

text_enum! {
    /// What progress is counted in.
    pub enum ProgressUnit {
        /// Pages.
        Page => "page",
        /// Hundredths of the book.
        Percent => "percent",
    }
}

text_enum! {
    /// Who may see something of a reader's.
    pub enum Visibility {
        /// Its reader alone.
        Private => "private",
        /// Everybody.
        Public => "public",
    }
}

/// How far somebody has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Progress {
    /// Pages or hundredths that are behind them.
    pub done: i32,
    /// Of how many, if that is known; 100 in percent.
    pub of: Option<i32>,
    /// What both are counted in.
    pub unit: ProgressUnit,
}

impl Progress {
    /// Checks a progress that was typed.
    ///
    /// # Errors
    /// A sentence for the field: negative, or behind the end of the book.
    pub fn new(done: i32, of: Option<i32>, unit: ProgressUnit) -> Result<Self, FieldProblem> {
        let of = match unit {
            ProgressUnit::Page => of,
            ProgressUnit::Percent => Some(100),
        };
        if of.is_some_and(|of| !(1..=MOST_PAGES).contains(&of)) {
            return Err(
                format!("Enter how many pages the book has, from 1 to {MOST_PAGES}.").into(),
            );
        }
        let most = of.unwrap_or(MOST_PAGES);
        if !(0..=most).contains(&done) {
            let what = match unit {
                ProgressUnit::Page => "page",
                ProgressUnit::Percent => "percentage",
            };
            return Err(format!("Enter a {what} from 0 to {most}.").into());
        }
        Ok(Self { done, of, unit })
    }

    /// Reads what was typed: how far (“120”, “40 %”), of how many pages, and in which unit. A sign
    /// of percent says more than the unit that was chosen.
    ///
    /// # Errors
    /// The field, `done` or `of`, and a sentence for it.
    pub fn parse(done: &str, of: &str, unit: &str) -> Result<Self, (&'static str, FieldProblem)> {
        let (done, of) = (done.trim(), of.trim());
        let unit = if done.ends_with('%') {
            ProgressUnit::Percent
        } else {
            unit.parse().unwrap_or(ProgressUnit::Page)
        };
        let number = |text: &str| match text.trim().parse::<i32>() {
            Ok(number) if text.trim().bytes().all(|byte| byte.is_ascii_digit()) => Some(number),
            _ => None,
        };
        let done = number(done.trim_end_matches('%')).ok_or((
            "done",
            FieldProblem::from("Enter a whole number, such as 120, or a part such as 40 %."),
        ))?;
        let of = match (unit, of) {
            (ProgressUnit::Percent, _) | (_, "") => None,
            (ProgressUnit::Page, of) => Some(number(of).unwrap_or(0)),
        };
        let is_long = of.is_none_or(|of| (1..=MOST_PAGES).contains(&of));
        Self::new(done, of, unit).map_err(|problem| (if is_long { "done" } else { "of" }, problem))
    }

    /// “page 120 of 300”, “40 %”.
    #[must_use]
    pub fn said(self) -> String {
        match (self.unit, self.of) {
            (ProgressUnit::Percent, _) => format!("{} %", self.done),
            (ProgressUnit::Page, Some(of)) => format!("page {} of {of}", self.done),
            (ProgressUnit::Page, None) => format!("page {}", self.done),
        }
    }

    /// Hundredths of the book, rounded down; none while nobody knows how long it is.
    #[must_use]
    pub fn percent(self) -> Option<i32> {
        self.of.map(|of| self.done.saturating_mul(100) / of.max(1))
    }
}

/// Checks when a reading began and ended, where one of them is known.
///
/// # Errors
/// A sentence for the field `ended_on` or `started_on`, which is named beside it: in the future,
/// or the end before the beginning.
pub fn check_days(
    started: Option<RoughDay>,
    ended: Option<RoughDay>,
    today: Date,
) -> Result<(), (&'static str, FieldProblem)> {
    for (field, day) in [("started_on", started), ("ended_on", ended)] {
        if day.is_some_and(|day| day.first() > today) {
            return Err((
                field,
                "This day has not come yet. Enter an earlier one.".into(),
            ));
        }
    }
    if let (Some(started), Some(ended)) = (started, ended)
        && ended.last() < started.first()
    {
        return Err((
            "ended_on",
            "This is before you began. Change one of the two days.".into(),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn progress_stays_within_the_book() {
        assert!(Progress::new(500, Some(300), ProgressUnit::Page).is_err());
        assert!(Progress::new(-1, None, ProgressUnit::Page).is_err());
        assert!(Progress::new(101, None, ProgressUnit::Percent).is_err());
        assert!(Progress::new(5, Some(0), ProgressUnit::Page).is_err());
        let half = Progress::new(150, Some(300), ProgressUnit::Page).unwrap();
        assert_eq!(half.percent(), Some(50));
        assert_eq!(
            Progress::new(7, None, ProgressUnit::Page)
                .unwrap()
                .percent(),
            None
        );
        let done = Progress::new(30, Some(7), ProgressUnit::Percent).unwrap();
        assert_eq!((done.of, done.percent()), (Some(100), Some(30)));
    }

    #[test]
    fn progress_is_read_as_it_is_typed() {
        let read = |done, of, unit| Progress::parse(done, of, unit);
        let page = read(" 120 ", "300", "page").unwrap();
        assert_eq!((page.done, page.of), (120, Some(300)));
        assert_eq!(page.said(), "page 120 of 300");
        assert_eq!(read("40 %", "300", "page").unwrap().said(), "40 %");
        assert_eq!(read("7", "", "page").unwrap().said(), "page 7");
        assert_eq!(read("500", "300", "page").unwrap_err().0, "done");
        for bad in ["", "-1", "+5", "1.5", "many", "99999999999"] {
            assert_eq!(read(bad, "300", "page").unwrap_err().0, "done", "{bad}");
        }
        for bad in ["0", "x", "100001"] {
            assert_eq!(read("0", bad, "page").unwrap_err().0, "of", "{bad}");
        }
    }

    #[test]
    fn days_are_past_and_in_order() {
        let today = date(2026, 11, 30);
        let day = |text: &str| Some(RoughDay::parse(text).unwrap());
        assert!(check_days(day("2026-11-30"), day("2026"), today).is_ok());
        assert!(check_days(day("2026-12"), None, today).is_err());
        let late = check_days(day("2026-05"), day("2026-04-30"), today);
        assert_eq!(late.unwrap_err().0, "ended_on");
        // In the same month it may be.
        assert!(check_days(day("2026-04-20"), day("2026-04"), today).is_ok());
        assert!(check_days(None, day("1999"), today).is_ok());
    }
}
