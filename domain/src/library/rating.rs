//! How much somebody liked a book.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::fields::FieldProblem;

/// From a quarter of a star to five stars, in quarters. No rating is no `Rating`, never 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
pub struct Rating(i16);

impl Rating {
    /// The most quarters.
    pub const MOST: i16 = 20;

    /// The rating of a number of quarters, 1 to 20.
    #[must_use]
    pub fn from_quarters(quarters: i16) -> Option<Self> {
        (1..=Self::MOST)
            .contains(&quarters)
            .then_some(Self(quarters))
    }

    /// As it is stored: quarters of a star, 1 to 20.
    #[must_use]
    pub const fn quarters(self) -> i16 {
        self.0
    }

    /// Whole stars, 0 to 5, and the quarters beside them, 0 to 3.
    #[must_use]
    pub const fn parts(self) -> (i16, i16) {
        (self.0 / 4, self.0 % 4)
    }

    /// Reads stars as they stand in files: “4”, “4.25”, “4,5”. “0” and nothing are no rating.
    ///
    /// # Errors
    /// A sentence: not a number, above five, or between two quarters.
    pub fn parse_stars(text: &str) -> Result<Option<Self>, FieldProblem> {
        let text = text.trim();
        let problem = || {
            FieldProblem::from("Enter a rating from 0.25 to 5 stars, in quarters, such as 3.75.")
        };
        let (whole, part) = text.split_once(['.', ',']).unwrap_or((text, ""));
        if text.is_empty() {
            return Ok(None);
        }
        let whole: i16 = match whole {
            "" if !part.is_empty() => 0,
            digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse().map_err(|_| problem())?
            }
            _ => return Err(problem()),
        };
        let quarters = match part.trim_end_matches('0') {
            "" => 0,
            "25" => 1,
            "5" => 2,
            "75" => 3,
            _ => return Err(problem()),
        };
        if !part.bytes().all(|byte| byte.is_ascii_digit()) || whole > 5 {
            return Err(problem());
        }
        match whole * 4 + quarters {
            0 => Ok(None),
            sum => Self::from_quarters(sum).map(Some).ok_or_else(problem),
        }
    }

    /// Reads the two rows of a form: whole stars, from nothing for “not rated” to 5, and the
    /// quarters beside them, from nothing to 3.
    ///
    /// # Errors
    /// A sentence for the field: none of the choices, or more or less than can be given.
    pub fn parse_parts(stars: &str, quarters: &str) -> Result<Option<Self>, FieldProblem> {
        let choice = |text: &str, most: i16| match text.trim() {
            "" => Ok(None),
            digit => digit
                .parse()
                .ok()
                .filter(|number| (0..=most).contains(number))
                .map(Some)
                .ok_or_else(|| FieldProblem::from("Choose one of the ratings shown.")),
        };
        let (stars, quarters) = (choice(stars, 5)?, choice(quarters, 3)?.unwrap_or(0));
        match (stars, quarters) {
            (None, 0) => Ok(None),
            (None, _) => Err("Choose how many whole stars go with the part of one.".into()),
            (Some(0), 0) => Err(
                "The least is a quarter of a star. Choose a part of one, or “Not rated”.".into(),
            ),
            (Some(stars), _) => Self::from_quarters(stars * 4 + quarters)
                .map(Some)
                .ok_or_else(|| "Five stars are the most. Choose no part beside them.".into()),
        }
    }

    /// “4¼ stars”, “1 star”, “¾ of a star”.
    #[must_use]
    pub fn said(self) -> String {
        let (whole, quarters) = self.parts();
        let part = fraction(quarters);
        match (whole, quarters) {
            (0, _) => format!("{part} of a star"),
            (1, 0) => "1 star".to_owned(),
            _ => format!("{whole}{part} stars"),
        }
    }
}

/// “¼”, “½”, “¾”, or nothing.
const fn fraction(quarters: i16) -> &'static str {
    match quarters {
        1 => "¼",
        2 => "½",
        3 => "¾",
        _ => "",
    }
}

/// Stars with a point, as files have them: “4.25”, “3”.
impl fmt::Display for Rating {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, quarters) = self.parts();
        match quarters {
            1 => write!(f, "{whole}.25"),
            2 => write!(f, "{whole}.5"),
            3 => write!(f, "{whole}.75"),
            _ => write!(f, "{whole}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_are_read_in_quarters() {
        let read = |text| Rating::parse_stars(text).map(|r| r.map(Rating::quarters));
        assert_eq!(read(""), Ok(None));
        assert_eq!(read("0"), Ok(None));
        assert_eq!(read("0.0"), Ok(None));
        assert_eq!(read("4"), Ok(Some(16)));
        assert_eq!(read("4.250"), Ok(Some(17)));
        assert_eq!(read("3,5"), Ok(Some(14)));
        assert_eq!(read(".75"), Ok(Some(3)));
        assert_eq!(read("5.0"), Ok(Some(20)));
        for bad in [
            "0.3", "5.25", "6", "-1", "four", "4.2.5", "99999999", "4.", "1e1",
        ] {
            let none = bad == "4.";
            assert_eq!(read(bad).is_err(), !none, "{bad}");
        }
    }

    #[test]
    fn a_form_says_whole_stars_and_quarters() {
        let read = |stars, quarters| {
            Rating::parse_parts(stars, quarters).map(|rating| rating.map(Rating::quarters))
        };
        assert_eq!(read("", ""), Ok(None));
        assert_eq!(read("", "0"), Ok(None));
        assert_eq!(read("0", "1"), Ok(Some(1)));
        assert_eq!(read("4", ""), Ok(Some(16)));
        assert_eq!(read("3", "3"), Ok(Some(15)));
        assert_eq!(read("5", "0"), Ok(Some(20)));
        for (stars, quarters) in [
            ("", "2"),
            ("0", "0"),
            ("5", "1"),
            ("6", "0"),
            ("-1", "0"),
            ("4", "4"),
            ("four", "0"),
            ("4", "0.5"),
        ] {
            assert!(read(stars, quarters).is_err(), "{stars} {quarters}");
        }
    }

    #[test]
    fn ratings_are_written_as_they_are_read() {
        for quarters in 1..=Rating::MOST {
            let rating = Rating::from_quarters(quarters).unwrap();
            assert_eq!(Rating::parse_stars(&rating.to_string()), Ok(Some(rating)));
        }
        assert_eq!(Rating::from_quarters(0), None);
        assert_eq!(Rating::from_quarters(21), None);
    }

    #[test]
    fn ratings_are_said_in_words() {
        let said = |quarters| Rating::from_quarters(quarters).unwrap().said();
        assert_eq!(said(1), "¼ of a star");
        assert_eq!(said(4), "1 star");
        assert_eq!(said(5), "1¼ stars");
        assert_eq!(said(20), "5 stars");
    }
}
