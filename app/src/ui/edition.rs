//! The small line about an edition.

use dogear_domain::edition::{Format, language_name};
use dogear_server::catalogue::KnownEdition;

/// "A novel, Paperback, 1998, English, ISBN 978-0306406157": what tells editions apart.
pub fn edition_line(book: &KnownEdition) -> String {
    let mut parts = Vec::new();
    if !book.subtitle.is_empty() {
        parts.push(book.subtitle.clone());
    }
    if !book.publisher.is_empty() {
        parts.push(book.publisher.clone());
    }
    if book.format != Format::Unknown {
        parts.push(book.format.label().to_owned());
    }
    if let Some(year) = book.year {
        parts.push(self::year(year));
    }
    if let Some(language) = language_name(&book.language) {
        parts.push(language.to_owned());
    }
    if let Some(isbn) = &book.isbn13 {
        parts.push(format!("ISBN {isbn}"));
    }
    parts.join(", ")
}

/// A year, also one before our era.
pub fn year(year: i32) -> String {
    if year < 0 {
        format!("{} BC", year.unsigned_abs())
    } else {
        year.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::year;

    #[test]
    fn years_before_our_era_are_said() {
        assert_eq!((year(-800), year(1871)), ("800 BC".into(), "1871".into()));
    }
}
