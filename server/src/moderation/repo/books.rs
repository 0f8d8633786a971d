//! A book that may be deleted, and what refers to it.

use dogear_domain::ids::WorkId;
use sqlx::PgConnection;

use crate::Result;

/// What an entry says.
pub(in crate::moderation) struct Said {
    pub title: String,
    pub author_line: String,
    pub isbns: Vec<String>,
}

/// How many of each refer to an entry.
pub(in crate::moderation) struct Uses {
    /// Deleted ones too: trades refer to them.
    pub copies: i64,
    pub readers: i64,
    /// Deleted ones too: they can be had back.
    pub reviews: i64,
    /// From which it was taken out of late, too.
    pub lists: i64,
    /// Of works and editions, as long as they stand.
    pub merges: i64,
    /// Which nobody has decided.
    pub corrections: i64,
}

/// What the entry says; none when it is not there.
pub(in crate::moderation) async fn said(
    conn: &mut PgConnection,
    work: WorkId,
) -> Result<Option<Said>> {
    Ok(sqlx::query_as!(
        Said,
        r#"select title, author_line,
             array(select e.isbn13::text from editions e where e.work_id = w.id and e.isbn13 is not null
               order by e.id) as "isbns!"
         from works w where id = $1"#,
        work.0
    )
    .fetch_optional(conn)
    .await?)
}

/// What refers to the entry.
pub(in crate::moderation) async fn uses(conn: &mut PgConnection, work: WorkId) -> Result<Uses> {
    Ok(sqlx::query_as!(
        Uses,
        r#"select
             (select count(*) from copies c where c.work_id = $1
               or c.edition_id in (select id from editions where work_id = $1)) as "copies!",
             (select count(distinct user_id) from (select user_id from reader_books where work_id = $1
               union all select user_id from readings where work_id = $1) r) as "readers!",
             (select count(*) from reviews where work_id = $1) as "reviews!",
             (select count(*) from (select list_id from list_items where work_id = $1
               union select list_id from removed_list_items where work_id = $1 or kept_id = $1) l) as "lists!",
             (select count(*) from work_merges where kept_id = $1 and undone_at is null)
               + (select count(*) from edition_merges m join editions e on e.id = m.kept_id
                   where e.work_id = $1 and m.undone_at is null) as "merges!",
             (select count(*) from corrections where state = 'open' and (work_id = $1 or same_as = $1))
               as "corrections!""#,
        work.0
    )
    .fetch_one(conn)
    .await?)
}
