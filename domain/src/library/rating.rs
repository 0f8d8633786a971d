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

    /// Reads the two choices of the form: whole stars, of which nothing is no rating, and the
    /// quarters beside them.
    ///
    /// # Errors
    /// A sentence for the field of the stars: none at all, more than five, or no choices of ours.
    pub fn choose(stars: &str, quarters: &str) -> Result<Option<Self>, FieldProblem> {
        let quarters = match quarters.trim() {
            "" | "0" => 0,
            "1" => 1,
            "2" => 2,
            "3" => 3,
            _ => return Err("Choose a quarter, a half or three quarters, or none.".into()),
        };
        let whole = match stars.trim() {
            "" if quarters == 0 => return Ok(None),
            "" => return Err("Choose the stars too, or no quarter.".into()),
            "0" if quarters == 0 => {
                return Err("Choose a quarter of a star at least, or no rating.".into());
            }
            "5" if quarters > 0 => {
                return Err("Five stars are the most: choose no quarter beside them.".into());
            }
            "0" => 0,
            "1" => 1,
            "2" => 2,
            "3" => 3,
            "4" => 4,
            "5" => 5,
            _ => return Err("Choose from 1 to 5 stars, or no rating.".into()),
        };
        Ok(Self::from_quarters(whole * 4 + quarters))
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
    fn ratings_are_chosen_in_two_fields() {
        let choose =
            |stars, quarters| Rating::choose(stars, quarters).map(|r| r.map(Rating::quarters));
        assert_eq!(choose("", ""), Ok(None));
        assert_eq!(choose("", "0"), Ok(None));
        assert_eq!(choose("4", "1"), Ok(Some(17)));
        assert_eq!(choose("0", "3"), Ok(Some(3)));
        assert_eq!(choose("5", ""), Ok(Some(20)));
        for (stars, quarters) in [
            ("0", "0"),
            ("0.3", "0"),
            ("5", "1"),
            ("5.25", ""),
            ("6", ""),
            ("", "2"),
            ("4", "4"),
        ] {
            assert!(choose(stars, quarters).is_err(), "{stars} {quarters}");
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
