//! Copies that were listed last, for programs that tell their readers of them: by what an author
//! wrote, by whose they are, by what a search finds. What everybody may see, and nothing more.

use dogear_domain::fields::Handle;
use dogear_domain::grade::Grade;
use dogear_domain::ids::{AuthorId, CopyId, WorkId};
use dogear_domain::offers::Offers;
use jiff::Timestamp;

use super::repo;
use crate::{Cx, Error, Result};

/// Copies in one feed.
pub const FEED_LENGTH: u32 = 50;

/// A copy that was listed of late.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// By which its page is found.
    pub copy: CopyId,
    /// Of the work, without the subtitle.
    pub title: String,
    /// All authors in one line.
    pub author_line: String,
    /// As its owner judges it.
    pub grade: Grade,
    /// What it is offered for.
    pub offers: Offers,
    /// In the owner's words; may be empty.
    pub note: String,
    /// Since when it is listed.
    pub listed_at: Timestamp,
}

/// The author's name, and the copies of their books that were listed last.
///
/// # Errors
/// `NotFound` when there is no such author.
pub async fn offered_of_author(cx: &Cx, author: AuthorId) -> Result<(String, Vec<Offered>)> {
    let names = repo::author_names(cx.db(), author).await?;
    let name = names.ok_or(Error::NotFound)?.name;
    let works = repo::works_by(cx.db(), author).await?;
    Ok((name, offered_of_works(cx, &works).await?))
}

/// The reader's name, and the copies that they listed last.
///
/// # Errors
/// `NotFound` when there is no such reader, or their shelf is closed.
pub async fn offered_of_reader(cx: &Cx, handle: &str) -> Result<(String, Vec<Offered>)> {
    let key = Handle::parse(handle).map_err(|_| Error::NotFound)?.key();
    let reader = repo::reader(cx.db(), &key, None, cx.now()).await?;
    let reader = reader.filter(|reader| reader.open).ok_or(Error::NotFound)?;
    let copies = repo::offered_by(cx.db(), reader.id, cx.now(), FEED_LENGTH.into()).await?;
    Ok((reader.display_name, copies))
}

/// The copies of these works that were listed last.
///
/// # Errors
/// Those of the database.
pub async fn offered_of_works(cx: &Cx, works: &[WorkId]) -> Result<Vec<Offered>> {
    repo::offered_of(cx.db(), works, cx.now(), FEED_LENGTH.into()).await
}
