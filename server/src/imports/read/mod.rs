//! A file of books, read into rows that say the same whatever program wrote it.

mod columns;
mod entry;
mod json;
mod problem;
mod reading;
mod source;
mod table;
mod text;

use std::collections::HashMap;

use dogear_domain::identity::are_other_books;
use dogear_domain::imports::Source;

pub(super) use columns::Columns;
pub(super) use entry::Entry;
pub(super) use problem::FileProblem;
pub(super) use reading::Life;
pub(super) use source::{by_default, is_borrowed, shelf_label};

/// The most bytes of a file: 10 MiB.
pub const MOST_BYTES: usize = 10 * 1024 * 1024;
/// The most rows of a table.
pub const MOST_ROWS: usize = 20_000;
/// More columns than any of these programs writes.
const MOST_COLUMNS: usize = 100;
/// What a cell has beyond this many characters is left out: a review with all its marks is shorter.
const LONGEST_CELL: usize = 40_000;
/// The shelves that are told apart; rarer ones are put together.
const MOST_SHELVES: usize = 30;
/// Books in a file that have one ISBN and are told apart by their titles.
const MOST_BOOKS_OF_AN_ISBN: usize = 20;
/// The shelf of the rows on rarer ones.
const OTHERS: &str = "other shelves";

/// A table of books.
#[derive(Debug)]
pub(super) struct Table {
    pub source: Source,
    pub headers: Vec<String>,
    pub columns: Columns,
    pub rows: Vec<Row>,
}

/// One row of it.
#[derive(Debug)]
pub(super) struct Row {
    /// From 1, the header not counted.
    pub number: i32,
    /// As they stand in the file, for a table whose columns may be chosen otherwise.
    pub cells: Option<Vec<String>>,
    pub entry: Entry,
    /// The shelf or state that the file gives it; may be empty.
    pub shelf: String,
    /// The earlier row that says the same.
    pub repeats: Option<i32>,
}

/// Reads a file of any of the known formats, or any table.
///
/// # Errors
/// Says what is wrong with the file as a whole; what is wrong with one row is in that row.
pub(super) fn read(bytes: &[u8]) -> Result<Table, FileProblem> {
    if bytes.len() > MOST_BYTES {
        return Err(FileProblem::TooLarge);
    }
    let text = text::decode(bytes)?;
    let mut table = if text.trim_start().starts_with(['{', '[']) {
        json::read(&text)?
    } else {
        table::read(&text)?
    };
    if table.rows.is_empty() {
        return Err(FileProblem::Empty);
    }
    settle(&mut table.rows);
    if table.source == Source::Library {
        unite_readings(&mut table.rows);
    }
    Ok(table)
}

/// Reads one row again after other columns were chosen.
pub(super) fn read_again(number: i32, cells: Vec<String>, columns: &Columns) -> Row {
    let (entry, shelf) = entry::read(Source::Generic, columns, &|place| {
        cells.get(place).map_or("", String::as_str)
    });
    Row {
        number,
        cells: Some(cells),
        entry,
        shelf,
        repeats: None,
    }
}

/// Our own export has a row for each reading: the first of a book takes those of all, so that two
/// which say the same stay two.
fn unite_readings(rows: &mut [Row]) {
    for at in 0..rows.len() {
        let first = rows[at]
            .repeats
            .and_then(|number| usize::try_from(number - 1).ok());
        if let Some(first) = first.filter(|first| *first < at) {
            let life = std::mem::take(&mut rows[at].entry.life);
            rows[first].entry.life.readings.extend(life.readings);
            rows[first].entry.life.problems.extend(life.problems);
        }
    }
}

/// Puts rare shelves together, and notes which rows say the same.
pub(super) fn settle(rows: &mut [Row]) {
    let mut sizes: HashMap<&str, usize> = HashMap::new();
    for row in rows.iter() {
        *sizes.entry(&row.shelf).or_default() += 1;
    }
    if sizes.len() > MOST_SHELVES {
        let mut names: Vec<(usize, String)> = sizes
            .into_iter()
            .map(|(name, size)| (size, name.to_owned()))
            .collect();
        names.sort_by(|one, other| other.cmp(one));
        names.truncate(MOST_SHELVES - 1);
        for row in rows.iter_mut() {
            if !names.iter().any(|(_, name)| *name == row.shelf) {
                OTHERS.clone_into(&mut row.shelf);
            }
        }
    }
    note_repeats(rows);
}

/// The volumes of a set may have one ISBN: those that are called otherwise are other books.
fn note_repeats(rows: &mut [Row]) {
    let mut seen: HashMap<String, Vec<usize>> = HashMap::new();
    for at in 0..rows.len() {
        rows[at].repeats = None;
        rows[at].entry.shares_isbn = None;
        let Some(key) = rows[at].entry.key() else {
            continue;
        };
        let earlier = seen.entry(key).or_default();
        let same = earlier.iter().copied().find(|first| {
            !are_other_books(&rows[*first].entry.described(), &rows[at].entry.described())
        });
        match (same, earlier.first()) {
            (Some(first), _) => rows[at].repeats = Some(rows[first].number),
            (None, Some(first)) => rows[at].entry.shares_isbn = Some(rows[*first].number),
            (None, None) => {}
        }
        if same.is_none() && earlier.len() < MOST_BOOKS_OF_AN_ISBN {
            earlier.push(at);
        }
    }
}

/// Whether any of these rows says something of its reader's reading.
pub(super) fn say_of_reading(rows: &[Row]) -> bool {
    rows.iter().any(|row| row.entry.life.says_something())
}

/// The shelves of these rows with the number of rows, the largest first.
pub(super) fn shelves(rows: &[Row]) -> Vec<(String, usize)> {
    let mut sizes: HashMap<&str, usize> = HashMap::new();
    for row in rows {
        *sizes.entry(&row.shelf).or_default() += 1;
    }
    let mut shelves: Vec<(String, usize)> = sizes
        .into_iter()
        .map(|(name, size)| (name.to_owned(), size))
        .collect();
    shelves.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    shelves
}
