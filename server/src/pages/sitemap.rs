//! The addresses of all public pages of the catalogue, by spans of ids.

use std::str::FromStr;

use dogear_domain::edition::LANGUAGES;

use crate::{Cx, Result};

/// Ids in one file; sitemaps.org allows 50,000 addresses.
pub const SPAN: i64 = 10_000;

/// What has pages of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Books,
    Authors,
    Series,
    Genres,
    Languages,
}

impl Kind {
    pub const ALL: [Self; 5] = [
        Self::Books,
        Self::Authors,
        Self::Series,
        Self::Genres,
        Self::Languages,
    ];

    /// As it stands in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Books => "books",
            Self::Authors => "authors",
            Self::Series => "series",
            Self::Genres => "genres",
            Self::Languages => "languages",
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
pub async fn last_ids(cx: &Cx) -> Result<[(Kind, i64); 5]> {
    let (books, authors, series, genres): (i64, i64, i64, i64) = sqlx::query_as(
        "select coalesce((select max(id) from works), 0), coalesce((select max(id) from authors), 0),
             coalesce((select max(id) from series), 0), coalesce((select max(position) from genres), 0)::bigint",
    )
    .fetch_one(cx.db())
    .await?;
    Ok([
        (Kind::Books, books),
        (Kind::Authors, authors),
        (Kind::Series, series),
        (Kind::Genres, genres),
        (Kind::Languages, LANGUAGES.len() as i64),
    ])
}

/// Ids and slugs (of languages the codes of those in which there are books; empty where addresses have none) of the `span`th [`SPAN`] ids, from 0.
///
/// # Errors
/// When the database does not answer in time.
pub async fn span(cx: &Cx, kind: Kind, span: i64) -> Result<Vec<(i64, String)>> {
    let statement = match kind {
        Kind::Books => "select id, slug from works where id > $1 and id <= $2 order by id",
        Kind::Authors => "select id, '' from authors where id > $1 and id <= $2 order by id",
        Kind::Series => "select id, '' from series where id > $1 and id <= $2 order by id",
        Kind::Genres => {
            "select position::bigint, slug from genres where position > $1 and position <= $2 order by position"
        }
        Kind::Languages => {
            let (_, languages) = super::subjects(cx).await?;
            let codes = languages.into_iter().map(|line| (0, line.key));
            return Ok(if span == 0 {
                codes.collect()
            } else {
                Vec::new()
            });
        }
    };
    Ok(sqlx::query_as(statement)
        .bind(span * SPAN)
        .bind((span + 1) * SPAN)
        .fetch_all(cx.db())
        .await?)
}
