//! A work with its editions and every copy that can be asked for.

use std::collections::HashMap;

use dogear_domain::edition::Format;
use dogear_domain::grade::{Defect, Grade};
use dogear_domain::ids::{AuthorId, CopyId, EditionId, RoundId, SeriesId, WorkId};
use dogear_domain::isbn::Isbn13;
use dogear_domain::offers::Offers;
use dogear_domain::reviews::Ratings;
use dogear_domain::whereabouts::Whereabouts;
use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use super::repo::{self, CopyRow};
use super::{defects, offset};
use crate::recommendations::{self, Similar};
use crate::reviews::{self, ReviewLine};
use crate::trades::Trust;
use crate::{Cx, Error, Result, places};

/// Copies on one page of a book's table.
pub const COPIES_PER_PAGE: u32 = 50;

/// The order of the copies of a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopySort {
    /// Those nearest to the reader's town first.
    Nearest,
    /// In the best condition first.
    Condition,
    /// Those listed last first.
    Newest,
    /// What costs nothing first, then the cheapest; then what is not for sale.
    Price,
}

impl CopySort {
    /// As people choose among them.
    pub const ALL: [Self; 4] = [Self::Nearest, Self::Condition, Self::Newest, Self::Price];

    /// As it stands in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nearest => "nearest",
            Self::Condition => "condition",
            Self::Newest => "newest",
            Self::Price => "price",
        }
    }

    /// The order of this word; none for a word that means none.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.as_str() == word)
    }
}

/// An author's id and name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Named {
    /// By which their page is found.
    pub id: AuthorId,
    /// As it is printed on books.
    pub name: String,
}

/// A work's place in a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesPlace {
    /// By which its page is found.
    pub id: SeriesId,
    /// As it is printed on books.
    pub title: String,
    /// "3", "1.5"; empty when the series is not numbered.
    pub position: String,
}

/// An edition, and how many of its copies can be asked for now.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct EditionLine {
    /// By which copies name it.
    pub id: EditionId,
    /// Empty when it is the work's.
    pub title: String,
    /// Empty when it is the work's.
    #[serde(default)]
    pub subtitle: String,
    /// How it is bound.
    pub format: Format,
    /// May be empty.
    pub publisher: String,
    /// When it came out; none when not known.
    pub year: Option<i32>,
    /// Their number; none when not known.
    pub pages: Option<i32>,
    /// The code of one; may be empty.
    pub language: String,
    /// None when it has none, or nobody has entered it.
    pub isbn13: Option<Isbn13>,
    /// Those that can be asked for now.
    #[serde(default)]
    pub copies: i64,
}

/// A copy that can be asked for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyLine {
    /// By which a trade names it.
    pub id: CopyId,
    /// Of the book's, the one it is a copy of.
    pub edition: EditionId,
    /// As its owner judges it.
    pub grade: Grade,
    /// What the owner owns up to.
    pub defects: Vec<Defect>,
    /// In the owner's words; may be empty.
    pub note: String,
    /// What it is offered for.
    pub offers: Offers,
    /// Keys of the photos, in the owner's order.
    pub photos: Vec<Uuid>,
    /// Handle.
    pub owner: String,
    /// Where the owner lives.
    pub whereabouts: Whereabouts,
    /// How the owner trades.
    pub trust: Trust,
    /// It belongs to whoever asks.
    pub mine: bool,
    /// It is given away in this round, until then: one asks for it there.
    pub round: Option<(RoundId, Timestamp)>,
}

/// What the catalogue says of a book, and what readers make of it together.
#[derive(Debug, Clone)]
pub struct BookFacts {
    /// By which the page is found.
    pub id: WorkId,
    /// What follows the number in the page's address.
    pub slug: String,
    /// Without the subtitle.
    pub title: String,
    /// May be empty.
    pub subtitle: String,
    /// The code of the one it was written in; may be empty.
    pub language: String,
    /// Of its publication; none when not known.
    pub first_year: Option<i32>,
    /// In plain words; may be empty.
    pub description: String,
    /// Slug and name.
    pub genre: Option<(String, String)>,
    /// None when it stands alone.
    pub series: Option<SeriesPlace>,
    /// All authors in one line.
    pub author_line: String,
    /// In the order in which they are named.
    pub authors: Vec<Named>,
    /// The first fifty that were entered.
    pub editions: Vec<EditionLine>,
    /// What readers make of it together.
    pub ratings: Ratings,
}

/// Everything on a book's page.
#[derive(Debug, Clone)]
pub struct BookPage {
    /// What the catalogue says of it.
    pub facts: BookFacts,
    /// The page of them that was asked for.
    pub copies: Vec<CopyLine>,
    /// Their order.
    pub sort: CopySort,
    /// The town of whoever asks is on the map, so that something can be near.
    pub placed: bool,
    /// The number of that page, from 1.
    pub page: u32,
    /// All copies that can be asked for.
    pub available: i64,
    /// Listed copies that are promised in a trade, or lent.
    pub in_trades: i64,
    /// What its readers also own, and what is like it.
    pub similar: Similar,
    /// Their own first, then the three that have helped most readers.
    pub reviews: Vec<ReviewLine>,
    /// There are more of them.
    pub more_reviews: bool,
}

impl std::ops::Deref for BookPage {
    type Target = BookFacts;

    fn deref(&self) -> &BookFacts {
        &self.facts
    }
}

impl BookPage {
    /// How many pages the table of copies has.
    pub fn pages(&self) -> u32 {
        super::pages(self.available, COPIES_PER_PAGE)
    }
}

/// The page of a work, with page `page` (from 1) of its copies, or the first when there is
/// no such page. Without an order that can be had, the nearest come first where the reader's town
/// is known, else the best. Copies of readers who blocked, or are blocked by, the one who asks are
/// left out.
///
/// # Errors
/// `NotFound` when there is no such work.
pub async fn book(cx: &Cx, id: WorkId, sort: Option<CopySort>, mut page: u32) -> Result<BookPage> {
    let work = repo::work(cx.db(), id).await?.ok_or(Error::NotFound)?;
    let placed = places::is_placed(cx).await?;
    let sort = match sort {
        Some(CopySort::Nearest) | None if placed => CopySort::Nearest,
        Some(CopySort::Nearest) | None => CopySort::Condition,
        Some(other) => other,
    };
    let mut rows = copies(cx, id, sort, page).await?;
    if page != 1 && rows.iter().all(|row| row.held) {
        page = 1;
        rows = copies(cx, id, sort, page).await?;
    }
    let reader = cx.actor.as_ref().map(|actor| actor.id);
    let similar = recommendations::similar(cx, id).await?;
    let mut reviews = reviews::beside_book(cx, id).await?;
    let shown =
        reviews::SHOWN_WITH_BOOK + usize::from(reviews.first().is_some_and(|review| review.mine));
    let more_reviews = reviews.len() > shown;
    reviews.truncate(shown);
    let available = rows.first().map_or(0, |row| row.available);
    let in_trades = rows.first().map_or(0, |row| row.in_trades);
    let copies: Vec<CopyLine> = rows
        .into_iter()
        .filter(|row| !row.held)
        .map(CopyLine::from)
        .collect();
    let of_edition: HashMap<EditionId, i64> = if usize::try_from(available) == Ok(copies.len()) {
        copies.iter().fold(HashMap::new(), |mut counts, copy| {
            *counts.entry(copy.edition).or_default() += 1;
            counts
        })
    } else {
        repo::copies_of_editions(cx.db(), id, reader, cx.now()).await?
    };
    let mut facts = facts(id, work);
    for edition in &mut facts.editions {
        edition.copies = of_edition.get(&edition.id).copied().unwrap_or_default();
    }
    Ok(BookPage {
        facts,
        copies,
        sort,
        placed,
        page,
        available,
        in_trades,
        similar,
        reviews,
        more_reviews,
    })
}

/// What the catalogue says of a book, with how many of its copies can be asked for: what the page
/// of it says above everything else, in two statements.
///
/// # Errors
/// `NotFound` when there is no such work.
pub async fn book_facts(cx: &Cx, id: WorkId) -> Result<BookFacts> {
    let work = repo::work(cx.db(), id).await?.ok_or(Error::NotFound)?;
    let reader = cx.actor.as_ref().map(|actor| actor.id);
    let of_edition = repo::copies_of_editions(cx.db(), id, reader, cx.now()).await?;
    let mut facts = facts(id, work);
    for edition in &mut facts.editions {
        edition.copies = of_edition.get(&edition.id).copied().unwrap_or_default();
    }
    Ok(facts)
}

/// The copies of a book that can be asked for, those that were entered last first, from behind the
/// copy `before`; at most so many. Who is blocked is left out, as on the page.
///
/// # Errors
/// Those of the database.
pub async fn copies_of_book(
    cx: &Cx,
    id: WorkId,
    before: Option<CopyId>,
    most: u32,
) -> Result<Vec<CopyLine>> {
    let reader = cx.actor.as_ref().map(|actor| actor.id);
    let rows = repo::copies_before(cx.db(), id, reader, cx.now(), before, most.into()).await?;
    Ok(rows.into_iter().map(CopyLine::from).collect())
}

fn facts(id: WorkId, work: repo::WorkRow) -> BookFacts {
    BookFacts {
        id,
        slug: work.slug,
        title: work.title,
        subtitle: work.subtitle,
        language: work.language,
        first_year: work.first_year,
        description: work.description,
        genre: work.genre.zip(work.genre_name),
        series: work
            .series_id
            .zip(work.series_title)
            .map(|(id, title)| SeriesPlace {
                id,
                title,
                position: work.series_position.unwrap_or_default(),
            }),
        author_line: work.author_line,
        authors: work.authors.0,
        editions: work.editions.0,
        ratings: Ratings::new(
            work.rated.unwrap_or_default(),
            work.rated_sum.unwrap_or_default(),
            &work.rated_buckets.unwrap_or_default(),
        ),
    }
}

impl From<CopyRow> for CopyLine {
    fn from(row: CopyRow) -> Self {
        Self {
            id: row.id,
            edition: row.edition_id,
            grade: row.grade,
            defects: defects(&row.defects),
            note: row.note,
            offers: row.offers,
            photos: row.photos,
            owner: row.handle,
            whereabouts: row.seen.0.into(),
            trust: row.trust.0,
            mine: row.mine,
            round: row
                .round
                .zip(row.closes_at.map(jiff_sqlx::Timestamp::to_jiff)),
        }
    }
}

async fn copies(cx: &Cx, work: WorkId, sort: CopySort, page: u32) -> Result<Vec<CopyRow>> {
    let reader = cx.actor.as_ref().map(|actor| actor.id);
    let (most, offset) = (COPIES_PER_PAGE.into(), offset(page, COPIES_PER_PAGE));
    repo::copies(cx.db(), work, reader, sort, cx.now(), most, offset).await
}
