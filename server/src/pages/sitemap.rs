//! The addresses of all public pages of the catalogue, of events and of lists, by spans of ids.

use std::str::FromStr;

use dogear_domain::edition::LANGUAGES;

use super::repo;
use crate::{Cx, Result};

/// Ids in one file; sitemaps.org allows 50,000 addresses.
pub const SPAN: i64 = 10_000;

/// What has pages of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Every work.
    Books,
    /// Everybody who wrote one.
    Authors,
    /// Those that works stand in.
    Series,
    /// Those of the list.
    Genres,
    /// Those of the list.
    Languages,
    /// Those to come that everybody may see.
    Events,
    /// Those of readers that are for everybody, with something in them.
    Lists,
}

impl Kind {
    /// In the order in which the sitemap lists them.
    pub const ALL: [Self; 7] = [
        Self::Books,
        Self::Authors,
        Self::Series,
        Self::Genres,
        Self::Languages,
        Self::Events,
        Self::Lists,
    ];

    /// As it stands in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Books => "books",
            Self::Authors => "authors",
            Self::Series => "series",
            Self::Genres => "genres",
            Self::Languages => "languages",
            Self::Events => "events",
            Self::Lists => "lists",
        }
    }
}

impl FromStr for Kind {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .ok_or(())
    }
}

/// The highest id of each kind; 0 when there is none.
///
/// # Errors
/// When the database does not answer in time.
pub async fn last_ids(cx: &Cx) -> Result<[(Kind, i64); 7]> {
    let last = repo::last_ids(cx.db()).await?;
    Ok([
        (Kind::Books, last.books),
        (Kind::Authors, last.authors),
        (Kind::Series, last.series),
        (Kind::Genres, last.genres),
        (Kind::Languages, LANGUAGES.len() as i64),
        (Kind::Events, last.events),
        (Kind::Lists, last.lists),
    ])
}

/// Ids and slugs (of languages the codes of those in which there are books; empty where addresses have none) of the `span`th [`SPAN`] ids, from 0.
///
/// # Errors
/// When the database does not answer in time.
pub async fn span(cx: &Cx, kind: Kind, span: i64) -> Result<Vec<(i64, String)>> {
    let (after, last) = (span * SPAN, (span + 1) * SPAN);
    let bare = |ids: Vec<i64>| ids.into_iter().map(|id| (id, String::new())).collect();
    match kind {
        Kind::Books => repo::works(cx.db(), after, last).await,
        Kind::Authors => repo::authors(cx.db(), after, last).await.map(bare),
        Kind::Series => repo::series(cx.db(), after, last).await.map(bare),
        Kind::Genres => repo::genres(cx.db(), after, last).await,
        Kind::Languages if span == 0 => {
            let (_, languages) = super::subjects(cx).await?;
            Ok(languages.into_iter().map(|line| (0, line.key)).collect())
        }
        Kind::Languages => Ok(Vec::new()),
        Kind::Events => repo::events(cx.db(), after, last, cx.now()).await,
        Kind::Lists => repo::lists(cx.db(), after, last, cx.now()).await,
    }
}
