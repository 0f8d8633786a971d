//! What moderators change about works and editions that are there.

use dogear_domain::edition::Format;
use dogear_domain::ids::{AuthorId, EditionId, SeriesId, WorkId};
use sqlx::PgConnection;

use crate::Result;

/// Something said about a work, as its row keeps it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum WorkField<'a> {
    Title {
        title: &'a str,
        key: &'a str,
        /// See [`alone_key`](dogear_domain::identity::alone_key).
        alone_key: Option<&'a str>,
        slug: &'a str,
    },
    Subtitle(&'a str),
    FirstYear(Option<i32>),
    Language(&'a str),
    /// Empty when there is none.
    Genre(&'a str),
    Series(Option<SeriesId>),
    SeriesPosition(Option<f64>),
    Description(&'a str),
}

/// Something said about an edition, as its row keeps it. Its ISBN is [`set_isbn`]'s.
#[derive(Debug, Clone, Copy)]
pub(crate) enum EditionField<'a> {
    Format(Format),
    Publisher(&'a str),
    Year(Option<i32>),
    Pages(Option<i32>),
    Language(&'a str),
}

/// Keeps others from these editions, then from the work, until the end of the transaction.
pub(crate) async fn lock_book(
    conn: &mut PgConnection,
    work: WorkId,
    editions: &[EditionId],
) -> Result<()> {
    let editions: Vec<i64> = editions.iter().map(|edition| edition.0).collect();
    sqlx::query!(
        "select from editions where id = any ($1) order by id for update",
        &editions
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("select from works where id = $1 for update", work.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// The work says something else.
pub(crate) async fn set_work_field(
    conn: &mut PgConnection,
    work: WorkId,
    field: WorkField<'_>,
) -> Result<()> {
    match field {
        WorkField::Title {
            title,
            key,
            alone_key,
            slug,
        } => sqlx::query!(
            "update works set title = $2, title_key = $3, slug = $4, alone_key = $5 where id = $1",
            work.0,
            title,
            key,
            slug,
            alone_key
        ),
        WorkField::Subtitle(subtitle) => sqlx::query!(
            "update works set subtitle = $2 where id = $1",
            work.0,
            subtitle
        ),
        WorkField::FirstYear(year) => sqlx::query!(
            "update works set first_year = $2 where id = $1",
            work.0,
            year
        ),
        WorkField::Language(language) => sqlx::query!(
            "update works set language = $2 where id = $1",
            work.0,
            language
        ),
        WorkField::Genre(genre) => sqlx::query!(
            "update works set genre = nullif($2, '') where id = $1",
            work.0,
            genre
        ),
        WorkField::Series(series) => sqlx::query!(
            "update works set series_id = $2 where id = $1",
            work.0,
            series.map(|series| series.0)
        ),
        WorkField::SeriesPosition(position) => sqlx::query!(
            "update works set series_position = $2::float8::numeric(6, 2) where id = $1",
            work.0,
            position
        ),
        WorkField::Description(description) => sqlx::query!(
            "update works set description = $2 where id = $1",
            work.0,
            description
        ),
    }
    .execute(conn)
    .await?;
    Ok(())
}

/// The authors of a work in their order; who was one before keeps the role. `line` and `key`
/// are what lists show, and the first of them to search by.
pub(crate) async fn set_authors(
    conn: &mut PgConnection,
    work: WorkId,
    authors: &[AuthorId],
    line: &str,
    key: &str,
) -> Result<()> {
    let authors: Vec<i64> = authors.iter().map(|author| author.0).collect();
    sqlx::query!(
        "delete from work_authors where work_id = $1 and author_id <> all ($2)",
        work.0,
        &authors
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into work_authors (work_id, author_id, position)
         select $1, author, min(position) from unnest($2::bigint[]) with ordinality as t (author, position)
         group by author
         on conflict (work_id, author_id) do update set position = excluded.position",
        work.0,
        &authors
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update works set author_line = $2, author_key = $3 where id = $1",
        work.0,
        line,
        key
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The edition says something else.
pub(crate) async fn set_edition_field(
    conn: &mut PgConnection,
    edition: EditionId,
    field: EditionField<'_>,
) -> Result<()> {
    match field {
        EditionField::Format(format) => sqlx::query!(
            "update editions set format = $2 where id = $1",
            edition.0,
            format.as_str()
        ),
        EditionField::Publisher(publisher) => sqlx::query!(
            "update editions set publisher = $2 where id = $1",
            edition.0,
            publisher
        ),
        EditionField::Year(year) => sqlx::query!(
            "update editions set year = $2 where id = $1",
            edition.0,
            year
        ),
        EditionField::Pages(pages) => sqlx::query!(
            "update editions set pages = $2 where id = $1",
            edition.0,
            pages
        ),
        EditionField::Language(language) => sqlx::query!(
            "update editions set language = $2 where id = $1",
            edition.0,
            language
        ),
    }
    .execute(conn)
    .await?;
    Ok(())
}

/// The edition that an ISBN leads to: that has it, or into which one with it was merged.
pub(crate) async fn holder_of_isbn(
    conn: &mut PgConnection,
    isbn: &str,
) -> Result<Option<EditionId>> {
    Ok(
        sqlx::query_scalar!(r#"select isbn_edition($1) as "id: EditionId""#, isbn)
            .fetch_one(conn)
            .await?,
    )
}

/// Gives an edition an ISBN, which then leads nowhere else, or takes its own away when it is
/// empty.
///
/// # Errors
/// A violation of `editions_isbn13` when another edition has it.
pub(crate) async fn set_isbn(
    conn: &mut PgConnection,
    edition: EditionId,
    isbn: &str,
) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from merged_isbns where isbn13 = nullif($1, '')::char(13)",
        isbn
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update editions set isbn13 = nullif($2, '') where id = $1",
        edition.0,
        isbn
    )
    .execute(conn)
    .await?;
    Ok(())
}
