//! All that a reader has in the library as a table: one row per reading, and one for a book without
//! any.

use dogear_domain::ids::{ReadingId, WorkId};
use dogear_domain::imports::Field;
use dogear_domain::spreadsheet::defuse;
use futures::Stream;
use futures::stream::try_unfold;

use super::repo::export::{self as repo, Exported};
use crate::{Cx, Error, Result};

/// Rows that are in memory at once.
const BATCH: usize = 500;
/// Has spreadsheets read the file as UTF-8.
const MARK: &str = "\u{feff}";

/// The headers of the table, in their order. What is said of a book stands in each of its rows, so
/// that each can be read alone: `status` is that of the book, `ending` that of the reading, which is
/// empty while it goes on. `entry` is `reading` for a row of a reading and `book` for the row of a
/// book without any. Days are as exact as they are known (2026-05-03, 2026-05, 2026), stars have
/// quarters (4.25), moments are in UTC, each list of the reader's own has a line. Our import reads all
/// of it again; `year` is that of the work.
pub const EXPORT_COLUMNS: [(Field, &str); 23] = [
    (Field::Entry, "entry"),
    (Field::Title, "title"),
    (Field::Author, "authors"),
    (Field::Isbn, "isbn13"),
    (Field::Status, "status"),
    (Field::Rating, "rating"),
    (Field::RatedAt, "rated_at"),
    (Field::Ending, "ending"),
    (Field::Started, "started_on"),
    (Field::Finished, "ended_on"),
    (Field::PausedAt, "paused_at"),
    (Field::Done, "progress"),
    (Field::Total, "total"),
    (Field::Unit, "unit"),
    (Field::ReadCount, "times_read"),
    (Field::WantedSince, "wanted_since"),
    (Field::PrivateNote, "private_note"),
    (Field::Visibility, "visibility"),
    (Field::Language, "language"),
    (Field::Year, "year"),
    (Field::Review, "review"),
    (Field::Spoiler, "spoiler"),
    (Field::Tags, "lists"),
];

/// All books of whoever asks, in the order of their numbers: the file in parts, of which each is
/// loaded when the one before it is taken.
///
/// # Errors
/// `SignInRequired`; those of the database, also while the parts are taken.
pub async fn export(cx: &Cx) -> Result<impl Stream<Item = Result<Vec<u8>>> + Send + 'static> {
    let reader = cx.reader()?.id;
    let from = (WorkId(0), ReadingId(0));
    let first = repo::exported(cx.db(), reader, from, BATCH as i64).await?;
    let cx = cx.clone();
    Ok(try_unfold(Some((first, true)), move |state| {
        let cx = cx.clone();
        async move {
            let Some((rows, is_first)) = state else {
                return Ok(None);
            };
            let part = part(&rows, is_first)?;
            let next = match rows.last() {
                Some(last) if rows.len() == BATCH => {
                    let after = (last.work, last.reading.unwrap_or(ReadingId(i64::MAX)));
                    let rows = repo::exported(cx.db(), reader, after, BATCH as i64).await?;
                    Some((rows, false))
                }
                _ => None,
            };
            Ok(Some((part, next)))
        }
    }))
}

fn part(rows: &[Exported], is_first: bool) -> Result<Vec<u8>> {
    let start = if is_first { MARK } else { "" };
    let mut table = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(start.as_bytes().to_vec());
    if is_first {
        table
            .write_record(EXPORT_COLUMNS.map(|(_, name)| name))
            .map_err(Error::internal)?;
    }
    for row in rows {
        let cells = cells(row);
        let cells = cells.iter().map(|cell| defuse(cell).into_owned());
        table.write_record(cells).map_err(Error::internal)?;
    }
    table
        .into_inner()
        .map_err(|error| Error::internal(error.into_error()))
}

fn cells(row: &Exported) -> [String; EXPORT_COLUMNS.len()] {
    fn words<T: std::fmt::Display>(value: Option<T>) -> String {
        value.map_or_else(String::new, |value| value.to_string())
    }
    let moment = |at: Option<jiff::Timestamp>| words(at.map(|at| format!("{at:.0}")));
    let progress = row.progress;
    [
        if row.reading.is_some() {
            "reading"
        } else {
            "book"
        }
        .to_owned(),
        row.title.clone(),
        row.authors.join("; "),
        words(row.isbn13.as_deref()),
        words(row.status),
        words(row.rating),
        moment(row.rated_at),
        words(row.ending),
        words(row.started),
        words(row.ended),
        moment(row.paused_at),
        words(progress.map(|progress| progress.done)),
        words(progress.and_then(|progress| progress.of)),
        words(progress.map(|progress| progress.unit)),
        row.times_read.to_string(),
        moment(row.wanted_at),
        row.note.clone(),
        words(row.visibility),
        row.language.clone(),
        words(row.year),
        row.review.clone(),
        if row.spoiler { "true" } else { "" }.to_owned(),
        row.lists.join("\n"),
    ]
}
