//! What may be wrong with a record.

use serde::{Deserialize, Serialize};

/// Why a record was passed over, or a part of it.
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
    /// A serial, music, a map, a game: no book.
    NoBook,
    /// A book as a file or on film.
    Electronic,
    /// The source says that it has deleted it.
    Deleted,
    /// No number of it has a right check digit; it is taken without one.
    Isbn,
    /// A part of it cannot be decoded; it is taken without that part.
    Text,
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
            Self::NoBook => "is no book, but a serial, music, a map or the like",
            Self::Electronic => "is a book as a file or on film",
            Self::Deleted => "is deleted at its source",
            Self::Isbn => "has a damaged ISBN, and is taken without it",
            Self::Text => "has a part in no encoding that is known, and is taken without it",
            Self::Truncated => "is cut off: the file ends in the middle",
        }
    }
}
