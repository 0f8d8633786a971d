//! The reader's own shelf.

use dogear_domain::copies::{CopyState, HeldBy};
use dogear_domain::fields::title_key;
use dogear_domain::grade::{Defect, Grade};
use dogear_domain::ids::{CopyId, EditionId, OutsideLoanId, RoundId, TradeId, UserId, WorkId};
use dogear_domain::offers::Offers;
use jiff::Timestamp;
use uuid::Uuid;

use super::repo;
use crate::{Cx, Result};

/// Rows per page.
pub(super) const PAGE: u32 = 24;
/// Places that are offered to choose from.
const MOST_PLACES: i64 = 200;

/// Which part of the shelf.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    /// Owned and listed.
    #[default]
    All,
    /// On offer.
    Listed,
    /// Owned, not listed.
    Owned,
    /// Promised in a running trade.
    InTrade,
    /// Lent to somebody outside the site.
    Lent,
    /// Put away: for nobody else to see.
    Archive,
    /// Deleted.
    Trash,
}

impl Tab {
    /// In the order in which they stand.
    pub const ALL: [Self; 7] = [
        Self::All,
        Self::Listed,
        Self::Owned,
        Self::InTrade,
        Self::Lent,
        Self::Archive,
        Self::Trash,
    ];

    /// The word in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Listed => "listed",
            Self::Owned => "owned",
            Self::InTrade => "trading",
            Self::Lent => "lent",
            Self::Archive => "archive",
            Self::Trash => "trash",
        }
    }

    /// The tab of a word; the first one for any other word.
    pub fn parse(word: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|tab| tab.as_str() == word)
            .unwrap_or_default()
    }
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// The copy that was added last first.
    #[default]
    Newest,
    /// By the letters of the title.
    Title,
    /// By the letters of the first author's name.
    Author,
    /// Best condition first.
    Condition,
}

impl Sort {
    /// In the order in which they stand.
    pub const ALL: [Self; 4] = [Self::Newest, Self::Title, Self::Author, Self::Condition];

    /// The word in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Title => "title",
            Self::Author => "author",
            Self::Condition => "condition",
        }
    }

    /// The sort of a word; the first one for any other word.
    pub fn parse(word: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|sort| sort.as_str() == word)
            .unwrap_or_default()
    }
}

/// What to show.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ShelfQuery {
    /// Which part of the shelf.
    pub tab: Tab,
    /// Part of a title or an author's name, or an ISBN.
    pub text: String,
    /// Where it stands, in the owner's own words; empty for anywhere.
    pub place: String,
    /// In which order.
    pub sort: Sort,
    /// From 1.
    pub page: u32,
}

/// One copy in the list.
#[derive(Debug, Clone)]
pub struct ShelfRow {
    /// By which trades name it.
    pub id: CopyId,
    /// Of the work's, the one it is a copy of.
    pub edition: EditionId,
    /// What it is a copy of.
    pub work: WorkId,
    /// Of the work's page.
    pub slug: String,
    /// The edition's own, or the work's.
    pub title: String,
    /// All authors in one line.
    pub author_line: String,
    /// ISO 639-1, or empty.
    pub language: String,
    /// As its owner judges it.
    pub grade: Grade,
    /// What the owner owns up to.
    pub defects: Vec<Defect>,
    /// What it is offered for, once it is listed.
    pub offers: Offers,
    /// On the shelf, on offer, put away.
    pub state: CopyState,
    /// When it was put on offer; none while it is not.
    pub listed_at: Option<Timestamp>,
    /// When it was added.
    pub created_at: Timestamp,
    /// Why a moderator hid it.
    pub hidden: Option<String>,
    /// Where it stands, in the owner's words; may be empty.
    pub place: String,
    /// The trade it is promised in.
    pub(super) trade: Option<TradeId>,
    /// The loan that it is out of the house on.
    pub(super) loan: Option<OutsideLoanId>,
    /// The last moment of the day by which it is to be back, where it is lent on the site.
    pub due: Option<Timestamp>,
    /// Who has it then; none when they have left.
    pub borrower: Option<String>,
    /// The round in which it is given away.
    pub(super) round: Option<RoundId>,
    /// Open proposals that name it.
    pub proposals: i64,
    /// The first photo.
    pub photo: Option<Uuid>,
    /// Copies that match, over all pages.
    pub(super) found: i64,
}

impl ShelfRow {
    /// Why it cannot be promised now.
    pub fn held_by(&self) -> Option<HeldBy> {
        HeldBy::of(self.trade, self.loan, self.round)
    }
}

/// Copies per tab, whatever is searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Of [`Tab::All`].
    pub all: i64,
    /// Of [`Tab::Listed`].
    pub listed: i64,
    /// Of [`Tab::Owned`].
    pub owned: i64,
    /// Of [`Tab::InTrade`].
    pub in_trade: i64,
    /// Of [`Tab::Lent`].
    pub lent: i64,
    /// Of [`Tab::Archive`].
    pub archive: i64,
    /// Of [`Tab::Trash`].
    pub trash: i64,
}

impl Counts {
    /// Those of one tab.
    pub const fn of(self, tab: Tab) -> i64 {
        match tab {
            Tab::All => self.all,
            Tab::Listed => self.listed,
            Tab::Owned => self.owned,
            Tab::InTrade => self.in_trade,
            Tab::Lent => self.lent,
            Tab::Archive => self.archive,
            Tab::Trash => self.trash,
        }
    }
}

/// One page of the shelf.
#[derive(Debug, Clone)]
pub struct Shelf {
    /// Those of this page, in the order asked for.
    pub rows: Vec<ShelfRow>,
    /// For the tabs.
    pub counts: Counts,
    /// That the reader has named so far, in the order of their letters.
    pub places: Vec<String>,
    /// Copies that match, over all pages.
    pub found: i64,
    /// From 1; the first when the one asked for does not exist.
    pub page: u32,
    /// That hold all of them; 0 when none matches.
    pub pages: u32,
}

/// The reader's copies.
///
/// # Errors
/// `SignInRequired`.
pub async fn shelf(cx: &Cx, query: &ShelfQuery) -> Result<Shelf> {
    let owner = cx.reader()?.id;
    let (counts, places) = repo::counts(cx.db(), owner, MOST_PLACES).await?;
    let mut page = query.page.max(1);
    let mut rows = rows(cx, owner, query, page).await?;
    if rows.is_empty() && page > 1 {
        page = 1;
        rows = self::rows(cx, owner, query, page).await?;
    }
    let found = rows.first().map_or(0, |row| row.found);
    Ok(Shelf {
        counts,
        places,
        found,
        page,
        pages: u32::try_from(found).unwrap_or(u32::MAX).div_ceil(PAGE),
        rows,
    })
}

/// The places that the reader has named so far, in the order of their letters.
///
/// # Errors
/// `SignInRequired`.
pub async fn places(cx: &Cx) -> Result<Vec<String>> {
    repo::places(cx.db(), cx.reader()?.id, MOST_PLACES).await
}

async fn rows(cx: &Cx, owner: UserId, query: &ShelfQuery, page: u32) -> Result<Vec<ShelfRow>> {
    let text = query.text.trim();
    let isbn = dogear_domain::isbn::Isbn13::parse(text)
        .ok()
        .map(|isbn| isbn.to_string());
    let filter = repo::ShelfFilter {
        owner,
        tab: query.tab,
        key: &title_key(text),
        isbn: isbn.as_deref(),
        place: query.place.trim(),
        sort: query.sort,
        most: i64::from(PAGE),
        offset: i64::from(page - 1) * i64::from(PAGE),
    };
    repo::rows(cx.db(), &filter).await
}
