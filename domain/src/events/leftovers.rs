//! What was left over: what became of the books of a swap meet.

use jiff::{SignedDuration, Timestamp};

use super::books::BookRefusal;
use super::{EventKind, OccurrenceState};
use crate::fields::FieldProblem;
use crate::text_enum::text_enum;

/// So long after the end guests can say what became of what they brought.
pub const OPEN: SignedDuration = SignedDuration::from_hours(24 * 7);
/// The most books that stay on a table.
pub const MOST_LEFT: i32 = 9999;

text_enum! {
    /// What became of a book that was brought.
    pub enum BookOutcome {
        /// It went to somebody.
        Gone => "gone",
        /// It came home.
        Home => "home",
    }
}

/// Whether an event is a swap meet that is over: only of these something is left.
#[must_use]
pub fn is_past_swap(
    kind: EventKind,
    state: OccurrenceState,
    ends_at: Timestamp,
    now: Timestamp,
) -> bool {
    super::books::may_bring(kind, state, ends_at, now) == Err(BookRefusal::Over)
}

/// Whether guests may say now what became of what they brought.
#[must_use]
pub fn may_tell(
    kind: EventKind,
    state: OccurrenceState,
    ends_at: Timestamp,
    now: Timestamp,
) -> bool {
    is_past_swap(kind, state, ends_at, now) && now.duration_since(ends_at) <= OPEN
}

/// Reads how many books stayed; none when nothing was typed.
///
/// # Errors
/// A sentence for the field.
pub fn books_left(typed: &str) -> Result<Option<i32>, FieldProblem> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    match typed.parse() {
        Ok(books) if (0..=MOST_LEFT).contains(&books) => Ok(Some(books)),
        _ => Err(format!("Enter how many books stayed, in digits, up to {MOST_LEFT}.").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guests_say_for_a_week_what_became_of_their_books() {
        use EventKind::{Reading, SwapMeet};
        use OccurrenceState::{Cancelled, Published};
        let ends = Timestamp::UNIX_EPOCH;
        let days = |days: i64| ends + SignedDuration::from_hours(24 * days);
        let second = SignedDuration::from_secs(1);
        assert!(!may_tell(SwapMeet, Published, ends, ends - second));
        assert!(may_tell(SwapMeet, Published, ends, ends));
        assert!(may_tell(SwapMeet, Published, ends, days(7)));
        assert!(!may_tell(SwapMeet, Published, ends, days(7) + second));
        assert!(is_past_swap(SwapMeet, Published, ends, days(70)));
        for (kind, state) in [(Reading, Published), (SwapMeet, Cancelled)] {
            assert!(!may_tell(kind, state, ends, days(1)));
            assert!(!is_past_swap(kind, state, ends, days(1)));
        }
    }

    #[test]
    fn a_number_of_books_is_read() {
        assert_eq!(books_left("  "), Ok(None));
        assert_eq!(books_left(" 12 "), Ok(Some(12)));
        assert_eq!(books_left("0"), Ok(Some(0)));
        for wrong in ["-1", "10000", "a few", "1.5"] {
            assert!(books_left(wrong).is_err(), "{wrong}");
        }
    }
}
