//! What an owner says about a copy, as typed and as read.

use dogear_domain::copies::NOTE_MAX;
use dogear_domain::fields::{self, FieldErrors};
use dogear_domain::grade::{Defect, Grade, check_condition};
use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// The form of a copy as typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct CopyInput {
    /// Word or number of a grade.
    pub grade: String,
    /// Words of defects.
    pub defects: Vec<String>,
    pub note: String,
    /// Offer it for trade at once.
    pub listed: bool,
    /// "I have one already; this is another".
    pub second: bool,
}

/// A checked [`CopyInput`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NewCopy {
    pub grade: Grade,
    /// In the order of [`Defect::ALL`], each once.
    pub defects: Vec<Defect>,
    pub note: String,
    pub listed: bool,
}

impl CopyInput {
    pub(super) fn parse(&self) -> Result<NewCopy> {
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
        let note = errors.take("note", fields::text(&self.note, "the note", NOTE_MAX));
        if let Some(grade) = grade {
            errors.take("grade", check_condition(grade, &defects));
        }
        let listed = self.listed;
        let copy = grade.zip(note).map(|(grade, note)| NewCopy {
            grade,
            defects,
            note,
            listed,
        });
        errors.finish(copy).map_err(Error::Invalid)
    }
}
