//! What an owner says about a copy, as typed and as read.

use dogear_domain::copies::CopyState;
use dogear_domain::fields::{CopyNote, CopyPlace, FieldErrors};
use dogear_domain::grade::{Defect, Grade, check_condition};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::version::Version;
use crate::{Error, Result};

/// The form of a copy as typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct CopyInput {
    /// Word or number of a grade.
    pub grade: String,
    /// Words of defects.
    pub defects: Vec<String>,
    /// In the owner's words; may be empty.
    pub note: String,
    /// Where the owner keeps it, for nobody else to see; may be empty.
    #[serde(default)]
    pub place: String,
    /// Offer it for trade at once.
    pub listed: bool,
    /// "I have one already; this is another".
    pub second: bool,
    /// What the form of a copy that is there already showed.
    #[serde(default)]
    pub version: Version,
}

/// The version of what an owner says about a copy.
pub(super) fn version_of(
    grade: Grade,
    defects: &[Defect],
    note: &str,
    place: &str,
) -> Result<Version> {
    Version::of(&(grade, defects, note, place))
}

/// A checked [`CopyInput`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewCopy {
    pub grade: Grade,
    /// In the order of [`Defect::ALL`], each once.
    pub defects: Vec<Defect>,
    pub note: CopyNote,
    pub place: CopyPlace,
    pub state: CopyState,
    /// Since when it is listed, if it is; without it, from now on.
    pub listed_at: Option<Timestamp>,
}

impl NewCopy {
    pub(crate) fn is_listed(&self) -> bool {
        self.state == CopyState::Listed
    }
}

impl CopyInput {
    /// Reads the form.
    ///
    /// # Errors
    /// `Invalid` with every field that needs changing.
    pub(crate) fn parse(&self) -> Result<NewCopy> {
        let mut errors = FieldErrors::new();
        let grade: Option<Grade> = errors.take(
            "grade",
            self.grade
                .parse()
                .map_err(|_| "Choose the condition that fits this copy best."),
        );
        for word in &self.defects {
            errors.take(
                "defects",
                word.parse::<Defect>()
                    .map_err(|_| "Choose defects from the list."),
            );
        }
        let defects: Vec<Defect> = Defect::ALL
            .iter()
            .copied()
            .filter(|defect| self.defects.iter().any(|word| word == defect.as_str()))
            .collect();
        let note = errors.take("note", CopyNote::parse(&self.note));
        let place = errors.take("place", CopyPlace::parse(&self.place));
        if let Some(grade) = grade {
            errors.take("grade", check_condition(grade, &defects));
        }
        let state = if self.listed {
            CopyState::Listed
        } else {
            CopyState::Owned
        };
        let copy = grade
            .zip(note.zip(place))
            .map(|(grade, (note, place))| NewCopy {
                grade,
                defects,
                note,
                place,
                state,
                listed_at: None,
            });
        errors.finish(copy).map_err(Error::Invalid)
    }
}
