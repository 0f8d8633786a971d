//! Tasks around an event, which volunteers do.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::{OccurrenceState, times};
use crate::fields::FieldProblem;
use crate::text_enum::text_enum;

/// Tasks that an event has at most.
pub const MOST_TASKS: i64 = 50;
/// Volunteers that one task looks for at most.
pub const MOST_HANDS: i32 = 50;
/// Members who are asked to do one task at most.
pub const MOST_ASKED: i64 = 50;
/// So many days after the event a task may be due: there is something to clear away.
const DAYS_AFTER: i64 = 7;

text_enum! {
    /// Where a member stands with a task.
    pub enum VolunteerState {
        /// A host has asked them, and they have not answered.
        Asked => "asked",
        /// They do it.
        Doing => "doing",
        /// They have said no, or have given it up.
        Declined => "declined",
    }
}

/// Why nothing can be done about a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TaskRefusal {
    /// The event does not take place.
    #[error("This event does not take place, so there is nothing to be done.")]
    Cancelled,
    /// It has ended.
    #[error("This event is over, so nobody is looked for any more.")]
    Over,
    /// Somebody has done it.
    #[error("This is done already.")]
    Done,
    /// As many as are wanted do it.
    #[error("Enough others do this already. Thank you for asking.")]
    Full,
    /// More do it than would be wanted.
    #[error("{doing} do this already, so it cannot be for fewer.")]
    BelowDoing {
        /// So many.
        doing: i64,
    },
}

/// How far a task is, and who does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hands {
    /// So many volunteers are looked for.
    pub wanted: i32,
    /// So many do it.
    pub doing: i64,
    /// How much of a hundred is done.
    pub percent: i32,
}

impl Hands {
    /// How many are still looked for.
    #[must_use]
    pub fn left(self) -> i64 {
        if self.is_done() {
            0
        } else {
            (i64::from(self.wanted) - self.doing).max(0)
        }
    }

    /// Nothing is left to do.
    #[must_use]
    pub const fn is_done(self) -> bool {
        self.percent == 100
    }

    /// Whether one more may do it.
    ///
    /// # Errors
    /// Why not.
    pub fn may_take(self) -> Result<(), TaskRefusal> {
        if self.is_done() {
            Err(TaskRefusal::Done)
        } else if self.left() == 0 {
            Err(TaskRefusal::Full)
        } else {
            Ok(())
        }
    }

    /// Whether it may be for so many from now on.
    ///
    /// # Errors
    /// When more do it already.
    pub fn may_want(self, wanted: i32) -> Result<(), TaskRefusal> {
        if i64::from(wanted) < self.doing {
            Err(TaskRefusal::BelowDoing { doing: self.doing })
        } else {
            Ok(())
        }
    }
}

/// Whether anything is to be done for an event in this state.
///
/// # Errors
/// When it does not take place.
pub fn takes_place(state: OccurrenceState) -> Result<(), TaskRefusal> {
    match state {
        OccurrenceState::Cancelled => Err(TaskRefusal::Cancelled),
        OccurrenceState::Draft | OccurrenceState::Published => Ok(()),
    }
}

/// Whether volunteers are looked for, and tasks are written: until the event is over.
///
/// # Errors
/// Why not.
pub fn is_open(
    state: OccurrenceState,
    ends_at: Timestamp,
    now: Timestamp,
) -> Result<(), TaskRefusal> {
    takes_place(state)?;
    if ends_at <= now {
        return Err(TaskRefusal::Over);
    }
    Ok(())
}

/// How much of a hundred all tasks are done together: each counts the same, and it is a hundred
/// only when all are. Nought without any.
#[must_use]
pub fn overall(percents: &[i32]) -> i32 {
    let sum: i32 = percents.iter().sum();
    i32::try_from(percents.len()).map_or(0, |number| sum.checked_div(number).unwrap_or(0))
}

/// How much is done, as typed.
///
/// # Errors
/// A sentence for the field.
pub fn percent(typed: &str) -> Result<i32, FieldProblem> {
    whole(typed, 0..=100).ok_or_else(|| "Enter a whole number between 0 and 100.".into())
}

/// How many volunteers are wanted, as typed.
///
/// # Errors
/// A sentence for the field.
pub fn wanted(typed: &str) -> Result<i32, FieldProblem> {
    whole(typed, 1..=MOST_HANDS)
        .ok_or_else(|| format!("Enter a number between 1 and {MOST_HANDS}.").into())
}

fn whole(typed: &str, range: std::ops::RangeInclusive<i32>) -> Option<i32> {
    typed
        .trim()
        .parse()
        .ok()
        .filter(|number| range.contains(number))
}

/// The last day for a task, as typed; none when it stays empty. One that has passed is let be where
/// it was saved before.
///
/// # Errors
/// A sentence for the field.
pub fn due(
    typed: &str,
    (today, ends): (Date, Date),
    saved: Option<Date>,
) -> Result<Option<Date>, FieldProblem> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let day = times::day(typed)?;
    if Some(day) == saved {
        return Ok(Some(day));
    }
    if day < today {
        return Err("This day has passed. Enter one to come, or leave it empty.".into());
    }
    let last = ends.checked_add(DAYS_AFTER.days()).unwrap_or(ends);
    if day > last {
        return Err(format!(
            "This is long after the event. Enter a day until {last}, or leave it empty."
        )
        .into());
    }
    Ok(Some(day))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TWO: Hands = Hands {
        wanted: 2,
        doing: 1,
        percent: 40,
    };

    #[test]
    fn hands_are_looked_for_until_there_are_enough_or_it_is_done() {
        assert_eq!((TWO.left(), TWO.may_take()), (1, Ok(())));
        let full = Hands { doing: 2, ..TWO };
        assert_eq!((full.left(), full.may_take()), (0, Err(TaskRefusal::Full)));
        let done = Hands {
            percent: 100,
            ..TWO
        };
        assert_eq!((done.left(), done.may_take()), (0, Err(TaskRefusal::Done)));
        // A block that is taken back brings one more than are wanted.
        assert_eq!(Hands { doing: 3, ..TWO }.left(), 0);
        assert_eq!(full.may_want(2), Ok(()));
        assert_eq!(full.may_want(1), Err(TaskRefusal::BelowDoing { doing: 2 }));
    }

    #[test]
    fn numbers_are_read_within_their_bounds() {
        for typed in ["0", " 7 ", "100"] {
            assert!(percent(typed).is_ok(), "{typed}");
        }
        for typed in ["", "-1", "101", "7.5", "seven"] {
            assert!(percent(typed).is_err(), "{typed}");
        }
        assert_eq!((wanted("1"), wanted("50")), (Ok(1), Ok(50)));
        assert!(wanted("0").is_err() && wanted("51").is_err());
    }

    #[test]
    fn all_of_them_are_done_only_when_each_is() {
        assert_eq!(overall(&[]), 0);
        assert_eq!(overall(&[100, 99]), 99);
        assert_eq!(overall(&[100, 100]), 100);
        assert_eq!(overall(&[50, 0, 0]), 16);
    }

    #[test]
    fn a_task_is_due_between_today_and_a_week_after_the_event() {
        let days = (date(2027, 3, 1), date(2027, 3, 14));
        let read = |typed, saved| due(typed, days, saved);
        assert_eq!(read(" ", None), Ok(None));
        assert_eq!(read("2027-03-01", None), Ok(Some(date(2027, 3, 1))));
        assert_eq!(read("2027-03-21", None), Ok(Some(date(2027, 3, 21))));
        assert!(read("2027-03-22", None).is_err());
        assert!(read("2027-02-28", None).is_err());
        let past = date(2027, 2, 28);
        assert_eq!(read("2027-02-28", Some(past)), Ok(Some(past)));
        assert!(read("in spring", None).is_err());
    }

    #[test]
    fn nothing_is_done_for_what_does_not_take_place() {
        let at = |second| Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_secs(second);
        let published = OccurrenceState::Published;
        assert_eq!(is_open(published, at(10), at(9)), Ok(()));
        assert_eq!(is_open(published, at(10), at(10)), Err(TaskRefusal::Over));
        let cancelled = OccurrenceState::Cancelled;
        assert_eq!(
            is_open(cancelled, at(10), at(11)),
            Err(TaskRefusal::Cancelled)
        );
    }
}
