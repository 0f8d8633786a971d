//! "ISBN or title": which known editions somebody may mean.

use dogear_domain::edition::Format;
use dogear_domain::fields::title_key;
use dogear_domain::identity::Described;
use dogear_domain::ids::{EditionId, WorkId};
use dogear_domain::isbn::{Isbn13, meant_as_isbn};

use super::repo;
use crate::{Cx, Error, Result};

/// Editions in an answer.
const MOST: i64 = 12;

/// An edition somebody has already entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownEdition {
    /// By which copies name it.
    pub edition: EditionId,
    /// What it is an edition of.
    pub work: WorkId,
    /// Of the work's page.
    pub slug: String,
    /// Its own, or the work's.
    pub title: String,
    /// All authors in one line.
    pub author_line: String,
    /// Each of them.
    pub authors: Vec<String>,
    /// Of the work, or the edition's own; may be empty.
    pub subtitle: String,
    /// Of the edition, or of the work where the edition has none.
    pub year: Option<i32>,
    /// Of the edition alone.
    pub edition_year: Option<i32>,
    /// How it is bound.
    pub format: Format,
    /// May be empty.
    pub publisher: String,
    /// ISO 639-1, or empty.
    pub language: String,
    /// Thirteen digits; none when it has none.
    pub isbn13: Option<String>,
    /// Copies of it that readers own.
    pub copies: i64,
}

impl KnownEdition {
    /// As it is compared with what somebody describes.
    pub(crate) fn described(&self) -> Described<'_> {
        Described {
            title: &self.title,
            subtitle: &self.subtitle,
            authors: self.authors.iter().map(String::as_str).collect(),
        }
    }
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
            found.editions = repo::known::by_isbn(cx.db(), isbn).await?;
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
    repo::known::edition(cx.db(), id)
        .await?
        .ok_or(Error::NotFound)
}

/// Those of these editions that are there, in no order.
///
/// # Errors
/// Those of the database.
pub async fn editions(cx: &Cx, ids: &[EditionId]) -> Result<Vec<KnownEdition>> {
    repo::known::editions(cx.db(), ids).await
}

async fn by_words(cx: &Cx, key: &str) -> Result<Vec<KnownEdition>> {
    let query = crate::search::prefix_query(key);
    // Two letters begin too many words to look through; they still begin titles.
    let words = key.chars().count() > 2 || !key.is_ascii();
    repo::known::by_words(cx.db(), key, &query, words, MOST).await
}
