//! What may be meant, while somebody types.

use dogear_domain::fields::title_key;
use dogear_domain::ids::{AuthorId, SeriesId};
use dogear_domain::isbn::Isbn13;
use jiff_sqlx::ToSqlx;

use super::query::prefix_query;
use super::{WorkLine, typos};
use crate::{Cx, Result};

/// Books in an answer.
const MOST_BOOKS: i64 = 6;
/// Authors, series and readers in an answer, of each.
const MOST_OTHERS: i64 = 3;

/// A name with how many works stand behind it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct AuthorLine {
    pub id: AuthorId,
    pub name: String,
    pub works: i64,
}

/// A series with its works.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SeriesLine {
    pub id: SeriesId,
    pub title: String,
    pub works: i64,
}

/// A reader by name.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ReaderLine {
    pub handle: String,
    pub display_name: String,
}

/// See [`suggest`].
#[derive(Debug, Clone, Default)]
pub struct Suggestions {
    /// The text is this ISBN.
    pub isbn: Option<Isbn13>,
    pub books: Vec<WorkLine>,
    pub authors: Vec<AuthorLine>,
    pub series: Vec<SeriesLine>,
    pub readers: Vec<ReaderLine>,
}

/// What somebody may mean who has typed `text` so far, likeliest first. Two letters bring the
/// titles that begin with them; from three on the words of titles and names count too.
///
/// # Errors
/// Those of the database.
pub async fn suggest(cx: &Cx, text: &str) -> Result<Suggestions> {
    let text: String = text.trim().chars().take(200).collect();
    if let Ok(isbn) = Isbn13::parse(&text) {
        return Ok(Suggestions {
            isbn: Some(isbn),
            books: by_isbn(cx, isbn).await?,
            ..Suggestions::default()
        });
    }
    let key = title_key(&text);
    let letters = key.chars().count();
    if letters == 0 || (letters < 2 && key.is_ascii()) {
        return Ok(Suggestions::default());
    }
    let words = letters > 2 || !key.is_ascii();
    let mut found = Suggestions {
        books: books(cx, &key, words).await?,
        ..Suggestions::default()
    };
    if words {
        found.authors = authors(cx, &key).await?;
        found.series = series(cx, &key).await?;
        found.readers = readers(cx, &text).await?;
    }
    if found.books.is_empty()
        && found.authors.is_empty()
        && let Some(meant) = typos::correct(cx.db(), &text).await?
    {
        found.books = books(cx, &title_key(&meant), true).await?;
    }
    Ok(found)
}

/// What bears the words of `text` in its name besides books: no books, no ISBN.
///
/// # Errors
/// Those of the database.
pub async fn others(cx: &Cx, text: &str) -> Result<Suggestions> {
    let key = title_key(text);
    if key.is_empty() || (key.chars().count() < 3 && key.is_ascii()) {
        return Ok(Suggestions::default());
    }
    Ok(Suggestions {
        authors: authors(cx, &key).await?,
        series: series(cx, &key).await?,
        readers: readers(cx, text).await?,
        ..Suggestions::default()
    })
}

async fn by_isbn(cx: &Cx, isbn: Isbn13) -> Result<Vec<WorkLine>> {
    Ok(sqlx::query_as(
        "select s.work_id, s.title, s.author_line, s.slug, s.language, s.copies, s.best_grade
         from editions e join work_search s on s.work_id = e.work_id where e.id = isbn_edition($1)",
    )
    .bind(isbn.to_string())
    .fetch_all(cx.db())
    .await?)
}

/// The titles that begin with the key, and, with `words`, those with all its words. Of very
/// many not all are looked at: somebody who gets none of these types on.
async fn books(cx: &Cx, key: &str, words: bool) -> Result<Vec<WorkLine>> {
    let query = prefix_query(key);
    Ok(sqlx::query_as(
        "select s.work_id, s.title, s.author_line, s.slug, s.language, s.copies, s.best_grade
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
             s.copies desc, s.work_id limit $4",
    )
    .bind(key)
    .bind(query)
    .bind(words)
    .bind(MOST_BOOKS)
    .fetch_all(cx.db())
    .await?)
}

async fn authors(cx: &Cx, key: &str) -> Result<Vec<AuthorLine>> {
    Ok(sqlx::query_as(
        "with near as materialized (
             select id, name, name_key from authors where name_key like '%' || $1 || '%' limit 100
         )
         select n.id, n.name, count(w.work_id) as works
         from near n left join work_authors w on w.author_id = n.id
         where ' ' || n.name_key like '% ' || $1 || '%'
         group by n.id, n.name order by works desc, n.name limit $2",
    )
    .bind(key)
    .bind(MOST_OTHERS)
    .fetch_all(cx.db())
    .await?)
}

async fn series(cx: &Cx, key: &str) -> Result<Vec<SeriesLine>> {
    Ok(sqlx::query_as(
        "with near as materialized (
             select id, title, title_key from series where title_key like '%' || $1 || '%' limit 100
         )
         select n.id, n.title, count(w.id) as works
         from near n left join works w on w.series_id = n.id
         where ' ' || n.title_key like '% ' || $1 || '%'
         group by n.id, n.title order by works desc, n.title limit $2",
    )
    .bind(key)
    .bind(MOST_OTHERS)
    .fetch_all(cx.db())
    .await?)
}

/// Readers in good standing whose handle or name begins with what was typed. Those who
/// blocked whoever asks, or are blocked by them, are left out.
async fn readers(cx: &Cx, text: &str) -> Result<Vec<ReaderLine>> {
    // What LIKE would take for a mark is escaped.
    let begins = text
        .to_lowercase()
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    Ok(sqlx::query_as(
        "select u.handle, u.display_name from users u
         where in_good_standing(u, $4) and u.email_verified_at is not null
             and (lower(u.handle) like $1 || '%' or lower(u.display_name) like $1 || '%')
             and not exists (select from blocked_with($2) b where b.user_id = u.id)
         order by u.trades_completed desc, u.handle limit $3",
    )
    .bind(begins)
    .bind(cx.actor.as_ref().map(|actor| actor.id))
    .bind(MOST_OTHERS)
    .bind(cx.now().to_sqlx())
    .fetch_all(cx.db())
    .await?)
}
