//! Corrections that members suggest: what of a book can be corrected, and where one stands.

use crate::text_enum::text_enum;

text_enum! {
    /// Something a book or one of its editions says.
    pub enum BookField {
        /// Of the work.
        Title => "title",
        /// Empty when there is none.
        Subtitle => "subtitle",
        /// In the order of the title page.
        Authors => "authors",
        /// When the work first came out.
        FirstYear => "first_year",
        /// Of the work.
        Language => "language",
        /// The shelf it stands on.
        Genre => "genre",
        /// What it is a volume of.
        Series => "series",
        /// Which volume.
        SeriesPosition => "series_position",
        /// What it is about.
        Description => "description",
        /// Of an edition.
        Isbn => "isbn",
        /// How an edition is bound.
        Format => "format",
        /// Who brought an edition out.
        Publisher => "publisher",
        /// When an edition came out.
        Year => "year",
        /// Of an edition.
        Pages => "pages",
        /// Of an edition, when it is not the work's.
        EditionLanguage => "edition_language",
    }
}

impl BookField {
    /// Those of a work.
    pub const OF_WORK: [Self; 9] = [
        Self::Title,
        Self::Subtitle,
        Self::Authors,
        Self::FirstYear,
        Self::Language,
        Self::Genre,
        Self::Series,
        Self::SeriesPosition,
        Self::Description,
    ];

    /// Those of each edition.
    pub const OF_EDITION: [Self; 6] = [
        Self::Isbn,
        Self::Format,
        Self::Publisher,
        Self::Year,
        Self::Pages,
        Self::EditionLanguage,
    ];

    /// The name that people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Title => "Title",
            Self::Subtitle => "Subtitle",
            Self::Authors => "Author",
            Self::FirstYear => "First published",
            Self::Language | Self::EditionLanguage => "Language",
            Self::Genre => "Genre",
            Self::Series => "Series",
            Self::SeriesPosition => "Number in the series",
            Self::Description => "Description",
            Self::Isbn => "ISBN",
            Self::Format => "Format",
            Self::Publisher => "Publisher",
            Self::Year => "Year",
            Self::Pages => "Pages",
        }
    }
}

text_enum! {
    /// Where a correction stands.
    pub enum CorrectionState {
        /// Waits for a moderator.
        Open => "open",
        /// Taken over.
        Accepted => "accepted",
        /// Not taken over.
        Refused => "refused",
        /// Taken back, or replaced, by the member who made it.
        Withdrawn => "withdrawn",
    }
}
