//! What was read, what was done with it, and what could not be used.

use std::collections::BTreeMap;

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
    NoTitle,
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

/// The sums of an import, kept with it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Lines or records looked at.
    pub read: u64,
    pub authors: u64,
    pub works: u64,
    pub editions: u64,
    pub redirects: u64,
    /// Records of kinds the catalogue has no use for.
    pub ignored: u64,
    pub rejected: BTreeMap<Reason, u64>,
    pub new_authors: u64,
    pub new_works: u64,
    /// Works that were known by their key, or by title and author.
    pub known_works: u64,
    pub new_editions: u64,
    /// Editions that were known by key, ISBN or description, or stood in the files twice.
    pub known_editions: u64,
    /// Editions whose work is in none of the files.
    pub without_work: u64,
}

impl Counts {
    /// Adds what a part of a file gave.
    pub fn add(&mut self, part: &Self) {
        self.read += part.read;
        self.authors += part.authors;
        self.works += part.works;
        self.editions += part.editions;
        self.redirects += part.redirects;
        self.ignored += part.ignored;
        for (reason, number) in &part.rejected {
            *self.rejected.entry(*reason).or_default() += number;
        }
    }

    /// Records that were passed over for a fault.
    pub fn faults(&self) -> u64 {
        self.rejected.values().sum()
    }
}
