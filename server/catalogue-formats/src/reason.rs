//! What may be wrong with a record.

use serde::{Deserialize, Serialize};

/// Why a record was passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// A line without its five fields.
    Fields,
    /// Not in the encoding of its kind of file.
    Encoding,
    /// XML that is not well-formed.
    Xml,
    /// Lengths of ISO 2709 that make no sense.
    Marc,
    /// More cells than the table has columns.
    Cells,
    /// Longer than a record may be.
    Length,
    /// JSON that ends early or holds other things than it should.
    Json,
    /// A book without a title.
    NoTitle,
    /// An author without a name.
    NoName,
    /// No number of it has a right check digit.
    Isbn,
    /// The compressed file ends in the middle.
    Truncated,
}

impl Reason {
    /// In words, for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Fields => "has not five fields",
            Self::Encoding => "is not in the encoding that it should be in",
            Self::Xml => "holds XML that is not well-formed",
            Self::Marc => "has lengths that make no sense",
            Self::Cells => "has more cells than the table has columns",
            Self::Length => "is longer than a record may be",
            Self::Json => "holds JSON that cannot be read",
            Self::NoTitle => "has no title",
            Self::NoName => "has no name",
            Self::Isbn => "has an ISBN with a wrong check digit",
            Self::Truncated => "is cut off: the file ends in the middle",
        }
    }
}
