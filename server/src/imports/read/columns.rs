//! Which column says what: always found by its name.

use std::collections::BTreeMap;

use dogear_domain::imports::{Field, Source};
use dogear_domain::isbn::{Isbn13, numbers_in};
use dogear_domain::spreadsheet::header_key;
use serde::{Deserialize, Serialize};

use crate::copies::EXPORT_COLUMNS;
use crate::library::EXPORT_COLUMNS as LIBRARY_COLUMNS;

/// The columns of each field, from 0, the most telling first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Columns(BTreeMap<String, Vec<usize>>);

type Names = &'static [(Field, &'static [&'static str])];

const GOODREADS: Names = &[
    (Field::Title, &["title"]),
    (Field::Author, &["author"]),
    (Field::MoreAuthors, &["additional authors"]),
    (Field::Isbn, &["isbn13", "isbn"]),
    (Field::Publisher, &["publisher"]),
    (Field::Year, &["year published"]),
    (Field::Format, &["binding"]),
    (Field::Grade, &["condition"]),
    (Field::Note, &["condition description"]),
    (Field::Shelf, &["exclusive shelf"]),
    (Field::Owned, &["owned copies"]),
    (Field::Rating, &["my rating"]),
    (Field::Review, &["my review"]),
    (Field::Spoiler, &["spoiler"]),
    (Field::PrivateNote, &["private notes"]),
    (Field::Finished, &["date read"]),
    (Field::ReadCount, &["read count"]),
    (Field::Added, &["date added"]),
    (Field::Tags, &["bookshelves"]),
];
const STORYGRAPH: Names = &[
    (Field::Title, &["title"]),
    (Field::Author, &["authors"]),
    (Field::Isbn, &["isbn/uid"]),
    (Field::Format, &["format"]),
    (Field::Shelf, &["read status"]),
    (Field::Owned, &["owned?"]),
    (Field::Rating, &["star rating"]),
    (Field::Review, &["review"]),
    (Field::ReadDates, &["dates read", "last date read"]),
    (Field::ReadCount, &["read count"]),
    (Field::Added, &["date added"]),
    (Field::Tags, &["tags"]),
];
/// The names in the table, and those in the objects of the JSON file.
const LIBRARYTHING: Names = &[
    (Field::Title, &["title"]),
    (Field::Author, &["primary author", "primaryauthor"]),
    (Field::MoreAuthors, &["secondary author", "secondaryauthor"]),
    (Field::Isbn, &["isbns", "isbn", "originalisbn", "ean"]),
    (Field::Publisher, &["publication"]),
    (Field::Year, &["date"]),
    (Field::Format, &["media"]),
    (Field::Language, &["languages", "language"]),
    (Field::Shelf, &["collections"]),
    (Field::Rating, &["rating"]),
    (Field::Review, &["review"]),
    (Field::PrivateNote, &["private comment", "privatecomment"]),
    (Field::Started, &["date started", "datestarted"]),
    (Field::Finished, &["date read", "dateread"]),
    (Field::Added, &["entry date", "entrydate"]),
    (Field::Tags, &["tags"]),
];
const BOOKWYRM: Names = &[
    (Field::Title, &["title"]),
    (Field::Author, &["author_text"]),
    (Field::Isbn, &["isbn_13", "isbn_10"]),
    (Field::Shelf, &["shelf", "shelf_name"]),
    (Field::Rating, &["rating"]),
    (Field::Review, &["review_content"]),
    (Field::Spoiler, &["review_cw"]),
    (Field::Started, &["start_date"]),
    (Field::Finished, &["finish_date"]),
    (Field::Stopped, &["stopped_date"]),
    (Field::Added, &["shelf_date"]),
];
const INVENTAIRE: Names = &[
    (Field::Title, &["edition title", "works labels"]),
    (Field::Author, &["authors labels"]),
    (Field::Isbn, &["edition isbn-13", "edition isbn-10"]),
    (Field::Publisher, &["publisher label"]),
    (Field::Year, &["edition publication date"]),
    (Field::Language, &["edition language"]),
    (Field::Note, &["item details"]),
    (Field::PrivateNote, &["item notes"]),
    (Field::Shelf, &["item transaction"]),
    (Field::Tags, &["shelves"]),
];
/// How other tables call them. A note is not guessed: it may be a private one, and a review may be
/// somebody else’s.
const GUESSES: Names = &[
    (
        Field::Title,
        &[
            "title",
            "book title",
            "book",
            "titel",
            "titre",
            "título",
            "titolo",
        ],
    ),
    (
        Field::Author,
        &[
            "author",
            "authors",
            "author text",
            "primary author",
            "writer",
            "autor",
            "autoren",
            "auteur",
            "auteurs",
            "autore",
            "name of author",
            "author name",
            "author details",
            "creators",
            "creator",
            "verfasser",
        ],
    ),
    (
        Field::Isbn,
        &[
            "isbn13",
            "isbn",
            "isbns",
            "isbn/uid",
            "isbn10",
            "ean isbn13",
            "upc isbn10",
            "ean13",
            "ean",
        ],
    ),
    (
        Field::Publisher,
        &["publisher", "verlag", "editeur", "éditeur", "editorial"],
    ),
    (
        Field::Year,
        &[
            "year",
            "year published",
            "publication year",
            "publish date",
            "publication date",
            "date published",
            "pubdate",
            "published",
            "erscheinungsjahr",
            "jahr",
            "année",
            "date de publication",
        ],
    ),
    (
        Field::Format,
        &["format", "binding", "book_format", "einband"],
    ),
    (
        Field::Language,
        &["language", "languages", "sprache", "langue", "idioma"],
    ),
    (Field::Grade, &["condition", "grade", "zustand", "état"]),
    (
        Field::Shelf,
        &[
            "shelf",
            "exclusive shelf",
            "read status",
            "status",
            "bookshelf",
            "bookshelves",
            "statut",
            "regal",
            "activity",
        ],
    ),
    (
        Field::Owned,
        &["owned", "owned?", "owned copies", "in meinem besitz"],
    ),
    (Field::Rating, &["rating", "my rating", "star rating"]),
    (
        Field::Started,
        &["start date", "start_date", "date started", "started"],
    ),
    (
        Field::Finished,
        &[
            "date read",
            "finish date",
            "finish_date",
            "date finished",
            "last date read",
            "finished",
        ],
    ),
];

impl Columns {
    /// The columns of a table with these headers.
    pub(crate) fn of(source: Source, headers: &[String]) -> Self {
        let names = match source {
            Source::Own => return Self::found(EXPORT_COLUMNS, headers),
            Source::Library => return Self::found(LIBRARY_COLUMNS, headers),
            Source::Goodreads => GOODREADS,
            Source::StoryGraph => STORYGRAPH,
            Source::LibraryThing => LIBRARYTHING,
            Source::BookWyrm => BOOKWYRM,
            Source::Inventaire => INVENTAIRE,
            Source::Generic => GUESSES,
        };
        let names = names
            .iter()
            .flat_map(|(field, names)| names.iter().map(|name| (*field, *name)));
        let mut columns = Self::found(names, headers);
        if source == Source::Generic {
            // What is shown and chosen is one column each; an ISBN may stand in two.
            for (field, places) in &mut columns.0 {
                if field != Field::Isbn.as_str() {
                    places.truncate(1);
                }
            }
        }
        columns
    }

    fn found(names: impl IntoIterator<Item = (Field, &'static str)>, headers: &[String]) -> Self {
        let headers: Vec<String> = headers.iter().map(|header| header_key(header)).collect();
        let mut columns = Self::default();
        for (field, name) in names {
            let name = header_key(name);
            let found = headers.iter().position(|header| *header == name);
            if let Some(place) = found.filter(|place| !columns.get(field).contains(place)) {
                columns.add(field, place);
            }
        }
        columns
    }

    /// The columns of a table without headers: only those that hold an ISBN say what they are.
    pub(crate) fn of_isbns(first_row: &[String]) -> Self {
        let mut columns = Self::default();
        for (place, cell) in first_row.iter().enumerate() {
            if numbers_in(cell)
                .into_iter()
                .any(|part| Isbn13::parse(part).is_ok())
            {
                columns.add(Field::Isbn, place);
            }
        }
        columns
    }

    /// Chosen columns; those that are not there are left out.
    pub(crate) fn chosen(chosen: impl IntoIterator<Item = (Field, usize)>, number: usize) -> Self {
        let mut columns = Self::default();
        for (field, place) in chosen {
            if place < number {
                columns.add(field, place);
            }
        }
        columns
    }

    fn add(&mut self, field: Field, place: usize) {
        self.0
            .entry(field.as_str().to_owned())
            .or_default()
            .push(place);
    }

    /// The columns of a field; none when the table does not say it.
    pub(crate) fn get(&self, field: Field) -> &[usize] {
        self.0.get(field.as_str()).map_or(&[], Vec::as_slice)
    }

    /// Whether books can be told by them.
    pub(crate) fn names_books(&self) -> bool {
        !self.get(Field::Title).is_empty() || !self.get(Field::Isbn).is_empty()
    }
}
