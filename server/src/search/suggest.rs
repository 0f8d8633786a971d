//! What may be meant, while somebody types.

use dogear_domain::fields::title_key;
use dogear_domain::ids::{AuthorId, SeriesId};
use dogear_domain::isbn::{Isbn13, looks_like_isbn};

use super::query::prefix_query;
use super::repo::names as repo;
use super::{WorkLine, typos};
use crate::{Cx, Result};

/// Books in an answer.
const MOST_BOOKS: i64 = 6;
/// Authors, series and readers in an answer, of each.
const MOST_OTHERS: i64 = 3;

/// A name with how many works stand behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorLine {
    /// By which their page is found.
    pub id: AuthorId,
    /// As it is printed on books.
    pub name: String,
    /// All of theirs, offered or not.
    pub works: i64,
}

/// A series with its works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesLine {
    /// By which its page is found.
    pub id: SeriesId,
    /// As it is printed on books.
    pub title: String,
    /// All of it, offered or not.
    pub works: i64,
}

/// A reader by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReaderLine {
    /// Without the @.
    pub handle: String,
    /// What they want to be called.
    pub display_name: String,
}

/// See [`suggest`].
#[derive(Debug, Clone, Default)]
pub struct Suggestions {
    /// The text is this ISBN.
    pub isbn: Option<Isbn13>,
    /// By title, or by words of title and author.
    pub books: Vec<WorkLine>,
    /// By name.
    pub authors: Vec<AuthorLine>,
    /// By title.
    pub series: Vec<SeriesLine>,
    /// By handle or display name.
    pub readers: Vec<ReaderLine>,
}

/// What somebody may mean who has typed `text` so far, likeliest first. Two letters bring the
/// titles that begin with them; from three on the words of titles and names count too.
///
/// # Errors
/// Those of the database.
pub async fn suggest(cx: &Cx, text: &str) -> Result<Suggestions> {
    let text: String = text.trim().chars().take(200).collect();
    if looks_like_isbn(&text)
        && let Ok(isbn) = Isbn13::parse(&text)
    {
        return Ok(Suggestions {
            isbn: Some(isbn),
            books: repo::line_by_isbn(cx.db(), isbn).await?,
            ..Suggestions::default()
        });
    }
    let key = title_key(&text);
    let letters = key.chars().count();
    if letters == 0 || (letters < 2 && key.is_ascii()) {
        return Ok(Suggestions::default());
    }
    let words = letters > 2 || !key.is_ascii();
    let mut found = if words {
        named(cx, &text, &key).await?
    } else {
        Suggestions::default()
    };
    found.books = books(cx, &key, words).await?;
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
    named(cx, text, &key).await
}

/// Authors, series and readers of the name that was typed, also as a folded key.
async fn named(cx: &Cx, text: &str, key: &str) -> Result<Suggestions> {
    Ok(Suggestions {
        authors: repo::authors(cx.db(), key, MOST_OTHERS).await?,
        series: repo::series(cx.db(), key, MOST_OTHERS).await?,
        readers: readers(cx, text).await?,
        ..Suggestions::default()
    })
}

async fn books(cx: &Cx, key: &str, words: bool) -> Result<Vec<WorkLine>> {
    repo::books(cx.db(), key, &prefix_query(key), words, MOST_BOOKS).await
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
    let asking = cx.actor.as_ref().map(|actor| actor.id);
    repo::readers(cx.db(), &begins, asking, MOST_OTHERS, cx.now()).await
}
