//! Lists of books that readers make: who may see one, how much fits, and the places in it.

use jiff::{SignedDuration, Timestamp};

use crate::fields::FieldProblem;
use crate::text_enum::text_enum;

/// Lists of one reader, without those that they have deleted.
pub const MOST_LISTS: i64 = 100;
/// Books in one list.
pub const MOST_BOOKS: i64 = 5000;
/// For so many days what is deleted or taken out can be put back.
pub const KEPT_DAYS: i64 = 30;

text_enum! {
    /// Who may see a list.
    pub enum ListVisibility {
        /// Its owner alone.
        Private => "private",
        /// Whoever has its address, which nobody can guess.
        Unlisted => "unlisted",
        /// Everybody; it stands on its owner's page.
        Public => "public",
    }
}

impl Default for ListVisibility {
    /// Nothing is shown to others before its owner says so.
    fn default() -> Self {
        Self::Private
    }
}

impl ListVisibility {
    /// The name that people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Private => "Private",
            Self::Unlisted => "Unlisted",
            Self::Public => "Public",
        }
    }

    /// What it means, in a sentence beside the name.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Private => "Only you see it.",
            Self::Unlisted => "Whoever has its address sees it. Nobody can guess the address.",
            Self::Public => {
                "Everybody sees it. It stands on your page, and search engines find it."
            }
        }
    }
}

text_enum! {
    /// Where a book goes in its list, by one place.
    pub enum Step {
        /// Before the one in front of it.
        Up => "up",
        /// Behind the next one.
        Down => "down",
    }
}

/// Whether a reader with so many lists can have one more.
///
/// # Errors
/// A sentence for whoever wants one.
pub fn room_for_list(lists: i64) -> Result<(), FieldProblem> {
    if lists < MOST_LISTS {
        return Ok(());
    }
    Err("You have 100 lists already, and more do not fit. Delete one first.".into())
}

/// Whether so many books fit into one list with one more.
///
/// # Errors
/// A sentence for whoever adds it.
pub fn room_for_book(books: i64) -> Result<(), FieldProblem> {
    if books < MOST_BOOKS {
        return Ok(());
    }
    Err("There are 5,000 books in this list already, and more do not fit. Begin another list, or take one out.".into())
}

/// The place that was typed, from 1; nothing when none was, so that the book stays where it is.
///
/// # Errors
/// A sentence for the field.
pub fn place(typed: &str) -> Result<Option<i64>, FieldProblem> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    match typed.trim_end_matches('.').parse::<i64>() {
        Ok(place) if (1..=MOST_BOOKS).contains(&place) => Ok(Some(place)),
        _ => Err("Enter the place as a number, such as 1 for the first.".into()),
    }
}

/// Until when what was deleted can be restored.
#[must_use]
pub fn until(deleted_at: Timestamp) -> Timestamp {
    deleted_at
        .checked_add(SignedDuration::from_hours(24 * KEPT_DAYS))
        .unwrap_or(Timestamp::MAX)
}

/// What was deleted by then cannot be restored any more.
#[must_use]
pub fn forgotten_by(now: Timestamp) -> Timestamp {
    now.checked_sub(SignedDuration::from_hours(24 * KEPT_DAYS))
        .unwrap_or(Timestamp::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_much_fits_as_is_said_and_no_more() {
        assert!(room_for_list(99).is_ok());
        assert!(room_for_list(100).is_err());
        assert!(room_for_book(4999).is_ok());
        assert!(room_for_book(5000).is_err());
    }

    #[test]
    fn a_list_is_private_until_its_owner_says_otherwise() {
        assert_eq!(ListVisibility::default(), ListVisibility::Private);
    }

    #[test]
    fn places_are_numbers_from_one() {
        for (typed, place_read) in [("", None), (" ", None), ("1", Some(1)), (" 12. ", Some(12))] {
            assert_eq!(place(typed), Ok(place_read), "{typed:?}");
        }
        for typed in ["0", "-1", "5001", "1e3", "first", "99999999999999999999"] {
            assert!(place(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn what_is_deleted_can_be_restored_for_thirty_days() {
        let deleted: Timestamp = "2026-12-01T12:00:00Z".parse().unwrap();
        let last = until(deleted);
        assert_eq!(last.to_string(), "2026-12-31T12:00:00Z");
        assert_eq!(forgotten_by(last), deleted);
    }
}
