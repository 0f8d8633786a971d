//! What the pages of imports show.

use std::collections::BTreeMap;

use dogear_domain::grade::Grade;
use dogear_domain::ids::{CopyId, EditionId, ImportId};
use dogear_domain::imports::{Field, ImportState, Offer, Outcome, Source};
use dogear_domain::isbn::Isbn13;
use jiff::Timestamp;

use super::UNDONE_WITHIN;
use super::read;
use super::repo::{self, Head, ReadingNumbers};
use crate::catalogue::{self, KnownEdition};
use crate::{Cx, Error, Result};

/// Rows of one page.
const PER_PAGE: i64 = 25;
/// Kept copies that are named.
const MOST_KEPT: i64 = 50;
/// Characters of an example from a column.
const SAMPLE: usize = 30;

/// One import in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportLine {
    /// By which its page is found.
    pub id: ImportId,
    /// As the reader's machine called it.
    pub file_name: String,
    /// Who wrote the file.
    pub source: Source,
    /// How far it is.
    pub state: ImportState,
    /// When the file was sent.
    pub created_at: Timestamp,
    /// All rows of the file.
    pub rows: i64,
    /// Copies that came of it.
    pub added: i64,
}

/// The reader's imports, newest first.
///
/// # Errors
/// `SignInRequired`; those of the database.
pub async fn list(cx: &Cx) -> Result<Vec<ImportLine>> {
    repo::list(cx.db(), cx.reader()?.id).await
}

/// How many rows there are of each outcome.
pub type Numbers = BTreeMap<Outcome, i64>;

/// One shelf of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShelfLine {
    /// As the file writes it.
    pub name: String,
    /// For people.
    pub label: String,
    /// It is imported.
    pub chosen: bool,
    /// It stands for books that a library has lent or keeps ready.
    pub borrowed: bool,
    /// Its rows by what becomes of them.
    pub numbers: Numbers,
}

impl ShelfLine {
    /// Rows with this outcome.
    pub fn of(&self, outcome: Outcome) -> i64 {
        self.numbers.get(&outcome).copied().unwrap_or(0)
    }
}

/// A column to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// As the file's first line has it.
    pub name: String,
    /// From the first row; may be empty.
    pub sample: String,
}

/// An import as its page shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportPage {
    /// By which its page is found.
    pub id: ImportId,
    /// As the reader's machine called it.
    pub file_name: String,
    /// Who wrote the file.
    pub source: Source,
    /// How far it is.
    pub state: ImportState,
    /// When the file was sent.
    pub created_at: Timestamp,
    /// Every row stands on one of them.
    pub shelves: Vec<ShelfLine>,
    /// Of copies of which the file does not say it.
    pub grade: Grade,
    /// Which copies are put on offer.
    pub offer: Offer,
    /// Books that the reader has already are added once more.
    pub seconds: bool,
    /// What the file says of reading goes into the library.
    pub reading: bool,
    /// Its reviews are published.
    pub reviews: bool,
    /// How much it says of it.
    pub readings: ReadingNumbers,
    /// Until when it can be undone, while it can.
    pub undone_until: Option<Timestamp>,
    /// The columns, while others can be chosen.
    pub columns: Vec<Column>,
    /// The column of each field, from 0.
    pub mapping: BTreeMap<String, usize>,
    /// Copies that stayed when it was undone, at most 50.
    pub kept: Vec<(CopyId, String)>,
    /// How far the work on it has come.
    pub progress: Progress,
}

impl ImportPage {
    /// Rows with this outcome, on all shelves.
    pub fn of(&self, outcome: Outcome) -> i64 {
        self.shelves.iter().map(|shelf| shelf.of(outcome)).sum()
    }

    /// All rows.
    pub fn rows(&self) -> i64 {
        self.shelves
            .iter()
            .flat_map(|shelf| shelf.numbers.values())
            .sum()
    }
}

/// How far the work on an import has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// How far it is.
    pub state: ImportState,
    /// Rows, or copies while it is undone.
    pub done: i64,
    /// Of the same things as `done`.
    pub total: i64,
}

async fn get(cx: &Cx, import: ImportId) -> Result<Head> {
    repo::get(cx.db(), import, cx.reader()?.id)
        .await?
        .ok_or(Error::NotFound)
}

/// Rows by shelf and outcome.
async fn numbers(cx: &Cx, import: ImportId) -> Result<BTreeMap<String, Numbers>> {
    let mut numbers: BTreeMap<String, Numbers> = BTreeMap::new();
    for count in repo::counts(cx.db(), import).await? {
        let shelf = numbers.entry(count.shelf).or_default();
        shelf.insert(count.outcome, count.rows);
    }
    Ok(numbers)
}

/// One import of the reader.
///
/// # Errors
/// `NotFound` when it is not theirs; `SignInRequired`; those of the database.
pub async fn page(cx: &Cx, import: ImportId) -> Result<ImportPage> {
    let head = get(cx, import).await?;
    let numbers = numbers(cx, import).await?;
    let readings = repo::reading_numbers(cx.db(), import).await?;
    let progress = how_far(&head, &numbers, readings);
    let mut shelves: Vec<ShelfLine> = numbers
        .into_iter()
        .map(|(name, numbers)| ShelfLine {
            label: read::shelf_label(head.source, &name),
            chosen: head.shelves.contains(&name),
            borrowed: read::is_borrowed(&name),
            name,
            numbers,
        })
        .collect();
    shelves.sort_by_key(|shelf| std::cmp::Reverse(shelf.numbers.values().sum::<i64>()));
    let open = head.source == Source::Generic
        && matches!(head.state, ImportState::Checking | ImportState::Ready);
    let columns = if open {
        columns(cx, import, &head.headers).await?
    } else {
        Vec::new()
    };
    let mapping = Field::CHOSEN
        .iter()
        .filter_map(|field| {
            Some((
                field.as_str().to_owned(),
                *head.columns.get(*field).first()?,
            ))
        })
        .collect();
    let over = matches!(head.state, ImportState::Stopped | ImportState::Done);
    let until = head.finished_at.map(|at| at.to_jiff() + UNDONE_WITHIN);
    let kept = match head.state {
        ImportState::Undone => repo::kept(cx.db(), import, MOST_KEPT).await?,
        _ => Vec::new(),
    };
    Ok(ImportPage {
        id: import,
        file_name: head.file_name,
        source: head.source,
        state: head.state,
        created_at: head.created_at,
        shelves,
        grade: head.grade,
        offer: head.offer,
        seconds: head.seconds,
        reading: head.reading,
        reviews: head.reviews,
        readings,
        undone_until: until.filter(|until| over && *until > cx.now()),
        columns,
        mapping,
        kept,
        progress,
    })
}

async fn columns(cx: &Cx, import: ImportId, headers: &[String]) -> Result<Vec<Column>> {
    let first = repo::first_cells(cx.db(), import).await?;
    let line = |text: &str, most: usize| -> String {
        let words: Vec<&str> = text.split_whitespace().collect();
        words.join(" ").chars().take(most).collect()
    };
    Ok(headers
        .iter()
        .enumerate()
        .map(|(place, name)| Column {
            name: match name.trim() {
                "" => format!("Column {}", place + 1),
                name => line(name, SAMPLE * 2),
            },
            sample: first
                .get(place)
                .map_or_else(String::new, |cell| line(cell, SAMPLE)),
        })
        .collect())
}

/// How far the work on an import of the reader has come.
///
/// # Errors
/// `NotFound` when it is not theirs; `SignInRequired`; those of the database.
pub async fn progress(cx: &Cx, import: ImportId) -> Result<Progress> {
    Ok(how_far(
        &get(cx, import).await?,
        &numbers(cx, import).await?,
        repo::reading_numbers(cx.db(), import).await?,
    ))
}

fn how_far(head: &Head, numbers: &BTreeMap<String, Numbers>, readings: ReadingNumbers) -> Progress {
    let sum = |outcomes: &[Outcome], chosen: bool| -> i64 {
        numbers
            .iter()
            .filter(|(shelf, _)| !chosen || head.shelves.contains(shelf))
            .flat_map(|(_, numbers)| outcomes.iter().filter_map(|outcome| numbers.get(outcome)))
            .sum()
    };
    let (done, left) = match head.state {
        ImportState::Checking => {
            let left = sum(&[Outcome::Unchecked], false);
            (sum(Outcome::ALL, false) - left, left)
        }
        ImportState::Undoing | ImportState::Undone => (
            sum(&[Outcome::Removed, Outcome::Kept], false),
            sum(&[Outcome::Added], false) + readings.recorded,
        ),
        _ => {
            let mut left = sum(&[Outcome::New, Outcome::Enter], true);
            if head.seconds {
                left += sum(&[Outcome::Duplicate], true);
            }
            let mut done = sum(&[Outcome::Added, Outcome::Failed], false);
            if head.reading {
                done += readings.recorded;
                left += readings.waiting;
            }
            (done, left)
        }
    };
    Progress {
        state: head.state,
        done,
        total: done + left,
    }
}

/// A book that a row may name.
pub type Candidate = KnownEdition;

/// One row of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct RowLine {
    /// From 1, the header not counted.
    pub number: i32,
    /// As the file has it; may be empty.
    pub title: String,
    /// Separated by "; ".
    pub authors: String,
    /// None when the file has none that is right.
    pub isbn: Option<Isbn13>,
    /// The shelf, for people.
    pub shelf: String,
    /// What becomes of it, or became.
    pub outcome: Outcome,
    /// Why; empty where the outcome says it.
    pub reason: String,
    /// The copy of the reader that came of it.
    pub copy: Option<CopyId>,
    /// The book it is taken for.
    pub edition: Option<EditionId>,
    /// Books it may mean, for the reader to choose.
    pub candidates: Vec<Candidate>,
    /// It is another copy of a book that the reader has.
    pub second: bool,
    /// What of its reading was left out, or stays in the library as it was, in sentences.
    pub said: Vec<String>,
}

/// A page of rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    /// In the order of the file.
    pub lines: Vec<RowLine>,
    /// From 1.
    pub page: u32,
    /// At least one.
    pub pages: u32,
    /// As the reader's machine called it.
    pub file_name: String,
    /// How far the import is.
    pub state: ImportState,
    /// Of all rows, whatever is shown.
    pub numbers: Numbers,
}

/// The rows of an import of the reader, only those with this outcome if one is given. A page
/// that is not there is the last one.
///
/// # Errors
/// `NotFound` when it is not theirs; `SignInRequired`; those of the database.
pub async fn rows(cx: &Cx, import: ImportId, show: Option<Outcome>, page: u32) -> Result<Rows> {
    let head = get(cx, import).await?;
    let mut all = Numbers::new();
    for (outcome, number) in numbers(cx, import).await?.into_values().flatten() {
        *all.entry(outcome).or_default() += number;
    }
    let total: i64 = match show {
        Some(outcome) => all.get(&outcome).copied().unwrap_or(0),
        None => all.values().sum(),
    };
    let pages = u32::try_from(((total + PER_PAGE - 1) / PER_PAGE).max(1)).unwrap_or(1);
    let page = page.clamp(1, pages);
    let offset = i64::from(page - 1) * PER_PAGE;
    let rows = repo::rows(cx.db(), import, show, PER_PAGE, offset).await?;
    let asked: Vec<EditionId> = rows.iter().flat_map(|row| row.candidates.clone()).collect();
    let books = catalogue::editions(cx, &asked).await?;
    let lines = rows
        .into_iter()
        .map(|row| {
            let entry = row.entry.0;
            RowLine {
                number: row.number,
                title: entry.title,
                authors: entry.authors,
                isbn: entry.isbn,
                shelf: read::shelf_label(head.source, &row.shelf),
                outcome: row.outcome,
                reason: row.reason,
                copy: row.copy_id,
                edition: row.edition_id,
                candidates: row
                    .candidates
                    .iter()
                    .filter_map(|id| books.iter().find(|book| book.edition == *id).cloned())
                    .collect(),
                second: row.second,
                said: row.said,
            }
        })
        .collect();
    Ok(Rows {
        lines,
        page,
        pages,
        file_name: head.file_name,
        state: head.state,
        numbers: all,
    })
}
