//! Words of readers that have passed the checks of a field: nothing else makes one, so whoever
//! stores them need not ask.

use std::ops::Deref;

use serde::Serialize;

use super::{FieldProblem, line, required_line, required_text, text};

/// One line as [`line()`] leaves it; may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Line(String);

impl Line {
    /// Reads a line of at most `max` characters; `what` names the field inside a sentence.
    ///
    /// # Errors
    /// A sentence for the field.
    pub fn parse(input: &str, what: &str, max: usize) -> Result<Self, FieldProblem> {
        line(input, what, max).map(Self)
    }

    /// As [`Line::parse`], and wants something in it that can be seen.
    ///
    /// # Errors
    /// A sentence for the field.
    pub fn required(input: &str, what: &str, max: usize) -> Result<Self, FieldProblem> {
        required_line(input, what, max).map(Self)
    }
}

/// Text of several lines as [`text()`] leaves it; may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Text(String);

impl Text {
    /// Reads text of at most `max` characters; `what` names the field inside a sentence.
    ///
    /// # Errors
    /// A sentence for the field.
    pub fn parse(input: &str, what: &str, max: usize) -> Result<Self, FieldProblem> {
        text(input, what, max).map(Self)
    }

    /// As [`Text::parse`], and wants something in it that can be seen.
    ///
    /// # Errors
    /// A sentence for the field.
    pub fn required(input: &str, what: &str, max: usize) -> Result<Self, FieldProblem> {
        required_text(input, what, max).map(Self)
    }

    /// The same without spaces around its lines and without empty ones, as an address stands on
    /// a parcel.
    #[must_use]
    pub fn in_close_lines(self) -> Self {
        let lines: Vec<&str> = self
            .0
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        Self(lines.join("\n"))
    }
}

impl Deref for Line {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a11_words_are_as_fields_leave_them() {
        let turned = Text::parse("Leave \u{202e}it\u{202c} here.\r\n", "it", 40);
        assert_eq!(&*turned.expect("cleaned"), "Leave it here.");
        assert!(Text::parse("bell \u{7}", "it", 40).is_err());
        assert!(Line::parse("escape \u{1b}[0m", "it", 40).is_err());
        assert_eq!(
            &*Line::parse("two\n lines", "it", 40).expect("one"),
            "two lines"
        );
        assert!(Text::required("\u{200b}\u{3164}", "it", 40).is_err());
        let address = Text::parse(" 2 Low Street \n\n  Leeds ", "it", 40);
        let address = address.expect("an address").in_close_lines();
        assert_eq!(&*address, "2 Low Street\nLeeds");
    }
}
