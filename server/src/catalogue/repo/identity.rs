//! Works, editions, authors and series by what identifies them, and new ones.

use dogear_domain::edition::Format;
use dogear_domain::fields::{match_key, slugify};
use dogear_domain::identity::alone_key;
use dogear_domain::ids::{AuthorId, EditionId, SeriesId, WorkId};
use dogear_domain::isbn::Isbn13;
use sqlx::PgConnection;

use crate::catalogue::{NewEdition, Resolved};
use crate::{Error, Result};

/// Keeps others with the same `name` waiting until the end of the transaction.
pub(crate) async fn lock(conn: &mut PgConnection, name: &str) -> Result<()> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended($1, 0))",
        name
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// The edition with this ISBN, or the one into which an edition with it was merged.
pub(crate) async fn edition_by_isbn(
    conn: &mut PgConnection,
    isbn: Isbn13,
) -> Result<Option<Resolved>> {
    Ok(sqlx::query!(
        "select id, work_id from editions where id = isbn_edition($1)",
        isbn.to_string()
    )
    .map(|edition| Resolved {
        edition: edition.id,
        work: edition.work_id,
        created: false,
    })
    .fetch_optional(conn)
    .await?)
}

/// As [`edition_by_isbn`], where it has to be there.
pub(crate) async fn edition_by_isbn_of(
    conn: &mut PgConnection,
    isbn: Option<Isbn13>,
) -> Result<Resolved> {
    let known = match isbn {
        Some(isbn) => edition_by_isbn(conn, isbn).await?,
        None => None,
    };
    known.ok_or_else(|| Error::Busy("an edition came and went".into()))
}

/// A work that may be the one that is meant.
pub(in crate::catalogue) struct WorkAlike {
    pub work: WorkId,
    pub title: String,
    pub subtitle: String,
    /// Names as they were entered.
    pub authors: Vec<String>,
}

/// At most `most` works with one of these folded titles, with or without a place in a series, those
/// by these authors first; also those
/// that a moderator merged into others, as they were.
pub(in crate::catalogue) async fn works_alike(
    conn: &mut PgConnection,
    title_keys: &[String],
    author_keys: &[String],
    most: i64,
) -> Result<Vec<WorkAlike>> {
    Ok(sqlx::query_as!(
        WorkAlike,
        r#"select work as "work!: WorkId", title as "title!", subtitle as "subtitle!", authors as "authors!"
         from (
             (select w.id as work, w.title, w.subtitle, w.author_key, 1 as place,
                  array(select a.name from work_authors wa join authors a on a.id = wa.author_id
                      where wa.work_id = w.id order by wa.position) as authors,
                  array(select a.name_key from work_authors wa join authors a on a.id = wa.author_id
                      where wa.work_id = w.id) as keys
              from works w where w.title_key = any ($1) or w.alone_key = any ($1))
             union all
             (select merged_work(m.dropped_id), m.snapshot #>> '{dropped,title}',
                  coalesce(m.snapshot #>> '{dropped,subtitle}', ''), m.author_key, 2, array[m.author_key],
                  array[m.author_key]
              from work_merges m where m.title_key = any ($1) and m.undone_at is null)
         ) alike
         where work is not null
         order by author_key = any ($2) desc, keys && $2 desc, place, work limit $3"#,
        title_keys,
        author_keys,
        most
    )
    .fetch_all(conn)
    .await?)
}

/// An edition without ISBN that says the same as `new`.
pub(crate) async fn edition_like(
    conn: &mut PgConnection,
    work: WorkId,
    new: &NewEdition,
) -> Result<Option<EditionId>> {
    Ok(sqlx::query_scalar!(
        "select id from editions
         where work_id = $1 and isbn13 is null and format = $2 and lower(publisher) = lower($3)
             and year is not distinct from $4 and language = $5
         order by id limit 1",
        work.0,
        new.format.unwrap_or(Format::Unknown).as_str(),
        new.publisher,
        new.year,
        new.language
    )
    .fetch_optional(conn)
    .await?)
}

/// A new work with its authors and series.
pub(crate) async fn insert_work(conn: &mut PgConnection, new: &NewEdition) -> Result<WorkId> {
    let title_key = match_key(&new.title);
    let author_key = new
        .authors
        .first()
        .map_or_else(String::new, |name| match_key(name));
    let series: Option<SeriesId> = match &new.series {
        Some(series) => Some(series_by_title(conn, &series.title).await?),
        None => None,
    };
    let position = new.series.as_ref().and_then(|series| series.position);
    let work = sqlx::query_scalar!(
        "insert into works (title, subtitle, title_key, slug, language, first_year, description,
             genre, series_id, series_position, author_line, author_key, created_by, alone_key)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::float8::numeric(6, 2), $11, $12, $13, $14)
         returning id",
        new.title,
        new.subtitle,
        title_key,
        slugify(&new.title),
        new.language,
        new.first_year,
        new.description,
        new.genre,
        series.map(|series| series.0),
        position,
        new.authors.join(", "),
        author_key,
        new.created_by.map(|user| user.0),
        alone_key(&new.title)
    )
    .fetch_one(&mut *conn)
    .await?;
    let authors = authors_by_name(conn, &new.authors).await?;
    let authors: Vec<i64> = authors.iter().map(|author| author.0).collect();
    sqlx::query!(
        "insert into work_authors (work_id, author_id, position)
         select $1, author, position from unnest($2::bigint[]) with ordinality as t (author, position)
         on conflict do nothing",
        work.0,
        &authors
    )
    .execute(conn)
    .await?;
    Ok(work)
}

/// `None` when the ISBN is taken, or the work has just been merged into another.
pub(crate) async fn insert_edition(
    conn: &mut PgConnection,
    work: WorkId,
    new: &NewEdition,
) -> Result<Option<EditionId>> {
    Ok(sqlx::query_scalar!(
        "insert into editions (work_id, isbn13, title, format, publisher, year, language, created_by, subtitle)
         select w.id, $2, case when w.title = $3 then '' else $3 end, $4, $5, $6, $7, $8,
             case when lower(w.subtitle) = lower($9) then '' else $9 end
         from works w where w.id = $1 for key share of w
         on conflict (isbn13) do nothing returning id",
        work.0,
        new.isbn.map(|isbn| isbn.to_string()),
        new.title,
        new.format.unwrap_or(Format::Unknown).as_str(),
        new.publisher,
        new.year,
        new.language,
        new.created_by.map(|user| user.0),
        new.subtitle
    )
    .fetch_optional(conn)
    .await?)
}

/// The authors of these names, made where unknown, in the order of `names`.
pub(crate) async fn authors_by_name(
    conn: &mut PgConnection,
    names: &[String],
) -> Result<Vec<AuthorId>> {
    let keys: Vec<String> = names.iter().map(|name| match_key(name)).collect();
    let sort_names: Vec<String> = names.iter().map(|name| sort_name(name)).collect();
    // In the order of the keys, so that two works with the same authors never wait for each other.
    sqlx::query!(
        "insert into authors (name, sort_name, name_key)
         select distinct on (name_key) name, sort_name, name_key
         from unnest($1::text[], $2::text[], $3::text[]) as t (name, sort_name, name_key)
         order by name_key
         on conflict (name_key) do nothing",
        names,
        &sort_names,
        &keys
    )
    .execute(&mut *conn)
    .await?;
    Ok(sqlx::query_scalar!(
        "select a.id from unnest($1::text[]) with ordinality as t (name_key, position)
         join authors a using (name_key) order by t.position",
        &keys
    )
    .fetch_all(conn)
    .await?)
}

/// The series with this title, made where unknown.
pub(crate) async fn series_by_title(conn: &mut PgConnection, title: &str) -> Result<SeriesId> {
    let title_key = match_key(title);
    sqlx::query!(
        "insert into series (title, title_key) values ($1, $2) on conflict (title_key) do nothing",
        title,
        title_key
    )
    .execute(&mut *conn)
    .await?;
    Ok(
        sqlx::query_scalar!("select id from series where title_key = $1", title_key)
            .fetch_one(conn)
            .await?,
    )
}

/// "Ursula K. Le Guin" is sorted under her last word unless a comma says otherwise.
pub(in crate::catalogue) fn sort_name(name: &str) -> String {
    match name.rsplit_once(' ') {
        Some((first, last)) if !name.contains(',') => format!("{last}, {first}"),
        _ => name.to_owned(),
    }
}
