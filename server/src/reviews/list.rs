//! Reviews as readers find them: beside a book, all of a book, all of a reader.

use std::fmt;
use std::str::FromStr;

use dogear_domain::fields::Handle;
use dogear_domain::ids::{ReviewId, WorkId};
use dogear_domain::library::Rating;
use dogear_domain::reviews::Ratings;
use jiff::Timestamp;

use super::repo::{self, lists};
use crate::{Cx, Error, Result};

/// Of others, beside a book.
pub(crate) const SHOWN_WITH_BOOK: usize = 3;
/// On one page of a list.
const PAGE: usize = 10;

/// The order of the reviews of a book.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ReviewSort {
    /// Those that have helped most readers first.
    #[default]
    Helpful,
    /// Those written last first.
    Newest,
}

impl ReviewSort {
    /// As people choose among them.
    pub const ALL: [Self; 2] = [Self::Helpful, Self::Newest];

    /// As it stands in addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Helpful => "helpful",
            Self::Newest => "newest",
        }
    }

    /// The order of this word; the most helpful first for a word that means none.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|sort| sort.as_str() == word)
            .unwrap_or_default()
    }
}

/// Where a page of a list ended. As text: `12.345`, how many it has helped and its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// How many readers the last review of the page has helped.
    pub helpful: i32,
    /// Its number.
    pub id: ReviewId,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.helpful, self.id)
    }
}

impl FromStr for Place {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (helpful, id) = text.split_once('.').unwrap_or(("", text));
        Ok(Self {
            helpful: helpful.parse()?,
            id: id.parse()?,
        })
    }
}

/// A review as others read it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // as the columns are
pub struct ReviewLine {
    /// By which it is named.
    pub id: ReviewId,
    /// Of its author.
    pub handle: String,
    /// What its author wants to be called.
    pub name: String,
    /// As it was written, with the marks of its spoilers.
    pub body: String,
    /// All of it gives the story away.
    pub spoiler: bool,
    /// How its author rates the book.
    pub rating: Option<Rating>,
    /// Its author has given or got the book in a completed trade.
    pub traded: bool,
    /// How many readers it has helped.
    pub helpful: i32,
    /// Whoever asks has said that it was helpful.
    pub voted: bool,
    /// It is of whoever asks.
    pub mine: bool,
    /// Nobody but its author sees it.
    pub hidden: bool,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was changed last; none when it never was.
    pub edited_at: Option<Timestamp>,
}

impl ReviewLine {
    const fn place(&self) -> Place {
        Place {
            helpful: self.helpful,
            id: self.id,
        }
    }
}

/// A book with a page of its reviews.
#[derive(Debug, Clone)]
pub struct BookReviews {
    /// The book.
    pub work: WorkId,
    /// Of its page.
    pub slug: String,
    /// Without the subtitle.
    pub title: String,
    /// All in one line; may be empty.
    pub author_line: String,
    /// What readers make of it together.
    pub ratings: Ratings,
    /// The asker’s own first, on the first page.
    pub lines: Vec<ReviewLine>,
    /// Where this page ends; none on the last.
    pub next: Option<Place>,
}

/// A review, with the book that it is about.
#[derive(Debug, Clone)]
pub struct ReviewOf {
    /// The book.
    pub work: WorkId,
    /// Of its page.
    pub slug: String,
    /// Without the subtitle.
    pub title: String,
    /// All in one line; may be empty.
    pub author_line: String,
    /// What is said of it.
    pub line: ReviewLine,
}

/// A reader with a page of their reviews.
#[derive(Debug, Clone)]
pub struct ReaderReviews {
    /// As they spell it.
    pub handle: String,
    /// What they want to be called.
    pub name: String,
    /// Newest first.
    pub lines: Vec<ReviewOf>,
    /// The number of the last one; none on the last page.
    pub next: Option<ReviewId>,
}

/// The reviews that stand beside a book: the asker's own, then the most helpful of the others. One
/// more than [`SHOWN_WITH_BOOK`] of those when there are more.
///
/// # Errors
/// Those of the database.
pub(crate) async fn beside_book(cx: &Cx, work: WorkId) -> Result<Vec<ReviewLine>> {
    let wanted = lists::Wanted {
        work,
        asker: cx.actor.as_ref().map(|actor| actor.id),
        after: None,
        now: cx.now(),
        most: SHOWN_WITH_BOOK + 1,
    };
    lists::most_helpful(cx.db(), &wanted).await
}

/// A page of the reviews of a book, from behind `after` on.
///
/// # Errors
/// `NotFound` when there is no such book.
pub async fn of_book(
    cx: &Cx,
    work: WorkId,
    sort: ReviewSort,
    after: Option<Place>,
) -> Result<BookReviews> {
    most_of_book(cx, work, sort, after, PAGE).await
}

/// As [`of_book`], a page of so many.
///
/// # Errors
/// As [`of_book`].
pub async fn most_of_book(
    cx: &Cx,
    work: WorkId,
    sort: ReviewSort,
    after: Option<Place>,
    most: usize,
) -> Result<BookReviews> {
    let book = lists::book(cx.db(), work).await?.ok_or(Error::NotFound)?;
    let wanted = lists::Wanted {
        work,
        asker: cx.actor.as_ref().map(|actor| actor.id),
        after,
        now: cx.now(),
        most: most + 1,
    };
    let mut lines = match sort {
        ReviewSort::Helpful => lists::most_helpful(cx.db(), &wanted).await?,
        ReviewSort::Newest => lists::newest(cx.db(), &wanted).await?,
    };
    let own = usize::from(lines.first().is_some_and(|line| line.mine));
    let next = (lines.len() > most + own).then(|| {
        lines.truncate(most + own);
        lines.last().map(ReviewLine::place)
    });
    Ok(BookReviews {
        work,
        slug: book.slug,
        title: book.title,
        author_line: book.author_line,
        ratings: Ratings::new(book.n, book.sum, &book.buckets),
        lines,
        next: next.flatten(),
    })
}

/// A page of what a reader has said of books, newest first, from behind `before` on.
///
/// # Errors
/// `NotFound` when there is no such reader, or nobody may see them.
pub async fn of_reader(cx: &Cx, handle: &str, before: Option<ReviewId>) -> Result<ReaderReviews> {
    most_of_reader(cx, handle, before, PAGE).await
}

/// As [`of_reader`], a page of so many.
///
/// # Errors
/// As [`of_reader`].
pub async fn most_of_reader(
    cx: &Cx,
    handle: &str,
    before: Option<ReviewId>,
    most: usize,
) -> Result<ReaderReviews> {
    let key = Handle::parse(handle).map_err(|_| Error::NotFound)?.key();
    let asker = cx.actor.as_ref().map(|actor| actor.id);
    let reader = lists::reader(cx.db(), &key, asker, cx.now())
        .await?
        .ok_or(Error::NotFound)?;
    let mut lines = lists::of_reader(cx.db(), reader.id, asker, before, cx.now(), most + 1).await?;
    let next = (lines.len() > most).then(|| {
        lines.truncate(most);
        lines.last().map(|review| review.line.id)
    });
    Ok(ReaderReviews {
        handle: reader.handle,
        name: reader.display_name,
        lines,
        next: next.flatten(),
    })
}

/// One review, as others read it.
///
/// # Errors
/// `NotFound` when there is none, or whoever asks may not read it.
pub async fn one(cx: &Cx, id: ReviewId) -> Result<ReviewOf> {
    let asker = cx.actor.as_ref().map(|actor| actor.id);
    let found = lists::one(cx.db(), id, asker, cx.now()).await?.pop();
    found.ok_or(Error::NotFound)
}

impl From<repo::lists::Row> for ReviewLine {
    fn from(row: repo::lists::Row) -> Self {
        Self {
            id: row.id,
            handle: row.handle,
            name: row.display_name,
            body: row.body,
            spoiler: row.spoiler,
            rating: row.rating,
            traded: row.traded,
            helpful: row.helpful,
            voted: row.voted,
            mine: row.mine,
            hidden: row.hidden,
            created_at: row.created_at.to_jiff(),
            edited_at: row.edited_at.map(jiff_sqlx::Timestamp::to_jiff),
        }
    }
}
