//! How many books somebody sets out to read in a year.

use jiff::civil::Date;

use crate::fields::FieldProblem;

/// The most books of a goal.
pub const MOST_BOOKS: i32 = 10_000;

/// Reads a goal as it was typed.
///
/// # Errors
/// A sentence for the field: no number, none, or too many.
pub fn parse_goal(text: &str) -> Result<i32, FieldProblem> {
    let text = text.trim();
    text.parse()
        .ok()
        .filter(|books| {
            (1..=MOST_BOOKS).contains(books) && text.bytes().all(|byte| byte.is_ascii_digit())
        })
        .ok_or_else(|| format!("Enter a number of books, from 1 to {MOST_BOOKS}.").into())
}

/// How many books of a yearly goal should be read by the end of `today`, if they were read evenly:
/// rounded down, none before the year, all after it.
#[must_use]
pub fn yearly(goal: i32, year: i16, today: Date) -> i64 {
    let goal = i64::from(goal);
    match today.year().cmp(&year) {
        std::cmp::Ordering::Less => 0,
        std::cmp::Ordering::Greater => goal,
        std::cmp::Ordering::Equal => {
            goal * i64::from(today.day_of_year()) / i64::from(today.days_in_year())
        }
    }
}

/// “12 of 30 books, 2 ahead of schedule”.
#[must_use]
pub fn goal_in_words(read: i64, goal: i32, year: i16, today: Date) -> String {
    let noun = if goal == 1 { "book" } else { "books" };
    let so_far = format!("{read} of {goal} {noun}");
    let ahead = read - yearly(goal, year, today);
    match ahead {
        _ if read >= i64::from(goal) => format!("{so_far}: reached"),
        _ if today.year() != year => so_far,
        0 => format!("{so_far}, on schedule"),
        1.. => format!("{so_far}, {ahead} ahead of schedule"),
        _ => format!("{so_far}, {} behind schedule", -ahead),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn goals_are_numbers_of_books() {
        assert_eq!(parse_goal(" 30 "), Ok(30));
        for bad in ["", "0", "-3", "+3", "10001", "many", "2.5"] {
            assert!(parse_goal(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_goal_is_said_with_its_schedule() {
        let may = date(2026, 5, 2);
        assert_eq!(yearly(30, 2026, may), 10);
        let said = |read, goal, day| goal_in_words(read, goal, 2026, day);
        assert_eq!(said(12, 30, may), "12 of 30 books, 2 ahead of schedule");
        assert_eq!(said(10, 30, may), "10 of 30 books, on schedule");
        assert_eq!(said(9, 30, may), "9 of 30 books, 1 behind schedule");
        assert_eq!(said(1, 1, may), "1 of 1 book: reached");
        assert_eq!(said(12, 30, date(2027, 1, 1)), "12 of 30 books");
        assert_eq!(said(0, 30, date(2025, 12, 31)), "0 of 30 books");
        // Leap years have a day more.
        assert_eq!(yearly(366, 2028, date(2028, 2, 29)), 60);
    }
}
