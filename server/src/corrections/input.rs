//! What was typed into a field, in the form in which it is kept.

use dogear_domain::corrections::BookField;
use dogear_domain::edition::{Format, language_name};
use dogear_domain::fields::{
    BookDescription, BookTitle, FieldProblem, PublisherName, SeriesTitle, Subtitle,
};
use dogear_domain::isbn::Isbn13;

use crate::catalogue::input;

/// Whether a form gives back what it showed, but for space.
pub(super) fn is_unchanged(field: BookField, current: &str, typed: &str) -> bool {
    if field == BookField::Description {
        typed.replace("\r\n", "\n").trim() == current.replace("\r\n", "\n").trim()
    } else {
        typed.split_whitespace().eq(current.split_whitespace())
    }
}

/// Reads a field. `genres` are the slugs that exist.
pub(super) fn parse(
    field: BookField,
    typed: &str,
    genres: &[String],
) -> Result<String, FieldProblem> {
    let trimmed = typed.trim();
    match field {
        BookField::Title => BookTitle::parse(typed).map(|title| title.to_string()),
        BookField::Subtitle => Subtitle::parse(typed).map(|title| title.to_string()),
        BookField::Series => SeriesTitle::parse(typed).map(|title| title.to_string()),
        BookField::Publisher => PublisherName::parse(typed).map(|name| name.to_string()),
        BookField::Description => BookDescription::parse(typed).map(|text| text.to_string()),
        BookField::Authors => input::authors(typed).map(|names| names.join("; ")),
        _ if trimmed.is_empty() => Ok(String::new()),
        BookField::FirstYear => match trimmed.parse::<i32>() {
            Ok(year @ -3000..=2100) if year != 0 => Ok(year.to_string()),
            _ => Err(
                "Enter a year such as 1998; one before our era with a minus, such as -800.".into(),
            ),
        },
        BookField::Language | BookField::EditionLanguage => match language_name(trimmed) {
            Some(_) => Ok(trimmed.to_owned()),
            None => Err("Choose a language from the list.".into()),
        },
        BookField::Genre if genres.iter().any(|genre| genre == trimmed) => Ok(trimmed.to_owned()),
        BookField::Genre => Err("Choose a genre from the list.".into()),
        BookField::SeriesPosition => {
            let position = input::position(typed)?;
            Ok(position.map_or_else(String::new, |number| number.to_string()))
        }
        BookField::Isbn => Ok(Isbn13::parse(typed)?.to_string()),
        BookField::Format => match trimmed.parse::<Format>() {
            Ok(Format::Unknown) | Err(_) => Err("Choose a format from the list.".into()),
            Ok(format) => Ok(format.to_string()),
        },
        BookField::Year => {
            input::year(typed).map(|year| year.map_or_else(String::new, |year| year.to_string()))
        }
        BookField::Pages => match trimmed.parse::<i32>() {
            Ok(pages @ 1..=100_000) => Ok(pages.to_string()),
            _ => Err("Enter how many pages it has, such as 320.".into()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_into_the_form_in_which_they_are_kept() {
        let genres = ["poetry".to_owned()];
        let read = |field, typed| parse(field, typed, &genres).ok();
        for (field, typed, kept) in [
            (BookField::Authors, " Ann  Lee ;Bo Ek\n", "Ann Lee; Bo Ek"),
            (BookField::FirstYear, "-800", "-800"),
            (BookField::SeriesPosition, "2,50", "2.5"),
            (BookField::SeriesPosition, "3.0", "3"),
            (BookField::Isbn, "0-14-143958-0", "9780141439587"),
            (BookField::Format, "hardback", "hardback"),
            (BookField::Genre, "poetry", "poetry"),
            (BookField::Pages, "", ""),
        ] {
            assert_eq!(read(field, typed).as_deref(), Some(kept), "{field} {typed}");
        }
        for (field, typed) in [
            (BookField::Title, "  "),
            (BookField::Authors, ";"),
            (BookField::FirstYear, "0"),
            (BookField::FirstYear, "3000"),
            (BookField::Language, "xx"),
            (BookField::Genre, "raffle"),
            (BookField::SeriesPosition, "9999.999"),
            (BookField::Isbn, "9780141439588"),
            (BookField::Format, "unknown"),
            (BookField::Year, "980"),
            (BookField::Pages, "0"),
        ] {
            assert_eq!(read(field, typed), None, "{field} {typed}");
        }
    }

    #[test]
    fn space_and_line_ends_are_no_change() {
        assert!(is_unchanged(BookField::Title, "A  b", " A b "));
        assert!(is_unchanged(
            BookField::Description,
            "One\n\nTwo",
            "One\r\n\r\nTwo\r\n"
        ));
        assert!(!is_unchanged(
            BookField::Description,
            "One\n\nTwo",
            "One Two"
        ));
        assert!(!is_unchanged(BookField::Title, "A b", "A B"));
    }
}
