//! One file, read as an import reads it.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;

use dogear_catalogue_formats::record::{Edition, Record, Work};
use dogear_catalogue_formats::{HEAD, Kind, Mapping, Next, Reason, Source};

use crate::counting;

/// A book with the names of its authors.
#[derive(Debug, Default)]
pub(crate) struct Book {
    pub work: Work,
    pub edition: Option<Edition>,
    pub authors: Vec<String>,
    /// The same names in their own scripts.
    pub other_names: Vec<String>,
}

/// What a file gave.
#[derive(Debug, Default)]
pub(crate) struct Read {
    /// Counted in the file, without reading them.
    pub records: usize,
    pub used: usize,
    /// Books whose ISBN is damaged.
    pub damaged: usize,
    pub reasons: BTreeMap<&'static str, usize>,
    pub books: Vec<Book>,
}

impl Read {
    pub(crate) fn passed_over(&self) -> usize {
        self.reasons.values().sum()
    }

    pub(crate) fn reasons(&self) -> String {
        self.reasons
            .iter()
            .map(|(reason, number)| format!("; {number} {reason}"))
            .collect()
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.records += other.records;
        self.used += other.used;
        self.damaged += other.damaged;
        for (reason, number) in &other.reasons {
            *self.reasons.entry(reason).or_default() += number;
        }
    }
}

/// Reads a file.
///
/// # Errors
/// Why it cannot be read at all.
pub(crate) fn read(file: &Path, bytes: &[u8]) -> Result<Read, String> {
    let head = &bytes[..bytes.len().min(HEAD)];
    let kind = Kind::of(head)?;
    let from = Box::new(Cursor::new(bytes));
    let mut source =
        Source::new(kind, head, from, &Mapping::default()).map_err(|error| error.to_string())??;
    let mut read = Read {
        records: counting::records(file, bytes),
        ..Read::default()
    };
    let (mut frame, mut records) = (Vec::new(), Vec::new());
    loop {
        let next = source.next(&mut frame).map_err(|error| error.to_string())?;
        let outcome = match next {
            Next::End => return Ok(read),
            Next::TooLong => Err(Reason::Length),
            Next::Cut => Err(Reason::Truncated),
            Next::Record => source.records(&frame, &mut records),
        };
        match outcome {
            // An empty row; a record that is lost like this is missed in the sum.
            Ok(()) if records.is_empty() => {}
            Ok(()) => {
                read.used += 1;
                read.books.push(book(&mut records));
                let book = read.books.last();
                let edition = book.and_then(|book| book.edition.as_ref());
                read.damaged += usize::from(edition.is_some_and(|edition| edition.damaged_isbn));
            }
            Err(reason) => *read.reasons.entry(reason.words()).or_default() += 1,
        }
        records.clear();
        if next == Next::Cut {
            return Ok(read);
        }
    }
}

fn book(records: &mut Vec<Record>) -> Book {
    let mut book = Book::default();
    for record in records.drain(..) {
        match record {
            Record::Author(author) => {
                book.authors.push(author.name);
                book.other_names.push(author.original);
            }
            Record::Work(work) => book.work = work,
            Record::Edition(edition) => book.edition = Some(edition),
            Record::Redirect { .. } => {}
        }
    }
    book
}
