//! The addresses of all public pages of the catalogue, by spans of ids.

use std::str::FromStr;

use crate::{Cx, Result};

/// Ids in one file; sitemaps.org allows 50,000 addresses.
pub const SPAN: i64 = 10_000;

/// What has pages of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Books,
    Authors,
    Series,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Books, Self::Authors, Self::Series];

    /// As it stands in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Books => "books",
            Self::Authors => "authors",
            Self::Series => "series",
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
pub async fn last_ids(cx: &Cx) -> Result<[(Kind, i64); 3]> {
    let (books, authors, series): (i64, i64, i64) = sqlx::query_as(
        "select coalesce((select max(id) from works), 0), coalesce((select max(id) from authors), 0),
             coalesce((select max(id) from series), 0)",
    )
    .fetch_one(cx.db())
    .await?;
    Ok([
        (Kind::Books, books),
        (Kind::Authors, authors),
        (Kind::Series, series),
    ])
}

/// Ids and slugs (empty where addresses have none) of the `span`th [`SPAN`] ids, from 0.
///
/// # Errors
/// When the database does not answer in time.
pub async fn span(cx: &Cx, kind: Kind, span: i64) -> Result<Vec<(i64, String)>> {
    let statement = match kind {
        Kind::Books => "select id, slug from works where id > $1 and id <= $2 order by id",
        Kind::Authors => "select id, '' from authors where id > $1 and id <= $2 order by id",
        Kind::Series => "select id, '' from series where id > $1 and id <= $2 order by id",
    };
    Ok(sqlx::query_as(statement)
        .bind(span * SPAN)
        .bind((span + 1) * SPAN)
        .fetch_all(cx.db())
        .await?)
}
