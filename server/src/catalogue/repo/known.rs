//! Editions as they are shown to whoever may mean them.

use dogear_domain::edition::Format;
use dogear_domain::ids::{EditionId, WorkId};
use dogear_domain::isbn::Isbn13;
use sqlx::{PgExecutor, PgPool};

use crate::Result;
use crate::catalogue::KnownEdition;

/// The statement that reads editions: what stands before it, and what after, where `e` is an
/// edition and `w` its work. The fourteenth column has the copies that readers own.
macro_rules! select_known {
    ($before:tt, $after:tt, $($argument:expr),+) => {
        sqlx::query!(
            $before + r#" select e.id as "edition!: EditionId", w.id as "work!: WorkId", w.slug as "slug!", shown_title(e.title, w.title) as "title!",
             shown_title(e.subtitle, w.subtitle) as "subtitle!", e.year as "edition_year?",
             array(select a.name from work_authors wa join authors a on a.id = wa.author_id
                 where wa.work_id = w.id order by wa.position) as "authors!",
             w.author_line as "author_line!", coalesce(e.year, w.first_year) as "year?", e.format as "format!: Format",
             e.publisher as "publisher!",
             coalesce(nullif(e.language, ''), w.language) as "language!", e.isbn13::text as "isbn13?",
             (select count(*) from copies c where c.edition_id = e.id and c.state <> 'deleted') as "copies!" "# + $after,
            $($argument),+
        )
    };
}

/// The edition of a row of [`select_known`].
macro_rules! known {
    ($row:ident) => {
        KnownEdition {
            edition: $row.edition,
            work: $row.work,
            slug: $row.slug,
            title: $row.title,
            subtitle: $row.subtitle,
            edition_year: $row.edition_year,
            author_line: $row.author_line,
            authors: $row.authors,
            year: $row.year,
            format: $row.format,
            publisher: $row.publisher,
            language: $row.language,
            isbn13: $row.isbn13,
            copies: $row.copies,
        }
    };
}

/// One edition, or the one into which it was merged.
pub(in crate::catalogue) async fn edition(
    db: &PgPool,
    id: EditionId,
) -> Result<Option<KnownEdition>> {
    Ok(select_known!(
        "",
        "from editions e join works w on w.id = e.work_id where e.id = merged_edition($1)",
        id.0
    )
    .map(|row| known!(row))
    .fetch_optional(db)
    .await?)
}

/// Those of these editions that are there, in no order.
pub(in crate::catalogue) async fn editions(
    db: &PgPool,
    ids: &[EditionId],
) -> Result<Vec<KnownEdition>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    Ok(select_known!(
        "",
        "from editions e join works w on w.id = e.work_id where e.id = any ($1)",
        &ids
    )
    .map(|row| known!(row))
    .fetch_all(db)
    .await?)
}

/// The edition with this ISBN, or the one into which an edition with it was merged.
pub(in crate::catalogue) async fn by_isbn(db: &PgPool, isbn: Isbn13) -> Result<Vec<KnownEdition>> {
    Ok(select_known!(
        "",
        "from editions e join works w on w.id = e.work_id where e.id = isbn_edition($1)",
        isbn.to_string()
    )
    .map(|row| known!(row))
    .fetch_all(db)
    .await?)
}

/// As [`by_isbn`] for many, each with the ISBN by which it was asked for.
pub(in crate::catalogue) async fn by_isbns(
    db: impl PgExecutor<'_>,
    isbns: &[String],
) -> Result<Vec<(String, KnownEdition)>> {
    Ok(select_known!(
        "with asked as materialized (
             select isbn, isbn_edition(isbn) as edition from unnest($1::char(13)[]) as asked (isbn))",
        r#", asked.isbn::text as "asked!" from asked join editions e on e.id = asked.edition join works w on w.id = e.work_id"#,
        isbns
    )
    .map(|row| (row.asked, known!(row)))
    .fetch_all(db)
    .await?)
}

/// The likeliest editions of works whose title begins with the key, or, with `words`, that the
/// full-text `query` finds: at most `most`.
pub(in crate::catalogue) async fn by_words(
    db: &PgPool,
    key: &str,
    query: &str,
    words: bool,
    most: i64,
) -> Result<Vec<KnownEdition>> {
    Ok(select_known!(
        "with hits as materialized (
             select s.work_id,
                 (s.title_key = $1)::int * 4 + (s.title_key like $1 || '%')::int * 2
                     + ts_rank('{0.1, 0.3, 0.5, 1}', s.doc, to_tsquery('dogear', $2), 1) as rank
             from work_search s
             where s.work_id in (
                 (select work_id from work_search where title_key like $1 || '%' order by title_key using ~<~ limit 200)
                 union all
                 (select work_id from work_search where $4 and doc @@ to_tsquery('dogear', $2) limit 400))
             order by rank desc, s.copies desc, s.work_id limit $3
         )",
        "from hits h join works w on w.id = h.work_id join editions e on e.work_id = w.id
         order by h.rank desc, w.id, 14 desc, e.id limit $3",
        key,
        query,
        most,
        words
    )
    .map(|row| known!(row))
    .fetch_all(db)
    .await?)
}

/// The editions that most readers have, at most `most` of each work.
pub(in crate::catalogue) async fn of_works(
    db: impl PgExecutor<'_>,
    works: &[WorkId],
    most: i64,
) -> Result<Vec<KnownEdition>> {
    let works: Vec<i64> = works.iter().map(|work| work.0).collect();
    Ok(select_known!(
        "",
        "from works w cross join lateral (
             select e.* from editions e where e.work_id = w.id
             order by (select count(*) from copies c where c.edition_id = e.id and c.state <> 'deleted') desc, e.id
             limit $2
         ) e
         where w.id = any ($1)
         order by w.id, 14 desc, e.id",
        &works,
        most
    )
    .map(|row| known!(row))
    .fetch_all(db)
    .await?)
}
