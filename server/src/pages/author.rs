//! Authors and series with their works.

use dogear_domain::ids::{AuthorId, SeriesId, WorkId};

use super::{PER_PAGE, offset, repo};
use crate::search::WorkLine;
use crate::{Cx, Error, Result};

/// An author's works.
#[derive(Debug, Clone)]
pub struct AuthorPage {
    /// By which their page is found.
    pub id: AuthorId,
    /// As it is printed on books.
    pub name: String,
    /// The same in the author's own script, or empty.
    pub own_name: String,
    /// One page of them, in the order asked for.
    pub works: Vec<WorkLine>,
    /// Works on all pages.
    pub total: i64,
    /// Copies of all of them that can be asked for now.
    pub copies: i64,
    /// Works of which whoever asks has a copy.
    pub mine: i64,
}

/// The order of an author's works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AuthorSort {
    /// Those with copies first.
    #[default]
    Offered,
    /// By title.
    Title,
    /// The first first.
    Year,
}

impl AuthorSort {
    /// As people choose among them.
    pub const ALL: [Self; 3] = [Self::Offered, Self::Title, Self::Year];

    /// As it stands in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Title => "title",
            Self::Year => "year",
        }
    }

    /// The order of this word; an unknown word is the first one.
    pub fn parse(word: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|sort| sort.as_str() == word)
            .unwrap_or_default()
    }
}

/// The works of a series.
#[derive(Debug, Clone)]
pub struct SeriesPage {
    /// By which its page is found.
    pub id: SeriesId,
    /// As it is printed on books.
    pub title: String,
    /// In the order of the series.
    pub works: Vec<Volume>,
}

/// A work in its series.
#[derive(Debug, Clone)]
pub struct Volume {
    /// "3", "1.5"; empty when the series is not numbered.
    pub position: String,
    /// Whoever asks has a copy of it.
    pub mine: bool,
    /// As it stands in lists.
    pub work: WorkLine,
}

/// The page of an author; `page` from 1.
///
/// # Errors
/// `NotFound` when there is no such author.
pub async fn author(cx: &Cx, id: AuthorId, sort: AuthorSort, page: u32) -> Result<AuthorPage> {
    let names = repo::author_names(cx.db(), id)
        .await?
        .ok_or(Error::NotFound)?;
    let asked = repo::AuthorQuery {
        id,
        reader: cx.actor.as_ref().map(|actor| actor.id),
        sort,
        most: PER_PAGE.into(),
        offset: offset(page, PER_PAGE),
    };
    let found = repo::works_of_author(cx.db(), &asked).await?;
    Ok(AuthorPage {
        id,
        name: names.name,
        own_name: names.own_name,
        total: found.total,
        copies: found.copies,
        mine: found.mine,
        works: found.works,
    })
}

/// An author's works, those entered last first, from behind the work `before`; at most so many.
///
/// # Errors
/// `NotFound` when there is no such author.
pub async fn books_of_author(
    cx: &Cx,
    id: AuthorId,
    before: Option<WorkId>,
    most: u32,
) -> Result<Vec<WorkLine>> {
    repo::author_names(cx.db(), id)
        .await?
        .ok_or(Error::NotFound)?;
    repo::works_before(cx.db(), id, before, most.into()).await
}

/// The page of a series.
///
/// # Errors
/// `NotFound` when there is no such series.
pub async fn series(cx: &Cx, id: SeriesId) -> Result<SeriesPage> {
    let title = repo::series_title(cx.db(), id)
        .await?
        .ok_or(Error::NotFound)?;
    let reader = cx.actor.as_ref().map(|actor| actor.id);
    let works = repo::volumes(cx.db(), id, reader).await?;
    Ok(SeriesPage { id, title, works })
}
