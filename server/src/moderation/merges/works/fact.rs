//! What is said about a work.

use serde::{Deserialize, Serialize};

/// Something said about a work, of which the merged one keeps one side's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fact {
    /// The main one.
    Title,
    /// What follows the title.
    Subtitle,
    /// With their parts, in order.
    Authors,
    /// Of the first publication.
    Year,
    /// That it was written in.
    Language,
    /// One of the list.
    Genre,
    /// With the place in it.
    Series,
    /// What the page says of the book.
    Description,
}

impl Fact {
    /// In the order in which they are compared.
    pub const ALL: [Self; 8] = [
        Self::Title,
        Self::Subtitle,
        Self::Authors,
        Self::Year,
        Self::Language,
        Self::Genre,
        Self::Series,
        Self::Description,
    ];

    /// As forms name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Subtitle => "subtitle",
            Self::Authors => "authors",
            Self::Year => "year",
            Self::Language => "language",
            Self::Genre => "genre",
            Self::Series => "series",
            Self::Description => "description",
        }
    }

    /// As pages name it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Title => "Title",
            Self::Subtitle => "Subtitle",
            Self::Authors => "Authors",
            Self::Year => "First published",
            Self::Language => "Language",
            Self::Genre => "Genre",
            Self::Series => "Series",
            Self::Description => "Description",
        }
    }

    /// What of a [`Work`](super::Work)'s row says it; the first is empty when it is not known.
    pub(super) fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Title => &["title", "title_key", "slug"],
            Self::Subtitle => &["subtitle"],
            Self::Authors => &["author_line", "author_key", "authors"],
            Self::Year => &["first_year"],
            Self::Language => &["language"],
            Self::Genre => &["genre"],
            Self::Series => &["series_id", "series_position"],
            Self::Description => &["description"],
        }
    }
}
