//! Authors and series with their works.

use dogear_domain::ids::{AuthorId, SeriesId};

use super::{PER_PAGE, offset};
use crate::search::WorkLine;
use crate::{Cx, Error, Result};

/// An author's works.
#[derive(Debug, Clone)]
pub struct AuthorPage {
    pub id: AuthorId,
    pub name: String,
    /// One page of them: with copies first, then by title.
    pub works: Vec<WorkLine>,
    pub total: i64,
    /// Copies of all of them that can be asked for now.
    pub copies: i64,
}

/// The works of a series.
#[derive(Debug, Clone)]
pub struct SeriesPage {
    pub id: SeriesId,
    pub title: String,
    /// In the order of the series.
    pub works: Vec<Volume>,
}

/// A work in its series.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Volume {
    /// "3", "1.5"; empty when the series is not numbered.
    pub position: String,
    /// Whoever asks has a copy of it.
    pub mine: bool,
    #[sqlx(flatten)]
    pub work: WorkLine,
}

#[derive(sqlx::FromRow)]
struct Counted {
    total: i64,
    all_copies: i64,
    #[sqlx(flatten)]
    work: WorkLine,
}

/// The page of an author; `page` from 1.
///
/// # Errors
/// `NotFound` when there is no such author.
pub async fn author(cx: &Cx, id: AuthorId, page: u64) -> Result<AuthorPage> {
    let name: String = sqlx::query_scalar("select name from authors where id = $1")
        .bind(id)
        .fetch_optional(cx.db())
        .await?
        .ok_or(Error::NotFound)?;
    let rows: Vec<Counted> = sqlx::query_as(
        "select s.work_id, s.title, s.author_line, s.slug, s.language, s.copies, s.best_grade,
             count(*) over () as total, (sum(s.copies) over ())::bigint as all_copies
         from work_authors wa join work_search s on s.work_id = wa.work_id
         where wa.author_id = $1
         order by s.copies > 0 desc, s.sort_key collate \"C\", s.work_id limit $2 offset $3",
    )
    .bind(id)
    .bind(PER_PAGE as i64)
    .bind(offset(page, PER_PAGE))
    .fetch_all(cx.db())
    .await?;
    Ok(AuthorPage {
        id,
        name,
        total: rows.first().map_or(0, |row| row.total),
        copies: rows.first().map_or(0, |row| row.all_copies),
        works: rows.into_iter().map(|row| row.work).collect(),
    })
}

/// The page of a series.
///
/// # Errors
/// `NotFound` when there is no such series.
pub async fn series(cx: &Cx, id: SeriesId) -> Result<SeriesPage> {
    let title: String = sqlx::query_scalar("select title from series where id = $1")
        .bind(id)
        .fetch_optional(cx.db())
        .await?
        .ok_or(Error::NotFound)?;
    let works = sqlx::query_as(
        "select s.work_id, s.title, s.author_line, s.slug, s.language, s.copies, s.best_grade,
             coalesce(trim_scale(w.series_position)::text, '') as position,
             exists (select from copies c
                 where c.work_id = w.id and c.owner_id = $2 and c.state <> 'deleted') as mine
         from works w join work_search s on s.work_id = w.id
         where w.series_id = $1
         order by w.series_position nulls last, w.first_year nulls last, w.id limit 200",
    )
    .bind(id)
    .bind(cx.actor.as_ref().map(|actor| actor.id))
    .fetch_all(cx.db())
    .await?;
    Ok(SeriesPage { id, title, works })
}
