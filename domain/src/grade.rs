//! The condition of a copy: one grade of six, and defects that are named whatever the grade.

use std::fmt;
use std::str::FromStr;

use crate::fields::{FieldProblem, UnknownWord};
use crate::text_enum::text_enum;

/// How well a copy has been kept. Ordered: a better grade is greater.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[repr(i16)]
pub enum Grade {
    /// Complete, for reading only.
    ReadingCopy = 1,
    /// Worn but complete.
    Fair = 2,
    /// Average used book.
    Good = 3,
    /// Small signs of wear.
    VeryGood = 4,
    /// Nearly new.
    Fine = 5,
    /// As it left the shop.
    AsNew = 6,
}

impl Grade {
    /// Every grade, best first, the order in which people choose.
    pub const ALL: &'static [Self] = &[
        Self::AsNew,
        Self::Fine,
        Self::VeryGood,
        Self::Good,
        Self::Fair,
        Self::ReadingCopy,
    ];

    /// The number that is stored: 6 for the best, 1 for the worst.
    #[must_use]
    pub const fn value(self) -> i16 {
        self as i16
    }

    /// The grade of a stored number, or `None` outside 1 to 6.
    #[must_use]
    pub fn from_value(value: i16) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|grade| grade.value() == value)
    }

    /// The word in forms and addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AsNew => "as-new",
            Self::Fine => "fine",
            Self::VeryGood => "very-good",
            Self::Good => "good",
            Self::Fair => "fair",
            Self::ReadingCopy => "reading-copy",
        }
    }

    /// The name that people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::AsNew => "As new",
            Self::Fine => "Fine",
            Self::VeryGood => "Very good",
            Self::Good => "Good",
            Self::Fair => "Fair",
            Self::ReadingCopy => "Reading copy",
        }
    }

    /// What the grade promises, in one sentence.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::AsNew => "Looks unread: no marks, no wear, everything it was sold with.",
            Self::Fine => "Read with care: crisp and clean, no more than a trace of handling.",
            Self::VeryGood => {
                "Small signs of reading, such as light creases; nothing torn or loose."
            }
            Self::Good => {
                "An ordinary used book: creased spine or rubbed corners, every page sound."
            }
            Self::Fair => "Clearly worn: stains, tears or writing, but all the text is there.",
            Self::ReadingCopy => "Good only for reading: heavy damage, yet the story is complete.",
        }
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.label())
    }
}

/// Reads the word (`very-good`) or the number (`4`).
impl FromStr for Grade {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .iter()
            .copied()
            .find(|grade| grade.as_str() == text)
            .or_else(|| text.parse().ok().and_then(Self::from_value))
            .ok_or_else(|| UnknownWord {
                kind: "Grade",
                word: text.to_owned(),
            })
    }
}

text_enum! {
    /// Something a reader wants to know whatever the grade says.
    pub enum Defect {
        /// Once belonged to a library.
        ExLibrary => "ex-library",
        /// Printed for a book club.
        BookClub => "book-club",
        /// A name or dedication written inside.
        Inscription => "inscription",
        /// Handwritten notes in the text.
        NotesInside => "notes-inside",
        /// Marked or underlined text.
        Highlighting => "highlighting",
        /// Traces of water.
        WaterMark => "water-mark",
        /// The dust jacket is gone.
        MissingJacket => "missing-jacket",
        /// Pages have come loose.
        LoosePages => "loose-pages",
        /// The spine has faded.
        SunnedSpine => "sunned-spine",
        /// Comes from a household with smokers.
        Smoke => "smoke",
        /// Comes from a household with animals.
        Pets => "pets",
    }
}

impl Defect {
    /// The name that people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::ExLibrary => "Ex-library",
            Self::BookClub => "Book-club edition",
            Self::Inscription => "Name or inscription",
            Self::NotesInside => "Notes inside",
            Self::Highlighting => "Highlighting",
            Self::WaterMark => "Water stain",
            Self::MissingJacket => "Missing jacket",
            Self::LoosePages => "Loose pages",
            Self::SunnedSpine => "Sunned spine",
            Self::Smoke => "From a smoking home",
            Self::Pets => "From a home with pets",
        }
    }
}

/// Checks that the grade is one the defects allow.
///
/// # Errors
/// An ex-library copy graded better than “Very good”; the text belongs to the grade field.
pub fn check_condition(grade: Grade, defects: &[Defect]) -> Result<(), FieldProblem> {
    if grade > Grade::VeryGood && defects.contains(&Defect::ExLibrary) {
        return Err(FieldProblem::from(
            "An ex-library copy is “Very good” at best. Choose that grade or a lower one.",
        ));
    }
    Ok(())
}

#[cfg(feature = "sqlx")]
mod sql {
    use super::Grade;
    use sqlx::encode::IsNull;
    use sqlx::error::BoxDynError;
    use sqlx::postgres::{PgArgumentBuffer, PgTypeInfo, PgValueRef};
    use sqlx::{Decode, Encode, Postgres, Type};

    /// Stored as `smallint`.
    impl Type<Postgres> for Grade {
        fn type_info() -> PgTypeInfo {
            <i16 as Type<Postgres>>::type_info()
        }
    }

    impl Encode<'_, Postgres> for Grade {
        fn encode_by_ref(&self, buf: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
            <i16 as Encode<Postgres>>::encode(self.value(), buf)
        }
    }

    impl<'r> Decode<'r, Postgres> for Grade {
        fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
            let number = <i16 as Decode<Postgres>>::decode(value)?;
            Self::from_value(number).ok_or_else(|| format!("{number} is no grade").into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grades_read_back_from_word_and_number() {
        for &grade in Grade::ALL {
            assert_eq!(grade.as_str().parse(), Ok(grade));
            assert_eq!(grade.value().to_string().parse(), Ok(grade));
            assert_eq!(serde_json::to_value(grade).unwrap(), grade.as_str());
            assert_eq!(format!("{grade:>12}"), format!("{:>12}", grade.label()));
        }
        assert!("7".parse::<Grade>().is_err());
        assert!("0".parse::<Grade>().is_err());
        assert!(Grade::ALL.is_sorted_by(|better, worse| better > worse));
        assert_eq!((Grade::AsNew.value(), Grade::ReadingCopy.value()), (6, 1));
    }

    #[test]
    fn an_ex_library_copy_is_very_good_at_best() {
        for &grade in Grade::ALL {
            let with = check_condition(grade, &[Defect::Pets, Defect::ExLibrary]);
            assert_eq!(with.is_ok(), grade <= Grade::VeryGood, "{grade}");
            assert!(check_condition(grade, &[Defect::Pets]).is_ok());
        }
    }

    #[test]
    fn defects_read_back() {
        for &defect in Defect::ALL {
            assert_eq!(defect.as_str().parse(), Ok(defect));
            assert_eq!(serde_json::to_value(defect).unwrap(), defect.as_str());
        }
        assert!("mould".parse::<Defect>().is_err());
    }
}
