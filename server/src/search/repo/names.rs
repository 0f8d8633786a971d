//! What may be meant by a number or the beginning of a name.

use dogear_domain::grade::Grade;
use dogear_domain::ids::{AuthorId, SeriesId, UserId, WorkId};
use dogear_domain::isbn::Isbn13;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;

use crate::Result;
use crate::search::WorkLine;
use crate::search::suggest::{AuthorLine, ReaderLine, SeriesLine};

/// The work with this ISBN as it stands in lists.
pub(in crate::search) async fn line_by_isbn(db: &PgPool, isbn: Isbn13) -> Result<Vec<WorkLine>> {
    Ok(sqlx::query_as!(
        WorkLine,
        r#"select s.work_id as id, s.title, s.author_line, s.slug, s.language, s.copies,
             s.best_grade as "best_grade: Grade"
         from editions e join work_search s on s.work_id = e.work_id where e.id = isbn_edition($1)"#,
        isbn.to_string()
    )
    .fetch_all(db)
    .await?)
}

/// The work with this ISBN, and its slug.
pub(in crate::search) async fn work_by_isbn(
    db: &PgPool,
    isbn: Isbn13,
) -> Result<Option<(WorkId, String)>> {
    Ok(sqlx::query!(
        "select w.id, w.slug from editions e join works w on w.id = e.work_id
         where e.id = isbn_edition($1)",
        isbn.to_string()
    )
    .map(|work| (work.id, work.slug))
    .fetch_optional(db)
    .await?)
}

/// The titles that begin with the key, and, with `words`, those that the full-text `query`
/// finds. Of very many not all are looked at: somebody who gets none of these types on.
pub(in crate::search) async fn books(
    db: &PgPool,
    key: &str,
    query: &str,
    words: bool,
    most: i64,
) -> Result<Vec<WorkLine>> {
    Ok(sqlx::query_as!(
        WorkLine,
        r#"select s.work_id as id, s.title, s.author_line, s.slug, s.language, s.copies,
             s.best_grade as "best_grade: Grade"
         from work_search s
         where s.work_id in (
             (select work_id from work_search where title_key = $1 or sort_key = $1 limit 50)
             union all
             (select work_id from work_search where title_key like $1 || '%' limit 200)
             union all
             (select work_id from work_search where $3 and copies > 0 and doc @@ to_tsquery('dogear', $2) limit 200)
             union all
             (select work_id from work_search where $3 and doc @@ to_tsquery('dogear', $2) limit 200))
         order by (s.title_key = $1 or s.sort_key = $1) desc,
             ts_rank('{0.1, 0.3, 0.5, 1}', s.doc, to_tsquery('dogear', $2), 1)
                 + starts_with(s.title_key, $1)::int * 0.5 + (s.copies > 0)::int * 0.2 desc,
             s.copies desc, s.work_id limit $4"#,
        key,
        query,
        words,
        most
    )
    .fetch_all(db)
    .await?)
}

/// Names of which a word begins with a key, those with most works first: `$near` gives some
/// with the key anywhere in them (id, name, key), and `$counted` reads them as `near n`, with
/// their works `w`.
macro_rules! named {
    ($db:expr, $line:ident, $near:tt, $counted:tt, $key:expr, $most:expr) => {
        sqlx::query_as!(
            $line,
            "with near as materialized ("
                + $near
                + " like '%' || $1 || '%' limit 100) "
                + $counted
                + " where ' ' || n.key like '% ' || $1 || '%'
                 group by n.id, n.name order by 3 desc, 2 limit $2",
            $key,
            $most
        )
        .fetch_all($db)
    };
}

/// Authors with a name of which a word begins with the key.
pub(in crate::search) async fn authors(
    db: &PgPool,
    key: &str,
    most: i64,
) -> Result<Vec<AuthorLine>> {
    Ok(named!(
        db,
        AuthorLine,
        "select id, name, name_key as key from authors where name_key",
        r#"select n.id as "id!: AuthorId", n.name as "name!", count(w.work_id) as "works!"
           from near n left join work_authors w on w.author_id = n.id"#,
        key,
        most
    )
    .await?)
}

/// Series with a title of which a word begins with the key.
pub(in crate::search) async fn series(
    db: &PgPool,
    key: &str,
    most: i64,
) -> Result<Vec<SeriesLine>> {
    Ok(named!(
        db,
        SeriesLine,
        "select id, title as name, title_key as key from series where title_key",
        r#"select n.id as "id!: SeriesId", n.name as "title!", count(w.id) as "works!"
           from near n left join works w on w.series_id = n.id"#,
        key,
        most
    )
    .await?)
}

/// Readers in good standing whose handle or name begins so, in the terms of `like`, without
/// those with whom `asking` has a block.
pub(in crate::search) async fn readers(
    db: &PgPool,
    begins: &str,
    asking: Option<UserId>,
    most: i64,
    now: Timestamp,
) -> Result<Vec<ReaderLine>> {
    Ok(sqlx::query_as!(
        ReaderLine,
        "select u.handle, u.display_name from users u
         where in_good_standing(u, $4) and u.email_verified_at is not null
             and (lower(u.handle) like $1 || '%' or lower(u.display_name) like $1 || '%')
             and not exists (select from blocked_with($2) b where b.user_id = u.id)
         order by u.trades_completed desc, u.handle limit $3",
        begins,
        asking.map(|user| user.0),
        most,
        now.to_sqlx()
    )
    .fetch_all(db)
    .await?)
}

/// Folded names of towns and regions, and how their people write them.
pub(in crate::search) async fn place_names(
    db: &PgPool,
    now: Timestamp,
) -> Result<Vec<(String, String)>> {
    Ok(sqlx::query!(
        r#"select folded(place) as "folded!", max(place) as "written!" from users u
             cross join lateral (values (city), (region)) as p (place)
             where place <> '' and in_good_standing(u, $1) group by 1"#,
        now.to_sqlx()
    )
    .map(|place| (place.folded, place.written))
    .fetch_all(db)
    .await?)
}
