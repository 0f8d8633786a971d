//! What a source says, in the terms of the catalogue.

use dogear_domain::edition::Format;
use dogear_domain::isbn::Isbn13;

/// One record of a source. Keys are the source's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// Somebody who writes.
    Author(Author),
    /// What was written.
    Work(Work),
    /// A form in which it was published.
    Edition(Edition),
    /// `from` is now known as `to`.
    Redirect {
        /// The key that is no longer used.
        from: String,
        /// The key that is used now.
        to: String,
    },
}

/// An author, as a source knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// Under which the source keeps it.
    pub key: String,
    /// As it stands on a title page.
    pub name: String,
    /// The same in the author's own script, where the source gives both; else empty.
    pub original: String,
}

/// A work, as a source knows it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Work {
    /// Under which the source keeps it.
    pub key: String,
    /// Never empty.
    pub title: String,
    /// May be empty.
    pub subtitle: String,
    /// ISO 639-1, or empty.
    pub language: String,
    /// When it first came out; negative before our era.
    pub first_year: Option<i32>,
    /// May be empty.
    pub description: String,
    /// The slug of a genre.
    pub genre: Option<&'static str>,
    /// Keys of authors.
    pub authors: Vec<String>,
}

/// An edition, as a source knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// Under which the source keeps it.
    pub key: String,
    /// The key of its work; empty when the source knows none.
    pub work: String,
    /// Whose check digit is right.
    pub isbn: Option<Isbn13>,
    /// Numbers stand there as its ISBN, and none of them is right.
    pub damaged_isbn: bool,
    /// A part of its record is in no encoding that is known, and was left out.
    pub lost_text: bool,
    /// Never empty.
    pub title: String,
    /// May be empty.
    pub subtitle: String,
    /// Its binding, as far as it is known.
    pub format: Format,
    /// May be empty.
    pub publisher: String,
    /// When this edition came out.
    pub year: Option<i32>,
    /// How many.
    pub pages: Option<i32>,
    /// ISO 639-1, or empty.
    pub language: String,
    /// Keys of authors, for an edition without a work.
    pub authors: Vec<String>,
}
