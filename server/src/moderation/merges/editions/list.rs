//! Editions to choose from, and the merges that were made.

use dogear_domain::edition::Format;
use dogear_domain::ids::{EditionId, WorkId};
use dogear_domain::isbn::Isbn13;
use jiff::Timestamp;

use crate::moderation::repo::edition_merges as repo;
use crate::{Cx, Error, Result};

/// Digits of the longest number; the shortest ISBN has ten.
const LONGEST: usize = 9;

/// An edition of a work in a list.
#[derive(Debug, Clone)]
pub struct Line {
    /// Growing, the newest the largest.
    pub id: EditionId,
    /// Thirteen digits; none when nobody has entered it.
    pub isbn13: Option<String>,
    /// Its own; empty when it is the work's.
    pub title: String,
    /// How it is bound.
    pub format: Format,
    /// May be empty.
    pub publisher: String,
    /// When it came out.
    pub year: Option<i32>,
    /// Their number.
    pub pages: Option<i32>,
    /// The code of one; may be empty.
    pub language: String,
    /// Of all readers, those they deleted left out.
    pub copies: i64,
}

/// Every edition of a work, the oldest entry first.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins.
pub async fn of_work(cx: &Cx, work: WorkId) -> Result<Vec<Line>> {
    cx.moderator()?;
    repo::of_work(cx.db(), work).await
}

/// The edition that is meant by an ISBN in any notation, also by that of one merged into it, or by an edition's number.
///
/// # Errors
/// As [`of_work`]; `NotFound` when there is none.
pub async fn by_number(cx: &Cx, typed: &str) -> Result<EditionId> {
    cx.moderator()?;
    let number = typed.trim().trim_start_matches('#');
    if number.len() <= LONGEST
        && let Ok(number) = number.parse()
    {
        return Ok(EditionId(number));
    }
    let isbn = typed.parse::<Isbn13>().map_err(|_| Error::NotFound)?;
    repo::by_isbn(cx.db(), &isbn.to_string())
        .await?
        .ok_or(Error::NotFound)
}

/// A merge, as it stands in the list and on its page.
#[derive(Debug, Clone)]
pub struct Merged {
    /// Of the merge: growing, the newest the largest.
    pub id: i64,
    /// The edition that was merged away.
    pub dropped: EditionId,
    /// The ISBN of the dropped one.
    pub isbn13: Option<String>,
    /// The edition that stands there now.
    pub kept: Option<EditionId>,
    /// Its work, with slug and title.
    pub work: Option<WorkId>,
    /// Of the page of [`Self::work`].
    pub slug: Option<String>,
    /// Of [`Self::work`].
    pub title: Option<String>,
    /// Handle.
    pub moderator: String,
    /// When they were merged.
    pub created_at: Timestamp,
    /// When it was taken back; none while it holds.
    pub undone_at: Option<Timestamp>,
    /// That changed editions by it.
    pub copies: i32,
}
