//! Rows of text, separated by commas, semicolons or tabs.

use csv::{ReaderBuilder, StringRecord};
use dogear_domain::imports::Source;
use dogear_domain::isbn::{Isbn13, meant_as_isbn, numbers_in};
use dogear_domain::spreadsheet::restore;

use super::columns::Columns;
use super::entry;
use super::source;
use super::{FileProblem, LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, Row, Table};

/// A cell as long as this is no review, but the rest of the file after a lost quotation mark.
const RUNAWAY: usize = 200_000;

pub(super) fn read(text: &str) -> Result<Table, FileProblem> {
    let (delimiter, text) = delimiter(text);
    let mut headers = first(text, delimiter, true);
    if headers.len() > MOST_COLUMNS {
        return Err(FileProblem::TooManyColumns);
    }
    let headless = headers.iter().any(|cell| {
        numbers_in(cell)
            .into_iter()
            .any(|part| Isbn13::parse(part).is_ok() && meant_as_isbn(part))
    });
    if headless {
        headers = (1..=headers.len()).map(|n| format!("Column {n}")).collect();
    }
    let source = source::of(&headers);
    let columns = if headless {
        let cells = first(text, delimiter, true);
        Columns::of_isbns(&cells)
    } else {
        Columns::of(source, &headers)
    };
    // One column that nobody knows is some text, and no table.
    if source == Source::Generic && headers.len() < 2 && !columns.names_books() {
        return Err(FileProblem::NoTable);
    }
    // LibraryThing writes quotation marks as they are.
    let mut table = reader(text, delimiter, source != Source::LibraryThing);
    let mut record = StringRecord::new();
    let (mut rows, mut number) = (Vec::new(), 0);
    let mut skip = !headless;
    while table
        .read_record(&mut record)
        .map_err(|_| FileProblem::NoTable)?
    {
        if record.iter().any(|cell| cell.len() > RUNAWAY) {
            return Err(FileProblem::OpenQuote(rows.len() + 1));
        }
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if skip {
            skip = false;
            continue;
        }
        if rows.len() == MOST_ROWS {
            return Err(FileProblem::TooManyRows);
        }
        number += 1;
        let (entry, shelf) = entry::read(source, &columns, &|place| {
            let cell = record.get(place).unwrap_or_default();
            // Only we have defused what looks like a formula.
            cut(if matches!(source, Source::Own | Source::Library) {
                restore(cell)
            } else {
                cell
            })
        });
        let cells = (source == Source::Generic).then(|| {
            record
                .iter()
                .take(headers.len())
                .map(|cell| cut(cell).to_owned())
                .collect()
        });
        rows.push(Row {
            number,
            cells,
            entry,
            shelf,
            repeats: None,
        });
    }
    Ok(Table {
        source,
        headers,
        columns,
        rows,
    })
}

fn reader(text: &str, delimiter: u8, quoting: bool) -> csv::Reader<&[u8]> {
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .quoting(quoting)
        .from_reader(text.as_bytes())
}

/// The first row with something in it, each cell trimmed.
fn first(text: &str, delimiter: u8, quoting: bool) -> Vec<String> {
    let mut record = StringRecord::new();
    let mut table = reader(text, delimiter, quoting);
    while table.read_record(&mut record).unwrap_or(false) {
        if record.iter().any(|cell| !cell.trim().is_empty()) {
            let cells = record.iter().take(MOST_COLUMNS + 1);
            return cells.map(|cell| cut(cell.trim()).to_owned()).collect();
        }
    }
    Vec::new()
}

/// What separates the cells, and the text after the line that says so, if one does.
fn delimiter(text: &str) -> (u8, &str) {
    let line = text.lines().next().unwrap_or_default();
    if let Some(named) = line.strip_prefix("sep=").map(str::as_bytes)
        && let [delimiter] = named
        && (delimiter.is_ascii_punctuation() || *delimiter == b'\t')
    {
        return (*delimiter, &text[line.len()..]);
    }
    let mut best = (b',', 0);
    for delimiter in [b',', b';', b'\t', b'|'] {
        let cells = first(text, delimiter, true).len();
        if cells > best.1 {
            best = (delimiter, cells);
        }
    }
    (best.0, text)
}

/// The cell up to the longest that is kept.
fn cut(cell: &str) -> &str {
    match cell.char_indices().nth(LONGEST_CELL) {
        Some((end, _)) => &cell[..end],
        None => cell,
    }
}
