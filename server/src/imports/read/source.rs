//! Which program wrote a table, and how it calls its shelves.

use crate::copies::OffersInput;
use dogear_domain::copies::CopyState;
use dogear_domain::imports::Source;
use dogear_domain::offers::Offer;
use dogear_domain::spreadsheet::header_key;

/// The shelf of books that the file says are owned, whatever else it says of them.
pub(super) const OWNED: &str = "owned";

/// Columns that a table of each program has, and no other has all of them.
const MARKS: &[(Source, &[&str])] = &[
    (
        Source::Own,
        &["title", "isbn13", "grade", "defects", "state"],
    ),
    (
        Source::Library,
        &["entry", "title", "status", "started_on", "times_read"],
    ),
    (Source::Goodreads, &["book id", "title", "exclusive shelf"]),
    (Source::StoryGraph, &["title", "isbn/uid", "read status"]),
    (
        Source::LibraryThing,
        &["title", "primary author", "collections"],
    ),
    (Source::BookWyrm, &["title", "author_text", "remote_id"]),
    (Source::Inventaire, &["item url", "edition title"]),
];

/// The program that wrote a table with these columns.
pub(super) fn of(headers: &[String]) -> Source {
    let headers: Vec<String> = headers.iter().map(|header| header_key(header)).collect();
    let has = |name: &&str| headers.iter().any(|header| *header == header_key(name));
    MARKS
        .iter()
        .find(|(_, marks)| marks.iter().all(has))
        .map_or(Source::Generic, |(source, _)| *source)
}

/// What stands for books that somebody would like to have, in whatever program.
const WISHES: &[&str] = &[
    "to-read",
    "to read",
    "to_read",
    "toread",
    "tbr",
    "want",
    "wish",
    "read but unowned",
    "not owned",
    "wunsch",
    "à lire",
    "por leer",
];

/// What stands for books that a library has lent or keeps ready: nobody's to give away.
const BORROWED: &[&str] = &[
    "borrowed",
    "on hold",
    "renewed",
    "returned",
    "checked out",
    "entliehen",
    "vorgemerkt",
    "emprunté",
    "réservé",
];

/// Whether a shelf of a file stands for books of a library.
pub(crate) fn is_borrowed(shelf: &str) -> bool {
    let shelf = shelf.to_lowercase().replace(['-', '_'], " ");
    BORROWED.iter().any(|word| shelf.contains(word))
}

/// Those of the shelves of a file that are imported unless its reader chooses others: what is
/// owned where the file says so, otherwise everything but wishes and what is borrowed; of our own, all but the trash.
pub(crate) fn by_default(source: Source, shelves: &[(String, usize)]) -> Vec<String> {
    let names = shelves.iter().map(|(name, _)| name.clone());
    match source {
        Source::Own => names.filter(|name| name != "deleted").collect(),
        Source::Inventaire => names.collect(),
        // It says what they read, not what they own.
        Source::Library => Vec::new(),
        _ if shelves.iter().any(|(name, _)| name == OWNED) => vec![OWNED.to_owned()],
        _ => names
            .filter(|name| {
                let name = name.to_lowercase();
                !WISHES.iter().any(|wish| name.contains(wish)) && !is_borrowed(&name)
            })
            .collect(),
    }
}

/// The name of a shelf for people.
pub(crate) fn shelf_label(source: Source, shelf: &str) -> String {
    match (source, shelf) {
        (_, "") => "No shelf given".to_owned(),
        (Source::Own, "owned") => "Owned, not listed".to_owned(),
        (Source::Own, "listed") => "Listed".to_owned(),
        (Source::Own, "archived") => "In the archive".to_owned(),
        (Source::Own, "deleted") => "In the trash".to_owned(),
        (_, OWNED) => "Owned".to_owned(),
        (_, "read") => "Read".to_owned(),
        (_, "to-read") => "To read".to_owned(),
        (_, "currently-reading" | "reading") => "Being read".to_owned(),
        (_, "did-not-finish" | "stopped-reading") => "Not finished".to_owned(),
        (Source::Inventaire, "giving") => "To give away".to_owned(),
        (Source::Inventaire, "lending") => "To lend".to_owned(),
        (Source::Inventaire, "selling") => "For sale".to_owned(),
        (Source::Inventaire, "inventorying") => "Only kept".to_owned(),
        (_, shelf) => shelf.to_owned(),
    }
}

/// What inventaire would do with a copy, and so how it stands here. One that is for sale there has no
/// price, and nobody is asked for one here.
pub(super) fn mode(shelf: &str) -> (Option<OffersInput>, Option<CopyState>) {
    let way = match shelf {
        "giving" => Offer::Give,
        "lending" => Offer::Lend,
        _ => return (None, Some(CopyState::Owned)),
    };
    let offers = OffersInput {
        ways: vec![way.to_string()],
        ..OffersInput::default()
    };
    (Some(offers), Some(CopyState::Listed))
}
