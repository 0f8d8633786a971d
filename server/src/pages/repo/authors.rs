//! Authors and series with their works.

use dogear_domain::grade::Grade;
use dogear_domain::ids::{AuthorId, SeriesId, UserId, WorkId};
use sqlx::PgPool;

use crate::Result;
use crate::pages::{AuthorSort, Volume};
use crate::search::{WorkLine, work_line};

/// An author's names.
pub(in crate::pages) struct Names {
    pub name: String,
    /// In the author's own script, or empty.
    pub own_name: String,
}

/// The names of an author; none when there is no such author.
pub(in crate::pages) async fn author_names(db: &PgPool, id: AuthorId) -> Result<Option<Names>> {
    Ok(sqlx::query_as!(
        Names,
        "select name, own_name from authors where id = $1",
        id.0
    )
    .fetch_optional(db)
    .await?)
}

/// One page of an author's works, with the numbers over all pages.
pub(in crate::pages) struct AuthorWorks {
    pub works: Vec<WorkLine>,
    pub total: i64,
    /// Copies of all of them that can be asked for.
    pub copies: i64,
    /// Works of which the reader has a copy.
    pub mine: i64,
}

/// Which of an author's works are asked for, and by whom.
pub(in crate::pages) struct AuthorQuery {
    pub id: AuthorId,
    pub reader: Option<UserId>,
    pub sort: AuthorSort,
    pub most: i64,
    pub offset: i64,
}

/// An author's works.
pub(in crate::pages) async fn works_of_author(
    db: &PgPool,
    asked: &AuthorQuery,
) -> Result<AuthorWorks> {
    let rows = sqlx::query!(
        r#"select s.work_id, s.title, s.author_line, s.slug, s.language, s.copies,
             s.best_grade as "best_grade: Grade", count(*) over () as "total!",
             (sum(s.copies) over ())::bigint as "all_copies!",
             count(*) filter (where exists (select from copies c
                 where c.work_id = s.work_id and c.owner_id = $4 and c.state <> 'deleted')) over () as "mine!"
         from work_authors wa join work_search s on s.work_id = wa.work_id
         where wa.author_id = $1
         order by $5 = 'offered' and s.copies > 0 desc, case when $5 = 'year' then s.first_year end nulls last,
             s.sort_key collate "C", s.work_id limit $2 offset $3"#,
        asked.id.0,
        asked.most,
        asked.offset,
        asked.reader.map(|reader| reader.0),
        asked.sort.as_str()
    )
    .fetch_all(db)
    .await?;
    Ok(AuthorWorks {
        total: rows.first().map_or(0, |row| row.total),
        copies: rows.first().map_or(0, |row| row.all_copies),
        mine: rows.first().map_or(0, |row| row.mine),
        works: rows.into_iter().map(|row| work_line!(row)).collect(),
    })
}

/// An author's works, those entered last first, from behind the work `before`.
pub(in crate::pages) async fn works_before(
    db: &PgPool,
    id: AuthorId,
    before: Option<WorkId>,
    most: i64,
) -> Result<Vec<WorkLine>> {
    Ok(sqlx::query_as!(
        WorkLine,
        r#"select s.work_id as id, s.title, s.author_line, s.slug, s.language, s.copies,
             s.best_grade as "best_grade: Grade"
         from work_authors wa join work_search s on s.work_id = wa.work_id
         where wa.author_id = $1 and ($2::bigint is null or wa.work_id < $2)
         order by wa.work_id desc limit $3"#,
        id.0,
        before.map(|work| work.0),
        most
    )
    .fetch_all(db)
    .await?)
}

/// The title of a series; none when there is no such series.
pub(in crate::pages) async fn series_title(db: &PgPool, id: SeriesId) -> Result<Option<String>> {
    Ok(
        sqlx::query_scalar!("select title from series where id = $1", id.0)
            .fetch_optional(db)
            .await?,
    )
}

/// The works of a series in its order, and which of them `reader` has.
pub(in crate::pages) async fn volumes(
    db: &PgPool,
    id: SeriesId,
    reader: Option<UserId>,
) -> Result<Vec<Volume>> {
    let rows = sqlx::query!(
        r#"select s.work_id, s.title, s.author_line, s.slug, s.language, s.copies,
             s.best_grade as "best_grade: Grade",
             coalesce(trim_scale(w.series_position)::text, '') as "position!",
             exists (select from copies c
                 where c.work_id = w.id and c.owner_id = $2 and c.state <> 'deleted') as "mine!"
         from works w join work_search s on s.work_id = w.id
         where w.series_id = $1
         order by w.series_position nulls last, w.first_year nulls last, w.id limit 200"#,
        id.0,
        reader.map(|reader| reader.0)
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Volume {
            position: row.position,
            mine: row.mine,
            work: work_line!(row),
        })
        .collect())
}
