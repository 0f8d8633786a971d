//! What others see of a reader's reading: the entries that the reader shows, never a note.

use dogear_domain::fields::Handle;
use dogear_domain::ids::WorkId;
use dogear_domain::library::{Rating, ReadingStatus, RoughDay};
use jiff::Timestamp;

use super::repo::public as repo;
use crate::{Cx, Error, Result};

/// Books on a page.
const PAGE: u32 = 24;

/// A book that a reader shows.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownBook {
    /// By which its page is found.
    pub work: WorkId,
    /// What follows the number in the page's address.
    pub slug: String,
    /// Without the subtitle.
    pub title: String,
    /// All authors in one line; may be empty.
    pub author_line: String,
    /// The code of its language; may be empty.
    pub language: String,
    /// Where it stands.
    pub status: Option<ReadingStatus>,
    /// How often they read it to the end.
    pub times_read: i32,
    /// Theirs.
    pub rating: Option<Rating>,
    /// When they read it to the end last, as far as that is known.
    pub read_on: Option<RoughDay>,
    /// When something about it was changed last.
    pub changed_at: Timestamp,
}

/// What a reader shows.
#[derive(Debug, Clone)]
pub enum PublicReading {
    /// A page of it.
    Open {
        /// In their own spelling.
        handle: String,
        /// What they want to be called.
        display_name: String,
        /// What was changed last first; empty when they show nothing.
        books: Vec<ShownBook>,
        /// Over all pages.
        total: i64,
        /// From 1.
        page: u32,
        /// How many there are.
        pages: u32,
    },
    /// As a reader's shelf is closed.
    Closed,
    /// The address in another spelling than the handle's own.
    Elsewhere(String),
}

/// What the reader with this handle shows to whoever asks; `page` from 1.
///
/// # Errors
/// `NotFound` when nobody has that handle.
pub async fn public(cx: &Cx, handle: &str, page: u32) -> Result<PublicReading> {
    let key = Handle::parse(handle).map_err(|_| Error::NotFound)?.key();
    let asker = cx.actor.as_ref().map(|actor| actor.id);
    let reader = repo::reader(cx.db(), &key, asker, cx.now())
        .await?
        .ok_or(Error::NotFound)?;
    if !reader.open {
        return Ok(PublicReading::Closed);
    }
    if reader.handle != handle {
        return Ok(PublicReading::Elsewhere(reader.handle));
    }
    let page = page.max(1);
    let part = repo::Part {
        before: None,
        most: PAGE.into(),
        offset: i64::from(page - 1) * i64::from(PAGE),
    };
    let (books, total) = repo::books(cx.db(), reader.id, &part).await?;
    Ok(PublicReading::Open {
        handle: reader.handle,
        display_name: reader.display_name,
        books,
        total,
        page,
        pages: u32::try_from(total).unwrap_or(u32::MAX).div_ceil(PAGE),
    })
}

/// What the reader with this handle, in any spelling of case, shows to whoever asks: what was
/// changed last first, from behind the book `before`; at most so many.
///
/// # Errors
/// `NotFound` when nobody has that handle, or whoever asks may not see them.
pub async fn shown_by(
    cx: &Cx,
    handle: &str,
    before: Option<(Timestamp, WorkId)>,
    most: u32,
) -> Result<Vec<ShownBook>> {
    let key = Handle::parse(handle).map_err(|_| Error::NotFound)?.key();
    let asker = cx.actor.as_ref().map(|actor| actor.id);
    let reader = repo::reader(cx.db(), &key, asker, cx.now()).await?;
    let reader = reader.filter(|reader| reader.open).ok_or(Error::NotFound)?;
    let part = repo::Part {
        before,
        most: most.into(),
        offset: 0,
    };
    Ok(repo::books(cx.db(), reader.id, &part).await?.0)
}
