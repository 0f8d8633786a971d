//! What a trade keeps of a copy.

use dogear_domain::grade::{Defect, Grade};
use dogear_domain::ids::{EditionId, WorkId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A copy as it stood when it was proposed, and again when the trade was agreed.
/// Made by the database's `freeze_copy`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopySnapshot {
    /// What it is a copy of.
    pub work: WorkId,
    /// Of the work's page.
    pub slug: String,
    /// Of the work's, the one it is a copy of.
    pub edition: EditionId,
    /// The edition's own, or the work's.
    pub title: String,
    /// All authors in one line.
    pub author: String,
    /// Thirteen digits; none when it has none.
    pub isbn: Option<String>,
    /// The word of a format.
    pub format: String,
    /// May be empty.
    pub publisher: String,
    /// When the edition came out; none when not known.
    pub year: Option<i32>,
    /// The stored number; see [`CopySnapshot::grade`].
    grade: i16,
    defects: Vec<String>,
    /// The owner's words about the copy.
    pub note: String,
    /// In the owner's order.
    pub photos: Vec<SnapshotPhoto>,
}

/// A photo of the copy as it stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotPhoto {
    /// The name of the stored object.
    pub key: Uuid,
    /// In pixels.
    pub width: i32,
    /// In pixels.
    pub height: i32,
}

impl CopySnapshot {
    /// The condition. A number that is no grade counts as the lowest.
    pub fn grade(&self) -> Grade {
        Grade::from_value(self.grade).unwrap_or(Grade::ReadingCopy)
    }

    /// The defects, in the order in which they were chosen.
    pub fn defects(&self) -> Vec<Defect> {
        self.defects
            .iter()
            .filter_map(|word| word.parse().ok())
            .collect()
    }
}
