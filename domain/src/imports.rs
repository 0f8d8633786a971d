//! The vocabulary of imports: books that a reader brings along in a file.

use crate::text_enum::text_enum;

text_enum! {
    /// The program that wrote a file, as its columns tell.
    pub enum Source {
        /// Our own export of a shelf.
        Own => "dogear",
        /// Our own export of a library.
        Library => "library",
        /// Goodreads.
        Goodreads => "goodreads",
        /// StoryGraph.
        StoryGraph => "storygraph",
        /// LibraryThing.
        LibraryThing => "librarything",
        /// BookWyrm.
        BookWyrm => "bookwyrm",
        /// inventaire.
        Inventaire => "inventaire",
        /// Any other table.
        Generic => "table",
    }
}

impl Source {
    /// What the file is called in a sentence: "a Goodreads export".
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Own => "a Dogear export",
            Self::Library => "a Dogear export of what you read",
            Self::Goodreads => "a Goodreads export",
            Self::StoryGraph => "a StoryGraph export",
            Self::LibraryThing => "a LibraryThing export",
            Self::BookWyrm => "a BookWyrm export",
            Self::Inventaire => "an inventaire export",
            Self::Generic => "a table",
        }
    }

    /// Whether each row is a copy, so that two rows of one book are two copies. Elsewhere a
    /// row is a book, and the second one says the same again.
    #[must_use]
    pub const fn rows_are_copies(self) -> bool {
        matches!(self, Self::Own | Self::Inventaire)
    }

    /// Whether each row says what its copy is offered for.
    #[must_use]
    pub const fn says_offers(self) -> bool {
        matches!(self, Self::Own | Self::Inventaire)
    }
}

text_enum! {
    /// Where an import stands.
    pub enum ImportState {
        /// Its books are looked up.
        Checking => "checking",
        /// It waits for its reader to start it.
        Ready => "ready",
        /// Its books are added.
        Running => "running",
        /// Its reader has stopped it.
        Stopped => "stopped",
        /// Everything that could be added is.
        Done => "done",
        /// What it has added is taken away again.
        Undoing => "undoing",
        /// What it had added is gone.
        Undone => "undone",
    }
}

impl ImportState {
    /// Whether a job works on it.
    #[must_use]
    pub const fn is_working(self) -> bool {
        matches!(self, Self::Checking | Self::Running | Self::Undoing)
    }

    /// The name that people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Checking => "Being looked up",
            Self::Ready => "Not started",
            Self::Running => "Running",
            Self::Stopped => "Stopped",
            Self::Done => "Finished",
            Self::Undoing => "Being undone",
            Self::Undone => "Undone",
        }
    }
}

text_enum! {
    /// What becomes of one row.
    pub enum Outcome {
        /// Not looked up yet.
        Unchecked => "unchecked",
        /// A book that the catalogue knows.
        New => "new",
        /// A book that nobody has entered yet; title and author are there.
        Enter => "enter",
        /// The reader has it already.
        Duplicate => "duplicate",
        /// The reader has to say which book it is.
        Doubtful => "doubtful",
        /// It does not name a book, or says what cannot be.
        Unusable => "unusable",
        /// The reader does not want it.
        Skipped => "skipped",
        /// The copy is on the shelf.
        Added => "added",
        /// It could not be added.
        Failed => "failed",
        /// It was added, and taken away again.
        Removed => "removed",
        /// It was added, and stayed when the import was undone.
        Kept => "kept",
    }
}

impl Outcome {
    /// The name that people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Unchecked => "Not looked up yet",
            Self::New => "Ready to add",
            Self::Enter => "New to Dogear",
            Self::Duplicate => "On your shelf already",
            Self::Doubtful => "For you to choose",
            Self::Unusable => "Not usable",
            Self::Skipped => "Left out",
            Self::Added => "Added",
            Self::Failed => "Not added",
            Self::Removed => "Taken away again",
            Self::Kept => "Kept",
        }
    }
}

text_enum! {
    /// What is done with the copies that are added.
    pub enum Offer {
        /// They are only kept.
        Keep => "keep",
        /// They are listed for trade.
        Trade => "trade",
        /// They are listed to be given away.
        Give => "give",
        /// They are listed to be lent.
        Lend => "lend",
        /// As the file says of each.
        File => "file",
    }
}

text_enum! {
    /// What a column can say.
    pub enum Field {
        /// The title.
        Title => "title",
        /// The author, or all of them.
        Author => "author",
        /// The authors after the first.
        MoreAuthors => "more_authors",
        /// The ISBN, of any length.
        Isbn => "isbn",
        /// The publisher.
        Publisher => "publisher",
        /// The year of the edition.
        Year => "year",
        /// The binding.
        Format => "format",
        /// The language.
        Language => "language",
        /// The condition.
        Grade => "grade",
        /// What it is offered for.
        Offers => "offers",
        /// For what it is sold.
        Price => "price",
        /// In which currency.
        Currency => "currency",
        /// What its postage costs besides.
        Postage => "postage",
        /// For how many days it is lent.
        LoanDays => "loan_days",
        /// Whether whoever pays the price gets it without being asked about.
        AtOnce => "at_once",
        /// What is wrong with the copy.
        Defects => "defects",
        /// What others may read about the copy.
        Note => "note",
        /// Where its owner keeps the copy.
        Place => "place",
        /// The shelf, or what the reader does with the book.
        Shelf => "shelf",
        /// Whether the reader owns it.
        Owned => "owned",
        /// Since when it is listed.
        Listed => "listed",
        /// How its reader liked it.
        Rating => "rating",
        /// What they tell others of it.
        Review => "review",
        /// Whether that gives the story away.
        Spoiler => "spoiler",
        /// What they note for themselves.
        PrivateNote => "private_note",
        /// When they began it.
        Started => "started",
        /// When they had read it to the end.
        Finished => "finished",
        /// When they gave it up.
        Stopped => "stopped",
        /// All times that they read it, each from day to day.
        ReadDates => "read_dates",
        /// How often they have read it.
        ReadCount => "read_count",
        /// When they put it on their shelf.
        Added => "added",
        /// Shelves of their own.
        Tags => "tags",
        /// Whether a row of our own export is a reading, or a book without any.
        Entry => "entry",
        /// The status of the book there, which follows from its readings.
        Status => "status",
        /// When they rated it.
        RatedAt => "rated_at",
        /// How a reading ended.
        Ending => "ending",
        /// Since when it is put aside.
        PausedAt => "paused_at",
        /// How far they have come.
        Done => "progress",
        /// Of how much.
        Total => "total",
        /// What both are counted in.
        Unit => "unit",
        /// Since when they want to read it.
        WantedSince => "wanted_since",
        /// Who may see it.
        Visibility => "visibility",
    }
}

impl Field {
    /// Those that a reader chooses the columns of.
    pub const CHOSEN: &'static [Self] = &[
        Self::Title,
        Self::Author,
        Self::Isbn,
        Self::Shelf,
        Self::Grade,
        Self::Note,
        Self::Publisher,
        Self::Year,
        Self::Format,
        Self::Language,
        Self::Rating,
        Self::Started,
        Self::Finished,
        Self::Review,
        Self::PrivateNote,
    ];

    /// The form's name for the choice of its column: the plan on the same page asks for a shelf and
    /// a condition, too.
    #[must_use]
    pub fn column(self) -> String {
        format!("column-{}", self.as_str())
    }

    /// The name that people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Title => "Title",
            Self::Author => "Author",
            Self::MoreAuthors => "More authors",
            Self::Isbn => "ISBN",
            Self::Publisher => "Publisher",
            Self::Year => "Year",
            Self::Format => "Binding",
            Self::Language => "Language",
            Self::Grade => "Condition",
            Self::Defects => "Defects",
            Self::Note => "Note about the copy",
            Self::Place => "Where it stands",
            Self::Shelf => "Shelf or status",
            Self::Owned => "Owned",
            Self::Listed => "Listed since",
            Self::Rating => "Rating",
            Self::Review => "Review",
            Self::Spoiler => "Spoiler",
            Self::PrivateNote => "Note for yourself",
            Self::Started => "Started on",
            Self::Finished => "Finished on",
            Self::Stopped => "Given up on",
            Self::ReadDates => "Dates read",
            Self::ReadCount => "Times read",
            Self::Added => "Added on",
            Self::Tags => "Your own shelves",
            Self::Offers => "Offered for",
            Self::Price => "Price",
            Self::Currency => "Currency",
            Self::Postage => "Postage",
            Self::LoanDays => "Days of a loan",
            Self::AtOnce => "Sold at once",
            Self::Entry => "What the row is",
            Self::Status => "Status",
            Self::RatedAt => "Rated on",
            Self::Ending => "Ending",
            Self::PausedAt => "Paused since",
            Self::Done => "Progress",
            Self::Total => "Length",
            Self::Unit => "Counted in",
            Self::WantedSince => "Wanted since",
            Self::Visibility => "Visibility",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_two_sources_are_copies() {
        let copies: Vec<Source> = Source::ALL
            .iter()
            .copied()
            .filter(|source| source.rows_are_copies())
            .collect();
        assert_eq!(copies, [Source::Own, Source::Inventaire]);
    }

    #[test]
    fn a_job_works_on_an_import_in_three_states() {
        use ImportState::{Checking, Running, Undoing};
        let working: Vec<ImportState> = ImportState::ALL
            .iter()
            .copied()
            .filter(|state| state.is_working())
            .collect();
        assert_eq!(working, [Checking, Running, Undoing]);
    }
}
