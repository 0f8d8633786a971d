//! International Standard Book Numbers.

mod notation;
#[cfg(test)]
mod tests;

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
    /// What a spreadsheet shows of a long number.
    #[error(
        "A spreadsheet has shortened this number, and its last digits are lost. Set the column to text before you save the table, or type the ISBN from the book."
    )]
    Shortened,
    /// The barcode by which shops sell an article, with or without the price beside it.
    #[error(
        "This has as many digits as the barcode of a shop (UPC), which is no ISBN. On such a book the ISBN stands inside the front cover, on the page with the copyright, or on the spine."
    )]
    Shop,
    /// Signs where the digits of a scanner should be.
    #[error(
        "This looks like digits typed on another keyboard. Set the scanner to the keyboard layout of this computer, or type the ISBN."
    )]
    Keyboard,
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
    /// Reads an ISBN in any notation that people, scanners and spreadsheets have for it: with or
    /// without an “ISBN” label and a remark such as “(pbk.)”, spaces and hyphens of any kind,
    /// ten digits or thirteen, digits of any script, nine digits of an SBN, zeros lost in front,
    /// “.0” behind, the two or five digits of a price behind, the signs of another keyboard.
    ///
    /// # Errors
    /// Says what is wrong with the number.
    pub fn parse(text: &str) -> Result<Self, IsbnError> {
        // As the database has them.
        Self::of_barcode(text).map_or_else(|| notation::read(text), Ok)
    }

    /// Reads the thirteen digits of a barcode. What has anything else is none: the browser, which
    /// reads barcodes, is not burdened with all notations.
    #[must_use]
    pub fn of_barcode(digits: &str) -> Option<Self> {
        let digits = <&[u8; 13]>::try_from(digits.as_bytes()).ok()?;
        Self::from_thirteen(&digits.map(char::from)).ok()
    }

    /// Reads what a barcode scanner has typed, also behind something that was left in the
    /// field, or with the two or five digits of a price behind it.
    ///
    /// # Errors
    /// As [`Isbn13::parse`], about the whole text.
    pub fn typed_by_scanner(text: &str) -> Result<Self, IsbnError> {
        Self::parse(text).or_else(|error| {
            if text.len() > notation::LONGEST {
                return Err(error);
            }
            let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).collect();
            let last = digits.len().checked_sub(13).map(|from| &digits[from..]);
            let first = digits.get(..13).filter(|_| matches!(digits.len(), 15 | 18));
            [last, first]
                .into_iter()
                .flatten()
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

/// The number that digits and X make once everything around them is gone; whether anything
/// stood between them tells what else they may be.
fn of_symbols(symbols: &[char], are_apart: bool) -> Result<Isbn13, IsbnError> {
    match symbols.len() {
        0 => Err(IsbnError::Empty),
        10 => Isbn13::from_ten(symbols),
        13 => Isbn13::from_thirteen(symbols),
        // Behind the barcode stands that of the price.
        15 | 18 => {
            Isbn13::from_thirteen(&symbols[..13]).map_err(|_| IsbnError::Length(symbols.len()))
        }
        12 | 17 if !matches!(symbols, ['9', '7', '8' | '9', ..]) => Err(IsbnError::Shop),
        other => notation::with_lost_zeros(symbols, are_apart)
            .and_then(|whole| Isbn13::from_ten(&whole).ok())
            .ok_or(IsbnError::Length(other)),
    }
}

/// Whether a search text is meant as an ISBN: ten or thirteen digits once separators are gone,
/// or any other notation of one.
#[must_use]
pub fn looks_like_isbn(text: &str) -> bool {
    looks_plain(&notation::plain(text))
        || notation::is_marked(text)
        || (has_digits(text, 9..=24) && Isbn13::parse(text).is_ok())
}

/// The numbers of a cell, each as [`Isbn13::parse`] reads it: one in any notation, or several,
/// without what programs put around them.
#[must_use]
pub fn numbers_in(cell: &str) -> Vec<&str> {
    notation::numbers(cell)
}

/// Ten or thirteen digits, the last one perhaps an X.
fn looks_plain(text: &str) -> bool {
    let symbols: Vec<char> = text
        .chars()
        .filter(|&symbol| !notation::is_separator(symbol))
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

fn has_digits(text: &str, number: std::ops::RangeInclusive<usize>) -> bool {
    number.contains(&text.chars().filter(|symbol| symbol.is_numeric()).count())
}

/// Whether a text is meant as an ISBN, right or not: it looks like one, or it has nothing but
/// digits, of about as many: somebody copied one and lost or doubled a digit.
#[must_use]
pub fn meant_as_isbn(text: &str) -> bool {
    let others = text
        .chars()
        .filter(|symbol| symbol.is_alphabetic() && !matches!(symbol, 'x' | 'X'))
        .count();
    looks_like_isbn(text) || (others == 0 && has_digits(text, 8..=18))
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
