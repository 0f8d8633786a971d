//! Genres and languages: what there is of each, and where to begin.

use dogear_domain::edition::{LANGUAGES, language_name};
use dogear_domain::ids::AuthorId;

use super::repo;
use crate::search::WorkLine;
use crate::{Cx, Error, Result};

/// Books that are looked at for the figures of a page; of more, figures are least ones.
const LOOKED_AT: i64 = 2_400;
/// Larger numbers are not counted on the list of all.
pub const COUNTED: i64 = 1_000;

/// What a page is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject<'a> {
    /// The slug of a genre.
    Genre(&'a str),
    /// An ISO 639-1 code.
    Language(&'a str),
}

/// A genre or a language among others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectLine {
    /// Slug or code.
    pub key: String,
    /// Of a genre; empty for a language, whose code has a name.
    pub name: String,
    /// Works with copies that can be asked for now; one above the cap when there are more.
    pub books: i64,
}

/// An author of several such books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectAuthor {
    /// By which their page is found.
    pub id: AuthorId,
    /// As it is printed on books.
    pub name: String,
    /// Theirs of this subject, with copies that can be asked for now.
    pub books: i64,
}

/// The page of a genre or a language.
#[derive(Debug, Clone)]
pub struct SubjectPage {
    /// The genre's, or the language's in English.
    pub name: String,
    /// Works with copies that can be asked for now; at most `LOOKED_AT` are counted.
    pub books: i64,
    /// Whether there may be more than `books`.
    pub at_least: bool,
    /// With the newest copies.
    pub newest: Vec<WorkLine>,
    /// What most readers have asked for, and how many.
    pub wanted: Vec<Wanted>,
    /// Those with the most books first.
    pub authors: Vec<SubjectAuthor>,
    /// Languages of a genre, genres of a language; most books first.
    pub across: Vec<SubjectLine>,
}

/// A work, and how many readers have asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Readers who have asked for it.
    pub wanted: i32,
    /// As it stands in lists.
    pub work: WorkLine,
}

/// The page of `subject`.
///
/// # Errors
/// `NotFound` when there is no such genre or language.
pub async fn subject(cx: &Cx, subject: Subject<'_>) -> Result<SubjectPage> {
    let db = cx.db();
    let most = LOOKED_AT + 1;
    let (name, newest, wanted, figures) = match subject {
        Subject::Genre(slug) => (
            repo::genre_name(db, slug).await?.ok_or(Error::NotFound)?,
            repo::newest_of_genre(db, slug).await?,
            repo::wanted_of_genre(db, slug).await?,
            repo::figures_of_genre(db, slug, most).await?,
        ),
        Subject::Language(code) => (
            language_name(code).ok_or(Error::NotFound)?.to_owned(),
            repo::newest_of_language(db, code).await?,
            repo::wanted_of_language(db, code).await?,
            repo::figures_of_language(db, code, most).await?,
        ),
    };
    let mut page = SubjectPage {
        name,
        books: 0,
        at_least: false,
        newest,
        wanted,
        authors: Vec::new(),
        across: Vec::new(),
    };
    for figure in figures {
        match figure.kind.as_str() {
            "author" => page.authors.push(SubjectAuthor {
                id: figure.id,
                name: figure.name,
                books: figure.books,
            }),
            "across" => page.across.push(SubjectLine {
                key: figure.key,
                name: figure.name,
                books: figure.books,
            }),
            _ => {
                page.books = figure.books.min(LOOKED_AT);
                page.at_least = figure.books > LOOKED_AT;
            }
        }
    }
    Ok(page)
}

/// Every genre in its order, and every language in which there is a book to be had, with
/// how many there are, [`COUNTED`] and one at most.
///
/// # Errors
/// When the database does not answer in time.
pub async fn subjects(cx: &Cx) -> Result<(Vec<SubjectLine>, Vec<SubjectLine>)> {
    let most = COUNTED + 1;
    let codes: Vec<&str> = LANGUAGES.iter().map(|(code, _)| *code).collect();
    let genres = repo::genres_with_books(cx.db(), most).await?;
    let languages = repo::languages_with_books(cx.db(), &codes, most).await?;
    Ok((genres, languages))
}
