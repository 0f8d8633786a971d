//! What has a page of its own, by spans of numbers.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;

use crate::Result;

/// The highest numbers; 0 where there is nothing.
pub(in crate::pages) struct LastIds {
    pub books: i64,
    pub authors: i64,
    pub series: i64,
    pub genres: i64,
    pub events: i64,
    pub lists: i64,
}

/// The highest number of each kind.
pub(in crate::pages) async fn last_ids(db: &PgPool) -> Result<LastIds> {
    Ok(sqlx::query_as!(
        LastIds,
        r#"select coalesce((select max(id) from works), 0) as "books!",
             coalesce((select max(id) from authors), 0) as "authors!",
             coalesce((select max(id) from series), 0) as "series!",
             coalesce((select max(position) from genres), 0)::bigint as "genres!",
             coalesce((select max(id) from events), 0) as "events!",
             coalesce((select max(id) from lists where visibility = 'public'), 0) as "lists!""#
    )
    .fetch_one(db)
    .await?)
}

/// Works above `after` and up to `last`, with their slugs.
pub(in crate::pages) async fn works(
    db: &PgPool,
    after: i64,
    last: i64,
) -> Result<Vec<(i64, String)>> {
    let rows = sqlx::query!(
        "select id, slug from works where id > $1 and id <= $2 order by id",
        after,
        last
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id.0, row.slug)).collect())
}

/// Authors above `after` and up to `last`.
pub(in crate::pages) async fn authors(db: &PgPool, after: i64, last: i64) -> Result<Vec<i64>> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id: i64" from authors where id > $1 and id <= $2 order by id"#,
        after,
        last
    )
    .fetch_all(db)
    .await?)
}

/// Series above `after` and up to `last`.
pub(in crate::pages) async fn series(db: &PgPool, after: i64, last: i64) -> Result<Vec<i64>> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id: i64" from series where id > $1 and id <= $2 order by id"#,
        after,
        last
    )
    .fetch_all(db)
    .await?)
}

/// Genres by their place above `after` and up to `last`, with their slugs.
pub(in crate::pages) async fn genres(
    db: &PgPool,
    after: i64,
    last: i64,
) -> Result<Vec<(i64, String)>> {
    let rows = sqlx::query!(
        r#"select position::bigint as "position!", slug from genres
         where position::bigint > $1 and position::bigint <= $2 order by position"#,
        after,
        last
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.position, row.slug))
        .collect())
}

/// Events above `after` and up to `last` that take place and that everybody may see, with their
/// slugs.
pub(in crate::pages) async fn events(
    db: &PgPool,
    after: i64,
    last: i64,
    now: Timestamp,
) -> Result<Vec<(i64, String)>> {
    let rows = sqlx::query!(
        "select e.id, e.slug from events e
         where e.id > $1 and e.id <= $2
           and exists (select from listed_dates(null, $3) l
             where l.event_id = e.id and l.state = 'published' and l.ends_at > $3)
         order by e.id",
        after,
        last,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id.0, row.slug)).collect())
}

/// Lists above `after` and up to `last` that everybody may see, with something in them, with their
/// slugs.
pub(in crate::pages) async fn lists(
    db: &PgPool,
    after: i64,
    last: i64,
    now: Timestamp,
) -> Result<Vec<(i64, String)>> {
    let rows = sqlx::query!(
        "select l.id, l.slug from lists l
         where l.id > $1 and l.id <= $2 and l.visibility = 'public' and is_open_list(l, null, $3)
           and exists (select from list_items i where i.list_id = l.id)
         order by l.id",
        after,
        last,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id.0, row.slug)).collect())
}
