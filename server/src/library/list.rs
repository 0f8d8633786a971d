//! The list of what a reader wants, reads and has read.

use dogear_domain::fields::title_key;
use dogear_domain::ids::{ReadingId, WorkId};
use dogear_domain::library::{Progress, Rating, ReadingStatus, RoughDay};

use super::Panel;
use super::repo::list as repo;
use crate::{Cx, Result};

/// Books on a page.
const PAGE: u32 = 24;

/// Which part of the list. Parts are filters, not boxes: a book that is read once more stands
/// under [`Tab::Reading`] and [`Tab::Read`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    /// All that is known.
    #[default]
    All,
    /// To be read.
    Want,
    /// Being read.
    Reading,
    /// Begun, and put aside for a while.
    Paused,
    /// Read to the end at least once.
    Read,
    /// Given up at least once.
    Stopped,
    /// With a rating.
    Rated,
    /// Of which the reader has a copy that is not in the trash.
    Owned,
}

impl Tab {
    /// In the order in which they stand.
    pub const ALL: [Self; 8] = [
        Self::All,
        Self::Want,
        Self::Reading,
        Self::Paused,
        Self::Read,
        Self::Stopped,
        Self::Rated,
        Self::Owned,
    ];

    /// The word in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Want => "want",
            Self::Reading => "reading",
            Self::Paused => "paused",
            Self::Read => "read",
            Self::Stopped => "stopped",
            Self::Rated => "rated",
            Self::Owned => "owned",
        }
    }

    /// The tab of a word; the first one for any other word.
    pub fn parse(word: &str) -> Self {
        let mut all = Self::ALL.into_iter();
        all.find(|tab| tab.as_str() == word).unwrap_or_default()
    }
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// What was changed last first.
    #[default]
    Changed,
    /// By the letters of the title.
    Title,
    /// By the letters of the first author's name.
    Author,
    /// The best first.
    Rating,
    /// What was read last first.
    Read,
}

impl Sort {
    /// In the order in which they stand.
    pub const ALL: [Self; 5] = [
        Self::Changed,
        Self::Title,
        Self::Author,
        Self::Rating,
        Self::Read,
    ];

    /// The word in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Title => "title",
            Self::Author => "author",
            Self::Rating => "rating",
            Self::Read => "read",
        }
    }

    /// The sort of a word; the first one for any other word.
    pub fn parse(word: &str) -> Self {
        let mut all = Self::ALL.into_iter();
        all.find(|sort| sort.as_str() == word).unwrap_or_default()
    }
}

/// What to show.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LibraryQuery {
    /// Which part.
    pub tab: Tab,
    /// Part of a title or an author's name.
    pub text: String,
    /// In which order.
    pub sort: Sort,
    /// From 1.
    pub page: u32,
}

/// One book in the list.
#[derive(Debug, Clone)]
pub struct LibraryRow {
    /// Of its page.
    pub slug: String,
    /// Without the subtitle.
    pub title: String,
    /// All authors in one line; may be empty.
    pub author_line: String,
    /// The code of its language; may be empty.
    pub language: String,
    /// What it is to the reader.
    pub panel: Panel,
    /// When it was read to the end last, as far as that is known.
    pub read_on: Option<RoughDay>,
    /// Others may see it.
    pub shown: bool,
    /// The reader has a copy.
    pub owned: bool,
}

impl LibraryRow {
    /// The book.
    pub const fn work(&self) -> WorkId {
        self.panel.work
    }

    /// The reading that goes on.
    pub const fn open(&self) -> Option<ReadingId> {
        self.panel.open
    }

    /// How far that one has come.
    pub const fn progress(&self) -> Option<Progress> {
        self.panel.progress
    }

    /// None when there is none.
    pub const fn rating(&self) -> Option<Rating> {
        self.panel.rating
    }

    /// Where it stands.
    pub const fn status(&self) -> Option<ReadingStatus> {
        self.panel.status
    }
}

/// Books per tab, whatever is searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Of [`Tab::All`].
    pub all: i64,
    /// Of [`Tab::Want`].
    pub want: i64,
    /// Of [`Tab::Reading`].
    pub reading: i64,
    /// Of [`Tab::Paused`].
    pub paused: i64,
    /// Of [`Tab::Read`].
    pub read: i64,
    /// Of [`Tab::Stopped`].
    pub stopped: i64,
    /// Of [`Tab::Rated`].
    pub rated: i64,
    /// Of [`Tab::Owned`].
    pub owned: i64,
    /// Others see what a book does not say otherwise about.
    pub is_public: bool,
}

impl Counts {
    /// Those of one tab.
    pub const fn of(self, tab: Tab) -> i64 {
        match tab {
            Tab::All => self.all,
            Tab::Want => self.want,
            Tab::Reading => self.reading,
            Tab::Paused => self.paused,
            Tab::Read => self.read,
            Tab::Stopped => self.stopped,
            Tab::Rated => self.rated,
            Tab::Owned => self.owned,
        }
    }
}

/// One page of the list.
#[derive(Debug, Clone)]
pub struct Library {
    /// Those of this page, in the order asked for.
    pub rows: Vec<LibraryRow>,
    /// For the tabs.
    pub counts: Counts,
    /// Books that match, over all pages.
    pub found: i64,
    /// From 1; the first when the one asked for does not exist.
    pub page: u32,
    /// That hold all of them; 0 when none matches.
    pub pages: u32,
}

/// The books of whoever asks.
///
/// # Errors
/// `SignInRequired`.
pub async fn library(cx: &Cx, query: &LibraryQuery) -> Result<Library> {
    let reader = cx.reader()?.id;
    let counts = repo::counts(cx.db(), reader).await?;
    let key = title_key(query.text.trim());
    let mut page = query.page.max(1);
    let mut wanted = repo::Wanted {
        reader,
        tab: query.tab,
        sort: query.sort,
        key: &key,
        most: i64::from(PAGE),
        offset: i64::from(page - 1) * i64::from(PAGE),
    };
    let (mut rows, mut found) = repo::rows(cx.db(), &wanted).await?;
    if rows.is_empty() && page > 1 {
        page = 1;
        wanted.offset = 0;
        (rows, found) = repo::rows(cx.db(), &wanted).await?;
    }
    if key.is_empty() {
        found = counts.of(query.tab);
    }
    Ok(Library {
        rows,
        counts,
        found,
        page,
        pages: u32::try_from(found).unwrap_or(u32::MAX).div_ceil(PAGE),
    })
}
