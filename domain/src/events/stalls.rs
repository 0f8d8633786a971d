//! Stalls: where guests of a swap meet have their tables.

use std::collections::BTreeSet;
use std::fmt;

use crate::fields::{FieldProblem, Line};
use crate::text_enum::text_enum;

/// The name of a stall, like “7” or “A3”: small letters are made large, so that “a3” is the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stall(String);

impl Stall {
    /// The most characters of it.
    pub const MAX: usize = 8;

    /// Reads what was typed; none when nothing was.
    ///
    /// # Errors
    /// A sentence for the field.
    pub fn parse(typed: &str) -> Result<Option<Self>, FieldProblem> {
        let line = Line::parse(&typed.to_uppercase(), "the stall", Self::MAX)?;
        Ok((!line.is_empty()).then(|| Self(line.to_string())))
    }

    /// As it is stored and shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Stall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

text_enum! {
    /// In which order guests are given numbers.
    pub enum StallOrder {
        /// As they took their seats.
        Arrival => "arrival",
        /// By their names.
        Name => "name",
    }
}

/// So many numbers from 1 on that nobody has yet.
#[must_use]
pub fn free_numbers(taken: &BTreeSet<String>, how_many: usize) -> Vec<String> {
    (1_u32..)
        .map(|number| number.to_string())
        .filter(|number| !taken.contains(number))
        .take(how_many)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stall_is_short_and_the_same_in_small_letters() {
        let read = |typed| Stall::parse(typed).map(|stall| stall.map(|stall| stall.to_string()));
        assert_eq!(read(" a3 "), Ok(Some("A3".into())));
        assert_eq!(read("  "), Ok(None));
        assert_eq!(read("12345678"), Ok(Some("12345678".into())));
        assert!(read("123456789").is_err());
        // Eight that become sixteen.
        assert!(read("ßßßßßßßß").is_err());
    }

    #[test]
    fn numbers_pass_by_those_that_are_taken() {
        let taken = ["2", "A3", "4"].map(str::to_owned).into();
        assert_eq!(free_numbers(&taken, 3), ["1", "3", "5"]);
        assert!(free_numbers(&taken, 0).is_empty());
    }
}
