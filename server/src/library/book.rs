//! What one book is to a reader.

use dogear_domain::ids::{EditionId, ReadingId, WorkId};
use dogear_domain::library::{Progress, Rating, ReadingStatus, Visibility};
use jiff::Timestamp;

use super::ReadingInput;
use super::repo::readings::Reading;
use super::repo::{books, entries, readings, settings};
use crate::{Cx, Error, Result};

/// What stands on a book's page for the reader who asks.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// The book.
    pub work: WorkId,
    /// None when it is nothing to them yet, or only rated.
    pub status: Option<ReadingStatus>,
    /// They want to read it, perhaps once more.
    pub wanted: bool,
    /// How often they read it to the end.
    pub times_read: i32,
    /// None when they have not rated it.
    pub rating: Option<Rating>,
    /// The reading that goes on, paused or not.
    pub open: Option<ReadingId>,
    /// How far that one has come.
    pub progress: Option<Progress>,
    /// How many pages that one has, as far as anybody knows.
    pub pages: Option<i32>,
}

/// How a book is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookHead {
    /// By which its page is found.
    pub id: WorkId,
    /// What follows the number in the page's address.
    pub slug: String,
    /// Without the subtitle.
    pub title: String,
    /// All authors in one line; may be empty.
    pub author_line: String,
    /// The code of its language; may be empty.
    pub language: String,
}

/// One reading of a book.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReadingLine {
    /// By which forms name it.
    pub id: ReadingId,
    /// What a form may change.
    pub input: ReadingInput,
    /// Which edition was read, if that is known.
    pub edition: Option<EditionId>,
    /// Since when it is put aside.
    pub paused_at: Option<Timestamp>,
    /// How far it had come.
    pub progress: Option<Progress>,
}

/// All that a book is to a reader.
#[derive(Debug, Clone)]
pub struct BookReading {
    /// The book.
    pub book: BookHead,
    /// As on its page.
    pub panel: Panel,
    /// The one that goes on first, then from the last that ended.
    pub readings: Vec<ReadingLine>,
    /// For the reader alone; may be empty.
    pub note: String,
    /// None: as for all books.
    pub visibility: Option<Visibility>,
    /// How it is for all books.
    pub is_public: bool,
}

/// What a book is to whoever asks, nothing at all too; none for visitors. The book need not be
/// there.
///
/// # Errors
/// Those of the database.
pub async fn panel(cx: &Cx, work: WorkId) -> Result<Option<Panel>> {
    match &cx.actor {
        None => Ok(None),
        Some(actor) => books::panel(cx.db(), actor.id, work).await.map(Some),
    }
}

/// All that a book is to whoever asks.
///
/// # Errors
/// `SignInRequired`; `NotFound` for a book that is not there.
pub async fn book(cx: &Cx, work: WorkId) -> Result<BookReading> {
    let reader = cx.reader()?.id;
    let mut conn = cx.db().acquire().await?;
    let book = books::head(&mut *conn, work)
        .await?
        .ok_or(Error::NotFound)?;
    let panel = books::panel(&mut *conn, reader, work).await?;
    let known = readings::list(&mut conn, reader, work).await?;
    let (note, visibility) = entries::note(&mut *conn, reader, work)
        .await?
        .unwrap_or_default();
    Ok(BookReading {
        book,
        panel,
        readings: known.iter().map(ReadingLine::from).collect(),
        note,
        visibility,
        is_public: settings::is_public(&mut *conn, reader).await?,
    })
}

/// The readings of a book by whoever asks: the one that goes on first, then from the last that ended.
///
/// # Errors
/// `SignInRequired`; `NotFound` for a book that is not there.
pub async fn readings_of_book(cx: &Cx, work: WorkId) -> Result<(BookHead, Vec<ReadingLine>)> {
    let reader = cx.reader()?.id;
    let mut conn = cx.db().acquire().await?;
    let book = books::head(&mut *conn, work)
        .await?
        .ok_or(Error::NotFound)?;
    let known = readings::list(&mut conn, reader, work).await?;
    Ok((book, known.iter().map(ReadingLine::from).collect()))
}

/// A reading of whoever asks, and its book.
///
/// # Errors
/// `SignInRequired`; `NotFound` when it is not the reader's.
pub async fn reading(cx: &Cx, id: ReadingId) -> Result<(BookHead, ReadingLine)> {
    let reader = cx.reader()?.id;
    let mut conn = cx.db().acquire().await?;
    let work = readings::work_of(&mut conn, reader, id)
        .await?
        .ok_or(Error::NotFound)?;
    let book = books::head(&mut *conn, work)
        .await?
        .ok_or(Error::NotFound)?;
    let known = readings::list(&mut conn, reader, work).await?;
    let line = known.iter().find(|reading| reading.id == id);
    Ok((book, line.map(ReadingLine::from).ok_or(Error::NotFound)?))
}

impl From<&Reading> for ReadingLine {
    fn from(reading: &Reading) -> Self {
        Self {
            id: reading.id,
            input: reading.input(),
            edition: reading.edition,
            paused_at: reading.paused_at,
            progress: reading.progress,
        }
    }
}
