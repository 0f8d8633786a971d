//! Genres and languages. Each has statements of its own, so that each has its index; what they
//! say is written once, with the condition by which the works of a subject are found.

use dogear_domain::grade::Grade;
use dogear_domain::ids::{AuthorId, WorkId};
use sqlx::PgPool;

use crate::Result;
use crate::pages::{SubjectLine, Wanted};
use crate::search::{WorkLine, work_line};

/// The name of a genre; none when there is no such genre.
pub(in crate::pages) async fn genre_name(db: &PgPool, slug: &str) -> Result<Option<String>> {
    Ok(
        sqlx::query_scalar!("select name from genres where slug = $1", slug)
            .fetch_optional(db)
            .await?,
    )
}

struct WantedRow {
    wanted: i32,
    work_id: WorkId,
    title: String,
    author_line: String,
    slug: String,
    language: String,
    copies: i32,
    best_grade: Option<Grade>,
}

impl From<WantedRow> for Wanted {
    fn from(row: WantedRow) -> Self {
        Self {
            wanted: row.wanted,
            work: work_line!(row),
        }
    }
}

/// A number of works: of all, of an author, or of a language or genre.
pub(in crate::pages) struct Figure {
    /// `all`, `author` or `across`.
    pub kind: String,
    /// Of an author.
    pub id: AuthorId,
    /// A language's code or a genre's slug.
    pub key: String,
    /// Of an author or a genre.
    pub name: String,
    pub books: i64,
}

/// Works that can be had, those with the newest copies first.
macro_rules! newest {
    ($db:expr, $found:literal, $key:expr) => {
        sqlx::query_as!(
            WorkLine,
            r#"select work_id as id, title, author_line, slug, language, copies, best_grade as "best_grade: Grade"
             from work_search where copies > 0 and "#
                + $found
                + " order by newest_at desc, work_id desc limit 12",
            $key
        )
        .fetch_all($db)
    };
}

/// Works that can be had, those that most readers have asked for first.
macro_rules! wanted {
    ($db:expr, $found:literal, $key:expr) => {
        sqlx::query_as!(
            WantedRow,
            r#"select wanted, work_id, title, author_line, slug, language, copies, best_grade as "best_grade: Grade"
             from work_search where copies > 0 and "#
                + $found
                + " and wanted > 0 order by wanted desc, work_id desc limit 7",
            $key
        )
        .fetch_all($db)
    };
}

/// The figures of works that can be had: how many there are, authors of several of them, and
/// how many are `$across` each of the other kind of subject.
macro_rules! figures {
    ($db:expr, $found:literal, $across:literal, $key:expr, $most:expr) => {
        sqlx::query_as!(
            Figure,
            "with found as materialized (
                 select work_id, "
                + $across
                + " as across from work_search where copies > 0 and "
                + $found
                + r#" limit $2)
             select 'all' as "kind!", 0::bigint as "id!: AuthorId", '' as "key!", '' as "name!", count(*) as "books!"
             from found
             union all (select 'author', a.id, '', a.name, count(*) from found join work_authors using (work_id)
                 join authors a on a.id = author_id group by a.id having count(*) > 1 order by 5 desc, a.name limit 12)
             union all (select 'across', 0, key, coalesce(g.name, ''), count(*)
                 from found cross join unnest(across) as key left join genres g on g.slug = key
                 where key <> '' group by key, g.name order by 5 desc, key limit 24)"#,
            $key,
            $most
        )
        .fetch_all($db)
    };
}

/// Works of a genre with the newest copies.
pub(in crate::pages) async fn newest_of_genre(db: &PgPool, slug: &str) -> Result<Vec<WorkLine>> {
    Ok(newest!(db, "genre = $1", slug).await?)
}

/// Works of a language with the newest copies.
pub(in crate::pages) async fn newest_of_language(db: &PgPool, code: &str) -> Result<Vec<WorkLine>> {
    Ok(newest!(db, "languages && array[$1]", code).await?)
}

/// Works of a genre that most readers have asked for.
pub(in crate::pages) async fn wanted_of_genre(db: &PgPool, slug: &str) -> Result<Vec<Wanted>> {
    let rows = wanted!(db, "genre = $1", slug).await?;
    Ok(rows.into_iter().map(Wanted::from).collect())
}

/// Works of a language that most readers have asked for.
pub(in crate::pages) async fn wanted_of_language(db: &PgPool, code: &str) -> Result<Vec<Wanted>> {
    let rows = wanted!(db, "languages && array[$1]", code).await?;
    Ok(rows.into_iter().map(Wanted::from).collect())
}

/// The figures of a genre, among the first `most` of its works that can be had.
pub(in crate::pages) async fn figures_of_genre(
    db: &PgPool,
    slug: &str,
    most: i64,
) -> Result<Vec<Figure>> {
    Ok(figures!(db, "genre = $1", "languages", slug, most).await?)
}

/// The figures of a language, among the first `most` of its works that can be had.
pub(in crate::pages) async fn figures_of_language(
    db: &PgPool,
    code: &str,
    most: i64,
) -> Result<Vec<Figure>> {
    Ok(figures!(db, "languages && array[$1]", "array[genre]", code, most).await?)
}

/// Every genre in its order, with how many works can be had, `most` at most.
pub(in crate::pages) async fn genres_with_books(
    db: &PgPool,
    most: i64,
) -> Result<Vec<SubjectLine>> {
    Ok(sqlx::query_as!(
        SubjectLine,
        r#"select g.slug as key, g.name, c.books as "books!" from genres g
         cross join lateral (select count(*) as books from (select from work_search
             where copies > 0 and genre = g.slug limit $1) b) c order by g.position, g.slug"#,
        most
    )
    .fetch_all(db)
    .await?)
}

/// Those of these languages in which a work can be had, in this order, with how many can, `most`
/// at most.
pub(in crate::pages) async fn languages_with_books(
    db: &PgPool,
    codes: &[&str],
    most: i64,
) -> Result<Vec<SubjectLine>> {
    Ok(sqlx::query_as!(
        SubjectLine,
        r#"select l.key as "key!", '' as "name!", c.books as "books!"
         from unnest($2::text[]) with ordinality as l (key, n)
         cross join lateral (select count(*) as books from (select from work_search
             where copies > 0 and languages && array[l.key] limit $1) b) c
         where c.books > 0 order by l.n"#,
        most,
        codes as &[&str]
    )
    .fetch_all(db)
    .await?)
}
