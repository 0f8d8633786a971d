//! "ISBN or title": which known editions somebody may mean.

use dogear_domain::edition::Format;
use dogear_domain::fields::title_key;
use dogear_domain::ids::{EditionId, WorkId};
use dogear_domain::isbn::{Isbn13, meant_as_isbn};

use crate::{Cx, Error, Result};

/// Editions in an answer.
const MOST: i64 = 12;

/// The statement that reads [`KnownEdition`]s: what stands before it, and what after, where `e`
/// is an edition and `w` its work.
macro_rules! select_known {
    ($after:literal) => {
        select_known!("", $after)
    };
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            " select e.id as edition, w.id as work, w.slug, shown_title(e.title, w.title) as title,
             w.author_line, coalesce(e.year, w.first_year) as year, e.format, e.publisher,
             coalesce(nullif(e.language, ''), w.language) as language, e.isbn13::text as isbn13,
             (select count(*) from copies c where c.edition_id = e.id and c.state <> 'deleted') as copies ",
            $after
        )
    };
}
pub(super) use select_known;

/// An edition somebody has already entered.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct KnownEdition {
    pub edition: EditionId,
    pub work: WorkId,
    pub slug: String,
    pub title: String,
    pub author_line: String,
    /// Of the edition, or of the work where the edition has none.
    pub year: Option<i32>,
    pub format: Format,
    pub publisher: String,
    /// ISO 639-1, or empty.
    pub language: String,
    pub isbn13: Option<String>,
    /// Copies of it that readers own.
    pub copies: i64,
}

/// What was found, and whether the text was an ISBN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    /// The text is this ISBN.
    pub isbn: Option<Isbn13>,
    /// The text is meant as an ISBN, and this is wrong with it.
    pub problem: Option<String>,
    /// Likeliest first.
    pub editions: Vec<KnownEdition>,
}

/// Finds editions by ISBN in any notation, or by words of title and author; the last
/// word may be unfinished and title words may be misspelt.
///
/// # Errors
/// Those of the database.
pub async fn lookup(cx: &Cx, text: &str) -> Result<Lookup> {
    let text: String = text.trim().chars().take(200).collect();
    let mut found = Lookup {
        isbn: None,
        problem: None,
        editions: Vec::new(),
    };
    match Isbn13::parse(&text) {
        Ok(isbn) => {
            found.isbn = Some(isbn);
            found.editions = by_isbn(cx, isbn).await?;
        }
        Err(error) if meant_as_isbn(&text) => {
            found.problem = Some(error.to_string());
        }
        Err(_) => {
            let key = title_key(&text);
            if key.chars().count() >= 2 || !key.is_ascii() {
                found.editions = by_words(cx, &key).await?;
            }
            if found.editions.is_empty()
                && let Some(meant) = crate::search::typos::correct(cx.db(), &text).await?
            {
                found.editions = by_words(cx, &title_key(&meant)).await?;
            }
        }
    }
    Ok(found)
}

/// One edition, as [`lookup`] shows it, or the one into which it was merged.
///
/// # Errors
/// `NotFound`.
pub async fn edition(cx: &Cx, id: EditionId) -> Result<KnownEdition> {
    sqlx::query_as(select_known!(
        "from editions e join works w on w.id = e.work_id where e.id = merged_edition($1)"
    ))
    .bind(id)
    .fetch_optional(cx.db())
    .await?
    .ok_or(Error::NotFound)
}

/// Those of these editions that are there, in no order.
///
/// # Errors
/// Those of the database.
pub async fn editions(cx: &Cx, ids: &[EditionId]) -> Result<Vec<KnownEdition>> {
    Ok(sqlx::query_as(select_known!(
        "from editions e join works w on w.id = e.work_id where e.id = any ($1)"
    ))
    .bind(ids)
    .fetch_all(cx.db())
    .await?)
}

async fn by_isbn(cx: &Cx, isbn: Isbn13) -> Result<Vec<KnownEdition>> {
    Ok(sqlx::query_as(select_known!(
        "from editions e join works w on w.id = e.work_id where e.id = isbn_edition($1)"
    ))
    .bind(isbn.to_string())
    .fetch_all(cx.db())
    .await?)
}

async fn by_words(cx: &Cx, key: &str) -> Result<Vec<KnownEdition>> {
    let words = crate::search::prefix_query(key);
    Ok(sqlx::query_as(select_known!(
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
         order by h.rank desc, w.id, copies desc, e.id limit $3"
    ))
    .bind(key)
    .bind(words)
    .bind(MOST)
    // Two letters begin too many words to look through; they still begin titles.
    .bind(key.chars().count() > 2 || !key.is_ascii())
    .fetch_all(cx.db())
    .await?)
}
