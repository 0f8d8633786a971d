//! International Standard Book Numbers.

use std::fmt;
use std::str::FromStr;

/// A valid ISBN-13. Older ten-digit numbers are converted when they are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Isbn13([u8; 13]);

/// Why a text is no ISBN, in words for the person who typed it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IsbnError {
    /// Nothing but spaces and hyphens.
    #[error("Enter the ISBN, the 10 or 13 digits near the barcode.")]
    Empty,
    /// A character that no ISBN has.
    #[error("An ISBN has only digits (and sometimes a final X), but this one has “{0}”.")]
    Character(char),
    /// An X somewhere other than at the end of ten characters.
    #[error("The letter X can only be the last character of a 10-digit ISBN.")]
    MisplacedX,
    /// Neither 10 nor 13 digits.
    #[error("An ISBN has 10 or 13 digits, but this one has {0}.")]
    Length(usize),
    /// Thirteen digits of another kind of article.
    #[error(
        "A 13-digit ISBN starts with 978 or 979. This number belongs to another kind of article."
    )]
    Prefix,
    /// The last character does not match the others.
    #[error(
        "The last character of this ISBN should be {expected}, not {found}. Check each digit against the book."
    )]
    CheckDigit {
        /// What the other digits ask for.
        expected: char,
        /// What was typed.
        found: char,
    },
}

impl Isbn13 {
    /// Reads an ISBN in any notation: with or without an “ISBN” label, spaces and hyphens of any
    /// kind, ten digits or thirteen, digits of any width.
    ///
    /// # Errors
    /// Says what is wrong with the number.
    pub fn parse(text: &str) -> Result<Self, IsbnError> {
        use unicode_normalization::UnicodeNormalization as _;

        let text: String = text.nfkc().collect::<String>().trim().to_uppercase();
        let text = without_label(&text);
        let mut symbols = Vec::with_capacity(13);
        for symbol in text.chars().filter(|&symbol| !is_separator(symbol)) {
            if !symbol.is_ascii_digit() && symbol != 'X' {
                return Err(IsbnError::Character(symbol));
            }
            symbols.push(symbol);
        }
        match symbols.len() {
            0 => Err(IsbnError::Empty),
            10 => Self::from_ten(&symbols),
            13 => Self::from_thirteen(&symbols),
            other => Err(IsbnError::Length(other)),
        }
    }

    /// Reads what a barcode scanner has typed, also behind something that was left in the
    /// field, or with the two or five digits of a price behind it.
    ///
    /// # Errors
    /// As [`Isbn13::parse`], about the whole text.
    pub fn typed_by_scanner(text: &str) -> Result<Self, IsbnError> {
        Self::parse(text).or_else(|error| {
            let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).collect();
            let last = digits.len().checked_sub(13).map(|from| &digits[from..]);
            let first = digits.get(..13).filter(|_| matches!(digits.len(), 15 | 18));
            [last, first]
                .into_iter()
                .flatten()
                .filter(|_| text.len() <= 100)
                .find_map(|digits| Self::parse(std::str::from_utf8(digits).ok()?).ok())
                .ok_or(error)
        })
    }

    fn from_ten(symbols: &[char]) -> Result<Self, IsbnError> {
        let digits = digits::<9>(symbols)?;
        let (expected, found) = (check_ten(&digits), symbols[9]);
        if expected != found {
            return Err(IsbnError::CheckDigit { expected, found });
        }
        let mut thirteen = [9, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        thirteen[3..12].copy_from_slice(&digits);
        thirteen[12] = check_thirteen(&thirteen);
        Ok(Self(thirteen))
    }

    fn from_thirteen(symbols: &[char]) -> Result<Self, IsbnError> {
        let digits = digits::<13>(symbols)?;
        if !matches!(digits[..3], [9, 7, 8 | 9]) {
            return Err(IsbnError::Prefix);
        }
        let (expected, found) = (check_thirteen(&digits), digits[12]);
        if expected != found {
            return Err(IsbnError::CheckDigit {
                expected: char::from(b'0' + expected),
                found: char::from(b'0' + found),
            });
        }
        Ok(Self(digits))
    }

    /// For reading aloud and comparing with the book: `978-0306406157`.
    #[must_use]
    pub fn grouped(self) -> String {
        let plain = self.to_string();
        format!("{}-{}", &plain[..3], &plain[3..])
    }
}

/// The thirteen digits without hyphens.
impl fmt::Display for Isbn13 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text: String = self
            .0
            .iter()
            .map(|&digit| char::from(b'0' + digit))
            .collect();
        f.pad(&text)
    }
}

impl FromStr for Isbn13 {
    type Err = IsbnError;

    fn from_str(text: &str) -> Result<Self, IsbnError> {
        Self::parse(text)
    }
}

impl serde::Serialize for Isbn13 {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Isbn13 {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// Whether a search text is meant as an ISBN: ten or thirteen digits once separators are gone.
#[must_use]
pub fn looks_like_isbn(text: &str) -> bool {
    let text = text.trim().to_uppercase();
    let symbols: Vec<char> = without_label(&text)
        .chars()
        .filter(|&symbol| !is_separator(symbol))
        .collect();
    match symbols.split_last() {
        Some((last, body)) => {
            matches!(body.len(), 9 | 12)
                && body.iter().all(char::is_ascii_digit)
                && (last.is_ascii_digit() || *last == 'X')
        }
        None => false,
    }
}

/// Whether a text is meant as an ISBN, right or not: it looks like one, or it has nothing but
/// digits, of about as many: somebody copied one and lost or doubled a digit.
#[must_use]
pub fn meant_as_isbn(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let others = text
        .chars()
        .filter(|symbol| symbol.is_alphabetic() && !matches!(symbol, 'x' | 'X'))
        .count();
    looks_like_isbn(text) || (others == 0 && (8..=16).contains(&digits))
}

fn without_label(text: &str) -> &str {
    let Some(rest) = text.strip_prefix("ISBN") else {
        return text;
    };
    let rest = rest.trim_start_matches(is_separator);
    for label in ["10:", "13:"] {
        if let Some(number) = rest.strip_prefix(label) {
            return number;
        }
    }
    rest.trim_start_matches(':')
}

fn is_separator(symbol: char) -> bool {
    symbol.is_whitespace()
        || matches!(
            symbol,
            '-' | '\u{00AD}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{200B}'..='\u{200F}' | '\u{FEFF}'
        )
}

/// The first `N` symbols as numbers. The text has been checked to hold only digits and X.
fn digits<const N: usize>(symbols: &[char]) -> Result<[u8; N], IsbnError> {
    let mut digits = [0; N];
    for (digit, symbol) in digits.iter_mut().zip(symbols) {
        let value = symbol.to_digit(10).and_then(|value| value.try_into().ok());
        *digit = value.ok_or(IsbnError::MisplacedX)?;
    }
    Ok(digits)
}

fn check_ten(digits: &[u8; 9]) -> char {
    let sum: u32 = (2..=10)
        .rev()
        .zip(digits)
        .map(|(weight, &digit)| weight * u32::from(digit))
        .sum();
    // Ten is no digit.
    char::from_digit((11 - sum % 11) % 11, 10).unwrap_or('X')
}

fn check_thirteen(digits: &[u8; 13]) -> u8 {
    let sum: u8 = digits[..12]
        .iter()
        .zip([1, 3].into_iter().cycle())
        .map(|(&digit, weight)| digit * weight)
        .sum();
    (10 - sum % 10) % 10
}

#[cfg(feature = "sqlx")]
mod sql {
    use super::Isbn13;
    use sqlx::encode::IsNull;
    use sqlx::error::BoxDynError;
    use sqlx::postgres::{PgArgumentBuffer, PgTypeInfo, PgValueRef};
    use sqlx::{Decode, Encode, Postgres, Type};

    impl Type<Postgres> for Isbn13 {
        fn type_info() -> PgTypeInfo {
            <str as Type<Postgres>>::type_info()
        }

        fn compatible(info: &PgTypeInfo) -> bool {
            <str as Type<Postgres>>::compatible(info)
        }
    }

    impl Encode<'_, Postgres> for Isbn13 {
        fn encode_by_ref(&self, buf: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
            <String as Encode<Postgres>>::encode(self.to_string(), buf)
        }
    }

    impl<'r> Decode<'r, Postgres> for Isbn13 {
        fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
            Ok(Isbn13::parse(<&str as Decode<Postgres>>::decode(value)?)?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<String, String> {
        Isbn13::parse(text)
            .map(|isbn| isbn.to_string())
            .map_err(|error| error.to_string())
    }

    /// The same number as an ISBN-10, which only numbers that start with 978 have.
    fn ten_digits(isbn: Isbn13) -> Option<String> {
        if isbn.0[2] != 8 {
            return None;
        }
        let mut digits = [0; 9];
        digits.copy_from_slice(&isbn.0[3..12]);
        let body = digits.iter().map(|&digit| char::from(b'0' + digit));
        Some(body.chain([check_ten(&digits)]).collect())
    }

    #[test]
    fn every_notation_gives_the_same_number() {
        for text in [
            "9780306406157",
            "978-0-306-40615-7",
            " 978 0 306 40615 7 ",
            "978\u{2010}0\u{2013}306\u{2212}40615\u{00A0}7",
            "0306406152",
            "0-306-40615-2",
            "ISBN 0-306-40615-2",
            "ISBN-13: 978-0-306-40615-7",
            "isbn: 9780306406157",
            "９７８０３０６４０６１５７",
        ] {
            assert_eq!(read(text), Ok("9780306406157".into()), "{text}");
        }
        assert_eq!(read("080442957x"), Ok("9780804429573".into()));
        assert_eq!(read("979-10-90636-07-1"), Ok("9791090636071".into()));
    }

    #[test]
    fn mistakes_are_explained() {
        for (text, word) in [
            ("", "Enter the ISBN"),
            ("--", "Enter the ISBN"),
            ("12345", "has 5"),
            ("978030640615a", "“A”"),
            ("9780306406158", "should be 7, not 8"),
            ("0306406153", "should be 2, not 3"),
            ("0804429571", "should be X, not 1"),
            ("08044X9571", "letter X"),
            ("978030640615X", "letter X"),
            ("4006381333931", "978 or 979"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(word), "{text}: {error}");
        }
    }

    #[test]
    fn a_scanner_may_type_behind_what_was_there() {
        let scanned = |text| Isbn13::typed_by_scanner(text).map(|isbn| isbn.to_string());
        for text in [
            "9780306406157",
            "0306406152",
            "97803064061589780306406157",
            "dune 9780306406157",
            "978030640615751299",
            "978030640615705",
        ] {
            assert_eq!(scanned(text), Ok("9780306406157".into()), "{text}");
        }
        for text in [
            "",
            "9780306406158",
            "97803064061579780306406158",
            "4006381333931",
        ] {
            assert_eq!(
                scanned(text),
                Isbn13::parse(text).map(|isbn| isbn.to_string())
            );
        }
        assert!(scanned(&"9780306406157".repeat(9)).is_err());
    }

    #[test]
    fn ten_digits_exist_only_for_978() {
        let isbn = |text| Isbn13::parse(text).unwrap();
        assert_eq!(
            ten_digits(isbn("9780804429573")).as_deref(),
            Some("080442957X")
        );
        assert_eq!(ten_digits(isbn("9791090636071")), None);
        assert_eq!(isbn("9780306406157").grouped(), "978-0306406157");
    }

    #[test]
    fn a_search_text_is_recognised() {
        assert!(looks_like_isbn("978-0-306-40615-8"));
        assert!(looks_like_isbn("080442957x"));
        assert!(!looks_like_isbn("1984"));
        assert!(!looks_like_isbn("Catch-22"));
        assert!(!looks_like_isbn(""));
    }

    proptest! {
        #[test]
        fn one_wrong_digit_never_passes(body in 0u64..1_000_000_000, at in 3usize..13, by in 1u8..10) {
            let mut digits = [9, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
            for (digit, symbol) in digits[3..12].iter_mut().zip(format!("{body:09}").bytes()) {
                *digit = symbol - b'0';
            }
            digits[12] = check_thirteen(&digits);
            let isbn = Isbn13(digits);
            prop_assert_eq!(Isbn13::parse(&isbn.to_string()), Ok(isbn));
            prop_assert_eq!(Isbn13::parse(&ten_digits(isbn).unwrap()), Ok(isbn));
            digits[at] = (digits[at] + by) % 10;
            prop_assert!(Isbn13::parse(&Isbn13(digits).to_string()).is_err());
        }

        #[test]
        fn no_text_panics(text in ".*") {
            let _ = Isbn13::parse(&text);
            let _ = looks_like_isbn(&text);
        }
    }
}
